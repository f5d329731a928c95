/**
 * Dialling a name that has several addresses, of which the first is dead. The name is only known in
 * namespaces of their own, so this needs nothing of the machine's configuration.
 */

import { assert, assertEquals } from "@std/assert";
import { needsProgram } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const NEEDS_NAMESPACES = await needsProgram("unshare", "-rmn", "true");

const [DEAD, ALIVE] = ["127.0.0.1", "127.0.1.1"];
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const DIAL = new URL("../../lib/net/dial.ts", import.meta.url).href;

/** Dials the name when nothing listens at the dead address, and when it takes no more connections. */
const CHILD = `
import { dial } from ${JSON.stringify(DIAL)};
const listener = Deno.listen({ hostname: "${ALIVE}", port: 0 });
const { port } = listener.addr;
const reached = [];
const onReached = (hostname) => Promise.resolve(void reached.push(hostname));
const go = () => dial({ hostname: "files.example", port, timeoutMs: 20_000, onReached });
const { remote } = await go();
Deno.listen({ hostname: "${DEAD}", port, tcpBacklog: 1 });
const full = AbortSignal.timeout(500);
while (!full.aborted) {
  await Deno.connect({ hostname: "${DEAD}", port, signal: full }).catch(() => {});
}
const startedMs = performance.now();
await go();
const ms = performance.now() - startedMs;
console.log(JSON.stringify({ reached, remote: remote === "files.example:" + port, ms }));
Deno.exit(0);
`;

Deno.test({
  name: "dial skips an address of a name that refuses, and one that stays silent",
  ...NEEDS_NAMESPACES,
  async fn() {
    await using dir = await tempDir();
    await Deno.writeTextFile(dir.join("hosts"), `${DEAD} files.example\n${ALIVE} files.example\n`);
    await Deno.writeTextFile(dir.join("child.js"), CHILD);
    const run = [Deno.execPath(), "run", "-A", "-q", "--no-check", "--config", CONFIG];
    const script = 'mount --bind "$0" /etc/hosts && ip link set lo up && exec "$@"';
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: ["-rmn", "sh", "-c", script, dir.join("hosts"), ...run, dir.join("child.js")],
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const { reached, remote, ms } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals({ reached, remote }, { reached: [ALIVE, ALIVE], remote: true });
    // The dead address is the first one: it was given its time, and not more.
    assert(ms > 200 && ms < 10_000, `${ms} ms`);
  },
});
