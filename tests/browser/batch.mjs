// Verifies bundles for the Python tests: a line of JSON for each on standard input, a line for each verdict on standard output.
import { createInterface } from "node:readline";
import { unpacked } from "../../admin/draws/verify/zip.js";
import { verifyFiles } from "../../admin/draws/verify/verify.js";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

for await (const line of createInterface({ input: process.stdin })) {
  const { file, before, ...options } = JSON.parse(line);
  let verdict;
  try {
    const files = await unpacked(bytes(file));
    verdict = { name: "", code: 0, ...(await verifyFiles(files, { ...options, before: before && (await unpacked(bytes(before))) })) };
  } catch (fault) {
    verdict = { name: fault.name, code: fault.code, detail: fault.detail ?? fault.stack };
  }
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
}
