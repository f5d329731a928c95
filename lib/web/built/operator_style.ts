/**
 * A file of the page. Made by `deno task page` from its sources in `lib/web/page`.
 *
 * @module
 */

/** Its text. */
export const TEXT = `.top.operator h1 {
  flex: 1;
  min-width: 0;
}

.state {
  margin: 0;
  padding: 0 0.75rem;
  min-height: 1.4rem;
  color: var(--soft);
}

.state strong {
  color: var(--ink);
}

main.operator {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
  align-content: start;
  gap: 1.25rem 2rem;
  padding: 1rem 0.75rem 3rem;
}

.old {
  opacity: 0.6;
}

.operator section {
  min-width: 0;
}

.operator section.log {
  grid-column: 1 / -1;
}

.operator h2 {
  padding-bottom: 0.35rem;
  border-bottom: 1px solid var(--line);
}

.operator ul,
.operator ol {
  margin: 0;
  padding: 0;
  list-style: none;
}

.operator .note,
.operator .none {
  margin: 0.35rem 0 0;
  color: var(--soft);
  font-size: 0.875rem;
}

.operator ul > li {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  gap: 0.1rem 0.75rem;
  padding: 0.5rem 0;
  border-bottom: 1px solid var(--line);
}

.operator .name {
  overflow-wrap: anywhere;
}

.operator .rate,
.operator .end {
  text-align: right;
  font-variant-numeric: tabular-nums;
}

.operator progress {
  grid-column: 1 / -1;
  width: 100%;
  height: 0.4rem;
  accent-color: var(--accent);
}

.operator .scroll {
  max-height: 22rem;
  overflow: auto;
}

.operator table {
  width: 100%;
  border-collapse: collapse;
  font-size: 0.875rem;
}

.operator th,
.operator td {
  padding: 0.3rem 0.75rem 0.3rem 0;
  text-align: left;
  white-space: nowrap;
}

.operator th {
  color: var(--soft);
  font-weight: 400;
}

.operator ol {
  padding: 0.35rem 0;
  font: 0.8rem/1.5 ui-monospace, monospace;
}

.operator ol li {
  overflow-wrap: anywhere;
}

.operator time {
  color: var(--soft);
}

.operator .warning {
  font-weight: 600;
}

.operator li.error {
  color: var(--danger);
  font-weight: 600;
}
`;
