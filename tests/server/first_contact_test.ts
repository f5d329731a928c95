import { assertEquals } from "@std/assert";
import { once } from "node:events";
import { connect } from "node:net";
import { probeCertificate } from "../../lib/net/tls_probe.ts";
import { testServer } from "../../testing/test_server.ts";

Deno.test("a client that only reads the certificate is logged as silent, without an error", async () => {
  await using live = await testServer({ listen: ["fts://127.0.0.1:0"] });
  for (let n = 1; n <= 5; n++) {
    await probeCertificate({ hostname: "127.0.0.1", port: live.port, timeoutMs: 10_000 });
    const { fields } = await live.event("connection.close", { connection: n });
    assertEquals([fields.result, fields.message], ["silent", undefined]);
  }
});

Deno.test("a connection that is reset before its first byte is logged as silent", async () => {
  await using live = await testServer();
  const socket = connect(live.port, "127.0.0.1");
  await once(socket, "connect");
  await live.event("connection.open");
  socket.resetAndDestroy();
  const { fields } = await live.event("connection.close");
  assertEquals([fields.result, fields.message], ["silent", undefined]);
});
