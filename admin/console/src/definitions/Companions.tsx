// Other drafts that are checked and released as one with a draft, and what each of them changes.
import { Select } from "antd";
import { useId } from "react";
import { useSurroundings } from "../forms/context";
import type { Difference } from "../json/difference";
import { session } from "../shell/session";
import { filled } from "../words/designers/process";
import { RELEASING } from "../words/releasing";
import { Differences } from "./Differences";
import { type Check, type Draft, type DraftEntry, useDrafts, useKinds } from "./data";

interface Props {
  draft: Draft;
  chosen: readonly string[];
  choose: (drafts: string[]) => void;
  check: Check | undefined;
}

export function Companions({ draft, chosen, choose, check }: Props) {
  const w = RELEASING[useSurroundings().language];
  const { kinds } = useKinds();
  const field = useId();
  const offered = useOthers(draft);
  const me = session()?.subject ?? "";
  const titles = new Map(kinds.map((one) => [one.kind, one.title]));
  const options = offered.map((one) => ({
    value: one.draft_id, disabled: one.editors.includes(me), title: keyOf(one),
    label: `${titles.get(one.kind) ?? one.kind} · ${one.id}${one.editors.includes(me) ? `（${w.mine}）` : ""}`,
  }));
  if (!offered.length) return null;
  return (
    <section className="card stack" aria-label={w.together}>
      <label htmlFor={field}>{w.together}
        <Select<string[]> id={field} aria-label={w.together} mode="multiple" optionFilterProp="label" placeholder={w.choose} value={[...chosen]} options={options} onChange={choose} />
      </label>
      <p className="help">{w.togetherHelp}</p>
      {check && offered.filter((one) => chosen.includes(one.draft_id)).map((one) => (
        <details key={one.draft_id} open={Boolean(one.base_hash)}>
          <summary>{filled(w.changes, { key: `${titles.get(one.kind) ?? one.kind} ${one.id}` })}</summary>
          <Differences differences={(check.differences?.[keyOf(one)] ?? []) as Difference[]} schema={kinds.find(({ kind }) => kind === one.kind)?.schema} />
        </details>
      ))}
    </section>
  );
}

const keyOf = (one: DraftEntry) => `${one.kind}/${one.id}`;

/** A definition changes once in a release: drafts of the same one are no company. */
const useOthers = (draft: Draft): DraftEntry[] =>
  (useDrafts().data ?? []).filter((one) => one.draft_id !== draft.draft_id && keyOf(one) !== keyOf(draft));
