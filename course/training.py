"""Train and judge a network: what lesson 09 builds, as the later lessons use it."""

import os
import time

import torch
from torch.nn import functional as F  # noqa: N812  (torch's own short name)

from course.widgets import in_notebook, live


def seeds(n):
    """Return the seeds of an experiment: `n` of them, or one where nobody looks.

    While nbgrader grades a notebook, one run shows that the student's code works;
    the spread over runs is for readers. On a slow computer, set the environment
    variable ``COURSE_SEEDS`` to the most runs that you want to wait for.

    Parameters
    ----------
    n : int
        Runs that show the spread well.

    Returns
    -------
    range

    Raises
    ------
    ValueError
        If ``COURSE_SEEDS`` is no whole number above 0.

    Examples
    --------
    >>> 0 in seeds(5)
    True
    """
    most = os.environ.get("COURSE_SEEDS") or str(n)
    if not most.isdecimal() or int(most) < 1:
        raise ValueError(
            f"seeds: COURSE_SEEDS should be a whole number above 0, got {most!r}; set "
            f"it to 1, or unset it"
        )
    return range(min(n, int(most)) if live() else 1)


def progress(steps, label):
    """Go through `steps` with a progress bar, or without one where nobody looks.

    Parameters
    ----------
    steps : sequence
        What to go through.
    label : str
        What stands before the bar.

    Examples
    --------
    >>> [step for step in progress("ab", "letters")]
    ['a', 'b']
    """
    from tqdm.auto import tqdm

    return tqdm(steps, desc=label, leave=False, disable=not in_notebook())


def warm_up():
    """Let torch import what its first optimizer needs, before anything is timed."""
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.AdamW([weight])
    weight.sum().backward()
    optimizer.step()


def fit(
    model,
    images,
    labels,
    *,
    epochs,
    lr=1e-3,
    weight_decay=0.01,
    batch_size=32,
    augment=None,
    seed=0,
    watch=None,
    label="training",
):
    """Train a model with AdamW, at a rate that falls to 0 along half a cosine.

    Only parameters that require a gradient are trained. The model is left in eval mode.

    Parameters
    ----------
    model : nn.Module
        Gives logits (n, K). Changed in place.
    images : Tensor of shape (N, C, H, W), float32
        What is learned from.
    labels : Tensor of shape (N,), int64
        The right classes.
    epochs : int
        Passes over the images.
    lr : float
        The highest learning rate, with which training starts.
    weight_decay : float
        Decoupled, as AdamW has it.
    batch_size : int
        Images per step; the last batch of an epoch may be smaller.
    augment : callable, optional
        Takes a batch and a generator, returns the changed batch: `course.augment`.
    seed : int
        Of the order of the images and of what `augment` draws.
    watch : tuple of (images, labels), optional
        Judged after each epoch, and never learned from.
    label : str
        What stands before the progress bar.

    Returns
    -------
    dict of str to list of float
        One entry per epoch: "loss" (nats, of the batches as they were seen), "accuracy"
        (of the same), and with `watch` also "watch_loss" and "watch_accuracy".

    References
    ----------
    Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.

    Examples
    --------
    >>> x = torch.tensor([[-1.0], [1.0]]).repeat(32, 1)
    >>> y = torch.tensor([0, 1]).repeat(32)
    >>> history = fit(torch.nn.Linear(1, 2), x, y, epochs=20, lr=0.1)
    >>> history["accuracy"][-1]
    1.0
    """
    generator = torch.Generator().manual_seed(seed)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=lr, weight_decay=weight_decay)
    steps = epochs * -(-len(images) // batch_size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, max(steps, 1))
    history = {"loss": [], "accuracy": []}
    for _ in progress(range(epochs), label):
        model.train()
        loss_sum = hits = 0
        for rows in torch.randperm(len(images), generator=generator).split(batch_size):
            batch, wanted = images[rows], labels[rows]
            logits = model(augment(batch, generator) if augment else batch)
            loss = F.cross_entropy(logits, wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            loss_sum += loss.item() * len(rows)
            hits += (logits.argmax(1) == wanted).sum().item()
        history["loss"].append(loss_sum / len(images))
        history["accuracy"].append(hits / len(images))
        if watch is not None:
            loss, accuracy = judge(model, *watch)
            history.setdefault("watch_loss", []).append(loss)
            history.setdefault("watch_accuracy", []).append(accuracy)
    model.eval()
    return history


@torch.no_grad()
def judge(model, images, labels, batch_size=512):
    """Return a model's mean loss (nats) and its accuracy (0 to 1) on images.

    The model is judged in eval mode, and left in the mode that it was in.

    Parameters
    ----------
    model : nn.Module
        Gives logits (n, K).
    images : Tensor of shape (N, C, H, W)
        What is judged.
    labels : Tensor of shape (N,), int64
        The right classes.
    batch_size : int
        Images per call of the model; it changes nothing but the memory.

    Returns
    -------
    loss, accuracy : float

    Examples
    --------
    >>> judge(torch.nn.Identity(), torch.eye(3) * 9, torch.tensor([0, 1, 1]))[1]
    0.666...
    """
    was_training = model.training
    model.eval()
    logits = torch.cat([model(batch) for batch in images.split(batch_size)])
    model.train(was_training)
    loss = F.cross_entropy(logits, labels).item()
    return loss, (logits.argmax(1) == labels).double().mean().item()


class Stopwatch:
    """Measure CPU seconds: what other programs do at the same time does not count.

    Examples
    --------
    >>> with Stopwatch() as watch:
    ...     _ = sum(range(1000))
    >>> watch.seconds < 1
    True
    """

    def __enter__(self):
        """Start."""
        self._start = time.process_time()
        return self

    def __exit__(self, *_):
        """Stop."""
        self.seconds = time.process_time() - self._start
