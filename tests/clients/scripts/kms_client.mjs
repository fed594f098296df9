// The JavaScript SDK v3, as an application uses it: a data key for each recording.
// kms_client.mjs seal|open KEY RECORDING SOURCE TARGET
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";

const [verb, KeyId, recording, source, target] = process.argv.slice(2);
const EncryptionContext = { recording };
const kms = new KMSClient();
const content = readFileSync(source);

if (verb === "seal") {
  const asked = new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext });
  const { Plaintext, CiphertextBlob } = await kms.send(asked);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", Plaintext, nonce);
  const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(CiphertextBlob.length);
  writeFileSync(target, Buffer.concat([length, CiphertextBlob, nonce, cipher.getAuthTag(), sealed]));
} else {
  const end = 2 + content.readUInt16BE();
  const CiphertextBlob = content.subarray(2, end);
  const asked = new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext });
  const { Plaintext } = await kms.send(asked);
  const cipher = createDecipheriv("aes-256-gcm", Plaintext, content.subarray(end, end + 12));
  cipher.setAuthTag(content.subarray(end + 12, end + 28));
  writeFileSync(target, Buffer.concat([cipher.update(content.subarray(end + 28)), cipher.final()]));
}
