import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  calibrate,
  CALIBRATION_BOUND,
  calibrationFaults,
} from "../../../tools/simulate/calibration.ts";
import { MEASURED } from "../../../tools/simulate/measured.ts";
import { allSteps } from "../../../tools/simulate/steps.ts";

Deno.test("the simulation reproduces each measured case within its bound", () => {
  const cases = calibrate(MEASURED);
  assert(cases.filter(({ fitted }) => !fitted).length >= 3);
  for (const { operation, clients, error, fitted } of cases) {
    const bound = fitted ? 0.02 : CALIBRATION_BOUND;
    assert(Math.abs(error) <= bound, `${operation} of ${clients}: ${error}`);
  }
});

Deno.test("a simulation that does not reproduce a measured case says nothing about large ones", () => {
  const cases = calibrate({
    ...MEASURED,
    cases: MEASURED.cases.map((one) =>
      one.clients === 1 ? one : { ...one, perSecond: one.perSecond * 2 }
    ),
  });
  assert(calibrationFaults(cases).length > 0);
  assertThrows(() => allSteps(MEASURED, cases), Error, "differs from what was measured");
});

Deno.test("what was measured has its day, and its place", () => {
  assertEquals(/^\d{4}-\d\d-\d\d$/.test(MEASURED.taken), true);
  assert(MEASURED.how.includes("cores"), MEASURED.how);
});
