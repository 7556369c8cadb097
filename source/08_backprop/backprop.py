# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 08 · Backpropagation through convolution, pooling and stride
#
# A network has a million weights and is a little wrong. Which weight is to
# blame, and by how much? You could move each weight a bit and run the network
# again: two million runs for one step of learning. Backpropagation gives the
# same million answers, exactly, for about the price of two more runs. It looks
# like magic in a library and like index gymnastics on slides. Here you write it
# for every layer of a convolutional network, prove each piece right by
# measurement, and then train a network in which no line of the backward pass
# is anybody's but yours.
#
# **You will be able to**
#
# - measure any gradient, and say how far to trust the measurement;
# - send a gradient back through dense layers, ReLU, softmax, convolution,
#   stride, maximum and average pooling;
# - explain why the kernel is flipped on the way back, and what a maximum must
#   remember;
# - say why nobody ever stores a Jacobian, with the numbers.
#
# **Time:** 150 minutes, questions included. **You should know:** partial
# derivatives and the chain rule; correlation and pooling (lessons 01, 05, 06).

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import matplotlib.pyplot as plt
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course import data
from course.checks import check, check_raises, require
from course.shortcuts import check_own_work
from course.widgets import explore

plt.style.use("course.course")

# %% [markdown] covers=["F19", "C42"]
# ## 1 · Who is to blame?
#
# At the end of a network stands one number, the **loss** $E$: how wrong the
# answer was. The **gradient** of $E$ with respect to an array $W$ is an array of
# the same shape. Its entries $\partial E / \partial W_i$ say by how much $E$ grows
# per unit of $W_i$, if nothing else is moved. Learning then is one line, with a
# small number $\gamma$ called **learning rate**:
#
# $$W \;\leftarrow\; W - \gamma\,\frac{\partial E}{\partial W}.$$
#
# A network is a chain of layers, and each layer only knows its own input, weights
# and output. That is enough. Suppose somebody hands the layer
# `dout` $=\partial E/\partial\,\text{out}$, the gradient of the loss with respect
# to the layer's *output*, called **upstream gradient** (the slides write
# $\delta$). By the chain rule the layer can work out the gradient for its input,
#
# $$\frac{\partial E}{\partial x_j} \;=\; \sum_i
# \underbrace{\frac{\partial E}{\partial\,\text{out}_i}}_{\text{upstream}}\;
# \underbrace{\frac{\partial\,\text{out}_i}{\partial x_j}}_{\text{the layer's own}}$$
#
# and hand it on to the layer before, for which it is the upstream gradient. In
# the same way it gets the gradients of its weights, and keeps those. This is
# **backpropagation**. A *backward function* takes `dout` and what the forward
# pass saved, and returns the gradient for each input of the layer.

# %% nbgrader={"grade": false, "grade_id": "graph", "locked": true, "schema_version": 3, "solution": false, "task": false}
nodes = {
    "input x": (0, 1),
    "weights w": (0, 0),
    "correlate\n+ bias": (1.25, 0.5),
    "ReLU": (2.6, 0.5),
    "max pool": (3.8, 0.5),
    "next\nlayers": (5.0, 0.5),
    "loss E": (6.2, 0.5),
}
links = [(0, 2, "x"), (1, 2, "w"), (2, 3, "a"), (3, 4, "h"), (4, 5, "p"), (5, 6, "")]
_, ax = plt.subplots(figsize=(8.5, 2.6))
labels, places = list(nodes), list(nodes.values())
box = {"boxstyle": "round,pad=0.45", "fc": "white", "ec": "#555"}
for name, (x, y) in nodes.items():
    ax.text(x, y, name, ha="center", va="center", bbox=box, zorder=3)
for start, stop, name in links:
    (x0, y0), (x1, y1) = places[start], places[stop]
    widths = [8 + 3 * max(map(len, labels[n].split("\n"))) for n in (start, stop)]
    ends = {"shrinkA": widths[0], "shrinkB": widths[1]}
    for shift, color, head in ((0.07, "C0", "-|>"), (-0.07, "C2", "<|-")):
        line = {"arrowstyle": head, "color": color, **ends}
        ax.annotate("", (x1, y1 + shift), (x0, y0 + shift), arrowprops=line)
    if y0 == y1:
        ax.text((x0 + x1) / 2, y0 + 0.17, name, color="C0", ha="center")
    y = {0: -0.13, 1: 0.98}.get(y0, 0.23)
    ax.text((x0 + x1) / 2, y, name and f"∂E/∂{name}", color="C2", ha="center")
ax.set(xlim=(-0.5, 6.7), ylim=(-0.3, 1.3))
ax.set_axis_off()
plt.show()

# %% [markdown]
# **Figure 1.** The *computational graph* of a convolution layer. Forward (blue,
# to the right) each box computes its output: $a$ before the bend, $h$ after it,
# $p$ after pooling. Backward (red, to the left) the same boxes are visited in
# reverse order; each turns the gradient of its output into gradients of its
# inputs. The first box has two, so it sends two answers.

# %% [markdown] covers=["C42", "Q08"]
# ### Four rules carry the whole lesson
#
# | forward, a layer … | backward, it … | met in |
# |---|---|---|
# | **adds** numbers | **copies** the gradient to each of them | bias, dense, convolution |
# | **uses one number several times** | **adds up** what comes back from all uses | convolution, overlapping windows |
# | **multiplies** by $w$ | **multiplies** by $w$ | weights |
# | **picks** one number, drops the others | sends the gradient **to the one picked**, 0 to the others | ReLU, max pool, stride |
#
# Textbooks derive the gradient of a dense layer, and then slides ask: "but what
# about pooling? What about striding?" The last rule answers both.
#
# **For all tasks of this lesson.** Arguments may have any real dtype (integers,
# uint8, float32) and may be views; convert to float64 and return float64. Leave
# the arguments as they were: the forward pass may need them again. Write the
# gradients yourself: `torch`, other libraries that differentiate, `scipy.signal`,
# `scipy.ndimage` and `skimage` may not be called. All of NumPy may, also
# `np.convolve`. The checks hand you upstream gradients that differ from place to
# place: with `dout` equal to 1 everywhere, half of all mistakes go unseen.

# %% nbgrader={"grade": false, "grade_id": "slide_numbers", "locked": true, "schema_version": 3, "solution": false, "task": false}
BANNED = ("torch", "autograd", "jax", "scipy.signal", "scipy.ndimage", "skimage")
image = np.array(
    [
        [1, 4, 12, 11, 0, 2],
        [9, 15, 3, 0, 4, 17],
        [1, 4, 8, 6, 6, 10],
        [16, 10, 0, 11, 13, 6],
        [0, 2, 9, 3, 0, 8],
        [2, 14, 12, 5, 14, 1],
    ]
)
kernel = np.array([[3, 0, 8], [1, 5, 10], [0, 2, 9]])
signal = np.array([3, 5, 6, 2, 2, 9, 4])


def draw_numbers(ax, matrix, title, signed=True):
    """Draw a small matrix with its numbers, blue to red around white at zero."""
    limit = (np.abs(matrix).max() or 1) if signed else np.inf
    colors = np.clip(matrix / limit, -1, 1)
    ax.imshow(colors, cmap="RdBu_r", vmin=-1, vmax=1)
    for (i, j), value in np.ndenumerate(matrix):
        ink = "white" if abs(colors[i, j]) > 0.6 else "#222"
        ax.text(j, i, f"{value:.3g}", ha="center", va="center", color=ink, fontsize=10)
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color="#bbb")


# %% [markdown] covers=["C42"]
# ## 2 · Measure before you derive
#
# A wrong backward function does not crash. It returns plausible numbers, and the
# network learns badly or not at all. So first build the instrument that finds
# the mistakes. Move one entry of $x$ up by a small step $\epsilon$, then down by
# as much, and look what the function does:
#
# $$\frac{\partial f}{\partial x_i} \;\approx\;
# \frac{f(x + \epsilon\,e_i) - f(x - \epsilon\,e_i)}{2\,\epsilon},$$
#
# where $e_i$ is 1 at entry $i$ and 0 elsewhere. This is the **central
# difference**. It needs two calls of $f$ for *each* entry, which is why nobody
# trains with it.
#
# **Task 1** (medium, 10 minutes). Write `central_difference(f, x, eps=1e-5)`. `f`
# takes an array and returns one number; `x` is an array of any shape. The result
# is float64 and has the shape of `x`.
#
# - Call `f` exactly twice per entry, each time with a float64 array of the shape
#   of `x` in which *one* entry is moved.
# - `x` may hold integers or float32; the step must survive.
# - When you are done, `x` must be what it was, to the last bit.
#
# Example: for the sum of cubes and $\epsilon = 0.1$ at $x = 2$ the result is
# $(2.1^3 - 1.9^3)/0.2 = 12.01$; the derivative is 12.
#
# <details><summary>Hint 1: what to think of</summary>A loop over all entries,
# whatever the number of axes. What must be undone before the next one is moved?
# </details>
# <details><summary>Hint 2: what to look up</summary><code>np.ndindex(x.shape)</code>
# gives all indices as tuples, and <code>x[index]</code> takes one. An array of
# integers cannot hold 2.00001. Adding a step and subtracting it again does not
# always give back the old number.</details>
# <details><summary>Hint 3: the order of things</summary>Copy x as float64, make
# zeros for the result. For each index: remember the old entry; set it to old +
# eps, call; set it to old − eps, call; put the old entry back; store the difference
# divided by twice the step.</details>


# %% nbgrader={"grade": false, "grade_id": "central_difference", "locked": false, "schema_version": 3, "solution": true, "task": false}
def central_difference(f, x, eps=1e-5):
    """Measure the gradient of f at x by central differences.

    f: takes a float64 array of the shape of x, returns one number;
    x: any shape, any real dtype; eps: the step.
    Returns float64 of the shape of x; calls f twice per entry.
    """
    ### BEGIN SOLUTION
    moved = np.array(x, dtype=np.float64)
    grad = np.zeros(moved.shape)
    for index in np.ndindex(moved.shape):
        old = moved[index]
        moved[index] = old + eps
        above = f(moved)
        moved[index] = old - eps
        below = f(moved)
        moved[index] = old
        grad[index] = (above - below) / (2 * eps)
    return grad
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "central_difference_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x = np.array([[1.0, -2.0, 3.0]])
check(
    central_difference,
    lambda v: (v**2).sum(),
    x,
    want=np.array([[2.0, -4.0, 6.0]]),
    case="the sum of squares",
)
check(
    central_difference,
    lambda v: (v**3).sum(),
    x,
    0.1,
    want=np.array([[3.01, 12.01, 27.01]]),
    case="the sum of cubes with a step of 0.1",
    mistakes={
        "this is the one-sided difference, f(x + eps) - f(x)": 3 * x**2
        + 0.3 * x
        + 0.01,
        "twice too large: the two points are 2 eps apart": 6 * x**2 + 0.02,
        "this is the exact derivative; measure it": 3 * x**2,
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(101)
x, weights = r.normal(size=(2, 3, 2, 4)), r.normal(size=(2, 3, 2, 4))
check(
    central_difference,
    lambda v: (weights * np.sin(v)).sum() + v[0, 0, 0, 0] * v[1, 2, 1, 3],
    x,
    want=weights * np.cos(x)
    + np.where(np.arange(48) == 0, x.flat[-1], 0).reshape(x.shape)
    + np.where(np.arange(48) == 47, x.flat[0], 0).reshape(x.shape),
    case="four axes, and a function that mixes entries",
    rtol=1e-6,
    atol=1e-7,
)
matrix = r.normal(size=(3, 3))
check(
    central_difference,
    lambda v: v[0] @ matrix @ v[1],
    x[0, :2, 0, :3],
    0.5,
    want=np.stack([matrix @ x[0, 1, 0, :3], matrix.T @ x[0, 0, 0, :3]]),
    case="a product of two rows, with a large step",
    mistakes={
        "all entries are moved at once; move one, and put it back": np.full(
            (2, 3), (x[0, :2, 0, :3].sum(0) @ (matrix.sum(0) + matrix.sum(1)))
        )
    },
)
check(
    central_difference,
    lambda v: np.exp(v).sum(),
    np.array([0.0, 1.0]),
    0.25,
    want=np.exp([0.0, 1.0]) * np.sinh(0.25) / 0.25,
    case="exponentials",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "central_difference_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    central_difference,
    lambda v: (v**3).sum(),
    np.array([1, 2]),
    0.1,
    want=np.array([3.01, 12.01]),
    case="integers",
    mistakes={"the step is lost: integers cannot hold it": np.zeros(2)},
)
check_own_work(central_difference, BANNED)
# Also graded: the number of calls, what f is called with, views, float32, x afterwards.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(102)
x, weights = r.normal(size=(3, 2)) + 7, r.normal(size=(3, 2))
calls = []


def recorded(v):
    calls.append(np.array(v))
    return float((weights * v).sum())


case = "a function that counts its calls"
check(central_difference, recorded, x, want=weights, case=case, rtol=1e-6, atol=1e-7)
require(
    len(calls) == 2 * x.size,
    "central_difference: f is not called exactly twice per entry",
)
require(
    all(v.dtype == np.float64 and v.shape == x.shape for v in calls),
    "central_difference: f must get float64 arrays of the shape of x",
)
require(
    all((v != x).sum() == 1 for v in calls),
    "central_difference: each call must move one entry, and leave the others alone",
)
field = r.normal(size=(6, 9))
check(
    central_difference,
    lambda v: (v**3).sum(),
    field[::2, ::-4],
    1e-2,
    want=3 * field[::2, ::-4] ** 2 + 1e-4,
    case="a view with steps",
)
check(
    central_difference,
    lambda v: (v**2).sum(),
    np.array([1000.0, 2000.0], np.float32),
    1e-5,
    want=np.array([2000.0, 4000.0]),
    case="large float32 numbers, whose steps a float32 would lose",
    rtol=1e-4,
)
check(
    central_difference,
    lambda v: (v**3).sum(),
    np.array([1e-3]),
    want=np.array([3e-6 + 1e-10]),
    case="the default step",
    atol=0,
    rtol=1e-6,
)
check(
    central_difference,
    lambda v: float(v[0, 0] ** 3),
    np.array([[200]], np.uint8),
    0.5,
    want=np.array([[120000.25]]),
    case="uint8, a single entry",
)
huge = np.array([0.1, 1e8, -3.7e7])
check(
    central_difference,
    lambda v: v[0] * 2,
    huge,
    want=np.array([2.0, 0, 0]),
    case="numbers of very different size, unchanged to the last bit",
    rtol=1e-6,
)
turned = field[:3, :2].T
want = 3 * turned**2 + 1e-4
case = "a transposed view"
check(central_difference, lambda v: (v**3).sum(), turned, 1e-2, want=want, case=case)
weights = np.arange(1.0, 9).reshape(1, 2, 1, 2, 2)
check(
    central_difference,
    lambda v: (weights * v).sum(),
    np.full((1, 2, 1, 2, 2), 3),
    0.5,
    want=weights,
    case="five axes, equal entries",
)
### END HIDDEN TESTS

# %%
rng = np.random.default_rng(0)
point = rng.normal(size=6)
truth = np.exp(point)
steps = 10.0 ** np.arange(-13, 0.1, 0.25)


def exp_sum(v):
    return np.exp(v).sum()


def exp_sum_32(v):
    return np.exp(v.astype(np.float32)).sum()


one_sided = [abs((np.exp(point + h) - truth) / h - truth) for h in steps]
central = [abs(central_difference(exp_sum, point, h) - truth) for h in steps]
coarse = [abs(central_difference(exp_sum_32, point, h) - truth) for h in steps]
_, ax = plt.subplots(figsize=(7.5, 4))
ax.plot(steps, np.max(one_sided, axis=1), "s--", color="C1", ms=3.5, label="one-sided")
ax.plot(steps, np.max(central, axis=1), "o-", color="C0", ms=3.5, label="central")
ax.plot(steps, np.max(coarse, axis=1), "^:", color="C4", ms=3.5, label="in float32")
ax.set(xscale="log", yscale="log", ylim=(1e-12, 1e3))
ax.set(xlabel="step ε (same unit as x)", ylabel="largest error of the gradient")
ax.legend(loc="upper right", ncols=3)
plt.show()

# %% [markdown] covers=["C42"]
# **Figure 2.** Error of the measured gradient of $\sum_i e^{x_i}$ against the step,
# both axes logarithmic. From right to left the error falls, since a curve looks
# straighter the closer one looks: like $\epsilon^2$ for central differences (slope
# 2), like $\epsilon$ for one-sided ones (slope 1). Then it rises again: the
# difference of two nearly equal numbers keeps few digits, and dividing by
# $\epsilon$ blows their rounding up (slope −1). The best place is near $10^{-5}$,
# where ten digits are right. In float32 five digits are the best one can have, at
# $10^{-2}$, and below $10^{-7}$ the step is lost altogether: **check gradients in
# float64.**

# %% [markdown] covers=["F19", "F21"]
# ## 3 · ReLU, dense layers, softmax
#
# Let $a_k$, the **pre-activation**, be what layer $k$ computes before its bend $g$, and
# $h_k = g(a_k)$ what comes out after it. The slides write backpropagation in a few lines:
#
# $$\delta_k = g'(a_k) \odot
# \begin{cases} y - d & \text{at the output, for the loss } \tfrac12\|y-d\|^2 \\
# W_{k+1}^{\mathsf T}\,\delta_{k+1} & \text{if the next layer is dense} \\
# \kappa^*_{k+1} \star \delta_{k+1} & \text{if it is a convolution}
# \end{cases}
# \qquad
# \frac{\partial E}{\partial W_k} = \delta_k\, h_{k-1}^{\mathsf T}.$$
#
# Here $\delta_k = \partial E/\partial a_k$; $y$ is the network's answer and $d$ the
# one desired; $\odot$ multiplies entry by entry. The columns $h$ and $\delta$ belong
# to *one* example. The third case is the subject of section 4. First the factor
# $g'(a_k)$.
#
# ReLU is $\max(a, 0)$. Its slope is 1 where $a > 0$ and 0 where $a < 0$. At exactly
# 0 it has a kink and no derivative; we take 0 there, as PyTorch does.
#
# **Task 2** (easy, 4 minutes). Write `relu_backward(dout, a)`: the gradient for
# $a$. Both arrays have the same shape. What is dropped is 0 *whatever* `dout` holds
# there, even infinity or NaN (not a number): beware, $0 \cdot \infty$ is NaN.
#
# <details><summary>Hint 1: what to think of</summary>The gate was set by the
# forward pass. It does not look at what comes back.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.where</code> chooses
# between two arrays, entry by entry.</details>
# <details><summary>Hint 3: the order of things</summary>Compare a with 0; where it is
# larger take dout, elsewhere 0. Which dtype comes out when dout is float32, or
# integer?</details>


# %% nbgrader={"grade": false, "grade_id": "relu_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relu_backward(dout, a):
    """Send the gradient back through ReLU.

    dout, a: arrays of one shape; a is what ReLU was applied to.
    Returns float64 of that shape: dout where a > 0, else 0.
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(a) > 0, dout, 0).astype(np.float64)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "relu_backward_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    relu_backward,
    np.array([5.0, 5.0, 5.0]),
    np.array([-1.0, 0.0, 2.0]),
    want=np.array([0.0, 0.0, 5.0]),
    case="a = -1, 0, 2",
    mistakes={
        "at a = 0 the gradient is 0 by our convention": np.array([0.0, 5, 5]),
        "this is the mask; the upstream gradient is missing": np.array([0.0, 0, 1]),
        "the gate multiplies by 1, not by a": np.array([0.0, 0, 10]),
    },
)
### BEGIN HIDDEN TESTS
import torch  # an independent oracle

r = np.random.default_rng(201)
dout, a = r.normal(size=(2, 3, 4, 5)), r.normal(size=(2, 3, 4, 5))
t = torch.tensor(a, requires_grad=True)
(grad,) = torch.autograd.grad(torch.relu(t), t, torch.tensor(dout))
check(
    relu_backward,
    dout,
    a,
    want=grad.numpy(),
    case="a batch, against automatic differentiation",
    mistakes={
        "the gate looks at dout; it should look at a": np.where(dout > 0, dout, 0)
    },
)
slope = (np.maximum(a + 1e-7, 0) - np.maximum(a - 1e-7, 0)) / 2e-7
check(relu_backward, dout, a, want=slope * dout, case="measured", rtol=1e-5, atol=1e-7)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "relu_backward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    relu_backward,
    np.array([[1.0, np.inf], [2.0, 3.0]]),
    np.array([[1.0, -1.0], [-1.0, 1.0]]),
    want=np.array([[1.0, 0.0], [0.0, 3.0]]),
    case="an infinite gradient at a closed gate",
)
check_own_work(relu_backward, BANNED)
# Also graded: NaN, zeros of both signs, integers, uint8, float32, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(202)
check(
    relu_backward,
    np.array([np.nan, np.nan, -np.inf, 7.0, -8.0, 0.0]),
    np.array([-1.0, 0.0, -0.0, 1e-300, 3.0, 2.0]),
    want=np.array([0.0, 0, 0, 7, -8, 0]),
    case="NaN at closed gates, and gates that are barely open",
)
dout, a = r.integers(-9, 9, (3, 4)), r.integers(-2, 3, (3, 4))
want = np.array([[d if v > 0 else 0.0 for d, v in zip(*w)] for w in zip(dout, a)])
check(relu_backward, dout, a, want=want, case="integers")
case = "uint8 activations, float32 gradients"
small = dout.astype(np.float32)
want = np.where(a != 0, small, 0).astype(np.float64)
check(relu_backward, small, np.abs(a).astype(np.uint8), want=want, case=case)
dout, a = r.normal(size=(6, 8)), r.normal(size=(8, 6))
want = np.where(a.T > 0, dout, 0)[::2, ::-3]
check(relu_backward, dout[::2, ::-3], a.T[::2, ::-3], want=want, case="views", rtol=0)
dout, a = np.array([1, -2, 3, 4]), np.array([0.25, 300, 1e20, np.inf])
want = np.array([1.0, -2, 3, 4])
check(relu_backward, dout, a, want=want, case="all gates open, integer gradients")
### END HIDDEN TESTS

# %% [markdown] covers=["F19", "C42"]
# ### A dense layer, for a whole batch
#
# The lines above are for one example, written as a column. Arrays hold a *batch*:
# `h` has shape (N, D), one example per **row**; `W` has shape (D, M), `b` has shape
# (M,), and the layer computes `out = h @ W + b` of shape (N, M). The loss is one
# number for the whole batch, so each weight, which was used for all N examples,
# collects N contributions (rule 2).
#
# By hand, with N = 1: let $h = (1\ \ 2)$,
# $W = \begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}$ and the upstream gradient
# $(1\ \ 0\ \ 2)$. Then
# $\partial E/\partial h_0 = 1\cdot1 + 0\cdot2 + 2\cdot3 = 7$, and
# $\partial E/\partial W_{1,2} = h_1 \cdot 2 = 4$.
#
# **Task 3** (easy, 8 minutes). Write `dense_backward(dout, h, W)`, which returns
# the tuple `(dh, dW, db)`. If the loss is a *mean* over the batch, its 1/N is
# already in `dout`: do not divide again.
#
# <details><summary>Hint 1: what to think of</summary>Shapes. dh must be like h, dW
# like W. Which products of two of the three matrices have these shapes?</details>
# <details><summary>Hint 2: what to look up</summary><code>.T</code> transposes a
# matrix, <code>@</code> multiplies; <code>.sum(axis=...)</code> removes one axis:
# which one?</details>
# <details><summary>Hint 3: the order of things</summary>A square W hides a forgotten
# transposition, so check the example above. b was added to every row: by rule 2 its
# gradient adds up over the rows.</details>


# %% nbgrader={"grade": false, "grade_id": "dense_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense_backward(dout, h, W):
    """Send the gradient back through out = h @ W + b.

    dout: (N, M), h: (N, D), W: (D, M).
    Returns float64 (dh, dW, db) of shapes (N, D), (D, M), (M,).
    """
    ### BEGIN SOLUTION
    dout, h, W = (np.asarray(v, np.float64) for v in (dout, h, W))
    return dout @ W.T, h.T @ dout, dout.sum(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "dense_backward_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
h, W = np.array([[1.0, 2.0]]), np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
check(
    dense_backward,
    np.array([[1.0, 0.0, 2.0]]),
    h,
    W,
    want=(
        np.array([[7.0, 16.0]]),
        np.array([[1.0, 0.0, 2.0], [2.0, 0.0, 4.0]]),
        np.array([1.0, 0.0, 2.0]),
    ),
    case="one example, two inputs, three outputs",
)
### BEGIN HIDDEN TESTS
import torch  # an independent oracle


def by_torch(dout, h, W):
    h, W = torch.tensor(h, requires_grad=True), torch.tensor(W, requires_grad=True)
    b = torch.zeros(W.shape[1], dtype=torch.float64, requires_grad=True)
    grads = torch.autograd.grad(h @ W + b, (h, W, b), torch.tensor(dout))
    return tuple(grad.numpy() for grad in grads)


r = np.random.default_rng(301)
for n, d, m in ((2, 3, 4), (3, 3, 3), (5, 2, 1), (1, 4, 6)):
    dout, h, W = r.normal(size=(n, m)), r.normal(size=(n, d)), r.normal(size=(d, m))
    dh, dw, db = by_torch(dout, h, W)
    mistakes = {}
    if n > 1:
        words = "the gradients of W and b are divided by N"
        mistakes[words] = dh, dw / n, db / n
    if n == m == d:
        mistakes["W is not transposed, which only a square W allows"] = dout @ W, dw, db
        mistakes["the gradient of W is transposed"] = dh, dw.T, db
        mistakes["db is summed along the wrong axis"] = dh, dw, dout.sum(1)
    check(
        dense_backward,
        dout,
        h,
        W,
        want=(dh, dw, db),
        case="a square layer" if n == d else "a layer that is not square",
        mistakes=mistakes,
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "dense_backward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    dense_backward,
    np.array([[1], [10]]),
    np.array([[2, 3], [4, 5]]),
    np.array([[6], [7]]),
    want=(
        np.array([[6.0, 7.0], [60.0, 70.0]]),
        np.array([[42.0], [53.0]]),
        np.array([11.0]),
    ),
    case="two examples, one output, integers",
)
check_own_work(dense_backward, BANNED)
# Also graded: uint8, float32, views, measured gradients, other upstream gradients.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(302)
h = r.integers(100, 256, (4, 3), np.uint8)
dout, W = r.integers(-9, 9, (4, 2)).astype(np.int8), r.normal(size=(3, 2))
W = W.astype(np.float32)
want = (
    dout.astype(float) @ W.astype(float).T,
    h.astype(float).T @ dout.astype(float),
    dout.sum(0, dtype=float),
)
check(dense_backward, dout, h, W, want=want, case="uint8, int8 and float32")
dout, h, W = r.normal(size=(8, 9)), r.normal(size=(8, 8)), r.normal(size=(4, 6))
dout, h, W = dout[::2, ::3], h[::-2, :4], W[:, ::2]
want = (
    np.einsum("nm,dm->nd", dout, W),
    np.einsum("nd,nm->dm", h, dout),
    np.einsum("nm->m", dout),
)
check(dense_backward, dout, h, W, want=want, case="views with steps")
twice = tuple(-2 * w for w in want)
case = "minus twice the upstream gradient"
check(dense_backward, -2 * dout, h, W, want=twice, case=case)
slope = np.zeros((4, 3))
for i, j in np.ndindex(4, 3):
    e = np.zeros((4, 3))
    e[i, j] = 1e-3
    slope[i, j] = (dout * (h @ (W + e) - h @ (W - e))).sum() / 2e-3
want = (want[0], slope, want[2])
check(dense_backward, dout, h, W, want=want, case="measured", rtol=1e-6)
dout, h, W = (r.integers(100, 256, s, np.uint8) for s in ((3, 2), (3, 4), (4, 2)))
wide = [v.astype(float) for v in (dout, h, W)]
want = wide[0] @ wide[2].T, wide[1].T @ wide[0], wide[0].sum(0)
check(dense_backward, dout, h, W, want=want, case="uint8 throughout")
dout, h, W = (r.random(s, np.float32) * 1000 for s in ((5, 2), (5, 1), (1, 2)))
wide = [v.astype(float) for v in (dout, h, W)]
want = wide[0] @ wide[2].T, wide[1].T @ wide[0], wide[0].sum(0)
case = "a single input, float32 arguments, float64 arithmetic"
check(dense_backward, dout, h, W, want=want, case=case, rtol=1e-12)
### END HIDDEN TESTS

# %% [markdown] covers=["F21", "C42"]
# ### The last layer: softmax and its loss
#
# A classifier ends with K scores per example, the **logits** $z$. Softmax turns
# them into confidences $p_k = e^{z_k} / \sum_l e^{z_l}$, and the loss looks at the
# confidence given to the true class $y$. This **cross-entropy**, averaged over the
# batch, is
#
# $$E = -\frac1N \sum_{n=1}^{N} \log p_{n,\,y_n}
#     = \frac1N \sum_{n=1}^{N}\Bigl(\log\sum_l e^{z_{n,l}} - z_{n,\,y_n}\Bigr).$$
#
# Differentiate the second form and look what is left: per example, the confidences
# minus the one-hot label. It resembles the "$y - d$" of the slides' first case, and
# the derivative of softmax is already in it. Multiplying by that derivative once more
# is a classical mistake.
#
# **Task 4** (medium, 10 minutes). Write `softmax_xent(logits, y)`, which returns the
# tuple `(loss, dlogits)`: the mean loss as a number, and its gradient, float64 of
# shape (N, K). `y` has shape (N,) and holds labels from 0 to K − 1 in any integer
# dtype; raise `ValueError` for other labels. Logits of ±10,000 must work.
#
# For the logits (1, 2, 3) and (1, 1, 1) with $y = (2, 0)$ the loss is 0.7531091.
#
# <details><summary>Hint 1: what to think of</summary>Which of the two forms of E can
# never take the logarithm of 0?</details>
# <details><summary>Hint 2: what to look up</summary>Subtracting the largest logit of
# each row changes neither p nor E, and keeps every exponent at or below 0.
# <code>p[np.arange(N), y]</code> takes one entry per row.</details>
# <details><summary>Hint 3: the order of things</summary>Check the labels; shift the
# rows; exponentials; their sums, kept as a column; the loss from the shifted logits and
# the logarithm of the sums; then p, minus 1 at the label, and the 1/N of the mean.
# </details>


# %% nbgrader={"grade": false, "grade_id": "softmax_xent", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax_xent(logits, y):
    """Return the mean cross-entropy of softmax(logits) and its gradient.

    logits: (N, K), real; y: (N,), integers in 0..K-1.
    Returns (loss, dlogits): a number, and float64 (N, K).
    Raises ValueError for a label outside 0..K-1.
    """
    ### BEGIN SOLUTION
    z = np.asarray(logits, np.float64)
    n, k = z.shape
    y = np.asarray(y)
    if np.any((y < 0) | (y >= k)):
        raise ValueError(f"softmax_xent: labels must be in 0..{k - 1}, got {y}")
    z = z - z.max(axis=1, keepdims=True)
    sums = np.exp(z).sum(axis=1, keepdims=True)
    rows = np.arange(n)
    loss = (np.log(sums[:, 0]) - z[rows, y]).mean()
    grad = np.exp(z) / sums
    grad[rows, y] -= 1
    return float(loss), grad / n
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "softmax_xent_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
logits, y = np.array([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]]), np.array([2, 0])
p = np.array([[0.0900305732, 0.2447284711, 0.6652409558], [1 / 3, 1 / 3, 1 / 3]])
loss = 0.7531091265
want = (p - np.array([[0.0, 0, 1], [1, 0, 0]])) / 2
check(
    softmax_xent,
    logits,
    y,
    want=(loss, want),
    case="two examples, three classes",
    mistakes={
        "the loss is the sum over the batch, not the mean": (2 * loss, want),
        "loss and gradient are sums over the batch": (2 * loss, 2 * want),
        "the loss is a mean, so its gradient has a factor 1/N": (loss, 2 * want),
        "the gradient has the wrong sign": (loss, -want),
        "the derivative of softmax is multiplied in twice": (loss, want * p * (1 - p)),
    },
)
### BEGIN HIDDEN TESTS
import torch  # an independent oracle


def by_torch(logits, y):
    z = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(z, torch.tensor(y.astype(np.int64)))
    return float(loss.detach()), torch.autograd.grad(loss, z)[0].numpy()


r = np.random.default_rng(401)
for n, k in ((5, 3), (3, 3), (2, 7)):
    logits, y = 3 * r.normal(size=(n, k)), r.integers(0, k, n)
    want = by_torch(logits, y)
    case = "random logits, against automatic differentiation"
    check(softmax_xent, logits, y, want=want, case=case, rtol=1e-10)
e = np.zeros((2, 7))
e[1, 4] = 1e-4
slope = (by_torch(logits + e, y)[0] - by_torch(logits - e, y)[0]) / 2e-4
got = softmax_xent(logits, y)[1][1, 4]
require(abs(got - slope) < 1e-7, "softmax_xent: a measured gradient differs")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "softmax_xent_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    softmax_xent,
    np.array([[0.0, 10_000.0]]),
    np.array([0]),
    want=(10_000.0, np.array([[-1.0, 1.0]])),
    case="one example, very sure and wrong",
)
check_raises(softmax_xent, np.zeros((2, 3)), np.array([0, 3]), case="a label 3 of 0..2")
check_own_work(softmax_xent, BANNED)
# Also graded: negative labels, dtypes of labels and logits, far-apart rows, one class.
### BEGIN HIDDEN TESTS
import torch  # an independent oracle

r = np.random.default_rng(402)
check_raises(softmax_xent, np.zeros((2, 3)), np.array([-1, 1]), case="a negative label")
sums = 2 + np.exp(-1)
check(
    softmax_xent,
    np.array([[10_000.0, 0.0, -10_000.0], [-10_000.0, -10_001.0, -10_000.0]]),
    np.array([0, 2], np.uint8),
    want=(
        float(np.log(sums) / 2),
        np.array([[0.0, 0, 0], [1 / sums, np.exp(-1) / sums, 1 / sums - 1]]) / 2,
    ),
    case="rows that are far apart, uint8 labels",
)
logits, y = r.integers(-4, 5, (4, 5)), np.array([4, 4, 0, 1], np.int8)
z = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
loss = torch.nn.functional.cross_entropy(z, torch.tensor(y.astype(np.int64)))
want = (float(loss.detach()), torch.autograd.grad(loss, z)[0].numpy())
check(softmax_xent, logits, y, want=want, case="integer logits", rtol=1e-10)
case = "the same logits, all lower"
check(softmax_xent, logits - 7.5, y, want=want, case=case, rtol=1e-10)
small = r.normal(size=(3, 4)).astype(np.float32)
z = torch.tensor(small.astype(np.float64), requires_grad=True)
loss = torch.nn.functional.cross_entropy(z, torch.tensor([1, 3, 3]))
want = (float(loss.detach()), torch.autograd.grad(loss, z)[0].numpy())
case = "float32 logits, float64 arithmetic"
check(softmax_xent, small, np.array([1, 3, 3]), want=want, case=case)
y = np.zeros(3, int)
want = (0.0, np.zeros((3, 1)))
check(softmax_xent, np.zeros((3, 1)), y, want=want, case="one class")
for logits, y, case in (
    (
        np.array([[3, 0, 200], [0, 255, 254]], np.uint8),
        np.array([1, 2]),
        "uint8 logits",
    ),
    (r.normal(size=(3, 200)), np.array([199, 128, 0], np.uint8), "200 classes"),
):
    z = torch.tensor(logits.astype(np.float64), requires_grad=True)
    loss = torch.nn.functional.cross_entropy(z, torch.tensor(y.astype(np.int64)))
    want = (float(loss.detach()), torch.autograd.grad(loss, z)[0].numpy())
    check(softmax_xent, logits, y, want=want, case=case)
for y in ([0, 1, 2, 3, 0], [0, 1, 2, 0, 7], [-3, 1, 2, 0, 0]):
    case = "a label outside 0..2, five examples"
    check_raises(softmax_xent, np.zeros((5, 3)), np.array(y), case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["F20", "C42"]
# ## 4 · Convolution
#
# Take the smallest case, a row of numbers $x$ and a kernel $\kappa$ at all valid
# places: $a_i = \sum_n \kappa_n\, x_{i+n}$, a correlation. Which outputs did $x_3$
# help to make?

# %%
_, ax = plt.subplots(figsize=(7, 2.9))
for i in range(5):
    for n in range(3):
        near = i + n == 3
        style = {"color": f"C{n}", "lw": 3 if near else 1.2}
        ax.plot([i + 1, i + n], [1, 0], alpha=1 if near else 0.25, zorder=1, **style)
        if near:
            ax.text((i + 4) / 2, 0.5, f"κ{n}", color="#222", ha="center", va="center")
            ax.texts[-1].set_bbox({"fc": "white", "ec": "none", "pad": 1.5})
circle = {"boxstyle": "circle,pad=0.25", "fc": "white", "ec": "#555"}
for i in range(5):
    ax.text(i + 1, 1, f"a{i}", ha="center", va="center", bbox=circle)
for j in range(7):
    fill = {**circle, "fc": "#ffe0b0" if j == 3 else "white"}
    ax.text(j, 0, f"x{j}", ha="center", va="center", bbox=fill)
ax.set(xlim=(-0.5, 6.5), ylim=(-0.25, 1.25))
ax.set_axis_off()
plt.show()

# %% [markdown] covers=["F20", "E30"]
# **Figure 3.** Seven inputs, five outputs, a kernel of three weights; one colour is
# one weight. Each output, looking down, meets $\kappa_0, \kappa_1, \kappa_2$ from
# left to right. The input $x_3$, looking up, meets them as $\kappa_2, \kappa_1,
# \kappa_0$: **from below, the kernel stands reversed.**
#
# So the gradient that comes back to $x$ is made with the reversed kernel, and the
# gradient of a weight, which was used at every place, adds up over the places:
#
# $$\frac{\partial E}{\partial x_j} = \sum_i \kappa_{j-i}\,\delta_i
#   = (\kappa * \delta)_j, \qquad
# \frac{\partial E}{\partial \kappa_n} = \sum_i \delta_i\, x_{i+n}
#   = (\delta \star x)_n,$$
#
# with $\delta = \partial E/\partial a$, and $\kappa$ zero outside its table. The first
# is a true **convolution** ($*$, lesson 01) over all places where the kernel touches
# $\delta$; the second a **correlation** ($\star$) in which $\delta$ plays the kernel,
# and only as many places are kept as $\kappa$ has weights.
#
# For the slides' deep network this reads
# $\delta_k = g'(a_k) \odot (\kappa^*_{k+1} \star \delta_{k+1})$, the third case of
# section 3. Beware of the star. An early slide defines $\kappa^*$ as the complex
# conjugate; for real weights that would change nothing, and the formula would be
# wrong. On the slides about training $\kappa^*$ means the **reversed** kernel:
# correlating with the reversed kernel is convolving with $\kappa$.

# %% [markdown] covers=["F20", "E37"]
# ### One letter, two layers
#
# The slides derive this with a chain rule in which $a_i$ and $a_l$ stand side by
# side, and $\partial h_i/\partial a_i$ in both of its sums, as if $i$ and $l$ counted
# units of the *same* layer. They do not: $a_i$ and $h_i = g(a_i)$ belong to layer
# $k$, and $a_l$ is the pre-activation of layer $k+1$, which is computed *from* the
# $h_i$. With the layers written out,
#
# $$\frac{\partial E}{\partial a^{(k)}_i} \;=\; \sum_{l}
# \frac{\partial E}{\partial a^{(k+1)}_l}\;
# \frac{\partial a^{(k+1)}_l}{\partial h^{(k)}_i}\;
# \frac{\partial h^{(k)}_i}{\partial a^{(k)}_i}$$
#
# and the slides' last line, $\delta_i = \bigl(\sum_l \kappa_{i-l}\,\delta_l\bigr)\,
# g'(a_i)$, is right if the $\delta$ on the right belongs to layer $k + 1$.
#
# **Task 5** (medium, 12 minutes). Write `conv1d_backward(dout, x, kappa)`, which
# returns the tuple `(dx, dkappa)`. The forward pass is the valid correlation, so
# `dout` has `len(x) - len(kappa) + 1` entries: raise `ValueError` if not.
#
# By hand: $x = (2, 0, 1)$, $\kappa = (1, 2)$, $\delta = (3, 5)$ give
# $\partial E/\partial\kappa = (3\cdot2 + 5\cdot0,\; 3\cdot0 + 5\cdot1) = (6, 5)$ and
# $\partial E/\partial x = (3\cdot1,\; 3\cdot2 + 5\cdot1,\; 5\cdot2) = (3, 11, 10)$.
#
# <details><summary>Hint 1: what to think of</summary>Go through the forward pass
# product by product. When a[i] was made, kappa[n] met x[i + n]. On the way back this
# pair sends two messages, one to the weight and one to the input.</details>
# <details><summary>Hint 2: what to look up</summary>Loops with <code>+=</code> are
# fine. Or <code>np.convolve</code> and <code>np.correlate</code> with the modes full
# and valid; they are allowed here.</details>
# <details><summary>Hint 3: the order of things</summary>Convert to float64, compare
# lengths, make two arrays of zeros. For each i, the window x[i : i + len(kappa)]
# times dout[i] goes to dkappa, and kappa times dout[i] goes to the same window of dx.
# Add, do not assign.</details>


# %% nbgrader={"grade": false, "grade_id": "conv1d_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv1d_backward(dout, x, kappa):
    """Send the gradient back through a[i] = sum over n of kappa[n] * x[i + n].

    dout: (L - K + 1,), x: (L,), kappa: (K,).
    Returns float64 (dx, dkappa) of shapes (L,), (K,).
    Raises ValueError if dout has another length.
    """
    ### BEGIN SOLUTION
    dout, x, kappa = (np.asarray(v, np.float64) for v in (dout, x, kappa))
    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError(
            f"conv1d_backward: {len(x)} inputs and {len(kappa)} weights give "
            f"{len(x) - len(kappa) + 1} outputs, but dout has {len(dout)}"
        )
    return np.convolve(dout, kappa), np.correlate(x, dout, "valid")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv1d_backward_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x, kappa, dout = np.arange(1, 6), np.array([1, 0, -1]), np.array([1, 2, 3])
dx, dkappa = np.array([1.0, 2, 2, -2, -3]), np.array([14.0, 20, 26])
check(
    conv1d_backward,
    dout,
    x,
    kappa,
    want=(dx, dkappa),
    case="x = 1..5, kappa = (1, 0, -1), dout = (1, 2, 3)",
    mistakes={
        "the kernel stands the wrong way round in dx: convolve": (-dx, dkappa),
        "dkappa is reversed": (dx, dkappa[::-1]),
        "the two results are exchanged": (dkappa, dx),
    },
)
x, kappa, dout = np.array([2, 0, 1]), np.array([1, 2]), np.array([3, 5])
want = (np.array([3.0, 11, 10]), np.array([6.0, 5]))
check(conv1d_backward, dout, x, kappa, want=want, case="the example worked out above")
### BEGIN HIDDEN TESTS
import torch  # an independent oracle

r = np.random.default_rng(501)
for length, k in ((9, 4), (6, 2), (7, 3)):
    x, kappa, dout = (r.normal(size=n) for n in (length, k, length - k + 1))
    t = [torch.tensor(v, requires_grad=True) for v in (x, kappa)]
    out = torch.nn.functional.conv1d(t[0][None, None], t[1][None, None])[0, 0]
    grads = torch.autograd.grad(out, t, torch.tensor(dout))
    dx, dkappa = (grad.numpy() for grad in grads)
    check(
        conv1d_backward,
        dout,
        x,
        kappa,
        want=(dx, dkappa),
        case="random numbers, against automatic differentiation",
        mistakes={
            "the kernel is not reversed in dx: convolve, do not correlate": (
                np.convolve(dout, kappa[::-1]),
                dkappa,
            ),
            "dkappa is divided by the number of places": (dx, dkappa / len(dout)),
            "dkappa is reversed": (dx, dkappa[::-1]),
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv1d_backward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
x, kappa = np.array([3.0, -1.0, 2.0]), np.array([5.0])
want = (np.array([5.0, 10.0, -5.0]), np.array([-1.0]))
check(
    conv1d_backward,
    np.array([1.0, 2.0, -1.0]),
    x,
    kappa,
    want=want,
    case="a kernel with a single weight",
)
check_raises(conv1d_backward, np.ones(5), np.ones(5), np.ones(3), case="dout too long")
check_own_work(conv1d_backward, BANNED)
# Also graded: dout too short, a kernel as long as x, long dout, dtypes, views, adjoints.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(502)


def by_hand(dout, x, kappa):
    dx, dkappa = np.zeros(len(x)), np.zeros(len(kappa))
    for i in range(len(dout)):
        for n in range(len(kappa)):
            dx[i + n] += float(dout[i]) * float(kappa[n])
            dkappa[n] += float(dout[i]) * float(x[i + n])
    return dx, dkappa


check_raises(conv1d_backward, np.ones(2), np.ones(5), np.ones(3), case="dout too short")
check_raises(conv1d_backward, np.ones(1), np.ones(5), np.ones(3), case="a single dout")
for length, k, case in (
    (4, 4, "a kernel as long as x"),
    (12, 2, "many places"),
    (5, 4, "more weights than places"),
):
    x, kappa, dout = (r.normal(size=n) for n in (length, k, length - k + 1))
    want = by_hand(dout, x, kappa)
    check(conv1d_backward, dout, x, kappa, want=want, case=case)
x = r.integers(100, 256, 8, np.uint8)
kappa, dout = r.integers(-9, 9, 3), r.normal(size=6).astype(np.float32)
want = by_hand(dout, x, kappa)
check(conv1d_backward, dout, x, kappa, want=want, case="uint8, integers, float32")
kappa, dout = np.array([200, 7, 100], np.uint8), r.integers(1, 200, 6, np.uint8)
want = by_hand(dout, x, kappa)
check(conv1d_backward, dout, x, kappa, want=want, case="uint8 throughout")
x, kappa, dout = (r.normal(size=n) for n in (20, 8, 7))
x, kappa = x[::-2], kappa[::2]
want = by_hand(dout, x, kappa)
check(conv1d_backward, dout, x, kappa, want=want, case="views with steps")
slope = np.zeros(len(x))
for j in range(len(x)):
    e = 1e-3 * (np.arange(len(x)) == j)
    change = [np.correlate(x + sign * e, kappa, "valid") @ dout for sign in (1, -1)]
    slope[j] = (change[0] - change[1]) / 2e-3
check(
    conv1d_backward, dout, x, kappa, want=(slope, want[1]), case="measured", rtol=1e-6
)
case = "a kernel longer than x, which has no place at all"
check_raises(conv1d_backward, np.ones(3), np.ones(2), np.ones(4), case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["F23", "N20", "Q08", "C42"]
# ## 5 · Stride
#
# A stride of $s$ keeps one number out of $s$: forward, $n$ numbers become
# $\lceil n/s \rceil$, those at the places $0, s, 2s, \dots$. "But what about
# striding?" on the way back: the numbers kept get their gradient, the numbers
# dropped had no influence and get 0. The slides say it as a recipe: inject $s - 1$
# zeros **after** each element. Their example, with $s = 2$:
#
# | | |
# |---|---|
# | forward | (3, 5, 6, 2, 2, 9, 4, 5) → (3, 6, 2, 4) |
# | backward | (1, 2, 3, 4) → (1, 0, 2, 0, 3, 0, 4, 0) |
#
# If $s$ does not divide $n$, the recipe gives too many zeros at the end: with $n =
# 7$ the same four gradients become (1, 0, 2, 0, 3, 0, 4).
#
# **Task 6** (easy, 4 minutes). Write `stride_backward(delta, s, n)`: the gradient
# for all $n$ numbers, float64. Raise `ValueError` unless `delta` has
# $\lceil n/s \rceil$ entries.
#
# <details><summary>Hint 1: what to think of</summary>Start from zeros. Who gets
# something?</details>
# <details><summary>Hint 2: what to look up</summary>Slices with a step can stand on
# the left of an assignment. <code>-(-n // s)</code> rounds up.</details>
# <details><summary>Hint 3: the order of things</summary>The slice with step s of an
# array of length n has exactly as many entries as the forward pass kept. A longer or
# shorter delta does not fit into it, except where NumPy stretches: a delta of
# length 1.</details>


# %% nbgrader={"grade": false, "grade_id": "stride_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def stride_backward(delta, s, n):
    """Send the gradient back through out = x[::s], for x of length n.

    delta: (ceil(n / s),); s, n: int, at least 1. Returns float64 (n,).
    Raises ValueError if delta has another length.
    """
    ### BEGIN SOLUTION
    if len(delta) != -(-n // s):
        raise ValueError(
            f"stride_backward: {n} numbers with stride {s} give {-(-n // s)}, "
            f"but delta has {len(delta)}"
        )
    out = np.zeros(n)
    out[::s] = delta
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "stride_backward_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    stride_backward,
    np.array([1, 2, 3, 4]),
    2,
    8,
    want=np.array([1.0, 0, 2, 0, 3, 0, 4, 0]),
    case="the slides' example",
    mistakes={
        "each gradient is repeated; the numbers dropped get 0": np.array(
            [1.0, 1, 2, 2, 3, 3, 4, 4]
        ),
        "the zeros come after each element, not before": np.array(
            [0.0, 1, 0, 2, 0, 3, 0, 4]
        ),
    },
)
### BEGIN HIDDEN TESTS
import torch  # an independent oracle

r = np.random.default_rng(601)
for n, s in ((9, 3), (12, 4), (10, 2)):
    delta = r.normal(size=n // s + (n % s > 0))
    x = torch.zeros(n, dtype=torch.float64, requires_grad=True)
    (grad,) = torch.autograd.grad(x[::s], x, torch.tensor(delta))
    case = "a stride that divides n"
    mistakes = {"the gradients are scaled": grad.numpy() / s}
    check(stride_backward, delta, s, n, want=grad.numpy(), case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "stride_backward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
delta = np.array([1, 2, 3, 4])
want = np.array([1.0, 0, 2, 0, 3, 0, 4])
check(stride_backward, delta, 2, 7, want=want, case="seven numbers, stride 2")
check_raises(stride_backward, delta, 2, 9, case="four gradients where five are due")
check_own_work(stride_backward, BANNED)
# Also graded: stride 1, other remainders, stride above n, too many or one gradient, dtypes.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(602)
for n, s in ((7, 3), (8, 3), (11, 4), (5, 1), (1, 1), (2, 5), (6, 6), (13, 5), (11, 5)):
    delta = r.normal(size=len(range(0, n, s)))
    want = np.zeros(n)
    for i, value in enumerate(delta):
        want[i * s] = value
    case = "stride 1" if s == 1 else "a stride that leaves a remainder, or above n"
    check(stride_backward, delta, s, n, want=want, case=case, rtol=0)
whole = np.array([250, 3, 7], np.uint8)
want = np.array([250.0, 0, 3, 0, 7])
check(stride_backward, whole, 2, 5, want=want, case="uint8 gradients")
small = np.array([0.1, 9, 0.2, 9, 0.3], np.float32)[::2]
want = np.array([small[0], 0, 0, small[1], 0, 0, small[2]], np.float64)
check(stride_backward, small, 3, 7, want=want, case="a float32 view")
check_raises(stride_backward, np.ones(4), 3, 9, case="too many gradients")
check_raises(stride_backward, np.ones(1), 2, 6, case="one gradient where three are due")
check_raises(stride_backward, np.ones(6), 2, 6, case="as many gradients as numbers")
whole = np.array([250, 3], np.uint8)
want = np.array([250.0, 3])
check(stride_backward, whole, 1, 2, want=want, case="uint8 gradients, stride 1")
check_raises(stride_backward, np.ones(1), 2, 4, case="one gradient where two are due")
### END HIDDEN TESTS

# %% [markdown] covers=["C42"]
# ## 6 · The convolution layer
#
# Now all at once: a batch of $N$ images with $C$ channels, $F$ kernels, padding $p$,
# stride $s$. With $\hat x$ for the padded input, the layer computes
#
# $$a_{n,f,i,j} = b_f + \sum_{c,k,l} w_{f,c,k,l}\;\hat x_{n,\,c,\,s i+k,\,s j+l}.$$
#
# Nothing new happens on the way back. Each product of a weight and a pixel sends two
# messages, as in Figure 3, each multiplied by $\delta_{n,f,i,j}$: the pixel's value
# goes to the weight, the weight's value to the pixel.
#
# - A weight met one pixel per output place *and per image*: it adds up both.
# - A pixel met all $F$ kernels, and lay in several overlapping windows: it adds up.
# - The bias was added everywhere: it adds up all of $\delta_f$.
# - Padding is not part of the input. What flows there is cut off.
# - Pixels that no window touched (a stride may leave some at the lower and right
#   edge) get 0.
#
# An example to count on: the slides' 6 × 6 image and 3 × 3 kernel, stride 1, no
# padding, and $\delta = 1$ at all 16 places. Then each weight's gradient is the sum
# of the 16 pixels on which it has lain,
#
# $$\frac{\partial E}{\partial w} =
# \begin{pmatrix}111&107&109\\97&94&104\\103&117&112\end{pmatrix}, \qquad
# \frac{\partial E}{\partial b} = 16,$$
#
# and the top left 111 is the sum of the image's first four rows and columns. The
# first row of $\partial E/\partial x$ is $(3, 3, 11, 11, 8, 8)$.


# %% nbgrader={"grade": false, "grade_id": "forward_passes", "locked": true, "schema_version": 3, "solution": false, "task": false}
def conv_forward(x, w, b, stride=1, pad=0):
    """Correlate (N, C, H, W) with (F, C, kh, kw), pad with zeros, add biases (F,)."""
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijkl,fckl->nfij", windows, w, optimize=True) + b[:, None, None]


def pool_forward(x, z, s, reduce=np.max):
    """Pool windows of z x z pixels with stride s, by the maximum or by np.mean."""
    windows = sliding_window_view(x, (z, z), axis=(2, 3))[:, :, ::s, ::s]
    return reduce(windows, axis=(-2, -1))


# %% [markdown] covers=["C42"]
# **Task 7** (hard, 25 minutes). Write `conv2d_backward(dout, x, w, stride=1,
# pad=0)`, which returns the tuple `(dx, dw, db)`.
#
# | | shape | |
# |---|---|---|
# | `x` | (N, C, H, W) | input, not padded |
# | `w` | (F, C, kh, kw) | weights; `b` is not needed |
# | `stride`, `pad` | int | the same for rows and columns |
# | `dout` | (N, F, H', W') | H' = (H + 2 pad − kh) // stride + 1, W' likewise |
#
# Raise `ValueError` if the shape of `dout` is another. `conv_forward` above is the
# forward pass; use it to test, and call it if you like.
#
# <details><summary>Hint 1: what to think of</summary>Start from a slow version that
# you believe: loops over n, f, i, j. One output, one window of the padded image, one
# number delta. What does it send where?</details>
# <details><summary>Hint 2: what to look up</summary>The window of (i, j) starts at row
# stride · i and column stride · j of the <em>padded</em> image. The gradient of the
# padded image is collected first, and its frame cut off at the end: with pad = 0 the
# slice <code>[pad:-pad]</code> is empty. <code>np.einsum</code> can replace loops.
# </details>
# <details><summary>Hint 3: the order of things</summary>Pad x; compare shapes; zeros
# for the padded dx and for dw. In the loop: dw[f] gets delta times the window; the
# same window of dx gets delta times w[f]; both are added. db needs no loop: which of
# the four axes of dout stays? Then cut off the frame. Once it works, exchange the
# loops over places for loops over the few weights (k, l), with slices that have a
# step.</details>


# %% nbgrader={"grade": false, "grade_id": "conv2d_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d_backward(dout, x, w, stride=1, pad=0):
    """Send the gradient back through a convolution layer.

    dout: (N, F, H', W'), x: (N, C, H, W), w: (F, C, kh, kw); stride, pad: int;
    H' = (H + 2 pad - kh) // stride + 1, W' likewise.
    Returns float64 (dx, dw, db) of shapes (N, C, H, W), (F, C, kh, kw), (F,).
    Raises ValueError if dout has another shape.
    """
    ### BEGIN SOLUTION
    dout, x, w = (np.asarray(v, np.float64) for v in (dout, x, w))
    (n, _, height, width), (f, _, kh, kw) = x.shape, w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    if dout.shape != (n, f, rows, columns):
        raise ValueError(
            f"conv2d_backward: the layer's output has shape {(n, f, rows, columns)}, "
            f"but dout has {dout.shape}"
        )
    dx, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for k in range(kh):
        for l in range(kw):
            down = slice(k, k + stride * (rows - 1) + 1, stride)
            right = slice(l, l + stride * (columns - 1) + 1, stride)
            seen = padded[:, :, down, right]
            dw[:, :, k, l] = np.einsum("nfij,ncij->fc", dout, seen, optimize=True)
            dx[:, :, down, right] += np.einsum("nfij,fc->ncij", dout, w[:, :, k, l])
    dx = dx[:, :, pad : pad + height, pad : pad + width].copy()
    return dx, dw, dout.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv2d_backward_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
dx = np.array(
    [
        [5.0, 12, 10, 23, 15, 30],
        [2, 56, 4, 76, 6, 75],
        [20, 45, 25, 56, 30, 60],
        [8, 116, 10, 136, 12, 126],
        [35, 78, 40, 89, 45, 90],
        [14, 63, 16, 72, 18, 81],
    ]
)
dw = np.array([[254.0, 304, 374], [140, 177, 248], [303, 405, 344]])
check(
    conv2d_backward,
    np.arange(1, 10).reshape(1, 1, 3, 3),
    image[None, None],
    kernel[None, None],
    2,
    1,
    want=(dx[None, None], dw[None, None], np.array([45.0])),
    case="the slides' image, stride 2, one pixel of padding, dout = 1..9",
    mistakes={
        "db is a mean; add up": (dx[None, None], dw[None, None], np.array([5.0]))
    },
)
### BEGIN HIDDEN TESTS
import torch  # an independent oracle


def by_torch(dout, x, w, stride, pad):
    t = [torch.tensor(v, requires_grad=True) for v in (x, w, np.zeros(len(w)))]
    out = torch.nn.functional.conv2d(*t, stride=stride, padding=pad)
    return tuple(g.numpy() for g in torch.autograd.grad(out, t, torch.tensor(dout)))


r = np.random.default_rng(701)
for height, width, kh, kw, stride, pad, case in (
    (6, 7, 3, 2, 1, 0, "stride 1, no padding"),
    (5, 8, 2, 4, 1, 2, "stride 1, padding"),
    (8, 7, 3, 2, 2, 1, "stride 2, padding"),
    (7, 8, 2, 3, 3, 0, "stride 3"),
):
    x, w = r.normal(size=(3, 2, height, width)), r.normal(size=(4, 2, kh, kw))
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    dout = r.normal(size=(3, 4, rows, columns))
    dx, dw, db = want = by_torch(dout, x, w, stride, pad)
    turned = by_torch(dout, x, w[:, :, ::-1, ::-1].copy(), stride, pad)
    check(
        conv2d_backward,
        dout,
        x,
        w,
        stride,
        pad,
        want=want,
        case=f"3 images, 2 channels, 4 kernels, {case}",
        mistakes={
            "dw is divided by the number of images": (dx, dw / 3, db),
            "dw and db are divided by the number of images": (dx, dw / 3, db / 3),
            "db is a mean; add up": (dx, dw, dout.mean((0, 2, 3))),
            "the kernel is turned by half a turn in dx": (turned[0], dw, db),
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv2d_backward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
x, w = np.zeros((1, 1, 1, 4)), np.array([2.0, 1.0, 5.0]).reshape(1, 1, 1, 3)
x[0, 0, 0] = 7, 8, 9, 4
want = (
    np.array([6.0, 3, 15, 0]).reshape(1, 1, 1, 4),
    np.array([21.0, 24, 27]).reshape(1, 1, 1, 3),
    np.array([3.0]),
)
dout = np.full((1, 1, 1, 1), 3.0)
check(
    conv2d_backward, dout, x, w, 2, want=want, case="a last pixel that no window sees"
)
dout = np.ones((1, 1, 1, 2))
check_raises(conv2d_backward, dout, x, w, 2, case="dout with a place too many")
check_own_work(conv2d_backward, BANNED)
# Also graded: square layers, 1 x 1 kernels, gaps between windows, wide padding, dtypes,
# views, measured gradients, and that the result is the adjoint of the forward pass.
### BEGIN HIDDEN TESTS
import torch  # an independent oracle


def by_torch(dout, x, w, stride=1, pad=0):
    v = [np.array(v, np.float64) for v in (x, w, np.zeros(len(w)))]
    t = [torch.tensor(a, requires_grad=True) for a in v]
    out = torch.nn.functional.conv2d(*t, stride=stride, padding=pad)
    upstream = torch.tensor(np.array(dout, np.float64))
    return tuple(g.numpy() for g in torch.autograd.grad(out, t, upstream))


r = np.random.default_rng(702)
for shape, weights, stride, pad, case in (
    ((3, 3, 5, 5), (3, 3, 3, 3), 1, 1, "N = C = F = 3 and a square kernel"),
    ((2, 3, 4, 5), (2, 3, 1, 1), 1, 0, "a 1 x 1 kernel"),
    ((2, 3, 5, 6), (4, 3, 1, 1), 2, 0, "a 1 x 1 kernel, stride 2"),
    ((1, 2, 9, 8), (3, 2, 2, 2), 3, 0, "gaps between the windows"),
    ((2, 1, 2, 3), (2, 1, 2, 2), 1, 3, "more padding than image"),
    ((2, 2, 4, 3), (3, 2, 4, 3), 1, 0, "a kernel as large as the image"),
    ((2, 2, 3, 3), (1, 2, 5, 4), 1, 1, "a kernel larger than the image, one place"),
    ((1, 1, 8, 7), (1, 1, 3, 3), 4, 1, "a large stride with a remainder"),
):
    x, w = r.normal(size=shape), r.normal(size=weights)
    sizes = [(n + 2 * pad - k) // stride + 1 for n, k in zip(shape[2:], weights[2:])]
    dout = r.normal(size=(shape[0], weights[0], *sizes))
    want = by_torch(dout, x, w, stride, pad)
    check(conv2d_backward, dout, x, w, stride, pad, want=want, case=case)
x, w = r.integers(100, 256, (2, 2, 4, 5), np.uint8), r.integers(-3, 9, (3, 2, 2, 3))
dout = r.normal(size=(2, 3, 3, 3)).astype(np.float32)
want = by_torch(dout, x, w)
check(conv2d_backward, dout, x, w, want=want, case="uint8, integers, float32")
dout = r.integers(100, 256, (2, 3, 3, 3), np.uint8)
w = np.abs(w).astype(np.uint8) * 20
want = by_torch(dout, x, w)
check(conv2d_backward, dout, x, w, want=want, case="uint8 throughout")
x, w = r.normal(size=(4, 4, 10, 5))[::2, ::-2, ::2], r.normal(size=(6, 4, 3, 2))
w, dout = w[::2, ::2, ::-1], r.normal(size=(2, 3, 3, 8))[..., ::2]
want = by_torch(dout, x, w)
check(conv2d_backward, dout, x, w, want=want, case="views with steps")
x, w, v = (r.normal(size=s) for s in ((2, 2, 5, 4), (3, 2, 2, 3), (2, 3, 3, 2)))
zero = np.zeros(3)
dx, dw, _ = conv2d_backward(v, x, w, 2, 1)
forward = conv_forward(x, w, zero, 2, 1)
require(
    np.isclose((forward * v).sum(), (x * dx).sum())
    and np.isclose((forward * v).sum(), (w * dw).sum()),
    "conv2d_backward: it is not the adjoint of the forward pass: the sum of out * dout "
    "must equal that of x * dx, and that of w * dw",
)
slope = np.zeros(w.shape)
for index in np.ndindex(w.shape):
    e = np.zeros(w.shape)
    e[index] = 1e-3
    up, down = (conv_forward(x, w + sign * e, zero, 2, 1) for sign in (1, -1))
    slope[index] = ((up - down) * v).sum() / 2e-3
check(
    conv2d_backward, v, x, w, 2, 1, want=(dx, slope, v.sum((0, 2, 3))), case="measured"
)
for shape in (
    *((1, 3, 3, 2), (2, 2, 3, 2), (2, 3, 2, 2), (2, 3, 3, 3), (2, 3, 3, 1)),
    *((2, 1, 3, 2), (2, 3, 1, 2), (2, 3, 4, 2), (3, 2, 3, 2), (2, 3, 2, 3)),
):
    case = "dout of a wrong shape"
    check_raises(conv2d_backward, np.ones(shape), x, w, 2, 1, case=case)
### END HIDDEN TESTS

# %% [markdown]
# ### Check it like a professional
#
# This is how gradients are checked in practice: a small layer, **random upstream
# gradients**, float64, and your own central difference of the number
# $\sum \text{out} \odot \text{dout}$, whose gradient is exactly what a backward
# function returns.

# %%
rng = np.random.default_rng(1)
x, w = rng.normal(size=(2, 2, 5, 6)), rng.normal(size=(3, 2, 3, 2))
dout, bias = rng.normal(size=(2, 3, 3, 4)), rng.normal(size=3)
answers = conv2d_backward(dout, x, w, stride=2, pad=1)[:2]
measured = (
    central_difference(lambda v: (conv_forward(v, w, bias, 2, 1) * dout).sum(), x),
    central_difference(lambda v: (conv_forward(x, v, bias, 2, 1) * dout).sum(), w),
)
for name, mine, seen in zip(("dx", "dw"), answers, measured):
    print(f"{name}: {mine.size:3} numbers, largest error {abs(mine - seen).max():.0e}")

# %% [markdown] covers=["F30", "E38", "Q22"]
# ### The same thing in another notation
#
# Another source derives the gradient for the smallest complete network: one 3 × 3
# kernel, one dense unit on top. With an image $I$, indexed by row and column,
#
# $$z_{kh} = \sum_{m=-1}^{1}\sum_{n=-1}^{1} I(k+m,\,h+n)\,K(m,n), \qquad
# y = f\Bigl(\sum_{k,h} \hat w_{kh}\, z_{kh}\Bigr), \qquad
# J = J(y),$$
#
# $$\frac{\partial J}{\partial w_{ij}} = J'\,f'\,\sum_{k,h}
# \frac{\partial\,\hat w^{\mathsf T} z}{\partial z_{kh}}\;
# \frac{\partial z_{kh}}{\partial w_{ij}},$$
#
# where $\hat w$ are the weights of the dense unit, and $w_{ij}$ those of the kernel.
# It then claims that the result "is still a convolution/correlation", and leaves the
# proof to the reader. One obstacle is on the slide: the weights are counted
# $w_{11}, \dots, w_{33}$, the kernel $K(-1,-1), \dots, K(1,1)$. They are the same nine
# numbers, $w_{ij} = K(i-2,\, j-2)$. So $w_{31}$, bottom left, is $K(1, -1)$, and
# $\partial z_{kh}/\partial w_{31} = I(k+1,\, h-1)$. Who reads $w_{31}$ as $K(3, 1)$
# looks at a pixel three rows down that is not even in the window.

# %% [markdown] covers=["F20", "E30", "E37"]
# **Question 1** (4 points). Derive the slides' two results for a convolution in one
# dimension, in indices, from the chain rule:
# $\partial E/\partial\kappa_n = \sum_i \delta_i\,h_{i+n}$ and
# $\delta_i = \bigl(\sum_l \kappa_{i-l}\,\delta_l\bigr)\,g'(a_i)$. Begin with the
# formula of the layer above; write the number of the layer on every $a$, $h$ and
# $\delta$; say which derivative is 0 and when. Close with what $\kappa^*$ must mean
# so that $\kappa^* \star \delta$ is your second result, and show it with the kernel
# (1, 2).
#
# *Rubric.* 1 point: the formula of the layer, and the first result from it. 1 point:
# the derivative of a pre-activation with respect to one input, with the condition
# under which it is not 0. 1 point: the second result, with layers that cannot be
# confused. 1 point: the meaning of the star, and an example in which the other meaning
# fails.

# %% [markdown] nbgrader={"grade": true, "grade_id": "conv_chain_rule_why", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# Layer k+1: $a^{(k+1)}_l = \sum_n \kappa_n h^{(k)}_{l+n}$. Its derivative for
# $\kappa_n$ is $h^{(k)}_{l+n}$, so $\partial E/\partial\kappa_n = \sum_l
# \delta^{(k+1)}_l h^{(k)}_{l+n}$; call $l$ now $i$. Its derivative for $h^{(k)}_i$ is
# $\kappa_n$ for the one $n$ with $l + n = i$, that is $\kappa_{i-l}$, and 0 if $i - l$
# is no index of the kernel. Since $h^{(k)}_i = g(a^{(k)}_i)$ depends on $a^{(k)}_i$
# alone, $\delta^{(k)}_i = \sum_l \delta^{(k+1)}_l\, \kappa_{i-l}\, g'(a^{(k)}_i)$. The
# index of the kernel falls as $l$ grows, so the sum is a convolution. A correlation
# gives it only with the reversed kernel: $\kappa^*_m = \kappa_{-m}$. With kernel
# (1, 2) and $\delta = (1)$ the gradient is (1, 2); correlating with the conjugate,
# which is (1, 2) itself, over all places gives (2, 1).
# <!-- END SOLUTION -->

# %% [markdown] covers=["Q22", "E38"]
# **Question 2** (3 points). Show that $\partial J/\partial w_{ij}$ of the small network
# "is still a correlation": carry out both derivatives for a general $w_{ij}$, with
# the right indices, and say what is correlated with what, at which nine places, and
# what stands in front. Check your formula for $w_{31}$.
#
# *Rubric.* 1 point: both derivatives right, with indices. 1 point: the sum is
# recognised, with its two arrays and its nine places. 1 point: the factor in front,
# and the check.

# %% [markdown] nbgrader={"grade": true, "grade_id": "still_a_correlation_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# $\partial\,\hat w^{\mathsf T}z/\partial z_{kh} = \hat w_{kh}$, and $\partial
# z_{kh}/\partial w_{ij} = I(k + i - 2,\, h + j - 2)$, since $w_{ij} = K(i-2, j-2)$.
# So $\partial J/\partial w_{ij} = J' f' \sum_{k,h} \hat w_{kh}\, I(k+m,\, h+n)$ with $m
# = i - 2$, $n = j - 2$: the correlation of the image with $\hat w$ as the kernel, taken
# at the nine shifts $m, n \in \{-1, 0, 1\}$, times the number $J' f'$. For $w_{31}$: m =
# 1, n = −1, the sum of $\hat w_{kh} I(k+1, h-1)$, as it should be. ($J' f' \hat w$ is
# the upstream gradient $\delta$ of the convolution: it is $\delta \star I$ again.)
# <!-- END SOLUTION -->

# %% [markdown] covers=["F22", "C43", "E31", "Q08", "N19"]
# ## 7 · Pooling
#
# "But what about pooling?" A maximum has no weights, and its slope is simple: the
# winner passes its changes on, the others do not matter. For two numbers a slide says
#
# $$\frac{\partial \max(a, b)}{\partial a} = \begin{cases}1 & a \ge b\\ 0 &
# \text{else,}\end{cases}$$
#
# and the same for $b$ with the roles exchanged. At a tie, $a = b$, that would make
# *both* slopes 1, together 2. In truth a maximum has a kink there and no derivative.
# What one takes instead is a **sub-gradient**: any shares that are not negative and
# **sum to 1**. This course, and PyTorch, pick one winner: the **first** of those that
# tie, row by row. Four equal pixels get (1, 0, 0, 0).
#
# For the maximum over a whole row, $h = (3, 5, 6, 2, 2, 9, 4)$, the gradient is
# $(0, 0, 0, 0, 0, 1, 0)$. So a pooling layer must remember in the forward pass *which*
# number won, its **argmax**, and in the backward pass it distributes.

# %% [markdown] covers=["C43", "F22", "N18"]
# The slides' example is the same row, a window of $z = 3$ numbers centred on each
# place, stride 1, and as many outputs as inputs (a "same" pooling):
#
# $$h = (3, 5, 6, 2, 2, 9, 4) \;\to\; (5, 6, 6, 6, 9, 9, 9), \qquad
# \text{argmax } (1, 2, 2, 2, 5, 5, 5).$$
#
# **Task 8** (easy, 8 minutes). Write `maxpool1d_same(h, z)`, which returns the tuple
# `(out, argmax)`: the maxima as float64 and their places *in h* as int64 (0 is the
# first), both with the length of `h`.
#
# - $z$ is odd, so that a window has a middle; raise `ValueError` for an even $z$.
# - At the ends the window is cut off; what lies outside of `h` never wins, even if all
#   numbers are negative. $z$ may be larger than `h`.
# - Among equal numbers the first wins.
#
# <details><summary>Hint 1: what to think of</summary>For place i, where does the window
# begin and end, when it must not leave h?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.argmax</code> returns the
# first maximum, counted from the beginning of what you give it. <code>max(0, …)</code>
# protects from slices that start at a negative place.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse an even z; half = z // 2.
# For each i: first = max(0, i − half); the window is h[first : i + half + 1]; its
# argmax plus first is the place in h; out is h at these places, as float64.</details>


# %% nbgrader={"grade": false, "grade_id": "maxpool1d_same", "locked": false, "schema_version": 3, "solution": true, "task": false}
def maxpool1d_same(h, z):
    """Take the maximum of z numbers around each place, and remember where it was.

    h: (L,); z: odd int, at least 1.
    Returns (out, argmax): float64 (L,) and int64 (L,), indices into h.
    Raises ValueError if z is even.
    """
    ### BEGIN SOLUTION
    if z % 2 == 0:
        raise ValueError(f"maxpool1d_same: z must be odd, got {z}")
    h = np.asarray(h, np.float64)
    half = z // 2
    firsts = [max(0, i - half) for i in range(len(h))]
    argmax = np.array(
        [first + h[first : i + half + 1].argmax() for i, first in enumerate(firsts)],
        dtype=np.int64,
    )
    return h[argmax], argmax
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "maxpool1d_same_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
out = np.array([5.0, 6, 6, 6, 9, 9, 9])
argmax = np.array([1, 2, 2, 2, 5, 5, 5])
check(
    maxpool1d_same,
    signal,
    3,
    want=(out, argmax),
    case="the slides' row",
    mistakes={
        "argmax counts within the window; count within h": (
            out,
            np.array([1, 2, 1, 0, 2, 1, 0]),
        ),
        "the window starts at the place; centre it": (
            np.array([6.0, 6, 6, 9, 9, 9, 4]),
            np.array([2, 2, 2, 5, 5, 5, 6]),
        ),
        "the window ends at the place; centre it": (
            np.array([3.0, 5, 6, 6, 6, 9, 9]),
            np.array([0, 1, 2, 2, 2, 5, 5]),
        ),
    },
)
### BEGIN HIDDEN TESTS
import torch  # an independent oracle


def by_torch(h, z):
    t = torch.tensor(np.array(h, np.float64))[None, None]
    out, places = torch.nn.functional.max_pool1d(t, z, 1, z // 2, return_indices=True)
    return out[0, 0].numpy(), places[0, 0].numpy()


r = np.random.default_rng(801)
h = r.normal(size=11)
for z in (3, 5, 7):
    check(maxpool1d_same, h, z, want=by_torch(h, z), case="random numbers")
negative = -1 - r.random(8)
padded = np.maximum(by_torch(negative, 3)[0], [0, *[-9] * 6, 0])
check(
    maxpool1d_same,
    negative,
    3,
    want=by_torch(negative, 3),
    case="negative numbers only",
    mistakes={
        "the border wins with its zeros": (padded, by_torch(negative, 3)[1]),
    },
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "maxpool1d_same_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
want = (np.array([5.0, 5, 5, 5]), np.array([0, 0, 1, 2]))
check(maxpool1d_same, np.array([5, 5, 5, 1]), 3, want=want, case="ties: the first wins")
check_raises(maxpool1d_same, signal, 4, case="an even window")
check_own_work(maxpool1d_same, BANNED)
# Also graded: windows of 1, 5 and more than h, other ties, one number, dtypes, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(802)


def by_hand(h, z):
    out, argmax = [], []
    for i in range(len(h)):
        best = None
        for j in range(len(h)):
            if abs(j - i) <= z // 2 and (best is None or h[j] > h[best]):
                best = j
        out.append(float(h[best]))
        argmax.append(best)
    return np.array(out), np.array(argmax, np.int64)


for h, z, case in (
    (signal, 1, "a window of one"),
    (signal, 5, "a window of five"),
    (signal[:4], 9, "a window larger than h"),
    (np.array([-7]), 3, "a single number"),
    (r.integers(-2, 2, 12), 5, "many ties, negative numbers"),
    (r.integers(-9, -6, 9), 3, "ties, negative numbers only"),
    (r.integers(0, 256, 9, np.uint8), 3, "uint8"),
    (r.normal(size=10).astype(np.float32), 3, "float32"),
    (r.normal(size=20)[::-3], 3, "a view"),
    (np.array([0, 7, 0, 0, 255, 3], np.uint8), 3, "uint8 with zeros"),
    (-1e12 * (1 + r.random(7)), 3, "numbers far below zero"),
    (1 + 1e-12 * r.permutation(9), 5, "numbers that are nearly equal"),
):
    check(maxpool1d_same, h, z, want=by_hand(h, z), case=case)
for z in (2, 6, 10):
    check_raises(maxpool1d_same, signal, z, case="an even window")
### END HIDDEN TESTS

# %% [markdown] covers=["N18", "N19", "C43"]
# On the way back, with the slides' upstream gradient $\delta = (1, 2, \dots, 7)$, the
# places that won several windows collect from all of them:
#
# $$(0,\; 1,\; 2+3+4,\; 0,\; 0,\; 5+6+7,\; 0) = (0, 1, 9, 0, 0, 18, 0).$$
#
# **Task 9** (easy, 5 minutes). Write `maxpool1d_backward(delta, argmax, n)`: the
# gradient for all $n$ inputs, float64. `argmax[i]` says which input gave output $i$;
# there may be fewer outputs than inputs (a pooling with a stride), down to a single
# one. Raise `ValueError` if `delta` and `argmax` differ in length.
#
# <details><summary>Hint 1: what to think of</summary>Rule 2 of section 1: one input,
# used several times.</details>
# <details><summary>Hint 2: what to look up</summary><code>out[argmax] += delta</code>
# does <em>not</em> add up repeated places: NumPy fetches, adds, and writes each place
# once, so the last one stays. <code>np.add.at</code> does, and so does a loop, or
# <code>np.bincount</code> with weights.</details>
# <details><summary>Hint 3: the order of things</summary>Compare the lengths; n zeros;
# for each i add delta[i] to the entry argmax[i].</details>


# %% nbgrader={"grade": false, "grade_id": "maxpool1d_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def maxpool1d_backward(delta, argmax, n):
    """Send the gradient back to the winners of a max pooling.

    delta: (L',); argmax: (L',), the input that each output came from; n: int.
    Returns float64 (n,). Raises ValueError if delta and argmax differ in length.
    """
    ### BEGIN SOLUTION
    if len(delta) != len(argmax):
        raise ValueError(
            f"maxpool1d_backward: {len(delta)} gradients for {len(argmax)} outputs"
        )
    out = np.zeros(n)
    np.add.at(out, argmax, delta)
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "maxpool1d_backward_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    maxpool1d_backward,
    np.arange(1, 8),
    np.array([1, 2, 2, 2, 5, 5, 5]),
    7,
    want=np.array([0.0, 1, 9, 0, 0, 18, 0]),
    case="the slides' row",
    mistakes={
        "a later gradient overwrites an earlier one; add them up": np.array(
            [0.0, 1, 4, 0, 0, 7, 0]
        ),
    },
)
### BEGIN HIDDEN TESTS
import torch  # an independent oracle

r = np.random.default_rng(901)
for z, s in ((3, 1), (3, 2), (2, 2), (4, 3)):
    h = torch.tensor(r.normal(size=12), requires_grad=True)
    out, places = torch.nn.functional.max_pool1d(
        h[None, None], z, s, return_indices=True
    )
    delta, argmax = r.normal(size=out.shape[2]), places[0, 0].numpy()
    (grad,) = torch.autograd.grad(out[0, 0], h, torch.tensor(delta))
    overwritten = np.zeros(12)
    overwritten[argmax] = delta
    check(
        maxpool1d_backward,
        delta,
        argmax,
        12,
        want=grad.numpy(),
        case="overlapping windows" if s < z else "windows side by side",
        mistakes={"later gradients overwrite earlier ones": overwritten}
        if s < z
        else {},
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "maxpool1d_backward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
want = np.array([0.0, 0, 0, 0, 0, 1, 0])
check(
    maxpool1d_backward,
    np.array([1.0]),
    np.array([5]),
    7,
    want=want,
    case="one maximum over the whole row",
)
case = "lengths that differ"
check_raises(maxpool1d_backward, np.ones(3), np.array([0, 1]), 4, case=case)
check_own_work(maxpool1d_backward, BANNED)
# Also graded: all to one place, n beyond the last winner, any order, no outputs, dtypes.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(902)


def by_hand(delta, argmax, n):
    out = np.zeros(n)
    for value, place in zip(delta, argmax):
        out[place] += float(value)
    return out


for delta, argmax, n, case in (
    (r.normal(size=5), np.full(5, 2), 4, "all to one place"),
    (r.normal(size=5), np.array([3, 0, 3, 1, 0]), 9, "places in any order, n larger"),
    (r.normal(size=6), np.zeros(6, int), 1, "a single input"),
    (np.array([-1.0, 1, 2]), np.array([1, 1, 0]), 3, "gradients that cancel"),
    (r.integers(100, 256, 6, np.uint8), np.array([0, 0, 0, 2, 2, 0]), 3, "uint8"),
    (r.integers(-9, 9, 4), np.array([1, 3, 3, 1], np.uint8), 5, "integers"),
    (r.normal(size=8).astype(np.float32)[::2], np.array([4, 4, 0, 4]), 5, "a view"),
    (np.zeros(0), np.zeros(0, int), 3, "no outputs at all"),
):
    want = by_hand(delta, argmax, n)
    check(maxpool1d_backward, delta, argmax, n, want=want, case=case)
check_raises(maxpool1d_backward, np.ones(2), np.array([0, 1, 1]), 4, case="too few")
case = "one for three"
check_raises(maxpool1d_backward, np.ones(1), np.array([0, 1, 1]), 4, case=case)
delta = r.random(9, np.float32) * 1000
argmax = np.array([59, 0, 59, 59, 7, 59, 7, 59, 59], np.uint8)
want = by_hand(delta, argmax, 60)
case = "float32 gradients, float64 sums, uint8 places"
check(maxpool1d_backward, delta, argmax, 60, want=want, case=case, rtol=1e-12)
### END HIDDEN TESTS

# %%
(pooled, winners), deltas = maxpool1d_same(signal, 3), np.arange(1, 8)


def draw_flow(sent):
    back = maxpool1d_backward(deltas[:sent], winners[:sent], len(signal))
    rows = {0.95: "output", 0.82: "upstream", 0.18: "input", 0.03: "gradient"}
    _, ax = plt.subplots(figsize=(7.5, 3.4))
    for i in range(len(signal)):
        now = i < sent
        color = f"C{(0, 1, 2, 0, 0, 2, 0)[winners[i]]}" if now else "#bbb"
        arrow = {"arrowstyle": "-|>", "color": color, "lw": 2 if now else 0.8}
        ax.annotate("", (winners[i], 0.27), (i, 0.75), arrowprops=arrow)
        ax.text(i, 0.95, f"{pooled[i]:g}", ha="center", va="center")
        ax.text(i, 0.82, f"δ = {deltas[i]}", ha="center", va="center", color=color)
        ax.text(i, 0.18, f"{signal[i]:g}", ha="center", va="center")
        ax.text(i, 0.03, f"{back[i]:g}", ha="center", va="center", weight="bold")
    for y, name in rows.items():
        ax.text(-0.6, y, name, ha="right", va="center", color="#555")
    ax.set(xlim=(-1.8, 6.5), ylim=(-0.05, 1.05))
    ax.set_axis_off()
    plt.show()


explore(draw_flow, sent=("gradients sent", list(range(8)), 4))

# %% [markdown] covers=["N18", "C43"]
# **Figure 4.** The slides' row, its max pooling, and the gradient on its way back. As the
# picture opens, four of the seven gradients have been sent; move the slider to send the
# others. All seven arrive at three places. The four inputs that never won learn nothing
# in this step.

# %% [markdown] covers=["C43", "C42"]
# ### Two axes
#
# In networks the windows are $z \times z$ pixels, moved by a stride $s$ that may be
# smaller than $z$ (overlap), equal, or larger (gaps), without padding. The argmax can be
# found again from $x$, so the next function takes $x$ in place of the indices.
#
# **Task 10** (hard, 12 minutes). Write `maxpool2d_backward(dout, x, z, s)`: the
# gradient for `x` of shape (N, C, H, W), float64. `dout` has shape (N, C, H', W') with
# $H' = \lfloor (H - z)/s \rfloor + 1$, and $W'$ likewise; raise `ValueError` if not.
# Among equal pixels of a window the first in reading order (row by row) wins. Example
# with $z = s = 2$ and upstream $\begin{pmatrix}1&2\\3&4\end{pmatrix}$:
#
# $$\begin{pmatrix}12&20&30&0\\8&12&2&0\\34&70&37&4\\112&100&25&12\end{pmatrix}
# \;\to\;
# \begin{pmatrix}0&1&2&0\\0&0&0&0\\0&0&4&0\\3&0&0&0\end{pmatrix}.$$
#
# <details><summary>Hint 1: what to think of</summary>Loops over n, c, i, j again. One
# output, one window, one winner.</details>
# <details><summary>Hint 2: what to look up</summary><code>argmax</code> of a window of
# two axes counts in reading order; <code>np.unravel_index</code> or
# <code>divmod</code> by z turn the count into row and column. Comparing the window with
# its maximum marks <em>all</em> that tie.</details>
# <details><summary>Hint 3: the order of things</summary>Compare shapes; zeros like x, but
# float64. For each output: the window begins at row i · s and column j · s; find its
# first winner; add (do not assign) dout there.</details>


# %% nbgrader={"grade": false, "grade_id": "maxpool2d_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def maxpool2d_backward(dout, x, z, s):
    """Send the gradient back through max pooling with windows of z x z, stride s.

    dout: (N, C, (H - z) // s + 1, (W - z) // s + 1), x: (N, C, H, W); z, s: int.
    Returns float64 (N, C, H, W); of equal pixels the first in reading order wins.
    Raises ValueError if dout has another shape.
    """
    ### BEGIN SOLUTION
    n, c, height, width = x.shape
    shape = (n, c, (height - z) // s + 1, (width - z) // s + 1)
    if dout.shape != shape:
        raise ValueError(
            f"maxpool2d_backward: the output has shape {shape}, dout has {dout.shape}"
        )
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(shape[2:]):
        window = x[:, :, i * s : i * s + z, j * s : j * s + z].reshape(n, c, -1)
        row, column = np.divmod(window.argmax(axis=2), z)
        images, channels = np.ogrid[:n, :c]
        dx[images, channels, i * s + row, j * s + column] += dout[:, :, i, j]
    return dx
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "maxpool2d_backward_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x = np.array([[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]])
dout = np.array([[1, 2], [3, 4]])
want = np.zeros((1, 1, 4, 4))
want[0, 0, [0, 0, 3, 2], [1, 2, 0, 2]] = 1, 2, 3, 4
check(
    maxpool2d_backward,
    dout[None, None],
    x[None, None],
    2,
    2,
    want=want,
    case="the slides' 4 x 4 numbers",
    mistakes={
        "this is average pooling": np.kron(dout, np.full((2, 2), 0.25))[None, None],
        "every pixel of a window gets it; only the winner should": np.kron(
            dout.astype(float), np.ones((2, 2))
        )[None, None],
    },
)
### BEGIN HIDDEN TESTS
import torch  # an independent oracle

r = np.random.default_rng(1001)
for shape, z, s, case in (
    ((2, 3, 6, 8), 2, 2, "windows side by side"),
    ((2, 3, 7, 8), 2, 2, "a last row that no window sees"),
    ((3, 2, 7, 6), 3, 2, "overlap"),
    ((2, 2, 5, 6), 3, 1, "much overlap"),
    ((1, 3, 8, 9), 2, 3, "gaps between the windows"),
):
    x = r.permutation(np.prod(shape)).reshape(shape) - 50.0
    t = torch.tensor(x, requires_grad=True)
    out = torch.nn.functional.max_pool2d(t, z, s)
    dout = r.normal(size=tuple(out.shape))
    want = torch.autograd.grad(out, t, torch.tensor(dout))[0].numpy()
    overwritten = np.zeros(shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * s : i * s + z, j * s : j * s + z]
        row, column = np.unravel_index(window.argmax(), (z, z))
        overwritten[n, c, i * s + row, j * s + column] = dout[n, c, i, j]
    words = "where windows share a winner, one gradient overwrites another; add"
    mistakes = {words: overwritten} if s < z else {}
    check(
        maxpool2d_backward,
        dout,
        x,
        z,
        s,
        want=want,
        case=f"{case}, against automatic differentiation",
        mistakes=mistakes,
    )
x = np.array([[1, 4, 2, 11], [6, 13, 8, 3], [10, 0, 17, 7], [9, 2, 3, 5.0]])[None, None]
want = np.zeros((1, 1, 4, 4))
want[0, 0, 2, 2] = 10
dout = np.arange(1.0, 5).reshape(1, 1, 2, 2)
check(maxpool2d_backward, dout, x, 3, 1, want=want, case="one pixel wins every window")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "maxpool2d_backward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
want = np.array([[[[8.0, 0], [0, 0]]]])
dout = np.full((1, 1, 1, 1), 8.0)
check(
    maxpool2d_backward,
    dout,
    np.full((1, 1, 2, 2), 3),
    2,
    2,
    want=want,
    case="four equal pixels",
    mistakes={
        "all that tie get the gradient; pick the first": want * 0 + 8,
        "the gradient is shared by those that tie; pick the first": want * 0 + 2,
        "the last of those that tie gets it; pick the first": want[..., ::-1, ::-1],
    },
)
check_raises(maxpool2d_backward, np.ones((1, 1, 3, 3)), want, 2, 2, case="a large dout")
check_own_work(maxpool2d_backward, BANNED)
# Also graded: ties in overlapping windows, negative x, dtypes, views, wrong shapes, measured.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(1002)


def by_hand(dout, x, z, s):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        best = None
        for a in range(i * s, i * s + z):
            for b in range(j * s, j * s + z):
                if best is None or x[n, c, a, b] > x[n, c, best[0], best[1]]:
                    best = a, b
        dx[n, c, best[0], best[1]] += float(dout[n, c, i, j])
    return dx


for x, z, s, case in (
    (r.integers(0, 3, (2, 2, 5, 6)), 3, 1, "many ties, overlap"),
    (r.integers(-3, 0, (2, 3, 6, 5)), 2, 2, "ties, negative numbers"),
    (np.zeros((2, 2, 4, 5)), 2, 2, "zeros everywhere, as after ReLU"),
    (r.integers(0, 256, (1, 2, 6, 7), np.uint8), 3, 2, "uint8"),
    (r.normal(size=(2, 3, 4, 4)).astype(np.float32), 1, 1, "windows of one pixel"),
    (r.normal(size=(2, 3, 5, 7)), 1, 2, "windows of one pixel, stride 2"),
    (r.normal(size=(2, 2, 4, 4)), 4, 1, "one window that is the image"),
    (r.normal(size=(4, 3, 5, 12))[::2, :, :, ::-2], 2, 1, "a view"),
    (-5 - r.random((3, 3, 6, 6)), 2, 2, "negative numbers, N = C = 3"),
    (r.integers(0, 3, (2, 2, 4, 5)).astype(np.uint8), 2, 1, "uint8 with zeros"),
    (-1e12 * (1 + r.random((2, 1, 5, 4))), 2, 1, "numbers far below zero"),
    (1 + 1e-12 * r.permutation(40).reshape(1, 2, 4, 5), 3, 1, "nearly equal numbers"),
):
    n, c, height, width = x.shape
    dout = r.normal(size=(n, c, (height - z) // s + 1, (width - z) // s + 1))
    want = by_hand(dout, x, z, s)
    check(maxpool2d_backward, dout, x, z, s, want=want, case=case)
x, dout = r.normal(size=(1, 1, 5, 5)), r.integers(100, 256, (1, 1, 3, 3), np.uint8)
x[0, 0, 2, 2] = 9
want = by_hand(dout, x, 3, 1)
check(maxpool2d_backward, dout, x, 3, 1, want=want, case="uint8 gradients")
x, dout = r.permutation(40).reshape(1, 2, 4, 5) / 4, r.normal(size=(1, 2, 3, 4))
slope = np.zeros(x.shape)
for index in np.ndindex(x.shape):
    e = np.zeros(x.shape)
    e[index] = 1e-3
    up, down = (pool_forward(x + sign * e, 2, 1) for sign in (1, -1))
    slope[index] = ((up - down) * dout).sum() / 2e-3
check(maxpool2d_backward, dout, x, 2, 1, want=slope, case="measured", rtol=1e-6)
for shape in (
    *((1, 2, 2, 4), (1, 2, 3, 3), (2, 2, 3, 4), (1, 1, 3, 4), (1, 2, 1, 1)),
    *((1, 2, 4, 4), (1, 2, 3, 5), (1, 2, 4, 3)),
):
    case = "dout of a wrong shape"
    check_raises(maxpool2d_backward, np.ones(shape), x, 2, 1, case=case)
case = "gradients of one image for two"
x = r.normal(size=(2, 2, 4, 5))
check_raises(maxpool2d_backward, np.ones((1, 2, 3, 4)), x, 2, 1, case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["C42", "Q08"]
# ### The average
#
# Average pooling has no winner: each of the $z^2$ pixels of a window had the same
# influence on its output.
#
# **Task 11** (medium, 8 minutes). Write `avgpool2d_backward(dout, x_shape, z, s)`: the
# gradient for an input of shape `x_shape` = (N, C, H, W), a tuple; the values of the
# input do not matter. Sizes, stride and `ValueError` are those of Task 10. One window
# of 2 × 2 pixels and the upstream gradient 4 give 1 for each pixel.
#
# <details><summary>Hint 1: what to think of</summary>The output is a sum of pixels, each
# multiplied by the same number. Which rules apply?</details>
# <details><summary>Hint 2: what to look up</summary>Adding to a slice adds to every
# entry of it: <code>dx[..., a:b, c:d] += v</code>; where v must have two more axes of
# length 1, <code>None</code> in an index makes them.</details>
# <details><summary>Hint 3: the order of things</summary>Compare shapes; zeros of x_shape;
# for each place (i, j), for all images and channels at once, add dout divided by the
# number of pixels of the window to the window.</details>


# %% nbgrader={"grade": false, "grade_id": "avgpool2d_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def avgpool2d_backward(dout, x_shape, z, s):
    """Send the gradient back through average pooling with windows of z x z, stride s.

    dout: (N, C, (H - z) // s + 1, (W - z) // s + 1); x_shape: (N, C, H, W); z, s: int.
    Returns float64 of shape x_shape. Raises ValueError if dout has another shape.
    """
    ### BEGIN SOLUTION
    n, c, height, width = x_shape
    shape = (n, c, (height - z) // s + 1, (width - z) // s + 1)
    if dout.shape != shape:
        raise ValueError(
            f"avgpool2d_backward: the output has shape {shape}, dout has {dout.shape}"
        )
    dx = np.zeros(x_shape)
    share = np.asarray(dout, np.float64) / z**2
    for i, j in np.ndindex(shape[2:]):
        dx[:, :, i * s : i * s + z, j * s : j * s + z] += share[:, :, i, j, None, None]
    return dx
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "avgpool2d_backward_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
ones = np.ones((1, 1, 2, 2))
check(
    avgpool2d_backward,
    np.full((1, 1, 1, 1), 4.0),
    (1, 1, 2, 2),
    2,
    2,
    want=ones,
    case="one window",
    mistakes={
        "each pixel gets all of it; an average divides": 4 * ones,
        "a window has z * z pixels, not z": 2 * ones,
    },
)
### BEGIN HIDDEN TESTS
import torch  # an independent oracle

r = np.random.default_rng(1101)
for shape, z, s, case in (
    ((2, 3, 6, 8), 2, 2, "windows side by side"),
    ((2, 3, 7, 8), 2, 2, "a last row that no window sees"),
    ((3, 2, 7, 6), 3, 2, "overlap"),
    ((2, 2, 5, 6), 3, 1, "much overlap"),
    ((1, 3, 8, 9), 2, 3, "gaps between the windows"),
):
    t = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    out = torch.nn.functional.avg_pool2d(t, z, s)
    dout = r.normal(size=tuple(out.shape))
    want = torch.autograd.grad(out, t, torch.tensor(dout))[0].numpy()
    overwritten = np.zeros(shape)
    for i, j in np.ndindex(dout.shape[2:]):
        part = dout[:, :, i, j, None, None] / z**2
        overwritten[:, :, i * s : i * s + z, j * s : j * s + z] = part
    words = "where windows overlap, one gradient overwrites another; add"
    mistakes = {"the gradient is divided by z, not z * z": want * z}
    if s < z:
        mistakes[words] = overwritten
    check(
        avgpool2d_backward,
        dout,
        shape,
        z,
        s,
        want=want,
        case=f"{case}, against automatic differentiation",
        mistakes=mistakes,
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "avgpool2d_backward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
dout = np.array([4.0, 8.0]).reshape(1, 1, 1, 2)
want = np.array([[1.0, 3, 2], [1, 3, 2]])[None, None]
check(avgpool2d_backward, dout, (1, 1, 2, 3), 2, 1, want=want, case="overlap")
check_raises(avgpool2d_backward, dout, (1, 1, 2, 4), 2, 1, case="a dout that is short")
check_own_work(avgpool2d_backward, BANNED)
# Also graded: one window for all, z = 1, gaps, dtypes, views, wrong shapes, measured.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(1102)


def by_hand(dout, shape, z, s):
    dx = np.zeros(shape)
    for n, c, i, j in np.ndindex(dout.shape):
        for a in range(z):
            for b in range(z):
                dx[n, c, i * s + a, j * s + b] += float(dout[n, c, i, j]) / (z * z)
    return dx


for shape, z, s, case in (
    ((2, 3, 4, 4), 4, 1, "one window that is the image"),
    ((2, 3, 5, 7), 5, 2, "a window as high as the image"),
    ((3, 3, 4, 4), 1, 1, "windows of one pixel"),
    ((2, 2, 5, 6), 1, 3, "windows of one pixel, stride 3"),
    ((1, 2, 9, 7), 2, 4, "gaps between the windows"),
    ((3, 3, 6, 6), 3, 3, "N = C = z = s = 3"),
):
    n, c, height, width = shape
    dout = r.normal(size=(n, c, (height - z) // s + 1, (width - z) // s + 1))
    want = by_hand(dout, shape, z, s)
    check(avgpool2d_backward, dout, shape, z, s, want=want, case=case)
for dout, case in (
    (r.integers(1, 9, (2, 2, 3, 4)), "integers, with fractions in the result"),
    (r.integers(100, 256, (2, 2, 3, 4), np.uint8), "uint8"),
    (r.integers(-40, 40, (2, 2, 3, 4)).astype(np.float32) / 8, "float32"),
    (r.normal(size=(4, 2, 3, 8))[::-2, :, :, ::2], "a view"),
):
    shape = (2, 2, 4, 5)
    want = by_hand(dout, shape, 2, 1)
    check(avgpool2d_backward, dout, shape, 2, 1, want=want, case=case)
x, dout = r.normal(size=(1, 2, 5, 4)), r.normal(size=(1, 2, 2, 1))
slope = np.zeros(x.shape)
for index in np.ndindex(x.shape):
    e = np.zeros(x.shape)
    e[index] = 1e-3
    up, down = (pool_forward(x + sign * e, 3, 2, np.mean) for sign in (1, -1))
    slope[index] = ((up - down) * dout).sum() / 2e-3
check(avgpool2d_backward, dout, x.shape, 3, 2, want=slope, case="measured", rtol=1e-6)
for shape in ((1, 2, 2, 2), (1, 1, 2, 1), (2, 2, 2, 1), (1, 2, 3, 1), (1, 2, 1, 1)):
    case = "dout of a wrong shape"
    check_raises(avgpool2d_backward, np.ones(shape), x.shape, 3, 2, case=case)
for shape in ((1, 2, 3, 4), (2, 1, 3, 4), (2, 2, 4, 3), (2, 2, 4, 4), (2, 2, 3, 5)):
    case = "dout of a wrong shape, two images"
    check_raises(avgpool2d_backward, np.ones(shape), (2, 2, 4, 5), 2, 1, case=case)
### END HIDDEN TESTS

# %% [markdown]
# ### One gradient, and where it goes
#
# Send a single 1 back through four layers that you now own. Move it with the sliders;
# the input is the slides' 6 × 6 image.

# %%
photo, weights = image[None, None].astype(float), kernel[None, None]
layers = {
    "convolution": (4, 3, 1, lambda d: conv2d_backward(d, photo, weights)[0]),
    "stride 3": (2, 3, 3, lambda d: conv2d_backward(d, photo, weights, 3)[0]),
    "max pool": (4, 3, 1, lambda d: maxpool2d_backward(d, photo, 3, 1)),
    "average pool": (2, 3, 3, lambda d: avgpool2d_backward(d, photo.shape, 3, 3)),
}


# %%
def draw_back(layer, row, column):
    side, z, s, backward = layers[layer]
    row, column = min(row, side - 1), min(column, side - 1)
    one = np.zeros((1, 1, side, side))
    one[0, 0, row, column] = 1
    _, axes = plt.subplots(1, 3, figsize=(8.5, 3))
    draw_numbers(axes[0], one[0, 0], "upstream gradient")
    draw_numbers(axes[1], image, "input, and the window", signed=False)
    corner = (column * s - 0.5, row * s - 0.5)
    axes[1].add_patch(plt.Rectangle(corner, z, z, fill=False, ec="C6", lw=3))
    draw_numbers(axes[2], backward(one)[0, 0], "gradient of the input")
    plt.show()


places = [0, 1, 2, 3]
explore(
    draw_back,
    layer=("layer", list(layers)),
    row=("row of the 1", places, 1),
    column=("column of the 1", places, 2),
)

# %% [markdown] covers=["E30"]
# **Figure 5.** Left: the upstream gradient, a single 1. Middle: the input with the
# window that this output has seen. Right: what comes back. The convolution puts down
# its kernel **as it is**: a convolution replaces a point by the kernel (lesson 01), a
# correlation would put it down turned by half a turn. The maximum sends everything to
# one pixel, often the same one for neighbouring windows; the average shares equally.
# With stride 3 the windows do not overlap, and there are only 2 × 2 places.

# %% [markdown] covers=["E31", "F22"]
# **Explain the mistake** (3 points). A student follows the slide to the letter: the
# slope of $\max(a, b)$ is 1 for $a$ if $a \ge b$, and 1 for $b$ if $b \ge a$. Her max
# pooling therefore sends the gradient to *every* pixel that equals the maximum. On
# photos of noise it agrees with PyTorch to the last digit. (a) At $a = b$, move both
# numbers up by the same $t$. What do her slopes predict for the maximum, and what
# happens? (b) Why do photos of noise not show the mistake? Behind a ReLU ties occur all
# the time: where, and does her extra gradient get any farther there? Name an image that
# brings the mistake through. (c) Compare two repairs: the first takes all; all share
# equally. Do both pass the test of (a)?
#
# *Rubric.* 1 point: prediction and truth in (a), in numbers or formulas. 1 point: the
# three answers to (b), with reasons. 1 point: (c) is decided by calculation.

# %% [markdown] nbgrader={"grade": true, "grade_id": "tie_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) Her slopes are 1 and 1, so she predicts a rise of $1\cdot t + 1\cdot t = 2t$; the
# maximum of $a+t$ and $a+t$ rises by $t$. (b) In noise no two pixels are exactly equal,
# so there are no ties. Behind a ReLU many windows hold nothing but zeros; each sends four
# times the gradient back (2 × 2 windows), but the next gate on the way is ReLU's, which
# is closed where a ≤ 0, so nothing of it gets through. Flat parts brighter than 0 bring
# the mistake through: an overexposed sky, a drawing, a page. (c) The first takes all:
# slopes 1 and 0, predicted rise t. Equal shares: ½ and ½, predicted rise t. Both sum to 1
# and are sub-gradients; the course takes the first because PyTorch does and because one
# index per window is all that must be kept.
# <!-- END SOLUTION -->

# %% [markdown]
# **Question 3** (3 points). The commonest mistake in this lesson is `=` where `+=` is
# due: a later gradient overwrites an earlier one. Invent two tests of
# `maxpool2d_backward`, with numbers for `x`, `dout`, `z` and `s`: one that the wrong
# function passes and one that it fails. Give the right and the wrong result of the
# second. State the general condition under which the mistake is visible, for max
# pooling and for average pooling.
#
# *Rubric.* 1 point: a test that passes, with the reason. 1 point: a test that fails,
# both results right. 1 point: the conditions, which are not the same for the two kinds
# of pooling.

# %% [markdown] nbgrader={"grade": true, "grade_id": "overwrite_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# Passes: x = [[1, 2], [3, 4]], z = 2, s = 2, dout = [[5]]: one window, result [[0, 0],
# [0, 5]] either way; in general s ≥ z, since no pixel is in two windows. Fails: x = [[0,
# 9, 0], [0, 0, 0]], z = 2, s = 1, dout = [[1, 2]]: both windows are won by the 9, right
# [[0, 3, 0], [0, 0, 0]], wrong [[0, 2, 0], [0, 0, 0]]. For max pooling the mistake shows
# only if windows overlap *and* two of them have the same winner, and the earlier
# gradient is not 0. For average pooling overlap with a non-zero earlier gradient is
# enough, because every pixel of a window gets a share.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C44", "E32", "N18", "N20"]
# ## 8 · Never store the Jacobian
#
# For a layer with $m$ inputs and $n$ outputs the numbers $\partial\,\text{out}_i/
# \partial x_j$ form a table of $n$ rows and $m$ columns, the **Jacobian** $\mathcal J$.
# In its terms backpropagation is one product, $\partial E/\partial x =
# \mathcal J^{\mathsf T}\,\delta$. So a backward function *is* multiplication by
# $\mathcal J^{\mathsf T}$, and you can read the Jacobian off it: the upstream gradient
# that is 1 at $i$ and 0 elsewhere returns row $i$.


# %%
def jacobian(backward, n_out):
    return np.array([backward(unit) for unit in np.eye(n_out)])


seven = np.zeros(7)
tables = {
    "convolution with (1, 2, 4)": jacobian(
        lambda d: conv1d_backward(d, seven, np.array([1, 2, 4]))[0], 5
    ),
    "stride 2": jacobian(lambda d: stride_backward(d, 2, 8), 4),
    "max pooling of the row": jacobian(lambda d: maxpool1d_backward(d, winners, 7), 7),
}
_, axes = plt.subplots(1, 3, figsize=(9.5, 3.3), width_ratios=[7, 8, 7])
for ax, (name, table) in zip(axes, tables.items()):
    draw_numbers(ax, table, name)
    ax.set(xlabel="input", xticks=range(table.shape[1]), yticks=range(len(table)))
axes[0].set_ylabel("output")
plt.show()

# %% [markdown] covers=["C44", "E32", "N18"]
# **Figure 6.** Three Jacobians, row by row from your functions; white is 0. The
# convolution is a band, as in lesson 03. The stride is an identity with columns of zeros
# between. In the max pooling each of the seven rows has a single 1, in the columns 1, 2,
# 2, 2, 5, 5, 5 of the winners. The slides print this last table twice, and the second
# copy has only **six** rows: one of the repeated rows got lost. Multiplied by it,
# $\delta = (1, \dots, 7)$ would not even fit. Nearly everything in the tables is 0, and
# what is not is a copy of a few numbers.

# %% [markdown] covers=["C44", "C43"]
# ### What the table would cost
#
# Take a medium layer: a batch of 32 images, 64 channels of 56 × 56 pixels, to as many
# outputs. That is $32\cdot64\cdot56\cdot56 = 6{,}422{,}528$ numbers in and out, so its
# Jacobian has $6{,}422{,}528^2 \approx 4.1\cdot10^{13}$ entries: **165 terabytes** in
# float32, for one layer and one step. Images do not influence each other, so one table
# per image would do: 32 times $200{,}704^2$ entries, still 5 terabytes.
#
# The backward function does the same multiplication with what is in memory anyway:
# the layer's input (kept from the forward pass) and its weights. For a max pooling one
# small integer per output is enough, the argmax. Hence the rule of every library:
# **never store the Jacobian, implement its action.**

# %%
entries = 32 * 64 * 56 * 56
costs = {
    "Jacobian": 4 * entries**2,
    "Jacobian, one block per image": 4 * 32 * (entries // 32) ** 2,
    "only what is not 0 (3 × 3 kernels)": 4 * entries * 64 * 3 * 3,
    "input, kept for the way back": 4 * entries,
    "argmax of a 2 × 2 pooling (int64)": 8 * entries // 4,
    "weights": 4 * (64 * 64 * 3 * 3 + 64),
}
units = {"TB": 1e12, "GB": 1e9, "MB": 1e6, "kB": 1e3}
words = [
    next(f"{size / unit:.3g} {name}" for name, unit in units.items() if size >= unit)
    for size in costs.values()
]
_, ax = plt.subplots(figsize=(8, 3))
bars = ax.barh(list(costs), list(costs.values()), color=["C2"] * 3 + ["C0"] * 3)
ax.bar_label(bars, words, padding=4)
ax.set(xscale="log", xlim=(1e4, 1e17), xlabel="bytes (numbers in float32)")
ax.invert_yaxis()
plt.show()

# %% [markdown] covers=["C44"]
# **Figure 7.** Memory for the way back through one layer (32 × 64 × 56 × 56 numbers, 3 ×
# 3 kernels, 64 to 64 channels); the axis is logarithmic. Red: ways to store the
# Jacobian. Blue: what is really needed. Between them lie six powers of ten.

# %% [markdown] covers=["F19", "F21", "C42"]
# ## 9 · All together: a network of your own
#
# The network: 8 kernels of 3 × 3, ReLU, max pooling 2 × 2, 24 kernels of 3 × 3 with
# stride 2, ReLU, average pooling 2 × 2, dense layer, softmax. It reads digits of 8 × 8
# pixels. The forward pass is given and keeps what the way back needs. The backward pass
# reads the same lines from the last to the first, and each is a function of yours.

# %% nbgrader={"grade": false, "grade_id": "network", "locked": true, "schema_version": 3, "solution": false, "task": false}
digits, digit_labels = data.digits()
order = np.random.default_rng(0).permutation(len(digits))
digits, digit_labels = digits[order, None] / 16, digit_labels[order].astype(int)


def start_weights(seed):
    """Draw weights whose spread keeps the numbers from layer to layer at one size."""
    r = np.random.default_rng(seed)
    shapes = {"w1": (8, 1, 3, 3), "w2": (24, 8, 3, 3), "w3": (24, 10)}
    fans = {"w1": 9, "w2": 72, "w3": 24}
    net = {k: r.normal(0, np.sqrt(2 / fans[k]), shape) for k, shape in shapes.items()}
    return net | {"b1": np.zeros(8), "b2": np.zeros(24), "b3": np.zeros(10)}


def forward(net, x):
    """Return every intermediate result of the network, by name."""
    v = {"x": x, "a1": conv_forward(x, net["w1"], net["b1"], 1, 1)}
    v["h1"] = np.maximum(v["a1"], 0)
    v["p1"] = pool_forward(v["h1"], 2, 2)
    v["a2"] = conv_forward(v["p1"], net["w2"], net["b2"], 2, 1)
    v["h2"] = np.maximum(v["a2"], 0)
    v["p2"] = pool_forward(v["h2"], 2, 2, np.mean)
    v["logits"] = v["p2"].reshape(len(x), -1) @ net["w3"] + net["b3"]
    return v


# %%
def backward(net, v, y):
    g = {}
    loss, d = softmax_xent(v["logits"], y)
    d, g["w3"], g["b3"] = dense_backward(d, v["p2"].reshape(len(y), -1), net["w3"])
    d = avgpool2d_backward(d.reshape(v["p2"].shape), v["h2"].shape, 2, 2)
    d = relu_backward(d, v["a2"])
    d, g["w2"], g["b2"] = conv2d_backward(d, v["p1"], net["w2"], 2, 1)
    d = maxpool2d_backward(d, v["h1"], 2, 2)
    d = relu_backward(d, v["a1"])
    g["x"], g["w1"], g["b1"] = conv2d_backward(d, v["x"], net["w1"], 1, 1)
    return loss, g


# %% [markdown]
# First the whole chain is checked, by measuring the first layer, to which the gradient
# has the longest way. One trap: paper is 0, so with biases of 0 the bend of ReLU is met
# at exactly 0, where a central difference finds the slope ½ and agrees with no
# convention. Other biases keep off the kink.

# %%
net, batch = start_weights(0), (digits[:20], digit_labels[:20])
net["b1"] = np.linspace(-0.1, 0.1, 8)
gradients = backward(net, forward(net, batch[0]), batch[1])[1]


def loss_of(name, value):
    return softmax_xent(forward(net | {name: value}, batch[0])["logits"], batch[1])[0]


for name in ("w1", "b1"):
    seen = central_difference(lambda v, name=name: loss_of(name, v), net[name])
    error, size = abs(gradients[name] - seen).max(), abs(seen).max()
    print(f"{name}: {seen.size} numbers up to {size:.2g}, largest error {error:.0e}")

# %% [markdown]
# Then it is trained: 250 steps with 32 random digits each, on 1,400 of the digits; the
# other 397 are kept for a test. (Seconds with vectorised functions, perhaps a minute
# with loops.)

# %%
rng = np.random.default_rng(0)
net, losses = start_weights(1), []
for _ in range(250):
    chosen = rng.choice(1400, 32, replace=False)
    loss, gradients = backward(net, forward(net, digits[chosen]), digit_labels[chosen])
    net = {name: value - 0.3 * gradients[name] for name, value in net.items()}
    losses.append(loss)
answers = forward(net, digits[1400:])["logits"].argmax(axis=1)
right = (answers == digit_labels[1400:]).mean()
smooth = np.convolve(losses, np.ones(15) / 15, "valid")
_, ax = plt.subplots(figsize=(7, 3.2))
ax.plot(losses, ".", color="C3", ms=4, label="loss of one batch")
ax.plot(np.arange(7, 243), smooth, color="C0", label="mean of 15 steps")
ax.axhline(np.log(10), color="#555", ls=":", lw=1.2)
ax.text(250, np.log(10) + 0.05, "guessing, log 10", color="#555", ha="right")
ax.set(xlabel="step", ylabel="cross-entropy loss (nats)", ylim=(0, None))
ax.set_title(f"digits never seen: {right:.0%} right")
ax.legend(loc="center right")
plt.show()

# %% [markdown]
# **Figure 8.** The loss while the network learns, by gradients that you computed. It
# starts at the level of guessing among ten classes. Single batches jump, since each has
# only 32 digits; the mean falls.

# %%
shown = [np.flatnonzero(answers == k)[2] + 1400 for k in (0, 3, 6, 8)]
v = forward(net, digits[shown])
gradient = backward(net, v, digit_labels[shown])[1]["x"] * len(shown)
figure, axes = plt.subplots(2, 4, figsize=(8, 4.3))
for top, bottom, n, change in zip(*axes, shown, gradient[:, 0]):
    top.imshow(digits[n, 0], cmap="gray_r", vmin=0, vmax=1)
    top.set_title(f"label {digit_labels[n]}")
    limit = abs(change).max()
    picture = bottom.imshow(change / limit, cmap="RdBu_r", vmin=-1, vmax=1)
    bottom.set_title(f"± {limit:.2g}")
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color="#bbb")
figure.colorbar(picture, ax=axes[1], label="∂E/∂x, share\nof its maximum")
plt.show()

# %% [markdown] covers=["C42"]
# **Figure 9.** Above: four digits. Below: the gradient of the loss with respect to the
# *pixels*, which the same chain delivers as `dx` of the first layer; its largest size
# (nats per unit of ink) stands above each map. Where it is red, more ink would make the
# network less sure of the right answer; where it is blue, surer. Nobody told the network
# which strokes matter. Lesson 13 looks at networks in this way.

# %% [markdown]
# ## Recap
#
# - A backward function turns the gradient of a layer's output into that of its inputs:
#   copy where the forward pass adds, add where it reuses, multiply where it multiplies,
#   route where it picks.
# - Through a correlation the gradient travels by convolution, to the weights by
#   correlation with the input; stride injects zeros, a maximum remembers its winner.
# - Never store the Jacobian; and never believe a gradient that was not measured, in
#   float64 and with upstream gradients that differ.
#
# **Next:** lesson 09 trains networks in earnest, first with NumPy, then with PyTorch.
#
# **References.** C. Deledalle, "Image classification and CNNs", UCSD ECE 285, 2019
# (backpropagation through convolution, max pooling and striding, with the rows of
# numbers used here). B. Galerne, "Deep neural networks and CNNs", slides, 2024
# (backpropagation). N. Noceti, "Convolutional Neural Networks", UniGe (the gradient of a
# small network). E. Rantsiou, "CNN basics and an example with classification", LENS ML
# School, 2021 (the 6 × 6 image and its filter; the 4 × 4 image of the pooling example is
# also in A. Carlier, "Convolutional Neural Networks", 2024). D. Rumelhart, G. Hinton and
# R. Williams, "Learning representations by back-propagating errors", Nature 323, 1986.
# Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to
# document recognition", Proc. IEEE 86, 1998.
