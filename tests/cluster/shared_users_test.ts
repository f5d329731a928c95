/**
 * Users, tokens and rules that several servers share, over a real NATS.
 */

import { assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Users } from "../../lib/auth/users.ts";
import { SILENT } from "../../lib/base/log.ts";
import { SharedUsers } from "../../lib/cluster/shared_users.ts";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { until } from "../../testing/until.ts";

/** The state folder of a server, which can be part of a cluster from time to time. */
async function member(nats: Nats) {
  const dir = await tempDir();
  const database = openAuthDatabase(dir.path);
  const users = new Users(database);
  const names = () => users.list().map(({ name }) => name).toSorted();
  let running: AsyncDisposableStack | undefined;
  const stop = async () => {
    await running?.disposeAsync();
    running = undefined;
  };
  return {
    ...{ users, names, rules: new Rules(database), stop },
    async start(at = nats) {
      running = new AsyncDisposableStack();
      const bus = running.use(await at.bus());
      running.use(await SharedUsers.start(dir.path, await bus.bucket("users"), SILENT));
    },
    async [Symbol.asyncDispose]() {
      await stop();
      database.close();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test({
  name: "a user, a role, a password and a rule count on every server, and so does their end",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using one = await member(nats);
    await using other = await member(nats);
    await one.users.add("early", "read", "password one");
    await Promise.all([one.start(), other.start()]);
    await until(() => other.names().includes("early"));
    await one.users.add("ana", "write", "correct horse");
    const added = performance.now();
    await until(() => other.names().includes("ana"));
    assertEquals(performance.now() - added < 5000, true);
    assertEquals((await other.users.verify("ana", "correct horse"))?.role, "write");
    await other.users.setPassword("ana", "battery staple");
    await until(async () => await one.users.verify("ana", "battery staple") !== undefined);
    const rule = other.rules.add({ subject: "ana", effect: "deny", actions: ["write"], path: "x" });
    await until(() => one.rules.list().length === 1);
    assertEquals(one.rules.list()[0]?.path, "x");
    other.rules.remove(rule.id);
    one.users.remove("ana");
    await until(() => one.rules.list().length === 0 && !other.names().includes("ana"));
    assertEquals(one.names(), other.names());
  },
});

Deno.test({
  name: "what changed while a server was alone is shared when it comes back; a removal stays one",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using one = await member(nats);
    await using other = await member(nats);
    for (const name of ["ana", "bob", "eve"]) await one.users.add(name, "read", "password one");
    await Promise.all([one.start(), other.start()]);
    await until(() => other.names().length === 3);
    await one.stop();
    one.users.remove("eve");
    await one.users.add("new", "read", "password two");
    other.users.remove("bob");
    await other.users.setPassword("eve", "another password");
    await until(async () => await other.users.verify("eve", "another password") !== undefined);
    await one.start();
    const expected = ["ana", "new"];
    await until(() => one.names().join() === expected.join());
    await until(() => other.names().join() === expected.join());
  },
});

Deno.test({
  name: "a bus that lost everything gets the users back from the servers",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using fresh = await Nats.start();
    await using one = await member(nats);
    await using other = await member(fresh);
    await one.users.add("ana", "read", "password one");
    await one.start();
    await one.stop();
    await one.start(fresh);
    await other.start();
    await until(() => other.names().includes("ana"));
    assertEquals(one.names(), ["ana"]);
  },
});
