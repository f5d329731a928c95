import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../../lib/base/version.ts";
import { EXIT_CODES, FtError } from "../../../lib/base/errors.ts";
import { CLIENT, runClient } from "../../../lib/cli/client/client_program.ts";
import { runProgram } from "../../../lib/cli/program/run_program.ts";
import { SILENT } from "../../../lib/base/log.ts";
import type { ClientContext } from "../../../lib/cli/client/client_context.ts";
import type { ClientValues } from "../../../lib/cli/client/client_flags.ts";
import { runServer } from "../../../lib/cli/server/server_program.ts";
import { nearest } from "../../../lib/cli/program/nearest.ts";
import { shellQuote } from "../../../lib/cli/format/shell_quote.ts";
import { withTimeout } from "../../../testing/with_timeout.ts";
import { paint } from "../../../lib/cli/terminal/output.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";

const permissions = "none";

Deno.test({
  name: "runClient and runServer print help, version and completions on stdout and exit with 0",
  permissions,
  async fn() {
    for (const [run, name] of [[runClient, "ftclient"], [runServer, "ftserver"]] as const) {
      for (
        const [args, first] of [
          [["--version"], `${name} ${VERSION}`],
          [["-V"], `${name} ${VERSION}`],
          [["--help"], `${name}: `],
          [["-h"], `${name}: `],
          [["--completions", "bash"], "# bash"],
        ] as const
      ) {
        const host = capturedHost();
        assertEquals(await run(args, host), 0);
        assertStringIncludes(host.stdout.lines[0]!, first);
        assertEquals(host.stderr.text, "");
      }
    }
  },
});

Deno.test({
  name: "runClient without a host exits with 2 and names both ways to set one",
  permissions,
  async fn() {
    const host = capturedHost();
    assertEquals(await runClient(["ls"], host), 2);
    assertEquals(host.stderr.lines, ["ftclient: no host: use --host HOST or set FTCLIENT_HOST"]);
    assertEquals(host.stdout.text, "");
  },
});

Deno.test({
  name: "runClient prints a usage error as one line, and as an object too with --json",
  permissions,
  async fn() {
    const host = capturedHost();
    assertEquals(await runClient(["lss", "--json"], host), 2);
    assertEquals(host.stderr.lines, ["ftclient: unknown command: lss; did you mean ls?"]);
    assertEquals(JSON.parse(host.stdout.text), {
      error: "usage",
      message: "unknown command: lss; did you mean ls?",
      name: "lss",
    });
  },
});

/** Runs `ls` with other code. */
function runStub(
  code: (context: ClientContext) => Promise<number>,
  host = capturedHost({}, true),
  args: string[] = ["ls"],
) {
  const table = {
    ...CLIENT,
    commands: CLIENT.commands.map((row) => ({ ...row, load: () => Promise.resolve(code) })),
  };
  return runProgram<ClientContext, ClientValues>(
    table,
    args,
    (run) => ({
      ...run,
      words: run.args,
      program: CLIENT,
      log: SILENT,
      identity: "",
      open: () => Promise.reject(new Error("not here")),
      connect: () => Promise.reject(new Error("not here")),
      onRetry: () => {},
    }),
    host,
  );
}

Deno.test({
  name: "exit-code-of-every-row: runProgram exits with the code of each error",
  async fn() {
    for (const [code, exit] of Object.entries(EXIT_CODES)) {
      const host = capturedHost();
      const error = new FtError(code as keyof typeof EXIT_CODES, `failed: ${code}`);
      assertEquals(await runStub(() => Promise.reject(error), host), exit);
      assertEquals(host.stderr.lines.length, 1);
      assertMatch(host.stderr.text, new RegExp(`^ftclient: .*failed: ${code}\n$`));
    }
  },
});

Deno.test({
  name: "broken-pipe-on-stdout: runProgram exits quietly when the reader of stdout has gone",
  async fn() {
    const host = capturedHost();
    host.stdout.fault = new Deno.errors.BrokenPipe("broken");
    const endless = async ({ out, signal }: ClientContext) => {
      for (;;) {
        signal.throwIfAborted();
        out.line("more");
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    };
    assertEquals(await runStub(endless, host), 0);
    assertEquals(host.stderr.text, "");
  },
});

Deno.test({
  name:
    "runProgram takes colour with NO_COLOR, and movement only with TERM=dumb or without a terminal",
  async fn() {
    const print = ({ out }: ClientContext) => {
      out.error(paint("red", String(out.moving)));
      return Promise.resolve(0);
    };
    for (
      const [env, terminal, args, shown] of [
        [{}, true, ["ls"], "\x1b[31mtrue\x1b[0m"],
        [{ NO_COLOR: "1" }, true, ["ls"], "true"],
        [{ NO_COLOR: "" }, true, ["ls"], "\x1b[31mtrue\x1b[0m"],
        [{ TERM: "dumb" }, true, ["ls"], "false"],
        [{ FTCLIENT_NO_COLOR: "1" }, true, ["ls"], "true"],
        [{}, true, ["ls", "--no-color"], "true"],
        [{}, false, ["ls"], "false"],
      ] as const
    ) {
      const host = capturedHost(env as Record<string, string>, terminal);
      await runStub(print, host, [...args]);
      assertEquals(host.stderr.lines, [shown]);
    }
  },
});

Deno.test({
  name: "runProgram aborts the command at the first signal, and exits at once at the second",
  permissions,
  async fn() {
    const exited = Promise.withResolvers<number>();
    const host = {
      ...capturedHost(),
      exit: (code: number) => exited.resolve(code) as never,
    };
    const aborts: unknown[] = [];
    const stubborn = async ({ signal }: ClientContext) => {
      const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
      host.signal("SIGTERM");
      await aborted;
      aborts.push(signal.reason);
      host.signal("SIGTERM");
      return await exited.promise;
    };
    assertEquals(await withTimeout(runStub(stubborn, host), 5000, () => "it hangs"), 143);
    assertEquals(aborts.map((reason) => (reason as FtError).code), ["terminated"]);
  },
});

Deno.test({
  name: "runProgram reports why a command was aborted, not the error of the call that it cancelled",
  permissions,
  async fn() {
    for (
      const [code, message] of [["network", "terminated"], ["terminated", "resume with"]] as const
    ) {
      const host = capturedHost();
      const cancelled = async ({ signal }: ClientContext) => {
        const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
        host.signal("SIGTERM");
        await aborted;
        throw new FtError(code, "resume with");
      };
      assertEquals(await withTimeout(runStub(cancelled, host), 5000, () => "it hangs"), 143);
      assertEquals(host.stderr.lines, [`ftclient: ${message}`]);
    }
  },
});

Deno.test("VERSION equals the version in deno.json", async () => {
  const text = await Deno.readTextFile(new URL("../../../deno.json", import.meta.url));
  assertEquals(/"version": "([^"]+)"/.exec(text)?.[1], VERSION);
});

Deno.test({
  name: "nearest finds the candidate that was meant, and none if none is near",
  permissions,
  fn() {
    const words = ["get", "put", "ls", "stat", "overwrite"];
    assertEquals(
      ["gte", "pt", "sl", "stta", "overwite", "over"].map((word) => nearest(word, words)),
      ["get", "put", "ls", "stat", "overwrite", "overwrite"],
    );
    for (const word of ["", "zzz", "x", "a".repeat(100)]) {
      assertEquals(nearest(word, words), undefined);
    }
  },
});

Deno.test({
  name: "shellQuote quotes words that a shell would split or expand",
  permissions,
  fn() {
    assertEquals(shellQuote(["get", "a b", "", "$x", "ft://h:1"]), "get 'a b' '' '$x' ft://h:1");
  },
});
