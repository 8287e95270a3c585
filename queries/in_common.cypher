// title: What two names are both joined to by an asserted fact
// 标题: 两个名称的共同关联
// params: first string required; second string required; limit int = 50
// returns: common, type, first_relations, second_relations
MATCH (x:Entity) WHERE toLower($first) IN [n IN x.aliases + x.name | toLower(n)]
MATCH (y:Entity) WHERE toLower($second) IN [n IN y.aliases + y.name | toLower(n)] AND y.id <> x.id
MATCH (x)-[r]-(common:Entity)
WITH y, common, type(r) AS relation ORDER BY relation
WITH y, common, collect(DISTINCT relation) AS first_relations
MATCH (y)-[s]-(common)
WITH common, first_relations, type(s) AS relation ORDER BY relation
WITH common, first_relations, collect(DISTINCT relation) AS second_relations
RETURN common.name AS common, [label IN labels(common) WHERE label <> 'Entity'][0] AS type,
       first_relations AS first_relations, second_relations AS second_relations
ORDER BY type, common, first_relations
LIMIT $limit
