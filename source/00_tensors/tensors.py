# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 00 · Start here: images are tensors
#
# A network never sees a cat. It sees a block of numbers, and everything it will
# ever know must come out of that block. In this first lesson you turn photos
# into the blocks that networks eat, write three small functions that you will
# meet in nearly every network, and find out why the plainest kind of network
# does not scale to photos.
#
# **You will be able to**
#
# - read the shape of an image tensor, and bring a photo from the layout
#   (H, W, C) into (N, C, H, W);
# - write ReLU, softmax and one-hot encoding, and say what each is for;
# - count the parameters of a dense layer, and show why it does not scale.
#
# **Time:** 45 minutes. **You should know:** NumPy arrays, slicing and
# broadcasting. Nothing about neural networks.
#
# **How it works.** Each *task* asks for one function. Replace the line that
# raises `NotImplementedError`, run the cell, then run the checks below it. At
# first every check says that the function is not written; after that, the
# message names the first property that is missing. You see some of the checks
# that grade you: the others use more numbers and shapes, and the inputs that a
# comment "Also graded" lists. A figure after a task is drawn with your function.
# Type the answers to *questions* into the cells that say "Your answer here".

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import matplotlib.pyplot as plt
import numpy as np

from course import data
from course.checks import check, check_raises, check_shape
from course.figures import label_line_ends, show_images
from course.widgets import explore

plt.style.use("course.course")

# %% [markdown] covers=["C03", "N25", "E42", "D09"]
# ## 1 · A photo is a box of numbers
#
# A grey photo is a table of intensities: `image[row, column]`, whole numbers
# from 0 (black) to 255 (white). A colour photo has three such tables, for red,
# green and blue, so it is a box of shape (height, width, channels). A strip 300
# pixels high and 100 wide is an array of shape **(300, 100, 3)**. An array with
# any number of axes is also called a **tensor**: a grey photo is a tensor with
# two axes, a colour photo one with three.
#
# Height comes first, because an array is indexed by row, then column. Beware:
# cameras, papers and some slides say "width × height", so "a 100 × 300 image"
# and an array of shape (300, 100) may be the same picture. In this course it is
# always **(H, W)**.

# %% nbgrader={"grade": false, "grade_id": "photo", "locked": true, "schema_version": 3, "solution": false, "task": false}
cat = data.photo("cat")
strip = cat[:, 130:230]
print(f"the photo: shape {cat.shape}, {cat.dtype}, from {cat.min()} to {cat.max()}")
print(f"the strip: shape {strip.shape}, its top left pixel is {strip[0, 0]}")
show_images(
    [strip, strip[:, :, 0], strip[:, :, 1], strip[:, :, 2]],
    titles=["photo", "red", "green", "blue"],
    vmax=255,
    size=2.6,
)

# %% [markdown]
# **Figure 1.** A strip of a photo of Chelsea the cat, and its three channels,
# each a grey picture of its own. The fur is ginger: bright in red, dark in blue.
# The eye is amber: nearly as bright in green as in red.

# %% [markdown] covers=["C04"]
# ### What the numbers do not say
#
# We look at the strip and see a cat. Nothing in the array says so. The distance
# between what the numbers *are* and what they *mean* is called the **semantic
# gap**, and it is wide: to a program that compares pixels, moving a digit by one
# column can change it more than turning it into another digit. The digits here
# are 8 × 8 pixels from 0 (paper) to 16 (ink).

# %%
digits, digit_labels = data.digits()
zero, six = digits[101].astype(float), digits[843].astype(float)
moved = np.roll(zero, 1, axis=1)


def distance(a, b):
    return np.sqrt(((a - b) ** 2).sum())


show_images(
    [zero, moved, six],
    titles=[
        f"a {digit_labels[101]}",
        f"moved: {distance(zero, moved):.1f} away",
        f"a {digit_labels[843]}: {distance(zero, six):.1f} away",
    ],
    vmax=16,
    cmap="gray_r",
    size=2.4,
)

# %% [markdown]
# **Figure 2.** The same digit moved by one column is farther away (Euclidean
# distance of the 64 numbers) than a digit of another *class*, as the possible
# answers are called. Good *features*, the numbers computed from pixels by which a
# network compares photos, must ignore what does not matter, such as a small shift,
# and keep what does.

# %% [markdown] covers=["E42"]
# ### From files to networks: (N, C, H, W)
#
# Photo libraries store (H, W, C): the three colours of a pixel lie side by
# side. PyTorch, the library that later lessons build networks with, wants a
# *batch* of images with the channels first, **(N, C, H, W)**: N images, C channels,
# H rows, W columns, as floating-point numbers.
#
# **Task 1** (easy, 5 minutes). Write `to_nchw(img)`: one photo in, a batch of
# one image out.
#
# | photo | comes as | goes out as, always float64 in [0, 1] |
# |---|---|---|
# | colour | (H, W, 3) | (1, 3, H, W) |
# | grey | (H, W) | (1, 1, H, W) |
#
# Integers (uint8) run from 0 to 255 and are scaled to [0, 1]; floats of any
# precision are in [0, 1] already, and their values stay as they are. The photo
# itself must not change.
#
# <details><summary>Hint 1: what to think of</summary>Three separate steps:
# scale, give a grey photo its channel axis, move the channel axis.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.transpose</code> or
# <code>np.moveaxis</code> move an axis and keep every pixel in place;
# <code>reshape</code> does not: it deals the same numbers out again in another
# order. <code>img[..., None]</code> adds an axis.</details>
# <details><summary>Hint 3: the order of things</summary>Look at
# <code>img.dtype</code> before you convert, since afterwards everything is a
# float. Then make (H, W) into (H, W, 1), bring (H, W, C) to (C, H, W), and put
# the batch axis in front.</details>


# %% nbgrader={"grade": false, "grade_id": "to_nchw", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_nchw(img):
    """Turn one photo into a batch of one image.

    img: (H, W) or (H, W, 3), uint8 in 0..255 or float in [0, 1].
    Returns float64 (1, C, H, W) in [0, 1], C = 1 or 3.
    """
    ### BEGIN SOLUTION
    scale = 255 if np.issubdtype(img.dtype, np.integer) else 1
    image = img.astype(np.float64) / scale
    if image.ndim == 2:
        image = image[..., None]
    return image.transpose(2, 0, 1)[None]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "to_nchw_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
orange = np.zeros((3, 2, 3), np.uint8)
orange[2, 1] = 255, 51, 0
want = np.zeros((1, 3, 3, 2))
want[0, :, 2, 1] = 1.0, 0.2, 0.0
check(
    to_nchw,
    orange,
    want=want,
    case="a 3 x 2 photo, black but for one orange pixel",
    mistakes={
        "the pixels are scrambled: reshape deals the numbers out in another order, "
        "move the axis instead": (orange / 255).reshape(1, 3, 3, 2)
    },
)
check_shape(to_nchw, strip, want=(1, 3, 300, 100), case="the 300 x 100 strip")
### BEGIN HIDDEN TESTS
r = np.random.default_rng(11)
photo = r.integers(0, 256, (5, 7, 3), np.uint8)
want = np.stack([photo[..., c] for c in range(3)])[None] / 255
check(
    to_nchw,
    photo,
    want=want,
    case="a colour photo, 5 x 7",
    mistakes={
        "the pixels are scrambled: reshape deals the numbers out in another order, "
        "move the axis instead": (photo / 255).reshape(1, 3, 5, 7),
        "the channels are in the order blue, green, red": want[:, ::-1],
    },
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "to_nchw_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    to_nchw,
    np.array([[0, 255, 51]], np.uint8),
    want=np.array([[[[0, 1, 0.2]]]]),
    case="a grey photo with one row",
)
# Also graded: float photos, dark, small and sliced ones; the photo is unchanged.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(12)
photo = r.random((4, 6, 3))
want = np.stack([photo[..., c] for c in range(3)])[None]
check(to_nchw, photo, want=want, case="a float photo, which is in [0, 1] already")
check(
    to_nchw,
    photo,
    want=want,
    case="a float photo, to the last digit",
    mistakes={
        "the values lost digits on the way: was there a float32?": want.astype(
            np.float32
        ).astype(np.float64)
    },
    rtol=0,
    atol=0,
)
grey = r.random((4, 6)) / 2
check(to_nchw, grey, want=grey[None, None], case="a dark grey float photo")
check(
    to_nchw,
    photo.astype(np.float32),
    want=want.astype(np.float32).astype(np.float64),
    case="a float32 photo",
)
dark = r.integers(0, 2, (3, 5, 3), np.uint8)
want = np.stack([dark[..., c] for c in range(3)])[None] / 255
check(to_nchw, dark, want=want, case="a photo of integers so dark that all are 0 or 1")
narrow = r.integers(0, 256, (4, 3), np.uint8)
check(to_nchw, narrow, want=narrow[None, None] / 255, case="a grey photo, 3 wide")
photo = r.integers(0, 256, (9, 12, 3), np.uint8)[::2, 1::3]
want = np.stack([photo[..., c] for c in range(3)])[None] / 255
check(to_nchw, photo, want=want, case="every other row of a photo")
### END HIDDEN TESTS

# %% [markdown] covers=["C41"]
# ## 2 · ReLU: keep what is positive
#
# A network is a chain of simple steps, called **layers**: each turns one tensor
# into the next. Some layers hold numbers of their own, the **parameters**, which
# *training* on examples adjusts until the answers are good. Networks alternate
# linear steps, that is weighted sums such as the convolutions of lesson 01, with
# a simple bend. The bend used most is the **rectified linear unit**,
#
# $$\operatorname{ReLU}(a) = \max(a, 0),$$
#
# applied to each number on its own. Without it, two linear steps would be no
# more than one. Read it as a detector: a positive response means "found", and
# everything else means "not found", however strongly not.
#
# **Task 2** (easy, 3 minutes). Write `relu(a)` for arrays of any shape. The
# result has the shape *and dtype* of `a`, and `a` itself stays as it was: other
# layers may still need it.
#
# <details><summary>Hint 1: what to think of</summary>One comparison per number,
# no loop.</details>
# <details><summary>Hint 2: what to look up</summary>NumPy has a function for the
# larger of two arrays, entry by entry; it is not the one that finds the largest
# entry of one array.</details>
# <details><summary>Hint 3: the order of things</summary>Two names look alike:
# <code>np.max</code> reduces an array, <code>np.maximum</code> compares two. Print
# the dtype of what you return for float32 and for int8.</details>


# %% nbgrader={"grade": false, "grade_id": "relu", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relu(a):
    """Return max(a, 0) for each entry, in the shape and dtype of a."""
    ### BEGIN SOLUTION
    return np.maximum(a, 0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "relu_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    relu,
    np.array([-2.0, 0.0, 3.0]),
    want=np.array([0.0, 0.0, 3.0]),
    case="the numbers -2, 0, 3",
    mistakes={
        "a negative number became positive": np.array([2.0, 0.0, 3.0]),
        "a negative number stayed negative": np.array([-2.0, 0.0, 3.0]),
        "a negative number became small, not 0": np.array([-0.02, 0.0, 3.0]),
        "a positive number changed": np.array([0.0, 0.0, 1.0]),
        "the negative numbers are kept, not the positive": np.array([2.0, 0.0, 0.0]),
    },
)
check(relu, np.array([[-1, 4]]), want=np.array([[0, 4]]), case="integers stay integers")
### BEGIN HIDDEN TESTS
a = np.random.default_rng(21).normal(size=(2, 3, 4, 5))
check(relu, a, want=np.where(a > 0, a, 0.0), case="a batch of shape (2, 3, 4, 5)")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "relu_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    relu,
    np.array([-1.0, -1e-9], np.float32),
    want=np.zeros(2, np.float32),
    case="float32, small and negative",
)
# Also graded: other dtypes, views, tiny and huge numbers, and an unchanged argument.
### BEGIN HIDDEN TESTS
a = np.random.default_rng(22).normal(size=(6, 8)).astype(np.float32)
check(relu, a, want=np.where(a > 0, a, np.float32(0)), case="a float32 matrix")
check(
    relu, a[::2, ::-3], want=np.where(a > 0, a, np.float32(0))[::2, ::-3], case="a view"
)
short = np.array([[-(2**15), 5], [0, 2**15 - 1]], np.int16)
want = np.array([[0, 5], [0, 2**15 - 1]], np.int16)
check(relu, short, want=want, case="int16, smallest and largest number")
extremes = np.array([1e-300, -1e-300, 1e300, -1e300])
want = np.array([1e-300, 0, 1e300, 0])
check(relu, extremes, want=want, case="tiny and huge numbers", atol=0)
exact = np.array([2**53 + 1, -(2**53) - 1])
check(
    relu,
    exact,
    want=np.array([2**53 + 1, 0]),
    case="integers that no float can hold",
    mistakes={
        "the integers went through floats": np.array([2**53, 0]),
        "the integers were cut to 32 bits": np.array([1, 0]),
    },
)
### END HIDDEN TESTS

# %% [markdown] covers=["C01", "C05", "F18", "D02"]
# ## 3 · Softmax: from scores to confidence
#
# **Image classification** takes one photo with one main object and answers with
# one of K class names: given the observation $x$, predict the class $d$. The
# best-known contest, ILSVRC, takes photos from the collection ImageNet. It has
# K = 1,000 classes, 1.2 million photos to train with, 50,000 to tune the choices
# (to *validate*) and 100,000 to test; networks usually get each photo as 224 ×
# 224 × 3 numbers. The task is called *multi-class* (more than two classes) and
# *single-label* (exactly one is right). Two classes would be *binary*, several
# right answers at once *multi-label*, and a number in place of a class
# *regression*.
#
# A network ends with K numbers $a_1, \dots, a_K$, one per class, called
# **logits**. They may be any real numbers. Softmax turns them into confidences,
# numbers between 0 and 1 that sum to 1:
#
# $$\operatorname{softmax}(a)_k = \frac{e^{a_k}}{\sum_{l=1}^{K} e^{a_l}}.$$

# %% [markdown] covers=["C41", "F18"]
# Adding the same number to all logits changes nothing, since the factor $e^c$
# cancels. That is worth more than it seems: $e^{1000}$ is too large for a
# float, but you may subtract the largest logit first, and then no exponent is
# above 0.
#
# **Task 3** (medium, 6 minutes). Write `softmax(a, axis=-1)` for arrays of any
# shape; the entries along `axis` are the logits of one decision and sum to 1 in
# the result, which is float64 whatever the dtype of `a`. It must work for logits of
# 1000, and for one of $-\infty$, which means "never": confidence 0.
#
# <details><summary>Hint 1: what to think of</summary>Three steps: subtract,
# exponentiate, divide. Two of them need one number per decision, not one
# number per array.</details>
# <details><summary>Hint 2: what to look up</summary><code>keepdims=True</code>
# in <code>np.max</code> and <code>np.sum</code>: without it, the sums of a
# 3 × 3 array have shape (3,) and are silently laid along the wrong axis.
# </details>
# <details><summary>Hint 3: the order of things</summary>Find the maximum along
# <code>axis</code>, keeping that axis with length 1; subtract it; take the
# exponential; divide by the sum along the same axis, kept in the same
# way.</details>


# %% nbgrader={"grade": false, "grade_id": "softmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax(a, axis=-1):
    """Turn logits into confidences that sum to 1 along axis; float64, shape of a."""
    ### BEGIN SOLUTION
    a = np.asarray(a, np.float64)
    exponentials = np.exp(a - a.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "softmax_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
known = np.array([0.09003057317038046, 0.24472847105479764, 0.6652409557748218])
check(
    softmax,
    np.array([1.0, 2.0, 3.0]),
    want=known,
    case="the logits 1, 2, 3",
    mistakes={
        "these are the logarithms of the confidences": np.log(known),
        "these are powers of 2, not of e": np.array([1, 2, 4]) / 7,
        "divided by the sum, but where is the exponential?": np.array([1, 2, 3]) / 6,
    },
)
check(
    softmax,
    np.array([1000.0, 1001.0, 1002.0]),
    want=known,
    case="the logits 1000, 1001, 1002, which are as far apart",
)
### BEGIN HIDDEN TESTS
from scipy.special import softmax as scipy_softmax

r = np.random.default_rng(31)
square = r.normal(size=(3, 3)) * 3
plain = np.exp(square)
lowered = np.exp(square - square.max(-1, keepdims=True))
crossed = np.exp(square - square.max(-1))
check(
    softmax,
    square,
    want=scipy_softmax(square, -1),
    case="a square matrix, each row one decision",
    mistakes={
        "the sums are laid along the wrong axis: is keepdims missing?": lowered
        / lowered.sum(-1),
        "the sums lie along the wrong axis: is keepdims missing?": plain
        / plain.sum(-1),
        "the maxima are laid along the wrong axis: is keepdims missing?": crossed
        / crossed.sum(-1, keepdims=True),
        "all entries together sum to 1; each row should": scipy_softmax(square),
        "each column sums to 1; each row should": scipy_softmax(square, 0),
    },
)
check(
    softmax,
    square,
    0,
    want=scipy_softmax(square, 0),
    case="a square matrix, each column one decision",
    mistakes={"axis is ignored": scipy_softmax(square, -1)},
)
cube = r.normal(size=(2, 4, 3))
check(softmax, cube, 1, want=scipy_softmax(cube, 1), case="axis 1 of three axes")
pairs = r.normal(size=(3, 1, 2))
check(softmax, pairs, want=scipy_softmax(pairs, -1), case="pairs, shape (3, 1, 2)")
check(
    softmax,
    cube,
    -3,
    want=scipy_softmax(cube, 0),
    case="axis -3 of three axes",
    mistakes={"-3 is not the last axis but the first": scipy_softmax(cube, -1)},
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "softmax_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    softmax,
    np.array([0.0, -np.inf, 0.0]),
    want=np.array([0.5, 0.0, 0.5]),
    case="a class that is impossible",
    mistakes={"a logit of -inf was taken for 0": np.full(3, 1 / 3)},
)
# Also graded: integers and float32, rows of very different size, low logits, other
# orders, and an unchanged argument.
### BEGIN HIDDEN TESTS
from scipy.special import softmax as scipy_softmax

r = np.random.default_rng(32)
known = scipy_softmax(np.array([1.0, 2.0, 3.0]))
check(softmax, np.array([1, 2, 3]), want=known, case="integer logits")
check(softmax, np.array([1, 2, 3], np.uint8), want=known, case="logits of type uint8")
wide = np.array([-100, 0, 100], np.int8)
check(softmax, wide, want=np.array([0.0, 0.0, 1.0]), case="int8, far apart")
single = np.array([[1, 2, 3], [-4, -3, -2]], np.float32)
want = np.stack([known] * 2)
check(softmax, single, want=want, case="float32 logits", rtol=1e-6, atol=1e-7)
rows = np.array(
    [[0.0, 1.0, 2.0], [2000.0, 2001.0, 2002.0], [-2000.0, -1999.0, -1998.0]]
)
check(softmax, rows, want=np.stack([known] * 3), case="rows that are far apart")
a, order = r.normal(size=6), r.permutation(6)
check(
    softmax, a[order], want=scipy_softmax(a)[order], case="the same logits, reordered"
)
check(softmax, a - 5000, want=scipy_softmax(a), case="the same logits, all lower")
never = np.array([[-2000, -np.inf, -2000], [-np.inf, 0, 0]])
want = np.array([[0.5, 0, 0.5], [0, 0.5, 0.5]])
check(softmax, never, want=want, case="impossible classes among low logits")
check(softmax, np.zeros((2, 5)), want=np.full((2, 5), 0.2), case="no preference at all")
### END HIDDEN TESTS

# %%
names = ["cat", "dog", "flower", "fruit"]
logits = np.array([3.0, 1.0, -1.0, 0.0])
figure, axes = plt.subplots(1, 2, figsize=(7, 2.6), sharey=True)
axes[0].barh(names, logits, color="C3")
axes[0].axvline(0, color="#555", lw=0.8)
axes[0].set(xlabel="logit (no unit)", title="What the network says")
axes[1].barh(names, softmax(logits), color="C0")
axes[1].set(xlabel="confidence", xlim=(0, 1), title="What softmax makes of it")
axes[0].invert_yaxis()
plt.show()

# %% [markdown]
# **Figure 3.** Four logits and their softmax. The order stays; a lead of 2 in
# the logits becomes a factor of $e^2 \approx 7.4$ in confidence, whatever the
# other numbers are.

# %% [markdown] covers=["C05"]
# ## 4 · One-hot: labels as the answer we would like
#
# If softmax gives K confidences, the perfect answer is 1 for the true class and
# 0 for all others. That is the **one-hot** encoding of a label: label 2 of 3
# classes is (0, 0, 1). Training compares the confidences with it, in lesson 09.
#
# **Task 4** (easy, 5 minutes). Write `one_hot(y, K)`: labels of shape (N,),
# integers of any dtype from 0 to K − 1, become float64 of shape (N, K), also if N is
# 0. A label outside that range is a mistake in the data: raise `ValueError` with a
# message that says what you found.
#
# <details><summary>Hint 1: what to think of</summary>Start from zeros, and put
# a 1 into each row. Which column?</details>
# <details><summary>Hint 2: what to look up</summary>Indexing with two arrays of
# integers picks one entry per row. And what does Python make of the index
# −1?</details>
# <details><summary>Hint 3: the order of things</summary>Check the range first;
# an array without entries has no minimum, so use <code>np.any</code> of a
# condition.</details>


# %% nbgrader={"grade": false, "grade_id": "one_hot", "locked": false, "schema_version": 3, "solution": true, "task": false}
def one_hot(y, K):
    """Encode labels (N,) in 0..K-1 as float64 (N, K); ValueError outside that range."""
    ### BEGIN SOLUTION
    y = np.asarray(y)
    if np.any((y < 0) | (y >= K)):
        raise ValueError(f"one_hot: labels must be in 0..{K - 1}, got {np.unique(y)}")
    return (y[:, None] == np.arange(K)).astype(np.float64)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "one_hot_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    one_hot,
    np.array([2, 0]),
    3,
    want=np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
    case="the labels 2 and 0 of 3 classes",
    mistakes={
        "the first class has the label 0, not 1": np.array([[0.0, 1, 0], [0, 0, 1]]),
        "each row has the 1 of every label": np.array([[1.0, 0, 1], [1, 0, 1]]),
    },
)
### BEGIN HIDDEN TESTS
y = np.array([1, 3, 5, 3, 2, 1, 1, 3])
want = np.zeros((8, 7))
for row, label in enumerate(y):
    want[row, label] = 1
check(one_hot, y, 7, want=want, case="more classes than labels that occur")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "one_hot_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(one_hot, np.array([0, 3]), 3, case="the label 3 when there are 3 classes")
# Also graded: uint8 labels, also with many classes; labels below 0 or far above K; a
# single class; no labels at all; and an unchanged argument.
### BEGIN HIDDEN TESTS
check_raises(one_hot, np.array([0, -1, 2]), 3, case="a negative label")
check(
    one_hot,
    np.array([4, 0, 4], np.uint8),
    5,
    want=np.array([[0.0, 0, 0, 0, 1], [1, 0, 0, 0, 0], [0, 0, 0, 0, 1]]),
    case="labels of type uint8",
)
y = np.array([4, 0, 200], np.uint8)
want = np.zeros((3, 300))
want[0, 4] = want[1, 0] = want[2, 200] = 1
check(one_hot, y, 300, want=want, case="labels of type uint8, 300 classes")
check_raises(one_hot, np.array([0, 256]), 3, case="the label 256")
check(one_hot, np.array([], int), 4, want=np.zeros((0, 4)), case="no labels at all")
check(one_hot, np.array([0, 0]), 1, want=np.ones((2, 1)), case="a single class")
### END HIDDEN TESTS

# %% [markdown] covers=["C12", "Q04", "N01", "N21"]
# ## 5 · Why not simply connect everything?
#
# A *unit* computes one number: a weighted sum of its inputs, plus a *bias*. The
# plainest layer joins every input number to every unit and is called **dense**
# (fully connected): each unit has one *weight* per input and one bias of its own.
# What should the input be, how many units, and how should they be connected? The honest first try is "all pixels, one unit per
# class, everything to everything":
#
# - one unit that looks at a 32 × 32 colour photo has 32 · 32 · 3 = 3,072
#   weights; at 200 × 200 it has 120,000;
# - a layer from 224 × 224 × 3 numbers to 1,000 classes has 150,528,000 weights
#   and 1,000 biases: **150,529,000** parameters. That is more than the whole of
#   VGG-16 (138,357,544), a network of 2014 that has sixteen layers with weights
#   and actually works.
#
# **Task 5** (easy, 3 minutes). Write `dense_params(n_in, n_out, bias=True)`: the
# number of parameters, as a Python `int`, exact however large. With `bias=False` the
# units add no bias. The counts may be NumPy integers, too.
#
# <details><summary>Hint 1: what to think of</summary>How many arrows arrive at
# one unit? How many units? Who owns a bias?</details>
# <details><summary>Hint 2: what to look up</summary>Python's integers never
# overflow; NumPy's do. <code>10**6 * 10**6</code> is fine.</details>
# <details><summary>Hint 3: the order of things</summary>Weights first, then the
# biases if there are any: as many as there are units that add one.</details>


# %% nbgrader={"grade": false, "grade_id": "dense_params", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense_params(n_in, n_out, bias=True):
    """Count the parameters of a dense layer, as an exact int."""
    ### BEGIN SOLUTION
    return int(n_in) * int(n_out) + (int(n_out) if bias else 0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "dense_params_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    dense_params,
    224 * 224 * 3,
    1000,
    want=150_529_000,
    case="an ImageNet photo to 1,000 classes",
    mistakes={
        "the biases are missing": 224 * 224 * 3 * 1000,
        "each unit has a bias, not each input": 224 * 224 * 3 * 1001,
        "each unit has a bias of its own": 224 * 224 * 3 * 1000 + 1,
        "inputs have no biases, only units do": (224 * 224 * 3 + 1) * 1001,
    },
)
check(
    dense_params,
    1300 * 1300,
    1000,
    False,
    want=1_690_000_000,
    case="a 1300 x 1300 grey photo to 1,000 units, without biases",
    mistakes={"biases are counted, though there are none": 1_690_001_000},
)
### BEGIN HIDDEN TESTS
check(dense_params, 3072, 1, want=3073, case="a single unit")
check(dense_params, 1, 3072, want=6144, case="a single input")
check(dense_params, 40_000, 40_000, False, want=1_600_000_000, case="square, no biases")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "dense_params_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(dense_params, 2, 3, want=9, case="two inputs, three units")
# Also graded: numbers beyond 64 bits, NumPy integers, and the type of the result.
### BEGIN HIDDEN TESTS
check(
    dense_params,
    10**10 + 1,
    10**10 + 3,
    want=10**20 + 5 * 10**10 + 6,
    case="beyond 64 bits, where floats and NumPy's integers are no longer exact",
)
check(dense_params, 10**6, 10**6, False, want=10**12, case="beyond 32 bits")
check(
    dense_params,
    np.int32(224 * 224 * 3),
    np.int32(1000),
    want=150_529_000,
    case="NumPy integers in",
)
check(
    dense_params,
    np.int32(100_000),
    np.int32(100_000),
    want=10_000_100_000,
    case="NumPy integers whose product needs more than 32 bits",
    mistakes={"the product wrapped around at 32 bits": 10_000_100_000 % 2**32},
)
### END HIDDEN TESTS

# %% [markdown] covers=["C12", "N07", "N14"]
# ### What structure buys
#
# A single grey photo of 1300 × 1300 pixels needs 1.69 billion weights for 1,000
# units, and three times as many in colour. The cure comes in two steps, and
# both will be yours before long:
#
# 1. **look locally**: let each unit see a 10 × 10 window instead of the photo;
# 2. **share**: let all units use the *same* 100 weights, since an edge is an
#    edge wherever it is.
#
# Move the slider: with one unit per pixel of a 200 × 200 photo, which is 40,000
# units, the counts are 1.6 billion, 4 million and 100. Units that share their
# weights are of one *kind*, and their outputs make up a picture, a *map*. Ten kinds
# need 10 · 100 = 1,000 weights, and a second layer of ten kinds, each with a window
# on all ten maps of the first, needs 10 · 10 · 100 = 10,000.

# %%
sides = [16, 32, 64, 100, 200, 400, 800, 1300]


def draw_counts(side):
    units = side * side
    counts = {
        "shared 10 x 10 windows": 100,
        "10 x 10 windows": units * 100,
        "dense": dense_params(units, units, bias=False),
    }
    _, ax = plt.subplots(figsize=(7, 2.4))
    bars = ax.barh(list(counts), list(counts.values()), color=["C0", "C1", "C2"])
    ax.bar_label(bars, [f"{n:,}" for n in counts.values()], padding=4)
    ax.set(xscale="log", xlim=(1, 1e15), xlabel="weights (no biases)")
    ax.set_title(f"one unit per pixel of a {side} x {side} grey photo")
    plt.show()


explore(draw_counts, side=("side in pixels", sides, 200))

# %% [markdown]
# **Figure 4.** Weights of one layer with as many units as pixels. The axis is
# logarithmic: each tick is a hundred times the one before. Move the slider: only
# the shared windows do not care how large the photo is. That is a convolution, the
# subject of lesson 01.

# %%
sides = np.array([16, 32, 64, 128, 224, 512, 1024])
_, ax = plt.subplots()
dense = [dense_params(int(side) ** 2 * 3, 1000) for side in sides]
ax.plot(sides, dense, "o-", color="C2", label="dense, 1,000 units")
ax.plot(
    sides, [64 * (3 * 3 * 3 + 1)] * len(sides), "s--", label="64 shared 3 x 3 windows"
)
ax.axhline(138_357_544, color="#555", ls=":", lw=1.2)
ax.text(16, 138_357_544 * 1.3, "all of VGG-16", color="#555")
ax.set(xscale="log", yscale="log", ylim=(1e3, 1e10))
ax.set_xticks(sides, [str(side) for side in sides])
ax.minorticks_off()
ax.set(xlabel="side of a colour photo (pixels)", ylabel="parameters")
label_line_ends(ax)
plt.show()

# %% [markdown]
# **Figure 5.** Parameters of one layer against the size of the photo. From 224
# pixels on, one dense layer is larger than a whole published network; 64 shared
# windows of 3 × 3 × 3 weights and a bias each have 1,792 parameters at every
# size.

# %% [markdown] covers=["C02"]
# ## 6 · What else one can ask of a photo
#
# Classification is the simplest of a family, whose members differ in the form of
# the answer: **classification** (one name), **classification and localisation** (a
# name and a box), **object detection** (a name and a box for every object),
# **semantic segmentation** (a class for every pixel), **instance segmentation**
# (a class and a number for every pixel, so that two cats stay two), **captioning**
# (a sentence), **action classification** (what happens, often from video), and
# **neural style transfer** (the photo again, as another hand would paint it).
#
# **Question 1** (2 points). Which of these tasks has which answer? Give a task
# for each, and say in one sentence what in the answer gave it away.
#
# - (a) "A ginger cat looks out of a window."
# - (b) an array of shape (H, W) with the numbers 0 (background), 1 and 2 (two cats)
# - (c) `[("cat", 12, 30, 80, 95), ("cup", 5, 5, 20, 22)]`
# - (d) an array of shape (H, W) in which all pixels of both cats hold the number 3
# - (e) "jumping"
# - (f) an array of shape (H, W, 3)
#
# *Rubric.* 2 points: six tasks right, each with a reason that comes from the form
# of the answer. 1 point: at least four right. 0 points otherwise.

# %% [markdown] nbgrader={"grade": true, "grade_id": "vision_tasks_why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) captioning: a sentence. (b) instance segmentation: a number per pixel, and the
# two cats have different ones. (c) object detection: several names, a box each.
# (d) semantic segmentation: a class per pixel, both cats share it. (e) action
# classification: a verb. (f) style transfer: the answer is itself a colour photo.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C04"]
# **Question 2** (3 points). Explain the *semantic gap* to somebody who has never
# programmed, in about five sentences. Use Figure 2, and name two changes of a
# photo, other than a shift, that alter nearly every number and not the meaning.
#
# *Rubric.* 1 point: says what the numbers of a photo are, and what they are not.
# 1 point: draws the right conclusion from Figure 2. 1 point: two changes that
# really alter nearly every number and leave the meaning alone.

# %% [markdown] nbgrader={"grade": true, "grade_id": "semantic_gap_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# A photo is a list of brightness measurements; no entry says "cat". We compare
# pictures by what they show, a program that compares the entries does not. In Figure
# 2 a digit moved by one column differs more from itself than from a digit of another
# class, so nearness of numbers is not nearness of meaning. Turning on a lamp, or
# walking around the cat, changes nearly all the numbers and not the fact that it is a
# cat. Features that a network learns must bridge this gap.
# <!-- END SOLUTION -->

# %% [markdown] covers=["E42"]
# **Explain the mistake** (1 point). A slide says that a photo has the shape
# "w × h × 3", and a student therefore writes `width, height = img.shape[:2]` for an
# array loaded from a file, then visits `img[row, column]` for every `row` in
# `range(height)` and every `column` in `range(width)`. On which photos does the
# program work all the same, and what happens on the others?
#
# *Rubric.* 1 point: names all photos on which it works, and says for both kinds of
# other photos what goes wrong.

# %% [markdown] nbgrader={"grade": true, "grade_id": "width_height_why", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# It works when width equals height. Otherwise `width` holds the number of rows. On a
# wide photo, `row` runs past the last row (IndexError). On a tall photo, the first row
# already runs past the last column (IndexError). Either way, what lies beyond the
# square in the top left corner is never visited.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Recap
#
# - An image is an array (H, W, C); a network eats batches (N, C, H, W) of floats.
# - ReLU keeps what is positive; softmax turns logits into confidences that sum to 1,
#   and subtracting the largest logit first keeps it finite.
# - A dense layer's parameters grow with the photo; sharing a small window's weights
#   stops that.
#
# **Next:** lesson 01 slides that window.
#
# **References.** A. Carlier, "Convolutional Neural Networks", slides, 2024 (the
# 150-million-parameter layer). E. Rantsiou, "CNN basics and an example with
# classification", LENS ML School, 2021 (list of vision tasks; 1300 × 1300 photo).
# B. Galerne, "Deep neural networks and CNNs", slides, 2024, after C. Deledalle (the
# 200 × 200 photo with 40,000 units). C. Deledalle, "Image classification and CNNs",
# UCSD ECE 285, 2019 (semantic gap). N. Noceti, "Convolutional Neural Networks", UniGe
# (weights of one unit). O. Russakovsky et al., "ImageNet Large Scale Visual
# Recognition Challenge", IJCV 115, 2015. K. Simonyan and A. Zisserman, "Very Deep
# Convolutional Networks for Large-Scale Image Recognition", ICLR, 2015 (VGG-16). E.
# Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998.
