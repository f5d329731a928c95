/**
 * A file of the page. Made by `deno task page` from its sources in `lib/web/page`.
 *
 * @module
 */

/** Its text. */
export const TEXT = `:root {
  color-scheme: light dark;
  --paper: light-dark(#fdfdfc, #16181b);
  --panel: light-dark(#f3f3f1, #1f2226);
  --line: light-dark(#dedddb, #33373c);
  --ink: light-dark(#1c1d1f, #e4e5e7);
  --soft: light-dark(#5d6064, #a0a5ab);
  --accent: light-dark(#1558b0, #84b4f5);
  --on-accent: light-dark(#ffffff, #10243f);
  --mark: light-dark(#e4edfa, #223451);
  --danger: light-dark(#b3261e, #f2a29c);
  --on-danger: light-dark(#ffffff, #4a0f0b);
  --row: 2.1rem;
  --round: 0.4rem;
}

@media (pointer: coarse) {
  :root {
    --row: 2.75rem;
  }
}

* {
  box-sizing: border-box;
}

body {
  margin: 0 auto;
  max-width: 72rem;
  min-height: 100dvh;
  display: flex;
  flex-direction: column;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.4 system-ui, sans-serif;
}

main {
  flex: 1;
  padding: 0 0.75rem 3.5rem;
}

html {
  scrollbar-gutter: stable;
}

html:has(dialog[open]) {
  overflow: hidden;
}

h1,
h2 {
  margin: 0;
  font-size: 1.1rem;
  overflow-wrap: anywhere;
}

a {
  color: var(--accent);
  text-decoration: none;
}

a:hover {
  text-decoration: underline;
}

:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}

button,
select,
input,
.command {
  min-height: var(--row);
  padding: 0 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--round);
  background: var(--panel);
  color: var(--ink);
  font: inherit;
}

input[type="checkbox"] {
  min-height: 0;
  width: 1.15rem;
  height: 1.15rem;
  margin: 0;
  accent-color: var(--accent);
  vertical-align: middle;
}

button,
.command {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  cursor: pointer;
  white-space: nowrap;
}

button:hover,
.command:hover {
  border-color: var(--soft);
  text-decoration: none;
}

button:disabled {
  opacity: 0.5;
  cursor: default;
}

button.main {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent);
}

button.danger {
  border-color: var(--danger);
  background: var(--danger);
  color: var(--on-danger);
}

.icon {
  width: 1.25rem;
  height: 1.25rem;
  flex: none;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.6;
  stroke-linecap: round;
  stroke-linejoin: round;
}

.blank {
  margin: 3rem 1rem;
  text-align: center;
  color: var(--soft);
}

.error {
  color: var(--danger);
}

.notice {
  position: fixed;
  inset: auto 0 0;
  margin: 0;
  padding: 0.35rem 0.75rem;
  background: var(--panel);
  border-top: 1px solid var(--line);
  color: var(--soft);
  font-size: 0.875rem;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.notice:empty {
  padding: 0;
  border: 0;
}

form.login {
  width: min(20rem, 100%);
  margin: 1rem auto;
  text-align: left;
}

form.login label {
  display: block;
  margin-bottom: 0.75rem;
}

form.login label > input {
  display: block;
  width: 100%;
  margin-top: 0.25rem;
}

@media (prefers-reduced-motion: no-preference) {
  button,
  .command,
  tr {
    transition: background-color 0.12s, border-color 0.12s;
  }
}

.top {
  display: flex;
  align-items: center;
  gap: 0.5rem;
  padding: 0.5rem 0.75rem;
}

.crumbs {
  flex: 1;
  min-width: 0;
}

.crumbs ol {
  display: flex;
  flex-wrap: wrap;
  margin: 0;
  padding: 0;
  list-style: none;
}

.crumbs li {
  display: flex;
  min-width: 0;
}

.crumbs li + li::before {
  content: "/";
  align-self: center;
  color: var(--soft);
}

.crumbs a {
  display: inline-flex;
  align-items: center;
  min-height: var(--row);
  padding: 0 0.4rem;
  overflow-wrap: anywhere;
}

.crumbs a[aria-current] {
  color: var(--ink);
  font-weight: 600;
}

.user {
  border-color: transparent;
  background: none;
}

.tools {
  position: sticky;
  top: 0;
  z-index: 1;
  background: var(--paper);
}

.bar {
  display: flex;
  align-items: center;
  gap: 0.4rem;
  padding: 0.25rem 0.75rem;
}

.bar.selection {
  background: var(--mark);
}

.bar strong {
  flex: 1;
  min-width: 0;
  font-weight: 600;
}

.filter {
  flex: 1;
  min-width: 0;
}

.command {
  min-width: var(--row);
  padding: 0 0.5rem;
}

.command.quiet span {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}

.narrow {
  display: none;
}

@media (max-width: 48rem) {
  .narrow {
    display: inline;
  }

  .wide,
  .command span {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }

  .bar.selection {
    position: fixed;
    inset: auto 0 0;
    z-index: 2;
    padding: 0.5rem 0.75rem calc(0.5rem + env(safe-area-inset-bottom));
    border-top: 1px solid var(--line);
  }
}

.listing {
  width: 100%;
  border-collapse: collapse;
}

.listing th {
  position: sticky;
  top: calc(var(--row) + 0.5rem);
  padding: 0;
  background: var(--paper);
  border-bottom: 1px solid var(--line);
  font-size: 0.875rem;
  font-weight: 500;
  text-align: left;
  color: var(--soft);
}

.tools:has(.selection) ~ main .listing th {
  top: calc(2 * var(--row) + 1rem);
}

.listing th button {
  padding: 0 0.4rem;
  border: 0;
  background: none;
  color: inherit;
}

.listing th[aria-sort] button {
  color: var(--ink);
}

.listing th[aria-sort="ascending"] button::after {
  content: "▴";
}

.listing th[aria-sort="descending"] button::after {
  content: "▾";
}

.listing td {
  height: var(--row);
  padding: 0 0.4rem;
  border-bottom: 1px solid color-mix(in srgb, var(--line) 55%, transparent);
}

.listing tbody tr:hover {
  background: var(--panel);
}

.listing tbody tr.selected {
  background: var(--mark);
}

.listing .check {
  width: 2.5rem;
  padding: 0;
  text-align: center;
}

.listing .name {
  width: 100%;
}

.listing .entry {
  display: flex;
  align-items: center;
  gap: 0.5rem;
}

.listing .entry > .icon {
  color: var(--soft);
}

.listing .entry > .icon.folder {
  color: var(--accent);
}

.listing td.name a {
  flex: 1;
  padding: 0.25rem 0;
  min-width: 0;
  color: var(--ink);
  overflow-wrap: anywhere;
}

.listing .size,
.listing .time {
  text-align: right;
  white-space: nowrap;
  font-variant-numeric: tabular-nums;
}

.listing td.size,
.listing td.time {
  color: var(--soft);
  font-size: 0.875rem;
}

.lock {
  display: inline-flex;
  align-items: center;
  gap: 0.2rem;
  padding: 0 0.4rem;
  border-radius: var(--round);
  background: var(--panel);
  color: var(--soft);
  font-size: 0.8rem;
}

.lock .icon {
  width: 1rem;
  height: 1rem;
}

@media (max-width: 36rem) {
  main {
    padding: 0 0.25rem 3.5rem;
  }

  .tools:has(.selection) ~ main .listing th {
    top: calc(var(--row) + 0.5rem);
  }

  .listing tr {
    display: grid;
    grid-template-columns: 2.75rem 1fr auto;
    align-items: center;
    border-bottom: 1px solid color-mix(in srgb, var(--line) 55%, transparent);
  }

  .listing thead tr {
    grid-template-columns: 2.75rem 1fr auto auto;
  }

  .listing th,
  .listing td {
    border: 0;
  }

  .listing td.check {
    grid-row: 1 / 3;
    display: grid;
    place-items: center;
    height: 100%;
  }

  .listing td.name {
    grid-column: 2 / 4;
    width: auto;
    height: auto;
    min-height: 2rem;
    padding-top: 0.3rem;
  }

  .listing td.size,
  .listing td.time {
    height: 1.5rem;
    font-size: 0.8rem;
  }

  .listing td.size {
    grid-column: 2;
    padding-left: 2.15rem;
    text-align: left;
  }

  .plain thead {
    display: none;
  }

  .plain tr {
    grid-template-columns: 1fr auto;
  }

  .listing.plain td.name {
    grid-column: 1 / 3;
  }

  .listing.plain td.size {
    grid-column: 1;
    padding-left: 0.4rem;
  }
}

/* The script draws its own list at once: that of many rows is not laid out twice. */
@media (scripting: enabled) {
  .plain tbody tr:nth-child(n + 60) {
    display: none;
  }
}

dialog {
  padding: 0;
  border: 1px solid var(--line);
  border-radius: 0.6rem;
  background: var(--paper);
  color: var(--ink);
}

dialog::backdrop {
  background: rgb(0 0 0 / 0.45);
}

dialog.form {
  width: min(26rem, calc(100vw - 1.5rem));
  padding: 1.25rem;
}

dialog h2 {
  margin-bottom: 0.75rem;
}

dialog label {
  display: block;
  margin-bottom: 0.75rem;
  color: var(--soft);
}

dialog label.choice {
  display: flex;
  align-items: center;
  gap: 0.5rem;
  min-height: var(--row);
  margin: 0;
}

dialog label > :not([type="checkbox"]),
dialog input.link {
  display: block;
  width: 100%;
  margin-top: 0.25rem;
}

.buttons {
  display: flex;
  justify-content: flex-end;
  gap: 0.5rem;
  margin-top: 1rem;
}

.qr {
  display: block;
  width: min(14rem, 60vw);
  margin: 0 auto;
}

.keys {
  margin: 0;
}

.keys div {
  display: flex;
  gap: 1rem;
  padding: 0.15rem 0;
}

.keys dt {
  width: 9rem;
  color: var(--soft);
}

.keys dd {
  margin: 0;
}

dialog.preview {
  width: 100%;
  height: 100dvh;
  max-width: none;
  max-height: none;
  border: 0;
  border-radius: 0;
}

.preview .frame {
  display: flex;
  flex-direction: column;
  height: 100%;
}

.preview header {
  display: flex;
  align-items: center;
  gap: 0.4rem;
  padding: 0.4rem 0.75rem;
  border-bottom: 1px solid var(--line);
}

.preview h2 {
  flex: 1;
  min-width: 0;
  margin: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.preview img,
.preview video,
.preview iframe {
  flex: 1;
  width: 100%;
  min-height: 0;
  border: 0;
  object-fit: contain;
}

.preview audio {
  width: min(40rem, 95%);
  margin: auto;
}

.preview .text {
  flex: 1;
  overflow: auto;
  padding: 0.75rem;
}

.preview pre {
  margin: 0;
  font: 0.875rem/1.45 ui-monospace, monospace;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}

dialog.history {
  width: min(44rem, calc(100vw - 1.5rem));
}

.history table {
  width: 100%;
  border-collapse: collapse;
}

.history th,
.history td {
  padding: 0.25rem 0.4rem;
  text-align: left;
}

.history .actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}

.history .shown {
  display: flex;
  flex-direction: column;
  height: 40vh;
  margin-top: 0.75rem;
  border: 1px solid var(--line);
}

@media (max-width: 36rem) {
  .history thead {
    display: none;
  }

  .history tbody tr {
    display: flex;
    flex-wrap: wrap;
    padding-bottom: 0.5rem;
  }

  .history .actions {
    width: 100%;
  }

  .history .shown {
    height: 30vh;
  }
}

.drop {
  position: fixed;
  inset: 0;
  z-index: 5;
  display: grid;
  place-items: center;
  border: 3px dashed var(--accent);
  background: color-mix(in srgb, var(--mark) 88%, transparent);
  pointer-events: none;
}

.drop p {
  display: flex;
  gap: 0.5rem;
  margin: 1rem;
  font-size: 1.25rem;
}

.uploads {
  position: fixed;
  right: 0.75rem;
  bottom: 2.25rem;
  z-index: 3;
  display: flex;
  flex-direction: column;
  width: min(28rem, calc(100vw - 1.5rem));
  max-height: min(24rem, 60dvh);
  border: 1px solid var(--line);
  border-radius: 0.6rem;
  background: var(--paper);
  box-shadow: 0 0.3rem 1.2rem rgb(0 0 0 / 0.2);
}

body:has(.uploads) main {
  padding-bottom: 7rem;
}

.uploads header {
  display: flex;
  align-items: center;
  gap: 0.25rem;
  padding: 0.25rem 0.5rem;
}

.uploads .title {
  flex: 1;
  min-width: 0;
  justify-content: flex-start;
  padding: 0 0.25rem;
  border: 0;
  background: none;
  font-weight: 600;
}

.uploads .title[aria-expanded="false"] .icon {
  transform: rotate(180deg);
}

.uploads .title span {
  overflow: hidden;
  text-overflow: ellipsis;
}

.uploads .small {
  min-width: var(--row);
  padding: 0;
  border-color: transparent;
  background: none;
}

.uploads progress {
  display: block;
  width: 100%;
  height: 0.3rem;
  border: 0;
  border-radius: 0;
  background: var(--line);
  accent-color: var(--accent);
  appearance: none;
}

.uploads progress::-webkit-progress-bar {
  background: var(--line);
}

.uploads progress::-webkit-progress-value {
  background: var(--accent);
}

.uploads progress::-moz-progress-bar {
  background: var(--accent);
}

.uploads ul {
  margin: 0;
  padding: 0;
  overflow-y: auto;
  list-style: none;
}

.uploads li {
  display: flex;
  align-items: center;
  gap: 0.25rem;
  padding: 0.3rem 0.5rem 0.3rem 0.75rem;
  border-top: 1px solid color-mix(in srgb, var(--line) 55%, transparent);
}

.uploads .what {
  flex: 1;
  min-width: 0;
}

.uploads .name,
.uploads .how {
  display: block;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.uploads .how {
  color: var(--soft);
  font-size: 0.8125rem;
}

.uploads .failed .how {
  color: var(--danger);
  white-space: normal;
}

.uploads .more {
  width: 100%;
}

.versions {
  margin: 0 0 0.75rem;
}

.versions div {
  display: flex;
  gap: 1rem;
}

.versions dt {
  width: 4rem;
  color: var(--soft);
}

.versions dd {
  margin: 0;
}

@media (min-width: 60rem) {
  body:has(.chat) .uploads {
    right: 21.75rem;
  }
}

@media (max-width: 48rem) {
  .uploads {
    inset: auto 0 2.1rem;
    width: auto;
    border-radius: 0.6rem 0.6rem 0 0;
  }

  body:has(.bar.selection) .uploads {
    bottom: calc(var(--row) + 1rem);
  }
}

.chat {
  display: flex;
  flex-direction: column;
  position: fixed;
  inset: 25dvh 0 0;
  z-index: 3;
  background: var(--paper);
  border-top: 1px solid var(--line);
  border-radius: 0.8rem 0.8rem 0 0;
  box-shadow: 0 -0.25rem 1.5rem rgb(0 0 0 / 0.25);
}

@media (min-width: 60rem) {
  .chat {
    inset: 0 0 0 auto;
    width: 21rem;
    border: 0;
    border-left: 1px solid var(--line);
    border-radius: 0;
    box-shadow: none;
  }

  body:has(.chat) {
    margin-right: 21rem;
  }

  body:has(.chat) .notice {
    right: 21rem;
  }
}

.chat > header {
  display: flex;
  align-items: center;
  gap: 0.4rem;
  padding: 0.5rem 0.75rem;
  border-bottom: 1px solid var(--line);
}

.chat h2 {
  flex: 1;
}

.chat .own-name {
  min-width: 0;
  max-width: 12rem;
  overflow: hidden;
  text-overflow: ellipsis;
}

.chat form.own-name {
  display: flex;
  gap: 0.25rem;
}

.chat form.own-name input {
  width: 8rem;
  min-width: 0;
}

.chat .state {
  margin: 0;
  padding: 0.4rem 0.75rem;
  background: var(--panel);
  color: var(--soft);
}

.chat .state.lost {
  color: var(--danger);
}

.here {
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem;
  max-height: 6rem;
  margin: 0;
  padding: 0.4rem 0.75rem;
  overflow-y: auto;
  border-bottom: 1px solid var(--line);
  list-style: none;
}

.here button,
.here span {
  display: inline-flex;
  align-items: center;
  min-height: calc(var(--row) - 0.4rem);
  max-width: 18rem;
  padding: 0 0.6rem;
  border-radius: 1rem;
  overflow: hidden;
  text-overflow: ellipsis;
}

.here button[aria-pressed="true"] {
  border-color: var(--accent);
  background: var(--mark);
}

.messages {
  position: relative;
  flex: 1;
  min-height: 0;
}

.log {
  height: 100%;
  padding: 0.5rem 0.75rem;
  overflow-y: auto;
  overscroll-behavior: contain;
}

.log p {
  margin: 0;
  overflow-wrap: anywhere;
}

.log time {
  color: var(--soft);
  font-size: 0.8rem;
}

.log .notice,
.log .remark {
  position: static;
  padding: 0.15rem 0;
  border: 0;
  background: none;
  color: var(--soft);
  font-size: 0.875rem;
  white-space: pre-wrap;
}

.log .message {
  margin: 0.4rem 0;
  padding: 0.35rem 0.6rem;
  border-radius: 0.6rem;
  background: var(--panel);
}

.log .message:is(.waiting, .sent, .failed) {
  margin-left: 2rem;
  background: var(--mark);
}

.log .message.private {
  border-left: 3px solid var(--accent);
}

.log .from {
  color: var(--soft);
  font-size: 0.8rem;
}

.log .from strong {
  color: var(--ink);
}

.log .words {
  white-space: pre-wrap;
}

.log .why {
  color: var(--soft);
  font-size: 0.8rem;
}

.log .why.failed {
  color: var(--danger);
}

.log .new {
  margin: 0.5rem 0;
  border-bottom: 1px solid var(--accent);
  color: var(--accent);
  font-size: 0.8rem;
  text-align: center;
}

.messages .newest {
  position: absolute;
  inset: auto 0 0.5rem;
  width: max-content;
  margin: 0 auto;
}

.chat > form {
  padding: 0.5rem 0.75rem calc(0.5rem + env(safe-area-inset-bottom));
  border-top: 1px solid var(--line);
}

.chat > form .error {
  margin: 0 0 0.4rem;
}

.chat .to {
  max-width: 100%;
  margin-bottom: 0.4rem;
  overflow: hidden;
}

.write {
  display: flex;
  align-items: flex-end;
  gap: 0.4rem;
}

.write textarea {
  flex: 1;
  min-width: 0;
  min-height: var(--row);
  max-height: 10rem;
  padding: 0.35rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: var(--round);
  background: var(--panel);
  color: var(--ink);
  font: inherit;
  field-sizing: content;
  resize: none;
}

.chat-button {
  border-color: transparent;
  background: none;
}

.chat-button .count {
  min-width: 1.4rem;
  padding: 0 0.35rem;
  border-radius: 0.7rem;
  background: var(--accent);
  color: var(--on-accent);
  font-size: 0.8rem;
  text-align: center;
}

.chat-button.lost {
  color: var(--danger);
}

.spoken {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: 0;
  overflow: hidden;
  clip-path: inset(50%);
}

.listing tbody tr.marked {
  background: color-mix(in srgb, var(--accent) 22%, transparent);
}

.listing tbody tr.marked td {
  color: var(--ink);
}

@media (prefers-reduced-motion: no-preference) {
  .listing tbody tr.marked {
    animation: mark 4s ease-out;
  }

  @keyframes mark {
    to {
      background: transparent;
    }
  }
}

.notice .undo {
  margin-left: 0.75rem;
  color: var(--accent);
}
`;
