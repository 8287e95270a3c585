// title: What a company develops, best supported first
// 标题: 一家公司研发的产品和技术
// params: company string required; status string = asserted; limit int = 50
// returns: product, type, support, time, report, quote
MATCH (c:Entity) WHERE toLower($company) IN [n IN c.aliases + c.name | toLower(n)]
MATCH (c)<-[:SUBJECT]-(f:Fact {relation: 'DEVELOPS'})
MATCH (f)-[:OBJECT]->(p:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, p, s, d ORDER BY s.confidence DESC, s.time IS NULL, d.id, s.start
WITH f, p, collect({quote: s.quote, report: d.title, time: s.time}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN p.name AS product, [label IN labels(p) WHERE label <> 'Entity'][0] AS type, support AS support,
       evidence[0].time AS time, evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY support DESC, product
LIMIT $limit
