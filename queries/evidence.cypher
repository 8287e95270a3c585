// title: Every sentence that says something of two names together
// 标题: 两个名称之间的全部原文依据
// params: first string required; second string required; limit int = 100
// returns: subject, relation, object, status, time, amount, page, report, published, quote
MATCH (x:Entity) WHERE toLower($first) IN [n IN x.aliases + x.name | toLower(n)]
MATCH (y:Entity) WHERE toLower($second) IN [n IN y.aliases + y.name | toLower(n)]
MATCH (x)<-[:SUBJECT|OBJECT]-(f:Fact)
MATCH (f)-[:SUBJECT|OBJECT]->(y) WHERE x.id <> y.id
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(c:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
RETURN a.name AS subject, f.relation AS relation, b.name AS object, s.status AS status, s.time AS time,
       s.amount AS amount, c.page AS page, d.title AS report, d.published AS published, s.quote AS quote
ORDER BY relation, subject, report, s.start, status
LIMIT $limit
