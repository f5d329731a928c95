/**
 * Merges the many small modules of a bundle: the runtime needs time for each file that it loads.
 *
 * @module
 */

import { type Plugin, rollup } from "@rollup/wasm-node";
import { join } from "node:path";
import { chunkNames, type Group } from "./chunk_groups.ts";

/** What is merged. */
export interface MergeRequest {
  /** The folder of the bundle, as the bundler made it. */
  readonly from: string;
  /** The folder for the merged modules. */
  readonly to: string;
  /** The path of the entry in both folders, without `.js`. The other files are below it. */
  readonly entry: string;
  /** Modules that are loaded together: see {@linkcode chunkNames}. */
  readonly stages: readonly (readonly Group[])[];
  /** Changes the text of a merged module. */
  readonly rewrite: (file: string, text: string) => string;
}

/**
 * Merges the modules of one entry.
 *
 * @throws {Error} If a module is missing.
 */
export async function mergeChunks(request: MergeRequest): Promise<void> {
  const { from, to, entry, stages, rewrite } = request;
  const input = join(from, `${entry}.js`);
  const bundle = await rollup({
    input: { [entry]: input },
    external: /^node:/,
    // The bundler has removed what is not used.
    treeshake: false,
    plugins: [LATE, {
      name: "rewrite",
      renderChunk: (text, { fileName }) => rewrite(fileName, text),
    }],
    onLog(_level, { message }) {
      throw new Error(message);
    },
  });
  let names: ReadonlyMap<string, string> | undefined;
  await bundle.write({
    dir: to,
    entryFileNames: "[name].js",
    chunkFileNames: `${entry}/[name].js`,
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    manualChunks: (id, graph) => (names ??= chunkNames(graph, input, stages)).get(id),
  });
  await bundle.close();
}

/**
 * Loads late what is rarely needed. At start the runtime would read every file that an `import()`
 * names, with all that it imports; it does not know the result of a function. `require` of a module of
 * Node, which few packages call, is made on the first call, as `node:module` loads all of Node.
 */
const LATE: Plugin = {
  name: "late",
  renderDynamicImport: ({ targetModuleId }) =>
    targetModuleId?.startsWith("node:") ? null : { left: "import(((at) => at)(", right: "))" },
  transform: (text) => deferRequire(text),
};

const REQUIRE =
  /import \{ createRequire as (\w+) \} from "node:module";\s*var __require = \1\(import\.meta\.url\);/;

/** Makes a module that the bundler gave a `require` load `node:module` only when it is called. */
export function deferRequire(text: string): string {
  const late = text.replace(
    REQUIRE,
    'var __require = (name) => process.getBuiltinModule("node:module")' +
      ".createRequire(import.meta.url)(name);",
  );
  if (/^import [^;]*"node:module"/m.test(late)) throw new Error("A module imports node:module");
  return late;
}
