"""What every test may ask for."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from stores import embedded_server, neo4j_server, reopen, server, session_store, store  # noqa: F401  # fixtures

from kg.lexicon import Lexicon
from kg.ontology import Ontology
from kg.resources import seeds_path

if find_spec("torch") is not None:
    from neural import lesson, trained  # noqa: F401  # fixtures


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of gold data, real reports and the Neo4j server beside the project; skips where it is not."""
    path = Path(__file__).resolve().parents[2] / "shared"
    if not path.is_dir():
        pytest.skip(f"{path} is not there: this test needs the data kept beside the project")
    return path


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The shipped ontology."""
    return Ontology.from_toml(seeds_path() / "ontology.toml")


@pytest.fixture(scope="session")
def lexicon(ontology: Ontology) -> Lexicon:
    """The shipped name lists."""
    return Lexicon.from_folder(seeds_path() / "names", ontology.types)
