/**
 * The credentials that the user of `ftclient` gives.
 *
 * @module
 */

import type { ClientLogin } from "../../client/remote_options.ts";
import type { ReadEnv } from "../../base/environment.ts";
import { readSecret, readSecretFile } from "../terminal/secrets.ts";
import type { ClientValues } from "./client_flags.ts";

/**
 * Finds credentials: a token file, a user with a password, or a token in the environment, in this
 * order.
 *
 * @param signal Ends the prompt for a password.
 * @returns `undefined` when there are none.
 * @throws `usage` for a user without a password, or a file that other users can read.
 */
export async function readCredentials(
  values: Pick<ClientValues, "user" | "password-file" | "token-file">,
  readEnv: ReadEnv,
  signal: AbortSignal,
): Promise<ClientLogin | undefined> {
  const { user, "password-file": file, "token-file": tokenFile } = values;
  if (tokenFile !== undefined) return { kind: "token", token: await readSecretFile(tokenFile) };
  if (user !== undefined) {
    const variable = "FTCLIENT_PASSWORD";
    const prompt = `Password for ${user}: `;
    const password = await readSecret({ file, variable, readEnv, prompt, signal });
    return { kind: "password", user, password };
  }
  const token = readEnv("FTCLIENT_TOKEN");
  return token === undefined || token === "" ? undefined : { kind: "token", token };
}
