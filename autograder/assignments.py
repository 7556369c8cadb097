"""Where the notebooks of an assignment are, found as nbgrader finds them."""

from dataclasses import dataclass
from pathlib import Path

from nbgrader.apps.baseapp import NbGrader
from traitlets.config import Config

from autograder.errors import AutograderError


class AssignmentError(AutograderError):
    """An assignment, or a notebook of it, cannot be read."""


@dataclass(frozen=True)
class Assignment:
    """An assignment in the course folder.

    Parameters
    ----------
    name : str
        Name of its folder.
    notebooks : tuple of Path
        The instructor's notebooks: solutions and hidden tests inside.
    config : Config
        What nbgrader's configuration files say.
    """

    name: str
    notebooks: tuple[Path, ...]
    config: Config


def find(name: str) -> Assignment:
    """Find an assignment's source, from the current folder, as `nbgrader` would.

    Parameters
    ----------
    name : str
        The assignment.

    Raises
    ------
    AssignmentError
        If it has no folder or no notebook; the message names those that have.
    """
    app = NbGrader(log_level="ERROR", raise_config_file_errors=True)
    try:
        app.initialize([])
    except SystemExit:
        raise AssignmentError(
            "nbgrader_config.py cannot be used; see the error above"
        ) from None
    except Exception as error:  # the file is Python, so it may raise anything
        raise AssignmentError(
            f"nbgrader_config.py cannot be used: {type(error).__name__}: {error}"
        ) from error
    course = app.coursedir
    folder = Path(course.format_path(course.source_directory, ".", name))
    notebooks = tuple(sorted(folder.glob("*.ipynb")))
    if not notebooks:
        known = sorted({path.parent.name for path in folder.parent.glob("*/*.ipynb")})
        raise AssignmentError(
            f"{folder}: no notebook of an assignment {name!r}; "
            + (f"there are {', '.join(known)}" if known else "is this a course folder?")
        )
    return Assignment(name, notebooks, app.config)
