/**
 * A leading `/` in a name on the server means the served root, in every command.
 */

import { assertEquals } from "@std/assert";
import { observe } from "../../../testing/cli/flag_walk.ts";
import { testServer } from "../../../testing/test_server.ts";

Deno.test("a leading / means the served root in every command", async () => {
  await using server = await testServer();
  const work = server.dir.join("work");
  await Deno.mkdir(work);
  await Deno.mkdir(`${server.root}/d/e`, { recursive: true });
  for (const name of ["a.jpg", "b.jpg", "d/e/f.jpg"]) {
    await Deno.writeTextFile(`${server.root}/${name}`, `of ${name}`);
  }
  const local = `${work}/new.txt`;
  await Deno.writeTextFile(local, "new");
  const env = {
    ...{ FTCLIENT_HOST: server.url, FTCLIENT_RETRIES: "0", EDITOR: "true" },
    XDG_STATE_HOME: server.dir.path,
  };
  const run = (...args: string[]) => observe(args, { env, dirs: [] });
  assertEquals((await run("ls", "/")).stdout, "a.jpg\nb.jpg\nd/\n");
  assertEquals((await run("ls", "/d/e")).stdout, "f.jpg\n");
  const commands = [
    ["get", "/d/e/f.jpg", "/?.jpg", "-d", work],
    ...[["stat", "/a.jpg"], ["sum", "/a.jpg"], ["lock", "/a.jpg"], ["unlock", "//a.jpg"]],
    ...[["edit", "/a.jpg"], ["mkdir", "/m/n"], ["mv", "/a.jpg", "/m/a.jpg"], ["rm", "/b.jpg"]],
    ...[["put", local, "--to", "/m"], ["put", local, "--as", "/m/as.txt"], ["mv", "/m/a.jpg", "/"]],
  ];
  for (const args of commands) {
    const { code, stderr } = await run(...args);
    assertEquals(code, 0, `${args.join(" ")}: ${stderr}`);
  }
  const names = (dir: string) => [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
  assertEquals(names(work), ["a.jpg", "b.jpg", "f.jpg", "new.txt"]);
  assertEquals(names(`${server.root}/m`), ["as.txt", "n", "new.txt"]);
  assertEquals(names(server.root).filter((name) => !name.startsWith(".")), ["a.jpg", "d", "m"]);
  assertEquals((await run("get", "/../x")).code, 4);
});
