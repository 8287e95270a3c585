"""What was found in a text that the user holds himself: offsets and surfaces are of the text as given."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from kg.errors import ConfigError, ReadError
from kg.json_lines import read_rows
from kg.mention import Extraction, Mention, Relation
from kg.report import Report, Sentence, join_lines


def read_passages(path: Path, *, on_error: Callable[[ReadError], None]) -> Iterator[tuple[str, str]]:
    """The (id, text) of every line of a JSON Lines file, in order; `-` is standard input.

    Args:
        path: a UTF-8 file of `{"id", "text"}` a line; empty lines are passed over.
        on_error: told of each line that is not of this form; the rest goes on.

    Raises:
        ReadError: the file cannot be opened, or is not UTF-8.
    """
    yield from read_rows(path, _to_pair, 'a passage: {"id": …, "text": …}', on_error=on_error)


def _to_pair(row: dict[str, Any]) -> tuple[str, str]:  # Any: parsed JSON
    return str(row["id"]), "" + row["text"]


def to_given(report: Report, extraction: Extraction) -> Extraction:
    """The same extraction with offsets in `report.raw`, and names spelled as they stand there, line breaks joined."""
    mentions = tuple(_mention_as_given(report, mention) for mention in extraction.mentions)
    return Extraction(mentions, tuple(_relation_as_given(report, relation) for relation in extraction.relations))


def to_row(passage_id: str, extraction: Extraction) -> dict[str, Any]:
    """One line of the JSON Lines contract: id, entities, triples.

    >>> to_row("p1", Extraction((), ()))
    {'id': 'p1', 'entities': [], 'triples': []}
    """
    return {
        "id": passage_id,
        "entities": [
            {
                "text": mention.text,
                "type": mention.type,
                "canonical": mention.canonical,
                "start": mention.start,
                "end": mention.end,
                "score": round(mention.score, 4),
            }
            for mention in extraction.mentions
        ],
        "triples": [
            {
                "subject": relation.subject.text,
                "relation": relation.relation,
                "object": relation.object.text,
                "status": relation.status,
                "time": relation.time.text if relation.time else None,
                "amount": relation.amount.text if relation.amount else None,
                "score": round(relation.score, 4),
            }
            for relation in extraction.relations
        ],
    }


@contextmanager
def open_rows(out: Path | None) -> Iterator[TextIO]:
    """Where result lines go: standard output, or a file that is closed at the end.

    Raises:
        ConfigError: the file cannot be written.
    """
    if out is None:
        yield sys.stdout
        return
    try:
        file = out.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}; name another file with --out") from error
    with file:
        yield file


def _mention_as_given(report: Report, mention: Mention) -> Mention:
    span = report.raw_map.to_raw_span(mention.start, mention.end)
    return replace(mention, start=span.start, end=span.end, text=join_lines(report.raw[span.start : span.end]))


def _relation_as_given(report: Report, relation: Relation) -> Relation:
    span = report.raw_map.to_raw_span(relation.sentence.start, relation.sentence.end)
    time, amount = relation.time, relation.amount
    return replace(
        relation,
        subject=_mention_as_given(report, relation.subject),
        object=_mention_as_given(report, relation.object),
        time=replace(time, text=_words_as_given(report, relation.sentence, time.text)) if time else None,
        amount=replace(amount, text=_words_as_given(report, relation.sentence, amount.text)) if amount else None,
        sentence=Sentence(span.start, span.end, relation.sentence.block),
    )


def _words_as_given(report: Report, sentence: Sentence, words: str) -> str:
    """Words of a sentence as the raw text spells them; words that it does not hold, such as of a header, stay."""
    start = report.text.find(words, sentence.start, sentence.end)
    return words if start < 0 or not words else join_lines(report.quote(start, start + len(words)))
