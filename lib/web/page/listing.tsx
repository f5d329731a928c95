/**
 * The entries of the folder.
 *
 * @module
 */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "./api.ts";
import type { Part } from "./part.ts";
import { folderUrl, type Order, type SortKey } from "./place.ts";
import { Row } from "./row.tsx";
import { allToggled } from "./selection.ts";
import { visibleEntries } from "./state.ts";
import { reasonOf, text } from "./text.ts";

/** Rows that are drawn at first, and further ones near the end of what is drawn. */
const [FIRST_ROWS, MORE_ROWS] = [80, 400];

const COLUMNS = [["name", text.name], ["size", text.size], ["time", text.changed]] as const;

/** The list, or why there is none. */
export function Listing(part: Part): JSX.Element {
  const { browser, state } = part;
  const { entries, error, filter } = state;
  if (error !== undefined) return <Failure {...part} />;
  if (entries === undefined) return <p class="blank">{text.loading}</p>;
  if (entries.length === 0) return <p class="blank">{text.empty}</p>;
  const visible = visibleEntries(state);
  const names = visible.map(({ name }) => name);
  return (
    <>
      <table class="listing">
        <thead>
          <tr>
            <th class="check">
              <input
                type="checkbox"
                aria-label={text.selectAll}
                checked={names.length > 0 && names.every((name) => state.selection.names.has(name))}
                onClick={() =>
                  browser.change({ do: "select", selection: allToggled(state.selection, names) })}
              />
            </th>
            {COLUMNS.map(([sort, label]) => (
              <Column key={sort} sort={sort} label={label} {...part} />
            ))}
          </tr>
        </thead>
        <Rows key={folderUrl(state.place)} {...part} />
      </table>
      {visible.length === 0 && <p class="blank">{text.noMatch}: {filter}</p>}
    </>
  );
}

function Column(
  { browser, state: { place }, sort, label }: Part & { sort: SortKey; label: string },
): JSX.Element {
  const active = place.sort === sort;
  const order: Order = { sort, descending: active && !place.descending };
  const direction = place.descending ? "descending" : "ascending";
  return (
    <th class={sort} aria-sort={active ? direction : undefined}>
      <button type="button" onClick={() => browser.order(order)}>{label}</button>
    </th>
  );
}

function Rows({ browser, state }: Part): JSX.Element {
  const [rows, draw] = useState(FIRST_ROWS);
  const body = useRef<HTMLTableSectionElement>(null);
  const end = useRef<HTMLTableRowElement>(null);
  const visible = visibleEntries(state);
  const { cursor } = state.selection;
  const at = visible.findIndex(({ name }) => name === cursor);
  const drawn = visible.slice(0, Math.max(rows, at + 2));
  useEffect(() => {
    if (end.current === null) return;
    const more = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting) draw(drawn.length + MORE_ROWS);
    }, { rootMargin: "1000px" });
    more.observe(end.current);
    return () => more.disconnect();
  }, [drawn.length]);
  useLayoutEffect(() => {
    const link = body.current?.querySelector<HTMLElement>("a[tabindex='0']");
    if (at !== -1 && document.activeElement !== link && !isBusy()) link?.focus();
  }, [cursor]);
  return (
    <tbody ref={body}>
      {drawn.map((entry, i) => (
        <Row
          key={entry.name}
          {...{ browser, state, entry }}
          atCursor={at === -1 ? i === 0 : i === at}
        />
      ))}
      {drawn.length < visible.length && (
        <tr ref={end}>
          <td colSpan={4}>
            <button type="button" onClick={() => draw(drawn.length + MORE_ROWS)}>
              {text.showMore}
            </button>
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** Whether the keyboard is in a field, which the list must not take it from. */
function isBusy(): boolean {
  return document.activeElement?.matches("input:not([type=checkbox]), dialog *, .chat *") ?? false;
}

function Failure({ browser, state: { error, session } }: Part): JSX.Element {
  const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
  const canLogIn = refused && session?.anonymous && session.canLogIn;
  return (
    <div class="blank" role="alert">
      <p>{canLogIn ? text.needsLogin : reasonOf(error)}</p>
      {refused && session?.canLogIn === false && <p>{text.noLogin}</p>}
      {error instanceof ApiError && error.code === "network" && (
        <button
          type="button"
          class="main"
          onClick={() => void browser.load()}
        >
          {text.retry}
        </button>
      )}
      {canLogIn && (
        <button
          type="button"
          class="main"
          onClick={() => browser.change({ do: "ask", dialog: { kind: "login" } })}
        >
          {text.logIn}
        </button>
      )}
    </div>
  );
}
