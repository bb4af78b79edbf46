import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readKeyBlob } from '../../../electron/core/ssh/key-blob.ts';

const field = (bytes: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const rsa = (modulus: Buffer) => Buffer.concat([Buffer.from('ssh-rsa'), Buffer.from([1, 0, 1]), modulus].map(field));

describe('readKeyBlob', () => {
  it('counts the bits of an RSA modulus, not its bytes', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');
    expect(readKeyBlob(rsa(Buffer.concat([Buffer.from([0]), modulus])))).toEqual({ type: 'ssh-rsa', rsaBits: 1024 });
    expect(readKeyBlob(rsa(Buffer.from([1, 0]))).rsaBits).toBe(9);
    expect(readKeyBlob(rsa(Buffer.from([0, 0]))).rsaBits).toBe(0);
  });

  it('names other types, and is no trouble with what is no key', () => {
    expect(readKeyBlob(field(Buffer.from('ssh-ed25519')))).toEqual({ type: 'ssh-ed25519', rsaBits: null });
    for (const blob of [Buffer.alloc(0), Buffer.from([255, 255, 255, 255]), rsa(Buffer.alloc(1)).subarray(0, 15)]) {
      expect(readKeyBlob(blob)).toEqual({ type: '', rsaBits: null });
    }
  });
});
