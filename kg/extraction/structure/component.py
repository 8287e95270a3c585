"""The spaCy component that reads facts off the layout of a report."""

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction.cues import StatusCues
from kg.extraction.document import DocRelation, relations_of
from kg.extraction.structure.grids import find_grids, lines_of
from kg.extraction.structure.outline import OutlineReader
from kg.extraction.structure.pieces import Names
from kg.extraction.structure.profiles import ProfileReader
from kg.extraction.structure.roles import Roles
from kg.extraction.structure.rows import RowReader
from kg.ontology import Ontology
from kg.resources import seeds_path


@Language.factory("kg_structure", default_config={"ontology": "", "tables": "", "cues": ""})
def make_structure(nlp: Language, name: str, ontology: str | None, tables: str, cues: str) -> "Structure":
    """The component.

    Empty paths stand for the files of seeds/: ontology.toml, tables.toml, qualifiers.toml; without an ontology (None)
    it waits for `use`.
    """
    seeds = seeds_path()
    component = Structure(Path(tables or seeds / "tables.toml"), Path(cues or seeds / "qualifiers.toml"))
    if ontology is not None:
        component.use(Ontology.from_toml(Path(ontology or seeds / "ontology.toml")))
    return component


class Structure:
    """Appends to `doc._.kg_relations` what tables and lists say, and to `doc.spans["kg"]` the names in them."""

    def __init__(self, tables: Path, cues: Path) -> None:
        self._tables = tables
        self._cues = StatusCues.from_toml(cues)

    def use(self, ontology: Ontology) -> None:
        """Find the relations of this ontology from now on."""
        roles = Roles.from_toml(self._tables, ontology)
        self._rows = RowReader(roles, ontology, self._cues)
        self._profiles = ProfileReader(roles, ontology, self._cues)
        self._outline = OutlineReader(ontology, self._cues)

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with more names and relations; what words said of the same two names before gives way."""
        lines = lines_of(doc)
        names = Names(doc)
        found = [
            *self._rows.read(find_grids(doc, lines), names),
            *self._outline.read(lines, names),
            *self._profiles.read(lines, names),
        ]
        relations = relations_of(doc)
        said = {_key(one): one for one in reversed(found)}
        relations[:] = [*(one for one in relations if _key(one) not in said), *reversed(said.values())]
        names.write()
        return doc


def _key(relation: DocRelation) -> tuple[Span, str, Span]:
    return relation.subject, relation.relation, relation.object
