/**
 * The bar of commands: for the folder, for the selection, or for entries that are being moved.
 *
 * @module
 */

import type { JSX } from "preact";
import { type Download, downloadOf } from "./download.ts";
import { totalBytes } from "./entry.ts";
import { Icon, type IconName } from "./icons.tsx";
import type { Part } from "./part.ts";
import type { Dialog } from "./state.ts";
import { cleared } from "./selection.ts";
import { startDownload } from "./start_download.ts";
import { format, text } from "./text.ts";
import { choose } from "./upload/choose.tsx";
import { words } from "./upload/words.ts";
import { versionWords } from "./versions/version_words.ts";

interface CommandProps {
  readonly icon: IconName;
  readonly label: string;
  /** Whether its label is never drawn. @default {false} */
  readonly quiet?: boolean;
  readonly onClick: () => void;
}

function Command({ icon, label, quiet, onClick }: CommandProps): JSX.Element {
  return (
    <button
      type="button"
      class={quiet ? "command quiet" : "command"}
      title={label}
      onClick={onClick}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  );
}

function DownloadLink({ download, label }: { download: Download; label: string }): JSX.Element {
  const { url, name, fields } = download;
  const onClick = (event: MouseEvent) => {
    if (fields === undefined) return;
    event.preventDefault();
    startDownload(download);
  };
  return (
    <a class="command" href={url} download={name} title={label} onClick={onClick}>
      <Icon name="download" />
      <span>{label}</span>
    </a>
  );
}

/** The bar. */
export function Tools(part: Part): JSX.Element {
  const { moving, selection, error } = part.state;
  return (
    <div class="tools">
      {error === undefined && <FolderTools {...part} />}
      {moving !== undefined
        ? <MovingTools {...part} />
        : selection.names.size > 0 && <SelectionTools {...part} />}
    </div>
  );
}

function FolderTools({ browser, state }: Part): JSX.Element {
  const { place, filter, session, entries = [] } = state;
  return (
    <div class="bar">
      <input
        type="search"
        class="filter"
        placeholder={text.filter}
        aria-label={text.filter}
        value={filter}
        onInput={(event) => browser.change({ do: "filter", filter: event.currentTarget.value })}
      />
      {session?.canWrite !== false && (
        <>
          <Command icon="upload" label={words.upload} onClick={() => choose("files")} />
          <Command
            icon="uploadFolder"
            label={words.uploadFolder}
            quiet
            onClick={() => choose("folder")}
          />
          <Command
            icon="plus"
            label={text.newFolder}
            onClick={() => browser.change({ do: "ask", dialog: { kind: "folder" } })}
          />
        </>
      )}
      {entries.length > 0 && (
        <DownloadLink download={downloadOf(place, [], text.root)} label={text.downloadAll} />
      )}
    </div>
  );
}

function SelectionTools({ browser, state }: Part): JSX.Element {
  const { entries = [], selection, place, session } = state;
  const chosen = entries.filter(({ name }) => selection.names.has(name));
  const [only] = chosen.length === 1 ? chosen : [];
  const ask = (dialog: Dialog) => browser.change({ do: "ask", dialog });
  const canWrite = session?.canWrite !== false;
  return (
    <div class="bar selection" role="toolbar" aria-label={text.selected(chosen.length, "")}>
      <Command
        icon="close"
        label={text.clearSelection}
        quiet
        onClick={() => browser.change({ do: "select", selection: cleared(selection) })}
      />
      <strong>
        <span class="wide">{text.selected(chosen.length, format.size(totalBytes(chosen)))}</span>
        <span class="narrow" aria-hidden="true">{chosen.length}</span>
      </strong>
      <DownloadLink download={downloadOf(place, chosen, text.root)} label={text.download} />
      {only && place.base === "/files/" && (
        <Command
          icon="share"
          label={text.share}
          onClick={() => ask({ kind: "share", entry: only })}
        />
      )}
      {only?.type === "file" && browser.keepsRemoved && (
        <Command
          icon="versions"
          label={versionWords.versions}
          onClick={() => ask({ kind: "versions", entry: only })}
        />
      )}
      {canWrite && only && (
        <Command
          icon="rename"
          label={text.rename}
          onClick={() => ask({ kind: "rename", entry: only })}
        />
      )}
      {canWrite && (
        <>
          <Command
            icon="move"
            label={text.move}
            onClick={() => browser.change({ do: "move", moving: { from: place, entries: chosen } })}
          />
          <Command
            icon="trash"
            label={text.remove}
            onClick={() => ask({ kind: "remove", entries: chosen })}
          />
        </>
      )}
    </div>
  );
}

function MovingTools({ browser, state: { moving, session } }: Part): JSX.Element {
  return (
    <div class="bar selection" role="toolbar" aria-label={text.move}>
      <strong>{text.moving(moving!.entries.length)}</strong>
      <button
        type="button"
        class="main"
        disabled={session?.canWrite === false}
        onClick={() => void browser.moveHere()}
      >
        {text.moveHere}
      </button>
      <button
        type="button"
        onClick={() => browser.change({ do: "move", moving: undefined })}
      >
        {text.cancel}
      </button>
    </div>
  );
}
