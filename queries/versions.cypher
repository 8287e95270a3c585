// title: All versions of a product's family, each with the one before it
// 标题: 一个产品的各代版本
// params: product string required; limit int = 50
// returns: version, predecessor, support, first_seen
MATCH (p:Product) WHERE toLower($product) IN [n IN p.aliases + p.name | toLower(n)]
MATCH (member:Product)-[:SUCCESSOR_OF]-(:Entity) WHERE member.id <> p.id
WITH DISTINCT p, member
MATCH path = shortestPath((p)-[:SUCCESSOR_OF*..10]-(member))
WITH DISTINCT member
MATCH (member)-[r:SUCCESSOR_OF]-(:Entity)
WITH DISTINCT r, startNode(r) AS version, endNode(r) AS predecessor
RETURN version.name AS version, predecessor.name AS predecessor, r.support AS support, r.first_seen AS first_seen
ORDER BY predecessor, version
LIMIT $limit
