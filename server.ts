/**
 * `ftserver`.
 *
 * @module
 */

import { runServer } from "./lib/cli/server/server_program.ts";

if (import.meta.main) Deno.exit(await runServer(Deno.args));
