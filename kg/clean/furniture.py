"""What stands in a report and says nothing about its subject: page furniture, contents, disclaimers, navigation."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from kg.clean.lines import Line

_PAGE_NUMBER = re.compile(
    r"[-—–\s|]*(?!(?:19|20)\d\d[-—–\s|]*$)\d{1,4}[-—–\s|]*|[-—–\s]*第?\s*\d{1,4}\s*页?\s*(?:[/,，]|共|of)\s*\d{1,4}\s*页?[-—–\s]*|第\s*\d{1,4}\s*页"
    r"|Page\s*\d{1,4}(?:\s*of\s*\d{1,4})?|P\.?\s?\d{1,3}",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:[.…·．]\s?){4,}\s*\d{0,4}\s*$|…{2,}\s*\d{1,4}\s*$")
_CONTENTS_TITLE = re.compile(
    r"[■\s]*(?:图表|插图|表格|内容|正文)?\s*目\s*[录錄次](?:\s*[/|]?\s*(?:CONTENTS?))?|(?:TABLE OF )?CONTENTS",
    re.IGNORECASE,
)
_CONTENTS_LINE = re.compile(
    r"(?:\S.*\D\s*\d{1,3}|\d{1,2}[\s.、]\s*\S.*|[-*].*|图表?\s?\d.*|表\s?\d.*|第?[一二三四五六七八九十].*)"
)
_COUNT = re.compile(
    r"(?:评论|浏览|收藏|阅读|点赞|关注|转发|分享|views?|comments?|collects?|likes?)\s*[:：]?\s*\d|"
    r"\d[\d,.]*\s*[万wWkK+]?\s*(?:评论|浏览|收藏|阅读|点赞|人关注|次|分钟|views?|comments?|collects?|likes?)",
    re.IGNORECASE,
)
_COUNT_ROW = re.compile(rf"(?:(?:{_COUNT.pattern})\s*){{3}}", re.IGNORECASE)
_LINE = re.compile(
    r"请(?:务必)?(?:仔细)?(?:参阅|阅读|参见|查阅)(?:正文|附注|文末|文后|最后|末页|本报告|后文|报告末)?.{0,40}"
    r"|.{0,20}(?:之后的)?免责(?:条款|声明)部分.{0,10}|.{0,10}敬请参阅.{0,80}"
    r"|\d{1,2}\s(?:引自|同上|详见|参见|本篇内容|来源于).{0,80}"
    r"|\d{0,3}\s*(?:https?://|www\.)\S+|[\[【].{0,8}(?:打印本稿|推荐朋友|字号).*"
    r"|(?:上一篇|下一篇|上一页|下一页|相关阅读|推荐阅读|热门文章|延伸阅读|责任编辑|本文标签|标签|文章标签)\s?[:：].*"
    r"|(?:返回顶部|返回首页|回到顶部|阅读原文|点击查看更多|查看更多|扫一扫|分享到.{0,12}|首页|登录|注册|登录\s?/?\s?注册)"
    r"|首页\s?[>»/›].*|(?:微信|手机)?扫码.{0,30}|客服微信|.{0,12}(?:二维码|公众号)如下[:：]?|预览已结束.*"
    r"|(?:长按|扫描|识别).{0,12}二维码.{0,20}|执业证书(?:编号)?\s?[:：].*|SAC\s?(?:执业|NO).*|(?:.{0,6}邮箱|E-?mail)\s?[:：].*@.*"
    r"|(?:地址|邮编|电话|传真|联系电话)\s?[:：].*|.{0,40}(?:未经许可|未经授权|未经允许)[，,]?\s?(?:禁止|不得|谢绝)转载.{0,20}"
    r"|(?:赞赏|点赞|收藏|分享)[^。，]{0,20}(?:点赞|收藏|分享|已赞)[^。]{0,120}|题图来自.{0,40}|.{0,12}(?:仅|只)代表作者(?:本人|个人).{0,60}|版权所有.{0,40}|©.{0,60}|Copyright.{0,80}",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"证券|研究[所院部]|[·・].{2,4}[·・]|公众号|知识星球|内部资料|仅供|^[A-Z][A-Z &.,]{8,}$")
_MOTTO = re.compile(r"(?:[一-鿿]{2,4}[·・]){2,}[一-鿿]{2,4}")

_DISCLAIMER_TITLE = re.compile(
    r"[\d一二三四五六七八九十、.\s■]*(?:重要)?(?:(?:法律|免责|分析师|证券分析师|研究员|特别|重要|版权)\s?(?:声明|承诺|申明|提示与声明|披露|条款)"
    r"|免责条款|(?:股票|行业|公司|证券)?(?:投资)?评级(?:说明|标准|体系|定义).{0,12}|投资评级的说明|一般声明|信息披露)"
    r"(?:及.{0,12}|与.{0,12})?[:：]?"
)
_BOILERPLATE = re.compile(
    r"本公司|本报告|本资料|本订阅号|投资者|客户使用|不构成|版权|仅供|证监会|证券业协会|执业|评级|增持|减持|邮编|地址[:：]|传真|电话[:：]"
    r"|[Ee]-?mail|扫码|微信|知识星球|客服|群主|进群|免费(?:获取|领取|下载)|指数涨幅|转载|相对同期|声明|保证|承诺"
)
_STRONG_BOILERPLATE = re.compile(
    r"本报告(?:仅供|版权|的信息|所载|由|中所指|仅)|不构成(?:任何|对任何|个人|所述)?.{0,4}(?:投资|要约|建议)|证券投资咨询(?:业务|执业)资格|"
    r"作者(?:具有|保证)|本公司(?:不|及其|利用|力求|对|具有|可|会)|投资者(?:不应|应(?:当)?(?:注意|自主|充分))|任何(?:机构|单位)(?:或|和)个人|"
    r"署名分析师|独立、?客观|相对(?:同期)?(?:基准|沪深|市场)|市场有风险|投资需谨慎|据此(?:投资|操作)"
)


def find_furniture(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines that are furniture by themselves or because pages repeat them."""
    found = {number for number, line in enumerate(lines) if line.given is None and _is_furniture(line)}
    found |= _find_repeated(lines)
    found |= _find_page_edges(lines)
    return found | _find_contents(lines)


def _is_furniture(line: Line) -> bool:
    text = line.text.text.strip()
    if line.role.aside:
        return True
    if line.width > 200 or "\t" in text:
        return False
    if _PAGE_NUMBER.fullmatch(text) or _LEADERS.search(text[-60:]) or _MOTTO.fullmatch(re.sub(r"\s+|\d+$", "", text)):
        return True
    if _LINE.fullmatch(text):
        return True
    if _COUNT_ROW.search(text):
        return True
    return len(_COUNT.findall(text)) >= 2 and not re.search("[。；，]", text)


def _key(line: Line) -> str:
    return re.sub(r"[\d\s]+", "", line.text.text)


def _find_repeated(lines: Sequence[Line]) -> set[int]:
    """Short lines that come three times and more and read like a running head."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        text = line.text.text
        if line.given is None and line.width <= 60 and "来源" not in text and "\t" not in text and len(text) >= 4:
            places[_key(line)].append(number)
    return {
        number for key, numbers in places.items() if len(numbers) >= 3 and _REPEATED.search(key) for number in numbers
    }


def _find_page_edges(lines: Sequence[Line]) -> set[int]:
    """The first two and last three lines of pages, where at least three pages in ten have them alike."""
    sheets: defaultdict[int, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        sheets[line.sheet].append(number)
    edges = [number for numbers in sheets.values() for number in sorted({*numbers[:2], *numbers[-3:]})]
    edges = [number for number in edges if lines[number].given is None and _could_run(lines[number])]
    counts = Counter(_key(lines[number]) for number in edges)
    needed = max(2 if len(sheets) <= 4 else 3, 0.3 * len(sheets))
    return {number for number in edges if len(sheets) > 1 and counts[_key(lines[number])] >= needed}


def _could_run(line: Line) -> bool:
    """Whether a line is short and plain enough for a running head or foot."""
    return line.width <= 80 and not re.search("[，。；]", line.text.text)


def _find_contents(lines: Sequence[Line]) -> set[int]:
    found: set[int] = set()
    number = 0
    while number < len(lines):
        start = number
        number += 1
        if not _CONTENTS_TITLE.fullmatch(lines[start].text.text):
            continue
        while number < len(lines) and _is_contents_line(lines[number]):
            number += 1
        found.update(range(start, number))
    return found


def _is_contents_line(line: Line) -> bool:
    text = line.text.text
    if line.given is not None or line.role.level or line.width > 110 or "。" in text:
        return False
    return _CONTENTS_LINE.fullmatch(text) is not None


def is_disclaimer_title(text: str) -> bool:
    """Whether a heading opens a disclaimer, a declaration of the analysts, or the meaning of ratings."""
    return _DISCLAIMER_TITLE.fullmatch(text) is not None


def is_boilerplate(text: str) -> bool:
    """Whether a text inside a disclaimer still belongs to it."""
    return len(text) < 20 or _BOILERPLATE.search(text) is not None


def is_disclaimer(text: str) -> bool:
    """Whether a text is a disclaimer wherever it stands: it uses two and more of its phrases."""
    return len({match[0] for match in _STRONG_BOILERPLATE.finditer(text[:2000])}) >= 2
