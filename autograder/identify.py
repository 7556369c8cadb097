"""Which cell of a submission is which cell of the release?

By their ids first, as far as those are to be believed; then, as some tools drop
nbgrader's metadata, by text, by the names that a cell defines, and by place.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.record import Note
from autograder.released import Release, ReleasedCell

_DEFINES = re.compile(r"^(?:(?:async +)?def|class) +(\w+)|^(\w+) *=(?!=)", re.MULTILINE)
_LONGEST_CODE = 100_000  # characters; longer code is only compared as text


@dataclass(eq=False)
class Slot:
    """A cell of a submission.

    Parameters
    ----------
    cell : NotebookNode
        The cell, without its nbgrader metadata.
    claim : any
        The nbgrader metadata that it came with.
    released : ReleasedCell, optional
        What it was found to be.
    copy_of : str, optional
        The `grade_id` that it had, if another cell was taken for that.
    """

    cell: NotebookNode
    claim: object = None
    released: ReleasedCell | None = None
    copy_of: str | None = None

    @property
    def source(self) -> str:
        """Text of the cell."""
        return self.cell.source

    @property
    def claimed(self) -> str | None:
        """The `grade_id` that it came with."""
        name = self.claim.get("grade_id") if isinstance(self.claim, Mapping) else None
        return name if isinstance(name, str) else None


def identify(slots: list[Slot], release: Release) -> list[Note]:
    """Find the cells of a release in a submission.

    Parameters
    ----------
    slots : list of Slot
        The cells of the submission, in order. `released` and `copy_of` are set.
    release : Release
        What is looked for.

    Returns
    -------
    list of Note
        What was odd.
    """
    notes = list(_doubts(slots, {cell.name for cell in release.cells}))
    for cell in release.cells:
        notes += _believe(slots, cell)
    return notes + _find_lost(slots, release)


def found(slots: Iterable[Slot]) -> dict[str, Slot]:
    """Map each `grade_id` to its cell."""
    return {slot.released.name: slot for slot in slots if slot.released}


def loose(slots: Iterable[Slot]) -> list[Slot]:
    """Return the cells that are not the release's."""
    return [slot for slot in slots if not slot.released]


def same_text(one: str, other: str) -> bool:
    r"""Whether texts are equal, but for blanks at line ends and blank lines around.

    Examples
    --------
    >>> same_text("x = 1  \r\n", "x = 1")
    True
    """
    return one == other or _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def same_code(one: str, other: str) -> bool:
    """Whether texts are equal, or a formatter made one of the other.

    Examples
    --------
    >>> same_code("x = [1,2]", "x = [1, 2]"), same_code("x = 1", "x = 2")
    (True, False)
    """
    if same_text(one, other):
        return True
    if max(len(one), len(other)) > _LONGEST_CODE:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _defines(text: str) -> set[str]:
    """Return the names that lines at the left margin define."""
    return {function or name for function, name in _DEFINES.findall(text)}


def _doubts(slots: Iterable[Slot], known: set[str]) -> Iterable[Note]:
    """Say which metadata means nothing here."""
    for slot in slots:
        claim = slot.claim
        if claim is None or slot.claimed in known:
            continue
        if not isinstance(claim, Mapping):
            yield Note("malformed", "", "A cell's nbgrader metadata was no dictionary.")
        elif any(claim.get(flag) for flag in ("grade", "solution", "locked", "task")):
            name = repr(claim.get("grade_id"))[:60]
            sentence = f"A cell had the id {name}, which this notebook does not have."
            yield Note("unknown-id", "", sentence)


def _believe(slots: list[Slot], cell: ReleasedCell) -> Iterable[Note]:
    """Choose among the cells that have this cell's id."""
    claimers = [slot for slot in slots if slot.claimed == cell.name]
    if not claimers:
        return
    if cell.locked:
        best = [slot for slot in claimers if _is_text_of(slot, cell)]
        if not best:
            # Perhaps the id was moved to another cell, and the text is still there.
            lost = [slot for slot in slots if slot.claim is None and not slot.released]
            same = [slot for slot in lost if _is_text_of(slot, cell)]
            best = (cell.text.strip() and same) or claimers
    else:
        edited = [slot for slot in claimers if not same_text(slot.source, cell.text)]
        wanted = _defines(cell.text)
        whole = [slot for slot in edited if wanted <= _defines(slot.source)]
        best = whole or edited or claimers
    best[-1].released = cell
    others = [slot for slot in claimers if slot is not best[-1]]
    for slot in others:
        slot.copy_of = cell.name
    if best[-1] not in claimers:
        sentence = "Its id stood at another cell; its text was found without an id."
        yield Note("wrong-id", cell.name, sentence, "suspicious")
    elif others and not (not cell.locked and _was_split(slots, claimers)):
        kept = "released text" if cell.locked else "last answer"
        sentence = (
            f"It was there {len(claimers)} times; the one with the {kept} counts, the "
            f"others run as ordinary cells."
        )
        yield Note("duplicate", cell.name, sentence)


def _is_text_of(slot: Slot, cell: ReleasedCell) -> bool:
    return any(same_text(slot.source, text) for text in (cell.text, cell.source))


def _was_split(slots: list[Slot], pieces: list[Slot]) -> bool:
    """Whether these are pieces of one cell: JupyterLab's split copies the metadata."""
    places = [slots.index(piece) for piece in pieces]
    texts = {piece.source for piece in pieces}
    return places[-1] - places[0] == len(pieces) - 1 and len(texts) == len(pieces)


def _find_lost(slots: list[Slot], release: Release) -> list[Note]:
    """Find cells whose metadata is gone."""
    back = []

    def take(cell: ReleasedCell, candidates: list[Slot], which: int) -> None:
        if candidates and not any(slot.released is cell for slot in slots):
            candidates[which].released = cell
            back.append(cell.name)

    lost = [cell for cell in release.cells if cell.name not in found(slots)]
    for cell in lost:
        if cell.text.strip():
            same = [s for s in loose(slots) if _is_text_of(s, cell)]
            take(cell, same, 0)
    for cell in lost:
        names = _defines(cell.text) if cell.cell_type == "code" else set()
        if names and not cell.locked:
            take(cell, [s for s in loose(slots) if names <= _defines(s.source)], -1)
    for cell in lost:
        if cell.by_hand and cell.name not in found(slots):
            candidates, rivals = answers_near(slots, release, cell)
            if len(candidates) == len(rivals):
                for rival, candidate in zip(rivals, candidates, strict=True):
                    take(rival, [candidate], 0)
    if not back:
        return []
    names = ", ".join(back)
    sentence = f"nbgrader's metadata was gone and is put back, in: {names}."
    return [Note("metadata-lost", "", sentence)]


def answers_near(
    slots: list[Slot], release: Release, cell: ReleasedCell
) -> tuple[list[Slot], list[ReleasedCell]]:
    """Return the cells that may be a lost answer, and the lost answers they may be.

    Parameters
    ----------
    slots : list of Slot
        The cells of the submission.
    release : Release
        What was released.
    cell : ReleasedCell
        An answer, graded by hand, that has no cell.

    Returns
    -------
    candidates : list of Slot
        Loose cells of its type, between the nearest cells that were found, with text
        of the student's.
    rivals : list of ReleasedCell
        The answers of its type that were lost at this place, `cell` among them.
    """
    places = {slot.released.name: i for i, slot in enumerate(slots) if slot.released}
    number = release.cells.index(cell)
    first = last = number
    while first > 0 and release.cells[first - 1].name not in places:
        first -= 1
    while last + 1 < len(release.cells) and release.cells[last + 1].name not in places:
        last += 1
    start = places[release.cells[first - 1].name] + 1 if first else 0
    end = len(slots)
    if last + 1 < len(release.cells):
        end = places[release.cells[last + 1].name]
    if start > end:  # cells were moved: it may be anywhere
        start, end = 0, len(slots)
    plain = release.plain or ()
    candidates = [
        slot
        for slot in slots[start:end]
        if not slot.released
        and slot.cell.cell_type == cell.cell_type
        and slot.source.strip()
        and not any(same_text(slot.source, text) for text in plain)
    ]
    rivals = [
        other
        for other in release.cells[first : last + 1]
        if other.by_hand and other.cell_type == cell.cell_type
    ]
    return candidates, rivals
