// Robot 2: an approval that several departments give side by side, each in a case of its own.
import { addsFields, addsMaterials, describes, named, setsLimits, tells, tries } from "./robot_parts.mjs";
import { beginsLike, checks, releases } from "./robot_works.mjs";

export async function parallel(hand, brief) {
  const item = named(brief, "事项");
  await hand.step("登录", () => hand.signsIn("demo-admin"));
  await hand.step("以此为样新建", () => beginsLike(hand, "事项", brief.one("照此为样"), item));
  await hand.step("说明", () => describes(hand, brief));
  await hand.step("申请表单", () => addsFields(hand, brief));
  await hand.step("申请材料", () => addsMaterials(hand, brief));
  await hand.step("成员办件", async () => {
    await hand.part("成员办件");
    for (const [name] of brief.each("不设成员")) await parts(hand, name);
    for (const member of brief.each("成员增加")) await joins(hand, member);
    for (const change of brief.each("成员改由")) await goesTo(hand, change);
  });
  await hand.step("时限", () => setsLimits(hand, brief));
  await hand.step("办事指南", async () => {
    await tells(hand, brief);
    await hand.choosesSeveral("联办机构", brief.each("联办机构增加").flat());
  });
  await hand.step("试办", () => tries(hand));
  await hand.step("检查", () => checks(hand));
  await hand.step("发布", () => releases(hand, "demo-releaser", item.id, brief.one("发布说明")));
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
