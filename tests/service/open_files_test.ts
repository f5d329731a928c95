import { assertEquals, assertRejects } from "@std/assert";
import { ACTIONS, uniformPermission } from "../../lib/auth/permission.ts";
import { FtError } from "../../lib/base/errors.ts";
import type { FileService } from "../../lib/service/file_service.ts";
import { memoryService } from "../../testing/files/memory_service.ts";

const ALL = uniformPermission(ACTIONS);
const MAX = 2;

async function served() {
  return await memoryService({ content: { a: new Uint8Array(3) }, maxOpenFiles: MAX });
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const { code, retryable } = await assertRejects(() => work, FtError);
  return `${code} ${retryable}`;
}

Deno.test({
  name: "descriptors-used-up: one user can only have so many files open, others are not affected",
  permissions: "none",
  async fn() {
    using service = await served();
    const [ana, bo] = [service.files("ana", ALL), service.files("bo", ALL)];
    const open: AsyncDisposable[] = [await ana.read("a"), await ana.manifest("a")];
    for (const more of [() => ana.read("a"), () => ana.manifest("a"), () => ana.sum("a", "md5")]) {
      assertEquals(await refusal(more()), "limit true");
    }
    await using _other = await bo.read("a");
    await open.pop()![Symbol.asyncDispose]();
    await using _again = await ana.read("a");
    assertEquals(await refusal(ana.read("a")), "limit true");
    for (const file of open) await file[Symbol.asyncDispose]();
  },
});

Deno.test({
  name: "OpenFiles does not count a file that is absent, and one whose request was refused",
  permissions: "none",
  async fn() {
    using service = await served();
    const ana: FileService = service.files("ana", ALL);
    for (let i = 0; i < 2 * MAX; i++) {
      assertEquals(await refusal(ana.read("absent")), "not_found false");
      assertEquals(await refusal(ana.read("a", [{ start: 5, end: 4 }])), "usage false");
    }
    await using reading = await ana.read("a");
    assertEquals(reading.info.bytes, 3);
  },
});
