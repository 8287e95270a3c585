import itertools
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked import facts, find, make_doc, make_pipeline, make_table
from spacy.language import Language

from kg.errors import SeedError
from kg.extraction.document import SPANS, DocRelation, relations_of, sentences_of
from kg.extraction.structure.roles import Roles
from kg.ontology import Ontology
from kg.resources import seeds_path

ANY = make_pipeline("kg_structure")
FUNDING = [
    ["公司", "投资方", "金额", "时间", "创始人"],
    ["云舟科技", "青梧资本、顺川资本", "3.2亿元", "2023年1月", "陈一鸣"],
    ["语桥智能", "鹿野创投（洽谈中）", "数千万元", "2月", "—"],
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return make_pipeline("kg_structure")


def read(nlp: Language, marked: str) -> set[tuple[str, str, str]]:
    return facts(nlp.get_pipe("kg_structure")(make_doc(nlp, marked)))


def read_table(nlp: Language, rows: list[list[str]], marked: dict[str, str]) -> set[tuple[str, str, str]]:
    return facts(nlp.get_pipe("kg_structure")(make_table(nlp, rows, marked)))


def test_table_rows_relate_names_by_their_header(nlp: Language):
    rows = [["厂商", "代表产品", "应用领域"], ["云舟科技", "行舟大模型", "金融、医疗"]]
    known = {"云舟科技": "Company", "行舟大模型": "Product", "金融": "Sector", "医疗": "Sector"}
    assert read_table(nlp, rows, known) == {
        ("云舟科技", "DEVELOPS", "行舟大模型"),
        ("行舟大模型", "APPLIED_IN", "金融"),
        ("行舟大模型", "APPLIED_IN", "医疗"),
    }


def test_table_names_that_no_list_knows_become_mentions(nlp: Language):
    doc = nlp.get_pipe("kg_structure")(make_table(nlp, FUNDING, {"云舟科技": "Company"}))
    assert ("顺川资本", "INVESTS_IN", "云舟科技") in facts(doc)
    assert ("云舟科技", "FOUNDED_BY", "陈一鸣") in facts(doc)
    made = next(span for span in doc.spans[SPANS] if span.text == "顺川资本")
    assert (made.label_, made.kb_id_, made._.kg_score) == ("Company", "顺川资本", 0.5)


def test_table_rows_date_and_value_their_deals(nlp: Language):
    doc = nlp.get_pipe("kg_structure")(make_table(nlp, FUNDING, {"云舟科技": "Company"}, date(2023, 5, 1)))
    first = find(doc, "青梧资本", "INVESTS_IN", "云舟科技")
    assert (first.time and first.time.start, first.amount and first.amount.text) == ("2023-01-01", "3.2亿元")
    second = find(doc, "鹿野创投", "INVESTS_IN", "语桥智能")
    assert (second.status, second.time and second.time.start) == ("rumored", "2023-02-01")


def test_table_status_column_qualifies_its_row(nlp: Language):
    rows = [
        ["收购方", "标的", "对价", "进展"],
        ["云舟科技", "语桥智能", "51%股权", "已终止"],
        ["鸣川股份", "远岫", "2亿元", "拟收购"],
    ]
    doc = nlp.get_pipe("kg_structure")(make_table(nlp, rows, {}))
    assert find(doc, "云舟科技", "ACQUIRES", "语桥智能").status == "negated"
    assert find(doc, "鸣川股份", "ACQUIRES", "远岫").status == "planned"


def test_table_header_qualifies_its_column(nlp: Language):
    rows = [["公司", "产品", "拟引入"], ["云舟科技", "行舟2.0", "GPT-4"]]
    doc = nlp.get_pipe("kg_structure")(make_table(nlp, rows, {"GPT-4": "Product"}))
    assert find(doc, "行舟2.0", "USES", "GPT-4").status == "planned"
    assert find(doc, "云舟科技", "DEVELOPS", "行舟2.0").status == "asserted"


def test_table_empty_leading_cells_carry_the_value_above(nlp: Language):
    rows = [["公司", "产品"], ["云舟科技", "行舟大模型"], ["", "行舟Pro"]]
    assert ("云舟科技", "DEVELOPS", "行舟Pro") in read_table(nlp, rows, {})


def test_table_on_its_side_is_read_by_columns(nlp: Language):
    rows = [
        ["", "行舟助手", "语桥问答"],
        ["公司", "云舟科技", "语桥智能"],
        ["底层模型", "GPT-4", "—"],
        ["产品", "行舟助手", "语桥问答"],
    ]
    assert read_table(nlp, rows, {"GPT-4": "Product"}) == {
        ("云舟科技", "DEVELOPS", "行舟助手"),
        ("语桥智能", "DEVELOPS", "语桥问答"),
        ("行舟助手", "BASED_ON", "GPT-4"),
    }


@pytest.mark.parametrize(
    "rows", [[["项目", "2022A", "2023E"], ["营业收入", "120", "150"]], [["甲", "乙"], ["云舟科技", "语桥智能"]]]
)
def test_table_without_known_header_gives_nothing(nlp: Language, rows: list[list[str]]):
    assert read_table(nlp, rows, {"云舟科技": "Company"}) == set()


def test_table_in_plain_lines_is_found(nlp: Language):
    marked = "公司 | 产品\n[云舟科技:Company] | [行舟大模型:Product]\n语桥智能 | 语桥问答"
    assert read(nlp, marked) == {("云舟科技", "DEVELOPS", "行舟大模型"), ("语桥智能", "DEVELOPS", "语桥问答")}


def test_table_title_names_the_field_of_its_firms(nlp: Language):
    marked = "caption| 表1：国内[AI芯片:Sector]厂商融资\n公司 | 投资方\n云舟科技 | 青梧资本"
    assert ("云舟科技", "OPERATES_IN", "AI芯片") in read(nlp, marked)


def test_table_title_names_the_class_of_what_it_lists(nlp: Language):
    marked = "caption| 表1：国内[大模型:Technology]一览\n公司 | 模型\n云舟科技 | 行舟1.0"
    assert read(nlp, marked) == {("云舟科技", "DEVELOPS", "行舟1.0"), ("行舟1.0", "PART_OF", "大模型")}


@pytest.mark.parametrize(
    "marked",
    [
        "list| 1）[光模块:Sector]：[云舟科技:Company]、[鸣川股份:Company]；",
        "相关标的：1）[光模块:Sector]：[云舟科技:Company]、[鸣川股份:Company]。",
        "我们看好上游。[光模块:Sector]领域包括：[云舟科技:Company]、[鸣川股份:Company]等。",
        "heading| 三、[光模块:Sector]行业\nlist| [云舟科技:Company]（600001.SH）\nlist| [鸣川股份:Company]",
        "list| [光模块:Sector]\nlist| · [云舟科技:Company]、[鸣川股份:Company]",
    ],
)
def test_list_items_operate_in_the_segment_above(nlp: Language, marked: str):
    assert read(nlp, marked) == {("云舟科技", "OPERATES_IN", "光模块"), ("鸣川股份", "OPERATES_IN", "光模块")}


def test_list_takes_the_segment_in_brackets_as_the_nearest(nlp: Language):
    marked = "list| 1. [计算硬件:Sector]：[云舟科技:Company]（[GPU:Sector]）、[鸣川股份:Company]"
    assert read(nlp, marked) == {
        ("云舟科技", "OPERATES_IN", "GPU"),
        ("GPU", "PART_OF", "计算硬件"),
        ("鸣川股份", "OPERATES_IN", "计算硬件"),
    }


def test_list_makes_unknown_firms_among_known_ones(nlp: Language):
    marked = "list| 1）[光模块:Sector]：[云舟科技:Company]、[鸣川股份:Company]、岭南光电"
    assert ("岭南光电", "OPERATES_IN", "光模块") in read(nlp, marked)


def test_list_lead_is_a_segment_where_known_firms_follow(nlp: Language):
    marked = "list| 1）冷板连接器：[云舟科技:Company]、[鸣川股份:Company]"
    assert ("云舟科技", "OPERATES_IN", "冷板连接器") in read(nlp, marked)


def test_list_segments_are_part_of_the_segment_above(nlp: Language):
    marked = "heading| [算力:Sector]\nlist| 1、[光模块:Sector]：[云舟科技:Company]"
    assert ("光模块", "PART_OF", "算力") in read(nlp, marked)


def test_list_lead_qualifies_its_items(nlp: Language):
    marked = "list| 6）拟切入[人形机器人:Sector]：[云舟科技:Company]、[鸣川股份:Company]"
    doc = nlp.get_pipe("kg_structure")(make_doc(nlp, marked))
    assert find(doc, "云舟科技", "OPERATES_IN", "人形机器人").status == "planned"


@pytest.mark.parametrize(
    "marked",
    [
        "list| 建议关注：[云舟科技:Company]、[鸣川股份:Company]",
        "资料来源：[云舟科技:Company]，[鸣川股份:Company]",
        "[自动驾驶:Technology]：[云舟科技:Company]此前获[鸣川股份:Company]投资；",
        "furniture| 1）[光模块:Sector]：[云舟科技:Company]、[鸣川股份:Company]",
        "[低空经济:Sector]观察：[云舟科技:Company]发布新机型，路线之争未定。",
        "list| 签约伙伴：[云舟科技:Company]、[鸣川股份:Company]",
    ],
)
def test_list_that_says_no_segment_gives_nothing(nlp: Language, marked: str):
    assert read(nlp, marked) == set()


def test_profile_lines_speak_of_the_firm_above(nlp: Language):
    marked = "heading| 2.1 [云舟科技:Company]\n创始人：[陈一鸣:Person]\n代表产品：[行舟大模型:Product]"
    assert read(nlp, marked) == {("云舟科技", "FOUNDED_BY", "陈一鸣"), ("云舟科技", "DEVELOPS", "行舟大模型")}


def test_arrows_lead_from_version_to_version(nlp: Language):
    marked = "list| [行舟1.0:Product] → [行舟2.0:Product]（2023.05）→ [行舟3.0:Product]（预计年内推出）"
    doc = nlp.get_pipe("kg_structure")(make_doc(nlp, marked))
    second = find(doc, "行舟2.0", "SUCCESSOR_OF", "行舟1.0")
    assert second.time is not None
    assert second.time.start == "2023-05-01"
    assert find(doc, "行舟3.0", "SUCCESSOR_OF", "行舟2.0").status == "planned"


def test_structure_keeps_to_the_ontology(nlp: Language):
    rows = [["公司", "产品"], ["云舟科技", "陈一鸣"]]
    doc = nlp.get_pipe("kg_structure")(make_table(nlp, rows, {"云舟科技": "Company", "陈一鸣": "Person"}))
    ontology = Ontology.from_toml(seeds_path() / "ontology.toml")
    assert all(ontology.allows(one.subject.label_, one.relation, one.object.label_) for one in doc._.kg_relations)


def test_structure_replaces_what_words_said_of_the_same_names(nlp: Language):
    doc = make_doc(nlp, "list| 拟切入[人形机器人:Sector]：[云舟科技:Company]、[鸣川股份:Company]")
    field, firm, _ = list(doc.spans[SPANS])
    relations_of(doc).append(DocRelation(firm, "OPERATES_IN", field, 0.5, sentences_of(doc)[0], "rules"))
    found = find(nlp.get_pipe("kg_structure")(doc), "云舟科技", "OPERATES_IN", "人形机器人")
    assert (found.extractor, found.status) == ("list", "planned")


def test_structure_relates_only_names_of_the_doc(nlp: Language):
    doc = nlp.get_pipe("kg_structure")(make_table(nlp, FUNDING, {"云舟科技": "Company"}))
    names = set(doc.spans[SPANS])
    ends = itertools.chain.from_iterable((one.subject, one.object) for one in doc._.kg_relations)
    assert all(end in names for end in ends)


def test_structure_survives_a_doc_without_blocks(nlp: Language):
    assert nlp("云舟科技发布行舟大模型。")._.kg_relations == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[roles", "cannot read the table headers"),
        ("[roles.company]\ntypes = ['Company']", "must have words"),
        ("[roles.company]\nwords = []\ntypes = []\ncolour = 1", "unknown keys"),
        ("[[relations]]\nsubject = 'a'", "must have subject, relation, object"),
        ("[roles]\n[[relations]]\nsubject='a'\nrelation='USES'\nobject='b'", "unknown roles"),
    ],
)
def test_roles_name_what_is_wrong_with_their_file(tmp_path: Path, ontology: Ontology, content: str, message: str):
    path = tmp_path / "tables.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SeedError, match=message):
        Roles.from_toml(path, ontology)


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("公司", "company"),
        ("公司名称", "company"),
        ("主要AIGC产品", "product"),
        ("融资金额（亿元）", "amount"),
        ("评级", None),
    ],
)
def test_roles_know_a_column_by_the_end_of_its_header(ontology: Ontology, header: str, role: str | None):
    found = Roles.from_toml(seeds_path() / "tables.toml", ontology).find(header)
    assert (found.name if found else None) == role


def test_list_of_products_is_part_of_its_class(nlp: Language):
    marked = "list| 1. [AI芯片:Sector]：[云芯100:Product]、[云芯200:Product]"
    assert read(nlp, marked) == {("云芯100", "PART_OF", "AI芯片"), ("云芯200", "PART_OF", "AI芯片")}


def test_list_of_products_with_their_firms_says_both(nlp: Language):
    marked = (
        "list| [智能体:Technology]平台：[云舟科技:Company]“[行舟助手:Product]”、[语桥智能:Company][语桥问答:Product]"
    )
    assert read(nlp, marked) == {
        ("云舟科技", "DEVELOPS", "行舟助手"),
        ("行舟助手", "PART_OF", "智能体"),
        ("语桥智能", "DEVELOPS", "语桥问答"),
        ("语桥问答", "PART_OF", "智能体"),
    }


_LINES = st.lists(
    st.text(alphabet="云舟光模块、：；。（）|→—- 1）一、·《》“等2023年\t", min_size=1, max_size=25),
    min_size=1,
    max_size=6,
)
_KINDS = st.sampled_from(["", "heading| ", "list| ", "caption| "])


@given(lines=_LINES, kinds=st.lists(_KINDS, min_size=6, max_size=6))
@settings(max_examples=60, deadline=None)
def test_structure_takes_any_layout(lines: list[str], kinds: list[str]):
    marked = "\n".join(kind + line for kind, line in zip(kinds, lines, strict=False))
    doc = make_doc(ANY, marked.replace("云舟", "[云舟:Company]").replace("光模块", "[光模块:Sector]"))
    names = set(ANY.get_pipe("kg_structure")(doc).spans[SPANS])
    assert all(one.subject in names and one.object in names for one in doc._.kg_relations)
