/**
 * All cells of the matrix.
 *
 * @module
 */

import { type Cell, nameOf } from "./cell.ts";
import { crashPoints } from "./cells/crash_points.ts";
import { bitRot } from "./cells/bit_rot.ts";
import { clocks } from "./cells/clocks.ts";
import { fullDisks } from "./cells/full_disks.ts";
import { lossyNetworks } from "./cells/lossy_networks.ts";
import { chat } from "./cells/chat.ts";
import { mirrors } from "./cells/mirrors.ts";
import { nativeCrowd } from "./cells/native_crowd.ts";
import { nativeCuts } from "./cells/native_cuts.ts";
import { nativeFlips } from "./cells/native_flips.ts";
import { nativeLanes } from "./cells/native_lanes.ts";
import { nativeSignals } from "./cells/native_signals.ts";
import { nativeStale } from "./cells/native_stale.ts";
import { nativeWire } from "./cells/native_wire.ts";
import { osErrors } from "./cells/os_errors.ts";
import { sources } from "./cells/sources.ts";
import { startUp } from "./cells/start_up.ts";
import { httpBreaks } from "./cells/http_breaks.ts";
import { httpDisk } from "./cells/http_disk.ts";
import { tusBreaks } from "./cells/tus_breaks.ts";
import { versions } from "./cells/versions.ts";
import { legacyBreaks } from "./cells/legacy_breaks.ts";
import { legacyDisk } from "./cells/legacy_disk.ts";
import { legacyFlips } from "./cells/legacy_flips.ts";

/** Returns every cell, in the order of the report. @throws {Error} When two have the same name. */
export function allCells(): Cell[] {
  const cells = [
    ...nativeSignals(),
    ...nativeWire(),
    ...nativeCuts(),
    ...nativeFlips(),
    ...nativeStale(),
    ...nativeCrowd(),
    ...nativeLanes(),
    ...mirrors(),
    ...versions(),
    ...crashPoints(),
    ...osErrors(),
    ...startUp(),
    ...sources(),
    ...clocks(),
    ...fullDisks(),
    ...lossyNetworks(),
    ...bitRot(),
    ...legacyBreaks(),
    ...legacyDisk(),
    ...legacyFlips(),
    ...httpBreaks(),
    ...httpDisk(),
    ...tusBreaks(),
    ...chat(),
  ];
  const names = cells.map(nameOf);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`two cells are named ${twice}`);
  return cells;
}

/** Returns the cells whose names contain one of the comma-separated texts. */
export function selectCells(cells: readonly Cell[], only: string | undefined): Cell[] {
  if (only === undefined) return [...cells];
  const texts = only.split(",");
  return cells.filter((cell) => texts.some((text) => nameOf(cell).includes(text)));
}
