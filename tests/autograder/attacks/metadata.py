"""Cell tags, metadata, ids and order: the notebook is not the one that was released."""

from copy import deepcopy

from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from attacks.submission import cheat, find, grade_id, honest, tests


def skip_execution(document):
    for cell in tests(document):
        cell.metadata.tags = ["skip-execution"]


def raises_exception(document):
    for cell in tests(document):
        cell.metadata.tags = ["raises-exception", "nbval-skip", "remove-cell"]


def more_points(document):
    for cell in tests(document):
        cell.metadata.nbgrader.points = 1000.0


def strange_points(document):
    for cell, points in zip(
        tests(document),
        [float("nan"), float("inf"), -5, "many", None, [2], {}, True, 10**400, 1e308],
        strict=False,
    ):
        cell.metadata.nbgrader.points = points


def tests_emptied(document):
    for cell in tests(document):
        cell.source = "pass"


def tests_unlocked(document):
    for cell in tests(document):
        cell.source = "pass"
        cell.metadata.nbgrader |= {"locked": False, "grade": False}


def tests_to_solutions(document):
    for cell in tests(document):
        cell.source = "pass"
        cell.metadata.nbgrader |= {"locked": False, "solution": True}


def tests_to_tasks(document):
    for cell in tests(document):
        cell.metadata.nbgrader |= {"grade": False, "solution": False, "task": True}


def tests_retyped(document):
    for cell in tests(document):
        new = new_raw_cell if grade_id(cell).startswith("g") else new_markdown_cell
        document.cells[document.cells.index(cell)] = new(
            cell.source, metadata=cell.metadata
        )


def ids_swapped(document):
    for cell in tests(document):
        answer = find(document, grade_id(cell).removesuffix("_test"))
        cell.metadata.nbgrader, answer.metadata.nbgrader = (
            answer.metadata.nbgrader,
            cell.metadata.nbgrader,
        )


def ids_of_other_tests(document):
    easy = find(document, "greet_test")
    for cell in tests(document):
        if cell is not easy:
            cell.metadata.nbgrader.grade_id = "greet_test"


def pasted_tests(document):
    for cell in tests(document):
        pasted = deepcopy(cell)
        pasted.source, pasted.id = "pass", f"{cell.id}-2"
        document.cells.insert(document.cells.index(cell), pasted)
        document.cells.append(deepcopy(pasted))


def pasted_answers(document):
    for cell in list(document.cells):
        if grade_id(cell) in ("greet", "grid", "greet_test"):
            document.cells.insert(document.cells.index(cell), deepcopy(cell))


def same_cell_ids(document):
    for cell in document.cells:
        cell.id = "same"


def tests_deleted(document):
    document.cells = [c for c in document.cells if c not in tests(document)]


def all_deleted(document):
    document.cells = []


def nothing_left_of_nbgrader(document):
    for cell in document.cells:
        cell.metadata.pop("nbgrader", None)


def given_cell_replaced(document):
    find(document, "grid").source = (
        "import builtins\nbuiltins.abs = lambda x: 0\n"
        "np = torch = nn = type('', (), {'__getattr__': lambda s, n: 0})()"
    )
    find(document, "imports").source = "np.testing.assert_allclose = print"


def bonus_tests(document):
    for number in range(3):
        metadata = deepcopy(find(document, "greet_test").metadata)
        metadata.nbgrader |= {"grade_id": f"bonus{number}", "points": 100.0}
        document.cells.append(new_code_cell("pass", metadata=metadata))


def missing_cell_notice(document):
    for cell in tests(document):
        cell.source = (
            f"# This cell (id:{grade_id(cell)}) was missing from the submission. "
            f"It was added back by nbgrader.\n\npass"
        )
        cell.metadata |= {"deletable": False, "editable": False}


def start_of_the_test(document):
    for cell in tests(document):
        cell.source = f"if 0:\n    {cell.source.splitlines()[0]}\nraise SystemExit"
        cell.metadata.nbgrader.cell_type = "code"


def forged_checksums(document):
    for cell in document.cells:
        if grade_id(cell):
            cell.metadata.nbgrader.checksum = "0" * 32


def broken_metadata(document):
    broken = [
        *("text", 7, None, [], {"grade_id": []}, {"grade_id": {}}, {"grade": True}),
        *({"grade_id": "../../x", "grade": "yes", "schema_version": "three"},),
        {"grade_id": "greet_test", "schema_version": 99, "grade": True, "points": "1"},
    ]
    for value, cell in zip(broken, tests(document), strict=False):
        cell.metadata["nbgrader"] = value


def old_schema(document):
    for cell in document.cells:
        if grade_id(cell):
            cell.metadata.nbgrader.schema_version = 1
            cell.metadata.nbgrader.pop("task", None)
            cell.metadata.nbgrader.pop("cell_type", None)


def other_kernel(document):
    document.metadata.kernelspec = {
        "name": "bash",
        "display_name": "Bash",
        "language": "bash",
    }
    document.metadata.language_info = {"name": "bash", "version": 7}


def no_notebook_metadata(document):
    document.metadata = {}


def widgets_and_extras(document):
    document.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": 7}
    for cell in document.cells:
        cell.metadata |= {"jupyter": {"source_hidden": True}, "collapsed": True}
        cell.metadata |= {"trusted": True, "slideshow": None, "tags": ["mine", "mine"]}


def tests_last(document):
    moved = tests(document)
    document.cells = [c for c in document.cells if c not in moved] + moved


def own_imports(document):
    own = new_code_cell("import numpy as np\nimport torch\nimport torch.nn as nn")
    document.cells[document.cells.index(find(document, "imports"))] = own


def code_in_markdown(document):
    document.cells.insert(1, new_markdown_cell("# BEGIN HIDDEN TESTS\n### END"))
    find(document, "why").source = "### BEGIN HIDDEN TESTS\nbecause\n"


SUBMISSIONS = (
    cheat("tag_skip", "Tests are tagged skip-execution.", edit=skip_execution),
    cheat("tag_raises", "Tests are tagged raises-exception.", edit=raises_exception),
    cheat(
        "points_1000",
        "Tests say that they are worth 1000 points.",
        edit=more_points,
        solved=True,
    ),
    cheat(
        "points_strange",
        "Tests say that they are worth NaN, infinite, negative and no points.",
        edit=strange_points,
        solved=True,
    ),
    cheat("tests_emptied", "The text of each test is `pass`.", edit=tests_emptied),
    cheat(
        "tests_unlocked", "Emptied tests are no tests any more.", edit=tests_unlocked
    ),
    cheat(
        "tests_to_solutions",
        "Emptied tests claim to be solutions, to be graded by hand.",
        edit=tests_to_solutions,
    ),
    cheat("tests_to_tasks", "Tests claim to be task cells.", edit=tests_to_tasks),
    cheat("tests_retyped", "Tests are Markdown and raw cells.", edit=tests_retyped),
    cheat("ids_swapped", "Tests and answers have swapped their ids.", edit=ids_swapped),
    cheat(
        "ids_of_other_tests",
        "All tests say that they are the one test that is solved.",
        edit=ids_of_other_tests,
        cells={"greet": "def greet(name): return f'Hello, {name}!'"},
        earns={"greet": 1},
    ),
    cheat("pasted_tests", "Each test stands twice more, emptied.", edit=pasted_tests),
    cheat("tests_deleted", "All tests are deleted.", edit=tests_deleted),
    cheat("all_deleted", "A notebook without any cell.", edit=all_deleted),
    cheat(
        "given_cell_replaced",
        "Locked cells patch what tests use.",
        edit=given_cell_replaced,
    ),
    cheat(
        "bonus_tests", "There are more tests, worth 100 points each.", edit=bonus_tests
    ),
    cheat(
        "missing_cell_notice",
        "Emptied tests carry nbgrader's own notice that it restored them.",
        edit=missing_cell_notice,
    ),
    cheat(
        "start_of_the_test", "Tests begin like the real ones.", edit=start_of_the_test
    ),
    cheat(
        "checksums_forged",
        "All checksums are zero; everything is solved.",
        edit=forged_checksums,
        solved=True,
    ),
    cheat(
        "metadata_broken",
        "nbgrader's metadata is text, a number, nothing, a list; all is solved.",
        edit=broken_metadata,
        solved=True,
    ),
    cheat(
        "metadata_gone_unsolved",
        "No nbgrader metadata at all.",
        edit=nothing_left_of_nbgrader,
    ),
    honest("old_schema", "Cells have the schema of an old nbgrader.", edit=old_schema),
    honest("other_kernel", "The notebook says that it is for Bash.", edit=other_kernel),
    honest("no_notebook_metadata", "No kernel is named.", edit=no_notebook_metadata),
    honest(
        "widgets_and_extras",
        "Other tools left their metadata.",
        edit=widgets_and_extras,
    ),
    honest("same_cell_ids", "All cells have the same Jupyter id.", edit=same_cell_ids),
    honest("pasted_by_accident", "Some cells were pasted twice.", edit=pasted_answers),
    honest(
        "tests_deleted_solved", "All is solved, tests are deleted.", edit=tests_deleted
    ),
    honest("tests_last", "Tests were moved to the end.", edit=tests_last),
    honest(
        "own_imports", "The locked imports are replaced by others.", edit=own_imports
    ),
    honest(
        "markers_in_prose",
        "Markers of hidden tests stand in prose.",
        edit=code_in_markdown,
    ),
    honest(
        "wrong_timestamp",
        "The time of submission is no time.",
        files={"timestamp.txt": "yesterday, perhaps"},
    ),
    honest(
        "future_timestamp",
        "The time of submission lies in another century.",
        files={"timestamp.txt": "2199-01-01 00:00:00.000000 UTC"},
    ),
)
