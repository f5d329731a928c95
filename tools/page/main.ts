/**
 * `deno task page`: builds the page from its sources.
 *
 * @module
 */

import { join } from "node:path";
import { REPOSITORY } from "../../testing/repository.ts";
import { buildPage } from "./built.ts";

if (import.meta.main) {
  for (const [path, text] of await buildPage()) {
    await Deno.writeTextFile(join(REPOSITORY, path), text);
    console.log(`${path}  ${text.length} characters`);
  }
}
