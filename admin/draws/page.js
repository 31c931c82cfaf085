// The public page of draws: which there are, how far each is, and whether it holds, computed here. No framework.
import * as api from "./api.js";
import { code, make } from "./elements.js";
import { cards } from "./steps.js";
import { FAULTS, WORDS } from "./words.js";

const REFRESH = 20_000; // ms: how often a draw that is on its way is looked at again
const ZONE = "Asia/Shanghai"; // instants are told in the time of the district

const $ = (id) => document.getElementById(id);
const kept = (() => { try { return localStorage.getItem("language"); } catch { return null; } })();
const state = { language: kept === "en" ? "en" : "zh", all: [], id: null, number: null, draw: null, told: new Map(), coverage: null, current: null, verdict: null };
const w = () => WORDS[state.language];
const say = (text) => (text && typeof text === "object" ? text[state.language] ?? text.zh ?? "" : text ?? "");
const when = (at) => new Date(at).toLocaleString(state.language === "zh" ? "zh-CN" : "en-GB", { timeZone: ZONE, dateStyle: "medium", timeStyle: "medium" });

async function list() {
  try {
    state.all = (await api.listed()).draws;
    $("status").textContent = state.all.length ? "" : w().none;
  } catch {
    $("status").textContent = w().failed;
  }
  const wanted = new URLSearchParams(location.hash.slice(1));
  const first = state.all.find((one) => one.id === wanted.get("series")) ?? state.all.find((one) => one.current) ?? state.all[0];
  showSeries();
  if (first) await choose(first.id, Number(wanted.get("number")) || null);
}

async function choose(id, number) {
  state.id = id;
  state.verdict = null;
  state.draw = null;
  try {
    const said = await api.series(id);
    state.current = said.current;
    state.told = new Map(said.draws.map((one) => [one.number, one]));
    state.coverage = await api.coverage(id).catch(() => null);
    state.newest = state.current?.number ?? null;
    state.number = number ?? state.newest;
    if (state.number) state.draw = await readable(id, number);
    $("status").textContent = state.draw ? "" : w().notYet;
  } catch (problem) {
    $("status").textContent = problem.status === 404 ? w().notYet : w().failed;
  }
  show();
}

/** The draw that is asked for; else the newest, or the one before where the newest is not committed yet. */
async function readable(id, number) {
  try {
    return await api.draw(id, state.number);
  } catch (problem) {
    if (number || problem.status !== 404 || state.number < 2) throw problem;
    state.number -= 1;
    return api.draw(id, state.number);
  }
}

function showSeries() {
  $("series").replaceChildren(...state.all.map((one) => {
    const button = make("button", { type: "button", "aria-current": one.id === state.id && "true" }, say(one.title) || one.id);
    button.addEventListener("click", () => choose(one.id, null));
    return make("li", {}, button);
  }));
}

function show() {
  showSeries();
  const { draw } = state;
  $("draw").hidden = !draw;
  $("check").disabled = !draw?.revealed;
  showVerdict();
  if (!draw) return;
  history.replaceState(null, "", `#series=${encodeURIComponent(state.id)}&number=${state.number}`);
  $("draw-title").textContent = w().number(draw.number);
  const around = [draw.number - 1, draw.number + 1].filter((one) => one >= 1 && one <= state.newest);
  $("numbers").replaceChildren(...around.map((one) => {
    const button = make("button", { type: "button" }, w().number(one), mark(state.told.get(one)));
    button.addEventListener("click", () => choose(state.id, one));
    return button;
  }));
  const plan = state.all.find((one) => one.id === state.id)?.schedule;
  $("schedule").textContent = plan ? w().schedule(plan.every, plan.next_at && when(plan.next_at)) : "";
  $("coverage").textContent = state.coverage ? w().coverage(state.coverage.year, state.coverage.before) : "";
  $("steps").replaceChildren(...cards(draw, w(), when, valueAt(), (id) => say(draw.strata[id]) || id));
  tick();
}

/** What is out of the ordinary about a draw: another one that is void, or took its fallback, is seen from here. */
const mark = (one) => (one?.void ? ` · ${w().isVoid}` : one?.source === "fallback" ? ` · ${w().isFallback}` : "");

const valueAt = () => (state.draw && !state.draw.values && !state.draw.void && state.current?.number === state.draw.number ? state.current.value_at : null);

function tick() {
  const due = valueAt();
  $("countdown").hidden = !due;
  if (!due) return;
  const left = Math.max(0, Math.ceil((due - Date.now()) / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const days = Math.floor(left / 86400);
  const rest = `${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  $("clock").textContent = days ? `${days} ${state.language === "zh" ? "天" : "d"} ${rest}` : rest;
}

async function again() {
  if (!state.draw || state.draw.revealed || document.hidden) return;
  const { id, number } = state;
  try {
    const [{ current }, draw] = await Promise.all([api.series(id), api.draw(id, number)]);
    if (state.id !== id || state.number !== number || JSON.stringify(draw) === JSON.stringify(state.draw)) return;
    Object.assign(state, { current, draw });
    show();
  } catch { /* a next look may find it */ }
}

/** What was said of something else is not left standing while the next one is read. */
function begin() {
  state.worker?.terminate();
  state.verdict = { steps: [] };
  showVerdict();
}

/** Verify bytes beside the page and show what comes of it. */
function verify(bytes) {
  begin();
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  state.worker = worker;
  worker.addEventListener("message", ({ data }) => {
    if (data.step) state.verdict.steps.push(data.step);
    else Object.assign(state.verdict, data);
    if (!data.step) worker.terminate();
    showVerdict();
  });
  worker.addEventListener("error", () => {
    state.verdict = { unread: true };
    showVerdict();
  });
  worker.postMessage(bytes);
}

function showVerdict() {
  const { verdict } = state;
  if (!verdict) return $("verdict").replaceChildren();
  const steps = make("ul", {}, (verdict.steps ?? []).map((step) => make("li", {}, `✓ ${w().steps[step]}`)));
  return $("verdict").replaceChildren(box(verdict, steps));
}

function box({ report, fault, unread }, steps) {
  if (unread) return make("div", { class: "bad" }, make("strong", {}, `✗ ${w().unread}`));
  if (fault) {
    const said = FAULTS[fault.name]?.[state.language === "zh" ? 0 : 1] ?? "";
    return make("div", { class: "bad", "data-code": fault.code }, make("strong", {}, `✗ ${w().bad}`), make("p", {}, said),
      make("p", {}, w().code(fault.code, fault.name)), fault.detail && make("p", {}, code(fault.detail)), steps);
  }
  if (!report) return make("div", {}, make("strong", {}, w().checking), steps);
  const notes = [report.signature === "skipped" && w().signatureSkipped, report.drand && w().bls].filter(Boolean);
  return make("div", { class: "good", "data-code": 0 }, make("strong", {}, `✓ ${w().good}`),
    make("p", {}, report.kind === "slip" ? w().slip(report) : w().goodLead(report)), steps,
    notes.map((one) => make("p", {}, one)), make("p", {}, w().compareKey, " ", code(report.key)));
}

async function check() {
  begin();
  try {
    verify(await api.bundle(state.id, state.number));
  } catch {
    state.verdict = { unread: true };
    showVerdict();
  }
}

async function take(file) {
  if (!file) return;
  begin();
  verify(new Uint8Array(await file.arrayBuffer()));
}

function translate() {
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  document.title = w().docTitle;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = w()[node.dataset.text];
  $("language").textContent = w().switch;
  $("language").lang = state.language === "zh" ? "en" : "zh-CN";
}

$("language").addEventListener("click", () => {
  state.language = state.language === "zh" ? "en" : "zh";
  try { localStorage.setItem("language", state.language); } catch { /* private browsing: the choice lasts this page */ }
  translate();
  show();
});
$("check").addEventListener("click", check);
$("file").addEventListener("change", (event) => take(event.target.files[0]));
for (const kind of ["dragover", "dragleave", "drop"]) {
  $("drop").addEventListener(kind, (event) => {
    event.preventDefault();
    $("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer.files[0]);
  });
}
translate();
list();
setInterval(tick, 1000);
setInterval(again, REFRESH);
