// What a person has chosen on this machine: language, light or dark.
import type { Language } from "@jisheng/api-client";
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
interface Preferences {
  language: Language;
  theme: Theme;
}

const KEPT = "jisheng.preferences";
let present: Preferences = { language: "zh", theme: "system", ...recalled() };
const listeners = new Set<() => void>();
const darkOutside = window.matchMedia?.("(prefers-color-scheme: dark)");

export const language = () => present.language;

export function prefer(changed: Partial<Preferences>): void {
  present = { ...present, ...changed };
  localStorage.setItem(KEPT, JSON.stringify(present));
  for (const listener of listeners) listener();
}

export const usePreferences = () => useSyncExternalStore(listen, () => present);

export function useDark(): boolean {
  const { theme } = usePreferences();
  const outside = useSyncExternalStore(listenOutside, () => darkOutside?.matches ?? false);
  return theme === "system" ? outside : theme === "dark";
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function listenOutside(listener: () => void): () => void {
  darkOutside?.addEventListener("change", listener);
  return () => darkOutside?.removeEventListener("change", listener);
}

function recalled(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Preferences>;
  } catch {
    return {};
  }
}
