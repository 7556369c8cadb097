# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 05 · The convolution layer
#
# A sliding window finds one thing in one grey picture. A network has colour
# photos, and later stacks of 512 maps, and it looks for hundreds of things at
# once. The step from one to the other is small, and it is where most
# misunderstandings about these networks begin: what exactly slides, what is
# summed, who owns a bias? You will write the layer so that every sum can be
# followed by eye, then make it a hundred times as fast, then see what remains
# when its window, its mixing of channels or its sharing is taken away, and
# finally run it backwards.
#
# **You will be able to**
#
# - compute a convolution layer with any number of channels, filters and images,
#   by loops and as one matrix product, and count its parameters;
# - say what 1 × 1, separable, locally connected and transposed convolutions are,
#   and what each one saves or gives up;
# - explain the layer as a dense layer with most weights zero and the rest shared.
#
# **Time:** 150 minutes, questions included. **You should know:** sliding a
# kernel over a grey image (lesson 01), stride and padding (lesson 04), NumPy's
# broadcasting and `reshape`.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import time

import matplotlib.pyplot as plt
import numpy as np

from course import data
from course.checks import (
    check,
    check_raises,
    check_shape,
    check_speedup,
    require,
)
from course.figures import (
    label_line_ends,
    show_images,
    show_matrices,
    show_signed,
    show_volume_step,
)
from course.shortcuts import check_own_work
from course.widgets import explore

plt.style.use("course.course")

# %% [markdown] covers=["C32", "N12", "Q24"]
# ## 1 · A filter is as deep as its input
#
# A colour photo is a **volume**: a stack of three tables, its **channels**. To
# look for something in it, we need one weight for each number that lies under the
# window, and under the window lie three tables. So the **filter** is a volume
# too, a stack of as many kernels as the input has channels; call them its
# *sheets*. At each place, every channel is multiplied by its own sheet and
# **everything is added up to one number**.
#
# A 6 × 6 × 3 photo and one 3 × 3 × 3 filter therefore give a flat 4 × 4 map. To
# look for $N$ things, take $N$ filters: they give $N$ maps, that is a volume
# 4 × 4 × N, and the next layer takes this volume as its input. Between the two
# stands the usual bend: each map is $\operatorname{relu}(\text{sum} + b)$, with
# one number $b$ per filter, its **bias**.
#
# This answers a question from one of the slides: *why are the number of channels
# and the depth of the filter the same?* Because the window covers the full
# depth. It moves down and to the right, never into depth: channel 1 is no more a
# "neighbour" of channel 0 than of channel 7, while a pixel does have neighbours.
# What depth the filters have is not a choice; how many there are is.


# %%
def draw_stack(ax, left, bottom, side, colors, name):
    """Draw square tables one behind the other, the first in front."""
    for depth, color in reversed(list(enumerate(colors))):
        x, y, z = left + 0.6 * depth, bottom + 0.6 * depth, -depth
        square = plt.Rectangle((x, y), side, side, fc=color, ec="white", zorder=z)
        ax.add_patch(square)
        ax.hlines(y + np.arange(1, side), x, x + side, "white", lw=0.6, zorder=z)
        ax.vlines(x + np.arange(1, side), y, y + side, "white", lw=0.6, zorder=z)
    ax.text(left + side / 2, bottom - 0.4, name, ha="center", va="top")


# %%
rgb, maps = ["#d9796b", "#7fae7a", "#7a9fd0"], ["C4", "C1", "C8", "C9"]
figure, axes = plt.subplots(2, 1, figsize=(8.6, 4.6))
for ax, n in zip(axes, [1, 4]):
    end = 12 + 5.2 * n
    draw_stack(ax, 0, 0, 6, rgb, "input\n6 × 6 × 3")
    for f in range(n):
        draw_stack(ax, 12 + 5.2 * f, 1.5, 3, rgb, f"filter {f}\n3 × 3 × 3")
    draw_stack(ax, end + 2.6, 1, 4, maps[:n], f"output\n4 × 4 × {n}")
    ax.text(9.7, 3.2, "⋆", ha="center", va="center", fontsize=20)
    ax.text(end + 0.8, 3.2, "=", ha="center", va="center", fontsize=20)
    ax.set(xlim=(-0.5, 42), ylim=(-2.4, 7.6), aspect="equal")
    ax.set_axis_off()
plt.show()

# %% [markdown] covers=["N12", "N29", "C32"]
# **Figure 1.** Volumes as stacks of tables. Top: one filter of three sheets, one
# map. Bottom: four filters, four maps. The depth of the output is the number of
# filters, whatever the depth of the input. In general: $W \times H \times 3$ with
# four filters $K \times K \times 3$ gives $W' \times H' \times 4$.

# %% [markdown] covers=["F09", "C32"]
# ### The formula
#
# With a batch of $N$ images of $C$ channels, $F$ filters, padding $p$ and stride
# $s$, and $\hat x$ for the padded input,
#
# $$a_{n,f,i,j} \;=\; b_f + \sum_{c=0}^{C-1}\,\sum_{k=0}^{k_h-1}\,\sum_{l=0}^{k_w-1}
# w_{f,c,k,l}\;\hat x_{n,\,c,\,s i+k,\,s j+l}.$$
#
# Read from the inside: the sums over $k$ and $l$ are the correlation of lesson 01;
# the sum over $c$ adds such flat correlations, one for each channel. **The layer is
# a sum of 2-D correlations.** Nothing is flipped, and $b_f$ stands outside all
# sums.
#
# There is a second way to group the same sum. Fix $k$ and $l$: then
# $\kappa_{k,l} = (w_{f,c,k,l})_{f,c}$ is a *matrix* with $F$ rows and $C$ columns
# that turns the $C$ numbers of one pixel into $F$ numbers, and
#
# $$a_{i,j} = \Big[\sum_{k,l} \kappa_{k,l}\; \hat x_{s i+k,\,s j+l}\Big] + b,
# \qquad \kappa_{k,l} \in \mathbb R^{F \times C},\quad
# \hat x_{i,j} \in \mathbb R^C,\quad a_{i,j},\, b \in \mathbb R^F.$$
#
# It is the formula of lesson 01 with vectors for pixels and matrices for weights.
#
# Sizes follow lesson 04: $H' = \lfloor (H + 2p - k_h)/s \rfloor + 1$, and $W'$
# likewise. What remains at the lower and right edge is not looked at.

# %% [markdown] covers=["N23", "E40"]
# ### A worked example, and how it was saved
#
# The best-known example of such a layer has a 5 × 5 input of three channels,
# padding 1, stride 2, and two 3 × 3 × 3 filters. One of our sources prints it, but
# its text had come to us damaged: images with eight columns, kernels with rows of
# four numbers, results scattered over the page. Below it is whole again, and
# ten of its eighteen results could be checked against the source: all nine values of
# map 1 are printed, and for one value of map 0 the sum is written out.
#
# Two weights of filter 0, marked $\ast$ in the code, are our own choice. The only
# printed value of map 0 comes from a window in which both of them meet a zero, so
# any number at all would agree with the source. Remember this for later lessons: an
# example says nothing about a weight that it multiplies by zero.

# %% nbgrader={"grade": false, "grade_id": "slide_volume", "locked": true, "schema_version": 3, "solution": false, "task": false}
x_slide = np.array(
    [
        [[1, 0, 2, 0, 2], [1, 2, 1, 2, 1], [1, 1, 1, 1, 0], [1, 0, 0, 0, 1], [2, 1, 1, 0, 0]],
        [[1, 0, 2, 2, 1], [0, 2, 2, 2, 2], [0, 2, 2, 0, 2], [0, 0, 2, 2, 0], [0, 2, 1, 1, 1]],
        [[1, 2, 2, 0, 1], [2, 1, 1, 0, 0], [1, 0, 2, 1, 1], [2, 0, 0, 2, 0], [0, 2, 0, 1, 1]],
    ]
)[None]  # fmt: skip
filter_0 = [
    [[1, 1, 0], [-1, -1, -1], [1, -1, 0]],
    [[0, -1, 0], [1, 1, -1], [0, 0, 0]],
    [[-1, -1, 1], [1, -1, -1], [0, 1, 0]],  # *: row 0, column 2; row 1, column 0
]
filter_1 = [
    [[0, 1, 1], [1, -1, 0], [0, -1, -1]],
    [[0, -1, -1], [-1, 0, 0], [1, -1, 1]],
    [[1, 1, 1], [1, 1, 1], [0, 0, 1]],
]
w_slide = np.array([filter_0, filter_1])
b_slide = np.array([1, 0])
map_0 = [[-1, 1, 2], [-3, -2, 2], [-7, 2, 2]]
map_1 = [[2, 1, -4], [3, 4, 3], [3, -1, 4]]
out_slide = np.array([[map_0, map_1]], float)

# %%
framed = np.pad(x_slide[0], ((0, 0), (1, 1), (1, 1)))
explore(
    lambda step: show_volume_step(framed, w_slide, b_slide, out_slide[0], step, 2),
    step=("output number", list(range(18)), 4),
)

# %% [markdown] covers=["N23", "L03", "E39"]
# **Figure 2.** One step of the layer; move the slider to take the other 17 (from
# number 9 on it is filter 1). In each row: a channel with its frame of zeros and
# the window, the sheet of the filter that belongs to it, their products. Right: the
# three sums and the bias make one number. The bias enters once.
#
# The still picture is the step that the slide writes out:
# $(2+1-1-1-1) + (-2+2+2) + (-1-1-2-1) + 1 = 0 + 2 - 5 + 1 = -2$. The slide's long
# line reads $2+1-1-1-2+2+2-1-1-2-1+1$. Count: that is $-1$. One of the three $-1$ of
# channel 0 was lost in copying; the line below it on the slide, and the result
# $-2$, are right. Stanford's CS231n
# [notes](https://cs231n.github.io/convolutional-networks/) show the same layer as a
# moving picture.

# %% [markdown] covers=["F09", "C32"]
# **Task 1** (medium, 20 minutes). Write `conv2d_loops(x, w, b, stride=1, pad=0)`,
# the layer in its plainest form; as many loops as you like. You will trust this
# function when the fast ones disagree.
#
# | | shape | |
# |---|---|---|
# | `x` | (N, C, H, W) | a batch of images |
# | `w` | (F, C, kh, kw) | filters, not flipped |
# | `b` | (F,) or `None` | biases; `None` means no bias |
# | `stride`, `pad` | int ≥ 1, int ≥ 0 | the same for rows and columns; pad with zeros |
# | result | (N, F, H', W') | float64 |
#
# - Numbers come in any real dtype: integers, uint8, float32. Convert to float64
#   before you calculate.
# - Neither images nor filters need be square; a remainder at the lower and right
#   edge is ignored.
# - Raise `ValueError`, with a message that names the shapes, if the depth of the
#   filters is not the number of channels of `x`, or if the filters are taller or wider
#   than the *padded* image.
# - Not to be called: `scipy.signal`, `scipy.ndimage`, `np.convolve`, `np.correlate`,
#   torch's convolutions (`torch.nn` and the like).
#
# <details><summary>Hint 1: what to think of</summary>Write down the shape of the
# result first. Each of its N · F · H' · W' numbers is one sum. Which box of the padded
# input belongs to the number at (n, f, i, j), and which box of weights?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.pad</code> takes one pair
# (before, after) per axis, and two of the four axes must not grow. A slice of a 4-D
# array may mix an index and ranges. <code>np.ndindex(shape)</code> runs through all
# indices in one loop. NumPy is too polite: a filter of depth 1 is quietly stretched
# to any number of channels, so compare the depths yourself.</details>
# <details><summary>Hint 3: the order of things</summary>Convert; compare depths; pad;
# compute H' and W' with <code>//</code> and refuse if one is below 1; zeros for the
# result; for each (n, f, i, j): the box starts at row stride · i and column stride · j,
# holds all channels, and is as large as one filter; multiply by filter f and add up
# everything. The bias is added once per number, at the end.</details>


# %% nbgrader={"grade": false, "grade_id": "conv2d_loops", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d_loops(x, w, b, stride=1, pad=0):
    """Apply a convolution layer (no flip) to a batch, by loops.

    x: (N, C, H, W), w: (F, C, kh, kw), b: (F,) or None; any real dtype.
    stride: int >= 1; pad: int >= 0, zeros around each channel.
    Returns float64 (N, F, H', W') with H' = (H + 2 pad - kh) // stride + 1, W' likewise.
    Raises ValueError if the depths differ or a filter does not fit the padded image.
    """
    ### BEGIN SOLUTION
    x, w = np.asarray(x, np.float64), np.asarray(w, np.float64)
    (images, channels, height, width), (filters, depth, kh, kw) = x.shape, w.shape
    if depth != channels:
        raise ValueError(
            f"conv2d_loops: filters {w.shape} do not match input {x.shape}"
        )
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError(
            f"conv2d_loops: filters {w.shape} do not fit {x.shape} with pad {pad}"
        )
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((images, filters, rows, columns))
    for n, f, i, j in np.ndindex(out.shape):
        top, left = stride * i, stride * j
        out[n, f, i, j] = (padded[n, :, top : top + kh, left : left + kw] * w[f]).sum()
        if b is not None:
            out[n, f, i, j] += b[f]
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv2d_loops_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
turned = [[[2, 0, -4], [2, -5, 2], [3, -2, -2]], [[6, 1, -2], [3, 3, 0], [-2, 1, 5]]]
first = [[[-1, 0, 0], [-1, 1, 2], [-1, -1, 2]], [[-4, -5, -3], [1, 3, 1], [-1, 0, 1]]]
check(
    conv2d_loops,
    x_slide,
    w_slide,
    b_slide,
    2,
    1,
    want=out_slide,
    case="the 18 numbers of Figure 2",
    mistakes={
        "the bias is added once for each channel; it belongs outside all sums": out_slide
        + np.array([2.0, 0])[:, None, None],
        "the biases are missing": out_slide - b_slide[:, None, None],
        "the sheets are turned by half a turn; a layer does not flip": np.array(
            [turned], float
        ),
        "only channel 0 is used; the sum runs over all channels": np.array(
            [first], float
        ),
    },
)
check_own_work(conv2d_loops)
### BEGIN HIDDEN TESTS
import torch


def by_torch(x, w, b, stride=1, pad=0):
    x, w = (torch.tensor(np.array(v, np.float64)) for v in (x, w))
    b = None if b is None else torch.tensor(np.array(b, np.float64))
    return torch.nn.functional.conv2d(x, w, b, stride, pad).numpy()


r = np.random.default_rng(501)
x, w, b = r.normal(size=(2, 3, 7, 6)), r.normal(size=(4, 3, 3, 2)), r.normal(size=4)
mistakes = {
    "the bias is added once for each channel": by_torch(x, w, 3 * b),
    "the biases are missing": by_torch(x, w, None),
    "the filters are turned by half a turn": by_torch(x, w[:, :, ::-1, ::-1], b),
    "the sheets of a filter are in reverse order": by_torch(x, w[:, ::-1], b),
    "only channel 0 is used": by_torch(x[:, :1], w[:, :1], b),
    "all images give the result of the first": by_torch(x[[0, 0]], w, b),
}
case = "two images, three channels, four filters, nothing square"
want = by_torch(x, w, b)
check(conv2d_loops, x, w, b, want=want, case=case, mistakes=mistakes)
x, w, b = r.normal(size=(3, 2, 8, 5)), r.normal(size=(5, 2, 2, 4)), r.normal(size=5)
case = "stride 3 and padding 1, with a remainder"
want = by_torch(x, w, b, 3, 1)
check(conv2d_loops, x, w, b, 3, 1, want=want, case=case)
x, w, b = r.normal(size=(2, 4, 5, 6)), r.normal(size=(4, 4, 3, 3)), r.normal(size=4)
case = "as many filters as channels"
mistakes = {
    "the first axis of w counts filters, the second channels": by_torch(
        x, w.swapaxes(0, 1), b
    )
}
want = by_torch(x, w, b)
check(conv2d_loops, x, w, b, want=want, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv2d_loops_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_shape(
    conv2d_loops,
    np.zeros((1, 3, 6, 6)),
    np.ones((4, 3, 3, 3)),
    np.zeros(4),
    want=(1, 4, 4, 4),
    case="Figure 1, bottom",
)
check_raises(
    conv2d_loops,
    np.ones((1, 3, 5, 5)),
    np.ones((2, 2, 3, 3)),
    np.zeros(2),
    case="filters of depth 2, three channels",
)
check_own_work(conv2d_loops)
# Also graded: no bias, integers, uint8, float32, views, stride or padding alone, filters
# as large as the image, filters of depth 1, filters that do not fit.
### BEGIN HIDDEN TESTS
import torch


def by_torch(x, w, b, stride=1, pad=0):
    x, w = (torch.tensor(np.array(v, np.float64)) for v in (x, w))
    b = None if b is None else torch.tensor(np.array(b, np.float64))
    return torch.nn.functional.conv2d(x, w, b, stride, pad).numpy()


r = np.random.default_rng(502)
x, w, b = r.normal(size=(1, 2, 6, 9)), r.normal(size=(3, 2, 3, 2)), r.normal(size=3)
for stride, pad, case in (
    (1, 0, "no bias"),
    (2, 0, "no bias, stride 2 with a remainder"),
    (1, 2, "no bias, padding 2"),
    (4, 3, "no bias, large stride and padding"),
):
    want = by_torch(x, w, None, stride, pad)
    check(conv2d_loops, x, w, None, stride, pad, want=want, case=case)
photo = r.integers(100, 256, (2, 3, 5, 6), np.uint8)
whole, biases = r.integers(-9, 9, (2, 3, 2, 3)), np.array([-7, 40])
want = by_torch(photo, whole, biases)
check(conv2d_loops, photo, whole, biases, want=want, case="uint8 and integers")
bright = r.integers(100, 256, (2, 3, 2, 3), np.uint8)
want = by_torch(photo, bright, b[:2], 1, 1)
check(conv2d_loops, photo, bright, b[:2], 1, 1, want=want, case="uint8 throughout")
# In float32 the sum loses 2**-24, and so does the square of 1 + 2**-12.
single = np.array([1, 2**-24, -1, 1 + 2**-12, -1 - 2**-11], np.float32).reshape(
    1, 1, 1, 5
)
few = np.array([1, 1, 1, 1 + 2**-12, 1], np.float32).reshape(1, 1, 1, 5)
want = np.full((1, 1, 1, 1), 2.0**-23)
check(conv2d_loops, single, few, None, want=want, case="float32 in, float64 inside")
tiny, few = (r.integers(-128, 128, s, np.int8) for s in ((2, 3, 5, 6), (2, 3, 2, 3)))
want = by_torch(tiny, few, None, 2, 1)
check(conv2d_loops, tiny, few, None, 2, 1, want=want, case="int8 throughout")
view = r.normal(size=(4, 9, 8, 3)).transpose(0, 3, 2, 1)[::2, ::-1, 1:]
back = r.normal(size=(2, 3, 3, 4))[..., ::-1, ::2]
want = by_torch(view, back, b[:2])
check(conv2d_loops, view, back, b[:2], want=want, case="views with steps")
for size in (x.shape[2:], (1, x.shape[3]), (1, 1)):
    one = r.normal(size=(2, 2, *size))
    want = by_torch(x, one, b[1:])
    check(conv2d_loops, x, one, b[1:], want=want, case="very large or small filters")
case = "filters that fit only thanks to the padding"
for size in ((8, 2), (3, 11), (8, 11)):
    one = r.normal(size=(1, 2, *size))
    want = by_torch(x, one, b[:1], 2, 1)
    check(conv2d_loops, x, one, b[:1], 2, 1, want=want, case=case)
case = "two rows of weights, one row of pixels, stride 3"
check_raises(conv2d_loops, x[:, :, :1], np.ones((3, 2, 2, 2)), b, 3, case=case)
case = "two columns of weights, one column of pixels, stride 3"
check_raises(conv2d_loops, x[..., :1], np.ones((3, 2, 2, 2)), b, 3, case=case)
for shape, case in (
    ((3, 1, 3, 2), "filters of depth 1 on two channels"),
    ((3, 3, 3, 2), "filters deeper than the image"),
    ((2, 3, 3, 2), "filters given as (C, F, kh, kw)"),
    ((3, 2, 7, 2), "filters taller than the image"),
    ((3, 2, 3, 10), "filters wider than the image"),
    ((3, 2, 9, 12), "filters larger both ways"),
):
    check_raises(conv2d_loops, x, np.ones(shape), np.zeros(shape[0]), case=case)
check_raises(
    conv2d_loops,
    x,
    np.ones((1, 2, 9, 2)),
    None,
    2,
    1,
    case="too tall in spite of padding",
)
check_raises(
    conv2d_loops,
    x[:, :1],
    np.ones((3, 2, 3, 2)),
    np.zeros(3),
    case="filters of depth 2 on a single channel",
)
### END HIDDEN TESTS

# %% [markdown]
# **Question 1** (3 points). "The input is three-dimensional and so is the filter,
# hence this is a 3-D convolution." Show that it is not. Say what a true 3-D
# convolution of a $C \times H \times W$ volume with a $d \times k_h \times k_w$ kernel
# would do that the layer does not, and give a counter-example in numbers: an input
# and weights for which the two results differ. Then name the one case in which both
# compute the same.
#
# *Rubric.* 1 point: the directions in which each of them slides, and what follows
# for the shape of the result. 1 point: a counter-example with both results worked
# out, or a property that only one of them has, shown on numbers. 1 point: the case in
# which they agree, with the reason.

# %% [markdown] nbgrader={"grade": true, "grade_id": "not_3d_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# A 3-D convolution also slides along the channels and uses the same weights at each
# depth; its result is a volume with C − d + 1 tables. The layer slides along rows and
# columns only; each channel has weights of its own and one filter gives one table.
# Example: one pixel, channels (1, 2, 4), so a 3 × 1 × 1 volume. A 3-D kernel (1, −1) of
# depth 2 gives two numbers, 1 − 2 = −1 and 2 − 4 = −2. The layer needs one weight for
# each channel, say (1, −1, 0), and gives the single number −1. Exchanging two channels
# together with their sheets leaves the layer's result as it is, whereas (2, 1, 4) gives
# 1 and −3 in the 3-D case: there the order of the channels means something. Both agree
# if the 3-D kernel is as deep as the input (d = C, no padding along depth): it then has
# a single place along depth and cannot slide there.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C34", "F06", "N29"]
# ### What a layer has to learn
#
# Two things are learned: the coefficients of the filters and **exactly one bias per
# filter**, not one per channel, nor one per place. With square filters of side
# $f = 2s + 1$ a layer from $c_\text{in}$ to $c_\text{out}$ channels has
#
# $$\underbrace{f \cdot f \cdot c_\text{in} \cdot c_\text{out}}_{\text{coefficients}}
# \;+\; \underbrace{c_\text{out}}_{\text{biases}}
# \;=\; (2s+1)^2\, c_\text{in}\, c_\text{out} + c_\text{out}$$
#
# parameters. (This $s$ is half the filter's width, as one of our sources writes it, and
# no stride.) Neither stride, nor padding, nor the size of the image occurs: the same
# layer serves a stamp and a poster.

# %%
print("layer                              coefficients   biases    parameters")
for f, c_in, c_out, name in (
    (3, 3, 1, "one filter of Figure 1"),
    (3, 3, 2, "the two filters of Figure 2"),
    (7, 3, 4, "7 x 7 x 3, four filters"),
    (3, 64, 64, "VGG-16, second layer"),
    (3, 512, 512, "VGG-16, last convolution"),
):
    weights = f * f * c_in * c_out
    print(f"{name:32}{weights:15,}{c_out:9}{weights + c_out:14,}")

# %% [markdown] covers=["F09"]
# ## 2 · One matrix product
#
# Loops in Python are slow, not because arithmetic is slow but because each turn costs
# a hundred times as much as the multiplication in it. A matrix product runs the
# same multiplications in compiled code that knows the machine. Can a convolution be
# written as one?
#
# Look at one output: the numbers under the window, times the numbers of the filter,
# added up. That is a scalar product of two vectors, once both boxes are written out in
# the same order. So write *all* windows as rows of one tall matrix, and all filters as
# columns of another: their product holds every output. Making the tall matrix is
# called **im2col**, "image to columns" (the name comes from programs that stack the
# windows as columns; ours are rows).
#
# An example with two channels of 3 × 3 pixels and windows of 2 × 2:
#
# $$x_0=\begin{pmatrix}1&2&3\\4&5&6\\7&8&9\end{pmatrix},\quad
# x_1=\begin{pmatrix}10&20&30\\40&50&60\\70&80&90\end{pmatrix}
# \;\to\;
# \begin{pmatrix}1&2&4&5&10&20&40&50\\2&3&5&6&20&30&50&60\\
# 4&5&7&8&40&50&70&80\\5&6&8&9&50&60&80&90\end{pmatrix}.$$
#
# Row 1 is the window at the place (0, 1): first all of channel 0, row by row, then all of
# channel 1.
#
# **Task 2** (medium, 15 minutes). Write `im2col(x, kh, kw, stride=1, pad=0)`: from
# (N, C, H, W) to a float64 matrix with N · H' · W' rows and C · kh · kw columns.
#
# - **Rows** in the order (n, i, j): all places of image 0, row by row, then image 1.
# - **Columns** in the order (c, k, l): the order of one filter `w[f]`, written out.
# - Padding (zeros), stride, remainder, dtypes, and the `ValueError` for a window that
#   does not fit are those of Task 1, and so are the banned calls.
# - The result is an array of its own: one may write into it, and `x` does not change.
#
# <details><summary>Hint 1: what to think of</summary>Two solutions: a loop over places,
# which fills one row at a time; or a loop over the few (k, l), which fills a column for
# all places at once, and is far faster.</details>
# <details><summary>Hint 2: what to look up</summary><code>reshape</code> keeps the
# order of the numbers; <code>transpose</code> changes the order of the axes. For the
# second solution use slices with a step, <code>a[start:stop:stride]</code>. Or look up
# <code>np.lib.stride_tricks.sliding_window_view</code>: it may not be written to, and
# <code>reshape</code> copies only if it must.</details>
# <details><summary>Hint 3: the order of things</summary>Think of the result as an
# array with <em>six</em> axes (n, i, j, c, k, l); its reshape to two is the matrix. Fill
# it in any way you like, or build it with other orders of the axes and transpose, as
# long as these six stand in this order before you reshape.</details>


# %% nbgrader={"grade": false, "grade_id": "im2col", "locked": false, "schema_version": 3, "solution": true, "task": false}
def im2col(x, kh, kw, stride=1, pad=0):
    """Write each window of a batch as one row of a matrix.

    x: (N, C, H, W), any real dtype; kh, kw, stride: int >= 1; pad: int >= 0.
    Returns a new float64 array (N H' W', C kh kw): rows in the order (n, i, j), columns
    in the order (c, k, l).
    Raises ValueError if the window does not fit the padded image.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, np.float64)
    images, channels, height, width = x.shape
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError(
            f"im2col: a window {kh} x {kw} does not fit {x.shape} with pad {pad}"
        )
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((images, rows, columns, channels, kh, kw))
    for k in range(kh):
        for l in range(kw):
            down = slice(k, k + stride * (rows - 1) + 1, stride)
            right = slice(l, l + stride * (columns - 1) + 1, stride)
            out[..., k, l] = padded[:, :, down, right].transpose(0, 2, 3, 1)
    return out.reshape(images * rows * columns, channels * kh * kw)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "im2col_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
small = np.arange(1.0, 10).reshape(1, 1, 3, 3) * np.array([1, 10]).reshape(1, 2, 1, 1)
rows = [[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]]
left = np.array(rows, float)
want = np.hstack([left, 10 * left])
check(
    im2col,
    small,
    2,
    2,
    want=want,
    case="the example above",
    mistakes={
        "the channels of a pixel stand side by side: the columns are in the order "
        "(k, l, c), wanted (c, k, l)": np.stack([left, 10 * left], -1).reshape(4, 8),
        "each window is written column by column": want[:, [0, 2, 1, 3, 4, 6, 5, 7]],
        "the places are visited column by column": want[[0, 2, 1, 3]],
    },
)
check_shape(im2col, x_slide, 3, 3, 2, 1, want=(9, 27), case="the volume of Figure 2")
check_own_work(im2col)
### BEGIN HIDDEN TESTS


def by_hand(x, kh, kw, stride=1, pad=0):
    n, c, height, width = x.shape
    frame = np.zeros((n, c, height + 2 * pad, width + 2 * pad))
    frame[:, :, pad : pad + height, pad : pad + width] = x
    tops = range(0, height + 2 * pad - kh + 1, stride)
    lefts = range(0, width + 2 * pad - kw + 1, stride)
    boxes = [
        image[:, i : i + kh, j : j + kw] for image in frame for i in tops for j in lefts
    ]
    return np.array([box.ravel() for box in boxes])


x = 1.0 + np.arange(2 * 3 * 6 * 5).reshape(2, 3, 6, 5)
for stride, pad, case in (
    (1, 0, "two images, three channels, windows of 2 x 3"),
    (2, 1, "stride 2, padding 1"),
    (3, 0, "stride 3 with a remainder"),
    (1, 2, "padding 2"),
):
    want = by_hand(x, 2, 3, stride, pad)
    rolled = want.reshape(2, -1, 18).swapaxes(0, 1).reshape(want.shape)
    mixed = want.reshape(-1, 3, 2, 3).transpose(0, 2, 3, 1).reshape(want.shape)
    mistakes = {
        "the rows run through the images first": rolled,
        "the columns are in the order (k, l, c)": mixed,
        "padding is not zero": np.where(want == 0, 1.0, want),
    }
    check(im2col, x, 2, 3, stride, pad, want=want, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "im2col_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(im2col, np.ones((1, 1, 2, 5)), 3, 3, case="a window that is too tall")
check_shape(
    im2col, np.ones((1, 1, 2, 5)), 3, 3, 1, 1, want=(10, 9), case="it fits, padded"
)
check_own_work(im2col)
# Also graded: 1 x 1 windows, windows as large as the image, a copy (also when nothing has
# to move), integers, uint8, float32, views.
### BEGIN HIDDEN TESTS


def by_hand(x, kh, kw, stride=1, pad=0):
    n, c, height, width = x.shape
    frame = np.zeros((n, c, height + 2 * pad, width + 2 * pad))
    frame[:, :, pad : pad + height, pad : pad + width] = x
    tops = range(0, height + 2 * pad - kh + 1, stride)
    lefts = range(0, width + 2 * pad - kw + 1, stride)
    boxes = [
        image[:, i : i + kh, j : j + kw] for image in frame for i in tops for j in lefts
    ]
    return np.array([box.ravel() for box in boxes])


r = np.random.default_rng(512)
check_raises(im2col, np.ones((2, 3, 5, 2)), 3, 3, case="a window that is too wide")
check_raises(im2col, np.ones((2, 3, 2, 2)), 9, 7, 2, 1, case="a window far too large")
check_raises(im2col, np.ones((2, 3, 2, 2)), 2, 5, 3, 1, case="too wide, large stride")
case = "two rows for an image of one pixel, stride 2"
check_raises(im2col, np.ones((1, 1, 1, 1)), 2, 1, 2, case=case)
case = "two columns for an image of one pixel, stride 2"
check_raises(im2col, np.ones((1, 1, 1, 1)), 1, 2, 2, case=case)
x = r.normal(size=(2, 3, 3, 4))
case = "a window that fits only thanks to the padding"
for kh, kw in ((5, 2), (2, 6), (5, 6)):
    check(im2col, x, kh, kw, 1, 1, want=by_hand(x, kh, kw, 1, 1), case=case)
turned = r.normal(size=(4, 5, 3, 2)).T
want = by_hand(turned, 2, 3)
check(im2col, turned, 2, 3, want=want, case="a transposed array")
photo = r.integers(0, 256, (2, 3, 5, 4), np.uint8)
want = by_hand(photo, 3, 2, 2, 1)
check(im2col, photo, 3, 2, 2, 1, want=want, case="a uint8 photo becomes float64")
whole = r.integers(-99, 99, (1, 2, 4, 6))
check(im2col, whole, 1, 3, 1, want=by_hand(whole, 1, 3), case="integers, one row")
single = r.normal(size=(2, 2, 3, 4)).astype(np.float32)
check(im2col, single, 2, 2, want=by_hand(single, 2, 2), case="float32 becomes float64")
view = r.normal(size=(3, 9, 8, 4)).transpose(0, 3, 2, 1)[::2, ::-1, 1:, ::2]
check(im2col, view, 3, 2, 2, want=by_hand(view, 3, 2, 2), case="views with steps")
for shape, kh, kw, case in (
    ((3, 1, 4, 5), 1, 1, "a 1 x 1 window"),
    ((2, 3, 4, 5), 1, 1, "a 1 x 1 window"),
    ((2, 3, 4, 5), 4, 5, "a window as large as the image"),
    ((2, 1, 4, 5), 1, 5, "a window as wide as the image"),
):
    x = r.normal(size=shape)
    kept = x.copy()
    want = by_hand(x, kh, kw)
    check(im2col, x, kh, kw, want=want, case=case)
    got = im2col(x, kh, kw)
    require(
        got.flags.writeable,
        f"im2col, {case}: the result may not be written to; return a copy, not a view",
    )
    got[...] = -1
    require(
        (x == kept).all(),
        f"im2col, {case}: writing into the result changes x; return a copy",
    )
x = r.normal(size=(3, 2, 7, 7))
want = by_hand(x, 2, 2, 5, 1)
check(im2col, x, 2, 2, 5, 1, want=want, case="a stride larger than the window")
### END HIDDEN TESTS

# %%
tables = np.arange(1.0, 10).reshape(3, 3)
example = np.stack([tables, 10 * tables])[None]
windows = im2col(example, 2, 2)
show_matrices(
    [tables, 10 * tables, windows],
    titles=["channel 0", "channel 1", "im2col: one window in each row"],
    marks=[(0, 1, 2, 2), (0, 1, 2, 2), (1, 0, 1, 8)],
    size=3,
)
print(f"{example.size} numbers became {windows.size}")

# %% [markdown]
# **Figure 3.** Two channels, and the matrix that your `im2col` makes of them. Marked:
# the window at (0, 1) and its row.
#
# The price is memory. With stride 1 each pixel is copied up to $k_h k_w$ times. The
# second layer of VGG-16 has 64 channels of 224 × 224 and 3 × 3 filters: its matrix has
# 224 · 224 rows and 9 · 64 = 576 columns, in float32 115.6 MB *for one photo*. Libraries
# therefore make it piece by piece.

# %% [markdown] covers=["F09"]
# **Task 3** (medium, 15 minutes). Write `conv2d_im2col(x, w, b, stride=1, pad=0)`: the
# layer of Task 1, same arguments, same result, same errors, same banned calls, but
# without a Python loop over places. You may call your `im2col`, or do without it.
#
# It must be at least **20 times as fast** as plain Python. To have a fair unit on any
# computer, the cell below defines `one_at_a_time`: it computes nothing useful, but it
# does as many multiplications and additions as the layer needs, one after the other. A
# matrix product gains a factor of about a hundred.
#
# <details><summary>Hint 1: what to think of</summary>im2col gives (places, C · kh · kw).
# What shape must the filters have so that the product is (places, F)?</details>
# <details><summary>Hint 2: what to look up</summary>The operator <code>@</code>;
# <code>reshape</code> with −1 for one of the lengths. The product has its rows in the
# order (n, i, j) and F as its last axis: <code>reshape</code> alone cannot bring F to
# the second place.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse wrong depths; make the
# windows; write each filter out as one row, transpose, multiply; add the biases, which
# fit the last axis as it is; give the rows their three axes back; move F from the end
# to its place.</details>


# %% nbgrader={"grade": false, "grade_id": "one_at_a_time", "locked": true, "schema_version": 3, "solution": false, "task": false}
def one_at_a_time(x, w, b):
    """Do as much arithmetic as a layer with stride 1, no padding; the result is junk."""
    (images, channels, height, width), (filters, _, kh, kw) = x.shape, w.shape
    places = (height - kh + 1) * (width - kw + 1)
    total = 0.0
    for step in range(images * filters * places * channels * kh * kw):
        total += x[step % images, 0, 0, 0] * w[step % filters, 0, 0, 0]
    return total


# %% nbgrader={"grade": false, "grade_id": "conv2d_im2col", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d_im2col(x, w, b, stride=1, pad=0):
    """Apply a convolution layer (no flip) to a batch, as one matrix product.

    x: (N, C, H, W), w: (F, C, kh, kw), b: (F,) or None; any real dtype.
    stride: int >= 1; pad: int >= 0, zeros around each channel.
    Returns float64 (N, F, H', W') with H' = (H + 2 pad - kh) // stride + 1, W' likewise.
    Raises ValueError if the depths differ or a filter does not fit the padded image.
    """
    ### BEGIN SOLUTION
    w = np.asarray(w, np.float64)
    (images, channels, height, _), (filters, depth, kh, _) = np.shape(x), w.shape
    if depth != channels:
        raise ValueError(f"conv2d_im2col: filters {w.shape}, input {np.shape(x)}")
    out = im2col(x, *w.shape[2:], stride, pad) @ w.reshape(filters, -1).T
    if b is not None:
        out += b
    rows = (height + 2 * pad - kh) // stride + 1
    return out.reshape(images, rows, -1, filters).transpose(0, 3, 1, 2)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv2d_im2col_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
dealt = out_slide.transpose(0, 2, 3, 1).reshape(out_slide.shape)
check(
    conv2d_im2col,
    x_slide,
    w_slide,
    b_slide,
    2,
    1,
    want=out_slide,
    case="the 18 numbers of Figure 2",
    mistakes={
        "the numbers are right and in the wrong places: F is the last axis of the "
        "product; move it, do not reshape it": dealt,
        "the biases are missing": out_slide - b_slide[:, None, None],
    },
)
r = np.random.default_rng(520)
x, w, b = r.normal(size=(8, 3, 32, 32)), r.normal(size=(16, 3, 3, 3)), r.normal(size=16)
case = "8 images, 16 filters"
check_speedup(conv2d_im2col, one_at_a_time, x, w, b, ratio=20, case=case)
check_own_work(conv2d_im2col)
### BEGIN HIDDEN TESTS
import torch


def by_torch(x, w, b, stride=1, pad=0):
    x, w = (torch.tensor(np.array(v, np.float64)) for v in (x, w))
    b = None if b is None else torch.tensor(np.array(b, np.float64))
    return torch.nn.functional.conv2d(x, w, b, stride, pad).numpy()


def dealt_out(want):
    n, f, height, width = want.shape
    return want.transpose(0, 2, 3, 1).reshape(want.shape)


want = by_torch(x, w, b)
case = "8 images, 16 filters: the values"
mistakes = {"the numbers are right and in the wrong places": dealt_out(want)}
check(conv2d_im2col, x, w, b, want=want, case=case, mistakes=mistakes)
x, w, b = r.normal(size=(2, 3, 7, 6)), r.normal(size=(4, 3, 3, 2)), r.normal(size=4)
want = by_torch(x, w, b)
mistakes = {
    "the numbers are right and in the wrong places": dealt_out(want),
    "images and filters are mixed up": want.swapaxes(0, 1).reshape(want.shape),
    "the biases are missing": by_torch(x, w, None),
    "the filters are turned by half a turn": by_torch(x, w[:, :, ::-1, ::-1], b),
    "the filters are written out in another order than the windows": by_torch(
        x, w.transpose(0, 2, 3, 1).reshape(w.shape), b
    ),
}
case = "two images, three channels, four filters, nothing square"
check(conv2d_im2col, x, w, b, want=want, case=case, mistakes=mistakes)
x, w, b = r.normal(size=(3, 2, 8, 5)), r.normal(size=(5, 2, 2, 4)), r.normal(size=5)
case = "stride 3 and padding 1, with a remainder"
check(conv2d_im2col, x, w, b, 3, 1, want=by_torch(x, w, b, 3, 1), case=case)
x, w, b = r.normal(size=(3, 4, 6, 6)), r.normal(size=(4, 4, 3, 3)), r.normal(size=4)
case = "as many filters as channels, and as rows and columns"
want = by_torch(x, w, b)
rows = by_torch(x, w, None)
mistakes = {
    "the biases are added along the columns": rows + b,
    "the biases are added along the rows": rows + b[:, None],
    "the first axis of w counts filters": by_torch(x, w.swapaxes(0, 1), b),
}
check(conv2d_im2col, x, w, b, want=want, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv2d_im2col_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(
    conv2d_im2col,
    np.ones((1, 3, 5, 5)),
    np.ones((2, 2, 3, 3)),
    np.zeros(2),
    case="filters of depth 2, three channels",
)
check_own_work(conv2d_im2col)
# Also graded: no bias, integers, uint8, float32, views, padding, filters of another shape
# but as many weights, filters that do not fit.
### BEGIN HIDDEN TESTS
import torch


def by_torch(x, w, b, stride=1, pad=0):
    x, w = (torch.tensor(np.array(v, np.float64)) for v in (x, w))
    b = None if b is None else torch.tensor(np.array(b, np.float64))
    return torch.nn.functional.conv2d(x, w, b, stride, pad).numpy()


r = np.random.default_rng(522)
x, w, b = r.normal(size=(2, 2, 6, 9)), r.normal(size=(3, 2, 3, 2)), r.normal(size=3)
for stride, pad, case in (
    (1, 0, "no bias"),
    (2, 0, "no bias, stride 2 with a remainder"),
    (1, 2, "no bias, padding 2"),
    (4, 3, "no bias, large stride and padding"),
):
    want = by_torch(x, w, None, stride, pad)
    check(conv2d_im2col, x, w, None, stride, pad, want=want, case=case)
photo = r.integers(100, 256, (2, 3, 5, 6), np.uint8)
whole, biases = r.integers(-9, 9, (2, 3, 2, 3)), np.array([-7, 40])
want = by_torch(photo, whole, biases)
check(conv2d_im2col, photo, whole, biases, want=want, case="uint8 and integers")
bright = r.integers(100, 256, (2, 3, 2, 3), np.uint8)
want = by_torch(photo, bright, b[:2], 1, 1)
check(conv2d_im2col, photo, bright, b[:2], 1, 1, want=want, case="uint8 throughout")
# In float32 the sum loses 2**-24, and so does the square of 1 + 2**-12.
single = np.array([1, 2**-24, -1, 1 + 2**-12, -1 - 2**-11], np.float32).reshape(
    1, 1, 1, 5
)
few = np.array([1, 1, 1, 1 + 2**-12, 1], np.float32).reshape(1, 1, 1, 5)
want = np.full((1, 1, 1, 1), 2.0**-23)
check(conv2d_im2col, single, few, None, want=want, case="float32 in, float64 inside")
tiny, few = (r.integers(-128, 128, s, np.int8) for s in ((2, 3, 5, 6), (2, 3, 2, 3)))
want = by_torch(tiny, few, None, 2, 1)
check(conv2d_im2col, tiny, few, None, 2, 1, want=want, case="int8 throughout")
view = r.normal(size=(4, 9, 8, 3)).transpose(0, 3, 2, 1)[::2, ::-1, 1:]
back = r.normal(size=(2, 3, 3, 4))[..., ::-1, ::2]
want = by_torch(view, back, b[:2])
check(conv2d_im2col, view, back, b[:2], want=want, case="views with steps")
for size in (x.shape[2:], (1, x.shape[3]), (1, 1)):
    one = r.normal(size=(2, 2, *size))
    want = by_torch(x, one, b[1:])
    check(conv2d_im2col, x, one, b[1:], want=want, case="very large or small filters")
case = "filters that fit only thanks to the padding"
for size in ((8, 2), (3, 11), (8, 11)):
    one = r.normal(size=(1, 2, *size))
    want = by_torch(x, one, b[:1], 2, 1)
    check(conv2d_im2col, x, one, b[:1], 2, 1, want=want, case=case)
case = "two rows of weights, one row of pixels, stride 3"
check_raises(conv2d_im2col, x[:, :, :1], np.ones((3, 2, 2, 2)), b, 3, case=case)
case = "two columns of weights, one column of pixels, stride 3"
check_raises(conv2d_im2col, x[..., :1], np.ones((3, 2, 2, 2)), b, 3, case=case)
for shape, case in (
    ((3, 1, 3, 2), "filters of depth 1 on two channels"),
    ((3, 3, 2, 2), "filters deeper than the image"),
    ((3, 3, 2, 3), "filters deeper than the image, one row less"),
    ((4, 1, 3, 4), "filters of depth 1 with as many weights as a window"),
    ((3, 2, 7, 2), "filters taller than the image"),
    ((3, 2, 3, 10), "filters wider than the image"),
    ((3, 2, 9, 12), "filters larger both ways"),
):
    check_raises(conv2d_im2col, x, np.ones(shape), np.zeros(shape[0]), case=case)
check_raises(
    conv2d_im2col, x, np.ones((1, 2, 9, 2)), None, 2, 1, case="too tall, with padding"
)
### END HIDDEN TESTS


# %%
def seconds(layer, *arguments):
    """Time a call; the best of three is disturbed least by other programs."""
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        layer(*arguments)
        best = min(best, time.perf_counter() - start)
    return best


# %%
rng = np.random.default_rng(0)
sides = np.array([8, 12, 16, 24, 32])
w, b = rng.normal(size=(16, 3, 3, 3)), np.zeros(16)
layers = {"loops": conv2d_loops, "im2col": conv2d_im2col}
_, ax = plt.subplots(figsize=(6.6, 3.6))
for style, (name, layer) in zip(["-o", "--s"], layers.items()):
    times = [seconds(layer, rng.normal(size=(1, 3, s, s)), w, b) for s in sides]
    ax.plot(sides, np.array(times) * 1000, style, label=name)
ax.set(xscale="log", yscale="log", xticks=sides, xticklabels=sides, xlim=(7.5, 40))
ax.minorticks_off()
ax.set(xlabel="side of the image (pixels)", ylabel="time (ms)")
ax.grid(True, axis="y")
label_line_ends(ax)
plt.show()

# %% [markdown]
# **Figure 4.** Time of your two functions for one image with three channels and 16
# filters 3 × 3, measured here and now; both axes are logarithmic, so equal distances
# are equal factors. Both lines rise with the number of places. The distance between
# them is what Python's loop costs; it is smaller for small images, where the fixed
# cost of a few NumPy calls shows.

# %% [markdown] covers=["C29", "C33"]
# ## 3 · What a bank of filters sees
#
# A set of filters that look at the same input is a **filter bank**. Here are eight
# filters of shape 3 × 3 × 3 for colour photos, made by hand. Each is a flat
# pattern, times a weight for red, green and blue: for example Sobel's pattern times
# $(1, -1, 0)$ looks for places where red grows and green does not. A trained network
# has such filters in its first layer; there, nobody has to think them up.

# %% nbgrader={"grade": false, "grade_id": "filter_bank", "locked": true, "schema_version": 3, "solution": false, "task": false}
blob = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
right = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
diagonal = np.array([[-2, -1, 0], [-1, 0, 1], [0, 1, 2]]) / 4
spot = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]) / 8
bank = {  # name: flat pattern, weights of red, green, blue
    "brighter right": (right, [1 / 3, 1 / 3, 1 / 3]),
    "brighter below": (right.T, [1 / 3, 1 / 3, 1 / 3]),
    "brighter diagonally": (diagonal, [1 / 3, 1 / 3, 1 / 3]),
    "bright spot": (spot, [1 / 3, 1 / 3, 1 / 3]),
    "red, not green": (blob, [1, -1, 0]),
    "yellow, not blue": (blob, [1 / 2, 1 / 2, -1]),
    "redder right": (right, [1, -1, 0]),
    "yellower below": (right.T, [1 / 2, 1 / 2, -1]),
}
filters = np.array(
    [[weight * pattern for weight in colors] for pattern, colors in bank.values()]
)
cat = data.photo("cat")[::2, ::2] / 255
batch = cat.transpose(2, 0, 1)[None]

# %%
feature_maps = conv2d_im2col(batch, filters, None)[0]
print(f"photo {batch.shape}, filters {filters.shape}, maps {feature_maps.shape}")
strongest = np.quantile(np.abs(feature_maps), 0.99, axis=(1, 2), keepdims=True)
show_signed(
    cat,
    feature_maps / strongest,
    titles=["photo", *bank],
    columns=3,
    size=2.7,
    label="response / strongest of its map",
)

# %% [markdown] covers=["C33"]
# **Figure 5.** A photo of Chelsea the cat and her eight feature maps; red positive,
# blue negative, white nothing; each map has a scale of its own. The first four filters
# weigh the colours equally and see what a grey photo shows. The other four see colour:
# "red, not green" answers on the ginger fur and on the nose, and not in the green eyes.
#
# Three tables went in, eight came out: 3 · 150 · 226 numbers became 8 · 148 · 224. The
# new description is **overcomplete**, it has more numbers than what it describes. That
# is usual: as a network gets deeper, its volumes become *slimmer in space and deeper in
# channels*. A typical start, with 3 × 3 filters, padding 1, and stride 2 in each layer
# after the first:
#
# | volume (C, H, W) | numbers | one pixel of it says |
# |---|---|---|
# | (3, 32, 32), the photo | 3,072 | how red, green, blue |
# | (16, 32, 32) | 16,384 | which of 16 small patterns, and how much |
# | (32, 16, 16) | 8,192 | which of 32 patterns of patterns |
# | (64, 8, 8) | 4,096 | which of 64 larger things |
#
# *Where* gets vaguer, *what* gets more precise.

# %% [markdown] covers=["C29"]
# ### One channel or three
#
# An exercise in one of our sources finds edges in a photo of a brick wall in two
# ways: in a grey version of it (one channel), and in all three channels of the
# coloured one; it then takes absolute values. (It uses a function that flips the
# kernel for the first and one that does not for the second. With Sobel's kernel that
# changes a sign only, which the absolute value hides.) Are the two worth
# distinguishing? Here is a wall whose bricks are exactly as bright as its mortar.

# %%
rows, columns = np.mgrid[:36, :54]
mortar = (rows % 9 < 2) | ((columns + 9 * (rows // 9 % 2)) % 18 < 2)
brick, eye = np.array([0.75, 0.25, 0.2]), np.array([0.2126, 0.7152, 0.0722])
wall = np.where(mortar[..., None], brick @ eye, brick)  # mortar: grey, equally bright
grey_wall = (wall @ eye)[None, None]
color_wall = wall.transpose(2, 0, 1)[None]
edge_grey = right[None, None]
edge_color = np.array([1, -1, 0]).reshape(1, 3, 1, 1) * right
grey_edges = np.abs(conv2d_im2col(grey_wall, edge_grey, None)[0, 0])
color_edges = np.abs(conv2d_im2col(color_wall, edge_color, None)[0, 0])
print(f"strongest edge: grey {grey_edges.max():.3f}, colour {color_edges.max():.3f}")
show_images(
    [wall, grey_wall[0, 0], grey_edges, color_edges],
    titles=["wall", "in grey", "edges, 1 channel", "edges, 3 channels"],
    columns=2,
    size=3.2,
)

# %% [markdown] covers=["C29"]
# **Figure 6.** A coloured wall, its grey version, and the absolute response of an
# edge filter to each (black: 0, white: 1). Before filtering, the grey version has
# already thrown away what tells brick from mortar. A filter that reads red and green
# with opposite signs finds every upright joint.
#
# Note what the layer did *not* do: filter the three channels apart and keep three edge
# maps. It adds its channels up *before* anything is made absolute or cut off at zero,
# so opposite signs in two channels can cancel or reinforce each other. As absolute
# values are never negative, they want a scale from black to white; the exercise shows
# them in a blue to red one (matplotlib's `seismic`), of which they use one half.

# %% [markdown] covers=["Q10"]
# ## 4 · The 1 × 1 convolution
#
# A window of one pixel sees no neighbours at all. On a grey picture it would multiply
# by a number. On a volume it is something else: the filter is 1 × 1 × C, so each
# output is a weighted sum of the C numbers *of one pixel*,
#
# $$a_{n,f,i,j} = b_f + \sum_{c} w_{f,c}\; x_{n,c,i,j}.$$
#
# It is a small dense layer that is applied to each pixel, with the same weights
# everywhere. Nothing moves in space; channels are mixed.
#
# One slide asks: *what are they, and why do they reduce dimension, parameters and
# cost?* With $F < C$ filters the volume becomes thinner, and whatever follows has less to
# do. From GoogLeNet, whose first such block gets 192 maps of 28 × 28 and wants 32 maps
# from 5 × 5 filters:
#
# | | weights | multiplications |
# |---|---|---|
# | 5 × 5 on all 192 maps | 192 · 25 · 32 = 153,600 | 120,422,400 |
# | 1 × 1 from 192 to 16, then 5 × 5 | 192 · 16 + 16 · 25 · 32 = 15,872 | 12,443,648 |
#
# That is 9.7 times less of both (each weight is used at each of the 784 places). What is
# lost: the 5 × 5 filters now see 16 mixtures of the 192 maps, and not all of them.
#
# **Task 4** (easy, 8 minutes). Write `conv1x1(x, w, b)` for `x` (N, C, H, W), `w` (F, C),
# and `b` (F,) or `None`; it returns float64 (N, F, H, W). No relu, that is another layer.
# Any real dtypes. `ValueError` if `w` does not have one column per channel. The banned
# calls are those of Task 1. One line can do the sum.
#
# <details><summary>Hint 1: what to think of</summary>At one pixel it is a matrix times a
# vector. How do you do it at all pixels at once?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.einsum</code> (write down the
# letters of the formula), <code>np.tensordot</code>, or <code>@</code> on an array
# whose last two axes are (C, H · W).</details>
# <details><summary>Hint 3: the order of things</summary>Convert, compare, sum over c. See
# where the new axis F has ended up, and bring it to place 1 if it is not there. Last,
# give the biases two axes of length 1, or they are laid along the
# columns.</details>


# %% nbgrader={"grade": false, "grade_id": "conv1x1", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv1x1(x, w, b):
    """Mix the channels of each pixel.

    x: (N, C, H, W), w: (F, C), b: (F,) or None; any real dtype.
    Returns float64 (N, F, H, W).
    Raises ValueError if w does not have C columns.
    """
    ### BEGIN SOLUTION
    x, w = np.asarray(x, np.float64), np.asarray(w, np.float64)
    if w.shape[1] != x.shape[1]:
        raise ValueError(f"conv1x1: weights {w.shape} do not match input {x.shape}")
    out = np.einsum("fc,nchw->nfhw", w, x)
    return out if b is None else out + np.asarray(b)[:, None, None]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv1x1_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
pixels = np.array(
    [[[[1, 2, 3]], [[10, 20, 30]]]]
)  # two channels, one row of three pixels
mix, biases = np.array([[1, 1], [0, 2]]), np.array([0.5, -5])
want = np.array([[[[11.5, 22.5, 33.5]], [[15.0, 35, 55]]]])
check(
    conv1x1,
    pixels,
    mix,
    biases,
    want=want,
    case="three pixels of two channels",
    mistakes={
        "the biases are missing": want - biases[:, None, None],
        "w is transposed: its rows belong to the outputs": np.array(
            [[[[1.5, 2.5, 3.5]], [[16.0, 37, 58]]]]
        ),
    },
)
check_shape(
    conv1x1,
    np.zeros((1, 192, 28, 28)),
    np.zeros((16, 192)),
    np.zeros(16),
    want=(1, 16, 28, 28),
    case="192 maps become 16",
)
check_own_work(conv1x1)
### BEGIN HIDDEN TESTS
import torch


def by_torch(x, w, b):
    x, w = (torch.tensor(np.array(v, np.float64)) for v in (x, w[:, :, None, None]))
    b = None if b is None else torch.tensor(np.array(b, np.float64))
    return torch.nn.functional.conv2d(x, w, b).numpy()


r = np.random.default_rng(531)
x = r.normal(size=(2, 3, 4, 5))
for f, case in ((2, "fewer maps out"), (7, "more maps out"), (3, "as many maps out")):
    w, b = r.normal(size=(f, 3)), r.normal(size=f)
    want = by_torch(x, w, b)
    mistakes = {
        "the biases are missing": by_torch(x, w, None),
        "negative values are cut off; relu is another layer": np.maximum(want, 0),
        "F is the last axis, wanted place 1": want.transpose(0, 2, 3, 1),
    }
    if f == 3:
        mistakes["w is transposed"] = by_torch(x, w.T, b)
    check(conv1x1, x, w, b, want=want, case=case, mistakes=mistakes)
x, w, b = r.normal(size=(4, 4, 4, 4)), r.normal(size=(4, 4)), r.normal(size=4)
check(conv1x1, x, w, b, want=by_torch(x, w, b), case="all lengths equal")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv1x1_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
case = "weights for two channels, an image of three"
check_raises(conv1x1, np.ones((1, 3, 4, 4)), np.ones((5, 2)), np.zeros(5), case=case)
check_own_work(conv1x1)
# Also graded: no bias, integers, uint8, float32, views, a single map out, w of one column.
### BEGIN HIDDEN TESTS
import torch


def by_torch(x, w, b):
    x, w = (torch.tensor(np.array(v, np.float64)) for v in (x, w[:, :, None, None]))
    b = None if b is None else torch.tensor(np.array(b, np.float64))
    return torch.nn.functional.conv2d(x, w, b).numpy()


r = np.random.default_rng(532)
x, w, b = r.normal(size=(3, 5, 2, 6)), r.normal(size=(4, 5)), r.normal(size=4)
check(conv1x1, x, w, None, want=by_torch(x, w, None), case="no bias")
check(conv1x1, x, w[:1], b[:1], want=by_torch(x, w[:1], b[:1]), case="one map out")
check(
    conv1x1, x[:, :1], w[:, :1], b, want=by_torch(x[:, :1], w[:, :1], b), case="C = 1"
)
photo = r.integers(100, 256, (2, 3, 5, 4), np.uint8)
whole, biases = r.integers(-9, 9, (4, 3)), np.array([100, -3, 0, 8])
want = by_torch(photo, whole, biases)
check(conv1x1, photo, whole, biases, want=want, case="uint8 and integers")
bright = r.integers(100, 256, (2, 3), np.uint8)
want = by_torch(photo, bright, None)
check(conv1x1, photo, bright, None, want=want, case="uint8 throughout")
# In float32 the sum loses 2**-24, and so does the square of 1 + 2**-12.
single = np.array([1, 2**-24, -1, 1 + 2**-12, -1 - 2**-11], np.float32).reshape(
    1, 5, 1, 1
)
few, want = (
    np.array([[1, 1, 1, 1 + 2**-12, 1]], np.float32),
    np.full((1, 1, 1, 1), 2.0**-23),
)
check(conv1x1, single, few, None, want=want, case="float32 in, float64 inside")
tiny, few = (r.integers(-128, 128, s, np.int8) for s in ((2, 3, 5, 4), (4, 3)))
want = by_torch(tiny, few, None)
check(conv1x1, tiny, few, None, want=want, case="int8 throughout")
view, back = r.normal(size=(6, 8, 5, 3)).transpose(0, 3, 2, 1), w[::-1, ::2]
view = view[::2, ::-1, :, ::3]
want = by_torch(view, back, b)
check(conv1x1, view, back, b, want=want, case="views with steps")
check_raises(conv1x1, x, np.ones((4, 1)), b, case="one column for five channels")
check_raises(conv1x1, x[:, :1], w, b, case="five columns for one channel")
check_raises(conv1x1, x, np.ones((5, 4)), np.zeros(5), case="w given as (C, F)")
### END HIDDEN TESTS

# %%
grey = np.full((3, 1), 1.0) * [0.2126, 0.7152, 0.0722]  # three equal rows
mixes = {
    "more colour": 2.5 * np.eye(3) - 1.5 * grey,
    "no colour": grey,
    "colours exchanged": np.eye(3)[[2, 0, 1]],
}
pictures = [conv1x1(batch, mix, None)[0].transpose(1, 2, 0) for mix in mixes.values()]
show_images(
    [cat, *np.clip(pictures, 0, 1)], titles=["photo", *mixes], columns=2, size=3.4
)

# %% [markdown]
# **Figure 7.** Three 1 × 1 layers with three filters each, from three channels to three.
# Their nine weights mix the colours of each pixel anew. Every whisker stays exactly
# where it was, since no pixel looks at another one.

# %% [markdown] covers=["F28"]
# ## 5 · First in space, then across channels
#
# A 3 × 3 layer does two jobs with one set of weights: it looks at neighbours, and it
# mixes channels. A **depthwise separable** convolution does them one after the other:
#
# 1. **depthwise** ($n \times n$, once for each of the $M$ channels): channel $c$ is
#    filtered by a flat kernel of its own, $d_c$; *nothing is added across channels*, so
#    $M$ maps stay $M$ maps;
# 2. **pointwise** (1 × 1, to $N$ maps): the mixing of section 4.
#
# Put together, output $f$ is $\sum_c p_{f,c}\,(x_c \star d_c)$: it is a full
# layer whose filters are $w_{f,c} = p_{f,c}\, d_c$. All filters share their
# shapes $d_c$ and differ only in how much of each they take. That is a restriction, and
# what it buys is the count: for 3 × 3 windows, $9C + CF$ weights instead of $9CF$, or
#
# $$\frac{9C + CF}{9CF} = \frac1F + \frac19 .$$
#
# MobileNet is built from these.

# %%
depths = [16, 32, 64, 128, 256, 512]
full = np.array([9 * c * c for c in depths])
separable = np.array([9 * c + c * c for c in depths])
_, ax = plt.subplots(figsize=(7, 3.6))
places = np.arange(len(depths))
ax.bar(places - 0.2, full, 0.38, color="C0", label="full: 9CF")
style = {"color": "C1", "hatch": "//", "ec": "white"}
ax.bar(places + 0.2, separable, 0.38, label="separable: 9C + CF", **style)
for place, most, least in zip(places, full, separable):
    ax.text(
        place + 0.2, least * 1.15, f"÷ {most / least:.1f}", ha="center", fontsize=10
    )
ax.set(yscale="log", ylim=(100, 5e6), xticks=places, xticklabels=depths)
ax.set(xlabel="channels in = channels out", ylabel="weights")
ax.legend(loc="upper left")
plt.show()
print(f"C = 64, F = 128: {9 * 64 * 128:,} weights, or {9 * 64 + 64 * 128:,}")

# %% [markdown] covers=["F28"]
# **Figure 8.** Weights of a 3 × 3 layer, full and separable, on a logarithmic axis. The
# gain grows with the number of filters and approaches 9, the number of places in the
# window: with many channels nearly all work is in the mixing.

# %% [markdown] covers=["F28"]
# **Task 5** (medium, 12 minutes). Write `depthwise_separable(x, wd, wp, stride=1,
# pad=0)`: the depthwise step with `stride` and `pad` as in Task 1, then the pointwise
# step, no biases, no relu.
#
# | | shape | |
# |---|---|---|
# | `x` | (N, C, H, W) | |
# | `wd` | (C, kh, kw) | one flat kernel per channel, not flipped |
# | `wp` | (F, C) | the mixing |
# | result | (N, F, H', W') | float64 |
#
# Raise `ValueError` if `wd` does not have one kernel per channel, `wp` not one column
# per channel, or the kernels do not fit the padded image. Any real dtypes; the banned
# calls are those of Task 1. Your own functions are welcome.
#
# Two tests to try on paper: if every `wd[c]` is a single 1 in the middle of zeros and
# `wp` is the identity matrix, the result (with padding) is the input. And a full layer
# with the filters $w_{f,c} = p_{f,c}\, d_c$ must agree.
#
# <details><summary>Hint 1: what to think of</summary>Which step changes the size of the
# maps, and which changes their number? Only one of them knows about stride and
# padding.</details>
# <details><summary>Hint 2: what to look up</summary>The depthwise step is a correlation
# in which channel c of the input meets kernel c only; a loop over the window's
# entries (k, l), with slices that have a step, is short and fast. Or build the filters
# of a full layer and use what you have.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse; pad; make zeros of
# shape (N, C, H', W'); add up shifted pieces of the padded input, each multiplied by
# <code>wd[:, k, l]</code> laid along the channels; then mix with <code>wp</code>.
# </details>


# %% nbgrader={"grade": false, "grade_id": "depthwise_separable", "locked": false, "schema_version": 3, "solution": true, "task": false}
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    """Filter each channel by its own kernel, then mix the channels.

    x: (N, C, H, W), wd: (C, kh, kw), wp: (F, C); any real dtype.
    stride: int >= 1; pad: int >= 0, zeros around each channel.
    Returns float64 (N, F, H', W') with H' = (H + 2 pad - kh) // stride + 1, W' likewise.
    Raises ValueError if wd or wp does not match C, or a kernel does not fit.
    """
    ### BEGIN SOLUTION
    x, wd, wp = (np.asarray(v, np.float64) for v in (x, wd, wp))
    (images, channels, height, width), (kernels, kh, kw) = x.shape, wd.shape
    if kernels != channels or wp.shape[1] != channels:
        raise ValueError(
            f"depthwise_separable: wd {wd.shape} or wp {wp.shape} does not match {x.shape}"
        )
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"depthwise_separable: {wd.shape} does not fit {x.shape}")
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    maps = np.zeros((images, channels, rows, columns))
    for k in range(kh):
        for l in range(kw):
            down = slice(k, k + stride * (rows - 1) + 1, stride)
            right = slice(l, l + stride * (columns - 1) + 1, stride)
            maps += wd[:, k, l][:, None, None] * padded[:, :, down, right]
    return np.einsum("fc,nchw->nfhw", wp, maps)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "depthwise_separable_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
middle = np.zeros((3, 3, 3))
middle[:, 1, 1] = 1
case = "a single 1 in each kernel, no mixing: nothing changes"
want = x_slide.astype(float)
check(depthwise_separable, x_slide, middle, np.eye(3), 1, 1, want=want, case=case)
two = np.array([[[[1, 2, 3], [4, 5, 6]], [[1, 1, 2], [0, 3, 0]]]])
kernels, mix = np.array([[[1, 2]], [[10, 0]]]), np.array([[1, 0], [0, 1], [1, 1]])
apart = np.array([[[[5, 8], [14, 17]], [[10, 10], [0, 30]]]], float)
want = np.concatenate([apart, apart.sum(axis=1, keepdims=True)], axis=1)
turned = np.array([[[[4, 7], [13, 16]], [[10, 20], [30, 0]]]], float)
mistakes = {
    "the kernels are turned by half a turn": np.concatenate(
        [turned, turned.sum(axis=1, keepdims=True)], axis=1
    ),
}
case = "two channels with kernels (1 2) and (10 0), mixed to three maps"
check(depthwise_separable, two, kernels, mix, want=want, case=case, mistakes=mistakes)
check_own_work(depthwise_separable)
### BEGIN HIDDEN TESTS
import torch


def by_torch(x, w, stride=1, pad=0):
    x, w = (torch.tensor(np.array(v, np.float64)) for v in (x, w))
    return torch.nn.functional.conv2d(x, w, None, stride, pad).numpy()


r = np.random.default_rng(541)
x, wd, wp = r.normal(size=(2, 3, 8, 7)), r.normal(size=(3, 3, 2)), r.normal(size=(5, 3))
both = wp[:, :, None, None] * wd
for stride, pad, case in (
    (1, 0, "equal to a full layer with filters p d"),
    (2, 1, "stride 2, padding 1: equal to a full layer"),
    (3, 0, "stride 3 with a remainder: equal to a full layer"),
):
    want = by_torch(x, both, stride, pad)
    full = wp[:, :, None, None] * wd.sum(axis=0)
    mistakes = {
        "the kernels are turned by half a turn": by_torch(
            x, both[:, :, ::-1, ::-1], stride, pad
        ),
        "all channels share the first kernel": by_torch(
            x, wp[:, :, None, None] * wd[0], stride, pad
        ),
        "each channel is filtered by all kernels": by_torch(x, full, stride, pad),
        "the channels are added up before the mixing": by_torch(
            x,
            np.ones((5, 3, 1, 1)) * wp.sum(axis=1)[:, None, None, None] * wd,
            stride,
            pad,
        ),
    }
    check(
        depthwise_separable,
        x,
        wd,
        wp,
        stride,
        pad,
        want=want,
        case=case,
        mistakes=mistakes,
    )
x, wd, wp = r.normal(size=(3, 4, 5, 5)), r.normal(size=(4, 3, 3)), r.normal(size=(4, 4))
want = by_torch(x, wp[:, :, None, None] * wd, 2, 1)
mistakes = {"wp is transposed": by_torch(x, wp.T[:, :, None, None] * wd, 2, 1)}
case = "as many maps out as in"
check(depthwise_separable, x, wd, wp, 2, 1, want=want, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "depthwise_separable_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
case = "two kernels for three channels"
image = np.ones((1, 3, 5, 5))
check_raises(depthwise_separable, image, np.ones((2, 3, 3)), np.ones((4, 3)), case=case)
check_own_work(depthwise_separable)
# Also graded: one kernel for all channels, wp of another width, kernels that do not fit,
# integers, uint8, float32, views, a single channel.
### BEGIN HIDDEN TESTS
import torch


def by_torch(x, w, stride=1, pad=0):
    x, w = (torch.tensor(np.array(v, np.float64)) for v in (x, w))
    return torch.nn.functional.conv2d(x, w, None, stride, pad).numpy()


r = np.random.default_rng(542)
for wd, wp, case in (
    ((1, 3, 3), (4, 3), "one kernel for three channels"),
    ((4, 3, 3), (4, 3), "four kernels for three channels"),
    ((3, 3, 3), (4, 1), "wp with one column"),
    ((3, 3, 3), (3, 4), "wp given as (C, F)"),
    ((3, 6, 3), (4, 3), "kernels taller than the image"),
    ((3, 3, 6), (4, 3), "kernels wider than the image"),
    ((3, 8, 9), (4, 3), "kernels larger both ways"),
):
    check_raises(depthwise_separable, image, np.ones(wd), np.ones(wp), case=case)
check_raises(
    depthwise_separable,
    image[:, :1],
    np.ones((3, 3, 3)),
    np.ones((4, 3)),
    case="three kernels for one channel",
)
case = "one kernel and one column for three channels"
check_raises(depthwise_separable, image, np.ones((1, 3, 3)), np.ones((4, 1)), case=case)
case = "three columns for one channel"
one, mix = np.ones((1, 3, 3)), np.ones((4, 3))
check_raises(depthwise_separable, image[:, :1], one, mix, case=case)
for size in ((8, 3), (3, 8)):
    wd, case = np.ones((3, *size)), "kernels too large in spite of padding"
    check_raises(depthwise_separable, image, wd, np.ones((4, 3)), 1, 1, case=case)
case = "kernels that fit only thanks to the padding"
x, wp = r.normal(size=(2, 3, 5, 6)), r.normal(size=(4, 3))
for size in ((7, 2), (2, 8), (7, 8)):
    wd = r.normal(size=(3, *size))
    want = by_torch(x, wp[:, :, None, None] * wd, 2, 1)
    check(depthwise_separable, x, wd, wp, 2, 1, want=want, case=case)
photo = r.integers(100, 256, (2, 3, 5, 6), np.uint8)
wd, wp = r.integers(-9, 9, (3, 2, 3)), r.integers(-9, 9, (2, 3))
want = by_torch(photo, wp[:, :, None, None] * wd, 1, 1)
check(depthwise_separable, photo, wd, wp, 1, 1, want=want, case="uint8 and integers")
wd, wp = r.integers(99, 256, (3, 2, 3), np.uint8), r.integers(99, 256, (2, 3), np.uint8)
want = by_torch(photo, wp[:, :, None, None].astype(float) * wd)
check(depthwise_separable, photo, wd, wp, want=want, case="uint8 throughout")
# In float32 the sum loses 2**-24, and so does the square of 1 + 2**-12.
single = np.array([1, 2**-24, -1, 1 + 2**-12, -1 - 2**-11], np.float32).reshape(
    1, 1, 1, 5
)
few, one = (
    np.array([[[1, 1, 1, 1 + 2**-12, 1]]], np.float32),
    np.ones((1, 1), np.float32),
)
want, case = np.full((1, 1, 1, 1), 2.0**-23), "float32, one channel"
check(depthwise_separable, single, few, one, want=want, case=case)
shapes = (2, 3, 5, 6), (3, 2, 3), (2, 3)
tiny, wd, wp = (r.integers(-128, 128, s, np.int8) for s in shapes)
want = by_torch(tiny, wp[:, :, None, None].astype(float) * wd, 2, 1)
check(depthwise_separable, tiny, wd, wp, 2, 1, want=want, case="int8 throughout")
view = r.normal(size=(4, 9, 8, 3)).transpose(0, 3, 2, 1)[::2, ::-1, 1:]
wd, wp = r.normal(size=(3, 4, 4))[::-1, ::-1, ::2], r.normal(size=(6, 3))[::2]
want = by_torch(view, wp[:, :, None, None] * wd, 2, 2)
check(depthwise_separable, view, wd, wp, 2, 2, want=want, case="views with steps")
x, wd = r.normal(size=(2, 3, 4, 5)), r.normal(size=(3, 4, 5))
want = by_torch(x, wp[:, :, None, None] * wd)
check(depthwise_separable, x, wd, wp, want=want, case="kernels as large as the image")
### END HIDDEN TESTS

# %% [markdown] covers=["C13", "C14"]
# ## 6 · Local, shared, equivariant
#
# Why should a layer be a sliding window at all? Three principles stand behind it, and
# different authors give them different names:
#
# | principle | also called | means |
# |---|---|---|
# | sparse interaction | local receptive fields | each output looks at a few inputs |
# | parameter sharing | shared weights | all outputs use the same few weights |
# | equivariant representation | (what sharing gives) | move the input, the output moves along |
#
# A layer that has the first without the second is called **locally connected**: every
# place has a kernel of its own. The drawing shows three layers with six inputs in a row
# and four outputs.


# %%
def draw_links(ax, window, shared, chosen, side):
    """Draw 6 inputs (below), 4 outputs, and the weights; stress those of one unit."""
    for out in range(4):
        for into in range(6) if window is None else range(out, out + window):
            on = chosen == (out if side == "output" else into)
            tap = into - out if shared else 0
            color = ["C2", "C0", "C1"][tap] if shared else "#333"
            ax.plot(
                [into, out + 1], [0, 1], ["-", "--", ":"][tap], lw=2.2 if on else 0.8,
                color=color if on else "#ccc", zorder=2 if on else 1,
            )  # fmt: skip
    ax.scatter(range(6), np.zeros(6), s=90, zorder=3, color="#555")
    ax.scatter(range(1, 5), np.ones(4), s=90, zorder=3, color="#555", marker="s")
    ax.set(ylim=(-0.2, 1.2))
    ax.set_axis_off()


# %%
kinds = {
    "dense\n24 links, 24 weights": (None, False),
    "locally connected\n12 links, 12 weights": (3, False),
    "convolution\n12 links, 3 weights": (3, True),
}
_, axes = plt.subplots(2, 3, figsize=(8.6, 3.8))
for column, (name, (window, shared)) in zip(axes.T, kinds.items()):
    draw_links(column[0], window, shared, 2, "output")
    draw_links(column[1], window, shared, 3, "input")
    column[0].set_title(name, loc="center")
axes[0, 0].text(-0.6, 0.5, "one output", rotation=90, va="center")
axes[1, 0].text(-0.6, 0.5, "one input", rotation=90, va="center")
plt.show()

# %% [markdown] covers=["C13", "C14", "C38"]
# **Figure 9.** Inputs (circles) and outputs (squares). Top: the links of one output,
# its *receptive field*. Bottom: the links of one input, the outputs that it influences.
# In a convolution three weights (line styles and colours) serve all links.
#
# **What few links are good for**, seen from both sides:
#
# - *memory*: fewer weights to store, and for one input, fewer outputs that change
#   when it does;
# - *computation*: one multiplication per link;
# - *statistical efficiency*: fewer numbers to estimate from the same photos, so the
#   estimates scatter less (their variance is smaller).
#
# And nothing is out of reach: an output of the *second* such layer already sees five
# inputs, one of the third seven.
#
# **A convolution layer is a dense layer**, with most weights fixed at zero and the
# others equal in groups. In Figure 9 its weight matrix is
#
# $$\begin{pmatrix}
# w_0&w_1&w_2&0&0&0\\ 0&w_0&w_1&w_2&0&0\\ 0&0&w_0&w_1&w_2&0\\ 0&0&0&w_0&w_1&w_2
# \end{pmatrix}.$$
#
# This has a pleasant consequence in training. A weight of a dense layer is corrected
# *once* by each photo. Here $w_0$ stands in four places, each with its own opinion about
# how it should change, and a single photo gives the sum of four corrections; in a
# 224 × 224 map it gives some fifty thousand. One photo is many examples.

# %% [markdown] covers=["C13"]
# **Task 6** (medium, 8 minutes). Write `locally_connected(x, w)` for one grey image and
# one output map: `x` is (H, W), and `w` is (H', W', kh, kw) with H' = H − kh + 1 and W' =
# W − kw + 1. The output at (i, j) is the window at (i, j) times the kernel
# `w[i, j]`, not flipped, added up. The result is float64 (H', W'). `ValueError` if the
# first two lengths of `w` are not H' and W'. Any real dtypes; banned calls as in Task 1.
#
# If all the kernels are equal, this is the correlation of lesson 01: with Sobel's
# kernel everywhere, an image with the rows 3 1 3 5 3, 2 2 8 8 3, 3 4 7 7 2 and
# 5 3 6 8 4 gives 10, 13, 7 and 3, −3, −1.
#
# <details><summary>Hint 1: what to think of</summary>The loops of a plain correlation,
# with one thing changed.</details>
# <details><summary>Hint 2: what to look up</summary><code>sliding_window_view</code> of a
# flat image has exactly the shape of w. Beware of broadcasting, which would accept a
# single kernel for all places.</details>
# <details><summary>Hint 3: the order of things</summary>kh and kw are the last two
# lengths of w. Compute H' and W', compare with the first two, refuse. Then one sum per
# place.</details>


# %% nbgrader={"grade": false, "grade_id": "locally_connected", "locked": false, "schema_version": 3, "solution": true, "task": false}
def locally_connected(x, w):
    """Correlate an image with a kernel of its own at each place.

    x: (H, W), w: (H', W', kh, kw) with H' = H - kh + 1, W' = W - kw + 1; real numbers.
    Returns float64 (H', W'). Raises ValueError if w has another number of places.
    """
    ### BEGIN SOLUTION
    x, w = np.asarray(x, np.float64), np.asarray(w, np.float64)
    rows, columns, kh, kw = w.shape
    if (rows, columns) != (x.shape[0] - kh + 1, x.shape[1] - kw + 1):
        raise ValueError(f"locally_connected: kernels {w.shape} for image {x.shape}")
    out = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        out[i, j] = (x[i : i + kh, j : j + kw] * w[i, j]).sum()
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "locally_connected_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
image = np.array([[3, 1, 3, 5, 3], [2, 2, 8, 8, 3], [3, 4, 7, 7, 2], [5, 3, 6, 8, 4]])
sobel = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
want = np.array([[10.0, 13, 7], [3, -3, -1]])
check(
    locally_connected,
    image,
    np.tile(sobel, (2, 3, 1, 1)),
    want=want,
    case="Sobel's kernel at all places",
    mistakes={
        "the kernels are turned by half a turn": -want,
        "the sums are divided by the size of the kernel": want / 9,
    },
)
factors = np.array([[1, 10, 100], [2, 20, 200]])
check(
    locally_connected,
    image,
    factors[:, :, None, None] * sobel,
    want=want * factors,
    case="six different multiples of it",
    mistakes={"the kernel of place (0, 0) is used everywhere": want},
)
check_own_work(locally_connected)
### BEGIN HIDDEN TESTS


def by_hand(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(
        np.array(x, np.float64), w.shape[2:]
    )
    return np.einsum("ijkl,ijkl->ij", windows, np.array(w, np.float64))


r = np.random.default_rng(551)
for shape, kernels, case in (
    ((6, 5), (5, 3, 2, 3), "nothing square, all kernels different"),
    ((6, 6), (4, 4, 3, 3), "everything square, all kernels different"),
    ((3, 7), (3, 5, 1, 3), "kernels with one row"),
):
    x, w = r.normal(size=shape), r.normal(size=kernels)
    want = by_hand(x, w)
    mistakes = {
        "the kernels are turned by half a turn": by_hand(x, w[..., ::-1, ::-1]),
        "the kernel of place (0, 0) is used everywhere": by_hand(
            x, np.tile(w[0, 0], (*kernels[:2], 1, 1))
        ),
        "the sums are divided by the number of weights": want / np.prod(kernels[2:]),
    }
    if kernels[0] == kernels[1]:
        mistakes["the place (i, j) uses the kernel of (j, i)"] = by_hand(
            x, w.swapaxes(0, 1)
        )
        mistakes["the kernels are transposed"] = by_hand(x, w.swapaxes(2, 3))
    check(locally_connected, x, w, want=want, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "locally_connected_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(
    locally_connected,
    np.ones((5, 5)),
    np.ones((3, 4, 3, 3)),
    case="kernels for 3 x 4 places, where there are 3 x 3",
)
check_own_work(locally_connected)
# Also graded: one kernel for all places, too few rows, integers, uint8, float32, views,
# 1 x 1 kernels, kernels as large as the image.
### BEGIN HIDDEN TESTS


def by_hand(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(
        np.array(x, np.float64), w.shape[2:]
    )
    return np.einsum("ijkl,ijkl->ij", windows, np.array(w, np.float64))


r = np.random.default_rng(552)
for shape, case in (
    ((1, 1, 3, 3), "a single kernel for all places"),
    ((1, 4, 3, 3), "one row of kernels for all rows"),
    ((3, 1, 3, 3), "one column of kernels for all columns"),
    ((2, 4, 3, 3), "a row of places missing"),
    ((4, 3, 3, 3), "rows and columns of places exchanged"),
    ((3, 3, 3, 3), "a column of places missing"),
    ((4, 4, 3, 3), "a row of places too many"),
    ((3, 5, 3, 3), "a column of places too many"),
    ((5, 6, 3, 3), "a kernel for each pixel"),
):
    check_raises(locally_connected, np.ones((5, 6)), np.ones(shape), case=case)
photo, whole = r.integers(99, 256, (4, 5), np.uint8), r.integers(-9, 9, (3, 3, 2, 3))
want = by_hand(photo, whole)
check(locally_connected, photo, whole, want=want, case="uint8 and integers")
bright = r.integers(99, 256, (3, 3, 2, 3), np.uint8)
want = by_hand(photo, bright)
check(locally_connected, photo, bright, want=want, case="uint8 throughout")
# In float32 the sum loses 2**-24, and so does the square of 1 + 2**-12.
single = np.array([[1, 2**-24, -1, 1 + 2**-12, -1 - 2**-11]], np.float32)
few = np.array([1, 1, 1, 1 + 2**-12, 1], np.float32).reshape(1, 1, 1, 5)
want, case = np.full((1, 1), 2.0**-23), "float32 in, float64 inside"
check(locally_connected, single, few, want=want, case=case)
tiny, few = (r.integers(-128, 128, s, np.int8) for s in ((4, 5), (3, 3, 2, 3)))
want = by_hand(tiny, few)
check(locally_connected, tiny, few, want=want, case="int8 throughout")
x, w = r.normal(size=(9, 8)).T[::-2, 1:], r.normal(size=(3, 7, 4, 2))[..., ::2, ::-1]
check(locally_connected, x, w, want=by_hand(x, w), case="views with steps")
x, w = r.normal(size=(3, 4)), r.normal(size=(3, 4, 1, 1))
check(locally_connected, x, w, want=x * w[..., 0, 0], case="1 x 1 kernels")
w = r.normal(size=(1, 1, 3, 4))
want = np.array([[(x * w[0, 0]).sum()]])
check(locally_connected, x, w, want=want, case="one kernel as large as the image")
### END HIDDEN TESTS

# %%
digit = np.pad(data.digits()[0][101] / 16, ((2, 2), (2, 4)))
moved = np.roll(digit, 2, axis=1)
rng = np.random.default_rng(3)
kernels = {
    "one kernel: 9 weights": np.tile(rng.normal(size=(3, 3)), (10, 12, 1, 1)),
    "a kernel per place: 1,080": rng.normal(size=(10, 12, 3, 3)),
}
_, axes = plt.subplots(2, 3, figsize=(8.6, 4.4))
for row, picture, name in zip(axes, [digit, moved], ["digit", "digit, moved"]):
    row[0].imshow(picture, cmap="gray_r", vmin=0, vmax=1)
    row[0].set_title(name)
    for ax, (title, w) in zip(row[1:], kernels.items()):
        response = locally_connected(picture, w)
        shown = ax.imshow(response, cmap="RdBu_r", vmin=-5, vmax=5)
        ax.set_title(title)
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
plt.colorbar(shown, ax=list(axes.flat), label="response", shrink=0.85, aspect=15)
plt.show()

# %% [markdown] covers=["C13"]
# **Figure 10.** A digit and the same digit moved by two columns (left), and the responses
# of random 3 × 3 kernels to both. Middle: one kernel for all places; the response to the
# moved digit is the response, moved. Right: a kernel for each place; the two responses
# have nothing to do with each other. What such a layer learns on the left it must
# learn again on the right, with 120 times as many weights. It makes sense where
# places do differ, as in passport photos.

# %% [markdown] covers=["C38"]
# **Question 2** (3 points). Take a 6 × 6 image, one 3 × 3 filter, stride 1, no padding,
# no bias, and write the layer as a *dense* layer from all pixels to all outputs, as
# above for a row. How large is its weight matrix, how many of its entries are
# zero whatever the filter, how many are not, and how many numbers can be chosen freely?
# Show how you counted. What is the share of zeros for an $n \times n$ image when $n$ is
# large, and what does that say about storing this matrix?
#
# *Rubric.* 1 point: size of the matrix and number of entries that are not fixed at zero,
# each with its reason. 1 point: entries fixed at zero, and free numbers. 1 point: the
# share of zeros as a formula in n with its limit, and a conclusion.

# %% [markdown] nbgrader={"grade": true, "grade_id": "dense_matrix_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# The input has 36 numbers, the output 4 · 4 = 16, so the matrix is 16 × 36 (36 × 16 if
# one writes it the other way round) with 576 entries. Each output reads nine pixels:
# 16 · 9 = 144 entries are not zero, 576 − 144 = 432 are fixed at zero. The 144 are the
# same nine weights sixteen times, so 9 numbers are free. In general each row has 9
# entries among n², the share of zeros is 1 − 9/n², which goes to 1: for n = 224 it is
# 99.98 %. The matrix has about n⁴ entries for nine numbers, so one should never store
# it; sliding the window is the product with it.
# <!-- END SOLUTION -->

# %% [markdown] covers=["F09"]
# ## 7 · Running the layer backwards
#
# A layer with stride 2 makes maps smaller. To draw a picture, to label each pixel, or
# to send corrections back through a layer (lesson 08), one needs a way from the small
# maps to the large ones. Turn the arrows of Figure 9 around: each *output* now hands its
# number to the inputs it had read, each time multiplied by the weight of the link.
# Inputs that belong to several windows receive several contributions and add them
# up. In pictures: **every number of the small map stamps the kernel, multiplied by
# itself, onto the large one; stamps lie `stride` pixels apart, and where they overlap,
# they add up.**
#
# In matrices: if the layer without its bias is $y = Ax$, this is $x' = A^{\mathsf T} y$,
# hence the name **transposed convolution**. The transposed matrix is also called the
# *adjoint*, and it is known by one property, true for all $x$ and $y$:
#
# $$\langle Ax,\; y\rangle = \langle x,\; A^{\mathsf T} y\rangle,
# \qquad \langle u, v\rangle = \text{sum of all } u \cdot v .$$
#
# Two small examples, with one channel, no padding, and the kernel
# $\begin{pmatrix}1&2\\3&4\end{pmatrix}$. Stamping a single 1 leaves the kernel as it is,
# not turned. Stamping four ones, with stride 2 and with stride 1:
#
# $$\begin{pmatrix}1&1\\1&1\end{pmatrix} \to
# \begin{pmatrix}1&2&1&2\\3&4&3&4\\1&2&1&2\\3&4&3&4\end{pmatrix}
# \quad\text{and}\quad
# \begin{pmatrix}1&3&2\\4&10&6\\3&7&4\end{pmatrix}.$$

# %% [markdown] covers=["F09"]
# **Task 7** (hard, 25 minutes). Write `conv_transpose2d(y, w, stride=1, pad=0,
# out_shape=None)`. `stride`, `pad` and `w` are those *of the layer that it transposes*.
#
# | | shape | |
# |---|---|---|
# | `y` | (N, F, H', W') | what came out of the layer |
# | `w` | (F, C, kh, kw) | the layer's filters |
# | `out_shape` | (H, W) or `None` | size of the layer's input |
# | result | (N, C, H, W) | float64 |
#
# - The layer pads its input before it reads; so the stamps go onto a canvas of H + 2 pad
#   rows and W + 2 pad columns, and at the end the frame is cut off.
# - With a stride, several input sizes give the same output size: 7 and 8 rows both give
#   3 with kernels of three rows and stride 2. `out_shape` says which one is meant; rows
#   that no window reads stay 0. `None` means the smallest,
#   H = (H' − 1) · stride + kh − 2 pad, and W likewise.
# - Raise `ValueError` if `y` does not have F channels, or if the layer would not turn
#   `out_shape` into (H', W'), or if H or W is below 1.
# - Any real dtypes; banned calls as in Task 1.
#
# <details><summary>Hint 1: what to think of</summary>Start with one image, F = C = 1, no
# padding, and a loop over the places of y. Which slice of the canvas does the stamp
# of (i, j) cover?</details>
# <details><summary>Hint 2: what to look up</summary><code>+=</code> on a slice adds up
# overlaps, <code>=</code> overwrites. For all images and channels at once: which axes
# does <code>y[:, :, i, j]</code> have, which has w, and over which one is the sum?
# <code>np.einsum</code> or <code>np.tensordot</code>. Cut off the frame with
# <code>[pad : pad + H]</code>; <code>[pad:-pad]</code> is empty for pad = 0.</details>
# <details><summary>Hint 3: the order of things</summary>Compare F; compute the smallest
# size; take it, or check that out_shape exceeds it by at least 0 and less than
# stride in both directions; make the canvas (N, C, H + 2 pad, W + 2 pad); for each
# (i, j) add the stamp, summed over f, at row stride · i and column stride · j; cut.
# </details>


# %% nbgrader={"grade": false, "grade_id": "conv_transpose2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    """Apply the transpose (adjoint) of a convolution layer without bias.

    y: (N, F, H', W'), w: (F, C, kh, kw); any real dtype.
    stride: int >= 1; pad: int >= 0; out_shape: (H, W), or None for the smallest.
    Returns float64 (N, C, H, W).
    Raises ValueError if y does not have F channels, if the layer does not turn (H, W)
    into (H', W'), or if H or W is below 1.
    """
    ### BEGIN SOLUTION
    y, w = np.asarray(y, np.float64), np.asarray(w, np.float64)
    (images, maps, rows, columns), (filters, channels, kh, kw) = y.shape, w.shape
    if maps != filters:
        raise ValueError(f"conv_transpose2d: y {y.shape} does not match w {w.shape}")
    least = (rows - 1) * stride + kh - 2 * pad, (columns - 1) * stride + kw - 2 * pad
    height, width = least if out_shape is None else out_shape
    fits = 0 <= height - least[0] < stride and 0 <= width - least[1] < stride
    if not fits or min(height, width) < 1:
        raise ValueError(
            f"conv_transpose2d: no layer with filters {w.shape}, stride {stride}, pad "
            f"{pad} turns {(height, width)} into {(rows, columns)}"
        )
    canvas = np.zeros((images, channels, height + 2 * pad, width + 2 * pad))
    for i, j in np.ndindex(rows, columns):
        top, left = stride * i, stride * j
        stamp = np.einsum("nf,fckl->nckl", y[:, :, i, j], w)
        canvas[:, :, top : top + kh, left : left + kw] += stamp
    return canvas[:, :, pad : pad + height, pad : pad + width].copy()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv_transpose2d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
stamp = np.array([[[[1.0, 2], [3, 4]]]])
turned = "the kernel is turned by half a turn; stamp it as it is"
case = "a single 1 stamps the kernel"
mistakes = {turned: stamp[..., ::-1, ::-1]}
one = np.ones((1, 1, 1, 1))
check(conv_transpose2d, one, stamp, want=stamp, case=case, mistakes=mistakes)
ones = np.ones((1, 1, 2, 2))
want = np.tile(stamp, (1, 1, 2, 2))
case = "four ones, stride 2: four stamps side by side"
mistakes = {turned: want[..., ::-1, ::-1]}
check(conv_transpose2d, ones, stamp, 2, want=want, case=case, mistakes=mistakes)
want = np.array([[[[1.0, 3, 2], [4, 10, 6], [3, 7, 4]]]])
mistakes = {
    turned: want[..., ::-1, ::-1],
    "a later stamp wipes out an earlier one; where they overlap, add": np.array(
        [[[[1.0, 1, 2], [1, 1, 2], [3, 3, 4]]]]
    ),
}
case = "four ones, stride 1: the stamps overlap"
check(conv_transpose2d, ones, stamp, want=want, case=case, mistakes=mistakes)
check_own_work(conv_transpose2d)
### BEGIN HIDDEN TESTS
import torch


def by_torch(y, w, stride=1, pad=0, extra=(0, 0)):
    y, w = (torch.tensor(np.array(v, np.float64)) for v in (y, w))
    f = torch.nn.functional.conv_transpose2d
    return f(y, w, None, stride, pad, extra).numpy()


def forward(x, w, stride, pad):
    x, w = (torch.tensor(np.array(v, np.float64)) for v in (x, w))
    return torch.nn.functional.conv2d(x, w, None, stride, pad).numpy()


r = np.random.default_rng(561)
y, w = r.normal(size=(2, 4, 3, 5)), r.normal(size=(4, 3, 3, 2))
for stride, pad, case in (
    (1, 0, "two images, four maps, three channels, nothing square"),
    (2, 0, "stride 2"),
    (3, 0, "stride 3: gaps between the stamps"),
    (2, 1, "stride 2, padding 1"),
):
    want = by_torch(y, w, stride, pad)
    mistakes = {
        "the kernels are turned by half a turn": by_torch(
            y, w[:, :, ::-1, ::-1], stride, pad
        ),
        "only map 0 is used; the sum runs over all maps": by_torch(
            y[:, :1], w[:1], stride, pad
        ),
        "the frame is not cut off": by_torch(y, w, stride),
    }
    check(conv_transpose2d, y, w, stride, pad, want=want, case=case, mistakes=mistakes)
for shape, stride, pad in (((8, 10), 2, 1), ((9, 8), 3, 0), ((7, 12), 3, 2)):
    x = r.normal(size=(2, 3, *shape))
    y = r.normal(size=forward(x, w, stride, pad).shape)
    extra = [
        size - ((n - 1) * stride + k - 2 * pad)
        for size, n, k in zip(shape, y.shape[2:], w.shape[2:])
    ]
    case = "an out_shape with rows or columns that no window reads"
    want = by_torch(y, w, stride, pad, extra)
    check(conv_transpose2d, y, w, stride, pad, shape, want=want, case=case)
    back = conv_transpose2d(y, w, stride, pad, shape)
    require(
        np.isclose((forward(x, w, stride, pad) * y).sum(), (x * back).sum()),
        "conv_transpose2d: it is not the adjoint of the layer: the sum of conv(x) * y "
        "should equal the sum of x * conv_transpose2d(y)",
    )
y, w = r.normal(size=(2, 3, 4, 4)), r.normal(size=(3, 3, 3, 3))
case = "as many maps as channels, everything square"
mistakes = {"maps and channels are exchanged in w": by_torch(y, w.swapaxes(0, 1), 2, 1)}
want = by_torch(y, w, 2, 1)
check(conv_transpose2d, y, w, 2, 1, want=want, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv_transpose2d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
y, w = np.ones((1, 2, 3, 3)), np.ones((2, 1, 3, 3))
check_shape(conv_transpose2d, y, w, 2, want=(1, 1, 7, 7), case="the smallest size")
case = "the other size"
check_shape(conv_transpose2d, y, w, 2, 0, (8, 8), want=(1, 1, 8, 8), case=case)
case = "9 rows, which would give four rows of outputs"
check_raises(conv_transpose2d, y, w, 2, 0, (9, 8), case=case)
check_own_work(conv_transpose2d)
# Also graded: other impossible sizes, y with another number of maps, integers, uint8,
# float32, views, 1 x 1 kernels, one image of one map.
### BEGIN HIDDEN TESTS
import torch


def by_torch(y, w, stride=1, pad=0, extra=(0, 0)):
    y, w = (torch.tensor(np.array(v, np.float64)) for v in (y, w))
    f = torch.nn.functional.conv_transpose2d
    return f(y, w, None, stride, pad, extra).numpy()


for shape, case in (
    ((6, 7), "an out_shape with a row too few"),
    ((7, 6), "an out_shape with a column too few"),
    ((7, 9), "an out_shape with a window too many"),
    ((3, 3), "an out_shape far too small"),
    ((20, 20), "an out_shape far too large"),
):
    check_raises(conv_transpose2d, y, w, 2, 0, shape, case=case)
case = "stride 1 leaves no choice of out_shape"
check_raises(conv_transpose2d, y, w, 1, 1, (4, 3), case=case)
check_raises(conv_transpose2d, y[:, :1], w, case="fewer maps than filters")
check_raises(
    conv_transpose2d, y, np.ones((1, 2, 3, 3)), case="w given as (C, F, kh, kw)"
)
check_raises(conv_transpose2d, y, w, 1, 1, (2, 3), case="a row too few, padding 1")
check_raises(conv_transpose2d, y[:, :, :1], w, 1, 2, case="a size below 1")
check_raises(conv_transpose2d, y[..., :1], w, 1, 2, case="a width below 1")
case = "no row left"
check_raises(conv_transpose2d, y[:, :, :1], w[:, :, :2], 1, 1, case=case)
case = "an out_shape without rows"
check_raises(conv_transpose2d, y[:, :, :1], w[:, :, :2], 1, 1, (0, 3), case=case)
case = "an out_shape on which the kernel does not fit"
check_raises(conv_transpose2d, y[:, :, :1], w, 2, 0, (2, 7), case=case)
check_raises(conv_transpose2d, y[..., :1], w, 2, 0, (7, 2), case=case)
r = np.random.default_rng(562)
photo, whole = (
    r.integers(99, 256, (2, 2, 3, 4), np.uint8),
    r.integers(-9, 9, (2, 3, 2, 3)),
)
want = by_torch(photo, whole, 2, 1)
check(conv_transpose2d, photo, whole, 2, 1, want=want, case="uint8 and integers")
bright = r.integers(99, 256, (2, 3, 2, 3), np.uint8)
want = by_torch(photo, bright)
check(conv_transpose2d, photo, bright, want=want, case="uint8 throughout")
# In float32 the sum loses 2**-24, and so does the square of 1 + 2**-12.
single = np.array([1, 2**-24, -1, 1 + 2**-12, -1 - 2**-11], np.float32).reshape(
    1, 5, 1, 1
)
few = np.array([1, 1, 1, 1 + 2**-12, 1], np.float32).reshape(5, 1, 1, 1)
want = np.full((1, 1, 1, 1), 2.0**-23)
check(conv_transpose2d, single, few, want=want, case="float32 in, float64 inside")
tiny, few = (r.integers(-128, 128, s, np.int8) for s in ((2, 2, 3, 4), (2, 3, 2, 3)))
want = by_torch(tiny, few, 2, 1)
check(conv_transpose2d, tiny, few, 2, 1, want=want, case="int8 throughout")
view = r.normal(size=(4, 9, 5, 3)).transpose(0, 3, 2, 1)[::2, ::-1, 1:, ::2]
back = r.normal(size=(3, 2, 3, 4))[..., ::-1, ::2]
want = by_torch(view, back, 3, 1, (2, 0))
shape = tuple(want.shape[2:])
check(conv_transpose2d, view, back, 3, 1, shape, want=want, case="views with steps")
y, w = r.normal(size=(1, 1, 2, 3)), np.full((1, 1, 1, 1), 2.0)
want = np.zeros((1, 1, 4, 7))
want[:, :, ::3, ::3] = 2 * y
check(conv_transpose2d, y, w, 3, want=want, case="1 x 1 kernels, stride 3")
### END HIDDEN TESTS

# %%
_, axes = plt.subplots(1, 3, figsize=(8.6, 3.1))
for ax, (kernel, stride) in zip(axes, [(2, 2), (3, 2), (4, 2)]):
    window = np.ones((1, 1, kernel, kernel))
    stamps = conv_transpose2d(np.ones((1, 1, 6, 6)), window, stride)[0, 0]
    shown = ax.imshow(stamps, cmap="viridis", vmin=0, vmax=4)
    ax.set(title=f"kernel {kernel} × {kernel}, stride {stride}", xticks=[], yticks=[])
bar = plt.colorbar(shown, ax=list(axes), shrink=0.85, aspect=15, ticks=range(5))
bar.set_label("stamps on a pixel")
plt.show()

# %% [markdown]
# **Figure 11.** How many stamps hit each pixel, for a 6 × 6 map. If the kernel's side is
# no multiple of the stride (middle), some pixels get one stamp and others two or four:
# pictures drawn by such a layer show this **checkerboard**. With 4 and 2 (right) the
# count is even, except at the border.

# %% [markdown] covers=["C32"]
# **Explain the mistake** (2 points). Some papers call this layer "deconvolution".
# Relying on the name, a student compresses a 3 × 3 image $x$ with the kernel
# $\begin{pmatrix}1&1\\1&1\end{pmatrix}$ (stride 1, no padding, no bias) to $y$ and wants to
# get $x$ back by `conv_transpose2d(y, w)`. Take for $x$ zeros with a single 1 in the
# middle. What is $y$, what comes back instead of $x$, what went wrong, and what *is*
# guaranteed to come back?
#
# *Rubric.* 1 point: both results, worked out. 1 point: says which property of matrices
# was confused with which, and what the layer does promise.

# %% [markdown] nbgrader={"grade": true, "grade_id": "deconvolution_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# All four windows contain the middle, so y is a 2 × 2 table of ones. Four stamps of ones
# give the rows 1 2 1, 2 4 2, 1 2 1: the point has become a blur. The transposed matrix
# was taken for the inverse. Here no inverse exists at all: nine numbers were
# reduced to four, so many images have the same y. Guaranteed are the *shape* of the
# input and the adjoint property ⟨Ax, y⟩ = ⟨x, Aᵀy⟩: each pixel receives, with the same
# weights, from the outputs that it had influenced.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Recap
#
# - A filter is as deep as its input and slides in two directions; everything under it,
#   plus one bias, becomes one number, and each filter makes one map.
# - im2col turns the layer into one matrix product; 1 × 1 and depthwise layers split the
#   mixing of channels from the looking around, and save most of the weights.
# - The layer is a dense layer that is local and shared; transposing it stamps kernels,
#   and gives back shapes but not images.
#
# **Next:** lesson 06 shrinks maps by pooling, and asks what that makes invariant.
#
# **References.** A. Carlier, "Convolutional Neural Networks", slides, 2024 (depth of
# filters; parameters; shared weights). E. Rantsiou, "CNN basics and an example with
# classification", LENS ML School, 2021 (the 6 × 6 × 3 volume; edges in a brick wall). B.
# Galerne, "Deep neural networks and CNNs", slides, 2024, after C. Deledalle (matrices as
# weights; more channels with depth). C. Deledalle, "Image classification and CNNs", UCSD
# ECE 285, 2019 (1 × 1 and separable convolutions). N. Noceti, "Convolutional Neural
# Networks", UniGe (the three principles; the worked volume, after Stanford's CS231n). C.
# Szegedy et al., "Going deeper with convolutions", CVPR 2015. A. Howard et al.,
# "MobileNets", 2017, arXiv:1704.04861. V. Dumoulin and F. Visin, "A guide to convolution
# arithmetic for deep learning", 2016, arXiv:1603.07285. A. Odena, V. Dumoulin and C.
# Olah, "Deconvolution and checkerboard artifacts", Distill, 2016.
