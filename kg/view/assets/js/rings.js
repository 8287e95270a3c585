// Where nodes stand while a neighbourhood is isolated: on rings around its middle, the nearer the closer.

const BAND = 130; // between the rings of one step
const FULL = 26; // nodes on one ring before another is begun
const FAN = 0.24; // between the bends of edges that join the same two nodes

function placeNodes() {
  const rings = neighbourhood ? ringPlaces(neighbourhood) : new Map();
  nodeSet.update(drawing.nodes.map(({ id, x, y }) => ({ id, ...(rings.get(id) || { x, y }) })));
  // The bends of the whole drawing lead around nodes that now stand elsewhere.
  const fans = neighbourhood ? ringBends() : new Map();
  edgeSet.update(drawing.edges.map(({ id, smooth }) => ({ id, smooth: fans.has(id) ? fans.get(id) : smooth })));
}

// vis-network leaves out what it last saw outside the view, and looks again only while drawing: a node that was
// moved into the view appears with the second drawing.
function redrawMoved() {
  network.redraw();
  network.redraw();
}

function ringPlaces({ id, hops }) {
  const middle = nodes.get(id);
  const places = new Map([[id, { x: middle.x, y: middle.y }]]);
  let inner = middle.size;
  for (let hop = 1; hop <= hops; hop += 1) {
    const band = [...nearEntities({ id, hops: hop })].filter((one) => !places.has(one));
    if (band.length) inner = placeBand(band, middle, inner + 130, places);
  }
  return places;
}

// One step's nodes, in the order in which they lie around the middle, each with an angle as wide as it is.
function placeBand(band, middle, least, places) {
  const angle = (one) => Math.atan2(nodes.get(one).y - middle.y, nodes.get(one).x - middle.x);
  const width = (one) => 2 * nodes.get(one).size + 34;
  band.sort((a, b) => angle(a) - angle(b) || (a < b ? -1 : 1));
  const rings = Math.ceil(band.length / FULL);
  // Room for the nodes that the last round lacks, so that the last and the first of a ring do not meet.
  const lacking = (rings - (band.length % rings)) % rings;
  const total = band.reduce((sum, one) => sum + width(one), lacking * 50);
  const first = Math.max(least, total / rings / (2 * Math.PI));
  let turn = angle(band[0]) - (Math.PI * width(band[0])) / total;
  band.forEach((one, index) => {
    const half = (Math.PI * width(one)) / total;
    const out = first + BAND * (index % rings);
    turn += half;
    places.set(one, { x: middle.x + 1.15 * out * Math.cos(turn), y: middle.y + out * Math.sin(turn) });
    turn += half;
  });
  return first + BAND * (rings - 1);
}

// Straight, but for edges that join the same two nodes: those fan out.
function ringBends() {
  const pairs = new Map();
  for (const { fact } of view.facts) {
    const key = JSON.stringify([fact.subject, fact.object].sort());
    pairs.set(key, [...(pairs.get(key) || []), fact]);
  }
  const bends = new Map();
  for (const group of pairs.values()) {
    group.forEach((fact, index) => {
      const bend = (index - (group.length - 1) / 2) * FAN * (fact.subject < fact.object ? 1 : -1);
      bends.set(fact.id, { enabled: bend !== 0, type: bend > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(bend) });
    });
  }
  return bends;
}
