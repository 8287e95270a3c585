// One piece of evidence: the sentence as the report prints it, and where it stands.

const MARKS = ["", "mark-subject", "mark-object"];

// Under a fact whose status stands above, only another one is told; without such a fact, everything.
function evidenceItem(one, told) {
  const report = documents.get(one.document);
  const chunk = payload.chunks[one.chunk];
  return el("li", { class: "evidence" },
    el("blockquote", {}, one.quote.map(([text, kind]) => (kind ? el("mark", { class: MARKS[kind] }, text) : text))),
    qualifiers(one, told),
    contextOf(one, chunk, [
      el("cite", { title: plain(report.title) }, bdi(shorten(report.title, 24))), " ", ...sourceParts(report, chunk)]));
}

function qualifiers(one, told) {
  if (one.status === told && !one.time && !one.amount) return null;
  return el("p", { class: "qualifiers" },
    one.status !== told && statusBadge(one.status),
    one.time && el("span", { class: "value" }, el("span", { class: "key" }, "时间"), one.time[0]),
    one.amount && el("span", { class: "value" }, el("span", { class: "key" }, "金额"), bdi(one.amount)),
    told === null && el("span", { class: "value quiet", title: `由 ${one.extractor} 抽取` },
      el("span", { class: "key" }, "置信度"), `${Math.round(one.score * 100)}%`));
}

function sourceParts(report, chunk) {
  const parts = [report.publisher, report.published || "日期不详"].filter(Boolean);
  if (chunk.page !== null) parts.push(`第${chunk.page}页`);
  return parts.map((part) => el("span", { class: "source-part" }, bdi(part)));
}

// Where it stands; opened, the sentences around it too, unless the chunk is the sentence alone.
function contextOf(one, chunk, source) {
  const [start, end] = one.context;
  const [before, after] = [chunk.text.slice(0, start), chunk.text.slice(end)];
  if (!chunk.heading && !before.trim() && !after.trim()) return el("p", { class: "source" }, source);
  return el("details", { class: "source context" },
    el("summary", { title: "展开或收起上下文" }, source),
    chunk.heading && el("p", { class: "heading" }, bdi(chunk.heading)),
    el("p", {}, before, el("b", {}, chunk.text.slice(start, end)), after));
}

// Asserted first, then the newest report; undated ones last.
function evidenceOrder(a, b) {
  const rank = (one) => STATUSES.findIndex(({ label }) => label === one.status);
  return rank(a) - rank(b) || (publishedOf(b.document) || "").localeCompare(publishedOf(a.document) || "");
}

const evidenceList = (evidence, told = null) =>
  el("ol", { class: "evidence-list" }, [...evidence].sort(evidenceOrder).map((one) => evidenceItem(one, told)));
