"""Recognisers of others in the place of our tagger: `kg_hanlp` and `kg_transformers`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import ConfigError, SeedError
from kg.extraction.candidates import Candidate, choose_longest
from kg.extraction.document import SPANS, sentences_of
from kg.extraction.names import to_span
from kg.extraction.tokenizer import cover
from kg.lexicon import Lexicon
from kg.ontology import Ontology
from kg.resources import read_seed

_LONGEST = 250  # characters that are shown to a recogniser at once
_Found = tuple[int, int, str, float]  # start, end, label, score


class Recogniser(Protocol):
    """Finds labelled names in texts."""

    def find(self, texts: Sequence[str]) -> list[list[_Found]]:
        """The names of each text, in characters of it."""


class RecogniserComponent:
    """Adds the names of a recogniser to those of the name list in `doc.spans["kg"]`, of two that overlap the longer."""

    def __init__(self, recogniser: Recogniser, labels: Mapping[str, str]) -> None:
        self._recogniser = recogniser
        self._labels = labels
        self._lexicon = Lexicon(())

    def use(self, lexicon: Lexicon) -> None:
        """Take canonical names from this list from now on."""
        self._lexicon = lexicon

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with more names."""
        pieces = list(_pieces(doc))
        listed = [
            Candidate(span.start_char, span.end_char, span.label_, span.kb_id_, span._.kg_score, "list")
            for span in doc.spans.get(SPANS, ())
        ]
        found = self._recogniser.find([doc.text[start:end] for start, end in pieces]) if pieces else []
        names = [
            name
            for (offset, _), piece in zip(pieces, found, strict=True)
            for one in piece
            if (name := self._to_candidate(doc, offset, one)) is not None
        ]
        doc.spans[SPANS] = [to_span(doc, name) for name in choose_longest([*listed, *names])]
        return doc

    def _to_candidate(self, doc: Doc, offset: int, found: _Found) -> Candidate | None:
        start, end, label, score = found
        kind = self._labels.get(label.upper())
        if kind is None or start >= end:
            return None
        place = cover(doc, offset + start, offset + end)
        listed = self._lexicon.find(place.text, kind)
        canonical = listed.canonical if listed else place.text
        return Candidate(place.start_char, place.end_char, kind, canonical, score, "recogniser")


class HanlpRecogniser:
    """A named entity recogniser of HanLP: an official one by its name (`MSRA_NER_ELECTRA_SMALL_ZH`), or a folder.

    Raises:
        ConfigError: HanLP is not installed, or has no such model.
    """

    def __init__(self, source: str) -> None:
        try:
            import hanlp
        except ModuleNotFoundError as error:
            raise ConfigError(f"{source}: needs {error.name}; pip install 'kg-landscape[hanlp]'") from error
        official: Mapping[str, str] = hanlp.pretrained.ALL
        if not Path(source).is_dir() and source not in official:
            known = ", ".join(name for name in sorted(official) if "NER" in name and "ZH" in name)
            raise ConfigError(f"{source}: neither a folder nor an official model of HanLP; some are {known}")
        try:
            self._model: Any = hanlp.load(official.get(source, source), verbose=False)  # Any: HanLP has no types
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(
                f"{source}: HanLP cannot load it: {error}; an official one needs a network once"
            ) from error

    def find(self, texts: Sequence[str]) -> list[list[_Found]]:
        """The names of each text; a model that reads characters is given characters."""
        return [
            [(start, end, label, 1.0) for _, label, start, end in found] for found in self._model([*map(list, texts)])
        ]


def read_labels(path: Path, ontology: Ontology) -> Mapping[str, str]:
    """The types that labels stand for, labels in capitals; those of types that the ontology lacks are left out.

    Raises:
        SeedError: the file is not of the form `[labels]`, label = type.
    """
    table = read_seed(path, "labels").get("labels")
    if not isinstance(table, dict) or not all(isinstance(kind, str) for kind in table.values()):
        raise SeedError(f'{path}: must hold one table [labels] of lines such as ORG = "Company"')
    return {label.upper(): kind for label, kind in table.items() if kind in ontology.types}


def _pieces(doc: Doc) -> Iterator[tuple[int, int]]:
    """Sentences, long ones cut."""
    for one in sentences_of(doc):
        for start in range(one.span.start_char, one.span.end_char, _LONGEST):
            yield start, min(start + _LONGEST, one.span.end_char)


@Language.factory("kg_hanlp", default_config={"model": "", "labels": {}})
def create_hanlp(nlp: Language, name: str, model: str, labels: dict[str, str]) -> RecogniserComponent:
    """A recogniser of HanLP, and the types its labels stand for."""
    return RecogniserComponent(HanlpRecogniser(model), labels)


@Language.factory("kg_transformers", default_config={"model": "", "device": "auto", "labels": {}})
def create_transformers(
    nlp: Language, name: str, model: str, device: str, labels: dict[str, str]
) -> RecogniserComponent:
    """A Hugging Face folder for token classification, and the types its labels stand for."""
    try:
        from kg.neural.token_classifier import TokenClassifier
    except ModuleNotFoundError as error:
        raise ConfigError(f"{model}: needs {error.name}; pip install 'kg-landscape[neural]'") from error
    return RecogniserComponent(TokenClassifier(Path(model), device), labels)
