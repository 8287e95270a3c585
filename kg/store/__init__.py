"""The graph store: `open_store` gives the same `Store` for a folder (embedded engine) and for a Neo4j URL."""

from pathlib import Path

from kg.config import Config, read_password
from kg.errors import StoreError
from kg.ontology import Ontology
from kg.store.bolt import Store
from kg.store.connection import Access
from kg.store.copying import copy_each
from kg.store.embedded import open_endpoint
from kg.store.results import Counts, FoundChunk, RemoveResult, StoredDocument, WriteResult

__all__ = [
    "Counts",
    "FoundChunk",
    "RemoveResult",
    "Store",
    "StoredDocument",
    "WriteResult",
    "copy_each",
    "open_store",
]

_SCHEMES = tuple(f"{name}{security}" for name in ("neo4j", "bolt") for security in ("", "+s", "+ssc"))


def open_store(url: str | Path, *, ontology: Ontology, config: Config, password: str | None = None) -> Store:
    """The store at a folder such as `landscape.kg`, or at a URL such as `neo4j://localhost:7687`.

    Args:
        url: a folder, made if missing, for the embedded engine; or a neo4j:// or bolt:// URL (+s and +ssc for TLS).
        ontology: the only source of labels.
        config: names the user and the database of a Neo4j, and the limits of queries.
        password: of a Neo4j; None takes KG_PASSWORD from the environment.

    Raises:
        StoreError: the store cannot be opened; the message says what to do.
    """
    scheme, separator, _ = str(url).partition("://")
    if not separator:
        endpoint = open_endpoint(Path(url))
        access = Access(endpoint.uri, endpoint.database, endpoint.writer, endpoint.reader, is_embedded=True)
        return Store(
            access, str(url), ontology=ontology, config=config, lease=endpoint.lease, is_fresh=endpoint.is_fresh
        )
    if scheme not in _SCHEMES:
        raise StoreError(f"{url}: a store is a folder, or a URL that begins with one of {', '.join(_SCHEMES)}")
    secret = password or read_password()
    if not secret:
        raise StoreError(f"{url}: no password; set KG_PASSWORD in the environment")
    access = Access(str(url), config.database, (config.user, secret), None, is_embedded=False)
    return Store(access, str(url), ontology=ontology, config=config)
