/**
 * The operator's view: a server, as it is now.
 *
 * @module
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Api, ApiError } from "../api.ts";
import { Icon } from "../icons.tsx";
import { Form } from "../modal.tsx";
import { format } from "../text.ts";
import { operatorText as text } from "./operator_text.ts";
import { type Found, poll } from "./poll.ts";
import { Connections, LogLines, Quotas, Transfers } from "./sections.tsx";
import type { View } from "./view.ts";

/** Milliseconds after which the server counts as lost. */
const LOAD_TIMEOUT_MS = 5000;

/** Resolves when the page is visible. */
function visible(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) =>
    document.addEventListener("visibilitychange", () => resolve(), { once: true })
  );
}

async function load(api: Api, signal: AbortSignal): Promise<View> {
  const signals = [signal, AbortSignal.timeout(LOAD_TIMEOUT_MS)];
  return await (await api.send("/operator/view", { signal: AbortSignal.any(signals) })).json();
}

/** The page. */
export function OperatorPage({ api }: { readonly api: Api }): JSX.Element {
  const [view, setView] = useState<View>();
  const [error, setError] = useState<unknown>();
  const [asking, ask] = useState(false);
  const found = (result: Found) => {
    if ("view" in result) setView(result.view);
    setError("error" in result ? result.error : undefined);
  };
  useEffect(() => {
    document.title = text.title;
    const end = new AbortController();
    const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
    const context = { load: (signal: AbortSignal) => load(api, signal), found, visible, pause };
    void poll(context, end.signal);
    return () => end.abort();
  }, []);
  const running = view === undefined ? 0 : view.totals.get.running + view.totals.put.running;
  const drain = async () => {
    await api.send("/operator/drain", { method: "POST" });
    if (view !== undefined) setView({ ...view, draining: true });
    ask(false);
  };
  return (
    <>
      <header class="top operator">
        <a class="command" href="/files/">
          <Icon name="left" /> {text.files}
        </a>
        <h1>{text.title}</h1>
        <button
          type="button"
          class="danger"
          disabled={view === undefined || view.draining || error !== undefined}
          onClick={() => ask(true)}
        >
          {text.drain}
        </button>
      </header>
      <p class="state" role="status">
        <State view={view} error={error} running={running} />
      </p>
      <main class={error === undefined ? "operator" : "operator old"}>
        {view && <Sections view={view} />}
      </main>
      {asking && view && (
        <Form
          title={text.askDrain}
          confirm={text.drain}
          dangerous
          onClose={() => ask(false)}
          onConfirm={drain}
        >
          <p>{text.drainNote(running, Math.round(view.drainTimeoutMs / 1000))}</p>
        </Form>
      )}
    </>
  );
}

interface StateProps {
  readonly view: View | undefined;
  readonly error: unknown;
  readonly running: number;
}

/** The one thing that matters most now. It stays the same as long as nothing happens. */
function State({ view, error, running }: StateProps): JSX.Element | null {
  if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
    return (
      <span class="error">
        {text.forbidden} <a href="/operator">{text.logIn}</a>
      </span>
    );
  }
  if (view?.draining) return <strong>{error ? text.stopped : text.draining(running)}</strong>;
  if (error !== undefined) return <span class="error">{text.lost}</span>;
  if (view === undefined) return null;
  const problems = [...view.faults, ...view.warnings];
  if (problems.length > 0) return <strong class="error">{problems.join(" · ")}</strong>;
  return <>{text.running(view.version, format.time(view.startedAt, Date.now()))}</>;
}

function Sections({ view }: { readonly view: View }): JSX.Element {
  return (
    <>
      <Transfers {...view} />
      <Connections {...view} />
      <Quotas {...view} />
      <LogLines {...view} />
    </>
  );
}
