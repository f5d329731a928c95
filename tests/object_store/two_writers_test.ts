import { assertEquals } from "@std/assert";
import type { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import type { Files, Precondition } from "../../lib/service/files.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { storeTap } from "../../testing/ceph/store_tap.ts";
import { sampleBytes } from "../../testing/content.ts";
import { testServer } from "../../testing/test_server.ts";
import { get, put, text, totalOf } from "../conformance/content.ts";

const shared = sharedCeph();
const LARGE = sampleBytes(9 * BLOCK_BYTES);
const SMALL = text("small");
const OLD = text("old");

/** Starts a server of a bucket. @param before See `storeTap`. */
async function serve(url: string, before?: (request: string) => void | Promise<void>) {
  await using stack = new AsyncDisposableStack();
  const place = parseStoreUrl(url);
  const tap = stack.use(storeTap(place.endpoint, before));
  const bucket = {
    place: { ...place, endpoint: tap.endpoint },
    credentials: CEPH_CREDENTIALS,
  };
  const server = stack.use(await testServer({ bucket }));
  const files = stack.use(await server.connect({ timeoutMs: 60_000 })).files!;
  const owned = stack.move();
  return { files, tap, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Tries to write a file. @returns The code of the error, if there was one. */
async function tried(files: Files, path: string, bytes: Uint8Array, precondition: Precondition) {
  return await put(files, path, bytes, { precondition }).then(
    () => "won",
    ({ code }: FtError) => code,
  );
}

const isCompletion = (request: string) => /^POST \/\w+\/file\?uploadId=/.test(request);
const isPut = (request: string) => /^PUT \/\w+\/file$/.test(request);

for (const kind of ["absent", "root"] as const) {
  const precondition = kind === "absent" ? { kind } : { kind, root: totalOf(OLD).root };
  const seed = async (files: Files, path: string) => {
    if (kind === "root") await put(files, path, OLD);
  };

  Deno.test(
    `a small file that comes between the last look and the last step of a large one loses (${kind})`,
    NEEDS_CEPH,
    async () => {
      const url = await shared.newUrl();
      const reached = Promise.withResolvers<void>();
      const written = Promise.withResolvers<void>();
      await using one = await serve(url, async (request) => {
        if (!isCompletion(request)) return;
        reached.resolve();
        await written.promise;
      });
      const after: string[] = [];
      await using two = await serve(url, (request) => {
        if (isPut(request) || after.length > 0) after.push(request);
        // It has written the file, has listed claims, and sees that one is held.
        if (after.filter((line) => line.includes("claims")).length === 2) written.resolve();
      });
      await seed(one.files, "file");
      const large = tried(one.files, "file", LARGE, precondition);
      await reached.promise;
      const small = tried(two.files, "file", SMALL, precondition);
      assertEquals(await Promise.all([large, small]), ["won", "conflict"]);
      assertEquals(await get(two.files, "file"), LARGE);
    },
  );

  Deno.test(
    `exactly one of a small and a large file gets a name from two servers (${kind})`,
    NEEDS_CEPH,
    async () => {
      const url = await shared.newUrl();
      await using one = await serve(url);
      await using two = await serve(url);
      for (let round = 0; round < 6; round++) {
        const path = `file${round}`;
        await seed(one.files, path);
        const writers = [[one.files, LARGE], [two.files, SMALL], [one.files, SMALL]] as const;
        const results = await Promise.all(
          writers.map(([files, bytes]) => tried(files, path, bytes, precondition)),
        );
        assertEquals(results.toSorted(), ["conflict", "conflict", "won"]);
        assertEquals(await get(two.files, path), writers[results.indexOf("won")]![1]);
      }
    },
  );
}

Deno.test(
  "the files of a batch ask for claims together",
  NEEDS_CEPH,
  async () => {
    await using store = await shared.open();
    const files = Array.from({ length: 50 }, (_, i) => ({
      ...{ path: `f${i}` as never, bytes: text("x"), mtimeMs: 0, executable: false },
    }));
    const before = store.client.counts.requests;
    await store.writeMany(files, false);
    const each = (store.client.counts.requests - before) / files.length;
    assertEquals(each < 3.5, true, `${each} requests for each file`);
  },
);
