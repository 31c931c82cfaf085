// Who: posts of the district, parties and roles, chosen by what they are called.
import { Select } from "antd";
import { usePosts } from "./beside";
import { PROCESS } from "../../words/designers/process";
import { useWords } from "../words";
import { personOf } from "./people";

interface Props {
  id: string;
  label: string;
  value: string[];
  /** Offered beside what the district has: parties that this process speaks of. */
  known?: readonly string[];
  single?: boolean;
  /** Also what nobody is: members, outside systems, the system itself. */
  waits?: boolean;
  readOnly: boolean;
  onChange: (value: string[]) => void;
}

const ROLES = ["role:citizen", "role:staff", "role:admin", "role:integrator", "role:trigger"];
const NOBODY = ["children", "external", "system"];

export function Token({ id, label, value, known = [], single, waits, readOnly, onChange }: Props) {
  const w = useWords(PROCESS);
  const posts = usePosts();
  const offered = new Set([...posts.keys(), "above:head", "above:supervisor", "party:applicant", ...known, ...ROLES, ...(waits ? NOBODY : ["receipt"]), ...value]);
  const options = [...offered].map((one) => ({ value: one, label: personOf(one, w, posts) }));
  return (
    <Select<string[]>
      id={id}
      aria-label={label}
      className="grown"
      mode="multiple"
      {...(single ? { maxCount: 1 } : {})}
      value={value}
      disabled={readOnly}
      options={options}
      optionFilterProp="label"
      onChange={onChange}
    />
  );
}
