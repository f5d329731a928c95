import { assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { BatchRun } from "../../../lib/client/transfer/batch_run.ts";
import { testServer } from "../../../testing/test_server.ts";

const OPTIONS = { existing: "refuse", times: true, resume: true, transfers: 2 } as const;

/** Runs as many transfers as there are sizes. @returns How many were under way at once, at most. */
async function mostAtOnce(url: string, sizes: readonly number[]): Promise<number> {
  const open = () => openRemote(parseEndpoint(url), { timeoutMs: 10_000 });
  await using run = new BatchRun("put", open, OPTIONS, () => {}, undefined);
  let [running, most] = [0, 0];
  const jobs = sizes.map((bytes, i) => ({ name: `f${i}`, bytes }));
  await run.each(jobs, async (_transfers, { name, bytes }) => {
    most = Math.max(most, ++running);
    // All that may begin have begun by then.
    await new Promise((resolve) => setTimeout(resolve, 20));
    running--;
    const facts = { bytes, moved: bytes, root: "", seconds: 0, verified: "blocks" } as const;
    return { op: "put", name, path: name, ...facts };
  });
  assertEquals(run.outcome.done.length, sizes.length);
  return most;
}

const times = (count: number, bytes: number) => Array.from({ length: count }, () => bytes);

Deno.test("BatchRun.each has more files of a single block under way than larger ones", async () => {
  await using server = await testServer();
  assertEquals(await mostAtOnce(server.url, times(20, BLOCK_BYTES + 1)), 2);
  assertEquals(await mostAtOnce(server.url, times(20, BLOCK_BYTES)), 8);
  assertEquals(await mostAtOnce(server.url, [...times(2, 2 * BLOCK_BYTES), ...times(20, 1)]), 8);
  const line = server.url.replace("ft:", "ft+line:");
  assertEquals(await mostAtOnce(line, times(20, 1)), 2, "each has a connection of its own");
});
