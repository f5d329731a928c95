import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { identityFor, openClientIdentity } from "../../../lib/client/trust/client_identity.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

Deno.test("openClientIdentity creates a secret once, readable only by its owner", async () => {
  await using dir = await tempDir();
  const at = dir.join("state/ft");
  const secret = openClientIdentity(at);
  assertMatch(secret, /^[A-Za-z0-9_-]{43}$/);
  assertEquals(openClientIdentity(at), secret);
  assertEquals((await Deno.stat(`${at}/identity`)).mode! & 0o777, 0o600);
  assertEquals([...Deno.readDirSync(at)].map(({ name }) => name), ["identity"]);
});

Deno.test("openClientIdentity replaces an invalid file", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("identity"), "short\n");
  const secret = openClientIdentity(dir.path);
  assertEquals((await Deno.readTextFile(dir.join("identity"))).trim(), secret);
});

Deno.test("openClientIdentity works without storage, with a new secret each time", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("file"), "");
  assertMatch(openClientIdentity(dir.join("file/below")), /^[A-Za-z0-9_-]{43}$/);
  assertNotEquals(openClientIdentity(undefined), openClientIdentity(undefined));
});

Deno.test({
  name: "identityFor gives each host a different identity, always the same",
  permissions: "none",
  async fn() {
    const secret = "s".repeat(43);
    assertEquals(await identityFor(secret, "a"), await identityFor(secret, "a"));
    assertNotEquals(await identityFor(secret, "a"), await identityFor(secret, "b"));
    assertNotEquals(await identityFor(secret, "a"), secret);
  },
});
