"""Open a notebook in a real JupyterLab in Chromium, run it, and take pictures.

    python tests/browser.py NOTEBOOK FOLDER    pictures of all cells, after Run All

Needs the extra `browser` and Chromium.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def jupyterlab(folder, port=8897):
    """Serve a folder with JupyterLab; yields its address."""
    with tempfile.TemporaryDirectory() as scratch:
        # Draw all cells at once, and ask no questions.
        _setting(scratch, "notebook-extension/tracker", windowingMode="none")
        _setting(scratch, "apputils-extension/notification", fetchNews="false")
        command = [
            *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
            f"--notebook-dir={folder}",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            "--IdentityProvider.token=",
            "--LabApp.news_url=None",
            f"--LabApp.user_settings_dir={scratch}",
            f"--LabApp.workspaces_dir={scratch}/workspaces",
        ]
        with (Path(scratch) / "log").open("w") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
            address = f"http://127.0.0.1:{port}"
            try:
                _wait_for(address + "/api", server, Path(scratch) / "log")
                yield address
            finally:
                server.terminate()
                server.wait(10)


def _setting(folder, name, **values):
    path = Path(folder) / "@jupyterlab" / f"{name}.jupyterlab-settings"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(values))


def _wait_for(url, server, log):
    for _ in range(120):
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"JupyterLab does not answer:\n{log.read_text()}")


@contextmanager
def notebook_page(address, name, height=1300):
    """Open a notebook; yields Playwright's page when its kernel is idle."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page(viewport={"width": 1250, "height": height})
        page.goto(f"{address}/lab/tree/{name}?reset")
        wait_until_idle(page)
        yield page
        browser.close()


def wait_until_idle(page, seconds=120):
    """Wait for the kernel; the toolbar's dot lies while it starts."""
    page.wait_for_function(
        r"/\| Idle/.test(document.querySelector('#jp-main-statusbar')?.innerText)",
        timeout=seconds * 1000,
    )


def run_all(page, seconds=600):
    """Run all cells by the menu and wait until none is marked [*] any more."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_timeout(1000)
    page.wait_for_function(
        "![...document.querySelectorAll('.jp-InputPrompt')]"
        ".some(prompt => prompt.textContent.includes('*'))",
        timeout=seconds * 1000,
    )
    wait_until_idle(page, seconds)
    page.wait_for_timeout(1500)


def errors(page):
    """Return the text of each error that the page shows."""
    return page.locator(
        ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']"
    ).all_inner_texts()


def pictures(page, path):
    """Take pictures of all cells, one screen at a time; returns their paths."""
    outer = ".jp-WindowedPanel-outer"
    page.keyboard.press("Control+b")  # hide the file browser
    page.evaluate(f"document.querySelector('{outer}').scrollTop = 0")
    page.wait_for_timeout(1000)
    panel = page.locator(outer).bounding_box()
    step = int(panel["height"])
    paths, top = [], 0
    # Measured again on each screen: cells grow as they come into view.
    while top < page.evaluate(f"document.querySelector('{outer}').scrollHeight"):
        page.evaluate(f"document.querySelector('{outer}').scrollTop = {top}")
        page.wait_for_timeout(300)
        paths.append(path.with_name(f"{path.stem}_{len(paths):02}.png"))
        page.screenshot(path=paths[-1], clip=panel)
        top += step
    return paths


if __name__ == "__main__":
    notebook, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    port = int(re.sub(r"\D", "", sys.argv[3])) if len(sys.argv) > 3 else 8897
    folder.mkdir(parents=True, exist_ok=True)
    with jupyterlab(notebook.parent, port) as address:
        with notebook_page(address, notebook.name) as page:
            run_all(page)
            for message in errors(page):
                print("ERROR SHOWN:", message[:300])
            for path in pictures(page, folder / f"{notebook.stem}.png"):
                print(path)
