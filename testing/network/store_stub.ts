/**
 * An object store that answers as a test says.
 *
 * @module
 */

/** A running stub. Disposing it stops it. */
export interface StoreStub extends AsyncDisposable {
  readonly endpoint: string;
  /** The method and the path of each request so far. */
  readonly requests: readonly string[];
}

/** Starts a stub. @param answer The answer to a request; `number` is how many came before. */
export function storeStub(
  answer: (request: Request, number: number) => Response | Promise<Response>,
): StoreStub {
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    requests.push(`${request.method} ${pathname}`);
    await request.body?.cancel();
    return await answer(request, requests.length - 1);
  });
  return {
    ...{ endpoint: `http://127.0.0.1:${server.addr.port}`, requests },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** An error as a store answers it. */
export function storeFailure(status: number, code: string, message = "no more is said"): Response {
  const body =
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return new Response(body, { status, headers: { "content-type": "application/xml" } });
}
