// title: A shortest chain of asserted facts between two names
// 标题: 两个名称之间的最短关联路径
// params: first string required; second string required; limit int = 10
// returns: steps, names, relations
MATCH (x:Entity) WHERE toLower($first) IN [n IN x.aliases + x.name | toLower(n)]
MATCH (y:Entity) WHERE toLower($second) IN [n IN y.aliases + y.name | toLower(n)] AND y.id <> x.id
// Every relation of the ontology: without them the path would run through chunks and facts.
MATCH path = shortestPath((x)-[:DEVELOPS|USES|BASED_ON|INVESTS_IN|ACQUIRES|PARTNERS_WITH|COMPETES_WITH
                               |SUBSIDIARY_OF|SUPPLIES|FOUNDED_BY|WORKS_FOR|OPERATES_IN|APPLIED_IN
                               |SUCCESSOR_OF|PART_OF*..6]-(y))
RETURN length(path) AS steps, [n IN nodes(path) | n.name] AS names, [r IN relationships(path) | type(r)] AS relations
ORDER BY steps, names
LIMIT $limit
