"""One spelling for what means the same: width, traditional forms, punctuation, spaces of layout.

Everything here changes characters in their place or deletes them, so that offsets stay exact. Decided:
full-width letters, digits and signs become ASCII; between Chinese, `, : ; ! ? ( )` and a full stop become
`，：；！？（）。`, as Chinese text is set; between Latin words and in numbers they stay.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import opencc

from kg.clean.traced import Traced

HAN = r"㐀-鿿豈-﫿"
_PUNCTUATION = "，。、；：！？（）《》“”‘’「」『』【】…—"
_KEPT_WIDE = set("，：；！？（）")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]")
_IS_HAN = re.compile(f"[{HAN}]")
_MARK = re.compile(r"[,:;!?().（）]")
_CLOSERS = set("”’》）)」』】%")
_TO_WIDE = str.maketrans(",:;!?().", "，：；！？（）。")

_GAP_AT_MARK = re.compile(rf"(?<=[{_PUNCTUATION}])[ \t]+|[ \t]+(?=[{_PUNCTUATION}])")
_HAN_GAP = re.compile(f"(?<=[{HAN}])[ \t]+(?=[{HAN}])")
_GAP_IN_VERSION = re.compile(r"(?<=[A-Za-z\-]\d\.) (?=\d)|(?<=[A-Za-z\-]\d) (?=\.\d)|(?<=[A-Za-z]-) (?=[A-Z\d])")
# One space alone: more of them are columns.
_SPACED_RUN = re.compile(f"[{HAN}]+(?: [{HAN}]+)+")
_PROSE_MARK = re.compile("[，。；：、！？]")
# Traditional forms that names in simplified text keep (昇腾, 乾照光电; 通用规范汉字表, 2013).
_SIMPLE_TOO = re.compile("[昇乾]")
_ONLY_SPACED = re.compile(f"[{HAN}](?:[ \t]+[{HAN}]){{1,11}}")


@cache
def _width_table() -> dict[int, str]:
    table: dict[int, str] = {}
    ranges = ((0xFF01, 0xFF5F), (0x2F00, 0x2FD6), (0x2E80, 0x2F00), (0xF900, 0xFB00), (0xFE50, 0xFE70))
    for code in (code for start, end in ranges for code in range(start, end)):
        folded = unicodedata.normalize("NFKC", chr(code))
        if len(folded) == 1 and chr(code) not in _KEPT_WIDE:
            table[code] = folded
    spaces = "\u3000\xa0\u202f\u205f\x0b\x0c" + "".join(map(chr, range(0x2000, 0x200B)))
    table.update(dict.fromkeys(map(ord, spaces), " "))
    return table


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _traditional_table() -> dict[int, str]:
    chars = [chr(code) for start, end in ((0x3400, 0x4DC0), (0x4E00, 0xA000)) for code in range(start, end)]
    simple = _converter().convert("\n".join(chars)).split("\n")
    return {ord(old): new for old, new in zip(chars, simple, strict=True) if old != new and len(new) == 1}


def fold_width(text: str) -> str:
    """Full-width letters, digits and signs, compatibility Han and odd spaces in their plain form; the length stays.

    >>> fold_width("ＧＰＴ－４，⼈⼯智能　１００％")
    'GPT-4，人工智能 100%'
    """
    return text if text.isascii() else text.translate(_width_table())


def fold_traditional(text: str) -> str:
    """Traditional Han as simplified; the length stays.

    >>> fold_traditional("昇騰上的機器學習")
    '昇腾上的机器学习'
    """
    if text.isascii():
        return text
    by_char = text.translate(_traditional_table())
    if by_char == text:
        return text
    # Phrases decide what characters alone cannot (後 and 后), as long as every character keeps its place.
    by_phrase: str = _converter().convert(text)
    folded = by_phrase if len(by_phrase) == len(text) else by_char
    if not _SIMPLE_TOO.search(text):
        return folded
    return "".join(old if _SIMPLE_TOO.match(old) else new for old, new in zip(text, folded, strict=True))


def fold_characters(line: Traced) -> Traced:
    """A line with its width and traditional forms folded, without invisible characters."""
    visible = line.delete(_INVISIBLE) if not line.text.isprintable() else line
    return visible.map(lambda text: fold_traditional(fold_width(text)))


def fold_punctuation(text: str) -> str:
    """ASCII marks between Chinese as Chinese marks; the length stays.

    >>> fold_punctuation("逻辑,我们认为(RLHF)训练 11,295 次:有效.")
    '逻辑，我们认为（RLHF）训练 11,295 次：有效。'
    """
    if not _IS_HAN.search(text):
        return text
    marks = [match.start() for match in _MARK.finditer(text)]
    if not marks:
        return text
    chars = list(text)
    opened: list[int] = []
    for index in marks:
        if chars[index] in "(（":
            opened.append(index)
        elif chars[index] in ")）":
            _fold_brackets(text, chars, opened.pop() if opened else None, index)
        elif _is_chinese_mark(text, index):
            chars[index] = chars[index].translate(_TO_WIDE)
    for index in opened:
        if _beside_han(text, index):
            chars[index] = "（"
    return "".join(chars)


def _fold_brackets(text: str, chars: list[str], start: int | None, end: int) -> None:
    if start is None:  # `1)` stays, so that it is the mark of an item
        if _before(text, end) and _is_han(_before(text, end)):
            chars[end] = "）"
    elif text[start] == "（" or text[end] == "）" or _beside_han(text, start) or _beside_han(text, end):
        chars[start], chars[end] = "（", "）"


def _is_chinese_mark(text: str, index: int) -> bool:
    before, after = _before(text, index), _after(text, index)
    if text[index] == ".":
        return (index > 3 and _is_han(before) and text[index + 1 : index + 2] in ("", " ", *_CLOSERS)) or (
            index > 3 and _is_han(before) and _is_han(after)
        )
    if _is_han(before) or (before in _CLOSERS and _is_han(after)):
        return True
    tight = text[index + 1 : index + 2] == after and before.isalnum()
    if text[index] == "," and tight and after.isalpha():
        return True
    return tight and _is_han(after)


def _beside_han(text: str, index: int) -> bool:
    return _is_han(_before(text, index)) or _is_han(_after(text, index))


def _is_han(char: str) -> bool:
    return bool(char) and _IS_HAN.match(char) is not None


def _before(text: str, index: int) -> str:
    """The nearest character before that is no space, at most two away."""
    return text[max(0, index - 2) : index].rstrip()[-1:]


def _after(text: str, index: int) -> str:
    return text[index + 1 : index + 3].lstrip()[:1]


def fold_spaces(line: Traced) -> Traced:
    """Without the spaces that layout put between Chinese characters, beside Chinese marks, or into `GPT-3. 5`.

    Spaces stay where they separate: short cells, or a row of names (`中际旭创 新易盛 天孚通信`).
    """
    if " " not in line.text and "\t" not in line.text:
        return line
    line = line.delete(_GAP_AT_MARK).delete(_GAP_IN_VERSION)
    if _ONLY_SPACED.fullmatch(line.text):
        return line.delete(_HAN_GAP)
    if len(line.text) < 30 and not _PROSE_MARK.search(line.text):
        return line
    return line.cut(list(_noise_gaps(line.text)))


def _noise_gaps(text: str) -> Iterator[tuple[int, int]]:
    for run in _SPACED_RUN.finditer(text):
        words = run[0].split(" ")
        if len(words) >= 3 and all(2 <= len(word) <= 6 for word in words):
            continue  # a row of words
        position = run.start()
        for word in words[:-1]:
            position += len(word) + 1
            yield position - 1, position
