import { describe, expect, it } from 'vitest';
import { DeploymentSet } from '../../../shared/model/deployment.ts';
import { parseBootcStatus } from '../../../shared/parse/bootc-status.ts';
import { codeOf, dataJson, valueOf } from './data.ts';

const set = (name: string) => {
  const { set: found } = valueOf(parseBootcStatus(dataJson(name)));
  expect(found).not.toBeNull();
  expect(DeploymentSet.parse(found)).toEqual(found);
  return found!;
};

const bare = { booted: null, staged: null, rollback: null };

describe('parseBootcStatus on the data of upstream', () => {
  it('reads a staged and a booted one (v1alpha1, fractional time, the old signature `insecure`)', () => {
    const { staged, booted, rollback, tracked, managedByBootc } = set('spec-staged-booted.yaml');
    expect(booted).toMatchObject({
      id: '26836632adf6228d64ef07a26fd3efaf177104efd1f341a2cf7909a3e4e2c72c.0',
      version: 'nightly',
      timestamp: Date.UTC(2023, 8, 30, 19, 22, 16),
      stateroot: 'default',
      downloadOnly: false,
      softRebootCapable: false,
    });
    expect(staged!.image).toEqual({
      reference: { image: 'quay.io/example/someimage:latest', transport: 'registry', signature: null },
      digest: 'sha256:16dc2b6256b4ff0d2ec18d2dbfb06d117904010c8cf9732cdb022818cf7a7566',
      version: 'nightly',
      timestamp: Date.UTC(2023, 9, 14, 19, 22, 15, 420),
      architecture: 'arm64',
    });
    expect(rollback).toBeNull();
    expect(tracked).toEqual({ image: 'quay.io/example/someimage:latest', transport: 'registry', signature: null });
    expect(managedByBootc).toBe(true);
  });

  it('reads a staged one that is only downloaded', () => {
    const { staged, booted } = set('spec-staged-download-only.yaml');
    expect(staged!.downloadOnly).toBe(true);
    expect(booted!.downloadOnly).toBe(false);
  });

  it('reads a booted one without a time, and one with an update in the cache', () => {
    expect(set('spec-only-booted.yaml').booted).toMatchObject({ version: 'stream9.20240807.0', timestamp: null });
    const { cachedUpdate } = set('spec-booted-with-update.yaml').booted!;
    expect(cachedUpdate).toMatchObject({ version: 'stream9.20240901.0', timestamp: Date.UTC(2024, 8, 1, 12) });
  });

  it('reads pinned and other deployments', () => {
    const { booted, others, staged, rollback } = set('spec-booted-pinned.yaml');
    expect(booted!.pinned).toBe(true);
    expect(others).toMatchObject([
      { pinned: true, id: '99b2cc3b6edce9ebaef6a6076effa5ee3e1dcff3523016ffc94a1b27c6c67e12.0' },
    ]);
    expect([staged, rollback]).toEqual([null, null]);
  });

  it('reads the oldest shape: no type, no signature, a version that is a number', () => {
    const { booted, managedByBootc, rollbackQueued } = set('spec-v1a1.yaml');
    expect(booted).toMatchObject({ version: '20231230.1', image: { architecture: 's390x' } });
    expect({ managedByBootc, rollbackQueued }).toEqual({ managedByBootc: true, rollbackQueued: false });
  });

  it('reads the null host', () => {
    expect(valueOf(parseBootcStatus(dataJson('spec-v1-null.json')))).toEqual({
      apiVersion: 'org.containers.bootc/v1',
      set: null,
    });
    expect(valueOf(parseBootcStatus(dataJson('status-not-bootc.json'))).set).toSatisfy(
      (found: DeploymentSet | null) => !found?.managedByBootc,
    );
  });

  it('reads a rollback, queued or not', () => {
    expect(set('status-booted-rollback.json')).toMatchObject({ rollbackQueued: false, staged: null });
    expect(set('status-booted-rollback.json').rollback).not.toBeNull();
    expect(set('status-rollback-queued.json')).toMatchObject({ rollbackQueued: true });
    const all = set('status-staged-booted-rollback.json');
    expect([all.staged, all.booted, all.rollback].every((item) => item?.image)).toBe(true);
  });

  it('reads a layered host: incompatible, no image, not managed', () => {
    const { booted, rollback, managedByBootc, tracked } = set('status-incompatible-layered.json');
    expect(booted).toMatchObject({ incompatible: true, image: null, origin: null });
    expect(rollback!.image).not.toBeNull();
    expect({ managedByBootc, tracked }).toEqual({ managedByBootc: false, tracked: null });
  });

  it('reads composefs, whose ids are fs-verity digests', () => {
    const { backend, booted, staged } = set('status-composefs-staged.json');
    expect(backend).toBe('composefs');
    expect(booted).toMatchObject({ id: 'c'.repeat(128), checksum: null, serial: null, stateroot: null });
    expect(staged!.id).toBe('d'.repeat(128));
  });
});

describe('parseBootcStatus on what hosts print besides', () => {
  const doc = (status: unknown, spec: unknown = { image: null }) =>
    JSON.stringify({ apiVersion: 'org.containers.bootc/v1', kind: 'BootcHost', spec, status });
  const entry = {
    image: { image: { image: 'quay.io/acme/web:1' }, imageDigest: 'sha256:ab' },
    ostree: { checksum: 'a'.repeat(64), deploySerial: 2, stateroot: 'default' },
  };

  it('finds the document behind a spinner and before a note', () => {
    const text = `⠋ Loading {…}\r\n${dataJson('spec-only-booted.yaml')}\nnote: The format of this API is not yet stable\n`;
    expect(valueOf(parseBootcStatus(text)).set!.booted!.version).toBe('stream9.20240807.0');
  });

  it('reads signatures, overlays, read-only, capitals and keys it does not know', () => {
    const signed = (signature: unknown) => ({
      ...entry,
      image: { ...entry.image, image: { image: 'i', transport: 'oci', signature } },
    });
    const { set: found } = valueOf(
      parseBootcStatus(
        doc({
          booted: {
            ...signed({ ostreeRemote: 'fedora' }),
            composefs: { verity: 'ef', bootloader: 'Grub', bootType: 'Uki' },
            surprise: 1,
          },
          rollback: signed('containerPolicy'),
          staged: signed(['nonsense']),
          readOnly: true,
          rollbackQueued: 'yes',
          usrOverlay: { accessMode: 'readWrite', persistence: 'persistent' },
          type: 'bootcHost',
        }),
      ),
    );
    expect(found).toMatchObject({
      booted: { image: { reference: { signature: 'ostreeRemote:fedora', transport: 'oci' } } },
      rollback: { image: { reference: { signature: 'containerPolicy' } } },
      staged: { image: { reference: { signature: null } } },
      readOnly: true,
      rollbackQueued: false,
      usrOverlay: { access: 'read-write', persistence: 'persistent' },
      managedByBootc: true,
    });
  });

  it('keeps a deployment whose parts are of another type than they should be', () => {
    const { set: found } = valueOf(
      parseBootcStatus(doc({ booted: { image: 'web', ostree: 7, pinned: 'x' }, otherDeployments: 'none' })),
    );
    expect(found).toMatchObject({
      booted: { id: 'booted', image: null, pinned: false },
      others: [],
      managedByBootc: false,
    });
  });

  it('takes status with all slots null as the null host, whatever else it says', () => {
    expect(valueOf(parseBootcStatus(doc({ ...bare, type: null, usrOverlay: null, readOnly: false }))).set).toBeNull();
  });

  it('strips what could deceive a reader, and bounds what it keeps', () => {
    const image = `evil\u202e\u0007\u001b[31m${'x'.repeat(10_000)}`;
    const { set: found } = valueOf(
      parseBootcStatus(doc({ booted: { ...entry, image: { ...entry.image, image: { image } } } })),
    );
    const shown = found!.booted!.image!.reference.image;
    expect(shown).toMatch(/^evil x+…$/);
    expect(shown.length).toBeLessThanOrEqual(4096);
  });

  it.each([
    ['nothing', ''],
    ['a shell that has no bootc', 'sh: bootc: not found'],
    ['a cut document', dataJson('spec-only-booted.yaml').slice(0, -30)],
    ['the document of someone else', '{"apiVersion":"v1","kind":"Pod","status":{}}'],
    ['a document without a status', '{"apiVersion":"org.containers.bootc/v1"}'],
    ['an array', '[1,2,3]'],
    ['too much', `{"a":"${'x'.repeat(9 * 1024 * 1024)}"}`],
  ])('fails on %s', (_, text) => {
    expect(codeOf(parseBootcStatus(text))).toBe('facts.unreadable');
  });
});
