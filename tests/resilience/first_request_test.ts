/**
 * The first request travels with the hello, so that content comes after one round trip.
 */

import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { fileSha256, sampleBytes, sha256 } from "../../testing/content.ts";
import { testServer } from "../../testing/test_server.ts";
import { done, failure, get, opener, put } from "./transfers.ts";
import { getFiles } from "../../lib/client/transfer/get/get_files.ts";

const BYTES = sampleBytes(3_000_000);
const latin1 = new TextDecoder("latin1");

/** A server whose answers wait until the client has sent a text. */
async function silentUntil(text: string) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer());
  await Deno.writeFile(`${server.root}/f`, BYTES);
  let sent = "";
  const look = (piece: Uint8Array) => {
    sent += latin1.decode(piece);
    if (sent.includes(text)) proxy.thaw();
  };
  const proxy: FaultProxy = stack.use(
    await FaultProxy.start(server.url, () => ({
      up: { look },
      down: { freezeAt: 0, oneWay: true },
    })),
  );
  const owned = stack.move();
  return {
    ...{ server, url: proxy.url, target: `${server.dir.path}/f`, sent: () => sent },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

Deno.test("get asks for a new file with its hello, and for nothing else", async () => {
  await using at = await silentUntil('"op":"read"');
  done(await get(at.url, "f", at.target));
  assertEquals(await fileSha256(at.target), sha256(BYTES));
  assertEquals(at.sent().match(/REQU/g)?.length, 1);
});

Deno.test("put begins the upload of one new file with its hello, and asks for nothing else", async () => {
  await using at = await silentUntil('"op":"stage"');
  await Deno.writeFile(at.target, BYTES);
  done(await put(at.url, at.target, "new"));
  assertEquals(await fileSha256(`${at.server.root}/new`), sha256(BYTES));
  assertEquals(at.sent().match(/"op":"\w+"/g), ['"op":"stage"']);
});

Deno.test("put learns with its hello what has the name of its file", async () => {
  await using at = await silentUntil('"op":"stage"');
  await Deno.writeFile(at.target, BYTES);
  await Deno.writeFile(`${at.server.root}/f`, BYTES);
  assertEquals(done(await put(at.url, at.target, "f")).moved, 0);
  assertEquals(at.sent().match(/"op":"\w+"/g)?.slice(0, 2), ['"op":"stage"', '"op":"manifest"']);
  await Deno.writeTextFile(`${at.server.root}/f`, "other");
  assertEquals(failure(await put(at.url, at.target, "f")).code, "conflict");
  const replaced = await put(at.url, at.target, "f", { existing: "overwrite" });
  assertEquals(done(replaced).moved, BYTES.length);
  const renamed = await put(at.url, at.target, "f", { existing: "rename" });
  assertEquals(done(renamed).moved, 0);
  await Deno.mkdir(`${at.server.root}/folder`);
  const folder = failure(await put(at.url, at.target, "folder"));
  assertEquals(folder.message, "Cannot write folder: it is a folder");
});

/** A server whose acknowledgements of blocks wait until the client has sent its commit. */
async function acknowledgesLate(flipAt: readonly number[] = []) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer());
  const local = `${server.dir.path}/f`;
  await Deno.writeFile(local, BYTES);
  const look = (piece: Uint8Array) => {
    if (latin1.decode(piece).includes("COMT")) proxy.thaw();
  };
  // The eight bytes before a type are the length of its frame.
  const freezeAt = (piece: Uint8Array, at: number) => {
    const found = latin1.decode(piece).indexOf("ACKN");
    return found === -1 ? null : at + found - 8;
  };
  const proxy: FaultProxy = stack.use(
    await FaultProxy.start(
      server.url,
      (connection) =>
        connection > 0 ? {} : { up: { look, flipAt }, down: { freezeAt, oneWay: true } },
    ),
  );
  const owned = stack.move();
  return { server, local, url: proxy.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

Deno.test("put sends its commit before blocks are acknowledged", async () => {
  await using at = await acknowledgesLate();
  const sent = done(await put(at.url, at.local, "g"));
  assertEquals(sent.moved, BYTES.length);
  assertEquals(await fileSha256(`${at.server.root}/g`), sha256(BYTES));
});

Deno.test("put sends a block again, alone, that arrived damaged after its commit", async () => {
  await using at = await acknowledgesLate([1_500_000]);
  const ended = await put(at.url, at.local, "g");
  assertEquals(done(ended).moved, BYTES.length + BLOCK_BYTES);
  assertEquals(ended.notices, ["block 1 of g arrived damaged: sending again"]);
  const last = ended.events.findLast((event) => event.kind === "progress");
  assertEquals(last?.kind === "progress" && last.done, BYTES.length);
  assertEquals(await fileSha256(`${at.server.root}/g`), sha256(BYTES));
});

Deno.test("put without resume waits for all acknowledgements, as its blocks are not kept", async () => {
  await using server = await testServer();
  const local = `${server.dir.path}/f`;
  await Deno.writeFile(local, BYTES);
  const flips = { up: { flipAt: [1_500_000] } };
  await using proxy = await FaultProxy.start(server.url, () => flips);
  const ended = await put(proxy.url, local, "g", { resume: false });
  assertEquals(done(ended).moved, BYTES.length + BLOCK_BYTES);
});

Deno.test("get into a stream asks for the file with its hello", async () => {
  await using at = await silentUntil('"op":"read"');
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const request = {
    ...{ names: ["f"], dir: ".", sink: writable, existing: "refuse" as const, times: true },
    ...{ resume: true, recursive: false, transfers: 4 },
  };
  const getting = getFiles(opener(at.url), request, () => {});
  const content = new Uint8Array(await new Response(readable).arrayBuffer());
  await getting;
  assertEquals(sha256(content), sha256(BYTES));
  assertEquals(at.sent().match(/REQU/g)?.length, 1);
});

Deno.test("get asks first about a file of which something is here", async () => {
  await using server = await testServer();
  await Deno.writeFile(`${server.root}/f`, BYTES);
  const target = `${server.dir.path}/f`;
  await Deno.writeFile(target, BYTES);
  let sent = "";
  const look = (piece: Uint8Array) => void (sent += latin1.decode(piece));
  await using proxy = await FaultProxy.start(server.url, () => ({ up: { look } }));
  assertEquals(done(await get(proxy.url, "f", target)).moved, 0);
  assert(!sent.includes('"op":"read"'), sent);
});

Deno.test("get reports a name that cannot be read as if it had asked first", async () => {
  await using server = await testServer();
  await Deno.mkdir(`${server.root}/folder`);
  const target = `${server.dir.path}/f`;
  const folder = failure(await get(server.url, "folder", target));
  assertEquals([folder.code, folder.message], [
    "usage",
    "is a folder: folder (use -r to download it)",
  ]);
  assertEquals(failure(await get(server.url, "missing", target)).code, "not_found");
  assertEquals(failure(await get(server.url, "../f", target)).code, "not_allowed");
});

Deno.test("get that cannot connect reports the same as a server that refuses its hello", async () => {
  await using server = await testServer({ maxConnections: 1 });
  await using _first = await server.connect();
  const refused = failure(await get(server.url, "f", `${server.dir.path}/f`, { retries: 0 }));
  assertEquals(refused.code, "limit");
});
