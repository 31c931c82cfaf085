// The words of trials and of time limits, Chinese first.
const zh = {
  lead: "用示例试着办一遍：不产生办件、不通知任何人。可以改起始日期，看每一步到哪里、谁来办、哪天到期。", noDraft: "试办针对草稿。请先点“修改”起草。", noExamples: "这个事项还没有样例，先在“样例”一节添加。",
  item: "事项", example: "样例", start: "从哪天开始", run: "试办", runAll: "全部样例试办", again: "近期真实办件重演", againHelp: "用最近办结的真实办件在内存中重演一遍，只给出办件编号，不显示任何个人信息，也不改动它们。",
  passed: "与预期一致", failed: "与预期不符", refused: "被拒绝", expectedRefusal: "如预期被拒绝", steps: "办理过程", application: "提出申请", wait: "等待", at: "时间",
  state: "到达", decided: "决策表", version: "版本", row: "命中行", facts: "依据的事实", result: "结论", byPerson: "转人工：{{why}}", unknown: "未知", deadlines: "期限", made: "产生的文书与档案", outcome: "办理结果",
  sum: "算式", counted: "计 {{n}} 天", minutes: "计 {{n}} 分钟", skipped: "另有 {{n}} 天不计", ends: "{{day}} 到期", provisional: "（临时：尚无当年放假通知）", expected: "预期", none: "没有", running: "正在试办……", all: "共 {{total}} 个样例，{{good}} 个与预期一致",
  sameCases: "{{item}}：重演 {{n}} 件，{{same}} 件结果相同", differs: "{{number}} 结果不同：{{what}}", noCases: "近期没有可重演的办件。", unsaved: "试办前会先保存草稿。", path: "走过的路", eventIs: "事件", member: "成员", served: "送达", report: "收到",
  what: { state: "状态", outcome: "结果", deadline: "期限", stuck: "走不下去", erased: "材料已删除" } as Record<string, string>,
  units: { working_day: "工作日", office_hour: "工作小时", calendar_day: "自然日", month: "月", year: "年" } as Record<string, string>,
  effects: { statutory: "法定", promised: "承诺", internal: "内部", due: "当事人义务" } as Record<string, string>,
  clocks: "时限", addClock: "添加时限", removeClock: "删除时限", holds: "特殊环节", addHold: "添加特殊环节", removeHold: "删除特殊环节", title: "名称", id: "标识", effect: "效力", budget: "多长", unit: "计时单位",
  startsOn: "从何时起算", stopsOn: "到何时为止", restartsOn: "何时接着算", onExpiry: "到期后自动", nothing: "只提醒，不自动做什么", rule: "由决策表确定", noRule: "固定时限", rungs: "预警（已用百分之几）", rungsHelp: "最后一档之前亮黄灯，到最后一档亮红灯；100 表示到期当时提醒",
  basis: "依据", basisHelp: "写明法条；没有法定依据时写来源", sample: "示例默认值，规划未作规定", source: "来源", verified: "已与原文核对", sums: "承诺怎么算出来", sumsHelp: "选一个样例和起始日，由系统按工作日历算出每个期限的到期日。",
  calc: "算一算", submitted: "提交申请", reach: "到达：{{name}}", counts: "计入办结时限", notCounts: "不计入办结时限", max: "最长", blocks: "期间不能做", by: "谁可以启动和结束", doc: "文书", fee: "收费", yellow: "黄灯", red: "红灯", overdue: "到期",
  noClocks: "还没有时限。", noHolds: "没有特殊环节。", problem: "承诺无法做到", picture: "在流程图上",
};
const en: typeof zh = {
  lead: "Play it through with an example: no case comes of it and nobody is told. Change the first day and see where each step leads, who takes it, what falls due when.", noDraft: "Trials are made of drafts: begin one first.", noExamples: "This item has no examples yet: add one in the section “Examples”.",
  item: "Item", example: "Example", start: "Begins on", run: "Try it", runAll: "Try all examples", again: "Replay recent real cases", againHelp: "Recently closed cases are played again in memory: you see their numbers only, nothing personal, and nothing changes.",
  passed: "As expected", failed: "Not as expected", refused: "Refused", expectedRefusal: "Refused, as expected", steps: "How it went", application: "Application", wait: "Wait", at: "When",
  state: "Now in", decided: "Decision table", version: "version", row: "row", facts: "facts", result: "result", byPerson: "left to a person: {{why}}", unknown: "unknown", deadlines: "Deadlines", made: "Documents and records made", outcome: "Outcome",
  sum: "Sum", counted: "{{n}} days count", minutes: "{{n}} minutes count", skipped: "{{n}} more do not", ends: "due on {{day}}", provisional: " (provisional: no holiday notice yet)", expected: "expected", none: "none", running: "Trying…", all: "{{total}} examples, {{good}} as expected",
  sameCases: "{{item}}: {{n}} played again, {{same}} come out the same", differs: "{{number}} comes out otherwise: {{what}}", noCases: "No recent cases to play again.", unsaved: "The draft is saved before it is tried.", path: "The way it went", eventIs: "event", member: "Member", served: "Served", report: "Received",
  what: { state: "state", outcome: "outcome", deadline: "deadline", stuck: "cannot go on", erased: "erased" },
  units: { working_day: "working days", office_hour: "office hours", calendar_day: "calendar days", month: "months", year: "years" },
  effects: { statutory: "statutory", promised: "promised", internal: "internal", due: "what a party owes" },
  clocks: "Time limits", addClock: "Add a limit", removeClock: "Remove the limit", holds: "Special steps", addHold: "Add a special step", removeHold: "Remove the special step", title: "Name", id: "Id", effect: "Effect", budget: "How long", unit: "Unit",
  startsOn: "Begins with", stopsOn: "Ends with", restartsOn: "Goes on with", onExpiry: "When it runs out", nothing: "only a reminder", rule: "Decided by a table", noRule: "a fixed length", rungs: "Warnings (per cent used)", rungsHelp: "Yellow before the last one, red from the last one on; 100 reminds when it is due",
  basis: "Legal basis", basisHelp: "The article; where there is none, the source", sample: "sample default, not from the plan", source: "Source", verified: "Compared with its source", sums: "How the promise adds up", sumsHelp: "Choose an example and a first day: every due day is worked out by the calendar.",
  calc: "Work it out", submitted: "application", reach: "comes to: {{name}}", counts: "counts towards the limit", notCounts: "does not count", max: "At most", blocks: "Not meanwhile", by: "Who begins and ends it", doc: "Document", fee: "Costs a fee", yellow: "yellow", red: "red", overdue: "due",
  noClocks: "No limits yet.", noHolds: "No special steps.", problem: "A promise that cannot be kept", picture: "On the picture",
};
export const TRIALS = { zh, en };
