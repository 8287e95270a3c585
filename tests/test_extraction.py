"""The whole pipeline: names, relations, offsets."""

from datetime import date

import pytest
import spacy

from kg.errors import SeedError
from kg.extraction import Extractor
from kg.extraction.document import SPANS
from kg.extraction.pipeline import RuleFiles, create_pipeline
from kg.extraction.tokenizer import TOKENIZER
from kg.lexicon import Lexicon, Name
from kg.report import Block, Report, Sentence
from kg.resources import seeds_path

TRIGGERS = seeds_path() / "triggers.toml"
NAMES = [
    Name("Company", "百度", ("Baidu",)),
    Name("Company", "OpenAI"),
    Name("Company", "微软"),
    Name("Company", "腾讯"),
    Name("Company", "智云科创"),
    Name("Company", "红石资本"),
    Name("Product", "文心一言"),
    Name("Product", "ChatGPT"),
    Name("Product", "GPT-3.5"),
    Name("Product", "GPT-4"),
    Name("Product", "必应"),
    Name("Technology", "大模型"),
    Name("Technology", "深度学习"),
    Name("Technology", "强化学习"),
    Name("Sector", "医疗"),
    Name("Sector", "教育"),
    Name("Sector", "电机"),
    Name("Sector", "光模块"),
    Name("Person", "李明远"),
    Name("Organization", "燕北大学"),
]


@pytest.fixture(scope="module")
def extractor(ontology):
    return Extractor(ontology, Lexicon(tuple(NAMES)), rules=RuleFiles(triggers=TRIGGERS))


def report_of(*parts, kinds=()):
    """A report of one block a part; each block is one sentence."""
    text, blocks = "", []
    for number, part in enumerate(parts):
        kind = kinds[number] if number < len(kinds) else "paragraph"
        blocks.append(Block(kind, len(text), len(text) + len(part)))
        text += part + "\n"
    report = Report("r", "", None, date(2024, 5, 1), "r", "", "text/plain", text, text, tuple(blocks))
    return report, [Sentence(block.start, block.end, block) for block in blocks]


def names_of(extractor, *parts, kinds=()):
    return {(mention.text, mention.type) for mention in extractor.extract(*report_of(*parts, kinds=kinds)).mentions}


def triples_of(extractor, *parts, kinds=()):
    found = extractor.extract(*report_of(*parts, kinds=kinds)).relations
    return {(one.subject.canonical, one.relation, one.object.canonical) for one in found}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("今日Baidu开放测试。", ("Baidu", "Company")),
        ("今日GPT-4.7开放测试。", ("GPT-4.7", "Product")),
        ("据悉，拟收购晶络光子科技60%股权。", ("晶络光子科技", "Company")),
        ("由深圳市云脉信息技术有限公司运营。", ("深圳市云脉信息技术有限公司", "Company")),
        ("看好远帆数智（300999.SZ）。", ("远帆数智", "Company")),
        ("微软、海岳智能装备、腾讯参会。", ("海岳智能装备", "Company")),
        ("公司近日推出“墨染”，面向设计师。", ("墨染", "Product")),
        ("采用Tianheng-X5方案。", ("Tianheng-X5", "Product")),
        ("创始人周予安表示看好。", ("周予安", "Person")),
        ("CEO Mark Lindholm称赞。", ("Mark Lindholm", "Person")),
        ("其中，江川大学参与研究。", ("江川大学", "Organization")),
        ("电机需求上升。", ("电机", "Sector")),
    ],
)
def test_names_are_marked(extractor, text, name):
    assert name in names_of(extractor, text)


@pytest.mark.parametrize(
    ("text", "name"), [("微特电机价格。", "电机"), ("GPT-4o免费。", "GPT-4"), ("使用GPT-3.55。", "GPT-3.5")]
)
def test_parts_of_longer_words_are_not_marked(extractor, text, name):
    assert name not in {surface for surface, _ in names_of(extractor, text)}


def test_alias_that_a_report_states_holds_in_all_of_it(extractor):
    found = extractor.extract(*report_of("云脉万象科技有限公司（以下简称“万象”）成立。", "今年万象表现突出。"))
    assert ("万象", "云脉万象科技有限公司") in {(one.text, one.canonical) for one in found.mentions}


def test_alias_of_one_report_is_not_known_in_the_next(extractor):
    extractor.extract(*report_of("云脉万象科技有限公司（以下简称“万象”）成立。"))
    assert names_of(extractor, "今年万象表现突出。") == set()


def test_unknown_cell_has_the_type_of_its_column(extractor):
    table = "公司\t产品\n百度\t文心一言\n云栈图灵\t栈问"
    assert {("云栈图灵", "Company"), ("栈问", "Product")} <= names_of(extractor, table, kinds=["table"])


def test_furniture_has_names_but_says_nothing(extractor):
    found = extractor.extract(*report_of("百度发布文心一言。", kinds=["furniture"]))
    assert ({one.text for one in found.mentions}, found.relations) == ({"百度", "文心一言"}, ())


@pytest.mark.parametrize("text", ["资料来源：百度发布文心一言", "图 12：百度发布文心一言", "图表3-1 百度发布文心一言"])
def test_sources_and_captions_say_nothing(extractor, text):
    assert not triples_of(extractor, text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("参见《百度与大模型的下一个十年：展望》。", "百度"),
        ("它是一个聊天机器人。", "机器人"),
        ("创始人曾担任要职。", "曾担"),
    ],
)
def test_words_that_hold_no_name_are_not_marked(extractor, text, name):
    assert name not in {surface for surface, _ in names_of(extractor, text)}


@pytest.mark.parametrize(
    "text",
    [
        "百度推出类ChatGPT产品。",
        "据百度数据，腾讯布局光模块。",
        "百度：文心一言受到关注。",
        "ChatGPT的创建者OpenAI表示，微软很强。",
    ],
)
def test_names_that_stand_for_something_else_say_nothing(extractor, text):
    found = triples_of(extractor, text)
    assert not found & {
        ("百度", "DEVELOPS", "ChatGPT"),
        ("百度", "OPERATES_IN", "光模块"),
        ("百度", "DEVELOPS", "文心一言"),
        ("ChatGPT", "FOUNDED_BY", "OpenAI"),
        ("OpenAI", "FOUNDED_BY", "ChatGPT"),
    }


@pytest.mark.parametrize(
    ("text", "triple"),
    [
        ("百度发布文心一言。", ("百度", "DEVELOPS", "文心一言")),
        ("OpenAI 的ChatGPT用户破亿。", ("OpenAI", "DEVELOPS", "ChatGPT")),
        ("文心一言由百度研发。", ("百度", "DEVELOPS", "文心一言")),
        ("微软宣布，必应将接入ChatGPT。", ("必应", "USES", "ChatGPT")),
        ("ChatGPT基于GPT-3.5。", ("ChatGPT", "BASED_ON", "GPT-3.5")),
        ("智云科创获红石资本投资。", ("红石资本", "INVESTS_IN", "智云科创")),
        ("微软去年收购智云科创。", ("微软", "ACQUIRES", "智云科创")),
        ("百度与腾讯达成战略合作。", ("百度", "PARTNERS_WITH", "腾讯")),
        ("文心一言对标ChatGPT。", ("文心一言", "COMPETES_WITH", "ChatGPT")),
        ("智云科创是百度旗下公司。", ("智云科创", "SUBSIDIARY_OF", "百度")),
        ("智云科创向微软供货。", ("智云科创", "SUPPLIES", "微软")),
        ("智云科创创始人李明远出席。", ("智云科创", "FOUNDED_BY", "李明远")),
        ("李明远加入微软。", ("李明远", "WORKS_FOR", "微软")),
        ("智云科创布局光模块。", ("智云科创", "OPERATES_IN", "光模块")),
        ("文心一言可用于医疗、教育等领域。", ("文心一言", "APPLIED_IN", "教育")),
        ("GPT-4接替GPT-3.5。", ("GPT-4", "SUCCESSOR_OF", "GPT-3.5")),
        ("ChatGPT等大模型快速普及。", ("ChatGPT", "PART_OF", "大模型")),
    ],
)
def test_every_relation_is_found(extractor, text, triple):
    assert triple in triples_of(extractor, text)


def test_names_in_one_list_share_the_relation(extractor):
    found = triples_of(extractor, "百度、腾讯和微软布局光模块。")
    assert {(name, "OPERATES_IN", "光模块") for name in ("百度", "腾讯", "微软")} <= found


def test_subject_of_an_earlier_clause_is_taken(extractor):
    assert ("百度", "DEVELOPS", "文心一言") in triples_of(extractor, "百度动作很快，3月推出文心一言。")


def test_relation_between_an_entity_and_its_alias_is_not_said(extractor):
    assert not triples_of(extractor, "百度收购Baidu。")


def test_sentence_without_a_rule_says_nothing(extractor):
    assert not triples_of(extractor, "百度的同事昨天和朋友聊起微软往事。")


def test_offsets_count_in_the_text_of_the_report(extractor):
    report, sentences = report_of("第一段没有名字。", "百度发布文心一言。", "结语", kinds=["paragraph", "heading"])
    found = extractor.extract(report, sentences)
    assert all(report.text[one.start : one.end] == one.text for one in found.mentions)
    assert found.relations[0].sentence == sentences[1]
    assert {found.relations[0].subject, found.relations[0].object} <= set(found.mentions)


def test_extract_many_keeps_the_order(extractor):
    pairs = [report_of("百度发布文心一言。"), report_of("无事。"), report_of("腾讯。")]
    assert [len(found.mentions) for found in extractor.extract_many(pairs)] == [2, 0, 1]


def test_long_report_is_read_whole(extractor):
    parts = ["百度发布文心一言。" + "这里没有名字" * 500 for _ in range(20)]
    found = extractor.extract(*report_of(*parts))
    assert len(found.relations) == 20


def test_text_without_a_line_end_may_be_longer_than_spacy_takes_by_itself(extractor):
    text = "无事" * 500_001
    assert len(text) > spacy.blank("zh").max_length
    assert len(extractor.nlp.make_doc(text).text) == len(text)


def test_pipeline_can_be_saved_and_loaded_by_spacy_alone(tmp_path):
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    nlp.add_pipe("kg_lexicon")
    nlp.add_pipe("kg_relations")
    nlp.to_disk(tmp_path / "model")
    doc = spacy.load(tmp_path / "model")("百度发布了文心一言。")
    assert [span.text for span in doc.spans[SPANS]] == ["百度", "文心一言"]


def test_pipeline_runs_its_components_in_order(extractor):
    assert extractor.nlp.pipe_names == ["kg_lexicon", "kg_relations", "kg_structure", "kg_qualifiers"]


def test_component_after_the_lexicon_can_add_names(ontology, extractor):
    from spacy.language import Language
    from spacy.tokens import Span

    @Language.component("test_tagger")
    def tag(doc):
        doc.spans[SPANS].append(Span(doc, 0, 2, label="Company", kb_id="新名"))
        return doc

    nlp = create_pipeline(ontology, Lexicon(tuple(NAMES)), RuleFiles(triggers=TRIGGERS))
    nlp.add_pipe("test_tagger", after="kg_lexicon")
    taught = Extractor(ontology, Lexicon(tuple(NAMES)), rules=RuleFiles(triggers=TRIGGERS))
    taught.nlp = nlp
    assert ("新名", "DEVELOPS", "文心一言") in triples_of(taught, "新名发布文心一言。")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[relations.DEVELOPS.verbs]\n'发布' = 'x'", "needs a number"),
        ("[relations.DEVELOPS.words]\n'发布' = 0.5", "not a table of triggers"),
        ("[relations.DEVELOPS.patterns]\n'{S}(' = 0.5", "cannot be read"),
        ("[relations.DEVELOPS.patterns]\n'{S}发布' = 0.5", "must have"),
        ("[names.Company.quoted]\nscore = 1", "cannot be read"),
        ("a = ", "cannot read the triggers"),
    ],
)
def test_bad_triggers_are_named(ontology, tmp_path, text, message):
    path = tmp_path / "triggers.toml"
    path.write_text('kinds = [["Company", "Product"]]\n' + text, encoding="utf-8")
    with pytest.raises(SeedError, match=message):
        Extractor(ontology, Lexicon(()), rules=RuleFiles(triggers=path))


@pytest.mark.parametrize(
    ("text", "label"),
    [("据远象数据，增长两成。", "Company"), ("远象需求旺盛。", "Sector"), ("搭载灵鹿芯片。", "Product")],
)
def test_name_with_two_readings_is_read_by_its_neighbours(ontology, text, label):
    names = [Name("Company", "远象"), Name("Sector", "远象"), Name("Company", "灵鹿"), Name("Product", "灵鹿")]
    assert label in {
        kind
        for _, kind in names_of(Extractor(ontology, Lexicon(tuple(names)), rules=RuleFiles(triggers=TRIGGERS)), text)
    }


def test_type_that_the_triggers_do_not_know_makes_no_trouble(ontology):
    from dataclasses import replace

    from kg.ontology import EntityType

    wider = replace(ontology, types={**ontology.types, "Law": EntityType("Law", "法规", "#000000")})
    extractor = Extractor(wider, Lexicon((*NAMES, Name("Law", "数据安全法"))), rules=RuleFiles(triggers=TRIGGERS))
    assert ("百度", "DEVELOPS", "文心一言") in triples_of(extractor, "数据安全法后，百度发布文心一言。")


def test_empty_report_gives_nothing(extractor):
    found = extractor.extract(*report_of())
    assert (found.mentions, found.relations) == ((), ())


def test_rules_of_what_the_ontology_lacks_rest_with_a_warning(ontology, tmp_path, caplog):
    path = tmp_path / "triggers.toml"
    path.write_text("kinds = [['Company']]\n[relations.NO_SUCH.verbs]\n'发布' = 0.5\n", encoding="utf-8")
    extractor = Extractor(ontology, Lexicon(tuple(NAMES)), rules=RuleFiles(triggers=path))
    assert triples_of(extractor, "百度发布文心一言。") == set()
    assert "NO_SUCH" in caplog.text


@pytest.mark.parametrize(
    ("text", "triple"),
    [
        ("百度使用的ChatGPT平台很快。", ("百度", "DEVELOPS", "ChatGPT")),
        ("智云科创宣布采用ChatGPT。", ("智云科创", "DEVELOPS", "ChatGPT")),
        ("文心一言、ChatGPT等大模型和光模块。", ("文心一言", "PART_OF", "光模块")),
        ("据智云科创披露，光模块增长。", ("智云科创", "OPERATES_IN", "光模块")),
    ],
)
def test_words_beside_a_name_keep_a_relation_out(extractor, text, triple):
    assert triple not in triples_of(extractor, text)


def test_guard_without_one_end_is_named(ontology, tmp_path):
    path = tmp_path / "triggers.toml"
    path.write_text('kinds = [["Company"]]\n[guards]\n"{S}和{O}" = ["DEVELOPS"]\n', encoding="utf-8")
    with pytest.raises(SeedError, match="must have one end"):
        Extractor(ontology, Lexicon(()), rules=RuleFiles(triggers=path))


def test_rules_that_agree_make_a_relation_surer(ontology, tmp_path):
    def score(patterns):
        path = tmp_path / "triggers.toml"
        path.write_text(f"kinds = [['Company'], ['Product']]\n[relations.DEVELOPS.patterns]\n{patterns}", "utf-8")
        extractor = Extractor(ontology, Lexicon(tuple(NAMES)), rules=RuleFiles(triggers=path))
        return extractor.extract(*report_of("百度发布文心一言。")).relations[0].score

    assert score("'{S}发布{O}' = 0.5\n'{S}…{O}' = 0.5\n") > score("'{S}发布{O}' = 0.5\n")


def test_name_with_two_readings_in_a_list_is_read_as_its_neighbours(ontology):
    names = [*NAMES, Name("Company", "灵鹿"), Name("Product", "灵鹿")]
    extractor = Extractor(ontology, Lexicon(tuple(names)), rules=RuleFiles(triggers=TRIGGERS))
    assert ("灵鹿", "Product") in names_of(extractor, "文心一言、灵鹿、ChatGPT很快。")
    assert ("灵鹿", "Company") in names_of(extractor, "百度、灵鹿、微软很快。")


def test_mark_of_a_share_class_is_no_name(extractor):
    assert names_of(extractor, "星澜控股-SW（9888.HK）发布文心一言。") == {
        ("星澜控股", "Company"),
        ("文心一言", "Product"),
    }
