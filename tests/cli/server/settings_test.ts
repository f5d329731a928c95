/**
 * Every setting of `ftserver` has an effect: with it, something can be observed that is not there
 * without it.
 */

import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../../lib/auth/permission.ts";
import { Tokens } from "../../../lib/auth/tokens.ts";
import { codeOf } from "../../../testing/code_of.ts";
import { assertEquals, assertNotEquals } from "@std/assert";
import { forEachBounded } from "../../../lib/base/pipeline.ts";
import { within } from "../../../lib/base/signals.ts";
import { smallFile } from "../../../lib/blocks/small_file_digest.ts";
import { SERVER_FLAGS } from "../../../lib/cli/server/server_flags.ts";
import { runServer } from "../../../lib/cli/server/server_program.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { makeAuthority } from "../../../testing/authority.ts";
import { writeAuditLog } from "../../../testing/audit_log.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";
import { NativePeer } from "../../../testing/network/native_peer.ts";
import { rawPeer } from "../../../testing/network/raw_peer.ts";
import { programFromTask } from "../../../testing/programs/program.ts";
import { RunningProgram } from "../../../testing/programs/running_program.ts";
import { type TempDir, tempDir } from "../../../testing/temp_dir.ts";
import { VERSION_EFFECTS } from "./version_effects.ts";

/** A server that a test has started, with a folder of its own. */
interface Live {
  readonly dir: TempDir;
  readonly program: RunningProgram;
  readonly url: string;
  /** Whether it has no setting that is tested. */
  readonly plain: boolean;
}

/** Arguments for the setting, and whether its effect is there. */
interface Effect {
  readonly args: (dir: TempDir) => string[];
  readonly seen: (live: Live) => boolean | Promise<boolean>;
}

/** Whether a second connection is refused. */
async function refusesSecond({ url }: Live): Promise<boolean> {
  await using _first = await NativePeer.greet(url);
  await using second = await NativePeer.dial(url);
  await second.hello();
  return (await second.read())?.type === "FAIL";
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Whether something happens: soon without the setting, or in the end with it. */
async function happens(event: Promise<unknown>, unlikely: boolean): Promise<boolean> {
  return await within(event, unlikely ? 1500 : 15_000) !== "timeout";
}

const logged = (pattern: RegExp) => ({ program }: Live) => pattern.test(program.stderr);
const { cert, key } = await (await makeAuthority()).issue("localhost");

/** Arguments for a TLS listener with a certificate of its own. */
function certified(dir: TempDir): string[] {
  Deno.writeTextFileSync(dir.join("cert.pem"), cert);
  Deno.writeTextFileSync(dir.join("key.pem"), key);
  const files = ["--tls-cert", dir.join("cert.pem"), "--tls-key", dir.join("key.pem")];
  return ["--listen", "fts://127.0.0.1:0", ...files];
}

const usesCertificate = logged(/certificate\.used file=\S+cert\.pem/);

/** Whether a small upload is announced in the chat. */
async function announces({ url, plain }: Live): Promise<boolean> {
  const connect = () => openRemote(parseEndpoint(url), { timeoutMs: 5000 });
  await using reader = await connect();
  await using writer = await connect();
  await using seat = await reader.chat!.join({ name: "reader" });
  const file = { path: "a", bytes: new Uint8Array(1), mtimeMs: 0, executable: false };
  await writer.files.writeMany([smallFile(file)]);
  return await happens(seat.messages[Symbol.asyncIterator]().next(), !plain);
}

/** The answer to a request over HTTP; empty without that listener. */
async function answerTo({ program }: Live, field: string): Promise<string> {
  const [, url] = /^listening on (http:\S+)$/m.exec(program.stdout) ?? [];
  if (url === undefined) return "";
  using peer = await rawPeer(url);
  const host = field.startsWith("Host") ? [] : ["Host: localhost"];
  await peer.say(
    ["GET /files/ HTTP/1.1", ...host, field, "Connection: close", "", ""].join("\r\n"),
  );
  return new TextDecoder().decode(await peer.rest());
}

const SERVE: Record<string, Effect> = {
  root: {
    args: (dir) => ["--root", dir.join("other")],
    seen: ({ dir }) => exists(dir.join("other")),
  },
  state: {
    args: (dir) => ["--state", dir.join("elsewhere")],
    seen: ({ dir }) => exists(dir.join("elsewhere/auth.sqlite")),
  },
  listen: {
    args: () => ["--listen", "ft+line://127.0.0.1:0"],
    seen: ({ program }) => /^listening on ft\+line:/m.test(program.stdout),
  },
  "tls-cert": { args: certified, seen: usesCertificate },
  "tls-key": { args: certified, seen: usesCertificate },
  anonymous: {
    args: () => ["--anonymous", "none"],
    async seen({ url }) {
      await using peer = await NativePeer.greet(url);
      await peer.request(1, { op: "stat", path: "." });
      return (await peer.read())?.type === "FAIL";
    },
  },
  bwlimit: {
    args: () => ["--bwlimit", "1M"],
    async seen({ url }) {
      await using peer = await NativePeer.dial(url);
      await peer.hello();
      const hello = await peer.read();
      return new TextDecoder().decode(hello!.payload).includes('"maxRate":1000000');
    },
  },
  "max-connections": { args: () => ["--max-connections", "1"], seen: refusesSecond },
  "max-connections-per-host": {
    args: () => ["--max-connections-per-host", "1"],
    seen: refusesSecond,
  },
  "handshake-timeout": {
    args: () => ["--handshake-timeout", "0.05"],
    async seen({ url, plain }) {
      using peer = await rawPeer(url);
      return await happens(peer.rest(), plain);
    },
  },
  "idle-timeout": {
    args: () => ["--idle-timeout", "0.05"],
    async seen({ url, plain }) {
      await using peer = await NativePeer.greet(url);
      return await happens(peer.closed(), plain);
    },
  },
  share: {
    args: () => ["--no-share"],
    async seen({ url, dir }) {
      Deno.writeTextFileSync(dir.join("root/film"), "a");
      using database = openAuthDatabase(dir.join("state"));
      const scope = { paths: ["."], actions: ACTIONS, once: false };
      const token = new Tokens(database).add({ name: "t", ...scope });
      const login = { kind: "token", token } as const;
      await using remote = await openRemote(parseEndpoint(url), { timeoutMs: 5000, login });
      return await codeOf(remote.shares.make("film")) === "not_allowed";
    },
  },
  once: {
    args: () => ["--once"],
    async seen({ url, dir, program, plain }) {
      Deno.writeTextFileSync(dir.join("root/film"), "a");
      await using remote = await openRemote(parseEndpoint(url), { timeoutMs: 5000 });
      await Array.fromAsync(remote.files.readMany(["film"]));
      return await happens(program.finished, plain);
    },
  },
  metrics: {
    args: () => ["--metrics", "http://127.0.0.1:0"],
    async seen({ program }) {
      const url = /metrics=(http\S+)/.exec(program.stderr)?.[1];
      return url !== undefined && (await (await fetch(`${url}/healthz`)).text()) === "ok\n";
    },
  },
  web: {
    args: () => ["--web", "http://127.0.0.1:0"],
    seen: ({ program }) => /^listening on http:/m.test(program.stdout),
  },
  "web-origin": {
    args: () => ["--web", "http://127.0.0.1:0", "--web-origin", "https://page.example"],
    seen: async (live) =>
      /access-control-allow-origin/.test(await answerTo(live, "Origin: https://page.example")),
  },
  "web-host": {
    args: () => ["--web", "http://127.0.0.1:0", "--web-host", "box.example"],
    seen: async (live) => /^HTTP\/1\.1 200 /.test(await answerTo(live, "Host: box.example")),
  },
  on: {
    args: () => ["--on", "upload", "http://127.0.0.1:1/hook"],
    async seen({ url, program, plain }) {
      await using remote = await openRemote(parseEndpoint(url), { timeoutMs: 5000 });
      const bytes = new Uint8Array(5);
      await remote.files.writeMany([
        smallFile({ path: "u", bytes, mtimeMs: 0, executable: false }),
      ]);
      return await happens(program.reported(/webhook\.retry .*to=http:\/\/127\.0\.0\.1:1 /), plain);
    },
  },
  ...VERSION_EFFECTS,
  "scrub-every": {
    args: () => ["--scrub-every", "7d"],
    seen: ({ program, plain }) => happens(program.reported(/scrub\.end /), plain),
  },
  announce: {
    args: () => ["--announce"],
    seen: ({ program, plain }) => happens(program.reported(/announce\.nothing/), plain),
  },
  console: {
    args: () => ["--console"],
    seen: ({ program, plain }) => happens(program.printed(/kick NAME/), plain),
  },
  "announce-uploads": {
    args: () => ["--no-announce-uploads"],
    seen: async (live) => !await announces(live),
  },
  "log-format": { args: () => ["--log-format", "json"], seen: logged(/^\{"at":/m) },
  "log-level": { args: () => ["--log-level", "error"], seen: (live) => !logged(/info/)(live) },
  "log-file": { args: () => ["--log-file"], seen: ({ dir }) => exists(dir.join("logs")) },
  "log-dir": {
    args: (dir) => ["--log-dir", dir.join("log")],
    seen: ({ dir }) => exists(dir.join("log")),
  },
};

/** Starts a server whose console, if it has one, prints its help. */
async function start(args: (dir: TempDir) => string[]): Promise<Live & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const given = args(dir);
  const usual = { root: dir.join("root"), state: dir.join("state"), listen: "ft://127.0.0.1:0" };
  const rest = Object.entries(usual).flatMap(([name, value]) =>
    given.includes(`--${name}`) ? [] : [`--${name}`, value]
  );
  const env = { XDG_CONFIG_HOME: dir.path, XDG_STATE_HOME: dir.path };
  const options = { env, cwd: dir.path, stdin: "/help\n", timeoutMs: 600_000 };
  const program = stack.use(
    RunningProgram.start(await programFromTask("ftserver"), [...given, ...rest], options),
  );
  await program.printed(/^ready$/m);
  // The log has another pipe, and may come later.
  const elsewhere = ["--log-level", "--log-file", "--log-dir"].some((arg) => given.includes(arg));
  if (!elsewhere) await program.reported(/server\.ready/);
  const url = /^listening on (\S+)$/m.exec(program.stdout)![1]!;
  const owned = stack.move();
  const plain = given.length === 0;
  return { dir, program, url, plain, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

Deno.test("each setting of serve has an effect", async () => {
  await using plain = await start(() => []);
  await forEachBounded(Object.entries(SERVE), 4, async ([name, { args, seen }]) => {
    await using live = await start(args);
    assertEquals([name, ...await Promise.all([seen(live), seen(plain)])], [name, true, false]);
  });
});

/** A setting of another command. */
interface Changed {
  readonly setup?: string;
  readonly command: string;
  /** Added to the command. */
  readonly flag: string;
  /** Prints the result. @default the command itself */
  readonly show?: string;
  readonly terminal?: true;
  /** Whether there is an audit log. */
  readonly audited?: true;
}

const token = { command: "token add t --paths a --actions read", show: "token list" };
const COMMANDS: Record<string, Changed> = {
  role: {
    command: "user add ana --password-file DIR/password",
    flag: "--role read",
    show: "user list",
  },
  "password-file": { command: "user add ana", flag: "--password-file DIR/password" },
  weak: { command: "user add ana --password-file DIR/short", flag: "--weak" },
  paths: { ...token, flag: "--paths b" },
  actions: { ...token, flag: "--actions write" },
  owner: { ...token, setup: "user add ana --password-file DIR/password", flag: "--owner ana" },
  expires: { ...token, flag: "--expires 1d" },
  once: { ...token, flag: "--once" },
  user: { command: "audit", flag: "--user ben", audited: true },
  path: { command: "audit", flag: "--path b", audited: true },
  op: { command: "audit", flag: "--op get", audited: true },
  since: { command: "audit", flag: "--since 7d", audited: true },
  rate: { command: "scrub", flag: "--rate x" },
  print: { command: "config", flag: "--print" },
  json: { command: "config --print", flag: "--json" },
  bind: { command: "fingerprint", flag: "--bind 192.0.2.1" },
  port: { command: "fingerprint", flag: "--port 7000" },
  config: { command: "fingerprint", flag: "--config DIR/config.json" },
  quiet: { command: "user add ana --password-file DIR/password", flag: "-q" },
  verbose: { command: "status", flag: "--verbose" },
  "no-color": { command: "status", flag: "--no-color", terminal: true },
  completions: { command: "user list", flag: "--completions bash" },
  help: { command: "user list", flag: "--help" },
  version: { command: "user list", flag: "--version" },
};

/** Settings of what a terminal shows, as tests/cli/server/start/invitation_test.ts sees it. */
const ON_A_TERMINAL = ["qr"];
/** Settings of an object store, as tests/object_store/bucket_server_test.ts sees them. */
const OF_A_BUCKET = ["store", "store-credentials", "store-ca"];
/** Settings that need damage, as tests/server/repair_test.ts makes it. */
const OF_DAMAGE = ["repair", "scrub-repair"];
/** Settings of a cluster, as tests/cluster/servers_test.ts and login_test.ts see them. */
const OF_A_CLUSTER = ["cluster", "cluster-credentials", "cluster-ca"];

/** Runs the command with more arguments, and returns what is shown afterwards. */
async function shown(changed: Changed, flag: string): Promise<string> {
  const { setup, command, show, terminal, audited } = changed;
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("password"), "secret words\n", { mode: 0o600 });
  await Deno.writeTextFile(dir.join("short"), "short\n", { mode: 0o600 });
  await Deno.writeTextFile(dir.join("config.json"), '{"bind": "192.0.2.1"}');
  const run = async (words: string) => {
    const host = capturedHost({ XDG_CONFIG_HOME: dir.path }, terminal);
    const args = `${words} --state ${dir.path}/state`.replaceAll("DIR", dir.path).split(" ");
    const code = await runServer(args, host);
    const text = `${code} ${host.stdout.text} ${host.stderr.text}`;
    // The same in each run but for the folder, the key and the times.
    return text.replaceAll(dir.path, "DIR").replaceAll(/[0-9a-f]{64}/g, "PIN");
  };
  if (audited) await writeAuditLog(dir.join("state"));
  if (setup !== undefined) await run(setup);
  const result = await run(`${command} ${flag}`.trim());
  return show === undefined ? result : await run(show);
}

Deno.test("each setting of the other commands has an effect", async () => {
  for (const [name, changed] of Object.entries(COMMANDS)) {
    const [without, again] = [await shown(changed, ""), await shown(changed, "")];
    assertEquals(without, again, name);
    assertNotEquals(await shown(changed, changed.flag), without, name);
  }
});

Deno.test("no setting is missing among those with an effect", () => {
  const names = new Set(SERVER_FLAGS.map(({ name }) => name));
  const all = [
    ...Object.keys(SERVE),
    ...Object.keys(COMMANDS),
    ...ON_A_TERMINAL,
    ...OF_A_BUCKET,
    ...OF_A_CLUSTER,
    ...OF_DAMAGE,
  ];
  assertEquals(new Set(all), names);
});
