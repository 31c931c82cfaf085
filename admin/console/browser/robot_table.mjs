// What officials do in a decision table: fill in a cell, try some facts, keep a trial as a test, bring tests up to date.

/** A cell of a condition: how it compares and with what; several values stand between “、”. */
export async function compares(hand, row, column, way, value) {
  const dialog = await opens(hand, row, column);
  await hand.chooses("怎样算符合", way, dialog);
  if (way.includes("其中")) await among(hand, dialog, value.split("、"));
  else await hand.number("值", value, dialog);
  await shuts(hand, dialog);
}

/** A cell of a result, out of those that the table may give. */
export async function answers(hand, row, column, value) {
  const dialog = await opens(hand, row, column);
  await hand.chooses("值", value, dialog);
  await shuts(hand, dialog);
}

/** Tries facts and keeps what comes of them as a test of the row that they must find. */
export async function keepsTest(hand, [name, ...said]) {
  const { page } = hand;
  const trial = page.getByRole("region", { name: "试算", exact: true });
  const row = said.pop();
  for (const fact of said) {
    const [title, value] = fact.split(" ");
    if (/^\d+$/.test(value)) await hand.number(title, value, trial);
    else await hand.chooses(title, value, trial);
  }
  await hand.button("试算", trial);
  await trial.getByText(`命中：${row}`, { exact: true }).waitFor();
  await hand.text("测试名称", name);
  await hand.button("存为测试", trial);
}

/** Tests that hold no more after a change of the rules, brought up to what is decided now. */
export async function keepsUp(hand) {
  const update = hand.page.getByRole("region", { name: "测试", exact: true }).getByRole("button", { name: /^照现在的结果更新/ });
  while ((await update.count()) > 0) await hand.clicks(update.first());
}

async function opens(hand, row, column) {
  await hand.button(new RegExp(`^${row} ${column}：`));
  return hand.page.getByRole("dialog");
}

async function shuts(hand, dialog) {
  await hand.button("确定", dialog);
  await dialog.waitFor({ state: "hidden" });
}

/** Of the values that a fact may have just these: the sentence below says which are chosen. */
async function among(hand, dialog, wanted) {
  const chosen = (await dialog.getByRole("status").innerText()).split("：").at(-1).split("或");
  await hand.choosesSeveral("值", [...wanted.filter((one) => !chosen.includes(one)), ...chosen.filter((one) => !wanted.includes(one))], dialog);
  await hand.clicks(dialog.getByText(/^填写单元格：/)); // the list closes
}
