export const zh = {
  brand: "极省", console: "管理后台", skip: "跳到主要内容", language: "English", signOut: "退出",
  theme: { label: "外观", system: "跟随系统", light: "浅色", dark: "深色" },
  menu: { open: "打开菜单", home: "工作台", drafts: "草稿与发布", releases: "发布记录", exchange: "导出与导入", kinds: "定义", queue: "办件队列",
    desks: "办事", definitions: "起草与发布", counter: "综合窗", board: "看板", registers: "登记簿", draws: "抽签厅", webhooks: "推送", plan: "规划落实",
    about: { queue: "待办、领办、转交、批量", counter: "代人收件、出具凭证", board: "红黄绿灯、按时率", registers: "查档、导入、导出", draws: "封存、开奖、结果",
      webhooks: "运行状况、日志、重推", plan: "462 项如何落实" } },
  signIn: {
    title: "登录", demo: "本机演示：选择一位演示人员登录", oidc: "使用本市统一身份认证登录", go: "登录", person: "演示人员",
    none: "没有找到演示人员", failed: "登录失败", search: "按姓名、部门或岗位查找", district: "区级", lead: "让群众办事省心、省时、省钱",
  },
  home: {
    title: "工作台", hello: "您好，{{name}}", waiting: "待处理草稿", noDrafts: "没有待处理的草稿", kinds: "全部定义", latest: "最近发布",
    reads: "您没有查看定义的权限",
  },
  list: {
    search: "按名称或编号查找", count: "共 {{count}} 项", create: "新建", none: "没有符合的{{kind}}", id: "编号", title: "名称",
    newId: "编号（小写字母、数字、连字符，发布后不可更改）", newTitle: "中文名称", newTitleEn: "英文名称", begin: "开始起草",
    taken: "该编号已有定义", badId: "只能用小写字母、数字和连字符",
  },
  one: {
    content: "内容", json: "JSON", history: "历史", uses: "引用", edit: "修改", retire: "废止", namedBy: "被以下定义引用",
    runs: "以下事项运行时用到", noUses: "没有被引用", raw: "完整 JSON", nothing: "未填写", hash: "内容哈希",
    retireTitle: "废止此定义", retireText: "选择废止日期，将生成一份草稿，检查后由另一人发布。", retireDay: "废止日期", retiring: "生成废止草稿",
    openDrafts: "正在起草",
  },
  history: {
    at: "时间", act: "动作", by: "经办人", note: "说明", compare: "与当前比较", compareTwo: "比较所选版本", pick: "选择", set: "发布集",
    acts: { pack_loaded: "随版本装载", released: "发布", rolled_back: "回退", stopped: "停止受理", resumed: "恢复受理",
      switched_off: "关闭", switched_on: "打开" },
    gone: "不再生效", more: "更早", none: "没有记录", older: "旧版本", newer: "新版本", restore: "以此版本起草",
  },
  draft: {
    title: "草稿", save: "保存", saved: "已保存", unsaved: "有未保存的修改", check: "检查", discard: "放弃草稿", release: "发布",
    discardAsk: "确定放弃这份草稿？", form: "表单", json: "JSON", both: "并排", changes: "修改内容", findings: "检查结果", sections: "目录",
    basic: "基本信息", note: "发布说明", checkFirst: "发布前先检查：看清改了什么、影响哪些在办件和期限。", noteHint: "写明为何修改，写入发布记录", checking: "正在检查……", passed: "检查通过",
    failed: "检查未通过：{{count}} 处", warnings: "提示 {{count}} 处", notChecked: "保存后点“检查”，由发布检查逐项核对。",
    stale: "内容在检查后又改过，请重新检查", broken: "检查中断，请重试", go: "查看", secondPerson: "起草人不能发布自己的草稿，请由另一人发布。",
    outdated: "草稿所依据的版本已被更新", rebase: "改以最新版本为基础", released: "已发布", releaseAsk: "确认发布？", by: "起草人",
    impact: "发布影响", running: "在办件 {{count}} 件", deadlines: "期限 {{count}} 个，其中变动 {{moved}} 个", replayed: "近期办件重演",
    same: "{{count}} 件结果相同", differ: "{{count}} 件结果不同", keeps: "在办件按原版本办理", items: "涉及事项", changed: "他人已修改，请刷新后再改",
    noChanges: "与已发布版本没有差别", newOne: "新定义", none: "没有草稿", errorHere: "{{count}} 处问题", badJson: "JSON 有误：{{message}}",
    designer: "设计器", way: "编辑方式", readonly: "您可以查看，不能修改这份草稿。", mine: "我起草的", readyToo: "可由您发布",
  },
  diff: { place: "位置", before: "原来", after: "改为", added: "新增", removed: "删除", none: "没有差别", whole: "（整体）" },
  form: {
    add: "添加", remove: "删除", up: "上移", down: "下移", copy: "复制一项", open: "展开 {{name}}", name: "键名", item: "第 {{n}} 项", zh: "中文",
    en: "英文", empty: "尚未填写", choose: "请选择", type: "输入后按回车", option: "选项 {{n}}", text: "文字", number: "数字", list: "列表",
    object: "多项内容", yes: "是", no: "否", clear: "清空", rename: "改名", taken: "键名已存在",
  },
  releases: { title: "发布记录", changes: "涉及定义" },
  failed: "出了问题", retry: "重试", loading: "正在读取……", notFound: "没有这个页面", cancel: "取消", confirm: "确定",
};
export type Words = typeof zh;
