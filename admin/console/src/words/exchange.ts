// The words of exchanging definitions between environments, of roll-backs and of dates, Chinese first.
const zh = {
  title: "导出与导入", lead: "在不同环境之间搬运定义：先导出为文件，在另一环境导入。导入前逐项比较，只生成草稿，检查后由另一人发布。",
  exporting: "导出", kind: "种类", which: "定义", whichHelp: "可多选；不选则导出该种类全部", add: "加入清单", list: "导出清单", empty: "清单还是空的", save: "下载文件", remove: "移出清单",
  importing: "导入", file: "选择文件", wrong: "这不是导出的定义文件：{{why}}", tooLarge: "文件超过 5 MB", notJson: "不是 JSON", noDefinitions: "没有 definitions 清单", from: "来自 {{origin}}，{{at}} 导出", compare: "与本环境比较",
  fresh: "本环境没有", changed: "{{n}} 处不同", same: "完全相同", unknownKind: "本环境没有这个种类", damaged: "内容与文件里的哈希不符", make: "为选中的 {{n}} 项生成草稿", made: "已生成草稿，请检查后由另一人发布", failed: "未能生成", details: "查看差别", chosen: "选中", checking: "一起检查", together: "这些草稿一起检查",
  rollback: "整体回退到此", rollbackTitle: "整体回退到发布集 {{set}}", rollbackText: "所有定义一起回到发布集 {{set}} 的版本。在办件按各自的版本继续办理；停止受理不变。", undone: "以下 {{n}} 项将改变", undoneNone: "此后没有改变定义的发布。", reason: "理由", reasonHelp: "写入发布记录", now: "当前",
  schedule: "生效日期", scheduleTitle: "排定生效日期", scheduleText: "选择从哪天开始受理，将生成一份草稿，检查后由另一人发布。在此之前不受理新申请。", scheduleDay: "生效日期", scheduling: "生成草稿", rolledBack: "已回退", more: "更早的发布还没有读出，清单可能不全。",
};
const en: typeof zh = {
  title: "Export and import", lead: "Carry definitions from one environment to another as a file. Each is compared before anything is made; an import makes drafts only, which are checked and released by a second person.",
  exporting: "Export", kind: "Kind", which: "Definitions", whichHelp: "Several may be chosen; none means all of the kind", add: "Add to the list", list: "To be exported", empty: "Nothing on the list yet", save: "Download the file", remove: "Take off the list",
  importing: "Import", file: "Choose a file", wrong: "This is no file of exported definitions: {{why}}", tooLarge: "more than 5 MB", notJson: "not JSON", noDefinitions: "no list of definitions", from: "From {{origin}}, exported {{at}}", compare: "Compared with this environment",
  fresh: "not here yet", changed: "{{n}} difference(s)", same: "the same", unknownKind: "there is no such kind here", damaged: "is not what its hash says", make: "Make drafts of the {{n}} chosen", made: "Drafts are made: check them, and let a second person release them", failed: "Not made", details: "Show what differs", chosen: "Chosen", checking: "Check together", together: "These drafts, checked together",
  rollback: "Roll everything back to this", rollbackTitle: "Roll everything back to set {{set}}", rollbackText: "All definitions go back to their versions of set {{set}} together. Running cases go on with their own release; stops stay.", undone: "These {{n}} change", undoneNone: "No definition was changed since.", reason: "Why", reasonHelp: "Goes into the history", now: "in force",
  schedule: "First day", scheduleTitle: "Set the day from which it holds", scheduleText: "Choose the first day on which applications are taken. A draft is made, checked, and released by a second person. Until then none are taken.", scheduleDay: "In force from", scheduling: "Make the draft", rolledBack: "Rolled back", more: "Earlier releases are not read yet: the list may be short.",
};
export const EXCHANGE = { zh, en };
