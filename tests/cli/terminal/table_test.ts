import { assertEquals } from "@std/assert";
import { printTable } from "../../../lib/cli/terminal/table.ts";
import { capturedOutput, CapturedSink } from "../../../testing/cli/captured.ts";

const permissions = "none";
const rows = [["ana", "admin", "a"], ["日本\x1b", "read", ""]];

function printed(terminal: boolean, shown: readonly (readonly string[])[]): string[] {
  const { out, stdout } = capturedOutput({ stdout: new CapturedSink(terminal), colour: false });
  printTable(out, ["NAME", "ROLE", "PATH"], shown);
  out.flush();
  return stdout.lines;
}

Deno.test({
  name: "printTable shows headings and columns on a terminal, and none for an empty list",
  permissions,
  fn() {
    assertEquals(printed(true, rows), [
      "NAME      ROLE   PATH",
      "ana       admin  a",
      "日本\\x1b  read",
    ]);
    assertEquals(printed(true, []), []);
  },
});

Deno.test({
  name: "printTable gives scripts the fields alone, two spaces apart",
  permissions,
  fn() {
    assertEquals(printed(false, rows), ["ana  admin  a", "日本\\x1b  read  "]);
  },
});
