"""The components of a trained model in the pipeline, with a tiny model that learned one pattern."""

from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="the neural room needs torch: pip install -e '.[neural]'")

import spacy

from kg.config import Config
from kg.errors import ConfigError
from kg.extraction.document import SPANS
from kg.extraction.tokenizer import TOKENIZER
from kg.pipeline import Pipeline
from kg.reading import report_from_text

TEXT = "云帆智能发布了模型观澜。墨池的价格没有变化。"


@pytest.fixture(scope="module")
def pipeline(trained):
    folder, _ = trained
    return Pipeline(Config(recogniser="model", model=str(folder), device="cpu", int8=False))


def found_in(pipeline, text):
    return pipeline.extract(report_from_text(text, id="r"))


def names_of(pipeline, text):
    return [(one.text, one.type) for one in found_in(pipeline, text)[2].mentions]


def test_names_are_those_of_the_model(pipeline):
    assert names_of(pipeline, TEXT) == [("云帆智能", "Company"), ("观澜", "Product"), ("墨池", "Product")]


def test_relations_are_those_of_the_model(pipeline):
    found = found_in(pipeline, TEXT)[2].relations
    sure = {(one.subject.text, one.relation, one.object.text) for one in found if one.score > 0.5}
    assert sure == {("云帆智能", "DEVELOPS", "观澜")}
    assert {one.extractor for one in found if one.score > 0.5} == {"model"}


def test_evidence_is_the_sentence_that_says_it(pipeline):
    report, _, found = found_in(pipeline, TEXT)
    best = max(found.relations, key=lambda one: one.score)
    assert report.text[best.sentence.start : best.sentence.end] == "云帆智能发布了模型观澜。"


def test_offsets_are_those_of_the_report(pipeline):
    report, _, found = found_in(pipeline, "# 一\n\n" + TEXT + "\n\n# 二\n\n" + TEXT * 40)
    assert len(found.mentions) > 40
    assert all(report.text[one.start : one.end] == one.text for one in found.mentions)


def test_long_report_is_read_in_several_docs(pipeline):
    text = "\n\n".join(f"# 第{at}节\n\n{TEXT * 30}" for at in range(12))
    report, _, found = found_in(pipeline, text)
    starts = [one.start for one in found.mentions]
    assert starts == sorted(starts)
    assert all(one.end <= start for one, start in zip(found.mentions, starts[1:], strict=False))
    sections = [report.text.count("第", 0, start + 1) for start in starts]
    assert set(sections) >= set(range(1, 13))


def test_listed_name_takes_its_canonical_name(trained, tmp_path):
    (tmp_path / "Company.tsv").write_text("canonical\taliases\n云帆科技集团\t云帆智能\n", encoding="utf-8")
    config = Config(recogniser="model", model=str(trained[0]), device="cpu", names=tmp_path)
    mentions = found_in(Pipeline(config), TEXT)[2].mentions
    assert mentions[0].canonical == "云帆科技集团"


def test_names_of_a_type_the_model_does_not_know_come_from_the_list(trained, tmp_path):
    shipped = Config().ontology.read_text(encoding="utf-8")
    (tmp_path / "ontology.toml").write_text(shipped + '\n[types.Chip]\nzh = "芯片"\ncolour = "#2f6fdb"\n', "utf-8")
    (tmp_path / "Chip.tsv").write_text("canonical\taliases\n价格\t\n", encoding="utf-8")
    config = Config(model=str(trained[0]), device="cpu", names=tmp_path, ontology=tmp_path / "ontology.toml")
    assert Pipeline(config).recogniser.kind == "model"
    assert ("价格", "Chip") in names_of(Pipeline(config), TEXT)


def test_ontology_of_another_industry_is_read_without_the_model(trained, tmp_path):
    ontology = tmp_path / "ontology.toml"
    ontology.write_text('[types.Company]\nzh = "公司"\ncolour = "#2f6fdb"\n', encoding="utf-8")
    (tmp_path / "names").mkdir()
    config = Config(model=str(trained[0]), ontology=ontology, names=tmp_path / "names")
    assert Pipeline(config).recogniser.kind == "lexicon"


def test_no_text_gives_nothing(pipeline):
    _, _, found = found_in(pipeline, " \n ")
    assert found.mentions == found.relations == ()


def test_scores_are_frequencies(pipeline):
    _, _, found = found_in(pipeline, TEXT)
    assert all(0 < one.score <= 1 for one in (*found.mentions, *found.relations))


def test_model_of_another_ontology_is_refused(pipeline, tmp_path):
    ontology = tmp_path / "ontology.toml"
    ontology.write_text('[types.Company]\nzh = "公司"\ncolour = "#2f6fdb"\n', encoding="utf-8")
    (tmp_path / "names").mkdir()
    with pytest.raises(ConfigError, match=r"the model finds .*Organization.* train one with kg train"):
        _ = Pipeline(replace(pipeline.config, ontology=ontology, names=tmp_path / "names")).extractor


def test_version_of_the_pipeline_tells_the_model(pipeline):
    assert pipeline.version != Pipeline(Config(recogniser="lexicon")).version


def test_components_can_stand_in_any_spacy_pipeline(trained):
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    nlp.add_pipe("kg_tagger", config={"model": str(trained[0]), "device": "cpu"})
    doc = nlp(TEXT)
    assert [span.text for span in doc.spans[SPANS]] == ["云帆智能", "观澜", "墨池"]
