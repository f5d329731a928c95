import { assert, assertEquals } from "@std/assert";
import { interruptedBy, watchSignals } from "../../../lib/cli/program/end_signals.ts";
import { withTimeout } from "../../../testing/with_timeout.ts";

Deno.test({
  name: "interruptedBy names the signal by its code and exit code",
  permissions: "none",
  fn() {
    assertEquals([interruptedBy("SIGINT").code, interruptedBy("SIGINT").exitCode], [
      "interrupted",
      130,
    ]);
    assertEquals([interruptedBy("SIGTERM").code, interruptedBy("SIGTERM").exitCode], [
      "terminated",
      143,
    ]);
    assertEquals([interruptedBy("SIGHUP").code, interruptedBy("SIGHUP").exitCode], [
      "hung_up",
      129,
    ]);
  },
});

Deno.test({
  name: "watchSignals counts signals until it is disposed",
  ignore: Deno.build.os === "windows",
  async fn() {
    const seen: [string, number][] = [];
    let arrived = Promise.withResolvers<void>();
    // This handler keeps the test alive when the other one is removed.
    using _outer = watchSignals(["SIGUSR2"], () => arrived.resolve());
    const send = async () => {
      arrived = Promise.withResolvers();
      // Other signals would end the test runner.
      Deno.kill(Deno.pid, "SIGUSR2");
      await withTimeout(arrived.promise, 5000, () => assert(false, "no signal in 5 s"));
    };
    {
      using _watched = watchSignals(
        ["SIGUSR1", "SIGUSR2"],
        (signal, before) => seen.push([signal, before]),
      );
      await send();
      await send();
    }
    await send();
    assertEquals(seen, [["SIGUSR2", 0], ["SIGUSR2", 1]]);
  },
});
