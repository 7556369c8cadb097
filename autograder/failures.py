"""The student's exceptions and warnings, as a test meets them.

An exception arrives with the names of its classes, its arguments, and where in the
student's cells it was raised. The test gets one of the same class if that is a builtin,
else one of the same name derived from the nearest builtin; its traceback goes on into
the student's own lines.
"""

import builtins
import sys
from functools import cache
from types import CodeType, TracebackType
from typing import Any

from autograder.remote import is_students, show_source
from autograder.wire import WireError

# Library classes that tests catch by name; nothing else is looked up.
_KNOWN = {
    "numpy.linalg.LinAlgError": ("numpy.linalg", "LinAlgError"),
    "numpy.exceptions.AxisError": ("numpy.exceptions", "AxisError"),
    "json.decoder.JSONDecodeError": ("json", "JSONDecodeError"),
}


class CallInterrupted(TimeoutError):  # noqa: N818  (it is raised as what happened)
    """The student's function was stopped because it took too long."""


def exception(described: Any, sources: dict[str, str]) -> BaseException:
    """Make the exception that a test gets.

    Parameters
    ----------
    described : tuple
        Class or None, names of all classes, arguments, message, frames.
    sources : dict of str to str
        The student's cells, by the names that they define.
    """
    match described:
        case (own, tuple(names), tuple(arguments), str(text), tuple(frames)):
            pass
        case _:
            raise WireError("an exception is malformed")
    names = [name for name in names if type(name) is str][:50]
    if not isinstance(own, type) or not issubclass(own, Exception):
        own = _class_of(tuple(names))
    if own is CallInterrupted:
        arguments = ("the student's code did not answer in time",)
    error = _instance(own, arguments)
    if _text(error) != text:  # its class has a __str__ of its own
        if not isinstance(error, _Said):
            error = _instance(derived(own.__name__, own), arguments)
        error.said = text
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


def _known(name: str) -> type[BaseException] | None:
    module, _, attribute = name.rpartition(".")
    if name in _KNOWN:
        module, attribute = _KNOWN[name]
        found = getattr(sys.modules.get(module), attribute, None)
    elif module == "builtins":
        found = getattr(builtins, attribute, None)
    else:
        return None
    if isinstance(found, type) and issubclass(found, BaseException):
        return found
    return None


class _Said:
    """Says what the student's exception says."""

    said: str | None = None

    def __str__(self) -> str:
        return super().__str__() if self.said is None else self.said


def derived(name: str, base: type[BaseException]) -> type[BaseException]:
    """Make an exception's class, for one that only the student's room has."""
    name = name if name.isidentifier() else "StudentError"
    return type(name, (_Said, base), {"__module__": "__main__"})


def _instance(kind: type[BaseException], arguments: tuple) -> BaseException:
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
            case (str(), int(line), str(name), str(text)) if 0 < line < 100_000:
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
