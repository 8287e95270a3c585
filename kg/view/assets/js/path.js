// The shortest way between two entities over the facts shown now.

let pathStart = null; // while the reader looks for the other end

// Facts in their order from one end to the other; null where no way leads there.
function findPath(from, to) {
  const cameBy = new Map([[from, null]]); // entity → {fact, before}
  // What reports deny joins nothing.
  const links = linksOf(view.facts.filter(({ status }) => status !== "negated"));
  let rim = [from];
  while (rim.length && !cameBy.has(to)) {
    const next = [];
    for (const one of rim) {
      for (const shown of links.get(one) || []) {
        const other = otherEnd(shown.fact, one);
        if (cameBy.has(other)) continue;
        cameBy.set(other, { fact: shown.fact, before: one });
        next.push(other);
      }
    }
    rim = next;
  }
  return cameBy.has(to) ? walkBack(cameBy, to) : null;
}

// Shown facts by entity; asserted and well supported ones first, so that among equal ways the surest is taken.
function linksOf(shown) {
  const links = new Map();
  for (const one of [...shown].sort((a, b) => statusRank(a) - statusRank(b) || b.support - a.support)) {
    for (const end of [one.fact.subject, one.fact.object]) {
      if (!links.has(end)) links.set(end, []);
      links.get(end).push(one);
    }
  }
  return links;
}

function walkBack(cameBy, to) {
  const steps = [];
  for (let at = to; cameBy.get(at); at = cameBy.get(at).before) steps.unshift(cameBy.get(at).fact);
  return steps;
}

function startPath(id) {
  pathStart = id;
  $("search").placeholder = `从“${plain(shorten(nameOf(id), 10))}”到哪个实体？搜索或点击`;
  $("search").focus();
  $("stage").classList.add("choosing");
}

function endPath() {
  pathStart = null;
  $("search").placeholder = "搜索名称、别名、代码";
  $("stage").classList.remove("choosing");
}

function pathPanel({ id, to }) {
  const steps = findPath(id, to);
  const head = panelHead(el("span", { class: "kind" }, steps ? `路径 · ${steps.length} 步` : "路径"),
    el("span", { class: "triple" }, entityButton(id), el("span", { class: "arrow" }, "⋯"), entityButton(to)));
  if (!steps) return [head, el("p", { class: "empty" }, "在当前可见的事实中（不计被否定的），两者之间没有路径。")];
  return [head, el("ol", { class: "steps" }, steps.map((fact) => {
    const { evidence, status } = view.factIds.get(fact.id);
    const relation = relations.get(fact.relation);
    return el("li", { class: "fact" },
      el("div", { class: "fact-head" }, entityButton(fact.subject),
        el("button", { class: "link", type: "button", onclick: () => select("fact", fact.id) },
          relation.symmetric ? `— ${relation.zh} —` : `${relation.zh} →`),
        entityButton(fact.object), status !== "asserted" && statusBadge(status)),
      evidenceList([...evidence].sort(evidenceOrder).slice(0, 1), status));
  }))];
}
