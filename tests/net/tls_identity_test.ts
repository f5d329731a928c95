import { assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { FtError } from "../../lib/base/errors.ts";
import { parseCertificate, parsePin, pinName } from "../../lib/net/pin.ts";
import { openIdentity, readIdentity } from "../../lib/net/tls_identity.ts";
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

Deno.test("openIdentity names the file that it cannot use, and says why", async () => {
  await using dir = await tempDir();
  const authority = await makeAuthority();
  const [one, other] = [await authority.issue("one"), await authority.issue("other")];
  const encrypted = one.key.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
  const damaged = (text: string) => text.replace(/\n[^-]{20}/, "\n00000000000000000000");
  const [c, k] = [dir.join("c.pem"), dir.join("k.pem")];
  const cases: [cert: string, key: string, file: string, why: string][] = [
    [one.cert, other.key, k, `it is not the key of the first certificate in ${c}`],
    [authority.pem + one.cert, one.key, k, `it is not the key of the first certificate in ${c}`],
    [one.key, one.key, c, "it contains no certificate in PEM"],
    [one.cert, one.cert, k, "it contains no private key in PEM"],
    [one.cert, "", k, "it contains no private key in PEM"],
    [one.cert, encrypted, k, "its key is encrypted: remove the passphrase"],
    [one.cert, damaged(one.key), k, "its private key is invalid"],
    [damaged(one.cert), one.key, c, "its certificate is invalid"],
  ];
  for (const [cert, key, file, why] of cases) {
    await Deno.writeTextFile(c, cert);
    await Deno.writeTextFile(k, key);
    const { code, message, subject } = await assertRejects(
      () => openIdentity(dir.path, { cert: c, key: k }),
      FtError,
    );
    assertEquals([code, message, subject], ["tls", `Cannot use ${file}: ${why}`, file]);
  }
  await Deno.remove(k);
  const missing = await assertRejects(() => openIdentity(dir.path, { cert: c, key: k }), FtError);
  assertEquals([missing.code, missing.message], ["not_found", `not found: ${k}`]);
});

Deno.test("readIdentity creates nothing", async () => {
  await using dir = await tempDir();
  assertEquals(await readIdentity(dir.path), null);
  assertEquals([...Deno.readDirSync(dir.path)], []);
  const created = await openIdentity(dir.path);
  assertEquals(await readIdentity(dir.path), created);
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
