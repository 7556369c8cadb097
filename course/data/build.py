"""Make the course's data files from the wheels of scikit-image and scikit-learn.

Run by `make data`. The two libraries are needed here only; lessons load the files.
"""

from pathlib import Path

import numpy as np
import skimage.color
import skimage.data
import sklearn.datasets

HERE = Path(__file__).parent

# name in the course -> (name in scikit-image, kept in colour?)
PHOTOS = {
    "brick": ("brick", False),
    "camera": ("camera", False),
    "cat": ("cat", True),
    "coins": ("coins", False),
    "grass": ("grass", False),
    "gravel": ("gravel", False),
    "hubble": ("hubble_deep_field", False),
    "page": ("page", False),
    "tissue": ("immunohistochemistry", False),
}


def photo(source, colour):
    """Return a photo of scikit-image as uint8, at most 512 x 512, grey unless asked."""
    image = getattr(skimage.data, source)()[:512, :512]
    if image.ndim == 3 and not colour:
        image = np.round(skimage.color.rgb2gray(image) * 255).astype(np.uint8)
    return image


def build(folder=HERE):
    """Write every data file of the course into `folder`."""
    (folder / "photos").mkdir(parents=True, exist_ok=True)
    for name, (source, colour) in PHOTOS.items():
        np.savez_compressed(
            folder / "photos" / f"{name}.npz", image=photo(source, colour)
        )
    digits = sklearn.datasets.load_digits()
    np.savez_compressed(
        folder / "digits.npz",
        images=digits.images.astype(np.uint8),
        labels=digits.target.astype(np.uint8),
    )


if __name__ == "__main__":
    build()
