// What a story played in a browser needs: a page that finds things by role and label only, signs in, and is judged.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Plays `story` and prints, as one JSON, what it saw: steps, axe's verdicts, pages wider than their window, failures. */
export async function play(story) {
  const [, , address, folder] = process.argv;
  const seen = { refused: [], failed: [], axe: {}, wide: {}, steps: {}, seconds: 0 };
  mkdirSync(folder, { recursive: true });
  const started = Date.now();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
  const stage = { page: undefined, address, folder, seen };
  stage.open = async (viewport) => {
    const context = await browser.newContext({ viewport, locale: "zh-CN", acceptDownloads: true });
    stage.page = await context.newPage();
    stage.page.setDefaultTimeout(90_000);
    stage.page.on("console", (message) => /Content Security Policy/.test(message.text()) && seen.refused.push(message.text()));
    stage.page.on("pageerror", (error) => seen.failed.push(String(error)));
    return stage.page;
  };
  stage.signIn = async (who) => {
    await stage.page.goto(address);
    await stage.page.getByLabel("演示人员").fill(who);
    await stage.page.getByTitle(new RegExp(`（${who}）`)).click();
    await stage.page.getByRole("button", { name: "登录" }).click();
    await stage.page.getByRole("heading", { name: "工作台" }).waitFor();
  };
  stage.leave = async () => {
    await stage.page.getByRole("button", { name: "退出" }).click();
    await stage.page.getByLabel("演示人员").waitFor();
  };
  stage.go = (word) => stage.page.getByRole("navigation", { name: "定义" }).getByRole("link", { name: word, exact: true }).click();
  stage.look = (name) => look(stage, name);
  try {
    await story(stage);
  } catch (error) {
    seen.failed.push(String(error?.stack ?? error));
    await stage.page.screenshot({ path: join(folder, "failed.png"), fullPage: true });
  }
  seen.seconds = Math.round((Date.now() - started) / 100) / 10;
  await browser.close();
  console.log(JSON.stringify(seen));
}

/** Chooses from the list that `box` opens, and from no other that may still be closing; `several`: the list stays open. */
export async function choose(page, box, option, several = false) {
  const list = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)");
  await box.click();
  await list.getByTitle(option, { exact: true }).click();
  if (several) await page.keyboard.press("Escape");
  await list.waitFor({ state: "hidden" });
}

/** A screenshot, what axe says, whether the page is wider than the screen. */
async function look({ page, folder, seen }, name) {
  await page.getByText("正在读取").first().waitFor({ state: "hidden" });
  await page.waitForTimeout(350); // transitions would be judged half way
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"], iframes: false }));
  const grave = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  seen.axe[name] = grave.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(" | ")}`);
  seen.wide[name] = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
