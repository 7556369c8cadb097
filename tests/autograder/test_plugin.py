"""The line in nbgrader_config.py: what it takes, and what happens when it is wrong."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import jsonschema
import nbformat
import pytest
import small_course
from formgrader import formgrader
from lessons import ROOT
from nbformat.v4 import new_code_cell
from nbgrader import nbgraderformat
from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder.nbgrader_plugin import PluginError, TwoRooms, enable
from autograder.record import read_record


def nbgrader(folder, *arguments):
    """Run a real nbgrader command in a course folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_only_execution_is_replaced():
    """
    All other steps of nbgrader's are there, in their order.
    """
    c = Config()
    enable(c)

    names = [step.__name__ for step in c.Autograde.autograde_preprocessors]
    assert ["TwoRooms", "IgnorePattern", "ClearMetadataPreprocessor"] == names[:3]
    assert "Execute" not in names and "SaveAutoGrades" in names
    assert issubclass(TwoRooms, TwoRooms.__mro__[2])


def test_what_lasts_is_kept_and_checks_the_same(tmp_path, monkeypatch):
    """
    A gradebook's engine is made once and works after it was closed, and when the file
    is gone; metadata that is wrong is refused in jsonschema's words.
    """
    # nbgrader calls alembic by its bare name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)
    enable(Config())
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url) as first:
        first.add_student("ada")
    with Gradebook(url) as second, Gradebook("sqlite:///:memory:") as other:
        assert first.engine is second.engine is not other.engine
        assert ["ada"] == [student.id for student in second.students]
        assert [] == other.students
    (tmp_path / "gradebook.db").unlink()
    with Gradebook(url) as third:
        assert [] == third.students  # a new one, with all its tables

    cell = new_code_cell(metadata={"nbgrader": {"schema_version": 3, "points": "no"}})
    schema = nbgraderformat.MetadataValidator().schema
    with pytest.raises(jsonschema.ValidationError) as usual:
        jsonschema.validate(cell.metadata.nbgrader, schema)
    with pytest.raises(jsonschema.ValidationError) as ours:
        nbgraderformat.MetadataValidator().validate_cell(cell)
    assert str(usual.value) == str(ours.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"isolaton": "process"}, "'isolaton' is no option; known are .*isolation"),
        (
            {"isolation": "none"},
            'isolation must be "sandbox" or "process", got \'none\'',
        ),
        ({"memory_mib": 0}, "memory_mib must be a whole number > 0, got 0"),
    ],
)
def test_a_wrong_option_names_itself(options, words):
    """
    The message says which option, what was wanted and what came.
    """
    with pytest.raises(PluginError, match=f"nbgrader_plugin.enable: {words}"):
        enable(Config(), **options)


def test_a_configuration_that_fails_stops_the_command(tmp_path):
    """
    Otherwise nbgrader would go on without the rooms, and nobody would know.
    """
    text = (ROOT / "nbgrader_config.py").read_text()
    wrong = text.replace("enable(c)", "enable(c, memory=3)")
    (tmp_path / "nbgrader_config.py").write_text(wrong)

    run = nbgrader(tmp_path, "autograde", "ps1")

    assert 0 != run.returncode
    assert "no grading in two rooms" in run.stderr
    assert "'memory' is no option" in run.stderr


def test_a_notebook_in_another_language_is_refused_by_name(tmp_path):
    """
    The submission gets no score, and the message says why and what to do.
    """
    config = "from autograder.nbgrader_plugin import enable\nenable(get_config())\n"
    (tmp_path / "nbgrader_config.py").write_text(config)
    source = tmp_path / "source" / "ps1"
    source.mkdir(parents=True)
    notebook = """{"cells": [], "metadata": {"kernelspec": {"name": "ir",
        "language": "R", "display_name": "R"}}, "nbformat": 4, "nbformat_minor": 5}"""
    (source / "p1.ipynb").write_text(notebook)
    nbgrader(tmp_path, "generate_assignment", "ps1")
    shutil.copytree(
        tmp_path / "release" / "ps1", tmp_path / "submitted" / "ada" / "ps1"
    )

    run = nbgrader(tmp_path, "autograde", "ps1")

    assert 0 != run.returncode
    assert "ps1/p1.ipynb: wanted a Python notebook" in run.stderr


def press(address, button):
    """Ask Formgrader for what a button asks for, as its page does."""
    cookies = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    opener.open(f"{address}/formgrader").close()
    (token,) = [cookie.value for cookie in cookies if cookie.name == "_xsrf"]
    request = urllib.request.Request(
        f"{address}/formgrader/api/{button}",
        method="POST",
        headers={"X-XSRFToken": token},
    )
    with opener.open(request) as answer:
        return json.load(answer)


def test_formgraders_autograde_button_uses_the_two_rooms(tmp_path):
    """
    What the button asks of the server gives a cheat nothing, and says so in the log.
    """
    config = (
        "from autograder.nbgrader_plugin import enable\n"
        "c = get_config()\nenable(c)\nc.CourseDirectory.course_id = 'small'\n"
        "c.Execute.timeout = 3  # six cells of the cheat never end\n"
    )
    (tmp_path / "nbgrader_config.py").write_text(config)
    small_course.write(small_course.source(), tmp_path / "source/ps1/p1.ipynb")
    nbgrader(tmp_path, "generate_assignment", "ps1")
    cheat = nbformat.read(tmp_path / "release/ps1/p1.ipynb", as_version=4)
    small_course.cell(cheat, "double_test").metadata["tags"] = ["skip-execution"]
    patch = "get_ipython().run_cell = lambda *a, **k: None"
    cheat.cells.insert(1, new_code_cell(patch))
    small_course.write(cheat, tmp_path / "submitted/eve/ps1/p1.ipynb")

    with formgrader(tmp_path, 8951) as address:
        said = press(address, "submission/ps1/eve/autograde")

    assert said["success"], said
    record = tmp_path / "autograded/eve/ps1/p1.record.json"
    assert ["tags"] == [note.kind for note in read_record(record).tamper]
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook("p1", "ps1", "eve")
        tests = [g for g in notebook.grades if g.cell.name.endswith("_test")]
        assert [0, 0, 0] == [grade.auto_score for grade in tests]
