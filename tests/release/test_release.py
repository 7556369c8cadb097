"""What students are handed: current, without answers, and worth nothing untouched."""

import re
import subprocess
import sys

import nbformat
import pytest
from lessons import LESSONS, ROOT, errors, executed
from nbgrader.utils import determine_grade, is_grade, is_solution

RELEASE = ROOT / "release"
SECRET = re.compile(r"BEGIN (SOLUTION|HIDDEN TESTS)\b.*\n((?:.|\n)*?).*END \1")


def files(folder):
    """Return the files below a folder, by relative path."""
    return sorted(
        p.relative_to(folder)
        for p in folder.rglob("*")
        if p.is_file() and ".ipynb_checkpoints" not in p.parts
    )


def lines_of(lesson):
    """Return a lesson's secret lines and its public ones."""
    secret, public = set(), set()
    for cell in nbformat.read(lesson.notebook, as_version=4).cells:
        for _, region in SECRET.findall(cell.source):
            secret |= {line.strip() for line in region.splitlines()}
        shown = SECRET.sub("", cell.source)
        public |= {line.strip() for line in shown.splitlines()}
    return secret, public


def secret_lines(lesson):
    """Return the lines of a lesson that stand in no public part of any lesson."""
    public = set().union(*(lines_of(other)[1] for other in LESSONS))
    return {line for line in lines_of(lesson)[0] - public if len(line) > 8}


def test_release_is_current(tmp_path):
    """
    Generating the release again gives the same files with the same bytes.
    """
    done = subprocess.run(
        [sys.executable, "source/build.py", "release", "--into", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert 0 == done.returncode, done.stderr
    assert files(tmp_path) == files(RELEASE), "run `make release`"
    for path in files(tmp_path):
        message = f"release/{path} is not what source/ gives: run `make release`"
        assert (tmp_path / path).read_bytes() == (RELEASE / path).read_bytes(), message


def test_only_notebooks_and_pictures_are_released():
    """
    No text twin, no gradebook, no data: nothing but notebooks and pictures.
    """
    kinds = {path.suffix for path in files(RELEASE)}

    assert kinds <= {".ipynb", ".png", ".svg", ".jpg"}
    assert {lesson.name for lesson in LESSONS} == {p.parts[0] for p in files(RELEASE)}


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_no_secret_line_is_released(lesson):
    """
    No line of a solution or of a hidden test is in the release, in any file.
    """
    secrets = secret_lines(lesson)

    assert len(secrets) > 20
    for path in files(RELEASE):
        document = nbformat.read(RELEASE / path, as_version=4)
        lines = {
            line.strip() for cell in document.cells for line in cell.source.splitlines()
        }
        assert set() == secrets & lines, path
        text = (RELEASE / path).read_text()
        assert "BEGIN SOLUTION" not in text and "HIDDEN TESTS" not in text


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_metadata_leads_nowhere(lesson):
    """
    A release has no outputs, and no metadata by which jupytext would find the text.
    """
    document = nbformat.read(lesson.release, as_version=4)

    assert {"kernelspec"} >= set(document.metadata) - {"language_info"}
    for cell in document.cells:
        assert set(cell.metadata) <= {
            "nbgrader",
            "covers",
            "tags",
            "deletable",
            "editable",
            "lines_to_next_cell",
        }
        assert not cell.get("outputs") and cell.get("execution_count") is None


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_release_scores_zero(lesson):
    """
    Untouched, every graded cell fails, the first of them with a clear message, and all
    cells before the first task run.
    """
    done, _ = executed(lesson.release)
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    graded = [cell for cell in cells if is_grade(cell)]
    first = next(i for i, cell in enumerate(cells) if is_solution(cell))

    assert [] == [error for cell in cells[: first + 1] for error in errors(cell)]
    for cell in graded:
        assert 0 == determine_grade(cell)[0], cell.metadata.nbgrader.grade_id
    (message,) = errors(graded[0])
    assert f"{lesson.tasks[0]} is not written yet" in message
