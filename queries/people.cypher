// title: People of a company or institution: founders and posts
// 标题: 一家公司或机构的创始人与任职者
// params: company string required; status string = asserted; limit int = 50
// returns: person, relation, time, report, quote
MATCH (c:Entity) WHERE toLower($company) IN [n IN c.aliases + c.name | toLower(n)]
MATCH (c)<-[:SUBJECT|OBJECT]-(f:Fact) WHERE f.relation IN ['WORKS_FOR', 'FOUNDED_BY']
MATCH (f)-[:SUBJECT|OBJECT]->(person:Person)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, person, s, d ORDER BY s.confidence DESC, s.time IS NULL, d.id, s.start
WITH f, person, collect({quote: s.quote, report: d.title, time: s.time}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN person.name AS person, f.relation AS relation, evidence[0].time AS time,
       evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY relation, person
LIMIT $limit
