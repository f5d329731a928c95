import { assertEquals } from "@std/assert";
import { createLogger } from "../../../lib/base/log.ts";
import { textLogLine } from "../../../lib/base/log_text.ts";
import { jsonLogLine, lineSink } from "../../../lib/cli/log/log_lines.ts";

const permissions = "none";
const at = new Date("2026-01-31T12:00:00Z");

Deno.test({
  name: "textLogLine is one line, whatever the name of a file",
  permissions,
  fn() {
    const fields = { name: "a\nb\x1b[2J", bytes: 5, peer: "[::1]:9", gone: undefined, empty: "" };
    assertEquals(
      textLogLine({ at, level: "info", event: "transfer.end", fields }),
      '2026-01-31T12:00:00.000Z info    transfer.end name="a\\nb\\u001b[2J" bytes=5 peer=[::1]:9 empty=""',
    );
    const raw = textLogLine({ at, level: "info", event: "x", fields: { name: "\x1b\u202e" } });
    assertEquals(/^[\x20-\x7e]+$/.test(raw), true);
  },
});

Deno.test({
  name: "jsonLogLine does not let a field forge time, level or event",
  permissions,
  fn() {
    const fields = { event: "forged", level: "debug", name: "a\x9b" };
    const line = jsonLogLine({ at, level: "error", event: "real", fields });
    assertEquals(JSON.parse(line), {
      at: "2026-01-31T12:00:00.000Z",
      level: "error",
      event: "real",
      name: "a\x9b",
    });
    assertEquals(/^[\x20-\x7e]+$/.test(line), true);
  },
});

Deno.test({
  name: "secret-not-in-argv-log-or-error: log lines never hold a secret",
  permissions,
  fn() {
    for (const format of ["text", "json"] as const) {
      const lines: string[] = [];
      const log = createLogger(lineSink(format, (line) => lines.push(line)));
      log.info("login", {
        password: "hunter2",
        new_password: "hunter2",
        token: "hunter2",
        clientSecret: "hunter2",
        user: "ana",
      });
      assertEquals([lines.length, lines[0]!.includes("hunter2")], [1, false]);
      assertEquals(lines[0]!.includes("ana"), true);
    }
  },
});
