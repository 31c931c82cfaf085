// A robot official: from nothing but the screen and a one-page brief to what the brief asks for, released. Everything is found by
// role, label, title and visible text; nothing is typed that an official could not type. Prints as one object what it did.
//   node robots.mjs <address of the console> <folder for pictures> <robot> <brief>
import { briefOf } from "./robot_brief.mjs";
import { Hand } from "./robot_hand.mjs";
import { LIMIT_MINUTES, SECONDS } from "./robot_time.mjs";
import { played } from "./robot.mjs";

const ROBOTS = ["permit", "parallel", "instant", "ticket", "draw"];
const [, , address, folder, wanted, file] = process.argv;
if (!ROBOTS.includes(wanted)) throw new Error(`no robot is called ${wanted}`);
const { [wanted]: works } = await import(`./robot_${wanted}.mjs`);

await played(address, folder, async (robot) => {
  await robot.opens(1440, 1300);
  const hand = new Hand(robot);
  await works(hand, briefOf(file));
  const { clicks, keys, chinese, acts, machine, minutes } = hand.time;
  robot.seen.did = { steps: hand.steps, acts, clicks, keys, chinese, machine, minutes, model: SECONDS, limit: LIMIT_MINUTES };
});
