# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 · Convolution as linear algebra, and wavelets
#
# A 3 × 3 filter on a 200 × 200 photo is a matrix with 1.6 billion entries. As
# float64 it would fill 12.8 GB, it holds nine different numbers and zeros, and
# nobody ever stores it. Still it is worth looking at. Its pattern says why a
# convolution has so few parameters, why filters may be exchanged, why a Fourier
# transform speeds them up, and how to take a photo apart so cleverly that it can
# be put together again, minus most of its noise.
#
# **You will be able to**
#
# - write down the matrix of a filter in one and two dimensions, and count its
#   degrees of freedom;
# - find the kernel inside a black box, and split a kernel into a column and a
#   row;
# - filter with the Fourier transform, and say when that pays;
# - take a photo apart with Haar's wavelets, remove noise, and put it together.
#
# **Time:** 130 minutes, questions included. **You should know:** matrix
# products, and what correlation and convolution are (lesson 01). Complex
# exponentials help in section 6.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import time

import matplotlib.pyplot as plt
import numpy as np

from course import data
from course.checks import check, check_raises, check_speedup, require
from course.figures import label_line_ends, show_images, show_kernels, show_matrices
from course.shortcuts import CONVOLUTIONS, check_own_work
from course.widgets import explore

plt.style.use("course.course")

# %% [markdown] covers=["C26", "F16", "Q06"]
# ## 1 · A filter is a matrix
#
# Take a signal $x$ of $n$ numbers and a kernel $\kappa$ of $2r+1$ weights. Count
# the weights from the middle one: $\kappa_{-r}, \dots, \kappa_0, \dots,
# \kappa_r$. In an array, index 0 holds $\kappa_{-r}$. Correlation with as many
# outputs as inputs ("same"), and zeros outside, is
#
# $$y_i = \sum_{k=-r}^{r} \kappa_k\, x_{i+k}, \qquad i = 0, \dots, n-1.$$
#
# Every output is a weighted sum of inputs, so there is a matrix $W$ with $y =
# Wx$. Its row $i$ holds the weights with which the inputs enter $y_i$. For $r =
# 1$ and $n = 5$:
#
# $$W = \begin{pmatrix}
# \kappa_0 & \kappa_1 & 0 & 0 & 0\\
# \kappa_{-1} & \kappa_0 & \kappa_1 & 0 & 0\\
# 0 & \kappa_{-1} & \kappa_0 & \kappa_1 & 0\\
# 0 & 0 & \kappa_{-1} & \kappa_0 & \kappa_1\\
# 0 & 0 & 0 & \kappa_{-1} & \kappa_0
# \end{pmatrix}.$$
#
# This is the link between a kernel and its matrix: **row $i$ is the kernel, laid
# down with its middle on column $i$.** What sticks out at the ends is cut off.
# Two words describe the pattern. The entry in row $i$ and column $j$ depends on
# $j - i$ only, so each diagonal holds one number: a **Toeplitz** matrix. And
# only $2r+1$ diagonals around the main one are not zero: a **band**. Convolution
# turns the kernel around, which exchanges $\kappa_k$ and $\kappa_{-k}$: its
# matrix is the transpose.

# %% [markdown] covers=["F16"]
# **Task 1** (easy, 7 minutes). Write `toeplitz_conv1d(kappa, n)`: this matrix, as
# float64 of shape (n, n).
#
# - `kappa` has shape (2r + 1,) and any real dtype. It may have more weights than
#   the signal has numbers; those that never meet a number are not in the matrix.
# - `ValueError` if the number of weights is even, since then there is no middle
#   one, and if n is less than 1.
# - Build it yourself: not with `scipy.linalg` (which has `toeplitz`, `circulant`
#   and `convolution_matrix`), `scipy.signal`, `scipy.ndimage`, `np.convolve`,
#   `np.correlate` or torch's convolutions.
#
# <details><summary>Hint 1: what to think of</summary>Which weight stands in row i
# and column j? For which i and j is there one?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.eye(n, k=1)</code>
# has ones on the diagonal above the main one, and k may be negative or too large.
# Or use two loops and a condition.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse what has to be
# refused; start from zeros in float64; for each k from −r to r, put the weight
# with array index k + r on the diagonal j − i = k. A diagonal that lies outside
# the matrix is not an error.</details>


# %% nbgrader={"grade": false, "grade_id": "toeplitz_conv1d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def toeplitz_conv1d(kappa, n):
    """Return the matrix that correlates n numbers with kappa, zeros outside.

    kappa: (2r + 1,), real, the weights -r..r. Returns float64 (n, n).
    Raises ValueError if kappa has an even number of weights, or n < 1.
    """
    ### BEGIN SOLUTION
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError(
            f"toeplitz_conv1d: wanted an odd number of weights and n >= 1, got "
            f"{len(kappa)} weights and n = {n}"
        )
    r = len(kappa) // 2
    W = np.zeros((n, n))
    for k in range(-r, r + 1):
        W += float(kappa[k + r]) * np.eye(n, k=k)
    return W
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "toeplitz_conv1d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
kappa = np.array([1.0, 2.0, 3.0])
by_hand = np.array(
    [
        [2.0, 3, 0, 0, 0],
        [1, 2, 3, 0, 0],
        [0, 1, 2, 3, 0],
        [0, 0, 1, 2, 3],
        [0, 0, 0, 1, 2],
    ]
)
mistakes = {
    "this is the transpose, the matrix of the convolution": by_hand.T,
    "row i must have the middle weight in column i": np.roll(by_hand, 1, axis=1),
}
case = "the weights 1, 2, 3 and five numbers"
check(toeplitz_conv1d, kappa, 5, want=by_hand, case=case, mistakes=mistakes)
y = toeplitz_conv1d(kappa, 5) @ np.arange(1.0, 6.0)
require(np.allclose(y, [8, 14, 20, 26, 14]), "W times (1, ..., 5) is wrong")
check_own_work(toeplitz_conv1d, (*CONVOLUTIONS, "scipy.linalg"))
### BEGIN HIDDEN TESTS
from scipy.linalg import toeplitz as scipy_toeplitz

r = np.random.default_rng(3101)
k = r.normal(size=5)
want = scipy_toeplitz([k[2], k[1], k[0], 0, 0, 0, 0], [k[2], k[3], k[4], 0, 0, 0, 0])
around = want.copy()
around[0, -2:], around[1, -1] = k[:2], k[0]
around[-1, :2], around[-2, 0] = k[3:], k[4]
mistakes = {
    "this is the transpose, the matrix of the convolution": want.T,
    "the corners are filled: outside the signal there are zeros": around,
}
case = "five weights, seven numbers"
check(toeplitz_conv1d, k, 7, want=want, case=case, mistakes=mistakes)
k = r.integers(-9, 10, 7).astype(float)
column = np.concatenate([k[3::-1], np.zeros(5)])
row = np.concatenate([k[3:], np.zeros(5)])
want = scipy_toeplitz(column, row)
check(toeplitz_conv1d, k, 9, want=want, case="seven weights, nine numbers")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "toeplitz_conv1d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
case = "a single weight"
check(toeplitz_conv1d, np.array([5.0]), 3, want=5 * np.eye(3), case=case)
check_raises(toeplitz_conv1d, np.array([1.0, 2.0]), 3, case="two weights")
check_own_work(toeplitz_conv1d, (*CONVOLUTIONS, "scipy.linalg"))
# Also graded: more weights than numbers, n = 1, dtypes, views, what must be refused.
### BEGIN HIDDEN TESTS
from scipy.linalg import toeplitz as scipy_toeplitz

k = np.array([1.5, -2, 3, 4, 5])
want = np.array([[3.0, 4], [-2, 3]])
check(toeplitz_conv1d, k, 2, want=want, case="five weights, two numbers")
case = "three weights, two numbers"
check(toeplitz_conv1d, k[:3], 2, want=np.array([[-2.0, 3], [1.5, -2]]), case=case)
case = "as many numbers as weights"
want = scipy_toeplitz([3, -2, 1.5, 0, 0], [3, 4, 5, 0, 0])
check(toeplitz_conv1d, k, 5, want=want, case=case)
case = "five weights, four numbers"
check(toeplitz_conv1d, k, 4, want=want[:4, :4], case=case)
check(toeplitz_conv1d, k, 1, want=np.array([[3.0]]), case="n = 1")
check(toeplitz_conv1d, np.array([7]), 1, want=np.array([[7.0]]), case="one by one")
whole = np.array([200, 100, 250], np.uint8)
want = np.array([[100.0, 250, 0], [200, 100, 250], [0, 200, 100]])
check(toeplitz_conv1d, whole, 3, want=want, case="weights of type uint8")
case = "integers, in a view that reads backwards"
check(toeplitz_conv1d, whole.astype(int)[::-1], 3, want=want.T.copy(), case=case)
single = np.array([0.1, 0.2, 0.3], np.float32)
a, b, c = (float(v) for v in single)
want = np.array([[b, c], [a, b]])
check(toeplitz_conv1d, single, 2, want=want, case="float32 in, float64 out")
large = np.array([2**24 + 1, -70_000, 3])
want = np.array([[-70_000.0, 3], [2**24 + 1, -70_000]])
case = "large integers, which neither float32 nor int16 can hold"
check(toeplitz_conv1d, large, 2, want=want, case=case, rtol=1e-12)
check_raises(toeplitz_conv1d, np.ones(4), 9, case="an even number of weights")
check_raises(toeplitz_conv1d, np.ones(0), 3, case="no weights at all")
check_raises(toeplitz_conv1d, np.ones(3), 0, case="no numbers at all")
check_raises(toeplitz_conv1d, np.ones(3), -2, case="a negative n")
### END HIDDEN TESTS

# %% [markdown] covers=["C26", "F16"]
# ### On a circle
#
# Zeros outside the signal spoil the pattern at the border: the first and the last
# row lack a weight. With a **periodic** border the signal is a circle, and after
# the last number comes the first one again: $x_{i+n} = x_i$. A weight that
# sticks out on the right then comes in again on the left:
#
# $$C = \begin{pmatrix}
# \kappa_0 & \kappa_1 & 0 & 0 & \kappa_{-1}\\
# \kappa_{-1} & \kappa_0 & \kappa_1 & 0 & 0\\
# 0 & \kappa_{-1} & \kappa_0 & \kappa_1 & 0\\
# 0 & 0 & \kappa_{-1} & \kappa_0 & \kappa_1\\
# \kappa_1 & 0 & 0 & \kappa_{-1} & \kappa_0
# \end{pmatrix}.$$
#
# Every row is the one above it, moved to the right by one place, the last entry
# coming first. Such a matrix is called **circulant**. It is still a Toeplitz
# matrix, and much better behaved: everything from section 4 to 6 is exact for
# circulants, and true for other borders only at some distance from the border.

# %% [markdown] covers=["F16"]
# **Task 2** (medium, 7 minutes). Write `circulant_conv1d(kappa, n)`: the matrix
# of the correlation with a periodic border. Shapes, dtypes, errors and banned
# calls are those of Task 1. If the kernel is longer than the circle, it is wound
# around it: several weights meet in one entry of the matrix, and **add up**, as
# the sum for $y_i$ says.
#
# <details><summary>Hint 1: what to think of</summary>Take the formula for $y_i$
# literally. Which number of the signal is $x_{i+k}$ when i + k is n, or
# −1?</details>
# <details><summary>Hint 2: what to look up</summary>The remainder
# <code>(i + k) % n</code> is never negative in Python. <code>+=</code> adds where
# <code>=</code> overwrites; but with lists of indices,
# <code>W[rows, columns] += v</code> adds only once to an entry that occurs twice.
# </details>
# <details><summary>Hint 3: the order of things</summary>Refuse; zeros; two loops,
# over i and over k; add the weight of k to one entry of row i. If it is right for
# n = 2 and three weights, it is right.</details>


# %% nbgrader={"grade": false, "grade_id": "circulant_conv1d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def circulant_conv1d(kappa, n):
    """Return the matrix that correlates n numbers with kappa, periodic border.

    kappa: (2r + 1,), real, the weights -r..r. Returns float64 (n, n).
    Raises ValueError if kappa has an even number of weights, or n < 1.
    """
    ### BEGIN SOLUTION
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError(
            f"circulant_conv1d: wanted an odd number of weights and n >= 1, got "
            f"{len(kappa)} weights and n = {n}"
        )
    r = len(kappa) // 2
    C = np.zeros((n, n))
    for i in range(n):
        for k in range(-r, r + 1):
            C[i, (i + k) % n] += kappa[k + r]
    return C
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "circulant_conv1d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
kappa = np.array([1.0, 2.0, 3.0])
by_hand = np.array(
    [
        [2.0, 3, 0, 0, 1],
        [1, 2, 3, 0, 0],
        [0, 1, 2, 3, 0],
        [0, 0, 1, 2, 3],
        [3, 0, 0, 1, 2],
    ]
)
swapped = by_hand.copy()
swapped[0, 4], swapped[4, 0] = 3, 1
mistakes = {
    "this is the transpose, the matrix of the convolution": by_hand.T,
    "the two corners are exchanged": swapped,
    "the corners are missing: this is zero outside": np.triu(np.tril(by_hand, 1), -1),
}
case = "the weights 1, 2, 3 and five numbers"
check(circulant_conv1d, kappa, 5, want=by_hand, case=case, mistakes=mistakes)
y = circulant_conv1d(kappa, 5) @ np.arange(1.0, 6.0)
require(np.allclose(y, [13, 14, 20, 26, 17]), "C times (1, ..., 5) is wrong")
check_own_work(circulant_conv1d, (*CONVOLUTIONS, "scipy.linalg"))
### BEGIN HIDDEN TESTS
from scipy.linalg import circulant as scipy_circulant

r = np.random.default_rng(3201)
k = r.normal(size=5)
want = scipy_circulant([k[2], k[1], k[0], 0, 0, 0, k[4], k[3]])
mistakes = {"this is the transpose, the matrix of the convolution": want.T}
case = "five weights, eight numbers"
check(circulant_conv1d, k, 8, want=want, case=case, mistakes=mistakes)
k = r.normal(size=7)
want = scipy_circulant([k[3], k[2], k[1], k[0], k[6], k[5], k[4]])
check(circulant_conv1d, k, 7, want=want, case="a kernel that just fits around")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "circulant_conv1d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
kappa = np.array([1.0, 2.0, 3.0])
last_only = np.array([[2.0, 3], [3, 2]])
mistakes = {"two weights meet in one entry and only the last is kept": last_only}
want = np.array([[2.0, 4], [4, 2]])
case = "three weights on a circle of two"
check(circulant_conv1d, kappa, 2, want=want, case=case, mistakes=mistakes)
check_raises(circulant_conv1d, np.ones(4), 9, case="an even number of weights")
check_own_work(circulant_conv1d, (*CONVOLUTIONS, "scipy.linalg"))
# Also graded: kernels wound around several times, n = 1, dtypes, views, refusals.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(3202)


def powers(kappa, n):
    """Add up powers of the matrix that moves by one place."""
    move = np.roll(np.eye(n), 1, axis=1)
    radius = len(kappa) // 2
    total = np.zeros((n, n))
    for k, weight in zip(range(-radius, radius + 1), kappa):
        total += weight * np.linalg.matrix_power(move if k > 0 else move.T, abs(k))
    return total


for length, n in ((9, 3), (9, 4), (5, 4), (7, 2), (11, 5), (3, 3), (13, 2), (9, 1)):
    k = r.normal(size=length)
    mistakes = {"this is the transpose": powers(k, n).T}
    case = "a kernel that is wound around the circle"
    check(circulant_conv1d, k, n, want=powers(k, n), case=case, mistakes=mistakes)
check(circulant_conv1d, kappa, 1, want=np.array([[6.0]]), case="a circle of one")
whole = np.array([200, 100, 250], np.uint8)
want = np.array([[100.0, 450], [450, 100]])
check(circulant_conv1d, whole, 2, want=want, case="uint8 weights that add up")
small = np.array([100, 50, 120], np.int8)
want = np.array([[50.0, 220], [220, 50]])
check(circulant_conv1d, small, 2, want=want, case="int8 weights that add up")
case = "integers, in a view that reads backwards"
backwards = np.arange(10)[8:2:-1][::2][:3]
want = powers(backwards.copy(), 4)
check(circulant_conv1d, backwards, 4, want=want, case=case)
single = np.array([2.0**24, 0, 1], np.float32)
want = np.array([[0, 2.0**24 + 1], [2.0**24 + 1, 0]])
case = "float32 weights that add up in float64"
check(circulant_conv1d, single, 2, want=want, case=case, rtol=0)
case = "a single weight"
check(circulant_conv1d, np.array([3]), 4, want=3 * np.eye(4), case=case)
check_raises(circulant_conv1d, np.ones(2), 2, case="two weights")
check_raises(circulant_conv1d, np.ones(0), 3, case="no weights at all")
check_raises(circulant_conv1d, np.ones(3), 0, case="no numbers at all")
check_raises(circulant_conv1d, np.ones(3), -2, case="a negative n")
### END HIDDEN TESTS


# %% nbgrader={"grade": false, "grade_id": "spy", "locked": true, "schema_version": 3, "solution": false, "task": false}
def spy(matrices, titles, block=None, size=3.3, label="weight"):
    """Show matrices blue to red around white at zero, with lines between blocks."""
    limit = max(np.abs(matrix).max() for matrix in matrices)
    n = len(matrices)
    figure, axes = plt.subplots(1, n, figsize=(n * size + 0.8, size + 0.5))
    for ax, matrix, title in zip(np.ravel(axes), matrices, titles):
        shown = ax.imshow(matrix, cmap="RdBu_r", vmin=-limit, vmax=limit)
        ax.set(title=title, xlabel="column (number of the input)")
        ax.spines[:].set(visible=True, color="#bbb", linewidth=0.8)
        for edge in range(block or len(matrix), len(matrix), block or len(matrix)):
            ax.axhline(edge - 0.5, color="#bbb", lw=0.6)
            ax.axvline(edge - 0.5, color="#bbb", lw=0.6)
    np.ravel(axes)[0].set_ylabel("row (number of the output)")
    figure.colorbar(shown, ax=list(np.ravel(axes)), label=label, shrink=0.85)
    plt.show()


# %%
weights = np.array([-0.3, 0.2, 0.5, 1.0, 0.8, -0.6, -0.9])
band, circle = toeplitz_conv1d(weights, 24), circulant_conv1d(weights, 24)
spy([band, circle], ["zeros outside: band Toeplitz", "periodic: circulant"])

# %% [markdown] covers=["C26"]
# **Figure 1.** One kernel of seven weights, two borders, 24 numbers. Each
# diagonal has one colour, all other entries are zero (white). The weights that
# the first matrix cuts off come in again in two corners of the second.

# %% [markdown] covers=["Q02"]
# ## 2 · How much freedom is there?
#
# A dense layer from n numbers to n numbers learns a matrix in which every entry
# may be chosen freely. In a matrix with a pattern only some can be chosen, the
# others follow. The number of free choices is its **degrees of freedom**; for a
# layer that learns, it is the number of weights to be learned.
#
# **Task 3** (easy, 4 minutes). Write `degrees_of_freedom(kind, n, s=None)` for n
# × n matrices, as an exact int:
#
# | kind | which matrices |
# |---|---|
# | `'general'` | all |
# | `'toeplitz'` | one number along each diagonal, no band |
# | `'circulant'` | each row is the one above it, moved around by one place |
# | `'conv'` | the matrices of Task 1 and 2, made from a kernel of s weights |
#
# `s` matters for `'conv'` only. `ValueError` for another kind, and for `'conv'`
# without `s`.
#
# <details><summary>Hint 1: what to think of</summary>You write the matrix row by
# row. In which entries do you still have a choice?</details>
# <details><summary>Hint 2: what to look up</summary>How many diagonals has a
# table with 2, with 3, with 4 rows? NumPy's integers overflow, Python's do not:
# <code>int(n)</code>.</details>
# <details><summary>Hint 3: the order of things</summary>Try n = 4 on paper: all
# entries; all diagonals, above, on and below the main one; the first row of a
# circulant; the weights of a kernel. Use <code>//</code>, if anything, to
# divide.</details>


# %% nbgrader={"grade": false, "grade_id": "degrees_of_freedom", "locked": false, "schema_version": 3, "solution": true, "task": false}
def degrees_of_freedom(kind, n, s=None):
    """Count the entries of an n x n matrix that can be chosen freely, as an exact int.

    kind: 'general', 'toeplitz', 'circulant' or 'conv' (a kernel of s weights).
    Raises ValueError for another kind, and for 'conv' without s.
    """
    ### BEGIN SOLUTION
    if kind == "general":
        return int(n) ** 2
    if kind == "toeplitz":
        return 2 * int(n) - 1
    if kind == "circulant":
        return int(n)
    if kind == "conv" and s is not None:
        return int(s)
    raise ValueError(f"degrees_of_freedom: no answer for kind {kind!r} and s = {s}")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "degrees_of_freedom_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(degrees_of_freedom, "general", 4, want=16, case="all 4 x 4 matrices")
mistakes = {"count the main diagonal once only": 8}
case = "4 x 4 Toeplitz matrices"
check(degrees_of_freedom, "toeplitz", 4, want=7, case=case, mistakes=mistakes)
check(degrees_of_freedom, "circulant", 4, want=4, case="4 x 4 circulants")
check(degrees_of_freedom, "conv", 4, 3, want=3, case="three weights, 4 x 4")
### BEGIN HIDDEN TESTS
check(degrees_of_freedom, "general", 7, want=49, case="general, another size")
check(degrees_of_freedom, "toeplitz", 7, want=13, case="Toeplitz, another size")
check(degrees_of_freedom, "circulant", 7, want=7, case="circulant, another size")
check(degrees_of_freedom, "conv", 100, 9, want=9, case="nine weights")
check(degrees_of_freedom, "conv", 9, 1, want=1, case="one weight")
check(degrees_of_freedom, "toeplitz", 2, want=3, case="2 x 2 Toeplitz matrices")
check(degrees_of_freedom, "toeplitz", 10, want=19, case="10 x 10 Toeplitz matrices")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "degrees_of_freedom_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(degrees_of_freedom, "diagonal", 4, case="a kind that is not in the table")
# Also graded: very large n, n = 1, 'conv' without s, an s that does not matter.
### BEGIN HIDDEN TESTS
check_raises(degrees_of_freedom, "conv", 4, case="a convolution without s")
check_raises(degrees_of_freedom, "symmetric", 4, 3, case="an unknown kind, with an s")
for kind in ("Toeplitz", "gen", "convolution", "circulants", ""):
    case = f"the kind {kind!r}, which is not in the table"
    check_raises(degrees_of_freedom, kind, 4, 3, case=case)
for kind in ("general", "toeplitz", "circulant"):
    check(degrees_of_freedom, kind, 1, want=1, case="n = 1")
check(degrees_of_freedom, "toeplitz", 5, 3, want=9, case="an s that does not matter")
check(degrees_of_freedom, "general", 5, 3, want=25, case="an s that does not matter")
check(degrees_of_freedom, "circulant", 5, 3, want=5, case="an s that does not matter")
big = 10**10 + 1
check(degrees_of_freedom, "general", big, want=big * big, case="beyond 64 bits")
check(degrees_of_freedom, "toeplitz", 2**62, want=2**63 - 1, case="very large")
case = "a NumPy integer whose square needs more than 32 bits"
check(degrees_of_freedom, "general", np.int32(10**6), want=10**12, case=case)
case = "a NumPy integer whose double needs more than 32 bits"
check(degrees_of_freedom, "toeplitz", np.int32(2**30), want=2**31 - 1, case=case)
check(degrees_of_freedom, "conv", np.int64(81), np.int64(9), want=9, case="NumPy's s")
### END HIDDEN TESTS

# %%
n = 6
row, column = np.indices((n, n))
choices = {
    "general": row * n + column + 1,
    "toeplitz": column - row + n,
    "circulant": (column - row) % n + 1,
    "conv": np.where(abs(column - row) <= 1, column - row + 2, 0),
}
_, axes = plt.subplots(1, 4, figsize=(9.5, 2.7))
for ax, (kind, which) in zip(axes, choices.items()):
    shades = np.ma.masked_equal(which, 0)
    ax.imshow(shades, cmap="viridis", vmin=-which.max(), vmax=which.max())
    for (i, j), number in np.ndenumerate(which):
        ax.text(j, i, number, ha="center", va="center", color="#222", fontsize=10)
    ax.set(title=f"{kind}: {degrees_of_freedom(kind, n, 3)} choices", xlabel="column")
    ax.set(xticks=[0, 5], yticks=[0, 5])
axes[0].set_ylabel("row")
plt.show()

# %% [markdown] covers=["Q02"]
# **Figure 2.** 6 × 6 matrices. Entries with one number must be equal; in "conv",
# which has three weights here, 0 is a zero that cannot be changed. The number of
# choices falls from left to right. For n = 1,000 the general matrix has a
# million, the convolution still three: the pattern does not merely save memory,
# it leaves less to be learned, and what is learned at one place holds at all
# others.

# %% [markdown] covers=["C26", "F16"]
# ## 3 · The matrix of an image filter
#
# An image becomes a vector when its rows are written one after the other:
# `x.ravel()`. Pixel (i, j) of an image with W columns is then number i · W + j
# (**row-major** order). A filter whose result is as large as the image is again a
# matrix, with as many rows and columns as there are pixels.
#
# Take the matrix apart into blocks of W × W. Block (I, J) says how row J of the
# image enters row I of the result. It depends on J − I only, since the kernel
# does not care where it is, so the blocks repeat along their diagonals; and each
# block is a band Toeplitz matrix of section 1. A pattern within a pattern:
# **doubly block band Toeplitz**.
#
# **Task 4** (hard, 15 minutes). Write `conv2d_matrix(k, H, W)`: the float64
# matrix of shape (H · W, H · W) for which `conv2d_matrix(k, H, W) @ x.ravel()` is
# the correlation of the image `x` (H, W) with the kernel `k`, as large as the
# image, with zeros outside: pixels beyond *any* of the four sides count as 0.
#
# - `k` has shape (kh, kw), any real dtype, not necessarily square; its middle
#   weight lies on the pixel. It may be larger than the image.
# - `ValueError` if kh or kw is even.
# - Banned calls as in Task 1.
#
# <details><summary>Hint 1: what to think of</summary>Row number p of the matrix
# belongs to one pixel (i, j) of the result. Under which pixels (m, n) of the
# image does a weight lie, and what are their numbers?</details>
# <details><summary>Hint 2: what to look up</summary>Nothing beyond loops,
# <code>i * W + j</code> and a condition. Or <code>np.kron</code> and Task 1, if
# you like blocks.</details>
# <details><summary>Hint 3: the order of things</summary>Zeros; loop over the
# pixels (i, j) and over the kernel's rows and columns; from (i, j) and the place
# in the kernel follows (m, n). Check that m <em>and</em> n are inside: the
# number of pixel (i, W) exists too, it is the first pixel of the next
# row.</details>


# %% nbgrader={"grade": false, "grade_id": "conv2d_matrix", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d_matrix(k, H, W):
    """Return the matrix that correlates an (H, W) image with k, zeros outside.

    k: (kh, kw), real, kh and kw odd. Images are stacked row by row (ravel).
    Returns float64 (H * W, H * W). Raises ValueError if kh or kw is even.
    """
    ### BEGIN SOLUTION
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError(f"conv2d_matrix: kernel sides must be odd, got {k.shape}")
    matrix = np.zeros((H * W, H * W))
    for i, j in np.ndindex(H, W):
        for a, b in np.ndindex(kh, kw):
            m, n = i + a - kh // 2, j + b - kw // 2
            if 0 <= m < H and 0 <= n < W:
                matrix[i * W + j, m * W + n] = k[a, b]
    return matrix
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv2d_matrix_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
laplacian = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
by_hand = np.array(
    [
        [-4.0, 1, 0, 1, 0, 0, 0, 0, 0],
        [1, -4, 1, 0, 1, 0, 0, 0, 0],
        [0, 1, -4, 0, 0, 1, 0, 0, 0],
        [1, 0, 0, -4, 1, 0, 1, 0, 0],
        [0, 1, 0, 1, -4, 1, 0, 1, 0],
        [0, 0, 1, 0, 1, -4, 0, 0, 1],
        [0, 0, 0, 1, 0, 0, -4, 1, 0],
        [0, 0, 0, 0, 1, 0, 1, -4, 1],
        [0, 0, 0, 0, 0, 1, 0, 1, -4],
    ]
)
leak = by_hand.copy()
leak[[2, 3, 5, 6], [3, 2, 6, 5]] = 1
mistakes = {"the last pixel of a row and the first of the next are no neighbours": leak}
case = "Laplace's kernel, 3 x 3 pixels"
check(conv2d_matrix, laplacian, 3, 3, want=by_hand, case=case, mistakes=mistakes)
k = np.array([[0, 0, 0], [0, 0, 7], [0, 0, 0]])
want = np.zeros((6, 6))
want[[0, 1, 3, 4], [1, 2, 4, 5]] = 7
by_columns, sides = np.eye(6, k=2) * 7.0, np.zeros((6, 6))
sides[[0, 2, 4], [1, 3, 5]] = 7
mistakes = {
    "the kernel is turned by half a turn: this is the convolution": want.T,
    "the image is stacked column by column": by_columns,
    "height and width are exchanged": sides,
}
case = "the weight on the right neighbour, 2 rows of 3 pixels"
check(conv2d_matrix, k, 2, 3, want=want, case=case, mistakes=mistakes)
check_own_work(conv2d_matrix, (*CONVOLUTIONS, "scipy.linalg"))
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d


def by_pulses(k, H, W):
    """Collect the responses to one pulse after the other."""
    columns = []
    for pulse in np.eye(H * W):
        full = scipy_correlate2d(pulse.reshape(H, W), k, "full")
        top, left = k.shape[0] // 2, k.shape[1] // 2
        columns.append(full[top : top + H, left : left + W].ravel())
    return np.stack(columns, axis=1)


r = np.random.default_rng(3401)
k = r.normal(size=(3, 3))
for height, width in ((4, 6), (6, 4), (5, 5)):
    want = by_pulses(k, height, width)
    mistakes = {
        "the kernel is turned by half a turn": want.T,
        "rows and columns of the kernel are exchanged": by_pulses(k.T, height, width),
        "height and width are exchanged": by_pulses(k, width, height),
    }
    case = "nine different weights, a wide, a tall and a square image"
    check(conv2d_matrix, k, height, width, want=want, case=case, mistakes=mistakes)
k = r.normal(size=(3, 5))
check(conv2d_matrix, k, 5, 7, want=by_pulses(k, 5, 7), case="a kernel of 3 x 5")
k = r.normal(size=(5, 3))
check(conv2d_matrix, k, 6, 4, want=by_pulses(k, 6, 4), case="a kernel of 5 x 3")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv2d_matrix_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
case = "a single weight, 2 x 2 pixels"
check(conv2d_matrix, np.array([[3]]), 2, 2, want=3 * np.eye(4), case=case)
check_raises(conv2d_matrix, np.ones((3, 2)), 4, 4, case="a kernel with two columns")
check_own_work(conv2d_matrix, (*CONVOLUTIONS, "scipy.linalg"))
# Also graded: kernels larger than the image, a single row or column, dtypes, views.
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d


def by_pulses(k, H, W):
    """Collect the responses to one pulse after the other."""
    columns = []
    for pulse in np.eye(H * W):
        full = scipy_correlate2d(pulse.reshape(H, W), k.astype(float), "full")
        top, left = k.shape[0] // 2, k.shape[1] // 2
        columns.append(full[top : top + H, left : left + W].ravel())
    return np.stack(columns, axis=1)


r = np.random.default_rng(3402)
check_raises(conv2d_matrix, np.ones((2, 3)), 4, 4, case="a kernel with two rows")
check_raises(conv2d_matrix, np.ones((4, 4)), 6, 6, case="a kernel even both ways")
k = r.normal(size=(5, 7))
for height, width in ((3, 2), (2, 5), (1, 1), (4, 3)):
    case = "a kernel larger than the image"
    want = by_pulses(k, height, width)
    check(conv2d_matrix, k, height, width, want=want, case=case)
k = r.normal(size=(3, 3))
check(conv2d_matrix, k, 1, 6, want=by_pulses(k, 1, 6), case="a single row of pixels")
check(conv2d_matrix, k, 6, 1, want=by_pulses(k, 6, 1), case="a single column of pixels")
case = "a kernel with one row"
check(conv2d_matrix, k[:1], 3, 4, want=by_pulses(k[:1], 3, 4), case=case)
case = "a kernel with one column"
check(conv2d_matrix, k[:, :1], 3, 4, want=by_pulses(k[:, :1], 3, 4), case=case)
whole = r.integers(0, 256, (3, 3), np.uint8)
check(conv2d_matrix, whole, 2, 4, want=by_pulses(whole, 2, 4), case="uint8 weights")
view = r.integers(-9, 10, (6, 9)).T[::3, 1::2]
case = "integers, in a view"
check(conv2d_matrix, view, 3, 5, want=by_pulses(view.copy(), 3, 5), case=case)
single = r.normal(size=(3, 5)).astype(np.float32)
case = "float32 in, float64 out"
check(conv2d_matrix, single, 3, 4, want=by_pulses(single, 3, 4), case=case)
large = np.array([[2**24 + 1, -70_000, 3]])
case = "large integers, which neither float32 nor int16 can hold"
check(conv2d_matrix, large, 2, 3, want=by_pulses(large, 2, 3), case=case, rtol=1e-12)
### END HIDDEN TESTS

# %%
kernel = np.array([[0.2, 0.4, -0.6], [0.8, 1.0, -0.8], [0.3, 0.6, -1.0]])
matrix = conv2d_matrix(kernel, 5, 8)
spy([matrix, matrix[8:16, 16:24]], ["5 × 8 pixels", "block (1, 2) of it"], 8, 3.6)

# %% [markdown] covers=["C26"]
# **Figure 3.** A 3 × 3 kernel on an image of 5 rows and 8 columns. Left: 5 × 5
# blocks; the three diagonals of blocks belong to the three rows of the kernel.
# Right: one block. It is the 8 × 8 band Toeplitz matrix of the kernel's last row
# (0.3, 0.6, −1), since image row 2 lies below result row 1.

# %% [markdown] covers=["C26", "C21", "F31"]
# ### Never store it
#
# Let N be the number of pixels and S the number of weights, the **filter size**
# (S = 9 for 3 × 3). A matrix product multiplies N² times, nearly always by zero.
# A sliding window multiplies N · S times. The matrix is for thinking; the window
# is for computing. One writes $O(N^2)$ and $O(NS)$: the effort grows in
# proportion to these numbers.

# %%
print("  photo           N    entries of W   float64   N · S for 3 × 3")
for side in (32, 64, 128, 200):
    N = side * side
    gigabytes = N * N * 8 / 1e9
    print(f"{side:4} × {side:<3} {N:8,} {N * N:15,} {gigabytes:6.2f} GB {9 * N:15,}")

# %% [markdown] covers=["C26", "Q02"]
# **Explain the mistake** (2 points). "W has 10,000 rows for a photo of 100 × 100
# pixels, and a 3 × 3 kernel puts 9 numbers into each row. So W has exactly 90,000
# entries that are not zero, and a convolution layer with one kernel learns 90,000
# weights." Two things are wrong. Correct both, with numbers (no weight of the
# kernel is zero, zeros outside).
#
# *Rubric.* 1 point: the right number of entries, with the reason why it is not
# 90,000. 1 point: the right number of weights, with the reason.

# %% [markdown] nbgrader={"grade": true, "grade_id": "entries_and_weights_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# At the border the kernel sticks out: a pixel in a corner has 4 pixels under the
# kernel, one on an edge has 6. Along one axis there are 3 · 100 − 2 = 298 pairs
# of neighbours (or equal), so W has 298 · 298 = 88,804 entries that are not
# zero. (With a periodic border it would be 90,000.) Second, these entries are no
# free choices: all of them are copies of the same 9 numbers. The layer learns 9
# weights (and a bias), whatever the size of the photo.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C19", "C20"]
# ## 4 · Which matrices treat all places alike?
#
# Lesson 01 called an operation **equivariant** if moving the input moves the
# output. In signal processing the same property goes by "translation-invariant",
# and a linear operation that has it is an **LTI filter**. On a circle, moving by
# one place is itself a matrix $P$: a **permutation**, one 1 in each row and
# column, $(Px)_i = x_{i-1}$. So
#
# $$W \text{ is equivariant} \iff W P x = P W x \text{ for all } x \iff WP = PW.$$
#
# $PW$ is $W$ with its rows moved down by one, $WP$ is $W$ with its columns moved
# to the left by one. They are equal exactly if $W_{i,j} = W_{i+1,\,j+1}$ all
# around, and that is what makes a circulant. **The linear operations that treat
# all places alike are the circulants, the correlations with some kernel**: the
# theorem of lesson 01, in one line.
#
# A layer does more, it computes $g(Wx + b)$. The move has to pass through all of
# it.
#
# - The **bias**: $Wx + b$ stays equivariant only if $Pb = b$, that is, if $b$ is
#   the same number everywhere, $b\mathbf 1$.
# - The **bend** $g$ needs $g(Pa) = P\,g(a)$. This holds if $g$ treats each
#   number on its own (ReLU, tanh). It also holds if $g$ is
#   **permutation-equivariant**, which means that the equation is true for every
#   permutation $P$: softmax looks at all numbers, but not at their places.
#   *Maxout*, which takes the larger of two filters' responses at each place,
#   passes as well.

# %%
rng = np.random.default_rng(0)
n = 12
P = np.roll(np.eye(n), 1, axis=0)
A, B = (circulant_conv1d(rng.normal(size=5), n) for _ in range(2))
T, M = toeplitz_conv1d(rng.normal(size=5), n), rng.normal(size=(n, n))
layers = {
    "circulant": lambda x: A @ x,
    "circulant + 0.5": lambda x: A @ x + 0.5,
    "ReLU of a circulant": lambda x: np.maximum(A @ x, 0),
    "softmax of a circulant": lambda x: np.exp(A @ x) / np.exp(A @ x).sum(),
    "maxout of two circulants": lambda x: np.maximum(A @ x, B @ x),
    "circulant + i / 12": lambda x: A @ x + np.arange(n) / n,
    "sum of all numbers up to i": lambda x: np.cumsum(A @ x),
    "band Toeplitz": lambda x: T @ x,
    "general matrix": lambda x: M @ x,
}
x = rng.normal(size=n)
found = [abs(layer(P @ x) - P @ layer(x)).max() for layer in layers.values()]

# %%
_, ax = plt.subplots(figsize=(7, 3.2))
colours = ["C0" if error < 1e-12 else "C2" for error in found]
bars = ax.barh(list(layers), found, color=colours)
ax.bar_label(bars, [f"{e:.2g}" if e > 1e-12 else "0" for e in found], padding=4)
ax.set(xlabel="largest |layer(P x) − P layer(x)| (no unit)", xlim=(0, max(found) * 1.1))
ax.invert_yaxis()
plt.show()

# %% [markdown] covers=["C19", "C20"]
# **Figure 4.** Does moving the input by one place move the output? Yes, up to
# rounding, for the first five. A bias that grows, a sum that runs from one end, a
# border of zeros, and a general matrix all know where they are.

# %% [markdown] covers=["C19"]
# ### What is in the black box?
#
# If a box is linear and equivariant, there is a kernel inside, and one question
# is enough to find it: feed in an image that is black except for a single 1, a
# **unit pulse**, and look at the **impulse response**. In terms of matrices: $W$
# times a unit vector is a column of $W$, and one column of a circulant gives
# away all.


# %% nbgrader={"grade": false, "grade_id": "black_box", "locked": true, "schema_version": 3, "solution": false, "task": false}
def black_box(image):
    """Do something linear and equivariant to an image, with a periodic border."""
    halves = (image + np.roll(image, -1, axis=1)) / 2
    return halves - np.roll(halves, (1, -1), axis=(0, 1))


pulse = np.zeros((9, 9))
pulse[4, 3] = 1
response = black_box(pulse)


# %% [markdown] covers=["C19", "Q06"]
# **Task 5** (medium, 10 minutes). Write `impulse_to_kernel(response, ci, cj, r)`:
# the *correlation* kernel of a box, from its response to a unit pulse at row `ci`
# and column `cj`.
#
# - The kernel has 2r + 1 rows and columns, as float64, weight (0, 0) in the
#   middle. Weights that are farther out are left away.
# - `response` is (H, W), any real dtype.
# - If the (2r + 1) × (2r + 1) pixels around (ci, cj) are not all inside the
#   response, weights are missing: `ValueError`.
#
# <details><summary>Hint 1: what to think of</summary>In $y_{i,j} = \sum_{k,l}
# \kappa_{k,l}\, x_{i+k,\,j+l}$, let $x$ be 1 at (ci, cj) and 0 elsewhere. Which
# single (k, l) survives? Is the response the kernel, or the kernel turned?
# </details>
# <details><summary>Hint 2: what to look up</summary>A slice that starts at a
# negative index does not fail, it counts from the end; one that ends too late is
# cut short in silence. Compare with the shape yourself.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse; cut the window
# out of the response; bring it into the order of the kernel; make it float64.
# The pulse need not be in the middle of the image.</details>


# %% nbgrader={"grade": false, "grade_id": "impulse_to_kernel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def impulse_to_kernel(response, ci, cj, r):
    """Return the correlation kernel of a box from its response to one pulse.

    response: (H, W), real, to an image with a 1 at (ci, cj) and 0 elsewhere.
    Returns float64 (2r + 1, 2r + 1), weight (0, 0) in the middle.
    Raises ValueError if the window around (ci, cj) leaves the response.
    """
    ### BEGIN SOLUTION
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError(
            f"impulse_to_kernel: radius {r} around ({ci}, {cj}) leaves the response, "
            f"whose shape is {response.shape}"
        )
    window = response[ci - r : ci + r + 1, cj - r : cj + r + 1]
    return window[::-1, ::-1].astype(np.float64)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "impulse_to_kernel_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
seen = np.zeros((5, 5))
seen[1:4, 1:4] = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
want = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
check(impulse_to_kernel, seen, 2, 2, 1, want=want, case="Laplace's kernel")
seen = np.zeros((6, 7))
seen[1:4, 3:6] = [[9, 8, 7], [6, 5, 4], [3, 2, 1]]
want = np.arange(1.0, 10.0).reshape(3, 3)
mistakes = {
    "this is the response as it is: the kernel of the convolution": want[::-1, ::-1],
    "only the rows are turned around": want[:, ::-1],
    "only the columns are turned around": want[::-1],
    "rows and columns are exchanged": want.T,
}
case = "the weights 1 to 9, the pulse at row 2 and column 4"
check(impulse_to_kernel, seen, 2, 4, 1, want=want, case=case, mistakes=mistakes)
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d

r = np.random.default_rng(3501)
for radius, shape, ci, cj in ((1, (7, 9), 2, 6), (2, (9, 8), 5, 3), (3, (8, 11), 4, 7)):
    k = r.normal(size=(2 * radius + 1, 2 * radius + 1))
    point = np.zeros(shape)
    point[ci, cj] = 1
    seen = scipy_correlate2d(point, k, "same")
    mistakes = {
        "this is the response as it is": k[::-1, ::-1],
        "turned along one axis only": k[::-1],
        "turned along one axis only, the other one": k[:, ::-1],
        "rows and columns are exchanged": k.T,
    }
    case = "a pulse that is not in the middle"
    check(impulse_to_kernel, seen, ci, cj, radius, want=k, case=case, mistakes=mistakes)
seen = r.normal(size=(9, 9))
want = np.array([[seen[4 - k, 4 - l] for l in range(-2, 3)] for k in range(-2, 3)])
case = "a response that is larger than the kernel asked for"
check(impulse_to_kernel, seen, 4, 4, 2, want=want, case=case)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "impulse_to_kernel_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(impulse_to_kernel, np.array([[6]]), 0, 0, 0, want=np.array([[6.0]]), case="r = 0")
case = "a window that begins above the response"
check_raises(impulse_to_kernel, np.ones((5, 7)), 0, 3, 1, case=case)
# Also graded: windows that leave on each side or just fit, dtypes, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(3502)
seen = r.normal(size=(5, 8))
sides = {"on the left": (2, 1), "on the right": (2, 6)}
for side, (ci, cj) in sides.items():
    case = f"a window that leaves the response {side}"
    check_raises(impulse_to_kernel, seen, ci, cj, 2, case=case)
for ci, cj in ((1, 4), (3, 4)):
    case = "a window that leaves the response above or below"
    check_raises(impulse_to_kernel, seen, ci, cj, 2, case=case)
case = "a window that leaves the response by far"
check_raises(impulse_to_kernel, seen, 2, 4, 3, case=case)
check_raises(impulse_to_kernel, seen, 4, 7, 1, case="a pulse in the last corner")
check_raises(impulse_to_kernel, seen, 7, 4, 1, case="a pulse outside the response")
for ci, cj in ((-1, 3), (2, -1), (5, 3), (2, 8)):
    case = "a pulse outside the response, r = 0"
    check_raises(impulse_to_kernel, seen, ci, cj, 0, case=case)
for ci, cj, radius in ((2, 2, 2), (2, 5, 2), (1, 1, 1), (3, 6, 1), (4, 7, 0)):
    span = range(-radius, radius + 1)
    want = np.array([[seen[ci - k, cj - l] for l in span] for k in span])
    case = "a window that just fits"
    check(impulse_to_kernel, seen, ci, cj, radius, want=want, case=case)
whole = r.integers(0, 256, (6, 9), np.uint8)
want = whole[1:4, 5:8][::-1, ::-1].astype(float)
check(impulse_to_kernel, whole, 2, 6, 1, want=want, case="a response of type uint8")
want = whole.astype(float).T[::2][2:5, 1:4][::-1, ::-1].copy()
check(impulse_to_kernel, whole.T[::2], 3, 2, 1, want=want, case="a view")
large = np.arange(9).reshape(3, 3) + 2**24
want = large[::-1, ::-1].astype(float)
case = "large integers, which float32 cannot hold"
check(impulse_to_kernel, large, 1, 1, 1, want=want, case=case, rtol=1e-12)
### END HIDDEN TESTS

# %%
found = impulse_to_kernel(response, 4, 3, 2)
show_kernels(
    [pulse[2:7, 1:6], response[2:7, 1:6], found],
    titles=["pulse", "response of the box", "kernel in the box"],
    size=2.2,
    label="value (no unit)",
)

# %% [markdown] covers=["C19"]
# **Figure 5.** The pulse, what the box makes of it, and the kernel that your
# function reads off, each cut to 5 × 5 around the pulse. The kernel is the
# response turned by half a turn. Its four weights predict what the box does to
# *any* image, a photo for instance: that is what "linear and equivariant" buys.

# %%
camera = data.grey(data.photo("camera")).reshape(256, 2, 256, 2).mean(axis=(1, 3))
by_kernel = np.zeros(camera.shape)
for (a, b), weight in np.ndenumerate(found):
    by_kernel += weight * np.roll(camera, (2 - a, 2 - b), axis=(0, 1))
difference = abs(by_kernel - black_box(camera)).max()
print(f"kernel and box differ on a photo of 65,536 pixels by {difference:.0e}")

# %% [markdown] covers=["C18", "F12", "Q07"]
# ## 5 · Filters multiply
#
# First filter by $g$, then by $f$: $W_f(W_g\,x) = (W_f W_g)\,x$. Two filters in a
# row are the *product* of their matrices, and lesson 01's rules of convolution
# become rules of matrices:
#
# | lesson 01 | here |
# |---|---|
# | $f * (\alpha g + \beta h) = \alpha\,(f * g) + \beta\,(f * h)$ | $W_f(\alpha W_g + \beta W_h) = \alpha W_f W_g + \beta W_f W_h$ |
# | $f * (g * h) = (f * g) * h$ | $W_f(W_g W_h) = (W_f W_g)W_h$ |
# | $f * g = g * f$ | $W_f W_g = W_g W_f$ |
#
# The first two hold for all matrices. The third is special: matrices in general
# may not be exchanged, circulants may, because each of them is a weighted sum of
# moves, $W_f = \sum_k f_k P^{-k}$, and two moves may be done in any order.

# %%
f, g = np.array([1.0, 2, 3]), np.array([1.0, 0, -1])
rounds = [circulant_conv1d(kernel, 7) for kernel in (f, g)]
bands = [toeplitz_conv1d(kernel, 7) for kernel in (f, g)]
show_matrices(
    [
        rounds[0] @ rounds[1],
        rounds[0] @ rounds[1] - rounds[1] @ rounds[0],
        bands[0] @ bands[1],
        bands[0] @ bands[1] - bands[1] @ bands[0],
    ],
    titles=[
        "circulants: f · g",
        "f · g − g · f",
        "band Toeplitz: f · g",
        "f · g − g · f",
    ],
    marks=[(3, 1, 1, 5), None, (3, 1, 1, 5), None],
    size=2.4,
)
print("np.convolve(f, g) =", np.convolve(f, g))

# %% [markdown] covers=["C18", "F12", "Q07"]
# **Figure 6.** f = (1, 2, 3) and g = (1, 0, −1) on seven numbers. The marked row
# is the kernel of the product: the *convolution* f ∗ g. Circulants can be
# exchanged. Band Toeplitz matrices can too, except at the border: there the first
# filter has already cut off what the second one needs.
#
# This answers an old question: **why convolution rather than correlation?** Both
# matrices in the figure *correlate*. Yet the kernel of their product is the
# convolution of the kernels,
#
# $$(W_f W_g)_{i,j} = \sum_m f_{m-i}\; g_{j-m} = (f * g)_{j-i}.$$
#
# Filters, however one applies them, combine by convolution. Correlation of two
# kernels has no such meaning: it is neither commutative nor associative. It
# obeys the same rules only for **Hermitian** kernels, $f_{-k} = f_k^*$ (for real
# weights: symmetric ones), since for these it *is* a convolution. Their matrix
# equals its own transpose (conjugate transpose, if complex).

# %% [markdown] covers=["C18", "F12"]
# ### Cheap kernels: a column times a row
#
# Read the associative rule from right to left: $x * (c * d)$ may be computed as
# $(x * c) * d$. If a kernel of 9 × 9 weights is the product of a column of 9 and
# a row of 9, then 18 multiplications per pixel do the work of 81. Such a kernel
# is **separable**: $\kappa_{k,l} = c_k\, d_l$, in NumPy `np.outer(col, row)`. As
# a matrix of numbers it then has **rank 1**: all its rows are multiples of one
# row.
#
# **Task 6** (medium, 12 minutes). Write `separate_kernel(k, tol=1e-9)`: a tuple
# `(col, row)` of float64 arrays of shapes (kh,) and (kw,) with `np.outer(col, row)`
# equal to `k`, or `None` if there is no such pair.
#
# - Which of the many pairs you return is up to you: (2 col, row / 2) is as good as
#   (col, row).
# - `k` is (kh, kw), real, any dtype, not necessarily square. A kernel of zeros is
#   separable.
# - Rounding must not matter, nor the unit of the weights: what is left over may
#   be about `tol` times the largest |weight| of `k`. A billion times a separable kernel
#   is separable; a kernel that is not does not become so when its weights are
#   divided by a billion.
#
# <details><summary>Hint 1: what to think of</summary>If all rows are multiples
# of one row, which one can serve as <code>row</code>? Not always the first: it
# may be zero. How do you find out the multiples? How do you notice that it does
# not work?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.linalg.svd</code>
# writes a matrix as a sum of outer products, the largest first; its docstring says
# how u, s and vt belong together, and what a single s that is not zero means. Or go
# without: the largest entry stands in a row and a column that are both not
# zero.</details>
# <details><summary>Hint 3: the order of things</summary>Make k float64; find a
# candidate pair; compare its outer product with k, the difference measured
# against the largest absolute entry of k; return the pair or None. Treat zeros
# first if you divide by that entry.</details>

# %% [markdown]
# Since several pairs are right, the checks multiply yours out with this function.
# You need not change or call it.


# %% nbgrader={"grade": false, "grade_id": "multiplied_out", "locked": true, "schema_version": 3, "solution": false, "task": false}
def multiplied_out(k, *tol):
    """Return the outer product of what separate_kernel finds, or None if it does."""
    pair = separate_kernel(k, *tol)
    if pair is None:
        return None
    good = isinstance(pair, (tuple, list)) and len(pair) == 2
    require(good, "separate_kernel: return a pair (col, row), or None")
    for part, side in zip(pair, k.shape):
        good = isinstance(part, np.ndarray) and part.shape == (side,)
        require(good, "separate_kernel: col must have shape (kh,), row (kw,)")
        require(part.dtype == np.float64, "separate_kernel: both must be float64")
    return np.outer(*pair)


multiplied_out.__name__ = "separate_kernel"


# %% nbgrader={"grade": false, "grade_id": "separate_kernel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def separate_kernel(k, tol=1e-9):
    """Split a kernel into a column and a row, or return None if that is impossible.

    k: (kh, kw), real. Returns (col, row), float64 of shapes (kh,) and (kw,), with
    outer(col, row) = k up to about tol times the largest absolute weight; or None.
    """
    ### BEGIN SOLUTION
    u, s, vt = np.linalg.svd(np.asarray(k, np.float64), full_matrices=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, 0] * s[0], vt[0]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "separate_kernel_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
case = "Sobel's kernel, (1, 2, 1) times (−1, 0, 1)"
check(multiplied_out, sobel, want=sobel, case=case)
laplacian = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
check(multiplied_out, laplacian, want=None, case="Laplace's kernel is not separable")
### BEGIN HIDDEN TESTS
r = np.random.default_rng(3601)
boxcar = np.full((3, 3), 1 / 9)
check(multiplied_out, boxcar, want=boxcar, case="a boxcar")
check(multiplied_out, -boxcar, want=-boxcar, case="negative weights only")
bell = np.exp(-(np.arange(-3, 4) ** 2) / 4)
gaussian = np.outer(bell, bell) / bell.sum() ** 2
check(multiplied_out, gaussian, want=gaussian, case="a Gaussian")
k = np.outer([0, 2.0, -1], [0, 0, 3.0])
case = "a first row and a first column of zeros"
check(multiplied_out, k, want=k, case=case)
for shape in ((3, 5), (5, 3), (2, 7)):
    k = np.outer(r.normal(size=shape[0]), r.normal(size=shape[1]))
    case = "a product of a random column and row, not square"
    check(multiplied_out, k, want=k, case=case, mistakes={"the sign is lost": -k})
    case = "not square, and not separable"
    check(multiplied_out, k + np.eye(*shape), want=None, case=case)
k = np.array([[1.0, 2, 3], [2, 4, 6], [1, 2, 4]])
case = "two rows fit, the third one does not"
check(multiplied_out, k, want=None, case=case)
check(multiplied_out, k[::-1], want=None, case="two rows fit, the first does not")
k = np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 1]])
check(multiplied_out, k, want=None, case="a first row of zeros, and not separable")
k = np.array([[1.0, 0, 2], [0, 0, 0], [2, 0, 1]])
case = "a row and a column of zeros in the middle, and not separable"
check(multiplied_out, k, want=None, case=case)
k = np.array([[3.0, 0, 0], [0, 1, -1]])
check(multiplied_out, k, want=None, case="what is left over has the sum 0")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "separate_kernel_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(multiplied_out, np.zeros((3, 3)), want=np.zeros((3, 3)), case="only zeros")
# Also graded: tiny and huge weights, tol, a single row or column, integers, views.
### BEGIN HIDDEN TESTS
sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
laplacian = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
r = np.random.default_rng(3602)
for zeros in (np.zeros((2, 4)), np.zeros((4, 2)), np.zeros((1, 3))):
    check(multiplied_out, zeros, want=zeros, case="only zeros, not square")
zeros = np.zeros((3, 2), int)
check(multiplied_out, zeros, want=zeros.astype(float), case="only zeros, integers")
check(multiplied_out, laplacian * 1e-12, want=None, case="tiny, and not separable")
check(multiplied_out, laplacian * 1e12, want=None, case="huge, and not separable")
k = np.outer(r.normal(size=5), r.normal(size=5)) * 1e-12
case = "tiny, and separable"
check(multiplied_out, k, want=k, case=case, rtol=1e-6, atol=1e-20)
check(multiplied_out, k * 1e24, want=k * 1e24, case="huge, and separable", atol=1e-3)
rough = sobel + 1e-4 * laplacian
check(multiplied_out, rough, want=None, case="a small disturbance counts")
case = "a disturbance that is smaller than tol allows"
check(multiplied_out, rough, 1e-2, want=sobel, case=case, atol=1e-2)
case = "a disturbance that tol does not allow"
check(multiplied_out, rough, 1e-7, want=None, case=case)
case = "tol is relative to the weights"
check(multiplied_out, rough * 1e6, 1e-2, want=sobel * 1e6, case=case, atol=1e4)
row = np.array([[3.0, 0, -2, 5]])
check(multiplied_out, row, want=row, case="a kernel of one row")
check(multiplied_out, row.T, want=row.T.copy(), case="a kernel of one column")
check(multiplied_out, np.array([[-7.0]]), want=np.array([[-7.0]]), case="one weight")
whole = np.array([[10, 20, 30], [80, 160, 240]], np.uint8)
check(multiplied_out, whole, want=whole.astype(float), case="separable, uint8")
check(multiplied_out, whole[:, 1:], want=whole[:, 1:].astype(float), case="a view")
wraps = np.array([[1, 2], [129, 2]], np.uint8)
check(multiplied_out, wraps, want=None, case="not separable, uint8")
whole = np.array([[-2, 4], [1, -2], [0, 0]])
check(multiplied_out, whole, want=whole.astype(float), case="integers of both signs")
single = np.outer([1, 2, 3], [0.5, 0.25, -1]).astype(np.float32)
check(multiplied_out, single, want=single.astype(float), case="float32 in, float64 out")
### END HIDDEN TESTS

# %%
k, l = np.indices((9, 9)) - 4
near = np.exp(-(k**2 + l**2) / 8)
candidates = {
    "boxcar": np.ones((9, 9)),
    "Gaussian": near,
    "Gaussian × left/right": near * l / 2,
    "Gabor, 0°": near * np.cos(2 * np.pi * k / 4),
    "Gabor, 45°": near * np.cos(2 * np.pi * (k + l) / 4 / np.sqrt(2)),
    "disc": (k**2 + l**2 <= 16) * 1.0,
}
verdicts = [
    f"{name}\n{'81' if separate_kernel(kernel) is None else '18'} multiplications"
    for name, kernel in candidates.items()
]
show_kernels(
    list(candidates.values()), verdicts, columns=3, size=1.9, label="weight (no unit)"
)

# %% [markdown] covers=["C18"]
# **Figure 7.** Six kernels of 9 × 9, and what they cost per pixel when a column
# and a row are used wherever possible. Whatever looks like a pattern of rows
# times a pattern of columns separates. What lies aslant does not, and a disc
# does not either. A Gabor at 45° is not lost, though: by cos(a + b) = cos a cos
# b − sin a sin b it is a sum of *two* separable kernels, 36 multiplications.

# %% [markdown] covers=["C26"]
# ## 6 · Waves, and the fast way
#
# A wave on a circle of $n$ places, $v_j = e^{2\pi \mathrm i\, m j / n}$, goes
# around $m$ times. Move it by one place: every entry is multiplied by the same
# number. A filter is a weighted sum of moves, so it, too, only multiplies the
# wave by a number: waves are **eigenvectors** of *every* circulant.
#
# The **discrete Fourier transform** (DFT) writes a signal as a sum of waves:
# $\hat x_m = \sum_j x_j\, e^{-2\pi \mathrm i\, m j/n}$ says how much of wave $m$
# is in it. In the world of waves a circulant has nothing left to mix: with the
# matrix $F$ of the DFT, $F\,C\,F^{-1}$ is diagonal. Its diagonal is the DFT of
# the first column of $C$, that is, of the *convolution* kernel. In short, the
# **convolution theorem** (periodic border):
#
# $$\widehat{x * \kappa} = \hat x \cdot \hat \kappa, \quad\text{entry by entry.}$$

# %%
F, F_inverse = np.fft.fft(np.eye(24)), np.fft.ifft(np.eye(24))
diagonal = np.diag(F @ circle @ F_inverse)
error = abs(diagonal - np.fft.fft(circle[:, 0])).max()
print(f"diagonal and DFT of the first column differ by {error:.0e}")
seen = [abs(F @ matrix @ F_inverse) for matrix in (circle, band)]
_, axes = plt.subplots(1, 2, figsize=(7.4, 3.3), sharey=True)
for ax, values, title in zip(axes, seen, ["circulant", "band Toeplitz"]):
    shown = ax.imshow(values, cmap="viridis", vmin=0)
    ax.set(title=f"|F · {title} · F⁻¹|", xlabel="wave that enters")
axes[0].set_ylabel("wave that leaves")
plt.colorbar(shown, ax=axes, label="factor (no unit)", shrink=0.85)
plt.show()

# %% [markdown] covers=["C26"]
# **Figure 8.** The two matrices of Figure 1 in the world of waves. Left: the
# circulant only multiplies each wave by its own factor; everything else is zero.
# Right: with zeros outside, a little of each wave leaks into the others. That
# is the work of the border.

# %% [markdown] covers=["C26"]
# ### Multiply instead of slide
#
# The **fast Fourier transform** (FFT) computes all $\hat x_m$ of N numbers in
# $O(N \log N)$ steps. For images it runs along the rows, then along the columns.
# Two transforms, one product per entry, one transform back: a filter, whose cost
# does not depend on the size of the kernel.
#
# **Task 7** (hard, 15 minutes). Write `fft_correlate(x, k)`: the *correlation*
# of an image (H, W) with a kernel (kh, kw), as large as the image, periodic
# border, by way of `np.fft`:
#
# $$y_{i,j} = \sum_{a,b} k_{a,b}\; x_{(i + a - c_h) \bmod H,\;(j + b - c_w) \bmod W}, \quad
# c_h = \lfloor (k_h - 1)/2 \rfloor,\; c_w = \lfloor (k_w - 1)/2 \rfloor.$$
#
# - So the weight with array index $(c_h, c_w)$ lies on the pixel. Sides may be
#   even or odd, for the image too.
# - Real numbers of any dtype come in, real float64 comes out.
# - A kernel with more rows or more columns than the image: `ValueError`.
# - `np.fft` is allowed; the banned calls are `scipy.signal`, `scipy.ndimage`,
#   `np.convolve`, `np.correlate` and torch's convolutions. With a kernel as large
#   as the photo you have to be at least 10 times as fast as a loop that adds up
#   moved copies of the photo.
#
# <details><summary>Hint 1: what to think of</summary>Three questions. The
# transforms must have the same size: how does a 3 × 3 kernel get as large as the
# image? Where does the weight that lies on the pixel belong in this large array?
# And which change of κ̂ turns a convolution into a correlation?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.fft.fft2</code>,
# <code>np.fft.ifft2</code>, <code>np.roll</code>. For a real kernel, reversing
# all its indices turns κ̂ into its complex conjugate, <code>np.conj</code>.
# <code>fft2(k, s=...)</code> fills up with zeros, and cuts off in silence.
# </details>
# <details><summary>Hint 3: the order of things</summary>Refuse; put the kernel
# into the corner of an array of zeros of the image's shape; move it, around the
# edges, so that its middle comes to lie at index (0, 0), which is "no move";
# transform both, conjugate one, multiply, transform back, take the real part.
# Test with a kernel that has a single 1.</details>


# %% nbgrader={"grade": false, "grade_id": "fft_correlate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fft_correlate(x, k):
    """Correlate an image with a kernel by the FFT, periodic border.

    x: (H, W), k: (kh, kw), real. The weight at index ((kh-1)//2, (kw-1)//2) lies on
    the pixel. Returns real float64 (H, W).
    Raises ValueError if the kernel is larger than the image along either axis.
    """
    ### BEGIN SOLUTION
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError(f"fft_correlate: kernel {k.shape} is larger than {x.shape}")
    large = np.zeros(x.shape)
    large[:kh, :kw] = k
    large = np.roll(large, (-((kh - 1) // 2), -((kw - 1) // 2)), axis=(0, 1))
    product = np.fft.fft2(x.astype(np.float64)) * np.conj(np.fft.fft2(large))
    return np.fft.ifft2(product).real
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "fft_correlate_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x, k = np.array([[1.0, 2, 3, 4]]), np.array([[1.0, 2, 3]])
mistakes = {
    "this is the convolution": np.array([[16.0, 10, 16, 18]]),
    "the kernel is not centred: its first weight lies on the pixel": np.array(
        [[14.0, 20, 14, 12]]
    ),
    "outside there are zeros, but the border should be periodic": np.array(
        [[8.0, 14, 20, 11]]
    ),
}
want = np.array([[12.0, 14, 20, 14]])
case = "one row, worked out by hand"
check(fft_correlate, x, k, want=want, case=case, mistakes=mistakes)
x = np.arange(12.0).reshape(3, 4) ** 2
k = np.array([[0.0, 0, 0], [0, 0, 0], [0, 1, 0]])
mistakes = {"this is the convolution": x[[2, 0, 1]], "the kernel is not centred": x}
case = "a 1 that lies on the pixel below"
check(fft_correlate, x, k, want=x[[1, 2, 0]], case=case, mistakes=mistakes)
check_own_work(fft_correlate)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(3701)


def moved_copies(x, k):
    """Add up moved copies of the image."""
    top, left = (k.shape[0] - 1) // 2, (k.shape[1] - 1) // 2
    total = np.zeros(x.shape)
    for (a, b), weight in np.ndenumerate(k):
        total += weight * np.roll(x, (top - a, left - b), axis=(0, 1))
    return total


for shape, sides in (((6, 9), (3, 3)), ((8, 5), (3, 5)), ((7, 7), (5, 3))):
    x, k = r.normal(size=shape), r.normal(size=sides)
    want = moved_copies(x, k)
    middle = (sides[0] // 2, sides[1] // 2)
    mistakes = {
        "this is the convolution": moved_copies(x, k[::-1, ::-1]),
        "the kernel is not centred": np.roll(
            want, (-middle[0], -middle[1]), axis=(0, 1)
        ),
        "the kernel is moved the wrong way": np.roll(want, middle, axis=(0, 1)),
    }
    case = "a kernel with odd sides, an image that is not square, or has odd sides"
    check(fft_correlate, x, k, want=want, case=case, mistakes=mistakes)
for shape, sides in (((6, 9), (2, 2)), ((9, 8), (4, 3)), ((7, 10), (2, 4))):
    x, k = r.normal(size=shape), r.normal(size=sides)
    mistakes = {
        "for even sides, the weight (kh − 1) // 2, (kw − 1) // 2 lies on the pixel": np.roll(
            moved_copies(x, k),
            (1 - sides[0] % 2, 1 - sides[1] % 2),
            axis=(0, 1),
        )
    }
    case = "a kernel with even sides"
    want = moved_copies(x, k)
    check(fft_correlate, x, k, want=want, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "fft_correlate_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
x, k = np.array([[3, 5]]), np.array([[2]])
check(fft_correlate, x, k, want=np.array([[6.0, 10]]), case="a single weight")
check_raises(fft_correlate, np.ones((3, 5)), np.ones((5, 3)), case="a kernel too tall")
check_own_work(fft_correlate)
# Also graded: kernels as large as the image, dtypes, views, other sizes, and speed.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(3702)


def moved_copies(x, k):
    """Add up moved copies of the image."""
    top, left = (k.shape[0] - 1) // 2, (k.shape[1] - 1) // 2
    total = np.zeros(x.shape)
    for (a, b), weight in np.ndenumerate(k):
        total += weight * np.roll(x, (top - a, left - b), axis=(0, 1))
    return total


check_raises(fft_correlate, np.ones((5, 3)), np.ones((3, 5)), case="a kernel too wide")
check_raises(fft_correlate, np.ones((3, 3)), np.ones((4, 4)), case="larger both ways")
for shape in ((5, 5), (4, 6), (1, 7), (6, 1), (5, 8)):
    x, k = r.normal(size=shape), r.normal(size=shape)
    case = "a kernel as large as the image"
    check(fft_correlate, x, k, want=moved_copies(x, k), case=case)
x, k = r.normal(size=(5, 6)), r.normal(size=(1, 3))
check(fft_correlate, x, k, want=moved_copies(x, k), case="a kernel of one row")
check(fft_correlate, x, k.T, want=moved_copies(x, k.T), case="a kernel of one column")
photo = r.integers(0, 256, (6, 5), np.uint8)
whole = np.array([[1, -2, 0], [0, 3, -5], [2, 2, -1]])
want = moved_copies(photo.astype(float), whole)
check(fft_correlate, photo, whole, want=want, case="a uint8 photo, negative weights")
want = moved_copies(photo.astype(float), photo[:3, :3].astype(float))
case = "photo and kernel both uint8"
check(fft_correlate, photo, photo[:3, :3].copy(), want=want, case=case)
view = r.normal(size=(9, 14)).T[::2, ::-1]
k = r.normal(size=(4, 3))[::-1]
want = moved_copies(view.copy(), k.copy())
check(fft_correlate, view, k, want=want, case="views, turned and with steps")
single = r.normal(size=(6, 7)).astype(np.float32)
want = moved_copies(single.astype(float), k)
check(fft_correlate, single, k, want=want, case="float32 in, float64 arithmetic")
check(
    fft_correlate,
    x,
    k.astype(np.float32),
    want=moved_copies(x, k.astype(np.float32).astype(float)),
    case="a float32 kernel, float64 arithmetic",
)
x, k = r.normal(size=(96, 96)), r.normal(size=(96, 96))
case = "a large kernel"
check_speedup(fft_correlate, moved_copies, x, k, ratio=10, case=case)
### END HIDDEN TESTS


# %%
def milliseconds(filter_with, kernel):
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        filter_with(camera, kernel)
        best = min(best, 1000 * (time.perf_counter() - start))
    return best


def move_and_add(x, kernel):
    total, r = np.zeros(x.shape), len(kernel) // 2
    for (a, b), weight in np.ndenumerate(kernel):
        total += weight * np.roll(x, (r - a, r - b), axis=(0, 1))
    return total


sides = [3, 5, 7, 9, 11, 15, 21]
kernels = [rng.normal(size=(side, side)) for side in sides]
slow = [milliseconds(move_and_add, kernel) for kernel in kernels]
fast = [milliseconds(fft_correlate, kernel) for kernel in kernels]

# %%
N = 2.0 ** np.arange(6, 21)
curves = {"N²": N * N, "N S, S = 81": 81 * N, "N S, S = 9": 9 * N}
_, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6))
for (label, counts), mark in zip(curves.items(), ["-", "--", ":"]):
    left.plot(N, counts, mark, label=label)
left.plot(N, N * np.log2(N), "-.", label="N log₂ N")
left.set(xscale="log", yscale="log", xlabel="N (pixels)", ylabel="steps")
left.set_title("on paper")
left.legend(loc="upper left")
right.plot(sides, slow, "o-", color="C0", label="moved copies")
right.plot(sides, fast, "s--", color="C2", label="FFT")
right.set(xlabel="side of the kernel (weights)", ylabel="time (ms)")
right.set(yscale="log", xticks=sides)
right.set_title("on this computer, 256 × 256 pixels")
right.legend(loc="upper left")
plt.show()

# %% [markdown] covers=["C21", "F31"]
# **Figure 9.** Left: the steps of a matrix product, of windows with 81 and 9
# weights, and of an FFT (without the constant factors that $O$ hides). Right:
# measured times. The FFT does not care about the kernel, the moved copies do, in
# proportion to the *square* of the side. Networks use kernels of 3 × 3, and
# there the window is at least as good.

# %% [markdown] covers=["C21", "F31"]
# **Question 1** (3 points). A photo of 512 × 512 pixels is filtered with a
# kernel of 3 × 3 weights, so S = 9. (a) Give N, N², N · S and N log₂ N as exact
# numbers, and the memory of the full matrix in float64. (b) By these counts
# alone, from which S on is N log₂ N smaller than N · S? (c) The measured
# crossing of Figure 9 lies elsewhere. Name two things that the counts leave out.
#
# *Rubric.* 1 point: all four numbers, and the memory with its unit. 1 point: the
# right limit for S, with the calculation. 1 point: two things that really cost
# time and that the counts leave out.

# %% [markdown] nbgrader={"grade": true, "grade_id": "costs_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) N = 262,144; N² = 68,719,476,736; N · S = 2,359,296; N log₂ N = 262,144 ·
# 18 = 4,718,592. The matrix needs 8 · N² = 549,755,813,888 bytes, about 550 GB.
# (b) N log₂ N < N · S if S > log₂ N = 18, so from S = 19 on; among square
# kernels with odd sides, from 5 × 5. (c) Two of: there are three transforms, not
# one; O(N log N) hides a constant factor per step; the numbers are complex, so
# that a product is four real ones; an FFT jumps through memory while moved
# copies are read in order; the windows pay for Python's loop over weights and
# for temporary arrays.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C31", "E35"]
# ## 7 · Take a photo apart: Haar's wavelets
#
# Filters usually lose something: after a blur the detail is gone. Here is a set
# of filters that loses nothing. Cut the photo into blocks of 2 × 2 pixels, and
# answer four questions about each block $\begin{pmatrix}a & b\\ c &
# d\end{pmatrix}$:
#
# | band | formula | question |
# |---|---|---|
# | LL | $(a + b + c + d)/2$ | how bright? |
# | LH | $(a - b + c - d)/2$ | left column against right column? |
# | HL | $(a + b - c - d)/2$ | upper row against lower row? |
# | HH | $(a - b - c + d)/2$ | one diagonal against the other? |
#
# L stands for low (a sum), H for high (a difference); the first letter is about
# the two rows, the second about the two columns. Some books exchange the names LH
# and HL.
#
# In the language of filters this is a **filter bank**, four correlations of one
# image, followed by **decimation**: of the results only every second row and
# column is kept, and so the windows do not overlap. Each band has a quarter of
# the pixels; together they have as many numbers as the photo.
#
# In the language of matrices, (a, b, c, d) is multiplied by
#
# $$Q = \tfrac12\begin{pmatrix}1&1&1&1\\1&-1&1&-1\\1&1&-1&-1\\1&-1&-1&1\end{pmatrix},
# \qquad Q^\top Q = I.$$
#
# The rows have length 1 and are perpendicular to each other: $Q$ is
# **orthogonal**. Hence nothing is lost, the inverse is the transpose, and the
# **energy**, the sum of all squares, stays the same.
#
# LH, HL and HH hold the **details**; a constant block has none. Such short waves
# with sum zero are called **wavelets**. These are the oldest, by Alfréd Haar.
# One of our sources dates them to 1901; Haar was fifteen then. They are in his
# thesis of 1909, printed in 1910.

# %%
show_kernels(
    [
        np.array([[1, 1], [1, 1]]) / 2,
        np.array([[1, -1], [1, -1]]) / 2,
        np.array([[1, 1], [-1, -1]]) / 2,
        np.array([[1, -1], [-1, 1]]) / 2,
    ],
    titles=["LL", "LH", "HL", "HH"],
    size=1.5,
    label="weight (no unit)",
)

# %% [markdown]
# **Figure 10.** The four kernels of Haar's filter bank. Multiply any two of them
# entry by entry and add up: the sum is 0. The squares of each one add up to 1.

# %% [markdown] covers=["C31", "N06"]
# **Task 8** (easy, 7 minutes). Write `haar2d(x)`: a dict with the keys `'LL'`,
# `'LH'`, `'HL'`, `'HH'` and the bands, float64 of shape (H/2, W/2).
#
# - `x` has shape (H, W), real, any dtype; uint8 photos must not overflow.
# - An odd number of rows or columns cannot be cut into blocks: `ValueError`.
# - Write it yourself: no `pywt` (a library of wavelets).
#
# The example in the checks is a 4 × 4 matrix of the slides; lesson 06 uses it
# too. Its energy is 32,410, before and after.
#
# <details><summary>Hint 1: what to think of</summary>All pixels that are "a" in
# their block form an image of their own, half as high and half as
# wide.</details>
# <details><summary>Hint 2: what to look up</summary>Slices with a step:
# <code>x[0::2, 1::2]</code> takes even rows and odd columns.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse; convert to
# float64 <em>before</em> adding; four slices a, b, c, d; four
# formulas.</details>


# %% nbgrader={"grade": false, "grade_id": "haar2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def haar2d(x):
    """Take an image apart into Haar's four bands.

    x: (H, W), real, H and W even. Returns a dict of 'LL', 'LH', 'HL', 'HH', each
    float64 (H/2, W/2). Raises ValueError if H or W is odd.
    """
    ### BEGIN SOLUTION
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError(f"haar2d: both sides must be even, got {x.shape}")
    x = x.astype(np.float64)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    return {
        "LL": (a + b + c + d) / 2,
        "LH": (a - b + c - d) / 2,
        "HL": (a + b - c - d) / 2,
        "HH": (a - b - c + d) / 2,
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "haar2d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x = np.array([[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]])
want = {
    "LL": np.array([[26.0, 16], [158, 39]]),
    "LH": np.array([[-6.0, 16], [-12, 23]]),
    "HL": np.array([[6.0, 14], [-54, 2]]),
    "HH": np.array([[-2.0, 14], [-24, 10]]),
}
mistakes = {
    "LH and HL are exchanged": {**want, "LH": want["HL"], "HL": want["LH"]},
    "divide by 2, not by 4: the energy must stay": {k: v / 2 for k, v in want.items()},
    "the sums are not divided by 2": {k: v * 2 for k, v in want.items()},
    "HH has the wrong sign": {**want, "HH": -want["HH"]},
}
case = "the 4 x 4 example"
check(haar2d, x, want=want, case=case, mistakes=mistakes)
energy = sum((band**2).sum() for band in haar2d(x).values())
require(np.isclose(energy, 32410), "haar2d: the energy has changed")
check_own_work(haar2d, ("pywt",))
### BEGIN HIDDEN TESTS
r = np.random.default_rng(3801)
Q = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2
for shape in ((4, 6), (8, 2), (6, 6)):
    x = r.normal(size=shape)
    blocks = x.reshape(shape[0] // 2, 2, shape[1] // 2, 2).transpose(1, 3, 0, 2)
    bands = np.einsum("qp,pij->qij", Q, blocks.reshape(4, *blocks.shape[2:]))
    want = dict(zip(("LL", "LH", "HL", "HH"), bands))
    mistakes = {
        "LH and HL are exchanged": {**want, "LH": want["HL"], "HL": want["LH"]},
        "the differences have the wrong sign": {k: -v for k, v in want.items()}
        | {"LL": want["LL"]},
    }
    case = "a tall, a wide and a square image"
    check(haar2d, x, want=want, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "haar2d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
names = ("LL", "LH", "HL", "HH")
bright = np.array([[200, 255], [250, 101]], np.uint8)
want = dict(zip(names, (np.array([[v / 2]]) for v in (806.0, 94, 104, -204))))
check(haar2d, bright, want=want, case="one block of uint8 pixels")
check_raises(haar2d, np.ones((3, 4)), case="three rows")
check_own_work(haar2d, ("pywt",))
# Also graded: odd sides, constant images, sums that are odd, dtypes, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(3802)


def by_blocks(x):
    """Multiply each block by Haar's matrix."""
    Q = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2
    bands = np.zeros((4, x.shape[0] // 2, x.shape[1] // 2))
    for i, j in np.ndindex(bands.shape[1:]):
        block = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].astype(float)
        bands[:, i, j] = Q @ block.ravel()
    return dict(zip(("LL", "LH", "HL", "HH"), bands))


check_raises(haar2d, np.ones((4, 5)), case="five columns")
check_raises(haar2d, np.ones((3, 3)), case="odd both ways")
check_raises(haar2d, np.ones((1, 2)), case="a single row")
flat = np.full((4, 4), 0.25)
zeros = np.zeros((2, 2))
want = dict(zip(names, (np.full((2, 2), 0.5), zeros, zeros, zeros)))
check(haar2d, flat, want=want, case="a constant image")
whole = np.array([[1, 0, 5, 2], [0, 0, 4, 4]])
check(haar2d, whole, want=by_blocks(whole), case="integers with odd sums")
photo = r.integers(0, 256, (6, 8), np.uint8)
check(haar2d, photo, want=by_blocks(photo), case="a uint8 photo")
large = np.array([[30_000, -20_000], [25_000, 10_001]], np.int16)
check(haar2d, large, want=by_blocks(large), case="int16 that would overflow")
view = r.normal(size=(12, 9)).T[1:, ::2]
check(haar2d, view, want=by_blocks(view), case="a view, turned and with steps")
single = np.array([[2.0**24, 1], [0, 0]], np.float32)
case = "float32 in, float64 arithmetic"
check(haar2d, single, want=by_blocks(single), case=case, rtol=1e-12)
### END HIDDEN TESTS

# %% [markdown] covers=["C31"]
# **Task 9** (medium, 7 minutes). Write `ihaar2d(bands)`: the image, float64 of
# shape (2h, 2w), from a dict of four bands of shape (h, w), real, any dtype. It
# undoes `haar2d` exactly, and it must also work for bands that did not come from
# `haar2d`: we are going to change them. If the four shapes are not all the same:
# `ValueError`. No `pywt`.
#
# <details><summary>Hint 1: what to think of</summary>The inverse of an
# orthogonal matrix is its transpose. What is the transpose of the matrix Q
# above?</details>
# <details><summary>Hint 2: what to look up</summary>One can also assign to
# slices with a step: <code>x[0::2, 1::2] = …</code>.</details>
# <details><summary>Hint 3: the order of things</summary>Convert the bands,
# compare their shapes, make room for twice as many rows and columns, compute all
# a, b, c, d as images, put each where it belongs. Check with one block by hand:
# b is brighter where LH is negative.</details>


# %% nbgrader={"grade": false, "grade_id": "ihaar2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ihaar2d(bands):
    """Put an image together from Haar's four bands; the exact inverse of haar2d.

    bands: dict of 'LL', 'LH', 'HL', 'HH', each (h, w), real.
    Returns float64 (2h, 2w). Raises ValueError if the four shapes differ.
    """
    ### BEGIN SOLUTION
    ll, lh, hl, hh = (
        bands[name].astype(np.float64) for name in ("LL", "LH", "HL", "HH")
    )
    if not ll.shape == lh.shape == hl.shape == hh.shape:
        shapes = {name: band.shape for name, band in bands.items()}
        raise ValueError(f"ihaar2d: the bands must have one shape, got {shapes}")
    x = np.empty((2 * ll.shape[0], 2 * ll.shape[1]))
    x[::2, ::2] = (ll + lh + hl + hh) / 2
    x[::2, 1::2] = (ll - lh + hl - hh) / 2
    x[1::2, ::2] = (ll + lh - hl - hh) / 2
    x[1::2, 1::2] = (ll - lh - hl + hh) / 2
    return x
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "ihaar2d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
known = {
    "LL": np.array([[26.0, 16], [158, 39]]),
    "LH": np.array([[-6.0, 16], [-12, 23]]),
    "HL": np.array([[6.0, 14], [-54, 2]]),
    "HH": np.array([[-2.0, 14], [-24, 10]]),
}
want = np.array([[12.0, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]])
mistakes = {
    "divide by 2, not by 4": want / 2,
    "the sums are not divided by 2": want * 2,
    "b and c are exchanged, or LH and HL": want.reshape(2, 2, 2, 2)
    .transpose(0, 3, 2, 1)
    .reshape(4, 4),
}
case = "the bands of the 4 x 4 example"
check(ihaar2d, known, want=want, case=case, mistakes=mistakes)
check_own_work(ihaar2d, ("pywt",))
### BEGIN HIDDEN TESTS
r = np.random.default_rng(3901)
Q = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2


def by_blocks(bands):
    """Multiply the four numbers of each block by Haar's matrix, transposed."""
    h, w = bands["LL"].shape
    x = np.zeros((2 * h, 2 * w))
    for i, j in np.ndindex(h, w):
        four = [bands[name][i, j] for name in ("LL", "LH", "HL", "HH")]
        x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] = (Q.T @ four).reshape(2, 2)
    return x


for shape in ((2, 3), (4, 1), (3, 3)):
    bands = {name: r.normal(size=shape) for name in known}
    want = by_blocks(bands)
    mistakes = {
        "the band HH is ignored": by_blocks({**bands, "HH": bands["HH"] * 0}),
        "LH and HL are exchanged": by_blocks(
            {**bands, "LH": bands["HL"], "HL": bands["LH"]}
        ),
        "the result is turned on its side": want.T,
    }
    case = "four random bands"
    check(ihaar2d, bands, want=want, case=case, mistakes=mistakes)
for name in known:
    bands = {other: np.zeros((2, 3)) for other in known}
    bands[name] = r.normal(size=(2, 3))
    case = "all bands but one are zero"
    check(ihaar2d, bands, want=by_blocks(bands), case=case)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "ihaar2d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
one = {name: np.array([[v]]) for name, v in zip(("LL", "LH", "HL", "HH"), (9, 1, 2, 3))}
want = np.array([[7.5, 3.5], [2.5, 4.5]])
check(ihaar2d, one, want=want, case="integer bands of one number each")
short = {**one, "HH": np.array([[1, 2]])}
check_raises(ihaar2d, short, case="a band that is larger than the others")
# Also graded: bands of different shapes, another order of the keys, dtypes, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(3902)
check_own_work(ihaar2d, ("pywt",))
wide = {name: np.ones((2, 3)) for name in one}
for name in one:
    case = "a band whose shape NumPy would stretch"
    check_raises(ihaar2d, {**wide, name: np.ones((1, 3))}, case=case)
    check_raises(ihaar2d, {**wide, name: np.ones((3, 2))}, case="a band on its side")
    case = "a band of one column, which NumPy would stretch"
    check_raises(ihaar2d, {**wide, name: np.ones((2, 1))}, case=case)
x = r.integers(0, 256, (6, 4)).astype(float)
a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
bands = {
    "HH": (a - b - c + d) / 2,
    "HL": (a + b - c - d) / 2,
    "LH": (a - b + c - d) / 2,
    "LL": (a + b + c + d) / 2,
}
check(ihaar2d, bands, want=x, case="the keys in another order")
double = {name: 2 * band for name, band in bands.items()}
whole = {name: band.astype(np.int16) for name, band in double.items()}
check(ihaar2d, whole, want=2 * x, case="bands of type int16")
flat = {name: np.full((1, 2), 200, np.uint8) for name in one}
want = np.array([[400.0, 0, 400, 0], [0, 0, 0, 0]])
check(ihaar2d, flat, want=want, case="bands of type uint8 that would overflow")
sizes = (20_000, 20_100, 20_200, 20_300)
large = {name: np.array([[v]], np.int16) for name, v in zip(one, sizes)}
want = np.array([[40_300.0, -100], [-200, 0]])
check(ihaar2d, large, want=want, case="bands of type int16 that would overflow")
odd = {name: np.full((1, 1), v, np.float32) for name, v in zip(one, (2**24, 1, 0, 0))}
want = np.array([[2**24 + 1, 2**24 - 1], [2**24 + 1, 2**24 - 1]]) / 2
case = "float32 in, float64 arithmetic"
check(ihaar2d, odd, want=want, case=case, rtol=1e-12)
views = {name: np.repeat(band, 2, axis=1)[::-1, ::2] for name, band in bands.items()}
want = x.reshape(3, 2, 4)[::-1].reshape(6, 4)
check(ihaar2d, views, want=want, case="bands that are views")
### END HIDDEN TESTS

# %% [markdown] covers=["C31"]
# ### Again, and again
#
# LL is a smaller photo, twice as bright. So take *it* apart as well, and its LL
# again: a **cascade**, or multi-scale analysis (Stéphane Mallat, 1989). Each
# level sees details twice as large as the one before. There are still as many
# numbers as pixels, and the last LL with all details gives back the photo
# exactly.


# %%
def mosaic(x, level, levels):
    bands = haar2d(x)
    ll = bands["LL"] / 2**level
    if level < levels:
        ll = mosaic(bands["LL"], level + 1, levels)
    lh, hl, hh = (0.5 + 2 * bands[name] / 2**level for name in ("LH", "HL", "HH"))
    return np.block([[ll, lh], [hl, hh]])


pictures = [camera, *(mosaic(camera, 1, levels) for levels in (1, 2, 3))]
show_images(pictures, ["photo", "level 1", "levels 1 and 2", "levels 1 to 3"], size=3)

# %% [markdown] covers=["C31"]
# **Figure 11.** The photo taken apart on one, two and three levels. In each
# square: LL top left (scaled back to the brightness of the photo), LH top right,
# HL bottom left, HH bottom right; in the details grey is 0. LH shows the upright
# edges, HL the level ones. Nearly all is grey: most details of a photo are
# almost zero.

# %%
rest = camera
for level in (1, 2, 3):
    rest = haar2d(rest)["LL"]
    numbers, energy = rest.size / camera.size, (rest**2).sum() / (camera**2).sum()
    print(
        f"level {level}: LL has {numbers:6.2%} of the numbers, {energy:.2%} of the energy"
    )

# %% [markdown] covers=["C31"]
# ## 8 · Remove the noise
#
# A camera in the dark adds noise: a random number on each pixel. Wavelets tell
# noise from photo, for an orthogonal matrix turns noise into noise of the same
# strength in *every* coefficient, while it packs the photo into few large ones.

# %%
noisy = camera + rng.normal(0, 0.1, camera.shape)


def details(x, levels=3):
    bands = haar2d(x)
    mine = np.concatenate([bands[name].ravel() for name in ("LH", "HL", "HH")])
    return mine if levels == 1 else np.append(mine, details(bands["LL"], levels - 1))


_, ax = plt.subplots(figsize=(7, 3.2))
for values, style in ((camera, "-"), (noisy - camera, "--")):
    sizes = np.sort(abs(details(values)))[::-1]
    ax.plot(np.arange(1, sizes.size + 1) / sizes.size * 100, sizes, style)
ax.text(62, 0.004, "photo", color="C0")
ax.text(62, 0.09, "noise", color="C1")
ax.set(xlabel="rank, largest first (% of all details)", ylabel="size of the detail")
ax.set(yscale="log", ylim=(1e-3, 3), xlim=(0, 100))
plt.show()

# %% [markdown] covers=["C31"]
# **Figure 12.** Details of three levels, sorted by size, for the photo and for
# the noise (standard deviation 0.1). A few per cent of the photo's details
# tower above the noise; most lie far below it.

# %% [markdown] covers=["C31"]
# So: **shrink**. Take the noisy photo apart; make details that are no larger
# than a threshold $t$ zero; put the rest together. There are two rules for a
# detail $d$:
#
# $$\text{hard: } \begin{cases} d & |d| > t\\ 0 & |d| \le t\end{cases}
# \qquad\qquad
# \text{soft: } \operatorname{sign}(d)\,\max(|d| - t,\, 0).$$
#
# Soft also moves the survivors towards zero by $t$, so that nothing jumps as $d$
# passes the threshold. Both are not linear. No convolution can do this: it would
# have to blur the edges along with the noise.
#
# **Task 10** (hard, 15 minutes). Write `haar_denoise(x, levels, t, kind='soft')`:
# take the image apart on `levels` levels (at least 1), apply the rule `'soft'` or
# `'hard'` to **all details of all levels**, never to LL, and put it together.
#
# - `x` has shape (H, W), real, any dtype; float64 (H, W) comes out.
# - `t` is at least 0 and may be `np.inf`.
# - `ValueError` for another `kind`, and if a side is not divisible by
#   $2^{\text{levels}}$.
# - Your own `haar2d` and `ihaar2d` are welcome; `pywt` is not.
#
# <details><summary>Hint 1: what to think of</summary>Denoising on three levels
# is taking apart once, denoising LL on two levels, and putting together. When
# does it end?
# </details>
# <details><summary>Hint 2: what to look up</summary><code>np.sign</code>,
# <code>np.maximum</code>, <code>np.where</code>. A function may call itself; a
# loop and a list of the bands work as well.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse first: if only
# the smallest LL has an odd side, it is too late. Then take apart; replace LH,
# HL and HH by what the rule leaves; treat LL, if levels are left; put together.
# Which details equal to t survive? None.</details>


# %% nbgrader={"grade": false, "grade_id": "haar_denoise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def haar_denoise(x, levels, t, kind="soft"):
    """Denoise an image by shrinking its Haar details on several levels.

    x: (H, W), real; levels: int >= 1; t: threshold >= 0; kind: 'soft' or 'hard'.
    Returns float64 (H, W). Raises ValueError for another kind, and if H or W is not
    divisible by 2**levels.
    """
    ### BEGIN SOLUTION
    if kind not in ("soft", "hard"):
        raise ValueError(f"haar_denoise: kind must be 'soft' or 'hard', got {kind!r}")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError(f"haar_denoise: {x.shape} does not allow {levels} levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        if kind == "soft":
            bands[name] = np.sign(d) * np.maximum(np.abs(d) - t, 0)
        else:
            bands[name] = np.where(np.abs(d) > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "haar_denoise_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
block = np.array([[12.0, 20], [8, 12]])  # LL = 26, LH = -6, HL = 6, HH = -2
soft = np.array([[13.0, 15], [11, 13]])
hard = np.array([[13.0, 19], [7, 13]])
lost = np.array([[11.0, 13], [9, 11]])
mistakes = {
    "this is the hard rule": hard,
    "LL is shrunk too": lost,
    "the sign of the details is lost": np.array([[15.0, 13], [13, 11]]),
    "HH is not shrunk": soft + np.array([[-1, 1], [1, -1]]),
}
check(haar_denoise, block, 1, 4, want=soft, case="one block, soft", mistakes=mistakes)
case = "one block, hard"
mistakes = {"this is the soft rule": soft}
check(haar_denoise, block, 1, 4, "hard", want=hard, case=case, mistakes=mistakes)
x = np.array([[12.0, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]])
check(haar_denoise, x, 2, 0, want=x, case="a threshold of 0 changes nothing")
check_own_work(haar_denoise, ("pywt",))
### BEGIN HIDDEN TESTS


def by_matrices(x, levels, t, kind):
    """Denoise with Haar's matrix of n numbers, one per axis."""
    if levels == 0:
        return x
    H, W = x.shape
    down, across = (
        np.vstack([np.kron(np.eye(n // 2), [1, s]) for s in (1, -1)]) / np.sqrt(2)
        for n in (H, W)
    )
    y = down @ x @ across.T
    if kind == "soft":
        z = np.where(y > t, y - t, np.where(y < -t, y + t, 0.0))
    else:
        z = y * (abs(y) > t)
    z[: H // 2, : W // 2] = by_matrices(y[: H // 2, : W // 2], levels - 1, t, kind)
    return down.T @ z @ across


r = np.random.default_rng(4001)
for shape, levels in (((8, 8), 1), ((8, 12), 2), ((16, 8), 3)):
    x = r.normal(size=shape)
    soft, hard = (by_matrices(x, levels, 0.6, kind) for kind in ("soft", "hard"))
    mistakes = {
        "this is the hard rule": hard,
        "one level too few": by_matrices(x, levels - 1, 0.6, "soft"),
    }
    case = f"{levels} level(s), soft"
    check(haar_denoise, x, levels, 0.6, want=soft, case=case, mistakes=mistakes)
    mistakes = {
        "this is the soft rule": soft,
        "one level too few": by_matrices(x, levels - 1, 0.6, "hard"),
    }
    case = f"{levels} level(s), hard"
    check(haar_denoise, x, levels, 0.6, "hard", want=hard, case=case, mistakes=mistakes)
x = r.normal(size=(16, 16))
case = "two levels where four are possible"
check(haar_denoise, x, 2, 0.4, want=by_matrices(x, 2, 0.4, "soft"), case=case)
for kind in ("soft", "hard"):
    want = by_matrices(x, 4, 0.6, kind)
    check(haar_denoise, x, 4, 0.6, kind, want=want, case=f"four levels, {kind}")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "haar_denoise_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
block = np.array([[12.0, 20], [8, 12]])
want = np.array([[13.0, 13], [13, 13]])
check(haar_denoise, block, 1, np.inf, want=want, case="an infinite threshold")
check_raises(haar_denoise, np.ones((8, 6)), 2, 0.1, case="6 columns, two levels")
check_own_work(haar_denoise, ("pywt",))
# Also graded: details equal to t, block means, unknown kinds, odd sides, dtypes, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(4002)
for shape, levels in (
    ((6, 8), 2),
    ((12, 8), 3),
    ((8, 12), 3),
    ((5, 4), 1),
    ((4, 5), 1),
):
    case = "a side that is not divisible by 2**levels"
    check_raises(haar_denoise, np.ones(shape), levels, 0.1, case=case)
    check_raises(haar_denoise, np.ones(shape), levels, 0, case=case)
for kind in ("medium", "Soft", ""):
    case = "a kind that does not exist"
    check_raises(haar_denoise, np.ones((4, 4)), 1, 0.1, kind, case=case)
case = "a kind that does not exist, and details that are all zero"
check_raises(haar_denoise, np.ones((4, 4)), 2, 0.0, "firm", case=case)
want = np.array([[13.0, 13], [13, 13]])
case = "details equal to the threshold do not survive"
check(haar_denoise, block, 1, 6, "hard", want=want, case=case)
check(haar_denoise, block, 1, 6, "soft", want=want, case=case)
want = np.array([[12.0, 20], [8, 12]])
check(haar_denoise, block, 1, 1.99, "hard", want=want, case="hard keeps what is larger")
x = r.normal(size=(8, 12))
for kind in ("soft", "hard"):
    check(haar_denoise, x, 2, 0, kind, want=x, case=f"t = 0, two levels, {kind}")
    means = x.reshape(2, 4, 3, 4).mean(axis=(1, 3))
    want = np.kron(means, np.ones((4, 4)))
    case = f"an infinite threshold leaves means of blocks, {kind}"
    check(haar_denoise, x, 2, np.inf, kind, want=want, case=case)
    flat = np.full((4, 4), 0.3)
    check(haar_denoise, flat, 2, 0.0, kind, want=flat, case=f"constant, t = 0, {kind}")
    check(haar_denoise, flat, 2, 0.1, kind, want=flat, case=f"a constant image, {kind}")
photo = r.integers(0, 256, (4, 8), np.uint8)
case = "a uint8 photo"
check(haar_denoise, photo, 2, 0, want=photo.astype(float), case=case)
means = photo.astype(float).reshape(2, 2, 4, 2).mean(axis=(1, 3))
want = np.kron(means, np.ones((2, 2)))
check(haar_denoise, photo, 1, 10_000, want=want, case="a uint8 photo, means of blocks")
view = x.T[::3, ::2]
case = "a view, turned and with steps"
check(haar_denoise, view, 2, 0.0, "hard", want=view.copy(), case=case)
single = x.astype(np.float32)
want = np.kron(
    single.astype(float).reshape(4, 2, 6, 2).mean(axis=(1, 3)), np.ones((2, 2))
)
case = "float32 in, float64 arithmetic"
check(haar_denoise, single, 1, 99.0, want=want, case=case, rtol=1e-12, atol=1e-12)
### END HIDDEN TESTS

# %% [markdown] covers=["C31"]
# ### How much is right?
#
# The quality of a repaired photo is given as **PSNR** (peak signal-to-noise
# ratio): with intensities in [0, 1] and the mean squared error MSE, it is $10
# \log_{10}(1/\text{MSE})$ decibels (dB). 20 dB is an error of 0.1 per pixel, and
# 6 dB more is half the error. Move the threshold: where is the noise gone and
# the man still there?


# %%
def psnr(image):
    return 10 * np.log10(1 / ((image - camera) ** 2).mean())


def draw_denoised(t, kind):
    result = haar_denoise(noisy, 3, t, kind)
    show_images(
        [noisy[20:148, 60:188], result[20:148, 60:188], camera[20:148, 60:188]],
        [f"noisy: {psnr(noisy):.1f} dB", f"t = {t:g}: {psnr(result):.1f} dB", "photo"],
        size=2.9,
    )


thresholds = [round(0.02 * i, 2) for i in range(31)]
explore(
    draw_denoised,
    t=("threshold", thresholds, 0.16),
    kind=("rule", ["soft", "hard"]),
)

# %% [markdown]
# **Figure 13.** A part of the noisy photo (256 × 256 in all, noise 0.1), of the
# result on three levels, and of the photo. A small threshold leaves noise, a
# large one leaves blocks.

# %%
_, ax = plt.subplots(figsize=(7, 3.4))
for kind, style in (("soft", "o-"), ("hard", "s--")):
    quality = [psnr(haar_denoise(noisy, 3, t, kind)) for t in thresholds]
    ax.plot(thresholds, quality, style, label=kind, ms=4)
    best = int(np.argmax(quality))
    ax.annotate(
        f"{quality[best]:.1f} dB at {thresholds[best]:g}",
        (thresholds[best], quality[best]),
        xytext=(0, 8),
        textcoords="offset points",
        ha="center",
    )
ax.axhline(psnr(noisy), color="#555", ls=":", lw=1.2)
ax.text(0.6, psnr(noisy) + 0.15, "noisy photo", ha="right", color="#555")
ax.set(xlabel="threshold (intensity, no unit)", ylabel="PSNR (dB)", ylim=(19.5, 28))
label_line_ends(ax)
plt.show()

# %% [markdown] covers=["C31"]
# **Figure 14.** PSNR against the threshold. The best hard threshold is about
# twice the best soft one: soft also pulls the good details towards zero, so it
# has to stop earlier.

# %% [markdown] covers=["C31"]
# ### What decimation costs
#
# The blocks of Figure 13 have a cause. Every second row and column was thrown
# away, so an edge that lies *on* the border between two blocks is treated
# differently from one that runs *through* a block. Move the photo by one
# pixel, and other numbers come out: decimation has destroyed equivariance.
#
# The cure is not to decimate: keep the responses at all places. This is no basis
# any more but a **frame**, more numbers than pixels, and yet invertible
# (Matthias Holschneider and others, 1989). Three levels have 9 bands of details
# and one LL, all as large as the photo: ten times as many numbers as pixels.
# There is a simple way to compute the result: move the photo in all 8 × 8 ways
# that matter, denoise, move back, and take the mean.


# %%
def frame_denoise(image, levels, t, kind):
    total, step = np.zeros(image.shape), 2**levels
    for move in np.ndindex(step, step):
        back = (-move[0], -move[1])
        moved = np.roll(image, move, axis=(0, 1))
        done = haar_denoise(moved, levels, t, kind)
        total += np.roll(done, back, axis=(0, 1))
    return total / step**2


for name, method in (("decimated", haar_denoise), ("frame", frame_denoise)):
    here = method(noisy, 3, 0.3, "hard")
    there = method(np.roll(noisy, 1, axis=1), 3, 0.3, "hard")
    change = abs(np.roll(there, -1, axis=1) - here).max()
    print(
        f"{name}: moving the photo by one pixel changes the result by up to {change:.2g}"
    )

# %%
results = [haar_denoise(noisy, 3, 0.3, "hard"), frame_denoise(noisy, 3, 0.3, "hard")]
names = [f"{n}: {psnr(r):.1f} dB" for n, r in zip(["decimated", "frame"], results)]
window = (slice(30, 94), slice(80, 144))
show_images(
    [image[window] for image in (noisy, *results, camera)],
    [f"noisy: {psnr(noisy):.1f} dB", *names, "photo"],
    size=3,
)

# %% [markdown] covers=["C31"]
# **Figure 15.** 64 × 64 pixels of the photo, the same threshold twice.
# Decimated: blocks and stairs, which depend on where the blocks begin. Frame:
# they are gone, and it is about 3 dB better, for ten times as many numbers. A
# convolution network has the same choice at each layer, under the name of
# *stride* (lesson 04).

# %% [markdown] covers=["C31"]
# **Question 2** (3 points). A Haar transform and a layer of a network (several
# kernels, ReLU) both turn an image into a set of maps. Why can the image always
# be recovered exactly from the first? Why usually not from the second: give a
# reason that lies in the kernels, and one that lies in the bend. When could a
# layer be undone after all?
#
# *Rubric.* 1 point: says what makes the transform invertible, in terms of its
# matrix. 1 point: two reasons why a layer usually loses something, one about the
# kernels and one about the bend. 1 point: a correct condition under which a
# layer can be undone.

# %% [markdown] nbgrader={"grade": true, "grade_id": "invertible_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# The transform multiplies by a square orthogonal matrix: as many outputs as
# pixels, rows of length 1 that are perpendicular to each other. So the inverse
# exists, it is the transpose, and it does not amplify errors. In a layer (1) the
# kernels are whatever training finds: they may be dependent or all ignore the
# same direction (all sums zero: the mean brightness is lost), and with a stride
# or fewer maps there are fewer numbers than pixels; (2) ReLU sends all negative
# numbers to 0, and nobody can tell afterwards which they were; (3) nothing keeps
# the energy or keeps the inverse small. A layer can be undone if its linear part
# has full column rank (at least as many numbers as pixels, and only the zero
# image gives zeros) and the bend is one-to-one, such as leaky ReLU or tanh, or
# if for each pixel pattern enough responses stay positive, for example when each
# kernel comes with its negative: max(a, 0) − max(−a, 0) = a.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Recap
#
# - A filter is a Toeplitz matrix, circulant if the border is periodic, with S
#   free numbers instead of N². One impulse response reveals them; never store
#   the matrix.
# - Filters combine by convolution. Rank 1 makes them cheap, waves make
#   circulants diagonal, and the FFT pays for large kernels.
# - Haar's wavelets are an orthogonal filter bank with decimation: invertible,
#   and good at packing a photo into few numbers, so shrinking removes noise.
#
# **Next:** lesson 04 counts rows and columns: padding, stride, dilation.
#
# **References.** C. Deledalle, "Image classification and CNNs", UCSD ECE 285,
# 2019 (matrices of filters, degrees of freedom, algebra, wavelets; the date of
# Haar's wavelets). N. Noceti, "Convolutional Neural Networks", UniGe
# (equivariance). A. Haar, "Zur Theorie der orthogonalen Funktionensysteme",
# Mathematische Annalen 69, 1910. S. Mallat, "A theory for multiresolution signal
# decomposition: the wavelet representation", IEEE Transactions on Pattern
# Analysis and Machine Intelligence 11, 1989. M. Holschneider, R.
# Kronland-Martinet, J. Morlet and P. Tchamitchian, "A real-time algorithm for
# signal analysis with the help of the wavelet transform", 1989. D. Donoho and I.
# Johnstone, "Ideal spatial adaptation by wavelet shrinkage", Biometrika
# 81, 1994. R. Coifman and D. Donoho, "Translation-invariant de-noising", 1995.
