// The network: vis-network fed with pyvis' data, its events, and where the eye stands.

let network = null;
let nodeSet = null;
let edgeSet = null;
let hovered = null; // id of the hovered node or edge

function startNetwork() {
  stretchForStage();
  // Names are drawn in labels.js; without them vis-network hits nodes exactly where their circle is.
  nodeSet = new vis.DataSet(drawing.nodes.map(({ label, ...node }) => node));
  edgeSet = new vis.DataSet(drawing.edges);
  const data = { nodes: nodeSet, edges: edgeSet };
  network = new vis.Network($("network"), data, drawing.options);
  network.on("click", ({ nodes: hit, edges }) => {
    if (hit.length && pathStart !== null) selectPath(hit[0]);
    else if (hit.length) select("entity", hit[0]);
    else if (edges.length) select("fact", edges[0]);
    else select(null);
  });
  network.on("doubleClick", ({ nodes: hit }) => hit.length && selection.kind === "entity" && isolate(hit[0], 1));
  network.on("hoverNode", ({ node, event }) => hover(node, event));
  network.on("hoverEdge", ({ edge, event }) => hover(edge, event));
  network.on("blurNode", () => hover(null));
  network.on("blurEdge", () => hover(null));
  network.on("dragStart", () => hover(null));
  network.on("afterDrawing", (context) => drawLabels(network, context));
  $("zoom-in").onclick = () => zoom(1.4);
  $("zoom-out").onclick = () => zoom(1 / 1.4);
  $("fit").onclick = fitAll;
  fitAll();
}

function paint() {
  const light = spotlight();
  nodeSet.update(drawing.nodes.map((node) => nodeLook(node, light)));
  edgeSet.update(drawing.edges.map((edge) => edgeLook(edge, light)));
}

const motion = () => (calm.matches ? false : { duration: 350, easingFunction: "easeInOutQuad" });

function fitAll() {
  fitTo([...view.entities], { largest: 1.5, animation: false });
}

// The room that controls, panels and names leave for nodes, in pixels of the stage.
function freeRoom() {
  const { clientWidth: width, clientHeight: height } = $("stage");
  const sheet = narrow.matches ? (selection ? height * 0.58 : 44) : 0;
  return { left: 56, top: 24, right: width - 48, bottom: height - sheet - 52, width, height };
}

// Bring nodes into the free room; vis-network's own fit knows neither names nor what lies over the canvas.
function fitTo(ids, { largest, animation }) {
  const points = Object.values(network.getPositions(ids));
  if (!points.length) return;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const room = freeRoom();
  const scale = Math.min(largest, (room.right - room.left) / (right - left + 40), (room.bottom - room.top) / (bottom - top + 40));
  network.moveTo({
    position: {
      x: (left + right) / 2 - ((room.left + room.right) / 2 - room.width / 2) / scale,
      y: (top + bottom) / 2 - ((room.top + room.bottom) / 2 - room.height / 2) / scale,
    },
    scale,
    animation,
  });
}

function zoom(factor) {
  network.moveTo({ scale: network.getScale() * factor, animation: motion() });
}

// Move to the selection: with its neighbours where they fit at a size that can be read, else alone.
function lookAtSelection() {
  const lit = [...spotlight().entities].filter((id) => view.entities.has(id));
  const room = freeRoom();
  const spread = (axis) => {
    const values = Object.values(network.getPositions(lit)).map((point) => point[axis]);
    return Math.max(...values) - Math.min(...values);
  };
  const fits = spread("x") * 0.6 < room.right - room.left && spread("y") * 0.6 < room.bottom - room.top;
  fitTo(fits ? lit : [selection.id], { largest: fits ? 1.3 : Math.max(network.getScale(), 0.9), animation: motion() });
}

// The drawing is about square: pull it longer where the stage is, so that a phone or a wide screen is filled too.
function stretchForStage() {
  const shown = drawing.nodes.filter(({ id }) => view.entities.has(id));
  if (!shown.length) return;
  const extent = (axis) => Math.max(...shown.map((node) => node[axis])) - Math.min(...shown.map((node) => node[axis])) + 1;
  const room = freeRoom();
  const ratio = (room.right - room.left) / (room.bottom - room.top) / (extent("x") / extent("y"));
  const [axis, factor] = ratio > 1 ? ["x", Math.min(ratio, 1.5)] : ["y", Math.min(1 / ratio, 1.6)];
  for (const node of drawing.nodes) node[axis] *= factor;
}

function hover(id, event) {
  hovered = id;
  const tip = $("tooltip");
  $("network").style.cursor = id === null ? "" : "pointer";
  tip.hidden = id === null;
  if (id === null) return network.redraw();
  tip.replaceChildren(...(entities.has(id) ? entityTip(entities.get(id)) : factTip(view.factIds.get(id))));
  const box = $("stage").getBoundingClientRect();
  tip.style.left = `${Math.min(event.clientX - box.left + 14, box.width - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.min(event.clientY - box.top + 14, box.height - tip.offsetHeight - 8)}px`;
  return network.redraw();
}

function entityTip(entity) {
  const count = view.facts.filter(({ fact }) => fact.subject === entity.id || fact.object === entity.id).length;
  return [el("strong", {}, dot(entity.type), bdi(entity.name)),
    el("span", {}, `${types.get(entity.type).zh} · ${count} 条事实`)];
}

function factTip({ fact, status, support }) {
  return [el("strong", {}, bdi(nameOf(fact.subject)), ` ${relations.get(fact.relation).zh} `, bdi(nameOf(fact.object))),
    el("span", {}, `${statuses.get(status).zh} · ${support} 份报告`)];
}
