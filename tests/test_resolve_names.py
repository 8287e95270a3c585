"""Which entity a name is: spellings, versions, types, legal forms, and the aliases that a report states."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resolving import NAMES, ONTOLOGY, entities, make_report, mention, names_in, relate

from kg.mention import Extraction
from kg.resolve import resolve


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
        assert entities("双子", type_label="Technology")[0].id == "Technology:双子"

    @pytest.mark.parametrize(
        ("surface", "canonical", "key"),
        [("某厂", "Galaxy Tech", "星河科技"), ("某厂", "北辰 智能", "北辰智能"), ("谷歌", "DeepMind", "DeepMind")],
    )
    def test_canonical_name_that_the_extraction_gives_goes_before_the_surface(self, surface, canonical, key):
        report, sentences = make_report(f"{surface}发布新品。")
        found = Extraction((replace(mention(report, surface), canonical=canonical),), ())
        graph = resolve(report, sentences, found, lexicon=NAMES, ontology=ONTOLOGY)
        assert [entity.id for entity in graph.entities] == [f"Company:{key}"]

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

    def test_short_name_stated_for_a_listed_firm_stands_for_it(self):
        text = "谷歌（以下简称“阿法”）融资，阿法上市。"
        assert names_in(text, ("谷歌", "Company"), ("阿法", "Company")) == ["Company:谷歌"]

    def test_word_for_any_firm_is_no_short_name(self):
        assert names_in("云图信息（以下简称“本公司”）成立。", ("云图信息", "Company")) == ["Company:云图信息"]

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
            ("北辰（紫微）成立。", "Company", "北辰", "紫微"),
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
