"""A whole store in forms that other programs read; `write` chooses the form, one file of this package each."""

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from pathlib import Path

from kg.errors import ConfigError
from kg.exports.stored import Stored, replacing

__all__ = ["ExportFormat", "Stored", "write"]


class ExportFormat(StrEnum):
    """A form; `csv` and `neo4j-admin` are folders, the others one file."""

    JSONL = "jsonl"
    CSV = "csv"
    GRAPHML = "graphml"
    TURTLE = "turtle"
    JSONLD = "jsonld"
    NEO4J_ADMIN = "neo4j-admin"


_FOLDERS = (ExportFormat.CSV, ExportFormat.NEO4J_ADMIN)


def write(stored: Stored, out: Path, form: ExportFormat) -> Path:
    """Write all that is stored and say where it is; the same store gives the same bytes.

    What is at `out` stays as it was until all is written. Of a folder, files of the same names are replaced.

    Raises:
        ConfigError: it cannot be written, or needs a package that is not installed.
    """
    # Only what a form needs is imported: rdflib is an extra.
    try:
        module = import_module(f"kg.exports.{form.value.replace('-', '_')}")
    except ImportError as error:
        raise ConfigError(
            f"{form.value} needs {error.name}; install it with: pip install 'kg-landscape[rdf]'"
        ) from error
    writer: Callable[[Stored, Path], None] = module.write
    with replacing(out, is_folder=form in _FOLDERS) as place:
        writer(stored, place)
    return out
