import assert from "node:assert/strict";
import { test } from "node:test";
import { makeupDays, readHolidayNotice, restDays } from "../src/holiday_notice.js";
import { list, type Json } from "../src/json.js";
import { definitions } from "./pack.js";

// The wording of the State Council's notices, as they were published.
const NOTICES: Readonly<Record<number, string>> = {
  2026: `国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作，遇有重大突发事件，要按规定及时报告并妥善处置，确保人民群众祥和平安度过节日假期。
国务院办公厅
2025年11月4日`,
  2025: `国务院办公厅关于2025年部分节假日安排的通知
国办发明电〔2024〕12号
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。`,
  2024: `国务院办公厅关于2024年部分节假日安排的通知
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。`,
  2023: `国务院办公厅关于2023年部分节假日安排的通知
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。`,
};

// 2023's notice began in 2022; the weekend before New Year 2024 stands in 2023's calendar, and is off without a notice.
const WEEKEND = new Set<Json>(["2023-12-30", "2023-12-31"]);

test("the notices of four years say the very days that the pack's calendars have", () => {
  const calendars = new Map(definitions("calendars").map((one) => [one["year"], one]));
  for (const [year, text] of Object.entries(NOTICES)) {
    const read = readHolidayNotice(text);
    const calendar = calendars.get(Number(year))!;
    assert.deepEqual(read.problems, [], year);
    assert.equal(read.year, Number(year));
    const ofIt = (days: readonly Json[]): Json[] => days.filter((day) => String(day).startsWith(year) && !WEEKEND.has(day));
    assert.deepEqual(ofIt(restDays(read)), ofIt(list(calendar["rest_days"])), year);
    assert.deepEqual(makeupDays(read), calendar["makeup_workdays"], year);
  }
});

test("its title, number and day of issue are read where they are told", () => {
  const { title, number, issued } = readHolidayNotice(NOTICES[2026]!);
  assert.deepEqual([title, number, issued], ["国务院办公厅关于2026年部分节假日安排的通知", "国办发明电〔2025〕7号", "2025-11-04"]);
});

test("pasted without its line breaks it says the same", () => {
  const flat = NOTICES[2026]!.replaceAll("\n", "");
  assert.deepEqual(restDays(readHolidayNotice(flat)), restDays(readHolidayNotice(NOTICES[2026]!)));
});

test("a paragraph that is missing is not passed over", () => {
  const short = NOTICES[2026]!.replace(/一、元旦.*\n/, "");
  assert.deepEqual(readHolidayNotice(short).problems.map((one) => one.code), Array(6).fill("not-understood"));
});

test("a text on one line, its first holiday right behind the number of the notice, loses none", () => {
  const text = "国务院办公厅关于2026年部分节假日安排的通知 国办发明电〔2025〕7号 一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。二、清明节：4月4日（周六）至6日（周一）放假，共3天。";
  const read = readHolidayNotice(text);
  assert.deepEqual([read.holidays.map((one) => one.name), read.problems], [["元旦", "清明节"], []]);
});

const broken: [string, string, string][] = [
  ["4月4日（周六）至6日", "4月4日（周五）至6日", "wrong-weekday"],
  ["共9天", "共8天", "wrong-count"],
  ["5月9日（周六）上班", "5月8日上班", "makeup-on-weekday"],
  ["6月19日（周五）至21日（周日）放假", "端午节放假三天", "not-understood"],
  ["9月25日（周五）至27日（周日）放假，共3天", "9月31日放假", "no-such-day"],
  ["1月4日（周日）上班", "1月3日（周六）上班", "makeup-rests"],
  ["2026年", "往年", "no-year"],
];
for (const [sound, wrong, code] of broken) {
  test(`${wrong} is refused: ${code}`, () => {
    const read = readHolidayNotice(NOTICES[2026]!.replaceAll(sound, wrong));
    assert.ok(read.problems.some((one) => one.code === code), JSON.stringify(read.problems));
  });
}
