// What officials do to any definition: begin one like another, check it, have a second person release it.
const PASSED = /检查未通过|检查通过/;

/** From the list of a kind: the sample opened, a new one begun like it under its own id and names. */
export async function beginsLike(hand, kind, sample, { id, zh, en }) {
  const { page } = hand;
  await hand.link(kind, page.getByRole("navigation", { name: "定义" }));
  await hand.types(page.getByRole("searchbox", { name: "按名称或编号查找" }), sample);
  await hand.link(new RegExp(`${sample}$`), page.getByRole("main"));
  await hand.button("以此为样新建");
  const dialog = page.getByRole("dialog");
  await hand.text(/^编号/, id, dialog);
  await hand.text("中文名称", zh, dialog);
  await hand.text("英文名称", en, dialog);
  await hand.button("开始起草", dialog);
  await page.getByRole("button", { name: "保存" }).waitFor();
}

/** Saves and asks the gate; what it refuses is what the robot could not do. */
export async function checks(hand) {
  const { page } = hand;
  await hand.button("检查");
  await page.getByRole("tabpanel", { name: /检查结果/ }).getByText(PASSED).waitFor();
  const said = await page.getByRole("tabpanel", { name: /检查结果/ }).innerText();
  if (!said.includes("检查通过")) throw new Error(`检查未通过：${said}`);
}

/** Another person finds the draft, checks it, says why, and releases it. */
export const releases = (hand, who, id, why) => releasesAll(hand, who, [id], why);

/** Drafts that were checked, released one after the other. */
export async function releasesAll(hand, who, ids, why) {
  await hand.leaves();
  await hand.signsIn(who);
  for (const id of ids) await releasesOne(hand, id, why);
}

async function releasesOne(hand, id, why) {
  const { page } = hand;
  await hand.link(/草稿与发布/);
  await hand.link(new RegExp(id), page.getByRole("main"));
  await hand.clicks(page.getByRole("tab", { name: "修改内容" }));
  await hand.button("检查");
  await hand.text("发布说明", why);
  await hand.button("发布");
  await hand.button("发布", page.getByRole("dialog"));
  await page.waitForURL(new RegExp(`/${id}$`));
}
