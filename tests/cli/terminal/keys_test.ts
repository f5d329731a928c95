import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Key, KeyDecoder } from "../../../lib/cli/terminal/keys.ts";

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
