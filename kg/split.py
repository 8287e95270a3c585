"""Blocks to sentences that tile them, in order."""

import re
from collections.abc import Iterator

from kg.report import Block, Report, Sentence

# An end, then the brackets and quotes it closes, then white space: all of it belongs to the sentence before.
_END = re.compile(r"(?P<mark>[。！？!?]+|…{2,}|\.(?=\s|$))[”’」』）)\]】》\"']*\s*")
_OPENERS = {"（": "）", "(": ")", "“": "”", "「": "」", "『": "』", "《": "》", "【": "】"}
_CLOSERS = {closer: opener for opener, closer in _OPENERS.items()}
_MARK = re.compile(f"[{''.join(map(re.escape, [*_OPENERS, *_CLOSERS]))}]")
_MAX_BRACKET = 200  # characters; a bracket that reaches further was never closed
_ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Ltd|Co|Corp|Dr|Mr|Mrs|Ms|St|vs|etc|al|e\.g|i\.e|cf|Fig|No|Vol|pp|Prof|Jr|Sr|approx|U\.S|a\.m|p\.m)"
    r"|\b[A-Z]|(?:^|[\s，。；：])\d{1,2})\.$"
)
_MAX_SENTENCE = 2000  # characters; a longer stretch without an end is cut at a comma or a space


def split(report: Report) -> tuple[Sentence, ...]:
    """The sentences of a clean report; those of a block tile it.

    A heading or caption is one sentence, and so is each row of a table. A clause after `；` stays with its sentence.

    >>> from kg.reading import report_from_text
    >>> text = "百度发布文心一言。（预计3.5版。）OpenAI, Inc. 跟进！"
    >>> [text[one.start : one.end] for one in split(report_from_text(text))]
    ['百度发布文心一言。', '（预计3.5版。）', 'OpenAI, Inc. 跟进！']
    """
    return tuple(
        Sentence(start, end, block) for block in report.blocks for start, end in _split_block(report.text, block)
    )


def _split_block(text: str, block: Block) -> Iterator[tuple[int, int]]:
    if block.kind == "table":
        cuts = [match.end() for match in re.compile("\n").finditer(text, block.start, block.end)]
    elif block.kind in ("heading", "caption"):
        cuts = []
    else:
        cuts = list(_find_cuts(text[block.start : block.end], block.start))
    start = block.start
    for cut in [*cuts, block.end]:
        if cut > start:
            yield from _split_long(text, start, cut)
            start = cut


def _find_cuts(text: str, offset: int) -> Iterator[int]:
    """Offsets after the ends of sentences, without those inside brackets and quotes."""
    pairs = _find_pairs(text)
    inside = {position for start, end in pairs for position in range(start + 1, end + 1)}
    opener_of = {end: start for start, end in pairs if text[end] in "）)"}
    for match in _END.finditer(text):
        enclosed = match.start() in inside and match.end() in inside
        if not enclosed and _is_end(text, match) and not _ends_aside(text, match, opener_of):
            yield offset + match.end()


def _find_pairs(text: str) -> list[tuple[int, int]]:
    """Where brackets and quotes open and close; one that reaches too far was never closed."""
    opened: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for match in _MARK.finditer(text):
        char, position = match[0], match.start()
        if char in _OPENERS:
            opened.append((char, position))
            continue
        # What stands open inside was never closed; four deep is as far as writers go.
        while opened and opened[-1][0] != _CLOSERS[char] and any(one == _CLOSERS[char] for one, _ in opened[-4:]):
            opened.pop()
        if opened and opened[-1][0] == _CLOSERS[char]:
            start = opened.pop()[1]
            if position - start <= _MAX_BRACKET:
                pairs.append((start, position))
    return pairs


def _is_end(text: str, match: re.Match[str]) -> bool:
    if match[0][0] == ".":
        head = text[max(0, match.start() - 12) : match.start() + 1]
        return match.end() == len(text) or _ABBREVIATION.search(head) is None
    # A question mark of a URL, or `Yahoo!` before a Latin word, ends nothing.
    after = text[match.end() : match.end() + 1]
    return not (match[0] in "?!" and after.isascii() and after.isalnum())


def _ends_aside(text: str, match: re.Match[str], opener_of: dict[int, int]) -> bool:
    """Whether an end belongs to a bracket in the middle of a sentence, which goes on after it."""
    closer = match.start() + len(match["mark"])
    opener = opener_of.get(closer)
    if opener is None or match.end() == len(text):
        return False
    before = text[max(0, opener - 5) : opener].rstrip()
    return bool(before) and before[-1] not in "。！？!?…”"


def _split_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _MAX_SENTENCE:
        limit = start + _MAX_SENTENCE
        cut = max(text.rfind(char, start + 1, limit) for char in "；，, \t")
        cut = limit if cut < 0 else cut + 1
        yield start, cut
        start = cut
    yield start, end
