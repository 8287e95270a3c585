// title: What an investor has put money into, with every amount a report states
// 标题: 一个投资方投了谁
// params: investor string required; status string = asserted; limit int = 50
// returns: target, relation, amount, time, quote, report
MATCH (i:Entity) WHERE toLower($investor) IN [n IN i.aliases + i.name | toLower(n)]
MATCH (i)<-[:SUBJECT]-(f:Fact) WHERE f.relation IN ['INVESTS_IN', 'ACQUIRES']
MATCH (f)-[:OBJECT]->(target:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
RETURN target.name AS target, f.relation AS relation, s.amount AS amount, s.time AS time,
       s.quote AS quote, d.title AS report
ORDER BY target, relation, coalesce(s.time_start, ''), report, quote
LIMIT $limit
