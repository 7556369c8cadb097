"""Pictures of what training gave: curves, the spread over seeds, confusions."""

import matplotlib.pyplot as plt
import numpy as np

from course.figures import label_line_ends
from course.widgets import in_notebook

_MARKERS = "osD^vP*X"


def show_curves(curves, *, xlabel="epoch", ylabel, chance=None, ylim=None):
    """Draw one line per training run, named at its end.

    Parameters
    ----------
    curves : dict of str to sequence of float
        Values after each epoch, by name.
    xlabel, ylabel : str
        With the unit: "cross-entropy loss (nats)", "accuracy (%)".
    chance : float, optional
        What guessing gives, as a dotted line.
    ylim : tuple of float, optional
        Lower and upper end of the axis.

    Examples
    --------
    >>> show_curves({"train": [0.9, 0.3]}, ylabel="cross-entropy loss (nats)")
    """
    _, ax = plt.subplots()
    _draw_curves(ax, curves)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=ylim)
    if chance is not None:
        ax.axhline(chance, color="#777", ls=":", lw=1.2, label="_chance")
        place = {"xycoords": ("axes fraction", "data"), "ha": "right", "va": "bottom"}
        ax.annotate("guessing", (1, chance), **place, color="#555", fontsize=9)
    label_line_ends(ax)
    plt.show()


def show_spread(results, *, xlabel, chance=None, digits=0):
    """Show each run of each variant as a dot, its mean as a bar, mean ± sd as text.

    Parameters
    ----------
    results : dict of str to sequence of float
        One value per seed, by variant, drawn from top to bottom.
    xlabel : str
        With the unit: "test accuracy (%)".
    chance : float, optional
        What guessing gives, as a dotted line.
    digits : int
        Decimals in the text.

    Examples
    --------
    >>> show_spread({"plain": [60, 58], "flips": [72, 75]}, xlabel="accuracy (%)")
    """
    _, ax = plt.subplots(figsize=(7, 0.55 + 0.42 * len(results)))
    right = max(np.max(values) for values in results.values())
    for row, values in enumerate(results.values()):
        values = np.asarray(values, float)
        color, mean = f"C{row % 10}", values.mean()
        marker = _MARKERS[row % len(_MARKERS)]
        ax.plot(values, [row] * len(values), marker, color=color, alpha=0.6, ms=6)
        ax.plot([mean, mean], [row - 0.3, row + 0.3], color=color, lw=3)
        text = f"{mean:.{digits}f}"
        if len(values) > 1:
            text += f" ± {values.std(ddof=1):.{digits}f}"
        ax.annotate(
            text,
            (right, row),
            xytext=(12, 0),
            textcoords="offset points",
            va="center",
            color="#222",
            annotation_clip=False,
        )
    if chance is not None:
        ax.axvline(chance, color="#777", ls=":", lw=1.2)
        ax.annotate("guessing", (chance, -0.6), ha="center", color="#555", fontsize=9)
    ax.set_yticks(range(len(results)), list(results))
    ax.set_ylim(len(results) - 0.4, -0.7)
    ax.tick_params(axis="y", length=0)
    ax.set(xlabel=xlabel)
    plt.show()


def show_confusion(matrix, names, title=""):
    """Show a confusion matrix with its counts: rows are the truth, columns the answer.

    The colour is a count's share of its row, so that rare classes show as well.

    Parameters
    ----------
    matrix : ndarray of shape (K, K), int
        Counts; entry [i, j] is of class i, taken for class j.
    names : sequence of str
        Names of the K classes.
    title : str
        Stands above the picture.

    Examples
    --------
    >>> show_confusion(np.array([[3, 1], [0, 4]]), ["cat", "dog"])
    """
    matrix = np.asarray(matrix)
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    side = 1.6 + 0.5 * len(matrix)
    figure, ax = plt.subplots(figsize=(side + 0.8, side))
    picture = ax.imshow(share, cmap="viridis", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            ink = "#222" if share[row, column] > 0.6 else "white"
            ax.text(column, row, str(count), ha="center", va="center", color=ink)
    ax.set_xticks(range(len(matrix)), names, rotation=45, ha="right")
    ax.set_yticks(range(len(matrix)), names)
    ax.spines[:].set_visible(False)
    ax.set(xlabel="the network's answer", ylabel="the truth", title=title)
    figure.colorbar(picture, ax=ax, label="share of the row", shrink=0.8)
    plt.show()


class LiveCurves:
    """A figure of curves that grows while a network trains.

    Where there is no page to draw on, only the finished figure is shown.

    Parameters
    ----------
    ylabel : str
        With the unit.
    xlabel : str
        With the unit, if it has one.

    Examples
    --------
    >>> curves = LiveCurves("cross-entropy loss (nats)")
    >>> for epoch in range(3):
    ...     curves.add(train=1 / (1 + epoch))
    >>> curves.finish()
    Figure(...)
    """

    def __init__(self, ylabel, xlabel="epoch"):
        self.labels = {"xlabel": xlabel, "ylabel": ylabel}
        self.curves = {}
        self._handle = None

    def add(self, **values):
        """Add one value to each curve named, and draw."""
        for name, value in values.items():
            self.curves.setdefault(name, []).append(float(value))
        if in_notebook():
            self._show()

    def finish(self):
        """Draw for the last time; the figure stays in the notebook."""
        if self.curves:
            self._show()
        self._handle = None

    def _show(self):
        from IPython.display import display

        figure, ax = plt.subplots()
        _draw_curves(ax, self.curves)
        ax.set(**self.labels)
        label_line_ends(ax)
        if self._handle is None:
            self._handle = display(figure, display_id=True)
        else:
            self._handle.update(figure)
        plt.close(figure)


def _draw_curves(ax, curves):
    for number, (name, values) in enumerate(curves.items()):
        epochs = range(1, len(values) + 1)
        marker = _MARKERS[number % len(_MARKERS)]
        every = max(1, len(values) // 8)
        ax.plot(epochs, values, marker=marker, markevery=every, label=name)
