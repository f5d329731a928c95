/**
 * The login of a server at the bus of its cluster, and what it may never show.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { SILENT } from "../../lib/base/log.ts";
import { joinedCluster } from "../../lib/cli/server/start/joined_cluster.ts";
import type { ServerValues } from "../../lib/cli/server/server_flags.ts";
import { Bus, type BusOptions } from "../../lib/cluster/bus.ts";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

/** The cluster of a server with these settings. */
function joined(values: Partial<ServerValues>, env: Record<string, string> = {}) {
  return joinedCluster({ values: values as ServerValues, readEnv: (name) => env[name] });
}

const cluster = "nats://127.0.0.1:4222";

Deno.test("the login at the bus comes from the environment", async () => {
  assertEquals(await joined({}), undefined);
  assertEquals((await joined({ cluster }))?.credentials, undefined);
  const token = { FTSERVER_CLUSTER_TOKEN: "t" };
  assertEquals((await joined({ cluster }, token))?.credentials, { token: "t" });
  const user = { FTSERVER_CLUSTER_USER: "u", FTSERVER_CLUSTER_PASSWORD: "p" };
  assertEquals((await joined({ cluster }, user))?.credentials, { user: "u", password: "p" });
  await assertRejects(() => joined({ cluster }, { FTSERVER_CLUSTER_USER: "u" }), FtError);
});

Deno.test({
  name: "the login at the bus comes from a file that nobody else can read",
  ...NEEDS_POSIX,
  async fn() {
    await using dir = await tempDir();
    const file = dir.join("login");
    await Deno.writeTextFile(file, "ana:pass:word\n", { mode: 0o600 });
    const values = { cluster, "cluster-credentials": file };
    assertEquals((await joined(values))?.credentials, { user: "ana", password: "pass:word" });
    await Deno.writeTextFile(file, "only-a-token\n");
    assertEquals((await joined(values))?.credentials, { token: "only-a-token" });
    await Deno.chmod(file, 0o644);
    await assertRejects(() => joined(values), FtError);
  },
});

Deno.test({
  name: "a wrong login at the bus is refused, and is in no message",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start(1, ["--user", "ana", "--pass", "right password"]);
    const address = (await joined({ cluster: nats.url }))!;
    const open = (password: string) => {
      const credentials = { user: "ana", password };
      const options: BusOptions = { ...address, credentials, log: SILENT };
      return Bus.open(options);
    };
    const error = await assertRejects(() => open("wrong password"), FtError);
    assertEquals([error.code, /password/.test(error.message)], ["not_allowed", false]);
    await using bus = await open("right password");
    assertEquals(bus.connected, true);
  },
});
