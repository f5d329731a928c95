import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import {
  BLOCK_BYTES,
  MAX_RANGES,
  MAX_REQUESTS_IN_FLIGHT,
  SMALL_FILE_BYTES,
} from "../../../lib/base/limits.ts";
import { smallFile } from "../../../lib/blocks/small_file_digest.ts";
import { NativeClient } from "../../../lib/client/native/native_client.ts";
import { NativeFiles } from "../../../lib/client/native/native_files.ts";
import {
  encodeBlockAck,
  encodeBlockHeader,
  encodeDigestRun,
  encodeJson,
  exchangeId,
} from "../../../lib/native/messages.ts";
import { decodeJson } from "../../../lib/native/messages.ts";
import { requestSchema } from "../../../lib/native/schemas.ts";
import { blockOf, text } from "../../conformance/content.ts";
import { connectionPair } from "../../../testing/connection_pair.ts";
import { pure } from "../../../testing/pure.ts";
import { NativePeer, type PeerFrame } from "../../../testing/native_peer.ts";

const INFO = {
  path: "f",
  type: "file",
  bytes: 2 * BLOCK_BYTES,
  mtimeMs: 0,
  executable: false,
  revision: "r",
};
const DIGEST = new Uint8Array(32);

interface Play extends AsyncDisposable {
  readonly client: NativeClient;
  readonly files: NativeFiles;
  /** The server, by hand. */
  readonly server: NativePeer;
  /** The next request. */
  asked(): Promise<{ id: number; request: ReturnType<typeof requestOf> }>;
}

function requestOf({ payload }: PeerFrame) {
  return decodeJson(requestSchema, payload.subarray(4), "REQU");
}

/** A client and a server that is played by the test. */
async function play(timeoutMs = 10_000): Promise<Play> {
  const [near, far] = connectionPair();
  const server = new NativePeer(far.connection);
  const greeting = NativeClient.greet(near.connection, "test", { timeoutMs });
  await server.read();
  await server.hello();
  const client = await greeting;
  return {
    ...{ client, server, files: new NativeFiles(client) },
    async asked() {
      const frame = await server.read();
      assert(frame?.type === "REQU", `${frame?.type}`);
      return { id: exchangeId(frame.payload), request: requestOf(frame) };
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function endsAs(code: string, ending: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => ending, FtError);
  assertEquals(error.code, code, error.message);
  return error.message;
}

pure(
  "NativeClient takes an end without a word for a lost connection, which is tried again",
  async () => {
    const [near, far] = connectionPair();
    await using server = new NativePeer(far.connection);
    const greeting = NativeClient.greet(near.connection, "test", { timeoutMs: 10_000 });
    greeting.catch(() => {});
    await server.read();
    await server.connection.closeWrite();
    assertEquals(await endsAs("network", greeting), "test closed the connection");
  },
);

pure("NativeFiles goes no further when an answer is about another name", async () => {
  const questions: ["RPLY" | "ITEM", (files: NativeFiles) => Promise<unknown>][] = [
    ["RPLY", (files) => files.stat("g")],
    ["ITEM", (files) => files.manifest("g")],
    ["ITEM", (files) => files.read("g")],
    ["ITEM", (files) => files.stage("g", { precondition: { kind: "absent" } })],
  ];
  for (const [type, ask] of questions) {
    await using at = await play();
    const asking = ask(at.files);
    asking.catch(() => {});
    const { id } = await at.asked();
    const answer = { ...INFO, token: "upload_1" };
    await at.server.sendOn(id, type, encodeJson(type === "RPLY" ? answer : [answer]));
    const message = await endsAs("integrity", asking);
    assertEquals(message, "asked about g, the server answered about f");
  }
});

pure("NativeFiles refuses a list of which a part is missing", async () => {
  await using at = await play();
  const listing = Array.fromAsync(at.files.list("."));
  listing.catch(() => {});
  const { id } = await at.asked();
  await at.server.sendOn(id, "ITEM", encodeJson([INFO]));
  await at.server.sendOn(id, "RPLY", encodeJson({ items: 2 }));
  assertEquals(await endsAs("integrity", listing), "the list of . came with 1 of 2 names");
});

pure("NativeClient refuses what is no hello, whatever it is", async () => {
  const answers: ((server: NativePeer) => Promise<unknown>)[] = [
    (server) => server.connection.send(text("HTTP/1.1 400 Bad Request\r\n\r\n")),
    // Shorter than a frame's header: the first byte must be enough.
    (server) => server.connection.send(text("220\n")),
    (server) => server.send("HELO", text("{}")),
    (server) => server.send("PONG", new Uint8Array(8)),
    (server) => server.hello({ versions: [2] }),
    (server) => server.hello({ blockBytes: 1 }),
  ];
  for (const answer of answers) {
    const [near, far] = connectionPair();
    await using server = new NativePeer(far.connection);
    const greeting = NativeClient.greet(near.connection, "test", { timeoutMs: 10_000 });
    greeting.catch(() => {});
    await server.read();
    await answer(server);
    assertStringIncludes(await endsAs("protocol", greeting), "test");
    assert(near.connection.signal.aborted);
  }
});

pure("NativeClient gives up on a server that says nothing (connection-freeze)", async () => {
  const [near, far] = connectionPair();
  await using _server = new NativePeer(far.connection);
  const greeting = NativeClient.greet(near.connection, "test", { timeoutMs: 20 });
  assertStringIncludes(await endsAs("network", greeting), "no answer");

  await using later = await play(40);
  const asking = later.files.stat("f");
  assertStringIncludes(await endsAs("network", asking), "no answer");
});

pure("NativeClient waits on a slow server that answers pings", async () => {
  await using at = await play(400);
  const asking = at.files.stat("f");
  const { id } = await at.asked();
  for (let pings = 0; pings < 3; pings++) {
    const frame = await at.server.read();
    assertEquals(frame?.type, "PING");
    await at.server.send("PONG", frame!.payload);
  }
  await at.server.sendOn(id, "RPLY", encodeJson(INFO));
  assertEquals((await asking).bytes, INFO.bytes);
});

pure("NativeClient ends all calls with the reason a server gives", async () => {
  await using at = await play();
  const asking = [at.files.stat("a"), at.files.stat("b")];
  await at.asked();
  const failure = { code: "limit", message: "go away", retryable: true, retryAfterMs: 5 };
  await at.server.sendOn(0, "FAIL", encodeJson(failure));
  for (const asked of asking) {
    const error = await assertRejects(() => asked, FtError);
    assertEquals([error.code, error.message, error.retryAfterMs], ["limit", "go away", 5]);
  }
});

pure("NativeClient takes a code it does not know for internal", async () => {
  await using at = await play();
  const asking = at.files.stat("a");
  const { id } = await at.asked();
  await at.server.sendOn(id, "FAIL", encodeJson({ code: "x", message: "m", retryable: false }));
  assertEquals(await endsAs("internal", asking), "m");
});

pure("NativeClient has no more requests under way than a server takes", async () => {
  await using at = await play();
  const asking = Array.from({ length: MAX_REQUESTS_IN_FLIGHT + 1 }, () => at.files.mkdir("d"));
  for (let n = 0; n < MAX_REQUESTS_IN_FLIGHT; n++) await at.asked();
  await at.server.send("PING", new Uint8Array(8));
  assertEquals((await at.server.read())?.type, "PONG");
  await at.server.sendOn(1, "RPLY", text("{}"));
  const { id } = await at.asked();
  for (let n = 2; n <= MAX_REQUESTS_IN_FLIGHT; n++) await at.server.sendOn(n, "RPLY", text("{}"));
  await at.server.sendOn(id, "RPLY", text("{}"));
  await Promise.all(asking);
});

pure("NativeClient keeps a request that is too long to itself", async () => {
  await using at = await play();
  await endsAs("limit", at.files.stat("x".repeat(70_000)));
  const asking = at.files.stat("f");
  await at.server.sendOn((await at.asked()).id, "RPLY", encodeJson(INFO));
  await asking;
});

const SMALL = smallFile({ path: "f", bytes: text("f"), mtimeMs: 0, executable: false });

pure("NativeFiles does not wait for what a server leaves out", async () => {
  const calls: ((files: NativeFiles) => Promise<unknown>)[] = [
    (files) => files.stage("f"),
    (files) => files.read("f"),
    (files) => files.manifest("f"),
    (files) => files.writeMany([SMALL]),
    (files) => Array.fromAsync(files.readMany(["f"])),
  ];
  for (const call of calls) {
    await using at = await play();
    const calling = call(at.files);
    calling.catch(() => {});
    await at.server.sendOn((await at.asked()).id, "RPLY", text("{}"));
    await endsAs("protocol", calling);
  }
});

pure(
  "NativeFiles refuses blocks that were not asked for (server-sends-more-than-it-said)",
  async () => {
    const block = (index: number, length: number) =>
      encodeBlockHeader({ index, length, digest: DIGEST });
    const wrong = [block(1, BLOCK_BYTES), block(0, 5)];
    for (const header of wrong) {
      await using at = await play();
      const opening = at.files.read("f");
      const { id } = await at.asked();
      await at.server.sendOn(id, "ITEM", encodeJson([INFO]));
      await using reading = await opening;
      const blocks = reading.blocks[Symbol.asyncIterator]();
      const next = blocks.next();
      next.catch(() => {});
      await at.server.sendOn(id, "BLCK", header);
      const { length } = { length: header[7] === 5 ? 5 : BLOCK_BYTES };
      for (let left = length; left > 0; left -= 262_144) {
        await at.server.sendOn(id, "DATA", new Uint8Array(Math.min(left, 262_144)));
      }
      await endsAs("protocol", next);
    }
  },
);

pure("NativeFiles ends a call whose answer cannot be read, or is for no call", async () => {
  for (
    const [type, other, payload] of [
      ["FAIL", 0, text('{"code":"not_fo')],
      ["RPLY", 0, text("{")],
      ["FAIL", 1, text('{"code":"not_found","message":"m","retryable":false}')],
      ["RPLY", 1, text("{}")],
    ] as const
  ) {
    await using at = await play();
    const asking = at.files.stat("f");
    asking.catch(() => {});
    const { id } = await at.asked();
    await at.server.sendOn(id + other, type, payload);
    await endsAs("protocol", asking);
  }
});

pure("NativeFiles takes nothing for a size that is made up", async () => {
  await using at = await play();
  const opening = at.files.read("f");
  const { id } = await at.asked();
  await at.server.sendOn(id, "ITEM", encodeJson([{ ...INFO, bytes: Number.MAX_SAFE_INTEGER }]));
  await using reading = await opening;
  const blocks = Array.fromAsync(reading.blocks);
  blocks.catch(() => {});
  await at.server.sendOn(id, "RPLY", text("{}"));
  await endsAs("protocol", blocks);
});

pure("NativeFiles refuses a manifest with gaps, too long, or too short", async () => {
  const runs = [
    [{ first: 1, count: 1 }],
    [{ first: 0, count: 1 }, { first: 0, count: 1 }],
    [{ first: 0, count: 3 }],
    [{ first: 0, count: 1 }],
  ];
  for (const run of runs) {
    await using at = await play();
    const opening = at.files.manifest("f");
    const { id } = await at.asked();
    await at.server.sendOn(id, "ITEM", encodeJson([INFO]));
    await using manifest = await opening;
    const taking = Array.fromAsync(manifest.digests);
    taking.catch(() => {});
    for (const { first, count } of run) {
      const digests = new Uint8Array(32 * count);
      await at.server.sendOn(id, "DGST", encodeDigestRun({ first, digests }));
    }
    await at.server.sendOn(id, "RPLY", text("{}"));
    await endsAs("protocol", taking);
  }
});

pure(
  "NativeFiles refuses files and answers it did not ask for (server-sends-unrequested-name)",
  async () => {
    await using at = await play();
    const reading = Array.fromAsync(at.files.readMany(["f"]));
    reading.catch(() => {});
    const { id } = await at.asked();
    const head = encodeJson([{
      path: "../../.bashrc",
      error: { code: "x", message: "", retryable: false },
    }]);
    const lengths = new Uint8Array(8);
    lengths[7] = head.length;
    await at.server.sendOn(id, "PACK", lengths, head);
    await endsAs("protocol", reading);

    const writing = at.files.writeMany([SMALL]);
    writing.catch(() => {});
    await at.server.next(id, "STOP");
    const second = await at.asked();
    await at.server.sendOn(second.id, "ITEM", text("[{}]"));
    await at.server.sendOn(second.id, "ITEM", encodeJson([{ path: "g", info: INFO }]));
    await endsAs("protocol", writing);
  },
);

pure("NativeFiles.writeMany requires one answer for each file", async () => {
  const other = smallFile({ path: "g", bytes: text("g"), mtimeMs: 0, executable: false });
  const answer = (path: string) => ({ path, info: { ...INFO, path } });
  const answers = [
    { items: [answer("f"), answer("f")], ended: false },
    { items: [answer("f")], ended: true },
    { items: [answer("f"), answer("g")], ended: true },
  ];
  for (const { items, ended } of answers) {
    await using at = await play();
    const writing = at.files.writeMany([SMALL, other]);
    writing.catch(() => {});
    const { id } = await at.asked();
    await at.server.sendOn(id, "ITEM", text("[{}]"));
    await at.server.next(id, "COMT");
    await at.server.sendOn(id, "ITEM", encodeJson(items));
    if (ended) await at.server.sendOn(id, "RPLY", text("{}"));
    if (items[1]?.path === "g") assertEquals((await writing).length, 2);
    else await endsAs("protocol", writing);
  }
});

pure("NativeFiles.writeMany answers itself for a file too large for a batch", async () => {
  const bytes = new Uint8Array(SMALL_FILE_BYTES + 1);
  const large = smallFile({ path: "large", bytes, mtimeMs: 0, executable: false });
  await using at = await play();
  const writing = at.files.writeMany([large]);
  const { id } = await at.asked();
  await at.server.sendOn(id, "ITEM", text("[{}]"));
  await at.server.next(id, "COMT");
  await at.server.sendOn(id, "RPLY", text("{}"));
  const [result] = await writing;
  assert(result !== undefined && "error" in result);
  assertEquals((result.error as FtError).code, "limit");
});

pure("NativeUpload refuses an acknowledgement nobody waits for", async () => {
  await using at = await play();
  const staging = at.files.stage("f");
  const { id } = await at.asked();
  await at.server.sendOn(id, "ITEM", encodeJson([{ token: "token_123" }]));
  await using upload = await staging;
  await at.server.sendOn(id, "ITEM", encodeJson([{ token: "token_123" }]));
  assertEquals(await Array.fromAsync(upload.have()), []);
  const writing = upload.write(blockOf(text("x"), 0));
  writing.catch(() => {});
  await at.server.next(id, "DATA");
  await at.server.sendOn(id, "ACKN", encodeBlockAck({ index: 9, ok: true }));
  await endsAs("protocol", writing);
});

pure("NativeUpload told that it is over waits for no acknowledgement", async () => {
  await using at = await play();
  const staging = at.files.stage("f");
  const { id } = await at.asked();
  for (let n = 0; n < 2; n++) {
    await at.server.sendOn(id, "ITEM", encodeJson([{ token: "token_123" }]));
  }
  await using upload = await staging;
  const writing = upload.write(blockOf(text("x"), 0));
  writing.catch(() => {});
  await at.server.next(id, "DATA");
  await at.server.sendOn(id, "RPLY", encodeJson(INFO));
  await endsAs("protocol", writing);
});

pure("NativeFiles asks for many ranges by several requests of one revision", async () => {
  await using at = await play();
  const ranges = Array.from({ length: MAX_RANGES + 1 }, (_, i) => ({ start: 2 * i, end: 2 * i }));
  const opening = at.files.read("f", ranges);
  const first = await at.asked();
  assert(first.request.op === "read");
  assertEquals([first.request.ranges?.length, first.request.revision], [MAX_RANGES, undefined]);
  await at.server.sendOn(first.id, "ITEM", encodeJson([INFO]));
  await using reading = await opening;
  const taking = Array.fromAsync(reading.blocks);
  await at.server.sendOn(first.id, "RPLY", text("{}"));
  const second = await at.asked();
  assert(second.request.op === "read");
  assertEquals([second.request.ranges?.length, second.request.revision], [1, "r"]);
  await at.server.sendOn(second.id, "ITEM", encodeJson([INFO]));
  await at.server.sendOn(second.id, "RPLY", text("{}"));
  assertEquals(await taking, []);
});
