import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { FtError, notFound } from "../../../lib/base/errors.ts";
import type { BatchOutcome, TransferResult } from "../../../lib/client/remote/transfer_events.ts";
import {
  exitCodeOf,
  runTransfer,
  type TransferRun,
} from "../../../lib/cli/client/transfer_command.ts";
import {
  existingTarget,
  rememberedRoots,
  transferOptions,
} from "../../../lib/cli/client/transfer_options.ts";
import type { Source } from "../../../lib/cli/program/program_table.ts";
import type { Output } from "../../../lib/cli/terminal/output.ts";
import { fakeContext } from "../../../testing/cli/fake_context.ts";

const permissions = "none";

const result: TransferResult = {
  op: "get",
  name: "a/b.bin",
  path: "b.bin",
  bytes: 3 * 2 ** 20,
  moved: 3 * 2 ** 20,
  root: "0123456789abcdef",
  seconds: 0.5,
  verified: "blocks",
};

function run(outcome: BatchOutcome): TransferRun {
  return {
    pipe: undefined,
    transfer: (onEvent) => {
      for (const done of outcome.done) onEvent({ kind: "end", ...done });
      return Promise.resolve(outcome);
    },
  };
}

const single = { done: [result], failed: [] };
const missing = { name: "nope", error: notFound("nope") };

Deno.test({
  name: "runTransfer prints nothing on stdout and a summary on stderr",
  permissions,
  async fn() {
    const context = fakeContext(["get", "a/b.bin", "--progress", "none"]);
    assertEquals(await runTransfer(context, run(single)), 0);
    context.out.flush();
    assertEquals(context.stdout.text, "");
    assertEquals(context.stderr.lines, [
      "a/b.bin: 3.0 MiB in 0.50 s (6.0 MiB/s), verified",
    ]);
  },
});

Deno.test({
  name: "runTransfer with -q prints neither progress nor summary",
  permissions,
  async fn() {
    const context = fakeContext(["get", "a", "-q", "--progress", "json"]);
    assertEquals(await runTransfer(context, run(single)), 0);
    assertEquals(context.stderr.text, "");
  },
});

Deno.test({
  name: "runTransfer with --json prints exactly the documented fields, in their order",
  permissions,
  async fn() {
    const context = fakeContext(["get", "a/b.bin", "--json"]);
    await runTransfer(context, run(single));
    context.out.flush();
    assertEquals(
      context.stdout.text,
      '{"op":"get","name":"a/b.bin","path":"b.bin","bytes":3145728,"moved":3145728,' +
        '"root":"0123456789abcdef","seconds":0.5}\n',
    );
  },
});

Deno.test({
  name: "runTransfer reports unverified content, content already there, and wire bytes",
  permissions,
  async fn() {
    const summary = async (more: Partial<TransferResult>) => {
      const context = fakeContext(["get", "a", "--progress", "none"]);
      await runTransfer(context, run({ done: [{ ...result, ...more }], failed: [] }));
      return context.stderr.text;
    };
    assertMatch(await summary({ root: "", verified: undefined }), /, not verified\n/);
    assertMatch(await summary({ moved: 0 }), /already there \(3\.0 MiB\), nothing to move/);
    assertMatch(await summary({ moved: 2 ** 20 }), /moved 1 of 3 MiB/);
    assertMatch(await summary({ path: "x/b.bin" }), /^a\/b\.bin -> x\/b\.bin:/);
  },
});

Deno.test({
  name: "runTransfer reports each failure: the code of a single name, 23 for some of several",
  permissions,
  async fn() {
    const one = fakeContext(["get", "nope", "--progress", "none", "--json"]);
    assertEquals(await runTransfer(one, run({ done: [], failed: [missing] })), 3);
    one.out.flush();
    assertEquals(one.stderr.lines, ["ftclient: not found: nope"]);
    assertEquals(JSON.parse(one.stdout.text).error, "not_found");
    const two = fakeContext(["get", "a", "nope", "--progress", "none"]);
    assertEquals(await runTransfer(two, run({ done: [result], failed: [missing] })), 23);
    assertEquals(two.stderr.lines[0], "ftclient: not found: nope");
    assertEquals(two.stderr.lines.at(-1), "1 of 2 failed");
    assertEquals(exitCodeOf({ done: [], failed: [missing, missing] }, 2), 23);
    assertEquals(exitCodeOf({ done: [], failed: [missing, missing] }, 1), 23);
  },
});

Deno.test({
  name: "runTransfer prints the command that resumes after an interrupt, quoted for a shell",
  permissions,
  async fn() {
    for (
      const [code, exit] of [["interrupted", 130], ["terminated", 143], ["hung_up", 129]] as const
    ) {
      const stop = new AbortController();
      const typed = ["get", "it's big.bin", "-d", "my dir", "--progress", "none"];
      const context = { ...fakeContext(typed), signal: stop.signal };
      const error = await assertRejects(
        () =>
          runTransfer(context, {
            ...run(single),
            transfer: (_, signal) => {
              stop.abort(new FtError(code, code));
              return Promise.reject(signal.reason);
            },
          }),
        FtError,
      );
      assertEquals(error.exitCode, exit);
      assertEquals(
        error.message,
        `${code}; resume with: ftclient get 'it'\\''s big.bin' -d 'my dir' --progress none`,
      );
    }
  },
});

Deno.test({
  name: "the command that resumes has the word TOKEN for the token of a link",
  permissions,
  async fn() {
    const stop = new AbortController();
    const typed = ["get", "fts://h/my C#.txt#ab.ft_secret", "C#.txt", "--host=fts://h#.ft_secret"];
    const context = { ...fakeContext(typed), signal: stop.signal };
    const transfer: TransferRun["transfer"] = (_, signal) => {
      stop.abort(new FtError("interrupted", "stopped"));
      return Promise.reject(signal.reason);
    };
    const running = runTransfer(context, { pipe: undefined, transfer });
    const { message } = await assertRejects(() => running, FtError);
    const [first, ...rest] = message.split("resume with: ftclient ")[1]!.split("' ");
    assertEquals(first!.includes("secret"), false, first);
    assertEquals(rest, ["'C#.txt", "'--host=fts://h#.TOKEN'"]);
  },
});

Deno.test({
  name: "transferOptions follows each flag of get and put",
  permissions,
  fn() {
    const optionsOf = (...flags: string[]) => {
      const { filter: _, ...options } = transferOptions(fakeContext(["get", "a", ...flags]));
      return options;
    };
    const defaults = {
      existing: "refuse",
      times: true,
      resume: true,
      compress: false,
      checksum: false,
      snapshot: false,
      dryRun: false,
      recursive: false,
      mirror: undefined,
      lanes: 1,
      transfers: 8,
      retries: 6,
    } as const;
    assertEquals<unknown>(optionsOf(), defaults);
    const changes: [string[], Record<string, unknown>][] = [
      [["--overwrite"], { existing: "overwrite" }],
      [["--rename"], { existing: "rename" }],
      [["--no-times"], { times: false }],
      [["--no-resume"], { resume: false }],
      [["-z"], { compress: true }],
      [["--checksum"], { checksum: true }],
      [["--snapshot"], { snapshot: true }],
      [["-n"], { dryRun: true }],
      [["-r"], { recursive: true }],
      [["-r", "--delete"], { recursive: true, mirror: { maxRemoved: undefined, forever: false } }],
      [["-r", "--delete=forever", "--max-delete", "0"], {
        recursive: true,
        mirror: { maxRemoved: 0, forever: true },
      }],
      [["--transfers", "2"], { transfers: 2 }],
      [["--lanes", "2"], { lanes: 2 }],
      [["--lanes", "auto"], { lanes: "auto" }],
      [["--retries", "0"], { retries: 0 }],
    ];
    for (const [flags, change] of changes) {
      assertEquals<unknown>(optionsOf(...flags), { ...defaults, ...change });
    }
    const { filter } = transferOptions(fakeContext(["get", "a", "--include", "*.txt"]));
    assertEquals([filter?.("a.txt"), filter?.("a.log")], [true, false]);
  },
});

Deno.test({
  name: "runTransfer gives no command that resumes for a pipe, --no-resume or a legacy dialect",
  permissions,
  async fn() {
    const cases = [
      [[], "stdout"],
      [["--no-resume"], undefined],
      [["--host", "ft+line://h:1"], undefined],
    ] as const;
    for (const [flags, pipe] of cases) {
      const stop = new AbortController();
      const context = { ...fakeContext(["get", "a", ...flags]), signal: stop.signal };
      const transfer = () => {
        stop.abort(new FtError("interrupted", "interrupted"));
        return Promise.reject(stop.signal.reason);
      };
      const error = await assertRejects(() => runTransfer(context, { pipe, transfer }), FtError);
      assertEquals(error.message, "interrupted");
    }
  },
});

Deno.test({
  name: "existingTarget follows the source with precedence if two contradict each other",
  permissions,
  fn() {
    const existing = (overwrite: Source, rename: Source, both = true) =>
      existingTarget({
        values: { overwrite: both, rename: both },
        sources: { overwrite, rename },
      });
    assertEquals(existing("default", "default", false), "refuse");
    assertEquals(existing("config", "flag"), "rename");
    assertEquals(existing("environment", "config"), "overwrite");
    for (const same of ["flag", "environment", "config"] as const) {
      assertThrows(() => existing(same, same), FtError, "mutually exclusive");
    }
  },
});

Deno.test({
  name: "rememberedRoots is in the state folder, and a fault of it is a detail for -v",
  permissions,
  fn() {
    const lines: string[] = [];
    const out = { detail: (...line: string[]) => lines.push(line.join("")) } as unknown as Output;
    const roots = (name: string) =>
      rememberedRoots({ readEnv: (asked) => asked === name ? "/home/ana" : undefined, out });
    assertEquals(roots("HOME")?.path, "/home/ana/.local/state/ft/digests.sqlite");
    assertEquals(roots("XDG_STATE_HOME")?.path, "/home/ana/ft/digests.sqlite");
    assertEquals(roots("TERM"), undefined);
    roots("HOME")?.onFault?.(new FtError("conflict", "it is locked"));
    assertEquals(lines, ["digests of local files are not remembered: it is locked"]);
  },
});
