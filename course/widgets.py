"""Sliders that redraw a figure, with a still picture where there are none."""

import os

import numpy as np

try:
    import ipywidgets
except ImportError:
    ipywidgets = None


def live():
    """Tell whether sliders would have anyone to move them.

    While nbgrader runs a notebook (it sets NBGRADER_EXECUTION), there is no browser:
    the feedback page then gets the still picture.

    Examples
    --------
    >>> isinstance(live(), bool)
    True
    """
    return ipywidgets is not None and "NBGRADER_EXECUTION" not in os.environ


def in_notebook():
    """Tell whether there is a page that would show bars and growing figures.

    Scripts and tests have none, and neither has a notebook while nbgrader runs it.

    Examples
    --------
    >>> in_notebook()
    False
    """
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return live() and getattr(get_ipython(), "kernel", None) is not None


def explore(draw, **controls):
    """Call `draw` with one value per control, again each time one is moved.

    Where there are no widgets, `draw` is called once with the first values.

    Parameters
    ----------
    draw : callable
        Takes the controls' names as keyword arguments and shows a figure.
    **controls : (label, values) or (label, values, start)
        The values to choose from: numbers give a slider, words a row of buttons;
        `start` is the one chosen first, by default the first.

    Raises
    ------
    ValueError
        If a start value is not among the values.

    Examples
    --------
    >>> os.environ["NBGRADER_EXECUTION"] = "validate"
    >>> explore(lambda size: print(f"{size} pixels"), size=("side", [8, 16, 32], 16))
    16 pixels
    >>> del os.environ["NBGRADER_EXECUTION"]
    """
    starts = {}
    for name, (_, values, *start) in controls.items():
        starts[name] = start[0] if start else values[0]
        if starts[name] not in list(values):
            raise ValueError(
                f"explore: {name} cannot start at {starts[name]!r}; choose one of "
                f"{list(values)}"
            )
    if not live():
        draw(**starts)
        return
    from IPython.display import display

    widgets = {
        name: _widget(label, values, starts[name])
        for name, (label, values, *_) in controls.items()
    }
    picture = ipywidgets.interactive_output(draw, widgets)
    display(ipywidgets.VBox([*widgets.values(), picture]))


def _widget(label, values, start):
    layout = ipywidgets.Layout(width="32em")
    style = {"description_width": "9em"}
    if isinstance(values[0], str):
        return ipywidgets.ToggleButtons(
            options=list(values), value=start, description=label, style=style
        )
    options = [
        (f"{value:g}" if _is_float(value) else f"{value:,}", value) for value in values
    ]
    return ipywidgets.SelectionSlider(
        options=options,
        value=start,
        description=label,
        continuous_update=True,
        layout=layout,
        style=style,
    )


def _is_float(value):
    return isinstance(value, (float, np.floating))
