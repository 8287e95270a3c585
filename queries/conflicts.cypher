// title: Facts that one sentence states and another denies, or with amounts that differ
// 标题: 相互矛盾的事实：有肯定也有否定，或金额不一
// params: limit int = 50
// returns: subject, relation, object, statuses, amounts, evidence
MATCH (f:Fact)
WHERE ('negated' IN f.statuses AND size(f.statuses) > 1) OR size(f.amounts) > 1
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WITH f, a, b, s, d ORDER BY s.status, d.id, s.start
WITH f, a, b, collect(s.status + '：' + s.quote) AS evidence, collect(DISTINCT s.amount_value) AS numbers
WHERE 'negated' IN f.statuses OR size(numbers) > 1 // 3亿元 and 3 亿元 are one amount
RETURN a.name AS subject, f.relation AS relation, b.name AS object, f.statuses AS statuses, f.amounts AS amounts,
       evidence AS evidence
ORDER BY subject, relation, object
LIMIT $limit
