"""Whatever JSON a notebook file holds, a valid notebook with the same cells.

What is wrong is put right in silence, because no point hangs on it: cell ids, outputs,
execution counts, old formats, odd metadata. `repair` then looks at what nbgrader needs.
"""

import re
from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

DEEPEST = 20  # levels of lists and dicts in metadata

_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_SURROGATE = re.compile("[\ud800-\udfff]")


def cells_of(content: Mapping) -> Any:
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
    raw = [cell for cell in cells_of(content) or () if isinstance(cell, dict)]
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
