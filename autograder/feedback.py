"""Take out of a graded notebook what its feedback page must not tell.

Hidden tests stand in the notebook that was graded, in the source of its graded cells.
Their lines come up again in tracebacks, their values in messages and prints. What hides
where comes from the gradebook, which holds each graded cell as its author wrote it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import nbformat
from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode

from autograder.hidden import (
    Delimiters,
    Original,
    Secrets,
    secrets_of,
    shorten_values,
)
from autograder.tracebacks import Frame, frames_of, without_frames

NOT_SHOWN = "hidden tests: not shown"
FAILED = "A hidden test failed."
VALUES = (
    "(where hidden tests run, pictures, values and what your functions print are not "
    "shown)"
)
LINE = "(a line of a hidden test is not shown)"


def redact(
    notebook: NotebookNode,
    originals: Iterable[Original],
    delimiters: Delimiters | None = None,
) -> NotebookNode:
    """Return a graded notebook without its hidden tests and what tells of them.

    A cell with hidden tests keeps its visible part, what it printed, its error's type
    and message, and what of the traceback lies in visible lines and in the student's
    own code. Other cells keep all but hidden lines. Metadata becomes the gradebook's.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook as it was graded; not changed.
    originals : iterable of Original
        All cells that the gradebook has of it.
    delimiters : Delimiters, optional
        Where hidden parts begin and end; nbgrader's own if not given.
    """
    delimiters, originals = delimiters or Delimiters(), list(originals)
    notebook = nbformat.from_dict(notebook)
    secrets = secrets_of(notebook, originals, delimiters)
    by_name = {original.name: original for original in originals}
    for cell in notebook.cells:
        original = by_name.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        cell.metadata = nbformat.from_dict(original.metadata if original else {})
        part = _part(cell, original, delimiters)
        # A student may well write the words; only a pasted secret must go.
        lines = part.hidden.values()
        if part.hides or any(line.strip() in secrets.lines for line in lines):
            note = f"# {NOT_SHOWN}" if cell.cell_type == "code" else f"*{NOT_SHOWN}*"
            cell.source = part.shown(note)
        if cell.cell_type == "code":
            cell.outputs = _outputs(cell, part, secrets)
    return notebook


@dataclass(frozen=True)
class _Part:
    """The lines of a cell: visible ones by number, and hidden ones.

    `hides` tells whether the gradebook says that this cell hides something; `count` is
    the number of its execution.
    """

    hides: bool
    count: int | None
    visible: dict[int, str]
    hidden: dict[int, str]

    def shown(self, note: str) -> str:
        """Return the visible lines, with a note in place of each hidden region."""
        lines: list[str] = []
        for number in range(1, len(self.visible) + len(self.hidden) + 1):
            if number in self.visible:
                lines.append(self.visible[number])
            elif number - 1 not in self.hidden:
                lines.append(note)
        return "\n".join(lines)

    def shows(self, frame: Frame) -> bool:
        """Tell whether a frame is in this cell, at a visible line."""
        return self._is_at(frame, self.visible)

    def conceals(self, frame: Frame) -> bool:
        """Tell whether a frame is in this cell, at a hidden line."""
        return self._is_at(frame, self.hidden)

    def _is_at(self, frame: Frame, lines: dict[int, str]) -> bool:
        here = frame.cell is not None and frame.cell == self.count
        return here and lines.get(frame.number, "").strip() == frame.code != ""


def _part(
    cell: NotebookNode, original: Original | None, delimiters: Delimiters
) -> _Part:
    source = cell.source
    graded = original is not None and original.locked
    # A restored cell has a line above; in any other case the gradebook's text was run.
    if graded and not source.endswith(original.source):
        source = original.source
    hides = delimiters.hides(source)
    lines = list(enumerate(zip(source.split("\n"), hides, strict=True), 1))
    return _Part(
        hides=graded and any(hides),
        count=cell.get("execution_count"),
        visible={number: line for number, (line, hidden) in lines if not hidden},
        hidden={number: line for number, (line, hidden) in lines if hidden},
    )


def _outputs(cell: NotebookNode, part: _Part, secrets: Secrets) -> list[NotebookNode]:
    if not part.hides:
        return [_without_secrets(output, part, secrets) for output in cell.outputs]
    kept = [_redacted(output, part, secrets) for output in cell.outputs]
    note = nbformat.v4.new_output("stream", name="stdout", text=VALUES + "\n")
    return [o for o in kept if o is not None] + [note] * (None in kept)


def _without_secrets(
    output: NotebookNode, part: _Part, secrets: Secrets
) -> NotebookNode:
    """Take hidden lines out of an output of a cell that hides nothing itself."""
    if output.output_type == "stream":
        output.text = _without_lines(output.text, secrets)
    elif output.output_type == "error":
        if secrets.told_by("\n".join([output.evalue, *output.traceback])):
            return _error(output, part, secrets)
    elif any(
        kind.startswith("text/") and secrets.told_by(data)
        for kind, data in output.data.items()
    ):
        output.data = {"text/plain": LINE}
    return output


def _redacted(
    output: NotebookNode, part: _Part, secrets: Secrets
) -> NotebookNode | None:
    """Redact an output of a cell with hidden tests; None to leave it out."""
    if output.output_type == "stream":
        output.text = shorten_values(_without_lines(output.text, secrets))
        return output
    if output.output_type == "error":
        return _error(output, part, secrets)
    if output.output_type == "execute_result":
        plain = output.data.get("text/plain", "")
        if re.fullmatch(r"[-+]?[\d.]+(?:e[-+]?\d+)?", plain):  # partial credit
            output.data = {"text/plain": plain}
            return output
    return None


def _error(output: NotebookNode, part: _Part, secrets: Secrets) -> NotebookNode:
    """Write an error anew, from those frames that may be seen."""
    text = strip_ansi("\n".join(output.traceback))
    frames = frames_of(text)
    shown = []
    for frame in frames:
        known = part.shows(frame) or frame.code in secrets.known
        # A stand-in is a frame of its own, at the head of the student's function.
        standin = frame.cell is None and re.match(r"(?:async )?def |class ", frame.code)
        if known and not standin and not part.conceals(frame):
            shown += frame.excerpt(secrets.known)
    name = re.sub(r"\W", "", output.ename)[:60]
    student = bool(frames) and not _ends_in_test(frames, part, secrets)
    message = secrets.safe_message(output.evalue, from_student=student)
    last = [f"{name}: {message}" if message else f"({name})"]
    if not frames:  # a check that shows its own text in place of a traceback
        last = [secrets.safe_message(without_frames(text)) or f"{FAILED} ({name})"]
    elif not any(part.shows(frame) for frame in frames):
        last.insert(0, FAILED)
    return nbformat.v4.new_output(
        "error", ename=name, evalue=message, traceback=["\n".join([*shown, *last])]
    )


def _ends_in_test(frames: list[Frame], part: _Part, secrets: Secrets) -> bool:
    """Tell whether no frame is the student's own."""
    return not any(
        frame.code in secrets.known and not (part.shows(frame) or part.conceals(frame))
        for frame in frames
    )


def _without_lines(text: str, secrets: Secrets) -> str:
    """Put a note in place of each run of lines that tell a hidden one."""
    kept: list[str] = []
    for line in text.split("\n"):
        if not secrets.told_by(line):
            kept.append(line)
        elif kept[-1:] != [LINE]:
            kept.append(LINE)
    return "\n".join(kept)
