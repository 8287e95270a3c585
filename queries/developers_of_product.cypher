// title: Who develops a product or technology
// 标题: 谁研发了这个产品或技术
// params: product string required; status string = asserted; limit int = 50
// returns: developer, type, support, time, report, quote
MATCH (p:Entity) WHERE toLower($product) IN [n IN p.aliases + p.name | toLower(n)]
MATCH (p)<-[:OBJECT]-(f:Fact {relation: 'DEVELOPS'})
MATCH (f)-[:SUBJECT]->(developer:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, developer, s, d ORDER BY s.confidence DESC, s.time IS NULL, d.id, s.start
WITH f, developer, collect({quote: s.quote, report: d.title, time: s.time}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN developer.name AS developer, [label IN labels(developer) WHERE label <> 'Entity'][0] AS type,
       support AS support, evidence[0].time AS time, evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY support DESC, developer
LIMIT $limit
