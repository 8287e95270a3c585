// title: What is planned or rumored, of one name or of the whole landscape
// 标题: 计划中与传闻中的事
// params: name string = null; statuses list = planned,rumored; limit int = 100
// returns: status, subject, relation, object, time, amount, quote, report
MATCH (f:Fact)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status IN $statuses
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
WHERE $name IS NULL OR toLower($name) IN [n IN a.aliases + a.name + b.aliases + b.name | toLower(n)]
RETURN s.status AS status, a.name AS subject, f.relation AS relation, b.name AS object,
       s.time AS time, s.amount AS amount, s.quote AS quote, d.title AS report
ORDER BY status, subject, relation, object, report, quote
LIMIT $limit
