import { assertEquals, assertMatch } from "@std/assert";
import type { LogFields, LogLevel } from "../../../lib/base/log.ts";
import { OperatorScreen } from "../../../lib/cli/log/operator_screen.ts";
import { FakeTime } from "../../../testing/fake_time.ts";
import { pure } from "../../../testing/pure.ts";

const MIB = 2 ** 20;
const HERE = { remote: "192.0.2.7:40512", user: "anonymous" };

/** A screen whose lines are collected, without their time of day. */
function screen() {
  const lines: string[] = [];
  const time = new FakeTime();
  const own = new OperatorScreen((...line) => {
    const text = line.map((part) => typeof part === "string" ? part : part.text).join("");
    assertMatch(text, /^\d\d:\d\d {2}/);
    lines.push(text.slice(7));
  });
  return {
    lines,
    time,
    add(event: string, fields: LogFields = {}, level: LogLevel = "info") {
      own.add({ at: new Date(Date.now()), level, event, fields: { ...HERE, ...fields } });
    },
    ended(name: string, fields: LogFields = {}) {
      const done = { op: "get", name, bytes: 2 * MIB, moved: 2 * MIB, seconds: 0.3 };
      this.add("transfer.end", { ...done, result: "done", ...fields });
    },
    [Symbol.dispose]() {
      own[Symbol.dispose]();
      time[Symbol.dispose]();
    },
  };
}

pure("OperatorScreen shows one line for a transfer, as soon as its connection closes", async () => {
  using one = screen();
  one.add("connection.open", { encrypted: true });
  one.add("transfer.start", { op: "get", name: "holiday.mp4" });
  for (let percent = 10; percent <= 100; percent += 10) one.add("transfer.progress", { percent });
  one.ended("holiday.mp4");
  one.add("connection.close", { result: "done" });
  assertEquals(one.lines, ["anonymous  get  holiday.mp4  2.0 MiB  0.3 s"]);
  one.ended("b.mp4", { op: "put", moved: MIB });
  await one.time.advance(1000);
  one.ended("c.mp4", { op: "put", moved: 0 });
  await one.time.advance(1000);
  assertEquals(one.lines.slice(1), [
    "anonymous  put  b.mp4  1 of 2 MiB  0.3 s",
    "anonymous  put  c.mp4  2.0 MiB already there  0.3 s",
  ]);
});

pure("OperatorScreen shows a batch of files in one line, with their common folder", async () => {
  using one = screen();
  for (let n = 0; n < 3000; n++) {
    one.ended(`photos/2026/${n % 7}/${n}.jpg`, { bytes: 1024, moved: 1024, seconds: 0 });
    if (n % 100 === 0) await one.time.advance(100);
  }
  one.ended("x", { user: "ben" });
  await one.time.advance(1000);
  assertEquals(one.lines, [
    "anonymous  get  photos/2026/ (3000 files)  2.9 MiB  3.0 s",
    "ben  get  x  2.0 MiB  0.3 s",
  ]);
  one.ended("a/b.txt");
  one.ended("c.txt");
  await one.time.advance(1000);
  assertEquals(one.lines[2], "anonymous  get  2 files  4.0 MiB  0.3 s");
});

pure("OperatorScreen counts a file that came in parts over several connections once", async () => {
  using one = screen();
  for (const port of [1, 2, 3, 4]) {
    one.ended("big.bin", { remote: `192.0.2.7:${port}`, bytes: 8 * MIB, moved: 2 * MIB });
  }
  await one.time.advance(1000);
  assertEquals(one.lines, ["anonymous  get  big.bin  8.0 MiB  0.3 s"]);
});

pure(
  "OperatorScreen shows a long batch in parts, and what is open when it is disposed",
  async () => {
    using one = screen();
    for (let n = 0; n < 150; n++) {
      one.ended(`d/${n}`, { seconds: 0 });
      await one.time.advance(500);
    }
    assertEquals(one.lines, ["anonymous  get  d/ (120 files)  240.0 MiB  59.5 s"]);
    one[Symbol.dispose]();
    assertEquals(one.lines.length, 2);
  },
);

pure(
  "OperatorScreen shows failures and warnings with their reason, and changes of files",
  async () => {
    using one = screen();
    const stopped = { op: "get", name: "a.bin", moved: 3 * MIB, seconds: 12.54, result: "network" };
    one.add("transfer.end", { ...stopped, message: "stopped by the peer" });
    one.add("request.refused", { message: "not allowed to write: x" }, "warning");
    one.add("certificate.warning", { user: undefined, message: "it expires soon" }, "warning");
    one.add("drain.unfinished", { user: undefined, remote: undefined, connections: 2 }, "warning");
    one.add("file.moved", { name: "a", to: "b" });
    for (const name of ["tmp/1", "tmp/2"]) one.add("file.removed", { name });
    one.add("root.created", { root: "/srv/files" });
    await one.time.advance(1000);
    assertEquals(one.lines, [
      "anonymous  get  a.bin  stopped after 3.0 MiB in 12.5 s: stopped by the peer",
      "anonymous  not allowed to write: x",
      "it expires soon",
      "drain.unfinished connections=2",
      "anonymous  mv  a -> b",
      "created the folder /srv/files",
      "anonymous  rm  tmp/ (2 files)",
    ]);
  },
);

pure("OperatorScreen leaves details to log files", async () => {
  using one = screen();
  for (
    const event of [
      ...[
        "server.start",
        "identity.created",
        "certificate.used",
        "server.ready",
        "connection.open",
      ],
      ...["login.done", "chat.said", "chat.joined", "folder.made", "file.changed", "list.left_out"],
    ]
  ) one.add(event);
  await one.time.advance(60_000);
  assertEquals(one.lines, []);
});
