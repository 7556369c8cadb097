"""Submissions as students and their tools damage them, and what is made of them."""

import json
from copy import deepcopy
from dataclasses import replace

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import (
    CheckCellMetadata,
    DeduplicateIds,
    OverwriteCells,
    OverwriteKernelspec,
)
from nbgrader.utils import determine_grade
from small_course import (
    ANSWERS,
    cell,
    delete,
    generate,
    grade_id,
    move,
    names,
    paste,
    solve,
    source,
    write,
)

from autograder.released import read_release
from autograder.repair import repair
from autograder.repair_preprocessor import Repair

TESTS = ("double_test", "double_edge_test", "total_test")
TRACKED = [name for name in names(source()) if name]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The release, what the gradebook knows of it, and the gradebook."""
    folder = tmp_path_factory.mktemp("repair")
    url = f"sqlite:///{folder / 'gradebook.db'}"
    released = generate(url)
    path = write(source(), folder / "source.ipynb")
    with Gradebook(url) as gradebook:
        known = gradebook.find_notebook("ps1", "ps1")
        as_released = Repair()._as_released
        release = read_release(known, as_released, path)
        bare = read_release(known, as_released)
    return released, release, bare, url


@pytest.fixture
def released(course):
    """The notebook as students got it."""
    return deepcopy(course[0])


@pytest.fixture
def solved(released):
    """The notebook with all answers."""
    return solve(released)


@pytest.fixture
def mend(course):
    """Repair a notebook, let nbgrader check it, and return it with the notes."""

    def run(notebook, with_source=True):
        fixed, notes = repair(notebook, course[1 if with_source else 2])
        check(fixed, course[3])
        return fixed, notes

    return run


def check(notebook, url):
    """Let nbformat and nbgrader check a repaired notebook: they find nothing to do."""
    nbformat.validate(notebook)
    after = deepcopy(notebook)
    resources = {"nbgrader": {"notebook": "ps1", "assignment": "ps1", "db_url": url}}
    overwrite = OverwriteCells(add_missing_cells=True)
    for step in (DeduplicateIds(), OverwriteKernelspec(), overwrite):
        after, resources = step(after, resources)
    CheckCellMetadata()(after, resources)

    after.metadata = notebook.metadata
    assert after == notebook
    tracked = [name for name in names(notebook) if name]
    assert len(set(tracked)) == len(tracked)
    assert {name for name in TRACKED if name not in ANSWERS} <= set(tracked)
    assert {"why", "sketch"} <= set(tracked)
    for test in TESTS:
        assert "code" == cell(notebook, test).cell_type
        assert "### BEGIN HIDDEN" not in cell(notebook, "total_test").source


def kinds(notes):
    return [(note.kind, note.cell) for note in notes]


def suspicious(notes):
    return [(note.kind, note.cell) for note in notes if note.severity == "suspicious"]


# Honest work ----------------------------------------------------------------------


def untouched(notebook):
    pass


def ran_in_jupyterlab(notebook):
    for number, each in enumerate(notebook.cells):
        each.metadata |= {"trusted": True, "jp-MarkdownHeadingCollapsed": True}
        if each.cell_type == "code":
            each.metadata |= {"collapsed": True, "scrolled": "auto"}
            each.metadata["execution"] = {"iopub.execute_input": "2026-01-01"}
            each.execution_count = number
            each.outputs = [nbformat.v4.new_output("stream", text="hello\n" * 1000)]
    notebook.metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    notebook.metadata["widgets"] = {"state": {}}
    notebook.metadata["signature"] = "sha256:0"


def ran_in_colab(notebook):
    notebook.metadata = {
        "colab": {"provenance": []},
        "accelerator": "GPU",
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    }
    for number, each in enumerate(notebook.cells):
        each.metadata |= {"id": f"aBc{number}", "colab": {"base_uri": "x"}}


def ran_in_vscode(notebook):
    notebook.metadata["kernelspec"] = {"name": ".venv", "display_name": ".venv (3.13)"}
    for each in notebook.cells:
        each.metadata["vscode"] = {"languageId": "python"}
        each.source = each.source.replace("\n", "\r\n") + "\n"


def added_cells(notebook):
    for place in (9, 4, 3, 0):
        notebook.cells.insert(place, new_code_cell("scratch = 1"))
        notebook.cells.insert(place, new_markdown_cell("My notes"))


def split_an_answer(notebook):
    paste(notebook, "double", source="double(3)")


def tagged_own_cells(notebook):
    own = new_code_cell("1 / 0", metadata={"tags": ["skip-execution", "mine"]})
    notebook.cells.insert(3, own)


def sorted_tests_last(notebook):
    delete_and_append = [cell(notebook, name) for name in TESTS]
    delete(notebook, *TESTS)
    notebook.cells += delete_and_append


def moved_a_whole_task(notebook):
    for name in ("total", "total_test"):
        move(notebook, name, "double")


def formatted_locked_cells(notebook):
    cell(notebook, "numbers").source = "numbers = [\n    1,\n    2,\n    3,\n]"


def left_empty_metadata(notebook):
    flags = {"grade": False, "solution": False, "locked": False, "task": False}
    notebook.cells[0].metadata["nbgrader"] = {"grade_id": "cell-1", **flags}
    notebook.cells[6].metadata["nbgrader"] = {}


def older_schema(notebook):
    for each in notebook.cells:
        if grade_id(each) and grade_id(each) != "essay":
            each.metadata.nbgrader["schema_version"] = 1
            del each.metadata.nbgrader["task"]


@pytest.mark.parametrize(
    "damage",
    [
        untouched,
        ran_in_jupyterlab,
        ran_in_colab,
        ran_in_vscode,
        added_cells,
        split_an_answer,
        tagged_own_cells,
        sorted_tests_last,
        moved_a_whole_task,
        formatted_locked_cells,
        left_empty_metadata,
        older_schema,
    ],
    ids=lambda damage: damage.__name__,
)
@pytest.mark.parametrize("with_source", [True, False])
def test_honest_work_is_silent_and_stays_as_it_is(solved, mend, damage, with_source):
    """
    Nothing is noted; the cells keep their order and the student's text.
    """
    damage(solved)
    texts = [each.source for each in solved.cells if not grade_id(each)]
    fixed, notes = mend(solved, with_source)

    assert [] == notes
    own = [each for each in fixed.cells if not grade_id(each)]
    assert len(solved.cells) == len(fixed.cells)
    assert set(texts) <= {each.source for each in own}
    for name, answer in ANSWERS.items():
        assert answer in cell(fixed, name).source.replace("\r\n", "\n")


def test_the_instructors_own_notebook_is_silent(mend):
    """
    A source notebook, with solutions and hidden tests, can be handed in to try it.
    """
    assert [] == mend(source())[1]


# Tags -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tag", ["skip-execution", "raises-exception", "remove_cell", "remove-output"]
)
@pytest.mark.parametrize("name", ["double_test", "double", "numbers"])
def test_tags_that_change_a_run_are_stripped(solved, mend, tag, name):
    """
    Other tags stay. Only a test that would be skipped, for all points, is suspicious.
    """
    cell(solved, name).metadata["tags"] = ["mine", tag]
    fixed, notes = mend(solved)

    assert ["mine"] == cell(fixed, name).metadata.tags
    assert [("tags", name)] == kinds(notes)
    is_worst = (name, tag) == ("double_test", "skip-execution")
    assert is_worst == bool(suspicious(notes))


def test_tags_that_the_instructor_gave_stay(solved, course):
    """
    A locked cell that was released to be skipped is skipped.
    """
    tagged = [
        replace(known, tags=frozenset({"skip-execution"}))
        if known.name == "numbers"
        else known
        for known in course[1].cells
    ]
    cell(solved, "numbers").metadata["tags"] = ["skip-execution"]
    fixed, notes = repair(solved, replace(course[1], cells=tuple(tagged)))

    assert ["skip-execution"] == cell(fixed, "numbers").metadata.tags
    assert [] == notes


# Ids --------------------------------------------------------------------------------


def test_a_test_pasted_twice_counts_once(solved, mend):
    """
    The copy stays and runs as an ordinary cell.
    """
    paste(solved, "total_test")
    fixed, notes = mend(solved)

    assert 1 == names(fixed).count("total_test")
    assert len(solved.cells) == len(fixed.cells)
    assert [("duplicate", "total_test")] == kinds(notes)


@pytest.mark.parametrize("behind", ["imports", "essay"])
def test_an_edited_copy_of_a_test_is_not_taken_for_it(solved, mend, behind):
    """
    The cell that has the released text counts, first or last, and keeps its place.
    """
    paste(solved, "total_test", behind, source="assert True")
    fixed, notes = mend(solved)

    order = [name for name in names(fixed) if name in ("total", "total_test")]
    assert ["total", "total_test"] == order
    assert "assert True" in [each.source for each in fixed.cells]
    assert [("duplicate", "total_test")] == kinds(notes)


@pytest.mark.parametrize("behind", ["imports", "total_test"])
def test_of_two_answers_the_edited_one_counts(released, mend, behind):
    """
    A copy of the untouched answer is an ordinary cell, wherever it stands.
    """
    paste(released, "why", behind, source="Because.")
    fixed, notes = mend(released)

    assert "Because." == cell(fixed, "why").source
    assert [("duplicate", "why")] == kinds(notes)


def test_of_two_edited_answers_the_last_counts_and_both_run(solved, mend):
    """
    As in one kernel, where the later definition wins.
    """
    paste(solved, "double", "imports", source="def double(x):\n    return 3 * x")
    fixed, _ = mend(solved)

    assert ANSWERS["double"] == cell(fixed, "double").source
    assert "def double(x):\n    return 3 * x" in [each.source for each in fixed.cells]


@pytest.mark.parametrize("claim", [7, "nbgrader", ["grade"], None, [{}]])
def test_metadata_that_is_no_dictionary(solved, mend, claim):
    """
    A cell whose nbgrader metadata is junk is known by its text.
    """
    cell(solved, "total_test").metadata["nbgrader"] = claim
    fixed, notes = mend(solved)

    assert names(source()) == [name for name in names(fixed)]
    assert ("metadata-lost", "") in kinds(notes)


@pytest.mark.parametrize("name", ["other", "", 7, None, ["x"], "double test", "é" * 99])
def test_unknown_ids_are_dropped(solved, mend, name):
    """
    An id of another notebook or of none is noted, not an error.
    """
    claim = {"grade_id": name, "grade": True, "points": 99, "solution": True}
    solved.cells.insert(2, new_code_cell("own = 1", metadata={"nbgrader": claim}))
    fixed, notes = mend(solved)

    assert "nbgrader" not in fixed.cells[2].metadata
    assert [("unknown-id", "")] == kinds(notes)


def test_ids_that_were_swapped(solved, mend):
    """
    A test is known by its text when its id was put on another cell.
    """
    test = cell(solved, "total_test")
    fake = new_code_cell("pass", metadata={"nbgrader": test.metadata.pop("nbgrader")})
    solved.cells.append(fake)
    fixed, notes = mend(solved)

    assert "total_test" == grade_id(fixed.cells[8])
    assert "pass" == fixed.cells[-1].source
    assert [("wrong-id", "total_test")] == suspicious(notes)


# Flags, types and texts -------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("double_test", {"grade": False}),
        ("double_test", {"solution": True}),
        ("double_test", {"points": 99}),
        ("double_test", {"points": "many"}),
        ("double_test", {"points": None}),
        ("numbers", {"locked": False}),
        ("double", {"solution": False, "locked": True}),
        ("why", {"grade": False}),
        ("essay", {"locked": False}),
        ("essay", {"grade": True}),
    ],
)
def test_changed_flags_are_set_right(solved, mend, name, changes):
    """
    Points, and whether a cell is a test, are the gradebook's.
    """
    cell(solved, name).metadata.nbgrader |= changes
    fixed, notes = mend(solved)

    assert [("flags", name)] == suspicious(notes)
    right = cell(source(), name).metadata.nbgrader
    assert right.items() <= cell(fixed, name).metadata.nbgrader.items()


@pytest.mark.parametrize("version", [0, 1, 2, 4, 99, -1, "3", None, 1.5, [3]])
def test_schema_versions_stop_nobody(solved, mend, version):
    """
    In stock nbgrader a version that is too old or too new ends the whole batch.
    """
    for each in solved.cells:
        if grade_id(each):
            each.metadata.nbgrader["schema_version"] = version

    assert [] == mend(solved)[1]


@pytest.mark.parametrize("kind", ["markdown", "raw", "heading", "nonsense"])
@pytest.mark.parametrize("name", ["double_test", "double"])
def test_a_retyped_cell_is_code_again(solved, mend, kind, name):
    """
    A test that was made a text, by which it would not run, runs.
    """
    changed = cell(solved, name)
    changed["cell_type"] = kind
    fixed, notes = mend(solved)

    assert "code" == cell(fixed, name).cell_type
    assert ("retyped", name) in kinds(notes)
    assert (name == "double_test") == bool(suspicious(notes))


def test_an_answer_that_was_made_code_is_text_again(solved, mend):
    """
    A written answer is graded by hand, whatever type it was given.
    """
    answer = cell(solved, "why")
    answer["cell_type"], answer["outputs"] = "code", []
    fixed, notes = mend(solved)

    assert "markdown" == cell(fixed, "why").cell_type
    assert [("retyped", "why")] == kinds(notes)


def test_an_edited_test_has_the_released_text(solved, mend):
    """
    With its hidden tests; emptying a test is a suspicion.
    """
    cell(solved, "double_test").source = "pass"
    fixed, notes = mend(solved)

    assert "math.pi" in cell(fixed, "double_test").source
    assert [("edited", "double_test")] == suspicious(notes)


def test_a_given_cell_that_was_edited_is_put_right_without_suspicion(solved, mend):
    """
    An import that was added in a locked cell is no attempt to cheat.
    """
    cell(solved, "imports").source += "\nimport json"
    fixed, notes = mend(solved)

    assert "import math" == cell(fixed, "imports").source
    assert [("edited", "imports")] == kinds(notes)
    assert [] == suspicious(notes)


def test_an_older_release_is_no_suspicion(mend):
    """
    Who got the notebook before a test was changed has the old text, whole.
    """
    old = source()
    cell(old, "total_test").source = "assert total([1]) == 1"
    cell(old, "total_test").metadata.nbgrader.points = 1
    fixed, notes = mend(solve(generate(None, old)))

    assert 4 == cell(fixed, "total_test").metadata.nbgrader.points
    assert {("flags", "total_test"), ("edited", "total_test")} == set(kinds(notes))
    assert [] == suspicious(notes)
    assert "older release" in notes[0].sentence


# Deleted cells ----------------------------------------------------------------------


@pytest.mark.parametrize("name", [*TESTS, "imports", "numbers", "essay"])
@pytest.mark.parametrize("with_source", [True, False])
def test_a_deleted_locked_cell_is_back_in_its_place(solved, mend, name, with_source):
    """
    With the gradebook's text and no word added.
    """
    delete(solved, name)
    fixed, notes = mend(solved, with_source)

    assert TRACKED == [each for each in names(fixed) if each]
    assert [("restored", name)] == kinds(notes)
    assert cell(source(), name).source == cell(fixed, name).source


def test_a_restored_test_comes_after_the_students_own_code(solved, mend):
    """
    What the test needs may stand in cells that the student added.
    """
    delete(solved, "total_test")
    cell(solved, "total").source = "def total(values):\n    return add(values)"
    place = solved.cells.index(cell(solved, "total")) + 1
    solved.cells.insert(place, new_code_cell("add = sum", id="mine"))
    fixed, _ = mend(solved)

    ids = [each.id for each in fixed.cells]
    assert ids.index("mine") < ids.index("back-total_test")


def test_all_cells_deleted(mend, released):
    """
    An empty notebook gets every test, and so no points.
    """
    released.cells = []
    fixed, notes = mend(released)

    assert [n for n in TRACKED if n not in ("double", "total")] == names(fixed)
    assert len(TRACKED) == len(notes)


def test_a_restored_test_has_no_points_unless_it_runs(solved, course):
    """
    With --no-execute an empty output would be worth all points.
    """
    delete(solved, "total_test")
    fixed, _ = repair(solved, course[1], keep_outputs=True)

    assert (0, 4) == determine_grade(cell(fixed, "total_test"))


def test_a_deleted_answer_is_noted_and_nothing_is_invented(solved, mend):
    """
    Its tests run without it.
    """
    delete(solved, "total")
    fixed, notes = mend(solved)

    assert "total" not in names(fixed)
    assert [("missing-answer", "total")] == kinds(notes)


@pytest.mark.parametrize("name", ["why", "sketch"])
def test_a_deleted_answer_graded_by_hand_is_no_response(solved, mend, name):
    """
    It is back as released, so that a grader finds it, and nbgrader gives 0 by itself.
    """
    delete(solved, name)
    fixed, notes = mend(solved)

    assert 0 == determine_grade(cell(fixed, name))[0]
    assert [("restored", name)] == kinds(notes)


def test_a_lost_answer_that_may_be_near_goes_to_a_person(solved, mend):
    """
    Without the instructor's notebook one cannot tell prose from answers: no zero.
    """
    delete(solved, "why")
    fixed, notes = mend(solved, with_source=False)

    # There is one text of the kind between its neighbours: the question, as it happens.
    assert determine_grade(cell(fixed, "why"))[0] is None
    assert [("metadata-lost", "")] == kinds(notes)


def test_an_answer_among_several_texts_goes_to_a_person(solved, mend):
    """
    The answer cell was deleted, and there are two texts of the student's.
    """
    place = solved.cells.index(cell(solved, "why"))
    solved.cells[place] = new_markdown_cell("One reason.")
    solved.cells.insert(place, new_markdown_cell("Another reason."))
    fixed, notes = mend(solved)

    assert determine_grade(cell(fixed, "why"))[0] is None
    assert "around it" in notes[0].sentence


# Lost metadata ----------------------------------------------------------------------


def test_stripped_metadata_comes_back(solved, mend):
    """
    A tool that drops all metadata costs nothing: cells are known by text and names.
    """
    for each in solved.cells:
        each.metadata = {}
    cell_order = [name for name in names(source())]
    fixed, notes = mend(solved)

    assert cell_order == names(fixed)
    assert ANSWERS["why"] == cell(fixed, "why").source
    assert [("metadata-lost", "")] == kinds(notes)


def test_stripped_metadata_without_the_instructors_notebook(solved, mend):
    """
    Tests and functions are found; written answers are left to a person.
    """
    for each in solved.cells:
        each.metadata = {}
    fixed, _ = mend(solved, with_source=False)

    order = [name for name in names(fixed) if name]
    assert [n for n in TRACKED if n not in ("why", "sketch")] == [
        n for n in order if n not in ("why", "sketch")
    ]
    assert determine_grade(cell(fixed, "why"))[0] is None
    assert ANSWERS["why"] in [each.source for each in fixed.cells]


def test_stripped_metadata_of_an_answer_that_is_no_python(solved, mend):
    """
    A function with a syntax error is still known by its name.
    """
    answer = cell(solved, "double")
    answer.source, answer.metadata = "def double(x)\n    return 2x", {}
    fixed, _ = mend(solved)

    assert "double" == grade_id(fixed.cells[2])


# Order ------------------------------------------------------------------------------


def test_a_test_moved_before_its_answer_is_put_behind_it(solved, mend):
    """
    It would have failed; the answer itself stays where it is.
    """
    move(solved, "total_test", before="imports")
    fixed, notes = mend(solved)

    order = names(fixed)
    assert order.index("total") < order.index("total_test") < order.index("why")
    assert [("moved", "total_test")] == kinds(notes)


def test_a_test_stays_behind_the_first_try(solved, mend):
    """
    A second answer further down does not take the tests with it.
    """
    paste(solved, "double", "essay", source="def double(x):\n    return 0")
    fixed, _ = mend(solved)

    assert names(solved).index("double_test") == names(fixed).index("double_test")


# The notebook as a whole ------------------------------------------------------------


def test_cell_ids_become_unique_in_silence(solved, mend):
    """
    Copies made by scripts share ids, and older formats have none.
    """
    for number, each in enumerate(solved.cells):
        each["id"] = ["same", "bad id!", "", 7, None, "x" * 99][number % 6]
        if number % 6 == 4:
            del each["id"]

    assert [] == mend(solved)[1]


def test_two_thousand_copies_are_quick(solved, mend):
    """
    A notebook of copies is repaired in reasonable time, with one note.
    """
    test = cell(solved, "total_test")
    solved.cells += [deepcopy(test) for _ in range(2000)]

    assert [("duplicate", "total_test")] == kinds(mend(solved)[1])


def test_what_was_submitted_is_not_changed(solved, mend):
    """
    Repair works on a copy: the submission is evidence.
    """
    delete(solved, "total_test")
    before = json.dumps(solved)
    mend(solved)

    assert before == json.dumps(solved)


def test_repair_of_a_repaired_notebook_does_nothing(solved, mend):
    """
    It can be run again.
    """
    delete(solved, "total_test", "imports", "why")
    paste(solved, "double_test")
    once, _ = mend(solved)
    twice, notes = mend(once)

    assert [] == notes
    assert [c.source for c in once.cells] == [c.source for c in twice.cells]
    assert [c.metadata for c in once.cells] == [c.metadata for c in twice.cells]


# Anything ---------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
WORDS = st.sampled_from(
    [*TRACKED, "code", "markdown", "raw", "pass", "skip-execution", "3", ""]
)
KEYS = st.sampled_from(
    "id cell_type source metadata outputs execution_count attachments".split()
)
FLAGS = st.sampled_from([*cell(source(), "total_test").metadata.nbgrader, "checksum"])


@st.composite
def damaged(draw, notebook):
    """Change anything in a notebook, a few times."""
    notebook = json.loads(json.dumps(notebook))
    cells = notebook["cells"]
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, max(len(cells) - 1, 0)))
        value = draw(JSON | WORDS)
        match draw(st.integers(0, 8)):
            case 0:
                cells[place:] = cells[place + 1 :]
            case 1:
                cells.insert(place, deepcopy(draw(st.sampled_from(cells or [value]))))
            case 2:
                draw(st.randoms(use_true_random=False)).shuffle(cells)
            case 3:
                cells.insert(place, value)
            case 4 | 5 if place < len(cells) and isinstance(cells[place], dict):
                cells[place][draw(KEYS)] = value
            case 6 if place < len(cells) and isinstance(cells[place], dict):
                cells[place].pop(draw(KEYS), None)
            case 7 | 8:
                claims = [
                    each["metadata"]["nbgrader"]
                    for each in cells
                    if isinstance(each, dict)
                    and isinstance(each.get("metadata"), dict)
                    and isinstance(each["metadata"].get("nbgrader"), dict)
                ]
                if claims:
                    draw(st.sampled_from(claims))[draw(FLAGS)] = value
    if draw(st.booleans()):
        notebook["metadata"] = draw(JSON)
    return notebook


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_nothing_breaks_the_repair(course, data):
    """
    Whatever is done to a submission, the result passes nbgrader's own checks.
    """
    notebook = data.draw(damaged(solve(course[0])))
    fixed, notes = repair(notebook, course[data.draw(st.sampled_from([1, 2]))])

    check(fixed, course[3])
    assert all(len(note.sentence) < 600 for note in notes)
