"""Files that lie, are damaged, or hold their text in unusual places: each is read whole, or refused in one line."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from kg.errors import ReadError
from kg.reading import find_sources, read_manifest, read_report
from kg.reading.encoding import decode
from kg.report import Report

LINE = "星河智算发布了对话模型“云舟”，参数规模达到百亿级，并与多家银行开展合作。\n"


def read(location: Path | str) -> Report:
    (source,) = find_sources([location])
    return read_report(source, max_chars=1_000_000)


def texts_of(report: Report) -> list[str]:
    return [report.text[block.start : block.end] for block in report.blocks]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_few_broken_bytes_leave_the_rest_and_are_said(encoding: str, caplog: pytest.LogCaptureFixture) -> None:
    data = bytearray((LINE * 20).encode(encoding))
    for place in (100, 500, 900):
        data[place] = 0xFF
    with caplog.at_level(logging.WARNING):
        text = decode(bytes(data), "a.txt")
    assert text.count(LINE.strip()) >= 17
    assert "a.txt: " in caplog.text
    assert "characters are damaged" in caplog.text


def test_a_text_cut_inside_a_character_is_still_utf_8() -> None:
    assert decode("百度发布文心一言。".encode()[:-1], "a.txt").startswith("百度发布文心一言")


@pytest.mark.parametrize("text", [LINE.replace("模型", "模\0型") * 9, LINE * 9 + "\0" * 9000])
def test_nul_characters_make_no_text_binary(text: str) -> None:
    assert decode(text.encode(), "a.txt") == text


@pytest.mark.parametrize("hint", ["idna", "punycode", "undefined", "base64"])
def test_codecs_that_are_no_encoding_of_files_are_not_tried(hint: str) -> None:
    assert decode((LINE * 3).encode("gbk"), "a.html", hint=hint) == LINE * 3


def test_text_of_invisible_characters_alone_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"a\.txt: no text in it"):
        read(write(tmp_path / "a.txt", "\u200b\u200b\n".encode()))


def save_pdf(path: Path, *, pages: int = 1) -> Path:
    """The first page has text; the others have a frame alone."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path))
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(72, 700, LINE.strip())
    for _ in range(pages - 1):
        canvas.showPage()
        canvas.rect(72, 72, 200, 200)
    canvas.save()
    return path


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.html", "a"])
def test_bytes_say_more_than_a_name(tmp_path: Path, name: str) -> None:
    report = read(save_pdf(tmp_path / name))
    assert (report.media_type, texts_of(report)) == ("application/pdf", [LINE.strip()])


def test_a_text_called_pdf_is_refused_as_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"a\.pdf: not a pdf"):
        read(write(tmp_path / "a.pdf", LINE.encode()))


def test_a_pdf_with_padding_behind_its_end_is_whole(tmp_path: Path) -> None:
    data = save_pdf(tmp_path / "a.pdf").read_bytes() + b"\0" * 6000
    assert texts_of(read(write(tmp_path / "a.pdf", data))) == [LINE.strip()]


def test_pages_without_text_are_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        read(save_pdf(tmp_path / "a.pdf", pages=3))
    assert "no text on pages 2, 3" in caplog.text


def test_a_page_that_is_damaged_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    data = save_pdf(tmp_path / "a.pdf", pages=2).read_bytes()
    second = data.rindex(b"/Type /Page\n")
    assert texts_of(read(write(tmp_path / "a.pdf", data[:second] + b"/Type /Pagz\n" + data[second + 12 :]))) == [
        LINE.strip()
    ]


def test_text_beside_and_close_to_a_table_is_all_there(tmp_path: Path) -> None:
    save_pdf(tmp_path / "a.pdf")  # registers the font
    canvas = Canvas(str(tmp_path / "b.pdf"))
    canvas.setFont("STSong-Light", 10)
    texts = {"表上一行": (60, 655), "表下一行": (60, 590), "表右": (200, 630), "表左": (20, 630)}
    for text, place in texts.items():
        canvas.drawString(*place, text)
    grid = [("GRID", (0, 0), (-1, -1), 1, "black"), ("FONT", (0, 0), (-1, -1), "STSong-Light")]
    table = Table([["公司", "产品"], ["星河", "云舟"], ["北辰", "观象"]], style=grid)
    table.wrapOn(canvas, 400, 400)
    table.drawOn(canvas, 72, 600)
    canvas.save()
    found = read(tmp_path / "b.pdf")
    assert [text for text in texts if text not in texts_of(found)] == []
    assert "星河\t云舟" in found.text


def test_names_in_nested_html_lists_stay_apart(tmp_path: Path) -> None:
    items = "<ul><li>算力<ul><li>星河智算</li><li>北辰科技</li></ul></li><li>应用</li></ul>"
    page = f"<html><body><article><p>{LINE * 5}</p>{items}<p>{LINE * 5}</p></article></body></html>"
    assert texts_of(read(write(tmp_path / "a.html", page.encode())))[1:-1] == ["算力", "星河智算", "北辰科技", "应用"]


def test_the_date_of_a_page_is_not_guessed_from_its_numbers(tmp_path: Path) -> None:
    page = f"<html><body><article><p>第1995节，2021年的{LINE * 9}</p></article></body></html>"
    assert read(write(tmp_path / "a.html", page.encode())).published is None


def test_characters_that_xml_forbids_cost_no_page(tmp_path: Path) -> None:
    page = f"<html><body><article><p>{LINE * 5}\x01\x0c&#1;&#xFFFF;</p></article></body></html>"
    assert LINE.strip() in read(write(tmp_path / "a.html", page.encode())).text


@pytest.mark.parametrize(
    "location", ["", "a\0b.txt", "x" * 5000, "~no-such-user/a.txt", "http://" + "a" * 300 + ".cn/"]
)
def test_a_location_that_cannot_be_is_one_unreadable_source(location: str) -> None:
    with pytest.raises(ReadError, match="check the") as caught:
        read(location)
    assert "\n" not in str(caught.value)


def test_a_link_to_itself_is_one_unreadable_source(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "a.txt")
    with pytest.raises(ReadError, match=r"a\.txt: .*check the path"):
        read(tmp_path / "a.txt")


def test_a_name_with_a_line_break_keeps_the_message_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"a b\.txt: the file is empty"):
        read(write(tmp_path / "a\nb.txt", b""))


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, for which every folder is open."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_folder_that_cannot_be_opened_is_named_beside_the_others(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("reports")
    shut = folder / "shut"
    shut.mkdir(mode=0)
    write(folder / "a.txt", LINE.encode())
    opened = [folder, *list(folder.parents)[:-2]]
    modes = [path.stat().st_mode for path in opened]
    for path in opened:
        path.chmod(0o755)
    with as_nobody():
        found = list(find_sources([folder]))
    for path, mode in zip(opened, modes, strict=True):
        path.chmod(mode)
    assert [source.problem is None for source in found] == [True, False]
    assert "shut: cannot be opened: Permission denied" in str(found[1].problem)


def test_loops_of_links_and_lock_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    write(tmp_path / "a" / "b.txt", LINE.encode())
    write(tmp_path / "~$b.docx", b"lock")
    assert [Path(source.location).name for source in find_sources([tmp_path])] == ["b.txt"]


def test_twice_as_many_files_are_twice_the_work(tmp_path: Path) -> None:
    def count_calls(number: int) -> int:
        folder = tmp_path / str(number)
        folder.mkdir()
        for at in range(number):
            (folder / f"{at}.txt").touch()
        calls = 0

        def count(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count)
        try:
            found = list(find_sources([folder]))
        finally:
            sys.setprofile(None)
        assert len(found) == number
        return calls

    assert count_calls(600) < 2.5 * count_calls(300)


@pytest.mark.parametrize("text", ["source\na\0b.txt\n", 'source\n"' + "x" * 200_000 + '"\n', "source\nhttp://[::1\n"])
def test_a_manifest_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReadError, match=r"m\.csv"):
        read_manifest(write(tmp_path / "m.csv", text.encode()))
