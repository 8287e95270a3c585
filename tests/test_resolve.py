"""What a report's mentions and relations become: entities with stable ids, facts with evidence."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.graph import Entity, Fact, Graph
from kg.lexicon import Lexicon, Name
from kg.mention import Amount, Extraction, Mention, Relation, Time
from kg.ontology import Ontology
from kg.report import Block, Report, Sentence
from kg.resolve import resolve
from kg.resources import seeds_path

ONTOLOGY = Ontology.from_toml(seeds_path() / "ontology.toml")
NAMES = Lexicon(
    (
        Name("Company", "星河科技", ("星河", "Galaxy Tech"), {"ticker": "688999.SH"}),
        Name("Company", "谷歌", ("Google",)),
        Name("Company", "DeepMind"),
        Name("Product", "银汉大模型", ("银汉",)),
        Name("Product", "双子", ()),
        Name("Company", "双子", ()),
    )
)


def make_report(*paragraphs: str, kinds: str = "") -> tuple[Report, list[Sentence]]:
    """A report of one block a paragraph; a letter of `kinds` each: p, h(eading), f(urniture)."""
    names = {"p": "paragraph", "h": "heading", "f": "furniture"}
    text = "\n".join(paragraphs)
    blocks, sentences, start, heading = [], [], 0, ()
    for paragraph, kind in zip(paragraphs, kinds or "p" * len(paragraphs), strict=True):
        block = Block(names[kind], start, start + len(paragraph), 1, () if kind == "h" else heading)
        heading = (paragraph,) if kind == "h" else heading
        blocks.append(block)
        spans = re.finditer(r"[^。]*。|[^。]+$", paragraph)
        sentences.extend(Sentence(start + found.start(), start + found.end(), block) for found in spans)
        start += len(paragraph) + 1
    report = Report(
        "r1", "测试", "某证券", date(2024, 5, 6), "r1.txt", "0" * 64, "text/plain", text, text, tuple(blocks)
    )
    return report, sentences


def mention(report: Report, text: str, type_label: str = "Company", nth: int = 0) -> Mention:
    start = [found.start() for found in re.finditer(re.escape(text), report.text)][nth]
    return Mention(start, start + len(text), type_label, text, text, 0.9)


def relate(subject: Mention, label: str, obj: Mention, sentence: Sentence, **changes: object) -> Relation:
    return replace(Relation(subject, label, obj, "asserted", None, None, 0.8, sentence, "rules"), **changes)


def entities(*surfaces: str, type_label: str = "Company", lexicon: Lexicon = NAMES) -> list[Entity]:
    """The entities of a report that names these surfaces, one a sentence."""
    report, sentences = make_report(*(f"「{surface}」。" for surface in surfaces))
    starts = [block.start + 1 for block in report.blocks]
    mentions = [
        Mention(start, start + len(surface), type_label, surface, surface, 1.0)
        for start, surface in zip(starts, surfaces, strict=True)
    ]
    return list(
        resolve(report, sentences, Extraction(tuple(mentions), ()), lexicon=lexicon, ontology=ONTOLOGY).entities
    )


def names_in(text: str, *named: tuple[str, str]) -> list[str]:
    """Entity ids of a one-paragraph report with mentions (surface, type) at their first places."""
    report, sentences = make_report(text)
    mentions = tuple(mention(report, surface, label) for surface, label in named)
    graph = resolve(report, sentences, Extraction(mentions, ()), lexicon=NAMES, ontology=ONTOLOGY)
    return [entity.id for entity in graph.entities]


def one_fact(text: str = "星河科技发布银汉大模型。", label: str = "DEVELOPS", **changes: object) -> Graph:
    report, sentences = make_report(text)
    ends = mention(report, "星河科技"), mention(report, "银汉大模型", "Product")
    relation = relate(ends[0], label, ends[1], sentences[0], **changes)
    return resolve(report, sentences, Extraction(ends, (relation,)), lexicon=NAMES, ontology=ONTOLOGY)


class TestEntities:
    def test_listed_name_gives_its_canonical_id_and_what_the_list_knows(self):
        [entity] = entities("Galaxy Tech", "星河")
        assert (entity.id, entity.name, entity.listed) == ("Company:星河科技", "星河科技", True)
        assert entity.aliases == ("Galaxy Tech", "星河")
        assert entity.attributes == {"ticker": "688999.SH"}

    def test_unlisted_name_is_the_surface_its_report_uses_most(self):
        [entity] = entities("北辰 智能", "北辰智能", "北辰智能")
        assert (entity.id, entity.name, entity.listed, entity.aliases) == ("Company:北辰智能", "北辰智能", False, ())

    @pytest.mark.parametrize(
        "spellings",
        [
            ("Nova-X", "ＮＯＶＡ X", "nova x"),
            ("灵境3.5", "灵境 3.5", "灵境３.５"),
            ("Aero 2 7B", "Aero-2-7B", "aero2 7b", "Aero 2 – 7B"),
        ],
    )
    def test_spelling_variants_are_one_entity(self, spellings: tuple[str, ...]):
        assert len(entities(*spellings, type_label="Product")) == 1

    @pytest.mark.parametrize(
        "names",
        [
            ("GPT-4", "GPT-4o", "GPT-4 Turbo", "GPT-4V", "GPT-4o mini", "GPT-3.5", "GPT-35"),
            ("A100", "A800", "A100X", "A10", "H100"),
            ("文心3.5", "文心4.0", "文心", "文心3.50"),
            ("Llama 2 7B", "Llama 2 70B", "Llama 2 13B", "Llama 3 70B", "Llama 27B", "Llama"),
        ],
    )
    def test_versions_sizes_and_suffixes_never_merge(self, names: tuple[str, ...]):
        assert len(entities(*names, type_label="Product")) == len(names)

    @given(
        st.sampled_from(["GPT", "文心", "Llama", "昆仑芯", "星火V"]),
        st.tuples(st.integers(0, 200), st.integers(0, 200)),
        st.tuples(*[st.sampled_from(["", "o", "V", " Turbo", " Pro", " 7B", " 70B", "-mini", ".5", "代"])] * 2),
        st.sampled_from(["", "-", " "]),
    )
    def test_different_number_or_suffix_is_a_different_product(self, stem, numbers, suffixes, joint):
        one, other = (f"{stem}{joint}{number}{suffix}" for number, suffix in zip(numbers, suffixes, strict=True))
        same = numbers[0] == numbers[1] and suffixes[0] == suffixes[1]
        assert len(entities(one, other, type_label="Product")) == (1 if same else 2)

    def test_one_surface_of_two_types_is_two_entities(self):
        text = "北辰与其产品北辰同名。"
        report, sentences = make_report(text)
        found = Extraction((mention(report, "北辰"), mention(report, "北辰", "Product", 1)), ())
        graph = resolve(report, sentences, found, lexicon=NAMES, ontology=ONTOLOGY)
        assert [entity.id for entity in graph.entities] == ["Company:北辰", "Product:北辰"]

    def test_name_listed_under_one_type_alone_has_that_type(self):
        [entity] = entities("银汉大模型", type_label="Technology")
        assert entity.id == "Product:银汉大模型"

    def test_name_listed_under_two_types_keeps_the_type_of_its_report(self):
        assert entities("双子", type_label="Product")[0].id == "Product:双子"
        assert entities("双子")[0].id == "Company:双子"

    def test_listed_type_does_not_undo_a_relation_of_the_report(self):
        report, sentences = make_report("北辰接入DeepMind。")
        ends = mention(report, "北辰"), mention(report, "DeepMind", "Product")
        found = Extraction(ends, (relate(ends[0], "USES", ends[1], sentences[0]),))
        graph = resolve(report, sentences, found, lexicon=NAMES, ontology=ONTOLOGY)
        assert [fact.object for fact in graph.facts] == ["Product:deepmind"]

    @pytest.mark.parametrize(
        ("firm", "key"),
        [
            ("北辰智能股份有限公司", "北辰智能"),
            ("北辰智能有限责任公司", "北辰智能"),
            ("北辰（上海）智能有限公司", "北辰(上海)智能"),
            ("北辰智能集团有限公司", "北辰智能集团"),
            ("北辰智能分公司", "北辰智能分公司"),
            ("甲公司", "甲公司"),
            ("Polaris Inc.", "polaris"),
            ("Zinc", "zinc"),
        ],
    )
    def test_legal_form_is_left_out_only_where_it_is_safe(self, firm: str, key: str):
        assert entities(firm)[0].id == f"Company:{key}"

    def test_legal_form_leads_to_the_listed_firm(self):
        assert entities("星河科技股份有限公司")[0].id == "Company:星河科技"

    def test_name_of_punctuation_alone_is_no_entity(self):
        assert entities("——") == []


class TestAliases:
    @pytest.mark.parametrize(
        "text",
        [
            "北辰智能（Polaris AI）发布新品，Polaris AI上市。",
            "Polaris AI（北辰智能）发布新品，北辰智能上市。",
        ],
    )
    def test_name_of_the_other_script_in_brackets_is_the_same_entity(self, text: str):
        assert names_in(text, ("北辰智能", "Company"), ("Polaris AI", "Company")) == ["Company:北辰智能"]

    @pytest.mark.parametrize(
        "text",
        ["云图信息（以下简称“图南”或“公司”）成立，图南融资。", "云图信息（简称：图南）成立。图南融资。"],
    )
    def test_stated_short_name_is_the_same_entity(self, text: str):
        report, sentences = make_report(text)
        found = Extraction((mention(report, "云图信息"), mention(report, "图南", nth=1)), ())
        graph = resolve(report, sentences, found, lexicon=NAMES, ontology=ONTOLOGY)
        assert [entity.id for entity in graph.entities] == ["Company:图南"]
        assert graph.appearances[0].surfaces == ("云图信息", "图南")

    def test_stated_name_of_a_listed_firm_leads_to_it(self):
        text = "图南（以下简称“星河”）成立，图南融资。"
        assert names_in(text, ("图南", "Company")) == ["Company:星河科技"]

    def test_stock_code_leads_to_the_listed_firm(self):
        assert names_in("银河信息（688999.SH）上涨。", ("银河信息", "Company")) == ["Company:星河科技"]

    def test_two_listed_names_side_by_side_stay_two(self):
        ids = names_in("谷歌（DeepMind）发布论文。", ("谷歌", "Company"), ("DeepMind", "Company"))
        assert ids == ["Company:DeepMind", "Company:谷歌"]

    @pytest.mark.parametrize(
        ("text", "label", "first", "second"),
        [
            ("加速芯片（GPU）放量。", "Sector", "加速芯片", "GPU"),
            ("灵犀4（Lingxi 5）上线。", "Product", "灵犀4", "Lingxi 5"),
            ("Lingxi（Lingxi Pro）上线。", "Product", "Lingxi", "Lingxi Pro"),
            ("Lingxi 4 Pro（以下简称“Lingxi 4”）上线。", "Product", "Lingxi 4 Pro", "“Lingxi 4"),
            ("北辰（Polaris、Vega）成立。", "Company", "北辰", "Polaris"),
        ],
    )
    def test_brackets_that_hold_something_else_join_nothing(self, text, label, first, second):
        report, sentences = make_report(text)
        other = mention(report, second, label)
        found = Extraction((mention(report, first, label), replace(other, text=second.strip("“"))), ())
        assert len(resolve(report, sentences, found, lexicon=NAMES, ontology=ONTOLOGY).entities) == 2

    def test_surname_is_its_only_full_name(self):
        report, sentences = make_report("安娜·贝尔与约翰·马丁。贝尔，马丁。卡尔·贝尔。")
        full = [mention(report, name, "Person") for name in ("安娜·贝尔", "约翰·马丁", "卡尔·贝尔")]
        short = [mention(report, "贝尔", "Person", 1), mention(report, "马丁", "Person", 1)]
        graph = resolve(report, sentences, Extraction((*full, *short), ()), lexicon=NAMES, ontology=ONTOLOGY)
        assert {entity.id for entity in graph.entities} == {
            *("Person:安娜贝尔", "Person:约翰马丁", "Person:卡尔贝尔", "Person:贝尔")
        }

    def test_alias_of_one_report_does_not_hold_in_another(self):
        assert [entity.id for entity in entities("Polaris AI")] == ["Company:polarisai"]


class TestChunks:
    def test_chunk_holds_whole_sentences_of_one_section_up_to_the_limit(self):
        report, sentences = make_report("第一章", "一二三。四五六。七八九。", "第二章", "甲乙。", kinds="hphp")
        graph = resolve(report, sentences, Extraction((), ()), lexicon=NAMES, ontology=ONTOLOGY, chunk_chars=12)
        assert [chunk.text for chunk in graph.chunks] == ["第一章\n一二三。四五六。", "七八九。", "第二章\n甲乙。"]
        assert [chunk.heading for chunk in graph.chunks] == ["第一章", "第一章", "第二章"]
        assert all(report.text[chunk.start : chunk.end] == chunk.text for chunk in graph.chunks)

    def test_furniture_is_in_no_chunk_and_gives_nothing(self):
        report, sentences = make_report("星河科技。", "谷歌发布银汉。", "完。", kinds="pfp")
        ends = mention(report, "谷歌"), mention(report, "银汉", "Product")
        found = Extraction((mention(report, "星河科技"), *ends), (relate(ends[0], "DEVELOPS", ends[1], sentences[1]),))
        graph = resolve(report, sentences, found, lexicon=NAMES, ontology=ONTOLOGY)
        assert [chunk.text for chunk in graph.chunks] == ["星河科技。", "完。"]
        assert ([entity.name for entity in graph.entities], graph.facts) == (["星河科技"], ())

    def test_sentence_longer_than_the_limit_is_a_chunk_of_its_own(self):
        report, sentences = make_report("短。" + "长" * 50 + "。短。")
        graph = resolve(report, sentences, Extraction((), ()), lexicon=NAMES, ontology=ONTOLOGY, chunk_chars=10)
        assert [len(chunk.text) for chunk in graph.chunks] == [2, 51, 2]

    def test_mention_across_chunks_or_outside_the_text_does_not_crash(self):
        report, sentences = make_report("一二三。四五六。")
        strange = Mention(2, 6, "Company", "三。四五", "三。四五", 1.0), Mention(90, 95, "Company", "外", "外", 1.0)
        graph = resolve(report, sentences, Extraction(strange, ()), lexicon=NAMES, ontology=ONTOLOGY, chunk_chars=4)
        assert [(one.entity, one.chunk) for one in graph.appearances] == [("Company:三四五", graph.chunks[0].id)]

    def test_appearance_counts_places_and_lists_surfaces(self):
        report, sentences = make_report("星河与星河科技，Galaxy Tech。")
        spots = mention(report, "星河"), mention(report, "星河科技"), mention(report, "Galaxy Tech")
        graph = resolve(report, sentences, Extraction((*spots, spots[0]), ()), lexicon=NAMES, ontology=ONTOLOGY)
        [appearance] = graph.appearances
        assert (appearance.count, appearance.surfaces) == (3, ("Galaxy Tech", "星河", "星河科技"))

    def test_empty_report_has_a_document_and_nothing_else(self):
        report, sentences = make_report("")
        graph = resolve(report, sentences, Extraction((), ()), lexicon=NAMES, ontology=ONTOLOGY)
        assert [document.chars for document in graph.documents] == [0]
        assert (graph.chunks, graph.entities, graph.facts) == ((), (), ())


class TestFacts:
    def test_fact_carries_its_sentence_and_qualifiers(self):
        when, much = Time("2024年", "2024-01-01", "2024-12-31"), Amount("3亿元", Decimal(300_000_000), "元", "CNY")
        graph = one_fact(status="planned", time=when, amount=much)
        [evidence] = graph.facts[0].evidence
        assert (evidence.quote, evidence.status, evidence.time, evidence.amount) == (
            *("星河科技发布银汉大模型。", "planned"),
            *(when, much),
        )
        assert (evidence.document, evidence.chunk) == ("r1", graph.chunks[0].id)

    def test_quote_is_raw_text(self):
        report, sentences = make_report("星河科技发布银汉。")
        raw = replace(report, raw="【" + report.text.replace("科技", "科枝"), raw_map=type(report.raw_map)((0,), (1,)))
        ends = mention(report, "星河科技"), mention(report, "银汉", "Product")
        found = Extraction(ends, (relate(ends[0], "DEVELOPS", ends[1], sentences[0]),))
        graph = resolve(raw, sentences, found, lexicon=NAMES, ontology=ONTOLOGY)
        assert graph.facts[0].evidence[0].quote == "星河科枝发布银汉。"

    def test_same_evidence_counts_once_with_its_best_score(self):
        report, sentences = make_report("星河科技发布银汉。")
        ends = mention(report, "星河科技"), mention(report, "银汉", "Product")
        low, high = (relate(ends[0], "DEVELOPS", ends[1], sentences[0], score=score) for score in (0.5, 0.9))
        found = Extraction(ends, (low, high, low))
        [fact] = resolve(report, sentences, found, lexicon=NAMES, ontology=ONTOLOGY).facts
        assert [evidence.score for evidence in fact.evidence] == [0.9]

    def test_other_qualifier_in_the_same_sentence_is_other_evidence(self):
        report, sentences = make_report("星河科技发布银汉。")
        ends = mention(report, "星河科技"), mention(report, "银汉", "Product")
        both = [relate(ends[0], "DEVELOPS", ends[1], sentences[0], status=one) for one in ("asserted", "negated")]
        [fact] = resolve(report, sentences, Extraction(ends, tuple(both)), lexicon=NAMES, ontology=ONTOLOGY).facts
        assert [evidence.status for evidence in fact.evidence] == ["asserted", "negated"]

    @pytest.mark.parametrize("label", ["APPLIED_IN", "NO_SUCH_RELATION"])
    def test_relation_the_ontology_does_not_allow_gives_no_fact(self, label: str):
        assert one_fact(label=label).facts == ()

    def test_fact_between_an_entity_and_its_alias_is_none(self):
        report, sentences = make_report("星河收购星河科技。")
        ends = mention(report, "星河"), mention(report, "星河科技")
        found = Extraction(ends, (relate(ends[0], "ACQUIRES", ends[1], sentences[0]),))
        assert resolve(report, sentences, found, lexicon=NAMES, ontology=ONTOLOGY).facts == ()

    def test_symmetric_fact_is_one_in_both_directions(self):
        report, sentences = make_report("星河科技与谷歌合作。谷歌与星河科技合作。")
        firms = mention(report, "星河科技"), mention(report, "谷歌")
        there = relate(firms[0], "PARTNERS_WITH", firms[1], sentences[0])
        back = relate(firms[1], "PARTNERS_WITH", firms[0], sentences[1])
        [fact] = resolve(report, sentences, Extraction(firms, (there, back)), lexicon=NAMES, ontology=ONTOLOGY).facts
        assert len(fact.evidence) == 2

    def test_ids_do_not_depend_on_the_report(self):
        def ids(facts: tuple[Fact, ...]) -> list[str]:
            return [fact.id for fact in facts]

        assert ids(one_fact().facts) == ids(one_fact("据悉，星河科技将推出银汉大模型。").facts) != []

    def test_graph_holds_every_id_it_uses(self):
        graph = one_fact()
        known = {entity.id for entity in graph.entities}
        chunks = {chunk.id for chunk in graph.chunks}
        assert {fact.subject for fact in graph.facts} | {fact.object for fact in graph.facts} <= known
        assert {one.entity for one in graph.appearances} == known
        assert {evidence.chunk for fact in graph.facts for evidence in fact.evidence} <= chunks

    def test_order_of_what_was_found_changes_nothing(self):
        report, sentences = make_report("星河科技发布银汉。谷歌投资星河科技。")
        ends = mention(report, "星河科技"), mention(report, "银汉", "Product"), mention(report, "谷歌")
        said = relate(ends[0], "DEVELOPS", ends[1], sentences[0]), relate(ends[2], "INVESTS_IN", ends[0], sentences[1])
        forth = resolve(report, sentences, Extraction(ends, said), lexicon=NAMES, ontology=ONTOLOGY)
        back = resolve(report, sentences, Extraction(ends[::-1], said[::-1]), lexicon=NAMES, ontology=ONTOLOGY)
        assert forth == back
