/**
 * Dialling a name that has several addresses, some of which are dead.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_DIAL_ADDRESSES } from "../../lib/base/limits.ts";
import { dial, type DialOptions, dialSocket } from "../../lib/net/dial.ts";
import { DialError } from "../../lib/net/dial_error.ts";
import { dialCertified, dialPinned } from "../../lib/net/tls_dial.ts";
import { makeAuthority, pinnedKey } from "../../testing/authority.ts";
import { NEEDS_LINUX } from "../../testing/skip.ts";
import { soon } from "../../testing/with_timeout.ts";

/** A listener on 127.0.0.1, and how to dial it under a name with these addresses. */
function listening(addresses: readonly string[], tls?: { cert: string; key: string }) {
  const at = { hostname: "127.0.0.1", port: 0 };
  const listener = tls === undefined ? Deno.listen(at) : Deno.listenTls({ ...at, ...tls });
  const options: DialOptions = {
    hostname: "files.example",
    port: listener.addr.port,
    timeoutMs: 60_000,
    resolve: (name) => Promise.resolve(name === "files.example" ? addresses : []),
  };
  return { listener, options, [Symbol.dispose]: () => listener.close() };
}

const dead = (count: number) => Array.from({ length: count }, (_, i) => `127.0.1.${i + 1}`);

Deno.test({
  name: "dial skips dead addresses of a name, up to a limit, and says which name was meant",
  ...NEEDS_LINUX,
  async fn() {
    // 192.0.2.1 stays silent, or has no route: nobody has it (RFC 5737).
    for (const before of [[], ["127.0.1.1"], ["192.0.2.1", "::2"], dead(MAX_DIAL_ADDRESSES - 1)]) {
      using server = listening([...before, "127.0.0.1"]);
      const reached: string[] = [];
      const onReached = (hostname: string) => Promise.resolve(void reached.push(hostname));
      await using connection = await soon(dial({ ...server.options, onReached }));
      assertEquals(reached, ["127.0.0.1"]);
      assertEquals(connection.remote, `files.example:${server.options.port}`);
      (await server.listener.accept()).close();
    }
    using server = listening([...dead(MAX_DIAL_ADDRESSES), "127.0.0.1"]);
    const error = await assertRejects(() => soon(dial(server.options)), DialError);
    assertEquals(error.failure, "refused");
    assert(error.message.includes("files.example"), error.message);
  },
});

Deno.test({
  name: "dial opens one connection to a name whose addresses all accept",
  ...NEEDS_LINUX,
  async fn() {
    using server = listening(["127.0.0.1", "127.0.0.1", "127.0.0.1"]);
    using conn = await dialSocket(server.options);
    using accepted = await server.listener.accept();
    assertEquals((accepted.remoteAddr as Deno.NetAddr).port, (conn.localAddr as Deno.NetAddr).port);
    const another = server.listener.accept();
    using second = await dialSocket(server.options);
    using next = await another;
    assertEquals((next.remoteAddr as Deno.NetAddr).port, (second.localAddr as Deno.NetAddr).port);
  },
});

Deno.test("dial to a name ends with the signal and the timeout, also while it is looked up", async () => {
  const never = () => new Promise<string[]>(() => {});
  const options = { hostname: "files.example", port: 1, resolve: never, timeoutMs: 60_000 };
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  assertEquals(await dial({ ...options, signal }).catch((error) => error), reason);
  const late = await assertRejects(() => dial({ ...options, timeoutMs: 50 }), FtError, "no answer");
  assertEquals(late.code, "network");
});

Deno.test({
  name: "the certificate and the pin are those of the name, whichever address answers",
  ...NEEDS_LINUX,
  async fn() {
    const addresses = ["127.0.1.1", "127.0.0.1"];
    const authority = await makeAuthority();
    for (const name of ["files.example", "127.0.0.1.example"]) {
      using server = listening(addresses, await authority.issue(name));
      const serving = server.listener.accept().then(async (conn) => {
        using _conn = conn;
        await (conn as Deno.TlsConn).handshake();
      }).catch(() => {});
      const result = await dialCertified(server.options, [authority.pem])
        .then(async (connection) => {
          await connection[Symbol.asyncDispose]();
          return "done";
        }, (error) => error.code);
      assertEquals(result, name === "files.example" ? "done" : "tls");
      await serving;
    }
    const issued = await (await pinnedKey())();
    using server = listening(addresses, issued);
    const serving = server.listener.accept().then(async (conn) => {
      using _conn = conn;
      await (conn as Deno.TlsConn).handshake();
    });
    await using _connection = await dialPinned(server.options, issued.cert);
    await serving;
  },
});
