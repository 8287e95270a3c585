"""Finds in Cypher, and in the Python that holds it, what one of the two engines does not do or does wrong.

The rules are those of DESIGN §6; `check_statement` and `check_python` give the number of the rule and what to do
instead, one for each fault.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

MODEL = {"Document", "Chunk", "Entity", "Fact"}
MODEL |= {"FROM_DOCUMENT", "FROM_CHUNK", "NEXT_CHUNK", "SUBJECT", "OBJECT", "SUPPORTED_BY"}
PLACE = "x"  # what stands in a statement where an f-string takes a value


@dataclass(frozen=True)
class Check:
    """A pattern that must not stand in a statement, and why."""

    rule: int
    pattern: str
    why: str


CHECKS = (
    Check(1, r"\bIN\s+(\d+\s+)?(CONCURRENT\s+)?TRANSACTIONS\b", "writes go in managed transactions, no others"),
    Check(1, r"\bPERIODIC\s+COMMIT\b", "writes go in managed transactions, no others: no PERIODIC COMMIT"),
    Check(2, r"\bSET\s(?:(?!\bSET\b)[^;])*?(?:(?<=\bSET\s)|,)\s*\w+\s*:\s*[\w`$]", "labels are given in the CREATE"),
    Check(2, r"\bREMOVE\s+\w+\s*:", "labels are given in the CREATE, and stay: no REMOVE of one"),
    Check(3, r"\bMERGE\s*\([^){]*:\s*[\w`]+\s*[:&|]", "one label in a MERGE"),
    Check(3, r"\(\s*\w*\s*:\s*[\w`]+\s*[:&|][^(){}]*\{", "one label where a property anchors a MATCH"),
    Check(4, r":\s*\$", "labels are not dynamic"),
    Check(6, r"\bCREATE\s+(FULLTEXT|VECTOR)\s+INDEX\b", "full-text and vector indexes are made by schema.py alone"),
    Check(
        6, r"\bdb\.index\.(?!fulltext\.queryNodes\b|vector\.queryNodes\b)", "only the two query procedures are common"
    ),
    Check(6, r"\bqueryNodes\s*\(\s*(?!\$)", "the name of an index is a parameter: engines name them"),
    Check(7, r"\bSHORTEST\s+\d|\b(ANY|ALL)\s+SHORTEST\b|\bSHORTEST\s+GROUPS?\b", "both know shortestPath and {1,5}"),
    Check(7, r"^\s*SHOW\b", "the embedded engine has no SHOW"),
    Check(7, r"`?\b(apoc|gds)\b`?\s*\.", "neither engine is asked to have plugins"),
    Check(7, r"\bdb\.schema\b", "db.schema is Neo4j's alone"),
    Check(7, r"\bexists\s*\(\s*\w+\.", "a property is there when it IS NOT NULL"),
    Check(7, r"^\s*CYPHER\b", "the embedded engine knows no CYPHER prefix"),
    Check(7, r";\s*\S", "one statement a string"),
    Check(8, r"\b(elementId|id)\s*\(", "internal ids are never kept; nodes have ids of their own"),
    Check(9, r"\bLOAD\s+CSV\b", "reports come in through the pipeline: no LOAD CSV"),
)
_STATEMENT = re.compile(
    r"\s*(MATCH|CREATE|MERGE|UNWIND|CALL|OPTIONAL MATCH|EXPLAIN|SHOW|CYPHER|LOAD CSV (?:WITH|FROM))\b"
)
_LABELS = re.compile(r"[(\[]\s*\w*\s*:\s*(`?\w+`?(?:\s*[:|&]\s*`?\w+`?)*)")
_ANCHOR = re.compile(r"\(\s*\w*\s*:\s*`?(\w+)`?\s*\{\s*id\s*:")
_MAP = re.compile(r"\{\s*`?\w+`?\s*:[^{}]*\}")
_TWO_LABELS = re.compile(r"CREATE \(\s*\w*(:`?\w+`?)+ (\{[^}]*\}+)?\)")


def check_statement(text: str) -> Iterator[tuple[int, str]]:
    """The faults of a statement by its text alone."""
    bare = _silence(text).strip().rstrip(";")
    bare = _TWO_LABELS.sub("CREATE ()", bare)  # a node may be created with all its labels at once
    plain, left = _MAP.sub("''", bare), bare  # of a map, no key is a label
    while plain != left:
        plain, left = _MAP.sub("''", plain), plain
    for check in CHECKS:
        looked = plain if check.rule in (2, 4) else bare
        if re.search(check.pattern, looked, re.IGNORECASE | re.MULTILINE):
            yield check.rule, check.why


def check_anchors(text: str, unique: set[str]) -> Iterator[tuple[int, str]]:
    """Labels that are looked up by an id that no constraint keeps unique."""
    for label in _ANCHOR.findall(_silence(text)):
        if label not in unique | {PLACE}:
            yield 3, f"{label} is found by its id, and has no unique constraint"


def check_labels(text: str, known: set[str]) -> Iterator[tuple[int, str]]:
    """Labels and types that neither the model nor the ontology has, or that differ from theirs in case."""
    for label in sorted(labels(text) - known - {PLACE}):
        other = next((one for one in known if one.lower() == label.lower()), None)
        yield 5, f"{label} and {other} differ only in case" if other else f"{label} is in neither model nor ontology"


def check_pattern_order(text: str) -> Iterator[tuple[int, str]]:
    """Patterns that begin at a node to be found and lead to one that is known.

    No rule of DESIGN, so its number is 0: the embedded engine walks a pattern from its left end, and such a one goes
    through every node of the label; it took 17 s where the same pattern written from the known end took 0.1 s
    (5,700 facts, 3,900 entities).
    """
    known: set[str] = set()
    for part in re.split(r"\bMATCH\b", _silence(text)):
        for pattern in re.split(r"\bWHERE\b|\bWITH\b|\bRETURN\b|\bCALL\b|,\s*(?=\()", part)[:1]:
            nodes = re.findall(r"\((\w*)[^()]*?(\{)?[^(){}]*\}?\)", pattern)
            if nodes and nodes[0][0] not in known and not nodes[0][1] and {name for name, _ in nodes[1:]} & known:
                yield 0, f"begins at the far end: {pattern.strip()}"
        known |= set(re.findall(r"\((\w+)\s*[:){]", part))


def labels(text: str) -> set[str]:
    """Labels and types that a statement spells."""
    found = _LABELS.findall(_silence(text))
    return {label.strip("`") for group in found for label in re.findall(r"`?\w+`?", group)}


def _silence(text: str) -> str:
    """A statement without comments, and with nothing in its strings."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", re.sub(r"'[^']*'|\"[^\"]*\"", "''", text), flags=re.DOTALL)


@dataclass(frozen=True)
class Cypher:
    """A statement that Python holds.

    Attributes:
        values: the source of what an f-string puts into it where a label or a type stands.
    """

    line: int
    text: str
    values: tuple[str, ...]


def find_statements(source: str) -> Iterator[Cypher]:
    """The strings of a Python file that are Cypher; values of an f-string are replaced by a name."""
    tree = ast.parse(source)
    inner = {id(one) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for one in ast.walk(node)}
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(one.value) if isinstance(one, ast.Constant) else PLACE for one in node.values)
            values = tuple(_label_values(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner | documentation:
            text, values = node.value, ()
        else:
            continue
        if _STATEMENT.match(text):
            yield Cypher(node.lineno, text, values)


def _label_values(node: ast.JoinedStr) -> Iterator[str]:
    before = ""
    for part in node.values:
        if isinstance(part, ast.FormattedValue) and re.search(r":\s*`?$", before):
            yield ast.unparse(part.value)
        before = str(part.value) if isinstance(part, ast.Constant) else ""


def check_python(source: str) -> Iterator[tuple[int, str]]:
    """The faults of Python around its statements: transactions of another kind, labels from elsewhere."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called, on = node.func.attr, ast.unparse(node.func.value)
            if called == "execute_query" or (called == "run" and re.search(r"\bsession(\(.*\))?$", on)):
                yield 1, f"{on}.{called}: statements run in managed transactions, never in autocommit"
            if called == "begin_transaction" and "READ_ACCESS" not in source:
                yield 1, f"{on}.{called}: writes are retried by the driver: execute_write"
    for one in find_statements(source):
        for value in one.values:
            if not re.search(r"\.quote\(", value) and value not in ("label", "index.label"):
                yield 4, f"{value} stands for a label; it must come from ontology.quote"
