"""The entity types and relations of a landscape, read from a TOML file; the only source of labels in Cypher."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kg.errors import SeedError

_TYPE_LABEL = re.compile(r"[A-Z][A-Za-z0-9]*")
_RELATION_LABEL = re.compile(r"[A-Z][A-Z0-9_]*")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# Labels and relationship types of the graph model itself (DESIGN §5); some engines keep both in one namespace.
_RESERVED = {
    *("document", "chunk", "entity", "fact"),
    *("from_document", "from_chunk", "next_chunk", "subject", "object", "supported_by"),
}


@dataclass(frozen=True, slots=True)
class EntityType:
    """A kind of entity: its label in the graph, its name for Chinese readers, its colour on pages."""

    label: str
    zh: str
    colour: str


@dataclass(frozen=True, slots=True)
class RelationType:
    """A kind of fact and the types its ends may have; a symmetric one says the same in both directions."""

    label: str
    zh: str
    subject: frozenset[str]
    object: frozenset[str]
    symmetric: bool = False


@dataclass(frozen=True, slots=True)
class Ontology:
    """Types and relations in the order of their file."""

    types: dict[str, EntityType]
    relations: dict[str, RelationType]

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """The ontology of a file such as `seeds/ontology.toml`.

        Raises:
            SeedError: the file is missing, is not TOML, or declares something that cannot be used.
        """
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SeedError(f"{path}: cannot read the ontology: {error}; see seeds/ontology.toml for one") from error
        types = {label: _entity_type(path, label, table) for label, table in tables.get("types", {}).items()}
        relations = {
            label: _relation_type(path, label, table, types) for label, table in tables.get("relations", {}).items()
        }
        if not types:
            raise SeedError(f"{path}: no [types.…] table; see seeds/ontology.toml for one")
        _refuse_clashes(path, [*types, *relations])
        return cls(types, relations)

    def allows(self, subject: str, relation: str, obj: str) -> bool:
        """Whether a relation may lead from one type to another; no where the ontology lacks any of the three."""
        kind = self.relations.get(relation)
        if kind is None:
            return False
        forwards = subject in kind.subject and obj in kind.object
        backwards = obj in kind.subject and subject in kind.object
        return forwards or (kind.symmetric and backwards)

    def quote(self, label: str) -> str:
        """A type or relation label as Cypher text.

        Raises:
            SeedError: the ontology does not declare it.
        """
        if label not in self.types and label not in self.relations:
            raise SeedError(f"unknown label {label!r}; the ontology declares {[*self.types, *self.relations]}")
        return f"`{label}`"


def _entity_type(path: Path, label: str, table: dict[str, Any]) -> EntityType:
    _check_table(path, "types", label, table, _TYPE_LABEL, {"zh", "colour"}, set())
    if not _COLOUR.fullmatch(table["colour"]):
        raise SeedError(f"{path}: types.{label}: colour {table['colour']!r} is not of the form #rrggbb")
    return EntityType(label, table["zh"], table["colour"])


def _relation_type(path: Path, label: str, table: dict[str, Any], types: dict[str, EntityType]) -> RelationType:
    _check_table(path, "relations", label, table, _RELATION_LABEL, {"zh", "subject", "object"}, {"symmetric"})
    for end in ("subject", "object"):
        unknown = set(table[end]) - types.keys()
        if unknown:
            raise SeedError(f"{path}: relations.{label}: {end} names unknown types {sorted(unknown)}")
    ends = frozenset(table["subject"]), frozenset(table["object"])
    return RelationType(label, table["zh"], *ends, symmetric=table.get("symmetric", False))


def _check_table(
    path: Path, section: str, label: str, table: dict[str, Any], form: re.Pattern[str], must: set[str], may: set[str]
) -> None:
    where = f"{path}: {section}.{label}"
    if not form.fullmatch(label) or label.lower() in _RESERVED:
        raise SeedError(f"{where}: the label must match {form.pattern} and not be one of {sorted(_RESERVED)}")
    if missing := must - table.keys():
        raise SeedError(f"{where}: {sorted(missing)} missing")
    if unknown := table.keys() - must - may:
        raise SeedError(f"{where}: unknown keys {sorted(unknown)}; known are {sorted(must | may)}")


def _refuse_clashes(path: Path, labels: list[str]) -> None:
    seen: dict[str, str] = {}
    for label in labels:
        other = seen.setdefault(label.lower(), label)
        if other != label or labels.count(label) > 1:
            raise SeedError(f"{path}: {label!r} and {other!r} differ only in case; the engine takes them for one")
