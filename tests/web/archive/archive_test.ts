import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Rules } from "../../../lib/auth/rules.ts";
import { BLOCK_BYTES, MAX_SELECTION_BYTES } from "../../../lib/base/limits.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { type Finished, RunningProgram } from "../../../testing/programs/running_program.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const NEEDS_UNZIP = await needsProgram("unzip", "-v");
const NEEDS_TAR = await needsProgram("tar", "--version");
const NEEDS_BSDTAR = await needsProgram("bsdtar", "--version");
const LARGE = sampleBytes(2 * BLOCK_BYTES + 7);
const ODD = "naïve \"x\" 'y' <z>: 文件?*.txt";

/** A folder with files of all sizes, an empty folder, an odd name, a program. */
async function filled(): Promise<WebServer> {
  const server = await webServer();
  await Deno.mkdir(join(server.root, "d é/e/empty"), { recursive: true });
  const files: Record<string, Uint8Array> = {
    "large.bin": LARGE,
    "none": new Uint8Array(),
    [ODD]: new TextEncoder().encode("odd"),
    "e/run.sh": new TextEncoder().encode("#!/bin/sh\n"),
  };
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.writeFile(join(server.root, "d é", name), bytes);
  }
  await Deno.chmod(join(server.root, "d é/e/run.sh"), 0o755);
  await Deno.chmod(join(server.root, "d é/none"), 0o640);
  for (const name of ["e/run.sh", "large.bin"]) {
    await Deno.utime(join(server.root, "d é", name), 1_000_000_001, 1_000_000_001);
  }
  return server;
}

const FOLDER = "/files/d%20%C3%A9/";
const NAMES = ["e/", "e/empty/", "e/run.sh", "large.bin", ODD, "none"];

/** Runs a program in the test's folder, in UTC and with names in UTF-8. */
function run(server: WebServer, path: string, ...args: readonly string[]): Promise<Finished> {
  const env = { TZ: "UTC", LC_ALL: "C.UTF-8" };
  return RunningProgram.start({ path, args: [] }, args, { cwd: server.dir.path, env }).finished;
}

/** Saves an answer. @returns It without its body. */
async function save(server: WebServer, url: string, init?: RequestInit): Promise<Response> {
  const response = await server.fetch(url, init);
  const bytes = await response.bytes();
  const length = response.headers.get("content-length");
  assertEquals([response.status, Number(length)], [200, bytes.length]);
  await Deno.writeFile(server.dir.join("archive"), bytes);
  return response;
}

async function zipNames(server: WebServer): Promise<string[]> {
  return (await run(server, "zipinfo", "-1", "archive")).stdout.trim().split("\n");
}

Deno.test({
  name: "?archive=zip has all files and folders, with their times, modes and names",
  ...NEEDS_UNZIP,
  async fn() {
    await using server = await filled();
    const { headers } = await save(server, `${FOLDER}?archive=zip`);
    assertEquals(headers.get("content-type"), "application/zip");
    assertEquals(
      headers.get("content-disposition"),
      `attachment; filename="d _.zip"; filename*=UTF-8''d%20%C3%A9.zip`,
    );
    assertEquals(headers.get("left-out"), null);
    assertEquals((await zipNames(server)).toSorted(), NAMES.toSorted());
    const tested = await run(server, "unzip", "-tq", "archive");
    assertEquals(tested.code, 0, tested.stdout);
    assertEquals((await run(server, "unzip", "-q", "archive", "-d", "out")).code, 0);
    await assertUnpacked(server);
  },
});

Deno.test({
  name: "?archive=tar has all files and folders, with their times, modes and names",
  ...NEEDS_TAR,
  async fn() {
    await using server = await filled();
    const { headers } = await save(server, `${FOLDER}?archive=tar`);
    assertEquals(headers.get("content-type"), "application/x-tar");
    await Deno.mkdir(server.dir.join("out"));
    const { code, stderr } = await run(server, "tar", "-xpf", "archive", "-C", "out");
    assertEquals([code, stderr], [0, ""]);
    await assertUnpacked(server);
  },
});

async function assertUnpacked(server: WebServer): Promise<void> {
  const out = (name: string) => server.dir.join(`out/${name}`);
  assertEquals(await Deno.readFile(out("large.bin")), LARGE);
  assertEquals(await Deno.readTextFile(out(ODD)), "odd");
  assertEquals((await Deno.stat(out("e/empty"))).isDirectory, true);
  const facts = async (name: string) => {
    const { mode, mtime } = await Deno.stat(out(name));
    return [mode! & 0o777, mtime?.getTime()];
  };
  assertEquals(await facts("e/run.sh"), [0o755, 1_000_000_001_000]);
  assertEquals((await facts("none"))[0], 0o640);
  assertEquals((await facts("large.bin"))[1], 1_000_000_001_000);
}

Deno.test({
  name: "bsdtar unpacks both forms, also from a pipe",
  ...NEEDS_BSDTAR,
  async fn() {
    await using server = await filled();
    for (const form of ["zip", "tar"]) {
      await save(server, `${FOLDER}?archive=${form}`);
      const piped = ["-c", "cat archive | bsdtar -tf -"];
      for (const [path, args] of [["bsdtar", ["-tf", "archive"]], ["sh", piped]] as const) {
        const { code, stdout, stderr } = await run(server, path, ...args);
        assertEquals(code, 0, stderr);
        assertEquals(stdout.trim().split("\n").toSorted(), NAMES.toSorted(), path);
      }
    }
  },
});

Deno.test({
  name: "a selection has its names and all below them, once, by query and by form",
  ...NEEDS_UNZIP,
  async fn() {
    await using server = await filled();
    const fields = new URLSearchParams({ archive: "zip" });
    for (const name of ["e/empty", "e/", "./none", "e/run.sh", "none"]) fields.append("name", name);
    const expected = ["e/", "e/empty/", "e/run.sh", "none"];
    await save(server, `${FOLDER}?${fields}`);
    assertEquals((await zipNames(server)).toSorted(), expected);
    await save(server, FOLDER, { method: "POST", body: fields });
    assertEquals((await zipNames(server)).toSorted(), expected);
    await save(server, `${FOLDER}e?archive=zip&name=run.sh`);
    assertEquals(await zipNames(server), ["run.sh"]);
  },
});

Deno.test("a selection that is wrong is refused before anything is sent", async () => {
  await using server = await filled();
  const status = async (path: string, init?: RequestInit) => {
    const response = await server.fetch(path, init);
    await response.body?.cancel();
    return response.status;
  };
  const cases = {
    "?archive=rar": 400,
    "?archive=": 400,
    "?archive=zip&name=": 400,
    "?archive=zip&name=.": 400,
    "?archive=zip&name=/none": 400,
    "?archive=zip&name=missing": 404,
    "?archive=zip&name=..": 403,
    "?archive=zip&name=e/../../x": 403,
    "?archive=zip&name=..%5Cx": 403,
  };
  await Deno.writeTextFile(join(server.root, "x"), "outside of the folder");
  for (const [query, expected] of Object.entries(cases)) {
    const got = await status(`${FOLDER}${query}`);
    // Without rights to go there, a login could help.
    assertEquals(got === 401 ? 403 : got, expected, query);
  }
  const post = (body: BodyInit, headers?: HeadersInit) =>
    status(FOLDER, { method: "POST", body, headers });
  assertEquals(await post(new URLSearchParams()), 400);
  assertEquals(await post("archive=zip"), 415);
  const zip = new URLSearchParams({ archive: "zip" });
  assertEquals(await post(zip, { origin: "http://evil.example" }), 403);
  const large = new URLSearchParams({ archive: "zip", name: "x".repeat(MAX_SELECTION_BYTES) });
  assertEquals(await post(large), 413);
  assertEquals(await status(`${FOLDER}none`, { method: "POST", body: zip }), 405);
});

/** Log lines of a complete archive: one for each small file, and those of a large one. */
const TRANSFER_EVENTS = 3 + 5;

Deno.test("HEAD has the size, and reads nothing", async () => {
  await using server = await filled();
  for (const form of ["zip", "tar"]) {
    const head = await server.fetch(`${FOLDER}?archive=${form}`, { method: "HEAD" });
    await head.body?.cancel();
    const read = server.logged().filter(([event]) => /^transfer/.test(event as string)).length;
    assertEquals(read, form === "zip" ? 0 : TRANSFER_EVENTS, form);
    const { headers } = await save(server, `${FOLDER}?archive=${form}`);
    assertEquals(head.headers.get("content-length"), headers.get("content-length"));
  }
});

Deno.test({
  name: "left-out.txt says which files are not in an archive, and why",
  ...NEEDS_UNZIP,
  async fn() {
    await using server = await filled();
    const at = (name: string) => join(server.root, "d é", name);
    await Deno.writeTextFile(at("secret"), "secret");
    await Deno.writeTextFile(at("left-out.txt"), "of the user");
    await Deno.writeTextFile(at("..\\up\n"), "");
    await Deno.writeTextFile(at("back\\slash"), "");
    await Deno.mkdir(at("e/C:x"));
    await Deno.symlink("none", at("link"));
    {
      using database: DatabaseSync = openAuthDatabase(server.state);
      const rule = { subject: "*", effect: "deny", actions: ["read"], path: "d é/secret" } as const;
      new Rules(database).add({ ...rule, actions: [...rule.actions] });
    }
    const leftOut = async (path: string, note: string) => {
      const { headers } = await save(server, path);
      const { stdout } = await run(server, "unzip", "-p", "archive", note);
      return [headers.get("left-out"), stdout.split("\n").slice(2, -1).toSorted()];
    };
    // The user's own file with that name stays.
    assertEquals(await leftOut(`${FOLDER}?archive=zip`, "left-out-2.txt"), ["4", [
      "left out: d é/..\\up\\n (it leaves the root)",
      "left out: d é/back\\slash (it has a backslash or a control character)",
      "left out: d é/link (it is a link)",
      "left out: d é/secret (you are not allowed to read it)",
    ]]);
    assertEquals((await zipNames(server)).toSorted(), [
      ...[...NAMES, "e/C:x/", "left-out-2.txt", "left-out.txt"].toSorted(),
    ]);
    // A name is that of a drive where it is the first one.
    assertEquals(await leftOut(`${FOLDER}e/?archive=zip`, "left-out.txt"), ["1", [
      "left out: d é/e/C:x (it names a drive)",
    ]]);
  },
});

Deno.test({
  name: "a file that changes or goes midway cuts the connection, and the rest is no archive",
  ...NEEDS_UNZIP,
  async fn() {
    for (const form of ["zip", "tar"]) {
      await using server = await filled();
      const at = (name: string) => join(server.root, "d é", name);
      await Deno.writeFile(at("a.bin"), sampleBytes(16 * BLOCK_BYTES));
      const response = await server.fetch(`${FOLDER}?archive=${form}`);
      const reader = response.body!.getReader();
      const first = (await reader.read()).value!;
      await Deno.remove(at("none"));
      const pieces = [first];
      await assertRejects(async () => {
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          pieces.push(next.value);
        }
      });
      await Deno.writeFile(server.dir.join("archive"), new Blob(pieces).stream());
      assertEquals((await run(server, "unzip", "-tq", "archive")).code === 0, false);
      await server.event("connection.close", { result: "not_found" });
    }
  },
});

Deno.test("bit-flip-on-disk: damaged content is in no complete archive", async () => {
  for (const bytes of [LARGE, LARGE.slice(0, 100)]) {
    await using server = await webServer();
    const path = join(server.root, "a.bin");
    await Deno.writeFile(path, bytes);
    await Deno.utime(path, 1000, 1000);
    await (await server.fetch("/files/a.bin")).bytes();
    await server.server.drain();
    {
      using database = new DatabaseSync(join(server.state, "digests.sqlite"));
      database.exec("UPDATE digests SET digests = zeroblob(length(digests))");
      database.exec("UPDATE digests SET root = '00000000' || substr(root, 9), settled = 1");
    }
    await server.restart();
    const response = await fetch(`${server.server.webUrl}/files/?archive=zip`);
    await response.body?.cancel();
    assertEquals(response.status, 422);
  }
});

Deno.test("the HTML of a folder offers the archive, without a link that a program would follow", async () => {
  await using server = await filled();
  const response = await server.fetch(FOLDER, { headers: { accept: "text/html" } });
  assertMatch(await response.text(), /<form><button name="archive" value="zip">Download as zip</);
});
