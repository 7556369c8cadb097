"""A failing check says which property broke, and never what the answer is."""

import time
from fractions import Fraction

import numpy as np
import pytest

from course.checks import (
    CheckError,
    check,
    check_raises,
    check_shape,
    check_speedup,
    require,
)

WANT = np.array([[1.5, -2.5, 3.25], [40.0, 5.0, 600.0]])


def message(function, *arguments, want=WANT, **options):
    """Return what a failing check says."""
    with pytest.raises(CheckError) as failure:
        check(function, *arguments, want=want, case="a case", **options)
    text = str(failure.value)
    assert "600" not in text and "3.25" not in text, "the answer is shown"
    return text


def returning(value):
    """Make a student's function that returns a value."""

    def answer(*arguments):
        return value

    return answer


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "returned None"),
        (WANT.tolist(), "type list, wanted a NumPy array"),
        (WANT[:1], r"shape (1, 3), wanted (2, 3)"),
        (WANT.astype(np.float32), "dtype float32, wanted float64"),
        (-WANT, "wrong sign"),
        (WANT[::-1, ::-1], "half a turn"),
        (WANT[::-1], "rows are in reverse order"),
        (WANT[:, ::-1], "columns are in reverse order"),
        (np.trunc(WANT), "fractions are cut off"),
        (WANT * 3, "one common factor"),
        (WANT + 3, "one common amount"),
        (np.zeros_like(WANT), "all zeros"),
        (np.full_like(WANT, np.nan), "NaN"),
        (
            np.where(WANT == 5, 6, WANT),
            "1 of 6 values are wrong, the first at index (1, 1)",
        ),
    ],
)
def test_the_property_that_broke_is_named(got, words):
    """
    Type, shape, dtype and the well-known kinds of wrong values have their own words.
    """
    assert words in message(returning(got))


@pytest.mark.parametrize(
    ("want", "got", "words"),
    [
        (np.arange(9.0).reshape(3, 3), np.arange(9.0).reshape(3, 3).T, "swapped"),
        (
            np.array([300.0, 700.0, 5.0]),
            np.array([44.0, 188.0, 5.0]),
            "wrap around at 256",
        ),
        (
            np.arange(27.0).reshape(3, 3, 3),
            np.arange(27.0).reshape(3, 3, 3)[::-1],
            "channels",
        ),
        (np.array([1 + 2j, 3 - 1j]), np.array([1 - 2j, 3 + 1j]), "conjugate"),
        (
            np.ones((5, 5)),
            np.pad(np.ones((3, 3)), 1, constant_values=0.5),
            "border is not",
        ),
    ],
)
def test_telling_patterns_are_recognised(want, got, words):
    """
    Swapped axes, wrap-around, channel order, conjugates and borders are told apart.
    """
    with pytest.raises(CheckError, match=words):
        check(returning(got), want=want, case="a case")


def test_small_integers_are_compared_without_overflow():
    """
    A wrong uint8 gets a message, not an OverflowError of the check itself.
    """
    want = np.array([[1, 200], [3, 4]], np.uint8)

    for got, words in ((want.T, "swapped"), (want + np.uint8(1), "common amount")):
        with pytest.raises(CheckError, match=words):
            check(returning(got), want=want, case="a case")


def test_large_integers_are_compared_exactly():
    """
    One off in 2 ** 53 is wrong, and no pattern is seen in it.
    """
    want = np.array([[2**53 + 1, 7]])

    with pytest.raises(CheckError, match="1 of 2 values are wrong"):
        check(returning(want - [[1, 0]]), want=want, case="a case")


@pytest.mark.parametrize(
    ("want", "wrong", "right"),
    [
        (3, [True, 3.0, "3", 4, None], [3, np.int64(3)]),
        (
            0.5,
            [True, "0.5", 0.6, None, 0.5j],
            [0.5, np.float32(0.5), np.array(0.5), Fraction(1, 2)],
        ),
        (True, [1, False, None], [True]),
        ("yes", ["no", None, True], ["yes"]),
        (None, [0, False], [None]),
        ((1, 2), [[1, 2], (1, 3), (1,)], [(1, 2), (np.int64(1), 2)]),
        ({"a": 1}, [{"a": 2}, {}, [1]], [{"a": 1}]),
        ([(1, 2.0)], [[(1, 2.1)], [[1, 2.0]], []], [[(1, 2.0)]]),
    ],
)
def test_values_that_are_no_arrays(want, wrong, right):
    """
    Numbers, words and collections of them are compared by type and value.
    """
    for value in right:
        check(returning(value), want=want, case="a case")
    for value in wrong:
        with pytest.raises(CheckError):
            check(returning(value), want=want, case="a case")


def test_rounding_is_forgiven():
    """
    Differences within the tolerance pass, larger ones do not.
    """
    check(returning(WANT * (1 + 1e-9)), want=WANT, case="a case")
    message(returning(np.where(WANT == 5, 5.001, WANT)))


def test_a_known_mistake_is_named():
    """
    A result that equals a mistake's gets the mistake's sentence.
    """
    text = message(returning(WANT + 1), mistakes={"you added one": WANT + 1})

    assert text.endswith("you added one")


def test_a_modified_argument_is_told_and_mended():
    """
    The message says which argument, and later checks see the old one.
    """

    def spoil(a, b):
        b[0] = 99
        return WANT

    numbers = np.zeros(3)

    assert "argument 2 was modified" in message(spoil, 1, numbers)
    assert 0 == numbers[0]


def test_errors_of_the_student_are_told():
    """
    The message names the error; an unwritten task has a message of its own.
    """

    def broken(a):
        return a[7]

    def unwritten(a):
        raise NotImplementedError("not written yet")

    assert "your code raised IndexError" in message(broken, [1])
    assert "unwritten is not written yet" in message(unwritten, 1)


def test_warnings_cost_nothing(recwarn):
    """
    A warning inside a student's function does not reach stderr.
    """

    def warns(a):
        return np.array([1.0]) / a

    check(warns, np.array([0.0]), want=np.array([np.inf]), case="a case")

    assert 0 == len(recwarn)


def test_refusals():
    """
    The right error with a message passes; none, another or a bare one does not.
    """

    def refuse(error):
        raise error

    check_raises(refuse, ValueError("too large"), case="a case")
    for error, words in (
        (TypeError("no"), "raised TypeError"),
        (ValueError(), "no message"),
        (NotImplementedError(), "not written yet"),
    ):
        with pytest.raises(CheckError, match=words):
            check_raises(refuse, error, case="a case")
    with pytest.raises(CheckError, match="returned something"):
        check_raises(abs, 1, case="a case")


def test_shapes_alone():
    """
    Only the shape counts for check_shape.
    """
    check_shape(returning(WANT), want=(2, 3), case="a case")
    for got in (WANT.T, WANT.tolist(), None):
        with pytest.raises(CheckError):
            check_shape(returning(got), want=(2, 3), case="a case")


def test_speed_is_a_ratio():
    """
    A function that is not faster than the other one is told by how much it is.
    """

    def nap(seconds):
        time.sleep(seconds)

    with pytest.raises(CheckError, match=r"times as fast as nap, wanted at least 20"):
        check_speedup(nap, nap, 0.01, ratio=20, case="a case")


def test_require():
    """
    A property of its own has its own message.
    """
    require(True, "fine")
    with pytest.raises(CheckError, match="^the sum is off$"):
        require(False, "the sum is off")


def test_a_failure_is_shown_without_the_lines_of_the_check():
    """
    IPython prints one message in place of a traceback.
    """
    (line,) = CheckError("relu: wrong")._render_traceback_()

    assert line.endswith("relu: wrong")
