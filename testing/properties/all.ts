/**
 * Properties that hold for any input. The tests check each briefly, `deno task fuzz` for a given time.
 *
 * @module
 */

import { ADDRESSES } from "./addresses.ts";
import { classifier } from "./first_bytes.ts";
import { IF_FIELDS } from "./if_fields.ts";
import type { NamedProperty } from "./named_property.ts";
import { NATIVE_DECODERS } from "./native_decoders.ts";
import { policies } from "./policies.ts";

/** Every property. */
export const PROPERTIES: readonly NamedProperty[] = [
  ...NATIVE_DECODERS,
  classifier,
  ...ADDRESSES,
  policies,
  ...IF_FIELDS,
];
