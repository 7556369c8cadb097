# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11 · Regularisation: dropout and augmentation
#
# A network with 155,592 weights is shown 160 pictures. A few seconds later it names
# every one of them correctly. Then it is shown pictures that it has not seen, and two
# in five are wrong: it has learned its examples by heart. Whatever makes a network do
# better on new data, at the price of doing no better or even worse on the data it
# learns from, is called **regularisation**. In this lesson you write the two kinds that
# everybody uses, you measure what each is worth, and you find cases in which the usual
# advice is wrong.
#
# **You will be able to**
#
# - see over-fitting in two curves, and say what a smaller gap does and does not prove;
# - write dropout, forward and backward, and explain the factor that is easy to forget;
# - move, turn, shear and tint pictures, and say for a given task which of these lie;
# - train and judge without letting the validation data leak into anything;
# - average predictions over crops, and read AlexNet's list of settings.
#
# **Time:** 160 minutes, questions included. **You should know:** training a network in
# PyTorch (lesson 09), batch normalisation (lesson 10), convolution and pooling.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812

from course import data
from course.augment import Augment
from course.checks import check, check_raises, check_shape, require
from course.figures import label_line_ends, show_images
from course.networks import small_cnn
from course.results import show_spread
from course.shortcuts import check_own_work
from course.training import fit, judge, progress, seeds, warm_up
from course.widgets import explore

plt.style.use("course.course")
torch.set_num_threads(1)
warm_up()

# %% [markdown] covers=["C47", "D08", "Q18"]
# ## 1 · Learned by heart
#
# A hands-on session of a summer school tells a story that every practitioner lives
# through. Somebody collects photos of eight classes (airplane, car, cat, dog, flower,
# fruit, motorbike, person), and then: (1) trains a small convolutional network; (2)
# observes over-fitting; (3) fights it, by dropout or by augmentation; (4) takes a
# network that was trained on something larger, and adapts it. This lesson is steps 1 to
# 3, lesson 12 is step 4. In place of those photos, which would have to be downloaded,
# we use eight **textures** that are on your disk: the task is to say from which of
# eight photos a patch of 32 × 32 pixels was cut.
#
# Training patches come from the left 55 % of each photo, test patches from the right
# 45 %, so no pixel is in both. Brightness and contrast are evened out, so they say
# nothing. Be aware of what this measures: new patches of the same eight surfaces, not
# other walls or other cats.

# %% nbgrader={"grade": false, "grade_id": "textures", "locked": true, "schema_version": 3, "solution": false, "task": false}
CLASSES = data.TEXTURES


def textures(seed, n=20, n_test=50):
    """Return ((images, labels), (test_images, test_labels)), n patches per class."""
    images, labels, test_images, test_labels = data.textures(n, n_test, seed=seed)
    return (
        (torch.tensor(images, dtype=torch.float32)[:, None], torch.tensor(labels)),
        (
            torch.tensor(test_images, dtype=torch.float32)[:, None],
            torch.tensor(test_labels),
        ),
    )


train, test = textures(seed=0)

# %% tags=["experiment"]
print("training images", tuple(train[0].shape), " test images", tuple(test[0].shape))
patches = [(*train, 3), (*test, 7)]
show_images(
    [x[y == k][n, 0].numpy() for x, y, n in patches for k in range(8)],
    titles=[*CLASSES, *[""] * 8],
    columns=8,
    vmin=-2.5,
    vmax=2.5,
    size=1.15,
)

# %% [markdown]
# **Figure 1.** One patch of each class to learn from (above) and one to be tested on
# (below). Chance is 1 in 8, 12.5 %.
#
# The network is `small_cnn`: three blocks of a 3 × 3 convolution, ReLU and 2 × 2
# maximum pooling with 16, 32 and 64 channels, a dense layer of 128 units, and a dense
# layer that gives eight logits. It is trained with AdamW, in batches of 32, at a
# learning rate that falls from 0.003 to 0 along half a cosine.

# %% nbgrader={"grade": false, "grade_id": "build", "locked": true, "schema_version": 3, "solution": false, "task": false}
BANNED = ("torch", "torchvision", "scipy.ndimage", "skimage", "cv2", "PIL")
SETTINGS = {
    "epochs": 20,
    "batch_size": 32,
    "lr": 3e-3,
    "weight_decay": 0.01,
    "batch_norm": False,
    "dropout": 0.0,
    "channel_dropout": 0.0,
    "augment": None,
    "seed": 0,
}


def build(config):
    """Build this lesson's network, untrained, for the images in config["train"]."""
    channels = config["train"][0].shape[1]
    model = small_cnn(
        channels, 8, batch_norm=config["batch_norm"], dropout=config["dropout"]
    )
    if config["channel_dropout"]:
        blocks = [
            torch.nn.Sequential(layer, torch.nn.Dropout2d(config["channel_dropout"]))
            if isinstance(layer, torch.nn.MaxPool2d)
            else layer
            for layer in model
        ]
        model = torch.nn.Sequential(*blocks)
    # Another order of the numbers in memory: same results, a quarter faster.
    return model.to(memory_format=torch.channels_last)


# %% tags=["experiment"]
def watched(**changes):
    config = {**SETTINGS, "train": train, **changes}
    torch.manual_seed(0)
    model = build(config)
    epochs = config["epochs"]
    watch = [part[::2] for part in test]  # half of them: it saves time
    return model, fit(model, *train, epochs=epochs, lr=config["lr"], watch=watch)


def draw_history(history, title):
    _, axes = plt.subplots(1, 2, figsize=(8.6, 3.2))
    for ax, key, unit in zip(axes, ("loss", "accuracy"), (1, 100)):
        for name, line, sort in (("", "o--C0", "train"), ("watch_", "s-C2", "test")):
            values = unit * np.array(history[name + key])
            ax.plot(range(1, len(values) + 1), values, line, ms=3, label=sort)
        label_line_ends(ax)
    axes[0].set(xlabel="epoch", ylabel="cross-entropy loss (nats)", title=title)
    axes[1].set(xlabel="epoch", ylabel="accuracy (%)", ylim=(0, 103))
    plt.show()


plain_net, plain_history = watched()
draw_history(plain_history, "plain network")

# %% [markdown] covers=["C47"]
# **Figure 2.** **Over-fitting** in two curves. On the training images the loss goes
# towards 0 and the accuracy towards 100 %. On the test images the accuracy stops
# between 55 and 60 %, and the loss falls for some epochs and then *rises*: the network
# becomes surer and surer of its mistakes. The distance between the two accuracies is
# the **gap**, here about 40 points.
#
# The network is not too stupid for the task, and more epochs will not help. It has
# found some way to tell 160 patches apart, and there are far more ways to do that than
# to tell bricks from grass. Every remedy below removes some of the wrong ways.

# %% [markdown] covers=["C45"]
# ## 2 · Stop in time
#
# The cheapest remedy is in Figure 2 already: stop while the loss on data that were not
# learned from is at its best. Since one bad epoch may be an accident, one waits a
# little. **Early stopping** with *patience* $p$: after each epoch compare the loss with
# the best so far. If it is strictly lower, it is the new best. If the last $p$ epochs
# in a row were no new best, stop, and go back to the weights of the best epoch.
#
# The data that decide this are called **validation data**. Whatever is chosen by them
# (an epoch, a dropout rate, an architecture) is chosen in their favour, so a number for
# the report needs a third set, the **test data**, that decided nothing.
#
# **Task 1** (easy, 8 minutes). Write `early_stopping(val_losses, patience)`: the number
# of the epoch, counted from 0, whose weights are kept. `val_losses` holds what *would*
# be measured if training went on; what comes after the stop must not matter. If
# training never stops early, it is the best epoch of all. Equal losses are no
# improvement: the first counts. Raise `ValueError` if `patience` is less than 1 or
# there are no losses.
#
# Example: losses (1, .8, .9, .85, .7), patience 2. Epochs 2 and 3 are no better than
# epoch 1, so training stops after epoch 3 and never sees the .7. The result is 1.
#
# <details><summary>Hint 1: what to think of</summary>Go through the epochs as training
# does. What two things must you remember from one epoch to the next?</details>
# <details><summary>Hint 2: what to look up</summary><code>enumerate</code> counts from
# zero. The number of epochs since the best one is a difference of two epoch numbers; no
# counter is needed.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse bad arguments. Best = 0.
# For each epoch: if its loss is strictly below that of the best, it is the best; else,
# if it lies patience epochs after the best, leave the loop. Return the best.</details>


# %% nbgrader={"grade": false, "grade_id": "early_stopping", "locked": false, "schema_version": 3, "solution": true, "task": false}
def early_stopping(val_losses, patience):
    """Return the epoch (from 0) whose weights early stopping keeps.

    val_losses: sequence of numbers, one per epoch; patience: int, at least 1.
    Raises ValueError for a smaller patience, or without any loss.
    """
    ### BEGIN SOLUTION
    if patience < 1:
        raise ValueError(f"early_stopping: patience must be at least 1, got {patience}")
    if len(val_losses) == 0:
        raise ValueError("early_stopping: there are no losses")
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "early_stopping_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
losses = [1.0, 0.8, 0.9, 0.85, 0.7]
check(early_stopping, losses, 2, want=1, case="the example, patience 2")
check(early_stopping, losses, 3, want=4, case="the example, patience 3")
### BEGIN HIDDEN TESTS
falling = [2.0, 1.5, 1.2, 1.1, 1.05]
check(early_stopping, falling, 1, want=4, case="losses that always fall")
check(early_stopping, falling[::-1], 3, want=0, case="losses that always rise")
zigzag = [3.0, 2.0, 2.5, 1.9, 2.4, 1.8, 2.3, 2.2, 1.7]
check(early_stopping, zigzag, 1, want=1, case="a zigzag, patience 1")
check(early_stopping, zigzag, 2, want=5, case="a zigzag, patience 2")
check(early_stopping, zigzag, 3, want=8, case="a zigzag, patience 3")
slide = [1.0, 5.0, 4.0, 3.0, 2.0, 0.5]
check(early_stopping, slide, 3, want=0, case="losses that fall, but from a height")
check(early_stopping, slide, 5, want=5, case="the same with more patience")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "early_stopping_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(early_stopping, [0.5, 0.5, 0.5, 0.4], 2, want=0, case="equal losses")
check_raises(early_stopping, [1.0, 0.5], 0, case="a patience of 0")
# Also graded: ties, a single epoch, no epoch, arrays, integers, negative patience.
### BEGIN HIDDEN TESTS
check(early_stopping, [0.7], 1, want=0, case="a single epoch")
check(early_stopping, [3, 2, 2, 2, 2, 1], 3, want=1, case="a long tie, then a gain")
check(early_stopping, [3, 2, 2, 2, 2, 1], 4, want=5, case="a tie that is waited out")
check(early_stopping, np.array([4.0, 3.0, 3.5, 2.0]), 5, want=3, case="an array")
check(early_stopping, (2, 3, 1), 1, want=0, case="a tuple of integers")
check(early_stopping, [0.0, 0.0, -1.0], 9, want=2, case="losses at and below 0")
check(early_stopping, [5.0, 4.0, 6.0], 1, want=1, case="a stop at the last epoch")
check_raises(early_stopping, [1.0, 2.0], -1, case="a negative patience")
check_raises(early_stopping, [], 3, case="no losses")
many = [float(v) for v in np.random.default_rng(101).normal(size=200)]
best, want = 0, None
for n in range(1, 200):
    best = n if many[n] < many[best] else best
    if n - best == 12:
        want = best
        break
check(early_stopping, many, 12, want=want, case="200 random losses")
### END HIDDEN TESTS


# %% tags=["experiment"]
def draw_stop(patience):
    loss = plain_history["watch_loss"]
    right = 100 * np.array(plain_history["watch_accuracy"])
    kept, epochs = early_stopping(loss, patience), range(1, len(loss) + 1)
    _, ax = plt.subplots(figsize=(7, 3.2))
    ax.plot(epochs, loss, "s-C2", ms=4)
    ax.axvspan(kept + 1, min(kept + patience, len(loss) - 1) + 1, color="#eee")
    ax.plot(kept + 1, loss[kept], "*C0", ms=16)
    ax.set(xlabel="epoch", ylabel="test loss (nats)", ylim=(0, None))
    ax.set_xticks(range(2, len(loss) + 1, 2))
    words = f"kept: epoch {kept + 1}, loss {loss[kept]:.2f}, {right[kept]:.0f} % right"
    ax.set_title(f"{words} (last: {loss[-1]:.2f}, {right[-1]:.0f} %)")
    plt.show()


explore(draw_stop, patience=("patience (epochs)", [1, 2, 3, 5, 8], 3))

# %% [markdown] covers=["C45"]
# **Figure 3.** The loss of Figure 2 once more. Star: the epoch that is kept (here
# counted from 1). Grey: the epochs of waiting. With a patience of 1 an accidental bump
# may end training too soon. Early stopping saves time and *loss*: fewer mistakes that
# the network is sure of. Compare the accuracies in the title: the epoch with the lowest
# loss is not the one with the most right answers. In this picture the test data decide,
# for want of more data; a report would need a third set.

# %% [markdown] covers=["C48", "A14"]
# ## 3 · Dropout
#
# Suppose a unit of the dense layer has learned "the pixel at (7, 12) is dark, so it is
# training image 31". The layer behind it can rely on that. Dropout makes it unreliable:
# in each step of training, each unit is switched off with probability $p$. What the
# network knows must then be spread over many units, each of which makes sense by
# itself. What is left of the network after units were dropped is called a **thinned
# network**. With $n$ units there are $2^n$ of them, one for each pattern of on and off.
# Each step trains another one, and all of them share their weights.
#
# For testing one uses all units. But then the next layer receives more than it is used
# to: on average $1/(1-p)$ times as much. There are two ways to make it fit:
#
# | | in training | at test time |
# |---|---|---|
# | the paper of 2014 | $y = m\,x$ | $y = (1-p)\,x$ |
# | **inverted dropout**, as everybody does it now | $y = m\,x\,/\,(1-p)$ | $y = x$ |
#
# Here $m$ is 1 with probability $1-p$ and 0 otherwise. In both columns of the second
# row the *expected* value of $y$ is $x$: $(1-p) \cdot x/(1-p) + p \cdot 0 = x$. And the
# network that is deployed does not even know that there was dropout.
#
# A warning about names. Here, and in PyTorch, $p$ is the probability to **drop**. In
# the paper and in some courses $p$ is the probability to *keep*. At $p = 0.5$ nobody
# notices the difference.
#
# **Task 2** (easy, 8 minutes). Write `dropout_forward(x, p_drop, u, training)`, which
# returns the tuple `(y, mask)`. `u` holds random numbers from [0, 1), one for each
# entry of `x`; a unit is **kept where** `u >= p_drop`. `mask` holds what `x` was
# multiplied by, scale included: the backward pass will need it. Both are float64 of the
# shape of `x`, which may have any shape and any real dtype.
#
# - If `training` is false: `y` equals `x`, the mask is all ones, and `u` is not used:
#   it may be `None`.
# - `p_drop = 1` drops everything: zeros, and no NaN.
# - Raise `ValueError` if `p_drop` is not in [0, 1], or, in training, if `u` has another
#   shape than `x`.
#
# Example: $x = (1, 1, 1, 1)$, $p = 0.5$, $u = (.1, .6, .5, .9)$ give
# $y = (0, 2, 2, 2)$.
#
# <details><summary>Hint 1: what to think of</summary>How large must the units that stay
# be, so that the sum over many units stays what it was?</details>
# <details><summary>Hint 2: what to look up</summary>A comparison of an array and a
# number gives an array of booleans; dividing it gives numbers. What does NumPy make of
# 0/0? </details>
# <details><summary>Hint 3: the order of things</summary>Refuse a bad p; convert x. Not
# training: ones. p = 1: zeros. Else (u >= p) / (1 - p). Return x times mask, and mask.
# </details>


# %% nbgrader={"grade": false, "grade_id": "dropout_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout_forward(x, p_drop, u, training):
    """Drop each entry of x with probability p_drop, and scale up the others.

    x: any shape, real; u: same shape, random numbers in [0, 1), or None if not
    training. An entry is kept where u >= p_drop.
    Returns float64 (y, mask) of the shape of x, with y = x * mask.
    Raises ValueError for p_drop outside [0, 1], or u of another shape.
    """
    ### BEGIN SOLUTION
    if not 0 <= p_drop <= 1:
        raise ValueError(f"dropout_forward: p_drop must be in [0, 1], got {p_drop}")
    x = np.asarray(x, np.float64)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError(
            f"dropout_forward: u must have the shape of x, {x.shape}, got {np.shape(u)}"
        )
    if p_drop == 1:
        mask = np.zeros(x.shape)
    else:
        mask = (np.asarray(u) >= p_drop) / (1 - p_drop)
    return x * mask, mask
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "dropout_forward_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
ones, u = np.ones(4), np.array([0.1, 0.6, 0.5, 0.9])
want = (np.array([0.0, 2, 2, 2]), np.array([0.0, 2, 2, 2]))
check(dropout_forward, ones, 0.5, u, True, want=want, case="the example")
want = (np.array([3.0, -1.0]), np.ones(2))
x = np.array([3.0, -1.0])
check(
    dropout_forward,
    x,
    0.5,
    None,
    False,
    want=want,
    case="not training",
    mistakes={
        "with inverted dropout nothing is scaled at test time": (x / 2, want[1] / 2),
        "the mask belongs to the result: ones, if nothing is dropped": (x, None),
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(201)
for p in (0.2, 0.75, 0.3):
    x, u = r.normal(size=(3, 4, 5)), r.random((3, 4, 5))
    mask = np.array([0.0 if v < p else 1 / (1 - p) for v in u.flat]).reshape(u.shape)
    check(
        dropout_forward,
        x,
        p,
        u,
        True,
        want=(x * mask, mask),
        case="a batch, other probabilities",
        mistakes={
            "p_drop is the probability to drop, not to keep": (
                x * (u < p) / p,
                (u < p) / p,
            ),
            "the units that stay are not scaled up": (x * (u >= p), (u >= p) * 1.0),
            "the scale is 1/(1 - p), not 1/p": (x * (u >= p) / p, (u >= p) / p),
            "dropped where u >= p; those are the ones to keep": (
                x * (u < p) / (1 - p),
                (u < p) / (1 - p),
            ),
        },
    )
big = r.random((400, 50))
y, mask = dropout_forward(np.ones((400, 50)), 0.4, big, True)
# The mean of 20,000 values of sd sqrt(p / (1 - p)) = .82 has sd .0058: 5 sd are .03.
require(abs(y.mean() - 1) < 0.03, "dropout_forward: the mean is not kept")
check(dropout_forward, x, 0.3, u, False, want=(x, np.ones(x.shape)), case="evaluation")
check(dropout_forward, x, 0.9, u, False, want=(x, np.ones(x.shape)), case="evaluation")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "dropout_forward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
zeros = np.zeros(3)
u = np.array([0.0, 0.5, 0.999])
want = (zeros, zeros)
check(dropout_forward, np.ones(3), 1.0, u, True, want=want, case="everything dropped")
check_raises(dropout_forward, np.ones(3), 1.5, u, True, case="a probability of 1.5")
check_own_work(dropout_forward, BANNED)
# Also graded: p_drop = 0, u equal to p_drop, dtypes, views, u of another shape, bad p_drop.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(202)
x = r.normal(size=(2, 3))
case = "nothing dropped"
check(dropout_forward, x, 0, np.zeros((2, 3)), True, want=(x, x * 0 + 1), case=case)
u = np.array([0.25, np.nextafter(0.25, 0), 0.25, 0.75])
want = np.array([4 / 3, 0, 4 / 3, 4 / 3])
check(
    dropout_forward, np.ones(4), 0.25, u, True, want=(want, want), case="u equal to p"
)
whole, u = np.array([[100, 200, 255]], np.uint8), np.array([[0.9, 0.1, 0.5]])
mask = np.array([[1.25, 0, 1.25]])
want = (np.array([[125.0, 0, 318.75]]), mask)
check(dropout_forward, whole, 0.2, u, True, want=want, case="uint8")
want = (whole.astype(float), np.ones((1, 3)))
check(dropout_forward, whole, 0.2, None, False, want=want, case="uint8, evaluation")
small = np.array([0.1, 7, 0.2, 7, 0.3, 7], np.float32)[::2]
u = r.random(6)[::-2]
mask = np.where(u >= 0.4, 1 / 0.6, 0)
want = (small.astype(float) * mask, mask)
check(dropout_forward, small, 0.4, u, True, want=want, case="float32 views")
field, u = r.normal(size=(4, 3)).T, r.random((3, 4))
mask = np.where(u >= 0.7, 1 / 0.3, 0)
check(
    dropout_forward, field, 0.7, u, True, want=(field * mask, mask), case="transposed"
)
cube = r.normal(size=(2, 3, 4))
case = "one row of random numbers for the whole batch"
check_raises(dropout_forward, cube, 0.5, r.random((1, 3, 4)), True, case=case)
case = "one random number for each channel"
check_raises(dropout_forward, cube, 0.5, r.random((2, 3, 1)), True, case=case)
check_raises(dropout_forward, x, -0.1, x * 0, True, case="a negative p_drop")
check_raises(dropout_forward, x, 1.1, None, False, case="p_drop above 1, evaluation")
want = (np.zeros((0, 2)), np.zeros((0, 2)))
none = np.zeros((0, 2))
check(dropout_forward, none, 0.5, none, True, want=want, case="an empty batch")
### END HIDDEN TESTS

# %% [markdown] covers=["C48"]
# ### Backward
#
# The forward pass was a product with numbers that do not depend on $x$. The rule for
# products (lesson 08): on the way back, multiply by the same numbers.
#
# **Task 3** (easy, 3 minutes). Write `dropout_backward(dout, mask)`: the gradient for
# `x`, float64. `mask` is what your forward function returned. For $\delta = (5, 5, 5)$
# and mask $(0, 2, 2)$ it is $(0, 10, 10)$.
#
# <details><summary>Hint 1: what to think of</summary>A unit that was dropped had no
# say, so no blame. How strongly did the others count?</details>
# <details><summary>Hint 2: what to look up</summary>The mask holds the scale already.
# <code>np.asarray(..., np.float64)</code> converts.</details>
# <details><summary>Hint 3: the order of things</summary>Convert both, multiply entry by
# entry into a new array. Draw no new random numbers.</details>


# %% nbgrader={"grade": false, "grade_id": "dropout_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout_backward(dout, mask):
    """Send the gradient back through y = x * mask.

    dout, mask: arrays of one shape. Returns float64 of that shape.
    """
    ### BEGIN SOLUTION
    return np.asarray(dout, np.float64) * np.asarray(mask, np.float64)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "dropout_backward_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    dropout_backward,
    np.array([5.0, 5.0, 5.0]),
    np.array([0.0, 2.0, 2.0]),
    want=np.array([0.0, 10, 10]),
    case="one of three was dropped, p = 0.5",
    mistakes={
        "the scale 1/(1 - p) is missing": np.array([0.0, 5, 5]),
        "the scale is in the mask already; it is applied twice": np.array(
            [0.0, 20, 20]
        ),
        "the scale is divided out; it belongs in": np.array([0.0, 2.5, 2.5]),
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(301)
for p in (0.3, 0.8):
    mask = np.where(r.random((3, 2, 4)) >= p, 1 / (1 - p), 0)
    dout, x = r.normal(size=(3, 2, 4)), r.normal(size=(3, 2, 4))
    t = torch.tensor(x, requires_grad=True)
    y = t * torch.tensor(mask)
    (grad,) = torch.autograd.grad(y, t, torch.tensor(dout))
    case = "a batch, against automatic differentiation"
    check(dropout_backward, dout, mask, want=grad.numpy(), case=case)
    # <y, dout> = <x, dx>, whatever x is: the adjoint identity of a linear layer.
    dx = dropout_backward(dout, mask)
    gap = abs((x * mask * dout).sum() - (x * dx).sum())
    require(gap < 1e-9, "dropout_backward: not the adjoint of the forward pass")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "dropout_backward_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    dropout_backward,
    np.array([[1, -2]]),
    np.array([[1.0, 1.0]]),
    want=np.array([[1.0, -2.0]]),
    case="the mask of an evaluation, integer gradients",
)
check_own_work(dropout_backward, BANNED)
# Also graded: all dropped, uint8, float32, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(302)
dout = r.normal(size=(4, 6))
check(dropout_backward, dout, dout * 0, want=dout * 0, case="everything dropped")
mask = np.where(r.random((4, 6)) < 0.5, 0, 1.6)
case = "views with steps"
want = np.array(dout[::2, ::-3]) * np.array(mask[1::2, :2])
check(dropout_backward, dout[::2, ::-3], mask[1::2, :2], want=want, case=case)
whole, mask = np.array([200, 100, 255], np.uint8), np.array([4, 0, 4], np.uint8)
want = np.array([800.0, 0, 1020])
check(dropout_backward, whole, mask, want=want, case="uint8 gradients, uint8 mask")
small = np.array([0.1, 0.2], np.float32)
want = small.astype(float) * (1 / 0.7)
check(dropout_backward, small, np.full(2, 1 / 0.7), want=want, case="float32 gradients")
### END HIDDEN TESTS

# %% [markdown] covers=["C48", "A14"]
# ### Thinned networks
#
# On the left a small network through which your function has gone once; on the right
# what a unit of the next layer receives, if its 100 inputs are all 1.


# %% nbgrader={"grade": false, "grade_id": "draw_net", "locked": true, "schema_version": 3, "solution": false, "task": false}
def draw_net(ax, alive):
    """Draw a network of dense layers; units that are not alive are crossed out."""
    places = [
        [(column, row - (len(units) - 1) / 2) for row in range(len(units))]
        for column, units in enumerate(alive)
    ]
    for column in range(len(alive) - 1):
        for (x0, y0), on0 in zip(places[column], alive[column]):
            for (x1, y1), on1 in zip(places[column + 1], alive[column + 1]):
                if on0 and on1:
                    ax.plot([x0, x1], [y0, y1], color="C0", lw=1, alpha=0.7, zorder=1)
    for layer, units in zip(places, alive):
        for (x, y), on in zip(layer, units):
            face, edge = ("white", "#555") if on else ("#eee", "#bbb")
            ax.plot(x, y, "o", ms=17, mfc=face, mec=edge, zorder=2)
            if not on:
                ax.plot(x, y, "x", ms=10, color="C2", mew=2, zorder=3)
    names = ["input", "hidden", "hidden", "output"]
    for column, name in enumerate(names):
        ax.text(column, -3.6, name, ha="center", color="#555")
    ax.set(xlim=(-0.4, 3.4), ylim=(-3.9, 3.1))
    ax.set_axis_off()


# %% tags=["experiment"]
def draw_thinned(p, number):
    r = np.random.default_rng(number)
    hidden = [dropout_forward(np.ones(6), p, r.random(6), True)[1] > 0 for _ in "ab"]
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), width_ratios=[1, 1.1])
    draw_net(left, [np.ones(4), *hidden, np.ones(2)])
    left.set_title(f"one of {2**12:,} thinned networks, p = {p}")
    y, mask = dropout_forward(np.ones((4000, 100)), p, r.random((4000, 100)), True)
    bins, kept = np.arange(-0.5, 102, 3), (mask > 0).sum(axis=1)
    right.hist(kept, bins, color="C1", alpha=0.8, label="without the factor")
    right.hist(y.sum(1), bins / (1 - p), color="C0", alpha=0.6, label="your function")
    right.axvline(100, color="#222", ls="--", lw=1.2, label="all units, at test time")
    right.set(xlabel="sum that the next unit receives", ylabel="masks (of 4,000)")
    right.legend(loc="upper right", fontsize=9)
    right.set(xlim=(0, 205), ymargin=0.4)
    plt.show()


explore(
    draw_thinned,
    p=("p (dropped)", [0.0, 0.1, 0.25, 0.5, 0.75, 0.9], 0.5),
    number=("draw number", list(range(1, 21))),
)

# %% [markdown] covers=["C48", "A14"]
# **Figure 4.** *Left:* crossed-out units are gone for this step, with all their
# connections; move the second slider to draw again. *Right:* the sum over 100 units for
# 4,000 masks. With the factor $1/(1-p)$ it stays around 100, which is what arrives when
# all units work; without it the next layer would meet larger numbers at test time than
# it has ever been trained on. The price is noise: the sum's standard deviation is
# $\sqrt{100\,p/(1-p)}$, 10 at $p = 0.5$ and 30 at $p = 0.9$.
#
# ### One network, or the mean of many?
#
# Averaging the answers of many networks is an old and reliable trick, and expensive.
# Dropout is said to get it for nothing: the whole network acts like the mean of its
# thinned ones. Test it. The network below was trained with $p = 0.5$ before its last
# layer. Its 128 units are computed once for all test images; then $M$ random thinned
# networks vote with the mean of their probabilities.

# %% tags=["experiment"]
dropout_net, dropout_history = watched(dropout=0.5)
with torch.no_grad():
    units = dropout_net[:-2](test[0]).numpy()
    last = [v.numpy() for v in dropout_net[-1].parameters()]
truth, r = test[1].numpy(), np.random.default_rng(0)


def thinned_answer():
    u = np.broadcast_to(r.random(128), units.shape)  # one network for all images
    logits = dropout_forward(units, 0.5, u, True)[0] @ last[0].T + last[1]
    return torch.softmax(torch.tensor(logits), dim=1).numpy()


crowds = [1, 2, 4, 8, 16, 32, 64]
votes = [np.cumsum([thinned_answer() for _ in range(64)], axis=0) for _ in range(10)]
mean = {m: [100 * (v[m - 1].argmax(1) == truth).mean() for v in votes] for m in crowds}
whole = 100 * ((units @ last[0].T + last[1]).argmax(1) == truth).mean()

# %% tags=["experiment"]
_, ax = plt.subplots(figsize=(7, 3.3))
for m in crowds:
    ax.plot([m] * 10, mean[m], "o", color="C0", alpha=0.5, ms=5)
ax.plot(crowds, [np.mean(mean[m]) for m in crowds], "C0")
ax.axhline(whole, color="C2", ls="--")
beside = {"xycoords": ("axes fraction", "data"), "color": "C2", "va": "center"}
ax.annotate(" the whole\n network, once", (1, whole), **beside)
ax.set(xscale="log", xlabel="thinned networks M", ylabel="test accuracy (%)")
ax.set_xticks(crowds, crowds)
ax.minorticks_off()
plt.show()

# %% [markdown] covers=["C48"]
# **Figure 5.** Ten crowds of each size, and (line) their mean. A single thinned network
# is worse than the whole one; the mean of many comes close to the whole one, which
# costs a single pass. For a layer that is followed by nothing but a *linear* map this
# would be exact: the mean of the thinned outputs *is* the output with all units, that
# is what the factor is for. Through a softmax it is an approximation, and a good one.

# %% [markdown] covers=["C49"]
# ## 4 · Pictures that are still the same
#
# A patch of grass is a patch of grass when it is mirrored. The network does not know
# that; 160 patches cannot teach it. So show it mirrored patches, too. **Augmentation**
# means to change each training image at random, in a new way in each epoch, by
# something that *leaves its class alone*. That last condition is a statement about the
# world. No program checks it for you.
#
# The list that everybody uses: flip, shift, crop, zoom, rotate, shear, and changes of
# colour. You write them now.
#
# ### Shifts and flips
#
# What moves into the picture from outside is not known, so the border is repeated: the
# first row or column for a move down or to the right, the last one for the opposite.
#
# **Task 4** (medium, 8 minutes). Write `shift_flip(x, dy, dx, flip)` for a batch `x` of
# shape (N, C, H, W). Move the content `dy` rows down and `dx` columns to the right
# (negative: up, to the left); *then*, if `flip` is true, mirror left and right. `dy`
# and `dx` are integers of any size: a shift beyond the image leaves nothing but its
# border. Return float64 of the same shape.
#
# Example: the row (1, 2, 3) with `dx = 1` becomes (1, 1, 2); with the flip, (2, 1, 1).
#
# <details><summary>Hint 1: what to think of</summary>Do not move pixels. Ask for each
# output row which input row it shows, and make sure that there is such a row.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.clip</code> keeps indices
# inside. <code>x[:, :, rows]</code> takes rows by a list of indices, also several times
# the same.</details>
# <details><summary>Hint 3: the order of things</summary>rows = 0 … H − 1, minus dy,
# clipped to 0 … H − 1; columns alike. Take the rows, then the columns. If flip, reverse
# the last axis. Convert to float64.</details>


# %% nbgrader={"grade": false, "grade_id": "shift_flip", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shift_flip(x, dy, dx, flip):
    """Move images dy down and dx to the right, then mirror them if flip is true.

    x: (N, C, H, W), real; dy, dx: int, of any size and sign; flip: bool.
    What moves in is the nearest border pixel. Returns float64 (N, C, H, W).
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, np.float64)
    height, width = x.shape[2:]
    rows = np.clip(np.arange(height) - dy, 0, height - 1)
    columns = np.clip(np.arange(width) - dx, 0, width - 1)
    x = x[:, :, rows][:, :, :, columns]
    return x[..., ::-1].copy() if flip else x
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "shift_flip_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x = np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
check(
    shift_flip,
    x,
    0,
    1,
    False,
    want=np.array([[[[1.0, 1.0, 2.0], [4.0, 4.0, 5.0]]]]),
    case="one to the right",
    mistakes={
        "what leaves on the right comes back on the left": np.roll(x, 1, 3),
        "zeros move in; repeat the border": np.array([[[[0.0, 1, 2], [0, 4, 5]]]]),
        "the content moved to the left": np.array([[[[2.0, 3, 3], [5, 6, 6]]]]),
        "dy and dx are exchanged": np.array([[[[1.0, 2, 3], [1, 2, 3]]]]),
    },
)
check(
    shift_flip,
    x,
    0,
    1,
    True,
    want=np.array([[[[2.0, 1.0, 1.0], [5.0, 4.0, 4.0]]]]),
    case="one to the right, then mirrored",
    mistakes={
        "it is mirrored first; shift first": np.array([[[[3.0, 3, 2], [6, 6, 5]]]]),
        "it is turned upside down; mirror left and right": np.array(
            [[[[4.0, 4, 5], [1, 1, 2]]]]
        ),
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(401)
x = r.normal(size=(3, 2, 6, 5))
for dy, dx in ((2, 0), (-1, 0), (0, -2), (1, 3), (-3, -1), (2, -1)):
    framed = np.pad(x, ((0, 0), (0, 0), (6, 6), (6, 6)), mode="edge")
    moved = framed[:, :, 6 - dy : 12 - dy, 6 - dx : 11 - dx]
    mirrored = np.flip(moved, axis=3).copy()
    case = "a batch with two channels"
    check(shift_flip, x, dy, dx, False, want=moved, case=case)
    check(shift_flip, x, dy, dx, True, want=mirrored, case=case + ", mirrored")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "shift_flip_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
x = np.array([[[[1, 2, 3], [4, 5, 6]]]], np.uint8)
want = np.full((1, 1, 2, 3), 1.0)
check(shift_flip, x, 7, 99, False, want=want, case="far beyond the image, uint8")
check_own_work(shift_flip, BANNED)
# Also graded: no shift at all, shifts as large as the image, views, one pixel, NumPy ints.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(402)
x = r.normal(size=(2, 3, 4, 7))
check(shift_flip, x, 0, 0, False, want=x, case="nothing to do", rtol=0, atol=0)
check(shift_flip, x, 0, 0, True, want=np.flip(x, 3).copy(), case="only the flip")
for dy, dx in ((4, 0), (-4, 0), (0, 7), (0, -7), (-9, 30), (3, -6)):
    framed = np.pad(x, ((0, 0), (0, 0), (31, 31), (31, 31)), mode="edge")
    want = framed[:, :, 31 - dy : 35 - dy, 31 - dx : 38 - dx]
    check(shift_flip, x, dy, dx, False, want=want, case="as far as the image, or more")
    want = want[..., ::-1].copy()
    check(shift_flip, x, dy, dx, True, want=want, case="far, and mirrored")
view = x[:, ::2, ::-1, ::3]
framed = np.pad(view, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
want = framed[:, :, 2:6, :3]
check(shift_flip, view, np.int64(-1), np.int64(1), False, want=want, case="a view")
one = np.full((1, 1, 1, 1), 3.0, np.float32)
check(shift_flip, one, 5, -5, True, want=np.full((1, 1, 1, 1), 3.0), case="one pixel")
signed = np.array([[[[-100, 50]]]], np.int8)
want = np.array([[[[50.0, -100.0]]]])
check(shift_flip, signed, 0, 0, True, want=want, case="int8")
### END HIDDEN TESTS

# %% [markdown] covers=["C49"]
# ### Rotation, shear, zoom: one map
#
# All three are **affine**: straight lines stay straight. Measure places from the centre
# of the image, which lies at row $(H-1)/2$, column $(W-1)/2$; let $x$ point to the
# right and $y$ *down*, as rows do. The content at $(x, y)$ moves to
#
# $$\begin{pmatrix}X\\Y\end{pmatrix} =
# \underbrace{\;s\;}_{\text{3. scale}}
# \underbrace{\begin{pmatrix}\cos\theta & \sin\theta\\ -\sin\theta & \cos\theta
# \end{pmatrix}}_{\text{2. rotate}}
# \underbrace{\begin{pmatrix}1 & h\\ 0 & 1\end{pmatrix}}_{\text{1. shear}}
# \begin{pmatrix}x\\y\end{pmatrix} +
# \underbrace{\begin{pmatrix}d_x\\d_y\end{pmatrix}}_{\text{4. shift}}$$
#
# With $y$ pointing down this matrix turns **counter-clockwise** as you see it: the
# point $(1, 0)$ on the right goes to $(\cos\theta, -\sin\theta)$, upwards.
#
# To make the picture, go the other way. For each *output* pixel ask from which place of
# the input its content came: undo the shift, the scale, the rotation, the shear, in
# this order. (Pushing each input pixel to its new place would leave holes.) The place
# lies between pixels. **Bilinear** interpolation mixes the four around it: at row
# $i + a$ and column $j + b$, with $i, j$ whole and $0 \le a, b < 1$,
#
# $$(1-a)(1-b)\,I_{i,j} + (1-a)\,b\,I_{i,j+1} + a\,(1-b)\,I_{i+1,j} + a\,b\,I_{i+1,j+1}.$$
#
# A place outside the image takes the nearest border: clip its row to $[0, H-1]$ and its
# column to $[0, W-1]$ before you interpolate.
#
# **Task 5** (hard, 20 minutes). Write
# `affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0)` for one grey image of
# shape (H, W). The result is float64 of the *same* shape. Shifts may be fractions of a
# pixel. Raise `ValueError` unless `scale` is positive.
#
# Example: the row (0, 10, 20) with `dx = 0.5` becomes (0, 5, 15). Its pixels read the
# places −0.5 (clipped to 0), 0.5 and 1.5.
#
# <details><summary>Hint 1: what to think of</summary>Two arrays of shape (H, W): the
# row and the column that each output pixel reads. If they are right, the rest is
# interpolation. Try one pixel by hand.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.mgrid[:H, :W]</code> gives
# the output's rows and columns; <code>np.radians</code>;
# <code>np.floor(...).astype(int)</code>. Undoing a rotation by θ is rotating by −θ;
# undoing the shear is x − h y. The neighbour below the last row does not exist: use
# <code>np.minimum</code>. </details>
# <details><summary>Hint 3: the order of things</summary>Y, X from the centre; subtract
# dy, dx; divide by scale; x = X cos θ − Y sin θ, y = X sin θ + Y cos θ; x minus shear
# times y; add the centre again; clip; whole part and fraction; mix four
# pixels.</details>


# %% nbgrader={"grade": false, "grade_id": "affine", "locked": false, "schema_version": 3, "solution": true, "task": false}
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    """Shear, rotate, scale and shift an image about its centre, in this order.

    img: (H, W), real; angle_deg: degrees, counter-clockwise as displayed;
    shear: columns to the right per row downwards; scale: above 0;
    dy, dx: pixels down and to the right. Bilinear, with the border repeated.
    Returns float64 (H, W). Raises ValueError for a scale that is not positive.
    """
    ### BEGIN SOLUTION
    if scale <= 0:
        raise ValueError(f"affine: scale must be positive, got {scale}")
    img = np.asarray(img, np.float64)
    bottom, right = img.shape[0] - 1, img.shape[1] - 1
    rows, columns = np.mgrid[: bottom + 1, : right + 1]
    down = (rows - bottom / 2 - dy) / scale
    across = (columns - right / 2 - dx) / scale
    cos, sin = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = across * cos - down * sin, across * sin + down * cos
    y, x = y + bottom / 2, x - shear * y + right / 2
    y, x = np.clip(y, 0, bottom), np.clip(x, 0, right)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    i1, j1 = np.minimum(i + 1, bottom), np.minimum(j + 1, right)
    above = (1 - b) * img[i, j] + b * img[i, j1]
    below = (1 - b) * img[i1, j] + b * img[i1, j1]
    return (1 - a) * above + a * below
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "affine_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
row = np.array([[0.0, 10.0, 20.0]])
check(
    affine,
    row,
    0.0,
    0.0,
    1.0,
    0.0,
    0.5,
    want=np.array([[0.0, 5.0, 15.0]]),
    case="half a pixel to the right",
    mistakes={
        "the content moved to the left": np.array([[5.0, 15, 20]]),
        "that is the nearest pixel; mix the neighbours": np.array([[0.0, 0, 10]]),
    },
)
square = np.arange(16.0).reshape(4, 4) ** 1.5
check(
    affine,
    square,
    90.0,
    want=np.rot90(square).copy(),
    case="a quarter turn",
    mistakes={"it turned clockwise": np.rot90(square, -1).copy()},
)
### BEGIN HIDDEN TESTS
from scipy.ndimage import affine_transform  # an independent oracle


def by_scipy(img, angle, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    there = scale * np.array([[cos, sin], [-sin, cos]]) @ np.array([[1, shear], [0, 1]])
    back = np.linalg.inv(there)[::-1, ::-1]  # in (row, column) instead of (x, y)
    centre = (np.array(img.shape) - 1) / 2
    offset = centre - back @ (centre + [dy, dx])
    return affine_transform(img, back, offset, order=1, mode="nearest")


r = np.random.default_rng(501)
img = r.normal(size=(9, 9))
for case, arguments in {
    "a rotation": (30.0,),
    "a rotation the other way": (-17.0,),
    "a shear": (0.0, 0.4),
    "a zoom": (0.0, 0.0, 2.0),
    "a shrinking": (0.0, 0.0, 0.6),
    "a shift down": (0.0, 0.0, 1.0, 1.3, 0.0),
    "a shift to the left": (0.0, 0.0, 1.0, 0.0, -2.4),
}.items():
    mistakes = {
        "the map is used in the wrong direction: for each output pixel ask where its "
        "content came from": by_scipy(img, -arguments[0])
    }
    if len(arguments) > 2 and arguments[2] != 1:
        mistakes["it grows where it should shrink"] = by_scipy(
            img, 0.0, 0.0, 1 / arguments[2]
        )
    want = by_scipy(img, *arguments)
    check(affine, img, *arguments, want=want, case=case, mistakes=mistakes)
check(affine, square, -90.0, want=np.rot90(square, -1).copy(), case="a quarter turn")
half = np.rot90(square, 2).copy()
check(affine, square, 180.0, want=half, case="half a turn")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "affine_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
wide = np.array([[1.0, 2.0, 4.0], [3.0, 9.0, 5.0]])
turned = wide[::-1, ::-1].copy()
check(affine, wide, 0.0, want=wide, case="nothing to do", rtol=0, atol=0)
check(
    affine, wide, 180.0, want=turned, case="half a turn of an image that is not square"
)
check_raises(affine, wide, 0.0, 0.0, 0.0, case="a scale of 0")
check_own_work(affine, BANNED)
# Also graded: all at once and in the right order, shapes, uint8, views, far shifts, scale < 0.
### BEGIN HIDDEN TESTS
from scipy.ndimage import affine_transform  # an independent oracle


def by_scipy(img, angle, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    there = scale * np.array([[cos, sin], [-sin, cos]]) @ np.array([[1, shear], [0, 1]])
    back = np.linalg.inv(there)[::-1, ::-1]  # in (row, column) instead of (x, y)
    centre = (np.array(img.shape) - 1) / 2
    offset = centre - back @ (centre + [dy, dx])
    return affine_transform(img, back, offset, order=1, mode="nearest")


r = np.random.default_rng(502)
for shape in ((8, 5), (4, 11), (7, 7)):
    img = r.normal(size=shape)
    for arguments in (
        (25.0, 0.3, 1.0, 0.0, 0.0),
        (40.0, 0.0, 1.5, 1.2, -0.7),
        (-60.0, -0.5, 0.8, -1.0, 2.5),
        (90.0, 0.2, 1.0, 0.0, 0.0),
    ):
        want = by_scipy(img, *arguments)
        case = "shear, rotation, scale and shift together"
        check(affine, img, *arguments, want=want, case=case, rtol=1e-6, atol=1e-8)
img = r.integers(0, 256, (6, 6), np.uint8)
want = by_scipy(img.astype(float), 10.0, 0.1, 1.1, 0.5, 0.5)
check(affine, img, 10.0, 0.1, 1.1, 0.5, 0.5, want=want, case="uint8", rtol=1e-6)
view = r.normal(size=(12, 20))[::2, ::-3]
want = by_scipy(view, 33.0, 0.0, 1.2)
check(affine, view, 33.0, 0.0, 1.2, want=want, case="a view with steps", rtol=1e-6)
want = np.repeat(view[:1], 6, axis=0)
check(affine, view, 0.0, 0.0, 1.0, 50.0, 0.0, want=want, case="far out of the image")
one = np.array([[4.0]])
check(affine, one, 45.0, 0.0, 3.0, 0.2, 9.0, want=one, case="a single pixel")
check_raises(affine, view, 0.0, 0.0, -1.0, case="a negative scale")
check(affine, view, 720.0, want=view, case="two full turns", rtol=1e-6, atol=1e-9)
### END HIDDEN TESTS

# %% [markdown] covers=["C49", "A03"]
# ### Colour
#
# The same flower at noon and at dusk: every pixel gets more or less of the same light.
# AlexNet imitates that with the directions in which colours vary. Take all pixels of
# all training images as points in a space of three colours. The eigenvectors
# $v_1, v_2, v_3$ of their 3 × 3 covariance matrix are its main axes (principal
# components; mostly: light against dark, then bluish against reddish), the eigenvalues
# $\lambda_i$ the variances along them. Draw three numbers $\alpha_i$ for an image, and
# add to **every pixel** of it
#
# $$\begin{pmatrix}v_1 & v_2 & v_3\end{pmatrix}
# \begin{pmatrix}\alpha_1\lambda_1\\ \alpha_2\lambda_2\\ \alpha_3\lambda_3\end{pmatrix}.$$
#
# One draw for the whole image: the light changes, not the noise. The paper draws
# $\alpha_i$ with mean 0 and standard deviation 0.1, anew each time the image is used.
# (A physicist will object. $\lambda$ is a variance, in *squared* units of intensity,
# yet it is added to an intensity. So how strong the change is depends on the number that
# stands for white, 1 or 255. We keep the formula of the paper, and choose the size of
# $\alpha$.)
#
# **Task 6** (easy, 5 minutes). Write `color_pca_shift(img, eigvals, eigvecs, alphas)`
# for one image of shape (C, H, W). `eigvals` and `alphas` have shape (C,); column `i`
# of `eigvecs` (C, C) belongs to `eigvals[i]`, as `np.linalg.eigh` returns them. Return
# float64 (C, H, W). Do not clip: what comes next may want the values beyond 1.
#
# Example: a pixel (.5, .5, .5), eigenvectors along the axes, $\lambda = (.1, .2, .3)$,
# $\alpha = (1, 0, -1)$ give (.6, .5, .2).
#
# <details><summary>Hint 1: what to think of</summary>How many numbers are added to the
# image, all in all? One per channel.</details>
# <details><summary>Hint 2: what to look up</summary><code>@</code> multiplies a matrix
# by a vector. <code>v[:, None, None]</code> has the shape (C, 1, 1), which fits (C, H,
# W).</details>
# <details><summary>Hint 3: the order of things</summary>alphas times eigvals; the
# matrix times that; two new axes; add to the image, converted to float64.</details>


# %% nbgrader={"grade": false, "grade_id": "color_pca_shift", "locked": false, "schema_version": 3, "solution": true, "task": false}
def color_pca_shift(img, eigvals, eigvecs, alphas):
    """Add one colour to all pixels, along the main axes of the colours.

    img: (C, H, W), real; eigvals, alphas: (C,); eigvecs: (C, C), one per column.
    Returns float64 (C, H, W), not clipped.
    """
    ### BEGIN SOLUTION
    shift = np.asarray(eigvecs) @ (np.asarray(alphas) * np.asarray(eigvals))
    return np.asarray(img, np.float64) + shift[:, None, None]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "color_pca_shift_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
grey = np.full((3, 2, 2), 0.5)
eigvals, alphas = np.array([0.1, 0.2, 0.3]), np.array([1.0, 0.0, -1.0])
want = np.repeat([0.6, 0.5, 0.2], 4).reshape(3, 2, 2)
check(color_pca_shift, grey, eigvals, np.eye(3), alphas, want=want, case="the example")
check(
    color_pca_shift,
    grey,
    eigvals,
    np.eye(3)[[1, 2, 0]],
    alphas,
    want=np.repeat([0.5, 0.2, 0.6], 4).reshape(3, 2, 2),
    case="eigenvectors in other directions",
    mistakes={
        "the eigenvectors are the columns, not the rows": np.repeat(
            [0.2, 0.6, 0.5], 4
        ).reshape(3, 2, 2)
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(601)
pixels = r.normal(size=(500, 3)) @ r.normal(size=(3, 3))
eigvals, eigvecs = np.linalg.eigh(np.cov(pixels.T))
img, alphas = r.random((3, 4, 5)), r.normal(size=3)
shift = sum(alphas[i] * eigvals[i] * eigvecs[:, i] for i in range(3))
want = np.stack([img[c] + shift[c] for c in range(3)])
turned = eigvecs.T @ (alphas * eigvals)
root = eigvecs @ (alphas * np.sqrt(eigvals))
check(
    color_pca_shift,
    img,
    eigvals,
    eigvecs,
    alphas,
    want=want,
    case="axes of random colours",
    mistakes={
        "the eigenvectors are the columns, not the rows": img + turned[:, None, None],
        "this takes the root of the eigenvalues; the paper does not": img
        + root[:, None, None],
        "the eigenvalues are missing": img + (eigvecs @ alphas)[:, None, None],
        "the shift is added, not multiplied": img * (1 + shift)[:, None, None],
        "values are clipped; leave them": np.clip(want, 0, 1),
    },
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "color_pca_shift_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
cube = np.arange(12.0).reshape(3, 2, 2) / 12
eigvals = np.array([0.1, 0.2, 0.3])
zero = np.zeros(3)
check(color_pca_shift, cube, eigvals, np.eye(3), zero, want=cube, case="alphas of 0")
check_own_work(color_pca_shift, BANNED)
# Also graded: images as wide as they have channels, uint8, other numbers of channels, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(602)
img = r.random((3, 3, 3))
axes, _ = np.linalg.qr(r.normal(size=(3, 3)))
eigvals, alphas = r.random(3), r.normal(size=3) * 9
shift = sum(alphas[i] * eigvals[i] * axes[:, i] for i in range(3))
want = np.stack([img[c] + shift[c] for c in range(3)])
case = "three channels, rows and columns, and a large shift"
check(color_pca_shift, img, eigvals, axes, alphas, want=want, case=case)
whole = r.integers(0, 256, (3, 2, 4), np.uint8)
want = np.stack([whole[c].astype(float) + 100 * shift[c] for c in range(3)])
case = "uint8, not wrapped around"
check(color_pca_shift, whole, 100 * eigvals, axes, alphas, want=want, case=case)
img, one = r.random((1, 4, 2)), np.array([0.5])
want = img + 0.5 * 0.3
case = "a grey image"
check(color_pca_shift, img, one, np.eye(1), np.array([0.3]), want=want, case=case)
img, (axes, _) = r.random((8, 6, 5)), np.linalg.qr(r.normal(size=(4, 4)))
img, eigvals, alphas = img[::2, ::-1], r.random(8)[::2], r.normal(size=4)
shift = sum(alphas[i] * eigvals[i] * axes[:, i] for i in range(4))
want = np.stack([img[c] + shift[c] for c in range(4)])
check(
    color_pca_shift, img, eigvals, axes, alphas, want=want, case="four channels, a view"
)
check(
    color_pca_shift,
    np.zeros((3, 1, 1), np.float32),
    np.array([1, 2, 3]),
    np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]]),
    np.array([4, 5, 6]),
    want=np.array([10.0, 18.0, 4.0]).reshape(3, 1, 1),
    case="integers",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "pictures", "locked": true, "schema_version": 3, "solution": false, "task": false}
shape_images, shape_labels, _ = data.shapes(25, seed=0)
EIGVALS, EIGVECS = np.linalg.eigh(
    np.cov(np.swapaxes(shape_images, 0, 1).reshape(3, -1))
)
SAMPLES = {
    "a shape": shape_images[shape_labels == 4][2].astype(float),
    "brick": train[0][train[1] == 0][3].numpy() / 5 + 0.5,
    "a digit": 1 - data.digits()[0][34][None] / 16,
}

# %% tags=["experiment"]
print("variances along the main axes of the colours:", EIGVALS[::-1].round(4))
print("the first axis (red, green, blue):", EIGVECS[:, -1].round(2))


def changed(image, change, strength, r):
    amount = strength * r.uniform(-1, 1)
    if change == "flip":
        return shift_flip(image[None], 0, 0, r.random() < 0.5)[0]
    if change == "shift":
        side = image.shape[1] * 0.2 * strength
        dy, dx = np.rint(side * r.uniform(-1, 1, 2)).astype(int)
        return shift_flip(image[None], dy, dx, False)[0]
    if change == "colour":
        axes = (
            (EIGVALS, EIGVECS) if len(image) == 3 else (EIGVALS[-1:], np.ones((1, 1)))
        )
        return color_pca_shift(image, *axes, 2 * strength * r.normal(size=len(image)))
    turn = {"rotate": (30 * amount,), "shear": (0, 0.5 * amount)}
    turn["zoom"] = (0, 0, 2 ** (0.6 * amount))
    return np.stack([affine(channel, *turn[change]) for channel in image])


# %% tags=["experiment"]
def draw_gallery(change, strength):
    r = np.random.default_rng(1)
    pictures = []
    for image in SAMPLES.values():
        row = [image, *(changed(image, change, strength, r) for _ in range(6))]
        pictures += [np.clip(x, 0, 1).transpose(1, 2, 0).squeeze() for x in row]
    titles = ["original", *[f"{change} {n}" for n in range(1, 7)]]
    show_images(pictures, titles=titles, columns=7, size=1.25)


explore(
    draw_gallery,
    change=("change", ["flip", "shift", "rotate", "shear", "zoom", "colour"], "rotate"),
    strength=("strength", [0.25, 0.5, 1.0, 2.0, 4.0], 1.0),
)

# %% [markdown] covers=["C49", "Q19"]
# **Figure 6.** Six random changes of three pictures; press the buttons, move the
# slider. A network would get one of them in each epoch. Look for three things. *Is the
# class still the same?* A mirrored or strongly turned digit may be another one, or
# none. *Are such pictures plausible?* At strength 4 hardly any is. *What happened to
# the fine detail?* Compare the joints of the bricks before and after a rotation;
# section 6 comes back to that.
#
# **Question 1** (4 points). "Augmentation: is it always possible?" Take these tasks:
# (a) handwritten digits; (b) the letters b, d, p, q; (c) left hand or right hand; (d)
# traffic signs, among them "turn left" and "turn right"; (e) X-ray images of the chest,
# on which the heart belongs on one side; (f) which of eight surfaces does a patch show?
# For each of the changes flip left-right, half a turn, rotation by at most 10°, and a
# change of colours, say in which tasks it lies, with an example each. In one of the
# tasks a change that lies becomes valid if something else is changed as well: which,
# and how? Finally: how would you find out, by measuring, that an augmentation lies?
#
# *Rubric.* 1 point: flip and half turn are decided for all tasks, with an example per
# lie. 1 point: small rotation and colours. 1 point: the change that becomes valid. 1
# point: a measurement that can fail, on data that are not augmented.

# %% [markdown] nbgrader={"grade": true, "grade_id": "augmentation_why", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# Flip left-right lies in (a) (a mirrored 2, 3 or 7 is none), (b) (b becomes d, p
# becomes q), (c) (a left hand becomes a right one), (d) (turn left becomes turn right;
# writing on signs), (e) (the heart changes sides, which is a disease, and rare); it is
# fine in (f). Half a turn lies in (a) (6 and 9 change places), (b) (b and q, d and p),
# (d) (arrows), (e); it keeps a left hand a left hand, so (c) tolerates it, if such
# pictures occur; fine in (f). A rotation by 10° lies nowhere here. Colours lie in (d),
# where red and blue mean something, and are idle in grey images (a, b, e); in (f)
# brightness is fine, but a change of hue would remove what tells grass from brick, if
# colour were used. Valid with the label changed as well: a flipped "turn left" is a
# correct example of "turn right", the same for hands, and for b and d: the data double.
# To find out: train with and without, on several seeds, and compare on *unchanged*
# validation data, per class: a lie shows as confusions between the classes that it maps
# to each other.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C47", "C49", "Q18"]
# ## 5 · A fair experiment
#
# Now the loop that trains with all of this, and judges fairly. It is short, and there
# is a mistake waiting in every line. Many of them do not crash; they only give you
# numbers that are not true.
#
# The checks need two helpers: one calls your function and looks at the form of its
# result, one makes a tiny task, images of 32 × 32 whose class is the row of a bright
# stripe.


# %% nbgrader={"grade": false, "grade_id": "checked", "locked": true, "schema_version": 3, "solution": false, "task": false}
def checked(function, config):
    """Call a training function; return its result if it has the right form."""
    name, before = function.__name__, dict(config)
    try:
        result = function(config)
    except NotImplementedError:
        require(False, f"{name} is not written yet: write it, run its cell, try again")
    except Exception as error:
        text = f"{name}: your code raised {type(error).__name__}: {error}"
        require(False, text)
    require(isinstance(result, dict), f"{name} must return a dict")
    keys = sorted(map(str, result))
    require(keys == ["model", "train_acc", "val_acc"], f"{name}: the keys are {keys}")
    for key in ("train_acc", "val_acc"):
        kind = type(result[key]).__name__
        require(
            isinstance(result[key], float), f"{name}: {key} is no float, but a {kind}"
        )
        require(0 <= result[key] <= 1, f"{name}: {key} must be a share, from 0 to 1")
    require(
        isinstance(result["model"], torch.nn.Module), f"{name}: the model is no Module"
    )
    same = config.keys() == before.keys() and all(
        config[k] is before[k] for k in before
    )
    require(same, f"{name}: config was changed; work on a copy")
    return result


# %% nbgrader={"grade": false, "grade_id": "stripes", "locked": true, "schema_version": 3, "solution": false, "task": false}
def stripes(seed, n=3, noise=0.3, classes=8):
    """Return n noisy images for each class: class k has a bright stripe at row 4 k."""
    r = torch.Generator().manual_seed(seed)
    labels = torch.arange(classes).repeat(n)
    images = noise * torch.rand(len(labels), 1, 32, 32, generator=r)
    for image, k in zip(images, labels):
        image[0, 4 * k : 4 * k + 2] += 1
    return images, labels


# %% [markdown] covers=["C47", "C49"]
# **Task 7** (hard, 25 minutes). Write `train_regularised(config)`. `config` is a dict
# with the keys of `SETTINGS`, and `"train"` and `"val"`, each a pair (images, labels)
# of tensors. Return a dict with the trained `"model"`, and `"train_acc"` and
# `"val_acc"`: floats between 0 and 1.
#
# 1. Seed torch with `config["seed"]` *first*, then call `build(config)`. Equal seeds
#    then give equal results, whatever was drawn before.
# 2. Optimizer: AdamW, with `"lr"` and `"weight_decay"`. After each of its steps,
#    `torch.optim.lr_scheduler.CosineAnnealingLR`, made for as many steps as there will
#    be, takes a step as well; the rate reaches 0 at the end.
# 3. In each of `"epochs"` epochs go through the training images in a new random order,
#    in batches of `"batch_size"`; the last batch may be smaller, and is used.
# 4. If `"augment"` is not `None`, send each batch through it, once, each time that the
#    batch is used: `batch = config["augment"](batch)`. It gets images of the training
#    set and nothing else.
# 5. The loss is the cross-entropy of the logits.
# 6. At the end judge the model **in evaluation mode** on the training images, not
#    augmented, and on the validation images. The validation data decide nothing: no
#    epoch, no setting.
#
# `fit` and `judge` of `course.training` do most of this, so they may not be called
# here.
#
# <details><summary>Hint 1: what to think of</summary>What is done once, what in each
# epoch, what in each step? In which of the two modes is the model in each place?
# </details>
# <details><summary>Hint 2: what to look up</summary><code>torch.randperm(n)</code> and
# <code>.split(batch_size)</code>; <code>model.train()</code>,
# <code>model.eval()</code>, <code>torch.no_grad()</code>;
# <code>(logits.argmax(1) == labels)</code>, its mean as a float, and
# <code>.item()</code>.</details>
# <details><summary>Hint 3: the order of things</summary>Seed; build; optimizer; number
# of steps, rounded up per epoch; schedule. Loop over epochs, over groups of rows:
# images and labels of these rows, augment, loss, zero the gradients, backward, two
# steps. Then eval mode, without gradients, the two accuracies.</details>


# %% nbgrader={"grade": false, "grade_id": "train_regularised", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_regularised(config):
    """Train build(config) on config["train"], judge it on config["val"].

    config: dict with "train" and "val", pairs (images, labels), and the keys of
    SETTINGS; it is left as it is. "augment" is None or takes a batch of images and
    returns a changed one.
    Returns {"model": nn.Module, "train_acc": float, "val_acc": float}, accuracies
    from 0 to 1, in evaluation mode, without augmentation.
    """
    ### BEGIN SOLUTION
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"] is not None:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    result = {"model": model}
    with torch.no_grad():
        for part in ("train", "val"):
            x, y = config[part]
            right = model(x).argmax(dim=1) == y
            result[f"{part}_acc"] = right.double().mean().item()
    return result
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "train_regularised_test", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
config = {**SETTINGS, "train": stripes(0), "val": stripes(1, 4, noise=3.0), "epochs": 4}
config["dropout"] = 0.5
result = checked(train_regularised, config)
for part in ("train", "val"):
    _, wanted = judge(result["model"], *config[part])
    require(
        abs(result[f"{part}_acc"] - wanted) < 1e-6,
        f"train_regularised: {part}_acc is not what the returned model gets on the "
        f"{part} images, unchanged and in evaluation mode",
    )
print("✓ train_regularised: its accuracies are those of its model")
### BEGIN HIDDEN TESTS
import random


def logits_of(result, images):
    with torch.no_grad():
        return result["model"].eval()(images)


def reference(config, batches):
    """Train on the given batches, one epoch after the other, by the rules."""
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * len(batches)
    for step in range(steps):
        rate = config["lr"] * (1 + np.cos(np.pi * step / steps)) / 2
        optimizer.param_groups[0]["lr"] = rate
        images, labels = batches[step % len(batches)]
        if config["augment"] is not None:
            images = config["augment"](images)
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return model.eval()


# 1. Validation data decide nothing: other labels, other images, same training.
swapped = config["val"][0].flip(0) * 2, (config["val"][1] + 3) % 8
other = checked(train_regularised, {**config, "val": swapped})
probe = stripes(2, 2)[0]
same = torch.equal(logits_of(result, probe), logits_of(other, probe))
require(
    same and result["train_acc"] == other["train_acc"],
    "train_regularised: other validation data, and another model comes out",
)
# 2. The seed decides everything, and is set before the weights are drawn.
torch.manual_seed(4321)
np.random.seed(4321)
random.seed(4321)
again = checked(train_regularised, dict(config))
require(
    torch.equal(logits_of(result, probe), logits_of(again, probe)),
    "train_regularised: equal seeds give different models",
)
other = checked(train_regularised, {**config, "seed": 7})
require(
    not torch.equal(logits_of(result, probe), logits_of(other, probe)),
    "train_regularised: another seed gives the same model",
)
# 3. Against a loop of ours, where the order of the images makes no difference: one
# batch per epoch, and several batches of ten equal images. Over 20 seeds right answers
# are off by at most 0.00001, the nearest wrong one (softmax twice) by 0.03 or more.
one = {**config, "dropout": 0.0, "batch_size": 64, "seed": 3, "weight_decay": 5.0}
want = reference(one, [one["train"]])(probe).detach()
off = (logits_of(checked(train_regularised, one), probe) - want).abs().max()
require(off < 0.005, "train_regularised: one batch per epoch gives another model")
image = stripes(3, 1)[0][2:3].repeat(10, 1, 1, 1), torch.full((10,), 2)
many = {**one, "train": image, "batch_size": 4, "epochs": 3}
parts = [(image[0][:k], image[1][:k]) for k in (4, 4, 2)]
want = reference(many, parts)(probe).detach()
off = (logits_of(checked(train_regularised, many), probe) - want).abs().max()
require(off < 0.005, "train_regularised: three batches per epoch give another model")
# 4. It learns: the worst of 20 seeds has 1.0, wanted is 0.8; with mixed-up labels the
# best of 6 seeds has 0.38.
config |= {"dropout": 0.0, "epochs": 15, "batch_size": 8, "seed": 5}
learned = checked(train_regularised, config)["train_acc"]
require(learned >= 0.8, "train_regularised: it hardly learns 24 images")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "train_regularised_edge_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
batches = []


def recorded(batch):
    batches.append(batch.clone())
    return batch


config = {**SETTINGS, "train": stripes(4), "val": stripes(5), "epochs": 3}
config |= {"augment": recorded, "batch_size": 7, "batch_norm": True}
result = checked(train_regularised, config)
require(
    [len(batch) for batch in batches] == [7, 7, 7, 3] * 3,
    "train_regularised: with 24 images, batches of 7 and 3 epochs, augment must get 12 "
    f"batches of 7, 7, 7, 3 images; the sizes were {[len(b) for b in batches]}",
)
print("✓ train_regularised: each batch is augmented, in each epoch")
check_own_work(train_regularised, ("course.training",))
# Also graded: what is augmented, the order, what augment returns, modes, one batch, one image.
### BEGIN HIDDEN TESTS
# 1. Each epoch shows each training image once, in a new order, and no other image.
keys = [round(float(v), 4) for batch in batches for v in batch.sum((1, 2, 3))]
known = [round(float(v), 4) for v in config["train"][0].sum((1, 2, 3))]
epochs = [keys[k : k + 24] for k in (0, 24, 48)]
require(
    all(sorted(epoch) == sorted(known) for epoch in epochs),
    "train_regularised: in each epoch augment must get each training image once, "
    "unchanged, and nothing else",
)
require(
    known not in epochs and epochs[0] != epochs[1] and epochs[1] != epochs[2],
    "train_regularised: the order of the images is not new in each epoch",
)
# 2. Batch normalisation counts the batches that it saw in train mode: 12.
counts = {
    int(value)
    for key, value in result["model"].state_dict().items()
    if key.endswith("num_batches_tracked")
}
require(
    counts == {12},
    "train_regularised: train mode while training, evaluation mode while judging; "
    "batch normalisation saw another number of training batches than there are",
)
# 3. What augment returns is what is learned from: here the stripes are moved away.
calls = []


def moved(batch):
    calls.append(len(batch))
    return batch.roll(len(calls), 2) + 0.1 * len(calls)


one = {**config, "augment": moved, "batch_size": 24, "batch_norm": False, "seed": 8}
got = checked(train_regularised, one)["model"].eval()
require(calls == [24] * 3, "train_regularised: augment is called once for each batch")
torch.manual_seed(8)
model = build(one)
optimizer = torch.optim.AdamW(model.parameters(), lr=one["lr"], weight_decay=0.01)
for step in range(3):
    optimizer.param_groups[0]["lr"] = one["lr"] * (1 + np.cos(np.pi * step / 3)) / 2
    changed_images = one["train"][0].roll(step + 1, 2) + 0.1 * (step + 1)
    optimizer.zero_grad()
    F.cross_entropy(model(changed_images), one["train"][1]).backward()
    optimizer.step()
probe = stripes(6, 2)[0]
with torch.no_grad():
    off = (got(probe) - model.eval()(probe)).abs().max()
require(
    off < 0.005, "train_regularised: it learns from something else than augment gave"
)
for key in ("train_acc", "val_acc"):
    _, wanted = judge(result["model"], *config[key[:-4]])
    require(abs(result[key] - wanted) < 1e-6, f"train_regularised: {key} is wrong")
# 4. A single epoch with a single batch of colour images.
colour = stripes(9)[0].repeat(1, 3, 1, 1), stripes(9)[1]
small = {**SETTINGS, "train": colour, "val": colour, "epochs": 1, "batch_size": 100}
result = checked(train_regularised, small)
require(
    result["train_acc"] == result["val_acc"], "train_regularised: equal data differ"
)
### END HIDDEN TESTS

# %% [markdown] covers=["C47", "C49", "Q18"]
# ### What each remedy is worth
#
# First the networks without batch normalisation: plain, with dropout ($p = 0.5$ before
# the last layer), and with flips (left-right and up-down, each every other time). Three
# seeds; a seed decides the patches, the first weights and everything that is drawn.

# %% tags=["experiment"]
flips = Augment(flip=True, flip_vertical=True)
VARIANTS = {
    "plain": {},
    "dropout": {"dropout": 0.5},
    "flips": {"augment": flips},
    "batch norm": {"batch_norm": True},
    "batch norm + flips": {"batch_norm": True, "augment": flips},
}
runs = {name: [] for name in VARIANTS}


def run_variants(names):
    for seed in progress(seeds(3), "seeds"):
        parts = dict(zip(("train", "val"), textures(seed)))
        for name in names:
            config = {**SETTINGS, **parts, "seed": seed, **VARIANTS[name]}
            runs[name].append(train_regularised(config))


run_variants(["plain", "dropout", "flips"])

# %% tags=["experiment"]
run_variants(["batch norm", "batch norm + flips"])
show_spread(
    {name: [100 * r["val_acc"] for r in results] for name, results in runs.items()},
    xlabel="accuracy on new patches (%)",
    chance=12.5,
)

# %% [markdown] covers=["C45", "C47", "C49"]
# **Figure 7.** Each dot is one network, each bar a mean. The architecture, the 160
# patches and the number of steps are the same. Dropout gains little here; flips gain
# about ten points and batch normalisation (lesson 10) a little more; together they get
# from below sixty to above eighty. Why flips? Each texture looks the same in a mirror,
# so the network gets four times as many patches that are *true*. Why batch
# normalisation? One guess, which nothing here tests: an image is normalised together
# with the 31 others of its batch, so no unit can rely on its exact values.
#
# ### A smaller gap is not yet a better network
#
# Figure 8 has more variants, and five seeds each. Its numbers were measured in advance,
# with exactly this code; the cells after the figure repeat them if you let them.

# %% nbgrader={"grade": false, "grade_id": "measured", "locked": true, "schema_version": 3, "solution": false, "task": false}
MEASURED = {  # train accuracy, test accuracy, sd of the latter (%), test loss; 5 seeds
    "plain": (99.6, 60.5, 2.2, 1.53),
    "weight decay 5": (91.2, 58.6, 1.8, 1.16),
    "weight decay 30": (43.4, 34.0, 7.8, 1.73),
    "dropout": (95.6, 62.5, 3.4, 1.15),
    "channel dropout": (95.8, 55.8, 3.3, 1.47),
    "flips": (87.9, 69.7, 1.3, 0.87),
    "batch norm": (100.0, 74.5, 2.1, 0.83),
    "batch norm + flips": (97.9, 82.4, 1.7, 0.53),
    "… and dropout": (90.9, 79.1, 2.4, 0.63),
}

# %% tags=["experiment"]
_, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), width_ratios=[2, 1])
for row, (seen, new, sd, loss) in enumerate(MEASURED.values()):
    left.plot([new, seen], [row, row], color="#bbb", zorder=1)
    left.plot(seen, row, "o", color="C0")
    left.errorbar(new, row, xerr=sd, fmt="s", color="C2", capsize=3)
    left.text(
        (new + seen) / 2, row - 0.17, f"{seen - new:.0f}", ha="center", color="#555"
    )
    right.barh(row, loss, color="C1", height=0.6)
    right.text(loss + 0.03, row, f"{loss:.2f}", va="center")
left.plot([], [], "o", color="C0", label="train")
left.plot([], [], "s", color="C2", label="test ± sd")
left.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
left.set(xlabel="accuracy (%), gap in grey", xlim=(20, 103))
left.set_yticks(range(len(MEASURED)), list(MEASURED))
right.set(xlabel="test loss (nats)", yticks=[], xlim=(0, 2.1))
for ax in (left, right):
    ax.set_ylim(len(MEASURED) - 0.5, -0.6)
plt.show()

# %% [markdown] covers=["C45", "C48"]
# **Figure 8.** Train and test accuracy, the gap between them, and the test loss. Go
# through it from above.
#
# - **Weight decay** pulls all weights towards 0. At 5 the *loss* falls clearly, from
#   1.53 to 1.16, while the accuracy stays within one standard deviation: the network
#   makes the same mistakes and is less sure of them. At 30 the gap is the **smallest of
#   all, and the network the worst**: it cannot even learn its training images. That is
#   under-fitting. A small gap alone is no virtue; look at the test.
# - **Dropout** does likewise: a clearly better loss, two points of accuracy, less than
#   the spread from seed to seed. It also slows learning; with 60 epochs (at a rate of
#   0.001) it is three points, 63.2 ± 3.7 against 60.0 ± 2.0.
# - **Channel dropout** (`nn.Dropout2d`, here with $p = 0.15$ after each block) drops
#   whole maps. For textures that *hurts*: when one of 16 filters is the one that sees
#   the joints of bricks, the network is left with nothing.
# - **Flips** close half of the gap from both ends: the training images get harder to
#   learn by heart, and the new ones easier.
# - **Batch norm + flips** is the best. Adding dropout on top of it costs three points
#   in these 20 epochs. Remedies do not add up.

# %% [markdown]
# The next three cells repeat the measurements of Figures 8 and 10. The last one is
# switched off: it computes for about five minutes on a quiet laptop, and three times as
# long on a busy one.


# %% tags=["experiment"]
def quarter_turns(batch):
    turns = torch.randint(4, (len(batch),)).tolist()
    return torch.stack([x.rot90(n, (1, 2)) for x, n in zip(batch, turns)])


def whole_shifts(batch):
    steps = torch.randint(-3, 4, (len(batch), 2)).tolist()
    moved = [shift_flip(x[None].numpy(), *step, False) for x, step in zip(batch, steps)]
    return torch.tensor(np.concatenate(moved), dtype=torch.float32)


def shapes(seed, n=25, n_test=125):
    parts = [
        data.shapes(k, part=p, seed=seed) for k, p in ((n, "train"), (n_test, "test"))
    ]
    return [(4 * torch.tensor(x) - 2, torch.tensor(y)) for x, y, _ in parts]


# %% tags=["experiment"]
geometry = {"rotate": 20, "shift": 0.1, "zoom": 0.15, "shear": 10}
augments = {name: Augment(**{name: size}) for name, size in geometry.items()}
augments |= {"nothing": None, "flip left-right": Augment(flip=True)}
augments |= {"quarter turns": quarter_turns, "whole shifts": whole_shifts}
augments |= {"contrast, brightness": Augment(color=0.3)}
augments |= {"all": Augment(flip=True, color=0.3, **geometry)}
SINGLE = {name: {"batch_norm": True, "augment": a} for name, a in augments.items()}
OTHERS = {
    "weight decay 5": {"weight_decay": 5.0},
    "weight decay 30": {"weight_decay": 30.0},
    "channel dropout": {"channel_dropout": 0.15},
    "… and dropout": {**VARIANTS["batch norm + flips"], "dropout": 0.5},
}
PLAN = [
    ("textures", textures, {}, {**VARIANTS, **OTHERS, **SINGLE}),
    ("shapes", shapes, {"epochs": 60, "lr": 1e-3}, SINGLE),
    ("shapes, longer", shapes, {"epochs": 150, "lr": 1e-3}, {"all": SINGLE["all"]}),
]

# %% tags=["experiment"]
REPEAT = False  # True: measure everything again

for kind, load, common, variants in PLAN if REPEAT else []:
    for name, changes in variants.items():
        scores = []
        for seed in progress(range(5), name):
            n_test = 100 if load is textures else 125
            parts = dict(zip(("train", "val"), load(seed, n_test=n_test)))
            config = {**SETTINGS, **parts, **common, **changes, "seed": seed}
            done = train_regularised(config)
            loss = judge(done["model"], *parts["val"])[0]
            scores.append((100 * done["train_acc"], 100 * done["val_acc"], loss))
        seen, new, loss = np.mean(scores, axis=0)
        sd = np.std(scores, axis=0, ddof=1)[1]
        print(f"{kind}, {name}: {seen:.1f} / {new:.1f} ± {sd:.1f}, loss {loss:.2f}")

# %% [markdown] covers=["C47", "C49"]
# **Explain the mistake** (4 points). A student writes: "I took the 160 training patches
# and augmented them first: from each I made six copies, flipped and shifted at random,
# 960 images. Then I drew 20 % of them at random as my validation set, and trained the
# plain network on the rest. Validation accuracy: 89 %! That beats batch norm and flips
# (82 %), with less effort." On the test patches of section 1 her network gets 74 %.
# (Means of five seeds; standard deviations 3 and 4.) (a) What did the 89 % measure? (b)
# She says: "But no validation image is in the training set." Is that true, and does it
# help? (c) Repair the experiment, in words, so that its number can be believed. (d)
# Which numbered rules of Task 7 does her procedure break, even if the split were right?
#
# *Rubric.* 1 point each: what was measured; why distinct images are not independent
# ones; the right order of the steps; two rules.

# %% [markdown] nbgrader={"grade": true, "grade_id": "leak_why", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) Nearly every validation image is a flipped or shifted copy of a patch of which
# other copies are in the training set. So it measured whether the network recognises
# patches that it has learned by heart after a flip or a shift, not whether it knows
# brick. (b) It is true of the pixels, and it does not help: what must be separate is
# what makes images alike, here the patch (and the place in the photo), elsewhere the
# patient, the camera, the day. (c) Split first, by patch, better by photo part; then
# augment the training part only, anew in each epoch; leave the validation images as
# they are; use the test set once. (d) Rule 4: augmentation is drawn anew each time a
# batch is used, not once before training, and it gets training images only, while she
# augmented what became validation data. (Rule 6 also asks that validation images are
# judged unchanged.)
# <!-- END SOLUTION -->

# %% [markdown] covers=["C49", "Q19"]
# ## 6 · Which augmentation?
#
# "Rotate a little, shift a little, zoom a little" is in every recipe. Does it help
# here? A rotated patch of grass is grass, no doubt. But to rotate a picture one must
# read *between* its pixels, and a mean of four neighbours is a blur. Take away the fine
# detail of a photo of a cat, and it is a blurred cat. Take it away from a texture, and
# you have changed the very thing that makes the class.

# %% tags=["experiment"]
large = data.textures(1, 4, size=48, seed=0)[2]  # four test patches of each class
window = np.outer(np.hanning(32), np.hanning(32))
ways = {
    "as it is": lambda x: x,
    "flipped": lambda x: shift_flip(x[None, None], 0, 0, True)[0, 0],
    "half a pixel right": lambda x: affine(x, 0.0, dx=0.5),
    "turned by 20°": lambda x: affine(x, 20.0),
}
frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(32), np.fft.fftfreq(32)))
rings = [(frequency >= f) & (frequency < f + 0.04) for f in np.arange(0.02, 0.5, 0.04)]
power = {}
for name, way in ways.items():
    cut = np.stack([way(x)[8:40, 8:40] for x in large])
    spectra = (np.abs(np.fft.fft2(cut * window)) ** 2).mean(axis=0)
    power[name] = np.array([spectra[ring].mean() for ring in rings])

# %% tags=["experiment"]
_, ax = plt.subplots(figsize=(7, 3.4))
middle = np.arange(0.04, 0.52, 0.04)
for name, style in zip(ways, ("o-C0", "x--C1", "s-C4", "^-C2")):
    share = 100 * power[name] / power["as it is"]
    label = {"as it is": "_", "flipped": "as it is, flipped"}.get(name, name)
    ax.plot(middle, share, style, ms=5, label=label)
label_line_ends(ax)
ax.set(xlabel="fineness of the detail (cycles per pixel)", ylim=(0, 115))
ax.set(ylabel="power left (%)")
plt.show()
tiles = [way(x)[8:40, 8:40] for x in large[[5, 20]] for way in ways.values()]
show_images(tiles, [*ways, *[""] * 4], columns=4, vmin=-2, vmax=2, size=1.7)

# %% [markdown] covers=["C49"]
# **Figure 9.** *Above:* how much of the power of 32 test patches is left after a
# change, by fineness of detail; 0.5 cycles per pixel is a pattern that changes from
# each pixel to the next. A flip keeps everything. Half a pixel of shift, or a rotation,
# keep coarse patterns and take away half or two thirds of the finest. *Below:* grass,
# and the noise between the stars. The two on the right are softer.

# %% nbgrader={"grade": false, "grade_id": "single", "locked": true, "schema_version": 3, "solution": false, "task": false}
SINGLE_MEASURED = {  # test accuracy and its sd (%), 5 seeds: on textures, on shapes
    "nothing": ((74.5, 2.1), (52.9, 3.7)),
    "flips": ((82.4, 1.7), (58.4, 3.6)),
    "quarter turns": ((80.7, 1.3), None),
    "shift, whole pixels": ((77.7, 1.5), None),
    "shift, any length": ((70.8, 1.4), (63.1, 2.8)),
    "zoom": ((70.3, 1.8), (58.0, 3.0)),
    "rotate": ((69.0, 1.5), (56.2, 2.1)),
    "shear": ((72.3, 2.4), (55.5, 3.8)),
    "contrast, brightness": ((71.5, 1.7), (54.0, 3.8)),
    "all, 60 epochs": (None, (57.9, 4.8)),
    "all, 150 epochs": (None, (64.7, 5.4)),
}

# %% tags=["experiment"]
_, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True)
for column, (ax, title) in enumerate(zip(axes, ("textures", "coloured shapes"))):
    base = SINGLE_MEASURED["nothing"][column][0]
    ax.axvline(base, color="#777", ls=":", lw=1.2)
    for row, numbers in enumerate(SINGLE_MEASURED.values()):
        if numbers[column] is not None:
            mean, sd = numbers[column]
            color, sign = ("C0", "^") if mean >= base else ("C2", "v")
            color, sign = ("#555", "o") if row == 0 else (color, sign)
            words = f"{mean - base:+.0f}".replace("-", "−") if row else ""
            ax.errorbar(mean, row, xerr=sd, fmt=sign, color=color, capsize=3)
            ax.text(mean + sd + 0.8, row, words, va="center")
    ax.set(xlabel="test accuracy (%)", title=title)
axes[0].set_yticks(range(len(SINGLE_MEASURED)), list(SINGLE_MEASURED))
axes[0].set_ylim(len(SINGLE_MEASURED) - 0.5, -0.5)
plt.show()

# %% [markdown] covers=["C49", "Q19"]
# **Figure 10.** One augmentation at a time, on the network with batch normalisation:
# mean and standard deviation over five seeds, and the difference to no augmentation.
# Blue: better, red: worse. (Flips both ways for textures, left-right for shapes; shift
# up to 3 pixels, zoom up to 15 %, rotation up to 20°, shear up to 10°, contrast and
# brightness up to 30 %. 160 textures, 20 epochs; 200 coloured shapes over photos, 60
# epochs at a rate of 0.001.)
#
# - **Textures.** What only *moves* pixels helps: flips, quarter turns, shifts by whole
#   pixels. What reads *between* pixels hurts. The cleanest comparison: the same shift
#   of at most three pixels gains 3 points if it is rounded to whole pixels, and costs 4
#   if it is not. (Contrast and brightness do not blur. They undo what all patches
#   share, old and new: that they were standardised.)
# - **Shapes** are defined by their outline, which a little blur leaves alone. Each
#   change helps on every one of the five seeds. Shifts help most: the network ends in a
#   flatten layer, for which a shape one block further to the right is something new
#   (lesson 06).
# - **All together** is not the sum of the parts: in 60 epochs it gains less than shifts
#   alone, and in 150 epochs, at two and a half times the cost, about as much.
#   Augmentation needs time. In 30 epochs at the higher rate of 0.003 flips and shifts
#   gained *nothing* on shapes: 53.6 ± 3.0 without, 52.2 ± 6.8 and 53.9 ± 5.2 with them.
#
# So there is no list that is right for all tasks. An augmentation is a claim about what
# the class does not depend on, and each claim can be tested, on validation data that
# stay as they are.
#
# ## 7 · What is that worth in pictures?
#
# The best regulariser is more data. To see how good, train the plain network on a
# quarter of the patches and on four times as many, for the same number of steps.

# %% tags=["experiment"]
curve = {5: [], 20: [100 * r["val_acc"] for r in runs["plain"]], 80: []}
for n in (5, 80):
    for seed in progress(seeds(3), f"{n} per class"):
        parts = dict(zip(("train", "val"), textures(seed, n)))
        config = {**SETTINGS, **parts, "seed": seed, "epochs": 400 // n}
        curve[n].append(100 * train_regularised(config)["val_acc"])
best = [100 * r["val_acc"] for r in runs["batch norm + flips"]]
_, ax = plt.subplots(figsize=(7, 3.4))
for n in curve:
    ax.plot([8 * n] * len(curve[n]), curve[n], "o", color="C0", alpha=0.5)
ax.plot([8 * n for n in curve], [np.mean(curve[n]) for n in curve], "C0", label="plain")
ax.plot([160] * len(best), best, "*", color="C2", ms=11)
ax.text(175, np.mean(best), "batch norm + flips", color="C2", va="center")
ax.set(xscale="log", ylim=(0, 100), xlabel="training patches")
ax.set(ylabel="test accuracy (%)", xlim=(33, 1100))
ax.set_xticks([40, 160, 640], [40, 160, 640])
ax.minorticks_off()
label_line_ends(ax)
plt.show()

# %% [markdown] covers=["C47"]
# **Figure 11.** Four times the data, and four times as much again: some 25 points more,
# then some 15 more. No trick of this lesson alone does as much as the first step. And yet:
# the two best tricks together do more for 160 patches than 640 patches do for the plain
# network. They cost a few lines; photos cost somebody's days. When you can have more data,
# get it. When you cannot, tell the network what you know about them.
#
# ## 8 · At test time
#
# The network must answer for one image. It may be asked several times about slightly
# different views of it, and the answers averaged: the ensemble of section 3 again, but
# over views. AlexNet cuts ten crops of 224 × 224 from an image of 256 × 256.
#
# **Task 8** (easy, 8 minutes). Write `ten_crop(img, size)` for one image of shape (C,
# H, W). The result is float64 of shape (10, C, size, size): the crops at the top left,
# top right, bottom left, bottom right and the centre, then **the same five, each
# mirrored** left and right, in the same order. The centre crop begins at row (H − size)
# // 2 and column (W − size) // 2. Raise `ValueError` if `size` is less than 1 or larger
# than H or W.
#
# Example: the image of one channel and one row (1, 2, 3, 4) cannot give crops of size
# 2; with two such rows the top row of the ten crops is 12, 34, 12, 34, 23, 21, 43, 21,
# 43, 32.
#
# <details><summary>Hint 1: what to think of</summary>Five corners (top, left) are all
# that differs. Write them down as a list.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.stack</code> puts arrays
# along a new first axis, <code>np.concatenate</code> along an old one;
# <code>[..., ::-1]</code> reverses the last axis.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse; five pairs (top, left)
# in the order asked; cut; stack; append the stack with its last axis reversed.
# Mirroring the whole image first would give them in another order: the top left of the
# mirror image is the mirrored top right.</details>


# %% nbgrader={"grade": false, "grade_id": "ten_crop", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ten_crop(img, size):
    """Cut four corners and the centre, then the same five mirrored left-right.

    img: (C, H, W), real; size: int, from 1 to min(H, W).
    Returns float64 (10, C, size, size): top left, top right, bottom left, bottom
    right, centre, then these five mirrored. Raises ValueError for other sizes.
    """
    ### BEGIN SOLUTION
    img = np.asarray(img, np.float64)
    height, width = img.shape[1:]
    if not 1 <= size <= min(height, width):
        raise ValueError(
            f"ten_crop: no crop of {size} x {size} fits into {height} x {width}"
        )
    bottom, right = height - size, width - size
    corners = [(0, 0), (0, right), (bottom, 0), (bottom, right)]
    corners.append((bottom // 2, right // 2))
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in corners])
    return np.concatenate([five, five[..., ::-1]])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "ten_crop_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
pair = np.array([[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]])
starts = [(0, 1), (2, 3), (0, 1), (2, 3), (1, 2)]
want = np.stack([pair[:, :, list(s)] for s in starts])
mirrored = np.stack([pair[:, :, list(s[::-1])] for s in starts])
both = np.concatenate([want, mirrored])
swapped = np.concatenate([want, mirrored[[1, 0, 3, 2, 4]]])
check(
    ten_crop,
    pair,
    2,
    want=both,
    case="two rows of four pixels",
    mistakes={
        "the second five are upside down; mirror left and right": np.concatenate(
            [want, want[:, :, ::-1]]
        ),
        "crop k + 5 must be crop k mirrored; this mirrors the image, then cuts": swapped,
        "five crops, then five mirrored ones; not in turns": both[
            [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]
        ],
    },
)
check_shape(
    ten_crop, np.zeros((3, 256, 256)), 224, want=(10, 3, 224, 224), case="AlexNet"
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(801)
for shape, size in (((3, 8, 10), 4), ((2, 9, 7), 5), ((1, 6, 12), 6)):
    img = r.normal(size=shape)
    pad_y, pad_x = shape[1] - size, shape[2] - size
    want = np.zeros((10, shape[0], size, size))
    for k, (i, j) in enumerate(
        [(0, 0), (0, pad_x), (pad_y, 0), (pad_y, pad_x), (pad_y // 2, pad_x // 2)]
    ):
        for row in range(size):
            for column in range(size):
                want[k, :, row, column] = img[:, i + row, j + column]
                want[k + 5, :, row, size - 1 - column] = img[:, i + row, j + column]
    order = [0, 2, 1, 3, 4, 5, 7, 6, 8, 9]
    check(
        ten_crop,
        img,
        size,
        want=want,
        case="several channels, height unlike width",
        mistakes={"top right and bottom left are exchanged": want[order]},
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "ten_crop_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
img = np.arange(2 * 5 * 6).reshape(2, 5, 6)
check_raises(ten_crop, img, 6, case="a crop higher than the image")
whole = np.arange(9, dtype=np.uint8).reshape(1, 3, 3)
want = np.concatenate([[whole] * 5, [whole[..., ::-1]] * 5]).astype(float)
check(ten_crop, whole, 3, want=want, case="a crop as large as the image, uint8")
# Also graded: odd margins, single pixels, views, other sizes that do not fit.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(802)
for shape, size in (((1, 6, 9), 3), ((2, 5, 8), 4), ((3, 7, 4), 1)):
    img = r.integers(0, 99, shape)
    ends = [(0, 0), (0, shape[2] - size), (shape[1] - size, 0)]
    ends += [(shape[1] - size, shape[2] - size)]
    ends += [((shape[1] - size) // 2, (shape[2] - size) // 2)]
    five = [img[:, i : i + size, j : j + size] for i, j in ends]
    want = np.array([*five, *[np.flip(crop, 2) for crop in five]], float)
    check(
        ten_crop, img, size, want=want, case="odd margins: the centre is rounded down"
    )
view = r.normal(size=(2, 12, 9))[::-1, ::2, ::-1]
ends = [(0, 0), (0, 5), (2, 0), (2, 5), (1, 2)]
five = [view[:, i : i + 4, j : j + 4] for i, j in ends]
want = np.array([*five, *[np.flip(crop, 2) for crop in five]])
check(ten_crop, view, 4, want=want, case="a view with steps")
check_raises(ten_crop, view, 7, case="a crop larger than both sides but one")
check_raises(ten_crop, np.zeros((1, 9, 4)), 5, case="a crop wider than the image")
check_raises(ten_crop, view, 0, case="a size of 0")
check_raises(ten_crop, view, -2, case="a negative size")
### END HIDDEN TESTS

# %% [markdown] covers=["C45"]
# Then the answers must be averaged. One can average the logits and take the softmax, or
# take the softmax of each and average those. AlexNet does the second, and so do most.
# The two differ when the views disagree: a view that is very sure has very large
# logits, and in a mean of logits it outvotes all others; in a mean of probabilities no
# vote counts more than 1. Two views, two classes, logits (8, 0) and (0, 2):
#
# | | class 0 | class 1 |
# |---|---|---|
# | softmax of each | .9997, .1192 | .0003, .8808 |
# | their mean | **.5594** | .4406 |
# | softmax of the mean logits (4, 1) | **.9526** | .0474 |
#
# **Task 9** (easy, 6 minutes). Write `average_predictions(logits)`: `logits` has shape
# (T, N, K), for T views of N images and K classes. Return the mean over the views of
# the softmax over the classes, float64 of shape (N, K). Logits of ±10,000 must work.
#
# <details><summary>Hint 1: what to think of</summary>Which axis sums to 1 after the
# softmax, and which one disappears?</details>
# <details><summary>Hint 2: what to look up</summary>Lesson 08, Task 4: subtract the
# largest logit, here of each view and image. <code>keepdims=True</code>.</details>
# <details><summary>Hint 3: the order of things</summary>float64; minus the maximum over
# axis 2; exponential; divide by the sum over axis 2; mean over axis 0.</details>


# %% nbgrader={"grade": false, "grade_id": "average_predictions", "locked": false, "schema_version": 3, "solution": true, "task": false}
def average_predictions(logits):
    """Average the softmax over views: (T, N, K) logits give (N, K) probabilities.

    Works for logits of any size. Returns float64.
    """
    ### BEGIN SOLUTION
    z = np.asarray(logits, np.float64)
    p = np.exp(z - z.max(axis=2, keepdims=True))
    return (p / p.sum(axis=2, keepdims=True)).mean(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "average_predictions_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
logits = np.array([[[8.0, 0.0]], [[0.0, 2.0]]])
sure, unsure = 1 / (1 + np.exp(-8)), 1 / (1 + np.exp(2))
mean = (sure + unsure) / 2
check(
    average_predictions,
    logits,
    want=np.array([[mean, 1 - mean]]),
    case="two views that disagree",
    mistakes={
        "this is the softmax of the mean logits": np.array(
            [[1 / (1 + np.exp(-3)), 1 / (1 + np.exp(3))]]
        ),
        "the probabilities do not sum to 1: divide by the number of views": np.array(
            [[2 * mean, 2 - 2 * mean]]
        ),
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(901)
for shape in ((10, 4, 8), (3, 3, 3), (2, 5, 2)):
    logits = 3 * r.normal(size=shape)
    want = torch.softmax(torch.tensor(logits), dim=2).mean(dim=0).numpy()
    other = torch.softmax(torch.tensor(logits.mean(axis=0)), dim=1).numpy()
    mistakes = {"this is the softmax of the mean logits": other}
    case = "random logits, against torch"
    check(average_predictions, logits, want=want, case=case, mistakes=mistakes)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "average_predictions_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
logits = np.array([[[10_000.0, 0.0], [0.0, 0.0]], [[0.0, -10_000.0], [0.0, 10_000.0]]])
want = np.array([[1.0, 0.0], [0.25, 0.75]])
check(average_predictions, logits, want=want, case="logits of 10,000")
# Also graded: one view, one class, rows that are far apart, integers, float32, views.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(902)
logits = r.normal(size=(1, 4, 3))
want = torch.softmax(torch.tensor(logits[0]), dim=1).numpy()
check(average_predictions, logits, want=want, case="a single view")
want = np.ones((2, 1))
check(average_predictions, np.ones((3, 2, 1)) * 5, want=want, case="a single class")
logits = r.normal(size=(2, 3, 4))
logits[0] += 5000
logits[1, 2] -= 7000
want = torch.softmax(torch.tensor(logits), dim=2).mean(dim=0).numpy()
case = "rows that are thousands apart"
check(average_predictions, logits, want=want, case=case, rtol=1e-9)
whole = r.integers(0, 5, (3, 2, 4), np.uint8)
want = torch.softmax(torch.tensor(whole.astype(float)), dim=2).mean(dim=0).numpy()
check(average_predictions, whole, want=want, case="uint8")
small = (9 * r.normal(size=(4, 3, 5))).astype(np.float32)
want = torch.softmax(torch.tensor(small.astype(float)), dim=2).mean(dim=0).numpy()
check(average_predictions, small, want=want, case="float32", rtol=1e-9)
view = r.normal(size=(6, 8, 4))[::2, ::-2, 1:]
want = torch.softmax(torch.tensor(view.copy()), dim=2).mean(dim=0).numpy()
check(average_predictions, view, want=want, case="a view with steps")
### END HIDDEN TESTS

# %% [markdown]
# The networks of Figure 7 never saw anything larger than 32 × 32. Give them new patches
# of 40 × 40, once as the centre crop and once as ten crops.


# %% tags=["experiment"]
def views_of(images):
    crops = np.stack([ten_crop(image[None], 32) for image in images], axis=1)
    return torch.tensor(crops, dtype=torch.float32)  # (10, N, 1, 32, 32)


asked = {}
for seed in seeds(3):
    _, _, images, labels = data.textures(1, 20, size=40, seed=100 + seed)
    crops = views_of(images)
    for name in ("batch norm", "batch norm + flips"):
        with torch.no_grad():
            model = runs[name][seed]["model"]
            logits = np.stack([model(view).numpy() for view in crops])
        for views, kind in (
            ([4], "centre"),
            (range(5), "five crops"),
            (range(10), "ten"),
        ):
            right = average_predictions(logits[list(views)]).argmax(axis=1) == labels
            asked.setdefault(f"{name}: {kind}", []).append(100 * right.mean())
show_spread(asked, xlabel="accuracy on new patches of 40 × 40 (%)")

# %% [markdown] covers=["C45"]
# **Figure 12.** One, five and ten views of the same 160 patches, three seeds. The
# network that never saw a mirrored patch gains by the crops, and as much again by the
# mirror images. The one that was trained with flips gains by the crops, and nothing by
# mirror images: it answers a patch and its mirror image alike already. Averaging over
# views repairs what training left undone. It costs ten passes instead of one, and no
# training. (The centre is a little below Figure 7: these patches were standardised
# before they were cut, so the crops are not quite what the network learned from.)

# %% [markdown] covers=["A03", "E16", "C45", "C48", "C49", "L06", "L07"]
# ## 9 · How AlexNet did it
#
# In 2012 a network of 60 million weights learned from 1.2 million photos of 1,000
# classes. That is 50 weights for each photo, and its authors write that without
# augmentation it over-fits substantially. Their settings, beside yours:
#
# | | AlexNet, 2012 | this lesson |
# |---|---|---|
# | images per weight | 0.02 | 0.001 |
# | crops | 224 × 224 at random places of 256 × 256 | none; shifts in the table |
# | flips | left-right | both ways |
# | colour | `color_pca_shift`, α with sd 0.1 | in the gallery |
# | dropout | ½, in the first two dense layers; roughly doubles the steps | ½, one dense layer |
# | weight decay | 0.0005; they found it needed for learning, not only against over-fitting | 0.01 (AdamW) |
# | normalisation | local response, after two layers | batch |
# | optimizer | SGD, batch 128, momentum 0.9, rate 0.01, divided by 10 three times | AdamW, batch 32, cosine |
# | length | 90 epochs, five to six days on two GPUs of 3 GB | 20 epochs, seconds |
# | at test time | softmax averaged over ten crops | Figure 12 |
#
# The crops and flips give $32 \cdot 32 \cdot 2 = 2048$ versions of each image, by the
# paper's count. That the 1.2 million become 2.5 billion is arithmetic; that they are
# worth as much is not claimed: the paper calls them highly interdependent.
#
# **A number that slides get wrong.** AlexNet won ILSVRC 2012, and one reads: "7
# networks, some pre-trained, averaged: top-5 error 16.4 %." (Top-5: the truth is not
# among the five best answers.) Those are two entries in one. On the test set the paper
# has
#
# | | networks averaged | trained on | top-5 error |
# |---|---|---|---|
# | first entry | 5 | the data of the competition alone | **16.4 %** |
# | winning entry | 7, of which 2 were pre-trained on ImageNet of fall 2011 | and that | **15.3 %** |
# | runner-up, no network | | | 26.2 % |
#
# On the validation set a single network has 18.2 %. Averaging five gains 1.8 points;
# the pre-training and two more networks gain another 1.1.
#
# *Optional reading.* N. Srivastava et al., "Dropout", JMLR 15, 2014
# (jmlr.org/papers/v15/srivastava14a.html): its Figure 1 is our Figure 4, its section on
# model averaging our Figure 5. Many posts about augmentation, on towardsdatascience.com
# and elsewhere, list the usual changes with pictures. Nothing in this course needs
# them; look how few of them ask whether the class survives.

# %% [markdown] covers=["A03", "C48"]
# **Question 2** (3 points). Choose **three** of AlexNet's settings that this lesson
# does not use as they are (for example its crops, flips left-right only, its colours,
# dropout in two layers, its momentum). For each: would you expect it to help on the
# *textures*? Say which measurement of this lesson your expectation rests on, or which
# you would make, with the number that would change your mind.
#
# *Rubric.* 1 point for each setting: an expectation, a reason from a figure or a table
# here (not from the paper's success), and a measurement with a threshold that takes the
# spread over seeds into account.

# %% [markdown] nbgrader={"grade": true, "grade_id": "settings_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# For example. *Random crops*: shifts by whole pixels gained 3 points (74.5 to 77.7, sd
# about 2, five seeds) on the network with batch normalisation; crops of 32 from patches
# of 40 are the same without repeated borders, so I expect at least 3; if the mean over
# five seeds is below 75.5, I was wrong. *Flips left-right only*: both ways gave 8
# points; a texture such as grass or brick has a direction, but half the flips should
# give half the gain or more; I would run five seeds, and drop the vertical flips if the
# difference is less than one sd (2 points). *Colour*: the patches are grey and
# standardised, so a common shift says nothing new; changes of contrast and brightness
# lost 3 points; I expect no gain. *Dropout in two layers*: one layer gave 2 ± 3 points
# alone and −3 together with batch normalisation and flips; I expect a loss in 20
# epochs, and would try 60 before I believed it. *Momentum*: it is no regulariser; it
# changes how fast the minimum is found; AdamW has its own.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C48", "A14"]
# **Question 3** (3 points). "Dropout trains an ensemble." (a) How many thinned networks
# does one dropout layer of 128 units have, and at most how many of them are trained in
# 20 epochs of 5 steps? Why does the rest work all the same? (b) For a layer
# $z = Wy + b$ behind the dropout show that the mean of $z$ over all masks, weighted by
# their probabilities, is what the whole network computes, with the factor $1/(1-p)$.
# (c) Why is that no longer exact behind a softmax? What kind of mean of the thinned
# networks' probabilities *does* the whole network compute?
#
# *Rubric.* 1 point: both numbers, and the sharing of weights. 1 point: the expectation,
# with the factor. 1 point: where it breaks, and the mean that it is.

# %% [markdown] nbgrader={"grade": true, "grade_id": "ensemble_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) $2^{128} \approx 3.4 \cdot 10^{38}$. If each example has a mask of its own, at
# most 160 in each epoch, 3,200 in 20 epochs: next to none. The others work because all
# share their weights: a weight is trained in every thinned network that has both of its
# ends. (b) $y_i = m_i x_i/(1-p)$, so $\mathrm E[y_i] = (1-p)\,x_i/(1-p) = x_i$, and
# $\mathrm E[z] = W\,\mathrm E[y] + b = Wx + b$, since the map is linear. (c) Softmax is
# not linear: the mean of the softmax is not the softmax of the mean. The softmax of the
# mean logits is proportional to $\exp$ of the mean of $\log p$, so the whole network
# computes the *geometric* mean of the probabilities, normalised to sum 1. With more
# layers behind the dropout not even that is exact.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Recap
#
# - Over-fitting is a gap between train and test. A remedy is judged by the test, not by
#   the gap: the smallest gap here belonged to the worst network.
# - Dropout scales by $1/(1-p)$ while training and does nothing afterwards; augmentation
#   is drawn anew for each batch, of training images only; validation data decide
#   nothing that they then judge.
# - An augmentation is a claim about the world. Flips were worth ten points on textures,
#   and everything that blurs cost some; on shapes all of it helped. Measure, with
#   several seeds.
#
# **Next:** lesson 12 takes step 4 of the story: start from a network that has learned
# something else.
#
# **References.** E. Rantsiou, "CNN basics and an example with classification", LENS ML
# School, 2021 (the story of the eight classes, dropout, augmentation). N. Noceti,
# "Convolutional Neural Networks", UniGe ("is it always possible?"). C. Deledalle,
# "Image classification and CNNs", UCSD ECE 285, 2019 (the training toolbox, AlexNet's
# settings). N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov,
# "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014. A.
# Krizhevsky, I. Sutskever and G. Hinton, "ImageNet Classification with Deep
# Convolutional Neural Networks", NIPS 2012. L. Prechelt, "Early Stopping – But When?",
# in Neural Networks: Tricks of the Trade, 1998.
