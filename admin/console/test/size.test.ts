// What a browser fetches before the first screen stays small, and what is large comes later.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const DIST = join(import.meta.dirname, "../dist");
const LIMIT = 450 * 1024;
interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
}

function fetched(manifest: Record<string, Chunk>, entry: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[entry];
  if (!chunk || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const file of chunk.css ?? []) found.add(file);
  for (const one of chunk.imports ?? []) fetched(manifest, one, found);
  return found;
}

test("the first load is at most 450 KB, compressed", () => {
  expect(existsSync(DIST), "npm run build comes first").toBe(true);
  const manifest = JSON.parse(readFileSync(join(DIST, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;
  const files = ["index.html", ...fetched(manifest, "index.html")];
  const bytes = files.map((file) => gzipSync(readFileSync(join(DIST, file))).length).reduce((sum, one) => sum + one, 0);
  console.log(`first load: ${Math.round(bytes / 1024)} KB compressed, ${files.length} files`);
  expect(bytes).toBeLessThan(LIMIT);
  expect(files.some((file) => file.includes("DefinitionForm"))).toBe(false);
});
