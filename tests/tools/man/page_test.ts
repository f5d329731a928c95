import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EXIT_CODES } from "../../../lib/base/errors.ts";
import { CLIENT } from "../../../lib/cli/client/client_program.ts";
import { SERVER } from "../../../lib/cli/server/server_program.ts";
import { CLIENT_FACTS, SERVER_FACTS } from "../../../tools/man/facts.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { manPage } from "../../../tools/man/page.ts";

const PAGES = [[SERVER, SERVER_FACTS], [CLIENT, CLIENT_FACTS]] as const;

/** Returns roff source without fonts and escapes. */
function plain(page: string): string {
  return page.replaceAll(/\\f[BIR]/g, "").replaceAll("\\-", "-");
}

for (const [table, facts] of PAGES) {
  Deno.test({
    name: `manPage has every command, flag and exit code of ${table.name}`,
    permissions: "none",
    fn() {
      const text = plain(manPage(table, facts));
      for (const { name, summary } of table.commands) {
        assert(new RegExp(`^\\.TP\\n${name}\\b`, "m").test(text), name);
        assertStringIncludes(text, summary.replaceAll("…", "..."));
      }
      for (const { name, help } of table.flags) {
        assertStringIncludes(text, `--${name}`);
        assertStringIncludes(text, help.replaceAll("…", "..."));
      }
      for (const code of [0, ...Object.values(EXIT_CODES)]) {
        assertStringIncludes(text, `.TP\n${code}\n`);
      }
    },
  });

  Deno.test({
    name: `manPage of ${table.name} is roff without warnings`,
    ...await needsProgram("groff", "--version"),
    async fn() {
      const child = new Deno.Command("groff", {
        args: ["-man", "-Tutf8", "-ww", "-z"],
        stdin: "piped",
        stderr: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(manPage(table, facts)));
      await writer.close();
      const { code, stderr } = await child.output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    },
  });
}

Deno.test({
  name: "manPage escapes dots, dashes and backslashes",
  permissions: "none",
  fn() {
    const description = [".TH evil", "'so /etc/passwd", "a\\b --c"];
    const text = manPage(CLIENT, { ...CLIENT_FACTS, description });
    assertStringIncludes(text, "\n\\&.TH evil\n");
    assertStringIncludes(text, "\n\\&'so /etc/passwd\n");
    assertStringIncludes(text, "\na\\eb \\-\\-c\n");
  },
});
