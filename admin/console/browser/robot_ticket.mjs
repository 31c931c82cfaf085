// Robot 4: a ticket as a hotline takes it, like one that there is, and the notice by which people hear of its answer.
import { lists, opens } from "./robot_forms.mjs";
import { addsFields, addsMaterials, describes, named, setsLimits, tells, tries } from "./robot_parts.mjs";
import { beginsLike, checks, releasesAll } from "./robot_works.mjs";

export async function ticket(hand, brief) {
  const item = named(brief, "事项");
  const notice = named(brief, "通知");
  await hand.step("登录", () => hand.signsIn("demo-admin"));
  await hand.step("以此为样新建", () => beginsLike(hand, "事项", brief.one("照此为样"), item));
  await hand.step("说明", () => describes(hand, brief));
  await hand.step("申请表单", () => addsFields(hand, brief));
  await hand.step("申请材料", () => addsMaterials(hand, brief));
  await hand.step("时限", () => setsLimits(hand, brief));
  await hand.step("办事指南", () => guides(hand, brief));
  await hand.step("试办", () => tries(hand));
  await hand.step("检查", () => checks(hand));
  await hand.step("答复通知", () => notifies(hand, brief, notice));
  await hand.step("检查通知", () => checks(hand));
  await hand.step("发布", () => releasesAll(hand, "demo-releaser", [item.id, notice.id], brief.one("发布说明")));
}

async function guides(hand, brief) {
  await tells(hand, brief);
  for (const [step, zh, en] of brief.each("办理流程")) {
    const steps = hand.page.getByRole("group", { name: /^办理流程/ }).first();
    await opens(hand, step, steps);
    await hand.text(/ 中文$/, zh, steps);
    await hand.text(/ 英文$/, en, steps);
  }
}

async function notifies(hand, brief, notice) {
  await beginsLike(hand, "通知", brief.one("通知照"), notice);
  await lists(hand, "触发事件", brief.each("通知时机").flat());
  await hand.text("标题 中文", brief.one("通知标题"));
  await hand.text("标题 英文", brief.one("通知英文标题"));
  await hand.part("模板与预览");
  await hand.text("模板 中文", brief.one("通知内容"));
  await hand.text("模板 英文", brief.one("通知英文内容"));
}
