"""Images that lessons look at: small, real, and on the disk already.

Only MNIST, Fashion-MNIST and CIFAR-10 are too large to ship: see `course.downloads`.
"""

import numpy as np

from course.downloads import available, cifar10, fashion_mnist, mnist
from course.photos import FOLDER, grey, photo
from course.shapes import NEW_SHAPES, SHAPES, shapes

__all__ = [
    "NEW_SHAPES",
    "SHAPES",
    "TEXTURES",
    "available",
    "cifar10",
    "digits",
    "fashion_mnist",
    "grey",
    "mnist",
    "photo",
    "shapes",
    "textures",
]

# The photos that `textures` cuts its patches from; the order gives the labels.
TEXTURES = ("brick", "grass", "gravel", "coins", "page", "hubble", "tissue", "cat")


def digits():
    """Load 1,797 handwritten digits.

    Returns
    -------
    images : ndarray of shape (1797, 8, 8), uint8
        Intensities 0 (paper) to 16 (ink).
    labels : ndarray of shape (1797,), uint8
        The digit that was written.

    References
    ----------
    Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, 1998.

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, int(labels[3])
    ((1797, 8, 8), 3)
    """
    with np.load(FOLDER / "digits.npz") as file:
        return file["images"], file["labels"]


def textures(n_train, n_test, size=32, seed=0, split=0.55):
    """Cut square patches from eight photos, labelled by the photo they come from.

    Training patches come from the left part of each photo and test patches from the
    right part, so that no pixel is in both. Each patch is shifted and scaled to mean 0
    and standard deviation about 1: brightness says nothing about the label.

    Parameters
    ----------
    n_train, n_test : int
        Patches per photo.
    size : int
        Height and width of a patch in pixels.
    seed : int
        Seed of the random positions.
    split : float
        Share of a photo's width that training patches come from.

    Returns
    -------
    train_images, train_labels, test_images, test_labels : ndarrays
        Images (8 n, size, size), float64; labels (8 n,), int64, see `TEXTURES`.

    Raises
    ------
    ValueError
        If a patch does not fit into the narrower part of a photo.

    Examples
    --------
    >>> train_images, train_labels, test_images, test_labels = textures(20, 5)
    >>> train_images.shape, test_labels.shape
    ((160, 32, 32), (40,))
    """
    rng = np.random.default_rng(seed)
    train, test = [], []
    for name in TEXTURES:
        image = grey(photo(name))
        height, width = image.shape
        middle = int(width * split)
        if size > min(height, middle, width - middle):
            raise ValueError(
                f"textures: a patch of {size} x {size} does not fit into the "
                f"{height} x {width} photo {name!r} split at column {middle}; "
                f"ask for a smaller size"
            )
        for patches, left, right, n in (
            (train, 0, middle, n_train),
            (test, middle, width, n_test),
        ):
            for _ in range(n):
                patches.append(_patch(image[:, left:right], size, rng))
    labels = np.arange(len(TEXTURES))
    shape = (-1, size, size)
    return (
        np.reshape(train, shape),
        np.repeat(labels, n_train),
        np.reshape(test, shape),
        np.repeat(labels, n_test),
    )


def _patch(image, size, rng):
    """Draw a standardised patch; empty ones (sky, blank paper) are drawn again."""
    height, width = image.shape
    while True:
        top = rng.integers(height - size + 1)
        left = rng.integers(width - size + 1)
        patch = image[top : top + size, left : left + size]
        if patch.std() > 0.02:
            return (patch - patch.mean()) / (patch.std() + 0.02)
