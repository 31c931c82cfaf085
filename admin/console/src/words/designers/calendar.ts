// What the designer of working calendars says.
const zh = {
  paste: "粘贴放假通知", pasteHelp: "把国务院办公厅的年度放假通知全文粘贴到这里，系统读出放假和调休上班的日子，由您核对后再采用。", text: "通知全文", understood: "读出的内容", holiday: "节日", rest: "放假", makeup: "调休上班",
  none: "无", refused: "有看不懂或前后矛盾的地方，改正后才能采用：", use: "采用这些日期", used: "已采用，请保存", year: (year: number) => `${year} 年`, otherYear: (year: number) => `这份日历是 ${year} 年的，通知是另一年的，不能采用。`,
  total: (rest: number, makeup: number) => `放假 ${rest} 天，调休上班 ${makeup} 天`, calendar: "全年日历", legend: "红色放假，蓝色调休上班，灰色是平常周末。", months: (month: number) => `${month}月`,
  problems: {
    "no-year": "没有找到是哪一年的通知", "no-holidays": "没有读出任何节日", "not-understood": "看不懂这一句", "wrong-weekday": "日期和星期几对不上", "wrong-count": "天数和起止日期对不上",
    "no-such-day": "没有这一天", "makeup-on-weekday": "调休上班的日子不是周末", "makeup-rests": "同一天既放假又上班", "rests-twice": "同一天放了两次假", "other-year": "日期不属于这一年",
  } as Record<string, string>,
};
const en: typeof zh = {
  paste: "Paste the notice", pasteHelp: "Paste the whole yearly notice of the State Council (in Chinese). The days off and the days worked instead are read out of it, for you to compare and then use.", text: "The notice", understood: "What was read", holiday: "Holiday", rest: "Off", makeup: "Worked instead",
  none: "none", refused: "Some of it is not understood, or contradicts itself. Put it right first:", use: "Use these days", used: "Taken over: save it", year: (year: number) => String(year), otherYear: (year: number) => `This calendar is of ${year}, the notice of another year.`,
  total: (rest: number, makeup: number) => `${rest} days off, ${makeup} worked instead`, calendar: "The whole year", legend: "Red: off. Blue: worked instead. Grey: an ordinary weekend.", months: (month: number) => `Month ${month}`,
  problems: {
    "no-year": "It does not say of which year it is", "no-holidays": "No holiday was found in it", "not-understood": "This sentence is not understood", "wrong-weekday": "The day is another day of the week", "wrong-count": "The number of days is not that of the span",
    "no-such-day": "There is no such day", "makeup-on-weekday": "A day worked instead is no weekend day", "makeup-rests": "A day is both off and worked", "rests-twice": "A day is off twice", "other-year": "A day of another year",
  },
};
export const CALENDAR = { zh, en };
