import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { storeConformance } from "../storage/store_conformance.ts";
import { versionsConformance } from "../storage/versions_conformance.ts";

const shared = sharedCeph();

storeConformance("ObjectStore over Ceph", async () => {
  const store = await shared.open();
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}, NEEDS_CEPH);

versionsConformance("ObjectStore over Ceph", async (options) => {
  const store = await shared.open(undefined, options);
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}, NEEDS_CEPH);
