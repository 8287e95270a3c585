"""When: time expressions of a text, as written and as ISO dates relative to the report's date."""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kg.mention import Time

_GAP = r"[ \u3000]?"
_YEAR4 = r"(?<![\d.,A-Za-z-])(?P<year>(?:19|20)\d{2})"
_YEAR2 = r"(?<![\d.,A-Za-z-])(?P<year>[0-4]\d)"
_YEAR = (
    r"(?<![\d.,A-Za-z-])(?P<year>(?:19|20)\d{2}|[0-4]\d|二[〇零○][〇零○一二][〇零○一二三四五六七八九]"
    r"|今|去|明|前|次|翌|同|当|本)"
)
_MONTH = r"(?P<month>0?[1-9]|1[0-2]|十[一二]?|[一二三四五六七八九])"
_BARE_MONTH = r"(?<![\d.,/~～\-A-Za-z])(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_HALF = r"(?P<half>上半年|下半年|[Hh][12](?![\dA-Za-z])|[12][Hh](?![\dA-Za-z]))"
_QUARTER = r"(?P<quarter>第[一二三四1-4]季度?|[一二三四1-4]季度|[Qq][1-4](?![\dA-Za-z])|[1-4][Qq](?![\dA-Za-z]))"
_PART = r"(?P<part>[初末底中](?![国心信期标文芯科层座端部])|上旬|中旬|下旬|春季?|夏季?|秋季?|冬季?|年初|年中|年底|年末)"
_TAIL = (
    r"(?:起|内(?![部容存置生外])|前后|以来|以后|之前|前(?![三五十百沿期身后瞻往景]|[一二]大|\d)"
    r"|凌晨)?"
)
_CHINESE = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "十": 10}
_WORDS = {"今": 0, "本": 0, "去": -1, "前": -2, "明": 1, "后": 2}
_ANCHORED = {"同": 0, "当": 0, "次": 1, "翌": 1}

Interval = tuple[date, date]


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time at characters `start:end` of the text it was found in."""

    start: int
    end: int
    time: Time


@dataclass(frozen=True, slots=True)
class _Context:
    """What fixes a year that is not written: the year last written in the text, else the report's date."""

    published: date | None
    anchor: int | None = None


Reader = Callable[[re.Match[str], _Context], Interval | None]


def find_times(text: str, published: date | None = None, *, wide: bool = False) -> tuple[TimeSpan, ...]:
    """Every time expression of a text, in order, the longest where several overlap.

    Args:
        text: of one sentence or a few.
        published: the date of the report, which fixes what the text leaves open.
        wide: also what is a time only where something happens then: a bare year, `6/28`, 上周.

    >>> [found.time.start for found in find_times("2023年1月，微软追加投资；2月7日发布新版必应。")]
    ['2023-01-01', '2023-02-07']
    """
    found: list[TimeSpan] = []
    context = _Context(published)
    for match, read in _longest(text, _PATTERNS + _WIDE if wide else _PATTERNS):
        interval = read(match, context)
        if (year := match.groupdict().get("year")) and interval and year not in _ANCHORED:
            context = _Context(published, interval[0].year)
        found.append(TimeSpan(match.start(), match.end(), _to_time(match.group(), interval)))
    return tuple(found)


def read_time(cell: str, published: date | None = None) -> Time | None:
    """The time that a table cell of a date column says; here a bare year or `3/14` is one too."""
    if found := find_times(cell, published):
        return found[0].time
    text = cell.strip()
    if match := re.fullmatch(r"(?P<year>(?:19|20)\d{2})(?:[AE])?", text):
        return _to_time(text, _year(match, _Context(published)))
    if match := re.fullmatch(r"(?P<month>0?[1-9]|1[0-2])/(?P<day>[12]\d|3[01]|0?[1-9])", text):
        return _to_time(text, _bare_day(match, _Context(published)))
    return None


def _to_time(text: str, interval: Interval | None) -> Time:
    if interval is None:
        return Time(text, None, None)
    return Time(text, interval[0].isoformat(), interval[1].isoformat())


def _longest(text: str, patterns: "Patterns") -> Iterator[tuple[re.Match[str], Reader]]:
    matches = [(match, read) for pattern, read in patterns for match in pattern.finditer(text)]
    matches.sort(key=lambda one: (one[0].start(), -one[0].end()))
    reached = 0
    for match, read in matches:
        if match.start() >= reached:
            reached = match.end()
            yield match, read


def _number(digits: str) -> int:
    """The number of Arabic or Chinese digits: `十二` and `12`."""
    if digits.isdecimal() and digits.isascii():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    return (10 * (_CHINESE[tens] if tens else 1) if ten else 0) + (_CHINESE[ones] if ones else 0)


def _year_of(match: re.Match[str], context: _Context) -> int | None:
    """The year a match names; None where only the report's unknown date would fix it."""
    year = match.group("year")
    if year in _WORDS:
        return context.published.year + _WORDS[year] if context.published else None
    if year in _ANCHORED:
        return context.anchor + _ANCHORED[year] if context.anchor else None
    if not year.isascii():
        return int("".join(str(_CHINESE[digit]) for digit in year))
    return int(year) if len(year) == 4 else 2000 + int(year)


def _months(year: int | None, first: int, last: int) -> Interval | None:
    if year is None:
        return None
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _day(year: int | None, month: int, day: int) -> Interval | None:
    if year is None or day > calendar.monthrange(year, month)[1]:
        return None
    return date(year, month, day), date(year, month, day)


def _year(match: re.Match[str], context: _Context) -> Interval | None:
    return _months(_year_of(match, context), 1, 12)


def _month(match: re.Match[str], context: _Context) -> Interval | None:
    month = _number(match.group("month"))
    return _part_of_month(match, _months(_year_of(match, context), month, month))


def _full_day(match: re.Match[str], context: _Context) -> Interval | None:
    return _day(_year_of(match, context), _number(match.group("month")), _number(match.group("day")))


def _nearest_year(month: int, context: _Context) -> int | None:
    """The year of a month without one: the text's own, else the one that brings it nearest to the report."""
    if context.anchor:
        return context.anchor
    if context.published is None:
        return None
    away = month - context.published.month
    return context.published.year + (1 if away < -6 else -1 if away > 6 else 0)


def _bare_month(match: re.Match[str], context: _Context) -> Interval | None:
    month = _number(match.group("month"))
    return _part_of_month(match, _months(_nearest_year(month, context), month, month))


def _bare_day(match: re.Match[str], context: _Context) -> Interval | None:
    month = _number(match.group("month"))
    return _day(_nearest_year(month, context), month, _number(match.group("day")))


def _part_of_month(match: re.Match[str], interval: Interval | None) -> Interval | None:
    part = match.groupdict().get("part")
    if interval is None or part is None:
        return interval
    first, last = interval
    if part in ("初", "上旬"):
        return first, first.replace(day=10)
    return (first.replace(day=11), first.replace(day=20)) if part in ("中", "中旬") else (first.replace(day=21), last)


_SEASONS = {"春": (3, 5), "夏": (6, 8), "秋": (9, 11)}
_PARTS = {"初": (1, 3), "中": (5, 8), "底": (10, 12), "末": (10, 12)}


def _part_of_year(match: re.Match[str], context: _Context) -> Interval | None:
    year, part = _written_or_own_year(match, context), match.group("part")
    months = _SEASONS.get(part[0]) or _PARTS.get(part[-1])
    return _months(year, *months) if months else None  # winter lies in two years


def _half(match: re.Match[str], context: _Context) -> Interval | None:
    first = 1 if re.search("[上1]", match.group("half")) else 7
    return _months(_written_or_own_year(match, context), first, first + 5)


def _quarter(match: re.Match[str], context: _Context) -> Interval | None:
    digit = re.search("[一二三四1-4]", match.group("quarter"))
    last = 3 * _number(digit.group()) if digit else 12
    return _months(_written_or_own_year(match, context), last - 2, last)


def _written_or_own_year(match: re.Match[str], context: _Context) -> int | None:
    if match.groupdict().get("year"):
        return _year_of(match, context)
    return context.anchor or (context.published.year if context.published else None)


def _this_year(_: re.Match[str], context: _Context) -> Interval | None:
    return _months(context.published.year, 1, 12) if context.published else None


def _years(match: re.Match[str], context: _Context) -> Interval | None:
    first = _year_of(match, context)
    last = int(match.group("last")) + (2000 if len(match.group("last")) == 2 else 0)
    return (date(first, 1, 1), date(last, 12, 31)) if first is not None and first <= last else None


def _month_range(match: re.Match[str], context: _Context) -> Interval | None:
    first, last = _number(match.group("month")), int(match.group("last"))
    return _months(_year_of(match, context), first, last) if first <= last <= 12 else None


def _plan(match: re.Match[str], _: _Context) -> Interval:
    """A five-year plan: the 14th ran from 2021 through 2025."""
    first = 1951 + 5 * (10 + _number(match.group("plan")))
    return date(first, 1, 1), date(first + 4, 12, 31)


def _this_day(match: re.Match[str], context: _Context) -> Interval | None:
    if context.published is None:
        return None
    if day := match.groupdict().get("day"):
        return _day(context.published.year, context.published.month, int(day))
    on = context.published - timedelta(days=1 if match.group().startswith("昨") else 0)
    return on, on


def _unknown(_: re.Match[str], __: _Context) -> None:
    return None


def _day_of_month(match: re.Match[str], context: _Context) -> Interval | None:
    on = context.published
    return _day(on.year, on.month, int(match.group("day"))) if on else None


def _season(match: re.Match[str], context: _Context) -> Interval | None:
    """A season or holiday of a named year; winter lies in two years."""
    months = (_SEASONS | {"暑": (7, 8)}).get(match.group("season")[0])
    return _months(_year_of(match, context), *months) if months else None


def _away(match: re.Match[str], context: _Context) -> Interval | None:
    """The month or the quarter before or after the report's, or its own."""
    if context.published is None:
        return None
    away = {"上": -1, "下": 1}.get(match.group("away"), 0)
    size = 3 if match.group("unit") == "季" else 1
    number = (context.published.year * 12 + context.published.month - 1) // size + away  # months or quarters since 0
    year, first = divmod(number * size, 12)
    return _months(year, first + 1, first + size)


Patterns = tuple[tuple[re.Pattern[str], Reader], ...]


def _compiled(*patterns: tuple[str, Reader]) -> Patterns:
    return tuple((re.compile(pattern), read) for pattern, read in patterns)


_PATTERNS = _compiled(
    (rf"{_YEAR}{_GAP}年{_GAP}{_MONTH}{_GAP}月{_GAP}{_DAY}{_GAP}[日号]{_TAIL}", _full_day),
    (rf"{_YEAR}{_GAP}年{_GAP}{_MONTH}{_GAP}月份?{_PART}?{_TAIL}", _month),
    (rf"{_YEAR}{_GAP}年{_GAP}{_MONTH}{_GAP}[-~～—至到]{_GAP}(?P<last>\d{{1,2}}){_GAP}月份?", _month_range),
    (rf"{_YEAR}{_GAP}年?{_GAP}{_QUARTER}{_TAIL}", _quarter),
    (rf"{_YEAR}{_GAP}年?{_GAP}{_HALF}{_TAIL}", _half),
    (r"(?<![\dA-Za-z.])(?P<quarter>[1-4]Q)(?P<year>(?:20)?\d{2})(?!\d)", _quarter),
    (r"(?<![\dA-Za-z.])(?P<half>[12]H)(?P<year>(?:20)?\d{2})(?!\d)", _half),
    (rf"{_YEAR}{_GAP}年{_PART}{_TAIL}", _part_of_year),
    (rf"(?P<year>[今去明]){_PART}{_TAIL}", _part_of_year),
    (rf"{_YEAR}{_GAP}年(?![轻纪龄薪费均利]|多来){_TAIL}", _year),
    (rf"{_YEAR4}{_GAP}年?{_GAP}[-~～—至到]{_GAP}(?P<last>20\d{{2}}){_GAP}年", _years),
    (rf"{_YEAR4}[-/.](?P<month>0?[1-9]|1[0-2])(?:[-/.](?P<day>[12]\d|3[01]|0?[1-9]))(?![\d.]|[亿万%])", _full_day),
    (rf"{_YEAR4}[-/.](?P<month>0[1-9]|1[0-2]|[1-9])(?![\d/-]|\.\d|[亿万元%年倍])", _month),
    (rf"{_BARE_MONTH}{_GAP}月{_GAP}{_DAY}{_GAP}[日号]{_TAIL}", _bare_day),
    (rf"{_BARE_MONTH}{_GAP}月份?{_PART}?{_TAIL}", _bare_month),
    (rf"(?<![年\d]){_HALF}", _half),
    (r"(?<![年\dA-Za-z])(?P<quarter>Q[1-4])(?![\dA-Za-z：:、.])", _quarter),
    (r"(?<![年\d])(?P<quarter>第[一二三四]季度?|[一二三四]季度)", _quarter),
    (r"(?<![\d年])(?P<part>年初|年中|年底|年末)(?:前|之前)?", _part_of_year),
    (r"(?<![\d年])年内", _this_year),
    (r"[“\"]?十(?P<plan>[一二三四五六])五[”\"]?(?:规划)?(?:期间|时期|末)", _plan),
    (r"今（(?P<day>\d{1,2})）日", _this_day),
    (r"昨日|今日(?!头条)", _this_day),
    (r"近日|日前(?!往)|未来[两三五十几数\d]年", _unknown),
    (r"(?<![\dA-Za-z])FY(?:20)?\d{2}(?!\d)", _unknown),
)
# What is often no time of anything: only a model that reads the sentence can tell.
_WIDE = _compiled(
    (rf"{_YEAR}{_GAP}年度", _year),
    (rf"{_YEAR}{_GAP}年?(?P<season>[春夏秋冬暑][季天期假]|春节)(?:前后|前|后)?", _season),
    (rf"{_YEAR4}(?![\d年./%A-Za-z亿万元个家人台款项倍股多余-])", _year),
    (rf"{_YEAR4}{_GAP}[-~～—至到]{_GAP}(?P<last>20\d{{2}})(?![\d年])", _years),
    (r"(?<![\d./-])(?P<month>0?[1-9]|1[0-2])/(?P<day>[12]\d|3[01]|0?[1-9])(?![\d/%])", _bare_day),
    (r"(?<![\d./-])(?P<month>0[1-9]|1[0-2])-(?P<day>[12]\d|3[01]|0[1-9])(?![\d/%-])", _bare_day),
    (r"(?P<away>[上下本这])(?:一|个)?(?P<unit>月|季)度?(?!刊)", _away),
    (r"(?P<day>(?<![\d月./-])(?:[12]\d|3[01]|[1-9]))[日号](?!线|店|楼|院|机|文|令|舱)", _day_of_month),
    (r"[上本这下]周[一二三四五六日末]?|周[一二三四五六日](?!年)", _unknown),
    (r"(?:去年|今年|明年)?(?:双十一|暑期|中秋|春节)(?:前后|期间|前|后)?", _unknown),
    (
        r"同日|当日|当天|同期|[昨今]晚|今晨|[今昨]天|[近过]去?[一两二三四五几数\d]年|[一两三四五几数\d]年前|不久前",
        _unknown,
    ),
)
