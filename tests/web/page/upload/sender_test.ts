/**
 * One upload of the page against a real server, through connections that fail.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../../../lib/auth/auth_database.ts";
import { Users } from "../../../../lib/auth/users.ts";
import { ApiError } from "../../../../lib/web/page/api.ts";
import { digestPieces } from "../../../../lib/web/page/upload/digest_pieces.ts";
import type { Item, ItemChange } from "../../../../lib/web/page/upload/item.ts";
import { Sender, type SenderParts, TakenError } from "../../../../lib/web/page/upload/sender.ts";
import type { Sending, Transport } from "../../../../lib/web/page/upload/transport.ts";
import { Tus } from "../../../../lib/web/page/upload/tus.ts";
import { sampleBytes } from "../../../../testing/content.ts";
import { type WebServer, webServer } from "../../../../testing/web_server.ts";

const MiB = 2 ** 20;
const LARGE = sampleBytes(9 * MiB + 11);
const SMALL = sampleBytes(100_000);

/** Sends requests as a browser does. */
function transportTo(server: WebServer, headers: Readonly<Record<string, string>> = {}): Transport {
  return async ({ method, url, headers: more, body, onProgress, signal }) => {
    const init = { method, headers: { ...more, ...headers }, body: body ?? null, signal };
    let response: Response;
    try {
      response = await server.fetch(url, init);
    } catch (error) {
      throw signal.aborted ? error : new ApiError(0, "network", String(error));
    }
    onProgress?.(body?.size ?? 0);
    const text = await response.text();
    return { status: response.status, header: (name) => response.headers.get(name), text };
  };
}

/** An upload of content, its requests, and the changes that it reports. */
function upload(server: WebServer, content: Uint8Array<ArrayBuffer>, more: Partial<Item> = {}) {
  const file = new File([content], "a.bin", { lastModified: 1_700_000_000_123 });
  const item: Item = {
    ...{ id: "1", base: "/files/", path: "d/a.bin", bytes: file.size, state: "waiting", sent: 0 },
    ...{ lastModified: file.lastModified, existing: "refuse", ...more },
  };
  const changes: ItemChange[] = [];
  const requests: string[] = [];
  return {
    ...{ item, file, changes, requests },
    states: () => changes.flatMap(({ state }) => state ?? []),
    url: () => changes.findLast(({ url }) => url !== undefined)?.url,
    /** Sends it through a transport. */
    send(
      transport: Transport,
      { parts = {}, signal = new AbortController().signal }: {
        readonly parts?: Partial<SenderParts>;
        readonly signal?: AbortSignal;
      } = {},
    ): Promise<void> {
      const watched: Transport = (sending) => {
        requests.push(sending.method);
        return transport(sending);
      };
      const all: SenderParts = {
        ...{ tus: new Tus(watched), pieces: (blob, piece) => digestPieces(blob, piece) },
        ...{ wait: () => Promise.resolve(), now: () => performance.now() },
        ...{ user: () => Promise.resolve("anonymous"), ...parts },
      };
      return new Sender(all, item, file, (change) => changes.push(change), signal).send();
    },
    onDisk: (name = "d/a.bin") => Deno.readFile(join(server.root, name)),
  };
}

Deno.test("a small file takes one request, and keeps its time", async () => {
  await using server = await webServer();
  for (const content of [SMALL, new Uint8Array()]) {
    const { send, requests, onDisk } = upload(server, content, { path: `d/${content.length}` });
    await send(transportTo(server));
    assertEquals(requests, ["POST"]);
    assertEquals(await onDisk(`d/${content.length}`), content);
    const { mtime } = await Deno.stat(join(server.root, "d", `${content.length}`));
    assertEquals(mtime?.getTime(), 1_700_000_000_123);
  }
});

Deno.test("a large file is sent in parts that end at blocks", async () => {
  await using server = await webServer();
  const { send, requests, changes, onDisk } = upload(server, LARGE);
  await send(transportTo(server));
  assertEquals(await onDisk(), LARGE);
  assertEquals(requests.slice(0, 3), ["POST", "HEAD", "PATCH"]);
  const sent = changes.flatMap(({ sent }) => sent ?? []);
  assertEquals(sent, sent.toSorted((a, b) => a - b));
  assertEquals(sent.at(-1), LARGE.length);
});

/** Cuts each request once: before it is sent, in its body, or before its answer arrives. */
function cutting(transport: Transport, how: "before" | "body" | "answer"): Transport {
  const cut = new Set<string>();
  return async (sending: Sending) => {
    const key = `${sending.method} ${sending.headers["upload-offset"]}`;
    if (cut.has(key)) return await transport(sending);
    cut.add(key);
    const lost = new ApiError(0, "network", "cut");
    if (how === "before") throw lost;
    if (how === "body" && sending.body !== undefined && sending.body.size > MiB) {
      // The server sees a part that ends in the middle of a block.
      const body = sending.body.slice(0, MiB + 1000);
      const { "upload-root": _, ...headers } = sending.headers;
      await transport({ ...sending, body, headers });
      throw lost;
    }
    const answer = await transport(sending);
    if (how === "answer") throw lost;
    return answer;
  };
}

for (const how of ["before", "body", "answer"] as const) {
  Deno.test(`an upload goes on although each request is cut once: ${how}`, async () => {
    await using server = await webServer();
    for (const content of [SMALL, LARGE]) {
      const { send, states, onDisk } = upload(server, content, { path: `d/${content.length}` });
      await send(cutting(transportTo(server), how));
      assertEquals(await onDisk(`d/${content.length}`), content);
      if (how !== "body") assert(states().includes("offline"));
    }
  });
}

Deno.test("an upload goes on after a restart of the server, and sends only what is missing", async () => {
  await using server = await webServer();
  const { send, requests, states, onDisk } = upload(server, LARGE);
  let parts = 0;
  const offsets: number[] = [];
  await send(async (sending) => {
    if (sending.method === "PATCH") {
      if (++parts === 2) await server.restart();
      offsets.push(Number(sending.headers["upload-offset"]));
    }
    return await transportTo(server)(sending);
  });
  assertEquals(await onDisk(), LARGE);
  assertEquals(new Set(offsets).size, offsets.length, `${offsets}`);
  assertEquals(requests.filter((method) => method === "POST").length, 1);
  assert(states().length > 0);
});

Deno.test("an upload of an earlier visit is compared with its file, and then completed", async () => {
  await using server = await webServer();
  const first = upload(server, LARGE);
  const end = new AbortController();
  const stopped = first.send((sending) => {
    if (sending.headers["upload-offset"] === `${4 * MiB}`) end.abort();
    return transportTo(server)(sending);
  }, { signal: end.signal });
  await assertRejects(() => stopped);
  const next = upload(server, LARGE, { url: first.url() });
  await next.send(transportTo(server));
  assertEquals(next.states().slice(0, 2), ["checking", "sending"]);
  assertEquals(next.requests[0], "HEAD");
  assertEquals(await next.onDisk(), LARGE);
  // Now with a file that was changed in what had been sent.
  const again = upload(server, LARGE, { path: "e" });
  const stop = new AbortController();
  await assertRejects(() =>
    again.send((sending) => {
      if (sending.headers["upload-offset"] === `${4 * MiB}`) stop.abort();
      return transportTo(server)(sending);
    }, { signal: stop.signal })
  );
  const changed = LARGE.slice();
  changed[5]! ^= 1;
  const other = upload(server, changed, { path: "e", url: again.url() });
  const error = await assertRejects(() => other.send(transportTo(server)), ApiError);
  assertEquals([error.status, error.code], [422, "integrity"]);
  await assertRejects(() => Deno.stat(join(server.root, "e")), Deno.errors.NotFound);
});

Deno.test("damage on the way is noticed, and the block is sent again", async () => {
  await using server = await webServer();
  const { send, requests, onDisk } = upload(server, LARGE);
  let damaged = 0;
  await send(async (sending) => {
    if (sending.method !== "PATCH" || damaged++ > 0) return await transportTo(server)(sending);
    const bytes = new Uint8Array(await sending.body!.arrayBuffer());
    bytes[2 * MiB + 7]! ^= 1;
    return await transportTo(server)({ ...sending, body: new Blob([bytes]) });
  });
  assertEquals(await onDisk(), LARGE);
  assert(requests.filter((method) => method === "HEAD").length >= 2);
});

Deno.test("a name that is taken is asked about with its version, and never replaced unseen", async () => {
  await using server = await webServer();
  await Deno.mkdir(join(server.root, "d"));
  const path = join(server.root, "d/a.bin");
  for (const content of [SMALL, LARGE]) {
    await Deno.writeTextFile(path, "theirs");
    const refused = upload(server, content);
    const { taken } = await assertRejects(() => refused.send(transportTo(server)), TakenError);
    assertEquals([taken?.type, taken?.bytes], ["file", 6]);
    // Another user is faster than the answer.
    await Deno.writeTextFile(path, "theirs, newer");
    const seen = upload(server, content, { existing: { replace: taken! } });
    const error = await assertRejects(() => seen.send(transportTo(server)), TakenError);
    assertEquals([error.taken?.bytes, await Deno.readTextFile(path)], [13, "theirs, newer"]);
    const replaced = upload(server, content, { existing: { replace: error.taken! } });
    await replaced.send(transportTo(server));
    assertEquals(await replaced.onDisk(), content);
    const both = upload(server, content.slice(1), { existing: "rename" });
    await both.send(transportTo(server));
    assertEquals(await both.onDisk("d/a (1).bin"), content.slice(1));
    await Deno.remove(join(server.root, "d/a (1).bin"));
  }
});

Deno.test("a file that is replaced by others while it is sent is not lost", async () => {
  await using server = await webServer();
  await Deno.mkdir(join(server.root, "d"));
  const path = join(server.root, "d/a.bin");
  await Deno.writeTextFile(path, "seen");
  const tus = new Tus(transportTo(server));
  const { item } = upload(server, LARGE);
  const seen = await tus.version(item, new AbortController().signal);
  const { send } = upload(server, LARGE, { existing: { replace: seen! } });
  const sending = send(async (sending) => {
    const last = sending.headers["upload-root"] !== undefined;
    if (last) await Deno.writeTextFile(path, "newer version");
    return await transportTo(server)(sending);
  });
  const error = await assertRejects(() => sending, TakenError);
  assertEquals([error.taken?.bytes, await Deno.readTextFile(path)], [13, "newer version"]);
});

Deno.test("the answer to a small file may be lost: it is not in its own way", async () => {
  await using server = await webServer();
  const { send, requests, onDisk } = upload(server, SMALL);
  let posts = 0;
  await send(async (sending) => {
    const answer = await transportTo(server)(sending);
    if (sending.method === "POST" && ++posts === 1) throw new ApiError(0, "network", "cut");
    return answer;
  });
  assertEquals(requests, ["POST", "POST", "HEAD"]);
  assertEquals(await onDisk(), SMALL);
});

Deno.test("an upload ends after many attempts, not before, and says why", async () => {
  await using server = await webServer();
  const waits: number[] = [];
  const { send, requests } = upload(server, SMALL);
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  const offline: Transport = () => Promise.reject(new ApiError(0, "network", "offline"));
  const error = await assertRejects(() => send(offline, { parts: { wait } }), ApiError);
  assertEquals([error.code, requests.length, waits.length], ["network", 21, 20]);
  assert(waits.every((ms) => ms <= 30_000) && waits.reduce((a, b) => a + b) > 120_000);
});

Deno.test("an upload of a user is not continued as another one", async () => {
  await using server = await webServer();
  const url = "/uploads/nothing-with-this-id";
  const users = [["ana", "anonymous"], ["anonymous", "anonymous"]] as const;
  for (const [first, again] of users) {
    const user = (_: unknown, asked: boolean) => Promise.resolve(asked ? again : first);
    const { send } = upload(server, LARGE, { user: "ana", url });
    const sending = send(transportTo(server), { parts: { user } });
    const error = await assertRejects(() => sending, ApiError);
    assertEquals([error.code, error.message], ["other_user", "ana"]);
  }
  const expired = upload(server, LARGE, { user: "anonymous", url });
  await expired.send(transportTo(server));
  assertEquals(await expired.onDisk(), LARGE, "one that has expired begins again");
});

Deno.test("a share link uploads with its token, and a refusal is no reason to try again", async () => {
  await using server = await webServer({ anonymous: "none" });
  using database: DatabaseSync = openAuthDatabase(server.state);
  await new Users(database).add("ana", "write", "secret word");
  const headers = {
    authorization: `Basic ${btoa("ana:secret word")}`,
    "content-type": "application/json",
  };
  await Deno.mkdir(join(server.root, "d"));
  const body = JSON.stringify({ path: "d", write: true });
  const link = await server.fetch("/shares", { method: "POST", headers, body });
  const base = new URL((await link.json()).url).pathname.replace(/d\/$/, "");
  const shared = upload(server, LARGE, { base });
  await shared.send(transportTo(server));
  assertEquals(await shared.onDisk(), LARGE);
  const refused = upload(server, SMALL, { path: "x" });
  const error = await assertRejects(() => refused.send(transportTo(server)), ApiError);
  assertEquals([error.status, error.code, refused.requests], [401, "not_allowed", ["POST"]]);
});
