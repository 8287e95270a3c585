"""Cypher queries as files: a header that documents and declares, one statement, checked when loaded.

    // title: Who invested in a company, largest amount first
    // 标题: 谁投资了这家公司
    // params: company string required; status string = asserted; limit int = 20
    // returns: investor, amount, report

`params` may be left out where there are none. A default is written as the value itself: `null` for none,
commas between the items of a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any

from kg.errors import QueryError

_FILE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PARAMETER = re.compile(r"(?P<name>[A-Za-z_]\w*)\s+(?P<type>\w+)\s*(?P<rest>required|=.*)")
# Strings, quoted names and comments: what a dollar, a bracket or a keyword means nothing in.
_QUIET = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`|//[^\n]*|/\*.*?\*/", re.DOTALL)
_ALIAS = re.compile(r"(?:.*\bAS\s+)?(?P<alias>[A-Za-z_]\w*|`[^`]+`)", re.DOTALL | re.IGNORECASE)


def _to_bool(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _to_list(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


_CONVERTERS: dict[str, Callable[[str], object]] = {
    "string": str,
    "int": int,
    "float": float,
    "bool": _to_bool,
    "list": _to_list,
}
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list, tuple),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a query takes.

    Attributes:
        type: string, int, float, bool or list (of strings).
        default: what stands in where the parameter is not given and not required.
    """

    name: str
    type: str
    required: bool
    default: Any  # Any: a Cypher value

    def __str__(self) -> str:
        return f"{self.name} ({self.type}, {'required' if self.required else f'default {self.default}'})"

    def convert(self, value: object) -> object:
        """A given value as the declared type; text is read, anything else must fit already.

        Raises:
            ValueError: it does not fit.
        """
        if value is None and not self.required:
            return None
        if isinstance(value, str):
            try:
                return _CONVERTERS[self.type](value)
            except (KeyError, ValueError) as error:
                raise ValueError(f"{value!r} is not of type {self.type}") from error
        if not isinstance(value, _KINDS[self.type]) or (isinstance(value, bool) and self.type in ("int", "float")):
            raise ValueError(f"{value!r} is not of type {self.type}")
        return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the graph: one Cypher statement and what it takes and gives.

    Attributes:
        name: its file's name without the ending.
        returns: the columns, in order.
        text: the statement without its header.
    """

    name: str
    title: str
    title_zh: str
    parameters: tuple[Parameter, ...]
    returns: tuple[str, ...]
    text: str

    def bind(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters to run with: what is given (typed, or as text), and defaults for the rest.

        Raises:
            QueryError: one is unknown, missing, or not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        takes = ", ".join(map(str, self.parameters)) or "no parameters"
        if unknown := sorted(given.keys() - known.keys()):
            raise QueryError(f"query {self.name}: unknown parameter {', '.join(unknown)}; it takes {takes}")
        if missing := [name for name, one in known.items() if one.required and given.get(name) is None]:
            raise QueryError(f"query {self.name}: {', '.join(missing)} must be given, as name=value; it takes {takes}")
        values: dict[str, Any] = {}
        for name, parameter in known.items():
            try:
                values[name] = parameter.convert(given[name]) if name in given else parameter.default
            except ValueError as error:
                raise QueryError(f"query {self.name}: {name}: {error}; it takes {takes}") from error
        return values


def find_query(name: str, folder: Path) -> Query:
    """A query of a folder by its name.

    Raises:
        QueryError: there is none of that name; the message lists those there are.

    Example:
        >>> from kg.resources import queries_path
        >>> find_query("investors", queries_path()).returns
        ('investor', 'amount', 'time', 'support', 'report', 'quote')
    """
    queries = load_queries(folder)
    if name not in queries:
        near = get_close_matches(name, queries, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(queries)}"
        raise QueryError(f"no query {name!r} in {folder}; {hint}")
    return queries[name]


def load_queries(folder: Path) -> dict[str, Query]:
    """Every query of a folder by name, sorted.

    Raises:
        QueryError: the folder is missing, or a file breaks the rules of queries.
    """
    if not folder.is_dir():
        raise QueryError(f"{folder}: no such folder of queries; give one that holds .cypher files")
    return {path.stem: load_query(path) for path in sorted(folder.glob("*.cypher"))}


def load_query(path: Path) -> Query:
    """The query of one .cypher file.

    Raises:
        QueryError: the file cannot be read or breaks the rules; the text names file and line.
    """
    if not _FILE_NAME.fullmatch(path.stem):
        raise QueryError(f"{path}: a query's file is named in small letters, digits and underscores")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path}: cannot read the query: {error}") from error
    header, length = _read_header(path, lines)
    parameters = tuple(_parameters(path, *header.get("params", (1, ""))))
    line, returns = header["returns"]
    text = "\n".join(lines[length:]).strip()
    query = Query(path.stem, header["title"][1], header["标题"][1], parameters, tuple(_split(returns)), text)
    _check_statement(f"{path}:{length + 1}", query)
    _check_parameters(f"{path}:{header.get('params', (length + 1, ''))[0]}", query)
    _check_returns(f"{path}:{line}", query)
    return query


def _read_header(path: Path, lines: list[str]) -> tuple[dict[str, tuple[int, str]], int]:
    """Each header key with its line and value, and how many lines the header has."""
    header: dict[str, tuple[int, str]] = {}
    length = next((index for index, line in enumerate(lines) if not line.startswith("//")), len(lines))
    for number, line in enumerate(lines[:length], 1):
        key, _, value = (part.strip() for part in line[2:].partition(":"))
        if key not in ("title", "标题", "params", "returns") or key in header or not value:
            raise QueryError(f"{path}:{number}: a header line is title, 标题, params or returns, a colon and its value")
        header[key] = number, value
    if missing := {"title", "标题", "returns"} - header.keys():
        raise QueryError(f"{path}:1: the header lacks {', '.join(sorted(missing))}; write each as // key: value")
    return header, length


def _parameters(path: Path, line: int, text: str) -> Iterator[Parameter]:
    for part in _split(text, ";"):
        match = _PARAMETER.fullmatch(part)
        if match is None or match["type"] not in _CONVERTERS:
            raise QueryError(
                f"{path}:{line}: cannot read parameter {part!r}; write it as `name type required` or "
                f"`name type = default`, with type string, int, float, bool or list"
            )
        parameter = Parameter(match["name"], match["type"], match["rest"] == "required", None)
        default = match["rest"].removeprefix("=").strip()
        if not parameter.required and default != "null":
            try:
                parameter = Parameter(parameter.name, parameter.type, False, parameter.convert(default))
            except ValueError as error:
                raise QueryError(f"{path}:{line}: the default of {parameter.name} does not fit: {error}") from error
        yield parameter


def _check_statement(where: str, query: Query) -> None:
    silent = _silence(query.text)
    if ";" in silent.rstrip().rstrip(";"):
        raise QueryError(f"{where}: a query is one statement; put the second one into a file of its own")
    if _final_return(query.text) is None:
        raise QueryError(f"{where}: the statement must end in RETURN … ORDER BY …, so that its rows have one order")


def _check_parameters(where: str, query: Query) -> None:
    declared = {parameter.name for parameter in query.parameters}
    used = set(re.findall(r"\$(\w+)", _silence(query.text)))
    if len(declared) != len(query.parameters):
        raise QueryError(f"{where}: a parameter is declared twice; leave one")
    if declared != used:
        raise QueryError(
            f"{where}: params must declare what the statement uses: "
            f"undeclared {sorted(used - declared)}, unused {sorted(declared - used)}"
        )


def _check_returns(where: str, query: Query) -> None:
    columns: list[str] = []
    for item in _split(_final_return(query.text) or ""):
        match = _ALIAS.fullmatch(item)
        if match is None:
            raise QueryError(f"{where}: column {item!r} has no alias; write it as {item} AS name")
        columns.append(match["alias"].strip("`"))
    if tuple(columns) != query.returns:
        raise QueryError(f"{where}: returns says {list(query.returns)}, the RETURN gives {columns}")


def _final_return(text: str) -> str | None:
    """What stands between the last RETURN outside brackets and its ORDER BY; None without either."""
    flat = _flatten(_silence(text))
    matches = list(re.finditer(r"\bRETURN\s+(?:DISTINCT\s+)?", flat, re.IGNORECASE))
    order = re.search(r"\bORDER\s+BY\b", flat[matches[-1].end() :], re.IGNORECASE) if matches else None
    if order is None:
        return None
    start = matches[-1].end()
    return text[start : start + order.start()]


def _silence(text: str) -> str:
    """The text with strings, quoted names and comments blanked, every character in its place."""
    return _QUIET.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _flatten(text: str) -> str:
    """The text with all that stands inside brackets blanked, every character in its place."""
    depth = 0
    flat: list[str] = []
    for char in text:
        depth -= char in ")]}"
        flat.append(" " if depth > 0 and char != "\n" else char)
        depth += char in "([{"
    return "".join(flat)


def _split(text: str, mark: str = ",") -> list[str]:
    """The parts between marks that stand outside brackets and strings, stripped; empty ones left out."""
    flat = _flatten(_silence(text))
    cuts = [-1, *(index for index, char in enumerate(flat) if char == mark), len(text)]
    parts = (text[start + 1 : end].strip() for start, end in pairwise(cuts))
    return [part for part in parts if part]
