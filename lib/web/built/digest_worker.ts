/**
 * A file of the page. Made by `deno task page` from its sources in `lib/web/page`.
 *
 * @module
 */

/** Its text. */
export const TEXT = `var fromNumH = (n) => n / 2 ** 32 | 0;
var fromNumL = (n) => n >>> 0;
function setU64FromNum(view, byteOffset, n, isLE) {
  const h = fromNumH(n);
  const l = fromNumL(n);
  view.setUint32(byteOffset, isLE ? l : h, isLE);
  view.setUint32(byteOffset + 4, isLE ? h : l, isLE);
}

function isBytes(a) {
  return a instanceof Uint8Array || ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array" && "BYTES_PER_ELEMENT" in a && a.BYTES_PER_ELEMENT === 1;
}
var atitle = (title) => title ? \`"\${title}" \` : "";
function anumber(n, title = "") {
  if (typeof n !== "number") throw new TypeError(atitle(title) + "expected number, got " + typeof n);
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(atitle(title) + "expected integer >= 0, got " + n);
  return n;
}
function abytes(value, length, title = "") {
  if (isBytes(value) && (length === void 0 || value.length === length)) return value;
  if (length !== void 0) anumber(length, "length");
  const bytes = isBytes(value);
  const ofLen = length !== void 0 ? \` of length \${length}\` : "";
  const got = bytes ? \`length=\${value.length}\` : \`type=\${typeof value}\`;
  const message = atitle(title) + "expected Uint8Array" + ofLen + ", got " + got;
  if (!bytes) throw new TypeError(message);
  throw new RangeError(message);
}
var aobject = (value, label) => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new TypeError((label === "object" ? "" : \`"\${label}" \`) + "expected object, got type=" + typeof value);
};
var aopts = (value, label) => {
  aobject(value, label);
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) throw new TypeError(\`"\${label}" expected plain object\`);
  if (Object.hasOwn(value, "__proto__")) throw new TypeError(\`"\${label}.__proto__" is not allowed\`);
};
function aexists(instance, checkFinished = true) {
  if (instance.destroyed) throw new Error("hash was destroyed");
  if (checkFinished && instance.finished) throw new Error("digest() was already called");
}
function aoutput(out, instance) {
  abytes(out, void 0, "output");
  const min = instance.outputLen;
  if (!(out.length >= min)) {
    throw new RangeError('"output" expected length >= ' + min);
  }
}
function clean(...arrays) {
  for (let i = 0; i < arrays.length; i++) {
    arrays[i].fill(0);
  }
}
function createView(arr) {
  return new DataView(arr.buffer, arr.byteOffset, arr.byteLength);
}
function rotr(word, shift) {
  return word << 32 - shift | word >>> shift;
}
function checkOpts(defaults, opts, title = "opts") {
  aopts(defaults, "defaults");
  if (opts !== void 0) aopts(opts, title);
  const merged = Object.assign(/* @__PURE__ */ Object.create(null), defaults, opts);
  return merged;
}
function createHasher(hashCons, info = {}) {
  if (typeof hashCons !== "function") throw new TypeError('"hashCons" expected function, got type=' + typeof hashCons);
  info = checkOpts({}, info, "info");
  const hashC = (msg, opts) => hashCons(opts).update(msg).digest();
  const tmp = hashCons(void 0);
  hashC.outputLen = tmp.outputLen;
  hashC.blockLen = tmp.blockLen;
  hashC.canXOF = tmp.canXOF;
  hashC.create = (opts) => hashCons(opts);
  Object.assign(hashC, info);
  return Object.freeze(hashC);
}
var oidNist = (suffix) => ({
  // Current NIST hashAlgs suffixes used here fit in one DER subidentifier octet.
  // Larger suffix values would need base-128 OID encoding and a different length byte.
  oid: Uint8Array.from([
    6,
    9,
    96,
    134,
    72,
    1,
    101,
    3,
    4,
    2,
    suffix
  ])
});

function Chi(a, b, c) {
  return a & b ^ ~a & c;
}
function Maj(a, b, c) {
  return a & b ^ a & c ^ b & c;
}
var HashMD = class {
  blockLen;
  outputLen;
  canXOF = false;
  padOffset;
  isLE;
  // For partial updates less than block size
  buffer;
  view;
  finished = false;
  length = 0;
  pos = 0;
  destroyed = false;
  constructor(blockLen, outputLen, padOffset, isLE) {
    this.blockLen = blockLen;
    this.outputLen = outputLen;
    this.padOffset = padOffset;
    this.isLE = isLE;
    this.buffer = new Uint8Array(blockLen);
    this.view = createView(this.buffer);
  }
  update(data) {
    aexists(this);
    abytes(data);
    const { view, buffer, blockLen } = this;
    const len = data.length;
    let processed = false;
    for (let pos = 0; pos < len; ) {
      const take = Math.min(blockLen - this.pos, len - pos);
      if (take === blockLen) {
        const dataView = createView(data);
        for (; blockLen <= len - pos; pos += blockLen) this.process(dataView, pos);
        processed = true;
        continue;
      }
      buffer.set(pos === 0 && take === len ? data : data.subarray(pos, pos + take), this.pos);
      this.pos += take;
      pos += take;
      if (this.pos === blockLen) {
        this.process(view, 0);
        this.pos = 0;
        processed = true;
      }
    }
    this.length += data.length;
    if (processed) this.roundClean();
    return this;
  }
  digestInto(out) {
    aexists(this);
    aoutput(out, this);
    this.finished = true;
    const { buffer, view, blockLen, isLE } = this;
    let { pos } = this;
    buffer[pos++] = 128;
    buffer.fill(0, pos);
    if (this.padOffset > blockLen - pos) {
      this.process(view, 0);
      buffer.fill(0);
    }
    setU64FromNum(view, blockLen - 8, this.length * 8, isLE);
    this.process(view, 0);
    this.roundClean();
    const oview = out === buffer ? view : createView(out);
    const len = this.outputLen;
    const outLen = len / 4;
    const state = this.get();
    if (len % 4 || outLen > state.length) throw new Error("invalid outputLen");
    for (let i = 0; i < outLen; i++) oview.setUint32(4 * i, state[i], isLE);
  }
  digest() {
    const { buffer, outputLen } = this;
    this.digestInto(buffer);
    const res = buffer.slice(0, outputLen);
    this.destroy();
    return res;
  }
  _cloneIntoMeta(to) {
    const { buffer, length, finished, destroyed, pos } = this;
    to.destroyed = destroyed;
    to.finished = finished;
    to.length = length;
    to.pos = pos;
    if (pos) to.buffer.set(buffer);
    return to;
  }
  clone() {
    return this._cloneInto();
  }
};
var SHA256_IV = /* @__PURE__ */ Uint32Array.from([
  1779033703,
  3144134277,
  1013904242,
  2773480762,
  1359893119,
  2600822924,
  528734635,
  1541459225
]);

var SHA256_K = /* @__PURE__ */ Uint32Array.from([
  1116352408,
  1899447441,
  3049323471,
  3921009573,
  961987163,
  1508970993,
  2453635748,
  2870763221,
  3624381080,
  310598401,
  607225278,
  1426881987,
  1925078388,
  2162078206,
  2614888103,
  3248222580,
  3835390401,
  4022224774,
  264347078,
  604807628,
  770255983,
  1249150122,
  1555081692,
  1996064986,
  2554220882,
  2821834349,
  2952996808,
  3210313671,
  3336571891,
  3584528711,
  113926993,
  338241895,
  666307205,
  773529912,
  1294757372,
  1396182291,
  1695183700,
  1986661051,
  2177026350,
  2456956037,
  2730485921,
  2820302411,
  3259730800,
  3345764771,
  3516065817,
  3600352804,
  4094571909,
  275423344,
  430227734,
  506948616,
  659060556,
  883997877,
  958139571,
  1322822218,
  1537002063,
  1747873779,
  1955562222,
  2024104815,
  2227730452,
  2361852424,
  2428436474,
  2756734187,
  3204031479,
  3329325298
]);
var SHA256_W = /* @__PURE__ */ new Uint32Array(64);
var SHA2_32B = class extends HashMD {
  // We cannot use array here since array allows indexing by variable
  // which means optimizer/compiler cannot use registers.
  // Numeric initializers matter: starting the fields as \`undefined\` changes
  // V8's field representation and makes sha256 3x slower (measured).
  A = 0;
  B = 0;
  C = 0;
  D = 0;
  E = 0;
  F = 0;
  G = 0;
  H = 0;
  constructor(outputLen, IV) {
    super(64, outputLen, 8, false);
    this.A = IV[0] | 0;
    this.B = IV[1] | 0;
    this.C = IV[2] | 0;
    this.D = IV[3] | 0;
    this.E = IV[4] | 0;
    this.F = IV[5] | 0;
    this.G = IV[6] | 0;
    this.H = IV[7] | 0;
  }
  get() {
    const { A, B, C, D, E, F, G, H } = this;
    return [
      A,
      B,
      C,
      D,
      E,
      F,
      G,
      H
    ];
  }
  // prettier-ignore
  set(A, B, C, D, E, F, G, H) {
    this.A = A | 0;
    this.B = B | 0;
    this.C = C | 0;
    this.D = D | 0;
    this.E = E | 0;
    this.F = F | 0;
    this.G = G | 0;
    this.H = H | 0;
  }
  _cloneInto(to) {
    (to ||= new this.constructor()).set(...this.get());
    return this._cloneIntoMeta(to);
  }
  process(view, offset) {
    for (let i = 0; i < 16; i++, offset += 4) SHA256_W[i] = view.getUint32(offset, false);
    for (let i = 16; i < 64; i++) {
      const W15 = SHA256_W[i - 15];
      const W2 = SHA256_W[i - 2];
      const s0 = rotr(W15, 7) ^ rotr(W15, 18) ^ W15 >>> 3;
      const s1 = rotr(W2, 17) ^ rotr(W2, 19) ^ W2 >>> 10;
      SHA256_W[i] = s1 + SHA256_W[i - 7] + s0 + SHA256_W[i - 16] | 0;
    }
    let { A, B, C, D, E, F, G, H } = this;
    for (let i = 0; i < 64; i++) {
      const sigma1 = rotr(E, 6) ^ rotr(E, 11) ^ rotr(E, 25);
      const T1 = H + sigma1 + Chi(E, F, G) + SHA256_K[i] + SHA256_W[i] | 0;
      const sigma0 = rotr(A, 2) ^ rotr(A, 13) ^ rotr(A, 22);
      const T2 = sigma0 + Maj(A, B, C) | 0;
      H = G;
      G = F;
      F = E;
      E = D + T1 | 0;
      D = C;
      C = B;
      B = A;
      A = T1 + T2 | 0;
    }
    A = A + this.A | 0;
    B = B + this.B | 0;
    C = C + this.C | 0;
    D = D + this.D | 0;
    E = E + this.E | 0;
    F = F + this.F | 0;
    G = G + this.G | 0;
    H = H + this.H | 0;
    this.set(A, B, C, D, E, F, G, H);
  }
  roundClean() {
    clean(SHA256_W);
  }
  destroy() {
    this.destroyed = true;
    this.set(0, 0, 0, 0, 0, 0, 0, 0);
    clean(this.buffer);
  }
};
var _SHA256 = class extends SHA2_32B {
  constructor() {
    super(32, SHA256_IV);
  }
};
var sha256 = /* @__PURE__ */ createHasher(() => new _SHA256(), /* @__PURE__ */ oidNist(1));

var MAX_AUDIT_FILE_BYTES = 16 << 20;

var MAX_MESSAGE_BYTES = 8 * 1024;

var MAX_HTTP_HEAD_BYTES = 16 * 1024;

var MAX_COMPARED_BYTES = 64 * 1024 * 1024;
var MAX_CHECKED_BLOCKS = 256 * 1024;

var MiB = 1024 * 1024;
var LANE_MIN_BYTES = 8 * MiB;
var LANE_ENOUGH_RATE = 200 * MiB;

var KiB = 1024;
var MiB2 = 1024 * KiB;
var MAX_LINE_BYTES = 16 * KiB;
var MAX_JSON_BYTES = 64 * MiB2;
var SMALL_JSON_BYTES = 256 * KiB;
var MAX_SKIPPED_FRAME_BYTES = 64 * MiB2;

var MAX_RECEIPT_FILE_BYTES = 256 << 20;

var SCRUB_BYTES_PER_SECOND = 32 << 20;

var DAY_MS = 24 * 36e5;
var MAX_SHARE_TTL_MS = 30 * DAY_MS;

var KiB2 = 1024;
var MAX_WEB_HEAD_BYTES = 32 * KiB2;
var MAX_WEB_TARGET_CHARS = 16 * KiB2;
var MAX_TRAILER_BYTES = 4 * KiB2;
var MAX_SKIPPED_BODY_BYTES = 64 * KiB2;
var LISTING_PIECE_CHARS = 16 * KiB2;
var MAX_SELECTION_BYTES = 1024 * KiB2;
var MAX_EVENT_CHARS = 256 * KiB2;
var MAX_CHAT_FORM_BYTES = 32 * KiB2;
var MAX_FORM_BYTES = 8 * KiB2;
var MAX_SHARE_JSON_BYTES = 32 * KiB2;
var WEB_LOGIN_MS = 5 * 6e4;
var WEB_SESSION_MS = 12 * 36e5;
var MAX_XML_BYTES = 64 * KiB2;
var MAX_UPLOAD_METADATA_CHARS = 8 * KiB2;
var MAX_PROPERTY_CHARS = 16 * KiB2;
var MAX_PROPERTY_PAGES = 64 * KiB2;

var KiB3 = 1024;
var MiB3 = 1024 * KiB3;
var MAX_DATA_BYTES = 256 * KiB3;
var MAX_CONTROL_BYTES = 64 * KiB3;
var SOCKET_READ_BYTES = 512 * KiB3;
var COALESCE_BYTES = MAX_DATA_BYTES + 4 * KiB3;
var STREAM_WINDOW_BYTES = 8 * MiB3;
var MAX_GROWN_BYTES_PER_CONNECTION = 56 * MiB3;
var MAX_GROWN_BYTES = 256 * MiB3;
var LONG_LINE_BYTES_PER_SECOND = 256 * MiB3;
var UNKNOWN_LINE_BYTES = 24 * MiB3;
var MAX_WIDENED_BYTES = 32 * MiB3;
var MAX_WINDOW_BYTES = 1024 * MiB3;
var MAX_BUFFERED_BYTES = 32 * MiB3;
var INFLATED_A_TURN_BYTES = 512 * KiB3;
var MAX_PATH_BYTES = 4096;
var MAX_NAMED_ERROR_BYTES = 48 * KiB3;
var MAX_FILE_BYTES = Number.MAX_SAFE_INTEGER;
var SMALL_FILE_BYTES = 64 * KiB3;
var INLINE_HASH_BYTES = 128 * KiB3;
var STAGED_UPLOAD_TTL_MS = 7 * 24 * 36e5;
var CERTIFICATE_WARNING_MS = 14 * 24 * 36e5;
var MAX_STAGED_BYTES_PER_HOLDER = 64 * 1024 * MiB3;
var INLINE_HASH_TOTAL_BYTES = 8 * MiB3;
var CREDIT_STEP_BYTES = 2 * MiB3;
var COMPRESSION_SAMPLE_BYTES = 4 * KiB3;
var MAX_PREFIX_BYTES = 4 * KiB3 + 4;
var MAX_LISTED_CHARS = 128 * MiB3;
var MAX_MANIFEST_BLOCKS = 16 * MiB3;
var MAX_LOG_FILE_BYTES = 16 * MiB3;
var SYNC_STEP_BYTES = 32 * MiB3;
var MAX_TYPED_LINE_CHARS = 64 * KiB3;
var MAX_COLLECTED_BYTES = 256 * MiB3;
var MAX_TOKEN_LIFE_MS = 36500 * 24 * 36e5;
var ENDED_TOKEN_TTL_MS = 30 * 24 * 36e5;
var LOGIN_BAN_MS = 15 * 6e4;
var MAX_REASON_BYTES = MAX_PATH_BYTES + KiB3;

var DIGEST_BYTES = 32;

var DIGEST = globalThis.crypto?.subtle === void 0 ? (bytes) => Promise.resolve(sha256(new Uint8Array(bytes))) : (bytes) => crypto.subtle.digest("SHA-256", bytes);
async function digestPieces(blob, pieceBytes, digest = DIGEST) {
  const digests = new Uint8Array(Math.ceil(blob.size / pieceBytes) * DIGEST_BYTES);
  for (let i = 0; i * pieceBytes < blob.size; i++) {
    const bytes = await blob.slice(i * pieceBytes, (i + 1) * pieceBytes).arrayBuffer();
    digests.set(new Uint8Array(await digest(bytes)), i * DIGEST_BYTES);
  }
  return digests;
}

addEventListener("message", ({ data }) => void answer(data));
async function answer({ id, blob, pieceBytes }) {
  let answer2;
  try {
    answer2 = {
      id,
      digests: await digestPieces(blob, pieceBytes)
    };
  } catch (error) {
    answer2 = {
      id,
      error: String(error)
    };
  }
  postMessage(answer2);
}
`;
