"""Run all answers to a lesson with other random numbers: is a verdict a matter of luck?

    python tests/reseed.py 09_training --seeds 20

Each graded cell runs once for each answer and seed. While it runs, every seed that it,
the lesson or the answer plants (`np.random.default_rng(7)`, `torch.manual_seed(7)`)
stands for another one, the same for all of them. A cell that compares with numbers
which one seed gave fails with the reference solution, too; it is named and left out.
"""

import argparse
import sys

import nbformat
from lessons import LESSONS, answers_to
from nbformat.v4 import new_code_cell

from autograder.audit import graded_by_task, judge, one_kernel, outcome

# Two functions, so that a check of what an answer calls does not find torch in NumPy's.
PLANT = """\
import types

_plant = types.SimpleNamespace(shift=0)


def _plant_numpy():
    import numpy

    rng = numpy.random.default_rng

    def default_rng(seed=None):
        plain = isinstance(seed, (int, numpy.integer, list, tuple))
        shifted = [_plant.shift, *numpy.atleast_1d(seed)] if plain else seed
        return rng(shifted if _plant.shift else seed)

    numpy.random.default_rng = default_rng


def _plant_torch():
    import torch

    seed_all = torch.manual_seed
    torch.manual_seed = lambda seed: seed_all(int(seed) + 1_000_003 * _plant.shift)


_plant_numpy()
_plant_torch()
"""


def many_times(document, tasks, seeds):
    """Repeat the graded cells of some tasks, each copy with seeds of its own."""
    tests = graded_by_task(document)
    chosen = [id(cell) for task in tasks for cell in tests[task]]
    cells = [new_code_cell(PLANT)]
    for cell in document.cells:
        if id(cell) not in chosen:
            cells.append(cell)
            continue
        for seed in range(seeds):
            copy = nbformat.from_dict(cell)
            copy.source = f"_plant.shift = {seed}\n{cell.source}"
            copy.metadata.nbgrader.grade_id += f" with seed {seed}"
            cells.append(copy)
        cells.append(new_code_cell("_plant.shift = 0"))
    return nbformat.from_dict({**document, "cells": cells})


def reseed(lesson, seeds, only):
    """Print which answers to a lesson are judged by luck; return how many."""
    answers = [a for a in answers_to(lesson) if not only or a.task in only]
    document = nbformat.read(lesson.notebook, as_version=4)
    document = many_times(document, {answer.task for answer in answers}, seeds)
    client = one_kernel(document, lesson.notebook.parent, 120)
    runs, golden = [], {}
    for answer, cell in judge(document, answers, client):
        if answer is not None:
            runs.append((answer, outcome(cell)))
        elif " with seed " in cell.metadata.get("nbgrader", {}).get("grade_id", ""):
            got = outcome(cell)
            if got.score < got.points:
                golden[got.cell] = got.message
    for cell, message in golden.items():
        print(f"{lesson}: {cell} fails with the reference solution: {message}")
    lost = {}  # by answer and seed
    for answer, got in runs:
        if got.cell not in golden:
            key = answer, got.cell.rpartition(" ")[2]
            lost[key] = lost.get(key, 0) + got.points - got.score
    unlucky = {}
    for (answer, seed), points in lost.items():
        if bool(points) == answer.right:
            unlucky.setdefault(answer, []).append(seed)
    for answer, chance in unlucky.items():
        verdict = "rejected" if answer.right else "accepted"
        print(f"{lesson} {answer.label}: {verdict} with seeds {', '.join(chance)}")
    print(
        f"{lesson}: {len(runs)} runs of graded cells, {len(golden)} cells left out, "
        f"{len(unlucky)} answers judged by luck"
    )
    return len(unlucky)


def main():
    """Read the options and try the lessons named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lesson", nargs="*", help="for example 09_training")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--task", nargs="+", default=())
    options = parser.parse_args()
    chosen = [e for e in LESSONS if e.name in options.lesson or not options.lesson]
    sys.exit(any([reseed(e, options.seeds, options.task) for e in chosen]))


if __name__ == "__main__":
    main()
