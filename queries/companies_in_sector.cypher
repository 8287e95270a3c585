// title: Companies of a sector or technology, and of its parts
// 标题: 一个领域（含细分）的公司
// params: sector string required; status string = asserted; limit int = 100
// returns: company, segment, support, report, quote
MATCH (e:Entity) WHERE toLower($sector) IN [n IN e.aliases + e.name | toLower(n)]
MATCH (e)<-[:PART_OF*0..3]-(segment:Entity)
WITH DISTINCT segment
MATCH (segment)<-[:OBJECT]-(f:Fact {relation: 'OPERATES_IN'})
MATCH (f)-[:SUBJECT]->(company:Company)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, company, segment, s, d ORDER BY s.confidence DESC, d.id, s.start
WITH f, company, segment, collect({quote: s.quote, report: d.title}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN company.name AS company, segment.name AS segment, support AS support,
       evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY support DESC, company, segment
LIMIT $limit
