"""The autograder as an add-on to nbgrader: `enable(c)` in nbgrader_config.py.

This module is the only one that puts itself in the place of something of nbgrader's.
"""

import atexit
import functools
import gc
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbgrader.api
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader import nbgraderformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from sqlalchemy import Engine, MetaData, create_engine, inspect, make_url
from traitlets import Dict, Enum
from traitlets.config import Config

from autograder.ahead import Ahead
from autograder.errors import AutograderError
from autograder.execution import TwoRoomClient
from autograder.feedback_preprocessors import enable_feedback
from autograder.plan import Plan, make_plan
from autograder.policy import Policy
from autograder.preload import imports_of
from autograder.record import SUFFIX, add_to_record
from autograder.released import once, read_release
from autograder.released_files import ReleasedFiles
from autograder.repair_preprocessor import Repair
from autograder.room import ColdRooms, Room
from autograder.rooms import Starter
from autograder.submission import SubmissionError, read_notebook
from autograder.submission_exporter import SubmissionExporter
from autograder.zygote import Zygote


class PluginError(AutograderError):
    """The configuration, or a notebook, is none that two rooms can grade."""


def enable(c: Config, **options: Any) -> None:
    """Grade in two rooms: call it from nbgrader_config.py.

    Parameters
    ----------
    c : Config
        What `get_config()` returns.
    **options
        `isolation="process"` gives up the sandbox, not the two rooms, where a machine
        has none. The limits of a submission are those of `autograder.policy.Policy`:
        `memory_mib`, `processes`, `disk_mib`, `file_mib`, `open_files`, `cpu_seconds`.

    Raises
    ------
    PluginError
        If an option is unknown or its value is impossible.
    """
    known = {*Policy.__dataclass_fields__} - {"tier"}
    for name in options:
        if name not in known:
            raise PluginError(
                f"autograder.nbgrader_plugin.enable: {name!r} is no option; known are "
                f"{', '.join(sorted(known))}"
            )
    try:
        Policy(**options)
    except AutograderError as error:
        raise PluginError(f"autograder.nbgrader_plugin.enable: {error}") from None
    traits = Autograde.class_traits()
    sanitize = traits["sanitize_preprocessors"].make_dynamic_default()
    grade = traits["autograde_preprocessors"].make_dynamic_default()
    c.Autograde.exporter_class = SubmissionExporter
    c.Autograde.sanitize_preprocessors = [Repair, *sanitize]
    c.Autograde.autograde_preprocessors = [
        TwoRooms if step is Execute else step for step in grade
    ]
    c.TwoRooms.limits = options
    enable_feedback(c)
    keep_what_lasts()


def keep_what_lasts() -> None:
    """Let nbgrader make once what it makes anew for each step of each submission.

    It opens the gradebook nine times for a submission, and SQLAlchemy compiles a query
    once for each engine; it asks for each of the tables whether it is there; it checks
    a constant schema before each cell that it checks. Together they took a third of its
    CPU time.
    """
    gc.freeze()  # what is imported by now stays: the collector need not look at it
    nbgrader.api.create_engine = _engine
    nbgrader.api.Base.metadata.create_all = _create_tables
    nbgraderformat.common.jsonschema = SimpleNamespace(validate=_validate)


def _engine(url: str, **options: Any) -> Engine:
    if make_url(url).database in (None, "", ":memory:"):
        return create_engine(url, **options)  # each is a database of its own
    return _lasting_engine(url, **options)


# Closing a gradebook disposes the connections of its engine, which can be used again.
_lasting_engine = functools.cache(create_engine)


def _create_tables(bind: Engine, **options: Any) -> None:
    """Do as `MetaData.create_all`, asking once which tables there are."""
    tables = nbgrader.api.Base.metadata
    if options or not tables.tables.keys() <= {*inspect(bind).get_table_names()}:
        MetaData.create_all(tables, bind, **options)


def _validate(instance: Any, schema: dict) -> None:
    """Do as `jsonschema.validate`, for schemas that nobody changes."""
    error = best_match(_validator(json.dumps(schema)).iter_errors(instance))
    if error is not None:
        raise error


@functools.cache
def _validator(schema: str) -> Any:
    parsed = json.loads(schema)
    kind = validator_for(parsed)
    kind.check_schema(parsed)
    return kind(parsed)


class TwoRooms(TwoRoomClient, Execute):
    """Runs a submission, its tests in a room that the student's code cannot reach."""

    limits = Dict(help="Options of the sandbox, as `enable` takes them.").tag(
        config=True
    )
    kernels = Enum(
        ["warm", "cold"],
        "warm",
        help="Cold kernels are new processes, which need no fork and have no sandbox.",
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict, **options: Any
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Run a notebook, and add to its record what happened."""
        _check_language(nb, resources)
        start = time.monotonic()
        ids = resources["nbgrader"]
        key = (ids["assignment"], ids["notebook"])
        plan = once(self.parent, ("plan", *key), lambda: self._plan(resources))
        modules = once(self.parent, ("modules", *key), lambda: _modules(plan))
        folder = Path(resources["metadata"]["path"] or ".")
        starter = self._starter(modules, self._secret(resources))
        name = "files", ids["assignment"]
        files = once(self.parent, name, lambda: self._files(resources))
        ahead = None if self.kernels == "cold" else _ahead
        self.begin(starter, plan, folder, files, ahead)
        nb, resources = super().preprocess(nb, resources, **options)
        self.unfinished()
        record = folder / (resources["nbgrader"]["notebook"] + SUFFIX)
        if record.is_file():
            add_to_record(record, self.rooms.notes, {"rooms": self.took(start)})
        return nb, resources

    def _files(self, resources: ResourcesDict) -> ReleasedFiles | None:
        folder = self._source(resources)
        if folder is None or not folder.is_dir():
            return None
        converter = self.parent.parent
        name = resources["nbgrader"]["assignment"]
        edited = getattr(converter, "exclude_overwriting", {}).get(name, ())
        return ReleasedFiles(folder, converter.coursedir.ignore, edited)

    def _source(self, resources: ResourcesDict) -> Path | None:
        """Return the assignment's folder in source/, where nbgrader runs us."""
        course = getattr(getattr(self.parent, "parent", None), "coursedir", None)
        if course is None:
            return None
        name = resources["nbgrader"]["assignment"]
        return Path(course.format_path(course.source_directory, ".", name))

    def _plan(self, resources: ResourcesDict) -> Plan:
        ids = resources["nbgrader"]
        folder = self._source(resources)
        source = folder and folder / (ids["notebook"] + ".ipynb")
        with Gradebook(ids["db_url"]) as gradebook:
            known = gradebook.find_notebook(ids["notebook"], ids["assignment"])
            release = read_release(known, lambda cell: cell.source, source)
        try:
            written = read_notebook(source)[0].cells if source else []
        except SubmissionError:
            written = []
        return make_plan(release, written)

    def _secret(self, resources: ResourcesDict) -> tuple[str, ...]:
        """Return what no room may read: the course's folder and the gradebook."""
        source = self._source(resources)
        found = [] if source is None else [source, self.parent.parent.coursedir.root]
        kind, _, database = resources["nbgrader"]["db_url"].partition(":///")
        if kind == "sqlite":
            found.append(database)
        return tuple(str(Path(path).resolve()) for path in found)

    def _starter(self, modules: tuple[str, ...], secret: tuple[str, ...]) -> Starter:
        more = (*self.limits.get("secret", ()), *secret)
        policy = Policy(**self.limits | {"secret": more})
        if self.kernels == "cold" or sys.platform != "linux":
            if policy.isolation != "process":
                raise PluginError(
                    'cold kernels have no sandbox; say enable(c, isolation="process") '
                    "in nbgrader_config.py to grade without one"
                )
            return _cold()
        return _warm(modules, policy)


def _modules(plan: Plan) -> tuple[str, ...]:
    """Return what the warm process imports for an assignment."""
    given = [given.source for given in plan.given]
    return imports_of([*given, *plan.tests.values()])


@functools.cache
def _cold() -> ColdRooms:
    return ColdRooms()


class _WarmRooms:
    """Starts rooms from a warm process, and that process again if it has ended."""

    def __init__(self, preload: tuple[str, ...], policy: Policy) -> None:
        self._what = preload, policy
        self._zygote: Zygote | None = None

    def _alive(self) -> Zygote:
        if self._zygote is None or not self._zygote.alive:
            self._zygote = Zygote.start(*self._what, spares=0)
            atexit.register(self._zygote.stop)
        return self._zygote

    async def pair(self, patient: bool = False) -> tuple[Room, Room]:
        """Start a student's room and a test room."""
        return await self._alive().pair(patient)

    async def room(self, box: Any, role: str) -> Room:
        """Start one room in a box that is there."""
        return await self._alive().room(box, role)


# One for all submissions of an assignment.
_warm = functools.cache(_WarmRooms)
_ahead = Ahead()


def _check_language(nb: NotebookNode, resources: ResourcesDict) -> None:
    kernel = nb.metadata.get("kernelspec", {})
    language = kernel.get("language") or "python"
    if language != "python":
        ids = resources["nbgrader"]
        raise PluginError(
            f"{ids['assignment']}/{ids['notebook']}.ipynb: wanted a Python notebook, "
            f"got one for the kernel {kernel.get('name')!r} ({language}); two rooms "
            f"grade Python only: grade this assignment without enable(c)"
        )
