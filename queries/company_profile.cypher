// title: All that the reports say of a company, by relation
// 标题: 一家公司的全部事实
// params: company string required; status string = asserted; limit int = 100
// returns: relation, role, other, type, support, time, amount, report, quote
MATCH (c:Company) WHERE toLower($company) IN [n IN c.aliases + c.name | toLower(n)]
MATCH (c)<-[end:SUBJECT|OBJECT]-(f:Fact)
MATCH (f)-[:SUBJECT|OBJECT]->(other:Entity) WHERE other.id <> c.id
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, type(end) AS role, other, s, d ORDER BY s.confidence DESC, s.time IS NULL, d.id, s.start
WITH f, role, other, collect({quote: s.quote, report: d.title, time: s.time, amount: s.amount}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN f.relation AS relation, toLower(role) AS role, other.name AS other,
       [label IN labels(other) WHERE label <> 'Entity'][0] AS type, support AS support,
       evidence[0].time AS time, evidence[0].amount AS amount, evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY relation, role, support DESC, other
LIMIT $limit
