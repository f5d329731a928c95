/**
 * Discovery between two machines, simulated by two connected network namespaces.
 */

import { assertEquals } from "@std/assert";
import { programFromTask } from "../../testing/programs/program.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { RunningProgram } from "../../testing/programs/running_program.ts";
import { skipUnless } from "../../testing/skip.ts";

async function ip(...args: string[]): Promise<boolean> {
  try {
    const command = new Deno.Command("ip", { args, stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

/** Two namespaces with addresses 10.77.0.1 and 10.77.0.2; `null` if they cannot be created. */
async function twoMachines(): Promise<AsyncDisposable & { readonly names: string[] } | null> {
  const tag = crypto.randomUUID().slice(0, 6);
  const names = [`fta-${tag}`, `ftb-${tag}`];
  const [a, b] = [`va-${tag}`, `vb-${tag}`];
  const remove = async () => {
    for (const name of names) await ip("netns", "del", name);
  };
  const created = await ip("netns", "add", names[0]!) && await ip("netns", "add", names[1]!) &&
    await ip("link", "add", a, "netns", names[0]!, "type", "veth", "peer", b, "netns", names[1]!) &&
    await ip("-n", names[0]!, "addr", "add", "10.77.0.1/24", "dev", a) &&
    await ip("-n", names[1]!, "addr", "add", "10.77.0.2/24", "dev", b) &&
    await ip("-n", names[0]!, "link", "set", a, "up") &&
    await ip("-n", names[1]!, "link", "set", b, "up") &&
    await ip("-n", names[0]!, "route", "add", "default", "dev", a) &&
    await ip("-n", names[1]!, "route", "add", "default", "dev", b);
  if (created) return { names, [Symbol.asyncDispose]: remove };
  await remove();
  return null;
}

async function spawnIn(
  namespace: string,
  name: "ftserver" | "ftclient",
  args: string[],
  dir: string,
) {
  const program = await programFromTask(name);
  const within = { path: "ip", args: ["netns", "exec", namespace, program.path, ...program.args] };
  const env = { XDG_STATE_HOME: dir, XDG_CONFIG_HOME: dir, NO_COLOR: "1" };
  return RunningProgram.start(within, args, { env, cwd: dir });
}

const machines = Deno.build.os === "linux" && Deno.uid() === 0 ? await twoMachines() : null;
if (machines !== null) await machines[Symbol.asyncDispose]();

Deno.test({
  name: "discover finds an announced server on another machine, with its fingerprint",
  ...skipUnless(machines !== null, "network namespaces cannot be created"),
  async fn() {
    await using pair = (await twoMachines())!;
    await using dir = await tempDir();
    const [here, there] = pair.names as [string, string];
    const server = await spawnIn(here, "ftserver", [
      ...["--root", dir.join("root"), "--state", dir.join("state"), "--announce"],
      ...["--listen", "fts://0.0.0.0:9998", "--listen", "ft+line://0.0.0.0:9990"],
    ], dir.path);
    await server.reported(/announce\.start/);
    const fingerprint = await spawnIn(here, "ftserver", [
      ...["fingerprint", "--state", dir.join("state"), "-q"],
    ], dir.path);
    const pin = (await fingerprint.finished).stdout.split("\n")[0];
    const client = await spawnIn(
      there,
      "ftclient",
      ["discover", "--json", "--timeout", "1"],
      dir.path,
    );
    const { code, stdout } = await client.finished;
    assertEquals([code, stdout.trim().split("\n").map((line) => JSON.parse(line).url)], [
      ...[0, [`fts://10.77.0.1:9998/#${pin}`]],
    ]);
    server.signal("SIGTERM");
    assertEquals((await server.finished).code, 0);
    const after = await spawnIn(there, "ftclient", ["discover", "--timeout", "0.3"], dir.path);
    const nobody = await after.finished;
    assertEquals([nobody.code, nobody.stdout], [0, ""]);
  },
});
