"""What the columns of a table say: the roles and relations of seeds/tables.toml."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, get_args

from kg.errors import SeedError
from kg.mention import Status
from kg.ontology import Ontology
from kg.resources import read_seed

VALUES = ("time", "amount", "stake", "status")
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_NOISE = re.compile(r"[\s*_:：“”\"]+")


@dataclass(frozen=True, slots=True)
class Role:
    """What a column is about.

    Attributes:
        types: of the names its cells hold; empty where they hold values.
        new: the type of a name that the name list does not know, None where only known names count.
    """

    name: str
    types: frozenset[str]
    new: str | None


@dataclass(frozen=True, slots=True)
class RowRelation:
    """That the names under one role stand in a relation to those under another, in each row.

    Attributes:
        unless: roles that keep the table from saying so.
        dated: whether the time and the amount of the row are this relation's.
        status: what the header alone says of it.
        says: a regular expression for words that a cell of the two must have; empty for none.
    """

    subject: str
    relation: str
    object: str
    unless: frozenset[str]
    dated: bool
    status: Status
    says: str


@dataclass(frozen=True, slots=True)
class Roles:
    """Every role by its header words, and what pairs of roles say."""

    by_word: dict[str, Role]
    relations: tuple[RowRelation, ...]

    @classmethod
    def from_toml(cls, path: Path, ontology: Ontology) -> Self:
        """The roles of a file such as `seeds/tables.toml`; what the ontology does not declare is left out.

        Raises:
            SeedError: the file is missing, is not TOML, or declares something that cannot be used.
        """
        tables = read_seed(path, "table headers")
        by_word: dict[str, Role] = {}
        for name, table in tables.get("roles", {}).items():
            role = _role(path, name, table, ontology)
            for word in table["words"]:
                if by_word.setdefault(_fold(word), role) is not role:
                    raise SeedError(f"{path}: roles.{name}: {word!r} belongs to {by_word[_fold(word)].name} already")
        relations = [_row_relation(path, table, tables.get("roles", {})) for table in tables.get("relations", [])]
        return cls(by_word, tuple(one for one in relations if one.relation in ontology.relations))

    def find(self, header: str) -> Role | None:
        """The role of a column by its header: the header itself, else the longest word that it ends with.

        Words in brackets (units) do not count: `金额（亿元）` is 金额.
        """
        folded = _fold(_BRACKETS.sub("", header))
        if len(folded) > 12:
            return None
        starts = range(len(folded))
        return next((self.by_word[folded[at:]] for at in starts if folded[at:] in self.by_word), None)


def _fold(word: str) -> str:
    return _NOISE.sub("", word).casefold()


def _role(path: Path, name: str, table: dict[str, Any], ontology: Ontology) -> Role:
    if unknown := table.keys() - {"words", "types", "new"}:
        raise SeedError(f"{path}: roles.{name}: unknown keys {sorted(unknown)}; known are words, types and new")
    if not isinstance(table.get("words"), list) or (name not in VALUES and "types" not in table):
        raise SeedError(f"{path}: roles.{name} must have words, and types unless it is one of {list(VALUES)}")
    types = frozenset(table.get("types", ())) & ontology.types.keys()
    new = table.get("new")
    return Role(name, types, new if new in types else None)


def _row_relation(path: Path, table: dict[str, Any], roles: dict[str, Any]) -> RowRelation:
    if not {"subject", "relation", "object"} <= table.keys() <= set(RowRelation.__slots__):
        raise SeedError(
            f"{path}: relations: {table} must have subject, relation, object; may have unless, dated, status, says"
        )
    if unknown := {table["subject"], table["object"], *table.get("unless", ())} - roles.keys():
        raise SeedError(f"{path}: relations: {table['relation']} names unknown roles {sorted(unknown)}")
    status = table.get("status", "asserted")
    if status not in get_args(Status):
        raise SeedError(f"{path}: relations: status {status!r} is not one of {list(get_args(Status))}")
    ends = table["subject"], table["relation"], table["object"]
    return RowRelation(
        *ends, frozenset(table.get("unless", ())), table.get("dated", False), status, table.get("says", "")
    )
