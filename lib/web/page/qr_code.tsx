/**
 * QR codes.
 *
 * @module
 */

import type { JSX } from "preact";
import { encode } from "uqr";

/** The quiet zone that cameras need, in modules. */
const MARGIN = 2;

/** A code. @param label What it is, for people who do not see it. */
export function QrCode(
  { content, label }: { readonly content: string; readonly label: string },
): JSX.Element {
  const { data, size } = encode(content, { ecc: "L", border: MARGIN });
  const path = data.flatMap((row, y) => row.map((on, x) => on ? `M${x} ${y}h1v1h-1z` : "")).join(
    "",
  );
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
