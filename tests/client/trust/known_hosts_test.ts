import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import {
  forgetCommand,
  type KnownHost,
  KnownHosts,
} from "../../../lib/client/trust/known_hosts.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

const CERTIFIED: KnownHost = { kind: "certified" };
const PINNED: KnownHost = {
  kind: "pinned",
  pin: "ab".repeat(32),
  certificate: "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n",
};

/** A file of known hosts with this text, or none. */
async function knownHosts(text?: string) {
  const dir = await tempDir();
  const known = new KnownHosts(dir.join("known_hosts"));
  if (text !== undefined) await Deno.writeTextFile(known.path, text);
  return { dir, known, text: () => Deno.readTextFile(known.path) };
}

Deno.test("KnownHosts finds what it remembers, and nothing without a file", async () => {
  const { dir, known } = await knownHosts();
  await using _ = dir;
  assertEquals(await known.find("a:1"), undefined);
  assertEquals(await known.hasHost("a"), false);
  await known.remember("a:1", PINNED);
  await known.remember("b:2", CERTIFIED);
  assertEquals(await known.find("a:1"), PINNED);
  assertEquals(await known.find("b:2"), CERTIFIED);
  assertEquals(await known.find("a:2"), undefined);
});

Deno.test("KnownHosts creates its folder and a file that only its owner can read", async () => {
  await using dir = await tempDir();
  const known = new KnownHosts(dir.join("state/ft/known_hosts"));
  await known.remember("a:1", CERTIFIED);
  assertEquals((await Deno.stat(known.path)).mode! & 0o777, 0o600);
  assertEquals((await Deno.stat(dir.join("state/ft"))).mode! & 0o777, 0o700);
  await Deno.chmod(known.path, 0o644);
  await known.remember("b:2", CERTIFIED);
  assertEquals((await Deno.stat(known.path)).mode! & 0o777, 0o600);
});

Deno.test("KnownHosts keeps other lines, and the last line of a host counts", async () => {
  const { dir, known, text } = await knownHosts("# mine\na:1 authority\n");
  await using _ = dir;
  await known.remember("a:1", PINNED);
  assertEquals(await known.find("a:1"), PINNED);
  assertStringIncludes(await text(), "# mine\na:1 authority\n");
});

Deno.test("KnownHosts skips broken lines, and does not extend an unfinished one", async () => {
  const { dir, known, text } = await knownHosts("nonsense\na:1 abcd\n\n \t\nb:2 authority");
  await using _ = dir;
  assertEquals(await known.find("nonsense"), undefined);
  assertEquals(await known.find("a:1"), undefined);
  await known.remember("c:3", PINNED);
  assertEquals(await known.find("b:2"), CERTIFIED);
  assertEquals(await known.find("c:3"), PINNED);
  assertStringIncludes(await text(), "nonsense\na:1 abcd\n\n \t\nb:2 authority\n");
});

Deno.test("known-hosts-race: clients that remember hosts at the same time lose none", async () => {
  const { dir, known } = await knownHosts();
  await using _ = dir;
  const addresses = Array.from({ length: 20 }, (_, n) => `host${n}:1`);
  await Promise.all(
    addresses.map((address) => new KnownHosts(known.path).remember(address, PINNED)),
  );
  for (const address of addresses) assertEquals(await known.find(address), PINNED, address);
});

Deno.test("KnownHosts.hasHost finds any port of a host, IPv6 included, but no other host", async () => {
  const { dir, known } = await knownHosts("far.example:9998 authority\n[::1]:5 authority\n");
  await using _ = dir;
  const hosts = ["far.example", "[::1]", "example", "far.example:9998", "[::2]"];
  assertEquals(await Promise.all(hosts.map((host) => known.hasHost(host))), [
    ...[true, true, false, false, false],
  ]);
});

Deno.test("KnownHosts names the file that it cannot read or write", async () => {
  await using dir = await tempDir();
  const folder = new KnownHosts(dir.path);
  await assertRejects(() => folder.find("a:1"), FtError, dir.path);
  await assertRejects(() => folder.remember("a:1", CERTIFIED), FtError, dir.path);
});

const OTHER: KnownHost = { ...PINNED, pin: "cd".repeat(32) };

/** Hosts of the lines that a call dropped. */
const addresses = (lines: readonly { address: string }[]) => lines.map(({ address }) => address);

Deno.test("KnownHosts.forget drops a host in all spellings, and the names and addresses of its key", async () => {
  for (const spelling of ["127.1", "LOCALHOST", "::1", "0x7f.1", "127.0.0.1."]) {
    const { dir, known, text } = await knownHosts("# mine\nnonsense\n");
    await using _ = dir;
    for (const address of ["localhost:1", "[::1]:1", "far.example:1", "10.0.0.5:7"]) {
      await known.remember(address, PINNED);
    }
    for (const address of ["localhost:2", "near.example:1"]) await known.remember(address, OTHER);
    await known.remember("c:1", CERTIFIED);
    const dropped = addresses(await known.forget(spelling, 1));
    assertEquals(dropped, ["localhost:1", "[::1]:1", "far.example:1", "10.0.0.5:7"], spelling);
    assertEquals(await known.find("far.example:1"), undefined);
    assertEquals(await known.find("127.0.0.1:2"), OTHER);
    assertEquals(await known.find("c:1"), CERTIFIED);
    assertStringIncludes(await text(), "# mine\nnonsense\n");
    assertEquals((await Deno.stat(known.path)).mode! & 0o777, 0o600);
  }
});

Deno.test("KnownHosts.forget without a port drops all ports of the host", async () => {
  const { dir, known } = await knownHosts("a:1 authority\nA.:2 authority\nb:1 authority\n");
  await using _ = dir;
  assertEquals(addresses(await known.forget("a")), ["a:1", "A.:2"]);
  assertEquals(addresses(await known.forget("b")), ["b:1"]);
});

Deno.test("KnownHosts.forget keeps the host that an overridden line once had the key of", async () => {
  const { dir, known } = await knownHosts();
  await using _ = dir;
  await known.remember("a:1", PINNED);
  await known.remember("b:1", PINNED);
  await known.remember("a:1", OTHER);
  assertEquals(addresses(await known.forget("a", 1)), ["a:1", "a:1"]);
  assertEquals(await known.find("b:1"), PINNED);
});

Deno.test("KnownHosts.forget of an unknown host changes and creates nothing", async () => {
  const { dir, known, text } = await knownHosts();
  await using _ = dir;
  assertEquals(await known.forget("a"), []);
  await assertRejects(text, Deno.errors.NotFound);
  await known.remember("ab:11", PINNED);
  const before = await text();
  assertEquals([...await known.forget("a"), ...await known.forget("ab", 1)], []);
  assertEquals(await text(), before);
});

Deno.test("forgetCommand quotes the brackets of an IPv6 address", () => {
  assertEquals(forgetCommand("a:1"), "ftclient forget a:1");
  assertEquals(forgetCommand("[::2]:1"), "ftclient forget '[::2]:1'");
});
