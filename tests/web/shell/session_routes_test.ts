/**
 * Sessions, share links and errors, as the page uses them.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Users } from "../../../lib/auth/users.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

async function serverWithAna(anonymous: "none" | "read" | "write"): Promise<WebServer> {
  const server = await webServer({ anonymous });
  using database: DatabaseSync = openAuthDatabase(server.state);
  await new Users(database).add("ana", "write", "secret word");
  await Deno.mkdir(`${server.root}/d e`);
  await Deno.writeTextFile(`${server.root}/d e/a.txt`, "content");
  return server;
}

async function cookieOf(server: WebServer, accept = "application/json"): Promise<string> {
  const body = new URLSearchParams({ user: "ana", password: "secret word" });
  const response = await server.fetch("/login", { method: "POST", body, headers: { accept } });
  assertEquals(response.status, 204);
  return response.headers.get("set-cookie")!.split(";")[0]!;
}

async function share(server: WebServer, cookie: string, request: unknown) {
  const headers = { cookie, "content-type": "application/json" };
  const body = JSON.stringify(request);
  const response = await server.fetch("/shares", { method: "POST", headers, body });
  return { status: response.status, ...await response.json() };
}

Deno.test("GET /session says who the user is, and what the user may do in a folder", async () => {
  await using server = await serverWithAna("read");
  const session = async (at: string, cookie = "") => {
    const response = await server.fetch(`/session?at=${encodeURIComponent(at)}`, {
      headers: { cookie },
    });
    return [response.status, await response.json()];
  };
  const anonymous = {
    user: "anonymous",
    anonymous: true,
    canLogIn: true,
    canWrite: false,
    admin: false,
    keepsVersions: true,
  };
  assertEquals(await session("/files/"), [200, anonymous]);
  const cookie = await cookieOf(server);
  const ana = {
    user: "ana",
    anonymous: false,
    canLogIn: true,
    canWrite: true,
    admin: false,
    keepsVersions: true,
  };
  assertEquals(await session("/files/d%20e/", cookie), [200, ana]);
  const { url } = await share(server, cookie, { path: "d e", write: true });
  const [status, shared] = await session(new URL(url).pathname);
  assertEquals([status, shared.anonymous, shared.canWrite], [200, false, true]);
  assertEquals((await session("/s/wrong/"))[0], 401);
  assertEquals((await session("http://elsewhere/"))[0], 400);
});

Deno.test("POST /shares makes a link that opens and ends; wrong requests are refused", async () => {
  await using server = await serverWithAna("none");
  const cookie = await cookieOf(server);
  const made = await share(server, cookie, { path: "d e/a.txt", seconds: 3600 });
  assertEquals(made.status, 201);
  assertMatch(made.url, new RegExp(`^${server.webUrl}/s/[^/]+/d%20e/a\\.txt$`));
  const left = Date.parse(made.expires) - Date.now();
  assertEquals(Math.round(left / 60_000), 60);
  const get = async (url: string) => {
    const response = await fetch(url);
    return [response.status, await response.text()];
  };
  assertEquals(await get(made.url), [200, "content"]);
  const list = await (await server.fetch("/shares", { headers: { cookie } })).json();
  assertEquals(list.map(({ id, path, by }: Record<string, string>) => [id, path, by]), [
    [made.id, "d e/a.txt", "ana"],
  ]);
  const end = () => server.fetch(`/shares/${made.id}`, { method: "DELETE", headers: { cookie } });
  const ended = await end();
  assertEquals([ended.status, await ended.text()], [204, ""]);
  // The login of the link is still known, but allows nothing.
  assertEquals((await get(made.url))[0], 403);
  const again = await end();
  assertEquals([again.status, (await again.json()).code], [404, "not_found"]);
  const cases: readonly (readonly [unknown, number])[] = [
    [{ path: "none" }, 404],
    [{ path: "../x" }, 403],
    [{}, 400],
    [{ path: "d e", seconds: 0 }, 400],
    [{ path: "d e", seconds: 1e9 }, 413],
    [{ path: "x".repeat(40_000) }, 413],
  ];
  for (const [request, status] of cases) {
    assertEquals((await share(server, cookie, request)).status, status, JSON.stringify(request));
  }
  assertEquals((await share(server, "", { path: "d e" })).status, 401);
  const form = new URLSearchParams({ path: "d e" });
  const headers = { cookie };
  const byForm = await server.fetch("/shares", { method: "POST", headers, body: form });
  assertEquals([byForm.status, (await byForm.json()).code], [415, "usage"]);
});

Deno.test("without a login, what is public is shared by its ordinary URL", async () => {
  await using server = await serverWithAna("read");
  const { status, url } = await share(server, "", { path: "d e" });
  assertEquals([status, url], [201, `${server.webUrl}/files/d%20e/`]);
  assertEquals((await share(server, "", { path: "d e", seconds: 60 })).status, 403);
});

Deno.test("a browser gets errors as pages: a login form where that helps, which leads back", async () => {
  await using server = await serverWithAna("none");
  const closed = await server.fetch("/files/d%20e/", { headers: BROWSER });
  const html = await closed.text();
  assertEquals(closed.status, 401);
  assertMatch(closed.headers.get("www-authenticate") ?? "", /^Bearer /);
  assertMatch(html, /<form [^>]*action="\/login"[\s\S]*name="to" value="\/files\/d%20e\/"/);
  const logIn = async (to: string, password = "secret word") => {
    const body = new URLSearchParams({ user: "ana", password, to });
    const init = { method: "POST", body, headers: BROWSER, redirect: "manual" } as const;
    const response = await server.fetch("/login", init);
    return [response.status, response.headers.get("location"), await response.text()] as const;
  };
  assertEquals((await logIn("/files/d%20e/")).slice(0, 2), [303, "/files/d%20e/"]);
  for (const to of ["//evil.example/files/", "https://evil.example/", "/logout", "/files/\\x"]) {
    assertEquals((await logIn(to)).slice(0, 2), [303, "/files/"], to);
  }
  const [status, , again] = await logIn("/files/", "wrong");
  assertEquals(status, 401);
  assertMatch(again, /<form [^>]*action="\/login"/);
  const cookie = await cookieOf(server);
  const none = await server.fetch("/files/%3Cb%3E", { headers: { ...BROWSER, cookie } });
  assertEquals(none.status, 404);
  assertMatch(await none.text(), /not found: &lt;b&gt;/);
});
