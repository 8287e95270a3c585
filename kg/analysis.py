"""What the shape of a graph says: its central entities, its communities, the paths between two names.

Everything here works on a slice in memory (`store.slice`, or the graph of one report) and counts the facts that
some sentence asserts; planned, rumored and negated ones join nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from kg.errors import QueryError
from kg.graph import Entity, Graph
from kg.lexicon import name_key
from kg.table import Table

if TYPE_CHECKING:
    import networkx

_DAMPING = 0.85  # Brin and Page (1998)
_EXACT_BETWEENNESS = 1_000  # entities; above it, that many sources are sampled: exact cost is entities times facts
_SAMPLED_SOURCES = 200
_SEED = 7


def central(graph: Graph, limit: int = 20) -> Table:
    """The entities that matter most to the graph, by PageRank: name, type, degree, pagerank, betweenness.

    Degree counts the facts of an entity. PageRank (sums to 1) follows facts in both directions, better supported
    ones more often. Betweenness (0 to 1) is the share of shortest paths that run through an entity: high for those
    that join parts of the landscape; above 1,000 entities it is estimated from 200 of them.

    Example:
        >>> central(store.slice(["Company:百度"], hops=2), limit=5)  # doctest: +SKIP
    """
    import networkx

    network = _to_network(graph)
    sources = _SAMPLED_SOURCES if len(network) > _EXACT_BETWEENNESS else None
    between = networkx.betweenness_centrality(network, k=sources, seed=_SEED)
    rank = _pagerank(network)
    entities = {entity.id: entity for entity in graph.entities}
    rows = (
        (entities[node].name, entities[node].type, network.degree(node, weight="facts"), rank[node], between[node])
        for node in sorted(network, key=lambda node: (-round(rank[node], 12), node))
    )
    return Table(("name", "type", "degree", "pagerank", "betweenness"), tuple(islice(rows, limit)))


def communities(graph: Graph) -> Table:
    """Groups of entities with more facts inside than between them, largest first: community, size, names.

    Louvain's method with a fixed seed, so that one graph always gives the same groups. Names stand in the order of
    their facts: the first ones say what the group is about. Entities without facts are left out.
    """
    import networkx

    network = _to_network(graph)
    network.remove_nodes_from(list(networkx.isolates(network)))
    groups = networkx.community.louvain_communities(network, weight="support", seed=_SEED)
    names = {entity.id: entity.name for entity in graph.entities}
    members = [sorted(group, key=lambda node: (-network.degree(node, weight="facts"), node)) for group in groups]
    members.sort(key=lambda group: (-len(group), group))
    rows = ((number, len(group), [names[node] for node in group]) for number, group in enumerate(members, 1))
    return Table(("community", "size", "names"), tuple(rows))


def paths(graph: Graph, start: str, end: str, limit: int = 5) -> Table:
    """Chains of facts between two entities, shortest first: steps, names, relations. Empty where there is none.

    Args:
        graph: where to look.
        start: an entity's id, name or alias, in any spelling of it.
        end: the same of another entity.
        limit: at most this many chains; their number grows fast with their length.

    Raises:
        QueryError: the graph has no entity of that name, or both are one.
    """
    import networkx

    source, target = _find(graph, start), _find(graph, end)
    if source == target:
        raise QueryError(f"{start!r} and {end!r} are one entity; give two")
    network = _to_network(graph)
    names = {entity.id: entity.name for entity in graph.entities}
    chains = networkx.shortest_simple_paths(network, source.id, target.id)
    rows: list[tuple[int, list[str], list[str]]] = []
    if networkx.has_path(network, source.id, target.id):
        for chain in islice(chains, limit):
            relations = [network.edges[pair]["relations"] for pair in pairwise(chain)]
            rows.append((len(chain) - 1, [names[node] for node in chain], ["/".join(some) for some in relations]))
    return Table(("steps", "names", "relations"), tuple(rows))


def _to_network(graph: Graph) -> networkx.Graph:
    """One undirected edge between two entities: how many facts join them, their support, their relations."""
    import networkx

    network = networkx.Graph()
    network.add_nodes_from(sorted(entity.id for entity in graph.entities))  # sorted: seeds pick the same nodes
    for fact in sorted(graph.facts, key=lambda fact: (fact.relation, fact.subject, fact.object)):
        documents = {evidence.document for evidence in fact.evidence if evidence.status == "asserted"}
        if not documents:
            continue
        if not network.has_edge(fact.subject, fact.object):
            network.add_edge(fact.subject, fact.object, facts=0, support=0, relations=[])
        edge = network.edges[fact.subject, fact.object]
        edge["facts"] += 1
        edge["support"] += len(documents)
        if fact.relation not in edge["relations"]:
            edge["relations"].append(fact.relation)
    return network


def _pagerank(network: networkx.Graph, rounds: int = 100, tolerance: float = 1e-10) -> Mapping[str, float]:
    """PageRank by power iteration; networkx's own needs SciPy, which nothing else here does."""
    count = len(network)
    rank = dict.fromkeys(network, 1 / count) if count else {}
    weights = dict(network.degree(weight="support"))
    for _ in range(rounds):
        loose = sum(rank[node] for node in network if not weights[node])  # entities without facts share theirs out
        before, floor = rank, (1 - _DAMPING + _DAMPING * loose) / count if count else 0.0
        rank = {node: floor + _DAMPING * sum(_inflow(network, node, before, weights)) for node in network}
        if sum(abs(rank[node] - before[node]) for node in network) < tolerance * count:
            break
    return rank


def _inflow(
    network: networkx.Graph, node: str, rank: Mapping[str, float], weights: Mapping[str, int]
) -> Iterator[float]:
    for other, edge in network.adj[node].items():
        yield rank[other] * edge["support"] / weights[other]


def _find(graph: Graph, name: str) -> Entity:
    """The entity of an id or, in any spelling, of a name or alias; a name goes before an alias."""
    key = name_key(name)
    for named in (
        lambda entity: entity.id == name,
        lambda entity: name_key(entity.name) == key,
        lambda entity: key in map(name_key, entity.aliases),
    ):
        if found := next((entity for entity in graph.entities if named(entity)), None):
            return found
    raise QueryError(f"this part of the graph has no entity named {name!r}; take a larger slice or another name")
