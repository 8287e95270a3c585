"""Where a word that no list has begins and ends: at punctuation, and at words that are never part of a name."""

import re

HAN = "\u4e00-\u9fff"
# Words that stand between names and are hardly ever inside one.
_STOP_WORDS = (  # longer ones first
    "集团旗下|子公司|孙公司|母公司|供应商|报告期|上半年|下半年|收购|并购|投资|入股|参股|控股|持有|出售|合作|联合|携手|联手|推出|发布|"
    "成立|设立|公司|旗下|下属|股东|客户|包括|包含|例如|比如|譬如|通过|根据|其中|分别|以及|关于|关注|推荐|建议|看好|提供|采用|使用|"
    "支持|搭载|接入|基于|领投|跟投|参投|亿元|万元|美元|国内|海外|全资|目前|同时|此外|未来|近日|近期|预计|有望|计划|拟与|正式|宣布|"
    "表示|认为|指出|显示|数据|报道|来源|资料|研发|生产|销售|制造|开发|布局|拓展|发展|推动|推进|加快|实现|成为|作为|属于|随着|带来|"
    "应用|用于|面向|针对|围绕|涉及|涵盖|覆盖|形成|打造|构建|建设|提升|完成|开展|进入|切入|参与|负责|从事|专注|聚焦|主营|经营|产品|"
    "业务|服务|行业|领域|市场|企业|厂商|龙头|巨头|机构|主要|相关|核心|高端|新型|传统|全球|我国|国产|自主|自研|新增|新建|以上|以下|"
    "方面|年度|季度|去年|今年|明年|截至|曾任|现任|出任|担任|加入|离开|任职|创立|创办|创建|来自|委托|授权|联同|签署|达成|获得|终止|"
    "对标|下辖|组建|坊间|传言|预测"
)
_STOP_SIGNS = (
    "的了和与及或在由对向为是将被从把给以于至到等并且但而让使据称获该其此各某即则又也还已可需均都就仅再更很拟暂未曾系指请问您们我他她它这那个家款项类种位名次倍年月日"
    "元来去若因所于如跟同经前后现内有任赴"
)
_STOP = re.compile(f"{_STOP_WORDS}|[{_STOP_SIGNS}]|[^{HAN}A-Za-z0-9·・]")
_LONGEST_STOP = max(map(len, _STOP_WORDS.split("|")))


def left_edge(text: str, end: int, longest: int) -> int | None:
    """Where the word that ends at `end` begins; None where it would be longer than `longest` characters."""
    start = max(0, end - longest - _LONGEST_STOP)
    edge = None
    for stop in _STOP.finditer(text, start, end):
        edge = stop.end()
    if edge is None:
        edge = 0 if start == 0 else None
    return edge if edge is not None and edge >= end - longest else None


def right_edge(text: str, start: int, longest: int) -> int | None:
    """Where the word that begins at `start` ends; None where it would be longer than `longest` characters."""
    stop = _STOP.search(text, start, start + longest + _LONGEST_STOP)
    if stop and stop.start() <= start + longest:
        return stop.start()
    return len(text) if start + longest >= len(text) else None


def begins_word(text: str, start: int) -> bool:
    """Whether what stands before a place is no part of the word that begins there."""
    return left_edge(text, start, 0) is not None


def ends_word(text: str, end: int) -> bool:
    """Whether what stands behind a place is no part of the word that ends there."""
    return end >= len(text) or text[end].isdigit() or _STOP.match(text, end) is not None


_LEGAL = re.compile(
    r"[^\u4e00-\u9fffA-Za-z0-9（）()·&]|收购|关于|子公司|公司|持有|参股|入股|成立|设立|出资|股东|客户|分别为|通过|委托"
    r"|(?<!共)[与和由对向为是系据]"
)


def legal_edge(text: str, end: int) -> int | None:
    """Where a legal name begins whose form (有限公司) stands at `end`; a place in brackets may be part of it."""
    start = max(0, end - 24)
    edge = None
    for stop in _LEGAL.finditer(text, start, end):
        edge = stop.end()
    if edge is None:
        edge = 0 if start == 0 else None
    if edge is not None and text[edge:end].count("（") != text[edge:end].count("）"):
        return None
    return edge
