"""What the page knows beside the drawing: entities, facts, evidence, documents, and the words for them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from typing import Any

from kg.graph import Appearance, Chunk, Document, Entity, Evidence, Fact, Graph
from kg.ontology import Ontology
from kg.report import join_lines
from kg.view.marks import mark, utf16_range
from kg.view.network import UNKNOWN_COLOUR, main_status


def payload_json(graph: Graph, ontology: Ontology, *, title: str, focus: list[str]) -> str:
    """The data of the page as JSON, every list sorted by id, so that the same graph gives the same text."""
    cited = {one.chunk for fact in graph.facts for one in fact.evidence}
    reader = _Reader(graph)
    data = {
        "title": title,
        "focus": focus,
        "types": _types(graph, ontology),
        "relations": _relations(graph, ontology),
        "documents": [_document(one) for one in sorted(graph.documents, key=_document_order)],
        "chunks": {one.id: _chunk(one) for one in sorted(graph.chunks, key=lambda one: one.id) if one.id in cited},
        "entities": [reader.entity(one) for one in sorted(graph.entities, key=lambda one: one.id)],
        "facts": [reader.fact(one) for one in sorted(graph.facts, key=lambda one: one.id)],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _types(graph: Graph, ontology: Ontology) -> list[dict[str, str]]:
    known = [asdict(kind) for kind in ontology.types.values()]
    unknown = sorted({entity.type for entity in graph.entities} - ontology.types.keys())
    return known + [{"label": label, "zh": label, "colour": UNKNOWN_COLOUR} for label in unknown]


def _relations(graph: Graph, ontology: Ontology) -> list[dict[str, Any]]:  # Any: str and bool values
    known = [{"label": kind.label, "zh": kind.zh, "symmetric": kind.symmetric} for kind in ontology.relations.values()]
    unknown = sorted({fact.relation for fact in graph.facts} - ontology.relations.keys())
    return known + [{"label": label, "zh": label, "symmetric": False} for label in unknown]


def _document_order(document: Document) -> tuple[bool, str, str]:
    return document.published is None, str(document.published), document.id


def _document(document: Document) -> dict[str, Any]:  # Any: JSON values
    return {
        "id": document.id,
        "title": document.title or document.source or document.id,
        "publisher": document.publisher,
        "published": document.published.isoformat() if document.published else None,
        "source": document.source,
        "pages": document.pages,
        "chars": document.chars,
    }


def _chunk(chunk: Chunk) -> dict[str, Any]:  # Any: JSON values
    return {"page": chunk.page, "heading": chunk.heading, "text": chunk.text}


class _Reader:
    """Entities and facts of one graph as JSON, with what it takes to look things up by id."""

    def __init__(self, graph: Graph) -> None:
        self.entities = {entity.id: entity for entity in graph.entities}
        self.chunks = {chunk.id: chunk for chunk in graph.chunks}
        self.appearances: dict[str, list[Appearance]] = defaultdict(list)
        self.surfaces: dict[tuple[str, str], tuple[str, ...]] = {}
        for one in graph.appearances:
            self.appearances[one.entity].append(one)
            self.surfaces[one.entity, one.chunk] = one.surfaces

    def entity(self, entity: Entity) -> dict[str, Any]:  # Any: JSON values
        found = self.appearances[entity.id]
        return {
            "id": entity.id,
            "type": entity.type,
            "name": entity.name or entity.id,
            "aliases": list(entity.aliases),
            "attributes": dict(sorted(entity.attributes.items())),
            "listed": entity.listed,
            "named": sum(one.count for one in found),
            "documents": sorted({self.chunks[one.chunk].document for one in found}),
        }

    def fact(self, fact: Fact) -> dict[str, Any]:  # Any: JSON values
        return {
            "id": fact.id,
            "subject": fact.subject,
            "relation": fact.relation,
            "object": fact.object,
            "status": main_status(fact),
            "evidence": [self.evidence(fact, one) for one in sorted(fact.evidence, key=_evidence_order)],
        }

    def evidence(self, fact: Fact, one: Evidence) -> dict[str, Any]:  # Any: JSON values
        chunk = self.chunks[one.chunk]
        subject, obj = self._names(fact.subject, one.chunk), self._names(fact.object, one.chunk)
        clean = chunk.text[max(one.start - chunk.start, 0) : max(one.end - chunk.start, 0)]
        return {
            "document": one.document,
            "chunk": one.chunk,
            "quote": [list(part) for part in mark(join_lines(one.quote), clean, subject, obj)],
            "context": list(utf16_range(chunk.text, one.start - chunk.start, one.end - chunk.start)),
            "status": one.status,
            "time": ["".join(one.time.text.split()), one.time.start, one.time.end] if one.time else None,
            "amount": one.amount.text if one.amount else None,
            "score": round(one.score, 3),
            "extractor": one.extractor,
        }

    def _names(self, entity_id: str, chunk_id: str) -> tuple[str, ...]:
        entity = self.entities[entity_id]
        return (*self.surfaces.get((entity_id, chunk_id), ()), entity.name, *entity.aliases)


def _evidence_order(one: Evidence) -> tuple[str, int, int, str]:
    return one.document, one.start, one.end, one.status
