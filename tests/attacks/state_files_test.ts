/** State files hold passwords' hashes and private messages, so only their owner may read them. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { createPrivateDir } from "../../lib/base/private_files.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { testServer } from "../../testing/test_server.ts";

const ignore = Deno.build.os === "windows";
const reason = "Windows has no permission bits";

/** The permission bits of a folder's files. */
function modesIn(dir: string): Record<string, string> {
  const files = [...Deno.readDirSync(dir)].filter(({ isFile }) => isFile);
  return Object.fromEntries(
    files.map(({ name }) => [name, (Deno.statSync(`${dir}/${name}`).mode! & 0o777).toString(8)]),
  );
}

Deno.test({
  name: "state-files-private: a server makes an old state folder and all files in it private",
  ...{ ignore, reason },
  async fn() {
    await using dir = await tempDir();
    const state = dir.join("state");
    await Deno.mkdir(state, { mode: 0o755 });
    await Deno.chmod(state, 0o755);
    for (const name of ["chat.sqlite", "digests.sqlite", "auth.sqlite"]) {
      await Deno.writeTextFile(`${state}/${name}`, "");
      await Deno.chmod(`${state}/${name}`, 0o644);
    }
    await using server = await testServer({ state, listen: ["fts://127.0.0.1:0"] });
    assertEquals((await Deno.stat(server.state)).mode! & 0o777, 0o700);
    const modes = modesIn(state);
    assertEquals(Object.values(modes).filter((mode) => mode !== "600"), [], JSON.stringify(modes));
    assertEquals(Object.keys(modes).length >= 4, true, JSON.stringify(modes));
  },
});

Deno.test({
  name: "state-files-private: a shared folder is refused with the command that mends it",
  ...{ ignore, reason },
  async fn() {
    await using dir = await tempDir();
    const shared = dir.join("shared");
    await Deno.mkdir(shared);
    await Deno.chmod(shared, 0o1777);
    const error = await assertRejects(() => createPrivateDir(shared), FtError);
    assertEquals(error.code, "usage");
    assertStringIncludes(error.message, `chmod 700`);
    assertEquals((await Deno.stat(shared)).mode! & 0o777, 0o777);
  },
});
