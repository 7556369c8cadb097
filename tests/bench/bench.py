"""`make bench`: graders on the same class, in turns, and what each costs."""

import argparse
import json
import os
import platform
import shutil
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from meter import Usage, measure
from micro import figures
from otter_grader import OTTER
from students import STUDENTS
from table import FLOOR, Run, Spread, as_json, as_markdown, as_text, paired, rows
from variants import BUILD, ENVIRONMENT, VARIANTS

OURS = "ours"


def grade(variant, students, number: int) -> tuple[Run, Usage]:
    """Let a grader grade the class once."""
    folder = BUILD / "bench" / variant.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    variant.prepare(folder, students)
    log = folder / "log.txt"
    usage = measure(variant.commands(folder), folder, ENVIRONMENT, log)
    try:
        points = variant.points(folder, students)
    except Exception as error:
        sys.exit(f"error: {variant.name} gave no points: {error!r}; see {log}")
    unfair = tuple(
        f"{student.name} got {points.get(student.name)}, deserves {student.deserved}"
        for student in students
        if points.get(student.name) != student.deserved
    )
    own = variant.own_seconds(folder) if variant.name == FLOOR else 0.0
    measured = (usage.wall, usage.cpu, own, usage.elsewhere, unfair)
    return Run(variant.name, number, len(students), *measured), usage


def rounds(variants, students, count: int) -> tuple[list[Run], list[dict]]:
    """Let all graders take turns, each round beginning with another one.

    Round 0, with two students, only fills the disk's cache and is not counted.
    """
    runs, details = [], []
    for number in range(count + 1):
        some = students if number else students[:2]
        first = number % len(variants)
        turns = {}
        for variant in [*variants[first:], *variants[:first]]:
            turns[variant.name], usage = grade(variant, some, number)
            details.append(by_command(variant.name, number, usage))
            report(turns[variant.name], usage)
        if number:
            own = turns[FLOOR].own
            runs += [replace(turns[variant.name], own=own) for variant in variants]
    return runs, details


def report(run: Run, usage: Usage) -> None:
    """Print a line for a run, and what is wrong with it."""
    print(
        f"{f'round {run.round}' if run.round else 'warm-up':9}{run.variant:10}"
        f"{run.wall:7.1f} s,{run.cpu:7.1f} CPU s,"
        f" {run.elsewhere:.1f} cores busy elsewhere",
        *(f"  unfair: {line}" for line in run.unfair),
        *(f"  left behind: {command}" for command in usage.left),
        sep="\n",
        flush=True,
    )


def by_command(name: str, number: int, usage: Usage) -> dict:
    """Return what each kind of process used, for the JSON file."""
    cpu = {}
    for process in usage.processes.values():
        words = process.command.split()
        kind = " ".join(Path(word).name for word in words[:4] if word[0] != "-")
        cpu[kind] = cpu.get(kind, 0.0) + process.cpu
    return {
        "variant": name,
        "round": number,
        "cpu_waited": usage.cpu_waited,
        "cpu_seen": usage.cpu_seen,
        "left": usage.left,
        "cpu_by_command": cpu,
    }


def machine() -> dict[str, str]:
    """Return the facts that the numbers depend on."""
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
    packages = ("nbgrader", "nbclient", "jupyter_client", "ipykernel", "torch", "numpy")
    return {
        "cores": f"{os.cpu_count()} x {model}",
        "system": f"Linux {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
        "otter-grader": OTTER.partition("==")[2],
        "threads": "1 for BLAS and OpenMP",
    }


def comparisons(runs: list[Run]) -> str:
    """Say in words how ours compares, with medians and spreads of the rounds."""
    if not any(run.variant == OURS for run in runs):
        return ""
    lines = []
    for other in dict.fromkeys(run.variant for run in runs):
        if other not in (OURS, FLOOR):
            speed = paired(runs, OURS, other, lambda a, b: b.wall / a.wall)
            cpu = paired(runs, OURS, other, lambda a, b: b.cpu / a.cpu)
            on_top = paired(runs, OURS, other, lambda a, b: b.on_top / a.on_top)
            lines.append(
                f"against {other}: {speed} x the throughput, {cpu} x less CPU,"
                f" {on_top} x less CPU on top of the students' own"
            )
    floor = paired(runs, OURS, FLOOR, lambda a, b: a.cpu / b.cpu)
    own = paired(runs, OURS, FLOOR, lambda a, b: a.cpu / b.own)
    if floor:
        lines.append(f"CPU: {floor} x the floor, {own} x the students' own code")
    return "\n".join(lines)


def main() -> None:
    """Read the options, measure, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--students", type=int, default=len(STUDENTS))
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--markdown", type=Path, metavar="FILE")
    names = [variant.name for variant in VARIANTS]
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--no-figures", action="store_true", help="only the table")
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("error: the benchmark counts processes through Linux's /proc")

    chosen = {*options.only, FLOOR}  # without the floor there is no "on top"
    variants = [variant for variant in VARIANTS if variant.name in chosen]
    facts = machine()
    print(*(f"{name} {value}" for name, value in facts.items()), sep=", ", end="\n\n")
    students = STUDENTS[: options.students]
    runs, details = rounds(variants, students, options.rounds)
    table = rows(runs)
    more = {} if options.no_figures else figures(variants)
    print(f"\n{as_text(table)}\n\n{comparisons(runs)}")
    elsewhere = Spread.of(run.elsewhere for run in runs)
    if elsewhere.median > 0.2:
        print(f"note: {elsewhere} cores were busy elsewhere; trust CPU, not throughput")
    for name, values in more.items():
        print(f"\n{name}", *(f"{k}: {v}" for k, v in values.items()), sep="\n    ")
    if options.json:
        report = as_json(runs, machine=facts, figures=more, details=details)
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    if options.markdown:
        about = {variant.name: variant.about for variant in VARIANTS}
        text = as_markdown(table, about)
        note = ", ".join(f"{name} {value}" for name, value in facts.items())
        options.markdown.write_text(f"{text}\n{note}\n", encoding="utf-8")
    if any(run.unfair for run in runs):
        sys.exit("error: somebody did not get the points deserved; see above")


if __name__ == "__main__":
    main()
