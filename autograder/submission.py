"""One submitted notebook file: from bytes of any kind to a notebook that is valid.

A file that holds no notebook is refused with one clear line.
"""

import json
import stat
from pathlib import Path

from nbformat import NotebookNode

from autograder.clean import cells_of, clean
from autograder.errors import AutograderError
from autograder.record import Note

MOST_MIB = 128
MOST_PARTS = 20_000_000  # each costs some 60 bytes of memory when the JSON is read
MOST_CELLS = 10_000

_OTHER_FILES = {
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
    b"<": "a web page",
}


class SubmissionError(AutograderError):
    """A submission cannot be read, so that it gets no score."""


def read_notebook(
    path: Path, most_mib: float = MOST_MIB, keep_outputs: bool = False
) -> tuple[NotebookNode, list[Note]]:
    """Read a submitted notebook, whatever wrote it.

    Parameters
    ----------
    path : Path
        The file. A link is followed only within its folder.
    most_mib : float
        Larger files are refused before they are read.
    keep_outputs : bool
        Outputs are dropped, as grading makes new ones, unless this is set.

    Returns
    -------
    notebook : NotebookNode
        Valid for nbformat 4.5.
    notes : list of Note
        What had to be guessed to read it.

    Raises
    ------
    SubmissionError
        If there is no notebook in it.
    """
    data = _read_bytes(path, most_mib)
    try:
        text, notes = data.decode(json.detect_encoding(data)), []
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        sentence = "The file is not UTF-8; it was read as Windows-1252."
        notes = [Note("encoding", path.name, sentence)]
    try:
        content = json.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise SubmissionError(
            f"{path}: wanted a notebook, got JSON that is nested too deep; ask for "
            f"the file as JupyterLab saves it"
        ) from None
    except ValueError as error:
        raise SubmissionError(
            f"{path}: wanted a notebook (JSON), got {_describe(data)} ({error}); ask "
            f"for the file again"
        ) from None
    if not isinstance(content, dict) or not isinstance(cells_of(content), list):
        raise SubmissionError(
            f"{path}: wanted a notebook with a list of cells, got other JSON; ask for "
            f"the file as JupyterLab saves it"
        )
    if (count := len(cells_of(content))) > MOST_CELLS:
        raise SubmissionError(
            f"{path}: wanted a notebook of at most {MOST_CELLS} cells, got {count}; "
            f"delete what is not needed"
        )
    return clean(content, keep_outputs), notes


def _read_bytes(path: Path, most_mib: float) -> bytes:
    def refuse(came: str, todo: str) -> SubmissionError:
        return SubmissionError(f"{path}: wanted a notebook file, got {came}; {todo}")

    try:
        target = path.resolve(strict=True)
        kind = target.stat()
    except (OSError, RuntimeError) as error:
        came = "nothing" if isinstance(error, FileNotFoundError) else str(error)
        came = "a link to nothing" if path.is_symlink() else came
        raise refuse(came, "ask for it, or look for it under another name") from None
    if path.is_symlink() and not target.is_relative_to(path.parent.resolve()):
        raise refuse("a link to a file elsewhere", "ask for the file itself")
    if stat.S_ISDIR(kind.st_mode):
        raise refuse("a folder", "look inside it, and put the notebook in its place")
    if not stat.S_ISREG(kind.st_mode):
        # Opening a named pipe would wait for ever.
        raise refuse("a pipe, socket or device", "ask for the file itself")
    mib = kind.st_size / 2**20
    if mib > most_mib:
        todo = "clear its outputs, or raise c.SubmissionExporter.most_mib"
        raise refuse(f"{mib:.0f} MiB, more than {most_mib:g}", todo)
    try:
        data = target.read_bytes()
    except OSError as error:
        raise refuse(error.strerror or "an error", "make the file readable") from None
    if not data.strip():
        raise refuse("an empty file", "ask for the file again")
    parts = sum(data.count(mark) for mark in (b",", b"[", b"{"))
    if parts > MOST_PARTS:
        raise refuse(f"JSON of {parts:,} parts", "clear its outputs")
    return data


def _describe(data: bytes) -> str:
    for start, name in _OTHER_FILES.items():
        if data.lstrip().startswith(start):
            return name
    return "a file that was cut off or is no notebook"
