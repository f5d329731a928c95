/**
 * TLS to the bus of a cluster, and the logins of NATS that are keys.
 */

import { nkeys } from "@nats-io/nats-core";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { SILENT } from "../../lib/base/log.ts";
import { joinedCluster } from "../../lib/cli/server/start/joined_cluster.ts";
import type { ServerValues } from "../../lib/cli/server/server_flags.ts";
import { Bus } from "../../lib/cluster/bus.ts";
import { type Issued, makeAuthority } from "../../testing/authority.ts";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { scriptedServer } from "../../testing/network/scripted_server.ts";
import { System } from "../../testing/programs/system.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";
import { until } from "../../testing/until.ts";

/** The flags of `nats-server` for a certificate. */
async function tlsArgs(dir: TempDir, { cert, key }: Issued): Promise<string[]> {
  await Deno.writeTextFile(dir.join("cert.pem"), cert);
  await Deno.writeTextFile(dir.join("key.pem"), key);
  return ["--tls", "--tlscert", dir.join("cert.pem"), "--tlskey", dir.join("key.pem")];
}

/** Opens the bus that flags and a file of credentials name, as `ftserver serve` does. */
async function open(
  { values, secret, dir }: { values: Partial<ServerValues>; secret?: string; dir: TempDir },
) {
  const all = { ...values } as ServerValues;
  if (secret !== undefined) {
    await Deno.writeTextFile(dir.join("secret"), secret, { mode: 0o600 });
    Object.assign(all, { "cluster-credentials": dir.join("secret") });
  }
  const options = await joinedCluster({ values: all, readEnv: () => undefined });
  return await Bus.open({ ...options!, log: SILENT });
}

/** Opens a bus that cannot be opened. */
function failure(options: Parameters<typeof open>[0]): Promise<FtError> {
  return assertRejects(() => open(options), FtError);
}

const at = (nats: Nats, scheme = "tls") => `${scheme}://localhost:${nats.ports[0]}`;

Deno.test({
  name: "a bus with TLS and a password is used, over a restart, and what cannot be trusted is not",
  ...NEEDS_NATS,
  async fn() {
    await using dir = await tempDir();
    const authority = await makeAuthority();
    const ca = dir.join("ca.pem");
    await Deno.writeTextFile(ca, authority.pem);
    await Deno.writeTextFile(dir.join("other.pem"), (await makeAuthority()).pem);
    const issued = await authority.issue("localhost");
    const args = [...await tlsArgs(dir, issued), "--user", "ana", "--pass", "right"];
    await using nats = await Nats.start(1, args);
    const secret = "ana:right\n";
    for (const scheme of ["tls", "nats"]) {
      const values = { cluster: at(nats, scheme), "cluster-ca": ca };
      await using bus = await open({ values, secret, dir });
      const bucket = await bus.bucket("keys");
      await bucket.put(scheme, "1");
      await nats.kill(0);
      await until(() => !bus.connected);
      nats.startServer(0);
      await until(() => bus.connected);
      assertEquals((await bucket.get(scheme))?.value, "1");
    }
    const cluster = at(nats);
    for (const file of [undefined, dir.join("other.pem")]) {
      const { code, message } = await failure({
        values: { cluster, ...file && { "cluster-ca": file } },
        ...{ secret, dir },
      });
      assertEquals(code, "tls");
      assertMatch(message, /no known authority issued its certificate \(.*--cluster-ca\)/);
    }
    const values = { cluster, "cluster-ca": ca };
    const wrong = await failure({ values, secret: "ana:wrong\n", dir });
    assertEquals([wrong.code, wrong.message.includes("wrong")], ["not_allowed", false]);
    const named = { ...values, cluster: cluster.replace("localhost", "127.0.0.1") };
    assertMatch((await failure({ values: named, secret, dir })).message, /is for another name/);
  },
});

Deno.test({
  name: "an expired certificate of the bus is named, and ftserver does not start",
  ...NEEDS_NATS,
  async fn() {
    await using dir = await tempDir();
    const authority = await makeAuthority();
    const ca = dir.join("ca.pem");
    await Deno.writeTextFile(ca, authority.pem);
    const past = { notBefore: new Date("2020-01-01"), notAfter: new Date("2021-01-01") };
    const args = await tlsArgs(dir, await authority.issueFor(past, "localhost"));
    await using nats = await Nats.start(1, args);
    const error = await failure({ values: { cluster: at(nats), "cluster-ca": ca }, dir });
    assertEquals(error.code, "tls");
    assertMatch(error.message, /its certificate has expired/);
    const flags = ["--cluster", at(nats), "--cluster-ca", ca];
    const end = await System.start({ args: flags }).catch((error) => error);
    assertMatch(String(end), /its certificate has expired/);
  },
});

Deno.test({
  name: "a bus without TLS is refused where TLS is required, before the login is sent",
  ...NEEDS_NATS,
  async fn() {
    await using dir = await tempDir();
    await using nats = await Nats.start();
    const error = await failure({ values: { cluster: at(nats) }, secret: "ana:right", dir });
    assertEquals(error.code, "tls");
    assertMatch(error.message, /has no TLS, which the address of the cluster requires/);
  },
});

Deno.test("a greeting that is not one of NATS, has no end, or more after it is refused", async () => {
  await using dir = await tempDir();
  const info = (fields: object) => `INFO ${JSON.stringify(fields)}\r\n`;
  for (
    const [greeting, code] of [
      ["HTTP/1.1 400 Bad Request\r\n", "protocol"],
      ["INFO {]\r\n", "protocol"],
      ["x".repeat(70_000), "protocol"],
      [info({ tls_required: true }) + "+OK\r\n", "protocol"],
      [info({ version: "2.9.0" }), "tls"],
      ["", "network"],
    ] as const
  ) {
    await using server = scriptedServer((peer) => peer.say(greeting));
    const values = { cluster: `tls://127.0.0.1:${server.port}` };
    assertEquals((await failure({ values, dir })).code, code, greeting.slice(0, 40));
  }
});

Deno.test({
  name: "a server logs in with an nkey, whose seed is in a file",
  ...NEEDS_NATS,
  async fn() {
    await using dir = await tempDir();
    const [key, other] = [nkeys.createUser(), nkeys.createUser()];
    const users = `authorization { users: [ { nkey: ${key.getPublicKey()} } ] }\n`;
    await Deno.writeTextFile(dir.join("nats.conf"), users);
    await using nats = await Nats.start(1, ["--config", dir.join("nats.conf")]);
    const values = { cluster: nats.url };
    const seedOf = (pair: typeof key) => new TextDecoder().decode(pair.getSeed());
    await using bus = await open({ values, secret: `${seedOf(key)}\n`, dir });
    await (await bus.bucket("keys")).put("k", "1");
    const wrong = await failure({ values, secret: seedOf(other), dir });
    assertEquals(wrong.code, "not_allowed");
  },
});
