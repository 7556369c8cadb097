"""One submitted notebook file: from bytes of any kind to a notebook that is valid.

A file that holds no notebook is refused with one clear line. All else that can be wrong
inside is put right in silence, because no point hangs on it: cell ids, outputs,
execution counts, old formats, odd metadata. `repair` then looks at what nbgrader needs.
"""

import json
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.errors import AutograderError
from autograder.record import Note

MOST_MIB = 128
MOST_PARTS = 20_000_000  # each costs some 60 bytes of memory when the JSON is read
DEEPEST = 20  # levels of lists and dicts in metadata

_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_SURROGATE = re.compile("[\ud800-\udfff]")
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
    if not isinstance(content, dict) or not isinstance(_cells(content), list):
        raise SubmissionError(
            f"{path}: wanted a notebook with a list of cells, got other JSON; ask for "
            f"the file as JupyterLab saves it"
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


def _cells(content: Mapping) -> Any:
    """Return the cells of a notebook of any format; formats 2 and 3 have worksheets."""
    if "cells" in content or not isinstance(content.get("worksheets"), list):
        return content.get("cells")
    sheets = [sheet for sheet in content["worksheets"] if isinstance(sheet, dict)]
    lists = [sheet.get("cells") for sheet in sheets]
    return [cell for cells in lists if isinstance(cells, list) for cell in cells]


def clean(content: Mapping, keep_outputs: bool = False) -> NotebookNode:
    """Make a valid notebook of what was read from JSON.

    Parameters
    ----------
    content : mapping
        Anything with cells.
    keep_outputs : bool
        As for `read_notebook`.

    Returns
    -------
    NotebookNode
        A new one. Its cells have the same texts and types in the same order, unique
        ids, and metadata of plain data. Of the notebook's own metadata only the name
        of the kernel is kept: the rest is for viewers, or claims what only the
        gradebook knows.

    Examples
    --------
    >>> cells = [{"cell_type": "code", "source": ["x =", " 1"]}]
    >>> clean({"cells": cells}).cells[0].source
    'x = 1'
    """
    seen: set[str] = set()
    raw = [cell for cell in _cells(content) or () if isinstance(cell, dict)]
    cells = [_clean_cell(cell, seen, keep_outputs) for cell in raw]
    metadata = content.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    names = ("name", "display_name", "language")
    kept = {}
    if isinstance(kernel, dict) and all(
        isinstance(kernel.get(name), str) for name in names[:2]
    ):
        kept["kernelspec"] = {
            name: _text(kernel[name])
            for name in names
            if isinstance(kernel.get(name), str)
        }
    notebook = {"cells": cells, "metadata": kept, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.from_dict(notebook)


def _clean_cell(cell: dict, seen: set[str], keep_outputs: bool) -> dict:
    kind = cell.get("cell_type")
    source = _text(cell.get("source", cell.get("input", "")))
    if kind == "heading":  # format 3
        level = cell.get("level")
        source = "#" * (level if level in range(1, 7) else 1) + " " + source
    if not isinstance(kind, str) or kind not in ("code", "markdown", "raw"):
        kind = "markdown" if kind in ("heading", "html") else "raw"
    metadata = _plain(cell.get("metadata"))
    metadata = metadata if isinstance(metadata, dict) else {}
    new = {
        "id": unique_id(cell.get("id"), seen),
        "cell_type": kind,
        "metadata": {
            key: value for key, value in metadata.items() if _is_valid(key, value)
        },
        "source": source,
    }
    if kind == "code":
        outputs = cell.get("outputs") if keep_outputs else []
        outputs = outputs if isinstance(outputs, list) else []
        new["outputs"] = [output for output in outputs if _is_output(output)]
        new["execution_count"] = None
    elif isinstance(cell.get("attachments"), dict):
        new["attachments"] = _attachments(cell["attachments"])
    return new


def unique_id(wanted: Any, seen: set[str]) -> str:
    """Return a valid cell id that is not in `seen`, and add it there."""
    name = wanted if isinstance(wanted, str) and _CELL_ID.fullmatch(wanted) else "cell"
    new, number = name, len(seen)
    while new in seen:
        number += 1
        new = f"{name[:50]}-{number}"
    seen.add(new)
    return new


def _text(value: Any) -> str:
    lines = value if isinstance(value, list) else [value]
    text = "".join(line for line in lines if isinstance(line, str))
    # JSON can hold halves of characters, which no file can.
    return _SURROGATE.sub("\ufffd", text)


def _plain(value: Any, level: int = 0) -> Any:
    """Copy plain data; what is no plain data, or too deep, becomes None."""
    if isinstance(value, dict) and level < DEEPEST:
        return {
            _text(key): _plain(item, level + 1)
            for key, item in value.items()
            if isinstance(key, str)
        }
    if isinstance(value, list) and level < DEEPEST:
        return [_plain(item, level + 1) for item in value]
    if isinstance(value, str):
        return _text(value)
    is_number = isinstance(value, (int, float)) and abs(value) < 2**63
    return value if is_number else None


def _is_valid(key: str, value: Any) -> bool:
    """Whether a cell's metadata may hold this, as nbformat's schema says."""
    match key:
        case "name":
            return isinstance(value, str) and value != ""
        case "format":
            return isinstance(value, str)
        case "collapsed" | "deletable" | "editable":
            return isinstance(value, bool)
        case "scrolled":
            return isinstance(value, bool) or value == "auto"
        case "jupyter":
            return isinstance(value, dict)
        case "execution":
            return isinstance(value, dict) and _are_texts(value.values())
        case "tags":
            return (
                isinstance(value, list)
                and _are_texts(value)
                and len(set(value)) == len(value)
                and all(tag and "," not in tag for tag in value)
            )
    return True


def _are_texts(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _attachments(value: dict) -> dict:
    """Copy the pictures that a text shows."""
    return {
        _text(name): {_text(mime): _text(data) for mime, data in bundle.items()}
        for name, bundle in value.items()
        if isinstance(bundle, dict) and not any("json" in mime for mime in bundle)
    }


def _is_output(value: Any) -> bool:
    try:
        nbformat.validate(value, ref="output", version=4, version_minor=5)
    except Exception:  # anything may be wrong with it; then it is no output
        return False
    return True
