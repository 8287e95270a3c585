// The network: vis-network fed with pyvis' data, its events, and where the eye stands.

let network = null;
let nodeSet = null;
let edgeSet = null;
let hovered = null; // id of the hovered node or edge

function startNetwork() {
  // Names are drawn in labels.js; without them vis-network hits nodes exactly where their circle is.
  nodeSet = new vis.DataSet(drawing.nodes.map(({ label, ...node }) => node));
  edgeSet = new vis.DataSet(drawing.edges);
  const data = { nodes: nodeSet, edges: edgeSet };
  network = new vis.Network($("network"), data, drawing.options);
  network.on("click", ({ nodes: hit, edges }) => {
    if (hit.length) select("entity", hit[0]);
    else if (edges.length) select("fact", edges[0]);
    else select(null);
  });
  network.on("doubleClick", ({ nodes: hit }) => hit.length && isolate(hit[0], 1));
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
  network.fit({ nodes: [...view.entities], maxZoomLevel: 1.6, animation: false });
}

function zoom(factor) {
  network.moveTo({ scale: network.getScale() * factor, animation: motion() });
}

// Bring some entities into the part of the stage that no panel covers.
function lookAt(ids) {
  const shown = ids.filter((id) => view.entities.has(id));
  if (!shown.length) return;
  if (shown.length > 1) return network.fit({ nodes: shown, maxZoomLevel: 1.3, animation: motion() });
  const offset = narrow.matches ? { x: 0, y: -$("stage").clientHeight * 0.22 } : { x: 0, y: 0 };
  network.focus(shown[0], { scale: Math.max(network.getScale(), 1), offset, animation: motion() });
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
