"""One type for a name that the name list knows as one thing."""

from collections.abc import Iterator
from dataclasses import replace

from kg.lexicon import Lexicon, name_key
from kg.mention import Extraction, Mention, Relation
from kg.ontology import Ontology

_Reading = tuple[str, str]  # a name's key and the type a mention gives it


def settle_types(extraction: Extraction, *, lexicon: Lexicon, ontology: Ontology) -> Extraction:
    """The extraction with each name that is listed under one type alone given that type.

    A name of two types (MiniMax, the company and its model) is listed under both, or under neither, and keeps what
    the report says. So does one whose relations hold only with the type the report gives it.
    """
    moves = {_reading(mention): listed for mention, listed in _listed(extraction, lexicon)}
    while breaking := {
        reading
        for relation in extraction.relations
        if not _still_fits(relation, moves, ontology)
        for reading in (_reading(relation.subject), _reading(relation.object))
        if reading in moves
    }:
        moves = {reading: listed for reading, listed in moves.items() if reading not in breaking}
    if not moves:
        return extraction
    relations = (
        replace(one, subject=_moved(one.subject, moves), object=_moved(one.object, moves))
        for one in extraction.relations
    )
    return Extraction(tuple(_moved(one, moves) for one in extraction.mentions), tuple(relations))


def _listed(extraction: Extraction, lexicon: Lexicon) -> Iterator[tuple[Mention, str]]:
    """Mentions of names listed under one type that is not theirs, with that type."""
    ends = (end for relation in extraction.relations for end in (relation.subject, relation.object))
    for mention in (*extraction.mentions, *ends):
        types = {name.type for name in lexicon.find_all(mention.text)}
        if len(types) == 1 and mention.type not in types:
            yield mention, types.pop()


def _still_fits(relation: Relation, moves: dict[_Reading, str], ontology: Ontology) -> bool:
    ends = relation.subject, relation.object
    before = [end.type for end in ends]
    after = [moves.get(_reading(end), end.type) for end in ends]
    label = relation.relation
    return ontology.allows(after[0], label, after[1]) or not ontology.allows(before[0], label, before[1])


def _reading(mention: Mention) -> _Reading:
    return name_key(mention.text), mention.type


def _moved(mention: Mention, moves: dict[_Reading, str]) -> Mention:
    listed = moves.get(_reading(mention))
    return replace(mention, type=listed) if listed else mention
