"""Put a submitted notebook right before it is graded.

Which cells there are, their types, the text of the locked ones, points and flags: that
is known from the gradebook, and never taken from the submission. What a student may
change, the text of unlocked cells and cells of her own, stays as it is and where it is.
So honest work passes unchanged, and whatever happened to the rest, nbgrader finds every
cell that it wants, once, in a place where it can do its work.
"""

import re
from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from autograder.clean import clean, unique_id
from autograder.identify import (
    Slot,
    answers_near,
    found,
    identify,
    same_code,
    same_text,
)
from autograder.record import Note
from autograder.released import Release, ReleasedCell

# Tags by which nbclient and nbconvert skip a cell, forgive its errors, or hide it.
_RUN_TAG = re.compile(r"skip-execution|raises-exception|remove[-_].*|nbgrader.*")

_NOT_RUN = {
    "output_type": "error",
    "ename": "NotRun",
    "evalue": "this cell was missing from the submission and was not run",
    "traceback": [],
}


def repair(
    notebook: NotebookNode, release: Release, keep_outputs: bool = False
) -> tuple[NotebookNode, list[Note]]:
    """Repair a submission.

    Parameters
    ----------
    notebook : NotebookNode
        What was submitted; it is not changed.
    release : Release
        What was released.
    keep_outputs : bool
        Keep the outputs that were submitted (nbgrader's ``--no-execute``).

    Returns
    -------
    notebook : NotebookNode
        Valid for nbformat and nbgrader. Each locked cell, and each answer that is
        graded by hand, is in it once, with the gradebook's type, flags, points and, if
        locked, text. Each test comes after an answer to its task.
    notes : list of Note
        What was repaired; empty for honest work.
    """
    notebook = clean(notebook, keep_outputs)
    slots = [Slot(cell, cell.metadata.pop("nbgrader", None)) for cell in notebook.cells]
    notes = identify(slots, release)
    for slot in slots:
        if slot.released:
            notes += _rewrite(slot, slot.released)
    ids = {cell.id for cell in notebook.cells}
    for number, cell in enumerate(release.cells):
        if cell.name not in found(slots):
            notes.append(_restore(slots, release, number, ids))
    for number, cell in enumerate(release.cells):
        if cell.is_test and _put_after_its_task(slots, release, number):
            sentence = "It stood before the answer to its task, and was put behind it."
            notes.append(Note("moved", cell.name, sentence))
    notebook.cells = [slot.cell for slot in slots]
    return notebook, notes


def _rewrite(slot: Slot, released: ReleasedCell) -> list[Note]:
    """Give a cell the type, flags and text of the release."""
    cell, notes = slot.cell, []
    # Released before the instructor changed the tests? Its own checksum says so.
    kept = slot.claimed == released.name and _has_its_checksum(slot)

    def note(kind: str, sentence: str, suspicious: bool) -> None:
        if kept:
            sentence += " It is from an older release."
        severity = "suspicious" if suspicious and not kept else "repaired"
        notes.append(Note(kind, released.name, sentence, severity))

    if slot.claimed == released.name and (wrong := _wrong_flags(slot.claim, released)):
        sentence = f"Its nbgrader metadata was changed ({', '.join(wrong)})."
        note("flags", sentence, suspicious=True)
    if cell.cell_type != released.cell_type:
        sentence = f"It was a {cell.cell_type} cell; it is {released.cell_type} again."
        note("retyped", sentence, suspicious=released.is_test)
        cell.cell_type = released.cell_type
        if cell.cell_type == "code":
            cell.pop("attachments", None)
            cell.outputs, cell.execution_count = [], None
        else:
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    if released.locked:
        same = same_code if released.cell_type == "code" else same_text
        if not any(
            same(cell.source, text) for text in (released.text, released.source)
        ):
            sentence = "Its locked text was changed; it has the released text again."
            note("edited", sentence, suspicious=released.is_test)
        cell.source = released.source
    tags = cell.metadata.get("tags", [])
    bad = [tag for tag in tags if _RUN_TAG.fullmatch(tag) and tag not in released.tags]
    if bad:
        listed = repr(", ".join(bad))[:60]
        sentence = f"Its tags {listed} can change its run or hide it; they are gone."
        # To nbgrader a test that is skipped has no error: all points.
        worst = released.is_test and "skip-execution" in bad
        severity = "suspicious" if worst else "repaired"
        notes.append(Note("tags", released.name, sentence, severity))
        cell.metadata.tags = [tag for tag in tags if tag not in bad]
    cell.metadata["nbgrader"] = released.metadata
    return notes


def _has_its_checksum(slot: Slot) -> bool:
    """Whether a cell is as nbgrader released it once."""
    try:
        cell = {"source": slot.source, "cell_type": slot.cell.cell_type}
        node = nbformat.from_dict(cell | {"metadata": {"nbgrader": slot.claim}})
        return compute_checksum(node) == slot.claim["checksum"]
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _wrong_flags(claim: Mapping, released: ReleasedCell) -> list[str]:
    """Return the flags that differ from the release, as nbgrader reads them."""
    came = {flag: bool(claim.get(flag)) for flag in ("grade", "solution", "task")}
    # To nbgrader a solution is never locked, and any other graded cell always.
    came["locked"] = not came["solution"] and (
        came["grade"] or bool(claim.get("locked"))
    )
    wrong = [flag for flag, value in came.items() if value != getattr(released, flag)]
    if released.grade and claim.get("points") != released.points:
        wrong.append("points")
    return wrong


def _restore(slots: list[Slot], release: Release, number: int, ids: set[str]) -> Note:
    """Put a missing cell back at its place, if there is anything to put back."""
    cell = release.cells[number]
    if not (cell.locked or cell.by_hand or cell.task):
        sentence = "This answer was deleted; the tests of its task run without it."
        return Note("missing-answer", cell.name, sentence)
    source, sentence = cell.source, "It was deleted, and is back in its place."
    if cell.by_hand:
        candidates, _ = answers_near(slots, release, cell)
        if candidates or release.plain is None:
            # Any other text than the released one makes nbgrader ask a person.
            sentence += " Look for the answer in the cells around it."
            mark = "# " if cell.cell_type == "code" else ""
            source = (
                f"{source}\n\n{mark}This cell was missing: see the cells around it."
            )
    node = {
        "id": unique_id(f"back-{cell.name}", ids),
        "cell_type": cell.cell_type,
        "metadata": {"deletable": False, "nbgrader": cell.metadata},
        "source": source,
    }
    if cell.cell_type == "code":
        # Only --no-execute leaves this in place; without it no output is full points.
        outputs = [_NOT_RUN] if cell.is_test else []
        node |= {"outputs": outputs, "execution_count": None}
    slots.insert(
        _place(slots, release, number), Slot(nbformat.from_dict(node), released=cell)
    )
    return Note("restored", cell.name, sentence)


def _place(slots: list[Slot], release: Release, number: int) -> int:
    """Return where a missing cell belongs: behind the one before it in the release."""
    here = found(slots)
    for before in reversed(release.cells[:number]):
        if before.name in here:
            place = slots.index(here[before.name]) + 1
            return (
                _behind_code(slots, place) if release.cells[number].is_test else place
            )
    for after in release.cells[number + 1 :]:
        if after.name in here:
            return slots.index(here[after.name])
    return len(slots)


def _behind_code(slots: list[Slot], place: int) -> int:
    """Move a place behind the student's own code up to the next released cell.

    What a test checks may have been written in cells that were added or split off.
    """
    end = place
    while end < len(slots) and not slots[end].released:
        end += 1
        if slots[end - 1].cell.cell_type == "code":
            place = end
    return place


def _put_after_its_task(slots: list[Slot], release: Release, number: int) -> bool:
    """Move a test that stands before every answer to its task; say whether it did.

    A test that stands later stays where it is, and so does a task that was moved with
    its tests: in stock nbgrader they lose nothing.
    """
    here = found(slots)
    test = here[release.cells[number].name]
    place, needed = slots.index(test), -1
    for cell in _answers_before(release, number):
        tries = [
            index
            for index, slot in enumerate(slots)
            if slot.released is cell or slot.copy_of == cell.name
        ]
        if tries and place < tries[0]:
            needed = max(needed, slots.index(here[cell.name]))
    if needed < 0:
        return False
    slots.insert(_behind_code(slots, needed + 1), test)
    slots.pop(place)
    return True


def _answers_before(release: Release, number: int) -> list[ReleasedCell]:
    """Return the answers that a test is about: those between it and earlier tests."""
    answers: list[ReleasedCell] = []
    for cell in reversed(release.cells[:number]):
        if cell.is_test and answers:
            break
        if cell.solution and cell.cell_type == "code":
            answers.append(cell)
    return answers
