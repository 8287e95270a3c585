r"""GraphML by networkx: entities as nodes, facts as edges; what XML cannot hold is escaped.

XML has no way to write some characters, such as NUL. They stand as `\uXXXX`, and so does a backslash that would
be read as the beginning of one; `from_graphml` undoes it.
"""

import re
from pathlib import Path

import networkx

from kg.exports.rows import to_json
from kg.exports.stored import Stored
from kg.graph import Entity, StoredFact

_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_ESCAPED = re.compile(r"\\(?=u[0-9a-f]{4})|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(stored: Stored, out: Path) -> None:
    """Write entities and facts to one file; this form alone holds all of them in memory, without their evidence."""
    network = networkx.MultiDiGraph()
    for noun in stored.nouns((Entity, StoredFact)):
        if isinstance(noun, Entity):
            network.add_node(to_graphml(noun.id), **_node(noun))
        elif isinstance(noun, StoredFact):
            fact = noun.fact
            ends = to_graphml(fact.subject), to_graphml(fact.object)
            network.add_edge(*ends, key=to_graphml(fact.id), **_edge(noun))
    networkx.write_graphml(network, str(out), encoding="utf-8")


def to_graphml(text: str) -> str:
    r"""A text as it stands in the file.

    >>> to_graphml("文心\0一言"), to_graphml("C:\\temp"), to_graphml("\\u0000")
    ('文心\\u0000一言', 'C:\\temp', '\\u005cu0000')
    """
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def from_graphml(text: str) -> str:
    r"""The text that stands in a file so.

    >>> from_graphml(to_graphml("\\u0000\0")) == "\\u0000\0"
    True
    """
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def _node(entity: Entity) -> dict[str, str]:
    # An attribute of the name list may be called as one of ours.
    attributes = {f"attribute_{key}": to_graphml(value) for key, value in sorted(entity.attributes.items())}
    aliases = to_graphml(to_json(entity.aliases))  # any sign between them could be part of one
    return {"type": entity.type, "name": to_graphml(entity.name), "aliases": aliases, **attributes}


def _edge(stored: StoredFact) -> dict[str, str | int | float]:
    seen = {"first_seen": stored.first_seen, "last_seen": stored.last_seen}
    return {
        "relation": stored.fact.relation,
        "statuses": ";".join(stored.statuses),
        "support": stored.support,
        "confidence": stored.confidence,
        **{key: value for key, value in seen.items() if value is not None},
    }
