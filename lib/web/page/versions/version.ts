/**
 * The versions of a file that the server keeps.
 *
 * @module
 */

import type { Api } from "../api.ts";

/** Content that a file had. */
export interface Version {
  /** Its number; a later one has a higher number. */
  readonly rev: number;
  /** How it lost its name, such as `overwritten`. */
  readonly cause: string;
  /** When, in ISO 8601. */
  readonly at: string;
  /** By whom, such as `user ana`; empty if that is not known. */
  readonly by: string;
  /** Size in bytes. */
  readonly bytes: number;
}

/** Returns the versions of a path, the newest first. @throws {ApiError} */
export async function versionsOf(
  api: Pick<Api, "send">,
  path: string,
): Promise<readonly Version[]> {
  return await (await api.send(`/versions?${new URLSearchParams({ path })}`)).json();
}

/** Returns the URL of a version. @param url The URL of the file. */
export function versionUrl(url: string, { rev }: Pick<Version, "rev">): string {
  return `${url}?rev=${rev}`;
}
