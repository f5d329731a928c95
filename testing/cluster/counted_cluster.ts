/**
 * A server over a real store and a real bus, with everything counted that it asks of them.
 *
 * @module
 */

import { S3Client } from "../../lib/object_store/s3_client.ts";
import { CEPH_ACCESS_KEY, CEPH_SECRET_KEY, NEEDS_CEPH, startCeph } from "../ceph/ceph.ts";
import { CEPH_CREDENTIALS } from "../ceph/ceph_store.ts";
import { busRequests } from "../network/bus_requests.ts";
import { CountingProxy } from "../network/counting_proxy.ts";
import { storeRequests } from "../network/store_requests.ts";
import { runSuccessfully } from "../programs/running_program.ts";
import { System } from "../programs/system.ts";
import { type Skip, skipUnless } from "../skip.ts";
import { Nats, NEEDS_NATS } from "./nats.ts";

/** Requires a store and a bus. */
export const NEEDS_CLUSTER: Skip = skipUnless(
  !NEEDS_CEPH.ignore && !NEEDS_NATS.ignore,
  `${NEEDS_CEPH.reason}; ${NEEDS_NATS.reason}`,
);

/** The login of the user in a counted cluster, who may write. */
export const COUNTED_LOGIN = { user: "ana", password: "correct horse battery" };

/** A server whose requests are counted. Disposing it stops everything. */
export interface CountedCluster extends AsyncDisposable {
  readonly system: System;
  readonly store: CountingProxy;
  readonly bus: CountingProxy;
}

/** Starts a store, a bus and a server. */
export async function countedCluster(): Promise<CountedCluster> {
  await using stack = new AsyncDisposableStack();
  const [ceph, nats] = await Promise.all([startCeph(), Nats.start()]);
  stack.use(ceph);
  stack.use(nats);
  const endpoint = { endpoint: ceph.endpoint, bucket: "files", prefix: "", region: "us-east-1" };
  await new S3Client(endpoint, CEPH_CREDENTIALS).head({ method: "PUT" });
  const port = Number(new URL(ceph.endpoint).port);
  const store = stack.use(CountingProxy.start({ port, readerOf: storeRequests }));
  const bus = stack.use(CountingProxy.start({ port: nats.ports[0]!, readerOf: busRequests }));
  const system = stack.use(
    await System.start({
      args: [
        ...["--store", `s3://files?endpoint=http://127.0.0.1:${store.port}`],
        ...["--cluster", `nats://127.0.0.1:${bus.port}`, "--max-connections-per-host", "1024"],
      ],
      logLevel: "info",
      env: { FTSERVER_S3_ACCESS_KEY: CEPH_ACCESS_KEY, FTSERVER_S3_SECRET_KEY: CEPH_SECRET_KEY },
    }),
  );
  const { user, password } = COUNTED_LOGIN;
  const add = ["user", "add", user, "--role", "write", "--state", system.state];
  await runSuccessfully(system.programs.server, add, { FTSERVER_PASSWORD: password });
  const owned = stack.move();
  return { system, store, bus, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
