import { assertEquals } from "@std/assert";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { programFromTask } from "../../testing/programs/program.ts";
import { RunningProgram } from "../../testing/programs/running_program.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const shared = sharedCeph();

Deno.test(
  "ftserver --store serves a bucket to ftclient, with the permissions of the programs",
  NEEDS_CEPH,
  async () => {
    await using dir = await tempDir();
    const url = await shared.newUrl("team/files");
    const [serverProgram, clientProgram] = await Promise.all(
      (["ftserver", "ftclient"] as const).map((name) => programFromTask(name)),
    );
    const { accessKey, secretKey } = CEPH_CREDENTIALS;
    const keys = dir.join("keys");
    await Deno.writeTextFile(keys, `${accessKey}:${secretKey}\n`, { mode: 0o600 });
    await using server = RunningProgram.start(serverProgram!, [
      ...["--store", url, "--store-credentials", keys, "--state", dir.join("state")],
      ...["-l", "ft://127.0.0.1:0"],
    ]);
    await server.printed(/^ready$/m);
    const host = server.stdout.match(/ft:\S+/)![0];
    const ftclient = async (...args: string[]) => {
      const env = { FTCLIENT_HOST: host, XDG_CONFIG_HOME: dir.path };
      await using client = RunningProgram.start(clientProgram!, args, { env, cwd: dir.path });
      const { code, stdout, stderr } = await client.finished;
      return { code, stdout: stdout.trim(), stderr };
    };
    const content = crypto.getRandomValues(new Uint8Array(60_000));
    const large = new Uint8Array(12_345_678).map((_, i) => content[i % 59_999]! ^ (i >> 16));
    await Deno.mkdir(dir.join("tree/empty"), { recursive: true });
    await Deno.writeFile(dir.join("tree/large"), large);
    await Deno.writeTextFile(dir.join("tree/small"), "hello");
    assertEquals((await ftclient("put", "-qr", "tree")).code, 0);
    assertEquals((await ftclient("ls", "-R")).stdout.split("\n"), [
      ...["tree/", "tree/empty/", "tree/large", "tree/small"],
    ]);
    assertEquals((await ftclient("get", "-qr", "tree", "-d", "back")).code, 0);
    assertEquals(await Deno.readFile(dir.join("back/tree/large")), large);
    assertEquals(await Deno.readTextFile(dir.join("back/tree/small")), "hello");
    assertEquals((await ftclient("rm", "-qr", "tree")).code, 0);
    assertEquals(await ftclient("ls").then(({ code, stdout }) => [code, stdout]), [0, ""]);
    const { bucket } = parseStoreUrl(url);
    const left = JSON.parse(await shared.ceph.admin("bucket", "list", "--bucket", bucket));
    assertEquals(left.map(({ name }: { name: string }) => name), [], "nothing is left over");
    assertEquals(server.stderr.includes(secretKey), false, "the log has no credentials");
  },
);
