# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 14 · Capstone: your own network on a budget
#
# A phone, a hearing aid, a camera on a tractor: most networks that people use every
# day run on something small. There nobody asks for the best accuracy that money can
# buy. They ask for the best that fits. In this last lesson you get a problem, a
# budget, and nobody's layers but your own. You design a network, train it, find out
# honestly what each of your decisions was worth, and write a report of one page.
#
# **You will be able to**
#
# - count the parameters and operations of any PyTorch module, not only of a list of
#   layers on paper;
# - say what a budget buys: channels, depth, resolution, a cheaper kind of
#   convolution, a cheaper head;
# - compare designs so that a stranger would believe you: a validation set that does
#   not leak, several seeds, one change at a time, and what failed in the table;
# - say what comes after classification.
#
# **Time:** 240 minutes, report included. **You should know:** how to train and
# regularise a network (lessons 09 to 11), receptive fields (04), and counting on
# paper (07).

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import copy
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.colors import ListedColormap
from torch import nn

from course import data
from course.augment import Augment
from course.checks import CheckError, check, check_raises, require
from course.figures import show_images
from course.networks import small_cnn
from course.results import show_curves, show_spread
from course.training import Stopwatch, fit, judge, seeds, warm_up
from course.widgets import explore, live

plt.style.use("course.course")
torch.set_num_threads(1)
warm_up()

# %% [markdown] covers=["Q04"]
# ## 1 · The problem and the budget
#
# **The problem.** A grey image of 32 × 32 pixels was cut out of one of eight photos:
# a brick wall, grass, gravel, coins, a printed page, stars, tissue under a
# microscope, the fur of a cat. Which one? Each image is shifted and scaled to mean 0 and
# standard deviation about 1, so brightness tells nothing. There are 60 images per class
# to learn from, 480 in all. That is few.
#
# **The budget.** At most **20,000 parameters** and at most **2,000,000
# multiplications per image**. A multiplication whose product is added to a sum is
# called a *multiply-accumulate operation*, MAC for short. Both limits are checked by
# a program.
#
# **The goal.** 85 % of the images of a *hidden test set* right. Its images come from
# the same eight photos, but from columns that are set aside and not to be learned from:

# %% nbgrader={"grade": false, "grade_id": "patches", "locked": true, "schema_version": 3, "solution": false, "task": false}
IMAGE, CLASSES = (1, 32, 32), 8
MOST_PARAMETERS, MOST_MACS = 20_000, 2_000_000
# Shares of each photo's width; what is right of them is the hidden test set's.
TRAIN, VALIDATION = (0.0, 0.4), (0.4, 0.55)
EPOCHS = 6 if live() else 2  # of examples; fewer while the notebook is graded
PHOTOS = [data.grey(data.photo(name)) for name in data.TEXTURES]


def cut(columns, n, seed):
    """Cut n random patches out of some columns of each photo.

    columns: (left, right), shares of the width. Returns images (8 n, 1, 32, 32),
    float32, and labels (8 n,), int64.
    """
    rng, patches = np.random.default_rng(seed), []
    for photo in PHOTOS:
        left, right = (round(share * photo.shape[1]) for share in columns)
        wanted = len(patches) + n
        while len(patches) < wanted:
            row = rng.integers(photo.shape[0] - 31)
            column = rng.integers(left, right - 31)
            patch = photo[row : row + 32, column : column + 32]
            if patch.std() > 0.02:  # not of empty sky or paper
                patches.append((patch - patch.mean()) / (patch.std() + 0.02))
    labels = torch.arange(CLASSES).repeat_interleave(n)
    return torch.tensor(np.array(patches)[:, None], dtype=torch.float32), labels


train_images, train_labels = cut(TRAIN, 60, seed=0)
valid_images, valid_labels = cut(VALIDATION, 40, seed=1)

# %% tags=["experiment"]
figure, axes = plt.subplots(1, 3, figsize=(8.6, 2.6))
for ax, number in zip(axes, (0, 3, 6), strict=True):
    ax.imshow(PHOTOS[number], cmap="gray", vmin=0, vmax=1, aspect="auto")
    width = PHOTOS[number].shape[1]
    ends, names = (0, 0.4, 0.55, 1), ("train", "validate", "hidden test")
    for left, right, name, color in zip(ends, ends[1:], names, ("C0", "C1", "C4")):
        ax.axvspan(left * width, right * width, color=color, alpha=0.25, lw=0)
        middle = (left + right) / 2 * width
        word = {"ha": "center", "color": color, "fontsize": 9}
        ax.annotate(name, (middle, 0), (0, 4), textcoords="offset points", **word)
    ax.set(xlabel=data.TEXTURES[number], xticks=[], yticks=[])
plt.show()
examples = [train_images[60 * k + 1, 0] for k in range(CLASSES)]
show_images(examples, titles=data.TEXTURES, vmin=-2, vmax=2, size=1.05)

# %% [markdown]
# **Figure 1.** *Top:* three of the eight photos, and which columns belong to which set.
# *Bottom:* one training image of each class. Within a class no two images show the same
# thing; what they share is a texture.
#
# The validation set (40 images per class) is yours to look at as often as you like. Only
# the grader sees the hidden test set, once. How much that matters you will see in
# section 4.
#
# ### The rules
#
# 1. Every number that is learned counts as a parameter, whether it is used or not. A
#    layer that the network never uses does not pass at all: take it out.
# 2. MACs are those of `nn.Conv2d` and `nn.Linear`, for one image of 1 × 32 × 32. Other
#    layers that hold learned numbers may be `nn.BatchNorm2d`, `BatchNorm1d`,
#    `GroupNorm`, `LayerNorm`, `InstanceNorm2d` and `PReLU`; they are counted as parameters
#    and cost no MACs. No other layers with learned numbers, so that the count is complete.
#    Layers without learned numbers, and blocks that you write as classes, are free. What
#    is not counted is not allowed: no parameters or buffers of your own, no layers in a
#    plain list, where PyTorch does not see them, no weights used without calling their
#    layer. The grader looks for all of these.
# 3. What the network learns from is what it is handed, and nothing else. You may change
#    those images in any way: flips, crops, noise.
# 4. No pretrained weights.

# %% [markdown] covers=["C39"]
# ## 2 · Counting a real module
#
# In lesson 07 you counted on a specification: a list of layers on paper. A real
# network is a Python object, written in any style. A good counter looks at what is
# there and at what is done, and leaves both as they were.
#
# A module gives all its learned numbers away by `model.parameters()`. Beside them it
# may keep *buffers*, numbers that are stored and not learned, such as the running mean
# of batch normalisation.
#
# **Task 1** (easy, 5 minutes). Write `count_params(model)`: how many learned numbers
# does a module hold? Weights, biases, the two numbers per channel of batch
# normalisation; frozen ones (`requires_grad=False`) too, since they have to be
# stored. Buffers do not count. A layer that is used in two places is stored once, so it
# counts once. Return an int.
#
# Example: a convolution of 1 channel to 8 with 3 × 3 weights and a bias, batch
# normalisation, a linear layer from 8 to 8: $80 + 16 + 72 = 168$.
#
# <details><summary>Hint 1: what to think of</summary>Who knows all the parameters of
# a module, whatever it is built of, and names a shared one only once?</details>
# <details><summary>Hint 2: what to look up</summary><code>nn.Module.parameters</code>
# and <code>Tensor.numel</code>. What does <code>state_dict</code> hold that
# <code>parameters</code> does not?</details>
# <details><summary>Hint 3: the order of things</summary>One sum over all parameters of
# the number of entries of each. An int, no tensor.</details>


# %% nbgrader={"grade": false, "grade_id": "count_params", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_params(model):
    """Count the learned numbers of an nn.Module, shared ones once; an int."""
    ### BEGIN SOLUTION
    return sum(parameter.numel() for parameter in model.parameters())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "count_params_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
layers = [nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.AdaptiveAvgPool2d(1)]
check(
    count_params,
    nn.Sequential(*layers, nn.Flatten(), nn.Linear(8, 8)),
    want=168,
    case="a convolution, batch normalisation, a linear layer",
    mistakes={
        "the statistics of batch normalisation are counted, but they are not learned": 185,
        "batch normalisation learns two numbers per channel, which are missing": 152,
        "the biases are missing": 144,
        "these are the tensors; count the numbers in them": 6,
    },
)
### BEGIN HIDDEN TESTS
check(count_params, small_cnn(1, 8), want=155_528, case="three blocks and a dense head")
blocks = [nn.Sequential(nn.Conv2d(4, 6, (3, 5), groups=2), nn.ReLU()) for _ in "abc"]
check(
    count_params,
    nn.Sequential(nn.Sequential(*blocks[:2]), blocks[2], nn.PReLU()),
    want=3 * (6 * 2 * 15 + 6) + 1,
    case="blocks inside blocks, in groups, with kernels that are not square",
    mistakes={"the blocks inside of blocks are missing": 187},
)
check(
    count_params,
    nn.Sequential(nn.Linear(9, 4, bias=False), nn.LayerNorm(4), nn.GroupNorm(2, 4)),
    want=36 + 8 + 8,
    case="other kinds of normalisation, and a layer without bias",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "count_params_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
shared = nn.Linear(5, 5)
check(
    count_params,
    nn.Sequential(shared, nn.ReLU(), shared),
    want=30,
    case="a layer that is used twice",
    mistakes={"a layer that is used twice is stored once": 60},
)
# Also graded: frozen layers, modules without layers, loose parameters, half precision.
### BEGIN HIDDEN TESTS
frozen = nn.Sequential(nn.Conv2d(3, 7, 3), nn.Linear(7, 2))
frozen[0].requires_grad_(False)
check(
    count_params,
    frozen,
    want=7 * 28 + 16,
    case="a frozen layer",
    mistakes={"frozen numbers are missing, but they must be stored": 16},
)
check(count_params, nn.Sequential(nn.ReLU(), nn.Flatten()), want=0, case="no numbers")
loose = nn.ParameterList([torch.zeros(2, 3), torch.ones(4), torch.tensor(1.0)])
check(count_params, loose, want=11, case="parameters that belong to no layer")
twins = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3)).half()
check(count_params, twins, want=24, case="two layers of one shape, in half precision")
tied = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 4))
tied[2].weight = nn.Parameter(torch.ones(4, 6))
tied[2].bias = None
check(count_params, tied, want=24 + 6 + 24, case="a bias that was taken out")
frozen.requires_grad_(False)
check(count_params, frozen, want=212, case="everything is frozen")
### END HIDDEN TESTS

# %% [markdown] covers=["C39"]
# ### Operations happen, they are not stored
#
# How often a layer multiplies depends on how large its input is, and on whether it is
# used at all. That is known only when an image goes through. A **hook** is a function
# that PyTorch calls each time a layer has run. It gets the layer, a tuple of its inputs,
# and its output, and should return nothing:

# %% tags=["experiment"]
pool = nn.MaxPool2d(3, stride=2)


def report(layer, inputs, output):
    print(f"{layer}: {tuple(inputs[0].shape)} becomes {tuple(output.shape)}")


handle = pool.register_forward_hook(report)
pool(torch.zeros(1, 4, 9, 11))
handle.remove()
pool(torch.zeros(1, 4, 9, 11))
print("after handle.remove() nothing is reported any more")

# %% [markdown] covers=["C39"]
# **Task 2** (medium, 20 minutes). Write `count_macs(model, image_shape)`: the
# multiplications of all `nn.Conv2d` and `nn.Linear` layers while *one* input of shape
# `image_shape` goes through the module. The shape is (C, H, W) as a rule, but a linear
# layer alone would be asked with (D,).
#
# - A convolution of $C$ channels in $g$ groups multiplies $k_h\,k_w\,C/g$ times for each
#   number of its output; a linear layer of $D$ inputs $D$ times for each number of its
#   output. Adding a bias is no multiplication. Other layers count nothing.
# - A layer that is used twice multiplies twice, and one that is never used not at all.
# - Afterwards the module is what it was: no hooks of yours, the same numbers in all
#   parameters *and buffers*, and each part in the mode (train or eval) that it was in.
#   Parts may differ in it.
#
# Return an int. For a convolution of 1 channel to 8 with 3 × 3 weights and padding 1 on
# 32 × 32 pixels it is $8 \cdot 32 \cdot 32 \cdot 9 = 73{,}728$; a linear layer from 512
# to 8 adds 4,096.
#
# <details><summary>Hint 1: what to think of</summary>The output of a layer knows how many
# numbers there are, its weights know how many multiplications each of them takes: look at
# the shape of <code>layer.weight</code> of a convolution in groups. Why would an image in
# train mode change the module?</details>
# <details><summary>Hint 2: what to look up</summary><code>model.modules()</code>,
# <code>isinstance</code>, <code>register_forward_hook</code>, <code>torch.no_grad</code>;
# <code>model.train(mode)</code> sets one mode for a part <em>and</em> everything in it, so
# look for the flag that each part keeps.</details>
# <details><summary>Hint 3: the order of things</summary>Remember every part's mode; switch
# to eval. Hang a hook on every convolution and linear layer, which adds to a list. Send
# one image of zeros through. Remove the hooks, put the modes back, add up the list.
# (Better still: do the last part in a <code>finally</code> block.)</details>


# %% nbgrader={"grade": false, "grade_id": "hook_counter", "locked": true, "schema_version": 3, "solution": false, "task": false}
class HookCounter(nn.Module):
    """Pass images through some layers; note how many hooks hang on them meanwhile."""

    def __init__(self, layers):
        super().__init__()
        self.layers = layers
        self.register_buffer("hooks", torch.zeros(1))

    def forward(self, images):
        """Return what the layers make of the images."""
        parts = list(self.layers.modules())
        hooks = sum(len(p._forward_hooks) + len(p._forward_pre_hooks) for p in parts)
        self.hooks.fill_(hooks)
        return self.layers(images)


# %% nbgrader={"grade": false, "grade_id": "count_macs", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_macs(model, image_shape):
    """Count the multiplications of Conv2d and Linear layers for one image; an int.

    model: nn.Module, left as it was; image_shape: without the axis of the batch.
    """
    ### BEGIN SOLUTION
    macs = []

    def note(layer, inputs, output):
        # weight[0] holds what one number of the output is made from.
        macs.append(output.numel() * layer.weight[0].numel())

    modes = [(part, part.training) for part in model.modules()]
    counted = [m for m, _ in modes if isinstance(m, (nn.Conv2d, nn.Linear))]
    handles = [layer.register_forward_hook(note) for layer in counted]
    try:
        model.eval()
        with torch.no_grad():
            model(torch.zeros(1, *image_shape))
    finally:
        for handle in handles:
            handle.remove()
        for part, mode in modes:
            part.training = mode
    return sum(macs)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "count_macs_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
layers = [nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten()]
check(
    count_macs,
    nn.Sequential(*layers, nn.Linear(512, 8)),
    (1, 32, 32),
    want=77_824,
    case="a convolution and a linear layer",
    mistakes={
        "the linear layer is missing": 73_728,
        "the convolution is missing": 4096,
        "adding the biases is no multiplication": 77_824 + 8192 + 8,
        "a multiplication and an addition count as one MAC, not as two": 155_648,
    },
)
check(
    count_macs,
    nn.Sequential(nn.Conv2d(2, 6, 5, stride=2), nn.Conv2d(6, 6, 3, groups=6)),
    (2, 13, 13),
    want=7986,
    case="a stride of 2, then six channels on their own",
    mistakes={"groups are ignored": 10_416},
)
### BEGIN HIDDEN TESTS
lenet = nn.Sequential(
    nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
    nn.Sequential(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
    nn.Sequential(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh()),
    nn.Linear(84, 10),
)
check(count_macs, lenet, (1, 28, 28), want=416_520, case="LeNet-5, in blocks")
conv = nn.Conv2d(3, 4, (3, 5), stride=(2, 1), padding=(1, 0), dilation=(1, 2))
check(
    count_macs,
    conv,
    (3, 17, 20),
    want=4 * 9 * 12 * 3 * 15,
    case="an image and a kernel that are not square, stride and dilation",
    mistakes={
        "the kernel is not square": 4 * 9 * 12 * 3 * 9,
        "the output is smaller than the input": 4 * 17 * 20 * 3 * 15,
    },
)
grouped = nn.Conv2d(12, 18, 3, padding=1, groups=3, bias=False)
check(
    count_macs,
    nn.Sequential(grouped, nn.BatchNorm2d(18), nn.Conv2d(18, 5, 1)),
    (12, 8, 6),
    want=48 * (18 * 4 * 9 + 5 * 18),
    case="three groups, then a 1 x 1 convolution",
    mistakes={"groups are ignored": 48 * (18 * 12 * 9 + 5 * 18)},
)
twice = nn.Conv2d(4, 4, 3, padding=1)
check(
    count_macs,
    nn.Sequential(twice, nn.ReLU(), twice, nn.MaxPool2d(2), twice),
    (4, 8, 8),
    want=4 * 4 * 9 * (64 + 64 + 16),
    case="one layer, used three times, on two sizes",
)
check(
    count_macs,
    nn.Sequential(nn.Conv2d(1, 6, 3), nn.Flatten(2), nn.Linear(12, 7)),
    (1, 5, 6),
    want=6 * 12 * 9 + 6 * 7 * 12,
    case="a linear layer that is used for each of six rows",
    mistakes={"the linear layer runs once for each row": 6 * 12 * 9 + 7 * 12},
)
check(
    count_macs,
    nn.Sequential(nn.Unflatten(1, (4, 1)), nn.Flatten(0, 1), nn.Conv2d(1, 3, 3)),
    (4, 6, 6),
    want=4 * 3 * 16 * 9,
    case="a module that cuts its one image into four",
    mistakes={"the layer puts out four pieces, of which one is counted": 3 * 16 * 9},
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "count_macs_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Dropout(), nn.Flatten())
model[2].eval()
modes = [part.training for part in model.modules()]
check(count_macs, model, (1, 6, 6), want=576, case="a module of which a part is frozen")
require(
    [part.training for part in model.modules()] == modes,
    "count_macs: a part of the module is not in the mode that it was in",
)
# Also graded: buffers, hooks, gradients, unused layers, modules that need eval mode.
### BEGIN HIDDEN TESTS
normal = nn.Sequential(nn.Conv2d(1, 3, 3, groups=1), nn.BatchNorm2d(3))
normal[1].running_mean += 2
before = copy.deepcopy(normal.state_dict())
check(count_macs, normal, (1, 9, 9), want=3 * 49 * 9, case="batch normalisation")
after = normal.state_dict()
require(
    all(torch.equal(after[name], before[name]) for name in before),
    "count_macs: parameters or buffers are not what they were; batch normalisation "
    "learns from whatever passes in train mode",
)
require(
    all(parameter.grad is None for parameter in normal.parameters()),
    "count_macs: the module has gradients afterwards",
)
normal.eval()
check(count_macs, normal, (1, 9, 9), want=3 * 49 * 9, case="a module in eval mode")
require(not normal.training and not normal[1].training, "count_macs: eval mode is lost")
counter = HookCounter(nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.Linear(4, 2)))
hooks = []
for _ in range(3):
    case = "the same module again"
    check(count_macs, counter, (2, 6, 6), want=3 * 16 * 18 + 3 * 4 * 2 * 4, case=case)
    hooks.append(float(counter.hooks))
require(hooks[0] == hooks[1] == hooks[2], "count_macs: hooks are left on the module")
pooled = [nn.Conv2d(1, 5, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.BatchNorm1d(5)]
check(
    count_macs,
    nn.Sequential(*pooled, nn.Linear(5, 2)),
    (1, 7, 7),
    want=5 * 25 * 9 + 10,
    case="a module that in train mode refuses a single image",
)
unused = nn.Sequential(nn.Conv2d(1, 2, 3))
unused[0].add_module("forgotten", nn.Linear(1000, 1000))
check(count_macs, unused, (1, 4, 4), want=72, case="a layer that is never used")
check(count_macs, nn.Linear(6, 4), (6,), want=24, case="a linear layer alone")
check(count_macs, nn.ReLU(), (3, 2, 2), want=0, case="nothing that multiplies")
### END HIDDEN TESTS


# %% nbgrader={"grade": false, "grade_id": "budget", "locked": true, "schema_version": 3, "solution": false, "task": false}
def layer_costs(model, count_params, count_macs):
    """List (name, kind, parameters, MACs): per layer of a Sequential, else in one."""
    if type(model).__name__ != "Sequential":
        costs = count_params(model), count_macs(model, IMAGE)
        return [("all", type(model).__name__, *costs)]
    rows, signal = [], torch.zeros(1, *IMAGE)
    with torch.no_grad():
        for name, layer in enumerate(copy.deepcopy(model).eval()):
            macs = count_macs(layer, tuple(signal.shape[1:]))
            rows.append((name, type(layer).__name__, count_params(layer), macs))
            signal = layer(signal)
    return rows


def show_budget(model, count_params, count_macs):
    """Print what each layer costs; return what breaks the budget, in words, or ""."""
    rows = layer_costs(model, count_params, count_macs)
    most, excess = (MOST_PARAMETERS, MOST_MACS), []
    totals = count_params(model), count_macs(model, IMAGE)
    print(f"{'layer':26s}{'parameters':>11s}{'share':>7s}{'MACs':>13s}{'share':>7s}")
    for name, kind, *costs in [*rows, ("", "together", *totals)]:
        if any(costs):
            shares = [c / max(t, 1) for c, t in zip(costs, totals, strict=True)]
            print(f"{name!s:3s} {kind:22s}{costs[0]:11,}{shares[0]:7.0%}", end="")
            print(f"{costs[1]:13,}{shares[1]:7.0%}")
    for what, column, total in zip(("parameters", "MACs"), (2, 3), totals, strict=True):
        if total > most[column - 2]:
            name, kind, *costs = max(rows, key=lambda row: row[column])
            over = f"{total - most[column - 2]:,} {what} over the budget"
            excess.append(f"{over}; layer {name}, {kind}, has {costs[column - 2]:,}")
    print("\n".join(excess) or "within the budget")
    return ", and ".join(excess)


# %% tags=["experiment"]
naive = small_cnn(1, CLASSES, batch_norm=True)
problem = show_budget(naive, count_params, count_macs)

# %% [markdown] covers=["C39", "Q04"]
# This is the *standard architecture*: convolution, ReLU and pooling, several times over,
# then dense layers that end in one score per class, and a softmax in the loss; all of it
# trained together. With three blocks and two dense layers it has almost eight times as
# many parameters as you may spend. 131,200 of its 155,752 sit in *one* layer: the
# first dense one. Its operations sit elsewhere, in the convolutions.
# The two budgets are spent in different places, and each has its own remedies.
#
# ## 3 · How to spend a budget
#
# "What should be the input, how many layers, how many units, and how to connect them?"
# asks a slide of this course. There is no formula, but there is arithmetic.
#
# | decision | parameters | MACs | what you get for it |
# |---|---|---|---|
# | twice as many **channels** everywhere | × 4 | × 4 | more kinds of patterns per layer |
# | one more layer in a stage (**depth**) | + one layer | + one layer | larger receptive field, one more bend |
# | **stride 2** in the first layer | same | ÷ 4 behind it | a larger view early; fine detail is lost |
# | **global average pooling** for flatten + dense | far fewer | few | indifferent to where a pattern is |
# | **depthwise separable** for a full convolution | ÷ 8 or so | ÷ 8 or so | spatial and channel mixing are split |
#
# *Receptive field* (lesson 04): the pixels that one number of a map depends on. A unit
# with 6 pixels cannot know the grain of a brick from that of gravel; one with 40 sees
# beyond the image. *Channels or depth?* The widths multiply each other, the layers add.
# Half the width costs a quarter, and buys about four layers for one.
#
# *Global average pooling* (GAP): take the mean of each map, so that a map of 8 × 8 becomes
# one number. A linear layer from 32 means to 8 classes has 264 parameters. A texture is
# the same everywhere, so its place is no loss; for a digit it would be.
#
# *Depthwise separable* (MobileNet): first one 3 × 3 kernel per channel, on its own
# (`groups=channels`), then a 1 × 1 convolution that mixes the channels. From $C$ to $F$
# channels this takes $9\,C + C\,F$ multiplications per place in place of $9\,C\,F$: a share of
# $1/F + 1/9$.
#
# Try it. The builder below makes plain designs: convolutions, ReLU, pooling, and a
# head. There is no normalisation in them and no augmentation around them. What these
# add, you know from lessons 10 and 11; here they are left to you.


# %% nbgrader={"grade": false, "grade_id": "designs", "locked": true, "schema_version": 3, "solution": false, "task": false}
def convolution(c_in, c_out, stride=1, separable=False):
    """Build a 3 x 3 convolution and ReLU, in one piece or depthwise separable."""
    if not separable:
        return [nn.Conv2d(c_in, c_out, 3, stride, 1), nn.ReLU()]
    depthwise = nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in)
    return [depthwise, nn.ReLU(), nn.Conv2d(c_in, c_out, 1), nn.ReLU()]


def design(width=8, depth=1, stem=1, kind="full", head="average"):
    """Build three stages of width, 2 width and 4 width channels, with pools between.

    depth: layers in each stage; stem: stride of the first layer; kind: "full" or
    "separable" for all layers but the first; head: "average" (GAP) or "dense".
    """
    layers, channels, side = [], 1, 32 // stem
    for stage in range(3):
        for step in range(depth):
            first = stage == step == 0
            split = kind == "separable" and not first
            wide = width * 2**stage
            layers += convolution(channels, wide, stem if first else 1, split)
            channels = wide
        if stage < 2:
            layers.append(nn.MaxPool2d(2))
            side //= 2
    if head == "average":
        tail = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    else:
        tail = [nn.Flatten(), nn.Linear(channels * side**2, 32), nn.ReLU()]
        channels = 32
    return nn.Sequential(*layers, *tail, nn.Linear(channels, CLASSES))


# %% nbgrader={"grade": false, "grade_id": "spending", "locked": true, "schema_version": 3, "solution": false, "task": false}
def field_of(layers):
    """Return how many pixels along a side one number before the head depends on."""
    field, jump = 1, 1
    for layer in layers:
        if isinstance(layer, (nn.Conv2d, nn.MaxPool2d)):
            size, stride = layer.kernel_size, layer.stride
            size, stride = (v[0] if isinstance(v, tuple) else v for v in (size, stride))
            field, jump = field + (size - 1) * jump, jump * stride
    return field


def draw_spending(**settings):
    """Draw where a design spends its parameters and its multiplications."""
    model = design(**settings)
    rows = [row for row in layer_costs(model, count_params, count_macs) if row[2]]
    _, axes = plt.subplots(1, 2, figsize=(8.6, 0.8 + 0.27 * len(rows)), sharey=True)
    for ax, column, most in zip(axes, (2, 3), (MOST_PARAMETERS, MOST_MACS)):
        values = [row[column] for row in rows]
        total = sum(values)
        ax.barh(range(len(rows)), values, color="C0" if total <= most else "C2")
        word = "parameters" if column == 2 else "MACs"
        ax.set(xlabel=word, title=f"{total:,} {word}, {total / most:.0%} of the budget")
        ax.xaxis.set_major_formatter(lambda v, _: f"{v / 1e3:g} k")
    axes[0].set_yticks(range(len(rows)), [f"{row[1]} {row[0]}" for row in rows])
    axes[0].invert_yaxis()
    axes[0].figure.suptitle(
        f"receptive field before the head: {field_of(model)} pixels"
    )
    plt.show()


# %% tags=["experiment"]
explore(
    draw_spending,
    width=("first width", [4, 8, 12, 16, 24], 8),
    depth=("layers per stage", [1, 2, 3]),
    stem=("first stride", [1, 2]),
    kind=("convolutions", ["full", "separable"]),
    head=("head", ["average", "dense"]),
)

# %% [markdown] covers=["Q04"]
# **Figure 2.** Where a design spends its budget, layer by layer: blue while the total
# is within it, red beyond. Try to use up both budgets at once. Parameters pile up at the
# end, where there are many channels; operations at the beginning, where there are many
# pixels. Now press *dense*. Which of the two budgets breaks, and does a first stride of 2
# mend it?
#
# ### Accuracy against cost
#
# Which of these decisions pay? That is a matter of experiment. Each of five designs is
# trained from several seeds, in the same way, on the training images; what is judged
# is the validation set. The cost is counted by your functions.

# %% tags=["experiment"]
designs = {
    "dense head": {"width": 4, "head": "dense"},
    "wide": {"width": 13},
    "deep": {"width": 6, "depth": 2},
    "stride 2": {"width": 13, "stem": 2},
    "separable": {"width": 16, "stem": 2, "kind": "separable"},
}


def train_design(seed, name):
    """Train a design for a few epochs; return its validation accuracy (%)."""
    torch.manual_seed(seed)
    model, label = design(**designs[name]), f"{name}, seed {seed}"
    options = {"epochs": EPOCHS, "lr": 5e-3, "seed": seed, "label": label}
    fit(model, train_images, train_labels, **options)
    return 100 * judge(model, valid_images, valid_labels)[1]


# %% tags=["experiment"]
accuracies, macs = {}, []
print(f"{'design':12s} parameters         MACs   seconds   accuracy")
for name, settings in designs.items():
    with Stopwatch() as watch:
        accuracies[name] = [train_design(seed, name) for seed in seeds(3)]
    seconds = watch.seconds / len(accuracies[name])
    macs.append(count_macs(design(**settings), IMAGE))
    params = count_params(design(**settings))
    print(f"{name:12s} {params:10,} {macs[-1]:12,} {seconds:9.1f}", end="")
    print(f" {np.mean(accuracies[name]):8.1f} %")

# %% [markdown] covers=["Q13"]
# ### The Pareto front
#
# Is 71 % with 1.5 million MACs better than 65 % with 0.3 million? That depends on who
# asks. But some designs nobody should choose: those for which another one is at least as
# good *and* at least as cheap, and better in one of the two. Such a design is
# **dominated**. What is left is the **Pareto front**: along it, more accuracy costs more.
#
# **Task 3** (easy, 10 minutes). Write `pareto_front(costs, scores)`: the indices of the
# designs that no other design dominates, as a list of ints, ordered by rising cost. Low
# costs are good, high scores are good. Designs that are equal in both do not dominate each
# other: keep all of them, in the order in which they came. Raise `ValueError` if there are
# not as many costs as scores.
#
# Example: costs (1, 2, 3, 4) and scores (.6, .8, .7, .9) give `[0, 1, 3]`. The third
# design is dearer and worse than the second.
#
# <details><summary>Hint 1: what to think of</summary>Write down in one line when design j
# dominates design i. Two comparisons that may be equal, and at least one that is
# not.</details>
# <details><summary>Hint 2: what to look up</summary><code>any</code> of a generator, and
# <code>sorted</code> with <code>key</code>; it keeps the order of what is equal.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse lengths that differ. Keep
# each i for which no j dominates it. Sort what was kept by cost.</details>


# %% nbgrader={"grade": false, "grade_id": "pareto_front", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pareto_front(costs, scores):
    """List the indices of the designs that none dominates, cheapest first.

    costs: low is good; scores: high is good; sequences of equally many numbers.
    """
    ### BEGIN SOLUTION
    if len(costs) != len(scores):
        raise ValueError(
            f"pareto_front: {len(costs)} costs, but {len(scores)} scores; give one of "
            f"each per design"
        )

    def dominates(j, i):
        no_worse = costs[j] <= costs[i] and scores[j] >= scores[i]
        return no_worse and (costs[j] < costs[i] or scores[j] > scores[i])

    everyone = range(len(costs))
    front = [i for i in everyone if not any(dominates(j, i) for j in everyone)]
    return sorted(front, key=lambda i: costs[i])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "pareto_front_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    pareto_front,
    [1, 2, 3, 4],
    [0.6, 0.8, 0.7, 0.9],
    want=[0, 1, 3],
    case="four designs, ordered by cost",
    mistakes={
        "these are dominated by others": [2],
        "the best score alone is not the front": [3],
        "low scores are taken for good ones": [0],
    },
)
### BEGIN HIDDEN TESTS
check(
    pareto_front,
    [50, 10, 30, 20, 40],
    [0.95, 0.5, 0.7, 0.72, 0.9],
    want=[1, 3, 4, 0],
    case="designs in any order",
    mistakes={"the front is not ordered by cost": [0, 1, 3, 4]},
)
r = np.random.default_rng(301)
costs, scores = r.permutation(60).astype(float), r.normal(size=60)
want, best = [], -np.inf
for i in np.argsort(costs).tolist():
    if scores[i] > best:
        want, best = [*want, i], scores[i]
check(pareto_front, costs, scores, want=want, case="sixty designs")
rising, falling = list(range(9)), list(range(9, 0, -1))
check(pareto_front, rising, rising, want=rising, case="each buys something")
check(pareto_front, rising, falling, want=[0], case="the cheapest is the best")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "pareto_front_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    pareto_front,
    [5, 5, 3],
    [0.8, 0.9, 0.9],
    want=[2],
    case="equal costs, and equal scores",
)
check_raises(pareto_front, [1, 2, 3], [0.5, 0.6], case="three costs, two scores")
# Also graded: designs that are equal, no design, one, negative numbers, integers.
### BEGIN HIDDEN TESTS
check(
    pareto_front,
    [7, 2, 7, 9, 2],
    [0.9, 0.4, 0.9, 0.9, 0.3],
    want=[1, 0, 2],
    case="two designs that are equal in both",
    mistakes={
        "of equal designs only one is kept": [1, 0],
        "equal designs are taken to dominate each other": [1],
    },
)
check(pareto_front, [], [], want=[], case="no design")
check(pareto_front, [3], [0.1], want=[0], case="one design")
check(
    pareto_front,
    np.array([-1, -3, 2]),
    np.array([-5, -9, 0]),
    want=[1, 0, 2],
    case="negative integers",
)
check(pareto_front, [4, 4, 4], [1, 3, 2], want=[1], case="one cost for all")
check(pareto_front, (1, 2, 3), (6, 6, 6), want=[0], case="one score for all")
check(pareto_front, [1, 1, 1], [2, 2, 2], want=[0, 1, 2], case="all are equal")
check_raises(pareto_front, [1], [0.5, 0.6], case="one cost, two scores")
### END HIDDEN TESTS


# %% nbgrader={"grade": false, "grade_id": "front_figure", "locked": true, "schema_version": 3, "solution": false, "task": false}
def show_front(macs, accuracies, front):
    """Draw accuracy against MACs; designs on the front are filled."""
    means = [np.mean(values) for values in accuracies.values()]
    _, ax = plt.subplots(figsize=(7.5, 4.2))
    line = {"color": "#999", "lw": 1.2, "ls": "--"}
    ax.plot([macs[i] for i in front], [means[i] for i in front], **line)
    for i, (name, values) in enumerate(accuracies.items()):
        style = {"color": f"C{i}", "marker": "osD^v"[i]}
        ax.plot([macs[i]] * len(values), values, ls="", alpha=0.4, ms=5, **style)
        fill = style["color"] if i in front else "white"
        ax.plot(macs[i], means[i], ms=11, mfc=fill, **style)
        place = {"xytext": (10, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(name, (macs[i], means[i]), color="#222", **place)
    ax.axvline(MOST_MACS, color="#777", ls=":", lw=1.2)
    place = {"xytext": (-4, 3), "textcoords": "offset points", "ha": "right"}
    ax.annotate("budget", (MOST_MACS, ax.get_ylim()[0]), color="#555", **place)
    ax.xaxis.set_major_formatter(lambda v, _: f"{v / 1e6:g} M")
    ax.set(xlabel="MACs per image", ylabel="validation accuracy (%)")
    ax.set(xlim=(0, 1.15 * MOST_MACS))
    plt.show()


# %% tags=["experiment"]
means = [np.mean(values) for values in accuracies.values()]
show_front(macs, accuracies, pareto_front(macs, means))

# %% [markdown] covers=["Q13"]
# **Figure 3.** Accuracy on the validation set against MACs; small marks are single
# seeds, large ones their means, filled if they are on the front (dashed). Measured over
# three seeds: *separable* 27 %, *dense head* 51 %, *stride 2* 64 %, *wide* 69 %; only
# *deep*, with 36 %, is dominated.
#
# What to see. A first stride of 2 saves three quarters of the operations of *wide* and
# costs 4 to 5 points, as much as the seeds differ by. *Dense head* is cheap here and yet
# not allowed: it has 34,568 parameters. And the figure does not say that depth or
# separable layers are bad. All designs had six epochs and no normalisation, which measures
# how *fast* they learn as much as how good they can be; lesson 10 showed what deep stacks
# need. A comparison answers the question that was asked, and no other.
#
# ## 4 · Comparing honestly
#
# ### A validation set that leaks
#
# Why were the validation images cut from other columns? It would have been simpler to
# cut more patches from the same columns and set some of them aside at random: that is
# how nearly every data set is split. Let us try both, with the naive network.

# %% tags=["experiment"]
leaky_images, leaky_labels = cut(TRAIN, 40, seed=2)
scores = {"trained on": [], "same columns": [], "other columns": []}
for seed in seeds(3):
    torch.manual_seed(seed)
    model, label = small_cnn(1, CLASSES, batch_norm=True), f"naive, seed {seed}"
    fit(
        model,
        train_images,
        train_labels,
        epochs=EPOCHS,
        lr=3e-3,
        seed=seed,
        label=label,
    )
    scores["trained on"].append(judge(model, train_images, train_labels)[1])
    scores["same columns"].append(judge(model, leaky_images, leaky_labels)[1])
    scores["other columns"].append(judge(model, valid_images, valid_labels)[1])
percent = {name: 100 * np.array(values) for name, values in scores.items()}
show_spread(percent, xlabel="accuracy (%)", chance=100 / CLASSES)

# %% [markdown]
# **Figure 4.** One network, three answers to "how good is it?". Over five seeds it has
# 86 ± 2 % on new patches from the columns that it was trained on, 79 ± 4 % on other
# columns, and 79 ± 3 % on the hidden test set: the first of these numbers is 7 points too
# high. Its patches overlap with training patches and share pixels with them, so part of
# the answer was learned by heart. Columns that nobody trained on give the
# number that you would meet in the world. The same happens with neighbouring frames of a
# video, with several scans of one patient, with near copies on the web: **split by what
# the images come from, not by image.**
#
# What else makes a comparison worth believing?
#
# - **One change at a time.** If normalisation, flips and width were all added together,
#   nobody knows which one did it. An *ablation* starts from the full design and takes
#   away one thing per row.
# - **Several seeds**, the *same ones for each variant*. Two runs of one and the same
#   design differ by a few points; less than that, between two designs, is no finding.
#   With equal seeds, what a seed makes easy or hard for all cancels in the difference.
# - **What failed**, with its number. Others would try it again, and a table without a
#   failure looks chosen.
#
# **Task 4** (medium, 10 minutes). Write `ablate(train, variants, seeds)`. `variants` maps
# names to dicts of settings, `seeds` is any iterable of ints, even one that can be gone
# through only once. For each variant and each seed call
# `train(seed, **settings)` exactly once; it returns a number. The result maps each name, in
# the order of `variants`, to the list of its numbers as floats, in the order of the
# seeds. Leave `variants` as it is; raise `ValueError` if there is no seed.
#
# Example: with `variants = {"plain": {}, "wide": {"width": 16}}` and seeds (0, 1) there
# are four calls, `train(0)`, `train(1)`, `train(0, width=16)`, `train(1, width=16)`.
#
# <details><summary>Hint 1: what to think of</summary>Two loops, one inside the other. Which
# of the two things that you go through may be used up after the first time?</details>
# <details><summary>Hint 2: what to look up</summary><code>list(seeds)</code>, and
# <code>**settings</code> in a call, which hands over the entries of a dict as keyword
# arguments.</details>
# <details><summary>Hint 3: the order of things</summary>Make a list of the seeds; refuse an
# empty one. For each name and its settings: a list with one call for each seed, made a
# float.</details>


# %% nbgrader={"grade": false, "grade_id": "ablate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ablate(train, variants, seeds):
    """Train each variant from each seed; return {name: [number for each seed]}.

    train: called as train(seed, **settings), returns a number; variants: {name:
    settings}; seeds: iterable of ints. Raises ValueError without seeds.
    """
    ### BEGIN SOLUTION
    seeds = list(seeds)
    if not seeds:
        raise ValueError("ablate: there are no seeds, so there is nothing to compare")
    return {
        name: [float(train(seed, **settings)) for seed in seeds]
        for name, settings in variants.items()
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "ablate_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
calls = []


def recorded(seed, width=8, flips=True):
    calls.append((seed, width, flips))
    return 10 * width + seed + 0.5 * flips


variants = {"full": {}, "wide": {"width": 16}, "no flips": {"flips": False}}
check(
    ablate,
    recorded,
    variants,
    (3, 1),
    want={"full": [83.5, 81.5], "wide": [163.5, 161.5], "no flips": [83.0, 81.0]},
    case="three variants, two seeds",
    mistakes={
        "the seeds are in another order": {
            "full": [81.5, 83.5],
            "wide": [161.5, 163.5],
            "no flips": [81.0, 83.0],
        },
        "all runs have the same seed": {
            "full": [83.5, 83.5],
            "wide": [163.5, 163.5],
            "no flips": [83.0, 83.0],
        },
    },
)
require(
    len(calls) == 6, "ablate: train is not called exactly once per variant and seed"
)
### BEGIN HIDDEN TESTS
runs = []


def tracked(seed, depth=1, rate=0.1, kind="full"):
    runs.append((seed, depth, rate, kind))
    return seed**2 * rate + depth - (kind == "full")


variants = {
    "z": {"depth": 3, "kind": "separable"},
    "a": {},
    "m": {"rate": 0.5},
    "k": {"rate": 0.5, "depth": 2},
}
want = {
    "z": [3 + 0.1 * s**2 for s in (5, 2, 9)],
    "a": [0.1 * s**2 for s in (5, 2, 9)],
    "m": [0.5 * s**2 for s in (5, 2, 9)],
    "k": [1 + 0.5 * s**2 for s in (5, 2, 9)],
}
case = "four variants, three seeds out of order"
check(ablate, tracked, variants, [5, 2, 9], want=want, case=case)
settings = [(3, 0.1, "separable"), (1, 0.1, "full"), (1, 0.5, "full"), (2, 0.5, "full")]
require(
    sorted(runs) == sorted((s, *rest) for s in (5, 2, 9) for rest in settings),
    "ablate: each variant must be trained once from each seed, with its settings only",
)
got = ablate(tracked, variants, [1])
require(list(got) == list("zamk"), "ablate: the variants are not in their order")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "ablate_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    ablate,
    lambda seed, width=1: seed * width,
    {"narrow": {}, "wide": {"width": 3}},
    iter([2, 4]),
    want={"narrow": [2.0, 4.0], "wide": [6.0, 12.0]},
    case="seeds that can be gone through only once, a train that returns ints",
)
check_raises(ablate, lambda seed: 1.0, {"plain": {}}, [], case="no seeds")
# Also graded: train called with settings that it changes, no variants, repeated seeds.
### BEGIN HIDDEN TESTS
before = {"a": {"sizes": 3}, "b": {"sizes": 4, "rate": 2.0}}
variants = copy.deepcopy(before)
check(
    ablate,
    lambda seed, sizes, rate=1.0: sizes * rate + seed,
    variants,
    range(2),
    want={"a": [3.0, 4.0], "b": [8.0, 9.0]},
    case="settings without a default",
)
require(variants == before, "ablate: the variants are changed")
check(ablate, lambda seed: 1.0, {}, [1, 2], want={}, case="no variants")
numbers = iter(range(100))
check(
    ablate,
    lambda seed, bonus=0: next(numbers) * 0 + seed + bonus,
    {"same": {}, "again": {}, "more": {"bonus": 0.25}},
    [7, 7, 0],
    want={
        "same": [7.0, 7.0, 0.0],
        "again": [7.0, 7.0, 0.0],
        "more": [7.25, 7.25, 0.25],
    },
    case="a seed that comes twice, variants with equal settings",
)
require(next(numbers) == 9, "ablate: a run is left out, or made twice")
check_raises(
    ablate, lambda seed: 1.0, {"plain": {}}, iter([]), case="an empty iterator"
)
check(
    ablate,
    lambda seed: np.float32(0.5),
    {"single": {}},
    iter((1, 2, 3)),
    want={"single": [0.5, 0.5, 0.5]},
    case="a train that returns float32",
)
got = ablate(lambda seed: seed, {"whole": {}}, [3, 4])
kinds = {type(number) for number in got["whole"]}
require(kinds == {float}, "ablate: the numbers must be Python floats")
### END HIDDEN TESTS

# %% [markdown] covers=["Q13"]
# **Task 5** (medium, 12 minutes). Write `summarise(results, baseline)`: the table of a
# report. `results` is what `ablate` returns, `baseline` one of its names. For each name,
# in order, return a dict with
#
# - `"n"`: how many runs, an int;
# - `"mean"` and `"sd"`: mean and *sample* standard deviation, which divides by $n-1$;
# - `"gain"`: the mean, over the seeds, of this variant's number minus that of the
#   baseline *from the same seed*;
# - `"gain_sd"`: the sample standard deviation of these $n$ differences.
#
# All four but `"n"` are floats. A single run has no spread: both standard deviations are
# then `math.nan`. Raise `ValueError` if the baseline is not in the results, if a list is
# empty, or if lists differ in length, since then they are not from the same seeds.
#
# Example: baseline (80, 84, 82), without flips (70, 76, 73). Means 82 and 73, standard
# deviations 2 and 3, gain −9; the differences are −10, −8, −9, so `gain_sd` is 1. The
# paired difference is known better than either mean.
#
# <details><summary>Hint 1: what to think of</summary>The differences form a list of their
# own, of which you need mean and spread just as for the numbers.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.std</code> divides by n unless
# told otherwise: look for <code>ddof</code>. Or <code>statistics.stdev</code>, which refuses a
# single number.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse what cannot be compared. A
# small helper for the spread of a list, NaN for one number. For each name: the numbers,
# the differences to the baseline by position, five entries.</details>


# %% nbgrader={"grade": false, "grade_id": "summarise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def summarise(results, baseline):
    """Return {name: {"n", "mean", "sd", "gain", "gain_sd"}}, gains seed by seed.

    results: {name: [number for each seed]}; baseline: one of the names. Raises
    ValueError if the baseline is missing, or the runs cannot be paired.
    """
    ### BEGIN SOLUTION
    if baseline not in results:
        raise ValueError(f"summarise: {baseline!r} is not one of {list(results)}")
    base = np.asarray(results[baseline], np.float64)
    table = {}
    for name, numbers in results.items():
        if len(numbers) != len(base) or not len(base):
            raise ValueError(
                f"summarise: {name!r} has {len(numbers)} runs and {baseline!r} has "
                f"{len(base)}; both need the same seeds, at least one"
            )
        numbers = np.asarray(numbers, np.float64)
        row = {"n": len(numbers)}
        for mean, sd, values in (
            ("mean", "sd", numbers),
            ("gain", "gain_sd", numbers - base),
        ):
            row[mean] = float(values.mean())
            row[sd] = float(values.std(ddof=1)) if len(values) > 1 else math.nan
        table[name] = row
    return table
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "summarise_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def rows_of(mean, sd, gain, gain_sd, n=3):
    return {"n": n, "mean": mean, "sd": sd, "gain": gain, "gain_sd": gain_sd}


runs = {"full": [80.0, 84.0, 82.0], "no flips": [70.0, 76.0, 73.0]}
full, down = rows_of(82.0, 2.0, 0.0, 0.0), rows_of(73.0, 3.0, -9.0, 1.0)
root = math.sqrt(2 / 3)  # what dividing by n gives for n - 1
check(
    summarise,
    runs,
    "full",
    want={"full": full, "no flips": down},
    case="two variants, three seeds",
    mistakes={
        "the standard deviation divides by n; a sample's divides by n - 1": {
            "full": rows_of(82.0, 2.0 * root, 0.0, 0.0),
            "no flips": rows_of(73.0, 3.0 * root, -9.0, root),
        },
        "the gain is baseline minus variant; a worse variant must lose": {
            "full": full,
            "no flips": {**down, "gain": 9.0},
        },
        "the spread of the gain treats the two lists as unrelated; take the differences "
        "seed by seed": {
            "full": rows_of(82.0, 2.0, 0.0, math.sqrt(8)),
            "no flips": {**down, "gain_sd": math.sqrt(13)},
        },
    },
)
### BEGIN HIDDEN TESTS
import statistics

r = np.random.default_rng(501)
for n in (2, 5, 8):
    names = ["third", "first", "base", "second"]
    runs = {name: r.normal(80, 3, n).tolist() for name in names}
    want = {}
    for name, values in runs.items():
        gains = [a - b for a, b in zip(values, runs["base"], strict=True)]
        pairs = [(statistics.mean(v), statistics.stdev(v)) for v in (values, gains)]
        want[name] = rows_of(*pairs[0], *pairs[1], n=n)
    case = "four variants; the baseline is neither the first nor the last"
    check(summarise, runs, "base", want=want, case=case)
    require(
        list(summarise(runs, "base")) == names,
        "summarise: the order of the names is lost",
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "summarise_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    summarise,
    {"full": [81], "wide": [83]},
    "full",
    want={
        "full": {
            "n": 1,
            "mean": 81.0,
            "sd": math.nan,
            "gain": 0.0,
            "gain_sd": math.nan,
        },
        "wide": {
            "n": 1,
            "mean": 83.0,
            "sd": math.nan,
            "gain": 2.0,
            "gain_sd": math.nan,
        },
    },
    case="one seed, integers",
    mistakes={
        "a single run has no spread: NaN, not 0": {
            "full": {"n": 1, "mean": 81.0, "sd": 0.0, "gain": 0.0, "gain_sd": 0.0},
            "wide": {"n": 1, "mean": 83.0, "sd": 0.0, "gain": 2.0, "gain_sd": 0.0},
        }
    },
)
check_raises(
    summarise, {"a": [1.0], "b": [2.0]}, "c", case="a baseline that is missing"
)
# Also graded: lists of unequal length, empty ones, arrays, kinds of numbers.
### BEGIN HIDDEN TESTS
check_raises(summarise, {"a": [1.0, 2.0], "b": [2.0]}, "a", case="a run is missing")
check_raises(summarise, {"a": [1.0], "b": [2.0, 3.0]}, "a", case="a run too many")
check_raises(summarise, {"a": [], "b": []}, "a", case="no runs")
check_raises(summarise, {}, "a", case="no results")
check(
    summarise,
    {"only": np.array([1, 2, 6], np.int32)},
    "only",
    want={
        "only": {"n": 3, "mean": 3.0, "sd": math.sqrt(7), "gain": 0.0, "gain_sd": 0.0}
    },
    case="an array of integers, the baseline alone",
)
table = summarise({"a": [3, 5], "b": (4, 4)}, "b")
kinds = {key: type(table["a"][key]) for key in ("n", "mean", "sd", "gain", "gain_sd")}
want = {key: int if key == "n" else float for key in kinds}
require(kinds == want, "summarise: n must be an int, the rest Python floats")
crossed = {"a": [1.0, 5.0], "b": [5.0, 1.0]}
sd = math.sqrt(8)
check(
    summarise,
    crossed,
    "a",
    want={
        "a": {"n": 2, "mean": 3.0, "sd": sd, "gain": 0.0, "gain_sd": 0.0},
        "b": {"n": 2, "mean": 3.0, "sd": sd, "gain": 0.0, "gain_sd": 2 * sd},
    },
    case="what one seed gives, the other takes",
    mistakes={
        "the numbers are sorted, so seeds are compared with others": {
            "a": {"n": 2, "mean": 3.0, "sd": sd, "gain": 0.0, "gain_sd": 0.0},
            "b": {"n": 2, "mean": 3.0, "sd": sd, "gain": 0.0, "gain_sd": 0.0},
        }
    },
)
### END HIDDEN TESTS

# %% [markdown] covers=["Q13"]
# ### An example on another problem
#
# So that your own table remains your own, here is an ablation of something else: the
# handwritten digits of lesson 09, 8 × 8 pixels, with 150 of them to learn from.

# %% nbgrader={"grade": false, "grade_id": "digits_network", "locked": true, "schema_version": 3, "solution": false, "task": false}
digits, digit_labels = data.digits()
digits = torch.tensor(digits[:, None] / 16, dtype=torch.float32)
digit_labels = torch.tensor(digit_labels.astype(np.int64))


def train_digits(seed, width=8, batch_norm=True, average=False, mirror=False):
    """Train a small network on 150 digits; return its accuracy on 700 others (%)."""
    torch.manual_seed(seed)
    rows, layers, channels = torch.randperm(len(digits)), [], 1
    for wide in (width, 2 * width):
        layers.append(nn.Conv2d(channels, wide, 3, padding=1))
        layers += [nn.BatchNorm2d(wide)] if batch_norm else []
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
        channels = wide
    if average:
        head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10)]
    else:
        head = [nn.Flatten(), nn.Linear(4 * channels, 10)]
    model, seen, others = nn.Sequential(*layers, *head), rows[:150], rows[150:850]
    augment = Augment(flip=True) if mirror else None
    options = {"epochs": 15, "lr": 1e-2, "augment": augment, "seed": seed}
    fit(
        model, digits[seen], digit_labels[seen], label=f"digits, seed {seed}", **options
    )
    return 100 * judge(model, digits[others], digit_labels[others])[1]


# %% tags=["experiment"]
variants = {
    "full": {},
    "no batch norm": {"batch_norm": False},
    "average head": {"average": True},
    "mirrored images": {"mirror": True},
    "twice the width": {"width": 16},
}
results = ablate(train_digits, variants, seeds(5))
show_spread(results, xlabel="accuracy on digits that were not learned from (%)")
print(f"{'variant':18s} n   mean     sd     gain   its sd")
for name, row in summarise(results, "full").items():
    print(f"{name:18s}{row['n']:2d}{row['mean']:7.1f}{row['sd']:7.1f}", end="")
    print(f"{row['gain']:+9.1f}{row['gain_sd']:8.1f}")

# %% [markdown]
# **Figure 5.** An ablation in five rows, one change each, and what a report would say of
# it. Over five seeds: without batch normalisation 8 ± 2 points are lost, with mirrored
# images 7 ± 1, since a mirrored 3 is no 3. Global average pooling loses 12 ± 3: where a
# stroke is says a lot about a digit. Twice the width gains 2.3 ± 1.4. That row shows what
# pairing is good for: the two lists overlap, yet with the same seed the wide network won
# each time.

# %% [markdown]
# **Explain the mistake** (Question 1, 4 points). A student hands in this report:
#
# > "I tried network A with flips, lr 0.005 and seed 3, and network B without flips,
# > lr 0.001 and seed 0. A has 91.2 %, B has 89.6 % on 80 patches that I drew at random
# > from my training images' columns and did not train on. So A's architecture is better. On
# > the hidden test set it got only 84 %, so I tried eleven other seeds and hand in the
# > best one, with 88 %."
#
# Find four mistakes. For each say what it does to the numbers, in which direction or by
# roughly how much, and what should have been done.
#
# *Rubric.* 1 point for each mistake that is named, whose effect is stated with direction
# or size, and that comes with a remedy that works. No point for a mistake without its
# effect.

# %% [markdown] nbgrader={"grade": true, "grade_id": "four_mistakes_why", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# 1. *Three things differ* between A and B (design, flips, learning rate), so the
#    difference may come from any of them; flips alone can be worth more than 1.6 points.
#    Change the design only.
# 2. *One seed each, and different ones.* Runs of one design differ by two points or so, as
#    much as what is claimed. And 80 patches: the standard error of 90 % is $\sqrt{.9 \cdot
#    .1/80} = 3.4$ points. Several seeds, the same for both, paired differences, more
#    patches.
# 3. *The validation patches overlap* with training patches, since they are cut from the
#    same columns: both numbers are several points too high, and higher for the network
#    that learns more by heart. Take other columns.
# 4. *The hidden test set was used to choose.* The best of twelve seeds is lucky by about
#    one and a half standard deviations or more, on exactly these images: 88 % is too high as a
#    forecast. The test set is looked at once; report the mean over seeds.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C39", "Q04"]
# ## 5 · Your network
#
# Now spend the budget. Look at the validation set as often as you wish; everything that
# you find out belongs in the report, what failed as well.
#
# **Task 6** (medium, 40 minutes with task 7). Write `build_my_net()`. It returns a new
# `nn.Module` with random weights each time it is called, which
#
# - takes images (N, 1, 32, 32) for any N, also a single one, and gives *logits* (N, 8), the
#   scores before softmax;
# - keeps the rules of section 1: at most 20,000 parameters and 2,000,000 MACs, counted
#   layers only, each of them in use;
# - in eval mode judges each image by itself: what it says of an image does not depend on
#   which others are in the batch, nor on chance.
#
# <details><summary>Hint 1: what to think of</summary>Start from a design of Figure 3 that
# was good for its price. What did lessons 10 and 11 add, and what does it cost here?</details>
# <details><summary>Hint 2: what to look up</summary>A convolution in front of batch
# normalisation needs no bias: <code>bias=False</code>. Does a first stride of 2, or an
# early pool, leave enough of a texture's grain?</details>
# <details><summary>Hint 3: the order of things</summary>Build; call
# <code>show_budget</code>; see which layer is the dearest, and in which budget; change that
# one. Train only what fits. Change one thing at a time from there.</details>


# %% nbgrader={"grade": false, "grade_id": "net_checks", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_budget(build, count_params, count_macs):
    """Check a network against the budget, with the student's own counters."""
    model = build()
    module = isinstance(model, nn.Module)
    require(module, f"{build.__name__}: the result must be an nn.Module, made anew")
    try:
        problem = show_budget(model, count_params, count_macs)
    except NotImplementedError:
        print("not counted yet: count_params and count_macs come first")
        return
    require(not problem, f"{build.__name__}: {problem}")
    print(f"✓ {build.__name__}: within the budget, as you count it")


# %% nbgrader={"grade": false, "grade_id": "logits_check", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_logits(model, who):
    """Check that a network gives finite logits, and judges each image by itself."""
    require(isinstance(model, nn.Module), f"{who}: the network must be an nn.Module")
    images = cut(VALIDATION, 1, seed=3)[0]
    model.eval()
    with torch.no_grad():
        try:
            together = model(images)
            alone = torch.cat([model(image[None]) for image in images])
        except Exception as error:
            raise CheckError(
                f"{who}: the network cannot take 8 images (8, 1, 32, 32), or a single "
                f"one (1, 1, 32, 32): {error}"
            ) from None
    shape = tuple(together.shape)
    require(shape == (8, 8), f"{who}: 8 images give {shape}, wanted logits (8, 8)")
    require(bool(together.isfinite().all()), f"{who}: the logits are not finite")
    require(
        torch.allclose(together, alone, rtol=1e-3, atol=1e-4),
        f"{who}: in eval mode an image gets other logits alone than beside others (or by "
        f"chance); statistics of the batch must not decide",
    )
    sums = together.sum(1)
    softmax = together.min() >= 0 and torch.allclose(sums, torch.ones(8), atol=1e-3)
    require(
        not softmax, f"{who}: these are probabilities; the loss applies softmax itself"
    )
    print(f"✓ {who}: logits, each image by itself")


# %% nbgrader={"grade": false, "grade_id": "stored_check", "locked": true, "schema_version": 3, "solution": false, "task": false}
def logits_with(model, numbers, images):
    """Return the logits of a network that is given other parameters and buffers."""
    model.load_state_dict(numbers)
    with torch.no_grad():
        return model.eval()(images)


def check_stored(model, build, who):
    """Check that all that a network has learned is in its parameters and buffers."""
    images, state = cut(VALIDATION, 1, seed=3)[0], copy.deepcopy(model.state_dict())
    try:
        copied = logits_with(build(), state, images)
    except (RuntimeError, KeyError):
        raise CheckError(
            f"{who}: this is no network of build_my_net; its numbers do not fit in there"
        ) from None
    with torch.no_grad():
        same = torch.allclose(model.eval()(images), copied, rtol=1e-3, atol=1e-4)
    require(
        same,
        f"{who}: a new network with the same parameters and buffers gives other logits; "
        f"some numbers are kept where they are not counted (in a list, say)",
    )
    print(f"✓ {who}: no numbers hidden from the counters")


# %% nbgrader={"grade": false, "grade_id": "called_check", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_called(model, who):
    """Check that weights are used by their layer only, where operations are counted."""
    images, state = cut(VALIDATION, 1, seed=3)[0], copy.deepcopy(model.state_dict())
    twin = copy.deepcopy(model)
    for name, part in twin.named_modules():
        if type(part).__name__ not in ("Conv2d", "Linear"):
            continue
        # No weights in a layer, or no output of it: that should be the same.
        own = (f"{name}.weight", f"{name}.bias")
        numbers = {k: v * 0 if k in own else v for k, v in state.items()}
        silent, now = logits_with(twin, numbers, images), twin.state_dict()
        shared = any(not torch.equal(now[k], numbers[k]) for k in numbers)
        handle = part.register_forward_hook(lambda layer, inputs, output: output * 0)
        removed = logits_with(twin, state, images)
        handle.remove()
        require(
            shared or torch.allclose(silent, removed, 1e-3, 1e-4, equal_nan=True),
            f"{who}: the weights of layer {name} are used past the layer, where nobody "
            f"counts the operations; call the layer",
        )
    print(f"✓ {who}: no operations hidden from the counters")


# %% nbgrader={"grade": false, "grade_id": "build_my_net", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_my_net():
    """Build a network within the budget: images (N, 1, 32, 32) to logits (N, 8)."""

    ### BEGIN SOLUTION
    def block(c_in, c_out):
        conv = nn.Conv2d(c_in, c_out, 3, padding=1, bias=False)
        return [conv, nn.BatchNorm2d(c_out), nn.ReLU()]

    return nn.Sequential(
        *block(1, 8),
        nn.MaxPool2d(2),
        *block(8, 16),
        nn.MaxPool2d(2),
        *block(16, 32),
        *block(32, 40),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(40, CLASSES),
    )
    ### END SOLUTION


# %% tags=["experiment"]
problem = show_budget(build_my_net(), count_params, count_macs)


# %% nbgrader={"grade": true, "grade_id": "build_my_net_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check_budget(build_my_net, count_params, count_macs)
### BEGIN HIDDEN TESTS
COUNTED = ("Conv2d", "Linear")
NORMS = (
    "BatchNorm2d",
    "BatchNorm1d",
    "GroupNorm",
    "LayerNorm",
    "InstanceNorm2d",
    "PReLU",
)


def true_costs(model, who):
    """Count without the student's functions: (parameters, MACs)."""
    macs, used, handles, numbers = [], [], [], {}
    for name, part in model.named_modules():
        own = dict(part.named_parameters(recurse=False))
        own |= dict(part.named_buffers(recurse=False))
        kind, home = type(part).__name__, type(part).__module__
        require(
            not own
            or (kind in COUNTED + NORMS and home.startswith("torch.nn.modules.")),
            f"{who}: a layer of kind {kind} keeps parameters or buffers of its own, which "
            f"the budget cannot count; see the rules",
        )
        if kind in COUNTED:
            shape = tuple(part.weight.shape)

            def note(layer, inputs, output, name=name, shape=shape):
                macs.append(output.numel() * math.prod(shape[1:]))
                used.append(name)

            handles.append((name, kind, part.register_forward_hook(note)))
    for name, parameter in model.named_parameters():
        numbers[name] = math.prod(tuple(parameter.shape))
    model.eval()
    patches = cut(VALIDATION, 1, seed=8)[0]
    with torch.no_grad():
        model(patches)
    for name, kind, handle in handles:
        handle.remove()
        require(
            name in used, f"{who}: layer {name}, {kind}, is never used; take it out"
        )
    return sum(numbers.values()), math.ceil(sum(macs) / len(patches))


model = build_my_net()
require(isinstance(model, nn.Module), "build_my_net: the result is no nn.Module")
parameters, macs = true_costs(model, "build_my_net")
require(
    parameters <= MOST_PARAMETERS,
    f"build_my_net: {parameters:,} parameters, {parameters - MOST_PARAMETERS:,} too many",
)
require(
    macs <= MOST_MACS, f"build_my_net: {macs:,} MACs, {macs - MOST_MACS:,} too many"
)
require(
    parameters > 0 and macs > 0,
    "build_my_net: the model knows of no layers; a Python list does not register them",
)
check_logits(model, "build_my_net")
check_stored(model, build_my_net, "build_my_net")
check_called(model, "build_my_net")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "build_my_net_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_logits(build_my_net(), "build_my_net")
# Also graded: other sizes of the batch, new networks at each call, train mode, images.
### BEGIN HIDDEN TESTS
first, second = build_my_net(), build_my_net()
one = copy.deepcopy(first.state_dict())
other = copy.deepcopy(second.state_dict())
require(
    any(not torch.equal(one[name], other[name]) for name in one),
    "build_my_net: two calls give the same weights; each should start at random",
)
images = cut(VALIDATION, 5, seed=4)[0]
before = images.clone()
for n in (2, 33, 40):
    with torch.no_grad():
        shape = tuple(first.train()(images[:n]).shape)
    require(shape == (n, 8), "build_my_net: not every size of the batch works")
require(torch.equal(images, before), "build_my_net: the model changes its images")
kept = second.state_dict()
require(
    all(torch.equal(kept[name], other[name]) for name in kept),
    "build_my_net: two networks share their weights or statistics",
)
first.eval()
with torch.no_grad():
    require(
        torch.equal(first(images), first(images)),
        "build_my_net: in eval mode the same images give other logits the second time",
    )
    apart = first(images) - first(images.flip(0)).flip(0)
require(
    float(apart.abs().max()) < 1e-3,
    "build_my_net: the order of the images changes what is said of them",
)
check_logits(build_my_net(), "build_my_net")
### END HIDDEN TESTS

# %% [markdown] covers=["C39"]
# **Task 7** (hard, with task 6). Write `train_my_net(images, labels, seed)`. It builds your
# network, trains it on these images (N, 1, 32, 32), float32, and labels (N,), int64, and
# returns a dict with two entries:
#
# - `"model"`: the trained network, as `build_my_net` built it and with nothing around
#   it, in eval mode;
# - `"losses"`: the mean training loss of each epoch, a list of floats.
#
# The rules of an experiment that can be repeated:
#
# - **The seed decides everything.** The same seed gives the same network, to the last digit
#   or nearly so, whatever was drawn before; another seed gives another one.
# - **Nobody else's dice are touched.** A function that calls `torch.manual_seed` and leaves
#   it at that resets the random numbers of the whole notebook. Inside
#   `with torch.random.fork_rng():` you may seed and draw as you like; behind it the state is
#   the old one.
# - Only what is handed over is learned from, and it is not changed.
# - At most 10 seconds on a normal computer, for 480 images.
#
# You may use `fit` and `Augment` of the course, or write the loop yourself.
#
# **How it is graded.** The grader trains your network once, on images that it cuts itself,
# and judges it on 480 images of the hidden columns. One point for 50 %, two for 65 %, three
# for 75 %, all four from 80 % on. The goal is 85 %, so a design that reaches it keeps its
# points with any seed. If the budget or a rule is broken there are no points, whatever
# the accuracy.
#
# **The leaderboard.** If all rules are kept, the grader also prints a line such as
# `leaderboard: accuracy=0.873 parameters=17872 macs=1401152`, with numbers that it has
# measured itself. You do not get it while you work, since only the grader has the hidden
# test set. From these lines your instructor can make a table of the class
# (`autograder leaderboard`), the highest accuracy first, with names or without. To find
# your place, look in the table for your accuracy, parameters and MACs; they are in your
# feedback, below the first test of `train_my_net`. The table gives no points.
#
# <details><summary>Hint 1: what to think of</summary>480 images are few: what may be done to
# a texture that leaves it the same texture? Lesson 11 found that for textures not every
# change is good.</details>
# <details><summary>Hint 2: what to look up</summary><code>fit</code> takes
# <code>epochs</code>, <code>lr</code>, <code>augment</code>, <code>seed</code>, and returns the
# losses. Where are the first weights drawn, and where would dropout draw?</details>
# <details><summary>Hint 3: the order of things</summary>Fork the random state and seed it;
# inside: build, train. Return the model in eval mode and the losses. Then look at the
# curve: is it still falling at the end?</details>


# %% nbgrader={"grade": false, "grade_id": "result_checks", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_result(result):
    """Check the form of what train_my_net returns."""
    who = "train_my_net"
    keys = sorted(result) if isinstance(result, dict) else []
    wanted = ["losses", "model"]
    require(keys == wanted, f"{who}: the result must be a dict with {wanted}")
    losses = result["losses"]
    require(isinstance(losses, list) and losses, f"{who}: losses must be a list")
    require(
        all(type(loss) is float and math.isfinite(loss) for loss in losses),
        f"{who}: losses must be finite Python floats, one per epoch",
    )
    module = isinstance(result["model"], nn.Module)
    require(module, f"{who}: the model must be an nn.Module")
    modes = [part.training for part in result["model"].modules()]
    require(not any(modes), f"{who}: the model must be left in eval mode")
    print(f"✓ {who}: a model in eval mode and {len(losses)} losses")


def check_accuracy(accuracy):
    """Return the points for an accuracy on the hidden test set."""
    steps = {0.5: 1.0, 0.65: 2.0, 0.75: 3.0, 0.8: 4.0}
    points = max((p for least, p in steps.items() if accuracy >= least), default=0.0)
    print(f"accuracy on hidden images: {accuracy:.1%}, {points:g} of 4 points")
    return points


# %% nbgrader={"grade": false, "grade_id": "train_my_net", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_my_net(images, labels, seed):
    """Train build_my_net() on images (N, 1, 32, 32) and labels (N,).

    Returns {"model": the network in eval mode, "losses": [mean loss of each epoch]};
    depends on nothing but the arguments.
    """
    ### BEGIN SOLUTION
    augment = Augment(flip=True, flip_vertical=True)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(
            model, images, labels, epochs=12, lr=5e-3, augment=augment, seed=seed
        )
    return {"model": model, "losses": history["loss"]}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "train_my_net_test", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
few_images, few_labels = cut(TRAIN, 3, seed=5)
check_result(train_my_net(few_images, few_labels, 1))
### BEGIN HIDDEN TESTS
COUNTED = ("Conv2d", "Linear")
NORMS = (
    "BatchNorm2d",
    "BatchNorm1d",
    "GroupNorm",
    "LayerNorm",
    "InstanceNorm2d",
    "PReLU",
)


def true_costs(model, who):
    """Count without the student's functions: (parameters, MACs)."""
    macs, used, handles, numbers = [], [], [], {}
    for name, part in model.named_modules():
        own = dict(part.named_parameters(recurse=False))
        own |= dict(part.named_buffers(recurse=False))
        kind, home = type(part).__name__, type(part).__module__
        require(
            not own
            or (kind in COUNTED + NORMS and home.startswith("torch.nn.modules.")),
            f"{who}: a layer of kind {kind} keeps parameters or buffers of its own, which "
            f"the budget cannot count; see the rules",
        )
        if kind in COUNTED:
            shape = tuple(part.weight.shape)

            def note(layer, inputs, output, name=name, shape=shape):
                macs.append(output.numel() * math.prod(shape[1:]))
                used.append(name)

            handles.append((name, kind, part.register_forward_hook(note)))
    for name, parameter in model.named_parameters():
        numbers[name] = math.prod(tuple(parameter.shape))
    patches = cut(VALIDATION, 1, seed=8)[0]
    with torch.no_grad():
        model(patches)
    for name, kind, handle in handles:
        handle.remove()
        require(
            name in used, f"{who}: layer {name}, {kind}, is never used; take it out"
        )
    return sum(numbers.values()), math.ceil(sum(macs) / len(patches))


# The cheap properties first: what breaks the budget is not even trained.
few = train_my_net(few_images, few_labels, 2)
check_result(few)
parameters, macs = true_costs(few["model"], "train_my_net")
require(
    0 < parameters <= MOST_PARAMETERS and 0 < macs <= MOST_MACS,
    f"train_my_net: {parameters:,} parameters and {macs:,} MACs are not within the budget",
)
check_logits(few["model"], "train_my_net")
check_stored(few["model"], build_my_net, "train_my_net")
check_called(few["model"], "train_my_net")
# The classes are named otherwise than in the notebook: who learns from what is handed
# over does not notice; who learns from anything else gives the old names.
images, names = cut(TRAIN, 60, seed=911)
hidden, hidden_names = cut((0.55, 1.0), 60, seed=912)
order = torch.tensor([3, 6, 0, 5, 1, 7, 2, 4])
result = train_my_net(images, order[names], 913)
check_result(result)
check_logits(result["model"], "train_my_net")
check_stored(result["model"], build_my_net, "train_my_net")
check_called(result["model"], "train_my_net")
with torch.no_grad():
    answers = torch.cat([result["model"](batch) for batch in hidden.split(120)]).argmax(
        1
    )
# Over 20 seeds the worst was 85 % (this solution) and 84 % (two other right answers, with
# their own loop and without flips); all points from 80 % on.
accuracy = (answers == order[hidden_names]).double().mean().item()
old = (answers == hidden_names).double().mean().item()
require(
    old < 0.3 or old < accuracy,
    "train_my_net: the model did not learn the labels that it was handed, but others",
)
parameters, macs = true_costs(result["model"], "train_my_net")
require(
    0 < parameters <= MOST_PARAMETERS and 0 < macs <= MOST_MACS,
    f"train_my_net: {parameters:,} parameters and {macs:,} MACs are not within the budget",
)
print(f"leaderboard: accuracy={accuracy:.3f} parameters={parameters} macs={macs}")
check_accuracy(accuracy)
### END HIDDEN TESTS


# %% nbgrader={"grade": true, "grade_id": "train_my_net_edge_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def weights_of(result):
    """Return all weights and statistics of a trained network as one long row."""
    state = result["model"].state_dict()
    return torch.cat([tensor.double().flatten() for tensor in state.values()])


few_images, few_labels = cut(TRAIN, 5, seed=6)
torch.manual_seed(1)
result = train_my_net(few_images, few_labels, 7)
check_result(result)
weights = weights_of(result)
torch.manual_seed(2)
again = weights_of(train_my_net(few_images, few_labels, 7))
require(
    torch.allclose(weights, again, atol=1e-5),
    "train_my_net: the same seed gives another network the second time",
)
print("✓ train_my_net: repeatable")
# Also graded: other seeds, labels and images, the arguments and dice afterwards, losses.
### BEGIN HIDDEN TESTS
before = few_images.clone(), few_labels.clone()
torch.manual_seed(61)
fresh = build_my_net().state_dict()
torch.manual_seed(61)
result = train_my_net(few_images, few_labels, 8)
later = build_my_net().state_dict()
require(
    torch.equal(few_images, before[0]) and torch.equal(few_labels, before[1]),
    "train_my_net: the images or labels are changed",
)
require(
    all(torch.equal(fresh[name], later[name]) for name in fresh),
    "train_my_net: the random state of torch is not what it was before the call",
)
other = weights_of(result)
require(
    other.shape == weights.shape and not torch.allclose(other, weights, atol=1e-3),
    "train_my_net: another seed gives the same network",
)
turned = weights_of(train_my_net(few_images, (few_labels + 3) % 8, 8))
require(
    not torch.allclose(other, turned, atol=1e-3),
    "train_my_net: other labels give the same network",
)
mirrored = weights_of(train_my_net(few_images.flip(0), few_labels, 8))
require(
    not torch.allclose(other, mirrored, atol=1e-3),
    "train_my_net: other images give the same network",
)
require(
    torch.equal(other, weights_of(result)),
    "train_my_net: a later call changes the network of an earlier one",
)
losses = result["losses"]
require(
    len(losses) > 1 and losses[-1] < losses[0],
    "train_my_net: there must be a loss for each of several epochs, and it must fall",
)
check_logits(result["model"], "train_my_net")
### END HIDDEN TESTS

# %% [markdown] covers=["Q13"]
# ### What you have

# %% tags=["experiment"]
mine, curves = [], {}
for seed in seeds(3):
    with Stopwatch() as watch:
        result = train_my_net(train_images, train_labels, seed)
    curves["_" * (seed > 0) + f"seed {seed}"] = result["losses"]  # names one line
    sets = (train_images, train_labels), (valid_images, valid_labels)
    mine.append([100 * judge(result["model"], *each)[1] for each in sets])
    print(f"seed {seed}: trained in {watch.seconds:.1f} s")
network = result["model"]  # for section 7
show_curves(curves, ylabel="training loss (nats)", ylim=(0, None))
spread = dict(zip(("training", "validation"), np.transpose(mine), strict=True))
show_spread(spread, xlabel="accuracy (%)", chance=100 / CLASSES, digits=1)

# %% [markdown]
# **Figure 6.** *Top:* does the loss still fall when training stops? *Bottom:* a wide gap
# between training and validation asks for more regularisation or fewer parameters; no
# gap and a low accuracy ask for the opposite.
#
# The next cell is yours. For the table of your report, write a function
# `train_variant(seed, **settings)` that returns a validation accuracy, and hand it to
# `ablate`. Keep each run short while you explore.

# %% tags=["experiment"]
# Your experiments. Nothing here is graded; the report is.

# %% [markdown] covers=["Q13"]
# ### Other ways to compare
#
# **Question 2** (3 points). Look back at the table printed above Figure 3: parameters,
# MACs and *measured seconds* of the designs. (a) Order the designs by MACs and by seconds.
# Which one is out of place, and why does it take longer than its MACs suggest? (b) Name
# two other quantities, beyond accuracy, parameters, MACs and seconds, by which one network
# may be better than another for a given use, and for each a use in which it decides.
#
# *Rubric.* 1 point for (a): both orders from your own numbers, with a reason that has to do
# with how the layer works and not with chance. 1 point for each quantity of (b) that can
# be measured, with a use in which it decides.

# %% [markdown] nbgrader={"grade": true, "grade_id": "other_measures_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) On the machine of the authors, per training of six epochs: by MACs *separable*
# (0.12 M), *dense head* (0.22 M), *stride 2* (0.42 M), *deep* (1.38 M), *wide* (1.68 M); by
# seconds *separable* and *stride 2* (0.7 s), *dense head* (0.9 s), *deep* (1.5 s), *wide*
# (1.7 s). *Separable* is out of place: less than a third of the MACs of *stride 2*, the
# same time. A depthwise convolution multiplies only nine times for each number that it
# fetches from memory, so it waits for memory and not for the multiplier; and there are
# twice as many layers, each with a fixed cost for calling it and a ReLU of its own. (*Dense
# head* against *stride 2* is right as well: at full resolution ReLU and pooling cost time
# and no MACs.)
#
# (b) *Memory for activations*: the largest map decides whether a network fits on a
# microcontroller with 256 kB of RAM, however few parameters it has. *Errors by class*, or
# recall at a fixed rate of false alarms: for a screening test a missed tumour costs more
# than an alarm, and overall accuracy hides it. (Also: energy per image, time for a
# single image rather than a batch, calibration, accuracy on images from another camera,
# cost of training.)
# <!-- END SOLUTION -->

# %% [markdown] covers=["D03"]
# ### If you like: clothes
#
# Fashion-MNIST has the format of MNIST, 60,000 training and 10,000 test images of 28 × 28
# grey pixels in ten classes, and was made because MNIST had become too easy. If it is on
# this computer (`data.fashion_mnist()` fetches 31 MB), the next cell trains *your* network
# on it, unchanged: 60 images of each of the first eight classes, with a margin of two pixels. Are
# your augmentations right for clothes? Which of your decisions were about textures only?

# %% tags=["experiment"]
if data.available("fashion_mnist") and live():
    clothes, kinds, other_clothes, other_kinds = (
        torch.tensor(np.asarray(part)) for part in data.fashion_mnist()
    )
    rows = torch.cat([torch.nonzero(kinds == k)[:60, 0] for k in range(CLASSES)])
    others = torch.nonzero(other_kinds < CLASSES)[:2000, 0]
    some, rest = (
        nn.functional.pad(images[:, None] / 255 * 4 - 1, (2, 2, 2, 2), value=-1.0)
        for images in (clothes[rows], other_clothes[others])
    )
    clothing = train_my_net(some, kinds[rows].long(), 0)["model"]
    accuracy = judge(clothing, rest, other_kinds[others].long())[1]
    print(f"{accuracy:.1%} of {len(rest)} test images of eight kinds of clothes")
else:
    print("Fashion-MNIST is not on this computer; data.fashion_mnist() fetches it")

# %% [markdown] covers=["C39", "Q04", "Q13"]
# ## 6 · The report
#
# **Question 3** (12 points). Write a report of one page, for an engineer who has to decide
# whether to use your network and who was not there. It has five parts:
#
# 1. **Design.** The layers, with where parameters and MACs go, and why the budget is spent
#    there.
# 2. **Training.** What is learned from, augmentation, epochs, learning rate, seconds.
# 3. **Ablation table.** At least four variants beside the full design, *one change each*;
#    mean ± standard deviation over at least three seeds, the same for all; paired gain.
# 4. **What failed**, with its number.
# 5. **Conclusion and limits.** What the numbers support, what they leave undecided, and
#    where you would expect the network to fail.
#
# *Rubric.* Parts that are missing get 0.
#
# | points | for |
# |---|---|
# | 2 | parameters and MACs in total and by layer, equal to what the counters give (1); a reason for where they go that names resolution, channels or receptive field (1) |
# | 1 | training described so that a reader could repeat it: data, epochs, rate, augmentation, seeds |
# | 3 | table: four variants with one change each (1); mean, standard deviation and number of seeds, at least three (1); gains paired by seed (1) |
# | 1 | every number of the table is from the validation columns, and the text says so |
# | 2 | at least one thing that failed (1), with its number and a guess why (1) |
# | 2 | claims fit the table: what is smaller than its spread is called undecided (1), what is larger is named with its size (1) |
# | 1 | a limit that follows from the data or the method, and not a general remark |

# %% [markdown] nbgrader={"grade": true, "grade_id": "report_why", "locked": false, "points": 12, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# *Texture recognition with 17,872 parameters*
#
# **Design.** Four 3 × 3 convolutions with batch normalisation and ReLU, 8, 16, 32 and 40
# channels; 2 × 2 maximum pools behind the first and the second, so that the last two work
# on 8 × 8; global average pooling; a linear layer. Receptive field 26 pixels. 17,872
# parameters (89 % of the budget; 64 % of them in the last convolution, where channels are
# many) and 1,401,152 MACs (70 %; 53 % in the last convolution, 5 % in the first). Channels
# grow where resolution falls, so that each of the middle layers costs the same, 294,912.
#
# **Training.** 480 images of the columns 0 to 40 % (`cut(TRAIN, 60, seed=0)`), AdamW, rate
# 0.005 falling to 0 along a cosine, 12 epochs, batches of 32, random flips along both axes.
# 3.3 CPU seconds. Seeds 0 to 4, the same for all variants.
#
# **Ablation**, accuracy in % on 320 images of the validation columns, n = 5 seeds each:
#
# | variant, one change each | parameters | MACs | mean ± sd | paired gain ± sd |
# |---|---|---|---|---|
# | full design | 17,872 | 1.40 M | 87.4 ± 2.2 | |
# | no batch normalisation | 17,776 | 1.40 M | 76.1 ± 3.4 | −11.4 ± 3.4 |
# | no flips | 17,872 | 1.40 M | 87.2 ± 1.6 | −0.2 ± 2.4 |
# | flips and rotations by up to 20° | 17,872 | 1.40 M | 72.4 ± 2.3 | −15.0 ± 3.7 |
# | separable layers 2 to 4 | 3,128 | 0.27 M | 82.2 ± 1.9 | −5.2 ± 4.0 |
# | 4 × 4 means per channel, flattened, for one | 22,672 | 1.41 M | 86.3 ± 2.8 | −1.1 ± 1.2 |
# | half the channels | 4,620 | 0.37 M | 82.5 ± 1.8 | −4.9 ± 1.8 |
#
# **What failed.** Rotations cost 15 points. They read between pixels and so blur the fine
# grain that tells gravel from grass. Flips, which keep every pixel, did nothing measurable:
# 480 images and 12 epochs seem not to be enough to overfit much. Separable layers need
# a fifth of the MACs and nearly the same time (3.1 s).
#
# **Conclusion.** Batch normalisation is worth 11 points, and the second half of the channels
# about 5. Flips (−0.2 ± 2.4) and one mean per channel (1.1 ± 1.2; 4 × 4 means break the
# budget) are undecided. The separable variant is the one to try if 82 % suffice.
# *Limits:* all images come from eight photos, so this is recognition of these photos, not
# of "brick"; another wall in other light would probably fail. The validation columns are narrow, and
# their 320 images alone have a standard error of 1.9 points.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C56"]
# ## 7 · What comes after classification
#
# A classifier answers one question about a whole image: *what* is it? Most uses ask for
# more.
#
# | task | the answer | what changes in the network | judged by |
# |---|---|---|---|
# | **localisation** | a class and one box | four more outputs, trained as a regression | overlap of two boxes |
# | **detection** | any number of boxes, each with class and score | class scores and a box at *every place* of the last maps; of boxes that overlap, the best one is kept | average precision over scores and classes |
# | **segmentation** | a class for each pixel | no pooling at the end; the small map is enlarged again, with help from early, finer maps | overlap of two regions |
#
# Overlap is measured as *intersection over union*: the area that both have, divided by the
# area that at least one has. It is 1 for equal regions and 0 for separate ones.
#
# All three keep the base of convolutions and replace the head. You can see why with the
# network that you have: slid over a larger image, a classifier of 32 × 32 pixels
# becomes a coarse segmenter. Nobody needs to train it anew.


# %% nbgrader={"grade": false, "grade_id": "mosaic_figure", "locked": true, "schema_version": 3, "solution": false, "task": false}
def show_mosaic(mosaic, tiles, answers, step=4, margin=16):
    """Draw a mosaic of photos, and over it the class of each window's centre."""
    height, width = mosaic.shape
    side = width // len(tiles[0])
    _, axes = plt.subplots(2, 1, figsize=(7.4, 7.2))
    for ax in axes:
        ax.imshow(mosaic, cmap="gray", vmin=-2, vmax=2, extent=(0, width, height, 0))
        ax.set(xlim=(0, width), ylim=(height, 0), ylabel="row (pixels)")
        for edge in range(side, width, side):
            ax.axvline(edge, color="white", lw=1.5)
        ax.axhline(side, color="white", lw=1.5)
    low, high = margin - step / 2, np.multiply(answers.shape, step) + margin - step / 2
    inks = ["C0", "C1", "C2", "C9", "C4", "C5", "C6", "C7"]  # C3 is grey, as photos are
    extent = (low, high[1], high[0], low)
    looks = {
        "cmap": ListedColormap(inks),
        "vmin": -0.5,
        "vmax": CLASSES - 0.5,
        "alpha": 0.75,
    }
    axes[1].imshow(answers, extent=extent, interpolation="nearest", **looks)
    for (row, column), k in np.ndenumerate(tiles):
        place = (column * side + 3, row * side + 3)
        word = {"color": "white", "va": "top", "fontsize": 10, "weight": "bold"}
        box = {"fc": inks[k], "ec": "none", "pad": 2}
        for ax in axes:
            ax.text(*place, data.TEXTURES[k], bbox=box, **word)
    axes[0].set_title("a mosaic of eight photos, from the validation columns")
    axes[1].set_title("the class of the window around each place")
    axes[1].set_xlabel("column (pixels)")
    plt.show()


# %% tags=["experiment"]
tiles, side = np.array([[0, 6, 4, 1], [3, 2, 7, 5]]), 56
parts = []
for photo in PHOTOS:
    top, left = photo.shape[0] // 2 - side // 2, round(0.4 * photo.shape[1])
    parts.append(photo[top : top + side, left : left + side])
parts = [(part - part.mean()) / (part.std() + 0.02) for part in parts]
mosaic = np.block([[parts[k] for k in row] for row in tiles])
windows = np.lib.stride_tricks.sliding_window_view(mosaic, (32, 32))[::4, ::4]
centred = windows - windows.mean(axis=(2, 3), keepdims=True)
windows = centred / (windows.std(axis=(2, 3), keepdims=True) + 0.02)
with torch.no_grad():
    batch = torch.tensor(windows.reshape(-1, 1, 32, 32), dtype=torch.float32)
    answers = network(batch).argmax(1).reshape(windows.shape[:2]).numpy()
show_mosaic(mosaic, tiles, answers)
rows, columns = (16 + 4 * np.arange(n) for n in answers.shape)
truth = tiles[rows[:, None] // side, columns // side]
print(f"{(answers == truth).mean():.0%} of the places have the class of their tile")

# %% [markdown] covers=["C56"]
# **Figure 7.** *Top:* 56 × 56 pixels of each photo, side by side. *Bottom:* what your
# network says of the 32 × 32 window around each place, every 4 pixels, in the colour of the
# label; 68 % are right with the authors' network. Where a texture is even, as in brick,
# page, grass and stars, the middle of the tile is right. The cat's eye and much of the
# tissue are not: there the window shows a shape, hardly a texture, and the network has to
# answer with one of eight names. At the borders the window sees two or four textures, and
# the answer may even be a third class. That is the price of a large receptive field: the
# more a unit sees, the less it knows where. Networks made for segmentation therefore bring
# in early, finer maps.
#
# ## Recap
#
# - A counter looks at what is there (parameters) and at what happens (MACs), and leaves no
#   trace. Parameters pile up where channels are many, operations where pixels are many.
# - A comparison is worth as much as its protocol: a validation set cut apart by source, the
#   same several seeds for all, one change per row, failures included, and no claim that
#   is smaller than its spread.
# - Classification is the smallest of the tasks that a convolutional base can serve; boxes and
#   pixels need another head, not another idea.
#
# **Next:** this is the end of the course. Take a problem of your own, cut its data by
# source, set a budget, and write the report before you believe the number.
#
# **References.** A. Canziani, A. Paszke and E. Culurciello, "An analysis of deep neural
# network models for practical applications", 2016 (accuracy against operations). A. Howard
# et al., "MobileNets", 2017 (depthwise separable convolutions on a budget). M. Lin, Q. Chen
# and S. Yan, "Network in network", 2013 (global average pooling). J. Long, E. Shelhamer and
# T. Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015. J. Redmon
# et al., "You only look once", CVPR 2016 (boxes at every place of a map). H. Xiao, K. Rasul
# and R. Vollgraf, "Fashion-MNIST", 2017. C. Deledalle, "Image classification and CNNs",
# UCSD ECE 285, 2019 (questions on what to choose, and what comes next).
