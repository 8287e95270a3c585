"""Refuses user Cypher that reaches outside the graph, before any engine sees it; writing the engines refuse."""

import re
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from kg.errors import QueryError

PROCEDURES = frozenset(
    {
        "db.index.fulltext.querynodes",
        "db.index.vector.querynodes",
        "db.labels",
        "db.relationshiptypes",
        "db.propertykeys",
    }
)
MAX_DEPTH = 100  # of brackets: the parser of Neo4j dies of some thousands, and the driver waits two minutes for it
_FIRST_WORDS = ("MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL")
_BEFORE_USE = ("{", "UNION", "ALL", "DISTINCT", "NEXT")  # where a part of a query begins
# Namespaces of functions that Cypher itself defines; apoc's can run Cypher and read files.
_FUNCTIONS = ("date.", "datetime.", "localdatetime.", "time.", "localtime.", "duration.", "point.", "vector.")
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n\r]*|/\*.*?\*/)
      | (?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
      | (?P<quoted>`(?:``|[^`])*`)
      | (?P<word>[^\W\d]\w*)
      | (?P<sign>\.\.|\S)""",
    re.DOTALL | re.VERBOSE,
)
# What else a statement is made of, outside strings and quoted names. Anything more (a backslash, a character that an
# engine may take for a space or for no character at all) could hide a word from us.
_SIGNS = frozenset("()[]{}.,:;|&!?%=<>+-*/^$~0123456789") | {".."}
_WORD = re.compile(r"[^\W\d]\w*")
_ESCAPE = re.compile(r"\\u+([0-9a-fA-F]{4})")
# The same where the backslash is not itself escaped, as Neo4j reads it.
_BARE_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u([0-9a-fA-F]{4})")


def refuse_unsafe(text: str) -> None:
    """Let read statements pass that stay inside the graph.

    Raises:
        QueryError: the statement is of another kind, loads files, or calls what is not allowed.
    """
    # Neo4j resolves \\uXXXX before it parses, also outside strings: all readings must be harmless.
    resolved = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    in_order = _BARE_ESCAPE.sub(lambda escape: escape[1] + chr(int(escape[2], 16)), text)
    for reading in {text, resolved, in_order}:
        _check(_tokens(reading))


def refuse_plan(plan: Mapping[str, Any]) -> None:  # Any: the driver's plan
    """Refuse what the planner of a Neo4j sees and the text hid.

    Raises:
        QueryError: the plan loads a file or calls a procedure that is not allowed.
    """
    operator = plan.get("operatorType", "").partition("@")[0]
    details = str(plan.get("args", {}).get("Details", ""))
    if operator == "LoadCSV":
        raise QueryError("LOAD CSV is not allowed here; build the graph from reports with kg build")
    if operator.endswith("ProcedureCall") and details.partition("(")[0].lower() not in PROCEDURES:
        raise QueryError(f"procedure {details.partition('(')[0]} is not allowed")
    for child in plan.get("children", ()):
        refuse_plan(child)


def _tokens(text: str) -> list[str]:
    tokens = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "quoted":
            tokens.extend(_quoted(match[0]))
        elif match.lastgroup == "string":
            tokens.append("''")
        elif match.lastgroup != "comment":
            tokens.append(match[0])
    return tokens[:-1] if tokens and tokens[-1] == ";" else tokens


def _quoted(name: str) -> list[str]:
    """The parts of a name in backticks: one such name may spell a whole `namespace.function`."""
    parts = re.split(r"(\.)", name[1:-1].replace("``", "`"))
    return [part if _WORD.fullmatch(part) or part == "." else f"`{part}" for part in parts]


def _check(tokens: list[str]) -> None:
    first = tokens[0].upper() if tokens else "nothing"
    if first not in _FIRST_WORDS:
        raise QueryError(f"a query begins with one of {', '.join(_FIRST_WORDS)}, not with {first[:40]}")
    if ";" in tokens:
        raise QueryError("one statement at a time; remove what follows the first ;")
    if max(accumulate((token in "([{") - (token in ")]}") for token in tokens)) > MAX_DEPTH:
        raise QueryError(f"brackets are nested more than {MAX_DEPTH} deep; write the query flatter")
    if strange := next((one for one in tokens if not (one in _SIGNS or _WORD.match(one) or one[0] in "`'")), ""):
        raise QueryError(f"{strange!r} has no meaning outside strings and quoted names; remove it")
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if token.upper() == "LOAD" and following.upper() == "CSV":
            raise QueryError("LOAD CSV is not allowed here; build the graph from reports with kg build")
        if token.upper() == "USE" and tokens[index - 1].upper() in _BEFORE_USE and following != ":":
            raise QueryError("a query is asked of this store alone; remove USE")
        if token.upper() == "CALL" and following not in ("{", "("):
            _check_name(tokens, index + 1, is_procedure=True)
        elif following == "." and (index == 0 or tokens[index - 1] != "."):
            _check_name(tokens, index, is_procedure=False)


def _check_name(tokens: list[str], start: int, *, is_procedure: bool) -> None:
    end = start + 1
    while end + 1 < len(tokens) and tokens[end] == ".":
        end += 2
    name = "".join(tokens[start:end]).lower()
    if is_procedure and name not in PROCEDURES:
        raise QueryError(f"procedure {name[:80]} is not allowed; allowed are {', '.join(sorted(PROCEDURES))}")
    is_call = tokens[end : end + 1] == ["("]
    if is_call and not is_procedure and name not in PROCEDURES and not name.startswith(_FUNCTIONS):
        raise QueryError(f"function {name[:80]} is not allowed; those without a namespace are")
