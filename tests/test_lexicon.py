"""The name list: how spellings are folded and found, and that the shipped lists keep their promises."""

import re
from collections import Counter
from pathlib import Path

import pytest

from kg.errors import SeedError
from kg.lexicon import Lexicon, name_key
from kg.ontology import Ontology

# Shanghai, Shenzhen, Beijing; Hong Kong; Tokyo, Taipei, Seoul; a bare symbol is of the United States.
TICKER = re.compile(
    r"\d{6}\.(SH|SZ|BJ)|\d{4,5}\.HK|\d{4}\.(T|TW|TWO)|\d{6}\.(KS|KQ)|[A-Z]{3,5}\.AS|[A-Z]{1,5}(\.[AB])?"
)


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chat-GPT", "ChatGPT"),
        ("Open AI", "OpenAI"),
        ("ＯｐｅｎＡＩ", "openai"),
        ("DALL·E 2", "DALL-E2"),
        ("《流浪地球》", "流浪地球"),
        ("Copy.ai", "CopyAI"),
    ],
)
def test_name_key_is_one_for_spellings_of_a_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-4", "GPT-4o"),
        ("GPT-3.5", "GPT-35"),
        ("A100", "A800"),
        ("文心大模型3.5", "文心大模型4.0"),
        ("Qwen2-7B", "Qwen2-72B"),
        ("4-8", "48"),
    ],
)
def test_name_key_tells_versions_and_sizes_apart(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_from_folder_reads_every_list_of_a_type(tmp_path: Path) -> None:
    write(tmp_path, "Company.tsv", "canonical\taliases\tticker", "# 示例", "甲科技\t甲科|Jia Tech\t0001.HK")
    write(tmp_path, "Company.listed.tsv", "canonical\taliases", "乙股份")
    lexicon = Lexicon.from_folder(tmp_path, ["Company"])
    assert [name.canonical for name in lexicon.names] == ["乙股份", "甲科技"]
    assert lexicon.names[1].aliases == ("甲科", "Jia Tech")
    assert lexicon.names[1].attributes == {"ticker": "0001.HK"}


def test_find_takes_any_spelling_and_keeps_to_a_type(tmp_path: Path) -> None:
    write(tmp_path, "Company.tsv", "canonical\taliases", "小星\t小星科技")
    write(tmp_path, "Product.tsv", "canonical\taliases", "小星\t小星助手")
    lexicon = Lexicon.from_folder(tmp_path, ["Company", "Product"])
    found = lexicon.find("小星助手")
    assert found is not None
    assert found.type == "Product"
    assert lexicon.find("小星助手", "Company") is None
    assert lexicon.find("大星") is None
    assert [name.type for name in lexicon.find_all("小星")] == ["Company", "Product"]


@pytest.mark.parametrize(
    ("file", "lines", "says"),
    [
        ("Company.tsv", ["name\taliases", "甲"], "header must begin with"),
        ("Company.tsv", ["canonical\taliases", "\t甲"], "the first not empty"),
        ("Company.tsv", ["canonical\taliases", "甲\t乙\t丙"], "1 to 2 cells"),
        ("Company.tsv", ["canonical\taliases", "甲科技\tABC", "乙科技\tA-BC"], "stands on line 2 already"),
        ("Firm.tsv", ["canonical\taliases", "甲"], "not a type of the ontology"),
    ],
)
def test_a_list_that_cannot_be_used_says_where_and_why(tmp_path: Path, file: str, lines: list[str], says: str) -> None:
    path = write(tmp_path, file, *lines)
    with pytest.raises(SeedError, match=says) as caught:
        Lexicon.from_folder(tmp_path, ["Company"])
    assert str(path) in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="no such folder"):
        Lexicon.from_folder(tmp_path / "none", ["Company"])


def test_a_list_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "Company.tsv").write_bytes("canonical\taliases\n甲科技".encode("gbk"))
    with pytest.raises(SeedError, match="UTF-8"):
        Lexicon.from_folder(tmp_path, ["Company"])


def test_shipped_lists_are_large_enough(lexicon: Lexicon, ontology: Ontology) -> None:
    counts = Counter(name.type for name in lexicon.names)
    assert counts.total() >= 2000
    assert counts["Company"] >= 900
    assert min(counts["Organization"], counts["Person"]) >= 250
    assert set(counts) == set(ontology.types)


def test_shipped_spellings_stand_for_one_name_a_type(lexicon: Lexicon) -> None:
    owners: dict[tuple[str, str], str] = {}
    clashes = [
        (name.type, key, name.canonical)
        for name in lexicon.names
        for key in {name_key(spelling) for spelling in (name.canonical, *name.aliases)}
        if owners.setdefault((name.type, key), name.canonical) != name.canonical
    ]
    assert clashes == []


def test_shipped_canonicals_are_not_listed_twice(lexicon: Lexicon) -> None:
    counts = Counter((name.type, name_key(name.canonical)) for name in lexicon.names)
    assert [key for key, count in counts.items() if count > 1] == []


def test_shipped_names_of_actors_have_two_signs(lexicon: Lexicon) -> None:
    actors = [name for name in lexicon.names if name.type in ("Company", "Organization", "Person")]
    spellings = [spelling for name in actors for spelling in (name.canonical, *name.aliases)]
    assert [one for one in spellings if len(name_key(one)) < 2] == []


def test_shipped_spellings_have_no_stray_space(lexicon: Lexicon) -> None:
    spellings = [spelling for name in lexicon.names for spelling in (name.canonical, *name.aliases)]
    assert [one for one in spellings if one != " ".join(one.split())] == []


def test_shipped_tickers_are_well_formed(lexicon: Lexicon) -> None:
    tickers = [
        (name.canonical, one) for name in lexicon.names for one in name.attributes.get("ticker", "").split(";") if one
    ]
    assert len(tickers) > 4000
    assert [pair for pair in tickers if not TICKER.fullmatch(pair[1])] == []


def test_shipped_mainland_tickers_have_one_owner(lexicon: Lexicon) -> None:
    owners = Counter(
        one
        for name in lexicon.names
        for one in name.attributes.get("ticker", "").split(";")
        if one.endswith((".SH", ".SZ", ".BJ"))
    )
    assert [ticker for ticker, count in owners.items() if count > 1] == []


@pytest.mark.parametrize(
    ("one", "other", "type_label"),
    [
        ("谷歌", "谷歌云", "Company"),
        ("阿里巴巴", "阿里云", "Company"),
        ("腾讯", "腾讯音乐", "Company"),
        ("讯飞医疗", "科大讯飞", "Company"),
        ("京东", "京东方", "Company"),
        ("香港中文大学", "香港中文大学（深圳）", "Organization"),
    ],
)
def test_shipped_relatives_are_names_of_their_own(lexicon: Lexicon, one: str, other: str, type_label: str) -> None:
    first, second = lexicon.find(one, type_label), lexicon.find(other, type_label)
    assert first is not None
    assert second is not None
    assert first.canonical != second.canonical


def generation(spelling: str) -> str | None:
    """The first number of a name, 2.0 as 2."""
    number = re.search(r"\d+(?:\.\d+)?", spelling)
    return number and number.group().removesuffix(".0")


def test_shipped_products_keep_generations_apart(lexicon: Lexicon) -> None:
    mixed = []
    for name in lexicon.names:
        generations = {generation(spelling) for spelling in (name.canonical, *name.aliases)} - {None}
        mixed += [(name.canonical, generations)] if name.type == "Product" and len(generations) > 1 else []
    assert mixed == []


@pytest.mark.parametrize(
    "family", [("GPT-4", "GPT-4o", "GPT-4 Turbo"), ("A100", "A800"), ("H100", "H800"), ("GPT-3", "GPT-3.5")]
)
def test_shipped_versions_are_names_of_their_own(lexicon: Lexicon, family: tuple[str, ...]) -> None:
    found = [lexicon.find(member, "Product") for member in family]
    assert None not in found
    assert len({name.canonical for name in found if name}) == len(family)


@pytest.mark.parametrize(
    ("surface", "canonical"),
    [
        ("Microsoft", "微软"),
        ("Open AI", "OpenAI"),
        ("阿里", "阿里巴巴"),
        ("讯飞", "科大讯飞"),
        ("国盛证券研究所", "国盛证券"),
        ("埃隆·马斯克", "马斯克"),
        ("山姆·阿尔特曼", "Sam Altman"),
        ("BAAI", "北京智源人工智能研究院"),
        ("斯坦福", "斯坦福大学"),
    ],
)
def test_shipped_aliases_lead_to_the_common_name(lexicon: Lexicon, surface: str, canonical: str) -> None:
    found = lexicon.find(surface)
    assert found is not None
    assert found.canonical == canonical
