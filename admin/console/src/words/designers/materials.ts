// What the designer of materials says.
const zh = {
  add: "添加材料", none: "不需要任何材料。", title: "材料名称", id: "标识", idHelp: "小写英文、数字、连字符；发布后不要改", badId: "只能用小写英文、数字和连字符", taken: "已有这个标识",
  required: "必要材料", principal: "主要材料（不能容缺）", kind: "材料类型", original: "原件或复印件", forms: "材料形式", copies: "份数", none_: "不分",
  kinds: { application: "申请表", certificate: "证照证明", resolution: "决议文件", report: "报告", identity: "身份证明", drawing: "图纸", rules: "制度文件", other: "其他" } as Record<string, string>,
  originals: { original: "原件", copy: "复印件", either: "原件或复印件" } as Record<string, string>,
  form: { electronic: "电子", paper: "纸质" } as Record<string, string>,
  modes: "怎样提供（按顺序，能免交的排在前面）", modesHelp: "系统先试第一种，不行再试下一种。", addMode: "添加一种方式", mode: (n: number) => `方式 ${n}`, which: (n: number) => `方式 ${n} 的来源`,
  ways: { licence: "调用电子证照，免交", data: "数据共享核验，免交", commitment: "告知承诺，免交", verification: "部门核验，免交", upload: "申请人上传" } as Record<string, string>,
  source: "来源渠道", deferral: "可以容缺补交", deferralHelp: "先受理，在期限内补交", days: "补交期限", unit: "期限单位", from: "期限的依据",
  units: { working_day: "工作日", calendar_day: "日", office_hour: "办公小时", hour: "小时", month: "个月", year: "年" } as Record<string, string>,
  when: "只在这种情形下需要", always: "任何情形都需要", equals: "等于", basis: "依据", acceptance: "受理标准", saves: (n: number, all: number) => `共 ${all} 份材料，其中 ${n} 份可以免交`, edit: "修改", shut: "收起",
  removeAsk: (name: string) => `删除材料“${name}”？`, more: "其余内容（填报须知、样表、文件格式等）在“表单”里修改，这里会原样保留。",
};
const en: typeof zh = {
  add: "Add a material", none: "No material is needed.", title: "Title", id: "Id", idHelp: "lower-case letters, digits, hyphens; keep it once released", badId: "Lower-case letters, digits and hyphens only", taken: "This id is taken",
  required: "Required", principal: "Principal (cannot follow later)", kind: "Kind", original: "Original or copy", forms: "Form", copies: "Copies", none_: "not said",
  kinds: { application: "Application form", certificate: "Certificate", resolution: "Resolution", report: "Report", identity: "Identity", drawing: "Drawing", rules: "Rules", other: "Other" },
  originals: { original: "Original", copy: "Copy", either: "Either" },
  form: { electronic: "Electronic", paper: "Paper" },
  modes: "How it is provided (in this order; what spares people first)", modesHelp: "The first is tried, then the next.", addMode: "Add a way", mode: (n: number) => `Way ${n}`, which: (n: number) => `Source of way ${n}`,
  ways: { licence: "Electronic licence, nothing to hand in", data: "Shared data, nothing to hand in", commitment: "Commitment instead", verification: "Verified by a department", upload: "Uploaded by the applicant" },
  source: "Where it comes from", deferral: "May follow later", deferralHelp: "accepted first, handed in within the limit", days: "Within", unit: "Unit", from: "Basis of the limit",
  units: { working_day: "working days", calendar_day: "days", office_hour: "office hours", hour: "hours", month: "months", year: "years" },
  when: "Only when", always: "Always", equals: "is", basis: "Basis", acceptance: "Accepted when", saves: (n: number, all: number) => `${all} materials, of which ${n} need not be handed in`, edit: "Edit", shut: "Close",
  removeAsk: (name: string) => `Remove “${name}”?`, more: "What else it says (instructions, samples, file types) is edited in “Form” and stays as it is here.",
};
export const MATERIALS = { zh, en };
