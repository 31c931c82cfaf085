// Robot 2: an approval that several departments give side by side, each in a case of its own.
import { asks, describes, promises, tells, tries, wantsMaterial } from "./robot_parts.mjs";
import { beginsLike, checks, releases } from "./robot_works.mjs";

export async function parallel(hand, brief) {
  const id = brief.one("事项编号");
  const named = { id, zh: brief.one("事项名称"), en: brief.one("英文名称") };
  await hand.step("登录", () => hand.signsIn("demo-admin"));
  await hand.step("以此为样新建", () => beginsLike(hand, "事项", brief.one("照此为样"), named));
  await hand.step("说明", () => describes(hand, brief));
  await hand.step("申请表单", async () => {
    await hand.part("申请表单");
    for (const field of brief.each("申请表增加")) await asks(hand, field);
  });
  await hand.step("申请材料", async () => {
    await hand.part("申请材料");
    for (const material of brief.each("申请材料增加")) await wantsMaterial(hand, material);
  });
  await hand.step("成员办件", async () => {
    await hand.part("成员办件");
    for (const [name] of brief.each("不设成员")) await parts(hand, name);
    for (const member of brief.each("成员增加")) await joins(hand, member);
    for (const change of brief.each("成员改由")) await goesTo(hand, change);
  });
  await hand.step("时限", async () => {
    await hand.part("时限");
    for (const limit of brief.each("承诺时限")) await promises(hand, limit);
  });
  await hand.step("办事指南", async () => {
    await tells(hand, brief);
    await hand.choosesSeveral("联办机构", brief.each("联办机构增加").flat());
  });
  await hand.step("试办", async () => {
    await hand.part("试办");
    await tries(hand);
  });
  await hand.step("检查", () => checks(hand));
  await hand.step("发布", () => releases(hand, "demo-releaser", id, brief.one("发布说明")));
}

/** One department more that says what it thinks. */
async function joins(hand, [zh, en, department]) {
  const dialog = hand.page.getByRole("dialog");
  await hand.button("添加成员");
  await hand.text("成员名称 中文", zh, dialog);
  await hand.text("成员名称 英文", en, dialog);
  await hand.chooses("承办单位", department, dialog);
  await hand.button("添加", dialog);
  await dialog.waitFor({ state: "hidden" });
}

/** One less. */
async function parts(hand, name) {
  const dialog = hand.page.getByRole("dialog");
  await hand.button(`删除 ${name}`);
  await hand.button("删除", dialog);
  await dialog.waitFor({ state: "hidden" });
}

async function goesTo(hand, [name, department]) {
  await hand.button(new RegExp(`^\\d+\\. ${name}`));
  await hand.chooses("承办单位", department);
  await hand.button(new RegExp(`^\\d+\\. ${name}`)); // shut again
}
