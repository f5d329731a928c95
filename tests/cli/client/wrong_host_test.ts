/**
 * A wrong host costs no user a minute: every command, over every dialect.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { CLIENT, runClient } from "../../../lib/cli/client/client_program.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";
import { closedPort } from "../../../testing/network/closed_port.ts";
import { NEEDS_LINUX } from "../../../testing/skip.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { soon } from "../../../testing/with_timeout.ts";

/** The transfers of each legacy dialect. */
const DIALECTS: Record<string, readonly string[]> = {
  line: ["get"],
  framed: ["get"],
  oneshot: ["get"],
  updown: ["get", "put"],
  json: ["get", "put"],
};

/** A command line for every command that connects. */
function commandLines(dir: string): Record<string, string[]> {
  const named = [
    "get",
    "stat",
    "sum",
    "rm",
    "mkdir",
    "lock",
    "unlock",
    "edit",
    "share",
    "versions",
    "restore",
  ];
  return {
    ...Object.fromEntries(named.map((name) => [name, ["a.txt"]])),
    get: ["a.txt", "-d", dir, "--progress", "none"],
    put: [`${dir}/a.txt`, "--progress", "none"],
    mv: ["a", "b"],
    watch: [dir, "--to", "backup"],
    say: ["hello"],
    ...Object.fromEntries(
      ["ls", "du", "who", "chat", "shell", "ping", "doctor"].map((c) => [c, []]),
    ),
  };
}

/** Runs one command in this process. */
async function run(args: readonly string[], state: string) {
  const host = capturedHost({ XDG_STATE_HOME: state, EDITOR: "true" });
  const code = await soon(runClient(args, host));
  return { code, stderr: host.stderr, stdout: host.stdout, what: args.join(" ") };
}

/** Every command over both native schemes, and the transfers over the legacy dialects. */
function linesFor(dir: string, address: string): string[][] {
  const lines = commandLines(dir);
  const missing = CLIENT.commands.filter(({ name, offline }) => !offline && !(name in lines));
  assertEquals(missing.map(({ name }) => name), [], "commands without a line in this test");
  const everything = ["ft", "fts"].flatMap((scheme) =>
    Object.entries(lines).map(([name, args]) => [name, ...args, "-H", `${scheme}://${address}`])
  );
  const legacy = Object.entries(DIALECTS).flatMap(([dialect, names]) =>
    names.map((name) => [name, ...lines[name]!, "-H", `ft+${dialect}://${address}`])
  );
  return [...everything, ...legacy];
}

/** No name server is asked for it: the first part is too long. */
const NO_NAME = `${"x".repeat(64)}.invalid`;
/** The broadcast address, to which no system opens a TCP connection. */
const NO_ROUTE = "255.255.255.255";

for (const nowhere of [NO_NAME, NO_ROUTE]) {
  Deno.test({
    name: `no command over any dialect retries ${nowhere}`,
    ...NEEDS_LINUX,
    async fn() {
      await using dir = await tempDir();
      await Deno.writeTextFile(`${dir.path}/a.txt`, "text");
      for (const line of linesFor(dir.path, `${nowhere}:9`)) {
        const { code, stderr, stdout, what } = await run(line, dir.path);
        assertEquals(code, 5, what);
        assert(!stderr.text.includes("trying again"), `${what}: ${stderr.text}`);
        // Its findings are the results of `doctor`.
        if (line[0] === "doctor") assertMatch(stdout.text, /^failed +/m);
        else assertEquals(stderr.lines.length, 1, `${what}: ${stderr.text}`);
      }
    },
  });
}

Deno.test("a refused connection is retried for transfers, and once for other commands", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(`${dir.path}/a.txt`, "text");
  const address = `127.0.0.1:${closedPort()}`;
  const refused = `nothing listens on ${address} yet (is ftserver running?)`;
  const transfers = (line: string[]) => ["get", "put", "watch"].includes(line[0]!);
  const expected = (line: string[]) => [
    `${refused}; trying again in 1 s (retry 1 of ${transfers(line) ? 2 : 1})`,
    ...(transfers(line) ? [`${refused}; trying again in 2 s (retry 2 of 2)`] : []),
    `ftclient: ${refused}`,
  ];
  const lines = linesFor(dir.path, address).filter(([name]) => name !== "doctor");
  const runs = lines.map(async (line) => {
    const { code, stderr, what } = await run([...line, "--retries", "2"], dir.path);
    assertEquals([code, stderr.lines], [5, expected(line)], what);
  });
  await Promise.all(runs);
  const doctor = await run(["doctor", "-H", `ft://${address}`], dir.path);
  assertEquals(doctor.code, 5);
  assertMatch(doctor.stdout.text, /nothing listens on port/);
});
