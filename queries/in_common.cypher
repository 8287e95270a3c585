// title: What two names are both joined to by an asserted fact
// 标题: 两个名称的共同关联
// params: first string required; second string required; limit int = 50
// returns: common, type, first_relation, second_relation
MATCH (x:Entity) WHERE toLower($first) IN [n IN x.aliases + x.name | toLower(n)]
MATCH (y:Entity) WHERE toLower($second) IN [n IN y.aliases + y.name | toLower(n)] AND y.id <> x.id
MATCH (x)-[r]-(common:Entity)-[s]-(y)
RETURN DISTINCT common.name AS common, [label IN labels(common) WHERE label <> 'Entity'][0] AS type,
       type(r) AS first_relation, type(s) AS second_relation
ORDER BY type, common, first_relation, second_relation
LIMIT $limit
