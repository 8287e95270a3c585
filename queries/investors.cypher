// title: Who invested in a company, with every amount a report states
// 标题: 谁投资了这家公司
// params: company string required; status string = asserted; limit int = 50
// returns: investor, amount, time, quote, report
MATCH (c:Entity) WHERE toLower($company) IN [n IN c.aliases + c.name | toLower(n)]
MATCH (c)<-[:OBJECT]-(f:Fact {relation: 'INVESTS_IN'})
MATCH (f)-[:SUBJECT]->(investor:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
RETURN investor.name AS investor, s.amount AS amount, s.time AS time, s.quote AS quote, d.title AS report
ORDER BY investor, coalesce(s.time_start, ''), report, quote
LIMIT $limit
