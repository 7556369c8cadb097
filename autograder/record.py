"""The record of one graded notebook, kept as JSON beside the autograded notebook.

`autograded/ada/ps1/ps1.ipynb` has its record in `autograded/ada/ps1/ps1.record.json`:
what was repaired before grading, what happened in the two rooms, and how long it took.
A grader may read it; a student may not, so `*.record.json` belongs in
`c.CourseDirectory.ignore`, which keeps it out of `feedback/`.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from autograder.errors import AutograderError

VERSION = 1
SUFFIX = ".record.json"
MOST_NOTES = 200  # a notebook of 100,000 damaged cells needs no 100,000 sentences
LONGEST = 400  # characters of one sentence


class RecordError(AutograderError):
    """A record cannot be read."""


@dataclass(frozen=True)
class Note:
    """One thing that a grader may want to know about a submission.

    Parameters
    ----------
    kind : str
        One word for it, the same in every submission: ``"restored"``, ``"tags"``...
    cell : str
        The `grade_id` of the cell, the name of the file, or ``""``.
    sentence : str
        What was found and what was done, for a person.
    severity : {"repaired", "suspicious"}
        Suspicious is what hardly happens by accident.
    """

    kind: str
    cell: str
    sentence: str
    severity: Literal["repaired", "suspicious"] = "repaired"


@dataclass(frozen=True)
class Record:
    """What is kept about one graded notebook.

    Parameters
    ----------
    student, assignment, notebook : str
        nbgrader's names for them.
    tamper : tuple of Note
        What the submission needed before it could be graded; empty for honest work.
    rooms : tuple of Note
        What happened while it ran.
    seconds : mapping of str to float
        How long each part took.
    """

    student: str
    assignment: str
    notebook: str
    tamper: tuple[Note, ...] = ()
    rooms: tuple[Note, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def record_path(notebook: Path) -> Path:
    """Return where the record of a notebook is kept.

    Examples
    --------
    >>> record_path(Path("autograded/ada/ps1/ps1.ipynb")).name
    'ps1.record.json'
    """
    return notebook.with_name(notebook.stem + SUFFIX)


def write_record(path: Path, record: Record) -> None:
    """Write a record; whoever reads meanwhile sees the old one or the new one.

    Parameters
    ----------
    path : Path
        As `record_path` gives it; its folder is made if it is not there.
    record : Record
        Notes beyond `MOST_NOTES` are counted, not kept.
    """
    short = replace(record, tamper=_cut(record.tamper), rooms=_cut(record.rooms))
    text = json.dumps({"version": VERSION} | asdict(short), indent=1) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(SUFFIX, path.stem, path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        # mkstemp lets only the owner read; a record is as open as its notebook.
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_record(path: Path) -> Record:
    """Read a record.

    Raises
    ------
    RecordError
        If there is none, or it is no record of this version.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content.pop("version")
        if version == VERSION:
            for room in ("tamper", "rooms"):
                content[room] = tuple(Note(**note) for note in content[room])
            return Record(**content)
    except FileNotFoundError:
        raise RecordError(f"{path}: there is no such record; autograde first") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RecordError(
            f"{path}: wanted a record of a graded notebook, got something else "
            f"({error}); autograde again with --force"
        ) from error
    raise RecordError(
        f"{path}: wanted a record of version {VERSION}, got version {version!r}; "
        f"autograde again with --force"
    )


def add_to_record(
    path: Path, rooms: Iterable[Note] = (), seconds: Mapping[str, float] | None = None
) -> None:
    """Add notes and times to a record that is there.

    Parameters
    ----------
    path : Path
        As `record_path` gives it.
    rooms : iterable of Note
        Added to the notes on the rooms.
    seconds : mapping of str to float, optional
        Added to the times; a name that is there is overwritten.
    """
    old = read_record(path)
    new = replace(
        old, rooms=(*old.rooms, *rooms), seconds={**old.seconds, **(seconds or {})}
    )
    write_record(path, new)


def _cut(notes: Iterable[Note]) -> tuple[Note, ...]:
    notes = [
        replace(note, sentence=note.sentence[: LONGEST - 1] + "…")
        if len(note.sentence) > LONGEST
        else note
        for note in notes
    ]
    more = len(notes) - MOST_NOTES
    if more > 0:
        # What is suspicious is kept first.
        notes.sort(key=lambda note: note.severity != "suspicious")
        notes[MOST_NOTES:] = [Note("more", "", f"{more} more notes were left out.")]
    return tuple(notes)
