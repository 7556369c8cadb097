"""Feedback pages and Formgrader, made by nbgrader's own commands."""

import importlib.util
import json
import re
import time
import urllib.request
from base64 import b64decode
from html.parser import HTMLParser

import nbformat
import pytest
from browser import CHROMIUM
from feedback_course import (
    LAST,
    RIGHT,
    SPY,
    WRONG,
    delete_test,
    hand_in,
    hidden_lines,
    make_course,
    nbgrader,
)
from formgrader import formgrader
from hostile_html import EVIL, FRAME, HTML, MARKDOWN, OUTPUTS, SCRIPT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from nbgrader.api import Gradebook

from autograder.feedback import FAILED, NOT_SHOWN, VALUES, redact
from autograder.hidden import Delimiters, Original, Secrets
from autograder.sanitize import clean_html, clean_markdown, pictures_beside

pytestmark = pytest.mark.xdist_group("feedback")

PORT = 8943
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose submissions are graded and have feedback."""
    course = tmp_path_factory.mktemp("feedback") / "a course"
    make_course(course)
    hand_in(course, "ada", RIGHT)
    hand_in(course, "ben", WRONG)
    hand_in(course, "eve", RIGHT)
    hand_in(course, "spy", SPY, LAST, delete_test)
    nbgrader(course, "autograde", "ps")
    make_hostile(course / "autograded" / "eve" / "ps" / "doubling.ipynb")
    graded = course / "autograded" / "spy" / "ps"
    (graded / "doubling.record.json").write_text('{"note": "a tamper note"}')
    (graded / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    (graded / "data").mkdir()
    (graded / "data" / "link.txt").symlink_to(course / "gradebook.db")
    nbgrader(course, "generate_feedback", "ps")
    return course


def make_hostile(path):
    """Put into a graded notebook all that a student could."""
    document = json.loads(path.read_text())
    cells = [
        new_markdown_cell(text, id=f"m{number}")
        for number, text in enumerate([*HTML.values(), *MARKDOWN.values()])
    ]
    cells[0].attachments = {"evil.png": {f'image/png"><x y="{SCRIPT}': "x"}}
    for text in HTML.values():
        outputs = [new_output("display_data", {"text/html": text})]
        cells.append(new_code_cell("x", outputs=outputs))
    for data, metadata in OUTPUTS.values():
        output = new_output("display_data", data, metadata=metadata)
        cells.append(new_code_cell(SCRIPT, outputs=[output]))
    error = new_output("error", ename=SCRIPT, evalue=SCRIPT, traceback=[SCRIPT])
    stream = new_output("stream", text="\x1b[31m" + SCRIPT + "\x1b]8;;javascript:1\x07")
    cells.append(new_code_cell("x", outputs=[error, stream]))
    cells.append(new_raw_cell(SCRIPT, metadata={"raw_mimetype": "text/html"}))
    # The rest is not even a valid notebook, but nothing hinders a student.
    forged = new_code_cell("%%html\nx", metadata={"magics_language": f'"{SCRIPT}'})
    forged.execution_count = SCRIPT
    forged.id = f'"{SCRIPT}'
    forged.metadata["tags"] = [f'"{SCRIPT}']
    forged.metadata["nbgrader"] = {"grade": True, "grade_id": SCRIPT, "points": SCRIPT}
    forged.outputs = [
        {
            "output_type": "display_data",
            "data": {"image/svg+xml": "<svg/>"},
            "svg_filename": EVIL + "s.svg",
            "metadata": {"filenames": {"image/svg+xml": EVIL}},
        }
    ]
    cells.append(forged)
    document["cells"] += cells
    document["metadata"] |= {
        "title": f"</title>{SCRIPT}",
        "language_info": {"name": f'"{SCRIPT}', "pygments_lexer": f'"{SCRIPT}'},
        "kernelspec": {"name": SCRIPT, "display_name": SCRIPT},
        "widgets": {
            "application/vnd.jupyter.widget-state+json": {"state": "</script>" + SCRIPT}
        },
    }
    path.chmod(0o644)
    path.write_text(json.dumps(document))


def page_of(course, student):
    """Return a student's feedback page."""
    path = course / "feedback" / student / "ps" / "doubling.html"
    return path.read_text()


class Text(HTMLParser):
    """The text of a page, and what in it is active."""

    def __init__(self, page):
        super().__init__()
        self.pieces, self.active, self.inside = [], [], []
        self.feed(page)

    @property
    def text(self):
        """What a reader sees, without empty lines."""
        return re.sub(r"\n\s*\n+", "\n", "".join(self.pieces))

    def handle_starttag(self, tag, attributes):
        """Note what a tag could do."""
        forbidden = "script iframe frame object embed applet base form link svg button"
        if tag in [*forbidden.split(), "input", "textarea", "area", "video", "audio"]:
            self.active.append(tag)
        for name, value in attributes:
            value = (value or "").strip()
            if name.startswith("on") or name in ("srcdoc", "srcset", "ping", "action"):
                self.active.append((tag, name))
            if name == "href" and not re.match(r"https?://|mailto:|#", value):
                self.active.append((tag, name, value))
            if name == "src" and not value.startswith("data:image/"):
                self.active.append((tag, name, value))
            if name == "style" and re.search(r"url|position|z-index|@", value):
                self.active.append((tag, name, value))
            if tag == "meta" and (name, value.lower()) == ("http-equiv", "refresh"):
                self.active.append((tag, name, value))
        self.inside.append(tag)

    def handle_endtag(self, tag):
        """Leave the tag."""
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        """Keep what a reader sees."""
        if "style" not in self.inside and "script" not in self.inside:
            self.pieces.append(data)


def shown(course, student, name):
    """Return the text of a graded cell and its outputs, as the page shows it."""
    text = Text(page_of(course, student)).text
    start = text.index(f"Grade cell: {name}\n")
    end = text.find("\nIn\xa0[", start)
    return text[start:end]


@pytest.mark.parametrize("student", ["ada", "ben", "eve", "spy"])
def test_no_page_tells_of_a_hidden_test(course, student):
    """
    No hidden line, value or word is on a page, in no spelling, however a cell failed.
    """
    page = page_of(course, student)
    text = Text(page).text

    assert [] == [line for line in hidden_lines() if line in text]
    assert [] == re.findall(r"\b(?:70|140)\d\d\b|alphabeta", text)
    assert "HIDDEN TESTS" not in page


def test_a_bare_assertion_shows_that_it_failed_and_no_expression(course):
    """
    Of a hidden assertion without message the type is left, beside the visible part.
    """
    text = shown(course, "ben", "bare")

    assert f"assert double(1) == 2\n# {NOT_SHOWN}" in text
    assert f"{FAILED}\n(AssertionError)" in text
    assert "Cell In" not in text


def test_the_message_of_a_check_stays(course):
    """
    What the author of a test says to the student is shown, with the points.
    """
    message = "AssertionError: double: large numbers come out wrong"

    assert f"{FAILED}\n{message}" in shown(course, "ben", "message")
    assert "Score: 0.0 / 2.0" in shown(course, "ben", "message")
    assert "Check failed. double, a large number: wrong" in shown(
        course, "ben", "own_words"
    )


def test_the_students_own_lines_stay_in_a_traceback(course):
    """
    An error in a student's function shows her lines, not the call nor its values.
    """
    text = shown(course, "ben", "raises")

    assert "---->   3         raise TypeError(" in text
    assert "TypeError: double takes no text, but '…' came" in text


def test_a_visible_check_between_hidden_ones_shows_itself_only(course):
    """
    The traceback of a visible line shows that line, and none of its neighbours.
    """
    text = shown(course, "ben", "visible")

    assert '---->   5 assert double(10) == 21, "double: look at ten"\n' in text
    assert "AssertionError: double: look at ten" in text
    assert FAILED not in text


def test_prints_stay_but_no_hidden_line(course):
    """
    A check's prints are shown; hidden lines and long values in them are not.
    """
    text = shown(course, "ben", "prints")

    assert "✓ double: an honest line of the check" in text
    assert "double was called" in text
    assert "(a line of a hidden test is not shown)" in text


@pytest.mark.parametrize("name", ["quotes", "introspects"])
def test_a_message_that_quotes_the_test_is_cut(course, name):
    """
    Of an exception whose message has a hidden line or an expression, the type is left.
    """
    text = shown(course, "ben", name)

    assert re.search(rf"{re.escape(FAILED)}\n\((Value|Assertion)Error\)", text)


def test_a_traceback_through_another_cells_hidden_lines_is_cut(course):
    """
    A visible test that fails in a function of a hidden one shows the visible call.
    """
    text = shown(course, "ben", "later")

    assert "---->   1 check_later(double)" in text
    assert "AssertionError: double: a large number" in text


def test_partial_credit_is_shown_and_rich_outputs_are_not(course):
    """
    The number that nbgrader reads as points stays; what hidden tests display does not.
    """
    text = shown(course, "ben", "partial")

    assert "Score: 0.5 / 2.0" in text
    assert VALUES in text


def test_a_restored_cell_is_redacted_too(course):
    """
    A test that a student deleted comes back without its hidden part.
    """
    text = shown(course, "spy", "raises")

    assert "was missing from the submission" in text
    assert f"assert double(2) == 4\n# {NOT_SHOWN}" in text


def test_who_passes_sees_no_failure(course):
    """
    A right submission's page says nothing of failing, and shows full points.
    """
    assert FAILED not in shown(course, "ada", "bare")
    assert "Score: 2.0 / 2.0" in shown(course, "ada", "bare")


def test_only_pages_reach_the_feedback_folder(course):
    """
    Records, files that code wrote and links to other files are not copied.
    """
    folder = course / "feedback" / "spy"
    files = {str(path.relative_to(folder)) for path in folder.rglob("*")}

    assert {"ps", "ps/doubling.html", "ps/timestamp.txt"} == files


def test_pages_need_no_network(course):
    """
    A page names nothing that a browser would load; formulas are MathML.
    """
    page = page_of(course, "ada")

    assert "<mfrac>" in page
    assert [] == re.findall(r"(?:src|@import)\s*=?\s*[\"']?(?:https?:)?//", page)
    assert "<script" not in page


def test_a_hostile_page_has_nothing_active(course):
    """
    A parser finds no script, event, frame, form, foreign picture or link in the page.
    """
    assert [] == Text(page_of(course, "eve")).active


def notebook_of(tests, *outputs, count=1):
    """Make a graded notebook with one test cell."""
    cell = new_code_cell(tests, outputs=[*outputs], execution_count=count)
    cell.metadata["nbgrader"] = {"grade_id": "t", "grade": True, "locked": True}
    return nbformat.v4.new_notebook(cells=[cell])


def test_other_delimiters_are_heeded():
    """
    What hides is what ClearHiddenTests is configured to hide.
    """
    source = "a = 1\n# <<\nsecret_value = 2\n# >>"
    page = redact(
        notebook_of(source), [Original("t", source)], Delimiters("# <<", "# >>")
    )

    assert f"a = 1\n# {NOT_SHOWN}" == page.cells[0].source


def test_a_wholly_hidden_cell_shows_one_line():
    """
    Where nothing is visible, the note is all.
    """
    source = "### BEGIN HIDDEN TESTS\nassert f() == 1\n### END HIDDEN TESTS"
    page = redact(notebook_of(source), [Original("t", source)])

    assert f"# {NOT_SHOWN}" == page.cells[0].source


def test_the_gradebook_says_what_hides_not_the_notebook():
    """
    A cell without its delimiters is still taken for what the gradebook has of it.
    """
    source = "### BEGIN HIDDEN TESTS\nassert f() == 1\n### END HIDDEN TESTS"
    page = redact(notebook_of("assert f() == 1"), [Original("t", source)])

    assert f"# {NOT_SHOWN}" == page.cells[0].source


def test_a_student_may_write_what_a_hidden_test_says():
    """
    A student's own lines and their tracebacks stay, even if a hidden line is equal.
    """
    source = "### BEGIN HIDDEN TESTS\nanswer = compute(12345)\n### END HIDDEN TESTS"
    error = new_output(
        "error", ename="E", evalue="", traceback=["----> 1 answer = compute(12345)"]
    )
    notebook = notebook_of(source)
    own = new_code_cell("answer = compute(12345)", outputs=[error], execution_count=2)
    notebook.cells.append(own)

    page = redact(notebook, [Original("t", source)])

    assert own == page.cells[1]


def test_a_traceback_from_another_room_keeps_the_students_lines():
    """
    Where a student's function is a file of its own, its lines are shown all the same.
    """
    source = "### BEGIN HIDDEN TESTS\nassert f(12345) == 1\n### END HIDDEN TESTS"
    traceback = (
        "Cell In[1], line 2\n      1 ### BEGIN HIDDEN TESTS\n"
        "----> 2 assert f(12345) == 1\n\n"
        "File <ipykernel f 653468976216f1b9>:2, in f(x=12345)\n"
        "      1 def f(x):\n----> 2     return 1 / 0\n\nZeroDivisionError: zero"
    )
    error = new_output(
        "error", ename="ZeroDivisionError", evalue="zero", traceback=[traceback]
    )
    notebook = notebook_of(source, error)
    notebook.cells.append(new_code_cell("def f(x):\n    return 1 / 0"))

    page = redact(notebook, [Original("t", source)])

    wanted = [
        "Line 2, in f",
        "        1 def f(x):",
        "---->   2     return 1 / 0",
        "",
        FAILED,
        "ZeroDivisionError: zero",
    ]
    assert wanted == page.cells[0].outputs[0].traceback[0].split("\n")


def test_arrays_in_a_message_are_shortened():
    """
    Both sides of NumPy's comparison may be hidden values; the counts before stay.
    """
    message = "Mismatched elements: 1 / 3\n ACTUAL: array([1, 2])\n DESIRED: array([1])"

    assert "Mismatched elements: 1 / 3" == Secrets().safe_message(message)
    assert "got [...]" == Secrets().safe_message(f"got {list(range(20))}")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("**b** `c` <em>e</em>", "<strong>b</strong> <code>c</code> <em>e</em>"),
        ("[x](https://example.org/a?b=c)", '<a href="https://example.org/a?b=c"'),
        ("[x](mailto:a@example.org)", '<a href="mailto:a@example.org"'),
        (
            f"![x](data:image/png;base64,{PIXEL})",
            f'src="data:image/png;base64,{PIXEL}"',
        ),
        ("|a|\n|-|\n|1|", "<td>1</td>"),
        ("$\\begin{cases}1\\\\2\\end{cases}$", "<mtable>"),
        ("$$\\sum_{i<n} x_i$$", '<math display="block">'),
        ("it costs \\$5 or \\$6", "it costs $5 or $6"),
        ("<details><summary>s</summary>t</details>", "<summary>s</summary>"),
    ],
)
def test_what_students_honestly_write_stays(text, wanted):
    """
    Formatting, links, pictures in the page, tables and formulas are as before.
    """
    assert wanted in clean_markdown(text)


def test_pictures_beside_the_notebook_are_put_into_the_page(tmp_path):
    """
    A file below the notebook's folder and an attachment are shown, and nothing else.
    """
    folder = tmp_path / "graded"
    (folder / "figures").mkdir(parents=True)
    for path in (folder / "figures" / "a b.png", tmp_path / "other.png"):
        path.write_bytes(b64decode(PIXEL))
    (folder / "link.png").symlink_to(tmp_path / "other.png")
    (folder / "text.txt").write_text("secret")
    picture = pictures_beside(folder, {"c.png": {"image/png": PIXEL}})
    wanted = f'src="data:image/png;base64,{PIXEL}"'

    assert wanted in clean_markdown("![x](figures/a%20b.png)", picture)
    assert wanted in clean_html('<img src="attachment:c.png">', picture)
    for name in ("../other.png", str(tmp_path / "other.png"), "link.png", "text.txt"):
        assert "data:" not in clean_markdown(f"![x]({name})", picture)


def test_a_table_of_pandas_stays():
    """
    The HTML of a data frame keeps its cells, border and alignment.
    """
    frame = (
        "<div><style scoped>.dataframe tbody tr th {vertical-align: top;}</style>"
        '<table border="1" class="dataframe"><thead><tr style="text-align: right;">'
        "<th></th><th>a</th></tr></thead></table></div>"
    )

    wanted = '<table border="1" class="dataframe"><thead><tr style="text-align:right">'
    assert wanted in clean_html(frame)


def test_html_of_absurd_depth_is_shown_as_text():
    """
    HTML that would take minutes to parse is not parsed.
    """
    start = time.perf_counter()
    page = clean_html("<div>" * 100_000 + SCRIPT)

    assert page.startswith("<pre>&lt;div&gt;")
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    "opening", ["\\\\[", "\\begin{a}", "\\(", "$", "<b>$x$", "[a]("]
)
def test_openings_that_never_close_take_no_minutes(opening):
    """
    A page of 100,000 characters that mislead a parser is made within seconds.
    """
    start = time.perf_counter()
    clean_markdown(opening * (100_000 // len(opening)))

    assert time.perf_counter() - start < 10


@pytest.fixture(scope="module")
def server(course):
    """Formgrader's address."""
    with formgrader(course, PORT) as address:
        yield address


def formgrader_url(course, server, student):
    """Return the address of a student's submission in Formgrader."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission_notebook("doubling", "ps", student)
        return f"{server}/formgrader/submissions/{submission.id}/"


def test_formgrader_shows_a_hostile_submission_without_its_scripts(course, server):
    """
    Formgrader's own handler serves the cleaned notebook, with its score fields.
    """
    with urllib.request.urlopen(formgrader_url(course, server, "eve")) as answer:
        page = answer.read().decode()
    notebook = page.split('id="notebook-container"', 1)[1]
    active = [item for item in Text(notebook).active if item not in ("input", "button")]

    assert {"textarea"} >= set(active)
    assert 'id="bare"' in notebook  # the field for the score
    assert "cdnjs" not in page


def test_formgrader_shows_graders_the_hidden_tests(course, server):
    """
    Who grades by hand sees the whole test.
    """
    with urllib.request.urlopen(formgrader_url(course, server, "ben")) as answer:
        assert "7002" in answer.read().decode()


@pytest.fixture
def browser():
    """Chromium."""
    if not CHROMIUM or importlib.util.find_spec("playwright") is None:
        pytest.skip("no Chromium or Playwright: make browser installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def visit(browser, url, own):
    """Open a page, poke every element, and return what ran or was asked for."""
    # Without the page's policy: the sanitizer alone must do.
    page = browser.new_context(bypass_csp=True).new_page()
    seen = []
    page.on("dialog", lambda dialog: (seen.append("a script ran"), dialog.dismiss()))
    page.on("popup", lambda popup: seen.append(f"a window opened: {popup.url}"))
    page.on(
        "request",
        lambda request: (
            request.url.startswith((own, "data:image/")) or seen.append(request.url)
        ),
    )
    page.goto(url)
    page.wait_for_timeout(500)
    page.evaluate(
        """() => {
            const cells = document.querySelector('#notebook-container');
            const stay = event => event.preventDefault();
            document.addEventListener('click', stay, true);
            document.addEventListener('submit', stay, true);
            const kinds = ['mouseover', 'mousemove', 'pointerover', 'focus', 'focusin',
                'click', 'toggle', 'error', 'load', 'animationstart', 'keydown'];
            for (const element of cells.querySelectorAll('*'))
                if (!element.closest('.nbgrader_cell'))
                    for (const kind of kinds)
                        element.dispatchEvent(new Event(kind, {bubbles: true}));
        }"""
    )
    page.wait_for_timeout(500)
    addresses = page.eval_on_selector_all(
        "#notebook-container [href], #notebook-container [src]",
        "all => all.map(e => e.href || e.src)",
    )
    fine = ("https://", "http://", "mailto:", "data:image/", own)
    seen += [address for address in addresses if not address.startswith(fine)]
    return page, seen


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore")
def test_nothing_runs_in_a_feedback_page(course, browser):
    """
    In Chromium, with the page's policy off: no dialog, window, request or odd address.
    """
    path = course / "feedback" / "eve" / "ps" / "doubling.html"
    page, seen = visit(browser, path.as_uri(), path.as_uri())

    assert [] == seen
    assert page.locator("math").count() >= 3
    above, below = page.locator("math mfrac").first.locator("> *").all()
    assert above.bounding_box()["y"] < below.bounding_box()["y"]  # it is drawn


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore")
def test_nothing_runs_in_formgrader(course, server, browser):
    """
    In Formgrader none of a student's scripts runs, and its own still fill the scores.
    """
    url = formgrader_url(course, server, "eve")
    _, seen = visit(browser, url, server)
    with_policy = browser.new_page()
    with_policy.goto(url)
    score = with_policy.locator("input.score#bare[placeholder]")
    score.wait_for(timeout=10_000)

    assert [] == seen
    assert "2" == score.get_attribute("placeholder")


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore")
def test_the_payloads_would_run(browser):
    """
    The test can fail: in a page that is not cleaned, scripts run and hosts are asked.
    """
    page = browser.new_page()
    seen = []
    page.on("dialog", lambda dialog: (seen.append("script"), dialog.dismiss()))
    page.on("request", lambda request: seen.append(request.url))
    page.set_content(f"{HTML['image error']}{SCRIPT}<img src='{EVIL}p.png'>{FRAME}")
    page.wait_for_timeout(500)

    assert seen.count("script") >= 2
    assert EVIL + "p.png" in seen
