/** `@jisheng/schema-kit`: what the admin, the desks and the portal know about definitions, without any screen. */

export * from "./json.js";
export * from "./pointer.js";
export * from "./difference.js";
export * as history from "./history.js";
export type { Session } from "./history.js";
export { FORMATS, type Format } from "./formats.js";
export { Places, subschemas, type Shared } from "./schemas.js";
export { Form, MAX_ERRORS, META_SCHEMA, type Finding } from "./validator.js";
export * from "./conditions.js";
export * from "./form.js";
export * as formEdits from "./form_edits.js";
export { fieldMentions, pathOf } from "./form_mentions.js";
export * as effects from "./effects.js";
export * from "./process.js";
export { extended, whole } from "./including.js";
export * as processEdits from "./process_edits.js";
export * from "./marks.js";
export * from "./flow.js";
export * as table from "./table.js";
export * from "./cells.js";
export * from "./deciding.js";
export * as template from "./template.js";
export * from "./holiday_notice.js";
