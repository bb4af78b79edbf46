import { describe, expect, it } from 'vitest';
import { clockSkew } from '../../../electron/core/operations/preflight.ts';
import { requirePreflight } from '../../../electron/core/operations/require-preflight.ts';
import { formatDate } from '../../../shared/logic/format.ts';
import type { PreflightContext } from '../../../shared/logic/preflight-check.ts';
import { registryOf } from '../../../shared/logic/preflight-registry.ts';
import { bytesToFetch } from '../../../shared/logic/preflight-space.ts';
import { failedChecks, preflightChecks, unconfirmed } from '../../../shared/logic/preflight.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { CheckName } from '../../../shared/model/preflight.ts';
import { VerbRequest, type Verb } from '../../../shared/model/verb.ts';
import type { ImageAnswer, PreflightProbe, RegistryAnswer } from '../../../shared/parse/preflight.ts';
import { bootFacts, deployment, facts, identity, image, known, NOW, set, unknown, webStable } from './fixtures.ts';

const GB = 1e9;
const staged = deployment('2.15.0');
const booted = deployment('2.14.0');

const curl = (answer: Partial<RegistryAnswer> = {}): RegistryAnswer => ({
  tool: 'curl',
  exitCode: 0,
  status: 401,
  plainStatus: null,
  isOpen: null,
  hasProxy: false,
  isConfigured: false,
  ...answer,
});
const login = { file: '/etc/ostree/auth.json', isReadable: true, entries: ['quay.io'], podman: [] };
const disks = (sysroot: number, boot: number) => [
  { mount: '/sysroot', size: 60 * GB, used: 0, available: sysroot },
  { mount: '/boot', size: GB, used: 0, available: boot },
];
const space = (sysroot: number, boot = GB) =>
  known({ disks: disks(sysroot, boot), reserve: { kind: 'percent', percent: 3 } as const });

/** A host with which nothing is wrong. */
const fine: PreflightProbe = {
  hostTime: known(NOW),
  isRoot: known(true),
  lock: known(null),
  operations: known([]),
  space: space(20 * GB),
  registry: known(curl()),
  auth: known(login),
  policy: known({ file: '/etc/containers/policy.json', byDefault: 'insecureAcceptAnything', byName: {} }),
  image: known({ architectures: ['amd64'], osId: identity.osId, digest: null, layers: [] }),
  layers: known(new Set<string>()),
  users: known([]),
  inhibitors: known([]),
  battery: known(null),
};

interface Case {
  readonly request?: VerbRequest;
  readonly probe?: Partial<PreflightProbe>;
  readonly set?: Partial<DeploymentSet>;
  readonly facts?: Partial<HostFacts>;
  readonly more?: Partial<PreflightContext>;
}

const upgrade: VerbRequest = { verb: 'upgrade' };
const reboot: VerbRequest = { verb: 'reboot', delayMinutes: 0, message: '' };
const rollback: VerbRequest = { verb: 'rollback' };
const switchTo = (image: string, more: Partial<Extract<VerbRequest, { verb: 'switch' }>> = {}): VerbRequest => ({
  verb: 'switch',
  image: { image, transport: 'registry', signature: null },
  retain: false,
  enforcePolicy: false,
  ...more,
});

const all = ({ request = upgrade, probe, set: state, facts: read, more }: Case) =>
  preflightChecks({
    request,
    facts: facts({ deployments: known(set(state)), ...read }),
    probe: { ...fine, ...probe },
    skewMs: 0,
    etcBlockers: null,
    bytesToFetch: null,
    ...more,
  });
/** `result text` of one check, null where it is not in the list. */
const only = (name: CheckName, of: Case) => {
  const found = all(of).find((check) => check.name === name);
  return found ? `${found.result} ${found.text}` : null;
};
const tables = (name: CheckName, cases: readonly (readonly [string, Case, string | null])[]) =>
  describe(name, () => {
    it.each(cases)('%s', (_, of, expected) => expect(only(name, of)).toEqual(expected));
    it('says what to do wherever it warns or fails', () => {
      for (const [, of] of cases) {
        const check = all(of).find((each) => each.name === name);
        if (check?.result === 'warn' || check?.result === 'fail') expect(check.remedy).not.toBe('');
      }
    });
  });

describe('which checks concern a verb', () => {
  const requests: readonly VerbRequest[] = [
    ...(['check', 'download', 'apply-download', 'upgrade', 'rollback', 'undo-rollback', 'unstage'] as const).map(
      (verb) => ({ verb }),
    ),
    ...(['usr-overlay', 'soft-reboot', 'pause-updates', 'resume-updates', 'clean-up'] as const).map((verb) => ({
      verb,
    })),
    ...(['pin', 'unpin', 'remove'] as const).map((verb) => ({ verb, deployment: `${'a'.repeat(64)}.0` })),
    { verb: 'kernel-arguments', append: ['a'], remove: [] },
    switchTo('quay.io/acme/web:stable'),
    { verb: 'etc', files: [{ act: 'delete', path: 'x', seen: null }] },
    reboot,
  ];
  const names = (request: VerbRequest) =>
    all({
      request,
      set: { staged },
      probe: { battery: known({ percent: 90, isDischarging: false }) },
      facts: { boot: bootFacts({ kernelBytes: known({ [booted.id]: 1, [staged.id]: 1 }) }) },
      more: { etcBlockers: [] },
    }).map(({ name }) => name);

  it('covers all of them', () => {
    expect(requests.map(({ verb }) => verb).sort()).toEqual(
      VerbRequest.options.map((one) => one.shape.verb.value).sort(),
    );
    for (const request of requests) expect(names(request)[0], request.verb).toBe('privilege');
  });

  const local = ['privilege', 'lock'];
  const stage = ['registry', 'credentials', 'signature-policy', 'layering'];
  const cases: readonly [Verb, readonly string[]][] = [
    ['check', [...local, 'registry', 'credentials', 'layering', 'clock']],
    ['download', [...local, 'space-sysroot', ...stage, 'timer', 'clock']],
    ['upgrade', [...local, 'space-sysroot', 'space-boot', ...stage, 'etc-merge', 'timer', 'clock']],
    [
      'switch',
      [
        ...local,
        'space-sysroot',
        'space-boot',
        'registry',
        'credentials',
        'architecture',
        'distribution',
        'signature-policy',
        'layering',
        'etc-merge',
        'timer',
        'clock',
      ],
    ],
    ['apply-download', [...local, 'space-boot', 'etc-merge']],
    ['kernel-arguments', [...local, 'space-boot', 'etc-merge']],
    ['rollback', [...local, 'staged', 'timer']],
    ['undo-rollback', local],
    ['unstage', local],
    ['pin', local],
    ['unpin', local],
    ['remove', local],
    ['clean-up', local],
    ['usr-overlay', ['privilege']],
    ['pause-updates', ['privilege']],
    ['resume-updates', ['privilege']],
    ['etc', ['privilege']],
    ['reboot', [...local, 'space-boot', 'etc-merge', 'timer', 'users', 'inhibitors', 'battery']],
    ['soft-reboot', [...local, 'space-boot', 'etc-merge', 'timer', 'users', 'inhibitors', 'battery']],
  ];
  it.each(cases)('%s', (verb, expected) => {
    expect(names(requests.find((request) => request.verb === verb)!)).toEqual(expected);
  });

  it('all pass where nothing is wrong', () => {
    for (const request of requests.filter(({ verb }) => verb !== 'switch')) {
      expect(all({ request }).filter(({ result }) => result !== 'pass')).toEqual([]);
    }
  });
});

tables('privilege', [
  ['root', {}, 'pass Root, without a password'],
  ['a root login', { facts: { privilege: { kind: 'root' } } }, 'pass Logged in as root'],
  [
    'a password',
    { facts: { privilege: { kind: 'sudo-password' } } },
    'pass Root by sudo, with the password that is held',
  ],
  ['none', { probe: { isRoot: known(false) } }, 'fail Root cannot be had.'],
  [
    'none, and why',
    {
      probe: { isRoot: known(false) },
      facts: { privilege: { kind: 'none', failure: { code: 'privilege.no-sudo', params: { user: 'eve' } } } },
    },
    'fail There is neither sudo nor doas nor run0 on this host, and eve is not root.',
  ],
  [
    'not answered',
    { probe: { isRoot: unknown('facts.status-blocked') } },
    expect.stringMatching(/^unknown Whether root/) as string,
  ],
]);

const holder = { pid: 4711, unit: 'rpm-ostreed.service', command: 'rpm-ostree start-daemon' };
tables('lock', [
  ['free', {}, 'pass Nothing else holds the lock of the sysroot'],
  [
    'held',
    { probe: { lock: known([holder]) } },
    'fail rpm-ostree start-daemon (pid 4711, rpm-ostreed.service) holds the lock of the sysroot.',
  ],
  ['held, by whom is not known', { probe: { lock: known([]) } }, 'fail Another process holds the lock of the sysroot.'],
  [
    'held, without a unit',
    { probe: { lock: known([{ ...holder, unit: null, command: '' }]) } },
    'fail a process (pid 4711) holds the lock of the sysroot.',
  ],
  [
    'held, and a reboot',
    { request: reboot, probe: { lock: known([]) } },
    'warn Another process holds the lock of the sysroot: the reboot cuts it off.',
  ],
  [
    'another Berth',
    {
      probe: {
        operations: known([{ id: 'a'.repeat(12), verb: 'upgrade', startedBy: 'jb@desk' }]),
        lock: known([holder]),
      },
    },
    'fail An operation of Berth runs on this host: upgrade, started by jb@desk.',
  ],
  [
    'another Berth, of which little is known, and a reboot',
    { request: reboot, probe: { operations: known([{ id: 'a'.repeat(12), verb: '', startedBy: '' }]) } },
    'fail An operation of Berth runs on this host: a verb, started by somebody.',
  ],
  ['not known', { probe: { lock: null } }, 'unknown Whether something holds the lock of the sysroot is not known.'],
]);

tables('space-sysroot', [
  ['enough', {}, 'pass /sysroot: 18.2 GB free after the 3 % that ostree keeps free'],
  [
    'little',
    { probe: { space: space(3 * GB) } },
    'warn /sysroot: 1.2 GB free after the 3 % that ostree keeps free: a large update may not fit.',
  ],
  [
    'less than the reserve',
    { probe: { space: space(1 * GB) } },
    'fail /sysroot has 1.0 GB free, less than what ostree keeps free.',
  ],
  [
    'a reserve of its own',
    { probe: { space: known({ disks: disks(5 * GB, GB), reserve: { kind: 'bytes', bytes: 2 * GB } as const }) } },
    'pass /sysroot: 3.0 GB free after the 2.0 GB that ostree keeps free',
  ],
  [
    'no reserve',
    { probe: { space: known({ disks: disks(5 * GB, GB), reserve: { kind: 'percent', percent: 0 } as const }) } },
    'pass /sysroot: 5.0 GB free',
  ],
  [
    'what is to fetch fits',
    { more: { bytesToFetch: 4e8 } },
    'pass /sysroot: 18.2 GB free after the 3 % that ostree keeps free, 400 MB to fetch',
  ],
  [
    'what is to fetch does not',
    { more: { bytesToFetch: 19 * GB } },
    'fail /sysroot: 18.2 GB free after the 3 % that ostree keeps free, and 19.0 GB to fetch.',
  ],
  [
    'no such file system',
    { probe: { space: known({ disks: [], reserve: { kind: 'percent', percent: 3 } as const }) } },
    'unknown The space on /sysroot is not known.',
  ],
  ['not told', { probe: { space: null } }, 'unknown The space on /sysroot is not known.'],
]);

const kernels = (bytes: Readonly<Record<string, number>>) => ({
  boot: bootFacts({ kernelBytes: known({ ...bytes }) }),
});
const bothKernels = kernels({ [staged.id]: 115e6, [booted.id]: 114e6 });
tables('space-boot', [
  [
    'of an update to come, room enough',
    { facts: kernels({ [booted.id]: 114e6 }) },
    'pass /boot: 1.0 GB free, a kernel takes about 114 MB',
  ],
  [
    'of an update to come, too little room',
    { facts: kernels({ [booted.id]: 114e6 }), probe: { space: space(20 * GB, 50e6) } },
    'warn /boot: 50.0 MB free, a kernel takes about 114 MB. If the update brings a new one, it is copied at shutdown, and without room the update is lost.',
  ],
  ['no kernel sizes', {}, null],
  ['a reboot without anything staged', { request: reboot, facts: bothKernels }, null],
  [
    'a reboot, room enough',
    { request: reboot, set: { staged }, facts: bothKernels },
    'pass /boot: 1.0 GB free, the new kernel takes 115 MB',
  ],
  [
    'a reboot, too little room',
    { request: reboot, set: { staged, rollback: null }, facts: bothKernels, probe: { space: space(20 * GB, 50e6) } },
    'warn /boot: 50.0 MB free, the new kernel takes 115 MB. It is copied at shutdown: the update is lost, and the host boots what it runs now.',
  ],
  [
    'a reboot, room once the old one is gone',
    {
      request: reboot,
      set: { staged },
      facts: kernels({ [staged.id]: 115e6, [booted.id]: 1, [deployment('2.13.2').id]: 113e6 }),
      probe: { space: space(20 * GB, 50e6) },
    },
    'warn /boot: 50.0 MB free, the new kernel takes 115 MB: there is room only once the old one is removed.',
  ],
  [
    'a kernel that is there',
    {
      request: reboot,
      set: { staged },
      facts: { ...kernels({ [staged.id]: 1, [booted.id]: 1 }), kernels: known({ [staged.id]: '6', [booted.id]: '6' }) },
    },
    'pass /boot has the kernel already',
  ],
  [
    'a download to apply, too little room',
    {
      request: { verb: 'apply-download' },
      set: { staged: { ...staged, downloadOnly: true }, rollback: null },
      facts: bothKernels,
      probe: { space: space(20 * GB, 50e6) },
    },
    'fail /boot: 50.0 MB free, the new kernel takes 115 MB. It is copied at shutdown: the update is lost, and the host boots what it runs now.',
  ],
  [
    'sizes that are not known',
    { request: reboot, set: { staged } },
    'unknown How much the new kernel takes in /boot is not known.',
  ],
]);

const asked = (answer: Partial<RegistryAnswer>): Case => ({ probe: { registry: known(curl(answer)) } });
tables('registry', [
  ['answers', {}, 'pass quay.io answers to the host'],
  [
    'answers through a proxy',
    asked({ hasProxy: true }),
    'pass quay.io answers to the host through the proxy of its services',
  ],
  ['is overloaded', asked({ status: 503 }), 'warn quay.io answers with HTTP status 503.'],
  ['limits', asked({ status: 429 }), 'warn quay.io answers with HTTP status 429.'],
  [
    'a proxy without a name',
    asked({ exitCode: 5, status: null }),
    'fail The name of the proxy that services use is not known to the host.',
  ],
  ['no name', asked({ exitCode: 6, status: null }), 'fail quay.io is not known to the DNS of the host.'],
  [
    'refused',
    asked({ exitCode: 7, status: null }),
    'fail quay.io refuses connections from the host, or there is no way to it.',
  ],
  ['silent', asked({ exitCode: 28, status: null }), 'fail quay.io does not answer to the host in time.'],
  [
    'silent, with a mirror',
    asked({ exitCode: 28, status: null, isConfigured: true }),
    'warn quay.io does not answer to the host in time.',
  ],
  ['no TLS', asked({ exitCode: 35, status: null }), 'fail quay.io breaks off the TLS handshake.'],
  [
    'http alone',
    asked({ exitCode: 35, status: null, plainStatus: 200 }),
    'warn quay.io answers to the host without TLS only.',
  ],
  [
    'http alone, which is allowed',
    asked({ exitCode: 35, status: null, plainStatus: 200, isConfigured: true }),
    'pass quay.io answers to the host, without TLS; registries.conf has exceptions',
  ],
  [
    'a certificate',
    asked({ exitCode: 60, status: null }),
    'warn The certificate of quay.io is not trusted by curl on the host.',
  ],
  ['something else', asked({ exitCode: 99, status: null }), 'warn Asking quay.io ended with exit code 99 of curl.'],
  [
    'open, by TCP',
    asked({ tool: 'bash', exitCode: null, isOpen: true }),
    'pass quay.io accepts connections from the host',
  ],
  [
    'closed, by TCP',
    asked({ tool: 'python3', exitCode: null, isOpen: false }),
    'fail quay.io cannot be reached from the host.',
  ],
  [
    'nothing to ask with',
    { probe: { registry: unknown('facts.tool-missing') } },
    expect.stringMatching(/^unknown Whether quay\.io answers/) as string,
  ],
  ['another transport', { set: { tracked: { ...webStable, transport: 'oci' } } }, null],
  [
    'the registry of a switch',
    { request: switchTo('registry.acme.example:5000/web:1') },
    'pass registry.acme.example:5000 answers to the host',
  ],
]);

describe('the registry that a verb pulls from', () => {
  it.each<[string, VerbRequest, string | null]>([
    ['the tracked one', upgrade, 'quay.io'],
    ['that of a switch', switchTo('ghcr.io/acme/web@sha256:' + 'a'.repeat(64)), 'ghcr.io'],
    ['none told', switchTo('web:1'), null],
    ['none that is one', switchTo('-oProxy=x/web:1'), null],
    ['none', rollback, null],
  ])('%s', (_, request, host) => expect(registryOf({ request, facts: facts() })?.host ?? null).toBe(host));
});

const auth = (answer: Partial<typeof login> | { file: null; podman: string[] }): Partial<PreflightProbe> => ({
  auth: known({ ...login, entries: [], ...answer }),
});
const elsewhere = switchTo('ghcr.io/acme/web:1');
const ofImage = (image: Partial<ImageAnswer>): Partial<PreflightProbe> => ({
  image: known({ architectures: ['amd64'], osId: null, digest: null, layers: [], ...image }),
});
tables('credentials', [
  ['an entry', {}, 'pass A login for quay.io is in /etc/ostree/auth.json'],
  [
    'an entry for a part of it',
    { probe: auth({ entries: ['quay.io/acme'] }) },
    'pass A login for quay.io/acme is in /etc/ostree/auth.json',
  ],
  [
    'an entry for another part',
    { request: switchTo('quay.io/acme/web:1'), set: { booted: null }, probe: auth({ entries: ['quay.io/acm'] }) },
    'warn /etc/ostree/auth.json has no entry for quay.io: bootc pulls without a login.',
  ],
  [
    "Docker's own",
    { request: switchTo('docker.io/acme/web:1'), probe: auth({ entries: ['https://index.docker.io/v1/'] }) },
    'pass A login for https://index.docker.io/v1/ is in /etc/ostree/auth.json',
  ],
  [
    'none, as before',
    { probe: auth({}) },
    'pass /etc/ostree/auth.json has no entry for quay.io: bootc pulls without a login, as before',
  ],
  [
    'no file, as before',
    { probe: auth({ file: null, podman: [] }) },
    'pass There is no login file: bootc pulls without a login, as before',
  ],
  [
    'none for another registry',
    { request: elsewhere, probe: auth({}) },
    'warn /etc/ostree/auth.json has no entry for ghcr.io: bootc pulls without a login.',
  ],
  [
    'no file for another registry',
    { request: elsewhere, probe: auth({ file: null, podman: [] }) },
    'warn There is no login file: bootc pulls without a login.',
  ],
  [
    "only podman's",
    { request: elsewhere, probe: auth({ file: null, podman: ['/run/containers/0/auth.json'] }) },
    "warn There is no login file, and bootc does not read podman's /run/containers/0/auth.json: it pulls without a login.",
  ],
  [
    'a file for root',
    { probe: auth({ isReadable: false }) },
    'unknown /etc/ostree/auth.json is the file that bootc reads, and it takes root to read it.',
  ],
]);

tables('architecture', [
  ['of an update that is not known', {}, null],
  [
    'of an update for this host',
    { set: { booted: deployment('2.14.0', { cachedUpdate: image('2.15.0') }) } },
    'pass The update is for amd64, as this host is',
  ],
  [
    'of an update for another',
    { set: { booted: deployment('2.14.0', { cachedUpdate: image('2.15.0', { architecture: 'arm64' }) }) } },
    'fail The update is for arm64, this host is amd64.',
  ],
  ['of a switch', { request: elsewhere }, 'pass The image is for amd64, as this host is'],
  [
    'of a switch to another machine, by a name of its own',
    { request: elsewhere, facts: { identity: known({ ...identity, architecture: 's390x' }) } },
    'fail The image is for amd64, this host is s390x: bootc refuses it.',
  ],
  [
    'of a switch to an image for several machines, and none of them this',
    { request: elsewhere, probe: ofImage({ architectures: ['arm64', 's390x'] }) },
    'fail The image is for arm64, s390x, this host is amd64: bootc refuses it.',
  ],
  [
    'of a switch to an image that does not say it',
    { request: elsewhere, probe: ofImage({ architectures: [] }) },
    'unknown The image does not say for which machines it is.',
  ],
  [
    'of a switch where there is no skopeo',
    { request: elsewhere, probe: { image: unknown('facts.tool-missing') } },
    expect.stringMatching(
      /^unknown The image is not looked at before the pull; bootc refuses one that is not for amd64\./,
    ) as string,
  ],
  [
    'of a switch to a file',
    { request: switchTo('/var/os', { image: { image: '/var/os', transport: 'oci', signature: null } }) },
    'unknown The image is not looked at before the pull; bootc refuses one that is not for amd64.',
  ],
]);

tables('distribution', [
  ['of an upgrade', {}, null],
  ['the same', { request: elsewhere }, `pass The image is of the same distribution, ${identity.osId}`],
  [
    'another',
    { request: elsewhere, probe: ofImage({ osId: 'harboros' }) },
    `warn The image is of another distribution: harboros, this host runs ${identity.osId}. /etc and /var stay as they are.`,
  ],
  [
    'not said',
    { request: elsewhere, probe: ofImage({ osId: null }) },
    'unknown The image does not say which distribution it is of: it has no label for that.',
  ],
  [
    'not known',
    { request: elsewhere, probe: { image: unknown('facts.tool-missing') } },
    expect.stringMatching(/^unknown Which distribution the image is of is not known\./) as string,
  ],
]);

describe('what a pull has to fetch', () => {
  const [a, b] = [
    { digest: 'sha256:a', size: 10 },
    { digest: 'sha256:b', size: 32 },
  ] as const;
  const here = (...digests: string[]) => known(new Set(digests));
  it('is what is not here', () => {
    const image = ofImage({ layers: [a, b] }).image!;
    expect(bytesToFetch({ image, layers: here('sha256:a') })).toBe(32);
    expect(bytesToFetch({ image, layers: here() })).toBe(42);
  });
  it('is not known where either is not', () => {
    expect(bytesToFetch({ image: ofImage({}).image!, layers: here() })).toBeNull();
    expect(bytesToFetch({ image: ofImage({ layers: [a] }).image!, layers: unknown('facts.tool-missing') })).toBeNull();
    expect(bytesToFetch({ image: null, layers: null })).toBeNull();
  });
});

const policy = (byDefault: string, byName: Readonly<Record<string, string>> = {}) => ({
  policy: known({ file: '/etc/containers/policy.json', byDefault, byName }),
});
const insists = { tracked: { ...webStable, signature: 'containerPolicy' } };
tables('signature-policy', [
  ['nothing asked for', {}, 'pass No signature is asked for'],
  [
    'nothing asked for, and bootc insists',
    { set: insists },
    'fail bootc insists on the signature policy, and /etc/containers/policy.json asks for no signature.',
  ],
  [
    'a switch that insists',
    { request: switchTo('quay.io/a/b:1', { enforcePolicy: true }) },
    'fail bootc insists on the signature policy, and /etc/containers/policy.json asks for no signature.',
  ],
  [
    'a key',
    { probe: policy('reject', { 'quay.io/acme': 'signedBy' }) },
    'pass /etc/containers/policy.json asks for a signature',
  ],
  [
    'a key, and bootc insists',
    { set: insists, probe: policy('reject', { 'quay.io': 'sigstoreSigned' }) },
    'pass bootc insists on the signature that /etc/containers/policy.json asks for',
  ],
  [
    'the longest name decides',
    { probe: policy('signedBy', { 'quay.io': 'signedBy', 'quay.io/acme/web': 'reject' }) },
    'fail /etc/containers/policy.json refuses this image.',
  ],
  [
    'a name that only begins alike',
    { probe: policy('signedBy', { 'quay.io/ac': 'reject' }) },
    'pass /etc/containers/policy.json asks for a signature',
  ],
  ['refused', { probe: policy('reject') }, 'fail /etc/containers/policy.json refuses this image.'],
  ['no policy', { probe: { policy: known(null) } }, 'unknown The host has no policy.json.'],
]);

tables('layering', [
  ['none', {}, 'pass No layered packages'],
  [
    'some',
    { set: { booted: deployment('2.14.0', { incompatible: true, layers: ['htop'] }) } },
    'fail Something is layered with rpm-ostree: htop. bootc refuses such a host.',
  ],
  [
    'some, not told',
    { set: { staged: deployment('2.15.0', { incompatible: true }) } },
    'fail Something is layered with rpm-ostree. bootc refuses such a host.',
  ],
  [
    'no matter to rpm-ostree',
    { set: { source: 'rpm-ostree', managedByBootc: false }, facts: { tools: unknown('facts.tool-missing') } },
    null,
  ],
]);

tables('staged', [
  ['nothing', { request: rollback }, 'pass Nothing is staged that a rollback would delete'],
  [
    'an update, which goes',
    { request: rollback, set: { staged } },
    'warn 2.15.0 is staged, and a rollback deletes it.',
  ],
]);

const blockers = { etcBlockers: [{ path: '/etc/foo', reason: 'a directory in the new image' }] };
tables('etc-merge', [
  ['not compared', {}, null],
  ['nothing in the way', { more: { etcBlockers: [] } }, 'pass Nothing in /etc makes the merge fail'],
  [
    'in the way',
    { more: blockers },
    'fail The /etc merge will fail at shutdown: /etc/foo (a directory in the new image). The update is then lost.',
  ],
  [
    'several',
    { more: { etcBlockers: [...blockers.etcBlockers, ...blockers.etcBlockers] } },
    'fail The /etc merge will fail at shutdown: /etc/foo (a directory in the new image) and 1 more path. The update is then lost.',
  ],
  [
    'a reboot, which a person may want all the same',
    { request: reboot, set: { staged }, more: blockers },
    'warn The /etc merge will fail at shutdown: /etc/foo (a directory in the new image). The update is then lost.',
  ],
  ['a reboot with nothing to merge', { request: reboot, more: blockers }, null],
]);

const timer = (overrides: object): Partial<HostFacts> => ({
  autoUpdate: known({ unit: 'a.timer', active: true, masked: false, reboots: false, nextAt: null, ...overrides }),
});
tables('timer', [
  ['none', {}, 'pass Nothing updates this host by itself'],
  ['off', { facts: timer({ active: false }) }, 'pass a.timer is off'],
  ['masked', { facts: timer({ masked: true }) }, 'pass a.timer is masked'],
  ['stages', { facts: timer({}) }, 'pass a.timer updates this host, and does not reboot it'],
  [
    'reboots',
    { facts: timer({ reboots: true, nextAt: NOW }) },
    `warn a.timer may update and reboot this host by itself, next ${formatDate(NOW)}.`,
  ],
  ['undoes a rollback', { request: rollback, facts: timer({}) }, 'warn a.timer is on and will undo the rollback.'],
  [
    'masked here, and a rollback',
    { request: rollback, facts: timer({ masked: true }) },
    'warn a.timer is masked in the /etc that runs; the rollback has its own, where it may be on.',
  ],
  [
    'not known',
    { facts: { autoUpdate: unknown('facts.tool-missing') } },
    expect.stringMatching(/^unknown Whether something updates/) as string,
  ],
]);

const others = (...names: readonly string[]) => known(names.map((name) => ({ name, from: '10.0.0.9' })));
tables('users', [
  ['nobody', { request: reboot }, 'pass Nobody else is logged in'],
  ['one', { request: reboot, probe: { users: others('anna') } }, 'warn 1 other session: anna from 10.0.0.9.'],
  [
    'many',
    { request: reboot, probe: { users: others('a', 'b', 'c', 'd') } },
    'warn 4 other sessions: a from 10.0.0.9, b from 10.0.0.9, c from 10.0.0.9 and 1 more.',
  ],
  [
    'at the machine',
    { request: reboot, probe: { users: known([{ name: 'root', from: '' }]) } },
    'warn 1 other session: root.',
  ],
  [
    'not known',
    { request: reboot, probe: { users: unknown('facts.tool-missing') } },
    expect.stringMatching(/^unknown Who is logged in/) as string,
  ],
]);

tables('inhibitors', [
  ['none', { request: reboot }, 'pass Nothing holds up a shutdown'],
  [
    'one',
    { request: reboot, probe: { inhibitors: known([{ who: 'backup', why: 'runs' }]) } },
    'warn 1 inhibitor against a shutdown: backup: runs.',
  ],
]);

const power = (percent: number, isDischarging: boolean): Case => ({
  request: reboot,
  probe: { battery: known({ percent, isDischarging }) },
});
tables('battery', [
  ['none', { request: reboot }, null],
  ['on mains', power(5, false), 'pass On mains, battery at 5 %'],
  ['full', power(90, true), 'pass Runs from its battery, at 90 %'],
  ['low', power(49, true), 'warn Runs from its battery, at 49 %.'],
  ['empty', power(19, true), 'fail Runs from its battery, at 19 %.'],
]);

tables('clock', [
  ['agrees', { more: { skewMs: -60_000 } }, 'pass Its clock agrees with this computer'],
  ['ahead', { more: { skewMs: 720_000 } }, 'warn Its clock is 12 min ahead of this computer.'],
  ['behind', { more: { skewMs: -61_000 } }, 'warn Its clock is 1 min behind this computer.'],
  ['not known', { more: { skewMs: null } }, 'unknown The time of the host is not known.'],
]);

describe('what a person has to confirm', () => {
  const checks = all({
    request: reboot,
    probe: { users: others('anna'), inhibitors: known([{ who: 'a', why: 'b' }]) },
  });
  it('are the warnings that are not ticked; failures cannot be', () => {
    expect(unconfirmed(checks, ['users']).map(({ name }) => name)).toEqual(['inhibitors']);
    expect(failedChecks(checks)).toEqual([]);
    expect(() => requirePreflight({ checkedAt: 0, checks }, ['users', 'inhibitors'])).not.toThrow();
    expect(() => requirePreflight({ checkedAt: 0, checks }, ['users'])).toThrow('operation.preflight-unconfirmed');
    const failing = all({ probe: { lock: known([]) } });
    expect(() => requirePreflight({ checkedAt: 0, checks: failing }, ['lock'])).toThrow('operation.preflight');
  });
});

describe('the clock of the host, between two moments of ours', () => {
  it.each([
    ['within', 10_000, 9_500, 11_000, 0],
    ['the second it was asked in', 9_000, 9_500, 11_000, 0],
    ['ahead', 20_000, 9_500, 11_000, 9_000],
    ['behind', 1_000, 9_500, 11_000, -7_501],
  ])('%s', (_, host, asked, answered, skew) => expect(clockSkew(host, asked, answered)).toBe(skew));
});
