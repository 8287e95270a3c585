// title: What one publisher alone says
// 标题: 只有这家机构提到的事实
// params: publisher string required; status string = asserted; limit int = 100
// returns: subject, relation, object, support, first_seen
MATCH (f:Fact) WHERE $status IN f.statuses AND f.publishers = [$publisher]
MATCH (f)-[:SUBJECT]->(a:Entity)
MATCH (f)-[:OBJECT]->(b:Entity)
RETURN a.name AS subject, f.relation AS relation, b.name AS object, f.support AS support, f.first_seen AS first_seen
ORDER BY support DESC, subject, relation, object
LIMIT $limit
