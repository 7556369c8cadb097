"""What is hidden in a notebook, and which texts tell of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode

_LONGEST_MESSAGE = 1000
_LONGEST_LIST = 24
# Shorter lines are looked for as whole lines only: `x = 1` stands in many places.
_TELLING = 10
# What pytest makes of `assert f(x) == y`; what unittest and NumPy show of both sides.
_INTROSPECTION = re.compile(r"^\s*assert\s|^E\s{2}|^\s*\+\s+where\s", re.MULTILINE)
_BOTH_SIDES = re.compile(
    r"^\s*(?:ACTUAL|DESIRED|x|y|First|Second|\[left\]|\[right\])\s*:", re.MULTILINE
)
# A line that is all text, as a long message over several lines: made to be read.
_WORDS = re.compile(r"[fr]?([\"']).*\1[\s,)]*")
_LITERAL = re.compile(r"\"([^\"\n]{3,})\"|'([^'\n]{3,})'|(?<!\w)(\d{3,}(?:\.\d+)?)")


@dataclass(frozen=True)
class Delimiters:
    """The words that begin and end what is hidden, as `ClearHiddenTests` knows them."""

    begin: str = "BEGIN HIDDEN TESTS"
    end: str = "END HIDDEN TESTS"

    def hides(self, source: str) -> list[bool]:
        r"""Tell for each line of a cell whether it is hidden, delimiters included.

        A region that does not end hides the rest.

        Examples
        --------
        >>> Delimiters().hides("a\n# BEGIN HIDDEN TESTS\nb\n# END HIDDEN TESTS\nc")
        [False, True, True, True, False]
        """
        inside, answer = False, []
        for line in source.split("\n"):
            inside = inside or self.begin in line
            answer.append(inside or self.end in line)
            inside = inside and self.end not in line
        return answer


@dataclass(frozen=True)
class Original:
    """A cell as the gradebook has it.

    Parameters
    ----------
    name : str
        Its grade_id.
    source : str
        Its text, hidden tests included.
    locked : bool
        Whether this text, and not a student's, was graded.
    grade, solution, task : bool
        What nbgrader takes it for.
    """

    name: str
    source: str
    locked: bool = True
    grade: bool = True
    solution: bool = False
    task: bool = False

    @property
    def metadata(self) -> dict[str, object]:
        """Its metadata, whatever the submission says."""
        flags = {key: getattr(self, key) for key in ("grade", "solution", "task")}
        given = {"grade_id": self.name, "locked": self.locked, "schema_version": 3}
        return {"nbgrader": flags | given}


@dataclass(frozen=True)
class Secrets:
    """The lines that nobody may see, and those that the student knows.

    Parameters
    ----------
    lines : frozenset of str
        Hidden lines, without the space around them.
    known : frozenset of str
        Lines of the student's own cells and of the visible parts of others.
    """

    lines: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()

    @cached_property
    def _squeezed(self) -> tuple[str, ...]:
        code = [line for line in self.lines if not _WORDS.fullmatch(line)]
        squeezed = {_squeeze(line) for line in code}
        return tuple(text for text in squeezed if len(text) >= _TELLING)

    @cached_property
    def _literals(self) -> re.Pattern:
        found = {m[m.lastindex] for line in self.lines for m in _LITERAL.finditer(line)}
        longest_first = sorted(found, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def told_by(self, text: str) -> bool:
        """Tell whether a text has a hidden line in it, be it in quotes or escaped."""
        if any(line in self.lines for line in code_lines(text)):
            return True
        squeezed = _squeeze(text)
        return any(secret in squeezed for secret in self._squeezed)

    def safe_message(self, message: str, from_student: bool = False) -> str:
        """Cut an exception's message where it tells of a hidden test.

        Parameters
        ----------
        message : str
            The message.
        from_student : bool
            Whether the student's code made it: then the numbers and strings of hidden
            tests are left out too, while a test's own words are meant to be read.

        Returns
        -------
        str
            What is left; empty if all must go.

        Examples
        --------
        >>> Secrets().safe_message("relu: shape is (2,), wanted (3,)")
        'relu: shape is (2,), wanted (3,)'
        >>> Secrets().safe_message("assert 3 == relu(2)")
        ''
        >>> secrets = Secrets(frozenset(["assert relu(7001) == 7001"]))
        >>> secrets.safe_message("cannot take 7001", from_student=True)
        'cannot take …'
        """
        message = strip_ansi(message)
        if _INTROSPECTION.search(message) or self.told_by(message):
            return ""
        if from_student:
            message = self._literals.sub("…", message)
        if both := _BOTH_SIDES.search(message):
            message = message[: both.start()].rstrip()
        message = shorten_values(message)
        if len(message) > _LONGEST_MESSAGE:
            message = message[:_LONGEST_MESSAGE] + " …"
        return message


def secrets_of(
    notebook: NotebookNode, originals: Iterable[Original], delimiters: Delimiters
) -> Secrets:
    """Collect the hidden lines of all cells of a notebook."""
    hidden: set[str] = set()
    known: set[str] = set()
    locked = set()
    for original in originals:
        lines = original.source.split("\n")
        for line, hides in zip(lines, delimiters.hides(original.source), strict=True):
            (hidden if hides else known).add(line.strip())
        if original.locked:
            locked.add(original.name)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") not in locked:
            known.update(line.strip() for line in cell.source.split("\n"))
    worth_hiding = {line for line in hidden - known if re.search(r"\w\W*\w", line)}
    return Secrets(frozenset(worth_hiding), frozenset(known - {""}))


def shorten_values(text: str) -> str:
    """Write long lists and arrays as [...]: they may be the input of a hidden test.

    Examples
    --------
    >>> shorten_values("got array([[1., 2., 3.], [4., 5., 6.], [7., 8., 9.]]), not [1]")
    'got array([...]), not [1]'
    """
    pieces, depth, start = [], 0, 0
    for position, letter in enumerate(text):
        if letter == "[":
            if depth == 0:
                pieces.append(text[start:position])
                start = position
            depth += 1
        elif letter == "]" and depth:
            depth -= 1
            if depth == 0:
                inner = text[start : position + 1]
                pieces.append("[...]" if len(inner) > _LONGEST_LIST else inner)
                start = position + 1
    rest = text[start:]
    pieces.append("[..." if depth and len(rest) > _LONGEST_LIST else rest)
    return "".join(pieces)


def code_lines(text: str) -> list[str]:
    """Split a text into lines without colours, or arrows and numbers of a traceback."""
    lines = strip_ansi(text).split("\n")
    return [re.sub(r"^\s*(?:-*>)?\s*\d*\s", "", line).strip() for line in lines]


def _squeeze(text: str) -> str:
    """Drop what repr, HTML and line breaks change in a text."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    text = re.sub(r"&(?:quot|#x?\d+);|\\[nrt]", "", text)
    return re.sub(r"[\s\\'\"]+", "", text)
