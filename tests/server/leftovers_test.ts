import { assertEquals } from "@std/assert";
import { STAGED_UPLOAD_TTL_MS } from "../../lib/base/limits.ts";
import { ephemeralToken } from "../../lib/service/ephemeral_token.ts";
import { testServer } from "../../testing/test_server.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("a server removes staged uploads at its start that are ephemeral or too old", async () => {
  await using dir = await tempDir();
  const staging = dir.join(".ftserver/staging");
  await Deno.mkdir(staging, { recursive: true });
  const [kept, old, ephemeral] = ["resumable", "forgotten", ephemeralToken()];
  for (const token of [kept, old, ephemeral]) {
    await Deno.writeTextFile(`${staging}/${token}`, "part");
  }
  const then = new Date(Date.now() - STAGED_UPLOAD_TTL_MS - 1000);
  await Deno.utime(`${staging}/${old}`, then, then);
  await using live = await testServer({ root: dir.path });
  assertEquals([...Deno.readDirSync(staging)].map(({ name }) => name), [kept]);
  const expired = live.logged("token").filter(([event]) => event === "upload.expired");
  assertEquals(expired.map(([, token]) => token).sort(), [old, ephemeral].sort());
});
