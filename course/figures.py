"""Finished figures: photos, kernels, maps, matrices with their numbers, and lines.

Each function draws one labelled figure in the course's style and shows it. Photos are
grey, kernels blue to red around white at zero, response maps viridis or, where the
sign matters, blue to red too.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle


def show_images(images, titles=(), columns=None, vmin=0, vmax=1, cmap="gray", size=2.2):
    """Show photos side by side, without axes.

    Parameters
    ----------
    images : sequence of ndarrays of shape (H, W) or (H, W, 3)
        Floats in [vmin, vmax]; colour photos in [0, 1] or uint8.
    titles : sequence of str
        One for each image, or none.
    columns : int, optional
        Images in a row; all in one row when not given.
    vmin, vmax : float, or None
        Intensities shown as black and white; None stretches each image.
    cmap : str
        Colour map of images with one channel.
    size : float
        Height and width of one image in inches.

    Examples
    --------
    >>> show_images([np.eye(4), 1 - np.eye(4)], titles=["diagonal", "the rest"])
    """
    _, axes = _panels(images, titles, columns, size)
    for ax, image, title in zip(axes, images, _padded(titles, images), strict=False):
        ax.imshow(image, cmap=cmap, vmin=vmin, vmax=vmax)
        ax.set(title=title, xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color="#bbb", linewidth=0.8)
    plt.show()


def show_kernels(kernels, titles=(), columns=None, size=1.9, numbers=None, label=""):
    """Show kernels, or signed maps, around white at zero, with one colour bar.

    Parameters
    ----------
    kernels : sequence of ndarrays of shape (kh, kw)
        All are drawn on one scale, symmetric around zero.
    titles : sequence of str
        One for each kernel, or none.
    columns : int, optional
        Kernels in a row; all in one row when not given.
    size : float
        Height and width of one kernel in inches.
    numbers : bool, optional
        Write the values into the cells; when not given, if all kernels are at most
        5 x 5.
    label : str
        What the colour bar shows, with its unit.

    Examples
    --------
    >>> show_kernels([np.array([[-1, 0, 1]]), np.ones((3, 3)) / 9])
    """
    kernels = [np.asarray(kernel, float) for kernel in kernels]
    if numbers is None:
        numbers = max(max(kernel.shape) for kernel in kernels) <= 5
    limit = max(np.abs(kernel).max() for kernel in kernels) or 1
    figure, axes = _panels(kernels, titles, columns, size)
    for ax, kernel, title in zip(axes, kernels, _padded(titles, kernels), strict=False):
        shown = ax.imshow(kernel, cmap="RdBu_r", vmin=-limit, vmax=limit)
        ax.set(title=title, xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color="#bbb", linewidth=0.8)
        if numbers:
            _write_numbers(ax, kernel, dark=np.abs(kernel) > 0.6 * limit)
    figure.colorbar(shown, ax=list(axes), label=label, shrink=0.85, aspect=15)
    plt.show()


def show_maps(maps, titles=(), columns=None, size=2.4, label="response", vmax=None):
    """Show maps of numbers that are never negative, with one colour bar.

    Parameters
    ----------
    maps : sequence of ndarrays of shape (H, W)
        All are drawn on one scale from 0.
    titles : sequence of str
        One for each map, or none.
    columns : int, optional
        Maps in a row; all in one row when not given.
    size : float
        Height and width of one map in inches.
    label : str
        What the colour bar shows, with its unit.
    vmax : float, optional
        Where the scale ends; at the largest value when not given.

    Examples
    --------
    >>> show_maps([np.eye(4)], titles=["diagonal"], label="weight")
    """
    vmax = vmax or max(np.max(values) for values in maps)
    figure, axes = _panels(maps, titles, columns, size)
    for ax, values, title in zip(axes, maps, _padded(titles, maps), strict=False):
        shown = ax.imshow(values, cmap="viridis", vmin=0, vmax=vmax)
        ax.set(title=title, xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    figure.colorbar(shown, ax=list(axes), label=label, shrink=0.85, aspect=15)
    plt.show()


def show_signed(image, maps, titles=(), columns=None, size=2.6, label="response"):
    """Show a photo and signed maps made from it, blue to red around white at zero.

    Parameters
    ----------
    image : ndarray of shape (H, W) or (H, W, 3)
        Intensities in [0, 1], or uint8 in colour.
    maps : sequence of ndarrays of shape (H', W')
        All are drawn on one scale, symmetric around zero. The scale ends where it
        covers 99.5 % of the values, so that a few strong ones do not hide the rest.
    titles : sequence of str
        One for the photo and one for each map, or none.
    columns : int, optional
        Pictures in a row; all in one row when not given.
    size : float
        Height and width of one picture in inches.
    label : str
        What the colour bar shows, with its unit.

    Examples
    --------
    >>> show_signed(np.eye(4), [np.eye(4) - np.eye(4)[::-1]], titles=["photo", "map"])
    """
    sizes = np.concatenate([np.abs(values).ravel() for values in maps])
    limit = np.quantile(sizes, 0.995) or sizes.max() or 1
    pictures = [image, *maps]
    figure, axes = _panels(pictures, titles, columns, size)
    axes[0].imshow(image, cmap="gray", vmin=0, vmax=1)
    for ax, values in zip(axes[1:], maps, strict=False):
        shown = ax.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit)
    for ax, title in zip(axes, _padded(titles, pictures), strict=False):
        ax.set(title=title, xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color="#bbb", linewidth=0.8)
    figure.colorbar(
        shown, ax=list(axes), label=label, shrink=0.85, aspect=15, extend="both"
    )
    plt.show()


def show_response(image, kernel, response, title="response", size=2.8):
    """Show a photo, the kernel that slides over it, and the response, in grey.

    White is a strong response. Where a response is below zero, the greys lie
    symmetrically around it, so that middle grey means "nothing here".

    Parameters
    ----------
    image : ndarray of shape (H, W)
        Intensities in [0, 1].
    kernel : ndarray of shape (kh, kw)
        Drawn with its numbers, blue to red around white at zero.
    response : ndarray of shape (H', W')
        What sliding the kernel gave.
    title : str
        Stands above the response.
    size : float
        Height of the photo in inches.

    Examples
    --------
    >>> show_response(np.eye(8), np.ones((3, 3)) / 9, np.eye(6))
    """
    kernel, response = np.asarray(kernel, float), np.asarray(response, float)
    figure, axes = plt.subplots(
        1,
        3,
        figsize=(2.9 * size + 0.6, size + 0.2),
        width_ratios=[1, 0.6, 1.15],
    )
    axes[0].imshow(image, cmap="gray", vmin=0, vmax=1)
    limit = np.abs(kernel).max() or 1
    axes[1].imshow(kernel, cmap="RdBu_r", vmin=-limit, vmax=limit)
    _write_numbers(axes[1], kernel, dark=np.abs(kernel) > 0.6 * limit)
    strongest = np.abs(response).max() or 1
    shown = axes[2].imshow(
        response,
        cmap="gray",
        vmin=-strongest if response.min() < 0 else 0,
        vmax=strongest,
    )
    figure.colorbar(shown, ax=axes[2], label="response", shrink=0.85, aspect=15)
    for ax, name in zip(axes, ["photo", "kernel", title], strict=True):
        ax.set(title=name, xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color="#bbb", linewidth=0.8)
    plt.show()


def show_matrices(matrices, titles=(), marks=None, columns=None, size=2.6):
    """Show small matrices as grids with their numbers.

    Parameters
    ----------
    matrices : sequence of ndarrays of shape (H, W)
        NaN stays an empty cell.
    titles : sequence of str
        One for each matrix, or none.
    marks : sequence of (row, column, height, width) or None, optional
        A window to outline in each matrix.
    columns : int, optional
        Matrices in a row; all in one row when not given.
    size : float
        Height and width of one matrix in inches.

    Examples
    --------
    >>> show_matrices([np.arange(9).reshape(3, 3)], marks=[(0, 0, 2, 2)])
    """
    _, axes = _panels(matrices, titles, columns, size)
    titles = _padded(titles, matrices)
    marks = marks or [None] * len(matrices)
    for ax, matrix, title, mark in zip(axes, matrices, titles, marks, strict=False):
        matrix = np.asarray(matrix, float)
        height, width = matrix.shape
        ax.imshow(np.zeros((height, width)), cmap="gray_r", vmin=0, vmax=1)
        ax.set(title=title, xticks=[], yticks=[])
        ax.hlines(np.arange(height + 1) - 0.5, -0.5, width - 0.5, color="#bbb", lw=0.8)
        ax.vlines(np.arange(width + 1) - 0.5, -0.5, height - 0.5, color="#bbb", lw=0.8)
        ax.spines[:].set_visible(False)
        _write_numbers(ax, matrix)
        if mark:
            row, column, high, wide = mark
            ax.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5),
                    wide,
                    high,
                    facecolor="#ffa90e40",
                    edgecolor="#e76300",
                    lw=2.5,
                    clip_on=False,
                )
            )
    plt.show()


def show_window(image, kernel, step):
    """Show one step of a sliding window: window, kernel, products, and their sum.

    Parameters
    ----------
    image : ndarray of shape (H, W)
        Small enough to read its numbers.
    kernel : ndarray of shape (kh, kw)
        The weights that the window carries, not flipped.
    step : int
        Number of the output, row by row from 0.

    Examples
    --------
    >>> show_window(np.arange(25).reshape(5, 5), np.eye(3), step=4)
    """
    windows = np.lib.stride_tricks.sliding_window_view(image, np.shape(kernel))
    sums = np.einsum("ijkl,kl->ij", windows, kernel).astype(float)
    row, column = divmod(step, sums.shape[1])
    products = windows[row, column] * kernel
    so_far = np.where(np.arange(sums.size).reshape(sums.shape) <= step, sums, np.nan)
    show_matrices(
        [image, kernel, products, so_far],
        titles=[
            "image",
            "kernel",
            f"products, sum {products.sum():g}",
            f"output [{row}, {column}]",
        ],
        marks=[(row, column, *np.shape(kernel)), None, None, (row, column, 1, 1)],
        size=2.5,
    )


def show_volume_step(volume, filters, bias, maps, step, stride=1):
    """Show one step of a layer: in each channel window, kernel, products; their sum.

    Parameters
    ----------
    volume : ndarray of shape (C, H, W)
        Input of the layer, with its padding; small enough to read its numbers.
    filters : ndarray of shape (F, C, kh, kw)
        The weights, not flipped.
    bias : ndarray of shape (F,)
        One number for each filter.
    maps : ndarray of shape (F, H', W')
        What the layer gives; shown up to this step.
    step : int
        Number of the output: map by map, in each row by row, from 0.
    stride : int
        How far the window moves, in pixels.

    Examples
    --------
    >>> volume, filters = np.ones((2, 3, 3)), np.ones((1, 2, 2, 2))
    >>> show_volume_step(volume, filters, np.zeros(1), np.full((1, 2, 2), 8.0), step=3)
    """
    maps = np.asarray(maps, float)
    number, row, column = np.unravel_index(step, maps.shape)
    top, left, (high, wide) = row * stride, column * stride, filters.shape[2:]
    rows = [["x", "w", "p", "out"]] * len(volume)
    rows = [
        [name if name == "out" else f"{name}{c}" for name in r]
        for c, r in enumerate(rows)
    ]
    figure, axes = plt.subplot_mosaic(
        rows, figsize=(8.6, 2 * len(volume) + 0.4), width_ratios=[1.35, 0.9, 0.9, 1.1]
    )

    def grid(name, matrix, title, mark=None):
        ax, (height, width) = axes[name], matrix.shape
        ax.imshow(np.zeros(matrix.shape), cmap="gray_r", vmin=0, vmax=1)
        ax.set(title=title, xticks=[], yticks=[])
        ax.hlines(np.arange(height + 1) - 0.5, -0.5, width - 0.5, color="#bbb", lw=0.8)
        ax.vlines(np.arange(width + 1) - 0.5, -0.5, height - 0.5, color="#bbb", lw=0.8)
        ax.spines[:].set_visible(False)
        _write_numbers(ax, matrix)
        if mark:
            style = {"facecolor": "#ffa90e40", "edgecolor": "#e76300", "lw": 2.5}
            ax.add_patch(Rectangle(*mark, **style, clip_on=False))

    sums = []
    for c, channel in enumerate(volume):
        window = channel[top : top + high, left : left + wide]
        products = window * filters[number, c]
        sums.append(products.sum())
        mark = ((left - 0.5, top - 0.5), wide, high)
        grid(f"x{c}", channel.astype(float), f"channel {c}", mark)
        grid(f"w{c}", filters[number, c].astype(float), f"filter {number}, sheet {c}")
        grid(f"p{c}", products.astype(float), f"products: sum {_short(sums[-1])}")
    shown = np.arange(maps[number].size).reshape(maps[number].shape) <= (
        row * maps.shape[2] + column
    )
    mark = ((column - 0.5, row - 0.5), 1, 1)
    grid("out", np.where(shown, maps[number], np.nan), f"map {number}", mark)
    total = " + ".join(_short(v) if v >= 0 else f"({_short(v)})" for v in sums)
    result = _short(maps[number, row, column])
    text = f"{total} + bias {_short(float(bias[number]))}\n= {result}"
    axes["out"].set_xlabel(text, fontsize=12)
    plt.show()


def label_line_ends(ax, gap=0.015):
    """Write each line's label at its right end, in its colour, in place of a legend.

    Labels that would cover each other are moved apart. Set limits and scales before.

    Parameters
    ----------
    ax : matplotlib Axes
        Lines whose label begins with an underscore are left alone.
    gap : float
        Distance from the line's end as a share of the axes' width.

    Examples
    --------
    >>> _, ax = plt.subplots()
    >>> _ = ax.plot([0, 1], [0, 1], label="rising")
    >>> label_line_ends(ax)
    >>> ax.texts[0].get_text()
    'rising'

    >>> _, ax = plt.subplots()
    >>> _ = ax.plot([0, 1], [[0, 0.9], [1, 1]], label=["rising", "hardly rising"])
    >>> label_line_ends(ax)
    >>> bool(ax.texts[0].xyann[1] > ax.texts[1].xyann[1] + 10)
    True
    """
    lines = [line for line in ax.get_lines() if not line.get_label().startswith("_")]
    ends = [(line.get_xdata()[-1], line.get_ydata()[-1]) for line in lines]
    gap = gap * ax.figure.get_figwidth() * 72
    for line, end, up in zip(lines, ends, _apart(ax, ends), strict=True):
        ax.annotate(
            line.get_label(),
            end,
            xytext=(gap, up),
            textcoords="offset points",
            va="center",
            color=line.get_color(),
            annotation_clip=False,
        )


def _apart(ax, places):
    """Return by how many points the text at each place moves up to be readable."""
    ups, height = np.zeros(len(places)), 1.15 * plt.rcParams["font.size"]
    ax.get_xlim(), ax.get_ylim()  # settles them, if the data decide
    ys = [ax.transData.transform(place)[1] * 72 / ax.figure.dpi for place in places]
    order = np.lexsort((-np.arange(len(ys)), ys))  # of equal ends the first is on top
    ys = np.array(ys)[order]
    if np.any(np.diff(ys) < height):
        from scipy.optimize import isotonic_regression  # slow to import, seldom used

        # The smallest moves that keep the order and leave a line's height in between.
        steps = height * np.arange(len(ys))
        ups[order] = isotonic_regression(ys - steps).x + steps - ys
    return ups


def _panels(pictures, titles, columns, size):
    """Return a figure and one axes per picture, as wide as the pictures are."""
    n = len(pictures)
    columns = min(columns or n, n)
    rows = -(-n // columns)
    shapes = np.array([np.shape(picture)[:2] for picture in pictures])
    height, width = size * shapes.max(axis=0) / shapes.max()
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(
            columns * (max(width, 0.5 * size) + 0.1),
            rows * (height + (0.3 if any(titles) else 0.08)),
        ),
        squeeze=False,
    )
    for ax in axes.flat[n:]:
        ax.set_axis_off()
    return figure, axes.flat[:n]


def _padded(titles, items):
    return [*titles, *[""] * (len(items) - len(titles))]


def _write_numbers(ax, matrix, dark=None):
    """Write each value into its cell; white on `dark` cells."""
    longest = max(len(_short(v)) for v in matrix.flat)
    width = ax.get_window_extent().width * 72 / ax.figure.dpi
    points = min(13, 1.4 * width / (matrix.shape[1] * max(longest, 2)))
    for (row, column), value in np.ndenumerate(matrix):
        color = "white" if dark is not None and dark[row, column] else "#222"
        ax.text(
            column,
            row,
            _short(value),
            ha="center",
            va="center",
            color=color,
            fontsize=points,
        )


def _short(value):
    if np.isnan(value):
        return ""
    return f"{value:.3g}".replace("-", "−")
