// Names on the canvas, drawn by us after vis-network: of constant size on the screen, the most important first,
// each where it covers no other; so that a far view shows the hubs and a near one everything.

const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif';
const widths = new Map(); // text width by font and text: measuring is the costly part

function textWidth(context, text) {
  const key = `${context.font}|${text}`;
  if (!widths.has(key)) widths.set(key, context.measureText(text).width);
  return widths.get(key);
}

const overlaps = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

// Boxes already taken, in a coarse grid, so that a test looks at few of them.
class Taken {
  constructor() { this.cells = new Map(); }

  keys(box) {
    const keys = [];
    for (let x = Math.floor(box.x / 120); x <= Math.floor((box.x + box.w) / 120); x += 1) {
      for (let y = Math.floor(box.y / 60); y <= Math.floor((box.y + box.h) / 60); y += 1) keys.push(`${x},${y}`);
    }
    return keys;
  }

  // `over` is what the box may cover: "nodes" or nothing.
  isFree(box, over = "") {
    return this.keys(box).every((key) =>
      (this.cells.get(key) || []).every((other) => other.kind === over || !overlaps(box, other)));
  }

  add(box) {
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    }
  }
}

// vis-network hands over its context in the coordinates of the graph; text wants those of the screen.
function drawLabels(network, context) {
  const ratio = context.canvas.width / context.canvas.clientWidth;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const points = network.getPositions([...view.entities]);
  const stage = { network, context, points, taken: new Taken(), scale: network.getScale(), light: spotlight() };
  takeControls(stage.taken);
  drawNodeLabels(stage);
  drawEdgeLabels(stage);
  context.restore();
}

// Names keep clear of what lies over the canvas.
function takeControls(taken) {
  const origin = $("stage").getBoundingClientRect();
  for (const control of [document.querySelector(".tools"), $("shown")]) {
    const { left, top, width, height } = control.getBoundingClientRect();
    taken.add({ x: left - origin.left, y: top - origin.top, w: width, h: height });
  }
}

function visibleNodes({ network, context, scale, points }) {
  const { clientWidth, clientHeight } = context.canvas;
  return Object.entries(points).map(([id, position]) => {
    const { x, y } = network.canvasToDOM(position);
    return { id, x, y, radius: nodes.get(id).size * scale };
  }).filter(({ x, y }) => x > -80 && y > -40 && x < clientWidth + 80 && y < clientHeight + 40);
}

function drawNodeLabels(stage) {
  const { light, taken } = stage;
  const isLit = (id) => light !== null && light.entities.has(id);
  const rank = (node) => (isSelected(node.id) ? 1e6 : 0) + (isLit(node.id) ? 1e3 : 0) + nodes.get(node.id).size;
  const visible = visibleNodes(stage).sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1));
  for (const { x, y, radius } of visible) {
    if (radius > 5) taken.add({ x: x - radius * 0.8, y: y - radius * 0.8, w: radius * 1.6, h: radius * 1.6, kind: "nodes" });
  }
  visible.forEach((node, index) => {
    // From afar only hubs are named: a page full of names names nothing.
    const named = isLit(node.id) || node.radius > 4.2 || visible.length < 60 || index < 25;
    if (named) drawNodeLabel(stage, node, isLit(node.id), index < 12);
  });
}

const isSelected = (id) => selection !== null && (selection.id === id || selection.to === id);

function drawNodeLabel(stage, node, lit, important) {
  const { context, taken, light } = stage;
  const size = nodes.get(node.id).size;
  const pixels = isSelected(node.id) ? 15 : size > 20 ? 14 : 12;
  context.font = `${isSelected(node.id) || size > 22 ? 600 : 400} ${pixels}px ${FONT}`;
  const text = shorten(plain(nameOf(node.id)), lit ? 24 : 14);
  const width = textWidth(context, text);
  const places = rankPlaces(node, width, pixels, stage);
  const box = places.find((one) => taken.isFree(one)) || (important && places.find((one) => taken.isFree(one, "nodes")))
    || (isSelected(node.id) && places[0]);
  if (!box) return;
  taken.add(box);
  drawHaloed(context, text, box, light && !lit ? blend(palette.ink, 0.35) : palette.ink);
}

function boxBelow(node, width, pixels) {
  return { x: node.x - width / 2 - 3, y: node.y + node.radius + 2, w: width + 6, h: pixels + 4 };
}

// Below, right, left or above the node: the side with the fewest edges first.
function rankPlaces(node, width, pixels, { points, context }) {
  const box = boxBelow(node, width, pixels);
  const level = node.y - box.h / 2;
  const [pullX, pullY] = pullOf(node.id, points);
  const tries = [
    { cost: pullY, box },
    { cost: pullX + 0.15, box: { ...box, x: node.x + node.radius + 3, y: level } },
    { cost: 0.2 - pullX, box: { ...box, x: node.x - node.radius - 3 - box.w, y: level } },
    { cost: 0.3 - pullY, box: { ...box, y: node.y - node.radius - 2 - box.h } },
  ];
  // A name that the rim of the stage would cut is the last choice.
  const { clientWidth, clientHeight } = context.canvas;
  for (const one of tries) {
    const { x, y, w, h } = one.box;
    if (x < 0 || y < 0 || x + w > clientWidth || y + h > clientHeight) one.cost += 5;
  }
  return tries.sort((a, b) => a.cost - b.cost).map((one) => one.box);
}

// The mean direction of a node's shown edges, from -1 to 1 on each axis.
function pullOf(id, points) {
  let [x, y, count] = [0, 0, 0];
  for (const fact of factsOf.get(id)) {
    const other = points[otherEnd(fact, id)];
    if (!other || !view.factIds.has(fact.id)) continue;
    const [toX, toY] = [other.x - points[id].x, other.y - points[id].y];
    const length = Math.hypot(toX, toY) || 1;
    [x, y, count] = [x + toX / length, y + toY / length, count + 1];
  }
  return count ? [x / count, y / count] : [0, 0];
}

function drawHaloed(context, text, box, colour) {
  const [x, y] = [box.x + box.w / 2, box.y + box.h / 2];
  context.lineWidth = 4;
  context.strokeStyle = palette.ground;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

// Relation names: of what is selected or hovered always, of the rest when there is room for them.
function drawEdgeLabels(stage) {
  const { light, scale } = stage;
  const near = scale > 1.15;
  const few = (light ? light.facts.size : view.facts.length) <= 24;
  for (const { fact, status } of view.facts) {
    const lit = (few && (!light || light.facts.has(fact.id))) || hovered === fact.id;
    if (lit || (near && !light)) drawEdgeLabel(stage, fact, status, lit);
  }
}

function drawEdgeLabel({ network, context, taken }, fact, status, lit) {
  const point = middleOf(network, fact.id);
  if (!point) return;
  context.font = `${lit ? 500 : 400} 11px ${FONT}`;
  const text = relations.get(fact.relation).zh + (statuses.get(status).mark ? `（${statuses.get(status).mark}）` : "");
  const width = textWidth(context, text);
  const box = { x: point.x - width / 2 - 3, y: point.y - 8, w: width + 6, h: 16 };
  if (!taken.isFree(box)) return;
  taken.add(box);
  context.fillStyle = palette.ground;
  context.fillRect(box.x, box.y, box.w, box.h);
  context.fillStyle = status === "asserted" ? palette.soft : palette[status];
  context.fillText(text, point.x, point.y);
}

// vis-network has no public call for the middle of a bent edge; its version is pinned with pyvis.
function middleOf(network, id) {
  const edge = network.body.edges[id];
  if (!edge || !edge.connected || edge.from.id === edge.to.id) return null;
  return network.canvasToDOM(edge.edgeType.getPoint(0.5));
}
