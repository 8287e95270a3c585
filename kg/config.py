"""One frozen configuration: defaults, then a TOML file, then flags; secrets come from the environment."""

import os
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Self

from kg.errors import ConfigError
from kg.resources import models_path, queries_path, seeds_path

RECOGNISERS = ("auto", "model", "lexicon", "hanlp", "transformers")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that changes what a run does.

    Attributes:
        store: a folder for the embedded store, or a neo4j:// or bolt:// URL.
        ontology: a file as seeds/ontology.toml.
        names: a folder as seeds/names/.
        triggers: a file as seeds/triggers.toml.
        qualifiers: a file as seeds/qualifiers.toml.
        tables: a file as seeds/tables.toml.
        labels: a file as seeds/labels.toml; what labels of other recognisers mean.
        queries: a folder of .cypher files as queries/.
        recogniser: what finds names: `auto` (the trained model where torch is installed and the ontology declares what
            it finds, else the name list and rules), `model`, `lexicon`, `hanlp` or `transformers`.
        model: of the recogniser: a folder, or for `hanlp` the name of an official one.
        device: where models compute: `auto` takes CUDA where there is one; any other name is torch's own.
        embeddings: whether chunks get a vector each, so that those that mean the same as a question are found; needs
            torch and takes a pass of the encoder over the whole text.
        int8: on a CPU, read with int8 weights: faster, and scores move by less than half a point.
        max_chars: a report with more characters is not read.
        min_score: relations below it are dropped (0 to 1); 0 keeps all that were thought of, with their scores.
        chunk_chars: a chunk holds at most this many characters (510 tokens of the encoder at one a character).
        user, database: of a Neo4j; its password comes from KG_PASSWORD alone.
        timeout: seconds one query may run.
        max_rows: rows one user query may return.
    """

    store: str = "landscape.kg"
    ontology: Path = seeds_path() / "ontology.toml"
    names: Path = seeds_path() / "names"
    triggers: Path = seeds_path() / "triggers.toml"
    qualifiers: Path = seeds_path() / "qualifiers.toml"
    tables: Path = seeds_path() / "tables.toml"
    labels: Path = seeds_path() / "labels.toml"
    queries: Path = queries_path()  # noqa: RUF009  # a value, as the paths above
    recogniser: str = "auto"
    model: str = str(models_path() / "landscape")
    device: str = "auto"
    embeddings: bool = False
    int8: bool = True
    max_chars: int = 50_000_000
    min_score: float = 0.35
    chunk_chars: int = 510
    user: str = "neo4j"
    database: str = "neo4j"
    timeout: float = 30.0
    max_rows: int = 10_000

    def __post_init__(self) -> None:
        for one in fields(self):
            if isinstance(one.default, Path):  # a script may give its paths as text
                object.__setattr__(self, one.name, Path(getattr(self, one.name)))
        for key in ("max_chars", "chunk_chars", "timeout", "max_rows"):
            if not getattr(self, key) > 0:
                raise ConfigError(f"{key} = {getattr(self, key)!r} must be more than 0")
        if self.recogniser not in RECOGNISERS:
            raise ConfigError(f"recogniser = {self.recogniser!r} must be one of {', '.join(RECOGNISERS)}")
        if not 0 <= self.min_score <= 1:
            raise ConfigError(f"min_score = {self.min_score!r} must be from 0 to 1")

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """The defaults with the values of a file over them; relative paths are taken from the file's folder.

        Raises:
            ConfigError: the file cannot be read, or has a key or value that Config does not.
        """
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise ConfigError(f"{path}: cannot read the configuration: {reason}") from error
        default = cls()
        known = {one.name: type(getattr(default, one.name)) for one in fields(cls)}
        if unknown := sorted(table.keys() - known.keys()):
            raise ConfigError(f"{path}: unknown keys {unknown}; known are {sorted(known)}")
        values = {key: _convert(path, key, value, known[key]) for key, value in table.items()}
        try:
            return replace(default, **values)  # type: ignore[arg-type]  # _convert has checked every type
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from error


def _convert(path: Path, key: str, value: object, kind: type) -> object:
    if isinstance(value, str) and (issubclass(kind, Path) or _is_path(path.parent, key, value)):
        return kind((path.parent / value).resolve())
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        kind_name = "path, as text" if issubclass(kind, Path) else kind.__name__
        raise ConfigError(f"{path}: {key} = {value!r} must be of type {kind_name}")
    return value


def _is_path(folder: Path, key: str, value: str) -> bool:
    """Whether a setting that may be more than a path is one: a store without a scheme, a model that is there."""
    return (key == "store" and "://" not in value) or (key == "model" and (folder / value).exists())


def read_password() -> str | None:
    """The Neo4j password of the environment (KG_PASSWORD), None where it is not set."""
    return os.environ.get("KG_PASSWORD")
