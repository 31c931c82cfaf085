// The console's own words, Chinese first; what the district declares brings its words along.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { language } from "../shell/preferences";
import { en } from "./en";
import { zh } from "./zh";

export const i18n = i18next.createInstance();

export function speak(): Promise<unknown> {
  return i18n.use(initReactI18next).init({
    lng: language(),
    fallbackLng: "zh",
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
}
