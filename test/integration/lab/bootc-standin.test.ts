import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { bootcSchema, readStatus } from './support/bootc-documents.ts';

const MINUTES = 60_000;

/** One host, whose story the tests tell one after another: each goes on from where the one before it left it. */
describeWith(...labNeeds)('the stand-in for bootc on a small host', () => {
  let host: LabHost;
  const bootc = async (words: string) => host.run(`bootc ${words}`);

  beforeAll(async () => {
    host = await acquireLabHost();
  }, 5 * MINUTES);
  afterAll(async () => host.release());

  it('tells of the booted image as bootc does', async () => {
    const { spec, status } = await readStatus(host);
    expect(spec).toEqual({
      bootOrder: 'default',
      image: { image: `${host.registry.address}/os:stable`, transport: 'registry' },
    });
    expect(status).toMatchObject({ type: 'bootcHost', staged: null, rollback: null, rollbackQueued: false });
    expect(status.booted?.image?.version).toBe('43.20261102.0');

    const { stdout: digest } = await host.run(
      `ostree show --print-metadata-key=ostree.manifest-digest ${status.booted!.ostree.checksum}`,
    );
    expect(digest.trim()).toBe(`'${status.booted!.image!.imageDigest}'`);
  });

  it('says the same in YAML, which it writes when nobody looks, and in words', async () => {
    const yaml = await bootc('status');
    expect(parse(yaml.stdout)).toEqual(JSON.parse((await bootc('status --format=json')).stdout));
    const text = await bootc('status --format=humanreadable');
    expect(text.stdout).toMatch(
      /^● Booted image: .+\/os:stable\n {8}Digest: sha256:[0-9a-f]{64} \(amd64\)\n {7}Version: 43\./,
    );
  });

  it('finds nothing new', async () => {
    const { stdout, code } = await bootc('upgrade');
    expect(stdout).toMatch(/^No changes in .+\/os:stable => sha256:[0-9a-f]{64}\nNo update available\.\n$/);
    expect(code).toBe(0);
  });

  it('finds an update with --check, remembers it, and stages nothing', async () => {
    const before = await host.run('stat -c %Y.%y /ostree/bootc');
    await host.registry.tag('stable', 'v2');
    const { stdout } = await bootc('upgrade --check');
    expect(stdout).toMatch(/^Update available for: docker:\/\/.+\n {2}Version: 43\.20261109\.0\n {2}Digest: sha256:/);
    expect(stdout).toMatch(/\nRemoved layers: {3}2 {5}Size: 450\.9\u00a0kB\nAdded layers: {5}2 /);
    const { status } = await readStatus(host);
    expect(status.staged).toBeNull();
    expect(status.booted?.cachedUpdate?.imageDigest).toBe(/Digest: (\S+)/.exec(stdout)?.[1]);
    expect((await host.run('stat -c %Y.%y /ostree/bootc')).stdout).not.toBe(before.stdout);
  });

  it('stages it, and tells its progress as bootc’s schema wants it', async () => {
    const { stdout, stderr, code } = await bootc('upgrade --progress-fd 3 3>&1 1>&2');
    expect(code).toBe(0);
    expect(stderr).toMatch(/layers already present: 4; layers needed: 2 \(450\.9\u00a0kB\)\n/);
    expect(stderr).toMatch(/Deploying\.\.\.done \(\d+ seconds?\)\n/);
    expect(stderr).toMatch(/Queued for next boot: .+\/os:stable\n {2}Version: 43\.20261109\.0\n {2}Digest: sha256:/);

    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; task?: string });
    const isProgress = bootcSchema('progress-v0.schema.json');
    for (const event of events) expect(isProgress(event), JSON.stringify(event)).toBe(true);
    expect(events[0]).toEqual({ type: 'Start', version: '0.1.0' });
    expect([...new Set(events.slice(1).map(({ task }) => task))]).toEqual(['pulling', 'importing', 'staging']);
    expect(events.filter(({ task }) => task === 'staging')).toHaveLength(5);

    const { status } = await readStatus(host);
    expect(status.staged?.image?.version).toBe('43.20261109.0');
    const { stdout: reboot } = await host.run('cat /run/reboot-required');
    expect(reboot).toBe(`bootc: Reboot required for image: ${status.staged!.image!.imageDigest}`);
    expect((await bootc('upgrade')).stdout).toContain('\nStaged update present, not changed\n');
    expect((await bootc('upgrade --check')).stdout).toMatch(/^No changes in: docker:/);
  });

  it('boots what it staged', async () => {
    const staged = (await readStatus(host)).status.staged!;
    await host.reboot();
    const { status } = await readStatus(host);
    expect(status.booted?.image).toEqual(staged.image);
    expect(status.rollback?.image?.version).toBe('43.20261102.0');
    expect(status.staged).toBeNull();
  });

  it('rolls back and forth', async () => {
    expect((await bootc('rollback')).stdout).toBe('Next boot: rollback deployment\n');
    expect((await readStatus(host)).status.rollbackQueued).toBe(true);
    expect((await bootc('rollback')).stdout).toBe(
      'notice: Reverting queued rollback state\nNext boot: current deployment\n',
    );
    expect((await readStatus(host)).status.rollbackQueued).toBe(false);
  });

  it('drops what is staged when it rolls back, without a word', async () => {
    await host.registry.tag('stable', 'v3');
    await bootc('upgrade');
    expect((await readStatus(host)).status.staged).not.toBeNull();
    expect((await bootc('rollback')).stdout).toBe('Next boot: rollback deployment\n');
    const { status } = await readStatus(host);
    expect(status.staged).toBeNull();
    expect(status.rollbackQueued).toBe(true);
    await host.reboot();
    expect((await readStatus(host)).status.booted?.image?.version).toBe('43.20261102.0');
  });

  it('stages again what was pulled before, and holds it back when it is only downloaded', async () => {
    const { stdout } = await bootc('upgrade --download-only');
    expect(stdout).toMatch(/^No changes in .+\n(.+\n)*Staged but not queued for next boot: /);
    expect((await readStatus(host)).status.staged?.downloadOnly).toBe(true);
    expect((await bootc('upgrade --from-downloaded')).stdout).toBe('Staged deployment will now be applied on reboot\n');
    expect((await readStatus(host)).status.staged?.downloadOnly).toBe(false);
    expect((await bootc('upgrade --download-only')).stdout).toMatch(
      /Image downloaded, but will not be applied on reboot\n$/,
    );
    await host.reboot();
    const { status } = await readStatus(host);
    expect(status.booted?.image?.version).toBe('43.20261102.0');
    expect(status.staged).toBeNull();
  });

  it('switches to another image, and back by a changed specification', async () => {
    await host.registry.tag('other', 'other');
    const other = `${host.registry.address}/os:other`;
    expect((await bootc(`switch ${other}`)).stdout).toContain(`Queued for next boot: ${other}\n`);
    expect((await readStatus(host)).spec.image?.image).toBe(other);
    expect((await bootc(`switch ${other}`)).stdout).toBe('Image specification is unchanged.\n');

    await host.run(`bootc status | sed s/os:other/os:stable/ >/run/wanted.yaml`);
    expect((await bootc('edit -f /run/wanted.yaml')).stdout).toContain('Queued for next boot: ');
    expect((await readStatus(host)).spec.image?.image).toBe(`${host.registry.address}/os:stable`);
    expect((await bootc('edit -f /run/wanted.yaml')).stdout).toBe('Edit cancelled, no changes made.\n');
  });

  it('lays a writable /usr over the image’s', async () => {
    expect((await bootc('usr-overlay')).stdout).toMatch(/^Development mode enabled\. /);
    expect((await readStatus(host)).status.usrOverlay).toEqual({ accessMode: 'readWrite', persistence: 'transient' });
    expect(await bootc('usr-overlay')).toMatchObject({
      code: 1,
      stderr: 'error: Deployment is already in unlocked state: development\n',
    });
  });
});
