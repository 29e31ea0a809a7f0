// The map: our own boundaries and clusters and nothing else, so it needs no internet; names are markers, so no fonts.
const WAIT = 150;
const DEEPEST = 16;
const NAMED_FROM = 13;
// How large a circle is drawn for so many firms.
const SIZES = [[1, 5], [2, 9], [10, 12], [100, 17], [1000, 24], [10000, 32]];

// A wall is read from afar: fewer and larger circles.
function large(room) {
  return "still" in room.dataset ? 1.7 : 1;
}

function colour(room, name) {
  return getComputedStyle(room).getPropertyValue(name).trim();
}

function sheet(address) {
  if (document.querySelector(`link[href="${address}"]`)) return Promise.resolve();
  return new Promise((done, failed) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = done;
    link.onerror = failed;
    // Before our own styles, which have the last word.
    document.head.prepend(link);
  });
}

async function ask(address, held) {
  const answer = await fetch(address, { headers: { Accept: "application/json", ...(held ? { "If-None-Match": held } : {}) } });
  if (answer.status === 304) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function style(room) {
  const line = colour(room, "--map-line");
  return {
    version: 8,
    sources: {
      ground: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      places: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": colour(room, "--map-paper") } },
      { id: "zone", type: "fill", source: "ground", filter: ["!=", ["get", "kind"], "park"], paint: { "fill-color": colour(room, "--map-zone") } },
      { id: "parks", type: "fill", source: "ground", filter: ["==", ["get", "kind"], "park"], paint: { "fill-color": colour(room, "--map-park") } },
      { id: "lines", type: "line", source: "ground", paint: { "line-color": line, "line-width": ["case", ["==", ["get", "kind"], "park"], 1.2, 1.8] } },
      {
        id: "dots", type: "circle", source: "places",
        paint: {
          "circle-color": ["case", [">", ["get", "count"], 1], colour(room, "--map-cluster"), colour(room, "--map-firm")],
          "circle-opacity": 0.9, "circle-stroke-color": colour(room, "--map-edge"), "circle-stroke-width": 1,
          "circle-radius": ["interpolate", ["linear"], ["get", "count"], ...SIZES.flatMap(([count, size]) => [count, size * large(room)])],
        },
      },
    ],
  };
}

function label(text, css) {
  const made = document.createElement("span");
  made.className = css;
  made.textContent = text;
  return made;
}

const SPOTS = [[0, 0], [0, 0.62], [0, -0.62], [0.5, 0.3], [-0.5, 0.3], [0.5, -0.3], [-0.5, -0.3], [0, 0.35], [0, -0.35]];

function half(geometry) {
  const flat = geometry.coordinates.flat(2);
  const span = (at) => (Math.max(...flat.map((corner) => corner[at])) - Math.min(...flat.map((corner) => corner[at]))) / 2;
  const middle = (at) => (Math.max(...flat.map((corner) => corner[at])) + Math.min(...flat.map((corner) => corner[at]))) / 2;
  return { middle: [middle(0), middle(1)], span: [span(0), span(1)] };
}

function named(map, library, features) {
  return features.filter((feature) => feature.properties.kind === "park").map((feature) => {
    const { name, at } = feature.properties;
    const marker = new library.Marker({ element: label(name, "map-name"), anchor: "center" }).setLngLat(at).addTo(map);
    return { marker, at, ...half(feature.geometry) };
  });
}

// A name stands where it hides the least: spots inside its park are tried, the park's own place first.
function settle(map, names, circles) {
  for (const { marker, at, middle, span } of names) {
    const { offsetWidth: width, offsetHeight: height } = marker.getElement();
    let best = null;
    for (const [dx, dy] of SPOTS) {
      const spot = dx || dy ? [middle[0] + dx * span[0], middle[1] + dy * span[1]] : at;
      const place = map.project(spot);
      const hidden = circles.reduce((sum, circle) => {
        const x = Math.max(0, Math.min(place.x + width / 2, circle.x + circle.r) - Math.max(place.x - width / 2, circle.x - circle.r));
        const y = Math.max(0, Math.min(place.y + height / 2, circle.y + circle.r) - Math.max(place.y - height / 2, circle.y - circle.r));
        return sum + x * y;
      }, 0);
      if (!best || hidden < best.hidden) best = { spot, hidden };
      if (!hidden) break;
    }
    marker.setLngLat(best.spot);
    // A name that would hide what it names, or the next park's, waits for a closer look.
    const across = Math.abs(map.project([middle[0] + span[0], middle[1]]).x - map.project([middle[0] - span[0], middle[1]]).x);
    marker.getElement().classList.toggle("hides", best.hidden > 0.2 * width * height || across * 1.5 < width);
  }
}

function radius(count) {
  const at = SIZES.findIndex(([most]) => count <= most);
  if (at <= 0) return at ? SIZES.at(-1)[1] : SIZES[0][1];
  const [[low, from], [high, to]] = [SIZES[at - 1], SIZES[at]];
  return from + (to - from) * (count - low) / (high - low);
}

// Counts stand on their clusters as markers that a keyboard reaches; single firms are named when there are few.
function counted(map, library, features, held, room) {
  for (const marker of held.splice(0)) marker.remove();
  const few = map.getZoom() >= NAMED_FROM && features.length <= 60;
  for (const feature of features) {
    const { count, firm, name } = feature.properties;
    if (count === 1 && !(few && name)) continue;
    const still = "still" in room.dataset;
    const element = count > 1 ? label(count.toLocaleString(), "map-count") : label(name, "map-firm");
    if (!still) {
      element.tabIndex = 0;
      element.setAttribute("role", count > 1 ? "button" : "link");
      const open = () => opened(map, room, feature, firm);
      element.addEventListener("click", open);
      element.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); } });
    }
    held.push(new library.Marker({ element, anchor: count > 1 ? "center" : "left", offset: count > 1 ? [0, 0] : [8, 0] }).setLngLat(feature.geometry.coordinates).addTo(map));
  }
}

function joined(address, extra) {
  return `${address}${address.includes("?") ? "&" : "?"}${new URLSearchParams(extra)}`.replace("?&", "?");
}

function opened(map, room, feature, firm) {
  if (firm) {
    location.assign(room.dataset.firm.replace("/0/", `/${firm}/`));
    return;
  }
  const [west, south, east, north] = feature.properties.box;
  const tight = Math.max(east - west, north - south) < 1e-4;
  if (!tight && map.getZoom() < DEEPEST) {
    map.fitBounds([[west, south], [east, north]], { padding: 80, maxZoom: Math.min(map.getZoom() + 4, DEEPEST + 1), duration: 300 });
    return;
  }
  const list = document.querySelector("[data-map-list]");
  const wide = 1e-6;
  const address = joined(room.dataset.firms, { west: west - wide, south: south - wide, east: east + wide, north: north + wide });
  if (list) htmx.ajax("GET", address, { target: "[data-map-list]", swap: "innerHTML" });
  else map.fitBounds([[west, south], [east, north]], { padding: 80, maxZoom: DEEPEST + 3, duration: 300 });
}

function follow(map, library, room, count, names) {
  const held = [];
  let asked = 0;
  let timer = null;
  async function renew() {
    const mine = ++asked;
    const box = map.getBounds();
    const found = await ask(joined(room.dataset.places, { west: box.getWest(), south: Math.max(box.getSouth(), -85), east: box.getEast(), north: Math.min(box.getNorth(), 85), zoom: (map.getZoom() - Math.log2(large(room))).toFixed(2) }));
    if (mine !== asked || !found) return;
    map.getSource("places").setData(found.places);
    counted(map, library, found.places.features, held, room);
    settle(map, names, found.places.features.map((one) => ({ ...map.project(one.geometry.coordinates), r: radius(one.properties.count) * large(room) })));
    count.textContent = room.dataset.countWords.replace("{inside}", found.inside.toLocaleString());
    room.dataset.ready = String(found.inside);
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(() => renew().catch(() => { count.textContent = room.dataset.failed; }), WAIT); };
  map.on("moveend", soon);
  soon();
}

export async function draw(room) {
  const note = room.querySelector("[data-note]");
  const [library, ground] = await Promise.all([import(room.dataset.library), ask(room.dataset.ground), sheet(room.dataset.style)]);
  if (!ground.extent) {
    note.textContent = room.dataset.none;
    room.dataset.ready = "0";
    return;
  }
  if (!room.isConnected) return; // its tile was removed meanwhile
  library.setWorkerUrl(room.dataset.worker);
  const [west, south, east, north] = ground.extent;
  const still = "still" in room.dataset;
  const map = new library.Map({
    container: room, style: style(room), bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 28 },
    interactive: !still, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxZoom: 20,
    canvasContextAttributes: { preserveDrawingBuffer: true, antialias: true },
  });
  const count = label("", "map-total");
  room.append(count);
  if (!still) map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.touchZoomRotate?.disableRotation();
  await new Promise((done) => map.once("load", done));
  note?.remove();
  map.getSource("ground").setData(ground.boundaries);
  const names = named(map, library, ground.boundaries.features);
  if (!still) {
    map.on("click", "dots", (event) => opened(map, room, { ...event.features[0], properties: plain(event.features[0].properties) }, event.features[0].properties.firm));
    map.on("mouseenter", "dots", () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", "dots", () => { map.getCanvas().style.cursor = ""; });
  }
  follow(map, library, room, count, names);
}

// A feature that was drawn gives lists back as text.
function plain(properties) {
  return { ...properties, box: typeof properties.box === "string" ? JSON.parse(properties.box) : properties.box };
}
