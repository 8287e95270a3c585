// What the page knows: the two data blocks, indexed by id. Nothing here changes after loading.

const payload = JSON.parse(document.getElementById("payload").textContent);
const drawing = JSON.parse(document.getElementById("drawing").textContent);

const byId = (list) => new Map(list.map((one) => [one.id, one]));
const byLabel = (list) => new Map(list.map((one) => [one.label, one]));

const entities = byId(payload.entities);
const facts = byId(payload.facts);
const documents = byId(payload.documents);
const types = byLabel(payload.types);
const relations = byLabel(payload.relations);
const nodes = byId(drawing.nodes);

const STATUSES = [
  { label: "asserted", zh: "已确认", mark: "" },
  { label: "planned", zh: "计划", mark: "计划" },
  { label: "rumored", zh: "传闻", mark: "传闻" },
  { label: "negated", zh: "否定", mark: "否定" },
];
const statuses = byLabel(STATUSES);

const UNKNOWN_PUBLISHER = "未注明机构";
// Attributes that name the entity itself: the search takes them as it takes aliases.
const NAMING = ["ticker", "english"];
const ATTRIBUTES = {
  ticker: "证券代码", english: "英文名", maker: "厂商", founded: "成立", country: "国家", headquarters: "总部",
  website: "网站", kind: "类别", parent: "上级", released: "发布",
};

// Facts of an entity, in one pass instead of one scan an entity.
const factsOf = new Map(payload.entities.map((entity) => [entity.id, []]));
for (const fact of payload.facts) {
  factsOf.get(fact.subject).push(fact);
  if (fact.object !== fact.subject) factsOf.get(fact.object).push(fact);
}

const nameOf = (id) => entities.get(id).name;
const otherEnd = (fact, id) => (fact.subject === id ? fact.object : fact.subject);
// Who says it, in few words: the publisher, or the report where he is not known.
const sourceOf = (id) => documents.get(id).publisher || shorten(documents.get(id).title, 16);
const publisherOf = (id) => documents.get(id).publisher || UNKNOWN_PUBLISHER;
const publishedOf = (id) => documents.get(id).published;
const reportsOf = (evidence) => new Set(evidence.map((one) => one.document));

// The day a piece of evidence belongs to: of its report, or of what it tells (null where unknown).
const dayOf = {
  published: (one) => publishedOf(one.document),
  told: (one) => (one.time ? one.time[1] : null),
};

// The first report, by date, that says a fact (undated ones do not count).
function firstSeen(evidence) {
  return evidence.map((one) => publishedOf(one.document)).filter(Boolean).sort()[0] || null;
}
