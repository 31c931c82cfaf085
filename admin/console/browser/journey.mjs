// Plays the console in a real Chromium, finding things by role and label only, and prints what it saw as one JSON.
//   node journey.mjs <address of the console> <folder for screenshots>
import { ADDRESS, FOLDER, played } from "./stage.mjs";

const ITEM = "/definitions/items/water-connection";

await played(ADDRESS, FOLDER, async (stage) => {
  await stage.opens(1440, 900);
  await stage.goes("/");
  await stage.page.getByLabel("演示人员").waitFor();
  await stage.looks("sign-in");
  await stage.signsIn("demo-admin");
  await stage.looks("home");
  await writes(stage);
  await stage.another("demo-releaser");
  await releases(stage);
  const session = await stage.another("demo-admin");
  await newKind(stage);
  await evaluates(stage);
  await stage.opens(390, 844, session);
  await narrow(stage);
});

async function writes(stage) {
  const { page, seen } = stage;
  await page.getByRole("navigation", { name: "定义" }).getByRole("link", { name: "事项", exact: true }).click();
  await page.getByRole("searchbox", { name: "按名称或编号查找" }).fill("water");
  await stage.looks("list");
  await page.getByRole("link", { name: /water-connection/ }).click();
  await page.getByRole("tab", { name: "历史" }).click();
  await page.getByText("装载").waitFor();
  await stage.looks("history");
  await page.getByRole("tab", { name: "引用" }).click();
  await stage.looks("uses");
  await page.getByRole("tab", { name: "内容", exact: true }).click();
  await stage.looks("definition");
  await page.getByRole("button", { name: "修改" }).click();
  const title = page.getByRole("textbox", { name: "名称 中文" });
  const kept = await title.inputValue();
  await title.fill("");
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await page.getByText(/检查未通过/).waitFor();
  await stage.looks("findings");
  seen.steps.refused = await page.getByRole("tabpanel", { name: /检查结果/ }).innerText();
  await page.getByRole("button", { name: /^查看/ }).first().click();
  seen.steps["at-the-field"] = await page.getByRole("group", { name: /^名称/ }).getByRole("alert").first().innerText();
  await stage.looks("draft-wrong");
  await title.fill(`${kept}（新）`);
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await page.getByText("检查通过").waitFor();
  await stage.looks("passed");
  await page.getByRole("tab", { name: "修改内容" }).click();
  await page.getByText("起草人不能发布自己的草稿").waitFor();
  seen.steps.author = (await page.getByRole("button", { name: "发布", exact: true }).count()) === 0;
  await page.getByRole("tab", { name: "内容", exact: true }).click();
  await stage.looks("draft");
}

async function releases(stage) {
  const { page, seen } = stage;
  await page.getByRole("link", { name: "草稿与发布" }).click();
  await stage.looks("drafts");
  await page.getByRole("main").getByRole("link", { name: /water-connection/ }).click();
  seen.steps["reads-only"] = (await page.getByRole("button", { name: "保存" }).count()) === 0;
  await page.getByRole("tab", { name: "修改内容" }).click();
  await page.getByText("名称 › 中文").waitFor();
  seen.steps.changes = await page.getByRole("tabpanel", { name: "修改内容" }).innerText();
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await page.getByText(/在办件 0 件/).waitFor();
  await page.getByRole("textbox", { name: "发布说明" }).fill("名称有变");
  await stage.looks("changes");
  await page.getByRole("button", { name: "发布", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "发布", exact: true }).click();
  await page.getByRole("heading", { name: /（新）/ }).waitFor();
  await page.getByRole("tab", { name: "历史" }).click();
  await page.getByText("名称有变").waitFor();
  await stage.looks("released");
  await page.getByRole("link", { name: "发布记录" }).click();
  await stage.looks("releases");
}

async function newKind(stage) {
  const { page, seen } = stage;
  await page.getByRole("navigation", { name: "定义" }).getByRole("link", { name: "示例种类" }).click();
  await page.getByRole("button", { name: "新建" }).click();
  await page.getByRole("textbox", { name: /^编号/ }).fill("first-one");
  await page.getByRole("textbox", { name: "中文名称" }).fill("第一个");
  await page.getByRole("button", { name: "开始起草" }).click();
  await page.getByRole("textbox", { name: "名称 中文" }).waitFor();
  seen.steps["no-reason-yet"] = (await page.getByRole("textbox", { name: /^理由/ }).count()) === 0;
  await choose(page, "方式", "特别");
  await page.getByRole("textbox", { name: /^理由/ }).fill("因为");
  await choose(page, "事项", "water-connection");
  await page.getByRole("button", { name: "步骤" }).click();
  await page.getByRole("button", { name: "添加 步骤" }).click();
  await page.getByRole("spinbutton", { name: /^天数/ }).fill("3");
  await stage.looks("new-kind");
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await page.getByText(/检查通过|检查未通过/).waitFor();
  await stage.looks("new-kind-checked");
  seen.steps["new-kind"] = await page.getByRole("tabpanel", { name: /检查结果/ }).innerText();
  await page.getByRole("tab", { name: "内容", exact: true }).click();
  seen.steps["new-kind-json"] = JSON.parse(await page.getByRole("textbox", { name: "完整 JSON" }).inputValue());
}

/** What a page tries by itself, unlike what a debugger does for it, is subject to its policy. */
async function evaluates({ page, seen }) {
  await page.evaluate(() => { setTimeout("globalThis.evaluated = true", 0); });
  await page.waitForTimeout(200);
  seen.evaluates = await page.evaluate(() => "evaluated" in globalThis);
}

async function choose(page, label, option) {
  await page.getByRole("combobox", { name: new RegExp(`^${label}`) }).click();
  await page.keyboard.type(option.slice(0, 2));
  await page.getByTitle(new RegExp(option)).last().click();
}

async function narrow(stage) {
  const { page } = stage;
  await stage.goes("/");
  await stage.looks("home-390");
  await page.getByRole("button", { name: "打开菜单" }).click();
  await stage.looks("menu-390");
  await page.getByRole("link", { name: "事项", exact: true }).last().click();
  await stage.looks("list-390");
  await stage.goes(ITEM);
  await page.getByRole("button", { name: "修改" }).waitFor();
  await stage.looks("definition-390");
  await page.getByRole("tab", { name: "历史" }).click();
  await stage.looks("history-390");
  await page.getByRole("button", { name: "修改" }).click();
  await page.getByRole("textbox", { name: "名称 中文" }).waitFor();
  await stage.looks("draft-390");
  await page.emulateMedia({ colorScheme: "dark" });
  await stage.looks("draft-dark-390");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Check", exact: true }).waitFor();
  await stage.looks("draft-english-390");
}
