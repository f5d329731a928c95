import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { TargetExists } from "../../../lib/client/remote/target_exists.ts";
import { paint, StdoutClosed } from "../../../lib/cli/terminal/output.ts";
import { possibleStyle, showProgress } from "../../../lib/cli/progress/progress_display.ts";
import { reportError } from "../../../lib/cli/terminal/error_report.ts";
import { capturedOutput, CapturedSink } from "../../../testing/cli/captured.ts";

const permissions = "none";
const terminal = { stdout: new CapturedSink(true), stderr: new CapturedSink(true) };

Deno.test({
  name: "Output escapes control characters in results, notices and errors, painted or not",
  permissions,
  fn() {
    const { out, stdout, stderr } = capturedOutput(terminal);
    out.line("a\x1b[2J\n", paint("red", "b\r\u202e"));
    out.notice("c\x07");
    out.error("d\x9b");
    out.flush();
    assertEquals(stdout.text, "a\\x1b[2J\\n\x1b[31mb\\r\\u202e\x1b[0m\n");
    assertEquals(stderr.text, "c\\x07\nd\\x9b\n");
  },
});

Deno.test({
  name: "Output writes JSON without control characters, which parses back to the same",
  permissions,
  fn() {
    const { out, stdout } = capturedOutput();
    const name = "\x1b\x9b\u2028\u202e\x7f\ud800";
    out.object({ name });
    out.flush();
    assertEquals(/^[\x20-\x7e]+\n$/.test(stdout.text), true);
    assertEquals(JSON.parse(stdout.text).name, name);
  },
});

Deno.test({
  name: "Output uses no colour and no moving lines without a terminal, or with both off",
  permissions,
  fn() {
    for (const settings of [{}, { ...terminal, colour: false, moving: false }]) {
      const { out, stdout, stderr } = capturedOutput(settings);
      out.line(paint("red", "a"));
      out.live([["moving"]]);
      out.error(paint("red", "b"));
      out.flush();
      assertEquals([stdout.text, stderr.text, out.moving], ["a\n", "b\n", false]);
    }
  },
});

Deno.test({
  name: "Output moves lines without colour",
  permissions,
  fn() {
    const { out, stderr } = capturedOutput({ ...terminal, colour: false });
    out.live([[paint("red", "moving")]]);
    out.error(paint("red", "b"));
    assertEquals([stderr.text, out.moving], ["moving\x1b[G\x1b[Jb\nmoving", true]);
  },
});

Deno.test({
  name: "Output silences notices when quiet, but never results and errors",
  permissions,
  fn() {
    const { out, stdout, stderr } = capturedOutput({ quiet: true });
    out.notice("n");
    out.noticeObject({ n: 1 });
    out.detail("d");
    out.line("r");
    out.error("e");
    out.flush();
    assertEquals([stdout.text, stderr.text], ["r\n", "e\n"]);
  },
});

Deno.test({
  name: "Output keeps moving lines below printed output",
  permissions,
  fn() {
    const { out, stderr } = capturedOutput(terminal);
    out.live([["one"], ["two"]]);
    out.notice("note");
    out.live([]);
    assertEquals(stderr.text, "one\ntwo\x1b[G\x1b[1A\x1b[Jnote\none\ntwo\x1b[G\x1b[1A\x1b[J");
  },
});

Deno.test({
  name: "Output aborts stdoutClosed when the reader has gone, and does not throw",
  permissions,
  fn() {
    const { out, stdout } = capturedOutput();
    stdout.fault = new Deno.errors.BrokenPipe("broken");
    out.line("a");
    out.flush();
    out.line("b");
    out.flush();
    assertEquals(out.stdoutClosed.reason instanceof StdoutClosed, true);
  },
});

Deno.test({
  name: "Output distinguishes a full disk from a reader that has gone",
  permissions,
  fn() {
    const { out, stdout } = capturedOutput();
    stdout.fault = Object.assign(new Error("full"), { code: "ENOSPC" });
    out.line("a");
    out.flush();
    assertEquals((out.stdoutClosed.reason as FtError).exitCode, 9);
  },
});

Deno.test({
  name: "Output flushes by itself",
  permissions,
  async fn() {
    const { out, stdout } = capturedOutput();
    out.line("a");
    // Its own timer is started by now, and so is the first.
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 1));
    assertEquals(stdout.text, "a\n");
  },
});

Deno.test({
  name: "Output buffers results, and flushes before anything on stderr and when much is buffered",
  permissions,
  fn() {
    const { out, stdout } = capturedOutput();
    out.line("a");
    assertEquals(stdout.text, "");
    out.error("b");
    assertEquals(stdout.text, "a\n");
    out.line("x".repeat(40_000));
    assertEquals(stdout.text.length, 2 + 40_001);
    out.object({ n: 1 });
    out.noticeObject({ n: 2 });
    assertEquals(stdout.text.endsWith('{"n":1}\n'), true);
  },
});

Deno.test({
  name: "Output.result and Output.report print the object with --json, else a line or a notice",
  permissions,
  fn() {
    const text = capturedOutput();
    text.out.result({ n: 1 }, "a", paint("red", "b"));
    text.out.report({ n: 2 }, "c");
    assertEquals([text.stdout.text, text.stderr.text], ["ab\n", "c\n"]);
    const json = capturedOutput({ json: true });
    json.out.result({ n: 1 }, "a");
    json.out.report({ n: 2 }, "c");
    json.out.flush();
    assertEquals([json.stdout.text, json.stderr.text], ['{"n":1}\n{"n":2}\n', ""]);
  },
});

Deno.test({
  name: "Output.contentSink writes bytes after earlier results, and fails when the reader has gone",
  permissions,
  async fn() {
    const { out, stdout } = capturedOutput();
    out.line("first");
    const writer = out.contentSink().getWriter();
    await writer.write(new TextEncoder().encode("\x1bcontent"));
    assertEquals(stdout.text, "first\n\x1bcontent");
    stdout.fault = new Deno.errors.BrokenPipe("broken");
    await assertRejects(() => writer.write(Uint8Array.of(1)), StdoutClosed);
  },
});

Deno.test({
  name: "Output writes all bytes, however few the stream takes at a time",
  permissions,
  fn() {
    const { out, stdout } = capturedOutput();
    const whole = stdout.writeSync.bind(stdout);
    stdout.writeSync = (bytes) => whole(bytes.subarray(0, 3));
    out.line("longer than three");
    out.flush();
    assertEquals(stdout.text, "longer than three\n");
  },
});

Deno.test({
  name: "Output keeps the lines of each owner, above the line being typed with its cursor",
  permissions,
  fn() {
    const { out, stderr } = capturedOutput(terminal);
    const [one, two] = [{}, {}];
    out.live([["a1"], ["a2"]], one);
    out.live([["b\x1b"]], two);
    out.prompt({ text: "> x\x07", column: 3 });
    stderr.text = "";
    out.live([], one);
    assertEquals(stderr.text, "\x1b[G\x1b[3A\x1b[Jb\\x1b\n> x\\x07\x1b[4G");
    stderr.text = "";
    out.prompt({ text: "", column: 0 });
    assertEquals(stderr.text, "\x1b[G\x1b[1A\x1b[Jb\\x1b\n\x1b[G");
    stderr.text = "";
    out.prompt(undefined);
    out.live([], two);
    assertEquals(stderr.text, "\x1b[G\x1b[1A\x1b[Jb\\x1b\x1b[G\x1b[J");
  },
});

Deno.test({
  name: "reportError prints the stack of each cause if verbose, up to a bound",
  permissions,
  fn() {
    const causes = (count: number) => {
      let error = new Error("cause 0");
      for (let n = 1; n < count; n++) error = new Error(`cause ${n}`, { cause: error });
      const { out, stderr } = capturedOutput({ verbose: true });
      reportError("ftclient", new FtError("network", "lost", { cause: error }), out);
      return stderr.text.match(/^ {2}Error: cause \d+$/gm)?.length;
    };
    assertEquals([causes(1), causes(3), causes(100)], [1, 3, 7]);
  },
});

Deno.test({
  name: "reportError names both ways past a file that exists, and only for people",
  permissions,
  fn() {
    const { out, stdout, stderr } = capturedOutput({ json: true });
    assertEquals(reportError("ftclient", new TargetExists("a.txt"), out), 7);
    out.flush();
    assertEquals(
      stderr.text,
      "ftclient: already exists: a.txt (--overwrite replaces it, --rename keeps both)\n",
    );
    const { error, message, name } = JSON.parse(stdout.text);
    assertEquals([error, message, name], ["conflict", "already exists: a.txt", "a.txt"]);
  },
});

Deno.test({
  name: "reportError prints one line, an object with --json, and returns the exit code",
  permissions,
  fn() {
    const plain = capturedOutput();
    const error = new FtError("not_found", "not found: nope\n.txt", { name: "nope\n.txt" });
    assertEquals(reportError("ftclient", error, plain.out), 3);
    assertEquals(plain.stderr.text, "ftclient: not found: nope\\n.txt\n");
    assertEquals(plain.stdout.text, "");

    const json = capturedOutput({ json: true });
    reportError("ftclient", error, json.out);
    json.out.flush();
    assertEquals(JSON.parse(json.stdout.text), {
      error: "not_found",
      message: "not found: nope\n.txt",
      name: "nope\n.txt",
    });
    assertEquals(json.stderr.lines.length, 1);
  },
});

Deno.test({
  name: "reportError marks unexpected errors, and prints their stack only if verbose",
  permissions,
  fn() {
    const plain = capturedOutput();
    assertEquals(reportError("ftclient", new TypeError("x is not y"), plain.out), 1);
    assertEquals(plain.stderr.lines, ["ftclient: unexpected error: x is not y"]);
    const verbose = capturedOutput({ verbose: true });
    reportError("ftclient", new TypeError("x is not y"), verbose.out);
    assertStringIncludes(verbose.stderr.text, "output_test.ts");
  },
});

Deno.test({
  name: "reportError reports the first error, not that of the clean-up after it",
  permissions,
  fn() {
    const { out, stderr } = capturedOutput();
    const first = new FtError("disk_full", "no space left");
    assertEquals(reportError("ftclient", new SuppressedError(new Error("later"), first), out), 9);
    assertEquals(stderr.lines, ["ftclient: no space left"]);
  },
});

Deno.test({
  name: "possibleStyle has no bar without a terminal and no display when quiet",
  permissions,
  fn() {
    const at = (quiet: boolean, moving: boolean) => ({ quiet, moving });
    assertEquals(possibleStyle("auto", at(false, true)), "bar");
    assertEquals(possibleStyle("auto", at(false, false)), "plain");
    assertEquals(possibleStyle("bar", at(false, false)), "plain");
    assertEquals(possibleStyle("json", at(false, false)), "json");
    assertEquals(possibleStyle("none", at(false, true)), "none");
    assertEquals(possibleStyle("json", at(true, true)), "none");
  },
});

Deno.test({
  name: "showProgress reports a retry with the time of the next attempt",
  permissions,
  fn() {
    const { out, stderr } = capturedOutput();
    using display = showProgress("none", out, () => 10_000);
    const error = new FtError("network", "connection refused");
    display.onEvent({ kind: "retry", attempt: 2, of: 6, atMs: 12_000, error });
    assertEquals(stderr.text, "connection refused; trying again in 2 s (retry 2 of 6)\n");
  },
});

Deno.test({
  name: "showProgress draws from events when timers starve, at most ten times a second",
  permissions,
  fn() {
    const { out, stderr } = capturedOutput(terminal);
    let nowMs = 0;
    using display = showProgress("bar", out, () => nowMs);
    display.onEvent({ kind: "plan", files: 1, bytes: 1000 });
    display.onEvent({ kind: "start", op: "get", name: "a.bin", bytes: 1000 });
    // All events of two seconds come in one turn of the event loop.
    for (let done = 1; done <= 1000; done++) {
      nowMs += 2;
      display.onEvent({ kind: "progress", op: "get", name: "a.bin", done, moved: done });
    }
    const percents = stderr.text.match(/\d+ %/g)!.map((text) => parseInt(text));
    assertEquals(percents.length, 20);
    assertEquals(percents.slice(0, 3), [0, 5, 10]);
  },
});

Deno.test({
  name: "showProgress removes its lines when it is disposed",
  permissions,
  fn() {
    const { out, stderr } = capturedOutput(terminal);
    {
      using display = showProgress("bar", out, () => 0);
      display.onEvent({ kind: "plan", files: 1, bytes: 9 });
      display.onEvent({ kind: "start", op: "get", name: "a.bin", bytes: 9 });
      display.onEvent({ kind: "progress", op: "get", name: "a.bin", done: 3, moved: 3 });
      assertStringIncludes(stderr.text, "a.bin");
      assertStringIncludes(stderr.text, "33 %");
    }
    assertEquals(stderr.text.endsWith("\x1b[G\x1b[J"), true);
  },
});

Deno.test({
  name: "Output.logLine joins lines to one write, in order with everything else",
  permissions,
  fn() {
    const { out, stdout, stderr } = capturedOutput();
    out.logLine("a\x1b");
    out.logLine("b");
    assertEquals(stderr.text, "");
    out.line("result");
    assertEquals(stderr.text, "a\\x1b\nb\n");
    out.logLine("c");
    assertEquals(stdout.text, "result\n");
    out.error("d");
    assertEquals(stderr.text, "a\\x1b\nb\nc\nd\n");
    out.logLine("e");
    out.flush();
    assertEquals(stderr.text.endsWith("d\ne\n"), true);
  },
});
