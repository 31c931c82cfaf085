// What the designer of member cases says.
const zh = {
  lead: "进入这一环节时，下面每个成员各立一件，同时办理；全部结束后本办件继续。", none: "这个事项没有成员办件。需要时在“表单”里为一个环节添加。",
  add: "添加成员", addHelp: "办理事项和带给它的内容照最后一个成员，承办单位另选。", addIt: "添加", title: "成员名称", department: "承办单位", window: "受理窗口", item: "办理事项",
  chosenIn: (field: string) => `申请人在“${field}”里选择要办的成员，选项随成员增减、改名。`, pattern: "名单每项一件",
  carried: "带给成员办件的内容", carriedHelp: "成员办件的申请表由系统照此填写。", from: (field: string) => `${field} 取自`, content: (field: string) => `${field} 内容`,
  nothing: "不填", constant: "写明的内容", number: "本办件编号", mine: (field: string) => `申请表：${field}`, yes: "是", no: "否",
  removeAsk: (name: string) => `删除成员“${name}”？`, more: "其余内容（计入汇合、先后、阶段、材料）在“表单”里修改，这里会原样保留。",
};
const en: typeof zh = {
  lead: "When this state is entered each member below becomes a case of its own, side by side; this case goes on when all have ended.", none: "This item has no member cases. Where it needs some, add them to a state in “Form”.",
  add: "Add a member", addHelp: "Its item and what it is told are those of the last member; its department is chosen.", addIt: "Add", title: "Member", department: "Department", window: "Window", item: "Item",
  chosenIn: (field: string) => `Applicants choose the members in “${field}”: its options come, go and are renamed with them.`, pattern: "A case for each entry",
  carried: "What the member's case is told", carriedHelp: "The platform fills in its application like this.", from: (field: string) => `${field} from`, content: (field: string) => `${field} content`,
  nothing: "Left out", constant: "What is written here", number: "Number of this case", mine: (field: string) => `Form: ${field}`, yes: "Yes", no: "No",
  removeAsk: (name: string) => `Remove the member “${name}”?`, more: "What else it says (whether it counts, order, stage, materials) is edited in “Form” and stays as it is here.",
};
export const MEMBERS = { zh, en };
