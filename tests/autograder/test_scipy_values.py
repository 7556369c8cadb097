"""Sparse matrices and solvers' results cross as data, and nothing unchecked in them."""

import numpy as np
import pytest
from scipy import optimize, sparse
from two_rooms import in_both, in_two_rooms, problems

from autograder import scipy_values
from autograder.wire import WireError

STUDENT = """
import numpy as np
import scipy.sparse as sp
from scipy import optimize
from scipy.integrate import solve_ivp


def laplacian(n, format="csr"):
    return sp.diags([1.0, -2.0, 1.0], [-1, 0, 1], shape=(n, n)).asformat(format)


def adjacency(n):
    return sp.coo_array((np.ones(n), (np.arange(n), np.arange(n)[::-1])), shape=(n, n))


def count(m):
    return m.nnz


def decay(method):
    return solve_ivp(lambda t, y: -y, (0, 1), [1.0], method=method, dense_output=True)


def fit():
    return optimize.minimize(lambda x: (x[0] - 1) ** 2, [0.0])


def root():
    return optimize.root_scalar(lambda x: x - 2, bracket=(0, 5))


FIT = fit()
"""
CASES = {
    "sparse matrices": """
import numpy as np
import scipy.sparse
from scipy.sparse.linalg import spsolve

for format in ("csr", "csc", "coo", "dia", "lil", "dok"):
    m = laplacian(3, format)
    assert scipy.sparse.issparse(m) and m.format == format and m.shape == (3, 3)
    assert np.allclose(m @ np.ones(3), [-1, 0, -1]) and m.nnz == 7
    assert (m.toarray() == laplacian(3).toarray()).all() and count(m) == 7
assert np.allclose(spsolve(laplacian(3, "csc"), np.array([1.0, 0, 1])), -1)
assert (laplacian(3) != laplacian(3)).nnz == 0
assert list(laplacian(3).indptr) == [0, 2, 5, 7]
assert isinstance(adjacency(2), scipy.sparse.coo_array)
assert isinstance(laplacian(2), scipy.sparse.csr_matrix)
""",
    "results of solvers": """
from scipy.optimize import OptimizeResult

for result in (fit(), FIT):
    assert result.success and abs(result.x[0] - 1) < 1e-3 and result["fun"] < 1e-3
    assert isinstance(result, OptimizeResult) and "x" in result
assert root().converged and abs(root().root - 2) < 1e-6
assert "converged: True" in str(root())
""",
    "solutions of equations": """
import numpy as np

solution = decay("RK45")
assert solution.success and solution.status == 0 and solution.t[-1] == 1
assert abs(solution.y[0, -1] - np.exp(-1)) < 1e-2
assert abs(solution.sol(0.5)[0] - np.exp(-0.5)) < 1e-2
""",
}
WRONG = {
    "another matrix": "assert laplacian(3).nnz == 9",
    "another solution": "assert decay('RK45').y[0, -1] > 1",
    "no such attribute": "assert fit().no_such",
}


@pytest.fixture(scope="module")
def both(warm, tmp_path_factory):
    """All cases in one kernel and in two rooms: (errors there, errors here)."""
    folder = tmp_path_factory.mktemp("cases")
    cells = [("student", STUDENT)]
    return in_both(warm, folder, *cells, cases=CASES | WRONG, solved=(False,))


@pytest.mark.parametrize("case", CASES)
def test_what_is_right_passes_in_both(both, case):
    """
    A value of SciPy's is one in the test's room too.
    """
    assert ["", ""] == [run[case] for run in both]


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_fails_in_both(both, case):
    """
    With the exception of one kernel.
    """
    one, two = (run[case].partition(":")[0] for run in both)

    assert one == two != ""


ONE = np.zeros(1, np.int32)


def compressed(*starts, indices=ONE, shape=(1, 1), data=None, format="csr"):
    """Make the mark and the data of a matrix."""
    data = np.ones(len(indices)) if data is None else data
    starts = np.array(starts, np.int32)
    return ["sparse", format, False, [*shape]], (data, indices, starts)


@pytest.mark.parametrize(
    ("mark", "data"),
    [
        compressed(0, 1, shape=(10**12, 1)),
        compressed(0, 1, shape=(1, 0)),
        compressed(0, 1, shape=(1, -1)),
        compressed(0, 1, indices=ONE + 1),
        compressed(0, 1, indices=ONE - 1),
        compressed(0, 1, indices=ONE.astype(float)),
        compressed(0, 1, data=np.ones((1, 1))),
        compressed(0, 1, data=np.ones(2)),
        compressed(0, 1, data=np.array([None])),
        compressed(0, 1, data=[1.0]),
        compressed(1, 1),
        compressed(0, 2),
        compressed(),
        compressed(0, 1, shape=(1, 1 << 40), format="csc"),
        compressed(0, 1, format="bsr"),
        compressed(0, 5, 0, shape=(2, 1), indices=ONE[:0]),
        compressed(0, 2**31 - 1, -2, 1, shape=(3, 1)),
        (["sparse", "lil", False, [10**12, 1]], (np.ones(1), ONE, ONE)),
        (["sparse", "coo", True, [1, 1]], (np.ones(2), ONE, ONE)),
        (["sparse", "coo", True, [1, 1]], (np.ones(1), ONE, ONE + 1)),
        (["sparse", "dia", True, [1, 1]], (np.ones((1, 1)), ONE + 1)),
        (["sparse", "dia", True, [2, 2]], (np.ones((2, 2)), np.array([0, 0]))),
        (["sparse", "dia", True, [1, 1]], (np.ones(1), ONE)),
        (["sparse", "dia", True, [1, 1]], 5),
        (["sparse", "csr", False, [1]], ()),
        (["sparse", "linalg", False, [1, 1]], ()),
        (["result", "OptimizeResult"], {"__array_interface__": {}}),
        (["result", "OptimizeResult"], {"_order_keys": []}),
        (["result", "OptimizeResult"], {1: 2}),
        (["result", "OptimizeResult"], [("x", 1)]),
        (["result", "minimize"], {"x": 1}),
    ],
    ids=str,
)
def test_data_that_does_not_fit_is_refused(mark, data):
    """
    No index leads out of a matrix, and a shape alone takes no memory.
    """
    with pytest.raises(WireError):
        scipy_values.accept(mark, data)


def test_a_large_shape_takes_no_memory():
    """
    What has few items in many columns is a value like others.
    """
    tall = sparse.coo_array((np.ones(1), ([10**12 - 1], [0])), shape=(10**12, 1))
    got = scipy_values.accept(*scipy_values.offer(tall))

    assert tall.shape == got.shape and got.row[0] == tall.row[0]


def test_no_array_of_a_matrix_is_in_a_message():
    """
    Else the student's room could change the indices of one later, as of any pair.
    """
    matrix = sparse.eye(3, format="csr")
    mark, sent = scipy_values.offer(matrix)
    got = scipy_values.accept(mark, sent)

    for ours in (matrix, got):
        for part in (ours.data, ours.indices, ours.indptr):
            assert not any(np.shares_memory(part, other) for other in sent)


def test_a_result_is_no_dict_of_the_message():
    """
    A key that comes later would be an attribute.
    """
    mark, sent = scipy_values.offer(optimize.OptimizeResult(x=1))
    got = scipy_values.accept(mark, sent)
    sent["__array_interface__"] = {}

    assert {"x": 1} == got and type(got) is optimize.OptimizeResult


CHEATS = """
from scipy.optimize import OptimizeResult
import numpy as np
import scipy.sparse as sp

def judge(x):
    return OptimizeResult(shape=(2,), allclose=lambda other: True, item=lambda: 3)

def memory(x):
    return OptimizeResult(__array__=lambda *a, **k: np.ones(3))

class Matrix(sp.csr_matrix):
    def max(self): return 0
    def __abs__(self): return self
    def __sub__(self, other): return self

def matrix(n):
    return Matrix((n, n))
"""


@pytest.mark.parametrize(
    "test",
    [
        "import torch\nassert judge(1).allclose(torch.ones(2))",
        "assert abs(judge(1).item() - 3) < 1",
        "import numpy as np\nassert np.allclose(memory(1), 1)",
        "import scipy.sparse as sp\nassert abs(matrix(3) - sp.eye(3)).max() < 1e-9",
    ],
)
def test_no_value_of_scipy_s_judges(warm, test):
    """
    Functions among the attributes of a result, and methods of a matrix of the
    student's own class, are asked nothing.
    """
    assert 1 == len(problems(in_two_rooms(warm, ("student", CHEATS), ("test", test))))
