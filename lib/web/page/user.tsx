/**
 * The user of the page.
 *
 * @module
 */

import type { JSX } from "preact";
import { Icon } from "./icons.tsx";
import type { Part } from "./part.ts";
import { text } from "./text.ts";

/** The user's name, and a button to log in or out. */
export function User({ browser, state: { session, place } }: Part): JSX.Element | null {
  if (session === undefined || place.base !== "/files/") return null;
  const { user, anonymous, canLogIn, admin } = session;
  if (anonymous) {
    return canLogIn
      ? (
        <button
          type="button"
          class="user"
          onClick={() => browser.change({ do: "ask", dialog: { kind: "login" } })}
        >
          <Icon name="user" /> {text.logIn}
        </button>
      )
      : null;
  }
  return (
    <>
      {admin && <a class="command user" href="/operator">{text.operator}</a>}
      <button
        type="button"
        class="user"
        title={text.logOut}
        onClick={() => void browser.logOut()}
      >
        <Icon name="user" /> {user} · {text.logOut}
      </button>
    </>
  );
}
