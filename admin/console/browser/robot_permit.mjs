// Robot 1: a simple permit, like one that there is.
import { asks, describes, promises, tells, tries, wantsMaterial } from "./robot_parts.mjs";
import { beginsLike, checks, releases } from "./robot_works.mjs";

export async function permit(hand, brief) {
  const id = brief.one("事项编号");
  const named = { id, zh: brief.one("事项名称"), en: brief.one("英文名称") };
  await hand.step("登录", () => hand.signsIn("demo-admin"));
  await hand.step("以此为样新建", () => beginsLike(hand, "事项", brief.one("照此为样"), named));
  await hand.step("说明与编码", () => describes(hand, brief));
  await hand.step("申请表单", async () => {
    await hand.part("申请表单");
    for (const field of brief.each("申请表增加")) await asks(hand, field);
  });
  await hand.step("申请材料", async () => {
    await hand.part("申请材料");
    for (const material of brief.each("申请材料增加")) await wantsMaterial(hand, material);
  });
  await hand.step("时限", async () => {
    await hand.part("时限");
    for (const limit of brief.each("承诺时限")) await promises(hand, limit);
  });
  await hand.step("办事指南", () => tells(hand, brief));
  await hand.step("试办", async () => {
    await hand.part("试办");
    await tries(hand);
  });
  await hand.step("检查", () => checks(hand));
  await hand.step("发布", () => releases(hand, "demo-releaser", id, brief.one("发布说明")));
}
