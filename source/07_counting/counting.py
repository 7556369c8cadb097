# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 07 · Counting: parameters, operations, and forty years of networks
#
# How large is GoogLeNet, the network that won the ImageNet challenge in 2014?
# Four million parameters, says a slide. 6.8 million, says another slide of the
# same course. PyTorch says 6.6 million, or 13.0, and the true count of what the
# paper draws is none of these. Nobody lied. They copied, rounded, or counted
# different things. In this lesson you write the functions that settle such
# questions, and with them you count thirteen famous networks to the last
# weight, without building a single one: a page of numbers is enough.
#
# **You will be able to**
#
# - count the parameters, operations and activations of any network from its
#   specification;
# - say which idea made each landmark network larger, smaller or cheaper, and by
#   which factor;
# - reconcile two sources that contradict each other, and tell a rounding from a
#   mistake.
#
# **Time:** 150 minutes, questions included. **You should know:** what a
# convolution layer does with several channels (lesson 05), and how padding and
# stride set the size of its output (lesson 04).

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import matplotlib.pyplot as plt
import numpy as np

from course.checks import check, check_raises
from course.figures import label_line_ends
from course.widgets import explore

plt.style.use("course.course")

# %% [markdown] covers=["C34", "F06", "N04", "N14"]
# ## 1 · What a layer has to learn
#
# A **parameter** is a number that training may change: a weight or a bias. A
# convolution layer with $C_\text{in}$ input channels and $C_\text{out}$ filters
# of side $f$ has
#
# $$\underbrace{f \cdot f \cdot C_\text{in}}_{\text{one filter}} \cdot\,
# C_\text{out} \;+\; C_\text{out}$$
#
# of them. Each filter reaches through *all* input channels, and owns exactly
# one bias, however many channels it reads. Two 3 × 3 filters on a colour image:
# $3\cdot3\cdot3\cdot2 + 2 = 56$. Some slides write the side as $2s+1$; the
# formula is the same.
#
# What is *not* in the formula matters as much: the size of the image. One
# 10 × 10 filter has 100 weights on a stamp and on a poster. Ten of them have
# 1,000, and a second layer of ten that reads the ten maps of the first has
# 10,000 (biases left out).
#
# **Groups.** AlexNet was trained on two graphics cards of 3 GB each, so some of
# its layers were cut into two *groups*: half of the filters read only the first
# half of the channels, the others only the second half. With $g$ groups each
# filter reads $C_\text{in}/g$ channels; the number of filters stays.
#
# **Task 1** (easy, 6 minutes). Write `conv_params(f, c_in, c_out, bias=True,
# groups=1)`: the number of parameters as a Python `int`, exact however large.
#
# - `f` is an int, for square filters, or a pair `(fh, fw)`.
# - With `bias=False` there are no biases at all.
# - If `groups` does not divide both `c_in` and `c_out`, there is no such layer:
#   `ValueError`.
#
# <details><summary>Hint 1: what to think of</summary>How many numbers has one
# filter? How many filters are there?</details>
# <details><summary>Hint 2: what to look up</summary><code>//</code> divides
# integers and stays exact, <code>/</code> makes a float;
# <code>isinstance(f, tuple)</code> tells the two forms of f apart.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse bad groups;
# make a pair of f; weights of one filter, with the channels that it really
# reads; times the number of filters; then the biases, if any.</details>


# %% nbgrader={"grade": false, "grade_id": "conv_params", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_params(f, c_in, c_out, bias=True, groups=1):
    """Count the parameters of a convolution layer, as an exact int.

    f: side of the filters, int or (fh, fw); c_in, c_out: channels in and out.
    Raises ValueError if groups does not divide c_in and c_out.
    """
    ### BEGIN SOLUTION
    if c_in % groups or c_out % groups:
        raise ValueError(
            f"conv_params: {groups} groups do not divide {c_in} and {c_out} channels"
        )
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * (c_in // groups) * c_out + (c_out if bias else 0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv_params_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    conv_params,
    *(3, 3, 2),
    want=56,
    case="two 3 x 3 filters on a colour image",
    mistakes={
        "the biases are missing": 54,
        "each filter has one bias, not one for each channel that it reads": 60,
        "as many biases as filters, not as input channels": 57,
        "each filter has a bias of its own, not one for the whole layer": 55,
        "a factor 3 is missing: two sides and the input channels make three": 20,
    },
)
check(conv_params, 10, 1, 1, False, want=100, case="one 10 x 10 filter")
check(conv_params, 10, 1, 10, False, want=1_000, case="ten of them")
check(conv_params, 10, 10, 10, False, want=10_000, case="ten that read ten maps")
### BEGIN HIDDEN TESTS
check(
    conv_params,
    *(5, 96, 256, True, 2),
    want=307_456,
    case="two groups",
    mistakes={
        "groups make no difference": 614_656,
        "groups cut the channels that a filter reads, not the filters as well": 153_856,
    },
)
check(conv_params, 1, 192, 16, False, want=3_072, case="1 x 1 filters")
check(conv_params, (3, 5), 4, 7, want=427, case="filters that are not square")
check(conv_params, 7, 3, 64, want=9_472, case="more filters than channels")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv_params_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(conv_params, (1, 7), 64, 32, False, want=14_336, case="a row of seven weights")
check_raises(conv_params, 3, 4, 6, True, 3, case="3 groups of 4 input channels")
# Also graded: groups that do not divide the filters, as many groups as channels,
# and numbers that only exact arithmetic gets right.
### BEGIN HIDDEN TESTS
check_raises(
    conv_params, 3, 6, 4, True, 3, case="groups that do not divide the filters"
)
check(conv_params, 3, 32, 32, False, 32, want=288, case="as many groups as channels")
check(conv_params, 3, 8, 16, True, 8, want=160, case="two filters in each group")
check_raises(
    conv_params, (1, 7), 6, 4, False, 3, case="a pair, no bias, impossible groups"
)
big = 10**17 + 1
check(conv_params, 3, big, big, want=9 * big**2 + big, case="beyond 64 bits")
check_raises(conv_params, 3, big, 2, True, 2, case="2 groups of a large odd number")
check(conv_params, (5, 2), 6, 9, True, 3, want=189, case="a pair and groups")
### END HIDDEN TESTS

# %% [markdown] covers=["N14", "E09"]
# ### What sharing saves
#
# A **locally connected** layer looks through windows too, but every place has
# weights of its own. Lesson 00 quoted a comparison from the slides: 40,000
# units over a 200 × 200 photo, each looking through a 10 × 10 window, have 4
# million weights; one shared window has 100.
#
# The comparison has a flaw. A 10 × 10 window has only 200 − 10 + 1 = 191
# places in a row of 200, so there are 191² = 36,481 units and not 40,000. To
# get 40,000 one must pad, and since 10 is even, unevenly: 4 pixels before and 5
# after. The argument survives, but the number depends on the size of the
# **output**, and that is what your function takes.
#
# **Task 2** (easy, 4 minutes). Write `local_params(h_out, w_out, f, c_in=1,
# c_out=1, bias=False)`: parameters of a locally connected layer with
# `h_out * w_out` places, `c_out` units in each, and windows of side `f` (an
# int) through `c_in` channels. Units share nothing, so with `bias=True` each
# has a bias of its own. The result is an exact `int`.
#
# <details><summary>Hint 1: what to think of</summary>Count the units first.
# Then: how many weights has one?</details>
# <details><summary>Hint 2: what to look up</summary>Nothing: five integers and
# one multiplication sign.</details>
# <details><summary>Hint 3: the order of things</summary>Number of units = places
# times units in each place. One unit has a window of weights through all input
# channels, and possibly one number more.</details>


# %% nbgrader={"grade": false, "grade_id": "local_params", "locked": false, "schema_version": 3, "solution": true, "task": false}
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    """Count the parameters of a locally connected layer, as an exact int.

    h_out, w_out: size of the output; f: side of the windows; c_in, c_out: channels.
    """
    ### BEGIN SOLUTION
    units = h_out * w_out * c_out
    return units * (f * f * c_in + (1 if bias else 0))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "local_params_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    local_params,
    *(200, 200, 10),
    want=4_000_000,
    case="40,000 units with 10 x 10 windows",
    mistakes={
        "this is the count of one shared window": 100,
        "a window of side f has f times f weights": 400_000,
        "the sizes are those of the output already": 191 * 191 * 100,
    },
)
check(
    local_params, 191, 191, 10, want=3_648_100, case="the units that there really are"
)
### BEGIN HIDDEN TESTS
check(local_params, 5, 7, 3, 2, 4, want=2_520, case="several channels in and out")
check(local_params, 4, 6, 5, 3, want=1_800, case="three channels in, one out")
check(local_params, 4, 6, 5, 1, 3, want=1_800, case="one channel in, three out")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "local_params_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(local_params, 2, 3, 1, 1, 1, True, want=12, case="six units: a weight and a bias")
# Also graded: biases with several channels, a single place, very large layers.
### BEGIN HIDDEN TESTS
check(
    local_params,
    *(5, 7, 3, 2, 4, True),
    want=2_660,
    case="biases, and several channels",
    mistakes={
        "places do not share a bias": 2_524,
        "units in the same place do not share a bias": 2_555,
        "a unit has one bias, not one for each channel": 2_800,
    },
)
check(local_params, 1, 1, 6, 16, 120, True, want=69_240, case="a single place")
check(
    local_params,
    10**8 + 1,
    10**8 + 3,
    99,
    7,
    3,
    want=2_058_210_082_328_400_617_463,
    case="exact",
)
### END HIDDEN TESTS

# %% [markdown] covers=["C35", "F07", "N05", "E43"]
# ## 2 · What a layer has to do
#
# Parameters say how much must be stored and learned. How long a network takes
# depends on something else: how many multiplications and additions it performs
# on one image. For one output number a filter multiplies $n = f^2 C$ pairs,
# where $C$ is the number of channels it reads. There are three ways to count:
#
# | convention | counts, per output number | result |
# |---|---|---|
# | `'mul+add+bias'` | $n$ multiplications, $n-1$ additions, 1 for the bias | $2 f^2 C$ |
# | `'mul+add'` | $n$ multiplications, $n-1$ additions | $2 f^2 C - 1$ |
# | `'mac'` | $n$ steps "multiply and add to the sum" | $f^2 C$ |
#
# The third is the **MAC** (*multiply-accumulate*), a single instruction on most
# hardware. A slide's example: 3 channels, two 3 × 3 filters, an output of
# 4 × 4 × 2 numbers. That is 32 · 54 = **1,728** operations, or 32 · 53 = 1,696
# without the biases, or 864 MACs.
#
# All three are called "FLOPs" somewhere: our slides take the first; the ResNet
# paper writes FLOPs and explains, in brackets, "multiply-adds". So two honest
# tables may differ by a factor of two, and a comparison across them is worth
# nothing until you know who counted how.
#
# **Task 3** (easy, 6 minutes). Write `conv_ops(h_out, w_out, f, c_in, c_out,
# convention='mul+add+bias')`: operations of one convolution layer on one image,
# as an exact `int`. The sizes are those of the output, `f` is an int. Any other
# word for `convention`: `ValueError`.
#
# <details><summary>Hint 1: what to think of</summary>How many numbers come out?
# Each costs the same.</details>
# <details><summary>Hint 2: what to look up</summary>A <code>dict</code> from
# word to count replaces three <code>if</code>s; what does it raise for a key
# that is missing?</details>
# <details><summary>Hint 3: the order of things</summary>Weights of one filter;
# cost of one output number, by convention, or refuse; times height, width and
# filters of the output.</details>


# %% nbgrader={"grade": false, "grade_id": "conv_ops", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    """Count the operations of a convolution layer on one image, as an exact int.

    h_out, w_out: size of the output; f: side of the filters; c_in, c_out: channels.
    convention: 'mul+add+bias', 'mul+add' or 'mac'; ValueError for any other.
    """
    ### BEGIN SOLUTION
    n = f * f * c_in
    costs = {"mul+add+bias": 2 * n, "mul+add": 2 * n - 1, "mac": n}
    if convention not in costs:
        raise ValueError(
            f"conv_ops: convention must be one of {list(costs)}, got {convention!r}"
        )
    return h_out * w_out * c_out * costs[convention]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv_ops_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(
    conv_ops,
    *(4, 4, 3, 3, 2),
    want=1_728,
    case="the slide's layer, bias and all",
    mistakes={
        "each multiplication has its addition: these are MACs": 864,
        "2 f² C has the operation of the bias in it already": 1_760,
    },
)
check(conv_ops, 4, 4, 3, 3, 2, "mul+add", want=1_696, case="the same without biases")
check(conv_ops, 4, 4, 3, 3, 2, "mac", want=864, case="the same in MACs")
### BEGIN HIDDEN TESTS
check(conv_ops, 28, 28, 5, 1, 6, want=235_200, case="one channel in")
check(conv_ops, 28, 28, 5, 1, 6, "mul+add", want=230_496, case="one channel, mul+add")
check(conv_ops, 5, 9, 2, 7, 3, "mac", want=3_780, case="an output that is not square")
check(conv_ops, 5, 9, 2, 7, 3, want=7_560, case="not square, with biases")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv_ops_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(conv_ops, 4, 4, 3, 3, 2, "flops", case="a convention nobody has defined")
# Also graded: 1 x 1 filters on one channel, other unknown words, large layers.
### BEGIN HIDDEN TESTS
check(conv_ops, 3, 4, 1, 1, 2, "mul+add", want=24, case="one weight: nothing to add")
check(conv_ops, 3, 4, 1, 1, 2, want=48, case="one weight and a bias")
check(conv_ops, 3, 4, 1, 1, 2, "mac", want=24, case="one weight, in MACs")
check_raises(conv_ops, 4, 4, 3, 3, 2, "", case="an empty word")
check_raises(conv_ops, 4, 4, 3, 3, 2, "mul", case="the beginning of a known word")
check_raises(conv_ops, 4, 4, 3, 3, 2, "macs", case="a known word and a letter more")
check_raises(conv_ops, 4, 4, 3, 3, 2, "MAC", case="a known word in capitals")
check(conv_ops, 224, 224, 3, 64, 64, "mac", want=1_849_688_064, case="a large layer")
big = 10**10 + 1
check(
    conv_ops, big, 1, 1, big, 3, "mul+add", want=3 * big * (2 * big - 1), case="exact"
)
### END HIDDEN TESTS

# %%
sides = [8, 16, 32, 64, 128, 256]
macs = [conv_ops(n, n, 3, 64, 64, "mac") for n in sides]
shared = [conv_params(3, 64, 64, False)] * len(sides)
_, ax = plt.subplots()
ax.plot(sides, macs, "o-", label="MACs of either layer,\nweights if not shared")
ax.plot(sides, shared, "s--", label="weights if shared")
ax.set(xscale="log", yscale="log", ylim=(1e4, 1e10))
ax.set_xticks(sides, [str(n) for n in sides])
ax.minorticks_off()
ax.set(xlabel="height and width of the output (pixels)", ylabel="count for one image")
label_line_ends(ax)
plt.show()
local = local_params(256, 256, 3, 64, 64)
print(f"256 x 256: {macs[-1]:,} MACs, {local:,} weights if not shared")
print(f"each shared weight is used {macs[-1] // shared[-1]:,} times")

# %% [markdown]
# **Figure 1.** A layer of 64 filters of 3 × 3 on 64 channels. Its operations
# grow with the area of the image, its parameters do not. A locally connected
# layer uses each weight exactly once, so its weights lie on the upper curve; the
# gap between the curves is how often a shared weight is used again, once for
# every place: 65,536 times at 256 × 256.

# %% [markdown] covers=["A01", "A02", "Q01", "D03", "E13"]
# ## 3 · LeNet-5: counting a paper
#
# **1979 to 1987.** Fukushima's *Neocognitron* reads handwritten digits with
# alternating layers of simple cells (which detect) and complex cells (which
# average over a small neighbourhood and so tolerate shifts, distortions and
# other sizes), until ten maps of 1 × 1 are left. It has the shape of all that
# follows, but nothing like backpropagation: layers learn one by one, without
# labels. (The slides add "no ReLU". Its cells do cut off what is negative; they
# divide first.)
#
# **1998.** LeCun's *LeNet-5* keeps the shape and trains all of it at once, by
# stochastic gradient descent, one image at a time. Its data set is **MNIST**,
# 60,000 + 10,000 digits of 28 × 28 pixels, placed on 32 × 32; with random
# distortions the training set grows to 600,000. Twenty passes took two to three
# days. It missed 82 of the 10,000 test digits, and descendants of it read about
# a tenth of the cheques in the United States. (By 2012, Cireşan's group was
# down to 23 misses.) One slide says that it uses mostly *sigmoids*, another the
# *hyperbolic tangent*. Both are right: the paper uses $1.7159 \tanh(2a/3)$,
# which is a tanh, scaled, and which is also S-shaped, a "sigmoidal" function.
# It follows the subsampling layers too.
#
# How many parameters, and how many operations? A slide asks this; its own
# answer is "about 60 thousand". The paper can be counted exactly, with one
# obstacle: layer C3 is **sparse**. Its 16 filters do not read all six maps
# below, and LeCun printed a table of who reads what. The reason he gave: fewer
# connections, and filters that are forced to become different.

# %% nbgrader={"grade": false, "grade_id": "lenet_table", "locked": true, "schema_version": 3, "solution": false, "task": false}
c3_reads = [(i, (i + 1) % 6, (i + 2) % 6) for i in range(6)]
c3_reads += [(i, (i + 1) % 6, (i + 2) % 6, (i + 3) % 6) for i in range(6)]
c3_reads += [(0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5)]
fan_ins = [len(maps) for maps in c3_reads]
print("maps that each filter of C3 reads:", fan_ins)

# %%
table = np.zeros((6, 16))
for column, maps in enumerate(c3_reads):
    table[list(maps), column] = 1
_, ax = plt.subplots(figsize=(6.6, 2.7))
ax.imshow(table, cmap="Blues", vmin=0, vmax=1.4)
ax.set_xticks(np.arange(16))
ax.set_yticks(np.arange(6))
ax.set_xticks(np.arange(17) - 0.5, minor=True)
ax.set_yticks(np.arange(7) - 0.5, minor=True)
ax.grid(which="minor", color="white", lw=2)
ax.tick_params(which="both", length=0)
ax.spines[:].set_visible(False)
ax.set(xlabel="filter of layer C3", ylabel="map of layer S2")
plt.show()

# %% [markdown]
# **Figure 2.** Who reads whom in LeNet-5 (blue: a 5 × 5 kernel; white:
# nothing). Six filters read three neighbouring maps, nine read four, and only
# the last reads all six. This is a group convolution with the groups drawn by
# hand.

# %% [markdown] covers=["A02", "Q01"]
# **Task 4** (easy, 4 minutes). Write `sparse_conv_params(f, fan_ins)`: parameters
# of a convolution layer with filters of side `f` (an int) in which filter number
# `i` reads `fan_ins[i]` maps. `fan_ins` is a list; there is one filter for each
# entry, and each filter has one bias. No filters, no parameters.
#
# <details><summary>Hint 1: what to think of</summary>The filters differ, so
# count them one by one.</details>
# <details><summary>Hint 2: what to look up</summary><code>sum</code> of a
# generator. It gives 0 for an empty one.</details>
# <details><summary>Hint 3: the order of things</summary>One filter: a square of
# weights for each map that it reads, and one number more. Add up over
# filters.</details>


# %% nbgrader={"grade": false, "grade_id": "sparse_conv_params", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sparse_conv_params(f, fan_ins):
    """Count the parameters of a layer whose filter i reads fan_ins[i] maps; an int."""
    ### BEGIN SOLUTION
    return sum(f * f * fan_in + 1 for fan_in in fan_ins)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "sparse_conv_params_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    sparse_conv_params,
    *(5, fan_ins),
    want=1_516,
    case="layer C3 of LeNet-5",
    mistakes={
        "this is the dense layer, in which all filters read all maps": 2_416,
        "the biases are missing": 1_500,
        "each filter has a bias of its own": 1_501,
        "a filter has one bias, not one for each map that it reads": 1_560,
    },
)
### BEGIN HIDDEN TESTS
check(sparse_conv_params, 3, [1, 2, 7], want=93, case="three very different filters")
check(sparse_conv_params, 2, [4, 4], want=34, case="all filters alike")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "sparse_conv_params_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(sparse_conv_params, 3, [2], want=19, case="a single filter")
# Also graded: no filters, 1 x 1 filters, filters that read nothing but their bias.
### BEGIN HIDDEN TESTS
check(sparse_conv_params, 5, [], want=0, case="no filters")
check(sparse_conv_params, 1, [3, 1, 2], want=9, case="1 x 1 filters")
check(sparse_conv_params, 4, [0, 3], want=50, case="a filter that reads nothing")
check(sparse_conv_params, 3, [10**17, 1], want=9 * 10**17 + 11, case="exact")
### END HIDDEN TESTS

# %% [markdown]
# The rest of the paper needs no new function. Its subsampling layers S2 and S4
# have two parameters per map (the average is multiplied by one and shifted by
# the other), and a dense layer is a convolution of 1 × 1 maps.

# %%
lenet_paper = {
    "C1": conv_params(5, 1, 6),
    "S2": 2 * 6,
    "C3": sparse_conv_params(5, fan_ins),
    "S4": 2 * 16,
    "C5": conv_params(5, 16, 120),
    "F6": conv_params(1, 120, 84),
}
for name, number in lenet_paper.items():
    print(f"{name}  {number:>6,}")
print(f"all {sum(lenet_paper.values()):>6,}")

# %% [markdown] covers=["E14", "A02"]
# Exactly **60,000**, the number in the paper. (Its last layer compares the 84
# numbers with ten fixed pictures, 840 weights that nobody trains.) "Five
# layers", says the slide that calls it the first deep architecture. The paper
# counts seven: C1, S2, C3, S4, C5, F6 and the output. Today one counts the
# layers with weights, after replacing what has gone out of use: C3 reads all
# maps, pooling has no parameters, and the output is a dense layer. Then there
# are five, and 61,706 parameters, as you will see next.

# %% [markdown] covers=["N13", "A15", "E10", "F07"]
# ## 4 · Count a whole network
#
# A network without branches is a list of layers. We write each layer as a
# `dict`, and give long ones a short name:
#
# | layer | keys, with defaults | shape after it | parameters |
# |---|---|---|---|
# | `conv` | `f`, `k` filters, `s=1`, `p=0`, `groups=1`, `bias=True` | $(k, H', W')$ | as in task 1 |
# | `pool` | `f`, `s=f`, `p=0` | $(C, H', W')$ | none |
# | `bn` | – | the same | $2C$ trained, $2C$ not |
# | `relu` | – | the same | none |
# | `gap` (global average pooling) | – | $(C,)$ | none |
# | `flatten` | – | $(C H W,)$ | none |
# | `dense` | `k` units, `bias=True` | $(k,)$ | $n k + k$ |
#
# with an int `f` and $H' = \lfloor (H + 2p - f)/s \rfloor + 1$, $W'$ alike (lesson
# 04). A
# **batch normalisation** layer (`bn`, lesson 10) rescales each channel. It
# *learns* a factor and a shift per channel, and it *remembers* a running mean
# and variance per channel, which it only measures.
#
# The first network comes from the slides, in Keras: photos of 80 × 80 × 3, two
# convolutions, and a dense layer with 4 outputs. The task it was made for has
# *eight* classes, so it could never have named four of them. With eight outputs
# the last layer has 520 parameters in place of 260.


# %% nbgrader={"grade": false, "grade_id": "specifications", "locked": true, "schema_version": 3, "solution": false, "task": false}
def conv(f, k, s=1, p=0, **more):
    return {"type": "conv", "f": f, "k": k, "s": s, "p": p, **more}


def pool(f, **more):
    return {"type": "pool", "f": f, **more}


def dense(k, **more):
    return {"type": "dense", "k": k, **more}


def just(kind):  # bn, relu, gap, flatten
    return {"type": kind}


def slide_model():
    layers = [conv(3, 8), just("relu"), pool(2)]
    layers += [conv(3, 16), just("relu"), pool(2), just("flatten")]
    return layers + [dense(64), just("relu"), dense(4)]


def lenet():
    layers = [conv(5, 6, name="C1"), pool(2, name="S2")]
    layers += [conv(5, 16, name="C3"), pool(2, name="S4"), just("flatten")]
    layers += [dense(120, name="C5"), dense(84, name="F6")]
    return layers + [dense(10, name="output")]


for layer in lenet():
    print(layer)

# %% [markdown] covers=["C35", "N13", "Q01"]
# **Task 5** (hard, 25 minutes). Write `summary(input_shape, layers,
# convention='mac')`. `input_shape` is `(C, H, W)` or `(n,)`. Return a dict:
#
# - `'params'`: trained parameters of all layers;
# - `'non_trainable'`: the $2C$ numbers that each `bn` layer only measures;
# - `'ops'`: operations of the `conv` and `dense` layers for one image, in the
#   given convention; all other layers count as 0. A dense unit is a filter that
#   fits once. The convention is applied to all layers alike, with bias or
#   without;
# - `'activations'`: how many numbers the `conv` and `dense` layers put out, the
#   usual measure of what a photo needs in memory (ReLU overwrites its input, and
#   pooled maps are small);
# - `'layers'`: a list with one dict for *every* layer, in order, with the keys
#   `'name'` (the layer's own `'name'`, else its type), `'shape'` (after the
#   layer, a tuple), `'params'` and `'ops'`.
#
# All numbers are exact ints. `bn` also works on a shape `(n,)`. Raise
# `ValueError` for: an unknown type or convention; a filter or window that is
# higher or wider than the padded input; groups that do not divide the channels;
# `conv`, `pool` or `gap` where the shape is no longer `(C, H, W)`; `dense`
# where it is not `(n,)`.
#
# <details><summary>Hint 1: what to think of</summary>Carry one thing from layer
# to layer: the shape. Everything else follows from the shape before and the
# shape after.</details>
# <details><summary>Hint 2: what to look up</summary><code>layer.get("s",
# 1)</code> reads a key with a default. You have counted convolutions already:
# call your functions. In a grouped layer each filter reads fewer
# channels.</details>
# <details><summary>Hint 3: the order of things</summary>For each layer: set
# parameters and operations to 0; one branch per type, which checks the shape,
# changes it and counts; then append one dict and add to the totals. Treat
# <code>conv</code> and <code>pool</code> together as far as the size goes, but
# mind that their strides have different defaults.</details>


# %% nbgrader={"grade": false, "grade_id": "summary", "locked": false, "schema_version": 3, "solution": true, "task": false}
def summary(input_shape, layers, convention="mac"):
    """Count a network without branches from its specification.

    input_shape: (C, H, W) or (n,); layers: list of dicts, see the table above.
    Returns {'params', 'non_trainable', 'ops', 'activations', 'layers'}.
    Raises ValueError where a layer is unknown or cannot follow the one before.
    """
    ### BEGIN SOLUTION

    def numbers_in(shape):
        c, h, w = shape if len(shape) == 3 else (*shape, 1, 1)
        return c * h * w

    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError(f"summary: unknown convention {convention!r}")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError(f"summary: {kind} needs (C, H, W), got {shape}")
        if kind == "dense" and len(shape) != 1:
            raise ValueError(f"summary: dense needs (n,), got {shape}; flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError(f"summary: a {f} x {f} {kind} does not fit {shape}")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (numbers_in(shape),)
        elif kind != "relu":
            raise ValueError(f"summary: unknown layer type {kind!r}")
        if kind in ("conv", "dense"):
            activations += numbers_in(shape)
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "summary_test", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
keys = ("name", "shape", "params", "ops")
rows = [("C1", (6, 28, 28), 156, 117_600), ("S2", (6, 14, 14), 0, 0)]
rows += [("C3", (16, 10, 10), 2_416, 240_000), ("S4", (16, 5, 5), 0, 0)]
rows += [("flatten", (400,), 0, 0), ("C5", (120,), 48_120, 48_000)]
rows += [("F6", (84,), 10_164, 10_080), ("output", (10,), 850, 840)]
want = dict(params=61_706, non_trainable=0, ops=416_520, activations=6_518)
want["layers"] = [dict(zip(keys, row)) for row in rows]
check(summary, (1, 32, 32), lenet(), want=want, case="LeNet-5 as one builds it today")
rows = [("conv", (8, 78, 78), 224, 1_314_144), ("relu", (8, 78, 78), 0, 0)]
rows += [("pool", (8, 39, 39), 0, 0), ("conv", (16, 37, 37), 1_168, 1_577_088)]
rows += [("relu", (16, 37, 37), 0, 0), ("pool", (16, 18, 18), 0, 0)]
rows += [("flatten", (5_184,), 0, 0), ("dense", (64,), 331_840, 331_776)]
rows += [("relu", (64,), 0, 0), ("dense", (4,), 260, 256)]
want = dict(params=333_492, non_trainable=0, ops=3_223_264, activations=70_644)
want["layers"] = [dict(zip(keys, row)) for row in rows]
check(summary, (3, 80, 80), slide_model(), want=want, case="the slides' Keras model")
### BEGIN HIDDEN TESTS


def part(key, *arguments):
    """Return one entry of the result, so that a message can name it."""
    return summary(*arguments)[key]


def one_row(index, *arguments):
    """Return one row of the result."""
    return summary(*arguments)["layers"][index]


part.__name__ = one_row.__name__ = "summary"


def alexnet_layers(g):
    layers = [conv(11, 96, 4, 2), just("relu"), pool(3, s=2)]
    layers += [conv(5, 256, 1, 2, groups=g), just("relu"), pool(3, s=2)]
    layers += [conv(3, 384, 1, 1), conv(3, 384, 1, 1, groups=g)]
    layers += [conv(3, 256, 1, 1, groups=g), pool(3, s=2), just("flatten")]
    return layers + [dense(4096), dense(4096), just("relu"), dense(1000)]


def vgg_layers(widths):
    layers = [conv(3, k, 1, 1) if k else pool(2) for k in widths]
    return layers + [just("flatten"), dense(4096), dense(4096), dense(1000)]


digit = (1, 32, 32)
case = "a network with biases, mul+add+bias"
check(part, "ops", digit, lenet(), "mul+add+bias", want=833_040, case=case)
case = "a network with biases, mul+add"
check(part, "ops", digit, lenet(), "mul+add", want=826_522, case=case)
bare = [conv(3, 4, bias=False), just("flatten"), dense(2, bias=False)]
sentence = "the convention is applied to all layers alike, with bias or without"
mistakes = {sentence: 934, f"{sentence}: conv": 936, f"{sentence}: dense": 958}
case = "a network without biases, mul+add+bias"
arguments = ("ops", (2, 4, 5), bare, "mul+add+bias")
check(part, *arguments, want=960, case=case, mistakes=mistakes)
image, g2, g1 = (3, 224, 224), alexnet_layers(2), alexnet_layers(1)
mistakes = {"groups make no difference": 62_378_344}
case = "two groups, overlapping pooling, dense layers: parameters"
check(part, "params", image, g2, want=60_965_224, case=case, mistakes=mistakes)
mistakes = {"groups make no difference to the operations": 1_135_256_096}
case = "the same: operations"
check(part, "ops", image, g2, want=724_406_816, case=case, mistakes=mistakes)
check(part, "params", image, g1, want=62_378_344, case="the same without groups")
two = [64, 64, 0, 128, 128, 0]
vgg16 = vgg_layers([*two, *[256] * 3, 0, *[512] * 3, 0, *[512] * 3, 0])
vgg19 = vgg_layers([*two, *[256] * 4, 0, *[512] * 4, 0, *[512] * 4, 0])
check(part, "params", image, vgg16, want=138_357_544, case="16 layers with weights")
check(part, "ops", image, vgg16, want=15_470_264_320, case="16 layers, operations")
check(part, "params", image, vgg19, want=143_667_240, case="19 layers with weights")
check(part, "ops", image, vgg19, want=19_632_062_464, case="19 layers, operations")
want = dict(zip(keys, ("dense", (4096,), 102_764_544, 102_760_448)))
check(one_row, -3, image, vgg16, want=want, case="the first of three dense layers")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "summary_edge_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
keys = ("name", "shape", "params", "ops")
rows = [("conv", (4, 3, 5), 72, 1_080), ("bn", (4, 3, 5), 8, 0), ("gap", (4,), 0, 0)]
want = dict(params=80, non_trainable=8, ops=1_080, activations=60)
want["layers"] = [dict(zip(keys, row)) for row in rows]
wide = [conv(3, 4, 2, 1, bias=False), just("bn"), just("gap")]
check(summary, (2, 6, 9), wide, want=want, case="stride 2 on 6 x 9, no bias, then bn")
check_raises(summary, (3, 8, 8), [dense(5)], case="a dense layer without flatten")
check_raises(summary, (3, 8, 8), [just("softmin")], case="a type nobody knows")
# Also graded: defaults, flat inputs, bn on a flat shape, depthwise layers, no layers
# at all, strides that leave a remainder, very large maps, and each ValueError that
# the task names.
### BEGIN HIDDEN TESTS
bare = [{"type": "conv", "f": 3, "k": 6, "groups": 2}, {"type": "pool", "f": 2}]
bare += [{"type": "flatten", "name": "long"}, {"type": "dense", "k": 5, "bias": False}]
bare += [{"type": "bn"}, {"type": "relu"}]
rows = [("conv", (6, 5, 8), 114, 4_320), ("pool", (6, 2, 4), 0, 0)]
rows += [("long", (48,), 0, 0), ("dense", (5,), 240, 240), ("bn", (5,), 10, 0)]
rows += [("relu", (5,), 0, 0)]
want = dict(params=364, non_trainable=10, ops=4_560, activations=245)
want["layers"] = [dict(zip(keys, row)) for row in rows]
check(summary, (4, 7, 10), bare, want=want, case="layers that leave out their defaults")
rows = [("pool", (7, 4, 2), 0, 0), ("conv", (7, 2, 1), 70, 238)]
rows += [("bn", (7, 2, 1), 14, 0), ("conv", (2, 2, 1), 16, 52), ("gap", (2,), 0, 0)]
rows += [("dense", (3,), 9, 9)]
want = dict(params=109, non_trainable=14, ops=299, activations=21)
want["layers"] = [dict(zip(keys, row)) for row in rows]
layers = [pool(3, s=2, p=1), conv(3, 7, 2, 1, groups=7), just("bn"), conv(1, 2)]
layers += [just("gap"), dense(3)]
case = "padded pooling, depthwise, pointwise, mul+add"
check(summary, (7, 8, 4), layers, "mul+add", want=want, case=case)
want = dict(params=24, non_trainable=0, ops=39, activations=3)
want["layers"] = [dict(zip(keys, ("dense", (3,), 24, 39)))]
check(summary, (7,), [dense(3)], "mul+add", want=want, case="a flat input, mul+add")
want = dict(params=0, non_trainable=0, ops=0, activations=0)
want["layers"] = [dict(zip(keys, ("flatten", (7,), 0, 0)))]
check(summary, (7,), [just("flatten")], want=want, case="nothing to flatten")
rows = [("conv", (3, 1, 2), 153, 300), ("bn", (3, 1, 2), 6, 0)]
rows += [("relu", (3, 1, 2), 0, 0), ("bn", (3, 1, 2), 6, 0)]
want = dict(params=165, non_trainable=12, ops=300, activations=6)
want["layers"] = [dict(zip(keys, row)) for row in rows]
layers = [conv(5, 3, 1, 1), just("bn"), just("relu"), just("bn")]
check(summary, (2, 3, 4), layers, want=want, case="a filter that just fits, two bn")
rows = [("first", (2, 7, 4), 4, 0), ("pool", (2, 2, 1), 0, 0)]
rows += [("flatten", (4,), 0, 0), ("last", (4,), 8, 0)]
want = dict(params=12, non_trainable=12, ops=0, activations=0)
want["layers"] = [dict(zip(keys, row)) for row in rows]
layers = [just("bn") | {"name": "first"}, pool(3), just("flatten")]
layers += [just("bn") | {"name": "last"}]
check(summary, (2, 7, 4), layers, want=want, case="bn first, and bn after flatten")
big = 10**10 + 1
rows = [("conv", (1, big, big), 2, big**2), ("flatten", (big**2,), 0, 0)]
rows += [("dense", (1,), big**2 + 1, big**2)]
want = dict(params=big**2 + 3, non_trainable=0, ops=2 * big**2)
want |= dict(activations=big**2 + 1, layers=[dict(zip(keys, row)) for row in rows])
layers = [conv(1, 1), just("flatten"), dense(1)]
check(summary, (1, big, big), layers, want=want, case="numbers beyond 64 bits")
nothing = dict(params=0, non_trainable=0, ops=0, activations=0, layers=[])
check(summary, (3, 5, 5), [], want=nothing, case="no layers")
flat = just("flatten")
check_raises(summary, (3, 8, 8), [flat, conv(3, 4)], case="conv after flatten")
check_raises(summary, (3, 8, 8), [flat, pool(2)], case="pool after flatten")
check_raises(summary, (3, 8, 8), [just("gap"), just("gap")], case="gap after gap")
check_raises(summary, (3, 9, 2), [conv(3, 4)], case="a filter that is too wide")
check_raises(summary, (3, 2, 9), [pool(5, p=1)], case="a window that is too high")
check_raises(summary, (3, 2, 9), [conv(3, 4)], case="a filter that is too high")
check_raises(summary, (3, 9, 2), [pool(5, p=1)], case="a window that is too wide")
check_raises(summary, (4, 1, 1), [dense(5)], case="dense on maps of 1 x 1")
check_raises(summary, (5,), [just("softmin")], case="an unknown type on (n,)")
check_raises(summary, (4, 8, 8), [conv(3, 6, groups=3)], case="impossible groups")
case = "groups that do not divide the filters"
check_raises(summary, (6, 8, 8), [conv(3, 4, groups=3)], case=case)
check_raises(summary, (3, 8, 8), [conv(3, 4)], "flops", case="an unknown convention")
check_raises(summary, (3,), [dense(4)], "flops", case="the same, a dense layer alone")
### END HIDDEN TESTS

# %% [markdown] covers=["A03", "N28", "E16", "E45"]
# ### AlexNet, 2012
#
# The challenge: 1.2 million photos, 1,000 classes. AlexNet has eight layers with
# weights and about 60 million parameters, ReLU in place of tanh, softmax at the
# end, overlapping max-pooling (windows of 3, stride 2), and was split over two
# GTX 580 cards. Training took 90 passes and six days: batches of 128, momentum,
# weight decay, dropout ½, and photos that were flipped, recoloured, and cropped
# to 224 out of 256. At test time it averages over ten crops.
#
# Going up, filters shrink (11, 5, 3), maps shrink (55, 27, 13) and channels grow
# (96, 256, 384). (From 224 pixels, 55 needs a padding of 2, see lesson 04.)
#
# After each of the first two layers stands *local response normalisation*, which
# divides each value $a$ by $\bigl(k + \alpha \sum_{j} a_j^2\bigr)^{\beta}$, the
# sum over the $n = 5$ channels around it. It has no parameters, but it has a
# trap: PyTorch's `local_response_norm` uses $\alpha/n$ where the paper has
# $\alpha$. Who wants the paper's $\alpha = 10^{-4}$ must pass $n\alpha = 5
# \cdot 10^{-4}$, else the denominator is too small and nothing complains.
#
# How good was it? A slide says 16.4 % top-5 error (the true class is not among
# the five best guesses) for seven networks, "pre-trained". That mixes two entries
# of the same team: **16.4 %** is five networks trained on the challenge's photos
# alone; seven networks, two of them pre-trained on the larger ImageNet, reach
# **15.3 %**. The runner-up had 26.2 %.

# %% nbgrader={"grade": false, "grade_id": "alexnet", "locked": true, "schema_version": 3, "solution": false, "task": false}
HEAD = [just("flatten"), dense(4096, name="fc6"), just("relu")]
HEAD += [dense(4096, name="fc7"), just("relu"), dense(1000, name="fc8")]


def alexnet(groups=2):
    relu, pool3, g = just("relu"), pool(3, s=2), groups
    layers = [conv(11, 96, s=4, p=2, name="conv1"), relu, pool3]
    layers += [conv(5, 256, p=2, groups=g, name="conv2"), relu, pool3]
    layers += [conv(3, 384, p=1, name="conv3"), relu]
    layers += [conv(3, 384, p=1, groups=g, name="conv4"), relu]
    layers += [conv(3, 256, p=1, groups=g, name="conv5"), relu, pool3]
    return layers + HEAD


PHOTO = (3, 224, 224)

# %%
report = summary(PHOTO, alexnet())
weighted = [row for row in report["layers"] if row["params"]]
names = [row["name"] for row in weighted]
shares = {
    "parameters": [100 * row["params"] / report["params"] for row in weighted],
    "MACs": [100 * row["ops"] / report["ops"] for row in weighted],
}
_, ax = plt.subplots(figsize=(7, 3))
for offset, (label, share), hatch in zip((-0.2, 0.2), shares.items(), ("", "//")):
    bars = ax.bar(np.arange(8) + offset, share, 0.4, label=label, hatch=hatch, ec="w")
    ax.bar_label(bars, [f"{value:.0f}" for value in share], padding=2, fontsize=9)
ax.set_xticks(np.arange(8), names)
ax.set(xlabel="layer", ylabel="share of the network (%)", ylim=(0, 70))
ax.legend()
plt.show()
print(f"two groups: {report['params']:,} parameters, {report['ops']:,} MACs")
print(f"one group:  {summary(PHOTO, alexnet(1))['params']:,} parameters")

# %% [markdown] covers=["A03", "A04", "E17"]
# **Figure 3.** Where AlexNet keeps its parameters, and where it spends its
# operations. The three dense layers own 96 % of the parameters and do 8 % of the
# work. The two curves of Figure 1 again: a dense layer uses each weight once.
#
# Three counts of "AlexNet" are in circulation, and all are right. The paper's
# network with its groups has **60,965,224** parameters, the same without groups
# 62,378,344, and the one that PyTorch ships 61,100,840, because it follows a
# later paper with narrower layers.
#
# **ZFNet (2013)** looked into AlexNet with the methods of lesson 13, saw dead and
# coarse filters in the first two layers, and made them finer: 7 × 7 with stride 2
# in place of 11 × 11 with stride 4, then 5 × 5 with stride 2, all on one GTX 580,
# 70 passes, 12 days, each filter's norm clipped. The slides say "fewer than 60
# million" parameters; the cell below counts. They also say that it won the
# challenge of 2013 with 11.7 %. That was the entry of *Clarifai*, the company
# that its first author founded; the best in the ZFNet paper is 14.8 %, an average
# of six networks (on the test set of 2012).

# %%
relu = just("relu")
zfnet = [conv(7, 96, s=2, p=1), relu, pool(3, s=2, p=1)]
zfnet += [conv(5, 256, s=2), relu, pool(3, s=2, p=1)]
zfnet += [conv(3, 384, p=1), relu, conv(3, 384, p=1), relu]
zfnet += [conv(3, 256, p=1), relu, pool(3, s=2), *HEAD]
print(f"ZFNet without groups: {summary(PHOTO, zfnet)['params']:,} parameters")

# %% [markdown] covers=["A05", "F26", "E23", "E24", "Q09", "N01"]
# ### VGG, 2014: nothing but 3 × 3
#
# VGG asks what happens if all filters are 3 × 3 with stride 1, and one simply
# stacks more of them. Two in a row see a window of 5 × 5, three see 7 × 7. Per
# pair of input and output channel, three 3 × 3 kernels have 27 weights and one
# 7 × 7 kernel has 49. Question 2 asks what follows. Maps go 224, 112, 56, 28,
# 14, 7; channels 64, 128, 256, 512, 512.
#
# *Which* VGG? One slide says 16 layers and 138 million parameters, another "16
# convolutions, 3 dense layers, 140 million". The second is VGG-**19**. VGG-16 has
# thirteen convolutions. Training: batches of 256, 74 passes, about three weeks on
# four Titan Black cards, dropout ½ on two dense layers, photos flipped, cropped,
# recoloured and rescaled. Seven networks together: 7.3 %, second place in 2014.
#
# The slides add that max-pooling "doubles the receptive field" (the window of the
# photo that one output sees). After two 3 × 3 layers and a 2 × 2 pooling it is
# 6 × 6, not 10 × 10: 5 pixels, and 1 more. What doubles is the *jump*, the
# distance between the windows of neighbours, so that every later layer widens
# the window twice as fast.


# %%
def vgg(*stages):
    layers = []
    for width, count in zip((64, 128, 256, 512, 512), stages):
        layers += [conv(3, width, p=1), just("relu")] * count + [pool(2)]
    return layers + HEAD


for name, stages in {"VGG-16": (2, 2, 3, 3, 3), "VGG-19": (2, 2, 4, 4, 4)}.items():
    counted = summary(PHOTO, vgg(*stages))
    print(f"{name}: {counted['params']:,} parameters, {counted['ops']:,} MACs")
perceptron = summary(PHOTO, [just("flatten"), dense(1000)])
print(f"one dense layer on the photo: {perceptron['params']:,} parameters")

# %% [markdown] covers=["N01"]
# Compare the last line: a *single* dense layer from the photo to 1,000 classes
# has 150,529,000 parameters, more than either network. At 4 bytes each, VGG-16
# fills 553 MB; that is why this lesson counts specifications and builds nothing.

# %% [markdown] covers=["F25", "N27", "Q10", "E22", "A06", "C55"]
# ## 5 · Bottlenecks: the 1 × 1 convolution
#
# *GoogLeNet* (2014) offers each layer several filter sizes at once. An
# **inception module** has four branches that all read the same $C$ maps: 1 × 1,
# 3 × 3 and 5 × 5 convolutions, and a 3 × 3 max-pooling with stride 1. All keep
# height and width; their outputs are *concatenated*, stacked along the channel
# axis. Done naively, this is ruinous: the channels add up, pooling passes all $C$
# of them on, and the next module is more expensive still.
#
# The cure is a convolution with 1 × 1 filters. It sees no neighbourhood. At each
# pixel it forms $C_\text{out}$ weighted sums of the $C_\text{in}$ channels, so it
# can squeeze many maps into few before an expensive filter comes. The slides'
# example, from 192 maps to 128 with 3 × 3 filters (biases left out):
#
# $$192\cdot3\cdot3\cdot128 = 221{,}184 \qquad\text{against}\qquad
# 192\cdot16 + 16\cdot3\cdot3\cdot128 = 21{,}504,$$
#
# ten times fewer (10.29). Operations shrink by the same factor, because all
# maps have the same size. As arithmetic this is right. As a description of
# GoogLeNet it is not: module 3a squeezes to **96** before its 3 × 3 filters
# (129,024 weights); 16 is what stands before the 5 × 5 filters, of which there
# are 32.

# %% nbgrader={"grade": false, "grade_id": "inception_table", "locked": true, "schema_version": 3, "solution": false, "task": false}
# name: (side of the maps, c_in, c1, c3r, c3, c5r, c5, cp), from Table 1 of the paper
inception_modules = {
    "3a": (28, 192, 64, 96, 128, 16, 32, 32),
    "3b": (28, 256, 128, 128, 192, 32, 96, 64),
    "4a": (14, 480, 192, 96, 208, 16, 48, 64),
    "4b": (14, 512, 160, 112, 224, 24, 64, 64),
    "4c": (14, 512, 128, 128, 256, 24, 64, 64),
    "4d": (14, 512, 112, 144, 288, 32, 64, 64),
    "4e": (14, 528, 256, 160, 320, 32, 128, 128),
    "5a": (7, 832, 256, 160, 320, 32, 128, 128),
    "5b": (7, 832, 384, 192, 384, 48, 128, 128),
}

# %% [markdown] covers=["F25", "A06"]
# **Task 6** (medium, 10 minutes). Write `inception_params(c_in, c1, c3r, c3, c5r,
# c5, cp, bias=True, naive=False)`. Return a dict of ints: the parameters of each
# branch, `'1x1'`, `'3x3'`, `'5x5'` and `'pool'`, their `'total'`, and `'c_out'`,
# the channels after concatenation.
#
# | branch | with bottlenecks | naive |
# |---|---|---|
# | `'1x1'` | 1 × 1 to `c1` | the same |
# | `'3x3'` | 1 × 1 to `c3r`, then 3 × 3 to `c3` | 3 × 3 to `c3` |
# | `'5x5'` | 1 × 1 to `c5r`, then 5 × 5 to `c5` | 5 × 5 to `c5` |
# | `'pool'` | pooling, then 1 × 1 to `cp` | pooling alone |
#
# With `bias=True` *every* filter has a bias. A naive module ignores `c3r`, `c5r`
# and `cp`.
#
# <details><summary>Hint 1: what to think of</summary>Each arrow "to" in the
# table is one convolution layer. Which channels does it read?</details>
# <details><summary>Hint 2: what to look up</summary>Your
# <code>conv_params</code>. And how many channels does pooling put out that
# nothing follows?</details>
# <details><summary>Hint 3: the order of things</summary>Fill the dict branch by
# branch, in two versions for three of them; the total is the sum of four
# numbers; then add up the channels that arrive at the end of the four
# branches.</details>


# %% nbgrader={"grade": false, "grade_id": "inception_params", "locked": false, "schema_version": 3, "solution": true, "task": false}
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    """Count an inception module, with bottlenecks or naive.

    Returns a dict of ints: parameters of '1x1', '3x3', '5x5', 'pool' and 'total',
    and the number of output channels 'c_out'.
    """
    ### BEGIN SOLUTION

    def chain(*steps):
        channels, params = c_in, 0
        for f, c_out in steps:
            params += conv_params(f, channels, c_out, bias)
            channels = c_out
        return params

    branches = {
        "1x1": chain((1, c1)),
        "3x3": chain((3, c3)) if naive else chain((1, c3r), (3, c3)),
        "5x5": chain((5, c5)) if naive else chain((1, c5r), (5, c5)),
        "pool": 0 if naive else chain((1, cp)),
    }
    total = sum(branches.values())
    return {**branches, "total": total, "c_out": c1 + c3 + c5 + (c_in if naive else cp)}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "inception_params_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
slide = (192, 64, 16, 128, 16, 32, 32, False)
want = {"1x1": 12_288, "3x3": 21_504, "5x5": 15_872, "pool": 6_144}
want |= {"total": 55_808, "c_out": 256}
check(inception_params, *slide, want=want, case="the slide's 3 x 3 branch, no biases")
want = {"1x1": 12_288, "3x3": 221_184, "5x5": 153_600, "pool": 0}
want |= {"total": 387_072, "c_out": 416}
check(inception_params, *slide, True, want=want, case="the same module, naive")
### BEGIN HIDDEN TESTS
module = (192, 64, 96, 128, 16, 32, 32)
want = {"1x1": 12_352, "3x3": 129_248, "5x5": 15_920, "pool": 6_176}
want |= {"total": 163_696, "c_out": 256}
check(inception_params, *module, want=want, case="module 3a with its biases")
want = {"1x1": 12_288, "3x3": 129_024, "5x5": 15_872, "pool": 6_144}
want |= {"total": 163_328, "c_out": 256}
check(inception_params, *module, False, want=want, case="module 3a without biases")


def all_nine(modules):
    return sum(inception_params(*widths)["total"] for _, *widths in modules)


all_nine.__name__ = "inception_params"
table = list(inception_modules.values())
check(all_nine, table, want=5_849_136, case="all nine modules together")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "inception_params_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
ones = (1, 1, 1, 1, 1, 1, 1)
want = {"1x1": 1, "3x3": 10, "5x5": 26, "pool": 1, "total": 38, "c_out": 4}
check(inception_params, *ones, False, want=want, case="one channel everywhere, no bias")
# Also graded: seven different numbers, with and without biases, naive and not.
### BEGIN HIDDEN TESTS
odd = (2, 3, 5, 7, 11, 13, 17)
want = {"1x1": 9, "3x3": 337, "5x5": 3_621, "pool": 51, "total": 4_018, "c_out": 40}
check(inception_params, *odd, want=want, case="seven different numbers")
want = {"1x1": 6, "3x3": 325, "5x5": 3_597, "pool": 34, "total": 3_962, "c_out": 40}
check(inception_params, *odd, False, want=want, case="seven numbers, no biases")
want = {"1x1": 9, "3x3": 133, "5x5": 663, "pool": 0, "total": 805, "c_out": 25}
check(inception_params, *odd, True, True, want=want, case="naive, with biases")
want = {"1x1": 6, "3x3": 126, "5x5": 650, "pool": 0, "total": 782, "c_out": 25}
check(inception_params, *odd, False, True, want=want, case="naive, no biases")
### END HIDDEN TESTS

# %%
_, ax = plt.subplots(figsize=(7, 3.2))
x = np.arange(len(inception_modules))
for naive, offset, hatch in ((True, -0.2, ""), (False, 0.2, "//")):
    totals = [
        inception_params(*widths, naive=naive)["total"] / 1e6
        for _, *widths in inception_modules.values()
    ]
    label = "naive" if naive else "with bottlenecks"
    bars = ax.bar(x + offset, totals, 0.4, label=label, hatch=hatch, ec="w")
    ax.bar_label(bars, [f"{total:.1f}" for total in totals], padding=2, fontsize=9)
ax.set_xticks(x, list(inception_modules))
ax.set(xlabel="inception module", ylabel="parameters (millions)", ylim=(0, 7.5))
ax.legend(loc="upper left")
plt.show()

# %% [markdown] covers=["A06", "E21"]
# **Figure 4.** GoogLeNet's nine modules, naive and with bottlenecks, for the same
# inputs and the same numbers of 3 × 3 and 5 × 5 filters. The 1 × 1 layers make
# every module two to four times smaller, although they are layers *added* to it.
# (This still flatters the naive modules: each would hand more channels on.)
#
# ### So how large is GoogLeNet?
#
# A network with branches is a list of *chains*: each a shape and the layers that
# follow it. `count` adds up their summaries.


# %% nbgrader={"grade": false, "grade_id": "count_chains", "locked": true, "schema_version": 3, "solution": false, "task": false}
def count(chains):
    """Add up the summaries of all chains (input shape, layers) of a network."""
    parts = [summary(shape, layers) for shape, layers in chains]
    keys = ("params", "non_trainable", "ops", "activations")
    return {key: sum(part[key] for part in parts) for key in keys}


def googlenet():
    stem = [conv(7, 64, s=2, p=3), pool(3, s=2, p=1), conv(1, 64), conv(3, 192, p=1)]
    chains = [(PHOTO, stem)]
    for n, c, c1, c3r, c3, c5r, c5, cp in inception_modules.values():
        chains.append(((c, n, n), [conv(1, c1)]))
        chains.append(((c, n, n), [conv(1, c3r), conv(3, c3, p=1)]))
        chains.append(((c, n, n), [conv(1, c5r), conv(5, c5, p=2)]))
        chains.append(((c, n, n), [pool(3, s=1, p=1), conv(1, cp)]))
    return chains + [((1024, 7, 7), [just("gap"), dense(1000)])]


print(f"GoogLeNet: {count(googlenet())['params']:,} parameters")

# %% [markdown] covers=["A06", "E21"]
# **6,998,552**, with a bias for each filter. Now the contradiction dissolves:
#
# | who | says | because |
# |---|---|---|
# | your count, and the Caffe model | 6,998,552 | the main branch, weights and biases |
# | the paper's table, and a slide | 6.8 million | its rows, rounded to thousands, sum to 6,797 K |
# | PyTorch | 6,624,904 | a variant: batch norm, and 3 × 3 where the paper has 5 × 5 |
# | PyTorch with side exits | 13,004,888 | two auxiliary classifiers, used in training only |
# | another slide, and course notes on the web | 4 million | copied from each other; no count gives it |
#
# The rest of the card: 22 layers with weights, dropout 0.4 before its only dense
# layer, about a week on a few GPUs. Seven networks and 144 crops of each photo
# gave 6.7 %, first place in 2014. Its successors added batch normalisation (v2),
# split large filters into smaller ones (v3), and took in residual shortcuts
# (Inception-ResNet, beside v4).

# %% [markdown] covers=["A07", "E25", "E26", "F27", "A08", "E27"]
# ## 6 · Shortcuts and concatenations
#
# **ResNet** (2015) lets every few layers learn only a correction: their output is
# *added* to their input, which travels along a shortcut (lesson 10). Addition
# keeps the number of channels, so a 3 × 3 layer inside maps $C$ channels to $C$:
# $9\,C\cdot C$ weights. "7 × 7 first and everything else 3 × 3", says a slide
# about the network of 152 layers. That describes ResNet-18 and -34. From 50 on,
# the blocks are bottlenecks again: 1 × 1 down, 3 × 3, 1 × 1 up to four times the
# width. Two pooling layers, batch normalisation, no dropout, batches of 256, two
# weeks on eight GPUs. Six networks, two of them with 152 layers, gave 3.57 %,
# first in 2015. "The first time that a system beats a human (5.1 %)": not quite.
# The same group had reported 4.94 % in February 2015, with plain networks and a
# better ReLU, ten months before ResNet; and "human" was one well-trained person.
#
# **DenseNet** (2016) does not add, it *concatenates*: each layer reads the outputs
# of **all** layers before it in its block and appends $k$ maps of its own; $k$ is
# the *growth rate*. The slides say that layer $l$ receives $l \cdot k$ channels.
# That forgets what enters the block, $k_0$ channels, and is off by one layer: the
# first layer has no layer before it. Think it through before you go on.
#
# **Task 7** (easy, 5 minutes). Write `densenet_channels(k0, k, l)`: how many
# channels layer `l` of a dense block reads, as an int. Layers count from 1; for
# `l` below 1: `ValueError`.
#
# <details><summary>Hint 1: what to think of</summary>What does layer 1 read? And
# layer 2?</details>
# <details><summary>Hint 2: what to look up</summary>Nothing. Make a table of the
# first three layers.</details>
# <details><summary>Hint 3: the order of things</summary>How many layers come
# before layer l, and what has each of them appended? That comes on top of what
# entered the block.</details>


# %% nbgrader={"grade": false, "grade_id": "densenet_channels", "locked": false, "schema_version": 3, "solution": true, "task": false}
def densenet_channels(k0, k, l):
    """Count the channels that layer l = 1, 2, ... of a dense block reads, an int.

    k0: channels that enter the block; k: growth rate. ValueError for l < 1.
    """
    ### BEGIN SOLUTION
    if l < 1:
        raise ValueError(f"densenet_channels: layers count from 1, got {l}")
    return k0 + k * (l - 1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "densenet_channels_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    densenet_channels,
    *(64, 32, 1),
    want=64,
    case="the first layer of DenseNet-201",
    mistakes={
        "that is the slide's formula, and it is wrong": 32,
        "layer 1 has no layer before it": 96,
    },
)
### BEGIN HIDDEN TESTS
check(densenet_channels, 64, 32, 6, want=224, case="the last layer of a block of six")
check(densenet_channels, 256, 32, 48, want=1_760, case="a long block")
check(densenet_channels, 24, 12, 2, want=36, case="the second layer")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "densenet_channels_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(densenet_channels, 64, 32, 0, case="a layer number 0")
# Also graded: negative layers, a growth rate of 0, a block that nothing enters.
### BEGIN HIDDEN TESTS
check_raises(densenet_channels, 64, 32, -3, case="a negative layer number")
check(densenet_channels, 17, 0, 9, want=17, case="nothing is appended")
check(densenet_channels, 0, 5, 4, want=15, case="nothing enters")
check(densenet_channels, 3, 1, 1, want=3, case="a small block")
### END HIDDEN TESTS

# %% [markdown] covers=["F27", "A08"]
# A dense layer in this sense is BN, ReLU, convolution, *in this order*, and it
# has a bottleneck too: BN on all $c$ channels that arrive, 1 × 1 down to $4k$;
# BN on those $4k$, 3 × 3 down to $k$. Convolutions next to BN have no bias,
# because BN shifts anyway.
#
# **Task 8** (medium, 5 minutes). Write `dense_layer_params(k0, k, l,
# bottleneck=True)`: trained parameters of layer `l` of a dense block. Without
# bottleneck it is BN on the arriving channels and one 3 × 3 convolution to `k`.
# Each BN trains two numbers per channel. For `l` below 1: `ValueError`.
#
# <details><summary>Hint 1: what to think of</summary>How many layers with
# parameters are there, and how many channels does each of them
# read?</details>
# <details><summary>Hint 2: what to look up</summary>The table of layers in
# section 4: what a <code>bn</code> trains. You may call your earlier functions.
# </details>
# <details><summary>Hint 3: the order of things</summary>Channels that arrive;
# first BN on exactly these; then, with a bottleneck, a 1 × 1 convolution and a
# second BN on what comes out of it; last the 3 × 3 convolution, which reads
# either the one or the other.</details>


# %% nbgrader={"grade": false, "grade_id": "dense_layer_params", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense_layer_params(k0, k, l, bottleneck=True):
    """Count the trained parameters of layer l of a dense block, an int.

    BN, 1x1 convolution to 4 k, BN, 3x3 convolution to k; without bottleneck BN and
    the 3x3 convolution. No biases. ValueError for l < 1.
    """
    ### BEGIN SOLUTION
    c = densenet_channels(k0, k, l)
    if not bottleneck:
        return 2 * c + 9 * c * k
    return 2 * c + c * 4 * k + 2 * 4 * k + 9 * 4 * k * k
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "dense_layer_params_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    dense_layer_params,
    *(64, 32, 1),
    want=45_440,
    case="the first layer of DenseNet-201",
    mistakes={
        "the parameters of batch normalisation are missing": 45_056,
        "the running statistics are not trained": 45_824,
        "a convolution next to BN has no bias": 45_600,
        "the bottleneck is 4 k channels wide, not k": 11_456,
        "the first BN stands before the 1 x 1 convolution": 45_568,
    },
)
check(dense_layer_params, 64, 32, 1, False, want=18_560, case="without bottleneck")
### BEGIN HIDDEN TESTS
check(dense_layer_params, 64, 32, 6, want=66_240, case="a later layer")
check(dense_layer_params, 256, 32, 48, want=265_920, case="the end of a long block")
check(dense_layer_params, 24, 12, 5, False, want=7_920, case="later, no bottleneck")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "dense_layer_params_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(dense_layer_params, 64, 32, 0, case="a layer number 0")
# Also graded: small odd numbers with and without bottleneck, negative layers.
### BEGIN HIDDEN TESTS
check_raises(dense_layer_params, 64, 32, -1, False, case="negative, no bottleneck")
check(dense_layer_params, 1, 1, 1, want=50, case="one channel, growth rate 1")
check(dense_layer_params, 1, 1, 1, False, want=11, case="the same, no bottleneck")
check(dense_layer_params, 2, 5, 1, want=984, case="fewer channels than the growth rate")
check(dense_layer_params, 7, 3, 4, want=572, case="small odd numbers")
check(dense_layer_params, 7, 3, 4, False, want=464, case="small odd, no bottleneck")
### END HIDDEN TESTS

# %%
layers = np.arange(1, 49)
curves = {
    "DenseNet, 3 x 3": [dense_layer_params(256, 32, int(l), False) for l in layers],
    "DenseNet,\nbottleneck": [dense_layer_params(256, 32, int(l)) for l in layers],
    "ResNet, 3 x 3": [conv_params(3, 256, 256, bias=False)] * len(layers),
}
_, ax = plt.subplots(figsize=(7, 3.2))
for (label, counts), style in zip(curves.items(), ("-", "--", ":")):
    ax.plot(layers, np.array(counts) / 1e3, style, label=label)
ax.set(xlabel="layer l of the block", ylabel="parameters (thousands)", ylim=(0, 650))
label_line_ends(ax)
plt.show()

# %% [markdown]
# **Figure 5.** Parameters of one layer in a block of 48 layers that starts with
# 256 channels: growth rate 32, as in DenseNet-201, against a plain 3 × 3 layer of
# a ResNet with 256 channels. Reading *everything* stays cheap, because each layer
# *adds* so little; and where much is read, the bottleneck pays.


# %% nbgrader={"grade": false, "grade_id": "resnet_densenet", "locked": true, "schema_version": 3, "solution": false, "task": false}
def conv_bn(f, k, s=1, p=0, **more):
    return [conv(f, k, s, p, bias=False, **more), just("bn"), just("relu")]


def resnet(*blocks):
    chains, c, n = [(PHOTO, conv_bn(7, 64, 2, 3))], 64, 56
    for width, repeats in zip((64, 128, 256, 512), blocks):
        for block in range(repeats):
            s = 2 if block == 0 and width > 64 else 1
            middle = conv_bn(3, width, s, 1)
            layers = conv_bn(1, width) + middle + conv_bn(1, 4 * width)
            chains.append(((c, n, n), layers))
            if block == 0:  # the shape changes, so the shortcut needs a 1 x 1 layer
                chains.append(((c, n, n), conv_bn(1, 4 * width, s)))
            c, n = 4 * width, n // s
    return chains + [((c, n, n), [just("gap"), dense(1000)])]


def densenet(*blocks, k=32):
    chains, c, n = [(PHOTO, conv_bn(7, 64, 2, 3))], 64, 56
    layer = [just("bn"), just("relu"), *conv_bn(1, 4 * k), conv(3, k, p=1, bias=False)]
    for repeats in blocks:
        inputs = [densenet_channels(c, k, l) for l in range(1, repeats + 2)]
        chains += [((c_in, n, n), layer) for c_in in inputs[:-1]]
        c = inputs[-1]
        if n > 7:  # a transition halves the channels and the maps
            chains.append(
                ((c, n, n), [just("bn"), just("relu"), conv(1, c // 2, bias=False)])
            )
            c, n = c // 2, n // 2
    return chains + [((c, n, n), [just("bn"), just("relu"), just("gap"), dense(1000)])]


# %%
for name, chains in {
    "ResNet-50": resnet(3, 4, 6, 3),
    "ResNet-152": resnet(3, 8, 36, 3),
    "DenseNet-121": densenet(6, 12, 24, 16),
    "DenseNet-201": densenet(6, 12, 48, 32),
}.items():
    counted = count(chains)
    print(f"{name:<13}{counted['params']:>11,} parameters {counted['ops']:>15,} MACs")

# %% [markdown] covers=["A07", "A08", "E27"]
# ResNet-152 has 60,192,808 parameters: as many as AlexNet, with nineteen times as
# many layers. DenseNet-201 has **20,013,928**, and the slides conclude: "the same
# top-1 accuracy as ResNet with three times fewer". Three is the ratio to
# ResNet-152. The pair that the paper calls equally good is DenseNet-201 and
# ResNet-**101** (44,549,160): a bit more than twice. DenseNet trained with batches
# of 256, 90 passes and Nesterov momentum, and was best paper of CVPR 2017.
#
# (ResNets follow PyTorch here: a block that halves the maps does so in its 3 × 3
# layer. The paper does it in the 1 × 1 layer before, which costs the same
# parameters and fewer operations: 3.8 instead of 4.1 billion for ResNet-50.)

# %% [markdown] covers=["F28", "A09", "E28"]
# ## 7 · Take the convolution apart
#
# A convolution does two jobs at once: it looks around, and it mixes channels. A
# **depthwise separable** convolution does them one after the other. *Depthwise*:
# one $f \times f$ filter per channel, which reads that channel only (a group
# convolution with as many groups as channels). *Pointwise*: a 1 × 1 convolution
# from the $C$ channels to $N$. (Some give each channel $M$ filters in the first
# step; MobileNet has $M = 1$.) Per pixel of the output, in MACs,
#
# $$\frac{f^2 C + C N}{f^2 C N} \;=\; \frac1N + \frac1{f^2},$$
#
# a little more than a ninth for 3 × 3 filters.
#
# **MobileNet** (2017) is built of that, in "28 layers" if depthwise and pointwise
# count separately. It comes with two dials: the **width multiplier** $\alpha$
# scales the channels of *every* layer except the photo's 3 and the 1,000 classes,
# and the **resolution** sets the side of the photo.
#
# | part | layers |
# |---|---|
# | stem | 3 × 3 convolution from 3 to 32 channels, stride 2, BN |
# | 13 blocks `(stride, width)` | depthwise 3 × 3 with that stride, BN, pointwise 1 × 1 to that width, BN |
# | end | global average pooling, dense to 1,000 classes with biases |
#
# All convolutions have no bias; all 3 × 3 ones have padding 1, so that stride 2
# turns $n$ pixels into $\lceil n/2 \rceil$. A width $w$ becomes `int(alpha * w)`.

# %% nbgrader={"grade": false, "grade_id": "mobilenet_table", "locked": true, "schema_version": 3, "solution": false, "task": false}
# (stride, width) of the 13 blocks. The paper's Table 1 prints stride 2 for the last
# block too, but its maps stay at 7 x 7: a misprint.
mobilenet_blocks = [(1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512)]
mobilenet_blocks += [(1, 512)] * 5 + [(2, 1024), (1, 1024)]

# %% [markdown] covers=["A09", "F28"]
# **Task 9** (hard, 15 minutes). Write `mobilenet_v1_summary(alpha=1.0,
# resolution=224)`. Return `{'params': ..., 'macs': ...}`, two ints: the *trained*
# parameters, BN's two per channel included, and the MACs of the convolutions and
# the dense layer for a square photo of side `resolution`.
#
# <details><summary>Hint 1: what to think of</summary>Walk through the table with
# two variables: the channels, and the side of the map. Two ways lead to the goal:
# count as you walk, or build a list of layers and let <code>summary</code>
# count.</details>
# <details><summary>Hint 2: what to look up</summary><code>-(-n // 2)</code> rounds
# n/2 up, as does the formula of lesson 04. Depthwise filters read one channel
# each, whatever the width.</details>
# <details><summary>Hint 3: the order of things</summary>The stem first: it halves
# the photo, and its 32 is a width too. In each block: the side changes in the
# depthwise layer; depthwise weights, their BN on the <em>old</em> channels,
# pointwise weights, their BN on the <em>new</em> ones. MACs are weights times
# places, for both. At the end the dense layer, whose classes no dial
# changes.</details>


# %% nbgrader={"grade": false, "grade_id": "mobilenet_v1_summary", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    """Count MobileNet v1: {'params': trained parameters, 'macs': for one photo}.

    alpha: width multiplier, scales every layer's channels but input and classes.
    resolution: side of the square photo in pixels.
    """
    ### BEGIN SOLUTION
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "mobilenet_v1_summary_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(
    mobilenet_v1_summary,
    want={"params": 4_231_976, "macs": 568_740_352},
    case="full width, 224 pixels",
    mistakes={
        "the running statistics of BN are not trained": {
            "params": 4_253_864,
            "macs": 568_740_352,
        },
        "the convolutions have no biases": {"params": 4_242_920, "macs": 568_740_352},
        "BN's parameters are missing": {"params": 4_210_088, "macs": 568_740_352},
    },
)
### BEGIN HIDDEN TESTS
want = {"params": 1_331_592, "macs": 149_497_088}
check(mobilenet_v1_summary, 0.5, want=want, case="half the width")
want = {"params": 2_585_560, "macs": 325_400_448}
check(mobilenet_v1_summary, 0.75, want=want, case="three quarters of the width")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "mobilenet_v1_summary_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
want = {"params": 4_231_976, "macs": 418_121_728}
check(mobilenet_v1_summary, 1.0, 192, want=want, case="full width, 192 pixels")
# Also graded: a quarter of the width and less, both dials together, sides that are odd
# on the way down, a width above 1, and a width that does not come out whole.
### BEGIN HIDDEN TESTS
want = {"params": 470_072, "macs": 41_030_272}
check(mobilenet_v1_summary, 0.25, want=want, case="a quarter of the width")
want = {"params": 186_480, "macs": 372_032}
case = "an eighth of the width, a last map of 1 x 1"
check(mobilenet_v1_summary, 0.125, 32, want=want, case=case)
want = {"params": 1_331_592, "macs": 76_524_800}
check(mobilenet_v1_summary, 0.5, 160, want=want, case="both dials")
want = {"params": 4_231_976, "macs": 496_567_360}
check(mobilenet_v1_summary, 1.0, 201, want=want, case="an odd side")
want = {"params": 1_331_592, "macs": 38_517_536}
check(
    mobilenet_v1_summary, 0.5, 105, want=want, case="odd sides on the way, half width"
)
want = {"params": 8_702_152, "macs": 232_265_472}
check(mobilenet_v1_summary, 1.5, 96, want=want, case="wider than the original")
want = {"params": 609_004, "macs": 4_881_176}
check(
    mobilenet_v1_summary, 0.3, 64, want=want, case="widths that do not come out whole"
)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "dials", "locked": true, "schema_version": 3, "solution": false, "task": false}
alphas = [0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0]
resolutions = [128, 160, 192, 224]
# top-1 accuracy in per cent: tables 6 and 7 of the paper
published = {(0.25, 224): 50.6, (0.5, 224): 63.7, (0.75, 224): 68.4, (1.0, 224): 70.6}
published |= {(1.0, 192): 69.1, (1.0, 160): 67.2, (1.0, 128): 64.4}


def millions(alpha, side):
    counted = mobilenet_v1_summary(alpha, side)
    return counted["params"] / 1e6, counted["macs"] / 1e6


# %%
def draw_dials(alpha, side):
    _, ax = plt.subplots(figsize=(7, 3.4))
    for n, marker in zip(resolutions, "vs^o"):
        x, y = zip(*[millions(a, n) for a in alphas])
        ax.plot(x, y, f"{marker}-", color="#94a4a2", lw=1, label=f"  {n} px")
    params, macs = millions(alpha, side)
    ax.plot(params, macs, "o", ms=10, color="C2", label="_now")
    ax.set(yscale="log", ylim=(9, 900), xlim=(0, 4.5))
    ax.set_yticks([10, 30, 100, 300], ["10", "30", "100", "300"])
    ax.set(xlabel="trained parameters (millions)", ylabel="MACs (millions)")
    top1 = published.get((alpha, side))
    quality = f", top-1 {top1} % (paper)" if top1 else ""
    ax.set_title(f"{params:.2f} M parameters, {macs:.0f} M MACs{quality}")
    label_line_ends(ax)
    plt.show()


width, photo = ("width multiplier", alphas, 1.0), ("side of photo", resolutions, 224)
explore(draw_dials, alpha=width, side=photo)

# %% [markdown] covers=["A09", "E28"]
# **Figure 6.** MobileNet's two dials; move them. The width moves the red dot along
# a grey line: parameters and operations shrink roughly with $\alpha^2$ (not quite,
# since depthwise and dense layers shrink only with $\alpha$). The resolution moves it
# straight down: operations shrink with the area, parameters stay. Where the paper
# reports an accuracy, it stands above.
#
# The full network has **4,231,976** trained parameters, the "4.2 million" of the
# slides. They go on: "two thirds *less* than GoogLeNet". But 4.2 / 6.8 = 0.62: it
# has about two thirds **as many**, 38 % less. They say plain SGD, too; the paper
# says asynchronous RMSprop, with less augmentation than usual, and little or no
# weight decay on the few depthwise weights.
#
# ## 8 · Reconcile Keras with PyTorch
#
# PyTorch's ResNet-50 has 25,557,032 parameters, Keras's has 25,636,712. It is the
# same network. Two habits of Keras explain the difference:
#
# - its total includes what batch normalisation merely measures, two numbers per
#   channel (PyTorch calls these *buffers* and leaves them out);
# - some of its models give convolutions a bias although BN follows, which makes
#   it useless: one more number per filter.

# %% [markdown] covers=["E44"]
# **Task 10** (easy, 5 minutes). Write `reconcile_keras(torch_trainable,
# conv_out_channels, conv_has_bias, bn_channels)`: the total that Keras prints.
#
# - `torch_trainable`: trained parameters of the PyTorch model;
# - `conv_out_channels`: output channels of all convolutions that have a bias in
#   Keras, added up;
# - `conv_has_bias`: whether PyTorch's convolutions have these biases already;
# - `bn_channels`: channels of all batch normalisations, added up.
#
# The trained half of BN is in `torch_trainable`. Return an int.
#
# <details><summary>Hint 1: what to think of</summary>What does Keras count that
# PyTorch does not? Only that is added.</details>
# <details><summary>Hint 2: what to look up</summary>How many numbers does BN
# keep per channel, and how many of them does PyTorch count
# already?</details>
# <details><summary>Hint 3: the order of things</summary>Start from PyTorch's
# number; add one bias per filter unless it has been counted; add the measured
# numbers of BN.</details>


# %% nbgrader={"grade": false, "grade_id": "reconcile_keras", "locked": false, "schema_version": 3, "solution": true, "task": false}
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    """Return the total that Keras prints for a network counted in PyTorch, an int."""
    ### BEGIN SOLUTION
    missing_biases = 0 if conv_has_bias else conv_out_channels
    return torch_trainable + missing_biases + 2 * bn_channels
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "reconcile_keras_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    reconcile_keras,
    *(25_557_032, 26_560, False, 26_560),
    want=25_636_712,
    case="ResNet-50",
    mistakes={
        "the trained half of BN is counted twice": 25_689_832,
        "the biases that only Keras has are missing": 25_610_152,
        "what BN measures is missing": 25_583_592,
        "Keras counts more than PyTorch, not less": 25_477_352,
    },
)
### BEGIN HIDDEN TESTS
check(
    reconcile_keras,
    *(60_192_808, 75_712, False, 75_712),
    want=60_419_944,
    case="a much deeper network",
)
check(
    reconcile_keras,
    *(4_231_976, 0, False, 10_944),
    want=4_253_864,
    case="convolutions without a bias in either library",
)
check(reconcile_keras, 1_000, 30, False, 7, want=1_044, case="different channel counts")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "reconcile_keras_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(reconcile_keras, 138_357_544, 4_224, True, 0, want=138_357_544, case="VGG-16")
# Also graded: biases on both sides together with BN, and networks without either.
### BEGIN HIDDEN TESTS
check(reconcile_keras, 1_000, 30, True, 7, want=1_014, case="biases everywhere, and BN")
check(reconcile_keras, 500, 30, False, 0, want=530, case="no BN")
check(reconcile_keras, 61_706, 0, True, 0, want=61_706, case="nothing to add")
### END HIDDEN TESTS


# %% nbgrader={"grade": false, "grade_id": "channel_sums", "locked": true, "schema_version": 3, "solution": false, "task": false}
def channels(chains, kind):
    """Add up the channels that layers of one type put out."""
    reports = [summary(shape, layers)["layers"] for shape, layers in chains]
    rows = [row for report in reports for row in report]
    return sum(row["shape"][0] for row in rows if row["name"] == kind)


# all maps of MobileNet, (channels, side): stem, then depthwise and pointwise
widths = [32] + [width for _, width in mobilenet_blocks]
sides = [112, 56, 56, 28, 28, *[14] * 6, 7, 7]
mobilenet_maps = [(32, 112), *zip(widths, sides), *zip(widths[1:], sides)]

# %%
print(f"{'':13}{'PyTorch':>12}{'to Keras':>12}{'Keras says':>12}")
cases = []
for name, chains, keras_biases, keras_says in [
    ("VGG-16", [(PHOTO, vgg(2, 2, 3, 3, 3))], False, 138_357_544),
    ("ResNet-50", resnet(3, 4, 6, 3), True, 25_636_712),
    ("ResNet-152", resnet(3, 8, 36, 3), True, 60_419_944),
    ("DenseNet-201", densenet(6, 12, 48, 32), False, 20_242_984),
]:
    filters = channels(chains, "conv") if keras_biases else 0
    sums = count(chains)["params"], filters, False, channels(chains, "bn")
    cases.append((name, sums, keras_says))
bn = sum(c for c, _ in mobilenet_maps)
cases.append(("MobileNet", (mobilenet_v1_summary()["params"], 0, False, bn), 4_253_864))
for name, sums, keras_says in cases:
    print(f"{name:13}{sums[0]:>12,}{reconcile_keras(*sums):>12,}{keras_says:>12,}")

# %% [markdown] covers=["E44"]
# All five agree to the last digit; the right-hand column is what Keras lists in its
# documentation. Only the ResNets have the useless biases. VGG has no BN, and
# honest biases in both libraries.

# %% [markdown] covers=["A11", "Q13", "A10", "C55"]
# ## 9 · All of them in one picture
#
# One network is still missing. **SqueezeNet** (2016) promised "AlexNet's accuracy
# with 50 times fewer parameters": a module squeezes with 1 × 1 filters and expands
# with half 1 × 1, half 3 × 3 filters, and no dense layer follows.
#
# Canziani et al. (2016) and Bianco et al. (2018) drew what many have copied
# since: accuracy against operations, each network a bubble as large as its
# parameters. You can now draw it from your own counts. Only accuracies must be
# looked up, and with each comes its source. All are **top-1** (the first guess
# is right), in per cent of the 50,000 validation photos, from one central crop
# of 224 × 224:
#
# - *Caffe*: the reference models of AlexNet and GoogLeNet, retrained by Berkeley
#   as the papers draw them, AlexNet on 227 × 227 (`models/bvlc_*/readme.md`);
# - *PyTorch*: the table in the documentation of torchvision 0.1 to 0.4, which
#   gives errors, here subtracted from 100;
# - *paper*: Howard et al. 2017, table 6, for MobileNet at four widths.


# %% nbgrader={"grade": false, "grade_id": "accuracies", "locked": true, "schema_version": 3, "solution": false, "task": false}
def squeezenet():
    chains, c, n = [(PHOTO, [conv(7, 96, s=2)])], 96, 54
    widths = (16, 16, 32, 32, 48, 48, 64, 64)
    for number, (squeeze, expand) in enumerate((s, 4 * s) for s in widths):
        chains.append(((c, n, n), [conv(1, squeeze)]))
        chains.append(((squeeze, n, n), [conv(1, expand)]))
        chains.append(((squeeze, n, n), [conv(3, expand, p=1)]))
        c, n = 2 * expand, {2: 27, 6: 13}.get(number, n)  # pooling after two modules
    return chains + [((c, n, n), [conv(1, 1000), just("gap")])]


networks = [
    ("AlexNet", count([(PHOTO, alexnet())]), 57.1, "Caffe"),
    ("VGG-16", count([(PHOTO, vgg(2, 2, 3, 3, 3))]), 100 - 28.41, "PyTorch"),
    ("VGG-19", count([(PHOTO, vgg(2, 2, 4, 4, 4))]), 100 - 27.62, "PyTorch"),
    ("GoogLeNet", count(googlenet()), 68.7, "Caffe"),
    ("ResNet-50", count(resnet(3, 4, 6, 3)), 100 - 23.85, "PyTorch"),
    ("ResNet-101", count(resnet(3, 4, 23, 3)), 100 - 22.63, "PyTorch"),
    ("ResNet-152", count(resnet(3, 8, 36, 3)), 100 - 21.69, "PyTorch"),
    ("DenseNet-121", count(densenet(6, 12, 24, 16)), 100 - 25.35, "PyTorch"),
    ("DenseNet-201", count(densenet(6, 12, 48, 32)), 100 - 22.80, "PyTorch"),
    ("SqueezeNet", count(squeezenet()), 100 - 41.90, "PyTorch"),
]
for alpha, name in ((1.0, ""), (0.75, " × 0.75"), (0.5, " × 0.5"), (0.25, " × 0.25")):
    counted = mobilenet_v1_summary(alpha)
    kept = sum(int(alpha * c) * side**2 for c, side in mobilenet_maps) + 1000
    counted = dict(params=counted["params"], ops=counted["macs"], activations=kept)
    networks.append((f"MobileNet{name}", counted, published[alpha, 224], "paper"))

# %%
print(f"{'':17}{'parameters':>12}{'MACs':>15}{'activations':>12}", end="")
print(f"{'weights':>9}{'activ.':>8}{'top-1':>7}{'per M':>7}")
for name, n, top1, _ in networks:
    weights, kept = 4 * n["params"] / 1e6, 4 * n["activations"] / 1e6
    print(f"{name:17}{n['params']:>12,}{n['ops']:>15,}{n['activations']:>12,}", end="")
    per_million = top1 / (n["params"] / 1e6)
    print(f"{weights:>6.0f} MB{kept:>5.0f} MB{top1:>6.1f}%{per_million:>7.1f}")
counts = {name: n for name, n, _, _ in networks}
smaller = counts["AlexNet"]["params"] / counts["SqueezeNet"]["params"]
print(f"\nAlexNet has {smaller:.1f} times the parameters of SqueezeNet.")

# %% [markdown] covers=["Q13", "A10"]
# Weights and activations take 4 bytes each; the activations are those of one photo
# on its way forward. Training multiplies them by the batch, and keeps a gradient
# for each weight. The last column is accuracy (points) per million parameters, one
# of many ways to compare networks. Others are operations, memory, seconds, joules,
# and what an accuracy is worth on photos of another kind. None of them ranks the
# networks as another does. The last column is won by the narrowest MobileNet, the
# worst guesser of all. SqueezeNet is as small as MobileNet × 0.5, but less accurate,
# with five times the operations, more even than AlexNet.

# %% nbgrader={"grade": false, "grade_id": "bubble_labels", "locked": true, "schema_version": 3, "solution": false, "task": false}
places = {  # where a name stands: points to the right of its bubble's centre, and up
    "VGG-16": (-24, -10, "right"),
    "VGG-19": (24, -20, "left"),
    "AlexNet": (0, -34, "center"),
    "GoogLeNet": (10, -4, "left"),
    "ResNet-50": (-13, -8, "right"),
    "ResNet-101": (-8, 14, "right"),
    "ResNet-152": (20, 2, "left"),
    "DenseNet-121": (9, -12, "left"),
    "DenseNet-201": (-12, 4, "right"),
    "MobileNet × 0.75": (-9, -4, "right"),
}

# %%
colors = {"PyTorch": "C0", "Caffe": "C1", "paper": "C4"}
_, ax = plt.subplots(figsize=(8.4, 5.4))
for name, n, top1, source in networks:
    x, area, color = n["ops"] / 1e9, 12 * n["params"] / 1e6, colors[source]
    ax.scatter(x, top1, area, color=color, alpha=0.4, ec=color)
    ax.plot(x, top1, ".", color="#333", ms=4)
    dx, dy, ha = places.get(name, (11, -4, "left"))
    ax.annotate(name, (x, top1), (dx, dy), textcoords="offset points", ha=ha)
for source, color in colors.items():
    ax.plot([], [], "o", color=color, label=f"accuracy: {source}")
ax.legend(loc="lower right")
ax.set(xscale="log", xlim=(0.03, 70), ylim=(49, 81))
ax.set_xticks([0.1, 0.3, 1, 3, 10, 30], ["0.1", "0.3", "1", "3", "10", "30"])
ax.set(xlabel="billions of MACs for one photo", ylabel="ImageNet top-1 accuracy (%)")
plt.show()

# %% [markdown] covers=["A11"]
# **Figure 7.** Accuracy against operations; the area of a bubble is the number of
# parameters (VGG-16: 138 million). Colours name the source of the accuracy. Up and
# to the left is better, and small is better. VGG pays most for what it gives;
# MobileNet comes within a point of VGG-16 with 27 times fewer
# operations.

# %% [markdown] covers=["C55", "F28", "F25", "F26", "F27"]
# ### The ideas on one page
#
# | idea | first seen in | what it does to the counts |
# |---|---|---|
# | groups | AlexNet | divides a layer's weights and MACs by $g$ |
# | local response normalisation | AlexNet | nothing |
# | overlapping pooling | AlexNet | nothing (55 becomes 27 either way) |
# | stacks of 3 × 3 | VGG | 27 in place of 49 per pair of channels |
# | 1 × 1 bottleneck | GoogLeNet | $C r + f^2 r N$ in place of $f^2 C N$ |
# | inception: several filter sizes | GoogLeNet | the sum of the branches; outputs add up |
# | residual shortcut | ResNet | nothing, or a 1 × 1 layer where the shape changes |
# | pre-activation (BN and ReLU first) | ResNet v2 | nothing to speak of: a different order |
# | dense connectivity, transition | DenseNet | inputs grow by $k$ a layer; transitions halve them |
# | depthwise + pointwise | MobileNet | factor $1/N + 1/f^2$ |
# | width multiplier $\alpha$ | MobileNet | about $\alpha^2$ for weights and MACs |
# | resolution multiplier $\rho$ | MobileNet | $\rho^2$ for MACs, nothing for weights |

# %% [markdown] covers=["C11", "A10", "E18", "E19", "E20", "E46", "D02"]
# ## 10 · Forty years, and an audit
#
# The challenge behind most of these names is **ILSVRC**, held every year from 2010
# to 2017. Its classification winners, by top-5 error on the test photos:
#
# | year | winner | error (%) | a neighbour worth knowing |
# |---|---|---|---|
# | 2012 | SuperVision (AlexNet) | 16.4; with more data 15.3 | runner-up 26.2 |
# | 2013 | Clarifai | 11.7; with more data 11.2 | ZFNet paper 14.8 |
# | 2014 | GoogLeNet | 6.67 | VGG 7.3 |
# | 2015 | ResNet | 3.57 | Inception-v4, early 2016, outside the challenge: 3.08 |
# | 2016 | Trimps-Soushen | 2.99 | CUImage won *detection*; FractalNet, Xception, SqueezeNet |
# | 2017 | SENet | 2.251 | the last year |

# %%
errors = {2012: 16.4, 2013: 11.7, 2014: 6.67, 2015: 3.57, 2016: 2.99, 2017: 2.251}
depths = {"AlexNet": (2012, 8), "VGG-19": (2014, 19), "GoogLeNet": (2014, 22)}
depths |= {"ResNet-152": (2015, 152), "DenseNet-201": (2016, 201)}
_, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.2))
for name, (year, depth) in depths.items():
    left.plot(year, depth, "o", color="C0", ms=7)
    offset = (7, -13) if name in ("VGG-19", "ResNet-152") else (0, 9)
    ha = "left" if offset[0] else "center"
    left.annotate(name, (year, depth), offset, textcoords="offset points", ha=ha)
left.set(yscale="log", ylim=(5, 420), xlim=(2011.2, 2017.6))
left.set_yticks([5, 10, 20, 50, 100, 200], ["5", "10", "20", "50", "100", "200"])
left.set(xlabel="year of the preprint", ylabel="layers with weights")
right.plot(list(errors), list(errors.values()), "o-", color="C2")
for year, error in errors.items():
    right.annotate(f"{error:g}", (year, error), (5, 6), textcoords="offset points")
right.axhline(5.1, color="#555", ls=":", lw=1.2)
right.text(2011.8, 3.7, "one human: 5.1", color="#555")
right.set(xlabel="year", ylabel="top-5 error of the winner (%)")
right.set(xlim=(2011.6, 2018), ylim=(0, 18.5))
plt.show()

# %% [markdown] covers=["C11", "E46"]
# **Figure 8.** Depth (8, 19, 22, 152, 201; a logarithmic axis) and the winners'
# error. Two lists of the same networks may still disagree about the year: ResNet is
# a preprint of 2015 and a conference paper of 2016, DenseNet of 2016 and 2017.

# %% [markdown] covers=["D01", "D02", "D03", "D04", "D05", "D06", "D07", "E15"]
# ### The data sets
#
# | data set | photos | size | classes | remark |
# |---|---|---|---|---|
# | ImageNet | 14,197,122 | any | 21,841 | the slides say 12 and 14 million |
# | ILSVRC-2012 | 1,281,167 training, 50,000 validation, 100,000 test | any | 1,000 | a part of ImageNet; AlexNet's authors rescaled it to 256 × 256, which is not its native size |
# | MNIST | 60,000 + 10,000 | 28 × 28 grey | 10 | digits written by hand |
# | CIFAR-10 | 50,000 + 10,000 | 32 × 32 | 10 | 6,000 in each class |
# | CIFAR-100 | 50,000 + 10,000 | 32 × 32 | 100 fine, 20 coarse | each photo has two labels |
# | STL-10 | 5,000 + 8,000 | 96 × 96 | 10 | and 100,000 without labels |
# | SVHN | 73,257 + 26,032 + 531,131 easier ones | 32 × 32 | 10 | house numbers; 630,420 in all, "about 600,000" |

# %% [markdown] covers=["E13", "E14", "E15", "E16", "E17", "E18", "E19", "E20"]
# ### What the slides say, and what is right
#
# Slides are copied from slides, and small errors travel with them. These were found
# in ours by counting, or by opening the paper. First the history:
#
# | | the slides say | right | how one can know |
# |---|---|---|---|
# | 1 | LeNet: "majority of sigmoid"; "hyperbolic tangent" | a scaled tanh, which is a sigmoidal curve | paper, appendix A |
# | 2 | LeNet: tested on "10,0000" digits; "5 layers" | 10,000; seven in the paper's count, five with weights today | MNIST; your count of layers |
# | 3 | ImageNet: "12 million", "14 million" | 14,197,122; the challenge uses 1,281,167 of them | statistics of image-net.org |
# | 4 | AlexNet: seven pre-trained networks, 16.4 % | five networks 16.4 %; seven, two pre-trained, 15.3 % | paper, table 2 |
# | 5 | ZFNet won 2013 with 11.7 % | Clarifai did; ZFNet's paper: 14.8 % | results page of 2013; paper |
# | 6 | CUImage won 2016 with 2.99 % | Trimps-Soushen; CUImage won detection | results page of 2016 |
# | 7 | SENet 2.23 % | 2.251 % | paper, abstract |
# | 8 | "2015: end of the challenge" | it ran until 2017; the same slides list later winners | results pages |

# %% [markdown] covers=["E21", "E22", "E23", "E24", "E25", "E26", "E27", "E28", "E43", "E44", "E45", "E46"]
# And what can be counted or derived:
#
# | | the slides say | right | how one can know |
# |---|---|---|---|
# | 9 | GoogLeNet: 4 million; 6.8 million | 6,998,552; the paper's rounded table gives 6.8 | your count |
# | 10 | GoogLeNet squeezes 192 to 16 before 3 × 3 filters | to 96 in module 3a; 16 is the 5 × 5 branch | table 1 of the paper |
# | 11 | VGG: 16 convolutions and 138 or 140 million | 13 convolutions: VGG-16; 16: VGG-19, 143.7 million | your count |
# | 12 | pooling doubles the receptive field | it doubles the jump; after 3, 3, pool 2 the field is 6 | lesson 04 |
# | 13 | ResNet-152: "everything else 3 × 3" | blocks 1 × 1, 3 × 3, 1 × 1; only 18 and 34 are all 3 × 3 | your count: 60.2 million needs the bottlenecks |
# | 14 | ResNet was first to beat a human | 4.94 % in February 2015 | He et al., "Delving deep into rectifiers" |
# | 15 | DenseNet: layer $l$ reads $l k$ channels; three times fewer than ResNet | what enters counts, and only the layers *before* $l$; the equal pair is ResNet-101, twice | your task 7; paper, figure 3 |
# | 16 | MobileNet: two thirds less than GoogLeNet; SGD | two thirds *as many*; RMSprop | one division; paper |
# | 17 | "FLOPs" without a definition | three conventions, a factor 2 apart | your task 3 |
# | 18 | totals of Keras next to those of papers | BN's statistics and extra biases | your task 10 |
# | 19 | LRN with the paper's $\alpha$ | PyTorch divides $\alpha$ by $n$: pass $n\alpha$ | its documentation |
# | 20 | ResNet "2016" and "2015", DenseNet "2016 (2017)" | preprint and conference | arXiv |
#
# **Question 1** (3 points). Choose three of these rows that went wrong in three
# *different* ways. For each: (a) name the way; (b) say how a reader could have
# become suspicious *without* knowing the right value, if possible by a calculation;
# (c) write the slide's line again so that it can no longer be misread.
#
# *Rubric.* 1 point for each row: the way is named and differs from the other two,
# the suspicion needs no knowledge of the right value, and the new line is right and
# says what was counted, or by whom.

# %% [markdown] nbgrader={"grade": true, "grade_id": "audit_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# For example. Row 9, a number copied without its origin: two slides of one course
# differ, and the dense layer (1,025,000) plus modules 5a and 5b (2.5 million) are
# 3.5 million already, with seven modules to come. "GoogLeNet: 7.0 million parameters (main branch, with
# biases)." Row 16, "less" for "as many": 4.2 is more than half of 6.8, so it cannot
# be two thirds less. "MobileNet has 0.62 times the parameters of GoogLeNet." Row 15,
# a formula off by one: put l = 1; layer 1 would read k channels before anything has
# made any, whatever enters the block. "Layer l reads k0 + k (l − 1) channels, k0 of
# which enter the block." (Other ways: two entries of one team merged, row 4; names
# exchanged, rows 5 and 6; two definitions of one word, rows 2, 17, 18.)
# <!-- END SOLUTION -->

# %% [markdown] covers=["Q09", "F26"]
# **Question 2** (3 points). Why did VGG stack three 3 × 3 layers rather than use
# one of 7 × 7? (a) Give parameters, with biases, and MACs of both for 256 channels
# everywhere on maps of 56 × 56 that keep their size, and the ratio. (b) What else
# does the stack offer? (c) For a layer that reads a colour photo and has $N$
# filters (all three layers of the stack have $N$), from which $N$ on does the stack
# have *more* weights than the single layer? Biases left out.
#
# *Rubric.* 1 point: all four numbers of (a) and the ratio. 1 point: (b) names a
# property beyond size and cost, and what it is good for. 1 point: (c) with the
# inequality.

# %% [markdown] nbgrader={"grade": true, "grade_id": "small_filters_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) Stack: 3 · (9 · 256² + 256) = 1,770,240 parameters, 27 · 256² · 56² =
# 5,549,064,192 MACs. Single: 49 · 256² + 256 = 3,211,520 and 10,070,523,904 MACs.
# Weights and MACs 27/49 = 0.55. (b) Both see 7 × 7. The stack has three ReLUs in
# place of one, so it can form functions that no single layer can; forcing a 7 × 7
# filter to be a composition of small ones also acts as a regulariser. (c) The stack
# has 27 N + 18 N² weights, the single layer 147 N. 18 N² > 120 N for N > 6.67: from
# 7 filters on. The argument needs as many channels in as out.
# <!-- END SOLUTION -->

# %% [markdown] covers=["A05"]
# **Question 3** (2 points). Where do VGG-16's parameters sit, and where its
# operations? Use your `summary`, give both shares for the dense layers together and
# for the largest layer of each kind, and explain in two sentences why they differ.
# What would you replace to make the file smaller, and would it run faster?
#
# *Rubric.* 1 point: right shares, and an explanation by how often a weight is used.
# 1 point: a replacement that this lesson has shown, with its effect on both counts.

# %% [markdown] nbgrader={"grade": true, "grade_id": "vgg_shares_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# Dense layers: 123,642,856 of 138,357,544 parameters (89.4 %), but 123,633,664 of
# 15,470,264,320 MACs (0.8 %). fc6 alone has 102,764,544 parameters (74 %); the
# costliest convolutions are those with 1,849,688,064 MACs each (12 %), for example
# the second layer, with 36,928 parameters. A dense weight is used once per photo, a
# kernel's weight once per place, up to 50,176 times. Global average pooling and one
# dense layer of 512 · 1000 in place of the three saves 123 million parameters and
# not one per cent of the time.
# <!-- END SOLUTION -->

# %% [markdown] covers=["E43"]
# **Explain the mistake** (2 points). A blog writes: "AlexNet needs 1.45 billion
# FLOPs (from a lecture, which counts $2 f^2 C$ per output). ResNet-50 needs 3.8
# billion FLOPs (from the ResNet paper). So ResNet-50 costs only 2.6 times as much."
# What is wrong, and what is the right ratio, for the paper's ResNet-50? Show with
# one of your own numbers that the lecture's AlexNet is what you think it is.
#
# *Rubric.* 1 point: says what each number counts, with evidence for AlexNet's.
# 1 point: the right ratio, with both numbers in one convention.

# %% [markdown] nbgrader={"grade": true, "grade_id": "two_conventions_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# The lecture counts multiplications, additions and biases, the ResNet paper
# multiply-adds (MACs), half as many. My count of AlexNet is 724,406,816 MACs, and
# twice that is 1,448,813,632, the lecture's 1.45 billion. In MACs: 3.8 / 0.724 = 5.2
# times as much, not 2.6.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Recap
#
# - Parameters depend on filters and channels, operations on the size of the output
#   too: dense layers own the parameters, convolutions do the work.
# - Bottlenecks, stacks of small filters, concatenation and depthwise filters are
#   arithmetic first: each has a formula, and the formula says what it saves.
# - A count without its convention (biases? running statistics? MACs?) is no count;
#   when two sources differ, compute.
#
# **Next:** lesson 08 sends gradients back through convolution, pooling and stride.
#
# **References.** A. Carlier, "Convolutional Neural Networks", slides, 2024 (56
# parameters, 1,728 operations; LeNet, AlexNet, VGG-16). E. Rantsiou, "CNN basics and
# an example with classification", LENS ML School, 2021 (the Keras model). B. Galerne,
# "Deep neural networks and CNNs", slides, 2024, after C. Deledalle (depth by year;
# the 200 × 200 photo). C. Deledalle, "Image classification and CNNs", UCSD ECE 285,
# 2019 (the history from Neocognitron to SENet, data sets, the 1 × 1 example).
#
# K. Fukushima, "Neocognitron", Biological Cybernetics 36, 1980. Y. LeCun et al.,
# "Gradient-based learning applied to document recognition", Proc. IEEE 86, 1998.
# A. Krizhevsky et al., "ImageNet classification with deep convolutional neural
# networks", NIPS 2012. M. Zeiler and R. Fergus, "Visualizing and understanding
# convolutional networks", ECCV 2014. K. Simonyan and A. Zisserman, "Very deep
# convolutional networks for large-scale image recognition", ICLR 2015. C. Szegedy et
# al., "Going deeper with convolutions", CVPR 2015. K. He et al., "Deep residual
# learning for image recognition", CVPR 2016, and "Delving deep into rectifiers", ICCV
# 2015. G. Huang et al., "Densely connected
# convolutional networks", CVPR 2017. F. Iandola et al., "SqueezeNet",
# arXiv:1602.07360. A. Howard et al., "MobileNets", arXiv:1704.04861. A. Canziani et
# al., "An analysis of deep neural network models for practical applications",
# arXiv:1605.07678. S. Bianco et al., "Benchmark analysis of representative deep neural
# network architectures", IEEE Access 6, 2018. O. Russakovsky et al., "ImageNet Large
# Scale Visual Recognition Challenge", IJCV 115, 2015.
