// title: Sectors and technologies by the number of companies in them
// 标题: 各领域的公司数量
// params: limit int = 30
// returns: sector, type, companies, names
MATCH (c:Company)-[:OPERATES_IN]->(s:Entity)
WITH s, c ORDER BY c.name
WITH s, collect(c.name) AS names
RETURN s.name AS sector, [label IN labels(s) WHERE label <> 'Entity'][0] AS type, size(names) AS companies,
       names[0..8] AS names
ORDER BY companies DESC, sector
LIMIT $limit
