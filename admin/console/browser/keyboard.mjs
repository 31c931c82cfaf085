// Changes an item and has it released by a second person, in a real Chromium, with the keyboard alone: no pointer ever
// moves. Prints as one JSON what it saw: keys pressed, and the stops at which nobody could see where they are.
//   node keyboard.mjs <address of the console> <folder for screenshots>
import { join } from "node:path";
import { ADDRESS, FOLDER, played } from "./stage.mjs";

const FAR = 150; // stops after which something counts as out of reach
let page, seen;

await played(ADDRESS, FOLDER, async (stage) => {
  page = await stage.opens(1440, 900);
  seen = Object.assign(stage.seen, { unseen: [], keys: 0, steps: [] });
  await stage.goes("/");
  await page.addStyleTag({ content: "* { transition: none !important }" }); // half way to its colour nothing shows
  await signIn("demo-admin");
  await writes();
  await leave();
  await signIn("demo-releaser");
  await releases();
});

async function signIn(who) {
  await reach(page.getByRole("combobox", { name: "演示人员" }));
  await type(who);
  await page.getByTitle(new RegExp(`${who}）`)).waitFor();
  await press("Enter");
  await reach(page.getByRole("button", { name: "登录" }));
  await press("Enter");
  await page.getByRole("heading", { name: "工作台" }).waitFor();
}

async function leave() {
  await reach(page.getByRole("button", { name: "退出" }));
  await press("Enter");
  await page.getByLabel("演示人员").waitFor();
}

async function writes() {
  await follow(page.getByRole("navigation", { name: "定义" }).getByRole("link", { name: "事项", exact: true }));
  await reach(page.getByRole("searchbox", { name: "按名称或编号查找" }));
  await type("water");
  await follow(page.getByRole("link", { name: /water-connection/ }));
  await follow(page.getByRole("button", { name: "修改" }));
  const title = page.getByRole("textbox", { name: "名称 中文" });
  await reach(title);
  await press("End");
  await type("（键盘）");
  await page.screenshot({ path: join(FOLDER, "keyboard-field.png") });
  await follow(page.getByRole("button", { name: "检查", exact: true }));
  await page.getByText("检查通过").waitFor();
  await turn("修改内容");
  await page.getByText("起草人不能发布自己的草稿").waitFor();
}

async function releases() {
  await follow(page.getByRole("link", { name: "草稿与发布" }));
  await follow(page.getByRole("main").getByRole("link", { name: /water-connection/ }));
  await follow(page.getByRole("button", { name: "检查", exact: true }));
  await page.getByText("检查通过").waitFor();
  await turn("修改内容");
  await reach(page.getByRole("textbox", { name: "发布说明" }));
  await type("名称有变");
  await page.screenshot({ path: join(FOLDER, "keyboard-release.png") });
  await follow(page.getByRole("button", { name: "发布", exact: true }));
  const asks = page.getByRole("dialog");
  await asks.waitFor();
  await follow(asks.getByRole("button", { name: "发布", exact: true }));
  await page.getByRole("heading", { name: /（键盘）/ }).waitFor();
  seen.steps.push(["released", await page.getByRole("heading", { level: 1 }).innerText()]);
}

/** A tab of a list of tabs: the list is one stop, arrows go along it. */
async function turn(name) {
  const wanted = page.getByRole("tab", { name });
  await reach(page.getByRole("tab", { selected: true }));
  for (let times = 0; times < 12 && !(await has(wanted)); times++) await press("ArrowRight");
  await press("Enter");
}

async function follow(wanted) {
  await reach(wanted);
  await press("Enter");
}

/** Tab on until the focus is there; each stop on the way must be visible to who looks for it. */
async function reach(wanted) {
  await wanted.first().waitFor();
  for (let stops = 0; stops < FAR; stops++) {
    if (await has(wanted)) return;
    await press("Tab");
    const stop = await unseen();
    if (stop && !seen.unseen.includes(stop)) seen.unseen.push(stop);
  }
  throw new Error(`out of the keyboard's reach: ${wanted}`);
}

/** What has the focus, if it looks no different without: no outline, shadow, border or colour says where one is. */
async function unseen() {
  const at = await page.evaluateHandle(() => document.activeElement);
  if (await at.evaluate((element) => element === document.body || element.tabIndex < 0)) return "";
  const focused = await at.evaluate(looks);
  if (!(await at.evaluate((element) => element === document.activeElement))) return ""; // a page that opens takes it
  await at.evaluate((element) => element.blur());
  await page.waitForTimeout(60); // what React shows of a focus goes a moment later
  const without = await at.evaluate(looks);
  await at.evaluate((element) => element.focus({ preventScroll: true }));
  const named = (element) => `${element.tagName} ${element.getAttribute("aria-label") || element.textContent.slice(0, 30) || element.id}`;
  return focused === without ? await at.evaluate(named) : "";
}

/** How an element and the two around it look, in what can show a focus. */
function looks(element) {
  const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
  return around.map((one) => {
    const style = getComputedStyle(one);
    return [style.outlineStyle === "none" ? "" : style.outline, style.boxShadow, style.borderColor, style.backgroundColor].join();
  }).join();
}

async function has(wanted) {
  for (const one of await wanted.all()) if (await one.evaluate((element) => element === document.activeElement)) return true;
  return false;
}

async function press(key) {
  seen.keys++;
  await page.keyboard.press(key);
}

async function type(text) {
  seen.keys += text.length;
  await page.keyboard.type(text);
}
