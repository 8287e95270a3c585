// title: Where a product or technology is applied
// 标题: 这个产品或技术用在哪些领域
// params: technology string required; status string = asserted; limit int = 50
// returns: sector, support, report, quote
MATCH (t:Entity) WHERE toLower($technology) IN [n IN t.aliases + t.name | toLower(n)]
MATCH (t)<-[:SUBJECT]-(f:Fact {relation: 'APPLIED_IN'})
MATCH (f)-[:OBJECT]->(sector:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, sector, s, d ORDER BY s.confidence DESC, d.id, s.start
WITH f, sector, collect({quote: s.quote, report: d.title}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN sector.name AS sector, support AS support, evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY support DESC, sector
LIMIT $limit
