"""One self-contained page: template, styles, scripts and data in a file that never asks the network for anything."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from kg.errors import ConfigError
from kg.graph import Graph
from kg.lexicon import name_key
from kg.ontology import Ontology
from kg.view.network import network_json, vis_script
from kg.view.payload import payload_json

_ASSETS = files("kg.view") / "assets"
# In this order; together they are one script, so each file sees what the ones before it declare.
_SCRIPTS = (
    "data.js",
    "dom.js",
    "filters.js",
    "looks.js",
    "labels.js",
    "canvas.js",
    "rings.js",
    "evidence.js",
    "panel.js",
    "path.js",
    "overview.js",
    "timeline.js",
    "sidebar.js",
    "search.js",
    "table.js",
    "main.js",
)


def draw(graph: Graph, out: Path, *, ontology: Ontology, title: str, focus: Sequence[str] = ()) -> Path:
    """Write a graph as one html page and say where it is; the same graph gives the same bytes.

    Args:
        graph: a few hundred entities read well; some thousands still open.
        out: the page; folders above it are made.
        ontology: gives colours and Chinese names; what it does not declare is shown under its label.
        title: the heading of the page.
        focus: ids, names or aliases of entities; the first is selected when the page opens.

    Raises:
        ConfigError: a focus names no entity of the graph, or the page cannot be written.
    """
    ids = [_find_entity(graph, name) for name in focus]
    page = _render(title, payload_json(graph, ontology, title=title, focus=ids), network_json(graph, ontology))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigError(f"{out}: cannot write the page: {error.strerror}; name another file") from error
    return out


def _find_entity(graph: Graph, name: str) -> str:
    key = name_key(name)
    for entity in graph.entities:
        if entity.id == name or entity.name == name:
            return entity.id
    for entity in graph.entities:
        if key in {name_key(spelling) for spelling in (entity.name, *entity.aliases)}:
            return entity.id
    raise ConfigError(f"focus {name!r}: no entity of the graph has this id, name or alias")


def _render(title: str, payload: str, network: str) -> str:
    # Jinja2 comes with pyvis, and like it is wanted only where a page is drawn.
    from jinja2 import Environment
    from markupsafe import Markup

    style = _asset("page.css")
    scripts = [vis_script(), _program()]
    template = Environment(autoescape=True).from_string(_asset("page.html"))
    return template.render(
        title=title,
        policy=Markup(_policy(style, scripts)),
        style=Markup(style),
        scripts=[Markup(script) for script in scripts],
        payload=Markup(_inert(payload)),
        network=Markup(_inert(network)),
    )


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _program() -> str:
    parts = [f"// ---- {name}\n{_asset('js/' + name)}" for name in _SCRIPTS]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "\n})();"


def _inert(json_text: str) -> str:
    """The same JSON in characters that neither end a script element nor begin a comment or a line."""
    return re.sub("[<>&\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", json_text)


def _policy(style: str, scripts: list[str]) -> str:
    """A content security policy under which only this page's own scripts run and nothing is fetched."""
    hashes = " ".join(_source_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src {_source_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _source_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
