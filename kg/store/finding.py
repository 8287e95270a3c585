"""Finds entities by what a person types: exact names first, then the full-text index."""

import re

from neo4j import Record

from kg.graph import Entity
from kg.lexicon import name_key
from kg.store.connection import Connection
from kg.store.schema import ENTITY_NAMES
from kg.store.slicing import entity_of

_EXACT = """
MATCH (e:Entity) WHERE e.id = $name OR e.name = $name OR e.ticker = $name
RETURN labels(e) AS labels, properties(e) AS properties
"""
_FULL_TEXT = """
CALL db.index.fulltext.queryNodes($index, $words) YIELD node, score
RETURN labels(node) AS labels, properties(node) AS properties ORDER BY score DESC, node.id LIMIT $limit
"""
_ALIAS = "MATCH (e:Entity) WHERE $name IN e.aliases RETURN labels(e) AS labels, properties(e) AS properties"
_SPECIAL = re.compile(r"""[+\-&|!(){}\[\]^"~*?:\\/]""")
_OPERATORS = {"AND", "OR", "NOT", "TO"}
# More than are asked for: the index ranks by words, and the best match by name may come late.
_CANDIDATES = 200
_LONGEST = 200  # characters that are looked up; Lucene takes at most 1,024 words, and of Han every pair is one


def find_entities(connection: Connection, name: str, limit: int) -> tuple[Entity, ...]:
    """Entities that the name may mean, the likeliest first, at most `limit`."""
    name = name.strip()
    found = connection.read(_EXACT, {"name": name})
    begin = name[:_LONGEST]
    if words := _to_words(f"{begin} {name_key(begin)}"):
        parameters = {"index": ENTITY_NAMES, "words": words, "limit": _CANDIDATES}
        found += connection.read(_FULL_TEXT, parameters)
    # A name of signs alone has no words in the index; then every entity's aliases are looked through.
    if not any(_rank(name, record) < 3 for record in found):
        found += connection.read(_ALIAS, {"name": name})
    ranked = sorted(found, key=lambda record: (_rank(name, record), -_mentions(record), record["properties"]["id"]))
    distinct = {record["properties"]["id"]: record for record in ranked}
    return tuple(entity_of(record) for record in list(distinct.values())[:limit])


def _to_words(name: str) -> str:
    """The name as a Lucene query of plain words."""
    words = _SPECIAL.sub(" ", name).replace("\0", " ").split()
    return " ".join(word.lower() if word in _OPERATORS else word for word in words)


def _mentions(record: Record) -> int:
    return int(record["properties"]["mentions"])


def _rank(name: str, record: Record) -> int:
    """0 for the name itself, 1 for an alias or ticker, 2 for another spelling of one, 3 for a part, 4 else."""
    properties = record["properties"]
    spellings = [properties["name"], *properties["aliases"]]
    if name in (properties["id"], properties["name"]):
        return 0
    if name in spellings or name == properties.get("ticker"):
        return 1
    key = name_key(name)
    if key in {name_key(spelling) for spelling in spellings}:
        return 2
    return 3 if any(key in name_key(spelling) for spelling in spellings) else 4
