// Definitions carried between environments: out as a file, in as drafts, compared one by one before anything is made.
import { Heading } from "../shell/parts";
import { useSurroundings } from "../forms/context";
import { EXCHANGE } from "../words/exchange";
import { Exporting } from "./Exporting";
import { Importing } from "./Importing";

export default function ExchangePage() {
  const { language } = useSurroundings();
  const w = EXCHANGE[language];
  return (
    <>
      <Heading title={w.title} lead={w.lead} />
      <Exporting w={w} />
      <Importing w={w} />
    </>
  );
}
