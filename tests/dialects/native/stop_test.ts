/**
 * A client that stops a request, or disconnects, ends the call to the file service: each call is
 * made to hang until its signal aborts.
 */

import { assertEquals } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { within } from "../../../lib/base/signals.ts";
import { native } from "../../../lib/dialects/native/native.ts";
import { uint32s } from "../../../lib/native/messages.ts";
import type { Files } from "../../../lib/service/files.ts";
import { serveDialect } from "../../../testing/dialect_session.ts";
import { NativePeer } from "../../../testing/network/native_peer.ts";

interface Call {
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}

/** A file service whose calls all hang until their signal aborts. */
function hangingFiles() {
  const called = Promise.withResolvers<Call>();
  const ended = Promise.withResolvers<unknown>();
  const hang = (name: string) => async (...args: readonly unknown[]): Promise<never> => {
    const { signal } = (args.at(-1) ?? {}) as { signal?: AbortSignal };
    called.resolve({ name, signal });
    return await new Promise((_, reject) =>
      signal?.addEventListener("abort", () => {
        ended.resolve(signal.reason);
        reject(signal.reason);
      })
    );
  };
  const hangListing = (name: string) =>
    async function* (...args: readonly unknown[]) {
      yield await hang(name)(...args);
    };
  const calls = ["stat", "manifest", "read", "stage", "writeMany", "sum", "move", "remove"];
  const files = {
    ...Object.fromEntries([...calls, "mkdir", "lease", "release"].map((op) => [op, hang(op)])),
    list: hangListing("list"),
    readMany: hangListing("readMany"),
  };
  return { files: files as unknown as Files, hangListing, called, ended };
}

/** Serves files to a client that has exchanged hellos. */
async function serveNative(files: Files) {
  const session = serveDialect(native, { login: { files } });
  const peer = new NativePeer(session.client);
  await peer.hello();
  assertEquals((await peer.read())?.type, "HELO");
  return { session, peer };
}

const STAGE = { op: "stage", path: "a", precondition: { kind: "any" }, executable: false };
const REQUESTS: readonly ({ readonly op: string } & Record<string, unknown>)[] = [
  { op: "stat", path: "a" },
  { op: "list", path: ".", recursive: false },
  { op: "manifest", path: "a" },
  { op: "read", path: "a" },
  { op: "readMany", paths: ["a"] },
  STAGE,
  { op: "sum", path: "a", algorithm: "sha256" },
  { op: "move", from: "a", to: "b" },
  { op: "remove", path: "a", recursive: false },
  { op: "mkdir", path: "a" },
  { op: "lease", path: "a", ttlMs: 1000 },
  { op: "release", path: "a" },
];

for (const request of REQUESTS) {
  Deno.test(`native ends ${request.op} when the client stops it`, async () => {
    const { files, called, ended } = hangingFiles();
    const { session, peer } = await serveNative(files);
    await using _session = session;
    await peer.request(1, request);
    const call = await within(called.promise, 2000);
    assertEquals(call === "timeout" ? call : call.name, request.op);
    await peer.sendOn(1, "STOP");
    assertEquals(String(await within(ended.promise, 2000)), "FtError: stopped by the client");
  });
}

Deno.test("native ends a running request when the connection is lost", async () => {
  const { files, called, ended } = hangingFiles();
  const { session, peer } = await serveNative(files);
  await using _session = session;
  await peer.request(1, { op: "stat", path: "a" });
  await within(called.promise, 2000);
  const lost = new FtError("network", "the connection is lost");
  session.connection.abort(lost);
  assertEquals(await within(ended.promise, 2000), lost);
});

Deno.test("native ends the list of held blocks when the client stops the upload", async () => {
  const { files, hangListing, called, ended } = hangingFiles();
  const upload = {
    token: "12345678",
    have: hangListing("have"),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const stage = () => Promise.resolve(upload);
  const { session, peer } = await serveNative({ ...files, stage } as unknown as Files);
  await using _session = session;
  await peer.request(1, STAGE);
  await within(called.promise, 2000);
  await peer.sendOn(1, "STOP");
  assertEquals(String(await within(ended.promise, 2000)), "FtError: stopped by the client");
});

Deno.test("native ends writeMany when the client stops it", async () => {
  const { files, called, ended } = hangingFiles();
  const { session, peer } = await serveNative(files);
  await using _session = session;
  await peer.request(1, { op: "writeMany", precondition: { kind: "any" } });
  await peer.next(1, "ITEM");
  await peer.sendOn(1, "PACK", uint32s(0, 2), new TextEncoder().encode("[]"));
  await within(called.promise, 2000);
  await peer.sendOn(1, "STOP");
  assertEquals(String(await within(ended.promise, 2000)), "FtError: stopped by the client");
});
