// Plays a person at the page of draws in Debian's chromium, and prints what was seen as JSON for the Python tests.
//
//   node page.mjs <modules> <address of the page> <folder with valid.zip and tampered.zip, and for screenshots>
import { createRequire } from "node:module";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [modules, address, folder] = process.argv.slice(2);
const need = createRequire(join(modules, "package.json"));
const { chromium } = need("playwright-core");
const axe = await readFile(need.resolve("axe-core/axe.min.js"), "utf8");

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const WIDTHS = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };
const PICTURED = ["committed", "drawn", "verdict-valid", "verdict-tampered", "english"];
const seen = { axe: [], problems: [], colours: {}, texts: {}, fits: {} };

const profile = await mkdtemp(join(tmpdir(), "page-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS, locale: "zh-CN", viewport: WIDTHS.phone,
});
try {
  await played(context.pages()[0] ?? (await context.newPage()));
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
}
process.stdout.write(JSON.stringify(seen));

async function played(page) {
  page.on("console", (said) => said.type() === "error" && seen.problems.push(said.text()));
  page.on("pageerror", (problem) => seen.problems.push(String(problem)));
  for (const step of ["committed", "drawn", "revealed"]) {
    const { at } = await (await fetch(new URL(`/step/${step}`, address))).json();
    if (step === "committed") await page.clock.install({ time: at });
    await page.clock.setFixedTime(at);
    await page.goto(address);
    await page.locator("#steps > li").first().waitFor();
    await looked(page, step);
    seen.checkable = { ...seen.checkable, [step]: await page.locator("#check").isEnabled() };
    seen.countdown = { ...seen.countdown, [step]: await page.locator("#clock").isVisible() && (await page.locator("#clock").textContent()) };
  }
  await page.locator("#check").click();
  await verdict(page, "valid");
  await page.locator("#file").setInputFiles(join(folder, "tampered.zip"));
  await verdict(page, "tampered");
  await page.locator("#file").setInputFiles(join(folder, "valid.zip"));
  await verdict(page, "frozen");
  await dropped(page, "tampered.zip");
  await verdict(page, "dropped");
  await page.locator("#file").setInputFiles(join(folder, "none.zip"));
  await verdict(page, "none");
  await page.locator("#language").click();
  await looked(page, "english");
  seen.keyboard = await byKeyboard(page);
}

async function verdict(page, name) {
  const box = page.locator("#verdict > .good, #verdict > .bad");
  await box.waitFor();
  seen.colours[name] = await box.evaluate((one) => [one.className, getComputedStyle(one).borderColor, one.dataset.code ?? null]);
  await looked(page, `verdict-${name}`);
}

/** A state: its text; of those that differ in looks also axe's serious findings, sideways scrolling, a picture, at both widths. */
async function looked(page, name) {
  seen.texts[name] = await page.locator("body").innerText();
  if (!PICTURED.includes(name)) return;
  for (const [width, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    seen.fits[`${name} ${width}`] = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
    await page.evaluate(`${axe}; void 0`);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const one of violations.filter(({ impact }) => ["serious", "critical"].includes(impact))) {
      seen.axe.push(`${name} ${width}: ${one.id} ${one.nodes.map((node) => node.target).join(" ")}`);
    }
  }
  await page.setViewportSize(WIDTHS.phone);
}

async function dropped(page, name) {
  const content = (await readFile(join(folder, name))).toString("base64");
  const data = await page.evaluateHandle(([text, called]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], called));
    return transfer;
  }, [content, name]);
  await page.dispatchEvent("#drop", "drop", { dataTransfer: data });
  await page.locator("#verdict > .bad").waitFor();
}

/** Which controls the Tab key reaches. */
async function byKeyboard(page) {
  const reached = [];
  await page.evaluate(() => document.activeElement?.blur());
  for (let i = 0; i < 12; i += 1) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName));
  }
  return reached;
}
