"""A notebook built anew from what is harmless in one."""

import html
import math
import re
from collections.abc import Mapping
from typing import Any

import nbformat.v4
from nbformat import NotebookNode

from autograder.sanitize import IMAGE, clean_html

_PICTURES = {"image/gif", "image/jpeg", "image/png"}
_TEXTS = {"text/plain", "text/markdown"}


def clean_notebook(notebook: NotebookNode) -> NotebookNode:
    """Build a notebook anew from what is harmless in one, whoever wrote it.

    Cells, outputs and metadata are never passed on as they are: templates write ids,
    tags, counts, sizes, kinds and languages into the page, some without escaping.
    Markdown source stays, since it is rendered later: use `clean_markdown` for that.

    Parameters
    ----------
    notebook : NotebookNode
        Of nbformat 4; not changed.

    Returns
    -------
    NotebookNode
        A new notebook with the cells' kinds, sources, outputs that are text, pictures,
        HTML or errors, and nbgrader's metadata.
    """
    cells = [
        _clean_cell(cell, f"cell-{number}")
        for number, cell in enumerate(notebook.cells)
    ]
    return nbformat.v4.new_notebook(
        cells=cells, metadata={"language_info": {"name": "ipython3"}}
    )


def _clean_cell(cell: NotebookNode, cell_id: str) -> NotebookNode:
    source, kind = _text(cell.get("source", "")), cell.get("cell_type")
    metadata = _clean_metadata(cell.get("metadata"))
    if kind == "code":
        return nbformat.v4.new_code_cell(
            source,
            id=cell_id,
            metadata=metadata,
            execution_count=_integer(cell.get("execution_count")),
            outputs=[
                clean
                for output in cell.get("outputs", ())
                if (clean := _clean_output(output))
            ],
        )
    if kind == "markdown":
        clean = nbformat.v4.new_markdown_cell(source, id=cell_id, metadata=metadata)
        if attachments := _clean_attachments(cell.get("attachments")):
            clean.attachments = attachments
        return clean
    source = f"<pre>{html.escape(source)}</pre>"  # shown as HTML, by default
    return nbformat.v4.new_raw_cell(source, id=cell_id, metadata=metadata)


def _clean_attachments(attachments: Any) -> dict[str, dict[str, str]]:
    if not isinstance(attachments, Mapping):
        return {}
    pictures = _PICTURES | {"image/svg+xml"}
    return {
        name: {kind: _text(bundle[kind]) for kind in pictures & bundle.keys()}
        for name, bundle in attachments.items()
        if isinstance(bundle, Mapping)
    }


def _clean_metadata(metadata: Any) -> dict[str, Any]:
    """Keep nbgrader's flags, points and id, each of the right type."""
    given = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    if not isinstance(given, Mapping):
        return {}
    name = given.get("grade_id")
    if not (isinstance(name, str) and re.fullmatch(r"[\w.-]+", name)):
        return {}
    flags = ("grade", "locked", "solution", "task")
    kept: dict[str, Any] = {key: given.get(key) is True for key in flags}
    points = given.get("points")
    if isinstance(points, (int, float)) and math.isfinite(points):
        kept["points"] = points
    return {"nbgrader": kept | {"grade_id": name, "schema_version": 3}}


def _clean_output(output: Mapping[str, Any]) -> NotebookNode | None:
    new, kind = nbformat.v4.new_output, output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new("stream", name=name, text=_text(output.get("text")))
    if kind == "error":
        lines = output.get("traceback")
        return new(
            "error",
            ename=_text(output.get("ename", "")),
            evalue=_text(output.get("evalue", "")),
            traceback=list(map(_text, lines)) if isinstance(lines, list) else [],
        )
    if kind in ("display_data", "execute_result") and isinstance(
        output.get("data"), Mapping
    ):
        count = {"execution_count": _integer(output.get("execution_count"))}
        return new(
            kind,
            data=_clean_data(output["data"]),
            metadata=_sizes(output.get("metadata")),
            **(count if kind == "execute_result" else {}),
        )
    return None


def _clean_data(data: Mapping[str, Any]) -> dict[str, str]:
    clean = {kind: _text(data[kind]) for kind in data if kind in _TEXTS}
    for kind in _PICTURES & data.keys():
        picture = f"data:{kind};base64,{_text(data[kind]).strip()}"
        if IMAGE.fullmatch(picture):
            clean[kind] = picture.partition(",")[2]
    if "image/svg+xml" in data:  # the page shows it in <img>, where no script runs
        clean["image/svg+xml"] = _text(data["image/svg+xml"])
    if "text/html" in data:
        clean["text/html"] = clean_html(_text(data["text/html"]))
    elif "text/latex" in data and not clean.keys() & {"image/svg+xml", "text/markdown"}:
        clean["text/html"] = clean_html(html.escape(_text(data["text/latex"])))
    return clean or {"text/plain": "[this kind of output is not shown here]"}


def _sizes(metadata: Any) -> dict[str, Any]:
    """Keep widths and heights of pictures, which are written without quotes."""
    if not isinstance(metadata, Mapping):
        return {}
    return {
        kind: {
            side: size
            for side in ("width", "height")
            if (size := _integer(metadata[kind].get(side))) is not None
        }
        for kind in _PICTURES & metadata.keys()
        if isinstance(metadata[kind], Mapping)
    }


def _integer(value: Any) -> int | None:
    return value if type(value) is int else None


def _text(value: Any) -> str:
    text = "".join(map(str, value)) if isinstance(value, list) else str(value)
    # Half a surrogate pair is valid in JSON, but cannot be written to a page.
    return text.encode("utf-8", "replace").decode("utf-8")
