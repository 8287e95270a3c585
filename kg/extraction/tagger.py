"""The components of a trained model: `kg_tagger` marks names, `kg_relater` relates them; one pass of the encoder."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.errors import ConfigError
from kg.extraction.consistency import make_consistent
from kg.extraction.document import FROM_LAYOUT, SPANS, DocRelation, DocSentence, relations_of, sentences_of
from kg.extraction.sections import findings_of, names_of_spans, outermost, to_section
from kg.extraction.tokenizer import cover
from kg.lexicon import Lexicon
from kg.neural.section import Marked

if TYPE_CHECKING:  # torch is loaded with the first model, not before
    from kg.neural.model import Model, Related

EXTRACTOR = "model"
_BATCH_CHARS = 40_000  # characters of Docs that are read together
_SILENT = ("furniture",)

Doc.set_extension("kg_reading", default=None, force=True)


class TaggerComponent:
    """Writes `doc.spans["kg"]` as a trained model reads the text, given the names marked so far as hints."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._lexicon = Lexicon(())

    def use(self, model: "Model", lexicon: Lexicon) -> None:
        """Read with this model, and take canonical names from this list, from now on."""
        self._model = model
        self._lexicon = lexicon

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with the model's names."""
        return next(iter(self.pipe((doc,))))

    def pipe(self, docs: Iterable[Doc], batch_size: int = 0) -> Iterator[Doc]:
        """The same Docs, in order; windows of several are read in one batch. `batch_size` is spaCy's, and not used."""
        batch: list[Doc] = []
        waiting = 0
        for doc in docs:
            batch.append(doc)
            waiting += len(doc.text)
            if waiting >= _BATCH_CHARS:
                yield from self._read(batch)
                batch, waiting = [], 0
        yield from self._read(batch)

    def _read(self, docs: list[Doc]) -> Iterator[Doc]:
        if self._model is None:
            yield from docs
            return
        sections = [to_section(doc) for doc in docs]
        readings = self._model.read(sections)
        marked = [reading.names for reading in readings]
        for start, end in _reports(docs):
            marked[start:end] = make_consistent([doc.text for doc in docs[start:end]], marked[start:end])
        for doc, section, reading, names in zip(docs, sections, readings, marked, strict=True):
            self._write(doc, names)
            doc._.kg_reading = (self._model, section, reading)
            yield doc

    def _write(self, doc: Doc, names: Sequence[Marked]) -> None:
        known = {(span.start, span.end): span for span in doc.spans.get(SPANS, ())}
        spans = [self._to_span(doc, name, known) for name in names]
        # Types that the model was not made for are still those of the list.
        spans += [span for span in known.values() if self._model and span.label_ not in self._model.config.types]
        kept: list[Span] = []
        for span in sorted(spans, key=lambda one: (one.start, -one.end)):
            if not kept or kept[-1].end <= span.start:
                kept.append(span)
        doc.spans[SPANS] = kept

    def _to_span(self, doc: Doc, name: Marked, known: dict[tuple[int, int], Span]) -> Span:
        place = cover(doc, name.start, name.end)
        hint = known.get((place.start, place.end))
        if hint is not None and hint.label_ == name.type:
            canonical = hint.kb_id_
        else:
            listed = self._lexicon.find(place.text, name.type)
            canonical = listed.canonical if listed else place.text
        span = Span(doc, place.start, place.end, label=name.type, kb_id=canonical)
        span._.kg_score = name.score
        return span


class RelaterComponent:
    """Appends to `doc._.kg_relations` what a trained model says of the names, with what rules said as evidence.

    What a rule said takes the model's score where the model says it too; else it stays as the rule said it.
    """

    def __init__(self, least: float) -> None:
        self._least = least

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with the model's relations."""
        if doc._.kg_reading is None:
            return doc
        model, section, reading = doc._.kg_reading
        spans = [span for span in outermost(doc) if span.label_ in model.config.types]
        names, findings = names_of_spans(spans), findings_of(doc, spans)
        related: list[Related] = model.relate(section, reading, names, findings, self._least)
        relations = relations_of(doc)
        relations[:] = _join(relations, list(self._to_relations(doc, spans, related)))
        return doc

    def _to_relations(self, doc: Doc, spans: list[Span], related: "list[Related]") -> Iterator[DocRelation]:
        sentences = sentences_of(doc)
        starts = [one.span.start for one in sentences]
        for one in related:
            subject, obj = spans[one.subject], spans[one.object]
            sentence = _sentence_at(sentences, starts, max(subject.start, obj.start))
            if sentence.sentence.block.kind not in _SILENT:
                yield DocRelation(subject, one.relation, obj, one.score, sentence, EXTRACTOR)


def _reports(docs: Sequence[Doc]) -> Iterator[tuple[int, int]]:
    """Where the Docs of one report begin and end among Docs."""
    start = 0
    for _, group in groupby(docs, key=lambda doc: doc._.kg_report):
        end = start + sum(1 for _ in group)
        yield start, end
        start = end


def _join(rules: list[DocRelation], model: list[DocRelation]) -> list[DocRelation]:
    """Each relation of two entities once a sentence; what a rule said of it too lends its words, time and amount."""
    said = {_key(one): one for one in rules}
    joined = []
    for one in model:
        rule = said.pop(_key(one), None)
        if rule is not None:
            found_by = rule.extractor if rule.extractor in FROM_LAYOUT else EXTRACTOR
            one = replace(rule, score=one.score, extractor=found_by)
        joined.append(one)
    return [*joined, *said.values()]


def _key(one: DocRelation) -> tuple[str, str, str, int]:
    return one.subject.kb_id_, one.relation, one.object.kb_id_, one.sentence.span.start


def _sentence_at(sentences: tuple[DocSentence, ...], starts: list[int], token: int) -> DocSentence:
    return sentences[max(bisect_right(starts, token) - 1, 0)]


@Language.factory("kg_tagger", default_config={"model": None, "device": "auto", "int8": False})
def create_tagger(nlp: Language, name: str, model: str | None, device: str, int8: bool) -> TaggerComponent:  # noqa: FBT001
    """The tagger of a model folder; without one (None) the component waits for `use`."""
    component = TaggerComponent()
    if model is not None:
        component.use(load_model(Path(model), device, int8=int8), Lexicon(()))
    return component


@Language.factory("kg_relater", default_config={"least": 0.15})
def create_relater(nlp: Language, name: str, least: float) -> RelaterComponent:
    """The relater; it uses the model of the `kg_tagger` before it, whose reading it finishes."""
    return RelaterComponent(least)


def load_model(folder: Path, device: str, *, int8: bool) -> "Model":
    """The model of a folder.

    Raises:
        ConfigError: the folder is none of a model, or torch is not installed.
    """
    try:
        from kg.neural.model import Model
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"{folder}: a trained model needs {error.name}; pip install 'kg-landscape[neural]'"
        ) from error
    return Model.from_folder(folder, device, int8=int8)
