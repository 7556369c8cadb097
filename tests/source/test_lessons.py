"""Every lesson runs, and has what a lesson must have."""

import ast
import builtins
import re
import tomllib
from pathlib import Path

import nbformat
import pytest
from lessons import LESSONS, ROOT, errors, executed
from nbgrader.utils import determine_grade, is_grade, is_locked, is_solution

COVERAGE = tomllib.loads((Path(__file__).parent / "coverage.toml").read_text())
SECONDS, MEMORY_MIB = 90, 1500  # whole solved notebook, one core


def document(lesson):
    """Read a lesson's notebook."""
    return nbformat.read(lesson.notebook, as_version=4)


def code_cells(lesson):
    """Return a lesson's code cells."""
    return [cell for cell in document(lesson).cells if cell.cell_type == "code"]


def graded_cells(lesson):
    """Return a lesson's graded code cells."""
    return [cell for cell in code_cells(lesson) if is_grade(cell)]


pytestmark = pytest.mark.parametrize("lesson", LESSONS, ids=str)


def test_solutions_pass(lesson):
    """
    Every cell of the solved lesson runs, every test gives all points, within budget.
    """
    done, cost = executed(lesson.notebook)

    assert [] == [error for cell in done.cells for error in errors(cell)]
    for cell in done.cells:
        if cell.cell_type == "code" and is_grade(cell):
            score, most = determine_grade(cell)
            assert most == score, cell.metadata.nbgrader.grade_id
    assert cost.seconds < SECONDS
    assert cost.memory_mib < MEMORY_MIB


def test_ids_say_what_a_cell_is(lesson):
    """
    A graded cell is locked and named after its task; ids are unique.
    """
    cells = [c for c in document(lesson).cells if "nbgrader" in c.metadata]
    ids = [cell.metadata.nbgrader.grade_id for cell in cells]

    assert len(set(ids)) == len(ids)
    for cell in cells:
        grade_id = cell.metadata.nbgrader.grade_id
        if is_grade(cell) and is_solution(cell):
            assert grade_id.endswith("_why"), grade_id
        elif is_grade(cell):
            assert grade_id.endswith("_test") and is_locked(cell), grade_id
        elif is_solution(cell):
            assert f"def {grade_id}(" in cell.source, grade_id


def test_tasks_are_documented(lesson):
    """
    Each task asks for a function with a docstring, and has two graded cells or more.
    """
    for cell in code_cells(lesson):
        if is_solution(cell) and not is_grade(cell):
            (function,) = ast.parse(cell.source).body
            assert ast.get_docstring(function), function.name
    ids = [cell.metadata.nbgrader.grade_id for cell in graded_cells(lesson)]
    for task in lesson.tasks:
        assert f"{task}_test" in ids
        assert f"{task}_edge_test" in ids


def test_graded_cells_stand_alone(lesson):
    """
    A graded cell uses names of locked cells, tasks, and its own: an earlier test may
    have failed half way.
    """
    known = set(dir(builtins))
    for cell in code_cells(lesson):
        if is_solution(cell) or (is_locked(cell) and not is_grade(cell)):
            known |= _bound(cell.source)
    for cell in graded_cells(lesson):
        foreign = _read(cell.source) - _bound(cell.source) - known
        assert set() == foreign, cell.metadata.nbgrader.grade_id


def test_students_do_not_need_test_cells(lesson):
    """
    No other cell reads a name that only a graded cell binds.
    """
    ours, graded = set(), set()
    for cell in code_cells(lesson):
        if is_grade(cell):
            graded |= _bound(cell.source)
        else:
            ours |= _bound(cell.source)
    for cell in code_cells(lesson):
        if not is_grade(cell):
            assert set() == _read(cell.source) & (graded - ours)


def test_hidden_checks_follow_visible_ones(lesson):
    """
    Each graded cell shows a check, hides more, and says in a comment what about.
    """
    for cell in graded_cells(lesson):
        name = cell.metadata.nbgrader.grade_id
        visible, hidden = cell.source.split("### BEGIN HIDDEN TESTS")
        assert "check" in visible, name
        assert "check" in hidden or "require" in hidden, name
        if name.endswith("_edge_test"):
            assert "# Also graded: " in visible, name
        last = ast.parse(cell.source).body[-1]
        if isinstance(last, ast.Expr):
            called = ast.unparse(last.value).split("(")[0]
            assert called.startswith(("check", "require")), f"{name} ends in a value"


def test_cells_are_short(lesson):
    """
    What a student reads has at most 20 lines of code in a cell.
    """
    for cell in code_cells(lesson):
        source = re.sub(
            r"### BEGIN (SOLUTION|HIDDEN TESTS)(.|\n)*?### END \1", "", cell.source
        )
        lines = [line for line in source.splitlines() if line.strip()]
        if is_locked(cell):  # given code and visible checks may be a little longer
            assert len(lines) <= 32, f"{len(lines)} lines:\n{source}"
        else:
            assert len(lines) <= 20, f"{len(lines)} lines:\n{source}"


def test_first_and_last_cells(lesson):
    """
    A lesson opens with goals, time and prerequisites, and closes with a recap.
    """
    cells = document(lesson).cells

    for phrase in (
        "# ",
        "**You will be able to**",
        "**Time:**",
        "**You should know:**",
    ):
        assert phrase in cells[0].source
    assert "imports" == cells[1].metadata.nbgrader.grade_id and is_locked(cells[1])
    for phrase in ("## Recap", "**Next:**", "**References.**"):
        assert phrase in cells[-1].source


def test_tasks_have_three_hints_and_questions_a_rubric(lesson):
    """
    Each task has hints in three levels, each question graded by hand a rubric.
    """
    text = "\n".join(c.source for c in document(lesson).cells if c.cell_type != "code")
    questions = [c for c in document(lesson).cells if is_grade(c) and is_solution(c)]

    for level in (1, 2, 3):
        assert len(lesson.tasks) == text.count(f"<summary>Hint {level}")
    assert questions
    assert len(questions) == text.count("*Rubric.*")


def test_figures_have_captions(lesson):
    """
    Figures are numbered without a gap.
    """
    text = "\n".join(c.source for c in document(lesson).cells if c.cell_type != "code")
    numbers = [
        int(n) for n in re.findall(r"^\*\*Figure (\d+)\.\*\*", text, re.MULTILINE)
    ]

    assert len(numbers) >= 2
    assert list(range(1, len(numbers) + 1)) == numbers


def test_a_lesson_has_a_widget(lesson):
    """
    A lesson has something to play with.
    """
    sources = [cell.source for cell in code_cells(lesson)]

    assert any("explore(" in source for source in sources)


def test_coverage(lesson):
    """
    Every id of the inventory that belongs to the lesson is on some cell.
    """
    covered = set()
    for cell in document(lesson).cells:
        covered |= set(cell.metadata.get("covers", ()))

    wanted = set(COVERAGE[lesson.name])
    assert set() == wanted - covered, "not covered"
    assert set() == covered - wanted - set(COVERAGE["elsewhere_too"]), "unknown"


def test_course_does_not_answer_lessons(lesson):
    """
    Nothing in the package `course` has the name of a task.
    """
    names = set()
    for path in (ROOT / "course").glob("*.py"):
        names |= _bound(path.read_text())

    assert set() == names & set(lesson.tasks)


def _bound(source):
    """Names that a cell binds at its top level, or anywhere inside."""
    tree = ast.parse(source)
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(a.asname or a.name).split(".")[0] for a in node.names}
    return names


def _read(source):
    """Names that a cell reads."""
    return {
        node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
