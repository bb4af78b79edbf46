import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';

/** What a key file asks of whoever uses it; all false where it is not there. */
export interface KeyTraits {
  /** `<path>-cert.pub` is there: ssh offers it by itself. */
  readonly hasCertificate: boolean;
  /** A key on a security key (`sk-…`), which has to be touched. */
  readonly isFido: boolean;
}

/** The type of a key stands near the beginning of its blob, also of an encrypted private one. */
const HEAD_BYTES = 400;
const KLIST_TIMEOUT_MS = 2000;

export async function readKeyTraits(path: string): Promise<KeyTraits> {
  const [hasCertificate, ownText, publicText] = await Promise.all([
    access(`${path}-cert.pub`).then(
      () => true,
      () => false,
    ),
    readFile(path, 'latin1').catch(() => null),
    readFile(`${path}.pub`, 'latin1').catch(() => null),
  ]);
  // Without the key itself its certificate is of no use, unless an agent holds it: ssh looks for both then.
  const isThere = ownText !== null || publicText !== null;
  return {
    hasCertificate: hasCertificate && isThere,
    isFido: [ownText, publicText].some((text) => text !== null && isFidoKey(text)),
  };
}

function isFidoKey(text: string): boolean {
  if (/^sk-(?:ssh|ecdsa)-/.test(text)) return true;
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+)/.exec(text)?.[1];
  if (body === undefined) return false;
  const head = Buffer.from(body.slice(0, HEAD_BYTES * 2), 'base64').subarray(0, HEAD_BYTES);
  return /sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com/.test(head.toString('latin1'));
}

/**
 * Whether there is a Kerberos ticket that GSSAPI could log in with: what `klist -s` exits with. Distributions switch GSSAPI on for
 * everybody, so that the option alone says nothing.
 */
export async function hasKerberosTicket(env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('klist', ['-s'], { env, timeout: KLIST_TIMEOUT_MS, windowsHide: true }, (error) =>
      resolve(error === null),
    );
  });
}
