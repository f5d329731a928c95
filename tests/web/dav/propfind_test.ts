import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { MAX_WEB_PROPERTIES, MAX_XML_BYTES } from "../../../lib/base/limits.ts";
import { davRequest, described } from "../../../testing/dav.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const D = 'xmlns="DAV:"';

function find(server: WebServer, path: string, depth: string, body?: BodyInit): Promise<Response> {
  return davRequest(server, "PROPFIND", path, { headers: { depth }, body });
}

function asking(...names: readonly string[]): string {
  return `<propfind ${D}><prop>${names.map((name) => `<${name}/>`).join("")}</prop></propfind>`;
}

async function status(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.body?.cancel();
  return response.status;
}

Deno.test("PROPFIND of a file has all common properties", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a b&.txt"), "content");
  await Deno.utime(join(server.root, "a b&.txt"), 1e9, 1e9);
  for (const depth of ["0", "1", "infinity"]) {
    const answer = await find(server, "/files/a%20b%26.txt", depth);
    assertEquals(answer.headers.get("content-location"), "/files/a%20b%26.txt");
    const all = await described(answer);
    const { getetag, ...rest } = all["/files/a%20b%26.txt"]!;
    assertEquals(Object.keys(all).length, 1);
    assertMatch(getetag!, /^200 "v[0-9a-f]{32}"$/);
    assertEquals(rest, {
      resourcetype: "200",
      displayname: "200 a b&.txt",
      getlastmodified: "200 Sun, 09 Sep 2001 01:46:40 GMT",
      getcontentlength: "200 7",
      getcontenttype: "200 text/plain; charset=UTF-8",
      supportedlock: "200 <lockentry><lockentry>",
      lockdiscovery: "200",
    });
  }
});

Deno.test("PROPFIND has the tag of GET", async () => {
  await using server = await webServer();
  await status(server.fetch("/files/a", { method: "PUT", body: "content" }));
  const head = await server.fetch("/files/a", { method: "HEAD" });
  for (const path of ["/files/a", "/files/"]) {
    const all = await described(await find(server, path, "1", asking("getetag")));
    assertEquals(all["/files/a"], { getetag: `200 ${head.headers.get("etag")}` });
  }
});

Deno.test("PROPFIND of a folder: depth 0 is the folder, depth 1 what is directly below", async () => {
  await using server = await webServer();
  await Deno.mkdir(join(server.root, "d/e/f"), { recursive: true });
  const names = ["a", "<&\">'", "ä 1%.bin", "._a", ".DS_Store"];
  for (const name of names) await Deno.writeTextFile(join(server.root, "d", name), name);
  const folder = { resourcetype: "200 <collection>", getcontentlength: "404" };
  const question = asking("resourcetype", "getcontentlength");
  assertEquals(await described(await find(server, "/files/d", "0", question)), {
    "/files/d/": folder,
  });
  const all = await described(await find(server, "/files/d/", "1", question));
  const size = (name: string) => new TextEncoder().encode(name).length;
  assertEquals(all, {
    "/files/d/": folder,
    "/files/d/e/": folder,
    ...Object.fromEntries(
      names.map((name) => [
        `/files/d/${encodeURIComponent(name)}`,
        { resourcetype: "200", getcontentlength: `200 ${size(name)}` },
      ]),
    ),
  });
});

Deno.test("PROPFIND answers names, some properties, and those included", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a"), "");
  const facts = async (body: string) =>
    (await described(await find(server, "/files/a", "0", body)))["/files/a"]!;
  const names = await facts(`<propfind ${D}><propname/></propfind>`);
  assertEquals(names.getcontentlength, "200");
  const some = `<x:propfind xmlns:x="DAV:"><x:prop><a xmlns="u:"/><x:b/><x:getcontentlength/>` +
    `</x:prop></x:propfind>`;
  assertEquals(await facts(some), { a: "404", b: "404", getcontentlength: "200 0" });
  const included = `<propfind ${D}><allprop/><include><c/><getetag/></include></propfind>`;
  const { c, displayname } = await facts(included);
  assertEquals([c, displayname], ["404", "200 a"]);
  assertEquals(await facts(asking()), {});
});

Deno.test("PROPFIND without a bounded depth is refused, as RFC 4918 allows", async () => {
  await using server = await webServer();
  for (const headers of [{ depth: "infinity" }, {}] as Record<string, string>[]) {
    for (const path of ["/files/", "/"]) {
      const answer = await davRequest(server, "PROPFIND", path, { headers });
      assertEquals(answer.status, 403);
      assertStringIncludes(await answer.text(), "<D:propfind-finite-depth/>");
    }
  }
  assertEquals(await status(find(server, "/files/", "2")), 400);
});

Deno.test("PROPFIND refuses what it cannot understand, and reads no body beyond its limit", async () => {
  await using server = await webServer();
  const bodies: Record<string, readonly [BodyInit, number]> = {
    "no XML": ["propfind", 400],
    "another document": [`<propertyupdate ${D}/>`, 400],
    "no namespace": ["<propfind><allprop/></propfind>", 400],
    "an empty question": [`<propfind ${D}/>`, 400],
    "two questions": [`<propfind ${D}><allprop/><propname/></propfind>`, 400],
    "an entity": [
      `<!DOCTYPE a [<!ENTITY b "c">]><propfind ${D}><prop><a>&b;</a></prop></propfind>`,
      400,
    ],
    "nesting": ["<a>".repeat(10_000), 413],
    "10 MB of nesting": ["<a>".repeat(3_400_000), 413],
    "too many names": [
      asking(...Array.from({ length: MAX_WEB_PROPERTIES + 1 }, (_, i) => `a${i}`)),
      413,
    ],
    "a long body": [ReadableStream.from([new Uint8Array(MAX_XML_BYTES + 1)]), 413],
  };
  for (const [what, [body, expected]] of Object.entries(bodies)) {
    assertEquals(await status(find(server, "/files/", "0", body)), expected, what);
  }
  const most = asking(...Array.from({ length: MAX_WEB_PROPERTIES }, (_, i) => `a${i}`));
  assertEquals(await status(find(server, "/files/", "0", most)), 207);
});

Deno.test("PROPFIND shows only what the user may list", async () => {
  await using server = await webServer({ anonymous: "none" });
  const answer = await find(server, "/files/", "0");
  await answer.body?.cancel();
  assertEquals(answer.status, 401);
  assertMatch(answer.headers.get("www-authenticate")!, /^Basic /);
});

Deno.test("PROPFIND of a missing file, and of a file as a folder, is 404", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a"), "");
  for (const path of ["/files/b", "/files/a/"]) {
    assertEquals(await status(find(server, path, "0")), 404, path);
  }
  // A URL of the runtime would resolve the dots.
  const lines = ["PROPFIND /files/%2e%2e/a HTTP/1.1", "Host: localhost", "Depth: 0", "", ""];
  assertMatch(await server.raw(...lines), /^HTTP\/1.1 403 /);
  assertEquals(await status(find(server, "/files/a%2Fb", "0")), 400);
});

Deno.test("the folders above the files are known to Windows and gvfs", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a"), "");
  const question = asking("displayname", "resourcetype");
  const folder = (name: string) => ({
    displayname: `200 ${name}`,
    resourcetype: "200 <collection>",
  });
  assertEquals(await described(await find(server, "/", "1", question)), {
    "/": folder("/"),
    "/files/": folder("files"),
  });
  assertEquals(Object.keys(await described(await find(server, "/", "0", question))), ["/"]);
});

Deno.test("OPTIONS says that this is WebDAV", async () => {
  await using server = await webServer();
  for (const path of ["/", "/files", "/files/", "/files/a", "/s/token/"]) {
    const answer = await server.fetch(path, { method: "OPTIONS" });
    await answer.body?.cancel();
    const { headers } = answer;
    assertEquals([headers.get("dav"), headers.get("ms-author-via")], ["1, 2, 3", "DAV"], path);
    assertStringIncludes(headers.get("allow")!, "PROPFIND", path);
  }
});
