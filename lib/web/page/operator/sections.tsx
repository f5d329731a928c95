/**
 * The parts of the operator's view.
 *
 * @module
 */

import type { ComponentChildren, JSX } from "preact";
import { format } from "../text.ts";
import { duration } from "./duration.ts";
import { operatorText as text } from "./operator_text.ts";
import { type OpenTransfer, percentOf, type QuotaUsage, type View } from "./view.ts";

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}

function Section({ id, title, note, children }: SectionProps): JSX.Element {
  return (
    <section class={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {note && <p class="note">{note}</p>}
      {children}
    </section>
  );
}

function Bar({ label, percent }: { label: string; percent: number | undefined }): JSX.Element {
  return <progress aria-label={label} value={percent ?? undefined} max={100} />;
}

/** The transfers under way, with their rates. */
export function Transfers({ transfers, totals }: View): JSX.Element {
  const rate = (bytes: number) => text.rate(format.size(bytes));
  const note = text.totals(rate(totals.get.bytesPerSecond), rate(totals.put.bytesPerSecond));
  return (
    <Section id="transfers" title={text.transfers} note={note}>
      {transfers.length === 0 ? <p class="none">{text.noTransfers}</p> : (
        <ul>
          {transfers.map((transfer) => <Transfer key={transfer.number} {...transfer} />)}
        </ul>
      )}
    </Section>
  );
}

function Transfer(transfer: OpenTransfer): JSX.Element {
  const { op, name, user, remote, dialect, bytes, done, bytesPerSecond, leftMs } = transfer;
  const size = bytes === undefined
    ? format.size(done)
    : text.progress(format.size(done), format.size(bytes));
  return (
    <li>
      <span class="name">{name}</span>
      <span class="rate">{text.rate(format.size(bytesPerSecond))}</span>
      <Bar label={name} percent={percentOf(done, bytes)} />
      <span class="note" title={remote}>
        {op === "get" ? text.get : text.put} · {text.byUser(user, dialect)}
      </span>
      <span class="note end">
        {size}
        {leftMs !== undefined && ` · ${text.left(duration(leftMs))}`}
      </span>
    </li>
  );
}

/** The open connections. */
export function Connections({ connections, connectionCount }: View): JSX.Element {
  return (
    <Section id="connections" title={text.connections(connectionCount)}>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="connections-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{text.peer}</th>
              <th scope="col">{text.user}</th>
              <th scope="col">{text.dialect}</th>
              <th scope="col">{text.since}</th>
            </tr>
          </thead>
          <tbody>
            {connections.map(({ number, remote, user, dialect, encrypted, openedAt }) => (
              <tr key={number}>
                <td>{remote}</td>
                <td>{user ?? "–"}</td>
                <td>
                  {dialect ?? "–"}
                  {encrypted && `, ${text.encrypted}`}
                </td>
                <td title={format.fullTime(openedAt)}>{format.time(openedAt, Date.now())}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** The quotas with their use. */
export function Quotas({ quotas }: View): JSX.Element {
  return (
    <Section id="quotas" title={text.quotas}>
      {quotas.length === 0
        ? <p class="none">{text.noQuotas}</p>
        : <ul>{quotas.map((quota) => <Quota key={quota.rule} {...quota} />)}</ul>}
    </Section>
  );
}

function Quota({ path, subject, bytes, used }: QuotaUsage): JSX.Element {
  const name = path === "." ? text.everything : path;
  const use = used === undefined ? text.counting : text.used(format.size(used), format.size(bytes));
  return (
    <li>
      <span class="name">{name}</span>
      <span class="rate">{text.forUser(subject)}</span>
      <Bar label={name} percent={used === undefined ? undefined : percentOf(used, bytes)} />
      <span class="note">{use}</span>
    </li>
  );
}

/** The last lines of the log, the newest first, so that they need no scrolling. */
export function LogLines({ log }: View): JSX.Element {
  return (
    <Section id="log" title={text.log}>
      {log.length === 0
        ? <p class="none">{text.noLog}</p>
        : (
          <ol class="scroll" tabIndex={0} aria-labelledby="log-title">
            {log.toReversed().map(({ number, at, level, text }) => (
              <li key={number} class={level}>
                <time dateTime={at}>{at.slice(11, 19)}</time> {text}
              </li>
            ))}
          </ol>
        )}
    </Section>
  );
}
