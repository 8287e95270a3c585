// title: Suppliers and customers of a company
// 标题: 一家公司的供应商与客户
// params: company string required; status string = asserted; limit int = 50
// returns: role, other, support, report, quote
MATCH (c:Entity) WHERE toLower($company) IN [n IN c.aliases + c.name | toLower(n)]
MATCH (c)<-[end:SUBJECT|OBJECT]-(f:Fact {relation: 'SUPPLIES'})
MATCH (f)-[:SUBJECT|OBJECT]->(other:Entity) WHERE other.id <> c.id
WITH f, other, CASE type(end) WHEN 'SUBJECT' THEN 'customer' ELSE 'supplier' END AS role
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, other, role, s, d ORDER BY s.confidence DESC, d.id, s.start
WITH f, other, role, collect({quote: s.quote, report: d.title}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN role AS role, other.name AS other, support AS support,
       evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY role DESC, support DESC, other
LIMIT $limit
