"""`autograder doctor`: what this machine offers, and what grading would do."""

import argparse
import os

from autograder.survey import Survey, survey
from autograder.zygote import selfcheck

TIERS = {
    "full": "in full: each room has its own processes, files, network and memory",
    "landlock": "without namespaces: SECURITY.md says what that leaves open",
}
REFUSAL = (
    'not at all, unless `isolation = "process"` is chosen: two rooms, but students\' '
    "code may do whatever you may do"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes: nothing."""


def run(arguments: argparse.Namespace) -> int:
    """Print the layers and the verdict; 0 if students' code can be enclosed."""
    found = survey()
    print(report(found))
    print(warmth(selfcheck()) if found.tier else "")
    return 0 if found.tier else 1


def warmth(problems: list[str]) -> str:
    """Say how kernels would start."""
    if not problems:
        return "Kernels would start warm, from a process that has imported everything."
    return "\n".join(["Kernels would start cold, in seconds each:", *problems])


def report(found: Survey) -> str:
    """Write a table of the layers, and below it what grading would do."""
    rows = [("layer", "here", "protects against", "why not, or which")]
    for layer in found.layers:
        if layer.name == "Python" and found.tier == "full":
            continue  # shown in namespaces, wherever it lies
        here = "no" if layer.missing else "yes"
        rows.append((layer.name, here, layer.protects, layer.missing or layer.detail))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    verdict = TIERS[found.tier] if found.tier else f"{REFUSAL}\nWhy: {found.why}"
    user = "root, each room as a user of its own" if _is_root() else "an ordinary user"
    lines += [
        "",
        f"You are {user}.",
        f"Grading would enclose students' code {verdict}.",
    ]
    return "\n".join(line.rstrip() for line in lines)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
