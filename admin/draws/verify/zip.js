// A bundle's files: out of a zip (stored or deflated), or out of the API's one JSON document.
import { utf8 } from "./bytes.js";
import { text } from "./canonical.js";
import { Fault, must } from "./faults.js";

const LIMIT = 1 << 30; // a bundle of a million rows is 200 MB; more than this is not one

/** Read a bundle: a Map of file name → bytes. */
export async function unpacked(bytes) {
  if (bytes[0] === 0x7b) return fromJson(bytes); // an opening brace
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const files = new Map();
  let left = LIMIT;
  for (const entry of directory(view)) {
    must(!files.has(entry.name), "malformed", `${entry.name} is there twice`);
    left -= entry.size;
    must(left >= 0, "malformed", "too much to unpack");
    files.set(entry.name, await content(bytes, view, entry));
  }
  return files;
}

function fromJson(bytes) {
  const said = text(bytes, "the file");
  if (!said.slice(0, 200).includes("jisheng-draw-bundle-1")) return new Map([["slip.json", bytes]]);
  const { files } = JSON.parse(said);
  return new Map(Object.entries(files).map(([name, content]) => [name, utf8(content)]));
}

function* directory(view) {
  let end = view.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  must(end >= 0, "malformed", "not a zip");
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    must(at + 46 <= end && view.getUint32(at, true) === 0x02014b50, "malformed", "a broken zip");
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    yield {
      name: new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, name)),
      method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true), from: view.getUint32(at + 42, true),
    };
    at += 46 + name + extra + comment;
  }
}

async function content(bytes, view, { name, method, packed, size, from }) {
  must(from + 30 <= bytes.length && view.getUint32(from, true) === 0x04034b50, "malformed", "a broken zip");
  const start = from + 30 + view.getUint16(from + 26, true) + view.getUint16(from + 28, true);
  const raw = bytes.subarray(start, start + packed);
  must(raw.length === packed && (method === 0 || method === 8), "malformed", `${name} cannot be unpacked`);
  const out = method === 0 ? raw : await inflated(raw, name, size);
  must(out.length === size, "malformed", `${name} has another length`);
  return out;
}

async function inflated(raw, name, size) {
  const out = new Uint8Array(size);
  let at = 0;
  try {
    const reader = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      out.set(value, at); // throws where there is more than the directory said
      at += value.length;
    }
  } catch {
    throw new Fault("malformed", `${name} cannot be unpacked`);
  }
  return out.subarray(0, at);
}
