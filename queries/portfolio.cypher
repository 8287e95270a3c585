// title: What an investor has put money into, a row for each amount that reports state
// 标题: 一个投资方投了谁
// params: investor string required; status string = asserted; limit int = 50
// returns: target, relation, amount, time, support, report, quote
MATCH (i:Entity) WHERE toLower($investor) IN [n IN i.aliases + i.name | toLower(n)]
MATCH (i)<-[:SUBJECT]-(f:Fact) WHERE f.relation IN ['INVESTS_IN', 'ACQUIRES']
MATCH (f)-[:OBJECT]->(target:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, target, s, d ORDER BY s.confidence DESC, s.time IS NULL, d.id, s.start
// 3亿元 and 3 亿元 are one amount.
WITH f, target, replace(s.amount, ' ', '') AS amount, count(DISTINCT d.id) AS support,
     collect({quote: s.quote, report: d.title, time: s.time, start: s.time_start}) AS evidence
RETURN target.name AS target, f.relation AS relation, amount AS amount, evidence[0].time AS time, support AS support,
       evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY target, relation, coalesce(evidence[0].start, ''), support DESC, amount
LIMIT $limit
