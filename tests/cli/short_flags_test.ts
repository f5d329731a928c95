import { assertEquals } from "@std/assert";
import { CLIENT_FLAGS } from "../../lib/cli/client/client_flags.ts";
import type { FlagRow } from "../../lib/cli/program/flag_table.ts";
import { SERVER_FLAGS } from "../../lib/cli/server/server_flags.ts";
import { pure } from "../../testing/pure.ts";

/** The letters of a program, with the flags they stand for. */
function letters(rows: readonly FlagRow[]): Record<string, string> {
  return Object.fromEntries(rows.flatMap(({ short, name }) => short ? [[short, name]] : []));
}

pure("both programs keep their one-letter flags, which scripts use", () => {
  const common = { q: "quiet", v: "verbose", h: "help", V: "version" };
  assertEquals(letters(SERVER_FLAGS), { r: "root", b: "bind", l: "listen", p: "port", ...common });
  assertEquals(letters(CLIENT_FLAGS), {
    ...{ H: "host", d: "dir", o: "output", r: "recursive", l: "long", R: "recursive" },
    ...{ n: "dry-run", z: "compress", ...common },
  });
});
