"""The retrievers of neo4j-graphrag on our stores, as docs/graphrag.md shows them."""

import re
from pathlib import Path
from typing import Any

import pytest
from neo4j.exceptions import Neo4jError
from stores import Server, wipe

from kg.config import Config
from kg.pipeline import Pipeline
from kg.reading import report_from_text
from kg.store import Store

pytest.importorskip("torch")
pytest.importorskip("neo4j_graphrag")

from neo4j_graphrag.exceptions import Text2CypherRetrievalError
from neo4j_graphrag.llm import LLMBase, LLMResponse
from neo4j_graphrag.retrievers import HybridRetriever, Text2CypherRetriever, VectorCypherRetriever, VectorRetriever

# It warns of what its own queries return.
pytestmark = pytest.mark.filterwarnings("ignore:The default returned 'id' field:DeprecationWarning")

PAGE = Path(__file__).resolve().parents[1] / "docs" / "graphrag.md"
REPORTS = {
    "a.txt": "微软投资了OpenAI，双方将继续合作。",
    "b.txt": "百度发布了文心一言，面向企业开放。",
    "c.txt": "大模型训练需求旺盛，算力芯片供不应求。",
}
QUESTION, ANSWER = "是谁给OpenAI出了钱？", REPORTS["a.txt"]
INVESTORS = "MATCH (s:Company)-[:INVESTS_IN]->(o) RETURN s.name AS investor, o.name AS target ORDER BY investor"


class Script(LLMBase):
    """Answers every question with the same Cypher, and keeps what it was asked."""

    def __init__(self, answer: str) -> None:
        super().__init__(model_name="script")
        self.answer = answer
        self.asked: list[Any] = []

    def invoke(self, input, *_, **__):  # noqa: A002  # the name is theirs
        self.asked.append(input)
        return LLMResponse(content=f"```cypher\n{self.answer}\n```")

    async def ainvoke(self, input, *_, **__):  # noqa: A002
        return self.invoke(input)


@pytest.fixture(scope="module")
def filled(server: Server):
    """The reports, with embeddings, in a store of each engine."""
    pipeline = Pipeline(Config(recogniser="lexicon", embeddings=True))
    with server.open() as store:
        wipe(store)
        for name, text in REPORTS.items():
            store.write(pipeline.graph(report_from_text(text, id=name)), pipeline=pipeline.version)
        yield store
        wipe(store)


@pytest.fixture(scope="module")
def driver(filled: Store):
    with filled.driver() as opened:
        yield opened


@pytest.fixture(scope="module")
def page() -> list[str]:
    """The Python of the page, block by block."""
    return re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)


@pytest.fixture(scope="module")
def names(page: list[str]) -> dict[str, Any]:
    """What the page defines: the embedder of questions, and a query from a chunk to its facts."""
    found: dict[str, Any] = {}
    exec(page[1].partition("with kg.open_store")[0], found)
    return found


def test_vector_retriever_gives_the_nearest_chunks(driver, names):
    retriever = VectorRetriever(driver, "Chunk[embedding]", names["Questions"](), return_properties=["text"])
    first, second = retriever.search(query_text=QUESTION, top_k=2).items
    assert first.content == str({"text": ANSWER})
    assert 0.5 < second.metadata["score"] < first.metadata["score"] < 1
    assert first.metadata["nodeLabels"] == ["Chunk"]


def test_vector_retriever_leaves_the_vector_out_of_the_node(driver, names):
    retriever = VectorRetriever(driver, "Chunk[embedding]", names["Questions"]())
    (item,) = retriever.search(query_text=QUESTION, top_k=1).items
    assert f"'text': '{ANSWER}'" in item.content
    assert "'embedding': None" in item.content


def test_vector_cypher_retriever_goes_on_to_the_facts(driver, names):
    retriever = VectorCypherRetriever(driver, "Chunk[embedding]", names["FACTS"], names["Questions"]())
    (item,) = retriever.search(query_text=QUESTION, top_k=1).items
    assert f"facts=['微软 INVESTS_IN OpenAI: {ANSWER}']" in item.content


def test_hybrid_retriever_finds_by_words_and_by_meaning(driver, names):
    retriever = HybridRetriever(
        driver, "Chunk[embedding]", "Chunk[text]", names["Questions"](), return_properties=["text"]
    )
    found = retriever.search(query_text="文心一言", top_k=3).items
    assert found[0].content == str({"text": REPORTS["b.txt"]})
    assert len(found) == 3


def test_text2cypher_retriever_runs_what_the_model_wrote(driver, server: Server):
    script = Script(INVESTORS)
    retriever = Text2CypherRetriever(driver, script, neo4j_schema="(:Company)-[:INVESTS_IN]->(:Company)")
    if not server.password:
        read = "EXPLAIN MATCH (n) RETURN n.id AS id"
        with pytest.raises(Text2CypherRetrievalError, match="query_type='w'"):
            retriever.search(query_text=QUESTION)
        assert driver.execute_query(read).summary.query_type == "w"
        pytest.xfail(f"the embedded engine says of {read!r} that it writes, and then the retriever does not run it")
    (item,) = retriever.search(query_text=QUESTION).items
    assert item.content == "<Record investor='微软' target='OpenAI'>"
    assert QUESTION in script.asked[0]


def test_text2cypher_retriever_writes_nothing(driver, filled: Store):
    before = list(filled.dump())
    retriever = Text2CypherRetriever(driver, Script("MATCH (n) DETACH DELETE n"), neo4j_schema="(:Company)")
    with pytest.raises(Text2CypherRetrievalError, match="Refusing to execute non-read-only"):
        retriever.search(query_text=QUESTION)
    assert list(filled.dump()) == before


def test_the_driver_of_the_embedded_engine_cannot_write(embedded_server: Server):
    with embedded_server.open() as store, store.driver() as driver:
        with pytest.raises(Neo4jError) as refused:
            driver.execute_query("CREATE (:Chunk {id: 'x'})")
        assert refused.value.code.endswith("Forbidden")


class TestPage:
    def test_the_retrievers_run_as_shown(self, page, filled: Store, server: Server, capsys, monkeypatch):
        self.run(page[1].replace("landscape.kg", server.url), server, monkeypatch)
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == 3
        assert all(ANSWER in line for line in lines)

    def test_find_chunks_runs_as_shown(self, page, filled: Store, server: Server, capsys, monkeypatch):
        self.run(page[0].replace("landscape.kg", server.url), server, monkeypatch)
        lines = capsys.readouterr().out.splitlines()
        assert (len(lines), lines[0].endswith(f"None {ANSWER}")) == (3, True)

    @pytest.mark.neo4j
    def test_text2cypher_runs_as_shown(self, page, neo4j_server: Server, capsys, monkeypatch):
        with neo4j_server.open() as store:
            wipe(store)
            kg_pipeline = Pipeline(Config(recogniser="lexicon"))
            store.write(kg_pipeline.graph(report_from_text(ANSWER, id="a.txt")), pipeline="1")
            script = Script(INVESTORS)
            self.run(page[2].replace("neo4j://localhost:7687", neo4j_server.url), neo4j_server, monkeypatch, llm=script)
            wipe(store)
        assert "investor='微软' target='OpenAI'" in capsys.readouterr().out
        assert "(:Company)-[:DEVELOPS]->(:Product)" in script.asked[0]

    def run(self, code: str, server: Server, monkeypatch, **names: Any) -> None:
        monkeypatch.setenv("KG_PASSWORD", server.password or "")
        exec(code, names)
