// A document as it prints: shown in a frame that runs nothing, printed from there, or saved as PDF.
import { Button, Modal } from "antd";
import { type Api, Refusal } from "@jisheng/api-client";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api as own } from "../../api/client";
import { Sorry } from "../../shell/parts";
import { useAct } from "../data";

interface Props {
  path: { case_id: string; document_id: string };
  title: string;
  /** By whom it is read, where that is not who signed in. */
  api?: Api;
  primary?: boolean;
}

export function Printing({ path, title, api = own, primary }: Props) {
  const { t } = useTranslation("desks");
  const [page, setPage] = useState<string>();
  const frame = useRef<HTMLIFrameElement>(null);
  const read = async (format: "html" | "pdf") => {
    const { data, error, response } = await api.GET("/v1/cases/{case_id}/documents/{document_id}/print", { params: { path, query: { format } }, parseAs: "blob" });
    if (!response.ok) throw new Refusal(response.status, (error ?? {}) as object);
    return data as unknown as Blob;
  };
  const show = useAct(async () => setPage(await (await read("html")).text()));
  const save = useAct(async () => saved(await read("pdf"), `${path.document_id}.pdf`));
  const error = show.error ?? save.error;
  return (
    <>
      <Button type={primary ? "primary" : "default"} aria-label={`${t("papers.print")} ${title}`} loading={show.isPending} onClick={() => void show.run()}>{t("papers.print")}</Button>
      <Button aria-label={`${t("papers.pdf")} ${title}`} loading={save.isPending} onClick={() => void save.run()}>{t("papers.pdf")}</Button>
      {error && <Sorry error={error} />}
      <Modal open={page !== undefined} title={title} width={860} onCancel={() => setPage(undefined)} footer={<Button type="primary" onClick={() => frame.current?.contentWindow?.print()}>{t("papers.printNow")}</Button>}>
        <iframe ref={frame} className="page" title={title} sandbox="allow-same-origin allow-modals" srcDoc={page} />
      </Modal>
    </>
  );
}

export function saved(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
