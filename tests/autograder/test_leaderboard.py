"""The leaderboard holds what the tests measured, and nothing that students print."""

import csv
import shutil

import nbformat
import pytest
import small_course
from lessons import ROOT

from autograder.cli import main

MEASURE = (
    "import statistics\nassert total(numbers) == 6\n### BEGIN HIDDEN TESTS\n"
    "sizes = [total([n]) for n in (1, 2)]\n"
    "print(f'leaderboard: mean={statistics.mean(sizes):.2f} size={len(sizes)}')\n"
    "### END HIDDEN TESTS"
)
FORGED = "print('leaderboard: mean=99.0 size=0')"
ANSWERS = {
    "ada": "def total(values):\n    return sum(values)",
    "bob": f"{FORGED}\ndef total(values):\n    {FORGED}\n    return sum(values) + "
    "(len(values) == 1)",
    "cleo": f"def total(values):\n    {FORGED}\n    return 0",
    "dan": "def total(values):\n    return float(sum(values))",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class of four, graded by nbgrader in two rooms; its folder has a space."""
    folder = tmp_path_factory.mktemp("my course")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    notebook = small_course.source()
    small_course.cell(notebook, "total_test").source = MEASURE
    small_course.write(notebook, folder / "source" / "ps1" / "ps1.ipynb")
    small_course.nbgrader(folder, "generate_assignment", "ps1")
    release = nbformat.read(folder / "release" / "ps1" / "ps1.ipynb", as_version=4)
    for student, answer in ANSWERS.items():
        mine = small_course.solve(release)
        small_course.cell(mine, "total").source = answer
        small_course.write(mine, folder / "submitted" / student / "ps1" / "ps1.ipynb")
    log = small_course.nbgrader(folder, "autograde", "ps1")
    assert (folder / "autograded" / "dan" / "ps1").is_dir(), log
    return folder


@pytest.fixture(autouse=True)
def here(course, monkeypatch):
    """Commands run in the course's folder."""
    monkeypatch.chdir(course)


def test_only_the_tests_lines_count(capsys):
    """
    Lines that students print, in their cells and functions, are not read; who failed
    the test is named with the reason.
    """
    status = main(["leaderboard", "ps1"])

    assert 0 == status
    assert [
        "place  student  mean  size",
        "    1  bob       2.5     2",
        "    2  ada       1.5     2",
        "    2  dan       1.5     2",
        "not ranked: cleo: total_test: AssertionError:",
    ] == [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_the_smallest_may_lead(capsys):
    """
    A minus sign turns the order of a number around; equal ones share a place.
    """
    main(["leaderboard", "ps1", "--by=-mean,size"])

    lines = capsys.readouterr().out.splitlines()[1:4]
    assert [["1", "ada"], ["1", "dan"], ["3", "bob"]] == [
        li.split()[:2] for li in lines
    ]


def test_a_class_sees_no_names(capsys, tmp_path):
    """
    An anonymous board has numbers only, in the file, too.
    """
    path = tmp_path / "boards" / "ps1.csv"
    main(["leaderboard", "ps1", "--anonymous", "--csv", str(path)])

    with path.open(newline="") as file:
        assert [["place", "mean", "size"], ["1", "2.5", "2"]] == list(csv.reader(file))[
            :2
        ]
    shown = capsys.readouterr().out
    assert not any(student in shown + path.read_text() for student in ANSWERS)


def test_an_unknown_number_is_named(capsys):
    """
    The error lists the numbers that there are.
    """
    assert 1 == main(["leaderboard", "ps1", "--by", "speed"])

    assert "no number called 'speed'; there are mean, size" in capsys.readouterr().err


def test_what_was_not_graded_in_two_rooms_is_no_entry(course, capsys, tmp_path):
    """
    Without a record nobody knows who printed the line.
    """
    record = course / "autograded" / "ada" / "ps1" / "ps1.record.json"
    kept = record.rename(tmp_path / "kept.json")
    try:
        main(["leaderboard", "ps1"])
    finally:
        shutil.move(kept, record)

    assert (
        "not ranked: ada: ps1.ipynb was not graded in two rooms; autograde again"
        in capsys.readouterr().out
    )


def test_before_grading_there_is_no_board(tmp_path, monkeypatch, capsys):
    """
    The error says what to run.
    """
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    small_course.write(small_course.source(), tmp_path / "source/ps1/ps1.ipynb")

    assert 1 == main(["leaderboard", "ps1"])

    assert "run `nbgrader autograde ps1` first" in capsys.readouterr().err
