import fc from 'fast-check';
import { describe as group, expect, it } from 'vitest';
import { describe } from '../../../shared/errors/describe.ts';
import type { FailureCode } from '../../../shared/errors/failure.ts';
import { classifyBootcFailure, registryOf } from '../../../shared/logic/classify-failure.ts';
import { webStable } from './fixtures.ts';

const OPEN = 'error: Upgrading: Preparing import: Fetching manifest: failed to invoke method OpenImage: ';
const REF = 'quay.io/acme/web:stable';

/** Texts from bootc's source and tests, and from skopeo (reference 2.1, 2.2, 4.3). */
const texts: readonly [string, FailureCode][] = [
  [
    `${OPEN}reading manifest stable in quay.io/acme/web: unauthorized: access to the requested resource is not authorized`,
    'operation.registry-auth',
  ],
  [
    `${OPEN}initializing source docker://${REF}: Requesting bearer token: invalid status code from registry 403 (Forbidden)`,
    'operation.registry-auth',
  ],
  [`${OPEN}unable to retrieve auth token: invalid username/password: unauthorized`, 'operation.registry-auth'],
  [`${OPEN}pinging container registry: authentication required`, 'operation.registry-auth'],
  [`${OPEN}denied: requested access to the resource is denied`, 'operation.registry-auth'],
  [`${OPEN}reading manifest stable in quay.io/acme/web: manifest unknown`, 'operation.image-not-found'],
  [`${OPEN}reading manifest x in docker.io/acme/web: name unknown: repository not known`, 'operation.image-not-found'],
  [`${OPEN}reading manifest x in quay.io/acme/web: 404 not found`, 'operation.image-not-found'],
  [
    `${OPEN}pinging container registry quay.io: Get "https://quay.io/v2/": dial tcp: lookup quay.io: no such host`,
    'operation.registry-unreachable',
  ],
  [`${OPEN}dial tcp 10.0.0.1:443: connect: connection refused`, 'operation.registry-unreachable'],
  [`${OPEN}dial tcp 10.0.0.1:443: i/o timeout`, 'operation.registry-unreachable'],
  [`${OPEN}dial tcp: connect: network is unreachable`, 'operation.registry-unreachable'],
  [`${OPEN}net/http: TLS handshake timeout`, 'operation.registry-unreachable'],
  [`${OPEN}context deadline exceeded`, 'operation.registry-unreachable'],
  [`${OPEN}tls: failed to verify certificate: x509: certificate signed by unknown authority`, 'operation.registry-tls'],
  [`${OPEN}toomanyrequests: You have reached your unauthenticated pull rate limit`, 'operation.registry-rate-limit'],
  [`${OPEN}invalid status code from registry 429 (Too Many Requests)`, 'operation.registry-rate-limit'],
  [`${OPEN}lstat /run/install/repo/container: no such file or directory`, 'operation.source-gone'],
  [`${OPEN}Get "https://box:5000/v2/": http: server gave HTTP response to HTTPS client`, 'operation.registry-insecure'],
  [
    'error: Upgrading: Preparing import: Fetching manifest: Image has architecture arm64; expected amd64',
    'operation.architecture',
  ],
  ['error: Upgrading: Preparing import: Target image does not have ostree.bootable label', 'operation.not-bootable'],
  [
    'error: Upgrading: containers-policy.json specifies a default of `insecureAcceptAnything`; refusing usage',
    'operation.policy',
  ],
  [`${OPEN}Source image rejected: A signature was required, but no signature exists`, 'operation.policy'],
  [
    'error: Upgrading: Insufficient free space for quay.io/acme/web:stable (available: 1.0 GB required: 2.0 GB)',
    'operation.space',
  ],
  [
    "error: Upgrading: Pulling: Importing: min-free-space-percent '3%' would be exceeded, at least 20 MB requested",
    'operation.space',
  ],
  ['error: Upgrading: Pulling: Importing: Writing: No space left on device (os error 28)', 'operation.space'],
  [
    'error: Upgrading: Staging: Pulling bound images: Failed to pull image: Subprocess failed: ExitStatus(unix_wait_status(32000))',
    'operation.bound-image',
  ],
  [
    'error: Upgrading: Staging: Pulling bound images: Failed to pull image: unauthorized: authentication required',
    'operation.bound-image',
  ],
  [
    'error: Upgrading: Deployment contains local rpm-ostree modifications; cannot upgrade via bootc. You can run `rpm-ostree reset` to undo the modifications.',
    'operation.layered',
  ],
  [
    'error: Initializing storage: Preparing for write: Querying root privilege: This command must be executed as the root user',
    'operation.needs-root',
  ],
  ['ERROR Upgrading: Querying root privilege: This command requires root privileges', 'operation.needs-root'],
  [
    'error: Preparing for write: Cannot perform this operation: /sysroot is on a read-only block device (e.g. a live ISO)',
    'operation.read-only',
  ],
  ['error: Upgrading: No image source specified', 'operation.not-tracked'],
  ['error: Initializing storage: System not booted via bootc', 'operation.not-bootc-managed'],
  [
    'error: Preparing for write: Detected container; this command requires a booted host system.',
    'operation.not-bootc-managed',
  ],
  [
    "Unmergable File 'a' now defaults to a directory in new etc\nerror: Upgrading composefs: Merge conflicts found in etc",
    'operation.etc-conflict',
  ],
  ['error: Initializing storage: opendir(boot): Operation not permitted', 'operation.failed'],
  ['', 'operation.failed'],
];

group('classifyBootcFailure', () => {
  it.each(texts)('%s', (stderr, code) => expect(classifyBootcFailure(stderr, 1, webStable).code).toBe(code));

  it.each([
    [2, 'operation.flag-unknown'],
    [101, 'operation.crashed'],
    [134, 'operation.crashed'],
    [139, 'operation.crashed'],
    [137, 'operation.killed'],
    [1, 'operation.registry-auth'],
  ] as const)('exit code %d goes before the text where it says more', (exitCode, code) => {
    expect(classifyBootcFailure(`${OPEN}unauthorized`, exitCode, webStable).code).toBe(code);
  });

  it('looks at the error and not at what was printed before', () => {
    const stderr = `warning: unauthorized: ignored\nDeploying...done (3 seconds)\nerror: Upgrading: Something else\n`;
    expect(classifyBootcFailure(stderr, 1, webStable)).toMatchObject({
      code: 'operation.failed',
      params: { detail: 'Upgrading: Something else' },
    });
  });

  it('takes the lines of a failing child that follow the error', () => {
    const stderr =
      'error: Upgrading: Staging: podman: Subprocess failed\nError: pulling: dial tcp: lookup quay.io: no such host\n';
    expect(classifyBootcFailure(stderr, 1, webStable).code).toBe('operation.registry-unreachable');
  });

  it('sees through colours', () => {
    const stderr = '\u001b[31merror: \u001b[0mUpgrading: No image source specified';
    expect(classifyBootcFailure(stderr, 1, webStable).code).toBe('operation.not-tracked');
  });

  it('names the registry and the file that bootc reads', () => {
    const { text, remedy } = describe(classifyBootcFailure(`${OPEN}unauthorized: no`, 1, webStable));
    expect(text).toBe('The registry quay.io refused the credentials.');
    expect(remedy).toContain('/etc/ostree/auth.json');
    expect(remedy).toContain('podman login --authfile /etc/ostree/auth.json quay.io');
  });

  it('keeps the narrow detail', () => {
    const detailOf = (stderr: string) => classifyBootcFailure(stderr, 1, webStable).params['detail'];
    expect(detailOf('error: Upgrading: Fetching manifest: Image has architecture arm64; expected amd64')).toBe(
      'Image has architecture arm64; expected amd64',
    );
    expect(detailOf('error: Upgrading: Staging: Pulling bound images: Failed to pull image: x')).toBe(
      'Failed to pull image: x',
    );
    expect(
      detailOf(
        "Unmergable File 'a' is a directory\nUnmergable File 'b' is a file\nerror: Merge conflicts found in etc",
      ),
    ).toBe("File 'a' is a directory; File 'b' is a file");
    expect(detailOf('')).toBe('no error text');
  });

  it('leaves no parameter of any text open, and stays bounded, whatever stderr holds', () => {
    const noise = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...texts.map(([text]) => text)));
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 5 }), fc.integer({ min: 1, max: 255 }), (lines, exitCode) => {
        const found = classifyBootcFailure(lines.join('\n'), exitCode, null);
        expect(JSON.stringify(found).length).toBeLessThan(3000);
        const { text, remedy } = describe({ ...found, params: { ...found.params, detail: 'x' } });
        expect(`${text}${remedy}`).not.toMatch(/\{\w+\}/);
      }),
    );
    expect(JSON.stringify(classifyBootcFailure(`error: ${'x'.repeat(1_000_000)}`, 1, null)).length).toBeLessThan(3000);
  });
});

it.each([
  ['quay.io/acme/web:stable', 'quay.io'],
  ['localhost/web', 'localhost'],
  ['box:5000/web', 'box:5000'],
  ['acme/web', 'docker.io'],
  ['web', 'docker.io'],
])('the registry of %s is %s', (image, registry) => expect(registryOf({ ...webStable, image })).toBe(registry));
