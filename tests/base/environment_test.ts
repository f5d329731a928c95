import { assertEquals } from "@std/assert";
import { xdgDir } from "../../lib/base/environment.ts";
import { pure } from "../../testing/pure.ts";

pure("xdgDir prefers an absolute path in the variable to a folder below HOME", () => {
  const dir = (variables: Record<string, string>) =>
    xdgDir((name) => variables[name], "XDG_STATE_HOME", ".local/state");
  const HOME = "/home/ana";
  assertEquals(dir({ HOME }), "/home/ana/.local/state");
  for (const absolute of ["/var/state", "C:\\state", "d:/state"]) {
    assertEquals(dir({ HOME, XDG_STATE_HOME: absolute }), absolute);
    assertEquals(dir({ XDG_STATE_HOME: absolute }), absolute);
  }
  for (const relative of ["", "state", "./state"]) {
    assertEquals(dir({ HOME, XDG_STATE_HOME: relative }), "/home/ana/.local/state");
  }
  assertEquals([dir({}), dir({ HOME: "" })], [undefined, undefined]);
});
