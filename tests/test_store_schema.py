"""A store says which schema it has: an old one is brought up to date, a later one refused, a changed one mended."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from stores import BAIDU, CHATGPT, ERNIE, OPENAI, Reopen, Said, Server, dump, report

from kg.config import Config
from kg.doctor import examine
from kg.errors import StoreError
from kg.ontology import Ontology
from kg.store import Store, embedded, migrating
from kg.store.connection import Connection
from kg.store.migrating import VERSION, Record, read_record
from kg.store.schema import make_index, vector_index

GRAPH = report("a.txt", Said(OPENAI, "DEVELOPS", CHATGPT), Said(BAIDU, "DEVELOPS", ERNIE))


@pytest.fixture
def mended(store: Store, reopen: Reopen) -> Iterator[Store]:
    """An empty store whose schema a test may spoil."""
    reopen()
    yield store
    run(store, "MATCH (s:_Schema) DELETE s")
    run(store, "DROP INDEX entity_name IF EXISTS")
    reopen()


def run(store: Store, *statements: str) -> None:
    for statement in statements:
        store._connection.run(statement)


def record_of(store: Store) -> Record:
    return read_record(store._connection)


def make_old(store: Store) -> None:
    """What a store was before there were versions."""
    run(store, "MATCH (s:_Schema) DELETE s", "DROP CONSTRAINT schema_id IF EXISTS")


class TestVersion:
    def test_is_written_into_an_empty_store_and_seen_by_nobody(self, store: Store, reopen: Reopen):
        opened = reopen()
        assert record_of(opened) == Record(VERSION)
        assert (dump(opened), opened.documents(), opened.entity_keys()) == ([], (), ())
        assert opened.counts().entities == {}

    def test_that_is_up_to_date_is_only_read(self, store: Store, reopen: Reopen, monkeypatch: pytest.MonkeyPatch):
        reopen()
        monkeypatch.setattr(Connection, "write", lambda *_: pytest.fail("it was written to"))
        assert record_of(reopen()) == Record(VERSION)

    def test_of_a_store_from_before_versions_is_brought_up_to_date(self, mended: Store, reopen: Reopen, caplog):
        mended.write(GRAPH, pipeline="1")
        before = dump(mended)
        make_old(mended)
        assert record_of(mended) == Record(1)
        opened = reopen()
        assert (record_of(opened), dump(opened)) == (Record(VERSION), before)
        assert (opened.check_schema(), caplog.messages) == ((), [])
        twice = "UNWIND [1, 2] AS x CREATE (:_Schema {id: 'kg'})"
        with pytest.raises(StoreError):
            run(opened, twice)

    def test_two_who_open_an_old_store_at_once_both_succeed(self, mended: Store, server: Server):
        mended.write(GRAPH, pipeline="1")
        make_old(mended)
        with ThreadPoolExecutor(2) as threads:
            for opened in threads.map(lambda _: server.open(), range(2)):
                assert record_of(opened) == Record(VERSION)
                opened.close()

    def test_migrations_run_in_order_and_after_a_break_from_where_it_was(
        self, mended: Store, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
    ):
        mended.write(GRAPH, pipeline="1")
        done: list[int] = []

        def broken(_: Connection) -> None:
            raise StoreError("the power went")

        steps: dict[int, Callable[[Connection], None]] = {
            VERSION: lambda _: done.append(VERSION),
            VERSION + 1: broken,
            VERSION + 2: lambda _: done.append(VERSION + 2),
        }
        monkeypatch.setattr(migrating, "MIGRATIONS", migrating.MIGRATIONS | steps)
        monkeypatch.setattr(migrating, "VERSION", VERSION + 3)
        make_old(mended)
        with pytest.raises(StoreError, match="the power went"):
            reopen()
        assert (done, record_of(mended).version) == ([VERSION], VERSION + 1)
        steps[VERSION + 1] = lambda _: done.append(VERSION + 1)
        monkeypatch.setattr(migrating, "MIGRATIONS", migrating.MIGRATIONS | steps)
        reopen()
        assert (done, record_of(mended).version) == ([VERSION, VERSION + 1, VERSION + 2], VERSION + 3)

    def test_later_than_this_release_is_refused_and_nothing_changed(self, mended: Store, reopen: Reopen):
        mended.write(GRAPH, pipeline="1")
        run(mended, f"MATCH (s:_Schema) SET s.version = {VERSION + 1}", "DROP INDEX entity_name IF EXISTS")
        before = dump(mended)
        with pytest.raises(
            StoreError, match=rf"has version {VERSION + 1}, .* none after {VERSION}; open it with a later"
        ):
            reopen()
        assert (dump(mended), record_of(mended).version) == (before, VERSION + 1)

    def test_every_version_has_a_way_to_the_next(self):
        assert sorted(migrating.MIGRATIONS) == list(range(1, VERSION))

    def test_many_who_open_a_new_store_at_once_all_succeed(
        self, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(embedded, "LINGER_SECONDS", 0.0)
        server = Server(str(tmp_path / "new.kg"), ontology)
        with ThreadPoolExecutor(8) as threads:
            opened = list(threads.map(lambda _: server.open(), range(8)))
        assert [(record_of(one), one.check_schema()) for one in opened] == [(Record(VERSION), ())] * 8
        for one in opened:
            one.close()


def test_no_folder_is_taken_for_a_foreign_one_while_another_marks_it(tmp_path: Path):
    with ThreadPoolExecutor(8) as threads:
        for turn in range(200):
            list(threads.map(embedded._make_folder, [tmp_path / str(turn)] * 8))
    assert len(list(tmp_path.glob("*/start.lock"))) == 200


class TestIndexes:
    @pytest.mark.parametrize(
        ("name", "drop"),
        [
            ("entity_name", "DROP INDEX entity_name"),
            ("Chunk[text]", "DROP INDEX `Chunk[text]`"),
            ("fact_id", "DROP CONSTRAINT fact_id"),
        ],
    )
    def test_one_that_was_dropped_is_made_again_with_one_warning(
        self, mended: Store, reopen: Reopen, caplog, name: str, drop: str
    ):
        mended.write(GRAPH, pipeline="1")
        run(mended, drop)
        opened = reopen()
        assert caplog.messages == [f"{opened.name}: made again what something had dropped: {name}"]
        caplog.clear()
        again = reopen()
        assert (again.check_schema(), caplog.messages) == ((), [])
        assert again.find_entities("百度")[0].id == BAIDU.id

    def test_one_of_the_same_name_over_something_else_is_named_with_advice(
        self, mended: Store, reopen: Reopen, server: Server, caplog
    ):
        run(mended, "DROP INDEX entity_name", "CREATE INDEX entity_name FOR (n:Entity) ON (n.english)")
        opened = reopen()
        (line,) = opened.check_schema()
        what = (
            "entity_name is a range index over Entity.english, and entity_name must be a range index over Entity.name"
        )
        advice = "DROP INDEX `entity_name`, then open" if server.password else "copy the store into a new one"
        assert what in line
        assert advice in line
        assert caplog.messages == [line]

    def test_one_of_other_dimensions_is_named(self, mended: Store, reopen: Reopen):
        run(mended, "DROP INDEX `Chunk[embedding]` IF EXISTS")
        make_index(mended._connection, vector_index(8))
        run(mended, "MATCH (s:_Schema) SET s.dimensions = 512")
        (line,) = reopen().check_schema()
        assert "(8 cosine), and Chunk[embedding] must be a vector index over Chunk.embedding (512 cosine)" in line
        run(mended, "DROP INDEX `Chunk[embedding]` IF EXISTS")

    def test_one_over_the_same_thing_by_another_name_serves(self, mended: Store, reopen: Reopen, caplog):
        run(mended, "DROP INDEX entity_name", "CREATE INDEX own_name FOR (n:Entity) ON (n.name)")
        assert (reopen().check_schema(), caplog.messages) == ((), [])
        run(mended, "DROP INDEX own_name")

    @pytest.mark.neo4j
    def test_a_full_text_index_with_another_analyzer_is_named(self, neo4j_server: Server):
        with neo4j_server.open() as opened:
            make = "CREATE FULLTEXT INDEX `Chunk[text]` FOR (n:Chunk) ON EACH [n.text]"
            run(opened, "DROP INDEX `Chunk[text]`", make)
            (line,) = opened.check_schema()
            run(opened, "DROP INDEX `Chunk[text]`")
        assert "(standard-no-stop-words), and Chunk[text] must be a fulltext index over Chunk.text (cjk)" in line

    @pytest.mark.neo4j
    def test_a_plain_index_where_a_constraint_belongs_is_named(self, neo4j_server: Server):
        with neo4j_server.open() as opened:
            run(opened, "DROP CONSTRAINT fact_id", "CREATE INDEX fact_id FOR (n:Fact) ON (n.id)")
            (line,) = opened.check_schema()
            run(opened, "DROP INDEX fact_id")
        assert "fact_id is a range index over Fact.id, and fact_id must be a unique index over Fact.id" in line


def test_doctor_says_what_is_wrong_with_the_schema(mended: Store, server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KG_PASSWORD", server.password or "")
    config = Config(store=server.url, recogniser="lexicon")
    found = {one.check: one for one in examine(config, connect=True)}
    assert (found["schema"].state, found["store"].state) == ("ok", "ok")
    run(mended, "DROP INDEX entity_name", "CREATE INDEX entity_name FOR (n:Entity) ON (n.english)")
    found = {one.check: one for one in examine(config, connect=True)}
    assert found["schema"].state == "wrong"
    assert "must be a range index over Entity.name; " in found["schema"].detail
