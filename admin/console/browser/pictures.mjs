// Plays the picture of a process, limits, trials, export, import and roll-back in a real Chromium, by role and label only,
// and prints what it saw as one JSON.   node pictures.mjs <address of the console> <folder for screenshots>
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ADDRESS, FOLDER, played } from "./stage.mjs";

await played(ADDRESS, FOLDER, async (stage) => {
  stage.seen.steps = [];
  await stage.opens(1440, 900);
  await stage.signsIn("demo-admin");
  await limits(stage);
  await brokenPromise(stage);
  const draft = await picture(stage);
  await stage.another("demo-releaser");
  await releases(stage, draft);
  await stage.another("demo-admin");
  const file = await exports(stage);
  await stage.another("demo-releaser");
  await rollsBack(stage);
  const session = await stage.another("demo-admin");
  await imports(stage, file);
  await stage.opens(390, 844, session);
  await narrow(stage);
});

/** Limits as cards, what they add up to, trials of all examples: on a draft that changes nothing yet. */
async function limits(stage) {
  const { page, seen } = stage;
  await stage.drafts("/definitions/items/food-licence");
  await stage.part("时限");
  await page.getByRole("button", { name: "算一算" }).click();
  await page.getByText("受理审查").last().waitFor();
  await page.getByText(/2026-03-09/).first().waitFor();
  seen.steps.push(["sums", await page.getByRole("region", { name: "承诺怎么算出来" }).innerText()]);
  await stage.looks("clocks");
  await stage.part("特殊环节");
  await stage.looks("holds");
  await stage.part("试办");
  await page.getByRole("button", { name: "全部样例试办" }).click();
  await page.getByText(/^共 \d+ 个样例/).waitFor();
  seen.steps.push(["all", await page.getByText(/^共 \d+ 个样例/).innerText()]);
  seen.steps.push(["course", await page.getByRole("list", { name: "办理过程" }).innerText()]);
  await stage.looks("trials");
  await page.getByRole("button", { name: "近期真实办件重演" }).click();
  await page.getByText(/近期没有可重演的办件|重演 \d+ 件/).waitFor();
}

/** Asks the gate, and goes back to what is written. */
async function check(stage) {
  await stage.checks();
  await stage.page.getByRole("tab", { name: "内容", exact: true }).click();
}

/** A stage that takes longer than the promise is refused, its way drawn. */
async function brokenPromise(stage) {
  const { page, seen } = stage;
  await stage.part("时限");
  await page.getByRole("button", { name: "修改 系统判定" }).click();
  await page.getByRole("region", { name: "系统判定" }).getByRole("spinbutton", { name: "多长" }).fill("300");
  await check(stage);
  const found = page.getByRole("region", { name: "承诺无法做到" });
  await found.waitFor();
  seen.steps.push(["promise", await found.innerText()]);
  seen.steps.push(["promise-picture", await found.getByRole("img", { name: /流程图/ }).count()]);
  await stage.looks("promise");
}

/** The process by keyboard: a state chosen in the list, changed, undone, changed again; what breaks is refused. */
async function picture(stage) {
  const { page, seen } = stage;
  await stage.drafts("/definitions/processes/approval");
  await stage.part("流程设计");
  const outline = page.getByRole("navigation", { name: "状态与操作" });
  await stage.looks("process");
  await outline.getByRole("button", { name: /^审核/ }).first().focus();
  await page.keyboard.press("Enter");
  const name = page.getByRole("textbox", { name: "名称 中文" });
  await name.fill("复核");
  await page.getByRole("button", { name: "撤销" }).click();
  seen.steps.push(["undone", await name.inputValue()]);
  await page.getByText("已保存", { exact: true }).waitFor(); // undone: nothing differs from what was saved
  await page.getByRole("button", { name: "删除状态" }).click();
  seen.steps.push(["refused", await page.getByRole("alert").innerText()]);
  await stage.looks("process-refused");
  await page.getByRole("button", { name: "添加状态" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("中文名称").fill("专家会商");
  await dialog.getByLabel("英文名称").fill("Experts meet");
  await dialog.getByRole("button", { name: "添加", exact: true }).click();
  await check(stage);
  await page.getByRole("region", { name: "发现的问题" }).waitFor();
  seen.steps.push(["unreachable", await page.getByRole("region", { name: "发现的问题" }).innerText()]);
  seen.steps.push(["marked", await outline.getByRole("button", { name: /^专家会商/ }).innerText()]);
  await stage.looks("process-found");
  await outline.getByRole("button", { name: /^专家会商/ }).click();
  await page.getByRole("button", { name: "删除状态" }).click();
  await outline.getByRole("button", { name: /^专家会商/ }).waitFor({ state: "hidden" });
  await outline.getByRole("button", { name: /^审核/ }).first().click();
  await name.fill("复核");
  await check(stage);
  return page.url();
}

async function releases(stage, draft) {
  const { page, seen } = stage;
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

async function exports(stage) {
  const { page } = stage;
  await page.getByRole("link", { name: "导出与导入" }).click();
  const section = page.getByRole("region", { name: "导出" });
  await choose(stage, section, "种类", "流程", true);
  await choose(stage, section, "定义", "approval");
  await section.getByRole("button", { name: "加入清单" }).click();
  await stage.looks("export");
  const coming = page.waitForEvent("download");
  await section.getByRole("button", { name: "下载文件" }).click();
  const file = join(stage.folder, "exported.json");
  await (await coming).saveAs(file);
  return file;
}

async function choose({ page }, section, label, option, exact = false) {
  await section.getByRole("combobox", { name: label }).click();
  await page.keyboard.type(option);
  await page.getByTitle(exact ? option : new RegExp(option), exact ? { exact: true } : {}).last().click();
  await page.keyboard.press("Escape");
}

async function rollsBack(stage) {
  const { page, seen } = stage;
  await page.getByRole("link", { name: "发布记录" }).click();
  await page.getByRole("button", { name: "整体回退到此 1" }).click();
  const dialog = page.getByRole("dialog");
  seen.steps.push(["undoes", await dialog.innerText()]);
  await dialog.getByLabel("理由").fill("改名有误");
  await stage.looks("rollback");
  await dialog.getByRole("button", { name: "整体回退到此" }).click();
  await page.getByText("改名有误").waitFor();
  await stage.looks("rolled-back");
}

async function imports(stage, file) {
  const { page, seen } = stage;
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
  await stage.looks("import");
  await page.getByRole("button", { name: "为选中的 1 项生成草稿" }).click();
  await page.getByText("已生成草稿").waitFor();
  await page.getByRole("button", { name: "一起检查" }).click();
  await page.getByText(/检查未通过|检查通过/).waitFor();
  await stage.looks("imported");
}

async function narrow(stage) {
  const { page } = stage;
  await stage.goes("/definitions/processes/approval");
  await stage.part("流程设计");
  await page.getByRole("navigation", { name: "状态与操作" }).getByRole("button", { name: /^审核/ }).first().click();
  await stage.looks("process-390");
  await stage.goes("/definitions/items/food-licence");
  await stage.part("时限");
  await stage.looks("clocks-390");
  await stage.goes("/exchange");
  await stage.looks("exchange-390");
  await page.emulateMedia({ colorScheme: "dark" });
  await stage.goes("/definitions/processes/approval");
  await stage.part("流程设计");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("navigation", { name: "States and moves" }).waitFor();
  await stage.looks("process-dark-english-390");
}
