/**
 * The operations of the model over one connection, as load for a real server.
 *
 * @module
 */

import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { blockDigest, contentDigest, rootOf } from "../../lib/blocks/manifest.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { joined } from "../../testing/bytes.ts";
import { COUNTED_LOGIN } from "../../testing/cluster/counted_cluster.ts";
import { LARGE_BYTES, SMALL_BYTES } from "./commands.ts";

/** A new name each time. */
const newName = (kind: string) => `${kind}-${crypto.randomUUID()}`;

/** Connects without a login, for load whose sessions are opened before it is measured. */
export function connect(url: string): Promise<Remote> {
  return openRemote(parseEndpoint(url), { timeoutMs: 60_000 });
}

/** Connects, logs in, and disconnects. */
export async function logIn(url: string): Promise<void> {
  const login = { kind: "password", ...COUNTED_LOGIN } as const;
  await using remote = await openRemote(parseEndpoint(url), { timeoutMs: 60_000, login });
  await remote.ping();
}

/** Writes small files that are new. @returns The name of the first one. */
export async function putSmall({ files }: Remote, count = 1, folder = ""): Promise<string> {
  const batch = Array.from({ length: count }, () => {
    const bytes = crypto.getRandomValues(new Uint8Array(SMALL_BYTES));
    const path = `${folder}${newName("small")}`;
    return { path, bytes, digest: contentDigest(bytes), mtimeMs: Date.now(), executable: false };
  });
  for (const result of await files.writeMany(batch)) if ("error" in result) throw result.error;
  return batch[0]!.path;
}

/** Writes a large file that is new. @returns Its name. */
export async function putLarge({ files }: Remote): Promise<string> {
  const path = newName("large");
  await using upload = await files.stage(path, { bytes: LARGE_BYTES });
  const digests: Uint8Array[] = [];
  for (let index = 0; index * BLOCK_BYTES < LARGE_BYTES; index++) {
    const bytes = new Uint8Array(BLOCK_BYTES);
    for (let at = 0; at < BLOCK_BYTES; at += 65_536) {
      crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    }
    const digest = blockDigest(bytes);
    digests.push(digest);
    await upload.write({ index, bytes, digest, [Symbol.dispose]() {} });
  }
  const root = rootOf(joined(...digests), LARGE_BYTES);
  await upload.commit({ bytes: LARGE_BYTES, root });
  return path;
}

/** Reads a file as `get` does. */
export async function get({ files }: Remote, path: string): Promise<void> {
  await using reading = await files.read(path);
  for await (using _block of reading.blocks);
}

/** Lists a folder. @param namesOnly Whether only names are needed, as for `ls`. */
export async function list({ files }: Remote, path: string, namesOnly: boolean): Promise<void> {
  await Array.fromAsync(files.list(path, { namesOnly }));
}

/** Takes a lease, and releases it. */
export async function lock({ files }: Remote, path: string): Promise<void> {
  await files.lease(path, { ttlMs: 60_000 });
  await files.release(path);
}
