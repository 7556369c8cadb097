"""The files that were released with an assignment, which tests may rely on.

Both rooms work in one folder, so the student's code can change what lies there. Before
each test the released files get their content back, and modules among them are imported
from a copy that only the test room has.
"""

import os
import time
from collections.abc import Container
from contextlib import suppress
from importlib.machinery import all_suffixes
from pathlib import Path

from nbgrader.utils import find_all_files

from autograder import plain_files, shared_temp

_MOST_FILES = 500
_NOT_BACK = (".ipynb", ".record.json", "timestamp.txt", ".pyc")  # grading reads them
_MODULES_BYTES = 10 << 20
_CODE = (".py", ".ipy")  # what tests may run
# The system's clock for files may be as coarse as 10 ms: two changes have one time.
_TICK_NS = 20_000_000


class ReleasedFiles:
    """What lies in the assignment's folder beside its notebooks.

    Parameters
    ----------
    folder : Path
        The assignment in `source/`.
    ignore : list of str
        Patterns of files that are not released.
    leave : iterable of str
        Files that students are asked to edit, relative to the folder.
    """

    def __init__(self, folder: Path, ignore: list[str], leave=()) -> None:
        self._files: dict[Path, bytes] = {}
        for name in find_all_files(str(folder), [*ignore, "*.ipynb"]):
            path = Path(name).relative_to(folder)
            if str(path) not in {*leave}:
                self._files[path] = Path(name).read_bytes()
        folders = {folder for path in self._files for folder in path.parents}
        self.folders = sorted(folders - {Path()})

    def __eq__(self, other: object) -> bool:
        """Tell whether others have the same names and contents."""
        return isinstance(other, ReleasedFiles) and self._files == other._files

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._files)

    def modules(self) -> dict[str, str]:
        """Return the text of each Python file, by its path."""
        found, left = {}, _MODULES_BYTES
        for path, content in self._files.items():
            left -= len(content)
            if path.suffix == ".py" and left > 0:
                found[str(path)] = content.decode(errors="replace")
        return found

    def beside_modules(self) -> list[str]:
        """Return the paths of the other files, which modules may read but not import.

        A name without a suffix could be a package's, were a folder to take its place.
        """
        kinds = {"", *all_suffixes()}
        return [str(path) for path in self._files if path.suffix not in kinds]

    def restore(self, work_fd: int, right: Container[str] = ()) -> list[str]:
        """Give the files in a box their content back; returns which had another.

        No link is followed, wherever the student's code may have put one.

        Parameters
        ----------
        work_fd : int
            The folder in the box.
        right : container of str
            Files that need no look.
        """
        return [
            str(path)
            for path, content in self._files.items()
            if str(path) not in right and plain_files.put_back(work_fd, path, content)
        ]

    def still_right(self, now: dict, before: dict) -> set[str]:
        """Return the files that are right if they were, by their stamps then and now.

        Parameters
        ----------
        now, before : dict
            Of `stamps`; those before are such that they can tell of any change.
        """
        same = {name for name, stamp in now.items() if stamp and before[name] == stamp}
        return same if all(f"{path}/" in same for path in self.folders) else set()

    def stamps(self, work_fd: int) -> dict[str, tuple | None]:
        """Return what changes whenever a file does, or another folder takes its place.

        The time of a file's last change cannot be set by those who change it. A
        folder's says nothing here: whoever makes a new file in it changes that too.
        """
        found: dict[str, tuple | None] = {}
        for path in self._files:
            state = _state(work_fd, path)
            found[str(path)] = state and (
                *(state.st_ino, state.st_ctime_ns, state.st_size),
            )
        for path in self.folders:
            state = _state(work_fd, path)
            found[f"{path}/"] = state and (state.st_ino,)
        return found

    def code_among(self, names: list[str]) -> list[str]:
        """Return the files that a test may run, of those that `stamps` names.

        A folder's name ends in "/" and stands for all that is in it.
        """
        code = [str(path) for path in self._files if path.suffix in _CODE]
        folders = tuple(name for name in names if name.endswith("/"))
        return [name for name in code if name in names or name.startswith(folders)]

    def can_tell(self, stamps: dict[str, tuple | None]) -> bool:
        """Tell whether any change after this moment will change the stamps too.

        If a file's last change was only just now, the next one may have the same time.
        """
        now = time.time_ns()
        changes = [stamp[1] for stamp in stamps.values() if stamp and len(stamp) > 1]
        return not any(0 <= now - change < _TICK_NS for change in changes)


def bring_back(work_fd: int, folder: Path, most_bytes: int = 100 << 20) -> None:
    """Copy the files that a submission wrote to where nbgrader keeps the graded one.

    Only plain files that are new; no link is followed, and none is made.

    Parameters
    ----------
    work_fd : int
        The folder in which both rooms worked.
    folder : Path
        The graded submission's.
    most_bytes : int
        Of all files together; the rest is left.
    """
    left = _MOST_FILES
    for place, folders, files, inside in os.fwalk(".", dir_fd=work_fd):
        if shared_temp.NAME in folders:
            folders.remove(shared_temp.NAME)
        for name in sorted(files)[:left]:
            left -= 1
            if name.endswith(_NOT_BACK):
                continue
            target = folder / place / name
            content = plain_files.read(inside, name, most_bytes)
            if content is None or target.exists():
                continue
            most_bytes -= len(content)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _state(folder: int, path: Path) -> os.stat_result | None:
    with suppress(OSError):
        return os.stat(path, dir_fd=folder, follow_symlinks=False)
    return None
