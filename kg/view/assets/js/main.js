// Selection, its trace in the address, and the start.

// Draw again whatever depends on filters or selection.
function refresh() {
  computeView();
  paint();
  countSidebar();
  drawPanel();
  drawTable();
  drawCounts();
}

const PANELS = {
  none: () => overviewPanel(),
  entity: () => entityPanel(entities.get(selection.id)),
  fact: () => factPanel(facts.get(selection.id)),
  path: () => pathPanel(selection),
};

function drawPanel() {
  const panel = $("panel");
  const shown = panel.dataset.shown;
  panel.dataset.shown = selection ? JSON.stringify(selection) : "";
  const parts = PANELS[selection ? selection.kind : "none"]();
  const held = panel.contains(document.activeElement);
  panel.replaceChildren(...parts.flat(2).filter(Boolean));
  // Who moves by keys stays in the panel though the button he pressed is gone.
  if (held) panel.focus({ preventScroll: true });
  panel.classList.toggle("open", selection !== null);
  if (shown !== panel.dataset.shown) panel.scrollTop = 0;
}

function drawCounts() {
  const of = (shown, all) => (shown === all ? `${all}` : `${shown} / ${all}`);
  $("shown").textContent = `${of(view.entities.size, entities.size)} 个实体 · ${of(view.facts.length, facts.size)} 条事实`;
  const nothing = view.entities.size === 0;
  $("notice").hidden = !nothing;
  $("notice").replaceChildren(...(entities.size === 0 ? ["图谱是空的"]
    : ["当前筛选下没有内容 ", el("button", { class: "link", type: "button", onclick: resetFilters }, "重置筛选")]));
}

// select("entity", id), select("fact", id), select("path", id, {to}) or select(null); the address follows,
// so that it can be shared.
function select(kind, id, { move = false, silent = false, to = null } = {}) {
  endPath();
  selection = kind ? { kind, id, to } : null;
  if (kind === "entity" && neighbourhood && !view.entities.has(id)) isolate(null);
  hover(null);
  refresh();
  if (move) lookAtSelection();
  if (!silent) writeAddress();
}

function selectPath(to) {
  const from = pathStart;
  if (to === from) select("entity", to);
  else select("path", from, { to, move: true });
}

const MARK_OF = { entity: "", fact: "fact=", path: "path=" };

function writeAddress() {
  const text = selection === null ? ""
    : MARK_OF[selection.kind] + [selection.id, selection.to].filter(Boolean).map(encodeURIComponent).join(",");
  if (text !== location.hash.slice(1)) history.pushState(null, "", text ? `#${text}` : location.href.split("#")[0]);
}

// The selection that an address names; what it does not know it leaves alone.
function readAddress() {
  const text = location.hash.slice(1);
  const kind = ["fact", "path"].find((one) => text.startsWith(MARK_OF[one])) || "entity";
  let ids = [];
  // A broken escape is an address that names nothing.
  try { ids = text.slice(MARK_OF[kind].length).split(",").map(decodeURIComponent); } catch { return false; }
  const known = ids.every((id) => (kind === "fact" ? facts : entities).has(id)) && ids.length === (kind === "path" ? 2 : 1);
  if (known) select(kind, ids[0], { to: ids[1] || null, move: true, silent: true });
  return known;
}

// Show only an entity and its surroundings; isolate(null) ends it.
function isolate(id, hops = 1) {
  neighbourhood = id === null ? null : { id, hops };
  if (id !== null) selection = { kind: "entity", id, to: null };
  refresh();
  placeNodes();
  drawSidebar();
  if (id === null && selection) lookAtSelection();
  else fitAll();
  redrawMoved();
  writeAddress();
}

function resetFilters() {
  clearFilters();
  neighbourhood = null;
  refresh();
  placeNodes();
  drawSidebar();
  fitAll();
  redrawMoved();
}

function pageKey(event) {
  if (event.target.matches("input, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); $("search").focus(); }
  if (event.key === "Escape") { if (pathStart !== null) endPath(); else if (neighbourhood) isolate(null); else select(null); }
  if (event.key === "0") fitAll();
}

function toggleFilters(open) {
  $("filters").classList.toggle("open", open);
  $("open-filters").setAttribute("aria-expanded", String(open));
}

function start() {
  computeView();
  startNetwork();
  drawSidebar();
  startSearch();
  refresh();
  $("show-table").onclick = () => showTable(true);
  $("show-network").onclick = () => showTable(false);
  $("export").onclick = exportCsv;
  $("open-filters").onclick = () => toggleFilters(!$("filters").classList.contains("open"));
  $("stage").addEventListener("pointerdown", () => toggleFilters(false));
  document.addEventListener("keydown", pageKey);
  window.addEventListener("popstate", () => readAddress() || select(null, null, { silent: true }));
  dark.addEventListener("change", () => { palette = readPalette(); drawSidebar(); refresh(); });
  if (!readAddress() && payload.focus.length) select("entity", payload.focus[0], { move: true, silent: true });
}

start();
// For tests and for who wants to script the page from its console.
window.kg = { network, select, isolate, filters, view, refresh, toCsv };
