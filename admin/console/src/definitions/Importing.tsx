// A file of definitions, each compared with what is in force here; those that are chosen become drafts.
import { answered, Refusal } from "@jisheng/api-client";
import type { Change, JsonObject } from "@jisheng/schema-kit";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Checkbox } from "antd";
import { useId, useState } from "react";
import { Link } from "react-router";
import { api } from "../api/client";
import { Reading, Sorry } from "../shell/parts";
import { filled } from "../words/designers/process";
import type { EXCHANGE } from "../words/exchange";
import { type Draft, useKinds } from "./data";
import { Differences } from "./Differences";
import { differing, keyOf, NotReadable, unpacked } from "./exchange";
import { Together } from "./Together";

type Words = (typeof EXCHANGE)["zh"];
interface Row {
  key: string;
  body: JsonObject;
  sound: boolean;
  known: boolean;
  /** Nothing where there is none here yet. */
  changes: Change[] | undefined;
}
interface Compared {
  origin: string;
  at: string;
  rows: Row[];
}

export function Importing({ w }: { w: Words }) {
  const { kinds } = useKinds();
  const [chosen, setChosen] = useState<string[]>([]);
  const field = useId();
  const read = useMutation({
    mutationFn: async (file: File): Promise<Compared> => {
      const said = await unpacked(await file.text());
      const rows: Row[] = [];
      for (const { body, sound } of said.definitions) rows.push(await compared(body, sound, kinds.map((one) => one.kind)));
      return { origin: said.origin, at: said.at, rows };
    },
    onSuccess: (found) => setChosen(found.rows.filter(isOffered).map((one) => one.key)),
  });
  const make = useMaking();
  const wrong = read.error instanceof NotReadable ? filled(w.wrong, { why: w[read.error.why] }) : undefined;
  const rows = read.data?.rows ?? [];
  return (
    <section className="card stack" aria-label={w.importing}>
      <h2>{w.importing}</h2>
      <label htmlFor={field}>{w.file}
        <input id={field} type="file" accept="application/json,.json" onChange={(event) => { make.reset(); const file = event.target.files?.[0]; if (file) read.mutate(file); }} />
      </label>
      {read.isPending && <Reading label={w.compare} />}
      {wrong && <Alert type="error" role="alert" showIcon title={wrong} />}
      {read.error && !wrong && <Sorry error={read.error} />}
      {read.data && <p>{filled(w.from, { origin: read.data.origin, at: read.data.at.slice(0, 16).replace("T", " ") })}</p>}
      {rows.length > 0 && (
        <ul className="findings" aria-label={w.compare}>
          {rows.map((row) => <li key={row.key}><Compare row={row} w={w} chosen={chosen.includes(row.key)} choose={(on) => setChosen(on ? [...chosen, row.key] : chosen.filter((one) => one !== row.key))} /></li>)}
        </ul>
      )}
      {rows.length > 0 && !make.data && (
        <div><Button type="primary" disabled={!chosen.length} loading={make.isPending} onClick={() => make.mutate(rows.filter((one) => chosen.includes(one.key)))}>{filled(w.make, { n: chosen.length })}</Button></div>
      )}
      {make.data && <Made made={make.data} w={w} />}
    </section>
  );
}

const isOffered = (row: Row) => row.known && row.sound && (row.changes === undefined || row.changes.length > 0);

async function compared(body: JsonObject, sound: boolean, kinds: readonly string[]): Promise<Row> {
  const [kind, definition_id] = [String(body.kind), String(body.id)];
  const known = kinds.includes(kind);
  const here = known ? await published(kind, definition_id) : undefined;
  return { key: keyOf(body), body, sound, known, changes: differing(here, body) };
}

async function published(kind: string, definition_id: string): Promise<JsonObject | undefined> {
  try {
    return (await answered(api.GET("/v1/definitions/{kind}/{definition_id}", { params: { path: { kind, definition_id } } }))).definition as JsonObject;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return undefined;
    throw error;
  }
}

function Compare({ row, w, chosen, choose }: { row: Row; w: Words; chosen: boolean; choose: (on: boolean) => void }) {
  const [open, setOpen] = useState(false);
  const count = row.changes?.length ?? 0;
  return (
    <>
      <Checkbox aria-label={`${w.chosen} ${row.key}`} checked={chosen} disabled={!isOffered(row)} onChange={(event) => choose(event.target.checked)} />
      <code>{row.key}</code>
      <strong className={row.known && row.sound ? "" : "error"}>{standing(row, w)}</strong>
      {count > 0 && <Button size="small" aria-expanded={open} aria-label={`${w.details} ${row.key}`} onClick={() => setOpen(!open)}>{w.details}</Button>}
      {open && <div className="whole-row"><Differences differences={row.changes ?? []} /></div>}
    </>
  );
}

/** What an import of it would be here. */
function standing(row: Row, w: Words): string {
  if (!row.known) return w.unknownKind;
  if (!row.sound) return w.damaged;
  if (!row.changes) return w.fresh;
  return row.changes.length ? filled(w.changed, { n: row.changes.length }) : w.same;
}

interface One {
  key: string;
  draft?: Draft;
  error?: Error;
}

/** One draft each; what cannot be made is said and stops none of the others. */
function useMaking() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (rows: readonly Row[]): Promise<One[]> => {
      const done: One[] = [];
      for (const { key, body } of rows) {
        const path = { kind: String(body.kind), definition_id: String(body.id) };
        try {
          done.push({ key, draft: await answered(api.POST("/v1/definitions/{kind}/{definition_id}/drafts", { params: { path }, body: { body } })) });
        } catch (error) {
          done.push({ key, error: error as Error });
        }
      }
      return done;
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: ["drafts"] }),
  });
}

function Made({ made, w }: { made: readonly One[]; w: Words }) {
  const drafts = made.flatMap((one) => (one.draft ? [one.draft] : []));
  return (
    <>
      {drafts.length > 0 && <Alert type="success" role="status" showIcon title={w.made} />}
      <ul className="rows">
        {made.map(({ key, draft, error }) => (
          <li key={key} className="act">
            {draft ? <Link to={`/definitions/${key}/drafts/${draft.draft_id}`}>{key}</Link> : <><code>{key}</code> {w.failed}</>}
            {error && <Sorry error={error} />}
          </li>
        ))}
      </ul>
      {drafts.length > 0 && <Together drafts={drafts} w={w} />}
    </>
  );
}
