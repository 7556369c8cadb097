"""The sample class, graded by the real nbgrader commands, from release to feedback."""

import csv

import pytest
from sample_class import FIRST, GRADED, deserved, grade, points, sample_class, score

pytestmark = pytest.mark.xdist_group("sample_class")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder, at a path with a space, in which the class is graded."""
    folder = tmp_path_factory.mktemp("sample") / "a course"
    grade(folder, log=lambda *command: None)
    return folder


def submissions():
    """Make a test case of each submission."""
    for student in sample_class():
        for lesson in student.lessons:
            name = f"{student}-{lesson}-{student.about}"
            yield pytest.param(student, lesson, id=name)


@pytest.mark.parametrize(("student", "lesson"), [*submissions()])
def test_score_is_fair(course, student, lesson):
    """
    A submission gets the points that it deserves, task by task.
    """
    assert deserved(student, lesson) == score(course, student.name, lesson)


@pytest.mark.parametrize("lesson", GRADED, ids=str)
def test_the_solved_lesson_gets_all_points_and_the_untouched_none(course, lesson):
    """
    By nbgrader's own commands, the solutions are worth everything, the release nothing.
    """
    assert sum(points(lesson).values()) == score(course, "ada", lesson)
    assert 0 == score(course, "cleo", lesson)


def test_a_broken_file_is_named_and_stops_nobody(course):
    """
    A submission that is no JSON gets no score, its own error, and others are graded.
    """
    log = (course / "nbgrader.log").read_text()

    assert score(course, "oto", FIRST) is None
    assert f"error processing assignment '{FIRST}' for student 'oto'" in log
    assert score(course, "max", FIRST) is not None


def test_every_graded_submission_has_feedback_and_a_row(course):
    """
    Feedback pages are written, and the export has a row for each student and lesson.
    """
    with (course / "grades.csv").open() as file:
        rows = {
            (row["student_id"], row["assignment"]): row for row in csv.DictReader(file)
        }

    for student in sample_class():
        for lesson in student.lessons:
            got = score(course, student.name, lesson)
            if got is None:
                continue
            page = course / "feedback" / student.name / lesson.name
            assert (page / f"{lesson.noun}.html").is_file()
            assert got == float(rows[student.name, lesson.name]["score"])
