// Everything back to an earlier release set at once: with what that changes, and why it is done.
import { answered } from "@jisheng/api-client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input, Modal } from "antd";
import { useId, useState } from "react";
import { api } from "../api/client";
import { useSurroundings } from "../forms/context";
import { Sorry } from "../shell/parts";
import { filled } from "../words/designers/process";
import { EXCHANGE } from "../words/exchange";

interface Props {
  to: number;
  /** The definitions that acts since then have changed. */
  undone: readonly string[];
  complete: boolean;
}

export function RollBack({ to, undone, complete }: Props) {
  const w = EXCHANGE[useSurroundings().language];
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="small" danger aria-label={`${w.rollback} ${String(to)}`} onClick={() => setOpen(true)}>{w.rollback}</Button>
      {open && <Asking to={to} undone={undone} complete={complete} close={() => setOpen(false)} />}
    </>
  );
}

function Asking({ to, undone, complete, close }: Props & { close: () => void }) {
  const w = EXCHANGE[useSurroundings().language];
  const [reason, setReason] = useState("");
  const field = useId();
  const cache = useQueryClient();
  const { message } = App.useApp();
  const roll = useMutation({
    mutationFn: () => answered(api.POST("/v1/release-sets/rollbacks", { body: { to, reason: reason.trim() } })),
    onSuccess: () => {
      void message.success(w.rolledBack);
      close();
      return cache.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "draft" && query.queryKey[0] !== "kinds" });
    },
  });
  return (
    <Modal open title={filled(w.rollbackTitle, { set: to })} okText={w.rollback} okButtonProps={{ danger: true, disabled: !reason.trim(), loading: roll.isPending }} onOk={() => roll.mutate()} onCancel={close}>
      <div className="stack">
        <p>{filled(w.rollbackText, { set: to })}</p>
        <strong>{undone.length ? filled(w.undone, { n: undone.length }) : w.undoneNone}</strong>
        <ul className="undone">{undone.map((key) => <li key={key}><code>{key}</code></li>)}</ul>
        {!complete && <Alert type="warning" showIcon title={w.more} />}
        <label htmlFor={field}>{w.reason}</label>
        <Input.TextArea id={field} placeholder={w.reasonHelp} autoSize={{ minRows: 2 }} value={reason} onChange={(event) => setReason(event.target.value)} />
        {roll.error && <Sorry error={roll.error} />}
      </div>
    </Modal>
  );
}
