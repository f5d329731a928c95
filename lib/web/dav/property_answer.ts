/**
 * The part of an answer about the properties of one file or folder.
 *
 * @module
 */

import { hrefOf } from "./href.ts";
import {
  LIVE_PROPERTIES,
  type LiveProperty,
  livePropertyOf,
  type PropertyValue,
  type Subject,
} from "./live_properties.ts";
import { propertiesOf, type PropStat, SCOPE } from "./multistatus.ts";
import type { AskedProperty, PropertyQuestion } from "./propfind_request.ts";
import { prefixed, writeXml } from "./xml/write_xml.ts";

/** Describes a subject. The result is a promise only if one of its properties is. */
export type Describe = (subject: Subject) => string | Promise<string>;

/** A property that the answer may have. */
interface Row {
  readonly name: AskedProperty;
  /** The property; `undefined` if the server computes none with this name. */
  readonly live: LiveProperty | undefined;
  /** Whether the answer says that a subject does not have it. */
  readonly asked: boolean;
  /** The property without content, as XML. */
  readonly empty: string;
}

/** Returns what describes subjects in answer to a question. */
export function describedBy(question: PropertyQuestion): Describe {
  const rows = rowsOf(question);
  const namesOnly = question.kind === "names";
  return (subject) => {
    const values = rows.map(({ live }) => live?.valueOf(subject));
    const finish = (values: readonly PropertyValue[]) =>
      propertiesOf(hrefOf(subject.place, subject.info), statsOf(rows, values, namesOnly));
    const settled = values.filter((value) => !(value instanceof Promise));
    return settled.length === values.length
      ? finish(settled as PropertyValue[])
      : Promise.all(values).then(finish);
  };
}

function rowsOf(question: PropertyQuestion): readonly Row[] {
  const asked = question.kind === "some"
    ? question.names
    : question.kind === "all"
    ? question.include
    : [];
  const rows = asked.map((name) => rowOf(name, livePropertyOf(name), true));
  if (question.kind === "some") return rows;
  const others = LIVE_PROPERTIES.filter((live) =>
    (live.common || question.kind === "names") && !rows.some((row) => row.live === live)
  );
  return [...others.map((live) => rowOf({ ...live, prefix: "D" }, live, false)), ...rows];
}

function rowOf(name: AskedProperty, live: LiveProperty | undefined, asked: boolean): Row {
  return { name, live, asked, empty: writeXml({ ...name, attributes: [], content: [] }, SCOPE) };
}

function statsOf(
  rows: readonly Row[],
  values: readonly PropertyValue[],
  namesOnly: boolean,
): readonly PropStat[] {
  const found: string[] = [];
  const missing: string[] = [];
  for (const [i, { name, asked, empty }] of rows.entries()) {
    const value = values[i];
    if (value === undefined) {
      if (asked) missing.push(empty);
    } else if (namesOnly || value === "") found.push(empty);
    else found.push(`${empty.slice(0, -"/>".length)}>${value}</${prefixed(name)}>`);
  }
  return [{ status: 200, properties: found }, { status: 404, properties: missing }];
}
