// Where every story in a browser is played: a page on which things are found by role and label only, who signs in, what a
// screen looks like and what axe says of it. What was seen is printed as one JSON.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
export const [, , ADDRESS, FOLDER, ...GIVEN] = process.argv;

/** Opens a browser; `play(stage)` may throw: then a picture is taken and the failure is told. */
export async function played(address, folder, play) {
  mkdirSync(folder, { recursive: true });
  const seen = { refused: [], failed: [], axe: {}, wide: {}, steps: {}, seconds: 0 };
  const began = Date.now();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
  const stage = new Stage(browser, address, folder, seen);
  try {
    await play(stage);
  } catch (error) {
    seen.failed.push(String(error?.stack ?? error));
    await stage.page?.screenshot({ path: join(folder, "failed.png"), fullPage: true });
  }
  seen.seconds = Math.round((Date.now() - began) / 100) / 10;
  await browser.close();
  console.log(JSON.stringify(seen));
}

class Stage {
  constructor(browser, address, folder, seen) {
    Object.assign(this, { browser, address, folder, seen });
  }

  /** Another page, of somebody who is signed in already where `session` is given; the one before is closed. */
  async opens(width, height, session) {
    await this.page?.context().close();
    const page = await (await this.browser.newContext({ viewport: { width, height }, locale: "zh-CN", acceptDownloads: true })).newPage();
    page.setDefaultTimeout(90_000);
    page.on("console", (message) => /Content Security Policy/.test(message.text()) && this.seen.refused.push(message.text()));
    page.on("pageerror", (error) => this.seen.failed.push(String(error)));
    if (session) await page.addInitScript((kept) => sessionStorage.setItem("jisheng.session", kept), session);
    this.page = page;
    return page;
  }

  /** The session that a page of another size may go on with. */
  async signsIn(who) {
    await this.page.goto(this.address);
    await this.page.getByLabel("演示人员").fill(who);
    await this.page.getByTitle(new RegExp(`（${who}）`)).click();
    await this.page.getByRole("button", { name: "登录" }).click();
    await this.page.getByRole("heading", { name: "工作台" }).waitFor();
    return this.session();
  }

  session() {
    return this.page.evaluate(() => sessionStorage.getItem("jisheng.session"));
  }

  async leaves() {
    await this.button("退出").click();
    await this.page.getByLabel("演示人员").waitFor();
  }

  /** Somebody else sits down at the same screen. */
  async another(who) {
    await this.leaves();
    return this.signsIn(who);
  }

  goes(path) {
    return this.page.goto(this.address.replace(/\/$/, "") + path);
  }

  /** By the menu. */
  turns(word) {
    return this.page.getByRole("navigation", { name: "定义" }).getByRole("link", { name: word, exact: true }).click();
  }

  /** Begins a draft of a published definition and opens one part of it. */
  async drafts(path, part) {
    await this.goes(path);
    await this.button("修改").click();
    await this.page.getByRole("button", { name: "保存" }).waitFor();
    if (part) await this.part(part);
  }

  part(name) {
    return this.page.getByRole("navigation", { name: "目录" }).getByRole("button", { name: new RegExp(`^${name}`) }).click();
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** `box`: a list, or its label. `several`: the list stays open, and what was chosen before is chosen still. */
  async chooses(box, option, several = false) {
    const list = this.page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)");
    const found = typeof box === "string" ? this.page.getByRole("combobox", { name: box, exact: true }) : box;
    await found.click();
    await this.page.keyboard.type(option); // a long list shows only what is looked for
    const wanted = list.getByTitle(option, { exact: true });
    for (let tries = 0; tries < 4; tries++) {
      await wanted.click();
      await this.page.waitForTimeout(600); // until it has closed, which is not at once
      if (several ? (await found.inputValue()) === "" : !(await list.isVisible())) return; // else it moved below the pointer
    }
    throw new Error(`${box}: ${option} cannot be chosen`);
  }

  /** Asks the gate, and waits for what it says. */
  async checks() {
    await this.button("检查").click();
    await this.page.getByText(/检查未通过|检查通过/).waitFor();
  }

  async saves() {
    await this.page.getByRole("button", { name: "保存" }).click();
    await this.page.getByText("已保存", { exact: true }).waitFor();
  }

  /** The draft as it is kept now. */
  written() {
    return this.page.evaluate(async () => {
      const [, kind, id, draft] = /definitions\/([^/]+)\/([^/]+)\/drafts\/([^/]+)/.exec(location.pathname);
      const { token } = JSON.parse(sessionStorage.getItem("jisheng.session"));
      const answer = await fetch(`/v1/definitions/${kind}/${id}/drafts/${draft}`, { headers: { Authorization: `Bearer ${token}` } });
      return (await answer.json()).body;
    });
  }

  /** A picture (of the window: one of the whole page resizes it, and what scrolls inside loses its place), what axe says,
   * whether the page is wider than the screen; not `whole`: of the dialog that is open. */
  async looks(name, whole = true) {
    const { page, seen } = this;
    await page.getByText("正在读取").first().waitFor({ state: "hidden" });
    await page.waitForTimeout(400); // transitions would be judged half way
    await page.screenshot({ path: join(this.folder, `${name}.png`) });
    await page.evaluate(AXE);
    const found = await page.evaluate((of) => globalThis.axe.run(of, { resultTypes: ["violations"], iframes: false }), whole ? "html" : "[role=dialog]");
    const grave = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
    seen.axe[name] = grave.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(" | ")}`);
    seen.wide[name] = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }
}
