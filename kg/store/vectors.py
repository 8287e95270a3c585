"""Embeddings of chunks: the index over them, made with the first, and the chunks that are nearest to a vector."""

from collections.abc import Iterable, Sequence

from kg.errors import QueryError, StoreError
from kg.graph import Chunk
from kg.store import rows
from kg.store.checking import find_differences
from kg.store.connection import Connection
from kg.store.migrating import read_record, write_dimensions
from kg.store.results import FoundChunk
from kg.store.schema import CHUNK_VECTORS, make_index, vector_index

_NEAREST = """
CALL db.index.vector.queryNodes($index, $candidates, $vector) YIELD node, score
MATCH (node)-[:FROM_DOCUMENT]->(d:Document)
RETURN properties(node) AS chunk, properties(d) AS document, score ORDER BY score DESC, node.id
"""
_MORE = 4  # times as many candidates, where some were of documents that are just coming in


def prepare_vectors(connection: Connection, chunks: Iterable[Chunk]) -> None:
    """Make the index over embeddings before the first of them comes in.

    Raises:
        StoreError: these have not the dimensions that the store's have, or another index is in the way.
    """
    sizes = {len(chunk.embedding) for chunk in chunks if chunk.embedding is not None}
    if not sizes:
        return
    known = read_record(connection).dimensions
    if len(sizes) > 1 or known not in (None, *sizes):
        raise StoreError(
            f"{connection.name}: embeddings of {', '.join(map(str, sorted(sizes)))} dimensions"
            + (f", and the store's have {known}; write them into a new store" if known else "; all must have the same")
        )
    if known is None:
        (size,) = sizes
        make_index(connection, vector_index(size))
        if differences := find_differences(connection, [vector_index(size)]):
            raise StoreError(differences[0])
        write_dimensions(connection, size)


def nearest_chunks(connection: Connection, vector: Sequence[float], limit: int) -> tuple[FoundChunk, ...]:
    """The chunks of complete documents whose embeddings are nearest to a vector, the nearest first.

    Raises:
        QueryError: no chunk has an embedding, or the vector has other dimensions.
    """
    known = read_record(connection).dimensions
    if known is None:
        raise QueryError(f"{connection.name}: no chunk has an embedding; build with kg build --embed --refresh")
    if len(vector) != known:
        raise QueryError(f"{connection.name}: its embeddings have {known} dimensions, the vector has {len(vector)}")
    candidates = limit
    while True:
        parameters = {"index": CHUNK_VECTORS, "candidates": candidates, "vector": list(vector)}
        records = connection.read(_NEAREST, parameters)
        complete = [record for record in records if record["document"]["state"] == "complete"]
        if len(complete) >= limit or len(records) < candidates:
            return tuple(_to_found(r["chunk"], r["document"], r["score"]) for r in complete[:limit])
        candidates *= _MORE


def _to_found(chunk: rows.Row, document: rows.Row, score: float) -> FoundChunk:
    return FoundChunk(rows.to_chunk(document["id"], chunk), rows.to_document(document), score)
