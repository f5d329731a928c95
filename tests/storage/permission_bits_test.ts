import { assertEquals } from "@std/assert";
import {
  creationMask,
  equalFileBits,
  newFileBits,
  newFolderBits,
} from "../../lib/storage/permission_bits.ts";
import { pure } from "../../testing/pure.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const octal = (bits: number) => bits.toString(8).padStart(3, "0");

pure("newFileBits are those of the source, less the mask", () => {
  const rows = [
    [{ mode: 0o600 }, 0o022, 0o600],
    [{ mode: 0o777 }, 0o027, 0o750],
    [{ mode: 0o6755 }, 0o022, 0o755],
    [{ mode: 0o444, executable: true }, 0o022, 0o444],
    [{}, 0o022, 0o644],
    [{ executable: false }, 0o077, 0o600],
    [{ executable: true }, 0o022, 0o755],
  ] as const;
  for (const [wanted, mask, bits] of rows) {
    assertEquals(octal(newFileBits(wanted, mask)), octal(bits), JSON.stringify(wanted));
  }
});

pure("newFolderBits let the owner fill the folder", () => {
  assertEquals([{}, { mode: 0o500 }, { mode: 0o2750 }].map(newFolderBits).map(octal), [
    "777",
    "700",
    "750",
  ]);
});

pure("equalFileBits follow the source, but open nothing that was closed", () => {
  const rows = [
    // own, source, mask, result
    [0o644, 0o755, 0o022, 0o755],
    [0o755, 0o644, 0o022, 0o644],
    [0o644, 0o600, 0o022, 0o600],
    [0o600, 0o644, 0o022, 0o600],
    [0o600, 0o755, 0o022, 0o700],
    [0o640, 0o777, 0o022, 0o750],
    [0o664, 0o664, 0o022, 0o644],
    [0o664, 0o664, 0o002, 0o664],
    [0o444, 0o644, 0o022, 0o644],
    [0o755, 0o755, 0o077, 0o700],
    [0o600, 0o611, 0o022, 0o600],
  ] as const;
  for (const [own, mode, mask, result] of rows) {
    const name = `${octal(own)} of ${octal(mode)} with mask ${octal(mask)}`;
    assertEquals(octal(equalFileBits(own, { mode }, mask)), octal(result), name);
    const wider = equalFileBits(own, { mode }, mask) & ~own & 0o066;
    assertEquals(wider, 0, `nobody else reads or writes more: ${name}`);
  }
});

pure("equalFileBits follow the executable bit of a peer that sends nothing else", () => {
  const rows = [
    [0o640, true, 0o750],
    [0o755, false, 0o644],
    [0o644, false, 0o644],
    [0o711, true, 0o711],
  ] as const;
  for (const [own, executable, result] of rows) {
    assertEquals(octal(equalFileBits(own, { executable })), octal(result), octal(own));
  }
});

Deno.test("creationMask is the mask of the user, and leaves nothing", NEEDS_POSIX, async () => {
  await using dir = await tempDir();
  const before = Deno.umask(0o027);
  try {
    assertEquals(octal(creationMask(dir.join("probe"))), "027");
    // A killed program may have left one.
    await Deno.writeTextFile(dir.join("probe"), "", { mode: 0o777 });
    assertEquals(octal(creationMask(dir.join("probe"))), "027");
  } finally {
    Deno.umask(before);
  }
  assertEquals([...Deno.readDirSync(dir.path)], []);
});
