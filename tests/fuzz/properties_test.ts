import fc from "fast-check";
import { PROPERTIES } from "../../testing/fuzz_properties.ts";

for (const { name, property } of PROPERTIES) {
  Deno.test({ name, permissions: "none", fn: () => void fc.assert(property, { numRuns: 200 }) });
}
