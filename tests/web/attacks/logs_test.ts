/**
 * What requests over HTTP can put into the log, and what the log must not tell.
 */

import { assert, assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Tokens } from "../../../lib/auth/tokens.ts";
import { Users } from "../../../lib/auth/users.ts";
import { MAX_LOGINS_WAITING } from "../../../lib/base/limits.ts";
import { textLogLine } from "../../../lib/base/log_text.ts";
import { codeOf } from "../../../lib/base/os_errors.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

/** The log as `ftserver` writes it. */
function logOf(server: WebServer): string[] {
  return server.events.map(textLogLine);
}

// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
/** Line ends, an escape sequence, a byte of C1 and a change of direction, percent-encoded. */
const HOSTILE = "%0d%0a2026-01-01T00:00:00.000Z%20error%20forged%1b%5b2J%C2%9b%E2%80%AE";

Deno.test("control-characters-in-names-logs-and-terminal: a URL and header fields forge no line", async () => {
  await using server = await webServer();
  const target = `/files/${HOSTILE}`;
  const named = "User-Agent: x\x1b[2J\x9b";
  const fields = ["Host: localhost", "X-Forwarded-For: 1.2.3.4\x1b[31m", "Connection: close"];
  for (const method of ["GET", "DELETE", "PUT", "MKCOL", "F%0A"]) {
    const body = method === "PUT" ? ["Content-Length: 1", "", "x"] : ["", ""];
    for (const agent of ["User-Agent: forged\x80", named]) {
      await server.raw(`${method} ${target} HTTP/1.1`, ...fields.slice(0, 1), agent, ...body);
      await server.raw(`${method} ${target} HTTP/1.1`, ...fields, ...body);
    }
  }
  const user = new TextEncoder().encode("eve\r\nforged:x").toBase64();
  await server.fetch("/files/", { headers: { authorization: `Basic ${user}` } })
    .then((response) => response.body?.cancel());
  const lines = logOf(server);
  assert(lines.some((line) => line.includes("forged")), "nothing was logged of it");
  for (const line of lines) assert(!CONTROL.test(line), Deno.inspect(line));
});

Deno.test("secret-not-in-argv-log-or-error: credentials of requests are nowhere", async () => {
  await using server = await webServer({ anonymous: "none" });
  using database = openAuthDatabase(server.state);
  const password = "correct-horse-battery";
  await new Users(database).add("ana", "write", password);
  const actions = ["list", "read"] as const;
  const token = new Tokens(database).add({
    ...{ name: "t", paths: ["."], actions, owner: "ana", once: false },
  });
  const basic = (text: string) => `Basic ${new TextEncoder().encode(text).toBase64()}`;
  const seen: string[] = [];
  const send = async (path: string, init: RequestInit = {}) => {
    const response = await server.fetch(path, { redirect: "manual", ...init });
    const [, cookie] = /ft_session=([\w-]+)/.exec(response.headers.get("set-cookie") ?? "") ?? [];
    seen.push(await response.text(), response.headers.get("location") ?? "");
    return { status: response.status, cookie: cookie ?? "" };
  };
  const auth = (authorization: string) => ({ headers: { authorization } });
  await Deno.writeTextFile(`${server.root}/a`, "a");
  assertEquals((await send("/files/a", auth(basic(`ana:${password}`)))).status, 200);
  assertEquals((await send("/files/a", auth(`Bearer ${token}`))).status, 200);
  assertEquals((await send("/files/absent", auth(`Bearer ${token}`))).status, 404);
  const form = new URLSearchParams({ user: "ana", password });
  const { cookie } = await send("/login", { method: "POST", body: form });
  assert(cookie.length > 20);
  await send("/files/absent", { headers: { cookie: `ft_session=${cookie}` } });
  assertEquals((await send("/files/a", auth(basic("ana:wrong-horse-battery")))).status, 401);
  assertEquals((await send("/files/a", auth("Bearer wrong-token-of-eve"))).status, 401);
  const secrets = [password, token, cookie, "wrong-horse-battery", "wrong-token-of-eve"];
  const all = [...logOf(server), ...seen].join("\n");
  for (const secret of secrets) {
    assert(!all.includes(secret), secret);
    assert(!all.includes(new TextEncoder().encode(`ana:${secret}`).toBase64()), secret);
  }
});

Deno.test("bruteforce-is-slowed: guesses over HTTP and over the native protocol count together", async () => {
  await using server = await webServer({ anonymous: "none" });
  using database = openAuthDatabase(server.state);
  await new Users(database).add("ana", "write", "the password of ana");
  const native = Array.from({ length: MAX_LOGINS_WAITING }, (_, i) => {
    const login = { kind: "password", user: "ana", password: `guess ${i}` } as const;
    return server.connect({ login }).then(() => "done", codeOf);
  });
  // The first one has failed, and the others wait for their turns.
  assertEquals(await Promise.race(native), "not_allowed");
  const overHttp = Array.from({ length: MAX_LOGINS_WAITING }, async (_, i) => {
    const authorization = `Basic ${new TextEncoder().encode(`ana:other ${i}`).toBase64()}`;
    const response = await server.fetch("/files/", { headers: { authorization } });
    await response.body?.cancel();
    assertEquals(response.status, 429);
  });
  // The others would take turns with growing pauses.
  await Promise.any(overHttp);
  await server.server[Symbol.asyncDispose]();
  await Promise.allSettled([...native, ...overHttp]);
});
