"""Augmentation moves pixels as its words say."""

import pytest
import torch

from course.augment import Augment


@pytest.fixture
def images():
    """Eight images that are not symmetric in any way."""
    return torch.rand(8, 3, 12, 12, generator=torch.Generator().manual_seed(1))


def generator(seed=0):
    """Where the random numbers come from."""
    return torch.Generator().manual_seed(seed)


def test_nothing_asked_for_changes_nothing(images):
    """
    Without arguments, images come back as they are.
    """
    assert torch.equal(images, Augment()(images, generator()))


@pytest.mark.parametrize(
    ("augment", "axis"), [(Augment(flip=True), 3), (Augment(flip_vertical=True), 2)]
)
def test_flips_mirror_some_images_exactly(images, augment, axis):
    """
    Each image is itself or its mirror image, and both occur.
    """
    turned = augment(images, generator())
    same = [torch.equal(a, b) for a, b in zip(images, turned, strict=True)]
    mirrored = [
        torch.equal(a.flip(axis - 1), b) for a, b in zip(images, turned, strict=True)
    ]

    assert all(a != b for a, b in zip(same, mirrored, strict=True))
    assert any(same) and any(mirrored)


@pytest.mark.parametrize("name", ["rotate", "shear", "shift", "zoom", "color"])
def test_the_size_of_a_change_is_bounded(images, name):
    """
    A tiny change changes little, a large one much, each image in its own way.
    """
    large = {"rotate": 40, "shear": 30, "shift": 0.3, "zoom": 0.4, "color": 0.8}[name]
    little = Augment(**{name: large / 1000})(images, generator()) - images
    much = Augment(**{name: large})(images, generator()) - images

    assert little.abs().mean() < 0.01 < 0.05 < much.abs().mean()
    same = Augment(**{name: large})(images[:1].repeat(2, 1, 1, 1), generator())
    assert not torch.allclose(same[0], same[1])


def test_a_spot_moves_by_the_share_of_the_side():
    """
    A shift of at most a quarter of 40 pixels moves a spot by at most ten.
    """
    spots = torch.zeros(200, 1, 40, 40)
    spots[:, :, 20, 20] = 1
    moved = Augment(shift=0.25, padding="zeros")(spots, generator())
    rows = (moved.sum((1, 3)) * torch.arange(40)).sum(1) / moved.sum((1, 2, 3))

    assert 8 < (rows - 20).abs().max() <= 10.01


def test_the_same_generator_gives_the_same_change(images):
    """
    Runs can be repeated, and the images handed in are left alone.
    """
    augment, before = Augment(True, True, 20, 10, 0.1, 0.1, 0.3), images.clone()

    first, again = augment(images, generator(3)), augment(images, generator(3))

    assert torch.equal(first, again)
    assert torch.equal(before, images)
