/**
 * The operator's view over HTTP: what admins see and do, and that nobody else does.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../../lib/auth/permission.ts";
import { Rules } from "../../../lib/auth/rules.ts";
import { Tokens } from "../../../lib/auth/tokens.ts";
import { Users } from "../../../lib/auth/users.ts";
import type { OperatorView } from "../../../lib/dialects/operator.ts";
import { auditDir } from "../../../lib/server/audit_trail.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";
import { basic, BIG_BYTES, operatorServer, PASSWORD, slowDownload } from "./operator_server.ts";

async function viewOf(server: WebServer): Promise<OperatorView> {
  const response = await server.fetch("/operator/view", { headers: basic("ada") });
  assertEquals(response.status, 200);
  return await response.json();
}

/** Looks until the view has something. */
async function viewWith(server: WebServer, has: (view: OperatorView) => boolean) {
  for (;;) {
    const view = await viewOf(server);
    if (has(view)) return view;
  }
}

async function statusOf(server: WebServer, path: string, init?: RequestInit): Promise<number> {
  const response = await server.fetch(path, init);
  await response.body?.cancel();
  return response.status;
}

async function auditLines(server: WebServer, op: string): Promise<Record<string, unknown>[]> {
  const dir = auditDir(server.state);
  const names = [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) =>
    name.endsWith(".jsonl")
  );
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(`${dir}/${name}`)));
  return texts.join("").trim().split("\n").map((line) => JSON.parse(line))
    .filter((entry) => entry.op === op);
}

Deno.test("an admin sees transfers with their rates, connections, quotas and the log", async () => {
  await using server = await operatorServer();
  using database: DatabaseSync = openAuthDatabase(server.state);
  const quota = { effect: "quota", actions: [] } as const;
  new Rules(database).add({ ...quota, subject: "ana", path: ".", bytes: 8 << 20 });
  new Rules(database).add({ ...quota, subject: "*", path: "absent", bytes: 1 << 20 });
  await using _download = await slowDownload(server);
  const view = await viewWith(
    server,
    ({ quotas, transfers }) =>
      quotas.length === 2 && quotas.every(({ used }) => used !== undefined) &&
      transfers.some(({ done }) => done > 0),
  );
  assertEquals(view.quotas.map(({ path, subject, bytes, used }) => [path, subject, bytes, used]), [
    [".", "ana", 8 << 20, BIG_BYTES],
    ["absent", "*", 1 << 20, 0],
  ]);
  const [transfer, ...others] = view.transfers;
  assertEquals(others, []);
  const { op, name, user, dialect, bytes, done, bytesPerSecond, leftMs = 0 } = transfer!;
  assertEquals([op, name, user, dialect, bytes], ["get", "big.bin", "ana", "native", BIG_BYTES]);
  assert(bytesPerSecond > 0 && done >= 1 << 20, `${done} at ${bytesPerSecond}`);
  assertEquals(leftMs, Math.round((bytes! - done) * 1000 / bytesPerSecond));
  assertEquals(view.totals.get.running, 1);
  const users = view.connections.map(({ user, dialect }) => `${user} ${dialect}`);
  assert(users.includes("ana native") && users.includes("ada web"), users.join());
  assertEquals(view.connectionCount, view.connections.length);
  const lines = view.log.map(({ text }) => text);
  assert(lines.some((line) => /^transfer\.start .*name=big\.bin/.test(line)), lines.join("\n"));
  assert(!lines.join().includes(PASSWORD));
});

Deno.test("a transfer leaves the view when it ends, and the client's connection when it closes", async () => {
  await using server = await operatorServer();
  {
    await using _download = await slowDownload(server);
    await viewWith(server, ({ transfers }) => transfers.length === 1);
  }
  const view = await viewWith(
    server,
    ({ transfers, connections }) =>
      transfers.length === 0 && connections.every(({ dialect }) => dialect === "web"),
  );
  assertEquals(view.totals.get.running, 0);
});

Deno.test("nobody but an admin sees or stops anything, with any credentials", async () => {
  await using server = await operatorServer({ audit: true });
  using database: DatabaseSync = openAuthDatabase(server.state);
  const tokens = new Tokens(database);
  const all = { paths: ["."], actions: ACTIONS, once: false };
  const ofAna = tokens.add({ ...all, name: "ana", owner: "ana" });
  const ofAda = tokens.add({ ...all, name: "ada", owner: "ada" });
  const ofNobody = tokens.add({ ...all, name: "nobody" });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const others: readonly [headers: Record<string, string>, status: number][] = [
    [{}, 401],
    [basic("ana"), 403],
    [bearer(ofAna), 403],
    // A token has the rights of its paths, and not those of a person.
    [bearer(ofAda), 403],
    [bearer(ofNobody), 403],
    [bearer("wrong"), 401],
    [{ cookie: "ft_session=wrong" }, 401],
  ];
  for (const [headers, status] of others) {
    assertEquals(await statusOf(server, "/operator/view", { headers }), status);
    assertEquals(await statusOf(server, "/operator", { headers }), status);
    const init = { method: "POST", headers };
    assertEquals(await statusOf(server, "/operator/drain", init), status);
  }
  assertEquals(server.server.status().draining, false);
  // Above, each login that was one and not an admin's asked for a drain.
  await server.server[Symbol.asyncDispose]();
  const entries = await auditLines(server, "drain");
  assertEquals(new Set(entries.map(({ result }) => result)), new Set(["not_allowed"]));
  assert(entries.some(({ user }) => user === "ana"));
});

Deno.test("on a server without users nobody is an admin, from its own machine neither", async () => {
  await using server = await webServer({ anonymous: "write" });
  for (const path of ["/operator", "/operator/view"]) {
    assertEquals(await statusOf(server, path), 401);
  }
  assertEquals(await statusOf(server, "/operator/drain", { method: "POST" }), 401);
  const session = await (await server.fetch("/session")).json();
  assertEquals(session.admin, false);
});

Deno.test("a page of another site cannot stop the server, whatever an admin's browser adds", async () => {
  await using server = await operatorServer();
  const attempts: readonly RequestInit[] = [
    { method: "POST", headers: { ...basic("ada"), origin: "https://evil.example" } },
    { method: "POST", headers: { ...basic("ada"), origin: "null" } },
    { method: "POST", headers: { ...basic("ada"), "sec-fetch-site": "cross-site" } },
    { method: "POST", headers: { ...basic("ada"), "sec-fetch-site": "same-site" } },
  ];
  for (const init of attempts) assertEquals(await statusOf(server, "/operator/drain", init), 403);
  assertEquals(await statusOf(server, "/operator/drain", { headers: basic("ada") }), 405);
  const view = await server.fetch("/operator/view", {
    headers: { ...basic("ada"), origin: "https://evil.example" },
  });
  await view.body?.cancel();
  assertEquals(view.headers.get("access-control-allow-origin"), null);
  assertEquals(view.headers.get("cross-origin-resource-policy"), "same-origin");
  assertEquals(server.server.status().draining, false);
});

Deno.test("control-characters-in-names-logs-and-terminal: the view's lines have none, and no secrets", async () => {
  await using server = await operatorServer();
  const evil = `<img src=x onerror=alert(1)>\x1b[2J\u202e\r\n`;
  const url = `/files/${encodeURIComponent(evil)}`;
  await statusOf(server, url, { method: "PUT", headers: basic("ana"), body: "x" });
  await statusOf(server, url, { method: "DELETE", headers: basic("ana") });
  const view = await viewWith(
    server,
    ({ log }) => log.some(({ text }) => text.includes("onerror")),
  );
  // deno-lint-ignore no-control-regex
  const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/;
  for (const { text } of view.log) assert(!unsafe.test(text), text);
});

Deno.test("a user who is no longer an admin sees nothing more, in a session that goes on", async () => {
  await using server = await operatorServer();
  const body = new URLSearchParams({ user: "ada", password: PASSWORD });
  const json = { accept: "application/json" };
  const login = await server.fetch("/login", { method: "POST", body, headers: json });
  await login.body?.cancel();
  const headers = { cookie: login.headers.get("set-cookie")!.split(";")[0]! };
  assertEquals(await statusOf(server, "/operator/view", { headers }), 200);
  using database: DatabaseSync = openAuthDatabase(server.state);
  new Users(database).setRole("ada", "write");
  while (await statusOf(server, "/operator/view", { headers }) === 200);
  assertEquals(await statusOf(server, "/operator/view", { headers }), 403);
  assertEquals(await statusOf(server, "/files/", { headers }), 200);
});

Deno.test("an admin drains the server: transfers end well, and the audit log knows who did it", async () => {
  await using server = await operatorServer({ audit: true });
  const running = server.server;
  const init = { method: "POST", headers: basic("ada") };
  const slow = server.fetch("/files/big.bin");
  const body = await (await slow).body!.getReader();
  assertEquals(await statusOf(server, "/operator/drain", init), 202);
  await running.draining;
  let bytes = 0;
  for (let piece; !(piece = await body.read()).done;) bytes += piece.value.length;
  assertEquals(bytes, BIG_BYTES);
  await running.finished;
  const [entry, ...others] = await auditLines(server, "drain");
  assertEquals(others, []);
  const { user, door, result } = entry!;
  assertEquals([user, door, result], ["ada", "web", "done"]);
  assertMatch(String(entry!.from), /^127\.0\.0\.1:\d+$/);
  // Whoever also stops it has the same drain.
  await running.drain();
});
