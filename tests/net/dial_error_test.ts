/**
 * The reasons for which a connection cannot be opened, each one provoked.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { type DialOptions, dialSocket } from "../../lib/net/dial.ts";
import { DialError, type DialFailure, socketFailure } from "../../lib/net/dial_error.ts";
import { addressesOf, reach } from "../../lib/net/reach.ts";
import { probeCertificate } from "../../lib/net/tls_probe.ts";
import { closedPort } from "../../testing/network/closed_port.ts";
import { pure } from "../../testing/pure.ts";
import { NEEDS_LINUX } from "../../testing/skip.ts";

/** The broadcast address, to which no system opens a TCP connection. */
const NOWHERE = "255.255.255.255";

async function failureOf(
  connect: (options: DialOptions) => Promise<unknown>,
  hostname: string,
  port: number,
): Promise<DialError> {
  const dialling = connect({ hostname, port, timeoutMs: 60_000 });
  return await assertRejects(() => dialling, DialError);
}

for (const connect of [dialSocket, probeCertificate]) {
  Deno.test({
    name: `${connect.name} tells a name without address, no route and a closed port apart`,
    ...NEEDS_LINUX,
    async fn() {
      const port = closedPort();
      const cases: Record<string, DialFailure> = {
        "no-such-host.invalid": "no_address",
        [NOWHERE]: "unreachable",
        "127.0.0.1": "refused",
        "localhost": "refused",
      };
      for (const [hostname, failure] of Object.entries(cases)) {
        const error = await failureOf(connect, hostname, port);
        assertEquals([error.failure, error.code], [failure, "network"], hostname);
        assert(error.message.includes(hostname), error.message);
        assert(!/os error|errno|E[A-Z]{5}/.test(error.message), error.message);
        assert(error.cause !== undefined);
      }
      const { message } = await failureOf(connect, "127.0.0.1", port);
      assertEquals(message, `nothing listens on 127.0.0.1:${port} yet (is ftserver running?)`);
    },
  });
}

Deno.test("a name that no resolver accepts has no address", async () => {
  for (const hostname of ["two words", `${"a".repeat(70)}.example`, "-.invalid"]) {
    assertEquals((await failureOf(dialSocket, hostname, 9)).failure, "no_address", hostname);
  }
  const { message } = await assertRejects(() => addressesOf("no-such-host.invalid"), FtError);
  const failure = await failureOf(dialSocket, "no-such-host.invalid", 9);
  assertEquals(failure.message, `${message} (check the spelling)`);
});

Deno.test({
  name: "reach reports no route as unreachable, in words",
  ...NEEDS_LINUX,
  async fn() {
    const found = await reach({ hostname: NOWHERE, port: 9, timeoutMs: 60_000 });
    assert(found.kind === "unreachable", found.kind);
    assertEquals(
      found.message,
      `Cannot connect to ${NOWHERE}:9: there is no route to its network from this machine`,
    );
  },
});

pure("socketFailure knows the codes of system calls, and no other error", () => {
  const failing = (code: string) => Object.assign(new Error("failed"), { code });
  const codes: Record<string, DialFailure | undefined> = {
    ECONNREFUSED: "refused",
    ...Object.fromEntries(
      ["EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN", "EADDRNOTAVAIL", "EAFNOSUPPORT"]
        .concat("EACCES", "EPERM").map((code) => [code, "unreachable"]),
    ),
    ECONNRESET: undefined,
    ETIMEDOUT: undefined,
    toString: undefined,
  };
  for (const [code, failure] of Object.entries(codes)) {
    assertEquals(socketFailure(failing(code), "h", 1)?.failure, failure, code);
  }
  const addresses = new AggregateError([failing("ENETUNREACH"), failing("ECONNREFUSED")]);
  assertEquals(socketFailure(addresses, "h", 1)?.failure, "refused");
  for (
    const other of [
      new Error("tls handshake eof"),
      new AggregateError([]),
      null,
      undefined,
      "ECONNREFUSED",
    ]
  ) {
    assertEquals(socketFailure(other, "h", 1), undefined);
  }
});
