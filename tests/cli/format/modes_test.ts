import { assertEquals } from "@std/assert";
import { modeText } from "../../../lib/cli/format/modes.ts";
import { pure } from "../../../testing/pure.ts";

pure("modeText shows permission bits as ls -l does", () => {
  const rows = { 0: "---------", 0o777: "rwxrwxrwx", 0o640: "rw-r-----", 0o711: "rwx--x--x" };
  for (const [mode, text] of Object.entries(rows)) assertEquals(modeText(Number(mode)), text);
});
