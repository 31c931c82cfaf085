// The desks' own words: they come with the first desk that is opened.
import { i18n } from ".";
import { en } from "./desks.en";
import { zh } from "./desks.zh";

function add(): void {
  i18n.addResourceBundle("zh", "desks", zh);
  i18n.addResourceBundle("en", "desks", en);
}

if (i18n.isInitialized) add();
else i18n.on("initialized", add);
