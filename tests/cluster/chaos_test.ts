/**
 * Chaos: servers, nodes of NATS and parts of the store are killed in turn while clients put, get,
 * resume, lock and chat. The short form kills one of each kind, that with FT_SLOW=1 all of them.
 */

import { assertEquals } from "@std/assert";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { type Cluster, startCluster } from "../../testing/cluster/cluster.ts";
import { Storm } from "../../testing/cluster/chaos/storm.ts";
import { NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { skipUnless } from "../../testing/skip.ts";

const IS_FULL = Deno.env.get("FT_SLOW") === "1";
const { clients, kills } = IS_FULL ? { clients: 50, kills: 3 } : { clients: 4, kills: 1 };
const NEEDS_ENGINES = NEEDS_CEPH.ignore
  ? NEEDS_CEPH
  : skipUnless(!NEEDS_NATS.ignore, NEEDS_NATS.reason);

/** A way to harm a cluster, and to mend it. */
interface Strike {
  kill(cluster: Cluster, i: number): Promise<void>;
  mend(cluster: Cluster, i: number): Promise<void>;
}

const STRIKES: readonly Strike[] = [
  {
    kill: (cluster, i) => cluster.killServer(i),
    mend: (cluster, i) => cluster.startServer(i),
  },
  {
    kill: ({ ceph }, i) => ceph.killOsd(i),
    async mend({ ceph }, i) {
      ceph.startOsd(i);
      await ceph.allUp();
    },
  },
  {
    kill: ({ nats }, i) => nats.kill(i),
    async mend({ nats }, i) {
      nats.startServer(i);
      await nats.current(i);
    },
  },
];

Deno.test({
  name: `chaos: ${clients} clients lose nothing while one process after the other is killed`,
  ...NEEDS_ENGINES,
  timeout: (IS_FULL ? 40 : 10) * 60_000,
  async fn() {
    await using cluster = await startCluster();
    await using storm = await Storm.start(cluster, { clients, seed: 1 });
    await storm.progress(1);
    for (const { kill, mend } of STRIKES) {
      for (let i = 0; i < kills; i++) {
        await kill(cluster, i);
        await storm.progress(1);
        await mend(cluster, i);
      }
    }
    await storm.finish();
    console.log(storm.ledger.summary());
    assertEquals(storm.ledger.wrong, []);
    assertEquals(await storm.strays(), []);
  },
});
