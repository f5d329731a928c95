import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { dial } from "../../lib/net/dial.ts";
import type { ListenUrl } from "../../lib/net/listen_url.ts";
import { listen, type Listener } from "../../lib/net/listener.ts";
import { reach } from "../../lib/net/reach.ts";
import { openIdentity, type TlsIdentity } from "../../lib/net/tls_identity.ts";
import { probeCertificate } from "../../lib/net/tls_probe.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { NEEDS_LINUX } from "../../testing/skip.ts";
import { soon } from "../../testing/with_timeout.ts";

const LOCAL = { hostname: "127.0.0.1", port: 0, dialect: undefined } as const;

async function newIdentity(): Promise<TlsIdentity> {
  await using dir = await tempDir();
  return await openIdentity(dir.path);
}

/** Accepts and completes the handshakes of all connections, until the listener is disposed. */
async function serve(listener: Listener): Promise<void> {
  const serving: Promise<void>[] = [];
  for await (const { conn: connection } of listener.accept()) {
    serving.push((async () => {
      await using _connection = connection;
      await connection.readable.getReader({ mode: "byob" }).read(new Uint8Array(1)).catch(() => {});
    })());
  }
  await Promise.all(serving);
}

const shown = async ({ url: { hostname, port } }: Listener) =>
  (await probeCertificate({ hostname, port, timeoutMs: 5000 })).pin;

Deno.test("a renewed TLS listener shows its new identity on the same port", async () => {
  const [old, fresh] = [await newIdentity(), await newIdentity()];
  assertNotEquals(old.pin, fresh.pin);
  const listener = listen({ ...LOCAL, encrypted: true }, old);
  const serving = serve(listener);
  try {
    const { port } = listener.url;
    assertEquals(await shown(listener), old.pin);
    await listener.renew(fresh);
    assertEquals(await shown(listener), fresh.pin);
    assertEquals(listener.url.port, port);
  } finally {
    listener[Symbol.dispose]();
    await serving;
  }
});

Deno.test("a disposed listener accepts no more, and is not opened again by renewing", async () => {
  const listener = listen({ ...LOCAL, encrypted: true }, await newIdentity());
  const serving = serve(listener);
  listener[Symbol.dispose]();
  listener[Symbol.dispose]();
  await serving;
  await listener.renew(await newIdentity());
  const { hostname, port } = listener.url;
  await assertRejects(() => Deno.connect({ hostname, port }), Deno.errors.ConnectionRefused);
});

Deno.test("a TLS listener keeps its identity when the new one cannot be used", async () => {
  const old = await newIdentity();
  const listener = listen({ ...LOCAL, encrypted: true }, old);
  const serving = serve(listener);
  try {
    await assertRejects(() => listener.renew({ ...old, key: "no key" }));
    assertEquals(await shown(listener), old.pin);
  } finally {
    listener[Symbol.dispose]();
    await serving;
  }
});

Deno.test("listen refuses a TLS listener without an identity, and a port in use", () => {
  const codeOf = (url: ListenUrl) =>
    assertThrows(() => listen(url)[Symbol.dispose](), FtError).code;
  assertEquals(codeOf({ ...LOCAL, encrypted: true }), "tls");
  using first = listen({ ...LOCAL, encrypted: false });
  assertEquals(codeOf(first.url), "conflict");
});

Deno.test({
  name: "a listener accepts connections at its own address only",
  ...NEEDS_LINUX,
  async fn() {
    const identity = await newIdentity();
    for (const encrypted of [false, true]) {
      const hostname = "127.0.0.2";
      using listener = listen({ ...LOCAL, hostname, encrypted }, identity);
      const at = { port: listener.url.port, timeoutMs: 5000 };
      assertEquals((await reach({ ...at, hostname })).kind, "open");
      assertEquals((await reach({ ...at, hostname: "127.0.0.1" })).kind, "refused");
    }
  },
});

Deno.test("the connections of a disposed listener stay open", async () => {
  const listener = listen({ ...LOCAL, encrypted: false });
  const accepting = listener.accept()[Symbol.asyncIterator]();
  const { hostname, port } = listener.url;
  await using near = await dial({ hostname, port, timeoutMs: 5000 });
  await using far = (await accepting.next()).value.conn;
  listener[Symbol.dispose]();
  assertEquals((await soon(accepting.next())).done, true);
  await far.send(new Uint8Array([7]));
  assertEquals((await near.readable.getReader().read()).value, new Uint8Array([7]));
});
