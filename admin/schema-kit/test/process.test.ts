import assert from "node:assert/strict";
import { test } from "node:test";
import { difference } from "../src/difference.js";
import { flowOf } from "../src/flow.js";
import { apply, changes, open, redo, save, undo } from "../src/history.js";
import { nodes } from "../src/including.js";
import { canonical, isObject, list, members, type Json, type JsonObject } from "../src/json.js";
import { marked, type GateFinding } from "../src/marks.js";
import { chartOf, draw, isDrawable, type Picture, type State } from "../src/process.js";
import * as edits from "../src/process_edits.js";
import { definitions } from "./pack.js";

const PROCESSES = definitions("processes");
const ITEMS = definitions("items");
const TRIGGERS = definitions("triggers");
const FRAGMENTS = Object.fromEntries(definitions("fragments").map((one) => [String(one["id"]), one]));
const TEXT = { zh: "新", en: "New" };

function process(id: string): JsonObject {
  return PROCESSES.find((one) => one["id"] === id)!;
}

function item(id: string): JsonObject {
  return ITEMS.find((one) => one["id"] === id)!;
}

function pointers(before: Json, after: Json): string[] {
  return difference(before, after).map((change) => change.pointer);
}

test("every process of the pack is drawn, and its chart comes back out of the picture as it was", () => {
  assert.ok(PROCESSES.length >= 20);
  for (const one of PROCESSES) {
    const picture = draw(one, { fragments: FRAGMENTS });
    assert.equal(canonical(chartOf(picture)), canonical(one["chart"]!), String(one["id"]));
    assert.ok(isDrawable(one));
    assert.deepEqual(picture.missing, []);
    for (const arrow of picture.arrows) {
      assert.ok(
        picture.states.some((state) => state.id === arrow.target),
        `${String(one["id"])}: ${arrow.id}`,
      );
      assert.notEqual(arrow.sort, "undeclared", `${String(one["id"])}: ${arrow.id}`);
    }
    assert.equal(new Set(picture.arrows.map((arrow) => arrow.id)).size, picture.arrows.length);
  }
});

test("a chart with anything that the picture does not tell opens as JSON", () => {
  const chart = members(process("approval")["chart"]);
  const odd = { ...process("approval"), chart: { ...chart, history: "deep" } };
  assert.equal(isDrawable(odd), false);
  assert.equal(isDrawable({ kind: "processes" }), false);
});

test("open, change one thing, undo, save: the same bytes; redo, save: what was changed alone", () => {
  let changed = 0;
  for (const one of PROCESSES) {
    const untouched = canonical(one);
    const picture = draw(one);
    const first = picture.states.find((state) => !state.final)!;
    const arrow = picture.arrows[0]!;
    const move = Object.keys(members(one["moves"]))[0]!;
    const edited: [string[], (document: JsonObject) => JsonObject][] = [
      [
        [`/states/${first.id}/title/zh`, `/states/${first.id}/title/en`],
        (document) => edits.setStateTitle(document, first.id, TEXT),
      ],
      [[`${arrow.place}/cond`], (document) => edits.setGuard(document, arrow.place!, first.id)],
      [[`/moves/${move}/at_most`], (document) => edits.setMove(document, move, "at_most", 9)],
      [
        ["/moves/new_move"],
        (document) =>
          edits.addMove(document, "new_move", { title: TEXT, by: ["post:window"], emits: "new_event" }),
      ],
    ];
    const other = picture.states.find((state) => state.id !== arrow.target && state.id !== arrow.source)!;
    edited.push([
      [`/states/${first.id}/waits_for`],
      (document) => edits.setStage(document, first.id, "waits_for", "post:new"),
    ]);
    edited.push([[`${arrow.place}/target`], (document) => edits.retarget(document, arrow.place!, other.id)]);
    for (const [places, change] of edited) {
      const session = apply(open(one), change);
      const { document } = session;
      assert.equal(canonical(chartOf(draw(document))), canonical(document["chart"]!), places.join(" "));
      assert.equal(save(undo(session)), untouched);
      assert.deepEqual(
        changes(redo(undo(session)))
          .map((each) => each.pointer)
          .sort(),
        [...places].sort(),
        String(one["id"]),
      );
      changed += 1;
    }
  }
  assert.ok(changed >= 100);
});

test("each edit and its opposite leave the process as it was", () => {
  for (const one of PROCESSES) {
    const untouched = canonical(one);
    const id = String(one["id"]);
    for (const state of [...nodes(one).keys()]) {
      const renamed = edits.renameState(one, state, "renamed_state");
      for (const said of [`"target":"${state}"`, `In('${state}')`, `"within":"${state}"`]) {
        assert.ok(!JSON.stringify(renamed).includes(said), `${id} still says ${said}`);
      }
      assert.equal(
        canonical(edits.renameState(renamed, "renamed_state", state)),
        untouched,
        `${id} ${state}`,
      );
    }
    for (const move of Object.keys(members(one["moves"]))) {
      if (!members(members(one["moves"])[move])["title"]) continue; // belongs to a fragment: only said otherwise here
      assert.equal(
        canonical(edits.renameMove(edits.renameMove(one, move, "renamed_move"), "renamed_move", move)),
        untouched,
      );
    }
    const source = draw(one).states.find((state) => !state.final)!.id;
    const added = edits.addState(one, null, "added_state", TEXT);
    assert.equal(canonical(edits.removeState(added, "added_state")), untouched, id);
    const linked = edits.addTransition(added, source, "some_event", "added_state");
    assert.throws(() => edits.removeState(linked, "added_state"), edits.CannotChange);
    const place = draw(linked).arrows.find((arrow) => arrow.event === "some_event")!.place!;
    assert.equal(canonical(edits.removeTransition(linked, place)), canonical(added), id);
  }
});

test("a renamed state is the same chart under another name", () => {
  for (const one of PROCESSES) {
    const state = draw(one).arrows[0]!.target;
    if (!nodes(one).has(state)) continue; // a fragment's
    const renamed = edits.renameState(one, state, "renamed_state");
    const shape = (which: JsonObject, name: string): string[] =>
      draw(which, { fragments: FRAGMENTS }).arrows.map((arrow) =>
        [arrow.source, arrow.event, arrow.target, arrow.guard]
          .map((word) => (word === name ? "*" : word))
          .join(" "),
      );
    assert.deepEqual(shape(renamed, "renamed_state").sort(), shape(one, state).sort(), String(one["id"]));
  }
});

test("who, how often, clocks, members and triggers stand on the picture", () => {
  const approval = draw(process("approval"), { fragments: FRAGMENTS, item: item("food-licence") });
  const grant = approval.arrows.find((arrow) => arrow.event === "grant")!;
  assert.deepEqual(grant.by, ["post:decider"]);
  assert.deepEqual(grant.stops, ["instant", "decision", "promised"]);
  assert.deepEqual(grant.starts, ["service", "publication"]);
  const silence = approval.arrows.find((arrow) => arrow.event === "timeout.intake")!;
  assert.deepEqual([silence.sort, silence.expires], ["clock", ["intake"]]);
  assert.deepEqual(approval.states.find((state) => state.id === "instant")!.starts, ["instant"]);
  const correction = approval.arrows.find((arrow) => arrow.event === "request_correction")!;
  assert.deepEqual([correction.from, correction.place, correction.atMost], ["correction", null, 1]);
  assert.equal(approval.states.find((state) => state.id === "lapsed")!.from, "correction");
  assert.ok(approval.states.find((state) => state.id === "received")!.stays.includes("correct_on_spot"));
  const together = draw(process("joint"), { fragments: FRAGMENTS, item: item("enterprise-start-up") });
  assert.ok(
    together.states.find((state) => state.id === "running")!.members.some((one) => one.id === "seal"),
  );
  const unresolved = item("unresolved-matter");
  const reopened = draw(process(String(unresolved["process"])), {
    fragments: FRAGMENTS,
    item: unresolved,
    triggers: TRIGGERS,
  });
  assert.ok(
    reopened.arrows.some(
      (arrow) => arrow.emits === "found_unsatisfied" && arrow.triggers.includes("unresolved-matter"),
    ),
  );
});

test("every clock of every item begins somewhere on its picture", () => {
  let clocks = 0;
  for (const one of ITEMS) {
    const chart = PROCESSES.find((each) => each["id"] === one["process"]);
    if (!chart) continue;
    const picture = draw(chart, { fragments: FRAGMENTS, item: one });
    const begun = new Set([...picture.arrows, ...picture.states].flatMap((each) => each.starts));
    for (const clock of list(one["clocks"]).filter(isObject)) {
      const milestones = list(clock["starts_on"]).map(String);
      const beyond =
        milestones.length === 0 ||
        milestones.includes("submitted") ||
        milestones.some((each) => !each.startsWith("state:") && !emitted(picture).has(each));
      assert.ok(beyond || begun.has(String(clock["id"])), `${String(one["id"])} ${String(clock["id"])}`);
      clocks += 1;
    }
  }
  assert.ok(clocks > 300);
});

function emitted(picture: Picture): Set<string> {
  return new Set(picture.arrows.flatMap((arrow) => (arrow.emits ? [arrow.emits] : [])));
}

test("states stand apart, inside what holds them, and in the same place however the definition's members are ordered", () => {
  for (const one of PROCESSES) {
    const picture = draw(one, { fragments: FRAGMENTS });
    const mixed = draw(JSON.parse(canonical(one)) as JsonObject, { fragments: FRAGMENTS });
    const where = (each: State): [string, number[]] => [each.id, [each.x, each.y, each.width, each.height]];
    assert.deepEqual(new Map(mixed.states.map(where)), new Map(picture.states.map(where)), String(one["id"]));
    for (const state of picture.states) {
      const parent = picture.states.find((each) => each.id === state.parent);
      if (parent)
        assert.ok(
          state.x + state.width <= parent.width && state.y + state.height <= parent.height,
          `${state.id} sticks out`,
        );
      for (const other of picture.states) {
        if (other.id <= state.id || other.parent !== state.parent) continue;
        const apart =
          state.x + state.width <= other.x ||
          other.x + other.width <= state.x ||
          state.y + state.height <= other.y ||
          other.y + other.height <= state.y;
        assert.ok(apart, `${String(one["id"])}: ${state.id} lies over ${other.id}`);
      }
    }
  }
});

test("the flow names parents before what is inside them, and says each arrow in words", () => {
  const { nodes: drawn, edges } = flowOf(draw(process("approval"), { fragments: FRAGMENTS }), "zh");
  for (const [index, node] of drawn.entries()) {
    if (node.parentId) assert.ok(drawn.findIndex((each) => each.id === node.parentId) < index);
  }
  assert.equal(edges.find((edge) => edge.data.arrow.event === "accept")?.label, "受理");
  assert.ok(edges.every((edge) => edge.ariaLabel.split(" → ").length === 3));
});

function finding(pointer: string, params: JsonObject = {}): GateFinding {
  return { pointer, code: "x", message: TEXT, params };
}

test("what the gate finds in a process is drawn where it is", () => {
  const picture = draw(process("approval"), { fragments: FRAGMENTS });
  const examining = picture.states.find((state) => state.id === "examining")!;
  const [dead, arrow, move, stay, loop] = marked(picture, [
    finding(examining.wholePlace, { state: "examining" }),
    finding(`${examining.wholePlace}/transitions/0/target`),
    finding("/moves/grant/by"),
    finding("/moves/correct_on_spot", { move: "correct_on_spot" }),
    finding("/moves/return", { moves: ["propose", "return"] }),
  ]);
  assert.deepEqual(dead!.states, ["examining"]);
  assert.deepEqual(arrow!.arrows, ["examining--propose--checking"]);
  assert.deepEqual(move!.arrows, ["deciding--grant--granting"]);
  assert.deepEqual(stay!.states, ["received"]);
  assert.deepEqual(loop!.arrows.sort(), ["checking--return--examining", "examining--propose--checking"]);
});

test("a promise that cannot be kept is drawn as the way from stage to stage", () => {
  const licence = item("food-licence");
  const picture = draw(process("approval"), { fragments: FRAGMENTS, item: licence });
  const [late] = marked(picture, [
    finding("/clocks/4", { stages: ["intake", "decision", "service"], limit: "promised" }),
  ]);
  assert.deepEqual(late!.path, ["received", "instant", "granting", "completed"]); // the shortest of several
  const arrows = new Map(picture.arrows.map((arrow) => [arrow.id, arrow]));
  assert.equal(late!.arrows.length, late!.path.length - 1);
  assert.ok(late!.arrows.every((id) => arrows.has(id)));
  const [corrected] = marked(picture, [finding("/clocks/4", { stages: ["correction"], limit: "promised" })]);
  assert.deepEqual(corrected!.path.slice(0, 2), ["received", "correction"]);
  const [twice] = marked(picture, [
    finding("/clocks/4", { stages: ["intake", "correction", "intake"], limit: "promised" }),
  ]);
  assert.deepEqual(twice!.path, ["received", "correction", "received", "examining"]);
  const { edges } = flowOf(picture, "en", [late!]);
  assert.equal(edges.filter((edge) => edge.animated).length, new Set(late!.arrows).size);
});

test("a path of states that the gate itself names is drawn as it says, by the events that it took", () => {
  const picture = draw(process("approval"), { fragments: FRAGMENTS });
  const path: JsonObject[] = [
    { state: "received" },
    { state: "examining", event: "timeout.intake" },
    { state: "checking", event: "propose" },
  ];
  const [mark] = marked(picture, [finding("/clocks/0", { path })]);
  assert.deepEqual(mark!.path, ["received", "examining", "checking"]);
  assert.deepEqual(mark!.arrows, ["received--timeout.intake--examining", "examining--propose--checking"]);
  const [plain] = marked(picture, [finding("/clocks/0", { path: ["examining", "checking"] })]);
  assert.deepEqual(plain!.arrows, ["examining--propose--checking"]);
});

test("names that are taken, malformed or unknown are refused", () => {
  const approval = process("approval");
  const refused = (code: string) => (error: edits.CannotChange) => error.code === code;
  assert.throws(() => edits.addState(approval, null, "examining", TEXT), refused("name-taken"));
  assert.throws(() => edits.addState(approval, "nowhere", "new_state", TEXT), refused("unknown"));
  assert.throws(() => edits.renameState(approval, "examining", "Examining"), refused("name-malformed"));
  assert.throws(() => edits.addTransition(approval, "examining", "x", "nowhere"), refused("unknown"));
  assert.throws(() => edits.removeMove(approval, "grant"), refused("in-use"));
  assert.deepEqual(pointers(approval, edits.setInitial(approval, "examining")), [
    "/chart/states/open/states/received/initial",
    "/chart/states/open/states/examining/initial",
  ]);
});

test("what an item says of a renamed state follows it", () => {
  const licence = item("food-licence");
  const renamed = edits.renameStateInItem(licence, "instant", "at_once");
  assert.deepEqual(pointers(licence, renamed), ["/clocks/2/starts_on/0"]);
  const group = item("enterprise-start-up");
  assert.ok("busy" in members(edits.renameStateInItem(group, "running", "busy")["children"]));
});
