// Small makers of elements. Every text of a report enters the page as textContent, never as markup.

const $ = (id) => document.getElementById(id);

// el("p", {class: "x", onclick: f}, "text", child): null and false children are left out.
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
  return made;
}

// A name that came from a report: isolated, so that marks for writing direction end with it.
const bdi = (text) => el("bdi", {}, text);

// A coloured dot; colour is set by property since style attributes are forbidden by the page's policy.
function dot(type) {
  const made = el("span", { class: "dot", "aria-hidden": "true" });
  made.style.backgroundColor = typeColour(type);
  return made;
}

const statusBadge = (label) => el("span", { class: `badge badge-${label}` }, statuses.get(label).zh);

// The line that edges of a status are drawn with.
const statusLine = (label) => el("span", { class: `line line-${label}`, "aria-hidden": "true" });

// Text for a canvas, a file or a title, where no bdi element can hold direction marks in.
const plain = (text) => text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\u0000-\u001f]/g, "");

const shorten = (text, length) => {
  const letters = [...text];
  return letters.length > length ? letters.slice(0, length - 1).join("") + "…" : text;
};

// 2023-01-01 → 2023年1月1日
function dayText(day) {
  if (!day) return "日期不详";
  const [year, month, date] = day.split("-").map(Number);
  return date ? `${year}年${month}月${date}日` : `${year}年${month}月`;
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 820px)");
