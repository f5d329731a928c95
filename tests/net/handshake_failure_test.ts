/**
 * Every way a handshake fails, with the message for the user. The certificates and servers are real.
 */

import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { handshakeFailure } from "../../lib/net/handshake_failure.ts";
import { dialCertified } from "../../lib/net/tls_dial.ts";
import { type Issued, makeAuthority, pinnedKey } from "../../testing/authority.ts";
import { pure } from "../../testing/pure.ts";

const authority = await makeAuthority();
const [early, late] = [new Date("2020-01-01"), new Date("2099-01-01")];
const stranger = await pinnedKey();

/** The words of the TLS library and of the runtime, which mean nothing to a user. */
const FOREIGN = /UnknownIssuer|BadSignature|verification time|InvalidContentType|DnsName|os error/;

/** Connects to a server that does something, and returns the error. */
async function failureAt(server: Deno.Listener, act: (conn: Deno.Conn) => Promise<unknown>) {
  using listener = server;
  const accepted = listener.accept();
  const serving = accepted.then(act).catch(() => {});
  const { port } = listener.addr as Deno.NetAddr;
  const options = { hostname: "localhost", port, timeoutMs: 10_000 };
  const error = await dialCertified(options, [authority.pem]).then(
    () => undefined,
    (error) => error,
  );
  await serving;
  (await accepted).close();
  return error;
}

const showing = ({ cert, key }: Issued) =>
  failureAt(
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key }),
    (conn) => (conn as Deno.TlsConn).handshake(),
  );
const sending = (...bytes: number[]) =>
  failureAt(Deno.listen({ hostname: "127.0.0.1", port: 0 }), async (conn) => {
    if (bytes.length > 0) await conn.write(new Uint8Array(bytes));
    await (conn as Deno.TcpConn).closeWrite();
    while (await conn.read(new Uint8Array(1024)) !== null);
  });
const alert = (code: number) => sending(21, 3, 3, 0, 2, 2, code);

const CASES: Record<string, [() => Promise<unknown>, FtError["code"], RegExp]> = {
  "an unknown authority": [
    async () => await showing(await (await makeAuthority()).issue("localhost")),
    "tls",
    /no known authority issued its certificate/,
  ],
  "no authority": [async () => await showing(await stranger()), "tls", /--ca.*--pin/],
  "an expired certificate": [
    async () =>
      await showing(await authority.issueFor({ notBefore: early, notAfter: early }, "localhost")),
    "tls",
    /its certificate has expired/,
  ],
  "a certificate of the future": [
    async () =>
      await showing(await authority.issueFor({ notBefore: late, notAfter: late }, "localhost")),
    "tls",
    /is not valid yet/,
  ],
  "another name": [
    async () => await showing(await authority.issue("example.com")),
    "tls",
    /is for another name/,
  ],
  "no name": [async () => await showing(await authority.issue()), "tls", /is for another name/],
  "a plaintext server": [
    () => sending(...new TextEncoder().encode("220 hello\r\n")),
    "protocol",
    /does not speak TLS/,
  ],
  "a server that closes": [() => sending(), "network", /closed the connection before TLS began/],
  "another version of TLS": [() => alert(70), "tls", /supports no version or cipher/],
  "no common cipher": [() => alert(40), "tls", /supports no version or cipher/],
};

for (const [name, [provoke, code, message]] of Object.entries(CASES)) {
  Deno.test(`a handshake fails, in our words: ${name}`, async () => {
    const error = await provoke();
    assertEquals((error as FtError).code, code, String(error));
    assertMatch((error as FtError).message, message);
    assertMatch((error as FtError).message, /localhost:\d+/);
    assertNotMatch((error as FtError).message, FOREIGN);
  });
}

pure("handshakeFailure has words of our own for a cause it does not know", () => {
  const cause = new Error("something new");
  const failure = handshakeFailure(cause, "h:1");
  assertEquals([failure.code, failure.cause], ["network", cause]);
  assertEquals(failure.message, "Cannot connect to h:1: the TLS handshake failed");
  const reset = handshakeFailure(new Deno.errors.ConnectionReset("reset"), "h:1");
  assertEquals(reset.code, "network");
});
