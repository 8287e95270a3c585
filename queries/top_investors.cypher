// title: Who invests in the most companies and products, with what reports say of the amounts
// 标题: 投资最多的机构与公司
// params: status string = asserted; limit int = 20
// returns: investor, targets, stakes
MATCH (f:Fact {relation: 'INVESTS_IN'})-[:SUBJECT]->(investor:Entity)
MATCH (f)-[:OBJECT]->(target:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH investor, target, replace(s.amount, ' ', '') AS amount ORDER BY target.name, amount
WITH investor, count(DISTINCT target.id) AS targets,
     collect(DISTINCT target.name + coalesce(' ' + amount, '')) AS stakes
RETURN investor.name AS investor, targets AS targets, stakes AS stakes
ORDER BY targets DESC, investor
LIMIT $limit
