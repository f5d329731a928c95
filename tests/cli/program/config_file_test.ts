import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { CLIENT_FLAGS } from "../../../lib/cli/client/client_flags.ts";
import { defaultConfigPath, readConfig } from "../../../lib/cli/program/config_file.ts";

Deno.test({
  name: "defaultConfigPath uses XDG_CONFIG_HOME if it is absolute, else HOME",
  permissions: "none",
  fn() {
    const path = (env: Record<string, string>) =>
      defaultConfigPath((name) => env[name], "client.json");
    assertEquals(path({ XDG_CONFIG_HOME: "/c", HOME: "/h" }), "/c/ft/client.json");
    assertEquals(path({ XDG_CONFIG_HOME: "c", HOME: "/h" }), "/h/.config/ft/client.json");
    assertEquals(path({ HOME: "/h" }), "/h/.config/ft/client.json");
    assertEquals(path({}), undefined);
  },
});

Deno.test("readConfig accepts a missing default file, but not a missing named one", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/client.json`;
  try {
    assertEquals(await readConfig(undefined, path, CLIENT_FLAGS), undefined);
    const missing = await assertRejects(() => readConfig(path, undefined, CLIENT_FLAGS), FtError);
    assertEquals(missing.exitCode, 3);
    await Deno.writeTextFile(path, '{"host": "h", "retries": 0}');
    const read = await readConfig(undefined, path, CLIENT_FLAGS);
    assertEquals([...read!.values], [["host", "h"], ["retries", 0]]);
    await Deno.writeTextFile(path, '{"host": 5}');
    await assertRejects(
      () => readConfig(path, undefined, CLIENT_FLAGS),
      FtError,
      `${path}:1: host`,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
Deno.test({
  name: "readConfig takes a default file that it may not read for absent, but not a named one",
  permissions: "none",
  async fn() {
    assertEquals(await readConfig(undefined, "/etc/passwd", CLIENT_FLAGS), undefined);
    await assertRejects(() => readConfig("/etc/passwd", undefined, CLIENT_FLAGS), FtError);
  },
});
