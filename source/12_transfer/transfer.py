# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 12 · Transfer learning, fine-tuning, self-supervision
#
# Five labelled pictures of each class, and a network with fifty thousand weights: that
# is hopeless, whatever one does about over-fitting. Yet a child needs one
# picture of a kite to know kites. It has seen other things before. In this lesson
# a network that has seen eight *other* shapes learns six new ones from five pictures
# each, in less time than it takes to blink. You build the three ways to do it,
# find out when each of them is the right one, and break all three.
#
# **You will be able to**
#
# - use a trained network as a measuring instrument, and put a classifier on top
#   with one formula;
# - freeze a network properly, which takes more than freezing its weights;
# - fine-tune it, choose the learning rate, and say when not to fine-tune at all;
# - compare strategies fairly, and say what was saved, in labels and in seconds.
#
# **Time:** 150 minutes, questions included. **You should know:** training in PyTorch
# (lesson 09), batch normalisation (lesson 10), over-fitting (lesson 11).

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import copy

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from course import data
from course.augment import Augment
from course.checks import check, check_raises, check_shape, require
from course.figures import label_line_ends, show_images
from course.module_checks import check_module
from course.networks import gap_net, pretrained
from course.results import show_confusion, show_curves, show_spread
from course.training import Stopwatch, judge, progress, seeds, warm_up
from course.widgets import explore

plt.style.use("course.course")
torch.set_num_threads(1)
warm_up()

# %% [markdown] covers=["C50", "D08", "Q18"]
# ## 1 · Borrowed eyes
#
# The network of lesson 10 falls into two parts. The **base** is everything up to the
# global average pool: it turns an image into 96 numbers, its **features**. The
# **head** is one dense layer that turns the features into one score per class.
# Only the head knows how many classes there are and what they are called.
#
# So take a base that was trained on a large **source** task, throw its head away, and
# put a new head on it for your own, small **target** task. That is **transfer
# learning**. Here the source is 8,000 pictures of eight shapes over photos, and the
# target six shapes that the base has never seen. The course ships the trained
# network; it took about two minutes to train (`course/data/pretrain.py`).
#
# | a summer school's hands-on story | here |
# |---|---|
# | 1. train a small network on 8 classes: airplane, car, cat, dog, flower, fruit, motorbike, person | lesson 09 |
# | 2. see it over-fit | lesson 11 |
# | 3. fight that with dropout and augmentation | lesson 11 |
# | 4. transfer a network trained on a million photos | **this lesson** |
#
# A network trained on a million photos has a hundred megabytes of weights and more. Ours
# has the same parts and a tenth of a megabyte, so that each experiment takes seconds.

# %% nbgrader={"grade": false, "grade_id": "tasks_of_this_lesson", "locked": true, "schema_version": 3, "solution": false, "task": false}
shapes_net = pretrained("shapes")  # has a .base and a .head, and is in eval mode
old_pixels, old_labels, _ = data.shapes(25, part="test", seed=9)
old_images = torch.from_numpy(old_pixels)
pixels, labels, _ = data.shapes(60, classes=data.NEW_SHAPES, part="test", seed=0)
images = torch.from_numpy(pixels)  # (360, 3, 32, 32), in [0, 1]
names = list(data.NEW_SHAPES)


def accuracy(scores, labels):
    """Return the percentage of rows whose largest score is at the label."""
    best = np.asarray(scores).argmax(axis=1)
    return 100 * float((best == np.asarray(labels)).mean())


# %% tags=["experiment"]
loss, right = judge(shapes_net, old_images, torch.from_numpy(old_labels))
print(f"the source network, on new pictures of its eight shapes: {100 * right:.1f} %")
first = [np.flatnonzero(old_labels == k)[0] for k in range(8)]
show_images(
    [old_images[i].permute(1, 2, 0) for i in first], titles=data.SHAPES, size=1.2
)
first = [np.flatnonzero(labels == k)[n] for n in (0, 1) for k in range(6)]
show_images(
    [images[i].permute(1, 2, 0) for i in first], titles=names, columns=6, size=1.4
)

# %% [markdown]
# **Figure 1.** *Top:* the source task, one picture of each class. *Below:* the target
# task, two of each. Colours, backgrounds, places and angles are random, so nothing but
# the outline tells the classes apart. Backgrounds come from halves of the photos that the
# source network has not been trained on.

# %% [markdown] covers=["C50"]
# ## 2 · A few labels, and an honest split
#
# We pretend that labels are dear: $k$ of each class may be learned from, all other
# pictures are for testing. With so few, *which* ones they are matters a lot, and
# one lucky draw proves nothing. So the draw must be random, the same for all methods
# compared, and repeatable: it gets a seed.
#
# **Task 1** (easy, 8 minutes). Write `few_shot_split(y, k, seed)`, which returns the
# tuple `(train, test)` of indices into `y`: int64 arrays, each sorted.
#
# - `train` holds exactly $k$ indices of each class that occurs in `y`, `test` all
#   others.
# - Make *one* generator, `np.random.default_rng(seed)`. Go through the classes in
#   ascending order; for each, `permutation` of the indices of its members (ascending);
#   the first $k$ of what it returns are for training.
# - Labels may be any integers: 2, 5, 40. If a class has fewer than $k$ members, or if
#   $k$ is less than 1, raise `ValueError`.
#
# Example: for `y` = (0, 1, 2, 0, 1, 2, 0, 1, 2), $k = 1$ and seed 5 the generator picks
# 3, then 1, then 8, so `train` is (1, 3, 8).
#
# <details><summary>Hint 1: what to think of</summary>One class after the other. What is
# left over when all classes are done?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.unique(y)</code> gives the
# labels in ascending order, <code>np.flatnonzero(y == label)</code> the members of one,
# <code>np.setdiff1d</code> what is in one array and not in another, sorted.</details>
# <details><summary>Hint 3: the order of things</summary>The generator, once; an empty
# list; for each label: members, are there enough?, permutation, the first k go to the
# list. At the end join the list and sort it; the rest of 0..N-1 is for testing.
# </details>


# %% nbgrader={"grade": false, "grade_id": "few_shot_split", "locked": false, "schema_version": 3, "solution": true, "task": false}
def few_shot_split(y, k, seed):
    """Draw k examples of each class for training; the rest is for testing.

    y: (N,), any integer labels; k, seed: int.
    Returns two sorted int64 arrays of indices (train, test).
    Raises ValueError if k < 1 or a class has fewer than k members.
    """
    ### BEGIN SOLUTION
    if k < 1:
        raise ValueError(f"few_shot_split: k must be at least 1, got {k}")
    rng = np.random.default_rng(seed)
    y = np.asarray(y)
    chosen = []
    for label in np.unique(y):
        members = np.flatnonzero(y == label)
        if len(members) < k:
            raise ValueError(
                f"few_shot_split: class {label} has {len(members)} members, not {k}"
            )
        chosen.append(rng.permutation(members)[:k])
    train = np.sort(np.concatenate(chosen))
    return train, np.setdiff1d(np.arange(len(y)), train)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "few_shot_split_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(
    few_shot_split,
    np.array([0, 1, 2, 0, 1, 2, 0, 1, 2]),
    1,
    5,
    want=(np.array([1, 3, 8]), np.array([0, 2, 4, 5, 6, 7])),
    case="three of each of three classes, k = 1, seed 5",
    mistakes={
        "the test set holds training examples": (np.array([1, 3, 8]), np.arange(9)),
        "the first of each class is taken; draw at random": (
            np.array([0, 1, 2]),
            np.arange(3, 9),
        ),
        "the seed is ignored": (np.array([6, 7, 8]), np.arange(6)),
        "the indices are not sorted": (
            np.array([3, 1, 8]),
            np.array([0, 2, 4, 5, 6, 7]),
        ),
    },
)
### BEGIN HIDDEN TESTS


def by_hand(y, k, seed):
    rng, train = np.random.default_rng(seed), []
    for label in sorted(set(y.tolist())):
        train += rng.permutation([i for i in range(len(y)) if y[i] == label])[
            :k
        ].tolist()
    return np.array(sorted(train)), np.array(
        [i for i in range(len(y)) if i not in train]
    )


r = np.random.default_rng(1201)
for n, classes, k in ((40, 3, 4), (90, 6, 5), (31, 2, 1), (60, 4, 7)):
    y = r.permutation(np.arange(n) % classes)
    for seed in (0, 7, 123):
        want = by_hand(y, k, seed)
        plain = np.sort(np.random.default_rng(seed).permutation(n)[: k * classes])
        check(
            few_shot_split,
            y,
            k,
            seed,
            want=want,
            case="random labels",
            mistakes={
                "the draw does not look at the classes": (
                    plain,
                    np.setdiff1d(np.arange(n), plain),
                )
            },
        )
first, second = (few_shot_split(y, 7, seed)[0] for seed in (1, 2))
require(
    not np.array_equal(first, second),
    "few_shot_split: two seeds give the same split",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "few_shot_split_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(few_shot_split, np.array([0, 0, 1]), 2, 0, case="one member, k = 2")
check_raises(few_shot_split, np.array([0, 0, 1]), 0, 0, case="k = 0")
# Also graded: gaps between labels, k of a whole class, uint8, views, one class, big k.
### BEGIN HIDDEN TESTS


def by_hand(y, k, seed):
    rng, train = np.random.default_rng(seed), []
    for label in sorted(set(y.tolist())):
        train += rng.permutation([i for i in range(len(y)) if y[i] == label])[
            :k
        ].tolist()
    rest = [i for i in range(len(y)) if i not in train]
    return np.array(sorted(train), np.int64), np.array(rest, np.int64)


r = np.random.default_rng(1202)
for y, k, seed, case in (
    (np.array([40, 5, 5, 2, 40, 2, 5, 40, 2]), 2, 3, "labels 2, 5 and 40"),
    (np.array([-1, 3, -1, 3, 3, -1]), 1, 0, "a negative label"),
    (np.array([1, 1, 0, 0]), 2, 4, "nothing left for testing"),
    (np.array([0, 0, 1, 1, 1, 1]), 2, 4, "nothing left of one class"),
    (r.integers(0, 4, 60).astype(np.uint8), 3, 9, "uint8 labels"),
    (r.integers(0, 3, 120)[::-2], 3, 2, "a view with steps"),
    (np.zeros(9, int), 4, 8, "a single class"),
    (np.array([2, 0, 1] * 20), 19, 6, "nearly all for training"),
    (np.array([9, 8, 7, 9, 8, 7, 9, 8, 7]), 1, 11, "labels that fall"),
):
    check(few_shot_split, y, k, seed, want=by_hand(y, k, seed), case=case)
check_raises(
    few_shot_split, np.array([4, 4, 7, 7, 7]), 3, 1, case="too few of one class"
)
check_raises(few_shot_split, np.array([0, 1, 0, 1]), -1, 0, case="a negative k")
### END HIDDEN TESTS

# %% [markdown] covers=["C50"]
# ## 3 · The base as a measuring instrument
#
# To get the features of a picture, run the base on it. Three things spoil that in
# practice, and none of them raises an error.
#
# - A network in *train* mode normalises each batch by its own statistics and switches
#   units off at random: the features of a picture then depend on its neighbours in the
#   batch. Use **eval mode**.
# - PyTorch remembers every intermediate result, in case somebody calls
#   `backward`. For thousands of pictures that fills the memory. Switch it off:
#   **`torch.no_grad()`**.
# - Afterwards the network should be as it was found, **each layer in its own mode**. A
#   network in train mode may hold layers that are in eval mode on purpose; you will
#   meet one in section 5.
#
# The layer below passes its input on and takes notes. The checks use it.


# %% nbgrader={"grade": false, "grade_id": "meter", "locked": true, "schema_version": 3, "solution": false, "task": false}
class Meter(nn.Module):
    """Pass the input on; count calls, calls that build a graph, the largest batch."""

    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(1))
        self.register_buffer("graphs", torch.zeros(1))
        self.register_buffer("largest", torch.zeros(1))

    def forward(self, x):
        """Return x."""
        self.calls.add_(1)
        self.graphs.add_(float(torch.is_grad_enabled()))
        self.largest.clamp_(min=float(len(x)))
        return x


# %% [markdown]
# **Task 2** (medium, 10 minutes). Write `extract_features(model, X, batch_size=64)`.
# `X` is a float32 tensor whose first axis counts N images. Return a NumPy array
# of shape (N, D), float32: what `model` gives for each image, flattened, in the order of
# `X`.
#
# - The model runs in eval mode, without a graph, on at most `batch_size` images at a
#   time; `batch_size` must not change the result.
# - Afterwards every layer is in the mode in which it was.
#
# Example: a model that turns each image into maps of shape (4, 2, 2) gives D = 16.
#
# <details><summary>Hint 1: what to think of</summary>Remember, change, work, restore.
# What do you have to remember of a model with many layers?</details>
# <details><summary>Hint 2: what to look up</summary><code>model.modules()</code> goes
# through all layers, also those inside others; each has a bool
# <code>.training</code>. <code>X.split(batch_size)</code>, <code>torch.cat</code>,
# <code>.flatten(1)</code>, <code>.numpy()</code>.</details>
# <details><summary>Hint 3: the order of things</summary>A list of all
# <code>.training</code>; <code>model.eval()</code>; under <code>torch.no_grad()</code>
# one output per batch, flattened from axis 1 on; put each layer's
# <code>.training</code> back; join along axis 0.</details>


# %% nbgrader={"grade": false, "grade_id": "extract_features", "locked": false, "schema_version": 3, "solution": true, "task": false}
def extract_features(model, X, batch_size=64):
    """Return what a model gives for each image, as rows of numbers.

    model: nn.Module; X: float32 tensor (N, ...); batch_size: int.
    Returns a float32 array (N, D). Leaves each layer in the mode it was in.
    """
    ### BEGIN SOLUTION
    modes = [layer.training for layer in model.modules()]
    model.eval()
    with torch.no_grad():
        rows = [model(batch).flatten(1) for batch in X.split(batch_size)]
    for layer, mode in zip(model.modules(), modes, strict=True):
        layer.training = mode
    return torch.cat(rows).numpy()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "extract_features_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
counting = torch.arange(24.0).reshape(3, 2, 2, 2)
check(
    extract_features,
    nn.Sequential(nn.Dropout(0.5), nn.ReLU()),
    counting,
    2,
    want=np.arange(24, dtype=np.float32).reshape(3, 8),
    case="three images of 2 x 2 x 2 through a dropout layer",
)
case = "the base of the shapes network"
check_shape(extract_features, shapes_net.base, images[:5], want=(5, 96), case=case)
### BEGIN HIDDEN TESTS
torch.manual_seed(2201)
deep = nn.Sequential(
    nn.Conv2d(2, 5, 3), nn.BatchNorm2d(5), nn.ReLU(), nn.Dropout2d(0.5), nn.MaxPool2d(2)
)
with torch.no_grad():
    deep(3 * torch.randn(50, 2, 8, 8) + 1)  # batch norm has statistics now
x = 2 * torch.randn(11, 2, 8, 8)
deep.eval()
with torch.no_grad():
    want = deep(x).flatten(1).numpy()
deep.train()
before = {name: value.clone() for name, value in deep.state_dict().items()}
for batch_size in (1, 4, 10, 11, 64):
    check(
        extract_features,
        deep,
        x,
        batch_size,
        want=want,
        case="batch norm and dropout, in several batch sizes",
        rtol=1e-4,
        atol=1e-5,
    )
check(extract_features, deep, x, want=want, case="the default", rtol=1e-4, atol=1e-5)
for name, value in deep.state_dict().items():
    require(
        torch.equal(value, before[name]),
        "extract_features: the statistics of batch norm have moved; was it in eval mode?",
    )
require(deep.training, "extract_features: the model is not in train mode any more")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "extract_features_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
mixed = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(4, 2))
mixed[1].eval()  # the whole is in train mode, one layer is not
check_shape(extract_features, mixed, torch.ones(3, 1, 2, 2), want=(3, 2), case="modes")
require(
    [layer.training for layer in mixed.modules()] == [True, True, False, True],
    "extract_features: a layer is not in the mode in which it was before",
)
# Also graded: no graph, batches of at most batch_size, eval mode kept, one image, 2-D.
### BEGIN HIDDEN TESTS
meter = Meter()
noted = nn.Sequential(meter, nn.Flatten(), nn.Linear(4, 3), nn.Dropout(0.5))
with torch.no_grad():
    want = nn.Sequential(*noted[1:3])(torch.ones(10, 1, 2, 2)).numpy()
x = torch.ones(10, 1, 2, 2)
noted.eval()
check(
    extract_features, noted, x, 4, want=want, case="ten in fours", rtol=1e-4, atol=1e-5
)
require(
    float(meter.largest) == 4,
    "extract_features: the batches do not hold batch_size images each",
)
require(float(meter.calls) == 3, "extract_features: ten in fours are three batches")
require(float(meter.graphs) == 0, "extract_features: the model's graph is kept")
require(
    not noted.training, "extract_features: the model was in eval mode, and is not now"
)
row = torch.arange(4.0)[None]
want = row.numpy()
check(
    extract_features, nn.Identity(), row, want=want, case="one image, features in 2-D"
)
tall = torch.arange(30.0).reshape(5, 1, 2, 3)
want = tall.numpy().reshape(5, 6)
check(
    extract_features, nn.ReLU(), tall, 3, want=want, case="images that are not square"
)
frozen = nn.Sequential(nn.BatchNorm2d(1), nn.Sequential(nn.Dropout(0.5), nn.ReLU()))
frozen[0].eval()
frozen[1][0].eval()
extract_features(frozen, tall, 2)
require(
    [layer.training for layer in frozen.modules()] == [True, False, True, False, True],
    "extract_features: a layer inside a layer is not in the mode in which it was",
)
case = "the model's own outputs, not scaled"
check(extract_features, nn.Flatten(), 255 * tall, want=255 * want, case=case)
### END HIDDEN TESTS


# %% nbgrader={"grade": false, "grade_id": "untrained", "locked": true, "schema_version": 3, "solution": false, "task": false}
def untrained(base, seed):
    """Return a copy of a base whose weights are all drawn anew."""
    torch.manual_seed(seed)
    fresh = copy.deepcopy(base)
    for layer in fresh.modules():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    return fresh


# %% tags=["experiment"]
features = {
    "pixels": pixels.reshape(len(pixels), -1),
    "an untrained base": extract_features(untrained(shapes_net.base, 0), images),
    "the trained base": extract_features(shapes_net.base, images),
}
_, axes = plt.subplots(1, 3, figsize=(9, 3.4))
for ax, (title, rows) in zip(axes, features.items(), strict=True):
    centred = rows - rows.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    flat = centred @ directions[:2].T
    for k, marker in enumerate("osD^vP"):
        ax.plot(*flat[labels == k].T, marker, color=f"C{k}", ms=4, alpha=0.7)
    ax.set(title=title, xticks=[], yticks=[], xlabel="first direction")
axes[0].set_ylabel("second direction")
handles = [axes[0].lines[k] for k in range(6)]
axes[0].figure.legend(handles, names, loc="outside lower center", ncols=6)
plt.show()

# %% [markdown]
# **Figure 2.** The 360 target pictures, each as a point; of its 3,072 or 96
# numbers only the two directions of largest spread are drawn. In pixels, and in the
# features of a base with random weights, all classes lie in one heap. (What differs most
# from picture to picture are not the shapes: the first direction of the pixels is the mean
# brightness, with a correlation of 0.99.) In the features of the trained base arrows, ells
# and bolts lie in regions of their own. Nobody has told the base that such shapes exist.

# %% [markdown] covers=["C50"]
# ## 4 · A head in one formula
#
# The oldest way to use a base: compute the features once, put them into a table, and
# fit a simple classifier. A slide calls it **static** transfer; tested like this the
# classifier is called a **linear probe**. Write the label of each example as a row of
# zeros with a 1 at its class, $T$ of shape (N, K), and look for weights $W$ (D, K) and a
# bias $b$ (K) for which $Z W + b$ is close to $T$, where $Z$ (N, D) holds the features:
#
# $$\min_{W,\,b}\;\; \lVert Z W + \mathbf 1 b^{\mathsf T} - T \rVert^2
#   \;+\; \lambda\,\lVert W \rVert^2 .$$
#
# Five pictures of each of six classes are 30 equations for 97 unknowns per class. The
# second term, a *ridge* of strength $\lambda$, chooses small weights among the many that
# fit. It must not touch $b$: shifting all features should change nothing. With the bias
# worked out (set its derivative to 0) the rest is a system of equations:
#
# $$\bigl(\tilde Z^{\mathsf T}\tilde Z + \lambda I\bigr)\,W = \tilde Z^{\mathsf T}\tilde T,
# \qquad b = \bar t - \bar z\,W,$$
#
# where $\bar z$ and $\bar t$ are the means over the examples, $\tilde Z = Z - \bar z$ and
# $\tilde T = T - \bar t$. No learning rate, no steps, no luck.
#
# By hand: $Z = (0, 2)^{\mathsf T}$ with labels 0 and 1 and $\lambda = 2$ has
# $\tilde Z = (-1, 1)^{\mathsf T}$, so $\tilde Z^{\mathsf T}\tilde Z + \lambda = 4$,
# $W = (-\tfrac14,\ \tfrac14)$ and $b = (\tfrac34,\ \tfrac14)$.
#
# **Task 3** (medium, 12 minutes). Write `linear_probe(Z, y, K, lam=1.0)`, which returns
# the tuple `(W, b)` in float64. For `lam = 0` the system may have many solutions: return
# the one of smallest norm. Raise `ValueError` for labels outside 0..K − 1 and for a
# negative `lam`. A class without examples is allowed.
#
# <details><summary>Hint 1: what to think of</summary>Centre both tables; then it is an
# ordinary system of equations. When is its matrix singular?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.eye(K)[y]</code> makes the
# table T. <code>np.linalg.solve</code> solves if lam is above 0, and
# <code>np.linalg.pinv</code> gives the solution of smallest norm if it is 0. Or the
# singular value decomposition for both: singular values s turn into s / (s² + lam).
# </details>
# <details><summary>Hint 3: the order of things</summary>Check; float64; means; centre;
# solve for W (mind a tiny singular value when lam is 0: that direction gets weight 0);
# b from the means.</details>


# %% nbgrader={"grade": false, "grade_id": "linear_probe", "locked": false, "schema_version": 3, "solution": true, "task": false}
def linear_probe(Z, y, K, lam=1.0):
    """Fit scores Z @ W + b to one-hot labels by ridge regression.

    Z: (N, D), real; y: (N,), integers in 0..K-1; K: int; lam: float, at least 0.
    Returns float64 (W, b) of shapes (D, K), (K,); the bias is not penalised.
    Raises ValueError for labels outside 0..K-1, or lam < 0.
    """
    ### BEGIN SOLUTION
    Z, y = np.asarray(Z, np.float64), np.asarray(y)
    if lam < 0:
        raise ValueError(f"linear_probe: lam must be at least 0, got {lam}")
    if np.any((y < 0) | (y >= K)):
        raise ValueError(f"linear_probe: labels must be in 0..{K - 1}, got {y}")
    targets = np.eye(K)[y]
    z_mean, t_mean = Z.mean(axis=0), targets.mean(axis=0)
    left, s, right = np.linalg.svd(Z - z_mean, full_matrices=False)
    real = s > 1e-10 * s.max()
    factors = np.where(real, s, 0) / np.where(real, s**2 + lam, 1)
    W = right.T @ (factors[:, None] * (left.T @ (targets - t_mean)))
    return W, t_mean - z_mean @ W
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "linear_probe_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(
    linear_probe,
    np.array([[0.0], [2.0]]),
    np.array([0, 1]),
    2,
    2.0,
    want=(np.array([[-0.25, 0.25]]), np.array([0.75, 0.25])),
    case="the example worked out above",
    mistakes={
        "the features are not centred": (
            np.array([[0.0, 1 / 3]]),
            np.array([0.5, 1 / 6]),
        ),
        "lam is multiplied by the number of examples": (
            np.array([[-1 / 6, 1 / 6]]),
            np.array([2 / 3, 1 / 3]),
        ),
        "lam has no effect": (np.array([[-0.5, 0.5]]), np.array([1.0, 0.0])),
        "the bias does not take the mean of the features into account": (
            np.array([[-0.25, 0.25]]),
            np.array([0.5, 0.5]),
        ),
    },
)
### BEGIN HIDDEN TESTS


def by_least_squares(Z, y, K, lam):
    """Append rows that ask for small weights, and a column that is the bias."""
    n, d = Z.shape
    A = np.block([[Z, np.ones((n, 1))], [np.sqrt(lam) * np.eye(d), np.zeros((d, 1))]])
    T = np.zeros((n + d, K))
    T[np.arange(n), y] = 1
    solution = np.linalg.lstsq(A, T, rcond=None)[0]
    return solution[:-1], solution[-1]


r = np.random.default_rng(3201)
for n, d, K, lam in (
    (20, 4, 3, 1.0),
    (6, 15, 2, 0.5),
    (30, 8, 5, 20.0),
    (9, 9, 3, 2.5),
):
    Z, y = 2 * r.normal(size=(n, d)) + 3, r.permutation(np.arange(n) % K)
    all_in = np.linalg.solve(
        np.c_[Z, np.ones(n)].T @ np.c_[Z, np.ones(n)] + lam * np.eye(d + 1),
        np.c_[Z, np.ones(n)].T @ np.eye(K)[y],
    )
    check(
        linear_probe,
        Z,
        y,
        K,
        lam,
        want=by_least_squares(Z, y, K, lam),
        case="more features than examples" if d > n else "random features",
        mistakes={"the bias is penalised, too": (all_in[:-1], all_in[-1])},
        rtol=1e-6,
        atol=1e-8,
    )
W, b = linear_probe(Z, y, K, 0.3)
moved = linear_probe(Z + 100, y, K, 0.3)[0]
require(
    np.allclose(W, moved, atol=1e-6),
    "linear_probe: shifted features change the weights",
)
default = by_least_squares(Z, y, K, 1.0)
check(linear_probe, Z, y, K, want=default, case="the default lam", rtol=1e-6, atol=1e-8)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "linear_probe_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    linear_probe,
    np.array([[0, 0], [1, 1]]),
    np.array([0, 1]),
    2,
    0,
    want=(np.array([[-0.5, 0.5], [-0.5, 0.5]]), np.array([1.0, 0.0])),
    case="two equal features, lam = 0: the smallest weights that fit",
)
check_raises(linear_probe, np.ones((2, 1)), np.array([0, 2]), 2, case="label 2 of 0..1")
check_raises(linear_probe, 3 * np.eye(2), np.array([0, 1]), 2, -1.0, case="lam < 0")
# Also graded: lam = 0 with N < D, an empty class, uint8, float32, views, negative labels.
### BEGIN HIDDEN TESTS


def by_pseudo_inverse(Z, y, K, lam=0):
    Z = np.array(Z, float)
    T = np.array([[float(label == k) for k in range(K)] for label in y])
    d = Z.shape[1]
    A = np.r_[Z - Z.mean(0), np.sqrt(lam) * np.eye(d)]
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((d, K))]
    return W, T.mean(0) - Z.mean(0) @ W


r = np.random.default_rng(3202)
check_raises(linear_probe, np.eye(2), np.array([-1, 0]), 2, case="a negative label")
for Z, y, K, lam, case in (
    (r.normal(size=(5, 9)), np.array([0, 1, 2, 1, 0]), 3, 0, "lam = 0, N < D"),
    (r.normal(size=(12, 3)), np.arange(12) % 4, 4, 0, "lam = 0, N > D"),
    (r.normal(size=(8, 3)), np.array([0, 3] * 4), 5, 1.0, "classes without examples"),
    (
        r.integers(100, 256, (7, 3), np.uint8),
        np.arange(7) % 2,
        2,
        1.0,
        "uint8 features",
    ),
    (
        r.integers(-9, 9, (7, 3)),
        np.arange(7, dtype=np.uint8) % 3,
        3,
        0.1,
        "uint8 labels",
    ),
    (r.normal(size=(20, 8))[::2, ::-3], np.arange(10) % 2, 2, 0.5, "a view with steps"),
    (np.c_[r.normal(size=(9, 2)), np.full(9, 7)], np.arange(9) % 3, 3, 0, "a constant"),
    (np.ones((4, 2)), np.array([0, 1, 1, 1]), 2, 1.0, "features that say nothing"),
    (r.normal(size=(1, 3)), np.array([1]), 2, 1.0, "a single example"),
    (1e-3 * r.normal(size=(9, 4)), np.arange(9) % 3, 3, 1e-6, "a very small lam"),
    (
        r.normal(size=(12, 4)) * [3, 1, 0.1, 0.01],
        np.arange(12) % 3,
        3,
        1e-6,
        "features of very different sizes",
    ),
):
    want = by_pseudo_inverse(Z, y, K, lam)
    check(linear_probe, Z, y, K, lam, want=want, case=case, rtol=1e-6, atol=1e-8)
Z = (1000 + r.random((12, 3))).astype(np.float32)
want = by_pseudo_inverse(Z, np.arange(12) % 3, 3, 0.01)
case = "float32 features, float64 arithmetic"
check(linear_probe, Z, np.arange(12) % 3, 3, 0.01, want=want, case=case, rtol=1e-6)
### END HIDDEN TESTS


# %% tags=["experiment"]
def probe_accuracy(rows, labels, k, seed, lam=1.0):
    """Fit a probe on k examples per class, in %, judged on all others."""
    train, test = few_shot_split(labels, k, seed)
    W, b = linear_probe(rows[train], labels[train], labels.max() + 1, lam)
    return accuracy(rows[test] @ W + b, labels[test])


# %% tags=["experiment"]
shots = [1, 2, 5, 10, 20, 40]
_, ax = plt.subplots(figsize=(7, 4))
for (name, rows), style in zip(features.items(), ("s:", "^--", "o-"), strict=True):
    runs = [[probe_accuracy(rows, labels, k, s) for s in seeds(5)] for k in shots]
    mean, sd = np.mean(runs, axis=1), np.std(runs, axis=1)
    (line,) = ax.plot(shots, mean, style, label=name)
    ax.fill_between(
        shots, mean - sd, mean + sd, color=line.get_color(), alpha=0.2, lw=0
    )
    print(
        f"{name:18s}",
        *(f"k={k}: {m:.0f} ± {s:.0f}" for k, m, s in zip(shots, mean, sd)),
    )
ax.axhline(100 / 6, color="#777", ls=":", lw=1.2)
ax.set(xscale="log", xticks=shots, xticklabels=shots, ylim=(0, 100), xlim=(0.9, 45))
ax.set(xlabel="labels per class", ylabel="test accuracy (%)")
ax.legend(loc="center right", bbox_to_anchor=(1, 0.45))
plt.show()

# %% [markdown] covers=["C50"]
# **Figure 3.** Test accuracy of a linear probe against the number of labels per class;
# lines are means over five draws, bands one standard deviation. On pixels, and on the
# features of an untrained base, forty labels do not buy much more than one. On
# the trained base one label already beats both by far, and each further one
# pays. The band is wide on the left: with one label it matters which one.
#
# Move the slider: which shapes are confused with which, as labels become more?

# %% tags=["experiment"]
train_40, test_20 = few_shot_split(labels, 40, seed=0)


def draw_confusion(k, source):
    """Show the confusions of a probe with k labels per class."""
    rows = features[source]
    few, _ = few_shot_split(labels[train_40], k, seed=0)
    few = train_40[few]
    W, b = linear_probe(rows[few], labels[few], 6)
    answers = (rows[test_20] @ W + b).argmax(axis=1)
    counts = np.zeros((6, 6), int)
    np.add.at(counts, (labels[test_20], answers), 1)
    show_confusion(counts, names, title=f"{k} labels per class, {source}")


explore(
    draw_confusion,
    k=("labels per class", [1, 2, 5, 10, 20, 40], 5),
    source=("features of", list(features)[::-1]),
)

# %% [markdown] covers=["C08"]
# **Figure 4.** Confusions on 120 test pictures, twenty of each class. Choose the pixels
# to see what guessing looks like.
#
# ### How deep is general?
#
# *Deep* means more than one stage of non-linear features. The usual story about the
# stages: early ones find edges and colours, which any task can share; late ones
# find what the source task needed. We can test it. Cut the trained base after each of its
# three stages, average each map over the picture, and fit a probe: for the source task,
# for the new shapes, and for a task of another kind, the eight materials of lesson 11.

# %% tags=["experiment"]
train_x, train_y, test_x, test_y = data.textures(30, 15, seed=0)
grey_patches = np.concatenate([train_x, test_x]) / 6 + 0.5
materials = torch.from_numpy(grey_patches[:, None].repeat(3, axis=1)).float()
material_labels = np.concatenate([train_y, test_y])
tasks = {
    "old shapes": (old_images, old_labels),
    "new shapes": (images, labels),
    "materials": (materials, material_labels),
}
base, curves = shapes_net.base, {}
for task, (task_images, task_labels) in tasks.items():
    for kind in ("trained", "untrained"):
        net = base if kind == "trained" else untrained(base, 1)
        curves[task, kind] = []
        for depth in (4, 8, 12):  # where a stage ends
            stage = nn.Sequential(net.features[:depth], net.pool, net.flatten)
            rows = extract_features(stage, task_images)
            runs = [probe_accuracy(rows, task_labels, 10, s, 0.1) for s in seeds(10)]
            curves[task, kind].append((np.mean(runs), np.std(runs)))

# %% tags=["experiment"]
_, axes = plt.subplots(1, 3, figsize=(9, 3.3), sharey=True)
for ax, task in zip(axes, tasks, strict=True):
    for kind, style in (("trained", "o-"), ("untrained", "^--")):
        mean, sd = np.transpose(curves[task, kind])
        ax.errorbar([1, 2, 3], mean, sd, fmt=style, capsize=3, label=kind)
        print(
            f"{task:11s} {kind:10s}", *(f"{m:4.0f} ± {s:.0f}" for m, s in zip(mean, sd))
        )
    chance = 100 / (tasks[task][1].max() + 1)
    ax.axhline(chance, color="#777", ls=":", lw=1.2)
    ax.set(title=task, xticks=[1, 2, 3], xlabel="stage", ylim=(0, 100))
axes[0].set_ylabel("test accuracy (%)")
axes[0].legend(loc="upper left")
plt.show()

# %% [markdown] covers=["C08"]
# **Figure 5.** Probes with 10 labels per class after each stage; bars are one standard
# deviation over ten draws, dotted lines guessing. For shapes, old or new, each stage adds a lot, and an untrained base is worth
# nothing at any depth: the last stage knows about outlines in general, not only about its
# own eight. The materials tell the other half of the story. For them even random filters
# are of use, since a texture is a matter of small patterns; the trained *second* stage
# is the best place to read, and the third, which has specialised on outlines, is worse.
# Early features can be shared by any task, late ones by tasks of the same kind.

# %% [markdown] covers=["C50"]
# ## 5 · One network: base and head
#
# Static transfer computes the features once and then forgets the pictures. So it
# cannot augment them: a shifted picture has other features. For that base
# and head must be one network that is run again in each step. Three ways of using it:
#
# | mode | the base | the head | augmentation | each step costs |
# |---|---|---|---|---|
# | **static features** | runs once per picture | one formula | no | nothing |
# | **frozen base** | runs forward in each step, is not changed | trained | yes | forward pass of the base |
# | **fine-tuning** | is trained, in *very* small steps | trained | yes | forward and backward pass |
#
# ### Frozen, really?
#
# To freeze a weight one sets its `requires_grad` to `False`: it gets no gradient, so no
# optimizer moves it. But a batch-normalisation layer has numbers that are not learned by
# gradients: the running mean and variance, which are updated by every *forward* pass in
# train mode. Let us freeze all weights of the source network, show it some photos taken
# at night, and not even have an optimizer.

# %% tags=["experiment"]
night, old_half = 0.3 * images, torch.from_numpy(old_labels[::2])
seen = {"train mode": [], "eval mode": []}
for mode, curve in seen.items():
    network = copy.deepcopy(shapes_net).requires_grad_(False)
    order = np.random.default_rng(0)
    for _ in range(6):
        curve.append(100 * judge(network, old_images[::2], old_half)[1])
        network.train(mode == "train mode")
        for _ in range(4):
            with torch.no_grad():
                network(night[order.integers(0, len(night), 32)])
_, ax = plt.subplots()
for (mode, curve), style in zip(seen.items(), ("s-", "o-"), strict=True):
    ax.plot(4 * np.arange(6), curve, style, label=mode)
ax.set(xlabel="batches of 32 night photos shown", ylim=(0, 104))
ax.set_xticks(4 * np.arange(6))
ax.set(ylabel="accuracy on the eight\nold shapes (%)")
label_line_ends(ax)
plt.show()

# %% [markdown]
# **Figure 6.** A network all of whose weights are frozen forgets what it knew, just by
# looking at pictures in train mode: the statistics of its batch normalisation follow the
# night. In eval mode they stay. So a frozen base has to *stay in eval mode*, also
# when the training loop calls `model.train()`, as every training loop does.

# %% [markdown] covers=["C50"]
# **Task 4** (hard, 15 minutes). Write `build_transfer_model(base, feat_dim, num_classes,
# freeze=True)`. `base` turns images into features (N, feat_dim). Return an `nn.Module`
# with two parts of the names `base` and `head`, which gives logits (N, num_classes).
#
# - `model.base` is a *copy* of `base` with the same weights; the original is never
#   changed by whatever happens to the model. `model.head` is a new `nn.Linear`, with
#   bias. No softmax: the loss does that.
# - `freeze=True`: no weight of the base is trained, and the base is in eval mode *always*,
#   also after `model.train()`. The head follows the mode as usual.
# - `freeze=False`: every weight is trained, also where `base` came with frozen ones, and
#   modes work as in any network.
# - `train()` and `eval()` return the model, as torch's do; otherwise
#   `model = model.eval()` would be `None`.
#
# For the shapes network and six classes, $96 \cdot 6 + 6 = 582$ weights are trained.
#
# <details><summary>Hint 1: what to think of</summary>Which method is called when somebody
# says <code>model.train()</code>? <code>model.eval()</code> calls the same one, with
# False. You may have it do something else for one part.</details>
# <details><summary>Hint 2: what to look up</summary><code>copy.deepcopy</code>;
# <code>requires_grad_</code> of a whole module. A class may be defined inside your
# function. In a subclass of <code>nn.Module</code> write <code>train(self, mode=True)</code>;
# <code>super().train(mode)</code> does the usual.</details>
# <details><summary>Hint 3: the order of things</summary>A class with base and head in its
# constructor, a forward that applies one after the other, and a train that first does the
# usual, then, if frozen, puts the base back into eval mode, and returns self. Make one from
# a copy of the base and a new linear layer; set requires_grad of the copy; call train
# once, so that the mode is right from the start.</details>


# %% nbgrader={"grade": false, "grade_id": "build_transfer_model", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    """Put a new linear head on a copy of a base; returns an nn.Module.

    base: nn.Module, images -> (N, feat_dim). The result has parts `base` and `head`
    and gives logits (N, num_classes). With freeze, the base's weights are not trained
    and it stays in eval mode; without, all weights are trained.
    """
    ### BEGIN SOLUTION

    class TransferModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(not freeze)
            self.head = nn.Linear(feat_dim, num_classes)

        def forward(self, x):
            return self.head(self.base(x))

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

    return TransferModel().train()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "build_transfer_model_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
source = pretrained("shapes").base
weight = source.features[1].weight.detach().clone()
check_module(
    build_transfer_model,
    source,
    96,
    6,
    False,
    like=gap_net(3, 6),
    inputs=images[:4],
    case="the shapes network, nothing frozen",
    mistakes={
        "a softmax stands at the end": nn.Sequential(gap_net(3, 6), nn.Softmax(1))
    },
)
require(
    torch.equal(source.features[1].weight, weight),
    "build_transfer_model: the base that was handed over has changed; copy it",
)
model = build_transfer_model(source, 96, 6)
counts = [
    sum(p.numel() for p in model.parameters() if p.requires_grad == trained)
    for trained in (True, False)
]
require(
    counts == [582, 53976],
    f"build_transfer_model: of the frozen shapes network with six classes 582 weights "
    f"are trained and 53,976 are not; here {counts[0]:,} and {counts[1]:,}",
)
### BEGIN HIDDEN TESTS


class Frozen(nn.Module):
    """The wanted network, in its own words."""

    def __init__(self, base, head):
        super().__init__()
        self.first, self.second = base.requires_grad_(False), head

    def forward(self, x):
        return self.second(self.first(x))

    def train(self, mode=True):
        self.training = mode
        self.first.train(False)
        self.second.train(mode)
        return self


torch.manual_seed(4201)


def small_base():
    return nn.Sequential(
        nn.Conv2d(2, 3, 3),
        nn.BatchNorm2d(3),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )


base, x = small_base(), torch.randn(5, 2, 6, 6)
never = nn.Sequential(small_base().requires_grad_(False), nn.Linear(3, 4))
check_module(
    build_transfer_model,
    base,
    3,
    4,
    like=Frozen(small_base(), nn.Linear(3, 4)),
    inputs=x,
    case="a frozen base with batch norm and dropout",
    mistakes={"model.train() puts the frozen base into train mode": never},
)
case = "the same, nothing frozen"
like = nn.Sequential(small_base(), nn.Linear(3, 4))
check_module(build_transfer_model, base, 3, 4, False, like=like, inputs=x, case=case)
for freeze in (True, False):
    model = build_transfer_model(base, 3, 4, freeze)
    state, ours = dict(model.state_dict()), dict(base.state_dict())
    require(
        all(
            f"base.{name}" in state and torch.equal(state[f"base.{name}"], value)
            for name, value in ours.items()
        ),
        "build_transfer_model: model.base does not hold the weights of the base",
    )
    require(
        sorted(n for n in state if n.startswith("head."))
        == ["head.bias", "head.weight"],
        "build_transfer_model: the model has no part `head` that is a linear layer",
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "build_transfer_model_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
base = nn.Sequential(nn.Flatten(), nn.Linear(4, 3)).requires_grad_(False)
check_module(
    build_transfer_model,
    base,
    3,
    2,
    False,
    like=nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.Linear(3, 2)),
    inputs=torch.ones(2, 1, 2, 2),
    case="a base that came frozen, freeze=False",
)
# Also graded: the original base, modes after train() and eval(), new heads, the first mode.
### BEGIN HIDDEN TESTS
torch.manual_seed(4202)
require(
    not any(p.requires_grad for p in base.parameters()),
    "build_transfer_model: the original base has thawed; copy it",
)
base = nn.Sequential(nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten())
before = {name: value.clone() for name, value in base.state_dict().items()}
x = torch.randn(6, 1, 3, 3)
frozen = build_transfer_model(base, 8, 3)
require(
    all(p.requires_grad for p in base.parameters()) and base.training,
    "build_transfer_model: the original base was frozen or put into another mode; copy it",
)
for model in (frozen, build_transfer_model(base, 8, 3, freeze=False)):
    state = {name: value + 1 for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    model.train()
    model(x)
require(
    all(torch.equal(value, before[name]) for name, value in base.state_dict().items()),
    "build_transfer_model: changing the model changes the original base; copy it",
)
frozen = build_transfer_model(base, 8, 3)
for step in ("as built", "after train()", "after eval()", "after train() again"):
    if step != "as built":
        frozen.train("train" in step)
    first, alone = frozen(x).detach(), frozen(x[:1]).detach()
    require(
        torch.allclose(first[:1], alone, atol=1e-6),
        f"build_transfer_model: {step}, the frozen base normalises by the batch",
    )
require(
    torch.equal(frozen.state_dict()["base.1.running_mean"], before["1.running_mean"]),
    "build_transfer_model: the statistics of a frozen batch norm have moved",
)
require(
    frozen.train() is not None and frozen.eval() is not None,
    "build_transfer_model: train() and eval() must return the model",
)
require(
    not frozen.eval().training and frozen.train().training,
    "build_transfer_model: model.training must say which mode was asked for",
)
require(
    tuple(frozen.head.weight.shape) == (3, 8) and frozen.head.weight.requires_grad,
    "build_transfer_model: the head must be a trained linear layer of shape (3, 8)",
)
other = build_transfer_model(base, 8, 3)
require(
    not torch.equal(frozen.head.weight, other.head.weight),
    "build_transfer_model: two models share one head, or it starts at fixed numbers",
)
moving = build_transfer_model(base, 8, 3, freeze=False).train()
first, alone = moving(x).detach(), moving(x[:2]).detach()
require(
    not torch.allclose(first[:2], alone, atol=1e-4),
    "build_transfer_model: with freeze=False batch norm must work as in any network",
)
want = moving.eval()(x).detach()


def logits(v):
    return moving(v).detach().numpy()


check_shape(logits, x, want=(6, 3), case="six images, three classes")
require(
    not torch.allclose(want.sum(1), torch.ones(6), atol=1e-4),
    "build_transfer_model: the outputs must be logits, not probabilities",
)
### END HIDDEN TESTS

# %% [markdown]
# To train it we need a loop in which different weights may have different rates. This
# one is given: AdamW on batches of at most 32, each rate falling to 0 along half a
# cosine. (`set_head` copies a probe into a head, so that training can start from there.
# The factor 4 makes its scores, which lie between 0 and 1, more decided logits.)


# %% nbgrader={"grade": false, "grade_id": "train", "locked": true, "schema_version": 3, "solution": false, "task": false}
def train(model, groups, images, labels, steps, seed=0, augment=None, watch=None):
    """Train a model for some steps; groups are what torch's optimizers take.

    images, labels: what is learned from; augment(batch, generator) changes a batch;
    watch(step, model) is called before each step. Leaves the model in eval mode.
    """
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    wanted, left = torch.as_tensor(labels), []
    for step in range(steps):
        if watch:
            watch(step, model)
        if len(left) == 0:
            left = torch.randperm(len(images), generator=generator)
        rows, left = left[:32], left[32:]
        batch = augment(images[rows], generator) if augment else images[rows]
        model.train()
        loss = F.cross_entropy(model(batch), wanted[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    model.eval()


def set_head(model, W, b):
    """Start the head of a model from a linear probe."""
    with torch.no_grad():
        model.head.weight.copy_(torch.from_numpy(4 * W.T))
        model.head.bias.copy_(torch.from_numpy(4 * b))


# %% tags=["experiment"]
wobble = Augment(rotate=15, shift=0.06, zoom=0.1, color=0.2)
results = {"static features": [], "frozen base": [], "frozen base + augmentation": []}
for seed in progress(seeds(3), "frozen bases"):
    few, rest = few_shot_split(labels, 5, seed)
    rows = features["the trained base"]
    W, b = linear_probe(rows[few], labels[few], 6)
    results["static features"].append(accuracy(rows[rest] @ W + b, labels[rest]))
    for name, augment in zip(list(results)[1:], (None, wobble), strict=True):
        model = build_transfer_model(shapes_net.base, 96, 6)
        set_head(model, W, b)
        head = [p for p in model.parameters() if p.requires_grad]
        group = [{"params": head, "lr": 1e-2}]
        train(model, group, images[few], labels[few], 25, seed, augment)
        right = judge(model, images[rest], torch.from_numpy(labels[rest]))[1]
        results[name].append(100 * right)
show_spread(results, xlabel="test accuracy (%), 5 labels per class", digits=1)

# %% [markdown] covers=["C50"]
# **Figure 7.** The first two modes, with the same draws of five labels per class.
# A head trained in steps does a little better here than the one from the formula, and
# augmentation adds a little more, but each gain is no larger than the spread between
# draws. What the frozen base gives away is time: it has to run in every step.

# %% [markdown] covers=["C50"]
# ## 6 · Fine-tuning, and what it costs
#
# The head of a fresh model is noise, and its first gradients are large; the base is good
# already and needs nudges. So the head gets an ordinary learning rate and the base a
# *very small* one. In PyTorch an optimizer takes a list of **parameter groups**, dicts with
# their own `"lr"`.
#
# **Task 5** (medium, 10 minutes). Write `param_groups(model, base_prefix, lr_head,
# lr_base)`. Return a list of two dicts, each with the keys `"params"` (a list of
# parameters, in the model's order) and `"lr"`: first the base's, then all others.
#
# - A parameter belongs to the base if its name is `base_prefix`, a dot, and more:
#   `base.0.weight` does for the prefix `"base"`, `baseline.weight` does not.
# - Parameters that are frozen are in no list; every other one is in exactly one. A list
#   may come out empty.
# - Raise `ValueError` if `lr_base` is more than a tenth of `lr_head`, or if *no* parameter
#   of the model, frozen or not, belongs to the base: a misspelt prefix would train
#   everything at the large rate.
#
# Example: with nothing frozen, the model of task 4 gives lists of 9 and 2 parameters.
#
# <details><summary>Hint 1: what to think of</summary>Each parameter is looked at once and
# goes to one of two lists, or to none.</details>
# <details><summary>Hint 2: what to look up</summary><code>model.named_parameters()</code>
# gives pairs of a name and a parameter; <code>str.startswith</code>;
# <code>requires_grad</code>.</details>
# <details><summary>Hint 3: the order of things</summary>Compare the rates; go through
# names and parameters and remember whether any name belonged to the base, before you skip
# the frozen ones; raise if none did; build the two dicts.</details>


# %% nbgrader={"grade": false, "grade_id": "param_groups", "locked": false, "schema_version": 3, "solution": true, "task": false}
def param_groups(model, base_prefix, lr_head, lr_base):
    """Split a model's trained parameters into two groups with their own rates.

    Returns [{"params": [...], "lr": lr_base}, {"params": [...], "lr": lr_head}]: those
    whose name begins with base_prefix and a dot, then the others; frozen ones in neither.
    Raises ValueError if lr_base > lr_head / 10, or if no name has the prefix.
    """
    ### BEGIN SOLUTION
    if lr_base > lr_head / 10:
        raise ValueError(
            f"param_groups: lr_base = {lr_base} is more than a tenth of {lr_head}"
        )
    inside = {n: n.startswith(base_prefix + ".") for n, _ in model.named_parameters()}
    if not any(inside.values()):
        raise ValueError(
            f"param_groups: no parameter's name begins with {base_prefix}."
        )
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    return [
        {"params": [p for n, p in trained if inside[n]], "lr": lr_base},
        {"params": [p for n, p in trained if not inside[n]], "lr": lr_head},
    ]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "param_groups_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
net = gap_net(3, 6)


def sizes_and_rates(model, *arguments):
    """Return the number of parameters and the rate of each group."""
    groups = param_groups(model, *arguments)
    return [(len(group["params"]), float(group["lr"])) for group in groups]


check(
    sizes_and_rates,
    net,
    "base",
    1e-2,
    1e-4,
    want=[(9, 1e-4), (2, 1e-2)],
    case="the shapes network with six classes",
    mistakes={
        "the two rates are exchanged": [(9, 1e-2), (2, 1e-4)],
        "the head comes first; the base should": [(2, 1e-2), (9, 1e-4)],
        "the head's group holds all parameters": [(9, 1e-4), (11, 1e-2)],
        "the biases are missing": [(6, 1e-4), (1, 1e-2)],
    },
)
check_raises(param_groups, net, "base", 1e-3, 1e-3, case="equal rates")
### BEGIN HIDDEN TESTS


def ids(parameters):
    return [id(p) for p in parameters]


net = nn.ModuleDict(
    {
        "body": nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Linear(2, 2)),
        "bodyguard": nn.Linear(2, 3),
        "head": nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2, bias=False)),
    }
)
groups = param_groups(net, "body", 0.5, 0.02)
require(
    len(groups) == 2 and all(set(group) == {"params", "lr"} for group in groups),
    "param_groups: wanted a list of two dicts with the keys params and lr",
)
require(
    ids(groups[0]["params"]) == ids(net["body"].parameters()),
    "param_groups: the first group does not hold the base's parameters, in order",
)
others = [*net["bodyguard"].parameters(), *net["head"].parameters()]
require(
    ids(groups[1]["params"]) == ids(others),
    "param_groups: the second group does not hold all the others, each once, in order",
)
require(
    [float(group["lr"]) for group in groups] == [0.02, 0.5],
    "param_groups: the rates are not lr_base and lr_head",
)
optimizer = torch.optim.SGD(groups)
total = sum(len(group["params"]) for group in optimizer.param_groups)
require(total == 11, "param_groups: an optimizer does not get every parameter once")
### END HIDDEN TESTS


# %% nbgrader={"grade": true, "grade_id": "param_groups_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def small_net(*frozen):
    """Build a base of one layer and a baseline, some parameters of them frozen."""
    net = nn.ModuleDict({"base": nn.Linear(2, 2), "baseline": nn.Linear(2, 1)})
    for name in frozen:
        net.get_parameter(name).requires_grad_(False)
    return net


def sizes(*arguments):
    """Return the number of parameters of each group."""
    return [len(group["params"]) for group in param_groups(*arguments)]


net = small_net("base.bias")
check(sizes, net, "base", 0.1, 0.0, want=[1, 2], case="a frozen bias, and a baseline")
check_raises(param_groups, net, "bass", 0.1, 0.001, case="a prefix that nothing has")
# Also graded: exactly a tenth, a base all frozen, inner prefixes, unchanged flags.
### BEGIN HIDDEN TESTS
check(sizes, net, "base", 1.25, 0.125, want=[1, 2], case="exactly a tenth")
check_raises(param_groups, net, "base", 1.25, 0.13, case="a little more than a tenth")
check_raises(param_groups, net, "base", 1e-3, 1e-2, case="a base faster than the head")
check_raises(param_groups, net, "bas", 0.1, 0.001, case="half a name as the prefix")
check_raises(param_groups, net, "weight", 0.1, 0.001, case="the end of a name")
require(
    not net["base"].bias.requires_grad and net["base"].weight.requires_grad,
    "param_groups: a parameter was frozen or thawed",
)
net = small_net("base.weight", "base.bias")
check(sizes, net, "base", 0.1, 0.01, want=[0, 2], case="a base that is frozen all over")
net = small_net("baseline.weight", "baseline.bias")
check(sizes, net, "base", 0.1, 0.01, want=[2, 0], case="only the base is trained")
deep = nn.Sequential(
    nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)), nn.Linear(2, 2), nn.Linear(2, 1)
)
check(sizes, deep, "0", 0.1, 0.01, want=[4, 4], case="layers that have numbers")
check(sizes, deep, "0.1", 0.1, 0.01, want=[2, 6], case="a base inside another layer")
require(
    param_groups(deep, "0.1", 0.1, 0.01)[0]["params"][0] is deep[0][1].weight,
    "param_groups: the groups must hold the model's own parameters, not copies",
)
### END HIDDEN TESTS

# %% [markdown] covers=["C50"]
# ### The ladder of learning rates
#
# Fine-tune from the probe's head with five labels per class, at base rates from
# $10^{-4}$ to $3\cdot10^{-2}$ (the head learns at ten times the rate, at least at
# $10^{-2}$). Besides the new shapes we watch the *old* task: the fine-tuned base with
# the head that the source network came with.

# %% tags=["experiment"]
rates = [1e-4, 1e-3, 1e-2, 3e-2]
old_targets, new_targets = torch.from_numpy(old_labels), torch.from_numpy(labels)
new, old, paths = {}, {}, {}


def old_accuracy(model, every=2):
    """Return how well the old head does on a model's base, in %."""
    network = nn.Sequential(model.base, shapes_net.head)
    return 100 * judge(network, old_images[::every], old_targets[::every])[1]


def fine_tune(rate, seed, steps=20):
    """Fine-tune with five labels per class; returns accuracies new and old, in %."""
    few, rest = few_shot_split(labels, 5, seed)
    rows = features["the trained base"]
    model = build_transfer_model(shapes_net.base, 96, 6, freeze=False)
    set_head(model, *linear_probe(rows[few], labels[few], 6))
    path = paths.setdefault(rate, [])
    watch = (lambda i, m: i % 5 or path.append(old_accuracy(m))) if not path else None
    groups = param_groups(model, "base", max(1e-2, 10 * rate), rate)
    train(model, groups, images[few], labels[few], steps, seed, watch=watch)
    right = judge(model, images[rest[::2]], new_targets[rest[::2]])[1]
    return 100 * right, old_accuracy(model)


# %% tags=["experiment"]
for rate in progress(rates, "rates"):
    pairs = [fine_tune(rate, seed) for seed in seeds(3)]
    new[rate], old[rate] = np.transpose(pairs)
rows = features["the trained base"]
frozen = np.mean([probe_accuracy(rows, labels, 5, seed) for seed in seeds(3)])

# %% tags=["experiment"]
_, ax = plt.subplots(figsize=(7, 3.8))
for runs, style, name in ((new, "o-", "new shapes"), (old, "s--", "old shapes")):
    mean = [runs[rate].mean() for rate in rates]
    sd = [runs[rate].std() for rate in rates]
    line, *_ = ax.errorbar(rates, mean, sd, fmt=style, capsize=3)
    line.set_label(name)
    print(
        f"{name}:", *(f"{r:g}: {m:.0f} ± {s:.0f}" for r, m, s in zip(rates, mean, sd))
    )
ax.axhline(frozen, color="C2", ls="-.", lw=1.5)
ax.annotate("frozen, new shapes", (3e-2, frozen + 2), ha="right", color="C2")
ax.axhline(100 / 6, color="#777", ls=":", lw=1.2)
ax.set(xscale="log", xlabel="learning rate of the base", ylabel="test accuracy (%)")
ax.set(ylim=(0, 104))
label_line_ends(ax)
plt.show()

# %% [markdown] covers=["C50"]
# **Figure 8.** Fine-tuning with five labels per class for 20 steps; means and standard
# deviations over three draws.
# At $10^{-4}$ fine-tuning does what the frozen base does, up to the spread. At $10^{-3}$,
# a rate at which networks are usually *trained*, some seven points are lost, and at
# $3\cdot10^{-2}$ hardly anything is left, of the old task or of the new one. Thirty
# pictures cannot tell fifty thousand weights where to go, they can only push them away.
# With few labels of a close task "and then fine-tune" is bad advice.

# %% tags=["experiment"]
_, ax = plt.subplots()
for rate, marker in zip(rates, "os^D", strict=True):
    path = [*paths[rate], old[rate][0]]
    ax.plot(5 * np.arange(len(path)), path, f"{marker}-", label=f"rate {rate:g}")
ax.axhline(100 / 8, color="#777", ls=":", lw=1.2)
ax.set(xlabel="steps of fine-tuning on the new shapes", ylim=(0, 104))
ax.set_xticks(5 * np.arange(len(path)))
ax.set(ylabel="accuracy on the eight\nold shapes (%)")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# **Figure 9.** *Catastrophic forgetting*, one draw: accuracy on the source task while the
# network learns the new one.
# At $10^{-2}$ half of it is gone after five steps. Nothing in the loss mentions the old
# task, so nothing protects what it needs. A frozen base does not forget.

# %% [markdown] covers=["C50"]
# ### When does fine-tuning win?
#
# When the source is *not* close to the target, so that the features miss something, and
# when there are enough labels to learn it. The distance between the two is called
# the **domain gap**. The course ships a second base, trained on the eight old shapes over
# smooth colour gradients: it has never seen a photo. Our target here is smaller shapes
# over photos, with 40 labels per class.

# %% tags=["experiment"]
gradients_net = pretrained("gradients")
small_pixels, small_labels, _ = data.shapes(
    80, classes=data.NEW_SHAPES, part="test", scale=(0.4, 0.6), seed=1
)
small_images = torch.from_numpy(small_pixels)
small_targets = torch.from_numpy(small_labels)

# %% tags=["experiment"]
gap = {"frozen, probe": [], "fine-tuned": []}
for seed in progress(seeds(3), "domain gap"):
    few, rest = few_shot_split(small_labels, 40, seed)
    rows = extract_features(gradients_net.base, small_images)
    W, b = linear_probe(rows[few], small_labels[few], 6)
    gap["frozen, probe"].append(accuracy(rows[rest] @ W + b, small_labels[rest]))
    model = build_transfer_model(gradients_net.base, 96, 6, freeze=False)
    set_head(model, W, b)
    groups = param_groups(model, "base", 2e-2, 2e-3)
    train(model, groups, small_images[few], small_labels[few], 64, seed, wobble)
    gap["fine-tuned"].append(
        100 * judge(model, small_images[rest], small_targets[rest])[1]
    )
model = build_transfer_model(untrained(gradients_net.base, 0), 96, 6, freeze=False)
groups = [{"params": [*model.parameters()], "lr": 4e-3}]
train(model, groups, small_images[few], small_labels[few], 64, 0, wobble)
gap["from scratch, one draw"] = [
    100 * judge(model, small_images[rest], small_targets[rest])[1]
]

# %% tags=["experiment"]
examples = data.shapes(1, background="gradient", seed=4)[0][:4]
show_images(
    [*examples.transpose(0, 2, 3, 1), *small_pixels[::80][:4].transpose(0, 2, 3, 1)],
    titles=["source"] * 4 + ["target"] * 4,
    size=1.1,
)
show_spread(gap, xlabel="test accuracy (%), 40 labels per class", chance=100 / 6)

# %% [markdown] covers=["C50"]
# **Figure 10.** Across a domain gap, with enough labels, fine-tuning wins: by four or five
# points, on the same three draws. From scratch the same 240 pictures and 64 steps lead
# nowhere. Both conditions count. With 20 labels per class instead of 40 we measured 70 ± 2
# frozen and 73 ± 5 fine-tuned (three draws), which proves nothing; and on shapes of the size
# that the base was trained on the gap is too small to see (87 and 88, 20 labels, two draws).

# %% [markdown] covers=["C50"]
# ## 7 · A comparison that is fair
#
# "Transfer wins" is easily said. Against what? Five strategies, the same draws:
#
# | key of the result | features | classifier |
# |---|---|---|
# | `"pixels"` | the image itself, flattened | `linear_probe` |
# | `"untrained base"` | of `untrained(base, seed)` | `linear_probe` |
# | `"frozen base"` | of `base` | `linear_probe` |
# | `"from scratch"` | a network on `untrained(base, seed)`, all of it trained at the rate $10^{-3}$ | its head |
# | `"fine-tuned"` | a network on `base`, head set from the frozen probe, `param_groups` with $10^{-2}$ and $10^{-4}$ | its head |
#
# The first two are **controls**. If an untrained base did as well as the trained one, then
# what helps would be the architecture, and not what was learned.
#
# **Task 6** (hard, 20 minutes). Write `compare_strategies(base, images, labels, k, seeds,
# steps=30)`. It returns a dict with the five keys in this order; each value is a list
# with one test accuracy in percent (float) per seed, in the order of `seeds`.
#
# - `images` is a float32 tensor (N, C, H, W), `labels` an int64 array (N,) with values 0 to
#   K − 1. For each seed, `few_shot_split(labels, k, seed)` says what may be learned from;
#   *all* the rest is tested, for all five.
# - Probes use the default `lam`. The two networks are built by
#   `build_transfer_model(..., freeze=False)` and trained by `train` for `steps` steps with
#   that seed, without augmentation. `D` is whatever `base` gives.
# - `base` is left as it was.
#
# Example: two seeds give five lists of two numbers; guessing among six classes is 16.7.
#
# <details><summary>Hint 1: what to think of</summary>You have written all of its parts.
# What is the same for all five, and what is made anew for each seed?</details>
# <details><summary>Hint 2: what to look up</summary><code>accuracy</code>,
# <code>untrained</code>, <code>set_head</code>, <code>train</code> and <code>judge</code>
# are given; <code>judge</code> returns (loss, share right) and wants labels as a tensor:
# <code>torch.from_numpy</code>.</details>
# <details><summary>Hint 3: the order of things</summary>A dict of five empty lists; for
# each seed: the split; for each of the three tables of features a probe on the rows of the
# training part, judged on the rows of the test part; then the two networks: build, (set the
# head), groups, train on the training part, judge on the test part.</details>


# %% nbgrader={"grade": false, "grade_id": "compare_strategies", "locked": false, "schema_version": 3, "solution": true, "task": false}
def compare_strategies(base, images, labels, k, seeds, steps=30):
    """Judge five ways to learn from k labels per class, once for each seed.

    base: nn.Module, images -> (N, D); images: float32 tensor (N, C, H, W);
    labels: int64 array (N,), 0..K-1; k, steps: int; seeds: ints.
    Returns a dict of lists of test accuracies in percent, one per seed, with the keys
    "pixels", "untrained base", "frozen base", "from scratch", "fine-tuned".
    """
    ### BEGIN SOLUTION
    names = ("pixels", "untrained base", "frozen base", "from scratch", "fine-tuned")
    results = {name: [] for name in names}
    num_classes, targets = int(labels.max()) + 1, torch.from_numpy(labels)
    trained_rows = extract_features(base, images)
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        tables = {
            "pixels": images.flatten(1).numpy(),
            "untrained base": extract_features(fresh, images),
            "frozen base": trained_rows,
        }
        for name, rows in tables.items():
            W, b = linear_probe(rows[few], labels[few], num_classes)
            results[name].append(accuracy(rows[rest] @ W + b, labels[rest]))
        size = trained_rows.shape[1]
        scratch = build_transfer_model(fresh, size, num_classes, freeze=False)
        tuned = build_transfer_model(base, size, num_classes, freeze=False)
        set_head(tuned, W, b)
        for name, model, groups in (
            (
                "from scratch",
                scratch,
                [{"params": [*scratch.parameters()], "lr": 1e-3}],
            ),
            ("fine-tuned", tuned, param_groups(tuned, "base", 1e-2, 1e-4)),
        ):
            train(model, groups, images[few], labels[few], steps, seed)
            results[name].append(100 * judge(model, images[rest], targets[rest])[1])
    return results
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "compare_strategies_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
torch.manual_seed(0)
tiny = nn.Sequential(
    nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
)


def keys_and_lengths(*arguments):
    """Return the names of the strategies and how many numbers each has."""
    return {name: len(runs) for name, runs in compare_strategies(*arguments).items()}


check(
    keys_and_lengths,
    tiny,
    images[::20, :, :8, :8],
    labels[::20],
    2,
    [0, 1],
    2,
    want={
        "pixels": 2,
        "untrained base": 2,
        "frozen base": 2,
        "from scratch": 2,
        "fine-tuned": 2,
    },
    case="five strategies, two seeds",
)


# Also graded: some pictures of each new shape; are the results what they must be?
### BEGIN HIDDEN TESTS
def by_ridge(rows, labels, k, seed):
    """Closed form with the default lam; the percentage right of what is tested."""
    rng, few = np.random.default_rng(seed), []
    for label in np.unique(labels):
        few += rng.permutation(np.flatnonzero(labels == label))[:k].tolist()
    rest = np.setdiff1d(np.arange(len(labels)), few)
    Z, T = rows[few].astype(float), np.eye(labels.max() + 1)[labels[few]]
    A = Z - Z.mean(0)
    W = A.T @ np.linalg.solve(A @ A.T + np.eye(len(A)), T - T.mean(0))
    scores = (rows[rest] - Z.mean(0)) @ W + T.mean(0)
    return 100 * (scores.argmax(1) == labels[rest]).mean(), len(rest)


def rows_of(net, images):
    """Return what a base in eval mode gives."""
    with torch.no_grad():
        return copy.deepcopy(net).eval()(images).flatten(1).numpy()


sizes = (19, 21, 24, 17, 26, 20)  # 127 pictures; 97, a prime, are tested
some = np.concatenate([60 * k + np.arange(n) for k, n in enumerate(sizes)])
x, y, seed = images[some], labels[some], 7
source = pretrained("shapes").base
got = compare_strategies(source, x, y, 5, [seed], 10)
for name, rows in (
    ("pixels", x.flatten(1).numpy()),
    ("untrained base", rows_of(untrained(source, seed), x)),
    ("frozen base", rows_of(source, x)),
):
    want, tested = by_ridge(rows, y, 5, seed)
    require(
        abs(got[name][0] - want) < 200.1 / tested,  # rounding may turn two pictures
        f"compare_strategies: the number for {name!r} is not right",
    )
for name, runs in got.items():
    require(
        abs(runs[0] * tested / 100 - round(runs[0] * tested / 100)) < 1e-4,
        f"compare_strategies: {name!r} is not a percentage of the pictures to be tested",
    )
# Of 20 other seeds: from scratch 12 to 28; fine-tuned minus frozen -2.1 to 6.2; frozen
# minus from scratch at least 50.
scratch, tuned, frozen = (
    got[n][0] for n in ("from scratch", "fine-tuned", "frozen base")
)
require(
    scratch < 45,
    "compare_strategies: a network from scratch cannot be that good; was it trained on "
    "the test pictures, judged on the training ones, or built on the trained base?",
)
require(
    frozen - 10 < tuned < frozen + 12,
    "compare_strategies: the fine-tuned network is not near the frozen base; does it start "
    "from the trained base and the probe, at the small rate?",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "compare_strategies_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
torch.manual_seed(1)
tiny = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten())
before = {name: value.clone() for name, value in tiny.state_dict().items()}
small = images[:, :, 8:24:3, 8:24:3][::3]
got = compare_strategies(tiny.eval(), small, labels[::3], 5, [3], 2)
require(
    all(torch.equal(value, before[name]) for name, value in tiny.state_dict().items()),
    "compare_strategies: the base is not as it was before",
)


def percentages():
    """Tell whether all results lie between 0 and 100."""
    return all(0 <= runs[0] <= 100 for runs in got.values())


check(percentages, want=True, case="one seed, two steps")


# Also graded: what is tested, on which draws, all seeds in order, classes other than six.
### BEGIN HIDDEN TESTS
def by_ridge(rows, labels, k, seed):
    """Closed form with the default lam; the percentage right of what is tested."""
    rng, few = np.random.default_rng(seed), []
    for label in np.unique(labels):
        few += rng.permutation(np.flatnonzero(labels == label))[:k].tolist()
    rest = np.setdiff1d(np.arange(len(labels)), few)
    Z, T = rows[few].astype(float), np.eye(labels.max() + 1)[labels[few]]
    A = Z - Z.mean(0)
    W = A.T @ np.linalg.solve(A @ A.T + np.eye(len(A)), T - T.mean(0))
    scores = (rows[rest] - Z.mean(0)) @ W + T.mean(0)
    return 100 * (scores.argmax(1) == labels[rest]).mean(), len(rest)


def rows_of(net, images):
    """Return what a base in eval mode gives."""
    with torch.no_grad():
        return copy.deepcopy(net).eval()(images).flatten(1).numpy()


x, y = old_images[:, :, 8:24:3, 8:24:3], old_labels  # eight classes
tiny.train()
seeds_wanted = [5, 2, 9, 3, 8, 1, 6]  # with few, equal results may be chance
got = compare_strategies(tiny, x, y, 4, seeds_wanted, 2)
require(
    list(got)
    == ["pixels", "untrained base", "frozen base", "from scratch", "fine-tuned"],
    "compare_strategies: the keys are not in the order of the table",
)
require(
    all(type(value) is float for runs in got.values() for value in runs),
    "compare_strategies: the lists must hold floats",
)
wanted = {"pixels": [], "untrained base": [], "frozen base": []}
for seed in seeds_wanted:
    for name, rows in (
        ("pixels", x.flatten(1).numpy()),
        ("untrained base", rows_of(untrained(tiny, seed), x)),
        ("frozen base", rows_of(tiny, x)),
    ):
        want, tested = by_ridge(rows, y, 4, seed)
        wanted[name].append(want)
for name, runs in wanted.items():
    require(
        len(got[name]) == len(seeds_wanted)
        and np.allclose(got[name], runs, rtol=0, atol=200.1 / tested),
        f"compare_strategies: {name!r} is not right for eight classes and seven seeds, in "
        f"the order of the seeds",
    )
require(tiny.training, "compare_strategies: the base is in another mode than before")
require(
    all(torch.equal(value, before[name]) for name, value in tiny.state_dict().items()),
    "compare_strategies: the base is not as it was before",
)
# A problem of three colours, small enough to be learned in 150 steps.
torch.manual_seed(6203)
plain = nn.Sequential(
    nn.Conv2d(3, 64, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
)
y, seed = np.arange(60) % 3, 11
rng, few = np.random.default_rng(seed), []
for label in range(3):
    few += rng.permutation(np.flatnonzero(y == label))[:5].tolist()


def painted(shown):
    """Return an image in the colour of each class, with noise."""
    colors = 0.2 + 0.6 * np.eye(3)[shown][:, :, None, None]
    noise = np.random.default_rng(6203).normal(0, 0.05, (60, 3, 4, 4))
    return torch.from_numpy(6 * (colors + noise)).float()


shown = y.copy()
shown[few] = (y[few] + 1) % 3
got = compare_strategies(plain, painted(shown), y, 5, [seed], 150)
require(  # on 20 seeds both are 0; who learns from the test pictures has 100
    got["frozen base"][0] < 40 and got["fine-tuned"][0] < 40,
    "compare_strategies: with misleading pictures to learn from, the test should go wrong; "
    "are the test pictures learned from?",
)
dead = copy.deepcopy(plain)  # on 20 seeds: from scratch 100, fine-tuned 33
for parameter in dead.parameters():
    nn.init.zeros_(parameter)
got = compare_strategies(dead, painted(y), y, 5, [seed], 150)
require(
    got["from scratch"][0] > 60,
    "compare_strategies: a base that knows nothing must not hurt the network from scratch; "
    "is it built on untrained(base, seed)?",
)
require(
    got["fine-tuned"][0] < 60,
    "compare_strategies: with a base that is all zeros fine-tuning cannot succeed; is it "
    "built on base?",
)
### END HIDDEN TESTS

# %% tags=["experiment"]
with Stopwatch() as watch:
    compared = {}
    for seed in progress(seeds(3), "strategies"):
        one = compare_strategies(shapes_net.base, images, labels, 5, [seed], 20)
        for name, runs in one.items():
            compared.setdefault(name, []).extend(runs)
show_spread(compared, xlabel="test accuracy (%), 5 labels per class", chance=100 / 6)
print(f"{watch.seconds:.1f} CPU seconds")

# %% [markdown] covers=["C50"]
# **Figure 11.** Five strategies, 30 pictures to learn from, 330 to be judged on, three
# draws. Frozen and fine-tuned are close together, and all else is near guessing. The
# untrained base says that it is not the architecture that helps, the pixels that the
# task is not easy. On twenty other draws we measured 81 ± 3 for the frozen base, 83 ± 2
# fine-tuned and 17 ± 2 from scratch; in no draw was the distance between frozen and from
# scratch below 57 points.
#
# One question remains. Was the network from scratch given a fair chance? It may need
# another rate, augmentation, more steps.

# %% tags=["experiment"]
rates_tried = (1e-3, 4e-3)
fair = {f"rate {rate:g}, augmented": [] for rate in rates_tried}
with Stopwatch() as scratch_watch:
    for seed in progress(seeds(2), "scratch"):
        few, rest = few_shot_split(labels, 5, seed)
        for rate, runs in zip(rates_tried, fair.values(), strict=True):
            fresh = untrained(shapes_net.base, seed)
            model = build_transfer_model(fresh, 96, 6, freeze=False)
            groups = [{"params": [*model.parameters()], "lr": rate}]
            train(model, groups, images[few], labels[few], 35, seed, wobble)
            right = judge(model, images[rest], torch.from_numpy(labels[rest]))[1]
            runs.append(100 * right)
fair["frozen base, probe"] = compared["frozen base"]
show_spread(fair, xlabel="test accuracy (%), 5 labels per class", chance=100 / 6)

# %% [markdown] covers=["C50"]
# **Figure 12.** From scratch with augmentation and two rates, more steps than before. It makes no
# difference. Nor do many more: 300 steps at $4\cdot10^{-3}$, augmented, gave 19 ± 3
# on five draws, for 12 CPU seconds each. Thirty pictures do not hold the information, and no
# optimizer can draw it out of them.

# %% [markdown] covers=["C57"]
# ### What was saved
#
# Training costs time and electricity, and for large networks a lot of both. A base is
# trained once and used by many. Let us do the sum, in CPU seconds and in joules, with a
# processor core at 10 watts (an assumption; look up yours). Making the source network took
# 16 passes over 8,000 pictures; we time a few of its steps and multiply.

# %% tags=["experiment"]
WATTS = 10  # of one busy core, assumed
many = images[:320]
with Stopwatch() as step_watch:
    model = build_transfer_model(untrained(shapes_net.base, 0), 96, 6, freeze=False)
    groups = [{"params": [*model.parameters()], "lr": 1e-3}]
    train(model, groups, many, labels[:320], 10)
with Stopwatch() as probe_watch:
    rows = extract_features(shapes_net.base, images[few])
    W, b = linear_probe(rows, labels[few], 6)
pretraining = step_watch.seconds / 320 * 16 * 8000
scratch = scratch_watch.seconds / sum(map(len, list(fair.values())[:-1]))
for name, seconds in (
    ("making the source network, once", pretraining),
    ("from scratch, 35 steps, augmented", scratch),
    ("frozen base and a probe", probe_watch.seconds),
):
    print(f"{name:34s} {seconds:8.2f} CPU s {WATTS * seconds:9.1f} J")
print(
    f"{pretraining / scratch:.0f} runs from scratch cost as much as the source network"
)

# %% [markdown] covers=["C57"]
# The probe costs as much as lighting a lamp for a moment; but the source network had to be
# made first. Reuse pays when many tasks share one base, or when, as here, *no* amount
# of training from scratch gives what the base gives. It does not pay for a single task
# with plenty of labels. For the networks in the news the first line of the table
# is measured in megawatt-hours, which is the reason why almost nobody trains them
# from scratch.

# %% [markdown] covers=["C51", "Q20"]
# ## 8 · Without labels
#
# The source network needed 8,000 labels. Can a representation be learned
# *directly* from pictures, without any? **Unsupervised** learning looks for structure, say
# clusters. **Self-supervised** learning makes up a task whose answers come for free, a
# **pretext** task: turn each picture by 0, 90, 180 or 270 degrees, and ask by how much.
# To answer, one has to know what things look like upright. Then throw the pretext head
# away, and fine-tune on the few labels that there are:
#
# $$\text{many pictures} \;\to\; \text{pretext task} \;\to\; \text{base} \;\to\;
# \text{few labels} \;\to\; \text{fine-tune}.$$
#
# **Task 7** (easy, 6 minutes). Write `rotation_pretext(X)` for an array `X` of shape (N,
# C, S, S). Return the tuple `(turned, y)`: `turned` has shape (4N, C, S, S) and the dtype
# of `X`: first all images as they are, then all turned by 90 degrees counter-clockwise, then
# by 180, then by 270. `y`, int64, holds 0, 1, 2 or 3 for each. Raise `ValueError` if images
# are not square.
#
# Example: $\begin{pmatrix}1&2\\3&4\end{pmatrix}$ turned by 90 degrees counter-clockwise is
# $\begin{pmatrix}2&4\\1&3\end{pmatrix}$.
#
# <details><summary>Hint 1: what to think of</summary>Which two of the four axes span the
# plane in which a picture turns?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.rot90(array, times,
# axes=...)</code>, <code>np.concatenate</code>, <code>np.repeat</code>.</details>
# <details><summary>Hint 3: the order of things</summary>Compare height and width; a list of
# four arrays, one for each number of quarter turns; join them along axis 0; each label N
# times.</details>


# %% nbgrader={"grade": false, "grade_id": "rotation_pretext", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rotation_pretext(X):
    """Turn each image by 0, 90, 180 and 270 degrees counter-clockwise, and label it.

    X: array (N, C, S, S), any dtype.
    Returns (turned, y): (4N, C, S, S) of the same dtype, all of one angle together, in
    this order; and int64 (4N,), 0 to 3. Raises ValueError if images are not square.
    """
    ### BEGIN SOLUTION
    if X.shape[2] != X.shape[3]:
        raise ValueError(f"rotation_pretext: images must be square, got {X.shape[2:]}")
    turned = np.concatenate([np.rot90(X, times, axes=(2, 3)) for times in range(4)])
    return turned, np.repeat(np.arange(4), len(X))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rotation_pretext_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
X = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
once, twice = np.array([[2.0, 4], [1, 3]]), np.array([[4.0, 3], [2, 1]])
thrice = np.array([[3.0, 1], [4, 2]])
want = np.stack([X[0, 0], once, twice, thrice])[:, None]
check(
    rotation_pretext,
    X,
    want=(want, np.array([0, 1, 2, 3])),
    case="the example, turned four times",
    mistakes={
        "the images are turned clockwise": (want[[0, 3, 2, 1]], np.array([0, 1, 2, 3])),
        "the labels start at 1": (want, np.array([1, 2, 3, 4])),
        "images are mirrored, not turned": (
            np.stack([X[0], X[0, :, ::-1], X[0, :, ::-1, ::-1], X[0, :, :, ::-1]]),
            np.array([0, 1, 2, 3]),
        ),
    },
)
### BEGIN HIDDEN TESTS


def pixel_by_pixel(X):
    """Turn by moving single pixels: up a column goes what lay along a row."""
    n, channels, s, _ = X.shape
    out = np.empty((4 * n, channels, s, s), X.dtype)
    for i in range(n):
        out[i] = X[i]
        for turn in (1, 2, 3):
            for row in range(s):
                for column in range(s):
                    out[turn * n + i, :, row, column] = out[
                        (turn - 1) * n + i, :, column, s - 1 - row
                    ]
    return out, np.array([turn for turn in range(4) for _ in range(n)])


r = np.random.default_rng(6201)
for shape in ((3, 2, 4, 4), (2, 3, 3, 3), (5, 1, 6, 6), (4, 4, 4, 4)):
    X = r.normal(size=shape)
    turned, y = pixel_by_pixel(X)
    mixed = np.arange(4 * shape[0]).reshape(4, -1).T.ravel()
    check(
        rotation_pretext,
        X,
        want=(turned, y),
        case="random images",
        rtol=0,
        mistakes={
            "all four turns of an image stand together; sort by angle": (
                turned[mixed],
                y[mixed],
            ),
            "the labels are not in the order of the images": (
                turned,
                np.tile(np.arange(4), shape[0]),
            ),
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "rotation_pretext_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(rotation_pretext, np.ones((1, 3, 2, 3)), case="images of 2 x 3")
# Also graded: dtypes, a single pixel, views, one image, as many channels as pixels.
### BEGIN HIDDEN TESTS


def by_transposing(X):
    """Turn by transposing and reversing."""
    turns = [X]
    for _ in range(3):
        turns.append(turns[-1].transpose(0, 1, 3, 2)[:, :, ::-1])
    return np.array(np.concatenate(turns)), np.repeat(np.arange(4), len(X))


r = np.random.default_rng(6202)
for X, case in (
    (r.integers(0, 256, (2, 3, 4, 4), np.uint8), "uint8"),
    (r.random((2, 3, 5, 5), np.float32), "float32"),
    (r.integers(-9, 9, (3, 3, 3, 3)), "integers, three of everything"),
    (r.random((1, 2, 4, 4)) > 0.5, "bools"),
    (r.normal(size=(4, 2, 1, 1)), "images of one pixel"),
    (r.normal(size=(6, 4, 5, 10))[::2, ::-1, :, ::2], "a view with steps"),
    (r.normal(size=(1, 1, 7, 7)), "a single image"),
    (r.normal(size=(2, 2, 3, 3)).transpose(1, 0, 3, 2), "a transposed view"),
):
    check(rotation_pretext, X, want=by_transposing(X), case=case, rtol=0, atol=0)
check_raises(rotation_pretext, np.ones((2, 1, 5, 4)), case="images of 5 x 4")
check_raises(rotation_pretext, np.ones((4, 4, 1, 4)), case="N = C = W, but not H")
X = np.zeros((1, 1, 2, 2))
turned, _ = rotation_pretext(X)
turned += 1
require(not X.any(), "rotation_pretext: the result is a view of its argument")
### END HIDDEN TESTS

# %% [markdown] covers=["C51"]
# Does it help? Handwritten digits are small and have an upright side, so they are a good
# place to try. A network looks at 1,000 digits *without labels*, turned four
# ways, for 200 batches. Then one label of each digit has to do, or five: fine-tune the
# pretext base, put a probe on it, train from scratch, or put a probe on the pixels.

# %% tags=["experiment"]
digits, digit_labels = data.digits()
digits, digit_labels = (
    (digits / 16).astype(np.float32)[:, None],
    digit_labels.astype(int),
)
unlabelled, others = digits[:1000], torch.from_numpy(digits[1000:])
other_labels = digit_labels[1000:]
ways = ("from scratch", "pretext, fine-tuned", "pretext, probe", "pixels, probe")
scores = {way: {k: [] for k in (1, 5)} for way in ways}
pretext_right = []


def pretext_base(seed):
    """Learn to tell by how much unlabelled digits are turned; returns the base."""
    turned, angles = rotation_pretext(unlabelled)
    torch.manual_seed(seed)
    model = gap_net(1, 4)
    groups = [{"params": [*model.parameters()], "lr": 4e-3}]
    train(model, groups, torch.from_numpy(turned), angles, 200, seed)
    turned, angles = (torch.from_numpy(v) for v in rotation_pretext(digits[1000:]))
    pretext_right.append(100 * judge(model, turned, angles)[1])
    return model.base


# %% tags=["experiment"]
for seed in progress(seeds(3), "pretext"):
    base = pretext_base(seed)
    tables = {
        "pretext, probe": extract_features(base, others),
        "pixels, probe": digits[1000:].reshape(797, -1),
    }
    for k in (1, 5):
        few, rest = few_shot_split(other_labels, k, seed)
        for way, rows in tables.items():
            W, b = linear_probe(rows[few], other_labels[few], 10)
            scores[way][k].append(accuracy(rows[rest] @ W + b, other_labels[rest]))
        bases = untrained(base, seed), base
        for way, start in zip(ways[:2], bases, strict=True):
            model = build_transfer_model(start, 96, 10, freeze=False)
            groups = [{"params": [*model.parameters()], "lr": 4e-3}]
            train(model, groups, others[few], other_labels[few], 40, seed)
            right = judge(model, others[rest], torch.from_numpy(other_labels[rest]))[1]
            scores[way][k].append(100 * right)

# %% tags=["experiment"]
print(f"turned by how much? {np.mean(pretext_right):.0f} % right; guessing: 25 %")
show_spread(
    {f"{way}, {k}": scores[way][k] for k in (1, 5) for way in ways},
    xlabel="test accuracy (%), 1 or 5 labels of each digit",
)

# %% [markdown] covers=["C51", "Q20"]
# **Figure 13.** The pretext is learned well, and it does not help. A probe on the base so made is
# worse than a probe on the pixels, and fine-tuned it does no better than a network
# from scratch, with one label or with five. What tells a digit from a turned one need not
# tell a 4 from a 9. (Here from scratch does well. Digits are so much easier than shapes over photos
# that there is little left to gain.) On the shapes it fails earlier: after 20 CPU seconds on
# 1,200 pictures a network told 27 % of the angles right, guessing gives 25 %
# (one run). This is a negative result, and it belongs on the page. With a million
# photos and days of training the same pretext *does* give useful features, and its
# successors, which compare two augmented views of a picture or fill in hidden parts of it,
# even better ones. So: yes, a representation can be learned without labels. But it takes
# far more pictures than labels would, and it has to be measured on the target.

# %% [markdown] covers=["C50", "D08", "Q18"]
# ## 9 · Questions
#
# **Question 1** (4 points). The summer school's eight classes are airplane, car, cat, dog,
# flower, fruit, motorbike and person, and its base has learned a thousand classes of
# photos. For each of three cases choose a mode (static features, frozen base,
# fine-tuning, or from scratch), say which rates and which augmentation you would take, and
# support it with a figure of this lesson: (a) 50 labelled photos in all; (b) 5,000 photos;
# (c) 500,000 X-ray images of eight kinds of fractures.
#
# *Rubric.* 1 point each for a mode that suits the number of labels *and* the distance of
# the tasks, with a figure named that really supports it; 1 point for rates and
# augmentations, with one augmentation that would be wrong in one of the cases.

# %% [markdown] nbgrader={"grade": true, "grade_id": "which_mode_why", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) Six labels per class, a close source: static features and a probe (Figures 3, 8 and
# 11: with five labels fine-tuning does not beat it, and any but the smallest rate loses). A
# frozen base with augmentation is worth a try (Figure 7). (b) 600 per class, close:
# frozen head first, then fine-tuning with a head at $10^{-2}$ and a base at $10^{-4}$ to
# $10^{-3}$, with flips left-right, small shifts, zoom and colour; keep what wins on held-out
# photos. (c) Far from photos and many labels: fine-tune everything at a larger rate (Figure
# 10: across a gap fine-tuning beats the frozen base), and compare with training from
# scratch, which may do as well with so many. Mirroring an X-ray
# exchanges left and right, so it is wrong where the side is part of the label; changing hues
# means nothing in grey pictures; upside-down cars are no use in (a) and (b).
# <!-- END SOLUTION -->

# %% [markdown]
# **Question 2** (3 points). *Explain the mistake.* Noor adapts a base to photos from
# a night camera. She writes
#
#     for weight in model.base.parameters():
#         weight.requires_grad = False
#     for step in range(1000):
#         model.train()
#         ...
#
# trains the head, and reports: "The base is frozen, so the old head still works on day
# photos." It does not: the accuracy there fell from 99 % to less than half. (a) What has
# changed in the base, although no optimizer touched it? (b) Why did she not see it on
# night photos in her own tests? (c) Give two different repairs.
#
# *Rubric.* 1 point: what changed, and when. 1 point: why the night photos do not show it.
# 1 point: two repairs that both work.

# %% [markdown] nbgrader={"grade": true, "grade_id": "frozen_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) The running means and variances of batch normalisation. They are buffers, not
# parameters; each forward pass in train mode moves them towards the statistics of the
# batch, here towards dark pictures. In eval mode they are used, so the
# features of day photos are now shifted and scaled wrongly (Figure 6). (b) Her head was
# trained on features normalised with the night's statistics, and by the end the running
# statistics are the night's, too: new head and changed base fit each other. (c) Keep the base
# in eval mode inside the loop (override train, or call model.base.eval() after
# each model.train()); or compute the features once in eval mode and train the head on
# them; or set momentum = 0 or track_running_stats so that the numbers stay; or
# save the buffers and put them back.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C57", "C50"]
# **Question 3** (3 points). A group announces that with transfer learning it needs "a
# thousandth of the energy". (a) From the table of section 7, how many target tasks must
# share the source network before reuse costs less than one run from scratch for each? Show the
# calculation with your own numbers. (b) Name two things that this sum leaves out. (c) For
# which tasks is the sum beside the point, and why?
#
# *Rubric.* 1 point: the calculation, with the reader's own numbers. 1 point: two real
# omissions. 1 point: a reason that is about accuracy.

# %% [markdown] nbgrader={"grade": true, "grade_id": "energy_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) With P for the source network, S for a run from scratch and p for a probe, reuse costs
# P + n p and scratch n S; reuse is cheaper from n = P / (S − p). With P = 170 CPU s,
# S = 2 and p = 0.02, from 86 tasks on. (b) For
# example the labels of the source task and the people who made them; all the runs that
# failed or chose settings, on both sides; running the finished network, which for one that
# many use costs more than training; memory, cooling, making the machines. (c) With five
# labels per class from scratch stays near guessing however long it is trained (Figure
# 12), so there is no run from scratch that could be compared: what is saved is labels.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Recap
#
# - A trained base turns pictures into features that say more than pixels do, also about
#   classes that it has never seen; a head on top is one formula. With few labels of
#   a close task that is hard to beat.
# - Frozen means: no gradient, *and* eval mode. Fine-tuning means a small rate for the base:
#   a large one destroys in twenty steps what took 2,000 to learn. It wins across a
#   domain gap, with enough labels.
# - Compare with controls, with several draws, and with a baseline that was given a fair
#   chance. What fails belongs in the report.
#
# **Next:** lesson 13 looks inside a trained network, and judges one with better
# numbers than accuracy.
#
# **References.** A. Carlier, "Convolutional Neural Networks", 2024 (three modes of
# transfer). E. Rantsiou, "CNN basics and an example with classification", LENS ML School,
# 2021 (the eight classes and the four steps). B. Galerne, "Deep neural networks and CNNs",
# slides, 2024 (what deep means). N. Noceti, "Convolutional Neural Networks", UniGe (from
# unsupervised to self-supervised learning; reuse and sustainability). J. Yosinski, J. Clune,
# Y. Bengio and H. Lipson, "How transferable are features in deep neural networks?",
# NeurIPS 2014. S. Kornblith, J. Shlens and Q. Le, "Do better ImageNet models transfer
# better?", CVPR 2019. S. Gidaris, P. Singh and N. Komodakis, "Unsupervised representation
# learning by predicting image rotations", ICLR 2018. M. McCloskey and N. Cohen,
# "Catastrophic interference in connectionist networks", Psychology of Learning and
# Motivation 24, 1989. E. Strubell, A. Ganesh and A. McCallum, "Energy and policy
# considerations for deep learning in NLP", ACL 2019.
