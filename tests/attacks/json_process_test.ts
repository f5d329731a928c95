/**
 * Attacks with the largest `json` messages on the memory of a server process.
 *
 * @module
 */

import { assertEquals, assertLess } from "@std/assert";
import { within } from "../../lib/base/signals.ts";
import { MAX_JSON_BYTES } from "../../lib/base/limits.ts";
import { lengthAnd, rawPeer } from "../../testing/network/raw_peer.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { NEEDS_LINUX } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const MiB = 1024 * 1024;
const CONNECTIONS = 4;
/** The longest that one connection sends, and waits for the answer, in milliseconds. */
const SENDING_MS = 10_000;

/** The most memory that a process has used so far, in bytes. */
async function peakBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const { size } = /^VmHWM:\s*(?<size>\d+) kB$/m.exec(status)?.groups ??
    /^VmRSS:\s*(?<size>\d+) kB$/m.exec(status)!.groups!;
  return Number(size) * 1024;
}

/** A message of the maximum size: `before`, then `unit` as often as fits, then `after`. */
function largest(before: string, unit: string, after: string): Uint8Array<ArrayBuffer> {
  const count = Math.floor((MAX_JSON_BYTES - before.length - after.length) / unit.length);
  return lengthAnd(before + unit.repeat(count) + after);
}

const GET = '{"command":"get","fileName":"big.txt"';
const HALF = MAX_JSON_BYTES / 2 - 100;

/** Messages of each connection, and the memory that the server may take for all, in bytes. */
const ATTACKS = {
  "nested arrays": {
    messageOf: () => largest(`${GET},"a":${"[".repeat(HALF)}`, "]", "}"),
    most: 96 * MiB,
  },
  "empty objects": { messageOf: () => largest(`${GET},"a":[`, "{},", "{}]}"), most: 96 * MiB },
  "many fields": { messageOf: () => largest(GET, ',"a":""', "}"), most: 96 * MiB },
  "uploads": {
    messageOf: (i: number) =>
      largest(`{"command":"put","fileName":"${i}","fileContent":"`, "a", '"}'),
    most: 512 * MiB,
  },
  "answers that are not read": { messageOf: () => lengthAnd(`${GET}}`), most: 512 * MiB },
};

/** Sends a message and reads the first bytes of the answer. Disposing disconnects. */
async function attack(port: number, message: Uint8Array): Promise<AsyncDisposable> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const sent = (async () => {
    for (let at = 0; at < message.length;) at += await conn.write(message.subarray(at, at + MiB));
  })();
  const answered = conn.read(new Uint8Array(8));
  // What the server refuses is read for a while only, and may be reset.
  await Promise.allSettled([within(sent, SENDING_MS), within(answered, SENDING_MS)]);
  return {
    async [Symbol.asyncDispose]() {
      conn.close();
      await Promise.allSettled([sent, answered]);
    },
  };
}

for (const anonymous of ["none", "write"]) {
  for (const [what, { messageOf, most }] of Object.entries(ATTACKS)) {
    if (anonymous === "none" && most > 96 * MiB) continue;
    const name = `json-parse-amplification-before-rights: a process, ${what}, ${anonymous}`;
    Deno.test(name, NEEDS_LINUX, async () => {
      await using dir = await tempDir();
      await Deno.mkdir(dir.join("root"));
      await Deno.writeTextFile(dir.join("root/big.txt"), "x".repeat(MAX_JSON_BYTES - 64));
      await Deno.writeTextFile(dir.join("root/small.txt"), "small");
      await using server = await ServerProcess.start({
        root: dir.join("root"),
        state: dir.join("state"),
        listen: "ft+json://127.0.0.1:0",
        args: ["--anonymous", anonymous],
      });
      const port = Number(server.url.split(":").at(-1));
      const before = await peakBytes(server.pid);
      await using stack = new AsyncDisposableStack();
      const attacks = Array.from({ length: CONNECTIONS }, (_, i) => attack(port, messageOf(i)));
      for (const attacker of await Promise.all(attacks)) stack.use(attacker);
      using other = await rawPeer(server.url);
      await other.say(lengthAnd('{"command":"get","fileName":"small.txt"}'));
      const head = await other.reader.readExactly(4);
      const length = new DataView(head.slice().buffer).getUint32(0);
      const { status } = JSON.parse(await other.text(length));
      assertEquals(status, anonymous === "none" ? "Fail" : "Success");
      const grown = await peakBytes(server.pid) - before;
      assertLess(grown, most);
    });
  }
}
