import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { makeIdentity, openIdentity } from "../../lib/net/tls_identity.ts";
import { testServer } from "../../testing/test_server.ts";

Deno.test("reload applies other limits at once, and open connections stay", async () => {
  await using live = await testServer();
  await using first = await live.connect();
  await live.server.reload({ maxConnections: 1 });
  await assertRejects(live.connect, FtError);
  await first.ping();
  await live.server.reload({ maxConnections: 2 });
  await using second = await live.connect();
  await second.ping();
});

Deno.test("reload uses another identity for new connections, and refuses an invalid one", async () => {
  await using live = await testServer({ listen: ["fts://127.0.0.1:0", "ft://127.0.0.1:0"] });
  const [url] = live.server.addresses;
  const state = live.state;
  const connect = (pin: string): Promise<Remote> =>
    openRemote(parseEndpoint(url!), { timeoutMs: 5000, trust: { pin } });
  const { pin: before } = await openIdentity(state);
  await using early = await connect(before);
  await live.server.reload({});
  const tls = { cert: live.dir.join("new.pem"), key: live.dir.join("new.pem") };
  await Deno.writeTextFile(tls.cert, await makeIdentity(), { mode: 0o600 });
  const { pin: after } = await openIdentity(state, tls);
  await live.server.reload({ tls });
  await early.ping();
  assertEquals((await assertRejects(() => connect(before), FtError)).code, "tls");
  await using late = await connect(after);
  await late.ping();
  await Deno.writeTextFile(tls.cert, "no certificate");
  await assertRejects(() => live.server.reload({ tls, maxConnections: 1 }), FtError);
  await using still = await connect(after);
  await Promise.all([early.ping(), still.ping()]);
});
