"""The shape of the house: who may import whom, and what stands where (HOUSE_STYLE, Shape)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

KG = Path(__file__).resolve().parents[1] / "kg"
FILES = sorted(KG.rglob("*.py"))

# Packages that only one room may import.
ONLY_IN = {
    "torch": "neural",
    "transformers": "neural",
    "neo4j": "store",
    "arcadedb_embedded": "store",
    "pyvis": "view",
    "hanlp": "extraction",
    "spacy": "extraction",
    "rdflib": "exports",
}
STAGES = {"reading", "clean", "split", "extraction", "resolve", "store", "view", "exports"}
JOINERS = {"pipeline", "api", "cli", "doctor", "__init__"}


def room(path: Path) -> str:
    return path.relative_to(KG).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names(path: Path) -> Iterator[tuple[str, int]]:
    """Every name used and every attribute as `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}", node.lineno


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(KG).as_posix())
class TestFile:
    def test_imports_packages_only_in_their_room(self, path: Path):
        for module in imports(path):
            owner = ONLY_IN.get(module.split(".")[0])
            assert owner in (None, room(path)), f"{path}: {module} belongs to kg/{owner}"

    def test_stages_do_not_import_each_other(self, path: Path):
        if room(path) in JOINERS:
            return
        for module in imports(path):
            parts = module.split(".")
            if parts[0] == "kg" and len(parts) > 1 and parts[1] in STAGES:
                assert parts[1] == room(path), f"{path}: imports the stage {parts[1]}"

    def test_prints_exits_and_reads_the_environment_only_where_allowed(self, path: Path):
        allowed = {"print": "cli", "sys.exit": "cli", "os.environ": "config", "os.getenv": "config"}
        for name, line in names(path):
            owner = allowed.get(name)
            assert owner in (None, room(path)), f"{path}:{line}: {name} belongs to kg/{owner}"

    def test_has_no_assert_and_no_broad_except(self, path: Path):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not isinstance(node, ast.Assert), f"{path}:{node.lineno}: assert"
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id.endswith("eption"))
                assert not broad or room(path) == "reading", f"{path}:{node.lineno}: except Exception"

    def test_is_not_too_long(self, path: Path):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400

    def test_has_no_function_too_long(self, path: Path):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                documented = ast.get_docstring(node) is not None and len(node.body) > 1
                first = node.body[1] if documented else node.body[0]
                assert (node.end_lineno or 0) - first.lineno + 1 <= 50, f"{path}:{node.lineno}: {node.name}"


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("kg", ("torch", "hanlp", "pyvis", "spacy", "neo4j")),
        ("kg.cli", ("torch", "hanlp", "pyvis", "spacy", "neo4j", "kg.pipeline")),
    ],
)
def test_import_is_light(module: str, absent: tuple[str, ...]):
    code = f"import sys, {module}; print([name for name in {absent} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
