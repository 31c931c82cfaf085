import type { Words } from "./zh";

export const en: Words = {
  brand: "Jisheng", console: "Console", skip: "Skip to the main content", language: "中文", signOut: "Sign out",
  theme: { label: "Appearance", system: "As the system", light: "Light", dark: "Dark" },
  menu: { open: "Open the menu", home: "Home", drafts: "Drafts", releases: "Releases", exchange: "Export and import", kinds: "Definitions", queue: "Queue",
    desks: "Desks", definitions: "Drafts and releases", counter: "Counter", board: "Dashboard", registers: "Registers", draws: "Draw hall", webhooks: "Webhooks", plan: "The plan",
    about: { queue: "What waits, by what is due", counter: "File for somebody present", board: "Lights, on time", registers: "Records, import, export", draws: "Commitment, value, result",
      webhooks: "Health, log, replay", plan: "How its 462 rows are served" } },
  signIn: {
    title: "Sign in", demo: "On this machine: sign in as a demo person", oidc: "Sign in with the city's identity service", go: "Sign in",
    person: "Demo person", none: "No demo person found", failed: "Signing in failed", search: "Find by name, department or post",
    district: "District", lead: "Government that costs people no worry, no time, no money",
  },
  home: {
    title: "Home", hello: "Hello, {{name}}", waiting: "Drafts at work", noDrafts: "No drafts at work", kinds: "All definitions", latest: "Latest releases",
    reads: "You may not read definitions",
  },
  list: {
    search: "Find by name or id", count: "{{count}} in all", create: "New", none: "No {{kind}} fits", id: "Id", title: "Name",
    newId: "Id (lower-case letters, digits, hyphens; fixed once released)", newTitle: "Chinese name", newTitleEn: "English name", begin: "Begin a draft",
    taken: "There is a definition with this id", badId: "Lower-case letters, digits and hyphens only",
  },
  one: {
    copy: "New one like this", copyText: "Everything is copied but id and names: examples, materials, limits, guide. Change what differs.",
    content: "Content", json: "JSON", history: "History", uses: "Uses", edit: "Edit", retire: "Retire", namedBy: "Named by",
    runs: "Items that run on it", noUses: "Nothing uses it", raw: "All of it as JSON", nothing: "Not given", hash: "Content hash",
    retireTitle: "Retire this definition", retireText: "Choose the day. A draft is made, checked, and released by a second person.",
    retireDay: "Retired on", retiring: "Make the draft", openDrafts: "Drafts at work",
  },
  history: {
    at: "When", act: "Act", by: "By", note: "Note", compare: "Compare with now", compareTwo: "Compare the chosen", pick: "Choose", set: "Set",
    acts: { pack_loaded: "Shipped", released: "Released", rolled_back: "Rolled back", stopped: "Stopped", resumed: "Resumed",
      switched_off: "Switched off", switched_on: "Switched on" },
    gone: "Out of force", more: "Earlier", none: "No history", older: "Older", newer: "Newer", restore: "Draft from this version",
  },
  draft: {
    title: "Draft", save: "Save", saved: "Saved", unsaved: "Not saved yet", check: "Check", discard: "Discard", release: "Release",
    discardAsk: "Discard this draft?", form: "Form", json: "JSON", both: "Side by side", changes: "Changes", findings: "Findings", sections: "Contents",
    basic: "Basics", note: "Release note", checkFirst: "Check before releasing: see what changes, and which running cases and deadlines it touches.", noteHint: "Why it changes; goes into the history", checking: "Checking…", passed: "The check is passed",
    failed: "Not passed: {{count}} finding(s)", warnings: "{{count}} hint(s)", notChecked: "Save, then check: the gate looks at every rule.",
    stale: "Changed since the check: check again", broken: "The check broke off: try again", go: "Show", secondPerson: "Whoever wrote a draft does not release it: a second person does.",
    outdated: "Another release came first", rebase: "Base it on the newest version", released: "Released", releaseAsk: "Release it now?", by: "Written by",
    impact: "What the release touches", running: "{{count}} running case(s)", deadlines: "{{count}} deadline(s), of which {{moved}} move", replayed: "Recent cases played again",
    same: "{{count}} come out the same", differ: "{{count}} come out otherwise", keeps: "running cases keep their release", items: "Items", changed: "Somebody else has changed it: reload first",
    noChanges: "No difference from what is published", newOne: "A new definition", none: "No drafts", errorHere: "{{count}} finding(s)", badJson: "Not JSON: {{message}}",
    designer: "Designer", way: "Way of editing", readonly: "You may look at this draft, not change it.", mine: "Written by me", readyToo: "You may release it",
  },
  diff: { place: "Place", before: "Before", after: "After", added: "Added", removed: "Removed", none: "No difference", whole: "(all of it)" },
  form: {
    add: "Add", remove: "Remove", up: "Up", down: "Down", copy: "Copy", open: "Open {{name}}", name: "Key", item: "Item {{n}}", zh: "Chinese",
    en: "English", empty: "Nothing yet", choose: "Choose", type: "Type, then Enter", option: "Choice {{n}}", variant: "{{of}}: given as", text: "Text", number: "Number", list: "List",
    object: "Several values", yes: "Yes", no: "No", clear: "Clear", rename: "Rename", taken: "This key exists",
    kindOf: "Type of {{name}}", kinds: { text: "Text", number: "Number", yes: "Yes or no", list: "Several texts", object: "Other (JSON)" },
  },
  releases: { title: "Releases", changes: "Definitions" },
  failed: "Something went wrong", retry: "Try again", loading: "Reading…", notFound: "There is no such page", cancel: "Cancel", confirm: "OK",
};
