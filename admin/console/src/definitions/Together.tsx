// Drafts that belong together are judged together, as one release would be.
import { answered } from "@jisheng/api-client";
import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { api } from "../api/client";
import { Sorry } from "../shell/parts";
import type { EXCHANGE } from "../words/exchange";
import { awaited, type Check, type Draft, useKind } from "./data";
import { Findings } from "./Findings";

export function Together({ drafts, w }: { drafts: readonly Draft[]; w: (typeof EXCHANGE)["zh"] }) {
  const first = drafts[0];
  const kind = useKind(first?.kind ?? "");
  const check = useMutation({
    mutationFn: async (): Promise<Check | undefined> => {
      if (!first) return undefined;
      const path = { kind: first.kind, definition_id: first.id, draft_id: first.draft_id };
      const others = drafts.slice(1).map((one) => one.draft_id);
      return awaited(await answered(api.POST("/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}/checks", { params: { path }, body: { with: others } })));
    },
  });
  return (
    <section className="stack" aria-label={w.together}>
      <div><Button loading={check.isPending} onClick={() => check.mutate()}>{w.checking}</Button></div>
      {check.error && <Sorry error={check.error} />}
      {check.data && kind && <Findings kind={kind} id={first?.id ?? ""} check={check.data} stale={false} go={() => undefined} />}
    </section>
  );
}
