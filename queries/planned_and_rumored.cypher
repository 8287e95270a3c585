// title: What is planned or rumored, of one name or of the whole landscape
// 标题: 计划中与传闻中的事
// params: name string = null; statuses list = planned,rumored; limit int = 100
// returns: status, subject, relation, object, support, time, amount, report, quote
MATCH (f:Fact) WHERE any(status IN f.statuses WHERE status IN $statuses)
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
WHERE $name IS NULL OR toLower($name) IN [n IN a.aliases + a.name + b.aliases + b.name | toLower(n)]
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status IN $statuses
WITH f, a, b, s, d ORDER BY s.confidence DESC, s.amount IS NULL, s.time IS NULL, d.id, s.start
WITH f, a, b, s.status AS status, count(DISTINCT d.id) AS support,
     collect({quote: s.quote, report: d.title, time: s.time, amount: s.amount}) AS evidence
RETURN status AS status, a.name AS subject, f.relation AS relation, b.name AS object, support AS support,
       evidence[0].time AS time, evidence[0].amount AS amount, evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY status, support DESC, subject, relation, object
LIMIT $limit
