/**
 * Guesses from many addresses at once, while a user logs in.
 */

import { assert } from "@std/assert";
import { Buffer } from "node:buffer";
import { scryptSync } from "node:crypto";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Users } from "../../lib/auth/users.ts";
import { FtError, hasCode } from "../../lib/base/errors.ts";
import { MAX_LOGINS_WAITING, MAX_PASSWORDS_VERIFYING } from "../../lib/base/limits.ts";
import { Authenticator } from "../../lib/server/authenticator.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const HOSTS = 60;
const HOST = "10.9.0.1";
const ANA = { kind: "password", user: "ana", password: "right horse" } as const;

function from(host: string, signal: AbortSignal) {
  return { remote: `${host}:1`, encrypted: true, signal };
}

/** The stored form of a password, at a cost that lets hundreds be verified in a moment. */
function cheapSecret(password: string): string {
  const salt = Buffer.from("salt of 16 bytes");
  const hash = scryptSync(password, salt, 32, { N: 2, r: 8, p: 1 });
  return ["scrypt", 1, 8, 1, salt.toString("base64"), hash.toString("base64")].join("$");
}

async function openServed(state: string): Promise<Authenticator> {
  using database = openAuthDatabase(state);
  await new Users(database).add("ana", "write", ANA.password);
  database.prepare("UPDATE users SET secret = ?").run(cheapSecret(ANA.password));
  return new Authenticator(state, "none");
}

/**
 * Logs in from a host while each of many others makes as many guesses as may wait, and returns how
 * many of them were verified by then.
 */
async function guessesBefore(authenticator: Authenticator, guessed: string): Promise<number> {
  const ended = new AbortController();
  let verified = 0;
  const guesses = Array.from({ length: HOSTS * MAX_LOGINS_WAITING }, async (_, i) => {
    const login = { kind: "password", user: guessed, password: `guess ${i}` } as const;
    const guess = authenticator.authenticate(login, from(`10.1.0.${i % HOSTS}`, ended.signal));
    if (hasCode(await guess.catch((error: unknown) => error), "not_allowed")) verified++;
  });
  await authenticator.authenticate(ANA, from(HOST, ended.signal));
  const before = verified;
  ended.abort(new FtError("network", "the guessers have left"));
  await Promise.all(guesses);
  return before;
}

Deno.test("login-queue-starved: a login from a new host waits for one guess of each other", async () => {
  await using dir = await tempDir();
  using authenticator = await openServed(dir.path);
  const before = await guessesBefore(authenticator, "ana");
  // A few hosts get their second turn while this password is verified.
  assert(before < 1.5 * HOSTS, `${before} guesses came first`);
});

Deno.test("login-queue-starved: a login from a host that logged in before comes first", async () => {
  await using dir = await tempDir();
  using authenticator = await openServed(dir.path);
  await authenticator.authenticate(ANA, from(HOST, new AbortController().signal));
  // Guesses at an unknown name have the full cost, so hardly any ends before the cheap one.
  const before = await guessesBefore(authenticator, "unknown");
  assert(before <= MAX_PASSWORDS_VERIFYING, `${before} guesses came first`);
});
