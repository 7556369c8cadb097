"""Record what nbgrader alone gives the submissions: `python stock.py [NAME ...]`.

Writes `stock.toml`. Dangerous submissions are left out. It runs in a shield, as an
ordinary user, and takes some minutes.
"""

import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from attacks import classroom  # noqa: E402

ALONE = ("edits_the_gradebook", "old_schema")  # they spoil what is graded with them
CONFIG = f"""{classroom.PLAIN_CONFIG}
c.Execute.timeout = {classroom.SECONDS}
c.Execute.shutdown_kernel = "immediate"
"""
HEADER = """# What nbgrader 0.9.6 alone gives each submission, of {total:g} points; "fair" is what
# it deserves. -1: no score, the submission is lost. Written by stock.py; dangerous
# submissions were not tried.
"""


def main(names: list[str]) -> None:
    """Grade with stock nbgrader and update the record."""
    record, worth = {}, classroom.worth()
    if (HERE / "stock.toml").exists():
        record = tomllib.loads((HERE / "stock.toml").read_text())
    wanted = [
        [m for m in shelf if not m.dangerous and (not names or m.name in names)]
        for shelf in classroom.shelves(classroom.submissions())
    ]
    alone = [m for shelf in wanted for m in shelf if m.name in ALONE]
    wanted = [[m for m in shelf if m not in alone] for shelf in wanted]
    wanted += [[member] for member in alone]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(
                classroom.grade,
                *(Path(folder, str(number)), members, CONFIG, False, 1800),
            )
            for number, members in enumerate(wanted)
            if members
        ]
        for run in runs:
            result = run.result()
            print(result.report)
            for member in result.members:
                scores = result.scores[member.name]
                lost = None in scores.values()
                record[member.name] = {
                    "stock": -1.0 if lost else sum(scores.values()),
                    "fair": sum(
                        points or 0 for points in member.deserved(worth).values()
                    ),
                }
                print(member.name, record[member.name], scores)
    order = [m.name for m in classroom.submissions() if m.name in record]
    lines = [
        f"{name} = {{ stock = {record[name]['stock']:g}, fair = {record[name]['fair']:g} }}"
        for name in order
    ]
    header = HEADER.format(total=sum(worth.values()))
    (HERE / "stock.toml").write_text(header + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
