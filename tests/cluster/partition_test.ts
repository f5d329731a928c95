/**
 * A server that is cut off from the bus of its cluster, without being told.
 */

import { assert, assertEquals } from "@std/assert";
import { hasCode } from "../../lib/base/errors.ts";
import { asFtError } from "../../lib/base/os_errors.ts";
import { Client } from "../../lib/client/client.ts";
import { opener } from "../../testing/cluster/chaos/storm_client.ts";
import { type Cluster, startCluster } from "../../testing/cluster/cluster.ts";
import type { Lease } from "../../lib/service/files.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { Gate } from "../../testing/network/gate.ts";
import { skipUnless } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { until } from "../../testing/until.ts";

const NEEDS_ENGINES = NEEDS_CEPH.ignore
  ? NEEDS_CEPH
  : skipUnless(!NEEDS_NATS.ignore, NEEDS_NATS.reason);
const LEASE_MS = 12_000;
/** The bound on when a lease moves after its end, as docs/OPERATIONS.md states it. */
const MOVES_MS = 2_000;
/** The clocks of servers agree as well as their first look at the clock of the bus was fast. */
const CLOCK_TOLERANCE_MS = 500;

/** A cluster of two servers, and the gates between the first one and the nodes of the bus. */
async function scene() {
  const stack = new AsyncDisposableStack();
  const gates: Gate[] = [];
  const cluster = stack.use(
    await startCluster({
      ...{ servers: 2, osds: 1 },
      // Clients would find their way around the gates.
      nodeArgs: ["--no_advertise"],
      busOf: (url, server) =>
        server === 1 ? url : url.replaceAll(/:(\d+)/g, (_, port) => {
          const gate = stack.use(new Gate(Number(port)));
          gates.push(gate);
          return `:${gate.port}`;
        }),
    }),
  );
  const clientOf = (server: number) => {
    const identity = crypto.randomUUID();
    const open = opener(cluster.servers[server]!.url, identity);
    return stack.use(new Client(open, { retries: 0, identity }));
  };
  const clients = [clientOf(0), clientOf(1)] as const;
  const local = stack.use(await tempDir()).join("local");
  return { cluster, gates, clients, local, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function health({ servers }: Cluster): Promise<string> {
  const [, metrics] = /metrics=(\S+)/.exec(servers[0]!.log)!;
  const answer = await fetch(`${metrics}/healthz`);
  return `${answer.status} ${await answer.text()}`;
}

const lease = async (client: Client) =>
  await (await client.remote()).files.lease("f", { ttlMs: LEASE_MS });

/** Asks for the lease until it is granted. @returns It, and how long the last attempts took. */
async function takeOver(client: Client): Promise<{ next: Lease; busyMs: number }> {
  let [before, last] = [0, 0];
  for (;;) {
    const askedMs = performance.now();
    const answer = await lease(client).catch((error) => {
      assert(hasCode(error, "conflict"), String(error));
    });
    [before, last] = [last, performance.now() - askedMs];
    if (answer) return { next: answer, busyMs: before + last };
  }
}

/** Does it, and returns `done`, or the code of the error. */
async function ends(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (thrown) {
    const error = asFtError(thrown);
    return `${error.code}${error.retryable ? ", retryable" : ""}`;
  }
}

Deno.test({
  name:
    "a partitioned server reads, refuses to write and lock, says so, and heals; a lease has one holder",
  ...NEEDS_ENGINES,
  timeout: 8 * 60_000,
  async fn() {
    await using at = await scene();
    const { cluster, gates, clients: [cutOff, other], local } = at;
    const replace = { existing: "overwrite" } as const;
    let written = 0;
    const write = async (client: Client) => {
      await Deno.writeTextFile(local, `version ${++written}`);
      await client.put(local, "f", replace);
    };
    await write(cutOff);
    const { expiresAtMs } = await lease(cutOff);
    await write(cutOff);
    for (const gate of gates) gate.shut();
    const moved = takeOver(other);
    const last = written;
    assertEquals(await other.get("f").text(), `version ${last}`);
    assertEquals(await ends(write(cutOff)), "network, retryable");
    assertEquals(await ends(lease(cutOff)), "network, retryable");
    assertEquals(await cutOff.get("f").text(), `version ${last}`);
    await until(async () => /^200[^]*lost its cluster/.test(await health(cluster)));
    const { next, busyMs } = await moved;
    // Both times are those of the bus.
    const lateMs = next.expiresAtMs - LEASE_MS - expiresAtMs;
    assert(lateMs > -CLOCK_TOLERANCE_MS && lateMs < MOVES_MS + busyMs, `${lateMs} ms`);
    assertEquals(await ends(write(cutOff)), "network, retryable");
    await write(other);
    assertEquals(await cutOff.get("f").text(), `version ${written}`);
    for (const gate of gates) gate.open();
    await until(async () => !(await health(cluster)).includes("lost its cluster"));
    // As long as the other client has the lease, it is refused.
    await until(async () => await ends(write(cutOff)) === "done");
    assertEquals(await other.get("f").text(), `version ${written}`);
  },
});
