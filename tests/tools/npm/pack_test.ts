/**
 * The library as its users install it: from a registry, in a folder that has nothing else.
 */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { readConfig } from "../../../testing/repository.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { packLibrary } from "../../../tools/npm/main.ts";
import { makePackage } from "../../../tools/npm/package.ts";
import { readTar } from "../../../tools/compile/tar.ts";

const REGISTRY = "https://registry.npmjs.org";

async function unzip(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const zipped = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(zipped).arrayBuffer());
}

/** A registry with our package alone; it sends clients elsewhere for all others. */
function registryOf(
  name: string,
  version: string,
  packed: Uint8Array<ArrayBuffer>,
  fields: object,
) {
  const shasum = createHash("sha1").update(packed).digest("hex");
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const url = new URL(request.url);
    const path = decodeURIComponent(url.pathname);
    if (path === "/packed.tgz") return new Response(packed);
    if (path !== `/${name}`) return Response.redirect(`${REGISTRY}${url.pathname}`);
    const dist = { tarball: `${url.origin}/packed.tgz`, shasum };
    const versions = { [version]: { ...fields, dist } };
    return Response.json({ name, "dist-tags": { latest: version }, versions });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const PROGRAM = `
import { connect, type FileInfo, serve } from "@ft/ft";

const listen = ["fts://127.0.0.1:0"];
await using server = await serve("./shared", { state: "./state", listen });
await using ft = await connect(server.addresses[0]!);
await ft.put(new TextEncoder().encode("from a package"), "hello.txt");
console.log(await ft.get("hello.txt").text());
const files: FileInfo[] = await Array.fromAsync(ft.list());
console.log(files.map(({ path, bytes }) => path + " " + bytes).join());
`;

Deno.test("the packed library works in an empty folder, with its types", async () => {
  const { name, version } = await readConfig();
  const packed = await packLibrary();
  const entries = new Map([...readTar(await unzip(packed))].map((file) => [file.name, file.bytes]));
  const fields = JSON.parse(new TextDecoder().decode(entries.get("package/package.json")!));
  assertEquals([fields.name, fields.version], [name, version]);
  await using registry = registryOf(name, version, packed, fields);
  await using dir = await tempDir();
  const deno = async (...args: string[]) => {
    const env = { NPM_CONFIG_REGISTRY: registry.url, DENO_DIR: dir.join("cache"), HOME: dir.path };
    const command = new Deno.Command(Deno.execPath(), { args, env, cwd: dir.path });
    const { code, stdout, stderr } = await command.output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals([code, code === 0 ? "" : err], [0, ""], args.join(" "));
    return out!;
  };
  await Deno.writeTextFile(dir.join("main.ts"), PROGRAM);
  await Deno.writeTextFile(
    dir.join("deno.json"),
    JSON.stringify({ imports: { [name]: `npm:${name}@${version}` } }),
  );
  await deno("check", "main.ts");
  const printed = await deno("run", "-A", "main.ts");
  assertEquals(printed, "from a package\nhello.txt 14\n");
});

Deno.test("makePackage rewrites what modules import, and names an import it cannot carry", async () => {
  const modules: Record<string, string> = {
    "mod.ts": 'export { two } from "./lib/two.ts";\nexport type { Three } from "./lib/three.ts";\n',
    "lib/two.ts": 'import * as v from "valibot";\n' +
      'new Worker(new URL("./worker.ts", import.meta.url));\n' +
      'export const two: number = (await import("./three.ts")).x + Number(v);\n',
    "lib/three.ts": "export interface Three { readonly three: 3 }\nexport const x: number = 1;\n",
    "lib/worker.ts": 'import "node:fs";\n',
  };
  const source = {
    ...{ name: "n", version: "1.2.3", license: "MIT", imports: { valibot: "npm:valibot@1.5.0" } },
    read: (path: string) => Promise.resolve(modules[path]!),
  };
  const { files } = await makePackage(source);
  assertEquals([...files.keys()].sort(), [
    ...["lib/three.d.ts", "lib/three.js", "lib/two.d.ts", "lib/two.js", "lib/worker.js"],
    ...["mod.d.ts", "mod.js", "package.json"],
  ]);
  assertStringIncludes(files.get("lib/two.js")!, 'new URL("./worker.js", import.meta.url)');
  assertStringIncludes(files.get("lib/two.js")!, 'import("./three.js")');
  assertEquals(JSON.parse(files.get("package.json")!).dependencies, { valibot: "1.5.0" });
  await assertRejects(
    () => makePackage({ ...source, imports: {} }),
    Error,
    "valibot is not mapped",
  );
});
