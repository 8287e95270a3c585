"""The component that marks names: of the name list, stated by the report itself, or told by their form."""

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.candidates import Candidate, choose_longest
from kg.extraction.document import SPANS, blocks_of
from kg.extraction.edges import left_edge, right_edge
from kg.extraction.forms import Forms
from kg.extraction.matcher import Hit, NameMatcher, fold
from kg.extraction.siblings import find_siblings
from kg.extraction.tokenizer import cover
from kg.lexicon import Lexicon
from kg.ontology import Ontology


class LexiconComponent:
    """Writes `doc.spans["kg"]`: the longest names, none inside another."""

    def __init__(self, forms: Forms) -> None:
        self.forms = forms
        self._lexicon = Lexicon(())
        self._matcher = NameMatcher(())

    def use(self, ontology: Ontology, lexicon: Lexicon) -> None:
        """Mark the names of this list from now on."""
        self.forms.check(ontology)
        self._lexicon = lexicon
        self._matcher = NameMatcher(spelling for name in lexicon.names for spelling in (name.canonical, *name.aliases))

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text
        found = [self._to_candidate(text, hit) for hit in self._matcher.find(fold(text))]
        found.extend(self.forms.find(text))
        found.extend(find_siblings(text, choose_longest(found)))
        names = [name for name in choose_longest(found) if not self._is_glued(text, name, found)]
        furniture = [block.span for block in blocks_of(doc) if block.block.kind == "furniture"]
        spans = [to_span(doc, name) for name in names]
        doc.spans[SPANS] = [span for span in spans if not any(is_inside(span, one) for one in furniture)]
        return doc

    def _is_glued(self, text: str, name: Candidate, found: list[Candidate]) -> bool:
        """Whether a short listed name is but a part of a longer word."""
        if name.rule != "list" or not self.forms.is_short(name.type, text[name.start : name.end]):
            return False
        return left_edge(text, name.start, 0) is None or right_edge(text, name.end, 0) is None

    def _to_candidate(self, text: str, hit: Hit) -> Candidate:
        surface = text[hit.start : hit.end]
        name = self._lexicon.find_all(surface)[0]
        return Candidate(hit.start, hit.end, name.type, name.canonical, 1.0, "list")


def to_span(doc: Doc, candidate: Candidate) -> Span:
    """A candidate as a span of tokens."""
    tokens = cover(doc, candidate.start, candidate.end)
    span = Span(doc, tokens.start, tokens.end, label=candidate.type, kb_id=candidate.canonical)
    span._.kg_score = candidate.score
    return span


def is_inside(span: Span, other: Span) -> bool:
    """Whether the first token of a span lies in another."""
    return other.start <= span.start < other.end


@Language.factory("kg_lexicon", default_config={"triggers": ""})
def create_lexicon(nlp: Language, name: str, triggers: str) -> LexiconComponent:
    """The component with the forms of a trigger file; `use` gives it its name list."""
    return LexiconComponent(Forms.from_toml(Path(triggers)))
