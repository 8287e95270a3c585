// The time filter: months with facts as a small histogram, and two handles on it.

const CLOCKS = { published: "报告日期", told: "事实时间" };

// Every month from the first to the last that has evidence, so that gaps are seen as gaps.
function monthsOf(clock) {
  const found = payload.facts.flatMap((fact) => fact.evidence.map(dayOf[clock])).filter(Boolean).map((day) => day.slice(0, 7));
  if (!found.length) return [];
  found.sort();
  const months = [];
  let [year, month] = found[0].split("-").map(Number);
  // At most 100 years: one misread year must not make a page of empty months.
  while (months.length < 1200) {
    months.push(`${year}-${String(month).padStart(2, "0")}`);
    if (months[months.length - 1] >= found[found.length - 1]) break;
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
  return months;
}

function timeFilter() {
  const clocks = Object.keys(CLOCKS).filter((clock) => monthsOf(clock).length > 0);
  if (!clocks.length) return null;
  if (!clocks.includes(filters.clock)) filters.clock = clocks[0];
  const months = monthsOf(filters.clock);
  return el("section", { class: "facet" },
    el("h3", {}, "时间"),
    clocks.length > 1 && clockSwitch(clocks),
    months.length > 1 ? rangeOf(months) : el("p", { class: "months" }, dayText(months[0])),
    el("label", { class: "check" }, el("input", {
      type: "checkbox", checked: filters.undated,
      onchange: (event) => { filters.undated = event.target.checked; refresh(); },
    }), el("span", { class: "check-name" }, "包含没有日期的")));
}

function clockSwitch(clocks) {
  return el("div", { class: "switch", role: "group", "aria-label": "按哪个时间" }, clocks.map((clock) => el("button", {
    type: "button", "aria-pressed": String(filters.clock === clock),
    onclick: () => { Object.assign(filters, { clock, from: null, to: null }); refresh(); drawSidebar(); },
  }, CLOCKS[clock])));
}

function rangeOf(months) {
  const at = (month, otherwise) => (month === null ? otherwise : Math.max(0, months.indexOf(month)));
  const last = months.length - 1;
  const [from, to] = [at(filters.from, 0), at(filters.to, last)];
  const text = el("p", { class: "months", "aria-live": "polite" });
  const low = handle("起始月份", from, last);
  const high = handle("结束月份", to, last);
  const bars = histogram(months);
  const show = () => {
    const [first, final] = [Math.min(low.value, high.value), Math.max(low.value, high.value)];
    text.textContent = `${dayText(months[first])} – ${dayText(months[final])}`;
    [low, high].forEach((input) => input.setAttribute("aria-valuetext", dayText(months[input.value])));
    [...bars.children].forEach((bar, index) => bar.classList.toggle("off", index < first || index > final));
    return [first, final];
  };
  low.oninput = high.oninput = () => {
    const [first, final] = show();
    filters.from = first === 0 ? null : months[first];
    filters.to = final === last ? null : months[final];
    refresh();
  };
  show();
  return [bars, el("div", { class: "range" }, low, high), text];
}

const handle = (label, value, max) => el("input", { type: "range", min: 0, max, value, step: 1, "aria-label": label });

function histogram(months) {
  const counts = countBy(payload.facts.flatMap((fact) => fact.evidence.map(dayOf[filters.clock])).filter(Boolean),
    (day) => day.slice(0, 7));
  const top = Math.max(...counts.values());
  return el("div", { class: "histogram", "aria-hidden": "true" }, months.map((month) => {
    const bar = el("span");
    bar.style.height = `${counts.has(month) ? 12 + (88 * counts.get(month)) / top : 3}%`;
    return bar;
  }));
}
