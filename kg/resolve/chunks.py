"""Sentences → chunks: whole sentences of one section, small enough for the encoder."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.graph import Chunk
from kg.report import Report, Sentence


@dataclass(frozen=True, slots=True)
class Chunks:
    """The chunks of one report in the order of its text, found by offset."""

    all: tuple[Chunk, ...]

    def find(self, offset: int) -> Chunk | None:
        """The chunk that holds a character of the clean text; None in furniture and between chunks."""
        index = bisect_right(self.all, offset, key=lambda chunk: chunk.start) - 1
        if index >= 0 and offset < self.all[index].end:
            return self.all[index]
        return None


def chunk_report(report: Report, sentences: Sequence[Sentence], chunk_chars: int) -> Chunks:
    """The chunks of a report: sentences of one section, up to `chunk_chars` characters together.

    A sentence that is longer alone is a chunk of its own, since evidence is a whole sentence.
    Furniture is in no chunk, and ends the one before it: a chunk's text is one piece of the report's.
    """
    groups = _groups(report, sentences, chunk_chars)
    return Chunks(tuple(_to_chunk(report, index, group) for index, group in enumerate(groups)))


def digest(*parts: object) -> str:
    """A short id made of other ids: 32 hexadecimal digits, the same on every machine."""
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def _groups(report: Report, sentences: Sequence[Sentence], chunk_chars: int) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    for sentence in sentences:
        if sentence.block.kind == "furniture":
            breaks = True
        elif not report.text[sentence.start : sentence.end].strip():
            continue
        else:
            breaks = bool(group) and (
                sentence.end - group[0].start > chunk_chars or _begins_section(group[-1], sentence)
            )
        if breaks and group:
            yield group
            group = []
        if sentence.block.kind != "furniture":
            group.append(sentence)
    if group:
        yield group


def _begins_section(before: Sentence, sentence: Sentence) -> bool:
    """Whether a new section begins here; headings one under another stay with the text below them."""
    if before.block.kind == "heading":
        return False
    return sentence.block.kind == "heading" or before.block.heading_path != sentence.block.heading_path


def _to_chunk(report: Report, index: int, group: list[Sentence]) -> Chunk:
    start, end = group[0].start, group[-1].end
    path = group[-1].block.heading_path
    return Chunk(
        id=digest(report.id, index),
        document=report.id,
        index=index,
        text=report.text[start:end],
        start=start,
        end=end,
        page=group[0].block.page,
        heading=path[-1] if path else None,
    )
