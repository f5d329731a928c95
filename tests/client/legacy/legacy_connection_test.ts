/**
 * Connections to legacy servers: they end with the caller's signal, and when they are disposed.
 */

import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { within } from "../../../lib/base/signals.ts";
import { framedCodec } from "../../../lib/client/legacy/framed_codec.ts";
import { JsonServer } from "../../../lib/client/legacy/json_server.ts";
import type { PeerOptions } from "../../../lib/client/legacy/legacy_peer.ts";
import type { LegacyServer } from "../../../lib/client/legacy/legacy_server.ts";
import { lineCodec } from "../../../lib/client/legacy/line_codec.ts";
import { OneshotServer } from "../../../lib/client/legacy/oneshot_server.ts";
import { PersistentServer } from "../../../lib/client/legacy/persistent_server.ts";
import { UpdownServer } from "../../../lib/client/legacy/updown_server.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { encodeOneshotMetadata } from "../../../lib/dialects/oneshot.ts";
import { encodeFrame } from "../../../lib/wire/frame.ts";
import { md5 } from "../../../testing/content.ts";
import { type ScriptedServer, scriptedServer } from "../../../testing/network/scripted_server.ts";

type Open = (options: PeerOptions) => Promise<LegacyServer>;

const OPEN: Readonly<Record<string, Open>> = {
  line: (options) => PersistentServer.open(lineCodec, options),
  framed: (options) => PersistentServer.open(framedCodec, options),
  json: (options) => JsonServer.open(options),
  oneshot: (options) => Promise.resolve(new OneshotServer(options)),
  updown: (options) => Promise.resolve(new UpdownServer(options)),
};
const STOPPED = new Error("stopped");

function optionsFor(server: ScriptedServer, signal?: AbortSignal): PeerOptions {
  // A signal that does not arrive must fail the test in seconds, not in the usual timeout.
  return { endpoint: parseEndpoint(`ft://127.0.0.1:${server.port}`), timeoutMs: 3000, signal };
}

/** A server that never answers; `asked` resolves when it has received a request. */
function silentServer() {
  const asked = Promise.withResolvers<void>();
  const server = scriptedServer(async (peer) => {
    while (await peer.hear() !== null) asked.resolve();
  });
  return { server, asked: asked.promise };
}

for (const [dialect, open] of Object.entries(OPEN)) {
  Deno.test(`a request over ${dialect} ends with the signal of its call`, async () => {
    const { server, asked } = silentServer();
    await using _server = server;
    await using legacy = await open(optionsFor(server));
    const stop = new AbortController();
    const ended = assertRejects(() => legacy.fetch("a", { signal: stop.signal }));
    await asked;
    stop.abort(STOPPED);
    assertEquals(await ended, STOPPED);
  });

  Deno.test(`a request over ${dialect} ends with the signal of its connection`, async () => {
    const { server, asked } = silentServer();
    await using _server = server;
    const stop = new AbortController();
    await using legacy = await open(optionsFor(server, stop.signal));
    const ended = assertRejects(() => legacy.fetch("a"));
    await asked;
    stop.abort(STOPPED);
    assertEquals(await ended, STOPPED);
  });

  Deno.test(`nothing connects over ${dialect} once the signal is aborted`, async () => {
    await connectsNever(async (server) => {
      await using legacy = await open(optionsFor(server, AbortSignal.abort(STOPPED)));
      await legacy.fetch("a");
    });
    if (dialect !== "oneshot" && dialect !== "updown") return;
    await connectsNever(async (server) => {
      await using legacy = await open(optionsFor(server));
      await legacy.fetch("a", { signal: AbortSignal.abort(STOPPED) });
    });
  });
}

/** Holds that a request is stopped, and that only the connection made afterwards was accepted. */
async function connectsNever(request: (server: ScriptedServer) => Promise<void>): Promise<void> {
  const last = Promise.withResolvers<void>();
  await using server = scriptedServer(async (peer) => {
    if (await peer.hear() !== null) last.resolve();
  });
  assertEquals(await assertRejects(() => request(server)), STOPPED);
  using probe = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await probe.write(new Uint8Array(1));
  await last.promise;
  assertEquals(server.connections, 1);
}

/** A server that collects all it hears; `heard` is what came before the client closed. */
function listeningServer(answer?: Uint8Array) {
  const heard = Promise.withResolvers<string>();
  const server = scriptedServer(async (peer) => {
    let text = "";
    for (let bytes; (bytes = await peer.hear()) !== null;) {
      text += new TextDecoder().decode(bytes);
      if (answer !== undefined) await peer.say(answer);
    }
    heard.resolve(text);
  });
  return { server, heard: () => within(heard.promise, 3000) };
}

const GOODBYES = { line: "EXIT", framed: new TextDecoder().decode(encodeFrame("QUIT")), json: "" };

for (const [dialect, goodbye] of Object.entries(GOODBYES)) {
  Deno.test(`disposing a connection over ${dialect} says goodbye and closes it`, async () => {
    const { server, heard } = listeningServer();
    await using _server = server;
    {
      await using _legacy = await OPEN[dialect]!(optionsFor(server));
    }
    assertEquals(await heard(), goodbye);
  });
}

Deno.test("disposing content over oneshot and updown closes its connection", async () => {
  const digest = md5(new Uint8Array(100));
  const header = [...new TextEncoder().encode("OK"), ...encodeOneshotMetadata("a", 100, digest)];
  const answers = { oneshot: new Uint8Array(header), updown: new Uint8Array(10).fill(0x61) };
  for (const [dialect, answer] of Object.entries(answers)) {
    const { server, heard } = listeningServer(answer);
    await using _server = server;
    await using legacy = await OPEN[dialect]!(optionsFor(server));
    {
      await using _content = await legacy.fetch("a");
    }
    assertNotEquals(await heard(), "timeout");
  }
});
