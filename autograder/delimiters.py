"""Delimiters of regions that nbgrader removes: unbalanced, misplaced, misspelled.

nbgrader looks for exact words in a line. With a typo in one of a pair it stops, or not,
depending on which; with a typo in both it releases what should be hidden and says
nothing.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from nbgrader.utils import is_grade, is_solution, is_task
from traitlets.config import Config

_SYNONYMS = {"START": "BEGIN", "STOP": "END", "FINISH": "END"}


@dataclass(frozen=True)
class Region:
    """A kind of region.

    Parameters
    ----------
    begin, end : str
        The words that delimit it.
    what : str
        What it holds.
    where : str
        The kind of cell that may have one.
    """

    begin: str
    end: str
    what: str
    where: str


def regions(config: Config) -> tuple[Region, ...]:
    """Return the regions, with the delimiters that the course has configured."""
    hidden = ClearHiddenTests(config=config)
    solution = ClearSolutions(config=config)
    scheme = ClearMarkScheme(config=config)
    return (
        Region(
            *(hidden.begin_test_delimeter, hidden.end_test_delimeter),
            *("hidden tests", "graded test cell"),
        ),
        Region(
            *(solution.begin_solution_delimeter, solution.end_solution_delimeter),
            *("the solution", "solution cell"),
        ),
        Region(
            *(scheme.begin_mark_scheme_delimeter, scheme.end_mark_scheme_delimeter),
            *("the mark scheme", "task cell"),
        ),
    )


def problems(
    cell: NotebookNode, kinds: tuple[Region, ...]
) -> Iterator[tuple[int, str, str, str]]:
    """Find what is wrong with the delimiters in a cell.

    Parameters
    ----------
    cell : NotebookNode
        A cell of the instructor's notebook.
    kinds : tuple of Region
        What `regions` returns.

    Yields
    ------
    tuple of (int, str, str, str)
        Line, from 1; the text that is wrong; why; what to write instead.
    """
    lines = cell.source.split("\n")
    inside = set()
    for region in kinds:
        begun = 0
        for number, line in enumerate(lines, 1):
            if begun:
                inside.add(number)
            if region.begin in line:
                if not _allowed(cell, region):
                    yield (
                        number,
                        region.begin,
                        f"nbgrader accepts {region.what} only in a {region.where}",
                        f"move it, or make this cell a {region.where}",
                    )
                if begun:
                    yield (
                        number,
                        region.begin,
                        f"the region begun in line {begun} has no end yet",
                        f"write {region.end!r} before this line",
                    )
                begun = number
            elif region.end in line:
                if not begun:
                    yield (
                        number,
                        region.end,
                        f"nothing begins here, so {region.what} above would be "
                        f"released",
                        f"write {region.begin!r} in a line above",
                    )
                begun = 0
        if begun:
            yield (
                begun,
                region.begin,
                "this region never ends",
                f"write {region.end!r} in a line below",
            )
    for number, line in enumerate(lines, 1):
        if number not in inside and (meant := _misspelled(line, kinds)):
            yield (
                number,
                line.strip(),
                "nbgrader would not see it, and release what should be removed",
                f"write {meant!r}",
            )


def _allowed(cell: NotebookNode, region: Region) -> bool:
    return {
        "graded test cell": is_grade(cell) and not is_solution(cell),
        "solution cell": is_solution(cell),
        "task cell": is_task(cell),
    }[region.where]


def _misspelled(line: str, kinds: tuple[Region, ...]) -> str:
    """Return the delimiter that a comment is meant to be, or ""."""
    if not line.lstrip().startswith(("#", "<!--", "//", "%")):
        return ""
    if any(word in line for region in kinds for word in (region.begin, region.end)):
        return ""
    words = re.sub(r"[\W_]+", " ", line).split()
    for region in kinds:
        for delimiter in (region.begin, region.end):
            if _meant(words, re.sub(r"[\W_]+", " ", delimiter).split()):
                return delimiter
    return ""


def _meant(words: list[str], wanted: list[str]) -> bool:
    """Tell whether words, in any order and with typos, are meant as the wanted ones."""
    if sorted(w.lower() for w in words) == sorted(w.lower() for w in wanted):
        return True
    # Prose may come near a delimiter; what is written in capitals is meant as one.
    if not words or not all(word.isupper() for word in words):
        return False
    words = [_SYNONYMS.get(word, word) for word in words]
    if words[0].startswith(wanted[0]):
        first, rest = wanted[0], [words[0].removeprefix(wanted[0]), *words[1:]]
    else:
        first = max(words, key=lambda word: _likeness(word, wanted[0]))
        rest = [word for word in words if word is not first]
    rest_likeness = _likeness("".join(rest), "".join(wanted[1:]))
    return _likeness(first, wanted[0]) >= 0.65 and rest_likeness >= 0.7


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
