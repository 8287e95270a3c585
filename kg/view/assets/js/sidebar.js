// The filters on the left; they are the legend too.

function drawSidebar() {
  $("filters").replaceChildren(...[
    el("div", { class: "filters-head" }, el("h2", {}, "筛选与图例"),
      el("button", { id: "reset", class: "link", type: "button", onclick: resetFilters }, "重置")),
    hoodNotice(),
    facet("实体类型", "types", [...types.values()].map((type) => ({ ...type, mark: dot(type.label) }))),
    facet("关系", "relations", [...relations.values()]),
    facet("状态", "statuses", STATUSES.map((status) => ({ ...status, mark: statusLine(status.label) }))),
    supportFilter(),
    scoreFilter(),
    timeFilter(),
    reportFilter(),
    lonelyFilter(),
  ].filter(Boolean));
  countSidebar();
}

function hoodNotice() {
  if (!neighbourhood) return null;
  return el("p", { class: "hood-notice" }, "仅显示 ", bdi(nameOf(neighbourhood.id)), ` 的 ${neighbourhood.hops} 跳邻域 `,
    el("button", { class: "link", type: "button", onclick: () => isolate(null) }, "退出"));
}

// Kinds that this graph has, each with a box, its number of facts or entities, and 仅 to keep it alone.
function facet(title, name, kinds) {
  const totals = totalsOf(name);
  const present = kinds.filter(({ label }) => totals.has(label));
  if (!present.length) return null;
  const labels = present.map(({ label }) => label);
  return el("section", { class: "facet" }, el("h3", {}, title), el("ul", { class: "pairs" }, present.map(({ label, zh, mark }) =>
    checkRow({ name, keys: [label], all: labels, text: zh, mark }))));
}

function checkRow({ name, keys, all, text, mark, quiet }) {
  const hidden = filters[name];
  const box = el("input", {
    type: "checkbox", checked: keys.some((key) => !hidden.has(key)), "data-facet": name, "data-keys": JSON.stringify(keys),
    onchange: (event) => { keys.forEach((key) => (event.target.checked ? hidden.delete(key) : hidden.add(key))); refresh(); },
  });
  return el("li", { class: quiet ? "row row-quiet" : "row" },
    el("label", { class: "check" }, box, mark, el("span", { class: "check-name" }, bdi(text)), el("span", { class: "count" })),
    el("button", { class: "only", type: "button", "aria-label": `仅看 ${plain(text)}`, onclick: () => showOnly(name, keys, all) }, "仅"));
}

// Once more on the only one shown brings all back.
function showOnly(name, keys, all) {
  const others = all.filter((key) => !keys.includes(key));
  const already = others.length > 0 && others.every((key) => filters[name].has(key)) && keys.every((key) => !filters[name].has(key));
  filters[name] = new Set(already ? [] : others);
  refresh();
}

// What each value of a facet has in the whole graph.
function totalsOf(name) {
  if (name === "types") return countBy(payload.entities, (entity) => entity.type);
  return countFacet(name, payload.facts.map((fact) => ({ fact, evidence: fact.evidence })));
}

function countFacet(name, shown) {
  if (name === "relations") return countBy(shown, ({ fact }) => fact.relation);
  const values = { statuses: (one) => one.status, documents: (one) => one.document }[name];
  return countBy(shown.flatMap(({ evidence }) => [...new Set(evidence.map(values))]), (value) => value);
}

// Counts under all other filters: what a box would show.
function countSidebar() {
  const counts = { types: countBy([...shownEntitiesWithAllTypes()], (id) => entities.get(id).type) };
  for (const name of ["relations", "statuses"]) counts[name] = countFacet(name, shownFacts(name));
  const byReport = shownFacts("documents").map(({ evidence }) => reportsOf(evidence));
  for (const box of $("filters").querySelectorAll("input[data-facet]")) {
    const keys = JSON.parse(box.dataset.keys);
    const hidden = filters[box.dataset.facet];
    // A fact that two reports of a publisher tell is one fact of the publisher.
    const count = box.dataset.facet === "documents" ? byReport.filter((ids) => keys.some((key) => ids.has(key))).length
      : counts[box.dataset.facet].get(keys[0]) || 0;
    const row = box.closest(".row");
    box.checked = keys.some((key) => !hidden.has(key));
    box.indeterminate = box.checked && keys.some((key) => hidden.has(key));
    row.classList.toggle("zero", count === 0);
    row.querySelector(".count").textContent = String(count);
  }
  $("reset").disabled = !isFiltered();
}

function shownEntitiesWithAllTypes() {
  const hidden = filters.types;
  filters.types = new Set();
  const ids = shownEntities(shownFacts());
  filters.types = hidden;
  return ids;
}

function supportFilter() {
  const most = Math.max(0, ...payload.facts.map((fact) => reportsOf(fact.evidence).size));
  if (most < 2) return null;
  const text = el("output", { class: "count" }, `≥ ${filters.support} 份报告`);
  const input = el("input", { type: "range", min: 1, max: most, step: 1, value: filters.support, id: "support", "aria-label": "最少支持报告数" });
  input.oninput = () => { filters.support = Number(input.value); text.textContent = `≥ ${input.value} 份报告`; refresh(); };
  return el("section", { class: "facet" }, el("h3", {}, "最少支持", text), input);
}

function scoreFilter() {
  const scores = payload.facts.flatMap(({ evidence }) => evidence.map((one) => one.score));
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  if (!(least < most)) return null;
  const say = () => (filters.score === 0 ? "不限" : `≥ ${Math.round(filters.score * 100)}%`);
  const text = el("output", { class: "count" }, say());
  const input = el("input", { type: "range", min: 0, max: Math.floor(most * 20) / 20, step: 0.05, value: filters.score, id: "score", "aria-label": "最低置信度" });
  input.oninput = () => { filters.score = Number(input.value); text.textContent = say(); refresh(); };
  return el("section", { class: "facet" }, el("h3", {}, "最低置信度", text), input);
}

// Publishers with their reports under them.
function reportFilter() {
  if (payload.documents.length < 2) return null;
  const all = payload.documents.map(({ id }) => id);
  const groups = new Map();
  for (const { id } of payload.documents) groups.set(publisherOf(id), [...(groups.get(publisherOf(id)) || []), id]);
  const rows = [...groups].sort((a, b) => a[0].localeCompare(b[0], "zh")).flatMap(([publisher, ids]) => [
    checkRow({ name: "documents", keys: ids, all, text: publisher }),
    ...ids.map((id) => checkRow({ name: "documents", keys: [id], all, text: documents.get(id).title, quiet: true })),
  ]);
  return el("section", { class: "facet" }, el("h3", {}, "机构与报告"), el("ul", { class: "tall" }, rows));
}

function lonelyFilter() {
  const lonely = payload.entities.filter((entity) => factsOf.get(entity.id).length === 0).length;
  if (!lonely) return null;
  return el("section", { class: "facet" }, el("label", { class: "check" }, el("input", {
    type: "checkbox", checked: filters.lonely, id: "lonely",
    onchange: (event) => { filters.lonely = event.target.checked; refresh(); },
  }), el("span", { class: "check-name" }, "没有事实的实体"), el("span", { class: "count" }, String(lonely))));
}
