"""`repair` as the first of nbgrader's preprocessors that sanitize a submission."""

from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    NbGraderPreprocessor,
)

from autograder.record import SUFFIX, Record, write_record
from autograder.released import Release, once, read_release
from autograder.repair import repair

NOTES = "autograder_notes"  # in resources: what was noted before any preprocessor ran


class Repair(NbGraderPreprocessor):
    """Repair a submission, log what was repaired, and begin its record."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Repair a notebook that has just been read."""
        ids = resources["nbgrader"]
        names = ids["student"], ids["assignment"], ids["notebook"]
        key = ("release", *names[1:])
        release = once(
            self.parent, key, lambda: self._release(ids["db_url"], *names[1:])
        )
        nb, repaired = repair(nb, release, keeps_outputs(self))
        notes = (*resources.pop(NOTES, ()), *repaired)
        for note in notes:
            level = "warning" if note.severity == "suspicious" else "info"
            where = "/".join(filter(None, (*names, note.cell)))
            getattr(self.log, level)("%s: %s", where, note.sentence)
        if course := _course(self):
            folder = course.format_path(course.autograded_directory, *names[:2])
            record = Record(*names, tamper=notes)
            write_record(Path(folder, names[2] + SUFFIX), record)
        return nb, resources

    def _release(self, db_url: str, assignment: str, notebook: str) -> Release:
        source = None
        if course := _course(self):
            folder = course.format_path(course.source_directory, ".", assignment)
            source = Path(folder, notebook + ".ipynb")
        with Gradebook(db_url) as gradebook:
            known = gradebook.find_notebook(notebook, assignment)
            return read_release(known, self._as_released, source)

    def _as_released(self, cell: NotebookNode) -> str:
        """Return a cell's text without what generate_assignment takes out."""
        text = cell.source
        for hide in (ClearHiddenTests, ClearMarkScheme):
            try:
                hide(parent=self).preprocess_cell(cell, {}, 0)
            except RuntimeError:  # delimiters without a partner: it was released so
                return text
        return cell.source


def keeps_outputs(component) -> bool:
    """Whether outputs are kept, as ``nbgrader autograde --no-execute`` wants it."""
    return component.config.ClearOutput.get("enabled", True) is False


def _course(preprocessor: Repair):
    """Return nbgrader's CourseDirectory, if the preprocessor runs inside nbgrader."""
    converter = getattr(preprocessor.parent, "parent", None)
    return getattr(converter, "coursedir", None)
