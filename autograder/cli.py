"""The command `autograder`: arguments only; each subcommand is a module's."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from autograder.errors import AutograderError

# Name; module with add_arguments(parser) and run(arguments) -> status; help.
COMMANDS = (
    ("doctor", "autograder.doctor", "what of the sandbox this machine offers"),
    ("lint", "autograder.lint", "find tests that two rooms would grade otherwise"),
    ("parity", "autograder.parity", "compare scores in two rooms and in one kernel"),
    ("leaderboard", "autograder.leaderboard", "rank what graded cells measured"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        In place of those of the process.
    """
    parser = argparse.ArgumentParser(
        prog="autograder", description="An add-on to nbgrader: grades in two rooms."
    )
    given = sys.argv[1:] if arguments is None else list(arguments)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module, line in COMMANDS:
        command = commands.add_parser(name, help=line, description=line)
        if name in given:  # the others need not be imported
            import_module(module).add_arguments(command)
        command.set_defaults(module=module)
    chosen = parser.parse_args(given)
    try:
        return import_module(chosen.module).run(chosen)
    except AutograderError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
