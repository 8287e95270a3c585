"""How the command line shows things: a table that fits the terminal, a bar while work goes on, parameters as typed."""

import json
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Table as RichTable
from rich.text import Text

from kg.errors import ConfigError
from kg.report import join_lines
from kg.table import Table, cell_text

_NARROW = 15  # a column is not squeezed below this width; a table that would be is shown row by row
_BORDERS = 3  # characters of a terminal that each column takes beside its text
_ENDLESS = 100_000  # the width of a pipe: no cell is folded or cut


def show_table(table: Table, console: Console) -> None:
    """Print a table; row by row where its columns do not fit the terminal. A pipe gets every cell whole."""
    if not console.is_terminal:
        console = Console(file=console.file, width=_ENDLESS, legacy_windows=False)
    cells = [[plain(value) for value in row] for row in table.rows]
    widths = [max(map(_width, column)) for column in zip(table.columns, *cells, strict=True)]
    if sum(min(width, _NARROW) + _BORDERS for width in widths) < console.width:
        return _show_grid(table.columns, cells, console)
    for number, row in enumerate(cells, 1):
        console.print(Rule(str(number), align="left", style="dim"))
        record = RichTable.grid(padding=(0, 2))
        record.add_column(style="bold", no_wrap=True)
        record.add_column(overflow="fold")
        for column, cell in zip(table.columns, row, strict=True):
            if cell:
                record.add_row(Text(column), Text(cell))
        console.print(record)


def _show_grid(columns: tuple[str, ...], cells: list[list[str]], console: Console) -> None:
    grid = RichTable()
    for number, column in enumerate(columns):
        grid.add_column(Text(column), overflow="fold", no_wrap=number == 0)  # the first names the row
    for row in cells:
        grid.add_row(*map(Text, row))
    console.print(grid)


def plain(value: object) -> str:
    r"""A value on one line, without characters that a terminal would obey.

    >>> plain("文心\n一言\x1b[31m")
    '文心一言[31m'
    """
    return "".join(char for char in join_lines(cell_text(value)) if unicodedata.category(char) != "Cc")


def _width(cell: str) -> int:
    return Text(cell).cell_len


@contextmanager
def progress(console: Console) -> Iterator[Progress]:
    """A bar on a terminal, nothing in a log."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield bar


def read_parameters(given: list[str]) -> dict[str, object]:
    """Parameters as typed: `key=text`, or `key:=JSON`.

    Raises:
        ConfigError: one is written otherwise.

    >>> read_parameters(["company=百度", "limit:=5"])
    {'company': '百度', 'limit': 5}
    """
    pairs: dict[str, object] = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals:
            raise ConfigError(f"{one!r}: parameters are written key=value")
        try:
            pairs[key.removesuffix(":")] = json.loads(value) if key.endswith(":") else value
        except ValueError as error:
            raise ConfigError(f'{one!r}: behind := stands JSON, such as 5, true or ["a"]') from error
    return pairs
