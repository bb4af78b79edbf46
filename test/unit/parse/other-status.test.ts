import { describe, expect, it } from 'vitest';
import { DeploymentSet } from '../../../shared/model/deployment.ts';
import { parseImageOrigin, parseOrigin } from '../../../shared/parse/origin.ts';
import { parseOstreeStatusJson, parseOstreeStatusText } from '../../../shared/parse/ostree-admin-status.ts';
import { parseRpmOstreeStatus } from '../../../shared/parse/rpm-ostree-status.ts';
import { codeOf, dataFile, valueOf } from './data.ts';

const sum = (character: string) => character.repeat(64);

describe('parseRpmOstreeStatus', () => {
  it('reads the workstation of upstream: layered, from an ostree remote, without the key `staged`', () => {
    const set = valueOf(parseRpmOstreeStatus(dataFile('rpm-ostree-workstation-status.json')));
    expect(DeploymentSet.parse(set)).toEqual(set);
    expect(set).toMatchObject({ source: 'rpm-ostree', managedByBootc: false, staged: null, tracked: null });
    expect(set.booted).toMatchObject({
      incompatible: true,
      image: null,
      origin: 'fedora/33/x86_64/silverblue',
      version: '33.21',
    });
    expect(set.booted!.layers).toContain('xsel');
    expect(set.booted!.layers).toContain('rpm-ostree-2021.1-2.fc33.x86_64 (replaced)');
  });

  const item = (checksum: string, more: object = {}) => ({
    checksum: sum(checksum),
    serial: 0,
    osname: 'fedora',
    booted: false,
    staged: false,
    version: `v-${checksum}`,
    timestamp: 1_760_000_000,
    ...more,
  });
  const status = (...deployments: object[]) => JSON.stringify({ deployments, transaction: null });

  it('maps container images, a locked stage, others of another stateroot', () => {
    const image = (digest: string) => ({
      'container-image-reference': 'ostree-image-signed:docker://quay.io/acme/web:1',
      'container-image-reference-digest': `sha256:${sum(digest)}`,
    });
    const set = valueOf(
      parseRpmOstreeStatus(
        status(
          item('a', { staged: true, 'finalization-locked': true, ...image('1') }),
          item('b', { booted: true, ...image('2') }),
          item('c', { osname: 'other' }),
          item('d', { pinned: true }),
          item('e'),
        ),
      ),
    );
    expect(set.staged).toMatchObject({ id: `${sum('a')}.0`, downloadOnly: true });
    expect(set.booted).toMatchObject({
      origin: null,
      timestamp: 1_760_000_000_000,
      image: {
        digest: `sha256:${sum('2')}`,
        reference: { image: 'quay.io/acme/web:1', transport: 'registry', signature: 'containerPolicy' },
      },
    });
    expect(set.rollback!.id).toBe(`${sum('d')}.0`);
    expect(set.others.map(({ stateroot }) => stateroot)).toEqual(['other', 'fedora']);
    expect(set.tracked!.image).toBe('quay.io/acme/web:1');
  });

  it('takes what stands before the booted one as a queued rollback', () => {
    const set = valueOf(parseRpmOstreeStatus(status(item('a'), item('b', { booted: true }))));
    expect(set).toMatchObject({ rollbackQueued: true, rollback: { id: `${sum('a')}.0` } });
  });

  it('fails without a list, and skips entries that are none', () => {
    expect(codeOf(parseRpmOstreeStatus('{"deployments":{}}'))).toBe('facts.unreadable');
    expect(codeOf(parseRpmOstreeStatus('error: no daemon'))).toBe('facts.unreadable');
    expect(valueOf(parseRpmOstreeStatus(status({ checksum: '../x' }, item('a', { booted: true })))).booted!.id).toBe(
      `${sum('a')}.0`,
    );
  });
});

describe('ostree admin status', () => {
  it('reads the JSON', () => {
    const set = valueOf(parseOstreeStatusJson(dataFile('ostree-admin-status.json')));
    expect(DeploymentSet.parse(set)).toEqual(set);
    expect(set).toMatchObject({
      source: 'ostree',
      rollbackQueued: false,
      staged: { id: `${sum('c')}.0`, version: '42.20260815.0' },
      booted: { id: `${sum('b')}.0`, downloadOnly: false },
      rollback: { id: `${sum('a')}.0`, pinned: true },
      usrOverlay: null,
    });
  });

  it('reads the text', () => {
    const text = [
      `  default ${sum('c')}.0 (staged) (finalization locked)`,
      '    Version: 42.20260815.0',
      '    origin: <unknown origin type>',
      `* default ${sum('b')}.1`,
      '    Version: 42.20260801.0',
      '    Unlocked: development',
      '    origin refspec: fedora:fedora/x86_64/silverblue',
      `  default ${sum('a')}.0 (rollback)`,
      '    Pinned: yes',
      '',
    ].join('\n');
    expect(valueOf(parseOstreeStatusText(text))).toMatchObject({
      staged: { id: `${sum('c')}.0`, downloadOnly: true, origin: null },
      booted: { id: `${sum('b')}.1`, serial: 1, origin: 'fedora:fedora/x86_64/silverblue', version: '42.20260801.0' },
      rollback: { pinned: true },
      usrOverlay: { access: 'read-write', persistence: 'transient' },
    });
  });

  it('tells none from nonsense', () => {
    expect(valueOf(parseOstreeStatusText('No deployments.\n')).booted).toBeNull();
    expect(codeOf(parseOstreeStatusText('error: Unknown command\n'))).toBe('facts.unreadable');
    expect(codeOf(parseOstreeStatusJson('{}'))).toBe('facts.unreadable');
  });
});

describe('origins', () => {
  it.each([
    ['ostree-unverified-registry:quay.io/a/b:1', 'quay.io/a/b:1', 'registry', null],
    ['ostree-unverified-image:docker://quay.io/a/b@sha256:1', 'quay.io/a/b@sha256:1', 'registry', null],
    ['ostree-unverified-image:oci:/run/install/repo', '/run/install/repo', 'oci', null],
    ['ostree-image-signed:containers-storage:localhost/x', 'localhost/x', 'containers-storage', 'containerPolicy'],
    ['ostree-remote-registry:fedora:quay.io/a/b', 'quay.io/a/b', 'registry', 'ostreeRemote:fedora'],
    ['ostree-remote-image:fedora:docker://quay.io/a/b', 'quay.io/a/b', 'registry', 'ostreeRemote:fedora'],
  ])('reads %s', (text, image, transport, signature) => {
    expect(parseImageOrigin(text)).toEqual({ image, transport, signature });
  });

  it.each(['fedora:fedora/42/x86_64/iot', '', 'ostree-remote-registry:x', 'ostree-unverified-image:gopher:x'])(
    'knows no image in %j',
    (text) => expect(parseImageOrigin(text)).toBeNull(),
  );

  it('reads an origin file with everything layered', () => {
    const text = [
      '[origin]',
      'container-image-reference=ostree-unverified-registry:quay.io/a/b:1',
      '[packages]',
      `requested=vim;htop;`,
      `requested-local=${sum('0')}:tool-1-1.x86_64`,
      '[overrides]',
      'remove=nano',
      '[rpmostree]',
      'regenerate-initramfs=true',
    ].join('\n');
    expect(parseOrigin(text)).toEqual({
      source: 'ostree-unverified-registry:quay.io/a/b:1',
      layered: true,
      layers: ['vim', 'htop', 'tool-1-1.x86_64 (local file)', 'nano (removed)', 'initramfs made on the host'],
    });
    expect(parseOrigin('[origin]\nrefspec=fedora:x\n[libostree-transient]\npinned=true\n')).toEqual({
      source: 'fedora:x',
      layered: false,
      layers: [],
    });
  });
});
