// How a node or an edge looks now. Colours of the canvas follow the same custom properties as the page.

const dark = matchMedia("(prefers-color-scheme: dark)");
let palette = readPalette();

function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ground: read("--ground"), ink: read("--ink"), soft: read("--soft"), edge: read("--edge"),
    accent: read("--accent"), negated: read("--negated"), planned: read("--planned"), rumored: read("--rumored"),
  };
}

// "#rrggbb" over another colour; an opacity would show where edges and their arrows overlap.
function blend(colour, share, ground = palette.ground) {
  const mix = (at) => {
    const [over, under] = [colour, ground].map((one) => parseInt(one.slice(at, at + 2), 16));
    return Math.round(over * share + under * (1 - share)).toString(16).padStart(2, "0");
  };
  return `#${mix(1)}${mix(3)}${mix(5)}`;
}

// The ontology's colours are made for light ground; on dark they need some white.
const typeColour = (type) => blend(types.get(type).colour, dark.matches ? 0.82 : 1, "#ffffff");

function nodeLook(node, light) {
  const colour = typeColour(entities.get(node.id).type);
  const lit = !light || light.entities.has(node.id);
  const selected = isSelected(node.id);
  const fill = blend(colour, lit ? 1 : 0.16);
  return {
    id: node.id,
    hidden: !view.entities.has(node.id),
    color: { background: fill, border: selected ? palette.ink : palette.ground },
    borderWidth: selected ? 3.5 : 1.5,
  };
}

function edgeLook(edge, light) {
  const shown = view.factIds.get(edge.id);
  if (!shown) return { id: edge.id, hidden: true };
  const lit = light && light.facts.has(edge.id);
  const base = shown.status === "asserted" ? palette.edge : palette[shown.status];
  return {
    id: edge.id,
    hidden: false,
    color: { color: edgeColour(shown.status, base, light, lit) },
    dashes: STATUS_DASHES[shown.status],
    width: edgeWidth(shown.support) + (lit ? 0.8 : 0),
  };
}

function edgeColour(status, base, light, lit) {
  // Many edges become a haze behind the nodes instead of a wall before them.
  if (!light) return blend(base, (status === "asserted" ? 0.9 : 0.8) * haze());
  if (!lit) return blend(base, 0.22);
  // The edges of a hub, all in full colour, would hide what they lead to.
  return blend(status === "asserted" ? palette.accent : base, light.facts.size > 40 ? 0.5 : 1);
}

const haze = () => Math.min(1, Math.max(0.6, 1 - (view.facts.length - 150) / 1500));

const STATUS_DASHES = { asserted: false, planned: [9, 6], rumored: [2, 5], negated: [9, 6] };
const edgeWidth = (support) => 1.2 + 0.9 * Math.log2(Math.max(support, 1));
