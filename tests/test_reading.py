"""Sources, descriptions and what is known of a report."""

import io
import sys
from datetime import date
from pathlib import Path

import pytest

from kg.errors import ReadError
from kg.reading import Description, find_sources, read_manifest, read_report, report_from_text
from kg.reading.source import normalise_location
from kg.report import Report

TEXT = "海岳证券研究所\n2024年3月18日\n对话模型行业深度报告\n星河智算发布了对话模型云舟。\n"


def read(path: Path | str, *, max_chars: int = 10_000, described: Description | None = None) -> Report:
    (source,) = find_sources([path])
    return read_report(source, max_chars=max_chars, described=described)


def write(path: Path, text: str = TEXT) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_find_sources_walks_folders_in_order_without_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b/two.MD", "a.txt", ".hidden.txt", ".git/c.txt", "picture.png"):
        write(tmp_path / name)
    found = [Path(source.location).relative_to(tmp_path).as_posix() for source in find_sources([tmp_path])]
    assert found == ["a.txt", "b/two.MD"]


def test_find_sources_names_a_missing_path_and_goes_on(tmp_path: Path) -> None:
    missing, there = find_sources([tmp_path / "no.txt", write(tmp_path / "a.txt")])
    with pytest.raises(ReadError, match=r"no\.txt: no such file or folder; check the path"):
        read_report(missing, max_chars=100)
    assert read_report(there, max_chars=100).text == TEXT


def test_a_folder_without_a_report_says_what_kg_reads(tmp_path: Path) -> None:
    write(tmp_path / "data.csv")
    with pytest.raises(ReadError, match=r"no report in this folder; kg reads .*\.pdf"):
        read(tmp_path)


def test_one_file_given_twice_is_one_source(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    assert len(list(find_sources([path, tmp_path, tmp_path / "." / "a.txt"]))) == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.com:443/报告?x=1#top", "https://example.com/报告?x=1"),
        ("http://example.com", "http://example.com/"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
    ],
)
def test_a_url_has_one_identity(url: str, expected: str) -> None:
    assert normalise_location(url) == expected


def test_a_report_is_its_path_and_the_hash_of_its_text(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a.txt"), write(tmp_path / "b.txt")
    assert read(one).id == one.resolve().as_posix()
    assert read(one).content_hash == read(other).content_hash
    assert read(one).text == read(one).raw


def test_a_report_says_who_published_it_and_when(tmp_path: Path) -> None:
    report = read(write(tmp_path / "a.txt"))
    assert (report.publisher, report.published) == ("海岳证券研究所", date(2024, 3, 18))
    assert report.title == "对话模型行业深度报告"


def test_the_disclaimer_names_the_publisher(tmp_path: Path) -> None:
    text = "星河智算点评\n事件：云舟发布。\n\n免责声明\n本报告版权归“青松证券有限责任公司”所有。\n"
    assert read(write(tmp_path / "a.txt", text)).publisher == "青松证券有限责任公司"


def test_unknown_stays_unknown(tmp_path: Path) -> None:
    report = read(write(tmp_path / "note.txt", "公司于2023年5月6日发布云舟，海岳证券认为值得关注。\n"))
    assert (report.publisher, report.published, report.title) == (None, None, "note")


def test_the_user_goes_before_the_file(tmp_path: Path) -> None:
    said = Description(id="R1", title="云舟", publisher="青松研究院", published=date(2020, 1, 2))
    report = read(write(tmp_path / "a.txt"), described=said)
    assert (report.id, report.title, report.publisher) == ("R1", "云舟", "青松研究院")
    assert report.published == date(2020, 1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: 云舟调研\npublisher: 青松研究院\ndate: 2023-04-04\n---\n\n正文在此。\n",
        "# 云舟调研\n{% hint %}\n**Published:** 2023-04-04\n**来源：** 青松研究院\n{% endhint %}\n正文。\n",
    ],
)
def test_markdown_metadata(tmp_path: Path, text: str) -> None:
    report = read(write(tmp_path / "a.md", text))
    assert (report.title, report.publisher) == ("云舟调研", "青松研究院")
    assert report.published == date(2023, 4, 4)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode("gb18030"))))
    report = read("-")
    assert report.text == TEXT
    assert report.id.startswith("stdin:")


def test_a_file_without_a_known_suffix_is_read_by_what_is_in_it(tmp_path: Path) -> None:
    report = read(write(tmp_path / "note", "<!DOCTYPE html><body><p>星河智算发布了对话模型云舟。</p></body>"))
    assert report.media_type == "text/html"


def test_a_text_over_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="more than max_chars = 5; raise max_chars"):
        read(write(tmp_path / "a.txt"), max_chars=5)


@pytest.mark.parametrize("data", [b"", b" \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(ReadError, match=r"a\.txt: the file is empty"):
        read(tmp_path / "a.txt")


def test_report_from_text_keeps_what_it_is_given() -> None:
    report = report_from_text(TEXT, id="x", published=date(2024, 1, 1))
    assert (report.id, report.raw, report.published) == ("x", TEXT, date(2024, 1, 1))


def test_manifest_describes_sources_from_its_own_folder(tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", "source,publisher,published\na.txt,青松研究院,2023/4/4\nhttp://X.cn/a,,\n")
    found = read_manifest(path)
    assert found[(tmp_path / "a.txt").resolve().as_posix()].published == date(2023, 4, 4)
    assert found["http://x.cn/a"] == Description()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source,author\n", r"m\.csv:1: the columns must be"),
        ("title\n", r"m\.csv:1: the columns must be"),
        ("source,published\na.txt,去年\n", r"m\.csv:2: published '去年' is not a date"),
        ("source,published\n,2023-01-01\n", r"m\.csv:2: the source is empty"),
        ("source\na.txt\na.txt\n", r"m\.csv:3: 'a\.txt' stands on an earlier line"),
        ("source\na.txt,b,c\n", r"m\.csv:2: 3 cells under 1 columns"),
    ],
)
def test_a_bad_manifest_line_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_manifest(write(tmp_path / "m.csv", text))


def test_seeds_are_all_read(shared: Path) -> None:
    reports = [read_report(source, max_chars=10**6) for source in find_sources([shared / "seeds"])]
    assert len(reports) == 5
    assert {report.publisher for report in reports} >= {"国泰君安证券"}
