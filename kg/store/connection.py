"""One open database behind Bolt: reads, transactions that rerun, user questions with limits, errors in one line."""

import logging
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from neo4j import (
    READ_ACCESS,
    Driver,
    GraphDatabase,
    ManagedTransaction,
    NotificationMinimumSeverity,
    Record,
    Transaction,
)
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)
from neo4j.graph import Node, Path, Relationship

from kg.errors import KgError, QueryError, StoreError
from kg.store.embedded import Lease

Result = TypeVar("Result")
Parameters = Mapping[str, Any]  # Any: what Cypher takes as a parameter

CONNECT_SECONDS = 5.0
RETRY_SECONDS = 15.0
RERUNS = 10
RERUN_SECONDS = 0.05  # before the first rerun; each waits longer than the one before it
# What says that another writer was in the way, and that the driver does not know for it: he made the node that we
# make, he deleted one that we read, or he made the first node of a type just as we did (the embedded engine).
_OVERTAKEN = ("Schema.ConstraintValidationFailed", "Statement.EntityNotFound", "Statement.SemanticError")
_FORBIDDEN = ("Security.Forbidden", "Statement.AccessMode")
_COMMA = re.compile(r",(?![^(\[{]*[)\]}])")
_PLAIN = frozenset((str, int, float, bool, type(None)))
_TIMED_OUT = ("TransactionTimedOut", "Transaction.Terminated")


@dataclass(frozen=True, slots=True)
class Access:
    """Where a database is and who enters.

    Attributes:
        reader: who asks user questions; None where the same user's read sessions cannot write.
        is_embedded: whether the engine is the embedded one.
    """

    url: str
    database: str
    writer: tuple[str, str]
    reader: tuple[str, str] | None
    is_embedded: bool


class Connection:
    """Drivers of one database; made and closed by the store.

    Attributes:
        access: of the database.
        name: how errors call it.
        lease: the way to an embedded engine beside its queries; None for a Neo4j.
    """

    def __init__(self, access: Access, name: str, lease: Lease | None = None) -> None:
        """Connect.

        Args:
            access: of the database.
            name: how errors call it.
            lease: of an embedded engine. It also bounds the time of commands, which that engine does not take from a
                transaction.

        Raises:
            StoreError: it does not answer, or refuses the user.
        """
        self.access = access
        self.name = name
        self.lease = lease
        self._reader: Driver | None = None
        # The driver warns of each rerun; where nobody has set up logging, Python would print that.
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        self._writer = self._drive(access.writer)
        try:
            with self._explained():
                self._writer.verify_connectivity()
        except StoreError:
            self._writer.close()
            raise

    def close(self) -> None:
        """Give the drivers back."""
        self._writer.close()
        if self._reader:
            self._reader.close()

    def read(self, cypher: str, parameters: Parameters | None = None) -> list[Record]:
        """The records of one of our own questions."""

        def work(tx: ManagedTransaction) -> list[Record]:
            return list(tx.run(cypher, dict(parameters or {})))

        with self._explained(), self._writer.session(database=self.access.database) as session:
            return session.execute_read(work)

    def write(self, work: Callable[[ManagedTransaction], Result]) -> Result:
        """Run some work in one transaction, again where another writer was in the way.

        The driver reruns after conflicts that it knows, and we after the others.
        """
        self._limit(None)
        with self._explained(), self._writer.session(database=self.access.database) as session:
            for rerun in range(1, RERUNS + 1):
                try:
                    return session.execute_write(work)
                except ClientError as error:
                    if not (error.code or "").endswith(_OVERTAKEN):
                        raise
                # Not at once: what the other one has made is in an index before it can be read.
                time.sleep(RERUN_SECONDS * rerun * random.uniform(0.5, 1.0))
            return session.execute_write(work)

    def run(self, cypher: str) -> None:
        """One statement of the schema, in a transaction of its own."""
        self.write(lambda tx: tx.run(cypher).consume())

    def ask(
        self, cypher: str, parameters: Parameters, seconds: float, rows: int
    ) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
        """Columns and rows of a question that cannot write; without rows the embedded engine names no columns.

        Args:
            cypher: the question.
            parameters: its parameters.
            seconds: that it may take.
            rows: that it may return.

        Raises:
            QueryError: it is badly written, would write, or passes a limit.
        """
        with self._asking(seconds) as tx:
            result = tx.run(cypher, dict(parameters))
            values = tuple(tuple(map(to_plain, record.values())) for record in result.fetch(rows + 1))
            if len(values) > rows:
                raise QueryError(f"more than {rows} rows; add a LIMIT, or raise max_rows in the configuration")
            return tuple(result.keys()), values

    def plan(self, cypher: str, parameters: Parameters, seconds: float) -> dict[str, Any]:  # Any: the driver's plan
        """The plan of a question, not run."""
        with self._asking(seconds) as tx:
            return tx.run(f"EXPLAIN {cypher}", dict(parameters)).consume().plan or {}

    @contextmanager
    def _asking(self, seconds: float) -> Iterator[Transaction]:
        """A transaction that cannot write and ends after some seconds; its errors are QueryErrors."""
        self._limit(seconds)
        if self.access.reader and self._reader is None:
            self._reader = self._drive(self.access.reader)
        driver = self._reader or self._writer
        session = driver.session(database=self.access.database, default_access_mode=READ_ACCESS)
        with self._answered(seconds), session, session.begin_transaction(timeout=seconds) as tx:
            yield tx

    def _limit(self, seconds: float | None) -> None:
        if self.lease:
            self.lease.limit(seconds)

    def reading_driver(self) -> Driver:
        """A further driver, of a user who can only read where the engine has one; whoever asks for it closes it."""
        return self._drive(self.access.reader or self.access.writer)

    def _drive(self, auth: tuple[str, str]) -> Driver:
        # The embedded engine sends no notifications, and its protocol has no way to turn them off.
        quiet = None if self.access.is_embedded else NotificationMinimumSeverity.OFF
        try:
            return GraphDatabase.driver(
                self.access.url,
                auth=auth,
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=CONNECT_SECONDS * 4,
                max_transaction_retry_time=RETRY_SECONDS,
                initial_retry_delay=RERUN_SECONDS,  # its own second is long where two write at once
                notifications_min_severity=quiet,
            )
        except (ConfigurationError, ValueError) as error:
            raise StoreError(
                f"{self.name}: not a URL of a store: {_one_line(error)}; such as neo4j://localhost:7687"
            ) from error

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Errors of the driver as StoreErrors."""
        try:
            yield
        except AuthError as error:
            user = self.access.writer[0]
            raise StoreError(
                f"{self.name}: refuses user {user!r} or the password; check KG_PASSWORD and user"
            ) from error
        except (ServiceUnavailable, SessionExpired, OSError) as error:
            advice = (
                "open the store again" if self.access.is_embedded else "is Neo4j running there? (docker compose up)"
            )
            raise StoreError(f"{self.name}: does not answer: {_one_line(error)}; {advice}") from error
        except (DriverError, Neo4jError, UnicodeEncodeError, ValueError) as error:
            raise StoreError(f"{self.name}: {_one_line(error)}") from error

    @contextmanager
    def _answered(self, seconds: float) -> Iterator[None]:
        """Errors of a question as QueryErrors, those of the connection as StoreErrors."""
        try:
            with self._explained():
                yield
        except StoreError as error:
            cause = error.__cause__
            if not isinstance(cause, Neo4jError) or isinstance(cause, AuthError):
                raise
            raise _query_error(cause, seconds) from cause


def planned_columns(plan: Mapping[str, Any]) -> list[str]:  # Any: the driver's plan
    """The columns of the embedded engine's plan, cut at commas outside brackets."""
    text = str(plan.get("args", {}).get("string-representation", ""))
    inside = text.rpartition("FINAL PROJECTION [")[2].rpartition("]")[0]
    return [column.strip() for column in _COMMA.split(inside) if column.strip()]


def _query_error(error: Neo4jError, seconds: float) -> KgError:
    code = error.code or ""
    if code.endswith(_FORBIDDEN):
        return QueryError(
            "the query would write, and queries only read; reports are added and removed by kg build and remove"
        )
    if any(one in code for one in _TIMED_OUT):
        return QueryError(f"stopped after {seconds:g} s; ask for less, or raise timeout in the configuration")
    return QueryError(_one_line(error))


def _one_line(error: Exception) -> str:
    text = str(getattr(error, "message", None) or str(error) or type(error).__name__).strip().splitlines()[0][:500]
    # The embedded engine names the statement and keeps the cause to itself; of that only its kind is in the code.
    if isinstance(error, Neo4jError) and text.startswith("Error executing"):
        return f"{(error.code or '').rpartition('.')[2]}: {text}"
    return text


def to_plain(value: Any) -> Any:  # noqa: ANN401  # a Cypher value has no narrower type
    """A Cypher value in strings, numbers, lists and maps; times are ISO text."""
    if type(value) in _PLAIN:  # nearly all values; it is asked of each cell
        return value
    if isinstance(value, Node):
        return {"labels": sorted(value.labels)} | to_plain(dict(value))
    if isinstance(value, Relationship):
        return {"type": value.type} | to_plain(dict(value))
    if isinstance(value, Path):
        return [to_plain(one) for pair in zip(value.nodes, [*value.relationships, None], strict=True) for one in pair][
            :-1
        ]
    if isinstance(value, Mapping):
        return {key: to_plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "srid") and not hasattr(value, "iso_format"):
        return [to_plain(one) for one in value]
    return value.iso_format() if hasattr(value, "iso_format") else str(value)
