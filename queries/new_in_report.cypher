// title: What a report says first, or alone
// 标题: 一份报告带来的新事实
// params: report string required; limit int = 100
// returns: subject, relation, object, statuses, support, quote
MATCH (d:Document {state: 'complete'}) WHERE d.title = $report OR d.id = $report OR d.source = $report
MATCH (d)<-[:FROM_DOCUMENT]-(:Chunk)<-[s:SUPPORTED_BY]-(f:Fact)
WHERE f.support = 1 OR f.first_seen = d.published
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
WITH f, a, b, s ORDER BY s.confidence DESC, s.start
WITH f, a, b, collect(s.quote)[0] AS quote
RETURN a.name AS subject, f.relation AS relation, b.name AS object, f.statuses AS statuses,
       f.support AS support, quote AS quote
ORDER BY subject, relation, object
LIMIT $limit
