"""Names told by their column: in a table whose column holds companies, an unknown cell is a company too."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from kg.extraction.candidates import Candidate

_CELL = re.compile(r"[^\t\n]+")
# Cells that say a number, a date, a state or nothing.
_NO_NAME = re.compile(
    r"[\d.,%％+\-—–－/年月日亿万元季度轮倍约超美港个台xX*()（） ]*"
    r"|.*(?:已|未|拟|将|待|暂|正在|传闻|无$|其他$|合计$)|[A-D][+-]?轮?|\d.*"
)
_ITEM = re.compile(r"[^、/／；;“”\"（）]+")
_MOST = 24


def find_column_names(text: str, names: Sequence[Candidate], headers: Mapping[str, str]) -> Iterator[Candidate]:
    """Cells of a table that have the type of their column.

    Args:
        text: as a whole; lines with tabs are rows.
        names: the names known so far.
        headers: words of a column's head and the type of what stands under them.
    """
    if "\t" not in text:
        return
    whole = {(name.start, name.end): name for name in names}
    for table in _tables(text):
        for number in range(max(map(len, table))):
            column = [row[number] for row in table if number < len(row)]
            label, sure = _column_type(text, column, whole, headers)
            for start, end in _items(text, column[1:]) if label else ():
                if (start, end) not in whole and end - start <= _MOST and not _NO_NAME.fullmatch(text, start, end):
                    score = 0.7 if sure else 0.5
                    yield Candidate(start, end, str(label), text[start:end], score, f"column {label} {sure}")


def _items(text: str, cells: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in cells:
        for item in _ITEM.finditer(text, start, end):
            yield item.span()


def _tables(text: str) -> Iterator[list[list[tuple[int, int]]]]:
    """Lines with tabs that follow each other, as the ranges of their cells."""
    lines, offset = [], 0
    for line in text.split("\n"):
        lines.append((offset, line))
        offset += len(line) + 1
    for tabbed, rows in groupby(lines, key=lambda row: "\t" in row[1]):
        table = (
            [[(at + cell.start(), at + cell.end()) for cell in _CELL.finditer(line)] for at, line in rows]
            if tabbed
            else []
        )
        glossary = any(text[start:end] == "指" for row in table for start, end in row)
        if len(table) > 2 and not glossary:
            yield table


def _column_type(
    text: str,
    column: Sequence[tuple[int, int]],
    whole: Mapping[tuple[int, int], Candidate],
    headers: Mapping[str, str],
) -> tuple[str | None, bool]:
    """The type of a column's names, and whether both its head and most of its cells say so."""
    votes = Counter(whole[cell].type for cell in column[1:] if cell in whole)
    label, count = votes.most_common(1)[0] if votes else (None, 0)
    head = text[column[0][0] : column[0][1]]
    told = next((kind for word, kind in headers.items() if word in head), None)
    if told and (told == label or not votes):
        return told, bool(votes)
    return (label, False) if count * 2 >= len(column) - 1 and count > 1 else (None, False)
