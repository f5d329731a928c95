/**
 * The parts of the manual pages that the tables of flags and commands do not contain.
 *
 * @module
 */

import { VERSION } from "../../lib/base/version.ts";
import type { PageFacts } from "./page.ts";

/** For `ftserver`. */
export const SERVER_FACTS: PageFacts = {
  description: [
    "Serves a folder to ftclient, over TLS and in plaintext, until it is stopped.",
    'It prints one line for each address it listens on, then "ready". On SIGINT or SIGTERM, running transfers may finish for up to 10 seconds; a second signal ends the server at once.',
  ],
  examples: [
    ["Serve a folder on this machine", "ftserver --root /srv/files"],
    [
      "Give other machines read access",
      "ftserver --root /srv/files --bind 0.0.0.0 --anonymous read",
    ],
  ],
  seeAlso: ["ftclient"],
  version: VERSION,
};

/** For `ftclient`. */
export const CLIENT_FACTS: PageFacts = {
  description: [
    "Downloads, uploads, lists and changes files of an ftserver. Content is verified on arrival; to resume an interrupted transfer, run the same command again.",
    "Results go to standard output, everything else to standard error.",
  ],
  examples: [
    ["Upload a file", "ftclient put holiday.mp4 --host nas"],
    ["Download a folder", "ftclient get -r photos --host nas"],
    ["Keep a folder equal", "ftclient watch photos --to backup/photos --host nas"],
    ["Show a file in a pager", "ftclient get notes.txt -o - --host nas | less"],
  ],
  seeAlso: ["ftserver", "sha256sum"],
  version: VERSION,
};
