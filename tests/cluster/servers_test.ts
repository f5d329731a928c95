/**
 * Real servers and clients in one cluster: `ftserver --cluster`, and `ftclient --host A,B`.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { closedPort } from "../../testing/network/closed_port.ts";
import { type Finished, runProgram } from "../../testing/programs/running_program.ts";
import { System } from "../../testing/programs/system.ts";
import { until } from "../../testing/until.ts";

/** Two servers of a cluster, each with a folder of its own. */
async function scene() {
  const stack = new AsyncDisposableStack();
  const nats = stack.use(await Nats.start());
  const args = ["--cluster", nats.url, "--metrics", "http://127.0.0.1:0"];
  const servers = [1, 2].map(() => System.start({ args, logLevel: "info" }));
  const [one, other] = await Promise.all(servers) as [System, System];
  stack.use(one);
  stack.use(other);
  return { nats, one, other, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Runs a command of the operator of a server. */
function operate({ programs, state }: System, ...args: string[]): Promise<Finished> {
  return runProgram(programs.server, [...args, "--state", state]);
}

const ends = ({ code }: Finished) => code;

Deno.test({
  name: "a lock, a user and a message of one server count on the other",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    for (const { root } of [one, other]) await Deno.writeTextFile(`${root}/f`, "old");
    await Deno.writeTextFile(other.at("f"), "new");
    assertEquals(ends(await one.client(["lock", "f", "--ttl", "60"])), 0);
    const refused = await other.client(["put", "f", "--overwrite"]);
    assertEquals(refused.code, 7, refused.stderr);
    assertMatch(refused.stderr, /locked/);
    assertEquals(ends(await one.client(["unlock", "f"])), 0);
    assertEquals(ends(await other.client(["put", "f", "--overwrite"])), 0);

    await using reader = other.spawn(["chat", "--name", "reader", "--linger", "60"], { stdin: "" });
    await until(async () => (await one.client(["who"])).stdout.includes("reader"));
    assertEquals(ends(await one.client(["say", "hello", "--to", "reader"])), 0);
    await reader.printed(/\(to you\): hello/);

    await Deno.writeTextFile(one.at("secret"), "correct horse battery\n", { mode: 0o600 });
    const password = ["--password-file", one.at("secret")];
    assertEquals(ends(await operate(one, "user", "add", "ana", "--role", "read", ...password)), 0);
    await until(async () => (await operate(other, "user", "list")).stdout.includes("ana"));
  },
});

Deno.test({
  name: "a server that has lost its cluster serves reads, refuses writes, says so, and heals",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { nats, one } = cluster;
    await Deno.writeTextFile(`${one.root}/f`, "content");
    await Deno.writeTextFile(one.at("up"), "up");
    await nats.kill(0);
    await until(() => one.log.includes("cluster.lost"));
    assertEquals((await one.client(["get", "f", "-o", "-"])).stdout, "content");
    const refused = await one.client(["put", "up", "--retries", "0"]);
    assertEquals(refused.code, 5, refused.stderr);
    assertMatch(refused.stderr, /lost its cluster/);
    const [, metrics] = /metrics=(\S+)/.exec(one.log)!;
    const health = await fetch(`${metrics}/healthz`);
    assertEquals(health.status, 200);
    assertMatch(await health.text(), /warning: this server has lost its cluster/);
    nats.startServer(0);
    await until(() => one.log.includes("cluster.found"));
    const again = await one.client(["put", "up", "--retries", "3"]);
    assertEquals(again.code, 0, again.stderr);
  },
});

Deno.test({
  name: "a server does not start in a cluster that it cannot reach",
  ...NEEDS_NATS,
  async fn() {
    const args = ["--cluster", `nats://127.0.0.1:${closedPort()}`];
    const error = await System.start({ args }).catch((error) => error);
    assert(error instanceof Error);
    assertMatch(error.message, /the cluster's NATS does not answer/);
  },
});
