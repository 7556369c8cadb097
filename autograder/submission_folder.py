"""The folder of one submission: which of its files can be taken over for grading?

nbgrader copies every file beside the notebooks to `autograded/` and later `feedback/`,
and follows links while it does: a link called notes.txt to the gradebook would hand the
gradebook out. One named pipe or dangling link loses the whole submission.
"""

import os
import re
import stat
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.record import SUFFIX, Note
from autograder.submission import SubmissionError, read_notebook

TIMESTAMP = "timestamp.txt"
_AHEAD = timedelta(days=1)  # of clocks that are set wrong
_OLDEST = datetime(2014, 1, 1)  # there was no nbgrader before
_COPY = re.compile(r"[\W\d_]*(copy|kopie|copie|copia|final|new)?[\W\d_]*")


def check_files(
    folder: Path, most_bytes: float = 100_000_000
) -> tuple[list[str], list[Note]]:
    """Find the files of a submission that must not be copied.

    Parameters
    ----------
    folder : Path
        The submission's folder.
    most_bytes : float
        Larger files are left out.

    Returns
    -------
    paths : list of str
        Each starts with `folder`.
    notes : list of Note
        One for each, and for links to folders, which nbgrader does not follow.
    """
    paths, notes = [], []
    inside = folder.resolve()
    for place, folders, files in os.walk(folder):
        for name in sorted(folders):
            path = Path(place, name)
            if path.is_symlink() and (reason := _bad_link(path, inside)):
                notes.append(_left_out(folder, path, *reason))
        for name in sorted(files):
            path = Path(place, name)
            if not name.endswith(".ipynb") and (
                reason := _bad_file(path, inside, most_bytes)
            ):
                paths.append(str(path))
                notes.append(_left_out(folder, path, *reason))
    return paths, notes


def _left_out(folder: Path, path: Path, what: str, severity: str) -> Note:
    name = repr(str(path.relative_to(folder)))[1:-1][:100]
    return Note("file", name, f"The file was left out: it is {what}.", severity)


def _bad_link(path: Path, inside: Path) -> tuple[str, str] | None:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "a link to nothing", "repaired"
    if not target.is_relative_to(inside):
        return "a link out of the submission", "suspicious"
    return None


def _bad_file(path: Path, inside: Path, most_bytes: float) -> tuple[str, str] | None:
    if path.is_symlink() and (reason := _bad_link(path, inside)):
        return reason
    try:
        kind = path.stat()
    except OSError:
        return "unreadable", "repaired"
    if not stat.S_ISREG(kind.st_mode):
        return "a pipe, socket or device", "suspicious"
    if path.name.endswith(SUFFIX):
        return "named like the autograder's own record", "suspicious"
    if kind.st_size > most_bytes:
        return f"larger than {most_bytes / 1e6:g} MB", "repaired"
    if not os.access(path, os.R_OK):
        return "unreadable", "repaired"
    return None


def read_timestamp(folder: Path, now: datetime) -> tuple[datetime | None, Note | None]:
    """Read when a submission was handed in, if that can be true.

    Parameters
    ----------
    folder : Path
        The submission's folder.
    now : datetime
        The present, in UTC, without a time zone.

    Returns
    -------
    time : datetime or None
        In UTC, without a time zone. None, as without a file: nbgrader then takes the
        submission to be in time.
    note : Note or None
        Why the file was not believed.
    """
    path = folder / TIMESTAMP
    if not path.exists():
        return None, None

    def doubt(what: str, severity: str = "suspicious") -> tuple[None, Note]:
        sentence = f"{TIMESTAMP} {what}; whether it was in time is not known."
        return None, Note("timestamp", TIMESTAMP, sentence, severity)

    if reason := _bad_file(path, folder.resolve(), 1000):
        return doubt(f"is {reason[0]}")
    text = path.read_bytes().decode("utf-8-sig", errors="replace").strip()
    if not text:
        return doubt("is empty", "repaired")
    try:
        time = parse_utc(text)
    except Exception:  # dateutil raises all sorts of errors for odd text
        return doubt(f"says {text[:40]!r}, which is no time")
    if time > now + _AHEAD:
        return doubt(f"says {time}, which is yet to come")
    if time < _OLDEST:
        return doubt(f"says {time}, which is long ago")
    return time, None


def find_renamed(
    folder: Path, wanted: Mapping[str, Collection[str]]
) -> dict[str, Path]:
    """Find notebooks that were handed in under another name.

    Parameters
    ----------
    folder : Path
        The submission's folder.
    wanted : mapping of str to collection of str
        For each notebook of the assignment its name and the `grade_id` of its cells.

    Returns
    -------
    dict of str to Path
        For each notebook that is not there the file that is taken for it: the only one
        that holds such cells, or else the only one with such a name ("PS1 (1).ipynb").
    """
    missing = {name: set(ids) for name, ids in wanted.items()}
    others = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".ipynb" and path.stem in missing:
            del missing[path.stem]
        elif re.search(r"\.(ipynb|json)\b", path.name, re.IGNORECASE):
            others.append(path)
    if not missing:
        return {}
    cells = {path: _ids_in(path) for path in others}
    renamed = {}
    for name, ids in missing.items():
        by_cells = [path for path in others if cells[path] & ids]
        by_name = [path for path in others if _is_named(path, name)]
        for paths in (by_cells, by_name):
            if len(paths) == 1 and paths[0] not in renamed.values():
                renamed[name] = paths[0]
                break
    return renamed


def _is_named(path: Path, name: str) -> bool:
    stem = path.name.casefold().partition(".")[0]
    start = name.casefold()
    return stem.startswith(start) and bool(_COPY.fullmatch(stem[len(start) :]))


def _ids_in(path: Path) -> set[str]:
    try:
        notebook, _ = read_notebook(path)
    except SubmissionError:
        return set()
    claims = [cell.metadata.get("nbgrader") for cell in notebook.cells]
    names = [claim.get("grade_id") for claim in claims if isinstance(claim, dict)]
    return {name for name in names if isinstance(name, str)}
