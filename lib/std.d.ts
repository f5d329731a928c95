// What we use of the standard library, while the npm package that stands in for it has no types.
// Delete this file with the move to JSR (see the import map in deno.json).

declare module "@std/assert" {
  export class AssertionError extends Error {}
  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertStrictEquals<T>(
    actual: unknown,
    expected: T,
    msg?: string,
  ): asserts actual is T;
  export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;
  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
  export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
  export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
  export function assertLess<T>(actual: T, expected: T, msg?: string): void;
  export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;
  // deno-lint-ignore no-explicit-any
  type ErrorClass<E> = abstract new (...args: any[]) => E;
  export function assertThrows(fn: () => unknown, msg?: string): unknown;
  export function assertThrows<E extends Error>(
    fn: () => unknown,
    type: ErrorClass<E>,
    includes?: string,
    msg?: string,
  ): E;
  export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
  export function assertRejects<E extends Error>(
    fn: () => PromiseLike<unknown>,
    type: ErrorClass<E>,
    includes?: string,
    msg?: string,
  ): Promise<E>;
  export function fail(msg?: string): never;
}

declare module "@std/async/delay" {
  export function delay(ms: number, options?: { signal?: AbortSignal }): Promise<void>;
}

declare module "@std/bytes/concat" {
  export function concat(buffers: readonly Uint8Array[]): Uint8Array<ArrayBuffer>;
}

declare module "@std/bytes/equals" {
  export function equals(a: Uint8Array, b: Uint8Array): boolean;
}

declare module "@std/cli/parse-args" {
  export interface ParseOptions {
    readonly "--"?: boolean;
    readonly alias?: Readonly<Record<string, string | readonly string[]>>;
    readonly boolean?: boolean | string | readonly string[];
    readonly default?: Readonly<Record<string, unknown>>;
    readonly stopEarly?: boolean;
    readonly string?: string | readonly string[];
    readonly collect?: string | readonly string[];
    readonly negatable?: string | readonly string[];
    readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  export interface ParsedArgs {
    [key: string]: unknown;
    _: (string | number)[];
    "--"?: string[];
  }
  export function parseArgs(args: string[], options?: ParseOptions): ParsedArgs;
}

declare module "@std/crypto/timing-safe-equal" {
  export function timingSafeEqual(
    a: ArrayBufferView | ArrayBufferLike | DataView,
    b: ArrayBufferView | ArrayBufferLike | DataView,
  ): boolean;
}

declare module "@std/fmt/colors" {
  type Paint = (text: string) => string;
  export const bold: Paint;
  export const dim: Paint;
  export const red: Paint;
  export const green: Paint;
  export const yellow: Paint;
  export const blue: Paint;
  export const magenta: Paint;
  export const cyan: Paint;
  export const gray: Paint;
  export function getColorEnabled(): boolean;
  export function setColorEnabled(value: boolean): void;
  export function stripAnsiCode(text: string): string;
}

declare module "@std/fmt/duration" {
  export interface DurationFormatOptions {
    style?: "narrow" | "full" | "digital";
    ignoreZero?: boolean;
  }
  export function format(ms: number, options?: DurationFormatOptions): string;
}

declare module "@std/path/posix/basename" {
  export function basename(path: string, suffix?: string): string;
}

declare module "@std/path/posix/dirname" {
  export function dirname(path: string): string;
}

declare module "@std/path/posix/is-absolute" {
  export function isAbsolute(path: string): boolean;
}

declare module "@std/path/posix/resolve" {
  export function resolve(...paths: string[]): string;
}

declare module "@std/path/windows/basename" {
  export function basename(path: string, suffix?: string): string;
}

declare module "@std/path/windows/dirname" {
  export function dirname(path: string): string;
}

declare module "@std/path/windows/is-absolute" {
  export function isAbsolute(path: string): boolean;
}

declare module "@std/path/windows/resolve" {
  export function resolve(...paths: string[]): string;
}

declare module "@std/streams/limited-bytes-transform-stream" {
  type Bytes = Uint8Array<ArrayBuffer>;
  export class LimitedBytesTransformStream extends TransformStream<Bytes, Bytes> {
    constructor(size: number, options?: { error?: boolean });
  }
}

declare module "@std/streams/to-text" {
  export function toText(stream: ReadableStream<Uint8Array | string>): Promise<string>;
}

declare module "@std/html/entities" {
  export function escape(text: string): string;
}

declare module "@std/http/negotiation" {
  export function accepts(
    request: { readonly headers: Headers },
    ...types: string[]
  ): string | undefined;
}

declare module "@std/media-types/content-type" {
  export function contentType(extensionOrType: string): string | undefined;
}

declare module "@std/yaml" {
  export function parse(content: string): unknown;
}
