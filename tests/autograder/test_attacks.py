"""Cheats get no point that they do not deserve; honest oddities lose none."""

import os
import tomllib
from concurrent.futures import ThreadPoolExecutor

import pytest
from attacks import classroom, shield

HERE = classroom.HERE
SUBMISSIONS = classroom.submissions()
SECONDS = 60  # for one submission of a shelf, if all goes wrong
CONFIG = (
    (classroom.ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    + f"""
c.CourseDirectory.course_id = "attacks"
c.Execute.timeout = {classroom.SECONDS}
c.CourseDirectory.ignore.remove("*.py")  # of lessons; here students hand in modules
"""
)
HIDDEN = "f3c1-hidden"  # stands in a hidden test of course/tasks.py
ALLOWED = (  # what IPython and Jupyter leave in the home of whoever runs them
    f"{shield.HOME}/.ipython/",
    f"{shield.HOME}/.jupyter/",
    f"{shield.HOME}/.local/share/jupyter/",
    f"{shield.HOME}/.cache/",
)


def user_param(user, *values, **fields):
    """Make a case of tests; what one user grades belongs to one worker of xdist."""
    marks = pytest.mark.xdist_group(f"attacks by {user}")
    return pytest.param(user, *values, marks=marks, **fields)


@pytest.fixture(scope="module", params=[user_param(user) for user in classroom.USERS])
def graded(request, tmp_path_factory):
    """Submissions, graded with the project's configuration, on two shelves."""
    as_root = request.param == "root"
    if shield.why_not():
        pytest.skip(shield.why_not())
    if as_root and os.getuid() != 0:
        pytest.skip("root is needed to grade as root")
    # The fixture is made anew for each submission that a test is parametrized with.
    if request.param not in GRADED:
        folder = tmp_path_factory.mktemp("attacks")
        GRADED[request.param] = grade_all(request.param, folder)
    return GRADED[request.param]


GRADED = {}  # by user


def grade_all(user, folder):
    """Grade what a user grades."""
    with ThreadPoolExecutor() as pool:
        runs = [
            pool.submit(
                classroom.grade,
                *(folder / f"shelf{number}", members, CONFIG, user == "root"),
                SECONDS * len(members),
            )
            for number, members in enumerate(
                classroom.shelves(classroom.graded_by(user))
            )
        ]
    return [run.result() for run in runs]


@pytest.mark.parametrize(
    ("graded", "submission"),
    [
        user_param(user, submission, id=f"{submission}-{user}")
        for user in classroom.USERS
        for submission in classroom.graded_by(user)
    ],
    indirect=["graded"],
)
def test_score_is_fair(graded, submission):
    """
    Each task of a submission gets the points that it deserves, as recorded.
    """
    (scores,) = (g.scores[submission.name] for g in graded if submission in g.members)

    assert submission.deserved(classroom.worth()) == scores


def test_each_lost_point_is_explained(graded):
    """
    A test cell that gives less than all points shows an error, or a number of points;
    the log names a submission that has no score.
    """
    unexplained = []
    for shelf in graded:
        for submission in shelf.members:
            if submission.refused:
                if f"ERROR] {shelf.course}/submitted/{submission}/" not in shelf.log:
                    unexplained.append(f"{submission} is not in the log")
                continue
            shown = classroom.outputs_by_test(shelf.course, submission)
            for task, score in shelf.scores[submission.name].items():
                if score != classroom.worth()[task] and not shown.get(task):
                    unexplained.append(f"{submission}: {task} got {score}")

    assert [] == unexplained


def test_nothing_stops_the_batch(graded):
    """
    Each submission has a notebook and a page, but for those that are refused; nbgrader
    says by its exit status whether there was one.
    """
    missing = [
        f"{submission}: {path.name}"
        for shelf in graded
        for submission in shelf.members
        if not submission.refused
        for path in classroom.pages(shelf.course, submission)
        if not path.is_file()
    ]

    assert [] == missing
    for shelf in graded:
        refused = any(submission.refused for submission in shelf.members)
        assert ([int(refused), 0], "") == (shelf.report.codes, shelf.report.stopped)


def test_nothing_is_left_running(graded):
    """
    When grading is over, no process of a submission is there.
    """
    assert [] == [line for shelf in graded for line in shelf.report.survivors]


def test_nothing_is_written_outside(graded):
    """
    No file outside of the course changed, and inside of it only what nbgrader writes.
    """
    written = [
        path
        for shelf in graded
        for path in shelf.report.written
        if not path.startswith(ALLOWED)
    ]

    assert [] == written
    assert [] == [path for shelf in graded for path in shelf.changed]


def test_nobody_is_connected_to(graded):
    """
    No listener of the machine, in the network or on the disk, was reached.
    """
    assert [] == [name for shelf in graded for name in shelf.report.connections]


def test_no_secret_is_told(graded):
    """
    Secrets outside appear nowhere, and hidden tests in no output and no page.
    """
    told = []
    for shelf in graded:
        for submission in shelf.members:
            for path in classroom.pages(shelf.course, submission):
                if not path.is_file():
                    continue
                if path.suffix == ".ipynb":
                    text = classroom.own_outputs(path)
                else:
                    text = path.read_text(encoding="utf-8")
                found = [secret for secret in (shield.SECRET, HIDDEN) if secret in text]
                told += [f"{submission}: {path.name} tells {s}" for s in found]

    assert [] == told


def test_no_script_runs_in_a_page(graded):
    """
    What students wrote stands in feedback pages as text, never as an element.
    """
    pages = [
        (submission, path)
        for shelf in graded
        for submission in shelf.members
        for path in classroom.pages(shelf.course, submission)
        if path.suffix == ".html" and path.is_file()
    ]

    assert [] == [
        str(submission)
        for submission, path in pages
        if classroom.is_attacked(path.read_text(encoding="utf-8"))
    ]


def test_there_are_enough():
    """
    The suite has at least 60 cheats and 25 honest oddities, each with its own name.
    """
    honest = [submission for submission in SUBMISSIONS if submission.honest]
    names = {submission.name for submission in SUBMISSIONS}

    assert len(SUBMISSIONS) == len(names)
    assert 25 <= len(honest)
    assert 60 <= len(SUBMISSIONS) - len(honest)


@pytest.mark.parametrize("user", classroom.USERS)
def test_neighbours_are_neighbours(user):
    """
    Who looks for what another submission left is graded right after it.
    """
    (names,) = (
        sorted(member.name for member in members)
        for members in classroom.shelves(classroom.graded_by(user))
        if any(member.name == "neighbour_leaves_answers" for member in members)
    )
    place = names.index("neighbour_leaves_answers")

    assert "neighbour_looks_for_answers" == names[place + 1]


def test_cheats_are_real():
    """
    Of the cheats that were tried with nbgrader alone, most got what they wanted there:
    points, or a submission that cannot be graded.
    """
    record = tomllib.loads((HERE / "stock.toml").read_text(encoding="utf-8"))
    cheats = {s.name for s in SUBMISSIONS if not s.honest and not s.solved}
    tried = [record[name] for name in cheats if name in record]
    real = [r for r in tried if r["stock"] > r["fair"] or r["stock"] < 0]

    assert 60 <= len(real)
