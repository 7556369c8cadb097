"""Every lesson in a real JupyterLab, in a real browser. Pictures: build/browser."""

import importlib.util
import shutil

import pytest
from browser import (
    CHROMIUM,
    errors,
    jupyterlab,
    notebook_page,
    pictures,
    run_all,
)
from lessons import LESSONS, ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt-get install chromium"),
    pytest.mark.skipif(
        importlib.util.find_spec("playwright") is None,
        reason="no Playwright: make browser installs it",
    ),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """JupyterLab on copies of all lessons, released and solved."""
    folder = tmp_path_factory.mktemp("lab")
    for lesson in LESSONS:
        for kind, notebook in (
            ("release", lesson.release),
            ("solved", lesson.notebook),
        ):
            (folder / kind).mkdir(exist_ok=True)
            shutil.copy(notebook, folder / kind)
    with jupyterlab(folder, port=8931) as address:
        yield address


@pytest.fixture
def shots():
    """The folder of the pictures."""
    folder = ROOT / "build" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_release_runs_to_its_first_task(lesson, server, shots):
    """
    Run All stops at the first unanswered task, with one line that says so.
    """
    with notebook_page(server, f"release/{lesson.noun}.ipynb") as page:
        run_all(page)
        (message,) = errors(page)
        pictures(page, shots / f"release_{lesson.noun}.png")

    assert f"{lesson.tasks[0]} is not written yet" in message
    assert "Traceback" not in message


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_solved_lesson_runs_and_its_widgets_redraw(lesson, server, shots):
    """
    The solved lesson shows no error, and moving a slider gives another picture.
    """
    with notebook_page(server, f"solved/{lesson.noun}.ipynb") as page:
        run_all(page)
        assert [] == errors(page)
        pictures(page, shots / f"solved_{lesson.noun}.png")
        boxes = page.locator(".jp-OutputArea-output .widget-vbox")
        assert boxes.count() >= 1
        for number in range(boxes.count()):
            box = boxes.nth(number)
            box.scroll_into_view_if_needed()
            picture = box.locator("img").first
            before = picture.get_attribute("src")
            handle = box.locator(".noUi-handle").first
            if handle.count():
                handle.focus()
                low, now = (
                    handle.get_attribute(f"aria-value{edge}") for edge in ("min", "now")
                )
                handle.press("ArrowRight" if now == low else "ArrowLeft")
            else:
                box.locator("button").last.click()
            page.wait_for_timeout(3000)
            assert before != picture.get_attribute("src")
            assert [] == errors(page)
