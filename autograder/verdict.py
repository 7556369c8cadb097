"""What the outputs of a test cell say, made explicit for nbgrader.

nbgrader reads a verdict from outputs: an error or anything on stderr is 0, a number as
the last value is partial credit, all else is full points. Here whatever is none of the
three becomes an error that says so.
"""

import math
from collections.abc import Iterable

from nbformat import NotebookNode
from nbformat.v4 import new_output

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


def finished(
    outputs: Iterable[NotebookNode], points: float, printed: str = ""
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

    Examples
    --------
    >>> warned = new_output("stream", name="stderr", text="careful")
    >>> [output.name for output in finished([warned], 2)]
    ['stdout']
    """
    kept = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            # A warning is no verdict; an exception is, and comes as an error.
            output = new_output("stream", name="stdout", text=output.text)
        kept.append(output)
        if output.output_type == "execute_result":
            problem = _no_credit(output, points)
            if problem:
                kept.append(failure("PartialCreditError", problem))
    if any(output.output_type == "error" for output in kept):
        # nbgrader stops at the first output that decides: the error must be it.
        kept = [_shown(output) for output in kept]
    if printed.strip():
        text = "Printed by the functions under test:\n" + printed[:_SHOWN]
        kept.append(new_output("display_data", {"text/plain": text}))
    return kept


def _shown(output: NotebookNode) -> NotebookNode:
    if output.output_type != "execute_result":
        return output
    return new_output("display_data", output.data)


def _no_credit(output: NotebookNode, points: float) -> str:
    """Say why a last value is no partial credit; "" if it is, or is no number."""
    text = output.data.get("text/plain", "")
    if not text:
        return "the last value of the test shows nothing"
    try:
        value = float(text)
    except ValueError:
        return ""
    if math.isfinite(value) and 0 <= value <= points:
        return ""
    return (
        f"the last value of the test is {text}; partial credit is a number from 0 to "
        f"{points:g}"
    )
