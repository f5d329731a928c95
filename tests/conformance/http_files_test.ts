/**
 * The rules of `Files` that hold over HTTP, too.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "node:path";
import { FtError } from "../../lib/base/errors.ts";
import { SILENT } from "../../lib/base/log.ts";
import type { Files } from "../../lib/service/files.ts";
import { webServer } from "../../testing/web_server.ts";
import { filesConformance } from "./files_conformance.ts";
import type { FilesFixture, FilesOptions } from "./files_rules.ts";
import { text } from "./content.ts";
import { HttpFiles } from "./http_files.ts";
import { type HttpRequest, HttpRequests } from "./http_request.ts";

/**
 * Rules about what HTTP does not have, or has in another form with tests of its own: the blocks of an
 * upload before its end, roots in listings, batches, times and permission bits, and leases.
 */
const OTHER = [
  "sets time and mode",
  "discards abandoned uploads",
  "resumes by token",
  "blocks of the file to be replaced",
  "does not keep a block",
  "refuses a damaged block",
  "commits only if root, size",
  "refuses blocks",
  "fences off a writer",
  "batch of small files",
  "computes the roots of many files",
  "lists the roots",
  "roots in stat and manifest",
  "knows no root",
  "lease",
  "where access is read-only",
  "shows nothing without permission",
  "moves and creates",
  "fits into one message",
  "refuses invalid paths",
];

/** A server, and two clients over connections of their own. */
async function overHttp({ anonymous, content }: FilesOptions): Promise<FilesFixture> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await webServer({ anonymous, log: SILENT }));
  for (const [path, bytes] of Object.entries(content)) {
    const target = join(server.root, path);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeFile(target, bytes);
  }
  const connect = () => stack.use(new HttpFiles(server.webUrl)) as unknown as Files;
  const [files, stranger] = [connect(), connect()];
  const owned = stack.move();
  return { files, stranger, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

filesConformance("Files over HTTP", overHttp, OTHER);

/** Paths in URLs that are refused, or are another one's spelling; none leaves the root. */
const BAD_TARGETS = [
  ...[
    "..",
    "a/../b",
    "../f",
    "%2e%2e/f",
    "..%2ff",
    "..%5cf",
    "%5c..",
    "%2fetc/passwd",
    "C:x",
    "a%00b",
  ],
  ...[
    ".ftserver/x",
    "%2eftserver/lock",
    "f/%2e%2e/f",
    "%c0%ae%c0%ae/f",
    "%",
    "%zz",
    "f%2f..%2f..%2ff",
  ],
];

Deno.test("Files over HTTP refuses paths that leave the root, in every method", async () => {
  await using server = await webServer({ log: SILENT });
  await Deno.writeTextFile(join(server.root, "f"), "f");
  using requests = new HttpRequests(server.webUrl);
  for (const target of BAD_TARGETS) {
    const destination = { destination: `/files/${target}` };
    const attempts: HttpRequest[] = [
      ...["GET", "HEAD", "DELETE", "MKCOL", "PROPFIND"].map((method) => ({ method, target })),
      { method: "PUT", target, body: text("x") },
      ...["MOVE", "COPY"].map((method) => ({ method, target: "f", headers: destination })),
      ...["MOVE", "COPY"].map((method) => ({
        ...{ method, target },
        headers: { destination: "/files/new" },
      })),
    ];
    for (const attempt of attempts) {
      const { code } = await assertRejects(
        () => requests.send(attempt),
        FtError,
        undefined,
        target,
      );
      assert(["not_allowed", "usage"].includes(code), `${attempt.method} ${target}: ${code}`);
    }
  }
  const left = [...Deno.readDirSync(server.root)].map(({ name }) => name).sort();
  assertEquals(left, [".ftserver", "f"]);
});
