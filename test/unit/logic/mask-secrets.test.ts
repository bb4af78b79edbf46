import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MASK, maskDocument, maskSecrets } from '../../../shared/logic/mask-secrets.ts';

const SECRET = 's3cr3tV4lue0fThe1ab';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl';

describe('masking secrets', () => {
  it.each([
    ['a key and its value', `db_password=${SECRET}`, `db_password=${MASK}`],
    ['with blanks', `Password: ${SECRET} and more`, `Password: ${MASK} and more`],
    ['in quotes', `TOKEN="two words ${SECRET}" next`, `TOKEN=${MASK} next`],
    ['in JSON', `{"client-secret": "${SECRET}", "port": 80}`, `{"client-secret": "${MASK}", "port": 80}`],
    ['in JSON within a text', `{\\"api_key\\":\\"${SECRET}\\"}`, `{\\"api_key\\":\\"${MASK}\\"}`],
    [
      'an option',
      `subscription-manager --activation-key ${SECRET} --org 7`,
      `subscription-manager --activation-key ${MASK} --org 7`,
    ],
    ['an option with an equals sign', `mount -o user=jb,password=${SECRET},ro`, `mount -o user=jb,password=${MASK},ro`],
    ['auth.json', `{"auths":{"quay.io":{"auth":"${SECRET}=="}}}`, `{"auths":{"quay.io":{"auth":"${MASK}"}}}`],
    ['an address', `https://robot:${SECRET}@quay.io/v2/`, `https://robot:${MASK}@quay.io/v2/`],
    ['a header', `Authorization: Bearer ${SECRET}`, `Authorization: Bearer ${MASK}`],
    ['a cookie', `Set-Cookie: session=${SECRET}; Path=/`, `Set-Cookie: ${MASK}`],
    ['a hash of a password', `root:$6$salt$${SECRET}/x.y:20400::::::`, `root:${MASK}:20400::::::`],
    ['a yescrypt hash', `jb:$y$j9T$${SECRET}:1`, `jb:${MASK}:1`],
    ['a JSON web token', `got ${JWT} back`, `got ${MASK} back`],
    ['a token of GitHub', `ghp_${'a1'.repeat(18)}`, MASK],
    ['an AWS key', 'id AKIAIOSFODNN7EXAMPLE', `id ${MASK}`],
    [
      'a private key',
      `before\n-----BEGIN OPENSSH PRIVATE KEY-----\n${SECRET}\nmore\n-----END OPENSSH PRIVATE KEY-----\nafter`,
      `before\n-----BEGIN OPENSSH PRIVATE KEY----- ${MASK}\nafter`,
    ],
    [
      'a private key that was cut',
      `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}`,
      `-----BEGIN RSA PRIVATE KEY----- ${MASK}`,
    ],
  ])('%s', (_, text, expected) => {
    expect(maskSecrets(text)).toEqual({ text: expected, count: 1 });
    expect(expected).not.toContain(SECRET);
  });

  it.each([
    'Digest: sha256:481a270b42a988b9f359810e7807b3f7895309ea2891101e93a8692c7358bd4a',
    'ostree=/ostree/boot.1/default/451e7c762fda8067ed456d939db979876ce58b875202bf7063647a6be1f00e46/0',
    'systemd-ask-password.socket - Query the User Interactively for a Password.',
    "error: Finalizing deployment: During /etc merge: Modified config file newly defaults to directory 'app.proxy'",
    'https://quay.io:8443/acme/web:stable',
    'Accepted publickey for admin from 10.0.0.1 port 50022 ssh2: ED25519 SHA256:abc',
    '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----',
  ])('leaves %s', (text) => {
    expect(maskSecrets(text)).toEqual({ text, count: 0 });
  });

  it('masks each, and twice is as once', () => {
    const once = maskSecrets(`token=${SECRET} password=${SECRET}`);
    expect(once).toEqual({ text: `token=${MASK} password=${MASK}`, count: 2 });
    const before = fc.constantFrom('password=', '--token ', '"auth": "', 'Bearer ', 'https://a:');
    fc.assert(
      fc.property(fc.string(), before, (text, start) => {
        const { text: masked } = maskSecrets(`${text} ${start}${text}`);
        expect(maskSecrets(masked)).toEqual({ text: masked, count: 0 });
      }),
      {
        examples: [
          ['""(', 'password='],
          ["''x", '--token '],
        ],
        numRuns: 1000,
      },
    );
  });

  it('takes a megabyte in a moment', () => {
    const text = `${'a:'.repeat(200_000)} ${'-----BEGIN '.repeat(20_000)} ${'password '.repeat(40_000)}`;
    const started = performance.now();
    maskSecrets(text);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('masking a document', () => {
  it('masks texts under keys that are called so, and within others, and counts', () => {
    let masked = 0;
    const document = {
      identity: { cmdline: `rd.password=${SECRET} ro`, user: 'jb' },
      auths: [{ auth: SECRET }, { clientSecret: SECRET }, { token: '' }, { password: null }, { tokens: 7 }],
      digest: `sha256:${'a'.repeat(64)}`,
    };
    expect(maskDocument(document, (count) => (masked += count))).toEqual({
      identity: { cmdline: `rd.password=${MASK} ro`, user: 'jb' },
      auths: [{ auth: MASK }, { clientSecret: MASK }, { token: '' }, { password: null }, { tokens: 7 }],
      digest: document.digest,
    });
    expect(masked).toBe(3);
  });
});
