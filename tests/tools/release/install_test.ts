/**
 * The install script, run by a real shell against a real web server.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { REPOSITORY } from "../../../testing/repository.ts";
import { digestList } from "../../../tools/compile/digests.ts";
import { hostTarget } from "../../../tools/compile/targets.ts";
import { fill } from "../../../tools/compile/fill.ts";
import { join } from "node:path";
import { tempDir } from "../../../testing/temp_dir.ts";

const encoder = new TextEncoder();

/** A web server with files by name. */
function serve(files: Map<string, Uint8Array>): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const bytes = files.get(new URL(url).pathname.slice(1));
    return bytes === undefined
      ? new Response(null, { status: 404 })
      : new Response(bytes as Uint8Array<ArrayBuffer>);
  });
}

/** A release with both programs for this machine. */
function release(): Map<string, Uint8Array> {
  const target = hostTarget().name;
  const files = new Map(
    ["ftserver", "ftclient"].map((
      program,
    ) => [`${program}-${target}`, encoder.encode(`#!/bin/sh\necho ${program}\n`)]),
  );
  return files.set("SHA256SUMS", encoder.encode(digestList(files)));
}

interface Installed {
  readonly code: number;
  readonly stderr: string;
  /** The files in the folder afterwards. */
  readonly files: Record<string, string>;
}

async function install(files: Map<string, Uint8Array>, args: string[] = []): Promise<Installed> {
  await using dir = await tempDir();
  await using server = serve(files);
  const template = await Deno.readTextFile(join(REPOSITORY, "packaging/install.sh"));
  const words: Record<string, string> = { VERSION: "1.0.0", REPOSITORY: "nobody/nothing" };
  await Deno.writeTextFile(dir.join("install.sh"), fill(template, (word) => words[word]));
  await Deno.mkdir(dir.join("bin"));
  await Deno.writeTextFile(dir.join("bin/ftclient"), "old");
  const { code, stderr } = await new Deno.Command("sh", {
    args: [dir.join("install.sh"), ...args],
    env: { FT_URL: `http://127.0.0.1:${server.addr.port}`, FT_DIR: dir.join("bin") },
  }).output();
  const names = [...Deno.readDirSync(dir.join("bin"))].map(({ name }) => name).toSorted();
  const read = (name: string) => Deno.readTextFileSync(dir.join(`bin/${name}`));
  return {
    code,
    stderr: new TextDecoder().decode(stderr),
    files: Object.fromEntries(names.map((name) => [name, read(name)])),
  };
}

Deno.test("install.sh installs both programs, and replaces older ones", async () => {
  const { code, files, stderr } = await install(release());
  assertEquals(code, 0, stderr);
  assertEquals(files, {
    ftclient: "#!/bin/sh\necho ftclient\n",
    ftserver: "#!/bin/sh\necho ftserver\n",
  });
});

Deno.test("install.sh installs a single named program, and refuses unknown names", async () => {
  assertEquals(Object.keys((await install(release(), ["ftserver"])).files), [
    ...["ftclient", "ftserver"],
  ]);
  const { code, stderr, files } = await install(release(), ["rm"]);
  assertEquals([code, files], [1, { ftclient: "old" }]);
  assertStringIncludes(stderr, "unknown program rm");
});

Deno.test("install.sh changes nothing when one of the files does not match SHA256SUMS", async () => {
  for (const spoil of ["changed", "unlisted", "missing"]) {
    const files = release();
    const name = `ftclient-${hostTarget().name}`;
    if (spoil === "changed") files.set(name, encoder.encode("#!/bin/sh\necho evil\n"));
    if (spoil === "missing") files.delete(name);
    if (spoil === "unlisted") {
      const list = new TextDecoder().decode(files.get("SHA256SUMS"));
      files.set("SHA256SUMS", encoder.encode(list.replace(name, `${name}.old`)));
    }
    const ended = await install(files);
    assertEquals([ended.code, ended.files], [1, { ftclient: "old" }], spoil);
    assert(ended.stderr.includes("ftclient-"), ended.stderr);
  }
});
