"""The record of a graded notebook."""

import json
from dataclasses import replace

import pytest

from autograder.record import (
    MOST_NOTES,
    Note,
    Record,
    RecordError,
    add_to_record,
    read_record,
    record_path,
    write_record,
)

NOTE = Note("restored", "relu_test", "It was deleted.")


@pytest.fixture
def path(tmp_path):
    return record_path(tmp_path / "ada" / "ps1" / "ps1.ipynb")


def record(**changes):
    return replace(Record("ada", "ps1", "ps1", (NOTE,)), **changes)


def test_a_record_comes_back_as_it_was_written(path):
    """
    Notes and times survive; the folder is made.
    """
    wanted = record(rooms=(NOTE,), seconds={"student": 1.5})
    write_record(path, wanted)

    assert wanted == read_record(path)
    assert "ps1.record.json" == path.name


def test_rooms_and_times_are_added(path):
    """
    What the rooms have to say comes after the repair, and does not replace it.
    """
    write_record(path, record())
    slow = Note("slow", "relu", "It took long.")
    add_to_record(path, [slow], {"student": 1.0})
    add_to_record(path, [NOTE], {"test": 2.0})

    times = {"student": 1.0, "test": 2.0}
    assert record(rooms=(slow, NOTE), seconds=times) == read_record(path)


def test_a_failed_write_leaves_the_old_record(path):
    """
    A record is replaced at once or not at all, and no other file stays.
    """
    write_record(path, record())
    with pytest.raises(TypeError):
        write_record(path, record(seconds={"student": object()}))

    assert record() == read_record(path)
    assert [path] == list(path.parent.iterdir())


def test_a_read_only_record_is_replaced(path):
    """
    What nbgrader graded is read-only; grading again still works.
    """
    write_record(path, record())
    path.chmod(0o444)
    write_record(path, record(tamper=()))

    assert () == read_record(path).tamper


def test_thousands_of_notes_are_cut(path):
    """
    Suspicious notes are kept first, and one note counts what is left out.
    """
    bad = replace(NOTE, severity="suspicious", sentence="x" * 10_000)
    write_record(path, record(tamper=(*[NOTE] * 5000, bad)))
    notes = read_record(path).tamper

    assert MOST_NOTES + 1 == len(notes)
    assert "suspicious" == notes[0].severity
    assert "4801 more notes were left out." == notes[-1].sentence
    assert 500 > len(notes[0].sentence)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no such record; autograde first"),
        ("{", "wanted a record of a graded notebook"),
        ("[]", "wanted a record of a graded notebook"),
        ("{}", "wanted a record of a graded notebook"),
        ('{"version": 1}', "wanted a record of a graded notebook"),
        ('{"version": 99}', "wanted a record of version 1, got version 99"),
    ],
)
def test_what_is_no_record_is_named(path, text, message):
    """
    The error says which file, what was wanted, and what to do.
    """
    if text is not None:
        path.parent.mkdir(parents=True)
        path.write_text(text)

    with pytest.raises(RecordError, match=message) as error:
        read_record(path)
    assert str(path) in str(error.value)


def test_the_file_is_plain_json_with_a_version(path):
    """
    Other programs can read it.
    """
    write_record(path, record())
    content = json.loads(path.read_text())

    assert 1 == content["version"]
    assert "It was deleted." == content["tamper"][0]["sentence"]
