// title: Companies of a sector, a technology or one of its parts
// 标题: 一个领域（含细分）的公司
// params: sector string required; limit int = 100
// returns: company, segment, support, first_seen
MATCH (s:Entity) WHERE s.name = $sector OR $sector IN s.aliases
MATCH (segment:Entity)-[:PART_OF*0..3]->(s)
WITH DISTINCT segment
MATCH (c:Company)-[r:OPERATES_IN]->(segment)
RETURN c.name AS company, segment.name AS segment, r.support AS support, r.first_seen AS first_seen
ORDER BY support DESC, company, segment
LIMIT $limit
