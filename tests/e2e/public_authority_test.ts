import { assertEquals, assertStringIncludes } from "@std/assert";
import { programFromTask } from "../../testing/programs/program.ts";
import { runProgram } from "../../testing/programs/running_program.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import { makeAuthority } from "../../testing/authority.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { tempDir } from "../../testing/temp_dir.ts";

/** An attacker in between: the first connection goes to one server, all others to another. */
function inBetween(first: TestServer, later: TestServer): { port: number } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const piping: Promise<unknown>[] = [];
  const running = (async () => {
    let to = first.port;
    for await (const near of listener) {
      const far = await Deno.connect({ hostname: "127.0.0.1", port: to });
      to = later.port;
      piping.push(
        near.readable.pipeTo(far.writable).catch(() => {}),
        far.readable.pipeTo(near.writable).catch(() => {}),
      );
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await running;
      await Promise.all(piping);
    },
  };
}

Deno.test("tls-public-authority-does-not-bypass-pin: even if the runtime lists it", async () => {
  await using dir = await tempDir();
  const authority = await makeAuthority();
  const { cert, key } = await authority.issue("localhost");
  const files = { cert: dir.join("cert.pem"), key: dir.join("key.pem") };
  await Deno.writeTextFile(files.cert, cert);
  await Deno.writeTextFile(files.key, key);
  await Deno.writeTextFile(dir.join("authority.pem"), authority.pem);
  const listen = ["fts://127.0.0.1:0"];
  await using real = await testServer({ listen });
  await using impostor = await testServer({ listen, tls: files });
  await using between = inBetween(real, impostor);

  const program = await programFromTask("ftclient");
  // The runtime trusts this authority as it does the public ones.
  const env = { XDG_STATE_HOME: dir.path, DENO_CERT: dir.join("authority.pem"), NO_COLOR: "1" };
  const ls = (port: number, ...more: string[]) => {
    const args = ["ls", "--retries", "0", "--host", `fts://localhost:${port}`, ...more];
    return runProgram(program, args, env);
  };
  assertEquals((await ls(impostor.port)).code, 0);
  const { pin } = await openIdentity(real.state);
  assertEquals((await ls(real.port, "--pin", pin)).code, 0);
  assertEquals((await ls(impostor.port, "--pin", pin)).code, 10);
  // The first connection reads the real certificate; the second meets that of the attacker.
  const fooled = await ls(between.port, "--pin", pin);
  assertEquals(fooled.code, 10);
  assertStringIncludes(fooled.stderr, "certificate");
});
