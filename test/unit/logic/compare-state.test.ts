import { describe, expect, it } from 'vitest';
import { asDeployment, deploymentDifferences, stateRows } from '../../../shared/logic/compare-state.ts';
import type { HostSnapshot } from '../../../shared/model/operation.ts';
import { DAY, deployment, image, NOW, ostreeDeployment, snapshot } from './fixtures.ts';

const disks = (available: number) => [
  { mount: '/sysroot', size: 60e9, used: 0, available },
  { mount: '/var', size: 60e9, used: 0, available },
];
const table = (before: HostSnapshot, after: HostSnapshot | null) =>
  stateRows(before, after).map(({ label, before: was, after: is, result }) =>
    [label, was.text, is.text, result.text, result.tone].join(' | '),
  );

describe('stateRows', () => {
  const knows = deployment('2.14.0', { cachedUpdate: image('2.15.0') });

  it('shows an upgrade as it was planned', () => {
    const before = snapshot({ booted: knows }, { disks: disks(18.2e9) });
    const after = snapshot({ booted: knows, staged: deployment('2.15.0') }, { disks: disks(17.4e9) });
    expect(table(before, after)).toEqual([
      'Booted | 2.14.0 | 2.14.0 | Untouched | same',
      'Staged | – | 2.15.0 | Digest as planned | success',
      'Rollback | 2.13.2 | 2.13.2 | Untouched | same',
      'Next boot | 2.14.0, booted | 2.15.0, staged | Changed | changed',
      '/sysroot free | 18.2 GB | 17.4 GB | 800 MB less | changed',
    ]);
    const staged = stateRows(before, after)[1];
    expect(staged?.after).toEqual({ text: '2.15.0', digest: '322e3135', changed: true });
    expect(staged?.before).toEqual({ text: '–', digest: null, changed: false });
  });

  it.each([
    [
      'something else than planned',
      { booted: knows },
      { booted: knows, staged: deployment('2.16.0') },
      'Staged | – | 2.16.0 | Not the planned digest | changed',
    ],
    ['what nobody knew', {}, { staged: deployment('2.16.0') }, 'Staged | – | 2.16.0 | Staged | success'],
    ['what is gone', { staged: deployment('2.16.0') }, {}, 'Staged | 2.16.0 | – | Gone | changed'],
    [
      'a download unlocked',
      { staged: deployment('2', { downloadOnly: true }) },
      { staged: deployment('2') },
      'Staged | 2, download-only | 2 | Staged | success',
    ],
    ['nothing', {}, {}, 'Staged | – | – | Untouched | same'],
  ] as const)('shows %s', (_, before, after, line) => expect(table(snapshot(before), snapshot(after))[1]).toBe(line));

  it('shows a reboot, and a host whose state was not read', () => {
    const before = snapshot({}, { disks: disks(1e9) });
    expect(
      table(before, snapshot({ booted: deployment('2.15.0'), rollback: null }, { disks: [] })).slice(0, 4),
    ).toEqual([
      'Booted | 2.14.0 | 2.15.0 | Changed | changed',
      'Staged | – | – | Untouched | same',
      'Rollback | 2.13.2 | – | Gone | changed',
      'Next boot | 2.14.0, booted | 2.15.0, booted | Changed | changed',
    ]);
    expect(
      new Set(stateRows(before, null).map(({ after, result }) => `${after.text} ${result.text} ${result.tone}`)),
    ).toEqual(new Set(['– Not read unknown']));
  });

  it('takes small changes of the free space for noise', () => {
    expect(table(snapshot({}, { disks: disks(1e9) }), snapshot({}, { disks: disks(1e9 + 500) })).at(-1)).toContain(
      'Untouched',
    );
    expect(table(snapshot({}, { disks: disks(1e9) }), snapshot({}, { disks: disks(1.5e9) })).at(-1)).toContain(
      '500 MB more',
    );
  });

  it('does not repeat a digest that is the name already', () => {
    expect(stateRows(snapshot({ booted: deployment('1', { version: null }) }), null)[0]?.before).toEqual({
      text: '@31000000',
      digest: null,
      changed: false,
    });
  });

  it('says nothing of a next boot that is not known', () => {
    const nothing = snapshot({ booted: null, rollback: null });
    expect(table(nothing, nothing)[3]).toBe('Next boot | – | – | Untouched | same');
  });
});

describe('deploymentDifferences', () => {
  const a = deployment('2.14.0', { timestamp: NOW - 20 * DAY });
  const b = deployment('2.15.0', { timestamp: NOW - 3 * DAY });
  const lines = (...args: Parameters<typeof deploymentDifferences>) =>
    deploymentDifferences(...args).rows.map(({ label, text, same }) => `${label} ${text} ${same}`);

  it('compares with the booted one', () => {
    expect(lines(a, b, { [a.id]: '6.12-8', [b.id]: '6.12-13' })).toEqual([
      'Image same true',
      'Content changes false',
      'Kernel changes false',
      'Built 17 d newer false',
    ]);
    expect(lines(b, a, { [a.id]: '6.12-8', [b.id]: '6.12-8' })).toEqual([
      'Image same true',
      'Content changes false',
      'Kernel same true',
      'Built 17 d older false',
    ]);
    expect(deploymentDifferences(a, b, null)).toMatchObject({ from: '2.14.0', to: '2.15.0' });
  });

  it('says what is not known', () => {
    expect(lines(a, { ...b, timestamp: null }, null)).toEqual([
      'Image same true',
      'Content changes false',
      'Kernel – null',
      'Built – null',
    ]);
    expect(lines(a, a, {})).toEqual(['Image same true', 'Content same true', 'Kernel – null', 'Built same true']);
  });

  it('sees another image and another signature setting', () => {
    const other = (reference: { image?: string; signature?: string }) =>
      deployment('2.15.0', {
        image: image('2.15.0', {
          reference: { image: 'quay.io/acme/web:stable', transport: 'registry', signature: null, ...reference },
        }),
      });
    expect(lines(a, other({ image: 'quay.io/acme/web:next' }), null)[0]).toBe('Image changes false');
    expect(lines(a, other({ signature: 'containerPolicy' }), null)[0]).toBe('Image signature changes false');
  });

  it('compares branches where there are no images, and an update that is only known', () => {
    expect(lines(ostreeDeployment('1'), ostreeDeployment('2', { origin: 'fedora:other' }), null)[0]).toBe(
      'Image changes false',
    );
    expect(lines(ostreeDeployment('1'), ostreeDeployment('2'), null)[0]).toBe('Image same true');
    expect(lines(a, asDeployment(image('2.15.0')), { [a.id]: '6.12-8' })).toEqual([
      'Image same true',
      'Content changes false',
      'Kernel – null',
      'Built same true',
    ]);
  });
});
