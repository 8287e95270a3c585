// title: Whom a company or institution works together with
// 标题: 谁是它的合作伙伴
// params: name string required; status string = asserted; limit int = 50
// returns: partner, support, time, report, quote
MATCH (e:Entity) WHERE toLower($name) IN [n IN e.aliases + e.name | toLower(n)]
MATCH (e)<-[:SUBJECT|OBJECT]-(f:Fact {relation: 'PARTNERS_WITH'})
MATCH (f)-[:SUBJECT|OBJECT]->(partner:Entity) WHERE partner.id <> e.id
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, partner, s, d ORDER BY s.confidence DESC, s.time IS NULL, d.id, s.start
WITH f, partner, collect({quote: s.quote, report: d.title, time: s.time}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN partner.name AS partner, support AS support, evidence[0].time AS time,
       evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY support DESC, partner
LIMIT $limit
