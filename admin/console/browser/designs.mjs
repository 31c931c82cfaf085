// An official designs: a field and a condition of a form, a row of a table, a material, a notice, a draw, a calendar, an example.
// Everything is found by role, label and key.   node designs.mjs <address of the console> <folder for pictures>
import { played } from "./robot.mjs";

const [, , address, folder, only] = process.argv;
const HOLIDAYS = "国务院办公厅关于2026年部分节假日安排的通知 国办发明电〔2025〕7号 一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。二、清明节：4月4日（周六）至6日（周一）放假，共3天。";
const PARTS = { form, table, materials, notice, calendar, draw, example, input };

await played(address, folder, async (robot) => {
  await robot.opens(1440, 1300);
  const session = await robot.signsIn("demo-admin");
  for (const [name, part] of Object.entries(PARTS)) {
    if (only && !only.split(",").includes(name)) continue;
    await part(robot, "");
    await robot.opens(390, 1600, session);
    await part(robot, "-390");
    await robot.opens(1440, 1300, session);
  }
});

async function form(robot, size) {
  const { page, seen } = robot;
  await robot.drafts("/definitions/items/food-licence", "申请表单");
  await page.getByRole("list", { name: "字段" }).waitFor();
  await page.getByRole("textbox", { name: /^统一社会信用代码/ }).waitFor(); // of the preview
  await robot.looks(`form${size}`);
  await page.getByRole("button", { name: /^主体业态/ }).click();
  await robot.looks(`form-field${size}`);
  await robot.button("添加字段").click();
  const adding = page.getByRole("dialog");
  await adding.getByRole("radio", { name: /^单选/ }).check();
  await adding.getByRole("textbox", { name: "名称 中文" }).fill("就餐方式");
  await adding.getByRole("textbox", { name: "名称 英文" }).fill("Way of eating");
  await adding.getByRole("button", { name: "添加", exact: true }).click();
  await page.getByRole("textbox", { name: "选项 1 中文" }).fill("堂食");
  await robot.button("添加选项").click();
  await page.getByRole("textbox", { name: "选项 2 中文" }).fill("外带");
  await robot.button("上移 就餐方式").click();
  await page.getByRole("switch", { name: "必填" }).click();
  await robot.button("添加条件").click();
  await robot.chooses("1 字段", "就餐方式");
  await robot.chooses("1 值", "堂食");
  await robot.button("添加一组判断 当").click();
  await robot.chooses("2.1 字段", "通过网络经营");
  await robot.chooses("2.1 值", "是");
  await robot.chooses("效果 1 字段", "含中央厨房");
  seen.steps[`sentence${size}`] = await page.getByRole("dialog").getByRole("status").innerText();
  await page.getByRole("dialog").getByRole("button", { name: "确定" }).click();
  await page.getByRole("radiogroup", { name: "预览" }).getByText("窗口").click();
  await robot.looks(`form-counter${size}`);
  await robot.button("撤销").click();
  await robot.button("重做").click();
  await robot.saves();
  const { form: made } = await robot.written();
  seen.steps[`form${size}`] = { field: made.properties.way_of_eating, required: made.required.includes("way_of_eating"), rule: made.allOf.at(-1) };
  await page.getByRole("button", { name: /^修改条件 就餐方式/ }).click();
  await robot.looks(`form-condition${size}`, false);
  await page.getByRole("dialog").getByRole("button", { name: "取消" }).click();
  await robot.button("添加字段").click();
  await robot.looks(`form-adding${size}`, false);
}

async function table(robot, size) {
  const { page, seen } = robot;
  await robot.drafts("/definitions/rules/change-limit", "版本");
  await page.getByRole("region", { name: "规则行" }).waitFor();
  await robot.looks(`table${size}`);
  await robot.button("添加一行").click();
  await page.getByRole("button", { name: "row-3 信用等级：任意" }).click();
  await robot.chooses("怎样算符合", "是其中之一");
  await robot.chooses("值", "d", true);
  await robot.chooses("值", "a", true); // what stood there goes
  await robot.looks(`table-cell${size}`, false);
  await page.getByRole("dialog").getByRole("button", { name: "确定" }).click();
  await page.getByRole("button", { name: /^row-3 时限：/ }).click();
  await page.getByRole("textbox", { name: "原文" }).fill("= 7");
  await page.getByText("结果只能是").waitFor();
  await page.getByRole("textbox", { name: "原文" }).fill("7");
  await page.getByRole("dialog").getByRole("button", { name: "确定" }).click();
  await page.getByRole("button", { name: /^row-3 单位：/ }).click();
  await robot.chooses("值", "working_day");
  await page.getByRole("dialog").getByRole("button", { name: "确定" }).click();
  await page.getByRole("textbox", { name: "说明与依据 row-3" }).fill("D 级从严");
  await robot.button("上移 行 row-3").click();
  await robot.chooses("信用等级", "d");
  await robot.button("试算").click();
  await page.getByText("命中：row-3").waitFor();
  await page.getByRole("textbox", { name: "测试名称" }).fill("D 级");
  await robot.button("存为测试").click();
  await robot.button("用已发布的版本试算").click();
  await page.getByText(/^已发布的版本：/).waitFor();
  await robot.looks(`table-trial${size}`);
  await robot.saves();
  const made = await robot.written();
  seen.steps[`table${size}`] = { rows: made.versions[0].table.nodes[1].content.rules, test: made.tests.at(-1) };
}

async function materials(robot, size) {
  const { page, seen } = robot;
  await robot.drafts("/definitions/items/food-licence", "申请材料");
  await robot.button("添加材料").waitFor();
  await robot.looks(`materials${size}`);
  await robot.button("添加材料").click();
  await page.getByRole("textbox", { name: "材料名称 中文" }).fill("健康证明");
  await page.getByRole("textbox", { name: "材料名称 英文" }).fill("Health certificates");
  await page.getByRole("textbox", { name: "标识" }).fill("cook-health-certificates");
  await robot.button("添加一种方式").click();
  await robot.chooses("方式 2", "告知承诺，免交");
  await robot.button("上移 方式 2").click();
  await page.getByRole("checkbox", { name: /^可以容缺补交/ }).check();
  await page.getByRole("spinbutton", { name: "补交期限" }).fill("10");
  await robot.looks(`materials-one${size}`);
  await robot.saves();
  seen.steps[`materials${size}`] = (await robot.written()).materials.at(-1);
}

async function notice(robot, size) {
  const { page, seen } = robot;
  await robot.drafts("/definitions/notices/accepted", "模板与预览");
  await page.getByRole("textbox", { name: "department.title" }).fill("望城区市场监督管理局");
  await page.getByRole("textbox", { name: "case.number" }).fill("SJ20260302-0001");
  await page.getByRole("textbox", { name: "item.title" }).fill("食品经营许可");
  await page.getByRole("textbox", { name: "deadlines.promised" }).fill("2026-03-09");
  seen.steps[`notice${size}`] = await page.getByRole("group", { name: "预览 中文" }).innerText();
  await robot.looks(`notice${size}`);
  await page.getByRole("textbox", { name: "模板 英文" }).fill("Case {{#case.number}} is open");
  seen.steps[`notice-wrong${size}`] = await page.getByRole("region", { name: "模板 英文" }).getByRole("alert").innerText();
  await robot.button("撤销").click();
  await robot.saves();
  seen.steps[`notice-example${size}`] = (await robot.written()).example;
}

async function calendar(robot, size) {
  const { page, seen } = robot;
  await robot.drafts("/definitions/calendars/cn-2026", "放假通知");
  await page.getByRole("textbox", { name: "通知全文" }).fill(HOLIDAYS.replace("4月4日（周六）", "4月4日（周五）"));
  seen.steps[`calendar-refused${size}`] = await page.getByRole("region", { name: "粘贴放假通知" }).getByRole("alert").innerText();
  seen.steps[`calendar-closed${size}`] = await page.getByRole("button", { name: "采用这些日期" }).isDisabled();
  await robot.looks(`calendar-refused${size}`);
  await page.getByRole("textbox", { name: "通知全文" }).fill(HOLIDAYS);
  await page.getByRole("button", { name: "采用这些日期" }).click();
  await robot.looks(`calendar${size}`);
  await robot.saves();
  const { rest_days, makeup_workdays, notice: told } = await robot.written();
  seen.steps[`calendar${size}`] = { rest_days, makeup_workdays, told };
}

async function draw(robot, size) {
  const { page, seen } = robot;
  await robot.drafts("/definitions/draws/joint-random-inspection", "抽查方案");
  await page.getByRole("spinbutton", { name: "第 1 层 比例（%）" }).fill("20");
  await page.getByRole("spinbutton", { name: "“d”户数" }).fill("10");
  await robot.button("试抽一次").click();
  seen.steps[`draw${size}`] = await page.getByRole("region", { name: "试抽", exact: true }).getByRole("status").innerText();
  await robot.looks(`draw${size}`);
  await robot.saves();
  seen.steps[`draw-quota${size}`] = (await robot.written()).strata[0].quota;
}

/** An example from nothing: its application filled in, its steps chosen, played, what came out taken over; no JSON. */
async function example(robot, size) {
  const { page, seen } = robot;
  await robot.drafts("/definitions/items/street-report", "样例");
  await robot.button("添加样例").waitFor();
  await robot.looks(`examples${size}`);
  await robot.button("添加样例").click();
  const tab = (name) => page.getByRole("tab", { name }).click();
  await page.getByRole("textbox", { name: "样例名称" }).fill("当场答复");
  await robot.looks(`example-basics${size}`);
  await tab(/^申请表/);
  seen.steps[`example-unfit${size}`] = await page.getByText(/处不符合申请表的要求/).innerText();
  await page.getByRole("textbox", { name: /^被举报主体/ }).fill("enterprise:91430112P000008025");
  await page.getByRole("textbox", { name: /^被举报企业统一社会信用代码/ }).fill("91430112P000008025");
  await page.getByRole("textbox", { name: "被举报企业", exact: true }).fill("望城示例餐饮有限公司");
  await robot.chooses(page.getByRole("combobox", { name: /^问题/ }), "占道经营");
  await page.getByRole("textbox", { name: /^情况说明/ }).fill("每晚七点后在人行道摆放桌椅。");
  await robot.button("标出不符合之处").click();
  await robot.looks(`example-form${size}`);
  await page.getByRole("checkbox", { name: /^所反映情况属实/ }).check();
  await page.getByText("符合申请表的要求", { exact: true }).waitFor();
  await tab(/^材料/);
  await page.getByRole("checkbox", { name: "佐证材料" }).check();
  await robot.looks(`example-given${size}`);
  await tab(/^步骤/);
  await adds(robot, "办理一步");
  await page.getByRole("combobox", { name: "办理什么" }).click();
  await page.keyboard.type("直接答复");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: /^答复内容/ }).fill("已现场检查并责令改正");
  await robot.looks(`example-step${size}`);
  await adds(robot, "等一段时间");
  await page.getByRole("spinbutton", { name: "等多久" }).fill("2");
  await robot.button("试办这个样例").click();
  await page.getByRole("table", { name: "试办结果与预期" }).waitFor();
  seen.steps[`example-wrong${size}`] = await page.getByRole("region", { name: "试办这个样例" }).getByRole("status").first().innerText();
  await robot.looks(`example-played${size}`);
  await robot.button("按试办结果填写预期").click();
  await tab(/^预期/);
  await robot.looks(`example-expected${size}`);
  await robot.button("试办这个样例").click();
  await page.getByText("与预期一致", { exact: true }).waitFor();
  await robot.button("上移 当场答复").click();
  await robot.button("撤销").click();
  await page.getByText("已保存", { exact: true }).waitFor(); // by the trial; the undone move left nothing to save
  seen.steps[`example${size}`] = (await robot.written()).examples.at(-1);
  await robot.part("申请材料");
  await robot.button("撤销").click(); // of the whole draft: also what was done in another part
  seen.steps[`example-turned${size}`] = await page.getByText(/已撤销（或重做）/).innerText();
}

async function adds(robot, sort) {
  await robot.button("添加步骤").click();
  const chosen = robot.page.getByRole("menuitem", { name: sort });
  for (let tries = 0; tries < 4; tries++) { // the page is as long as its menu: what comes or goes moves others below the pointer
    await chosen.click();
    const gone = await chosen.waitFor({ state: "hidden", timeout: 5_000 }).then(() => true, () => false);
    if (gone) return;
  }
  throw new Error(`${sort} cannot be chosen`);
}

/** What is filled in for a move, with the designer of forms. */
async function input(robot, size) {
  const { page, seen } = robot;
  await robot.drafts("/definitions/processes/ticket", "流程设计");
  const outline = page.getByRole("navigation", { name: "状态与操作" });
  await outline.getByRole("button", { name: /^登记分类/ }).click();
  await outline.getByRole("button", { name: /^直接答复/ }).first().click();
  await robot.button("打开表单设计器").click();
  const dialog = page.getByRole("dialog", { name: /^办理时填写：直接答复/ });
  await dialog.getByRole("button", { name: "添加字段" }).click();
  const adding = page.getByRole("dialog", { name: "添加字段" });
  await adding.getByRole("radio", { name: /^单选/ }).check();
  await adding.getByRole("textbox", { name: "名称 中文" }).fill("答复方式");
  await adding.getByRole("textbox", { name: "名称 英文" }).fill("Way of answering");
  await adding.getByRole("button", { name: "添加", exact: true }).click();
  await dialog.getByRole("textbox", { name: "选项 1 中文" }).fill("电话");
  await robot.looks(`input${size}`, false);
  await dialog.getByRole("button", { name: "关闭", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await robot.saves();
  seen.steps[`input${size}`] = (await robot.written()).moves.answer.input.properties.way_of_answering;
}
