// title: How many facts of each relation the graph holds
// 标题: 图谱概览：各关系的事实数
// returns: relation, facts, subjects, objects, best_supported
MATCH (f:Fact)-[:SUBJECT]->(a:Entity) WHERE f.support > 0
MATCH (f)-[:OBJECT]->(b:Entity)
WITH f, a, b ORDER BY f.support DESC, a.name, b.name
WITH f.relation AS relation, count(f) AS facts, count(DISTINCT a) AS subjects, count(DISTINCT b) AS objects,
     collect(a.name + ' → ' + b.name)[0] AS best
RETURN relation AS relation, facts AS facts, subjects AS subjects, objects AS objects, best AS best_supported
ORDER BY facts DESC, relation
