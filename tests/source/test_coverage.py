"""Nothing of the course's inventory is lost."""

import tomllib
from pathlib import Path

import pytest
from lessons import LESSONS

COVERAGE = tomllib.loads((Path(__file__).parent / "coverage.toml").read_text())
INVENTORY = {"C": 57, "F": 31, "N": 29, "A": 15, "D": 10, "L": 8, "Q": 24, "E": 48}


@pytest.mark.parametrize(("kind", "number"), INVENTORY.items())
def test_every_item_belongs_to_a_lesson(kind, number):
    """
    Concepts, formulas, numbers, systems, data, links, questions, errors: each is owed
    by some lesson. That a lesson treats what it owes is tested in test_lessons.
    """
    owed = {item for lesson in LESSONS for item in COVERAGE[lesson.name]}

    assert {f"{kind}{i:02}" for i in range(1, number + 1)} == {
        item for item in owed if item.startswith(kind)
    }


def test_every_row_has_its_lesson():
    """
    No row of coverage.toml is left of a lesson that is gone.
    """
    names = {lesson.name for lesson in LESSONS}

    assert names == set(COVERAGE) - {"elsewhere_too"}
