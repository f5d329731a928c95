/**
 * Files around 4 GiB, where 32-bit numbers overflow. They take minutes, so they need `FT_SLOW=1`.
 */

import { assertEquals } from "@std/assert";
import { System } from "../../testing/programs/system.ts";
import { NEEDS_SLOW } from "../../testing/skip.ts";

const GiB = 1024 ** 3;

/** A sparse file of zeros, with marks at the offsets that a truncated number would confuse. */
async function sparse(path: string, bytes: number): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  await file.truncate(bytes);
  for (const at of [0, 4 * GiB - 2, bytes - 1]) {
    if (at >= bytes) continue;
    await file.seek(at, Deno.SeekMode.Start);
    await file.write(new Uint8Array([at % 251 + 1]));
  }
}

for (const bytes of [4 * GiB - 1, 4 * GiB, 4 * GiB + 1]) {
  Deno.test({
    name: `a sparse file of 4 GiB ${bytes - 4 * GiB} is transferred in both directions`,
    ...NEEDS_SLOW,
    timeout: 1_800_000,
    async fn() {
      await using system = await System.start();
      await sparse(system.at("big"), bytes);
      const put = await system.client(["put", "-z", "big", "--json"], { timeoutMs: 600_000 });
      assertEquals(put.code, 0, put.stderr);
      const sent = JSON.parse(put.stdout);
      assertEquals(sent.bytes, bytes);
      assertEquals((await Deno.stat(system.served("big"))).size, bytes);
      await Deno.remove(system.at("big"));
      const get = await system.client(["get", "-z", "big", "--json"], { timeoutMs: 600_000 });
      assertEquals(get.code, 0, get.stderr);
      assertEquals(JSON.parse(get.stdout).root, sent.root);
      using file = await Deno.open(system.at("big"));
      for (const at of [0, 4 * GiB - 2, bytes - 1]) {
        await file.seek(at, Deno.SeekMode.Start);
        const byte = new Uint8Array(1);
        await file.read(byte);
        assertEquals(byte[0], at % 251 + 1, `byte ${at}`);
      }
    },
  });
}
