"""Tables: what each form of output makes of rows."""

import csv
import io
import json

import pytest

from kg.table import Table, cell_text

TABLE = Table(("公司", "数额", "产品"), (("百度", 3.5, ["文心一言", "文心一格"]), ("某|公司", None, [])))


def test_rows_are_read_by_column():
    assert (len(TABLE), next(iter(TABLE))["产品"]) == (2, ["文心一言", "文心一格"])


def test_json_keeps_values_and_han_characters():
    assert json.loads(TABLE.to_json()) == list(TABLE)
    assert "文心一言" in TABLE.to_json()


def test_csv_reads_back_with_lists_joined():
    rows = list(csv.reader(io.StringIO(Table(("a", "b"), (('说"好"', ["x,y", "z"]),)).to_csv())))
    assert rows == [["a", "b"], ['说"好"', "x,y; z"]]


def test_markdown_keeps_one_line_a_row():
    lines = Table(("a|b",), (("一\r\n二|三",),)).to_markdown().split("\n")
    assert lines == [r"| a\|b |", "| --- |", r"| 一 二\|三 |"]


def test_notebook_form_escapes_what_reports_hold():
    assert "<td>&lt;b&gt;</td>" in Table(("x",), (("<b>",),))._repr_html_()


def test_pandas_form_has_the_columns_even_without_rows():
    assert list(Table(("a", "b"), ()).to_pandas().columns) == ["a", "b"]
    assert TABLE.to_pandas()["公司"].tolist() == ["百度", "某|公司"]


def test_printed_form_aligns_columns_of_han_and_latin():
    text = str(Table(("name", "n"), (("百度", 1), ("OpenAI", 22), ("", None))))
    assert text.split("\n") == ["name    n", "──────  ──", "百度    1", "OpenAI  22", ""]


def test_printed_form_cuts_long_cells_and_joins_lines():
    lines = str(Table(("quote",), (("很" * 50,), ("一\n二",)))).split("\n")
    assert lines[2] == "很" * 29 + "…"
    assert lines[3] == "一 二"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "True"),
        (300_000_000.0, "300000000"),
        (1234567.89, "1234567.89"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "1e-07"),
        (["甲", None, 2.0], "甲; ; 2"),
        ({"甲": [1, 2]}, "甲: 1; 2"),
    ],
)
def test_cell_shows_a_value_as_people_write_it(value: object, text: str):
    assert cell_text(value) == text


def test_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="zip"):
        list(Table(("a",), ((1, 2),)))
