// Robot 3: a matter that a decision table decides at once: first the table, then the item that asks it.
import { addsFields, addsMaterials, describes, named, setsLimits, tells, tries } from "./robot_parts.mjs";
import { answers, compares, keepsTest, keepsUp } from "./robot_table.mjs";
import { beginsLike, checks, releases } from "./robot_works.mjs";

export async function instant(hand, brief) {
  const rules = named(brief, "规则");
  const item = named(brief, "事项");
  await hand.step("登录", () => hand.signsIn("demo-admin"));
  await hand.step("决策表以此为样新建", () => beginsLike(hand, "规则", brief.one("规则照此为样"), rules));
  await hand.step("决策表说明", async () => {
    await hand.part("基本信息");
    await hand.text("说明 中文", brief.one("规则说明"));
    await hand.text("说明 英文", brief.one("规则英文说明"));
  });
  await hand.step("决策表", () => fillsIn(hand, brief));
  await hand.step("试算", async () => {
    for (const trial of brief.each("试算")) await keepsTest(hand, trial);
    await keepsUp(hand);
  });
  await hand.step("检查决策表", () => checks(hand));
  await hand.step("发布决策表", () => releases(hand, "demo-releaser", rules.id, brief.one("规则发布说明")));
  await hand.step("再登录", async () => {
    await hand.leaves();
    await hand.signsIn("demo-admin");
  });
  await hand.step("事项以此为样新建", () => beginsLike(hand, "事项", brief.one("照此为样"), item));
  await hand.step("说明与编码", () => describes(hand, brief));
  await hand.step("申请表单与材料", async () => {
    await addsFields(hand, brief);
    await addsMaterials(hand, brief);
  });
  await hand.step("用上决策表", async () => {
    await hand.part("规则");
    await hand.chooses("受理判定", rules.zh);
  });
  await hand.step("时限与指南", async () => {
    await setsLimits(hand, brief);
    await tells(hand, brief);
  });
  await hand.step("试办", () => tries(hand));
  await hand.step("检查", () => checks(hand));
  await hand.step("发布", () => releases(hand, "demo-releaser", item.id, brief.one("发布说明")));
}

/** The cells that the brief changes, the rows that it adds, on what ground. */
async function fillsIn(hand, brief) {
  await hand.part("版本");
  for (const [row, column, way, value] of brief.each("改条件")) await compares(hand, row, column, way, value);
  let rows = await hand.page.getByRole("region", { name: "规则行" }).getByRole("rowheader").count();
  for (const [why, ...cells] of brief.each("增加一行")) {
    await hand.button("添加一行");
    rows += 1;
    const row = `row-${rows}`; // as the screen calls it
    for (const cell of cells) {
      const [column, way, ...said] = cell.split(" ");
      if (way === "为") await answers(hand, row, column, said.join(" "));
      else await compares(hand, row, column, way, said.join(" "));
    }
    await hand.text(`说明与依据 ${row}`, why);
  }
  await hand.text("依据 中文", brief.one("规则依据"));
  await hand.text("依据 英文", brief.one("规则英文依据"));
}
