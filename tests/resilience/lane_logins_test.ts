/** Further connections of clients that log in, over TLS, and under limits. */

import { assert, assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../lib/auth/permission.ts";
import { Tokens } from "../../lib/auth/tokens.ts";
import { Users } from "../../lib/auth/users.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { ClientLogin } from "../../lib/client/remote_options.ts";
import { getFiles } from "../../lib/client/transfer/get/get_files.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import { sampleBytes } from "../../testing/content.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { done, get } from "./transfers.ts";

const BYTES = 10 * BLOCK_BYTES;
const PASSWORD = "right horse";

/** Downloads over three lanes with a login; returns how many connections there were. */
async function lanesOf(server: TestServer, login: ClientLogin): Promise<number> {
  await Deno.writeFile(`${server.root}/a.bin`, sampleBytes(BYTES));
  const slow = () => ({ down: { bytesPerSecond: 8e6 } });
  await using proxy = await FaultProxy.start(server.url, slow);
  const trust = { pin: (await openIdentity(server.state)).pin };
  const url = proxy.url.replace("ft://", "fts://");
  const target = server.dir.join("got.bin");
  const { failed } = await getFiles(
    () => openRemote(parseEndpoint(url), { timeoutMs: 10_000, trust, login }),
    {
      ...{ names: ["a.bin"], dir: ".", output: target, existing: "refuse", times: true },
      ...{ resume: true, recursive: false, transfers: 1, lanes: 3 },
    },
    () => {},
  );
  assertEquals(failed, []);
  assertEquals(await Deno.readFile(target), sampleBytes(BYTES));
  return server.events.filter(({ event }) => event === "connection.lane").length;
}

Deno.test("lanes over TLS with a pin need one login, with a password or a token for one login", async () => {
  const logins: ((server: TestServer) => Promise<ClientLogin>)[] = [
    async (server) => {
      using database = openAuthDatabase(server.state);
      await new Users(database).add("ana", "read", PASSWORD);
      return { kind: "password", user: "ana", password: PASSWORD };
    },
    (server) => {
      using database = openAuthDatabase(server.state);
      const facts = { name: "one", paths: ["."], actions: ACTIONS, once: true };
      return Promise.resolve({ kind: "token", token: new Tokens(database).add(facts) });
    },
  ];
  for (const make of logins) {
    await using server = await testServer({ anonymous: "none", listen: ["fts://127.0.0.1:0"] });
    const login = await make(server);
    assertEquals(await lanesOf(server, login), 2);
    const names = server.events.map(({ event }) => event);
    assertEquals(names.filter((name) => name === "login.done").length, 1, login.kind);
    assertEquals(names.filter((name) => name === "login.refused").length, 0, login.kind);
    assertEquals(server.server.status().transfers.get.done, 1);
  }
});

Deno.test("all lanes together keep one limit, of the client or of the server", async () => {
  const rate = 6 * BLOCK_BYTES;
  for (const side of ["client", "server"]) {
    await using server = await testServer(side === "server" ? { maxRate: rate } : {});
    await Deno.writeFile(`${server.root}/a.bin`, sampleBytes(BYTES));
    const more = { lanes: 4, ...(side === "client" && { maxRate: rate }) };
    const { seconds } = done(await get(server.url, "a.bin", server.dir.join("got"), more));
    assert(seconds > 0.8 * BYTES / rate, `${side}: ${seconds} s`);
  }
});
