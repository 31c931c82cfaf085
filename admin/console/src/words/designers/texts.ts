// What the designer of notices and documents says.
const zh = {
  template: "模板", preview: "预览", values: "示例内容", valuesHelp: "预览用的示例，存入“预览示例值”，不会发给任何人。", shown: "填入示例后的样子", subject: "标题",
  marks: "可以插入的内容", insert: (path: string) => `插入 ${path}`, missing: (paths: string) => `缺少示例内容：${paths}。发送时如果仍然缺少，通知不会发出。`,
  unprintable: (paths: string) => `这些内容不能直接印出：${paths}`, newValue: "添加示例内容", path: "内容的路径", last: "中文", help: "{{路径}} 会换成内容；{{#路径}}…{{/路径}} 有内容才出现；{{^路径}}…{{/路径}} 没有内容才出现。",
  wrong: {
    "not-a-mark": "这里的大括号不是模板标记：", "section-open": "这一段没有结束，请补上 {{/…}}：", "section-not-open": "没有这样开始的段落：",
  } as Record<string, string>,
  sms: (n: number) => `${n} 个字，短信约 ${Math.max(1, Math.ceil(n / 67))} 条`,
};
const en: typeof zh = {
  template: "Template", preview: "Preview", values: "Example values", valuesHelp: "For the preview, kept as the example; nobody is sent them.", shown: "With the example filled in", subject: "Subject",
  marks: "What can be inserted", insert: (path: string) => `Insert ${path}`, missing: (paths: string) => `No example for: ${paths}. If it is still missing when it is sent, nothing is sent.`,
  unprintable: (paths: string) => `Cannot be printed as it is: ${paths}`, newValue: "Add a value", path: "Path", last: "Chinese", help: "{{path}} becomes its value; {{#path}}…{{/path}} appears only with one; {{^path}}…{{/path}} only without.",
  wrong: { "not-a-mark": "These braces are no mark: ", "section-open": "This section is not closed, add {{/…}}: ", "section-not-open": "No section begins so: " },
  sms: (n: number) => `${n} characters, about ${Math.max(1, Math.ceil(n / 67))} text message(s)`,
};
export const TEXTS = { zh, en };
