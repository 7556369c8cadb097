"""Coloured shapes on photos: pictures of which class, place and outline are known."""

import numpy as np

from course.photos import photo

SHAPES = ("disk", "square", "triangle", "star", "cross", "ring", "crescent", "heart")
# Six more, which no network that ships has seen: what transfer is tried on.
NEW_SHAPES = ("arrow", "bolt", "kite", "ell", "half disk", "pac-man")

_PHOTOS = (
    *("brick", "camera", "cat", "coins", "grass", "gravel", "hubble", "page", "tissue"),
)
_SPLIT = 0.55  # share of a photo's width that training backgrounds come from
_TURNS = np.arange(0, 2 * np.pi, 2 * np.pi / 48)
# Corners (right, down), in half widths of the shape.
_CORNERS = {
    "square": [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
    "triangle": [(0, -1), (0.95, 0.75), (-0.95, 0.75)],
    "star": [
        (r * np.sin(t), -r * np.cos(t))
        for t, r in zip(np.arange(10) * np.pi / 5, [1, 0.42] * 5, strict=True)
    ],
    "cross": [
        *((-0.3, -0.9), (0.3, -0.9), (0.3, -0.3), (0.9, -0.3), (0.9, 0.3), (0.3, 0.3)),
        *((0.3, 0.9), (-0.3, 0.9), (-0.3, 0.3), (-0.9, 0.3), (-0.9, -0.3)),
        (-0.3, -0.3),
    ],
    "heart": [
        (
            np.sin(t) ** 3,
            (-13 * np.cos(t) + 5 * np.cos(2 * t) + 2 * np.cos(3 * t) + np.cos(4 * t))
            / 16,
        )
        for t in _TURNS
    ],
    "arrow": [
        *((-0.95, -0.22), (0.1, -0.22), (0.1, -0.7), (0.95, 0), (0.1, 0.7)),
        *((0.1, 0.22), (-0.95, 0.22)),
    ],
    "bolt": [
        *((0.25, -1), (-0.6, 0.15), (-0.05, 0.15), (-0.3, 1), (0.6, -0.25)),
        (0.05, -0.25),
    ],
    "kite": [(0, -1), (0.65, -0.3), (0, 1), (-0.65, -0.3)],
    "ell": [
        (-0.7, -0.9),
        (-0.1, -0.9),
        (-0.1, 0.3),
        (0.8, 0.3),
        (0.8, 0.9),
        (-0.7, 0.9),
    ],
}


def shapes(
    n,
    *,
    classes=SHAPES,
    part="train",
    background="photo",
    scale=(0.6, 0.85),
    rotation=25,
    size=32,
    seed=0,
):
    """Draw coloured shapes, `n` of each class, one in each image.

    Place, size, angle, colour and background are random; the colour always differs
    from what is behind it.

    Parameters
    ----------
    n : int
        Images per class.
    classes : sequence of str
        Names out of `SHAPES` and `NEW_SHAPES`; their order gives the labels.
    part : {"train", "test"}
        Backgrounds come from the left part of each photo or from the right one, so
        that no pixel of a photo is in both.
    background : {"photo", "gradient"}
        Crops of photos in random tints, or smooth gradients between two colours.
    scale : pair of float
        Smallest and largest half width of a shape, as a share of the image's.
    rotation : float
        Largest angle by which a shape is turned, in degrees, to either side.
    size : int
        Height and width of an image in pixels.
    seed : int
        Seed of all that is random.

    Returns
    -------
    images : ndarray of shape (N, 3, size, size), float32
        Intensities in [0, 1], N = n * len(classes).
    labels : ndarray of shape (N,), int64
    masks : ndarray of shape (N, size, size), float32
        Share of each pixel that the shape covers, 0 to 1.

    Raises
    ------
    ValueError
        If a class, part or background is not one of those above.

    Examples
    --------
    >>> images, labels, masks = shapes(2, seed=1)
    >>> images.shape, labels[:4].tolist(), masks.shape
    ((16, 3, 32, 32), [0, 0, 1, 1], (16, 32, 32))
    """
    for name in classes:
        if name not in SHAPES + NEW_SHAPES:
            known = ", ".join(SHAPES + NEW_SHAPES)
            raise ValueError(f"shapes: no shape called {name!r}; choose from {known}")
    for name, value, known in (
        ("part", part, ("train", "test")),
        ("background", background, ("photo", "gradient")),
    ):
        if value not in known:
            raise ValueError(f"shapes: {name} is one of {known}, got {value!r}")
    # The parts draw other shapes, too: equal ones would be easy to remember.
    rng = np.random.default_rng([seed, part == "test"])
    photos = [_half(name, part, size) for name in _PHOTOS]
    images, masks = [], []
    for name in classes:
        for _ in range(n):
            behind = (
                _photo_crop(photos[rng.integers(len(photos))], size, rng)
                if background == "photo"
                else _gradient(size, rng)
            )
            mask = _mask(name, size, scale, rotation, rng)
            images.append(_paint(behind, mask, rng))
            masks.append(mask)
    return (
        np.reshape(images, (-1, 3, size, size)).astype(np.float32),
        np.repeat(np.arange(len(classes)), n),
        np.reshape(masks, (-1, size, size)).astype(np.float32),
    )


def _half(name, part, size):
    """Return the columns of a photo that belong to a part, in [0, 1]."""
    image = photo(name) / 255
    middle = int(image.shape[1] * _SPLIT)
    half = image[:, :middle] if part == "train" else image[:, middle:]
    if size > min(half.shape[:2]):
        raise ValueError(
            f"shapes: {size} x {size} pixels do not fit into a part of the photo "
            f"{name!r}, which has {half.shape[0]} x {half.shape[1]}"
        )
    return half


def _photo_crop(image, size, rng):
    """Cut a random square and give it a colour, if it has none: (3, size, size)."""
    top = rng.integers(image.shape[0] - size + 1)
    left = rng.integers(image.shape[1] - size + 1)
    crop = image[top : top + size, left : left + size]
    if crop.ndim == 3:
        return crop.transpose(2, 0, 1)
    dark, light = rng.uniform([[0], [0.5]], [[0.5], [1]], (2, 3))[:, :, None, None]
    return dark + (light - dark) * crop


def _gradient(size, rng):
    """Fade from one colour to another in a random direction: (3, size, size)."""
    down, right = np.mgrid[:size, :size] / (size - 1) - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    share = 0.5 + (np.cos(angle) * right + np.sin(angle) * down) / 2**0.5
    first, second = rng.random((2, 3, 1, 1))
    return first + (second - first) * share


def _mask(name, size, scale, rotation, rng):
    """Draw a shape with edges one pixel soft: (size, size), 0 to 1."""
    half = rng.uniform(*scale)
    room = max(0, 0.98 - half)
    down, right = (np.mgrid[:size, :size] + 0.5) * 2 / size - 1
    right, down = right - rng.uniform(-room, room), down - rng.uniform(-room, room)
    angle = np.radians(rng.uniform(-rotation, rotation))
    u = (np.cos(angle) * right + np.sin(angle) * down) / half
    v = (-np.sin(angle) * right + np.cos(angle) * down) / half
    return np.clip(0.5 - _distance(name, u, v) * half * size / 2, 0, 1)


def _paint(behind, mask, rng):
    """Lay the shape over the background in a colour that stands out."""
    covered = (behind * mask).sum(axis=(1, 2)) / mask.sum()
    while True:
        color = rng.random(3)
        if np.abs(color - covered).sum() > 0.6:
            break
    down, right = np.mgrid[: mask.shape[0], : mask.shape[1]] / len(mask) - 0.5
    slope = rng.uniform(-0.3, 0.3, 2)
    shade = 1 + slope[0] * down + slope[1] * right
    image = behind * (1 - mask) + mask * color[:, None, None] * shade
    return np.clip(image + rng.normal(0, 0.03, image.shape), 0, 1)


def _distance(name, u, v):
    """Signed distance from a shape's outline, in half widths: negative inside."""
    if name in _CORNERS:
        return _to_polygon(np.array(_CORNERS[name]), u, v)
    r = np.hypot(u, v)
    if name == "disk":
        return r - 0.9
    if name == "ring":
        return np.abs(r - 0.72) - 0.22
    if name == "crescent":
        return np.maximum(r - 0.95, 0.8 - np.hypot(u - 0.5, v))
    if name == "half disk":
        return np.maximum(r - 0.95, -v - 0.1)
    mouth = np.maximum(np.abs(v) * np.cos(0.6) - u * np.sin(0.6), -u)  # pac-man
    return np.maximum(r - 0.95, -mouth)


def _to_polygon(corners, u, v):
    """Signed distance from a polygon: nearest edge, inside by the even-odd rule."""
    nearest = np.full(u.shape, np.inf)
    inside = np.zeros(u.shape, bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        dx, dy = x1 - x0, y1 - y0
        along = ((u - x0) * dx + (v - y0) * dy) / (dx * dx + dy * dy)
        along = np.clip(along, 0, 1)
        nearest = np.minimum(
            nearest, np.hypot(u - x0 - along * dx, v - y0 - along * dy)
        )
        if dy:
            crosses = (y0 <= v) != (y1 <= v)
            inside ^= crosses & (u < x0 + (v - y0) * dx / dy)
    return np.where(inside, -nearest, nearest)
