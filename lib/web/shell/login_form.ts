/**
 * The form of a login, which needs no script.
 *
 * @module
 */

import { escape } from "@std/html/entities";

/** Returns the form. @param path Where the browser goes after it, if that is a file or folder. */
export function loginForm(path: string): string {
  return `<form class="login" method="post" action="/login">
<label>User <input name="user" required autocomplete="username" autocapitalize="none"></label>
<label>Password <input name="password" type="password" required
  autocomplete="current-password"></label>
<input type="hidden" name="to" value="${escape(path)}">
<button class="main">Log in</button></form>`;
}
