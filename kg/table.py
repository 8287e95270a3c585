"""What a query returns: named columns and rows, printed, exported or handed to pandas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from kg.errors import ConfigError

if TYPE_CHECKING:
    import pandas

_PLAIN = 1e5  # floats from here on are written without an exponent
_WIDEST = 60  # of a cell in a terminal


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns.

    Values are what Cypher gives: str, int, float, bool, None, lists and maps of them.

    >>> table = Table(("公司", "产品"), (("百度", "文心一言"),))
    >>> print(table.to_markdown())
    | 公司 | 产品 |
    | --- | --- |
    | 百度 | 文心一言 |
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]  # Any: a Cypher value has no narrower type

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def __str__(self) -> str:
        """The table for a terminal: columns aligned, Han characters counted as two, long cells cut."""
        lines = [self.columns, *([cell_text(value) for value in row] for row in self.rows)]
        cells = [[_cut(" ".join(cell.split())) for cell in line] for line in lines]
        widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
        cells.insert(1, ["─" * width for width in widths])
        return "\n".join("  ".join(map(_padded, line, widths)).rstrip() for line in cells)

    def to_json(self) -> str:
        """A JSON array of one object a row.

        >>> print(Table(("产品", "数"), (("文心一言", 2),)).to_json())
        [
         {
          "产品": "文心一言",
          "数": 2
         }
        ]
        """
        return json.dumps(list(self), ensure_ascii=False, indent=1, default=str)

    def to_csv(self) -> str:
        r"""RFC 4180 text with a header; lists are joined by `; `.

        >>> Table(("产品", "别名"), (("文心一言", ["ERNIE Bot", "文心"]),)).to_csv()
        '产品,别名\r\n文心一言,ERNIE Bot; 文心\r\n'
        """
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows([cell_text(value) for value in row] for row in self.rows)
        return text.getvalue()

    def to_markdown(self) -> str:
        """A GitHub table.

        >>> print(Table(("产品",), (("文心一言",),)).to_markdown())
        | 产品 |
        | --- |
        | 文心一言 |
        """
        lines = [self.columns, ["---"] * len(self.columns), *([cell_text(value) for value in row] for row in self.rows)]
        return "\n".join("| " + " | ".join(_escape(cell) for cell in line) + " |" for line in lines)

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame of the same columns.

        >>> Table(("产品",), (("文心一言",),)).to_pandas()["产品"].tolist()  # doctest: +SKIP
        ['文心一言']

        Raises:
            ConfigError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise ConfigError("to_pandas needs pandas; install it with: pip install 'kg-landscape[pandas]'") from error
        return pandas.DataFrame(list(self.rows), columns=list(self.columns))

    def to_html(self) -> str:
        """An HTML table; what reports hold is escaped.

        >>> Table(("产品",), (("<b>",),)).to_html()
        '<table><thead><tr><th>产品</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
        """
        from html import escape

        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell_text(value))}</td>" for value in row) + "</tr>" for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _repr_html_(self) -> str:
        """The table in a notebook."""
        return self.to_html()


def cell_text(value: object) -> str:
    """A Cypher value for one cell: nothing for null, lists joined by `; `.

    >>> cell_text(["阿里巴巴", None, 3.0]), cell_text(300_000_000.0)
    ('阿里巴巴; ; 3', '300000000')
    """
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(cell_text(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {cell_text(one)}" for key, one in value.items())
    if isinstance(value, float):
        # Not :g for all: it would show 300000000.0 as 3e+08.
        return f"{value:.6g}" if abs(value) < _PLAIN else f"{value:.2f}".removesuffix(".00")
    return str(value)


def _width(cell: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(1 + (east_asian_width(char) in "WF") for char in cell)


def _cut(cell: str) -> str:
    if _width(cell) <= _WIDEST:
        return cell
    width = list(accumulate(map(_width, cell)))
    return cell[: sum(one < _WIDEST for one in width)] + "…"


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _escape(cell: str) -> str:
    return " ".join(cell.replace("|", "\\|").splitlines())
