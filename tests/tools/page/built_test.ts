/**
 * The committed files of the page against their sources.
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { REPOSITORY } from "../../../testing/repository.ts";
import { skipUnless } from "../../../testing/skip.ts";
import { buildPage } from "../../../tools/page/built.ts";

const built = await buildPage().catch((error) => {
  // The bundler is a package of npm. Other failures are those of the sources.
  if (/error sending request|dns error|Connect/.test(String(error))) return undefined;
  throw error;
});
const NEEDS_BUNDLER = skipUnless(built !== undefined, "the bundler cannot be downloaded");

Deno.test({
  name: "the page is built from its sources: if not, run deno task page",
  ...NEEDS_BUNDLER,
  async fn() {
    const different: string[] = [];
    for (const [path, text] of built!) {
      if (await Deno.readTextFile(join(REPOSITORY, path)) !== text) different.push(path);
    }
    assertEquals(different, []);
  },
});
