/**
 * What all connections of a server share, built once and disposed in order.
 *
 * @module
 */

import type { AnonymousAccess } from "../auth/permission.ts";
import { userChat } from "./user_chat.ts";
import { Announcer } from "./announcer.ts";
import type { ServedLogin } from "./logged_login.ts";
import { MessageFile } from "../chat/message_file.ts";
import { Hub } from "../chat/hub.ts";
import { STAGED_UPLOAD_TTL_MS } from "../base/limits.ts";
import { KeyedLock } from "../base/keyed_lock.ts";
import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import { BlockBuffers } from "../blocks/buffers.ts";
import { Hasher } from "../blocks/hasher.ts";
import type { Credentials } from "../dialects/dialect.ts";
import { FileService } from "../service/file_service.ts";
import type { ServiceContext } from "../service/service_context.ts";
import { isPassing } from "../service/ephemeral_token.ts";
import { QuotaUse } from "../service/quota_use.ts";
import { UploadFences } from "../service/upload_fences.ts";
import { DigestCache } from "../storage/digest_cache.ts";
import { lockFolder } from "../storage/folder_lock.ts";
import { FsStore } from "../storage/fs_store.ts";
import { Leases } from "../storage/leases.ts";
import { type LoginOrigin, Logins } from "./logins.ts";

/** What a server is asked to serve. */
export interface ServiceOptions {
  /** The served folder; created when missing. */
  readonly root: string;
  /** The folder of the server's own files; created when missing. */
  readonly state: string;
  /** What a client without login may do. */
  readonly anonymous: AnonymousAccess;
  /** Takes what happens. */
  readonly log: Logger;
  /** Whether uploads are told in the chat. @default true */
  readonly announceUploads?: boolean;
}

/** The services behind every connection. */
export interface Services extends AsyncDisposable {
  /** Lookups in the digest cache. */
  readonly lookups: { readonly hits: number; readonly misses: number };
  /** Where the operator speaks. */
  readonly hub: Hub;
  /** Binds services to whoever the credentials prove. @throws `not_allowed`. */
  login(credentials: Credentials, origin: LoginOrigin): Promise<ServedLogin>;
}

/** Opens store, caches and workers. @throws When a folder cannot be used. */
export async function openServices(options: ServiceOptions): Promise<Services> {
  await using stack = new AsyncDisposableStack();
  await makeStateDir(options.state);
  stack.use(await lockFolder(options.state, "lock"));
  const logins = stack.use(new Logins(options.state, options.anonymous));
  const store = stack.use(await FsStore.open(options.root, { exclusive: true }));
  if (!store.locked) options.log.info("root.unlocked", { root: store.root });
  const cache = stack.use(DigestCache.open(`${options.state}/digests.sqlite`, {
    onFault: (error) => options.log.warning("cache.fault", { message: String(error) }),
  }));
  const parts: ServiceContext = {
    store,
    cache,
    hasher: stack.use(new Hasher()),
    buffers: new BlockBuffers(),
    leases: new Leases(),
    fences: new UploadFences(),
    quotas: new QuotaUse(store),
    commits: new KeyedLock(),
  };
  await removeStale(parts, options.log);
  const hub = new Hub({ store: openMessages(options, stack) });
  const announcer = options.announceUploads === false ? undefined : stack.use(
    new Announcer((text, path) => hub.notice(text, undefined, path)),
  );
  const owned = stack.move();
  return {
    login: (credentials, origin) => loginTo(parts, { hub, announcer, logins }, credentials, origin),
    hub,
    get lookups() {
      return cache.lookups;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Messages survive a restart where they can; a chat without memory is better than no server. */
function openMessages(
  { state, log }: ServiceOptions,
  stack: AsyncDisposableStack,
): MessageFile | undefined {
  const onFault = (error: unknown) => log.warning("chat.fault", { message: String(error) });
  try {
    return stack.use(new MessageFile(`${state}/chat.sqlite`, onFault));
  } catch (error) {
    onFault(error);
    return undefined;
  }
}

async function makeStateDir(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw asFtError(error, `Cannot use ${path}`);
  }
}

async function loginTo(
  parts: ServiceContext,
  { hub, announcer, logins }: { hub: Hub; announcer: Announcer | undefined; logins: Logins },
  credentials: Credentials,
  origin: LoginOrigin,
): Promise<ServedLogin> {
  const { user, holder, identity, permission } = await logins.identify(credentials, origin);
  const files = new FileService(parts, { holder, permission });
  const name = credentials.kind === "anonymous" ? "guest" : user;
  const isOthers = (wanted: string) => logins.isOthers(wanted, user);
  const chat = userChat(hub, { permission, name, identity, isOthers });
  const uploaded = announcer && ((path: string) => announcer.uploaded(chat.name, path));
  return { user, files, chat, uploaded };
}

/** Frees the space of uploads that nobody came back for, or could. */
async function removeStale({ store }: ServiceContext, log: Logger): Promise<void> {
  for await (const { token, mtimeMs } of store.staged()) {
    if (!isPassing(token) && Date.now() - mtimeMs < STAGED_UPLOAD_TTL_MS) continue;
    await using staged = await store.stage(token);
    await staged.discard();
    log.info("upload.expired", { token });
  }
}
