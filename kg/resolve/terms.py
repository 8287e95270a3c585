"""A name apart from its spelling: what mentions of one thing share, and what tells two things apart."""

import re
from dataclasses import dataclass

from kg.lexicon import Lexicon, Name, name_key

# A firm's legal form says nothing of which firm it is; places, 集团 and 控股 before it do, and stay.
_LEGAL_FORM = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|公司|[\s,，]+(?:Co\.?[\s,]*Ltd|Inc|Corp|Corporation|Ltd|Limited|LLC|PLC)\.?)$",
    re.IGNORECASE,
)
# 星河分公司, 星河子公司: not the firm itself. 星河（北京）有限公司 keeps its brackets, thus stays apart from 星河.
_NOT_A_FIRM = re.compile(r"(?:[分子母总本]|上市|合资|该|控股)$")
_SHORTEST_FIRM = 2


@dataclass(frozen=True, slots=True)
class Term:
    """A name of one type, whatever its spelling: the key of its canonical name where it is listed, else its own."""

    type: str
    key: str

    def find(self, lexicon: Lexicon) -> Name | None:
        """Its entry in the name list."""
        return lexicon.find(self.key, self.type)


def term_of(surface: str, type_label: str, lexicon: Lexicon) -> Term:
    """The term of a surface: as listed, else its spelling folded, and for a firm its legal form left out.

    >>> term_of("星河智能 股份有限公司", "Company", Lexicon(())).key
    '星河智能'
    """
    forms = [surface, without_legal_form(surface)] if type_label == "Company" else [surface]
    for form in forms:
        if name := lexicon.find(form, type_label):
            return Term(type_label, name_key(name.canonical))
    return Term(type_label, name_key(forms[-1]))


def without_legal_form(firm: str) -> str:
    """A firm's name without 股份有限公司, Inc. and the like; unchanged where too little or no firm would be left."""
    stem = _LEGAL_FORM.sub("", firm.strip()).strip()
    if len(stem) < _SHORTEST_FIRM or _NOT_A_FIRM.search(stem):
        return firm
    return stem
