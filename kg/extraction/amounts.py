"""How much: sums of money and stakes of a text, as written and as numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kg.mention import Amount

_GAP = r"[ \u3000]?"
_ABOUT = (
    r"(?:累计|合计|总计)?(?:大约|约为?|接近|近|超过?|逾|至多|至少|最多|最高|不超过|不低于|不少于|不逾|不足|高达)?"
    + _GAP
)
_NUMBER = (
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    r"|(?:[数几上][十百千]?|[一二两三四五六七八九十百千]+)(?=[千万亿萬億百十]))"
)
_SCALES = {"万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8, "億": 10**8, "千万": 10**7}
_SCALES |= {"千萬": 10**7, "百万": 10**6, "百萬": 10**6, "十万": 10**5, "万": 10**4, "萬": 10**4, "千": 1000, "百": 100}
_LATIN_SCALES = {
    "trillion": 10**12,
    "billion": 10**9,
    "bn": 10**9,
    "b": 10**9,
    "million": 10**6,
    "mn": 10**6,
    "m": 10**6,
}
_LATIN_SCALES |= {"k": 1000}
_CURRENCIES = {
    **dict.fromkeys(("美元", "美金", "$", "US$", "USD"), "USD"),
    **dict.fromkeys(("元人民币", "人民币", "元人民幣", "人民幣", "元", "¥", "￥", "RMB", "CNY"), "CNY"),
    **dict.fromkeys(("港元", "港币", "港幣", "HK$", "HKD"), "HKD"),
    **dict.fromkeys(("欧元", "歐元", "€", "EUR"), "EUR"),
    **dict.fromkeys(("英镑", "英鎊", "£", "GBP"), "GBP"),
    **dict.fromkeys(("日元", "日圆", "日圓", "JPY"), "JPY"),
    **dict.fromkeys(("新台币", "新台幣", "新臺幣", "元新台币", "元新台幣", "NT$", "TWD"), "TWD"),
    **dict.fromkeys(("韩元", "韓元", "KRW"), "KRW"),
}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_CHINESE = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}


def _either(words: dict[str, int] | dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SCALE = f"(?P<scale>{_either(_SCALES)})"
_LATIN_SCALE = f"(?P<latin>{_either(_LATIN_SCALES)})"
_CURRENCY = f"(?P<currency>{_either(_CURRENCIES)})"
_SUM_AFTER = re.compile(
    rf"{_ABOUT}(?<![\d.A-Za-z,-]){_NUMBER}{_GAP}{_SCALE}?(?:{_GAP}[-~～—至到]{_GAP}(?P<upper>\d[\d,.]*){_GAP}"
    rf"(?P<upper_scale>{_either(_SCALES)})?)?{_GAP}{_CURRENCY}(?!宇宙)"
)
_SUM_BEFORE = re.compile(
    rf"{_ABOUT}{_CURRENCY}{_GAP}{_NUMBER}{_GAP}(?:{_SCALE}|{_LATIN_SCALE}(?![a-z]))?元?", re.IGNORECASE
)
_SUM_BARE = re.compile(rf"{_ABOUT}{_NUMBER}{_GAP}{_SCALE}")
_VAGUE = re.compile(rf"(?:[近超逾过上数几]|不足)[十百千]?(?:{_either(_SCALES)})(?:级别?)?(?:的)?{_CURRENCY}")
_SHARES = re.compile(rf"{_ABOUT}(?<![\d.])(?P<number>\d[\d,.]*){_GAP}{_SCALE}?股(?!权|东|份有限|价)")
_STAKE = re.compile(rf"{_ABOUT}(?<![\d.])(?P<number>\d+(?:\.\d+)?){_GAP}%")
_STAKE_AFTER = re.compile(r"\s*(?:以上)?的?[^，。；%\d]{0,8}?(?:股权|股份|股本|权益|出资|持股|份额)")
_STAKE_BEFORE = re.compile(r"(?:持股|股权|股份|占股|持有|控股|参股|入股|认购|出资|受让|收购)[^，。；%]{0,10}$")
# A price, a valuation, revenue or a market size is money, but not what an investment, purchase or order amounts to.
_OTHER_BEFORE = re.compile(
    r"(?:每[月年次人台张颗片件股]|售价|定价|单价|价格|月费|年费|估值|市值|营业?收入?|收入|利润|亏损|产值|市场规模|规模|市场空间|毛利|股价|收盘价)"
    r"[^，。；、]{0,8}$"
)
_OTHER_AFTER = re.compile(r"\s*(?:/|每|的?(?:估值|市值|营收|收入|利润|市场|年费|月费)|一[个张台颗片]|左右的价格)")


@dataclass(frozen=True, slots=True)
class AmountSpan:
    """An amount at characters `start:end` of the text it was found in; a stake is a share of a firm in percent."""

    start: int
    end: int
    amount: Amount

    @property
    def is_stake(self) -> bool:
        """Whether it is a share of a firm, not a sum of money."""
        return self.amount.currency is None


def find_amounts(text: str, *, wide: bool = False) -> tuple[AmountSpan, ...]:
    """The sums of money and stakes of a text, in order; prices, valuations, revenue and rates are none.

    Args:
        text: of one sentence or a few.
        wide: also what is an amount only where somebody pays it: any sum, any number of 万 or 亿, any share in percent.

    >>> [(one.amount.text, one.amount.value) for one in find_amounts("以约3亿美元收购其49%股权，售价99元")]
    [('约3亿美元', Decimal('300000000')), ('49%', Decimal('49'))]
    """
    every = [*_all_amounts(text), *(_wide_amounts(text) if wide else ())]
    found = sorted(every, key=lambda one: (one.start, -one.end))
    kept: list[AmountSpan] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def read_amount(cell: str) -> Amount | None:
    """The amount that a table cell of an amount column says; here `1.2亿` alone and any `%` are amounts too."""
    for pattern, read in ((_SUM_AFTER, _sum), (_SUM_BEFORE, _sum), (_STAKE, _stake), (_SUM_BARE, _sum)):
        if match := pattern.search(cell):
            return join_amounts(find_amounts(cell)) or read(match)
    return None


def join_amounts(parts: tuple[AmountSpan, ...]) -> Amount | None:
    """A sum and a stake as one amount, `3亿美元，约10%`: its number is the sum's; None for no parts."""
    sums = [part.amount for part in parts if not part.is_stake][:1]
    stakes = [part.amount for part in parts if part.is_stake][:1]
    if not sums or not stakes:
        return next(iter(sums + stakes), None)
    return Amount(f"{sums[0].text}，{stakes[0].text}", sums[0].value, sums[0].unit, sums[0].currency)


def _all_amounts(text: str) -> Iterator[AmountSpan]:
    for pattern in (_SUM_AFTER, _SUM_BEFORE):
        for match in pattern.finditer(text):
            if not _OTHER_BEFORE.search(text[: match.start()]) and not _OTHER_AFTER.match(text, match.end()):
                yield AmountSpan(match.start(), match.end(), _sum(match))
    for match in _SHARES.finditer(text):
        yield AmountSpan(match.start(), match.end(), Amount(match.group(), _value(match), "股", None))
    for match in _STAKE.finditer(text):
        if _STAKE_AFTER.match(text, match.end()) or _STAKE_BEFORE.search(text[: match.start()]):
            yield AmountSpan(match.start(), match.end(), _stake(match))


def _wide_amounts(text: str) -> Iterator[AmountSpan]:
    for pattern, read in ((_SUM_AFTER, _sum), (_SUM_BEFORE, _sum), (_SUM_BARE, _sum), (_STAKE, _stake)):
        for match in pattern.finditer(text):
            yield AmountSpan(match.start(), match.end(), read(match))
    for match in _VAGUE.finditer(text):
        yield AmountSpan(match.start(), match.end(), Amount(match.group(), None, None, _CURRENCIES[match["currency"]]))


def _sum(match: re.Match[str]) -> Amount:
    groups = match.groupdict()
    currency = next(
        (code for word, code in _CURRENCIES.items() if word.lower() == (groups.get("currency") or "元").lower()), None
    )
    return Amount(
        match.group().strip().removeprefix("人民币").strip(),
        None if groups.get("upper") else _value(match),
        None,
        currency,
    )


def _stake(match: re.Match[str]) -> Amount:
    return Amount(match.group().strip(), Decimal(match.group("number")), "%", None)


def _value(match: re.Match[str]) -> Decimal | None:
    """The number a match says; None where it says only a size, as 数千万 does."""
    groups = match.groupdict()
    digits = groups["number"].replace(",", "")
    number = Decimal(digits) if digits[0].isdigit() and digits.isascii() else _chinese_number(digits)
    if number is None:
        return None
    scale = _SCALES.get(groups.get("scale") or "", 1) * _LATIN_SCALES.get((groups.get("latin") or "").lower(), 1)
    return number * scale


def _chinese_number(digits: str) -> Decimal | None:
    """The number of digits such as 三, 十五 and 两百; None for 数千, 几十 and the like."""
    total = last = 0
    for digit in digits:
        if digit in _CHINESE:
            last = _CHINESE[digit]
        elif digit in _PLACES:
            total += (last or 1) * _PLACES[digit]
            last = 0
        else:
            return None
    return Decimal(total + last)
