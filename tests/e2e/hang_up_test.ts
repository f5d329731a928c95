/**
 * Clients whose terminal is closed, and clients without a terminal that get a SIGHUP.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { sampleBytes } from "../../testing/content.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import type { ConnectionFaults } from "../../testing/network/faults.ts";
import { System } from "../../testing/programs/system.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { NEEDS_TMUX, Terminal } from "../../testing/terminal.ts";

const MiB = 1024 * 1024;
const BYTES = sampleBytes(10 * MiB);
/** The first connection freezes after 7 MiB until it is thawed. */
const HALF = (connection: number): ConnectionFaults =>
  connection === 0 ? { down: { freezeAt: 7 * MiB, oneWay: true } } : {};

Deno.test("sighup-without-a-terminal: a get goes on, as under nohup", async () => {
  await using system = await System.start();
  await using proxy = await FaultProxy.start(system.url, HALF);
  await Deno.writeFile(system.served("f"), BYTES);
  const client = system.spawn(["get", "f"], { env: { FTCLIENT_HOST: proxy.url } });
  await client.reported(/f: 50 %/);
  client.signal("SIGHUP");
  proxy.thaw();
  const { code, stderr } = await client.finished;
  assertEquals([code, await Deno.readFile(system.at("f"))], [0, BYTES], stderr);
});

/** Reads a pipe until its writer closes it, and reports a text that arrives. */
async function readUntilClosed(path: string, wanted: RegExp, seen: () => void): Promise<string> {
  let text = "";
  using file = await Deno.open(path);
  for await (const piece of file.readable.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (wanted.test(text)) seen();
  }
  return text;
}

Deno.test({
  name: "terminal-closes-mid-transfer: a get ends with 129 and names the command that resumes",
  ...NEEDS_TMUX,
  async fn() {
    await using system = await System.start();
    await using proxy = await FaultProxy.start(system.url, HALF);
    await Deno.writeFile(system.served("f"), BYTES);
    const [errors, code] = [system.at("errors"), system.at("code")];
    await new Deno.Command("mkfifo", { args: [errors, code] }).output();
    const client = `'${Deno.execPath()}' run -A '${join(REPOSITORY, "client.ts")}'`;
    // The system tells the shell of a terminal first, and the others when that shell has ended.
    const script = `(trap '' HUP; HOME='${system.home}' ${client} get f --host ${proxy.url} ` +
      `2> errors; echo $? > code); exit`;
    const half = Promise.withResolvers<void>();
    const stderr = readUntilClosed(errors, /f: 50 %/, half.resolve);
    const exited = Deno.readTextFile(code);
    {
      await using _terminal = await Terminal.open(["sh", "-c", script], { cwd: system.work });
      await half.promise;
    }
    assertEquals(await exited, "129\n", await stderr);
    assertMatch(await stderr, /the terminal was closed; resume with: ftclient get f --host/);
    proxy.thaw();
    const again = await system.client(["get", "f"]);
    assertEquals([again.code, await Deno.readFile(system.at("f"))], [0, BYTES]);
  },
});
