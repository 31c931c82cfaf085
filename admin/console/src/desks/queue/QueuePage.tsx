// A desk's open cases, what is due first first: find one, take it, hand it over, or make one move on many.
import { Alert, Button, Input, Select } from "antd";
import { useMemo, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { text } from "../../forms/schema";
import { Asked, Heading, Reading } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { listen, session } from "../../shell/session";
import { type Case, useQueue } from "../data";
import { counted, LIGHTS, type LightName, standing, waitsFor } from "../lights";
import "../parts";
import { useMyDesks } from "../routes";
import { Bulk } from "./Bulk";
import { QueueTable } from "./QueueTable";

export default function QueuePage() {
  const { t } = useTranslation("desks");
  const who = useSyncExternalStore(listen, session);
  const asked = useMyDesks(who);
  if (!asked.data) return <><Heading title={t("queue.title")} /><Asked asked={asked}><Reading label={t("case.reading")} /></Asked></>;
  return <Desks me={who?.subject ?? ""} desks={asked.data.desks} posts={asked.data.posts} />;
}

type Mine = NonNullable<ReturnType<typeof useMyDesks>["data"]>;
const ALL = "";

function Desks({ me, desks, posts }: { me: string } & Mine) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const [search, setSearch] = useSearchParams();
  const set = (name: string, value: string) => setSearch((now) => { if (value) now.set(name, value); else now.delete(name); return now; }, { replace: true });
  const own = desks.find((desk) => posts.some((post) => post.node === desk.department || post.node === desk.window));
  const desk = search.get("desk") ?? own?.queue_id ?? desks[0]?.queue_id;
  const post = search.get("post") ?? ALL;
  const asked = useQueue(desk, post || undefined);
  const cases = useMemo(() => asked.data?.pages.flatMap((page) => page.cases) ?? [], [asked.data]);
  const shown = useFiltered(cases, search, me);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const picked = shown.filter((one) => chosen.has(one.case_id));
  const deputised = posts.filter((one) => one.deputy_for);
  const nameOf = (one: Mine["desks"][number]) => (one.department === one.window ? text(one.department_title, language) : `${text(one.department_title, language)} · ${text(one.window_title, language)}`) ?? one.queue_id;
  const postsHere = [{ value: ALL, label: t("queue.everyPost") }, ...["window", "handler", "reviewer", "decider", "head"].map((value) => ({ value, label: t(waitsFor(`post:${value}`)) }))];
  return (
    <div className="desk">
      <Heading title={t("queue.title")} lead={posts.map((one) => `${text(one.node_title, language)} · ${text(one.title, language)}`).join("；")}>
        <Button onClick={() => void asked.refetch()} loading={asked.isRefetching}>{t("case.refresh")}</Button>
      </Heading>
      {deputised.map((one) => <Alert key={`${one.node} ${one.post}`} type="info" showIcon title={t("queue.deputy", { post: `${text(one.node_title, language)} · ${text(one.title, language)}`, who: one.deputy_for?.replace("person:", "") })} />)}
      <div className="filters" role="search" aria-label={t("queue.filters")}>
        <label>{t("queue.desk")}<Select aria-label={t("queue.desk")} showSearch={{ optionFilterProp: "label" }} value={desk} popupMatchSelectWidth={false} options={desks.map((one) => ({ value: one.queue_id, label: nameOf(one) }))} onChange={(value) => set("desk", value)} /></label>
        <label>{t("queue.post")}<Select aria-label={t("queue.post")} value={post} options={postsHere} onChange={(value) => set("post", value)} popupMatchSelectWidth={false} /></label>
        <label>{t("queue.item")}<Items cases={cases} value={search.get("item") ?? ALL} onChange={(value) => set("item", value)} /></label>
        <label>{t("queue.hand")}<Select aria-label={t("queue.hand")} value={search.get("hand") ?? ALL} options={["", "mine", "free"].map((value) => ({ value, label: t(`queue.hands.${value || "all"}`) }))} onChange={(value) => set("hand", value)} /></label>
        <label>{t("queue.find")}<Input.Search aria-label={t("queue.find")} allowClear defaultValue={search.get("q") ?? ""} placeholder={t("queue.findHint")} onSearch={(value) => set("q", value)} onChange={(event) => set("q", event.target.value)} /></label>
      </div>
      <Lights cases={cases} value={search.get("light") ?? ALL} onChange={(value) => set("light", value)} />
      <Asked asked={asked}>
        <p className="quiet" role="status">{t("queue.count", { n: shown.length, of: cases.length })}{asked.hasNextPage && ` ${t("queue.moreThere")}`}</p>
        <QueueTable cases={shown} me={me} chosen={chosen} choose={setChosen} />
        {asked.hasNextPage && <Button block onClick={() => void asked.fetchNextPage()} loading={asked.isFetchingNextPage}>{t("queue.more")}</Button>}
      </Asked>
      {picked.length > 0 && <Bulk cases={picked} clear={() => setChosen(new Set())} keep={(ids) => setChosen(new Set(ids))} />}
    </div>
  );
}

function useFiltered(cases: readonly Case[], search: URLSearchParams, me: string): Case[] {
  const { language } = usePreferences();
  const [item, light, hand, q] = ["item", "light", "hand", "q"].map((name) => search.get(name) ?? "");
  return useMemo(() => {
    const words = (q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const text_ = (one: Case) => `${one.number} ${text(one.title, language)} ${one.parties.map((party) => `${party.name ?? ""} ${party.subject}`).join(" ")}`.toLowerCase();
    const fits = (one: Case) =>
      (!item || one.item_id === item) && (!light || standing(one).light === light) &&
      (!hand || (hand === "mine" ? one.claim?.by === me : one.claim === null)) && words.every((word) => text_(one).includes(word));
    return cases.filter(fits);
  }, [cases, item, light, hand, q, me, language]);
}

function Items({ cases, value, onChange }: { cases: readonly Case[]; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const titles = new Map(cases.map((one) => [one.item_id, text(one.title, language) ?? one.item_id]));
  const options = [{ value: ALL, label: t("queue.everyItem") }, ...[...titles].map(([id, label]) => ({ value: id, label }))];
  return <Select aria-label={t("queue.item")} value={value} options={options} onChange={onChange} popupMatchSelectWidth={false} />;
}

/** The lights of what is loaded, each a button that shows only those. */
function Lights({ cases, value, onChange }: { cases: readonly Case[]; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("desks");
  const numbers = counted(cases);
  const shown = LIGHTS.filter((light) => light !== "stopped" || numbers.stopped > 0);
  return (
    <div className="lights" role="group" aria-label={t("queue.lights")}>
      {shown.map((light: LightName) => (
        <button key={light} type="button" className={`tile ${light}`} aria-pressed={value === light} onClick={() => onChange(value === light ? ALL : light)}>
          <span>{t(`light.${light}`)}</span> <strong>{numbers[light]}</strong>
        </button>
      ))}
    </div>
  );
}
