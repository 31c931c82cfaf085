// What officials fill in of an item: its codes, fields of its form, materials, limits, the guide, the days of its examples.
const KINDS = new Set(["文字", "数字", "日期", "是或否"]);

export async function describes(hand, brief) {
  await hand.part("基本信息");
  await hand.text("说明 中文", brief.one("说明"));
  await hand.text("说明 英文", brief.one("英文说明"));
  const codes = ["基本编码", "实施编码", "业务办理项编码"].filter((name) => brief.each(name).length > 0);
  if (codes.length > 0) await hand.part("编码");
  for (const name of codes) await hand.text(new RegExp(`^${name}`), brief.one(name));
}

/** What the public reads of the promised limit. */
export async function tells(hand, brief) {
  await hand.part("办事指南");
  await hand.text("承诺办结时限说明 中文", brief.one("指南写明"));
  await hand.text("承诺办结时限说明 英文", brief.one("英文指南写明"));
}

/** Of a definition: its id and its names, each under “<what>编号” and so on; `what` of an item is 事项. */
export const named = (brief, what) => ({ id: brief.one(`${what}编号`), zh: brief.one(`${what}名称`), en: brief.one(what === "事项" ? "英文名称" : `${what}英文名称`) });

/** What the brief adds to the form, to the materials; the limits that it sets, promised or not. */
export async function addsFields(hand, brief) {
  await hand.part("申请表单");
  for (const field of brief.each("申请表增加")) await asks(hand, field);
}

export async function addsMaterials(hand, brief) {
  await hand.part("申请材料");
  for (const material of brief.each("申请材料增加")) await wantsMaterial(hand, material);
}

export async function setsLimits(hand, brief) {
  await hand.part("时限");
  for (const limit of [...brief.each("承诺时限"), ...brief.each("时限")]) await limits(hand, limit);
}

async function asks(hand, [kind, zh, en]) {
  if (!KINDS.has(kind)) throw new Error(`任务单里的字段类型“${kind}”不认识`);
  const dialog = hand.page.getByRole("dialog");
  await hand.button("添加字段");
  await hand.clicks(dialog.getByRole("radio", { name: new RegExp(`^${kind}`) }));
  await hand.text("名称 中文", zh, dialog);
  await hand.text("名称 英文", en, dialog);
  await hand.button("添加", dialog);
  await dialog.waitFor({ state: "hidden" });
}

async function wantsMaterial(hand, [zh, en]) {
  await hand.button("添加材料");
  await hand.text("材料名称 中文", zh);
  await hand.text("材料名称 英文", en);
  await hand.clicks(hand.page.getByRole("checkbox", { name: /^必要材料/ })); // those of the examples go without it
}

async function limits(hand, [clock, length]) {
  const [, days, unit] = /^(\d+)个(工作日|自然日)$/.exec(length) ?? [];
  if (unit !== "工作日") throw new Error(`任务单里的时限“${length}”不认识`);
  await hand.button(`修改 ${clock}`);
  await hand.number("多长", days, hand.page.getByRole("region", { name: clock, exact: true }));
}

/** Plays all examples; where due days moved with a limit, looks at them and takes them over. */
export async function tries(hand) {
  const { page } = hand;
  await hand.part("试办");
  await hand.button("全部样例试办");
  await page.getByText(/^共 \d+ 个样例/).waitFor();
  const moved = page.getByRole("button", { name: "按试办结果更新预期到期日" });
  if (!(await moved.isVisible())) return;
  await hand.clicks(moved);
  await hand.button("全部样例试办");
  await page.getByText(/^共 \d+ 个样例/).waitFor();
}
