"""What entities and facts show of all their documents, computed; no value depends on the order they came in."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.graph import Appearance
from kg.lexicon import name_key
from kg.store.rows import Row

Properties = dict[str, Any]  # Any: a property is a string, a number, a truth value or a list of them


@dataclass(slots=True)
class Mentions:
    """How documents name one entity.

    Attributes:
        total: how often.
        documents: in how many of them.
        surfaces: under which names, and in how many chunks each.
    """

    total: int = 0
    documents: int = 0
    surfaces: Counter[str] = field(default_factory=Counter)

    def plus(self, other: "Mentions", sign: int = 1) -> "Mentions":
        """Both together; with sign -1, the one without the other."""
        surfaces = Counter(self.surfaces)
        for surface, count in other.surfaces.items():
            surfaces[surface] += sign * count
        kept = Counter({surface: count for surface, count in surfaces.items() if count > 0})
        return Mentions(self.total + sign * other.total, self.documents + sign * other.documents, kept)


def count_mentions(appearances: Iterable[Appearance]) -> dict[str, Mentions]:
    """How one document names each of its entities."""
    mentions: dict[str, Mentions] = {}
    for appearance in appearances:
        of_entity = mentions.setdefault(appearance.entity, Mentions(documents=1))
        of_entity.total += appearance.count
        of_entity.surfaces.update(appearance.surfaces)
    return mentions


@dataclass(frozen=True, slots=True)
class Known:
    """What a name list knows of an entity; name is None where it has no entry."""

    name: str | None = None
    aliases: tuple[str, ...] = ()


def entity_properties(entity_id: str, known: Known, mentions: Mentions) -> Properties:
    """The properties of an entity that follow from its documents and the name list.

    A listed entity keeps the list's name. Another has its commonest surface, the first in code point order
    where two are as common; without any surface, the key of its id.
    """
    surfaces = sorted(mentions.surfaces)
    commonest = max(surfaces, key=lambda surface: mentions.surfaces[surface], default=None)
    name = known.name or commonest or entity_id.partition(":")[2]
    aliases = sorted({*known.aliases, *surfaces} - {name})
    return {
        "name": name,
        "aliases": aliases,
        "names": _searchable([name, *aliases]),
        "listed": known.name is not None,
        "listed_aliases": sorted(known.aliases),
        "surfaces": surfaces,
        "surface_counts": [mentions.surfaces[surface] for surface in surfaces],
        "mentions": mentions.total,
        "documents": mentions.documents,
    }


def _searchable(names: list[str]) -> str:
    """What the full-text index reads: every name and, where it differs, its folded spelling (GPT-4o as gpt4o)."""
    folded = {name_key(name) for name in names} - {name.casefold() for name in names}
    return "\n".join([*names, *sorted(folded)])


def stored_mentions(properties: Mapping[str, Any]) -> Mentions:
    """The mentions that `entity_properties` wrote down."""
    surfaces = Counter(dict(zip(properties.get("surfaces") or (), properties.get("surface_counts") or (), strict=True)))
    return Mentions(properties.get("mentions") or 0, properties.get("documents") or 0, surfaces)


def stored_known(properties: Mapping[str, Any]) -> Known:
    """The name list's part of an entity as `entity_properties` wrote it down."""
    if not properties.get("listed"):
        return Known()
    return Known(properties["name"], tuple(properties.get("listed_aliases") or ()))


def fact_properties(evidence: Mapping[str, Any]) -> Properties:
    """The aggregates of a fact from all its evidence, collected by column; lists come out sorted."""
    return {
        "statuses": sorted(evidence["statuses"]),
        "times": sorted(evidence["times"]),
        "amounts": sorted(evidence["amounts"]),
        "publishers": sorted(evidence["publishers"]),
        "confidence": evidence["confidence"],
        "support": evidence["support"],
        "first_seen": evidence["first_seen"],
        "last_seen": evidence["last_seen"],
    }


def own_fact_properties(evidence: Iterable[Row], document: Row) -> dict[str, Properties]:
    """What each fact of a document shows where no other document supports it; one without evidence is left out.

    It says in Python what `sharing._EVIDENCE` says in Cypher.

    Args:
        evidence: of that document, as `evidence_row` gives it.
        document: as `document_row` gives it.
    """
    by_fact: defaultdict[str, list[Row]] = defaultdict(list)
    for one in evidence:
        by_fact[one["fact"]].append(one["props"])
    of_document = {
        "publishers": [] if document["publisher"] is None else [document["publisher"]],
        "support": 1,
        "first_seen": document["published"],
        "last_seen": document["published"],
    }
    return {fact: fact_properties(_columns(props) | of_document) for fact, props in by_fact.items()}


def _columns(evidence: Sequence[Row]) -> Properties:
    values = {key: {one[key] for one in evidence if key in one} for key in ("status", "time", "amount", "confidence")}
    return {
        "statuses": values["status"],
        "times": values["time"],
        "amounts": values["amount"],
        "confidence": max(values["confidence"]),
    }


def fact_properties_with(stored: Mapping[str, Any], own: Properties) -> Properties:
    """The aggregates of a fact that one more document supports.

    Args:
        stored: what the fact shows without that document.
        own: what it would show with that document alone.
    """
    dates = {key: {stored.get(key), own[key]} - {None} for key in ("first_seen", "last_seen")}
    return {
        **{key: sorted({*stored[key], *own[key]}) for key in ("statuses", "times", "amounts", "publishers")},
        "confidence": max(stored["confidence"], own["confidence"]),
        "support": stored["support"] + own["support"],
        "first_seen": min(dates["first_seen"], default=None),
        "last_seen": max(dates["last_seen"], default=None),
    }


EDGE_KEYS = ("statuses", "confidence", "support", "first_seen", "last_seen")


def edge_properties(fact_id: str, aggregates: Properties) -> Properties:
    """What the plain edge between two entities repeats of its fact."""
    return {"fact_id": fact_id} | {key: aggregates[key] for key in EDGE_KEYS}


def is_asserted(statuses: Iterable[str] | None) -> bool:
    """Whether some evidence asserts the fact: only then it is a plain edge."""
    return "asserted" in (statuses or ())
