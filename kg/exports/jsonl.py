"""JSON Lines: one object a line, its `kind` first; documents, chunks, entities, appearances, facts with evidence."""

from pathlib import Path

from kg.exports.rows import KIND_NAMES, to_json, to_row
from kg.exports.stored import Stored
from kg.graph import NOUNS


def write(stored: Stored, out: Path) -> None:
    """Write everything to one UTF-8 file."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for noun in stored.nouns(NOUNS):
            file.write(to_json({"kind": KIND_NAMES[type(noun)], **to_row(noun)}) + "\n")
