/**
 * Names with backslashes and control characters: peers that do not say that they handle them neither
 * get nor send any.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { NativePeer } from "../../testing/network/native_peer.ts";
import { lengthAnd, rawPeer } from "../../testing/network/raw_peer.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";
import { testServer } from "../../testing/test_server.ts";

const NAMES = ["back\\slash", "new\nline", "plain"];

Deno.test({
  name:
    "native lists names with backslashes and control characters only to clients that ask for them",
  ...NEEDS_POSIX,
  async fn() {
    await using live = await testServer();
    for (const name of NAMES) await Deno.writeTextFile(`${live.root}/${name}`, "x");
    await Deno.symlink("plain", `${live.root}/link`);
    for (const [features, expected] of [[[], ["plain"]], [["names"], NAMES]] as const) {
      await using peer = await NativePeer.dial(live.server.addresses[0]!);
      await peer.hello({ features: [...features] });
      assertEquals((await peer.read())?.type, "HELO");
      await peer.request(1, { op: "list", path: ".", recursive: true });
      const json = (payload: Uint8Array) => JSON.parse(new TextDecoder().decode(payload.slice(4)));
      const items = json((await peer.next(1, "ITEM")).payload);
      assertEquals(items.map(({ path }: { path: string }) => path), [...expected]);
      const reply = json((await peer.next(1, "RPLY")).payload);
      const message = "left out: link (it is a link)";
      const unsafe = "it has a backslash or a control character";
      assertEquals(reply.items, expected.length);
      assertEquals(
        reply.leftOut.map((error: { message: string }) => error.message).sort(),
        [
          ...NAMES.filter((name) => !expected.some((other) => other === name))
            .map((name) => `left out: ${name} (${unsafe})`),
          message,
        ].sort(),
      );
      // The server names it, too.
      await live.event("list.left_out", { name: ".", entries: 1, message });
    }
  },
});

Deno.test({
  name: "legacy dialects refuse names with backslashes and control characters",
  ...NEEDS_POSIX,
  async fn() {
    const dialects = ["line", "framed", "oneshot", "updown", "json"];
    const listen = dialects.map((dialect) => `ft+${dialect}://127.0.0.1:0`);
    await using live = await testServer({ listen, anonymous: "write" });
    const name = "back\\slash";
    await Deno.writeTextFile(`${live.root}/${name}`, "secret");
    const json = (value: unknown) => lengthAnd(JSON.stringify(value));
    const requests: Record<string, (string | Uint8Array)[]> = {
      line: [`GET ${name}`],
      framed: [`\0\0\0\0\0\0\0${String.fromCharCode(name.length)}FILE${name}`],
      oneshot: [lengthAnd(name)],
      updown: [`DOWNLOAD ${name}\n`],
      json: [
        json({ command: "get", fileName: name }),
        json({ command: "put", fileName: "new\nline", fileContent: "x" }),
      ],
    };
    for (const [i, dialect] of dialects.entries()) {
      for (const request of requests[dialect]!) {
        using peer = await rawPeer(live.server.addresses[i]!);
        await peer.say(request);
        await peer.finish();
        assertMatch(new TextDecoder().decode(await peer.rest()), /path not allowed/, dialect);
      }
    }
    assertEquals(
      [...Deno.readDirSync(live.root)].map(({ name }) => name).includes("new\nline"),
      false,
    );
  },
});
