"""The nouns of the graph as rows of statement parameters, and back."""

import hashlib
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kg.errors import StoreError
from kg.graph import Appearance, Chunk, Document, Entity, Evidence, Fact
from kg.mention import Amount, Time

Row = dict[str, Any]  # Any: what Cypher takes as a parameter

MAX_ROWS = 2_000
MAX_BYTES = 7 * 1024 * 1024  # of text; with keys and numbers a batch stays below 8 MiB
# Keys of indexes are bounded (about 8 kB on Neo4j); nothing that is a name comes near these.
MAX_ID = 500
MAX_NAME = 500
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN = {
    *("id", "name", "aliases", "names", "listed", "listed_aliases"),
    *("surfaces", "surface_counts", "mentions", "documents", "locked"),
}


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in order, in lists that one statement may carry."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        weight = _weigh(row)
        if batch and (len(batch) >= MAX_ROWS or size + weight > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += weight
    if batch:
        yield batch


def _weigh(value: object) -> int:
    if isinstance(value, str):
        return 4 + 3 * len(value)  # a Han character is three bytes
    if isinstance(value, Mapping):
        return sum(_weigh(key) + _weigh(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return 4 + sum(_weigh(one) for one in value)
    return 9


def bounded_id(entity_id: str) -> str:
    """The id itself, or for one of more than `MAX_ID` characters its beginning and a hash."""
    if len(entity_id) <= MAX_ID:
        return entity_id
    return f"{entity_id[: MAX_ID - 33]}#{hashlib.sha256(entity_id.encode(errors='surrogatepass')).hexdigest()[:32]}"


def bounded_name(name: str) -> str:
    """The name itself, or the beginning of one of more than `MAX_NAME` characters."""
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def bounded_appearance(appearance: Appearance) -> Appearance:
    """An appearance under the id and the names that the store keeps."""
    surfaces = tuple(sorted({bounded_name(surface) for surface in appearance.surfaces}))
    return Appearance(bounded_id(appearance.entity), appearance.chunk, appearance.count, surfaces)


def document_row(document: Document, pipeline: str) -> Row:
    """The properties of a document, without its state."""
    return {
        "id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published.isoformat() if document.published else None,
        "source": document.source,
        "content_hash": document.content_hash,
        "media_type": document.media_type,
        "chars": document.chars,
        "pages": document.pages,
        "pipeline": pipeline,
    }


def chunk_row(chunk: Chunk) -> Row:
    """The properties of a chunk; embeddings in single precision, as one of the engines keeps them."""
    embedding = {} if chunk.embedding is None else {"embedding": array("f", chunk.embedding).tolist()}
    return embedding | {
        "id": chunk.id,
        "index": chunk.index,
        "text": chunk.text,
        "start": chunk.start,
        "end": chunk.end,
        "page": chunk.page,
        "heading": chunk.heading,
    }


def attributes_of(entity: Entity) -> Row:
    """The attributes of an entity as properties.

    Raises:
        StoreError: a key cannot be a property.
    """
    for key in entity.attributes:
        if not _ATTRIBUTE.fullmatch(key) or key in _TAKEN:
            raise StoreError(
                f"{entity.id}: attribute {key!r} cannot be a property; name list columns must match "
                f"{_ATTRIBUTE.pattern} and not be one of {sorted(_TAKEN)}"
            )
    return dict(entity.attributes)


def evidence_row(fact: Fact, evidence: Evidence) -> Row:
    """One SUPPORTED_BY edge: its ends and its properties."""
    time, amount = evidence.time, evidence.amount
    properties = {
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
        "status": evidence.status,
        "time": time and time.text,
        "time_start": time and time.start,
        "time_end": time and time.end,
        "amount": amount and amount.text,
        "amount_value": float(amount.value) if amount and amount.value is not None else None,
        "amount_unit": amount and amount.unit,
        "amount_currency": amount and amount.currency,
        "confidence": float(evidence.score),
        "extractor": evidence.extractor,
    }
    return {
        "fact": fact.id,
        "chunk": evidence.chunk,
        "props": {key: value for key, value in properties.items() if value is not None},
    }


def to_document(properties: Mapping[str, Any]) -> Document:
    """The document behind a node's properties."""
    published = properties.get("published")
    return Document(
        id=properties["id"],
        title=properties["title"],
        publisher=properties.get("publisher"),
        published=date.fromisoformat(published) if published else None,
        source=properties["source"],
        content_hash=properties["content_hash"],
        media_type=properties["media_type"],
        chars=properties["chars"],
        pages=properties.get("pages"),
    )


def to_chunk(document_id: str, properties: Mapping[str, Any]) -> Chunk:
    """The chunk behind a node's properties."""
    embedding = properties.get("embedding")
    return Chunk(
        id=properties["id"],
        document=document_id,
        index=properties["index"],
        text=properties["text"],
        start=properties["start"],
        end=properties["end"],
        page=properties.get("page"),
        heading=properties.get("heading"),
        embedding=None if embedding is None else tuple(embedding),
    )


def to_entity(type_label: str, properties: Mapping[str, Any]) -> Entity:
    """The entity behind a node's properties; what is no property of the model is an attribute."""
    attributes = {key: str(value) for key, value in sorted(properties.items()) if key not in _TAKEN}
    return Entity(
        id=properties["id"],
        type=type_label,
        name=properties["name"],
        aliases=tuple(properties["aliases"]),
        attributes=attributes,
        listed=properties["listed"],
    )


def to_evidence(document_id: str, chunk_id: str, properties: Mapping[str, Any]) -> Evidence:
    """The evidence behind a SUPPORTED_BY edge."""
    return Evidence(
        document=document_id,
        chunk=chunk_id,
        start=properties["start"],
        end=properties["end"],
        quote=properties["quote"],
        status=properties["status"],
        time=_to_time(properties),
        amount=_to_amount(properties),
        score=properties["confidence"],
        extractor=properties["extractor"],
    )


def _to_time(properties: Mapping[str, Any]) -> Time | None:
    text = properties.get("time")
    return None if text is None else Time(text, properties.get("time_start"), properties.get("time_end"))


def _to_amount(properties: Mapping[str, Any]) -> Amount | None:
    text = properties.get("amount")
    if text is None:
        return None
    value = properties.get("amount_value")
    number = None if value is None else Decimal(repr(value)).normalize()
    return Amount(text, number, properties.get("amount_unit"), properties.get("amount_currency"))
