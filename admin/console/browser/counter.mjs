// A clerk at the counter files a food licence for a firm that is present; registers, import, draws, webhooks, the board, the plan.
//   node counter.mjs <address of the console> <folder for screenshots> <code of the firm that is present> <codes of two hosts>
import { ADDRESS, FOLDER, GIVEN, played } from "./stage.mjs";

const WIDE = [1440, 900];
const NARROW = [390, 844];

await played(ADDRESS, FOLDER, async (stage) => {
  const { seen } = stage;
  let page = await stage.opens(...WIDE);
  const codes = GIVEN;
  await stage.signsIn("demo-food-window");
  await stage.turns("综合窗");
  await page.getByRole("textbox", { name: "统一社会信用代码" }).fill(codes[0]);
  await stage.looks("counter-who");
  await page.getByRole("button", { name: "开始" }).click();
  await page.getByRole("searchbox", { name: "查找事项" }).fill("食品经营");
  await page.getByRole("button", { name: /^食品经营许可/ }).first().waitFor();
  await stage.looks("counter-find");
  await page.getByRole("button", { name: /^食品经营许可/ }).first().click();
  await page.getByRole("textbox", { name: /^经营者名称/ }).fill("望城示例面馆");
  await stage.looks("counter-empty");
  await page.getByRole("button", { name: "提交收件" }).click();
  await page.getByText(/有 \d+ 处需要更正/).waitFor();
  seen.steps.wrong = Number((await page.getByText(/有 \d+ 处需要更正/).innerText()).match(/\d+/)[0]);
  seen.steps.kept = await page.getByRole("textbox", { name: /^经营者名称/ }).inputValue();
  await stage.looks("counter-wrong");
  await fill(stage);
  await stage.looks("counter-filled");
  await page.getByRole("button", { name: "提交收件" }).click();
  await page.getByRole("heading", { name: "已收件" }).waitFor();
  seen.steps.number = (await page.getByRole("region", { name: "已收件" }).innerText()).match(/[A-Z]+\d{8}-\d+/)[0];
  await page.getByRole("button", { name: /^查看打印/ }).first().waitFor();
  await stage.looks("counter-receipt");
  await page.getByRole("button", { name: /^查看打印/ }).first().click();
  const printed = page.frameLocator("iframe").locator("body");
  await printed.getByText(seen.steps.number).first().waitFor();
  seen.steps.receipt = await printed.innerText();
  await stage.looks("counter-printed");
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "登记授权" }).click();
  await page.getByRole("combobox", { name: "被授权人" }).waitFor();
  await stage.looks("counter-mandate");

  // the dashboard and the plan
  await stage.turns("看板");
  await page.getByRole("table", { name: "各部门红黄绿灯" }).waitFor();
  await page.waitForTimeout(1_200); // bars grow
  await stage.looks("board");
  await stage.turns("规划落实");
  await page.getByText(/共 462 项/).waitFor();
  seen.steps.plan = await page.getByText(/共 462 项/).innerText();
  await stage.looks("plan");
  await stage.turns("抽签厅");
  await page.getByRole("heading", { name: "抽签厅" }).waitFor();
  await stage.looks("draws");
  const clerk = await stage.session();
  await stage.leaves();

  // a register: brought in from a table, looked at, taken out
  await stage.signsIn("demo-handler");
  await stage.turns("登记簿");
  await page.getByRole("searchbox", { name: "按名称查找登记簿" }).fill("cluster-hosts");
  await stage.looks("registers");
  await page.getByRole("link", { name: /cluster-hosts/ }).click();
  await page.getByRole("tab", { name: "导入" }).click();
  const table = `统一社会信用代码,名称,名额,剩余名额\n${codes[1]},示例托管一号,30,12\n${codes[2]},示例托管二号,多少,3\n`;
  await page.getByLabel("选择文件").setInputFiles({ name: "hosts.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await page.getByRole("button", { name: "开始导入" }).click();
  await page.getByRole("table", { name: "有误的行" }).waitFor();
  seen.steps.counts = await page.getByText(/已处理 2 \/ 2 行/).innerText();
  seen.steps.flaws = await page.getByRole("table", { name: "有误的行" }).getByRole("row").nth(1).innerText();
  await stage.looks("import");
  await page.getByRole("tab", { name: "档案" }).click();
  await page.getByRole("link", { name: codes[1] }).waitFor();
  await stage.looks("register");
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出" }).click();
  seen.steps.exported = (await saving).suggestedFilename();
  await page.getByRole("link", { name: codes[1] }).click();
  await page.getByRole("heading", { name: "历史版本" }).waitFor();
  await stage.looks("record");
  await stage.leaves();

  // an outside system looks after its subscriptions
  await stage.signsIn("system:demo-city");
  await stage.turns("推送");
  await page.getByRole("textbox", { name: "接收地址" }).fill("https://hooks.example.cn/jisheng");
  await page.getByRole("textbox", { name: "名称" }).fill("市级平台");
  await page.getByRole("button", { name: "订阅", exact: true }).click();
  await page.getByText("密钥只显示这一次").waitFor();
  await stage.looks("webhooks");
  await page.getByRole("link", { name: /^市级平台/ }).click();
  await page.getByRole("button", { name: "发送测试事件" }).click();
  await page.getByText(/测试事件已发出/).waitFor();
  await page.getByRole("button", { name: "暂停" }).click();
  await page.getByRole("button", { name: "恢复" }).waitFor();
  seen.steps.paused = await page.getByText("已暂停").first().innerText();
  await stage.looks("subscription");

  page = await stage.opens(...NARROW, clerk);
  for (const [path, name, ready] of [["counter", "counter-390", "谁在窗口"], ["board", "board-390", "各部门红黄绿灯"], ["plan", "plan-390", "S001"], ["draw-hall", "draws-390", "部门联合"], ["registers/cluster-hosts", "register-390", "示例托管一号"]]) {
    await stage.goes(`/${path}`);
    await page.getByText(ready).first().waitFor();
    await stage.looks(name);
  }
});

/** Everything that a food licence asks for, as somebody present tells it. */
async function fill(stage) {
  const { page } = stage;
  const type = (label, said, nth = 0) => page.getByRole("textbox", { name: label }).nth(nth).fill(said);
  const list = (within, label) => within.getByRole("combobox", { name: label });
  const say = (label, word) => page.getByRole("radiogroup", { name: label }).getByRole("radio", { name: word }).click();
  const person = page.getByRole("group", { name: /^法定代表人/ });
  await person.getByRole("textbox", { name: /^姓名/ }).fill("王示例");
  await stage.chooses(list(person, /^证件类型/), "居民身份证");
  await person.getByRole("textbox", { name: /^证件号码/ }).fill("430112199007212025");
  await stage.chooses(list(page, /^主体业态/), "餐饮服务");
  await stage.chooses(list(page, /^经营项目/), "热食类食品制售", true);
  await page.keyboard.press("Escape");
  await say(/^通过网络经营/, "否");
  const premises = page.getByRole("group", { name: /^经营场所/ }).first();
  await stage.chooses(list(premises, /^场所类型/), "餐馆门店");
  await premises.getByRole("spinbutton", { name: /^经营面积/ }).fill("80");
  await say(/^与有毒有害场所/, "是");
  const address = page.getByRole("group", { name: /^经营场所地址/ });
  for (const [label, said] of [[/^行政区划代码/, "430112"], [/^省/, "湖南省"], [/^市/, "长沙市"], [/^区/, "望城区"], [/^街道/, "月亮岛街道"], [/^详细地址/, "示例街8号"]]) await address.getByRole("textbox", { name: label }).fill(said);
  await page.getByRole("button", { name: "添加 主要设备设施" }).click();
  const equipment = page.getByRole("group", { name: /^主要设备设施/ });
  await equipment.getByRole("textbox", { name: /^名称/ }).fill("消毒柜");
  await equipment.getByRole("spinbutton", { name: /^数量/ }).fill("1");
  await stage.chooses(list(equipment, /^用途/), "消毒");
  const manager = page.getByRole("group", { name: /^食品安全管理人员/ });
  await manager.getByRole("textbox", { name: /^姓名/ }).fill("周示例");
  await stage.chooses(list(manager, /^证件类型/), "居民身份证");
  await manager.getByRole("textbox", { name: /^证件号码/ }).fill("43011219960228404X");
  await say(/^已经培训考核合格/, "是");
  await page.getByRole("button", { name: "添加 从业人员" }).click();
  const staff = page.getByRole("group", { name: /^从业人员/ });
  await staff.getByRole("textbox", { name: /^姓名/ }).fill("吴示例");
  await staff.getByRole("textbox", { name: /^岗位/ }).fill("收银");
  await say(/^接触直接入口食品/, "否");
  const delivery = page.getByRole("group", { name: /^送达/ });
  await stage.chooses(list(delivery, /^送达方式/), "窗口领取");
  await say(/^同意电子送达/, "是");
  await delivery.getByRole("textbox", { name: /^联系手机/ }).fill("13800000001");
  await page.getByRole("group", { name: /^餐厨废弃物/ }).getByRole("textbox", { name: /^收运单位/ }).fill("望城区示例餐厨垃圾收运单位");
  await page.getByRole("checkbox", { name: /^申请人对申请材料/ }).check();
  await type(/^经营者名称/, "望城示例面馆");
  for (const material of [/^食品经营许可申请书/, /^营业执照/, /^经营场所平面图/, /^操作流程/, /^食品安全管理制度/, /^从业人员健康证明/]) await page.getByRole("checkbox", { name: material }).check();
}
