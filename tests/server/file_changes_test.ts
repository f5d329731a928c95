import { assertEquals } from "@std/assert";
import type { Permission } from "../../lib/auth/permission.ts";
import type { FolderChange } from "../../lib/dialects/dialect.ts";
import { FileChanges } from "../../lib/server/file_changes.ts";
import type { UserEvent } from "../../lib/server/user_event.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { pure } from "../../testing/pure.ts";

const by = { user: "ana", chatName: "ana", remote: "", dialect: "web" };

function event(op: UserEvent["op"], name: string, to?: string): UserEvent {
  const target = to === undefined ? undefined : storePath(to);
  return { op, name: storePath(name), to: target, result: "done", by };
}

/** Watches a folder. @returns What was seen since the last call, as `+name` and `-name`. */
function watching(changes: FileChanges, folder: string, hidden: readonly string[] = []) {
  const seen: FolderChange[] = [];
  const permission = { allows: (_, path) => !hidden.includes(path) } as Partial<Permission>;
  const watch = changes.watch(folder, permission as Permission, (change) => seen.push(change));
  const take = () => seen.splice(0).map(({ name, removed }) => `${removed ? "-" : "+"}${name}`);
  return { watch, take };
}

pure("FileChanges reports what is done to names in a folder, itself or below", () => {
  const changes = new FileChanges();
  const { watch, take } = watching(changes, "d");
  const seen = (...given: Parameters<typeof event>) => {
    changes.observe(event(...given));
    return take();
  };
  for (const op of ["put", "mkdir", "change", "lock", "unlock"] as const) {
    assertEquals(seen(op, "d/a"), ["+a"], op);
    assertEquals(seen(op, "d/a/b/c"), ["+a"], op);
    for (const other of ["d", "a", "da", "e/d/a"]) assertEquals(seen(op, other), [], other);
  }
  for (const op of ["get", "list", "stat", "sum"] as const) assertEquals(seen(op, "d/a"), [], op);
  assertEquals(seen("remove", "d/a"), ["-a"]);
  assertEquals(seen("remove", "d/a/b"), ["+a"], "it has changed below");
  assertEquals(seen("move", "d/a", "d/b/c"), ["-a", "+b"]);
  assertEquals(seen("move", "x", "d/b"), ["+b"]);
  assertEquals(seen("move", "d/b", "x"), ["-b"]);
  changes.observe({ op: "put", name: "d/a", result: "conflict", by });
  assertEquals(take(), [], "it has failed");
  watch[Symbol.dispose]();
  assertEquals(seen("put", "d/a"), []);
});

pure("FileChanges reports that a folder is gone, with any folder above it", () => {
  for (const [op, name] of [["remove", "d/e"], ["remove", "d"], ["move", "d"]] as const) {
    const changes = new FileChanges();
    const { take } = watching(changes, "d/e");
    changes.observe(event(op, name, op === "move" ? "x" : undefined));
    assertEquals(take(), ["-."], `${op} ${name}`);
  }
  const changes = new FileChanges();
  const { take } = watching(changes, ".");
  changes.observe(event("remove", "a"));
  assertEquals(take(), ["-a"]);
});

pure("acl-hides-listing: FileChanges names nothing that its user must not list", () => {
  const changes = new FileChanges();
  const { take } = watching(changes, ".", ["a", "b/c", "d"]);
  const seen = (...given: Parameters<typeof event>) => {
    changes.observe(event(...given));
    return take();
  };
  assertEquals(seen("put", "a"), []);
  assertEquals(seen("put", "a/visible"), [], "its folder is hidden");
  assertEquals(seen("put", "b/c"), []);
  assertEquals(seen("put", "b/x"), ["+b"]);
  assertEquals(seen("move", "d", "e"), ["+e"]);
  assertEquals(seen("move", "e", "d"), ["-e"]);
});
