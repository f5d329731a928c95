/**
 * Receipts, as the programs keep and check them, and every way to alter one.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { pinOfKey } from "../../lib/net/pin.ts";
import { System } from "../../testing/programs/system.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";

const FILE = "receipt.json";

async function uploaded(): Promise<System> {
  const system = await System.start({ listen: "fts://127.0.0.1:0" });
  await Deno.mkdir(system.at("d"));
  await Deno.writeTextFile(system.at("d/a"), "hello");
  await Deno.writeFile(system.at("d/b"), new Uint8Array(3 << 20).fill(7));
  const { code, stderr } = await system.client(["put", "d", "-r", "--receipt", FILE]);
  assertEquals(code, 0, stderr);
  return system;
}

Deno.test({
  name: "put --receipt keeps what the server signed, and verify compares files with it",
  ...NEEDS_POSIX,
  async fn() {
    await using system = await uploaded();
    const lines = (await Deno.readTextFile(system.at(FILE))).trim().split("\n");
    const receipts = lines.map((line) => JSON.parse(line));
    const facts = receipts.map(({ name, bytes, user }) => [name, bytes, user]).sort();
    assertEquals(facts, [["d/a", 5, "anonymous"], ["d/b", 3 << 20, "anonymous"]]);
    for (const { server, key } of receipts) {
      assertEquals(pinOfKey(Uint8Array.fromBase64(key)), server);
    }
    const all = await system.client(["verify", FILE]);
    assertEquals([all.code, all.stdout.split("\n").length], [0, 3], all.stderr);
    assertMatch(
      all.stdout,
      /^d\/a \(5 B\): uploaded by anonymous, signed by localhost:\d+ on /m,
    );
    for (const name of ["d/a", "d/b"]) {
      const one = await system.client(["verify", FILE, name, "--json"]);
      assertEquals([one.code, JSON.parse(one.stdout).name], [0, name]);
    }
    await Deno.writeTextFile(system.at("d/a"), "hellO");
    const changed = await system.client(["verify", FILE, "d/a"]);
    assertEquals([changed.code, changed.stdout], [6, ""]);
    assertMatch(changed.stderr, /d\/a differs from the receipt/);
  },
});

Deno.test({
  name: "a receipt that was changed, or that another server signed, is refused",
  ...NEEDS_POSIX,
  async fn() {
    await using system = await uploaded();
    const text = (await Deno.readTextFile(system.at(FILE))).split("\n")[0]!;
    const receipt = JSON.parse(text);
    const alterations: Record<string, unknown> = {
      ...{ name: "d/x", bytes: receipt.bytes + 1, user: "ben", at: "2020-01-01T00:00:00.000Z" },
      ...{ root: "0".repeat(64), server: "1".repeat(64), sha256: "2".repeat(64) },
    };
    for (const [key, value] of Object.entries(alterations)) {
      await Deno.writeTextFile(system.at("changed"), JSON.stringify({ ...receipt, [key]: value }));
      assertEquals((await system.client(["verify", "changed"])).code, 6, key);
    }
    for (const junk of ["", "{}", "hello", "[1]"]) {
      await Deno.writeTextFile(system.at("junk"), junk);
      assertEquals((await system.client(["verify", "junk"])).code, 2, junk);
    }
    assertEquals((await system.client(["verify", "absent"])).code, 3);
    const { server } = receipt;
    assertEquals((await system.client(["verify", FILE, "--pin", server])).code, 0);
    assertEquals((await system.client(["verify", FILE, "--pin", "3".repeat(64)])).code, 10);
    await Deno.remove(`${system.home}/ft`, { recursive: true }).catch(() => {});
    const unknown = await system.client(["verify", FILE], { env: { XDG_STATE_HOME: system.work } });
    assertEquals(unknown.code, 10);
    assertMatch(unknown.stderr, /server that is not known here/);
  },
});

Deno.test({
  name: "a server without TLS signs with an identity of its own; a legacy dialect signs nothing",
  ...NEEDS_POSIX,
  async fn() {
    await using system = await System.start();
    await Deno.writeTextFile(system.at("a"), "hello");
    assertEquals((await system.client(["put", "a", "--receipt", FILE])).code, 0);
    const { server } = JSON.parse(await Deno.readTextFile(system.at(FILE)));
    assertEquals((await system.client(["verify", FILE, "a", "--pin", server])).code, 0);
    const legacy = ["put", "a", "--as", "b", "--receipt", "other", "-H"];
    const { code } = await system.client([...legacy, system.url.replace("ft:", "ft+line:")]);
    assertEquals(code, 11);
  },
});
