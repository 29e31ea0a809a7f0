// The large chart of a card's 24 months; the library is fetched only when somebody opens it.
const dialog = document.getElementById("chart");
const room = dialog?.querySelector(".chart-room");
let chart = null;
let library = null;

function fetchLibrary() {
  library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = dialog.dataset.library;
    script.onload = () => done(window.echarts);
    script.onerror = failed;
    document.head.append(script);
  });
  return library;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function read(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

function option(series, words) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    animation: !still,
    animationDuration: 200,
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    xAxis: { type: "category", data: series.periods.map((code) => words.months[code]), boundaryGap: false, axisLine: { lineStyle: { color: colour("--rule") } }, axisLabel: { color: colour("--ink-2"), hideOverlap: true, formatter: (_name, i) => words.axis[series.periods[i]] } },
    yAxis: { type: "value", scale: true, name: series.unit, nameTextStyle: { color: colour("--ink-3") }, splitLine: { lineStyle: { color: colour("--rule-2") } }, axisLabel: { color: colour("--ink-2") } },
    series: [{
      type: "line", name: series.name, data: series.values, connectNulls: series.sparse, cursor: "pointer", symbolSize: 6, showAllSymbol: true,
      lineStyle: { color: colour("--accent"), width: 2 }, itemStyle: { color: colour("--accent") },
      markLine: { silent: true, symbol: "none", label: { formatter: words.break }, lineStyle: { color: colour("--ink-3"), type: "dashed" }, data: series.breaks.map((code) => ({ xAxis: words.months[code] })) },
    }],
  };
}

function table(series, words) {
  const rows = series.periods.map((code, i) => {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.className = "text";
    head.textContent = words.months[code];
    const cell = document.createElement("td");
    cell.textContent = series.values[i] === null ? "—" : series.values[i].toLocaleString();
    row.append(head, cell);
    return row;
  });
  dialog.querySelector("tbody").replaceChildren(...rows.reverse());
}

async function open(id) {
  const series = read(id);
  const words = read("chart-words");
  dialog.querySelector("#chart-title").textContent = series.name;
  dialog.querySelector("[data-note]").textContent = series.note;
  table(series, words);
  dialog.showModal();
  const echarts = await fetchLibrary();
  chart ??= echarts.init(room, null, { renderer: "canvas" });
  chart.resize();
  chart.setOption(option(series, words), true);
  chart.off("click");
  chart.on("click", ({ dataIndex }) => {
    if (series.values[dataIndex] === null) return;
    const address = series.why.replace("{period}", series.periods[dataIndex]);
    document.dispatchEvent(new CustomEvent("qipan:why", { detail: address }));
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart]");
  if (button && dialog) open(button.dataset.chart);
});
addEventListener("resize", () => dialog?.open && chart?.resize());
