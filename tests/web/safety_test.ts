/**
 * Requests from pages of other sites, and content that could act as a part of this one.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { type WebServer, webServer } from "../../testing/web_server.ts";

async function status(server: WebServer, ...lines: readonly string[]): Promise<number> {
  const answer = await server.raw(...lines, "", "");
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

Deno.test("DNS rebinding: a host that is not ours is refused, and no file is sent", async () => {
  await using server = await webServer({ hosts: ["files.example.org"] });
  const get = (host: string) => status(server, "GET /files/ HTTP/1.1", `Host: ${host}`);
  for (
    const host of ["localhost", "127.0.0.1:1", "[::1]:80", "box", "box.local", "FILES.example.org."]
  ) {
    assertEquals(await get(host), 200, host);
  }
  for (
    const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "local"]
  ) {
    assertEquals(await get(host), host === "local" ? 200 : 421, host);
  }
  for (const host of ["a b", "user@localhost", "localhost/x", "localhost:99999", "a,b"]) {
    const got = await get(host);
    assert(got === 400 || got === 421, `${host}: ${got}`);
  }
  assertEquals(
    await status(server, "GET http://evil.example/files/ HTTP/1.1", "Host: localhost"),
    421,
  );
});

Deno.test("cross-site writes are refused, whichever field of the browser says so", async () => {
  await using server = await webServer({ origins: ["https://page.example"] });
  const put = (...fields: readonly string[]) =>
    status(server, "PUT /files/a HTTP/1.1", "Host: localhost:1", "Content-Length: 0", ...fields);
  assertEquals(await put("Origin: http://evil.example"), 403);
  assertEquals(await put("Origin: null"), 403);
  assertEquals(await put("Origin: http://localhost:2"), 403);
  assertEquals(await put("Sec-Fetch-Site: cross-site"), 403);
  assertEquals(await put("Sec-Fetch-Site: same-site"), 403);
  assertEquals(await put("Origin: http://localhost:1", "Sec-Fetch-Site: cross-site"), 403);
  assertEquals(await put("Origin: http://localhost:1", "Sec-Fetch-Site: same-origin"), 201);
  assertEquals(await put("Sec-Fetch-Site: none"), 204);
  assertEquals(await put(), 204);
  assertEquals(await put("Origin: https://page.example", "Sec-Fetch-Site: cross-site"), 204);
  for (const method of ["DELETE /files/a", "MKCOL /files/b", "POST /login", "POST /logout"]) {
    const fields = ["Host: localhost:1", "Origin: http://evil.example"];
    assertEquals(await status(server, `${method} HTTP/1.1`, ...fields), 403, method);
  }
});

Deno.test("CORS is off, and on for the origins of --web-origin alone", async () => {
  await using server = await webServer({ origins: ["https://page.example"] });
  const ask = async (origin: string, method = "GET") => {
    const headers = { origin, "access-control-request-method": "PUT" };
    const response = await server.fetch("/files/", { method, headers });
    await response.body?.cancel();
    return [response.status, response.headers.get("access-control-allow-origin")];
  };
  assertEquals(await ask("https://page.example"), [200, "https://page.example"]);
  assertEquals(await ask("https://page.example", "OPTIONS"), [204, "https://page.example"]);
  assertEquals(await ask("https://page.example.evil"), [200, null]);
  assertEquals(await ask("https://evil.example", "OPTIONS"), [204, null]);
});

Deno.test("active content of users is never shown as a part of this site", async () => {
  await using server = await webServer();
  const shown = async (name: string) => {
    await Deno.writeTextFile(join(server.root, name), "<script>1</script>");
    const response = await server.fetch(`/files/${encodeURIComponent(name)}`);
    await response.body?.cancel();
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    assertMatch(
      response.headers.get("content-security-policy") ?? "",
      /^sandbox;|^default-src 'none'/,
    );
    return response.headers.get("content-disposition")?.split(";")[0];
  };
  for (
    const name of ["a.html", "a.htm", "a.svg", "a.xhtml", "a.xml", "a.js", "a.mht", "a", "a.xyz"]
  ) {
    assertEquals(await shown(name), "attachment", name);
  }
  for (const name of ["a.txt", "a.png", "a.mp4", "a.pdf", "a.json"]) {
    assertEquals(await shown(name), "inline", name);
  }
  assertEquals(await shown('"\r\nX: y.txt'), "inline");
});

Deno.test("decompression-bomb: a compressed request is refused", async () => {
  await using server = await webServer();
  const fields = ["Host: localhost", "Content-Encoding: gzip", "Content-Length: 0"];
  assertEquals(await status(server, "PUT /files/a HTTP/1.1", ...fields), 415);
});
