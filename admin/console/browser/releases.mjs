// An item that names a rule which is only drafted yet: the two are checked and released as one, at a time to come.
//   node releases.mjs <address of the console> <folder for screenshots>
import { ADDRESS, FOLDER, played } from "./stage.mjs";

const RULE = "/definitions/rules/water-connection-intake";
const ITEM = "/definitions/items/water-connection";
const FRESH = "water-connection-intake-2026";
const VERDICT = /检查未通过|检查通过/;

await played(ADDRESS, FOLDER, async (stage) => {
  const page = await stage.opens(1440, 1300);
  await stage.signsIn("demo-admin");
  await drafts(stage);
  const session = await stage.another("demo-releaser");
  await page.getByRole("link", { name: "草稿与发布" }).click();
  await page.getByRole("region", { name: "定时发布" }).getByText("没有定时发布").waitFor();
  await gathers(stage);
  await schedules(stage, "2026-03-03T08:00");
  stage.seen.steps.scheduled = await page.getByRole("region", { name: "定时发布" }).getByRole("listitem").first().innerText();
  await stage.looks("drafts-scheduled");
  await page.getByRole("button", { name: /^取消排期 / }).click();
  await page.getByRole("dialog").getByRole("button", { name: "取消排期" }).click();
  await page.getByRole("region", { name: "定时发布" }).getByText("已取消", { exact: true }).waitFor();
  await gathers(stage);
  await schedules(stage, "2026-03-04T08:00");
  await openDraft(stage);
  await page.getByText("本草稿定于 2026-03-04 08:00 发布").waitFor();
  stage.seen.steps.draft = new URL(page.url()).pathname.replace("/admin", "");
  await narrow(stage, session);
});

/** A rule like another, and the item that is to be decided by it. */
async function drafts(stage) {
  const { page, seen } = stage;
  await stage.goes(RULE);
  await stage.button("以此为样新建").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^编号/ }).fill(FRESH);
  await dialog.getByRole("textbox", { name: "中文名称" }).fill("用水报装受理（2026）");
  await dialog.getByRole("textbox", { name: "英文名称" }).fill("Water connection, 2026");
  await stage.button("开始起草").click();
  await stage.button("保存").waitFor();
  await stage.drafts(ITEM, "规则");
  await stage.chooses(page.getByRole("combobox", { name: /^受理判定/ }), `${FRESH} · 草稿`);
  await stage.checks();
  seen.steps.alone = await page.getByRole("tabpanel", { name: /检查结果/ }).innerText();
}

async function openDraft(stage) {
  const { page } = stage;
  await page.getByRole("main").getByRole("list").first().getByRole("link", { name: /water-connection(?!-)/ }).click();
  await page.getByRole("tab", { name: "修改内容" }).click();
}

/** By somebody who wrote neither: chosen together, checked together. */
async function gathers(stage) {
  const { page, seen } = stage;
  await openDraft(stage);
  const together = page.getByRole("combobox", { name: "一并发布的草稿" });
  await together.click();
  await page.getByTitle(`rules/${FRESH}`).click();
  await page.keyboard.press("Escape");
  await stage.button("检查").click();
  await page.getByRole("textbox", { name: "发布说明" }).fill("换用新的受理判定");
  seen.steps.together = await page.getByRole("region", { name: "一并发布的草稿" }).innerText();
  await stage.looks("release-together");
}

async function schedules(stage, at) {
  const { page } = stage;
  await page.getByRole("radio", { name: "定时发布" }).check();
  await page.getByLabel("发布时间").fill(at);
  await stage.looks("release-later");
  await page.getByRole("region", { name: "发布" }).getByRole("button", { name: "定时发布" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "定时发布" }).click();
  await page.getByText(`定于 ${at.replace("T", " ")}`).first().waitFor();
}

async function narrow(stage, session) {
  const path = stage.seen.steps.draft;
  const page = await stage.opens(390, 1600, session);
  await stage.goes("/drafts");
  await page.getByText("待发布").first().waitFor();
  await stage.looks("drafts-scheduled-390");
  await stage.goes(path);
  await page.getByRole("tab", { name: "修改内容" }).click();
  await stage.button("检查").click();
  await page.getByText(VERDICT).first().waitFor();
  await stage.looks("release-390");
}
