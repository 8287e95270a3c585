"""The command `kg`: each command is a thin function over one public call.

stdout is the result, stderr is progress and warnings. Exit codes: 0 done, 1 an error, 2 wrong usage, 3 some
reports could not be read.
"""

import logging
import sys

from kg.cli import building, exploring, keeping, learning  # noqa: F401  # each registers its commands, in this order
from kg.cli.program import ERRORS, app
from kg.errors import KgError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line; a user's error becomes one line and exit code 1."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    logging.getLogger("neo4j").setLevel(logging.ERROR)  # the driver warns of each retry; what fails is raised
    try:
        app()
    except KgError as error:
        ERRORS.print(f"kg: {error}", style="red", markup=False)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)  # `kg query … | head`: the reader has seen enough
