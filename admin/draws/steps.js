// The steps of one draw as cards: commitment, waiting, value, tickets with their cut-off, result, what is revealed.
import { code, make, table, terms } from "./elements.js";
import { digest } from "./verify/canonical.js";

const SHOWN = 50; // visits on the page; all of them are in the bundle

/** The cards of a draw as the API tells it; `w`: the words, `when`: instant → text, `valueAt`: when the value is due,
 * `called`: id of a stratum → its name. */
export function cards(draw, w, when, valueAt, called) {
  const made = [commitment(draw, w, when), ...(draw.void && !draw.values ? [] : [waiting(draw, w, when, valueAt)])];
  if (draw.values || !draw.void) made.push(value(draw, w, when));
  if (draw.notice || !draw.void) made.push(tickets(draw, w, called), result(draw, w, called));
  if (draw.void) made.push(voided(draw, w));
  made.push(end(draw, w, when));
  return made;
}

function card(kind, title, ...content) {
  return make("li", { class: kind }, make("h3", {}, title), content);
}

const at = (draw, kind) => draw.log.entries.find((one) => one.number === draw.number && one.kind === kind)?.at;

function commitment(draw, w, when) {
  const said = draw.commitment;
  return card("done", w.commitment, terms([
    [w.committedAt, when(said.committed_at)],
    ...["objects", "inspectors", "conflicts", "departures"].map((name) => [w[name], w.rows(said[name].count)]),
    [w.root, code(said.objects.root)], [w.digest, code(digest(said))], [w.previous, code(said.previous)],
    [w.source, `${w[said.source]} · ${said.beacons.map((one) => w[one.kind](one)).join(" + ")}`],
  ]));
}

function waiting(draw, w, when, valueAt) {
  if (draw.values) return card("done", w.waiting, make("p", {}, w.arrived));
  return card("now", w.waiting, make("p", {}, w.waits), valueAt && terms([[w.valueAt, when(valueAt)]]));
}

function value(draw, w, when) {
  if (!draw.values) return card("", w.value, make("p", {}, w.nobody));
  const shown = draw.values.map((one) => {
    if (one.kind === "drand") return [w.drand(one), code(one.randomness)];
    if (one.kind === "lottery") return [w.lottery(one), Object.values(one.entries)[0]];
    return [w.nonces({ sealed: one.nonces }), code(Object.values(one.nonces).join(" "))];
  });
  return card("done", w.value, terms([
    [w.valueAt, when(at(draw, "values"))], ...shown, [w.seed, draw.notice && code(draw.notice.seed)],
  ]), make("p", { class: "when" }, w.seedLead));
}

function tickets(draw, w, called) {
  if (!draw.notice) return card("", w.tickets, make("p", {}, w.nobody));
  const rows = draw.notice.strata.map((one) => {
    const share = one.cutoff ? parseInt(one.cutoff.slice(0, 8), 16) / 2 ** 32 : 0;
    const bar = make("meter", { min: 0, max: 1, value: share, "aria-label": `${w.cutoff} ${called(one.id)}` });
    return [called(one.id), String(one.size), String(one.quota), make("div", {}, bar, code(one.cutoff ? `${one.cutoff.slice(0, 16)}…` : "—"))];
  });
  return card("done", w.tickets, make("p", {}, w.cutLead), table([w.stratum, w.size, w.quota, w.cutoff], rows));
}

function result(draw, w, called) {
  if (!draw.notice) return card("", w.result, make("p", {}, w.nobody));
  const number = draw.notice.strata.reduce((sum, one) => sum + one.quota, 0);
  const content = [make("p", {}, w.drawn(number))];
  if (!draw.result) return card("done", w.result, content, make("p", {}, w.hidden));
  const names = draw.result.visits.slice(0, SHOWN).map((visit) => [visit.object, called(visit.stratum), visit.team.map(([, one]) => one).join("、")]);
  content.push(make("details", { open: number <= 20 }, make("summary", {}, w.visits), table([w.objects, w.stratum, w.team], names),
    number > SHOWN ? make("p", {}, w.more(number - SHOWN)) : ""));
  if (draw.replacements?.length) content.push(make("p", {}, w.replaced(draw.replacements.length)));
  return card("done", w.result, content);
}

function voided(draw, w) {
  return card("void", w.voided, terms([[w.reason, draw.void.reason], [w.approver, draw.void.approver]]));
}

function end(draw, w, when) {
  if (!draw.revealed) return card("", w.end, make("p", {}, w.later));
  return card("done", w.end, terms([[w.valueAt, when(at(draw, "reveal"))]]), make("p", {}, w.revealed));
}
