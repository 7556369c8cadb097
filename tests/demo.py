"""`make demo`: the sample class, graded by the real nbgrader commands."""

import sys

from lessons import LESSONS, ROOT
from sample_class import deserved, grade, points, sample_class, score

COURSE = ROOT / "build" / "demo"


def main():
    """Grade the class and print its scores and where its feedback is."""
    grade(COURSE, log=lambda *command: print("$", *command, flush=True))
    if not (COURSE / "gradebook.db").exists():
        sys.exit(f"error: nbgrader made no gradebook; see {COURSE / 'nbgrader.log'}")
    print("\nScores of the test cells (questions are graded by hand, in formgrader):\n")
    titles = [f"{lesson.name} ({sum(points(lesson).values()):g})" for lesson in LESSONS]
    print(f"{'student':8}", *[f"{title:>20}" for title in titles], "  who that is")
    unfair = 0
    for student in sample_class():
        cells = []
        for lesson in LESSONS:
            if lesson not in student.lessons:
                cells.append("")
                continue
            got = score(COURSE, student.name, lesson)
            fair = deserved(student, lesson)
            cells.append("no score" if got is None else f"{got:g}")
            if got != fair:
                cells[-1] += f" (fair: {fair:g})"
                unfair += 1
        print(f"{student.name:8}", *[f"{c:>20}" for c in cells], f"  {student.about}")
    print(f"{'oto':8}", f"{'no score':>20}", *[" " * 20] * (len(LESSONS) - 1), end="")
    print("   the file is cut off and no JSON: nbgrader names it and goes on")
    print(f"\n{unfair} scores are unfair: known faults of grading in one kernel.")
    print(f"grades:   {COURSE / 'grades.csv'}\nlog:      {COURSE / 'nbgrader.log'}")
    for page in sorted((COURSE / "feedback").glob("*/*/*.html")):
        print(f"feedback: {page}")


if __name__ == "__main__":
    main()
