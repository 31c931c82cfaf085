// Robot 5: a random draw with the inspection that it opens. Four definitions like four that there are: where visits are
// written, the inspection, the trigger that opens it, the draw's plan. What refers to another is made when that is released.
import { adds, dates, lists, opens } from "./robot_forms.mjs";
import { addsFields, describes, named, setsLimits, tells, tries } from "./robot_parts.mjs";
import { beginsLike, checks, releasesAll } from "./robot_works.mjs";

export async function draw(hand, brief) {
  const register = named(brief, "登记簿");
  const item = named(brief, "事项");
  await hand.step("登录", () => hand.signsIn("demo-admin"));
  await hand.step("登记簿", async () => {
    await beginsLike(hand, "档案", brief.one("登记簿照"), register);
    for (const readers of brief.each("登记簿可读者")) await lists(hand, "可读者", readers);
    await checks(hand);
  });
  await hand.step("检查事项", () => inspects(hand, brief, item));
  await hand.step("试办", () => tries(hand));
  await hand.step("检查事项的检查", () => checks(hand));
  await hand.step("发布登记簿和事项", () => releasesAll(hand, "demo-releaser", [register.id, item.id], brief.one("发布说明")));
  await hand.step("再登录", async () => {
    await hand.leaves();
    await hand.signsIn("demo-admin");
  });
  await drawsInto(hand, brief, register.id, item.id);
}

/** The trigger and the plan, which refer to what is released by now. */
async function drawsInto(hand, brief, register, item) {
  const trigger = named(brief, "触发");
  const plan = named(brief, "方案");
  await hand.step("触发", async () => {
    await beginsLike(hand, "触发器", brief.one("触发照"), trigger);
    await follows(hand, brief, register, item);
    await checks(hand);
  });
  await hand.step("抽查方案", () => plans(hand, brief, plan, register));
  await hand.step("分层与试抽", () => rehearses(hand, brief));
  await hand.step("检查方案", () => checks(hand));
  await hand.step("发布触发和方案", () => releasesAll(hand, "demo-releaser", [trigger.id, plan.id], brief.one("发布说明")));
}

async function inspects(hand, brief, item) {
  await beginsLike(hand, "事项", brief.one("照此为样"), item);
  await describes(hand, brief);
  await addsFields(hand, brief);
  await setsLimits(hand, brief);
  await tells(hand, brief);
}

/** Every record that the draw writes opens the new inspection, with what the brief wants said in it. */
async function follows(hand, brief, register, item) {
  await hand.part("何事触发");
  await hand.chooses("登记簿", register);
  await hand.part("做什么");
  await opens(hand, "第 1 项");
  await hand.chooses("事项", item);
  for (const [field, said] of brief.each("触发填入")) await adds(hand, "表单", field, said);
}

async function plans(hand, brief, plan, register) {
  await beginsLike(hand, "随机抽查", brief.one("方案照"), plan);
  await hand.text("说明 中文", brief.one("方案说明"));
  await hand.text("说明 英文", brief.one("方案英文说明"));
  await hand.text("日志名称", brief.one("日志名称"));
  await dates(hand, "施行日", brief.one("施行日"));
  await hand.chooses("所用随机源", brief.one("随机源"));
  await hand.number("检查完成天数", brief.one("检查天数"));
  await lists(hand, "抽查事项", brief.each("抽查事项").flat());
  const [[period, unit, day, hour]] = brief.each("周期");
  await hand.part("周期");
  await hand.chooses("周期", period);
  await hand.chooses("计日方式", unit);
  await hand.number("周期内第几日", day);
  await hand.number("几时", hour);
  await hand.part("检查对象名录");
  for (const [field, said] of brief.each("对象条件")) {
    await opens(hand, field);
    await hand.text(field, said);
  }
  for (const departments of brief.each("参加部门")) {
    await opens(hand, "departments");
    await lists(hand, "定值", departments);
    await hand.part("公共随机源");
    await seals(hand, departments);
  }
  await hand.part("检查任务");
  await hand.chooses("登记簿", register, hand.page.getByRole("region", { name: "检查任务" }));
}

/** The departments whose sealed numbers decide with the lottery. */
async function seals(hand, departments) {
  const fallback = hand.page.getByRole("group", { name: /^备用/ }).first();
  await opens(hand, "第 1 项", fallback);
  await lists(hand, "部门", departments, fallback);
}

/** Shares, caps and teams, and whether they can be filled by as many as the brief counts on. */
async function rehearses(hand, brief) {
  await hand.part("抽查方案");
  for (const [layer, share, least, most] of brief.each("分层")) {
    await hand.number(`${layer} 比例（%）`, share.replace("%", ""));
    await hand.number(`${layer} 至少`, least);
    await hand.number(`${layer} 至多`, most);
  }
  for (const [slot, department] of brief.each("席位")) await hand.chooses(`${slot} 部门`, department);
  await hand.number("每人至多检查几户", brief.one("每人上限"));
  for (const [value, count] of brief.each("试抽户数")) await hand.number(`“${value}”户数`, count);
  for (const [department, count] of brief.each("试抽人数")) await hand.number(`${department}执法人员数`, count);
  await hand.button("试抽一次");
  const said = await hand.page.getByRole("region", { name: "试抽", exact: true }).getByRole("status").innerText();
  if (!said.includes("检查组都能配齐")) throw new Error(`试抽：${said}`);
}
