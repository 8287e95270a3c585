// What is shown: the state of all filters and the one function that decides over facts and entities.
// A filter keeps what it hides, so that an empty one shows everything.

const filters = {};
let selection = null; // {kind: "entity" | "fact", id}, or {kind: "path", id, to}: between two entities
let neighbourhood = null; // {id, hops}: only this entity and what is near it

function clearFilters() {
  Object.assign(filters, {
    types: new Set(), relations: new Set(), statuses: new Set(), documents: new Set(),
    support: 1, score: 0, clock: "published", from: null, to: null, undated: true, lonely: payload.facts.length === 0,
  });
}
clearFilters();

const isFiltered = () =>
  neighbourhood !== null || filters.support > 1 || filters.lonely !== (payload.facts.length === 0) || narrowsEvidence()
  || filters.types.size + filters.relations.size > 0;

const narrowsEvidence = () =>
  filters.documents.size + filters.statuses.size + filters.score > 0 || filters.from !== null || filters.to !== null || !filters.undated;

// The evidence of a fact that passes the filters on evidence, but for the one named `except`.
function shownEvidence(fact, except = "") {
  return fact.evidence.filter((one) =>
    one.score >= filters.score
    && (except === "documents" || !filters.documents.has(one.document))
    && (except === "statuses" || !filters.statuses.has(one.status))
    && (except === "time" || isInTime(one)));
}

function isInTime(one) {
  const day = dayOf[filters.clock](one);
  if (!day) return filters.undated;
  const month = day.slice(0, 7);
  return (filters.from === null || month >= filters.from) && (filters.to === null || month <= filters.to);
}

// Pairs of a fact and its shown evidence; `except` leaves one filter out, to count what it could show.
function shownFacts(except = "") {
  const near = neighbourhood ? nearEntities(neighbourhood) : null;
  const shown = [];
  for (const fact of payload.facts) {
    if (except !== "relations" && filters.relations.has(fact.relation)) continue;
    if (except !== "types" && (isTypeHidden(fact.subject) || isTypeHidden(fact.object))) continue;
    if (near && !(near.has(fact.subject) && near.has(fact.object))) continue;
    const evidence = shownEvidence(fact, except);
    const support = reportsOf(evidence).size;
    if (support === 0 || (except !== "support" && support < filters.support)) continue;
    shown.push({ fact, evidence, support, status: strongest(evidence) });
  }
  return shown;
}

const isTypeHidden = (id) => filters.types.has(entities.get(id).type);
const strongest = (evidence) => STATUSES.find(({ label }) => evidence.some((one) => one.status === label)).label;

// The entities that the shown facts join, and those without facts where they may be shown.
function shownEntities(shown) {
  const ids = new Set(shown.flatMap(({ fact }) => [fact.subject, fact.object]));
  if (selection && selection.kind !== "fact") [selection.id, selection.to].filter(Boolean).forEach((id) => ids.add(id));
  if (neighbourhood) return ids.add(neighbourhood.id);
  if (filters.lonely && !narrowsEvidence()) {
    for (const entity of payload.entities) {
      if (factsOf.get(entity.id).length === 0 && !filters.types.has(entity.type)) ids.add(entity.id);
    }
  }
  return ids;
}

// Ids within so many steps of an entity, itself included.
function nearEntities({ id, hops }) {
  const found = new Set([id]);
  let rim = [id];
  for (let step = 0; step < hops; step += 1) {
    rim = rim.flatMap((one) => factsOf.get(one).map((fact) => otherEnd(fact, one))).filter((one) => !found.has(one));
    rim.forEach((one) => found.add(one));
  }
  return found;
}

// The last computed picture; every part of the page reads it, only `refresh` in main.js writes it.
const view = { facts: [], factIds: new Map(), entities: new Set() };

function computeView() {
  view.facts = shownFacts();
  view.factIds = new Map(view.facts.map((one) => [one.fact.id, one]));
  view.entities = shownEntities(view.facts);
}

// The entities and facts that stand out while something is selected; null when nothing is.
function spotlight() {
  // Around an isolated entity everything belongs to it: nothing needs to step back.
  if (!selection || (neighbourhood && selection.kind === "entity" && selection.id === neighbourhood.id)) return null;
  if (selection.kind === "fact") return lightOf([facts.get(selection.id)]);
  if (selection.kind === "path") return lightOf(findPath(selection.id, selection.to) || [], [selection.id, selection.to]);
  const lit = factsOf.get(selection.id).filter((fact) => view.factIds.has(fact.id));
  return lightOf(lit, [selection.id]);
}

const lightOf = (lit, ids = []) => ({
  entities: new Set([...ids, ...lit.flatMap((fact) => [fact.subject, fact.object])]),
  facts: new Set(lit.map((fact) => fact.id)),
});
