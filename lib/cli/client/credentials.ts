/**
 * How the user of `ftclient` wants to log in.
 *
 * @module
 */

import type { ClientLogin } from "../../client/remote_options.ts";
import type { ClientValues } from "./client_flags.ts";
import type { ReadEnv } from "../../base/environment.ts";
import { readSecret, readSecretFile } from "../terminal/secrets.ts";

/**
 * Finds the credentials: of a token file, a user, or a token in the environment, in this order.
 *
 * @returns `undefined` where there is nothing to log in with.
 * @throws `usage` for a user without a password, or a file that others can read.
 */
export async function credentialsOf(
  values: Pick<ClientValues, "user" | "password-file" | "token-file">,
  readEnv: ReadEnv,
): Promise<ClientLogin | undefined> {
  const { user, "password-file": file, "token-file": tokenFile } = values;
  if (tokenFile !== undefined) return { kind: "token", token: await readSecretFile(tokenFile) };
  if (user !== undefined) {
    const variable = "FTCLIENT_PASSWORD";
    const prompt = `Password of ${user}: `;
    return {
      kind: "password",
      user,
      password: await readSecret({ file, variable, readEnv, prompt }),
    };
  }
  const token = readEnv("FTCLIENT_TOKEN");
  return token === undefined || token === "" ? undefined : { kind: "token", token };
}
