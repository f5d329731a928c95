import { assertEquals } from "@std/assert";
import { Tenths } from "../../lib/base/tenths.ts";
import { pure } from "../../testing/pure.ts";

pure("Tenths reports each tenth once, and nothing in between", () => {
  const tenths = new Tenths(100);
  const reported = [0, 9, 10, 19, 35, 34, 30, 100, 120].map((done) => tenths.reached(done));
  const none = undefined;
  assertEquals(reported, [none, none, 10, none, 30, none, none, 100, none]);
});

pure("Tenths reports nothing of an unknown or empty whole", () => {
  assertEquals([new Tenths(undefined).reached(5), new Tenths(0).reached(0)], [
    undefined,
    undefined,
  ]);
});
