// The search box: a combobox over names, aliases, tickers and English names.

const SUGGESTIONS = 12;
const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s\-·.。_]/g, "");

const spellings = payload.entities.map((entity) => ({
  entity,
  names: [entity.name, ...entity.aliases, ...NAMING.map((key) => entity.attributes[key]).filter(Boolean)]
    .map((text) => [fold(text), text]),
}));

let found = []; // [{entity, text}] in the order of the list
let active = -1;

// Exact before prefix before inside; the better connected first.
function findEntities(query) {
  const wanted = fold(query);
  if (!wanted) return [];
  const hits = [];
  for (const { entity, names } of spellings) {
    const ranked = names.map(([folded, text]) => [rankOf(folded, wanted), text]).filter(([rank]) => rank < 3);
    if (!ranked.length) continue;
    const [rank, text] = ranked.reduce((best, one) => (one[0] < best[0] ? one : best));
    hits.push({ entity, text, rank });
  }
  const degree = (one) => factsOf.get(one.entity.id).length;
  return hits.sort((a, b) => a.rank - b.rank || degree(b) - degree(a)).slice(0, SUGGESTIONS);
}

function rankOf(folded, wanted) {
  if (folded === wanted) return 0;
  if (folded.startsWith(wanted)) return 1;
  return folded.includes(wanted) ? 2 : 3;
}

function startSearch() {
  const input = $("search");
  input.addEventListener("input", (event) => { if (!event.isComposing) suggest(); });
  input.addEventListener("compositionend", suggest);
  input.addEventListener("focus", () => { if (input.value) suggest(); });
  input.addEventListener("blur", () => setTimeout(closeSuggestions, 150));
  input.addEventListener("keydown", searchKey);
}

function searchKey(event) {
  // While an input method composes, Enter and arrows are its own.
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (found.length) activate((active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
  } else if (event.key === "Enter" && found.length) {
    choose(found[Math.max(active, 0)].entity);
  } else if (event.key === "Escape") {
    event.stopPropagation();
    if ($("suggestions").hidden) { endPath(); event.target.blur(); }
    closeSuggestions();
  }
}

function suggest() {
  const query = $("search").value;
  found = findEntities(query);
  active = -1;
  const rows = found.map((hit, index) => suggestion(hit, index));
  $("suggestions").replaceChildren(...(rows.length ? rows : [el("li", { class: "none" }, "没有找到")]));
  $("suggestions").hidden = !query.trim();
  $("search").setAttribute("aria-expanded", String(Boolean(query.trim())));
  if (found.length) activate(0);
}

function suggestion({ entity, text }, index) {
  return el("li", {
    id: `suggestion-${index}`, role: "option", "aria-selected": "false",
    onpointerdown: (event) => { event.preventDefault(); choose(entity); },
  }, dot(entity.type), bdi(entity.name),
  text !== entity.name && el("span", { class: "alias" }, bdi(text)),
  el("span", { class: "count" }, `${types.get(entity.type).zh} · ${factsOf.get(entity.id).length}`));
}

function activate(index) {
  active = index;
  [...$("suggestions").children].forEach((row, at) => {
    row.setAttribute("aria-selected", String(at === index));
    if (at === index) row.scrollIntoView({ block: "nearest" });
  });
  $("search").setAttribute("aria-activedescendant", `suggestion-${index}`);
}

function closeSuggestions() {
  $("suggestions").hidden = true;
  $("search").setAttribute("aria-expanded", "false");
  $("search").removeAttribute("aria-activedescendant");
}

function choose(entity) {
  closeSuggestions();
  $("search").value = "";
  $("panel").focus({ preventScroll: true });
  if (pathStart !== null) return selectPath(entity.id);
  if (!view.entities.has(entity.id) && factsOf.get(entity.id).length) resetFilters();
  return select("entity", entity.id, { move: true });
}
