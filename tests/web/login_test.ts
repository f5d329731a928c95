/**
 * Logins over HTTP.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Tokens } from "../../lib/auth/tokens.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Users } from "../../lib/auth/users.ts";
import { MAX_LOGINS_WAITING } from "../../lib/base/limits.ts";
import { type WebServer, webServer } from "../../testing/web_server.ts";

const USER = "ana";
const PASSWORD = "pass: word";

async function closedServer(): Promise<WebServer> {
  const server = await webServer({ anonymous: "none" });
  using database: DatabaseSync = openAuthDatabase(server.state);
  await new Users(database).add(USER, "write", PASSWORD);
  return server;
}

function basic(user: string, password: string): string {
  return `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
}

async function get(server: WebServer, headers: HeadersInit, path = "/files/"): Promise<Response> {
  const response = await server.fetch(path, { headers, redirect: "manual" });
  await response.body?.cancel();
  return response;
}

/** Repeats a request until it has this status: a change applies within AUTH_LOOK_MS. */
async function until(status: number, request: () => Promise<Response>): Promise<void> {
  while ((await request()).status !== status);
}

Deno.test("Basic and Bearer log in; without them a client is asked to", async () => {
  await using server = await closedServer();
  const challenge = await get(server, {});
  assertEquals(challenge.status, 401);
  assertMatch(challenge.headers.get("www-authenticate") ?? "", /^Basic realm="ftserver"/);
  const byScript = await get(server, { "sec-fetch-mode": "cors" });
  assertMatch(byScript.headers.get("www-authenticate") ?? "", /^Bearer /);
  assertEquals((await get(server, { authorization: basic(USER, PASSWORD) })).status, 200);
  assertEquals((await get(server, { authorization: basic(USER, "wrong") })).status, 401);
  assertEquals((await get(server, { authorization: "Bearer wrong" })).status, 401);
  assertEquals((await get(server, { authorization: "Digest x" })).status, 400);
  assertEquals((await get(server, { authorization: "Basic !" })).status, 400);
});

Deno.test("bruteforce-is-slowed: guesses over HTTP wait for each other, and too many are refused", async () => {
  await using server = await closedServer();
  const guesses = Array.from({ length: MAX_LOGINS_WAITING + 2 }, async (_, i) => {
    const response = await get(server, { authorization: basic(USER, `guess ${i}`) });
    return [response.status, response.headers.has("retry-after")] as const;
  });
  const answers = await Promise.all(guesses);
  assertEquals(answers.filter(([status]) => status === 401).length, MAX_LOGINS_WAITING);
  assertEquals(answers.filter(([status, wait]) => status === 429 && wait).length, 2);
});

Deno.test("many connections with the same credentials verify them once", async () => {
  await using server = await closedServer();
  const headers = { authorization: basic(USER, PASSWORD) };
  const answers = Array.from({ length: 2 * MAX_LOGINS_WAITING }, () => get(server, headers));
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assertEquals(new Set(statuses), new Set([200]));
  assertEquals(server.logged().filter(([event]) => event === "login.done").length, 1);
});

Deno.test("anonymous-cannot-write-when-read-only: each method is refused, and nothing changes", async () => {
  for (const [anonymous, readable] of [["read", true], ["none", false]] as const) {
    await using server = await webServer({ anonymous });
    await Deno.writeTextFile(`${server.root}/a`, "content");
    const status = async (method: string, path: string, body?: string) => {
      const response = await server.fetch(path, { method, body });
      await response.body?.cancel();
      return response.status;
    };
    for (const path of ["/files/", "/files/a"]) {
      for (const method of ["GET", "HEAD"]) {
        assertEquals(await status(method, path), readable ? 200 : 401, `${anonymous} ${method}`);
      }
    }
    assertEquals(await status("PUT", "/files/a", "x"), 401);
    assertEquals(await status("PUT", "/files/b", "x"), 401);
    assertEquals(await status("MKCOL", "/files/d"), 401);
    assertEquals(await status("DELETE", "/files/a"), 401);
    assertEquals(await Deno.readTextFile(`${server.root}/a`), "content");
  }
});

Deno.test("acl-hides-listing: a rule hides a folder from lists, and its files from requests", async () => {
  await using server = await webServer();
  await Deno.mkdir(`${server.root}/hidden`);
  await Deno.writeTextFile(`${server.root}/hidden/a`, "content");
  using database: DatabaseSync = openAuthDatabase(server.state);
  const actions = ["list", "read", "write", "remove"] as const;
  new Rules(database).add({ subject: "*", effect: "deny", actions: [...actions], path: "hidden" });
  const listed = await server.fetch("/files/", { headers: { accept: "text/plain" } });
  assertEquals(await listed.text(), "");
  for (
    const path of ["/files/hidden/", "/files/hidden/a", "/files/./hidden/a", "/files/%68idden/a"]
  ) {
    assertEquals((await get(server, {}, path)).status, 401, path);
  }
});

Deno.test("a session lasts across connections, and ends with its logout and its user", async () => {
  await using server = await closedServer();
  const form = new URLSearchParams({ user: USER, password: PASSWORD });
  const login = await server.fetch("/login", { method: "POST", body: form, redirect: "manual" });
  assertEquals([login.status, login.headers.get("location")], [303, "/files/"]);
  const set = login.headers.get("set-cookie") ?? "";
  assertMatch(set, /^ft_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const cookie = set.split(";")[0]!;
  assertEquals((await get(server, { cookie })).status, 200);
  assertEquals((await get(server, { cookie: `a=b; ${cookie}`, connection: "close" })).status, 200);
  assertEquals((await get(server, { cookie: `${cookie}x` })).status, 401);
  using database: DatabaseSync = openAuthDatabase(server.state);
  new Users(database).setRole(USER, "none");
  await until(403, () => get(server, { cookie }));
  new Users(database).setRole(USER, "read");
  await until(200, () => get(server, { cookie }));
  const logout = await server.fetch("/logout", {
    method: "POST",
    headers: { cookie },
    redirect: "manual",
  });
  await Promise.all([login, logout].map(({ body }) => body?.cancel()));
  assertMatch(logout.headers.get("set-cookie") ?? "", /^ft_session=; .*Max-Age=0/);
  assertEquals((await get(server, { cookie })).status, 401);
  const wrong = new URLSearchParams({ user: USER, password: "wrong" });
  const refused = await server.fetch("/login", { method: "POST", body: wrong });
  await refused.body?.cancel();
  assertEquals(refused.status, 401);
});

Deno.test("a share link opens its file, and nothing else", async () => {
  await using server = await closedServer();
  await Deno.writeTextFile(`${server.root}/a b.txt`, "shared");
  await Deno.writeTextFile(`${server.root}/other`, "other");
  using database: DatabaseSync = openAuthDatabase(server.state);
  const token = { name: "t", paths: ["a b.txt"], actions: ["read"], once: false } as const;
  const secret = new Tokens(database).add(token);
  const response = await server.fetch(`/s/${secret}/a%20b.txt`);
  assertEquals([response.status, await response.text()], [200, "shared"]);
  assertEquals(response.headers.get("referrer-policy"), "no-referrer");
  assertEquals((await get(server, {}, `/s/${secret}/other`)).status, 403);
  assertEquals((await get(server, {}, `/s/${secret}/`)).status, 403);
  assertEquals(
    (await get(server, { authorization: `Bearer ${secret}` }, "/files/a%20b.txt")).status,
    200,
  );
  const put = await server.fetch(`/s/${secret}/a%20b.txt`, { method: "PUT", body: "x" });
  await put.body?.cancel();
  assertEquals(put.status, 403);
});
