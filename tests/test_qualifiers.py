from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked import find, make_doc, make_pipeline
from spacy.language import Language

from kg.errors import SeedError
from kg.extraction.cues import StatusCues
from kg.extraction.document import DocRelation, relations_of, sentences_of
from kg.mention import Status

ANY = make_pipeline("kg_qualifiers")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return make_pipeline("kg_qualifiers")


def qualify(nlp: Language, marked: str, relation: str, trigger: str = "") -> DocRelation:
    """The first two names of a text, related in this order, as the qualifiers leave them."""
    doc = make_doc(nlp, marked, date(2023, 5, 10))
    subject, obj = list(doc.spans["kg"])[:2]
    at = doc.text.find(trigger) if trigger else -1
    said = doc.char_span(at, at + len(trigger)) if trigger else None
    sentence = next(one for one in sentences_of(doc) if one.span.end > max(subject.start, obj.start))
    relations_of(doc).append(DocRelation(subject, relation, obj, 1.0, sentence, "rules", said))
    return relations_of(nlp.get_pipe("kg_qualifiers")(doc))[0]


@pytest.mark.parametrize(
    ("status", "marked", "relation", "trigger"),
    [
        ("asserted", "[百度:Company]发布[文心一言:Product]。", "DEVELOPS", "发布"),
        ("asserted", "[百度:Company]发布[文心一言:Product]试点订阅计划。", "DEVELOPS", "发布"),
        ("planned", "[百度:Company]将于年底推出[文心一言:Product]。", "DEVELOPS", "推出"),
        ("planned", "[云舟科技:Company]拟收购[语桥智能:Company]。", "ACQUIRES", "收购"),
        ("planned", "预计[云舟科技:Company]明年发布[行舟大模型:Product]。", "DEVELOPS", "发布"),
        ("rumored", "据称[云舟科技:Company]收购了[语桥智能:Company]。", "ACQUIRES", "收购"),
        ("rumored", "[云舟科技:Company]正考虑投资[语桥智能:Company]。", "INVESTS_IN", "投资"),
        ("rumored", "有消息称[云舟科技:Company]已入股[语桥智能:Company]，双方未置评。", "INVESTS_IN", "入股"),
        ("negated", "[云舟科技:Company]未接入[文心一言:Product]。", "USES", "接入"),
        ("negated", "[云舟科技:Company]否认收购[语桥智能:Company]。", "ACQUIRES", "收购"),
        ("negated", "[云舟科技:Company]收购[语桥智能:Company]一事已终止。", "ACQUIRES", "收购"),
        ("negated", "[陈一鸣:Person]已从[云舟科技:Company]离职。", "WORKS_FOR", ""),
        # words that only look like cues
        ("asserted", "[云舟科技:Company]将[文心一言:Product]整合进办公软件。", "USES", "整合"),
        ("asserted", "[云舟科技:Company]不仅推出[行舟大模型:Product]，还开源了代码。", "DEVELOPS", "推出"),
        ("asserted", "[云舟科技:Company]不断升级[行舟大模型:Product]。", "DEVELOPS", "升级"),
        ("asserted", "[未来智能:Company]发布[行舟大模型:Product]。", "DEVELOPS", "发布"),
        ("asserted", "[云舟科技:Company]或者其子公司使用[行舟大模型:Product]。", "USES", "使用"),
        ("asserted", "谷歌老将创办的[云舟科技:Company]发布[行舟大模型:Product]。", "DEVELOPS", "发布"),
    ],
)
def test_status_follows_the_cues_of_the_clause(nlp: Language, status: str, marked: str, relation: str, trigger: str):
    assert qualify(nlp, marked, relation, trigger).status == status


def test_status_of_one_clause_leaves_another_alone(nlp: Language):
    marked = "[云舟科技:Company]已发布[行舟大模型:Product]，并计划明年上市。"
    assert qualify(nlp, marked, "DEVELOPS", "发布").status == "asserted"


def test_status_is_carried_where_a_clause_goes_on(nlp: Language):
    doc = "[云舟科技:Company]计划明年上市，同时收购[语桥智能:Company]。"
    assert qualify(nlp, doc, "ACQUIRES", "收购").status == "planned"


def test_status_of_an_apposition_is_not_that_of_its_clause(nlp: Language):
    assert qualify(nlp, "公司拟接入[百度:Company][文心一言:Product]。", "DEVELOPS").status == "asserted"


def test_status_of_a_state_needs_more_than_a_forecast(nlp: Language):
    marked = "[云舟科技:Company]是[光模块:Sector]龙头，业绩有望高增。"
    assert qualify(nlp, marked, "OPERATES_IN").status == "asserted"


@pytest.mark.parametrize(
    ("time", "marked", "relation", "trigger"),
    [
        ("2023年1月", "2023年1月[微软:Company]投资[OpenAI:Company]。", "INVESTS_IN", "投资"),
        ("2023年1月", "2023年1月，[微软:Company]投资[OpenAI:Company]。", "INVESTS_IN", "投资"),
        ("2月7日", "2月7日，[微软:Company]发布[新版必应:Product]，3月又升级一次。", "DEVELOPS", "发布"),
        ("5月9日", "[云舟科技:Company]5月9日晚间公告，拟收购[语桥智能:Company]。", "ACQUIRES", "收购"),
        ("近日", "[云舟科技:Company]近日完成近亿元融资，由[青梧资本:Company]领投。", "INVESTS_IN", "领投"),
        ("3月", "2月路演，[微软:Company]3月发布[新版必应:Product]。", "DEVELOPS", "发布"),
        (None, "2021年公司上市，[微软:Company]的[新版必应:Product]口碑不错。", "DEVELOPS", ""),
        (None, "[光模块:Sector]是[算力:Sector]的一环，2023年需求旺盛。", "PART_OF", ""),
        (None, "[云舟科技:Company]由前[百度:Company]副总裁于2021年创立。", "WORKS_FOR", ""),
    ],
)
def test_time_is_that_of_the_event(nlp: Language, time: str | None, marked: str, relation: str, trigger: str):
    found = qualify(nlp, marked, relation, trigger).time
    assert (found.text if found else None) == time


def test_time_is_relative_to_the_report(nlp: Language):
    found = qualify(nlp, "[微软:Company]2月7日发布[新版必应:Product]。", "DEVELOPS", "发布")
    assert found.time is not None
    assert found.time.start == "2023-02-07"


@pytest.mark.parametrize(
    ("amount", "marked", "relation", "trigger"),
    [
        ("3亿美元", "[谷歌:Company]向[Anthropic:Company]投资3亿美元。", "INVESTS_IN", "投资"),
        ("3亿美元，约10%", "[谷歌:Company]向[Anthropic:Company]投资3亿美元，持股约10%。", "INVESTS_IN", "投资"),
        ("约8,600万元", "[云舟科技:Company]拟收购[语桥智能:Company]，作价约8,600万元。", "ACQUIRES", "收购"),
        (None, "[云舟科技:Company]发布[行舟大模型:Product]，研发投入3亿元。", "DEVELOPS", "发布"),
        (None, "获得5亿元融资的[云舟科技:Company]服务于[语桥智能:Company]。", "SUPPLIES", "服务"),
        (None, "[谷歌:Company]投资[Anthropic:Company]，后者估值40亿美元。", "INVESTS_IN", "投资"),
    ],
)
def test_amount_is_that_of_the_deal(nlp: Language, amount: str | None, marked: str, relation: str, trigger: str):
    found = qualify(nlp, marked, relation, trigger).amount
    assert (found.text if found else None) == amount


def test_qualifiers_keep_what_layout_has_said(nlp: Language):
    doc = make_doc(nlp, "[云舟科技:Company] 2023年拟投资[语桥智能:Company]3亿元。")
    subject, obj = list(doc.spans["kg"])
    relations_of(doc).append(DocRelation(subject, "INVESTS_IN", obj, 1.0, sentences_of(doc)[0], "table"))
    found = find(nlp.get_pipe("kg_qualifiers")(doc), "云舟科技", "INVESTS_IN", "语桥智能")
    assert (found.status, found.time, found.amount) == ("asserted", None, None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[planned", "cannot read the cues"),
        ("[planned]\nbefore = []", "must have the tables"),
        ("[planned]\n[rumored]\n[negated]", "must have the lists"),
    ],
)
def test_cues_name_what_is_wrong_with_their_file(tmp_path: Path, content: str, message: str):
    path = tmp_path / "qualifiers.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SeedError, match=message):
        StatusCues.from_toml(path)


def test_qualifiers_survive_the_disk(nlp: Language, tmp_path: Path):
    nlp.to_disk(tmp_path / "pipeline")
    assert nlp.config["components"]["kg_qualifiers"]["factory"] == "kg_qualifiers"
    assert (tmp_path / "pipeline" / "config.cfg").is_file()


@given(st.text(alphabet="拟将未据称已或终止的，。；：（）、2023年1月3亿元%股权投资发布离职□ \n", max_size=40))
@settings(max_examples=60, deadline=None)
def test_qualifiers_take_any_sentence(words: str):
    found = qualify(ANY, f"{words}[云舟科技:Company]{words}[语桥智能:Company]{words}", "INVESTS_IN")
    assert found.status in get_args(Status)
    assert found.time is None or found.time.text in f"{words}云舟科技{words}语桥智能{words}"
