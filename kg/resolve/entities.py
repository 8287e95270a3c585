"""Mentions → entities, and where each appears."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.graph import Appearance, Entity
from kg.lexicon import Lexicon, name_key
from kg.mention import Extraction, Mention
from kg.report import Report
from kg.resolve.aliases import Aliases, read_aliases
from kg.resolve.chunks import Chunks
from kg.resolve.terms import Term, term_of


@dataclass(frozen=True, slots=True)
class FoundEntities:
    """The entities of a report, where they appear, and the entity id of every mention that lies in a chunk."""

    entities: tuple[Entity, ...]
    appearances: tuple[Appearance, ...]
    ids: Mapping[Mention, str]


def find_entities(report: Report, chunks: Chunks, extraction: Extraction, lexicon: Lexicon) -> FoundEntities:
    """The entities that a report's chunks mention."""
    mentions = [mention for mention in _all_mentions(extraction) if chunks.find(mention.start)]
    mentions = [mention for mention in mentions if name_key(mention.text)]
    aliases = read_aliases(report, mentions, lexicon)
    terms = {mention: _term(mention, aliases, lexicon) for mention in mentions}
    ids = {mention: _entity_id(term, lexicon) for mention, term in terms.items()}
    groups: defaultdict[Term, list[Mention]] = defaultdict(list)
    for mention, term in terms.items():
        groups[term].append(mention)
    entities = (_to_entity(term, group, lexicon) for term, group in groups.items())
    return FoundEntities(
        entities=tuple(sorted(entities, key=lambda entity: entity.id)),
        appearances=_appearances(ids, chunks),
        ids=ids,
    )


def _all_mentions(extraction: Extraction) -> list[Mention]:
    """Every mention once, those that only a relation holds included."""
    ends = (end for relation in extraction.relations for end in (relation.subject, relation.object))
    return list(dict.fromkeys((*extraction.mentions, *ends)))


def _term(mention: Mention, aliases: Aliases, lexicon: Lexicon) -> Term:
    """What a mention names: as the extraction found it in the name list, as its report states, or as it is spelled."""
    canonical = term_of(mention.canonical, mention.type, lexicon)
    if canonical.find(lexicon):
        return canonical
    own = term_of(mention.text, mention.type, lexicon)
    main = aliases.main(own)
    return canonical if main == own and canonical.key and not own.find(lexicon) else main


def _entity_id(term: Term, lexicon: Lexicon) -> str:
    name = term.find(lexicon)
    return f"{term.type}:{name.canonical if name else term.key}"


def _to_entity(term: Term, mentions: Sequence[Mention], lexicon: Lexicon) -> Entity:
    entity_id = _entity_id(term, lexicon)
    if name := term.find(lexicon):
        aliases = tuple(sorted(set(name.aliases) - {name.canonical}))
        return Entity(entity_id, term.type, name.canonical, aliases, dict(name.attributes), listed=True)
    counts = Counter(mention.text for mention in mentions)
    surface = min(counts, key=lambda text: (-counts[text], len(text), text))
    return Entity(entity_id, term.type, surface)


def _appearances(ids: Mapping[Mention, str], chunks: Chunks) -> tuple[Appearance, ...]:
    places: defaultdict[tuple[str, str], dict[tuple[int, int], str]] = defaultdict(dict)
    for mention, entity in ids.items():
        if chunk := chunks.find(mention.start):
            places[entity, chunk.id].setdefault((mention.start, mention.end), mention.text)
    order = {chunk.id: chunk.index for chunk in chunks.all}
    return tuple(
        Appearance(entity, chunk, len(spans), tuple(sorted(set(spans.values()))))
        for (entity, chunk), spans in sorted(places.items(), key=lambda item: (item[0][0], order[item[0][1]]))
    )
