/**
 * One entry of a listing.
 *
 * @module
 */

import type { JSX } from "preact";
import { type Entry, holderName } from "./entry.ts";
import { isOwnClick } from "./folder_link.tsx";
import { EntryIcon, Icon } from "./icons.tsx";
import { hasPreview } from "./kinds.ts";
import type { Part } from "./part.ts";
import { child, entryUrl } from "./place.ts";
import { extended, toggled } from "./selection.ts";
import { visibleEntries } from "./state.ts";
import { format, text } from "./text.ts";

/** The properties of a row. */
export interface RowProps extends Part {
  readonly entry: Entry;
  /** Whether the keyboard is at it. */
  readonly atCursor: boolean;
}

/** A row. */
export function Row({ browser, state, entry, atCursor }: RowProps): JSX.Element {
  const { name, type, bytes, mtime, lock } = entry;
  const { place, selection, marked } = state;
  const folder = type === "dir";
  const opens = folder || hasPreview(name);
  const selected = selection.names.has(name);
  const onOpen = (event: MouseEvent) => {
    if (!opens || !isOwnClick(event)) return;
    event.preventDefault();
    void browser.open(folder ? child(place, name) : { ...place, shown: name });
  };
  const onCheck = (event: MouseEvent) => {
    const order = visibleEntries(state).map(({ name }) => name);
    const change = event.shiftKey ? extended(selection, order, name) : toggled(selection, name);
    browser.change({ do: "select", selection: change });
  };
  return (
    <tr class={`${selected ? "selected" : ""} ${marked.has(name) ? "marked" : ""}`.trim()}>
      <td class="check">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={text.select(name)}
          checked={selected}
          onClick={onCheck}
        />
      </td>
      <td class="name">
        <div class="entry">
          <EntryIcon entry={entry} />
          <a
            href={entryUrl(place, entry)}
            download={opens ? undefined : name}
            tabIndex={atCursor ? 0 : -1}
            onClick={onOpen}
            onFocus={() =>
              selection.cursor !== name &&
              browser.change({ do: "select", selection: { ...selection, cursor: name } })}
          >
            {name}
          </a>
          {lock && (
            <span class="lock" title={text.lockedBy(holderName(lock))}>
              <Icon name="lock" />
              <span>{holderName(lock)}</span>
            </span>
          )}
        </div>
      </td>
      <td class="size">{folder ? "" : format.size(bytes)}</td>
      <td class="time">
        <time dateTime={mtime} title={format.fullTime(mtime)}>
          {format.time(mtime, Date.now())}
        </time>
      </td>
    </tr>
  );
}
