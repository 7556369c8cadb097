"""Shapes are what their masks say, and their parts share nothing."""

import numpy as np
import pytest

from course import photos
from course import shapes as module
from course.shapes import NEW_SHAPES, SHAPES, shapes


def test_images_are_balanced_in_range_and_repeatable():
    """
    The same seed gives the same images; other seeds and parts give others.
    """
    images, labels, masks = shapes(3, seed=4)
    again, _, _ = shapes(3, seed=4)

    np.testing.assert_array_equal(images, again)
    assert not np.array_equal(images, shapes(3, seed=5)[0])
    assert not np.array_equal(masks, shapes(3, seed=4, part="test")[2])
    np.testing.assert_array_equal([3] * 8, np.bincount(labels))
    assert np.float32 == images.dtype == masks.dtype
    assert 0 <= images.min() and images.max() <= 1
    assert 0 == masks.min() and masks.max() == 1


@pytest.mark.parametrize("name", SHAPES + NEW_SHAPES)
def test_a_mask_covers_what_is_painted(name):
    """
    Inside its mask an image differs clearly from its background, in mean colour.
    """
    images, _, masks = shapes(20, classes=[name], background="gradient", seed=2)

    for image, mask in zip(images, masks, strict=True):
        inside = image[:, mask == 1].mean(axis=1)
        rim = (mask == 0) & (np.roll(mask, 2, 0) + np.roll(mask, -2, 0) > 0)
        assert np.abs(inside - image[:, rim].mean(axis=1)).sum() > 0.2
        assert 0.04 < mask.mean() < 0.7


@pytest.mark.parametrize("name", SHAPES + NEW_SHAPES)
def test_a_shape_is_whole(name):
    """
    No shape touches more than the outermost pixels of its image, by chance of turning.
    """
    _, _, masks = shapes(50, classes=[name], rotation=0, seed=3)

    border = np.ones((32, 32), bool)
    border[1:-1, 1:-1] = False
    assert masks[:, border].mean() < 0.02


def test_the_outline_is_where_geometry_says():
    """
    The area of a square and of a disk is that of the formula, to a percent.
    """
    for name, area in (("square", 1.6**2), ("disk", np.pi * 0.9**2)):
        _, _, masks = shapes(
            5, classes=[name], scale=(0.5, 0.5), rotation=0, size=128, seed=1
        )
        np.testing.assert_allclose(masks.sum(axis=(1, 2)), area * 32**2, rtol=0.01)


def test_backgrounds_of_the_parts_share_no_pixel(monkeypatch):
    """
    With each pixel replaced by its column, training columns lie left of test columns.
    """
    columns = np.tile(np.arange(500) / 500 * 255, (500, 1))
    monkeypatch.setattr(module, "photo", lambda name: columns)
    largest = [module._half("brick", part, 32).max() for part in ("train", "test")]
    smallest = [module._half("brick", part, 32).min() for part in ("train", "test")]

    assert largest[0] < smallest[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"classes": ["disc"]}, "no shape called 'disc'; choose from disk, square"),
        ({"part": "validation"}, "part is one of .'train', 'test'., got 'validation'"),
        ({"background": "sea"}, "background is one of"),
        ({"size": 400}, "400 x 400 pixels do not fit into a part of the photo"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    """
    The error says what there is.
    """
    with pytest.raises(ValueError, match=message):
        shapes(1, **arguments)


def test_every_photo_is_a_background():
    """
    The list of backgrounds is that of the photos that ship.
    """
    files = {path.stem for path in (photos.FOLDER / "photos").glob("*.npz")}

    assert files == set(module._PHOTOS)
