# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 09 · Training a CNN: first in NumPy, then in PyTorch
#
# You can write every layer of a network, forward and backward. What is missing is
# the loop around them, and it is short: guess, measure the error, step downhill,
# again. In this lesson you write that loop twice. First in NumPy, where a network of
# your own reads handwritten digits after half a second of training. Then in
# PyTorch, where half of the code disappears and a new kind of mistake appears: the
# one that raises no error. The second half of the lesson is about telling whether
# the numbers that come out are true.
#
# **You will be able to**
#
# - train a network by stochastic gradient descent with momentum, from arrays to a
#   finished classifier;
# - write the same in PyTorch, and recognise from its loss curve what is wrong with a
#   run;
# - rebuild two published networks, LeNet-5 and a Keras model, to the last parameter;
# - judge a network on data that it and you have not used, and say which shortcuts
#   make a score a lie.
#
# **Time:** 180 minutes; section 4 ends with a good place for a break.
# **You should know:** backpropagation (lesson 08), convolution and pooling layers
# (lessons 05, 06). PyTorch is introduced here.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import matplotlib.pyplot as plt
import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from torch import nn
from torch.nn import functional as F  # noqa: N812

from course import data
from course.augment import Augment
from course.checks import check, check_raises, require
from course.figures import label_line_ends, show_images, show_kernels
from course.module_checks import check_module
from course.results import LiveCurves, show_confusion, show_curves, show_spread
from course.shortcuts import check_own_work
from course.training import Stopwatch, progress, seeds, warm_up
from course.widgets import explore, live

plt.style.use("course.course")
torch.set_num_threads(1)
warm_up()

# %% [markdown] covers=["C06", "F19"]
# ## 1 · From a neuron to a class
#
# An artificial **neuron** adds up its inputs, each times a weight, adds a bias, and
# sends the sum through a bend, its *activation*. A layer is many neurons that look at
# the same inputs; a *feed-forward* network is a row of layers. The idea is older than
# the computers that could use it:
#
# | year | who | what was new |
# |---|---|---|
# | 1943 | McCulloch, Pitts | a neuron as a sum and a threshold |
# | 1958 | Rosenblatt | the perceptron: weights learned from labelled examples |
# | 1969 | Minsky, Papert | what one layer cannot do |
# | 1986 | Rumelhart, Hinton, Williams | backpropagation through hidden layers |
# | 1989, 1998 | LeCun and others | convolutional networks that read digits |
# | 1995 | Cortes, Vapnik | support vector machines, the favourite for 15 years |
# | 2012 | Krizhevsky, Sutskever, Hinton | a deep CNN wins ImageNet, on graphics cards |
#
# What all of them learn from are pairs of input and label, and how they learn is the
# line of lesson 08, for the weights of every layer $k$:
# $W_k \leftarrow W_k - \gamma\,\partial E/\partial W_k$, with a **learning rate**
# $\gamma$. We begin where one can see everything: points in the plane.

# %% nbgrader={"grade": false, "grade_id": "toy_data", "locked": true, "schema_version": 3, "solution": false, "task": false}
BANNED = ("torch", "autograd", "jax", "sklearn", "scipy")


def toy(kind, n, seed, noise=0.15):
    """Draw n points for each of three classes: X (3 n, 2), labels y (3 n,)."""
    r = np.random.default_rng(seed)
    turn = 2 * np.pi * np.arange(3)[:, None] / 3
    along = r.random((3, n))
    if kind == "clouds":
        turn, radius, noise = turn + 0 * along, 1.2, 4 * noise
    else:
        turn, radius = turn + 1.5 * np.pi * along, 0.15 + 1.85 * along
    points = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=2)
    points = points + r.normal(0, noise, points.shape)
    return points.reshape(-1, 2), np.repeat(np.arange(3), n)


def softmax_xent(logits, y):
    """Return the mean cross-entropy (nats) and its gradient: lesson 08, task 4."""
    rows = np.arange(len(y))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dlogits = np.exp(log_p)
    dlogits[rows, y] -= 1
    return float(-log_p[rows, y].mean()), dlogits / len(y)


# %% [markdown] covers=["D10", "Q17"]
# ### Logistic regression
#
# One of the slides sets this as homework: train a *multinomial logistic regression*
# on a toy set in two dimensions, then add a hidden layer, then compare with a hidden
# layer that stays random. The first is the smallest classifier of all: one dense
# layer, softmax, cross-entropy. In the terms of lesson 08, with one point per row of
# `X`:
#
# $$\text{logits} = X W + b,\qquad
# \frac{\partial E}{\partial W} = X^{\mathsf T}\,\text{dlogits},\qquad
# \frac{\partial E}{\partial b} = \text{the sum of dlogits over the points.}$$
#
# `softmax_xent(logits, y)` above is your function of lesson 08: it returns the mean
# loss and `dlogits`.
#
# **Task 1** (easy, 8 minutes). Write `train_logreg_2d(X, y, K, lr, steps)`. Start with
# all weights and biases at 0 and make `steps` steps of learning rate `lr`, each with
# *all* points (that is called *full batch*). Return a dict:
#
# - `'W'` of shape (D, K) and `'b'` of shape (K,), float64, after the last step (D is 2
#   here, but any number of columns must do);
# - `'loss'`, a float64 array of shape (steps,): entry `t` is the loss that step `t`
#   *started* from. The first one is log K: all classes are equally likely.
#
# By hand: three points (1, 0), (0, 1), (−1, −1) with the labels 0, 0, 2, and K = 3. All
# confidences are 1/3, so `dlogits` is (−2, 1, 1)/9 twice and then (1, 1, −2)/9. After
# one step with `lr=1`, both rows of `W` are (1/3, 0, −1/3), `b` is (1/3, −1/3, 0), and
# the loss was log 3 = 1.0986.
#
# <details><summary>Hint 1: what to think of</summary>A loop over the steps with four
# things in it: logits, loss, two gradients, two updates.</details>
# <details><summary>Hint 2: what to look up</summary><code>dense_backward</code> of
# lesson 08; here nobody asks for the gradient of the inputs.</details>
# <details><summary>Hint 3: the order of things</summary>Zeros; in each step compute the
# logits, call softmax_xent, keep the loss in a list, then change W and b, both from the
# same dlogits. Make the list an array at the end.</details>


# %% nbgrader={"grade": false, "grade_id": "train_logreg_2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_logreg_2d(X, y, K, lr, steps):
    """Train a dense layer with softmax by gradient descent on all points at once.

    X: (N, D); y: (N,), integers from 0 to K - 1; lr: float; steps: int.
    Returns {'W': (D, K), 'b': (K,), 'loss': (steps,)}, all float64; loss[t] is the mean
    cross-entropy before step t.
    """
    ### BEGIN SOLUTION
    X = np.asarray(X, np.float64)
    W, b, losses = np.zeros((X.shape[1], K)), np.zeros(K), []
    for _ in range(steps):
        loss, dlogits = softmax_xent(X @ W + b, y)
        losses.append(loss)
        W = W - lr * X.T @ dlogits
        b = b - lr * dlogits.sum(axis=0)
    return {"W": W, "b": b, "loss": np.array(losses, np.float64)}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "train_logreg_2d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
X, y = np.array([[1.0, 0], [0, 1], [-1, -1]]), np.array([0, 0, 2])
step = np.array([[1.0, 0, -1], [1, 0, -1]]) / 3
bias, first = np.array([1.0, -1, 0]) / 3, np.array([np.log(3)])
check(
    train_logreg_2d,
    *(X, y, 3, 1.0, 1),
    want={"W": step, "b": bias, "loss": first},
    case="one step on three points",
    mistakes={
        "the bias is never updated": {"W": step, "b": np.zeros(3), "loss": first},
        "the step goes uphill": {"W": -step, "b": -bias, "loss": first},
        "the loss is a mean over the points, and so is its gradient": {
            "W": 3 * step,
            "b": 3 * bias,
            "loss": first,
        },
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(101)


def by_torch(X, y, K, lr, steps):
    X, y = torch.tensor(np.array(X, np.float64)), torch.tensor(np.array(y, np.int64))
    W = torch.zeros(X.shape[1], K, dtype=torch.float64, requires_grad=True)
    b = torch.zeros(K, dtype=torch.float64, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = F.cross_entropy(X @ W + b, y)
        grads = torch.autograd.grad(loss, (W, b))
        with torch.no_grad():
            W -= lr * grads[0]
            b -= lr * grads[1]
        losses.append(loss.item())
    arrays = W.detach().numpy(), b.detach().numpy(), np.array(losses)
    return dict(zip(("W", "b", "loss"), arrays))


X, y = r.normal(size=(40, 2)) + [1, 0], r.integers(0, 4, 40)
y[:4] = range(4)
want = by_torch(X, y, 4, 0.5, 25)
later = {**want, "loss": by_torch(X, y, 4, 0.5, 26)["loss"][1:]}
check(
    train_logreg_2d,
    *(X, y, 4, 0.5, 25),
    want=want,
    case="25 steps on four classes",
    mistakes={"loss[t] is the loss before step t, not after it": later},
)
X, y = toy("clouds", 20, seed=102)
want = by_torch(X, y, 3, 2.0, 60)
check(train_logreg_2d, X, y, 3, 2.0, 60, want=want, case="three clouds, 60 steps")
require(want["loss"][-1] < want["loss"][0], "the oracle does not learn")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "train_logreg_2d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    train_logreg_2d,
    *(np.array([[2, 1, 1]]), np.array([0], np.uint8), 2, 1.0, 1),
    want={
        "W": np.array([[1.0, -1], [0.5, -0.5], [0.5, -0.5]]),
        "b": np.array([0.5, -0.5]),
        "loss": np.array([np.log(2)]),
    },
    case="one point of three integers, two classes",
)
check_own_work(train_logreg_2d, BANNED)
# Also graded: no steps, classes without points, large numbers, float32, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(103)


def by_hand(X, y, K, lr, steps):
    X, W, b, losses = np.array(X, float), np.zeros((X.shape[1], K)), np.zeros(K), []
    for _ in range(steps):
        z = X @ W + b
        z -= z.max(1, keepdims=True)
        total = np.exp(z).sum(1)
        losses.append(np.mean([np.log(total[n]) - z[n, c] for n, c in enumerate(y)]))
        delta = np.exp(z) / total[:, None] - np.eye(K)[y]
        W, b = (
            W - lr * np.einsum("nd,nk->dk", X, delta) / len(X),
            b - lr * delta.mean(0),
        )
    return {"W": W, "b": b, "loss": np.array(losses, float)}


X, y = r.normal(size=(12, 2)), r.integers(1, 3, 12)
for K, steps, case in (
    (3, 0, "no steps at all"),
    (5, 4, "classes without a point"),
    (3, 1, "a single step"),
):
    want = by_hand(X, y, K, 0.3, steps)
    check(train_logreg_2d, X, y, K, 0.3, steps, want=want, case=case)
field = r.normal(size=(24, 6)).astype(np.float32)
views = field[::2, ::-3]
want = by_hand(views, y, 3, 0.3, 6)
check(train_logreg_2d, views, y, 3, 0.3, 6, want=want, case="a float32 view", rtol=1e-6)
wide = r.integers(0, 256, (12, 9), np.uint8)
labels = y.astype(np.int8)
want = by_hand(wide, y, 3, 1e-4, 6)
check(train_logreg_2d, wide, labels, 3, 1e-4, 6, want=want, case="nine uint8 columns")
want = by_hand(X * 4000, y, 3, 0.01, 3)
check(train_logreg_2d, X * 4000, y, 3, 0.01, 3, want=want, case="large inputs")
check(train_logreg_2d, X, y, 3, 0, 2, want=by_hand(X, y, 3, 0, 2), case="a rate of 0")
### END HIDDEN TESTS


# %% nbgrader={"grade": false, "grade_id": "regions", "locked": true, "schema_version": 3, "solution": false, "task": false}
def scores_of(net, X):
    """Return the logits of a net without hidden layer ('W', 'b') or with one."""
    if "W" in net:
        return X @ net["W"] + net["b"]
    hidden = np.maximum(X @ net["W1"] + net["b1"], 0)
    return hidden @ net["W2"] + net["b2"]


def accuracy_of(net, X, y):
    """Return the share of points that a net names rightly."""
    return np.mean(scores_of(net, X).argmax(axis=1) == y)


def draw_regions(ax, net, X, y, title):
    """Colour the plane by the net's answer, and put the points on it."""
    side = np.linspace(-2.6, 2.6, 120)
    grid = np.stack(np.meshgrid(side, side), axis=2).reshape(-1, 2)
    answers = scores_of(net, grid).argmax(axis=1).reshape(120, 120)
    colors = ["C0", "C1", "C4"]
    levels = [-0.5, 0.5, 1.5, 2.5]
    ax.contourf(side, side, answers, levels=levels, colors=colors, alpha=0.25)
    for k, marker in enumerate("os^"):
        ax.plot(*X[y == k].T, marker, color=colors[k], ms=3.5)
    ax.set(title=title, xlabel="$x_0$", xlim=(-2.6, 2.6), ylim=(-2.6, 2.6))
    ax.set_aspect("equal")


# %% tags=["experiment"]
figure, axes = plt.subplots(1, 2, figsize=(8, 4))
for ax, kind in zip(axes, ("clouds", "spirals")):
    X, y = toy(kind, 100, seed=0)
    net = train_logreg_2d(X, y, 3, lr=1.0, steps=300)
    share = accuracy_of(net, *toy(kind, 1000, seed=1000))
    draw_regions(ax, net, X, y, f"{kind}: {share:.0%} of new points right")
axes[0].set_ylabel("$x_1$")
plt.show()

# %% [markdown]
# **Figure 1.** Logistic regression cuts the plane by straight lines, for each two
# classes where their logits are equal. That is nearly all one can do for three clouds,
# which overlap; for three spirals it is hopeless, however long one trains. Guessing
# would be right in a third of the cases.

# %% [markdown] covers=["Q17", "Q20", "D10"]
# ### A hidden layer
#
# Insert a layer of neurons with ReLU between the points and the classifier:
#
# $$a = X W_1 + b_1,\qquad h = \max(a, 0),\qquad \text{logits} = h W_2 + b_2.$$
#
# Each hidden neuron is a folded sheet over the plane, and the classifier now draws its
# straight lines in the space of these sheets. The gradient takes one more step back
# (lesson 08): through $W_2$, then through the gate of ReLU, which is open where $a > 0$.
#
# **Task 2** (medium, 15 minutes). Write `train_mlp_2d(X, y, start, lr, steps,
# train_hidden=True)` (MLP: *multi-layer perceptron*). `start` is a dict with the arrays
# `'W1'` (D, H), `'b1'` (H,), `'W2'` (H, K) and `'b2'` (K,) to start from. Return a dict
# with the four trained arrays, float64, and `'loss'` as in task 1. All four gradients of
# a step are computed *before* anything is changed. With `train_hidden=False` only
# `W2` and `b2` learn, and `W1` and `b1` stay what they were. Do not change `start`.
#
# By hand: the point (1, 2) with label 0, $W_1 = \left(\begin{smallmatrix} 1&1\\0&-1
# \end{smallmatrix}\right)$, $b_1 = (0, 0)$, so $a = (1, -1)$ and $h = (1, 0)$; with
# $W_2 = \left(\begin{smallmatrix} 2&0\\5&7 \end{smallmatrix}\right)$ and $b_2 = (0, 2)$
# both logits are 2. `dlogits` is (−½, ½), the gradient for $h$ is (−1, 1), and the
# gate leaves (−1, 0). With `lr=0.1`, $W_1$ becomes $\left(\begin{smallmatrix} 1.1&1\\
# 0.2&-1 \end{smallmatrix}\right)$.
#
# <details><summary>Hint 1: what to think of</summary>Forward in three lines, backward in
# the reverse order. Which arrays of the forward pass does the way back need?</details>
# <details><summary>Hint 2: what to look up</summary>The gradient for h is dlogits times
# the transposed W2; <code>np.where(a &gt; 0, …, 0)</code> is the gate. A copy of each
# array of start, as float64, protects the original.</details>
# <details><summary>Hint 3: the order of things</summary>Copy start. In each step: a, h,
# logits; loss and dlogits; dh; da behind the gate; gradients of W2 and b2 from h and
# dlogits, of W1 and b1 from X and da; then the updates, of two or of four
# arrays.</details>


# %% nbgrader={"grade": false, "grade_id": "train_mlp_2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    """Train a network with one hidden ReLU layer by full-batch gradient descent.

    X: (N, D); y: (N,), integers; start: {'W1': (D, H), 'b1': (H,), 'W2': (H, K), 'b2':
    (K,)}; train_hidden: whether W1 and b1 learn, too.
    Returns the four arrays after the last step and 'loss' (steps,), all float64; loss[t]
    is the mean cross-entropy before step t.
    """
    ### BEGIN SOLUTION
    X = np.asarray(X, np.float64)
    net = {name: np.array(start[name], np.float64) for name in ("W1", "b1", "W2", "b2")}
    losses = []
    for _ in range(steps):
        a = X @ net["W1"] + net["b1"]
        h = np.maximum(a, 0)
        loss, dlogits = softmax_xent(h @ net["W2"] + net["b2"], y)
        losses.append(loss)
        da = np.where(a > 0, dlogits @ net["W2"].T, 0)
        grads = {"W2": h.T @ dlogits, "b2": dlogits.sum(axis=0)}
        if train_hidden:
            grads |= {"W1": X.T @ da, "b1": da.sum(axis=0)}
        for name, grad in grads.items():
            net[name] = net[name] - lr * grad
    return {**net, "loss": np.array(losses, np.float64)}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "train_mlp_2d_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
start = {"W1": np.array([[1.0, 1], [0, -1]]), "b1": np.zeros(2)}
start |= {"W2": np.array([[2.0, 0], [5, 7]]), "b2": np.array([0.0, 2])}
top = {"W2": np.array([[2.05, -0.05], [5, 7]]), "b2": np.array([0.05, 1.95])}
top["loss"] = np.array([np.log(2)])
X, y = np.array([[1.0, 2.0]]), np.array([0])
both = {"W1": np.array([[1.1, 1], [0.2, -1]]), "b1": np.array([0.1, 0])} | top
open_gate = {"W1": np.array([[1.1, 0.9], [0.2, -1.2]]), "b1": np.array([0.1, -0.1])}
frozen = {"W1": start["W1"], "b1": start["b1"]} | top
late = {"W1": np.array([[1.105, 1], [0.21, -1]]), "b1": np.array([0.105, 0])} | top
mistakes = {
    "the gate of ReLU is missing on the way back": open_gate | top,
    "the hidden layer does not learn": frozen,
    "W2 was changed before the gradient went back through it": late,
}
case = "one step on one point"
check(train_mlp_2d, X, y, start, 0.1, 1, want=both, case=case, mistakes=mistakes)
case = "the same, hidden layer frozen"
check(train_mlp_2d, X, y, start, 0.1, 1, False, want=frozen, case=case)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(201)


def by_torch(X, y, start, lr, steps, train_hidden=True):
    X, y = torch.tensor(np.array(X, np.float64)), torch.tensor(np.array(y, np.int64))
    net = {k: torch.tensor(np.array(v, np.float64)) for k, v in start.items()}
    learned = ("W1", "b1", "W2", "b2") if train_hidden else ("W2", "b2")
    for name in learned:
        net[name].requires_grad_()
    optimizer = torch.optim.SGD([net[name] for name in learned], lr=lr)
    losses = []
    for _ in range(steps):
        hidden = torch.relu(X @ net["W1"] + net["b1"])
        loss = F.cross_entropy(hidden @ net["W2"] + net["b2"], y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    arrays = {name: value.detach().numpy() for name, value in net.items()}
    return {**arrays, "loss": np.array(losses)}


def draw(D, H, K):
    shapes = {"W1": (D, H), "b1": (H,), "W2": (H, K), "b2": (K,)}
    return {name: r.normal(size=shape) for name, shape in shapes.items()}


X, y = toy("spirals", 12, seed=202)
for H, steps, free in ((7, 12, True), (5, 20, False), (4, 2, True)):
    start = draw(2, H, 3)
    want = by_torch(X, y, start, 0.3, steps, free)
    words = "loss[t] is the loss before step t, not after it"
    mistakes = {
        words: {
            **want,
            "loss": by_torch(X, y, start, 0.3, steps + 1, free)["loss"][1:],
        },
        "the hidden layer learns although it is frozen"
        if not free
        else "the hidden layer does not learn": by_torch(
            X, y, start, 0.3, steps, not free
        ),
    }
    case = "spirals, both layers" if free else "spirals, hidden layer frozen"
    arguments = (X, y, start, 0.3, steps, free)
    check(train_mlp_2d, *arguments, want=want, case=case, mistakes=mistakes, rtol=1e-6)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "train_mlp_2d_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
start = {"W1": np.array([[1, 0], [0, 1]]), "b1": np.array([0, 0])}
start |= {"W2": np.array([[1, 0], [0, 1]]), "b2": np.array([0, 0])}
want = {k: v.astype(np.float64) for k, v in start.items()} | {"loss": np.zeros(0)}
case = "no steps, integers to start from"
check(train_mlp_2d, np.eye(2), np.array([0, 1]), start, 0.1, 0, want=want, case=case)
check_own_work(train_mlp_2d, BANNED)
# Also graded: gates at exactly 0, other numbers of columns and classes, dtypes, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(203)


def by_hand(X, y, start, lr, steps, train_hidden=True):
    net = {k: np.array(v, float) for k, v in start.items()}
    X, losses = np.array(X, float), []
    for _ in range(steps):
        a = np.einsum("nd,dh->nh", X, net["W1"]) + net["b1"]
        h = a * (a > 0)
        z = h @ net["W2"] + net["b2"]
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        losses.append(-np.mean([np.log(p[n, c]) for n, c in enumerate(y)]))
        d = (p - np.eye(z.shape[1])[y]) / len(X)
        da = np.einsum("nk,hk->nh", d, net["W2"]) * (a > 0)
        new = {"W2": net["W2"] - lr * h.T @ d, "b2": net["b2"] - lr * d.sum(0)}
        if train_hidden:
            new |= {"W1": net["W1"] - lr * X.T @ da, "b1": net["b1"] - lr * da.sum(0)}
        net |= new
    return {**net, "loss": np.array(losses, float)}


def draw(D, H, K):
    shapes = {"W1": (D, H), "b1": (H,), "W2": (H, K), "b2": (K,)}
    return {name: r.normal(size=shape) for name, shape in shapes.items()}


y = np.array([0, 1, 1, 3, 0, 1])
start = draw(2, 3, 4)
start["W1"][:, 1] = start["b1"][1] = 0
X = r.normal(size=(6, 2))
case = "a neuron whose sum is exactly 0, and a class without points"
want = by_hand(X, y, start, 0.2, 4)
check(train_mlp_2d, X, y, start, 0.2, 4, want=want, case=case)
start = draw(5, 4, 4)
whole = r.integers(0, 9, (6, 5), np.uint8)
want = by_hand(whole, y, start, 0.05, 3)
labels = y.astype(np.uint8)
check(train_mlp_2d, whole, labels, start, 0.05, 3, want=want, case="five uint8 columns")
small = {k: v.astype(np.float32) for k, v in draw(2, 3, 4).items()}
views = r.normal(size=(12, 6))[::2, ::-3]
want = by_hand(views, y, small, 0.1, 3, False)
case = "float32 weights, a view, frozen"
check(train_mlp_2d, views, y, small, 0.1, 3, False, want=want, case=case, rtol=1e-6)
start = draw(2, 1, 4)
want = by_hand(X[:1], y[:1], start, 0.1, 2)
check(
    train_mlp_2d, X[:1], y[:1], start, 0.1, 2, want=want, case="one neuron, one point"
)
start = {k: v[..., ::-1] for k, v in draw(2, 4, 4).items()}
want = by_hand(X, y, start, 0.1, 2)
check(train_mlp_2d, X, y, start, 0.1, 2, want=want, case="views to start from")
### END HIDDEN TESTS


# %% nbgrader={"grade": false, "grade_id": "draw_start", "locked": true, "schema_version": 3, "solution": false, "task": false}
def draw_start(D, hidden, K, seed, spread=1.0):
    """Draw random weights for the hidden layer; the classifier starts at 0."""
    r = np.random.default_rng(seed)
    net = {"W1": r.normal(0, spread, (D, hidden)), "b1": r.uniform(-1, 1, hidden)}
    return net | {"W2": np.zeros((hidden, K)), "b2": np.zeros(K)}


# %% tags=["experiment"]
def draw_hidden(hidden, layer):
    X, y = toy("spirals", 100, seed=0)
    trained = layer == "trained"
    net = train_mlp_2d(X, y, draw_start(2, hidden, 3, seed=0), 1.0, 600, trained)
    _, axes = plt.subplots(1, 2, figsize=(8.6, 4), width_ratios=[1, 1.1])
    share = accuracy_of(net, *toy("spirals", 1000, seed=1000))
    draw_regions(axes[0], net, X, y, f"{hidden} neurons, {layer}: {share:.0%} right")
    axes[0].set_ylabel("$x_1$")
    axes[1].plot(net["loss"], color="C0")
    axes[1].axhline(np.log(3), color="#555", ls=":", lw=1.2)
    axes[1].text(600, np.log(3) + 0.02, "guessing, log 3", color="#555", ha="right")
    axes[1].set(xlabel="step", ylabel="cross-entropy loss (nats)", ylim=(0, 1.25))
    plt.show()


widths = [2, 4, 8, 16, 32, 64]
explore(
    draw_hidden,
    hidden=("hidden neurons", widths, 16),
    layer=("hidden layer", ["trained", "random"]),
)

# %% [markdown]
# **Figure 2.** Spirals, one hidden layer, and how its loss fell. Train 2, 4, 8 neurons:
# each adds a fold, and the borders follow the arms better and better. Then choose
# *random*: the folds stay where they fell at the start, and only the classifier on top
# learns. With few neurons that goes wrong; with 64 it is hard to see a difference.

# %% tags=["experiment"]
spirals, digits_too = {}, {}
images, labels = data.digits()
images, labels = images.reshape(-1, 64) / 16, labels.astype(int)
for seed in seeds(5):
    near, far = toy("spirals", 100, seed), toy("spirals", 500, seed + 1000)
    mixed = np.random.default_rng(seed).permutation(len(images))
    some, others = mixed[:500], mixed[1000:]
    for hidden in widths[1:]:
        for free in (True, False):
            start = draw_start(2, hidden, 3, seed)
            net = train_mlp_2d(*near, start, 1.0, 400, free)
            spirals.setdefault((free, hidden), []).append(accuracy_of(net, *far))
            start = draw_start(64, hidden, 10, seed, spread=0.2)
            net = train_mlp_2d(images[some], labels[some], start, 0.5, 150, free)
            right = accuracy_of(net, images[others], labels[others])
            digits_too.setdefault((free, hidden), []).append(right)


# %% nbgrader={"grade": false, "grade_id": "draw_widths", "locked": true, "schema_version": 3, "solution": false, "task": false}
def draw_widths(ax, results, title):
    """Draw mean and spread over seeds against the width of the hidden layer."""
    for free, name, style in ((True, "trained", "o-C0"), (False, "random", "s--C1")):
        x = [hidden for kind, hidden in results if kind == free]
        runs = [100 * np.array(results[free, hidden]) for hidden in x]
        mean = [run.mean() for run in runs]
        spread = [run.std(ddof=1) if len(run) > 1 else 0 for run in runs]
        ax.errorbar(x, mean, spread, fmt=style[:-2], color=style[-2:], capsize=3)
        ax.text(x[0] * 1.1, mean[0] - 3, name, color=style[-2:], va="top")
        print(title, name, *(f"{m:.0f} ± {s:.0f}" for m, s in zip(mean, spread)))
    ax.set(title=title, xscale="log", ylim=(20, 101), xlabel="hidden neurons")
    ax.set_xticks(x, x)
    ax.minorticks_off()


# %% tags=["experiment"]
_, axes = plt.subplots(1, 2, figsize=(8.6, 3.6), sharey=True)
draw_widths(axes[0], spirals, "spirals, 2 numbers")
draw_widths(axes[1], digits_too, "digits, 64 pixels")
axes[0].set_ylabel("new points named rightly (%)")
plt.show()

# %% [markdown] covers=["Q20", "Q17"]
# **Figure 3.** New points and new digits named rightly, mean ± standard deviation over
# five seeds (data and start both drawn anew; the numbers are printed above). A *trained*
# hidden layer needs few neurons: on spirals 8 trained ones do about what 32 random ones
# do. Random neurons are not useless, though. There are many of them to be had, and in
# two dimensions 64 cover every direction. With 64 pixels there are far more directions
# than neurons, and there 8 trained neurons (90 ± 2 %) beat 64 random ones (88 ± 1 %).
#
# One set of slides asks: can the *representation* be learned directly, instead of being
# designed like the filters of lesson 02? This is the answer in small. The hidden layer
# is the representation, the loss does not care how it was found, and gradients find one
# that does more with less.

# %% [markdown] covers=["C45", "F19"]
# ## 2 · Small steps from small batches
#
# Full batch is a luxury. With a million photos, one honest gradient costs a million
# forward and backward passes, and then one takes a single small step. The gradient of
# 32 photos drawn at random points in the same direction *on average*, at 1/31,250
# of the price. So shuffle the examples, cut them into **mini-batches**, take
# a step per batch; one pass over all examples is an **epoch**. This is **stochastic
# gradient descent**, SGD.
#
# The price is noise: each step errs in its own direction. **Momentum** averages it out.
# Let $v$, the velocity, remember the gradients of the past and forget them slowly:
#
# $$v \leftarrow \mu\,v + (g + \lambda\,w), \qquad w \leftarrow w - \gamma\,v .$$
#
# $g$ is the gradient for the weight $w$, $\mu$ the momentum (0.9: each gradient is
# remembered for about ten steps), $\gamma$ the learning rate. The term $\lambda w$ is
# **weight decay**: it pulls each weight towards 0 and so makes the network prefer small
# weights, if the data do not object. (Books differ in where they put the factors; these
# are PyTorch's.)
#
# **Task 3** (easy, 8 minutes). Write `sgd_momentum_step(params, grads, velocity, lr,
# mu=0.9, weight_decay=0.0)`: one step for a whole network. The first three are dicts from
# names to arrays. Return the tuple `(params, velocity)` of *new* dicts with new float64
# arrays, both with the names of `params`. A name that is missing from `velocity` has
# velocity 0, so the first step may be called with `{}`. Leave the arguments alone.
#
# For $w = 1$, $g = 0.5$, $\gamma = 0.1$ the first step gives $v = 0.5$, $w = 0.95$; a
# second with the same gradient gives $v = 0.95$, $w = 0.855$.
#
# <details><summary>Hint 1: what to think of</summary>Two lines of arithmetic for each
# name. Which velocity moves the weight, the old or the new?</details>
# <details><summary>Hint 2: what to look up</summary><code>d.get(name, 0)</code> gives a
# default for a missing name. <code>+=</code> on an array changes the caller's
# array.</details>
# <details><summary>Hint 3: the order of things</summary>Two empty dicts. For each name:
# the weight as float64; the new velocity from the old one, gradient and decay; the new
# weight from the old one and the new velocity.</details>


# %% nbgrader={"grade": false, "grade_id": "sgd_momentum_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    """Make one step of gradient descent with momentum and weight decay.

    params, grads: dicts of arrays with the same names; velocity: the same, or names
    missing (velocity 0). Returns new dicts (params, velocity) of float64 arrays.
    """
    ### BEGIN SOLUTION
    moved, speeds = {}, {}
    for name, value in params.items():
        w = np.asarray(value, np.float64)
        speeds[name] = mu * velocity.get(name, 0.0) + (grads[name] + weight_decay * w)
        moved[name] = w - lr * speeds[name]
    return moved, speeds
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "sgd_momentum_step_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
w, g, v = ({"w": np.array([number])} for number in (1.0, 0.5, 0.5))
want = {"w": np.array([0.95])}, v
check(sgd_momentum_step, w, g, {}, 0.1, want=want, case="the first step")
check(
    sgd_momentum_step,
    *({"w": np.array([0.95])}, g, v, 0.1),
    want=({"w": np.array([0.855])}, {"w": np.array([0.95])}),
    case="the second step",
    mistakes={
        "the gradient is not scaled by 1 - mu": (
            {"w": np.array([0.9])},
            {"w": np.array([0.5])},
        ),
        "velocity is kept between steps: return the new one": (
            {"w": np.array([0.855])},
            v,
        ),
        "this is Nesterov's step, which looks ahead": (
            {"w": np.array([0.8145])},
            {"w": np.array([0.95])},
        ),
        "the learning rate belongs to the step, not into the velocity": (
            {"w": np.array([0.45])},
            {"w": np.array([0.5])},
        ),
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(301)
shapes = {"W": (3, 4), "b": (4,), "kernel": (2, 1, 3, 3)}
for mu, decay in ((0.9, 0.0), (0.5, 0.1), (0.0, 0.3), (0.99, 0.01)):
    params = {name: r.normal(size=shape) for name, shape in shapes.items()}
    tensors = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    optimizer = torch.optim.SGD(tensors.values(), 1.0, mu, weight_decay=decay)
    velocity = {}
    for number, lr in enumerate((0.1, 0.5, 0.02)):
        grads = {name: r.normal(size=shape) for name, shape in shapes.items()}
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[name])
        optimizer.param_groups[0]["lr"] = lr
        optimizer.step()
        after = {
            name: tensor.detach().numpy().copy() for name, tensor in tensors.items()
        }
        speeds = {name: (params[name] - after[name]) / lr for name in params}
        scaled = {
            name: mu * velocity.get(name, 0)
            - (1 - mu) * (grads[name] + decay * params[name])
            for name in params
        }
        check(
            sgd_momentum_step,
            *(params, grads, velocity, lr, mu, decay),
            want=(after, speeds),
            case=f"step {number + 1} of a network whose learning rate changes"
            + (", with weight decay" if decay else ""),
            mistakes={
                "the velocity points uphill and is scaled by 1 - mu": (
                    {name: params[name] + lr * scaled[name] for name in params},
                    scaled,
                )
            },
        )
        params, velocity = after, speeds
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "sgd_momentum_step_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
w, g = {"a": np.array([2, 4])}, {"a": np.array([1, -1])}
want = {"a": np.array([1.5, 4.5])}, {"a": np.array([1.0, -1])}
check(sgd_momentum_step, w, g, {}, 0.5, want=want, case="integers")
check_own_work(sgd_momentum_step, BANNED)
# Also graded: one name missing from velocity, names that are gone, decay, dtypes, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(302)


def by_hand(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    new, speeds = {}, {}
    for k in params:
        old = np.array(
            velocity[k] if k in velocity else np.zeros(params[k].shape), float
        )
        g = np.array(grads[k], float) + weight_decay * np.array(params[k], float)
        speeds[k] = mu * old + g
        new[k] = np.array(params[k], float) - lr * speeds[k]
    return new, speeds


params = {"W": r.normal(size=(2, 3)), "b": r.normal(size=3)}
grads = {"b": r.normal(size=3), "W": r.normal(size=(2, 3))}
half = {"W": r.normal(size=(2, 3))}
case = "one name missing from velocity"
want = by_hand(params, grads, half, 0.1)
check(sgd_momentum_step, params, grads, half, 0.1, want=want, case=case)
gone = half | {"old layer": np.ones(2), "b": np.ones(3)}
case = "velocity of a layer that is gone"
want = by_hand(params, grads, gone, 0.1)
check(sgd_momentum_step, params, grads, gone, 0.1, want=want, case=case)
want = by_hand(params, grads, half, 0.1, 0.7, 0.2)
case = "decay acts on biases, too, and on nothing but the weights"
check(sgd_momentum_step, params, grads, half, 0.1, 0.7, 0.2, want=want, case=case)
want = by_hand(params, grads, half, 0.1, 0.0)
case = "no momentum forgets the velocity"
check(sgd_momentum_step, params, grads, half, 0.1, 0.0, want=want, case=case)
want = by_hand(params, grads, half, 0.0)
check(sgd_momentum_step, params, grads, half, 0.0, want=want, case="a rate of 0")
small = {k: v.astype(np.float32) for k, v in params.items()}
want = by_hand(
    small, {k: v.astype(np.float32) for k, v in grads.items()}, {}, 0.1, 0.9, 1
)
case = "float32 arrays"
arguments = (
    small,
    {k: v.astype(np.float32) for k, v in grads.items()},
    {},
    0.1,
    0.9,
    1,
)
check(sgd_momentum_step, *arguments, want=want, case=case, rtol=1e-6)
views = {k: v[..., ::-1] for k, v in params.items()}
whole = {k: r.integers(-3, 3, v.shape) for k, v in params.items()}
want = by_hand(views, whole, whole, 0.1, 0.9, 0.1)
case = "views, integer gradients and velocities"
check(sgd_momentum_step, views, whole, whole, 0.1, 0.9, 0.1, want=want, case=case)
want = {}, {}
check(sgd_momentum_step, {}, {}, {}, 0.1, want=want, case="a network without weights")
### END HIDDEN TESTS


# %% nbgrader={"grade": false, "grade_id": "draw_descent", "locked": true, "schema_version": 3, "solution": false, "task": false}
def draw_descent(path, steepness):
    """Draw a path of (weight 1, weight 2) in a valley, and the loss along it."""
    loss = (steepness * path**2).sum(axis=1) / 2
    _, (ax, right) = plt.subplots(1, 2, figsize=(9, 3.3), width_ratios=[1.5, 1])
    u, v = np.meshgrid(np.linspace(-10, 4, 90), np.linspace(-3, 3, 60))
    height = (steepness[0] * u**2 + steepness[1] * v**2) / 2
    levels = 40 * np.linspace(0.05, 2, 9) ** 2
    ax.contour(u, v, height, levels, colors="#bbb", linewidths=0.8)
    ax.plot(*path.T, "o-", color="C0", ms=3, lw=1)
    ax.plot(0, 0, "x", color="C2", ms=9, mew=2)
    ax.set(xlim=(-10, 4), ylim=(-3, 3), xlabel="weight 1", ylabel="weight 2")
    right.plot(loss, ".-", color="C0", lw=1)
    right.set(yscale="log", ylim=(1e-6, 1e4), xlabel="step", ylabel="loss")
    ax.set_title(f"loss after {len(path) - 1} steps: {loss[-1]:.1e}")
    plt.show()


# %% tags=["experiment"]
def draw_valley(lr, mu):
    steepness = np.array([1.0, 25.0])
    params, velocity = {"w": np.array([-9.0, 1.5])}, {}
    path = [params["w"]]
    for _ in range(60):
        grads = {"w": steepness * params["w"]}
        params, velocity = sgd_momentum_step(params, grads, velocity, lr, mu)
        path.append(params["w"])
    draw_descent(np.array(path), steepness)


rates = [0.005, 0.01, 0.02, 0.04, 0.07, 0.081]
explore(
    draw_valley,
    lr=("learning rate", rates, 0.02),
    mu=("momentum", [0.0, 0.5, 0.8, 0.9, 0.97], 0.0),
)

# %% [markdown]
# **Figure 4.** Left: 60 steps in a valley 25 times as steep across (weight 2) as along
# (weight 1); the cross is the minimum. Right: the loss, on a logarithmic axis. Without
# momentum the steep direction allows no learning rate above 2/25 = 0.08 (try 0.081),
# and along the valley that is slow. Now leave the rate at 0.02 and raise the momentum: at
# 0.8 the same 60 steps end five powers of ten lower; at 0.97 the ball overshoots, swings
# back and forth, and ends higher than without.

# %% [markdown] covers=["C45"]
# ### The toolbox
#
# The slides list what people add to plain gradient descent. You have written the first
# lines; the others in a sentence each, with the lesson that tries them.
#
# | tool | what it does | where |
# |---|---|---|
# | SGD, mini-batches | many cheap, noisy steps | here |
# | momentum | averages the steps | here |
# | Nesterov momentum | takes the gradient where the velocity is *about to* lead | `nesterov=True` in PyTorch |
# | weight decay | pulls weights towards 0 | here, 11 |
# | learning rate schedule | large steps first, small ones at the end | section 9 |
# | He initialisation | starts with the right spread | next |
# | batch normalisation | keeps the spread right while training | 10 |
# | local response normalisation (LRN) | divides by the activity of neighbouring channels; out of use | 10 |
# | clipping filter norms | shrinks a filter whose length exceeds a bound, after each step | – |
# | ensembles | averages the answers of several networks | section 8 |
# | multi-crop testing | averages the answers to several crops of one image | section 8 |

# %% [markdown] covers=["C45"]
# ## 3 · How to begin
#
# With all weights 0, each neuron of a hidden layer gets the same gradient and they stay
# equal for ever. So draw them at random, but how large? A neuron adds up $n$ products;
# $n$ is its **fan-in**. If weights are drawn independently around 0 with standard
# deviation $\sigma$, the variance of the sum is $n\sigma^2$ times the mean *square* of
# the inputs, and ReLU then throws half of that away. The size stays the same from layer to
# layer if
#
# $$n\,\sigma^2 \cdot \tfrac12 = 1, \qquad\text{that is}\qquad \sigma = \sqrt{2/n}.$$
#
# This is **He initialisation** (2015). A convolution with weights (F, C, kh, kw) has the
# fan-in $C \cdot kh \cdot kw$, the numbers below one window; a dense layer (D, M) has the
# fan-in D. Biases start at 0.
#
# **Task 4** (medium, 8 minutes). Write `he_init(shapes, seed)`. `shapes` is a dict from
# names to shapes (tuples): of length 4 for a convolution, 2 for a dense layer as above, 1
# for a bias. Return a dict with the same names and float64 arrays: weights drawn from a
# *normal* distribution with mean 0 and the $\sigma$ above, each independent of all others,
# and biases 0. The same seed gives the same numbers again, another seed others.
#
# For `(8, 1, 3, 3)` the weights have $\sigma = \sqrt{2/9} = 0.471$, and for `(128, 10)`
# $\sigma = \sqrt{2/128} = 0.125$.
#
# <details><summary>Hint 1: what to think of</summary>How many inputs does one output
# number add up? Which axes of the shape count them?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.random.default_rng(seed)</code>
# and its method <code>normal(mean, standard deviation, shape)</code>;
# <code>np.prod</code>, or <code>math.prod</code>.</details>
# <details><summary>Hint 3: the order of things</summary>One generator for the whole
# network. For each name: zeros if the shape has length 1; else the fan-in (all axes but
# the first of a convolution, the first axis of a dense layer) and a draw.</details>


# %% nbgrader={"grade": false, "grade_id": "he_init", "locked": false, "schema_version": 3, "solution": true, "task": false}
def he_init(shapes, seed):
    """Draw the weights of a network by He's rule: normal, sigma = sqrt(2 / fan-in).

    shapes: dict of tuples: (F, C, kh, kw), (D, M), or (n,) for a bias, which is 0.
    Returns a dict of float64 arrays.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    params = {}
    for name, shape in shapes.items():
        if len(shape) == 1:
            params[name] = np.zeros(shape)
        else:
            fan_in = shape[0] if len(shape) == 2 else np.prod(shape[1:])
            params[name] = rng.normal(0.0, np.sqrt(2 / fan_in), shape)
    return params
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "he_init_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
shapes = {"W1": (8, 1, 3, 3), "b1": (8,), "W2": (128, 10), "b2": (10,)}


def biases_of(shapes, seed):
    return {k: v for k, v in he_init(shapes, seed).items() if len(shapes[k]) == 1}


def shapes_of(shapes, seed):
    return {name: value.shape for name, value in he_init(shapes, seed).items()}


biases_of.__name__ = shapes_of.__name__ = "he_init"
check(shapes_of, shapes, 0, want=shapes, case="names and shapes")
zeros = {"b1": np.zeros(8), "b2": np.zeros(10)}
check(biases_of, shapes, 0, want=zeros, case="biases are 0")
# Also graded: the spread of large layers, and that they are normal.
### BEGIN HIDDEN TESTS
# 200,000 numbers a layer: the standard deviation is then known to 0.16 %, and the
# limits below are 10 standard errors wide or more.
large = {"conv": (400, 20, 5, 5), "dense": (500, 400), "wide": (100, 2000)}
large |= {"bar": (2000, 10, 2, 5), "one": (500, 400, 1, 1), "thin": (4000, 10, 5, 1)}
fans = {"conv": 500, "dense": 500, "wide": 100, "bar": 100, "one": 400, "thin": 50}
params = he_init(large, 401)
for name, fan in fans.items():
    kind = "a convolution" if len(large[name]) == 4 else "a dense layer"
    where = f"he_init, {kind}"
    spread = params[name].std() * np.sqrt(fan / 2)
    for other, words in (
        (np.sqrt(2 / fan), "2 / fan-in is the variance; the spread is its root"),
        (np.sqrt(1 / 2), "the 2 is missing, which makes up for ReLU"),
        (np.sqrt(1 / 6), "the 2 is missing, and the draw is uniform"),
    ):
        require(abs(spread / other - 1) > 0.02, f"{where}: {words}")
    words = "the spread is not sqrt(2 / fan-in); what does one output add up?"
    require(abs(spread - 1) < 0.02, f"{where}: {words}")
    z = params[name] / params[name].std()
    require(abs(z.mean()) < 0.03, f"{where}: the mean should be 0")
    words = "the distribution is not normal: it has no tails, or too many"
    require(abs((z**4).mean() - 3) < 0.15, f"{where}: {words}")
check(shapes_of, large, 402, want=large, case="many layers")
### END HIDDEN TESTS


# %% nbgrader={"grade": true, "grade_id": "he_init_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def biases_of(shapes, seed):
    return {k: v for k, v in he_init(shapes, seed).items() if len(shapes[k]) == 1}


def shapes_of(shapes, seed):
    return {name: value.shape for name, value in he_init(shapes, seed).items()}


biases_of.__name__ = shapes_of.__name__ = "he_init"
check_own_work(he_init, BANNED)
require(
    np.array_equal(he_init({"W": (3, 4)}, 7)["W"], he_init({"W": (3, 4)}, 7)["W"]),
    "he_init: the same seed must give the same numbers",
)
# Also graded: other seeds, layers of one shape, independence, dtype, small shapes.
### BEGIN HIDDEN TESTS
one, two = (he_init({"W": (300, 400)}, seed)["W"] for seed in (11, 12))
words = "he_init: another seed must give other numbers"
require(abs(np.corrcoef(one.flat, two.flat)[0, 1]) < 0.05, words)
shapes = {"A": (300, 400), "B": (300, 400), "C": (400, 300, 1, 1), "b": (300,)}
params = he_init(shapes, 13)
for first, second in (("A", "B"), ("A", "C"), ("B", "C")):
    both = np.corrcoef(params[first].flat, params[second].flat)[0, 1]
    words = "he_init: two layers hold the same random numbers; draw each anew"
    require(abs(both) < 0.05, words)
for name, value in params.items():
    require(isinstance(value, np.ndarray), f"he_init: {name} is not a NumPy array")
    require(value.dtype == np.float64, f"he_init: {name} is not float64")
rows = abs(np.corrcoef(params["A"][:50])) - np.eye(50)
require(rows.max() < 0.5, "he_init: two neurons of a layer start with equal weights")
check(biases_of, shapes, 14, want={"b": np.zeros(300)}, case="a single bias")
check(shapes_of, {}, 0, want={}, case="no layers")
check(shapes_of, {"k": (1, 1, 1, 1)}, 0, want={"k": (1, 1, 1, 1)}, case="one weight")
check(biases_of, {"b1": (1,)}, 3, want={"b1": np.zeros(1)}, case="nothing but a bias")
### END HIDDEN TESTS

# %% tags=["experiment"]
_, ax = plt.subplots()
start = np.random.default_rng(0).normal(size=(500, 256))
stack = he_init({f"W{k}": (256, 256) for k in range(15)}, seed=0)
for factor, style in ((1.4, "^--C2"), (1.0, "o-C0"), (0.7071, "s--C1")):
    h, sizes = start, [start.std()]
    for W in stack.values():
        h = np.maximum(h @ (factor * W), 0)
        sizes.append(np.sqrt((h**2).mean()))
    label = {1.4: "× 1.4", 1.0: "He", 0.7071: "× 0.71 (σ² = 1/n)"}[factor]
    ax.plot(sizes, style[:-2], color=style[-2:], label=label)
ax.set(yscale="log", xlabel="layer", ylabel="root mean square")
ax.set_xlim(0, 15)
label_line_ends(ax)
plt.show()

# %% [markdown]
# **Figure 5.** Random numbers go through 15 dense layers with ReLU; the axis is
# logarithmic. With He's spread they keep their size. A factor of 0.71, and after fifteen
# layers less than a hundredth is left; a factor of 1.4, and they have grown more than a
# hundredfold. What the numbers do on the way forward, gradients do on the way back:
# lesson 10.

# %% [markdown] covers=["C39", "Q04"]
# ## 4 · A convolutional network in NumPy
#
# "What should be the input? How many layers, how many units, how to connect them?" ask
# the slides, and for decades the honest answer was: try. The standard architecture
# answers in part. *Input:* the raw pixels, scaled to a size of about 1; no features made
# by hand. *Connections:* convolution, ReLU and pooling while there is an image, since
# neighbours belong together and what is worth detecting at one place is worth detecting
# at all; then one or more dense layers and softmax. *How many:* still by trial, on images
# kept aside for the purpose (section 8). All layers are trained *jointly*: one loss, one
# gradient through everything.
#
# Our network for 8 × 8 digits has one of each:
#
# | layer | weights | result for N images of H × W |
# |---|---|---|
# | convolution 3 × 3, padding 1, and bias | `W1` (F, C, 3, 3), `b1` (F,) | (N, F, H, W) |
# | ReLU | | the same |
# | max pooling 2 × 2; a last odd row or column is dropped | | (N, F, ⌊H/2⌋, ⌊W/2⌋) |
# | dense | `W2` (F ⌊H/2⌋ ⌊W/2⌋, K), `b2` (K,) | (N, K) |
#
# The layers are given, fast ones: all windows become the rows of one table (*im2col*,
# lessons 03 and 05), and the convolution is one product of matrices.


# %% nbgrader={"grade": false, "grade_id": "fast_layers", "locked": true, "schema_version": 3, "solution": false, "task": false}
def windows_of(x):
    """Put the 3 x 3 windows of x (N, C, H, W), padded by 1, into rows (N H W, 9 C)."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = sliding_window_view(padded, (3, 3), axis=(2, 3))
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, 9 * x.shape[1])


def conv_forward(x, w, b):
    """Correlate x (N, C, H, W) with w (F, C, 3, 3), padding 1, add b: (N, F, H, W)."""
    out = windows_of(np.asarray(x, np.float64)) @ w.reshape(len(w), -1).T + b
    return out.reshape(len(x), *x.shape[2:], len(w)).transpose(0, 3, 1, 2)


def conv_backward(dout, x, w):
    """Return the gradients (dw, db) of conv_forward."""
    d = dout.transpose(0, 2, 3, 1).reshape(-1, len(w))
    return (d.T @ windows_of(np.asarray(x, np.float64))).reshape(w.shape), d.sum(0)


def pool_forward(h):
    """Take the maxima of 2 x 2 blocks, and say which of the four won."""
    n, f, height, width = h.shape[0], h.shape[1], h.shape[2] // 2, h.shape[3] // 2
    blocks = h[:, :, : 2 * height, : 2 * width].reshape(n, f, height, 2, width, 2)
    blocks = blocks.transpose(0, 1, 2, 4, 3, 5).reshape(n, f, height, width, 4)
    return blocks.max(axis=-1), blocks.argmax(axis=-1)


def pool_backward(dout, winners, shape):
    """Send dout (N, F, H', W') to the winners; `shape` is that of the unpooled maps."""
    height, width = dout.shape[2:]
    blocks = np.where(np.arange(4) == winners[..., None], dout[..., None], 0.0)
    blocks = blocks.reshape(*dout.shape, 2, 2).transpose(0, 1, 2, 4, 3, 5)
    dh = np.zeros(shape)
    dh[:, :, : 2 * height, : 2 * width] = blocks.reshape(
        *shape[:2], 2 * height, 2 * width
    )
    return dh


# %% [markdown] covers=["C39"]
# **Task 5** (easy, 8 minutes). Write `cnn_forward(params, x)`. `params` holds `'W1'`,
# `'b1'`, `'W2'`, `'b2'`; `x` has shape (N, C, H, W) and any real dtype. Return the dict
# `{'scores': …, 'cache': …}`: the scores are the logits (N, K), *without* softmax; the
# cache is whatever you will want to have in task 6 for the way back.
#
# - The pooled maps (N, F, H', W') become rows (N, F·H'·W') in the order in which NumPy's
#   `reshape` takes them: channel by channel, in each row by row.
# - Any number of channels, filters and classes must do, and images that are not square.
# - `conv_forward(x, w, b)` and `pool_forward(h)`, which returns `(pooled, winners)`, are
#   yours to use.
#
# If all weights are 0 and `b2` is (0, 1, …, 9), every image has the scores (0, 1, …, 9).
#
# <details><summary>Hint 1: what to think of</summary>The table above, from top to
# bottom; each line of it is one line of code.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.maximum(a, 0)</code>;
# <code>reshape(len(x), -1)</code>. Lesson 08, section 9, had the same net, a bit
# longer.</details>
# <details><summary>Hint 3: the order of things</summary>Convolution, ReLU, pooling, rows,
# dense layer. For the cache: which of these results do the backward functions ask
# for?</details>


# %% nbgrader={"grade": false, "grade_id": "cnn_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cnn_forward(params, x):
    """Run images through convolution, ReLU, max pooling and a dense layer.

    params: {'W1': (F, C, 3, 3), 'b1': (F,), 'W2': (D, K), 'b2': (K,)}; x: (N, C, H, W).
    Returns {'scores': float64 (N, K), 'cache': anything}.
    """
    ### BEGIN SOLUTION
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    scores = rows @ params["W2"] + params["b2"]
    return {"scores": scores, "cache": (a, winners, pooled.shape, rows)}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "cnn_forward_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def scores(params, x):
    result = cnn_forward(params, x)
    words = "cnn_forward: return a dict with the keys 'scores' and 'cache'"
    require(isinstance(result, dict) and set(result) == {"scores", "cache"}, words)
    return result["scores"]


scores.__name__ = "cnn_forward"
zero = {"W1": np.zeros((8, 1, 3, 3)), "b1": np.zeros(8), "W2": np.zeros((128, 10))}
zero["b2"] = np.arange(10.0)
softmax = np.exp(np.arange(10.0)) / np.exp(np.arange(10.0)).sum()
check(
    scores,
    *(zero, np.ones((3, 1, 8, 8))),
    want=np.tile(np.arange(10.0), (3, 1)),
    case="weights of 0",
    mistakes={"these are confidences; leave softmax out": np.tile(softmax, (3, 1))},
)
net = {"W1": np.array([[[[0.0, 1, 0], [0, 1, 0], [0, 0, 0]]]]), "b1": np.array([-4.0])}
net |= {"W2": np.array([[1.0, 0], [0, 1], [1, 1], [0, -1]]), "b2": np.array([0.0, 10])}
x, want = np.arange(16.0).reshape(1, 1, 4, 4), np.array([[20.0, 12]])
check(scores, net, x, want=want, case="one filter, pooled maps 2, 6, 18, 22")
### BEGIN HIDDEN TESTS
r = np.random.default_rng(501)


def draw(F_, C, H, W, K):
    shapes = {"W1": (F_, C, 3, 3), "b1": (F_,), "W2": (F_ * (H // 2) * (W // 2), K)}
    return {k: r.normal(size=s) for k, s in shapes.items()} | {"b2": r.normal(size=K)}


def by_torch(params, x, pool=F.max_pool2d, relu=F.relu, order=(0, 1, 2, 3), pad=1):
    p = {k: torch.tensor(np.array(v, np.float64)) for k, v in params.items()}
    x = torch.tensor(np.array(x, np.float64))
    h = pool(relu(F.conv2d(x, p["W1"], p["b1"], padding=pad)), 2)
    return (h.permute(order).reshape(len(x), -1) @ p["W2"] + p["b2"]).numpy()


for n, F_, C, H, W, K in ((5, 8, 1, 8, 8, 10), (3, 4, 2, 6, 10, 3)):
    params, x = draw(F_, C, H, W, K), r.normal(size=(n, C, H, W))
    check(
        scores,
        *(params, x),
        want=by_torch(params, x),
        case="random weights" if C == 1 else "two channels, images that are not square",
        mistakes={
            "this is average pooling": by_torch(params, x, F.avg_pool2d),
            "ReLU is missing": by_torch(params, x, relu=lambda a: a),
            "the channels come last in the rows": by_torch(
                params, x, order=(0, 2, 3, 1)
            ),
            "the bias of the convolution is missing": by_torch(
                params | {"b1": 0 * params["b1"]}, x
            ),
            "the bias of the dense layer is missing": by_torch(params, x)
            - params["b2"],
        },
    )
### END HIDDEN TESTS


# %% nbgrader={"grade": true, "grade_id": "cnn_forward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def scores(params, x):
    return cnn_forward(params, x)["scores"]


scores.__name__ = "cnn_forward"
eye = {
    "W1": np.zeros((1, 1, 3, 3)),
    "b1": np.zeros(1),
    "W2": np.eye(2),
    "b2": np.ones(2),
}
eye["W1"][0, 0, 1, 1] = 1
x = np.array([[[[1, 2, -3, -4, 9], [5, 0, -2, -1, 9], [9, 9, 9, 9, 9]]]])
want = np.array([[6.0, 1]])
check(scores, eye, x, want=want, case="3 x 5 integers: what is odd is dropped")
check_own_work(cnn_forward, BANNED)
# Also graded: one image, uint8, float32, views, one filter, two classes.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(502)


def by_hand(params, x):
    """Loop over images, filters and blocks."""
    x = np.pad(np.array(x, float), ((0, 0), (0, 0), (1, 1), (1, 1)))
    n, height, width = len(x), (x.shape[2] - 2) // 2, (x.shape[3] - 2) // 2
    pooled = np.zeros((n, len(params["W1"]), height, width))
    for i, f, u, v in np.ndindex(pooled.shape):
        best = 0.0
        for a, b in np.ndindex(2, 2):
            patch = x[i, :, 2 * u + a : 2 * u + a + 3, 2 * v + b : 2 * v + b + 3]
            best = max(best, (patch * params["W1"][f]).sum() + params["b1"][f])
        pooled[i, f, u, v] = best
    rows = np.array([image.flatten() for image in pooled])
    return rows @ params["W2"] + params["b2"]


def draw(F_, C, H, W, K):
    shapes = {"W1": (F_, C, 3, 3), "b1": (F_,), "W2": (F_ * (H // 2) * (W // 2), K)}
    return {k: r.normal(size=s) for k, s in shapes.items()} | {"b2": r.normal(size=K)}


params = draw(3, 2, 7, 5, 4)
x = r.normal(size=(4, 2, 7, 5))
check(scores, params, x, want=by_hand(params, x), case="odd sides")
case = "a single image"
check(scores, params, x[:1], want=by_hand(params, x[:1]), case=case)
photos = r.integers(0, 256, (2, 2, 7, 5), np.uint8)
check(scores, params, photos, want=by_hand(params, photos), case="uint8 photos")
views = r.normal(size=(8, 2, 5, 14))[::2, ::-1].swapaxes(2, 3)[:, :, ::2]
check(scores, params, views, want=by_hand(params, views), case="views")
small = x.astype(np.float32)
case = "float32 photos, float64 arithmetic"
check(scores, params, small, want=by_hand(params, small), case=case)
tiny = draw(1, 1, 2, 2, 2)
x = r.normal(size=(3, 1, 2, 2))
case = "one filter, one block, two classes"
check(scores, tiny, x, want=by_hand(tiny, x), case=case)
dark = draw(3, 2, 6, 6, 4) | {"b1": np.full(3, -99.0)}
x = r.normal(size=(2, 2, 6, 6))
case = "filters that never fire leave b2"
check(scores, dark, x, want=np.tile(dark["b2"], (2, 1)), case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["F19", "C39"]
# **Task 6** (medium, 15 minutes). Write `cnn_loss_and_grads(params, x, y,
# weight_decay=0.0)`, which returns the tuple `(loss, grads)`: the mean cross-entropy of
# the batch plus $\tfrac\lambda2$ times the sum of the squares of all *weights* (`W1` and
# `W2`; biases are spared), with $\lambda$ = `weight_decay`, and a dict with the gradient
# of that loss for each of the four parameters.
#
# - `softmax_xent(scores, y)` gives loss and `dlogits`; `pool_backward(dout, winners,
#   shape)` sends a gradient back to the winners, `shape` being that of the maps before
#   pooling; `conv_backward(dout, x, w)` gives `(dw, db)`.
# - The pixels need no gradient.
#
# If all weights are 0, the loss is log 10 = 2.302585 for ten classes whatever the decay,
# and the gradient of `b2` is 0.1 minus the share of each class in the batch.
#
# <details><summary>Hint 1: what to think of</summary>Read your forward pass from the last
# line to the first; each line has its backward line.</details>
# <details><summary>Hint 2: what to look up</summary>Task 2 for the dense layer and the
# gate of ReLU; the derivative of w²/2 for the decay. The gradient of the rows must get
# the shape of the pooled maps back.</details>
# <details><summary>Hint 3: the order of things</summary>cnn_forward and its cache; loss
# and dlogits; gradients of W2, b2 and the rows; reshape; pool_backward; gate (where was a
# &gt; 0?); conv_backward. Then add the decay to the loss and to two of the
# gradients.</details>


# %% nbgrader={"grade": false, "grade_id": "cnn_loss_and_grads", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    """Return the loss of the network of cnn_forward on a batch, and its gradients.

    params, x: as in cnn_forward; y: (N,), integers. The loss is the mean cross-entropy
    plus weight_decay / 2 times the sum of all squared weights, biases not counted.
    Returns (loss, {'W1', 'b1', 'W2', 'b2'}): a float and float64 arrays.
    """
    ### BEGIN SOLUTION
    out = cnn_forward(params, x)
    a, winners, shape, rows = out["cache"]
    loss, dlogits = softmax_xent(out["scores"], y)
    grads = {"W2": rows.T @ dlogits, "b2": dlogits.sum(axis=0)}
    dpooled = (dlogits @ params["W2"].T).reshape(shape)
    da = np.where(a > 0, pool_backward(dpooled, winners, a.shape), 0)
    grads["W1"], grads["b1"] = conv_backward(da, x, params["W1"])
    for name in ("W1", "W2"):
        loss += weight_decay / 2 * (params[name] ** 2).sum()
        grads[name] = grads[name] + weight_decay * params[name]
    return float(loss), grads
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "cnn_loss_and_grads_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
zero = {"W1": np.zeros((8, 1, 3, 3)), "b1": np.zeros(8), "W2": np.zeros((128, 10))}
zero["b2"] = np.zeros(10)
grads = {name: np.zeros(value.shape) for name, value in zero.items()}
grads["b2"] = 0.1 - np.array([0.5, 0, 0, 0.25, 0, 0, 0, 0, 0, 0.25])
summed = {**grads, "b2": 4 * grads["b2"]}
check(
    cnn_loss_and_grads,
    *(zero, np.ones((4, 1, 8, 8)), np.array([0, 3, 0, 9])),
    want=(float(np.log(10)), grads),
    case="weights of 0",
    mistakes={
        "the loss is a mean over the batch, not a sum": (float(4 * np.log(10)), summed),
        "the gradient is a mean over the batch, like the loss": (
            float(np.log(10)),
            summed,
        ),
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(601)


def draw(F_, C, H, W, K):
    shapes = {"W1": (F_, C, 3, 3), "b1": (F_,), "W2": (F_ * (H // 2) * (W // 2), K)}
    return {k: r.normal(size=s) / 2 for k, s in shapes.items()} | {
        "b2": r.normal(size=K)
    }


def by_torch(params, x, y, weight_decay=0.0, decayed=("W1", "W2")):
    p = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    x, y = torch.tensor(np.array(x, np.float64)), torch.tensor(np.array(y, np.int64))
    h = F.max_pool2d(F.relu(F.conv2d(x, p["W1"], p["b1"], padding=1)), 2)
    loss = F.cross_entropy(h.reshape(len(x), -1) @ p["W2"] + p["b2"], y)
    loss = loss + weight_decay / 2 * sum((p[k] ** 2).sum() for k in decayed)
    loss.backward()
    return loss.item(), {k: v.grad.numpy() for k, v in p.items()}


for n, F_, C, H, W, K, decay in ((6, 8, 1, 8, 8, 10, 0.0), (3, 4, 2, 6, 10, 3, 0.1)):
    params, x, y = (
        draw(F_, C, H, W, K),
        r.normal(size=(n, C, H, W)),
        r.integers(0, K, n),
    )
    mistakes = {}
    if decay:
        all_four = by_torch(params, x, y, decay, tuple(params))
        double = by_torch(params, x, y, decay)[0], by_torch(params, x, y, 2 * decay)[1]
        mistakes["the biases decay, too; they should not"] = all_four
        mistakes["the decay of the gradient is twice that of the loss"] = double
        mistakes["the decay is in the gradients, but not in the loss"] = (
            by_torch(params, x, y)[0],
            by_torch(params, x, y, decay)[1],
        )
    check(
        cnn_loss_and_grads,
        *(params, x, y, decay),
        want=by_torch(params, x, y, decay),
        case="random weights, with weight decay" if decay else "random weights",
        mistakes=mistakes,
        rtol=1e-6,
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "cnn_loss_and_grads_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
eye = {"W1": np.zeros((1, 1, 3, 3)), "b1": np.zeros(1), "W2": np.zeros((2, 2))}
eye["W1"][0, 0, 1, 1], eye["b2"] = 1, np.zeros(2)
x = np.array([[[[1, 2, 3, 4, 9], [5, 0, 2, 1, 9], [9, 9, 9, 9, 9]]]])
grads = {name: np.zeros(value.shape) for name, value in eye.items()}
grads["W2"] = np.array([[-2.5, 2.5], [-2, 2]])
grads["b2"] = np.array([-0.5, 0.5])
want = float(np.log(2)), grads
check(cnn_loss_and_grads, eye, x, np.array([0]), want=want, case="3 x 5 integers")
check_own_work(cnn_loss_and_grads, BANNED)
# Also graded: ties, closed gates, large scores, decay alone, dtypes, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(602)


def by_torch(params, x, y, weight_decay=0.0):
    p = {
        k: torch.tensor(np.array(v, np.float64), requires_grad=True)
        for k, v in params.items()
    }
    x, y = torch.tensor(np.array(x, np.float64)), torch.tensor(np.array(y, np.int64))
    h = F.max_pool2d(F.relu(F.conv2d(x, p["W1"], p["b1"], padding=1)), 2)
    loss = F.cross_entropy(h.reshape(len(x), -1) @ p["W2"] + p["b2"], y)
    loss = loss + weight_decay / 2 * sum((p[k] ** 2).sum() for k in ("W1", "W2"))
    loss.backward()
    return loss.item(), {k: v.grad.numpy() for k, v in p.items()}


def draw(F_, C, H, W, K):
    shapes = {"W1": (F_, C, 3, 3), "b1": (F_,), "W2": (F_ * (H // 2) * (W // 2), K)}
    return {k: r.normal(size=s) for k, s in shapes.items()} | {"b2": r.normal(size=K)}


params, y = draw(3, 2, 6, 8, 4), np.array([3, 0, 3])
flat = np.ones((3, 2, 6, 8)) * np.array([1.0, 2, 3]).reshape(3, 1, 1, 1)
for x, labels, decay, case in (
    (flat, y, 0.0, "flat images, where maxima tie"),
    (r.normal(size=(3, 2, 7, 9)), y, 0.0, "odd sides"),
    (r.normal(size=(1, 2, 6, 8)), y[:1], 0.5, "a single image, strong decay"),
    (
        r.integers(0, 256, (3, 2, 6, 8), np.uint8),
        y.astype(np.uint8),
        0.0,
        "uint8 photos",
    ),
    (300 * r.normal(size=(3, 2, 6, 8)), y, 0.0, "scores in the thousands"),
    (np.zeros((3, 2, 6, 8)), y, 0.1, "black images"),
    (r.normal(size=(6, 2, 8, 12))[::2, ::-1, :, ::2].swapaxes(2, 3), y, 0.1, "views"),
):
    want = by_torch(params, x, labels, decay)
    arguments = params, x, labels, decay
    check(cnn_loss_and_grads, *arguments, want=want, case=case, rtol=1e-6)
closed = params | {"b1": np.array([-999.0, 0, 1])}
x = r.normal(size=(3, 2, 6, 8))
case = "a filter that never fires has no gradient but its decay"
want = by_torch(closed, x, y, 0.2)
check(cnn_loss_and_grads, closed, x, y, 0.2, want=want, case=case, rtol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# Now the data, in three parts. From the **training** digits the network learns; on the
# **validation** digits we look while we build; the **test** digits stay locked away until
# section 8.

# %% nbgrader={"grade": false, "grade_id": "digits", "locked": true, "schema_version": 3, "solution": false, "task": false}
digits, digit_labels = data.digits()
order = np.random.default_rng(0).permutation(len(digits))
digits, digit_labels = digits[order, None] / 16, digit_labels[order].astype(np.int64)
x_train, x_val, x_test = np.split(digits, [1200, 1500])
y_train, y_val, y_test = np.split(digit_labels, [1200, 1500])
digit_shapes = {"W1": (8, 1, 3, 3), "b1": (8,), "W2": (128, 10), "b2": (10,)}
print(len(x_train), "to train,", len(x_val), "to validate,", len(x_test), "to test")

# %% tags=["experiment"]
curves = LiveCurves("digits named rightly (%)")
rng, params, velocity, numpy_losses = np.random.default_rng(0), {}, {}, []
params = first_params = he_init(digit_shapes, seed=0)
seconds = 0
for _ in range(8):
    with Stopwatch() as watch:
        for rows in np.array_split(rng.permutation(1200), 38):
            loss, grads = cnn_loss_and_grads(params, x_train[rows], y_train[rows])
            params, velocity = sgd_momentum_step(params, grads, velocity, lr=0.1)
            numpy_losses.append(loss)
    seconds += watch.seconds
    right = {}
    for name, x, y in (("train", x_train, y_train), ("validation", x_val, y_val)):
        right[name] = 100 * np.mean(cnn_forward(params, x)["scores"].argmax(1) == y)
    curves.add(**right)
curves.finish()
print(f"{seconds:.2f} CPU seconds; validation {right['validation']:.1f} %")

# %% [markdown]
# **Figure 6.** A network of your own reads digits: eight epochs, 304 steps of 32 images.
# The point after the first epoch is already far above guessing (10 %). Over five seeds
# (start and order) the author measured 97.6 ± 0.6 % of the validation digits, in 0.4
# seconds of CPU time each, everything in NumPy.

# %% tags=["experiment"]
grid = [*first_params["W1"][:, 0], *params["W1"][:, 0]]
titles = [f"filter {k}" for k in range(8)] + ["trained"] * 8
show_kernels(grid, titles, columns=8, size=1.05, numbers=False, label="weight")

# %% [markdown]
# **Figure 7.** The eight filters of the first layer: above as `he_init` drew them, below
# after training, all on one scale. Training has sharpened contrasts: in filters 4, 5 and 7
# a strip of positive weights now lies beside one of negative weights, an edge detector as
# in lesson 02, and nobody asked for it. Filters 1 and 3 have hardly changed. With 3 × 3
# weights and 1,200 small digits one should not expect more: a random filter already says
# something, and the dense layer adapts to it (Figure 3).
#
# This is a good place for a break.

# %% [markdown] covers=["L05"]
# ## 5 · The same in PyTorch
#
# PyTorch has arrays that remember where they came from. A `torch.Tensor` works like an
# ndarray; if it (or anything it was computed from) has `requires_grad=True`, each
# operation is recorded, and `loss.backward()` walks the record backwards and *adds* the
# gradient to `.grad` of every parameter. The backward pass of lesson 08 is written for
# you. The rest corresponds line by line:
#
# | NumPy, ours | PyTorch |
# |---|---|
# | a dict of arrays | an `nn.Module`, which holds its parameters |
# | `conv_forward(x, w, b)` | `nn.Conv2d(in_channels, out_channels, 3, padding=1)` |
# | `np.maximum(a, 0)`, `pool_forward(h)` | `nn.ReLU()`, `nn.MaxPool2d(2)` |
# | `reshape(len(x), -1)`, `rows @ W2 + b2` | `nn.Flatten()`, `nn.Linear(D, K)` |
# | one after the other | `nn.Sequential(…)` |
# | `softmax_xent(scores, y)` | `F.cross_entropy(logits, y)` |
# | `cnn_loss_and_grads` | `loss.backward()` |
# | `sgd_momentum_step` | `torch.optim.SGD(…)` and its `.step()` |
#
# Images are float32 and labels int64. A model has two modes: in *train mode*
# (`model.train()`) some layers do what only training wants, for example **dropout**,
# which sets random numbers to 0 (lesson 11); in *eval mode* (`model.eval()`) they do not.
# (More in PyTorch's own introduction, the "60-minute blitz"; the slides set it as
# homework.)


# %% tags=["experiment"]
def numpy_net(dropout=0.0):
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(128, 10),
    )


twin = numpy_net().double()
with torch.no_grad():
    for tensor, name in zip(twin.parameters(), ("W1", "b1", "W2", "b2")):
        array = first_params[name]
        tensor.copy_(torch.tensor(array.T if name == "W2" else array))
x, y = torch.tensor(x_train[:32]), torch.tensor(y_train[:32])
F.cross_entropy(twin(x), y).backward()
_, grads = cnn_loss_and_grads(first_params, x_train[:32], y_train[:32])
error = abs(twin[0].weight.grad.numpy() - grads["W1"]).max()
print(f"largest difference of the two gradients of W1: {error:.0e}")

# %% [markdown] covers=["F19", "L05"]
# Same weights, same batch, same gradient, to the last digits of float64. (`nn.Linear`
# keeps its weights transposed, (outputs, inputs).)
#
# ### One epoch
#
# A step in PyTorch has four lines, always the same, and each can be forgotten without any
# error message:
#
# 1. `loss = F.cross_entropy(model(batch), wanted)` takes *logits*: softmax is in it;
# 2. `optimizer.zero_grad()` clears the gradients, since `backward` only adds;
# 3. `loss.backward()`;
# 4. `optimizer.step()`.
#
# **Task 7** (medium, 12 minutes). Write `train_one_epoch(model, X, y, optimizer,
# batch_size, seed)`: one pass over all N images in random order. Return a list with the
# loss of each batch, Python floats, in the order in which they were seen.
#
# - The order is `torch.randperm(N, generator=torch.Generator().manual_seed(seed))`, cut
#   into pieces of `batch_size`; if N is no multiple, the last batch is shorter. Leave
#   torch's global random numbers alone: dropout needs them.
# - The model is in train mode while it learns, and stays in it.
# - Gradients that the model holds from before must not count.
#
# By hand: `nn.Linear(1, 2)` with all parameters 0, one image (3) with label 1, SGD of rate
# 0.1: the loss is log 2, `dlogits` is (½, −½), and the weights become −0.15 and 0.15, the
# biases −0.05 and 0.05.
#
# <details><summary>Hint 1: what to think of</summary>A loop over batches, with the four
# lines in it. Where does a mode belong, inside or before the loop?</details>
# <details><summary>Hint 2: what to look up</summary><code>order.split(batch_size)</code>
# cuts a tensor into pieces, and <code>X[rows]</code> picks rows.
# <code>loss.item()</code> is a Python float.</details>
# <details><summary>Hint 3: the order of things</summary>Train mode; the order from a
# generator of your own; for each piece: loss of the batch, clear, backward, step, and
# append the float.</details>


# %% nbgrader={"grade": false, "grade_id": "train_one_epoch", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    """Train a model for one pass over the images, in random order.

    model: nn.Module that gives logits (n, K), changed in place; X: (N, …) float tensor; y:
    (N,) int64 tensor; optimizer: a torch.optim optimizer of the model's parameters.
    Returns the cross-entropy of each batch, a list of float.
    """
    ### BEGIN SOLUTION
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "train_one_epoch_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def weights_after(build, make, X, y, batch_size, calls):
    """Train a fresh model with the student's function, and return its parameters."""
    model = build()
    optimizer = make(model.parameters())
    for seed in calls:
        train_one_epoch(model, X, y, optimizer, batch_size, seed)
    return [parameter.detach().clone() for parameter in model.parameters()]


def zero_line():
    model = nn.Linear(1, 2)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    return model


def plain_sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.1)


weights_after.__name__ = "train_one_epoch"
image, label = torch.tensor([[3.0]]), torch.tensor([1])
want = [torch.tensor([[-0.15], [0.15]]), torch.tensor([-0.05, 0.05])]
arguments = zero_line, plain_sgd, image, label, 4, [0]
check(weights_after, *arguments, want=want, case="one step by hand", rtol=1e-5)
line = zero_line()
arguments = line, image, label, plain_sgd(line.parameters()), 4, 0
require(
    type(losses := train_one_epoch(*arguments)) is list
    and [type(loss) for loss in losses] == [float],
    "train_one_epoch: return a list with one Python float for each batch",
)


### BEGIN HIDDEN TESTS
def epoch_by_hand(model, X, y, optimizer, size, seed, **bugs):
    """Run an epoch as it should be, or with one of the well-known mistakes."""
    model.train(not bugs.get("eval"))
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    if bugs.get("sorted"):
        order = torch.arange(len(X))
    losses = []
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        if bugs.get("drop") and len(rows) < size:
            continue
        logits = model(X[rows])
        logits = torch.softmax(logits, 1) if bugs.get("softmax") else logits
        loss = F.cross_entropy(logits, y[rows])
        if not bugs.get("keep"):
            model.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def small_net():
    torch.manual_seed(701)
    return nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Dropout(0.5), nn.Linear(6, 3))


def momentum(parameters):
    return torch.optim.SGD(parameters, lr=0.2, momentum=0.9)


def oracle(build, make, X, y, size, calls, **bugs):
    model = build()
    optimizer = make(model.parameters())
    losses = [epoch_by_hand(model, X, y, optimizer, size, s, **bugs) for s in calls]
    return [p.detach().clone() for p in model.parameters()], losses


r = np.random.default_rng(702)
X = torch.tensor(r.normal(size=(11, 4)), dtype=torch.float32)
y = torch.tensor(r.integers(0, 3, 11))
bugs = {
    "softmax": "softmax comes before cross_entropy, which does it once more",
    "keep": "gradients are not cleared: backward adds to those of the last batch",
    "drop": "the last batch, which is shorter, is left out",
    "sorted": "the images are not shuffled",
    "eval": "the model is in eval mode: its dropout does nothing",
}
for make, size, case in (
    (momentum, 4, "two epochs with momentum and dropout"),
    (plain_sgd, 3, "two epochs of plain SGD, with dropout"),
    (momentum, 20, "batches larger than the data"),
):
    arguments = small_net, make, X, y, size, [5, 6]
    mistakes = {
        words: oracle(*arguments, **{bug: True})[0]
        for bug, words in bugs.items()
        if size < 20 or bug in ("softmax", "keep", "eval")
    }
    want = oracle(*arguments)[0]
    options = {"rtol": 1e-4, "atol": 1e-5, "mistakes": mistakes}
    check(weights_after, *arguments, want=want, case=case, **options)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "train_one_epoch_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5)).eval()
X, y = torch.eye(2).repeat(3, 1), torch.tensor([0, 1]).repeat(3)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
count = len(train_one_epoch(net, X, y, optimizer, 4, 0))
require(count == 2, "train_one_epoch: six images in batches of 4 are two batches")
words = "train_one_epoch: the model was in eval mode; it must be in train mode"
require(net.training and net[1].training, words)
check_own_work(train_one_epoch, ("course",))


# Also graded: the losses, old gradients, other optimizers, images, other random numbers.
### BEGIN HIDDEN TESTS
def epoch_by_hand(model, X, y, optimizer, size, seed):
    model.train()
    losses = []
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def image_net():
    torch.manual_seed(703)
    parts = nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten()
    return nn.Sequential(*parts, nn.Dropout(0.3), nn.Linear(18, 4))


r = np.random.default_rng(704)
X = torch.tensor(r.normal(size=(10, 1, 5, 5)), dtype=torch.float32)
y = torch.tensor(r.integers(0, 4, 10))
for make, size, case in (
    (lambda p: torch.optim.Adam(p, lr=0.01), 4, "images, Adam, a short last batch"),
    (
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.5),
        5,
        "images, two full batches",
    ),
):
    results = []
    for epoch in (train_one_epoch, epoch_by_hand):
        model = image_net()
        optimizer = make(model.parameters())
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        torch.manual_seed(705)
        losses = [epoch(model, X, y, optimizer, size, seed) for seed in (3, 4)]
        results.append((losses, [v.clone() for v in model.state_dict().values()]))
    (losses, state), (want, right) = results
    where = f"train_one_epoch, {case}"
    require(len(losses[0]) == len(want[0]), f"{where}: one loss for each batch")
    require(
        np.allclose(losses[0][0], want[0][0], rtol=1e-4), f"{where}: the first loss"
    )
    words = "after one step: were old gradients cleared before the first backward?"
    require(
        np.allclose(losses[0][1], want[0][1], rtol=1e-3), f"{where}: the loss {words}"
    )
    words = "the losses of the second epoch; do global random numbers stay as they are?"
    require(np.allclose(losses[1], want[1], rtol=1e-3), f"{where}: {words}")
    same = all(
        torch.allclose(a, b, 1e-3, 1e-5) for a, b in zip(state, right, strict=True)
    )
    require(same, f"{where}: the model after two epochs is not what it should be")


def same_images(X, y):
    """Tell by the checks of `check` whether the data is left alone."""
    model = image_net()
    train_one_epoch(model, X, y, torch.optim.SGD(model.parameters(), lr=0.1), 4, 1)
    return True


same_images.__name__ = "train_one_epoch"
check(same_images, X, y, want=True, case="images and labels are left alone")
### END HIDDEN TESTS

# %% [markdown]
# ### Judging
#
# The other half of the loop: how good is a model on images from which it does *not*
# learn? Three habits make the number right. The model is judged in **eval mode**, and
# put back into the mode that it was in, or training goes on without its dropout. Nothing
# is recorded for a backward pass that never comes (`torch.no_grad()`): that saves memory
# and time. And the mean is taken over *images*, not over batches, since the last batch may
# be short.
#
# **Task 8** (medium, 10 minutes). Write `evaluate(model, X, y, batch_size=256)`, which
# returns the dict `{'loss': …, 'accuracy': …}` of two Python floats: the mean
# cross-entropy over all images, and the share of images whose largest logit is that of the
# right class, from 0 to 1. Give the model at most `batch_size` images at a time.
#
# Take `nn.Identity()` for the model, four rows of logarithms of confidences, (½, ¼, ¼),
# (¼, ½, ¼), (¼, ¼, ½), (½, ¼, ¼), and the labels 0, 1, 2, 1. The loss is (log 2 + log 2 +
# log 2 + log 4)/4 = 0.8664, the accuracy 0.75.
#
# <details><summary>Hint 1: what to think of</summary>Two sums over all images, divided by
# N at the very end.</details>
# <details><summary>Hint 2: what to look up</summary><code>model.training</code> is the mode,
# <code>model.train(mode)</code> sets it; <code>F.cross_entropy(…, reduction="sum")</code>;
# <code>logits.argmax(dim=1)</code>; <code>with torch.no_grad():</code></details>
# <details><summary>Hint 3: the order of things</summary>Remember the mode; eval mode;
# without gradients, for each piece of the data: logits, add the sum of the losses, add the
# number of hits; put the mode back; divide and return floats.</details>


# %% nbgrader={"grade": false, "grade_id": "evaluate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def evaluate(model, X, y, batch_size=256):
    """Judge a model in eval mode, without gradients, and leave it in its mode.

    model: nn.Module that gives logits (n, K); X: (N, …) tensor; y: (N,) int64 tensor.
    Returns {'loss': mean cross-entropy (nats), 'accuracy': 0 to 1}, floats.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    loss = hits = 0
    with torch.no_grad():
        for images, wanted in zip(X.split(batch_size), y.split(batch_size)):
            logits = model(images)
            loss += F.cross_entropy(logits, wanted, reduction="sum").item()
            hits += (logits.argmax(dim=1) == wanted).sum().item()
    model.train(was_training)
    return {"loss": loss / len(X), "accuracy": hits / len(X)}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "evaluate_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
rows = torch.tensor([[2, 1, 1], [1, 2, 1], [1, 1, 2], [2, 1, 1]]) / 4
y = torch.tensor([0, 1, 2, 1])
truth = {"loss": float(1.25 * np.log(2)), "accuracy": 0.75}
limits = {"rtol": 1e-4, "atol": 1e-5}
check(
    evaluate,
    *(nn.Identity(), rows.log(), y),
    want=truth,
    case="confidences by hand",
    mistakes={
        "accuracy is a share, from 0 to 1": {**truth, "accuracy": 75.0},
        "the loss is a sum; divide by the number of images": {
            **truth,
            "loss": 5 * float(np.log(2)),
        },
        "both are sums; divide by the number of images": {
            "loss": 5 * float(np.log(2)),
            "accuracy": 3.0,
        },
    },
    **limits,
)
means = {"loss": float(1.5 * np.log(2)), "accuracy": 0.5}
words = "this is the mean over batches; each image must count the same"
case = "batches of 3 and 1"
arguments = nn.Identity(), rows.log(), y, 3
check(evaluate, *arguments, want=truth, case=case, mistakes={words: means}, **limits)


### BEGIN HIDDEN TESTS
def by_hand(model, X, y):
    model.eval()
    with torch.no_grad():
        logits = model(X).double()
    loss = (torch.logsumexp(logits, 1) - logits[range(len(y)), y]).mean()
    return {"loss": loss.item(), "accuracy": np.mean((logits.argmax(1) == y).numpy())}


def judged(mode, X, y, size):
    """Judge a model that starts in a mode, and say in which mode it is left."""
    torch.manual_seed(801)
    parts = nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5)
    model = nn.Sequential(*parts, nn.Linear(8, 4)).train(mode)
    before = [value.clone() for value in model.state_dict().values()]
    result = evaluate(model, X, y, size)
    modes = {part.training for part in model.modules()}
    words = "evaluate: the model must be left in the mode that it was in"
    require(modes == {mode}, words)
    after = model.state_dict().values()
    words = "evaluate: judging changed the model; was batch norm in train mode?"
    require(all(map(torch.equal, before, after)), words)
    grads = [parameter.grad for parameter in model.parameters()]
    require(grads == [None] * len(grads), "evaluate: judging needs no gradients")
    return result


judged.__name__ = "evaluate"
r = np.random.default_rng(802)
X = torch.tensor(2 * r.normal(size=(23, 5)) + 1, dtype=torch.float32)
y = torch.tensor(r.integers(0, 4, 23))
torch.manual_seed(801)
parts = nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5)
want = by_hand(nn.Sequential(*parts, nn.Linear(8, 4)), X, y)
for mode in (True, False):
    for size in (5, 23, 100):
        case = f"a network with dropout in {'train' if mode else 'eval'} mode"
        check(judged, mode, X, y, size, want=want, case=case, **limits)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "evaluate_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
right = {"loss": float(np.log(1 + 2 * np.exp(-9))), "accuracy": 1.0}
arguments = nn.Identity(), 9 * torch.eye(3), torch.arange(3)
check(evaluate, *arguments, want=right, case="all right", rtol=1e-3, atol=1e-6)
check_own_work(evaluate, ("course",))
# Also graded: one image, images, uneven batches, gradients not recorded, default size.
### BEGIN HIDDEN TESTS
limits = {"rtol": 1e-4, "atol": 1e-5}
r = np.random.default_rng(803)
logits = torch.tensor(3 * r.normal(size=(11, 5)), dtype=torch.float32)
y = torch.tensor(r.integers(0, 5, 11))
each = [float(torch.logsumexp(z, 0) - z[k]) for z, k in zip(logits, y)]
hits = [float(int(z.argmax()) == int(k)) for z, k in zip(logits, y)]
for n, size, case in (
    (11, 4, "batches of 4, 4, 3"),
    (11, 10, "a last batch of one image"),
    (11, 1, "batches of one image"),
    (1, 256, "a single image"),
):
    want = {"loss": float(np.mean(each[:n])), "accuracy": float(np.mean(hits[:n]))}
    arguments = nn.Identity(), logits[:n], y[:n], size
    check(evaluate, *arguments, want=want, case=case, **limits)
wide = torch.tensor(r.normal(size=(5, 9)), dtype=torch.float32)
labels = torch.tensor([8, 0, 3, 3, 7])
each = [float(torch.logsumexp(z, 0) - z[k]) for z, k in zip(wide, labels)]
hits = [float(int(z.argmax()) == int(k)) for z, k in zip(wide, labels)]
want = {"loss": float(np.mean(each)), "accuracy": float(np.mean(hits))}
case = "more classes than images"
check(evaluate, nn.Identity(), wide, labels, want=want, case=case, **limits)
maps = wide[:, :, None, None]
check(evaluate, nn.Flatten(), maps, labels, want=want, case="images", **limits)
many, answers = logits.repeat(60, 1), y.repeat(60)
each = [float(torch.logsumexp(z, 0) - z[k]) for z, k in zip(logits, y)]
hits = [float(int(z.argmax()) == int(k)) for z, k in zip(logits, y)]
want = {"loss": float(np.mean(each)), "accuracy": float(np.mean(hits))}
check(evaluate, nn.Identity(), many, answers, want=want, case="660 images", **limits)
# A layer that works in place on a view of a leaf, which autograd refuses to record.
positive = logits.abs()
leaf = positive.clone().requires_grad_()
each = [float(torch.logsumexp(z, 0) - z[k]) for z, k in zip(positive, y)]
hits = [float(int(z.argmax()) == int(k)) for z, k in zip(positive, y)]
want = {"loss": float(np.mean(each)), "accuracy": float(np.mean(hits))}
case = "a layer that can only work while no gradients are recorded"
check(evaluate, nn.ReLU(inplace=True), leaf, y, 4, want=want, case=case, **limits)
### END HIDDEN TESTS


# %% nbgrader={"grade": false, "grade_id": "tensors", "locked": true, "schema_version": 3, "solution": false, "task": false}
def tensors(images, labels):
    """Return float32 images and int64 labels."""
    return torch.tensor(images, dtype=torch.float32), torch.tensor(labels)


train_set, val_set, test_set = (
    tensors(*pair) for pair in ((x_train, y_train), (x_val, y_val), (x_test, y_test))
)
PERCENT = "validation digits right after 8 epochs (%)"
STYLES = ("o-C0", "s--C1", "^-.C2", "D:C4", "v-C5")


def draw_bands(ax, runs, xlabel="epoch", start=1):
    """Draw mean and spread of curves: runs = {name: one list per seed}."""
    for (name, curves), style in zip(runs.items(), STYLES):
        curves = np.array(curves, float)
        mean, x = curves.mean(0), np.arange(curves.shape[1]) + start
        spread = curves.std(0, ddof=1) if len(curves) > 1 else 0 * mean
        color = style[-2:]
        ax.plot(x, mean, style[:-2], color=color, label=name, ms=4)
        ax.fill_between(x, mean - spread, mean + spread, color=color, alpha=0.15, lw=0)
    ax.set(xlabel=xlabel)


# %% tags=["experiment"]
def run(seed, lr=0.1, epochs=8, build=numpy_net, make=torch.optim.SGD, sets=None):
    torch.manual_seed(seed)
    learned, held = sets or (train_set, val_set)
    model, losses, right = build(), [], []
    optimizer = make(model.parameters(), lr=lr, momentum=0.9)
    for epoch in range(epochs):
        order = 100 * seed + epoch
        batch_losses = train_one_epoch(model, *learned, optimizer, 32, order)
        losses.append(np.mean(batch_losses))
        right.append(100 * evaluate(model, *held)["accuracy"])
    return model, losses, right


with Stopwatch() as watch:
    model, losses, right = run(seed=0)
print(f"validation {right[-1]:.1f} % after {watch.seconds:.2f} CPU seconds")

# %% [markdown]
# The same network and the same recipe. For a net this small PyTorch is no faster than
# your NumPy: most of the time goes into calling its functions. With more filters and more
# layers it wins, and then one would not want to write the backward pass by hand.
#
# ### The learning rate
#
# Of all the numbers that one may choose, this one matters most. Watch it from far too
# small to far too large, over five seeds (each with another start and another order).

# %% tags=["experiment"]
rates = {0.001: "0.001", 0.01: "0.01", 0.1: "0.1", 1.0: "1"}
loss_runs, right_runs = {}, {}
for lr, name in rates.items():
    for seed in progress(seeds(5), f"rate {name}"):
        _, losses, right = run(seed, lr)
        loss_runs.setdefault(name, []).append(losses)
        right_runs.setdefault(name, []).append(right)
_, axes = plt.subplots(1, 2, figsize=(9.5, 3.6))
for ax, runs in zip(axes, (loss_runs, right_runs)):
    draw_bands(ax, runs)
axes[0].axhline(np.log(10), color="#555", ls=":", lw=1.2)
axes[0].set(ylabel="training loss (nats)", ylim=(0, 2.6))
axes[1].set(ylabel="validation digits right (%)", ylim=(0, 101))
axes[1].legend(title="learning rate", loc="center right", bbox_to_anchor=(1, 0.35))
plt.show()
show_spread({k: [r[-1] for r in v] for k, v in right_runs.items()}, xlabel=PERCENT)

# %% [markdown]
# **Figure 8.** Left: the mean training loss of each epoch; right: digits of the validation
# set named rightly; mean and spread over five seeds. 0.001 is *too small*: every step
# goes the right way, and after eight epochs the loss is still on its way down. 0.1 is
# *right*. 1 is *too large*: the first steps overshoot so far that after two epochs not one
# ReLU opens for any of the 1,200 digits (all five seeds; looked up by the author). No
# gradient gets through, and the loss stays at log 10, where guessing is. Below: the last
# epoch, one dot for each seed. Between 0.01 and 0.1 lie three points, several times the
# spread, so that is a finding; a difference of half a point would not be.
#
# ### Four mistakes that raise no error
#
# Each of the four lines of a step can be forgotten, or put in the wrong place, and
# PyTorch does what it is told. To see the effects we need not touch your function: an
# optimizer whose `zero_grad` does nothing stands for a forgotten line, and a model that
# ends in a softmax layer for the one that is there twice.


# %% tags=["experiment"]
class ForgetfulSGD(torch.optim.SGD):
    def zero_grad(self, *args, **kwargs):
        """Keep the gradients of all batches."""


def net_with_softmax():
    return nn.Sequential(numpy_net(), nn.Softmax(dim=1))


def net_that_cannot_clear():
    model = numpy_net()
    model.zero_grad = lambda *args, **kwargs: None
    return model


# %% tags=["experiment"]
bugs = {"gradients not cleared": {"make": ForgetfulSGD, "build": net_that_cannot_clear}}
bugs["softmax before the loss"] = {"build": net_with_softmax}
bug_losses, bug_right = {"as it should be": loss_runs["0.1"]}, {}
bug_right["as it should be"] = right_runs["0.1"]
for name, options in bugs.items():
    for seed in progress(seeds(5), name):
        _, losses, right = run(seed, **options)
        bug_losses.setdefault(name, []).append(losses)
        bug_right.setdefault(name, []).append(right)
_, axes = plt.subplots(1, 2, figsize=(9.5, 3.6))
for ax, runs in zip(axes, (bug_losses, bug_right)):
    draw_bands(ax, runs)
axes[0].set(ylabel="training loss (nats)", yscale="log")
axes[1].set(ylabel="validation digits right (%)", ylim=(0, 101))
axes[0].legend(loc="center right", bbox_to_anchor=(1, 0.62))
plt.show()

# %% [markdown]
# **Figure 9.** The same network and rate, five seeds; the loss on a logarithmic axis.
# *Gradients not cleared:* each step repeats all earlier ones. The loss explodes in the
# first epoch, and the network guesses for ever. *Softmax before the loss:*
# `cross_entropy` takes the confidences for logits. They lie between 0 and 1, so even a
# perfect answer keeps a loss of $\log(1 + 9/e) = 1.46$, and the gradients are small: 87 ±
# 9 % after eight epochs instead of 97.5 ± 0.7 %, and seeds that differ much. That is the
# dangerous kind, since it looks like a harder problem and not like a mistake. A loss for
# ten classes that will not fall below 1.46 gives it away.
#
# The third mistake is to judge in train mode. It costs accuracy that the network has:

# %% tags=["experiment"]
found = {"eval mode": [], "train mode": []}
for seed in seeds(3):
    model, _, _ = run(seed, build=lambda: numpy_net(dropout=0.5))
    model.train()
    noisy = (model(val_set[0]).argmax(1) == val_set[1]).double().mean()
    found["train mode"].append(100 * float(noisy))
    found["eval mode"].append(100 * evaluate(model, *val_set)["accuracy"])
show_spread(found, xlabel=PERCENT, digits=1)

# %% [markdown]
# **Figure 10.** The same networks, with dropout 0.5, judged in both modes (three seeds). In
# train mode, half of what the classifier reads is switched off at random: nine points are
# lost that the network has, and a second call would give another score. The fourth
# mistake, scores on the wrong data, gets section 8 to itself.

# %% [markdown] covers=["C45"]
# **Question 1** (3 points). Choose a learning rate between those of Figure 8, for example
# 0.3 or 0.003, and run `run(seed, lr)` with it for three seeds. (a) Report the last
# training loss and validation accuracy, as mean and spread. (b) Describe the curve of the
# loss: how does it begin, is it smooth, has it stopped falling at the end? Compare the
# seeds. (c) What would you change next, and what do you expect the curve to do then?
# Separate in your answer what you have seen from what you conclude.
#
# *Rubric.* 1 point: numbers of at least three runs with mean and spread. 1 point: a
# description that goes with the numbers and mentions the differences between the seeds.
# 1 point: one change with an expectation that could turn out wrong.

# %% [markdown] nbgrader={"grade": true, "grade_id": "curve_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (Observed, by the author.) Rate 0.3, three seeds: last training losses 0.42, 0.34 and
# 0.09, validation 95.7, 97.3 and 97.0 % (mean 96.7 ± 0.9). The loss falls to about 0.3 in
# two epochs and then goes up and down between 0.1 and 0.4; the seeds part company, and one
# ends at its worst value since the first epoch. Rate 0.003, three seeds: losses 0.96, 0.96
# and 1.03, validation 89.1 ± 2.8 %. The loss is smooth, starts slowly (2.29, 2.22, 2.13)
# and falls fastest at the end; the curves of the three seeds nearly coincide. (Concluded.)
# 0.3 is a little too large: steps overshoot. I would let the rate fall to 0 over the eight
# epochs, and expect the up and down to die out and the loss to end below 0.05; if it still
# jumped, the cause would be another. 0.003 is too small for eight epochs; with 40 I expect
# what 0.03 reaches in four.
# <!-- END SOLUTION -->

# %% [markdown] covers=["A02", "E13", "E14", "F24", "D03", "L02"]
# ## 6 · LeNet-5, rebuilt
#
# In 1998 LeCun, Bottou, Bengio and Haffner trained a network called *LeNet-5* on
# **MNIST**: 60,000 handwritten digits to learn from and **10,000** to be tested on (one
# slide prints "10,0000"), 28 × 28 pixels each, set into 32 × 32 so that a stroke at the
# border still gets into the middle of a window. Lesson 07 counted the parameters of the
# original. Some of its parts have gone out of use:
#
# | | 1998 | the usual rebuild |
# |---|---|---|
# | bend | $1.7159\tanh(2a/3)$, after subsampling layers too | tanh |
# | subsampling | average, times a trained factor, plus a trained bias | average pooling |
# | C3 | each filter reads some of the maps (a printed table) | all maps |
# | output | distance to ten fixed pictures | dense layer, softmax |
# | learning | stochastic, one image a step, 20 passes, 2 to 3 days | mini-batches, one or two minutes |
# | data | with random distortions, 600,000 images | optional |
#
# "A majority of sigmoids", says one slide, "hyperbolic tangent", another: both, since tanh
# is a sigmoid (S-shaped) function. "The first deep architecture, five layers": the paper
# counts seven (C1, S2, C3, S4, C5, F6, output); five have weights in the rebuild.
#
# The **output** was a layer of *radial basis functions* (RBF): class $j$ owns a fixed
# vector $w_j$, a picture of the printed character in 7 × 12 pixels of ±1, and
#
# $$y_j = \sum_i (h_i - w_{ij})^2$$
#
# says how far the 84 numbers $h$ of the layer before are from it; the *smallest* one wins.
# Expand the square: $\sum_i h_i^2 - 2\sum_i h_i w_{ij} + \sum_i w_{ij}^2$. The first term
# is the same for all classes, and the rest is a dense layer with weights $2w_{ij}$ and
# biases $-\sum_i w_{ij}^2$, up to the sign. So one can see the dense layer of today as an
# RBF layer whose pictures are learned.

# %% tags=["experiment"]
rng = np.random.default_rng(0)
h, pictures = np.tanh(rng.normal(size=(1000, 84))), rng.choice([-1, 1], size=(84, 10))
distances = ((h[:, :, None] - pictures) ** 2).sum(axis=1)
dense = h @ (2 * pictures) - (pictures**2).sum(axis=0)
same = (distances.argmin(axis=1) == dense.argmax(axis=1)).mean()
print(f"smallest distance and largest dense score agree on {same:.0%} of 1,000 vectors")

# %% [markdown] covers=["A02", "E13", "L02"]
# **Task 9** (medium, 10 minutes). Write `build_lenet5(num_classes=10)`, which returns an
# `nn.Module` for images (N, 1, 28, 28), any N, that gives logits (N, num_classes):
#
# | layer | result |
# |---|---|
# | C1: convolution 5 × 5, 6 filters, padding 2; tanh | (6, 28, 28) |
# | S2: average pooling 2 × 2 | (6, 14, 14) |
# | C3: convolution 5 × 5, 16 filters, no padding; tanh | (16, 10, 10) |
# | S4: average pooling 2 × 2 | (16, 5, 5) |
# | C5: dense, 120; tanh | (120,) |
# | F6: dense, 84; tanh | (84,) |
# | output: dense, no softmax | (num_classes,) |
#
# All layers with weights have a bias. For ten classes that makes 61,706 parameters; forget
# the padding of C1 and there are 44,426, since S4 then has only 4 × 4 pixels. Leave all
# weights as PyTorch draws them.
#
# <details><summary>Hint 1: what to think of</summary>The table, line by line. Between S4
# and C5 the maps become a row.</details>
# <details><summary>Hint 2: what to look up</summary><code>nn.Sequential</code>,
# <code>nn.Tanh</code>, <code>nn.AvgPool2d</code>, <code>nn.Flatten</code>. A layer in a
# plain Python list is not found by <code>parameters()</code>.</details>
# <details><summary>Hint 3: the order of things</summary>Two groups of convolution, tanh,
# pooling; Flatten; two groups of Linear and tanh; one Linear. How many numbers does
# Flatten give?</details>


# %% nbgrader={"grade": false, "grade_id": "build_lenet5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_lenet5(num_classes=10):
    """Build LeNet-5 with full C3, plain tanh and average pooling: 61,706 parameters.

    Returns an nn.Module that takes (N, 1, 28, 28) and gives logits (N, num_classes).
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.Tanh(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, num_classes),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "build_lenet5_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def parameters_of(*arguments):
    return sum(p.numel() for p in build_lenet5(*arguments).parameters())


def shape_of(n, *arguments):
    return tuple(build_lenet5(*arguments)(torch.zeros(n, 1, 28, 28)).shape)


parameters_of.__name__ = shape_of.__name__ = "build_lenet5"
check(
    parameters_of,
    want=61_706,
    case="the number of parameters",
    mistakes={
        "this is LeNet-5 without the padding of C1": 44_426,
        "the biases are missing": 61_470,
        "no parameters are found: are the layers in a plain list?": 0,
    },
)
check(shape_of, 5, want=(5, 10), case="five digits")


### BEGIN HIDDEN TESTS
def like(bend=nn.Tanh, pool=nn.AvgPool2d, last=(), between=True, classes=10):
    after = [bend()] if between else []
    maps = [nn.Conv2d(1, 6, 5, padding=2), bend(), pool(2), nn.Conv2d(6, 16, 5), bend()]
    rows = [nn.Linear(400, 120), *after, nn.Linear(120, 84), *after]
    head = [nn.Linear(84, classes), *last]
    return nn.Sequential(*maps, pool(2), nn.Flatten(), *rows, *head)


r = np.random.default_rng(901)
images = torch.tensor(r.normal(size=(4, 1, 28, 28)), dtype=torch.float32)
mistakes = {
    "the bend is tanh, not ReLU": like(nn.ReLU),
    "the bend is tanh, not the sigmoid": like(nn.Sigmoid),
    "pooling averages; this is the maximum": like(pool=nn.MaxPool2d),
    "this is the usual network of today, ReLU and maxima": like(nn.ReLU, nn.MaxPool2d),
    "there must be no softmax at the end": like(last=[nn.Softmax(1)]),
    "there must be no log-softmax at the end": like(last=[nn.LogSoftmax(1)]),
    "there must be no bend after the output": like(last=[nn.Tanh()]),
    "the dense layers have no bend between them": like(between=False),
}
case = "the same numbers from the same weights"
options = {"like": like(), "case": case, "mistakes": mistakes}
check_module(build_lenet5, inputs=images, **options)
### END HIDDEN TESTS


# %% nbgrader={"grade": true, "grade_id": "build_lenet5_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def kinds_of(n, classes):
    model = build_lenet5(classes)
    return tuple(model(torch.zeros(n, 1, 28, 28)).shape)


kinds_of.__name__ = "build_lenet5"
check(kinds_of, 1, 3, want=(1, 3), case="one image, three classes")


# Also graded: other numbers of images and classes, that all is trained, fresh weights.
### BEGIN HIDDEN TESTS
def like(classes):
    first = nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)
    second = nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()
    third = nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh()
    return nn.Sequential(*first, *second, *third, nn.Linear(84, classes))


r = np.random.default_rng(902)
for n, classes in ((7, 4), (1, 26)):
    images = torch.tensor(r.normal(size=(n, 1, 28, 28)), dtype=torch.float32)
    case = f"{n} images, {classes} classes"
    check_module(build_lenet5, classes, like=like(classes), inputs=images, case=case)
one, two = build_lenet5(), build_lenet5()
flags = [p.requires_grad for p in one.parameters()]
require(len(flags) == 10 and all(flags), "build_lenet5: all ten arrays are trained")
pairs = zip(one.parameters(), two.parameters(), strict=True)
words = "build_lenet5: two networks must not share weights, nor start alike"
require(not any(torch.equal(a, b) for a, b in pairs), words)
require(one.training, "build_lenet5: a new network is in train mode")
images = torch.tensor(r.normal(size=(2, 1, 28, 28)), dtype=torch.float32)
case = "the number of classes is 10 when none is given"
check_module(build_lenet5, like=like(10), inputs=images, case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["A02"]
# **Question 2** (3 points). You are given the task to read the digits of postal codes
# today, with LeNet-5 as the starting point. (a) Name three decisions of 1998 that you would
# change and one that you would keep; a reason each. (b) For one of the changes, describe the
# experiment that would show whether it helps: what is kept equal, how many runs, on which
# data is it decided? (c) The slides call LeNet-5 "the first deep architecture (5 layers)".
# How many layers has it, and how does the number come about?
#
# *Rubric.* 1 point: three changes and one thing kept, with reasons that fit. 1 point: an
# experiment that changes one thing, with several seeds, decided on validation data.
# 1 point: both counts, and what each of them counts.

# %% [markdown] nbgrader={"grade": true, "grade_id": "lenet_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) Change: ReLU for tanh (no saturation, cheaper), maximum for average pooling (keeps
# strong answers), softmax with cross-entropy for the RBF output (pictures need not be
# drawn by hand), mini-batches with a schedule for single images, all maps for the table of
# C3. Keep: shared small kernels with pooling and joint training, or the distortions of the
# training set. (b) For example ReLU against tanh: same layers, same initialisation rule,
# same batches, epochs and schedule, the learning rate tuned for each with the same effort;
# five seeds each; mean and spread on validation digits; the test set is used once, for the
# winner. (c) Seven in the paper: C1, S2, C3, S4, C5, F6, output; it counts subsampling
# layers, which had trained factors. Five today: C1, C3, C5, F6, output have weights;
# parameter-free pooling is not counted. (A neocognitron of 1980 was deep, too.)
# <!-- END SOLUTION -->

# %% [markdown] covers=["C46", "N13", "A15", "E10"]
# ## 7 · Read Keras, write PyTorch
#
# Half of what you find on the web is written in another library, *Keras*. This is the
# model of one set of slides, for photos of 80 × 80 in colour:
#
#     model = Sequential()
#     model.add(Conv2D(8, (3, 3), activation='relu', input_shape=(80, 80, 3)))
#     model.add(MaxPooling2D(pool_size=(2, 2)))
#     model.add(Conv2D(16, (3, 3), activation='relu'))
#     model.add(MaxPooling2D(pool_size=(2, 2)))
#     model.add(Flatten())
#     model.add(Dense(64, activation='relu'))
#     model.add(Dense(4, activation='softmax'))
#
# | Keras | PyTorch |
# |---|---|
# | `Conv2D(filters, kernel_size)`; input channels are found out | `nn.Conv2d(in_channels, out_channels, kernel_size)` |
# | `padding='valid'` (default) or `'same'` | `padding=0` (default), or `'same'` |
# | `MaxPooling2D(pool_size)`, no overlap by default | `nn.MaxPool2d(kernel_size)` |
# | `Flatten()`, `Dense(units)` | `nn.Flatten()`, `nn.Linear(in_features, out_features)` |
# | `activation='relu'` inside a layer | a layer `nn.ReLU()` after it |
# | `activation='softmax'` at the end; the loss takes confidences | none; `F.cross_entropy` takes logits |
# | images (N, H, W, C), channels last | images (N, C, H, W) |
#
# So the maps are 78, 39, 37 and 18 pixels wide, and Flatten gives 18 · 18 · 16 = 5,184
# numbers. The parameters: 224 + 1,168 + 331,840 + 260 = **333,492**. But the task on these
# slides has *eight* classes (airplane to person), and a model that ends in `Dense(4)` could
# never name four of them. With `Dense(8)` the last layer has 520 parameters, and the model
# 333,752.
#
# **Task 10** (medium, 8 minutes). Write `build_slide_cnn(num_classes=8)`: this model in
# PyTorch, for images (N, 3, 80, 80), giving *logits* (N, num_classes), with weights as
# PyTorch draws them. Eight classes make 333,752 parameters.
#
# <details><summary>Hint 1: what to think of</summary>Which sizes does PyTorch want to be
# told that Keras finds out?</details>
# <details><summary>Hint 2: what to look up</summary>The table above; task 9 for the
# form.</details>
# <details><summary>Hint 3: the order of things</summary>Convolution, ReLU, pooling, twice;
# Flatten; Linear, ReLU; Linear. The last line of the Keras model has two things in it, and
# you need one of them.</details>


# %% nbgrader={"grade": false, "grade_id": "build_slide_cnn", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_slide_cnn(num_classes=8):
    """Build the slides' Keras model in PyTorch: 333,752 parameters for eight classes.

    Returns an nn.Module that takes (N, 3, 80, 80) and gives logits (N, num_classes).
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(5184, 64),
        nn.ReLU(),
        nn.Linear(64, num_classes),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "build_slide_cnn_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def parameters_of(*arguments):
    return sum(p.numel() for p in build_slide_cnn(*arguments).parameters())


def shape_of(n, *arguments):
    return tuple(build_slide_cnn(*arguments)(torch.zeros(n, 3, 80, 80)).shape)


parameters_of.__name__ = shape_of.__name__ = "build_slide_cnn"
check(
    parameters_of,
    want=333_752,
    case="the number of parameters",
    mistakes={
        "this model has four outputs, for eight classes": 333_492,
        "the convolutions are padded; Keras pads only when told to": 411_576,
        "the biases are missing": 333_656,
        "no parameters are found: are the layers in a plain list?": 0,
    },
)
check(shape_of, 2, want=(2, 8), case="two photos")


### BEGIN HIDDEN TESTS
def like(bend=nn.ReLU, pool=nn.MaxPool2d, last=(), dense_bend=nn.ReLU, conv_bend=True):
    after = [bend()] if conv_bend else []
    maps = [nn.Conv2d(3, 8, 3), *after, pool(2), nn.Conv2d(8, 16, 3), *after, pool(2)]
    rows = [nn.Flatten(), nn.Linear(5184, 64), dense_bend(), nn.Linear(64, 8)]
    return nn.Sequential(*maps, *rows, *last)


r = np.random.default_rng(1001)
photos = torch.tensor(r.normal(size=(3, 3, 80, 80)), dtype=torch.float32)
mistakes = {
    "pooling takes maxima; this is the average": like(pool=nn.AvgPool2d),
    "there must be no softmax at the end": like(last=[nn.Softmax(1)]),
    "there must be no log-softmax at the end": like(last=[nn.LogSoftmax(1)]),
    "the hidden dense layer has no bend": like(dense_bend=nn.Identity),
    "the convolutions have no bend": like(conv_bend=False),
    "the bend is ReLU, not tanh": like(nn.Tanh, dense_bend=nn.Tanh),
    "there must be no ReLU at the end": like(last=[nn.ReLU()]),
}
case = "the same numbers from the same weights"
options = {"like": like(), "case": case, "mistakes": mistakes}
check_module(build_slide_cnn, inputs=photos, **options)
### END HIDDEN TESTS


# %% nbgrader={"grade": true, "grade_id": "build_slide_cnn_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def kinds_of(n, classes):
    return tuple(build_slide_cnn(classes)(torch.zeros(n, 3, 80, 80)).shape)


kinds_of.__name__ = "build_slide_cnn"
check(kinds_of, 1, 4, want=(1, 4), case="one photo, four classes")


# Also graded: other numbers of photos and classes, that all is trained, fresh weights.
### BEGIN HIDDEN TESTS
def like(classes):
    first = nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2)
    second = nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()
    return nn.Sequential(
        *first, *second, nn.Linear(5184, 64), nn.ReLU(), nn.Linear(64, classes)
    )


r = np.random.default_rng(1002)
for n, classes in ((5, 3), (1, 11)):
    photos = torch.tensor(r.normal(size=(n, 3, 80, 80)), dtype=torch.float32)
    case = f"{n} photos, {classes} classes"
    check_module(build_slide_cnn, classes, like=like(classes), inputs=photos, case=case)
one, two = build_slide_cnn(), build_slide_cnn()
flags = [p.requires_grad for p in one.parameters()]
require(len(flags) == 8 and all(flags), "build_slide_cnn: all eight arrays are trained")
pairs = zip(one.parameters(), two.parameters(), strict=True)
words = "build_slide_cnn: two networks must not share weights, nor start alike"
require(not any(torch.equal(a, b) for a, b in pairs), words)
require(one.training, "build_slide_cnn: a new network is in train mode")
photos = torch.tensor(r.normal(size=(2, 3, 80, 80)), dtype=torch.float32)
case = "the number of classes is 8 when none is given"
check_module(build_slide_cnn, like=like(8), inputs=photos, case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["C47", "Q18"]
# ### The hands-on story of the slides
#
# Their practical session has four steps: train a small network on eight classes of photos;
# *observe over-fitting*; fight it with dropout and augmentation (lesson 11); start from a
# network that was trained on something larger (lesson 12). Here are the first two. In
# place of the slides' photos, which we may not ship, there are eight classes of coloured
# shapes over photos; 20 of each to learn from.

# %% tags=["experiment"]
images, labels, _ = data.shapes(20, size=80, seed=0)
new_images, new_labels, _ = data.shapes(20, size=80, part="test", seed=1)
show_images(
    [images[20 * k].transpose(1, 2, 0) for k in range(8)], data.SHAPES, size=1.2
)
shape_sets = (
    tensors(4 * (images - 0.5), labels),
    tensors(4 * (new_images - 0.5), new_labels),
)

# %% tags=["experiment"]
torch.manual_seed(0)
shape_model = build_slide_cnn()
optimizer = torch.optim.Adam(shape_model.parameters(), lr=0.002)
curves = LiveCurves("shapes named rightly (%)")
with Stopwatch() as watch:
    for epoch in range(12 if live() else 2):  # two are enough where nobody looks
        train_one_epoch(shape_model, *shape_sets[0], optimizer, 16, seed=epoch)
        right = [100 * evaluate(shape_model, *part)["accuracy"] for part in shape_sets]
        curves.add(train=right[0], validation=right[1])
curves.finish()
print(f"{watch.seconds:.1f} CPU seconds; train {right[0]:.0f} %, new {right[1]:.0f} %")

# %% [markdown]
# **Figure 11.** The slides' network on 160 photos. It soon knows all training photos by
# heart, and is right on about a third of new ones; guessing would give 12.5 %. The gap between the
# curves is **over-fitting**: 333,752 parameters have room for 160 photos. The training
# score alone would have promised a perfect network.

# %% [markdown] covers=["C47", "C39"]
# ## 8 · Honest numbers
#
# A score is a promise: "on new images I shall be right so often". Three sets of data keep
# it honest, each with one use:
#
# | set | used for | may be looked at |
# |---|---|---|
# | training | gradients | always |
# | validation | choosing: learning rate, layers, number of epochs, which run | as often as you like, but it wears out |
# | test | one number, at the end | once |
#
# Now break the rules, one by one, and see what the score is worth.
#
# ### Scores on training data
#
# Here 200 digits get their labels *shuffled*: a picture of a 3 may be called 7. There is
# nothing to be learned. What can the network do?


# %% tags=["experiment"]
def digits_net():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(512, 10),
    )


# %% tags=["experiment"]
some, names = train_set[0][:200], train_set[1][:200]
shuffled = names[torch.randperm(200, generator=torch.Generator().manual_seed(1))]
found = {"the shuffled labels of the training digits": []}
found["the right labels of the validation digits"] = []
for seed in seeds(3):
    torch.manual_seed(seed)
    model = digits_net()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for epoch in progress(range(50), "learning nonsense"):
        train_one_epoch(model, some, shuffled, optimizer, 32, epoch)
    for name, part in zip(found, ((some, shuffled), val_set)):
        found[name].append(100 * evaluate(model, *part)["accuracy"])
show_spread(found, xlabel="accuracy (%)", chance=10)

# %% [markdown]
# **Figure 12.** Trained on labels that mean nothing, the network learns nearly all of them
# by heart, and is no better than guessing on new digits. A high score on training data
# says that the network is large enough, and nothing else.
#
# ### Choosing and reporting on the same data
#
# Try 200 networks with a random hidden layer of 40 neurons, which are cheap: only the last
# layer is fitted (here by least squares to the one-hot labels, in one line). Judge each
# on the same 50 validation digits, keep the best, and report its score. What is it worth on
# digits that took no part in the choice?

# %% tags=["experiment"]
pixels, found = digits[:1500].reshape(1500, 64), {}
for seed in seeds(5):
    learn, choose, fresh = np.split(
        np.random.default_rng(seed).permutation(1500), [300, 350]
    )
    scores = []
    for candidate in range(200):
        layer = draw_start(64, 40, 10, [seed, candidate], spread=0.2)
        h = np.maximum(pixels @ layer["W1"] + layer["b1"], 0)
        h = np.c_[h, np.ones(1500)]
        square = h[learn].T @ h[learn] + 0.01 * np.eye(41)
        W = np.linalg.solve(square, h[learn].T @ np.eye(10)[digit_labels[learn]])
        hits = (h @ W).argmax(axis=1) == digit_labels[:1500]
        scores.append([100 * hits[choose].mean(), 100 * hits[fresh].mean()])
    scores = np.array(scores)
    best = scores[scores[:, 0].argmax()]
    found.setdefault("the winner, on the digits that chose it", []).append(best[0])
    found.setdefault("the winner, on 1,150 fresh digits", []).append(best[1])
    found.setdefault("all 200, on the fresh digits", []).append(scores[:, 1].mean())
show_spread(found, xlabel="digits named rightly (%)", digits=1)

# %% [markdown]
# **Figure 13.** Five repetitions. The best of 200 is partly better and mostly *luckier* than
# the others: its score on the digits that chose it is ten points too high. The choice
# itself was not in vain (the winner is a little above the average of all), but the number
# that made it must not be reported. Few digits and many candidates make it worse. The same
# happens without any loop, when a person tries settings for a week and reports the best.
#
# ### Neighbours in two sets
#
# Our digits seem to stand in the file in the order in which they were collected, writer by
# writer. If so, neighbours in the file look alike. (This experiment uses all digits, but
# nothing is chosen by it.)

# %% tags=["experiment"]
pixels, found = data.digits()[0].reshape(1797, 64) / 16.0, {}
distances = (pixels**2).sum(1)[:, None] - 2 * pixels @ pixels.T + (pixels**2).sum(1)
np.fill_diagonal(distances, np.inf)
near = np.abs(distances.argmin(axis=1) - np.arange(1797)) <= 100
print(
    f"The most similar digit is among the 200 nearest in the file for {near.mean():.0%},"
)
print(f"by chance it would be for {200 / 1796:.0%}.")
images, labels = data.digits()
images, labels = images[:, None] / 16, labels.astype(np.int64)
for seed in progress(seeds(5), "two ways to split"):
    block = np.arange(1797)[(359 * seed) % 1497 :][:300]
    drawn = np.random.default_rng(seed).choice(1797, 300, replace=False)
    for name, held in (("300 neighbours in the file", block), ("300 at random", drawn)):
        rest = np.setdiff1d(np.arange(1797), held)
        sets = [tensors(images[part], labels[part]) for part in (rest, held)]
        found.setdefault(name, []).append(run(seed, sets=sets)[2][-1])
show_spread(found, xlabel="held-out digits named rightly (%)", digits=1)

# %% [markdown]
# **Figure 14.** The same network and recipe, five splits each. Held-out digits that are
# drawn at random have their writer's other digits in the training set; 300 neighbours in
# the file hardly do, and the error nearly doubles, from 2.5 to 4.7 % (97.5 ± 0.8 against
# 95.3 ± 1.6 % right). Which number is right? It depends on the promise. For *the same
# writers* the first; for *new writers* the second. Photos of one patient, frames of one
# film, patches of one wall (lesson 02) are the same trap: **split by what will be new.**
# (Our own three parts are a random split, so our test score is for known writers.)

# %% [markdown]
# ### Which mistakes does it make?
#
# One number hides much. The **confusion matrix** counts, for each true class (row), how
# often each class was answered (column). Right answers stand on the diagonal.
#
# **Task 11** (easy, 6 minutes). Write `confusion_matrix(y_true, y_pred, K)`, which returns
# an int64 array (K, K): entry [i, j] counts the examples of class i for which the answer
# was j. Both arguments are arrays of integers of any dtype and of the same length; a class
# that does not occur keeps a row of zeros. Raise `ValueError` if the lengths differ, or if
# a label or answer is not in 0, …, K − 1.
#
# For the labels 0, 0, 2 and the answers 0, 2, 2 with K = 3 the rows are (1, 0, 1), (0, 0, 0)
# and (0, 0, 1).
#
# <details><summary>Hint 1: what to think of</summary>Zeros, and one added per example. It
# is worth refusing a label of −1: what would it do as an index?</details>
# <details><summary>Hint 2: what to look up</summary>A loop with <code>zip</code> will do;
# without a loop, <code>np.add.at</code>. <code>matrix[y_true, y_pred] += 1</code> counts
# each pair only once (lesson 08, task 9).</details>
# <details><summary>Hint 3: the order of things</summary>Compare the lengths; refuse what
# is below 0 or above K − 1 in either; int64 zeros (K, K); count; return.</details>


# %% nbgrader={"grade": false, "grade_id": "confusion_matrix", "locked": false, "schema_version": 3, "solution": true, "task": false}
def confusion_matrix(y_true, y_pred, K):
    """Count how often each class (row) was taken for each class (column).

    y_true, y_pred: (N,) integers from 0 to K - 1. Returns int64 (K, K).
    Raises ValueError if the lengths differ or a label is not in 0, ..., K - 1.
    """
    ### BEGIN SOLUTION
    if len(y_true) != len(y_pred):
        raise ValueError(
            f"confusion_matrix: {len(y_true)} labels, but {len(y_pred)} answers"
        )
    matrix = np.zeros((K, K), np.int64)
    for i, j in zip(y_true, y_pred):
        if not (0 <= i < K and 0 <= j < K):
            raise ValueError(f"confusion_matrix: a class is not in 0, ..., {K - 1}")
        matrix[i, j] += 1
    return matrix
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "confusion_matrix_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
truth, answers = np.array([0, 0, 2]), np.array([0, 2, 2])
want = np.array([[1, 0, 1], [0, 0, 0], [0, 0, 1]])
check(
    confusion_matrix,
    *(truth, answers, 3),
    want=want,
    case="three examples",
    mistakes={"rows are the truth, columns the answer; these are swapped": want.T},
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(1101)
for n, K in ((60, 4), (200, 10), (30, 3)):
    truth = r.integers(0, K, n)
    answers = np.where(r.random(n) < 0.5, truth, r.integers(0, K, n))
    want = np.array(
        [
            [int(((truth == i) & (answers == j)).sum()) for j in range(K)]
            for i in range(K)
        ]
    )
    once = np.minimum(want, 1)
    check(
        confusion_matrix,
        *(truth, answers, K),
        want=want,
        case=f"{n} examples of {K} classes",
        mistakes={
            "rows are the truth, columns the answer; these are swapped": want.T,
            "a pair that occurs twice counts twice": once,
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "confusion_matrix_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
want = np.diag([1, 0, 0, 0])
one = np.array([0])
check(confusion_matrix, one, one, 4, want=want, case="classes that do not occur")
# Also graded: no examples, wrong labels and lengths, dtypes, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(1102)
none = np.zeros(0, int)
check(confusion_matrix, none, none, 2, want=np.zeros((2, 2), int), case="no examples")
truth, answers = r.integers(0, 90, 400, np.uint8), r.integers(0, 90, 400, np.uint8)
want = np.zeros((90, 90), int)
for i, j in zip(truth.tolist(), answers.tolist()):
    want[i, j] += 1
check(confusion_matrix, truth, answers, 90, want=want, case="90 classes, uint8")
truth, answers = r.integers(0, 3, (2, 40))
want = np.zeros((5, 5), int)
for i, j in zip(truth[::-2].tolist(), answers[::2].tolist()):
    want[i, j] += 1
case = "views, and two classes that do not occur"
check(confusion_matrix, truth[::-2], answers[::2], 5, want=want, case=case)
same = np.full(300, 1, np.int8)
want = np.array([[0, 0], [0, 300]])
check(confusion_matrix, same, same, 2, want=want, case="300 times the same pair")
pair = np.array([0, 1])
check_raises(confusion_matrix, pair, np.array([0, 1, 1]), 2, case="an answer too many")
check_raises(confusion_matrix, pair, np.array([0]), 2, case="an answer too few")
check_raises(confusion_matrix, pair, np.array([0, 2]), 2, case="an unknown answer")
check_raises(confusion_matrix, np.array([5, 1]), pair, 2, case="an unknown label")
check_raises(confusion_matrix, pair, np.array([0, -1]), 2, case="an answer of -1")
check_raises(confusion_matrix, np.array([-2, 1]), pair, 2, case="a label of -2")
### END HIDDEN TESTS

# %% tags=["experiment"]
with torch.no_grad():
    answers = shape_model(shape_sets[1][0]).argmax(dim=1).numpy()
matrix = confusion_matrix(new_labels, answers, 8)
show_confusion(
    matrix, data.SHAPES, f"{np.trace(matrix)} of {matrix.sum()} shapes right"
)

# %% [markdown]
# **Figure 15.** The slides' network of section 7 on 160 shapes that it has not seen, counts.
# It has found something: rings are named rightly most often. But one column is bright from
# top to bottom: *triangle* is its favourite answer, whatever it sees. One number, the
# accuracy, says none of this.
#
# ### The test, once
#
# All choices are made: `digits_net`, rate 0.1, eight epochs (made on validation digits).
# Five seeds, and an **ensemble**: the five confidences for each digit are averaged, and
# the largest wins.

# %% tags=["experiment"]
results, confidences = {"single networks": []}, 0
for seed in progress(seeds(5), "the final networks"):
    model, _, _ = run(seed, build=digits_net)
    results["single networks"].append(100 * evaluate(model, *test_set)["accuracy"])
    with torch.no_grad():
        confidences = confidences + torch.softmax(model(test_set[0]), dim=1)
answers = confidences.argmax(dim=1).numpy()
results["all of them together"] = [100 * np.mean(answers == y_test)]
show_spread(results, xlabel="test digits named rightly (%)", digits=1)
show_confusion(confusion_matrix(y_test, answers, 10), "0123456789", "297 test digits")

# %% tags=["experiment"]
wrong = np.flatnonzero(answers != y_test)[:8]
sure = confidences.max(dim=1).values / confidences.sum(dim=1)
titles = [f"{y_test[n]}, read {answers[n]}\n({sure[n]:.0%} sure)" for n in wrong]
show_images([1 - x_test[n, 0] for n in wrong] or [x_test[0, 0]], titles, size=1.4)

# %% [markdown]
# **Figure 16.** Above: test accuracy of five networks and of their ensemble. Middle: the
# ensemble's answers; what is off the diagonal is wrong. Below: the digits that it misread,
# dark on white, with the truth and how sure it was of its answer. The ensemble is as good
# as the best of its members, and nobody had to know which one that is. With 297 digits one
# digit is 0.3 points, so do not make much of small differences.

# %% [markdown] covers=["C45"]
# The same trick works for one network and several views of an image. In the slides'
# *multi-crop testing* one averages the answers to shifted crops. Does it help here?

# %% tags=["experiment"]
shifts = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]
views = [torch.roll(val_set[0], shift, dims=(2, 3)) for shift in shifts]
with torch.no_grad():
    each = torch.stack([torch.softmax(model(view), dim=1) for view in views])
for name, confidence in (("as it is", each[0]), ("mean of five shifts", each.mean(0))):
    share = (confidence.argmax(dim=1) == val_set[1]).double().mean()
    print(f"{name:20s} {100 * share:.1f} % of the validation digits")

# %% [markdown]
# It does not. A tool helps where its assumption holds: crops of a photo still show the cat,
# but a shift by one of eight pixels makes a digit such as this network has never seen.

# %% [markdown] covers=["C47"]
# **Explain the mistake** (3 points). A team has 600 photos. Each is mirrored and turned, which
# makes 3,600. Mean and standard deviation of all pixels are computed and removed; then the
# 3,600 are shuffled and split, 3,000 to train and 600 to test. After every epoch the test
# accuracy is computed. It peaks at epoch 14 with 97 %, the weights of that epoch are kept,
# and the report says: "97 % on 600 images that the network has never seen".
# (a) Find three ways in which test data leaked into training or selection, and say which of
# them probably flatters the score most and why. (b) Write down the order of steps that
# avoids all three. (c) With the steps in your order, 600 photos leave few for a test. What
# would you report besides the score?
#
# *Rubric.* 1 point: three leaks, with a reasoned choice of the worst. 1 point: an order of
# steps in which no step can see what it must not. 1 point: something that says how
# uncertain the score is.

# %% [markdown] nbgrader={"grade": true, "grade_id": "leak_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) Mirrored and turned copies of one photo are on both sides of the split; the epoch was
# chosen by the test score; mean and standard deviation were measured on test pixels, too.
# The first is the worst: nearly every test image has a sister in the training set, so
# learning by heart is rewarded. The choice among some epochs adds perhaps a point or two
# (the maximum of noisy numbers), two statistics of all pixels next to nothing. (b) Split the
# 600 photos first, by person or place if several belong together: training, validation,
# test. Measure mean and deviation on the training photos only and use them for all. Augment
# the training photos only. Choose the epoch by validation. Use the test once. (c) The number
# of test photos and an interval: with 100 photos and 90 % right, one standard error is
# sqrt(0.9 · 0.1 / 100) = 3 points; or the mean and spread over several splits (cross
# validation) and seeds; and that it holds for photos of the same source.
# <!-- END SOLUTION -->

# %% [markdown] covers=["Q11", "C39"]
# **Question 3** (3 points). The slides ask of the standard architecture: *why deep? why
# redundant?* and hint at letters, syllables and words. (a) Why should the detector of a
# letter be built from detectors of strokes, and not directly from pixels? Count, for an
# alphabet of 26 letters and words of five letters, the detectors needed with and without
# the level of letters. (b) A layer has many more filters than one needs to describe an
# image. Give two reasons why that helps to *train* it, one of them with a result of this
# lesson. (c) Depth is not free: name a price, and what this lesson did or did not show
# about it.
#
# *Rubric.* 1 point: reuse of parts, with both counts. 1 point: two reasons, one backed by
# a figure of this lesson. 1 point: a price, and an honest statement of what was shown.

# %% [markdown] nbgrader={"grade": true, "grade_id": "depth_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) Parts are shared: a stroke occurs in many letters, a letter in many words, and what is
# learned about it once serves everywhere. Directly from pixels, 26^5 = 11,881,376 strings
# of five letters would each need a detector of their own; with letters in between, 26
# letter detectors, applied at five places, and one unit per word that is really needed,
# each of five connections. (b) With many random filters some are near something useful
# from the start, and the next layer picks them: in Figure 3 wide random layers come
# close to trained ones. A wide layer gives gradients many ways downhill, and if some units
# die (never fire) others remain: in Figure 8, at the rate of 1, all do. Redundancy also
# makes the answer robust, as in an ensemble (Figure 16). (c) More parameters than examples
# over-fit: 333,752 against 160 photos in Figure 11, and any labels are learned by heart in
# Figure 12. Training becomes harder, since sizes shrink or grow from layer to layer
# (Figure 5 shows it for random weights only). That depth itself helps was not shown here;
# lesson 10 compares.
# <!-- END SOLUTION -->

# %% [markdown] covers=["D03", "A02", "C45"]
# ## 9 · Optional: LeNet-5 against 1998
#
# The paper reports 95 errors on the 10,000 test digits of MNIST, and 82 with random
# distortions of the training set. Can your LeNet-5 do better, on one core of a laptop? With
# three changes that came later: ReLU for tanh and maxima for averages; *AdamW*, which
# divides each step by the usual size of that weight's gradients; and a learning rate that
# rises for a quarter of the time and then falls to 0 (*one-cycle*). Small random rotations,
# shears, shifts and zooms stand for the distortions; set `distort` to `None` to leave them
# out.
#
# This cell needs MNIST on your computer: call `data.mnist()` once in a cell of your own (it
# downloads 12 MB), or put the four files into a folder `mnist` and name its parent in the
# environment variable `COURSE_DATA`. Without MNIST the cell prints one line.


# %% tags=["experiment"]
def modernise(model):
    """Put ReLU for tanh, and maxima for averages, where these are layers of a model."""
    for name, child in model.named_children():
        if isinstance(child, nn.Tanh):
            setattr(model, name, nn.ReLU())
        elif isinstance(child, nn.AvgPool2d):
            setattr(model, name, nn.MaxPool2d(2))
        else:
            modernise(child)
    return model


# %% tags=["experiment"]
def train_one_cycle(model, images, labels, distort=None, epochs=12):
    generator = torch.Generator().manual_seed(0)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.01)
    steps = epochs * -(-len(images) // 128)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.004, total_steps=steps, pct_start=0.25
    )
    optimizer.register_step_post_hook(lambda *_: cycle.step())
    for epoch in progress(range(epochs), "LeNet-5"):
        seen = images
        if distort:  # every image in another way in every epoch
            seen = torch.cat([distort(part, generator) for part in images.split(1000)])
        train_one_epoch(model, seen, labels, optimizer, 128, seed=epoch)


# %% tags=["experiment"]
distort = Augment(rotate=12, shear=10, shift=0.06, zoom=0.12, padding="zeros")
if data.available("mnist") and live():
    parts = data.mnist()  # or data.fashion_mnist(): clothes, much harder
    learned, held = (
        tensors(images[:, None] / np.float32(255), labels.astype(np.int64))
        for images, labels in (parts[:2], parts[2:])
    )
    torch.manual_seed(0)
    lenet = modernise(build_lenet5())
    with Stopwatch() as watch:
        train_one_cycle(lenet, *learned, distort)
    errors = round(10_000 * (1 - evaluate(lenet, *held)["accuracy"]))
    print(f"{errors} errors of 10,000 after {watch.seconds:.0f} CPU seconds")
else:
    print("MNIST is not here: call data.mnist() once, then run this cell again.")

# %% [markdown] covers=["D03", "A02"]
# The author measured on one core, with the seeds 0, 1 and 2: 77, 66 and 68 errors without
# distortions (1998: 95), and 53, 54 and 56 with them (1998: 82), each after about two
# minutes of CPU time, where the paper says two to three days. Like for like, every run
# without distortions beats 95 and every run with them beats 82. But mind section 8: these
# 10,000 digits have been looked at by thousands of people for decades, and the recipe was
# chosen by somebody who had seen such test scores, so both columns are a little flattered.
#
# For something harder, put `data.fashion_mnist()` in place of `data.mnist()`: ten kinds of
# clothes, in the same format. Expect about ten times as many errors.

# %% [markdown]
# ## Recap
#
# - Training is a loop of four lines: loss, gradients, velocity, step. In PyTorch the second
#   is one call, and each of the four can be wrong without an error; the curve tells.
# - What matters most: the learning rate, then how the weights begin. Judge changes by
#   several seeds, and show the spread.
# - Choose on validation data, report on test data that is new in the sense of your promise,
#   and use it once.
#
# **Next:** lesson 10 makes networks deep, and finds out why that was hard.
#
# **References.** B. Galerne, "Deep neural networks and CNNs", slides, 2024 (history,
# gradient descent, and the homework on toy sets and a random hidden layer). C. Deledalle,
# "Image classification and CNNs", UCSD ECE 285, 2019 (LeNet-5, its RBF output, the training
# toolbox). A. Carlier, "Convolutional Neural Networks", slides, 2024 (LeNet-5, Keras).
# E. Rantsiou, "CNN basics and an example with classification", LENS ML School, 2021 (the
# Keras model and the hands-on session). N. Noceti, "Convolutional Neural Networks", UniGe
# (learned representations). Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based
# learning applied to document recognition", Proc. IEEE 86, 1998; its authors' demonstrations
# were at yann.lecun.com/exdb/lenet. K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into
# rectifiers", ICCV 2015. C. Zhang and others, "Understanding deep learning requires
# rethinking generalization", ICLR 2017 (random labels). I. Loshchilov and F. Hutter,
# "Decoupled weight decay regularization", ICLR 2019. L. Smith and N. Topin,
# "Super-convergence", 2019 (one-cycle). "Deep learning with PyTorch: a 60 minute blitz",
# pytorch.org/tutorials.
