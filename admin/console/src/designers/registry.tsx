// Which parts of which definitions have a designer of their own. Each is fetched when its part is opened, not before.
import type { Language } from "@jisheng/api-client";
import { type ComponentType, lazy, type LazyExoticComponent } from "react";
import type { Finding } from "../forms/findings";
import type { Section } from "../forms/sections";
import type { JsonObject } from "../json/pointer";

export interface DesignerProps {
  /** The whole definition, as it is written now. */
  value: JsonObject;
  readOnly: boolean;
  /** What the last check found in the definition. */
  findings: readonly Finding[];
  onChange: (value: JsonObject) => void;
}

interface Designer {
  kind: string;
  /** The member of the definition that it designs; the generic form of it stays one step away. */
  section: string;
  /** Only of one that designs several members: an entry of its own in the contents, with this title. */
  title?: { zh: string; en: string };
  Screen: LazyExoticComponent<ComponentType<DesignerProps>>;
}

const DESIGNERS: readonly Designer[] = [
  { kind: "items", section: "form", Screen: lazy(() => import("./form/FormDesigner")) },
  { kind: "items", section: "materials", Screen: lazy(() => import("./materials/MaterialsDesigner")) },
  { kind: "items", section: "examples", Screen: lazy(() => import("./examples/ExamplesDesigner")) },
  { kind: "rules", section: "versions", Screen: lazy(() => import("./table/TableDesigner")) },
  { kind: "notices", section: "~texts", title: { zh: "模板与预览", en: "Template and preview" }, Screen: lazy(() => import("./texts/TextsDesigner")) },
  { kind: "documents", section: "~texts", title: { zh: "模板与预览", en: "Template and preview" }, Screen: lazy(() => import("./texts/TextsDesigner")) },
  { kind: "calendars", section: "~notice", title: { zh: "放假通知", en: "Holiday notice" }, Screen: lazy(() => import("./calendar/CalendarDesigner")) },
  { kind: "draws", section: "~draw", title: { zh: "抽查方案", en: "Draw plan" }, Screen: lazy(() => import("./draw/DrawDesigner")) },
  { kind: "processes", section: "~picture", title: { zh: "流程设计", en: "Process picture" }, Screen: lazy(() => import("./process/ProcessDesigner")) },
  { kind: "items", section: "clocks", Screen: lazy(() => import("./clocks/ClockDesigner")) },
  { kind: "items", section: "children", Screen: lazy(() => import("./members/MembersDesigner")) },
  { kind: "items", section: "holds", Screen: lazy(() => import("./clocks/HoldDesigner")) },
  { kind: "items", section: "~trials", title: { zh: "试办", en: "Trials" }, Screen: lazy(() => import("./trials/TrialDesigner")) },
  { kind: "processes", section: "~trials", title: { zh: "试办", en: "Trials" }, Screen: lazy(() => import("./trials/TrialDesigner")) },
];

export const designerOf = (kind: string, section: string): Designer | undefined =>
  DESIGNERS.find((one) => one.kind === kind && one.section === section);

/** The sections of a definition, with those entries that only a designer has behind the first one. */
export function withDesigners(kind: string, found: readonly Section[], language: Language): Section[] {
  const own = DESIGNERS.filter((one) => one.kind === kind && one.title).map(
    (one): Section => ({ id: one.section, title: one.title?.[language] ?? one.section, names: [], required: false }),
  );
  return [...found.slice(0, 1), ...own, ...found.slice(1)];
}
