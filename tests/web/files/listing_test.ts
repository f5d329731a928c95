import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

async function filled(): Promise<WebServer> {
  const server = await webServer();
  await Deno.mkdir(join(server.root, "d/e"), { recursive: true });
  for (const [i, name] of ["b", "a<b>.txt", "c:x"].entries()) {
    const path = join(server.root, "d", name);
    await Deno.writeTextFile(path, "x".repeat(3 - i));
    await Deno.utime(path, 1000 + i, 1000 + i);
  }
  return server;
}

async function list(server: WebServer, query: string, accept: string): Promise<string> {
  const response = await server.fetch(`/files/d/${query}`, { headers: { accept } });
  return await response.text();
}

Deno.test("a listing is JSON as of ls --json: an array, or one object a line", async () => {
  await using server = await filled();
  const array = JSON.parse(await list(server, "", "application/json"));
  const lines = await list(server, "", "application/jsonl");
  assertEquals(lines.trim().split("\n").map((line) => JSON.parse(line)), array);
  const file = { name: "b", type: "file", bytes: 3, mtime: "1970-01-01T00:16:40.000Z" };
  assertEquals(array[1], file);
  assertEquals(array.map(({ name }: { name: string }) => name), ["a<b>.txt", "b", "c:x", "e"]);
});

Deno.test("an empty folder is an empty listing in each form", async () => {
  await using server = await filled();
  const get = async (accept: string) => {
    const response = await server.fetch("/files/d/e/", { headers: { accept } });
    return [response.status, await response.text()];
  };
  assertEquals(await get("application/json"), [200, "[]\n"]);
  assertEquals(await get("application/jsonl"), [200, ""]);
  assertEquals(await get("text/plain"), [200, ""]);
  assertEquals((await get("text/html"))[0], 200);
});

Deno.test("a listing is sorted and paged by its query", async () => {
  await using server = await filled();
  const text = (query: string) => list(server, query, "text/plain");
  assertEquals(await text(""), "a<b>.txt\nb\nc:x\ne/\n");
  assertEquals(await text("?order=desc"), "e/\nc:x\nb\na<b>.txt\n");
  assertEquals(await text("?sort=size"), "e/\nc:x\na<b>.txt\nb\n");
  assertEquals(await text("?sort=time&limit=2"), "b\na<b>.txt\n");
  assertEquals(await text("?limit=1&offset=1"), "b\n");
  assertEquals(await text("?offset=9"), "");
  for (const query of ["?sort=x", "?order=up", "?limit=-1", "?offset=1e3", "?limit="]) {
    const response = await server.fetch(`/files/d/${query}`);
    await response.body?.cancel();
    assertEquals(response.status, 400, query);
  }
});

Deno.test("the HTML for a browser's page has all entries and the session in it, as the page shows them", async () => {
  await using server = await filled();
  await Deno.writeTextFile(join(server.root, "d", "<!--<script>"), "");
  const html = async (query: string, more: Record<string, string>) => {
    const headers = { accept: "text/html", ...more };
    return await (await server.fetch(`/files/d/${query}`, { headers })).text();
  };
  const viewIn = (html: string) =>
    /<script type="application\/json" id="first-view">(.*?)<\/script>/.exec(html)?.[1];
  const page = { "sec-fetch-dest": "document" };
  const view = viewIn(await html("", page))!;
  assert(!view.includes("<"), view);
  const { entries, session } = JSON.parse(view);
  assertEquals(entries, JSON.parse(await list(server, "", "application/json")));
  assertEquals(session, await (await server.fetch("/session?at=/files/d/")).json());
  // Other programs, a part of a folder, and a frame have no use for it.
  assertEquals(viewIn(await html("", {})), undefined);
  assertEquals(viewIn(await html("", { "sec-fetch-dest": "iframe" })), undefined);
  for (const query of ["?limit=1", "?offset=1", "?limit=1&offset=1"]) {
    assertEquals(viewIn(await html(query, page)), undefined, query);
  }
  assert(viewIn(await html("?sort=size&order=desc", page)) !== undefined);
});

Deno.test("the HTML of a listing works without scripts, and names cannot become markup", async () => {
  await using server = await filled();
  const html = await list(server, "", "text/html");
  assert(html.includes(`<a href="./a%3Cb%3E.txt">a&lt;b&gt;.txt</a>`), html);
  assert(html.includes(`<a href="./c%3Ax">c:x</a>`), html);
  assert(!/<b>|<script(?! type="module" src="\/page\/page\.)/.test(html));
  const page = await list(server, "?limit=2", "text/html");
  assert(page.includes(`<a href="?limit=2&amp;offset=2">Next page</a>`), page);
});

Deno.test("a folder without a slash at its end is redirected, a file with one is not found", async () => {
  await using server = await filled();
  const get = async (path: string) => {
    const response = await server.fetch(path, { redirect: "manual" });
    await response.body?.cancel();
    return [response.status, response.headers.get("location")];
  };
  assertEquals(await get("/files/d?sort=size"), [301, "/files/d/?sort=size"]);
  assertEquals(await get("/files/d/b/"), [404, null]);
  assertEquals(await get("/files/d/none"), [404, null]);
  assertEquals(await get("/"), [302, "/files/"]);
  assertEquals(await get("/x"), [404, null]);
});

Deno.test("path-dotdot-encodings: no spelling of a path leaves the root", async () => {
  await using server = await filled();
  await Deno.writeTextFile(server.dir.join("secret"), "secret");
  const spellings = [
    "..",
    "%2e%2e",
    "%2E.",
    "..%2f",
    "%2e%2e%2f",
    "..%5c",
    "%5c..",
    "d/../..",
    "%00",
  ];
  for (const spelling of spellings) {
    for (const path of [`/files/${spelling}/secret`, `/files/d/${spelling}/${spelling}/secret`]) {
      const answer = await server.raw(`GET ${path} HTTP/1.1`, "Host: localhost", "", "");
      assert(/^HTTP\/1.1 40[0134] /.test(answer), `${path}: ${answer}`);
    }
  }
  for (const path of ["/../secret", "//secret", "/files/%2Fetc/passwd", "/files/%ff"]) {
    const answer = await server.raw(`GET ${path} HTTP/1.1`, "Host: localhost", "", "");
    assert(/^HTTP\/1.1 40[034] /.test(answer), `${path}: ${answer}`);
  }
});
