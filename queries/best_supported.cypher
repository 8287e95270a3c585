// title: Facts that the most reports state
// 标题: 佐证最多的事实
// params: relation string = null; status string = asserted; limit int = 30
// returns: subject, relation, object, support, publishers, report, quote
MATCH (f:Fact) WHERE $status IN f.statuses AND ($relation IS NULL OR f.relation = $relation)
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, a, b, s, d ORDER BY s.confidence DESC, d.id, s.start
WITH f, a, b, collect({quote: s.quote, report: d.title}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN a.name AS subject, f.relation AS relation, b.name AS object, support AS support,
       f.publishers AS publishers, evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY support DESC, subject, relation, object
LIMIT $limit
