import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Key, KeyDecoder, type KeyName } from "../../../lib/cli/terminal/keys.ts";

const permissions = "none";
const bytes = (text: string) => new TextEncoder().encode(text);

/** Keys as words, with adjacent text joined. */
function words(keys: readonly Key[]): string[] {
  const out: string[] = [];
  for (const key of keys) {
    if ("name" in key) out.push(`<${key.name}>`);
    else if (out.length > 0 && !out.at(-1)!.startsWith("<")) out[out.length - 1] += key.text;
    else out.push(key.text);
  }
  return out;
}

const TYPED =
  "olá\x1b[A\x1b[1;5D\x1bOH\x1b[3~\x1bb日\x03\x17\r\n\x7f\x1b[200~x\x1b[201~\x1b[99;99Z!\t";
const EXPECTED = [
  ...["olá", "<up>", "<wordLeft>", "<home>", "<delete>", "<wordLeft>", "日", "<interrupt>"],
  ...["<killWord>", "<enter>", "<backspace>", "x!", "<tab>"],
];

/** All sequences of each key. */
const SEQUENCES: Record<KeyName, string[]> = {
  enter: ["\r", "\n", "\r\n"],
  tab: ["\t"],
  backspace: ["\b", "\x7f"],
  delete: ["\x1b[3~"],
  left: ["\x02", "\x1b[D", "\x1bOD"],
  right: ["\x06", "\x1b[C", "\x1bOC"],
  wordLeft: ["\x1b[1;5D", "\x1b[1;3D", "\x1bb"],
  wordRight: ["\x1b[1;5C", "\x1b[1;3C", "\x1bf"],
  home: ["\x01", "\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"],
  end: ["\x05", "\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"],
  up: ["\x10", "\x1b[A", "\x1bOA"],
  down: ["\x0e", "\x1b[B", "\x1bOB"],
  killWord: ["\x17", "\x1b\x7f"],
  search: ["\x12"],
  killStart: ["\x15"],
  killEnd: ["\x0b"],
  clear: ["\x0c"],
  interrupt: ["\x03"],
  eof: ["\x04"],
};

Deno.test({
  name: "KeyDecoder knows every sequence of each key",
  permissions,
  fn() {
    for (const [name, sequences] of Object.entries(SEQUENCES)) {
      for (const sequence of sequences) {
        assertEquals(words(new KeyDecoder().decode(bytes(sequence))), [`<${name}>`], sequence);
      }
    }
    for (const ignored of ["\x00", "\x07", "\x1f", "\x1bz", "\x1b[9~", "\x1bOz"]) {
      assertEquals(words(new KeyDecoder().decode(bytes(`${ignored}a`))), ["a"], ignored);
    }
  },
});

Deno.test({
  name: "KeyDecoder decodes text, controls and sequences, whole and at every split",
  permissions,
  fn() {
    const whole = bytes(TYPED);
    assertEquals(words(new KeyDecoder().decode(whole)), EXPECTED);
    for (let at = 0; at <= whole.length; at++) {
      // A CR LF that is split counts as two line ends; terminals send pasted text whole.
      if (whole[at - 1] === 13) continue;
      const decoder = new KeyDecoder();
      const keys = [...decoder.decode(whole.slice(0, at)), ...decoder.decode(whole.slice(at))];
      assertEquals(words(keys), EXPECTED, `split at ${at}`);
    }
  },
});

Deno.test({
  name: "control-characters: KeyDecoder lets none into the text, for any bytes",
  permissions,
  fn() {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
      for (const key of new KeyDecoder().decode(any)) {
        // deno-lint-ignore no-control-regex
        if ("text" in key && /[\x00-\x1f\x7f-\x9f]/.test(key.text)) return false;
      }
      return true;
    }));
  },
});

Deno.test({
  name: "KeyDecoder discards an endless sequence",
  permissions,
  fn() {
    const decoder = new KeyDecoder();
    decoder.decode(bytes(`\x1b[${"1;".repeat(100)}`));
    assertEquals(words(decoder.decode(bytes("a"))), ["a"]);
  },
});
