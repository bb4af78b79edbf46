import { createReader } from './agent.ts';

/** The type that a public key names itself (RFC 4253, 6.6), and for RSA how many bits its modulus has. Empty when it is none. */
export function readKeyBlob(blob: Buffer): { readonly type: string; readonly rsaBits: number | null } {
  try {
    const reader = createReader(blob);
    const type = reader.bytes().toString('latin1');
    if (type !== 'ssh-rsa') return { type, rsaBits: null };
    reader.bytes();
    const modulus = reader.bytes();
    const first = modulus.findIndex((byte) => byte !== 0);
    const rsaBits = first < 0 ? 0 : (modulus.length - first) * 8 - Math.clz32(modulus[first] ?? 0) + 24;
    return { type, rsaBits };
  } catch {
    return { type: '', rsaBits: null };
  }
}
