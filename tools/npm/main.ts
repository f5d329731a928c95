/**
 * `deno task npm`: packs the library for npm, as a file in `dist/`.
 *
 * @module
 */

import { join } from "node:path";
import { readConfig, REPOSITORY } from "../../testing/repository.ts";
import { writeTar } from "../compile/tar.ts";
import { makePackage } from "./package.ts";

/** Pages that the package contains besides the modules. */
const PAGES = ["README.md", "LICENSE"];

/** Packs the library. @returns The bytes of the file that npm installs. */
export async function packLibrary(): Promise<Uint8Array<ArrayBuffer>> {
  const read = (path: string) => Deno.readTextFile(join(REPOSITORY, path));
  const { files } = await makePackage({ ...await readConfig(), read });
  const pages = await Promise.all(PAGES.map(async (name) => [name, await read(name)] as const));
  const entries = [...files, ...pages].map(([name, text]) => ({
    name: `package/${name}`,
    bytes: new TextEncoder().encode(text),
    executable: false,
  }));
  const zipped = new Blob([writeTar(entries)]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(zipped).arrayBuffer());
}

if (import.meta.main) {
  const { name, version } = await readConfig();
  const folder = join(REPOSITORY, "dist");
  const path = join(folder, `${name.slice(1).replace("/", "-")}-${version}.tgz`);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(path, await packLibrary());
  console.log(path);
}
