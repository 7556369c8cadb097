"""Run all answers to a lesson with other random numbers: is a verdict a matter of luck?

    python tests/reseed.py 09_training --seeds 20

Each graded cell runs once for each answer and seed. While it runs, every seed that it,
the lesson or the answer plants (`np.random.default_rng(7)`, `torch.manual_seed(7)`)
stands for another one, the same for all of them. A cell that compares with numbers
which one seed gave fails with the reference solution, too; it is named and left out.
"""

import argparse
import os
import sys
from collections import Counter

import nbformat
from lessons import LESSONS, answers_to
from nbformat.v4 import new_code_cell

from autograder.audit import (
    EXPERIMENT,
    WHILE_GRADING,
    graded_by_task,
    one_kernel,
    outcome,
)

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


def run(client, source, index=0):
    """Run code; return its cell."""
    cell = new_code_cell(source)
    client.execute_cell(cell, index)
    return cell


def tried(client, task, answer, tests, seeds):
    """Yield (seed, outcome) of each graded cell of a task for an answer."""
    run(client, f"globals().pop({task!r}, None)\n{answer}")
    for seed in range(seeds):
        run(client, f"_plant.shift = {seed}")
        for test in tests:
            copy = nbformat.from_dict(test)
            client.execute_cell(copy, 0)
            yield seed, outcome(copy)
    run(client, "_plant.shift = 0")


def reseed(lesson, seeds, only):
    """Print what depends on luck in a lesson; return how much does."""
    document = nbformat.read(lesson.notebook, as_version=4)
    tests, wanted = graded_by_task(document), {}
    for answer in answers_to(lesson):
        wanted.setdefault(answer.task, []).append(answer)
    client = one_kernel(document, lesson.notebook.parent, 120)
    client.allow_errors = True
    bad = runs = 0
    with client.setup_kernel(env={**os.environ, **WHILE_GRADING, "COURSE_SEEDS": "1"}):
        run(client, PLANT)
        for index, cell in enumerate(document.cells):
            if cell.cell_type != "code" or EXPERIMENT in cell.metadata.get("tags", ()):
                continue
            client.execute_cell(cell, index)
            task = cell.metadata.get("nbgrader", {}).get("grade_id")
            if not cell.metadata.get("nbgrader", {}).get("solution"):
                continue
            if task not in wanted or (only and task not in only):
                continue
            golden, message = set(), ""
            for seed, got in tried(client, task, cell.source, tests[task], seeds):
                if got.score < got.points:
                    golden.add((seed, got.cell))
                    message = f"seed {seed}, {got.cell}: {got.message}"
            if golden:
                print(f"{lesson} {task}: {len(golden)} runs left out; {message}")
            for answer in wanted[task]:
                lost = Counter()
                for seed, got in tried(client, task, answer.source, tests[task], seeds):
                    runs += 1
                    if (seed, got.cell) not in golden:
                        lost[seed] += got.points - got.score
                unlucky = [s for s in range(seeds) if bool(lost[s]) == answer.right]
                if unlucky:
                    bad += 1
                    verdict = "rejected" if answer.right else "accepted"
                    print(f"{lesson} {answer.label}: {verdict} with seeds {unlucky}")
            client.execute_cell(cell, index)
    print(f"{lesson}: {runs} runs of graded cells, {bad} answers judged by luck")
    return bad


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
