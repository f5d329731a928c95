/**
 * The files of the page, as a browser gets them.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

/** Bytes that a browser may load before the page works. */
const MAX_FIRST_LOAD_BYTES = 60 * 1024;

const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

async function listing(server: WebServer): Promise<readonly [html: string, policy: string]> {
  const response = await server.fetch("/files/", { headers: BROWSER });
  return [await response.text(), response.headers.get("content-security-policy") ?? ""];
}

/** The URLs of scripts and styles in a page. */
function filesOf(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(([, url]) => url!);
}

Deno.test("the page has one script, style and icon, below 60 KiB with its listing", async () => {
  await using server = await webServer();
  for (let i = 0; i < 100; i++) await Deno.writeTextFile(join(server.root, `file ${i}`), "x");
  const [html] = await listing(server);
  const urls = filesOf(html);
  assertEquals(urls.map((url) => /\.(\w+)$/.exec(url)?.[1]).sort(), ["css", "js", "svg"]);
  let bytes = html.length;
  for (const url of urls) {
    const head = await server.raw(
      ...[`HEAD ${url} HTTP/1.1`, "Host: localhost", "Accept-Encoding: gzip, br"],
      ...["Connection: close", "", ""],
    );
    assertMatch(head, /content-encoding: gzip\r\n/);
    bytes += Number(/content-length: (\d+)/.exec(head)?.[1]);
  }
  assert(bytes > 10_000 && bytes < MAX_FIRST_LOAD_BYTES, `${bytes} bytes`);
});

Deno.test("the files of the page are kept for ever, and each form has a strong tag", async () => {
  await using server = await webServer();
  const [html] = await listing(server);
  for (const url of filesOf(html)) {
    const zipped = await server.fetch(url, { headers: { "accept-encoding": "gzip" } });
    const plain = await server.fetch(url, { headers: { "accept-encoding": "identity" } });
    assertEquals(await zipped.text(), await plain.text());
    assertMatch(plain.headers.get("cache-control") ?? "", /max-age=31536000, immutable/);
    assertMatch(
      plain.headers.get("content-type") ?? "",
      /^(text\/(javascript|css)|image\/svg\+xml); charset=utf-8$/,
    );
    const tags = [zipped, plain].map(({ headers }) => headers.get("etag")!);
    for (const tag of tags) assertMatch(tag, /^"[\w-]+"$/);
    assert(tags[0] !== tags[1]);
    const headers = { "accept-encoding": "identity", "if-none-match": tags[1]! };
    assertEquals((await server.fetch(url, { headers })).status, 304);
    const other = await server.fetch(url.replace(/\.\w{16}\./, ".0000000000000000."));
    assertEquals([other.status, (await other.json()).code], [404, "not_found"]);
  }
});

Deno.test("the policy of the page allows its own files, and nothing inline or from elsewhere", async () => {
  await using server = await webServer();
  const [html, policy] = await listing(server);
  const rules = new Map(policy.split("; ").map((rule) => [rule.split(" ")[0]!, rule] as const));
  assertEquals(rules.get("default-src"), "default-src 'none'");
  for (const kind of ["script-src", "style-src", "connect-src", "form-action"]) {
    assertEquals(rules.get(kind), `${kind} 'self'`);
  }
  assert(!/unsafe|https?:|\*/.test(policy), policy);
  assert(!/<style|<script(?! type="module" src="\/page\/)|\son\w+=/.test(html), html);
});

Deno.test("what users upload cannot be loaded as a script or style of the page", async () => {
  await using server = await webServer();
  for (const name of ["a.js", "a.mjs", "a.css", "a.ts"]) {
    await Deno.writeTextFile(join(server.root, name), "x");
    const response = await server.fetch(`/files/${name}`);
    await response.body?.cancel();
    const type = response.headers.get("content-type") ?? "";
    assert(!/script|css/.test(type), `${name} is ${type}`);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
  }
});
