"""How well an extraction meets a gold standard: precision, recall and F1 of entities and triples, in percent.

Both files are JSON Lines, one passage a line: `{"id", "entities": [{"text", "type", "canonical"}], "triples":
[{"subject", "relation", "object", "status", "time", "amount"}]}`, as `kg extract --jsonl` writes them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.json_lines import read_rows
from kg.ontology import Ontology
from kg.resources import seeds_path
from kg.table import Table

_IGNORED = re.compile(r"[\s《》“”\"'‘’「」]+")
_QUALIFIERS = ("status", "time", "amount")
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Passage:
    """What one line says, every name folded.

    Attributes:
        entities: (surface, type).
        canonicals: canonical name of each surface; a surface's last one counts.
        votes: (surface, canonical) of every entity, repeated as often as the line repeats it.
        triples: subject, relation, object and the three qualifiers, each None where it says nothing.
    """

    entities: frozenset[tuple[str, str]] = frozenset()
    canonicals: Mapping[str, str] = field(default_factory=dict)
    votes: tuple[tuple[str, str], ...] = ()
    triples: tuple[tuple[_Key, tuple[str | None, ...]], ...] = ()


@dataclass(slots=True)
class _Count:
    """Hits, predictions and gold items of one measure; it adds up over passages."""

    hits: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, gold: Iterable[Hashable], predicted: Iterable[Hashable]) -> None:
        wanted, found = set(gold), set(predicted)
        self.hits += len(wanted & found)
        self.predicted += len(found)
        self.gold += len(wanted)

    def to_row(self, measure: str) -> tuple[str | float | int, ...]:
        precision = 100 * self.hits / self.predicted if self.predicted else 0.0
        recall = 100 * self.hits / self.gold if self.gold else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return measure, round(precision, 1), round(recall, 1), round(f1, 1), self.gold, self.predicted


def score(gold: Path, predicted: Path, *, aliases: Sequence[Path] = (), ontology: Ontology | None = None) -> Table:
    """A table of measure, precision, recall, f1, gold and predicted; micro-averages over all passages, in percent.

    Entities match on surface and type, once a passage. Triples match on their ends' canonical names and their
    relation, symmetric relations in either direction. The canonical name of a surface is the one that the
    passage's own gold gives, else the commonest of all gold, else the prediction's own, else itself.
    Qualifiers are measured on matched triples; asserted is the silent status.
    Passages that only the prediction has are ignored, those that only the gold has count as missed.

    Args:
        gold: the standard.
        predicted: what is measured.
        aliases: more gold files to learn canonical names from.
        ontology: which relations are symmetric; the shipped one where none is given.

    Raises:
        ReadError: a file cannot be read or is not of the format; the message names the line.

    Example:
        >>> print(score(Path("gold.jsonl"), Path("out.jsonl")).to_markdown())  # doctest: +SKIP
    """
    standard, guesses = _read(gold), _read(predicted)
    others = [passage for path in aliases for passage in _read(path).values()]
    shared = _commonest([*standard.values(), *others])
    labels = (ontology or Ontology.from_toml(seeds_path() / "ontology.toml")).relations.values()
    names = _Names(shared, frozenset(one.label for one in labels if one.symmetric))
    counts: defaultdict[str, _Count] = defaultdict(_Count)
    counts["entities"], counts["triples"] = _Count(), _Count()
    for passage_id, passage in standard.items():
        guess = guesses.get(passage_id, _Passage())
        _count_entities(counts, passage, guess)
        _count_triples(counts, names.triples(passage, passage), names.triples(guess, passage))
    rows = (count.to_row(measure) for measure, count in sorted(counts.items(), key=_rank))
    return Table(("measure", "precision", "recall", "f1", "gold", "predicted"), tuple(rows))


@dataclass(frozen=True, slots=True)
class _Names:
    """Canonical names: those common to all gold passages, and the relations that read both ways."""

    shared: Mapping[str, str]
    symmetric: frozenset[str]

    def triples(self, said: _Passage, gold: _Passage) -> dict[_Key, tuple[str | None, ...]]:
        """Each distinct triple in canonical names with its qualifiers; none between an entity and itself."""
        own = {**gold.canonicals, **{canonical: canonical for canonical in gold.canonicals.values()}}
        found: dict[_Key, tuple[str | None, ...]] = {}
        for (subject, relation, obj), qualifiers in said.triples:
            ends = [self._canonical(surface, said, own) for surface in (subject, obj)]
            if ends[0] != ends[1]:
                ends = sorted(ends) if relation in self.symmetric else ends
                found.setdefault((ends[0], relation, ends[1]), qualifiers)
        return found

    def _canonical(self, surface: str, said: _Passage, own: Mapping[str, str]) -> str:
        claimed = said.canonicals.get(surface, surface)
        for candidate in (surface, claimed):
            if candidate in own:
                return own[candidate]
            if candidate in self.shared:
                return self.shared[candidate]
        return claimed


def _count_entities(counts: defaultdict[str, _Count], gold: _Passage, guess: _Passage) -> None:
    counts["entities"].add(gold.entities, guess.entities)
    untyped = [{text for text, _ in passage.entities} for passage in (gold, guess)]
    counts["entities, untyped"].add(*untyped)
    for kind in {kind for _, kind in gold.entities | guess.entities}:
        pairs = [{pair for pair in passage.entities if pair[1] == kind} for passage in (gold, guess)]
        counts[f"entity {kind}"].add(*pairs)


def _count_triples(
    counts: defaultdict[str, _Count],
    gold: Mapping[_Key, tuple[str | None, ...]],
    guess: Mapping[_Key, tuple[str | None, ...]],
) -> None:
    counts["triples"].add(gold, guess)
    ends = [{frozenset((subject, obj)) for subject, _, obj in triples} for triples in (gold, guess)]
    counts["triples, any relation"].add(*ends)
    for label in {relation for _, relation, _ in [*gold, *guess]}:
        counts[f"triple {label}"].add(*[{key for key in triples if key[1] == label} for triples in (gold, guess)])
    for key in gold.keys() & guess.keys():
        for name, wanted, found in zip(_QUALIFIERS, gold[key], guess[key], strict=True):
            counts[f"{name} of matched triples"].add({wanted} - {None}, {found} - {None})


def _commonest(passages: Iterable[_Passage]) -> dict[str, str]:
    """The canonical name that most entities give a surface; a canonical name votes for itself as well."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for passage in passages:
        for surface, canonical in passage.votes:
            counts[surface][canonical] += 1
            counts[canonical][canonical] += 1
    return {surface: votes.most_common(1)[0][0] for surface, votes in counts.items()}


def _rank(item: tuple[str, _Count]) -> tuple[int, str]:
    """Entities, triples, then qualifiers; the sum before its parts."""
    measure = item[0]
    sums = ["entities", "entities, untyped", "entity", "triples", "triples, any relation", "triple"]
    group = measure if measure in sums else measure.partition(" ")[0]
    return sums.index(group) if group in sums else len(sums), measure


def _read(path: Path) -> dict[str, _Passage]:
    return dict(read_rows(path, _to_passage, "a passage: an object with id, entities, triples"))


def _to_passage(row: dict[str, Any]) -> tuple[str, _Passage]:  # Any: parsed JSON
    entities = row.get("entities", [])
    votes = [(_fold(one["text"]), _fold(one.get("canonical") or one["text"])) for one in entities]
    return row["id"], _Passage(
        entities=frozenset((_fold(one["text"]), one["type"]) for one in entities),
        canonicals=dict(votes),
        votes=tuple(votes),
        triples=tuple(
            (
                (_fold(one["subject"]), one["relation"], _fold(one["object"])),
                tuple(_qualifier(one.get(name)) for name in _QUALIFIERS),
            )
            for one in row.get("triples", [])
        ),
    )


def _qualifier(value: object) -> str | None:
    folded = _fold(str(value or ""))
    return None if folded in ("", "asserted") else folded


def _fold(name: str | None) -> str:
    """A name with width and case folded, without white space and quotation marks."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name or "").lower())
