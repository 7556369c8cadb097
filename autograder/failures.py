"""The student's exceptions and warnings, as a test meets them.

An exception arrives with the names of its classes, its arguments, and where in the
student's cells it was raised. The test gets one of the same class if that is a builtin
or a library's that the test room has loaded, else one of the same name derived from the
nearest; its traceback goes on into the student's own lines.
"""

import builtins
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import CodeType, TracebackType
from typing import Any

import numpy as np

from autograder import library
from autograder.functions import is_students, show_source
from autograder.wire import WireError

# What constructors of builtin exceptions set, which do not run.
_SET = {
    SystemExit: ("code",),
    StopIteration: ("value",),
    OSError: ("errno", "strerror", "filename"),
    ImportError: ("name", "path"),
    AttributeError: ("name",),
    NameError: ("name",),
}
_PLAIN = (bool, int, float, complex, str, bytes, type(None), Decimal, Fraction)
_MANY = 1000  # items that an attribute may hold


class CallInterrupted(TimeoutError):  # noqa: N818  (it is raised as what happened)
    """The student's function was stopped because it took too long."""


def exception(described: Any, sources: dict[str, str]) -> BaseException:
    """Make the exception that a test gets.

    Parameters
    ----------
    described : tuple
        Class or None, names of all classes, arguments, message, frames, attributes,
        and the same of its cause, or None.
    sources : dict of str to str
        The student's cells, by the names that they define.
    """
    match described:
        case (
            own,
            tuple(names),
            tuple(arguments),
            str(text),
            tuple(frames),
            dict(more),
            None | tuple() as why,
        ):
            pass
        case _:
            raise WireError("an exception is malformed")
    names = [name for name in names if type(name) is str][:50]
    arguments = tuple(a if is_data(a) else "" for a in arguments)
    if not isinstance(own, type) or not issubclass(own, Exception):
        own = _class_of(tuple(names))
    if own is CallInterrupted:
        arguments = ("the student's code did not answer in time",)
    error = instance(own, arguments)
    _give(error, more)
    if _text(error) != text:  # its class has a __str__ of its own
        if not isinstance(error, _Said):
            error = instance(derived(own.__name__, own), arguments)
            _give(error, more)
        error.said = text
    if why is not None:
        error.__cause__ = exception((*why[:-1], None), sources)
    return error.with_traceback(_traceback(frames, sources))


@cache
def _class_of(names: tuple[str, ...]) -> type[BaseException]:
    for position, name in enumerate(names):
        found = _known(name)
        if found is None:
            continue
        if found is KeyboardInterrupt:
            return CallInterrupted
        if not issubclass(found, Exception) and found is not SystemExit:
            found = RuntimeError
        if position == 0:
            return found
        return derived(names[0].rpartition(".")[2], found)
    return RuntimeError


def attributes(error: BaseException) -> dict[str, Any]:
    """Return what an exception holds beside its arguments, where it is plain data."""
    found = dict(list(vars(error).items())[:100])
    for kind, names in _SET.items():
        if isinstance(error, kind):
            found |= {name: getattr(error, name, None) for name in names}
    return {
        name: value
        for name, value in found.items()
        if _may_be_called(error, name) and is_data(value)
    }


def _may_be_called(error: BaseException, name: Any) -> bool:
    """Tell whether an attribute hides nothing that the class has."""
    if type(name) is not str or name.startswith("_"):
        return False
    own = any(isinstance(error, k) and name in names for k, names in _SET.items())
    return own or not hasattr(type(error), name)


def _give(error: BaseException, more: dict) -> None:
    for name, value in more.items():
        if _may_be_called(error, name) and is_data(value):
            setattr(error, name, value)


def is_data(value: Any, depth: int = 4) -> bool:
    """Tell whether a value is data of moderate size, and no object of a student's."""
    kind = type(value)
    if kind in _PLAIN:
        return kind not in (str, bytes) or len(value) <= 10_000
    if kind in (tuple, list, set, frozenset, dict):
        parts = [*value, *value.values()] if kind is dict else [*value]
        few = len(parts) <= _MANY and depth > 0
        return few and all(is_data(part, depth - 1) for part in parts)
    if kind is np.ndarray or isinstance(value, np.generic):
        return value.dtype.kind in "biufc" and value.nbytes <= 1 << 20
    return False


def _known(name: str) -> type[BaseException] | None:
    module, _, attribute = name.rpartition(".")
    return library.find_error(module, attribute)


class _Said:
    """Says what the student's exception says."""

    said: str | None = None

    def __str__(self) -> str:
        return super().__str__() if self.said is None else self.said


def derived(name: str, base: type[BaseException]) -> type[BaseException]:
    """Make an exception's class, for one that only the student's room has."""
    name = name if name.isidentifier() else "StudentError"
    bases = (base,) if issubclass(base, _Said) else (_Said, base)
    return type(name, bases, {"__module__": "__main__"})


def make_there(kind: type[BaseException], ask: Callable[..., Any]) -> None:
    """Let objects of an exception's class be made by the student's constructor.

    Parameters
    ----------
    kind : type
        A class that `derived` has made.
    ask : callable
        Makes one in the other room, and returns what comes of it.
    """

    def __init__(self: BaseException, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        made = ask(args, kwargs)
        if isinstance(made, BaseException):
            self.args = made.args
            vars(self).update(vars(made))

    kind.__init__ = __init__


def instance(kind: type[BaseException], arguments: tuple) -> BaseException:
    """Make an exception without running a constructor."""
    if issubclass(kind, BaseExceptionGroup):
        kind = RuntimeError  # a group needs its exceptions
    error = kind.__new__(kind, *arguments)  # no __init__ checks them
    error.args = arguments
    return error


def _text(error: BaseException) -> str | None:
    try:
        return str(error)
    except Exception:  # a __str__ of the release's may need what __init__ sets
        return None


def error_class(name: str, library: list, number: int) -> type[BaseException] | None:
    """Return the stand-in for a student's class, if it is an exception.

    Parameters
    ----------
    name : str
        Its name.
    library : list of str
        Full names of its bases.
    number : int
        What the student's room calls it; two classes of one name stay two.
    """
    for base in library:
        found = _known(base) if type(base) is str else None
        if found is not None and issubclass(found, Exception):
            return derived(name, found)
    return None


def warning(base: str, name: str) -> type[Warning]:
    """Return the category for a warning of the student's."""
    found = getattr(builtins, base, None)
    if not isinstance(found, type) or not issubclass(found, Warning):
        found = UserWarning
    return found if found.__name__ == name else _derived_warning(name, found)


@cache
def _derived_warning(name: str, base: type[Warning]) -> type[Warning]:
    return derived(name, base)


def _traceback(frames: tuple, sources: dict[str, str]) -> Any:
    """Make a traceback through the student's lines, of frames that raise there."""
    cells = {source: name for name, source in sources.items()}
    steps = []
    for frame in frames[-8:]:
        match frame:
            case (str(), int(line), str(name), str(text)) if 0 < line < 5_000:
                source = next(
                    (s for s in cells if _line(s, line).strip() == text.strip()), ""
                )
                file = show_source(name, source or "\n" * (line - 1) + text)
                steps.append(_raiser(file, line, name))
    try:
        _climb(steps)
    except _StopError as stop:
        made, here = None, stop.__traceback__
        own = []
        while here is not None:
            if is_students(here.tb_frame.f_code.co_filename):
                own.append(here)
            here = here.tb_next
        for step in reversed(own):
            made = TracebackType(made, step.tb_frame, step.tb_lasti, step.tb_lineno)
        return made
    return None


class _StopError(Exception):
    pass


def _climb(steps: list[CodeType]) -> None:
    if steps:
        exec(steps[0], {"climb": lambda: _climb(steps[1:])})
    raise _StopError


@cache
def _raiser(file: str, line: int, name: str) -> CodeType:
    code = compile("\n" * (line - 1) + "climb()", file, "exec")
    return code.replace(co_name=name if name.isidentifier() else "cell")


def _line(source: str, number: int) -> str:
    lines = source.splitlines()
    return lines[number - 1] if number <= len(lines) else ""
