// One entry of a list or map: closed it is a line, and its fields are made only when it is opened.
import { DeleteOutlined, DownOutlined, RightOutlined } from "../shell/icons";
import { Button } from "antd";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  summary: string;
  wrong: boolean;
  open?: boolean;
  onRemove?: () => void;
  tools?: ReactNode;
  children: ReactNode;
}

export function Entry({ title, summary, wrong, open: opened = false, onRemove, tools, children }: Props) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<boolean>();
  const open = chosen ?? (opened || wrong);
  const body = useId();
  return (
    <div className={wrong ? "entry wrong" : "entry"}>
      <div className="entry-head">
        <button type="button" className="entry-open" aria-expanded={open} aria-controls={body} onClick={() => setChosen(!open)}>
          {open ? <DownOutlined /> : <RightOutlined />} <strong>{title}</strong> <span>{summary}</span>
        </button>
        {tools}
        {onRemove && (
          <Button type="text" danger icon={<DeleteOutlined />} aria-label={`${t("form.remove")} ${title} ${summary}`} onClick={onRemove} />
        )}
      </div>
      <div id={body} className="entry-body" hidden={!open}>{open && children}</div>
    </div>
  );
}
