// What robots that play the console have in common: a browser, signing in, looking at a screen, choosing from a list.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Opens a browser; `play(robot)` may throw: then a picture is taken and the failure is told. */
export async function played(address, folder, play) {
  mkdirSync(folder, { recursive: true });
  const seen = { refused: [], failed: [], axe: {}, wide: {}, steps: {} };
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
  const robot = new Robot(browser, address, folder, seen);
  try {
    await play(robot);
  } catch (error) {
    seen.failed.push(String(error?.stack ?? error));
    await robot.page?.screenshot({ path: join(folder, "failed.png"), fullPage: true });
  }
  await browser.close();
  console.log(JSON.stringify(seen));
}

class Robot {
  constructor(browser, address, folder, seen) {
    Object.assign(this, { browser, address, folder, seen });
  }

  async opens(width, height, session) {
    const page = await (await this.browser.newContext({ viewport: { width, height }, locale: "zh-CN" })).newPage();
    page.setDefaultTimeout(90_000);
    page.on("console", (message) => /Content Security Policy/.test(message.text()) && this.seen.refused.push(message.text()));
    page.on("pageerror", (error) => this.seen.failed.push(String(error)));
    if (session) await page.addInitScript((kept) => sessionStorage.setItem("jisheng.session", kept), session);
    this.page = page;
    return page;
  }

  async signsIn(who) {
    await this.page.goto(this.address);
    await this.page.getByLabel("演示人员").fill(who);
    await this.page.getByTitle(new RegExp(`${who}）`)).click();
    await this.page.getByRole("button", { name: "登录" }).click();
    await this.page.getByRole("heading", { name: "工作台" }).waitFor();
    return this.page.evaluate(() => sessionStorage.getItem("jisheng.session"));
  }

  goes(path) {
    return this.page.goto(this.address.replace(/\/$/, "") + path);
  }

  /** Begins a draft of a published definition and opens one part of it. */
  async drafts(path, part) {
    await this.goes(path);
    await this.page.getByRole("button", { name: "修改", exact: true }).click();
    await this.page.getByRole("button", { name: "保存" }).waitFor();
    await this.part(part);
  }

  part(name) {
    return this.page.getByRole("navigation", { name: "目录" }).getByRole("button", { name: new RegExp(`^${name}`) }).click();
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** `several`: the list stays open, and what was chosen before is chosen still. */
  async chooses(label, option, several = false) {
    const list = this.page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)");
    const box = this.page.getByRole("combobox", { name: label, exact: true });
    await box.click();
    await this.page.keyboard.type(option); // a long list shows only what is looked for
    const wanted = list.getByTitle(option, { exact: true });
    for (let tries = 0; tries < 4; tries++) {
      await wanted.click();
      await this.page.waitForTimeout(600); // until it has closed, which is not at once
      if (several ? (await box.inputValue()) === "" : !(await list.isVisible())) return; // else it moved below the pointer
    }
    throw new Error(`${label}: ${option} cannot be chosen`);
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

  /** A picture (of the window: one of the whole page resizes it, and what scrolls inside loses its place), what axe says, whether the page is wider than the screen; not `whole`: of the dialog that is open. */
  async looks(name, whole = true) {
    const { page, seen } = this;
    await page.getByText("正在读取").first().waitFor({ state: "hidden" });
    await page.waitForTimeout(350); // transitions would be judged half way
    await page.screenshot({ path: join(this.folder, `${name}.png`) });
    await page.evaluate(AXE);
    const found = await page.evaluate((of) => globalThis.axe.run(of, { resultTypes: ["violations"] }), whole ? "body" : "[role=dialog]");
    const grave = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
    seen.axe[name] = grave.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(" | ")}`);
    seen.wide[name] = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }
}
