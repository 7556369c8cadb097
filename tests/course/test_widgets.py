"""A widget redraws when it is moved, and is a picture where nobody can move it."""

import pytest

from course import widgets


@pytest.fixture
def drawn(monkeypatch):
    """A list of what was drawn, and the function that draws."""
    calls = []

    def draw(**values):
        calls.append(values)

    draw.calls = calls
    return draw


def test_without_ipywidgets_there_is_one_picture(drawn, monkeypatch):
    """
    The start values are drawn once; the first value is the start unless one is given.
    """
    monkeypatch.setattr(widgets, "ipywidgets", None)

    widgets.explore(drawn, a=("size", [1, 2, 3], 2), b=("kind", ["x", "y"]))

    assert [{"a": 2, "b": "x"}] == drawn.calls


def test_under_nbgrader_there_is_one_picture(drawn, monkeypatch):
    """
    A feedback page has no kernel behind it: it gets the picture.
    """
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    widgets.explore(drawn, a=("size", [1, 2]))

    assert [{"a": 1}] == drawn.calls


def test_moving_a_slider_redraws(drawn, monkeypatch):
    """
    With widgets, each new value of a control draws again.
    """
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    made = []
    original = widgets._widget
    monkeypatch.setattr(
        widgets, "_widget", lambda *a: made.append(original(*a)) or made[-1]
    )

    widgets.explore(drawn, a=("size", [1, 2, 3], 2), b=("kind", ["x", "y"]))
    made[0].value = 3
    made[1].value = "y"

    assert [{"a": 2, "b": "x"}, {"a": 3, "b": "x"}, {"a": 3, "b": "y"}] == drawn.calls


def test_a_start_that_cannot_be_chosen_is_refused(drawn):
    """
    The error names the control and its values.
    """
    with pytest.raises(ValueError, match="a cannot start at 7"):
        widgets.explore(drawn, a=("size", [1, 2], 7))
