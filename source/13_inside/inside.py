# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 13 · Looking inside, and judging
#
# A network says "heart" and is right. Did it see the heart, or the grass behind it?
# Fifty thousand weights do not answer questions, but they can be watched at work.
# In this lesson you build five ways to look inside a trained network, on pictures of
# which the place of the object is known, so that each way can be *tested*. Some
# pass. One that has been printed in hundreds of papers does not. Then you leave the
# inside alone and judge answers only, by the numbers that contests are decided with.
#
# **You will be able to**
#
# - show what the units of a network respond to, and what such pictures do not prove;
# - write saliency, occlusion, DeconvNet and Grad-CAM maps, and test them against the
#   truth, against dumb rivals and against an untrained network;
# - compute precision, recall, average precision, mAP and top-k error exactly as they
#   are defined, ties and empty classes included;
# - choose between two classifiers whose curves cross.
#
# **Time:** 180 minutes, questions included. **You should know:** receptive fields
# (lesson 04), transposed convolution (05), unpooling (06), gradients (08), training in
# PyTorch (09).

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from course import data
from course.checks import check, check_raises, require
from course.figures import show_images
from course.module_checks import fill
from course.networks import gap_net, pretrained
from course.results import show_confusion, show_spread
from course.training import fit, judge, seeds, warm_up
from course.widgets import explore

plt.style.use("course.course")
torch.set_num_threads(1)
warm_up()

# %% [markdown] covers=["C09"]
# ## 1 · First layers: a cat, a million photos, a small network
#
# In 1958 David Hubel and Torsten Wiesel showed spots of light to a cat and listened
# to one cell of its visual cortex. The cell kept silent, until the *edge of the glass
# slide* moved across the screen, at one angle. They had found the first layer. What
# they and others found since reads like the plan of this course:
#
# | in the brain | answers after | what it answers to |
# |---|---|---|
# | simple cells | about 50 ms | an edge or bar of one angle at one place |
# | complex cells | about 70 ms | the same, anywhere in a small area |
# | hyper-complex cells | about 90 ms | corners, ends of lines |
# | areas further on | later | parts, faces, objects |
#
# (Papers of 1959, 1962 and 1968, Nobel prize 1981; the times are those of the slides.)
# The patch of the image that a cell looks at is its **receptive field**, and the word
# of lesson 04 comes from here. One can even hope for a single principle: when the
# nerve from the eye is led to the *hearing* cortex of a newborn ferret, cells there
# come to prefer edges of one angle. Perhaps the cortex runs **one learning algorithm**,
# and what it is fed with decides what it becomes.

# %% [markdown] covers=["C09"]
# ### Why edges? A guess that can be computed
#
# The first visual area, V1, has about a hundred times as many neurons as the nerve
# from the eye has fibres: its code is **overcomplete**, longer than what it describes.
# At any moment few of them fire: the code is **sparse**. Bruno Olshausen and David
# Field asked in 1996 for the dictionary of patches in which photos have the sparsest
# description. The computer's answer had the three properties of the cells: it was
# *localised*, *oriented*, and *bandpass* (a wave of one width, not too coarse and not
# too fine). In short, Gabor functions, lesson 02: a wave under a bell. A sparse code
# has three advantages: what it says is easy to read out by the next layer, an
# associative memory can store more of it, and few spikes cost little energy.
#
# You have seen such an answer. Lesson 02 learned 36 kernels from photos by
# *independent component analysis* (ICA), which also looks for responses that are rare
# and strong. "They look like Gabors" was the claim. Here it becomes a number. To print
# kernels you need a tool first.

# %% [markdown] covers=["C52"]
# **Task 1** (easy, 10 minutes). Write `filters_to_grid(w, pad=1)`: one picture of all
# filters of a layer. `w` has shape (F, C, kh, kw), with C = 1 (grey) or C = 3 (colour).
#
# - Each filter is stretched to [0, 1] on its own: its smallest weight becomes 0, its
#   largest 1, *over all its channels together*, so that a colour stays that colour. A
#   constant filter becomes 0.5.
# - They stand row by row in a grid with $\lceil\sqrt{F}\,\rceil$ columns and as many
#   rows as needed. Between them, and around the whole, runs a border of `pad` pixels.
#   Border and places without a filter are 0.
# - float64, of shape (H, W) for C = 1 and (H, W, 3) for C = 3, which is how
#   Matplotlib wants colours. Another C is a `ValueError`.
#
# Four filters of 2 × 2 and pad 1 give 7 × 7: 1 + 2 + 1 + 2 + 1. Five give two rows of
# three, the last place empty.
#
# <details><summary>Hint 1: what to think of</summary>Three separate jobs: stretch all
# filters at once; find rows and columns; copy tile n to its place.</details>
# <details><summary>Hint 2: what to look up</summary><code>w.min(axis=(1, 2, 3),
# keepdims=True)</code>; <code>divmod(n, columns)</code> gives row and column;
# <code>.transpose(1, 2, 0)</code> puts the channels last. <code>np.where</code>
# computes both of its branches, also a 0/0: divide by 1 where the span is 0.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse; stretch; columns and
# rows, both rounded up; zeros of (rows · (kh + pad) + pad, columns · (kw + pad) + pad,
# C); tile n begins at pad + row · (kh + pad), and likewise to the right; drop the last
# axis if C = 1.</details>


# %% nbgrader={"grade": false, "grade_id": "filters_to_grid", "locked": false, "schema_version": 3, "solution": true, "task": false}
def filters_to_grid(w, pad=1):
    """Arrange the filters of a layer in one picture, each stretched to [0, 1].

    w: (F, C, kh, kw), C = 1 or 3; pad: width of the border in pixels.
    Returns float64 (H, W), or (H, W, 3) for C = 3; border and empty places are 0,
    constant filters 0.5. Raises ValueError for another C.
    """
    ### BEGIN SOLUTION
    w = np.asarray(w, np.float64)
    count, channels, kh, kw = w.shape
    if channels not in (1, 3):
        raise ValueError(f"filters_to_grid: 1 or 3 channels, got {channels}")
    low = w.min(axis=(1, 2, 3), keepdims=True)
    span = w.max(axis=(1, 2, 3), keepdims=True) - low
    tiles = np.where(span == 0, 0.5, (w - low) / np.where(span == 0, 1, span))
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    grid = np.zeros((rows * (kh + pad) + pad, columns * (kw + pad) + pad, channels))
    for n, tile in enumerate(tiles):
        row, column = divmod(n, columns)
        top, left = pad + row * (kh + pad), pad + column * (kw + pad)
        grid[top : top + kh, left : left + kw] = tile.transpose(1, 2, 0)
    return grid[:, :, 0] if channels == 1 else grid
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "filters_to_grid_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
four = np.array(
    [[[[0, 4], [2, 1]]], [[[5, 5], [5, 5]]], [[[-3, 1], [-3, 1]]], [[[8, 6], [8, 6]]]]
)
tiles = np.array([[0, 1, 0.5, 0.5], [0.5, 0.25, 0.5, 0.5], [0, 1, 1, 0], [0, 1, 1, 0]])
together = np.array([[3, 7, 8, 8], [5, 4, 8, 8], [0, 4, 11, 9], [0, 4, 11, 9]]) / 11
turned = np.array([[0, 1, 0, 1], [0.5, 0.25, 0, 1], [0.5, 0.5, 1, 0], [0.5, 0.5, 1, 0]])
inside = np.ix_([1, 2, 4, 5], [1, 2, 4, 5])
want, mistakes = np.zeros((7, 7)), {}
want[inside] = tiles
for words, border, values in (
    ("all filters are stretched together; stretch each on its own", 0, together),
    ("the filters stand column by column; fill row by row", 0, turned),
    ("the border is white; it should be 0", 1, tiles),
):
    mistakes[words] = np.full((7, 7), float(border))
    mistakes[words][inside] = values
case = "four filters, one of them constant"
check(filters_to_grid, four, want=want, case=case, mistakes=mistakes)
check(filters_to_grid, four, 0, want=tiles, case="the same without a border")
### BEGIN HIDDEN TESTS


def by_hand(w, pad):
    count, channels, kh, kw = w.shape
    columns = 1
    while columns * columns < count:
        columns += 1
    rows = -(-count // columns)
    picture = np.zeros((pad + rows * (kh + pad), pad + columns * (kw + pad), channels))
    for n in range(count):
        low, high = float(w[n].min()), float(w[n].max())
        for c, i, j in np.ndindex(channels, kh, kw):
            value = (float(w[n, c, i, j]) - low) / (high - low) if high > low else 0.5
            y = pad + n // columns * (kh + pad) + i
            picture[y, pad + n % columns * (kw + pad) + j, c] = value
    return picture if channels == 3 else picture[:, :, 0]


r = np.random.default_rng(1301)
for count, c, kh, kw, pad, case in (
    (5, 1, 3, 3, 1, "five filters: a place stays empty"),
    (6, 1, 2, 4, 2, "six filters that are not square"),
    (7, 3, 3, 2, 1, "seven colour filters: two places stay empty"),
    (24, 3, 5, 5, 1, "24 colour filters"),
    (2, 1, 4, 3, 1, "two filters: one row"),
    (10, 1, 2, 2, 3, "ten filters, a wide border"),
):
    w = r.normal(size=(count, c, kh, kw)) * r.uniform(0.1, 9, (count, 1, 1, 1))
    each = (w - w.min((2, 3), keepdims=True)) / np.ptp(w, (2, 3), keepdims=True)
    check(
        filters_to_grid,
        w,
        pad,
        want=by_hand(w, pad),
        case=case,
        mistakes={
            "each channel is stretched on its own; that changes the colours": by_hand(
                np.concatenate([each, each * 0, each * 0 + 1], axis=1)[:, :3], pad
            )
        }
        if c == 3
        else {},
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "filters_to_grid_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    filters_to_grid,
    np.zeros((1, 3, 1, 2)),
    want=np.pad(np.full((1, 2, 3), 0.5), ((1, 1), (1, 1), (0, 0))),
    case="a single constant colour filter",
)
check_raises(filters_to_grid, np.ones((4, 2, 3, 3)), case="filters of two channels")
# Also graded: dtypes, views, large and tiny weights, nearly square counts, other C.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(1302)


def by_blocks(w, pad):
    w, blocks = np.array(w, np.float64), []
    count, channels, kh, kw = w.shape
    columns = int(np.ceil(np.sqrt(count)))
    edges = ((pad, 0), (pad, 0), (0, 0))
    for n in range(columns * int(np.ceil(count / columns))):
        tile = np.zeros((kh, kw, channels))
        if n < count:
            tile = np.moveaxis(w[n], 0, -1) - w[n].min()
            tile = tile / tile.max() if tile.max() else tile + 0.5
        blocks.append(np.pad(tile, edges))
    lines = [
        np.concatenate(blocks[i : i + columns], 1)
        for i in range(0, len(blocks), columns)
    ]
    picture = np.pad(np.concatenate(lines), ((0, pad), (0, pad), (0, 0)))
    return picture.squeeze(2) if channels == 1 else picture


for w, pad, case in (
    (r.integers(0, 256, (3, 3, 4, 4), np.uint8), 1, "uint8"),
    (r.integers(-100, 128, (3, 1, 2, 5)).astype(np.int8), 1, "int8"),
    (r.normal(size=(6, 3, 3, 3)).astype(np.float32), 2, "float32"),
    (r.normal(size=(8, 3, 9, 4))[::-2, :, ::2, ::-1], 1, "a view"),
    (r.normal(size=(9, 1, 2, 2)) * 1e-9, 1, "tiny weights"),
    (r.normal(size=(16, 1, 2, 2)) + 1e6, 1, "weights far from 0"),
    (r.normal(size=(17, 1, 1, 2)), 1, "seventeen filters"),
    (-np.ones((5, 1, 3, 3)), 1, "constant filters"),
    (r.normal(size=(12, 3, 2, 2)), 0, "twelve colour filters without a border"),
):
    rtol = 1e-5 if w.dtype == np.float32 else 1e-7
    check(filters_to_grid, w, pad, want=by_blocks(w, pad), case=case, rtol=rtol)
for c in (4, 5, 64):
    check_raises(
        filters_to_grid, np.ones((4, c, 3, 3)), case="channels that no eye has"
    )
### END HIDDEN TESTS

# %% [markdown]
# ### How much of a kernel is Gabor?
#
# The next cell makes ICA kernels as lesson 02 did, now from a seed of your choice, and
# two rivals: **PCA** (principal component analysis: the directions in which patches
# vary most, without any wish for sparseness) and white noise. `gabor_fit` compares each
# kernel with some tens of thousands of Gabor functions, free in place, angle, width and
# wavelength, with the best amplitude and phase for each. It returns the share of the
# kernel's variance that the best one explains, $R^2$: 1 is a perfect Gabor.


# %% nbgrader={"grade": false, "grade_id": "components", "locked": true, "schema_version": 3, "solution": false, "task": false}
def natural_components(seed, side=12, count=36, patches=5000):
    """Return ICA kernels, PCA kernels and noise, each (count, 1, side, side)."""
    rng, pieces = np.random.default_rng(seed), []
    for name in data.TEXTURES:
        image = data.grey(data.photo(name))
        for _ in range(patches // len(data.TEXTURES)):
            i, j = (rng.integers(n - side + 1) for n in image.shape)
            pieces.append(image[i : i + side, j : j + side].ravel())
    x = np.array(pieces) - np.mean(pieces, axis=1, keepdims=True)
    x /= x.std(axis=1, keepdims=True) + 0.02
    x -= x.mean(axis=0)
    variances, directions = np.linalg.eigh(x.T @ x / len(x))
    whiten = directions[:, -count:] / np.sqrt(variances[-count:])
    z, w = x @ whiten, np.linalg.qr(rng.normal(size=(count, count)))[0]
    for _ in range(40):
        g = np.tanh(z @ w.T)
        w = g.T @ z / len(z) - (1 - g**2).mean(axis=0)[:, None] * w
        left, _, right = np.linalg.svd(w)
        w = left @ right
    ica, pca = w @ whiten.T, directions[:, -count:].T[::-1]
    return [
        v.reshape(-1, 1, side, side) for v in (ica, pca, rng.normal(size=pca.shape))
    ]


# %% nbgrader={"grade": false, "grade_id": "gabor_fit", "locked": true, "schema_version": 3, "solution": false, "task": false}
def gabor_fit(kernels):
    """Return for each kernel (count, n, n) the R² of the best Gabor of a large grid."""
    kernels = np.asarray(kernels, float)
    n = kernels.shape[-1]
    at = np.arange(n) - (n - 1) / 2
    down, right = np.meshgrid(at, at, indexing="ij")
    w = kernels.reshape(len(kernels), -1)
    w = w - w.mean(axis=1, keepdims=True)
    w = w / np.linalg.norm(w, axis=1, keepdims=True)
    steps = np.linspace(-0.4 * n, 0.4 * n, 7)
    i, j = (v.reshape(-1, 1, 1) for v in np.meshgrid(steps, steps, indexing="ij"))
    best = np.zeros(len(w))
    for angle in np.arange(8) * np.pi / 8:
        u = (down - i) * np.cos(angle) + (right - j) * np.sin(angle)
        v = (right - j) * np.cos(angle) - (down - i) * np.sin(angle)
        for width, length in ((w, k) for w in (0.1, 0.17, 0.3) for k in (1, 1.7)):
            bell = np.exp(-(u**2 + (v / length) ** 2) / (2 * (width * n) ** 2))
            for f in np.geomspace(0.5 / n, 0.45, 7):
                waves = [bell * wave(2 * np.pi * f * u) for wave in (np.cos, np.sin)]
                a, b = (wave.reshape(len(u), -1) for wave in waves)
                a, b = (x - x.mean(axis=1, keepdims=True) for x in (a, b))
                a /= np.linalg.norm(a, axis=1, keepdims=True)
                b -= (a * b).sum(axis=1, keepdims=True) * a
                b /= np.maximum(np.linalg.norm(b, axis=1, keepdims=True), 1e-9)
                best = np.maximum(best, ((w @ a.T) ** 2 + (w @ b.T) ** 2).max(axis=1))
    return best


# %% tags=["experiment"]
kinds = ("ICA", "PCA", "white noise")
fits = {name: [] for name in kinds}
for seed in seeds(5):
    kernels = natural_components(seed)
    for name, w in zip(kinds, kernels):
        fits[name].append(np.median(gabor_fit(w[:, 0])))
    if seed == 0:
        grids = [filters_to_grid(w) for w in kernels]
show_images(grids, titles=kinds, size=3.1)
for name, values in fits.items():
    print(f"{name:12} median R² {np.mean(values):.2f} ± {np.std(values):.2f}")

# %% [markdown] covers=["C09", "C52"]
# **Figure 1.** 36 kernels of 12 × 12 weights from patches of eight photos, each
# stretched to black and white. ICA, which wants responses to be rare, gives short waves
# under a bell at many places and angles. PCA, from the *same patches*, gives waves that
# fill the window; noise is noise. Below: the median $R^2$ of the best Gabor, mean ±
# standard deviation over five seeds. We measured 0.74 ± 0.03, 0.40 ± 0.02 and 0.10. The
# photos alone do not make Gabors; the wish for sparseness does.

# %% [markdown] covers=["Q14", "C52"]
# ### What did LeNet and AlexNet learn?
#
# The 96 kernels of 11 × 11 in **AlexNet**'s first layer, after 1.2 million photos, are
# the best known picture of this field: gratings of all angles and widths, and blobs of
# colour. Since the network was split over two graphics cards, most gratings ended up
# grey on one card, and the colours on the other. Nobody had asked for Gabors, angles or
# the split. **LeNet**'s six kernels of 5 × 5 are too few and too small for such beauty;
# the maps of its 1998 paper show that some thicken strokes and others respond to edges.
# Deeper layers are harder to print: a kernel over 48 channels is no picture. Sections 2
# and 3 find other ways to ask them.
#
# And *our* networks? The next cell trains three small ones on texture patches (160
# each; after a few seconds three of four new patches are named right) and keeps for
# each an **untrained twin** with the same starting weights. Then all first layers sit
# the Gabor test, beside white noise *of the same size*.


# %% nbgrader={"grade": false, "grade_id": "texture_nets", "locked": true, "schema_version": 3, "solution": false, "task": false}
def texture_net(seed, epochs=12):
    """Return a trained network, its untrained twin, and test images with labels."""
    pieces = data.textures(20, 60, seed=seed)
    train, test = (
        torch.tensor(v / 4 + 0.5, dtype=torch.float32)[:, None] for v in pieces[::2]
    )
    twins = []
    for _ in range(2):
        torch.manual_seed(seed)
        twins.append(gap_net(1, len(data.TEXTURES)).eval())
    labels = torch.tensor(pieces[1])
    fit(twins[0], train, labels, epochs=epochs, seed=seed, label=f"textures {seed}")
    return *twins, test, torch.tensor(pieces[3])


def first_layer(model):
    """Return the first kernels of a gap_net: (24, C, 5, 5)."""
    return model.base.features[1].weight.detach().numpy()


# %% tags=["experiment"]
texture_nets = [texture_net(seed) for seed in seeds(3)]
accuracy = [judge(trained, x, y)[1] for trained, _, x, y in texture_nets]
print(f"accuracy on new texture patches: {100 * np.mean(accuracy):.0f} %")
print(f"guessing: {100 / len(data.TEXTURES):.1f} %")

# %% tags=["experiment"]
shapes_net, random_net = pretrained("shapes"), gap_net(3, 8).eval()
layers = {"texture net": [], "its untrained twin": [], "white noise, 5 × 5": []}
for seed, (trained, twin, *_) in enumerate(texture_nets):
    noise = np.random.default_rng(seed).normal(size=(24, 5, 5))
    for name, w in zip(layers, (first_layer(trained), first_layer(twin), noise)):
        layers[name].append(np.median(gabor_fit(w.reshape(-1, 5, 5))))
grey_kernels = first_layer(shapes_net).mean(axis=1)
layers["shapes net, 8000 images"] = [np.median(gabor_fit(grey_kernels))]
show_spread(layers, xlabel="median R² of the best Gabor", digits=2)
show_images(
    [filters_to_grid(first_layer(net)) for net in (shapes_net, random_net)],
    titles=["shapes net, trained", "shapes net, untrained"],
    size=3.4,
)

# %% [markdown] covers=["Q14", "C52"]
# **Figure 2.** Above: the same number for kernels of 5 × 5; dots are seeds. Note where
# noise stands: not at 0.10, but above 0.4, since a Gabor with its eight knobs fits
# *any* 25 numbers fairly well. Against this control, the texture network's kernels
# (0.40) are no more Gabor than noise (0.42) or than its untrained twin (0.40), although
# it classifies well. The shapes network, trained on 50 times as many images, is clearly
# above (0.56). Below: its colour kernels are smoother than random ones, with a few
# edges and blobs, and no picture for a textbook. **Small networks on small data have
# noisy first layers.** Beautiful Gabors are a fact about big training sets, not about
# convolution; and a number is worth nothing without the control of the same size.

# %% [markdown] covers=["C09"]
# ### Reverse correlation: read a cell without opening it
#
# One cannot print the weights of a cat. Physiologists (Ringach and colleagues, for V1)
# show **white noise** and average the pictures, each weighted by the response that it
# caused. What made the cell fire stays, everything else averages out. For a cell that
# weighs pixels and then bends the sum, here by a ReLU, the average tends to a multiple
# of the weights. We know the weights of our cells, so we can see whether it works.

# %% tags=["experiment"]
rng, cells = np.random.default_rng(0), first_layer(shapes_net)[[3, 7, 12, 18]]
pictures, found = [filters_to_grid(cells)], []
for count in (300, 3000, 30_000):
    noise = rng.normal(size=(count, 3, 5, 5))
    response = np.maximum(np.einsum("ncij,fcij->nf", noise, cells), 0)
    response -= response.mean(axis=0)
    estimate = np.einsum("nf,ncij->fcij", response, noise) / count
    pictures.append(filters_to_grid(estimate))
    match = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(cells, estimate)]
    found.append(f"{count:,} pictures: r = {np.mean(match):.2f}")
show_images(pictures, titles=["weights of four cells", *found], size=2.2)

# %% [markdown] covers=["C09"]
# **Figure 3.** Left: the weights of four first-layer cells of the shapes network. Then:
# what reverse correlation recovers from the cells' responses alone, with the mean
# correlation to the truth. A few thousand noise pictures show the cell; behind a second
# layer the same trick finds next to nothing, since noise hardly ever looks like
# anything that a deep cell wants.

# %% [markdown] covers=["A12", "C52"]
# ## 2 · Ask the unit for its favourites
#
# A channel deep in a network cannot be printed, but it can be asked: *of all images
# that we have, which patches excite you most?* Matthew Zeiler and Rob Fergus (2013)
# printed the nine best patches for every channel of AlexNet's layers, and the hierarchy
# appeared: edges and colours in layer 1, corners and textures in 2, patterns in 3,
# parts of dogs and wheels in 4, whole objects in 5. One only has to know which patch of
# the image a place in the map looks at.
#
# Lesson 04 worked that out with three numbers. For layers with kernel $f$, stride $s$
# and padding $p$, from the image on: $r = 1$ (the side of the patch), $j = 1$ (the
# **jump**), $o = 0$ (the first pixel of the patch at place 0), and for each layer
#
# $$r \leftarrow r + (f-1)\,j, \qquad o \leftarrow o - p\,j, \qquad j \leftarrow j\,s .$$
#
# The place $(a, b)$ of the map then looks at the $r \times r$ pixels whose first one is
# at row $a j + o$ and column $b j + o$. (That is the centre of lesson 04, minus half a
# patch.)
#
# **Task 2** (hard, 15 minutes). Write `top_patches(fmap, images, layers, channel,
# k=9)`: a list of tuples `(n, top, left, size)` of ints, strongest first. `fmap` (N, F,
# h, w) holds maps of the images (N, C, H, W); `layers` is a list of `(f, s, p)`.
#
# - **At most one patch per image**, the place where its map of this channel is largest;
#   of equal places the first in reading order. Of equal images the one that comes
#   first.
# - `k` patches, or N if there are fewer images.
# - `size` is $r$, but never more than H or W. A patch that hangs over the border is
#   moved inside, so that all patches are of one size.
#
# For one 3 × 3 layer without padding on 6 × 6 images, a largest value at (2, 1) gives
# the patch (n, 2, 1, 3). With a 2 × 2 pooling after it, (1, 0) gives (n, 2, 0, 4).
#
# <details><summary>Hint 1: what to think of</summary>Two jobs that know nothing of each
# other: the geometry (r, j, o from layers), and the search (best place per image, then
# the best images).</details>
# <details><summary>Hint 2: what to look up</summary><code>argmax</code> of a flattened
# map and <code>divmod(place, w)</code>. <code>np.argsort(-values, kind="stable")</code>
# sorts downwards and keeps the order of equals; minus a uint8 is no negative number.
# <code>min(max(top, 0), H - size)</code> moves a patch inside.</details>
# <details><summary>Hint 3: the order of things</summary>Loop over the layers; size = min
# of r, H and W; flatten fmap[:, channel] to (N, h · w) floats; argmax and max per row;
# stable order of minus the maxima, the first k; for each: row and column of the place,
# times j plus o, moved inside; ints.</details>


# %% nbgrader={"grade": false, "grade_id": "top_patches", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_patches(fmap, images, layers, channel, k=9):
    """Find the patches that excite a channel most, at most one per image.

    fmap: (N, F, h, w); images: (N, C, H, W); layers: list of (f, s, p).
    Returns a list of (n, top, left, size), ints, strongest first; all of one size
    and wholly inside the image.
    """
    ### BEGIN SOLUTION
    size, jump, offset = 1, 1, 0
    for f, s, p in layers:
        size += (f - 1) * jump
        offset -= p * jump
        jump *= s
    height, width = images.shape[2:]
    size = min(size, height, width)
    columns = fmap.shape[3]
    flat = np.asarray(fmap[:, channel], np.float64).reshape(len(fmap), -1)
    patches = []
    for n in np.argsort(-flat.max(axis=1), kind="stable")[:k]:
        row, column = divmod(int(flat[n].argmax()), columns)
        top = min(max(row * jump + offset, 0), height - size)
        left = min(max(column * jump + offset, 0), width - size)
        patches.append((int(n), top, left, size))
    return patches
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "top_patches_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
images, fmap = np.zeros((3, 1, 6, 6)), np.zeros((3, 1, 4, 4))
fmap[0, 0, 2, 1], fmap[1, 0, 0, 3], fmap[1, 0, 3, 3], fmap[2, 0, 1, 2] = 5, 9, 8, 7
want = [(1, 0, 3, 3), (2, 1, 2, 3), (0, 2, 1, 3)]
check(
    *(top_patches, fmap, images, [(3, 1, 0)], 0),
    want=want,
    case="one 3 x 3 layer",
    mistakes={
        "weakest first; the strongest comes first": want[::-1],
        "row and column are swapped": [(n, j, i, s) for n, i, j, s in want],
        "image 1 gives two patches; one per image": [want[0], (1, 3, 3, 3), want[1]],
    },
)
pooled = fmap.reshape(3, 1, 2, 2, 2, 2).max(axis=(3, 5))
want = [(1, 0, 2, 4), (2, 0, 2, 4), (0, 2, 0, 4)]
check(
    *(top_patches, pooled, images, [(3, 1, 0), (2, 2, 0)], 0),
    want=want,
    case="the same after a 2 x 2 pooling",
    mistakes={
        "a step in the map is `jump` pixels in the image": [
            (1, 0, 1, 4),
            (2, 0, 1, 4),
            (0, 1, 0, 4),
        ],
        "the patch is as large as the receptive field, not as the last window": [
            (n, i, j, 2) for n, i, j, _ in want
        ],
    },
)
### BEGIN HIDDEN TESTS


def follow(layers, place):
    """Go back from one place of the map to the pixels it sees, along one axis."""
    low = high = place
    for f, s, p in reversed(layers):
        low, high = low * s - p, high * s - p + f - 1
    return low, high


def by_hand(fmap, images, layers, channel, k):
    height, width = images.shape[2:]
    best = []
    for n in range(len(fmap)):
        value, place = max(
            (float(v), (-i, -j)) for (i, j), v in np.ndenumerate(fmap[n, channel])
        )
        best.append((-value, n, -place[0], -place[1]))
    patches = []
    for _, n, i, j in sorted(best)[:k]:
        (top, bottom), (left, _) = follow(layers, i), follow(layers, j)
        size = min(bottom - top + 1, height, width)
        patches.append(
            (
                n,
                sorted((0, top, height - size))[1],
                sorted((0, left, width - size))[1],
                size,
            )
        )
    return patches


r = np.random.default_rng(1311)
plans = {
    "three blocks with padding": [
        (5, 1, 2),
        (2, 2, 0),
        (3, 1, 1),
        (2, 2, 0),
        (3, 1, 1),
    ],
    "a stride, and padding after it": [(3, 2, 1), (3, 1, 1), (3, 2, 0)],
    "no padding, stride 3": [(4, 3, 0), (3, 1, 0)],
    "padding only in the second layer": [(2, 2, 0), (5, 1, 2)],
}
for case, layers in plans.items():
    images = np.zeros((12, 2, 40, 33))
    sizes = [40, 33]
    for f, s, p in layers:
        sizes = [(n + 2 * p - f) // s + 1 for n in sizes]
    fmap = r.normal(size=(12, 3, *sizes))
    for channel in range(3):
        want = by_hand(fmap, images, layers, channel, 9)
        check(top_patches, fmap, images, layers, channel, want=want, case=case)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "top_patches_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
fmap, images = np.zeros((2, 1, 4, 4)), np.zeros((2, 3, 4, 4))
fmap[0, 0, 3, 0], fmap[1, 0, 0, 3] = 1, 2
want = [(1, 0, 1, 3), (0, 1, 0, 3)]
check(
    *(top_patches, fmap, images, [(3, 1, 1)], 0),
    want=want,
    case="padding: patches at the border are moved inside",
    mistakes={"the padding shifts the patches": [(1, 0, 1, 3), (0, 1, 1, 3)]},
)
# Also graded: equal values, k, fields larger than the image, negative maps, dtypes.
### BEGIN HIDDEN TESTS
plain = [(3, 1, 0)]
images = np.zeros((4, 1, 6, 7))
fmap = np.full((4, 2, 4, 5), -3.0)
want = [(n, 0, 0, 3) for n in range(4)]
check(top_patches, fmap, images, plain, 1, want=want, case="all places equal")
fmap[2, 1, 1, 4] = fmap[2, 1, 3, 0] = fmap[3, 1, 2, 2] = fmap[0, 1, 0, 1] = -1
want = [(0, 0, 1, 3), (2, 1, 4, 3), (3, 2, 2, 3), (1, 0, 0, 3)]
case = "equal maxima below 0, in one image and in several"
check(top_patches, fmap, images, plain, 1, want=want, case=case)
for k in (1, 2, 4, 20):
    check(top_patches, fmap, images, plain, 1, k, want=want[:k], case="another k")
small = np.zeros((4, 2, 4, 5), np.uint8)
small[1, 0, 3, 4], small[3, 0, 0, 2], small[0, 0, 2, 2] = 255, 200, 1
want = [(1, 3, 4, 3), (3, 0, 2, 3), (0, 2, 2, 3), (2, 0, 0, 3)]
check(top_patches, small, images, plain, 0, want=want, case="uint8")
deep = [(3, 1, 1), (2, 2, 0), (3, 1, 1), (2, 2, 0), (3, 1, 1)]
fmap = np.zeros((2, 1, 3, 4))
fmap[0, 0, 0, 3], fmap[1, 0, 2, 1] = 2, 1
images = np.zeros((2, 1, 12, 17))
want = [(0, 0, 5, 12), (1, 0, 0, 12)]
check(top_patches, fmap, images, deep, 0, want=want, case="a field larger than H")
tall = np.zeros((2, 1, 40, 12))
tall_map = np.zeros((2, 1, 10, 3))
tall_map[0, 0, 9, 0], tall_map[1, 0, 4, 2] = 1, 4
want = [(1, 9, 0, 12), (0, 28, 0, 12)]
check(top_patches, tall_map, tall, deep, 0, want=want, case="a field larger than W")
turned = np.zeros((5, 4, 2, 4)).T
turned[2, 1, 3, 4] = 1
want = [(2, 3, 4, 1), (0, 0, 0, 1), (1, 0, 0, 1), (3, 0, 0, 1)]
case = "a view, and no layers at all"
check(top_patches, turned, turned, [], 1, want=want, case=case)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "gap_net_geometry", "locked": true, "schema_version": 3, "solution": false, "task": false}
BLOCKS = [[(5, 1, 2)], [(5, 1, 2), (2, 2, 0), (3, 1, 1)]]
BLOCKS.append([*BLOCKS[1], (2, 2, 0), (3, 1, 1)])


@torch.no_grad()
def maps_after_relu(model, images):
    """Return what the three ReLUs of a gap_net give, as arrays (N, F, h, w)."""
    maps = []
    for layer in model.base.features:
        images = layer(images)
        if isinstance(layer, nn.ReLU):
            maps.append(images.numpy())
    return maps


# %% tags=["experiment"]
trained, twin, patches, patch_labels = texture_nets[0]
nets = {"trained": trained, "untrained": twin}
maps = {name: maps_after_relu(net, patches) for name, net in nets.items()}


# %% tags=["experiment"]
def show_favourites(net, block):
    figure, axes = plt.subplots(1, 5, figsize=(8.6, 2.4))
    figure.suptitle(f"{net}, after ReLU {block}", x=0.01, ha="left", fontsize=11)
    for ax, channel in zip(axes, range(5)):
        chosen = top_patches(maps[net][block - 1], patches, BLOCKS[block - 1], channel)
        crops = [patches[n, :, i : i + s, j : j + s].numpy() for n, i, j, s in chosen]
        names = [data.TEXTURES[patch_labels[n]] for n, *_ in chosen]
        most = max(names, key=names.count)
        ax.imshow(filters_to_grid(np.array(crops)), cmap="gray", vmin=0, vmax=1)
        ax.set(title=f"channel {channel}", xticks=[], yticks=[])
        ax.set_xlabel(f"{names.count(most)} of 9: {most}")
    plt.show()


show_favourites("trained", 3)
show_favourites("untrained", 3)
explore(
    show_favourites,
    net=("network", ["trained", "untrained"]),
    block=("after ReLU", [1, 2, 3]),
)

# %% [markdown] covers=["A12", "C52"]
# **Figure 4.** The nine patches (of 480 test patches of textures) that excite each of
# the first five channels most, after the third ReLU. First row: the trained network.
# Second row: its **untrained twin**. Third: choose yourself. Most panels of the trained
# network are of one kind, as in the famous figure. But many panels of the twin are,
# too, and its weights are random numbers. How is that? A random kernel is still *some*
# filter. Of eight textures one or two have the strongest contrast for it (ink on paper,
# stars in the dark), and they win nearly all prizes.

# %% tags=["experiment"]


def favourites(maps, labels, layers):
    """Return the median purity of the top nine, and how many classes lead a channel."""
    purity, leaders = [], set()
    for channel in np.flatnonzero(maps.max(axis=(0, 2, 3)) > 0):
        chosen = top_patches(maps, maps, layers, channel)
        votes = np.bincount([labels[n] for n, *_ in chosen])
        purity.append(votes.max() / len(chosen))
        leaders.add(votes.argmax())
    return np.median(purity), len(leaders)


rows = {(block, net): [] for block in (1, 2, 3) for net in ("trained", "untrained")}
for *nets, x, y in texture_nets:
    for name, net in zip(("trained", "untrained"), nets):
        for block, maps_now in enumerate(maps_after_relu(net, x), 1):
            result = favourites(maps_now, y.numpy(), [])
            rows[block, name].append(result)
print("after ReLU   network      purity of the top nine   classes that lead a channel")
for (block, name), results in rows.items():
    purity, leaders = np.transpose(results)
    text = f"{purity.mean():.2f} ± {purity.std():.2f}"
    print(f"{block:10}   {name:12} {text:>18} {leaders.mean():20.1f} of 8")

# %% [markdown] covers=["C52", "A12"]
# The **purity** of a channel is the share of the commonest class among its nine
# favourites; nine random patches have 0.31. After the first and second ReLU the twin is
# *as pure as* the trained network. So there **pure top patches are no evidence of
# learning.** After the third, training adds something: 0.85 against 0.70. What it adds
# most clearly is in the last column: in the trained network nearly all of the eight
# classes lead some channel; in the twin a few loud textures lead them all. Whether
# purity says anything depends on the data: on the coloured shapes of the next section
# the twin stays at 0.33 and the trained network reaches 0.65 ± 0.05 (third ReLU, five
# seeds). You cannot know which case you are in unless you show the untrained control,
# and hardly any published panel does.

# %% [markdown] covers=["C53", "Q21"]
# ## 3 · Where did it look? Four maps, and a test for them
#
# Now turn the question round: given *one* image and one answer, which pixels brought it
# about? Four methods compete for the reply.
#
# | map | idea | needs |
# |---|---|---|
# | saliency | move each pixel a little: does the logit change? | gradients |
# | occlusion | cover a window: does the logit drop? | only answers |
# | DeconvNet | run the strongest unit back to the pixels | the insides |
# | Grad-CAM | which of the last maps speak for the class, and where are they on? | the last maps and their gradient |
#
# Such maps always look as if they meant something. So take images of which the truth is
# known: coloured shapes on photos, with a **mask** of the pixels that belong to the
# shape, and the network `shapes_net`, which knows the eight classes. A map *hits* if
# its largest value lies in the mask. To make lucky hits rare, the shapes are as large
# as in training (in pixels) while the images have four times the area; a network that
# ends in a global average pool takes images of any size. It is less sure there.

# %%
SIZE, SCALE = 64, (0.3, 0.425)


def known_shapes(n, seed):
    """Return images (8 n, 3, 64, 64), labels and masks (8 n, 64, 64) of large images."""
    images, labels, masks = data.shapes(
        n, part="test", size=SIZE, scale=SCALE, seed=seed
    )
    return torch.tensor(images), torch.tensor(labels), masks > 0.5


shapes_net = pretrained("shapes")
pictures, shape_labels, shape_masks = known_shapes(4, seed=0)
small = [torch.tensor(v) for v in data.shapes(10, part="test")[:2]]
large = known_shapes(10, seed=0)[:2]
print(f"right on 32 × 32, as trained: {judge(shapes_net, *small)[1]:.0%}")
print(f"right on 64 × 64: {judge(shapes_net, *large, batch_size=10)[1]:.0%}")
print(f"the shape covers {shape_masks.mean():.0%} of the pixels")
show_images(
    [*pictures[::4].permute(0, 2, 3, 1), *shape_masks[::4]],
    titles=data.SHAPES,
    columns=8,
    size=1.15,
)

# %% [markdown]
# **Figure 5.** One image of each class, 64 × 64, and its mask. Arg-max in the mask by
# luck happens in one case of seventeen. But shapes tend to lie near the middle, so the
# dumbest method, *point at the middle*, will do better. That is the rival to beat.
#
# ### Saliency: the slope of the logit
#
# The logit $z_c$ of class $c$ is a function of the pixels, and backpropagation gives
# all its slopes at once (lesson 08). Karen Simonyan and colleagues (2013) print their
# size:
#
# $$S_{i,j} = \max_{\text{channels } k} \left|\frac{\partial z_c}{\partial x_{k,i,j}}\right| .$$
#
# Take the **logit**, not the probability after softmax. A probability also rises when
# the *other* classes fall, and where the network is sure, its slopes are all nearly 0.
#
# **Task 3** (medium, 12 minutes). Write `saliency(model, x, cls)`: `x` is one image, a
# tensor (C, H, W), not a batch; the result is a tensor (H, W) of the same dtype that
# carries no gradient. The model takes batches and gives logits (N, K).
#
# A function that looks into a model must leave no traces:
#
# - The map is that of **eval mode** (dropout off, statistics of batch norm fixed);
#   afterwards the model is in the mode in which it came.
# - The gradients of the parameters stay what they were, and so does `x`: a second call
#   gives the same.
#
# For the linear model $z = \sum_k \sum_{i,j} w_{k,i,j}\,x_{k,i,j}$ the map is
# $\max_k |w_{k,i,j}|$, whatever the image.
#
# <details><summary>Hint 1: what to think of</summary>Which tensor needs a gradient? Not
# x itself, which belongs to somebody else, but a copy of it. And not the
# parameters.</details>
# <details><summary>Hint 2: what to look up</summary>
# <code>x.detach().clone().requires_grad_()</code>; <code>torch.autograd.grad(z,
# copy)</code> returns gradients and stores none, while <code>z.backward()</code> adds
# to the <code>.grad</code> of every parameter. <code>model.training</code> tells the
# mode, and <code>model.train(mode)</code> sets it. <code>amax(dim=0)</code>.</details>
# <details><summary>Hint 3: the order of things</summary>Remember the mode; eval; a copy
# that wants a gradient; the logit of copy[None], row 0, column cls; its gradient with
# respect to the copy; the old mode; absolute values; largest over the
# channels.</details>


# %% nbgrader={"grade": false, "grade_id": "saliency", "locked": false, "schema_version": 3, "solution": true, "task": false}
def saliency(model, x, cls):
    """Return how strongly each pixel moves a logit: max over channels of |d z / d x|.

    model: an nn.Module, (N, C, H, W) to logits (N, K); x: tensor (C, H, W); cls: int.
    Returns a tensor (H, W), computed in eval mode. Leaves x and the model as they were:
    mode, and gradients of the parameters.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    pixels = x.detach().clone().requires_grad_()
    logit = model(pixels[None])[0, cls]
    (gradient,) = torch.autograd.grad(logit, pixels)
    model.train(was_training)
    return gradient.abs().amax(dim=0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "saliency_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
linear = nn.Sequential(nn.Flatten(), nn.Linear(12, 2))
with torch.no_grad():
    linear[1].weight[:] = torch.arange(-12.0, 12).reshape(2, 12)
x = torch.linspace(0, 1, 12).reshape(3, 2, 2)
want = torch.tensor([[12.0, 11.0], [10.0, 9.0]])
slopes = linear[1].weight.detach()[0].reshape(3, 2, 2)
check(
    *(saliency, linear, x, 0),
    want=want,
    case="a linear model, class 0",
    mistakes={
        "this is the largest slope with its sign; take absolute values first": slopes.amax(
            0
        ),
        "add nothing up: the largest channel counts": slopes.abs().sum(0),
        "this is the mean over the channels; the largest one counts": slopes.abs().mean(
            0
        ),
    },
)
want = torch.tensor([[8.0, 9.0], [10.0, 11.0]])
check(saliency, linear, x, 1, want=want, case="class 1")
### BEGIN HIDDEN TESTS


def little_net(seed, dtype=torch.float64):
    layers = [nn.Conv2d(3, 5, 3, padding=1), nn.BatchNorm2d(5), nn.Tanh()]
    layers += [nn.Conv2d(5, 4, 3, stride=2), nn.Tanh(), nn.Dropout(0.5), nn.Flatten()]
    return fill(nn.Sequential(*layers, nn.Linear(4 * 2 * 3, 3)), seed).to(dtype).eval()


def slopes_of(head, net, x, cls, eps=1e-5):
    """Measure by central differences."""
    slopes = torch.zeros_like(x)
    with torch.no_grad():
        for index in np.ndindex(*x.shape):
            step = torch.zeros_like(x)
            step[index] = eps
            above, below = (head(net(v[None]))[0, cls] for v in (x + step, x - step))
            slopes[index] = (above - below) / (2 * eps)
    return slopes


for seed in (1321, 1322):
    net = little_net(seed)
    x = torch.tensor(np.random.default_rng(seed).normal(size=(3, 5, 7)))
    for cls in (0, 2):
        logit = slopes_of(lambda z: z, net, x, cls)
        share = slopes_of(lambda z: z.softmax(1), net, x, cls)
        surprise = slopes_of(lambda z: z.log_softmax(1), net, x, cls)
        check(
            *(saliency, net, x, cls),
            want=logit.abs().amax(0),
            case="a network, measured",
            mistakes={
                "this is the slope of the probability": share.abs().amax(0),
                "this is the slope of the loss": surprise.abs().amax(0),
                "absolute values come before the maximum": logit.amax(0),
                "the channels are added up": logit.abs().sum(0),
            },
            rtol=1e-5,
            atol=1e-7,
        )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "saliency_edge_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
linear = nn.Sequential(nn.Dropout(0.5), nn.Flatten(), nn.Linear(4, 2)).train()
with torch.no_grad():
    linear[2].weight[:] = torch.tensor([[1.0, -2, 3, -4], [0, 0, 0, 0]])
x, want = torch.ones(1, 2, 2), torch.tensor([[1.0, 2.0], [3.0, 4.0]])
for time in ("first", "second"):
    case = f"with dropout, {time} call"
    check(
        *(saliency, linear, x, 0),
        want=want,
        case=case,
        mistakes={"the second call adds to the gradients of the first": 2 * want},
    )
require(linear.training, "saliency: the model came in train mode; leave it there")
require(linear[2].weight.grad is None, "saliency: the parameters now have gradients")
require(x.grad is None, "saliency: x now has a gradient; use a copy of it")
# Also graded: batch norm, old gradients, eval mode, frozen models, other channels.
### BEGIN HIDDEN TESTS


def twice(net, x, cls, case, **more):
    """Check against torch, in the net's own copy, and once more."""
    pixels = x.clone().requires_grad_()
    mode = net.training
    net.eval()
    (slope,) = torch.autograd.grad(net(pixels[None])[0, cls], pixels)
    net.train(mode)
    for _ in range(2):
        check(
            *(saliency, net, x, cls),
            want=slope.abs().amax(0),
            case=case,
            rtol=1e-4,
            atol=1e-6,
            **more,
        )
    require(net.training is mode, f"saliency, {case}: the model is in another mode now")


r = np.random.default_rng(1323)
layers = [nn.Conv2d(2, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Dropout2d(0.3)]
net = fill(
    nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 4))
)
x = torch.tensor(r.normal(size=(2, 6, 9)), dtype=torch.float32)
stored = {name: value.clone() for name, value in net.state_dict().items()}
for mode, cls in ((True, 1), (False, 3)):
    net.train(mode)
    case = f"a network in {'train' if mode else 'eval'} mode"
    twice(net, x, cls, case)
    require(
        all(
            torch.equal(value, stored[name]) for name, value in net.state_dict().items()
        ),
        f"saliency, {case}: weights or statistics of batch norm have changed",
    )
    for part in net.modules():
        require(part.training is mode, f"saliency, {case}: a layer changed its mode")
    for parameter in net.parameters():
        require(parameter.grad is None, f"saliency, {case}: a parameter has a gradient")
for parameter in net.parameters():
    parameter.grad = torch.full_like(parameter, 7)
twice(net, x, 0, "parameters that have gradients already")
for parameter in net.parameters():
    require(
        parameter.grad is not None and bool((parameter.grad == 7).all()),
        "saliency: gradients that the parameters had are lost or changed",
    )
frozen = fill(nn.Sequential(nn.Conv2d(1, 3, 2), nn.Flatten(), nn.Linear(18, 5)), 4)
frozen = frozen.double().eval().requires_grad_(False)
x = torch.tensor(r.normal(size=(1, 3, 4)))
twice(frozen, x, 4, "a frozen model, one channel, float64")
require(x.grad is None, "saliency: x now has a gradient; use a copy of it")
result = saliency(net, torch.ones(2, 6, 9), 0)
require(not result.requires_grad, "saliency: the result still carries a gradient")
### END HIDDEN TESTS

# %% [markdown] covers=["C53"]
# ### Occlusion: cover it, and see
#
# Zeiler and Fergus also did the plainest thing: slide a grey square over the image, and
# look how much the logit falls. It asks for answers only, so it works on any black
# box, and it costs one run of the network for each place of the square. First the
# places.
#
# **Task 4** (easy, 6 minutes). Write `occlusion_windows(H, W, size, stride)`: the list
# of top left corners `(i, j)`, ints, row by row, of the windows of `size` × `size`
# pixels.
#
# - Along each axis they begin at 0, `stride`, 2 · `stride`, … as long as they fit. If
#   pixels are left over at the end, **one more window** ends exactly at the border.
# - Raise `ValueError` if the window does not fit, or if size or stride is below 1, or
#   if the stride exceeds the size, since there would be gaps.
#
# 6 × 6 pixels, size 3, stride 3: (0, 0), (0, 3), (3, 0), (3, 3). With seven columns the
# columns are 0, 3, 4.
#
# <details><summary>Hint 1: what to think of</summary>One axis first. When is the last
# window not at the border?</details>
# <details><summary>Hint 2: what to look up</summary><code>range(0, n - size + 1,
# stride)</code> holds the starts that fit, also the very last place, if the stride
# meets it.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse; a list of starts for H
# and one for W, each with n − size appended if it is not the last entry already; all
# pairs, the row outside.</details>


# %% nbgrader={"grade": false, "grade_id": "occlusion_windows", "locked": false, "schema_version": 3, "solution": true, "task": false}
def occlusion_windows(H, W, size, stride):
    """List the top left corners (i, j) of windows that cover an image, row by row.

    Starts are multiples of stride; where pixels are left over, one more window ends
    at the border. Raises ValueError if the window does not fit, size or stride is
    below 1, or stride > size.
    """
    ### BEGIN SOLUTION
    if not 1 <= stride <= size <= min(H, W):
        raise ValueError(
            f"occlusion_windows: need 1 <= stride <= size <= {min(H, W)}, "
            f"got stride {stride} and size {size}"
        )

    def starts(length):
        places = list(range(0, length - size + 1, stride))
        if places[-1] != length - size:
            places.append(length - size)
        return places

    return [(i, j) for i in starts(H) for j in starts(W)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "occlusion_windows_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
want = [(0, 0), (0, 3), (3, 0), (3, 3)]
check(occlusion_windows, 6, 6, 3, 3, want=want, case="6 x 6, size 3, stride 3")
want = [(0, 0), (0, 3), (0, 4), (3, 0), (3, 3), (3, 4)]
check(
    *(occlusion_windows, 6, 7, 3, 3),
    want=want,
    case="6 x 7: a column is left over",
    mistakes={
        "the last column is never covered": [(0, 0), (0, 3), (3, 0), (3, 3)],
        "the last window hangs over the border": [
            (i, j) for i in (0, 3) for j in (0, 3, 6)
        ],
        "the windows come column by column": [
            (i, j) for j in (0, 3, 4) for i in (0, 3)
        ],
        "H and W are exchanged": [(i, j) for i in (0, 3, 4) for j in (0, 3)],
    },
)
### BEGIN HIDDEN TESTS
for H, W, size, stride in (
    (8, 11, 4, 2),
    (9, 5, 3, 2),
    (10, 10, 4, 4),
    (7, 12, 5, 3),
    (64, 48, 16, 12),
    (5, 9, 2, 1),
    (13, 8, 8, 5),
    (6, 6, 1, 1),
):
    rows = {*range(0, H - size + 1, stride), H - size}
    columns = {*range(0, W - size + 1, stride), W - size}
    want = sorted((i, j) for i in rows for j in columns)
    check(occlusion_windows, H, W, size, stride, want=want, case="another image")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "occlusion_windows_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(occlusion_windows, 4, 4, 4, 4, want=[(0, 0)], case="one window covers everything")
check_raises(occlusion_windows, 9, 9, 2, 3, case="a stride that leaves gaps")
# Also graded: windows that do not fit, one axis exactly filled, sizes below 1, coverage.
### BEGIN HIDDEN TESTS
check(occlusion_windows, 4, 6, 4, 1, want=[(0, 0), (0, 1), (0, 2)], case="one row")
check(occlusion_windows, 6, 4, 4, 3, want=[(0, 0), (2, 0)], case="one column")
check(occlusion_windows, 1, 3, 1, 1, want=[(0, 0), (0, 1), (0, 2)], case="one pixel")
for H, W, size, stride, case in (
    (3, 9, 4, 2, "a window higher than the image"),
    (9, 3, 4, 2, "a window wider than the image"),
    (9, 9, 3, 0, "stride 0"),
    (9, 9, 0, 0, "size 0"),
    (9, 9, 3, -1, "a negative stride"),
    (20, 20, 4, 5, "a stride one larger than the size"),
):
    check_raises(occlusion_windows, H, W, size, stride, case=case)
for H, W, size, stride in ((17, 23, 5, 4), (12, 31, 6, 6), (20, 20, 7, 3)):
    seen = np.zeros((H, W), int)
    windows = occlusion_windows(H, W, size, stride)
    for i, j in windows:
        require(
            0 <= i <= H - size and 0 <= j <= W - size,
            "occlusion_windows: a window hangs over the border",
        )
        seen[i : i + size, j : j + size] += 1
    require(seen.min() >= 1, "occlusion_windows: a pixel is never covered")
    require(
        len(windows) == len(set(windows)), "occlusion_windows: a window occurs twice"
    )
### END HIDDEN TESTS

# %% [markdown] covers=["C53"]
# **Task 5** (medium, 8 minutes). Write `occlusion_map(scores, clean, windows, shape,
# size)`. `scores` (n,) are the logits with each of the n windows covered, `clean` is
# the logit of the untouched image, `shape` is (H, W). Each pixel of the float64 result
# is the **mean drop**, `clean` − score, over the windows that cover the pixel; a pixel
# that no window covers is 0.
#
# Positive means: covering it hurts, so the network used it. Negative: it was in the
# way. Raise `ValueError` if there are not as many scores as windows.
#
# Three pixels in a row, windows of 2 at columns 0 and 1 (and one row high, say), clean
# 5, scores 1 and 4: the drops are 4 and 1, the map is (4, 2.5, 1).
#
# <details><summary>Hint 1: what to think of</summary>A mean needs a sum and a count, for
# every pixel.</details>
# <details><summary>Hint 2: what to look up</summary>Two arrays of zeros, and
# <code>+=</code> on slices. <code>np.maximum(count, 1)</code> is a denominator that is
# never 0. Scores of type uint8 cannot become negative: convert first.</details>
# <details><summary>Hint 3: the order of things</summary>Compare the lengths; for each
# window add clean − score to the sum, and 1 to the count, in rows i to i + size and
# columns j to j + size; divide.</details>


# %% nbgrader={"grade": false, "grade_id": "occlusion_map", "locked": false, "schema_version": 3, "solution": true, "task": false}
def occlusion_map(scores, clean, windows, shape, size):
    """Average over the windows that cover a pixel how much the score drops.

    scores: (n,), with window k covered; clean: the score of the untouched image;
    windows: n corners (i, j); shape: (H, W); size: side of a window.
    Returns float64 (H, W), 0 where no window is. Raises ValueError if scores and
    windows differ in length.
    """
    ### BEGIN SOLUTION
    if len(scores) != len(windows):
        raise ValueError(
            f"occlusion_map: {len(scores)} scores for {len(windows)} windows"
        )
    total, count = np.zeros(shape), np.zeros(shape)
    for (i, j), score in zip(windows, scores):
        total[i : i + size, j : j + size] += float(clean) - float(score)
        count[i : i + size, j : j + size] += 1
    return total / np.maximum(count, 1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "occlusion_map_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
scores, windows = np.array([1.0, 4.0]), [(0, 0), (0, 1)]
want = np.array([[4.0, 2.5, 1.0], [4.0, 2.5, 1.0]])
check(
    *(occlusion_map, scores, 5.0, windows, (2, 3), 2),
    want=want,
    case="two windows that overlap",
    mistakes={
        "this is the sum of the drops; take the mean": np.array([[4.0, 5, 1]] * 2),
        "the sign: a drop is clean minus score": -want,
        "this is the mean score, not the mean drop": 5 - want,
        "a later window overwrites an earlier one": np.array([[4.0, 1, 1]] * 2),
        "divided by the number of all windows, not of those over the pixel": np.array(
            [[2.0, 2.5, 0.5]] * 2
        ),
    },
)
### BEGIN HIDDEN TESTS


def by_hand(scores, clean, windows, shape, size):
    drops = np.zeros(shape)
    for y, x in np.ndindex(*shape):
        over = [
            float(clean) - float(s)
            for (i, j), s in zip(windows, scores)
            if i <= y < i + size and j <= x < j + size
        ]
        drops[y, x] = np.mean(over) if over else 0
    return drops


r = np.random.default_rng(1331)
for H, W, size, stride in ((9, 9, 3, 2), (8, 11, 4, 3), (12, 7, 5, 1), (6, 10, 2, 2)):
    rows = sorted({*range(0, H - size + 1, stride), H - size})
    columns = sorted({*range(0, W - size + 1, stride), W - size})
    windows = [(i, j) for i in rows for j in columns]
    scores, clean = r.normal(size=len(windows)), float(r.normal())
    want = by_hand(scores, clean, windows, (H, W), size)
    case = "a square image" if H == W else "an image that is not square"
    check(occlusion_map, scores, clean, windows, (H, W), size, want=want, case=case)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "occlusion_map_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
want = np.array([[-2.0, -2.0, 0.0], [-2.0, -2.0, 0.0], [0.0, 0.0, 0.0]])
check(
    *(occlusion_map, np.array([3]), 1, [(0, 0)], (3, 3), 2),
    want=want,
    case="pixels without a window, a score that rises",
)
case = "three scores, two windows"
check_raises(occlusion_map, np.ones(3), 1.0, [(0, 0), (0, 1)], (2, 3), 2, case=case)
# Also graded: no windows, a window given twice, any order, dtypes, other lengths.
### BEGIN HIDDEN TESTS


def by_hand(scores, clean, windows, shape, size):
    drops = np.zeros(shape)
    for y, x in np.ndindex(*shape):
        over = [
            float(clean) - float(s)
            for (i, j), s in zip(windows, scores)
            if i <= y < i + size and j <= x < j + size
        ]
        drops[y, x] = np.mean(over) if over else 0
    return drops


r = np.random.default_rng(1332)
check(
    *(occlusion_map, np.zeros(0), 2.0, [], (2, 3), 2),
    want=np.zeros((2, 3)),
    case="no windows",
)
for scores, clean, windows, shape, size, case in (
    (r.normal(size=4), 0.5, [(4, 1), (0, 0), (4, 1), (2, 3)], (7, 6), 3, "any order"),
    (
        np.array([200, 7, 90], np.uint8),
        100,
        [(0, 0), (1, 1), (0, 1)],
        (3, 4),
        2,
        "uint8",
    ),
    (
        r.normal(size=3).astype(np.float32),
        2,
        [(0, 0), (2, 2), (1, 0)],
        (4, 4),
        2,
        "float32",
    ),
    (r.normal(size=8)[::-2], -3, [(0, 0), (0, 5), (3, 0), (3, 5)], (6, 8), 3, "a view"),
    (np.array([1e9, 1e9 + 1]), 1e9, [(0, 0), (0, 2)], (2, 4), 2, "large scores"),
):
    want = by_hand(scores, clean, windows, shape, size)
    check(occlusion_map, scores, clean, windows, shape, size, want=want, case=case)
for count in (0, 1, 5):
    case = "too few scores" if count < 2 else "too many scores"
    arguments = np.ones(count), 1.0, [(0, 0), (0, 1)], (2, 3), 2
    check_raises(occlusion_map, *arguments, case=case)
### END HIDDEN TESTS

# %% [markdown] covers=["A12", "C52"]
# ### DeconvNet: run it backwards
#
# Zeiler and Fergus' main tool runs the network the other way. Keep one active unit of a
# deep layer, set all others to 0, and undo layer by layer what the network did: where
# it pooled, put each number back to the place that had won (**unpooling**, with the
# remembered indices, the *switches*); apply **ReLU**, since the forward maps were
# positive too; and where it correlated with filters, apply the **transposed
# convolution**, which stamps the filter, unflipped, at every active place. What arrives
# in the pixels is the *pattern* that the unit answered to. (Despite the name nothing is
# deconvolved: lesson 05.)
#
# pixels ← transposed convolution ← ReLU ← unpooling ← (the layer above)
#
# **Task 6** (hard, 15 minutes). Write `deconv_project(y, idx, w, stride, pad, shape)`
# for one layer, convolution – ReLU – pooling.
#
# - `y` and `idx` (N, F, h, w): pooled maps, and for each number the place row · W +
#   column in its own map before pooling, which had the size `shape` = (H, W). `w` (F,
#   C, kh, kw) are the layer's filters, `stride` and `pad` those of its convolution.
# - Unpool to (N, F, H, W); a place named several times gets the **largest** of its
#   values (windows may overlap, and a unit set to 0 must not wipe out its neighbour).
#   Then ReLU. Then transposed convolution, of the smallest size that fits: (H − 1) ·
#   stride + kh − 2 pad rows, and likewise columns. float64.
# - `ValueError` if `y` and `idx` differ in shape, if `w` has another number of filters,
#   or if an index lies outside of 0 … H · W − 1.
#
# You wrote both halves in lessons 05 and 06; nothing is banned here, torch may do them.
#
# <details><summary>Hint 1: what to think of</summary>The result of unpooling is never
# negative after ReLU. So begin with zeros, and keep the maximum of what is there and
# what comes: unpooling, repeated places and ReLU in one.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.maximum.at(plane, places,
# values)</code> keeps the largest also for repeated places.
# <code>F.conv_transpose2d(tensor, weights, stride=…, padding=…)</code> takes weights of
# the shape (F, C, kh, kw), the layer's own; both tensors in float64.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse; zeros (N, F, H · W); for
# each n and f maximum.at with y[n, f] flattened and idx[n, f] flattened; reshape to (N,
# F, H, W); transposed convolution; back to NumPy.</details>


# %% nbgrader={"grade": false, "grade_id": "deconv_project", "locked": false, "schema_version": 3, "solution": true, "task": false}
def deconv_project(y, idx, w, stride, pad, shape):
    """Project pooled maps back through one layer: unpool, ReLU, transposed convolution.

    y, idx: (N, F, h, w), idx = row * W + column before pooling; w: (F, C, kh, kw);
    stride, pad: of the convolution; shape: (H, W) before pooling.
    Returns float64 (N, C, (H-1) * stride + kh - 2 pad, (W-1) * stride + kw - 2 pad).
    Raises ValueError for shapes that do not match and indices outside.
    """
    ### BEGIN SOLUTION
    y, idx = np.asarray(y, np.float64), np.asarray(idx)
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError(
            f"deconv_project: y {y.shape}, idx {idx.shape} and {len(w)} filters"
        )
    height, width = shape
    if np.any((idx < 0) | (idx >= height * width)):
        raise ValueError(f"deconv_project: indices must be in 0..{height * width - 1}")
    maps = np.zeros((*y.shape[:2], height * width))
    for n, f in np.ndindex(*y.shape[:2]):
        np.maximum.at(maps[n, f], idx[n, f].ravel(), y[n, f].ravel())
    maps = torch.tensor(maps.reshape(*y.shape[:2], height, width))
    filters = torch.tensor(np.array(w, np.float64))
    return F.conv_transpose2d(maps, filters, stride=stride, padding=pad).numpy()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "deconv_project_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
w = np.array([[[[1.0, 2], [3, 4]]]])
y, idx = np.array([[[[2.0, 0], [0, 0]]]]), np.array([[[[5, 2], [8, 10]]]])
want = np.zeros((1, 1, 5, 5))
want[0, 0, 1:3, 1:3] = [[2, 4], [6, 8]]
turned, corner = want.copy(), np.zeros((1, 1, 5, 5))
turned[0, 0, 1:3, 1:3] = [[8, 6], [4, 2]]
corner[0, 0, :2, :2] = [[2, 4], [6, 8]]
check(
    *(deconv_project, y, idx, w, 1, 0, (4, 4)),
    want=want,
    case="one active unit stamps its filter where the maximum was",
    mistakes={
        "the filter is turned by half a turn; stamp it as it is": turned,
        "the unit stands in the corner of its window, not at its index": corner,
    },
)
y, idx = np.array([[[[-1.0, 0], [0, 3]]]]), np.array([[[[0, 2], [8, 10]]]])
want = np.zeros((1, 1, 5, 5))
want[0, 0, 2:4, 2:4] = [[3, 6], [9, 12]]
negative = want.copy()
negative[0, 0, :2, :2] -= w[0, 0]
check(
    *(deconv_project, y, idx, w, 1, 0, (4, 4)),
    want=want,
    case="a negative unit",
    mistakes={"ReLU is missing: the negative unit stamps, too": negative},
)
### BEGIN HIDDEN TESTS


def by_stamping(y, idx, w, stride, pad, shape):
    (N, f, *_), (_, C, kh, kw), (H, W) = y.shape, w.shape, shape
    canvas = np.zeros((N, C, (H - 1) * stride + kh, (W - 1) * stride + kw))
    for n, k in np.ndindex(N, f):
        units = {}
        for place, value in zip(idx[n, k].ravel(), y[n, k].ravel()):
            units[int(place)] = max(units.get(int(place), 0.0), float(value))
        for place, value in units.items():
            i, j = place // W * stride, place % W * stride
            canvas[n, :, i : i + kh, j : j + kw] += value * np.asarray(w[k], float)
    return canvas[:, :, pad : canvas.shape[2] - pad, pad : canvas.shape[3] - pad]


r = np.random.default_rng(1341)
for pool, step, stride, pad, case in (
    (2, 2, 1, 1, "padding 1"),
    (2, 2, 2, 0, "stride 2"),
    (2, 2, 3, 2, "stride 3 and padding 2"),
    (3, 2, 1, 1, "overlapping pooling"),
    (1, 1, 2, 1, "no pooling"),
):
    x = torch.tensor(r.normal(size=(2, 4, 7, 6)))
    y, idx = F.max_pool2d(x, pool, step, return_indices=True)
    y, idx, w = y.numpy() - 0.4, idx.numpy(), r.normal(size=(4, 3, 3, 5))
    want = by_stamping(y, idx, w, stride, pad, (7, 6))
    check(
        *(deconv_project, y, idx, w, stride, pad, (7, 6)),
        want=want,
        case=case,
        mistakes={
            "the filters are turned by half a turn": by_stamping(
                y, idx, w[:, :, ::-1, ::-1], stride, pad, (7, 6)
            )
        },
    )
y = np.abs(y)  # without a negative number ReLU does nothing, and adjointness holds
back = deconv_project(y, idx, w, 2, 1, (7, 6))
x = r.normal(size=back.shape)
forward = F.conv2d(torch.tensor(x), torch.tensor(w), stride=2, padding=1).numpy()
forward = np.take_along_axis(
    forward.reshape(*forward.shape[:2], -1), idx.reshape(*idx.shape[:2], -1), 2
)
require(
    np.isclose((back * x).sum(), (forward * y.reshape(forward.shape)).sum()),
    "deconv_project: for positive y it is not the transpose of the layer",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "deconv_project_edge_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
y, idx = np.array([[[[7.0, 0.0]]]]), np.array([[[[1, 1]]]])
want = np.array([[[[0.0, 7.0, 0.0]]]])
check(
    *(deconv_project, y, idx, np.ones((1, 1, 1, 1)), 1, 0, (1, 3)),
    want=want,
    case="one place named twice, one of the values set to 0",
    mistakes={"a later 0 wipes out the 7": want * 0},
)
check_raises(
    *(deconv_project, y, np.array([[[[1, 3]]]]), np.ones((1, 1, 1, 1)), 1, 0, (1, 3)),
    case="the index 3 in a map of 1 x 3",
)
# Also graded: equal values at one place, dtypes, views, non-square maps, refusals.
### BEGIN HIDDEN TESTS


def by_stamping(y, idx, w, stride, pad, shape):
    (N, f, *_), (_, C, kh, kw), (H, W) = y.shape, w.shape, shape
    canvas = np.zeros((N, C, (H - 1) * stride + kh, (W - 1) * stride + kw))
    for n, k in np.ndindex(N, f):
        units = {}
        for place, value in zip(idx[n, k].ravel(), y[n, k].ravel()):
            units[int(place)] = max(units.get(int(place), 0.0), float(value))
        for place, value in units.items():
            i, j = place // W * stride, place % W * stride
            canvas[n, :, i : i + kh, j : j + kw] += value * np.asarray(w[k], float)
    return canvas[:, :, pad : canvas.shape[2] - pad, pad : canvas.shape[3] - pad]


r = np.random.default_rng(1342)
y, idx = np.array([[[[5, 5], [5, 2]]]]), np.full((1, 1, 2, 2), 4)
want = np.zeros((1, 2, 3, 3))
want[0, :, 1, 1] = 5, -10
kernel = np.array([[[[1]], [[-2]]]])
case = "the same winner four times, integers"
check(deconv_project, y, idx, kernel, 1, 0, (3, 3), want=want, case=case)
for y, idx, w, stride, pad, shape, case in (
    (
        r.integers(0, 256, (2, 3, 2, 2), np.uint8),
        r.integers(0, 20, (2, 3, 2, 2)),
        r.integers(100, 256, (3, 2, 2, 3), np.uint8),
        1,
        0,
        (4, 5),
        "uint8",
    ),
    (
        r.random((1, 2, 3, 1), np.float32),
        r.integers(0, 12, (1, 2, 3, 1)),
        r.random((2, 1, 3, 3), np.float32),
        2,
        1,
        (6, 2),
        "float32",
    ),
    (
        r.normal(size=(2, 6, 4, 4))[::-1, ::3, ::2],
        r.integers(0, 21, (2, 2, 2, 4)),
        r.normal(size=(5, 4, 2, 2)).swapaxes(0, 1)[::2, ::2, :, ::-1],
        1,
        1,
        (3, 7),
        "views",
    ),
    (
        -r.random((1, 2, 2, 2)),
        r.integers(0, 9, (1, 2, 2, 2)),
        r.normal(size=(2, 2, 2, 2)),
        1,
        0,
        (3, 3),
        "nothing is active",
    ),
    (
        np.array([[[[0.0, 3.0, 0.0]], [[1.0, 0.0, 2.0]]]]),
        np.array([[[[2, 2, 2]], [[0, 0, 1]]]]),
        r.normal(size=(2, 1, 2, 1)),
        2,
        0,
        (2, 2),
        "places that several units name",
    ),
):
    want = by_stamping(y, idx, w, stride, pad, shape)
    check(deconv_project, y, idx, w, stride, pad, shape, want=want, case=case)
y, idx, w = (
    np.ones((1, 2, 1, 2)),
    np.array([[[[0, 5]], [[1, 2]]]]),
    np.ones((2, 1, 2, 2)),
)
check_raises(deconv_project, y, idx[:, :1], w, 1, 0, (2, 3), case="y and idx differ")
check_raises(
    deconv_project, y, idx.swapaxes(2, 3), w, 1, 0, (2, 3), case="idx is turned"
)
check_raises(
    deconv_project, y, idx, w[:1], 1, 0, (2, 3), case="one filter for two maps"
)
check_raises(deconv_project, y, idx - 1, w, 1, 0, (2, 3), case="the index -1")
check_raises(deconv_project, y, idx + 1, w, 1, 0, (2, 3), case="an index too large")
### END HIDDEN TESTS

# %% [markdown] covers=["A13", "C53"]
# ### Grad-CAM: which maps speak for the class, and where
#
# The last maps of a network still know *where*, and each of them has been trained to
# mean something. How much does map $k$ mean to class $c$? Ramprasaath Selvaraju and
# colleagues (2017) let the gradient say it:
#
# $$\alpha_k = \frac{1}{hw}\sum_{i,j} \frac{\partial z_c}{\partial A_{k,i,j}}, \qquad
# L = \mathrm{ReLU}\Bigl(\sum_k \alpha_k\, A_k\Bigr).$$
#
# Each map $A_k$ gets its mean gradient as a weight; the weighted maps are **added**;
# and only then ReLU keeps what speaks *for* the class. The map is small, and is
# enlarged to the image. For a network that ends in a global average pool and one dense
# layer, as ours does, $\alpha_k$ is that layer's weight divided by $hw$: the older
# method CAM (Zhou and colleagues, 2016), which Grad-CAM extends to any network.
#
# **Task 7** (medium, 12 minutes). Write `grad_cam(activations, gradients, size)`:
# `activations` and `gradients` are arrays (C, h, w), of one image; `size` is (H, W). In
# this order: weights, sum, ReLU; enlarge **bilinearly** to (H, W), with the convention
# of `F.interpolate(…, mode="bilinear", align_corners=False)`; divide by the largest
# value, so that it becomes 1. Where nothing speaks for the class, the map is 0
# everywhere. float64.
#
# With $A_0 = (1, 2)$, $A_1 = (3, 0)$ and mean gradients 2 and −1, the sum is $(-1, 4)$,
# and the map of size 1 × 2 is $(0, 1)$.
#
# <details><summary>Hint 1: what to think of</summary>Which axes does the mean remove, and
# which does the sum? What would 0/0 be, and when does it happen?</details>
# <details><summary>Hint 2: what to look up</summary><code>np.tensordot(weights, maps,
# 1)</code> or <code>(weights[:, None, None] * maps).sum(0)</code>.
# <code>F.interpolate</code> wants a tensor (1, 1, h, w).</details>
# <details><summary>Hint 3: the order of things</summary>float64; mean over the last two
# axes; weighted sum over the first; maximum with 0; to a tensor, enlarge, back; if the
# largest value is positive divide by it.</details>


# %% nbgrader={"grade": false, "grade_id": "grad_cam", "locked": false, "schema_version": 3, "solution": true, "task": false}
def grad_cam(activations, gradients, size):
    """Combine maps by their mean gradients, keep the positive part, enlarge, scale to 1.

    activations, gradients: (C, h, w), of one image; size: (H, W).
    Returns float64 (H, W) with maximum 1, or all zeros if nothing is positive.
    """
    ### BEGIN SOLUTION
    weights = np.asarray(gradients, np.float64).mean(axis=(1, 2))
    cam = np.tensordot(weights, np.asarray(activations, np.float64), 1)
    cam = torch.tensor(np.maximum(cam, 0))[None, None]
    cam = F.interpolate(cam, size=tuple(size), mode="bilinear", align_corners=False)
    cam = cam[0, 0].numpy()
    return cam / cam.max() if cam.max() > 0 else cam
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "grad_cam_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
a = np.array([[[1.0, 2.0], [0.0, 4.0]], [[3.0, 0.0], [1.0, 1.0]]])
g = np.array([[[2.0, 2.0], [2.0, 2.0]], [[-1.0, -1.0], [-4.0, 2.0]]])
check(
    *(grad_cam, a, g, (2, 2)),
    want=np.array([[0.0, 4.0], [0.0, 7.0]]) / 7,
    case="two channels, weights 2 and -1",
    mistakes={
        "ReLU comes after the sum, not before": np.array([[2.0, 4], [0, 8]]) / 8,
        "ReLU is missing": np.array([[-1.0, 4], [-1, 7]]) / 7,
        "weights are mean gradients, not maxima": np.array([[8.0, 4], [2, 10]]) / 10,
        "min-max lifts what speaks against it": np.array([[0.0, 5], [0, 8]]) / 8,
        "multiplied place by place; average first": np.array([[0.0, 4], [0, 10]]) / 10,
    },
)
want = np.array([[0.0, 0.25, 0.75, 1.0]])
check(
    *(grad_cam, np.array([[[-1.0, 4.0]]]), np.ones((1, 1, 2)), (1, 4)),
    want=want,
    case="enlarged twice",
    mistakes={
        "ReLU comes before the map is enlarged": np.array([[0.0, 0.25, 2.75, 4]]) / 4,
        "the corners are aligned": np.array([[0.0, 1, 2, 3]]) / 3,
        "each value is repeated, not interpolated": np.array([[0.0, 0, 1, 1]]),
    },
)
### BEGIN HIDDEN TESTS


def axis_weights(n, to):
    """Matrix (to, n) of bilinear enlargement along one axis, pixels as areas."""
    matrix = np.zeros((to, n))
    for t in range(to):
        at = min(max((t + 0.5) * n / to - 0.5, 0), n - 1)
        low = min(int(at), n - 1)
        high = min(low + 1, n - 1)
        matrix[t, low] += 1 - (at - low)
        matrix[t, high] += at - low
    return matrix


def by_hand(a, g, size):
    a, g = np.array(a, np.float64), np.array(g, np.float64)
    cam = np.zeros(a.shape[1:])
    for maps, slope in zip(a, g):
        cam += maps * slope.sum() / slope.size
    cam = np.where(cam > 0, cam, 0)
    cam = axis_weights(a.shape[1], size[0]) @ cam @ axis_weights(a.shape[2], size[1]).T
    return cam / cam.max() if cam.any() else cam


r = np.random.default_rng(1351)
for c, h, w, size, case in (
    (6, 4, 4, (16, 16), "enlarged four times"),
    (3, 3, 5, (12, 20), "maps that are not square"),
    (5, 4, 3, (9, 16), "enlarged by another factor on each axis"),
    (8, 8, 8, (64, 64), "8 x 8 to 64 x 64"),
    (4, 5, 2, (5, 2), "no enlargement"),
    (2, 2, 3, (7, 3), "enlarged along one axis"),
):
    a, g = r.normal(size=(2, c, h, w))
    a = np.maximum(a, 0)
    want = by_hand(a, g, size)
    single = by_hand(a[:1], g[:1], size)
    check(
        *(grad_cam, a, g, size),
        want=want,
        case=case,
        mistakes={
            "the weights are gradients without their sign": by_hand(a, np.abs(g), size),
            "only the first channel is used": single,
            "this map is of activations without weights": by_hand(a, g * 0 + 1, size),
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "grad_cam_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    *(grad_cam, np.ones((2, 2, 2)), -np.ones((2, 2, 2)), (3, 4)),
    want=np.zeros((3, 4)),
    case="everything speaks against the class",
)
check(
    *(grad_cam, np.full((1, 2, 2), 3), np.ones((1, 2, 2)), (2, 2)),
    want=np.ones((2, 2)),
    case="the same everywhere",
    mistakes={"min-max makes a constant map vanish": np.zeros((2, 2))},
)
# Also graded: dead maps, tiny values, dtypes, views, one place, negative activations.
### BEGIN HIDDEN TESTS


def axis_weights(n, to):
    """Matrix (to, n) of bilinear enlargement along one axis, pixels as areas."""
    matrix = np.zeros((to, n))
    for t in range(to):
        at = min(max((t + 0.5) * n / to - 0.5, 0), n - 1)
        low = min(int(at), n - 1)
        high = min(low + 1, n - 1)
        matrix[t, low] += 1 - (at - low)
        matrix[t, high] += at - low
    return matrix


def by_hand(a, g, size):
    a, g = np.array(a, np.float64), np.array(g, np.float64)
    cam = np.zeros(a.shape[1:])
    for maps, slope in zip(a, g):
        cam += maps * slope.sum() / slope.size
    cam = np.where(cam > 0, cam, 0)
    cam = axis_weights(a.shape[1], size[0]) @ cam @ axis_weights(a.shape[2], size[1]).T
    return cam / cam.max() if cam.any() else cam


r = np.random.default_rng(1352)
zero = np.zeros((4, 6))
check(
    *(grad_cam, np.zeros((3, 2, 3)), r.normal(size=(3, 2, 3)), (4, 6)),
    want=zero,
    case="dead maps",
)
check(
    *(grad_cam, r.normal(size=(3, 2, 3)), np.zeros((3, 2, 3)), (4, 6)),
    want=zero,
    case="no gradient",
)
for a, g, size, case in (
    (
        r.random((4, 3, 3)) * 1e-12,
        r.normal(size=(4, 3, 3)) * 1e-6,
        (6, 6),
        "tiny values",
    ),
    (r.random((4, 3, 3)) * 1e9, r.normal(size=(4, 3, 3)), (6, 6), "large values"),
    (
        r.integers(100, 256, (3, 2, 4), np.uint8),
        r.integers(-3, 4, (3, 2, 4)),
        (4, 8),
        "uint8",
    ),
    (r.integers(-9, 9, (3, 2, 4)), r.integers(-3, 4, (3, 2, 4)), (4, 8), "integers"),
    (
        r.normal(size=(4, 3, 2)).T,
        r.normal(size=(4, 3, 2)).T,
        (9, 8),
        "transposed views",
    ),
    (r.random((5, 1, 1)), r.normal(size=(5, 1, 1)) + 1, (3, 5), "maps of one place"),
    (
        r.normal(size=(6, 4, 4)),
        r.normal(size=(6, 4, 4)),
        (8, 8),
        "negative activations",
    ),
    (
        r.random((6, 3, 4), np.float32),
        r.random((6, 3, 4), np.float32),
        (6, 8),
        "float32",
    ),
):
    want, rtol = by_hand(a, g, size), 1e-6 if a.dtype == np.float32 else 1e-7
    check(grad_cam, a, g, size, want=want, case=case, rtol=rtol)
### END HIDDEN TESTS

# %% [markdown]
# ### Side by side
#
# The next cells connect your functions to the network. `project` runs your
# `deconv_project` through three blocks. (In eval mode batch norm multiplies each map by
# a fixed number; it is multiplied into the filters.) It starts from the unit that
# contributes most to the logit.


# %% nbgrader={"grade": false, "grade_id": "all_maps", "locked": true, "schema_version": 3, "solution": false, "task": false}
def last_maps(model, x, cls):
    """Return the last maps and the gradient of a logit for them: two (96, h, w)."""
    maps = model.base.features(x[None]).detach().requires_grad_()
    logit = model.head(model.base.flatten(model.base.pool(maps)))[0, cls]
    (slope,) = torch.autograd.grad(logit, maps)
    return maps[0].detach().numpy(), slope[0].numpy()


@torch.no_grad()
def project(model, x, cls):
    """Run the unit that speaks most for a class back to the pixels: (3, H, W)."""
    maps, layers = x[None], model.base.features
    blocks = []  # filters, places of the maxima and size before pooling
    for layer, then in zip(layers, [*layers[1:], None]):
        if isinstance(layer, nn.Conv2d):
            factor = then.weight / torch.sqrt(then.running_var + then.eps)
            filters = (layer.weight * factor[:, None, None, None]).numpy()
        maps = layer(maps)
        if isinstance(layer, nn.ReLU):
            shape = tuple(maps.shape[2:])
            z = 2 if isinstance(then, nn.MaxPool2d) else 1
            where = F.max_pool2d(maps, z, return_indices=True)[1].numpy()
            blocks.append((filters, where, shape))
    maps = maps.numpy()
    strongest = (maps[0] * model.head.weight[cls].numpy()[:, None, None]).argmax()
    kept = np.where(np.arange(maps.size) == strongest, maps.ravel(), 0)
    kept = kept.reshape(maps.shape)
    for filters, where, shape in blocks[::-1]:
        pad = filters.shape[2] // 2
        kept = deconv_project(kept, where, filters, 1, pad, shape)
    return kept[0]


# %% tags=["experiment"]
@torch.no_grad()
def covered(model, x, cls, size=16, stride=12):
    windows = occlusion_windows(*x.shape[1:], size, stride)
    batch = x.repeat(len(windows), 1, 1, 1)
    for image, (i, j) in zip(batch, windows):
        image[:, i : i + size, j : j + size] = 0.5
    scores = torch.cat([model(part)[:, cls] for part in batch.split(10)]).numpy()
    clean = model(x[None])[0, cls].item()
    return occlusion_map(scores, clean, windows, x.shape[1:], size)


# %% tags=["experiment"]
def cam_of(model, x, cls):
    return grad_cam(*last_maps(model, x, cls), x.shape[1:])


METHODS = {
    "saliency": lambda *a: saliency(*a).numpy(),
    "occlusion": lambda *a: covered(*a, size=12, stride=6),
    "DeconvNet": lambda *a: np.abs(project(*a)).max(axis=0),
    "Grad-CAM": cam_of,
}


# %% tags=["experiment"]
def show_maps_of(model, n, cls):
    image, mask = pictures[n], shape_masks[n]
    _, axes = plt.subplots(1, 5, figsize=(8.8, 2.15))
    axes[0].imshow(image.permute(1, 2, 0))
    axes[0].set(title=f"is: {data.SHAPES[shape_labels[n]]}")
    for ax, (name, method) in zip(axes[1:], METHODS.items()):
        values = method(model, image, cls)
        i, j = np.unravel_index(values.argmax(), values.shape)
        ax.imshow(values, cmap="viridis")
        ax.contour(mask, [0.5], colors="white", linewidths=1)
        ax.plot(j, i, "x" if not mask[i, j] else "o", color="#e76300", mew=2.5)
        ax.set(title=f"{name}: {'hit' if mask[i, j] else 'miss'}")
    for ax in axes:
        ax.set(xticks=[], yticks=[])
    plt.show()


# %% tags=["experiment"]
def look(image, ask):
    show_maps_of(shapes_net, image, data.SHAPES.index(ask))


look(14, "star")
look(26, "crescent")
explore(
    look, image=("image", list(range(32)), 20), ask=("class", list(data.SHAPES), "ring")
)

# %% [markdown] covers=["C53", "A13", "A12"]
# **Figure 6.** Images and four maps each; white is the outline of the truth, the orange
# mark the largest value (a circle if it hits). Saliency is a cloud of single pixels.
# Occlusion shows the size of its squares. DeconvNet draws fine detail, with edges that
# the eye likes at once. Grad-CAM gives soft blobs: 16 × 16 numbers, each of which looks
# at 20 × 20 pixels. Move the sliders; ask also for classes that are *not* there.

# %% [markdown] covers=["C53"]
# ### Which one tells the truth?
#
# Beauty is no evidence. Count the hits, on 24 images for each of five seeds, and give
# every method its two controls: a rival that knows nothing (the middle of the image),
# and the same method on an **untrained** network, whose weights are random and which
# classifies like a coin with eight sides. A method that does as well there shows the
# image, not the network. (Julius Adebayo and colleagues proposed this *sanity check* in
# 2018, and found that several popular methods fail it.)

# %% tags=["experiment"]
hits = {"area of the shape": [], "middle of the image": []}
hits |= {f"{m}, {n}": [] for m in METHODS for n in ("untrained", "trained")}
scored = METHODS | {"occlusion": covered}
for seed in seeds(5):
    images, labels, masks = known_shapes(3, seed)
    torch.manual_seed(seed)
    nets = {"trained": shapes_net, "untrained": gap_net(3, 8).eval()}
    hits["area of the shape"].append(100 * masks.mean())
    hits["middle of the image"].append(100 * masks[:, SIZE // 2, SIZE // 2].mean())
    for which, net in nets.items():
        for name, method in scored.items():
            right = 0
            for x, cls, mask in zip(images, labels.tolist(), masks):
                right += mask.flat[method(net, x, cls).argmax()]
            hits[f"{name}, {which}"].append(100 * right / len(images))
show_spread(hits, xlabel="largest value lies on the shape (% of images)")

# %% [markdown] covers=["C53", "A12", "A13", "Q21"]
# **Figure 7.** Hits of each method (dots: seeds; bar and number: mean ± standard
# deviation). Read it pair by pair. **Grad-CAM** hits 78 ± 5 %, untrained 24 ± 8 %: it
# depends on what was learned, and beats the middle of the image by far. **Occlusion**:
# 40 ± 11 against 17 ± 9. (The windows are coarse here, to save your time. With 12 × 12
# pixels every 6 pixels we measured 65 ± 3.) **Saliency**: 25 ± 8 against 16 ± 7, hardly
# more than the middle. **DeconvNet**: 52 ± 5 against 47 ± 13, the same with and without
# training. Its fine pictures come from switches and edges of the *image*, and a random
# network draws them as well. They are not wrong; they only say little about what was
# learned.
#
# Why not the area as "chance"? Because shapes lie near the middle more often than at
# the border. Here that triples the luck, from 6 % to 16 %. On 32 × 32 images with
# shapes of 0.35 to 0.6 of the half width we measured Grad-CAM at 48 ± 5 % hits. Against
# the area, 11 %, that sounds splendid; pointing at the middle scores 42 ± 1 %.

# %% [markdown] covers=["A13", "C53", "C05"]
# ### Two objects, two questions
#
# A map should depend on the *question*. Paste two shapes of different classes into one
# image and ask for each in turn.


# %% nbgrader={"grade": false, "grade_id": "pairs_of_shapes", "locked": true, "schema_version": 3, "solution": false, "task": false}
def pairs_of_shapes(n, seed):
    """Return images with two shapes, their two classes (N, 2) and masks (N, 2, H, W)."""
    images, labels, masks = data.shapes(
        n, part="test", size=SIZE, scale=SCALE, seed=seed
    )
    free = list(np.random.default_rng(seed).permutation(len(images)))
    scenes, classes, both = [], [], []
    for a in range(len(images)):
        for b in free:
            if labels[a] != labels[b] and not (masks[a] * masks[b]).any():
                scenes.append(images[a] * (1 - masks[b]) + images[b] * masks[b])
                classes.append((labels[a], labels[b]))
                both.append((masks[a] > 0.5, masks[b] > 0.5))
                free.remove(b)
                break
    return torch.tensor(np.array(scenes)), np.array(classes), np.array(both)


# %% tags=["experiment"]
found = []
for seed in seeds(5):
    scenes, classes, masks = pairs_of_shapes(6, seed)
    tally = np.zeros(2)
    for x, pair, outlines in zip(scenes, classes.tolist(), masks):
        for k in (0, 1):
            peak = cam_of(shapes_net, x, pair[k]).argmax()
            tally += outlines[k].flat[peak], outlines[1 - k].flat[peak]
    found.append(100 * tally / (2 * len(scenes)))
for place, mean, sd in zip(
    ("that was asked for", "that was not"),
    np.mean(found, axis=0),
    np.std(found, axis=0),
):
    print(f"peak on the shape {place}: {mean:.0f} ± {sd:.0f} %")

# %% tags=["experiment"]
scenes, classes, masks = pairs_of_shapes(6, 0)
_, axes = plt.subplots(3, 3, figsize=(6.6, 6.9))
for row, n in zip(axes, (1, 14, 33)):
    row[0].imshow(scenes[n].permute(1, 2, 0))
    for ax, cls, mask in zip(row[1:], classes[n].tolist(), masks[n]):
        ax.imshow(cam_of(shapes_net, scenes[n], cls), cmap="viridis", vmin=0, vmax=1)
        ax.contour(mask, [0.5], colors="white", linewidths=1)
        ax.set(title=f"where is a {data.SHAPES[cls]}?")
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
plt.show()

# %% [markdown] covers=["A13", "C53"]
# **Figure 8.** Three images with two shapes, and Grad-CAM for each of the two classes;
# white is the outline of the shape asked for. The peak moves to the shape that was
# asked for. Over five seeds of 48 images we measured 75 ± 2 % on the right shape and 2
# ± 1 % on the other one. The network was only ever told *which* shape is in an image,
# and knows *where*.

# %% [markdown] covers=["A13"]
# ### Question 1: explain the mistake
#
# A classmate shows two Grad-CAM pictures of the same photo of a dog, one for "dog" and
# one for "piano". Both have a bright red spot: "See, it also finds a piano!" The code
# ends with
#
#     cam = (weights[:, None, None] * maps).sum(axis=0)
#     cam = (cam - cam.min()) / (cam.max() - cam.min())
#
# What is wrong with these two lines? What would the map for "piano" be, if nothing in
# the photo speaks for a piano? And why does `grad_cam`, though it is right, also always
# have a red spot as soon as anything is positive: what should stand beside each map?
#
# *Rubric.* 1 point: both faults of the lines, and what the second one does to values
# that are all negative. 1 point: the correct map for the piano. 1 point: what division
# by the maximum hides, and a remedy.

# %% [markdown] nbgrader={"grade": true, "grade_id": "explain_the_mistake_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# ReLU is missing, and min-max scaling lifts the smallest value to 0 and the largest to
# 1 whatever their sign. If all places speak against the piano, say from −5 to −1, then
# the place that speaks *least against* it becomes 1 and looks like a discovery. With
# ReLU the map is zero everywhere, and must stay zero (no division by 0). Division by
# the maximum removes the size, too: a map with the largest value 0.001 looks like one
# with 10. Therefore the logit or the probability of the class, or the maximum before
# scaling, should stand beside each map, or maps that are compared should share one
# scale.
# <!-- END SOLUTION -->

# %% [markdown] covers=["Q21", "C53"]
# ### Question 2: interpretable models, or interpretable data?
#
# The slides ask: "How to interpret a deep architecture: interpretable *models* or
# interpretable *data*?" Maps like the above explain a finished model afterwards. One
# can instead build models that can be read (a short list of rules, a linear model on
# few features that have names), or choose data and tests so that the answer can be read
# off (masks, pasted objects, backgrounds exchanged on purpose).
#
# Take a network that tells tumours from healthy tissue and is right in 97 % of the test
# cases. (a) What can a Grad-CAM picture tell the doctor, and what can it not? Use
# Figure 7. (b) Suppose all pictures with a tumour come from one hospital and show its
# ruler in a corner. Which of the three ways finds out, and how? (c) When would you
# insist on a readable model, and what would you pay for it?
#
# *Rubric.* 1 point for each of the three parts; (a) needs the difference between
# *where* and *why* or a control, (b) a concrete test, (c) a reason and a price.

# %% [markdown] nbgrader={"grade": true, "grade_id": "interpret_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) It shows where the evidence for the answer lies, coarsely (each number looks at a
# wide field), and so can show that the network looked outside the tissue. It does not
# say why, nor whether the answer is right; even on images made for it it misses one
# time in five, and a method must first pass controls (untrained network, dumb rival).
# (b) Data: paste the ruler into healthy images and remove it from the others (or cover
# the corner); if the answer follows the ruler, it was the cause. Test on another
# hospital. Grad-CAM may show it if the peak lies on the ruler in many images. A
# readable model would list "ruler" only if that were among its named features. (c)
# Where a wrong decision must be contestable or is dangerous and rare (medicine, credit,
# law), or where the readable model is nearly as good. The price is accuracy on raw
# images, and the work of defining features.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C05", "C54"]
# ## 4 · Judge the answers
#
# From here on the network is a closed box that gives scores. Which numbers say how good
# they are depends on the kind of task:
#
# | task | the answer | judged by |
# |---|---|---|
# | regression | a number (an angle, a price) | mean squared error, mean absolute error |
# | binary classification | yes or no | precision, recall, the curve below |
# | multi-class, **single-label** | exactly one of K classes | accuracy, confusion matrix, top-k error |
# | **multi-label** | any subset of K classes: K yes-no questions | mAP |
#
# An image with a star *and* a heart is a case for the last row: softmax, which shares
# one whole among the classes, would be the wrong model, and accuracy is not even
# defined. One yes-no question first. A **score** says how sure the box is, and a
# **threshold** $t$ turns it into an answer: *detected* if score ≥ $t$. Four things can
# happen:
#
# | | detected | not detected |
# |---|---|---|
# | **is there** | true positive, TP | false negative, FN |
# | **is not there** | false positive, FP | true negative, TN |
#
# **Task 8** (easy, 5 minutes). Write `detection_counts(y_true, scores, thr)`: a dict
# with the keys `"TP"`, `"FP"`, `"FN"`, `"TN"` and ints. `y_true` (n,) holds 1 or True
# for "is there", 0 or False otherwise, of any dtype.
#
# The example of this section has eight images:
#
# | score | .9 | .8 | .7 | .6 | .55 | .5 | .4 | .3 |
# |---|---|---|---|---|---|---|---|---|
# | is there | 1 | 1 | 0 | 1 | 0 | 1 | 0 | 0 |
#
# At $t = 0.55$: TP 3, FP 2, FN 1, TN 2.
#
# <details><summary>Hint 1: what to think of</summary>Two yes-no arrays, and the four ways
# to combine them.</details>
# <details><summary>Hint 2: what to look up</summary><code>&</code> and <code>~</code>
# combine <em>boolean</em> arrays entry by entry; <code>~1</code> is −2, so convert the
# labels with <code>.astype(bool)</code>. <code>np.sum</code> counts the True
# ones.</details>
# <details><summary>Hint 3: the order of things</summary>there as booleans; detected:
# scores at least thr; sums of there & detected, ~there & detected, and so on; ints; a
# dict.</details>


# %% nbgrader={"grade": false, "grade_id": "detection_counts", "locked": false, "schema_version": 3, "solution": true, "task": false}
def detection_counts(y_true, scores, thr):
    """Count right and wrong detections at a threshold; detected means score >= thr.

    y_true: (n,), 1 or True where the thing is there; scores: (n,); thr: a number.
    Returns {"TP": int, "FP": int, "FN": int, "TN": int}.
    """
    ### BEGIN SOLUTION
    there = np.asarray(y_true).astype(bool)
    detected = np.asarray(scores) >= thr
    return {
        "TP": int(np.sum(there & detected)),
        "FP": int(np.sum(~there & detected)),
        "FN": int(np.sum(there & ~detected)),
        "TN": int(np.sum(~there & ~detected)),
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "detection_counts_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
scores = np.array([0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.4, 0.3])
there = np.array([1, 1, 0, 1, 0, 1, 0, 0])
check(
    *(detection_counts, there, scores, 0.55),
    want={"TP": 3, "FP": 2, "FN": 1, "TN": 2},
    case="eight images, threshold 0.55",
    mistakes={
        "a score equal to the threshold counts as detected": dict(
            TP=3, FP=1, FN=1, TN=3
        ),
        "FP and FN are exchanged: a false positive was detected": dict(
            TP=3, FP=1, FN=2, TN=2
        ),
        "detected and not detected are exchanged": dict(TP=1, FP=2, FN=3, TN=2),
    },
)
### BEGIN HIDDEN TESTS


def by_hand(y, s, t):
    counts = {"TP": 0, "FP": 0, "FN": 0, "TN": 0}
    for label, score in zip(y, s):
        right = (score >= t) == bool(label)
        counts[("T" if right else "F") + ("P" if score >= t else "N")] += 1
    return counts


r = np.random.default_rng(1361)
for n in (7, 20, 60):
    y, s = r.integers(0, 2, n), r.normal(size=n)
    for t in (-0.4, 0.0, s[3], s[5], 2.5):
        want = by_hand(y, s, t)
        check(detection_counts, y, s, t, want=want, case="random scores")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "detection_counts_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
want = {"TP": 0, "FP": 0, "FN": 2, "TN": 1}
labels, values = np.array([True, False, True]), np.array([3, 1, 2])
check(detection_counts, labels, values, 4, want=want, case="nothing is detected")
want = {"TP": 2, "FP": 1, "FN": 0, "TN": 0}
check(detection_counts, labels, values, 1, want=want, case="everything is, bool labels")
# Also graded: labels of all dtypes, all or none there, equal scores, no images, views.
### BEGIN HIDDEN TESTS


def by_hand(y, s, t):
    counts = {"TP": 0, "FP": 0, "FN": 0, "TN": 0}
    for label, score in zip(y, s):
        right = (score >= t) == bool(label)
        counts[("T" if right else "F") + ("P" if score >= t else "N")] += 1
    return counts


r = np.random.default_rng(1362)
y, s = r.integers(0, 2, 30), r.integers(0, 5, 30)
for dtype in (bool, np.uint8, np.int8, float, np.float32, int):
    for t in (0, 2, 5):
        want = by_hand(y, s, t)
        check(
            detection_counts, y.astype(dtype), s, t, want=want, case=f"labels {dtype}"
        )
s = s.astype(np.uint8)
check(detection_counts, y, s, 3, want=by_hand(y, s, 3), case="scores uint8")
for y, case in ((np.ones(6, int), "all there"), (np.zeros(6, int), "none there")):
    want = by_hand(y, s[:6], 2)
    check(detection_counts, y, s[:6], 2, want=want, case=case)
y, s = r.integers(0, 2, 40)[::-3], np.full(14, 0.3)
for t in (0.3, 0.30001, -1.0):
    want = by_hand(y, s, t)
    check(detection_counts, y, s, t, want=want, case="equal scores, a view")
want = dict.fromkeys(("TP", "FP", "FN", "TN"), 0)
check(detection_counts, np.zeros(0, int), np.zeros(0), 0.5, want=want, case="no images")
### END HIDDEN TESTS

# %% [markdown] covers=["F29", "C54"]
# ### Four fractions
#
# | name | formula | in words |
# |---|---|---|
# | **precision** | TP / (TP + FP) | of what was detected, how much is there? P(there given detected) |
# | **recall** | TP / (TP + FN) | of what is there, how much was detected? P(detected given there) |
# | **specificity** | TN / (TN + FP) | of what is not there, how much was left alone? |
# | **accuracy** | (TP + TN) / all | how many answers are right? |
#
# Recall is also called *sensitivity* or true positive rate. The **false positive rate**
# is 1 − specificity. Accuracy is a trap where the thing is rare: one image in eight has
# a star, so "never a star" is right in 87.5 % of the cases, with a recall of 0.
#
# **Task 9** (easy, 5 minutes). Write `detection_metrics(counts)`: takes such a dict,
# returns `{"precision": …, "recall": …, "specificity": …, "accuracy": …}`, floats.
# Where the denominator is 0 the value is `nan` (not a number): nothing was asked, so
# there is no answer, neither 0 nor 1.
#
# For the counts above: 0.6, 0.75, 0.5 and 0.625.
#
# <details><summary>Hint 1: what to think of</summary>Four divisions, each of which may be
# 0/0. A little helper saves writing the exception four times.</details>
# <details><summary>Hint 2: what to look up</summary><code>float("nan")</code> or
# <code>np.nan</code>; <code>a / b if b else float("nan")</code>. Dividing Python's ints
# by 0 is an error, not nan.</details>
# <details><summary>Hint 3: the order of things</summary>Take the four counts out of the
# dict; the helper for numerator and denominator; the four formulas.</details>


# %% nbgrader={"grade": false, "grade_id": "detection_metrics", "locked": false, "schema_version": 3, "solution": true, "task": false}
def detection_metrics(counts):
    """Return precision, recall, specificity and accuracy of counts TP, FP, FN, TN.

    counts: dict as detection_counts returns it.
    Returns a dict of floats; nan where the denominator is 0.
    """
    ### BEGIN SOLUTION
    tp, fp, fn, tn = (counts[key] for key in ("TP", "FP", "FN", "TN"))

    def share(part, whole):
        return part / whole if whole else float("nan")

    return {
        "precision": share(tp, tp + fp),
        "recall": share(tp, tp + fn),
        "specificity": share(tn, tn + fp),
        "accuracy": share(tp + tn, tp + fp + fn + tn),
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "detection_metrics_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
names = ("precision", "recall", "specificity", "accuracy")
counts = {"TP": 3, "FP": 2, "FN": 1, "TN": 2}
check(
    detection_metrics,
    counts,
    want=dict(zip(names, (0.6, 0.75, 0.5, 0.625))),
    case="the counts of task 8",
    mistakes={
        "precision and recall are exchanged": dict(zip(names, (0.75, 0.6, 0.5, 0.625))),
        "accuracy counts the true negatives, too": dict(
            zip(names, (0.6, 0.75, 0.5, 0.375))
        ),
    },
)
counts = {"TP": 1, "FP": 1, "FN": 1, "TN": 7}
check(
    detection_metrics,
    counts,
    want=dict(zip(names, (0.5, 0.5, 0.875, 0.8))),
    case="something rare",
    mistakes={
        "this is the false positive rate; specificity is 1 minus it": dict(
            zip(names, (0.5, 0.5, 0.125, 0.8))
        ),
        "the denominator of specificity is TN + FP": dict(
            zip(names, (0.5, 0.5, 0.7, 0.8))
        ),
    },
)
### BEGIN HIDDEN TESTS


def by_arrays(tp, fp, fn, tn):
    """Make the answers, and average over the ones in question."""
    there = np.array([1] * tp + [0] * fp + [1] * fn + [0] * tn)
    found = np.array([1] * tp + [1] * fp + [0] * fn + [0] * tn)
    pairs = (there, found == 1), (found, there == 1), (1 - found, there == 0)
    means = [float(v[k].mean()) if k.any() else float("nan") for v, k in pairs]
    everything = there == found
    return [*means, float(everything.mean()) if everything.size else float("nan")]


r = np.random.default_rng(1371)
for _ in range(8):
    numbers = r.integers(1, 40, 4).tolist()
    counts = dict(zip(("TP", "FP", "FN", "TN"), numbers))
    want = dict(zip(names, by_arrays(*numbers)))
    check(detection_metrics, counts, want=want, case="other counts")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "detection_metrics_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
names, nan = ("precision", "recall", "specificity", "accuracy"), float("nan")
counts = {"TP": 0, "FP": 0, "FN": 2, "TN": 6}
want = dict(zip(names, (nan, 0.0, 1.0, 0.75)))
check(detection_metrics, counts, want=want, case="nothing was detected")
counts = {"TP": 0, "FP": 3, "FN": 0, "TN": 1}
want = dict(zip(names, (0.0, nan, 0.25, 0.25)))
check(detection_metrics, counts, want=want, case="nothing was there")
# Also graded: everything there, no images at all, NumPy's integers, other orders of keys.
### BEGIN HIDDEN TESTS


def by_arrays(tp, fp, fn, tn):
    """Make the answers, and average over the ones in question."""
    there = np.array([1] * tp + [0] * fp + [1] * fn + [0] * tn)
    found = np.array([1] * tp + [1] * fp + [0] * fn + [0] * tn)
    pairs = (there, found == 1), (found, there == 1), (1 - found, there == 0)
    means = [float(v[k].mean()) if k.any() else float("nan") for v, k in pairs]
    everything = there == found
    return [*means, float(everything.mean()) if everything.size else float("nan")]


for numbers, case in (
    ((4, 0, 1, 0), "everything was there"),
    ((0, 0, 0, 5), "nothing there and nothing detected"),
    ((0, 0, 5, 0), "everything there, nothing detected"),
    ((0, 0, 0, 0), "no images at all"),
    ((0, 5, 0, 0), "all of it false alarms"),
    ((5, 0, 0, 0), "all right"),
    ((0, 4, 3, 0), "all wrong"),
):
    want = dict(zip(names, by_arrays(*numbers)))
    counts = dict(zip(("TP", "FP", "FN", "TN"), numbers))
    check(detection_metrics, counts, want=want, case=case)
    backwards = dict(reversed(counts.items()))
    check(
        detection_metrics, backwards, want=want, case=f"{case}, keys in another order"
    )
for numbers in ((200, 100, 50, 6), (0, 0, 250, 250), (0, 0, 0, 0)):
    counts = dict(zip(("TP", "FP", "FN", "TN"), np.array(numbers, np.int64)))
    want = dict(zip(names, by_arrays(*numbers)))
    check(detection_metrics, counts, want=want, case="NumPy's integers")
### END HIDDEN TESTS

# %% [markdown] covers=["C54"]
# ### All thresholds at once
#
# A threshold is a decision, not a property of the box. So go through all of them, from
# the strictest to the most generous. Every further image that is detected raises the
# recall if the thing is there and lowers the precision if not. Precision against
# recall, the **PR curve**, is the whole offer of the box, and everybody may choose a
# point.
#
# For the eight images the curve begins at (recall .25, precision 1), and ends at (1,
# .5), where everything is detected.
#
# **Task 10** (medium, 15 minutes). Write `precision_recall_curve(y_true, scores)`,
# which returns the tuple `(precision, recall, thresholds)`: three float64 arrays of one
# length.
#
# - One entry for each **different** score, in descending order: a threshold cannot
#   separate equal scores, so they enter together.
# - No artificial first or last point; the last entry has recall 1.
# - Without anything that is there the recall is undefined: raise `ValueError`.
# - The images come in any order; labels as in task 8.
#
# <details><summary>Hint 1: what to think of</summary>With the images sorted by descending
# score, TP at the k-th of them is the number of things there among the first
# k.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.argsort(-scores)</code> (as
# floats) and <code>np.cumsum</code>. The last image of a group of equal scores is where
# the next score differs: <code>np.append(s[1:] != s[:-1], True)</code>. A loop over
# <code>np.unique(scores)[::-1]</code> with task 8 is right as well, and
# slower.</details>
# <details><summary>Hint 3: the order of things</summary>Labels and scores to float; refuse;
# sort both; cumulated labels are TP, 1, 2, 3 … are TP + FP; precision is their ratio,
# recall TP over its last value; keep the last entry of each group.</details>


# %% nbgrader={"grade": false, "grade_id": "precision_recall_curve", "locked": false, "schema_version": 3, "solution": true, "task": false}
def precision_recall_curve(y_true, scores):
    """Return precision and recall at each different score, from the strictest on.

    y_true: (n,), 1 or True where the thing is there; scores: (n,), in any order.
    Returns (precision, recall, thresholds), float64, thresholds descending.
    Raises ValueError if it is nowhere.
    """
    ### BEGIN SOLUTION
    y, s = np.asarray(y_true).astype(np.float64), np.asarray(scores, np.float64)
    if not y.any():
        raise ValueError("precision_recall_curve: nothing is there, no recall")
    order = np.argsort(-s, kind="stable")
    y, s = y[order], s[order]
    last = np.append(s[1:] != s[:-1], True)
    found = np.cumsum(y)
    precision = found / np.arange(1, len(y) + 1)
    return precision[last], found[last] / found[-1], s[last]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "precision_recall_curve_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
s = np.array([0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.4, 0.3])
y = np.array([1, 1, 0, 1, 0, 1, 0, 0])
precision = np.array([1, 1, 2 / 3, 3 / 4, 3 / 5, 4 / 6, 4 / 7, 4 / 8])
recall = np.array([0.25, 0.5, 0.5, 0.75, 0.75, 1, 1, 1])
check(
    *(precision_recall_curve, y, s),
    want=(precision, recall, s),
    case="eight images, sorted",
    mistakes={
        "the thresholds ascend; begin with the strictest": (
            precision[::-1],
            recall[::-1],
            s[::-1],
        ),
        "precision and recall are exchanged": (recall, precision, s),
        "an artificial point at recall 0 was added": (
            np.append(1, precision),
            np.append(0, recall),
            np.append(np.inf, s),
        ),
    },
)
mixed = np.array([3, 0, 6, 1, 7, 5, 2, 4])
want = precision, recall, s
check(precision_recall_curve, y[mixed], s[mixed], want=want, case="in any order")
### BEGIN HIDDEN TESTS


def by_thresholds(y, s):
    """Look at each threshold on its own."""
    y, s = [bool(v) for v in y], [float(v) for v in s]
    curve = []
    for t in sorted(set(s), reverse=True):
        found = [label for label, score in zip(y, s) if score >= t]
        curve.append((sum(found) / len(found), sum(found) / sum(y), t))
    return tuple(np.array(column, np.float64) for column in zip(*curve))


def split_ties(y, s):
    order = np.argsort(-np.asarray(s, float), kind="stable")
    found = np.cumsum(np.asarray(y, float)[order])
    return (
        found / np.arange(1, len(y) + 1),
        found / found[-1],
        np.asarray(s, float)[order],
    )


r = np.random.default_rng(1381)
for n, levels in ((12, 50), (30, 7), (60, 4), (40, 1000)):
    y, s = r.integers(0, 2, n), r.integers(0, levels, n) / levels
    y[0] = 1
    check(
        *(precision_recall_curve, y, s),
        want=by_thresholds(y, s),
        case="scores with ties" if levels < 10 else "random scores",
        mistakes={
            "equal scores must enter together: no threshold separates them": split_ties(
                y, s
            )
        },
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "precision_recall_curve_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
y, s = np.array([True, False, True, False]), np.array([2, 2, 2, 1])
want = np.array([2 / 3, 0.5]), np.array([1.0, 1.0]), np.array([2.0, 1.0])
check(
    *(precision_recall_curve, y, s),
    want=want,
    case="three equal scores",
    mistakes={
        "equal scores must enter together": (
            np.array([1, 1 / 2, 2 / 3, 1 / 2]),
            np.array([0.5, 0.5, 1, 1]),
            np.array([2.0, 2, 2, 1]),
        )
    },
)
check_raises(
    precision_recall_curve, np.zeros(3), np.arange(3.0), case="nothing is there"
)
# Also graded: all there, one image, all scores equal, negative scores, dtypes, views.
### BEGIN HIDDEN TESTS


def by_thresholds(y, s):
    """Look at each threshold on its own."""
    y, s = [bool(v) for v in y], [float(v) for v in s]
    curve = []
    for t in sorted(set(s), reverse=True):
        found = [label for label, score in zip(y, s) if score >= t]
        curve.append((sum(found) / len(found), sum(found) / sum(y), t))
    return tuple(np.array(column, np.float64) for column in zip(*curve))


r = np.random.default_rng(1382)
y = r.integers(0, 2, 24)
y[:2] = 0, 1
for labels, s, case in (
    (np.ones(5, int), r.normal(size=5), "all there"),
    (np.array([1]), np.array([-0.5]), "one image"),
    (y, np.full(24, 0.25), "all scores equal"),
    (y.astype(bool), -r.random(24), "bool labels, negative scores"),
    (y.astype(float), r.integers(0, 256, 24, np.uint8), "float labels, uint8 scores"),
    (y.astype(np.uint8), r.normal(size=24).astype(np.float32), "uint8 labels"),
    (np.tile(y, 12).astype(np.int8), r.integers(0, 90, 288), "many int8 labels"),
    (y[::-2], r.integers(-3, 3, 36)[::3], "views with ties"),
    (np.array([0, 0, 1]), np.array([3.0, 2.0, 1.0]), "the only one comes last"),
    (y, 1e-9 * r.permutation(24), "scores that nearly agree"),
    (y, r.normal(size=24) * 1e200, "huge scores"),
):
    want = by_thresholds(labels, s)
    check(precision_recall_curve, labels, s, want=want, case=case)
for labels in (np.zeros(4, bool), np.zeros(1), np.zeros(6, np.uint8)):
    s = np.linspace(0, 1, len(labels))
    check_raises(precision_recall_curve, labels, s, case="nothing is there")
### END HIDDEN TESTS

# %% [markdown] covers=["C54", "Q12"]
# ### Two boxes to judge
#
# Now take 400 images of 32 × 32: in half of them the shape is as large as in training,
# in the other half about half that size. Two boxes answer all 8 × 400 questions "is
# there a star, a heart, …?"
#
# - **One look**: the logits of `shapes_net`.
# - **Two looks**: the same network sees the image, and the image enlarged 1.5 times;
#   the logits are added.
#
# First the first box. Move the threshold.


# %% tags=["experiment"]
def crowd(seed):
    """Return the answers (400, 8) to "is it there?", and the scores of both boxes."""
    parts = [
        data.shapes(25, part="test", scale=scale, seed=seed + start)
        for scale, start in (((0.6, 0.85), 0), ((0.3, 0.4), 100))
    ]
    x = torch.tensor(np.concatenate([part[0] for part in parts]))
    with torch.no_grad():
        first = torch.cat([shapes_net(v) for v in x.split(20)]).numpy()
        large = F.interpolate(x, scale_factor=1.5, mode="bilinear", align_corners=False)
        second = torch.cat([shapes_net(v) for v in large.split(20)]).numpy()
    there = np.eye(8, dtype=int)[np.concatenate([part[1] for part in parts])]
    return there, {"one look": first, "two looks": first + second}


is_there, boxes = crowd(0)


# %% tags=["experiment"]
def show_threshold(t):
    y, s = is_there.ravel(), boxes["one look"].ravel()
    counts = detection_counts(y, s, t)
    metrics = detection_metrics(counts)
    precision, recall, _ = precision_recall_curve(y, s)
    _, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.3))
    style = {"bins": np.linspace(-13, 17, 61), "histtype": "step", "lw": 2}
    left.hist([s[y == 0], s[y == 1]], color=["C2", "C0"], label=["no", "yes"], **style)
    left.axvline(t, color="#222", ls="--")
    left.set(xlabel="score (logit)", ylabel="questions", yscale="log")
    left.legend(title="is it there?", loc="upper right")
    right.plot(recall, precision, color="C0")
    right.plot(metrics["recall"], metrics["precision"], "o", color="#222", ms=8)
    right.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.05))
    left.set_title(", ".join(f"{name} {n}" for name, n in counts.items()))
    right.set_title(", ".join(f"{k[:4]}. {v:.2f}" for k, v in metrics.items()), size=10)
    plt.show()


explore(show_threshold, t=("threshold", [-3.0, 0.0, 1.0, 3.0, 5.0, 7.0, 9.0], 3.0))

# %% [markdown] covers=["C54", "F29"]
# **Figure 9.** Left: the scores of all 3,200 questions (the axis is logarithmic: seven
# of eight answers are no) and a threshold. Right: its place on the PR curve. Watch the
# accuracy in the title. It is highest, 0.92, near the threshold 5, where more than half
# of what is there is missed; and a box that never detects anything would have 0.88.

# %% [markdown] covers=["C54", "F29"]
# ### One number for a curve
#
# The **average precision** AP is the area under the PR curve, as a sum of steps. Each
# stretch of recall is paid with the precision that is reached at its **end**:
#
# $$\mathrm{AP} = \sum_k (R_k - R_{k-1})\,P_k, \qquad R_0 = 0 .$$
#
# For the eight images: $0.25\cdot 1 + 0.25\cdot 1 + 0.25\cdot\frac34 + 0.25\cdot\frac23
# = 0.8542$; steps without new recall count nothing. Beware of relatives. The trapezoid
# rule joins the points by straight lines (here 0.8354), which nobody can reach by any
# threshold. The contest Pascal VOC averaged the precision at eleven recalls until 2009
# (0.8636), and later the *best precision from here on*. All are called AP.
#
# **Task 11** (easy, 6 minutes). Write `average_precision(y_true, scores)`, a float,
# with the steps of the formula and the points of task 10 (you may call it).
# `ValueError` if nothing is there.
#
# <details><summary>Hint 1: what to think of</summary>Two arrays of task 10, and one that
# holds by how much the recall grew at each point.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.diff(recall,
# prepend=0)</code>.</details>
# <details><summary>Hint 3: the order of things</summary>The curve; differences of the
# recall, the first against 0; multiply by the precision; sum; float.</details>


# %% nbgrader={"grade": false, "grade_id": "average_precision", "locked": false, "schema_version": 3, "solution": true, "task": false}
def average_precision(y_true, scores):
    """Return the area under the PR curve, as the sum of recall steps times precision.

    y_true: (n,), 1 or True where the thing is there; scores: (n,), in any order.
    Returns a float from 0 to 1. Raises ValueError if it is nowhere.
    """
    ### BEGIN SOLUTION
    precision, recall, _ = precision_recall_curve(y_true, scores)
    return float(np.sum(np.diff(recall, prepend=0) * precision))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "average_precision_test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
s = np.array([0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.4, 0.3])
y = np.array([1, 1, 0, 1, 0, 1, 0, 0])
check(
    *(average_precision, y, s),
    want=(1 + 1 + 3 / 4 + 2 / 3) / 4,
    case="eight images",
    mistakes={
        "this is the trapezoid rule; the curve goes in steps": 0.8354166666666667,
        "this is the trapezoid rule, from the first point on": 0.5854166666666667,
        "this is the mean of all precisions": 0.7193452380952381,
        "this is the 11-point average of old contests": 0.8636363636363636,
        "the first step of recall, from 0, is missing": 0.6041666666666666,
        "each step is paid with the precision at its end, not at its beginning": (
            0.8958333333333334
        ),
    },
)
check(
    average_precision, np.array([0, 1]), np.array([2, 1]), want=0.5, case="two images"
)
### BEGIN HIDDEN TESTS


def steps_of(y, s):
    """Sum over thresholds, from the definition."""
    y, s = [bool(v) for v in y], [float(v) for v in s]
    area = before = 0.0
    for t in sorted(set(s), reverse=True):
        found = [label for label, score in zip(y, s) if score >= t]
        area += (sum(found) / sum(y) - before) * sum(found) / len(found)
        before = sum(found) / sum(y)
    return area


r = np.random.default_rng(1391)
for n, levels in ((10, 1000), (25, 6), (60, 1000), (60, 3), (200, 40)):
    y, s = r.integers(0, 2, n), r.integers(0, levels, n) / levels
    y[:2] = 0, 1
    case = "ties" if levels < 50 else "random scores"
    check(average_precision, y, s, want=steps_of(y, s), case=case)
low = np.array([0, 1, 1, 0, 1])
check(
    *(average_precision, low, -np.arange(5.0)),
    want=(1 / 2 + 2 / 3 + 3 / 5) / 3,
    case="a curve that rises",
    mistakes={"this is the best precision from here on": 2 / 3 * 2 / 3 + 3 / 5 / 3},
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "average_precision_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
y, s = np.array([True, False, True, False]), np.array([7, 7, 7, 7])
check(
    average_precision,
    y,
    s,
    want=0.5,
    case="all scores equal: the share of what is there",
)
check_raises(average_precision, np.zeros(3), np.arange(3.0), case="nothing is there")
# Also graded: perfect and worst orders, order of the images, dtypes, one image.
### BEGIN HIDDEN TESTS


def steps_of(y, s):
    """Sum over thresholds, from the definition."""
    y, s = [bool(v) for v in y], [float(v) for v in s]
    area = before = 0.0
    for t in sorted(set(s), reverse=True):
        found = [label for label, score in zip(y, s) if score >= t]
        area += (sum(found) / sum(y) - before) * sum(found) / len(found)
        before = sum(found) / sum(y)
    return area


r = np.random.default_rng(1392)
y = np.array([1, 1, 1, 0, 0, 0, 0])
check(average_precision, y, -np.arange(7.0), want=1.0, case="a perfect order")
want = (1 / 5 + 2 / 6 + 3 / 7) / 3
check(average_precision, y, np.arange(7), want=want, case="the worst order")
check(average_precision, np.ones(4, int), r.normal(size=4), want=1.0, case="all there")
check(average_precision, np.array([1]), np.array([-3.0]), want=1.0, case="one image")
y, s = r.integers(0, 2, 40), r.integers(0, 12, 40)
y[0] = 1
want = steps_of(y, s)
for _ in range(3):
    order = r.permutation(40)
    check(average_precision, y[order], s[order], want=want, case="shuffled, with ties")
    check(
        average_precision, y[order], s[order] ** 3 - 999, want=want, case="other units"
    )
for labels, values, case in (
    (y.astype(bool), s.astype(np.uint8), "bool and uint8"),
    (y.astype(float), s - 6.5, "float labels, negative scores"),
    (y[::-2], s.astype(np.float32)[::-2], "views"),
):
    want = steps_of(labels, values)
    check(average_precision, labels, values, want=want, case=case)
check_raises(average_precision, np.zeros(5, bool), np.ones(5), case="nothing, bool")
### END HIDDEN TESTS

# %% [markdown] covers=["C54", "F29", "C05"]
# **Task 12** (easy, 6 minutes). Write `mean_average_precision(Y, S)`, the **mAP**: the
# mean of the average precisions of all classes. `Y` (n, K) holds 1 where class k is in
# image n (any number of classes per image), `S` (n, K) the scores.
#
# A class that is in none of the images has no AP. It is **left out** of the mean:
# neither 0 nor 1. If all classes are empty, raise `ValueError`.
#
# Two images, three classes, $Y = \binom{1\,0\,0}{0\,1\,0}$, $S =
# \binom{.5\,.7\,.6}{.2\,.6\,.8}$: class 0 has AP 1, class 1 has ½, class 2 is empty.
# The mAP is 0.75.
#
# <details><summary>Hint 1: what to think of</summary>One class is one column of both
# arrays.</details>
# <details><summary>Hint 2: what to look up</summary><code>Y[:, k].any()</code> tells
# whether a class occurs.</details>
# <details><summary>Hint 3: the order of things</summary>List the APs of the columns that
# occur; refuse an empty list; mean; float.</details>


# %% nbgrader={"grade": false, "grade_id": "mean_average_precision", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mean_average_precision(Y, S):
    """Return the mean average precision over the classes that occur.

    Y: (n, K), 1 or True where class k is in image n; S: (n, K), scores.
    Returns a float. Raises ValueError if no class occurs.
    """
    ### BEGIN SOLUTION
    Y, S = np.asarray(Y), np.asarray(S)
    values = [
        average_precision(Y[:, k], S[:, k]) for k in range(Y.shape[1]) if Y[:, k].any()
    ]
    if not values:
        raise ValueError("mean_average_precision: no class occurs in any image")
    return float(np.mean(values))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "mean_average_precision_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
Y = np.array([[1, 0, 0], [0, 1, 0]])
S = np.array([[0.5, 0.7, 0.6], [0.2, 0.6, 0.8]])
check(
    *(mean_average_precision, Y, S),
    want=0.75,
    case="two images, three classes, one of them empty",
    mistakes={
        "an empty class counts as 0; leave it out": 0.5,
        "an empty class counts as 1; leave it out": 2.5 / 3,
        "all questions are thrown into one pot; average over the classes": 0.325,
        "this is one AP per image; take one per class": 5 / 12,
    },
)
### BEGIN HIDDEN TESTS


def by_columns(Y, S):
    values = []
    for y, s in zip(np.array(Y, bool).T, np.array(S, float).T):
        if y.any():
            area = before = 0.0
            for t in np.unique(s)[::-1]:
                recall = (y & (s >= t)).sum() / y.sum()
                area += (recall - before) * y[s >= t].mean()
                before = recall
            values.append(area)
    return sum(values) / len(values)


r = np.random.default_rng(1401)
for n, k, share in (
    (20, 5, 0.3),
    (9, 9, 0.4),
    (40, 3, 0.7),
    (15, 8, 0.05),
    (30, 4, 0.5),
):
    Y, S = (r.random((n, k)) < share).astype(int), r.normal(size=(n, k))
    Y[0, 0] = 1
    want = by_columns(Y, S)
    check(mean_average_precision, Y, S, want=want, case="random labels and scores")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "mean_average_precision_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
Y, S = np.array([[True], [False], [True]]), np.array([[1], [2], [3]])
check(mean_average_precision, Y, S, want=(1 + 2 / 3) / 2, case="one class, bool labels")
check_raises(mean_average_precision, np.zeros((3, 2)), np.ones((3, 2)), case="no class")
# Also graded: several labels per image, classes of unequal size, ties, dtypes, views.
### BEGIN HIDDEN TESTS


def by_columns(Y, S):
    values = []
    for y, s in zip(np.array(Y, bool).T, np.array(S, float).T):
        if y.any():
            area = before = 0.0
            for t in np.unique(s)[::-1]:
                recall = (y & (s >= t)).sum() / y.sum()
                area += (recall - before) * y[s >= t].mean()
                before = recall
            values.append(area)
    return sum(values) / len(values)


r = np.random.default_rng(1402)
Y = np.zeros((30, 4), int)
Y[:20, 0], Y[:1, 1], Y[5:8, 2] = 1, 1, 1
S = r.integers(0, 6, (30, 4))
want = by_columns(Y, S)
check(mean_average_precision, Y, S, want=want, case="classes of unequal size, ties")
check(mean_average_precision, Y.astype(bool), S - 3, want=want, case="negative scores")
want = by_columns(Y[::-2, ::-1], S[::-2, ::-1])
check(mean_average_precision, Y[::-2, ::-1], S[::-2, ::-1], want=want, case="views")
Y, S = Y.astype(float), S.astype(np.uint8)
check(mean_average_precision, Y, S, want=by_columns(Y, S), case="float labels, uint8")
full = np.ones((6, 3), int)
check(mean_average_precision, full, r.normal(size=(6, 3)), want=1.0, case="all there")
case = "every image belongs to every class but one"
full[2, 1] = 0
S = r.normal(size=(6, 3))
check(mean_average_precision, full, S, want=by_columns(full, S), case=case)
check_raises(
    mean_average_precision, np.zeros((4, 1), bool), np.ones((4, 1)), case="none"
)
### END HIDDEN TESTS

# %% tags=["experiment"]
_, ax = plt.subplots(figsize=(7, 4))
for (name, s), style in zip(boxes.items(), ("-", "--")):
    precision, recall, _ = precision_recall_curve(is_there.ravel(), s.ravel())
    every = max(1, len(recall) // 25)
    marker = "o" if style == "-" else "s"
    ax.plot(recall, precision, style, marker=marker, markevery=every, ms=4, label=name)
ax.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.05))
ax.legend()
plt.show()

# %% tags=["experiment"]
results = {name: [] for name in boxes}
for seed in seeds(5):
    there, scores_of = crowd(seed)
    for name, s in scores_of.items():
        p, r, _ = precision_recall_curve(there.ravel(), s.ravel())
        ap = average_precision(there.ravel(), s.ravel())
        at = [p[r >= level].max() for level in (0.4, 0.8)]
        results[name].append((ap, mean_average_precision(there, s), *at))
heads = "AP of all questions", "mAP", "precision at R = 0.4", "at R = 0.8"
print(" " * 11, "".join(f"{head:>21}" for head in heads))
for name, values in results.items():
    columns = zip(np.mean(values, axis=0), np.std(values, axis=0))
    print(f"{name:11}", "".join(f"{m:13.3f} ± {sd:.3f}" for m, sd in columns))

# %% [markdown] covers=["Q12", "C54", "F29"]
# **Figure 10.** Two PR curves that **cross**. One look is more precise while little is
# detected; two looks find small shapes, too, and are more precise when much must be
# found. In five seeds they cross every time. The areas under the curves cannot tell
# them apart (we measured 0.62 ± 0.02 for both), the mAP prefers two looks (0.63 and
# 0.68): it gives each class its own threshold, while one pot of all questions compares
# the logits of different classes with each other. Same data, same scores, three
# verdicts.

# %% [markdown] covers=["Q12"]
# ### Question 3: what if the curves cross?
#
# Use Figure 10 and its table. (a) A search engine shows the ten best hits. A hospital
# screens, and doctors look at everything that was detected. Which box does each of them
# take, and which point of the curve? (b) Your report may hold a single number. Which
# one would you give for each of the two, and what is lost? (c) Box A lies above box B
# at every recall. May you always prefer A? Name one thing that the curve does not show.
#
# *Rubric.* 1 point: box and operating point for both, with reasons. 1 point: a number
# that fits the use (not the area alone), and what it hides. 1 point: something outside
# of the curve.

# %% [markdown] nbgrader={"grade": true, "grade_id": "crossing_curves_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) The search engine needs precision at low recall (high threshold): one look, left
# of the crossing. The hospital must miss few cases: it fixes a recall, say 0.8 or more,
# and takes the box with the better precision there: two looks, low threshold. When
# curves cross, no box is better; it depends on the operating point. (b) Precision among
# the first ten (or at recall 0.1 to 0.4) for the search; precision at the required
# recall, or recall at the most false alarms that the doctors can look at, for the
# hospital. AP averages over all recalls, also those that nobody uses, and is the same
# for both boxes. One number hides the trade-off, and its spread over seeds. (c) If A is
# above B everywhere, A is better on these data at every threshold. Not shown: time and
# memory (two looks cost more than three times as much), which kind of image fails
# (small shapes, one class), calibration of the scores, behaviour on data of another
# kind or with another share of positives (precision depends on it), and chance: the
# difference may be smaller than the spread.
# <!-- END SOLUTION -->

# %% tags=["experiment"]
names = data.SHAPES
confusions = np.zeros((8, 8), int)
answers = boxes["one look"].argmax(axis=1)
for truth, answer in zip(is_there.argmax(axis=1)[200:], answers[200:]):
    confusions[truth, answer] += 1
show_confusion(confusions, names, title="shapes of half the trained size")

# %% [markdown] covers=["C54"]
# **Figure 11.** The **confusion matrix** for the small shapes: row the truth, column
# the answer with the largest score, on the diagonal the right ones. It says more than
# "20 % are right": six of ten small shapes are taken for a star, even the rings. That
# is not noise, it is a preference, and such a column is often the fastest hint at what
# is wrong. (Seen from afar everything has spikes?)

# %% [markdown] covers=["D02", "C54"]
# ## 5 · Contests: top-5, and the price of a point
#
# **ILSVRC**, the contest that lessons 07 to 10 spoke of, ran every year from 2010 to
# 2017: 1,000 classes, 1.2 million training photos, 50,000 for validation, 100,000 for
# the test. Its classes are as fine as *husky* and *Eskimo dog*, and its photos show
# more than one thing although they have one label. So it counted an answer as right if
# the label was among the **five** best guesses: the **top-5 error**.
#
# **Task 13** (medium, 8 minutes). Write `top_k_error(scores, y, k)`: the share of
# images, 0 to 1, whose true class is *not* among the k best. `scores` (n, K), `y` (n,)
# labels.
#
# - **Ties count against the class**: the true class is among the k best if fewer than k
#   *other* classes score at least as much. Otherwise a box that gives everything the
#   same score would be perfect.
# - `ValueError` if k is not in 1 … K.
#
# For the scores (.1, .5, .4) and the label 2: error 1.0 for k = 1, 0.0 for k = 2.
#
# <details><summary>Hint 1: what to think of</summary>No sorting is needed. How many
# classes stand in the way of the true one?</details>
# <details><summary>Hint 2: what to look up</summary><code>scores[np.arange(n), y]</code>
# takes the score of the true class in each row; with <code>[:, None]</code> behind it
# can be compared with the whole row. The true class itself scores at least as much as
# itself.</details>
# <details><summary>Hint 3: the order of things</summary>Refuse k; own scores; for each row
# count the scores that are at least the own one, minus 1; wrong if that is k or more;
# mean; float.</details>


# %% nbgrader={"grade": false, "grade_id": "top_k_error", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_k_error(scores, y, k):
    """Return the share of images whose true class is not among the k best scores.

    scores: (n, K); y: (n,), labels 0..K-1; ties count against the true class.
    Returns a float from 0 to 1. Raises ValueError unless 1 <= k <= K.
    """
    ### BEGIN SOLUTION
    scores, y = np.asarray(scores), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"top_k_error: k must be in 1..{scores.shape[1]}, got {k}")
    own = scores[np.arange(len(y)), y][:, None]
    others = (scores >= own).sum(axis=1) - 1
    return float((others >= k).mean())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "top_k_error_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
scores, y = np.array([[0.1, 0.5, 0.4]]), np.array([2])
case = "the best guess is another class"
mistakes = {"this is the accuracy, or the k smallest scores count": 0.0}
check(top_k_error, scores, y, 1, want=1.0, case=case, mistakes=mistakes)
check(top_k_error, scores, y, 2, want=0.0, case="the second guess is right")
scores = np.array([[4, 3, 2, 1], [1, 2, 3, 4], [4, 1, 3, 2], [2, 4, 1, 3]])
check(
    *(top_k_error, scores, np.array([1, 1, 1, 3]), 2),
    want=0.5,
    case="four images, k = 2",
    mistakes={
        "this is a number in per cent; 0 to 1 is wanted": 50.0,
        "this is the number of errors; divide by the images": 2.0,
    },
)
### BEGIN HIDDEN TESTS


def by_ranks(scores, y, k):
    wrong = 0
    for row, label in zip(scores, y):
        ahead = [c for c in range(len(row)) if c != label and row[c] >= row[label]]
        wrong += len(ahead) >= k
    return wrong / len(y)


r = np.random.default_rng(1411)
for n, K in ((7, 4), (20, 10), (50, 6), (3, 3)):
    scores, y = r.normal(size=(n, K)), r.integers(0, K, n)
    for k in range(1, K + 1):
        want = by_ranks(scores, y, k)
        check(top_k_error, scores, y, k, want=want, case="random scores")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "top_k_error_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
scores, y = np.full((2, 5), 0.2), np.array([0, 4])
mistakes = {"ties count for the class; they should count against it": 0.0}
for k in (1, 4):
    case = f"all scores equal, k = {k}"
    check(top_k_error, scores, y, k, want=1.0, case=case, mistakes=mistakes)
check(top_k_error, scores, y, 5, want=0.0, case="all scores equal, k = K")
check_raises(top_k_error, scores, y, 6, case="k larger than K")
# Also graded: some ties, k = 0 and below, integer and negative scores, dtypes of labels.
### BEGIN HIDDEN TESTS


def by_ranks(scores, y, k):
    wrong = 0
    for row, label in zip(scores, y):
        ahead = [c for c in range(len(row)) if c != label and row[c] >= row[label]]
        wrong += len(ahead) >= k
    return wrong / len(y)


r = np.random.default_rng(1412)
for levels in (2, 3, 6):
    scores, y = r.integers(-levels, levels, (40, 7)), r.integers(0, 7, 40)
    for k in (1, 2, 3, 6, 7):
        want = by_ranks(scores, y, k)
        check(top_k_error, scores, y, k, want=want, case="ties, negative scores")
scores = r.integers(0, 256, (30, 5), np.uint8)
for y in (r.integers(0, 5, 30).astype(np.uint8), r.integers(0, 5, 30).astype(np.int8)):
    check(top_k_error, scores, y, 2, want=by_ranks(scores, y, 2), case="uint8, int8")
wide = r.normal(size=(20, 12)).astype(np.float32)
view, y = wide[::-2, ::3], r.integers(0, 4, 10)
check(top_k_error, view, y, 1, want=by_ranks(view, y, 1), case="a view")
for k in (0, -1, 9):
    check_raises(
        top_k_error, r.normal(size=(3, 8)), np.array([0, 1, 2]), k, case=f"k = {k}"
    )
one = np.array([[2.0], [3.0]])
check(top_k_error, one, np.array([0, 0]), 1, want=0.0, case="a single class")
near = np.array([[1.0, 1.0 + 1e-12, 0.0], [1.0, 1.0 - 1e-12, 0.0]])
check(top_k_error, near, np.array([0, 0]), 1, want=0.5, case="nearly equal scores")
### END HIDDEN TESTS

# %% [markdown] covers=["Q13", "C54"]
# ### Accuracy per million parameters
#
# "Other ways to compare networks?", ask the slides. Lesson 07 drew accuracy against
# operations. Alfredo Canziani and colleagues (2016) also divide: **how many points of
# accuracy does a million parameters buy?** They call it information density.
#
# **Task 14** (easy, 5 minutes). Write `accuracy_per_mparam(acc, params)`: accuracy in
# per cent per million parameters, with `acc` from 0 to 1. Numbers give a float, arrays
# of one shape a float64 array. `ValueError` if any `params` is not positive.
#
# AlexNet, 57 % right with 60,965,224 parameters: $57 / 60.965224 = 0.935$.
#
# <details><summary>Hint 1: what to think of</summary>Two changes of unit: 0..1 to per
# cent, parameters to millions.</details>
# <details><summary>Hint 2: what to look up</summary><code>np.asarray(…, float)</code>
# makes arrays of both; <code>np.any</code> asks all of them at once. Of an array
# without axes <code>float</code> makes a number.</details>
# <details><summary>Hint 3: the order of things</summary>To float arrays; refuse; 100 · acc
# divided by params / 1e6; float if the result has no axes.</details>


# %% nbgrader={"grade": false, "grade_id": "accuracy_per_mparam", "locked": false, "schema_version": 3, "solution": true, "task": false}
def accuracy_per_mparam(acc, params):
    """Return accuracy in per cent per million parameters.

    acc: from 0 to 1; params: a count; numbers, or arrays of one shape.
    Returns a float, or float64 of that shape. Raises ValueError unless params > 0.
    """
    ### BEGIN SOLUTION
    acc, params = np.asarray(acc, np.float64), np.asarray(params, np.float64)
    if np.any(params <= 0):
        raise ValueError(f"accuracy_per_mparam: params must be positive, got {params}")
    density = 100 * acc / (params / 1e6)
    return float(density) if density.ndim == 0 else density
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "accuracy_per_mparam_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    *(accuracy_per_mparam, 0.57, 60_965_224),
    want=57 / 60.965224,
    case="AlexNet",
    mistakes={
        "accuracy in per cent: multiply by 100": 0.57 / 60.965224,
        "per million parameters, not per parameter": 57 / 60_965_224,
        "per million parameters, not per thousand": 57 / 60_965.224,
        "the ratio is upside down": 60.965224 / 57,
        "the parameters are rounded to whole millions": 57 / 60,
    },
)
### BEGIN HIDDEN TESTS
r = np.random.default_rng(1421)
for _ in range(6):
    acc, params = float(r.random()), int(r.integers(10, 10**9))
    want = acc * 1e8 / params
    check(accuracy_per_mparam, acc, params, want=want, case="another network")
acc, params = r.random(5), r.integers(10_000, 10**8, 5)
want = acc * 1e8 / params
check(accuracy_per_mparam, acc, params, want=want, case="five networks at once")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "accuracy_per_mparam_edge_test", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
want = np.array([100.0, 25.0])
two = np.array([1, 0.5]), np.array([1_000_000, 2_000_000])
check(accuracy_per_mparam, *two, want=want, case="two networks at once")
check_raises(accuracy_per_mparam, 0.5, 0, case="no parameters")
# Also graded: one bad count among good ones, small networks, integers, other shapes.
### BEGIN HIDDEN TESTS
r = np.random.default_rng(1422)
check(
    accuracy_per_mparam, 1, 61_706, want=100 / 0.061706, case="a small network, acc 1"
)
check(accuracy_per_mparam, 0.0, 5, want=0.0, case="always wrong")
want = 1e7 / 16_777_217
case = "a count that float32 cannot hold"
check(accuracy_per_mparam, 0.1, 16_777_217, want=want, case=case, rtol=1e-12, atol=0)
check(accuracy_per_mparam, 0.5, 3, want=5e7 / 3, case="three parameters")
check(
    accuracy_per_mparam, 0.7, 999_999, want=7e7 / 999_999, case="just below a million"
)
acc, params = r.random((4, 6)).T[::2], r.integers(1, 2**31, (4, 6)).T[::2]
want = acc * 1e8 / params
check(accuracy_per_mparam, acc, params, want=want, case="a view with two axes")
acc, params = np.array([1, 0, 1]), np.array([7, 9, 11], np.int32)
want = acc * 1e8 / params
check(accuracy_per_mparam, acc, params, want=want, case="integers")
acc = np.array([0.25, 0.5], np.float32)
want = np.array([250.0, 1000.0])
case = "float32 accuracies, uint16 counts"
check(
    *(accuracy_per_mparam, acc, np.array([100_000, 50_000], np.uint32)),
    want=want,
    case=case,
)
for params in (-5, np.array([5, 0, 7]), np.array([1.0, -1.0])):
    acc = np.full(np.shape(params), 0.5)
    acc = 0.5 if acc.ndim == 0 else acc
    check_raises(accuracy_per_mparam, acc, params, case="a count that is not positive")
### END HIDDEN TESTS

# %% tags=["experiment"]
published = {  # ImageNet top-1 accuracy and parameters, sources in lesson 07
    "VGG-16": (0.7159, 138_357_544),
    "AlexNet": (0.571, 60_965_224),
    "ResNet-152": (0.7831, 60_192_808),
    "ResNet-50": (0.7615, 25_557_032),
    "DenseNet-201": (0.7720, 20_013_928),
    "DenseNet-121": (0.7465, 7_978_856),
    "GoogLeNet": (0.687, 6_998_552),
    "MobileNet": (0.706, 4_231_976),
    "SqueezeNet": (0.5810, 1_248_424),
    "MobileNet × 0.25": (0.506, 470_072),
}

# %% tags=["experiment"]
values = np.array(list(published.values()))
density = accuracy_per_mparam(values[:, 0], values[:, 1])
small_true = is_there.argmax(axis=1)
_, (left, right) = plt.subplots(1, 2, figsize=(8.8, 3.6), width_ratios=[1, 1.2])
for (name, s), style in zip(boxes.items(), ("o-", "s--")):
    errors = [100 * top_k_error(s, small_true, k) for k in range(1, 9)]
    left.plot(range(1, 9), errors, style, label=name)
left.set(xlabel="k", ylabel="top-k error (%)", ylim=(0, None))
left.legend()
bars = right.barh(list(published), density, color="C0")
right.bar_label(
    bars, [f"{d:.1f}, {a:.0%}" for d, a in zip(density, values[:, 0])], padding=4
)
right.set(xlabel="accuracy (%) per million parameters", xscale="log", xlim=(0.3, 700))
right.invert_yaxis()
plt.show()

# %% [markdown] covers=["Q13", "D02", "C54"]
# **Figure 12.** Left: top-k error of the two boxes on the 400 images; the curve must
# end at 0 for k = 8. Right: points of accuracy per million parameters (first number,
# the axis is logarithmic) and the accuracy itself, for published networks. The measure
# is won by the least accurate network of the list, and a network with ten parameters
# that always says "dog" would beat them all. A ratio is no order of merit. Say first
# what is scarce (memory, joules, milliseconds, labels), then choose the number.

# %% [markdown] covers=["D02", "C54"]
# ### Question 4: husky or Eskimo dog?
#
# ILSVRC has a class "Siberian husky" and a class "Eskimo dog", which breeders tell
# apart with effort, and photos in which a dog sits beside a ball, with the label
# "ball". (a) Give the reason for top-5 in each of the two cases. Which of the two would
# be treated better by a multi-label measure? (b) What does guessing five classes at
# random give, and what does a network give that finds every dog but cannot tell its 120
# breeds apart, on photos of these dogs? (c) Why would top-5 be a poor measure for the
# eight shapes?
#
# *Rubric.* 1 point: both reasons, and the case for multi-label. 1 point: both numbers.
# 1 point: an argument that compares k with K, or with how alike the classes are.

# %% [markdown] nbgrader={"grade": true, "grade_id": "husky_why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# (a) The two breeds look almost alike, and labels are sometimes wrong themselves; a
# network that names both among its five is as good as can be asked. With dog and ball,
# both answers are right and the label names one by accident; five guesses leave room
# for everything in the photo. The second case is a multi-label task: label both, judge
# by mAP. (b) At random 5 of 1000 are right: error 99.5 %. The dog finder's five guesses
# are five of 120 breeds: right in 5/120 = 4.2 %, error 95.8 %, although it always knows
# "dog". (c) Five of eight classes: guessing has an error of 3/8 = 37.5 %, so nearly
# everything looks good. And the shapes are clearly different, with one in each image:
# nothing to be lenient about.
# <!-- END SOLUTION -->

# %% [markdown] covers=["C56", "C53"]
# ## 6 · What next: from *what* to *where* to *which pixels*
#
# Classification is the smallest question that one can ask about an image:
#
# | task | answer | counts as right if |
# |---|---|---|
# | classification | one class | it is the label |
# | **localisation** | one class and one box | the box overlaps the true one enough |
# | **detection** | any number of boxes with classes and scores | same, judged by mAP over all boxes |
# | **segmentation** | a class for each pixel | pixels agree |
#
# Overlap is measured by the **intersection over union**, IoU: the area that both boxes
# share, divided by the area that they cover together; at least 0.5 is the usual bar.
# You are nearer to it than you think. A network that was trained with class labels
# *only* gives boxes for free: where Grad-CAM exceeds half of its maximum.


# %% nbgrader={"grade": false, "grade_id": "boxes_from_maps", "locked": true, "schema_version": 3, "solution": false, "task": false}
def box_around(mask):
    """Return (top, left, bottom, right) of the smallest box around the True pixels."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return rows[0], columns[0], rows[-1] + 1, columns[-1] + 1


def overlap(a, b):
    """Return the intersection over union of two boxes."""
    high = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    wide = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return high * wide / (sum(areas) - high * wide)


def draw_box(ax, box, color, style):
    """Draw the outline of a box."""
    top, left, bottom, right = np.array(box) - 0.5
    ax.plot(
        [left, right, right, left, left],
        [top, top, bottom, bottom, top],
        color=color,
        ls=style,
        lw=2,
    )


# %% tags=["experiment"]
middle, good = (20, 20, 44, 44), {"Grad-CAM": [], "box in the middle": []}
for seed in seeds(5):
    images, labels, masks = known_shapes(6, seed)
    ious = {name: [] for name in good}
    for x, cls, mask in zip(images, labels.tolist(), masks):
        guess = box_around(cam_of(shapes_net, x, cls) > 0.5)
        ious["Grad-CAM"].append(overlap(guess, box_around(mask)))
        ious["box in the middle"].append(overlap(middle, box_around(mask)))
    for name, values in ious.items():
        good[name].append(100 * np.mean(np.array(values) >= 0.5))
show_spread(good, xlabel="boxes with IoU of at least 0.5 (%)")

# %% tags=["experiment"]
_, axes = plt.subplots(1, 6, figsize=(8.8, 1.9))
for ax, n in zip(axes, range(0, 24, 4)):
    cls = int(shape_labels[n])
    guess = box_around(cam_of(shapes_net, pictures[n], cls) > 0.5)
    ax.imshow(pictures[n].permute(1, 2, 0))
    draw_box(ax, box_around(shape_masks[n]), "white", "-")
    draw_box(ax, guess, "#e76300", "--")
    iou = overlap(guess, box_around(shape_masks[n]))
    ax.set(title=f"IoU {iou:.2f}", xticks=[], yticks=[])
plt.show()

# %% [markdown] covers=["C56", "C53"]
# **Figure 13.** Above: how often a box from Grad-CAM overlaps the true box by half or
# more, beside a fixed box in the middle. We measured 68 ± 8 % and 7 ± 2 %. Below: the
# first image of six classes with the true box (white) and the one from the map (orange,
# dashed). For the square the letters behind it were taken as evidence, too, and one far
# spot is enough to spoil a box. No box was ever shown to the network. Real detectors
# and segmenters are trained with boxes and masks, and do better; they begin with a
# network like this one.

# %% [markdown] covers=["L01", "L04", "L07", "L08", "E48"]
# ### To read and to play with (nothing in this course needs them)
#
# - **adamharley.com/nn_vis/cnn/2d.html**: draw a digit, watch every unit of a small
#   CNN.
# - **poloclub.github.io/cnn-explainer**: a CNN in the browser, layer by layer, with its
#   convolutions to click on.
# - **towardsdatascience.com** has posts on Grad-CAM and augmentation. Read them as you
#   read Figure 6: look for the control.
# - **www.charles-deledalle.fr**: the slides on which much of this course rests.
# - Slides also send you to a demonstration of LeNet and to the MNIST files at
#   yann.lecun.com. That host no longer gives the files reliably, and programs that
#   relied on it broke all over the world. Use a mirror with a checksum, as
#   `data.mnist()` does, or data that ship with your code.

# %% [markdown]
# ## Recap
#
# - To know what a unit wants, ask for its favourites; to know what an answer rests on,
#   use Grad-CAM or occlusion. Show every picture beside an untrained network and a dumb
#   rival.
# - Precision and recall belong to a threshold, the PR curve to all of them; AP, mAP,
#   top-k and accuracy per parameter are four different questions.
# - A number means something beside its control, its spread, and the use that it is for.
#
# **Next:** lesson 14 gives you a budget, a test set that you do not see, and no further
# hints.
#
# **References.** C. Deledalle, "Image classification and CNNs", UCSD ECE 285, 2019
# (metrics, simple cells, sparse coding, the questions of sections 4 and 5). N. Noceti,
# "Convolutional Neural Networks", UniGe (Grad-CAM, interpretability). A. Carlier,
# "Convolutional Neural Networks", 2024 (what networks learn). B. Galerne, "Deep neural
# networks and CNNs", 2024. D. Hubel and T. Wiesel, "Receptive fields, binocular
# interaction and functional architecture in the cat's visual cortex", J. Physiol. 160,
# 1962. B. Olshausen and D. Field, Nature 381, 1996, and Curr. Opin. Neurobiol. 14,
# 2004. D. Ringach, J. Neurophysiol. 88, 2002. M. Zeiler and R. Fergus, arXiv:1311.2901.
# K. Simonyan et al., arXiv:1312.6034. B. Zhou et al., CVPR 2016. R. Selvaraju et al.,
# ICCV 2017. J. Adebayo et al., NeurIPS 2018. A. Canziani et al., arXiv:1605.07678. A.
# Krizhevsky et al., NeurIPS 2012. O. Russakovsky et al., "ImageNet large scale visual
# recognition challenge", IJCV 115, 2015. M. Everingham et al., "The Pascal visual
# object classes challenge", IJCV 88, 2010.
