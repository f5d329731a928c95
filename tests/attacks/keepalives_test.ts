/**
 * A server that keeps a client waiting: it sends something all the time, but no answer.
 *
 * Of the legacy dialects, `updown` sends a file up to the end of the stream, so every byte belongs to
 * the answer.
 */

import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { delay, within } from "../../lib/base/signals.ts";
import { FtError } from "../../lib/base/errors.ts";
import { diagnose } from "../../lib/client/doctor.ts";
import { framedCodec } from "../../lib/client/legacy/framed_codec.ts";
import { JsonServer } from "../../lib/client/legacy/json_server.ts";
import type { PeerOptions } from "../../lib/client/legacy/legacy_peer.ts";
import type { LegacyServer } from "../../lib/client/legacy/legacy_server.ts";
import { lineCodec } from "../../lib/client/legacy/line_codec.ts";
import { OneshotServer } from "../../lib/client/legacy/oneshot_server.ts";
import { PersistentServer } from "../../lib/client/legacy/persistent_server.ts";
import { UpdownServer } from "../../lib/client/legacy/updown_server.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { encodeJson, uint32s } from "../../lib/native/messages.ts";
import { ourHello } from "../../lib/native/schemas.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { lengthAnd } from "../../testing/network/raw_peer.ts";
import { type ScriptedServer, scriptedServer } from "../../testing/network/scripted_server.ts";

const TIMEOUT_MS = 300;
/** The pace of the server, well below the timeout. */
const PACE_MS = 40;
/** Far above every deadline of these tests. */
const FOREVER_MS = 10_000;

type Bytes = Uint8Array | string;

/** A server that says `first`, and then `again` all the time, but never reads more than a hello. */
function nagging(again: Bytes, first: Bytes = ""): ScriptedServer {
  return scriptedServer(async (peer) => {
    await peer.hear();
    await peer.say(first);
    while (true) {
      await peer.say(again);
      await delay(PACE_MS);
    }
  });
}

function connect(server: ScriptedServer): Promise<Remote> {
  const endpoint = parseEndpoint(`ft://127.0.0.1:${server.port}`);
  return openRemote(endpoint, { timeoutMs: TIMEOUT_MS });
}

/** Expects that work fails as if the server was silent. */
async function endsInTime(work: Promise<unknown>): Promise<void> {
  const ended = await within(work.catch((error: unknown) => error), FOREVER_MS);
  assert(ended !== "timeout", "still waiting");
  assert(ended instanceof FtError, `${ended}`);
  assertEquals([ended.code, /^no answer/.test(ended.message)], ["network", true], ended.message);
}

async function* content(bytes: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < bytes; sent += 65536) {
    yield await Promise.resolve(new Uint8Array(65536).fill(97));
  }
}

const readMany = ({ files }: Remote) => Array.fromAsync(files.readMany(["f"]));

/** Everything that waits for a native server. */
const WAITS: Record<string, (remote: Remote) => Promise<unknown>> = {
  stat: ({ files }) => files.stat("f"),
  list: ({ files }) => Array.fromAsync(files.list(".")),
  read: ({ files }) => files.read("f"),
  stage: ({ files }) => files.stage("f", { bytes: 1 }),
  mkdir: ({ files }) => files.mkdir("d"),
  lease: ({ files }) => files.lease("f", { ttlMs: 1000 }),
  join: ({ chat }) => chat.join(),
  say: ({ chat }) => chat.say("hi"),
  who: ({ chat }) => chat.who(),
  ping: (remote) => remote.ping(),
};

const message = { sequence: 1, kind: "message", from: "x", text: "y", atMs: 0 };

/** Frames that belong to no answer, or bring nothing. The first request has the number 1. */
const FRAMES: Record<string, Uint8Array> = {
  "an optional frame": encodeFrame("zzzz", new Uint8Array(100)),
  "an unsolicited PONG": encodeFrame("PONG", new Uint8Array(8)),
  "a PING": encodeFrame("PING", new Uint8Array(8)),
  "a chat message": encodeFrame("MESG", encodeJson(message)),
};

const hello = encodeFrame("HELO", encodeJson(ourHello("hostile/1")));

for (const [frame, bytes] of Object.entries(FRAMES)) {
  Deno.test(`keepalives-hold-a-timeout: ${frame}, all the time`, async (t) => {
    for (const [what, wait] of Object.entries(WAITS)) {
      await t.step(what, async () => {
        await using server = nagging(bytes, hello);
        await using remote = await connect(server);
        await endsInTime(wait(remote));
      });
    }
  });
}

for (
  const [what, frame, wait] of [
    ["an ITEM without items", encodeFrame("ITEM", uint32s(1), encodeJson([])), WAITS.list],
    ["a PACK without files", encodeFrame("PACK", uint32s(1, 0, 2), encodeJson([])), readMany],
    ["a CRED for nothing", encodeFrame("CRED", uint32s(1, 0)), WAITS.stat],
    ["a DGST without digests", encodeFrame("DGST", uint32s(1, 0)), WAITS.list],
  ] as const
) {
  Deno.test(`keepalives-hold-a-timeout: ${what} ends the connection`, async () => {
    await using server = nagging(frame, hello);
    await using remote = await connect(server);
    const ended = await within(wait!(remote).catch((error) => error), FOREVER_MS);
    assert(ended instanceof FtError && ended.code === "protocol", `${ended}`);
  });
}

Deno.test("keepalives-hold-a-timeout: something that is no hello, or never becomes one", async () => {
  for (const [first, again] of [[encodeFrame("HELO").slice(0, 8), "\0"], ["", "\0"]] as const) {
    await using server = nagging(again, first);
    const ended = await within(connect(server).catch((error) => error), FOREVER_MS);
    assert(ended instanceof FtError, `${ended}`);
  }
});

Deno.test("keepalives-hold-a-timeout: doctor names what got no answer", async () => {
  await using server = nagging(FRAMES["an optional frame"]!, hello);
  const endpoint = parseEndpoint(`ft://127.0.0.1:${server.port}`);
  const { signal } = new AbortController();
  const open = () => connect(server);
  const findings = Array.fromAsync(diagnose(endpoint, { open, timeoutMs: TIMEOUT_MS, signal }));
  const ended = await within(findings, FOREVER_MS);
  assert(ended !== "timeout");
  const failed = ended.filter(({ verdict }) => verdict === "failed").map(({ check }) => check);
  assertEquals(failed, ["latency", "read", "write"]);
});

const OPEN: Record<string, (options: PeerOptions) => Promise<LegacyServer>> = {
  line: (options) => PersistentServer.open(lineCodec, options),
  framed: (options) => PersistentServer.open(framedCodec, options),
  oneshot: (options) => Promise.resolve(new OneshotServer(options)),
  updown: (options) => Promise.resolve(new UpdownServer(options)),
  json: (options) => JsonServer.open(options),
};

function connectLegacy(server: ScriptedServer, dialect: string): Promise<LegacyServer> {
  const endpoint = parseEndpoint(`ft+${dialect}://127.0.0.1:${server.port}`);
  return OPEN[dialect]!({ endpoint, timeoutMs: TIMEOUT_MS });
}

function framedFile(): Uint8Array {
  const facts = encodeFrame("FMTA", lengthAnd("f"), new Uint8Array([0, 0, 0, 0, 0, 0, 0, 9]));
  return concat([encodeFrame("FROK"), facts, encodeFrame("FHSH", new Uint8Array(32))]);
}

/** A dialect, what its server sends without end, the start of its answer, and what it repeats. */
const LEGACY: readonly (readonly [string, string, Bytes, Bytes])[] = [
  ["line", "broadcasts", "", "MSGS [SERVER]: hi\n"],
  ["line", "a line that never ends", "OK ", "x"],
  ["framed", "broadcasts", "", encodeFrame("CHAT", new Uint8Array(10))],
  ["framed", "empty pieces of a file", framedFile(), encodeFrame("FDAT")],
  ["oneshot", "a header that never ends", "OK\0\0\0\x01f", "\0"],
];

for (const [dialect, what, first, again] of LEGACY) {
  Deno.test(`keepalives-hold-a-timeout: a ${dialect} server sends ${what}`, async () => {
    await using server = nagging(again, first);
    await using client = await connectLegacy(server, dialect);
    const received = async () => {
      await using file = await client.fetch("f");
      await Array.fromAsync(file.pieces);
    };
    await endsInTime(received());
  });
}

/** Starts of a refusal whose reason never ends; it counts as far as it came. */
for (const [dialect, first] of [["oneshot", "ERROR"], ["updown", "ERROR: "]] as const) {
  Deno.test(`keepalives-hold-a-timeout: a ${dialect} server sends a reason without an end`, async () => {
    await using server = nagging("x", first);
    await using client = await connectLegacy(server, dialect);
    const ended = await within(client.fetch("f").catch((error: unknown) => error), FOREVER_MS);
    assert(ended instanceof FtError, `${ended}`);
    assertEquals([ended.code, /^refused: x+$/.test(ended.message)], ["not_found", true]);
  });
}

for (const dialect of ["json", "updown"]) {
  Deno.test(`keepalives-hold-a-timeout: a ${dialect} server does not read an upload`, async () => {
    const done = new AbortController();
    await using server = scriptedServer(() => delay(FOREVER_MS * 2, done.signal));
    await using client = await connectLegacy(server, dialect);
    // More than the buffers of a system take.
    await endsInTime(client.store!("f", content(32 * 1024 * 1024)));
    done.abort();
  });
}
