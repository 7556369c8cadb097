"""The networks that ship are small, and as good as it is said."""

import pytest
import torch

from course.networks import PRETRAINED, gap_net, pretrained, small_cnn
from course.photos import FOLDER
from course.shapes import shapes
from course.training import judge


@pytest.mark.parametrize(
    ("name", "background"), [("shapes", "photo"), ("gradients", "gradient")]
)
def test_trained_weights_tell_the_shapes_apart(name, background):
    """
    On test images, which share no background with training: 98.8 and 99.6 % when made.
    """
    images, labels, _ = shapes(40, part="test", background=background, seed=11)
    _, accuracy = judge(
        pretrained(name), torch.from_numpy(images), torch.from_numpy(labels)
    )

    assert accuracy > 0.95


def test_weights_are_small_and_licensed():
    """
    All together stay below 0.3 MB; each is described.
    """
    licences = (FOLDER / "LICENCES.md").read_text()
    files = sorted((FOLDER / "weights").iterdir())

    assert [f"{name}.safetensors" for name in sorted(PRETRAINED)] == [
        file.name for file in files
    ]
    assert sum(file.stat().st_size for file in files) < 300_000
    for file in files:
        assert f"`weights/{file.name}`" in licences


def test_unknown_weights_are_refused():
    """
    The error lists those that there are.
    """
    with pytest.raises(ValueError, match="'cats'; choose one of"):
        pretrained("cats")


def test_images_of_other_sizes_fit_the_pooled_network():
    """
    Global average pooling takes any size.
    """
    assert (2, 5) == gap_net(3, 5)(torch.rand(2, 3, 40, 52)).shape


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_the_small_network_has_what_is_asked_for(batch_norm, dropout):
    """
    Normalisation and dropout are there or not.
    """
    kinds = [
        type(m).__name__
        for m in small_cnn(3, 4, batch_norm=batch_norm, dropout=dropout)
    ]

    assert 3 * batch_norm == kinds.count("BatchNorm2d")
    assert bool(dropout) == ("Dropout" in kinds)
