/**
 * A whole cluster of real processes: servers over one bucket of a Ceph, and the nodes of NATS that
 * they share.
 *
 * @module
 */

import { S3Client } from "../../lib/object_store/s3_client.ts";
import type { StorePlace } from "../../lib/object_store/store_url.ts";
import { type Ceph, startCeph } from "../ceph/ceph.ts";
import { CEPH_CREDENTIALS } from "../ceph/ceph_store.ts";
import { closedPort } from "../network/closed_port.ts";
import { ServerProcess } from "../programs/server_process.ts";
import { tempDir } from "../temp_dir.ts";
import { Nats } from "./nats.ts";

/** How many there are of each, and how they reach each other. */
export interface ClusterOptions {
  /** @default {3} */
  readonly servers?: number;
  /** @default {3} */
  readonly nodes?: number;
  /** @default {3} */
  readonly osds?: number;
  /** More arguments of each node. @default none */
  readonly nodeArgs?: readonly string[];
  /** Returns the address of the bus for a server. @default the bus itself */
  readonly busOf?: (url: string, server: number) => string;
}

const [BUCKET, REGION] = ["files", "us-east-1"];

/** A running cluster. Disposing it stops exactly its own processes, and removes its folders. */
export interface Cluster extends AsyncDisposable {
  readonly ceph: Ceph;
  readonly nats: Nats;
  /** The servers, in the order of their addresses; the entry of a killed one is that of its last run. */
  readonly servers: readonly ServerProcess[];
  /** The addresses of all servers as for `--host`, with those from a number on first. */
  hosts(first?: number): string;
  /** Kills a server, as a power cut would. */
  killServer(i: number): Promise<void>;
  /** When servers were killed, in milliseconds since 1970. */
  readonly killedMs: readonly number[];
  /** Starts a killed server at its address, with its state. */
  startServer(i: number): Promise<void>;
  /** A client of the bucket that passes by the servers. */
  readonly store: S3Client;
}

/** Starts a cluster: `await using cluster = await startCluster()`. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { servers: count = 3, nodes = 3, osds = 3 } = options;
  const { nodeArgs = [], busOf = (url) => url } = options;
  await using stack = new AsyncDisposableStack();
  const { join } = stack.use(await tempDir());
  const engines = [startCeph({ osds }), Nats.start(nodes, nodeArgs)] as const;
  for (const engine of engines) {
    stack.defer(async () => await (await engine)[Symbol.asyncDispose]());
  }
  const [ceph, nats] = await Promise.all(engines);
  const place: StorePlace = {
    ...{ endpoint: ceph.endpoint, bucket: BUCKET, prefix: "", region: REGION },
  };
  const store = new S3Client(place, CEPH_CREDENTIALS);
  await store.head({ method: "PUT" });
  const ports = Array.from({ length: count }, closedPort);
  const { accessKey, secretKey } = CEPH_CREDENTIALS;
  const start = (i: number) =>
    ServerProcess.start({
      state: join(`server${i}`),
      listen: `ft://127.0.0.1:${ports[i]}`,
      env: { FTSERVER_S3_ACCESS_KEY: accessKey, FTSERVER_S3_SECRET_KEY: secretKey },
      args: [
        ...["--store", `s3://${BUCKET}?endpoint=${ceph.endpoint}`],
        ...["--cluster", busOf(nats.url, i), "--metrics", "http://127.0.0.1:0"],
        ...["--max-connections-per-host", "1000"],
      ],
    });
  const servers: ServerProcess[] = [];
  const killedMs: number[] = [];
  stack.defer(async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  });
  servers.push(...await Promise.all(ports.map((_, i) => start(i))));
  const owned = stack.move();
  return {
    ...{ ceph, nats, servers, store },
    hosts(first = 0) {
      const order = [...ports.slice(first), ...ports.slice(0, first)];
      return `ft://${order.map((port) => `127.0.0.1:${port}`).join(",")}`;
    },
    killedMs,
    async killServer(i) {
      await servers[i]!.kill();
      killedMs.push(Date.now());
    },
    startServer: async (i) => void (servers[i] = await start(i)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
