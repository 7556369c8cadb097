"""The lint finds what would be graded otherwise than meant, and nothing else."""

import nbformat
import pytest
from lessons import LESSONS, ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from quickstart import quickstart
from traitlets.config import Config

from autograder.assignments import AssignmentError, find
from autograder.lint import lint, lint_notebook, report

SOLUTION = """\
import numpy as np


def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


class Bag:
    ### BEGIN SOLUTION
    def __init__(self, items=()):
        self.items = list(items)
    ### END SOLUTION
"""


def marked(source, grade_id, kind="student", make=new_code_cell):
    """Make a cell as nbgrader marks it."""
    metadata = {
        "grade": kind == "test",
        "grade_id": grade_id,
        "locked": kind in ("test", "given"),
        "points": 1,
        "schema_version": 3,
        "solution": kind == "student",
        "task": False,
    }
    return make(source, metadata={"nbgrader": metadata})


@pytest.fixture
def found(tmp_path):
    """Lint a notebook of some cells; returns (cell, line, rule, name) of each."""

    def lint_cells(*cells, kernel="python3", language="python"):
        spec = {"name": kernel, "display_name": kernel, "language": language}
        path = tmp_path / "bags.ipynb"
        document = new_notebook(cells=cells, metadata={"kernelspec": spec})
        nbformat.write(document, path)
        findings = lint_notebook(path, Config())
        return [(f.cell, f.line, f.rule, f.name) for f in findings]

    return lint_cells


@pytest.fixture
def found_in_test(found):
    """Lint a test cell that follows the solution and a locked cell."""

    def lint_test(source, given="import numpy as np\nimport matplotlib.pyplot as plt"):
        return [
            (rule, name)
            for cell, _, rule, name in found(
                marked(given, "imports", "given"),
                marked(SOLUTION, "double"),
                marked(source, "double_test", "test"),
            )
            if cell == "double_test"
        ]

    return lint_test


@pytest.mark.parametrize(
    ("source", "rule", "name"),
    [
        (
            "from unittest import mock\n"
            "with mock.patch('numpy.sum'):\n    assert double(1) == 2",
            "patch",
            "mock.patch",
        ),
        (
            "from unittest.mock import patch\n"
            "with patch.object(np, 'sum'):\n    assert double(1) == 2",
            "patch",
            "patch.object",
        ),
        ("np.dot = None\nassert double(1) == 2", "patch", "np.dot"),
        ("np.linalg.norm = None\nassert double(1) == 2", "patch", "np.linalg.norm"),
        ("setattr(np, 'dot', None)\nassert double(1) == 2", "patch", "setattr(np)"),
        ("assert 'for' not in double.__code__.co_names", "code", "double.__code__"),
        ("import dis\nassert len([*dis.Bytecode(double)]) < 9", "code", "dis.Bytecode"),
        (
            "import inspect\nassert inspect.currentframe().f_lineno",
            "frames",
            "inspect.currentframe",
        ),
        (
            "import tracemalloc\ntracemalloc.start()\nassert double(1) == 2",
            "measure",
            "tracemalloc.start",
        ),
        (
            "from time import process_time\nassert process_time() < 9",
            "measure",
            "process_time",
        ),
        (
            "x = np.ones(3)\nassert double(x).base is None",
            "memory",
            "double(x).base is None",
        ),
        (
            "x = np.ones(3)\nassert not np.shares_memory(double(x), x)",
            "memory",
            "np.shares_memory",
        ),
        ("assert 'for' not in In[1]", "history", "In"),
        ("assert get_ipython().user_ns['double'](1) == 2", "history", "get_ipython"),
        ("%history\nassert double(1) == 2", "history", "%history"),
        ("%run double.py\nassert double(1) == 2", "bytes", "%run"),
        ("!python double.py\nassert double(1) == 2", "bytes", "!python double.py"),
        (
            "import pickle\nassert pickle.load(open('a.pkl', 'rb')) == 2",
            "bytes",
            "pickle.load",
        ),
        (
            "import torch\nassert torch.load('a.pt', weights_only=False)",
            "bytes",
            "torch.load(weights_only=False)",
        ),
        (
            "assert np.load('a.npy', allow_pickle=True).ndim",
            "bytes",
            "np.load(allow_pickle=True)",
        ),
        ("exec(open('a.py').read())\nassert double(1)", "bytes", "exec(open(...))"),
        ("assert len(plt.gca().lines) == 1", "figures", "plt.gca"),
        ("import sys\nassert 'scipy' not in sys.modules", "modules", "sys.modules"),
        ("assert Bag([1]) == Bag([1])", "equality", "Bag([1]) == Bag([1])"),
        ("assert Bag() < Bag([1])", "equality", "Bag() < Bag([1])"),
        ("assert Bag() in [Bag()]", "equality", "Bag() in [Bag()]"),
        ("one, two = 1, 2\na = Bag()\nassert a != one", "equality", "a != one"),
        ("class Box(Bag):\n    pass\n\n\nassert Box()", "derive", "class Box(Bag)"),
        (
            "import sys\nif double(1) != 2:\n    print('no', file=sys.stderr)\n"
            "assert double(2) == 4",
            "stderr",
            "sys.stderr",
        ),
        ("import os\nos.chdir('/')\nassert double(1) == 2", "process", "os.chdir"),
        ("double(1) == 2", "value", "double(1) == 2"),
        ("assert double(2) == 4\ndouble(1)", "value", "double(1)"),
        ("assert double(2) == 4\n'done'", "value", "'done'"),
        ("print(double(2))", "value", "the cell"),
        ("", "value", "the cell"),
        ("assert double(seven) == 14", "name", "seven"),
        ("assert double(1) = 2", "syntax", "the cell"),
    ],
)
def test_an_idiom_that_differs_is_found(found_in_test, source, rule, name):
    """
    The finding has the rule and the text that gives it away.
    """
    assert (rule, name) in found_in_test(source)


@pytest.mark.parametrize(
    "source",
    [
        "assert double(2) == 4",
        "x = np.ones(3)\ny = double(x)\nassert y is not x and (x == 1).all()",
        "try:\n    double(None)\nexcept TypeError:\n    pass\n"
        "else:\n    raise AssertionError('no error')",
        "np.testing.assert_allclose(double(np.ones(3)), 2)",
        "assert isinstance(Bag(), Bag) and Bag([1]).items == [1]",
        "assert 3 in Bag([3]) and 'sum' in dir(np)",
        "bag = Bag()\nassert bag.items == [] and bag is not None",
        "%timeit -n1 -r1 double(1)\nassert double(1) == 2",
        "from time import perf_counter as now\nstart = now()\ndouble(1)\n"
        "assert now() - start < 1",
        "import inspect\nassert 'for' not in inspect.getsource(double)",
        "with np.errstate(all='raise'):\n    assert double(1) == 2",
        "import inspect\nassert len(inspect.signature(double).parameters) == 1",
        "import pickle\nassert pickle.dumps(double(1))",
        "import torch\nassert torch.load('a.pt', weights_only=True)",
        "profile = [1]\nprofile.dis = 2\nassert double(profile[0]) == 2",
        "score = 0\nscore += double(1) == 2\nscore",
        "sum(double(x) == 2 * x for x in (1, 2)) / 2",
        "assert double(1) == 2\ndouble(1);",
        "### AUTOTEST double(2)",
        "orig = double\ndel double\ntry:\n    assert orig(1) == 2\n"
        "finally:\n    double = orig",
        "assert [double(n) for n in range(3)] == [0, 2, 4]",
        "assert np.load('a.npy').ndim  # autograder: allow bytes",
        "import sys\n# autograder: allow modules\nassert 'scipy' not in sys.modules",
        "fig, ax = plt.subplots()\nax.plot([double(1)])\nassert len(ax.lines) == 1",
        "def close(a, b):\n    return abs(a - b) < 1e-9\n\n\nclose(double(1), 2)",
    ],
)
def test_an_honest_test_is_left_alone(found_in_test, source):
    """
    What means the same in two rooms, or is accepted by a comment, is no finding.
    """
    assert [] == found_in_test(source)


def test_a_finding_says_where_and_what_to_do(tmp_path):
    """
    One line: notebook, cell, line, name, why, what to write instead, and the rule.
    """
    path = tmp_path / "bags.ipynb"
    source = "assert double(1) == 2\nassert double.__code__"
    cells = [marked(SOLUTION, "double"), marked(source, "double_test", "test")]
    nbformat.write(new_notebook(cells=cells), path)

    (finding,) = lint_notebook(path, Config())

    assert (
        f"{path}, cell double_test, line 2: double.__code__: the test sees a stand-in, "
        "which has none of the student's compiled code; check what the function "
        "returns, or read its text with inspect.getsource [code]"
    ) == str(finding)


@pytest.mark.parametrize(
    ("source", "kind", "line", "name"),
    [
        (
            "assert 1\n### BEGIN HIDEN TESTS\nassert 2\n### END HIDEN TESTS",
            "test",
            2,
            0,
        ),
        ("assert 1\n### begin hidden tests\nassert 2", "test", 2, "BEGIN HIDDEN TESTS"),
        ("assert 1\n# END HIDDEN TESTS", "test", 2, "END HIDDEN TESTS"),
        ("assert 1\n### BEGIN HIDDEN TESTS", "test", 2, "BEGIN HIDDEN TESTS"),
        ("assert 1\n# BEGIN SOLUTION\n# END SOLUTION", "test", 2, "BEGIN SOLUTION"),
        ("# BEGIN HIDDEN TESTS\n# END HIDDEN TESTS", "given", 1, "BEGIN HIDDEN TESTS"),
        ("# BEGIN HIDDEN TESTS\n# END HIDDEN TESTS", "student", 1, "BEGIN HIDDEN"),
        ("x = 1\n### BEGN SOLUTION\nx = 2\n### ENDSOLUTION", "student", 2, 0),
        ("x = 1\n# BEGIN SOLUTION\n# BEGIN SOLUTION\n# END SOLUTION", "student", 3, 0),
    ],
)
def test_a_delimiter_that_hides_nothing_is_found(found, source, kind, line, name):
    """
    Else nbgrader would release hidden tests or solutions, or stop.
    """
    findings = found(marked(source, "cell", kind))

    assert ("cell", line, "delimiter") == findings[0][:3]
    if name:
        assert findings[0][3].upper().lstrip("# ").startswith(name)


@pytest.mark.parametrize(
    "source",
    [
        "# BEGIN SOLUTION\nx = 1\n# end of solution\n# END SOLUTION",
        "# Solution\nx = 1",
        "# THE HIDDEN LAYER\nx = 1",
        "# begin with a solution of the equation\nx = 1",
    ],
)
def test_comments_are_no_delimiters(found, source):
    """
    Prose that speaks of solutions or of hidden things is no typo.
    """
    assert [] == found(marked(source, "cell"))


def test_delimiters_in_text_cells_are_checked(found):
    """
    Model answers of written questions are removed by the same words.
    """
    text = "Because.\n<!-- BEGIN SOLUTON -->\nIt is so.\n<!-- END SOLUTON -->"

    assert [("why", 2, "delimiter"), ("why", 4, "delimiter")] == [
        finding[:3] for finding in found(marked(text, "why", make=new_markdown_cell))
    ]


def test_names_must_be_where_a_room_finds_them(found):
    """
    A student's cell must not need a test cell, nor both give a name another value.
    """
    findings = found(
        marked(SOLUTION, "double"),
        marked("data = 3\nwant = 6\nassert double(data) == want", "one_test", "test"),
        marked("picture = data", "plot"),
        marked("want = 8", "more"),
        marked("assert double(4) == want", "two_test", "test"),
        marked("data + 1", "peek", "given"),
    )

    assert [
        ("plot", 1, "name", "data"),
        ("two_test", 1, "name", "want"),
        ("peek", 1, "name", "data"),
    ] == findings


def test_a_star_import_may_define_anything(found_in_test):
    """
    Where names cannot be known, none is called undefined.
    """
    assert [] == found_in_test("assert double(pi) > 6", given="from math import *")


def test_data_that_both_rooms_have_must_stay_the_same(found):
    """
    A solution that changes given data, and data that nobody seeded, are found.
    """
    cells = [
        marked("data = [3, 1]\nkept = [1]\nimport random", "data", "given"),
        marked("rng = random.Random()\nother = random.Random(1)", "rng", "given"),
        marked("data.sort()\nkept[0] = 2\nmine = list(kept)\nmine.sort()", "sorting"),
        marked("assert data[0] == 1\nassert mine\nassert rng", "data_test", "test"),
    ]

    assert [
        ("rng", 1, "given", "random.Random()"),
        ("sorting", 1, "given", "data"),
    ] == found(*cells)


@pytest.mark.parametrize(
    ("bases", "kind"),
    [
        *(("list", "list"), ("dict[str, int]", "dict"), ("float", "float")),
        *(("np.ndarray", "array"), ("namedtuple('P', 'x y')", "namedtuple")),
        *(("NamedTuple", "namedtuple"), ("object, str", "str"), ("Base", "int")),
    ],
)
def test_a_class_of_data_with_methods_is_found(tmp_path, bases, kind):
    """
    Its objects are data in the test's room, which has no such methods.
    """
    path = tmp_path / "bags.ipynb"
    source = (
        f"class Base(int):\n    pass\n\n\nclass Pile({bases}):\n    def top(self): ..."
    )
    cells = [
        marked(source, "pile"),
        marked("assert make().top() == 3", "pile_test", "test"),
        marked("def make():\n    return Pile()", "make"),
    ]
    nbformat.write(new_notebook(cells=cells), path)

    found = [f for f in lint_notebook(path, Config()) if f.rule == "data"]

    assert [("pile", 5, f"class Pile({bases})")] == [
        (f.cell, f.line, f.name) for f in found
    ]
    assert f"a plain {kind}, without its methods" in found[0].why


@pytest.mark.parametrize(
    ("source", "test"),
    [
        ("class Pile(list):\n    pass", "assert Pile([1])[0] == 1"),
        ("class Pile:\n    def top(self): ...", "assert Pile().top() == 1"),
        ("class Pile(list):\n    def top(self): ...", "assert double(2) == 4"),
        (
            "class Pile(list):  # autograder: allow data\n    def top(self): ...",
            "assert Pile([1])[0] == 1",
        ),
    ],
)
def test_a_class_that_stays_itself_is_left_alone(found, source, test):
    """
    Without methods of its own, without data, and unseen by tests.
    """
    cells = [marked(source, "pile"), marked(SOLUTION, "double")]

    assert [] == found(*cells, marked(test, "pile_test", "test"))


def test_locked_cells_read_no_code_either(found):
    """
    A given cell runs in the test room too, after the student's cells may have written.
    """
    source = "import pickle\nweights = pickle.load(open('weights.pkl', 'rb'))"

    assert [("data", 2, "bytes", "pickle.load")] == found(
        marked(source, "data", "given")
    )


@pytest.mark.parametrize(
    ("kernel", "language", "name"),
    [("ir", "R", "language 'r'"), ("py27", "python", "kernel 'py27'")],
)
def test_a_notebook_that_cannot_run_is_found(found, kernel, language, name):
    """
    Another language, or a kernel that is not installed: one finding.
    """
    cell = marked("x <- 1", "double_test", "student")

    assert [("kernelspec", 1, "kernel", name)] == found(
        cell, kernel=kernel, language=language
    )


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_the_lessons_are_clean(lesson, monkeypatch):
    """
    Nothing is found in this course.
    """
    monkeypatch.chdir(ROOT)

    assert [] == lint(find(lesson.name))


def test_the_quickstart_course_is_clean(tmp_path, monkeypatch):
    """
    Nothing is found in nbgrader's own example, `del squares` and all.
    """
    monkeypatch.chdir(quickstart(tmp_path))

    lines = []
    status = report(["ps1"], lines.append)

    assert (0, ["ps1: 2 notebooks, nothing found"]) == (status, lines)


def test_the_report_counts(tmp_path, monkeypatch):
    """
    Exit status 1 and a summary, when something is found.
    """
    folder = tmp_path / "source" / "bags"
    folder.mkdir(parents=True)
    cells = [marked("'fine'", "double_test", "test")]
    nbformat.write(new_notebook(cells=cells), folder / "bags.ipynb")
    monkeypatch.chdir(tmp_path)

    lines = []
    status = report(["bags"], lines.append)

    assert 1 == status
    assert lines[0].startswith(f"{folder / 'bags.ipynb'}, cell double_test, line 1: ")
    assert "bags: 1 notebook, 1 found" == lines[1]


def test_an_unknown_assignment_is_named(tmp_path, monkeypatch):
    """
    The error says where it was looked for, and which ones there are.
    """
    monkeypatch.chdir(ROOT)
    with pytest.raises(AssignmentError, match="'99_none'; there are 00_tensors, "):
        find("99_none")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssignmentError, match="is this a course folder?"):
        find("99_none")


@pytest.mark.parametrize("text", ["c.Execute.timeout = 1 / 0", "c.CourseDirectory.x ="])
def test_a_broken_configuration_is_named(tmp_path, monkeypatch, text):
    """
    The error names the file and what Python says of it.
    """
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{text}\n")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(AssignmentError, match=r"nbgrader_config.py.*(zero|syntax)"):
        find("bags")


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    """
    The error names the file.
    """
    path = tmp_path / "bags.ipynb"
    path.write_text("{")

    with pytest.raises(AssignmentError, match="bags.ipynb: no notebook"):
        lint_notebook(path, Config())
