// title: Who invested in a company, latest report first, with the amounts stated
// 标题: 谁投资了这家公司
// params: company string required; status string = asserted; limit int = 50
// returns: investor, amount, time, status, quote, report
MATCH (e:Entity) WHERE e.name = $company OR $company IN e.aliases
MATCH (f:Fact {relation: 'INVESTS_IN'})-[:OBJECT]->(e)
MATCH (f)-[:SUBJECT]->(investor:Entity)
MATCH (f)-[s:SUPPORTED_BY]->(:Chunk)-[:FROM_DOCUMENT]->(d:Document {state: 'complete'})
WHERE s.status = $status
RETURN investor.name AS investor, s.amount AS amount, s.time AS time, s.status AS status,
       s.quote AS quote, d.title AS report
ORDER BY investor, report, quote
LIMIT $limit
