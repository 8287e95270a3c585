"""What a report's mentions and relations become: chunks, appearances, and facts with evidence."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resolving import NAMES, ONTOLOGY, make_report, mention, relate

from kg.graph import Fact, Graph
from kg.mention import Amount, Extraction, Mention, Time
from kg.resolve import resolve

TEXT = "星河科技发布银汉大模型。谷歌投资星河科技（以下简称“星河”）！页眉。林远、Polaris AI（北辰）与A·林远。"


def one_fact(text: str = "星河科技发布银汉大模型。", label: str = "DEVELOPS", **changes: object) -> Graph:
    report, sentences = make_report(text)
    ends = mention(report, "星河科技"), mention(report, "银汉大模型", "Product")
    relation = relate(ends[0], label, ends[1], sentences[0], **changes)
    return resolve(report, sentences, Extraction(ends, (relation,)), lexicon=NAMES, ontology=ONTOLOGY)


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


@st.composite
def anything_found(draw: st.DrawFn) -> Extraction:
    """Mentions of any type at any place, some outside the text, and relations between any of them."""
    report, sentences = make_report(TEXT[:12], TEXT[12:], kinds="pf")
    places = st.tuples(st.integers(-3, len(TEXT) + 5), st.integers(0, 9), st.sampled_from(sorted(ONTOLOGY.types)))
    mentions = tuple(
        Mention(start, start + length, label, report.text[max(start, 0) : start + length], "", 0.5)
        for start, length, label in draw(st.lists(places, min_size=2, max_size=12))
    )
    ends = st.tuples(st.sampled_from(mentions), st.sampled_from(sorted(ONTOLOGY.relations)), st.sampled_from(mentions))
    said = draw(st.lists(st.tuples(ends, st.sampled_from(sentences)), max_size=12))
    return Extraction(mentions, tuple(relate(*triple, sentence) for triple, sentence in said))


@given(anything_found(), st.integers(1, 30))
def test_whatever_was_found_gives_a_graph_that_holds_every_id_it_uses(found: Extraction, chunk_chars: int):
    report, sentences = make_report(TEXT[:12], TEXT[12:], kinds="pf")
    graph = resolve(report, sentences, found, lexicon=NAMES, ontology=ONTOLOGY, chunk_chars=chunk_chars)
    entities, chunks = {one.id: one for one in graph.entities}, {one.id for one in graph.chunks}
    assert {one.entity for one in graph.appearances} == entities.keys()
    assert {one.chunk for one in graph.appearances} <= chunks
    for fact in graph.facts:
        assert fact.subject != fact.object
        assert ONTOLOGY.allows(entities[fact.subject].type, fact.relation, entities[fact.object].type)
        assert {one.chunk for one in fact.evidence} <= chunks
