/**
 * Which server of a cluster a client connects to.
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { CLUSTER_DIAL_TIMEOUT_MS, FAILED_SERVER_REST_MS } from "../../../lib/base/limits.ts";
import { ClusterError } from "../../../lib/client/remote/cluster_error.ts";
import { parseEndpoints } from "../../../lib/client/remote/endpoints.ts";
import { firstConnectionRetries } from "../../../lib/client/remote/first_connection.ts";
import { openFirst } from "../../../lib/client/remote/first_server.ts";
import { DialError } from "../../../lib/net/dial_error.ts";
import { fakeRemote } from "../../../testing/fake_remote.ts";
import { pure } from "../../../testing/pure.ts";

const down = (host: string) => new DialError("refused", host, 1, undefined);

/** Servers that answer, or fail with an error; and each attempt with its limit for dialling. */
function cluster(hosts: string, failures: Record<string, FtError>) {
  const attempts: [string, number | undefined][] = [];
  const notices: string[] = [];
  const clock = { nowMs: 1_000_000 };
  const open = openFirst(
    parseEndpoints(hosts),
    ({ hostname }) => ({ dialTimeoutMs } = {}) => {
      attempts.push([hostname, dialTimeoutMs]);
      const failure = failures[hostname];
      return failure === undefined ? Promise.resolve(fakeRemote()) : Promise.reject(failure);
    },
    { onMove: (notice) => notices.push(notice), now: () => clock.nowMs },
  );
  const tried = async () => {
    attempts.length = 0;
    await open();
    return attempts.map(([hostname]) => hostname).join();
  };
  return { open, tried, attempts, notices, failures, clock };
}

pure("the first server that answers is used, and a user hears of another one", async () => {
  const { tried, notices, failures } = cluster("ft://a,b,c", { a: down("a"), b: down("b") });
  assertEquals(await tried(), "a,b,c");
  assertEquals(notices, [`using ft://c:9999: ${down("a").message}`]);
  delete failures.b;
  assertEquals(await tried(), "c");
  assertEquals(notices.length, 1);
});

pure("a server that failed is tried last for a while, then first again", async () => {
  const { tried, failures, clock, notices } = cluster("a,b", { a: down("a") });
  assertEquals([await tried(), await tried()], ["a,b", "b"]);
  failures.b = down("b");
  delete failures.a;
  assertEquals(await tried(), "b,a");
  delete failures.b;
  clock.nowMs += FAILED_SERVER_REST_MS;
  assertEquals(await tried(), "a");
  assertEquals(notices.map((notice) => notice.split(": ")[0]), [
    "using fts://b:9998",
    "using fts://a:9998",
  ]);
});

pure("a clock that is set back makes no server wait longer than that", async () => {
  const { tried, clock, failures } = cluster("a,b", { a: down("a") });
  await tried();
  delete failures.a;
  clock.nowMs -= 86_400_000;
  assertEquals(await tried(), "a");
});

pure("only the last server has the whole timeout for its connection", async () => {
  const { open, attempts } = cluster("a,b", { a: down("a") });
  await open();
  assertEquals(attempts, [["a", CLUSTER_DIAL_TIMEOUT_MS], ["b", undefined]]);
});

pure("an error that the user must know of leads to no other server", async () => {
  for (const code of ["tls", "not_allowed", "usage", "interrupted"] as const) {
    const failure = new FtError(code, "no");
    const { open, attempts } = cluster("a,b", { a: failure });
    assertStrictEquals(await open().catch((error) => error), failure);
    assertEquals(attempts.length, 1);
  }
});

pure("when no server can be used, the error says why for each", async () => {
  const busy = new FtError("limit", "b is full", { retryable: true, retryAfterMs: 2000 });
  const { open } = cluster("a,b", { a: down("a"), b: busy });
  const error = await open().catch((error) => error);
  assert(error instanceof ClusterError);
  assertEquals([error.code, error.retryable, error.errors.length], ["limit", true, 2]);
  assertEquals(error.message, `none of 2 servers can be used: ${down("a").message}; b is full`);
  assertEquals(firstConnectionRetries(error, 1), Infinity);
});

pure("a cluster that is unknown or refuses is retried as its most hopeful server", () => {
  const unknown = new DialError("no_address", "x", 1, undefined);
  assertEquals(firstConnectionRetries(new ClusterError([unknown, unknown]), 1), 0);
  assertEquals(firstConnectionRetries(new ClusterError([unknown, down("b")]), 1), 1);
});

pure("a single server fails with its own error", async () => {
  const failure = down("a");
  const { open, attempts } = cluster("a", { a: failure });
  assertStrictEquals(await open().catch((error) => error), failure);
  assertEquals(attempts, [["a", undefined]]);
});
