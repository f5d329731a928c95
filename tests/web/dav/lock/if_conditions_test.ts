import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { DavClient } from "../../../../testing/dav_locks.ts";
import { type WebServer, webServer } from "../../../../testing/web_server.ts";

async function scene(): Promise<WebServer & { dav: DavClient; etag: string }> {
  const server = await webServer();
  await Deno.mkdir(join(server.root, "d"));
  for (const name of ["a", "b", "d/a"]) await Deno.writeTextFile(join(server.root, name), name);
  const etag = (await server.fetch("/files/a", { method: "HEAD" })).headers.get("etag")!;
  return Object.assign(server, { dav: new DavClient(server), etag });
}

Deno.test("If holds if all conditions of one list do, about the resource that is named", async () => {
  await using at = await scene();
  const { dav, etag } = at;
  const token = await dav.lock("/files/b");
  const host = new URL(at.webUrl).host;
  const cases: readonly (readonly [string, boolean])[] = [
    [`([${etag}])`, true],
    [`(Not [${etag}])`, false],
    [`(["x"])`, false],
    [`(["x"]) ([${etag}])`, true],
    [`([${etag}] ["x"])`, false],
    [`([${etag}] Not ["x"])`, true],
    [`([W/${etag}])`, false],
    ["(<DAV:no-lock>)", false],
    ["(Not <DAV:no-lock>)", true],
    [`(<${token}>)`, false],
    [`(Not <${token}>)`, true],
    [`</files/b> (<${token}>)`, true],
    [`<http://${host}/files/b> (<${token}>)`, true],
    [`<http://${host}/files/%62> (<${token}>)`, true],
    [`<http://elsewhere.example/files/b> (<${token}>)`, false],
    [`<http://elsewhere.example/files/b> (Not <${token}>)`, true],
    [`<urn:x> (<${token}>)`, false],
    [`</b> (<${token}>)`, false],
    [`</files/%> (<${token}>)`, false],
    [`</files/../b> (<${token}>)`, false],
    [`</files/b?x> (<${token}>)`, true],
    [`</files/d/> (["x"])`, false],
    [`</files/none> (["x"])`, false],
    [`</files/none> (Not ["x"])`, true],
    [`</files/none> (["x"]) </files/b> (<${token}>)`, true],
  ];
  for (const [field, holds] of cases) {
    const answer = await dav.send("GET", "/files/a", { headers: { if: field } });
    assertEquals(answer.status, holds ? 200 : 412, field);
  }
});

Deno.test("If is judged before every method changes anything", async () => {
  await using at = await scene();
  const to = { destination: "/files/new" };
  const update =
    '<propertyupdate xmlns="DAV:"><set><prop><x xmlns="y"/></prop></set></propertyupdate>';
  for (
    const [method, path, options] of [
      ["PUT", "/files/a", { body: "x" }],
      ["DELETE", "/files/a", {}],
      ["MKCOL", "/files/new", {}],
      ["COPY", "/files/a", { headers: to }],
      ["MOVE", "/files/a", { headers: to }],
      ["PROPPATCH", "/files/a", { body: update }],
      ["LOCK", "/files/a", { body: "" }],
      ["UNLOCK", "/files/a", { headers: { "lock-token": "<urn:x>" } }],
    ] as const
  ) {
    for (const [field, status] of [["(<DAV:no-lock>)", 412], ["(", 400]] as const) {
      const headers = { ...("headers" in options ? options.headers : {}), if: field };
      assertEquals(await at.dav.status(method, path, { ...options, headers }), status, method);
    }
  }
  assertEquals(await Deno.readTextFile(join(at.root, "a")), "a");
  assertEquals(await Deno.stat(join(at.root, "new")).catch(() => null), null);
});

Deno.test("the token of a list that does not hold is submitted as well", async () => {
  await using at = await scene();
  const { dav, etag } = at;
  const token = await dav.lock("/files/a");
  const put = (field: string) =>
    dav.status("PUT", "/files/a", { body: "a", headers: { if: field } });
  assertEquals(await put("(Not <DAV:no-lock>)"), 423);
  assertEquals(await put(`(<${token}> ["x"]) (Not <DAV:no-lock>)`), 204);
  assertEquals(await put(`(<${token}> [${etag}])`), 412, "the file is another one");
});

Deno.test("PROPPATCH and the replaced target of a MOVE need the token of their locks", async () => {
  await using at = await scene();
  const { dav } = at;
  const body =
    '<propertyupdate xmlns="DAV:"><set><prop><x xmlns="y"/></prop></set></propertyupdate>';
  const token = await dav.lock("/files/b");
  assertEquals(await dav.status("PROPPATCH", "/files/b", { body }), 423);
  assertEquals(await dav.status("PROPPATCH", "/files/b", { body, tokens: [token] }), 207);
  const move = (headers: Record<string, string>) =>
    dav.status("MOVE", "/files/a", { headers: { destination: "/files/b", ...headers } });
  assertEquals(await move({}), 423);
  assertEquals(await move({ if: `</files/b> (<${token}>)` }), 204);
  assertEquals(await Deno.readTextFile(join(at.root, "b")), "a");
  assertEquals(await dav.status("PUT", "/files/b"), 423, "the replaced file is still locked");
});

Deno.test("a hostile If field is refused, and costs little", async () => {
  await using at = await scene();
  const raw = async (field: string) => {
    const answer = await at.raw("GET /files/a HTTP/1.1", "Host: localhost", `If: ${field}`, "", "");
    return /^HTTP\/1\.1 (\d+) /.exec(answer)?.[1];
  };
  assertEquals(await raw("(<a:b>)".repeat((1 << 20) / 7)), "431");
  const startedMs = performance.now();
  for (const piece of ["(", "<a:", "(Not ", "(<a:b>)", '</files/a> (["x"])', "(Not\t", '[""]']) {
    assertEquals(await raw(piece.repeat(30_000 / piece.length)), "400", piece);
  }
  assert(performance.now() - startedMs < 10_000);
  assertEquals(await raw('(["x"])'), "412");
});
