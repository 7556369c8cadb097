"""What nbgrader runs on a graded notebook before it makes a page of it.

`enable_feedback(c)` in nbgrader_config.py puts them there. `Sanitize` serves feedback
pages and Formgrader's page of a submission; `Redact` only the former, since graders see
all tests.
"""

import html
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor, Preprocessor
from nbformat import NotebookNode
from nbgrader.api import Gradebook, Notebook
from nbgrader.preprocessors import ClearHiddenTests, GetGrades
from nbgrader.server_extensions.formgrader import handlers
from nbgrader.utils import find_all_files
from traitlets import Bool
from traitlets.config import Config

from autograder.errors import AutograderError
from autograder.feedback import redact
from autograder.hidden import Delimiters, Original
from autograder.sanitize import clean_markdown, pictures_beside
from autograder.sanitize_notebook import clean_notebook

TEMPLATES = Path(__file__).parent / "templates"


class FeedbackError(AutograderError):
    """A feedback page cannot be made without telling too much."""


def enable_feedback(c: Config) -> None:
    """Set what makes feedback and Formgrader safe; call it from nbgrader_config.py.

    Parameters
    ----------
    c : Config
        What `get_config()` returns.
    """
    # nbconvert's own would see the notebook first; GenerateFeedback has none either.
    c.HTMLExporter.default_preprocessors = []
    c.HTMLExporter.preprocessors = [Sanitize]
    c.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), handlers.template_path]
    c.GenerateFeedback.preprocessors = [Redact, GetGrades, CSSHTMLHeaderPreprocessor]


@pass_context
def markdown2html(context: Context, text: str) -> str:
    """Render Markdown of a cell; takes the place of nbconvert's filter of that name."""
    folder = context.get("resources", {}).get("metadata", {}).get("path", "")
    attachments = context.get("cell", {}).get("attachments", {})
    return clean_markdown(text, pictures_beside(Path(folder), attachments))


class Sanitize(Preprocessor):
    """Keep of a notebook what only shows something, whoever wrote it."""

    enabled = Bool(True).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Build the notebook anew, and have its Markdown cleaned after rendering."""
        # Here and not in the configuration, so that one cannot be on without the other.
        self.parent.register_filter("markdown2html", markdown2html)
        # Formgrader's template writes them as they are.
        for key in ("first_name", "last_name", "notebook_path", "student"):
            if isinstance(resources.get(key), str):
                resources[key] = html.escape(resources[key])
        return clean_notebook(nb), resources


class Redact(Preprocessor):
    """Take hidden tests, and what tells of them, out of a feedback page."""

    enabled = Bool(True).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Redact the notebook, and take back the files that were copied beside it."""
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(where["notebook"], where["assignment"])
            originals = _originals(notebook)
        config = Config(ClearHiddenTests=self.config.ClearHiddenTests)
        known = ClearHiddenTests(config=config)
        delimiters = Delimiters(known.begin_test_delimeter, known.end_test_delimeter)
        self._withdraw_files(where["student"], where["assignment"])
        return redact(nb, originals, delimiters), resources

    def _withdraw_files(self, student: str, assignment: str) -> None:
        """Delete what nbgrader has just copied from the graded folder.

        Any of it may tell: our own record, files that a hidden test or a student's
        function wrote, links to other files. Pages hold their pictures.
        """
        converter = getattr(self.parent, "parent", None)
        course = getattr(converter, "coursedir", None)
        if course is None:
            raise FeedbackError(
                "Redact: must stand in c.GenerateFeedback.preprocessors, but runs in "
                f"{type(converter).__name__}; move it there"
            )
        graded, feedback = (
            Path(course.format_path(folder, student, assignment))
            for folder in (course.autograded_directory, course.feedback_directory)
        )
        pages = {Path(notebook).stem + ".html" for notebook in converter.notebooks}
        for name in find_all_files(str(graded), [*course.ignore, "*.ipynb"]):
            beside = Path(name).relative_to(graded)
            # nbgrader compares the times of hand-in to see what is new.
            if str(beside) in pages or _is_timestamp(Path(name), beside):
                continue
            (feedback / beside).unlink(missing_ok=True)
            for parent in list(beside.parents)[:-1]:
                if not any((feedback / parent).iterdir()):
                    (feedback / parent).rmdir()


def _originals(notebook: Notebook) -> list[Original]:
    """Read what the gradebook has of a notebook's cells."""
    kinds = {
        "grade": notebook.grade_cells,
        "solution": notebook.solution_cells,
        "task": notebook.task_cells,
    }
    names = {kind: {cell.name for cell in cells} for kind, cells in kinds.items()}
    return [
        Original(
            cell.name,
            cell.source or "",
            bool(cell.locked),
            **{kind: cell.name in known for kind, known in names.items()},
        )
        for cell in notebook.source_cells
    ]


def _is_timestamp(path: Path, beside: Path) -> bool:
    is_file = path.is_file() and not path.is_symlink()
    return str(beside) == "timestamp.txt" and is_file and path.stat().st_size < 100
