// Plays the console in a real Chromium, finding things by role and label only, and prints what it saw as one JSON.
//   node journey.mjs <address of the console> <folder for screenshots>
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [, , address, folder] = process.argv;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const ITEM = "/definitions/items/water-connection";
const seen = { refused: [], failed: [], axe: {}, wide: {}, steps: [], seconds: 0 };
mkdirSync(folder, { recursive: true });

const started = Date.now();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
let page = await opened({ width: 1440, height: 900 });
try {
  await signIn("demo-admin");
  await look("home");
  await writes();
  await anotherReleases();
  await newKind();
  await evaluates();
  await narrow();
} catch (error) {
  seen.failed.push(String(error));
  await page.screenshot({ path: join(folder, "failed.png") });
}
seen.seconds = Math.round((Date.now() - started) / 100) / 10;
await browser.close();
console.log(JSON.stringify(seen));

async function opened(viewport) {
  const made = await (await browser.newContext({ viewport, locale: "zh-CN" })).newPage();
  made.setDefaultTimeout(90_000);
  made.on("console", (message) => /Content Security Policy/.test(message.text()) && seen.refused.push(message.text()));
  made.on("pageerror", (error) => seen.failed.push(String(error)));
  return made;
}

async function signIn(who) {
  await page.goto(address);
  await page.getByLabel("演示人员").fill(who);
  await page.getByTitle(new RegExp(`${who}）`)).click();
  if (!("sign-in" in seen.axe)) await look("sign-in");
  await page.getByRole("button", { name: "登录" }).click();
  await page.getByRole("heading", { name: "工作台" }).waitFor();
}

/** A screenshot, what axe says, whether the page is wider than the screen. */
async function look(name) {
  await page.getByText("正在读取").first().waitFor({ state: "hidden" });
  await page.waitForTimeout(350); // transitions would be judged half way
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const grave = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  seen.axe[name] = grave.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(" | ")}`);
  seen.wide[name] = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

async function writes() {
  await page.getByRole("navigation", { name: "定义" }).getByRole("link", { name: "事项", exact: true }).click();
  await page.getByRole("searchbox", { name: "按名称或编号查找" }).fill("water");
  await look("list");
  await page.getByRole("link", { name: /water-connection/ }).click();
  await page.getByRole("tab", { name: "历史" }).click();
  await page.getByText("装载").waitFor();
  await look("history");
  await page.getByRole("tab", { name: "引用" }).click();
  await look("uses");
  await page.getByRole("tab", { name: "内容", exact: true }).click();
  await look("definition");
  await page.getByRole("button", { name: "修改" }).click();
  const title = page.getByRole("textbox", { name: "名称 中文" });
  const kept = await title.inputValue();
  await title.fill("");
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await page.getByText(/检查未通过/).waitFor();
  await look("findings");
  seen.steps.push(["refused", await page.getByRole("tabpanel", { name: /检查结果/ }).innerText()]);
  await page.getByRole("button", { name: /^查看/ }).first().click();
  seen.steps.push(["at-the-field", await page.getByRole("group", { name: /^名称/ }).getByRole("alert").first().innerText()]);
  await look("draft-wrong");
  await title.fill(`${kept}（新）`);
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await page.getByText("检查通过").waitFor();
  await look("passed");
  await page.getByRole("tab", { name: "修改内容" }).click();
  await page.getByText("起草人不能发布自己的草稿").waitFor();
  seen.steps.push(["author", (await page.getByRole("button", { name: "发布", exact: true }).count()) === 0]);
  await page.getByRole("tab", { name: "内容", exact: true }).click();
  await look("draft");
  await leave();
}

async function leave() {
  await page.getByRole("button", { name: "退出" }).click();
  await page.getByLabel("演示人员").waitFor();
}

async function anotherReleases() {
  await signIn("demo-releaser");
  await page.getByRole("link", { name: "草稿与发布" }).click();
  await look("drafts");
  await page.getByRole("main").getByRole("link", { name: /water-connection/ }).click();
  seen.steps.push(["reads-only", (await page.getByRole("button", { name: "保存" }).count()) === 0]);
  await page.getByRole("tab", { name: "修改内容" }).click();
  await page.getByText("名称 › 中文").waitFor();
  seen.steps.push(["changes", await page.getByRole("tabpanel", { name: "修改内容" }).innerText()]);
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await page.getByText(/在办件 0 件/).waitFor();
  await page.getByRole("textbox", { name: "发布说明" }).fill("名称有变");
  await look("changes");
  await page.getByRole("button", { name: "发布", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "发布", exact: true }).click();
  await page.getByRole("heading", { name: /（新）/ }).waitFor();
  await page.getByRole("tab", { name: "历史" }).click();
  await page.getByText("名称有变").waitFor();
  await look("released");
  await page.getByRole("link", { name: "发布记录" }).click();
  await look("releases");
  await leave();
}

async function newKind() {
  await signIn("demo-admin");
  await page.getByRole("navigation", { name: "定义" }).getByRole("link", { name: "示例种类" }).click();
  await page.getByRole("button", { name: "新建" }).click();
  await page.getByRole("textbox", { name: /^编号/ }).fill("first-one");
  await page.getByRole("textbox", { name: "中文名称" }).fill("第一个");
  await page.getByRole("button", { name: "开始起草" }).click();
  await page.getByRole("textbox", { name: "名称 中文" }).waitFor();
  seen.steps.push(["no-reason-yet", (await page.getByRole("textbox", { name: /^理由/ }).count()) === 0]);
  await choose("方式", "特别");
  await page.getByRole("textbox", { name: /^理由/ }).fill("因为");
  await choose("事项", "water-connection");
  await page.getByRole("button", { name: "步骤" }).click();
  await page.getByRole("button", { name: "添加 步骤" }).click();
  await page.getByRole("spinbutton", { name: /^天数/ }).fill("3");
  await look("new-kind");
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await page.getByText(/检查通过|检查未通过/).waitFor();
  await look("new-kind-checked");
  seen.steps.push(["new-kind", await page.getByRole("tabpanel", { name: /检查结果/ }).innerText()]);
  await page.getByRole("tab", { name: "内容", exact: true }).click();
  seen.steps.push(["new-kind-json", JSON.parse(await page.getByRole("textbox", { name: "完整 JSON" }).inputValue())]);
}

/** What a page tries by itself, unlike what a debugger does for it, is subject to its policy. */
async function evaluates() {
  await page.evaluate(() => { setTimeout("globalThis.evaluated = true", 0); });
  await page.waitForTimeout(200);
  seen.evaluates = await page.evaluate(() => "evaluated" in globalThis);
}

async function choose(label, option) {
  await page.getByRole("combobox", { name: new RegExp(`^${label}`) }).click();
  await page.keyboard.type(option.slice(0, 2));
  await page.getByTitle(new RegExp(option)).last().click();
}

async function narrow() {
  const state = await page.evaluate(() => sessionStorage.getItem("jisheng.session"));
  page = await opened({ width: 390, height: 844 });
  await page.addInitScript((kept) => sessionStorage.setItem("jisheng.session", kept), state);
  await page.goto(address);
  await look("home-390");
  await page.getByRole("button", { name: "打开菜单" }).click();
  await look("menu-390");
  await page.getByRole("link", { name: "事项", exact: true }).last().click();
  await look("list-390");
  await page.goto(address.replace(/\/$/, "") + ITEM);
  await page.getByRole("button", { name: "修改" }).waitFor();
  await look("definition-390");
  await page.getByRole("tab", { name: "历史" }).click();
  await look("history-390");
  await page.getByRole("button", { name: "修改" }).click();
  await page.getByRole("textbox", { name: "名称 中文" }).waitFor();
  await look("draft-390");
  await page.emulateMedia({ colorScheme: "dark" });
  await look("draft-dark-390");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Check", exact: true }).waitFor();
  await look("draft-english-390");
}
