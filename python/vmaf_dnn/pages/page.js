"use strict";
// Draws the charts of a page: curves over frames that move together, and a ladder's rates and qualities.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const MISSING = 65535, STEPS = 65534, N_COLOURS = 7;
  const LEAST_GAP = 12; // pixels between scene cuts, on average, for them to be drawn
  const DASHES = [[], [8, 4], [2, 3]];
  const HEIGHT = { score: 260, value: 150, ladder: 380 };
  const isPrinting = { now: false };

  // --- numbers

  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const starts = new Uint32Array(bytes(data.axis.frames));
  const span = data.axis.span, rate = data.rate;
  const xOf = (frame) => (rate ? frame / rate : frame);
  // Of a point that stands for several frames there are two, half of them apart.
  const xs = span === 1 ? Array.from(starts, xOf)
    : Array.from(starts).flatMap((frame) => [xOf(frame), xOf(frame + span / 2)]);

  function values(curve) {
    const scale = (curve.high - curve.low) / STEPS;
    return Array.from(new Uint16Array(bytes(curve.steps)),
      (step) => (step === MISSING ? null : curve.low + step * scale));
  }

  const format = (value) => (value == null ? "–" : value.toFixed(Math.abs(value) >= 10 ? 2 : 4));
  const clock = (seconds) => {
    const hundredths = Math.round(seconds * 100), minutes = Math.floor(hundredths / 6000);
    const rest = (hundredths % 6000 / 100).toFixed(2).padStart(5, "0");
    const hours = Math.floor(minutes / 60);
    return hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  };

  function valueAt(series, i) {
    if (span === 1) return format(series[i]);
    const first = i - (i % 2);
    return series[first] == null ? "–" : `${format(series[first])} to ${format(series[first + 1])}`;
  }

  function nameOf(i) {
    const first = starts[span === 1 ? i : i >> 1];
    const frames = span === 1 ? `frame ${first}` : `frames ${first} to ${first + span - 1}`;
    return rate ? `${frames} · ${clock(first / rate)}` : frames;
  }

  // --- looks

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const colourOf = (i) => () => colour(`c${i % N_COLOURS}`);
  const dashOf = (i) => DASHES[Math.floor(i / N_COLOURS) % DASHES.length];
  const widthOf = (place) => (isPrinting.now ? 660 : place.clientWidth);
  const FONT = "12px system-ui, sans-serif";

  const axis = (label, more) => ({
    stroke: () => colour("soft"), grid: { stroke: () => colour("line"), width: 1 },
    ticks: { stroke: () => colour("line"), width: 1 }, font: FONT, labelFont: FONT, label, labelSize: 20, ...more,
  });

  const tick = (seconds, step) => {
    const decimals = step < 0.1 ? 2 : step < 1 ? 1 : 0;
    const shown = Number(seconds.toFixed(decimals)), minutes = Math.floor(shown / 60), rest = shown - 60 * minutes;
    return `${minutes}:${Math.abs(rest).toFixed(decimals).padStart(decimals ? 3 + decimals : 2, "0")}`;
  };

  function element(name, parent, text = "", attributes = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  }

  function swatch(parent, i) {
    const NS = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(NS, "svg"), line = document.createElementNS(NS, "line");
    for (const [key, value] of Object.entries({ width: 22, height: 8, "aria-hidden": "true" })) svg.setAttribute(key, value);
    const words = { x1: 0, x2: 22, y1: 4, y2: 4, "stroke-width": 3, "stroke-dasharray": dashOf(i).join(" ") };
    for (const [key, value] of Object.entries(words)) line.setAttribute(key, value);
    line.style.stroke = `var(--c${i % N_COLOURS})`;
    svg.append(line);
    parent.append(svg);
  }

  const entries = [];

  // One button a series, with its value at the cursor; it shows or hides all series that are called so.
  function legend(place, labels, toggle, emphasise) {
    const list = element("ul", place, "", { class: "legend" });
    return labels.map((label, i) => {
      const button = element("button", element("li", list), "", { type: "button", "aria-pressed": "true" });
      swatch(button, i);
      element("span", button, label);
      const entry = { label, set: (isShown) => {
        button.setAttribute("aria-pressed", String(isShown));
        toggle(i, isShown);
      } };
      entries.push(entry);
      for (const [event, focus] of [["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]]) {
        button.addEventListener(event, () => emphasise(i, focus));
      }
      button.addEventListener("click", () => {
        const isShown = button.getAttribute("aria-pressed") !== "true";
        entries.filter((other) => other.label === label).forEach((other) => other.set(isShown));
      });
      return element("output", button);
    });
  }

  // --- curves over frames

  const charts = [];
  const whole = { min: xs[0], max: xs[xs.length - 1] };
  const tools = document.querySelector(".tools");
  let readout = null;

  function zoom(range) {
    const least = (whole.max - whole.min) / Math.max(xs.length - 1, 1) * 4;
    let { min, max } = range;
    if (max - min < least) [min, max] = [(min + max - least) / 2, (min + max + least) / 2];
    if (max - min > whole.max - whole.min) ({ min, max } = whole);
    if (min < whole.min) [min, max] = [whole.min, max + whole.min - min];
    if (max > whole.max) [min, max] = [min + whole.max - max, whole.max];
    for (const { plot } of charts) plot.setScale("x", { min, max });
  }

  function zoomBy(factor) {
    const { min, max } = charts[0].plot.scales.x, at = charts[0].cursor ?? (min + max) / 2;
    zoom({ min: at - (at - min) * factor, max: at + (max - at) * factor });
  }

  let shown = null;
  function show(i) {
    if (i === shown) return;
    shown = i;
    for (const chart of charts) {
      chart.cursor = i == null ? null : xs[i];
      chart.outputs.forEach((output, k) => { output.textContent = i == null ? "" : valueAt(chart.plot.data[k + 1], i); });
    }
    if (readout) readout.textContent = i == null ? "" : nameOf(i);
  }

  function marks(plot) {
    const { ctx, bbox } = plot, ratio = devicePixelRatio;
    const at = (frame) => plot.valToPos(xOf(frame), "x", true);
    const isSeen = (x) => x >= bbox.left - 1 && x <= bbox.left + bbox.width + 1;
    ctx.save();
    ctx.strokeStyle = colour("soft");
    ctx.lineWidth = ratio;
    ctx.setLineDash([3 * ratio, 4 * ratio]);
    const cuts = data.cuts.map(at).filter(isSeen);
    for (const x of cuts.length * LEAST_GAP * ratio < bbox.width ? cuts : []) {
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.fillStyle = colour("ink");
    const bottom = bbox.top + bbox.height, side = 5 * ratio;
    for (const x of data.worst.map(at).filter(isSeen)) {
      ctx.beginPath();
      ctx.moveTo(x, bottom - 2 * side);
      ctx.lineTo(x - side, bottom);
      ctx.lineTo(x + side, bottom);
      ctx.fill();
    }
    ctx.restore();
  }

  function move(plot, step) {
    const n = span === 1 ? 1 : 2;
    const now = plot.cursor.idx ?? plot.valToIdx(plot.scales.x.min);
    const i = Math.min(Math.max(now + step * n, 0), xs.length - 1);
    const { min, max } = plot.scales.x;
    if (xs[i] < min || xs[i] > max) zoom({ min: min + xs[i] - xs[now], max: max + xs[i] - xs[now] });
    const series = plot.data.slice(1).find((column) => column[i] != null);
    const top = series ? plot.valToPos(series[i], "y") : 10;
    plot.setCursor({ left: plot.valToPos(xs[i], "x"), top });
  }

  const KEYS = {
    ArrowLeft: (plot) => move(plot, -1), ArrowRight: (plot) => move(plot, 1),
    PageUp: (plot) => move(plot, -10), PageDown: (plot) => move(plot, 10),
    "+": () => zoomBy(1 / 2), "-": () => zoomBy(2), Escape: () => zoom(whole),
  };

  function drawCurves(place) {
    const chart = data.charts[place.dataset.chart];
    if (chart.curves.length > 1 || chart.curves[0].label !== chart.title) element("div", place, chart.title, { class: "name" });
    const made = { outputs: [], cursor: null, plot: null };
    made.outputs = legend(place, chart.curves.map((curve) => curve.label), (i, isShown) => made.plot.setSeries(i + 1, { show: isShown }),
      (i, focus) => made.plot.setSeries(focus ? i + 1 : null, { focus }));
    const area = element("div", place, "", { class: "plot", tabindex: 0, role: "application",
      "aria-label": `${chart.title}: arrow keys move between frames, plus and minus zoom, Escape shows the whole clip` });
    const isScore = chart.unit === "score";
    const range = (plot, min, max) => {
      if (min == null) return [0, 1];
      const room = Math.max((max - min) * 0.06, isScore ? 0.5 : Math.abs(max) * 1e-3 || 1e-3);
      return [min - room, isScore && max <= 100 ? Math.min(max + room, 100.5) : max + room];
    };
    made.plot = new uPlot({
      width: widthOf(area), height: HEIGHT[chart.unit], legend: { show: false },
      padding: [8, 12, 0, 0], focus: { alpha: 0.15 },
      scales: { x: { time: false, range: (plot, min, max) => (min === max ? [min - 0.5, max + 0.5] : [min, max]) }, y: { range } },
      cursor: { sync: { key: "frames", scales: ["x", null], filters: { pub: (type) => /^mouse(move|leave)$/.test(type) } }, drag: { setScale: false, x: true, y: false }, points: { size: 7 },
        bind: { dblclick: () => () => { zoom(whole); return null; } } },
      axes: [
        axis(rate ? "time, min:s" : "frame", { size: 34, space: 60,
          values: (plot, splits, at, space, step) => splits.map((x) => (rate ? tick(x, step) : x)),
          incrs: rate ? [1 / 50, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600] : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6] }),
        axis(chart.unit, { size: 52, space: 28 }),
      ],
      series: [{}, ...chart.curves.map((curve, i) => ({
        label: curve.label, stroke: colourOf(i), width: 1.5, dash: dashOf(i), points: { show: xs.length < 40 },
      }))],
      hooks: {
        draw: [marks],
        setCursor: [(plot) => show(plot.cursor.idx)],
        setSelect: [(plot) => {
          if (plot.select.width > 4) {
            zoom({ min: plot.posToVal(plot.select.left, "x"), max: plot.posToVal(plot.select.left + plot.select.width, "x") });
          }
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        }],
      },
    }, [xs, ...chart.curves.map(values)], area);
    area.addEventListener("keydown", (event) => {
      const act = KEYS[event.key];
      if (!act) return;
      event.preventDefault();
      act(made.plot);
      show(made.plot.cursor.idx);
    });
    if (charts.length) {
      const { min, max } = charts[0].plot.scales.x;
      if (min != null) made.plot.setScale("x", { min, max });
    }
    charts.push(made);
    resizable.push({ plot: made.plot, area, height: HEIGHT[chart.unit] });
  }

  // --- a ladder

  function niceRates(low, high) {
    const found = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const step of [1, 2, 5]) {
        const value = step * 10 ** power;
        if (value >= low && value <= high) found.push(value);
      }
    }
    return found;
  }

  function mixtures(hull) {
    const N = 24;
    const lines = hull.slice(1).map(([x1, y1], k) => {
      const [x0, y0] = hull[k];
      return Array.from({ length: N }, (_, i) => [x0 + (x1 - x0) * i / N, y0 + (y1 - y0) * i / N]);
    });
    return [...lines.flat(), ...hull.slice(-1)];
  }

  function drawLadder(place) {
    const { groups, hull, unit } = data.ladder;
    const rungs = groups.flatMap((group) => group.rungs);
    const between = mixtures(hull); // lines of the hull, which bend where equal ratios are equally wide
    const rates = [...new Set([...rungs.map((rung) => rung[1]), ...between.map((point) => point[0])])].sort((a, b) => a - b);
    const column = (points) => {
      const known = new Map(points);
      return rates.map((x) => known.get(x) ?? null);
    };
    const isLog = rates[rates.length - 1] >= 4 * rates[0];
    const said = element("output", place, "", { class: "note" });
    const outputs = legend(place, groups.map((group) => group.label), (i, isShown) => plot.setSeries(i + 2, { show: isShown }),
      (i, focus) => plot.setSeries(focus ? i + 2 : null, { focus }));
    outputs.forEach((output) => output.remove());
    const area = element("div", place, "", { class: "plot" });
    const room = isLog ? [0.88, 1.14] : [0.95, 1.03];
    const plot = new uPlot({
      width: widthOf(area), height: HEIGHT.ladder, legend: { show: false }, padding: [8, 16, 0, 0], focus: { alpha: 0.25 },
      scales: {
        x: { time: false, distr: isLog ? 3 : 1, range: [rates[0] * room[0], rates[rates.length - 1] * room[1]] },
        y: { range: (u, min, max) => [min - Math.max((max - min) * 0.06, 0.5), max + Math.max((max - min) * 0.06, 0.5)] },
      },
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      axes: [
        axis("bit rate of the video stream, kbit/s", { size: 34, space: 50,
          ...(isLog ? { splits: () => niceRates(rates[0] * room[0], rates[rates.length - 1] * room[1]), filter: (u, splits) => splits } : {}),
          values: (u, splits) => splits.map((x) => (x == null ? "" : x.toLocaleString("en"))) }),
        axis(unit, { size: 52, space: 28 }),
      ],
      series: [{},
        { stroke: () => colour("line"), width: 9, spanGaps: true, points: { show: false } },
        ...groups.map((group, i) => ({ label: group.label, stroke: colourOf(i), width: 2, dash: dashOf(i), spanGaps: true,
          points: { show: true, size: 9, fill: colourOf(i) } }))],
      hooks: { setCursor: [(u) => {
        const { left, top } = u.cursor;
        const distance = ([, kbit, quality]) => Math.hypot(u.valToPos(kbit, "x") - left, u.valToPos(quality, "y") - top);
        const [name, kbit, quality] = rungs.reduce((one, other) => (distance(other) < distance(one) ? other : one));
        said.textContent = left < 0 ? " " : `${name}: ${kbit.toFixed(0)} kbit/s, ${quality.toFixed(2)}`;
      }] },
    }, [rates, column(between), ...groups.map((group) => column(group.rungs.map((rung) => rung.slice(1))))], area);
    said.textContent = " ";
    resizable.push({ plot, area, height: HEIGHT.ladder });
  }

  // --- pictures at their full size, one in the place of the other

  function enlarge() {
    const pictures = [...document.querySelectorAll(".picture img")];
    if (!pictures.length) return;
    const dialog = element("dialog", document.body, "", { "aria-label": "A worst frame, enlarged" });
    const image = element("img", dialog), said = element("p", dialog);
    let at = 0;
    const turn = (i) => {
      at = (i + pictures.length) % pictures.length;
      image.src = pictures[at].src;
      image.alt = pictures[at].alt;
      said.textContent = `${pictures[at].alt} · arrow keys or a click: the next picture · Escape: back`;
    };
    pictures.forEach((picture, i) => picture.parentElement.addEventListener("click", () => { turn(i); dialog.showModal(); }));
    dialog.addEventListener("click", () => turn(at - (at % 3) + ((at + 1) % 3)));
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowRight") turn(at + 1);
      if (event.key === "ArrowLeft") turn(at - 1);
    });
  }

  // --- the page

  const resizable = [];
  const fit = () => resizable.forEach(({ plot, area, height }) => plot.batch(() => plot.setSize({ width: widthOf(area), height })));
  const redraw = () => resizable.forEach(({ plot }) => plot.batch(() => plot.redraw(false, true)));

  function draw(place) {
    if (place.dataset.drawn || place.closest("details:not([open])")) return;
    place.dataset.drawn = "yes";
    if ("ladder" in place.dataset) drawLadder(place);
    else drawCurves(place);
  }
  const drawAll = () => document.querySelectorAll(".chart").forEach(draw);

  if (tools) {
    tools.hidden = false;
    const words = [["Zoom in", () => zoomBy(1 / 2)], ["Zoom out", () => zoomBy(2)], ["Whole clip", () => zoom(whole)]];
    for (const [word, act] of words) element("button", tools, word, { type: "button" }).addEventListener("click", act);
    readout = element("output", tools, "", { "aria-live": "polite" });
  }
  drawAll();
  enlarge();
  document.querySelectorAll("details").forEach((details) => details.addEventListener("toggle", drawAll));
  addEventListener("resize", fit);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  addEventListener("beforeprint", () => {
    isPrinting.now = true;
    document.querySelectorAll("details").forEach((details) => { details.open = true; });
    drawAll();
    fit();
    redraw();
  });
  addEventListener("afterprint", () => { isPrinting.now = false; fit(); redraw(); });
  document.documentElement.dataset.ready = "yes";
})();
