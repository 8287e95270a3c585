"""Where seeds/ and queries/ are: beside kg/ in a checkout, inside it in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _find(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def seeds_path() -> Path:
    """The folder of the ontology, name lists, triggers and sample reports."""
    return _find("seeds")


def queries_path() -> Path:
    """The folder of the shipped Cypher queries."""
    return _find("queries")
