# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown] covers=["N28"]
# # 04 · Sizes: padding, stride, dilation, receptive field
#
# The network that started the present wave of deep learning takes a photo of
# 224 × 224 pixels, moves a window of 11 × 11 over it in steps of 4, and gets 55
# × 55 numbers. So says the paper, and so say the slides after it. Count the
# places yourself: there are 54. In this lesson you learn to count them, for any
# window, padding, step and spread, and you will know where the 55 comes from.
# Then you turn the question round: how much of the photo has a single number
# deep inside a network seen?
#
# **You will be able to**
#
# - say what size comes out of any convolution or pooling layer, and find the
#   layers that give a size you want;
# - tell apart the padding rules of two libraries that both say "same";
# - follow the shape of an image through a whole network, and notice the layer
#   that cannot work;
# - compute the *receptive field*: which pixels a number depends on.
#
# **Time:** 120 minutes, questions included. **You should know:** what it means
# to slide a kernel over an image (lesson 01), and NumPy slicing.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from course import data
from course.checks import check, check_raises, check_shape
from course.figures import label_line_ends, show_images
from course.shortcuts import check_own_work
from course.widgets import explore

plt.style.use("course.course")

# %% [markdown] covers=["E41"]
# ## 1 · Counting places
#
# A window moves along rows and columns in the same way, so this lesson counts
# along **one axis** at a time; do it twice and you have a picture. Five whole
# numbers decide everything:
#
# | letter | name | what it is |
# |---|---|---|
# | n | size | pixels along the axis: the height H or the width W |
# | f | window | weights of the kernel along the axis |
# | p | padding | invented pixels on *each* side |
# | s | **stride** | how far the window moves from one place to the next |
# | d | **dilation** | distance between neighbouring weights; 1 when they touch |
#
# Make sure of the letters before you trust a formula. In the slides that this
# course draws on, n is the image in one set and the *filter* in another; one
# set writes W, K, P, S; and in one set s is half the width of the kernel (which
# then has 2s + 1 weights) on one page and the stride on another. Whoever mixes
# the two gets a size that looks reasonable and is wrong. In this course they are
# always as in the table, and a pooling window is z.


# %% nbgrader={"grade": false, "grade_id": "draw_row", "locked": true, "schema_version": 3, "solution": false, "task": false}
def draw_row(ax, n, f, starts, p=(0, 0), d=1):
    """Draw n pixels, p = (before, after) invented ones, and a window at each start."""
    before, after = p
    used = {start + d * tap for start in starts for tap in range(f)}
    for pixel in range(-before, n + after):
        real = 0 <= pixel < n
        colour = "white" if not real else "#bcd9f3" if pixel in used else "#ffa90e"
        box = Rectangle((pixel - 0.45, -0.4), 0.9, 0.8, fc=colour, ec="#555", lw=0.8)
        box.set(ls="-" if real else ":", hatch="///" if colour == "#ffa90e" else "")
        ax.add_patch(box)
        if real:
            ax.text(pixel, 0, str(pixel), ha="center", va="center", fontsize=9)
    for number, start in enumerate(starts):
        taps = start + d * np.arange(f)
        ax.plot(taps, np.full(f, -0.9 - 0.5 * number), "s-", color="C2", ms=6, lw=1.5)
    last = max([start + d * (f - 1) for start in starts], default=0)
    ax.set(xlim=(-before - 0.7, max(n + after, last + 1) - 0.3), yticks=[], xticks=[])
    ax.set(ylim=(-0.9 - 0.5 * len(starts), 0.6), aspect="equal", anchor="N")
    ax.spines[:].set_visible(False)


# %%
_, axes = plt.subplots(1, 3, figsize=(10, 2.4))
draw_row(axes[0], 6, 3, starts=[0, 1, 2, 3])
draw_row(axes[1], 6, 3, starts=[0, 2])
draw_row(axes[2], 6, 3, starts=[0, 1], d=2)
axes[0].set_title("stride 1: 4 places")
axes[1].set_title("stride 2: 2 places")
axes[2].set_title("dilation 2: 2 places")
plt.show()

# %% [markdown] covers=["F01"]
# **Figure 1.** Six pixels (boxes with their numbers) and all places of a window
# of three weights (red squares, one line per place). With stride 2 the third
# place would need pixel 6, which does not exist; so pixel 5, hatched, is read
# by no window at all. With dilation 2 the three weights span five pixels.

# %% [markdown] covers=["F01", "F02", "F03", "F05", "C24"]
# ### One formula
#
# A dilated window has gaps. From its first weight to its last it spans
# $d(f-1)+1$ pixels. The first place starts at $-p$, the next at $-p+s$, and so
# on; place number $i$, counted from 0, ends at $-p + is + d(f-1)$. The last
# pixel there is has the number $n-1+p$. So $i$ counts as long as
# $is \le n + 2p - d(f-1) - 1$, and the number of places is
#
# $$\boxed{\;\Big\lfloor \frac{n + 2p - d(f-1) - 1}{s} \Big\rfloor + 1\;}$$
#
# where $\lfloor\cdot\rfloor$ rounds **down**: two and a half steps are two. The
# $+1$ is the first place, which takes no step. What one finds in slides are
# special cases:
#
# | case | places | remark |
# |---|---|---|
# | $p=0$, $s=d=1$ ("valid") | $n-f+1$ | the image shrinks by $f-1$ |
# | $s=d=1$ | $n+2p-f+1$ | shrinks by $f-1-2p$, or grows |
# | … with $p=(f-1)/2$, $f$ odd ("same") | $n$ | sizes stay |
# | … with $p=f-1$ ("full") | $n+f-1$ | each weight meets each pixel |
# | $d=1$ | $\lfloor (n+2p-f)/s \rfloor+1$ | the usual one |

# %% [markdown] covers=["E05", "E06", "N24", "F03"]
# ### Two formulas that lost something
#
# One set of slides prints the size of a padded result as "(n+2p)−f+1 × (n+2p)−f+1". A
# pair of sizes was meant. Without brackets around each of the two, arithmetic
# multiplies first: for n = 6, f = 3, p = 1 the line reads 8 − 3 + 1 × 8 − 3 + 1 = 11,
# while the result has the shape **(6, 6)**. The stride version on the next slide has lost
# the two bars of $\lfloor\cdot\rfloor$; it should say $\lfloor (n+2p-f)/s \rfloor + 1$
# **along each axis**.
#
# Another set writes $O = (W-K+2P)/S+1$, with no rounding, and gives the example
# W = 5, K = 3, P = 0, S = 2, where O is **2**. That works because 2 divides
# 5 − 3. One pixel more and O = 2.5. There are no half places: round down, and
# accept that pixels at the far end are dropped, as in Figure 1.
#
# Two examples that you can draw: 5 pixels, a window of 3 and padding 2 have **7**
# places (that is "full"); a window of 4 with the same padding has **6**.

# %% [markdown] covers=["F03", "E06"]
# **Task 1** (easy, 8 minutes). Write `conv_out_size(n, f, p=0, s=1, d=1)`: the
# number of places, as an `int`.
#
# - The result is exact however large the numbers are. NumPy's integers come too,
#   even uint8, whose sums start again from 0 at 256.
# - A window that spans more than the padded image has no place. That is a
#   `ValueError`; do not return 0.
# - n, f, s and d are at least 1, and p is at least 0. Anything else is a
#   `ValueError` that says what came.
#
# <details><summary>Hint 1: what to think of</summary>How many whole steps can the
# window make? And is the formula any good when the window does not fit even
# once?</details>
# <details><summary>Hint 2: what to look up</summary><code>/</code> makes floats,
# which have 16 digits. <code>//</code> stays with whole numbers and rounds down,
# also below zero; <code>int()</code> of a float cuts towards zero, so
# <code>int(-2 / 3)</code> is 0.</details>
# <details><summary>Hint 3: the order of things</summary>Turn all five into
# Python's own int; refuse what is out of range; compute the pixels that are left
# when the window stands at its first place; refuse if they are negative; only
# then divide.</details>


# %% nbgrader={"grade": false, "grade_id": "conv_out_size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_out_size(n, f, p=0, s=1, d=1):
    """Count the places of a window along one axis, as an exact int.

    n: pixels, f: weights of the window, p: padding on each side, s: stride,
    d: dilation; whole numbers, Python's or NumPy's.
    Raises ValueError if n, f, s or d is below 1, p below 0, or the window's span
    is larger than the padded image.
    """
    ### BEGIN SOLUTION
    n, f, p, s, d = int(n), int(f), int(p), int(s), int(d)
    if min(n, f, s, d) < 1 or p < 0:
        raise ValueError(
            f"conv_out_size: n, f, s, d must be at least 1 and p at least 0, got "
            f"n={n}, f={f}, p={p}, s={s}, d={d}"
        )
    left = n + 2 * p - d * (f - 1) - 1
    if left < 0:
        raise ValueError(
            f"conv_out_size: a window that spans {d * (f - 1) + 1} does not fit into "
            f"{n} pixels and {p} on each side; pad more or take a smaller window"
        )
    return left // s + 1
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv_out_size_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
half = "half a step is no step: round down"
forgot = "the first place takes no step; it has to be counted too"
once = "padding is added on both sides"
check(conv_out_size, 6, 3, want=4, case="6 pixels, window 3", mistakes={forgot: 3})
mistakes = {half: 3, forgot: 1}
check(conv_out_size, 6, 3, 0, 2, want=2, case="stride 2", mistakes=mistakes)
check(conv_out_size, 6, 3, 1, want=6, case="padding 1", mistakes={once: 5, forgot: 5})
check(conv_out_size, 10, 3, want=8, case="10 pixels, window 3")
case = "10 pixels, stride 2"
check(conv_out_size, 10, 3, 0, 2, want=4, case=case, mistakes={half: 5})
check(conv_out_size, 5, 3, 0, 2, want=2, case="a slide's 5 pixels, stride 2")
check(conv_out_size, 5, 3, 2, want=7, case="full padding", mistakes={once: 5})
check(conv_out_size, 5, 4, 2, want=6, case="an even window", mistakes={once: 4})
gaps = "between f weights there are f - 1 gaps, not f"
case = "dilation 2"
check(conv_out_size, 10, 3, 0, 1, 2, want=6, case=case, mistakes={gaps: 5})
check(conv_out_size, 224, 11, 2, 4, want=55, case="224 pixels, padding 2")
check(conv_out_size, 227, 11, 0, 4, want=55, case="227 pixels, no padding")
### BEGIN HIDDEN TESTS
import torch

check(conv_out_size, 224, 11, 0, 4, want=54, case="a long stride without padding")
check(conv_out_size, 7, 3, 0, 1, 2, want=3, case="dilation without stride")
settings = {
    "nothing special": (13, 4, 0, 1, 1),
    "stride with a remainder": (17, 5, 0, 3, 1),
    "stride without a remainder": (20, 5, 0, 3, 1),
    "a remainder of one less than the stride": (19, 4, 0, 4, 1),
    "padding and stride": (11, 4, 3, 2, 1),
    "padding larger than the window": (5, 2, 4, 3, 1),
    "dilation and stride": (23, 4, 0, 3, 4),
    "dilation, padding and stride": (16, 5, 3, 4, 3),
    "a window of one weight, dilated": (9, 1, 0, 2, 6),
    "an even window with stride": (12, 6, 2, 5, 1),
}
for name, (n, f, p, s, d) in settings.items():
    line = torch.conv1d(
        torch.zeros(1, 1, n), torch.zeros(1, 1, f), stride=s, padding=p, dilation=d
    )
    check(conv_out_size, n, f, p, s, d, want=line.shape[-1], case=name)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv_out_size_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(conv_out_size, 5, 5, 0, 3, want=1, case="a window as large as the image")
check_raises(conv_out_size, 3, 5, case="a window that is too large")
check_raises(conv_out_size, 8, 3, 0, 0, case="a stride of 0")
# Also graded: numbers out of range, sizes near the limit, NumPy's integers, huge n.
### BEGIN HIDDEN TESTS
check_raises(conv_out_size, 3, 5, 0, 3, case="a window too large, with a long stride")
check_raises(conv_out_size, 2, 3, 0, 2, case="a window too large by one pixel")
check_raises(conv_out_size, 1, 8, 3, 9, case="too large even with padding")
check_raises(conv_out_size, 6, 3, 0, 4, 3, case="too large because of dilation")
check_raises(conv_out_size, 8, 3, 0, -1, case="a negative stride")
check_raises(conv_out_size, 8, 3, 0, 1, 0, case="a dilation of 0")
check_raises(conv_out_size, 8, 3, 0, 1, -1, case="a negative dilation")
check_raises(conv_out_size, 8, 0, case="a window without weights")
check_raises(conv_out_size, 8, 3, -1, case="a negative padding")
check_raises(conv_out_size, 0, 3, 2, case="an image without pixels")
check_raises(conv_out_size, 8, -3, case="a negative window")
check_raises(conv_out_size, -1, 3, 5, case="a negative size, with much padding")
check_raises(conv_out_size, 8, 1, 0, 1, 0, case="a dilation of 0 and one weight")
check(conv_out_size, 1, 3, 1, 7, want=1, case="one pixel, which fits by its padding")
check(conv_out_size, 7, 3, 0, 4, 3, want=1, case="a dilated window that just fits")
check(conv_out_size, 9, 2, 0, 100, want=1, case="a stride larger than the image")
check(conv_out_size, 3, 1, 3, 4, want=3, case="such a stride, with padding")
small = np.uint8(250), np.uint8(3), np.uint8(10), np.uint8(2), np.uint8(1)
check(conv_out_size, *small, want=134, case="uint8 in, more than 255 inside")
small = np.uint8(250), np.uint8(30), np.uint8(150), np.uint8(2), np.uint8(10)
check(conv_out_size, *small, want=130, case="uint8 in, products of more than 255")
wide = np.int8(100), np.int8(60), np.int8(40), np.int8(1), np.int8(2)
check(conv_out_size, *wide, want=62, case="int8 in, more than 127 inside")
check(conv_out_size, 10**30 + 1, 2, 0, 3, want=(10**30 - 1) // 3 + 1, case="huge n")
check(conv_out_size, 2**60 + 1, 1, want=2**60 + 1, case="an n that no float can hold")
### END HIDDEN TESTS


# %% nbgrader={"grade": false, "grade_id": "draw_grid", "locked": true, "schema_version": 3, "solution": false, "task": false}
def draw_grid(ax, n, f, starts, p=0, d=1):
    """Draw n x n pixels and p around them, the middle of each window, and the first."""
    pixels = np.arange(-p, n + p)
    used = np.isin(pixels, np.add.outer(starts, d * np.arange(f)))
    real = (pixels >= 0) & (pixels < n)
    kind = np.where(np.outer(real, real), 2 - np.outer(used, used), 0)
    low, high = -p - 0.5, n + p - 0.5
    colours = ListedColormap(["white", "#bcd9f3", "#ffa90e"])
    extent = (low, high, high, low)
    ax.imshow(kind, cmap=colours, vmin=0, vmax=2, extent=extent)
    edges = np.arange(low, high + 1)
    ax.hlines(edges, low, high, color="#999", lw=0.5)
    ax.vlines(edges, low, high, color="#999", lw=0.5)
    first = starts[0] + d * np.arange(f)
    ax.plot(*np.meshgrid(first, first), "s", color="C2", ms=6)
    middles = np.array(starts) + d * (f - 1) / 2
    ax.plot(*np.meshgrid(middles, middles), "o", color="#222", ms=3)
    ax.set(xlim=(low - 0.3, high + 0.3), ylim=(high + 0.3, low - 0.3))
    ticks = range(0, n, 1 + n // 8)
    ax.set(xlabel="column (pixels)", ylabel="row (pixels)", xticks=ticks, yticks=ticks)


# %%
def draw_sizes(n, f, p, s, d):
    try:
        places = conv_out_size(n, f, p, s, d)
    except ValueError as error:
        print(error)
        return
    starts = [place * s - p for place in range(places)]
    _, (grid, row) = plt.subplots(1, 2, figsize=(10, 4.3), width_ratios=[1, 1.25])
    draw_grid(grid, n, f, starts, p, d)
    draw_row(row, n, f, starts, (p, p), d)
    grid.set_title(f"{n} × {n} pixels give {places} × {places} numbers")
    row.set_title("the same along one axis")
    plt.show()


# %%
explore(
    draw_sizes,
    n=("size n", list(range(3, 17)), 10),
    f=("window f", list(range(1, 8)), 3),
    p=("padding p", list(range(5)), 0),
    s=("stride s", list(range(1, 6)), 2),
    d=("dilation d", list(range(1, 5)), 1),
)

# %% [markdown]
# **Figure 2.** A window at all its places; move the five sliders. Left: blue pixels are
# read, orange ones never, white ones are padding; red squares are the weights at the
# first place, black dots the middles of all places. Right: the same along one axis. Find
# a size of which stride 3 drops two columns, then a padding that saves them. Make the
# stride larger than the window. Make the window too large, and read your own error
# message.

# %%
sizes = np.arange(3, 22)
_, ax = plt.subplots(figsize=(7, 3.6))
for s, marker in zip((1, 2, 4), "os^"):
    ax.plot(sizes, (sizes - 3) / s + 1, color="#aaa", lw=1, ls="--", label="_")
    places = [conv_out_size(int(n), 3, s=s) for n in sizes]
    ax.plot(sizes, places, marker, color=f"C{s // 2}", label=f"stride {s}")
label_line_ends(ax)
ax.set(xlabel="size n (pixels)", ylabel="places", xlim=(2, 21.5), ylim=(0, 20))
ax.set(xticks=range(3, 22, 2), yticks=range(0, 21, 4))
plt.show()

# %% [markdown] covers=["E06"]
# **Figure 3.** Places of a window of 3 against the size of the image. Dashed:
# the formula without rounding. It agrees where the stride divides n − 3 and is
# a fraction elsewhere; the true number waits at a step until the next whole
# place fits. So the size of the input cannot be told from the size of the
# output: with stride 4, images of 15, 16, 17 and 18 pixels all give 4.

# %% [markdown] covers=["F04", "E07"]
# ### Floor or ceiling?
#
# Two sets of slides round down, $\lfloor (w-f)/s + 1 \rfloor$. Two others round
# **up**, and look as if they contradicted them:
#
# $$\Big\lceil \frac{w-f+1}{s} \Big\rceil \qquad\text{(valid places, } w
# \text{ pixels).}$$
#
# Take w = 6, f = 3, s = 2: the first gives ⌊2.5⌋ = 2, the second ⌈4/2⌉ = 2.
# They always agree. The second counts in another way: without stride there are
# $m = w-f+1$ places; keep number 0, s, 2s, …, and those are $\lceil m/s \rceil$.
# It is the formula for $p = 0$. With padding, replace $w$ by $w + 2p$ in *both*.
#
# **Question 1** (3 points). Prove for all whole numbers $m \ge 1$ and $s \ge 1$
# that
#
# $$\Big\lceil \frac{m}{s} \Big\rceil = \Big\lfloor \frac{m-1}{s} \Big\rfloor + 1,$$
#
# and say in one sentence why this makes the two formulas above equal.
#
# *Rubric.* 1 point: a start that treats all $m$ and $s$ at once, not examples. 1
# point: both sides are worked out without a gap, the case that $s$ divides $m$
# included. 1 point: the right $m$ for the two formulas.

# %% [markdown] nbgrader={"grade": true, "grade_id": "ceil_is_floor_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# Divide $m-1$ by $s$ with remainder: $m - 1 = qs + t$ with $0 \le t \le s-1$. Then
# $(m-1)/s = q + t/s$ with $0 \le t/s < 1$, so the right side is $q + 1$. And
# $m/s = q + (t+1)/s$ with $0 < (t+1)/s \le 1$, so the left side is $q + 1$ too; $s$
# divides $m$ exactly when $t = s - 1$, and then $m/s = q+1$ needs no rounding. With
# $m = w - f + 1$ the left side is the formula that rounds up and the right side is
# $\lfloor (w-f)/s \rfloor + 1$, the one that rounds down (a whole number may be moved
# into $\lfloor\cdot\rfloor$).
# <!-- END SOLUTION -->

# %% [markdown] covers=["E08", "N28"]
# ### The 55 of AlexNet
#
# Back to the beginning. The network is called **AlexNet**; it won the ImageNet
# competition of 2012. A slide lists the sides of its maps as 224 > 55 > 27 > 13,
# and its first window as 11 with stride 4. But
#
# $$\Big\lfloor \frac{224-11}{4} \Big\rfloor + 1 = \lfloor 53.25 \rfloor + 1 =
# \mathbf{54}.$$
#
# Something that nobody wrote down must make up for it. Either there is padding:
# with p = 2, as in PyTorch's own copy of the network, $\lfloor 217/4 \rfloor + 1 =
# 55$. Or the photo has 227 pixels: $216/4 + 1 = 55$, the usual guess.
#
# **Question 2** (3 points). (a) There is a third repair that keeps 224, 11 and 4:
# pad different amounts before and after. How many invented pixels does it need in
# total, and is that the least? (b) For each of the three repairs: how many columns
# of the padded image does no window read? (c) A friend proposes p = 1, another
# stride 3 without padding. What do they get?
#
# *Rubric.* 1 point: the total, with a reason why fewer are too few. 1 point: the
# three numbers of columns, with the place where the last window ends. 1 point:
# both results, with the rounding shown.

# %% [markdown] nbgrader={"grade": true, "grade_id": "alexnet_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) 55 places with stride 4 span $54 \cdot 4 + 11 = 227$ pixels; 224 are there, so 3
# must be invented, for example 1 before and 2 after. With 2 or fewer the 55th window
# would stick out. (b) The last window ends after 227 pixels. With p = 2 the padded
# image has 228: one column is not read. With a photo of 227, and with 3 invented
# pixels, none. (c) p = 1: $\lfloor 215/4 \rfloor + 1 = \lfloor 53.75 \rfloor + 1 =
# 54$, not enough. Stride 3: $\lfloor 213/3 \rfloor + 1 = 72$, and nothing is dropped,
# but 72 is not 55.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C25", "Q15"]
# ## 2 · Stride: keep every s-th answer
#
# A 3 × 3 kernel without stride turns a photo into a map of nearly the same size.
# With 64 kernels, one number per pixel has become 64. Sharing weights has limited
# the number of *weights*; can we also control the number of *answers*? (In
# the visual cortex the corresponding cells are called simple cells.) Yes: ask the
# question only at every s-th row and column.
#
# **Stride is decimation**: the strided result is the dense one, of which rows and
# columns 0, s, 2s, … are kept,
#
# $$y^{(s)}_{i,j} = y_{si,\,sj} = \sum_{k,l} \kappa_{k,l}\; x_{si+k,\,sj+l}.$$
#
# That leaves about $1/s^2$ of the numbers and of the work. How bad is the loss?
# Each pixel lies under up to $f^2$ windows, so it influences that many dense
# answers. With stride s it still influences about $(f/s)^2$ of them: what was left
# out is largely contained in the neighbours that stayed. The trade-off:
#
# | stride | pixels | name |
# |---|---|---|
# | $s < f$ | lie in several windows | overlapping |
# | $s = f$ | lie in exactly one window | **tiling**, as on a floor |
# | $s > f$ | some lie in no window | information is thrown away unread |

# %% nbgrader={"grade": false, "grade_id": "slide_images", "locked": true, "schema_version": 3, "solution": false, "task": false}
slide_image = np.array(
    [
        [1, 4, 12, 11, 0, 2],
        [9, 15, 3, 0, 4, 17],
        [1, 4, 8, 6, 6, 10],
        [16, 10, 0, 11, 13, 6],
        [0, 2, 9, 3, 0, 8],
        [2, 14, 12, 5, 14, 1],
    ]
)
slide_kernel = np.array([[3, 0, 8], [1, 5, 10], [0, 2, 9]])
bright_square = np.zeros((10, 10))
bright_square[2:7, 3:8] = 90
bright_square[5, 4] = 0
bright_square[8, 2] = 90
boxcar = np.ones((3, 3)) / 9

# %% [markdown] covers=["N10", "N16"]
# Two images from the slides. The dense result of the first pair (lesson 01) is
#
# $$\begin{pmatrix}\mathbf{293}&200&\mathbf{145}&341\\172&248&278&352\\
# \mathbf{218}&225&\mathbf{263}&306\\284&264&264&201\end{pmatrix},$$
#
# so with stride 2 it is (293, 145; 218, 263). The slide prints 158 in place of
# 145 and 234 in place of 218, and leaves the fourth out; its dense table was wrong
# already. The second image is a bright square with a hole, and one bright pixel,
# under the *boxcar*, the kernel of nine equal weights 1/9. Its dense result is 8 ×
# 8; with stride 2, 4 × 4.
#
# **Task 2** (medium, 12 minutes). Write `strided_correlate(x, k, s, p=0)`: pad the
# image with p zeros on each side, and correlate (the kernel is not turned) with
# stride s along both axes.
#
# - `x` is (H, W), `k` is (kh, kw), real numbers of any dtype; none of them need be
#   square. The result is float64, and so is the arithmetic.
# - The first window stands in the top left corner of the *padded* image. Rows and
#   columns that are left over at the other end are dropped.
# - `ValueError` if s is below 1 or p below 0, or if the kernel has more rows or
#   more columns than the padded image.
# - Write it yourself: `scipy.signal`, `scipy.ndimage`, `np.convolve`,
#   `np.correlate` and torch's convolutions (`torch.nn` and the like) may not be
#   called. Loops are fine.
#
# <details><summary>Hint 1: what to think of</summary>Two ways lead there: compute
# everything and keep every s-th, or compute only what is kept. The second does
# less work.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.pad(x, p)</code> adds
# zeros all around. A slice <code>a[::s]</code> starts at 0. The result of place i
# comes from the window that starts at row i · s.</details>
# <details><summary>Hint 3: the order of things</summary>Convert both to float64;
# refuse bad s and p; pad; refuse a kernel that is too large; find the two sizes of
# the result, one per axis; make the zeros; loop over the <em>result</em>. Shrinking
# the image before the kernel has seen it gives something else.</details>


# %% nbgrader={"grade": false, "grade_id": "strided_correlate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def strided_correlate(x, k, s, p=0):
    """Correlate an image, padded with p zeros on each side, with stride s.

    x: (H, W), k: (kh, kw), real numbers of any dtype; s, p: whole numbers.
    Returns float64, one number per place along each axis.
    Raises ValueError if s < 1, p < 0, or the kernel is larger than the padded image
    along either axis.
    """
    ### BEGIN SOLUTION
    x, k = np.asarray(x, np.float64), np.asarray(k, np.float64)
    if s < 1 or p < 0:
        raise ValueError(f"strided_correlate: need s >= 1 and p >= 0, got {s} and {p}")
    x = np.pad(x, p)
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError(
            f"strided_correlate: a kernel {k.shape} does not fit into {x.shape}"
        )
    rows, columns = (np.array(x.shape) - k.shape) // s + 1
    out = np.zeros((rows, columns))
    for (i, j), weight in np.ndenumerate(k):
        shifted = x[i : i + (rows - 1) * s + 1 : s, j : j + (columns - 1) * s + 1 : s]
        out += weight * shifted
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "strided_correlate_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
want = np.array([[293.0, 145], [218, 263]])
check(
    strided_correlate,
    slide_image,
    slide_kernel,
    2,
    want=want,
    case="the first pair, stride 2",
    mistakes={
        "this is what the slide says, not what is right": want - [[0, -13], [-16, 0]],
        "the window starts at 1; the first place is the corner": np.array(
            [[248.0, 352], [264, 201]]
        ),
    },
)
want = np.array([[0, 20, 30, 20], [0, 60, 90, 60], [0, 50, 80, 60], [10, 30, 30, 20.0]])
case = "the bright square, stride 2"
check(strided_correlate, bright_square, boxcar, 2, want=want, case=case)
check_own_work(strided_correlate)
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d

r = np.random.default_rng(201)
want = np.array([[198.0, 180, 192], [287, 248, 352], [230, 264, 201]])
late = scipy_correlate2d(slide_image, slide_kernel, "full")[2:-2, 2:-2][::2, ::2] * 1.0
check(
    strided_correlate,
    slide_image,
    slide_kernel,
    2,
    1,
    want=want,
    case="padding together with stride",
    mistakes={"the padding is ignored": late},
)
x, k = r.normal(size=(11, 14)), r.normal(size=(2, 5))
for s, p in ((1, 0), (2, 0), (3, 0), (4, 0), (2, 2), (3, 1), (5, 3)):
    dense = scipy_correlate2d(np.pad(x, p), k, "valid")
    turned = scipy_correlate2d(np.pad(x, p), k[::-1, ::-1], "valid")
    check(
        strided_correlate,
        x,
        k,
        s,
        p,
        want=dense[::s, ::s],
        case=f"not square, {'a' if s > 1 else 'no'} stride, "
        f"{'with' if p else 'without'} padding",
        mistakes={
            "the stride acts along the rows only": dense[::s],
            "the stride acts along the columns only": dense[:, ::s],
            "the kernel is turned by half a turn": turned[::s, ::s],
            "the first place is not the corner": dense[s // 2 :: s, s // 2 :: s],
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "strided_correlate_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
case = "10 columns and stride 3: one is dropped"
check_shape(strided_correlate, bright_square[:9], boxcar, 3, want=(3, 3), case=case)
check_raises(strided_correlate, np.ones((6, 2)), boxcar, 2, case="a kernel too wide")
check_raises(strided_correlate, bright_square, boxcar, 0, case="a stride of 0")
check_own_work(strided_correlate)
# Also graded: long strides, kernels that fit by padding only, dtypes, views, errors.
### BEGIN HIDDEN TESTS
from scipy.signal import correlate2d as scipy_correlate2d

r = np.random.default_rng(202)
x, k = r.normal(size=(5, 8)), r.normal(size=(3, 2))
first = np.array([[(x[:3, :2] * k).sum()]])
check(strided_correlate, x, k, 9, want=first, case="a stride larger than the image")
want = scipy_correlate2d(x, k, "valid")[::4, ::4]
check(strided_correlate, x, k, 4, want=want, case="a stride larger than the kernel")
dense = scipy_correlate2d(np.pad(x, 4), k, "valid")
check(strided_correlate, x, k, 3, 4, want=dense[::3, ::3], case="much padding")
tiny, large = r.normal(size=(1, 2)), r.normal(size=(3, 4))
want = scipy_correlate2d(np.pad(tiny, 1), large, "valid")[::2, ::2]
check(strided_correlate, tiny, large, 2, 1, want=want, case="it fits by padding only")
check_raises(strided_correlate, tiny, large, 2, case="too large in both ways")
check_raises(strided_correlate, tiny, large, 5, case="too large, with a long stride")
tall = np.ones((4, 1))
check_raises(strided_correlate, np.ones((1, 9)), tall, 3, 1, case="a kernel too tall")
wide = np.ones((1, 5))
check_raises(strided_correlate, np.ones((9, 3)), wide, 4, case="a kernel too wide")
check_raises(strided_correlate, x, k, -2, case="a negative stride")
check_raises(strided_correlate, x, k, 1, -1, case="a negative padding")
photo = r.integers(100, 256, (7, 9), np.uint8)
signs = np.array([[1, -2, 3], [-4, 1, 1]])
for s, p in ((2, 0), (3, 1)):
    want = scipy_correlate2d(np.pad(photo.astype(float), p), signs, "valid")[::s, ::s]
    check(strided_correlate, photo, signs, s, p, want=want, case="uint8 and negatives")
bright = np.array([[200, 100]], np.uint8)
want = scipy_correlate2d(photo.astype(float), bright.astype(float), "valid")[::2, ::2]
check(strided_correlate, photo, bright, 2, want=want, case="both uint8")
table, part = r.integers(0, 9, (6, 7)), np.array([[0.5, -0.25], [0.1, 0.3]])
want = scipy_correlate2d(table, part, "valid")[::2, ::2]
check(strided_correlate, table, part, 2, want=want, case="integers and fractions")
single = np.array([[2.0**24, 1.0, -(2.0**24)]], np.float32)
ones = np.ones((1, 3), np.float32)
want = np.array([[1.0]])
check(strided_correlate, single, ones, 2, want=want, case="float64 arithmetic")
want = scipy_correlate2d(x[::-1, 1::2].copy(), k, "valid")[::2, ::2]
check(strided_correlate, x[::-1, 1::2], k, 2, want=want, case="a view with steps")
for p in (0, 1):
    want = scipy_correlate2d(np.pad(x.T.copy(), p), k.T.copy(), "valid")[::2, ::2]
    check(strided_correlate, x.T, k.T, 2, p, want=want, case="transposed arrays")
want = scipy_correlate2d(x, signs, "valid")[::2, ::2]
check(strided_correlate, x, signs, 2, want=want, case="fractions and an integer kernel")
want = 2 * np.pad(x, 1)[::3, ::3]
check(strided_correlate, x, np.array([[2.0]]), 3, 1, want=want, case="a 1 x 1 kernel")
masks = x > 0, k < 1
want = scipy_correlate2d(masks[0] * 1.0, masks[1] * 1.0, "valid")[::2, ::2]
check(strided_correlate, *masks, 2, want=want, case="both bool")
many = np.array([[3 * 10**9, 2 * 10**9]])
want = np.array([[1.5e19, 1e19]])
case = "integers whose products no int64 holds"
check(strided_correlate, many, np.array([[5 * 10**9]]), 1, want=want, case=case)
### END HIDDEN TESTS

# %%
camera = data.grey(data.photo("camera")).reshape(128, 4, 128, 4).mean(axis=(1, 3))
window = np.ones((8, 8)) / 64
strides = [1, 4, 8, 16]
maps = [strided_correlate(camera, window, s) for s in strides]
show_images(
    [camera, *maps],
    titles=["photo: 128 × 128"]
    + [f"stride {s}: {m.shape[0]} × {m.shape[1]}" for s, m in zip(strides, maps)],
    columns=5,
    size=2.1,
)

# %% [markdown] covers=["C25"]
# **Figure 4.** The mean of 8 × 8 pixels, with four strides. The dense map has 14,641
# numbers. Stride 4 keeps 961 of them, and hardly anything is missing: neighbouring
# answers overlap. Stride 8 tiles the photo: each pixel counts once. Stride 16 reads
# only a quarter of the pixels, and what becomes of the tripod is a matter of luck.

# %% [markdown] covers=["Q05", "C24", "E29"]
# ## 3 · Padding: how to keep the size
#
# How should the window be treated where it leaves the image? There are two honest
# answers: do not go there (valid), or invent pixels. The invented ones may be zeros,
# copies of the border, a mirror image, or the opposite side; lesson 01 has all four.
# For *values* near the border that choice matters. For **sizes** it does not: only
# the number p of invented pixels enters the formula.
#
# A slide states that "p = 0 is the most common option for CNNs". That was so for LeNet
# in 1998, which is shallow. It is wrong for the networks that came after: VGG, ResNet
# and MobileNet pad so that a convolution **keeps the size** ("same"), and leave
# shrinking to strides and pooling. They have little choice: without padding each 3 × 3
# convolution takes two rows and two columns, and after 15 of them an image of 32 × 32
# has shrunk to 2 × 2. With "same", layers can also be added, removed, or summed with
# their own input, without any arithmetic about sizes.

# %% [markdown] covers=["F05"]
# With stride 1 the size stays if the padding gives back what the window takes:
# $2p = d\,(f-1)$. For $d = 1$ that is the familiar $p = (f-1)/2$.
#
# **Task 3** (easy, 4 minutes). Write `same_padding(f, d=1)`: the p that keeps the
# size at stride 1, as an `int`, exact for large numbers too.
#
# - f must be odd, so that one weight lies in the middle, over the pixel that the
#   answer belongs to. An even f is a `ValueError`, with any d.
# - f and d are at least 1, else `ValueError`.
#
# <details><summary>Hint 1: what to think of</summary>How many pixels of a window lie
# to the left of its middle weight? And when the weights are spread out?</details>
# <details><summary>Hint 2: what to look up</summary><code>//</code> gives an int,
# <code>/</code> a float; <code>%</code> tells odd from even.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse first. For a window of
# 3 with d = 2 the outer weights are two pixels away from the middle one; for a window
# of 5, four.</details>


# %% nbgrader={"grade": false, "grade_id": "same_padding", "locked": false, "schema_version": 3, "solution": true, "task": false}
def same_padding(f, d=1):
    """Return the padding per side that keeps the size at stride 1, as an int.

    f: weights of the window, odd; d: dilation.
    Raises ValueError if f is even, or f or d is below 1.
    """
    ### BEGIN SOLUTION
    f, d = int(f), int(d)
    if f < 1 or d < 1 or f % 2 == 0:
        raise ValueError(
            f"same_padding: f must be odd and positive and d positive, got {f} and {d}"
        )
    return d * (f - 1) // 2
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "same_padding_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
total = "this is for both sides together; p counts one side"
for f, p in {1: 0, 3: 1, 5: 2, 11: 5}.items():
    check(same_padding, f, want=p, case=f"window {f}", mistakes={total: 2 * p})
### BEGIN HIDDEN TESTS
check(same_padding, 7, want=3, case="another window")
check(same_padding, 101, want=50, case="a large window")
check(same_padding, 3, 2, want=2, case="dilation", mistakes={"d is ignored": 1})
check(same_padding, 5, 3, want=6, case="odd dilation", mistakes={"d is ignored": 2})
check(same_padding, 7, 4, want=12, case="more dilation")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "same_padding_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(same_padding, 1, 9, want=0, case="a single weight, dilated")
check_raises(same_padding, 4, case="an even window")
# Also graded: even windows with dilation, numbers below 1, exactness, NumPy's integers.
### BEGIN HIDDEN TESTS
check_raises(same_padding, 2, case="the smallest even window")
check_raises(same_padding, 2, 2, case="an even window with an even dilation")
check_raises(same_padding, 6, 3, case="an even window with dilation")
check_raises(same_padding, 0, case="a window without weights")
check_raises(same_padding, -3, case="a negative window")
check_raises(same_padding, 3, 0, case="a dilation of 0")
check_raises(same_padding, 3, -2, case="a negative dilation")
check_raises(same_padding, 1, 0, case="a single weight with a dilation of 0")
check(same_padding, 10**20 + 3, want=5 * 10**19 + 1, case="beyond 64 bits")
check(same_padding, 3, 10**20 + 1, want=10**20 + 1, case="a huge dilation")
check(
    same_padding,
    np.uint8(51),
    np.uint8(20),
    want=500,
    case="uint8 in, more than 255 inside",
)
### END HIDDEN TESTS

# %%
_, ax = plt.subplots(figsize=(7, 3.4))
for f, marker in zip((3, 5, 7), "os^"):
    sizes = [32]
    while sizes[-1] >= f:
        sizes.append(conv_out_size(sizes[-1], f))
    ax.plot(sizes, marker + "-", label=f"{f} × {f}")
kept = [conv_out_size(32, 7, same_padding(7))] * 19
ax.plot(kept, "d-", color="C4", label="same padding")
for line in ax.get_lines():
    end = line.get_xydata()[-1]
    color = line.get_color()
    ax.annotate(line.get_label(), end, (6, 4), textcoords="offset points", color=color)
ax.set(xlabel="convolutions so far", ylabel="side of the map (pixels)")
ax.set(xlim=(0, 22), ylim=(0, 35), xticks=range(0, 19, 3))
plt.show()

# %% [markdown]
# **Figure 5.** The side of a 32 × 32 image after so many convolutions with stride 1.
# Without padding (the three falling lines) a window of 7 × 7 can be used five times and
# one of 3 × 3 fifteen times. Same padding has no such limit.

# %% [markdown] covers=["E09"]
# ### "Same" with even windows and strides
#
# Two sets of slides count the weights of a layer that lays windows of 10 × 10 on a
# photo of 200 × 200, for 40,000 units: one per pixel. Valid windows are fewer, 191 ×
# 191 = **36,481**. For 40,000 the layer must be padded by 9 pixels in each direction,
# and 9 is odd: an even window has no middle, so one side gets **4** and the other
# **5**. No single p does that.
#
# TensorFlow's option `"same"` is made for such cases, and for strides too. Its rule,
# along each axis:
#
# 1. the result has $\lceil n/s \rceil$ places: as many as there are multiples of s
#    among the pixel numbers 0 to n − 1;
# 2. invent just as many pixels, in total, as the last of those windows needs, and
#    none if it needs none;
# 3. put half of them before, half after; if the total is odd, the odd one goes
#    **after**.
#
# Unlike same padding above, the result depends on n. Six pixels, a window of 3,
# stride 2: three places, which span 7 pixels; one must be invented, after: (0, 1).
#
# **Task 4** (medium, 8 minutes). Write `tf_same_padding(n, f, s)`: the tuple
# `(before, after)` of two ints. n, f and s are at least 1, else `ValueError`. Exact
# for large numbers; dilation is 1.
#
# <details><summary>Hint 1: what to think of</summary>With a known number of places:
# where does the first window start, where does the last one end, and how many pixels
# is that from first to last?</details>
# <details><summary>Hint 2: what to look up</summary>Rounding up without floats:
# <code>-(-n // s)</code>, or the identity of Question 1.</details>
# <details><summary>Hint 3: the order of things</summary>Places, then the span of all
# of them together, then what is missing from n (never less than nothing), then the
# two halves: the smaller first.</details>


# %% nbgrader={"grade": false, "grade_id": "tf_same_padding", "locked": false, "schema_version": 3, "solution": true, "task": false}
def tf_same_padding(n, f, s):
    """Return (before, after), the padding of TensorFlow's "same" along one axis.

    n: pixels, f: weights of the window, s: stride. Two ints, after >= before.
    Raises ValueError if one of the three is below 1.
    """
    ### BEGIN SOLUTION
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError(
            f"tf_same_padding: n, f and s must be at least 1, got {n}, {f}, {s}"
        )
    places = -(-n // s)
    total = max((places - 1) * s + f - n, 0)
    return total // 2, total - total // 2
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "tf_same_padding_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
swapped = "the odd pixel belongs after, not before"
equal = "both sides got the same; the two together are what is missing"
mistakes = {swapped: (1, 0), equal: (1, 1)}
check(tf_same_padding, 6, 3, 2, want=(0, 1), case="6, 3, 2", mistakes=mistakes)
mistakes = {swapped: (3, 2), equal: (3, 3)}
case = "224 pixels, window 7, stride 2"
check(tf_same_padding, 224, 7, 2, want=(2, 3), case=case, mistakes=mistakes)
mistakes = {swapped: (5, 4)}
case = "200 pixels, window 10"
check(tf_same_padding, 200, 10, 1, want=(4, 5), case=case, mistakes=mistakes)
### BEGIN HIDDEN TESTS
wanted = {
    "an odd size with stride": ((7, 3, 2), (1, 1)),
    "one pixel more": ((8, 3, 2), (0, 1)),
    "an odd window without stride": ((9, 5, 1), (2, 2)),
    "an even window without stride": ((9, 4, 1), (1, 2)),
    "a stride of 3": ((10, 5, 3), (2, 2)),
    "a stride of 3, another size": ((11, 5, 3), (1, 2)),
    "a stride of 3 that divides the size": ((12, 5, 3), (1, 1)),
    "a stride of 4": ((13, 11, 4), (5, 5)),
    "a stride of 4, a photo": ((224, 11, 4), (3, 4)),
}
for name, (given, want) in wanted.items():
    check(tf_same_padding, *given, want=want, case=name)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "tf_same_padding_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(tf_same_padding, 4, 2, 2, want=(0, 0), case="tiles that just fit")
check_raises(tf_same_padding, 4, 2, 0, case="a stride of 0")
# Also graded: windows smaller than the stride, larger than the image, exactness, errors.
### BEGIN HIDDEN TESTS
less = "padding cannot be negative"
case = "a window of one weight, with stride"
check(tf_same_padding, 6, 1, 2, want=(0, 0), case=case, mistakes={less: (-1, 0)})
check(tf_same_padding, 12, 2, 5, want=(0, 0), case="a window smaller than the stride")
check(tf_same_padding, 8, 1, 4, want=(0, 0), case="much smaller than the stride")
check(tf_same_padding, 10, 2, 3, want=(0, 1), case="smaller, but it sticks out")
check(tf_same_padding, 5, 2, 2, want=(0, 1), case="tiles that do not just fit")
check(tf_same_padding, 7, 3, 3, want=(1, 1), case="tiles of three that do not")
check(tf_same_padding, 5, 1, 1, want=(0, 0), case="a window of one weight")
check(tf_same_padding, 2, 5, 1, want=(2, 2), case="a window larger than the image")
check(tf_same_padding, 2, 6, 7, want=(2, 2), case="larger, with a long stride")
check(tf_same_padding, 1, 4, 3, want=(1, 2), case="a single pixel")
huge = 2**60 + 1
check(tf_same_padding, huge, 3, 2, want=(1, 1), case="an odd n that no float holds")
check(tf_same_padding, huge + 1, 3, 2, want=(0, 1), case="an even one")
want = (2**59 + 1, 2**59 + 2)
check(tf_same_padding, 5, 2**60 + 4, 1, want=want, case="a huge window")
small = np.uint8(200), np.uint8(20), np.uint8(3)
check(tf_same_padding, *small, want=(9, 9), case="uint8, where sums wrap around")
small = np.uint8(250), np.uint8(20), np.uint8(10)
check(tf_same_padding, *small, want=(5, 5), case="uint8, more than 255 inside")
small = np.uint8(200), np.uint8(1), np.uint8(3)
check(tf_same_padding, *small, want=(0, 0), case="uint8, where -1 is 255")
check_raises(tf_same_padding, 0, 3, 1, case="no pixels")
check_raises(tf_same_padding, 5, 0, 1, case="no weights")
check_raises(tf_same_padding, 5, 3, -2, case="a negative stride")
check_raises(tf_same_padding, 5, -2, 1, case="a negative window")
check_raises(tf_same_padding, -5, 3, 1, case="a negative size")
### END HIDDEN TESTS

# %%
before, after = tf_same_padding(6, 3, 2)
_, axes = plt.subplots(1, 2, figsize=(9, 2.3))
draw_row(axes[0], 6, 3, [i * 2 - before for i in range(3)], (before, after))
draw_row(axes[1], 6, 3, [i * 2 - 1 for i in range(3)], (1, 1))
axes[0].set_title(f'TensorFlow\'s "same": {before} before, {after} after')
axes[1].set_title("p = 1, as usual in PyTorch")
plt.show()

# %% [markdown] covers=["E09"]
# **Figure 6.** Six pixels, a window of 3, stride 2: two libraries, both with three
# places, on different pixels. Dotted boxes are invented. Left, the last window looks
# beyond the border; right, the first does, and the pixel after the image is invented for
# nothing. If you carry learned weights from one library to the other, every shape fits
# and every number is off: the windows stand one pixel aside.

# %% [markdown] covers=["C37"]
# ## 4 · Pooling windows
#
# A **pooling** layer also moves a window, but has no weights: it takes the largest
# number in it, or the mean (lesson 06). What one chooses for it and for a
# convolution, the **hyper-parameters**, is therefore not quite the same, and what
# training finds, the **parameters**, differs entirely:
#
# | layer | chosen: hyper-parameters | learned: parameters |
# |---|---|---|
# | convolution | window f, number of kernels, stride s, padding p (and dilation d) | the kernels κ and a bias b for each |
# | pooling | window z, rule (largest, mean), stride s, padding p | none |
#
# Sizes follow the same formula. Three customs differ: the stride is the window unless
# something else is said (tiling); p may be at most half the window, so that no window
# lies in the padding alone; and there is a second way to round.
#
# **Floor mode**, the default, drops what is left over. **Ceil mode** rounds up: a
# last window may stick out at the far end, and uses the pixels that exist. But
# rounding up can invent a window that begins too late. Take n = 4, z = 2, s = 3, p =
# 1: $\lceil (4+2-2)/3 \rceil + 1 = 3$ windows, at −1, 2 and 5. The image ends at
# pixel 3, so the third would see nothing but padding. PyTorch's rule: in ceil mode
# the last window must **start inside the image or in the padding before it**; if it
# does not, it is left out. Here 2 remain.
#
# **Task 5** (hard, 10 minutes). Write
# `pool_out_size(n, z, s=None, p=0, ceil_mode=False)`: the number of windows along one
# axis, as an `int`, exact for large numbers too.
#
# - `s=None` stands for s = z.
# - `ValueError` if n, z or s is below 1, if p is below 0 or more than half of z, or if
#   z is larger than n + 2p (in both modes; here we are stricter than PyTorch).
#
# <details><summary>Hint 1: what to think of</summary>Floor mode is Task 1 without
# dilation. Ceil mode adds at most one window. When exactly?</details>
# <details><summary>Hint 2: what to look up</summary>Rounding up without floats is
# <code>-(-a // b)</code>. <code>s or z</code> looks clever; what does it do with a
# stride of 0?</details>
# <details><summary>Hint 3: the order of things</summary>Fill in the stride; refuse;
# divide by the rule that is asked; then write down the pixel on which the last window
# starts, counted in the image, so that padding is negative; compare it with the first
# pixel after the image.</details>


# %% nbgrader={"grade": false, "grade_id": "pool_out_size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    """Count the windows of a pooling layer along one axis, as an exact int.

    n: pixels, z: window, s: stride (None: z), p: padding on each side. In ceil mode
    the last window may stick out, but must start before the image ends.
    Raises ValueError if n, z or s is below 1, p below 0 or above z / 2, or z larger
    than n + 2p.
    """
    ### BEGIN SOLUTION
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError(
            f"pool_out_size: no such pooling: n={n}, z={z}, s={s}, p={p}; need "
            f"0 <= p <= z / 2 and z <= n + 2p"
        )
    if not ceil_mode:
        return (n + 2 * p - z) // s + 1
    windows = -(-(n + 2 * p - z) // s) + 1
    if (windows - 1) * s - p >= n:
        windows -= 1
    return windows
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "pool_out_size_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
up = "rounded up, though ceil_mode is off"
down = "rounded down, though ceil_mode is on"
late = "the last window starts after the image; leave it out"
case = "AlexNet: 55 pixels, window 3, stride 2"
check(pool_out_size, 55, 3, 2, want=27, case=case)
case = "112 pixels, window 3, stride 2"
check(pool_out_size, 112, 3, 2, want=55, case=case, mistakes={up: 56})
case += ", ceil mode"
check(pool_out_size, 112, 3, 2, 0, True, want=56, case=case, mistakes={down: 55})
case = "the example above"
check(pool_out_size, 4, 2, 3, 1, True, want=2, case=case, mistakes={late: 3})
check(pool_out_size, 37, 2, want=18, case="the stride is the window")
### BEGIN HIDDEN TESTS
import torch

settings = {
    "one pixel left over": (7, 2, None, 0),
    "a stride longer than the window": (3, 1, 3, 0),
    "padding, and a stride longer than the window": (7, 2, 3, 1),
    "padding that ceil mode does not need": (4, 3, 2, 1),
    "overlapping windows": (10, 3, 2, 0),
    "overlapping windows with padding": (12, 5, 2, 2),
    "no remainder": (9, 3, 3, 0),
    "no remainder, with padding": (8, 4, 2, 1),
    "a window of three, the default stride, padding": (8, 3, None, 1),
    "a long stride": (20, 4, 7, 0),
    "a long stride with padding": (19, 4, 6, 2),
    "the last window starts on the last pixel": (9, 2, 4, 0),
    "the last window starts right after the image": (5, 2, 3, 1),
    "overlapping windows, the last starts right after the image": (4, 4, 3, 2),
    "a stride longer than the image, with padding": (3, 4, 4, 2),
    "everything at once": (23, 5, 4, 1),
}
for mode in (False, True):
    for name, (n, z, s, p) in settings.items():
        line = torch.max_pool1d(torch.zeros(1, 1, n), z, s or z, p, 1, mode)
        case = f"{name}, {'ceil' if mode else 'floor'} mode"
        wrong = -(-(n + 2 * p - z) // (s or z)) + 1
        mistakes = {late: wrong} if mode and wrong != line.shape[-1] else {}
        want = line.shape[-1]
        check(pool_out_size, n, z, s, p, mode, want=want, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "pool_out_size_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(pool_out_size, 5, 5, 3, want=1, case="a window as large as the image")
check_raises(pool_out_size, 8, 3, 2, 2, case="a padding of more than half a window")
# Also graded: the other refusals in both modes, exactness, NumPy's integers.
### BEGIN HIDDEN TESTS
for mode in (False, True):
    name = "ceil mode" if mode else "floor mode"
    check_raises(pool_out_size, 2, 3, 2, 0, mode, case=f"a window too large, {name}")
    check_raises(pool_out_size, 1, 4, 5, 1, mode, case=f"too large by one, {name}")
    check_raises(
        pool_out_size, 8, 2, 2, 2, mode, case=f"more than half the window, {name}"
    )
    check_raises(
        pool_out_size, 8, 1, 1, 1, mode, case=f"padding of a tiny window, {name}"
    )
    check_raises(pool_out_size, 8, 2, 2, -1, mode, case=f"negative padding, {name}")
    check_raises(pool_out_size, 8, 2, 0, 0, mode, case=f"a stride of 0, {name}")
    check_raises(pool_out_size, 8, 2, -1, 0, mode, case=f"a negative stride, {name}")
    check_raises(pool_out_size, 8, 0, 2, 0, mode, case=f"no window, {name}")
    check_raises(pool_out_size, 0, 2, 2, 1, mode, case=f"no pixels, {name}")
    given = np.uint8(250), np.uint8(200), np.uint8(50), np.uint8(130), mode
    check_raises(pool_out_size, *given, case=f"uint8, too much padding, {name}")
    case = f"exactly half a window of padding, {name}"
    check(pool_out_size, 6, 2, 2, 1, mode, want=4, case=case)
    case = f"a single pixel, {name}"
    check(pool_out_size, 1, 3, 2, 1, mode, want=1, case=case)
    given = np.uint8(250), np.uint8(200), np.uint8(50), np.uint8(90), mode
    want = 6 if mode else 5
    check(
        pool_out_size, *given, want=want, case=f"uint8 in, more than 255 inside, {name}"
    )
    want = 5 * 10**29 + mode
    check(pool_out_size, 10**30 + 1, 2, 2, 0, mode, want=want, case=f"huge n, {name}")
### END HIDDEN TESTS

# %%
examples = [(6, 3, 2, 0, False), (6, 3, 2, 0, True), (4, 2, 3, 1, True)]
_, axes = plt.subplots(1, 3, figsize=(10, 2.3))
for ax, (n, z, s, p, mode) in zip(axes, examples):
    windows = pool_out_size(n, z, s, p, mode)
    draw_row(ax, n, z, [place * s - p for place in range(windows)], (p, p))
    ax.set_title(f"n={n}, z={z}, s={s}, p={p}, {'ceil' if mode else 'floor'}")
plt.show()

# %% [markdown]
# **Figure 7.** Left: floor mode drops pixel 5. Middle: ceil mode adds a window that
# sticks out and reads pixels 4 and 5. Right: the example of the text, in ceil mode;
# the window that would start at 5 is left out. Networks made with one mode and loaded
# in another differ by one pixel, which shows up many layers later, in the
# first dense layer.

# %% [markdown] covers=["N13", "A15", "C37"]
# ## 5 · From layers to networks
#
# Most shape errors are made far from where they are noticed. So follow the shape
# through the network *on paper* before you build it. In this course a network's plan
# is a list of dicts, one per layer:
#
# | `type` | other keys (default) | what it does to the shape |
# |---|---|---|
# | `conv` | `f`, `k`, `s` (1), `p` (0), `d` (1) | (C, H, W) → (`k`, H', W'): `k` kernels |
# | `pool` | `f`, `s` (the window `f`), `p` (0) | (C, H, W) → (C, H', W'), floor mode |
# | `relu` | | nothing |
# | `gap` | | (C, H, W) → (C,): global average pooling, one mean per channel |
# | `flatten` | | (C, H, W) → (C · H · W,) |
# | `dense` | `n_in`, `n_out` | (`n_in`,) → (`n_out`,) |
#
# Windows are square, images need not be. The example is a small network from the
# slides, which tells four classes of colour photos apart: two convolutions with a
# pooling each, then two dense layers. (In the slides' code, written with Keras,
# shapes are (H, W, C): 78 × 78 × 8. Ours have the channels first.)


# %% nbgrader={"grade": false, "grade_id": "plans", "locked": true, "schema_version": 3, "solution": false, "task": false}
def conv(f, k, s=1, p=0):
    """Plan a convolution: k kernels of f x f."""
    return {"type": "conv", "f": f, "k": k, "s": s, "p": p}


def pool(f, s):
    """Plan a pooling layer with a window of f x f and stride s."""
    return {"type": "pool", "f": f, "s": s}


def dense(n_in, n_out):
    """Plan a dense layer."""
    return {"type": "dense", "n_in": n_in, "n_out": n_out}


flatten = {"type": "flatten"}
slide_net = [
    conv(3, 8),
    {"type": "pool", "f": 2},
    conv(3, 16),
    {"type": "pool", "f": 2},
    flatten,
    dense(5184, 64),
    dense(64, 4),
]

# %% [markdown] covers=["N13"]
# **Task 6** (medium, 15 minutes). Write `trace_shapes(input_shape, layers)`: the list
# of the shapes *after* each layer, one tuple of ints per layer, `relu` included; the
# input's own shape is not in the list. `input_shape` is a tuple (C, H, W).
#
# - Keys with a default may be missing. The plan stays as it is.
# - `ValueError` for a layer that cannot work on what arrives: a window that does not
#   fit, a `dense` whose `n_in` is not what comes in, or to which something unflattened
#   comes, a `conv` or `pool` after `flatten`; and for a `type` that is not in the
#   table. Say in the message which layer it was.
#
# <details><summary>Hint 1: what to think of</summary>One shape is carried along; each
# layer turns it into the next, and a copy goes to the list.</details>
# <details><summary>Hint 2: what to look up</summary><code>layer.get("s", 1)</code>
# gives a default without writing it into the dict. <code>math.prod</code> multiplies
# the numbers of a tuple.</details>
# <details><summary>Hint 3: the order of things</summary>For each layer: look at its
# type; check that the shape has three numbers or one, as the layer needs; for windows
# use <code>conv_out_size</code> once for H and once for W (it refuses windows
# that do not fit); pooling keeps C, a convolution replaces it.</details>


# %% nbgrader={"grade": false, "grade_id": "trace_shapes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def trace_shapes(input_shape, layers):
    """Follow the shape of an image through a network's plan.

    input_shape: (C, H, W). layers: list of dicts as in the table above.
    Returns a list with the shape after each layer, tuples of ints.
    Raises ValueError for a layer that cannot work on what arrives, and for an
    unknown type.
    """
    ### BEGIN SOLUTION
    shape, shapes = tuple(input_shape), []
    for number, layer in enumerate(layers):
        kind = layer["type"]
        where = f"trace_shapes: layer {number} ({kind})"
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError(f"{where} needs (C, H, W), got {shape}")
        if kind in ("conv", "pool"):
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", 1 if kind == "conv" else f)
            channels = layer["k"] if kind == "conv" else shape[0]
            shape = (channels, *(conv_out_size(n, f, p, s, d) for n in shape[1:]))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError(f"{where} wants {layer['n_in']} numbers, got {shape}")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError(f"{where}: no such type")
        shapes.append(shape)
    return shapes
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "trace_shapes_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
want = [(8, 78, 78), (8, 39, 39), (16, 37, 37), (16, 18, 18), (5184,), (64,), (4,)]
case = "the slides' network"
check(trace_shapes, (3, 80, 80), slide_net, want=want, case=case)
case = "its first two layers, with a relu between"
layers = [slide_net[0], {"type": "relu"}, slide_net[1]]
want = [(8, 78, 78), (8, 78, 78), (8, 39, 39)]
check(trace_shapes, (3, 80, 80), layers, want=want, case=case)
### BEGIN HIDDEN TESTS
relu, gap = {"type": "relu"}, {"type": "gap"}
lenet = [conv(5, 6), relu, pool(2, 2), conv(5, 16), relu, pool(2, 2), flatten]
lenet += [dense(400, 120), relu, dense(120, 84), relu, dense(84, 10)]
want = [(6, 28, 28)] * 2 + [(6, 14, 14)] + [(16, 10, 10)] * 2 + [(16, 5, 5), (400,)]
want += [(120,), (120,), (84,), (84,), (10,)]
check(trace_shapes, (1, 32, 32), lenet, want=want, case="a whole network with relu")
net = [conv(11, 96, 4, 2), pool(3, 2), conv(5, 256, 1, 2), pool(3, 2)]
net += [conv(3, 384, 1, 1), conv(3, 384, 1, 1), conv(3, 256, 1, 1), pool(3, 2)]
net += [flatten, dense(9216, 4096), dense(4096, 1000)]
want = [(96, 55, 55), (96, 27, 27), (256, 27, 27), (256, 13, 13), (384, 13, 13)]
want += [(384, 13, 13), (256, 13, 13), (256, 6, 6), (9216,), (4096,), (1000,)]
check(
    trace_shapes,
    (3, 224, 224),
    net,
    want=want,
    case="a network with overlapping pooling",
)
net, want, side = [], [], 224
for times, k in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
    net += [conv(3, k, 1, 1)] * times + [pool(2, 2)]
    want += [(k, side, side)] * times + [(k, side // 2, side // 2)]
    side //= 2
net, want = [*net, flatten, dense(25088, 4096)], [*want, (25088,), (4096,)]
check(
    trace_shapes, (3, 224, 224), net, want=want, case="a deep network with same padding"
)
net = [conv(4, 5, 3, 1), {"type": "pool", "f": 3, "s": 2, "p": 1}, gap, dense(5, 2)]
want = [(5, 17, 27), (5, 9, 14), (5,), (2,)]
check(trace_shapes, (2, 51, 80), net, want=want, case="a photo that is not square")
wide = [(5, 27, 17), (5, 14, 9), (5,), (2,)]
check(trace_shapes, (2, 80, 51), net, want=wide, case="the same photo on its side")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "trace_shapes_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
case = "pooling with its default stride, and a row left over"
want = [(3, 2, 3)]
check(trace_shapes, (3, 7, 9), [{"type": "pool", "f": 3}], want=want, case=case)
case = "a dense layer that expects another number"
check_raises(trace_shapes, (3, 80, 80), [flatten, dense(5184, 64)], case=case)
# Also graded: missing keys, dilation, what must be refused, and an unchanged plan.
### BEGIN HIDDEN TESTS
bare = [{"type": "conv", "f": 3, "k": 4}, {"type": "pool", "f": 2}]
want = [(4, 7, 8), (4, 3, 4)]
check(trace_shapes, (1, 9, 10), bare, want=want, case="keys are missing")
spread = [{"type": "conv", "f": 3, "k": 2, "d": 4, "p": 1}]
check(trace_shapes, (1, 9, 10), spread, want=[(2, 3, 4)], case="dilation")
check(trace_shapes, (1, 9, 10), [], want=[], case="a plan without layers")
first = [{"type": "relu"}, conv(3, 4, 1, 1)]
want = [(2, 2, 1), (4, 2, 1)]
check(trace_shapes, (2, 2, 1), first, want=want, case="relu first, a tiny image")
dilated = [{"type": "conv", "f": 2, "k": 7, "s": 3, "p": 2, "d": 3}, flatten]
want = [(7, 3, 5), (105,)]
check(trace_shapes, (1, 6, 13), dilated, want=want, case="everything at once")
flat = [{"type": "gap"}, dense(3, 6), {"type": "relu"}, dense(6, 3)]
want = [(3,), (6,), (6,), (3,)]
check(trace_shapes, (3, 5, 4), flat, want=want, case="layers after gap")
again = [conv(3, 6), *bare, *bare[:1]]
want = [(6, 18, 13), (4, 16, 11), (4, 8, 5), (4, 6, 3)]
check(trace_shapes, (1, 20, 15), again, want=want, case="the same layer twice")
check_raises(trace_shapes, (1, 4, 9), [conv(5, 2)], case="a window that is too tall")
check_raises(trace_shapes, (1, 9, 4), [conv(5, 2)], case="a window that is too wide")
check_raises(trace_shapes, (1, 3, 3), [pool(4, 9)], case="a pool that is too large")
spread = [{"type": "conv", "f": 3, "k": 2, "d": 2}]
check_raises(trace_shapes, (1, 4, 9), spread, case="too large because of dilation")
late = [*bare, conv(5, 2)]
check_raises(trace_shapes, (1, 9, 10), late, case="a window too large further on")
check_raises(trace_shapes, (8, 1, 1), [dense(8, 2)], case="dense without flatten")
check_raises(trace_shapes, (1, 1, 8), [dense(8, 2)], case="dense along a row")
case = "a conv after flatten"
check_raises(trace_shapes, (1, 9, 9), [flatten, conv(1, 2)], case=case)
case = "a pool after flatten"
check_raises(trace_shapes, (1, 9, 9), [flatten, pool(1, 1)], case=case)
case = "dense layers that do not fit together"
plan = [flatten, dense(81, 5), dense(4, 3)]
check_raises(trace_shapes, (1, 9, 9), plan, case=case)
case = "a type that is not in the table"
check_raises(trace_shapes, (1, 9, 9), [{"type": "dropout"}], case=case)
case = "another type that is not in the table"
check_raises(trace_shapes, (1, 9, 9), [{"type": "unpool", "f": 2}], case=case)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "famous_plans", "locked": true, "schema_version": 3, "solution": false, "task": false}
alexnet = [conv(11, 96, 4, 2), pool(3, 2), conv(5, 256, 1, 2), pool(3, 2)]
alexnet += [conv(3, 384, 1, 1), conv(3, 384, 1, 1), conv(3, 256, 1, 1), pool(3, 2)]
vgg = []
for times, kernels in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
    vgg += [conv(3, kernels, 1, 1)] * times + [pool(2, 2)]

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
for name, plan, style in (("AlexNet", alexnet, "o-"), ("VGG-16", vgg, "s--")):
    shapes = [(3, 224, 224), *trace_shapes((3, 224, 224), plan)]
    channels, sides, _ = zip(*shapes)
    left.plot(sides, style, label=name)
    right.plot(channels, style, label=name)
for ax, ticks in ((left, [7, 14, 28, 56, 112, 224]), (right, [3, 64, 128, 256, 512])):
    ax.set(yscale="log", xlabel="layers so far", xticks=range(0, 19, 3))
    ax.set_yticks(ticks, [str(tick) for tick in ticks])
    ax.minorticks_off()
left.set_ylabel("side of the map (pixels)")
right.set_ylabel("channels")
left.legend()
plt.show()

# %% [markdown] covers=["N28"]
# **Figure 8.** Two networks without their dense layers, traced by your function. The
# side shrinks (AlexNet 224 > 55 > 27 > 13 > 6, VGG 224 > 112 > 56 > 28 > 14 > 7)
# while the channels grow (96 > 256 > 384, back to 256; 64 > 128 > 256 > 512).
# AlexNet's windows shrink too, 11 > 5 > 3; VGG's are 3 throughout. In VGG all
# shrinking is done by pooling: each flat piece is a group of same-padded
# convolutions.

# %% [markdown] covers=["C37"]
# ### The other way round
#
# Building a network one often knows the sizes, and looks for the layer: "I have 224
# and want 112". Usually there are several, which differ in what they see and what
# they drop.
#
# **Task 7** (easy, 8 minutes). Write `layer_options(n_in, n_out, f_max=7, s_max=4)`:
# the list of all tuples of ints `(f, s, p)` that turn n_in pixels into n_out, without
# dilation, rounding down.
#
# - f is odd, from 1 to f_max; s is from 1 to s_max; p is from 0 to f − 1.
# - The list is sorted (by f, then s, then p) and has no tuple twice. If nothing fits it
#   is empty. All four arguments are at least 1.
#
# <details><summary>Hint 1: what to think of</summary>There are few candidates. Try them
# all.</details>
# <details><summary>Hint 2: what to look up</summary>The third argument of
# <code>range</code> is its step. Some candidates do not fit into the image at all; your
# <code>conv_out_size</code> then raises an error, and here that only means "not this
# one".</details>
# <details><summary>Hint 3: the order of things</summary>Three loops, f outside, p
# inside: then the list is sorted by itself. Keep (f, s, p) if the window fits and the
# size is right.</details>


# %% nbgrader={"grade": false, "grade_id": "layer_options", "locked": false, "schema_version": 3, "solution": true, "task": false}
def layer_options(n_in, n_out, f_max=7, s_max=4):
    """List all (f, s, p) that turn n_in pixels into n_out, sorted.

    f odd in 1..f_max, s in 1..s_max, p in 0..f - 1; dilation 1, rounding down.
    """
    ### BEGIN SOLUTION
    return [
        (f, s, p)
        for f in range(1, f_max + 1, 2)
        for s in range(1, s_max + 1)
        for p in range(f)
        if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out
    ]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "layer_options_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
want = [(1, 2, 0), (3, 2, 1), (5, 2, 2), (7, 2, 3)]
mistakes = {"the stride need not divide exactly: round down": []}
case = "224 pixels to 112"
check(layer_options, 224, 112, want=want, case=case, mistakes=mistakes)
want = [(1, 1, 0), (3, 1, 1), (5, 1, 2), (7, 1, 3)]
check(layer_options, 28, 28, want=want, case="28 pixels to 28")
### BEGIN HIDDEN TESTS


def all_layers(n_in, n_out, f_max, s_max):
    """Count window starts one by one; keep what gives n_out."""
    return [
        (f, s, p)
        for f in range(1, f_max + 1)
        for s in range(1, s_max + 1)
        for p in range(f)
        if f % 2 and len(range(-p, n_in + p - f + 1, s)) == n_out
    ]


want = all_layers(32, 16, 7, 4)
check(layer_options, 32, 16, want=want, case="half the size")
for name, given in {
    "remainders of all kinds": (10, 3, 7, 4),
    "few windows": (9, 2, 7, 4),
    "a result larger than the image": (6, 8, 7, 4),
    "larger windows": (224, 55, 11, 4),
    "larger windows, another size": (227, 55, 11, 4),
    "long strides": (40, 5, 9, 12),
    "longer strides, larger windows": (60, 4, 13, 20),
}.items():
    want = all_layers(*given)
    check(layer_options, *given, want=want, case=name)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "layer_options_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(layer_options, 227, 55, want=[], case="227 to 55 with windows up to 7")
check(layer_options, 5, 5, 1, 1, want=[(1, 1, 0)], case="one candidate only")
# Also graded: images smaller than the window, even f_max, limits that are reached.
### BEGIN HIDDEN TESTS
want = [(1, s, 0) for s in (3, 4)]
want += [(3, 1, 0), (3, 2, 0), (3, 3, 0), (3, 3, 1), (3, 4, 0), (3, 4, 1)]
want += [(5, 1, 1), (5, 2, 1), (5, 3, 1), (5, 3, 2), (5, 4, 1), (5, 4, 2)]
want += [(7, 1, 2), (7, 2, 2), (7, 3, 2), (7, 3, 3), (7, 4, 2), (7, 4, 3)]
check(layer_options, 3, 1, want=want, case="windows larger than the image")
want = [(1, 1, 0), (1, 2, 0), (1, 3, 0)]
want += [(3, 1, 1), (3, 2, 1), (3, 3, 1), (3, 3, 2)]
want += [(5, 1, 2), (5, 2, 2), (5, 3, 2), (5, 3, 3)]
check(layer_options, 1, 1, 6, 3, want=want, case="a single pixel, an even f_max")
want = [(3, 1, 2), (5, 1, 3)]
check(layer_options, 6, 8, 5, 4, want=want, case="the result is larger")
check(layer_options, 4, 40, want=[], case="far too large a result")
case = "the largest result there is"
check(layer_options, 6, 12, want=[(7, 1, 6)], case=case)
check(layer_options, 9, 9, 2, 1, want=[(1, 1, 0)], case="an f_max of 2")
want = [(1, 3, 0), (1, 4, 0), (3, 3, 0), (3, 3, 1), (3, 4, 1), (3, 4, 2), (3, 5, 2)]
check(layer_options, 9, 3, 3, 9, want=want, case="an s_max that is not reached")
### END HIDDEN TESTS

# %%
wishes = [(32, 32), (32, 16), (32, 15), (32, 10), (32, 8)]
for n_in, n_out in wishes:
    options = layer_options(n_in, n_out, f_max=5)
    print(f"{n_in} to {n_out:2}: {options or 'nothing fits'}")

# %% [markdown] covers=["C37"]
# Each line lists `(f, s, p)`. 32 to 32 is "same". 32 to 16 is its sister with stride 2:
# the same paddings, and one column of the padded image is left over. Not all options are
# equally good: `(1, 2, 0)` reads a quarter of the pixels and throws the rest away.

# %% [markdown] covers=["C15", "N26"]
# ## 6 · What has one number seen?
#
# A number in the first layer depends on f × f pixels. A number in the second layer
# depends on f × f numbers of the first, which together depend on more pixels. The
# pixels on which a number depends are its **receptive field**; its side along one
# axis is **r**. Depth and stride make it grow, and they must: who is to
# recognise a cat has to see more than a whisker.

# %%
rows = {"image": (1, 7), "layer 1": (2, 6), "layer 2": (3, 5), "layer 3": (4, 4)}
_, ax = plt.subplots(figsize=(6.5, 2.8))
for height, (first, last) in enumerate(rows.values()):
    for unit in range(height, 9 - height):
        colour = "#ffa90e" if first <= unit <= last else "#bcd9f3"
        box = Rectangle((unit - 0.4, height - 0.3), 0.8, 0.6, fc=colour, ec="#555")
        ax.add_patch(box)
edges = np.array(list(rows.values()))
ax.plot(edges[:, 0] - 0.4, range(4), "C2--", lw=1.2)
ax.plot(edges[:, 1] + 0.4, range(4), "C2--", lw=1.2)
ax.set(xlim=(-0.7, 8.7), ylim=(-0.6, 3.6), xlabel="position (pixels)")
ax.set_yticks(range(4), list(rows))
plt.show()

# %% [markdown] covers=["N26"]
# **Figure 9.** Three windows of 3 on top of each other, without padding and stride.
# The one orange number of layer 3 depends on 3 numbers of layer 2, on 5 of layer 1,
# and on **7** pixels. Two layers see 5 × 5. This is the idea of VGG: three layers of
# 3 × 3 see as much as one of 7 × 7, with 27 weights in place of 49 (for one channel),
# and have three non-linear steps, not one.

# %% [markdown] covers=["C15"]
# ### Three numbers to carry along
#
# Go through the layers from the image on, along one axis, and carry three numbers:
#
# - **r**, the side of the receptive field, in pixels;
# - the **jump** j: how many pixels two neighbouring numbers of the layer are apart;
# - **start**: the pixel on which the receptive field of the layer's first number is
#   centred. The middle of pixel 0 is at 0; halves and negative values occur.
#
# The image itself has r = 1, j = 1, start = 0. A layer with window f, dilation d,
# stride s and padding p lays its window over numbers that are j apart. So
#
# $$r_{\text{new}} = r + (f-1)\,d\,j, \qquad j_{\text{new}} = j\,s, \qquad
# \text{start}_{\text{new}} = \text{start} + \Big(\frac{(f-1)\,d}{2} - p\Big)\,j,$$
#
# with the **old** j on every right side: the window is measured in steps of the
# layer that it reads; its own stride counts only for the layers after it. Padding
# moves the fields and does not enlarge them.
#
# For example: a 2 × 2 pooling with stride 2 on the image has r = 2, j = 2, start =
# 0.5, halfway between pixels 0 and 1. A 3 × 3 convolution after it spans two
# gaps of 2 pixels: r = 2 + 2 · 2 = 6.

# %% [markdown] covers=["E24"]
# ### Does pooling double the receptive field?
#
# A slide says: with max-pooling "the effective receptive field doubles". Compute it.
# After two 3 × 3 convolutions r = 5 and j = 1. A 2 × 2 pooling with stride 2 makes
#
# $$r = 5 + (2-1)\cdot 1 = \mathbf{6}, \qquad j = 1 \cdot 2 = \mathbf{2}.$$
#
# Not 10. One pooled number sees two neighbours whose fields overlap almost entirely;
# the second adds one pixel. What doubles is the **jump**: every layer *after* the
# pooling adds twice as many pixels as it would have without. The reward comes later.
# (Beware of the word: since Luo et al., 2016, *effective* receptive field often means
# the smaller part in the middle that really influences the number. Here r is the
# whole.)
#
# **Task 8** (medium, 12 minutes). Write `receptive_field(layers)`: a list with one
# dict `{"r": …, "jump": …, "start": …}` per layer, in order.
#
# - The plan has the form of section 5, with types `conv`, `pool` and `relu`. Keys are
#   `f`, `s` (default 1 for `conv`, the window f for `pool`), `p` (0), `d` (1); `k` may be
#   missing. `relu` changes nothing and has its entry too.
# - r and jump are ints, start is a number. The plan stays as it is. A plan without
#   layers gives an empty list.
# - Any other type is a `ValueError`: behind `flatten`, `gap` or `dense` a number sees
#   everything.
#
# <details><summary>Hint 1: what to think of</summary>Three variables and one loop. In
# which order must they be updated?</details>
# <details><summary>Hint 2: what to look up</summary><code>layer.get(key,
# default)</code>; <code>/</code> for the half in start, which may be a
# fraction.</details>
# <details><summary>Hint 3: the order of things</summary>For each layer read f, s, p, d;
# update r and start with the jump as it is; update the jump last; append a new dict. If
# all entries of your list come out equal, you appended the same dict each
# time.</details>


# %% nbgrader={"grade": false, "grade_id": "receptive_field", "locked": false, "schema_version": 3, "solution": true, "task": false}
def receptive_field(layers):
    """Follow the receptive field through a plan of conv, pool and relu layers.

    layers: list of dicts with type, f, and optionally s, p, d, as in section 5.
    Returns a list of dicts, one per layer: r and jump (ints) and start, the centre
    of the first number's field; all in pixels of the image.
    Raises ValueError for any other type.
    """
    ### BEGIN SOLUTION
    r, jump, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError(f"receptive_field: cannot go through a layer {kind!r}")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += (f - 1) * d * jump
            start += ((f - 1) * d / 2 - p) * jump
            jump *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": jump, "start": start})
    return fields
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "receptive_field_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
three, halve = {"type": "conv", "f": 3}, {"type": "pool", "f": 2}
want = [{"r": 3, "jump": 1, "start": 1.0}, {"r": 5, "jump": 1, "start": 2.0}]
check(receptive_field, [three, three], want=want, case="two 3 x 3 layers")
want += [{"r": 7, "jump": 1, "start": 3.0}]
check(receptive_field, [three] * 3, want=want, case="three 3 x 3 layers")
want[2:] = [{"r": 6, "jump": 2, "start": 2.5}]
doubled = [*want[:2], {"r": 10, "jump": 2, "start": 2.5}]
early = [*want[:2], {"r": 7, "jump": 2, "start": 3.0}]
case = "two 3 x 3 layers and a pooling"
mistakes = {
    "pooling does not double r; look at the text above": doubled,
    "the stride of a layer counts only for the layers after it": early,
}
check(receptive_field, [three, three, halve], want=want, case=case, mistakes=mistakes)
### BEGIN HIDDEN TESTS


def entries(*numbers):
    """Make the list of dicts from (r, jump, start) triples."""
    return [{"r": r, "jump": j, "start": float(start)} for r, j, start in numbers]


lenet = [conv(5, 6), pool(2, 2), conv(5, 16), pool(2, 2)]
want = entries((5, 1, 2), (6, 2, 2.5), (14, 2, 6.5), (16, 4, 7.5))
check(receptive_field, lenet, want=want, case="convolutions and poolings by turns")
net = [conv(11, 96, 4, 2), pool(3, 2), conv(5, 256, 1, 2), pool(3, 2)]
net += [conv(3, 384, 1, 1), conv(3, 384, 1, 1), conv(3, 256, 1, 1), pool(3, 2)]
want = entries((11, 4, 3), (19, 8, 7), (51, 8, 7), (67, 16, 15))
want += entries((99, 16, 15), (131, 16, 15), (163, 16, 15), (195, 32, 31))
check(receptive_field, net, want=want, case="a network with overlapping pooling")
net, want, r, j, start = [], [], 1, 1, 0.0
for times in (2, 2, 3, 3, 3):
    net += [conv(3, 8, 1, 1)] * times + [pool(2, 2)]
    for number in range(1, times + 1):
        want += entries((r + 2 * j * number, j, start))
    r, start = r + 2 * j * times + j, start + j / 2
    j *= 2
    want += entries((r, j, start))
check(receptive_field, net, want=want, case="a deep network with same padding")
stem = [conv(7, 64, 2, 3), {"type": "pool", "f": 3, "s": 2, "p": 1}]
want = entries((7, 2, 0), (11, 4, 0))
check(receptive_field, stem, want=want, case="a padded pooling after a stride")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "receptive_field_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
dilated = [{"type": "conv", "f": 3, "d": 2}, {"type": "relu"}]
want = [{"r": 5, "jump": 1, "start": 2.0}] * 2
check(receptive_field, dilated, want=want, case="dilation 2, and a relu")
case = "a layer behind which everything is seen"
check_raises(receptive_field, [{"type": "flatten"}], case=case)
# Also graded: missing keys, padding, strides in a row, and plans without layers.
### BEGIN HIDDEN TESTS


def by_following(layers):
    """Follow the first two numbers of each layer back to their pixels, one by one."""
    fields = []
    for depth in range(1, len(layers) + 1):
        seen = [{0}, {1}]
        for layer in reversed(layers[:depth]):
            if layer["type"] == "relu":
                continue
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", {"conv": 1, "pool": f}[layer["type"]])
            seen = [{i * s - p + d * t for i in one for t in range(f)} for one in seen]
        low, high = min(seen[0]), max(seen[0])
        entry = {"r": high - low + 1, "jump": min(seen[1]) - low}
        fields.append(entry | {"start": (low + high) / 2})
    return fields


plans = {
    "strides in a row": [conv(3, 1, 2), conv(5, 1, 3), conv(2, 1, 2), conv(4, 1)],
    "padding moves and does not enlarge": [conv(3, 1, 1, 4), conv(5, 1, 2, 3)] * 2,
    "dilation, stride and padding": [
        {"type": "conv", "f": 3, "s": 2, "p": 1, "d": 2},
        {"type": "conv", "f": 4, "s": 1, "p": 0, "d": 3},
        {"type": "pool", "f": 3, "s": 2, "p": 1},
        {"type": "conv", "f": 2, "s": 2, "p": 2, "d": 5},
    ],
    "pooling with its default stride": [{"type": "pool", "f": 3}] * 3,
    "a window of one weight": [{"type": "conv", "f": 1, "s": 3}, {"type": "relu"}] * 2,
    "growing dilation": [{"type": "conv", "f": 3, "d": 2**i, "p": 1} for i in range(5)],
    "pooling that overlaps": [pool(3, 2), conv(3, 1), pool(3, 1), conv(3, 1)],
    "a relu first": [{"type": "relu"}, conv(3, 1, 2, 1)],
}
for name, plan in plans.items():
    check(receptive_field, plan, want=by_following(plan), case=name)
check(receptive_field, [], want=[], case="a plan without layers")
for kind in ("dense", "gap", "dropout"):
    plan = [{"type": "conv", "f": 3}, {"type": kind, "n_in": 4, "n_out": 2}]
    check_raises(receptive_field, plan, case="an unknown type, or one that sees all")
plan = [{"type": "deconv", "f": 3}]
check_raises(receptive_field, plan, case="an unknown type with a window")
### END HIDDEN TESTS

# %%
pooled = [conv(3, 1), conv(3, 1), pool(2, 2)] * 3
plain = [conv(3, 1)] * 9
dilated = [{"type": "conv", "f": 3, "d": 2 ** (i // 3)} for i in range(9)]
_, ax = plt.subplots(figsize=(7, 3.6))
for name, plan, style in (
    ("3 × 3 layers, pooling as each third", pooled, "s-"),
    ("dilation 1, 1, 1, 2, 2, 2, 4, 4, 4", dilated, "^-"),
    ("nine 3 × 3 layers", plain, "o-"),
):
    ax.plot(range(10), [1, *(field["r"] for field in receptive_field(plan))], style)
    end = receptive_field(plan)[-1]["r"]
    colour = ax.get_lines()[-1].get_color()
    ax.text(9.2, end, f"{name}: {end}", color=colour, va="center", fontsize=10)
ax.set(xlabel="layers so far", ylabel="receptive field r (pixels)", xlim=(0, 15))
ax.set(xticks=range(10))
plt.show()

# %% [markdown] covers=["E24", "C15"]
# **Figure 10.** Receptive fields of three plans of nine layers. A plain layer adds 2
# pixels. Pooling (layers 3, 6 and 9) itself adds little: 1, 2 and 4 pixels. But each
# convolution adds 2 before the first pooling, 4 after it and 8 after the second.
# Dilation bends the line upwards too, without throwing numbers away (Yu and Koltun,
# 2016).

# %%
cat = data.photo("cat")[3:227, 44:268]
stages = [i for i, layer in enumerate(vgg) if layer["type"] == "pool"]
fields = receptive_field(vgg)
_, ax = plt.subplots(figsize=(6.6, 4.6))
ax.imshow(cat)
for colour, stage in zip(["C9", "C1", "C4", "C6", "C0"], stages):
    size, jump, start = (fields[stage][key] for key in ("r", "jump", "start"))
    centre = start + jump * round((112 - start) / jump)
    low = centre - size / 2
    ax.add_patch(Rectangle((low, low), size, size, fill=False, ec=colour, lw=2.5))
    ax.plot([], [], "s", color=colour, label=f"layer {stage + 1}: {size}")
ax.set(xlim=(-0.5, 223.5), ylim=(223.5, -0.5))
ax.set(xlabel="column (pixels)", ylabel="row (pixels)")
ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1), title="pooling: r (pixels)")
plt.show()

# %% [markdown] covers=["C15"]
# **Figure 11.** What one number sees, after each of VGG-16's five poolings: of each map
# the number whose field is centred nearest to the middle of the photo. Six pixels hold
# a speck of the iris, 44 half of the eye, 212 nearly the whole picture. The squares do
# not share one centre, since the numbers of a deep map lie up to 32 pixels apart.


# %% nbgrader={"grade": false, "grade_id": "draw_cone", "locked": true, "schema_version": 3, "solution": false, "task": false}
def draw_cone(ax, sizes, layers, fields):
    """Draw each layer above the pixels that it is centred on, and what one unit sees."""
    layer, above = layers[0], len(sizes) - 1
    taps = layer["d"] * np.arange(layer["f"]) - layer["p"]
    places = [{"jump": 1, "start": 0.0}, *fields]
    seen = {sizes[-1] // 2}
    for height in range(above, -1, -1):
        at = places[height]["start"] + places[height]["jump"] * np.arange(sizes[height])
        chosen = np.isin(np.arange(sizes[height]), list(seen))
        colour = np.where(chosen, "#ffa90e", "#bcd9f3")
        ax.scatter(at, np.full(at.size, height), 90, colour, marker="s", ec="#555")
        if height == 0:
            break
        below = places[height - 1]
        lower = {unit: unit * layer["s"] + taps for unit in seen}
        for unit, reached in lower.items():
            for x in below["start"] + below["jump"] * reached:
                ax.plot([at[unit], x], [height, height - 1], color="#999", lw=0.8)
        seen = {int(i) for ends in lower.values() for i in ends}
        seen = {i for i in seen if 0 <= i < sizes[height - 1]}
    names = ["image", *(f"layer {i}" for i in range(1, above + 1))]
    ax.set_yticks(range(above + 1), names)
    ax.set(ylim=(-0.4, above + 0.4), xlabel="position (pixels)")


# %%
def draw_fields(n, f, p, s, d):
    layer = {"type": "conv", "f": f, "p": p, "s": s, "d": d}
    sizes = [n]
    try:
        while len(sizes) < 4:
            sizes.append(conv_out_size(sizes[-1], f, p, s, d))
    except ValueError as error:
        print(f"layer {len(sizes)} cannot be built: {error}")
    if len(sizes) == 1:
        return
    layers = [layer] * (len(sizes) - 1)
    fields = receptive_field(layers)
    _, (grid, cone) = plt.subplots(1, 2, figsize=(11, 4), width_ratios=[1, 1.7])
    draw_grid(grid, n, f, [i * s - p for i in range(sizes[1])], p, d)
    draw_cone(cone, sizes, layers, fields)
    grid.set_title(f"layer 1: {sizes[1]} × {sizes[1]} places")
    last = fields[-1]
    cone.set_title(f"the top sees r = {last['r']} pixels; its jump is {last['jump']}")
    plt.show()


# %%
explore(
    draw_fields,
    n=("size n", list(range(3, 33)), 17),
    f=("window f", list(range(1, 6)), 3),
    p=("padding p", list(range(4)), 1),
    s=("stride s", list(range(1, 4)), 2),
    d=("dilation d", list(range(1, 4)), 1),
)

# %% [markdown] covers=["C15"]
# **Figure 12.** Up to three equal layers on top of each other; move the sliders.
# Left: the places of the first, as in Figure 2. Right: each number stands above
# the pixel on which it is centred (that is *start*, and *jump* is the distance to its
# neighbour), and the cone leads down from one number of the top layer to the pixels
# that it sees, in orange. Lines that end beside the image end in padding. With s = 1
# the cone opens evenly, with s = 2 faster and faster. Find a dilation with
# which pixels inside the cone stay blue: r counts from the first to the last,
# and not everything between them need be seen.

# %% [markdown] covers=["E24"]
# **Question 3** (3 points). Correct the slide of section 6, "the effective receptive
# field doubles". (a) Show from the recurrences what a 2 × 2 pooling with stride 2
# does to r and j in general. For which r and j is the slide's sentence true? (b)
# Compare two plans: 3 × 3, 3 × 3, pooling, 3 × 3, 3 × 3, and the same without the
# pooling. Give r after every layer. (c) Write a sentence that the slide should have
# instead.
#
# *Rubric.* 1 point: both general results, and the condition. 1 point: all nine values
# of r. 1 point: a true sentence that says what grows, by which factor, and where one
# notices it.

# %% [markdown] nbgrader={"grade": true, "grade_id": "pooling_doubles_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) $r_{new} = r + j$ and $j_{new} = 2j$. So $r$ doubles only if $r = j$: for example
# when the pooling is the first layer ($r = j = 1$), or when all layers so far tile. (b)
# With pooling 3, 5, 6, 10, 14; without 3, 5, 7, 9. (c) "A 2 × 2 pooling with stride 2
# enlarges the receptive field by one jump and doubles the jump, so that each later
# layer enlarges the field twice as much as it would have without the pooling."
# <!-- END SOLUTION -->

# %% [markdown] covers=["E41"]
# **Explain the mistake** (1 point). A slide describes a kernel "of half-width s",
# with weights at −s, …, s. A student reads "s = 2", and computes the size of the
# result for 10 pixels, without padding, as `conv_out_size(10, 5, 0, 2)`. Which size
# did the slide mean, which one did the student get, and which letter was read twice?
#
# *Rubric.* 1 point: both sizes right, and both meanings of the letter named.

# %% [markdown] nbgrader={"grade": true, "grade_id": "two_letters_why", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# The slide's s is half the width of the kernel. The kernel has 5 weights and moves by 1,
# so the result has 10 − 5 + 1 = 6 numbers. The student used s = 2 for the width *and* as
# the stride, and got ⌊5/2⌋ + 1 = 3.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Recap
#
# - Count places: ⌊(n + 2p − d(f − 1) − 1)/s⌋ + 1. Always rounded down, unless a
#   pooling layer says otherwise; what is left over is dropped.
# - "Same" keeps sizes by inventing pixels; with even windows or strides libraries
#   disagree about which side gets more.
# - The receptive field grows by (f − 1) · d · jump with each layer; strides and pooling
#   multiply the jump, and so speed up everything after them.
#
# **Next:** lesson 05 gives the window channels: the convolution layer on volumes.
#
# **References.** A. Carlier, "Convolutional Neural Networks", slides, 2024 (sizes
# with padding and stride; maps and filters of AlexNet and VGG). E. Rantsiou, "CNN
# basics and an example with classification", LENS ML School, 2021 (the 6 × 6 example
# with stride; the Keras network). B. Galerne, "Deep neural networks and CNNs",
# slides, 2024, after C. Deledalle (rounding up; 40,000 units). C. Deledalle, "Image
# classification and CNNs", UCSD ECE 285, 2019 (valid, same, full; the bright square;
# VGG's 3 × 3 windows; pooling and receptive fields). N. Noceti, "Convolutional Neural
# Networks", UniGe (size without rounding). A. Krizhevsky, I. Sutskever and G. Hinton,
# "ImageNet classification with deep convolutional neural networks", NIPS 2012. K.
# Simonyan and A. Zisserman, "Very deep convolutional networks for large-scale image
# recognition", ICLR 2015. V. Dumoulin and F. Visin, "A guide to convolution
# arithmetic for deep learning", 2016, arXiv:1603.07285. W. Luo, Y. Li, R. Urtasun and
# R. Zemel, "Understanding the effective receptive field in deep convolutional neural
# networks", NIPS 2016. F. Yu and V. Koltun, "Multi-scale context aggregation by
# dilated convolutions", ICLR 2016. A. Araujo, W. Norris and J. Sim, "Computing
# receptive fields of convolutional neural networks", Distill, 2019.
