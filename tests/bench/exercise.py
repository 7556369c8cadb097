"""The exercise that the graders are timed on: five tasks, and 300 steps of training."""

from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ASSIGNMENT = "01_training"
NOUN = "training"
STEPS = 300  # 1.5 s of CPU: what the student's own work costs

IMPORTS = """\
import numpy as np
import torch
from torch import nn"""

DATA = """\
def waves(n, rng):
    labels = rng.integers(4, size=n)
    i, j = np.mgrid[:28, :28] / 4
    clean = np.stack([np.sin(i), np.sin(j), np.sin(i + j), np.sin(i - j)])
    noisy = clean[labels] + rng.normal(0, 1.5, (n, 28, 28))
    return torch.tensor(noisy[:, None], dtype=torch.float32), torch.tensor(labels)


images, labels = waves(960, np.random.default_rng(0))
test_images, test_labels = waves(200, np.random.default_rng(1))"""

TRAINING = """\
torch.manual_seed(0)
net = Net()
losses = train(net, images, labels, steps={steps})"""


@dataclass(frozen=True)
class Task:
    """A function to write, and its graded cell.

    Parameters
    ----------
    name : str
        The function, and the grade_id of its cell.
    points : int
        What the graded cell is worth.
    visible, hidden : str
        The graded cell's tests.
    before : str
        A locked cell between the answer and its tests.
    """

    name: str
    points: int
    visible: str
    hidden: str
    before: str = ""


TASKS = (
    Task(
        "output_size",
        1,
        """\
assert output_size(28, 5) == 24
assert output_size(28, 5, padding=2) == 28""",
        """\
for size in range(7, 33):
    for kernel_size in (1, 3, 5):
        for stride in (1, 2, 3):
            got = output_size(size, kernel_size, stride=stride)
            assert got == len(range(0, size - kernel_size + 1, stride))""",
    ),
    Task(
        "conv2d",
        2,
        """\
assert conv2d(np.ones((5, 6)), np.ones((3, 3))).shape == (3, 4)""",
        """\
rng = np.random.default_rng(2)
for height, width, side in [(3, 3, 3), (12, 9, 3), (9, 12, 5), (28, 28, 5)]:
    image, kernel = rng.normal(size=(height, width)), rng.normal(size=(side, side))
    wanted = nn.functional.conv2d(
        torch.tensor(image)[None, None], torch.tensor(kernel)[None, None]
    )
    np.testing.assert_allclose(conv2d(image, kernel), wanted[0, 0], atol=1e-9)""",
    ),
    Task(
        "Net",
        2,
        """\
assert Net()(images[:8]).shape == (8, 4)""",
        """\
sizes = sorted(parameter.numel() for parameter in Net().parameters())
assert sizes == [4, 8, 16, 200, 3136, 3200]""",
    ),
    Task(
        "train",
        3,
        """\
assert len(train(Net(), images, labels, steps=3)) == 3""",
        """\
assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:5])""",
        TRAINING,
    ),
    Task(
        "accuracy",
        2,
        """\
assert 0 <= accuracy(net, test_images, test_labels) <= 1""",
        """\
hits = [
    int(net(image[None]).argmax()) == int(label)
    for image, label in zip(test_images[:50], test_labels[:50])
]
got = accuracy(net, test_images[:50], test_labels[:50])
assert abs(float(got) - np.mean(hits)) < 1e-6""",
    ),
)


def notebook(answers: dict[str, str], steps: int = STEPS) -> nbformat.NotebookNode:
    """Make the notebook with all its tests and somebody's answers.

    Parameters
    ----------
    answers : dict of str to str
        The source of each solution cell.
    steps : int
        How long the network is trained.
    """
    cells = [
        new_markdown_cell("# Training"),
        cell(IMPORTS, "imports", locked=True),
        cell(DATA, "data", locked=True),
    ]
    for task in TASKS:
        cells += [
            new_markdown_cell(f"## Write `{task.name}`"),
            cell(answers[task.name], task.name, solution=True),
        ]
        if task.before:
            before = task.before.format(steps=steps)
            cells.append(cell(before, f"{task.name}_run", locked=True))
        hidden = f"### BEGIN HIDDEN TESTS\n{task.hidden}\n### END HIDDEN TESTS"
        tests = f"{task.visible}\n{hidden}"
        cells.append(cell(tests, f"{task.name}_test", locked=True, points=task.points))
    return notebook_of(cells)


def notebook_of(cells: list[nbformat.NotebookNode]) -> nbformat.NotebookNode:
    """Make a notebook that has the same bytes each time."""
    for number, each in enumerate(cells):
        each.id = str(number)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def for_the_instructor(answers: dict[str, str]) -> nbformat.NotebookNode:
    """Make the notebook that `nbgrader generate_assignment` makes a release of."""
    return notebook(
        {
            name: f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION"
            for name, answer in answers.items()
        }
    )


def grade_id(document_cell: nbformat.NotebookNode) -> str:
    """Return a cell's grade_id; empty for a cell that nbgrader does not know."""
    return document_cell.metadata.get("nbgrader", {}).get("grade_id", "")


def write(document: nbformat.NotebookNode, path: Path) -> None:
    """Write a notebook, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(document, path)


def cell(
    source: str,
    name: str,
    locked: bool = False,
    solution: bool = False,
    points: int | None = None,
) -> nbformat.NotebookNode:
    """Make a code cell that nbgrader knows."""
    marks = {
        "grade_id": name,
        "grade": points is not None,
        "solution": solution,
        "locked": locked,
        "schema_version": 3,
        "task": False,
    }
    if points is not None:
        marks["points"] = points
    return new_code_cell(source, metadata={"nbgrader": marks})
