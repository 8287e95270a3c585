// title: Facts that the most reports state
// 标题: 佐证最多的事实
// params: relation string = null; status string = asserted; limit int = 30
// returns: subject, relation, object, support, publishers, first_seen, last_seen
MATCH (f:Fact) WHERE $status IN f.statuses AND ($relation IS NULL OR f.relation = $relation)
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
RETURN a.name AS subject, f.relation AS relation, b.name AS object, f.support AS support,
       f.publishers AS publishers, f.first_seen AS first_seen, f.last_seen AS last_seen
ORDER BY support DESC, f.confidence DESC, subject, relation, object
LIMIT $limit
