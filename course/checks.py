"""Checks of a student's function: each failure says which property broke.

A check calls the function, compares what it did with what was wanted, and raises a
`CheckError` that names the first property that does not hold: an error, a changed
argument, type, shape, dtype, values. It never shows the right answer.
"""

import copy
import numbers
import sys
import time
import traceback
import warnings

import numpy as np


class CheckError(AssertionError):
    """A property of a student's function does not hold; the message says which."""

    def _render_traceback_(self):
        # IPython shows this in place of a traceback: the lines of the check (and the
        # hidden ones beside it) would only bury the message.
        return [f"\x1b[31mCheck failed.\x1b[0m {self}"]


def check(function, *arguments, want, case, mistakes=None, rtol=1e-7, atol=1e-9):
    """Check what `function(*arguments)` returns, and that it leaves them unchanged.

    Parameters
    ----------
    function : callable
        The student's function.
    *arguments
        What it is called with.
    want : ndarray, int, float, str, bool, None, or tuple, list, dict of these
        What it should return. Arrays and torch's tensors are compared in shape, dtype
        and value; an int exactly (NumPy's integers pass, a bool or float does not); a
        float and the values of arrays within the tolerances.
    case : str
        What this check is about, in the student's words: "a 5 x 7 image".
    mistakes : dict of str to value, optional
        What well-known mistakes return, by the sentence that names the mistake.
    rtol, atol : float
        Relative and absolute tolerance.

    Raises
    ------
    CheckError
        If a property does not hold.

    Examples
    --------
    >>> check(np.abs, np.array([-1, 2]), want=np.array([1, 2]), case="two integers")
    ✓ absolute: two integers
    >>> check(np.sign, np.array([-1., 2.]), want=np.array([1., 2.]), case="two floats")
    Traceback (most recent call last):
        ...
    course.checks.CheckError: sign, two floats: 2 of 2 values are wrong, the first ...
    """
    where = f"{function.__name__}, {case}"
    got = _call(function, arguments, where)
    problem = _difference(got, want, rtol, atol)
    if problem:
        for sentence, wrong in (mistakes or {}).items():
            if not _difference(got, wrong, rtol, atol):
                problem = sentence
                break
        raise CheckError(f"{where}: {problem}")
    print(f"✓ {function.__name__}: {case}")


def check_shape(function, *arguments, want, case):
    """Check only the shape of what `function(*arguments)` returns.

    Parameters
    ----------
    function : callable
        The student's function.
    *arguments
        What it is called with.
    want : tuple of int
        The shape wanted.
    case : str
        What this check is about, in the student's words.

    Raises
    ------
    CheckError
        If the result has another shape or is no array.

    Examples
    --------
    >>> check_shape(np.abs, np.zeros((2, 3)), want=(2, 3), case="a matrix")
    ✓ absolute: a matrix
    """
    where = f"{function.__name__}, {case}"
    got = _call(function, arguments, where)
    if not isinstance(got, np.ndarray):
        raise CheckError(f"{where}: {_type_problem(got, 'a NumPy array')}")
    if got.shape != want:
        raise CheckError(f"{where}: {_shape_problem(got, want)}")
    print(f"✓ {function.__name__}: {case}")


def check_raises(function, *arguments, case, error=ValueError):
    """Check that `function(*arguments)` refuses its arguments with a helpful error.

    Parameters
    ----------
    function : callable
        The student's function.
    *arguments
        What it cannot work with.
    case : str
        What is wrong with them: "a kernel larger than the image".
    error : type
        The exception wanted.

    Raises
    ------
    CheckError
        If the function returns, raises something else, or raises without a message.

    Examples
    --------
    >>> check_raises(int, "two", case="a word")
    ✓ int: a word
    """
    where = f"{function.__name__}, {case}"
    try:
        _call(function, arguments, where)
    except CheckError as failure:
        raised = failure.__cause__
        if raised is None:
            raise
        if not isinstance(raised, error):
            raise CheckError(
                f"{failure}\nThis input should be refused: raise {error.__name__} "
                f"with a message that says what is wrong."
            ) from None
        if not str(raised):
            raise CheckError(
                f"{where}: {error.__name__} is right, but it has no message; say what "
                f"is wrong with the arguments."
            ) from None
        print(f"✓ {function.__name__}: {case}")
        return
    raise CheckError(
        f"{where}: this input makes no sense, yet the function returned something; "
        f"raise {error.__name__} with a message that says what is wrong."
    )


def check_speedup(fast, slow, *arguments, ratio, case, repeats=5):
    """Check that one function is at least `ratio` times as fast as another.

    Only a ratio of two functions on the same input says something on any machine. The
    fast one counts by its best of several calls, which other programs disturb least.

    Parameters
    ----------
    fast, slow : callable
        Two functions of the student with the same arguments.
    *arguments
        What they are called with.
    ratio : float
        How many times as long `slow` must take, no unit.
    case : str
        What this check is about, in the student's words.
    repeats : int
        Calls of `fast`.

    Raises
    ------
    CheckError
        If the ratio is smaller; the message gives the one measured.

    Examples
    --------
    >>> import time
    >>> check_speedup(abs, lambda x: time.sleep(0.01), 1, ratio=20, case="a number")
    ✓ abs: a number, ... times as fast
    """
    where = f"{fast.__name__}, {case}"

    def seconds(function):
        start = time.perf_counter()
        _call(function, arguments, where)
        return time.perf_counter() - start

    best = min(seconds(fast) for _ in range(repeats))
    measured = seconds(slow) / best
    if measured < ratio:
        raise CheckError(
            f"{where}: {measured:.1f} times as fast as {slow.__name__}, wanted at "
            f"least {ratio:g}; which loop, or which work done twice, is left?"
        )
    print(f"✓ {fast.__name__}: {case}, {measured:.0f} times as fast")


def require(condition, message):
    """Raise a `CheckError` with `message` unless `condition` holds.

    For properties that are no comparison with a wanted value.

    Examples
    --------
    >>> require(1 + 1 == 2, "counting: one and one is not two")
    """
    if not condition:
        raise CheckError(message)


def _call(function, arguments, where):
    """Call the function; its own errors and changed arguments become a CheckError."""
    before = copy.deepcopy(arguments)
    try:
        with warnings.catch_warnings():
            # A warning would reach stderr, which costs all points in nbgrader.
            warnings.simplefilter("ignore")
            got = function(*arguments)
    except NotImplementedError as error:
        raise CheckError(
            f"{function.__name__} is not written yet: find its task above, write it, "
            f"run its cell, then run this one again."
        ) from (None if "not written yet" in str(error) else error)
    except CheckError:
        raise
    except Exception as error:
        raise CheckError(
            f"{where}: your code raised {type(error).__name__}: {error}"
            f"{_last_line(error)}"
        ) from error
    for number, (now, then) in enumerate(zip(arguments, before, strict=True), 1):
        if _difference(now, then, 0, 0):
            _restore(now, then)
            raise CheckError(
                f"{where}: argument {number} was modified; work on a copy, or build a "
                f"new array."
            )
    return got


def _last_line(error):
    """Tell which line of the student's cell raised the error."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames[1:] if "ipykernel" in f.filename]
    if not own:
        return ""
    return f"\nin {own[-1].name}, line {own[-1].lineno} of its cell: {own[-1].line}"


def _restore(now, then):
    """Put a modified array or list back, so that later checks see the real one."""
    if _is_tensor(now):
        if now.shape == then.shape:
            now.detach().copy_(then.detach())
    elif isinstance(now, np.ndarray) and now.flags.writeable and now.size == then.size:
        if now.shape != then.shape:
            now.shape = then.shape
        now[...] = then
    elif isinstance(now, list):
        now[:] = then


def _difference(got, want, rtol, atol):
    """Say in words how `got` differs from `want`, without showing `want`; "" if not."""
    if isinstance(want, np.ndarray):
        return _array_difference(got, want, rtol, atol)
    if _is_tensor(want):
        return _tensor_difference(got, want, rtol, atol)
    if isinstance(want, dict):
        if not isinstance(got, dict):
            return _type_problem(got, "a dict")
        if got.keys() != want.keys():
            return f"the dict has the keys {list(got)}; look up which ones are asked"
        pairs = [(f"entry {key!r}", got[key], want[key]) for key in want]
    elif isinstance(want, (tuple, list)):
        if not isinstance(got, type(want)):
            return _type_problem(got, f"a {type(want).__name__}")
        if len(got) != len(want):
            return (
                f"the {type(want).__name__} has {len(got)} items, not as many as asked"
            )
        pairs = [
            (f"item {i}", *pair) for i, pair in enumerate(zip(got, want, strict=True))
        ]
    else:
        return _scalar_difference(got, want, rtol, atol)
    for place, one, other in pairs:
        problem = _difference(one, other, rtol, atol)
        if problem:
            return f"in {place} of the result, {problem}"
    return ""


def _scalar_difference(got, want, rtol, atol):
    if want is None or isinstance(want, (bool, np.bool_, str)):
        wanted = "None" if want is None else f"a {type(want).__name__}"
        if (want is None) != (got is None) or (
            want is not None and not isinstance(got, type(want))
        ):
            return _type_problem(got, wanted)
        return "" if got == want else "the result is wrong"
    if isinstance(want, numbers.Integral):
        if isinstance(got, (bool, np.bool_)) or not isinstance(got, numbers.Integral):
            return _type_problem(got, "an int")
        return "" if int(got) == int(want) else "the number is wrong"
    if isinstance(want, numbers.Number):
        if isinstance(got, np.ndarray) and got.ndim == 0:
            got = got[()]
        kind = numbers.Real if isinstance(want, numbers.Real) else numbers.Complex
        if isinstance(got, (bool, np.bool_)) or not isinstance(got, kind):
            return _type_problem(got, "a number")
        got = float(got) if kind is numbers.Real else complex(got)  # a Fraction, say
        close = np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True)
        return "" if close else "the number is wrong"
    # Anything else (a function, say) is compared by identity: it cannot be changed
    # without being replaced.
    return "" if got is want or type(got) is type(want) else _type_problem(got, "that")


def _type_problem(got, wanted):
    if got is None:
        return f"the function returned None, wanted {wanted}; is a return missing?"
    return (
        f"the function returned a value of type {type(got).__name__}, wanted {wanted}"
    )


def _is_tensor(value):
    """Tell without importing torch, which the first lessons do not need."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _tensor_difference(got, want, rtol, atol):
    if not _is_tensor(got):
        return _type_problem(got, "a torch tensor")
    if got.dtype != want.dtype:
        return f"the result has dtype {got.dtype}, wanted {want.dtype}"
    got, want = (tensor.detach().cpu().numpy() for tensor in (got, want))
    return _array_difference(got, want, rtol, atol)


def _array_difference(got, want, rtol, atol):
    if not isinstance(got, np.ndarray):
        return _type_problem(got, "a NumPy array")
    if got.shape != want.shape:
        return _shape_problem(got, want.shape)
    if got.dtype != want.dtype:
        return f"the result has dtype {got.dtype}, wanted {want.dtype}"
    if _close(got, want, rtol, atol):
        return ""
    return _diagnosis(got, want, rtol, atol)


def _shape_problem(got, shape):
    return f"the result has shape {got.shape}, wanted {shape}"


def _close(got, want, rtol, atol):
    if want.dtype.kind in "biuOSU" or (rtol == 0 and atol == 0):
        nan = want.dtype.kind in "fc"
        return np.array_equal(got, want, equal_nan=nan)
    return np.allclose(got, want, rtol=rtol, atol=atol, equal_nan=True)


def _diagnosis(got, want, rtol, atol):
    """Name the most telling way in which an array of the right shape is wrong."""
    kind = want.dtype.kind
    if kind not in "fc":
        rtol = atol = 0
        wrong = got != want
    else:
        wrong = ~np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True)
    if kind not in "iufc":
        return _count(wrong)
    # In a wide type, so that arithmetic on small integers does not overflow.
    wide = np.complex128 if kind == "c" else np.float64
    got, want = got.astype(wide), want.astype(wide)

    def same(other):
        # Flipping a single row, say, changes nothing and so explains nothing.
        return not np.array_equal(other, want, equal_nan=True) and (
            other.shape == got.shape
            and np.allclose(got, other, rtol=rtol, atol=atol, equal_nan=True)
        )

    if np.isnan(got).any() and not np.isnan(want).any():
        return "the result contains NaN (not a number): a 0/0, or an overflow?"
    if want.ndim >= 2 and same(np.swapaxes(want, -1, -2)):
        return "the values are right, but rows and columns are swapped"
    if want.any() and not got.any():
        return "the result is all zeros: is it never filled, or rounded down?"
    if kind == "c" and same(want.conj()):
        return "every value is the complex conjugate of what it should be"
    if same(-want):
        return "every value has the wrong sign"
    if want.ndim >= 2 and same(want[..., ::-1, ::-1]):
        return "the values are right, but the result is turned by half a turn"
    for axis, name in ((-2, "rows"), (-1, "columns")):
        if want.ndim >= -axis and same(np.flip(want, axis)):
            return f"the values are right, but the {name} are in reverse order"
    if want.ndim >= 3 and same(np.flip(want, -3)):
        return "the values are right, but the channels are in reverse order"
    if kind == "f" and (same(np.trunc(want)) or same(np.floor(want))):
        return "the fractions are cut off: is the result made with an integer dtype?"
    if kind != "c" and (same(want % 256) or same(np.trunc(want) % 256)):
        return "the values wrap around at 256: compute in float64, not in uint8"
    if np.count_nonzero(want) > 1 and np.isfinite(want).all():
        top = np.argmax(np.abs(want))
        if got.flat[top] and same(want * (got.flat[top] / want.flat[top])):
            return "all values are off by one common factor: check the scaling"
        if np.ptp(want) and same(want + (got.flat[0] - want.flat[0])):
            return "all values are off by one common amount"
    inside = wrong[..., 1:-1, 1:-1] if want.ndim >= 2 else wrong[:0]
    if inside.size >= 4 and not inside.any():
        return f"the inside is right, the border is not: {_count(wrong)}"
    return _count(wrong)


def _count(wrong):
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    return f"{wrong.sum()} of {wrong.size} values are wrong, the first at index {first}"
