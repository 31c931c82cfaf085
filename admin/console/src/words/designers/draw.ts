// What the designer of draws says.
const zh = {
  strata: "分层与抽取比例", stratum: (n: number) => `第 ${n} 层`, addStratum: "添加一层", id: "标识", zh: "名称 中文", en: "名称 英文", where: (member: string) => `${member} 的取值`, share: "比例（%）", atLeast: "至少", atMost: "至多", shareHelp: "按层内户数计算，不足一户的进一",
  exact: (num: number, den: number) => `比例写作 ${num}/${den}`, slots: "检查组席位", slot: (n: number) => `席位 ${n}`, addSlot: "添加席位", role: "职责", department: "部门", anyDepartment: "任何部门", certificates: "所需证件",
  weights: "权重", weightsHelp: "权重越大越容易抽中，例如信用差的权重大。", weightOf: (value: string) => `“${value}”的权重`, cap: "每人至多检查几户", member: "按哪个栏目", newValue: "添加取值", uncovered: (values: string) => `这些取值不在任何一层里：${values}`, twice: (values: string) => `这些取值在不止一层里：${values}`,
  dry: "试抽", dryHelp: "用一次性的随机数试一遍：各层抽多少、检查组能不能配齐、每人几户。不承诺、不公布、不保存，与真正的抽查无关。", madeUp: "假设的名单", real: "登记簿里的名单", from: "名单来源", count: (value: string) => `“${value}”户数`, people: (department: string) => `${department}执法人员数`,
  run: "试抽一次", result: "试抽结果", size: "户数", quota: "应抽", drawn: "抽中", layer: "层", filled: "检查组都能配齐", short: "检查组配不齐：人员不够，或证件、部门不符，或每人上限太低。", load: (most: number, mean: string) => `每人至多 ${most} 户，平均 ${mean} 户`, byValue: "各取值抽中", none: "名单里没有对象",
  visits: (n: number) => `共抽中 ${n} 户`, wrong: "名单与方案不符：", seed: "一次性随机数",
};
const en: typeof zh = {
  strata: "Strata and quotas", stratum: (n: number) => `Stratum ${n}`, addStratum: "Add a stratum", id: "Id", zh: "Name in Chinese", en: "Name in English", where: (member: string) => `Values of ${member}`, share: "Share (%)", atLeast: "At least", atMost: "At most", shareHelp: "of those in the stratum, rounded up",
  exact: (num: number, den: number) => `written as ${num}/${den}`, slots: "Team of a visit", slot: (n: number) => `Slot ${n}`, addSlot: "Add a slot", role: "Role", department: "Department", anyDepartment: "Any department", certificates: "Certificates",
  weights: "Weights", weightsHelp: "The larger, the likelier it is drawn: those with poor credit weigh more.", weightOf: (value: string) => `Weight of “${value}”`, cap: "Visits a person at most", member: "By which member", newValue: "Add a value", uncovered: (values: string) => `In no stratum: ${values}`, twice: (values: string) => `In more than one stratum: ${values}`,
  dry: "Dry run", dryHelp: "Once with a throw-away random number: how many of each stratum, whether teams can be filled, how many visits a person. Nothing is committed, published or kept; it says nothing about a real draw.", madeUp: "Made-up rosters", real: "The registers' rosters", from: "Rosters", count: (value: string) => `How many “${value}”`, people: (department: string) => `Inspectors of ${department}`,
  run: "Draw once", result: "What was drawn", size: "Objects", quota: "Due", drawn: "Drawn", layer: "Stratum", filled: "Every team can be filled", short: "Teams cannot be filled: too few inspectors, other certificates or departments, or too low a cap.", load: (most: number, mean: string) => `${most} visits a person at most, ${mean} on average`, byValue: "Drawn by value", none: "There is nobody in the roster",
  visits: (n: number) => `${n} objects drawn`, wrong: "The rosters do not fit the plan: ", seed: "Throw-away number",
};
export const DRAW = { zh, en };
