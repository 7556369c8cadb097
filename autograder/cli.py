"""The command `autograder`: arguments only; each subcommand is a module's."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from autograder.errors import AutograderError

# Name; module with add_arguments(parser) and run(arguments) -> status; help.
COMMANDS = (("doctor", "autograder.doctor", "what of the sandbox this machine offers"),)


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
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module, line in COMMANDS:
        command = commands.add_parser(name, help=line, description=line)
        import_module(module).add_arguments(command)
        command.set_defaults(module=module)
    chosen = parser.parse_args(arguments)
    try:
        return import_module(chosen.module).run(chosen)
    except AutograderError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
