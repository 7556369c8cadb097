"""Stand-ins for functions of the student's, and what a test can look up about them."""

import ast
import inspect
import linecache
import sys
import types
import typing
from typing import Any

import numpy as np

from autograder.shared import from_mark

_TYPES = {
    **{kind.__name__: kind for kind in (bool, int, float, complex, str, bytes, list)},
    **{kind.__name__: kind for kind in (tuple, dict, set, frozenset, object, type)},
    **{
        name: getattr(typing, name)
        for name in ("Any", "Callable", "Dict", "Iterable", "Iterator", "List")
        + ("Optional", "Sequence", "Set", "Tuple", "Union")
    },
}


def make_function(
    room: Any, number: int, about: tuple, parameters: Any, source: str, names: dict
) -> types.FunctionType:
    """Make the stand-in for a function of the student's.

    Parameters
    ----------
    room : TestRoom
        Where requests go.
    number : int
        What the student's room calls the function.
    about : tuple of str
        Name, qualified name, module, docstring.
    parameters : list or None
        For its signature.
    source : str
        The cell that defines it, for `inspect.getsource`; "" if there is none.
    names : dict
        Its globals.
    """
    # The globals of the function are the student's: nothing is looked up there.
    students, caught = _students, Exception

    def standin(*args: Any, **kwargs: Any) -> Any:
        try:
            return room.ask("call", number, args, kwargs)
        except caught as error:
            # From the test's line straight to the student's, not through ours.
            here = students(error.__traceback__)
            raise error.with_traceback(here) from error.__cause__

    name, qualified, module, doc = about
    code = standin.__code__.replace(co_name=name, co_qualname=qualified)
    if source:
        code = code.replace(
            co_filename=show_source(name, source),
            co_firstlineno=_line_of(name, source),
            co_linetable=_one_line(len(code.co_code) // 2),
        )
    made = types.FunctionType(code, names, name, None, standin.__closure__)
    made.__qualname__, made.__doc__, made.__module__ = qualified, doc, module
    made.__signature__ = signature_of(parameters, room)
    _annotate(made)
    return made


def _annotate(made: types.FunctionType) -> None:
    """Give a stand-in what is told of its parameters; its code does not look at it."""
    if made.__signature__ is None:
        return
    found = made.__signature__.parameters.values()
    with_default = [p for p in found if p.default is not p.empty]
    named = {p.name: p.default for p in with_default if p.kind == p.KEYWORD_ONLY}
    others = [p.default for p in with_default if p.kind != p.KEYWORD_ONLY]
    made.__defaults__, made.__kwdefaults__ = tuple(others) or None, named or None
    said = {p.name: p.annotation for p in found if p.annotation is not p.empty}
    if made.__signature__.return_annotation is not inspect.Signature.empty:
        said["return"] = made.__signature__.return_annotation
    made.__annotations__ = said


def show_source(name: str, source: str) -> str:
    """Make a text readable for `inspect` and tracebacks; returns its file's name."""
    file = f"<ipykernel {name} {abs(hash(source)):x}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    return file


def _students(trace: types.TracebackType | None) -> types.TracebackType | None:
    """Return the part of a traceback that lies in the student's lines."""
    trace = trace and trace.tb_next  # the first is the stand-in itself
    while trace is not None and not is_students(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def is_students(file: str) -> bool:
    """Tell whether a file's name is one that `show_source` gave."""
    return file.startswith("<ipykernel ")


def _one_line(units: int) -> bytes:
    """Return a line table that puts all instructions on the first line of the code.

    CPython's Objects/locations.md has the format: entries without columns, of up to
    eight code units each, that go on by no line.
    """
    table = b""
    while units > 0:
        table += bytes([0x80 | 13 << 3 | min(units, 8) - 1, 0])
        units -= 8
    return table


def _line_of(name: str, source: str) -> int:
    """Return where a function begins, with its decorators; the last of its name counts.

    A magic would hide a cell's functions from the parser: its line is left empty.
    """
    plain = [line if line[:1] not in "%!" else "" for line in source.splitlines()]
    try:
        body = ast.parse("\n".join(plain)).body
    except SyntaxError:
        return 1
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [n for n in body if isinstance(n, kinds) and n.name == name]
    if not found:
        return 1
    return min(part.lineno for part in (found[-1], *found[-1].decorator_list))


def signature_of(parameters: list | None, room: Any) -> inspect.Signature | None:
    """Return the signature that the student's room has described."""
    nothing = inspect.Parameter.empty
    try:
        described, returned = parameters or ()
        return inspect.Signature(
            [
                inspect.Parameter(
                    str(name),
                    inspect._ParameterKind(kind),
                    default=nothing if default is None else from_mark(default),
                    annotation=annotation_of(annotation, room),
                )
                for name, kind, default, annotation in described
            ],
            return_annotation=annotation_of(returned, room),
        )
    except (TypeError, ValueError):
        return None


def annotation_of(mark: list | None, room: Any) -> Any:
    """Return an annotation: a class that is known here, or else its text."""
    match mark:
        case None:
            return inspect.Parameter.empty
        case ["text", str(text)]:
            return text
        case ["class", str(text)]:
            given = room.shared.class_of([text])
            try:
                return given or _type(ast.parse(text, mode="eval").body)
            except (SyntaxError, ValueError, TypeError, AttributeError, RecursionError):
                return text
    raise ValueError("an annotation is malformed")


def _type(node: ast.expr) -> Any:
    """Return the type that an expression of well-known names means: `list[int]`."""
    match node:
        case ast.Constant(value) if value is None or value is ...:
            return value
        case ast.Name(name) if name in _TYPES:
            return _TYPES[name]
        case ast.Attribute(ast.Name("numpy"), "ndarray"):
            return np.ndarray
        case ast.Attribute(ast.Name("torch"), "Tensor"):
            return sys.modules["torch"].Tensor if "torch" in sys.modules else "Tensor"
        case ast.Subscript(whole, part):
            return _type(whole)[_type(part)]
        case ast.Tuple(parts):
            return tuple(map(_type, parts))
        case ast.List(parts):
            return [*map(_type, parts)]
        case ast.BinOp(left, ast.BitOr(), right):
            return _type(left) | _type(right)
    raise ValueError("no well-known type")
