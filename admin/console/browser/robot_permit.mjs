// Robot 1: a simple permit, like one that there is.
import { addsFields, addsMaterials, describes, named, setsLimits, tells, tries } from "./robot_parts.mjs";
import { beginsLike, checks, releases } from "./robot_works.mjs";

export async function permit(hand, brief) {
  const item = named(brief, "事项");
  await hand.step("登录", () => hand.signsIn("demo-admin"));
  await hand.step("以此为样新建", () => beginsLike(hand, "事项", brief.one("照此为样"), item));
  await hand.step("说明与编码", () => describes(hand, brief));
  await hand.step("申请表单", () => addsFields(hand, brief));
  await hand.step("申请材料", () => addsMaterials(hand, brief));
  await hand.step("时限", () => setsLimits(hand, brief));
  await hand.step("办事指南", () => tells(hand, brief));
  await hand.step("试办", () => tries(hand));
  await hand.step("检查", () => checks(hand));
  await hand.step("发布", () => releases(hand, "demo-releaser", item.id, brief.one("发布说明")));
}
