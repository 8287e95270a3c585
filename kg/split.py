"""Blocks to sentences that tile them, in order."""

import re
from collections.abc import Iterator

from kg.report import Block, Report, Sentence

_END = re.compile(r"[。！？!?…]+[”’」』）)\"]*\s*")


def split(report: Report) -> tuple[Sentence, ...]:
    """The sentences of a clean report; those of a block tile it.

    A heading or caption is one sentence, and so is each row of a table.
    """
    return tuple(sentence for block in report.blocks for sentence in _split_block(report.text, block))


def _split_block(text: str, block: Block) -> Iterator[Sentence]:
    cuts = [match.end() for match in _END.finditer(text, block.start, block.end)]
    if block.kind == "table":
        cuts = [index + 1 for index in range(block.start, block.end) if text[index] == "\n"]
    elif block.kind in ("heading", "caption"):
        cuts = []
    start = block.start
    for cut in [*cuts, block.end]:
        if cut > start:
            yield Sentence(start, cut, block)
            start = cut
