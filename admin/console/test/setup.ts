// What a browser has and jsdom has not.
import { configure } from "@testing-library/react";

window.matchMedia ??= ((query: string) => ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} })) as never;
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
} as never;
// A failing getByRole would print and search for minutes on a page of antd's.
configure({ getElementError: (message) => new Error(message?.slice(0, 400) ?? "not found") });
