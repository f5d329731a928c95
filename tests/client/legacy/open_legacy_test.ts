import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import type {
  BatchOutcome,
  ExistingTarget,
  TransferEvent,
} from "../../../lib/client/remote/transfer_events.ts";
import { getFiles } from "../../../lib/client/transfer/get/get_files.ts";
import { putFiles } from "../../../lib/client/transfer/put/put_files.ts";
import type { Remote } from "../../../lib/client/remote/remote.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { encodeNameAndSize } from "../../../lib/dialects/name_fields.ts";
import { encodeOneshotMetadata } from "../../../lib/dialects/oneshot.ts";
import { encodeFrame } from "../../../lib/wire/frame.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";
import { bytesOf } from "../../../testing/network/raw_peer.ts";
import { LARGE_BYTES, md5, sampleBytes } from "../../../testing/content.ts";
import { scriptedServer } from "../../../testing/network/scripted_server.ts";
import { NEEDS_POSIX } from "../../../testing/skip.ts";
import { type TempDir, tempDir } from "../../../testing/temp_dir.ts";

const DIALECTS = ["line", "framed", "oneshot", "updown", "json"] as const;
type DialectName = typeof DIALECTS[number];
const VERIFIED = { line: "sha256", framed: "sha256", oneshot: "md5" } as const;

const opening = (url: string, timeoutMs = 10_000) => (): Promise<Remote> =>
  openRemote(parseEndpoint(url), { timeoutMs });

/** A server that speaks them all on one port, as a client of one sees it. */
function urlOf({ server }: TestServer, dialect: DialectName): string {
  return server.addresses[0]!.replace("ft://", `ft+${dialect}://`);
}

const HOW = { times: true, resume: true, transfers: 4 } as const;

function get(
  url: string,
  dir: string,
  names: string[],
  existing: ExistingTarget = "refuse",
  onEvent: (event: TransferEvent) => void = () => {},
): Promise<BatchOutcome> {
  const request = { ...HOW, names, dir, recursive: false, existing, retries: 1 };
  return getFiles(opening(url), request, onEvent);
}

function put(
  url: string,
  sources: string[],
  existing: ExistingTarget = "refuse",
): Promise<BatchOutcome> {
  return putFiles(
    opening(url),
    { ...HOW, sources, to: ".", recursive: false, existing },
    () => {},
  );
}

/** What a dialect can carry. */
function contentFor(dialect: DialectName, bytes: number): Uint8Array<ArrayBuffer> {
  return dialect === "json" ? new Uint8Array(bytes).fill(0x61) : sampleBytes(bytes);
}

const codesOf = ({ failed }: BatchOutcome) => failed.map(({ error }) => error.code);
const listed = (dir: string) => [...Deno.readDirSync(dir)].map(({ name }) => name).sort();

for (const dialect of DIALECTS) {
  Deno.test(`get over ${dialect} takes files of 0, 1 and 15 MB bytes`, async () => {
    await using live = await testServer();
    await using dir = await tempDir();
    const names: string[] = [];
    for (const bytes of [0, 1, LARGE_BYTES]) {
      await Deno.writeFile(`${live.root}/a ${bytes}.bin`, contentFor(dialect, bytes));
      names.push(`a ${bytes}.bin`);
    }
    const outcome = await get(urlOf(live, dialect), dir.path, names);
    assertEquals(outcome.failed, []);
    for (const { name, bytes, moved, root, verified } of outcome.done) {
      assertEquals([`a ${bytes}.bin`, moved, root], [name, bytes, ""]);
      assertEquals(verified, VERIFIED[dialect as keyof typeof VERIFIED]);
      assertEquals(await Deno.readFile(dir.join(name)), contentFor(dialect, bytes));
    }
    assertEquals(listed(dir.path), names.sort(), "nothing is left beside them");
  });

  Deno.test(`get over ${dialect} tells what is missing and goes on with the others`, async () => {
    await using live = await testServer();
    await using dir = await tempDir();
    await Deno.writeTextFile(`${live.root}/there.txt`, "there");
    const outcome = await get(urlOf(live, dialect), dir.path, ["nope.txt", "there.txt"]);
    assertEquals(codesOf(outcome), ["not_found"]);
    assertEquals(outcome.done.map(({ name }) => name), ["there.txt"]);
    assertEquals(listed(dir.path), ["there.txt"]);
  });

  Deno.test(`get over ${dialect} keeps to the rules for targets that exist`, async () => {
    await using live = await testServer();
    await using dir = await tempDir();
    const url = urlOf(live, dialect);
    await Deno.writeTextFile(`${live.root}/a.txt`, "new");
    await Deno.writeTextFile(dir.join("a.txt"), "old");
    assertEquals(codesOf(await get(url, dir.path, ["a.txt"])), ["conflict"]);
    assertEquals(await Deno.readTextFile(dir.join("a.txt")), "old");
    const renamed = await get(url, dir.path, ["a.txt"], "rename");
    assertEquals(renamed.done.map(({ path }) => path), [dir.join("a (1).txt")]);
    assertEquals((await get(url, dir.path, ["a.txt"], "overwrite")).failed, []);
    assertEquals(await Deno.readTextFile(dir.join("a.txt")), "new");
    const same = await get(url, dir.path, ["a.txt"]);
    assertEquals(same.failed, []);
    if (dialect in VERIFIED) assertEquals(same.done[0]!.moved, 0);
  });

  Deno.test(`get over ${dialect} is refused where nobody may read`, async () => {
    await using live = await testServer({ anonymous: "none" });
    await using dir = await tempDir();
    await Deno.writeTextFile(`${live.root}/a.txt`, "a");
    assertEquals(codesOf(await get(urlOf(live, dialect), dir.path, ["a.txt"])), ["not_allowed"]);
  });

  Deno.test(`get over ${dialect} writes to a stream`, async () => {
    await using live = await testServer();
    await Deno.writeFile(`${live.root}/a.txt`, contentFor(dialect, 300_000));
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const sink = new WritableStream<Uint8Array>({
      write: (piece) => void pieces.push(piece.slice()),
    });
    const request = { ...HOW, names: ["a.txt"], dir: ".", recursive: false, sink } as const;
    const { done } = await getFiles(
      opening(urlOf(live, dialect)),
      { ...request, existing: "refuse" },
      () => {},
    );
    assertEquals(done[0]!.bytes, 300_000);
    assertEquals(await new Blob(pieces).bytes(), contentFor(dialect, 300_000));
  });
}

for (const dialect of ["updown", "json"] as const) {
  Deno.test(`put over ${dialect} sends files of 0, 1 and 15 MB bytes`, async () => {
    await using live = await testServer();
    await using dir = await tempDir();
    const sources: string[] = [];
    for (const bytes of [0, 1, LARGE_BYTES]) {
      await Deno.writeFile(dir.join(`a ${bytes}.txt`), contentFor(dialect, bytes));
      sources.push(dir.join(`a ${bytes}.txt`));
    }
    const outcome = await put(urlOf(live, dialect), sources);
    assertEquals(outcome.failed, []);
    for (const { name, bytes, root, verified } of outcome.done) {
      assertEquals([root, verified], ["", undefined]);
      assertEquals(await Deno.readFile(`${live.root}/${name}`), contentFor(dialect, bytes));
    }
  });

  Deno.test(`put over ${dialect} keeps to the rules for targets that exist`, async () => {
    await using live = await testServer();
    await using dir = await tempDir();
    const url = urlOf(live, dialect);
    await Deno.writeTextFile(`${live.root}/a.txt`, "old");
    await Deno.writeTextFile(dir.join("a.txt"), "new");
    const source = [dir.join("a.txt")];
    assertEquals(codesOf(await put(url, source)), ["conflict"]);
    await assertRejects(() => put(url, source, "overwrite"), FtError, `${dialect} dialect has no`);
    assertEquals(await Deno.readTextFile(`${live.root}/a.txt`), "old");
    const renamed = await put(url, source, "rename");
    assertEquals(renamed.done.map(({ name }) => name), ["a (1).txt"]);
    await Deno.writeTextFile(`${live.root}/a.txt`, "new");
    assertEquals((await put(url, source)).failed, [], "the same content is no fault");
  });

  Deno.test(`put over ${dialect} is refused where nobody may write`, async () => {
    await using live = await testServer({ anonymous: "read" });
    await using dir = await tempDir();
    await Deno.writeTextFile(dir.join("a.txt"), "a");
    assertEquals(codesOf(await put(urlOf(live, dialect), [dir.join("a.txt")])), ["not_allowed"]);
  });
}

Deno.test("what a dialect lacks is a protocol error that names the dialect", async () => {
  await using live = await testServer();
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("a.txt"), "a");
  for (const dialect of DIALECTS) {
    await using remote = await opening(urlOf(live, dialect))();
    const { files } = remote;
    const asked = [
      () => files.stat("a.txt"),
      () => files.manifest("a.txt"),
      () => files.sum("a.txt", "sha256"),
      () => files.remove("a.txt"),
      () => files.move("a.txt", "b.txt"),
      () => files.mkdir("a"),
      () => files.lease("a", { ttlMs: 1 }),
      () => files.stage("a.txt"),
      ...(dialect === "json" ? [] : [() => Array.fromAsync(files.list("."))]),
    ];
    for (const ask of asked) {
      const error = await assertRejects(ask, FtError, `the ${dialect} dialect has no `);
      assertEquals(error.code, "protocol");
    }
    if (dialect === "json" || dialect === "updown") continue;
    const put = () =>
      putFiles(
        opening(urlOf(live, dialect)),
        { ...HOW, sources: [dir.join("a.txt")], to: ".", recursive: false, existing: "refuse" },
        () => {},
      );
    await assertRejects(put, FtError, "has no uploads");
  }
});

Deno.test("json lists names, and no more than names", async () => {
  await using live = await testServer();
  await Deno.mkdir(`${live.root}/sub`);
  await Deno.writeTextFile(`${live.root}/sub/a b.txt`, "a");
  await using remote = await opening(urlOf(live, "json"))();
  const paths = (await Array.fromAsync(remote.files.list("sub"))).map(({ path }) => path);
  assertEquals(paths, ["sub/a b.txt"]);
  await assertRejects(() => Array.fromAsync(remote.files.list("nope")), FtError, "not found");
});

/** What a hostile or broken server may say, and what is to become of it. */
const HOSTILE: readonly (readonly [string, DialectName, (Uint8Array | string)[], string])[] = [
  ["a wrong SHA-256", "line", [`OK a.bin 3 ${"0".repeat(64)}\n`, "abc"], "integrity"],
  ["another name", "line", [`OK ../b.bin 3 ${"0".repeat(64)}\n`, "abc"], "protocol"],
  ["an absurd size", "line", [`OK a.bin 9223372036854775807 ${"0".repeat(64)}\n`], "protocol"],
  ["what is no line of it", "line", ["HTTP/1.1 400 Bad Request\r\n"], "protocol"],
  ["a line without end", "line", ["OK ".padEnd(40_000, "x")], "protocol"],
  ["half a line", "line", ["OK a.bin 3 00"], "network"],
  ["the first letter of a line", "line", ["O"], "network"],
  ["what is no line of it, nor ends", "line", ["220 ready"], "protocol"],
  ["less than it said", "line", [`OK a.bin 9 ${"0".repeat(64)}\n`, "abc"], "network"],
  ["a wrong SHA-256", "framed", [
    encodeFrame("FROK"),
    encodeFrame("FMTA", encodeNameAndSize("a.bin", 3)),
    encodeFrame("FHSH", new Uint8Array(32)),
    encodeFrame("FDAT", bytesOf("abc")),
  ], "integrity"],
  ["more than it said", "framed", [
    encodeFrame("FROK"),
    encodeFrame("FMTA", encodeNameAndSize("a.bin", 3)),
    encodeFrame("FHSH", new Uint8Array(32)),
    encodeFrame("FDAT", bytesOf("abcdef")),
  ], "integrity"],
  ["another name", "framed", [
    encodeFrame("FROK"),
    encodeFrame("FMTA", encodeNameAndSize("/etc/passwd", 3)),
    encodeFrame("FHSH", new Uint8Array(32)),
  ], "protocol"],
  ["a frame above its cap", "framed", [Uint8Array.fromHex("7fffffffffffffff46524f4b")], "protocol"],
  ["a refusal after FROK", "framed", [
    encodeFrame("FROK"),
    encodeFrame("FERR", bytesOf("Arquivo não encontrado")),
  ], "not_found"],
  [
    "a wrong MD5",
    "oneshot",
    ["OK", encodeOneshotMetadata("a.bin", 3, "0".repeat(32)), "abc"],
    "integrity",
  ],
  ["more than it said", "oneshot", [
    "OK",
    encodeOneshotMetadata("a.bin", 3, md5(bytesOf("abc"))),
    "abcdef",
  ], "integrity"],
  [
    "another name",
    "oneshot",
    ["OK", encodeOneshotMetadata("..", 3, "0".repeat(32)), "abc"],
    "protocol",
  ],
  ["a name of 4 GiB", "oneshot", ["OK", new Uint8Array(4).fill(255)], "protocol"],
  ["no status", "oneshot", ["HELLO"], "protocol"],
  ["an error", "updown", ["ERROR: disk on fire"], "not_found"],
  ["a length above its cap", "json", [new Uint8Array(4).fill(255)], "protocol"],
  ["no JSON", "json", [new Uint8Array([0, 0, 0, 3]), "abc"], "protocol"],
];

for (const [what, dialect, said, code] of HOSTILE) {
  Deno.test(`get over ${dialect} keeps nothing from a server that sends ${what}`, async () => {
    await using server = scriptedServer(async (peer) => {
      await peer.hear();
      for (const part of said) await peer.say(part);
    });
    await using dir = await tempDir();
    const url = `ft+${dialect}://127.0.0.1:${server.port}`;
    const request = { ...HOW, names: ["a.bin"], dir: dir.path, recursive: false } as const;
    const outcome = await getFiles(opening(url), { ...request, existing: "refuse" }, () => {})
      .catch((error) => ({ done: [], failed: [{ name: "a.bin", error }] }));
    assertEquals(codesOf(outcome), [code]);
    assertEquals(listed(dir.path), []);
  });
}

Deno.test("chat over line shows no half of a message when the connection is lost", async () => {
  await using server = scriptedServer(async (peer) => {
    await peer.say("MSGS [SERVER]: whole\nMSGS [SERVER]: ha");
  });
  await using remote = await opening(`ft+line://127.0.0.1:${server.port}`)();
  const seat = await remote.chat.join();
  const heard: string[] = [];
  const error = await assertRejects(async () => {
    for await (const { text } of seat.messages) heard.push(text);
  }, FtError);
  assertEquals([error.code, heard], ["network", ["whole"]]);
});

Deno.test("get over oneshot reads two bytes of status, as header and content may come at once", async () => {
  const content = bytesOf("hello");
  await using server = scriptedServer(async (peer) => {
    await peer.hear();
    const facts = encodeOneshotMetadata("a.bin", 5, md5(content));
    await peer.say(new Uint8Array([...bytesOf("OK"), ...facts, ...content]));
  });
  await using dir = await tempDir();
  const outcome = await get(`ft+oneshot://127.0.0.1:${server.port}`, dir.path, ["a.bin"]);
  assertEquals(outcome.failed, []);
});

Deno.test("get over oneshot tries only connecting again", async () => {
  await using dir = await tempDir();
  await using server = scriptedServer(async (peer) => {
    await peer.hear();
    await peer.say("OK");
  });
  const url = `ft+oneshot://127.0.0.1:${server.port}`;
  const error = await assertRejects(() => get(url, dir.path, ["a.bin"]), FtError);
  assertEquals([error.code, error.retryable, server.connections], ["network", false, 1]);
});

Deno.test("put over updown pauses between the command and the content", async () => {
  const heard: string[] = [];
  await using server = scriptedServer(async (peer) => {
    for (let piece; (piece = await peer.hear(4096)) !== null;) {
      heard.push(new TextDecoder().decode(piece));
    }
  });
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("a.txt"), "hello");
  const outcome = await put(`ft+updown://127.0.0.1:${server.port}`, [dir.join("a.txt")]);
  assertEquals(outcome.failed, []);
  assertEquals(heard, ["UPLOAD a.txt\n", "hello"]);
});

Deno.test("put over json tells a refusal in unknown words as it is, where no file is in the way", async () => {
  await using server = scriptedServer(async (peer) => {
    const refusals = ["on fire", "File not found"];
    while (await peer.hear() !== null) {
      const reply = bytesOf(JSON.stringify({ status: "Fail", response: refusals.shift() ?? "" }));
      await peer.say(new Uint8Array([0, 0, 0, reply.length, ...reply]));
    }
  });
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("a.txt"), "text");
  const { failed } = await put(`ft+json://127.0.0.1:${server.port}`, [dir.join("a.txt")]);
  assertEquals(failed.map(({ error }) => error.message), ["refused: on fire"]);
});

Deno.test(
  "names that a dialect would cut are refused before they are sent",
  NEEDS_POSIX,
  async () => {
    await using live = await testServer();
    await using dir = await tempDir();
    for (const name of ["a", "fine"]) await Deno.writeTextFile(`${live.root}/${name}`, name);
    for (const name of ["b\nc", "also"]) await Deno.writeTextFile(dir.join(name), name);
    const sources = [dir.join("b\nc"), dir.join("also")];
    const outcomes = [
      await get(urlOf(live, "line"), dir.path, ["a\nGET fine", "fine"]),
      await get(urlOf(live, "updown"), dir.path, ["a\0b", "a"]),
      await put(urlOf(live, "updown"), sources),
    ];
    for (const outcome of outcomes) {
      assertEquals([codesOf(outcome), outcome.done.length], [["not_allowed"], 1]);
    }
    const names = [...Deno.readDirSync(live.root)].map(({ name }) => name);
    assertEquals(names.filter((name) => !name.startsWith(".")).sort(), ["a", "also", "fine"]);
  },
);

Deno.test("put over json refuses what is no text", async () => {
  await using live = await testServer();
  await using dir: TempDir = await tempDir();
  await Deno.writeFile(dir.join("a.bin"), new Uint8Array([0xff]));
  const { failed } = await put(urlOf(live, "json"), [dir.join("a.bin")]);
  assertEquals(failed.map(({ error }) => error.code), ["protocol"]);
  assert(failed[0]!.error.message.includes("json"));
});

Deno.test("a file that is not wanted to its end costs the others nothing", async () => {
  for (const dialect of ["line", "framed"] as const) {
    await using live = await testServer();
    await using dir = await tempDir();
    await Deno.writeFile(`${live.root}/large`, sampleBytes(LARGE_BYTES));
    await Deno.writeTextFile(`${live.root}/small`, "small");
    await Deno.writeTextFile(dir.join("large"), "mine");
    const names = ["large", "small"];
    const request = { ...HOW, transfers: 1, names, dir: dir.path, recursive: false } as const;
    const outcome = await getFiles(
      opening(urlOf(live, dialect)),
      { ...request, existing: "refuse" },
      () => {},
    );
    assertEquals(codesOf(outcome), ["conflict"]);
    assertEquals(outcome.done.map(({ name }) => name), ["small"]);
  }
});
