// The draw hall while a draw really takes place: nothing yet, the commitment and its countdown, the value and what was drawn,
// everything in the end, and its verification on the public page. The clock of the stack and of the browser move together.
//   node draw_hall.mjs <address of the console> <folder for screenshots> <four instants: before, commitment, value, reveal>
import { ADDRESS, FOLDER, GIVEN, played } from "./stage.mjs";

const [BEFORE, COMMITTED, KNOWN, REVEALED] = GIVEN;
const SERIES = "部门联合“双随机”抽查";

await played(ADDRESS, FOLDER, async (stage) => {
  await stage.opens(1440, 1000);
  await at(stage, BEFORE);
  const session = await stage.signsIn("demo-admin");
  stage.seen.steps.before = await hall(stage, "draw-before");

  await at(stage, COMMITTED);
  stage.seen.steps.committed = await hall(stage, "draw-committed");
  const first = await stage.page.getByRole("timer").innerText();
  stage.seen.steps.countdown = first;
  stage.seen.steps.later = await stage.page.getByRole("timer").filter({ hasNotText: first }).innerText(); // waits until it shows another
  await stage.page.getByText("封存值", { exact: true }).click();
  stage.seen.steps.commitment = await series(stage).innerText();
  await stage.looks("draw-commitment");
  await tooEarly(stage);
  await stage.opens(390, 1600, session);
  await at(stage, COMMITTED);
  await hall(stage, "draw-committed-390");

  await stage.opens(1440, 1000, session);
  await at(stage, KNOWN);
  stage.seen.steps.drawn = await hall(stage, "draw-drawn");
  stage.seen.steps.acts = await stage.page.getByRole("group", { name: /^可做的操作/ }).getByRole("button").allInnerTexts();

  await at(stage, REVEALED);
  stage.seen.steps.revealed = await hall(stage, "draw-revealed");
  await verifies(stage);
  await stage.opens(390, 1600, session);
  await at(stage, REVEALED);
  await hall(stage, "draw-revealed-390");
});

function series({ page }) {
  return page.getByRole("region", { name: SERIES });
}

/** What time it is, for the stack and for who looks at it. */
async function at(stage, instant) {
  const { page } = stage;
  if (page.url() === "about:blank") await page.clock.install({ time: new Date(instant) });
  await page.clock.setSystemTime(new Date(instant));
  const answer = await fetch(new URL("/v1/dev/clock", stage.address), { method: "POST", body: JSON.stringify({ now: instant }) });
  if (!answer.ok) throw new Error(await answer.text());
}

async function hall(stage, picture) {
  await stage.goes("/draw-hall");
  await series(stage).waitFor();
  await stage.page.getByRole("main").getByText("正在读取").first().waitFor({ state: "hidden" });
  await stage.looks(picture);
  return series(stage).innerText();
}

/** An act that does not fit this draw is refused in words, and what was typed is still there. */
async function tooEarly(stage) {
  const { page, seen } = stage;
  await stage.button("录入开奖号码").click();
  const form = page.getByRole("form", { name: "录入开奖号码" });
  await form.getByRole("textbox", { name: "开奖号码" }).fill("01 02 03");
  await form.getByRole("textbox", { name: "再录入一遍" }).fill("01 02 03");
  await form.getByRole("button", { name: "提交：录入开奖号码" }).click();
  seen.steps.refused = await form.getByRole("alert").innerText();
  seen.steps.kept = await form.getByRole("textbox", { name: "开奖号码" }).inputValue();
  await stage.looks("draw-act-refused");
}

async function verifies(stage) {
  const { page, seen } = stage;
  await page.getByRole("link", { name: "在公开页面查看与核验" }).click();
  await page.getByRole("button", { name: "在本浏览器核验" }).click();
  await page.locator("#verdict > .good, #verdict > .bad").waitFor();
  seen.steps.verdict = await page.locator("#verdict").innerText();
  await stage.looks("draw-verified");
}
