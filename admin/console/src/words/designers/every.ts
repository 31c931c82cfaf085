// What all designers say.
const zh = {
  undo: "撤销", redo: "重做", tools: "编辑工具", zh: "中文", en: "英文", up: "上移", down: "下移", remove: "删除", add: "添加",
  cancel: "取消", ok: "确定", close: "关闭", found: "检查发现的问题", any: "不限", yes: "是", no: "否", days: "天",
  sample: "样例默认值，规划未给出", readOnly: "只读：起草后才能修改", turned: (part: string) => `“${part}”里的一处修改已撤销（或重做）`,
};
const en: typeof zh = {
  undo: "Undo", redo: "Redo", tools: "Tools", zh: "Chinese", en: "English", up: "Up", down: "Down", remove: "Remove", add: "Add",
  cancel: "Cancel", ok: "OK", close: "Close", found: "Found by the check", any: "Any", yes: "Yes", no: "No", days: "days",
  sample: "sample default, not from the plan", readOnly: "To look at: begin a draft to change it", turned: (part) => `A change in “${part}” was undone or made again`,
};
export const EVERY = { zh, en };
