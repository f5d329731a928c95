/**
 * The part of an answer about the properties of one file or folder.
 *
 * @module
 */

import { hrefOf } from "./href.ts";
import type { StoredProperty } from "../../service/file_properties.ts";
import {
  keyOf,
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
    const { info, place, dead } = subject;
    const values = rows.map(({ live }) => live?.valueOf(subject));
    const finish = (values: readonly PropertyValue[]) => {
      const found = rows.map((row, i) => xmlOf(row, values[i], dead, namesOnly));
      const others = question.kind === "some" ? [] : othersOf(rows, dead, namesOnly);
      return propertiesOf(hrefOf(place, info), statsOf(rows, found, others));
    };
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

/** The property as XML; `undefined` if the subject does not have it. */
function xmlOf(
  { name, empty }: Row,
  value: PropertyValue,
  dead: readonly StoredProperty[],
  namesOnly: boolean,
): string | undefined {
  if (value === undefined) {
    const stored = dead.find((one) => one.name === name.name && one.namespace === name.namespace);
    return namesOnly && stored ? empty : stored?.value;
  }
  if (namesOnly || value === "") return empty;
  return `${empty.slice(0, -"/>".length)}>${value}</${prefixed(name)}>`;
}

/** The properties that clients have set, besides those that are answered already. */
function othersOf(
  rows: readonly Row[],
  dead: readonly StoredProperty[],
  namesOnly: boolean,
): readonly string[] {
  const others = dead.filter((one) => !rows.some(({ name }) => keyOf(name) === keyOf(one)));
  return others.map(({ namespace, name, value }) => {
    const prefix = namespace === "" ? "" : "n";
    return namesOnly
      ? writeXml({ namespace, prefix, name, attributes: [], content: [] }, SCOPE)
      : value;
  });
}

function statsOf(
  rows: readonly Row[],
  found: readonly (string | undefined)[],
  others: readonly string[],
): readonly PropStat[] {
  const missing = rows.filter(({ asked }, i) => asked && found[i] === undefined);
  return [
    { status: 200, properties: [...found.filter((xml) => xml !== undefined), ...others] },
    { status: 404, properties: missing.map(({ empty }) => empty) },
  ];
}
