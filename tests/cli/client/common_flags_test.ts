/**
 * Every flag that all commands take has an effect in each of them, or is refused; so do the flags of
 * the commands that transfer nothing. A new flag or command without a row here fails.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  COMMANDS,
  type Expected,
  flagNames,
  mismatch,
  observe,
} from "../../../testing/cli/flag_walk.ts";
import { closedPort } from "../../../testing/network/closed_port.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { testServer } from "../../../testing/test_server.ts";

/** Arguments with which each command connects. */
const ARGS: Record<string, readonly string[]> = {
  ...{
    get: ["a"],
    put: ["LOCAL"],
    watch: ["FOLDER", "--to", "d"],
    ls: [],
    du: [],
    stat: ["a"],
    sum: ["a"],
    rm: ["a"],
    mv: ["a", "b"],
    versions: ["a"],
    restore: ["a"],
  },
  ...{ mkdir: ["d"], lock: ["a"], unlock: ["a"], edit: ["a"], say: ["hi"], who: [], chat: [] },
  ...{ share: ["a"], shell: [], ping: [], doctor: [] },
};

/** The commands that connect to no server, with arguments and the other flags they refuse. */
const OFFLINE: Record<string, { args: readonly string[]; more: readonly string[] }> = {
  alias: { args: [], more: ["timeout"] },
  discover: { args: [], more: [] },
  forget: { args: ["a"], more: ["timeout"] },
  verify: { args: ["a"], more: ["timeout"] },
};

/** How a common flag is given, and what it does while nothing listens at the host. */
interface Row {
  readonly give: readonly string[];
  readonly expected: Expected;
  readonly env?: Record<string, string>;
  readonly terminal?: true;
  /** Commands that differ. */
  readonly except?: Record<string, Expected>;
}

const LOGGED = { because: "tests/cli/log/requested_log_test.ts has it, for all commands" } as const;
const TLS_ONLY = ["--host", "ft://127.0.0.1:1"];

const COMMON: Record<string, Row> = {
  host: { give: ["--host", `${"x".repeat(64)}.invalid`], expected: "effect" },
  retries: {
    give: ["--retries", "1"],
    expected: "effect",
    env: { FTCLIENT_RETRIES: "0" },
    except: { doctor: "refused" },
  },
  timeout: {
    give: ["--timeout", "0.001"],
    expected: { because: "tests/e2e/exit_codes_test.ts waits for a silent peer" },
  },
  user: {
    give: ["--user", "ana"],
    expected: { because: "tests/cli/server/auth_test.ts logs in" },
  },
  "password-file": { give: ["--password-file", "none"], expected: "refused" },
  "token-file": { give: ["--token-file", "none"], expected: "effect" },
  pin: { give: ["--pin", "ab".repeat(32), ...TLS_ONLY], expected: "effect" },
  ca: { give: ["--ca", "none", ...TLS_ONLY], expected: "refused" },
  json: { give: ["--json"], expected: "effect" },
  "log-file": { give: ["--log-file"], expected: LOGGED },
  "log-dir": { give: ["--log-dir", "LOGS"], expected: "effect" },
  "log-format": { give: ["--log-format", "json"], expected: "refused" },
  "log-level": { give: ["--log-level", "debug"], expected: "refused" },
  config: { give: ["--config", "CONFIG"], expected: "effect" },
  quiet: {
    give: ["--quiet"],
    expected: "effect",
    env: { FTCLIENT_RETRIES: "1" },
    except: { doctor: { because: "it prints results alone, which -q does not silence" } },
  },
  verbose: {
    give: ["--verbose"],
    expected: "effect",
    except: { doctor: { because: "its findings contain everything that is known" } },
  },
  "no-color": { give: ["--no-color"], expected: "effect", terminal: true },
  completions: { give: ["--completions", "bash"], expected: "effect" },
  help: { give: ["--help"], expected: "effect" },
  version: { give: ["--version"], expected: "effect" },
};

const PLACES = ["LOCAL", "FOLDER", "LOGS", "CONFIG"];

/** Runs one command with a common flag and without, against a host that refuses. */
async function walkCommon(command: string, flag: string): Promise<string | undefined> {
  const row = COMMON[flag];
  const args = ARGS[command];
  if (row === undefined || args === undefined) return `${command} --${flag} has no row`;
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("LOCAL"), "text");
  await Deno.mkdir(dir.join("FOLDER"));
  await Deno.writeTextFile(dir.join("CONFIG"), '{ "json": true }');
  const place = (arg: string) => PLACES.includes(arg) ? dir.join(arg) : arg;
  const env = {
    ...{ FTCLIENT_HOST: `ft://127.0.0.1:${port}`, FTCLIENT_RETRIES: "0", EDITOR: "true" },
    ...{ XDG_STATE_HOME: dir.path, FTCLIENT_PASSWORD: "wrong", ...row.env },
  };
  const terminal = row.terminal ?? false;
  const run = (more: readonly string[]) =>
    observe([command, ...args, ...more].map(place), { env, dirs: [dir.path], terminal });
  const expected = row.except?.[command] ?? row.expected;
  if (typeof expected !== "string") return undefined;
  // One after the other, because the files that they leave are part of what is compared.
  const without = await run([]);
  const problem = mismatch(expected, without, await run(row.give));
  return problem && `${command} ${row.give.join(" ")}: ${problem}`;
}

const port = closedPort();

Deno.test("every common flag has an effect in every command, or is refused", async () => {
  const connecting = COMMANDS.filter((name) => !(name in OFFLINE));
  const problems = [];
  for (const flag of flagNames(undefined)) {
    const walks = connecting.map((command) => walkCommon(command, flag));
    problems.push(...await Promise.all(walks));
  }
  assertEquals(problems.filter((problem) => problem !== undefined), []);
  assertEquals(Object.keys(COMMON).sort(), flagNames(undefined).sort());
});

Deno.test("commands that connect to no server refuse the flags of a connection", async () => {
  const host = ["host", "retries", "user", "password-file", "token-file", "ca"];
  for (const [command, { args, more }] of Object.entries(OFFLINE)) {
    // The pin of verify is that of a receipt.
    const pin = command === "verify" ? [] : ["pin"];
    for (const flag of [...host, ...pin, ...more]) {
      const seen = await observe([command, ...args, `--${flag}`, "1"], { env: {}, dirs: [] });
      assertEquals(seen.code, 2, flag);
      assertStringIncludes(seen.stderr, `ftclient: --${flag} does nothing `);
    }
  }
});

/** The flags of the other commands: `prepare` lines run before each of the two runs. */
interface OwnRow {
  readonly args: readonly string[];
  readonly give: readonly string[];
  readonly prepare?: readonly (readonly string[])[];
  readonly expected: Expected;
  readonly scheme?: string;
}

const ADMIN = { because: "tests/e2e/locks_test.ts ends a foreign lock as an admin" } as const;
const EARLIER = { because: "tests/terminal/chat_test.ts joins after messages" } as const;
const LINGER = { because: "tests/cli/client/commands/chat_test.ts measures it" } as const;
const NAMED = { because: "tests/terminal/chat_test.ts joins under a name" } as const;
const LEASED = { because: "it is the lease of lock --ttl, below" } as const;

const DRAWN = { because: "tests/cli/terminal/qr_code_test.ts draws on a terminal" } as const;
const WATCHED = { because: "tests/cli/client/commands/watch_test.ts watches with it" } as const;
const TRANSFERS = {
  because: "put has it, and transfer_flags_test.ts: watch uploads with the same options",
} as const;
const WRITES = {
  because: "anonymous users write without a link; share_test.ts makes one",
} as const;

const OWN: Record<string, readonly OwnRow[]> = {
  "ls --long": [
    { args: [], give: ["-l"], expected: "effect" },
    { args: [], give: ["-l"], expected: "effect", scheme: "ft+json" },
  ],
  "ls --recursive": [
    { args: [], give: ["-R"], prepare: [["mkdir", "d/e"]], expected: "effect" },
    { args: [], give: ["-R"], expected: "refused", scheme: "ft+json" },
  ],
  "ls --tree": [
    { args: [], give: ["--tree"], expected: "effect" },
    { args: [], give: ["--tree"], expected: "refused", scheme: "ft+json" },
  ],
  "ls --sort": [
    {
      args: [],
      give: ["--sort", "size"],
      prepare: [["mkdir", "0"]],
      expected: "effect",
    },
    { args: [], give: ["--sort", "size"], expected: "refused", scheme: "ft+json" },
  ],
  "rm --recursive": [
    { args: ["d"], give: ["-r"], prepare: [["mkdir", "d/e"]], expected: "effect" },
    { args: ["d"], give: ["-r"], expected: "refused", scheme: "ft+line" },
  ],
  "rm --dry-run": [
    { args: ["a"], give: ["-n"], expected: "effect" },
    { args: ["a"], give: ["-n"], expected: "refused", scheme: "ft+line" },
  ],
  "rm --forever": [
    { args: ["a"], give: ["--forever"], expected: "effect" },
    { args: ["a"], give: ["--forever", "-r"], expected: "refused" },
  ],
  "rm --rev": [{ args: ["a"], give: ["--rev", "1"], expected: "refused" }],
  "ls --deleted": [
    { args: [], give: ["--deleted"], expected: "effect" },
    { args: [], give: ["--deleted", "--sort", "size"], expected: "refused" },
  ],
  "restore --rev": [{ args: ["a"], give: ["--rev", "999"], expected: "effect" }],
  "mv --dry-run": [
    { args: ["a", "b"], give: ["-n"], expected: "effect" },
    { args: ["a", "b"], give: ["-n"], expected: "refused", scheme: "ft+line" },
  ],
  "lock --ttl": [{ args: ["a"], give: ["--ttl", "900000"], expected: "effect" }],
  "edit --ttl": [{ args: ["a"], give: ["--ttl", "9"], expected: LEASED }],
  "alias --remove": [{ args: [], give: ["--remove"], expected: "refused" }],
  "share --ttl": [{ args: ["a"], give: ["--ttl", "1h"], expected: "effect" }],
  "share --once": [
    { args: ["a"], give: ["--once"], expected: "effect" },
    { args: ["a"], give: ["--list", "--once"], expected: "refused" },
  ],
  "share --write": [{ args: ["a"], give: ["--write"], expected: WRITES }],
  "share --qr": [{ args: ["a"], give: ["--qr"], expected: DRAWN }],
  "share --list": [{ args: ["a"], give: ["--list"], expected: "effect" }],
  "share --revoke": [{ args: ["a"], give: ["--revoke", "1"], expected: "refused" }],
  "unlock --force": [{ args: ["a"], give: ["--force"], expected: ADMIN }],
  "say --to": [
    { args: ["hi"], give: ["--to", "nobody"], expected: "effect" },
    { args: ["hi"], give: ["--to", "nobody"], expected: "refused", scheme: "ft+line" },
  ],
  ...Object.fromEntries(
    ["to", "once", "include", "exclude", "max-delete"].map((flag) => [
      `watch --${flag}`,
      [{ args: [], give: [], expected: WATCHED }],
    ]),
  ),
  ...Object.fromEntries(
    ["no-times", "snapshot", "compress", "bwlimit", "transfers"].map((flag) => [
      `watch --${flag}`,
      [{ args: [], give: [], expected: TRANSFERS }],
    ]),
  ),
  "who --long": [{ args: [], give: ["-l"], expected: "effect" }],
  "chat --history": [{ args: [], give: ["--history", "5"], expected: EARLIER }],
  "chat --linger": [{ args: [], give: ["--linger", "0"], expected: LINGER }],
  "chat --name": [
    { args: [], give: ["--name", "ana"], expected: NAMED },
    { args: [], give: ["--name", "ana"], expected: "refused", scheme: "ft+oneshot" },
  ],
  "shell --name": [{ args: [], give: ["--name", "ana"], expected: "refused" }],
};

for (const [what, rows] of Object.entries(OWN)) {
  const [command = ""] = what.split(" ");
  for (const { args, give, prepare = [], expected, scheme = "ft" } of rows) {
    if (typeof expected !== "string") continue;
    Deno.test(`${what} over ${scheme} has an effect or is refused`, async () => {
      const runs = [];
      for (const more of [[], give]) {
        await using server = await testServer();
        await Deno.writeTextFile(`${server.root}/a`, "text");
        await using remote = await server.connect();
        await using _seat = await remote.chat.join({ name: "bo" });
        const at = (scheme: string) => ({
          env: {
            FTCLIENT_HOST: server.url.replace("ft:", `${scheme}:`),
            XDG_STATE_HOME: server.dir.path,
          },
          dirs: [],
        });
        for (const line of prepare) await observe(line, at("ft"));
        const inShell = command === "shell" && more.length === 0;
        runs.push(
          inShell
            ? { code: 0, stdout: "", stderr: "", files: [] }
            : await observe([command, ...args, ...more], at(scheme)),
        );
      }
      assertEquals(mismatch(expected, runs[0]!, runs[1]!), undefined);
    });
  }
}

Deno.test("the flags of commands that transfer nothing all have a row", () => {
  const others = COMMANDS.filter((name) => name !== "get" && name !== "put");
  const flags = others.flatMap((name) => flagNames(name).map((flag) => `${name} --${flag}`));
  assertEquals(Object.keys(OWN).sort(), flags.sort());
});
