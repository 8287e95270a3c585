"""The entity types and relations of a landscape, read from a TOML file; the only source of labels in Cypher."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from kg.errors import SeedError
from kg.resources import read_seed

_TYPE_LABEL = re.compile(r"[A-Z][A-Za-z0-9]*")
_RELATION_LABEL = re.compile(r"[A-Z][A-Z0-9_]*")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# Labels and relationship types of the graph model itself (DESIGN §5); some engines keep both in one namespace.
_RESERVED = {
    *("document", "chunk", "entity", "fact"),
    *("from_document", "from_chunk", "next_chunk", "subject", "object", "supported_by"),
}
_KIND_NAMES = {str: "text", list: "a list of type labels", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class _Keys:
    """What a table of one section looks like: the form of its label, and the kind of each key."""

    form: re.Pattern[str]
    must: dict[str, type]
    may: dict[str, type] = field(default_factory=dict)


_TYPE_KEYS = _Keys(_TYPE_LABEL, {"zh": str, "colour": str})
_RELATION_KEYS = _Keys(_RELATION_LABEL, {"zh": str, "subject": list, "object": list}, {"symmetric": bool})


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
        tables = read_seed(path, "ontology")
        types = {label: _entity_type(path, label, table) for label, table in _section(path, tables, "types")}
        relations = {
            label: _relation_type(path, label, table, types) for label, table in _section(path, tables, "relations")
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


def _section(path: Path, tables: dict[str, Any], section: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Labels and tables of [types.…] or [relations.…]."""
    labels = tables.get(section, {})
    if not isinstance(labels, dict) or not all(isinstance(table, dict) for table in labels.values()):
        raise SeedError(f"{path}: {section} must hold one table a label, such as [{section}.…]")
    yield from labels.items()


def _entity_type(path: Path, label: str, table: dict[str, Any]) -> EntityType:
    _check_table(path, "types", label, table, _TYPE_KEYS)
    if not _COLOUR.fullmatch(table["colour"]):
        raise SeedError(f"{path}: types.{label}: colour {table['colour']!r} is not of the form #rrggbb")
    return EntityType(label, table["zh"], table["colour"])


def _relation_type(path: Path, label: str, table: dict[str, Any], types: dict[str, EntityType]) -> RelationType:
    _check_table(path, "relations", label, table, _RELATION_KEYS)
    for end in ("subject", "object"):
        unknown = [name for name in table[end] if name not in types]
        if unknown or not table[end]:
            raise SeedError(f"{path}: relations.{label}: {end} names {unknown or 'no type'}; declared are {[*types]}")
    ends = frozenset(table["subject"]), frozenset(table["object"])
    return RelationType(label, table["zh"], *ends, symmetric=table.get("symmetric", False))


def _check_table(path: Path, section: str, label: str, table: dict[str, Any], keys: _Keys) -> None:
    where = f"{path}: {section}.{label}"
    if not keys.form.fullmatch(label) or label.lower() in _RESERVED:
        raise SeedError(f"{where}: the label must match {keys.form.pattern} and not be one of {sorted(_RESERVED)}")
    if missing := keys.must.keys() - table.keys():
        raise SeedError(f"{where}: {sorted(missing)} missing")
    known = {**keys.must, **keys.may}
    if unknown := table.keys() - known.keys():
        raise SeedError(f"{where}: unknown keys {sorted(unknown)}; known are {sorted(known)}")
    for key, value in table.items():
        items = value if isinstance(value, list) else []
        if not isinstance(value, known[key]) or not all(isinstance(item, str) for item in items):
            raise SeedError(f"{where}: {key} = {value!r} must be {_KIND_NAMES[known[key]]}")


def _refuse_clashes(path: Path, labels: list[str]) -> None:
    seen: dict[str, str] = {}
    for label in labels:
        other = seen.setdefault(label.lower(), label)
        if other != label or labels.count(label) > 1:
            raise SeedError(f"{path}: {label!r} and {other!r} differ only in case; the engine takes them for one")
