// The panel while nothing is selected: what this graph holds.

function overviewPanel() {
  if (!payload.entities.length) return emptyPanel();
  return [
    el("div", { class: "panel-head" }, el("h2", {}, "概览"), sheetButton()),
    el("ul", { class: "figures" },
      figure(payload.documents.length, "报告"), figure(view.entities.size, "实体"), figure(view.facts.length, "事实"),
      figure(view.facts.reduce((sum, one) => sum + one.evidence.length, 0), "证据")),
    bars("实体类型", countBy([...view.entities], (id) => entities.get(id).type), [...types.values()]),
    bars("事实关系", countBy(view.facts, ({ fact }) => fact.relation), [...relations.values()]),
    hubList(),
    reportList(),
  ];
}

function emptyPanel() {
  return [el("div", { class: "panel-head" }, el("h2", {}, "图谱是空的")),
    el("p", { class: "empty" }, "这里还没有实体。先用 kg build 读入报告，再用 kg draw 生成页面。"),
    payload.documents.length > 0 && reportList()];
}

// On a narrow screen the overview is a sheet of which only the head is seen at first.
const sheetButton = () => el("button", {
  class: "link only-narrow", type: "button", onclick: () => $("panel").classList.toggle("open"),
}, "展开 / 收起");

const figure = (count, text) => el("li", {}, el("b", {}, count.toLocaleString("zh-CN")), text);

function countBy(list, key) {
  const counts = new Map();
  for (const one of list) counts.set(key(one), (counts.get(key(one)) || 0) + 1);
  return counts;
}

function bars(title, counts, kinds) {
  const top = Math.max(...counts.values(), 1);
  const present = kinds.filter(({ label }) => counts.has(label)).sort((a, b) => counts.get(b.label) - counts.get(a.label));
  if (!present.length) return null;
  return el("section", { class: "group" }, el("h3", {}, title), el("ul", { class: "bars" }, present.map((kind) => {
    const bar = el("span", { class: "bar" });
    bar.style.width = `${(100 * counts.get(kind.label)) / top}%`;
    if (kind.colour) bar.style.backgroundColor = typeColour(kind.label);
    return el("li", {}, el("span", { class: "bar-name" }, kind.zh), el("span", { class: "bar-room" }, bar),
      el("span", { class: "bar-count" }, String(counts.get(kind.label))));
  })));
}

function hubList() {
  const degrees = countBy(view.facts.flatMap(({ fact }) => [fact.subject, fact.object]), (id) => id);
  const best = [...degrees].sort((a, b) => b[1] - a[1] || nameOf(a[0]).localeCompare(nameOf(b[0]), "zh")).slice(0, 8);
  if (!best.length) return null;
  return el("section", { class: "group" }, el("h3", {}, "关联最多的实体"),
    el("ol", { class: "hubs" }, best.map(([id, count]) => el("li", {}, entityButton(id),
      el("span", { class: "count" }, `${count} 条事实`)))));
}

const isAlone = (id) => documents.size > 1 && filters.documents.size === documents.size - 1 && !filters.documents.has(id);

function reportList() {
  const counts = countBy(view.facts.flatMap(({ evidence }) => [...reportsOf(evidence)]), (id) => id);
  return el("section", { class: "group" }, el("h3", {}, "报告", el("span", { class: "count" }, String(documents.size))),
    el("ul", { class: "reports" }, payload.documents.map((report) => el("li", {},
      el("button", { class: "report", type: "button", title: "仅看这份报告", "aria-pressed": String(isAlone(report.id)),
        onclick: () => showOnly("documents", [report.id], [...documents.keys()]) }, bdi(report.title)),
      el("span", { class: "source" }, el("span", { class: "source-part" }, bdi(report.publisher || UNKNOWN_PUBLISHER)),
        el("span", { class: "source-part" }, dayText(report.published)),
        el("span", { class: "source-part" }, `${counts.get(report.id) || 0} 条事实`))))));
}
