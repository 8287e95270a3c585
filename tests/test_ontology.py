"""Types and relations: the shipped file, and what another one must be like."""

from pathlib import Path

import pytest

from kg.errors import SeedError
from kg.ontology import Ontology

GOOD = """
[types.Firm]
zh = "公司"
colour = "#102030"
[types.Thing]
zh = "产品"
colour = "#405060"
[relations.MAKES]
zh = "制造"
subject = ["Firm"]
object = ["Thing"]
[relations.RIVALS]
zh = "竞争"
subject = ["Firm"]
object = ["Thing", "Firm"]
symmetric = true
"""


def read(folder: Path, text: str) -> Ontology:
    path = folder / "ontology.toml"
    path.write_text(text, encoding="utf-8")
    return Ontology.from_toml(path)


def test_shipped_ontology_has_six_types_and_fifteen_relations(ontology: Ontology):
    assert (len(ontology.types), len(ontology.relations)) == (6, 15)
    assert {one.label for one in ontology.relations.values() if one.symmetric} == {"PARTNERS_WITH", "COMPETES_WITH"}


def test_shipped_ontology_has_a_colour_of_its_own_for_each_type(ontology: Ontology):
    assert len({one.colour for one in ontology.types.values()}) == len(ontology.types)


@pytest.mark.parametrize(
    ("triple", "allowed"),
    [
        (("Firm", "MAKES", "Thing"), True),
        (("Thing", "MAKES", "Firm"), False),
        (("Firm", "RIVALS", "Thing"), True),
        (("Thing", "RIVALS", "Firm"), True),
        (("Thing", "RIVALS", "Thing"), False),
        (("Firm", "KNOWS", "Thing"), False),
        (("Nobody", "MAKES", "Thing"), False),
    ],
)
def test_allows_the_declared_ends_and_symmetric_ones_both_ways(tmp_path: Path, triple, allowed):
    assert read(tmp_path, GOOD).allows(*triple) is allowed


def test_quote_gives_declared_labels_alone(tmp_path: Path):
    ontology = read(tmp_path, GOOD)
    assert (ontology.quote("Firm"), ontology.quote("MAKES")) == ("`Firm`", "`MAKES`")
    with pytest.raises(SeedError, match="unknown label 'Firm` DETACH DELETE'"):
        ontology.quote("Firm` DETACH DELETE")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[types.Firm]", "[types.firm]"), r"types\.firm: the label must match"),
        (("[types.Firm]", "[types.Fact]"), r"types\.Fact: the label must match .* not be one of"),
        (("[relations.MAKES]", "[relations.SUBJECT]"), r"relations\.SUBJECT: the label must match"),
        (("[relations.MAKES]", "[relations.THING]"), r"'THING' and 'Thing' differ only in case"),
        (('colour = "#102030"', ""), r"types\.Firm: \['colour'\] missing"),
        (('colour = "#102030"', 'colour = "red"'), r"colour 'red' is not of the form #rrggbb"),
        (('colour = "#102030"', "colour = 3"), r"types\.Firm: colour = 3 must be text"),
        (("symmetric = true", "symetric = true"), r"relations\.RIVALS: unknown keys \['symetric'\]"),
        (("symmetric = true", 'symmetric = "yes"'), r"symmetric = 'yes' must be true or false"),
        (('object = ["Thing"]', 'object = ["Thng"]'), r"relations\.MAKES: object names \['Thng'\]; declared are"),
        (('object = ["Thing"]', "object = []"), r"relations\.MAKES: object names no type"),
        (('object = ["Thing"]', 'object = "Thing"'), r"object = 'Thing' must be a list of type labels"),
        (('object = ["Thing"]', 'object = [["Thing"]]'), r"object = \[\['Thing'\]\] must be a list of type labels"),
        (("[types.Firm]", "[types"), r"cannot read the ontology"),
    ],
)
def test_bad_file_is_one_line_that_says_where(tmp_path: Path, change: tuple[str, str], message: str):
    assert change[0] in GOOD
    with pytest.raises(SeedError, match=message) as caught:
        read(tmp_path, GOOD.replace(*change, 1))
    assert str(tmp_path / "ontology.toml") in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"no \[types"),
        ("types = 3", "types must hold one table a label"),
        ("types.Firm = 3", "must hold one table"),
    ],
)
def test_file_of_another_shape_is_refused(tmp_path: Path, text: str, message: str):
    with pytest.raises(SeedError, match=message):
        read(tmp_path, text)


def test_missing_file_is_named(tmp_path: Path):
    with pytest.raises(SeedError, match="cannot read the ontology"):
        Ontology.from_toml(tmp_path / "nowhere.toml")
