/**
 * Compares with the server: `node dist/test/agree.js <folder>` reads the forms and documents that the server judged
 * (`forms.json`, `documents.jsonl`) and prints where the browser's validator says otherwise, as JSON.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Form } from "../src/validator.js";
import type { Json } from "../src/json.js";

interface Judged {
  form: string;
  value: Json;
  findings: [pointer: string, code: string, zh: string, en: string][];
}

const folder = process.argv[2] ?? ".";
const { shared, forms } = JSON.parse(readFileSync(join(folder, "forms.json"), "utf-8")) as {
  shared: Record<string, Json>;
  forms: Record<string, Json>;
};
const compiled = new Map<string, Form>();
const disagreements: unknown[] = [];
let documents = 0;
let valid = 0;

for (const line of readFileSync(join(folder, "documents.jsonl"), "utf-8").split("\n")) {
  if (line === "") continue;
  const { form: name, value, findings } = JSON.parse(line) as Judged;
  const form = compiled.get(name) ?? new Form(forms[name]!, shared);
  compiled.set(name, form);
  const verdict = form.isValid(value);
  const ours = form
    .errors(value)
    .map(({ pointer, code, message }) => [pointer, code, message.zh, message.en]);
  documents += 1;
  valid += Number(verdict);
  if (verdict !== (findings.length === 0) || JSON.stringify(ours) !== JSON.stringify(findings)) {
    disagreements.push({ document: documents, form: name, browser: ours, server: findings });
  }
}

const shown = disagreements.slice(0, 10);
console.log(
  JSON.stringify({ documents, valid, forms: compiled.size, disagreements: disagreements.length, shown }),
);
