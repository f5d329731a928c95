/**
 * Webhooks, with a receiver over real HTTP: signatures, order, retries, bounds.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { createPublicKey } from "node:crypto";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_WEBHOOK_QUEUE, WEBHOOK_RETRIES } from "../../lib/base/limits.ts";
import { createLogger, type LogEvent } from "../../lib/base/log.ts";
import { makeIdentity } from "../../lib/net/make_identity.ts";
import { Webhooks } from "../../lib/server/webhooks.ts";
import type { UserEvent } from "../../lib/server/user_event.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { requestSigner } from "../../lib/webhooks/request_signature.ts";
import { parseWebhook, type WebhookEvent } from "../../lib/webhooks/webhook.ts";
import { WebhookQueue } from "../../lib/webhooks/webhook_queue.ts";
import { FakeTime } from "../../testing/fake_time.ts";

const pem = await makeIdentity();
const IDENTITY = { key: pem.slice(pem.indexOf("-----BEGIN PRIVATE KEY")), pin: "ab".repeat(32) };

interface Received {
  readonly fields: Headers;
  readonly url: string;
  readonly body: string;
}

/** A receiver that answers with these statuses, the last one for ever. */
function receiver(...statuses: number[]) {
  const received: Received[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    received.push({ fields: request.headers, url: request.url, body: await request.text() });
    const status = statuses.length > 1 ? statuses.shift()! : statuses[0]!;
    const headers = status === 302 ? { location: "/elsewhere" } : undefined;
    return new Response(null, { status, headers });
  });
  const url = `http://127.0.0.1:${server.addr.port}/hook/secret`;
  return { received, url, [Symbol.asyncDispose]: () => server.shutdown() };
}

function uploaded(name: string): UserEvent {
  const by = { user: "ana", chatName: "ana", remote: "127.0.0.1:1", dialect: "native" };
  return { op: "put", result: "done", name: storePath(name), bytes: 5, root: "00", by };
}

/** Runs work with webhooks, until every event was posted or given up. */
async function posted(
  hooks: readonly [WebhookEvent, string][],
  work: (hooks: Webhooks) => void,
): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  const log = createLogger((event) => events.push(event));
  await using webhooks = new Webhooks(
    hooks.map(([event, url]) => ({ event, url })),
    IDENTITY,
    log,
  );
  work(webhooks);
  return events;
}

Deno.test("uploads, removals and messages reach the receivers that want them, in order", async () => {
  await using files = receiver(204);
  await using chat = receiver(200);
  await posted([["upload", files.url], ["remove", files.url], ["message", chat.url]], (hooks) => {
    hooks.observe(uploaded("a"));
    hooks.observe({ ...uploaded("b"), result: "conflict" });
    hooks.observe({ ...uploaded("c"), op: "get" });
    hooks.observe(uploaded("d"));
    const message = { kind: "message", sequence: 1, from: "ana", text: "hi", atMs: 0 } as const;
    hooks.said(message);
    hooks.said({ ...message, kind: "notice" });
  });
  const bodies = files.received.map(({ body }) => JSON.parse(body));
  assertEquals(bodies.map(({ event, name }) => [event, name]), [["upload", "a"], ["upload", "d"]]);
  const [{ id, at, ...first }] = bodies;
  assert(/^[0-9a-f-]{36}$/.test(id) && Math.abs(Date.parse(at) - Date.now()) < 60_000);
  const facts = { event: "upload", user: "ana", name: "a", bytes: 5, root: "00" };
  assertEquals(first, { ...facts, server: IDENTITY.pin });
  const said = chat.received.map(({ body }) => JSON.parse(body));
  assertEquals(said.map(({ event, user, text }) => [event, user, text]), [[
    "message",
    "ana",
    "hi",
  ]]);
});

/** Verifies as a receiver would, by RFC 9421, with the public key of the server. */
async function isGenuine({ fields, url, body }: Received): Promise<boolean> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
  if (fields.get("content-digest") !== `sha-256=:${new Uint8Array(digest).toBase64()}:`) {
    return false;
  }
  const [, params] = /^ftserver=(.*)$/.exec(fields.get("signature-input")!)!;
  const [, signature] = /^ftserver=:(.*):$/.exec(fields.get("signature")!)!;
  const base = [
    '"@method": POST',
    `"@target-uri": ${url}`,
    `"content-digest": ${fields.get("content-digest")}`,
    `"content-type": ${fields.get("content-type")}`,
    `"@signature-params": ${params}`,
  ].join("\n");
  const spki = createPublicKey(IDENTITY.key).export({ type: "spki", format: "der" });
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("spki", new Uint8Array(spki), algorithm, false, [
    "verify",
  ]);
  return await crypto.subtle.verify(
    { name: "ECDSA", hash: "SHA-256" },
    key,
    Uint8Array.fromBase64(signature!),
    new TextEncoder().encode(base),
  );
}

Deno.test("a receiver can verify a request, and notices a changed one", async () => {
  await using at = receiver(204);
  await posted([["upload", at.url]], (hooks) => hooks.observe(uploaded("a")));
  const [request] = at.received;
  assertEquals(await isGenuine(request!), true);
  assertEquals(await isGenuine({ ...request!, body: request!.body.replace("ana", "eve") }), false);
  assertEquals(await isGenuine({ ...request!, url: `${request!.url}2` }), false);
  const fields = new Headers(request!.fields);
  fields.set("content-type", "text/html");
  assertEquals(await isGenuine({ ...request!, fields }), false);
});

Deno.test("a receiver that is busy is asked again; one that refuses or redirects is not", async () => {
  const cases = [[[500, 204], 2, []], [[404], 1, ["protocol"]], [[302], 1, ["protocol"]]] as const;
  for (const [statuses, requests, failures] of cases) {
    await using at = receiver(...statuses);
    const log = await posted([["upload", at.url]], (hooks) => hooks.observe(uploaded("a")));
    assertEquals(at.received.length, requests, String(statuses));
    const failed = log.filter(({ event }) => event === "webhook.failed");
    assertEquals(failed.map(({ fields }) => fields.code), [...failures]);
    assertEquals(JSON.stringify(log).includes("secret"), false);
  }
});

Deno.test("an event is given up after the last retry, and the next one follows", async () => {
  using time = new FakeTime();
  const tried: string[] = [];
  const events: LogEvent[] = [];
  const queue = new WebhookQueue((body) => {
    tried.push(body);
    const error = new FtError("network", "no answer", { retryable: true });
    return body === "bad" ? Promise.reject(error) : Promise.resolve();
  }, createLogger((event) => events.push(event)));
  queue.add("bad");
  queue.add("good");
  for (let i = 0; i <= WEBHOOK_RETRIES; i++) await time.advance(40_000);
  assertEquals(tried, [...Array(WEBHOOK_RETRIES + 1).fill("bad"), "good"]);
  assertEquals(events.filter(({ event }) => event === "webhook.failed").length, 1);
  await queue[Symbol.asyncDispose]();
});

Deno.test("a receiver that never answers bounds the queue, and does not hold up the end", async () => {
  const events: LogEvent[] = [];
  const never = (_: string, signal: AbortSignal) =>
    new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const queue = new WebhookQueue(never, createLogger((event) => events.push(event)));
  for (let i = 0; i < 3 * MAX_WEBHOOK_QUEUE; i++) queue.add("{}");
  await queue[Symbol.asyncDispose]();
  const logged = events.map(({ event, fields }) => [event, fields.events]);
  assertEquals(logged.map(([event]) => event), ["webhook.full", "webhook.unsent"]);
  assert(Number(logged[1]![1]) <= MAX_WEBHOOK_QUEUE + 1);
});

Deno.test("--on needs a known event and a URL of HTTP", () => {
  assertEquals(parseWebhook("upload https://h/p"), { event: "upload", url: "https://h/p" });
  for (
    const text of ["delete https://h", "upload", "upload file:///etc", "upload h", "upload a b"]
  ) {
    const { code } = assertThrows(() => parseWebhook(text), FtError);
    assertEquals(code, "usage", text);
  }
});

Deno.test("a key without an algorithm in RFC 9421 is refused", async () => {
  const { privateKey } = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-384" },
    true,
    ["sign"],
  ) as CryptoKeyPair;
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)).toBase64();
  const other = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`;
  assertThrows(() => requestSigner(other, "00"), FtError, "P-256");
});
