import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { readStatus } from './support/bootc-documents.ts';

const MINUTES = 60_000;

describeWith(...labNeeds)('the stand-in for bootc when something is wrong', () => {
  let host: LabHost;
  const bootc = async (words: string) => host.run(`bootc ${words}`);

  beforeAll(async () => {
    host = await acquireLabHost();
    await host.registry.tag('stable', 'v2');
  }, 5 * MINUTES);
  afterAll(async () => host.release());

  describe('with its registry', () => {
    const opening = 'error: Upgrading: Preparing import: Fetching manifest: failed to invoke method OpenImage: ';

    it.each([
      [
        'unreachable',
        /pinging container registry registry\.lab:\d+: Get "http:\/\/registry\.lab:\d+\/v2\/": .*(EOF|reset by peer)$/,
      ],
      ['unauthorized', /reading manifest stable in registry\.lab:\d+\/os: unauthorized: authentication required$/],
      ['not-found', /reading manifest stable in registry\.lab:\d+\/os: manifest unknown$/],
    ] as const)('says what skopeo says when it is %s', async (fault, words) => {
      await host.registry.fault(fault);
      const { stderr, code } = await bootc('upgrade');
      await host.registry.fault(null);
      expect(code).toBe(1);
      expect(stderr.startsWith(opening)).toBe(true);
      expect(stderr.trimEnd()).toMatch(words);
    });

    it('takes credentials from the first of ostree’s files', async () => {
      await host.registry.credentials({ user: 'lab', password: 'open sesame' });
      expect((await bootc('upgrade --check')).stderr).toContain('unauthorized');
      const auth = Buffer.from('lab:open sesame').toString('base64');
      await host.run('mkdir -p /etc/ostree && cat >/etc/ostree/auth.json', {
        input: JSON.stringify({ auths: { [host.registry.address]: { auth } } }),
      });
      expect((await bootc('upgrade --check')).stdout).toMatch(/^Update available for: /);
      await host.run("echo '{}' >/run/ostree/auth.json");
      expect((await bootc('upgrade --check')).stderr).toContain('unauthorized');
      await host.run('rm /run/ostree/auth.json /etc/ostree/auth.json');
      await host.registry.credentials(null);
    });

    it('stages nothing of a download that breaks, and fetches what is missing the next time', async () => {
      await host.registry.fault('cut', { cutAfterBytes: 200_000 });
      const broken = await bootc('upgrade');
      expect(broken.stderr).toMatch(
        /^error: Upgrading: Pulling: Importing: .+: expected 300\d{3} bytes in blob, got 200000\n$/,
      );
      expect((await readStatus(host)).status.staged).toBeNull();
      await host.registry.fault(null);
    });

    it('finds too little room before it downloads anything', async () => {
      await host.faults.fillDisk();
      const { stderr, code } = await bootc('upgrade');
      const older = await host.run('BOOTC_STANDIN_VERSION=1.12 bootc upgrade');
      await host.faults.freeDisk();
      expect(stderr).toMatch(
        /^error: Upgrading: Insufficient free space for .+\/os:stable \(available: .+ required: .+\)\n$/,
      );
      expect(older.stderr).toMatch(/^error: Upgrading: Pulling: Importing: .*min-free-space-size/);
      expect(code).toBe(1);
      expect((await readStatus(host)).status.staged).toBeNull();
    });
  });

  describe('with the lock on the sysroot', () => {
    /** The kernel's lines of that file alone: /proc/locks has those of the whole machine. */
    const locks = async () => (await host.run('grep ":$(stat -c %i /ostree/lock) " /proc/locks')).stdout;

    it('waits for whoever holds it', async () => {
      const giveBack = await host.faults.holdLock();
      expect((await host.run('timeout 1 bootc status')).code).toBe(124);
      const waiting = readStatus(host);
      await expect.poll(locks).toMatch(/-> OFDLCK/);
      await giveBack();
      expect((await waiting).status.type).toBe('bootcHost');
    });

    it('keeps the real ostree out until the verb has ended', async () => {
      // An image with layers that no test before has fetched.
      await host.registry.tag('stable', 'v3');
      await host.registry.fault('slow', { bytesPerSecond: 100_000 });
      const upgrading = bootc('upgrade');
      await expect.poll(locks).toMatch(/OFDLCK +ADVISORY +WRITE/);
      expect((await host.run('timeout 1 ostree admin pin 0')).code).toBe(124);
      await host.registry.fault(null);
      expect((await upgrading).code).toBe(0);
      expect((await host.run('ostree admin pin 1 && ostree admin pin --unpin 1')).code).toBe(0);
    }, 60_000);
  });

  it('leaves a host alone on which something is layered', async () => {
    const { checksum, deploySerial } = (await readStatus(host)).status.booted!.ostree;
    const origin = host.path(`/sysroot/ostree/deploy/default/deploy/${checksum}.${deploySerial}.origin`);
    const before = await readFile(origin, 'utf8');
    await host.run('ostree admin undeploy 0');
    await writeFile(origin, `${before}[packages]\nrequested=vim;\n`);
    const { spec, status } = await readStatus(host);
    const upgrade = await bootc('upgrade');
    await writeFile(origin, before);
    expect(status).toMatchObject({ type: null, booted: { image: null, incompatible: true } });
    expect(spec.image).toBeNull();
    expect(upgrade.stderr).toMatch(
      /^error: Upgrading: Deployment contains local rpm-ostree modifications; cannot upgrade/,
    );
  });

  describe('with who calls it, and how', () => {
    it('wants root', async () => {
      const nobody = 'Preparing for write: Querying root privilege: This command must be executed as the root user\n';
      expect(await host.run('bootc status', { user: 'guest' })).toMatchObject({
        code: 1,
        stderr: `error: Status: ${nobody}`,
      });
      const upgrade = await host.run('bootc upgrade', { user: 'guest' });
      expect(upgrade).toMatchObject({ code: 1, stderr: `error: Initializing storage: ${nobody}` });
      const rollback = await host.run('bootc rollback', { user: 'guest' });
      expect(rollback.stderr).toBe(`error: Rollback: Initializing storage: ${nobody}`);
    });

    it.each([
      ['upgrade --check --apply', "error: the argument '--check' cannot be used with '--apply'"],
      ['upgrade --nonsense', "error: unexpected argument '--nonsense' found"],
      ['upgrade --progress-fd 1', 'Cannot use fd 1 for progress JSON'],
      ['switch', 'error: the following required arguments were not provided:\n  <TARGET>'],
      ['nonsense', "error: unrecognized subcommand 'nonsense'"],
    ])('ends with 2 on `%s`', async (words, text) => {
      const { stderr, code } = await bootc(words);
      expect(code).toBe(2);
      expect(stderr).toContain(text);
    });

    it.each(['image list', 'container lint', 'switch --transport oci /var/image'])(
      'refuses `%s` in its own name',
      async (words) => {
        const { stderr, code } = await bootc(words);
        expect(code).toBe(1);
        expect(stderr).toContain("this is the lab's stand-in, which does not do this: ");
      },
    );

    it('tells its progress to a pipe only', async () => {
      expect((await bootc('upgrade --progress-fd 3 3>/run/progress')).stderr).toBe('error: Upgrading: not a pipe\n');
    });

    it('is aborted by the first line that nobody reads', async () => {
      expect((await host.run('set -o pipefail; bootc upgrade | true')).code).toBe(134);
    });
  });
});
