/**
 * What the manual pages say that no table has.
 *
 * @module
 */

import { VERSION } from "../../lib/base/version.ts";
import type { PageFacts } from "./page.ts";

/** For `ftserver`. */
export const SERVER_FACTS: PageFacts = {
  description: [
    "Serves a folder to ftclient, over TLS and in plaintext, until it is told to stop.",
    'It prints one line for each address it listens on, then "ready". SIGINT or SIGTERM let running transfers finish for up to 10 seconds; a second signal ends it at once.',
  ],
  examples: [
    ["Serve a folder on this machine", "ftserver --root /srv/files"],
    ["Let other machines read it", "ftserver --root /srv/files --bind 0.0.0.0 --anonymous read"],
  ],
  seeAlso: ["ftclient"],
  version: VERSION,
};

/** For `ftclient`. */
export const CLIENT_FACTS: PageFacts = {
  description: [
    "Gets, puts, lists and changes files of an ftserver. Content is checked as it arrives, and a transfer that was interrupted goes on where it stopped when the same command is given again.",
    "Results are on standard output, everything else on standard error.",
  ],
  examples: [
    ["Upload a file", "ftclient put holiday.mp4 --host nas"],
    ["Download a folder", "ftclient get -r photos --host nas"],
    ["Read a file through a pipe", "ftclient get notes.txt -o - --host nas | less"],
  ],
  seeAlso: ["ftserver", "sha256sum"],
  version: VERSION,
};
