"""The build chain: text -> notebooks -> release.

    python source/build.py notebooks    source/*/*.py -> source/*/*.ipynb
    python source/build.py release      source/*/*.ipynb -> release/

Run by `make notebooks` and `make release`. Both build in a scratch folder first, so
that a failure leaves the tree as it was. `--only NN_noun` builds one lesson, while
others are half written; `--into FOLDER` leaves the results there: so the tests compare
them with what is committed.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


class BuildError(Exception):
    """The build cannot go on; the message says why and what to do."""


def build_notebooks(folder, only="*"):
    """Make the lessons' notebooks from their text, in `folder`/NN_noun/noun.ipynb."""
    for text in sorted((ROOT / "source").glob(f"{only}/*.py")):
        (folder / text.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(text, folder / text.parent.name)
    texts = sorted(folder.glob("*/*.py"))
    _run("jupytext", "--quiet", "--to", "ipynb", *texts)
    # jupytext writes its own version and format, and random cell ids: both would make
    # the same text give other bytes. nbstripout numbers the cells and drops the rest.
    _run(
        "nbstripout",
        "--extra-keys",
        "metadata.language_info metadata.jupytext",
        *folder.glob("*/*.ipynb"),
    )
    for text in texts:
        text.unlink()


def build_release(folder, only="*"):
    """Make the students' notebooks from `source`, in `folder`/NN_noun/noun.ipynb."""
    notebooks = sorted((ROOT / "source").glob(f"{only}/*.ipynb"))
    for notebook in notebooks:
        _check_json(notebook)
    with tempfile.TemporaryDirectory() as scratch:
        course = Path(scratch)
        for notebook in notebooks:
            lesson = notebook.parent
            shutil.copytree(lesson, course / "source" / lesson.name, dirs_exist_ok=True)
        shutil.copy(ROOT / "nbgrader_config.py", course)
        try:
            _run(
                *("nbgrader", "generate_assignment", "*", "--force", "--no-db"),
                cwd=course,
            )
        except BuildError as error:
            raise BuildError(_why_nbgrader_failed(str(error))) from None
        shutil.copytree(course / "release", folder, dirs_exist_ok=True)


def update_notebooks(only="*"):
    """Rebuild source/*/*.ipynb, but never over an edit that the text does not have."""
    with tempfile.TemporaryDirectory() as scratch:
        built = Path(scratch)
        build_notebooks(built, only)
        changed = []
        for new in sorted(built.glob("*/*.ipynb")):
            old = ROOT / "source" / new.relative_to(built)
            if not old.exists():
                changed.append((new, old))
                continue
            _check_json(old)
            if _stripped(old) == new.read_bytes():
                if old.read_bytes() != new.read_bytes():  # outputs of a run: drop them
                    changed.append((new, old))
                continue
            text = old.with_suffix(".py")
            if old.stat().st_mtime > text.stat().st_mtime:
                name = old.relative_to(ROOT)
                raise BuildError(
                    f"{name} was edited after {text.name}, from which it is made, and "
                    f"the edit would be lost.\n"
                    f"  keep it:  .venv/bin/jupytext --to py:percent {name}\n"
                    f"  drop it:  rm {name}\n"
                    f"then run `make notebooks` again."
                )
            changed.append((new, old))
        for new, old in changed:
            shutil.copyfile(new, old)
            print(f"made {old.relative_to(ROOT)}")


def update_release(only="*"):
    """Rebuild release/, but never over somebody's answers."""
    with tempfile.TemporaryDirectory() as scratch:
        built = Path(scratch)
        build_release(built, only)
        release = ROOT / "release"
        changed = []
        for new in sorted(p for p in built.rglob("*") if p.is_file()):
            old = release / new.relative_to(built)
            if not old.exists():
                changed.append((new, old))
            elif old.read_bytes() != new.read_bytes():
                _refuse_to_lose_answers(old, new)
                changed.append((new, old))
        for old in sorted(p for p in release.glob(f"{only}/**/*") if p.is_file()):
            made = (built / old.relative_to(release)).exists()
            if not made and ".ipynb_checkpoints" not in old.parts:
                name = old.relative_to(ROOT)
                raise BuildError(
                    f"{name} comes from no lesson; move it or run `rm {name}`, then "
                    f"run `make release` again."
                )
        for new, old in changed:
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(new, old)
            print(f"made {old.relative_to(ROOT)}")


def _refuse_to_lose_answers(old, new):
    """Raise if a release notebook was edited since its source was last made."""
    source = ROOT / "source" / old.relative_to(ROOT / "release")
    if old.suffix != ".ipynb" or old.stat().st_mtime <= source.stat().st_mtime:
        return
    _check_json(old)
    if _stripped(old) != _stripped(new):
        name = old.relative_to(ROOT)
        raise BuildError(
            f"{name} was edited after it was made from {source.relative_to(ROOT)}, and "
            f"the edit would be lost.\n"
            f"  keep it:  mv {name} somewhere else\n"
            f"  drop it:  rm {name}\n"
            f"then run `make release` again."
        )


def _check_json(notebook):
    try:
        json.loads(notebook.read_text(encoding="utf-8"))
    except ValueError as error:
        name = notebook.relative_to(ROOT)
        raise BuildError(
            f"{name} is not JSON ({error}). It is made from the lesson's text: run "
            f"`rm {name}`, then `make notebooks` and `make release`."
        ) from None


def _why_nbgrader_failed(log):
    """Find the cause in nbgrader's log, which wraps it in fifty lines of traceback."""
    lessons = re.findall(r"error processing assignment '(.+?)'", log)
    causes = re.findall(r"^ +(\w+Error: .+)$", log, re.MULTILINE)
    if not lessons or not causes:
        return log
    return (
        f"nbgrader cannot release {', '.join(lessons)}: {'; '.join(causes)}. "
        f"Mend source/{lessons[0]}, then run `make release` again."
    )


def _stripped(notebook):
    """Return a notebook's bytes without what running or opening it adds."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copy(notebook, scratch))
        _run(
            "nbstripout",
            "--extra-keys",
            "metadata.language_info metadata.jupytext",
            copy,
        )
        return copy.read_bytes()


def _run(tool, *arguments, cwd=None):
    command = [BIN / tool, *arguments]
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    except FileNotFoundError:
        raise BuildError(
            f"{tool} is not in {BIN}; run `rm -rf .venv` and make again, which "
            f"installs it."
        ) from None
    if done.returncode:
        raise BuildError(f"{tool} failed:\n{done.stdout}{done.stderr}".rstrip())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build notebooks or the release.")
    parser.add_argument("what", choices=["notebooks", "release"])
    parser.add_argument("--into", type=Path, help="build here, change nothing else")
    parser.add_argument("--only", default="*", metavar="NN_noun", help="one lesson")
    options = parser.parse_args()
    try:
        if options.into:
            build = {"notebooks": build_notebooks, "release": build_release}
            build[options.what](options.into, options.only)
        else:
            update = {"notebooks": update_notebooks, "release": update_release}
            update[options.what](options.only)
    except BuildError as error:
        sys.exit(f"error: {error}")
