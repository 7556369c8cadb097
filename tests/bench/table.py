"""From runs to medians, spreads and ratios, and from those to a table."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from statistics import median

STOCK, FLOOR = "stock", "floor"


@dataclass(frozen=True)
class Run:
    """One grader, one round, the whole class.

    Parameters
    ----------
    variant : str
        The grader.
    round : int
        Runs of the same round are compared with each other.
    students : int
        How many submissions were graded.
    wall, cpu : float
        Seconds for the class; CPU seconds of all processes.
    own : float
        CPU seconds of the students' own code, measured by the floor in that round.
    elsewhere : float
        How many cores were busy with other things.
    unfair : tuple of str
        Students who did not get what they deserve.
    """

    variant: str
    round: int
    students: int
    wall: float
    cpu: float
    own: float
    elsewhere: float = 0.0
    unfair: tuple[str, ...] = ()

    @property
    def per_minute(self) -> float:
        """Submissions per minute."""
        return 60 * self.students / self.wall

    @property
    def cpu_each(self) -> float:
        """CPU seconds per submission."""
        return self.cpu / self.students

    @property
    def on_top(self) -> float:
        """CPU seconds per submission beyond the student's own code."""
        return (self.cpu - self.own) / self.students


@dataclass(frozen=True)
class Spread:
    """The median of some numbers and how far they lie apart."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: Iterable[float]) -> "Spread":
        """Summarize numbers.

        Examples
        --------
        >>> print(Spread.of([3.0, 1.0, 2.0]))
        2.00 (1.00-3.00)
        """
        numbers = sorted(numbers)
        return cls(median(numbers), numbers[0], numbers[-1])

    def __str__(self) -> str:
        """Write the numbers with about three digits."""
        digits = max(0, 2 - len(str(int(abs(self.high)))) + 1)
        values = (self.median, self.low, self.high)
        middle, low, high = (f"{value:.{digits}f}" for value in values)
        return f"{middle} ({low}-{high})"


@dataclass(frozen=True)
class Row:
    """A grader's line of the table; the last three compare within each round.

    Parameters
    ----------
    per_minute, cpu_each, on_top : Spread
        As in Run.
    throughput : Spread
        Submissions per minute, as a multiple of stock nbgrader's.
    overhead : Spread
        Stock nbgrader's CPU on top of the students' own, as a multiple of this one's.
    of_floor : Spread
        CPU as a multiple of the floor's, both with the imports that they need.
    """

    per_minute: Spread
    cpu_each: Spread
    on_top: Spread
    throughput: Spread | None
    overhead: Spread | None
    of_floor: Spread | None


def rows(runs: list[Run]) -> dict[str, Row]:
    """Summarize each grader, in the order in which they first ran."""
    names = list(dict.fromkeys(run.variant for run in runs))
    return {
        name: Row(
            *(
                Spread.of(getattr(run, figure) for run in runs if run.variant == name)
                for figure in ("per_minute", "cpu_each", "on_top")
            ),
            throughput=paired(runs, name, STOCK, lambda a, b: b.wall / a.wall),
            overhead=None
            if name == FLOOR
            else paired(runs, name, STOCK, lambda a, b: b.on_top / a.on_top),
            of_floor=paired(runs, name, FLOOR, lambda a, b: a.cpu / b.cpu),
        )
        for name in names
    }


def paired(
    runs: list[Run], name: str, other: str, ratio: Callable[[Run, Run], float]
) -> Spread | None:
    """Compare two graders round by round; None where one of them did not run."""
    by_round = {(run.variant, run.round): run for run in runs}
    ratios = [
        ratio(run, by_round[other, number])
        for (variant, number), run in by_round.items()
        if variant == name and (other, number) in by_round
    ]
    return Spread.of(ratios) if ratios else None


HEADINGS = (
    "grader",
    "submissions per minute",
    "CPU s each",
    "CPU s on top of the student's",
    "throughput, x stock",
    "CPU on top, x less than stock",
    "CPU, x floor",
)


def _cells(name, row):
    figures = (getattr(row, figure) for figure in row.__dataclass_fields__)
    return [name, *("" if figure is None else str(figure) for figure in figures)]


def as_text(table: dict[str, Row]) -> str:
    """Write the table for a terminal."""
    short = ("", "per minute", "CPU s each", "on top", "throughput", "on top", "CPU")
    units = ("", "", "", "CPU s each", "x stock", "x less", "x floor")
    lines = [short, units, *(_cells(name, row) for name, row in table.items())]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def as_markdown(table: dict[str, Row], about: dict[str, str]) -> str:
    """Write the table for the README, with what each grader is."""
    rule = ["---", *["---:"] * (len(HEADINGS) - 1)]
    lines = [HEADINGS, rule]
    lines += [_cells(about.get(name, name), row) for name, row in table.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def as_json(runs: list[Run], **more) -> dict:
    """Return all runs, the table, and whatever else was measured."""
    return {
        "table": {name: asdict(row) for name, row in rows(runs).items()},
        "runs": [asdict(run) for run in runs],
        **more,
    }
