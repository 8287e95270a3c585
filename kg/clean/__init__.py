"""Raw text to clean text with the way back: lines joined, spellings folded, every block of its kind.

    lines ─ markup, furniture, forms ─▶ units ─ disclaimers ─▶ blocks of one text

The clean text has one line a block, and one a row of a table, whose cells are separated by tabs.
"""

from kg.clean.assemble import assemble
from kg.clean.disclaimers import mark_disclaimers
from kg.clean.lines import read_lines
from kg.clean.units import UnitFinder
from kg.report import Report

__all__ = ["clean"]


def clean(report: Report) -> Report:
    r"""The report with clean text, blocks of their kinds under their headings, and the map back to the raw text.

    >>> from kg.reading import report_from_text
    >>> clean(report_from_text("## 市场\n\n**百度** 發布 ＧＰＴ。")).text
    '市场\n百度发布 GPT。'
    """
    units = list(UnitFinder(read_lines(report)).find())
    return assemble(report, mark_disclaimers(units))
