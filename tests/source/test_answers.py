"""Hidden tests are tested: they reject wrong answers and accept right ones."""

import pytest
from lessons import LESSONS, answers_to, answers_tried, verdicts


@pytest.mark.parametrize(
    ("lesson", "answer"),
    [
        pytest.param(
            lesson,
            answer,
            id=f"{lesson.name}: {answer.label}",
            marks=pytest.mark.xdist_group(lesson.name),
        )
        for lesson in LESSONS
        for answer in answers_tried(lesson)
    ],
)
def test_right_answers_get_all_points_and_wrong_ones_lose_some(lesson, answer):
    """
    The graded cells of a task tell its right answers from its wrong ones.
    """
    verdict = verdicts(lesson)[answer]

    got = f"{verdict.score:g} of {verdict.points:g} points; {verdict.messages}"
    assert verdict.as_wanted, got


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_each_task_has_wrong_and_right_answers(lesson):
    """
    No task goes without five wrong answers and two right alternatives.
    """
    answers = answers_to(lesson)

    for task in lesson.tasks:
        mine = [a for a in answers if a.task == task]
        assert sum(a.right for a in mine) >= 2, f"{task}: right alternatives"
        assert sum(not a.right for a in mine) >= 5, f"{task}: wrong answers"
