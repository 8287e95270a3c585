// title: The versions of a product, each with the one before it
// 标题: 一个产品的各代版本
// params: product string required; limit int = 50
// returns: version, predecessor, support, first_seen
MATCH (p:Entity) WHERE toLower($product) IN [n IN p.aliases + p.name | toLower(n)]
MATCH (newer:Entity)-[:SUCCESSOR_OF*0..5]->(p)
WITH p, collect(DISTINCT newer) AS newer
MATCH (p)-[:SUCCESSOR_OF*0..5]->(older:Entity)
WITH newer, collect(DISTINCT older) AS older
UNWIND newer + older AS version
WITH DISTINCT version
MATCH (version)-[r:SUCCESSOR_OF]->(predecessor:Entity)
RETURN version.name AS version, predecessor.name AS predecessor, r.support AS support, r.first_seen AS first_seen
ORDER BY predecessor, version
LIMIT $limit
