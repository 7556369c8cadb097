# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 · Filters and filter banks
#
# Nine numbers decide whether a sliding window blurs a photo, finds its edges, or
# tells brick from grass. For fifty years people chose such numbers by hand, and
# they chose so well that the first layer of a trained network looks like their
# work. In this lesson you write the classics, put twelve of them side by side,
# and let them beat 1,024 raw pixels at recognising materials.
#
# **You will be able to**
#
# - say from a kernel's sum whether it averages or differentiates, and why;
# - write the Gaussian, Prewitt, Sobel and Gabor filters, and find edges with
#   them;
# - turn a photo into a few numbers with a filter bank, and test fairly whether
#   those numbers are any good.
#
# **Time:** 90 minutes. **You should know:** what correlation with a kernel is
# (lesson 01), and NumPy. From here on convolution is done and understood, so
# SciPy may do it for you; no call is banned in this lesson.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from scipy.signal import convolve2d, correlate, correlate2d
from scipy.special import log_softmax

from course import data
from course.checks import check, check_raises, check_shape, require
from course.figures import (
    show_images,
    show_kernels,
    show_maps,
    show_matrices,
    show_signed,
)
from course.widgets import explore

plt.style.use("course.course")

# %% [markdown] covers=["C27", "N15", "E11", "F13"]
# ## 1 · Averaging
#
# A **filter** is a kernel that was chosen for what it does to a picture. The
# plainest one is the **boxcar**: 3 × 3 weights of 1/9 each. Every output pixel is
# the average of its window, so whatever changes from pixel to pixel is evened
# out, and whatever changes slowly stays. An engineer calls that a *low-pass*
# filter.
#
# `correlate2d(x, k, mode="valid")` is your function of lesson 01: no flip, and
# only windows that lie wholly inside the image, so an H × W image and a kh × kw
# kernel give (H − kh + 1) × (W − kw + 1) numbers. Its sister `convolve2d` turns
# the kernel by half a turn first. Some published code uses one for grey photos
# and the other for colour photos and calls both "convolution"; for kernels that
# are not symmetric that is two different things.

# %% tags=["experiment"]
dot, ramp = np.array([[0, 0, 1, 0, 0]]), np.array([[1, 2, 3]])
print("correlate2d:", correlate2d(dot, ramp, mode="valid"))
print("convolve2d: ", convolve2d(dot, ramp, mode="valid"))

picture = np.zeros((10, 10))
picture[2:7, 3:8] = 90
picture[5, 4] = 0
picture[8, 2] = 90
boxcar = np.full((3, 3), 1 / 9)
show_matrices(
    [picture, correlate2d(picture, boxcar, mode="valid")],
    titles=["a picture, 10 x 10", "after the boxcar, 8 x 8"],
    size=3.5,
)

# %% [markdown]
# **Figure 1.** A white square with a dark pixel in it, and a bright pixel
# outside, before and after a 3 × 3 average. The two odd pixels stand out by
# 90 before and by 10 after, and the edges of the square turn into slopes. Averaging
# removes noise and sharpness alike; it cannot tell one from the other.

# %% [markdown] covers=["C28", "F13"]
# ### The Gaussian: an average that trusts near pixels more
#
# The boxcar's corners count as much as its centre, and its square shape shows in
# the result. The **Gaussian** lets the weight fall with the distance from the
# centre. With $k$ the row and $l$ the column, both counted *from the centre*,
#
# $$\kappa_{k,l} = \frac{1}{Z}\,
#   \exp\left(-\frac{k^2 + l^2}{2\tau^2}\right).$$
#
# $\tau$ (tau, in pixels) is the width. The kernel is cut off after $n \times n$
# numbers, and $Z$ is whatever makes *those* numbers sum to 1; the formula
# $1/(2\pi\tau^2)$ of the endless bell would leave the sum a little off, and
# every blurred photo a little too dark or too bright. For $n = 3$ and $\tau = 1$:
#
# $$\begin{pmatrix} .0751 & .1238 & .0751\\ .1238 & .2042 & .1238\\
#   .0751 & .1238 & .0751 \end{pmatrix}$$
#
# **Task 1** (medium, 8 minutes). Write `gaussian_kernel(n, tau)`. A kernel with a
# centre needs an odd $n$, here the number of rows: raise `ValueError` if $n$ is
# even or less than 1. You may take for granted that `tau` is positive.
#
# <details><summary>Hint 1: what to think of</summary>For n = 5 the rows are
# called −2, −1, 0, 1, 2. Make that list first, for any odd n. The rest is the
# formula, and one division at the very end.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.arange</code> for
# the numbers; if they are called <code>a</code>, then <code>a[:, None]</code> is a
# column and <code>a[None, :]</code> a row, and NumPy fills the square when you add
# the two.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse a bad n; number
# the rows from the centre; squared distance of every cell as an (n, n) array;
# exponential of minus that over twice the square of tau; divide by the sum of
# all n × n entries.</details>


# %% nbgrader={"grade": false, "grade_id": "gaussian_kernel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gaussian_kernel(n, tau):
    """Return a Gaussian of width tau (pixels), cut to (n, n), with sum 1; float64.

    Raises ValueError if n is even or less than 1.
    """
    ### BEGIN SOLUTION
    if n < 1 or n % 2 == 0:
        raise ValueError(f"gaussian_kernel: n must be odd and at least 1, got {n}")
    k = np.arange(n) - n // 2
    weights = np.exp(-(k[:, None] ** 2 + k[None, :] ** 2) / (2 * tau**2))
    return weights / weights.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "gaussian_kernel_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
corner, side, centre = 0.0751136079541115, 0.1238414031529740, 0.2041799555716581
check(
    gaussian_kernel,
    3,
    1.0,
    want=np.array(
        [[corner, side, corner], [side, centre, side], [corner, side, corner]]
    ),
    case="n = 3, tau = 1",
    mistakes={
        "the weights do not sum to 1: divide by their own sum": np.array(
            [[corner, side, corner], [side, centre, side], [corner, side, corner]]
        )
        / centre,
        "the factor 2 below the squared distance is missing": np.array(
            [
                [0.0449192238253, 0.1221031099164, 0.0449192238253],
                [0.1221031099164, 0.3319106650329, 0.1221031099164],
                [0.0449192238253, 0.1221031099164, 0.0449192238253],
            ]
        ),
    },
)
### BEGIN HIDDEN TESTS
from scipy.signal.windows import gaussian as bell

for n, tau in ((9, 2.2), (7, 1.3), (5, 0.8), (21, 3.5)):
    outer = np.outer(bell(n, tau), bell(n, tau))
    steep = np.outer(bell(n, tau / np.sqrt(2)), bell(n, tau / np.sqrt(2)))
    flat = np.outer(bell(n, np.sqrt(tau)), bell(n, np.sqrt(tau)))
    check(
        gaussian_kernel,
        n,
        tau,
        want=outer / outer.sum(),
        case="a larger kernel",
        mistakes={
            "the factor 2 below the squared distance is missing": steep / steep.sum(),
            "the width enters as tau; the formula has tau squared": flat / flat.sum(),
            "the weights do not sum to 1: they were divided by 2 pi tau^2, the sum of "
            "the endless bell": outer / (2 * np.pi * tau**2),
            "the weights do not sum to 1: divide by their own sum": outer,
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "gaussian_kernel_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(gaussian_kernel, 4, 1.0, case="an even n")
# Also graded: n = 1, a very small and a very large tau, integers, other bad n.
### BEGIN HIDDEN TESTS
check(gaussian_kernel, 1, 0.7, want=np.ones((1, 1)), case="a kernel of one number")
delta = np.zeros((5, 5))
delta[2, 2] = 1
check(gaussian_kernel, 5, 0.1, want=delta, case="so narrow that only the centre counts")
check(
    gaussian_kernel,
    3,
    1e6,
    want=np.full((3, 3), 1 / 9),
    case="so wide that it is a boxcar",
)
one = np.exp(-np.array([4, 1, 0, 1, 4]) / 8)
check(
    gaussian_kernel,
    5,
    2,
    want=np.outer(one, one) / one.sum() ** 2,
    case="tau is an integer",
)
one = np.exp(-(np.arange(-6, 7) ** 2) / 2.42)
check(
    gaussian_kernel,
    13,
    1.1,
    want=np.outer(one, one) / one.sum() ** 2,
    case="many pixels for a narrow bell",
)
check_raises(gaussian_kernel, 0, 1.0, case="n = 0")
check_raises(gaussian_kernel, 10, 2.0, case="another even n")
check_raises(gaussian_kernel, -3, 1.0, case="a negative n")
### END HIDDEN TESTS

# %% [markdown]
# Blurring is what a lens out of focus does, so the Gaussian *simulates* blur. It
# has two everyday uses: it removes noise, and it makes a photo ready to be
# shrunk. If one keeps every eighth pixel, anything finer than that turns into
# patterns that were never there; so blur first, then shrink ("zoom out").

# %% tags=["experiment"]
camera = data.grey(data.photo("camera"))
face = camera[60:220, 150:310]
noisy = face + np.random.default_rng(0).normal(0, 0.12, face.shape)
show_images(
    [face, *(correlate2d(face, gaussian_kernel(25, t), "valid") for t in (1, 2, 4))],
    titles=["sharp", "tau = 1 pixel", "tau = 2 pixels", "tau = 4 pixels"],
    size=2.1,
)
joints = data.grey(data.photo("brick"))
blurred = correlate2d(joints, gaussian_kernel(19, 3), "same", "symm")
show_images(
    [
        noisy,
        correlate2d(noisy, gaussian_kernel(9, 1.2), "valid"),
        joints[::8, ::8],
        blurred[::8, ::8],
    ],
    titles=["noise", "noise, blurred", "every 8th pixel", "blurred, every 8th"],
    size=2.1,
)

# %% [markdown]
# **Figure 2.** *Top:* simulated blur; the wider the kernel, the less detail.
# *Bottom left:* noise of standard deviation 0.12 is averaged away, and some of
# the face with it. *Bottom right:* a brick wall, shrunk. Without blur the joints
# break up into dashes and steps; with blur they stay lines.

# %% [markdown] covers=["C27", "F15", "E33"]
# ## 2 · Sum 1 or sum 0
#
# What does a filter answer on a plain wall, where every pixel has the same
# brightness $b$? The sum of $\kappa_{k,l} \cdot b$, that is $b$ times the sum of
# the kernel. So the sum alone tells two families apart:
#
# - **averaging filters** have $\sum\kappa = 1$: a wall stays as bright as it was;
# - **derivative filters** have $\sum\kappa = 0$: a wall gives 0, and so does the
#   mean brightness of any window. Only *differences* inside the window count. An
#   engineer calls them *high-pass* or *band-pass*.
#
# What does a derivative filter measure? Let $x_W$ be the $S$ pixels of a window
# and $\langle\kappa, x_W\rangle$ the sum of products that correlation computes.
# Subtracting the mean $\bar x$ of the window changes nothing, since
# $\sum\kappa = 0$, and so
#
# $$\langle \kappa, x_W \rangle = \sum_s \kappa_s\,(x_s - \bar x)
#   = S \cdot \operatorname{cov}(\kappa, x_W)
#   \qquad\text{if } \textstyle\sum\kappa = 0 .$$
#
# The answer is large where the window *looks like the kernel*: a filter is a
# template. (Slides often drop the factor $S$ and the condition. With the
# *unbiased* covariance, which divides by $S - 1$, the factor is $S - 1$.) As an
# example take the **Laplacian** filter
# $\left(\begin{smallmatrix}0&1&0\\1&-4&1\\0&1&0\end{smallmatrix}\right)$:

# %% tags=["experiment"]
brick = data.grey(data.photo("brick"))
laplacian = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
window = brick[100:103, 74:77]
for lamp in (0, 0.2):
    for name, kernel in (("boxcar", boxcar), ("Laplacian", laplacian)):
        inner = (kernel * (window + lamp)).sum()
        cov = np.cov(kernel.ravel(), (window + lamp).ravel(), bias=True)[0, 1]
        print(f"{name:9s} light +{lamp}: inner product {inner:+.4f}", end=", ")
        print(f"9 x covariance {9 * cov:+.4f}")

# %% [markdown]
# In a window of the brick wall the two numbers agree for the Laplacian, with the
# lamp on or off, and have nothing to do with each other for the boxcar, which
# simply follows the light.
#
# **Task 2** (easy, 4 minutes). Write `filter_kind(k, tol=1e-9)`, which returns
# one of three words: `"averaging"` if the sum of `k` is 1 up to `tol`,
# `"derivative"` if it is 0 up to `tol`, else `"other"`. "Up to `tol`" means: the
# distance is at most `tol`. It is needed because ten times 0.1 is not exactly 1
# in floating point. The kernel may have any shape and any dtype, and every sign:
# only the sum decides.
#
# <details><summary>Hint 1: what to think of</summary>Two comparisons, three
# outcomes. The distance of a number from 1 is an absolute value.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.sum</code> adds up
# small integers in a wide type; Python's own <code>sum</code> of a
# <code>uint8</code> array starts again from 0 after 255.</details>
# <details><summary>Hint 3: the order of things</summary>The sum of all entries;
# is it within tol of 1? is it within tol of 0? else the third word. Return words,
# print nothing.</details>


# %% nbgrader={"grade": false, "grade_id": "filter_kind", "locked": false, "schema_version": 3, "solution": true, "task": false}
def filter_kind(k, tol=1e-9):
    """Name a kernel of any shape by its sum: "averaging", "derivative" or "other".

    The sum counts as 1 or as 0 if it is at most tol away.
    """
    ### BEGIN SOLUTION
    total = np.sum(k, dtype=np.float64)
    if abs(total - 1) <= tol:
        return "averaging"
    if abs(total) <= tol:
        return "derivative"
    return "other"
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "filter_kind_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(filter_kind, np.full((3, 3), 1 / 9), want="averaging", case="the boxcar")
check(
    filter_kind,
    np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    want="derivative",
    case="the Laplacian",
)
check(filter_kind, np.ones((3, 3)), want="other", case="a boxcar without the 1/9")
### BEGIN HIDDEN TESTS
k, l = np.meshgrid(np.arange(-12, 13), np.arange(-12, 13), indexing="ij")
envelope = np.exp(-(k**2 + l**2) / 8)
wave = envelope * np.cos(2 * np.pi * 0.1 * k)
check(filter_kind, wave, want="other", case="a wave under a bell")
check(
    filter_kind,
    wave - wave.mean(),
    want="derivative",
    case="the same wave, its mean subtracted",
)
sharpen = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
check(filter_kind, sharpen, want="averaging", case="a kernel with negative weights")
check(filter_kind, -sharpen, want="other", case="its negative")
check(filter_kind, np.zeros((2, 5)), want="derivative", case="no weights at all")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "filter_kind_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(filter_kind, np.full((1, 10), 0.1), want="averaging", case="ten times 0.1")
# Also graded: the argument tol, small integers, float32, other shapes, views.
### BEGIN HIDDEN TESTS
check(
    filter_kind,
    np.array([[0.1, 0.2], [0.0, -0.3]]),
    want="derivative",
    case="0.1 + 0.2 - 0.3",
)
small = np.array([[0.02, -0.01]])
check(filter_kind, small, want="other", case="nearly 0, but not within tol")
check(filter_kind, small, 0.05, want="derivative", case="within a larger tol of 0")
check(filter_kind, 1 - small, 0.5, want="other", case="far from 1, with a large tol")
check(
    filter_kind, np.array([0.5, 0.48]), 0.05, want="averaging", case="a little below 1"
)
check(filter_kind, np.array([0.5, 0.52]), want="other", case="a little above 1")
check(filter_kind, np.array([-0.5, 0.48]), 0.05, want="derivative", case="below 0")
check(filter_kind, np.array([-3.0, 1.0]), want="other", case="a negative sum")
check(filter_kind, np.array([200, 57], np.uint8), want="other", case="uint8, sum 257")
check(filter_kind, np.array([200, 56], np.uint8), want="other", case="uint8, sum 256")
check(filter_kind, np.array([100, 100, 57], np.int8), want="other", case="int8")
check(
    filter_kind,
    np.full((3, 3), 1 / 9, np.float32),
    1e-6,
    want="averaging",
    case="a float32 boxcar, with a tol that suits it",
)
grid = np.arange(24.0).reshape(4, 6) - 7
check(filter_kind, grid[::3, ::5], want="other", case="a view with steps")
grid[::3, ::5] = [[1, -2], [3, -1]]
check(filter_kind, grid[::3, ::5], want="averaging", case="another view with steps")
check(filter_kind, np.ones((1, 1)), want="averaging", case="a single weight")
half = np.array([0.5, 0.25])
check(filter_kind, half, 0.25, want="averaging", case="exactly tol below 1")
check(filter_kind, half[1:], 0.25, want="derivative", case="exactly tol above 0")
check(filter_kind, np.array([[2, -1]]), 0, want="averaging", case="sum 1, tol = 0")
near = np.array([0.5, 0.500001])
check(filter_kind, near, want="other", case="near 1, but not within tol")
near[1] = 0.5 + 2e-10
check(filter_kind, near, 1e-12, want="other", case="near 1, with a tiny tol")
sheets = np.array([np.eye(3), np.full((3, 3), -1 / 3)])
check(filter_kind, sheets, want="derivative", case="two sheets, sums 3 and -3")
sheets[0] = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
sheets[1] = 1 / 9
check(filter_kind, sheets, want="averaging", case="two sheets, sums 0 and 1")
high = np.array([30000, 30000, 5537], np.int16)
check(filter_kind, high, want="other", case="int16, sum 65537")
### END HIDDEN TESTS

# %% [markdown] covers=["C28", "F13", "E12"]
# ## 3 · Edges
#
# An **edge** is a place where the brightness changes quickly. The simplest
# derivative filter compares the right neighbour with the left one: the
# **gradient** filter $(-1\ \ 0\ \ 1)$. A single row is at the mercy of noise, so
# Prewitt (1970) stacks three of them; Sobel (1968) gives the middle row twice
# the weight. Both average *along* the edge and differentiate *across* it:
#
# $$\text{Prewitt: } \begin{pmatrix}-1&0&1\\-1&0&1\\-1&0&1\end{pmatrix}
#   = \begin{pmatrix}1\\1\\1\end{pmatrix} (-1\ \ 0\ \ 1),
#   \qquad \text{Sobel: } \begin{pmatrix}1\\2\\1\end{pmatrix} (-1\ \ 0\ \ 1).$$
#
# These find **vertical** edges, so we call them `vert`. Their transposes find
# **horizontal** edges: `hor`. With these signs, an answer is positive where it
# gets brighter *from left to right* (`vert`) or *from top to bottom* (`hor`).
# Nobody agrees on the signs: other slides write $(1\ \ 0\ \ {-1})$, which finds
# the same edges with the opposite sign. It does not matter which one chooses,
# only that one sticks to it; we stick to the signs above.
#
# **Task 3** (easy, 6 minutes). Write `edge_kernels(kind)`. It returns the tuple
# `(vert, hor)`, two float64 arrays, for the `kind` `"gradient"` (shapes (1, 3)
# and (3, 1)), `"prewitt"` or `"sobel"` (both 3 × 3), with the whole numbers of the
# text, not divided by anything. Any other word: `ValueError`.
#
# <details><summary>Hint 1: what to think of</summary>Only the column of weights
# along the edge differs from kind to kind. The second kernel is the first one
# with rows and columns exchanged.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.array</code> with
# two pairs of brackets makes a (1, 3) array; <code>.T</code> exchanges rows and
# columns, <code>np.rot90</code> does something else; a dictionary finds a kernel
# by its name.</details>
# <details><summary>Hint 3: the order of things</summary>Choose the vertical
# kernel by its name, and refuse the name if there is none (a missing key of a
# dictionary is a <code>KeyError</code>, which is not what was asked); return it
# together with its transpose.</details>


# %% nbgrader={"grade": false, "grade_id": "edge_kernels", "locked": false, "schema_version": 3, "solution": true, "task": false}
def edge_kernels(kind):
    """Return the tuple (vert, hor) of float64 kernels that find edges.

    kind: "gradient" (shapes (1, 3) and (3, 1)), "prewitt" or "sobel" ((3, 3) both).
    Raises ValueError for any other kind.
    """
    ### BEGIN SOLUTION
    along = {"gradient": [1.0], "prewitt": [1.0, 1.0, 1.0], "sobel": [1.0, 2.0, 1.0]}
    if kind not in along:
        raise ValueError(f"edge_kernels: kind must be one of {[*along]}, got {kind!r}")
    vert = np.outer(along[kind], [-1.0, 0.0, 1.0])
    return vert, vert.T
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "edge_kernels_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
vert = np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]])
hor = np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]])
check(
    edge_kernels,
    "prewitt",
    want=(vert, hor),
    case="Prewitt",
    mistakes={
        "vert and hor are exchanged: vert finds vertical edges": (hor, vert),
        "both signs are opposite to those of this course": (-vert, -hor),
        "hor has the wrong sign: transpose vert, do not turn it": (vert, -hor),
    },
)
### BEGIN HIDDEN TESTS
vert, hor = np.zeros((3, 3)), np.zeros((3, 3))
vert[:, 2], hor[2] = (1, 2, 1), (1, 2, 1)
vert[:, 0], hor[0] = (-1, -2, -1), (-1, -2, -1)
flat = np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]])
check(
    edge_kernels,
    "sobel",
    want=(vert, hor),
    case="Sobel",
    mistakes={
        "vert and hor are exchanged": (hor, vert),
        "this is Prewitt's pair": (flat, flat.T),
        "the kernels are divided by a number; use whole numbers": (vert / 8, hor / 8),
        "both signs are opposite to those of this course": (-vert, -hor),
    },
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "edge_kernels_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(edge_kernels, "laplacian", case="a kind that there is not")
# Also graded: "gradient" and its shapes, answers on a step, other unknown words.
### BEGIN HIDDEN TESTS
row = np.array([[-1.0, 0.0, 1.0]])
column = np.array([[-1.0], [0.0], [1.0]])
check(
    edge_kernels,
    "gradient",
    want=(row, column),
    case="gradient",
    mistakes={
        "the two are exchanged": (column, row),
        "the signs are opposite to those of this course": (-row, -column),
        "hor has the wrong sign: transpose vert, do not turn it": (row, -column),
    },
)
check_raises(edge_kernels, "scharr", case="a kind of other books")
check_raises(edge_kernels, "", case="no word at all")
check_raises(edge_kernels, "grad", case="an abbreviation")
check_raises(edge_kernels, "sobel5", case="a longer word")
step = np.zeros((3, 3))
step[:, 2] = 10
for kind, answer in (("prewitt", 30), ("sobel", 40)):
    pair = edge_kernels(kind)
    require(
        np.isclose((pair[0] * step).sum(), answer)
        and np.isclose((pair[1] * step.T).sum(), answer)
        and abs((pair[1] * step).sum()) < 1e-9,
        f"edge_kernels, {kind}: the answer on a step by 10 is wrong",
    )
### END HIDDEN TESTS

# %% tags=["experiment"]
show_kernels(
    [*edge_kernels("prewitt"), *edge_kernels("sobel")],
    titles=["Prewitt, vert", "Prewitt, hor", "Sobel, vert", "Sobel, hor"],
    label="weight",
)

# %% [markdown]
# **Figure 3.** Your kernels. Red weights count positively, blue ones negatively;
# in each kernel they cancel. Read a kernel as the picture that it looks for:
# `vert` is a dark stripe with a bright stripe to its right.

# %% [markdown] covers=["C29", "D09"]
# ### A brick wall, in grey and in colour
#
# Filter a brick wall, and the joints light up. One of the course's sources does
# this with two photos of walls that we may not pass on, one grey and one in
# colour; a grey wall and a ginger cat stand in for them.

# %% tags=["experiment"]
wall = brick[:256, :256]
signed = [correlate2d(wall, kernel, "valid") for kernel in edge_kernels("sobel")]
show_signed(
    wall, signed, titles=["brick wall", "vert: signed", "hor: signed"], size=2.7
)
show_maps(
    np.abs(signed),
    titles=["vert: absolute value", "hor: absolute value"],
    size=2.7,
    vmax=2,
)

# %% [markdown]
# **Figure 4.** The answers of the two Sobel filters. Signed, a bright joint is a
# pair of lines: red where one enters it, blue where one leaves it. The absolute
# value forgets which side is which, and keeps the edge. The joints that run down
# the photo are found by `vert`, the short ones across by `hor`.

# %% [markdown] covers=["C29"]
# A colour photo (H, W, 3) has three brightnesses per pixel. A filter for it has
# three sheets, shape (3, 3, 3), one for each channel, and *adds up* what they
# find: one number per place, not three. `scipy.signal.correlate` works in any
# number of dimensions; with `"valid"` there is one way only to place three
# sheets on three channels, and the last axis has length 1.

# %% tags=["experiment"]
cat = data.photo("cat")[40:240, 100:340]
sheets = np.repeat(edge_kernels("sobel")[0][:, :, None], 3, axis=2)
answer = correlate(cat / 255, sheets, mode="valid")
print(f"photo {cat.shape}, kernel {sheets.shape}, answer {answer.shape}")
show_signed(cat, [answer[..., 0]], titles=["a ginger cat", "vert, 3 sheets: signed"])
show_maps(
    np.abs([correlate2d(cat[..., c] / 255, sheets[..., c], "valid") for c in range(3)]),
    titles=["red only, absolute", "green only, absolute", "blue only, absolute"],
    size=2.6,
    vmax=1.5,
)

# %% [markdown]
# **Figure 5.** *Top:* one filter with three equal sheets on a colour photo.
# *Bottom:* what each sheet contributes. The iris is green: its border with the
# dark pupil shows in red and green more than in blue. Learned filters have
# *different* sheets, and can look for a colour next to another; lesson 05 builds
# that layer.

# %% [markdown] covers=["F14", "Q23"]
# ## 4 · One answer out of two
#
# An edge that runs diagonally is half vertical, half horizontal, and both filters
# find it half. To ask "is there an edge here, in any direction?", **pool** the
# two answers, that is, make one number of them. With $*$ for correlation,
#
# $$\text{edge} = \max\bigl(|\kappa_v * x|,\ |\kappa_h * x|\bigr)
# \qquad\text{or}\qquad
# \text{edge} = \sqrt{(\kappa_v * x)^2 + (\kappa_h * x)^2}.$$
#
# Both forget the sign. The square root, called l2, is the length of the arrow
# (vertical answer, horizontal answer), and hardly depends on the edge's
# direction. Detect, forget what does not matter, pool: networks do just that,
# and lesson 06 is about pooling alone.
#
# For the image below and Prewitt's pair, the largest of the two is
#
# $$\begin{pmatrix}3&1&3&5&3&3\\2&2&8&8&3&9\\3&4&7&7&2&7\\5&3&6&8&4&7\\
#   3&8&8&5&7&4\\7&9&6&4&6&9\end{pmatrix} \longrightarrow
#   \begin{pmatrix}10&13&10&5\\11&14&12&1\\10&5&8&2\\8&3&3&3\end{pmatrix},$$
#
# and l2 begins with $\sqrt{10^2 + 7^2} = 12.2066$.
#
# **Task 4** (medium, 8 minutes). Write `edge_magnitude(x, kv, kh, how="l2")` for
# an image `x` of shape (H, W), of any dtype, and two kernels. Use correlation,
# "valid", and return float64. `how` is `"l2"` or `"max"`. Raise `ValueError`
#
# - for any other `how`;
# - if the two kernels differ in shape, since their answers would, too;
# - if the kernels do not fit into the image. Look at the shapes yourself: where
#   the kernel is larger one way and not smaller the other way, SciPy exchanges
#   the two without a word.
#
# <details><summary>Hint 1: what to think of</summary>Two calls of
# <code>correlate2d</code>, then arithmetic on two arrays of equal
# shape.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.hypot</code>,
# <code>np.maximum</code> and <code>np.abs</code> work entry by entry. What is
# 200 · 2 in uint8? <code>x.astype(float)</code> makes a float copy.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse; make floats of
# image and kernels; correlate twice; then, depending on <code>how</code>, the
# root of the sum of squares, or the larger of two absolute values.</details>


# %% nbgrader={"grade": false, "grade_id": "edge_magnitude", "locked": false, "schema_version": 3, "solution": true, "task": false}
def edge_magnitude(x, kv, kh, how="l2"):
    """Pool the answers of two edge filters on an image (H, W).

    kv, kh: kernels of one shape (a, b); correlation, "valid".
    how: "l2" (root of the sum of squares) or "max" (of the absolute values).
    Returns float64 (H - a + 1, W - b + 1).
    Raises ValueError for another how, for kernels of different shapes, and for
    kernels that do not fit into the image.
    """
    ### BEGIN SOLUTION
    if how not in ("l2", "max"):
        raise ValueError(f'edge_magnitude: how must be "l2" or "max", got {how!r}')
    if kv.shape != kh.shape:
        raise ValueError(f"edge_magnitude: kernels {kv.shape} and {kh.shape} differ")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError(f"edge_magnitude: kernel {kv.shape} is larger than {x.shape}")
    x = x.astype(np.float64)
    vertical, horizontal = (
        correlate2d(x, k.astype(np.float64), mode="valid") for k in (kv, kh)
    )
    if how == "max":
        return np.maximum(np.abs(vertical), np.abs(horizontal))
    return np.hypot(vertical, horizontal)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "edge_magnitude_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
numbers = [[3, 1, 3, 5, 3, 3], [2, 2, 8, 8, 3, 9], [3, 4, 7, 7, 2, 7]]
numbers += [[5, 3, 6, 8, 4, 7], [3, 8, 8, 5, 7, 4], [7, 9, 6, 4, 6, 9]]
numbers = np.array(numbers)
vert = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
want = [[10, 13, 10, 5], [11, 14, 12, 1], [10, 5, 8, 2], [8, 3, 3, 3]]
check(
    edge_magnitude,
    numbers,
    vert,
    vert.T,
    "max",
    want=np.array(want, float),
    case="the 6 x 6 image of the text, max",
    mistakes={
        "the sign still counts: compare absolute values": np.array(
            [[10.0, 13, 5, 5], [11, 14, -1, 0], [10, 5, 4, 0], [8, 2, -2, 3]]
        )
    },
)
check(
    edge_magnitude,
    numbers[:3, :3],
    vert,
    vert.T,
    want=np.array([[149**0.5]]),
    case="its first window, l2",
    mistakes={
        "the answers 10 and 7 were added": np.array([[17.0]]),
        "the square root is missing": np.array([[149.0]]),
        "this is the larger answer: how is ignored": np.array([[10.0]]),
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(41)
x = r.normal(size=(9, 13))
kv, kh = r.normal(size=(4, 3)), r.normal(size=(4, 3))
windows = np.lib.stride_tricks.sliding_window_view(x, (4, 3))
v = np.einsum("ijkl,kl->ij", windows, kv)
h = np.einsum("ijkl,kl->ij", windows, kh)
fv = np.einsum("ijkl,kl->ij", windows, kv[::-1, ::-1])
fh = np.einsum("ijkl,kl->ij", windows, kh[::-1, ::-1])
flipped = "the kernels are turned by half a turn: use correlation, not convolution"
check(
    edge_magnitude,
    x,
    kv,
    kh,
    "l2",
    want=np.sqrt(v**2 + h**2),
    case="l2, kernels without symmetry",
    mistakes={
        flipped: np.sqrt(fv**2 + fh**2),
        "the square root is missing": v**2 + h**2,
        "the absolute values were added": np.abs(v) + np.abs(h),
        "the answers were added before the sign was forgotten": np.abs(v + h),
        "this is the maximum: how is ignored": np.maximum(np.abs(v), np.abs(h)),
    },
)
check(
    edge_magnitude,
    x,
    kv,
    kh,
    "max",
    want=np.where(np.abs(v) > np.abs(h), np.abs(v), np.abs(h)),
    case="max, kernels without symmetry",
    mistakes={
        flipped: np.maximum(np.abs(fv), np.abs(fh)),
        "the sign still counts: take absolute values first": np.maximum(v, h),
        "the sign still counts: take absolute values first, then the maximum": np.abs(
            np.maximum(v, h)
        ),
        "this is l2: how is ignored": np.sqrt(v**2 + h**2),
    },
)
check(edge_magnitude, x, kv, kh, want=np.hypot(v, h), case="l2 is the default")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "edge_magnitude_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(
    edge_magnitude,
    np.ones((3, 4)),
    np.ones((4, 5)),
    np.ones((4, 5)),
    case="kernels larger than the image",
)
# Also graded: uint8 photos, turned photos, views with steps, and what must be refused.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(42)
photo = r.integers(0, 256, (7, 6), np.uint8)
photo[:, 3:] //= 8
vert = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.int8)


def by_hand(x, kv, kh, how):
    x, kv, kh = x.astype(float), kv.astype(float), kh.astype(float)
    rows, columns = x.shape[0] - kv.shape[0] + 1, x.shape[1] - kv.shape[1] + 1
    out = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        w = x[i : i + kv.shape[0], j : j + kv.shape[1]]
        v, h = abs((w * kv).sum()), abs((w * kh).sum())
        out[i, j] = max(v, h) if how == "max" else (v * v + h * h) ** 0.5
    return out


for how in ("l2", "max"):
    want = by_hand(photo, vert, vert.T, how)
    check(edge_magnitude, photo, vert, vert.T, how, want=want, case=f"uint8, {how}")
    check(
        edge_magnitude,
        photo,
        -vert,
        vert.T,
        how,
        want=want,
        case=f"one sign turned, {how}",
    )
    check(
        edge_magnitude,
        np.rot90(photo),
        vert,
        vert.T,
        how,
        want=np.rot90(want).copy(),
        case=f"a photo turned by 90 degrees, {how}",
    )
wide = r.normal(size=(9, 14))
k1, k2 = r.normal(size=(2, 4)), r.normal(size=(2, 4))
for how in ("l2", "max"):
    check(
        edge_magnitude,
        wide[::2, ::-1],
        k1,
        k2,
        how,
        want=by_hand(wide[::2, ::-1], k1, k2, how),
        case=f"a view with steps, {how}",
    )
check(
    edge_magnitude,
    wide[:2, :4].astype(np.float32),
    k1.astype(np.float32),
    k2.astype(np.float32),
    want=by_hand(
        wide[:2, :4].astype(np.float32),
        k1.astype(np.float32),
        k2.astype(np.float32),
        "l2",
    ),
    case="float32, kernels as large as the image",
    rtol=1e-5,
)
check(
    edge_magnitude,
    np.full((4, 5), 7),
    np.array([[1, -1]]),
    np.array([[0, 0]]),
    "max",
    want=np.zeros((4, 4)),
    case="a plain wall, in integers",
)
roberts = np.array([[1, 0], [0, -1]])
want = by_hand(photo, roberts, roberts[:, ::-1], "l2")
check(edge_magnitude, photo, roberts, roberts[:, ::-1], want=want, case="a 2 x 2 pair")
for dtype in (np.int8, np.uint16, bool):
    low, top = (0, 1) if dtype is bool else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    photo = r.integers(low, top, (6, 8), endpoint=True).astype(dtype)
    for how in ("l2", "max"):
        check(
            edge_magnitude,
            photo,
            vert,
            vert.T,
            how,
            want=by_hand(photo, vert, vert.T, how),
            case=f"{np.dtype(dtype)}, {how}",
        )
wide_kernel = np.ones((1, 3))
check_raises(edge_magnitude, wide, wide_kernel, wide_kernel.T, case="1 x 3 and 3 x 1")
check_raises(
    edge_magnitude, wide, wide_kernel, np.ones((1, 5)), case="kernels 1 x 3 and 1 x 5"
)
check_raises(
    edge_magnitude, wide, wide_kernel, np.ones((2, 3)), case="kernels 1 x 3 and 2 x 3"
)
check_raises(
    edge_magnitude,
    wide,
    wide_kernel,
    np.ones((9, 3)),
    case="kernels 1 x 3 and 9 x 3, an image with 9 rows",
)
check_raises(
    edge_magnitude,
    wide,
    np.ones((2, 14)),
    np.ones((2, 1)),
    "max",
    case="kernels 2 x 14 and 2 x 1, an image with 14 columns",
)
for how in ("L1", "l1", "mean"):
    check_raises(
        edge_magnitude, wide, wide_kernel, wide_kernel, how, case="an unknown how"
    )
check_raises(
    edge_magnitude,
    wide,
    np.ones((10, 2)),
    np.ones((10, 2)),
    case="kernels with more rows than the image",
)
check_raises(
    edge_magnitude,
    wide,
    np.ones((2, 15)),
    np.ones((2, 15)),
    "max",
    case="kernels with more columns than the image",
)
for large in (np.ones((10, 14)), np.ones((9, 15))):
    check_raises(
        edge_magnitude, wide, large, large, case="kernels too large in one way only"
    )
### END HIDDEN TESTS

# %% [markdown]
# The magnitude is a number; "edge or not" is a decision. Move the threshold and
# look for a value that keeps the outlines and drops the texture.

# %% tags=["experiment"]
edge_photos = {
    "camera": camera[40:296, 120:376],
    "brick": brick[:256, :256],
    "coins": data.grey(data.photo("coins"))[:256, :256],
}


def draw_edges(photo, how, threshold):
    edges = edge_magnitude(edge_photos[photo], *edge_kernels("sobel"), how)
    found = edges > threshold
    show_images(
        [edge_photos[photo], edges / 4, found],
        titles=["photo", f"{how} (4 is white)", f"edge: {found.mean():.1%} of pixels"],
        size=2.9,
    )


explore(
    draw_edges,
    threshold=("threshold", [0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0], 0.8),
    how=("how", ["l2", "max"]),
    photo=("photo", list(edge_photos)),
)

# %% [markdown]
# **Figure 6.** Photo, edge magnitude, and the pixels above the threshold. There is no
# right threshold: a low one (0.2) marks specks of hair and lawn, a high one (1.5)
# loses the face and still keeps the collar. No single number knows what matters, which
# is why later layers look at edges again.

# %% [markdown] covers=["Q03"]
# ### The Laplacian
#
# The Laplacian of section 2 compares a pixel with its four neighbours, whatever
# the direction. One filter replaces two; but what is it that it finds?

# %% tags=["experiment"]
scan = data.grey(data.photo("page"))[12:48, 4:94]
show_signed(
    scan,
    [correlate2d(scan, laplacian, mode="valid")],
    titles=["a scanned page", "Laplacian: signed"],
    size=4.2,
)

# %% [markdown]
# **Figure 7.** The Laplacian on a scanned page. Look at one stroke of a letter:
# what is the sign inside it, what along its outside, and what far from it?

# %% [markdown] covers=["Q03"]
# **Question 1** (2 points). Is the Laplacian an averaging filter, a derivative
# filter, or neither? Compute by hand what it answers (a) on a ramp, where each
# pixel is brighter by 1 than its left neighbour, (b) on both sides of a step from
# 0 to 1, (c) around a single pixel of 1 on a ground of 0. What does it detect?
#
# *Rubric.* 1 point: the kind, with the reason, and the answers to (a), (b) and
# (c). 1 point: says what it detects and what it ignores, in agreement with the
# three answers.

# %% [markdown] nbgrader={"grade": true, "grade_id": "laplacian_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# Derivative: 1 + 1 + 1 + 1 − 4 = 0. (a) 0: the brighter and the darker neighbour
# cancel. (b) +1 on the dark side, −1 on the bright side, 0 elsewhere. (c) −4 at the
# pixel, +1 at each of its four neighbours. It is a sum of two *second* derivatives:
# it ignores constant brightness and steady slopes, and detects bends of the
# brightness, that is dots, thin lines, and edges as a pair of opposite signs with a
# zero crossing in between, in whatever direction.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C28"]
# ## 5 · Filters with a direction
#
# A round Gaussian blurs edges as much as noise. An **oriented Gaussian** is long
# in one direction and thin in the other: laid along a line, it averages the noise
# away and leaves the line sharp. Turn the coordinates by the angle $\theta$
# (theta),
#
# $$u = k\cos\theta + l\sin\theta, \qquad v = -k\sin\theta + l\cos\theta,$$
#
# and give each its own width, $\sigma_u$ and $\sigma_v$:
#
# $$\kappa_{k,l} = \frac1Z \exp\left(-\frac{u^2}{2\sigma_u^2}
#   -\frac{v^2}{2\sigma_v^2}\right).$$
#
# Again $k$ is the row and $l$ the column, counted from the centre, and rows run
# *down*. At $\theta = 0$ the direction $u$ is the row number, so the kernel with
# $\sigma_u = 3$ and $\sigma_v = 0.5$ is an upright bar: it blurs up and down, and
# its middle column is the heaviest. As $\theta$ grows, the bar turns from
# "down" towards "right".
#
# **Task 5** (medium, 7 minutes). Write
# `oriented_gaussian(n, sigma_u, sigma_v, theta)`: float64 (n, n), sum 1, theta in
# **radians**; `ValueError` for an $n$ that is even or less than 1.
#
# <details><summary>Hint 1: what to think of</summary>It is Task 1 with another
# squared distance. If both widths are equal, the result must be your
# Gaussian at every angle.</details>
# <details><summary>Hint 2: what to look up</summary>
# <code>np.meshgrid(a, a, indexing="ij")</code> gives the row numbers first and
# the column numbers second; without <code>indexing="ij"</code> it is the other
# way round.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse a bad n; k as a
# column and l as a row; u and v, which are (n, n) arrays now; the exponential of
# the two terms; divide by the sum.</details>


# %% nbgrader={"grade": false, "grade_id": "oriented_gaussian", "locked": false, "schema_version": 3, "solution": true, "task": false}
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    """Return a Gaussian with width sigma_u along u and sigma_v along v; (n, n), sum 1.

    u = k cos(theta) + l sin(theta), v = -k sin(theta) + l cos(theta), with k the row
    and l the column counted from the centre, theta in radians. float64.
    Raises ValueError if n is even or less than 1.
    """
    ### BEGIN SOLUTION
    if n < 1 or n % 2 == 0:
        raise ValueError(f"oriented_gaussian: n must be odd and at least 1, got {n}")
    l = np.arange(n) - n // 2
    k = l[:, None]
    u = k * np.cos(theta) + l * np.sin(theta)
    v = -k * np.sin(theta) + l * np.cos(theta)
    weights = np.exp(-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2))
    return weights / weights.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "oriented_gaussian_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
a, b, c, d = 0.0348389036406, 0.2574266134325, 0.0368291716363, 0.2721328152975
upright = np.array([[a, b, a], [c, d, c], [a, b, a]])
check(
    oriented_gaussian,
    3,
    3.0,
    0.5,
    0.0,
    want=upright,
    case="an upright bar: n = 3, widths 3 and 0.5, theta = 0",
    mistakes={
        "the bar lies on its side: are the two widths exchanged, or k and l?": upright.T
    },
)
a, b, c, d = 0.1260547775716, 0.0981715594830, 0.0062758978289, 0.3426524112647
check(
    oriented_gaussian,
    3,
    1.0,
    0.5,
    np.pi / 4,
    want=np.array([[a, b, c], [b, d, b], [c, b, a]]),
    case="a bar from the top left to the bottom right: theta = pi / 4",
)
### BEGIN HIDDEN TESTS


def by_hand(n, along, across, theta):
    axis = np.array([np.cos(theta), np.sin(theta)])
    normal = np.array([-np.sin(theta), np.cos(theta)])
    form = np.outer(axis, axis) / along**2 + np.outer(normal, normal) / across**2
    out = np.zeros((n, n))
    for row, column in np.ndindex(n, n):
        place = np.array([row - n // 2, column - n // 2])
        out[row, column] = np.exp(-place @ form @ place / 2)
    return out


for n, su, sv, degrees in ((9, 3.0, 1.0, 25), (7, 0.8, 2.5, 70), (11, 4.0, 1.5, 160)):
    theta = np.deg2rad(degrees)
    want = by_hand(n, su, sv, theta)
    check(
        oriented_gaussian,
        n,
        su,
        sv,
        theta,
        want=want / want.sum(),
        case="an angle between the axes",
        mistakes={
            "the bar turns the wrong way": by_hand(n, su, sv, -theta)
            / by_hand(n, su, sv, -theta).sum(),
            "the two widths are exchanged": by_hand(n, sv, su, theta)
            / by_hand(n, sv, su, theta).sum(),
            "a factor 2 below the squares is missing": want**2 / (want**2).sum(),
            "the weights do not sum to 1": want,
            "the weights do not sum to 1: the formula of the endless bell": want
            / (2 * np.pi * su * sv),
            "theta is in radians": by_hand(n, su, sv, np.deg2rad(theta))
            / by_hand(n, su, sv, np.deg2rad(theta)).sum(),
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "oriented_gaussian_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(oriented_gaussian, 6, 2.0, 1.0, 0.3, case="an even n")
# Also graded: half turns, quarter turns, negative angles, equal widths, n = 1.
### BEGIN HIDDEN TESTS


def by_formula(n, su, sv, theta):
    k, l = np.indices((n, n)) - n // 2
    turned = (k + 1j * l) * np.exp(-1j * theta)
    out = np.exp(-((turned.real / su) ** 2 + (turned.imag / sv) ** 2) / 2)
    return out / out.sum()


want = by_formula(9, 2.5, 0.9, 0.6)
check(oriented_gaussian, 9, 2.5, 0.9, 0.6 + np.pi, want=want, case="half a turn more")
check(
    oriented_gaussian, 9, 2.5, 0.9, 0.6 + 8 * np.pi, want=want, case="four turns more"
)
check(
    oriented_gaussian,
    9,
    0.9,
    2.5,
    0.6 + np.pi / 2,
    want=want,
    case="a quarter turn more, with the widths exchanged",
)
check(
    oriented_gaussian,
    9,
    2.5,
    0.9,
    -0.6,
    want=want[:, ::-1].copy(),
    case="a negative angle",
)
for theta in (0.0, 0.4, 2.0):
    check(
        oriented_gaussian,
        7,
        1.5,
        1.5,
        theta,
        want=by_formula(7, 1.5, 1.5, 0.0),
        case="equal widths",
    )
check(oriented_gaussian, 1, 3.0, 1.0, 0.2, want=np.ones((1, 1)), case="one number")
check(
    oriented_gaussian, 5, 2, 1, 1, want=by_formula(5, 2, 1, 1), case="integer arguments"
)
check_raises(oriented_gaussian, 0, 2.0, 1.0, 0.0, case="n = 0")
check_raises(oriented_gaussian, -5, 2.0, 1.0, 0.0, case="a negative n")
check_raises(oriented_gaussian, 2, 2.0, 1.0, np.pi / 4, case="another even n")
### END HIDDEN TESTS

# %% tags=["experiment"]
rng = np.random.default_rng(2)
noisy_wall = brick[200:330, 60:190] + rng.normal(0, 0.1, (130, 130))
bars = [oriented_gaussian(15, 3.5, 0.7, np.deg2rad(t)) for t in (0, 45, 90)]
show_kernels(
    [gaussian_kernel(15, 1.5), *bars],
    titles=["round", "0°", "45°", "90°"],
    label="weight",
    size=1.9,
)
show_images(
    [noisy_wall, *(correlate2d(noisy_wall, k, "same", "symm") for k in bars)],
    titles=["noisy wall", "blurred at 0°", "blurred at 45°", "blurred at 90°"],
    size=2.1,
)

# %% [markdown]
# **Figure 8.** *Top:* your kernels. *Bottom:* a noisy wall, blurred by the three
# bars. The upright bar (0°) removes the noise along the long joints and keeps them
# sharp; the lying bar (90°) smears them, and does the short joints good instead.

# %% [markdown] covers=["C28", "F13", "E34"]
# ## 6 · Gabor filters: a wave under a bell
#
# Edges are not everything: brick, cloth, print and fingers have *stripes*. Take a
# wave that runs in the direction $\theta$ with the frequency $f$ (in cycles per
# pixel: $f = 0.1$ is a stripe every ten pixels; a wave that changes from pixel to
# pixel has $f = 0.5$, and nothing is finer), and fade it out with a Gaussian of
# width $\tau$:
#
# $$\kappa_{k,l} = \exp\left(-\frac{k^2 + l^2}{2\tau^2}\right)
#   \cos\bigl(2\pi f\,(k\cos\theta + l\sin\theta)\bigr).$$
#
# This is the **Gabor filter**. It answers where there are stripes of its own
# spacing in its own direction, and to little else. Gabor (1946) wanted pieces of
# sound that are as short and as pure as possible at once; Daugman (1985) showed
# that its two-dimensional kind describes cells of the visual cortex well. Machines used
# banks of them to read print (OCR: the strokes of letters), to compare irises, and
# to follow the ridges of fingerprints.
#
# **Which way does it point?** $k$ is the row, so at $\theta = 0$ the wave runs
# *down the rows*, and the stripes lie *horizontally*. At $\theta = \pi/2$ they
# stand upright. Much software counts angles in another way; always look.
#
# **Is its sum 0?** Slides list it with the derivative filters. But for $n = 25$,
# $\tau = 2$ and $f = 0.1$ the sum is 11.41. For a true derivative filter something
# must still be subtracted; section 7 does so.
#
# For $n = 5$, $\tau = 1.5$, $f = 0.25$, $\theta = \pi/2$ (note the angle), the
# centre *column* is $(.4111, .8007, 1, .8007, .4111)$ and the first column is
# $(-.1690, -.3292, -.4111, -.3292, -.1690)$.
#
# **Task 6** (medium, 8 minutes). Write `gabor_kernel(n, tau, f, theta)`: float64
# (n, n), theta in **radians**, *not* divided by anything, so that the centre is 1;
# `ValueError` for an $n$ that is even or less than 1.
#
# <details><summary>Hint 1: what to think of</summary>Two factors, each an (n, n)
# array: you have written the first, without its sum, in Task 1, and what stands
# in the cosine, without 2 π f, in Task 5.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.cos</code> takes
# radians. Print the rows and columns of a 3 × 3 example before you trust
# <code>np.meshgrid</code>.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse a bad n; k as a
# column, l as a row; the bell from their squares and the square of tau; the
# position along the wave from k, l and theta; the product of bell and
# cosine.</details>


# %% nbgrader={"grade": false, "grade_id": "gabor_kernel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gabor_kernel(n, tau, f, theta):
    """Return a cosine wave under a Gaussian bell; float64 (n, n), 1 in the centre.

    tau: width of the bell (pixels); f: frequency (cycles per pixel);
    theta: direction of the wave in radians, 0 is down the rows.
    Raises ValueError if n is even or less than 1.
    """
    ### BEGIN SOLUTION
    if n < 1 or n % 2 == 0:
        raise ValueError(f"gabor_kernel: n must be odd and at least 1, got {n}")
    l = np.arange(n) - n // 2
    k = l[:, None]
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "gabor_kernel_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
bell = np.array([0.411112290507, 0.800737402917, 1, 0.800737402917, 0.411112290507])
lying = np.stack([-0.411112290507 * bell, 0 * bell, bell, 0 * bell])
lying = np.vstack([lying, lying[:1]])
check(
    gabor_kernel,
    5,
    1.5,
    0.25,
    0.0,
    want=lying,
    case="n = 5, tau = 1.5, f = 0.25, theta = 0",
    mistakes={
        "the stripes stand upright; at theta = 0 the wave runs down the rows": lying.T
    },
)
a, b, c = -0.222824528619, 0.269309220556, 0.367879441171
check(
    gabor_kernel,
    3,
    1.0,
    0.25,
    np.pi / 4,
    want=np.array([[a, b, c], [b, 1, b], [c, b, a]]),
    case="n = 3, tau = 1, f = 0.25, theta = pi / 4",
    mistakes={
        "the corners are exchanged: the wave must run down and to the right": np.array(
            [[c, b, a], [b, 1, b], [a, b, c]]
        )
    },
)
### BEGIN HIDDEN TESTS
import math


def by_hand(n, tau, f, theta, wave=math.cos, turn=2 * math.pi, square=2):
    out, half = np.zeros((n, n)), n // 2
    for k in range(-half, half + 1):
        for l in range(-half, half + 1):
            u = k * math.cos(theta) + l * math.sin(theta)
            bell = math.exp(-(k * k + l * l) / (2 * tau**square))
            out[k + half, l + half] = bell * wave(turn * f * u)
    return out


for n, tau, f, degrees in (
    (5, 1.5, 0.25, 45),
    (9, 2.3, 0.18, 20),
    (7, 1.2, 0.3, 75),
    (25, 4.0, 0.1, 130),
):
    theta = math.radians(degrees)
    want = by_hand(n, tau, f, theta)
    check(
        gabor_kernel,
        n,
        tau,
        f,
        theta,
        want=want,
        case="an angle between the axes",
        mistakes={
            "theta is in radians": by_hand(n, tau, f, math.radians(theta)),
            "the 2 pi before the frequency is missing": by_hand(
                n, tau, f, theta, turn=1
            ),
            "the wave is a sine: its centre is 0": by_hand(n, tau, f, theta, math.sin),
            "tau is not squared": by_hand(n, tau, f, theta, square=1),
            "the kernel is divided by its sum; leave it as it is": want / want.sum(),
            "the wave runs in the wrong diagonal direction": by_hand(n, tau, f, -theta),
            "k and l are exchanged": want.T,
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "gabor_kernel_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(gabor_kernel, 24, 2.0, 0.1, 0.0, case="an even n")
# Also graded: f = 0, upright stripes, angles beyond pi, the sum 11.41, n = 1.
### BEGIN HIDDEN TESTS
k, l = np.indices((7, 7)) - 3
bell = np.exp(-(k**2 + l**2) / (2 * 1.7**2))
check(gabor_kernel, 7, 1.7, 0.0, 0.8, want=bell, case="f = 0: no wave, only the bell")
check(
    gabor_kernel,
    7,
    1.7,
    0.21,
    np.pi / 2,
    want=bell * np.cos(2 * np.pi * 0.21 * l),
    case="upright stripes, theta = pi / 2",
)
slanted = bell * np.cos(2 * np.pi * 0.21 * (0.6 * k + 0.8 * l))
theta = np.arctan2(0.8, 0.6)
check(gabor_kernel, 7, 1.7, 0.21, theta, want=slanted, case="a slanted wave")
check(
    gabor_kernel,
    7,
    1.7,
    0.21,
    theta + np.pi,
    want=slanted,
    case="half a turn more, the same stripes",
)
turned = theta + 8 * np.pi
check(gabor_kernel, 7, 1.7, 0.21, turned, want=slanted, case="four turns more")
check(
    gabor_kernel,
    7,
    1.7,
    0.21,
    -theta,
    want=slanted[:, ::-1].copy(),
    case="a negative angle",
)
check(gabor_kernel, 1, 1.0, 0.3, 0.5, want=np.ones((1, 1)), case="a single number")
check(
    gabor_kernel,
    3,
    1,
    1,
    0,
    want=np.exp(-np.array([[2, 1, 2], [1, 0, 1], [2, 1, 2]]) / 2),
    case="integer arguments",
)
require(
    abs(gabor_kernel(25, 2.0, 0.1, 0.0).sum() - 11.411288392839836) < 1e-9,
    "gabor_kernel: for n = 25, tau = 2, f = 0.1 the sum is not 11.41",
)
check_raises(gabor_kernel, 0, 2.0, 0.1, 0.0, case="n = 0")
check_raises(gabor_kernel, 2, 2.0, 0.1, 1.0, case="another even n")
check_raises(gabor_kernel, -7, 2.0, 0.1, 0.0, case="a negative n")
### END HIDDEN TESTS

# %% [markdown]
# Turn the wave and watch which stripes of the photo answer. Three things to try: the
# wall at 90° and at 0°; the page with $f = 0.2$, where upright strokes of letters
# answer at 90° and level ones at 0°; and $f = 0.05$ with $\tau = 2$, where the whole
# response turns red: there the sum is far from 0, and the filter answers to plain
# brightness.

# %% tags=["experiment"]
striped = {
    name: data.grey(data.photo(name))[:180, :200]
    for name in ("brick", "page", "tissue")
}


def draw_gabor(photo, degrees, f, tau):
    kernel = gabor_kernel(25, tau, f, np.deg2rad(degrees))
    response = correlate2d(striped[photo], kernel, mode="valid")
    pictures = {f"kernel, sum {kernel.sum():.2f}": kernel, photo: striped[photo] - 0.5}
    _, axes = plt.subplots(1, 3, figsize=(8.6, 2.9), width_ratios=[0.62, 1, 1.06])
    for ax, (title, picture) in zip(
        axes, [*pictures.items(), ("response", response)], strict=True
    ):
        limit = np.quantile(np.abs(picture), 0.998)
        cmap = "gray" if title == photo else "RdBu_r"
        shown = ax.imshow(picture, cmap=cmap, vmin=-limit, vmax=limit)
        ax.set(title=title, xticks=[], yticks=[])
    plt.colorbar(shown, label="response", shrink=0.8)
    plt.show()


# %% tags=["experiment"]
explore(
    draw_gabor,
    degrees=("theta (degrees)", list(range(0, 180, 15)), 90),
    f=("f (cycles/pixel)", [0.02, 0.05, 0.08, 0.1, 0.125, 0.15, 0.2, 0.3, 0.4], 0.125),
    tau=("tau (pixels)", [1, 2, 3, 4, 5, 6], 4),
    photo=("photo", list(striped)),
)

# %% [markdown]
# **Figure 9.** A Gabor filter and its response. Red: the photo matches the kernel
# here. Blue: it matches the kernel shifted by half a stripe. White: no stripes of
# this spacing in this direction.

# %% [markdown] covers=["C30"]
# ## 7 · Filter banks
#
# One filter asks one question. A **filter bank** asks many: a stack of B kernels,
# shape (B, n, n), that all look at the same image and give B response maps. That
# is nearly a convolution layer; the layer only adds a sum over input channels
# (lesson 05).
#
# **Task 7** (easy, 6 minutes). Write `apply_bank(x, bank)`: an image (H, W) of any
# dtype and a bank (B, kh, kw) give float64 of shape (B, H − kh + 1, W − kw + 1),
# by correlation, "valid". The maps come in the order of the bank. Kernels need
# not be square. Raise `ValueError` if they do not fit into the image.
# Section 8 applies a bank to some six thousand patches, so let SciPy do the sliding.
#
# <details><summary>Hint 1: what to think of</summary>One map per kernel, then put
# the maps on top of each other.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.stack</code> joins
# arrays along a *new* axis, by default the first.</details>
# <details><summary>Hint 3: the order of things</summary>Compare kh with H and kw
# with W and refuse; float copies of image and bank; one correlation for each
# kernel of the bank; stack.</details>


# %% nbgrader={"grade": false, "grade_id": "apply_bank", "locked": false, "schema_version": 3, "solution": true, "task": false}
def apply_bank(x, bank):
    """Correlate an image (H, W) with each kernel of a bank (B, kh, kw), "valid".

    Returns float64 (B, H - kh + 1, W - kw + 1), in the order of the bank.
    Raises ValueError if the kernels do not fit into the image.
    """
    ### BEGIN SOLUTION
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError(
            f"apply_bank: kernels {bank.shape[1:]} do not fit into image {x.shape}"
        )
    x, bank = x.astype(np.float64), bank.astype(np.float64)
    return np.stack([correlate2d(x, kernel, mode="valid") for kernel in bank])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "apply_bank_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
numbers = np.array([[3, 1, 3, 5], [2, 2, 8, 8], [3, 4, 7, 7]])
vert = np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]])
want = np.array([[[10.0, 13.0]], [[7.0, 9.0]]])
check(
    apply_bank,
    numbers,
    np.stack([vert, vert.T]),
    want=want,
    case="Prewitt's pair on a 3 x 4 image",
    mistakes={
        "the signs are opposite: is the kernel flipped? Use correlation": -want,
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(71)
x, bank = r.normal(size=(7, 10)), r.normal(size=(4, 3, 3))
windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3))
want = np.einsum("ijkl,bkl->bij", windows, bank)
check(
    apply_bank,
    x,
    bank,
    want=want,
    case="four kernels without symmetry, a wide image",
    mistakes={
        "the kernels are turned by half a turn: this is convolution": np.einsum(
            "ijkl,bkl->bij", windows, bank[:, ::-1, ::-1]
        ),
        "the kernels are transposed": np.einsum("ijkl,blk->bij", windows, bank),
        "the signs are lost: the response keeps its sign": np.abs(want),
        "the axis of the filters is the last; it should be the first": np.moveaxis(
            want, 0, -1
        ),
        "the maps were added up; each filter has its own map": want.sum(0),
        "the maps are in reverse order": want[::-1],
    },
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "apply_bank_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(
    apply_bank,
    np.ones((4, 4)),
    np.ones((2, 5, 5)),
    case="kernels larger than the image",
)
# Also graded: a single kernel, kernels that are not square, uint8, views, no fit.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(72)


def by_hand(x, bank):
    x, bank = x.astype(float), bank.astype(float)
    B, a, b = bank.shape
    out = np.zeros((B, x.shape[0] - a + 1, x.shape[1] - b + 1))
    for f, i, j in np.ndindex(out.shape):
        out[f, i, j] = (x[i : i + a, j : j + b] * bank[f]).sum()
    return out


x = r.normal(size=(6, 9))
one = r.normal(size=(1, 3, 3))
check(apply_bank, x, one, want=by_hand(x, one), case="a bank of one")
long = r.normal(size=(3, 2, 5))
check(apply_bank, x, long, want=by_hand(x, long), case="kernels of 2 x 5")
even = r.normal(size=(3, 4, 4))
check(apply_bank, x, even, want=by_hand(x, even), case="kernels of 4 x 4")
many = r.normal(size=(12, 1, 6))
check(apply_bank, x[:3], many, want=by_hand(x[:3], many), case="twelve of 1 x 6")
for dtype in (np.int8, np.uint16, bool):
    low, top = (0, 1) if dtype is bool else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    scan = r.integers(low, top, (6, 8), endpoint=True).astype(dtype)
    three = r.integers(-3, 4, (3, 3, 2)).astype(np.int8)
    want = by_hand(scan, three)
    check(apply_bank, scan, three, want=want, case=f"a photo in {np.dtype(dtype)}")
photo = r.integers(0, 256, (8, 5), np.uint8)
whole = r.integers(-3, 4, (2, 3, 3)).astype(np.int8)
check(apply_bank, photo, whole, want=by_hand(photo, whole), case="a uint8 photo")
bright = r.integers(1, 256, (3, 2, 2), np.uint8)
check(
    apply_bank,
    photo,
    bright,
    want=by_hand(photo, bright),
    case="a uint8 photo and uint8 kernels",
)
faint = r.integers(0, 16, (5, 7)).astype(np.float32)
pair = r.integers(-3, 4, (2, 3, 3)).astype(np.float32)
want = by_hand(faint, pair)
check(apply_bank, faint, pair, want=want, case="all in float32", rtol=1e-5)
big = r.normal(size=(12, 18))
steps = big[::2, ::-2]
slices = r.normal(size=(6, 4, 6))[::2, ::-1, 1::2]
check(apply_bank, steps, slices, want=by_hand(steps, slices), case="views with steps")
check(
    apply_bank,
    x[:3, :3],
    one,
    want=by_hand(x[:3, :3], one),
    case="a kernel as large as the image",
)
check_raises(apply_bank, x, np.ones((2, 7, 3)), case="kernels with too many rows")
check_raises(apply_bank, x, np.ones((2, 3, 10)), case="kernels with too many columns")
check_raises(apply_bank, x, np.ones((2, 7, 10)), case="kernels too large both ways")
check_raises(apply_bank, x, np.ones((2, 7, 9)), case="one row too many")
check_raises(apply_bank, x, np.ones((2, 6, 10)), case="one column too many")
### END HIDDEN TESTS

# %% [markdown] covers=["E34"]
# Now a bank of twelve Gabor filters: three frequencies, four directions. Two
# things are mended first. The sum: subtracting the right amount of the bell from
# the wave makes it 0, and the kernel still fades out at its border. The size:
# dividing by the root of the sum of squares lets no filter speak louder than the
# others. The bell's width follows the wave, $\tau = 1 / (2f)$, so that every
# filter is the same shape at another size.

# %% tags=["experiment"]
frequencies, angles = (0.125, 0.25, 0.4), (0, 45, 90, 135)


def zero_mean_gabor(n, tau, f, theta):
    wave, envelope = gabor_kernel(n, tau, f, theta), gabor_kernel(n, tau, 0, theta)
    wave = wave - envelope * wave.sum() / envelope.sum()
    return wave / np.sqrt((wave**2).sum())


gabors = np.stack(
    [zero_mean_gabor(9, 0.5 / f, f, np.deg2rad(d)) for f in frequencies for d in angles]
)
names = [f"f = {f}, {d}°" for f in frequencies for d in angles]
print(
    f"a bank of shape {gabors.shape}; largest |sum|: {abs(gabors.sum((1, 2))).max():.0e}"
)
show_kernels(gabors, titles=names, columns=4, size=1.5, label="weight")

# %% [markdown]
# **Figure 10.** Twelve Gabor filters of 9 × 9 weights, made by hand. At $f = 0.125$ a
# single wave barely fits into nine pixels; at $f = 0.4$ the weights change sign from
# one pixel to the next, and few pixels carry the whole filter.

# %% tags=["experiment"]
maps = apply_bank(brick[:200, :200], gabors)[4:8]
show_maps(
    np.abs(maps),
    titles=[f"{name}" for name in names[4:8]],
    columns=4,
    size=2.1,
    label="|response|",
    vmax=np.quantile(np.abs(maps), 0.995),
)

# %% [markdown]
# **Figure 11.** The absolute response of four of them on the wall. Each direction
# takes its own part of the joints: 90° (upright stripes) the long ones, 0° the
# short ones that run across, and the diagonals little of either.

# %% [markdown] covers=["C30"]
# ### Why by hand?
#
# Why these twelve and not others? Because they look sensible. It is better to
# **learn** the filters than to craft them: let the data say which kernels are
# useful. Networks do so from labels (lesson 09). A trick from statistics does so
# without any: *independent component analysis* looks for kernels whose responses
# to 5,000 random pieces of photos are as independent as possible, which makes
# them answer rarely and then strongly. The cell does that in a few seconds; nobody
# tells it about waves, bells or directions.


# %% nbgrader={"grade": false, "grade_id": "learn_filters", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["readme"]
def learn_filters(names, side=12, count=36, patches=5000, steps=40):
    """Learn kernels (count, side, side) from photos: symmetric FastICA."""
    rng, pieces = np.random.default_rng(0), []
    for name in names:
        image = data.grey(data.photo(name))
        windows = np.lib.stride_tricks.sliding_window_view(image, (side, side))
        rows = rng.integers(windows.shape[0], size=patches // len(names))
        columns = rng.integers(windows.shape[1], size=patches // len(names))
        pieces.append(windows[rows, columns].reshape(len(rows), -1))
    x = np.concatenate(pieces)
    x = x - x.mean(axis=1, keepdims=True)  # brightness does not matter
    x = x / (x.std(axis=1, keepdims=True) + 0.02)  # nor does contrast
    x = x - x.mean(axis=0)
    variances, directions = np.linalg.eigh(x.T @ x / len(x))
    whitening = directions[:, -count:] / np.sqrt(variances[-count:])
    z = x @ whitening
    w = np.linalg.qr(rng.normal(size=(count, count)))[0]
    for _ in range(steps):
        g = np.tanh(z @ w.T)
        w = g.T @ z / len(z) - (1 - g**2).mean(axis=0)[:, None] * w
        left, _, right = np.linalg.svd(w)
        w = left @ right  # keep the kernels' responses uncorrelated
    return (w @ whitening.T).reshape(count, side, side)


learned = learn_filters(data.TEXTURES)
learned = learned / np.abs(learned).max(axis=(1, 2), keepdims=True)
show_kernels(learned, columns=12, size=0.8, numbers=False, label="weight")

# %% [markdown]
# **Figure 12.** 36 kernels of 12 × 12 weights, learned from eight photos, each
# scaled to its largest weight. Many are waves under a bell, in all directions and
# several sizes: Gabor filters that nobody wrote. The first layer of a network
# trained on a million photos shows the same kind of picture, with colour blobs
# besides; a small network with little data gives noisier ones (lesson 13).

# %% [markdown]
# ### Energy: a whole map in one number
#
# A response map still has as many numbers as the photo. To say *how much* of a
# texture there is, and not where, square the responses and average them. That is
# the **energy** of a filter on an image:
#
# $$E_b(x) = \operatorname{mean}_{i,j}\ \bigl((\kappa_b * x)_{i,j}\bigr)^2 .$$
#
# The square forgets the sign, the mean forgets the place. Averaging first and
# squaring then would let positive and negative responses cancel: for a zero-sum
# filter next to nothing would be left.
#
# **Task 8** (medium, 7 minutes). Write `bank_energy(images, bank)`: images
# (N, H, W) of any dtype and a bank (B, kh, kw) give float64 (N, B): one row per
# image, one column per filter. Correlation, "valid". Raise `ValueError` if the
# kernels do not fit into the images.
#
# <details><summary>Hint 1: what to think of</summary>You can already get the
# (B, H', W') maps of one image. Which axes have to go?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.mean</code> takes a
# tuple of axes. A loop over the images is fine: SciPy does the heavy
# work.</details>
# <details><summary>Hint 3: the order of things</summary>For each image: maps,
# square, mean over rows and columns, which leaves B numbers. Stack the rows of
# all images.</details>


# %% nbgrader={"grade": false, "grade_id": "bank_energy", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bank_energy(images, bank):
    """Return the mean squared "valid" response of each filter to each image.

    images (N, H, W), bank (B, kh, kw); returns float64 (N, B).
    Raises ValueError if the kernels do not fit into the images.
    """
    ### BEGIN SOLUTION
    return np.stack([(apply_bank(x, bank) ** 2).mean(axis=(1, 2)) for x in images])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "bank_energy_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
ramp = np.array([[[0.0, 1, 2, 4], [0, 1, 2, 4]]])
pair = np.array([[[-1.0, 1]], [[1, 1]]])
check(
    bank_energy,
    ramp,
    pair,
    want=np.array([[2.0, 46 / 3]]),
    case="rows 0 1 2 4: the differences are 1, 1, 2, the sums 1, 3, 6",
    mistakes={
        "the mean was squared; average the squares": np.array([[16 / 9, 100 / 9]]),
        "this is the sum of the squares, not their mean": np.array([[12.0, 92.0]]),
        "these are absolute values, not squares": np.array([[4 / 3, 10 / 3]]),
    },
)
check(
    bank_energy,
    np.full((2, 5, 6), 0.7),
    np.array([[[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]]),
    want=np.zeros((2, 1)),
    case="plain walls and a filter with sum 0",
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(81)
images, bank = r.normal(size=(5, 8, 11)), r.normal(size=(3, 3, 3))
windows = np.lib.stride_tricks.sliding_window_view(images, (3, 3), axis=(1, 2))
maps = np.einsum("nijkl,bkl->nbij", windows, bank)
want = (maps**2).mean((2, 3))
padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
wide = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
flipped = np.einsum("nijkl,bkl->nbij", windows, bank[:, ::-1, ::-1])
check(
    bank_energy,
    images,
    bank,
    want=want,
    case="five images, three filters without symmetry",
    mistakes={
        "the mean was squared; average the squares": maps.mean((2, 3)) ** 2,
        "this is a sum; the energy is a mean": (maps**2).sum((2, 3)),
        "these are absolute values, not squares": np.abs(maps).mean((2, 3)),
        "each row was divided by its sum": want / want.sum(1, keepdims=True),
        'the borders were filled up; use "valid"': (
            np.einsum("nijkl,bkl->nbij", wide, bank) ** 2
        ).mean((2, 3)),
        "images and filters are exchanged: one row per image": want.T,
        "this is the variance; the mean response belongs to the energy": maps.var(
            (2, 3)
        ),
        "the square root of the energy": np.sqrt(want),
        "the kernels are turned by half a turn: this is convolution": (flipped**2).mean(
            (2, 3)
        ),
    },
)
square = r.normal(size=(3, 6, 7))
maps = np.einsum(
    "nijkl,bkl->nbij",
    np.lib.stride_tricks.sliding_window_view(square, (3, 3), axis=(1, 2)),
    bank,
)
check(
    bank_energy,
    square,
    bank,
    want=(maps**2).mean((2, 3)),
    case="as many images as filters",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "bank_energy_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_shape(
    bank_energy, np.ones((2, 6, 7)), np.ones((3, 2, 2)), want=(2, 3), case="the shape"
)
# Also graded: contrast, one image, one filter, long kernels, uint8, views, no fit.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(82)


def by_hand(images, bank):
    images, bank = images.astype(float), bank.astype(float)
    out = np.zeros((len(images), len(bank)))
    a, b = bank.shape[1:]
    for n, f in np.ndindex(out.shape):
        total, places = 0.0, 0
        for i in range(images.shape[1] - a + 1):
            for j in range(images.shape[2] - b + 1):
                total += (images[n, i : i + a, j : j + b] * bank[f]).sum() ** 2
                places += 1
        out[n, f] = total / places
    return out


images, bank = r.normal(size=(4, 6, 9)), r.normal(size=(3, 2, 4))
want = by_hand(images, bank)
check(bank_energy, images, bank, want=want, case="kernels of 2 x 4")
check(bank_energy, 3 * images, bank, want=9 * want, case="three times the contrast")
check(bank_energy, images, -bank, want=want, case="all signs turned")
order = [2, 0, 3, 1]
check(bank_energy, images[order], bank, want=want[order], case="images reordered")
check(
    bank_energy, images, bank[[1, 2, 0]], want=want[:, [1, 2, 0]], case="bank reordered"
)
check(bank_energy, images[:1], bank, want=want[:1], case="a single image")
check(bank_energy, images, bank[:1], want=want[:, :1], case="a bank of one")
photos = r.integers(0, 256, (2, 7, 5), np.uint8)
whole = r.integers(-3, 4, (3, 3, 3)).astype(np.int8)
check(bank_energy, photos, whole, want=by_hand(photos, whole), case="uint8 photos")
for dtype in (np.int8, np.uint16, bool):
    low, top = (0, 1) if dtype is bool else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    photos = r.integers(low, top, (2, 7, 5), endpoint=True).astype(dtype)
    want = by_hand(photos, whole)
    check(bank_energy, photos, whole, want=want, case=f"photos in {np.dtype(dtype)}")
faint = r.integers(0, 16, (2, 7, 5)).astype(np.float32)
pair = r.integers(-3, 4, (2, 3, 3)).astype(np.float32)
want = by_hand(faint, pair)
check(bank_energy, faint, pair, want=want, case="all in float32", rtol=1e-5)
views = r.normal(size=(6, 14, 9))[::2, ::-2]
check(bank_energy, views, bank, want=by_hand(views, bank), case="views with steps")
check(
    bank_energy,
    images[:, :2, :4],
    bank,
    want=by_hand(images[:, :2, :4], bank),
    case="kernels as large as the images",
)
check_raises(bank_energy, images, np.ones((2, 7, 2)), case="kernels with too many rows")
check_raises(
    bank_energy, images, np.ones((2, 7, 10)), case="kernels too large both ways"
)
check_raises(bank_energy, images, np.ones((2, 7, 9)), case="one row too many")
check_raises(bank_energy, images, np.ones((2, 6, 10)), case="one column too many")
### END HIDDEN TESTS

# %% tags=["experiment"]
train_images, train_labels, _, _ = data.textures(40, 1)
log_energy = np.log10(bank_energy(train_images, gabors) + 1e-6)
table = [log_energy[train_labels == label].mean(0) for label in range(8)]
_, ax = plt.subplots(figsize=(8.6, 3.7))
shown = ax.imshow(table, cmap="viridis", aspect="auto")
ax.set_yticks(range(8), data.TEXTURES)
ax.set_xticks(range(12), [f"{d}°" for d in angles] * 3)
for i, f in enumerate(frequencies):
    ax.text(4 * i + 1.5, 8.9, f"f = {f}", ha="center", color="#222")
    ax.axvline(4 * i - 0.5, color="white", lw=2)
ax.spines[:].set_visible(False)
ax.tick_params(length=0)
plt.colorbar(shown, label="log10 of the energy", shrink=0.9)
plt.show()

# %% [markdown]
# **Figure 13.** Mean energy of each filter on patches of eight photos, all of the same
# contrast. Each row is a signature of a material: the wall prefers 90° and has hardly
# anything fine ($f = 0.4$); print prefers 0° and 90° at $f = 0.25$, its strokes; grass
# and gravel are much the same in all directions.

# %% [markdown]
# ## 8 · Does it help? An honest test
#
# `data.textures` cuts patches of 32 × 32 pixels from the eight photos; a
# classifier must say which photo a patch is from. Every patch is shifted to mean 0
# and scaled to the same contrast, so brightness betrays nothing. Training patches
# come from the left part of each photo, test patches from the right part: no pixel
# is in both.
#
# The classifier is **softmax regression**: one dense layer, softmax, and weights
# for which the training labels are as likely as possible. It gets either the 1,024
# pixels or the logarithms of 12 energies (energies span several powers of ten, and
# the logarithm makes them comparable). Guessing is right in 1 of 8 cases.


# %% nbgrader={"grade": false, "grade_id": "softmax_regression", "locked": true, "schema_version": 3, "solution": false, "task": false}
def softmax_regression(train, labels, penalty=1e-3):
    """Fit to features (N, D) with labels 0..K-1; return a function that predicts."""
    mean, spread = train.mean(axis=0), train.std(axis=0) + 1e-9
    x = np.c_[(train - mean) / spread, np.ones(len(train))]
    answers = np.eye(labels.max() + 1)[labels]

    def loss(weights):
        w = weights.reshape(x.shape[1], -1)
        log_p = log_softmax(x @ w, axis=1)
        value = -(answers * log_p).sum() / len(x) + penalty / 2 * (w**2).sum()
        return value, (x.T @ (np.exp(log_p) - answers) / len(x) + penalty * w).ravel()

    start = np.zeros(x.shape[1] * answers.shape[1])
    w = minimize(loss, start, jac=True, method="L-BFGS-B", tol=1e-3).x
    w = w.reshape(x.shape[1], -1)
    return lambda test: ((test - mean) / spread @ w[:-1] + w[-1]).argmax(axis=1)


# %% tags=["experiment"]
features = {
    "1,024 pixels": lambda images: images.reshape(len(images), -1),
    "12 energies": lambda images: np.log(bank_energy(images, gabors) + 1e-6),
}


def compare(*parts):
    """Fit on the first (images, labels) pair; return the accuracies on all pairs."""
    accuracies = {}
    for name, describe in features.items():
        x = [describe(images) for images, _ in parts]
        predict = softmax_regression(x[0], parts[0][1])
        accuracies[name] = [
            np.mean(predict(seen) == labels)
            for seen, (_, labels) in zip(x, parts, strict=True)
        ]
    return accuracies


# %% tags=["experiment"]
def report(runs, *titles):
    for name in runs[0]:
        for title, values in zip(
            titles, np.transpose([run[name] for run in runs]), strict=True
        ):
            mean, spread = values.mean(), values.std(ddof=1)
            print(f"{name:12s}  {title:16s} {mean:4.0%} ± {spread:.0%}")


fair = []
for seed in range(3):
    parts = data.textures(50, 50, seed=seed)
    fair.append(compare(parts[:2], parts[2:]))
report(fair, "left, training", "right, test")

# %% [markdown]
# Three random draws of patches, mean ± standard deviation. On the pixels the
# classifier learns every training patch by heart and is hardly better than
# guessing on new ones: a brick may be anywhere in the patch, and a weight per pixel
# cannot say "anywhere". Twelve numbers that ignore the place do far better, and
# their training score promises only a little more than the test then gives.
#
# ### How to fool oneself
#
# Now draw patches at random from one small corner of each photo, 48 × 48 pixels,
# and use some for training and some for testing. Cutting many overlapping patches
# first and splitting them at random afterwards comes to the same, and is easily
# done by accident. Nearly every test patch then overlaps some training patch almost
# completely: information about the test set **leaks** into the training set.


# %% tags=["experiment"]
def corner_patches(n, rng, side=48, size=32):
    patches = []
    for name in data.TEXTURES:
        corner = data.grey(data.photo(name))[100 : 100 + side, 60 : 60 + side]
        for top, left in rng.integers(side - size + 1, size=(n, 2)):
            patch = corner[top : top + size, left : left + size]
            patches.append((patch - patch.mean()) / (patch.std() + 0.02))
    return np.array(patches), np.repeat(np.arange(8), n)


leaky = []
for seed in range(3):
    rng = np.random.default_rng(seed)
    right_part = data.textures(1, 50, seed=seed)[2:]
    leaky.append(compare(corner_patches(50, rng), corner_patches(50, rng), right_part))
report(leaky, "corner, training", "same corner", "right, test")

# %% tags=["experiment"]
rows = {
    "left part → right part": [(run, 1) for run in fair],
    "corner → right part": [(run, 2) for run in leaky],
    "corner → same corner (leak)": [(run, 1) for run in leaky],
}
_, ax = plt.subplots(figsize=(7.5, 2.7))
styles = {"1,024 pixels": ("C2", "s", -0.13), "12 energies": ("C0", "o", 0.13)}
for row, runs in enumerate(rows.values()):
    for name, (color, marker, shift) in styles.items():
        x = [run[name][which] for run, which in runs]
        ax.plot(x, [row + shift] * 3, marker, color=color, alpha=0.75)
        if row == 0:
            ax.text(max(x) + 0.02, shift, name, color=color, va="center")
ax.axvline(1 / 8, color="#555", ls=":", lw=1.2)
ax.set_yticks(range(3), rows)
ax.set(xlim=(0, 1.02), ylim=(2.5, -0.6), xlabel="share of test patches named rightly")
ax.text(1 / 8 + 0.015, 1.45, "guessing", color="#555", va="center")
plt.show()

# %% [markdown]
# **Figure 14.** Test accuracy of three seeds each. The two lower rows are *the same
# trained classifiers*. Tested on patches that overlap the training patches, pixels
# look excellent; tested on another part of the photo, they are little better than
# guessing, and even the energies lose much, since a corner shows little of a
# material. A test set is worth what keeps it apart from the training set. Choosing the
# bank's frequencies by the test patches would leak, too. Ours were chosen by trials
# inside the left parts, but the author had seen test scores of other banks before, so
# read the 71 % as slightly flattered. (And our fair test stays within one photo per
# material: it says nothing about other walls.)

# %% [markdown] covers=["E12", "C29"]
# **Question 2** (2 points). One set of slides filters a grey brick photo with
# `convolve2d` and three rows of $(1\ \ 0\ \ {-1})$, takes the absolute value, and
# shows it. It treats the colour photo in the same way, but with
# `scipy.signal.correlate`. We used `correlate2d` and three rows of
# $(-1\ \ 0\ \ 1)$. (a) For the grey photo, how do the *signed* responses compare
# with ours, and why? (b) And for the colour photo, signed and absolute? (c) Write
# down a 3 × 3 kernel for which convolution and correlation give different
# *absolute* responses, and say which property it lacks.
#
# *Rubric.* 1 point: (a) and (b) right, each with the reason. 1 point: a kernel that
# works, and the property that makes the slides' pictures come out right.

# %% [markdown] nbgrader={"grade": true, "grade_id": "convolve_or_correlate_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) They are equal: convolution turns the kernel by half a turn, and (1, 0, −1)
# turned is (−1, 0, 1), so the opposite sign and the flip cancel. (b) Correlation
# does not turn it, so the signed responses are the negative of ours; the absolute
# values are equal. (c) Any kernel that is neither symmetric nor antisymmetric under
# half a turn, for example a single 1 in a corner (it shifts the photo in opposite
# directions), or [[3, 0, 8], [1, 5, 10], [0, 2, 9]]. The edge kernels are
# antisymmetric: turned, they become their own negative, which the absolute value
# hides.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C28", "C30"]
# **Question 3** (2 points). Before networks learned their filters, Gabor banks were
# the features of choice for reading print, for irises and for fingerprints. Choose
# **two** of the three. For each, say what in the picture is striped, what $f$ and
# $\theta$ of the strongest filter then tell, and which numbers you would keep as
# features. Close with one reason why learned filters replaced them.
#
# *Rubric.* 1 point: for both uses, the striped structure and the meaning of $f$ and
# $\theta$ fit together. 1 point: sensible features for both, and a reason that
# really is about learning.

# %% [markdown] nbgrader={"grade": true, "grade_id": "gabor_uses_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# Fingerprints: the ridges are stripes of nearly constant spacing; the strongest f is
# one over the ridge distance, the strongest theta the direction across the ridge at
# that place. Keep, for each small block, the best theta (a map of directions), or the
# energies of all filters. Irises: the fibres and furrows of the ring; unrolled to a
# rectangle, f is their fineness and theta their slant. Keep the signs of the responses
# place by place (a bit string), and compare two eyes by counting different bits.
# Print: a stroke is one or two stripes, f tells its thickness and theta its slant;
# keep the energies on a coarse grid over the letter. Learned filters fit the task and
# the data, in number, size, colour and later layers, and nobody has to guess f, theta
# and tau.
# <!-- END SOLUTION -->

# %% [markdown] covers=["E34"]
# **Explain the mistake** (2 points). A slide lists the Gabor filter among the
# derivative filters. A student therefore takes `gabor_kernel(25, 2, 0.1, 0)` to
# compare two photos of one white wall, one in sunlight and one in the shade, and is
# sure to get 0 for both. What does she get, and why, in terms of the kernel's
# stripes? With $f = 0.25$ she gets nearly 0: why? And how can the filter be mended
# for every $f$?
#
# *Rubric.* 1 point: what the filter answers on a wall of brightness $b$, with the
# reason that lies in the stripes. 1 point: why a higher frequency helps, and a change
# of the kernel that makes the answer exactly 0.

# %% [markdown] nbgrader={"grade": true, "grade_id": "gabor_sum_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# On a wall of brightness b the answer is b times the sum of the kernel, 11.41 b here:
# large, and different in sun and shade. The bell (tau = 2) is so narrow that the
# positive stripe in the middle, 5 pixels wide, gets nearly all the weight; the
# negative stripes beside it are faded out and cannot cancel it. At f = 0.25 several
# stripes fit under the bell and nearly cancel: the sum is 0.18 (about
# 2 pi tau^2 exp(-2 pi^2 f^2 tau^2)). Subtract the mean of the kernel from each weight,
# or, so that the border stays faint, the bell times sum(kernel) / sum(bell).
# <!-- END SOLUTION -->

# %% [markdown]
# ## Recap
#
# - Sum 1 averages, sum 0 differentiates; a derivative filter's answer is S times the
#   covariance of window and kernel, so a filter finds what looks like itself.
# - Prewitt and Sobel find edges in two directions, pooled into one magnitude; Gabor
#   filters find stripes of one spacing and direction, once their sum is made 0.
# - A bank of filters, squared and averaged, describes a texture in a few numbers; a
#   test is fair only if its patches overlap no training patch.
#
# **Next:** lesson 03 writes convolution as a matrix.
#
# **References.** C. Deledalle, "Image classification and CNNs", UCSD ECE 285, 2019
# (averaging and derivative filters, the 10 × 10 boxcar example, Gabor filters, edges
# by pooling, "learn them"). E. Rantsiou, "CNN basics and an example with
# classification", LENS ML School, 2021 (edges of brick photos, grey and colour).
# A. Carlier, "Convolutional Neural Networks", slides, 2024 (Sobel, and the 6 × 6
# image). N. Noceti, "Convolutional Neural Networks", UniGe (filter banks). D. Gabor,
# "Theory of communication", J. IEE 93, 1946. J. Prewitt, "Object enhancement and
# extraction", in *Picture Processing and Psychopictorics*, 1970. I. Sobel and
# G. Feldman, talk at the Stanford Artificial Intelligence Project, 1968. J. Daugman,
# "Uncertainty relation for resolution in space, spatial frequency, and orientation
# optimized by two-dimensional visual cortical filters", JOSA A 2, 1985.
# A. Hyvärinen, "Fast and robust fixed-point algorithms for independent component
# analysis", IEEE Trans. Neural Networks 10, 1999.
