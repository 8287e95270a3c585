"""Where seeds/ and queries/ are (beside kg/ in a checkout, inside it in an installed wheel), and how seeds are read."""

import tomllib
from pathlib import Path
from typing import Any

from kg.errors import SeedError

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


def models_path() -> Path:
    """The folder of the shipped weights."""
    return _PACKAGE / "models"


def read_seed(path: Path, what: str) -> dict[str, Any]:  # Any: TOML values have no narrower type
    """The tables of a TOML file of seeds/, or of one that a user put in its place; `what` is what errors call it.

    Raises:
        SeedError: the file cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SeedError(f"{path}: cannot read the {what}: {reason}; see seeds/ for one that works") from error
