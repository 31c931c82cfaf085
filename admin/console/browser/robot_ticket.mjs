// Robot 4: a ticket as a hotline takes it, like one that there is, and the notice by which people hear of its answer.
import { lists, opens } from "./robot_forms.mjs";
import { asks, promises, tries, wantsMaterial } from "./robot_parts.mjs";
import { beginsLike, checks, releasesAll } from "./robot_works.mjs";

export async function ticket(hand, brief) {
  const item = { id: brief.one("事项编号"), zh: brief.one("事项名称"), en: brief.one("英文名称") };
  const notice = { id: brief.one("通知编号"), zh: brief.one("通知名称"), en: brief.one("通知英文名称") };
  await hand.step("登录", () => hand.signsIn("demo-admin"));
  await hand.step("以此为样新建", () => beginsLike(hand, "事项", brief.one("照此为样"), item));
  await hand.step("说明", async () => {
    await hand.text("说明 中文", brief.one("说明"));
    await hand.text("说明 英文", brief.one("英文说明"));
  });
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
  await hand.step("办事指南", () => guides(hand, brief));
  await hand.step("试办", async () => {
    await hand.part("试办");
    await tries(hand);
  });
  await hand.step("检查", () => checks(hand));
  await hand.step("答复通知", () => tells(hand, brief, notice));
  await hand.step("检查通知", () => checks(hand));
  await hand.step("发布", () => releasesAll(hand, "demo-releaser", [item.id, notice.id], brief.one("发布说明")));
}

async function guides(hand, brief) {
  await hand.part("办事指南");
  await hand.text("承诺办结时限说明 中文", brief.one("指南写明"));
  await hand.text("承诺办结时限说明 英文", brief.one("英文指南写明"));
  for (const [step, zh, en] of brief.each("办理流程")) {
    const steps = hand.page.getByRole("group", { name: /^办理流程/ }).first();
    await opens(hand, step, steps);
    await hand.text(/ 中文$/, zh, steps);
    await hand.text(/ 英文$/, en, steps);
  }
}

async function tells(hand, brief, notice) {
  await beginsLike(hand, "通知", brief.one("通知照"), notice);
  await lists(hand, "触发事件", brief.each("通知时机").flat());
  await hand.text("标题 中文", brief.one("通知标题"));
  await hand.text("标题 英文", brief.one("通知英文标题"));
  await hand.part("模板与预览");
  await hand.text("模板 中文", brief.one("通知内容"));
  await hand.text("模板 英文", brief.one("通知英文内容"));
}
