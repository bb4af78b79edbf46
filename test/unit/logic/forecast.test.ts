import { describe, expect, it } from 'vitest';
import { forecast, type ForecastHints } from '../../../shared/logic/forecast.ts';
import { describeNextBoot, plainText } from '../../../shared/logic/forecast-words.ts';
import { formatDate } from '../../../shared/logic/format.ts';
import type { BootFacts } from '../../../shared/model/boot-facts.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import {
  bootFacts,
  deployment,
  facts,
  identity,
  image,
  known,
  NOW,
  ostreeDeployment,
  set,
  unknown,
} from './fixtures.ts';

const staged = deployment('2.15.0');
const downloaded = deployment('2.15.0', { downloadOnly: true });
const booted = deployment('2.14.0');
const rollback = deployment('2.13.2');

const of = (state: Partial<DeploymentSet>, more: Partial<HostFacts> = {}, hints?: ForecastHints) =>
  describeNextBoot(facts({ deployments: known(set(state)), ...more }), hints);
const sentence = (state: Partial<DeploymentSet>) => {
  const found = of(state);
  return found && plainText(found.sentence);
};
const MARKS = { none: '', info: '', warning: '! ', danger: '!! ' };
const notes = (state: Partial<DeploymentSet>, more: Partial<HostFacts> = {}, hints?: ForecastHints) =>
  of(state, more, hints)?.notes.map(({ tone, text }) => MARKS[tone] + text);
/** The lines of one row of the panel. */
const row = (label: string, state: Partial<DeploymentSet>, more: Partial<HostFacts> = {}, hints?: ForecastHints) =>
  of(state, more, hints)!
    .rows.find((each) => each.label === label)
    ?.items.map(({ tone, text }) => MARKS[tone] + text);

describe('the sentence', () => {
  const cases: readonly [string, Partial<DeploymentSet>, string | null][] = [
    ['staged', { staged }, 'The next boot runs 2.15.0 instead of 2.14.0, because a staged deployment goes first.'],
    [
      'staged over a queued rollback',
      { staged, rollbackQueued: true },
      'The next boot runs 2.15.0 instead of 2.14.0, because a staged deployment goes before the queued rollback.',
    ],
    [
      'rollback queued',
      { rollbackQueued: true },
      'The next boot runs 2.13.2 instead of 2.14.0, because a rollback is queued.',
    ],
    ['the same again', {}, 'The next boot runs 2.14.0 again, because nothing is staged and no rollback is queued.'],
    [
      'download-only',
      { staged: downloaded },
      'The next boot runs 2.14.0 again, because the staged 2.15.0 is download-only.',
    ],
    [
      'what runs is not known',
      { booted: null, staged },
      'The next boot runs 2.15.0, because a staged deployment goes first.',
    ],
    [
      'one version, two digests',
      { staged: deployment('2.14.0', { id: 'x.0', image: image('2.14.0', { digest: `sha256:${'ab'.repeat(32)}` }) }) },
      'The next boot runs 2.14.0 @abababab instead of 2.14.0 @322e3134, because a staged deployment goes first.',
    ],
    [
      'the same content staged again',
      { staged: deployment('2.14.0', { id: 'x.1', serial: 1 }) },
      'The next boot runs 2.14.0 again, because a staged deployment of the same content goes first.',
    ],
    [
      'no version',
      { staged: deployment('2.15.0', { version: null }) },
      'The next boot runs @322e3135 instead of 2.14.0, because a staged deployment goes first.',
    ],
    [
      'a host without images',
      { booted: ostreeDeployment('42'), rollback: null },
      'The next boot runs 42 again, because nothing is staged and no rollback is queued.',
    ],
    ['nothing known', { booted: null, rollback: null }, null],
  ];
  it.each(cases)('%s', (_, state, text) => expect(sentence(state)).toBe(text));

  it('marks the version', () => {
    expect(of({ staged })).toMatchObject({
      kind: 'staged',
      version: '2.15.0',
      because: 'a staged deployment goes first',
      sentence: [{ strong: false }, { text: '2.15.0', strong: true }, { strong: false }],
    });
  });

  it('is not said where the deployments are not known', () => {
    expect(describeNextBoot(facts({ deployments: unknown('facts.needs-root') }))).toBeNull();
  });
});

describe('the notes', () => {
  const kernels = (next: string) => ({ kernels: known({ [booted.id]: '6.12.0-124.8', [staged.id]: next }) });
  const timer = (overrides: Partial<NonNullable<Extract<HostFacts['autoUpdate'], { state: 'known' }>['value']>>) => ({
    autoUpdate: known({
      unit: 'bootc-fetch-apply-updates.timer',
      active: true,
      masked: false,
      reboots: true,
      nextAt: null,
      ...overrides,
    }),
  });
  const overlay = (access: 'read-only' | 'read-write', persistence: 'transient' | 'persistent') => ({
    usrOverlay: { access, persistence },
  });

  const cases: readonly [string, Partial<DeploymentSet>, Partial<HostFacts>, readonly string[]][] = [
    ['nothing to say', {}, {}, []],
    ['the rollback is dropped', { staged }, {}, ['! Rollback 2.13.2 is dropped unless pinned']],
    ['composefs has no pins', { staged, backend: 'composefs' }, {}, ['! Rollback 2.13.2 is dropped']],
    [
      'a pinned rollback stays',
      { staged, rollback: deployment('2.13.2', { pinned: true }) },
      {},
      ['Rollback 2.13.2 is pinned and stays'],
    ],
    [
      'others are dropped',
      { staged, rollback: null, others: [deployment('2.10.0'), deployment('2.9.0')] },
      {},
      ['! Also dropped: 2.10.0, 2.9.0'],
    ],
    [
      'a queued rollback that does not happen',
      { staged, rollbackQueued: true },
      {},
      ['! The queued rollback to 2.13.2 does not happen', '! Rollback 2.13.2 is dropped unless pinned'],
    ],
    [
      'a download is discarded',
      { staged: downloaded },
      {},
      ['! The download of 2.15.0 is discarded by a plain reboot'],
    ],
    [
      'a download and a queued rollback',
      { staged: downloaded, rollbackQueued: true },
      {},
      ['! The download of 2.15.0 is discarded by a plain reboot', '! /etc goes back to the copy of 2.13.2'],
    ],
    [
      'the kernel changes',
      { staged, rollback: null },
      kernels('6.12.0-124.13'),
      ['Kernel changes: a full reboot is needed'],
    ],
    ['the kernel stays', { staged, rollback: null }, kernels('6.12.0-124.8'), ['Kernel stays']],
    [
      'a soft reboot is possible',
      { staged: { ...staged, softRebootCapable: true }, rollback: null },
      kernels('6.12.0-124.8'),
      ['Kernel stays: a soft reboot is possible'],
    ],
    ['kernels that are not known', { staged, rollback: null }, { kernels: unknown('facts.timed-out') }, []],
    ['an overlay vanishes', overlay('read-write', 'transient'), {}, ['! The writable overlay on /usr vanishes']],
    ['a read-only overlay vanishes', overlay('read-only', 'transient'), {}, ['! The overlay on /usr vanishes']],
    ['a hotfix stays', overlay('read-write', 'persistent'), {}, ['The overlay on /usr stays']],
    [
      'a hotfix stays behind',
      { ...overlay('read-write', 'persistent'), staged, rollback: null },
      {},
      ['! The writable overlay on /usr vanishes'],
    ],
    ['a timer that reboots', {}, timer({}), ['! bootc-fetch-apply-updates.timer may update and reboot by itself']],
    [
      'a timer that reboots, and when',
      {},
      timer({ nextAt: NOW }),
      [`! bootc-fetch-apply-updates.timer may update and reboot by itself, next run ${formatDate(NOW)}`],
    ],
    ['a timer that stages', {}, timer({ reboots: false }), ['bootc-fetch-apply-updates.timer updates by itself']],
    ['a timer that stages what is staged', { staged, rollback: null }, timer({ reboots: false }), []],
    ['a masked timer', {}, timer({ masked: true }), []],
    ['a timer that is off', {}, timer({ active: false }), []],
    [
      'a timer that undoes a rollback',
      { rollbackQueued: true },
      timer({ reboots: false }),
      [
        '! /etc goes back to the copy of 2.13.2',
        'bootc-fetch-apply-updates.timer updates by itself',
        '! An automatic update may bring the newer version back',
      ],
    ],
    [
      'the last update was lost',
      {},
      { failedUnits: known(['ostree-boot-complete.service']) },
      ['! The last update was not applied at shutdown'],
    ],
    [
      'the last update was lost and the next is staged',
      { staged, rollback: null },
      { failedUnits: known(['ostree-boot-complete.service']) },
      ['! The last update was not applied at shutdown: it may fail again'],
    ],
  ];
  it.each(cases)('%s', (_, state, more, expected) => expect(notes(state, more)).toEqual(expected));
});

/** Facts in which the kernels of the staged, the booted and the rollback are told apart by letters. */
const kernelsIn = (
  kernels: Readonly<Record<'staged' | 'booted' | 'rollback', string>>,
  sizes = { staged: 115e6, booted: 114e6, rollback: 113e6 },
) => {
  const entry = (kernel: string) => ({ options: `rw ostree=/ostree/boot.1/default/${kernel}/0`, kernel });
  return bootFacts({
    entries: known({ [booted.id]: entry(kernels.booted), [rollback.id]: entry(kernels.rollback) }),
    staged: known({ arguments: null, kernel: kernels.staged }),
    kernelBytes: known({ [staged.id]: sizes.staged, [booted.id]: sizes.booted, [rollback.id]: sizes.rollback }),
  });
};
const free = (available: number, mount = '/boot') => known([{ mount, size: 1e9, used: 1e9 - available, available }]);

describe('room in /boot for the kernel that is copied at shutdown', () => {
  const newKernel = kernelsIn({ staged: 'c', booted: 'b', rollback: 'a' });
  const cases: readonly [string, Partial<DeploymentSet>, Partial<HostFacts>, string | null, readonly string[]][] = [
    ['enough', { staged }, { boot: newKernel, disks: free(512e6) }, 'fits', []],
    [
      'enough once the old one is gone',
      { staged },
      { boot: newKernel, disks: free(50e6) },
      'fits-after-removal',
      ['! /boot has room only once the old kernel is removed'],
    ],
    [
      'too little, for the rollback is pinned and keeps its kernel',
      { staged, rollback: { ...rollback, pinned: true } },
      { boot: newKernel, disks: free(50e6) },
      'too-small',
      ['!! /boot is too small for the new kernel: 50.0 MB free'],
    ],
    [
      'too little, for the rollback has the kernel of the booted',
      { staged },
      { boot: kernelsIn({ staged: 'c', booted: 'b', rollback: 'b' }), disks: free(50e6) },
      'too-small',
      ['!! /boot is too small for the new kernel: 50.0 MB free'],
    ],
    [
      'a kernel that is there',
      { staged },
      { boot: kernelsIn({ staged: 'b', booted: 'b', rollback: 'a' }), disks: free(0) },
      null,
      [],
    ],
    [
      'a kernel that is there, by release and size',
      { staged },
      {
        boot: bootFacts({ kernelBytes: known({ [staged.id]: 1, [booted.id]: 1 }) }),
        kernels: known({ [staged.id]: '6', [booted.id]: '6' }),
        disks: free(0),
      },
      null,
      [],
    ],
    [
      'the same release with another initramfs',
      { staged, rollback: null },
      {
        boot: bootFacts({ kernelBytes: known({ [staged.id]: 2, [booted.id]: 1 }) }),
        kernels: known({ [staged.id]: '6', [booted.id]: '6' }),
        disks: free(1),
      },
      'too-small',
      ['!! /boot is too small for the new kernel: 1 B free'],
    ],
    ['/boot on the root file system', { staged }, { boot: newKernel, disks: free(512e6, '/sysroot') }, 'fits', []],
    ['space that is not known', { staged }, { boot: newKernel, disks: unknown('facts.timed-out') }, null, []],
    ['sizes that are not known', { staged }, { disks: free(0) }, null, []],
    ['nothing that is applied', { staged: downloaded }, { boot: newKernel, disks: free(0) }, null, []],
  ];
  it.each(cases)('%s', (_, state, more, verdict, expected) => {
    const foreseen = forecast(facts({ deployments: known(set(state)), ...more }))!;
    expect(foreseen.space?.verdict ?? null).toBe(verdict);
    expect(foreseen.blockers.map(({ kind }) => kind)).toEqual(verdict === 'too-small' ? ['boot-space'] : []);
    const about = of(state, more)!.notes.filter((note) => note.about === 'space');
    expect(about.map(({ tone, text }) => MARKS[tone] + text)).toEqual(expected);
    expect(of(state, more)!.isBlocked).toBe(verdict === 'too-small');
  });

  it('in full sentences', () => {
    expect(row('/boot', { staged }, { boot: newKernel, disks: free(512e6) })).toEqual([
      '115 MB are copied there at shutdown, 512 MB are free.',
    ]);
    expect(row('/boot', { staged }, { boot: newKernel, disks: free(50e6) })).toEqual([
      '! 115 MB are copied there at shutdown, 50.0 MB are free: ostree before 2023.4 does not remove the old kernel first, and would fail.',
    ]);
    expect(
      row('In the way', { staged, rollback: { ...rollback, pinned: true } }, { boot: newKernel, disks: free(50e6) }),
    ).toEqual([
      '!! Kernel and initramfs need 115 MB in /boot, where 50.0 MB are free. They are copied at shutdown: without room the update is lost, and the host boots what it runs now.',
    ]);
    expect(row('In the way', { staged }, { boot: newKernel, disks: free(1e6) })).toEqual([
      '!! Kernel and initramfs need 115 MB in /boot, where 1.0 MB are free and 113 MB more once the old one is removed. They are copied at shutdown: without room the update is lost, and the host boots what it runs now.',
    ]);
    expect(row('/boot', {}, {})).toBeUndefined();
  });
});

describe('kernel arguments before and after (reference 5.2)', () => {
  const entries = (next: string) =>
    known({
      [booted.id]: { options: 'root=LABEL=root rw quiet ostree=/ostree/boot.1/d/b/0', kernel: null },
      [rollback.id]: { options: next, kernel: null },
    });
  const now = { [booted.id]: { options: 'rw quiet', kernel: null } };
  const images = (old: readonly string[], next: readonly string[]) =>
    known({ [booted.id]: [...old], [staged.id]: [...next] });
  const cmdline = known({ ...identity, cmdline: 'BOOT_IMAGE=/vmlinuz rw quiet ostree=/x' });
  const cases: readonly [string, Partial<DeploymentSet>, Partial<BootFacts>, string | null][] = [
    ['the same runs again', {}, {}, '+ −'],
    [
      'a rollback, from its entry',
      { rollbackQueued: true },
      { entries: entries('root=LABEL=root rw audit=0 ostree=/o/c/0') },
      '+audit=0 −quiet',
    ],
    ['a rollback without an entry', { rollbackQueued: true }, { entries: known(now) }, null],
    [
      'staged, with arguments that ostree wrote down',
      { staged },
      { entries: known(now), staged: known({ arguments: ['rw', 'test="a b"', 'ostree=/x'], kernel: null }) },
      '+test="a b" −quiet',
    ],
    [
      'staged, with none of its own: the image is not asked, for ostree will not ask it',
      { staged },
      { entries: known(now), staged: known({ arguments: null, kernel: null }), imageArguments: images([], ['x']) },
      '+ −',
    ],
    [
      'staged, from what the images ask for',
      { staged },
      { entries: known(now), staged: unknown('facts.timed-out'), imageArguments: images(['quiet', 'a'], ['a', 'b']) },
      '+b −quiet',
    ],
    [
      'staged, against the command line where the boot menu cannot be read',
      { staged },
      { entries: unknown('facts.needs-root'), staged: known(null), imageArguments: images(['quiet'], []) },
      '+ −quiet',
    ],
    [
      'an argument that stands twice',
      { rollbackQueued: true },
      { entries: entries('root=LABEL=root rw quiet quiet') },
      '+quiet −',
    ],
    [
      'a variable of the boot loader',
      { rollbackQueued: true },
      { entries: entries('root=LABEL=root rw quiet $tuned_params') },
      '+ −',
    ],
    [
      'composefs, from the entries that wait',
      { staged, backend: 'composefs' },
      { entries: known({ ...now, [staged.id]: { options: 'rw composefs=1', kernel: null } }) },
      '+ −quiet',
    ],
    ['composefs without them', { staged, backend: 'composefs' }, { entries: known(now) }, null],
    [
      'images that could not be read',
      { staged },
      { entries: known(now), imageArguments: unknown('facts.timed-out') },
      null,
    ],
  ];
  it.each(cases)('%s', (_, state, boot, expected) => {
    const more = { boot: bootFacts(boot), identity: cmdline };
    const change = forecast(facts({ deployments: known(set(state)), ...more }))!.arguments;
    expect(change && `+${change.added.join(' ')} −${change.removed.join(' ')}`).toBe(expected);
  });

  it('in words', () => {
    const more = {
      boot: bootFacts({ entries: known(now), staged: known({ arguments: ['rw', 'a', 'b'], kernel: null }) }),
      identity: cmdline,
    };
    expect(notes({ staged, rollback: null }, more)).toEqual(['Kernel arguments +2 −1']);
    expect(row('Arguments', { staged }, more)).toEqual(['+ a', '+ b', '! − quiet']);
    expect(row('Arguments', {}, more)).toEqual(['As now.']);
    expect(row('Arguments', { rollbackQueued: true }, more)).toEqual([
      'Not known: the boot menu or the images could not be read.',
    ]);
  });
});

describe('the kernel and a soft reboot (reference 5.4)', () => {
  const kernels = (next: string) => known({ [booted.id]: '6.12.0-124.8', [staged.id]: next });
  const soft = { ...staged, softRebootCapable: true };
  const cases: readonly [string, Partial<DeploymentSet>, Partial<HostFacts>, string, readonly string[]][] = [
    ['the same again', {}, { kernels: kernels('x') }, 'not-needed', ['6.12.0-124.8, as now.']],
    ['the same again, not known', {}, {}, 'not-needed', ['The same as now.']],
    [
      'another kernel',
      { staged },
      { kernels: kernels('6.12.0-124.13') },
      'impossible',
      ['6.12.0-124.8 → 6.12.0-124.13, which takes a full reboot.'],
    ],
    [
      'possible',
      { staged: soft },
      { kernels: kernels('6.12.0-124.8') },
      'possible',
      ['6.12.0-124.8 stays.', 'A soft reboot is possible: it keeps the kernel and is quicker.'],
    ],
    [
      'prepared',
      { staged: soft },
      { kernels: kernels('6.12.0-124.8'), boot: bootFacts({ softRebootTarget: staged.id }) },
      'prepared',
      [
        '6.12.0-124.8 stays.',
        'A soft reboot is prepared: the next reboot keeps the kernel and starts the system anew.',
      ],
    ],
    [
      'the same kernel, and yet bootc says no',
      { staged },
      { kernels: kernels('6.12.0-124.8') },
      'impossible',
      ['6.12.0-124.8 stays.', 'A soft reboot is not possible: something else than the release differs.'],
    ],
    ['nobody told', { staged, source: 'ostree' }, {}, 'unknown', ['Not known.']],
  ];
  it.each(cases)('%s', (_, state, more, expected, lines) => {
    expect(forecast(facts({ deployments: known(set(state)), ...more }))!.softReboot).toBe(expected);
    expect(row('Kernel', state, more)).toEqual(lines);
  });
  it('prepared, in short', () => {
    expect(notes({ staged: soft, rollback: null }, { boot: bootFacts({ softRebootTarget: staged.id }) })).toEqual([
      'A soft reboot is prepared: the kernel stays',
    ]);
  });
});

describe('what makes finalizing fail', () => {
  const hints = (...paths: readonly string[]): ForecastHints => ({
    etcBlockers: paths.map((path) => ({ path, reason: 'it is a directory in the new image' })),
  });
  it('paths in /etc', () => {
    expect(notes({ staged, rollback: null }, {}, hints('/etc/foo'))).toEqual(['!! The /etc merge will fail: /etc/foo']);
    expect(notes({ staged, rollback: null }, {}, hints('/etc/foo', '/etc/bar'))).toEqual([
      '!! The /etc merge will fail: 2 paths',
    ]);
    expect(row('In the way', { staged }, {}, hints('/etc/foo'))).toEqual([
      '!! /etc/foo: it is a directory in the new image. The update is lost at shutdown, and the host boots what it runs now.',
    ]);
    expect(of({ staged }, {}, hints('/etc/foo'))!.isBlocked).toBe(true);
    const said = (state: Parameters<typeof of>[0]) => plainText(of(state, {}, hints('/etc/foo'))!.sentence);
    expect(said({ staged })).toBe(
      'The next boot still runs 2.14.0: the /etc merge would fail at shutdown, and the staged 2.15.0 would be dropped.',
    );
    expect(said({ staged, rollbackQueued: true })).toBe(
      'The next boot runs 2.13.2: the /etc merge would fail at shutdown, and the staged 2.15.0 would be dropped.',
    );
  });
  it.each([
    ['nothing is staged', {}],
    ['it is not applied', { staged: downloaded }],
    ['a rollback has an /etc of its own', { rollbackQueued: true }],
  ])('but not where %s', (_, state) =>
    expect(forecast(facts({ deployments: known(set(state)) }), hints('/etc/foo'))!.blockers).toEqual([]),
  );

  it('what failed before', () => {
    const failed = { failedUnits: known(['ostree-boot-complete.service']) };
    expect(row('In the way', { staged }, failed)).toEqual([
      '! The last update was not applied at shutdown. Unless its cause is gone, this one is lost as well.',
    ]);
    expect(row('In the way', {}, failed)).toEqual([
      '! The last update was not applied at shutdown: the host booted its old deployment.',
    ]);
    expect(of({ staged }, failed)!.isBlocked).toBe(false);
    expect(row('In the way', { staged })).toBeUndefined();
  });
});

describe('what goes, in full sentences', () => {
  const cases: readonly [string, Partial<DeploymentSet>, readonly string[]][] = [
    ['nothing', {}, ['Nothing.']],
    [
      'a rollback',
      { staged },
      ['! Rollback 2.13.2 is dropped when the update is finalized, unless it is pinned before.'],
    ],
    [
      'a rollback with composefs',
      { staged, backend: 'composefs' },
      ['! Rollback 2.13.2 is dropped when the update is finalized.'],
    ],
    [
      'others',
      { staged, rollback: null, others: [deployment('2.9.0')] },
      ['! Dropped as well, for they are not pinned: 2.9.0.'],
    ],
    [
      'a queued rollback',
      { staged, rollbackQueued: true, rollback: { ...rollback, pinned: true } },
      [
        '! The queued rollback to 2.13.2 does not happen: what was staged after it goes first.',
        'Rollback 2.13.2 is pinned: it is kept.',
      ],
    ],
    [
      'a download',
      { staged: downloaded },
      ['! The download of 2.15.0 is discarded by a plain reboot; its layers stay, so that the next pull is short.'],
    ],
    [
      'edits of /etc',
      { rollbackQueued: true },
      ['! /etc is the copy that 2.13.2 had: what was changed since then stays behind. /var is shared.'],
    ],
    [
      'an overlay',
      { usrOverlay: { access: 'read-write', persistence: 'transient' } },
      ['! What was written to the writable overlay on /usr vanishes.'],
    ],
    [
      'a read-only overlay',
      { usrOverlay: { access: 'read-only', persistence: 'transient' } },
      ['! What was written to the overlay on /usr vanishes.'],
    ],
    [
      'a hotfix',
      { usrOverlay: { access: 'read-write', persistence: 'persistent' } },
      ['The overlay on /usr is a hotfix: it is there again after the boot.'],
    ],
  ];
  it.each(cases)('%s', (_, state, lines) => expect(row('Goes', state)).toEqual(lines));
});

describe('what happens by itself (reference 5.6)', () => {
  const timer = (overrides: object) => ({
    autoUpdate: known({ unit: 'a.timer', active: true, masked: false, reboots: false, nextAt: null, ...overrides }),
  });
  const undo = '! It stages the newer version again, which undoes the rollback: pause it first.';
  const queued = { rollbackQueued: true };
  const cases: readonly [string, Partial<DeploymentSet>, Partial<HostFacts>, readonly string[]][] = [
    ['no timer', {}, {}, ['No timer updates or reboots this host.']],
    ['a timer that is off', {}, timer({ active: false }), ['No timer updates or reboots this host.']],
    ['a masked timer', {}, timer({ masked: true }), ['No timer updates or reboots this host.']],
    [
      'a timer that stages',
      {},
      timer({}),
      ['a.timer updates the host, and does not reboot it; when it runs is not known.'],
    ],
    [
      'a timer that reboots, and when',
      {},
      timer({ reboots: true, nextAt: NOW }),
      [`! a.timer updates and reboots the host without asking; its next run is ${formatDate(NOW)}.`],
    ],
    [
      'a timer and a rollback',
      queued,
      timer({}),
      ['a.timer updates the host, and does not reboot it; when it runs is not known.', undo],
    ],
    [
      'a masked timer and a rollback with an /etc of its own',
      queued,
      timer({ masked: true, active: false }),
      [
        '! a.timer is masked in the /etc of this deployment. The rollback has its own, where it may be on and bring the newer version back.',
      ],
    ],
  ];
  it.each(cases)('%s', (_, state, more, lines) => expect(row('By itself', state, more)).toEqual(lines));
  it('a masked timer and a rollback, in short', () => {
    expect(notes(queued, timer({ masked: true }))).toContain(
      '! a.timer is masked here, perhaps not in the /etc of the rollback',
    );
  });
});
