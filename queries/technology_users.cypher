// title: Who uses a product or technology, or builds on it
// 标题: 谁在使用这个产品或技术
// params: technology string required; status string = asserted; limit int = 50
// returns: user, type, relation, support, report, quote
MATCH (t:Entity) WHERE toLower($technology) IN [n IN t.aliases + t.name | toLower(n)]
MATCH (t)<-[:OBJECT]-(f:Fact) WHERE f.relation IN ['USES', 'BASED_ON']
MATCH (f)-[:SUBJECT]->(user:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
WITH f, user, s, d ORDER BY s.confidence DESC, d.id, s.start
WITH f, user, collect({quote: s.quote, report: d.title}) AS evidence,
     count(DISTINCT d.id) AS support
RETURN user.name AS user, [label IN labels(user) WHERE label <> 'Entity'][0] AS type, f.relation AS relation,
       support AS support, evidence[0].report AS report, evidence[0].quote AS quote
ORDER BY support DESC, user, relation
LIMIT $limit
