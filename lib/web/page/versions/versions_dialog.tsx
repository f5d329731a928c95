/**
 * The versions of a file: a list, from which each is shown, downloaded or restored.
 *
 * @module
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Browser } from "../browser.ts";
import { type Entry, holderName } from "../entry.ts";
import { hasPreview } from "../kinds.ts";
import { Modal } from "../modal.tsx";
import { entryUrl } from "../place.ts";
import { Content } from "../preview.tsx";
import { format, reasonOf, text } from "../text.ts";
import { type Version, versionsOf, versionUrl } from "./version.ts";
import { versionWords as words } from "./version_words.ts";

/** The properties of the dialog. */
export interface VersionsDialogProps {
  readonly browser: Browser;
  readonly entry: Entry;
  readonly onClose: () => void;
}

/** The dialog. */
export function VersionsDialog({ browser, entry, onClose }: VersionsDialogProps): JSX.Element {
  const [versions, list] = useState<readonly Version[]>();
  const [error, fail] = useState<unknown>();
  const [shown, show] = useState<Version>();
  useEffect(() => {
    versionsOf(browser.api, browser.pathOf(entry)).then(list, fail);
  }, []);
  const title = words.title(entry.name);
  const url = entryUrl(browser.state.place, entry);
  return (
    <Modal title={title} class="form history" onClose={onClose}>
      <h2>{title}</h2>
      {error !== undefined && <p class="error" role="alert">{reasonOf(error)}</p>}
      {versions === undefined && error === undefined && <p>{text.loading}</p>}
      {versions?.length === 0 && <p>{words.none}</p>}
      {versions !== undefined && versions.length > 0 && (
        <table>
          <thead>
            <tr>
              {[words.until, words.by, words.size, words.actions].map((head) => (
                <th key={head} scope="col">{head}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <VersionRow
                key={version.rev}
                {...{ browser, entry, url, version, isShown: version === shown }}
                onShow={() => show(version === shown ? undefined : version)}
              />
            ))}
          </tbody>
        </table>
      )}
      {shown !== undefined && (
        <div class="preview shown">
          <Content
            key={shown.rev}
            api={browser.api}
            entry={{ ...entry, bytes: shown.bytes }}
            url={versionUrl(url, shown)}
          />
        </div>
      )}
      <div class="buttons">
        <button type="button" autoFocus onClick={onClose}>{text.close}</button>
      </div>
    </Modal>
  );
}

interface VersionRowProps extends Pick<VersionsDialogProps, "browser" | "entry"> {
  /** The URL of the file. */
  readonly url: string;
  readonly version: Version;
  readonly isShown: boolean;
  readonly onShow: () => void;
}

function VersionRow(
  { browser, entry, url, version, isShown, onShow }: VersionRowProps,
): JSX.Element {
  const { at, by, bytes, rev } = version;
  const { name } = entry;
  const time = format.time(at, Date.now());
  const label = (what: string) => words.of(what, format.fullTime(at));
  const showing = isShown ? words.hide : words.show;
  return (
    <tr>
      <td>
        <time dateTime={at} title={format.fullTime(at)}>{time}</time>
      </td>
      <td>{holderName({ holder: by })}</td>
      <td>{format.size(bytes)}</td>
      <td class="actions">
        {hasPreview(name) && (
          <button
            type="button"
            aria-expanded={isShown}
            aria-label={label(showing)}
            onClick={onShow}
          >
            {showing}
          </button>
        )}
        <a
          class="command"
          href={versionUrl(url, version)}
          download={name}
          aria-label={label(words.download)}
        >
          {words.download}
        </a>
        {browser.state.session?.canWrite !== false && (
          <button
            type="button"
            class="main"
            aria-label={label(words.restore)}
            onClick={() => void browser.restore(entry, rev)}
          >
            {words.restore}
          </button>
        )}
      </td>
    </tr>
  );
}
