import fc from "fast-check";
import { PROPERTIES } from "../../testing/properties/all.ts";

for (const { name, property } of PROPERTIES) {
  Deno.test({ name, permissions: "none", fn: () => void fc.assert(property, { numRuns: 200 }) });
}
