import { assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { FtError } from "../../lib/base/errors.ts";
import { parseCertificate, parsePin, pinName } from "../../lib/net/pin.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import { makeAuthority } from "../../testing/authority.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("openIdentity creates a key that only this user can read, and reads it again", async () => {
  await using dir = await tempDir();
  const first = await openIdentity(dir.path);
  assertEquals(await openIdentity(dir.path), first);
  assertEquals((await Deno.stat(dir.join("identity.pem"))).mode! & 0o777, 0o600);
  assertMatch(first.pin, /^[0-9a-f]{64}$/);
  assertEquals([...Deno.readDirSync(dir.path)].length, 1);
  await using other = await tempDir();
  assertNotEquals((await openIdentity(other.path)).pin, first.pin);
});

Deno.test("openIdentity creates a P-256 certificate that is no authority and contains its own pin", async () => {
  await using dir = await tempDir();
  const { cert, pin, pinnable } = await openIdentity(dir.path);
  const parsed = new X509Certificate(cert);
  assertEquals([parsed.ca, pinnable], [false, true]);
  assertEquals(parsed.subjectAltName, `DNS:${pinName(pin)}`);
  assertEquals(parsed.publicKey.asymmetricKeyType, "ec");
  // Valid for any clock, so that a wrong one does not prevent a connection.
  const years = [parsed.validFrom, parsed.validTo].map((date) => new Date(date).getUTCFullYear());
  assertEquals(years, [2020, 2120]);
  assertEquals(parseCertificate(cert).pin, pin);
});

Deno.test("openIdentity gives servers that start simultaneously one identity", async () => {
  await using dir = await tempDir();
  const pins = await Promise.all(Array.from({ length: 4 }, () => openIdentity(dir.path)));
  assertEquals(new Set(pins.map(({ pin }) => pin)).size, 1);
});

Deno.test("openIdentity refuses a key that other users can read", async () => {
  await using dir = await tempDir();
  await openIdentity(dir.path);
  await Deno.chmod(dir.join("identity.pem"), 0o640);
  const error = await assertRejects(() => openIdentity(dir.path), FtError, "chmod 600");
  assertEquals(error.code, "not_allowed");
});

Deno.test("openIdentity accepts an authority's certificate, which cannot be pinned", async () => {
  await using dir = await tempDir();
  const authority = await makeAuthority();
  const issued = await authority.issue("localhost");
  await Deno.writeTextFile(dir.join("c.pem"), issued.cert + authority.pem);
  await Deno.writeTextFile(dir.join("k.pem"), issued.key);
  const files = { cert: dir.join("c.pem"), key: dir.join("k.pem") };
  const { pinnable, cert } = await openIdentity(dir.path, files);
  assertEquals([pinnable, cert], [false, issued.cert + authority.pem]);
  const swapped = { cert: files.key, key: files.cert };
  const error = await assertRejects(() => openIdentity(dir.path, swapped), FtError);
  assertEquals(error.code, "tls");
});

Deno.test({
  name: "parsePin accepts 64 hex digits with or without colons, and nothing else",
  permissions: "none",
  fn() {
    const pin = "0a".repeat(32);
    for (const text of [pin, pin.toUpperCase(), pin.replace(/..(?!$)/g, "$&:"), ` ${pin}\n`]) {
      assertEquals(parsePin(text), pin);
    }
    for (const text of ["", pin.slice(1), `${pin}0`, "zz".repeat(32)]) {
      let code = "";
      try {
        parsePin(text);
      } catch (error) {
        code = (error as FtError).code;
      }
      assertEquals(code, "usage", text);
    }
  },
});
