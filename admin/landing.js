// The landing page: finds released items through the public API and shows the guide of one. No framework, no state.

const TEXTS = {
  zh: {
    hero: "办事省心、省时、省钱", lead: "查事项、看材料、算期限。每个承诺都有时钟，每一步都有记录。", searchLabel: "查找事项", search: "查找",
    api: "接口说明（OpenAPI 3.1）", sample: "本机示例：事项与法条为示例数据，未核对的法条已标明；电子印章与部分外部系统为模拟。",
    placeholder: "例如：食品经营许可", found: (n) => `共 ${n} 个事项`, none: "没有找到，换个说法试试", failed: "暂时无法读取，请稍后再试",
    clocks: "时限", conditions: "办理条件", materials: "申请材料", flow: "办理流程", basis: "设定依据", channels: "办理渠道", switch: "English",
    set: "发布集", optional: "（视情形）", unverified: "（未核对原文）", close: "收起",
    units: { working_day: "个工作日", office_hour: "个工作小时", calendar_day: "天", month: "个月", year: "年" },
    names: { app: "手机应用", "mini-program": "小程序", web: "网页", window: "窗口", agent: "帮代办", device: "自助终端" },
  },
  en: {
    hero: "Government that costs no worry, no time, no money", lead: "Find an item, see what it takes and how long. Every promise is a clock, every step is on record.", searchLabel: "Find an item", search: "Find",
    api: "API description (OpenAPI 3.1)", sample: "Local sample: items and legal texts are samples and say so where unverified; seals and some outside systems are stand-ins.",
    placeholder: "for example: food licence", found: (n) => `${n} item${n === 1 ? "" : "s"}`, none: "Nothing found, try other words", failed: "Cannot be read just now, please try again",
    clocks: "Time limits", conditions: "Conditions", materials: "Materials", flow: "How it goes", basis: "Legal basis", channels: "Channels", switch: "中文",
    set: "release set", optional: " (in some cases)", unverified: " (not checked against its source)", close: "Close",
    units: { working_day: " working days", office_hour: " office hours", calendar_day: " days", month: " months", year: " years" },
    names: { app: "app", "mini-program": "mini-program", web: "web", window: "window", agent: "agent", device: "kiosk" },
  },
};

const $ = (id) => document.getElementById(id);
const remembered = (() => { try { return localStorage.getItem("language"); } catch { return null; } })();
let language = remembered === "en" ? "en" : "zh";
let shown = null; // the item whose guide is open
const t = () => TEXTS[language];
const say = (text) => (text && typeof text === "object" ? text[language] ?? text.zh ?? "" : text ?? "");

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

async function ask(path) {
  const answer = await fetch(path, { headers: { "Accept-Language": language } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function find() {
  const query = $("q").value.trim();
  try {
    const { items } = await ask(`/v1/items?limit=100&q=${encodeURIComponent(query)}`);
    $("status").textContent = items.length ? t().found(items.length) : t().none;
    $("items").replaceChildren(...items.map(card));
  } catch {
    $("status").textContent = t().failed;
  }
}

function card(item) {
  const button = element("button");
  button.type = "button";
  button.append(element("strong", say(item.title)), element("small", say(item.description)));
  button.addEventListener("click", () => open(item.id));
  const row = element("li");
  row.append(button);
  return row;
}

async function open(id, { focus = true } = {}) {
  try {
    draw(await ask(`/v1/items/${encodeURIComponent(id)}`));
    shown = id;
    if (focus) $("guide").focus();
  } catch {
    $("status").textContent = t().failed;
  }
}

function section(title, items, tag = "ul", className = "") {
  if (!items.length) return [];
  const list = element(tag, "", className);
  list.append(...items);
  return [element("h3", title), list];
}

function draw(item) {
  const guide = item.guide ?? {};
  const clocks = (item.clocks ?? []).filter((one) => one.budget && one.effect !== "internal");
  const basis = (item.legal_basis ?? []).map((one) => `${say(one.title)} ${say(one.article)}${one.source_verified ? "" : t().unverified}`);
  const close = element("button", t().close);
  close.type = "button";
  close.addEventListener("click", () => { $("guide").hidden = true; shown = null; });
  $("guide").replaceChildren(
    element("h2", say(item.title)), element("p", say(item.description), "note"),
    ...section(t().clocks, clocks.map((one) => element("li", `${say(one.title)} ${one.budget}${t().units[one.unit] ?? one.unit}`, one.effect)), "ul", "clocks"),
    ...section(t().conditions, (guide.conditions ?? []).map((one) => element("li", say(one.text ?? one)))),
    ...section(t().materials, (item.materials ?? []).map((one) => element("li", say(one.title) + (one.required && !one.when ? "" : t().optional))), "ol"),
    ...section(t().flow, (guide.flow ?? []).map((one) => element("li", say(one.text ?? one.title ?? one))), "ol"),
    ...section(t().channels, (item.channels ?? []).map((one) => element("li", t().names[one] ?? one))),
    ...section(t().basis, basis.map((one) => element("li", one))), close,
  );
  $("guide").hidden = false;
}

function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t()[node.dataset.text];
  $("q").placeholder = t().placeholder;
  $("language").textContent = t().switch;
  $("language").lang = language === "zh" ? "en" : "zh-CN";
}

async function health() {
  try {
    const { release_set: set } = await ask("/v1/health");
    $("health").textContent = `· ${t().set} ${set}`;
  } catch {
    $("health").textContent = "";
  }
}

$("search").addEventListener("submit", (event) => { event.preventDefault(); find(); });
$("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  try { localStorage.setItem("language", language); } catch { /* private browsing: the choice lasts this page */ }
  start();
  if (shown) open(shown, { focus: false });
});

function start() {
  translate();
  find();
  health();
}
start();
