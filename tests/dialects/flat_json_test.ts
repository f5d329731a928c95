import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { MAX_JSON_FIELDS } from "../../lib/base/limits.ts";
import { FlatJsonScanner } from "../../lib/dialects/flat_json.ts";
import { JsonFields } from "../../lib/dialects/json_fields.ts";
import { growsLinearly } from "../../testing/growth.ts";
import { pure } from "../../testing/pure.ts";

const utf8 = new TextEncoder();

/** Scans bytes in pieces. @returns Each text by its key. */
function scanned(bytes: Uint8Array, pieceBytes: number): Record<string, string> {
  const found: Record<string, string> = {};
  const scanner = new FlatJsonScanner((key) => {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    return {
      add: (piece) => void pieces.push(piece.slice()),
      end() {
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
        const text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join("");
        Object.defineProperty(found, key, { value: text, enumerable: true, writable: true });
      },
    };
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    scanner.push(bytes.subarray(at, at + pieceBytes));
  }
  scanner.end();
  return found;
}

const texts = fc.string({ unit: "grapheme", maxLength: 60 }).filter((s) => s.isWellFormed());
const keys = fc.string({ unit: "grapheme-ascii", maxLength: 20 });
/** Spells a text as JSON: with a few escapes, or with all characters escaped. */
const spelled = (text: string, ascii: boolean) =>
  ascii
    ? `"${
      text.split("").map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")
    }"`
    : JSON.stringify(text);

pure("FlatJsonScanner agrees with JSON.parse, whole, byte by byte and in pieces", () => {
  const entry = fc.tuple(keys, texts, fc.boolean(), fc.constantFrom("", " ", "\r\n\t"));
  fc.assert(fc.property(fc.array(entry, { maxLength: MAX_JSON_FIELDS }), (entries) => {
    const fields = entries.map(([key, text, ascii, gap]) =>
      `${gap}${spelled(key, ascii)}${gap}:${gap}${spelled(text, ascii)}${gap}`
    );
    const json = ` {${fields.join(",")}}\n`;
    const expected = JSON.parse(json);
    const bytes = utf8.encode(json);
    for (const size of [1, 3, 7, bytes.length]) assertEquals(scanned(bytes, size), expected);
  }));
});

pure("FlatJsonScanner refuses what JSON.parse refuses, and what is not flat text", () => {
  const alphabet = [
    ...'{}[]":,\\u0dDfe1tn \n',
    "true",
    "null",
    '"a":',
    '"b"',
    "\\ud83d",
    "\\ude00",
  ];
  const garbage = fc.array(fc.constantFrom(...alphabet), { maxLength: 12 });
  fc.assert(
    fc.property(garbage, (parts) => {
      const json = `{${parts.join("")}}`;
      let value: Record<string, unknown> | undefined;
      try {
        value = JSON.parse(json);
      } catch {
        // Both must refuse it.
      }
      const entries = Object.entries(value ?? {});
      const isFlat = value !== undefined &&
        entries.every(([key, v]) =>
          key.isWellFormed() && (v === null || typeof v !== "object") &&
          (typeof v !== "string" || v.isWellFormed())
        );
      const duplicates = parts.filter((part) => part.includes(":")).length > entries.length;
      const scan = () => scanned(utf8.encode(json), 1);
      if (!isFlat) assertThrows(scan);
      else if (!duplicates) {
        assertEquals(scan(), Object.fromEntries(entries.filter(([, v]) => typeof v === "string")));
      }
    }),
    { numRuns: 2000 },
  );
  const many = Array.from({ length: MAX_JSON_FIELDS + 1 }, (_, i) => `"${i}":""`);
  const refused = [
    ...[
      "",
      "{",
      '{"a"',
      '{"a":"',
      '{"a":"b"',
      '{"a":"b",}',
      '{"a":"b"}x',
      "{},{}",
      '["a"]',
      "{}{}",
    ],
    ...['{"a":[]}', '{"a":{}}', '{"a":"\\ud800"}', '{"a":"\\udc00"}', '{"a":"\\x"}', '{"a":"\n"}'],
    ...['{"a":01}', '{"a":nul}', `{"a":${"1".repeat(100)}}`, `{${many.join(",")}}`],
  ];
  for (const json of refused) assertThrows(() => scanned(utf8.encode(json), 1), Error, "", json);
  assertThrows(() => scanned(Uint8Array.of(...utf8.encode('{"a":"'), 0xff), 1));
  assertEquals(scanned(utf8.encode('{"a":-1.5e3,"b":true,"c":null,"d":"x"}'), 1), { d: "x" });
});

pure("JsonFields keeps texts short, and content in whole blocks however it arrives", () => {
  const shape = { texts: ["name"], content: "content" };
  const content = "x".repeat(3_000_000);
  const fields = new JsonFields(shape);
  const json = utf8.encode(
    JSON.stringify({ other: "o".repeat(9999), name: "n".repeat(9999), content }),
  );
  for (let at = 0; at < json.length; at += 100) fields.push(json.subarray(at, at + 100));
  fields.end();
  assertEquals(fields.text("name"), "n".repeat(4097));
  assertEquals(fields.text("other"), undefined);
  const blocks = fields.takeContent()!;
  assertEquals(blocks.map((block) => block.length), [1 << 20, 1 << 20, 3_000_000 - (2 << 20)]);
  assertEquals(fields.takeContent(), undefined, "it is not held any longer");
});

pure("quadratic-input: FlatJsonScanner, long texts, escapes and white space", () => {
  for (const unit of ["a", "\\n", "\\u00e9", "é"]) {
    growsLinearly((n) => {
      const fields = new JsonFields({ texts: ["command"], content: "fileContent" });
      fields.push(utf8.encode(`{"fileContent":"${unit.repeat(n)}"}`));
      fields.end();
    });
  }
  growsLinearly((n) => new FlatJsonScanner(() => {}).push(utf8.encode(`{${" ".repeat(n)}`)));
});

/** Scans an answer whose response may be a list. */
function answered(json: string, pieceBytes: number): { isList: boolean; text: string | undefined } {
  const fields = new JsonFields({ texts: ["status"], content: "response", lists: true });
  const bytes = utf8.encode(json);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    fields.push(bytes.subarray(at, at + pieceBytes));
  }
  fields.end();
  assertEquals(fields.text("status"), "Success");
  const text = fields.takeContent()?.map((block) => new TextDecoder().decode(block)).join("");
  return { isList: fields.isList, text };
}

pure("JsonFields takes lists of texts, whole and in pieces, where the shape has them", () => {
  const cases: Record<string, string> = {
    "[]": "",
    " [ ] ": "",
    '["a"]': "a\0",
    '[ "a" , "\\u00fc\\n", "" ,"c"]': "a\0ü\n\0\0c\0",
  };
  for (const [list, text] of Object.entries(cases)) {
    const json = `{"files": ["x"], "response": ${list}, "status": "Success"}`;
    for (const size of [1, 3, json.length]) {
      assertEquals(answered(json, size), { isList: true, text }, list);
    }
    assertThrows(() => scanned(utf8.encode(json), 1), Error, "flat");
  }
  const plain = answered('{"status": "Success", "response": "a\\nb"}', 1);
  assertEquals(plain, { isList: false, text: "a\nb" });
  for (
    const bad of ["[", "[,]", '["a",]', '["a" "b"]', "[1]", "[[]]", '[{"a": "b"}]', '"a"]', "]"]
  ) {
    assertThrows(() => answered(`{"status": "Success", "response": ${bad}}`, 1), Error, "flat");
  }
});
