/**
 * A server over an object store, beside `curl` against the same store.
 *
 * @module
 */

import { join } from "node:path";
import { OBJECT_PART_BYTES } from "../../lib/base/limits.ts";
import { forEachBounded } from "../../lib/base/pipeline.ts";
import { compareFiles } from "../../testing/files/same_files.ts";
import { peakMiB } from "../../testing/programs/peak_memory.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { type Bench, emptyFolder, type Outcome, removeAll, type Row, runClient } from "../bench.ts";
import { compare, versus } from "../compare.ts";
import { writeRandomFile } from "../inputs.ts";
import { type ObjectStoreRival, STORE_KEYS } from "../rivals/object_store.ts";

const MIB = 1024 * 1024;
/** The store has 8 GiB, and removes replaced objects only after a while. */
const MOST_BYTES = 256 * MIB;
const PUTS_AT_ONCE = 8;
/** Bytes of each of them. */
const PUT_BYTES = 64 * MIB;
const MOST_LIST_MS = 1500;
/** Objects that are created at once. */
const CREATED_AT_ONCE = 32;

/** A server over the store, and a file to transfer. */
interface Served {
  readonly bench: Bench;
  readonly store: ObjectStoreRival;
  readonly server: ServerProcess;
  readonly source: string;
}

/** Returns a row that needs the store, and says so where it is not installed. */
function withStore(
  name: string,
  mostBytes: number,
  measure: (served: Served) => Promise<Outcome[]>,
): Row {
  return {
    name,
    async measure(bench) {
      const store = await bench.rivals.objectStore();
      if (store === undefined) {
        return [{ work: name, ours: "skipped", rival: "missing: ceph", value: undefined }];
      }
      const dir = await emptyFolder(join(bench.dir, name));
      const source = join(dir, "source");
      await writeRandomFile(source, Math.min(bench.bytes, mostBytes));
      await using server = await ServerProcess.start({
        ...{ program: bench.serverProgram, state: await emptyFolder(join(dir, "state")) },
        ...{ args: ["--store", store.url], env: STORE_KEYS },
      });
      return await measure({ bench, store, server, source });
    },
  };
}

/** Runs our client against the server. */
function client({ bench, server }: Served, ...args: string[]) {
  return runClient(bench, ...args, "--host", server.url);
}

/** The same object, through the server and from the store. */
export const storeGet: Row = withStore("store-get", MOST_BYTES, async (served) => {
  const { bench, store, source } = served;
  await client(served, "put", source, "--as", "get/file");
  const targets = { ours: `${source}.ours`, curl: `${source}.curl` };
  const ours = {
    name: "ftclient",
    run: () => client(served, "get", "get/file", "-o", targets.ours, "--overwrite"),
    verify: () => compareFiles("file", source, targets.ours),
    // What is equal would not be transferred.
    clean: () => removeAll(targets.ours),
  };
  return await compare(bench, "get from a store", ours, [
    await versus("curl", store, (store) => ({
      name: "curl",
      run: () => store.get("get/file", targets.curl),
      verify: () => compareFiles("file", source, targets.curl),
    }), { bar: 1 / 0.8 }),
  ]);
});

/** Splits a file into files of the size that parts have. @returns Their paths. */
async function splitFile(source: string): Promise<string[]> {
  using file = await Deno.open(source);
  const { size } = await file.stat();
  const paths: string[] = [];
  for (let at = 0; at < size; at += OBJECT_PART_BYTES) {
    const part = new Uint8Array(Math.min(OBJECT_PART_BYTES, size - at));
    for (let done = 0; done < part.length;) done += (await file.read(part.subarray(done)))!;
    const path = `${source}.part${paths.length + 1}`;
    await Deno.writeFile(path, part);
    paths.push(path);
  }
  return paths;
}

/** Through the server in parts; to the store in one request, and in parts of the same size. */
export const storePut: Row = withStore("store-put", MOST_BYTES, async (served) => {
  const { bench, store, source } = served;
  const parts = await splitFile(source);
  const verify = (key: string) => async () => {
    await store.get(key, `${source}.back`);
    await compareFiles("file", source, `${source}.back`);
  };
  const ours = {
    name: "ftclient",
    run: () => client(served, "put", source, "--as", "put/ours", "--overwrite"),
    verify: verify("put/ours"),
    clean: () => client(served, "rm", "put/ours"),
  };
  return await compare(bench, "put to a store", ours, [
    await versus("curl", store, (store) => ({
      ...{ name: "curl", run: () => store.put(source, "put/curl"), verify: verify("put/curl") },
    }), { bar: 1 / 0.7 }),
    await versus("curl, in parts", store, (store) => ({
      name: "curl, in parts",
      run: () => store.putParts(parts, "put/parts"),
      verify: verify("put/parts"),
    })),
  ]);
});

/** Names without facts, which listings of S3 have. */
export const storeList: Row = withStore("store-list", MIB, async (served) => {
  const { bench, store } = served;
  const names = Array.from({ length: bench.files }, (_, i) => `names/${100_000 + i}`);
  await forEachBounded(names, CREATED_AT_ONCE, async (key) => {
    await store.client.head({ method: "PUT", key, body: "x" });
  });
  const ours = { name: "ftclient", run: () => listed(served, names.length) };
  const outcomes = await compare(bench, `ls of ${names.length} names in a store`, ours, [
    await versus("curl", store, (store) => ({ name: "curl", run: () => store.list("names") })),
  ]);
  const started = performance.now();
  await listed(served, names.length);
  const value = performance.now() - started;
  const work = `ls of ${names.length} names in a store, the whole command`;
  const bar = { bar: MOST_LIST_MS, unit: "ms" } as const;
  return [...outcomes, { work, ours: `${value.toFixed(0)} ms`, rival: "-", value, ...bar }];
});

async function listed(served: Served, count: number): Promise<void> {
  const { stdout } = await client(served, "ls", "names");
  const found = stdout.match(/^\S*\d{6}$/gm)?.length;
  if (found !== count) throw new Error(`ftclient listed ${found} of ${count} names`);
}

/** A new server while more arrives than the store takes. */
export const storeMemory: Row = withStore("store-memory", PUT_BYTES, async (served) => {
  if (Deno.build.os !== "linux") return [];
  const { server, source } = served;
  await Promise.all(
    Array.from(
      { length: PUTS_AT_ONCE },
      (_, i) => client(served, "put", source, "--as", `memory/${i}`),
    ),
  );
  const value = await peakMiB(server.pid) ?? NaN;
  const work = `memory of the server, ${PUTS_AT_ONCE} puts at once to a store`;
  return [{ work, ours: `${value.toFixed(0)} MiB`, rival: "-", value, bar: 250, unit: "MiB" }];
});
