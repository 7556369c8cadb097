"""The frames of a traceback, read from its text."""

import re
from collections.abc import Set
from dataclasses import dataclass, field

# IPython writes "Cell In[3], line 5, in f(x)" and "File ~/m.py:12, in f(x)"; Python
# 'File "m.py", line 12, in f'.
_HEADER = re.compile(
    r"^\s*(?:(?:Cell )?In ?\[(?P<cell>\d+)\]|File .+?|Input In \[\d+\].*?)"
    r"(?:, line |:)(?P<number>\d+)(?:, in (?P<name>[\w.<>]+))?"
)
# "----> 5     return x" and "      4     y = 1" of IPython.
_NUMBERED = re.compile(r"^\s*(?P<arrow>-+>)?\s*(?P<number>\d+)(?: (?P<code>.*))?$")


@dataclass
class Frame:
    """One frame of a traceback.

    Parameters
    ----------
    cell : int or None
        The count of the cell that it is in, if it is in one.
    number : int
        Its line.
    name : str or None
        The function.
    lines : list of (int, str)
        The lines that are shown, by number.
    """

    cell: int | None
    number: int
    name: str | None
    lines: list[tuple[int, str]] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The line where it stopped, without space around it."""
        return next((c.strip() for n, c in self.lines if n == self.number), "")

    def failed_in(self, source: dict[int, str]) -> bool:
        """Tell whether it stopped in one of some numbered lines, text and all."""
        return bool(self.code) and source.get(self.number, "").strip() == self.code

    def excerpt(self, allowed: Set[str]) -> list[str]:
        """Show it again, but only lines whose text is allowed, and no arguments."""
        allowed = {line.strip() for line in allowed} | {""}
        place = f"Cell In[{self.cell}], line" if self.cell is not None else "Line"
        name = f", in {self.name}" if self.name else ""
        shown = [f"{place} {self.number}{name}"]
        for number, code in self.lines:
            if code.strip() in allowed:
                arrow = "---->" if number == self.number else "     "
                shown.append(f"{arrow} {number:3} {code}".rstrip())
        return [*shown, ""]


def frames_of(text: str) -> list[Frame]:
    r"""Read the frames of a traceback without colours, outermost first.

    Examples
    --------
    >>> frames_of("Cell In[3], line 2, in f(x)\n      1 def f(x):\n----> 2     g")
    [Frame(cell=3, number=2, name='f', lines=[(1, 'def f(x):'), (2, '    g')])]
    """
    frames: list[Frame] = []
    for line in text.split("\n"):
        if header := _HEADER.match(line):
            cell = int(header["cell"]) if header["cell"] else None
            frames.append(Frame(cell, int(header["number"]), header["name"]))
        elif not frames:
            continue
        elif numbered := _NUMBERED.match(line):
            frames[-1].lines.append((int(numbered["number"]), numbered["code"] or ""))
        elif line.strip() and not frames[-1].lines:  # Python's way: the line, no number
            frames[-1].lines.append((frames[-1].number, line))
    return frames


def without_frames(text: str) -> str:
    """Drop the ruler and the first line of a traceback."""
    lines = text.split("\n")
    kept = [
        line for line in lines if not re.match(r"^-{20,}$|.*Traceback \(most", line)
    ]
    return "\n".join(kept).strip("\n")
