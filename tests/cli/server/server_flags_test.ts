/**
 * Every flag of `ftserver` has an effect or is refused. A new flag without a row here fails.
 */

import { assertEquals } from "@std/assert";
import { flagsOf } from "../../../lib/cli/program/flag_table.ts";
import { runServer, SERVER } from "../../../lib/cli/server/server_program.ts";
import { writeAuditLog } from "../../../testing/audit_log.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

/** A command without a flag, and how the flag is given. */
interface Row {
  readonly args: readonly string[];
  readonly give: readonly string[];
  /** Whether there is an audit log. */
  readonly audited?: boolean;
  /** Runs before each of the two runs. */
  readonly before?: readonly (readonly string[])[];
  /** Runs after it, to see its effect. */
  readonly after?: readonly string[];
  readonly password?: string;
}

const ADDED = [["user", "add", "ana", "--role", "read"]];
const TOKEN = ["token", "add", "t", "--paths", "a", "--actions", "read"];
const ANONYMOUS = ["acl", "explain", "anonymous", "write", "a"];
const OPEN = ["--listen", "ft://0.0.0.0:9"];

/** The flags of all commands but `serve`. */
const ROWS: Record<string, Row> = {
  "user add --role": {
    ...{ args: ["user", "add", "bo"], give: ["--role", "admin"], after: ["user", "list"] },
  },
  "user add --password-file": {
    args: ["user", "add", "bo"],
    give: ["--password-file", "MISSING"],
  },
  "user passwd --password-file": {
    ...{ args: ["user", "passwd", "ana"], give: ["--password-file", "MISSING"], before: ADDED },
  },
  "user add --weak": { args: ["user", "add", "bo"], give: ["--weak"], password: "short" },
  "user passwd --weak": {
    ...{ args: ["user", "passwd", "ana"], give: ["--weak"], before: ADDED, password: "short" },
  },
  "token add --paths": { args: TOKEN, give: ["--paths", "b"], after: ["token", "list"] },
  "token add --actions": { args: TOKEN, give: ["--actions", "list"], after: ["token", "list"] },
  "token add --owner": {
    ...{ args: TOKEN, give: ["--owner", "ana"], before: ADDED, after: ["token", "list"] },
  },
  "token add --expires": { args: TOKEN, give: ["--expires", "7d"], after: ["token", "list"] },
  "token add --once": { args: TOKEN, give: ["--once"], after: ["token", "list"] },
  "fingerprint --bind": { args: ["fingerprint"], give: ["--bind", "192.0.2.7"] },
  "fingerprint --port": { args: ["fingerprint"], give: ["--port", "7000"] },
  "fingerprint --listen": { args: ["fingerprint"], give: ["--listen", "fts://192.0.2.7:9"] },
  "fingerprint --tls-cert": {
    args: ["fingerprint"],
    give: ["--tls-cert", "MISSING", "--tls-key", "MISSING"],
  },
  "fingerprint --tls-key": { args: ["fingerprint"], give: ["--tls-key", "MISSING"] },
  "acl explain --bind": { args: ANONYMOUS, give: ["--bind", "0.0.0.0"] },
  "acl explain --port": { args: ANONYMOUS, give: ["--port", "65535"] },
  "acl explain --listen": { args: ANONYMOUS, give: OPEN },
  "acl explain --web": { args: ANONYMOUS, give: ["--web", "http://0.0.0.0:8000"] },
  "acl explain --anonymous": { args: ANONYMOUS, give: ["--anonymous", "none"] },
  "status --json": { args: ["status"], give: ["--json"] },
  "locks --json": { args: ["locks"], give: ["--json"] },
  "audit --user": { args: ["audit"], give: ["--user", "ben"], audited: true },
  "audit --path": { args: ["audit"], give: ["--path", "b"], audited: true },
  "audit --op": { args: ["audit"], give: ["--op", "get"], audited: true },
  "audit --since": { args: ["audit"], give: ["--since", "7d"], audited: true },
  "audit --json": { args: ["audit"], give: ["--json"], audited: true },
  "audit verify --json": { args: ["audit", "verify"], give: ["--json"], audited: true },
  "audit verify --tls-cert": {
    args: ["audit", "verify"],
    give: ["--tls-cert", "MISSING", "--tls-key", "MISSING"],
  },
  "audit verify --tls-key": { args: ["audit", "verify"], give: ["--tls-key", "MISSING"] },
  "scrub --root": { args: ["scrub"], give: ["--root", "MISSING"] },
  "scrub --path": { args: ["scrub"], give: ["--path", "../x"] },
  "scrub --rate": { args: ["scrub"], give: ["--rate", "x"] },
  "scrub --json": { args: ["scrub"], give: ["--json"] },
  "config --json": { args: ["config", "--print"], give: ["--json"] },
  "config --print": { args: ["config"], give: ["--print"] },
};

/** A valid value other than the default for each kind of flag of `serve`. */
function otherValue({ name, kind, choices, valueWords }: (typeof SERVER.flags)[number]): string[] {
  switch (kind) {
    case "boolean":
      return [name === "announce-uploads" ? "--no-announce-uploads" : `--${name}`];
    case "choice":
      return [`--${name}`, choices!.at(-1)!];
    case "list":
      return [`--${name}`, "ft://127.0.0.1:7", ...valueWords === 2 ? ["second"] : []];
    case "string":
      return [`--${name}`, "other"];
    default:
      return [`--${name}`, "77"];
  }
}

/** Runs `ftserver` on a state folder. */
async function run(state: string, args: readonly string[], password = "right one") {
  const host = capturedHost({ FTSERVER_PASSWORD: password });
  const code = await runServer([...args, "--state", `${state}/state`], host);
  return { code, stdout: host.stdout.text, stderr: host.stderr.text };
}

/** Runs a command with a flag or without, on a new state folder. */
async function outcome(row: Row, give: readonly string[]) {
  const { args, before = [], after, password, audited } = row;
  await using dir = await tempDir();
  if (audited) await writeAuditLog(dir.join("state"));
  const place = (arg: string) => arg === "MISSING" ? dir.join(arg) : arg;
  for (const line of before) assertEquals((await run(dir.path, line)).code, 0);
  const first = await run(dir.path, [...args, ...give.map(place)], password);
  const then = after && await run(dir.path, after);
  // A token and an identity are new in each run.
  const shown = args[0] === "token" ? { ...first, stdout: "" } : first;
  const text = JSON.stringify([shown, then]).replaceAll(dir.path, "");
  return args[0] === "fingerprint" ? text.replaceAll(/[0-9a-f]{64}/g, "PIN") : text;
}

for (const [what, row] of Object.entries(ROWS)) {
  Deno.test(`ftserver ${what} has an effect or is refused`, async () => {
    const [without, withFlag] = [await outcome(row, []), await outcome(row, row.give)];
    assertEquals(without === withFlag, false, withFlag);
  });
}

Deno.test("config --print shows the effect of every flag of serve", async () => {
  await using dir = await tempDir();
  const without = await run(dir.path, ["config", "--print"]);
  for (const row of flagsOf(SERVER.flags, "serve")) {
    if (row.argvOnly || ["config", "state", "tls-cert", "tls-key"].includes(row.name)) continue;
    const shown = await run(dir.path, ["config", "--print", ...otherValue(row)]);
    assertEquals(shown.code, 0, `${row.name}: ${shown.stderr}`);
    const before = new Set(without.stdout.split("\n"));
    const changed = shown.stdout.split("\n").filter((line) => !before.has(line));
    assertEquals(changed.some((line) => line.startsWith(`${row.name} = `)), true, row.name);
  }
});

Deno.test("the flags of the other commands of ftserver all have a row", () => {
  const common = flagsOf(SERVER.flags, undefined).map(({ name }) => name);
  const serve = flagsOf(SERVER.flags, "serve").map(({ name }) => name);
  const wanted = SERVER.commands.filter(({ name }) => name !== "serve").flatMap(({ name }) =>
    flagsOf(SERVER.flags, name).map((flag) => flag.name)
      .filter((flag) => !common.includes(flag) && !(name === "config" && serve.includes(flag)))
      .map((flag) => `${name} --${flag}`)
  );
  // It needs damage, as tests/server/repair_test.ts makes it.
  const elsewhere = ["scrub --repair"];
  assertEquals([...Object.keys(ROWS), ...elsewhere].sort(), wanted.sort());
});
