"""Raw text to clean text with the way back."""

from dataclasses import replace

from kg.report import Block, Report


def clean(report: Report) -> Report:
    """The report with clean text, and blocks of their kinds."""
    blocks: list[Block] = []
    for block in report.blocks:
        if block.kind != "paragraph":
            blocks.append(block)
            continue
        offset = block.start
        for line in report.raw[block.start : block.end].split("\n"):
            if line.strip():
                blocks.append(replace(block, start=offset, end=offset + len(line)))
            offset += len(line) + 1
    return replace(report, blocks=tuple(blocks))
