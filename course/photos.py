"""The photos that ship with the course."""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "data"


def photo(name):
    """Load a photo by name.

    Parameters
    ----------
    name : str
        One of brick, camera, cat, coins, grass, gravel, hubble, page, tissue.

    Returns
    -------
    ndarray of shape (H, W) or, for the cat, (H, W, 3), uint8
        Intensities 0 to 255.

    Raises
    ------
    ValueError
        If there is no such photo.

    References
    ----------
    Sources and licences: ``course/data/LICENCES.md``.

    Examples
    --------
    >>> photo("cat").shape
    (300, 451, 3)
    """
    path = FOLDER / "photos" / f"{name}.npz"
    if not path.is_file():
        names = ", ".join(sorted(p.stem for p in path.parent.glob("*.npz")))
        raise ValueError(f"photo: no photo called {name!r}; choose one of {names}")
    with np.load(path) as file:
        return file["image"]


def grey(image):
    """Turn a colour photo into a grey one by the weights that the eye gives.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3) or (H, W), uint8
        Intensities 0 to 255; a grey image comes back as it is, scaled.

    Returns
    -------
    ndarray of shape (H, W), float64
        Intensities in [0, 1].

    References
    ----------
    ITU-R Recommendation BT.709: 0.2126 R + 0.7152 G + 0.0722 B.

    Examples
    --------
    >>> grey(np.full((2, 2, 3), 255, np.uint8))
    array([[1., 1.],
           [1., 1.]])
    """
    image = np.asarray(image) / 255
    if image.ndim == 3:
        image = image @ np.array([0.2126, 0.7152, 0.0722])
    return image
