"""Notebooks are built from text, and a build never loses anybody's work."""

import os
import shutil
import subprocess
import sys

import pytest
from lessons import LESSONS, ROOT


def build(root, *arguments):
    """Run the build chain of a copy of the course."""
    return subprocess.run(
        [sys.executable, "source/build.py", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """All notebooks, made again from their text."""
    folder = tmp_path_factory.mktemp("built")
    done = build(ROOT, "notebooks", "--into", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def course(tmp_path):
    """A copy of the first lesson and what builds it, at a path with a space."""
    root = tmp_path / "my course"
    lesson = LESSONS[0].text.parent
    shutil.copytree(lesson, root / "source" / lesson.name)
    shutil.copy(ROOT / "source" / "build.py", root / "source")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return root


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_notebook_is_built_from_text(lesson, built):
    """
    A lesson's notebook has the bytes that its text gives.
    """
    again = built / lesson.name / lesson.notebook.name

    message = (
        f"{lesson.notebook.relative_to(ROOT)} is not what {lesson.text.name} gives: "
        f"run `make notebooks`. If you edited it in JupyterLab, first run "
        f"`.venv/bin/jupytext --to py:percent {lesson.notebook.relative_to(ROOT)}`."
    )
    assert again.read_bytes() == lesson.notebook.read_bytes(), message


def test_a_current_notebook_is_left_alone(course):
    """
    Building what is built already changes nothing and says nothing.
    """
    done = build(course, "notebooks")

    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


def test_an_edited_text_reaches_the_notebook_and_the_release(course):
    """
    What an author writes in the text arrives in both derived files.
    """
    text = course / "source" / LESSONS[0].name / LESSONS[0].text.name
    text.write_text(text.read_text().replace("images are tensors", "hello there"))
    later = text.with_suffix(".ipynb").stat().st_mtime + 10
    os.utime(text, (later, later))

    build(course, "notebooks")
    done = build(course, "release")

    release = course / "release" / LESSONS[0].name / LESSONS[0].notebook.name
    assert 0 == done.returncode, done.stderr
    assert "hello there" in text.with_suffix(".ipynb").read_text()
    assert "hello there" in release.read_text()


def test_an_edit_of_the_notebook_is_not_overwritten(course):
    """
    A notebook edited by hand stops the build, which says how to keep the edit.
    """
    notebook = course / "source" / LESSONS[0].name / LESSONS[0].notebook.name
    edited = notebook.read_text().replace("images are tensors", "my edit")
    notebook.write_text(edited)
    text = notebook.with_suffix(".py")
    os.utime(text, (0, 0))

    done = build(course, "notebooks")

    assert 1 == done.returncode
    assert "error: " in done.stderr
    assert "jupytext --to py:percent" in done.stderr
    assert "Traceback" not in done.stderr
    assert edited == notebook.read_text()


def test_answers_in_a_release_are_not_overwritten(course):
    """
    A release notebook that somebody worked in stops the build; one only run does not.
    """
    build(course, "release")
    release = course / "release" / LESSONS[0].name / LESSONS[0].notebook.name
    made = release.read_text()
    release.write_text(made.replace('"execution_count": null', '"execution_count": 7'))
    ran = build(course, "release")
    edited = made.replace("YOUR CODE HERE", "my code")
    release.write_text(edited)
    answered = build(course, "release")

    assert (0, 1) == (ran.returncode, answered.returncode), answered.stderr
    assert "mv release/" in answered.stderr
    assert "Traceback" not in answered.stderr
    assert edited == release.read_text()


@pytest.mark.parametrize("what", ["notebooks", "release"])
def test_a_notebook_that_is_no_json_is_named(course, what):
    """
    A broken notebook gives one message that says which, and what to do.
    """
    notebook = course / "source" / LESSONS[0].name / LESSONS[0].notebook.name
    notebook.write_text(notebook.read_text()[:1000])

    done = build(course, what)

    assert 1 == done.returncode
    assert f"{notebook.name} is not JSON" in done.stderr
    assert "make notebooks" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lesson_that_nbgrader_refuses_is_named(course):
    """
    A hidden test without its end gives one message that says where and why.
    """
    notebook = course / "source" / LESSONS[0].name / LESSONS[0].notebook.name
    broken = notebook.read_text().replace("### END HIDDEN TESTS", "", 1)
    notebook.write_text(broken)

    done = build(course, "release")

    assert 1 == done.returncode
    assert f"cannot release {LESSONS[0]}: " in done.stderr
    assert "No end hidden tests statement found" in done.stderr
    assert 1 == len(done.stderr.strip().splitlines())


def test_a_missing_tool_is_named(course, tmp_path):
    """
    Without jupytext beside the interpreter, the message says how to get it.
    """
    python = tmp_path / "bin" / "python"
    code = (
        f"import runpy, sys; sys.executable = {str(python)!r}; "
        f"sys.argv = ['build.py', 'notebooks']; "
        f"runpy.run_path('source/build.py', run_name='__main__')"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=course, capture_output=True, text=True
    )

    assert 1 == done.returncode
    assert "error: jupytext is not in" in done.stderr
    assert 1 == len(done.stderr.strip().splitlines())


def test_a_stray_file_in_the_release_is_named(course):
    """
    A file that no lesson makes is neither released in silence nor deleted.
    """
    stray = course / "release" / "99_old" / "old.ipynb"
    stray.parent.mkdir(parents=True)
    stray.write_text("{}")

    done = build(course, "release")

    assert 1 == done.returncode
    assert "release/99_old/old.ipynb comes from no lesson" in done.stderr
    assert stray.exists()
