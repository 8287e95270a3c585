"""JSON Lines: one JSON value a line, UTF-8; empty lines are passed over."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeVar

from kg.errors import ReadError

Row = TypeVar("Row")
_NOT_OF_THE_FORM = (ValueError, TypeError, KeyError, AttributeError)


def read_rows(
    path: Path,
    to_row: Callable[[Any], Row],  # Any: parsed JSON
    form: str,
    *,
    on_error: Callable[[ReadError], None] | None = None,
) -> Iterator[Row]:
    """The lines of a file, each made into a row, in order; `-` is standard input.

    Args:
        path: the file.
        to_row: makes a row of a parsed line; a ValueError, TypeError, KeyError or AttributeError refuses the line.
        form: what a line should be, for the message.
        on_error: told of each line that is refused, and the rest goes on; without it the first one raises.

    Raises:
        ReadError: the file cannot be opened or is not UTF-8, or a line is refused.
    """
    for number, line in _numbered(path):
        try:
            row = to_row(json.loads(line))
        except _NOT_OF_THE_FORM as error:
            problem = ReadError(f"{path}:{number}: not {form} ({error!r})")
            if on_error is None:
                raise problem from error
            on_error(problem)
        else:
            yield row


def _numbered(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with nullcontext(sys.stdin) if str(path) == "-" else path.open(encoding="utf-8-sig") as lines:
            yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    except OSError as error:
        raise ReadError(f"{path}: cannot be opened: {error.strerror}; name a JSON Lines file") from error
    except UnicodeDecodeError as error:
        raise ReadError(f"{path}: is not UTF-8: {error}; convert it first") from error
