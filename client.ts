/**
 * `ftclient`.
 *
 * @module
 */

import { runClient } from "./lib/cli/client/client_program.ts";

if (import.meta.main) Deno.exit(await runClient(Deno.args));
