"""A class whose submissions are damaged in every way, graded by the real nbgrader.

Cells run in one kernel, with nbgrader's own Execute: this is about repair only.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook, MissingEntry
from small_course import (
    cell,
    delete,
    generate,
    move,
    nbgrader,
    paste,
    solve,
    source,
    write,
)
from traitlets.config import Config

from autograder.record import read_record
from autograder.submission_exporter import SubmissionExporter

CONFIG = """
from nbgrader.converters import Autograde
from autograder.repair_preprocessor import Repair
from autograder.submission_exporter import SubmissionExporter

c = get_config()
stock = Autograde.sanitize_preprocessors.default_args[0]
c.Autograde.sanitize_preprocessors = [Repair, *stock]
c.Autograde.exporter_class = SubmissionExporter
c.OverwriteCells.add_missing_cells = True
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.record.json"
]
c.Execute.shutdown_kernel = "immediate"
c.Execute.timeout = 20
"""

ALL = 7.0  # what the tests of a solved notebook give


@dataclass(frozen=True)
class Damage:
    """One student's submission.

    Parameters
    ----------
    score : float or None
        Points that its tests fairly give; None if it cannot be read.
    kinds : tuple of str
        The notes that its record has.
    """

    score: float | None = ALL
    kinds: tuple = ()


def honest(notebook, folder):
    """Nothing special."""


def untouched(notebook, folder):
    """Cheats by nothing but tags."""
    for name in ("double", "total"):
        cell(notebook, name).source = "raise NotImplementedError"
    for each in notebook.cells:
        each.metadata["tags"] = ["skip-execution"]


def pasted_twice(notebook, folder):
    paste(notebook, "double_test")
    paste(notebook, "total", "essay")


def deleted_tests(notebook, folder):
    delete(notebook, "imports", "double_test", "total_test", "why", "essay")


def deleted_task(notebook, folder):
    delete(notebook, "double", "double_test")


def retyped(notebook, folder):
    for name in ("double_test", "double"):
        changed = cell(notebook, name)
        changed["cell_type"] = "raw"
        del changed["outputs"]


def emptied_tests(notebook, folder):
    cell(notebook, "double").source = "raise NotImplementedError"
    cell(notebook, "double_test").source = "pass"


def moved_tests(notebook, folder):
    move(notebook, "total_test", before="imports")


def forged_metadata(notebook, folder):
    cell(notebook, "total").source = "total = None"
    cell(notebook, "total_test").metadata.nbgrader |= {
        "schema_version": 99,
        "grade_id": "no such cell!",
    }
    cell(notebook, "double_test").metadata.nbgrader["points"] = -1


def stripped(notebook, folder):
    for each in notebook.cells:
        each.metadata = {}


def old_format(notebook, folder):
    for each in notebook.cells:
        if each.cell_type == "code":
            each["input"] = each.pop("source")
        del each["id"]
    sheet = {"cells": notebook.pop("cells")}
    notebook |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [sheet]}


def renamed(notebook, folder):
    return "PS1 (2).ipynb"


def links(notebook, folder):
    (folder / "leak.txt").symlink_to(folder.parents[2] / "gradebook.db")
    (folder / "data.csv").write_text("1,2")
    (folder / "timestamp.txt").write_text("next week")


def cut_off(notebook, folder):
    (folder / "ps1.ipynb").write_text(json.dumps(notebook)[:500])
    return None


def a_folder(notebook, folder):
    (folder / "ps1.ipynb").mkdir()
    return None


def no_notebook(notebook, folder):
    (folder / "ps1.pdf").write_text("%PDF")
    return None


CLASS = {
    honest: Damage(),
    untouched: Damage(0.0, ("tags",) * 10),
    pasted_twice: Damage(ALL, ("duplicate",) * 2),
    deleted_tests: Damage(ALL, ("restored",) * 5),
    deleted_task: Damage(4.0, ("missing-answer", "restored")),
    retyped: Damage(ALL, ("retyped",) * 2),
    emptied_tests: Damage(4.0, ("edited",)),
    moved_tests: Damage(ALL, ("moved",)),
    forged_metadata: Damage(3.0, ("flags", "metadata-lost", "unknown-id")),
    stripped: Damage(ALL, ("metadata-lost",)),
    old_format: Damage(),
    renamed: Damage(ALL, ("renamed",)),
    links: Damage(ALL, ("file", "timestamp")),
    cut_off: Damage(None),
    a_folder: Damage(None),
    no_notebook: Damage(None),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The course folder after the whole class was graded, and nbgrader's log."""
    course = tmp_path_factory.mktemp("damaged") / "a course"
    course.mkdir()
    (course / "nbgrader_config.py").write_text(CONFIG)
    write(source(), course / "source" / "ps1" / "ps1.ipynb")
    nbgrader(course, "generate_assignment", "ps1")
    for damage in CLASS:
        folder = course / "submitted" / damage.__name__ / "ps1"
        folder.mkdir(parents=True)
        notebook = solve(generate(None))
        # json, as nbformat would repair it
        if name := (damage(notebook, folder) or _name(damage)):
            write(notebook, folder / name)
    log = nbgrader(course, "autograde", "ps1")
    log += nbgrader(course, "generate_feedback", "ps1", "--student=[dl]*")
    return course, log


def _name(damage):
    return None if CLASS[damage].score is None else "ps1.ipynb"


def score(course: Path, student: str) -> float | None:
    """Return what the tests gave, None if the gradebook holds no score."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        try:
            notebook = gradebook.find_submission_notebook("ps1", "ps1", student)
        except MissingEntry:
            return None
        scores = [g.auto_score for g in notebook.grades if g.name.endswith("_test")]
    return None if None in scores else sum(scores)


@pytest.mark.parametrize("damage", CLASS, ids=lambda damage: damage.__name__)
def test_everybody_gets_the_fair_score(graded, damage):
    """
    And whoever handed in what cannot be read has no score, rather than 0.
    """
    assert CLASS[damage].score == score(graded[0], damage.__name__)


@pytest.mark.parametrize(
    "damage", [d for d in CLASS if CLASS[d].score is not None], ids=lambda d: d.__name__
)
def test_the_record_says_what_was_repaired(graded, damage):
    """
    It lies beside the autograded notebook, and is empty for honest work.
    """
    folder = graded[0] / "autograded" / damage.__name__ / "ps1"
    notes = read_record(folder / "ps1.record.json").tamper

    assert CLASS[damage].kinds == tuple(sorted(note.kind for note in notes))


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (cut_off, "ps1.ipynb: wanted a notebook (JSON), got a file that was cut off"),
        (a_folder, "ps1.ipynb: wanted a notebook file, got a folder; look inside it"),
        (no_notebook, "no_notebook/ps1: wanted a notebook *.ipynb, got ps1.pdf"),
    ],
)
def test_the_log_says_what_cannot_be_read(graded, damage, line):
    """
    In one line: which file, what was wanted, what came, what to do.
    """
    course, log = graded
    (found,) = (
        each
        for each in log.splitlines()
        if "it gets no score" in each and damage.__name__ in each
    )

    assert line in found
    assert not (course / "autograded" / damage.__name__).exists()


def test_nothing_is_copied_through_a_link(graded):
    """
    Nbgrader would copy the gradebook into the feedback of who links to it.
    """
    course, _ = graded
    for step in ("autograded", "feedback"):
        names = {path.name for path in (course / step / "links" / "ps1").iterdir()}
        assert "data.csv" in names
        assert "leak.txt" not in names


def test_feedback_holds_no_record(graded):
    """
    What graders noted is not for students. Restored and missing cells have feedback.
    """
    course, _ = graded
    pages = {path.parts[-3] for path in course.glob("feedback/*/ps1/ps1.html")}

    assert {"deleted_tests", "deleted_task", "links"} == pages
    assert [] == list(course.glob("feedback/**/*.json"))


def test_nbgraders_false_alarms_are_gone(graded):
    """
    Stock nbgrader says of each honest submission that its tests were changed.
    """
    assert "has changed!" not in graded[1]
    assert "autograde honest" not in graded[1]


def test_outputs_stay_when_nothing_is_run(tmp_path):
    """
    With --no-execute the submitted outputs are what is graded.
    """
    notebook = solve(generate(None))
    output = {"output_type": "stream", "name": "stdout", "text": "4"}
    cell(notebook, "double").outputs = [output]
    path = write(notebook, tmp_path / "ps1.ipynb")

    def outputs(config):
        text, _ = SubmissionExporter(config=Config(config)).from_filename(str(path))
        return cell(nbformat.reads(text, 4), "double").outputs

    assert [] == outputs({})
    assert [output] == outputs({"ClearOutput": {"enabled": False}})


def test_a_broken_file_takes_an_old_score_back(graded):
    """
    A score of the file before would be of something else.
    """
    course, _ = graded
    path = course / "submitted" / "honest" / "ps1" / "ps1.ipynb"
    path.write_text("{")
    nbgrader(course, "autograde", "ps1", "--student=honest", "--force")

    assert score(course, "honest") is None
