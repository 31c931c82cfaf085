// Small parts of the page, made without markup in strings: what the API says is only ever text.

/** An element with attributes and children (elements, texts; empty ones are left out). */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  made.append(...children.flat(Infinity).filter((one) => one !== undefined && one !== null && one !== ""));
  return made;
}

/** A list of terms: [[term, text or element] …]; those without a value are left out. */
export function terms(pairs) {
  const rows = pairs.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return make("dl", {}, rows.flatMap(([term, value]) => [make("dt", {}, term), make("dd", {}, value)]));
}

/** A table with a head. */
export function table(head, rows) {
  const line = (cells, tag) => make("tr", {}, cells.map((cell) => make(tag, tag === "th" ? { scope: "col" } : {}, cell)));
  return make("table", {}, make("thead", {}, line(head, "th")), make("tbody", {}, rows.map((row) => line(row, "td"))));
}

export const code = (text) => make("code", {}, text);
