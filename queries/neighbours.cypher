// title: What one asserted fact joins to a name
// 标题: 一个名称的直接关联
// params: name string required; limit int = 100
// returns: direction, relation, neighbour, type, support
MATCH (e:Entity) WHERE toLower($name) IN [n IN e.aliases + e.name | toLower(n)]
MATCH (e)-[r]-(other:Entity)
RETURN CASE WHEN startNode(r).id = e.id THEN 'out' ELSE 'in' END AS direction, type(r) AS relation,
       other.name AS neighbour, [label IN labels(other) WHERE label <> 'Entity'][0] AS type, r.support AS support
ORDER BY support DESC, relation, direction, neighbour
LIMIT $limit
