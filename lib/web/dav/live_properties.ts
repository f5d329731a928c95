/**
 * Properties that the server computes (RFC 4918, 15).
 *
 * @module
 */

import type { StoredProperty } from "../../service/file_properties.ts";
import type { FileInfo } from "../../service/files.ts";
import type { UserPlace } from "../files/place.ts";
import { tagsOf } from "../http/entity_tags.ts";
import { httpDate } from "../http/http_dates.ts";
import { mediaType } from "../http/media_types.ts";
import { locksOn, SUPPORTED_LOCKS } from "./lock/lock_properties.ts";
import { DAV, type XmlName } from "./xml/element.ts";
import { escapeXml } from "./xml/write_xml.ts";

/** A file or folder whose properties are asked for. */
export interface Subject {
  readonly info: FileInfo;
  readonly place: UserPlace;
  /** The properties that clients have set. */
  readonly dead: readonly StoredProperty[];
  readonly signal: AbortSignal;
  /** The name that is shown. @default its own */
  readonly name?: string;
}

/** The content of a property as XML in `SCOPE`; `undefined` if the subject does not have it. */
export type PropertyValue = string | undefined;

/** A property that the server computes. No client can set or remove it. */
export interface LiveProperty extends XmlName {
  /** Whether it belongs to an answer to `allprop`. */
  readonly common: boolean;
  /** Returns its content. */
  readonly valueOf: (subject: Subject) => PropertyValue | Promise<PropertyValue>;
}

/** The namespace of Windows' own properties. */
export const WIN32 = "urn:schemas-microsoft-com:";

/** A property that files have, or files and folders. */
function common(
  name: string,
  textOf: (info: FileInfo, subject: Subject) => PropertyValue,
  filesOnly = false,
): LiveProperty {
  const valueOf = (subject: Subject) =>
    filesOnly && subject.info.type !== "file" ? undefined : textOf(subject.info, subject);
  return { namespace: DAV, name, common: true, valueOf };
}

/** The room in a folder (RFC 4331), for clients that ask for it by name. */
const QUOTA_PROPERTIES = ([
  ["quota-available-bytes", "freeBytes"],
  ["quota-used-bytes", "usedBytes"],
] as const).map(([name, bytes]): LiveProperty => ({
  namespace: DAV,
  name,
  common: false,
  async valueOf({ info, place, signal }) {
    if (info.type === "file") return undefined;
    return (await place.properties.room(info.path, { signal }))?.[bytes].toString();
  },
}));

function nameOf({ path }: FileInfo): string {
  return path === "." ? "/" : path.slice(path.lastIndexOf("/") + 1);
}

/** All of them. */
export const LIVE_PROPERTIES: readonly LiveProperty[] = [
  common("resourcetype", ({ type }) => type === "dir" ? "<D:collection/>" : ""),
  common("displayname", (info, { name }) => escapeXml(name ?? nameOf(info))),
  common("getlastmodified", ({ mtimeMs }) => httpDate(mtimeMs)),
  common("getcontentlength", ({ bytes }) => String(bytes), true),
  common("getcontenttype", (info) => escapeXml(mediaType(nameOf(info))), true),
  {
    namespace: WIN32,
    name: "Win32LastModifiedTime",
    common: false,
    valueOf: ({ info }) => info.type === "file" ? httpDate(info.mtimeMs) : undefined,
  },
  ...QUOTA_PROPERTIES,
  common("getetag", (info) => escapeXml(tagsOf(info)[0]!), true),
  common("supportedlock", () => SUPPORTED_LOCKS),
  common("lockdiscovery", (info, { place }) => locksOn(place, info)),
];

const BY_NAME = new Map(LIVE_PROPERTIES.map((property) => [keyOf(property), property]));

/** The name of a property as one text. */
export function keyOf({ namespace, name }: XmlName): string {
  return `${namespace} ${name}`;
}

/** Finds the property with this name. */
export function livePropertyOf(name: XmlName): LiveProperty | undefined {
  return BY_NAME.get(keyOf(name));
}
