"""Encodings, told or not told."""

import codecs
import random

import pytest

from kg.errors import ReadError
from kg.reading.encoding import decode

SIMPLE = "星河智算发布了对话模型“云舟”，参数规模达到百亿级，并与多家银行开展合作。\n公司预计明年营收增长50%。\n"
TRADITIONAL = "星河智算發布了對話模型，參數規模達到百億級，並與多家銀行開展合作。\n公司預計明年營收增長。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"])
def test_simplified_text_in_every_encoding(encoding: str) -> None:
    assert decode(SIMPLE.encode(encoding), "a.txt") == SIMPLE


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "gb18030", "utf-16-be"])
def test_traditional_text_in_every_encoding(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding), "a.txt") == TRADITIONAL


def test_utf_16_mark_of_the_other_byte_order() -> None:
    assert decode(codecs.BOM_UTF16_BE + SIMPLE.encode("utf-16-be"), "a.txt") == SIMPLE


@pytest.mark.parametrize("hint", ["iso-8859-1", "utf-8", "big5", "no-such-encoding"])
def test_a_wrong_hint_is_not_believed(hint: str) -> None:
    assert decode(SIMPLE.encode("gbk"), "a.html", hint=hint) == SIMPLE


def test_a_short_line_of_gbk() -> None:
    assert decode("百度发布文心一言".encode("gbk"), "a.txt") == "百度发布文心一言"


def test_a_few_damaged_bytes_do_not_lose_the_rest() -> None:
    data = (SIMPLE * 20).encode()
    assert SIMPLE * 9 in decode(data[:-2], "a.txt")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4,
        bytes(200),
        random.Random(7).randbytes(4000),
    ],
)
def test_binary_data_is_no_text(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"a\.txt: not a text file"):
        decode(data, "a.txt")
