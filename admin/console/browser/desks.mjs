// A food licence from the queue to its document, four officials one after another; what a second one does meanwhile is seen.
//   node desks.mjs <address of the console> <folder for screenshots>
import { ADDRESS, FOLDER, played } from "./stage.mjs";

const WIDE = [1440, 900];
const NARROW = [390, 844];

await played(ADDRESS, FOLDER, async (stage) => {
  const { seen } = stage;
  let page = await stage.opens(...WIDE);

  // the window clerk
  await stage.signsIn("demo-food-window");
  await stage.looks("home");
  await stage.turns("办件队列");
  await page.getByRole("table", { name: "办件队列" }).waitFor();
  await stage.looks("queue");
  seen.steps.lights = await page.getByRole("group", { name: "按时限筛选" }).innerText();
  await page.getByRole("group", { name: "按时限筛选" }).getByRole("button", { name: /^紧急/ }).click();
  await page.getByText("显示 1 件").waitFor();
  const first = page.getByRole("row").nth(1);
  const number = await first.getByRole("link").innerText();
  seen.steps.first = number;
  await first.getByRole("button", { name: `领办 ${number}` }).click();
  await first.getByText("我", { exact: true }).waitFor();
  await page.getByRole("group", { name: "按时限筛选" }).getByRole("button", { name: /^紧急/ }).click();
  await page.getByText("显示 9 件").waitFor();
  await bulk(stage, page);
  await page.getByRole("link", { name: number }).click();
  await page.getByRole("region", { name: "我可以办理" }).waitFor();
  await page.getByText("望城示例餐饮店").first().waitFor();
  await stage.looks("case");
  seen.steps.offered = await page.getByRole("region", { name: "我可以办理" }).getByRole("button").allInnerTexts();
  await page.getByRole("button", { name: /^逐日说明 受理审查/ }).click();
  await page.getByRole("dialog").getByRole("table").waitFor();
  await stage.looks("clock");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "受理", exact: true }).click();
  await page.getByRole("textbox", { name: "说明" }).fill("材料齐全");
  await stage.looks("accept");
  const sent = [];
  page.on("request", (request) => request.url().endsWith("/moves") && sent.push(request.headers()["idempotency-key"]));
  await page.getByRole("button", { name: "确认受理" }).dblclick();
  await page.getByText(/已办理：受理/).waitFor();
  seen.steps.sent = sent.length;
  await page.getByText("正等待：承办岗").waitFor();
  const where = new URL(page.url()).pathname.replace("/admin", "");
  await stage.leaves();

  // the handler, the reviewer, the decider
  await decide(stage, where, "demo-handler", "提出承办意见", async () => {
    await stage.chooses(page.getByRole("combobox", { name: /^承办意见/ }), "准予");
    await page.getByRole("textbox", { name: /^依据和理由/ }).fill("符合食品安全法第三十三条");
  });
  await decide(stage, where, "demo-reviewer", "审核通过", async () => {
    await page.getByRole("textbox", { name: /^审核意见/ }).fill("同意");
  });
  await decide(stage, where, "demo-decider", "准予", async () => undefined, async () => {
    await page.getByRole("tab", { name: "文书" }).click();
    await page.getByRole("button", { name: /^查看打印 准予/ }).click();
    const printed = page.frameLocator("iframe").locator("body");
    await printed.getByText("准予").first().waitFor();
    seen.steps.document = await printed.innerText();
    await stage.looks("document");
    await page.keyboard.press("Escape");
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: /^PDF 准予/ }).click();
    seen.steps.pdf = (await saving).suggestedFilename();
    await stage.looks("papers");
    await page.getByRole("tab", { name: "经过" }).click();
    for (const word of ["审核意见", "受理并公示", "承办审查"]) await page.getByRole("region", { name: "经过" }).getByText(word).first().waitFor(); // words come after events
    seen.steps.timeline = await page.getByRole("region", { name: "经过" }).innerText();
    await stage.looks("timeline");
  });

  // a colleague is faster
  await overtaken(stage, page);

  // narrow
  page = await stage.opens(...NARROW, await stage.session());
  await stage.goes("/queue");
  await page.getByRole("table", { name: "办件队列" }).waitFor();
  await stage.looks("queue-390");
  await page.getByRole("checkbox", { name: "全选" }).evaluate((box) => box.click());
  await stage.looks("bulk-390");
  await page.getByRole("link", { name: "MR20260304-0001" }).click();
  await page.getByRole("region", { name: "我可以办理" }).waitFor();
  await page.getByText("望城示例餐饮店").first().waitFor();
  await stage.looks("case-390");
  await page.getByRole("tab", { name: "经过" }).click();
  await page.getByRole("region", { name: "经过" }).waitFor();
  await stage.looks("timeline-390");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("tab", { name: "Application" }).click();
  await stage.looks("case-dark-english-390");
});

/** Several moves at once, one of which somebody else has made meanwhile. */
async function bulk(stage, page) {
  const { seen } = stage;
  const rows = page.getByRole("row");
  const numbers = [];
  for (const place of [7, 8, 9]) numbers.push(await rows.nth(place).getByRole("link").innerText());
  for (const number of numbers) await page.getByRole("checkbox", { name: `选择 ${number}` }).check();
  await stage.looks("bulk");
  await elsewhere(page, numbers[2], "accept");
  await page.getByRole("region", { name: "批量办理" }).getByRole("button", { name: "受理", exact: true }).click();
  await page.getByRole("button", { name: "对 3 件受理" }).click();
  await page.getByText("成功 2 件，未成 1 件").waitFor();
  seen.steps.bulk = await page.getByRole("list", { name: "未成的办件及原因" }).innerText();
  seen.steps.numbers = numbers;
  await stage.looks("bulk-done");
  await page.getByRole("button", { name: "完成" }).click();
  await page.getByRole("button", { name: "取消选择" }).click();
}

/** The same move by another official, outside this page. */
async function elsewhere(page, number, move) {
  await page.evaluate(async ([number, move]) => {
    const minted = await fetch("/v1/dev/tokens", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ subject: "person:demo-window", roles: ["staff"], department: "market-regulation" }) });
    const { token } = await minted.json();
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
    const seen = await (await fetch(`/v1/cases/${number}`, { headers })).json();
    const done = await fetch(`/v1/cases/${seen.case_id}/moves`, { method: "POST", headers, body: JSON.stringify({ move, input: {} }) });
    if (!done.ok) throw new Error(await done.text());
  }, [number, move]);
}

async function decide(stage, where, who, move, fill, then) {
  const { page, seen } = stage;
  await stage.signsIn(who);
  await stage.goes(where);
  await page.getByRole("region", { name: "我可以办理" }).getByRole("button", { name: move, exact: true }).click();
  await fill();
  await stage.looks(`move-${who}`);
  await page.getByRole("button", { name: `确认${move}` }).click();
  await page.getByText(`已办理：${move}`).waitFor();
  seen.steps[who] = await page.getByRole("region", { name: "我可以办理" }).innerText();
  if (then) await then();
  await stage.leaves();
}

async function overtaken(stage, page) {
  const { seen } = stage;
  await stage.signsIn("demo-food-window");
  await stage.turns("办件队列");
  const row = page.getByRole("row").filter({ hasText: "收件" }).filter({ hasText: "正常" }).first();
  const number = await row.getByRole("link").innerText();
  await row.getByRole("link").click();
  await page.getByRole("region", { name: "我可以办理" }).getByRole("button", { name: "受理", exact: true }).click();
  await elsewhere(page, number, "accept");
  await page.getByRole("button", { name: "确认受理" }).click();
  await page.getByText("办件刚刚有变化").waitFor();
  await page.getByRole("list", { name: "期间发生的事" }).getByRole("listitem").first().waitFor();
  await page.getByRole("alert").getByText("承办审查").waitFor();
  await page.getByRole("list", { name: "期间发生的事" }).getByText("受理并公示").waitFor(); // words come after events
  seen.steps.since = await page.getByRole("alert").first().innerText();
  await stage.looks("overtaken");
  await page.getByRole("button", { name: "取消" }).click();
}
