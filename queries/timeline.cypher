// title: What happened when, of one name or of the whole landscape
// 标题: 大事年表（可指定一个名称）
// params: name string = null; status string = asserted; since string = null; limit int = 100
// returns: start, time, subject, relation, object, amount, quote, report
MATCH (f:Fact)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status AND s.time_start IS NOT NULL AND ($since IS NULL OR s.time_start >= $since)
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
WHERE $name IS NULL OR toLower($name) IN [n IN a.aliases + a.name + b.aliases + b.name | toLower(n)]
RETURN s.time_start AS start, s.time AS time, a.name AS subject, f.relation AS relation, b.name AS object,
       s.amount AS amount, s.quote AS quote, d.title AS report
ORDER BY start, subject, relation, object, report, quote
LIMIT $limit
