"""Where the two names of a fact stand in its raw quote, which may break, widen or misspell them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

PLAIN, SUBJECT, OBJECT = 0, 1, 2


def mark(quote: str, clean: str, subject: Iterable[str], obj: Iterable[str]) -> list[tuple[str, int]]:
    r"""The quote in parts, each with what it is: 0 plain text, 1 a name of the subject, 2 one of the object.

    Args:
        quote: raw text, as a reader of the report finds it.
        clean: the same sentence as clean text, in which the names are spelled as known.
        subject: every spelling to look for.
        obj: likewise.

    >>> mark("百度发布文心\n一言", "百度发布文心一言", ["百度"], ["文心一言"])
    [('百度', 1), ('发布', 0), ('文心\n一言', 2)]
    """
    spans = _find_spans(clean, subject, obj)
    if not spans:
        clean, spans = quote, _find_spans(quote, subject, obj)
    to_quote = _alignment(clean, quote)
    parts = []
    done = 0
    for start, end, kind in spans:
        first, last = to_quote[start], to_quote[end - 1] + 1
        if first < done or last <= first:
            continue
        parts += [(quote[done:first], PLAIN), (quote[first:last], kind)]
        done = last
    return [part for part in [*parts, (quote[done:], PLAIN)] if part[0]]


def _find_spans(text: str, subject: Iterable[str], obj: Iterable[str]) -> list[tuple[int, int, int]]:
    kinds = {"".join(name.split()): kind for names, kind in ((obj, OBJECT), (subject, SUBJECT)) for name in names}
    kinds.pop("", None)
    if not kinds:
        return []
    # The longest first: 百度 must not take its part of 百度智能云.
    pattern = re.compile("|".join(_spelling(name) for name in sorted(kinds, key=lambda name: (-len(name), name))), re.I)
    folded = {name.casefold(): kind for name, kind in kinds.items()}
    found = []
    for match in pattern.finditer(text):
        kind = folded.get("".join(match[0].split()).casefold(), PLAIN)
        found.append((match.start(), match.end(), kind))
    return found


def _spelling(name: str) -> str:
    """A pattern for a name that line breaks may part; a Latin one is not found inside a longer word."""
    before = r"(?<![A-Za-z0-9])" if re.match(r"[A-Za-z0-9]", name) else ""
    after = r"(?![A-Za-z0-9])" if re.search(r"[A-Za-z0-9]$", name) else ""
    return before + r"\s*".join(map(re.escape, name)) + after


def _alignment(clean: str, quote: str) -> list[int]:
    """For each clean character the quote's character it stands for (the nearest before it, where one was added)."""
    if clean == quote:
        return list(range(len(clean)))
    places = [0] * len(clean)
    for _, start, end, quote_start, quote_end in SequenceMatcher(None, clean, quote, autojunk=False).get_opcodes():
        for offset in range(end - start):
            places[start + offset] = min(quote_start + offset, max(quote_end - 1, 0), len(quote) - 1)
    return places


def utf16_range(text: str, start: int, end: int) -> tuple[int, int]:
    """A range of a text, clipped to it, in the units that JavaScript counts strings in."""
    start = min(max(start, 0), len(text))
    end = min(max(end, start), len(text))
    return _utf16_length(text[:start]), _utf16_length(text[:end])


def _utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
