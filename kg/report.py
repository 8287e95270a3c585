"""The nouns of a text: a report, its blocks, its sentences, and the way back to its raw characters."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Self

_LINE_BREAK = re.compile(r"\s*[\r\n]\s*")

BlockKind = Literal["heading", "paragraph", "list", "table", "caption", "furniture"]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """The way from offsets of a clean text to offsets of the raw text it was made from.

    Runs of characters that lie in the raw text as they do in the clean one share one entry:
    a clean offset `o` of the run that begins at `clean[i]` is raw offset `raw[i] + o - clean[i]`.
    Both tuples have the same length, begin with the first character, and rise strictly.
    """

    clean: tuple[int, ...]
    raw: tuple[int, ...]

    @classmethod
    def identity(cls) -> Self:
        """The map of a text that nothing was done to."""
        return cls((0,), (0,))

    def to_raw(self, offset: int) -> int:
        """The raw offset of one clean character."""
        run = bisect_right(self.clean, offset) - 1
        return self.raw[run] + offset - self.clean[run]

    def to_raw_span(self, start: int, end: int) -> Span:
        """The raw range of a clean range that is not empty: from its first character through its last."""
        return Span(self.to_raw(start), self.to_raw(end - 1) + 1)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a report that is one thing: a heading, a paragraph, one list item, a table, a caption, furniture.

    Attributes:
        kind: furniture (page heads, disclaimers, contents, navigation) gives no facts.
        start, end: characters of the report's text.
        page: counted from 1, None where the format has no pages.
        heading_path: the headings above it, outermost first; a heading's own text is not in its path.
        cells: of a table, row by row, the ranges of the report's text; the first row is the header.
    """

    kind: BlockKind
    start: int
    end: int
    page: int | None = None
    heading_path: tuple[str, ...] = ()
    cells: tuple[tuple[Span, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its text, what it is made of, and where it came from.

    Attributes:
        id: the identity of the document (its source, or the id the user gave).
        published: None where unknown; never guessed.
        content_hash: SHA-256 of the raw text, hexadecimal.
        text: what every offset counts in. As read it is the raw text; `clean` replaces it.
        raw: the text as a reader of the report finds it; quotes are cut from it.
        blocks: in order, not overlapping; between them only white space.
    """

    id: str
    title: str
    publisher: str | None
    published: date | None
    source: str
    content_hash: str
    media_type: str
    text: str
    raw: str
    blocks: tuple[Block, ...]
    raw_map: OffsetMap = field(default_factory=OffsetMap.identity)

    def quote(self, start: int, end: int) -> str:
        """The raw characters behind a range of the text."""
        span = self.raw_map.to_raw_span(start, end)
        return self.raw[span.start : span.end]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: `report.text[start:end]`; the sentences of a report tile its blocks in order."""

    start: int
    end: int
    block: Block


def join_lines(text: str) -> str:
    r"""A text on one line: a break between two Latin words or numbers is a space, any other is nothing.

    >>> join_lines("Stable\nDiffusion 由 Chat-\nGPT 的作\n者")
    'Stable Diffusion 由 Chat-GPT 的作者'
    """

    def join(found: re.Match[str]) -> str:
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        return " " if before.isascii() and before.isalnum() and after.isascii() and after.isalnum() else ""

    return _LINE_BREAK.sub(join, text)
