/**
 * The file that is shown over the list.
 *
 * @module
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Api } from "./api.ts";
import type { Entry } from "./entry.ts";
import { Icon } from "./icons.tsx";
import { hasPreview, kindOf } from "./kinds.ts";
import { Modal } from "./modal.tsx";
import type { Part } from "./part.ts";
import { entryUrl } from "./place.ts";
import { visibleEntries } from "./state.ts";
import { reasonOf, text } from "./text.ts";

/** Bytes of a text that are shown. */
const MAX_TEXT_BYTES = 512 * 1024;
/** Bytes of a PDF, which is loaded as a whole. */
const MAX_PDF_BYTES = 200 * 1024 * 1024;

/** The file, with its neighbours to go to. */
export function Preview({ browser, state }: Part): JSX.Element | null {
  const { place, entries } = state;
  const shown = entries?.find(({ name }) => name === place.shown);
  if (shown === undefined) return null;
  const files = visibleEntries(state).filter(({ type, name }) =>
    type === "file" && (hasPreview(name) || name === shown.name)
  );
  const at = files.findIndex(({ name }) => name === shown.name);
  const go = (by: number) => {
    const to = files[at + by];
    if (to !== undefined) browser.showInstead(to.name);
  };
  const url = entryUrl(place, shown);
  const onKeyDown = ({ key, target }: KeyboardEvent) => {
    // In a player, the arrows move through the recording.
    if (target instanceof HTMLMediaElement) return;
    if (key === "ArrowLeft") go(-1);
    if (key === "ArrowRight") go(1);
  };
  return (
    <Modal title={shown.name} class="preview" onClose={() => browser.closeShown()}>
      <div class="frame" onKeyDown={onKeyDown}>
        <header>
          <button
            type="button"
            class="command"
            title={text.close}
            autoFocus
            onClick={() => browser.closeShown()}
          >
            <Icon name="close" />
          </button>
          <h2>{shown.name}</h2>
          <button
            type="button"
            class="command"
            title={text.previous}
            disabled={at <= 0}
            onClick={() => go(-1)}
          >
            <Icon name="left" />
          </button>
          <button
            type="button"
            class="command"
            title={text.next}
            disabled={at >= files.length - 1}
            onClick={() => go(1)}
          >
            <Icon name="right" />
          </button>
          <a class="command" href={url} download={shown.name} title={text.download}>
            <Icon name="download" />
          </a>
        </header>
        <Content key={url} api={browser.api} entry={shown} url={url} />
      </div>
    </Modal>
  );
}

/** The properties of the content of a file. */
export interface ContentProps {
  readonly api: Api;
  readonly entry: Entry;
  readonly url: string;
}

/** The content of a file, as far as there is a preview of it. */
export function Content(props: ContentProps): JSX.Element {
  const { entry: { name }, url } = props;
  switch (kindOf(name)) {
    case "image":
      return <img src={url} alt={name} />;
    case "video":
      return <video src={url} controls autoPlay playsInline />;
    case "audio":
      return <audio src={url} controls autoPlay />;
    case "pdf":
      return <Pdf {...props} />;
    case "text":
      return <TextContent {...props} />;
    default:
      return <p class="blank">{text.noPreview}</p>;
  }
}

/** A promise's result, once it is there; a failure is a text, too. */
function useLoaded<T>(load: () => Promise<T>): T | string | undefined {
  const [loaded, show] = useState<T | string>();
  useEffect(() => {
    load().then(show, (error) => show(reasonOf(error)));
  }, []);
  return loaded;
}

function TextContent({ api, entry: { bytes }, url }: ContentProps): JSX.Element {
  const loaded = useLoaded(() =>
    bytes === 0 ? Promise.resolve(["", false] as const) : api.text(url, MAX_TEXT_BYTES)
  );
  if (typeof loaded !== "object") return <p class="blank">{loaded ?? text.loading}</p>;
  const [content, more] = loaded;
  return (
    <div class="text" tabIndex={0}>
      <pre>{content}</pre>
      {more && <p class="blank">{text.cut}</p>}
    </div>
  );
}

/** The browser's viewer shows a copy: as a part of a page, the server's own answer is refused. */
function Pdf({ api, entry: { bytes }, url }: ContentProps): JSX.Element {
  const possible = navigator.pdfViewerEnabled && bytes <= MAX_PDF_BYTES;
  const [copy, setCopy] = useState<string>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (!possible) return;
    const end = new AbortController();
    let made: string | undefined;
    const load = async () => {
      const response = await api.send(url, { signal: end.signal });
      const blob = new Blob([await response.arrayBuffer()], { type: "application/pdf" });
      setCopy(made = URL.createObjectURL(blob));
    };
    load().catch((error) => end.signal.aborted || setError(error));
    return () => {
      end.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, []);
  if (copy !== undefined) return <iframe src={copy} title={url} />;
  if (error !== undefined) return <p class="blank">{reasonOf(error)}</p>;
  return <p class="blank">{possible ? text.loading : text.noPreview}</p>;
}
