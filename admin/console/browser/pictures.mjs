// Plays the picture of a process, limits, trials, export, import and roll-back in a real Chromium, by role and label only,
// and prints what it saw as one JSON.   node pictures.mjs <address of the console> <folder for screenshots>
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [, , address, folder] = process.argv;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const seen = { failed: [], axe: {}, wide: {}, steps: [] };
const at = (path) => address.replace(/\/$/, "") + path;
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
let page = await opened({ width: 1440, height: 900 });
try {
  await signIn("demo-admin");
  await limits();
  await brokenPromise();
  const draft = await picture();
  await another("demo-releaser", () => releases(draft));
  const file = await another("demo-admin", exports);
  await another("demo-releaser", rollsBack);
  await another("demo-admin", () => imports(file));
  await narrow();
} catch (error) {
  seen.failed.push(String(error).slice(0, 1500));
  await page.screenshot({ path: join(folder, "failed.png"), fullPage: true });
}
await browser.close();
console.log(JSON.stringify(seen));

async function opened(viewport) {
  const made = await (await browser.newContext({ viewport, locale: "zh-CN", acceptDownloads: true })).newPage();
  made.setDefaultTimeout(90_000);
  made.on("pageerror", (error) => seen.failed.push(String(error)));
  return made;
}

async function signIn(who) {
  await page.goto(address);
  await page.getByLabel("演示人员").fill(who);
  await page.getByTitle(new RegExp(`${who}）`)).click();
  await page.getByRole("button", { name: "登录" }).click();
  await page.getByRole("heading", { name: "工作台" }).waitFor();
}

async function another(who, act) {
  await page.getByRole("button", { name: "退出" }).click();
  await page.getByLabel("演示人员").waitFor();
  await signIn(who);
  return act();
}

async function look(name) {
  await page.getByText("正在读取").first().waitFor({ state: "hidden" });
  await page.waitForTimeout(450); // transitions would be judged half way
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const grave = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  seen.axe[name] = grave.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(" | ")}`);
  seen.wide[name] = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

async function drafting(path) {
  await page.goto(at(path));
  await page.getByRole("button", { name: "修改", exact: true }).click();
  await page.waitForURL(/\/drafts\//);
  await page.getByRole("tab", { name: "内容", exact: true }).waitFor();
}

function contents(name) {
  return page.getByRole("navigation", { name: "目录" }).getByRole("button", { name: new RegExp(`^${name}`) });
}

async function check() {
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await page.getByText(/检查未通过|检查通过/).waitFor();
  await page.getByRole("tab", { name: "内容", exact: true }).click();
}

/** Limits as cards, what they add up to, trials of all examples: on a draft that changes nothing yet. */
async function limits() {
  await drafting("/definitions/items/food-licence");
  await contents("时限").click();
  await page.getByRole("button", { name: "算一算" }).click();
  await page.getByText("受理审查").last().waitFor();
  await page.getByText(/2026-03-09/).first().waitFor();
  seen.steps.push(["sums", await page.getByRole("region", { name: "承诺怎么算出来" }).innerText()]);
  await look("clocks");
  await contents("特殊环节").click();
  await look("holds");
  await contents("试办").click();
  await page.getByRole("button", { name: "全部样例试办" }).click();
  await page.getByText(/^共 \d+ 个样例/).waitFor();
  seen.steps.push(["all", await page.getByText(/^共 \d+ 个样例/).innerText()]);
  seen.steps.push(["course", await page.getByRole("list", { name: "办理过程" }).innerText()]);
  await look("trials");
  await page.getByRole("button", { name: "近期真实办件重演" }).click();
  await page.getByText(/近期没有可重演的办件|重演 \d+ 件/).waitFor();
}

/** A stage that takes longer than the promise is refused, its way drawn. */
async function brokenPromise() {
  await contents("时限").click();
  await page.getByRole("button", { name: "修改 系统判定" }).click();
  await page.getByRole("region", { name: "系统判定" }).getByRole("spinbutton", { name: "多长" }).fill("300");
  await check();
  const found = page.getByRole("region", { name: "承诺无法做到" });
  await found.waitFor();
  seen.steps.push(["promise", await found.innerText()]);
  seen.steps.push(["promise-picture", await found.getByRole("img", { name: /流程图/ }).count()]);
  await look("promise");
}

/** The process by keyboard: a state chosen in the list, changed, undone, changed again; what breaks is refused. */
async function picture() {
  await drafting("/definitions/processes/approval");
  await contents("流程设计").click();
  const outline = page.getByRole("navigation", { name: "状态与操作" });
  await look("process");
  await outline.getByRole("button", { name: /^审核/ }).first().focus();
  await page.keyboard.press("Enter");
  const name = page.getByRole("textbox", { name: "名称 中文" });
  await name.fill("复核");
  await page.getByRole("button", { name: "撤销" }).click();
  seen.steps.push(["undone", await name.inputValue()]);
  await page.getByText("已保存", { exact: true }).waitFor(); // undone: nothing differs from what was saved
  await page.getByRole("button", { name: "删除状态" }).click();
  seen.steps.push(["refused", await page.getByRole("alert").innerText()]);
  await look("process-refused");
  await page.getByRole("button", { name: "添加状态" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("中文名称").fill("专家会商");
  await dialog.getByLabel("英文名称").fill("Experts meet");
  await dialog.getByRole("button", { name: "添加", exact: true }).click();
  await check();
  await page.getByRole("region", { name: "发现的问题" }).waitFor();
  seen.steps.push(["unreachable", await page.getByRole("region", { name: "发现的问题" }).innerText()]);
  seen.steps.push(["marked", await outline.getByRole("button", { name: /^专家会商/ }).innerText()]);
  await look("process-found");
  await outline.getByRole("button", { name: /^专家会商/ }).click();
  await page.getByRole("button", { name: "删除状态" }).click();
  await outline.getByRole("button", { name: /^专家会商/ }).waitFor({ state: "hidden" });
  await outline.getByRole("button", { name: /^审核/ }).first().click();
  await name.fill("复核");
  await check();
  return page.url();
}

async function releases(draft) {
  await page.goto(draft);
  await page.getByRole("tab", { name: "修改内容" }).click();
  await page.getByText("/states/checking/title/zh").waitFor();
  seen.steps.push(["changes", await page.getByRole("tabpanel", { name: "修改内容" }).innerText()]);
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await page.getByRole("textbox", { name: "发布说明" }).fill("改名");
  await page.getByRole("button", { name: "发布", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "发布", exact: true }).click();
  await page.waitForURL(/\/definitions\/processes\/approval$/);
}

async function exports() {
  await page.getByRole("link", { name: "导出与导入" }).click();
  const section = page.getByRole("region", { name: "导出" });
  await choose(section, "种类", "流程", true);
  await choose(section, "定义", "approval");
  await section.getByRole("button", { name: "加入清单" }).click();
  await look("export");
  const coming = page.waitForEvent("download");
  await section.getByRole("button", { name: "下载文件" }).click();
  const file = join(folder, "exported.json");
  await (await coming).saveAs(file);
  return file;
}

async function choose(section, label, option, exact = false) {
  await section.getByRole("combobox", { name: label }).click();
  await page.keyboard.type(option);
  await page.getByTitle(exact ? option : new RegExp(option), exact ? { exact: true } : {}).last().click();
  await page.keyboard.press("Escape");
}

async function rollsBack() {
  await page.getByRole("link", { name: "发布记录" }).click();
  await page.getByRole("button", { name: "整体回退到此 1" }).click();
  const dialog = page.getByRole("dialog");
  seen.steps.push(["undoes", await dialog.innerText()]);
  await dialog.getByLabel("理由").fill("改名有误");
  await look("rollback");
  await dialog.getByRole("button", { name: "整体回退到此" }).click();
  await page.getByText("改名有误").waitFor();
  await look("rolled-back");
}

async function imports(file) {
  await page.getByRole("link", { name: "导出与导入" }).click();
  await page.getByLabel("选择文件").setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("{]") });
  seen.steps.push(["no-json", await page.getByRole("alert").innerText()]);
  const spoiled = readFileSync(file, "utf8").replace("复核", "偷改");
  await page.getByLabel("选择文件").setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from(spoiled) });
  await page.getByText("内容与文件里的哈希不符").waitFor();
  await page.getByLabel("选择文件").setInputFiles(file);
  await page.getByText("1 处不同").waitFor();
  await page.getByRole("button", { name: "查看差别 processes/approval" }).click();
  seen.steps.push(["compared", await page.getByRole("list", { name: "与本环境比较" }).innerText()]);
  await look("import");
  await page.getByRole("button", { name: "为选中的 1 项生成草稿" }).click();
  await page.getByText("已生成草稿").waitFor();
  await page.getByRole("button", { name: "一起检查" }).click();
  await page.getByText(/检查未通过|检查通过/).waitFor();
  await look("imported");
}

async function narrow() {
  const state = await page.evaluate(() => sessionStorage.getItem("jisheng.session"));
  page = await opened({ width: 390, height: 844 });
  await page.addInitScript((kept) => sessionStorage.setItem("jisheng.session", kept), state);
  await page.goto(at("/definitions/processes/approval"));
  await contents("流程设计").click();
  await page.getByRole("navigation", { name: "状态与操作" }).getByRole("button", { name: /^审核/ }).first().click();
  await look("process-390");
  await page.goto(at("/definitions/items/food-licence"));
  await contents("时限").click();
  await look("clocks-390");
  await page.goto(at("/exchange"));
  await look("exchange-390");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(at("/definitions/processes/approval"));
  await contents("流程设计").click();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("navigation", { name: "States and moves" }).waitFor();
  await look("process-dark-english-390");
}
