/**
 * Paths by the rules of this system. `node:path` has the same functions, and loads a part of Node that
 * takes as long as a short command; so does the check for the system in `@std/path`.
 *
 * @module
 */

import { basename as posixBasename } from "@std/path/posix/basename";
import { dirname as posixDirname } from "@std/path/posix/dirname";
import { isAbsolute as posixIsAbsolute } from "@std/path/posix/is-absolute";
import { resolve as posixResolve } from "@std/path/posix/resolve";
import { basename as windowsBasename } from "@std/path/windows/basename";
import { dirname as windowsDirname } from "@std/path/windows/dirname";
import { isAbsolute as windowsIsAbsolute } from "@std/path/windows/is-absolute";
import { resolve as windowsResolve } from "@std/path/windows/resolve";

const WINDOWS = Deno.build.os === "windows";

/** Returns the last name in a path; that of a root is the separator. */
export const basename: typeof posixBasename = WINDOWS ? windowsBasename : posixBasename;

/** Returns the path of the folder of a path. */
export const dirname: typeof posixDirname = WINDOWS ? windowsDirname : posixDirname;

/** Whether a path starts at a root. */
export const isAbsolute: typeof posixIsAbsolute = WINDOWS ? windowsIsAbsolute : posixIsAbsolute;

/** Returns the absolute path that paths lead to, one after the other, from the current folder. */
export const resolve: typeof posixResolve = WINDOWS ? windowsResolve : posixResolve;
