# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 01 · Convolution by hand
#
# A teaching slide works out a convolution on paper. It shows sixteen results,
# and twelve of them are wrong. By the end of this lesson you have a program
# that finds every one of them, and you know the operation well enough to say
# how the author went astray. You will write it from nothing: slide a small
# window of weights over an image, multiply, add. Every network in this course
# is built from that one step.
#
# **You will be able to**
#
# - compute a correlation and a convolution by hand and in NumPy, and say in
#   which respect they differ;
# - choose what happens at the border, and predict the size of the result;
# - check published numbers instead of believing them;
# - say what *equivariance* is, measure it, and explain why only a sliding
#   window has it.
#
# **Time:** 100 minutes, questions included. **You should know:** NumPy arrays,
# slicing and loops. Lesson 00 helps, but is not needed.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import matplotlib.pyplot as plt
import numpy as np

from course import data
from course.checks import check, check_raises, check_shape, require
from course.figures import (
    show_images,
    show_matrices,
    show_response,
    show_window,
)
from course.shortcuts import check_own_work
from course.widgets import explore

plt.style.use("course.course")

# %% [markdown] covers=["C22", "N02"]
# ## 1 · Sliding a window
#
# Take a small table of weights, the **kernel** (also called *filter*). Lay it
# over one corner of a grey image. The pixels under it are the **window**.
# Multiply each pixel by the weight that lies on it, and add up all products:
# that is one number of the result. Then move the kernel one pixel on.
#
# An example from the slides. The window and the kernel are
#
# $$\begin{pmatrix}1&1&0\\0&0&0\\1&1&1\end{pmatrix}
# \quad\text{and}\quad
# \begin{pmatrix}-1&-2&-1\\0&0&0\\1&2&1\end{pmatrix},$$
#
# and the result is
# $-1\cdot1-2\cdot1-1\cdot0\;+\;0+0+0\;+\;1\cdot1+2\cdot1+1\cdot1 = 1$.
# This kernel is called *Sobel's*. It compares the row below with the row above,
# so it answers strongly where the image gets brighter from top to bottom, and
# not at all where nothing changes.

# %% nbgrader={"grade": false, "grade_id": "slide_image", "locked": true, "schema_version": 3, "solution": false, "task": false}
image_a = np.array(
    [
        [3, 1, 3, 5, 3, 3],
        [2, 2, 8, 8, 3, 9],
        [3, 4, 7, 7, 2, 7],
        [5, 3, 6, 8, 4, 7],
        [3, 8, 8, 5, 7, 4],
        [7, 9, 6, 4, 6, 9],
    ]
)
sobel = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])

# %%
explore(
    lambda step: show_window(image_a, sobel, step),
    step=("output number", list(range(16)), 0),
)

# %% [markdown] covers=["N03", "C22"]
# **Figure 1.** One step of a sliding window; move the slider to take the
# others. From left to right: the image with the window, the kernel, the nine
# products, and the output so far. Check one or two sums in your head. The
# output is largest (14, bottom left) where the lower rows are much brighter
# than the upper ones.

# %% [markdown] covers=["F01", "F08", "N22"]
# ### The formula
#
# The operation of Figure 1 is called **cross-correlation**, in short
# *correlation*. With the image $x$ and a kernel $\kappa$ of $k_h$ rows and
# $k_w$ columns,
#
# $$(x \star \kappa)_{i,j} \;=\; \sum_{k=0}^{k_h-1}\,\sum_{l=0}^{k_w-1}
# \kappa_{k,l}\; x_{i+k,\;j+l}.$$
#
# The kernel has to fit inside the image. In a row of $W$ pixels a kernel of
# width $k_w$ has $W - k_w + 1$ places, so an image of shape $(H, W)$ gives a
# result of shape
#
# $$(H - k_h + 1,\;\; W - k_w + 1).$$
#
# A 10 × 10 image and a 3 × 3 kernel give 8 × 8 numbers: a kernel of side $n$
# costs $n - 1$ rows and columns. Places where the kernel fits are called
# **valid**.

# %% [markdown]
# Here is a second pair, from another set of slides. Its nine weights follow no
# pattern: transpose this kernel, turn it, or reverse its rows, and the results
# change, so that no such mistake can hide. Second place in the first row, by
# hand:
#
# $$4\cdot3 + 12\cdot0 + 11\cdot8 + 15\cdot1 + 3\cdot5 + 0\cdot10 + 4\cdot0 +
# 8\cdot2 + 6\cdot9 = 200.$$
#
# `claimed_b` is what the slide says. We come back to it in section 5.

# %% nbgrader={"grade": false, "grade_id": "slide_numbers", "locked": true, "schema_version": 3, "solution": false, "task": false}
image_b = np.array(
    [
        [1, 4, 12, 11, 0, 2],
        [9, 15, 3, 0, 4, 17],
        [1, 4, 8, 6, 6, 10],
        [16, 10, 0, 11, 13, 6],
        [0, 2, 9, 3, 0, 8],
        [2, 14, 12, 5, 14, 1],
    ]
)
kernel_b = np.array([[3, 0, 8], [1, 5, 10], [0, 2, 9]])
claimed_b = np.array(
    [
        [293, 216, 158, 342],
        [181, 258, 278, 352],
        [234, 230, 273, 308],
        [293, 264, 280, 206],
    ]
)

# %% [markdown] covers=["F08"]
# **Task 1** (medium, 10 minutes). Write `correlate2d_valid(x, k)`: the
# correlation of an image (H, W) with a kernel (kh, kw) at all valid places.
# Loops are fine.
#
# - Image and kernel hold real numbers of any dtype: integers, uint8, float32.
#   The result is float64, and so is the arithmetic: convert first. In uint8,
#   200 + 100 is 44.
# - Neither of them needs to be square.
# - A kernel with more rows *or* more columns than the image has no valid place:
#   raise `ValueError` and say what came.
# - Write it yourself: `scipy.signal`, `scipy.ndimage`, `np.convolve`,
#   `np.correlate` and torch's convolutions (`torch.nn` and the like) may not be
#   called.
#
# <details><summary>Hint 1: what to think of</summary>How many results are
# there? Make room for them first. For each one: which rows and columns of the
# image lie under the kernel?</details>
# <details><summary>Hint 2: what to look up</summary>A slice
# <code>x[a:b, c:d]</code> has b − a rows; the product of two arrays of the same
# shape is taken entry by entry; <code>.sum()</code> adds all of them.
# <code>np.zeros((a, b))</code> is float64, <code>np.zeros_like(x)</code> has
# the dtype of x.</details>
# <details><summary>Hint 3: the order of things</summary>Convert both arguments
# to float64; compare the shapes and refuse; make the zeros; loop over i and j
# of the <em>result</em>; the window of (i, j) starts at row i and column j and
# is as large as the kernel. You can also loop over the kernel's entries and add
# up shifted pieces of the image.</details>


# %% nbgrader={"grade": false, "grade_id": "correlate2d_valid", "locked": false, "schema_version": 3, "solution": true, "task": false}
def correlate2d_valid(x, k):
    """Correlate an image with a kernel where the kernel fits inside the image.

    x: (H, W), k: (kh, kw), real numbers of any dtype.
    Returns float64 (H - kh + 1, W - kw + 1).
    Raises ValueError if the kernel is larger than the image along either axis.
    """
    ### BEGIN SOLUTION
    x, k = np.asarray(x, np.float64), np.asarray(k, np.float64)
    height, width = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if height < 1 or width < 1:
        raise ValueError(
            f"correlate2d_valid: a kernel {k.shape} does not fit into {x.shape}"
        )
    out = np.zeros((height, width))
    for (i, j), weight in np.ndenumerate(k):
        out += weight * x[i : i + height, j : j + width]
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "correlate2d_valid_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
window = np.array([[1, 1, 0], [0, 0, 0], [1, 1, 1]])
one = np.array([[1.0]])
turned = "the kernel is turned by half a turn before use; lay it on as it is"
case = "a single window"
check(correlate2d_valid, window, sobel, want=one, case=case, mistakes={turned: -one})
want = np.array([[10.0, 13, 7, 4], [3, -3, -1, 0], [9, 4, 2, 5], [14, 2, -6, 2]])
case = "the 16 numbers of Figure 1"
check(correlate2d_valid, image_a, sobel, want=want, case=case)
part = image_b[:3, 1:4]
mistakes = {
    turned: one * 275,
    "rows and columns of the kernel are exchanged": one * 205,
}
case = "the sum that is worked out above"
check(correlate2d_valid, part, kernel_b, want=one * 200, case=case, mistakes=mistakes)
check_own_work(correlate2d_valid)
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d

r = np.random.default_rng(101)
x, k = r.normal(size=(5, 7)), r.normal(size=(2, 3))
check(
    correlate2d_valid,
    x,
    k,
    want=scipy_correlate2d(x, k, "valid"),
    case="an image and a kernel that are not square",
    mistakes={
        "the kernel is turned by half a turn": scipy_correlate2d(
            x, k[::-1, ::-1], "valid"
        ),
        "the kernel is upside down": scipy_correlate2d(x, k[::-1], "valid"),
        "the kernel is reversed from left to right": scipy_correlate2d(
            x, k[:, ::-1], "valid"
        ),
        "the sum is divided by the size of the kernel": scipy_correlate2d(x, k, "valid")
        / 6,
    },
)
check(
    correlate2d_valid,
    image_b,
    kernel_b,
    want=scipy_correlate2d(image_b, kernel_b, "valid").astype(float),
    case="all 16 places of the second pair",
    mistakes={"this is what the slide says, not what is right": claimed_b * 1.0},
)
tall = r.integers(-9, 10, (3, 2))
wide = r.integers(0, 50, (6, 5))
check(
    correlate2d_valid,
    wide,
    tall,
    want=scipy_correlate2d(wide, tall, "valid").astype(float),
    case="a tall kernel of negative and positive integers",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "correlate2d_valid_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_shape(
    correlate2d_valid,
    np.zeros((10, 10)),
    np.ones((3, 3)),
    want=(8, 8),
    case="10 x 10 pixels",
)
check_raises(
    correlate2d_valid,
    np.ones((5, 2)),
    np.ones((3, 3)),
    case="a kernel that is too wide",
)
check_own_work(correlate2d_valid)
# Also graded: uint8, float32 and mixed dtypes, 1 x 1 and very large kernels, views.
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d

r = np.random.default_rng(102)
check_raises(
    correlate2d_valid,
    np.ones((2, 5)),
    np.ones((3, 3)),
    case="a kernel that is too tall",
)
check_raises(
    correlate2d_valid,
    np.ones((2, 3)),
    np.ones((5, 5)),
    case="a kernel larger both ways",
)
photo = r.integers(150, 256, (6, 8), np.uint8)
k = np.array([[1, -2, 1], [2, -4, 3]])
check(
    correlate2d_valid,
    photo,
    k,
    want=scipy_correlate2d(photo.astype(float), k, "valid"),
    case="a uint8 photo and a kernel with negative weights",
)
bright = np.array([[200, 3], [100, 90]], np.uint8)
check(
    correlate2d_valid,
    photo,
    bright,
    want=scipy_correlate2d(photo.astype(float), bright.astype(float), "valid"),
    case="photo and kernel both uint8",
)
table = r.integers(0, 9, (5, 6))
k = np.array([[0.5, -0.25], [0.1, 0.3], [0.0, 1.7]])
check(
    correlate2d_valid,
    table,
    k,
    want=scipy_correlate2d(table, k, "valid"),
    case="an image of integers and a kernel of fractions",
)
check(
    correlate2d_valid,
    np.array([[2.0**24, 1.0, -(2.0**24)]], np.float32),
    np.ones((1, 3), np.float32),
    want=np.array([[1.0]]),
    case="float32 in, float64 arithmetic",
    mistakes={"the 1 is lost, as it is in float32": np.array([[0.0]])},
)
x = r.normal(size=(9, 8))
k = r.normal(size=(2, 3))
check(
    correlate2d_valid,
    x.T[1:, ::2],
    k[:, ::-1],
    want=scipy_correlate2d(x.T[1:, ::2].copy(), k[:, ::-1].copy(), "valid"),
    case="views: every other column of an image on its side, a reversed kernel",
)
check(
    correlate2d_valid, table, np.array([[-3]]), want=table * -3.0, case="a 1 x 1 kernel"
)
check(
    correlate2d_valid,
    x,
    x * 2,
    want=np.array([[2 * (x**2).sum()]]),
    case="a kernel as large as the image",
)
check(
    correlate2d_valid,
    x,
    np.arange(1.0, 9.0)[None],
    want=(x @ np.arange(1.0, 9.0))[:, None],
    case="a kernel of one row, as wide as the image",
)
for kind in (np.int8, np.int16, np.int32):
    top = np.iinfo(kind).max
    x, k = np.array([[top, top], [top, 1]], kind), np.array([[top, 2]], kind)
    want = np.array([[float(top) * top + 2 * top], [float(top) * top + 2]])
    case = f"image and kernel both {x.dtype}"
    check(correlate2d_valid, x, k, want=want, case=case)
x, k = np.array([[60000, 60000]], np.float16), np.array([[2, 3]], np.float16)
case = "image and kernel both float16"
check(correlate2d_valid, x, k, want=np.array([[300000.0]]), case=case)
x, k = np.array([[2**24 + 1, 2**24]]), np.array([[1, -1]])
case = "integers that float32 cannot hold"
one = np.array([[1.0]])
mistakes = {"the 1 is lost, as it is in float32; convert to float64": one * 0}
check(correlate2d_valid, x, k, want=one, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% [markdown] covers=["C22"]
# ### A kernel is a detector
#
# Each kernel looks for the one thing that resembles it, and answers, at every
# place, how much of it is there. Hence its names: the kernel is a **feature
# detector**, and the result a **feature map** or **response**. Drawn in grey, a
# white pixel is a strong response: "here it is". The photo is 128 × 128, each
# pixel the mean of 4 × 4 pixels of the original.

# %%
camera = data.grey(data.photo("camera")).reshape(128, 4, 128, 4).mean(axis=(1, 3))
detectors = {
    "brighter below": sobel,
    "brighter right": sobel.T,
    "dark spot": np.array([[1, 1, 1], [1, -8, 1], [1, 1, 1]]),
    "average": np.ones((5, 5)) / 25,
}
responses = {name: correlate2d_valid(camera, k) for name, k in detectors.items()}


def draw_response(detector):
    show_response(camera, detectors[detector], responses[detector], title=detector)


explore(draw_response, detector=("detector", list(detectors)))

# %% [markdown] covers=["C22"]
# **Figure 2.** Four detectors and their responses to one photo. White: what the
# kernel looks for; black: its opposite; middle grey: neither. "Brighter below"
# marks the upper side of dark things black and their lower side white. The last
# kernel has no negative weight; it detects nothing and smooths the photo.

# %% [markdown] covers=["C16"]
# ### Any grid will do
#
# A sliding window needs neighbours in a fixed order, a **grid**, and nothing
# else. A *time series* is a grid with one axis, an image has two, a video or
# the scan of a body has three; the kernel then has as many axes, and the sum
# runs over all of them. A time series is also an image with one row, so your
# function can do it already.

# %%
rng = np.random.default_rng(0)
hours = np.arange(120)
truth = 15 + 4 * np.sin(hours / 24 * 2 * np.pi) + 6 * (hours >= 70)
series = truth + rng.normal(0, 1.2, size=hours.size)
average = np.ones((1, 9)) / 9
change = np.array([[-1, -1, -1, -1, 0, 1, 1, 1, 1]]) / 4

_, (top, bottom) = plt.subplots(2, 1, figsize=(7.5, 4), sharex=True)
top.plot(hours, series, ".", color="C3", label="measured")
top.plot(hours[4:-4], correlate2d_valid(series[None], average)[0], label="mean of 9")
top.set(ylabel="temperature (°C)")
top.legend(loc="upper left", ncols=2)
bottom.plot(hours[4:-4], correlate2d_valid(series[None], change)[0], "C2")
bottom.axhline(0, color="#555", lw=0.8)
bottom.axvline(69.5, color="#555", lw=0.8, ls=":")
bottom.set(xlabel="time (hours)", ylabel="later − earlier (°C)")
plt.show()

# %% [markdown]
# **Figure 3.** A made-up temperature with a daily rhythm, noise, and a heater
# that is switched on at hour 70. Top: a kernel of nine equal weights keeps
# the rhythm and removes most of the noise. Bottom: a kernel that subtracts the
# mean of the last four hours from that of the next four peaks at the switch
# (dotted line). Both lines lose four hours at each end: only valid places.

# %% [markdown] covers=["C17", "F08"]
# ## 2 · Correlation and convolution
#
# What comes out when the image is black except for a single 1? At each place
# exactly one weight lies on the 1, so the result consists of the nine weights.
# In which order?

# %%
pulse = np.zeros((5, 5))
pulse[2, 2] = 1
show_matrices(
    [pulse, kernel_b, correlate2d_valid(pulse, kernel_b)],
    titles=["image: a single 1", "kernel", "their correlation"],
    size=2.3,
)

# %% [markdown] covers=["C17"]
# **Figure 4.** The kernel comes back turned by half a turn: its first weight
# (3) stands last. The reason: to lay its *first* weight on the 1, the kernel
# must stand *below and to the right*.
#
# A lens turns a point of light into a spot, a hall turns a clap into an echo. If
# the kernel is to be that spot or echo, put down as it is wherever the image has
# a 1, then turn it by half a turn first. This operation is
# **convolution**, written $x * \kappa$:
#
# $$(x * \kappa)_{i,j} = \sum_{k,l} \kappa_{k,l}\; x_{i-k,\;j-l}
#  = \sum_{m,n} x_{m,n}\; \kappa_{i-m,\;j-n},
# \qquad
# (x \star \kappa)_{i,j} = \sum_{k,l} \kappa_{k,l}\; x_{i+k,\;j+l}.$$
#
# The two differ in a sign: minus for convolution, plus for correlation. The two
# sums for $x * \kappa$ are the same one; put $m = i - k$ and $n = j - l$. Here
# $k$ and $l$ run over all integers, with $\kappa$ zero outside its table.
#
# Beware of the names. **In deep learning "convolution" means correlation, plus
# a number called bias**: `torch.nn.Conv2d` turns nothing around. SciPy's
# `convolve2d` does. In this course *correlate* never flips and *convolve*
# always does.

# %% [markdown] covers=["F11", "E30", "C17"]
# ### The kernel that turns one into the other
#
# In signal processing kernels may be complex, and correlation is then defined
# with the complex conjugate, marked by a raised star:
#
# $$a_{i,j} = \sum_{k,l} \kappa^*_{k,l}\; x_{i+k,\;j+l}.$$
#
# It equals the convolution $a = \nu * x$ with the kernel
#
# $$\nu_{k,l} = \kappa^*_{-k,-l}\,:$$
#
# **turn by half a turn, and conjugate.** In a table, where indices start at 0,
# going from $(k, l)$ to $(-k, -l)$ exchanges first and last along both axes.
#
# One of our sources writes $\kappa^*$ for the conjugate on an early slide, and
# for the turned kernel in its chapter on training. These are different things:
# for real weights conjugation does nothing at all, and what training needs
# (lesson 08) is the turn.
#
# **Task 2** (easy, 4 minutes). Write `convolution_kernel(kappa)`, which returns
# $\nu$. It has the shape *and dtype* of `kappa`: integers stay integers,
# complex numbers stay complex. `kappa` itself stays as it was. Examples:
#
# $$\begin{pmatrix}1&2\\3&4\end{pmatrix} \to
# \begin{pmatrix}4&3\\2&1\end{pmatrix}, \qquad
# \begin{pmatrix}1+2i & 3\end{pmatrix} \to \begin{pmatrix}3 & 1-2i\end{pmatrix}.$$
#
# <details><summary>Hint 1: what to think of</summary>Two separate things happen
# to each entry: it moves, and it is conjugated.</details>
# <details><summary>Hint 2: what to look up</summary>Slices may have a negative
# step; <code>np.conj</code> works for real arrays too and keeps their
# dtype.</details>
# <details><summary>Hint 3: the order of things</summary>Half a turn is not a
# transposition. It reverses the order of the rows, and the order of the
# columns.</details>


# %% nbgrader={"grade": false, "grade_id": "convolution_kernel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def convolution_kernel(kappa):
    """Return the kernel nu with which convolving equals correlating with kappa.

    kappa: (kh, kw), real or complex; the result has its shape and dtype.
    """
    ### BEGIN SOLUTION
    return np.conj(kappa[::-1, ::-1])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "convolution_kernel_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    convolution_kernel,
    np.array([[1, 2], [3, 4]]),
    want=np.array([[4, 3], [2, 1]]),
    case="the 2 x 2 example",
    mistakes={
        "a transposition is not half a turn": np.array([[1, 3], [2, 4]]),
        "only the order of the rows is reversed": np.array([[3, 4], [1, 2]]),
        "only the order of the columns is reversed": np.array([[2, 1], [4, 3]]),
    },
)
### BEGIN HIDDEN TESTS
k = np.random.default_rng(201).normal(size=(2, 3))
want = np.array([[k[1 - i, 2 - j] for j in range(3)] for i in range(2)])
check(convolution_kernel, k, want=want, case="a kernel that is not square")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "convolution_kernel_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    convolution_kernel,
    np.array([[1 + 2j, 3]]),
    want=np.array([[3, 1 - 2j]]),
    case="a complex kernel with one row",
)
# Also graded: larger complex kernels, other dtypes, and doing it twice.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(202)
k = r.normal(size=(3, 2)) + 1j * r.normal(size=(3, 2))
want = np.array([[np.conj(k[2 - i, 1 - j]) for j in range(2)] for i in range(3)])
mistakes = {
    "turned, but not conjugated": want.conj(),
    "conjugated, but not turned": k.conj(),
}
case = "a complex kernel"
check(convolution_kernel, k, want=want, case=case, mistakes=mistakes)
case = "the kernel of the kernel is the first one"
check(convolution_kernel, want, want=k, case=case)
small = k.astype(np.complex64)
check(
    convolution_kernel, small, want=small[::-1, ::-1].conj(), case="complex64 is kept"
)
whole = np.arange(250, 256, dtype=np.uint8).reshape(2, 3)
check(convolution_kernel, whole, want=whole[::-1, ::-1].copy(), case="uint8 is kept")
single = r.normal(size=(3, 4)).astype(np.float32)
check(
    convolution_kernel, single, want=single[::-1, ::-1].copy(), case="float32 is kept"
)
whole = np.array([[1 + 0j, 2, 3]])
case = "complex128 is kept, though the imaginary parts are 0"
check(convolution_kernel, whole, want=np.array([[3 + 0j, 2, 1]]), case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["C17", "F08"]
# **Task 3** (easy, 4 minutes). Write `convolve2d_valid(x, k)`: the true
# convolution, for real numbers, at the places where the whole kernel lies
# inside the image. Shapes, dtypes, the error and the banned calls are those of
# Task 1; your own functions are welcome.
#
# With Sobel's kernel every result is minus the one of Figure 1, because turning
# this kernel by half a turn changes its sign. That is special. With the second
# pair the first row becomes 217, 275, 246, 214 instead of 293, 200, 145, 341.
#
# <details><summary>Hint 1: what to think of</summary>You have a correlation, and
# you have the kernel that turns one into the other.</details>
# <details><summary>Hint 2: what to look up</summary>Nothing. Be careful about
# <em>what</em> you turn: the kernel, not the image.</details>
# <details><summary>Hint 3: the order of things</summary>If correlating with
# kappa equals convolving with nu, what does convolving with k equal? Turning
# twice changes nothing.</details>


# %% nbgrader={"grade": false, "grade_id": "convolve2d_valid", "locked": false, "schema_version": 3, "solution": true, "task": false}
def convolve2d_valid(x, k):
    """Convolve an image with a kernel where the kernel fits inside the image.

    x: (H, W), k: (kh, kw), real numbers of any dtype.
    Returns float64 (H - kh + 1, W - kw + 1).
    Raises ValueError if the kernel is larger than the image along either axis.
    """
    ### BEGIN SOLUTION
    return correlate2d_valid(x, convolution_kernel(k))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "convolve2d_valid_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
flipless = "this is the correlation: turn the kernel"
minus = "minus the correlation is right for kernels like Sobel's only"
y = np.array([[10.0, 13, 7, 4], [3, -3, -1, 0], [9, 4, 2, 5], [14, 2, -6, 2]])
case = "Figure 1, with every sign reversed"
check(convolve2d_valid, image_a, sobel, want=-y, case=case, mistakes={flipless: y})
y = np.array([[293.0, 200, 145, 341]])
want = np.array([[217.0, 275, 246, 214]])
mistakes = {flipless: y, minus: -y}
case = "the first row of the second pair"
check(convolve2d_valid, image_b[:3], kernel_b, want=want, case=case, mistakes=mistakes)
check_own_work(convolve2d_valid)
### BEGIN HIDDEN TESTS
from scipy.signal import convolve2d as scipy_convolve2d

r = np.random.default_rng(301)
x, k = r.normal(size=(6, 9)), r.normal(size=(3, 2))
right = scipy_convolve2d(x, k, "valid")
check(
    convolve2d_valid,
    x,
    k,
    want=right,
    case="an image and a kernel that are not square",
    mistakes={
        "this is the correlation": scipy_convolve2d(x, k[::-1, ::-1], "valid"),
        "the kernel is turned along one axis only": scipy_convolve2d(
            x, k[:, ::-1], "valid"
        ),
        "the kernel is turned along one axis only, the other one": scipy_convolve2d(
            x, k[::-1], "valid"
        ),
        "the image is turned instead of the kernel": right[::-1, ::-1],
    },
)
x, k = r.integers(0, 9, (7, 5)), r.integers(0, 9, (3, 3))
check(
    convolve2d_valid,
    x,
    k,
    want=scipy_convolve2d(x, k, "valid").astype(float),
    case="integers and a square kernel without symmetry",
)
pulse = np.zeros((5, 6))
pulse[2, 2] = 1
k = r.integers(1, 99, (3, 3)).astype(float)
check(
    convolve2d_valid,
    pulse[:, :5],
    k,
    want=k,
    case="a point is replaced by the kernel as it is",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "convolve2d_valid_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(
    convolve2d_valid, np.ones((2, 5)), np.ones((3, 3)), case="a kernel that is too tall"
)
check_own_work(convolve2d_valid)
# Also graded: kernels with one row or column, dtypes, order and grouping of factors.
### BEGIN HIDDEN TESTS
from scipy.signal import convolve2d as scipy_convolve2d

r = np.random.default_rng(302)
check_raises(
    convolve2d_valid, np.ones((5, 2)), np.ones((1, 3)), case="a kernel that is too wide"
)
check_raises(
    convolve2d_valid, np.ones((2, 3)), np.ones((4, 5)), case="a kernel larger both ways"
)
photo = r.integers(100, 256, (5, 6), np.uint8)
k = np.array([[1, -3], [0, -2]])
check(
    convolve2d_valid,
    photo,
    k,
    want=scipy_convolve2d(photo.astype(float), k, "valid"),
    case="a uint8 photo and negative weights",
)
k = r.normal(size=(1, 4))
check(
    convolve2d_valid,
    photo,
    k,
    want=scipy_convolve2d(photo.astype(float), k, "valid"),
    case="a kernel with one row and fractions",
)
check(
    convolve2d_valid,
    photo[::2, 1:],
    k.T[:3],
    want=scipy_convolve2d(photo[::2, 1:].astype(float), k.T[:3], "valid"),
    case="a kernel with one column, on a view",
)
a, b = r.integers(0, 5, (3, 2)), r.integers(0, 5, (2, 4))
around_a, around_b = np.pad(a, ((1, 1), (3, 3))), np.pad(b, ((2, 2), (1, 1)))
both = scipy_convolve2d(a, b).astype(float)
check(convolve2d_valid, around_a, b, want=both, case="one order of two factors")
check(convolve2d_valid, around_b, a, want=both, case="the other order of two factors")
x = r.integers(0, 9, (8, 9))
check(
    convolve2d_valid,
    scipy_convolve2d(x, a, "valid"),
    b,
    want=scipy_convolve2d(x, both, "valid"),
    case="two kernels, one after the other",
)
bright = np.array([[200, 3], [100, 90]], np.uint8)
want = scipy_convolve2d(photo.astype(float), bright.astype(float), "valid")
check(convolve2d_valid, photo, bright, want=want, case="photo and kernel both uint8")
x = np.array([[2.0**24, 1.0, -(2.0**24)]], np.float32)
case = "float32 in, float64 arithmetic, a kernel as large as the image"
k, one = np.ones((1, 3), np.float32), np.array([[1.0]])
mistakes = {"the 1 is lost, as it is in float32; convert to float64": one * 0}
check(convolve2d_valid, x, k, want=one, case=case, mistakes=mistakes)
x = r.normal(size=(4, 3))
want = np.array([[(x * np.arange(12.0)[::-1].reshape(4, 3)).sum()]])
case = "a kernel of 4 x 3, as large as the image"
check(convolve2d_valid, x, np.arange(12.0).reshape(4, 3), want=want, case=case)
check(convolve2d_valid, x, np.array([[-3]]), want=x * -3, case="a 1 x 1 kernel")
k = np.array([[1, -3], [0, 2]])
case = "a kernel whose sum is 0, without symmetry"
check(convolve2d_valid, x, k, want=scipy_convolve2d(x, k, "valid"), case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["C18", "F12", "Q07"]
# ### Why bother: convolution is a multiplication
#
# Correlation needs no flip and looks simpler. Why is convolution the one with a
# theory? Because it obeys the rules of a product. For images and kernels $f, g,
# h$ and numbers $\alpha, \beta$,
#
# | rule | formula |
# |---|---|
# | linear | $f * (\alpha g + \beta h) = \alpha\,(f * g) + \beta\,(f * h)$ |
# | commutative | $f * g = g * f$ |
# | associative | $f * (g * h) = (f * g) * h$ |
#
# So several kernels, one after the other, act like a single one, in any order:
# with $h = h_1 * h_2 * \dots * h_p$,
#
# $$f * h = (((f * h_1) * h_2) * \dots * h_p).$$
#
# Small kernels can be combined once, and applied as one. Or the other way
# round: a large kernel that is a product of small ones can be applied in cheap
# steps. It is called **separable** if it is a column convolved with a row: a
# 3 × 3 kernel then costs three products and three more per pixel, in place of nine
# (lesson 03).
#
# Correlation is linear too, but neither commutative nor associative. It has the
# other rules only for kernels that half a turn and conjugation leave alone
# ($f_{k,l} = f^*_{-k,-l}$, called **Hermitian**), since for these it *is* a
# convolution.

# %%
first = np.array([[1, 2, 0], [0, 3, 0], [0, 0, 0]])
second = np.array([[1, 0, 0], [0, 0, 4], [0, 0, 0]])


def on_black(kernel):
    room = np.zeros((7, 7))
    room[2:5, 2:5] = kernel
    return room


show_matrices(
    [
        convolve2d_valid(on_black(first), second),
        convolve2d_valid(on_black(second), first),
        correlate2d_valid(on_black(first), second),
        correlate2d_valid(on_black(second), first),
    ],
    titles=["f ∗ g", "g ∗ f", "f ⋆ g", "g ⋆ f"],
    size=2.1,
)

# %% [markdown] covers=["C18"]
# **Figure 5.** Two 3 × 3 kernels, each treated as an image with black around
# it. The two convolutions agree. The two correlations do not: one is the other
# turned by half a turn.

# %%
product = convolve2d_valid(on_black(first), second)
steps = convolve2d_valid(convolve2d_valid(camera, first), second)
at_once = convolve2d_valid(camera, product)
print(f"convolution, two steps against one: differ by {abs(steps - at_once).max():.0e}")

product = correlate2d_valid(on_black(first), second)
steps = correlate2d_valid(correlate2d_valid(camera, first), second)
at_once = correlate2d_valid(camera, product)
print(f"correlation, two steps against one: differ by {abs(steps - at_once).max():.1f}")

# %% [markdown]
# **Question 1** (3 points). Libraries of deep learning leave out the flip. Why
# does this not matter when the weights are *learned*, and why do the rules above
# not matter to a network? Name one situation in which the flip does matter.
#
# *Rubric.* 1 point: compares what a layer with and one without the flip would
# have learned, and what each then computes. 1 point: says what stands between
# two layers of a network, and what follows for the rules. 1 point: a situation
# in which leaving out the flip gives a wrong result, with the reason.

# %% [markdown] nbgrader={"grade": true, "grade_id": "no_flip_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# Training looks for the weights that make the output good. If a layer without the
# flip ends with the kernel κ, the same layer with the flip would end with κ turned by
# half a turn; both compute the same outputs from the same photos, so nothing is lost
# and the flip would only be extra work. Between two layers stands a bend such as
# ReLU, so two layers can never be merged into one kernel or exchanged anyway, and
# commutativity and associativity have nothing to act on. It matters whenever a kernel
# is not learned by the same code that uses it: weights carried over from a library
# that does flip, a blur kernel taken from physics, a textbook formula for combining
# filters, or the backward pass of a layer, which needs the turned kernel.
# <!-- END SOLUTION -->

# %% [markdown] covers=["E11"]
# **Explain the mistake** (2 points). An exercise finds edges with
# `scipy.signal.convolve2d` in a grey photo and with `scipy.signal.correlate` in
# the three channels of a colour photo. It calls both "convolution", takes the
# absolute value of the results, and uses kernels like Sobel's. Why did nobody
# notice that the two functions differ? Name a kernel from this page for which
# they would have, and say what the two results have to do with each other.
#
# *Rubric.* 1 point: the two properties that together hide the difference. 1
# point: a kernel that reveals it, with the reason.

# %% [markdown] nbgrader={"grade": true, "grade_id": "two_functions_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# One flips the kernel, the other does not. Half a turn changes only the sign of an
# antisymmetric kernel such as Sobel's, so the two results differ only in sign, and
# the absolute value removes the sign. `kernel_b` reveals it: turned, it is another
# kernel altogether (293, 200, … against 217, 275, …), and neither result can be had
# from the other by changing signs. The same holds for every kernel that is neither
# symmetric nor antisymmetric under half a turn.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C23", "Q05"]
# ## 3 · Beyond the border
#
# Only valid places: then the result is smaller than the image, and after ten
# layers of 3 × 3 kernels twenty rows and columns are gone. To have a result at
# the border, the window must read pixels outside the image. What should stand
# there? Nobody knows, so one makes a rule. With a row `a b c d` and two pixels
# on either side:
#
# | rule | left | image | right | in words |
# |---|---|---|---|---|
# | zero | 0 0 | a b c d | 0 0 | darkness |
# | extend | a a | a b c d | d d | the nearest pixel goes on |
# | mirror | c b | a b c d | c b | the image seen in a mirror that stands *on* the last pixel, which is therefore not repeated |
# | periodic | c d | a b c d | a b | the image is a tile, laid again and again |
#
# A two-dimensional image follows the rule along both axes. Networks nearly
# always use zero: it is the cheapest, and training can adapt to it. For photos
# *mirror* and *extend* invent no edge where the picture ends. *Periodic* is what
# the mathematics likes best (section 6, and the Fourier transform in lesson 03).

# %% [markdown] covers=["C23"]
# **Task 4** (medium, 12 minutes). Write `pad2d(x, p, mode)`: the image with
# pixels added on all four sides. `p` is an int, or a pair `(pv, ph)`: `pv` rows
# above and as many below, `ph` columns on the left and as many on the right.
# `mode` is `'zero'`, `'extend'`, `'mirror'` or `'periodic'`.
#
# - The result is a new array with the dtype of `x`, even for `p = 0`: who writes
#   into it must not change `x`.
# - `'zero'`, `'extend'` and `'periodic'` work for every p ≥ 0, however small the
#   image.
# - `ValueError`, with a message, for an unknown mode, for a negative p, and for
#   `'mirror'` when p is not smaller than the image along that axis (the mirror
#   image has nothing more to show).
#
# <details><summary>Hint 1: what to think of</summary>A rule is a list: which row
# of the image stands in row 0, 1, 2, … of the result? The same for columns, so
# solve it once for one axis.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.clip</code>,
# <code>np.abs</code> and <code>%</code> act on arrays of indices;
# <code>x[rows][:, columns]</code> takes them. Or use <code>np.pad</code>, whose
# modes have other names: constant, edge, reflect, symmetric, wrap. Find out
# which of them are ours.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse what is to be
# refused; make p a pair. With the indices −p, …, n + p − 1: extend pushes those
# outside to the nearest one inside; periodic takes the remainder by n; mirror
# removes the sign on the left, and on the right counts back from the last index,
# n − 1. For zero, put the image into an array of zeros.</details>


# %% nbgrader={"grade": false, "grade_id": "pad2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pad2d(x, p, mode):
    """Add pixels around an image by one of four rules.

    x: (H, W), any dtype; p: int or (pv, ph), at least 0;
    mode: 'zero', 'extend', 'mirror' or 'periodic'.
    Returns a new array (H + 2 pv, W + 2 ph) with the dtype of x.
    Raises ValueError for another mode, a negative p, or a mirror with p >= size.
    """
    ### BEGIN SOLUTION
    modes = "zero", "extend", "mirror", "periodic"
    if mode not in modes:
        raise ValueError(f"pad2d: mode must be one of {modes}, got {mode!r}")
    sides = p if isinstance(p, tuple) else (p, p)
    if min(sides) < 0:
        raise ValueError(f"pad2d: p must not be negative, got {p}")
    if mode == "zero":
        out = np.zeros([n + 2 * side for n, side in zip(x.shape, sides)], x.dtype)
        out[sides[0] : sides[0] + x.shape[0], sides[1] : sides[1] + x.shape[1]] = x
        return out
    indices = []
    for n, side in zip(x.shape, sides):
        index = np.arange(-side, n + side)
        if mode == "mirror" and side >= n:
            raise ValueError(f"pad2d: cannot mirror {side} pixels of {n}; take fewer")
        if mode == "extend":
            index = index.clip(0, n - 1)
        elif mode == "mirror":
            index = n - 1 - np.abs(n - 1 - np.abs(index))
        else:
            index = index % n
        indices.append(index)
    return x[np.ix_(*indices)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "pad2d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
by_hand = {
    "zero": "00000 01230 04560 07890 00000",
    "extend": "11233 11233 44566 77899 77899",
    "mirror": "54565 21232 54565 87898 54565",
    "periodic": "97897 31231 64564 97897 31231",
}
want = {
    mode: np.array([[int(digit) for digit in row] for row in rows.split()])
    for mode, rows in by_hand.items()
}
mistakes = {f"this is what {mode!r} should give": w for mode, w in want.items()}
for mode in by_hand:
    case = f"one pixel, {mode}"
    check(pad2d, x, 1, mode, want=want[mode], case=case, mistakes=mistakes)
### BEGIN HIDDEN TESTS
names = {"zero": "constant", "extend": "edge", "mirror": "reflect", "periodic": "wrap"}
x = np.random.default_rng(401).normal(size=(4, 6))
for mode, name in names.items():
    check(
        pad2d,
        x,
        (1, 3),
        mode,
        want=np.pad(x, ((1, 1), (3, 3)), mode=name),
        case=f"more columns than rows are added, {mode}",
        mistakes={
            "only the top and the left are padded": np.pad(
                x, ((1, 0), (3, 0)), mode=name
            ),
            "the border pixel is repeated; this mirror stands on it": np.pad(
                x, ((1, 1), (3, 3)), mode="symmetric"
            ),
        },
    )
    check(
        pad2d,
        x[:, ::2],
        2,
        mode,
        want=np.pad(x[:, ::2], 2, mode=name),
        case=f"two pixels around an image that is not square, {mode}",
        mistakes={
            "the border pixel is repeated; this mirror stands on it": np.pad(
                x[:, ::2], 2, mode="symmetric"
            )
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "pad2d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
x = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
check_raises(pad2d, x, 1, "wrap", case="a mode that is not one of the four")
check_raises(
    pad2d, x, 2, "mirror", case="a mirror of two pixels, when there are two rows"
)
# Also graded: p = 0, pairs with a 0, large p, negative p, the dtypes, tiny images.
### BEGIN HIDDEN TESTS
names = {"zero": "constant", "extend": "edge", "mirror": "reflect", "periodic": "wrap"}
r = np.random.default_rng(402)
check_raises(pad2d, x.T.copy(), 2, "mirror", case="a mirror wider than the image")
check_raises(pad2d, x, (0, 3), "mirror", case="a mirror much wider than the image")
check_raises(pad2d, x, (5, 1), "mirror", case="a mirror much taller than the image")
for mode, name in names.items():
    check_raises(pad2d, x, -1, mode, case=f"a negative p, {mode}")
    check_raises(pad2d, x, (1, -1), mode, case=f"a negative p in a pair, {mode}")
    check(
        pad2d,
        x,
        (1, 2),
        mode,
        want=np.pad(x, ((1, 1), (2, 2)), mode=name),
        case=f"the largest p that a mirror allows, and uint8 is kept, {mode}",
    )
    single = x.astype(np.float32) / 3
    want = np.pad(single, ((1, 1), (0, 0)), mode=name)
    case = f"float32 is kept, rows only, {mode}"
    check(pad2d, single, (1, 0), mode, want=want, case=case)
    check(
        pad2d,
        x,
        (0, 2),
        mode,
        want=np.pad(x, ((0, 0), (2, 2)), mode=name),
        case=f"columns only, {mode}",
    )
    original = r.normal(size=(3, 4))
    kept = original.copy()
    for p in (0, (0, 0)):
        check(pad2d, original, p, mode, want=kept, case=f"nothing to add, {mode}")
        padded = pad2d(original, p, mode)
        padded[...] = -1
        require(
            (original == kept).all(),
            "pad2d, nothing to add: the result is the argument itself, so that writing "
            "into it changes the argument; return a copy",
        )
for mode in ("zero", "extend", "periodic"):
    check(
        pad2d,
        x,
        (5, 4),
        mode,
        want=np.pad(x, ((5, 5), (4, 4)), mode=names[mode]),
        case=f"p larger than the image, {mode}",
    )
    one = np.array([[7.5]])
    check(
        pad2d,
        one,
        1,
        mode,
        want=np.pad(one, 1, mode=names[mode]),
        case=f"a single pixel, {mode}",
    )
check_raises(pad2d, np.array([[7.5]]), 1, "mirror", case="a mirror of a single pixel")
row = np.arange(4.0)[None]
want = np.array([[2.0, 1, 0, 1, 2, 3, 2, 1]])
check(pad2d, row, (0, 2), "mirror", want=want, case="a mirror of one row, columns only")
for mode in ("wrap", "Zero", "mirr", ""):
    for p in (0, 1):
        case = f"the mode {mode!r}, which is none of the four, p = {p}"
        check_raises(pad2d, x, p, mode, case=case)
for mode, name in names.items():
    check_raises(pad2d, x, (-1, 2), mode, case=f"a negative pv and a large ph, {mode}")
    for image in (x > 2, x + 2j, x.astype(np.int64) + 2**60):
        want = np.pad(image, ((1, 1), (2, 2)), mode=name)
        case = f"{image.dtype} is kept, with all its digits, {mode}"
        check(pad2d, image, (1, 2), mode, want=want, case=case)
### END HIDDEN TESTS

# %%
rules = ["zero", "extend", "mirror", "periodic"]
show_images([pad2d(camera, 40, rule) for rule in rules], titles=rules, size=2.6)

corners = [pad2d(image_b, 1, rule) for rule in rules]
answers = [correlate2d_valid(corner, kernel_b)[0, 0] for corner in corners]
show_matrices(
    [corner[:4, :4] for corner in corners],
    titles=[f"{rule}: {answer:g}" for rule, answer in zip(rules, answers)],
    marks=[(0, 0, 3, 3)] * 4,
    size=2.2,
)

# %% [markdown] covers=["Q05"]
# **Figure 6.** Above: the photo with 40 invented pixels on each side. Look for
# edges that are not in the photo: zero has a frame of them, periodic has them
# where grass meets sky. Below: the top left corner of `image_b` with one pixel
# around it, and the correlation of the marked window with `kernel_b`. One
# image, one kernel, four answers: whoever publishes such a number has to say
# which rule was used.

# %% [markdown] covers=["C24", "F01"]
# ## 4 · Valid, same, full
#
# With $p$ pixels on each side, an image of height $H$ acts like one of height
# $H + 2p$, and the result has $H + 2p - k_h + 1$ rows. Three choices have names:
#
# | mode | p | rows of the result | places |
# |---|---|---|---|
# | valid | 0 | $H - k_h + 1$ | the kernel lies inside the image |
# | same | $(k_h - 1)/2$, for odd $k_h$ | $H$ | its middle lies inside |
# | full | $k_h - 1$ | $H + k_h - 1$ | at least one weight lies inside |
#
# "Same" makes architectures simpler: layers can be stacked, added or removed
# without any arithmetic about sizes. The price is that results near the border
# rest on invented pixels. An even kernel has no middle, and $(k_h - 1)/2$ is no
# whole number. PyTorch's rule, and ours, puts the smaller half first: **(k − 1)
# // 2 pixels before, k // 2 after**. For k = 2 that is none before, one after.

# %% [markdown] covers=["N09", "E02"]
# Another slide takes the same pair with $p = 1$ and zeros, and prints 90 in the
# top left corner. Five of the nine pixels in that window are zero. The others
# give
#
# $$5\cdot1 + 10\cdot4 + 2\cdot9 + 9\cdot15 = 198,$$
#
# not 90. The first row is 198, 198, 180, 103, 192, 44.
#
# **Task 5** (hard, 12 minutes). Write
# `correlate2d(x, k, mode='valid', boundary='zero')` with the three modes of the
# table and the four boundaries of Task 4. The boundary plays no part in
# `'valid'`. The result is float64.
#
# - `ValueError` for an unknown mode; for an unknown boundary when pixels have to
#   be added; for a kernel that does not fit when the mode is `'valid'`; for a
#   mirror that Task 4 refuses.
# - In `'same'` and `'full'` the kernel may be larger than the image.
# - The calls of Task 1 remain banned; use your own functions.
#
# <details><summary>Hint 1: what to think of</summary>Each mode is a valid
# correlation of a larger image. How many pixels before and after, along each
# axis?</details>
# <details><summary>Hint 2: what to look up</summary>Nothing new:
# <code>pad2d</code> and <code>correlate2d_valid</code>. But <code>pad2d</code>
# adds as much before as after; for an even kernel that is one row too
# many.</details>
# <details><summary>Hint 3: the order of things</summary>For "same", pad by the
# larger of the two numbers, k // 2, on both sides. If the kernel is even, cut
# off what is too much <em>before</em>, that is the first row or the first
# column. Rows and columns need not be treated alike: a 2 × 3 kernel is even in
# one direction only.</details>


# %% nbgrader={"grade": false, "grade_id": "correlate2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def correlate2d(x, k, mode="valid", boundary="zero"):
    """Correlate an image with a kernel at the places that mode names.

    x: (H, W), k: (kh, kw), real numbers of any dtype.
    mode: 'valid' (H - kh + 1, W - kw + 1), 'same' (H, W): (k - 1) // 2 pixels are
    added before and k // 2 after, or 'full' (H + kh - 1, W + kw - 1).
    boundary: 'zero', 'extend', 'mirror' or 'periodic'. Returns float64.
    Raises ValueError where pad2d and correlate2d_valid do, and for another mode.
    """
    ### BEGIN SOLUTION
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError(f"correlate2d: mode must be valid, same or full, got {mode!r}")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "correlate2d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
want = np.array(
    [
        [198.0, 198, 180, 103, 192, 44],
        [265, 293, 200, 145, 341, 109],
        [287, 172, 248, 278, 352, 80],
        [230, 218, 225, 263, 306, 77],
        [230, 284, 264, 264, 201, 81],
        [166, 264, 154, 204, 158, 19],
    ]
)
check(correlate2d, image_b, kernel_b, "same", want=want, case="same, the second pair")
check(correlate2d, image_b, kernel_b, want=want[1:5, 1:5], case="valid is the default")
check_shape(correlate2d, image_b, kernel_b, "full", want=(8, 8), case="full, 8 x 8")
check_own_work(correlate2d)
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d

names = {"zero": "constant", "extend": "edge", "mirror": "reflect", "periodic": "wrap"}
r = np.random.default_rng(501)
x, k = r.normal(size=(6, 7)), r.normal(size=(5, 3))
turned = k[::-1, ::-1]
for mode in ("valid", "same", "full"):
    check(
        correlate2d,
        x,
        k,
        mode,
        want=scipy_correlate2d(x, k, mode),
        case=f"odd, not square, {mode}",
        mistakes={"the kernel is turned": scipy_correlate2d(x, turned, mode)},
    )
for boundary, name in names.items():
    for mode, sides in {"same": ((2, 2), (1, 1)), "full": ((4, 4), (2, 2))}.items():
        check(
            correlate2d,
            x,
            k,
            mode,
            boundary,
            want=scipy_correlate2d(np.pad(x, sides, mode=name), k, "valid"),
            case=f"odd, not square, {mode}, {boundary}",
            mistakes={"the boundary is ignored": scipy_correlate2d(x, k, mode)},
        )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "correlate2d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    correlate2d,
    np.arange(16).reshape(4, 4),
    np.array([[1, 2], [3, 4]]),
    "same",
    want=np.array(
        [[34.0, 44, 54, 24], [74, 84, 94, 40], [114, 124, 134, 56], [38, 41, 44, 15]]
    ),
    case="same, a 2 x 2 kernel",
    mistakes={
        "an even kernel adds its one pixel after the image, not before": np.array(
            [[0.0, 4, 11, 18], [16, 34, 44, 54], [40, 74, 84, 94], [64, 114, 124, 134]]
        )
    },
)
check_raises(
    correlate2d, np.ones((4, 4)), np.ones((3, 3)), "Same", case="a mode that is none"
)
check_own_work(correlate2d)
# Also graded: kernels even along one axis, large kernels, dtypes, views, every error.
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d

names = {"zero": "constant", "extend": "edge", "mirror": "reflect", "periodic": "wrap"}
r = np.random.default_rng(502)
x = r.normal(size=(5, 7))
for shape in ((2, 3), (3, 2), (4, 4), (1, 6)):
    k = r.normal(size=shape)
    sides = [((n - 1) // 2, n // 2) for n in shape]
    for boundary, name in names.items():
        want = scipy_correlate2d(np.pad(x, sides, mode=name), k, "valid")
        case = f"same, an even kernel, {boundary}"
        check(correlate2d, x, k, "same", boundary, want=want, case=case)
    sides = [(n - 1, n - 1) for n in shape]
    for boundary in ("zero", "periodic"):
        want = scipy_correlate2d(np.pad(x, sides, mode=names[boundary]), k, "valid")
        case = f"full, an even kernel, {boundary}"
        check(correlate2d, x, k, "full", boundary, want=want, case=case)
photo = r.integers(100, 256, (4, 5), np.uint8)
k = np.array([[1, -2, 0], [3, -4, 1]])
for mode, sides in {
    "valid": 0,
    "same": ((0, 1), (1, 1)),
    "full": ((1, 1), (2, 2)),
}.items():
    padded = np.pad(photo.astype(float), sides)
    want = scipy_correlate2d(padded, k, "valid")
    case = f"a uint8 photo and negative weights, {mode}"
    check(correlate2d, photo, k, mode, want=want, case=case)
    want = scipy_correlate2d(padded[:, ::-1], k, "valid")
    case = f"a view, {mode}"
    check(correlate2d, photo[:, ::-1], k, mode, want=want, case=case)
want = scipy_correlate2d(x, x[:3, :4], "valid")
case = "valid, where the boundary plays no part"
check(correlate2d, x, x[:3, :4], "valid", "periodic", want=want, case=case)
small, large = r.normal(size=(2, 3)), r.normal(size=(5, 7))
want = scipy_correlate2d(np.pad(small, ((2, 2), (3, 3))), large, "valid")
check(correlate2d, small, large, "same", want=want, case="same, a large kernel")
want = scipy_correlate2d(np.pad(small, ((4, 4), (6, 6)), mode="wrap"), large, "valid")
case = "full, a large kernel, periodic"
check(correlate2d, small, large, "full", "periodic", want=want, case=case)
check_raises(correlate2d, small, large, case="valid, a kernel that does not fit")
one = np.ones((1, 4))
check_raises(correlate2d, small, one, "valid", case="valid, a kernel that is too wide")
case = "same, a mirror that is too far away"
check_raises(correlate2d, small, large, "same", "mirror", case=case)
case = "full, a mirror that is too far away"
check_raises(correlate2d, small, one, "full", "mirror", case=case)
for mode in ("same", "full"):
    case = f"{mode}, a boundary that is none"
    check_raises(correlate2d, x, np.ones((3, 3)), mode, "dark", case=case)
want = scipy_correlate2d(np.pad(small, ((4, 4), (6, 6))), large, "valid")
case = "full, a large kernel, zero"
check(correlate2d, small, large, "full", want=want, case=case)
k = large[:3, :5]
want = scipy_correlate2d(np.pad(small, ((1, 1), (2, 2)), mode="reflect"), k, "valid")
case = "same, a kernel larger than the image, the largest mirror that is possible"
check(correlate2d, small, k, "same", "mirror", want=want, case=case)
case = "same, an even kernel and a mirror that is too far away on one side only"
check_raises(correlate2d, x[:, :3], np.ones((1, 6)), "same", "mirror", case=case)
check_raises(correlate2d, x[:2], np.ones((4, 1)), "same", "mirror", case=case)
bright = np.array([[200, 3], [100, 90]], np.uint8)
single, ones = np.array([[2.0**24, 1, -(2.0**24)]], np.float32), np.ones((1, 3), "f4")
for mode, photo_sides, single_side in (
    ("valid", 0, 0),
    ("same", ((0, 1), (0, 1)), 1),
    ("full", 1, 2),
):
    padded = np.pad(photo.astype(float), photo_sides)
    want = scipy_correlate2d(padded, bright.astype(float), "valid")
    case = f"photo and kernel both uint8, {mode}"
    check(correlate2d, photo, bright, mode, want=want, case=case)
    padded = np.pad(single.astype(float), ((0, 0), (single_side, single_side)))
    want = scipy_correlate2d(padded, ones.astype(float), "valid")
    case = f"float32 in, float64 arithmetic, {mode}"
    lost = {"a 1 is lost, as it is in float32; convert to float64": want - (want == 1)}
    check(correlate2d, single, ones, mode, want=want, case=case, mistakes=lost)
### END HIDDEN TESTS

# %%
show_matrices(
    [correlate2d(image_b, kernel_b, mode) for mode in ("valid", "same", "full")],
    titles=["valid: 4 × 4", "same: 6 × 6", "full: 8 × 8"],
    marks=[(0, 0, 4, 4), (1, 1, 4, 4), (2, 2, 4, 4)],
    size=3,
)

# %% [markdown] covers=["C24"]
# **Figure 7.** The second pair in the three modes, with zeros outside. The 16
# valid results (marked) stand in the middle of the others; whatever surrounds
# them rests partly on invented pixels. The corner of "full" is a single product,
# 1 · 9.


# %%
def draw_edited(left, centre, right, direction):
    kernel = np.tile([left, centre, right], (3, 1))
    if direction == "top to bottom":
        kernel = kernel.T
    response = correlate2d(camera, kernel, "same", "extend")
    show_response(camera, kernel, response)


weights = list(range(-2, 3))
explore(
    draw_edited,
    left=("first weight", weights, -1),
    centre=("second weight", weights, 0),
    right=("third weight", weights, 1),
    direction=("order", ["left to right", "top to bottom"]),
)

# %% [markdown] covers=["C22"]
# **Figure 8.** Your own kernel: move the three weights, and see the photo
# through it. Try −1, 0, 1, then 1, 1, 1, then −1, 2, −1. Which of them answer
# where nothing changes, in the sky? Compare the sums of their weights.

# %% [markdown] covers=["E01", "E03", "N08"]
# ## 5 · Checking published numbers
#
# Now for the slide. It claims sixteen results for `image_b` and `kernel_b`, and
# writes one of them out: "4 × 3 + … = 216". You know that this one is 200.
#
# Mistakes travel. The next slide takes every second row and column of the table
# and prints 293, 158 and 234; with the right table these are 293, 145 and 218
# (and 263 for the fourth). Neither slide looks wrong. A number does not show
# where it comes from, so compute it again.
#
# **Task 6** (medium, 8 minutes). Write `find_slide_errors(x, k, claimed,
# tol=1e-9)`: compare `claimed` with the valid correlation of `x` and `k`. Return
# a list with one tuple `(i, j, claimed value, right value)` for each cell in
# which the two differ by more than `tol`, in either direction; row by row, and
# from left to right within a row. `tol` is an absolute difference.
#
# - `i` and `j` are whole numbers and count from 0.
# - A table without errors gives an empty list.
# - A table of another shape than the right one cannot be compared: `ValueError`.
#
# For the first row of the slide the list has three tuples: (0, 1, 216, 200),
# (0, 2, 158, 145) and (0, 3, 342, 341).
#
# <details><summary>Hint 1: what to think of</summary>Compute the right table
# first. Everything else is a comparison.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.ndenumerate</code>
# gives index and value in the order that is asked; <code>np.isclose</code> has a
# relative tolerance too, which is not wanted here. And NumPy subtracts arrays of
# shape (1, 4) and (4, 4) without complaint.</details>
# <details><summary>Hint 3: the order of things</summary>Correlate; compare the
# shapes and refuse; start with an empty list; go through all cells row by row;
# append a tuple where the absolute value of the difference is larger than
# tol.</details>


# %% nbgrader={"grade": false, "grade_id": "find_slide_errors", "locked": false, "schema_version": 3, "solution": true, "task": false}
def find_slide_errors(x, k, claimed, tol=1e-9):
    """List the cells of a published table that are not the valid correlation.

    x: (H, W), k: (kh, kw), claimed: (H - kh + 1, W - kw + 1).
    Returns a list of tuples (i, j, claimed, right), row by row: the cells with
    abs(claimed - right) > tol. Raises ValueError if claimed has another shape.
    """
    ### BEGIN SOLUTION
    right = correlate2d_valid(x, k)
    if claimed.shape != right.shape:
        raise ValueError(
            f"find_slide_errors: the table must have shape {right.shape}, "
            f"got {claimed.shape}"
        )
    claimed = claimed.astype(np.float64)
    return [
        (i, j, float(claimed[i, j]), float(right[i, j]))
        for i, j in np.ndindex(right.shape)
        if abs(claimed[i, j] - right[i, j]) > tol
    ]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "find_slide_errors_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
first_row = [(0, 1, 216.0, 200.0), (0, 2, 158.0, 145.0), (0, 3, 342.0, 341.0)]
check(
    find_slide_errors,
    image_b[:3],
    kernel_b,
    claimed_b[:1],
    want=first_row,
    case="the first row of the slide",
    mistakes={
        "i and j count from 0": [(i + 1, j + 1, c, v) for i, j, c, v in first_row],
        "row and column are exchanged": [(j, i, c, v) for i, j, c, v in first_row],
        "the claimed value comes before the right one": [
            (i, j, v, c) for i, j, c, v in first_row
        ],
    },
)
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d

right = scipy_correlate2d(image_b, kernel_b, "valid")
want = [
    (i, j, float(claimed_b[i, j]), float(right[i, j]))
    for i in range(4)
    for j in range(4)
    if claimed_b[i, j] != right[i, j]
]
check(
    find_slide_errors, image_b, kernel_b, claimed_b, want=want, case="the whole slide"
)
off = np.array([[0, -3, 0, 2], [0, 0, 0, -2], [0, 0, 0, 0], [-1, 0, 0, 4]])
want = [
    (i, j, float((right + off)[i, j]), float(right[i, j]))
    for i, j in ((0, 1), (0, 3), (1, 3), (3, 0), (3, 3))
]
case = "claims that are too low, and claims that are too high"
check(find_slide_errors, image_b, kernel_b, right + off, want=want, case=case)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "find_slide_errors_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
want = np.array([[10, 13, 7, 4], [3, -3, -1, 0], [9, 4, 2, 5], [14, 2, -6, 2]])
check(find_slide_errors, image_a, sobel, want, want=[], case="a table without errors")
check_raises(
    find_slide_errors, image_a, sobel, want[:3], case="a table that lacks a row"
)
# Also graded: fractions and rounding, the tolerance, tables of another shape, dtypes.
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d

for table in (want[:1], want[:, :1], np.pad(want, 1), want[:, :3], want.ravel()):
    case = "a table of another shape"
    check_raises(find_slide_errors, image_a, sobel, table, case=case)
side = want[:3].T.copy()
check_raises(find_slide_errors, image_a[:5], sobel, side, case="a table on its side")
x = np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 1, 2, 3]])
k = np.array([[0.1, 0.2], [0.3, 0.7]])
right = scipy_correlate2d(x, k, "valid")
table = np.round(right, 1)
case = "fractions that are right but for rounding in the last bit"
check(find_slide_errors, x, k, table, want=[], case=case)
off = table + np.array([[0.3, -0.3, 0.6], [-0.6, 0, 0.3]])
want = [(i, j, float(off[i, j]), float(right[i, j])) for i, j in ((0, 2), (1, 0))]
check(find_slide_errors, x, k, off, 0.5, want=want, case="a tolerance that is given")
off = table.copy()
off[1, 2] += 1e-6
want = [(1, 2, float(off[1, 2]), float(right[1, 2]))]
check(find_slide_errors, x, k, off, want=want, case="the tolerance that is built in")
big = np.array([[10**6, 2 * 10**6]])
want = [(0, 1, 2e6 + 1, 2e6)]
case = "large numbers that are off by 1"
check(find_slide_errors, big, np.array([[1]]), big + [0, 1], want=want, case=case)
case = "a claim that is off by exactly the tolerance"
check(find_slide_errors, big, np.array([[1]]), big + [0, 1], 1, want=[], case=case)
sign = np.array([[-5, 7]])
want = [(0, 1, -7.0, 7.0)]
case = "a claim with the wrong sign"
check(find_slide_errors, sign, np.array([[1]]), sign * [1, -1], want=want, case=case)
photo = np.array([[200, 100], [100, 3]], np.uint8)
table = np.array([[150, 100], [100, 4]], np.uint8)
want = [(0, 0, 150.0, 200.0), (1, 1, 4.0, 3.0)]
case = "image and table both uint8"
check(find_slide_errors, photo, np.array([[1.0]]), table, want=want, case=case)
table = np.array([[44]], np.uint8)
want = [(0, 0, 44.0, 300.0)]
case = "a uint8 table whose right value is larger than any uint8"
check(find_slide_errors, photo, np.array([[1, 1], [0, 0]]), table, want=want, case=case)
dark, unit = np.zeros((2, 2)), np.array([[1]])
table = np.array([[0, 1e-10], [0, 0]])
want = [(0, 1, 1e-10, 0.0)]
check(find_slide_errors, dark, unit, table, 0, want=want, case="a tolerance of 0")
table = np.array([[150, 100], [100, 200]], np.uint8)
want = [(1, 1, 200.0, 3.0)]
case = "a uint8 table and a tolerance of 60"
check(find_slide_errors, photo, unit, table, 60, want=want, case=case)
table = np.array([[200.25, 100], [100, 2.75]])
want = [(0, 0, 200.25, 200.0), (1, 1, 2.75, 3.0)]
case = "claims of fractions where whole numbers are right"
check(find_slide_errors, photo, unit, table, want=want, case=case)
table = np.array([[1, 100], [2, 4], [3, 5]]).T
want = [(i, j, float(table[i, j]), 0.0) for i in range(2) for j in range(3)]
case = "a table that is a view, stored column by column"
check(find_slide_errors, np.zeros((2, 3)), unit, table, want=want, case=case)
### END HIDDEN TESTS

# %%
errors = find_slide_errors(image_b, kernel_b, claimed_b)
difference = np.full(claimed_b.shape, np.nan)
for i, j, claimed, right in errors:
    difference[i, j] = claimed - right
print(f"{len(errors)} of {claimed_b.size} cells are wrong")
show_matrices([image_b, kernel_b], titles=["image", "kernel"], size=2.4)
show_matrices(
    [correlate2d_valid(image_b, kernel_b), claimed_b, difference],
    titles=["right", "claimed", "claimed − right"],
    size=2.4,
)

# %% [markdown] covers=["N08", "E01"]
# **Figure 9.** The whole case: image and kernel, the right results, what the
# slide claims, and by how much it is off (empty: not at all). No claim is too
# low. That is not chance.

# %% [markdown] covers=["E01"]
# **Question 2** (3 points). The author did not miscalculate twelve times: most
# of the errors follow from *one* habit. Find it. Take a cell that is off by
# little, look at its window, and ask where exactly that number could have come
# from; then test your idea on other cells. State it as a rule by which somebody
# else could predict the wrong table.
#
# *Rubric.* 1 point: a single rule, stated so that it can be applied without
# further explanation. 1 point: it is shown to predict the exact difference in at
# least four wrong cells, and to predict none in one cell that is right. 1 point:
# says honestly in which cells the rule fails, or finds what those have in common.

# %% [markdown] nbgrader={"grade": true, "grade_id": "slide_errors_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# Where a pixel is 0, the author wrote down the weight instead of 0 · weight = 0. So
# the difference is the sum of the weights that lie on zero pixels. Cell (0, 3): the
# only zeros lie under the weights 1 and 0, difference 1. Cell (1, 0): zero under 9,
# difference 9. Cell (1, 1): zeros under 8 and 2, difference 10. Cell (0, 2): under 8
# and 5, difference 13. Cell (0, 0) has no zero pixel under it and is right. The rule
# predicts 12 of the 16 cells exactly. It fails in (0, 1), (2, 0) and (3, 2), where a
# zero lies under the weight 10, and in (1, 3), where one lies under 3: in this table
# "0 · 10" was always taken as 16, and "0 · 3" rightly as 0. With these two changes
# all 16 cells come out as printed.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C19", "F10"]
# ## 6 · Move the image, and the response moves along
#
# Write $x^{\delta}$ for the image $x$ moved by $\delta = (d_i, d_j)$, that is
# $d_i$ rows down and $d_j$ columns to the right:
# $(x^{\delta})_{i,j} = x_{i-d_i,\;j-d_j}$. An operation $\psi$ on images is
# **equivariant** (under translation) if, for every image and every move,
#
# $$\psi(x^{\delta}) = \psi(x)^{\delta}\,:$$
#
# it makes no difference whether one first moves the image, or first computes and
# then moves the result. A cat that is detected on the left will be detected on
# the right without ever having been seen there. The operation would be
# **invariant** if the result did not change at all, $\psi(x^{\delta}) =
# \psi(x)$. Signal processing calls the first property "translation-invariant";
# in machine learning the two must be kept apart, so we say *equivariant*.

# %%
di, dj = 10, -14
scene = camera[20:100, 30:110]
moved = camera[20 - di : 100 - di, 30 - dj : 110 - dj]
edges = [np.abs(correlate2d_valid(image, sobel)) for image in (scene, moved)]
show_images(
    [scene, moved, *(edge / 2 for edge in edges)],
    titles=["image", "image, moved", "response", "response, moved"],
    size=2.4,
)

# %% [markdown]
# **Figure 10.** The camera is turned: everything in the image moves 10 rows down
# and 14 columns to the left, and new pixels enter at the top and on the right.
# The response (absolute value, Sobel's kernel) moves along. At the edges there
# is nothing to compare: what has left the image is gone, and what has entered
# was not there before.

# %% [markdown] covers=["C19"]
# **Task 7** (medium, 10 minutes). Write `equivariance_error(y, y_shifted, di,
# dj)`. `y` is the response to an image, and `y_shifted` the response to the same
# image, moved `di` rows down and `dj` columns to the right. Return the largest
#
# $$\bigl|\; y^{\text{shifted}}_{i+d_i,\;j+d_j} - y_{i,j} \;\bigr|$$
#
# over the **overlap**, all $(i, j)$ for which both indices lie inside. It is 0
# for an operation that is equivariant.
#
# - `di` and `dj` are integers, positive, zero or negative.
# - What lies outside the overlap, even NaN, must not matter.
# - The arrays may be of any real dtype; compute in float64. Return one number.
# - `ValueError` if the two shapes differ, and if there is no overlap.
#
# <details><summary>Hint 1: what to think of</summary>Along one axis of n pixels
# and for a move by d: which i are allowed, so that i and i + d both lie in 0, …,
# n − 1? Treat d > 0, d = 0 and d < 0.</details>
# <details><summary>Hint 2: what to look up</summary><code>max(0, −d)</code> and
# <code>min(n, n − d)</code>. Beware of slices with a negative end:
# <code>y[:-0]</code> is empty, and −3 counts from the end.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse unequal shapes;
# find first and last i for the rows, and in the same way for the columns; refuse
# if there are none; cut both arrays, the second one with its indices moved by d;
# subtract as floats; absolute value; maximum.</details>


# %% nbgrader={"grade": false, "grade_id": "equivariance_error", "locked": false, "schema_version": 3, "solution": true, "task": false}
def equivariance_error(y, y_shifted, di, dj):
    """Measure how far a response is from moving along with the image.

    y, y_shifted: (H, W), responses to an image and to the same image moved di rows
    down and dj columns to the right. Returns the largest
    abs(y_shifted[i + di, j + dj] - y[i, j]) over the overlap.
    Raises ValueError if the shapes differ or nothing overlaps.
    """
    ### BEGIN SOLUTION
    if y.shape != y_shifted.shape:
        raise ValueError(
            f"equivariance_error: shapes {y.shape} and {y_shifted.shape} differ"
        )
    height, width = y.shape
    top, bottom = max(0, -di), min(height, height - di)
    left, right = max(0, -dj), min(width, width - dj)
    if top >= bottom or left >= right:
        raise ValueError(
            f"equivariance_error: moved by ({di}, {dj}), responses of shape {y.shape} "
            f"do not overlap"
        )
    before = y[top:bottom, left:right].astype(np.float64)
    after = y_shifted[top + di : bottom + di, left + dj : right + dj]
    return float(np.abs(after - before).max())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "equivariance_error_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
y = np.array([[1.0, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
moved_y = np.array([[0.0, 0, 0, 0], [0, 0, 1, 2], [0, 0, 5, 6]])
case = "moved 1 row down and 2 columns to the right"
mistakes = {
    "y and y_shifted are compared without moving": 10.0,
    "the wrong pixels are compared: do they wrap around, or move the other way?": 12.0,
}
check(equivariance_error, y, moved_y, 1, 2, want=0.0, case=case, mistakes=mistakes)
moved_y[2, 3] = 9
case = "the same, but one value is off by 3"
check(equivariance_error, y, moved_y, 1, 2, want=3.0, case=case)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(701)
field = r.normal(size=(12, 13))
for down, across in ((2, 3), (-1, 2), (3, -2), (-2, -1)):
    y = field[3:9, 3:11]
    noise = np.zeros(y.shape)
    top, left = max(0, down), max(0, across)
    rows, columns = 6 - abs(down), 8 - abs(across)
    noise[top : top + rows, left : left + columns] = r.normal(size=(rows, columns))
    exact = np.full(y.shape, 99.0)
    exact[top : top + rows, left : left + columns] = y[
        max(0, -down) : max(0, -down) + rows,
        max(0, -across) : max(0, -across) + columns,
    ]
    way = f"{'down' if down > 0 else 'up'} and {'right' if across > 0 else 'left'}"
    check(equivariance_error, y, exact, down, across, want=0.0, case=f"a move {way}")
    check(
        equivariance_error,
        y,
        exact + noise,
        down,
        across,
        want=float(abs(noise).max()),
        case=f"a move {way}, with differences",
        mistakes={
            "this is the mean of the differences, not the largest": float(
                abs(noise).sum() / (rows * columns)
            ),
            "the sign of the difference is kept; take absolute values": float(
                noise[top : top + rows, left : left + columns].max()
            ),
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "equivariance_error_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
y = np.array([[1.0, 2, 3], [4, 5, 6]])
check_raises(equivariance_error, y, y, 2, 0, case="a move as far as the image is high")
check_raises(equivariance_error, y, y[:, :2], 0, 0, case="two different shapes")
# Also graded: no move, moves along one axis, NaN outside, one pixel, dtypes, far moves.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(702)
for down, across in ((0, 3), (0, -3), (-2, 0), (5, 7), (-9, 1), (1, -4)):
    check_raises(equivariance_error, y, y, down, across, case="a move without overlap")
check_raises(equivariance_error, y, y[:1], 0, 0, case="shapes that NumPy would stretch")
check_raises(equivariance_error, y, y.T.copy(), 0, 0, case="a response on its side")
y = r.normal(size=(4, 7))
other = r.normal(size=(4, 7))
want = float(abs(other - y).max())
check(equivariance_error, y, other, 0, 0, want=want, case="no move at all")
slices = {
    (0, 2): (slice(0, 4), slice(0, 5)),
    (0, -2): (slice(0, 4), slice(2, 7)),
    (1, 0): (slice(0, 3), slice(0, 7)),
    (-1, 0): (slice(1, 4), slice(0, 7)),
    (3, -6): (slice(0, 1), slice(6, 7)),
    (-3, 6): (slice(3, 4), slice(0, 1)),
}
for (down, across), inside in slices.items():
    moved_y = np.full(y.shape, np.nan)
    target = tuple(
        slice(s.start + d, s.stop + d) for s, d in zip(inside, (down, across))
    )
    moved_y[target] = other[inside]
    first = np.full(y.shape, np.nan)
    first[inside] = y[inside]
    want = float(abs(other[inside] - y[inside]).max())
    case = "one axis, or a single pixel of overlap, and NaN outside it"
    check(equivariance_error, first, moved_y, down, across, want=want, case=case)
dark, bright = np.array([[3, 250, 9]], np.uint8), np.array([[0, 250, 3]], np.uint8)
check(equivariance_error, dark, bright, 0, 0, want=6.0, case="uint8")
check(equivariance_error, dark, bright, 0, 2, want=0.0, case="uint8, moved")
check(equivariance_error, dark > 4, bright > 4, 0, 0, want=1.0, case="True and False")
case = "float32 in, float64 arithmetic"
a, b = np.array([[2.0**24]], np.float32), np.array([[-1.0]], np.float32)
check(equivariance_error, a, b, 0, 0, want=2.0**24 + 1, case=case, rtol=0)
for kind in (np.int8, np.int16, np.int32):
    top = np.iinfo(kind).max
    a, b = np.array([[top, 0]], kind), np.array([[-top, 0]], kind)
    check(equivariance_error, a, b, 0, 0, want=2.0 * top, case=f"{a.dtype}")
a, b = np.array([[2, 9]], np.uint8), np.array([[2.75, 9]])
check(equivariance_error, a, b, 0, 0, want=0.75, case="uint8 and float64")
row = np.ones((1, 6))
case = "a row and a column"
check_raises(equivariance_error, row, row.T.copy(), 0, 0, case=case)
case = "a view"
check(equivariance_error, y[::2, ::-1], y[::2, ::-1], 0, 0, want=0.0, case=case)
### END HIDDEN TESTS

# %%
far_down = np.arange(78)[:, None] / 78
operations = {
    "valid correlation": lambda x: correlate2d_valid(x, sobel),
    "valid correlation + 0.5": lambda x: correlate2d_valid(x, sobel) + 0.5,
    "max(valid correlation, 0)": lambda x: correlate2d_valid(x, sobel).clip(min=0),
    "valid correlation + row / 78": lambda x: correlate2d_valid(x, sobel) + far_down,
    "same correlation, zeros outside": lambda x: correlate2d(x, sobel, "same"),
    "image minus its mean": lambda x: x - x.mean(),
    "left and right exchanged": lambda x: x[:, ::-1],
}
found = [equivariance_error(f(scene), f(moved), di, dj) for f in operations.values()]
_, ax = plt.subplots(figsize=(7, 3))
bars = ax.barh(list(operations), found, color=["C0" if e == 0 else "C2" for e in found])
ax.bar_label(bars, [f"{error:.2g}" for error in found], padding=4)
ax.set(xlabel="equivariance error (same unit as the response)", xlim=(0, 4))
ax.invert_yaxis()
plt.show()

# %% [markdown] covers=["C19"]
# **Figure 11.** Seven operations on the two images of Figure 10. The first three
# are equivariant: a correlation, also with the same number added everywhere, or
# with each number below zero replaced by zero. The others know *where* they are:
# a number that grows from row to row, invented zeros at the border, a mean that
# depends on what has entered, an exchange of left and right.

# %% [markdown] covers=["C19", "F10"]
# ### Nothing else would do
#
# Correlation has two properties. For numbers $\alpha, \beta$, images $x, y$ and
# every move $\delta$, the operation $\psi(x) = x \star \kappa$ is
#
# $$\text{linear: } \psi(\alpha x + \beta y) = \alpha\,\psi(x) + \beta\,\psi(y),
# \qquad \text{equivariant: } \psi(x^{\delta}) = \psi(x)^{\delta}.$$
#
# Both can be read off the sum: it is linear in the pixels, and a move replaces
# $x_{i+k,\,j+l}$ by $x_{i-d_i+k,\,j-d_j+l}$, which is the same sum, formed $d_i$
# rows and $d_j$ columns earlier. The remarkable thing is the reverse.
#
# > **Theorem.** On images without borders, every operation that is linear and
# > equivariant is a correlation with some kernel $\kappa$:
# > $\;\psi(x)_{i,j} = \sum_{k,l} \kappa_{k,l}\, x_{i+k,\,j+l}$.
#
# So who wants a linear layer that treats all places alike has no choice: it is a
# sliding window. If a **bias** is added, it must be the same number $b$
# everywhere, or equivariance is lost, as Figure 11 shows. This is the layer of
# all networks in this course: correlation plus one number per kernel.
#
# **Question 3** (4 points). Prove the theorem for finite images of shape
# $(H, W)$. To be free of borders, let all indices be periodic: $x_{i+H,\,j} =
# x_{i,\,j+W} = x_{i,j}$, and a move carries what leaves on one side in again on
# the other. Figure 4 is the key.
#
# *Rubric.* 1 point: $x$ is written by means of moved copies of one very simple
# image. 1 point: linearity is used, and it is said where. 1 point: equivariance
# is used, and it is said where. 1 point: $\kappa$ is given in terms of $\psi$,
# with the right signs of the indices, and the sum of the theorem is reached.

# %% [markdown] nbgrader={"grade": true, "grade_id": "translation_theorem_why", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# Let $e$ be the image with a single 1 at (0, 0). Moved by $(m, n)$ it has its 1 at
# $(m, n)$, so $x = \sum_{m,n} x_{m,n}\, e^{(m,n)}$. By linearity $\psi(x) =
# \sum_{m,n} x_{m,n}\, \psi(e^{(m,n)})$. By equivariance $\psi(e^{(m,n)}) =
# \psi(e)^{(m,n)}$, whose value at $(i, j)$ is $\psi(e)_{i-m,\,j-n}$. Together
# $\psi(x)_{i,j} = \sum_{m,n} x_{m,n}\, \psi(e)_{i-m,\,j-n}$: a convolution with the
# response to the single 1. Put $\kappa_{k,l} = \psi(e)_{-k,-l}$ and $m = i + k$, $n =
# j + l$; since indices are periodic, $k$ and $l$ run over all places once as $m$ and
# $n$ do: $\psi(x)_{i,j} = \sum_{k,l} \kappa_{k,l}\, x_{i+k,\,j+l}$.
# <!-- END SOLUTION -->

# %% [markdown] covers=["L03"]
# ## Recap
#
# - Correlation multiplies a window by the kernel and adds up; convolution turns the
#   kernel by half a turn first, and then obeys the rules of a product.
# - A (kh, kw) kernel costs kh − 1 rows and kw − 1 columns; padding buys them back
#   with invented pixels, by a rule that must be named.
# - Linear and equivariant means correlation with some kernel: the sliding window is
#   the only linear layer that treats all places alike.
#
# **Next:** lesson 02 chooses kernels well: blur, edges, orientations.
#
# **References.** A. Carlier, "Convolutional Neural Networks", slides, 2024
# (Sobel's kernel on a 6 × 6 image; padding). E. Rantsiou, "CNN basics and an example
# with classification", LENS ML School, 2021 (the second pair; edges with two SciPy
# functions). B. Galerne, "Deep neural networks and CNNs", slides, 2024, after C.
# Deledalle (correlation and convolution; valid places). C. Deledalle, "Image
# classification and CNNs", UCSD ECE 285, 2019 (complex kernels, algebra, boundaries,
# the theorem). N. Noceti, "Convolutional Neural Networks", UniGe (valid places of a
# 10 × 10 image; equivariance). V. Dumoulin and F. Visin, "A guide to convolution
# arithmetic for deep learning", 2016, arXiv:1603.07285.
#
# **For the curious.** The
# [notes of Stanford's CS231n](https://cs231n.github.io/convolutional-networks/) have
# a moving picture of a window that slides over three channels at once; lesson 05
# computes it.
