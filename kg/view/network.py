"""Nodes, edges and options of the drawing, made by pyvis, and the vis-network script that pyvis brings."""

from __future__ import annotations

import json
import math
from collections import Counter
from importlib.resources import files

from kg.graph import Fact, Graph, statuses_of
from kg.mention import Status
from kg.ontology import Ontology

UNKNOWN_COLOUR = "#7a8594"
# The strongest first: a fact that one report asserts is drawn as asserted, whatever others plan or deny.
STATUS_ORDER: tuple[Status, ...] = ("asserted", "planned", "rumored", "negated")
_DASHES: dict[Status, bool | list[int]] = {
    "asserted": False,
    "planned": [9, 6],
    "rumored": [2, 5],
    "negated": [9, 6],
}
_OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"randomSeed": 1, "improvedLayout": False},
    "interaction": {"hover": True, "hoverConnectedEdges": False, "tooltipDelay": 100, "multiselect": False},
    "nodes": {"shape": "dot", "borderWidth": 1.5, "chosen": False},
    "edges": {"arrows": {"to": {"scaleFactor": 0.45}}, "selectionWidth": 0, "hoverWidth": 0, "chosen": False},
}


def network_json(graph: Graph, ontology: Ontology) -> str:
    """What vis-network draws, as JSON: `{"nodes": […], "edges": […], "options": {…}}`, sorted by id."""
    # pyvis pulls in IPython, the layout networkx; only who draws pays for them.
    from pyvis.network import Network

    from kg.view.bends import find_bends
    from kg.view.layout import place

    network = Network(directed=True, cdn_resources="in_line")
    network.set_options(json.dumps(_OPTIONS))
    sizes = node_sizes(graph)
    positions = place(graph, sizes)
    for entity in sorted(graph.entities, key=lambda one: one.id):
        kind = ontology.types.get(entity.type)
        x, y = positions[entity.id]
        colour = kind.colour if kind else UNKNOWN_COLOUR
        network.add_node(entity.id, label=entity.name, color=colour, x=x, y=y, size=sizes[entity.id])
    bends = find_bends(graph.facts, positions, sizes)
    for fact in sorted(graph.facts, key=lambda one: one.id):
        _add_edge(network, fact, ontology, bends[fact.id])
    nodes, edges, _, _, _, options = network.get_network_data()
    return json.dumps({"nodes": nodes, "edges": edges, "options": json.loads(options)}, ensure_ascii=False)


def _add_edge(network: object, fact: Fact, ontology: Ontology, bend: float) -> None:
    relation = ontology.relations.get(fact.relation)
    support = len({one.document for one in fact.evidence})
    network.add_edge(  # type: ignore[attr-defined]  # pyvis has no types and is not imported here
        fact.subject,
        fact.object,
        id=fact.id,
        arrows="" if relation and relation.symmetric else "to",
        width=round(1.2 + 0.9 * math.log2(max(support, 1)), 2),
        dashes=_DASHES[main_status(fact)],
        smooth={"type": "curvedCW" if bend > 0 else "curvedCCW", "roundness": abs(bend)} if bend else False,
    )


def main_status(fact: Fact) -> Status:
    """The strongest status that some evidence of a fact has."""
    found = statuses_of(fact.evidence)
    return next((status for status in STATUS_ORDER if status in found), "asserted")


def node_sizes(graph: Graph) -> dict[str, float]:
    """Radius by entity id: it grows with the facts an entity has, less with how often it is named."""
    degree = Counter(end for fact in graph.facts for end in {fact.subject, fact.object})
    named = Counter[str]()
    for appearance in graph.appearances:
        named[appearance.entity] += appearance.count
    return {
        entity.id: round(min(7 + 3.2 * math.sqrt(degree[entity.id]) + 0.8 * math.log1p(named[entity.id]), 34), 1)
        for entity in graph.entities
    }


def vis_script() -> str:
    """The vis-network library as pyvis ships it, without the pointer to its source map."""
    text = (files("pyvis") / "lib" / "vis-9.1.2" / "vis-network.min.js").read_text(encoding="utf-8")
    return text.split("\n//# sourceMappingURL=")[0]
