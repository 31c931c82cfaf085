// Bytes: SHA-256 (synchronous, so that a draw of 100,000 rows is not 100,000 promises), hex, base64, text, joining.

const K = new Int32Array(64);
const FIRST = new Int32Array(8);
{
  // FIPS 180-4: the fractional parts of the roots of the first primes, computed here and tested against WebCrypto.
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
  primes.forEach((prime, index) => {
    K[index] = fraction(BigInt(prime), 3n);
    if (index < 8) FIRST[index] = fraction(BigInt(prime), 2n);
  });
}

function fraction(prime, degree) {
  const scaled = prime << (32n * degree); // floor(root(prime) · 2³²), by bisection in whole numbers
  let low = 0n, high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= scaled) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn) | 0;
}

const W = new Int32Array(64);

/** Mix one block of 64 bytes at `at` of `bytes` into `state` (eight words). */
export function compress(state, bytes, at) {
  for (let i = 0, o = at; i < 16; i += 1, o += 4) {
    W[i] = (bytes[o] << 24) | (bytes[o + 1] << 16) | (bytes[o + 2] << 8) | bytes[o + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const x = W[i - 15], y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** Put the first words of SHA-256 into `state`. */
export function begin(state) {
  state.set(FIRST);
}

/** Write SHA-256's padding of a message of `length` bytes behind it in `block`. */
export function pad(block, length) {
  block.fill(0, length);
  block[length] = 0x80;
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  view.setUint32(block.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(block.length - 4, (length << 3) >>> 0);
}

const STATE = new Int32Array(8);

/** Return SHA-256 of `bytes`, 32 bytes. */
export function sha256(bytes) {
  begin(STATE);
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += 64) compress(STATE, bytes, at);
  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  pad(tail, rest);
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(tail.length - 4, (bytes.length << 3) >>> 0);
  for (let at = 0; at < tail.length; at += 64) compress(STATE, tail, at);
  return words(STATE);
}

/** Return the bytes of eight words. */
export function words(state) {
  const out = new Uint8Array(32);
  for (let i = 0, o = 0; i < 8; i += 1) {
    out[o++] = state[i] >>> 24; out[o++] = state[i] >>> 16; out[o++] = state[i] >>> 8; out[o++] = state[i];
  }
  return out;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Write bytes as lower-case hex. */
export function hex(bytes) {
  let out = "";
  for (let i = 0; i < bytes.length; i += 1) out += HEX[bytes[i]];
  return out;
}

/** Read `size` bytes of lower-case hex, or give null. */
export function unhex(text, size) {
  if (typeof text !== "string" || text.length !== size * 2 || !/^[0-9a-f]*$/.test(text)) return null;
  const out = new Uint8Array(size);
  for (let i = 0; i < size; i += 1) out[i] = parseInt(text.substr(i * 2, 2), 16);
  return out;
}

/** Write bytes as base64. */
export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** Read base64 that is written as `base64` writes it, or give null. */
export function unbase64(text) {
  try {
    const out = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    return base64(out) === text ? out : null;
  } catch {
    return null;
  }
}

const ENCODER = new TextEncoder();

/** Text as UTF-8. */
export const utf8 = (text) => ENCODER.encode(text);

/** Join bytes and texts. */
export function joined(...parts) {
  const all = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const out = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Compare two byte strings of one length. */
export function ordered(a, b) {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}
