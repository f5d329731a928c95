import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { readSecret, readSecretFile } from "../../../lib/cli/terminal/secrets.ts";
import { FakeInput } from "../../../testing/cli/fake_input.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

const permissions = "none";

/** Asks for a secret on a fake terminal, which records what happens to it in order. */
function ask(more: { confirm?: boolean; env?: string; terminal?: boolean } = {}) {
  const stop = new AbortController();
  const input = new FakeInput(more.terminal ?? true);
  const seen: string[] = [];
  const terminal = {
    input: Object.assign(input, { setRaw: (on: boolean) => seen.push(on ? "raw" : "restored") }),
    print: (text: string) => seen.push(text),
  };
  const answer = readSecret({
    file: undefined,
    variable: "SECRET",
    readEnv: (name) => name === "SECRET" ? more.env : undefined,
    prompt: "Password: ",
    confirm: more.confirm,
    signal: stop.signal,
    terminal,
  });
  answer.catch(() => {});
  return { answer, input, seen, stop };
}

const ASKED = ["raw", "Password: ", "restored", "\n"];

Deno.test({
  name: "readSecret shows nothing that is typed, and restores the terminal at Enter",
  permissions,
  async fn() {
    for (const enter of ["\r", "\n"]) {
      const { answer, input, seen } = ask();
      for (const key of ["h", "um", "\x7f", "\b", "or", "\u00e9", enter]) input.type(key);
      assertEquals(await answer, "hor\u00e9");
      assertEquals(seen, ASKED);
    }
  },
});

Deno.test({
  name: "readSecret joins a character whose bytes arrive apart, and takes the end for Enter",
  permissions,
  async fn() {
    const { answer, input, seen } = ask();
    for (const byte of new TextEncoder().encode("p\u00e9")) input.type(Uint8Array.of(byte));
    input.end();
    assertEquals([await answer, seen], ["p\u00e9", ASKED]);
  },
});

Deno.test({
  name: "sigint: readSecret restores the terminal at ^C, on an error and when its signal aborts",
  permissions,
  async fn() {
    const ends: [string, (asked: ReturnType<typeof ask>) => void][] = [
      ["interrupted", ({ input }) => input.type("secret\x03")],
      ["terminated", ({ stop }) => stop.abort(new FtError("terminated", "terminated"))],
      ["internal", ({ input }) => input.fail(new FtError("internal", "read failed"))],
    ];
    for (const [code, end] of ends) {
      const asked = ask();
      end(asked);
      const error = await assertRejects(() => asked.answer, FtError);
      assertEquals([error.code, asked.seen], [code, ASKED]);
    }
  },
});

Deno.test({
  name: "readSecret asks twice to confirm, and refuses two passwords that differ",
  permissions,
  async fn() {
    for (const [second, same] of [["one\r", true], ["two\r", false]] as const) {
      const { answer, input, seen } = ask({ confirm: true });
      input.type("one\r");
      input.type(second);
      if (same) assertEquals(await answer, "one");
      else assertEquals((await assertRejects(() => answer, FtError)).code, "usage");
      assertEquals(seen, [...ASKED, "raw", "Password, again: ", "restored", "\n"]);
    }
  },
});

Deno.test({
  name: "no-prompt-without-terminal: readSecret uses the variable, and refuses without both",
  permissions,
  async fn() {
    const given = ask({ env: "from the variable", terminal: false });
    assertEquals([await given.answer, given.seen], ["from the variable", []]);
    for (const env of [undefined, ""]) {
      const { answer, seen } = ask({ env, terminal: false });
      const error = await assertRejects(() => answer, FtError, "set SECRET or use --password-file");
      assertEquals([error.code, seen], ["usage", []]);
    }
  },
});

Deno.test("readSecretFile reads the first line of a file that only its owner can read", async () => {
  await using dir = await tempDir();
  const path = dir.join("secret");
  await Deno.writeTextFile(path, "first\r\nsecond\n", { mode: 0o600 });
  assertEquals(await readSecretFile(path), "first");
  for (const mode of [0o640, 0o620, 0o610, 0o604, 0o602, 0o601]) {
    await Deno.chmod(path, mode);
    const error = await assertRejects(() => readSecretFile(path), FtError, "only by you");
    assertEquals(error.code, "usage");
  }
  await Deno.chmod(path, 0o400);
  await Deno.writeTextFile(dir.join("empty"), "\nsecond\n", { mode: 0o600 });
  await assertRejects(() => readSecretFile(dir.join("empty")), FtError, "is empty");
  const missing = await assertRejects(() => readSecretFile(dir.join("none")), FtError);
  assertEquals(missing.code, "not_found");
});
