"""Word files: all that a reader sees in them is read, whatever wraps it."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kg.errors import ReadError
from kg.reading import find_sources, read_report
from kg.report import Report


def read(location: Path) -> Report:
    (source,) = find_sources([location])
    return read_report(source, max_chars=1_000_000)


def texts_of(report: Report) -> list[str]:
    return [report.text[block.start : block.end] for block in report.blocks]


def save_docx(path: Path, document: Document) -> Path:
    document.save(str(path))
    return path


def test_docx_text_of_revisions_controls_and_boxes_is_read(tmp_path: Path) -> None:
    names = nsdecls("w")
    document = docx.Document()
    paragraph = document.add_paragraph("公司")
    for tag, text in (
        ("ins", "<w:t>新增</w:t>"),
        ("del", "<w:delText>删去</w:delText>"),
        ("smartTag", "<w:t>标记</w:t>"),
    ):
        paragraph._p.append(parse_xml(f"<w:{tag} {names}><w:r>{text}</w:r></w:{tag}>"))
    box = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
    paragraph._p.append(parse_xml(f"<w:r {names}><w:pict>{box}</w:pict></w:r>"))
    control = f"<w:sdt {names}><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(0, parse_xml(control))
    assert texts_of(read(save_docx(tmp_path / "a.docx", document))) == ["控件", "公司新增标记", "框内"]


def test_docx_tables_inside_tables_follow_the_outer_one(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    for index, word in enumerate(["公司", "产品", "星河智算"]):
        table.cell(index // 2, index % 2).text = word
    inner = table.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "云舟", "2023"
    assert texts_of(read(save_docx(tmp_path / "a.docx", document))) == ["公司\t产品\n星河智算\t", "云舟\t2023"]


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ('<w:vMerge w:val="restart"/>', "公司\t产品\n星河\t云舟"),
        ("<w:vMerge/>", "公司\t产品\n公司\t云舟"),
        ('<w:gridSpan w:val="2"/>', "公司\t产品\n星河\t\t云舟"),
        ('<w:gridSpan w:val="bad"/>', "公司\t产品\n星河\t云舟"),
    ],
)
def test_docx_cells_merged_well_or_badly(tmp_path: Path, properties: str, text: str) -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    for index, word in enumerate(["公司", "产品", "星河", "云舟"]):
        table.cell(index // 2, index % 2).text = word
    lower = table.cell(1, 0)._tc.get_or_add_tcPr()
    lower.append(parse_xml(properties.replace("/>", f" {nsdecls('w')}/>")))
    assert texts_of(read(save_docx(tmp_path / "a.docx", document))) == [text]


def test_a_docx_column_merged_with_nothing_above_it_is_read(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "星河", "云舟"
    for cell in table._cells:
        cell._tc.get_or_add_tcPr().append(parse_xml(f"<w:vMerge {nsdecls('w')}/>"))
    assert texts_of(read(save_docx(tmp_path / "a.docx", document))) == ["星河\t云舟"]


def test_docx_notes_follow_the_text(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("云舟已发布。")
    xml = (
        f"<w:footnotes {nsdecls('w')}><w:footnote><w:p><w:r><w:t>见年报。</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, xml.encode(), document.part.package)
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    assert texts_of(read(save_docx(tmp_path / "a.docx", document))) == ["云舟已发布。", "见年报。"]


def test_a_docx_table_of_one_cell_is_a_frame_around_text(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).add_paragraph("正文").insert_paragraph_before("摘要")
    report = read(save_docx(tmp_path / "a.docx", document))
    assert [block.kind for block in report.blocks] == ["paragraph", "paragraph"]


def test_docx_styles_made_from_heading_styles_are_headings(tmp_path: Path) -> None:
    document = docx.Document()
    document.styles.add_style("我的二级", 1).base_style = document.styles["Heading 2"]
    document.add_heading("云舟年报", 0)
    document.add_paragraph("细分市场", style="我的二级")
    report = read(save_docx(tmp_path / "a.docx", document))
    assert ([block.kind for block in report.blocks], report.title) == (["heading", "heading"], "云舟年报")


def test_another_office_file_is_refused_as_what_it_is(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(save_docx(tmp_path / "a.docx", docx.Document())) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"wordprocessingml.document.main", b"spreadsheetml.sheet.main"))
    (tmp_path / "b.docx").write_bytes(data.getvalue())
    with pytest.raises(ReadError, match=r"b\.docx: not a Word file") as caught:
        read(tmp_path / "b.docx")
    assert "\n" not in str(caught.value)
