"""Annotated passages to what a model learns from: read, cleaned and split just as a report is."""

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.json_lines import read_rows
from kg.lexicon import name_key
from kg.mention import Status
from kg.neural.section import KINDS, STATUSES, Asked, Candidate, Example, Fact, Marked
from kg.pipeline import Pipeline
from kg.report import Report, join_lines


@dataclass(frozen=True, slots=True)
class Triple:
    """What a passage states of two names, given by their surfaces; time and amount as written, empty for none."""

    subject: str
    relation: str
    object: str
    status: Status = "asserted"
    time: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Annotated:
    """One annotated passage: what stands on a line of a training file.

    Attributes:
        entities: (surface, type, canonical).
    """

    id: str
    text: str
    entities: tuple[tuple[str, str, str], ...]
    triples: tuple[Triple, ...]


def read_annotated(paths: Iterable[Path]) -> list[Annotated]:
    """The passages of JSON Lines files, and of all such files in folders, in order of their names.

    Raises:
        ReadError: a file cannot be read, or a line is not of the format; the message names it.
    """
    form = "an annotated passage: an object with id, text, entities, triples"
    return [passage for file in files_of(paths) for passage in read_rows(file, _to_annotated, form)]


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and the JSON Lines files of folders in order of their names."""
    return [file for path in paths for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]


def _to_annotated(row: dict[str, Any]) -> Annotated:  # Any: parsed JSON
    return Annotated(
        row["id"],
        "" + row["text"],
        tuple((one["text"], one["type"], one.get("canonical") or one["text"]) for one in row.get("entities", [])),
        tuple(_to_triple(one) for one in row.get("triples", [])),
    )


def _to_triple(row: dict[str, Any]) -> Triple:  # Any: parsed JSON
    status = row.get("status") or "asserted"
    if status not in STATUSES:
        raise ValueError(f"no status {status!r}")
    ends = row["subject"], row["relation"], row["object"]
    return Triple(*ends, status, row.get("time") or "", row.get("amount") or "")


def held_back(passage_id: str, share: float) -> bool:
    """Whether a passage is held back for validation; it depends on its id alone.

    >>> held_back("broker-001", 0.0), held_back("broker-001", 1.0)
    (False, True)
    """
    digest = hashlib.sha256(passage_id.encode()).digest()
    return int.from_bytes(digest[:4], "big") < share * 2**32


class ExampleMaker:
    """Turns annotated passages into examples, with the names and rules of a configuration as hints."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def make(self, passage: Annotated) -> Iterator[Example]:
        """The examples of a passage, one a section; names that its clean text does not hold are left out."""
        report, sentences = self._pipeline.prepare_text(passage.text, passage.id)
        known = [one for one in passage.entities if one[1] in self._pipeline.ontology.types]
        stated = _stated(passage)
        facts = [fact for fact, _ in stated]
        names = Places(report).find(known)
        keys = [(fact.subject, fact.relation, fact.object) for fact in facts]
        for one in self._pipeline.extractor.learnable(report, sentences, names, keys):
            here = {name.entity for name in one.names}
            inside = tuple(fact for fact in facts if fact.subject in here and fact.object in here)
            words = [_fold(report.quote(one.start + at.start, one.start + at.end)) for at in one.candidates]
            asked = tuple(
                Asked(question, stated[number][1].status, _right(stated[number][1], one.candidates, words))
                for number, question in one.questions.items()
            )
            yield Example(one.section, one.names, inside, one.findings, passage.id, one.candidates, asked)


def _stated(passage: Annotated) -> list[tuple[Fact, Triple]]:
    """The triples whose ends are annotated, each once."""
    canonicals = {surface: name_key(canonical) for surface, _, canonical in passage.entities}
    found: dict[tuple[str, str, str], tuple[Fact, Triple]] = {}
    for one in passage.triples:
        subject, obj = canonicals.get(one.subject), canonicals.get(one.object)
        if subject and obj and subject != obj:
            found.setdefault((subject, one.relation, obj), (Fact(subject, one.relation, obj), one))
    return list(found.values())


def _right(triple: Triple, candidates: Sequence[Candidate], words: Sequence[str]) -> tuple[tuple[int, ...] | None, ...]:
    """For time, sum and stake the candidates that read as annotated; None where none does and one should."""
    times = [_fold(triple.time)] if triple.time else []
    amounts = [_fold(part) for part in re.split("[，,](?!\\d{3})", triple.amount)] if triple.amount else []
    right: list[tuple[int, ...] | None] = []
    for kind in KINDS:
        wanted = times if kind == "time" else amounts
        alike = tuple(at for at, one in enumerate(candidates) if one.kind == kind and words[at] in wanted)
        found = (
            {words[at] for at in alike}
            if kind == "time"
            else {words[at] for at, one in enumerate(candidates) if one.kind != "time" and words[at] in wanted}
        )
        right.append(alike if len(found) == len(set(wanted)) else None)
    return tuple(right)


def _fold(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split())


class Places:
    """Where surfaces of the raw text stand in the clean text of a report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        kept = [(at, char) for at, char in enumerate(report.raw) if not char.isspace()]
        self._flat = "".join(char for _, char in kept)
        self._raw = [at for at, _ in kept]
        self._clean = [report.raw_map.to_raw(at) for at in range(len(report.text))]

    def find(self, entities: Sequence[tuple[str, str, str]]) -> list[Marked]:
        """Every place of every (surface, type, canonical), longer ones first served, in order of the text."""
        taken = bytearray(len(self._flat))
        found: list[Marked] = []
        for surface, kind, canonical in sorted(entities, key=lambda one: -len(one[0])):
            wanted = "".join(join_lines(surface).split())
            spans = list(self._occurrences(wanted))
            whole = [span for span in spans if not self._is_part(*span)] or spans
            for start, end in whole:
                if not any(taken[start:end]):
                    taken[start:end] = b"\1" * (end - start)
                    place = self._to_clean(self._raw[start], self._raw[end - 1] + 1)
                    found += [Marked(*place, kind, name_key(canonical))] if place else []
        return sorted(found, key=lambda one: one.start)

    def _occurrences(self, wanted: str) -> Iterator[tuple[int, int]]:
        at = self._flat.find(wanted) if wanted else -1
        while at >= 0:
            yield at, at + len(wanted)
            at = self._flat.find(wanted, at + 1)

    def _is_part(self, start: int, end: int) -> bool:
        """Whether a Latin word or number goes on beyond a place: AI in OpenAI is no AI."""
        return self._goes_on(start) or self._goes_on(end)

    def _goes_on(self, at: int) -> bool:
        if not 0 < at < len(self._flat) or self._raw[at] - self._raw[at - 1] > 1:
            return False
        a, b = self._flat[at - 1], self._flat[at]
        both = a + b
        return both.isascii() and (both.isalpha() or both.isdigit())

    def _to_clean(self, start: int, end: int) -> tuple[int, int] | None:
        """The clean range of a raw one; None where cleaning left it out."""
        low, high = bisect_left(self._clean, start), bisect_left(self._clean, end)
        text = self._report.text
        while low < high and text[low].isspace():
            low += 1
        while low < high and text[high - 1].isspace():
            high -= 1
        return (low, high) if low < high else None
