// title: What happened when, of one name or of the whole landscape
// 标题: 大事年表（可指定一个名称）
// params: name string = null; status string = asserted; since string = null; limit int = 100
// returns: start, time, subject, relation, object, amount, support, report, quote
MATCH (f:Fact) WHERE size(f.times) > 0 AND $status IN f.statuses
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
WHERE $name IS NULL OR toLower($name) IN [n IN a.aliases + a.name + b.aliases + b.name | toLower(n)]
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status AND s.time_start IS NOT NULL AND ($since IS NULL OR s.time_start >= $since)
WITH f, a, b, s, d ORDER BY s.confidence DESC, s.amount IS NULL, d.id, s.start
// 2023年1月 and 2023 年 1 月 are one time; a month and its first day are two.
WITH f, a, b, s.time_start AS start, s.time_end AS end, count(DISTINCT d.id) AS support,
     collect({quote: s.quote, report: d.title, time: s.time, amount: s.amount}) AS evidence
RETURN start AS start, evidence[0].time AS time, a.name AS subject, f.relation AS relation, b.name AS object,
       evidence[0].amount AS amount, support AS support, evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY start, end, subject, relation, object
LIMIT $limit
