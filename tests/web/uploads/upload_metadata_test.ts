import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FtError } from "../../../lib/base/errors.ts";
import { HttpError } from "../../../lib/web/http/http_error.ts";
import { Checksum } from "../../../lib/web/uploads/checksum.ts";
import { uploadFacts } from "../../../lib/web/uploads/upload_metadata.ts";
import { metadata } from "../../../testing/tus.ts";

Deno.test("uploadFacts reads what a client says, and nothing that it invents", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.integer(), (name, time) => {
    const field = metadata({ filename: `d/x${name}`, lastModified: `${time}`, toString: "x" });
    let facts;
    try {
      facts = uploadFacts(field);
    } catch (error) {
      return assert(error instanceof FtError && error.code !== "internal", `${error}`);
    }
    assertEquals(facts.mtimeMs, time);
    assert(facts.name.startsWith("d/x") && !facts.name.includes("/../"), facts.name);
  }));
  assertEquals(uploadFacts(metadata({ filename: "a", lastModified: "1.9" })).mtimeMs, 1);
});

Deno.test("uploadFacts and Checksum refuse every other text with an error of HTTP", () => {
  const alphabet = fc.constantFrom(..."filename sha256,=YQ/+\t\"'é\0");
  fc.assert(fc.property(fc.array(alphabet).map((all) => all.join("")), (text) => {
    try {
      uploadFacts(text);
    } catch (error) {
      assert(error instanceof FtError && error.code !== "internal", `${error}`);
    }
  }));
  for (
    const text of ["", "sha256", "sha256 ", "sha256  x", " sha256 x y", "toString x", "sha1 ="]
  ) {
    const headers = new Headers({ "upload-checksum": text });
    assertThrows(() => Checksum.in(headers), HttpError, "Upload-Checksum", text);
  }
  assertEquals(Checksum.in(new Headers()), undefined);
});
