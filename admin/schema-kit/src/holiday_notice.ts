/**
 * A State Council notice of holidays, read as text: which days are off, which weekend days are worked instead.
 *
 * Nothing is guessed. A sentence that says anything about days and cannot be read is a problem, and so is one that
 * contradicts itself: a weekday in brackets that is not that day's, a number of days that is not the span's.
 */

export interface Holiday {
  name: string;
  rest: string[];
  makeup: string[];
}
export interface Notice {
  year: number | null;
  title: string | null;
  number: string | null;
  issued: string | null;
  holidays: Holiday[];
  problems: { code: Problem; said: string }[];
}
export type Problem =
  | "no-year"
  | "no-holidays"
  | "not-understood"
  | "wrong-weekday"
  | "wrong-count"
  | "no-such-day"
  | "makeup-on-weekday"
  | "makeup-rests"
  | "rests-twice"
  | "other-year";

const WEEK = "日一二三四五六";
const NUMERAL = "[一二三四五六七八九十]+";
const HEAD = new RegExp(`^\\s*(${NUMERAL}|[0-9]+)\\s*[、.．]\\s*([^：:。]{1,20})[：:]\\s*(.+)$`);
// Where the next holiday begins, even in a text without line breaks.
const BEGINS = new RegExp(`(?<![一二三四五六七八九十0-9])(?=(?:${NUMERAL}|[0-9]+)[、.．][^：:。，；0-9]{1,20}[：:])`, "g");
const ORDER = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
// A day: the year where it is told, the month where it changes, in brackets the weekday and the lunar date.
const DAY = "(?:(?<Y>[0-9]{4})年)?(?:(?<M>[0-9]{1,2})月)?(?<D>[0-9]{1,2})日(?:[（(](?<N>[^）)]*)[）)])?";
const named = (suffix: string): string => DAY.replace(/\?<([YMDN])>/g, `?<$1${suffix}>`);
const SPAN = new RegExp(
  `^${named("1")}(?:(?:至|—|－|-|～|~)${named("2")})?(?:放假|休息)(?<days>[0-9]+天)?(?:调休)?(?:[，,]?(?:与周末连休|不调休|补休))*(?:[，,]?共(?<count>[0-9]+)天)?$`,
);
const WORKED = new RegExp(`^(${named("0")}(?:[、，,和及])?)+(?:照常)?上班$`);
const ONE = new RegExp(named("0"), "g");
const ADVICE = /^(?:鼓励|各地区|各单位|请|为|节假日期间|经国务院批准|现将|根据)/;

export function readHolidayNotice(text: string): Notice {
  const plain = text.replace(/\r/g, "").replace(/[ \t　]+/g, "");
  const title = /国务院办公厅关于([0-9]{4})年部分节假日安排的通知/.exec(plain.replace(/\n/g, ""));
  const number = /国办发明电[〔[（(]([0-9]{4})[〕\]）)]([0-9]+)号/.exec(plain);
  const year = title ? Number(title[1]) : Number(/([0-9]{4})年(?:元旦|部分节假日|节假日)/.exec(plain)?.[1] ?? 0) || null;
  const notice: Notice = {
    year, title: title?.[0] ?? null, number: number ? `国办发明电〔${number[1]}〕${number[2]}号` : null, issued: issuedOn(plain), holidays: [], problems: [],
  };
  if (year === null) notice.problems.push({ code: "no-year", said: "" });
  else for (const [index, line] of linesOf(plain).entries()) readLine(line, index, year, notice);
  if (year !== null && notice.holidays.length === 0) notice.problems.push({ code: "no-holidays", said: "" });
  crossed(notice);
  return notice;
}

export function restDays(notice: Notice): string[] {
  return notice.holidays.flatMap((one) => one.rest).sort();
}

export function makeupDays(notice: Notice): string[] {
  return notice.holidays.flatMap((one) => one.makeup).sort();
}

/** Paragraphs; one that begins no holiday goes on with the one before. */
function linesOf(plain: string): string[] {
  const begun = plain.replace(BEGINS, "\n");
  return begun.split(/\n+/).filter((line) => HEAD.test(line));
}

function readLine(line: string, index: number, year: number, notice: Notice): void {
  const [, number = "", name = "", body = ""] = HEAD.exec(line) ?? [];
  // A number left out is a holiday left out.
  if (number !== ORDER[index] && number !== String(index + 1)) notice.problems.push({ code: "not-understood", said: line.slice(0, 20) });
  const holiday: Holiday = { name, rest: [], makeup: [] };
  const month = { at: 0 };
  for (const sentence of body.split(/[。；;]/).filter(Boolean)) {
    const wrong = (code: Problem, said = sentence): void => void notice.problems.push({ code, said: `${name}：${said}` });
    if (SPAN.test(sentence)) holiday.rest.push(...spanOf(sentence, year, month, wrong));
    else if (WORKED.test(sentence)) holiday.makeup.push(...workedOf(sentence, year, month, wrong));
    else if (!ADVICE.test(sentence)) wrong("not-understood");
  }
  notice.holidays.push(holiday);
}

type Wrong = (code: Problem, said?: string) => void;

function spanOf(sentence: string, year: number, month: { at: number }, wrong: Wrong): string[] {
  const groups = SPAN.exec(sentence)!.groups!;
  const first = dayOf(groups, "1", year, month, wrong);
  const last = groups["D2"] === undefined ? first : dayOf(groups, "2", first ? Number(first.slice(0, 4)) : year, month, wrong);
  if (!first || !last) return [];
  const found = between(first, last);
  const counted = groups["count"] ?? groups["days"]?.replace("天", "");
  if (found.length === 0 || (counted !== undefined && Number(counted) !== found.length)) wrong("wrong-count");
  return found;
}

function workedOf(sentence: string, year: number, month: { at: number }, wrong: Wrong): string[] {
  return [...sentence.matchAll(ONE)].flatMap((match) => {
    const day = dayOf(match.groups!, "0", year, month, wrong);
    if (day && ![0, 6].includes(weekday(day))) wrong("makeup-on-weekday", day);
    return day ? [day] : [];
  });
}

function dayOf(groups: Record<string, string | undefined>, suffix: string, year: number, month: { at: number }, wrong: Wrong): string | null {
  const [said, told, date, note] = ["Y", "M", "D", "N"].map((name) => groups[name + suffix]);
  month.at = told === undefined ? month.at : Number(told);
  const day = `${said ?? year}-${String(month.at).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day) {
    wrong("no-such-day", day);
    return null;
  }
  const named_ = /(?:周|星期)([一二三四五六日天])/.exec(note ?? "")?.[1]?.replace("天", "日");
  if (named_ !== undefined && WEEK.indexOf(named_) !== weekday(day)) wrong("wrong-weekday", `${day}（${note}）`);
  return day;
}

/** What no single sentence shows: a day told twice, worked and off at once, or of another year. */
function crossed(notice: Notice): void {
  const [rest, makeup] = [restDays(notice), makeupDays(notice)];
  const wrong = (code: Problem, said: string): void => void notice.problems.push({ code, said });
  for (const day of rest.filter((one, index) => rest.indexOf(one) !== index)) wrong("rests-twice", day);
  for (const day of makeup.filter((one) => rest.includes(one))) wrong("makeup-rests", day);
  for (const day of [...rest, ...makeup]) {
    const inside = notice.year === null || (day >= `${notice.year - 1}-12-01` && day <= `${notice.year}-12-31`);
    if (!inside) wrong("other-year", day);
  }
}

/** The date at the end of the notice, below its issuer. */
function issuedOn(plain: string): string | null {
  const found = /国务院办公厅\n*([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日\s*$/.exec(plain.trim()) ?? /(?:发布日期|成文日期)[：:]?([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日/.exec(plain);
  return found ? `${found[1]}-${found[2]!.padStart(2, "0")}-${found[3]!.padStart(2, "0")}` : null;
}

function between(first: string, last: string): string[] {
  const found: string[] = [];
  for (let at = Date.parse(`${first}T00:00:00Z`); at <= Date.parse(`${last}T00:00:00Z`) && found.length < 60; at += 86_400_000)
    found.push(new Date(at).toISOString().slice(0, 10));
  return found;
}

function weekday(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}
