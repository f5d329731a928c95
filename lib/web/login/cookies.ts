/**
 * The cookie of a session.
 *
 * @module
 */

const NAME = "ft_session";

/** Returns the session that a request belongs to, if it has one. */
export function sessionIn(headers: Headers): string | undefined {
  const cookies = headers.get("cookie")?.split(/;\s*/) ?? [];
  return cookies.find((cookie) => cookie.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
}

/**
 * Returns the value of `Set-Cookie` for a session. Pages of other sites do not send it, and scripts
 * cannot read it.
 *
 * @param session The session; `undefined` to end it.
 */
export function sessionCookie(session: string | undefined, encrypted: boolean): string {
  const end = session === undefined ? "; Max-Age=0" : "";
  const secure = encrypted ? "; Secure" : "";
  return `${NAME}=${session ?? ""}; Path=/; HttpOnly; SameSite=Strict${secure}${end}`;
}
