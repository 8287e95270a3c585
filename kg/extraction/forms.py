"""Names told by their form: endings, tickers, quotes, titles, version numbers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from kg.errors import SeedError
from kg.extraction.candidates import Candidate
from kg.extraction.edges import HAN, ends_word, left_edge, legal_edge
from kg.extraction.latin import LatinForm, find_latin
from kg.extraction.triggers import warn_unknown
from kg.ontology import Ontology
from kg.resources import read_seed

# A mark of the class of shares before the bracket is no part of the name: 百度集团-SW（9888.HK）.
_TICKER = re.compile(
    r"(?:-[SWBUDRNX]{1,2})?[（(](?:[06389]\d{5}(?:\.(?:SZ|SH|BJ|OC))?|\d{4,5}\.HK|[A-Z]{1,5}\.(?:US|O|N|OQ))[）)]"
)
_VERSIONED = (
    r"(?<![A-Za-z0-9.\-])[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)?(?:[- ]?[vV]?|-[A-Z]{1,2})\d+(?:\.\d+)*[A-Za-z]{0,4}"
    r"(?:-[A-Za-z0-9.]*[A-Za-z0-9])*\+?(?![A-Za-z0-9]| ?[年月日亿万%])"
)
_FOREIGN = (
    "阿埃艾安奥巴贝本比彼波伯博布查达戴丹德迪杜多法菲费佛弗福盖戈格古哈海汉赫亨华怀霍基吉加杰卡凯康柯科克肯拉莱兰朗劳勒雷里利莉林琳卢鲁路罗洛马麦曼梅米密莫默姆穆纳南"
    "内尼诺欧帕佩皮普乔琼瑞萨塞森沙山舍什史斯坦特汤唐提廷托瓦威韦维温文沃西希夏肖谢辛雅亚延伊因尤约泽詹珍尔恩娜妮丝娅士顿根登朱朵茨奇切夫娃芬伦黎施桑苏塔泰图贾金津诺"
    "娃蒂狄迈门孟"
)
_FOREIGN_NAME = re.compile(rf"[{_FOREIGN}]{{1,7}}[·・•][{_FOREIGN}]{{1,8}}(?:[·・•][{_FOREIGN}]{{1,8}})?")
_LATIN_PERSON = r"[A-Z][a-z]+(?: [A-Z]\.?)?(?: [A-Z][a-z]+){1,2}"


@dataclass(frozen=True, slots=True)
class Form:
    """One way to tell names of a type: a regular expression and how to read a match of it."""

    type: str
    kind: str
    regex: re.Pattern[str]
    scores: dict[str, float]


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of names, from the [names.…] tables of a trigger file; `no_names` are words that hold no name."""

    path: Path
    forms: tuple[Form, ...]
    latin: tuple[LatinForm, ...] = ()
    no_names: frozenset[str] = frozenset()

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """The forms of a file such as `seeds/triggers.toml`.

        Raises:
            SeedError: the file cannot be read, or has a form that cannot be used.
        """
        whole = read_seed(path, "triggers")
        tables = whole.get("names", {})
        entries = [(label, kind, table) for label, kinds in tables.items() for kind, table in kinds.items()]
        forms = tuple(_read_form(path, *entry) for entry in entries if entry[1] != "latin")
        latin = tuple(_read_latin(path, label, table) for label, kind, table in entries if kind == "latin")
        return cls(path, forms, latin, frozenset(whole.get("no_names", ())))

    def restrict(self, ontology: Ontology) -> Self:
        """The forms of the types that an ontology declares; one warning names the others."""
        types = {form.type for form in self.forms} | {form.type for form in self.latin}
        warn_unknown(self.path, "types", types - ontology.types.keys())
        forms = tuple(form for form in self.forms if form.type in ontology.types)
        return replace(self, forms=forms, latin=tuple(form for form in self.latin if form.type in ontology.types))

    def is_short(self, label: str, name: str) -> bool:
        """Whether a listed name of a type is so short that it must stand free."""
        return not name.isascii() and any(
            form.kind == "short" and form.type == label and len(name) <= form.scores[""] for form in self.forms
        )

    @property
    def headers(self) -> dict[str, str]:
        """The words of a column's head, longest first, and the type of the names under it."""
        words = [(word, form.type) for form in self.forms if form.kind == "columns" for word in form.scores]
        return dict(sorted(words, key=lambda entry: -len(entry[0])))

    @property
    def common_types(self) -> frozenset[str]:
        """The types whose names are common words, of which two make a longer one."""
        return frozenset(form.type for form in self.forms if form.scores.get("compounds"))

    def told_type(self, text: str, start: int, end: int, types: set[str]) -> str | None:
        """Which of some types the words beside a name tell."""
        return next((form.type for form in self.latin if form.type in types and form.tells(text, start, end)), None)

    def has_versions(self, label: str) -> bool:
        """Whether names of a type come in versions, so that a number behind one makes it another."""
        return any(form.kind == "versioned" and form.type == label for form in self.forms)

    def find(self, text: str) -> Iterator[Candidate]:
        """All candidates of a text, overlapping ones too."""
        for form in self.forms:
            yield from _READERS[form.kind](form, text)
        yield from find_latin(text, self.latin)


def _read_form(path: Path, label: str, kind: str, table: dict[str, Any]) -> Form:  # Any: TOML values
    try:
        regex, scores = _COMPILERS[kind](table)
    except (KeyError, TypeError, AttributeError) as error:
        raise SeedError(
            f"{path}: names.{label}.{kind} cannot be read ({error!r}); forms are {sorted(_COMPILERS)}"
        ) from error
    return Form(label, kind, regex, scores)


def _read_latin(path: Path, label: str, table: dict[str, Any]) -> LatinForm:
    try:
        return LatinForm.from_table(label, table)
    except (KeyError, TypeError, ValueError) as error:
        raise SeedError(f"{path}: names.{label}.latin cannot be read ({error!r})") from error


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _compile_suffixes(table: dict[str, float]) -> tuple[re.Pattern[str], dict[str, float]]:
    return re.compile(_any_of(list(table))), {key: float(score) for key, score in table.items()}


def _compile_quoted(table: dict[str, Any]) -> tuple[re.Pattern[str], dict[str, float]]:
    name = "[“「‘『]([^“”「」‘’『』，。；：！？、\n]{2,14})[”」’』]"
    regex = f"(?:{_any_of(table['leads'])})了?{name}|{name}(?={_any_of(table['classes'])})"
    return re.compile(regex), {"": float(table["score"])}


def _compile_versioned(table: dict[str, Any]) -> tuple[re.Pattern[str], dict[str, float]]:
    return re.compile(f"(?!(?:{_any_of(table['not'])})[- .]?[vV]?\\d){_VERSIONED}"), {"": float(table["score"])}


def _compile_titled(table: dict[str, Any]) -> tuple[re.Pattern[str], dict[str, float]]:
    titles = _any_of(table["titles"])
    han = f"(?!{_any_of(table.get('not', [])) or '(?!)'})[{table['surnames']}][{HAN}]{{1,2}}"
    acts = _any_of(table["acts"])
    regex = (
        f"(?:{titles})[：: ]?(?:(?P<han>{han})|(?P<latin>{_LATIN_PERSON}))"
        f"|(?<![{HAN}])(?P<actor>{han}?)(?={acts})|由(?P<founder>{han})(?=等|创|、|与|于|在)"
    )
    return re.compile(regex), {"": float(table["score"])}


def _find_suffixes(form: Form, text: str) -> Iterator[Candidate]:
    for found in form.regex.finditer(text):
        whole = found.group().endswith("公司")
        longest = 12 if len(found.group()) > 2 else 6
        start = legal_edge(text, found.start()) if whole else left_edge(text, found.start(), longest)
        fits_right = whole or ends_word(text, found.end())
        if start is not None and found.start() - start >= 2 and fits_right:
            yield _candidate(form, text, start, found.end(), form.scores[found.group()], f"suffix {found.group()}")


def _find_tickers(form: Form, text: str) -> Iterator[Candidate]:
    for found in form.regex.finditer(text):
        start = left_edge(text, found.start(), 12)
        if start is not None and found.start() - start >= 2:
            yield _candidate(form, text, start, found.start(), form.scores[""], "ticker")


def _find_quoted(form: Form, text: str) -> Iterator[Candidate]:
    for found in form.regex.finditer(text):
        group = 1 if found.group(1) else 2
        yield _candidate(
            form, text, *found.span(group), form.scores[""], "quoted lead" if group == 1 else "quoted class"
        )


def _find_versioned(form: Form, text: str) -> Iterator[Candidate]:
    for found in form.regex.finditer(text):
        yield _candidate(form, text, *found.span(), form.scores[""], "versioned")


def _find_titled(form: Form, text: str) -> Iterator[Candidate]:
    for found in form.regex.finditer(text):
        if found.group("latin"):
            yield _candidate(form, text, *found.span("latin"), form.scores[""], "titled latin")
            continue
        if found.group("han") is None:
            yield _candidate(
                form, text, *found.span(found.lastgroup or 0), form.scores[""], f"titled {found.lastgroup}"
            )
            continue
        start, end = found.span("han")
        for last in (end, end - 1):
            if last - start >= 2 and ends_word(text, last):
                yield _candidate(form, text, start, last, form.scores[""], "titled")
                break
    for found in _FOREIGN_NAME.finditer(text):
        yield _candidate(form, text, *found.span(), form.scores[""], "foreign")


def _candidate(form: Form, text: str, start: int, end: int, score: float, rule: str) -> Candidate:
    return Candidate(start, end, form.type, text[start:end], score, rule)


_Compiled = tuple[re.Pattern[str], dict[str, float]]
_NOTHING = re.compile(r"(?!)")


def _compile_ticker(table: dict[str, Any]) -> _Compiled:
    return _TICKER, {"": float(table["score"])}


def _compile_columns(table: dict[str, Any]) -> _Compiled:
    return _NOTHING, dict.fromkeys(table["heads"], 1.0)


def _compile_short(table: dict[str, Any]) -> _Compiled:
    return _NOTHING, {"": float(table["signs"]), "compounds": float(table.get("compounds", False))}


def _find_nothing(form: Form, text: str) -> Iterator[Candidate]:
    return iter(())


# columns and short are no patterns: names.py asks for them.
_COMPILERS: dict[str, Callable[[dict[str, Any]], _Compiled]] = {
    "suffixes": _compile_suffixes,
    "quoted": _compile_quoted,
    "titled": _compile_titled,
    "ticker": _compile_ticker,
    "versioned": _compile_versioned,
    "columns": _compile_columns,
    "short": _compile_short,
}
_READERS: dict[str, Callable[[Form, str], Iterator[Candidate]]] = {
    "suffixes": _find_suffixes,
    "quoted": _find_quoted,
    "titled": _find_titled,
    "ticker": _find_tickers,
    "versioned": _find_versioned,
    "columns": _find_nothing,
    "short": _find_nothing,
}
