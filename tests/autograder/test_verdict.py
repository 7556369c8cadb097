"""The outputs of a test are made to say plainly what nbgrader reads from them."""

import pytest
from nbformat import from_dict
from nbformat.v4 import new_output
from nbgrader.utils import determine_grade

from autograder.verdict import failure, finished

POINTS = 2.0


def points(*outputs, printed="", number=False):
    """Let nbgrader grade a test cell with these outputs."""
    cell = from_dict(
        {
            "cell_type": "code",
            "metadata": {"nbgrader": {"grade": True, "points": POINTS}},
            "outputs": finished(outputs, POINTS, printed, number),
        }
    )
    return determine_grade(cell)[0]


def last(text):
    """Make the output of a last value."""
    return new_output("execute_result", {"text/plain": text})


@pytest.mark.parametrize(
    ("outputs", "worth"),
    [
        ([], 2),
        ([failure("ValueError", "no")], 0),
        ([new_output("stream", name="stderr", text="a warning")], 2),
        ([last("1.5")], 1.5),
        ([last("0")], 0),
        ([last("array([1, 2])")], 2),
        ([last("nan")], 0),
        ([last("inf")], 0),
        ([last("-1")], 0),
        ([last("2.5")], 0),
        ([last("")], 0),
        ([last("2"), failure("ValueError", "after it")], 0),
    ],
)
def test_what_a_cell_is_worth(outputs, worth):
    """
    Nothing but silence, a text, or a number in range gives points.
    """
    assert worth == points(*outputs)


@pytest.mark.parametrize(
    ("shown", "worth"),
    [
        ("np.int64(1)", 1),
        ("np.float64(1.5)", 1.5),
        ("np.float32(1e-01)", 0.1),
        ("np.float64(-0.0)", 0),
        ("np.float64(2.5)", 0),
        ("np.float64(nan)", 0),
        ("np.float64(inf)", 0),
        ("np.True_", 0),
        ("np.int64(1) # 2", 0),
        ("tensor(1)", 0),
    ],
)
def test_points_may_be_a_number_of_numpys(shown, worth):
    """
    Where a test ends in its points, np.int64(1) is one; what is no number is none.
    """
    assert worth == points(last(shown), number=True)


def test_the_student_sees_the_points_as_a_number():
    """
    A number of NumPy's is recorded as nbgrader reads it, and nothing else is changed.
    """
    (shown,) = finished([last("np.float64(0.5)")], POINTS, number=True)

    assert last("0.5") == shown


def test_what_the_student_prints_decides_nothing():
    """
    A number that a function prints is no partial credit, and no full points either.
    """
    assert POINTS == points(printed="0")
    assert 0 == points(failure("ValueError", "no"), printed="2")
