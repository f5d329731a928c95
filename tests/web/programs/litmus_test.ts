/**
 * `litmus`, the test suite for WebDAV servers.
 */

import { assertEquals } from "@std/assert";
import { RunningProgram } from "../../../testing/programs/running_program.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { webServer } from "../../../testing/web_server.ts";

const NEEDS_LITMUS = await needsProgram("litmus", "--version");

/** The suites, with the number of their tests. */
const SUITES = { basic: 16, copymove: 13, props: 30, locks: 41, http: 4 };

for (const [suite, count] of Object.entries(SUITES)) {
  Deno.test({
    name: `litmus ${suite} passes`,
    ...NEEDS_LITMUS,
    async fn() {
      await using server = await webServer();
      const options = { cwd: server.dir.path, env: { TESTS: suite } };
      const program = { path: "litmus", args: ["-k"] };
      const url = `${server.webUrl}/files/`;
      const { code, stdout } = await RunningProgram.start(program, [url], options).finished;
      const summary = `of ${count} tests run: ${count} passed, 0 failed`;
      assertEquals([code, stdout.includes(summary)], [0, true], stdout);
      assertEquals(stdout.includes("FAIL"), false, stdout);
    },
  });
}
