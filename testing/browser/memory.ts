/**
 * The memory of a browser's pages.
 *
 * @module
 */

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly isPage: boolean;
}

/** Returns the bytes of memory that the pages of a browser have, with their workers. Linux only. */
export async function pageMemory(browserPid: number): Promise<number> {
  const all = await processes();
  const family = new Set([browserPid]);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  const pages = all.filter(({ pid, isPage }) => isPage && family.has(pid));
  const sizes = await Promise.all(pages.map(({ pid }) => residentBytes(pid)));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

async function processes(): Promise<Process[]> {
  const found: Process[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // It may end meanwhile.
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    const command = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2] ?? NaN);
    found.push({ pid: Number(name), parent, isPage: command.includes("--type=renderer") });
  }
  return found;
}

async function residentBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}
