// title: What the reports of one publisher alone say
// 标题: 只有这家机构提到的事实
// params: publisher string required; status string = asserted; limit int = 100
// returns: subject, relation, object, support, report, quote
MATCH (f:Fact) WHERE $publisher IN f.publishers AND $status IN f.statuses
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, a, b, s, d ORDER BY s.confidence DESC, d.id, s.start
WITH f, a, b, collect({quote: s.quote, report: d.title}) AS evidence, count(DISTINCT d.id) AS support,
     collect(DISTINCT coalesce(d.publisher, '')) AS publishers
WHERE publishers = [$publisher]
RETURN a.name AS subject, f.relation AS relation, b.name AS object, support AS support,
       evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY support DESC, subject, relation, object
LIMIT $limit
