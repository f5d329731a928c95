import { assert, assertEquals, assertRejects } from "@std/assert";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { getFiles } from "../../lib/client/transfer/get/get_files.ts";
import { putFiles } from "../../lib/client/transfer/put/put_files.ts";
import { settledClock } from "../../testing/clock_ahead.ts";
import { testServer } from "../../testing/test_server.ts";

const plan = {
  recursive: false,
  existing: "refuse",
  times: true,
  resume: true,
  transfers: 1,
  retries: 0,
} as const;

Deno.test("a server logs the start, tenths and end of each transfer with the id of its connection", async () => {
  await using live = await testServer();
  const source = live.dir.join("big.bin");
  await Deno.writeFile(source, new Uint8Array(20 << 20));
  // A root is told once no later change could have the same revision.
  using _later = settledClock();
  const put = { ...plan, sources: [source], to: "." };
  const [sent] = (await putFiles(live.connect, put, () => {})).done;
  const get = { ...plan, names: ["big.bin"], dir: live.dir.join("down") };
  await Deno.mkdir(get.dir);
  const [got] = (await getFiles(live.connect, get, () => {})).done;
  await live.server.drain();
  assertEquals(got!.root, sent!.root);
  for (const op of ["put", "get"]) {
    const lines = live.events.filter(({ fields }) => fields.op === op && "transfer" in fields);
    assertEquals(new Set(lines.map(({ fields }) => fields.connection)).size, 1, op);
    assertEquals(new Set(lines.map(({ fields }) => fields.transfer)).size, 1, op);
    assertEquals(
      lines.map(({ event, fields }) => [event, fields.percent]),
      [
        ["transfer.start", undefined],
        ...Array.from({ length: 10 }, (_, n) => ["transfer.progress", 10 * (n + 1)]),
        ["transfer.end", undefined],
      ],
    );
    const { bytes, moved, root, result, rate, user } = lines.at(-1)!.fields;
    assertEquals([bytes, moved, root, result, user], [
      ...[20 << 20, 20 << 20, sent!.root, "done", "anonymous"],
    ]);
    assert(Number(rate) > 0);
  }
  const edges = live.logged("connection").filter(([event]) => /^connection/.test(String(event)));
  assertEquals(edges.toSorted(), [
    ...[["connection.close", 1], ["connection.close", 2]],
    ...[["connection.open", 1], ["connection.open", 2]],
  ]);
});

Deno.test("a server logs each small file, change and refusal as one line", async () => {
  await using live = await testServer({ maxConnections: 1 });
  await using remote = await live.connect();
  const { files } = remote;
  const small = { bytes: new Uint8Array(5), mtimeMs: 0, executable: false };
  await files.writeMany(["a", "../b"].map((path) => smallFile({ ...small, path })));
  await files.mkdir("d");
  await files.move("a", "d/a");
  await files.remove("d", { recursive: true });
  await assertRejects(() => files.stat("nope"));
  await assertRejects(() => files.mkdir("../up"));
  await assertRejects(live.connect, Error);
  const told = live.logged("op", "name", "result", "code")
    .filter(([event]) => !/^(connection\.(open|close)|login|request\.failed)/.test(String(event)));
  assertEquals(told.map((line) => line.map((field) => field ?? "")), [
    ["transfer.end", "put", "a", "done", ""],
    ["request.refused", "put", "../b", "", "not_allowed"],
    ["folder.made", "", "d", "", ""],
    ["file.moved", "", "a", "", ""],
    ["file.removed", "", "d", "", ""],
    ["request.refused", "stat", "nope", "", "not_found"],
    ["request.refused", "mkdir", "../up", "", "not_allowed"],
    ["connection.refused", "", "", "", ""],
  ]);
});

Deno.test("a server logs an interrupted transfer with its reason and progress", async () => {
  await using live = await testServer();
  {
    await using remote = await live.connect();
    const upload = await remote.files.stage("half.bin", { bytes: 5 << 20 });
    await Array.fromAsync(upload.have());
  }
  await live.server.drain();
  const [end] = live.events.filter(({ event }) => event === "transfer.end");
  assertEquals([end?.fields.op, end?.fields.name, end?.fields.done], ["put", "half.bin", 0]);
  assert(["network", "interrupted"].includes(String(end?.fields.result)));
});
