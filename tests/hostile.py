"""Reports whose names, ids and sentences are everything that a format could trip over."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from stores import BAIDU, CHATGPT, ERNIE, MICROSOFT, OPENAI, Said, entity, report
from vectors import with_embeddings

from kg.graph import Graph
from kg.mention import Amount, Time

NAMES = (
    "\"'`\n第二行\r\n\t",
    "空\0字符",
    "\u202e反转\u202c",
    "长" * 10_000,
    "甲,乙;丙|丁\t戊\x1f己",
    "\x1f",
    "=cmd|' /C calc'!A0",
    '<公司 a="b">&amp;]]><!-- x',
    "\\u0000 \\",
    '两行\n末尾是\\"',
    '"""三重"""\n"""',
    "\u2028行\u0085界\u2029",
    "\ufdd0\uffff\x07",
    "😀科技",
    "！全角",
    "%00%2F/../{@id}",
    "<https://例子.中国/> .",
    " 空格 ",
)
COMPANIES = tuple(entity(name) for name in NAMES)
# Known to the name list under all those names; lists of an empty text alone, and of none.
LISTED = entity("星澜智能", *NAMES[:3], *NAMES[4:], listed=True, ticker="6\x1f0,0\n1", type="名单里的\0类型")
NAMELESS = entity("云帆传媒", "", listed=True, english="")

_TIMES = (None, Time("2023年\n1月", "2023-01-01", "2023-01-31"), Time("近期", None, None))
_AMOUNTS = (
    Amount("100亿\"美元'", Decimal(10**10), None, "USD"),
    Amount("约三成;", Decimal("33.3"), "%", None),
    Amount("若干", None, None, None),
    Amount("1万亿分之一", Decimal("0.000000000001"), "元", "CNY"),
)
_STATUSES = ("asserted", "planned", "rumored", "negated")


def hostile_reports() -> tuple[Graph, ...]:
    """Three reports that share facts; the second has neither date nor publisher, but embeddings; the third no fact."""
    said = [
        Said(company, "INVESTS_IN", OPENAI, _STATUSES[n % 4], _TIMES[n % 3], _AMOUNTS[n % 4], 0.1 + n / 30)
        for n, company in enumerate(COMPANIES)
    ]
    more = [Said(LISTED, "PARTNERS_WITH", BAIDU), Said(NAMELESS, "DEVELOPS", ERNIE, time=Time("去年", None, None))]
    again = [replace(one, surface=NAMES[n - 1][:40]) for n, one in enumerate(said[:6])]
    known = [Said(MICROSOFT, "INVESTS_IN", OPENAI, surface="巨硬"), Said(OPENAI, "DEVELOPS", CHATGPT)]
    return (
        report('a "一",\n\0二.txt', *said, *more, publisher='远山;证券"\n', published=date(2023, 3, 1)),
        with_embeddings(report("b.txt", *again, *known, said[0], publisher=None, published=None)),
        report("😀.txt", publisher="\x1f"),
    )
