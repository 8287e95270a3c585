// title: Who invested in a company, a row for each amount that reports state
// 标题: 谁投资了这家公司
// params: company string required; status string = asserted; limit int = 50
// returns: investor, amount, time, support, report, quote
MATCH (c:Entity) WHERE toLower($company) IN [n IN c.aliases + c.name | toLower(n)]
MATCH (c)<-[:OBJECT]-(f:Fact {relation: 'INVESTS_IN'})
MATCH (f)-[:SUBJECT]->(investor:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, investor, s, d ORDER BY s.confidence DESC, s.time IS NULL, d.id, s.start
// 3亿元 and 3 亿元 are one amount.
WITH f, investor, replace(s.amount, ' ', '') AS amount, count(DISTINCT d.id) AS support,
     collect({quote: s.quote, report: d.title, time: s.time, start: s.time_start}) AS evidence
RETURN investor.name AS investor, amount AS amount, evidence[0].time AS time, support AS support,
       evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY investor, coalesce(evidence[0].start, ''), support DESC, amount
LIMIT $limit
