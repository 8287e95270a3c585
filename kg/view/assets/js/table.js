// The same facts as a table, for who cannot or does not want to read a drawing, and as a file.

const COLUMNS = [
  { zh: "主体", value: (one) => nameOf(one.fact.subject) },
  { zh: "关系", value: (one) => relations.get(one.fact.relation).zh },
  { zh: "客体", value: (one) => nameOf(one.fact.object) },
  { zh: "状态", value: (one) => statuses.get(one.status).zh },
  { zh: "时间", value: (one) => listed(one.evidence.map((e) => (e.time ? e.time[0] : null))) },
  { zh: "金额", value: (one) => listed(one.evidence.map((e) => e.amount)) },
  { zh: "报告数", value: (one) => one.support },
  { zh: "最早", value: (one) => firstSeen(one.evidence) || "" },
];
const sorting = { column: 6, down: true };

// The first few of some values; a cell is no place for all that thirty sentences say.
function listed(values) {
  const found = [...new Set(values.filter(Boolean))];
  return found.slice(0, 3).join("；") + (found.length > 3 ? ` 等${found.length}种` : "");
}

function sortedFacts() {
  const { value } = COLUMNS[sorting.column];
  const sign = sorting.down ? -1 : 1;
  return view.facts.map((one) => [value(one), one]).sort(([a], [b]) =>
    sign * (typeof a === "number" ? a - b : String(a).localeCompare(String(b), "zh"))).map(([, one]) => one);
}

function drawTable() {
  if ($("table").hidden) return;
  const head = COLUMNS.map(({ zh }, index) => el("th", {
    scope: "col", "aria-sort": sorting.column === index ? (sorting.down ? "descending" : "ascending") : "none",
  }, el("button", { type: "button", onclick: () => sortBy(index) }, zh)));
  const at = [...$("table").querySelectorAll("button")].indexOf(document.activeElement);
  $("table").replaceChildren(
    view.facts.length ? el("table", {}, el("caption", {}, "当前可见的事实"), el("thead", {}, el("tr", {}, head)),
      el("tbody", {}, sortedFacts().map(tableRow))) : el("p", { class: "empty" }, "当前筛选下没有事实。"));
  // The focus stays where it was, as the rows do while only the selection changes.
  if (at >= 0 && $("table").querySelectorAll("button")[at]) $("table").querySelectorAll("button")[at].focus();
}

function tableRow(one) {
  const { fact } = one;
  const cells = COLUMNS.map(({ value }) => value(one)).map((text) => el("td", {}, bdi(String(text))));
  cells[0].replaceChildren(entityButton(fact.subject));
  cells[2].replaceChildren(entityButton(fact.object));
  cells[1].replaceChildren(el("button", { class: "link", type: "button", onclick: () => select("fact", fact.id) },
    relations.get(fact.relation).zh));
  if (one.status !== "asserted") cells[3].replaceChildren(statusBadge(one.status));
  return el("tr", { class: isSelected(fact.id) ? "selected" : null }, cells);
}

function sortBy(column) {
  Object.assign(sorting, { column, down: sorting.column === column ? !sorting.down : false });
  drawTable();
}

function showTable(shown) {
  $("table").hidden = !shown;
  $("stage").classList.toggle("with-table", shown);
  $("show-table").setAttribute("aria-pressed", String(shown));
  $("show-network").setAttribute("aria-pressed", String(!shown));
  drawTable();
}

// One line a piece of evidence. A cell that a spreadsheet would take for a formula is made text.
function toCsv() {
  const head = ["主体", "主体类型", "关系", "客体", "客体类型", "状态", "时间", "金额", "置信度", "报告", "机构", "报告日期", "页", "原文"];
  const lines = view.facts.flatMap(({ fact, evidence }) => evidence.map((one) => csvLine(fact, one)));
  return "\ufeff" + [head, ...lines].map((line) => line.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

function csvLine(fact, one) {
  const report = documents.get(one.document);
  const [subject, object] = [entities.get(fact.subject), entities.get(fact.object)];
  return [subject.name, types.get(subject.type).zh, relations.get(fact.relation).zh, object.name, types.get(object.type).zh,
    statuses.get(one.status).zh, one.time ? one.time[0] : "", one.amount || "", one.score, report.title,
    report.publisher || "", report.published || "", payload.chunks[one.chunk].page ?? "",
    one.quote.map(([text]) => text).join("")];
}

function csvCell(value) {
  const text = plainLines(String(value));
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

const plainLines = (text) => plain(text.replace(/\s*\n\s*/g, " "));

function exportCsv() {
  const link = el("a", { download: `${plain(payload.title).replace(/[\\/:*?"<>|]/g, "_") || "kg"}.csv` });
  link.href = URL.createObjectURL(new Blob([toCsv()], { type: "text/csv;charset=utf-8" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
