"""How nbgrader reads submissions: `c.Autograde.exporter_class = SubmissionExporter`.

Preprocessors see a notebook after it was read, and its folder after it was copied. What
comes earlier, nbgrader leaves to its exporter, which it makes once for each command and
which knows the converter that made it.
"""

import glob
from datetime import UTC, datetime
from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets import Bool, Float

from autograder.record import Note
from autograder.released import once
from autograder.repair_preprocessor import NOTES, keeps_outputs
from autograder.submission import MOST_MIB, SubmissionError, read_notebook
from autograder.submission_folder import check_files, find_renamed, read_timestamp


class CarefulCourseDirectory(CourseDirectory):
    """A course folder that doubts the times written in submissions."""

    @classmethod
    def like(cls, other: CourseDirectory) -> "CarefulCourseDirectory":
        """Make one with the settings of another."""
        names = other.trait_names(config=True)
        values = {name: getattr(other, name) for name in names}
        return cls(parent=other.parent, **values)

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        """Return when a submission was handed in; None if that cannot be known.

        nbgrader's own fails for text that is no time, and waits for ever at a pipe.
        """
        time, doubt = read_timestamp(Path(dest_path), _now())
        if doubt:
            self.log.warning("%s: %s", dest_path, doubt.sentence)
        return time


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in; writes a notebook that is valid."""

    most_mib = Float(
        MOST_MIB, help="Larger notebooks are refused before they are read."
    ).tag(config=True)

    optimistic_validation = Bool(
        True, help="Validate once, after all preprocessors, and not after each."
    ).tag(config=True)

    def __init__(self, config=None, **kw):
        super().__init__(config=config, **kw)
        self._renamed: dict[str, Path] = {}
        self._notes: list[Note] = []
        self._unchecked = False
        if isinstance(self.parent, Autograde):
            self._look_after(self.parent)

    def _look_after(self, converter: Autograde) -> None:
        """See each submission before its files are copied."""
        converter.coursedir = CarefulCourseDirectory.like(converter.coursedir)
        self._ignore = converter.coursedir.ignore
        self._next_hook = converter.pre_convert_hook
        converter.pre_convert_hook = self._before_submission
        course = converter.coursedir
        pattern = course.format_path(
            course.submitted_directory, course.student_id, course.assignment_id
        )
        for name in sorted(glob.glob(pattern)):  # noqa: PTH207 (as nbgrader does)
            folder = Path(name)
            if name in converter.assignments or not folder.is_dir():
                continue
            # nbgrader passes over a folder without notebooks, with a warning.
            try:
                if found := self._find_renamed(folder):
                    converter.assignments[name] = found
                    continue
                files = [repr(path.name)[1:-1] for path in sorted(folder.iterdir())]
            except Exception as error:  # whatever is wrong with one stops no other
                files = [f"an error: {error}"]
            self.log.error(
                "%s: wanted a notebook %s.ipynb, got %s; it gets no score; ask for the "
                "notebook",
                *(folder, course.notebook_id, ", ".join(files[:5]) or "nothing"),
            )

    def _before_submission(
        self, assignment: str, student: str, notebooks: list[str]
    ) -> None:
        """Nbgrader's pre_convert_hook: runs before the files are copied."""
        course = self.parent.coursedir
        # nbgrader only logs what fails here. Then nothing is copied, nothing graded.
        course.ignore, self._unchecked = ["*", ".*"], True
        folder = Path(notebooks[0]).parent
        if self.parent.coursedir.notebook_id == "*":
            self.parent.notebooks = sorted({*notebooks, *self._find_renamed(folder)})
        most_bytes = 1000 * course.max_file_size
        unsafe, self._notes = check_files(folder, most_bytes)
        doubt = read_timestamp(folder, _now())[1]
        self._notes += [doubt] if doubt else []
        course.ignore = [*self._ignore, *map(glob.escape, unsafe)]
        self._unchecked = False
        if self._next_hook:
            self._next_hook(
                assignment=assignment, student=student, notebooks=self.parent.notebooks
            )

    def _find_renamed(self, folder: Path) -> list[str]:
        """Return the names that notebooks of a submission should have had."""
        converter = self.parent
        some = str(folder / "any.ipynb")
        ids = converter.init_single_notebook_resources(some)["nbgrader"]
        key = ("cells", ids["assignment"])
        wanted = once(self, key, lambda: _cells(ids["db_url"], ids["assignment"]))
        found = find_renamed(folder, wanted)
        paths = {str(folder / f"{name}.ipynb"): path for name, path in found.items()}
        self._renamed |= paths
        return list(paths)

    def from_filename(self, filename: str, resources=None, **kw):
        """Convert a notebook file; nbgrader reads each through this.

        Raises
        ------
        SubmissionError
            If there is no notebook in it. Then it has no score, rather than an old one.
        """
        path = self._renamed.get(filename, Path(filename))
        place = {"name": path.stem, "path": str(path.parent)}
        resources = {**(resources or {}), "metadata": place}
        try:
            if self._unchecked:
                raise SubmissionError(
                    f"{path.parent}: wanted a folder of files, got one that could not "
                    f"be checked; see the log above"
                )
            notebook, notes = read_notebook(path, self.most_mib, keeps_outputs(self))
        except SubmissionError as error:
            self.log.error("%s; it gets no score", error)
            if "nbgrader" in resources:
                _withdraw(**resources["nbgrader"])
            raise
        if filename in self._renamed:
            sentence = f"It was handed in as {path.name!r}."
            notes.append(Note("renamed", Path(filename).name, sentence))
        resources[NOTES] = [*self._notes, *notes]
        return self.from_notebook_node(notebook, resources=resources, **kw)


def _withdraw(
    student: str, assignment: str, notebook: str, db_url: str, **_: object
) -> None:
    """Take back what the gradebook holds of an earlier run: it is of another file."""
    with Gradebook(db_url) as gradebook:
        try:
            submitted = gradebook.find_submission_notebook(
                notebook, assignment, student
            )
        except MissingEntry:
            return
        for grade in submitted.grades:
            grade.auto_score = None
            grade.needs_manual_grade = True
        gradebook.db.commit()


def _cells(db_url: str, assignment: str) -> dict[str, list[str]]:
    """Return the `grade_id` of the cells of each notebook of an assignment."""
    with Gradebook(db_url) as gradebook:
        try:
            known = gradebook.find_assignment(assignment).notebooks
        except MissingEntry:
            return {}
        return {
            notebook.name: [cell.name for cell in notebook.source_cells]
            for notebook in known
        }


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
