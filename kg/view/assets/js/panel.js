// The panel on the right while an entity or a fact is selected.

const SHOWN_FACTS = 8; // of one relation of an entity
const SHOWN_EVIDENCE = 2; // sentences under a fact of an entity; the fact's own panel shows all

function entityPanel(entity) {
  const shown = factsOf.get(entity.id).map((fact) => view.factIds.get(fact.id)).filter(Boolean);
  const hidden = factsOf.get(entity.id).length - shown.length;
  return [
    panelHead(el("span", { class: "kind" }, dot(entity.type), types.get(entity.type).zh), bdi(entity.name)),
    otherNames(entity),
    attributeList(entity),
    hoodButtons(entity),
    relationGroups(entity, shown),
    shown.length === 0 && el("p", { class: "empty" }, hidden ? "当前筛选下没有事实。" : "报告中没有关于它的事实。"),
    hidden > 0 && el("p", { class: "empty" }, `另有 ${hidden} 条事实被筛选隐藏。 `,
      el("button", { class: "link", type: "button", onclick: resetFilters }, "显示全部")),
  ];
}

function panelHead(kind, ...name) {
  return el("div", { class: "panel-head" },
    el("div", {}, kind, el("h2", {}, ...name)),
    el("button", { class: "close", type: "button", "aria-label": "关闭详情", onclick: () => select(null) }, "×"));
}

// Aliases, but for those that differ from another only in case, width, spaces or hyphens.
function otherNames(entity) {
  const seen = new Set([fold(entity.name)]);
  const names = entity.aliases.filter((alias) => !seen.has(fold(alias)) && seen.add(fold(alias)));
  return names.length > 0 && el("p", { class: "aliases" }, "又名 ", joined(names));
}

const joined = (names) => names.flatMap((name, index) => (index ? ["、", bdi(name)] : [bdi(name)]));

function attributeList(entity) {
  const rows = Object.entries(entity.attributes).map(([key, value]) => [ATTRIBUTES[key] || key, bdi(value)]);
  if (entity.named) rows.push(["出现", `${entity.named} 次，见于 ${entity.documents.length} 份报告`]);
  if (!rows.length) return null;
  return el("dl", { class: "attributes" }, rows.flatMap(([key, value]) => [el("dt", {}, key), el("dd", {}, value)]));
}

function hoodButtons(entity) {
  const current = neighbourhood && neighbourhood.id === entity.id ? neighbourhood.hops : 0;
  const button = (hops, text) => el("button", {
    type: "button", "aria-pressed": String(current === hops), onclick: () => isolate(hops ? entity.id : null, hops),
  }, text);
  return el("div", { class: "near" },
    el("div", { class: "switch hood", role: "group", "aria-label": "邻域" },
      button(0, "全部"), button(1, "仅 1 跳"), button(2, "仅 2 跳")),
    el("button", { id: "find-path", class: "link", type: "button", onclick: () => startPath(entity.id) }, "查找路径…"));
}

// Facts under headings such as 研发 or 被投资, in the order of the ontology; asserted ones first.
function relationGroups(entity, shown) {
  const groups = new Map();
  for (const one of shown) {
    const inward = one.fact.object === entity.id && !relations.get(one.fact.relation).symmetric;
    const key = `${inward ? 1 : 0}${one.fact.relation}`;
    if (!groups.has(key)) groups.set(key, { relation: one.fact.relation, inward, items: [] });
    groups.get(key).items.push(one);
  }
  const order = [...relations.keys()];
  return [...groups.values()]
    .sort((a, b) => a.inward - b.inward || order.indexOf(a.relation) - order.indexOf(b.relation))
    .map((group) => relationGroup(entity, group));
}

function relationGroup(entity, { relation, inward, items }) {
  items.sort((a, b) => statusRank(a) - statusRank(b) || b.support - a.support
    || nameOf(otherEnd(a.fact, entity.id)).localeCompare(nameOf(otherEnd(b.fact, entity.id)), "zh"));
  const zh = relations.get(relation).zh;
  return el("section", { class: "group" },
    el("h3", {}, groupTitle(entity, zh, inward), el("span", { class: "count" }, String(items.length))),
    el("ul", { class: "facts" }, items.slice(0, SHOWN_FACTS).map((one) => factItem(entity, one))),
    items.length > SHOWN_FACTS && restOf(entity, items.slice(SHOWN_FACTS)));
}

// Facts beyond the first, made only when asked for: a hub has hundreds.
function restOf(entity, items) {
  const list = el("ul", { class: "facts" });
  return el("details", {
    class: "rest",
    ontoggle: () => list.childElementCount || list.append(...items.map((one) => factItem(entity, one))),
  }, el("summary", {}, `其余 ${items.length} 条`), list);
}

// 百度 研发 …, or … 投资 百度: which end the entity is must not be guessed.
function groupTitle(entity, zh, inward) {
  const name = el("span", { class: "self" }, bdi(shorten(entity.name, 12)));
  const gap = el("span", { class: "self" }, "…");
  return inward ? [gap, zh, name] : [name, zh, gap];
}

const statusRank = (one) => STATUSES.findIndex(({ label }) => label === one.status);

function factItem(entity, { fact, evidence, support, status }) {
  const other = otherEnd(fact, entity.id);
  const best = [...evidence].sort(evidenceOrder).slice(0, SHOWN_EVIDENCE);
  return el("li", { class: "fact" },
    el("div", { class: "fact-head" },
      entityButton(other),
      status !== "asserted" && statusBadge(status),
      el("button", { class: "link more", type: "button", onclick: () => select("fact", fact.id) },
        evidence.length > 1 ? `${support} 份报告 · ${evidence.length} 条证据` : "详情")),
    evidenceList(best, status));
}

function entityButton(id) {
  return el("button", { class: "entity", type: "button", onclick: () => select("entity", id, { move: true }) },
    dot(entities.get(id).type), bdi(nameOf(id)));
}

function factPanel(fact) {
  const shown = view.factIds.get(fact.id);
  const evidence = shown ? shown.evidence : fact.evidence;
  const relation = relations.get(fact.relation);
  return [
    panelHead(el("span", { class: "kind" }, "事实 · ", relation.zh),
      el("span", { class: "triple" }, entityButton(fact.subject),
        el("span", { class: "arrow" }, relation.symmetric ? `— ${relation.zh} —` : `${relation.zh} →`),
        entityButton(fact.object))),
    factSummary(evidence),
    valueTable(evidence),
    el("h3", {}, "证据", el("span", { class: "count" }, String(evidence.length))),
    evidenceList(evidence),
  ];
}

function factSummary(evidence) {
  const first = [...evidence].filter((one) => publishedOf(one.document))
    .sort((a, b) => publishedOf(a.document).localeCompare(publishedOf(b.document)))[0];
  const rows = [["支持", `${reportsOf(evidence).size} 份报告，${evidence.length} 条证据`],
    ["最早见于", first ? [dayText(publishedOf(first.document)), " ", bdi(sourceOf(first.document))] : "日期不详"]];
  return [el("dl", { class: "attributes" },
    rows.flatMap(([key, value]) => [el("dt", {}, key), el("dd", {}, value)])), disagreement(evidence)];
}

function disagreement(evidence) {
  const said = new Set(evidence.map((one) => one.status));
  if (!(said.has("asserted") && said.has("negated"))) return null;
  return el("p", { class: "warning" }, "说法不一：有报告确认，也有报告否定。");
}

// What the reports say, one line each; only where there is something to compare.
function valueTable(evidence) {
  const valued = evidence.filter((one) => one.time || one.amount);
  const said = (one) => `${one.time ? one.time[0] : ""}|${one.amount || ""}`;
  if (new Set(valued.map(said)).size < 2) return null;
  // A report that says the same twice takes one line.
  const lines = new Map([...valued].sort(evidenceOrder).map((one) => [`${one.document}|${one.status}|${said(one)}`, one]));
  // A column that no report fills is left out.
  const columns = [
    ["来源", (one) => bdi(sourceOf(one.document))],
    ["状态", (one) => statuses.get(one.status).zh],
    ["时间", (one) => (one.time ? one.time[0] : "—"), valued.some((one) => one.time)],
    ["金额", (one) => (one.amount ? bdi(one.amount) : "—"), valued.some((one) => one.amount)],
  ].filter(([, , filled = true]) => filled);
  const row = (one) => el("tr", {}, columns.map(([, cell]) => el("td", {}, cell(one))));
  return [el("h3", {}, "各报告说法"), el("table", { class: "values" },
    el("thead", {}, el("tr", {}, columns.map(([text]) => el("th", { scope: "col" }, text)))),
    el("tbody", {}, [...lines.values()].map(row)))];
}
