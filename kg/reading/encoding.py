"""Bytes of unknown encoding to text: UTF-8, UTF-16, GB18030 or Big5, whatever the file claims."""

import codecs
import logging
import re

from charset_normalizer import from_bytes

from kg.errors import ReadError

_logger = logging.getLogger(__name__)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The commonest Han of modern prose, simplified and traditional: about half of any Chinese text is made of them.
_COMMON = frozenset(
    "的一是不了在人有我他这这個个们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里"
    "用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日军"
    "者意无無力它与與长長把机機十民第公此已工使情明性知全三又关關点點正业業外将將两兩高间間由问問很最重并並物手应應战戰向头頭文体體政美"
    "相见見被利什二等产產或新己制製身果加西斯月话話合回特代内內信表化老给給世位次度门門任常先海通教儿兒原东東声聲提立及比员員解水名真论"
    "論处處走义義各入几幾口认認条條平系係气氣题題活尔爾更别別打女变變四神总總何电電数數安少报報才结結反受目太量再感建务務做接必场場件计"
    "計管期市直德资資命山金指克许許统統区區保至队隊形社便空决決治展马馬科司五基眼书書非则則听聽白却卻界达達光放强強即像难難且权權思王象"
    "完设設式色路记記南品住告类類求据據程北边邊死张張该該交规規万萬取拉格望觉覺术術领領共确確传傳师師观觀清今切院让讓识識候带帶导導争爭"
    "运運智模型算投企技网網服股语語研究片图圖芯云雲券推构構应用市场"
)
_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_RARE = re.compile(r"[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")  # private use: what a wrong guess decodes to
_READABLE = 0.3  # plausibility; below it a text is noise
_META = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)


def decode(data: bytes, where: str, *, hint: str | None = None) -> str:
    """The text of some bytes of the file `where`; byte order marks are dropped.

    The hint, an encoding that a header claims, is believed only among guesses that are equally good.

    Raises:
        ReadError: the bytes are no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _check(data.decode(encoding, errors="replace"), where)
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd") + text.count("\0")
    # Other encodings hardly ever give three bytes that UTF-8 reads as Han.
    if not damaged or sum(1 for _ in _HAN.finditer(text)) > 2 * text.count("\ufffd"):
        return _check(text, where)
    return _check(_guess(data, hint), where)


def find_charset(data: bytes) -> str | None:
    """The encoding that the head of an HTML page claims."""
    match = _META.search(data[:4096])
    return match[1].decode("ascii") if match else None


def _check(text: str, where: str) -> str:
    core = text.strip("\0")
    damaged = core.count("\ufffd")
    strange = len(_CONTROL.findall(core)) + damaged
    if (strange > max(1, len(core) * 0.005) and plausibility(core) < _READABLE) or (text and not core.strip("\ufffd")):
        raise ReadError(f"{where}: not a text file (binary data, or damaged); give a txt, md, html, pdf or docx report")
    if damaged:
        _logger.warning("%s: %s characters are damaged and cannot be read", where, damaged)
    return text


def _guess(data: bytes, hint: str | None) -> str:
    candidates = ["utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be"]
    if hint and _is_known(hint):
        candidates.insert(0, hint)
    texts = [data.decode(encoding, errors="replace") for encoding in candidates]
    best = max(texts, key=plausibility)  # max keeps the first of equals: the hint
    if plausibility(best) > _READABLE:
        return best
    other = from_bytes(data[:200_000]).best()
    return data.decode(other.encoding, errors="replace") if other else best


def _is_known(encoding: str) -> bool:
    try:
        b"\xd0 ".decode(encoding, errors="replace")  # no byte at all would not look the encoding up
    except (LookupError, UnicodeError):  # `idna` and `punycode` are encodings to Python, and of no file
        return False
    return True


def plausibility(text: str) -> float:
    """How much a text looks like Chinese or English prose, at most 1: a wrong decoding gives rare characters.

    >>> plausibility("人工智能的发展") > 0.6 > plausibility("恁묆쫇".encode().decode("gb18030", "replace"))
    True
    """
    sample = text[:20_000]
    if not sample:
        return 0.0
    han = _HAN.findall(sample)
    common = sum(char in _COMMON for char in han)
    ascii_count = sum(char in "\t\n\r" or " " <= char <= "~" for char in sample)
    punctuation = sum(char in "，。、：；（）《》“”" for char in sample)
    good = common + 0.4 * (len(han) - common) + ascii_count + punctuation
    bad = len(_CONTROL.findall(sample)) + len(_RARE.findall(sample))
    return (good - 5 * bad) / len(sample)
