/** Independent, naive clients against our server. */

import { assertEquals } from "@std/assert";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { LARGE_BYTES, sampleBytes } from "../../testing/content.ts";
import { busyLoop, NEEDS_PYTHON, startPython } from "../../testing/programs/python.ts";

const SIZES = [0, 1, LARGE_BYTES];
const listen = [
  ...["ft://127.0.0.1:0", "ft+line://127.0.0.1:0", "ft+framed://127.0.0.1:0"],
];

function port({ server }: TestServer, index = 0): string {
  return server.addresses[index]!.split(":").at(-1)!;
}

/** Runs a client to its end. */
async function client(...args: string[]): Promise<void> {
  await using program = startPython("clients.py", ...args);
  const { code, stderr } = await program.finished;
  assertEquals([code, stderr], [0, ""]);
}

async function served(live: TestServer, name: string, bytes: number): Promise<string> {
  const path = `${live.root}/${name}`;
  await Deno.writeFile(path, sampleBytes(bytes));
  return path;
}

Deno.test({
  name: "line clients get files, and two commands in one segment are two",
  ...NEEDS_PYTHON,
  async fn() {
    await using live = await testServer({ listen });
    for (const bytes of SIZES) {
      const path = await served(live, "my file.bin", bytes);
      await client("line-get", port(live), "my file.bin", path);
    }
    await client("line-two", port(live), "nope", "neither");
  },
});

Deno.test({
  name: "a line client that only listens receives messages of the operator",
  ...NEEDS_PYTHON,
  async fn() {
    await using live = await testServer({ listen });
    await using program = startPython("clients.py", "line-listen", port(live, 1));
    await live.event("chat.joined");
    live.server.chat.broadcast("olá, all");
    await program.printed(/^MSGS \[SERVER\]: olá, all$/m);
  },
});

Deno.test({
  name: "a client that never reads does not stall others",
  ...NEEDS_PYTHON,
  async fn() {
    await using live = await testServer({ listen });
    const path = await served(live, "a.bin", LARGE_BYTES);
    await using deaf = startPython("clients.py", "line-never-reads", port(live), "a.bin");
    await deaf.printed(/^sent$/m);
    await client("line-get", port(live), "a.bin", path);
  },
});

Deno.test({
  name: "framed clients get files, 15 MB undamaged with a broadcast every 50 ms",
  ...NEEDS_PYTHON,
  async fn() {
    await using live = await testServer({ listen });
    for (const bytes of SIZES) {
      const path = await served(live, "a.bin", bytes);
      await using program = startPython("clients.py", "framed-get", port(live), "a.bin", path);
      const timer = setInterval(() => live.server.chat.broadcast("tick"), 50);
      try {
        await program.printed(/^whole$/m);
        assertEquals((await program.finished).code, 0);
      } finally {
        clearInterval(timer);
      }
    }
  },
});

Deno.test({
  name: "oneshot clients that read five bytes for the status get 20 of 20 files under load",
  ...NEEDS_PYTHON,
  async fn() {
    await using live = await testServer({ listen });
    for (const bytes of SIZES) {
      await client("oneshot-get", port(live), "a.bin", await served(live, "a.bin", bytes), "1");
    }
    const small = await served(live, "a.bin", 200);
    await using _first = busyLoop();
    await using _second = busyLoop();
    await client("oneshot-get", port(live), "a.bin", small, "20");
    await client("oneshot-missing", port(live), "não está.txt");
  },
});

Deno.test({
  name: "updown clients that never read put and get files, glued or not",
  ...NEEDS_PYTHON,
  async fn() {
    await using live = await testServer({ listen });
    for (const bytes of SIZES) {
      const path = live.dir.join(`${bytes}.bin`);
      await Deno.writeFile(path, sampleBytes(bytes));
      await client("updown-put", port(live), `my file ${bytes}`, path);
      await stored(live, `my file ${bytes}`, bytes);
      await client("updown-get", port(live), `my file ${bytes}`, path);
    }
    const glued = live.dir.join("glued");
    await Deno.writeFile(glued, new Uint8Array([0, 1, 2, 0xff]));
    await client("updown-glued", port(live), "glued.bin", glued);
    await stored(live, "glued.bin", 4);
  },
});

/** Waits for the end of an upload: a client that does not wait for it has left before. */
async function stored(live: TestServer, name: string, bytes: number): Promise<void> {
  await live.event("transfer.end", { op: "put", name });
  assertEquals((await Deno.stat(`${live.root}/${name}`)).size, bytes);
}

Deno.test({
  name: "updown keeps no part of an upload that was reset",
  ...NEEDS_PYTHON,
  async fn() {
    await using live = await testServer({ listen });
    await client("updown-reset", port(live), "half.bin");
    await live.event("connection.close");
    assertEquals([...Deno.readDirSync(live.root)].filter(({ name }) => name === "half.bin"), []);
  },
});

Deno.test({
  name: "json clients put, list and get texts",
  ...NEEDS_PYTHON,
  async fn() {
    await using live = await testServer({ listen });
    const texts = ["", "é", "text é \u{1f600}\r\n".repeat(LARGE_BYTES / 16)];
    for (const [index, text] of texts.entries()) {
      const path = live.dir.join(`${index}`);
      await Deno.writeTextFile(path, text);
      await client("json-all", port(live), `${index}.txt`, path);
    }
  },
});
