"""What is done about files that the student's code changes at any time."""

import os
from pathlib import Path

import pytest

from autograder.moved_folders import MovedFolders
from autograder.plain_files import put_back, read
from autograder.released_files import ReleasedFiles

WANT = Path("data/deep/want.txt")


@pytest.fixture
def work(tmp_path):
    """Return a folder with one released file, and its descriptor."""
    (tmp_path / WANT).parent.mkdir(parents=True)
    (tmp_path / WANT).write_text("4")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    yield tmp_path, descriptor
    os.close(descriptor)


def a_link(work):
    (work / "data").rename(work / "old")
    (work / "data").symlink_to("old")


def a_file(work):
    (work / "data").rename(work / "old")
    (work / "data").write_text("no folder")


def a_folder(work):
    (work / WANT).unlink()
    (work / WANT / "full").mkdir(parents=True)


def a_pipe(work):
    (work / WANT).unlink()
    os.mkfifo(work / WANT)


@pytest.mark.parametrize("cheat", [a_link, a_file, a_folder, a_pipe])
def test_what_is_in_the_way_of_a_file_is_cleared_away(work, cheat):
    """
    Whatever it is; once more says that the file is right, and nothing stays open.
    """
    folder, descriptor = work
    cheat(folder)
    before = len([*Path("/proc/self/fd").iterdir()])

    assert put_back(descriptor, WANT, b"4")
    assert not put_back(descriptor, WANT, b"4")
    assert b"4" == read(descriptor, str(WANT), 10)
    assert not (folder / "data").is_symlink()
    assert before == len([*Path("/proc/self/fd").iterdir()])


def test_a_file_that_somebody_has_open_for_writing_is_replaced(work):
    """
    What is written there later does not arrive.
    """
    folder, descriptor = work
    with (folder / WANT).open("r+") as file:
        assert put_back(descriptor, WANT, b"4")
        file.write("0")

    assert not put_back(descriptor, WANT, b"4")


def test_a_folder_that_was_away_is_named_and_one_with_new_files_is_not(work):
    """
    Also one that holds released files only deeper inside.
    """
    folder, descriptor = work
    files = ReleasedFiles(folder, [])
    moved = MovedFolders()
    moved.watch(descriptor, files.folders)
    (folder / "data/new").write_text("new")
    (folder / "data/new").rename(folder / "data/newer")
    (folder / "data/other").mkdir()

    assert [] == moved.moved()
    (folder / "data").rename(folder / "away")
    (folder / "away").rename(folder / "data")
    assert ["data/"] == moved.moved()
    assert [] == moved.moved()
    moved.close()


def test_stamps_see_another_folder_and_not_a_new_file(work):
    """
    A folder's stamp is which folder it is.
    """
    folder, descriptor = work
    files = ReleasedFiles(folder, [])
    before = files.stamps(descriptor)
    (folder / "data/new").write_text("new")

    assert before == files.stamps(descriptor)
    (folder / "data").rename(folder / "old")
    (folder / "data").symlink_to("old")
    now = files.stamps(descriptor)
    assert before["data/"] != now["data/"]
    assert set() == files.still_right(now, before)
