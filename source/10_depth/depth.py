# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10 · Going deep: gradients, normalisation, blocks
#
# In 2012 the best network of the year had 8 layers, three years later 152. The
# idea of stacking layers was as old as networks themselves, and for decades it
# did not work: a network of twenty layers learned *less* than one of four. In
# this lesson you watch it fail, measure why, and repair it three times over:
# with better starting weights, with normalisation, with shortcuts. At the end you
# own the building blocks of GoogLeNet, ResNet, DenseNet and MobileNet.
#
# **You will be able to**
#
# - follow the gradient through fifty layers, and say what makes it vanish or
#   explode;
# - write batch normalisation with all its bookkeeping, and know its two traps;
# - build a residual block, an inception module, a dense block and a depthwise
#   separable block, and from such blocks a whole ResNet;
# - tell which of the famous repairs does what, with numbers that you measured.
#
# **Time:** 150 minutes, questions included. **You should know:** backpropagation
# (lesson 08), and how a network is trained with PyTorch (lesson 09).

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import copy

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  (torch's own short name)

from course import data, networks
from course.checks import check, check_raises, require
from course.figures import label_line_ends
from course.module_checks import check_module
from course.results import LiveCurves, show_spread
from course.shortcuts import check_own_work
from course.training import fit, judge, progress, seeds, warm_up
from course.widgets import explore

torch.set_num_threads(1)
warm_up()
plt.style.use("course.course")

# %% [markdown] covers=["C07", "C08"]
# ## 1 · Why deep?
#
# The old way to recognise something: an expert designs *features* by hand (edges,
# textures, the bank of lesson 02), and only the classifier behind them is trained.
# The new way: the features are trained as well, **end to end**, from the pixels $x$
# through features $\Psi(x)$ and features of features $\Phi(\Psi(x))$ to the answer
# $y$. A network is called **deep** if it has *more than one stage of non-linear
# feature transformation*. Non-linear matters: two linear layers in a row,
# $W_2(W_1 x) = (W_2 W_1)\,x$, are one linear layer.
#
# The hope behind depth is that the world is built in levels, each from the one
# below:
#
# | | levels, from the raw data up |
# |---|---|
# | images | pixel, edge, texton (smallest piece of a texture), motif, part, object |
# | faces | pixel, edge, nose or eye, face |
# | text | character, word, word group, clause, sentence, story |
# | speech | sample, spectral band, sound, phone, phoneme, word |
#
# If so, the first layers of a network should be of use for *every* task, and the
# last ones only for the task that they were trained on. Let us see. The course
# ships a network of three convolution layers that names eight kinds of coloured
# shapes. We take 24 channels of each layer, keep the mean and the maximum of each
# channel over the image (48 numbers), and ask a linear classifier to do with these
# numbers (a) the network's own task, (b) one that it has never met: name the
# material in a patch of a photo.


# %% nbgrader={"grade": false, "grade_id": "probes", "locked": true, "schema_version": 3, "solution": false, "task": false}
@torch.no_grad()
def layer_features(images):
    """Return 48 numbers per image from each of the three layers of a trained net."""
    maps, features = torch.as_tensor(images, dtype=torch.float32), []
    for layer in networks.pretrained("shapes").base.features:
        maps = layer(maps)
        if isinstance(layer, nn.ReLU):
            some = maps[:, :24]
            features.append(torch.cat([some.mean((2, 3)), some.amax((2, 3))], 1))
    return [values.double().numpy() for values in features]


def linear_probe(train, labels, test, truth):
    """Fit a linear classifier by regularised least squares; its test accuracy in %."""
    mean, sd = train.mean(0), train.std(0) + 1e-6
    rows = [np.column_stack([(v - mean) / sd, np.ones(len(v))]) for v in (train, test)]
    square = rows[0].T @ rows[0] + 0.01 * len(train) * np.eye(rows[0].shape[1])
    weights = np.linalg.solve(square, rows[0].T @ np.eye(8)[labels])
    return 100 * ((rows[1] @ weights).argmax(1) == truth).mean()


def colored(patches):
    """Make grey patches fit for a network that reads colours in [0, 1]."""
    return np.repeat(np.clip(patches[:, None] / 6 + 0.5, 0, 1), 3, axis=1)


# %% tags=["experiment"]
probes = {"its own shapes": [], "materials, never met": []}
for seed in seeds(3):
    x, y, _ = data.shapes(30, seed=50 + seed)
    tx, ty, _ = data.shapes(30, part="test", seed=50 + seed)
    pairs = zip(layer_features(x), layer_features(tx))
    probes["its own shapes"].append([linear_probe(a, y, b, ty) for a, b in pairs])
    x, y, tx, ty = data.textures(30, 30, seed=seed)
    pairs = zip(layer_features(colored(x)), layer_features(colored(tx)))
    probes["materials, never met"].append([linear_probe(a, y, b, ty) for a, b in pairs])
_, ax = plt.subplots(figsize=(6.2, 3.3))
for (name, runs), marker in zip(probes.items(), "os"):
    line = ax.plot([1, 2, 3], np.mean(runs, axis=0), marker=marker, label=name)[0]
    for run in runs:
        ax.plot([1, 2, 3], run, ".", color=line.get_color(), alpha=0.5, label="_")
ax.axhline(12.5, color="#777", ls=":", lw=1.2, label="_guessing")
ax.text(1, 14, "guessing", color="#555")
ax.set(xticks=[1, 2, 3], ylim=(0, 104))
ax.set(xlabel="layer that the 48 numbers come from", ylabel="test accuracy (%)")
label_line_ends(ax)
plt.show()

# %% [markdown] covers=["C07", "C08"]
# **Figure 1.** What can be read off the layers of a network trained on shapes;
# dots are draws of the data, lines their mean. For its own task each layer is far
# better than the one before. For the foreign task the *first* layer is already
# nearly as good as any, and the last one a little worse than the second:
# **low-level features can be shared, high-level ones are specific.** (With five
# draws of 40 images per class we measured 34, 77, 97 % for the shapes and 78, 81,
# 75 % for the materials, each ± 2.) Lesson 12 lives on this.

# %% [markdown] covers=["C11", "A05", "A06", "A07", "A08"]
# So everybody wanted depth. The best-known networks of each year, in layers with
# weights:
#
# | 2012 | 2014 | 2014 | 2015 | 2016 (printed 2017) |
# |---|---|---|---|---|
# | AlexNet **8** | VGG-19 **19** | GoogLeNet **22** | ResNet-152 **152** | DenseNet-201 **201** |
#
# Between 8 and 22 people helped themselves with crutches. The authors of *VGG*
# first trained a network of 11 layers and started the deeper ones from its
# weights. *GoogLeNet* had two additional classifiers, attached half way up and
# used in training only, so that its lower layers heard something at all. What was
# the matter?
#
# ## 2 · What the first layer hears
#
# Take the plainest deep network, $L$ dense layers of the same kind:
#
# $$h_0 = x,\qquad a_l = W_l\,h_{l-1},\qquad h_l = g(a_l),\qquad l = 1, \dots, L.$$
#
# $g$ is the bend: the *sigmoid* $1/(1 + e^{-a})$, tanh, or ReLU. Lesson 08 sends
# the gradient of the loss $E$ back, with $\delta_l = \partial E/\partial a_l$:
#
# $$\delta_l = g'(a_l) \odot \frac{\partial E}{\partial h_l},\qquad
# \frac{\partial E}{\partial h_{l-1}} = W_l^{\mathsf T}\,\delta_l .$$
#
# From the last layer to the first the gradient is multiplied $L$ times by a
# matrix and $L$ times by $g'$. A product of fifty factors is rarely near 1: it
# **vanishes** or it **explodes**.
#
# Now a change whose use you will see at once. Let each layer *add* to what it
# received, $h_l = g(a_l) + h_{l-1}$. This path around the layer is called a
# **shortcut**, or *skip connection*. On the way back, an addition copies: one
# copy of $\partial E/\partial h_l$ goes through the layer as before, and another
# one goes straight to $h_{l-1}$.

# %% [markdown] covers=["C10"]
# **Task 1** (medium, 12 minutes). Write `layer_gradient_norms(weights, x,
# activation, residual=False)`: the lengths $\|\delta_1\|, \dots, \|\delta_L\|$ of
# the gradients, first layer first, as a float64 array of shape (L,).
#
# | | |
# |---|---|
# | `weights` | list of L matrices; matrix $l$ has as many rows as $h_l$ has numbers and as many columns as $h_{l-1}$ has |
# | `x` | (n,), the input $h_0$ |
# | `activation` | `"sigmoid"`, `"tanh"` or `"relu"`; else `ValueError` |
# | `residual` | if true, $h_l = g(a_l) + h_{l-1}$; `ValueError` if a matrix is not square |
#
# For the loss take the sum of $h_L$ divided by $\sqrt n$, with $n$ the length of
# $h_L$: then $\partial E/\partial h_L = (1, \dots, 1)/\sqrt n$, which has
# length 1. The slope of ReLU at 0 is 0.
#
# By hand, with ReLU: $x = (1, 1)$, $W_1 = \begin{pmatrix}1&2\\0&-1\end{pmatrix}$,
# $W_2 = \begin{pmatrix}2&1\\3&-1\end{pmatrix}$. Forward: $a_1 = (3, -1)$,
# $h_1 = (3, 0)$, $a_2 = (6, 9)$. Backward: $\delta_2 = (1, 1)/\sqrt2$ has length
# 1; $W_2^{\mathsf T}\delta_2 = (5, 0)/\sqrt2$, the gate of $a_1$ lets the first
# number through, and the result is $(5/\sqrt2,\ 1) = (3.5355,\ 1)$. With
# shortcuts it is $(6/\sqrt2,\ 1) = (4.2426,\ 1)$: follow it through before you
# write code.
#
# <details><summary>Hint 1: what to think of</summary>Two loops: one forward that
# keeps every a, one backward that uses them in reverse order.</details>
# <details><summary>Hint 2: what to look up</summary>The slope of the sigmoid is s
# (1 − s) with s the sigmoid <em>of a</em>, that of tanh is 1 − tanh².
# <code>np.linalg.norm</code> gives the length; <code>.T</code>
# transposes.</details>
# <details><summary>Hint 3: the order of things</summary>Check the word and the
# shapes. Forward: a, then h. Backward, starting with equal numbers of length 1 in
# all: delta is the slope times the gradient of h; note its length; the gradient
# of the h below is the transposed matrix times delta, and with a shortcut the
# gradient of the h above comes on top. The lengths were found last layer
# first.</details>


# %% nbgrader={"grade": false, "grade_id": "layer_gradient_norms", "locked": false, "schema_version": 3, "solution": true, "task": false}
def layer_gradient_norms(weights, x, activation, residual=False):
    """Measure how long the gradient is at each layer of a plain or residual network.

    weights: L matrices, (n_l, n_{l-1}); x: (n_0,);
    activation: "sigmoid", "tanh" or "relu"; residual: add h_{l-1} to h_l.
    Returns float64 (L,): the length of dE/da_l, first layer first, for the loss
    E = sum(h_L) / sqrt(n_L).
    Raises ValueError for another activation, or a shortcut around a matrix that is
    not square.
    """
    ### BEGIN SOLUTION
    bends = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    slopes = {
        "sigmoid": lambda a: bends["sigmoid"](a) * (1 - bends["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0).astype(float),
    }
    if activation not in bends:
        raise ValueError(f"layer_gradient_norms: no activation called {activation!r}")
    weights = [np.asarray(w, np.float64) for w in weights]
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("layer_gradient_norms: a shortcut needs square matrices")
    h, before = np.asarray(x, np.float64), []
    for w in weights:
        a = w @ h
        h = bends[activation](a) + (h if residual else 0)
        before.append(a)
    grad, norms = np.full(len(h), 1 / np.sqrt(len(h))), []
    for w, a in zip(reversed(weights), reversed(before)):
        delta = slopes[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "layer_gradient_norms_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
two = [np.array([[1, 2], [0, -1]]), np.array([[2, 1], [3, -1]])]
x = np.array([1, 1])
check(
    layer_gradient_norms,
    two,
    x,
    "relu",
    want=np.array([5 / 2**0.5, 1.0]),
    case="the example worked out above",
    mistakes={
        "last layer first; return the first layer first": np.array([1.0, 5 / 2**0.5]),
        "the matrix is not transposed on the way back": np.array([3 / 2**0.5, 1.0]),
        "the lengths are squared": np.array([12.5, 1.0]),
        "this is the gradient of h, not of a: the slope is missing": np.array(
            [5.0, 2**0.5]
        ),
    },
)
check(
    layer_gradient_norms,
    two,
    x,
    "relu",
    True,
    want=np.array([6 / 2**0.5, 1.0]),
    case="the same with shortcuts",
    mistakes={
        "the copy that goes around the layer is missing on the way back": np.array(
            [5 / 2**0.5, 1.0]
        ),
    },
)
### BEGIN HIDDEN TESTS


def by_autograd(weights, x, activation, residual):
    h, seen = torch.tensor(np.array(x, np.float64)), []
    for w in weights:
        a = torch.tensor(np.array(w, np.float64)) @ h
        a.requires_grad_()
        a.retain_grad()
        seen.append(a)
        h = getattr(torch, activation)(a) + (h if residual else 0)
    (h.sum() / len(h) ** 0.5).backward()
    return np.array([float(a.grad.norm()) for a in seen])


r = np.random.default_rng(101)
for activation in ("sigmoid", "tanh", "relu"):
    for residual in (False, True):
        weights = [r.normal(0, 0.7, (5, 5)) for _ in range(4)]
        x = r.normal(size=5)
        check(
            layer_gradient_norms,
            weights,
            x,
            activation,
            residual,
            want=by_autograd(weights, x, activation, residual),
            case=f"{activation}, four layers" + ", shortcuts" * residual,
        )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "layer_gradient_norms_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    layer_gradient_norms,
    [np.array([[1.0, 2.0, 2.0]]), np.array([[3.0], [4.0]])],
    np.array([1.0, 0.0, 1.0]),
    "relu",
    want=np.array([7 / 2**0.5, 1.0]),
    case="three numbers, then one, then two",
)
case = "an activation that is none"
check_raises(layer_gradient_norms, [np.eye(2)], np.ones(2), "step", case=case)
check_own_work(layer_gradient_norms, ("torch", "autograd", "jax"))
# Also graded: one layer, many layers, layers of other widths, shortcuts around them, dtypes.
### BEGIN HIDDEN TESTS


def by_autograd(weights, x, activation, residual=False):
    h, seen = torch.tensor(np.array(x, np.float64)), []
    for w in weights:
        a = torch.tensor(np.array(w, np.float64)) @ h
        a.requires_grad_()
        a.retain_grad()
        seen.append(a)
        h = getattr(torch, activation)(a) + (h if residual else 0)
    (h.sum() / len(h) ** 0.5).backward()
    return np.array([float(a.grad.norm()) for a in seen])


r = np.random.default_rng(102)
for activation in ("tanh", "sigmoid", "relu"):
    sizes = (3, 7, 2, 6, 4)
    weights = [r.normal(size=(m, n)) for n, m in zip(sizes, sizes[1:])]
    weights[-1] = np.abs(weights[-1])  # so that no gradient is all zeros
    weights[:-1] = [w + 0.3 for w in weights[:-1]]
    x = r.normal(size=3) + 1
    want = by_autograd(weights, x, activation)
    case = f"{activation}, layers of other widths"
    check(layer_gradient_norms, weights, x, activation, want=want, case=case)
    deep = [r.normal(0, 0.25, (16, 16)) for _ in range(30)]
    x = r.normal(size=16)
    want = by_autograd(deep, x, activation, True)
    case = f"{activation}, thirty layers, shortcuts"
    check(layer_gradient_norms, deep, x, activation, True, want=want, case=case)
    want = by_autograd(deep, x, activation)
    case = f"{activation}, thirty layers, to the last digits that are left"
    check(layer_gradient_norms, deep, x, activation, want=want, case=case, atol=0)
whole, counts = [r.integers(-2, 3, (3, 3)) for _ in range(3)], np.array([1, 2, 3])
case = "matrices and inputs of integers"
want = by_autograd(whole, counts, "tanh")
check(layer_gradient_norms, whole, counts, "tanh", want=want, case=case)
small = [w.astype(np.float32) for w in deep[:3]]
want = by_autograd(small, x[::-1].astype(np.float32), "sigmoid")
reverse = x.astype(np.float32)[::-1]
check(layer_gradient_norms, small, reverse, "sigmoid", want=want, case="float32, views")
want = np.array([1.0])
case = "a single layer"
check(layer_gradient_norms, [np.eye(4)], np.ones(4), "relu", want=want, case=case)
want = np.array([0.0])
case = "ReLU at exactly 0"
check(layer_gradient_norms, [np.eye(4)], np.zeros(4), "relu", want=want, case=case)
for word in ("ReLU", "", "linear"):
    check_raises(layer_gradient_norms, [np.eye(2)], np.ones(2), word, case=repr(word))
thin = [np.ones((1, 3)), np.ones((3, 1))]
for activation in ("relu", "tanh"):
    case = "a shortcut around a layer that is not square"
    check_raises(layer_gradient_norms, thin, np.ones(3), activation, True, case=case)
    wide = [np.ones((3, 1)), np.eye(3)]
    check_raises(layer_gradient_norms, wide, np.ones(1), activation, True, case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["C10", "Q16"]
# With 64 units a layer and random weights of mean 0, only their *standard
# deviation* is left to choose. Four choices that people made, with $n$ = 64:
#
# | weights | standard deviation | |
# |---|---|---|
# | small | 0.05 | "just start near zero" |
# | PyTorch's default | $1/\sqrt{3n}$ = 0.072 | what `nn.Linear` and `nn.Conv2d` do if you say nothing |
# | Glorot | $1/\sqrt n$ = 0.125 | keeps the size of numbers if the bend has slope 1 |
# | He | $\sqrt{2/n}$ = 0.177 | the same behind a ReLU, which drops half of them |

# %% tags=["experiment"]
spreads = {"small": 0.05, "PyTorch": (1 / 192) ** 0.5}
spreads |= {"Glorot": (1 / 64) ** 0.5, "He": (2 / 64) ** 0.5}


def norms_of(depth, activation, weights, shortcut, seed):
    r = np.random.default_rng(seed)
    matrices = [r.normal(0, spreads[weights], (64, 64)) for _ in range(depth)]
    return layer_gradient_norms(matrices, r.normal(size=64), activation, shortcut)


_, axes = plt.subplots(1, 3, figsize=(9.6, 3.5), sharey=True)
for ax, activation in zip(axes, ("sigmoid", "tanh", "relu")):
    for name, marker in zip(spreads, "osD^"):
        runs = [norms_of(20, activation, name, False, seed) for seed in range(5)]
        ax.plot(range(1, 21), np.exp(np.log(runs).mean(0)), marker=marker, label=name)
    runs = [norms_of(20, activation, "PyTorch", True, seed) for seed in range(5)]
    mean = np.exp(np.log(runs).mean(0))
    ax.plot(range(1, 21), mean, "k--", lw=1.5, label="PyTorch + shortcuts")
    ax.set(yscale="log", xlabel="layer", title=activation, xticks=[1, 5, 10, 15, 20])
axes[0].set_ylabel("length of the gradient ∂E/∂a")
axes[0].legend(loc="lower right", fontsize=8.5)
plt.show()

# %% [markdown] covers=["C10", "Q16"]
# **Figure 2.** Read from right to left: the gradient starts at layer 20 with a
# length near 1 and arrives at layer 1 (geometric means of five draws
# of the weights). Without shortcuts:
#
# | at layer 1 | small | PyTorch | Glorot | He |
# |---|---|---|---|---|
# | sigmoid | $10^{-19.8}$ | $10^{-16.9}$ | $10^{-12.7}$ | $10^{-10.3}$ |
# | tanh | $10^{-7.7}$ | $10^{-4.7}$ | $10^{-0.8}$ | $10^{0}$ |
# | ReLU | $10^{-10.2}$ | $10^{-7.1}$ | $10^{-2.6}$ | $10^{0.3}$ |
#
# (means of the exponent over 20 draws, standard deviation 0.2 to 0.3). No choice
# of weights here rescues the sigmoid: its slope is 1/4 at best, and
# $4^{-20} = 10^{-12}$. For tanh and ReLU it is a matter of the right size. And
# look at the dashed lines: with shortcuts the *worst customary* weights deliver,
# for all three bends.


# %% tags=["experiment"]
def draw_norms(depth, activation, weights, shortcut):
    _, ax = plt.subplots(figsize=(7, 3.2))
    for seed in range(6):
        norms = norms_of(depth, activation, weights, shortcut == "with", seed)
        ax.plot(range(1, depth + 1), np.maximum(norms, 1e-40), "o-", ms=3, alpha=0.7)
    ax.axhline(1, color="#777", ls=":", lw=1.2)
    ax.set(yscale="log", ylim=(1e-26, 1e12), xlabel="layer")
    ax.set(ylabel="length of the gradient ∂E/∂a", xlim=(0.5, depth + 0.5))
    ax.set(xticks=range(1, depth + 1, max(1, depth // 10)))
    plt.show()


explore(
    draw_norms,
    depth=("layers", [2, 5, 10, 20, 30, 50], 20),
    activation=("activation", ["relu", "tanh", "sigmoid"]),
    weights=("weights", list(spreads), "PyTorch"),
    shortcut=("shortcuts", ["without", "with"]),
)

# %% [markdown] covers=["C10"]
# **Figure 3.** The same for any depth; six draws of the weights. Try to make it
# explode: He weights *with* shortcuts do it, since every layer adds as much as it
# received ($10^{4}$ at 20 layers of ReLU). Shortcuts protect from vanishing, not
# from exploding.

# %% [markdown] covers=["C10"]
# ### What a vanishing gradient looks like from outside
#
# A network with one weight per layer and no bend, $y = w_L \cdots w_2\,w_1\,x$,
# shows the landscape in which learning has to find its way. Let it learn $y = 1$
# from $x = 1$ with the squared error.

# %% tags=["experiment"]
w = np.linspace(-0.2, 1.3, 400)
_, (left, middle, right) = plt.subplots(1, 3, figsize=(10.2, 3.3))
a = np.linspace(-5, 5, 300)
sigmoid = 1 / (1 + np.exp(-a))
slopes = {"sigmoid": sigmoid * (1 - sigmoid), "tanh": 1 - np.tanh(a) ** 2}
for (name, slope), style in zip((slopes | {"ReLU": a > 0}).items(), ("-", "--", "-.")):
    left.plot(a, slope, style, label=name)
left.set(xlabel="pre-activation a", ylabel="slope g'(a)", ylim=(-0.05, 1.35))
left.legend(fontsize=8.5, ncols=3, loc="upper center", columnspacing=1)
for depth, style in ((1, "-"), (4, "--"), (20, "-.")):
    middle.plot(w, (w**depth - 1) ** 2, style, label=f"L = {depth}")
middle.set(xlabel="the weight w of every layer", ylabel="error E", ylim=(0, 3))
middle.legend(fontsize=8.5, loc="upper center")
first, second = np.meshgrid(np.linspace(-2, 2, 100), np.linspace(-2, 2, 100))
error = (first * second - 1) ** 2
shown = right.contourf(first, second, np.log10(error + 0.01), 14, cmap="viridis")
right.plot(0, 0, "X", color="white", ms=9)
right.set(xlabel="weight $w_1$", ylabel="weight $w_2$", aspect="equal")
plt.colorbar(shown, ax=right, label="log₁₀ (E + 0.01)")
plt.show()

# %% [markdown] covers=["C10"]
# **Figure 4.** *Left:* the slope $g'$, by which every layer multiplies. Sigmoid
# and tanh *saturate*: away from 0 nothing gets through. *Middle:* the error if
# all layers share the weight $w$. With 20 layers there is a **plateau**, where
# the slope is nearly 0 and learning stands still, and right of the valley a
# **cliff**: at $w = 1.2$ the slope is nearly 48,000, and one step throws the
# weight far away. *Right:* the error of two layers with weights of their own. At
# the cross both derivatives are 0, yet it is no valley: the error falls along one
# diagonal and rises along the other, a **saddle point**. Starting near zero means
# starting beside it.

# %% [markdown] covers=["Q16", "A05", "A07"]
# ## 3 · Plain depth, trained
#
# Now with convolutions, on the 8 × 8 digits: 800 to learn from, 997 to judge by.
# A plain network has one 3 × 3 convolution with stride 2, then pairs of 3 × 3
# convolutions with 16 channels, ReLU after each, and a dense layer at the end.
# One pair makes 4 layers with weights, nine pairs make 20. Everything else is the
# same: AdamW, 5 epochs, 5 seeds (which change the starting weights and the order of
# the digits, not which digits are learned). `norm=True` puts batch normalisation
# behind each convolution; that is section 4.

# %% nbgrader={"grade": false, "grade_id": "plain_networks", "locked": true, "schema_version": 3, "solution": false, "task": false}
images, labels = data.digits()
order = np.random.default_rng(0).permutation(len(images))
images = torch.tensor(images[order, None] / 16, dtype=torch.float32)
images = (images - images[:800].mean()) / images[:800].std()
labels = torch.tensor(labels[order].astype(np.int64))
train, test = (images[:800], labels[:800]), (images[800:], labels[800:])
curves, accuracy, trained = {}, {}, {}


def plain(pairs, norm=False, he=False, width=16):
    """Stack 2 pairs + 1 convolutions and a dense layer: no shortcuts."""
    layers, channels = [], 1
    for number in range(2 * pairs + 1):
        stride = 1 if number else 2
        layers.append(nn.Conv2d(channels, width, 3, stride, 1, bias=not norm))
        if he:
            nn.init.kaiming_normal_(layers[-1].weight)
        layers += [nn.BatchNorm2d(width), nn.ReLU()] if norm else [nn.ReLU()]
        channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * width, 10))


# %% nbgrader={"grade": false, "grade_id": "train_and_show", "locked": true, "schema_version": 3, "solution": false, "task": false}
def train_runs(name, build):
    """Train one network per seed; keep curves, accuracies in % and the networks."""
    curves[name], accuracy[name], trained[name] = [], [], []
    for seed in seeds(5):
        torch.manual_seed(seed)
        model = build()
        how = {"epochs": 5, "lr": 3e-3, "batch_size": 50, "seed": seed, "label": name}
        curves[name].append(fit(model, *train, **how)["loss"])
        accuracy[name].append(100 * judge(model, *test)[1])
        trained[name].append(model)


def show_runs(names):
    """Show the losses while training, and each run's accuracy on the test digits."""
    _, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.3), width_ratios=[1, 1.05])
    for number, name in enumerate(names):
        look = list(curves).index(name)
        style = {"color": f"C{look}", "marker": "osD^vP"[look]}
        runs, epochs = np.array(curves[name]), range(1, 6)
        left.plot(epochs, runs.mean(0), label=name, **style)
        left.fill_between(epochs, runs.min(0), runs.max(0), alpha=0.15)
        values = np.array(accuracy[name])
        right.plot(values, [number] * len(values), ls="", ms=6, alpha=0.7, **style)
        spread = f" ± {values.std(ddof=1):.1f}" if len(values) > 1 else ""
        right.text(103, number, f"{values.mean():.1f}{spread}", va="center")
    left.set(xlabel="epoch", ylabel="training loss (nats)", ylim=(0, None))
    right.set(xlabel="test accuracy (%)", xlim=(0, 101), ylim=(len(names) - 0.5, -0.5))
    right.set_yticks(range(len(names)), names)
    right.axvline(10, color="#777", ls=":", lw=1.2)
    plt.show()


# %% tags=["experiment"]
train_runs("plain, 4 layers", lambda: plain(1))
train_runs("plain, 20 layers", lambda: plain(9))


# %% tags=["experiment"]
train_runs("the same, He weights", lambda: plain(9, he=True))
show_runs(["plain, 4 layers", "plain, 20 layers", "the same, He weights"])

# %% [markdown] covers=["Q16", "C10", "C45"]
# **Figure 5.** *Left:* the loss on the training digits, mean and range over
# seeds. *Right:* the accuracy on new digits, each seed a mark; the dotted line is
# guessing. We measured 90.4 ± 1.5 % for 4 layers, **9.6 ± 0.1 %** for 20 layers
# with PyTorch's default weights, and 82 ± 14 % with He's. The 20-layer network
# does not *overfit*: it does not even fit, its training loss stays at
# $\log 10 = 2.30$, that of guessing. It is no matter of patience or of the
# learning rate either: five rates from 0.0001 to 0.1, and six times as many
# epochs, all gave guessing (two seeds each). Depth alone did that. He's weights
# bring the gradient through, as Figure 2 promised; but sixteen more layers still
# make the network no better than four, and one of the five runs got lost half way
# (57 %).
#
# The same was seen at full size. On ImageNet a plain network of 34 layers had a
# higher *training* error than one of 18 (He et al., 2015). A deep network could
# imitate a shallow one by doing nothing in the layers that are too many;
# evidently it is hard to *learn* to do nothing.

# %% [markdown] covers=["C45", "C55", "E45"]
# ## 4 · Normalisation: keep the numbers in range
#
# If sizes drift from layer to layer, why not set them straight in between? The
# first attempt that won a prize was AlexNet's **local response normalisation**
# (LRN). It comes from an observation on nerve cells: an excited cell damps its
# neighbours. Here the neighbours of a number are those at the *same pixel in
# adjacent channels*:
#
# $$b_c \;=\; a_c \Big/ \Bigl(k + \alpha \sum_{j=\max(0,\,c-\lfloor n/2\rfloor)}^{\min(C-1,\,c+\lfloor n/2\rfloor)}
# a_j^2\Bigr)^{\beta},$$
#
# with $n = 5$ channels, $k = 2$, $\alpha = 10^{-4}$, $\beta = 0.75$. Beware when
# you compare: `torch.nn.LocalResponseNorm` divides its `alpha` by $n$ first. To
# get the paper's result from PyTorch, pass it $\alpha\,n = 5\cdot10^{-4}$.
#
# **Task 2** (easy, 6 minutes). Write `local_response_norm(x, n=5, k=2.0,
# alpha=1e-4, beta=0.75)` for `x` of shape (N, C, H, W), with the paper's
# $\alpha$; the result is float64. A window needs a middle: `ValueError` for an
# even `n` or one below 1. At the first and last channels the window is cut off.
# `torch` may not be called.
#
# A single channel of ones gives $(2 + 10^{-4})^{-0.75} = 0.594581$.
#
# <details><summary>Hint 1: what to think of</summary>The sum runs over channels,
# never over pixels or images. How many channels have 3 in their window?</details>
# <details><summary>Hint 2: what to look up</summary>A loop over the channels and
# a slice <code>[:, first : last + 1]</code> are enough. A slice may end beyond
# the last channel, but it must not start at a negative number.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse a bad n; x as
# float64; squares; for each channel the sum of the squares in its window; k plus
# alpha times that, to the power beta; divide.</details>


# %% nbgrader={"grade": false, "grade_id": "local_response_norm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    """Divide each number by the size of its neighbours in n adjacent channels.

    x: (N, C, H, W). Returns float64 (N, C, H, W):
    x / (k + alpha * sum of squares over the window) ** beta.
    Raises ValueError if n is even or below 1.
    """
    ### BEGIN SOLUTION
    if n < 1 or n % 2 == 0:
        raise ValueError(f"local_response_norm: n must be odd and at least 1, got {n}")
    x = np.asarray(x, np.float64)
    sums = np.empty(x.shape)
    for c in range(x.shape[1]):
        window = x[:, max(0, c - n // 2) : c + n // 2 + 1]
        sums[:, c] = (window**2).sum(axis=1)
    return x / (k + alpha * sums) ** beta
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "local_response_norm_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
ones = np.ones((1, 1, 1, 2))
words = "alpha is divided by n, as PyTorch does; the paper does not"
check(
    local_response_norm,
    ones,
    want=ones * 2.0001**-0.75,
    case="a single channel of ones",
    mistakes={words: ones * 2.00002**-0.75, "k is missing": ones * 1e-4**-0.75},
)
x = np.array([3.0, 1.0, 2.0, 4.0]).reshape(1, 4, 1, 1)
wrong = np.array([[15, 22, 21, 17], [27, 15, 22, 30], [2, 14, 18, 5], [5, 7, 8, 7.0]])
wrong = x / wrong.reshape(4, 1, 4, 1, 1)
check(
    local_response_norm,
    *(x, 3, 1.0, 1.0, 1.0),
    want=x / np.array([11.0, 15, 22, 21]).reshape(x.shape),
    case="four channels 3, 1, 2, 4; n = 3, k = alpha = beta = 1",
    mistakes={
        "the window begins at the channel; centre it": wrong[0],
        "the window wraps around from the last channel to the first": wrong[1],
        "the number itself belongs to its window": wrong[2],
        "the sum is over squares, not over the numbers": wrong[3],
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(201)
for channels, n, k, alpha, beta in (
    (7, 5, 2.0, 1e-4, 0.75),
    (9, 5, 1.5, 0.3, 0.75),
    (6, 3, 1.0, 2.0, 0.5),
    (8, 7, 0.7, 0.5, 1.25),
):
    x = 3 * r.normal(size=(2, channels, 3, 4))
    torch_way = torch.nn.functional.local_response_norm(
        torch.tensor(x), n, alpha * n, beta, k
    )
    divided = torch.nn.functional.local_response_norm(
        torch.tensor(x), n, alpha, beta, k
    )
    check(
        local_response_norm,
        x,
        n,
        k,
        alpha,
        beta,
        want=torch_way.numpy(),
        case="random numbers, against PyTorch with alpha times n",
        mistakes={"alpha must not be divided by n": divided.numpy()},
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "local_response_norm_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(local_response_norm, np.ones((1, 3, 2, 2)), 4, case="an even n")
check_own_work(local_response_norm, ("torch",))
# Also graded: n = 1, n below 1, a window wider than all channels, square input, dtypes, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(202)


def by_hand(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    out = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(x.shape):
        near = [float(x[m, d, i, j]) for d in range(x.shape[1]) if abs(d - c) <= n // 2]
        out[m, c, i, j] = x[m, c, i, j] / (k + alpha * sum(v * v for v in near)) ** beta
    return out


for x, arguments, case in (
    (r.normal(size=(2, 4, 3, 2)), (1, 1.0, 1.0, 0.75), "n = 1: each for itself"),
    (r.normal(size=(2, 3, 2, 4)), (9, 0.5, 1.0, 0.5), "a window wider than all"),
    (r.normal(size=(3, 3, 3, 3)), (3, 1.0, 1.0, 1.0), "N = C = H = W"),
    (r.normal(size=(2, 1, 3, 2)), (3, 1.0, 2.0, 0.75), "a single channel"),
    (r.integers(-9, 9, (2, 6, 2, 3)), (5, 1, 1, 1), "integers"),
    (r.integers(0, 256, (1, 6, 3, 3), np.uint8), (), "uint8, whose squares overflow"),
    (r.normal(size=(2, 5, 3, 3)).astype(np.float32), (), "float32"),
    (100 * r.normal(size=(2, 9, 3, 4)), (), "the defaults, large numbers"),
    (r.normal(size=(2, 12, 6, 3))[:, ::-2, ::3], (3, 1.0, 0.5, 1.0), "a view"),
):
    check(local_response_norm, x, *arguments, want=by_hand(x, *arguments), case=case)
for n in (0, -1, -3, 2, 6):
    case = f"n = {n}"
    check_raises(local_response_norm, np.ones((1, 3, 2, 2)), n, case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["C20"]
# ### Does the order of the channels matter?
#
# Nothing in a network says which unit comes first. Renumber the units of a layer
# by a permutation $P$, renumber the weights along, and it is the same network,
# provided that what stands between the weights goes along: $g(Pa) = P\,g(a)$. A
# function with this property is called **permutation-equivariant**. Whatever
# works number by number (tanh, ReLU) has it. Softmax has it too, although it
# looks at all the numbers. *Maxout*, which keeps the largest of each group of $k$
# numbers, has it for permutations that move whole groups, and for no others. And
# LRN?

# %% tags=["experiment"]
rng = np.random.default_rng(3)
a = 3 * rng.normal(size=12)
any_order, pairs_order = rng.permutation(12), rng.permutation(6)
group_order = (2 * pairs_order[:, None] + [0, 1]).ravel()
lrn = {"n": 5, "k": 1.0, "alpha": 1.0, "beta": 0.75}
bends = {
    "tanh": np.tanh,
    "ReLU": lambda v: np.maximum(v, 0),
    "softmax": lambda v: np.exp(v) / np.exp(v).sum(),
    "LRN": lambda v: local_response_norm(v.reshape(1, -1, 1, 1), **lrn).ravel(),
}
for name, g in bends.items():
    difference = abs(g(a[any_order]) - g(a)[any_order]).max()
    print(f"{name:8} any permutation:      largest difference {difference:.2g}")


def maxout(v):
    return v.reshape(6, 2).max(axis=1)


difference = abs(maxout(a[group_order]) - maxout(a)[pairs_order]).max()
print(f"maxout   permutation of pairs: largest difference {difference:.2g}")

# %% [markdown] covers=["C20", "E45"]
# LRN has no such symmetry: which channels are "adjacent" is an accident of their
# numbering. It was soon given up. VGG's authors found that it did not improve their
# networks and cost time, and from 2015 on something better was there.

# %% [markdown] covers=["C45", "C55"]
# ### Batch normalisation
#
# **Batch normalisation** (BN; Ioffe and Szegedy, 2015) treats each channel for
# itself. During training it computes the mean $\mu_c$ and the variance
# $\sigma_c^2$ of channel $c$ over **all images of the batch and all pixels**,
# $m = N\,H\,W$ numbers, and makes
#
# $$y \;=\; \gamma_c\,\frac{x - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}} + \beta_c .$$
#
# Then every channel has mean $\beta_c$ and standard deviation $\gamma_c$,
# whatever the layers before it do; $\gamma$ and $\beta$ are learned. A bias of
# the convolution in front would be subtracted again with the mean, so it is left
# out.
#
# When the network is *used*, there may be a single image, and the answer for it
# must not depend on which others are in the batch. So during training BN also
# keeps **running statistics**, moved a little in each step,
#
# $$\text{running} \leftarrow (1 - \text{momentum})\cdot\text{running} + \text{momentum}\cdot\text{new},$$
#
# and in use it normalises with these. Two details, as PyTorch has them:
# $\sigma_c^2$ in the formula for $y$ is the *biased* variance (divided by $m$);
# the variance that enters the running statistics is the *unbiased* one (divided
# by $m - 1$).
#
# **Task 3** (medium, 15 minutes). Write `batchnorm2d(x, gamma, beta,
# running_mean, running_var, training, momentum=0.1, eps=1e-5)`, which returns the
# tuple `(y, running_mean, running_var)`: float64 arrays of shapes (N, C, H, W),
# (C,), (C,). `training` is a bool. In training, the statistics returned are the
# moved ones; otherwise they are those that came in. The arrays that came in stay
# as they are. In training, a channel with a single number ($m = 1$) has no
# unbiased variance: raise `ValueError`. `torch` may not be called.
#
# By hand: two images with one channel of one pixel, values 1 and 3; $\gamma = 1$,
# $\beta = 0$, running mean 0, running variance 1. Mean 2, biased variance 1, so
# $y = \mp 0.999995$; unbiased variance 2; running mean
# $0.9\cdot0 + 0.1\cdot2 = 0.2$, running variance $0.9\cdot1 + 0.1\cdot2 = 1.1$.
#
# <details><summary>Hint 1: what to think of</summary>Which of the four axes of x
# disappear in the mean, and which one stays?</details>
# <details><summary>Hint 2: what to look up</summary><code>axis</code> may be a
# tuple. <code>np.var</code> divides by m, and with <code>ddof=1</code> by m − 1.
# An array of shape (C,) meets x in the last axis: <code>v[:, None, None]</code>
# puts it where the channels are.</details>
# <details><summary>Hint 3: the order of things</summary>All to float64 (copies of
# the running ones). In training: refuse m = 1; mean and biased variance of the
# batch for y; then new running statistics, built, not written into the old.
# Otherwise: mean and variance are the running ones. Last the formula, with eps
# under the root.</details>


# %% nbgrader={"grade": false, "grade_id": "batchnorm2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    """Normalise each channel over the batch (training) or by running statistics.

    x: (N, C, H, W); gamma, beta, running_mean, running_var: (C,); training: bool.
    Returns float64 (y, running_mean, running_var); the last two moved if training.
    Raises ValueError if training and there is a single number per channel.
    """
    ### BEGIN SOLUTION
    x, gamma, beta = (np.asarray(v, np.float64) for v in (x, gamma, beta))
    mean, var = (np.array(v, np.float64) for v in (running_mean, running_var))
    running_mean, running_var = mean, var
    if training:
        m = x.shape[0] * x.shape[2] * x.shape[3]
        if m == 1:
            raise ValueError("batchnorm2d: one number per channel has no variance")
        mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * m / (m - 1)

    def per_channel(v):
        return v[:, None, None]

    y = (x - per_channel(mean)) / per_channel(np.sqrt(var + eps))
    return per_channel(gamma) * y + per_channel(beta), running_mean, running_var
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "batchnorm2d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x = np.array([1.0, 3.0]).reshape(2, 1, 1, 1)
one, zero, d = np.ones(1), np.zeros(1), x - 2
y, moved = d / np.sqrt(1 + 1e-5), (0.2 * one, 1.1 * one)
words = "the running variance takes the unbiased variance, divided by m - 1"
check(
    batchnorm2d,
    *(x, one, zero, zero, one, True),
    want=(y, *moved),
    case="the example worked out above",
    mistakes={
        "y takes the biased variance, divided by m": (d / np.sqrt(2 + 1e-5), *moved),
        words: (y, 0.2 * one, one),
        "momentum is the share of the new, not of the old": (y, 1.8 * one, 1.9 * one),
        "eps belongs under the root": (d / (1 + 1e-5), *moved),
        "the running statistics are not moved": (y, zero, one),
    },
)
check(
    batchnorm2d,
    *(x, 2 * one, 5 * one, 3 * one, 4 * one, False, 0.1, 0.0),
    want=(np.array([3.0, 5.0]).reshape(2, 1, 1, 1), 3 * one, 4 * one),
    case="in use: (x - 3) / 2, times 2, plus 5",
)
### BEGIN HIDDEN TESTS


def by_torch(x, gamma, beta, mean, var, training, momentum=0.1, eps=1e-5):
    t = [torch.tensor(np.array(v, np.float64)) for v in (x, mean, var, gamma, beta)]
    y = torch.nn.functional.batch_norm(
        *t[:3], t[3], t[4], training=training, momentum=momentum, eps=eps
    )
    return y.numpy(), t[1].numpy(), t[2].numpy()


r = np.random.default_rng(301)
for shape, more in (((4, 3, 5, 2), ()), ((2, 5, 3, 4), (0.3, 1e-2))):
    c = shape[1]
    scale, offset = 3 * r.random((c, 1, 1)) + 0.1, 4 * r.normal(size=(c, 1, 1))
    x = scale * r.normal(size=shape) + offset
    state = r.normal(size=c) + 1, r.normal(size=c), r.normal(size=c), r.random(c) + 0.5
    for training in (True, False):
        want = by_torch(x, *state, training, *more)
        mistakes = {}
        if training:
            words = "these are the running statistics; in training use the batch's"
            used = by_torch(x, *state, False, *more)[0]
            mistakes[words] = used, *want[1:]
            words = "the statistics are taken over the images only, not over the pixels"
            alone = (x - x.mean(0)) / np.sqrt(x.var(0) + (more or (0, 1e-5))[1])
            y = state[0][:, None, None] * alone + state[1][:, None, None]
            mistakes[words] = y, *want[1:]
        else:
            words = "in use it must normalise with the running statistics"
            mistakes[words] = by_torch(x, *state, True, *more)[0], *want[1:]
        check(
            batchnorm2d,
            x,
            *state,
            training,
            *more,
            want=want,
            case="in training" if training else "in use",
            mistakes=mistakes,
        )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "batchnorm2d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
x = np.array([1, 5, 1, 5]).reshape(1, 1, 2, 2)
check(
    batchnorm2d,
    x,
    np.array([3]),
    np.array([1]),
    np.array([0]),
    np.array([1]),
    True,
    1.0,
    0.0,
    want=(
        np.array([-2.0, 4, -2, 4]).reshape(1, 1, 2, 2),
        np.array([3.0]),
        np.array([16 / 3]),
    ),
    case="one image, integers, momentum 1",
)
single = np.ones((1, 2, 1, 1))
state = np.ones(2), np.zeros(2), np.zeros(2), np.ones(2)
check_raises(batchnorm2d, single, *state, True, case="training on a single number")
check_own_work(batchnorm2d, ("torch",))
# Also graded: N = C = H = W, constant channels, one number in use, two steps, dtypes, views.
### BEGIN HIDDEN TESTS


def by_torch(x, gamma, beta, mean, var, training, momentum=0.1, eps=1e-5):
    t = [torch.tensor(np.array(v, np.float64)) for v in (x, mean, var, gamma, beta)]
    y = torch.nn.functional.batch_norm(
        *t[:3], t[3], t[4], training=training, momentum=momentum, eps=eps
    )
    return y.numpy(), t[1].numpy(), t[2].numpy()


r = np.random.default_rng(302)
for x, more, case in (
    (r.normal(size=(3, 3, 3, 3)) + [[[1]], [[5]], [[-9]]], (), "N = C = H = W = 3"),
    (r.normal(size=(1, 2, 4, 3)), (), "one image"),
    (r.normal(size=(5, 2, 1, 1)), (0.5,), "one pixel"),
    (r.normal(size=(2, 3, 1, 1)), (), "two numbers a channel"),
    (r.normal(size=(4, 1, 2, 3)), (0.0,), "momentum 0"),
    (r.normal(size=(4, 2, 2, 3)), (1.0, 0.1), "momentum 1, a large eps"),
    (np.full((2, 2, 3, 2), 7.0), (), "constant channels"),
    (1e4 + r.normal(size=(3, 2, 4, 4)), (), "numbers far from 0"),
    (r.integers(-5, 9, (3, 4, 2, 5)), (), "integers"),
    (r.integers(0, 256, (3, 2, 4, 4), np.uint8), (), "uint8"),
    (100 + r.random((3, 2, 4, 4), np.float32), (), "float32, computed in float64"),
    (r.normal(size=(6, 4, 3, 8))[::2, ::-1, :, ::3], (), "a view"),
):
    c = x.shape[1]
    state = r.normal(size=c), r.normal(size=c), r.normal(size=c), r.random(c) + 0.2
    for training in (True, False):
        want = by_torch(x, *state, training, *more)
        words = f"{case}, in {'training' if training else 'use'}"
        check(batchnorm2d, x, *state, training, *more, want=want, case=words, rtol=1e-6)
x = r.normal(size=(2, 3, 2, 2))
state = [r.normal(size=3).astype(np.float32) for _ in range(3)] + [np.ones(3, int)]
for training in (True, False):
    want = by_torch(x, *state, training)
    case = "float32 parameters, integer statistics"
    check(batchnorm2d, x, *state, training, want=want, case=case)
state = [r.normal(size=3), r.normal(size=3), np.zeros(3), np.ones(3)]
again = batchnorm2d(x, *state, True)
x = r.normal(size=(4, 3, 3, 1)) * 2 + 1
want = by_torch(x, *state[:2], *by_torch(x, *state, True)[1:], True)
state[2:] = by_torch(x, *state, True)[1:]
check(batchnorm2d, x, *state, True, want=want, case="a second step")
want = by_torch(single := np.full((1, 3, 1, 1), 2.5), *state, False)
check(
    batchnorm2d, single, *state, False, want=want, case="one image, one pixel, in use"
)
for c in (1, 4):
    state = np.ones(c), np.zeros(c), np.zeros(c), np.ones(c)
    case = "training on one pixel of one image"
    check_raises(batchnorm2d, np.ones((1, c, 1, 1)), *state, True, case=case)
### END HIDDEN TESTS

# %% [markdown]
# ### Over which axes?
#
# Give your function an array whose channels are the *last* axis, as in (N, H, W,
# C), and it will take the rows of the image for channels. Nothing crashes.

# %% tags=["experiment"]
rng = np.random.default_rng(4)
means, sds = np.array([-4.0, 0.0, 2.0, 8.0]), np.array([0.5, 1.0, 2.0, 4.0])
x = rng.normal(means[:, None, None], sds[:, None, None], (8, 4, 4, 4))
fresh = np.ones(4), np.zeros(4), np.zeros(4), np.ones(4)
right = batchnorm2d(x, *fresh, True)[0]
last = batchnorm2d(x.transpose(0, 2, 3, 1), *fresh, True)[0].transpose(0, 3, 1, 2)
_, axes = plt.subplots(1, 3, figsize=(9.6, 2.9))
titles = ["before", "each channel normalised", "channels in the wrong axis"]
for ax, values, title in zip(axes, (x, right, last), titles):
    channels = [values[:, c].ravel() for c in range(4)]
    ax.boxplot(channels, showfliers=False, medianprops={"color": "C2"})
    ax.axhline(0, color="#777", ls=":", lw=1.2)
    ax.set(xlabel="channel", title=title, ylabel="value")
plt.show()

# %% [markdown]
# **Figure 6.** Values of four channels: median (red), middle half (box), and the
# range of the rest. *Middle:* normalised as it should be, all four alike.
# *Right:* the statistics were taken over the wrong axes. The numbers as a whole
# look tame, with mean 0 and standard deviation 1, and that is why the mistake
# survives; but the channels differ as much as before.

# %% [markdown] covers=["C45"]
# ### What it is good for: large steps
#
# The network of 4 layers with He weights, trained by plain stochastic gradient
# descent (SGD) for three epochs, at five learning rates that grow by factors of
# about 3.

# %% tags=["experiment"]
rates = [0.03, 0.1, 0.3, 1.0, 3.0]


def sgd(model, rate, seed):
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for _ in range(3):
        for rows in torch.randperm(800, generator=generator).split(50):
            loss = F.cross_entropy(model(train[0][rows]), train[1][rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return 100 * judge(model, *test)[1]


def reached(norm, rate, seed):
    torch.manual_seed(seed)
    return sgd(plain(1, norm=norm, he=True), rate, seed)


# %% tags=["experiment"]
steps = [(norm, rate) for norm in (False, True) for rate in rates]
points = {
    key: [reached(*key, seed) for seed in seeds(3)] for key in progress(steps, "SGD")
}
_, ax = plt.subplots(figsize=(6.4, 3.3))
for norm, marker, name in ((False, "o", "without"), (True, "s", "with BN")):
    runs = np.array([points[norm, rate] for rate in rates])
    ax.plot(rates, runs.mean(axis=1), marker=marker, color=f"C{2 * norm}", label=name)
    ax.plot(rates, runs, ls="", marker=marker, ms=3.5, color=f"C{2 * norm}", label="_")
ax.axhline(10, color="#777", ls=":", lw=1.2)
ax.set(xscale="log", xlabel="learning rate (no unit)", ylabel="test accuracy (%)")
ax.set(ylim=(0, 102), xticks=rates, xticklabels=[f"{rate:g}" for rate in rates])
ax.legend(loc="lower left")
ax.minorticks_off()
plt.show()

# %% [markdown] covers=["C45"]
# **Figure 7.** Accuracy after three epochs; small marks are seeds. With BN the
# network learns a little better at the best rate, and well over a much wider
# range of rates: a rate of 1, at which runs without it fall to anything from
# guessing to 65 %, still gives 96 %. A rate of 3 is too much for both. Why BN
# does this is disputed. Its inventors said that it keeps the inputs of each layer
# from drifting; later experiments (Santurkar et al., 2018) point to a smoother
# error landscape, with fewer cliffs.

# %% tags=["experiment"]
train_runs("plain + BN, 4 layers", lambda: plain(1, norm=True))
train_runs("plain + BN, 20 layers", lambda: plain(9, norm=True))
show_runs(["plain, 20 layers", "plain + BN, 20 layers", "plain + BN, 4 layers"])

# %% [markdown] covers=["C45", "A07"]
# **Figure 8.** What BN alone does for the deep plain network, with PyTorch's
# default weights as before: from guessing to 93.1 ± 0.7 % (5 seeds). The gradient
# arrives; BN has solved the problem of section 2. But the 4-layer network profits
# as well and reaches 96.7 ± 0.5 %, and the deep one is *still worse* than the
# shallow one. This is what He and colleagues saw with 34 layers: their plain
# networks had BN, and gradients of a healthy size. They called it
# **degradation**. Vanishing gradients are one problem of depth, not all of it.

# %% [markdown]
# ### The trap: which mode?
#
# `model.train()` and `model.eval()` switch BN between the two formulas that you
# wrote. Suppose that you forget to switch. Here a small network is used in both
# modes: four convolutions with BN, **global average pooling** (each map is
# averaged to one number, lesson 06), a dense layer. It reads the same 300 digits,
# handed over in batches of different sizes; once in random order, once sorted by
# class, as files in folders are.


# %% nbgrader={"grade": false, "grade_id": "pooled_network", "locked": true, "schema_version": 3, "solution": false, "task": false}
def ordinary(c_in, c_out, stride):
    """Build a 3 x 3 convolution, BN and ReLU."""
    convolution = nn.Conv2d(c_in, c_out, 3, stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(c_out), nn.ReLU())


def train_pooled(block, name):
    """Train three networks of a stem and three blocks; return them, and accuracies."""
    models, values = [], []
    for seed in seeds(3):
        torch.manual_seed(seed)
        blocks = [block(16, 32, 2), block(32, 64, 2), block(64, 64, 1)]
        head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)
        models.append(nn.Sequential(ordinary(1, 16, 1), *blocks, *head))
        how = {"epochs": 4, "lr": 1e-2, "batch_size": 50, "seed": seed, "label": name}
        fit(models[-1], *train, **how)
        values.append(100 * judge(models[-1], *test)[1])
    return models, values


pooled = {"ordinary": train_pooled(ordinary, "ordinary")}


# %% tags=["experiment"]
def used(model, size, training, order):
    model = copy.deepcopy(model).train(training)  # its statistics may move
    x, y = test[0][order], test[1][order]
    with torch.no_grad():
        answers = torch.cat([model(batch).argmax(1) for batch in x.split(size)])
    return 100 * (answers == y).double().mean().item()


# %% tags=["experiment"]
sizes, mixed = [2, 4, 10, 30, 100], torch.arange(300)
by_class = mixed[test[1][:300].argsort(stable=True)]
ways = {
    "eval mode, any order": (False, mixed),
    "train mode, random order": (True, mixed),
    "train mode, sorted by class": (True, by_class),
}
_, ax = plt.subplots(figsize=(6.4, 3.3))
for (name, way), marker in zip(ways.items(), "osD"):
    runs = [[used(net, size, *way) for size in sizes] for net in pooled["ordinary"][0]]
    ax.plot(sizes, np.mean(runs, axis=0), marker=marker, label=name)
ax.set(xscale="log", xlabel="batch size (images)", ylabel="test accuracy (%)")
ax.set(xticks=sizes, xticklabels=sizes, ylim=(0, 102))
ax.legend(loc="center left")
ax.minorticks_off()
plt.show()

# %% [markdown]
# **Figure 9.** The same weights (mean of three networks), and the same digits. In
# eval mode the answer for an image depends on that image alone. In train mode it
# depends on its neighbours: two digits at a time are normalised by statistics of
# two digits (82 ± 2 % in place of 99, 5 seeds). In the worst case all images of a
# batch are of one class (16 ± 2 %): how strong a feature is *on average* is what
# pooling hands on, and exactly this average has been subtracted. The mistake does
# not always show: the networks of Figure 8, which flatten their maps in place of
# pooling them, still see where a feature is, and lose almost nothing.

# %% [markdown]
# **Explain the mistake** (3 points). A student measures 96 % on his test digits,
# drawn at random and handed over 100 at a time. In the app, where photos arrive
# one at a time, the same network gives nearly the same answer for every photo. He
# has read that BN "uses the batch", and concludes that the app must collect 100
# photos before it answers. (a) Which call is missing, and what does BN compute
# for a photo that is alone in train mode? Take a layer of 1 × 1 pixel, too. (b)
# Why did his test not show it? Invent an order of the same test digits that would
# have. (c) What is wrong with his repair, even with 100 photos?
#
# *Rubric.* 1 point: the call, and both cases of a single photo. 1 point: the
# reason, and an order. 1 point: an argument against the repair that is about the
# answers, not about speed.

# %% [markdown] nbgrader={"grade": true, "grade_id": "train_mode_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) model.eval(). In train mode a lone photo is normalised by its own
# statistics: every channel gets mean beta and standard deviation gamma over its
# pixels, so how strong a feature is, over the whole photo, is lost; with one
# pixel per channel, x - mean is 0, the output is beta for every photo (PyTorch
# refuses). (b) 100 random digits have nearly the statistics of the training set.
# Sorted by class they do not: accuracy falls far below. (c) The answer for one
# photo would still depend on the 99 others, and so on who else uses the app; 100
# photos of one class would be misread. The running statistics exist to end this
# dependence.
# <!-- END SOLUTION -->

# %% [markdown] covers=["A07", "C55"]
# ## 5 · Shortcuts
#
# Back to the shortcut of section 2. A **residual block** does not compute its
# output from scratch, but a correction $f$ to its input, $y = g(f(x) + x)$. To do
# nothing it only has to make $f = 0$, that is, to keep its weights small; a plain
# block would have to learn the identity.

# %% nbgrader={"grade": false, "grade_id": "block_pictures", "locked": true, "schema_version": 3, "solution": false, "task": false}
panels = {
    "plain": ["x", "conv 3×3", "ReLU", "conv 3×3", "ReLU", "y"],
    "residual": ["x", "conv 3×3", "ReLU", "conv 3×3", "+", "ReLU", "y"],
    "dense (two layers)": ["x", "conv 3×3", "ReLU", "conv 3×3", "ReLU", "concat"],
    "separable": ["x", "3×3, each\nchannel alone", "BN, ReLU", "1×1", "BN, ReLU", "y"],
}
bows = {"residual": [(0, 4)], "dense (two layers)": [(0, 3), (0, 5), (2, 5)]}


def draw_chain(ax, names, bows):
    height = np.linspace(1, 0, len(names))
    for y, name in zip(height, names):
        color = {"+": "#ffe0b0", "concat": "#ffe0b0"}.get(name, "white")
        box = {"boxstyle": "round,pad=0.3", "fc": color, "ec": "#555"}
        ax.text(0, y, name, ha="center", va="center", bbox=box, fontsize=9, zorder=3)
    for top, bottom in zip(height, height[1:]):
        ax.annotate("", (0, bottom + 0.05), (0, top), arrowprops=arrow, zorder=1)
    for number, (start, stop) in enumerate(bows):
        side = 0.3 + 0.17 * number
        xs = [0.12, side, side, 0.16]
        ys = height[[start, start, stop, stop]] + [0.012 * number] * 4
        ax.plot(xs, ys, color="C0", lw=1.8)
        ax.annotate("", (0.13, ys[3]), (0.2, ys[3]), arrowprops=arrow | {"color": "C0"})
    ax.set(xlim=(-0.5, 0.75), ylim=(-0.07, 1.07))
    ax.set_axis_off()


arrow = {"arrowstyle": "-|>", "color": "#555"}
_, axes = plt.subplots(1, 4, figsize=(9.6, 3.9))
for ax, (name, parts) in zip(axes, panels.items()):
    draw_chain(ax, parts, bows.get(name, []))
    ax.set_title(name, loc="center")
plt.show()

# %% [markdown] covers=["A07", "A08", "A09", "C55"]
# **Figure 10.** Four blocks, read from top to bottom. Blue lines carry numbers
# around layers; they are added (residual) or stacked as further channels (dense).
# The order at the end of the residual block matters: first add, then ReLU. (In
# the later *pre-activation* form, BN and ReLU stand before each convolution, and
# nothing at all is in the way of the shortcut.)
#
# From here on the blocks work on **torch tensors**, so that PyTorch can
# differentiate and train them. `F.conv2d(x, w, b, stride=1, padding=0)` is the
# layer of lesson 05: `x` (N, C, H, W), `w` (F, C, kh, kw), `b` (F,) or `None`.
# All of `torch` is allowed. Results have the dtype of `x`; arguments stay as they
# are.
#
# **Task 4** (medium, 12 minutes). Write `residual_block(x, p, stride=1)`. `p` is
# a dict of weights:
#
# | | shape | |
# |---|---|---|
# | `"w1"`, `"b1"` | (F, C, 3, 3), (F,) | first convolution, padding 1, stride `stride` |
# | `"w2"`, `"b2"` | (F, F, 3, 3), (F,) | second convolution, padding 1, stride 1 |
# | `"wp"` | (F, C, 1, 1) | only if the shortcut needs a *projection*: no bias, no padding, stride `stride` |
#
# If $f(x)$ and $x$ have different shapes, they cannot be added: the shortcut then
# goes through the 1 × 1 convolution `"wp"`. If it is in `p`, use it. If it is
# missing and the shapes differ, raise `ValueError`. (Do not count on PyTorch to
# complain: it stretches axes of length 1.)
#
# With all weights and biases 0, and no `"wp"`, the block returns ReLU(x).
#
# <details><summary>Hint 1: what to think of</summary>Compute f(x) first. Which
# size does it have when stride is 2, and what must happen to x?</details>
# <details><summary>Hint 2: what to look up</summary><code>F.relu</code>;
# <code>"wp" in p</code>; shapes of tensors compare with
# <code>!=</code>.</details>
# <details><summary>Hint 3: the order of things</summary>Convolution, ReLU,
# convolution. The shortcut: x, or x projected. Compare shapes. Add, then
# ReLU.</details>


# %% nbgrader={"grade": false, "grade_id": "residual_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def residual_block(x, p, stride=1):
    """Add a correction by two 3 x 3 convolutions to x, then bend.

    x: tensor (N, C, H, W); p: dict of tensors w1, b1, w2, b2 and, for a projection
    on the shortcut, wp.
    Returns a tensor (N, F, H', W'). Raises ValueError if the shapes differ and there
    is no wp.
    """
    ### BEGIN SOLUTION
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    shortcut = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if shortcut.shape != h.shape:
        raise ValueError(
            f"residual_block: cannot add {tuple(shortcut.shape)} to {tuple(h.shape)}; "
            f"p needs a projection wp"
        )
    return F.relu(h + shortcut)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "residual_block_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x = torch.tensor([[-2.0, 3.0], [1.0, -4.0]]).reshape(1, 1, 2, 2)
nothing = {name: torch.zeros(1, 1, 3, 3) for name in ("w1", "w2")}
nothing |= {name: torch.zeros(1) for name in ("b1", "b2")}
check(
    residual_block,
    x,
    nothing,
    want=torch.tensor([[0.0, 3.0], [1.0, 0.0]]).reshape(1, 1, 2, 2),
    case="all weights 0",
    mistakes={
        "the ReLU at the end is missing": x,
        "the shortcut is missing": torch.zeros(1, 1, 2, 2),
    },
)
sign = nothing | {"b2": torch.tensor([-1.5])}
check(
    residual_block,
    x,
    sign,
    want=torch.tensor([[0.0, 1.5], [0.0, 0.0]]).reshape(1, 1, 2, 2),
    case="a correction of -1.5 everywhere",
    mistakes={
        "the shortcut is added after the last ReLU; add, then bend": x,
        "the correction is bent before it is added": torch.relu(x),
        "x and the correction are multiplied": torch.relu(-1.5 * x),
    },
)
### BEGIN HIDDEN TESTS


def block(x, p, stride=1):
    f = torch.nn.functional.conv2d
    h = torch.relu(f(x, p["w1"], p["b1"], stride, 1))
    way = f(x, p["wp"], None, stride) if "wp" in p else x
    return torch.relu(f(h, p["w2"], p["b2"], 1, 1) + way)


def weights(r, c, k, projection):
    shapes = {"w1": (k, c, 3, 3), "b1": (k,), "w2": (k, k, 3, 3), "b2": (k,)}
    shapes |= {"wp": (k, c, 1, 1)} if projection else {}
    return {name: torch.tensor(0.4 * r.normal(size=s)) for name, s in shapes.items()}


r = np.random.default_rng(401)
for c, k, projection, stride, case in (
    (3, 3, False, 1, "no projection"),
    (2, 4, True, 1, "more channels, a projection"),
    (2, 4, True, 2, "stride 2, a projection"),
):
    x, p = torch.tensor(r.normal(size=(2, c, 6, 5))), weights(r, c, k, projection)
    want = block(x, p, stride)
    mistakes = {}
    if not projection:
        inner = torch.nn.functional.conv2d(x, p["w1"], p["b1"], 1, 1).relu()
        inner = torch.nn.functional.conv2d(inner, p["w2"], p["b2"], 1, 1)
        mistakes["the shortcut is added after the last ReLU"] = inner.relu() + x
        mistakes["the ReLU at the end is missing"] = inner + x
        mistakes["x is bent before it is added"] = (inner + x.relu()).relu()
    check(
        residual_block,
        x,
        p,
        stride,
        want=want,
        case=case,
        mistakes=mistakes,
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "residual_block_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
one = {"w1": torch.ones(2, 1, 3, 3), "w2": torch.ones(2, 2, 3, 3)}
one |= {"b1": torch.zeros(2), "b2": torch.zeros(2)}
case = "one channel to two, without a projection"
check_raises(residual_block, torch.ones(1, 1, 4, 4), one, case=case)
# Also graded: stride without projection, a projection where none is needed, odd sizes, dtypes.
### BEGIN HIDDEN TESTS


def block(x, p, stride=1):
    f = torch.nn.functional.conv2d
    h = torch.relu(f(x, p["w1"], p["b1"], stride, 1))
    way = f(x, p["wp"], None, stride) if "wp" in p else x
    return torch.relu(f(h, p["w2"], p["b2"], 1, 1) + way)


def weights(r, c, k, projection):
    shapes = {"w1": (k, c, 3, 3), "b1": (k,), "w2": (k, k, 3, 3), "b2": (k,)}
    shapes |= {"wp": (k, c, 1, 1)} if projection else {}
    return {name: torch.tensor(0.4 * r.normal(size=s)) for name, s in shapes.items()}


r = np.random.default_rng(402)
for shape, k, projection, stride, case in (
    ((2, 3, 4, 4), 3, True, 1, "a projection that the shapes do not need"),
    ((1, 2, 7, 7), 2, True, 2, "an odd size, stride 2, as many channels"),
    ((2, 4, 8, 6), 2, True, 2, "fewer channels"),
    ((1, 1, 9, 8), 3, True, 3, "stride 3"),
    ((3, 2, 1, 1), 2, False, 1, "a single pixel"),
    ((1, 2, 1, 1), 2, False, 2, "a single pixel, stride 2: the shapes agree"),
):
    x, p = torch.tensor(r.normal(size=shape)), weights(r, shape[1], k, projection)
    check(residual_block, x, p, stride, want=block(x, p, stride), case=case)
small = {name: value.float() for name, value in weights(r, 2, 2, False).items()}
x = torch.tensor(r.normal(size=(2, 2, 5, 4)), dtype=torch.float32)
want = block(x, small)
check(residual_block, x, small, want=want, case="float32", rtol=1e-4, atol=1e-5)
view = torch.tensor(r.normal(size=(2, 8, 5, 3))).transpose(1, 3)[:, :, :, ::2]
p = weights(r, 3, 3, False)
check(residual_block, view, p, want=block(view, p), case="a transposed view with steps")
for shape, c, k, stride in (
    ((1, 2, 4, 4), 2, 2, 2),
    ((2, 2, 2, 2), 2, 2, 2),
    ((2, 2, 2, 1), 2, 2, 2),
    ((2, 3, 4, 4), 3, 2, 1),
    ((2, 2, 5, 5), 2, 1, 1),
):
    x, p = torch.tensor(r.normal(size=shape)), weights(r, c, k, False)
    case = "shapes that differ, without a projection"
    check_raises(residual_block, x, p, stride, case=case)
### END HIDDEN TESTS

# %% [markdown]
# Your block in the deep network: the same 19 convolutions with the same default
# weights as before, drawn in the same way. The *only* difference is that pairs of
# them are called through `residual_block`.


# %% nbgrader={"grade": false, "grade_id": "residual_network", "locked": true, "schema_version": 3, "solution": false, "task": false}
class Residual(nn.Module):
    """The convolutions of `plain(pairs)`, two by two in residual blocks."""

    def __init__(self, pairs):
        super().__init__()
        layers = plain(pairs)
        convolutions = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
        self.stem, self.convolutions = convolutions[0], nn.ModuleList(convolutions[1:])
        self.head = layers[-1]

    def forward(self, x):
        """Return logits (N, 10)."""
        h = F.relu(self.stem(x))
        for first, second in zip(self.convolutions[::2], self.convolutions[1::2]):
            p = {"w1": first.weight, "b1": first.bias}
            p |= {"w2": second.weight, "b2": second.bias}
            h = residual_block(h, p)
        return self.head(h.flatten(1))


# %% tags=["experiment"]
train_runs("residual, 20 layers", lambda: Residual(9))
names = ["plain, 4 layers", "plain, 20 layers", "the same, He weights"]
show_runs([*names, "plain + BN, 20 layers", "residual, 20 layers"])

# %% [markdown] covers=["A07", "C45", "C10"]
# **Figure 11.** The whole story. The residual network has no BN and the weights
# with which the plain one did not learn at all, and it is the best of all
# networks of 20 layers on every seed: 96.1 ± 0.5 %, against 9.6 ± 0.1 (plain), 82
# ± 14 (He weights) and 93.1 ± 0.7 (BN). It also beats the shallow one without BN
# (90.4 ± 1.5), so that depth pays at last. On these small digits four layers with
# BN are as good, though (96.7 ± 0.5): that *very* deep is better than deep enough
# takes data as rich as ImageNet.
#
# One more item from the toolbox costs nothing now. The runs have left several
# networks; let them vote, by adding up their logits. Such an **ensemble** is
# usually better than its members, since they make different mistakes. The winning
# entries of ILSVRC were ensembles (ResNet's: six networks), and in addition
# averaged the answers for several crops of each photo. (Here 96.1 % on average
# become 97.2 %.)

# %% tags=["experiment"]
members, single = trained["residual, 20 layers"], accuracy["residual, 20 layers"]
with torch.no_grad():
    votes = sum(model(test[0]) for model in members)
together = 100 * (votes.argmax(1) == test[1]).double().mean().item()
print(f"members: {', '.join(f'{value:.1f}' for value in single)} %")
print(f"mean {np.mean(single):.1f} %, ensemble of {len(members)}: {together:.1f} %")

# %% [markdown] covers=["A07", "E25", "Q10"]
# ### Bottlenecks
#
# "7 × 7 first and everything else 3 × 3", says a slide about the ResNet of 152
# layers. That is right for ResNet-18 and -34, made of your block. From ResNet-50
# on, a block is a **bottleneck** of three convolutions: 1 × 1 down to a quarter
# of the channels, 3 × 3 there, and 1 × 1 up again. A 1 × 1 convolution looks at
# no neighbour; it mixes the channels of one pixel, and so can change their number
# at little cost.
#
# **Question 1** (3 points). (a) Count the weights, without biases, of a
# bottleneck block on 256 channels (256 → 64 → 64 → 256) and of a basic block (two
# 3 × 3 convolutions) on 256 channels and on 64 channels. (b) What does the
# bottleneck cost, and what does it give, compared with each of the two? (c) If
# ResNet-152 were made of basic blocks of the same widths, with its 50 blocks,
# would it have fewer or more convolutions? And how many of its 152 layers with
# weights are 3 × 3, if all 50 blocks are bottlenecks? What does that say about
# the slide's sentence?
#
# *Rubric.* 1 point: the three counts. 1 point: both comparisons, in factors, and
# what is gained. 1 point: the numbers of layers in (c) and the verdict.

# %% [markdown] nbgrader={"grade": true, "grade_id": "bottleneck_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) Bottleneck: 256·64 + 9·64·64 + 64·256 = 16,384 + 36,864 + 16,384 = 69,632.
# Basic on 256: 2·9·256·256 = 1,179,648. Basic on 64: 2·9·64·64 = 73,728. (b) 17
# times fewer weights than the basic block on as many channels, and about the same
# (0.94 times) as the basic block on 64: for the price of a block on 64 channels
# the shortcut carries 256, and there is one layer and one ReLU more; it looks
# around only once instead of twice. (c) Fewer: 50 basic blocks have 100
# convolutions, 50 bottlenecks 150. With the first 7 × 7 and the dense layer that
# makes 152, of which only 50 are 3 × 3; 100 are 1 × 1. The sentence is true of 18
# and 34, false of 152.
# <!-- END SOLUTION -->

# %% [markdown] covers=["A06", "C55", "Q10"]
# ## 6 · Stacking and splitting
#
# ### Inception: several sizes at once
#
# How large should a filter be? GoogLeNet (2014) takes several sizes and lets the
# next layer choose. Four branches read the same maps, and their outputs are
# **concatenated**, stacked along the channel axis:
#
# | branch | layers |
# |---|---|
# | 1 | 1 × 1 |
# | 2 | 1 × 1 to fewer channels (a *reducer*), then 3 × 3 |
# | 3 | 1 × 1 to fewer channels, then 5 × 5 |
# | 4 | 3 × 3 max pooling with stride 1, then 1 × 1 |
#
# The 1 × 1 convolutions of branches 2 and 3 are there to save: from 192 channels
# straight to 128 by 3 × 3 filters takes 221,184 weights, by way of 16 channels
# 21,504 (lesson 07). All branches keep height and width, and *every* convolution
# is followed by a ReLU, the reducers included.
#
# **Task 5** (medium, 12 minutes). Write `inception_module(x, p)`. `p` is a dict
# of tensors; each weight has the shape of a convolution's, and each bias that of
# its filters:
#
# | | |
# |---|---|
# | `"w1"`, `"b1"` | branch 1 |
# | `"w3r"`, `"b3r"`, `"w3"`, `"b3"` | branch 2, reducer first |
# | `"w5r"`, `"b5r"`, `"w5"`, `"b5"` | branch 3, reducer first |
# | `"wp"`, `"bp"` | branch 4, the 1 × 1 after the pooling |
#
# The result holds the channels of branch 1, 2, 3, 4 in this order. The pooling
# pads with $-\infty$: a border never wins, even if all of x is negative. Module
# 3a of GoogLeNet turns 192 channels into 64 + 128 + 32 + 32 = 256.
#
# <details><summary>Hint 1: what to think of</summary>Four results of the same
# height and width. Which padding does each filter size need for that?</details>
# <details><summary>Hint 2: what to look up</summary><code>torch.cat</code> with
# <code>dim</code>; <code>F.max_pool2d(x, 3, stride=..., padding=...)</code>: its
# stride is 3 if you say nothing, and its padding never wins.</details>
# <details><summary>Hint 3: the order of things</summary>A little function of your
# own, convolution plus ReLU with the right padding, makes the four branches four
# lines. Then one line to concatenate.</details>


# %% nbgrader={"grade": false, "grade_id": "inception_module", "locked": false, "schema_version": 3, "solution": true, "task": false}
def inception_module(x, p):
    """Read x with four branches, and stack what they give along the channels.

    x: tensor (N, C, H, W); p: dict of tensors, see the table of the task.
    Returns a tensor (N, F1 + F3 + F5 + Fp, H, W).
    """

    ### BEGIN SOLUTION
    def layer(h, name):
        w = p["w" + name]
        return F.relu(F.conv2d(h, w, p["b" + name], padding=w.shape[-1] // 2))

    pooled = F.max_pool2d(x, 3, stride=1, padding=1)
    branches = [
        layer(x, "1"),
        layer(layer(x, "3r"), "3"),
        layer(layer(x, "5r"), "5"),
        layer(pooled, "p"),
    ]
    return torch.cat(branches, dim=1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "inception_module_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x = torch.zeros(1, 1, 5, 5)
x[0, 0, 2, 2], sizes = 1.0, {"1": 1, "3r": 1, "3": 3, "5r": 1, "5": 5, "p": 1}
plus = {f"w{name}": torch.ones(1, 1, k, k) for name, k in sizes.items()}
plus |= {f"b{name}": torch.zeros(1) for name in sizes}
squares = [torch.zeros(5, 5) for _ in range(4)]
for square, reach in zip(squares, (0, 1, 2, 1)):
    square[2 - reach : 3 + reach, 2 - reach : 3 + reach] = 1
want = torch.stack(squares)[None]
check(
    inception_module,
    x,
    plus,
    want=want,
    case="a bright pixel, all weights 1",
    mistakes={
        "the branches are added; concatenate their channels": want.sum(1, True),
        "the branches are stacked along the rows; stack the channels": torch.cat(
            squares
        )[None, None],
        "the branches are in the wrong order": want[:, [3, 0, 1, 2]],
        "the pooling is missing": want[:, [0, 1, 2, 0]],
    },
)
### BEGIN HIDDEN TESTS


def module(x, p):
    f, relu = torch.nn.functional.conv2d, torch.relu
    one = relu(f(x, p["w1"], p["b1"]))
    three = relu(f(relu(f(x, p["w3r"], p["b3r"])), p["w3"], p["b3"], 1, 1))
    five = relu(f(relu(f(x, p["w5r"], p["b5r"])), p["w5"], p["b5"], 1, 2))
    pool = torch.nn.functional.max_pool2d(x, 3, 1, 1)
    return torch.cat([one, three, five, relu(f(pool, p["wp"], p["bp"]))], 1)


def weights(r, c, f1, f3r, f3, f5r, f5, fp):
    shapes = {"1": (f1, c, 1), "3r": (f3r, c, 1), "3": (f3, f3r, 3)}
    shapes |= {"5r": (f5r, c, 1), "5": (f5, f5r, 5), "p": (fp, c, 1)}
    p = {}
    for name, (f, c, k) in shapes.items():
        p[f"w{name}"] = torch.tensor(r.normal(size=(f, c, k, k)) / (c * k * k) ** 0.5)
        p[f"b{name}"] = torch.tensor(0.3 * r.normal(size=f))
    return p


r = np.random.default_rng(501)
for channels, case in (
    ((3, 4, 5, 6, 2, 2, 3), "4 + 6 + 2 + 3 channels"),
    ((4, 3, 2, 3, 2, 3, 3), "four branches of 3 channels"),
):
    x, p = torch.tensor(r.normal(size=(2, channels[0], 6, 7))), weights(r, *channels)
    want = module(x, p)
    ends = torch.split(want, [channels[i] for i in (1, 3, 5, 6)], 1)
    check(
        inception_module,
        x,
        p,
        want=want,
        case=case,
        mistakes={
            "the pooled branch comes last": torch.cat([ends[3], *ends[:3]], 1),
            "the 3 x 3 branch comes before the 5 x 5 branch": torch.cat(
                [ends[0], ends[2], ends[1], ends[3]], 1
            ),
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "inception_module_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
x = torch.full((1, 1, 2, 3), -2.0)
sizes = {"1": 1, "3r": 1, "3": 3, "5r": 1, "5": 5, "p": 1}
minus = {f"w{name}": -torch.ones(1, 1, k, k) for name, k in sizes.items()}
minus |= {f"b{name}": torch.zeros(1) for name in sizes}
want = torch.zeros(1, 4, 2, 3)
want[:, [0, 3]] = 2.0
check(
    inception_module,
    x,
    minus,
    want=want,
    case="all of x negative, all weights -1",
    mistakes={
        "the border wins with its zeros; it must never win": want
        * torch.tensor([1.0, 1, 1, 0]).reshape(1, 4, 1, 1)
    },
)
# Also graded: module 3a of GoogLeNet, small maps, reducers' ReLU and biases, dtypes, views.
### BEGIN HIDDEN TESTS


def module(x, p):
    f, relu = torch.nn.functional.conv2d, torch.relu
    one = relu(f(x, p["w1"], p["b1"]))
    three = relu(f(relu(f(x, p["w3r"], p["b3r"])), p["w3"], p["b3"], 1, 1))
    five = relu(f(relu(f(x, p["w5r"], p["b5r"])), p["w5"], p["b5"], 1, 2))
    pool = torch.nn.functional.max_pool2d(x, 3, 1, 1)
    return torch.cat([one, three, five, relu(f(pool, p["wp"], p["bp"]))], 1)


def weights(r, c, f1, f3r, f3, f5r, f5, fp):
    shapes = {"1": (f1, c, 1), "3r": (f3r, c, 1), "3": (f3, f3r, 3)}
    shapes |= {"5r": (f5r, c, 1), "5": (f5, f5r, 5), "p": (fp, c, 1)}
    p = {}
    for name, (f, c, k) in shapes.items():
        p[f"w{name}"] = torch.tensor(r.normal(size=(f, c, k, k)) / (c * k * k) ** 0.5)
        p[f"b{name}"] = torch.tensor(0.3 * r.normal(size=f))
    return p


r = np.random.default_rng(502)
x, p = (
    torch.tensor(r.normal(size=(1, 192, 4, 5))),
    weights(r, 192, 64, 96, 128, 16, 32, 32),
)
case = "the channels of module 3a"
check(inception_module, x, p, want=module(x, p), case=case)
for shape, channels, case in (
    ((2, 3, 1, 1), (2, 2, 2, 2, 2, 2), "a single pixel"),
    ((2, 1, 2, 3), (1, 4, 1, 3, 1, 1), "maps smaller than the filters"),
    ((3, 4, 4, 4), (4, 4, 4, 4, 4, 4), "N = 3, four channels everywhere"),
):
    x, p = torch.tensor(r.normal(size=shape)), weights(r, shape[1], *channels)
    check(inception_module, x, p, want=module(x, p), case=case)
x = -1 - torch.tensor(r.random((2, 2, 4, 3)))
p = weights(r, 2, 2, 2, 2, 2, 2, 3)
p["bp"] = p["bp"] + 3  # so that the sign of the pooled numbers shows
check(inception_module, x, p, want=module(x, p), case="negative numbers only")
for name in ("b1", "b3r", "b3", "b5r", "b5", "bp"):
    other = p | {name: p[name] + 0.7}
    case = "other biases, one at a time"
    check(inception_module, x, other, want=module(x, other), case=case)
small = {name: value.float() for name, value in p.items()}
x = torch.tensor(r.normal(size=(2, 2, 5, 4)), dtype=torch.float32)
want = module(x, small)
check(inception_module, x, small, want=want, case="float32", rtol=1e-4, atol=1e-5)
view = torch.tensor(r.normal(size=(2, 8, 5, 2))).transpose(1, 3)[:, :, :, ::2]
check(inception_module, view, p, want=module(view, p), case="a transposed view")
### END HIDDEN TESTS

# %% [markdown] covers=["A08", "F27", "E27", "C55"]
# ### Dense blocks: keep everything
#
# DenseNet (2016) draws the last conclusion. A residual block adds, and what was
# added cannot be told apart any more; a **dense block** concatenates. Every layer
# reads the block's input *and the outputs of all layers before it*, and appends
# $k$ maps of its own; $k$ is the **growth rate**. (The word "dense" here means
# densely connected; it has nothing to do with the dense layers at a network's
# end.)
#
# How many channels does layer $l$ read? A slide says $l\cdot k$, which forgets
# what came into the block. With $k_0$ channels at the entrance, the first layer
# reads $k_0$, the second $k_0 + k$, and
#
# $$\text{layer } l \text{ reads } k_0 + k\,(l - 1) \text{ channels; the block gives } k_0 + k\,L .$$
#
# So a layer of $3\times3$ filters inside ResNet has $9\,C\cdot C$ weights, and
# one inside DenseNet $9\,(k_0 + k(l-1))\cdot k$: since everything earlier can be
# read again, $k$ may be small, 32 in DenseNet-201. Between blocks, *transition*
# layers (1 × 1, average pooling) halve the channels and the size of the maps.
#
# **Task 6** (medium, 8 minutes). Write `dense_block(x, weights)`. `weights` is a
# list of L tensors; number $l$ has the shape ($k$, channels that it reads, 3, 3).
# Each layer is a 3 × 3 convolution with padding 1 and no bias, then ReLU. The
# layer reads, and the block returns, x first and then the layers' outputs in the
# order in which they were made. (The original has BN and ReLU *before* each
# convolution; we leave BN out.) The layers may append different numbers of maps;
# the list may be empty. Raise `ValueError` if a layer's weights are made for
# another number of channels than it gets to read.
#
# With $k_0 = 3$, $k = 2$ and two layers, the weights have the shapes (2, 3, 3, 3)
# and (2, 5, 3, 3), and 7 channels come out.
#
# <details><summary>Hint 1: what to think of</summary>One tensor that grows is
# enough.</details>
# <details><summary>Hint 2: what to look up</summary><code>torch.cat([maps, new],
# dim=1)</code>; without a bias, <code>F.conv2d</code> takes two tensors and the
# padding.</details>
# <details><summary>Hint 3: the order of things</summary>Start with x. For each
# weight: compare channels; convolution and ReLU of all maps so far; append the
# result behind them.</details>


# %% nbgrader={"grade": false, "grade_id": "dense_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense_block(x, weights):
    """Append to x the maps of layers that each read all maps before them.

    x: tensor (N, k0, H, W); weights: L tensors (k, channels read, 3, 3).
    Returns a tensor (N, k0 + k L, H, W).
    Raises ValueError if weights are made for another number of channels.
    """
    ### BEGIN SOLUTION
    maps = x
    for number, w in enumerate(weights, 1):
        if w.shape[1] != maps.shape[1]:
            raise ValueError(
                f"dense_block: layer {number} gets {maps.shape[1]} channels, but its "
                f"weights read {w.shape[1]}"
            )
        maps = torch.cat([maps, F.relu(F.conv2d(maps, w, padding=1))], dim=1)
    return maps
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "dense_block_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x, w = torch.tensor([[2.0, 1.0]]).reshape(1, 1, 1, 2), torch.zeros(1, 2, 3, 3)
w[0, :, 1, 1] = torch.tensor([1.0, 10.0])  # centre taps: x plus 10 times the first map
first = torch.zeros(1, 1, 3, 3)
first[0, 0, 1, 1] = 3.0
want = torch.tensor([[2.0, 1.0], [6.0, 3.0], [62.0, 31.0]]).reshape(1, 3, 1, 2)
check(
    dense_block,
    x,
    [first, w],
    want=want,
    case="two layers: 3 x, then x + 10 times that",
    mistakes={
        "only the new maps are returned; x belongs to them": want[:, 1:],
        "only the last layer's maps are returned": want[:, 2:],
        "the newest maps come first; append them behind": want.flip(1),
        "x and its maps are read in the wrong order": torch.tensor(
            [[2.0, 1.0], [6.0, 3.0], [26.0, 13.0]]
        ).reshape(1, 3, 1, 2),
    },
)
check(
    dense_block,
    torch.ones(2, 3, 4, 5),
    [torch.zeros(2, 3, 3, 3), torch.zeros(2, 5, 3, 3)],
    want=torch.cat([torch.ones(2, 3, 4, 5), torch.zeros(2, 4, 4, 5)], dim=1),
    case="three channels, two layers of two",
)
### BEGIN HIDDEN TESTS


def block(x, weights):
    kept = [x]
    for w in weights:
        h = torch.cat(kept, 1)
        kept.append(torch.nn.functional.conv2d(h, w, None, 1, 1).clamp(min=0))
    return torch.cat(kept, 1)


r = np.random.default_rng(601)
for k0, k, layers in ((3, 2, 2), (2, 4, 4), (5, 1, 3)):
    weights = [
        torch.tensor(0.4 * r.normal(size=(k, k0 + k * l, 3, 3))) for l in range(layers)
    ]
    x = torch.tensor(r.normal(size=(2, k0, 5, 4)))
    check(
        dense_block,
        x,
        weights,
        want=block(x, weights),
        case=f"k0 = {k0}, k = {k}, {layers} layers",
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "dense_block_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
case = "weights for l k = 4 channels, as on the slide, where 5 arrive"
wrong = [torch.ones(2, 3, 3, 3), torch.ones(2, 4, 3, 3)]
check_raises(dense_block, torch.ones(1, 3, 4, 4), wrong, case=case)
# Also graded: no layers, negative x, layers that append different numbers, many layers, dtypes, views.
### BEGIN HIDDEN TESTS


def block(x, weights):
    kept = [x]
    for w in weights:
        h = torch.cat(kept, 1)
        kept.append(torch.nn.functional.conv2d(h, w, None, 1, 1).clamp(min=0))
    return torch.cat(kept, 1)


r = np.random.default_rng(602)
x = torch.tensor(r.normal(size=(2, 3, 4, 5)))
check(dense_block, x, [], want=x.clone(), case="no layers, negative numbers kept")
for k0, ks, shape, case in (
    (3, (1, 4, 2), (5, 6), "layers that append 1, 4 and 2 maps"),
    (1, (1,) * 9, (3, 4), "nine layers of one map"),
    (3, (3, 3), (3, 3), "three of everything"),
    (2, (2, 2), (1, 1), "a single pixel"),
):
    reads = np.cumsum([k0, *ks])
    weights = [torch.tensor(r.normal(size=(k, c, 3, 3)) / 3) for k, c in zip(ks, reads)]
    x = torch.tensor(r.normal(size=(3, k0, *shape)) - 0.5)
    check(dense_block, x, weights, want=block(x, weights), case=case)
weights = [torch.tensor(r.normal(size=s) / 3) for s in ((2, 2, 3, 3), (2, 4, 3, 3))]
view = torch.tensor(r.normal(size=(2, 8, 5, 2))).transpose(1, 3)[:, :, :, ::2]
check(dense_block, view, weights, want=block(view, weights), case="a transposed view")
small = [w.float() for w in weights]
x = view.float().contiguous()
want = block(x, small)
check(dense_block, x, small, want=want, case="float32", rtol=1e-4, atol=1e-5)
for shapes in (
    [(2, 2, 3, 3)],
    [(2, 4, 3, 3)],
    [(2, 3, 3, 3), (2, 2, 3, 3)],
    [(2, 3, 3, 3), (2, 3, 3, 3)],
    [(1, 3, 3, 3), (1, 4, 3, 3), (1, 4, 3, 3)],
):
    wrong, case = [torch.ones(s) for s in shapes], "weights for other channels"
    check_raises(dense_block, torch.ones(1, 3, 4, 4), wrong, case=case)
### END HIDDEN TESTS

# %% tags=["experiment"]
k0, growth = 4, 3
reads = [k0 + growth * l for l in range(5)]
x = torch.randn(1, k0, 16, 16, generator=torch.Generator().manual_seed(0))
weights = [torch.randn(growth, c, 3, 3) * (2 / (9 * c)) ** 0.5 for c in reads]
out = dense_block(x, weights)
table = np.full((6, out.shape[1]), np.nan)
for layer, channels in enumerate([*reads, out.shape[1]]):
    table[layer, :channels] = 0
    table[layer, k0:channels] = 1 + np.arange(channels - k0) // growth
_, ax = plt.subplots(figsize=(7, 2.9))
ax.pcolormesh(table, cmap="viridis", edgecolor="white", vmin=-0.5, vmax=5.5)
for layer, channels in enumerate([*reads, out.shape[1]]):
    ax.text(channels + 0.2, layer + 0.5, f"{channels} channels", va="center")
ax.set_yticks(np.arange(6) + 0.5, [f"layer {l}" for l in range(1, 6)] + ["output"])
ax.set(xlabel="channel", xlim=(0, 23), ylim=(6, 0), title="what each layer reads")
plt.show()

# %% [markdown] covers=["F27", "E27", "A08"]
# **Figure 12.** A dense block with $k_0 = 4$ and $k = 3$. One row is what one
# layer reads; colours are where the channels come from, from the block's input
# (dark) to the fifth layer (yellow). The counts are $k_0 + k(l-1)$.

# %% [markdown] covers=["A09", "F28", "C55", "C45"]
# ### Depthwise separable: one thing at a time
#
# A convolution looks around *and* mixes channels. MobileNet (2017) does one after
# the other: a **depthwise** 3 × 3 convolution, one filter per channel which sees
# that channel alone, then a **pointwise** 1 × 1 convolution from $M$ to $N$
# channels. With BN's two numbers per channel that takes $9M + 2M + MN + 2N$
# parameters, against $9MN + 2N$ for the ordinary layer.
#
# For the next two tasks you build an `nn.Module`, as in lesson 09. Names and
# order of the layers inside are yours (an `nn.Sequential` will do here); the
# checks compare how many parameters of which shapes there are, and what is
# computed, in train mode and in eval mode.
#
# **Task 7** (medium, 8 minutes). Write `build_separable_block(c_in, c_out,
# stride)`: depthwise 3 × 3 with `stride` and padding 1, BN, ReLU, pointwise 1 ×
# 1, BN, ReLU. No biases in front of BN. The layer (32, 64) has 288 + 64 + 2,048 +
# 128 = 2,528 parameters.
#
# <details><summary>Hint 1: what to think of</summary>Six layers in a row. How
# many channels has each BN?</details>
# <details><summary>Hint 2: what to look up</summary><code>nn.Conv2d</code> has
# the arguments <code>groups</code> and <code>bias</code>. With g groups, each
# filter sees 1/g of the channels.</details>
# <details><summary>Hint 3: the order of things</summary>Depthwise means as many
# groups as channels come in, and as many filters. The stride belongs to the layer
# that looks around.</details>


# %% nbgrader={"grade": false, "grade_id": "network_facts", "locked": true, "schema_version": 3, "solution": false, "task": false}
def facts_about(build, inputs):
    """Make a function that builds a network, and tells its size and output shape."""

    def facts(*arguments):
        model = build(*arguments)
        count = sum(p.numel() for p in model.parameters() if p.requires_grad)
        return {"parameters": count, "output shape": tuple(model(inputs).shape)}

    facts.__name__ = build.__name__
    return facts


# %% nbgrader={"grade": false, "grade_id": "build_separable_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_separable_block(c_in, c_out, stride):
    """Build depthwise 3 x 3, BN, ReLU, pointwise 1 x 1, BN, ReLU, without biases.

    Returns an nn.Module: (N, c_in, H, W) to (N, c_out, ceil(H / stride), ...).
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, padding=1, groups=c_in, bias=False),
        nn.BatchNorm2d(c_in),
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "build_separable_block_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(
    facts_about(build_separable_block, torch.ones(2, 32, 8, 6)),
    32,
    64,
    2,
    want={"parameters": 2528, "output shape": (2, 64, 4, 3)},
    case="from 32 to 64 channels, stride 2",
    mistakes={
        "groups are missing: every filter reads all channels": {
            "parameters": 32 * 32 * 9 + 64 + 2048 + 128,
            "output shape": (2, 64, 4, 3),
        },
        "the convolutions have biases; BN makes them useless": {
            "parameters": 2528 + 96,
            "output shape": (2, 64, 4, 3),
        },
        "a BN is missing, behind the depthwise layer": {
            "parameters": 2528 - 64,
            "output shape": (2, 64, 4, 3),
        },
    },
)
### BEGIN HIDDEN TESTS


def separable(c_in, c_out, stride, end=torch.nn.ReLU):
    look = torch.nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False)
    mix = torch.nn.Conv2d(c_in, c_out, 1, bias=False)
    norms = torch.nn.BatchNorm2d(c_in), torch.nn.BatchNorm2d(c_out)
    return torch.nn.Sequential(look, norms[0], torch.nn.ReLU(), mix, norms[1], end())


r = np.random.default_rng(701)
for c_in, c_out, stride in ((4, 6, 1), (6, 3, 2), (5, 5, 1)):
    x = torch.tensor(2 * r.normal(size=(3, c_in, 7, 8)), dtype=torch.float32)
    check_module(
        build_separable_block,
        c_in,
        c_out,
        stride,
        like=separable(c_in, c_out, stride),
        inputs=x,
        case=f"from {c_in} to {c_out} channels, stride {stride}",
        mistakes={
            "the ReLU at the end is missing": separable(
                c_in, c_out, stride, torch.nn.Identity
            ),
            "ReLU6 is another bend; take ReLU": separable(
                c_in, c_out, stride, torch.nn.ReLU6
            ),
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "build_separable_block_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    facts_about(build_separable_block, torch.ones(2, 1, 5, 5)),
    1,
    3,
    1,
    want={"parameters": 20, "output shape": (2, 3, 5, 5)},
    case="a single channel to three",
)
# Also graded: more stride, equal and fewer channels, odd sizes, large values, a fresh block each call.
### BEGIN HIDDEN TESTS


def separable(c_in, c_out, stride):
    look = torch.nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False)
    mix = torch.nn.Conv2d(c_in, c_out, 1, bias=False)
    norms = torch.nn.BatchNorm2d(c_in), torch.nn.BatchNorm2d(c_out)
    return torch.nn.Sequential(
        look, norms[0], torch.nn.ReLU(), mix, norms[1], torch.nn.ReLU()
    )


r = np.random.default_rng(702)
for c_in, c_out, stride, shape in (
    (3, 3, 3, (7, 9)),
    (8, 2, 1, (5, 5)),
    (1, 4, 2, (6, 5)),
    (2, 8, 2, (1, 1)),
):
    x = torch.tensor(r.normal(size=(4, c_in, *shape)), dtype=torch.float32)
    like, case = separable(c_in, c_out, stride), "other channels, strides and sizes"
    check_module(
        build_separable_block, c_in, c_out, stride, like=like, inputs=x, case=case
    )
x = torch.tensor(30 * r.normal(size=(2, 3, 6, 6)), dtype=torch.float32)
case = "values far above 6"
check_module(
    build_separable_block, 3, 5, 1, like=separable(3, 5, 1), inputs=x, case=case
)
one, two = build_separable_block(2, 3, 1), build_separable_block(2, 3, 1)
differ = [bool((a != b).any()) for a, b in zip(one.parameters(), two.parameters())]
require(
    any(differ),
    "build_separable_block: two calls give the same numbers; build a new block each time",
)
### END HIDDEN TESTS


# %% tags=["experiment"]
results = {}
pooled["separable"] = train_pooled(build_separable_block, "separable")
for name, (nets, values) in pooled.items():
    count = sum(p.numel() for p in nets[0].parameters())
    results[f"{name}, {count:,} parameters"] = values
show_spread(results, xlabel="test accuracy (%)", digits=1)

# %% [markdown] covers=["A09", "F28"]
# **Figure 13.** The same network with ordinary and with separable convolutions,
# each seed a mark. Nearly seven times fewer parameters cost about three points
# here (98.9 ± 0.4 against 95.6 ± 1.3 %, 5 seeds): a good bargain for a phone, not
# a free one. (At full size: MobileNet has 4.2 million parameters, and comes
# within a point of VGG-16 with its 138 million.)

# %% [markdown] covers=["A07", "C40", "C55"]
# ## 7 · A whole ResNet
#
# Now put it together. He and colleagues used a small family of ResNets for 32 ×
# 32 photos, with $6n + 2$ layers with weights:
#
# | part | layers | channels | height and width |
# |---|---|---|---|
# | stem | 3 × 3 convolution, BN, ReLU | `width` | as the input |
# | stage 1 | $n$ residual blocks | `width` | the same |
# | stage 2 | $n$ residual blocks, the first with stride 2 | 2 · `width` | half |
# | stage 3 | $n$ residual blocks, the first with stride 2 | 4 · `width` | a quarter |
# | end | global average pooling, dense layer | `num_classes` | 1 × 1 |
#
# A block is 3 × 3 convolution (this one has the stride), BN, ReLU, 3 × 3
# convolution, BN, then the shortcut is added, then ReLU. Where the shape changes,
# the shortcut is a 1 × 1 convolution with the stride, and BN (these are not
# counted as layers). No convolution has a bias; the dense layer has one.
#
# The end deserves a word. LeNet, AlexNet and VGG *flatten*: with 7 × 7 × 512
# numbers in front of 4,096 units, that is 103 million weights for VGG, and a
# fixed size of the input. ResNet averages each map to one number, so that images
# of any size may come. The oldest network of all did so in its way: Fukushima's
# *Neocognitron* (1979) let its maps shrink until the ten of the last layer had 1
# × 1 pixel each, one per digit.
#
# **Task 8** (hard, 20 minutes). Write `build_tiny_resnet(n=1, width=8,
# num_classes=10)` for grey images (N, 1, H, W). It returns an `nn.Module` that
# gives logits (N, `num_classes`). Checks: $n = 1$ and width 8 make 19,810
# parameters. You may define classes inside the function or call helpers of your
# own.
#
# <details><summary>Hint 1: what to think of</summary>First a class for one block,
# with its two convolutions, two BNs, and the shortcut. When exactly does the
# shortcut need a projection?</details>
# <details><summary>Hint 2: what to look up</summary><code>nn.Sequential()</code>
# without arguments passes its input on. Layers in a plain Python list are not
# found by <code>model.parameters()</code>; <code>nn.Sequential(*layers)</code>
# finds them. <code>nn.AdaptiveAvgPool2d(1)</code>,
# <code>nn.Flatten</code>.</details>
# <details><summary>Hint 3: the order of things</summary>Stem; then two loops,
# over the three stages and over the blocks of a stage, with a variable for the
# channels that arrive; the stride is 2 only in the first block of stages 2 and 3.
# Each block must be a new object: <code>[block] * n</code> is one block n times.
# Then pooling, flatten, dense; no softmax.</details>


# %% nbgrader={"grade": false, "grade_id": "build_tiny_resnet", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_tiny_resnet(n=1, width=8, num_classes=10):
    """Build a ResNet of 6 n + 2 layers for grey images, in three stages.

    Returns an nn.Module: (N, 1, H, W) to logits (N, num_classes).
    """

    ### BEGIN SOLUTION
    def layer(c_in, c_out, size, stride):
        padding = size // 2
        return nn.Sequential(
            nn.Conv2d(c_in, c_out, size, stride, padding, bias=False),
            nn.BatchNorm2d(c_out),
        )

    class Block(nn.Module):
        def __init__(self, c_in, c_out, stride):
            super().__init__()
            self.first = layer(c_in, c_out, 3, stride)
            self.second = layer(c_out, c_out, 3, 1)
            self.shortcut = nn.Sequential()
            if stride != 1 or c_in != c_out:
                self.shortcut = layer(c_in, c_out, 1, stride)

        def forward(self, x):
            correction = self.second(F.relu(self.first(x)))
            return F.relu(correction + self.shortcut(x))

    layers, channels = [layer(1, width, 3, 1), nn.ReLU()], width
    for stage in range(3):
        for number in range(n):
            stride = 2 if stage > 0 and number == 0 else 1
            layers.append(Block(channels, width * 2**stage, stride))
            channels = width * 2**stage
    head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, num_classes)
    return nn.Sequential(*layers, *head)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "build_tiny_resnet_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(
    facts_about(build_tiny_resnet, torch.ones(2, 1, 16, 12)),
    want={"parameters": 19_810, "output shape": (2, 10)},
    case="the defaults: 8 layers",
    mistakes={
        "the projections have no BN": {"parameters": 19_714, "output shape": (2, 10)},
        "there are no projections": {"parameters": 19_074, "output shape": (2, 10)},
        "the convolutions have biases; BN makes them useless": {
            "parameters": 19_810 + 168,
            "output shape": (2, 10),
        },
    },
)
check(
    facts_about(build_tiny_resnet, torch.ones(2, 1, 9, 9)),
    3,
    want={"parameters": 68_642, "output shape": (2, 10)},
    case="n = 3: 20 layers",
)
### BEGIN HIDDEN TESTS


class Reference(torch.nn.Module):
    def __init__(self, n, width, classes):
        super().__init__()
        self.parts = torch.nn.ModuleDict()
        self.stem = self.pair(1, width, 3, 1)
        self.plan, channels = [], width
        for stage in (1, 2, 4):
            for number in range(n):
                stride = 2 if stage > 1 and number == 0 else 1
                name, out = f"{stage}-{number}", stage * width
                self.parts[name + "a"] = self.pair(channels, out, 3, stride)
                self.parts[name + "b"] = self.pair(out, out, 3, 1)
                if channels != out:
                    self.parts[name + "c"] = self.pair(channels, out, 1, stride)
                self.plan.append(name)
                channels = out
        self.dense = torch.nn.Linear(channels, classes)

    def pair(self, c, f, k, s):
        convolution = torch.nn.Conv2d(c, f, k, s, k // 2, bias=False)
        return torch.nn.Sequential(convolution, torch.nn.BatchNorm2d(f))

    def forward(self, x):
        h = torch.relu(self.stem(x))
        for name in self.plan:
            way = self.parts[name + "c"](h) if name + "c" in self.parts else h
            h = self.parts[name + "b"](torch.relu(self.parts[name + "a"](h)))
            h = self.join(h, way)
        return self.dense(h.mean((2, 3)))

    def join(self, h, way):
        return torch.relu(h + way)


class Late(Reference):
    def join(self, h, way):
        return torch.relu(h) + way


class Open(Reference):
    def join(self, h, way):
        return h + way


class Plain(Reference):
    def join(self, h, way):
        return torch.relu(h)


r = np.random.default_rng(801)
x = torch.tensor(r.normal(size=(4, 1, 8, 8)), dtype=torch.float32)
for n, width, classes in ((1, 8, 10), (2, 4, 7)):
    check_module(
        build_tiny_resnet,
        n,
        width,
        classes,
        like=Reference(n, width, classes),
        inputs=x,
        case=f"n = {n}, width {width}, {classes} classes",
        mistakes={
            "the shortcut is added after the ReLU; add, then bend": Late(
                n, width, classes
            ),
            "the ReLU after the addition is missing": Open(n, width, classes),
            "the shortcut is not added": Plain(n, width, classes),
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "build_tiny_resnet_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    facts_about(build_tiny_resnet, torch.ones(3, 1, 7, 20)),
    2,
    4,
    5,
    want={"parameters": 11_217, "output shape": (3, 5)},
    case="n = 2, width 4, five classes, images of 7 x 20",
)
# Also graded: other widths and depths, odd and small images, one class, no softmax, trainable.
### BEGIN HIDDEN TESTS


class Small(torch.nn.Module):
    def __init__(self, n, width, classes):
        super().__init__()
        self.rows, c = torch.nn.ModuleList([self.pair(1, width, 3, 1)]), width
        for f in (width, 2 * width, 4 * width):
            for _ in range(n):
                s = 1 if f == c else 2
                row = [self.pair(c, f, 3, s), self.pair(f, f, 3, 1)]
                row += [self.pair(c, f, 1, s)] if f != c else []
                self.rows.append(torch.nn.ModuleList(row))
                c = f
        self.dense = torch.nn.Linear(c, classes)

    def pair(self, c, f, k, s):
        convolution = torch.nn.Conv2d(c, f, k, s, k // 2, bias=False)
        return torch.nn.Sequential(convolution, torch.nn.BatchNorm2d(f))

    def forward(self, x):
        h = self.rows[0](x).relu()
        for row in list(self.rows)[1:]:
            way = row[2](h) if len(row) > 2 else h
            h = (row[1](row[0](h).relu()) + way).relu()
        return self.dense(h.mean((2, 3)))


r = np.random.default_rng(802)
for n, width, classes, shape, case in (
    (1, 1, 3, (6, 6), "a width of 1"),
    (3, 2, 4, (5, 7), "20 layers on odd sizes"),
    (2, 3, 1, (12, 10), "one class"),
    (1, 16, 10, (4, 4), "a wide one on small images"),
):
    x = torch.tensor(r.normal(size=(5, 1, *shape)), dtype=torch.float32)
    like = Small(n, width, classes)
    check_module(build_tiny_resnet, n, width, classes, like=like, inputs=x, case=case)
one, two = build_tiny_resnet(1, 2), build_tiny_resnet(1, 2)
differ = [bool((a != b).any()) for a, b in zip(one.parameters(), two.parameters())]
require(
    any(differ),
    "build_tiny_resnet: two calls give the same numbers; build a new network each time",
)
### END HIDDEN TESTS

# %% tags=["experiment"]
torch.manual_seed(0)
model = build_tiny_resnet(1, 8)
count = sum(p.numel() for p in model.parameters())
grown = LiveCurves("accuracy (%)")
for epoch in range(6):
    how = {"epochs": 1, "lr": 1e-2 * (1 - epoch / 6), "batch_size": 50}
    history = fit(model, *train, **how, seed=epoch)
    reached_now = {"training": 100 * history["accuracy"][0]}
    grown.add(**reached_now, test=100 * judge(model, *test)[1])
grown.finish()
print(
    f"{count:,} parameters, {grown.curves['test'][-1]:.1f} % of the test digits right"
)

# %% [markdown] covers=["A07"]
# **Figure 14.** Your ResNet of 8 layers learns to read digits. Its first epochs
# are judged with running statistics that are still young, which is why the test
# curve may jump at the beginning.
#
# Is deeper better here? No. With 6 epochs and equal settings we measured 98.6 ±
# 0.3 % for 8 layers and 97.9 ± 0.6 % for 20 (3 seeds, 1,000 training digits).
# Depth does not help here, and thanks to the shortcuts it does little harm: the
# same 20 layers without them gave 93.8 ± 1.6 %.

# %% [markdown] covers=["C45"]
# ## 8 · The toolbox, on one page
#
# What made training work, beside the architecture:
#
# | tool | what it does | where |
# |---|---|---|
# | SGD on mini-batches | a noisy gradient of few images, many steps | 09 |
# | momentum | averages the last steps: faster along valleys, calmer across them | 09 |
# | Nesterov momentum | takes the gradient where the momentum is about to lead; used by DenseNet | |
# | weight decay | pulls weights towards 0 | 09, 11 |
# | learning-rate schedule | large steps first, small ones at the end | 09 |
# | He initialisation | numbers and gradients keep their size behind ReLU | Figures 2, 5 |
# | batch normalisation | sets sizes straight in every step; allows large rates | Figures 7, 8 |
# | LRN | damps what has strong neighbours; given up | task 2 |
# | clipping of filter norms | after a step, filters longer than a limit are cut back to it; used by ZFNet | |
# | dropout | switches units off at random | 11 |
# | augmentation | more images from those one has | 11 |
# | ensembles | several networks vote | section 5 |
# | multi-crop test-time averaging | one network votes over several crops of a photo (AlexNet 10, GoogLeNet 144) | |
#
# For PyTorch's optimizers momentum, Nesterov and weight decay are arguments:
# `torch.optim.SGD(parameters, lr=0.1, momentum=0.9, nesterov=True,
# weight_decay=1e-4)` is what trained DenseNet. VGG, GoogLeNet and ResNet used
# momentum without Nesterov; VGG took batches of 256, 74 epochs and about three
# weeks on four GPUs, ResNet batches of 256 and two weeks on eight.

# %% [markdown] covers=["Q16", "C10"]
# **Question 2** (4 points). "Why did backpropagation fail in deep networks, and
# what has changed?" So a slide asks. Name four causes, of which at least two are
# not about the gradient, and say for each what has changed since about 1990. For
# the two that this lesson measured, give a number from your own figures. Close
# with an effect of depth that remained after the gradients were healthy, with its
# numbers, and with the remedy.
#
# *Rubric.* 2 points: four causes with their remedies, half a point each. 1 point:
# two numbers, from the figures, that fit. 1 point: the remaining effect, in
# numbers, and what removed it.

# %% [markdown] nbgrader={"grade": true, "grade_id": "deep_failure_why", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (1) Saturating bends: the slope of the sigmoid is at most 1/4, 20 layers shrink
# the gradient to 10^-10 or less; ReLU has slope 1. (2) Weights of the wrong size:
# small weights give 10^-10 with ReLU, He's 10^0.3; Glorot and He initialisation,
# BN; trained, 9.6 against 82 %. (3) Too few labelled images: thousands then, 1.2
# million with ImageNet. (4) Too little computing: GPUs made it some hundred to
# thousand times faster. (Also good: no regularisers such as dropout; plateaus and
# saddle points, which momentum and large steps with BN cross.) What remained:
# with BN the plain network of 20 layers reaches 93.1 %, that of 4 layers 96.7 %,
# degradation. Shortcuts remove it: 96.1 % with 20 layers even without BN.
# <!-- END SOLUTION -->

# %% [markdown] covers=["Q11", "C07"]
# **Question 3** (3 points). "Why deep? Why redundant?" A slide answers with an
# analogy: letters, words, sentences. Take an alphabet of 26 letters and a
# language with 10,000 words of 5 letters each. (a) A *shallow* reader has one
# detector per word, each with a template of 5 × 26 yes-or-no weights. A *deep*
# reader has 26 letter detectors of 100 weights each, used at all 5 places, and
# word detectors that read the 5 × 26 letter answers. Suppose that a letter can be
# drawn in 20 ways. How many templates does each reader need to know all the ways
# of writing all the words? (b) What takes the place of letters, words and
# sentences in a network that sees? What is the saving due to? (c) A word stays
# readable if one letter is smudged. What does that say about "redundant", and
# which of this course's ideas give a network such redundancy?
#
# *Rubric.* 1 point: both counts, with the calculation. 1 point: the translation,
# and where the saving comes from. 1 point: redundancy explained, with an idea of
# the course.

# %% [markdown] nbgrader={"grade": true, "grade_id": "alphabet_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) Shallow: every combination of drawings is a template of its own, 10,000 ·
# 20^5 = 3.2·10^10. Deep: 26 · 20 = 520 templates of letters, one letter answer
# for each group of 20, and 10,000 words on top: 10,520. (b) Edges and textures
# are letters, parts are words, objects sentences. The saving comes from reuse: a
# letter detector is shared by all words and places, and variation is dealt with
# once, at the level where it arises. (c) Several detectors say the same thing, so
# one may fail: the others decide. Many more channels than needed (an overcomplete
# representation), overlapping windows, pooling; dropout trains a network for it.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Recap
#
# - Through a deep plain network the gradient is multiplied layer by layer: it
#   vanishes or explodes. He's weights keep its size at the start, batch
#   normalisation in every step, and a shortcut hands it on untouched.
# - Healthy gradients are not enough: a plain deep network stays worse than a
#   shallow one. A residual block only has to learn a correction, and depth pays.
# - Blocks combine few ideas: add (ResNet), concatenate (Inception, DenseNet),
#   squeeze by 1 × 1, look and mix separately (MobileNet). And call `eval()`
#   before you use a network with BN.
#
# **Next:** lesson 11 makes networks that have learned their training images by
# heart read new ones.
#
# **References.** C. Deledalle, "Image classification and CNNs", UCSD ECE 285,
# 2019 (the architectures, their training, the alphabet). B. Galerne, "Deep neural
# networks and CNNs", slides, 2024 (why depth failed, the hierarchies). X. Glorot
# and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
# networks", AISTATS 2010. A. Krizhevsky, I. Sutskever and G. Hinton, "ImageNet
# classification with deep convolutional neural networks", NIPS 2012 (LRN). K.
# Simonyan and A. Zisserman, "Very deep convolutional networks for large-scale
# image recognition", ICLR 2015. C. Szegedy et al., "Going deeper with
# convolutions", CVPR 2015. S. Ioffe and C. Szegedy, "Batch normalization",
# ICML 2015. K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers",
# ICCV 2015, and "Deep residual learning for image recognition", CVPR 2016. G.
# Huang et al., "Densely connected convolutional networks", CVPR 2017. A. Howard
# et al., "MobileNets", 2017. S. Santurkar et al., "How does batch normalization
# help optimization?", NeurIPS 2018. K. Fukushima, "Neocognitron", Biological
# Cybernetics 36, 1980.
