"""The files that were released with an assignment, which tests may rely on.

Both rooms work in one folder, so the student's code can change what lies there. Before
each test the released files get their content back, and modules among them are imported
from a copy that only the test room has.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nbgrader.utils import find_all_files

from autograder import shared_temp

_MOST_FILES = 500
_NOT_BACK = (".ipynb", ".record.json", "timestamp.txt", ".pyc")  # grading reads them
_MODULES_BYTES = 10 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


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

    def modules(self) -> dict[str, str]:
        """Return the text of each Python file, by its path."""
        found, left = {}, _MODULES_BYTES
        for path, content in self._files.items():
            left -= len(content)
            if path.suffix == ".py" and left > 0:
                found[str(path)] = content.decode(errors="replace")
        return found

    def restore(self, work_fd: int) -> list[str]:
        """Give the files in a box their content back; returns which had another.

        No link is followed, wherever the student's code may have put one.
        """
        return [
            str(path)
            for path, content in self._files.items()
            if _restored(work_fd, path, content)
        ]

    def stamps(self, work_fd: int, text: str | None) -> dict[str, tuple | None]:
        """Return what changes whenever a file does, of the files that a text names.

        The time of the last change cannot be set by those who change it.

        Parameters
        ----------
        work_fd : int
            The folder in the box.
        text : str or None
            Names files anywhere in it; None stands for all files.
        """
        found: dict[str, tuple | None] = {}
        for path in self._files:
            if text is None or path.name in text:
                found[str(path)] = None
                with suppress(OSError):
                    state = os.stat(path, dir_fd=work_fd, follow_symlinks=False)
                    found[str(path)] = (state.st_ino, state.st_ctime_ns, state.st_size)
        return found


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
            content = _read(inside, name, None, most_bytes)
            if content is None or target.exists():
                continue
            most_bytes -= len(content)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _restored(folder: int, path: Path, content: bytes) -> bool:
    for opened in _opened(folder, path.parent):
        if _read(opened, path.name, len(content)) == content:
            return False
        with suppress(FileNotFoundError, IsADirectoryError):
            os.unlink(path.name, dir_fd=opened)
        with suppress(OSError):
            new = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            file = os.open(path.name, new, 0o644, dir_fd=opened)
            with os.fdopen(file, "wb") as stream:
                os.fchmod(file, 0o664)
                os.fchown(file, -1, os.fstat(folder).st_gid)
                stream.write(content)
    return True


def _opened(folder: int, path: Path) -> Iterator[int]:
    """Open a folder inside another, part by part; none if a part is no folder."""
    opened = os.dup(folder)
    try:
        for part in path.parts:
            with suppress(FileExistsError):
                os.mkdir(part, 0o775, dir_fd=opened)
            inside = os.open(part, _FOLDER, dir_fd=opened)
            os.close(opened)
            opened = inside
        yield opened
    except OSError:
        return
    finally:
        os.close(opened)


def _read(
    folder: int, name: str, size: int | None, most: int = 1 << 40
) -> bytes | None:
    """Read a plain file, of a size if one is wanted; None if it is anything else."""
    with suppress(OSError):
        # A named pipe would wait for ever without O_NONBLOCK.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        file = os.open(name, flags, dir_fd=folder)
        with os.fdopen(file, "rb") as stream:
            state = os.fstat(file)
            fits = size is None or state.st_size == size
            if stat.S_ISREG(state.st_mode) and fits and state.st_size <= most:
                return stream.read(state.st_size + 1)
    return None
