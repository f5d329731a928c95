import { assertThrows } from "@std/assert";
import { growsLinearly } from "../../testing/growth.ts";
import { pure } from "../../testing/pure.ts";

/** Registers a test of work that becomes so slow that a busy machine needs minutes for it. */
function failing(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

/** Work of the given length, which the compiler cannot leave out. */
function spin(steps: number): number {
  let sum = 1;
  for (let i = 0; i < steps; i++) sum = Math.imul(sum, 31) + i | 0;
  return sum;
}

failing("growsLinearly fails for quadratic work", () => {
  assertThrows(() => growsLinearly((n) => void spin(n * n), 1), Error, "times 3");
});

failing("growsLinearly fails for a search that begins again with each piece", () => {
  assertThrows(() =>
    growsLinearly((n) => {
      const searched = Array.from({ length: n }, (_, i) => i);
      for (let i = 0; i < n; i++) searched.includes(-1 - i);
    }, 1)
  );
});

pure("growsLinearly accepts linear work, also with a logarithm", () => {
  growsLinearly((n) => void spin(n * 1000));
  growsLinearly((n) => void spin(n * Math.ceil(Math.log2(n)) * 100));
});

Deno.test("growsLinearly does not count other threads of the process", async () => {
  // The other thread works only while the larger inputs are measured: the worst case.
  const isBusy = new Int32Array(new SharedArrayBuffer(8));
  const source = `onmessage = ({ data }) => {
    postMessage(null);
    while (Atomics.load(data, 1) === 0) if (Atomics.load(data, 0) === 0) Atomics.wait(data, 0, 0, 1);
    close();
  };`;
  const others = Array.from({ length: 2 }, () => {
    return new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: "module" });
  });
  await Promise.all(others.map((other) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    other.onmessage = () => resolve();
    other.postMessage(isBusy);
    return promise;
  }));
  try {
    let smallest = Infinity;
    growsLinearly((n) => {
      smallest = n;
      Atomics.store(isBusy, 0, 1);
      spin(n * 1000);
    });
    if (smallest === Infinity) throw new Error("nothing was measured");
  } finally {
    Atomics.store(isBusy, 1, 1);
    Atomics.store(isBusy, 0, 1);
    for (const other of others) other.terminate();
  }
});
