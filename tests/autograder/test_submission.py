"""Files as students hand them in: notebooks of all kinds, and what lies beside them."""

import json
import os
from datetime import datetime

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from small_course import write

from autograder import submission
from autograder.clean import clean
from autograder.submission import SubmissionError, read_notebook
from autograder.submission_folder import check_files, find_renamed, read_timestamp

NOW = datetime(2026, 11, 21, 12)
NOTEBOOK = new_notebook(cells=[new_code_cell("x = 'é'", id="a")])
TEXT = json.dumps(NOTEBOOK, ensure_ascii=False)


@pytest.fixture
def folder(tmp_path):
    """The folder of a submission, beside the course's own files."""
    (tmp_path / "gradebook.db").write_text("secret")
    folder = tmp_path / "a [new] folder"
    folder.mkdir()
    return folder


# What is a notebook -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "kinds"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", []),
        ("latin-1", ["encoding"]),
    ],
)
def test_every_encoding_is_read(folder, encoding, kinds):
    """
    With a byte order mark or without; only a guess is noted.
    """
    path = folder / "ps1.ipynb"
    path.write_bytes(TEXT.encode(encoding))
    notebook, notes = read_notebook(path)

    assert "x = 'é'" == notebook.cells[0].source
    assert kinds == [note.kind for note in notes]


def version_3():
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Title"], "metadata": {}},
        {"cell_type": "code", "input": ["x =", " 1"], "outputs": [], "language": "py"},
    ]
    return {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}


def test_format_3_is_read():
    """
    Worksheets, headings and inputs of old notebooks.
    """
    notebook = clean(version_3())

    assert ["## Title", "x = 1"] == [cell.source for cell in notebook.cells]
    nbformat.validate(notebook)


@pytest.mark.parametrize("minor", [0, 1, 2, 3, 4, 5, 6, 99, "4", None])
def test_format_4_is_read_whatever_its_minor_version(minor):
    """
    Cells get ids where the format had none.
    """
    cells = [{"cell_type": "code", "source": "x = 1"}, {"cell_type": "markdown"}]
    notebook = clean({"nbformat": 4, "nbformat_minor": minor, "cells": cells})

    assert ["x = 1", ""] == [cell.source for cell in notebook.cells]
    nbformat.validate(notebook)


def test_outputs_are_dropped_unless_they_are_wanted():
    """
    100 MB of pictures are gone before anything looks at them.
    """
    good = new_output("stream", text="hello")
    cell = new_code_cell("1")
    cell.outputs = [good, {"output_type": "forged"}, 7]

    assert [] == clean({"cells": [cell]}).cells[0].outputs
    assert [good] == clean({"cells": [cell]}, keep_outputs=True).cells[0].outputs


def test_pictures_in_a_text_stay():
    """
    A written answer may show an attached photo of a drawing.
    """
    picture = {"drawing.png": {"image/png": "aGVsbG8="}}
    cell = new_markdown_cell("![](attachment:drawing.png)", attachments=picture)

    assert picture == clean(new_notebook(cells=[cell])).cells[0].attachments


def test_only_the_kernels_name_stays_of_the_notebooks_metadata():
    """
    Signatures, widget states, language claims and made-up settings go.
    """
    kernel = {"name": "python3", "display_name": "Python 3", "argv": ["rm"]}
    metadata = {"kernelspec": kernel, "language_info": 1, "language": 7, "nbgrader": {}}
    kept = clean({"cells": [], "metadata": metadata}).metadata

    assert {"kernelspec": {"name": "python3", "display_name": "Python 3"}} == kept


def test_odd_json_is_read(folder):
    """
    NaN, double keys, halves of characters and nested junk do not matter.
    """
    junk = "[" * 400 + "]" * 400
    path = folder / "ps1.ipynb"
    path.write_text(
        '{"nbformat": 4, "cells": 1, "cells": [{"cell_type": "code", "source": '
        '["x = 1 # \\ud800"], "metadata": {"a": NaN, "b": Infinity, "c": '
        + junk
        + "}}]}"
    )
    notebook, _ = read_notebook(path)
    text = nbformat.writes(notebook)

    assert "x = 1 # \ufffd" == notebook.cells[0].source
    assert "NaN" not in text.encode().decode()


@pytest.mark.parametrize(
    ("content", "came"),
    [
        (b"", "got an empty file; ask for the file again"),
        (b" \n", "got an empty file"),
        (TEXT[:50].encode(), "got a file that was cut off or is no notebook"),
        (b"PK\x03\x04...", "got a zip archive"),
        (b"%PDF-1.7", "got a PDF"),
        (b"<!DOCTYPE html><html>", "got a web page"),
        (b"\x1f\x8b\x08", "got a gzip archive"),
        (b"[1, 2]", "wanted a notebook with a list of cells, got other JSON"),
        (b'"text"', "wanted a notebook with a list of cells"),
        (b'{"nbformat": 4}', "wanted a notebook with a list of cells"),
        (b'{"cells": 7}', "wanted a notebook with a list of cells"),
        (b'{"cells": [' + b"1," * 10_000 + b"1]}", "at most 10000 cells, got 10001"),
        (b'{"a":' * 100_000, "got JSON that is nested too deep"),
        (b'{"cells": [' + b"9" * 5000 + b"]}", "wanted a notebook"),
    ],
)
def test_what_is_no_notebook_is_refused(folder, content, came):
    """
    One line: the file, what was wanted, what came, what to do.
    """
    path = folder / "ps1.ipynb"
    path.write_bytes(content)

    with pytest.raises(SubmissionError) as error:
        read_notebook(path)
    assert came in str(error.value)
    assert str(error.value).startswith(f"{path}: wanted a notebook")
    assert "\n" not in str(error.value)


def no_file(path):
    pass


def a_folder(path):
    path.mkdir()


def a_pipe(path):
    os.mkfifo(path)


def a_link_out(path):
    path.symlink_to(path.parent.parent / "gradebook.db")


def a_link_to_nothing(path):
    path.symlink_to("nothing.ipynb")


def a_link_to_itself(path):
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("make", "came"),
    [
        (no_file, "got nothing; ask for it"),
        (a_folder, "got a folder; look inside it"),
        (a_pipe, "got a pipe, socket or device"),
        (a_link_out, "got a link to a file elsewhere"),
        (a_link_to_nothing, "got a link to nothing"),
        (a_link_to_itself, "got a link to nothing"),
    ],
)
def test_what_is_no_file_is_refused(folder, make, came):
    """
    None of it is opened, so none of it hangs or leaks.
    """
    path = folder / "ps1.ipynb"
    make(path)

    with pytest.raises(SubmissionError, match="wanted a notebook file") as error:
        read_notebook(path)
    assert came in str(error.value)


def test_a_link_within_the_submission_is_read(folder):
    """
    Some students keep versions.
    """
    write(NOTEBOOK, folder / "version 2.ipynb")
    (folder / "ps1.ipynb").symlink_to("version 2.ipynb")

    assert "x = 'é'" == read_notebook(folder / "ps1.ipynb")[0].cells[0].source


def test_files_that_are_too_large_are_refused_before_they_are_read(folder, monkeypatch):
    """
    By size, and by the number of parts, each of which would cost memory.
    """
    path = folder / "ps1.ipynb"
    with path.open("wb") as file:
        file.truncate(2**40)

    with pytest.raises(SubmissionError, match="got 1048576 MiB, more than 128; clear"):
        read_notebook(path)
    monkeypatch.setattr(submission, "MOST_PARTS", 1000)
    path.write_bytes(b'{"cells": [' + b"[]," * 1000 + b"[]]}")
    with pytest.raises(SubmissionError, match="got JSON of 2,00. parts; clear"):
        read_notebook(path)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "cells worksheets cell_type source input metadata id outputs level "
                "attachments nbformat tags name kernelspec execution".split()
            ),
            inner | st.sampled_from(["code", "heading", "markdown"]),
            max_size=5,
        )
    ),
)


@settings(deadline=None, max_examples=200)
@given(ANY)
def test_anything_becomes_a_valid_notebook(content):
    """
    Whatever JSON holds in place of cells, the result is valid and can be written.
    """
    notebook = clean({"cells": [content, {"cell_type": "code"} | _dict(content)]})

    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()
    assert notebook == clean(notebook)


def _dict(value):
    return value if isinstance(value, dict) else {}


@settings(deadline=None, max_examples=200)
@given(
    changes=st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), max_size=6)
)
def test_any_bytes_are_a_notebook_or_refused(tmp_path_factory, changes):
    """
    A file with some bytes changed is read, or refused in one line.
    """
    data = bytearray(TEXT.encode())
    for place, new in changes:
        data[place : place + 1] = new
    path = tmp_path_factory.getbasetemp() / "changed.ipynb"
    path.write_bytes(data)

    try:
        nbformat.validate(read_notebook(path)[0])
    except SubmissionError as error:
        assert "\n" not in str(error)


# What lies beside it ----------------------------------------------------------------


def test_honest_files_are_all_taken(folder):
    """
    Data, modules and pictures in folders, with odd names.
    """
    (folder / "data").mkdir()
    for name in ("data/a [1].csv", "my code.py", "b\nc.txt", "ps1.ipynb"):
        (folder / name).write_text("1")
    (folder / "latest").symlink_to("data")

    assert ([], []) == check_files(folder)


def test_unsafe_files_are_left_out_and_named(folder):
    """
    A link out of the submission is a suspicion; a broken file is not.
    """
    outside = folder.parent / "gradebook.db"
    (folder / "leak.txt").symlink_to(outside)
    (folder / "up").symlink_to("..")
    (folder / "gone.txt").symlink_to("nothing")
    (folder / "ps1.record.json").write_text("{}")
    os.mkfifo(folder / "pipe")
    with (folder / "huge.bin").open("wb") as file:
        file.truncate(10**12)
    paths, notes = check_files(folder)

    wanted = {
        "leak.txt": "suspicious",
        "up": "suspicious",
        "gone.txt": "repaired",
        "ps1.record.json": "suspicious",
        "pipe": "suspicious",
        "huge.bin": "repaired",
    }
    assert wanted == {note.cell: note.severity for note in notes}
    assert {str(folder / name) for name in wanted if name != "up"} == set(paths)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-20 10:00:00.123456 UTC", datetime(2026, 11, 20, 10, 0, 0, 123456)),
        ("2026-11-20 10:00:00 Europe/Berlin", datetime(2026, 11, 20, 9)),
        ("\ufeff2026-11-20 10:00:00\n", datetime(2026, 11, 20, 10)),
    ],
)
def test_timestamps_are_read(folder, text, wanted):
    """
    As nbgrader writes them, and as a Windows editor leaves them.
    """
    (folder / "timestamp.txt").write_text(text, encoding="utf-8")

    assert (wanted, None) == read_timestamp(folder, NOW)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("soon", "says 'soon', which is no time"),
        ("2026-13-45 99:99:99 UTC", "which is no time"),
        ("9" * 400, "which is no time"),
        ("\x00\xff", "which is no time"),
        ("2099-01-01 00:00:00 UTC", "says 2099-01-01 00:00:00, which is yet to come"),
        ("1999-01-01 00:00:00 UTC", "which is long ago"),
        ("", "is empty"),
        ("2026-11-20" * 1000, "larger than"),
    ],
)
def test_timestamps_that_cannot_be_true_are_doubted(folder, text, reason):
    """
    Nbgrader's own reading fails for some of these, and grants others.
    """
    (folder / "timestamp.txt").write_text(text, encoding="latin-1")
    time, note = read_timestamp(folder, NOW)

    assert time is None
    assert reason in note.sentence


def test_no_timestamp_is_no_note(folder):
    """
    Most courses collect without one; a pipe in its place is not opened.
    """
    assert (None, None) == read_timestamp(folder, NOW)
    os.mkfifo(folder / "timestamp.txt")
    assert "a pipe" in read_timestamp(folder, NOW)[1].sentence


# Names ------------------------------------------------------------------------------

WANTED = {"ps1": ["double", "total"], "ps2": ["relu"]}


def notebook_with(*names):
    cells = [
        new_code_cell("1", metadata={"nbgrader": {"grade_id": name}}) for name in names
    ]
    return new_notebook(cells=cells)


@pytest.mark.parametrize(
    "name",
    ["PS1.ipynb", "ps1 (1).ipynb", "ps1-Copy1.ipynb", "ps1.ipynb.txt", "ps1.IPYNB"],
)
@pytest.mark.parametrize("ids", [["double"], []])
def test_a_renamed_notebook_is_found_by_its_cells_or_its_name(folder, name, ids):
    """
    A notebook without metadata is still known by a name that is nearly right.
    """
    path = write(notebook_with(*ids), folder / name)
    write(notebook_with("relu"), folder / "ps2.ipynb")

    assert {"ps1": path} == find_renamed(folder, WANTED)


def test_a_notebook_with_another_name_is_known_by_its_cells(folder):
    """
    "Homework of Ada.ipynb" is what its cells say; other notebooks stay what they are.
    """
    path = write(notebook_with("double"), folder / "Homework of Ada.ipynb")
    write(notebook_with("other"), folder / "scratch.ipynb")

    assert {"ps1": path} == find_renamed(folder, WANTED)


def test_two_notebooks_that_may_be_meant_are_not_guessed_at(folder):
    """
    A person has to choose.
    """
    write(notebook_with("double"), folder / "ps1 (1).ipynb")
    write(notebook_with("double"), folder / "ps1 (2).ipynb")

    assert {} == find_renamed(folder, WANTED)


def test_a_notebook_that_is_there_is_never_replaced(folder):
    """
    Copies beside the notebook do not matter.
    """
    write(notebook_with("double"), folder / "ps1.ipynb")
    write(notebook_with("double"), folder / "ps1-Copy1.ipynb")
    write(notebook_with("relu"), folder / "ps2.ipynb")

    assert {} == find_renamed(folder, WANTED)
