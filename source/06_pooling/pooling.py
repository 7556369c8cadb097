# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 06 · Pooling and invariance
#
# "There is a vertical edge at row 57, column 203" is more than anybody wants to
# know about a cat. "There is a vertical edge about here" is better, and "there
# is a whisker somewhere" better still. **Pooling** is the step that makes such
# statements: it replaces a neighbourhood of numbers by one. It has no weights to
# learn, and it is the most over-praised part of a network: people say that it
# makes networks indifferent to shifts. In this lesson you write every kind of
# pooling, and then you measure what it really does.
#
# **You will be able to**
#
# - write max, average, $\ell_p$ and global pooling for batches, with overlap,
#   stride and padding, and say what happens at the border;
# - remember where each maximum came from, and put it back there;
# - tell *equivariant*, *stable* and *invariant* apart, measure them, and name
#   tasks in which invariance does harm.
#
# **Time:** 110 minutes, questions included. **You should know:** NumPy arrays
# and slicing; that a layer eats batches of shape (N, C, H, W), N images with C
# channels each (lesson 00); and that a convolution slides a kernel and answers
# with a map (lesson 01). Sizes with stride and padding are repeated here.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional

from course import data
from course.checks import check, check_raises, check_shape
from course.figures import (
    label_line_ends,
    show_images,
    show_maps,
    show_matrices,
)
from course.shortcuts import check_own_work
from course.widgets import explore

plt.style.use("course.course")

# %% [markdown] covers=["C36", "N06"]
# ## 1 · One number for a neighbourhood
#
# A feature map says how strongly a feature was found, place by place. Cut it
# into squares of $z \times z$ numbers, the **windows**, and keep one number of
# each:
#
# - **max pooling** keeps the largest: "was it found anywhere in here?"
# - **average pooling** keeps the mean: "how much of it is in here?"
#
# Each channel is pooled on its own, and nothing is learned: pooling has
# hyper-parameters (window, rule, stride, padding), but no parameters.

# %% nbgrader={"grade": false, "grade_id": "slide_pictures", "locked": true, "schema_version": 3, "solution": false, "task": false}
slide_a = np.array(
    [[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]]
)
slide_b = np.array([[1, 4, 2, 11], [6, 13, 8, 3], [10, 0, 17, 7], [9, 2, 3, 5]])

picture = np.zeros((10, 10))
picture[2:7, 3:8] = 90
picture[5, 4] = 0
picture[8, 2] = 90

not_allowed = ("torch", "scipy.ndimage", "scipy.signal", "skimage")

# %%
show_matrices(
    [slide_a, [[20, 30], [112, 37]], [[13, 8], [79, 19.5]]],
    titles=["feature map", "max", "average"],
    marks=[(2, 0, 2, 2), (1, 0, 1, 1), (1, 0, 1, 1)],
    size=2.5,
)

# %% [markdown] covers=["C36"]
# **Figure 1.** Pooling a 4 × 4 map with windows of 2 × 2. The marked window
# holds 34, 70, 112 and 100; its maximum is 112 and its mean 79. Three numbers of
# four are gone, and with them the knowledge *which* pixel it was.
#
# Why would one throw that away? Three reasons.
#
# - **Less work.** The next layer has a quarter of the places to visit.
# - **A wider view.** One step in the pooled map is two pixels of the photo, so a
#   3 × 3 kernel on top of it sees 6 × 6 pixels.
# - **Small shifts matter less.** If the 37 moves one pixel to the right, the
#   maximum of its window is still 37. If it moves one pixel to the left, it is in
#   another window, and its own is left with 25: remember this for section 6.
#
# The idea is older than computers that could run it. In the visual cortex of
# cats, Hubel and Wiesel found *simple* cells, which answer to an edge at one
# place, and *complex* cells, which answer to the same edge anywhere in a small
# area: as if they pooled simple cells.

# %% [markdown] covers=["C36"]
# ### Stride, overlap, padding
#
# The **stride** $s$ is how far the window moves. With $s = z$ the windows tile
# the map. With $s < z$ they **overlap**: AlexNet, the network that won the
# ImageNet contest of 2012, pools with $z = 3$, $s = 2$. **Padding** puts $p$ rows
# and columns around the map. In all cases
#
# $$H' = \left\lfloor \frac{H + 2p - z}{s} \right\rfloor + 1, \qquad
# W' = \left\lfloor \frac{W + 2p - z}{s} \right\rfloor + 1 .$$
#
# The brackets round down: rows and columns left over at the bottom and the right
# are not looked at.
#
# What should a padded place hold? For a convolution it is 0. Here 0 would be a
# lie: in a map of negative numbers it would be the maximum of every window at
# the border, and it would pull every average there towards 0. A padded place
# must say *nothing*. For the maximum that is $-\infty$, which never wins. For
# the average it is left out: neither added **nor counted**. (PyTorch's average
# pool counts it, unless one says `count_include_pad=False`: over a map of ones,
# with $z = 3$ and $p = 1$, its corner is 4/9.)

# %% [markdown] covers=["N17", "E47"]
# ### A picture to test on
#
# Two sets of slides print the 10 × 10 picture below and pool it with $z = 3$ and
# $s = 2$. They leave its zeros blank. Beware of copying such a table from a PDF:
# the blanks vanish, the row of the single bright pixel becomes "90", and nothing
# says that the 90 belongs into column 2. A blank is a number too. So here are
# all hundred of them, as `picture`, and the sixteen that pooling must give.

# %%
show_matrices(
    [picture, [[0, 90, 90, 90], [0, 90, 90, 90], [0, 90, 90, 90], [90] * 4]],
    titles=["picture, 10 x 10", "max, z = 3, s = 2"],
    marks=[(6, 2, 3, 3), (3, 1, 1, 1)],
    size=3.4,
)

# %% [markdown] covers=["N17"]
# **Figure 2.** Overlapping max pooling. Windows start in rows and columns 0, 2, 4
# and 6; row and column 9 are left over. The lone pixel at row 8, column 2 lies in
# *two* windows, the first two of the last row. The dark pixel inside the square
# has disappeared: for a maximum, one bright neighbour is enough.

# %% [markdown] covers=["N11", "E04", "C36"]
# **Task 1** (medium, 15 minutes). Write `pool2d(x, z, s=None, mode="max", p=0)`
# for a batch of shape (N, C, H, W) and square windows of $z \times z$. The result
# is float64 and has the shape (N, C, H′, W′) of the formula above.
#
# - `mode` is `"max"` or `"average"`; any other word is a `ValueError`.
# - `s=None` means $s = z$. The stride may be larger than the window.
# - Padding never wins a maximum and never counts in an average.
# - `ValueError` if the window does not fit into the padded map, or if $p \ge z$:
#   then some windows would see nothing but padding.
# - `x` holds real numbers of any dtype. Convert first: the mean of 10, 0, 9 and 2
#   is **5.25**. A published slide says 5; that is what integers make of it.
# - Write it yourself: `torch`, `scipy.ndimage`, `scipy.signal` and `skimage` may
#   not be called. `z`, `s` are positive and `p` is not negative: no need to check.
#
# <details><summary>Hint 1: what to think of</summary>Start without padding. The
# result at (i, j) depends on one square of the map: where does it begin, and
# where does it end? You can treat all images and all channels at once.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.pad</code> with a
# list of four pairs pads only the last two axes, and takes
# <code>constant_values</code>. <code>max</code> and <code>mean</code> take
# <code>axis=(2, 3)</code>. <code>np.nan</code> and the functions
# <code>np.nanmax</code> and <code>np.nanmean</code> are one way to leave values
# out; another is to count the places that are no padding.</details>
# <details><summary>Hint 3: the order of things</summary>Convert to float64; fill
# in the stride; refuse what must be refused; pad; compute the two sizes; make
# room for the result; loop over i and j of the result. The square begins at row
# i times s and column j times s. For the average, cutting the square off at the
# border of the unpadded map is a third way to leave the padding out.</details>


# %% nbgrader={"grade": false, "grade_id": "pool2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pool2d(x, z, s=None, mode="max", p=0):
    """Pool each channel over windows of z x z, s apart, after padding by p.

    x: (N, C, H, W), real numbers of any dtype; s: None means z.
    mode: "max" or "average"; padding never wins and never counts.
    Returns float64 (N, C, (H + 2p - z) // s + 1, (W + 2p - z) // s + 1).
    Raises ValueError for another mode, for a window larger than the padded map,
    and for p >= z.
    """
    ### BEGIN SOLUTION
    if mode not in ("max", "average"):
        raise ValueError(f'pool2d: mode must be "max" or "average", got {mode!r}')
    x = np.asarray(x, np.float64)
    s = z if s is None else s
    if z > min(x.shape[2:]) + 2 * p:
        raise ValueError(f"pool2d: a {z} x {z} window does not fit into {x.shape}")
    if p >= z:
        raise ValueError(f"pool2d: padding {p} must be smaller than the window {z}")
    around = ((0, 0), (0, 0), (p, p), (p, p))

    def windows(a, fill):
        a = np.pad(a, around, constant_values=fill)
        a = np.lib.stride_tricks.sliding_window_view(a, (z, z), axis=(2, 3))
        return a[:, :, ::s, ::s]

    if mode == "max":
        return windows(x, -np.inf).max(axis=(-2, -1))
    count = windows(np.ones_like(x), 0).sum(axis=(-2, -1))
    return windows(x, 0).sum(axis=(-2, -1)) / count
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "pool2d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
a, b = slide_a[None, None], slide_b[None, None]
want = np.array([[[[20.0, 30], [112, 37]]]])
check(pool2d, a, 2, want=want, case="Figure 1, max")
want = np.array([[[[6.0, 6], [5.25, 8]]]])
sentence = "5 is what the slide says; the mean of 10, 0, 9 and 2 is no whole number"
check(
    pool2d,
    b,
    2,
    2,
    "average",
    want=want,
    case="the average of the second slide",
    mistakes={sentence: np.floor(want)},
)
want = np.full((1, 1, 4, 4), 90.0)
want[0, 0, :3, 0] = 0
check(pool2d, picture[None, None], 3, 2, want=want, case="Figure 2, overlapping")
check_own_work(pool2d, banned=not_allowed)
### BEGIN HIDDEN TESTS
from torch.nn.functional import avg_pool2d, max_pool2d

r = np.random.default_rng(601)
x = r.normal(size=(2, 3, 7, 10))
t = torch.tensor(x)
check(
    pool2d,
    x,
    3,
    2,
    want=max_pool2d(t, 3, 2).numpy(),
    case="max over overlapping windows of a batch, H and W differ",
    mistakes={
        "this is the smallest of each window": -max_pool2d(-t, 3, 2).numpy(),
        "the channels are pooled together": max_pool2d(t, 3, 2)
        .amax(1, keepdim=True)
        .expand(-1, 3, -1, -1)
        .numpy(),
    },
)
check(
    pool2d,
    x,
    3,
    2,
    "average",
    want=avg_pool2d(t, 3, 2).numpy(),
    case="average over overlapping windows of a batch",
)
check(
    pool2d,
    x,
    2,
    want=max_pool2d(t, 2).numpy(),
    case="no stride given, an odd number of rows",
)
check(
    pool2d,
    x,
    3,
    None,
    "average",
    want=avg_pool2d(t, 3).numpy(),
    case="no stride given, average, rows and columns left over",
)
check(
    pool2d,
    x,
    2,
    3,
    want=max_pool2d(t, 2, 3).numpy(),
    case="a stride larger than the window",
)
check(
    pool2d,
    x - 9,
    3,
    1,
    want=max_pool2d(t - 9, 3, 1).numpy(),
    case="stride 1, all numbers negative",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "pool2d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    pool2d,
    np.full((1, 1, 3, 3), -1.0),
    3,
    2,
    "max",
    1,
    want=np.full((1, 1, 2, 2), -1.0),
    case="a map of -1, padded by 1",
    mistakes={"a padded 0 has won; it should never": np.zeros((1, 1, 2, 2))},
)
check(
    pool2d,
    np.ones((1, 1, 3, 3), int),
    3,
    2,
    "average",
    1,
    want=np.ones((1, 1, 2, 2)),
    case="a map of ones, padded by 1",
    mistakes={"padded places are counted": np.full((1, 1, 2, 2), 4 / 9)},
)
check_raises(pool2d, np.ones((1, 1, 4, 2)), 3, case="a window that is too wide")
check_own_work(pool2d, banned=not_allowed)
# Also graded: padding of negative maps, uint8 and integers, views, other refusals.
### BEGIN HIDDEN TESTS
from torch.nn.functional import avg_pool2d, max_pool2d

r = np.random.default_rng(602)
x = r.permutation(2 * 3 * 6 * 9).reshape(2, 3, 6, 9) - 400.5
t = torch.tensor(x)
for z, s, p in ((3, 2, 1), (2, 2, 1), (4, 3, 2), (3, 1, 1), (5, 4, 1)):
    padded = torch.nn.functional.pad(t, (p, p, p, p))
    check(
        pool2d,
        x,
        z,
        s,
        "max",
        p,
        want=max_pool2d(t, z, s, p).numpy(),
        case="max of negative maps, padded",
        mistakes={"a padded 0 has won": max_pool2d(padded, z, s).numpy()},
    )
    check(
        pool2d,
        x,
        z,
        s,
        "average",
        p,
        want=avg_pool2d(t, z, s, p, count_include_pad=False).numpy(),
        case="average, padded",
        mistakes={"padded places are counted": avg_pool2d(t, z, s, p).numpy()},
    )
check(
    pool2d,
    x[:, :, :2, :4],
    5,
    1,
    "max",
    2,
    want=max_pool2d(t[:, :, :2, :4], 5, 1, 2).numpy(),
    case="a window that fits only thanks to the padding",
)
photo = r.integers(100, 256, (1, 2, 5, 6), np.uint8)
t = torch.tensor(photo.astype(float))
check(
    pool2d,
    photo,
    2,
    1,
    "average",
    want=avg_pool2d(t, 2, 1).numpy(),
    case="the average of a uint8 photo",
)
check(
    pool2d,
    photo,
    3,
    2,
    "max",
    1,
    want=max_pool2d(t, 3, 2, 1).numpy(),
    case="the maximum of a uint8 photo, padded",
)
dark = photo // 40
check(
    pool2d,
    dark,
    3,
    2,
    "max",
    1,
    want=max_pool2d(torch.tensor(dark * 1.0), 3, 2, 1).numpy(),
    case="the maximum of a dark uint8 photo, padded",
)
low = np.full((1, 2, 3, 4), [-1, -1e100, -1e200, -1e300])
want = np.full((1, 2, 2, 3), [-1, -1e100, -1e300])
check(pool2d, low, 2, 2, "max", 1, want=want, case="very negative numbers, padded")
check(
    pool2d,
    np.array([[[[2**24, 1], [1, 1]]]], np.float32),
    2,
    2,
    "average",
    want=np.array([[[[(2**24 + 3) / 4]]]]),
    case="float32 in, float64 arithmetic",
    rtol=1e-12,
)
x = r.normal(size=(3, 2, 12, 8))
view = x[::2, ::-1, 1::2].swapaxes(2, 3)
check(
    pool2d,
    view,
    3,
    2,
    "average",
    1,
    want=avg_pool2d(
        torch.tensor(view.copy()), 3, 2, 1, count_include_pad=False
    ).numpy(),
    case="a view with steps",
)
check(pool2d, x, 1, want=x.copy(), case="windows of a single number")
want = avg_pool2d(torch.tensor(x), 2, 3).numpy()
case = "average, a stride larger than the window"
check(pool2d, x, 2, 3, "average", want=want, case=case)
single = x.astype(np.float32)
want = max_pool2d(torch.tensor(single * 1.0), 2).numpy().astype(float)
check(pool2d, single, 2, want=want, case="the maximum of a float32 map")
x = r.integers(-2, 3, (2, 3, 5, 4))
for mode, rule in (("max", np.max), ("average", np.mean)):
    want = np.empty((2, 3, 4, 4))
    for i, j in np.ndindex(4, 4):
        top, left = 2 * i - 3, 2 * j - 3
        window = x[:, :, max(top, 0) : top + 4, max(left, 0) : left + 4]
        want[:, :, i, j] = rule(window, axis=(2, 3))
    check(pool2d, x, 4, 2, mode, 3, want=want, case=f"{mode}, p = z - 1, some zeros")
check_raises(pool2d, np.ones((1, 1, 2, 4)), 3, case="a window that is too tall")
check_raises(pool2d, np.ones((1, 1, 3, 2)), 5, 1, "max", 1, case="still too wide")
check_raises(pool2d, np.ones((1, 1, 6, 6)), 2, 2, "max", 2, case="p = z")
check_raises(pool2d, np.ones((1, 1, 6, 6)), 2, 2, "average", 3, case="p larger than z")
case = "p = z, average"
check_raises(pool2d, np.ones((1, 1, 6, 6)), 2, 2, "average", 2, case=case)
for word in ("median", "mean", "avg", "Max", "maximum", "min"):
    case = f'the mode "{word}"'
    check_raises(pool2d, np.ones((1, 1, 6, 6)), 2, 2, word, case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["C36"]
# ### Play with it
#
# The map below says how strongly each place of a photo looks like a vertical
# edge. Choose a window and a stride, and compare the two rules. Try a stride that
# is larger than the window, and stride 1 with a large window.

# %% nbgrader={"grade": false, "grade_id": "edge_map", "locked": true, "schema_version": 3, "solution": false, "task": false}
camera = data.grey(data.photo("camera"))
face = camera[70:198, 180:309]
edges = np.abs(np.diff(face, axis=1))


# %%
def draw_pooling(kind, z, s):
    pooled = pool2d(edges[None, None], z, s, kind)[0, 0]
    _, axes = plt.subplots(1, 3, figsize=(9.6, 3.3))
    axes[0].imshow(face, vmin=0, vmax=1)
    axes[1].imshow(edges, cmap="viridis", vmin=0, vmax=0.4)
    axes[2].imshow(pooled, cmap="viridis", vmin=0, vmax=0.4)
    high, wide = pooled.shape
    axes[0].set_title("photo")
    axes[1].set_title(f"edge map: 128 x 128 = {edges.size:,}")
    axes[2].set_title(f"{kind}: {high} x {wide} = {pooled.size:,}")
    for ax in axes:
        ax.set(xticks=[], yticks=[])
    plt.show()


explore(
    draw_pooling,
    kind=("rule", ["max", "average"]),
    z=("window z", [1, 2, 3, 4, 6, 8, 12, 16], 4),
    s=("stride s", [1, 2, 3, 4, 6, 8, 12, 16], 4),
)

# %% [markdown]
# **Figure 3.** A photo, its vertical edges (brightness steps from column to
# column, yellow from 0.4 on), and the edges after pooling. Max pooling keeps thin
# strong edges strong and makes them wide. Average pooling dilutes them: a line
# one pixel wide that crosses a 4 × 4 window keeps a quarter of its strength. With
# a stride larger than the window, edges can fall between the windows and be lost.

# %% [markdown] covers=["F17", "C36"]
# ## 2 · Everything between average and maximum
#
# Average and maximum are the ends of one family. The $\ell_p$ **pool**, or Hölder
# mean, of the $z^2$ numbers of a window is
#
# $$h_p = \Bigl(\frac{1}{z^2} \sum_{k} |x_k|^p\Bigr)^{1/p}, \qquad p \ge 1 .$$
#
# For $p = 1$ it is the average of the absolute values. The larger $p$, the more
# the largest number outweighs the others, and for $p \to \infty$ it is the
# largest absolute value. (After a ReLU no number is negative, so "absolute" may
# be dropped; slides do so without saying. Without it, an odd power of a negative
# number is negative, and a root of that need not exist.)
#
# The formula is easy and its arithmetic is not: $112^{1000}$ has 2,050 digits,
# and a float64 ends at 309. But a common factor may be taken out,
#
# $$h_p(m \cdot u) = m \cdot h_p(u) \qquad (m \ge 0),$$
#
# and some choices of $m$ keep every power harmless.

# %% [markdown] covers=["F17"]
# **Task 2** (medium, 10 minutes). Write `lp_pool(x, z, p)` for a batch (N, C, H,
# W), with windows of $z \times z$ that do not overlap ($s = z$). The result is
# float64 of shape (N, C, H // z, W // z); rows and columns left over are not
# looked at.
#
# - `p` is a real number, not always whole. Large ones, such as 1000, must give a
#   finite, right result; so must very large and very small numbers in `x`.
# - A window of zeros gives 0.
# - `ValueError` if $z$ is larger than H or W, or if $p < 1$.
# - Again without `torch`, `scipy.ndimage`, `scipy.signal` and `skimage`.
#
# <details><summary>Hint 1: what to think of</summary>What is the largest number
# that you may raise to the power 1000 without fear? Make sure that no window
# holds a larger one, and undo it at the end.</details>
# <details><summary>Hint 2: what to look up</summary>Cutting off the left-over
# rows and columns makes the sides multiples of z; then <code>reshape</code> to
# six axes gives each window two axes of its own, and <code>max</code> and
# <code>mean</code> take several axes and <code>keepdims=True</code>. A double
# loop over windows is fine too. Mind what 0/0 is.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse; convert to
# float64, then take absolute values (of int8, −128 has none); find the largest
# of each window; divide the window by it, unless it is 0; power; mean; root;
# multiply by the largest again.</details>


# %% nbgrader={"grade": false, "grade_id": "lp_pool", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lp_pool(x, z, p):
    """Return (mean of |x|^p)^(1/p) over windows of z x z that do not overlap.

    x: (N, C, H, W), real numbers of any dtype; p: a number, at least 1.
    Returns float64 (N, C, H // z, W // z), finite also where |x|^p overflows.
    Raises ValueError if z > H, z > W or p < 1.
    """
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError(f"lp_pool: z = {z}, p = {p} make no sense for {x.shape}")
    h, w = H // z, W // z
    x = np.abs(np.asarray(x, np.float64)[:, :, : h * z, : w * z])
    x = x.reshape(N, C, h, z, w, z)
    top = x.max(axis=(3, 5), keepdims=True)
    mean = ((x / np.where(top > 0, top, 1)) ** p).mean(axis=(3, 5))
    return top[:, :, :, 0, :, 0] * mean ** (1 / p)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "lp_pool_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
a = slide_a[None, None]
want = np.array([[[[13, 8], [79, 19.5]]]])
check(lp_pool, a, 2, 1, want=want, case="p = 1, the averages of Figure 1")
want = np.sqrt([[[[188, 226], [7150, 538.5]]]])
check(
    lp_pool,
    a,
    2,
    2,
    want=want,
    case="p = 2",
    mistakes={
        "the sum is not divided by the number of places": want * 2,
        "the sum is divided by z; a window has z times z places": want * np.sqrt(2),
        "the root is missing": want**2,
    },
)
check_own_work(lp_pool, banned=not_allowed)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(611)
x = r.normal(size=(2, 3, 6, 9))
for z, p in ((3, 2), (3, 3), (2, 2.5), (2, 1), (3, 7)):
    want = np.empty((2, 3, 6 // z, 9 // z))
    for n, c, i, j in np.ndindex(want.shape):
        window = x[n, c, i * z : i * z + z, j * z : j * z + z]
        want[n, c, i, j] = np.linalg.norm(window.ravel(), p) / z ** (2 / p)
    check(
        lp_pool,
        x,
        z,
        p,
        want=want,
        case="a batch of positive and negative numbers",
        mistakes={
            "the sum is not divided by the number of places": want * z ** (2 / p),
            "the root is missing": want**p,
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "lp_pool_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    lp_pool,
    np.full((1, 1, 2, 2), -112),
    2,
    1000,
    want=np.full((1, 1, 1, 1), 112.0),
    case="-112 four times, p = 1000",
)
check(
    lp_pool,
    np.zeros((1, 1, 2, 4)),
    2,
    3,
    want=np.zeros((1, 1, 1, 2)),
    case="windows of zeros",
)
check_own_work(lp_pool, banned=not_allowed)
# Also graded: very large p, huge and tiny numbers, small integers, refusals.
### BEGIN HIDDEN TESTS
from decimal import Decimal

blocks = [[12, 20, 8, 12], [30, 0, 2, 0], [34, 70, 112, 100], [37, 4, 25, 12]]
for p in (64, 1000, 10_000):
    means = [Decimal(sum(v**p for v in block)) / 4 for block in blocks]
    roots = [float(mean ** (Decimal(1) / p)) for mean in means]
    check(
        lp_pool,
        slide_a[None, None],
        2,
        p,
        want=np.reshape(roots, (1, 1, 2, 2)),
        case="a large p",
    )
mixed = np.array([[[[3, -40], [2, 1]]]])
want = np.full((1, 1, 1, 1), 40 * 0.25 ** (1 / 1000))
check(lp_pool, mixed, 2, 1000, want=want, case="a negative number is the largest")
single = np.array([[[[3, 4], [0, 0]]]], np.float32)
check(lp_pool, single, 2, 2, want=np.full((1, 1, 1, 1), 2.5), case="float32")
u = np.array([[[[1.0, -2], [3, 4]]]])
cube = np.full((1, 1, 1, 1), 25.0 ** (1 / 3))
check(lp_pool, u * 1e-200, 2, 3, want=cube * 1e-200, case="tiny numbers", atol=0)
check(lp_pool, u * 1e-300, 2, 3, want=cube * 1e-300, case="tiny numbers", atol=0)
check(lp_pool, u * 1e200, 2, 3, want=cube * 1e200, case="huge numbers")
both = np.concatenate([u * 1e150, u * 1e-150], axis=1)
want = np.concatenate([cube * 1e150, cube * 1e-150], axis=1)
check(lp_pool, both, 2, 3, want=want, case="huge beside tiny numbers", atol=0)
both = np.concatenate([u, u * 0], axis=3)
want = np.concatenate([cube, cube * 0], axis=3)
check(lp_pool, both, 2, 3, want=want, case="zeros beside other numbers")
small = np.array([[[[-128, 0], [0, 0]]]], np.int8)
check(lp_pool, small, 2, 2, want=np.full((1, 1, 1, 1), 64.0), case="int8")
bright = np.array([[[[200, 100, 7], [0, 0, 7]]]], np.uint8)
want = np.full((1, 1, 1, 1), np.sqrt(12500.0))
check(lp_pool, bright, 2, 2, want=want, case="uint8, a column left over")
r = np.random.default_rng(612)
x = r.normal(size=(3, 2, 9, 11))
view = x[::2, ::-1, :, ::2]
want = np.zeros((2, 2, 4, 3))
for row in range(2):
    for column in range(2):
        want += view[:, :, row:8:2, column::2] ** 4 / 4
check(lp_pool, view, 2, 4, want=want**0.25, case="a view, a row left over")
check_raises(lp_pool, np.ones((1, 1, 2, 5)), 3, 2, case="a window that is too tall")
check_raises(lp_pool, np.ones((1, 1, 5, 2)), 3, 2, case="a window that is too wide")
check_raises(lp_pool, np.ones((1, 1, 4, 4)), 2, 0, case="p = 0")
check_raises(lp_pool, np.ones((1, 1, 4, 4)), 2, 0.5, case="p = 0.5")
check_raises(lp_pool, np.ones((1, 1, 4, 4)), 2, -2, case="a negative p")
### END HIDDEN TESTS

# %%
powers = [1, 2, 4, 8, 16, 32, 64, 128, 256]
pooled = np.array([lp_pool(slide_a[None, None], 2, p).ravel() for p in powers])
names = ["12, 20, 8, 12", "30, 0, 2, 0", "34, 70, 112, 100", "37, 4, 25, 12"]
_, ax = plt.subplots(figsize=(6.6, 4))
for values, marker, name in zip(pooled.T, "osD^", names):
    ax.plot(powers, values, marker=marker, label=name)
for value, name, x, side in (
    (112, "maximum", 1, "left"),
    (79, "average", 256, "right"),
):
    ax.axhline(value, color="#555", ls=":", lw=1)
    ax.text(x, value - 2, name, color="#555", ha=side, va="top")
ax.set_xscale("log", base=2)
ax.set_xticks(powers, [str(p) for p in powers])
ax.set(xlabel="p (logarithmic)", ylabel="pooled value", ylim=(0, 122))
label_line_ends(ax)
plt.show()

# %% [markdown] covers=["F17"]
# **Figure 4.** The four windows of Figure 1, pooled with growing $p$. Every curve
# starts at the average and climbs towards the maximum, but slowly: of a single
# strong number in a window of four, $p = 64$ still loses two per cent, since
# $(1/4)^{1/64} = 0.979$.

# %% [markdown] covers=["C36", "C40", "N11"]
# ## 3 · Pooling everything: the end of a network
#
# A classifier must end with K numbers, one per class, but its last feature maps
# are squares. There are two ways out.
#
# - **Flatten.** Write all numbers of all maps into one long row and connect each
#   to each class (a *dense* layer). That needs a weight for every place, and
#   works for one size of photo only.
# - **Go on until the maps are 1 × 1.** A **global pool** uses one window as large
#   as the map: each channel becomes one number, whatever its size.
#
# For the map of the second slide, `slide_b`, the global maximum is 17 and the global
# average 6.3125.

# %%
_, ax = plt.subplots(figsize=(9, 4))
rows = {
    0: [(1, 28, 28), (8, 14, 14), (16, 7, 7), ("784", 28, 1), ("10", 10, 1)],
    -54: [(1, 28, 28), (8, 14, 14), (16, 7, 7), (10, 7, 7), (10, 1, 1)],
}
steps = {
    0: ["conv, pool", "conv, pool", "flatten", "dense: 7,850\nparameters"],
    -54: ["conv, pool", "conv, pool", "1 x 1 conv: 170\nparameters", "global\npool"],
}
for y, row in rows.items():
    for x, (n, high, wide) in zip((0, 54, 104, 154, 200), row):
        color = "C1" if n in ("784", "10") else "C0"
        ax.bar(x, high, wide, bottom=y - high / 2, color=color)
        name = n if color == "C1" else f"{n} x {high} x {wide}"
        ax.text(x, y + 17, name, ha="center")
    for x, name in zip((30, 81, 129, 177), steps[y]):
        ax.text(x, y, name + "\n→", ha="center", va="center", size=9)
ax.set(xlim=(-16, 212), ylim=(-70, 24), aspect="equal")
ax.axis("off")
plt.show()

# %% [markdown] covers=["C40", "A01"]
# **Figure 5.** Two ways to end a network that reads digits of 28 × 28 pixels;
# squares are maps, drawn to scale, with *channels × height × width* above them.
# *Top:* flatten 16 maps of 7 × 7 to 784 numbers, then a dense layer of 784 · 10 +
# 10 = 7,850 parameters. *Bottom:* ten kernels of 1 × 1 mix the channels, 16 · 10 +
# 10 = 170 parameters, and one number per class is left of each map.
#
# > **From history: the Neocognitron.** Kunihiko Fukushima, 1979, in English 1980,
# > extended in 1987. A network that reads handwritten digits, made of layers in
# > pairs: *S-cells* (for simple) look for a feature in a small window, all cells
# > of a plane for the same one; *C-cells* (for complex) pool them, by a weighted
# > **average**, so that a feature counts wherever it is nearby. Pair after pair
# > the planes shrink, until the last pair reaches **10 × (1 × 1)**: one cell per
# > digit, and no dense layer. It tolerates changes of position, size and shape.
# > What it lacks is what made the rest of this course possible: it was not trained
# > by backpropagation. Its S-cells strengthened whatever already answered best,
# > layer by layer. Nor did it use the word ReLU, though its S-cells do set
# > negative results to zero.

# %% [markdown] covers=["C36", "N11"]
# **Task 3** (easy, 4 minutes). Write `global_pool(x, mode)`: (N, C, H, W) in, one
# number per image and channel out, float64 of shape (N, C). `mode` is `"max"` or
# `"average"`, any other word a `ValueError`. The banned modules are as in task 1.
#
# <details><summary>Hint 1: what to think of</summary>Which of the four axes
# disappear?</details>
# <details><summary>Hint 2: what to look up</summary>The argument
# <code>axis</code> of <code>np.max</code> and <code>np.mean</code> may be a tuple.
# </details>
# <details><summary>Hint 3: the order of things</summary>Convert; one
# <code>if</code> for each mode and an error for the rest. Both reductions run over
# the last two axes, and do not keep them.</details>


# %% nbgrader={"grade": false, "grade_id": "global_pool", "locked": false, "schema_version": 3, "solution": true, "task": false}
def global_pool(x, mode):
    """Pool each map of (N, C, H, W) to one number: float64 (N, C).

    mode: "max" or "average"; ValueError for anything else.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, np.float64)
    if mode == "max":
        return x.max(axis=(2, 3))
    if mode == "average":
        return x.mean(axis=(2, 3))
    raise ValueError(f'global_pool: mode must be "max" or "average", got {mode!r}')
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "global_pool_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
b = slide_b[None, None]
check(global_pool, b, "max", want=np.array([[17.0]]), case="maximum of a slide")
check(global_pool, b, "average", want=np.array([[6.3125]]), case="average of a slide")
check_own_work(global_pool, banned=not_allowed)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(621)
x = r.normal(size=(4, 3, 5, 8)) - 3
want = np.array([[channel.max() for channel in image] for image in x])
check(
    global_pool,
    x,
    "max",
    want=want,
    case="the maximum of a batch, H and W differ, numbers below 0",
    mistakes={
        "it pools over the images too": np.broadcast_to(want.max(0), (4, 3)),
        "it pools over the channels too": np.repeat(want.max(1)[:, None], 3, 1),
    },
)
want = np.array([[channel.sum() / 40 for channel in image] for image in x])
check(
    global_pool,
    x,
    "average",
    want=want,
    case="the average of a batch",
    mistakes={"this is the sum": want * 40},
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "global_pool_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_shape(
    global_pool, np.ones((2, 5, 3, 4)), "max", want=(2, 5), case="2 images, 5 channels"
)
check_raises(global_pool, np.ones((1, 1, 2, 2)), "sum", case="an unknown mode")
# Also graded: uint8, float32, one image, one channel, maps of 1 x 1, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(622)
photo = r.integers(150, 256, (1, 3, 9, 7), np.uint8)
want = np.array([[channel.astype(float).sum() / 63 for channel in photo[0]]])
check(global_pool, photo, "average", want=want, case="the average of a uint8 photo")
want = np.array([[float(channel.max()) for channel in photo[0]]])
check(global_pool, photo, "max", want=want, case="the maximum of a uint8 photo")
x = np.array([[[[2**24, 1, 1, 1, 1]]]], np.float32)
want = np.array([[(2**24 + 4) / 5]])
check(global_pool, x, "average", want=want, case="float32 in, float64 out", rtol=1e-12)
check(global_pool, x, "max", want=np.array([[2.0**24]]), case="the maximum of float32")
want = np.array([[-1, -1e100, -1e300]])
low = want[:, :, None, None] * np.ones((3, 4))
check(global_pool, low, "max", want=want, case="very negative numbers")
x = r.normal(size=(5, 1, 1, 1))
check(global_pool, x, "max", want=x[:, :, 0, 0].copy(), case="maps of 1 x 1, max")
check(global_pool, x, "average", want=x[:, 0, 0].copy(), case="maps of 1 x 1, average")
x = r.normal(size=(4, 6, 6, 8))
want = np.array([[c[::2].max() for c in image[::3]] for image in x])
check(global_pool, x[:, ::3, ::2], "max", want=want, case="a view with steps")
check_raises(global_pool, x, "Max", case="a mode in capital letters")
for word in ("mean", "avg", "maximum", "min"):
    check_raises(global_pool, x, word, case=f'the mode "{word}"')
### END HIDDEN TESTS

# %% [markdown] covers=["A01", "C40"]
# **Question 1** (2 points). The Neocognitron pools until its planes are 1 × 1;
# many later networks flatten and add dense layers. Name one thing that the dense
# end can learn and the pooled end cannot, and one that the pooled end does for
# free and the dense end cannot do at all. Then say which part of today's networks
# the Neocognitron already had, and which it lacked.
#
# *Rubric.* 1 point: both differences, each with its reason. 1 point: something it
# had and something it lacked, both correct.

# %% [markdown] nbgrader={"grade": true, "grade_id": "neocognitron_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# A dense end has a weight per place, so it can learn that a feature counts at the top
# and not at the bottom; a global pool has forgotten the place. A pooled end takes
# photos of every size and gives the same answer wherever the object is; a dense end
# has a fixed number of inputs and separate weights for each place. The Neocognitron had
# local windows, shared features, alternating detection and pooling, and negative
# responses set to zero; it lacked training of all layers together by backpropagation
# from labels.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C36"]
# ## 4 · Remember where
#
# A maximum forgets its place, but a program can write it down. Two later lessons
# need that: backpropagation sends the error back to the pixel that won (lesson
# 08), and pictures of what a network sees put the maxima back where they came
# from (lesson 13).
#
# The place is written as **one** number, as PyTorch does: the index in the plane
# read row by row, *row · W + column*, where row and column are counted in the
# whole input map, not in the window. In `slide_a` the maxima 20, 30, 112 and 37
# have the indices 1, 2, 12 and 10.

# %%
places = np.arange(16).reshape(4, 4)
show_matrices(
    [slide_a, places, [[20, 30], [112, 37]], [[1, 2], [12, 10]]],
    titles=["input map", "index of each place", "maxima", "their indices"],
    marks=[(2, 0, 2, 2), (2, 0, 2, 2), (1, 0, 1, 1), (1, 0, 1, 1)],
    size=2.3,
)

# %% [markdown] covers=["N06"]
# **Figure 6.** Max pooling that remembers. The maximum 112 of the marked window
# sits in row 3, column 0, so its index is 3 · 4 + 0 = 12.
#
# **Task 4** (hard, 15 minutes). Write `max_pool_with_indices(x, z, s)`. It returns
# the tuple `(y, idx)`: the maxima as float64, and their indices as int64, both of
# shape (N, C, H′, W′) as in section 1, without padding.
#
# - The index counts within the plane of one image and one channel.
# - If the largest number occurs several times in a window, the **first** one
#   counts, in the order of reading: row by row, from left to right.
# - `ValueError` if the window does not fit. Banned modules as in task 1.
#
# <details><summary>Hint 1: what to think of</summary>Find the winner's place
# inside its window first. Then two numbers turn "row 1 of the window" into "row 3
# of the map": where the window begins, and the stride tells you.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.argmax</code>
# reduces one axis and takes the first of equals; flatten the window before you
# use it. <code>divmod(n, z)</code>, or <code>//</code> and <code>%</code>, take a
# number apart into row and column, also for arrays.</details>
# <details><summary>Hint 3: the order of things</summary>For each window at (i, j):
# its z · z numbers as the last axis; argmax along it; row and column inside the
# window by dividing by z; add i times s and j times s; row times W plus column,
# W being the width of the <em>input</em>. The maximum itself is the easy
# part.</details>


# %% nbgrader={"grade": false, "grade_id": "max_pool_with_indices", "locked": false, "schema_version": 3, "solution": true, "task": false}
def max_pool_with_indices(x, z, s):
    """Max pool, and tell where each maximum was; the first one where several are.

    x: (N, C, H, W), real numbers of any dtype; windows of z x z, s apart.
    Returns (y, idx): float64 and int64, both (N, C, (H-z)//s + 1, (W-z)//s + 1);
    idx is row * W + column in the plane of x.
    Raises ValueError if z > H or z > W.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, np.float64)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError(
            f"max_pool_with_indices: {z} x {z} does not fit into {x.shape}"
        )
    windows = np.lib.stride_tricks.sliding_window_view(x, (z, z), axis=(2, 3))
    windows = windows[:, :, ::s, ::s]
    h, w = windows.shape[2:4]
    windows = windows.reshape(N, C, h, w, z * z)
    first = windows.argmax(axis=-1)
    row = s * np.arange(h)[:, None] + first // z
    column = s * np.arange(w) + first % z
    return windows.max(axis=-1), (row * W + column).astype(np.int64)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "max_pool_with_indices_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
want = np.array([[[[20.0, 30], [112, 37]]]]), np.array([[[[1, 2], [12, 10]]]])
check(
    max_pool_with_indices,
    slide_a[None, None],
    2,
    2,
    want=want,
    case="Figure 6",
    mistakes={
        "the indices count inside each window": (
            want[0],
            want[1] * 0 + [[1, 0], [2, 0]],
        ),
        "column times H plus row; it should be row times W plus column": (
            want[0],
            np.array([[[[4, 8], [3, 10]]]]),
        ),
    },
)
check_own_work(max_pool_with_indices, banned=not_allowed)
### BEGIN HIDDEN TESTS
from torch.nn.functional import max_pool2d

r = np.random.default_rng(631)
x = r.permutation(2 * 3 * 7 * 10).reshape(2, 3, 7, 10) - 500.25
for z, s in ((2, 2), (3, 2), (3, 1), (2, 3), (3, 3)):
    y, idx = max_pool2d(torch.tensor(x), z, s, return_indices=True)
    want = y.numpy(), idx.numpy()
    row, column = want[1] // 10, want[1] % 10
    planes = 70 * np.arange(6).reshape(2, 3, 1, 1)
    begins = s * (
        10 * np.arange(y.shape[2]).reshape(1, 1, -1, 1)
        + np.arange(y.shape[3]).reshape(1, 1, 1, -1)
    )
    inside = want[1] - begins
    check(
        max_pool_with_indices,
        x,
        z,
        s,
        want=want,
        case="a batch of negative numbers, H and W differ",
        mistakes={
            "column times H plus row": (want[0], column * 7 + row),
            "row times H plus column; a row has W places": (want[0], row * 7 + column),
            "the indices count on from channel to channel": (want[0], want[1] + planes),
            "the indices count inside each window": (
                want[0],
                inside // 10 * z + inside % 10,
            ),
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "max_pool_with_indices_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    max_pool_with_indices,
    np.full((1, 1, 2, 4), 7),
    2,
    2,
    want=(np.full((1, 1, 1, 2), 7.0), np.array([[[[0, 2]]]])),
    case="all numbers equal",
    mistakes={
        "of several equal maxima the last is reported, not the first": (
            np.full((1, 1, 1, 2), 7.0),
            np.array([[[[5, 7]]]]),
        ),
    },
)
check_raises(
    max_pool_with_indices, np.ones((1, 1, 4, 2)), 3, 1, case="a window that is too wide"
)
check_own_work(max_pool_with_indices, banned=not_allowed)
# Also graded: ties in overlapping windows, zeros and negative numbers, uint8, views.
### BEGIN HIDDEN TESTS
from torch.nn.functional import max_pool2d

r = np.random.default_rng(632)
for low, high in ((0, 3), (-4, -1), (-2, 2)):
    x = r.integers(low, high, (2, 2, 6, 9))
    for z, s in ((3, 2), (2, 1), (2, 2)):
        y, idx = max_pool2d(torch.tensor(x * 1.0), z, s, return_indices=True)
        want = y.numpy(), idx.numpy()
        case = "many ties"
        check(max_pool_with_indices, x, z, s, want=want, case=case)
photo = r.integers(0, 256, (1, 3, 8, 5), np.uint8)
y, idx = max_pool2d(torch.tensor(photo * 1.0), 3, 2, return_indices=True)
want = y.numpy(), idx.numpy()
check(max_pool_with_indices, photo, 3, 2, want=want, case="a uint8 photo")
x = r.normal(size=(2, 4, 10, 7))
view = x[:, ::-2, ::3].swapaxes(2, 3)
y, idx = max_pool2d(torch.tensor(view.copy()), 2, 1, return_indices=True)
want = y.numpy(), idx.numpy()
check(max_pool_with_indices, view, 2, 1, want=want, case="a view with steps")
y, idx = max_pool2d(torch.tensor(x), 7, 7, return_indices=True)
want = y.numpy(), idx.numpy()
check(max_pool_with_indices, x, 7, 7, want=want, case="one window, a part of the map")
close = np.array([[[[1, 1, 1, 1 + 1e-9], [1 + 1e-9, 1, 1, 1]]]])
want = np.full((1, 1, 1, 2), 1 + 1e-9), np.array([[[[4, 3]]]])
check(max_pool_with_indices, close, 2, 2, want=want, case="almost equal numbers")
single = r.integers(0, 5, (1, 2, 20, 30)).astype(np.float32)
y, idx = max_pool2d(torch.tensor(single), 3, 3, return_indices=True)
want = y.numpy().astype(float), idx.numpy()
check(max_pool_with_indices, single, 3, 3, want=want, case="a larger map of float32")
low = np.full((1, 1, 2, 3), [-1e300, -1e200, -1])
want = np.array([[[[-1e200, -1]]]]), np.array([[[[1, 2]]]])
check(max_pool_with_indices, low, 2, 1, want=want, case="very negative numbers")
check_raises(
    max_pool_with_indices, np.ones((1, 1, 2, 4)), 3, 1, case="a window that is too tall"
)
### END HIDDEN TESTS

# %% [markdown] covers=["N06", "C36"]
# ### Put them back
#
# **Unpooling** is the way back, as far as there is one: a map of zeros in which
# each remembered maximum stands at its old place. Zeiler and Fergus used it in
# 2013 to draw what a unit deep in a network reacts to. It does *not* undo the
# pooling: what lost is lost.
#
# **Task 5** (medium, 8 minutes). Write `max_unpool(y, idx, shape)`: `y` and `idx`
# are as in task 4, both (N, C, h, w), and `shape` is the pair (H, W). The result
# is float64 of shape (N, C, H, W), with `y` at the places `idx` of its own plane
# and 0 elsewhere.
#
# - Where windows overlap, the same pixel may have won twice, and its index occurs
#   twice, with the same value. Write the value; do not add it up.
# - `ValueError` if `y` and `idx` differ in shape, or if an index lies outside 0 …
#   H · W − 1. Python would take −1 for the last place and say nothing.
# - Banned modules as in task 1.
#
# <details><summary>Hint 1: what to think of</summary>Inside one plane the index is
# a plain position in a list of H · W numbers. So let each plane be a list while
# you write, and a square afterwards.</details>
# <details><summary>Hint 2: what to look up</summary>Assigning to
# <code>plane[indices]</code> writes; of several values for one place, one stays.
# A loop over images and channels is fine; <code>np.put_along_axis</code> does
# without.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse; zeros of shape (N,
# C, H · W); for each n and c write <code>y[n, c]</code>, flattened, at
# <code>idx[n, c]</code>, flattened; reshape to (N, C, H, W).</details>


# %% nbgrader={"grade": false, "grade_id": "max_unpool", "locked": false, "schema_version": 3, "solution": true, "task": false}
def max_unpool(y, idx, shape):
    """Put each value of y back at its index, in maps of zeros.

    y, idx: (N, C, h, w), real numbers and integers; idx is row * W + column.
    shape: (H, W). Returns float64 (N, C, H, W); a place named twice is written
    once. Raises ValueError if y and idx differ in shape or an index is outside.
    """
    ### BEGIN SOLUTION
    H, W = shape
    if y.shape != idx.shape:
        raise ValueError(f"max_unpool: y is {y.shape}, but idx is {idx.shape}")
    if np.any((idx < 0) | (idx >= H * W)):
        raise ValueError(f"max_unpool: indices must be in 0..{H * W - 1}")
    N, C = y.shape[:2]
    out = np.zeros((N, C, H * W))
    np.put_along_axis(out, idx.reshape(N, C, -1), y.reshape(N, C, -1), axis=-1)
    return out.reshape(N, C, H, W)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "max_unpool_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
y, idx = np.array([[[[20, 30], [112, 37]]]]), np.array([[[[1, 2], [12, 10]]]])
want = np.where(np.isin(slide_a, y), slide_a, 0)[None, None] * 1.0
corners = np.zeros((1, 1, 4, 4))
corners[:, :, ::2, ::2] = y
check(
    max_unpool,
    y,
    idx,
    (4, 4),
    want=want,
    case="the maxima of Figure 6",
    mistakes={
        "each maximum stands in the corner of its window, not at its index": corners,
        "each maximum fills its whole window": np.kron(y, np.ones((2, 2))),
    },
)
check_own_work(max_unpool, banned=not_allowed)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(641)
N, C, h, w, H, W = 2, 3, 3, 2, 7, 5
y = r.normal(size=(N, C, h, w))
idx = np.empty((N, C, h, w), np.int64)
want = np.zeros((N, C, H, W))
for n in range(N):
    for c in range(C):
        idx[n, c] = r.permutation(H * W)[: h * w].reshape(h, w)
        for i, j in np.ndindex(h, w):
            want[n, c, idx[n, c, i, j] // W, idx[n, c, i, j] % W] = y[n, c, i, j]
check(
    max_unpool,
    y,
    idx,
    (H, W),
    want=want,
    case="a batch, H and W differ",
    rtol=1e-12,
    mistakes={
        "images and channels are mixed up": want.transpose(1, 0, 2, 3).reshape(
            N, C, H, W
        ),
        "rows and columns are mixed up": want.reshape(N, C, W, H).swapaxes(2, 3).copy(),
    },
)
x = np.zeros((1, 1, 5, 5))
x[0, 0, 2, 2], x[0, 0, 0, 3], x[0, 0, 4, 1] = 9.5, 4.0, 7.0
y = np.array([[[[9.5, 9.5], [9.5, 9.5]]]])
idx = np.full((1, 1, 2, 2), 12)
want = np.zeros((1, 1, 5, 5))
want[0, 0, 2, 2] = 9.5
check(
    max_unpool,
    y,
    idx,
    (5, 5),
    want=want,
    case="overlapping windows with one winner",
    mistakes={"a value that occurs several times is added up": want * 4},
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "max_unpool_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(
    max_unpool,
    np.ones((1, 1, 1, 2)),
    np.array([[[[0, 12]]]]),
    (3, 4),
    case="the index 12 in a plane of 3 x 4",
)
# Also graded: negative numbers and zeros, integers, the last place, other refusals.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(642)
y = np.array([[[[-3, 0]], [[-1, -2]]]])
idx = np.array([[[[11, 4]], [[0, 7]]]])
want = np.zeros((1, 2, 3, 4))
want[0, 0, 2, 3], want[0, 1, 0, 0], want[0, 1, 1, 3] = -3, -1, -2
check(max_unpool, y, idx, (3, 4), want=want, case="negative numbers, the last place")
check(
    max_unpool,
    y.astype(np.float32),
    idx.astype(np.int32),
    (3, 4),
    want=want,
    case="float32 and int32",
)
twice = np.array([[[[-2.5, -2.5, 6.0]]]])
want = np.zeros((1, 1, 2, 3))
want[0, 0, 1, 1], want[0, 0, 0, 2] = -2.5, 6
check(
    max_unpool,
    twice,
    np.array([[[[4, 4, 2]]]]),
    (2, 3),
    want=want,
    case="a negative winner of two windows",
)
wide = r.normal(size=(3, 4, 2, 6))
places = np.stack([r.permutation(40)[:12].reshape(2, 6) for _ in range(12)], 0).reshape(
    3, 4, 2, 6
)
want = np.zeros((2, 2, 10, 4))
for n, c, i, j in np.ndindex(2, 2, 2, 3):
    value, place = wide[2 * n, 2 * c + 1, i, 2 * j], places[2 * n, 2 * c + 1, i, 2 * j]
    want[n, c, place // 4, place % 4] = value
check(
    max_unpool,
    wide[::2, 1::2, :, ::2],
    places[::2, 1::2, :, ::2],
    (10, 4),
    want=want,
    case="views with steps",
)
one, zero = np.ones((1, 1, 1, 1)), np.zeros((1, 1, 1, 1), np.int64)
check_raises(max_unpool, one, zero - 1, (3, 4), case="the index -1")
check_raises(max_unpool, one, zero + 99, (3, 4), case="an index far outside")
pair = np.ones((1, 1, 1, 2))
case = "the index -1 beside a good one"
check_raises(max_unpool, pair, np.array([[[[-1, 3]]]]), (3, 4), case=case)
for axis, name in ((0, "image"), (1, "channel")):
    ones = np.concatenate([one, one], axis)
    first = np.concatenate([zero + 12, zero], axis)
    second = np.concatenate([zero, zero - 1], axis)
    case = f"an index too large, in the first {name} only"
    check_raises(max_unpool, ones, first, (3, 4), case=case)
    case = f"the index -1, in the second {name} only"
    check_raises(max_unpool, ones, second, (3, 4), case=case)
    case = f"indices for one {name} of two"
    check_raises(max_unpool, ones, zero, (3, 4), case=case)
check_raises(
    max_unpool,
    np.ones((1, 1, 2, 2)),
    np.zeros((1, 1, 2, 1), np.int64),
    (3, 4),
    case="fewer indices than values",
)
check_raises(
    max_unpool,
    np.ones((1, 1, 2, 3)),
    np.array([[[[0, 1], [2, 3], [4, 5]]]]),
    (3, 4),
    case="as many indices as values, in another shape",
)
### END HIDDEN TESTS

# %%
part, kept = edges[64:112, 64:112], []
for z in (2, 4, 8):
    y, idx = max_pool_with_indices(part[None, None], z, z)
    kept.append(max_unpool(y, idx, part.shape)[0, 0])
show_maps(
    [part, *kept],
    titles=["part of the map", *(f"z = {z}: 1 in {z * z} kept" for z in (2, 4, 8))],
    label="strength of the edge",
    vmax=0.4,
    size=2.3,
)

# %% [markdown] covers=["C36"]
# **Figure 7.** A part of the edge map of Figure 3, pooled with $s = z$ and unpooled again.
# What survives stands exactly where it was: one number per window, so that weak
# neighbours of a strong edge disappear, and a plain area keeps a dot or two of
# its own noise.

# %% [markdown] covers=["E36", "C36"]
# ## 5 · Stride 1: an old friend under a false name
#
# With $s = 1$ and $p = (z-1)/2$ for odd $z$, max pooling keeps the size of the
# map: each pixel becomes the largest number of the $z \times z$ square *around*
# it. One set of slides says: "s = 1: the operation is known as dilation". That is
# right, and misleads every reader who knows networks, since two things are called
# so.
#
# | | **grey dilation** | **dilated convolution** |
# |---|---|---|
# | from | mathematical morphology | wavelets (1989), then deep networks (2015) |
# | also called | max filter | *atrous*, "with holes" |
# | does | takes the maximum of *all* pixels of a window | takes a weighted sum of *some*, $d$ apart |
# | one bright pixel | grows to a full square | is copied to separate places |
# | weights | none | $k \times k$ |
#
# The slide means the first one.
#
# **Task 6** (easy, 6 minutes). Write `grey_dilation(x, z)` for one map of shape
# (H, W): float64 of the same shape, each pixel the maximum of the $z \times z$
# window centred on it. What lies outside the map never wins. `z` may be larger
# than the map. `ValueError` if `z` is even (no centre) or less than 1. You may
# call your own `pool2d` or not; the banned modules are as in task 1.
#
# <details><summary>Hint 1: what to think of</summary>This is max pooling with
# three settings that you know. How many rows must be added at each side so that
# none is lost?</details>
# <details><summary>Hint 2: what to look up</summary><code>x[None, None]</code>
# adds the two axes that a batch has, and <code>[0, 0]</code> takes them off.
# Without <code>pool2d</code>: pad with <code>-np.inf</code>, which only a float
# array can hold.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse a bad z; half of z,
# rounded down, is the padding; stride 1; maximum. A bright pixel must stay in the
# middle of its square.</details>


# %% nbgrader={"grade": false, "grade_id": "grey_dilation", "locked": false, "schema_version": 3, "solution": true, "task": false}
def grey_dilation(x, z):
    """Return the maximum of the z x z window around each pixel; float64 (H, W).

    x: (H, W), real numbers of any dtype; z: odd, at least 1, else ValueError.
    """
    ### BEGIN SOLUTION
    if z < 1 or z % 2 == 0:
        raise ValueError(f"grey_dilation: z must be odd and at least 1, got {z}")
    return pool2d(x[None, None], z, 1, "max", z // 2)[0, 0]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "grey_dilation_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
dot, square, holes = np.zeros((3, 6, 8))
dot[2, 5] = 1
square[1:4, 4:7] = 1
holes[0:5:2, 3:8:2] = 1
check(
    grey_dilation,
    dot,
    3,
    want=square,
    case="one bright pixel",
    mistakes={
        "this is the other dilation, with holes": holes,
        "this takes the minimum: erosion, the opposite of dilation": dot * 0,
        "the window begins at the pixel; it should be centred on it": np.roll(
            square, (-1, -1), (0, 1)
        ),
        "the window ends at the pixel; it should be centred on it": np.roll(
            square, (1, 1), (0, 1)
        ),
    },
)
check_own_work(grey_dilation, banned=not_allowed)
### BEGIN HIDDEN TESTS
from scipy.ndimage import maximum_filter, minimum_filter

r = np.random.default_rng(651)
for z in (3, 5, 7):
    x = r.permutation(80).reshape(8, 10) / 2
    check(
        grey_dilation,
        x,
        z,
        want=maximum_filter(x, z, mode="constant", cval=-np.inf),
        case="distinct numbers, H and W differ",
        mistakes={
            "this takes the minimum": minimum_filter(x, z, mode="constant", cval=np.inf)
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "grey_dilation_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    grey_dilation,
    np.array([[-5.0, -2.0, -9.0]]),
    3,
    want=np.array([[-2.0, -2.0, -2.0]]),
    case="negative numbers, one row",
    mistakes={"a padded 0 has won": np.zeros((1, 3))},
)
check_raises(grey_dilation, np.ones((5, 5)), 2, case="an even window")
check_own_work(grey_dilation, banned=not_allowed)
# Also graded: negative maps, z = 1, z larger than the map, uint8, views, other z.
### BEGIN HIDDEN TESTS
from scipy.ndimage import maximum_filter

r = np.random.default_rng(652)
x = r.permutation(63).reshape(7, 9) - 100
want = maximum_filter(x * 1.0, 5, mode="constant", cval=-np.inf)
check(grey_dilation, x, 5, want=want, case="a map of negative integers")
check(grey_dilation, x, 1, want=x * 1.0, case="z = 1")
want = np.full((7, 9), x.max() * 1.0)
check(grey_dilation, x, 19, want=want, case="z larger than the map")
want = maximum_filter(x[:3] * 1.0, 7, mode="constant", cval=-np.inf)
check(grey_dilation, x[:3], 7, want=want, case="z larger than the height only")
photo = r.integers(0, 256, (6, 4), np.uint8)
want = maximum_filter(photo * 1.0, 3, mode="constant", cval=-np.inf)
check(grey_dilation, photo, 3, want=want, case="a uint8 photo")
view = r.normal(size=(12, 9)).T[::2, ::-1]
want = maximum_filter(view.copy(), 3, mode="constant", cval=-np.inf)
check(grey_dilation, view, 3, want=want, case="a view with steps")
low = np.full((3, 4), [-1e300, -1e300, -1e300, -1])
want = np.full((3, 4), [-1e300, -1e300, -1, -1])
check(grey_dilation, low, 3, want=want, case="very negative numbers")
single = r.normal(size=(4, 5)).astype(np.float32)
want = maximum_filter(single.astype(float), 3, mode="constant", cval=-np.inf)
check(grey_dilation, single, 3, want=want, case="float32 in, float64 out")
check_raises(grey_dilation, x, 4, case="another even window")
check_raises(grey_dilation, x, 0, case="z = 0")
check_raises(grey_dilation, x, -3, case="a negative z")
### END HIDDEN TESTS

# %%
page = data.grey(data.photo("page"))[20:110, 60:210]
show_images(
    [page, grey_dilation(page, 3), grey_dilation(page, 5), -grey_dilation(-page, 3)],
    titles=["photo", "dilation, z = 3", "dilation, z = 5", "erosion, z = 3"],
    columns=2,
    size=3.6,
)

# %% [markdown] covers=["E36"]
# **Figure 8.** Grey dilation of a printed page. Bright paper grows into the dark
# letters, which get thinner and vanish. Dilating the negative and turning the
# result back gives the opposite, *erosion*: the smallest number wins, and the ink
# grows. Both are decades older than deep networks, and the first one is max pooling
# with stride 1.

# %% [markdown] covers=["E36"]
# **Explain the mistake** (2 points). A student reads "max pooling with s = 1 is
# known as dilation" and replaces the layer `MaxPool2d(3, stride=1, padding=1)` of
# her network by `Conv2d(C, C, 3, dilation=2, padding=2)`. Output shapes agree,
# nothing complains. What is the mistake, and by which two experiments, one on the
# output for a simple input and one without any input, could she have noticed?
#
# *Rubric.* 1 point: says which two operations were confused, and how they differ.
# 1 point: both experiments, each with what one would see.

# %% [markdown] nbgrader={"grade": true, "grade_id": "two_dilations_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# The slide means grey dilation: the maximum of all nine neighbours, no weights. She
# built a dilated (atrous) convolution: a learned weighted sum of nine pixels that lie
# two apart, over all channels. Experiment 1: a single bright pixel. The pool gives a
# full 3 x 3 square of the same brightness, the convolution nine separate pixels of
# different strengths (or scaling the input by -1 flips the sign of the convolution's
# answer, up to its bias, and not the pool's). Experiment 2: count the parameters: the
# pool has none, the convolution 9 C^2 + C.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C36"]
# ## 6 · Equivariant, stable, invariant
#
# Let $T$ shift an image, and let $f$ be a layer.
#
# - $f$ is **equivariant** if a shifted input gives the shifted output: $f(Tx) =
#   T f(x)$. Convolution with stride 1 is, away from the border. It keeps the
#   place.
# - $f$ is **invariant** if a shifted input gives the *same* output: $f(Tx) =
#   f(x)$. It forgets the place.
# - $f$ is **stable** if a small shift changes the output only a little.
#
# Which of them is pooling? Try it in one dimension, with $z = s = 2$, on a row
# with a single 9:
#
# | input | windows | output |
# |---|---|---|
# | 0 0 9 0 0 0 | (0 0) (9 0) (0 0) | 0 9 0 |
# | moved right by 1: 0 0 0 9 0 0 | (0 0) (0 9) (0 0) | 0 9 0 |
# | moved left by 1: 0 9 0 0 0 0 | (0 9) (0 0) (0 0) | 9 0 0 |
#
# To the right the output stays; to the left it jumps by one whole place, that is
# by two pixels. So local pooling is neither invariant nor, for a shift by one
# pixel, equivariant. Only shifts by a multiple of the stride move its output as
# they should. A *global* pool is invariant, as long as nothing leaves the map.
#
# To go beyond single rows we need a number. For the features $f_0$ of an image
# and $f_1$ of its shifted copy, take the change relative to the size,
#
# $$\frac{\lVert f_1 - f_0 \rVert}{\lVert f_0 \rVert}, \qquad
# \lVert f \rVert = \sqrt{\textstyle\sum f_i^2} .$$
#
# It is 0 for an invariant feature, and about $\sqrt2$ if the two have nothing in
# common but their size.

# %% [markdown] covers=["C36"]
# **Task 7** (easy, 5 minutes). Write `shift_stability(f0, f1)`: that quotient, as
# a float, for arrays of any shape (all entries count as one long list).
#
# - If both are zero everywhere, nothing changed: 0. If only $f_0$ is zero, the
#   relative change is infinite: return `float("inf")`.
# - Different shapes cannot be compared: `ValueError`. NumPy would stretch one of
#   them and say nothing.
# - Any real dtype. In uint8, 3 − 4 is 255: convert first.
#
# <details><summary>Hint 1: what to think of</summary>The formula needs two norms;
# the text names two cases in which the lower one is 0.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.linalg.norm</code> of
# an array without further arguments is the root of the sum of squares; with a
# matrix and the argument 2 it is something else. NumPy divides by 0 with a warning,
# Python with an error.</details>
# <details><summary>Hint 3: the order of things</summary>Convert; compare the
# shapes; both norms; the two special cases; divide the norm of the difference by
# the norm of the first.</details>


# %% nbgrader={"grade": false, "grade_id": "shift_stability", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shift_stability(f0, f1):
    """Return ||f1 - f0|| / ||f0|| over all entries, as a float.

    0 if both are zero everywhere, inf if only f0 is; ValueError if shapes differ.
    """
    ### BEGIN SOLUTION
    f0, f1 = np.asarray(f0, np.float64), np.asarray(f1, np.float64)
    if f0.shape != f1.shape:
        raise ValueError(f"shift_stability: shapes {f0.shape} and {f1.shape} differ")
    change, size = np.sqrt(((f1 - f0) ** 2).sum()), np.sqrt((f0**2).sum())
    if size == 0:
        return 0.0 if change == 0 else float("inf")
    return float(change / size)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "shift_stability_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    shift_stability,
    np.array([3.0, 4.0]),
    np.array([3.0, 5.0]),
    want=0.2,
    case="(3, 4) and (3, 5)",
    mistakes={
        "divided by the norm of the second; the first is the reference": 1 / 34**0.5,
        "the change is not divided by the size": 1.0,
        "the squares are there, the roots are missing": 0.04,
    },
)
check(shift_stability, np.ones((2, 3)), np.ones((2, 3)), want=0.0, case="no change")
### BEGIN HIDDEN TESTS
r = np.random.default_rng(661)
for shape in ((7,), (3, 5), (2, 3, 4, 5)):
    f0, f1 = r.normal(size=shape), 3 * r.normal(size=shape)
    top = sum((float(v) - float(u)) ** 2 for u, v in zip(f0.ravel(), f1.ravel()))
    want = (top / sum(float(u) ** 2 for u in f0.ravel())) ** 0.5
    check(shift_stability, f0, f1, want=want, case="random features of any shape")
    check(shift_stability, f0, f0 + 0, want=0.0, case="equal features of any shape")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "shift_stability_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(shift_stability, np.zeros(3), np.zeros(3), want=0.0, case="nothing at all, twice")
check_raises(shift_stability, np.ones((2, 2)), np.ones(2), case="different shapes")
# Also graded: only f0 zero, sums of zero, uint8, small numbers, other shapes.
### BEGIN HIDDEN TESTS
inf = float("inf")
check(shift_stability, np.zeros((2, 2)), np.ones((2, 2)), want=inf, case="f0 is zero")
check(shift_stability, np.ones((2, 2)), np.zeros((2, 2)), want=1.0, case="f1 is zero")
f0, f1 = np.array([3, 4], np.uint8), np.array([0, 0], np.uint8)
check(shift_stability, f0, f1, want=1.0, case="uint8, getting smaller")
f0, f1 = np.array([30, 40], np.uint8), np.array([30, 60], np.uint8)
check(shift_stability, f0, f1, want=0.4, case="uint8, large squares")
check(shift_stability, np.array([1, -1]), np.array([-1, 1]), want=2.0, case="sums of 0")
f0, f1 = np.array([3e-9, 4e-9]), np.array([3e-9, 5e-9])
check(shift_stability, f0, f1, want=0.2, case="very small features")
f0, f1 = np.array([3e-100, 4e-100]), np.array([3e-100, 5e-100])
check(shift_stability, f0, f1, want=0.2, case="extremely small features")
check(shift_stability, np.array([-5.0]), np.array([-4.0]), want=0.2, case="one feature")
f0, f1 = np.array([30_000, 0], np.int16), np.array([-30_000, 0], np.int16)
check(shift_stability, f0, f1, want=2.0, case="int16, some zeros")
f0, f1 = np.array([0, 3e30, 4e30], np.float32), np.array([0, 3e30, 8e30], np.float32)
want = abs(float(f1[2]) - float(f0[2])) / np.linalg.norm(f0.astype(float))
check(shift_stability, f0, f1, want=want, case="float32, large squares")
f1 = np.array([0.0, 1.0, -1.0])
check(shift_stability, 0 * f1, f1, want=inf, case="f0 is zero, f1 sums to 0")
check_raises(shift_stability, np.ones((1, 3)), np.ones((3, 1)), case="a row, a column")
check_raises(shift_stability, np.ones(4), np.ones((2, 2)), case="other shapes")
check_raises(shift_stability, np.ones(3), np.ones(1), case="a single number")
### END HIDDEN TESTS

# %% [markdown] covers=["C36"]
# ### Measure it
#
# Twelve windows of 64 × 64 pixels are cut from the edge map of the whole photo,
# each with its copies up to eight pixels further on. How much do the features
# change, pooled by your functions?

# %%
steps_right = np.diff(camera, axis=1)
map_of_edges = np.where(np.abs(steps_right) > 0.1, np.abs(steps_right), 0)
corners = np.random.default_rng(0).integers([40, 100], [300, 400], (12, 2))
crops = np.array(
    [
        [map_of_edges[i : i + 64, j + t : j + t + 64] for i, j in corners]
        for t in range(9)
    ]
)
rules = {"no pooling": lambda x: x}
rules |= {f"max, z = s = {z}": lambda x, z=z: pool2d(x, z) for z in (2, 4, 8, 16)}
rules["global max"] = lambda x: global_pool(x, "max")
_, ax = plt.subplots(figsize=(7.4, 4.6))
for (name, pool), marker in zip(rules.items(), "osD^vx"):
    features = [pool(shifted[:, None]) for shifted in crops]
    change = [shift_stability(features[0], f) for f in features]
    ax.plot(range(9), change, marker=marker, label=name)
ax.set(xlabel="shift (pixels)", ylabel="relative change of the features", ylim=(0, 1.4))
label_line_ends(ax)
plt.show()

# %% [markdown] covers=["C36"]
# **Figure 9.** Relative change of pooled edge maps against the shift, twelve
# windows of a photo together. Without pooling, one pixel is enough to make a map
# of thin edges almost unrecognisable. Pooling over $z$ pixels buys stability
# against shifts *smaller than z*, and the price is detail. No curve of a local
# pool stays at 0. Not even the global one does: each step takes a column out of
# the window at the left and a new one in at the right, and the strongest edge may
# be in it.

# %% [markdown] covers=["C36", "C40"]
# ### What it does for a classifier
#
# Digits of 8 × 8 pixels are put in the middle of a page of 14 × 14 zeros. Three
# classifiers learn from 800 of them and are tested on 500 others, moved to the
# right by 0, 1, 2 or 3 pixels, which no training digit was. All end in one dense
# layer, fitted in the same way. They differ in what stands before it:
#
# 1. **dense**: 500 units, each connected to all pixels by random weights, ReLU;
# 2. **conv, max 2 × 2, flatten**: 96 kernels of 5 × 5, ReLU, local max pooling, and
#    every number of the 96 maps of 7 × 7;
# 3. **conv, global max**: the same kernels, and one number of each map.
#
# To be quick, the first layers are *not trained*: the weights of 1 are drawn at
# random, the kernels of 2 and 3 are pieces of training digits, cut out at random,
# with mean 0 and norm 1. Only the last layer is fitted, by least squares. All is
# repeated with three seeds, which draw digits, weights and kernels anew. (PyTorch
# does the pooling, for 2,800 pages per seed; it gives the numbers that your
# functions give.)

# %% nbgrader={"grade": false, "grade_id": "digit_classifiers", "locked": true, "schema_version": 3, "solution": false, "task": false}
digits, digit_labels = data.digits()
classifiers = ["dense", "conv, max 2 x 2, flatten", "conv, global max"]


def put_on_pages(images, shift):
    pages = np.zeros((len(images), 1, 14, 14), np.float32)
    pages[:, 0, 3:11, 3 + shift : 11 + shift] = images / 16
    return torch.from_numpy(pages)


def cut_kernels(images, n, r):
    kernels = []
    while len(kernels) < n:
        i, j = r.integers(0, 4, 2)
        kernel = images[r.integers(len(images))][i : i + 5, j : j + 5] / 16
        kernel = kernel - kernel.mean()
        if kernel.any():
            kernels.append(kernel / np.linalg.norm(kernel))
    return torch.tensor(np.array(kernels)[:, None], dtype=torch.float32)


def last_features(pages, kernels, weights):
    maps = functional.conv2d(pages, kernels, padding=2).relu()
    one = torch.ones(len(pages), 1)
    dense = (pages.flatten(1) @ weights).relu()
    local = functional.max_pool2d(maps, 2).flatten(1)
    return [torch.cat([f, one], 1).double() for f in (dense, local, maps.amax((2, 3)))]


# %% nbgrader={"grade": false, "grade_id": "shift_experiment", "locked": true, "schema_version": 3, "solution": false, "task": false}
answers, accuracy = [], np.zeros((3, 3, 4))  # seed, classifier, shift
for seed in range(3):
    r = np.random.default_rng(seed)
    order = r.permutation(len(digits))
    train, test = order[:800], order[800:1300]
    kernels = cut_kernels(digits[train], 96, r)
    weights = torch.tensor(r.normal(0, 0.2, (196, 500)), dtype=torch.float32)
    wanted = torch.eye(10, dtype=torch.float64)[digit_labels[train].astype(int)]
    fitted = []
    for f in last_features(put_on_pages(digits[train], 0), kernels, weights):
        inner = f @ f.T + torch.eye(len(f))
        fitted.append(f.T @ torch.linalg.solve(inner, wanted))
    for shift in range(4):
        features = last_features(put_on_pages(digits[test], shift), kernels, weights)
        said = [(f @ w).argmax(1).numpy() for f, w in zip(features, fitted)]
        accuracy[seed, :, shift] = [(s == digit_labels[test]).mean() for s in said]
        if seed == 0:
            answers.append(said)
    if seed == 0:
        shown = test
doubtful = [n for n in range(60) if len({int(said[1][n]) for said in answers}) > 2][:8]

# %%
_, ax = plt.subplots(figsize=(6.4, 3.8))
for scores, name, marker in zip(accuracy.swapaxes(0, 1), classifiers, "os^"):
    means = scores.mean(0)
    (line,) = ax.plot(range(4), means, marker=marker)
    ax.text(1.08, means[1] + 0.03, name, color=line.get_color())
    ax.fill_between(range(4), scores.min(0), scores.max(0), alpha=0.25)
    print(f"{name:26s}", *(f"{mean:.3f}" for mean in means))
ax.axhline(0.1, color="#555", ls=":", lw=1)
ax.text(0, 0.12, "guessing", color="#555")
ax.set(xlabel="shift of the test digits (pixels)", ylabel="accuracy", ylim=(0, 1.08))
ax.set_xticks(range(4))
plt.show()

# %% [markdown] covers=["C36", "C40"]
# **Figure 10.** Accuracy on 500 new digits against their shift; lines are means of
# three seeds, bands go from the worst to the best. What to see: (1) With nothing
# moved, flattening is best, and the global pool pays for what it forgets. (2) One
# pixel costs the second classifier about a quarter of its accuracy, and two leave
# little more than guessing: a 2 × 2 pool in front of a flatten makes a network *more* tolerant, not
# tolerant. (3) The global pool does not lose a single digit. That is no luck of
# training but arithmetic: a shifted digit gives shifted maps, and the maximum of a
# map does not ask where. It ends at the border of the page, which these digits only
# just reach.
#
# Take a single digit and move it.


# %%
def draw_shift(shift, which):
    n = doubtful[which - 1]
    label = digit_labels[shown[n]]
    page = put_on_pages(digits[shown[n : n + 1]], shift)[0, 0]
    _, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8), width_ratios=[1, 1.6])
    left.imshow(page, cmap="gray_r", vmin=0, vmax=1)
    left.set(title=f"a {label}, moved by {shift}", xticks=[], yticks=[])
    left.spines[:].set(visible=True, color="#bbb")
    for y, name, said in zip((0.8, 0.5, 0.2), classifiers, answers[shift]):
        mark, color = ("right", "C0") if said[n] == label else ("wrong", "C2")
        right.text(0, y, f"{name} says")
        right.text(0.62, y, f"{said[n]}   {mark}", color=color, weight="bold")
    right.axis("off")
    plt.show()


explore(
    draw_shift,
    shift=("shift in pixels", [0, 1, 2, 3], 0),
    which=("digit", list(range(1, len(doubtful) + 1)), 1),
)

# %% [markdown]
# **Figure 11.** A test digit of the first seed on its page, and what the three
# classifiers make of it. The eight digits were picked because classifier 2 changes
# its mind about them at least twice: they are not typical, they show how it fails.

# %% [markdown] covers=["C36"]
# **Question 2** (3 points). The input is moved by (i) one pixel, (ii) two pixels
# to the right, and nothing touches the border. For each of these four, say for (i)
# and for (ii) whether the output is bound to be *the same*, bound to be *shifted*
# (by how many places), or neither, and why in half a sentence: (a) convolution,
# stride 1; (b) max pool, $z = s = 2$; (c) global average pool; (d) (b), then
# flatten and a dense layer. Then: is a network that ends in a global pool invariant
# in whole if one of its pools is like (b)? Say why.
#
# *Rubric.* 2 points: all eight verdicts right, with reasons; 1 point for at least
# six. 1 point: the verdict on the whole network, with a reason that follows from
# (b).

# %% [markdown] nbgrader={"grade": true, "grade_id": "equivariance_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) Shifted by 1, shifted by 2: the same weights meet the same pixels, one place on:
# equivariant. (b) One pixel: neither; pixels are dealt to the windows anew, so maxima
# may stay, move or change. Two pixels, a multiple of the stride: shifted by one place.
# (c) The same in both cases, since a mean does not ask where: invariant. (d) Neither,
# in both cases: for two pixels the maps are shifted by a place, but each place has its
# own weights in the dense layer.
# The whole network: only for shifts by a multiple of 2. For one pixel the maps after
# (b) are other maps, not shifted ones, so the global pool at the end sees other values.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C36"]
# **Question 3** (3 points). Invariance is not a virtue in itself. (1) Name a task
# in which invariance to *shifts* destroys the answer. (2) A colleague wants her
# reader of digits to be invariant to turning the page by any angle. Which digits
# does she lose, and why can no classifier behind an invariant feature get them back?
# (3) For the task in (1), say what you would do with the pooling in place of a
# global pool at the end.
#
# *Rubric.* 1 point: a task whose answer contains the place, and says so. 1 point:
# the digits, and an argument about inputs that have become equal. 1 point: a remedy
# that keeps the place.

# %% [markdown] nbgrader={"grade": true, "grade_id": "harm_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (1) Localisation, detection, segmentation, steering: the answer is where, or contains
# it. A shift-invariant feature is the same for all places. (2) 6 and 9, which half a
# turn takes into each other. If the feature is invariant, a 6 and the turned 6 have equal
# features, and so has the 9 that looks like it; a function of equal inputs gives equal
# outputs. (3) Keep the maps: no global pool, little pooling or stride, or pool and keep
# the indices and unpool (or upsample) later, so that the output is equivariant.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Recap
#
# - Pooling puts one number for a window: maximum, average, or an $\ell_p$ mean
#   between them. Padding must never win and never count; nothing is learned.
# - Indices remember where a maximum was, and unpooling puts it back there. With
#   stride 1, max pooling is grey dilation, not the dilated convolution.
# - Local pooling is stable against shifts smaller than its window, no more. A
#   global pool is invariant, and forgets the place, which some tasks need.
#
# **Next:** lesson 07 counts what networks cost, from LeNet to ResNet.
#
# **References.** C. Deledalle, "Image classification and CNNs", UCSD ECE 285, 2019
# (pooling, $\ell_p$ pooling, the 10 × 10 picture, "dilation", Neocognitron). E.
# Rantsiou, "CNN basics and an example with classification", LENS ML School, 2021 (the
# second slide, with the average of 5). A. Carlier, "Convolutional Neural Networks",
# slides, 2024, and B. Galerne, "Deep neural networks and CNNs", slides, 2024 (max
# pooling of the first slide). K. Fukushima, "Neocognitron: a self-organizing neural
# network model for a mechanism of pattern recognition unaffected by shift in
# position", Biological Cybernetics 36, 1980. M. Zeiler and R. Fergus, "Visualizing
# and understanding convolutional networks", ECCV 2014 (unpooling). A. Krizhevsky, I.
# Sutskever and G. Hinton, "ImageNet classification with deep convolutional neural
# networks", NIPS 2012 (overlapping pooling).
