/**
 * Every row of the benchmark, in the order of the report.
 *
 * @module
 */

import type { Row } from "./bench.ts";
import { getAgain, putAgain } from "./rows/again.ts";
import { getChanged, putChanged } from "./rows/changed.ts";
import { chat } from "./rows/chat.ts";
import { getFramed } from "./rows/dialects.ts";
import { getEncrypted, getFirst, getWarm } from "./rows/get.ts";
import { httpGet, httpMemory, httpPut, httpSlow, httpTls } from "./rows/http.ts";
import { lanes } from "./rows/lanes.ts";
import { list } from "./rows/list.ts";
import { longLine } from "./rows/long_line.ts";
import { longLineTree } from "./rows/long_line_tree.ts";
import { manyClients } from "./rows/many_clients.ts";
import { memory } from "./rows/memory.ts";
import { preauth } from "./rows/preauth.ts";
import { putDelta, putWhole } from "./rows/put.ts";
import { resume } from "./rows/resume.ts";
import { start } from "./rows/start.ts";
import { storeGet, storeList, storeMemory, storePut } from "./rows/store.ts";
import { getTree, putTree } from "./rows/tree.ts";

/** Every row of the benchmark, in the order of the report. */
export const ROWS: readonly Row[] = [
  start,
  getWarm,
  getFirst,
  getFramed,
  getEncrypted,
  putWhole,
  putDelta,
  resume,
  getTree,
  putTree,
  getAgain,
  putAgain,
  getChanged,
  putChanged,
  list,
  longLine,
  longLineTree,
  lanes,
  manyClients,
  memory,
  chat,
  preauth,
  httpGet,
  httpTls,
  httpPut,
  httpMemory,
  httpSlow,
  storeGet,
  storePut,
  storeList,
  storeMemory,
];
