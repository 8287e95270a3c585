"""Annotated passages to examples: names and triples come to stand in the clean text."""

import pytest

from kg.annotated import Annotated, ExampleMaker, Places, Triple, held_back, read_annotated
from kg.config import Config
from kg.errors import ReadError
from kg.pipeline import Pipeline


@pytest.fixture(scope="module")
def maker():
    return ExampleMaker(Pipeline(Config(recogniser="lexicon")))


def passage(text, entities, triples=()):
    named = tuple((name, kind, name) for name, kind in entities)
    return Annotated("p", text, named, tuple(Triple(*triple) for triple in triples))


def names_of(example):
    return [(example.section.text[name.start : name.end], name.type) for name in example.names]


def test_every_place_of_a_name_is_marked(maker):
    (example,) = maker.make(passage("云帆智能上市。云帆智能是公司。", [("云帆智能", "Company")]))
    assert names_of(example) == [("云帆智能", "Company")] * 2


@pytest.mark.parametrize(
    ("text", "name", "clean"),
    [
        (
            "在本周举行的年度开发者大会上，来自杭州的人工智能公司云帆\n智能发布新品，市场反应热烈，股价上涨。",
            "云帆智能",
            "云帆智能",
        ),
        ("本周雲帆智能發佈新品。", "雲帆智能", "云帆智能"),
        (
            "在本周举行的年度开发者大会上，备受关注的图像模型 Stable\nDiffusion 发布新版。",
            "Stable Diffusion",
            "Stable Diffusion",
        ),
        ("- **云帆智能**发布新品", "云帆智能", "云帆智能"),
    ],
)
def test_name_is_found_where_cleaning_put_it(maker, text, name, clean):
    (example,) = maker.make(passage(text, [(name, "Company")]))
    assert names_of(example) == [(clean, "Company")]


def test_latin_name_inside_a_longer_word_is_none(maker):
    (example,) = maker.make(passage("OpenAI研究AI。", [("AI", "Technology")]))
    assert [(name.start, name.end) for name in example.names] == [(8, 10)]


def test_longer_name_is_served_first(maker):
    (example,) = maker.make(passage("百度智能云与百度。", [("百度", "Company"), ("百度智能云", "Product")]))
    assert names_of(example) == [("百度智能云", "Product"), ("百度", "Company")]


def test_triples_become_facts_of_canonical_names(maker):
    entities = (("智谱", "Company", "智谱AI"), ("清言", "Product", "智谱清言"))
    stated = Triple("智谱", "DEVELOPS", "清言", "planned")
    (example,) = maker.make(Annotated("p", "智谱发布清言。", entities, (stated,)))
    (fact,) = example.facts
    assert (fact.subject, fact.relation, fact.object) == ("智谱ai", "DEVELOPS", "智谱清言")
    assert [one.status for one in example.asked] == ["planned"]


def test_rules_say_what_they_find_of_the_given_names(maker):
    text = "云帆智能发布了“观澜”。"
    (example,) = maker.make(passage(text, [("云帆智能", "Company"), ("观澜", "Product")]))
    assert [(one.subject, one.relation, one.object) for one in example.findings] == [(0, "DEVELOPS", 1)]


def test_names_of_the_list_are_hints(maker):
    (example,) = maker.make(passage("百度发布新品。", []))
    assert [(one.start, one.end, one.type) for one in example.section.hints] == [(0, 2, "Company")]


def test_place_counts_only_whole_occurrences_where_there_are_any(maker):
    report, _ = Pipeline(Config(recogniser="lexicon")).prepare_text("GPT-4与GPT。", "p")
    places = Places(report).find([("GPT", "Product", "GPT"), ("GPT-4", "Product", "GPT-4")])
    assert [(one.start, one.end) for one in places] == [(0, 5), (6, 9)]


def test_bad_line_is_named(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "text": "字"}\n{"id": "2"}\n', encoding="utf-8")
    with pytest.raises(ReadError, match=r"a\.jsonl:2: not an annotated passage"):
        read_annotated([tmp_path])


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ReadError, match=r"none\.jsonl: cannot be opened"):
        read_annotated([tmp_path / "none.jsonl"])


def test_about_the_asked_share_is_held_back():
    assert 70 < sum(held_back(f"p{at}", 0.1) for at in range(1000)) < 130
