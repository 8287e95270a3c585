"""Names that a report introduces itself: they hold in that report, and nowhere else."""

import re
from collections.abc import Iterable, Iterator, Set

from kg.extraction.candidates import Candidate
from kg.lexicon import Name

# 科大讯飞（iFLYTEK）；深圳某某有限公司（以下简称“某某”）
_BRACKET = re.compile(
    r"[（(](?:(以下简称|下称|简称|又称|又名)[为：:]?)?\s?[“\"‘「]?([^“”\"‘’「」（）()，、；;。\n]{2,24})[”\"’」]?[）)]"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9&.' \-]*")
_SURE = (
    "ticker",
    "quoted lead",
    "titled",
    "suffix 有限公司",
    "suffix 科技",
    "suffix 股份",
    "suffix 智能",
    "suffix 集团",
)


def find_stated(text: str, names: Iterable[Candidate], listed: Set[str]) -> tuple[Name, ...]:
    """The names that forms told for sure, and the short forms that brackets give to names.

    Args:
        text: of the whole report.
        names: the names of the text, in order.
        listed: spellings that the name list has; they keep what it says.
    """
    stated: dict[str, Name] = {}
    for name in names:
        surface = text[name.start : name.end]
        if name.rule in _SURE and len(surface) > 2:
            stated.setdefault(surface, Name(name.type, name.canonical))
        for alias in _aliases(text, name, surface):
            if alias not in listed:
                stated.setdefault(alias, Name(name.type, name.canonical, (alias,)))
    return tuple(stated.values())


def _aliases(text: str, name: Candidate, surface: str) -> Iterator[str]:
    end = name.end + (text[name.end : name.end + 1] in ("”", "》"))
    found = _BRACKET.match(text, end)
    if not found:
        return
    introduced, alias = found.group(1), found.group(2).strip()
    latin = bool(_LATIN.fullmatch(alias)) and not surface.isascii()
    if introduced or latin:
        yield alias
