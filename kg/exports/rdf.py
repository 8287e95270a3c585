"""The graph as RDF by rdflib: terms of schema.org where they fit, our own elsewhere; text is only ever a literal.

A fact is an `rdf:Statement` with its evidence, whatever its status; it is a triple of its own too while some report
asserts it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from urllib.parse import quote

from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef

from kg.exports.stored import Stored
from kg.graph import NOUNS, Appearance, Chunk, Document, Entity, Evidence, Fact, Noun, StoredFact

SCHEMA = Namespace("https://schema.org/")
TERM = Namespace("urn:kg-landscape:term:")
ATTRIBUTE = Namespace("urn:kg-landscape:attribute:")
PREFIXES = {"schema": SCHEMA, "kg": TERM, "attribute": ATTRIBUTE, "rdf": RDF, "xsd": XSD}

_PER_GRAPH = 500  # nouns; rdflib takes some kB for each
_CLASSES = {
    "Company": SCHEMA.Organization,
    "Organization": SCHEMA.Organization,
    "Person": SCHEMA.Person,
    "Product": SCHEMA.Product,
}
_SAME_WAY = {
    "FOUNDED_BY": SCHEMA.founder,
    "SUBSIDIARY_OF": SCHEMA.parentOrganization,
    "WORKS_FOR": SCHEMA.worksFor,
}
_OTHER_WAY = {"INVESTS_IN": SCHEMA.funder}  # who invests is the funder of the other
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029]')

Triple = tuple[URIRef, URIRef, URIRef | Literal]


class _Text(Literal):
    r"""A text as Turtle gives it back.

    rdflib itself writes a text of several lines that ends in `\"` so that no parser reads it.
    """

    def _quote_encode(self) -> str:
        return '"' + _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04X}", self) + '"'


def iri(kind: str, *ids: object) -> URIRef:
    """The name of a thing: its kind and its id, percent-encoded.

    >>> str(iri("entity", "Company:百度"))
    'urn:kg-landscape:entity:Company%3A%E7%99%BE%E5%BA%A6'
    """
    return URIRef(":".join(["urn:kg-landscape", kind, *(quote(str(one), safe="") for one in ids)]))


def to_graphs(stored: Stored) -> Iterator[Graph]:
    """Everything as a row of small graphs, which together are the whole."""
    nouns = stored.nouns(NOUNS)
    while portion := list(islice(nouns, _PER_GRAPH)):
        graph = Graph(bind_namespaces="none")
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        for noun in portion:
            for triple in to_triples(noun):
                graph.add(triple)
        yield graph


def to_triples(noun: Noun) -> Iterator[Triple]:
    """What RDF says of a noun."""
    match noun:
        case Document():
            yield from _document(noun)
        case Chunk():
            yield from _chunk(noun)
        case Entity():
            yield from _entity(noun)
        case Appearance():
            yield iri("chunk", noun.chunk), SCHEMA.mentions, iri("entity", noun.entity)
        case StoredFact():
            yield from _fact(noun)
            for number, evidence in enumerate(noun.fact.evidence, 1):
                yield from _evidence(noun.fact, number, evidence)


@dataclass(frozen=True, slots=True)
class _Thing:
    """What triples are said of; values that are None are not said, each of a tuple is."""

    iri: URIRef

    def is_a(self, *classes: URIRef) -> Iterator[Triple]:
        return ((self.iri, RDF.type, one) for one in classes)

    def says(self, values: Mapping[URIRef, object]) -> Iterator[Triple]:
        for predicate, value in values.items():
            several = value if isinstance(value, tuple) else (value,)
            yield from ((self.iri, predicate, _to_node(one)) for one in several if one is not None)


def _to_node(value: object) -> URIRef | Literal:
    if isinstance(value, URIRef | Literal):
        return value
    if isinstance(value, str):
        return _Text(value)
    return _decimal(Decimal(repr(value))) if isinstance(value, float) else Literal(value)


def _decimal(value: Decimal) -> Literal:
    """A number with a point, as Turtle has it; not xsd:double, which rdflib rounds to seven digits there."""
    text = f"{value:f}"
    return Literal(text if "." in text else f"{text}.0", datatype=XSD.decimal)


def _day(text: str | None) -> Literal | None:
    return None if text is None else Literal(text, datatype=XSD.date)


def _document(document: Document) -> Iterator[Triple]:
    thing = _Thing(iri("document", document.id))
    yield from thing.is_a(SCHEMA.Report)
    yield from thing.says(
        {
            SCHEMA.identifier: document.id,
            SCHEMA.name: document.title,
            SCHEMA.datePublished: document.published,
            SCHEMA.encodingFormat: document.media_type,
            TERM.publisher: document.publisher,
            TERM.source: document.source,
            TERM.contentHash: document.content_hash,
            TERM.chars: document.chars,
            TERM.pages: document.pages,
        }
    )


def _chunk(chunk: Chunk) -> Iterator[Triple]:
    thing = _Thing(iri("chunk", chunk.id))
    yield from thing.is_a(TERM.Chunk)
    yield from thing.says(
        {
            SCHEMA.isPartOf: iri("document", chunk.document),
            SCHEMA.position: chunk.index,
            SCHEMA.text: chunk.text,
            TERM.start: chunk.start,
            TERM.end: chunk.end,
            TERM.page: chunk.page,
            TERM.heading: chunk.heading,
        }
    )


def _entity(entity: Entity) -> Iterator[Triple]:
    thing = _Thing(iri("entity", entity.id))
    yield from thing.is_a(TERM[quote(entity.type, safe="")])
    if entity.type in _CLASSES:
        yield from thing.is_a(_CLASSES[entity.type])
    yield from thing.says(
        {SCHEMA.identifier: entity.id, SCHEMA.name: entity.name, SCHEMA.alternateName: tuple(entity.aliases)}
    )
    yield from thing.says({ATTRIBUTE[quote(key, safe="")]: value for key, value in entity.attributes.items()})


def _fact(stored: StoredFact) -> Iterator[Triple]:
    fact = stored.fact
    thing = _Thing(iri("fact", fact.id))
    subject, object_ = iri("entity", fact.subject), iri("entity", fact.object)
    relation = TERM[quote(fact.relation, safe="")]
    if "asserted" in stored.statuses:
        yield subject, relation, object_
        if fact.relation in _SAME_WAY:
            yield subject, _SAME_WAY[fact.relation], object_
        if fact.relation in _OTHER_WAY:
            yield object_, _OTHER_WAY[fact.relation], subject
    yield from thing.is_a(RDF.Statement)
    yield from thing.says(
        {
            RDF.subject: subject,
            RDF.predicate: relation,
            RDF.object: object_,
            TERM.status: tuple(stored.statuses),
            TERM.confidence: stored.confidence,
            TERM.support: stored.support,
            TERM.firstSeen: _day(stored.first_seen),
            TERM.lastSeen: _day(stored.last_seen),
            TERM.evidence: tuple(iri("evidence", fact.id, n) for n, _ in enumerate(fact.evidence, 1)),
        }
    )


def _evidence(fact: Fact, number: int, evidence: Evidence) -> Iterator[Triple]:
    thing = _Thing(iri("evidence", fact.id, number))
    time, amount = evidence.time, evidence.amount
    yield from thing.is_a(TERM.Evidence, SCHEMA.Quotation)
    yield from thing.says(
        {
            SCHEMA.text: evidence.quote,
            SCHEMA.isPartOf: iri("document", evidence.document),
            TERM.chunk: iri("chunk", evidence.chunk),
            TERM.start: evidence.start,
            TERM.end: evidence.end,
            TERM.status: evidence.status,
            TERM.confidence: evidence.score,
            TERM.extractor: evidence.extractor,
        }
    )
    if time:
        yield from thing.says({TERM.time: time.text, TERM.timeStart: _day(time.start), TERM.timeEnd: _day(time.end)})
    if amount:
        value = None if amount.value is None else _decimal(amount.value)
        yield from thing.says({TERM.amount: amount.text, TERM.amountValue: value})
        yield from thing.says({TERM.amountUnit: amount.unit, TERM.amountCurrency: amount.currency})
