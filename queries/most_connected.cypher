// title: Entities with the most asserted facts
// 标题: 关联最多的实体
// params: type string = null; limit int = 20
// returns: name, type, facts, neighbours
MATCH (e:Entity)-[r]-(other:Entity)
WHERE $type IS NULL OR $type IN labels(e)
WITH e, count(r) AS facts, count(DISTINCT other) AS neighbours
RETURN e.name AS name, [label IN labels(e) WHERE label <> 'Entity'][0] AS type, facts AS facts, neighbours AS neighbours
ORDER BY facts DESC, neighbours DESC, name, type
LIMIT $limit
