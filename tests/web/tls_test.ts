/**
 * HTTP over TLS.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { makeAuthority } from "../../testing/authority.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { webServer } from "../../testing/web_server.ts";

Deno.test("https:// has the certificate of the server, its own or a given one", async () => {
  await using files = await tempDir();
  const authority = await makeAuthority();
  const { cert, key } = await authority.issue("localhost");
  await Deno.writeTextFile(files.join("cert.pem"), cert);
  await Deno.writeTextFile(files.join("key.pem"), key, { mode: 0o600 });
  const tls = { cert: files.join("cert.pem"), key: files.join("key.pem") };
  await using server = await webServer({ url: "https://localhost:0", tls });
  assertMatch(server.webUrl, /^https:\/\/localhost:\d+$/);
  await Deno.writeTextFile(join(server.root, "a"), "content");
  using client = Deno.createHttpClient({ caCerts: [authority.pem] });
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${server.webUrl}${path}`, { ...init, client });
    return { response, text: await response.text() };
  };
  assertEquals((await get("/files/a")).text, "content");
  assertEquals((await get("/files/b", { method: "PUT", body: "x".repeat(3_000_000) })).text, "");
  assertEquals((await get("/files/b")).text.length, 3_000_000);
  const form = new URLSearchParams({ token: "wrong" });
  assertEquals((await get("/login", { method: "POST", body: form })).response.status, 401);
});

Deno.test("https:// without a certificate uses the identity of the server", async () => {
  await using server = await webServer({
    url: "https://127.0.0.1:0",
    listen: ["ft://127.0.0.1:0"],
  });
  assertMatch(await Deno.readTextFile(join(server.state, "identity.pem")), /BEGIN CERTIFICATE/);
});
