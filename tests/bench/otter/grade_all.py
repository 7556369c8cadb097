"""Grade a folder with `otter run`'s own function, one submission after the other.

`otter run` takes one submission and imports Otter anew each time; its documented Python
form, `otter.api.grade_submission`, does the same work without that.
"""

import json
import sys
from pathlib import Path


def main(autograder: Path, submissions: Path, result: Path) -> None:
    """Grade every notebook of a folder and write the points of each."""
    from otter.api import grade_submission  # only Otter's own environment has it

    points = {
        path.stem: grade_submission(str(path), str(autograder), quiet=True).total
        for path in sorted(submissions.glob("*.ipynb"))
    }
    result.write_text(json.dumps(points), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
