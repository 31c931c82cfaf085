// The words of releasing several drafts as one, and of releasing them at a time to come, Chinese first.
const zh = {
  together: "一并发布的草稿", togetherHelp: "互相依赖的草稿（如事项与其规则）选在一起：一起检查、同时生效。", alone: "没有其他草稿", choose: "可多选", mine: "我起草的，须由另一人发布", changes: "{{key}} 的修改",
  when: "何时发布", now: "立即发布", later: "定时发布", at: "发布时间", atHelp: "到时再检查一次，通过才发布；草稿此后若有改动，排期作废。", ask: "确认定时发布？", scheduled: "已排定",
  list: "定时发布", none: "没有定时发布", due: "定于 {{at}}", by: "{{by}} 排定", cancel: "取消排期", cancelAsk: "取消这次定时发布？草稿保留。", cancelled: "已取消",
  status: { waiting: "待发布", released: "已发布", refused: "未能发布", cancelled: "已取消" }, here: "本草稿定于 {{at}} 发布（{{by}} 排定）。再改动，排期作废。", set: "发布集 {{set}}",
};
const en: typeof zh = {
  together: "Released together with it", togetherHelp: "Choose drafts that need each other (an item and its rules): they are checked as one and come into force at once.", alone: "There are no other drafts", choose: "Several may be chosen", mine: "Written by me: a second person releases it", changes: "Changes of {{key}}",
  when: "When", now: "Now", later: "At a set time", at: "Time of the release", atHelp: "It is checked again at that time and released only if it passes; a draft that is changed until then ends the schedule.", ask: "Release at this time?", scheduled: "Scheduled",
  list: "Scheduled releases", none: "None", due: "At {{at}}", by: "Scheduled by {{by}}", cancel: "Cancel the schedule", cancelAsk: "Cancel this scheduled release? The drafts are kept.", cancelled: "Cancelled",
  status: { waiting: "Waiting", released: "Released", refused: "Not released", cancelled: "Cancelled" }, here: "To be released at {{at}} (scheduled by {{by}}). A further change ends the schedule.", set: "Set {{set}}",
};
export const RELEASING = { zh, en };
