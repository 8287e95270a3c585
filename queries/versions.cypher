// title: The versions of a product, each with the one before it
// 标题: 一个产品的各代版本
// params: product string required; limit int = 50
// returns: version, predecessor, support, first_seen
MATCH (p:Entity) WHERE toLower($product) IN [n IN p.aliases + p.name | toLower(n)]
MATCH (p)-[:SUCCESSOR_OF*0..8]-(newer:Entity)
WITH DISTINCT newer
MATCH (newer)-[r:SUCCESSOR_OF]->(older:Entity)
RETURN newer.name AS version, older.name AS predecessor, r.support AS support, r.first_seen AS first_seen
ORDER BY predecessor, version
LIMIT $limit
