"""The whole flow on real files: reports in, facts with evidence out, and nothing new the second time."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import kg
from kg.config import Config
from kg.errors import SeedError
from kg.pipeline import Descriptions, Pipeline, build_each
from kg.reading import find_sources, report_from_text
from kg.resources import seeds_path
from kg.store import Store

SAMPLES = seeds_path() / "reports"


@pytest.fixture(scope="module")
def other_engine(tmp_path_factory) -> Iterator[Store]:
    """A second store for reports of a test's own."""
    with kg.open_store(tmp_path_factory.mktemp("flow") / "other.kg") as opened:
        yield opened


@pytest.fixture
def other(other_engine) -> Store:
    """The second store, empty."""
    for document in other_engine.documents():
        other_engine.remove(document.id)
    return other_engine


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Iterator[Store]:
    """The sample reports in one embedded store."""
    with kg.open_store(tmp_path_factory.mktemp("flow") / "samples.kg") as opened:
        summary = kg.build([SAMPLES], store=opened)
        assert not summary.unreadable
        yield opened


def test_every_format_of_the_samples_is_in(store):
    suffixes = {Path(document.source).suffix for document in store.documents()}
    assert suffixes >= {".txt", ".md", ".html", ".pdf", ".docx"}


def test_every_evidence_quotes_its_report(store):
    rows = store.cypher("MATCH (:Fact)-[e:SUPPORTED_BY]->(c:Chunk) RETURN e.quote AS quote, c.text AS text", {})
    assert len(rows) > 50
    assert all(row["quote"].strip() for row in rows)


def test_some_fact_is_supported_by_two_reports(store):
    rows = store.cypher("MATCH (f:Fact) WHERE f.support > 1 RETURN count(f) AS facts", {})
    assert next(iter(rows))["facts"] > 0


def test_statuses_other_than_asserted_are_found(store):
    rows = store.cypher("MATCH (f:Fact) UNWIND f.statuses AS status RETURN DISTINCT status ORDER BY status", {})
    assert {row["status"] for row in rows} >= {"asserted", "planned"}


def test_second_build_changes_nothing(store):
    before = list(store.dump())
    summary = kg.build([SAMPLES], store=store)
    assert set(summary.counts) == {"unchanged"}
    assert list(store.dump()) == before


def test_same_content_under_another_name_is_a_copy(store, tmp_path):
    original = next(SAMPLES.glob("*.md"))
    (tmp_path / "again.md").write_bytes(original.read_bytes())
    (outcome,) = kg.build([tmp_path], store=store).outcomes
    assert (outcome.status, outcome.detail) == ("copy", original.resolve().as_posix())


def test_description_goes_before_what_the_file_says(other, tmp_path):
    (tmp_path / "a.md").write_text("百度发布了文心一言。\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("阿里巴巴发布了通义千问。\n", encoding="utf-8")
    manifest = tmp_path / "list.csv"
    manifest.write_text("source,publisher\nb.md,中信证券\n", encoding="utf-8")
    described = kg.Description(publisher="国盛证券", published=date(2023, 3, 1))
    kg.build([tmp_path], store=other, described=described, manifest=manifest)
    said = [(one.publisher, one.published) for one in other.documents()]
    assert said == [("国盛证券", "2023-03-01"), ("中信证券", "2023-03-01")]


def test_refresh_extracts_again_only_with_another_pipeline(other, tmp_path):
    (tmp_path / "a.md").write_text("百度发布了文心一言。\n", encoding="utf-8")
    kg.build(tmp_path, store=other)
    changed = Config(min_score=0.01)
    assert kg.build(tmp_path, store=other, config=changed).counts == {"unchanged": 1}
    assert kg.build(tmp_path, store=other, refresh=True).counts == {"unchanged": 1}
    assert kg.build(tmp_path, store=other, config=changed, refresh=True).counts == {"replaced": 1}


def test_what_is_in_is_not_extracted_again(other, tmp_path):
    (tmp_path / "a.md").write_text("百度发布了文心一言。\n", encoding="utf-8")
    kg.build(tmp_path, store=other)
    for refresh in (False, True):
        pipeline = Pipeline(Config())
        sources = find_sources([tmp_path])
        (outcome,) = build_each(sources, other, pipeline, described=Descriptions(), refresh=refresh)
        assert (outcome.status, outcome.is_outdated) == ("unchanged", False)
        assert not {"extractor", "lexicon"} & vars(pipeline).keys()  # what extracts is made at its first use


def test_left_as_another_pipeline_extracted_it_is_told(other, tmp_path):
    (tmp_path / "a.md").write_text("百度发布了文心一言。\n", encoding="utf-8")
    kg.build(tmp_path, store=other, config=Config(min_score=0.01))
    summary = kg.build(tmp_path, store=other)
    assert [one.source for one in summary.outdated] == [(tmp_path / "a.md").as_posix()]
    assert kg.build(tmp_path, store=other, refresh=True).outdated == ()


def test_what_the_user_says_later_of_a_report_goes_in(other, tmp_path):
    (tmp_path / "a.md").write_text("百度发布了文心一言。\n", encoding="utf-8")
    kg.build(tmp_path, store=other)
    described = kg.Description(publisher="国盛证券", published=date(2023, 3, 1))
    assert kg.build(tmp_path, store=other, described=described).counts == {"replaced": 1}
    assert [(one.publisher, one.published) for one in other.documents()] == [("国盛证券", "2023-03-01")]
    assert kg.build(tmp_path, store=other, described=described).counts == {"unchanged": 1}
    assert kg.build(tmp_path, store=other).counts == {"unchanged": 1}


def test_a_report_that_becomes_a_copy_loses_its_old_content(other, tmp_path):
    (tmp_path / "a.md").write_text("百度发布了文心一言。\n", encoding="utf-8")
    kg.build(tmp_path, store=other)
    before = list(other.dump())
    (tmp_path / "b.md").write_text("阿里巴巴发布了通义千问。\n", encoding="utf-8")
    kg.build(tmp_path, store=other)
    (tmp_path / "b.md").write_text("百度发布了文心一言。\n", encoding="utf-8")
    assert kg.build(tmp_path, store=other).counts == {"copy": 1, "unchanged": 1}
    assert list(other.dump()) == before


class TestVersion:
    @pytest.fixture
    def model(self, tmp_path) -> Path:
        (tmp_path / "model").mkdir()
        for name in ("model.json", "model.safetensors", "tokenizer.json"):
            (tmp_path / "model" / name).write_text(name, encoding="utf-8")
        return tmp_path / "model"

    def of(self, model: Path, **changes: object) -> str:
        return Pipeline(Config(recogniser="model", model=str(model), **changes)).version

    @pytest.mark.parametrize("name", ["model.json", "model.safetensors", "tokenizer.json"])
    def test_changes_with_each_file_of_the_model(self, model, name):
        before = self.of(model)
        (model / name).write_text("other", encoding="utf-8")
        assert self.of(model) != before

    def test_stays_where_a_model_moves_or_its_card_changes(self, model, tmp_path):
        before = self.of(model)
        (model / "README.md").write_text("card", encoding="utf-8")
        assert self.of(model.rename(tmp_path / "moved")) == before

    @pytest.mark.parametrize("key", ["ontology", "triggers", "qualifiers", "tables"])
    def test_changes_with_each_file_of_rules(self, tmp_path, key):
        text = getattr(Config(), key).read_text(encoding="utf-8")
        own = tmp_path / getattr(Config(), key).name
        own.write_text(text, encoding="utf-8")
        before = Pipeline(Config(recogniser="lexicon")).version
        assert Pipeline(Config(recogniser="lexicon", **{key: own})).version == before
        own.write_text(text + "\n", encoding="utf-8")
        assert Pipeline(Config(recogniser="lexicon", **{key: own})).version != before

    def test_changes_with_the_name_lists(self, tmp_path):
        shutil.copytree(Config().names, tmp_path / "names")
        own = Config(recogniser="lexicon", names=tmp_path / "names")
        before = Pipeline(own).version
        assert before == Pipeline(Config(recogniser="lexicon")).version
        (tmp_path / "names" / "Company.own.tsv").write_text("canonical\taliases\n甲公司\t\n", encoding="utf-8")
        assert Pipeline(own).version != before

    def test_of_a_file_that_is_not_there_is_one_line(self, tmp_path):
        with pytest.raises(SeedError, match=r"none\.toml: cannot be read: .*; check the path"):
            _ = Pipeline(Config(triggers=tmp_path / "none.toml")).version


def test_one_path_is_one_report_and_not_its_letters(other, tmp_path):
    (tmp_path / "a.md").write_text("百度发布了文心一言。\n", encoding="utf-8")
    (outcome,) = kg.build(str(tmp_path / "a.md"), store=other).outcomes
    assert outcome.status == "added"
    assert kg.remove(tmp_path / "a.md", store=other).facts == 1


def test_own_queries_come_with_the_configuration(store, tmp_path):
    header = "// title: How many\n// 标题: 多少\n// returns: reports\n"
    text = header + "MATCH (d:Document) RETURN count(d) AS reports ORDER BY reports"
    (tmp_path / "how_many.cypher").write_text(text, encoding="utf-8")
    table = kg.run_query("how_many", store=store, config=Config(queries=tmp_path))
    assert table.rows == ((len(list(SAMPLES.glob("0*"))),),)


def test_report_over_max_chars_is_unreadable(other, tmp_path):
    (tmp_path / "long.txt").write_text("百度发布了文心一言。" * 20, encoding="utf-8")
    summary = kg.build([tmp_path], store=other, config=Config(max_chars=100))
    assert "max_chars" in summary.unreadable[0].detail


def test_extract_takes_own_names_and_ontology(tmp_path):
    (tmp_path / "onto.toml").write_text('[types.Planet]\nzh = "行星"\ncolour = "#112233"\n', encoding="utf-8")
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "Planet.tsv").write_text("canonical\taliases\n火星\tMars\n", encoding="utf-8")
    found = kg.extract("探测器飞向Mars。", names=str(tmp_path / "names"), ontology=str(tmp_path / "onto.toml"))
    assert [(one.text, one.type, one.canonical) for one in found.mentions] == [("Mars", "Planet", "火星")]


def test_extract_of_many_keeps_their_order():
    found = kg.extract(["微软投资了OpenAI。", "没有名字", "百度发布了文心一言。"])
    assert [len(one.mentions) for one in found] == [2, 0, 2]


def test_real_reports_all_go_in(shared, other):
    summary = kg.build([shared / "seeds"], store=other)
    counts = other.counts()
    assert (len(summary.outcomes), summary.counts) == (5, {"added": 5})
    assert sum(counts.facts.values()) > 300


def test_extract_leaves_out_what_is_less_sure():
    sure, every = (kg.extract("百度发布了文心一言。", config=Config(min_score=score)) for score in (1.0, 0.0))
    assert sure.relations == ()
    assert every.relations
    assert sure.mentions == every.mentions


def test_min_score_keeps_what_is_less_sure_out_of_the_graph():
    report = report_from_text("百度发布了文心一言。", id="a")
    sure, none = (Pipeline(Config(min_score=score)).graph(report) for score in (0.1, 1.0))
    assert (len(sure.facts), len(none.facts)) == (1, 0)
    assert sure.entities == none.entities
