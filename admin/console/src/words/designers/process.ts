// The words of the process picture, Chinese first.
const zh = {
  picture: "流程图", outline: "状态与操作", fragment: "片段", fit: "看全图", closer: "放大", further: "缩小", exits: "显示旁支（结束、退出）",
  addState: "添加状态", addMove: "添加操作", addArrow: "添加去向", empty: "还没有状态。先添加第一个状态：办件从这里开始。",
  begin: "添加第一个状态", json: "这个流程用到了图上画不出的写法，请在 JSON 中修改；图仅供查看。",
  by: "谁可以做", emits: "事件名", emitsHelp: "写进办件时间线；英文小写，过去分词，例如 accepted", input: "办理时填写", title: "名称", zh: "中文名称", en: "英文名称", id: "标识",
  idHelp: "英文小写字母、数字、下划线；发布后最好不再改", rename: "改标识", remove: "删除", removeState: "删除状态", removeArrow: "删除这条去向", removeMove: "删除操作",
  waits: "在等谁", initial: "从这里开始", makeInitial: "设为本级起点", final: "结束", parallel: "并行", outcome: "结果", order: "显示次序",
  target: "去往", source: "自", event: "操作或事件", guard: "仅当另一分支处于", noGuard: "不限", reason: "必须说明理由", atMost: "最多次数", basis: "依据",
  sourceOf: "数值来源", distinct: "须与哪些操作的办理人不同", signers: "需几人共同办理", leaving: "从这里出发", arriving: "到达这里", stays: "在此可办、不改变状态",
  clocksHere: "期限", starts: "开始", stops: "结束", members: "开出的成员办件", triggers: "随后自动发生", from: "来自片段 {{name}}", fragmentHelp: "片段里的内容由多个流程共用，请到片段中修改。",
  inside: "放在", root: "最外层", finalAsk: "这是一个结束状态", asItem: "结合事项查看（期限、成员、触发）", noItem: "只看流程", selectHint: "在图上或左侧列表中选择一个状态或操作。",
  breaks: "不能删除，下列内容还用到它：", taken: "这个标识已经有了", malformed: "只能用英文小写字母、数字和下划线，并以字母开头", unknown: "没有这个状态",
  inputNone: "不用填写任何内容", inputAdd: "添加一栏", inputDesign: "打开表单设计器", inputText: "一行文字", inputArea: "多行文字", inputDay: "日期", inputNumber: "数字", inputSwitch: "是否",
  inputRequired: "必填", inputMore: "更多写法请到“操作”一节", findings: "检查结果", promise: "承诺无法做到", path: "走这条路",
  worst: "最不利自 {{start}} 起算：{{ends}} 才走完，期限却只到 {{limit}}", onPicture: "在图上看", here: "{{count}} 处问题", newMove: "新操作…", existing: "已有操作", save: "添加", cancel: "取消",
  sorts: { move: "人工操作", clock: "期限届满", member: "成员办结", outside: "外部系统", rule: "规则自动", joined: "分支汇合", undeclared: "未声明" },
  post: "岗位", above: "上级岗位", party: "当事人", role: "角色", receipt: "持回执码者", children: "成员办件", external: "外部系统", system: "系统",
  sampleDefault: "示例默认值，规划未作规定", legend: "图例", readOnly: "只读", step: "第 {{n}} 步", close: "关闭", moveDetails: "操作“{{name}}”", advanced: "其余属性", states: "{{count}} 个状态，{{arrows}} 条去向",
  finalHelp: "办件到此办结", remaining: "还没有去向：办件会停在这里",
  people: {
    "post:window": "窗口受理岗", "post:handler": "承办岗", "post:reviewer": "审核岗", "post:decider": "批准岗", "post:head": "负责人", "post:supervisor": "督办岗",
    "party:applicant": "申请人", "party:respondent": "被申请人", "party:object": "检查对象", "party:buyer": "买方", "party:seller": "卖方", "party:mediator": "调解员",
    "role:citizen": "任何群众", "role:staff": "任何工作人员", "role:admin": "管理员", "role:integrator": "对接系统", "role:trigger": "触发器", "role:releaser": "发布人", "role:auditor": "审计人",
  } as Record<string, string>,
  fromStart: "办件开始", all: "全部", dueHere: "期限 {{name}} 届满即到此", addOutline: "在列表中用方向键或 Tab 选择，回车打开",
  isFragment: "（片段）", moveOf: "同一操作在多处可用，下面的设置对各处都有效。", problems: "发现的问题", none: "没有", chooseMove: "选择操作",
};
const en: typeof zh = {
  picture: "Picture of the process", outline: "States and moves", fragment: "fragment", fit: "Show all", closer: "Zoom in", further: "Zoom out", exits: "Show side exits (ends)",
  addState: "Add a state", addMove: "Add a move", addArrow: "Add a way out", empty: "No states yet. Add the first one: cases begin there.",
  begin: "Add the first state", json: "This process is written in a way that the picture cannot draw: change it as JSON; the picture is for reading only.",
  by: "Who may", emits: "Event", emitsHelp: "Goes into the case's timeline; lower case, a past participle such as accepted", input: "Filled in for it", title: "Name", zh: "Chinese name", en: "English name", id: "Id",
  idHelp: "Lower-case letters, digits, underscores; better kept once released", rename: "Change the id", remove: "Remove", removeState: "Remove the state", removeArrow: "Remove this way", removeMove: "Remove the move",
  waits: "Waits for", initial: "Begins here", makeInitial: "Let it begin here", final: "End", parallel: "Side by side", outcome: "Outcome", order: "Order on screen",
  target: "Leads to", source: "From", event: "Move or event", guard: "Only while another branch is in", noGuard: "always", reason: "A reason is demanded", atMost: "At most, times", basis: "Legal basis",
  sourceOf: "Where the number comes from", distinct: "By another person than who made", signers: "How many people make it", leaving: "Leads from here", arriving: "Leads here", stays: "Possible here without leaving",
  clocksHere: "Time limits", starts: "begins", stops: "ends", members: "Member cases opened here", triggers: "What follows by itself", from: "From fragment {{name}}", fragmentHelp: "Several processes share a fragment: change it there.",
  inside: "Inside", root: "Outermost level", finalAsk: "The case ends here", asItem: "Seen with an item (limits, members, triggers)", noItem: "The process alone", selectHint: "Choose a state or move on the picture or in the list.",
  breaks: "Cannot be removed, because these use it:", taken: "There is one by this id", malformed: "Lower-case letters, digits and underscores only, beginning with a letter", unknown: "There is no such state",
  inputNone: "Nothing is filled in", inputAdd: "Add a field", inputDesign: "Open the designer of forms", inputText: "Line of text", inputArea: "Several lines", inputDay: "Date", inputNumber: "Number", inputSwitch: "Yes or no",
  inputRequired: "Required", inputMore: "More is possible in the section “Moves”", findings: "What the check found", promise: "A promise that cannot be kept", path: "Goes this way",
  worst: "At worst, begun on {{start}}, it is done on {{ends}}; the limit ends on {{limit}}", onPicture: "Show on the picture", here: "{{count}} finding(s)", newMove: "A new move…", existing: "Moves there are", save: "Add", cancel: "Cancel",
  sorts: { move: "By a person", clock: "Limit runs out", member: "Member done", outside: "Outside system", rule: "By a rule", joined: "Branches joined", undeclared: "Undeclared" },
  post: "Post", above: "Post above", party: "Party", role: "Role", receipt: "Holder of the receipt", children: "member cases", external: "outside system", system: "the system",
  sampleDefault: "sample default, not from the plan", legend: "Legend", readOnly: "For reading", step: "Step {{n}}", close: "Close", moveDetails: "Move “{{name}}”", advanced: "Other members", states: "{{count}} states, {{arrows}} ways",
  finalHelp: "The case is done here", remaining: "No way out yet: a case would stay here",
  people: {
    "post:window": "window clerk", "post:handler": "handler", "post:reviewer": "reviewer", "post:decider": "decider", "post:head": "head of the body", "post:supervisor": "supervisor",
    "party:applicant": "applicant", "party:respondent": "respondent", "party:object": "who is inspected", "party:buyer": "buyer", "party:seller": "seller", "party:mediator": "mediator",
    "role:citizen": "anybody", "role:staff": "any official", "role:admin": "administrator", "role:integrator": "a connected system", "role:trigger": "a trigger", "role:releaser": "releaser", "role:auditor": "auditor",
  },
  fromStart: "the case begins", all: "All", dueHere: "comes here when {{name}} runs out", addOutline: "Choose with Tab, open with Enter",
  isFragment: " (fragment)", moveOf: "A move may be made in several places: what is set here holds for all of them.", problems: "What was found", none: "None", chooseMove: "Choose a move",
};

export const PROCESS = { zh, en };

/** `filled("来自片段 {{name}}", { name })` */
export const filled = (sentence: string, values: Record<string, string | number>): string =>
  Object.entries(values).reduce((said, [name, value]) => said.replace(`{{${name}}}`, String(value)), sentence);
