// Tables as files: packed for sending, and written so that a spreadsheet reads them and runs nothing.
import type { Json, JsonObject } from "../../json/pointer";

const PACK_FROM = 100_000; // bytes from which a table is compressed

/** The file in base64, compressed when it is large. */
export async function packed(file: Blob): Promise<string> {
  const content = file.size < PACK_FROM ? file : await new Response(file.stream().pipeThrough(new CompressionStream("gzip"))).blob();
  const bytes = new Uint8Array(await content.arrayBuffer());
  let text = "";
  for (let place = 0; place < bytes.length; place += 32_768) text += String.fromCharCode(...bytes.subarray(place, place + 32_768));
  return btoa(text);
}

/** CSV with a mark for spreadsheets. What would begin a formula is quoted as text (OWASP, CSV injection). */
export function csv(columns: readonly string[], rows: readonly JsonObject[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((name) => plain(row[name])))];
  return `\uFEFF${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

function plain(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?[0-9]+(\.[0-9]+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
