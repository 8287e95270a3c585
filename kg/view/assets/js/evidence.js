// One piece of evidence: the sentence as the report prints it, and where it stands.

const MARKS = ["", "mark-subject", "mark-object"];

function evidenceItem(one) {
  const report = documents.get(one.document);
  const chunk = payload.chunks[one.chunk];
  return el("li", { class: "evidence" },
    el("blockquote", {}, one.quote.map(([text, kind]) => (kind ? el("mark", { class: MARKS[kind] }, text) : text))),
    qualifiers(one),
    el("p", { class: "source" }, el("cite", {}, bdi(report.title)), sourceText(report, chunk)),
    contextOf(one, chunk));
}

function qualifiers(one) {
  return el("p", { class: "qualifiers" },
    statusBadge(one.status),
    one.time && el("span", { class: "value" }, el("span", { class: "key" }, "时间"), one.time[0]),
    one.amount && el("span", { class: "value" }, el("span", { class: "key" }, "金额"), bdi(one.amount)),
    el("span", { class: "value quiet", title: `由 ${one.extractor} 抽取` },
      el("span", { class: "key" }, "置信度"), `${Math.round(one.score * 100)}%`));
}

function sourceText(report, chunk) {
  const parts = [report.publisher || UNKNOWN_PUBLISHER, dayText(report.published)];
  if (chunk.page !== null) parts.push(`第 ${chunk.page} 页`);
  return el("span", {}, ...parts.map((part) => el("span", { class: "source-part" }, bdi(part))));
}

// The sentences around it; without them when the chunk is the sentence alone.
function contextOf(one, chunk) {
  const [start, end] = one.context;
  const [before, after] = [chunk.text.slice(0, start), chunk.text.slice(end)];
  if (!chunk.heading && !before.trim() && !after.trim()) return null;
  return el("details", { class: "context" },
    el("summary", {}, "上下文"),
    chunk.heading && el("p", { class: "heading" }, bdi(chunk.heading)),
    el("p", {}, before, el("b", {}, chunk.text.slice(start, end)), after));
}

// Asserted first, then the newest report; undated ones last.
function evidenceOrder(a, b) {
  const rank = (one) => STATUSES.findIndex(({ label }) => label === one.status);
  return rank(a) - rank(b) || (publishedOf(b.document) || "").localeCompare(publishedOf(a.document) || "");
}

const evidenceList = (evidence) => el("ol", { class: "evidence-list" }, [...evidence].sort(evidenceOrder).map(evidenceItem));
