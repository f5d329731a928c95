import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { parseStoreCredentials } from "../../lib/cli/server/start/served_bucket.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { pure } from "../../testing/pure.ts";

pure("parseStoreUrl reads bucket, prefix, endpoint and region", () => {
  assertEquals(parseStoreUrl("s3://files"), {
    ...{ endpoint: "https://s3.us-east-1.amazonaws.com", bucket: "files", prefix: "" },
    region: "us-east-1",
  });
  assertEquals(parseStoreUrl("s3://my.files/a%20b//c/?endpoint=http://[::1]:7480/&region=eu-1"), {
    ...{ endpoint: "http://[::1]:7480", bucket: "my.files", prefix: "a b/c/", region: "eu-1" },
  });
});

pure("parseStoreUrl refuses everything else, and repeats no password", () => {
  for (
    const url of [
      ...["files", "http://files", "s3://", "s3://x", "s3://UPPER_/", "s3://files/..%2Fx"],
      ...["s3://key:secretword@files", "s3://files?endpoint=ftp://x", "s3://files?regoin=x"],
      ...["s3://files?endpoint=http://k:secretword@x", "s3://files?endpoint=http://x/path"],
      ...["s3://files/%ff", "s3://files?region=a/b"],
    ]
  ) {
    const error = assertThrows(() => parseStoreUrl(url), FtError, undefined, url);
    assertEquals([error.code, error.message.includes("secretword")], ["usage", false], url);
  }
});

pure("parseStoreCredentials reads the files of other programs", () => {
  const keys = { accessKey: "AK", secretKey: "s/e+c=" };
  for (
    const text of [
      ...["AK:s/e+c=", "AK:s/e+c=\n", "# ours\n\nAK:s/e+c=\r\n", "AK\ns/e+c=\n"],
      "[default]\naws_access_key_id = AK\naws_secret_access_key = s/e+c=\nregion = x\n",
      "FTSERVER_S3_ACCESS_KEY=AK\nFTSERVER_S3_SECRET_KEY=s/e+c=\n",
    ]
  ) {
    assertEquals(parseStoreCredentials(text), keys, text);
  }
  for (const text of ["", "AK", "AK:", ":secret", "access_key = AK", "{}"]) {
    assertEquals(parseStoreCredentials(text), null, text);
  }
});
