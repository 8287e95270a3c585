// title: Who or what competes with a company or product
// 标题: 谁是它的竞争对手
// params: name string required; status string = asserted; limit int = 50
// returns: competitor, support, time, report, quote
MATCH (e:Entity) WHERE toLower($name) IN [n IN e.aliases + e.name | toLower(n)]
MATCH (e)<-[:SUBJECT|OBJECT]-(f:Fact {relation: 'COMPETES_WITH'})
MATCH (f)-[:SUBJECT|OBJECT]->(competitor:Entity) WHERE competitor.id <> e.id
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, competitor, s, d ORDER BY s.confidence DESC, s.time IS NULL, d.id, s.start
WITH f, competitor, collect({quote: s.quote, report: d.title, time: s.time}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN competitor.name AS competitor, support AS support, evidence[0].time AS time,
       evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY support DESC, competitor
LIMIT $limit
