// title: What a product is built on, directly and through what that is built on
// 标题: 这个产品的底层模型与技术（含间接）
// params: product string required; limit int = 50
// returns: foundation, type, steps, support, chain
MATCH (p:Entity) WHERE toLower($product) IN [n IN p.aliases + p.name | toLower(n)]
MATCH (base:Entity)<-[:BASED_ON]-(:Entity) WHERE base.id <> p.id
WITH DISTINCT p, base
MATCH path = shortestPath((p)-[:BASED_ON*..4]->(base))
UNWIND relationships(path) AS link
WITH base, path, min(link.support) AS support // of the weakest link
RETURN base.name AS foundation, [label IN labels(base) WHERE label <> 'Entity'][0] AS type,
       length(path) AS steps, support AS support, [n IN nodes(path) | n.name] AS chain
ORDER BY steps, support DESC, foundation
LIMIT $limit
