"""What the outputs of a test cell say, made explicit for nbgrader.

nbgrader reads a verdict from outputs: an error or anything on stderr is 0, a number as
the last value is partial credit, all else is full points. Here whatever is none of the
three becomes an error that says so.
"""

import ast
import math
import re
from collections.abc import Iterable

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output

from autograder import names

_NUMERIC = frozenset({"float", "int", "len", "max", "min", "round", "sum"})
_ARITHMETIC = (ast.Name, ast.Attribute, ast.BinOp, ast.UnaryOp, ast.IfExp)
_NUMPY_NUMBER = re.compile(r"np\.u?(?:int|float|longlong)\d*\(([-+.e\d]+)\)")
_SHOWN = 2_000  # characters of what the student's functions printed


def failure(name: str, text: str) -> NotebookNode:
    """Make an error output.

    Examples
    --------
    >>> failure("RoomError", "this test was not run").evalue
    'this test was not run'
    """
    line = f"\x1b[31m{name}\x1b[0m: {text}"
    return new_output("error", ename=name, evalue=text, traceback=[line])


def ends_in_points(source: str) -> bool:
    r"""Tell whether the last value of a test is meant as partial credit.

    nbgrader gives full points for a last value that is no number, since many tests end
    in something that is only shown. What a name, a sum or a call of `min` gives is
    meant: there, a student's tensor must not pass for it.

    Examples
    --------
    >>> [ends_in_points(cell) for cell in ("p = 1\np", "3 * p / 2", "f(x)[0]", "p = 1")]
    [True, True, False, False]
    """
    if source.rstrip().endswith(";"):  # nothing is shown
        return False
    try:
        statements = names.parse(source).body
    except SyntaxError:
        return False
    if not statements or not isinstance(statements[-1], ast.Expr):
        return False
    value = statements[-1].value
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in _NUMERIC
    return isinstance(value, _ARITHMETIC)


def finished(
    outputs: Iterable[NotebookNode],
    points: float,
    printed: str = "",
    number: bool = False,
) -> list[NotebookNode]:
    """Return the outputs of a test as they are recorded.

    Parameters
    ----------
    outputs : iterable of NotebookNode
        What the test room said.
    points : float
        Most points of the cell.
    printed : str
        What the student's functions printed meanwhile; it decides nothing.
    number : bool
        Whether a last value must be a number.

    Examples
    --------
    >>> warned = new_output("stream", name="stderr", text="careful")
    >>> [output.name for output in finished([warned], 2)]
    ['stdout']
    """
    kept = []
    for output in outputs:
        if output.output_type == "execute_result" and number:
            output = _plain(output)
        if output.output_type == "stream" and output.name == "stderr":
            # A warning is no verdict; an exception is, and comes as an error.
            output = new_output("stream", name="stdout", text=output.text)
        kept.append(output)
        if output.output_type == "execute_result":
            problem = _no_credit(output, points, number)
            if problem:
                kept.append(failure("PartialCreditError", problem))
    if any(output.output_type == "error" for output in kept):
        # nbgrader stops at the first output that decides: the error must be it.
        kept = [_shown(output) for output in kept]
    if printed.strip():
        text = "Printed by the functions under test:\n" + printed[:_SHOWN]
        kept.append(new_output("display_data", {"text/plain": text}))
    return kept


def _plain(output: NotebookNode) -> NotebookNode:
    """Write a number of NumPy's, such as np.int64(3), as nbgrader can read it."""
    found = _NUMPY_NUMBER.fullmatch(output.data.get("text/plain", ""))
    return from_dict({**output, "data": {"text/plain": found[1]}}) if found else output


def _shown(output: NotebookNode) -> NotebookNode:
    if output.output_type != "execute_result":
        return output
    return new_output("display_data", output.data)


def _no_credit(output: NotebookNode, points: float, number: bool) -> str:
    """Say why a last value is no partial credit; "" if it is, or is no number."""
    text = output.data.get("text/plain", "")
    if not text:
        return "the last value of the test shows nothing"
    try:
        value = float(text)
    except ValueError:
        return f"{text[:80]} is no number of points" if number else ""
    if math.isfinite(value) and 0 <= value <= points:
        return ""
    return (
        f"the last value of the test is {text}; partial credit is a number from 0 to "
        f"{points:g}"
    )
