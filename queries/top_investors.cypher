// title: Who invests in the most companies and products
// 标题: 投资最多的机构与公司
// params: status string = asserted; limit int = 20
// returns: investor, targets, names, amounts
MATCH (f:Fact {relation: 'INVESTS_IN'})-[:SUBJECT]->(investor:Entity)
WHERE $status IN f.statuses
MATCH (f)-[:OBJECT]->(target:Entity)
WITH investor, f, target ORDER BY target.name
WITH investor, collect(target.name) AS names, collect(f.amounts) AS amounts
RETURN investor.name AS investor, size(names) AS targets, names AS names,
       reduce(found = [], some IN amounts | found + some) AS amounts
ORDER BY targets DESC, investor
LIMIT $limit
