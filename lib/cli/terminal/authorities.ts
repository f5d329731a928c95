/**
 * Certificates of authorities that a user trusts besides those of the runtime.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";

/**
 * Reads a file of authorities in PEM.
 *
 * @param flag The flag that names the file, for errors.
 * @throws `usage` if the first certificate in it cannot be read, and as for reading a file.
 */
export async function readAuthorities(path: string, flag: string): Promise<string> {
  const text = await Deno.readTextFile(path).catch((error) => {
    throw asFtError(error, `Cannot read ${path}`, path);
  });
  const { parseCertificate } = await import("../../net/pin.ts");
  try {
    parseCertificate(text);
  } catch (cause) {
    const message = `${flag}: there is no certificate in PEM in ${path}`;
    throw new FtError("usage", message, { cause, name: path });
  }
  return text;
}
