/**
 * Names over HTTP that lead outside the served folder, or to something that is no file.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { NEEDS_POSIX } from "../../../testing/skip.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const OUTSIDE = "content from outside";
const HOST = "Host: localhost";
/** Requests on one connection: their answers fit into the buffers of the system. */
const IN_A_ROW = 100;

/** Sends requests one after the other on each of several connections. */
async function answers(server: WebServer, requests: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (let at = 0; at < requests.length; at += IN_A_ROW) {
    texts.push(await server.raw(...requests.slice(at, at + IN_A_ROW), ""));
  }
  return texts.join("\n");
}

/** Every string of at most so many of these characters. */
function* strings(characters: string, length: number): Generator<string> {
  yield "";
  if (length === 0) return;
  for (const first of characters) {
    for (const rest of strings(characters, length - 1)) yield first + rest;
  }
}

Deno.test("path-dotdot-encodings-bruteforce: no URL leads outside, in any encoding", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(server.dir.join("secret"), OUTSIDE);
  await Deno.mkdir(join(server.root, "a"));
  const steps = [...new Set(strings("./\\%2e5cf", 3))];
  const spelled = [
    "%2e%2e",
    "%252e%252e",
    "..%2f",
    "%2e%2e%2f",
    "..%5c",
    "%c0%ae%c0%ae/",
    "..%00/",
  ];
  const paths = [...steps, ...spelled].flatMap((step) => [`${step}secret`, `a/${step}/secret`]);
  const requests = paths.map((path) => `GET /files/${path} HTTP/1.1\r\n${HOST}\r\n`);
  const text = await answers(server, requests);
  assert(text.split("HTTP/1.1 ").length > paths.length, "each request has an answer");
  assert(!text.includes(OUTSIDE));
  assert(!text.includes("HTTP/1.1 500"));
});

/** Requests that read, write, list and remove at a path. */
const METHODS = ["GET", "HEAD", "PUT", "DELETE", "MKCOL", "PROPFIND", "COPY", "MOVE"];

async function statusOf(server: WebServer, method: string, path: string): Promise<number> {
  const fields: Record<string, string> = { destination: "/files/taken", depth: "0" };
  const body = method === "PUT" ? "written" : undefined;
  const response = await server.fetch(`/files/${path}`, { method, headers: fields, body });
  const text = await response.text();
  assert(!text.includes(OUTSIDE), `${method} ${path}`);
  return response.status;
}

Deno.test({
  name: "symlink-leaf and symlink-parent: no method follows a link out of the folder",
  ...NEEDS_POSIX,
  async fn() {
    await using server = await webServer();
    const outside = server.dir.join("outside");
    await Deno.mkdir(outside);
    await Deno.writeTextFile(join(outside, "f"), OUTSIDE);
    await Deno.symlink(join(outside, "f"), join(server.root, "leaf"));
    await Deno.symlink(outside, join(server.root, "parent"));
    await Deno.symlink(join(outside, "absent"), join(server.root, "dangling"));
    for (const path of ["leaf", "parent", "parent/", "parent/f", "parent/new", "dangling"]) {
      for (const method of METHODS) {
        const status = await statusOf(server, method, path);
        assert(status >= 400 && status < 500, `${method} ${path}: ${status}`);
      }
    }
    assertEquals([...Deno.readDirSync(outside)].map(({ name }) => name), ["f"]);
    assertEquals(await Deno.readTextFile(join(outside, "f")), OUTSIDE);
    assertEquals(Deno.lstatSync(join(server.root, "leaf")).isSymlink, true);
    const listed = await server.fetch("/files/", { headers: { accept: "text/plain" } });
    assertEquals(await listed.text(), "");
  },
});

Deno.test({
  name: "fifo-or-device-open-does-not-hang: each method has an answer",
  ...NEEDS_POSIX,
  async fn() {
    await using server = await webServer();
    const { success } = await new Deno.Command("mkfifo", { args: [join(server.root, "fifo")] })
      .output();
    assert(success);
    for (const method of METHODS) {
      const status = await statusOf(server, method, "fifo");
      assert(status >= 400 && status < 500, `${method}: ${status}`);
    }
    assertEquals(Deno.lstatSync(join(server.root, "fifo")).isFifo, true);
  },
});

Deno.test("path-longer-than-255-bytes: such a name is refused by each method", async () => {
  await using server = await webServer();
  for (const name of ["x".repeat(256), "%C3%A4".repeat(128), `${"d/".repeat(2100)}f`]) {
    for (const method of METHODS) {
      const status = await statusOf(server, method, name);
      assert([413, 414].includes(status), `${method} ${name.slice(0, 9)}…: ${status}`);
    }
  }
  assertEquals(await statusOf(server, "PUT", "x".repeat(255)), 201);
});
