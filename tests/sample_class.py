"""A class of students as they are, and what each of them fairly deserves.

Their submissions are made from the release notebooks, as a student's would be: tasks
are answered, or not; cells are copied, deleted and broken. `grade` then runs the real
nbgrader commands on them.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat
from lessons import LESSONS, ROOT, Lesson, answers_to, solutions
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook, MissingEntry

from autograder.audit import graded_by_task, try_answers

SECONDS = 20  # limit of one cell: the endless loop costs this, twice

FIRST = LESSONS[0]
# By default some of the lessons, since nbgrader needs a minute for each. That solutions
# get all points in two rooms, test_parity says of others.
GRADED = LESSONS if os.environ.get("THOROUGH") else LESSONS[::4]


@dataclass(frozen=True)
class Student:
    """One student of the sample class.

    Parameters
    ----------
    name : str
        The folder of the submissions.
    about : str
        What is special about this student, in a few words.
    lessons : tuple of Lesson
        The assignments that were handed in.
    answers : callable
        Takes a lesson and returns the source of each task's answer; a task that is
        missing stays as it was released.
    edit : callable
        Changes the notebook after the tasks are answered.
    wrong : dict of str to str
        The name of the wrong answer, in tests/source/answers, that is given to a task.
    loses : tuple of str
        Tasks whose answer is fairly worth nothing.
    """

    name: str
    about: str
    lessons: tuple = (FIRST,)
    answers: Callable = solutions
    edit: Callable = field(default=lambda document: document)
    wrong: dict = field(default_factory=dict)
    loses: tuple = ()

    def __str__(self):
        """Name the student in the id of a test."""
        return self.name


def points(lesson: Lesson) -> dict[str, float]:
    """Return what each task of a lesson is worth."""
    document = nbformat.read(lesson.notebook, as_version=4)
    return {
        task: sum(test.metadata.nbgrader.points for test in tests)
        for task, tests in graded_by_task(document).items()
    }


def deserved(student: Student, lesson: Lesson) -> float:
    """Return the fair score of a submission, without the questions graded by hand."""
    worth = points(lesson)
    answered = [task for task in student.answers(lesson) if task not in student.loses]
    return sum(
        _worth_of_wrong(lesson, task, student.wrong[task])
        if task in student.wrong
        else worth[task]
        for task in answered
    )


def _wrong_answer(lesson, task, name):
    (answer,) = (a for a in answers_to(lesson) if (a.task, a.name) == (task, name))
    return answer


@cache
def _worth_of_wrong(lesson, task, name):
    """Return the points that a wrong answer gets when it is tried by itself."""
    (verdict,) = try_answers(lesson.notebook, [_wrong_answer(lesson, task, name)])
    return verdict.score


def _half(lesson):
    tasks = lesson.tasks
    return {task: solutions(lesson)[task] for task in tasks[: len(tasks) // 2]}


def _instead(**replaced):
    return lambda lesson: solutions(lesson) | replaced


def _nothing(lesson):
    return {}


def _cell(document, grade_id):
    for cell in document.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            return cell
    raise KeyError(grade_id)


def _delete_cells(document):
    gone = [_cell(document, "relu_edge_test"), _cell(document, "relu")]
    document.cells = [cell for cell in document.cells if cell not in gone]


def _duplicate_cell(document):
    test = _cell(document, "softmax_test")
    copy = nbformat.from_dict(test)
    copy.id = "pasted"
    document.cells.insert(document.cells.index(test) + 1, copy)


def _skip_execution(document):
    for cell in document.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata["tags"] = ["skip-execution"]


def _patch_checks(document):
    document.cells.insert(
        2,
        new_code_cell(
            "import course.checks\n"
            "check = check_raises = check_shape = lambda *a, **k: None"
        ),
    )


def _empty_tests(document):
    for cell in document.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = "pass"


def _print_a_lot(document):
    document.cells.insert(
        2, new_code_cell("for i in range(100_000):\n    print('line', i)")
    )


@cache
def sample_class() -> tuple[Student, ...]:
    """Make the students."""
    everything = tuple(GRADED)
    return (
        Student("ada", "everything right", everything),
        Student("ben", "the first half of each", everything[:3], answers=_half),
        Student("cleo", "untouched", everything, answers=_nothing),
        Student(
            "dan",
            "a syntax error in one task",
            answers=_instead(one_hot="def one_hot(y, K)\n    return np.eye(K)[y]"),
            loses=("one_hot",),
        ),
        Student(
            "eva",
            "an endless loop in one task",
            answers=_instead(
                one_hot="def one_hot(y, K):\n    while True:\n        pass"
            ),
            loses=("one_hot",),
        ),
        Student(
            "finn",
            "two wrong answers",
            wrong={"relu": "works in place", "softmax": "overflows"},
        ),
        Student(
            "gus",
            "one task ends the kernel",
            answers=_instead(
                dense_params="import os\n\n\n"
                "def dense_params(n_in, n_out, bias=True):\n"
                "    os._exit(1)"
            ),
            loses=("dense_params",),
        ),
        Student("hana", "prints 100,000 lines", edit=_print_a_lot),
        Student(
            "ivo",
            "deleted a task and a test",
            edit=_delete_cells,
            loses=("relu",),
        ),
        Student(
            "jun",
            "right, but writes to stderr",
            answers=_instead(
                relu="import sys\n\n\ndef relu(a):\n"
                "    print('relu', a.shape, file=sys.stderr)\n"
                "    return np.maximum(a, 0)"
            ),
        ),
        Student(
            "kim",
            "cheats: tags test cells skip-execution",
            answers=_nothing,
            edit=_skip_execution,
        ),
        Student(
            "lea",
            "cheats: replaces the checks",
            answers=_nothing,
            edit=_patch_checks,
        ),
        Student(
            "max", "cheats: empties the tests", answers=_nothing, edit=_empty_tests
        ),
        Student(
            "nia",
            "right, but pasted a test cell twice",
            edit=_duplicate_cell,
        ),
    )


def hand_in(student: Student, lesson: Lesson, submitted: Path) -> Path:
    """Write a student's submission of a lesson; returns the notebook."""
    document = nbformat.read(lesson.release, as_version=4)
    answers = student.answers(lesson) | {
        task: _wrong_answer(lesson, task, name).source
        for task, name in student.wrong.items()
    }
    for cell in document.cells:
        task = cell.metadata.get("nbgrader", {}).get("grade_id")
        if task in answers:
            cell.source = answers[task]
    student.edit(document)
    path = submitted / student.name / lesson.name / lesson.release.name
    path.parent.mkdir(parents=True)
    nbformat.write(document, path)
    return path


def broken_file(lesson: Lesson, submitted: Path) -> Path:
    """Write a submission that is no JSON, as an upload cut off leaves it."""
    path = submitted / "oto" / lesson.name / lesson.release.name
    path.parent.mkdir(parents=True)
    text = lesson.release.read_text(encoding="utf-8")
    path.write_text(text[: len(text) // 2], encoding="utf-8")
    return path


def grade(course: Path, log=print) -> None:
    """Make a course folder, hand in the class's work, and grade it with nbgrader.

    Parameters
    ----------
    course : Path
        A folder that is made anew.
    log : callable
        Is told of each command before it runs.
    """
    shutil.rmtree(course, ignore_errors=True)
    course.mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    for lesson in GRADED:
        shutil.copytree(lesson.notebook.parent, course / "source" / lesson.name)
    for student in sample_class():
        for lesson in student.lessons:
            hand_in(student, lesson, course / "submitted")
    broken_file(FIRST, course / "submitted")

    def nbgrader(*arguments):
        log("nbgrader", *arguments)
        command = [sys.executable, "-m", "nbgrader", *arguments]
        # nbgrader calls alembic by its bare name.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        with (course / "nbgrader.log").open("a") as output:
            subprocess.run(
                command,
                cwd=course,
                env=os.environ | {"PATH": path},
                stdout=output,
                stderr=output,
                check=False,  # some submissions fail, and the rest goes on
            )

    nbgrader("generate_assignment", "*", "--force")
    for lesson in GRADED:
        nbgrader("autograde", lesson.name, f"--Execute.timeout={SECONDS}")
    for lesson in GRADED:
        nbgrader("generate_feedback", lesson.name)
    nbgrader("export", "--to=grades.csv")


def score(course: Path, student: str, lesson: Lesson) -> float | None:
    """Return what nbgrader gave a submission for its test cells; None if nothing."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        try:
            notebook = gradebook.find_submission_notebook(
                lesson.noun, lesson.name, student
            )
        except MissingEntry:
            return None
        grades = [g for g in notebook.grades if g.cell.cell_type == "code"]
        if any(g.auto_score is None for g in grades):
            return None
        return sum(g.auto_score for g in grades)
