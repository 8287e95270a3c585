"""HTML, PDF, Word and the web."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import docx
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from kg.errors import ReadError
from kg.reading import find_sources, read_report
from kg.report import Report

PARAGRAPH = "星河智算发布了对话模型云舟，参数规模达到百亿级，并与多家银行开展合作，公司预计明年推出第二代版本。"
PAGE = f"""<!DOCTYPE html><html><head><meta charset="iso-8859-1"><title>云舟观察</title>
<meta property="og:site_name" content="青松网">
<meta property="article:published_time" content="2023-04-04T10:00:00"></head>
<body><nav><a href="/">首页</a> <a href="/a">登录</a></nav><article><h1>云舟观察</h1><p>{PARAGRAPH}</p>
<h2>产品列表</h2><p>{PARAGRAPH}{PARAGRAPH}</p><ul><li>云舟：对话模型</li><li>观象：图像模型</li></ul>
<table><tr><th>公司</th><th>产品</th></tr><tr><td>星河智算</td><td>云舟</td></tr></table></article></body></html>"""


def read(location: Path | str) -> Report:
    (source,) = find_sources([location])
    return read_report(source, max_chars=100_000)


def cells_of(report: Report) -> list[list[list[str]]]:
    tables = [block.cells for block in report.blocks if block.kind == "table"]
    return [[[report.text[cell.start : cell.end] for cell in row] for row in table] for table in tables]


def test_html_keeps_headings_items_and_tables_and_believes_no_wrong_charset(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE.encode())
    report = read(tmp_path / "a.html")
    kinds = {report.text[block.start : block.end]: block.kind for block in report.blocks}
    assert kinds["产品列表"] == "heading"
    assert kinds["云舟：对话模型"] == "list"
    assert cells_of(report) == [[["公司", "产品"], ["星河智算", "云舟"]]]
    assert "登录" not in report.text


def test_html_meta_tags_are_metadata(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE.encode("gbk"))
    report = read(tmp_path / "a.html")
    assert (report.title, report.publisher, report.published) == ("云舟观察", "青松网", date(2023, 4, 4))


def test_html_without_content(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body><script>1</script></body></html>", encoding="utf-8")
    with pytest.raises(ReadError, match=r"a\.html: no readable content"):
        read(tmp_path / "a.html")


def test_docx_keeps_the_order_of_headings_items_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("行业现状", level=1)
    document.add_paragraph(PARAGRAPH)
    document.add_paragraph("云舟", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for index, word in enumerate(["公司", "产品", "星河智算", "云舟"]):
        table.cell(index // 2, index % 2).text = word
    document.add_paragraph("结语")
    document.save(str(tmp_path / "a.docx"))
    report = read(tmp_path / "a.docx")
    assert [block.kind for block in report.blocks] == ["heading", "paragraph", "list", "table", "paragraph"]
    assert report.blocks[1].heading_path == ("行业现状",)
    assert cells_of(report) == [[["公司", "产品"], ["星河智算", "云舟"]]]


@pytest.mark.parametrize("data", [b"no zip", b"PK\x03\x04 cut off"])
def test_a_docx_that_is_no_zip(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.docx").write_bytes(data)
    with pytest.raises(ReadError, match=r"a\.docx: not a docx file"):
        read(tmp_path / "a.docx")


def make_pdf(*, encrypted: bool = False, text: bool = True) -> bytes:
    """Two pages with a line of text above and below a ruled table."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    data = io.BytesIO()
    canvas = Canvas(data, encrypt=StandardEncryption("secret") if encrypted else None)
    canvas.setTitle("云舟行业深度")
    for _ in range(2):
        canvas.setFont("STSong-Light", 12)
        if text:
            canvas.drawString(72, 700, "海岳证券研究所 2024年3月18日之后的观察。")
            rows = [["公司", "产品"], ["星河智算", "云舟"], ["北辰科技", "观象"]]
            table = Table(
                rows, style=[("GRID", (0, 0), (-1, -1), 1, "black"), ("FONT", (0, 0), (-1, -1), "STSong-Light")]
            )
            table.wrapOn(canvas, 400, 400)
            table.drawOn(canvas, 72, 500)
            canvas.drawString(72, 400, "表后的一句话。")
        else:
            canvas.rect(72, 72, 200, 200)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def test_pdf_text_and_tables_stand_once_each_with_their_page(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(make_pdf())
    report = read(tmp_path / "a.pdf")
    assert [(block.kind, block.page) for block in report.blocks[:4]] == [
        ("paragraph", 1), ("table", 1), ("paragraph", 1), ("paragraph", 2),
    ]  # fmt: skip
    assert cells_of(report)[0] == [["公司", "产品"], ["星河智算", "云舟"], ["北辰科技", "观象"]]
    assert report.text.count("观象") == 2
    assert report.title == "云舟行业深度"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (make_pdf()[:1500], "the pdf is cut off"),
        (b"%PDF-1.4\nnothing\n%%EOF", "the pdf is damaged"),
        (make_pdf(encrypted=True), "the pdf is encrypted"),
        (make_pdf(text=False), "no text layer"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(ReadError, match=rf"a\.pdf: .*{message}"):
        read(tmp_path / "a.pdf")


class Site(BaseHTTPRequestHandler):
    """A small site: a page, a redirect to it, a picture, and files whose type is a lie."""

    def do_GET(self) -> None:
        pages = {
            "/a": ("text/html; charset=latin-1", PAGE.encode()),
            "/p.png": ("image/png", b"\x89PNG"),
            "/pdf": ("text/html", make_pdf()),
            "/download": ("application/force-download", make_pdf()),
            "/page.pdf": ("application/pdf", PAGE.encode()),
        }
        if self.path == "/old":
            self.send_response(302)
            self.send_header("Location", "/a")
            self.end_headers()
            return
        media_type, body = pages.get(self.path, ("", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", media_type)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Says nothing."""


@contextmanager
def serve() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_url_is_fetched_over_redirects() -> None:
    with serve() as site:
        report = read(f"{site}/old")
        assert report.id == f"{site}/old"
    assert "对话模型云舟" in report.text


@pytest.mark.parametrize(
    ("path", "media_type"), [("/pdf", "application/pdf"), ("/download", "application/pdf"), ("/page.pdf", "text/html")]
)
def test_bytes_say_more_than_a_server(path: str, media_type: str) -> None:
    with serve() as site:
        assert read(site + path).media_type == media_type


def test_an_answer_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.reading.web._MAX_SECONDS", 0.0)
    with serve() as site, pytest.raises(ReadError, match="more than 0 seconds; download it"):
        read(f"{site}/a")


@pytest.mark.parametrize(
    ("path", "message"), [("/none", "answered 404 Not Found"), ("/p.png", "sent image/png, which kg cannot read")]
)
def test_a_url_that_gives_no_report(path: str, message: str) -> None:
    with serve() as site, pytest.raises(ReadError, match=message):
        read(site + path)


def test_a_server_that_is_not_there() -> None:
    with serve() as site:
        pass
    with pytest.raises(ReadError, match=r"cannot be fetched: .*check the URL and the network"):
        read(site)
