// title: A shortest chain of asserted facts between two names
// 标题: 两个名称之间的最短关联路径
// params: first string required; second string required
// returns: steps, names, relations
MATCH (x:Entity) WHERE x.name = $first OR $first IN x.aliases
MATCH (y:Entity) WHERE (y.name = $second OR $second IN y.aliases) AND y.id <> x.id
MATCH path = shortestPath((x)-[:DEVELOPS|USES|BASED_ON|INVESTS_IN|ACQUIRES|PARTNERS_WITH|COMPETES_WITH|SUBSIDIARY_OF|SUPPLIES|FOUNDED_BY|WORKS_FOR|OPERATES_IN|APPLIED_IN|SUCCESSOR_OF|PART_OF*..6]-(y))
RETURN length(path) AS steps, [n IN nodes(path) | n.name] AS names, [r IN relationships(path) | type(r)] AS relations
ORDER BY steps, names
LIMIT 20
