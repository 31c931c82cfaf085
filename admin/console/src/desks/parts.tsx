// Small pieces of the desks: how time stands, where a case is, who somebody is.
import { useTranslation } from "react-i18next";
import { text } from "../forms/schema";
import { usePreferences } from "../shell/preferences";
import { type Case, type Clock, useOrganisation } from "./data";
import { type LightName, standing } from "./lights";
import "./desks.css";
import "../words/desks";

/** A light is a word and a shape as well: colour alone tells nothing to who cannot see it. */
export function Light({ light }: { light: LightName }) {
  const { t } = useTranslation("desks");
  return <span className={`light ${light}`}>{t(`light.${light}`)}</span>;
}

/** How much is left of a clock, in its own unit. */
export function useLeft() {
  const { t } = useTranslation("desks");
  return (clock: Pick<Clock, "remaining" | "unit">) => {
    const minutes = clock.unit === "office_hour";
    const n = minutes ? Math.round(Math.abs(clock.remaining) / 6) / 10 : Math.abs(clock.remaining);
    return t(clock.remaining < 0 ? "over" : "left", { n, unit: t(`unit.${clock.unit}`) });
  };
}

/** The most pressing clock of a case: its light, what is left, until when. */
export function Standing({ one }: { one: Case }) {
  const left = useLeft();
  const { light, clock } = standing(one);
  return (
    <span className="standing">
      <Light light={light} />
      {clock && (
        <span className="left">
          {clock.light !== "paused" && <strong>{left(clock)}</strong>}
          {clock.deadline && <time dateTime={clock.deadline}>{clock.deadline.slice(0, 16).replace("T", " ")}</time>}
        </span>
      )}
    </span>
  );
}

export function States({ one }: { one: Case }) {
  const { language } = usePreferences();
  return (
    <span className="states">
      {one.state.map((state) => <span key={state.id} className={state.final ? "state final" : "state"}>{text(state.title, language)}</span>)}
    </span>
  );
}

/** A subject as colleagues know it: at which post, else by kind and code. */
export function useSubject() {
  const { t } = useTranslation("desks");
  const { people, nodeTitle } = useOrganisation();
  return (subject: string, at?: { node?: string; post?: string }) => {
    const [kind = "", code = ""] = subject.split(/:(.*)/s);
    const held = people.get(subject);
    const post = held?.find((one) => one.node === at?.node && one.post === at?.post) ?? held?.[0];
    if (post) return `${nodeTitle(post.node)} · ${post.title}（${code.replace(/^demo-/, "")}）`;
    return t(`subject.${kind}`, { code, defaultValue: subject });
  };
}
