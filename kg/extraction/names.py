"""The component that marks names: of the name list, stated by the report itself, or told by their form."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.candidates import Candidate, choose_longest
from kg.extraction.columns import find_column_names
from kg.extraction.compounds import find_compounds
from kg.extraction.document import SPANS
from kg.extraction.edges import begins_word, ends_word
from kg.extraction.forms import Forms
from kg.extraction.matcher import FoldedText, Hit, NameMatcher, fold
from kg.extraction.siblings import find_siblings
from kg.extraction.stated import find_stated
from kg.extraction.tokenizer import cover
from kg.extraction.versions import is_cut_number, version_end
from kg.lexicon import Lexicon, Name, name_key
from kg.ontology import Ontology
from kg.resources import seeds_path

_TITLE = re.compile(r"《([^《》\n]{2,80})》")
_LONGEST_WORK = 12
_LIST_GAP = re.compile(r"[ ”\"》]*[、/][ “\"《]*")

Doc.set_extension("kg_stated", default=None, force=True)


class LexiconComponent:
    """Writes `doc.spans["kg"]`: the longest names, none inside another."""

    def __init__(self, forms: Forms) -> None:
        self.forms = forms
        self._lexicon = Lexicon(())
        self._spellings: set[str] = set()
        self._matcher = NameMatcher(())
        self._no_names = NameMatcher(forms.no_names)

    def use(self, ontology: Ontology, lexicon: Lexicon) -> None:
        """Mark the names of this list from now on."""
        self.forms = self.forms.restrict(ontology)
        self._lexicon = lexicon
        self._spellings = {spelling for name in lexicon.names for spelling in (name.canonical, *name.aliases)}
        self._matcher = NameMatcher(self._spellings)
        self._no_names = NameMatcher(self.forms.no_names)

    def __call__(self, doc: Doc) -> Doc:
        """Mark the names of a Doc."""
        stated = doc._.kg_stated
        names = self.find(doc.text, self.find_stated(doc.text) if stated is None else stated)
        doc.spans[SPANS] = [to_span(doc, name) for name in names]
        return doc

    def find_stated(self, text: str) -> tuple[Name, ...]:
        """The names that a text introduces itself."""
        return find_stated(text, self.find(text, ()), self._spellings)

    def find(self, text: str, stated: tuple[Name, ...]) -> list[Candidate]:
        """The names of a text that do not overlap, in order; `stated` are names beyond the list."""
        folded = fold(text)
        found = [candidate for hit in self._matcher.find(folded) for candidate in self._read_hit(text, hit)]
        found.extend(self.forms.find(text))
        found.extend(_find_more(folded, stated))
        found.extend(Candidate(hit.start, hit.end, "", "", 1.0, "no name") for hit in self._no_names.find(folded))
        names = self._read_lists(text, [name for name in choose_longest(found) if name.type])
        found = [*names, *(name for name in found if not name.type)]
        found.extend(find_siblings(text, names))
        found.extend(find_compounds(text, names, self.forms.common_types))
        found.extend(find_column_names(text, names, self.forms.headers))
        titles = list(_find_titles(text))
        names = [name for name in choose_longest(found) if name.type and not self._is_glued(text, name)]
        return [name for name in names if not any(start <= name.start < end for start, end in titles)]

    def _read_hit(self, text: str, hit: Hit) -> Iterator[Candidate]:
        name = self._choose(text, hit)
        end = version_end(text, hit.end) if self.forms.has_versions(name.type) else hit.end
        if end > hit.end:
            yield Candidate(hit.start, end, name.type, text[hit.start : end], 0.8, "version")
        elif not is_cut_number(text, hit.end):
            yield Candidate(hit.start, hit.end, name.type, name.canonical, 1.0, "list")

    def _choose(self, text: str, hit: Hit) -> Name:
        """The reading of a name with several: what the words beside it tell, else the common word, else the first."""
        names = self._lexicon.find_all(text[hit.start : hit.end])
        if len(names) == 1:
            return names[0]
        told = self.forms.told_type(text, hit.start, hit.end, {name.type for name in names})
        common = next((name for name in names if name.type in self.forms.common_types), names[0])
        return next((name for name in names if name.type == told), common)

    def _read_lists(self, text: str, names: list[Candidate]) -> list[Candidate]:
        """The names, those with two readings in a list read as the names beside them in it are."""
        read = list(names)
        for at, name in enumerate(names):
            if name.rule != "list" or len(found := self._lexicon.find_all(text[name.start : name.end])) < 2:
                continue
            beside = [other.type for other in names[max(at - 1, 0) : at + 2] if _is_listed(text, name, other)]
            told = next((one for one in found if beside and set(beside) == {one.type}), None)
            if told is not None:
                read[at] = replace(name, type=told.type, canonical=told.canonical)
        return read

    def _is_glued(self, text: str, name: Candidate) -> bool:
        """Whether a short listed name is but a part of a longer word."""
        if name.rule != "list" or not self.forms.is_short(name.type, text[name.start : name.end]):
            return False
        return not (begins_word(text, name.start) and ends_word(text, name.end))


def _is_listed(text: str, name: Candidate, other: Candidate) -> bool:
    """Whether a further name stands beside a name in one list."""
    first, last = sorted((name, other), key=lambda one: one.start)
    return first.end < last.start and _LIST_GAP.fullmatch(text, first.end, last.start) is not None


def _find_titles(text: str) -> Iterator[tuple[int, int]]:
    """Titles of papers, reports and laws, whose words name nothing; a short one may be a game or a film."""
    for found in _TITLE.finditer(text):
        if len(found[1]) > _LONGEST_WORK:
            yield found.span()


def _find_more(folded: FoldedText, names: tuple[Name, ...]) -> Iterator[Candidate]:
    by_key = {name_key(spelling): name for name in names for spelling in (name.canonical, *name.aliases)}
    for hit in NameMatcher(by_key).find(folded) if by_key else ():
        name = by_key[hit.key]
        yield Candidate(hit.start, hit.end, name.type, name.canonical, 0.8, "stated")


def to_span(doc: Doc, candidate: Candidate) -> Span:
    """A candidate as a span of tokens."""
    tokens = cover(doc, candidate.start, candidate.end)
    span = Span(doc, tokens.start, tokens.end, label=candidate.type, kb_id=candidate.canonical)
    span._.kg_score = candidate.score
    return span


@Language.factory("kg_lexicon", default_config={"triggers": "", "ontology": "", "names": ""})
def create_lexicon(nlp: Language, name: str, triggers: str, ontology: str, names: str | None) -> LexiconComponent:
    """The component of a trigger file, an ontology file and a folder of name lists.

    An empty path stands for the shipped one; without `names` (None) the component waits for `use`.
    """
    seeds = seeds_path()
    component = LexiconComponent(Forms.from_toml(Path(triggers or seeds / "triggers.toml")))
    if names is not None:
        known = Ontology.from_toml(Path(ontology or seeds / "ontology.toml"))
        component.use(known, Lexicon.from_folder(Path(names or seeds / "names"), known.types))
    return component
