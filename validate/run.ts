// `npm run validate`: what is learnt from real data, against bands from the literature and against scikit-learn. Prints a table; the
// exit code is 1 when a number lies outside its band. It takes minutes.
//   --only TEXT    only what matches this regular expression, for example "iris" or "784-10"
//   --epochs N     fewer epochs on MNIST, for a trial: the bands are for 20

import { parseArgs } from "node:util";
import { backendInfo, ready } from "feedforward";
import { describeMachine, printTable } from "../bench/report.js";
import { inBand } from "./check.js";
import { validateMnist } from "./mnist.js";
import { validateSmallData } from "./small-data.js";

const { values: options } = parseArgs({
  options: { only: { type: "string", default: "" }, epochs: { type: "string" } },
});
const only = new RegExp(options.only);

await ready();
const { name, isa, threads } = backendInfo();
const machine = describeMachine();
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, commit ${machine.commit}`);
console.log(`backend ${name}, ISA ${isa}, threads ${threads}`);

const small = await validateSmallData(only);
if (typeof small === "string") console.log(small);
const mnist = await validateMnist(only, options.epochs === undefined ? undefined : Number(options.epochs));
const checks = [...mnist, ...(typeof small === "string" ? [] : small)];

printTable(
  "Results on real data",
  ["what", "measured", "band", "inside", "seconds", "the band's source"],
  checks.map((check) => [
    check.name,
    check.measured.toFixed(2),
    `${check.low.toFixed(2)} to ${check.high.toFixed(2)}`,
    inBand(check) ? "yes" : "no",
    check.seconds.toFixed(1),
    check.source,
  ]),
);
const outside = checks.filter((check) => !inBand(check));
if (outside.length > 0 || checks.length === 0) {
  console.error(checks.length === 0 ? "nothing was validated" : `${outside.length} outside their band`);
  process.exitCode = 1;
}
