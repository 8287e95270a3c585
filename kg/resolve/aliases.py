"""What a report itself says of its names: short names, names in brackets, tickers, surnames."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kg.lexicon import Lexicon, Name, name_key
from kg.mention import Mention
from kg.report import Report
from kg.resolve.terms import Term, term_of

# “（以下简称“云图”或“公司”）”: what follows the name, up to the closing bracket.
_BRACKET = re.compile(r"\s{0,2}[（(](?P<inside>[^（()）]{1,60})[）)]")
_STATED = re.compile(
    r"(?:以下简称|以下称|下称|下文简称|简称|缩写为|缩写|又称|又名|也称|亦称|即|英文名称|英文名|英文简称|英文|全称)(?:为|是)?[：:]?\s*"
)
_QUOTES = "“”\"'‘’「」『』《》"
_FIRST = re.compile(r"[，,；;、/]|或者|或|及(?=[“\"「])")
_GENERIC = frozenset(
    {"公司", "本公司", "我公司", "该公司", "我们", "集团", "本集团", "贵公司", "甲方", "乙方", "发行人"}
)
# A-share codes with or without their market, Hong Kong ones with it (2023 alone is a year).
_TICKER = re.compile(r"(?<![\w.])(?:(?P<mainland>\d{6})(?:\.(?:SZ|SH|SS|BJ))?|(?P<hong_kong>\d{4,5})\.HK)(?!\w)", re.I)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")
# In brackets after one of these a field or a class is as often an example as another name.
_NAMED_THINGS = frozenset({"Company", "Organization", "Person", "Product", "Technology"})


@dataclass(slots=True)
class Aliases:
    """Which term stands for which other within one report; a listed name never stands for another.

    Not a value but the union-find that builds one: `join` while reading, `main` afterwards.
    """

    lexicon: Lexicon
    stands_for: dict[Term, Term] = field(default_factory=dict)

    def main(self, term: Term) -> Term:
        """The term that a term stands for in the end; itself, where the report says nothing of it."""
        while term in self.stands_for:
            term = self.stands_for[term]
        return term

    def join(self, weaker: Term, stronger: Term) -> None:
        """Let one term stand for another, unless the name list knows them as two."""
        weaker, stronger = self.main(weaker), self.main(stronger)
        if self._is_listed(weaker):
            weaker, stronger = stronger, weaker
        if weaker != stronger and not self._is_listed(weaker):
            self.stands_for[weaker] = stronger

    def _is_listed(self, term: Term) -> bool:
        return term.find(self.lexicon) is not None


def read_aliases(report: Report, mentions: Sequence[Mention], lexicon: Lexicon) -> Aliases:
    """The aliases that a report states for the names mentioned in it.

    In `星河智能有限公司（以下简称“星河”）发布了…` the first name stands for 星河 in the whole report.
    """
    aliases = Aliases(lexicon)
    known = {term_of(mention.text, mention.type, lexicon) for mention in mentions}
    tickers = _ticker_index(lexicon)
    for mention in sorted(mentions, key=lambda one: (one.start, one.end)):
        bracket = _BRACKET.match(report.text, mention.end)
        if bracket is None:
            continue
        term = term_of(mention.text, mention.type, lexicon)
        if found := _stated_alias(mention, bracket["inside"], known, lexicon):
            aliases.join(*found)
        code = _TICKER.search(bracket["inside"]) if mention.type == "Company" else None
        if code and (name := tickers.get(_ticker_key(code))):
            aliases.join(term, Term(name.type, name_key(name.canonical)))
    for short, full in _surnames(known, mentions, lexicon):
        aliases.join(short, full)
    return aliases


def _stated_alias(mention: Mention, inside: str, known: set[Term], lexicon: Lexicon) -> tuple[Term, Term] | None:
    """The weaker and the stronger of two names of one thing, where the bracket after the first holds the second."""
    stated = _STATED.match(inside)
    text = inside[stated.end() :] if stated else inside
    other = _FIRST.split(text.strip())[0].strip().strip(_QUOTES)
    outer, inner = (term_of(surface, mention.type, lexicon) for surface in (mention.text, other))
    if not inner.key or other in _GENERIC or outer == inner or _differ_in_version(mention, other):
        return None
    if stated:
        # The short name is the stronger: other reports use it, with or without saying what it is short for.
        return (inner, outer) if stated[0].startswith("全称") else (outer, inner)
    if inner not in known or mention.type not in _NAMED_THINGS or _rest_is_a_list(text):
        return None
    if bool(_HAN.search(mention.text)) == bool(_HAN.search(other)):
        return None  # two names of one script side by side are two things as often as one
    return (inner, outer) if _HAN.search(mention.text) else (outer, inner)


def _rest_is_a_list(text: str) -> bool:
    """Whether more than a stock code follows the first item: `（GPU、FPGA）` names examples."""
    return any(_LATIN.search(_TICKER.sub("", part)) or _HAN.search(part) for part in _FIRST.split(text)[1:])


def _differ_in_version(mention: Mention, other: str) -> bool:
    """Whether two names tell versions, sizes or variants of one thing apart: GPT-4 and GPT-4 Turbo, 7B and 70B."""
    keys = name_key(mention.text), name_key(other)
    numbers = [_NUMBERS.findall(key) for key in keys]
    if all(numbers) and numbers[0] != numbers[1]:
        return True
    short, long = sorted(keys, key=len)
    rest = long.removeprefix(short)
    return mention.type in ("Product", "Technology") and rest != long and rest.isascii()


def _ticker_key(code: re.Match[str]) -> str:
    return code["mainland"] or f"{int(code['hong_kong'])}.HK"


def _ticker_index(lexicon: Lexicon) -> dict[str, Name | None]:
    """Listed companies by stock code; None where two share one."""
    index: dict[str, Name | None] = {}
    for name in lexicon.names:
        for code in _TICKER.finditer(name.attributes.get("ticker", "")) if name.type == "Company" else ():
            key = _ticker_key(code)
            index[key] = None if key in index else name
    return index


def _surnames(known: set[Term], mentions: Iterable[Mention], lexicon: Lexicon) -> Iterator[tuple[Term, Term]]:
    """Surname and full name (苏茨克维, 伊尔亚·苏茨克维) where the report has one full name with that surname."""
    full: defaultdict[Term, set[Term]] = defaultdict(set)
    for mention in mentions:
        if mention.type == "Person" and "·" in mention.text:
            surname = term_of(mention.text.rpartition("·")[2], "Person", lexicon)
            full[surname].add(term_of(mention.text, "Person", lexicon))
    for surname, names in sorted(full.items(), key=lambda item: item[0].key):
        if surname in known and len(names) == 1:
            yield surname, names.pop()
