"""`make demo`: the sample class, graded by the real nbgrader commands."""

import sys

from lessons import ROOT
from sample_class import GRADED, deserved, grade, points, sample_class, score

COURSE = ROOT / "build" / "demo"


def main():
    """Grade the class and print its scores and where its feedback is."""
    grade(COURSE, log=lambda *command: print("$", *command, flush=True))
    if not (COURSE / "gradebook.db").exists():
        sys.exit(f"error: nbgrader made no gradebook; see {COURSE / 'nbgrader.log'}")
    print("\nPoints of the test cells; questions are graded by hand, in formgrader.\n")
    print(row("", [lesson.name[:2] for lesson in GRADED], "lesson"))
    best = [f"{sum(points(lesson).values()):g}" for lesson in GRADED]
    print(row("", best, "points to be had"))
    unfair = []
    for student in sample_class():
        cells = []
        for lesson in GRADED:
            if lesson not in student.lessons:
                cells.append("")
                continue
            got, fair = score(COURSE, student.name, lesson), deserved(student, lesson)
            cells.append("none" if got is None else f"{got:g}")
            if got != fair:
                cells[-1] += "!"
                unfair.append(f"{student}, {lesson}: deserves {fair:g}")
        print(row(student.name, cells, student.about))
    print(row("oto", ["none"], "file cut off: no JSON, named in the log"))
    if unfair:
        print("\n! Not what the work deserves:", *unfair, sep="\n  ")
    print(f"\ngrades    {COURSE / 'grades.csv'}\nlog       {COURSE / 'nbgrader.log'}")
    for page in sorted((COURSE / "feedback").glob("*/*/*.html")):
        print(f"feedback  {page}")
    sys.exit(bool(unfair))


def row(name, cells, about):
    """Format a row of the table."""
    cells = [*cells, *[""] * (len(GRADED) - len(cells))]
    return f"{name:6}" + "".join(f"{cell:>6}" for cell in cells) + f"   {about}"


if __name__ == "__main__":
    main()
