import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import type { EtcEntry } from '../../../shared/model/etc.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { createFixtureConnection, createWorld, type FixtureWorld } from '../../support/page-fixtures/connection.ts';
import { comparisonOf, entryOf, nodeOf, pieceOf } from '../../support/page-fixtures/etc.ts';
import { fixtureDetail, fixtureFacts, fixtureSet, NOW, staged } from '../../support/page-fixtures/hosts.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  history.replaceState(null, '', '/#/host/h1/etc');
  return () => vi.useRealTimers();
});

const detail = fixtureDetail(fixtureFacts(fixtureSet({ staged })));
const bytes = (...lines: readonly string[]) => new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));

const chrony = {
  base: bytes('# pool', 'pool a iburst', 'one', 'two', 'three', 'four', 'five', 'six', 'rtcsync'),
  local: bytes('# pool', 'server b iburst', 'one', 'two', 'three', 'four', 'five', 'six', 'rtcsync'),
  target: bytes('# pool', 'pool a iburst', 'one', 'two', 'three', 'four', 'five', 'six', 'rtcsync', 'ntsdumpdir'),
};

const entries: readonly EtcEntry[] = [
  entryOf('hosts', { outcome: 'kept', there: 'same', reason: 'Edited here: it stays.' }),
  entryOf('chrony.conf'),
  entryOf('acme/agent.conf', {
    outcome: 'blocker',
    base: nodeOf({ type: 'directory' }),
    target: nodeOf({ type: 'directory' }),
    result: null,
    toolWords: 'cannot merge',
  }),
  entryOf('shadow', { outcome: 'kept', there: 'same' }),
  entryOf('rhsm/facts', { noise: 'rhsm/' }),
];

async function openEtc(prepare: (world: FixtureWorld) => void = () => undefined, of: HostDetail = detail) {
  const world = createWorld(of);
  world.etc.compare = (view) => comparisonOf(entries, { view });
  world.etc.content = (question) => {
    const content = question.path === 'chrony.conf' ? chrony[question.side] : bytes(question.path, question.side);
    const node = entries.find(({ path }) => path === question.path)?.[question.side] ?? null;
    return pieceOf(content, question, node);
  };
  prepare(world);
  return { world, ...(await renderApp({ connection: createFixtureConnection(world) })) };
}

const names = () =>
  within(screen.getByRole('tree'))
    .getAllByRole('treeitem')
    .map(({ textContent }) => textContent);

test('the worst outcomes first, what is expected hidden; the worst file is open', async () => {
  const { user } = await openEtc();
  await screen.findByRole('tree');
  expect(names()).toEqual([
    'Blockers1',
    'acme/agent.conffile here',
    'Image change hidden by your edit1',
    'chrony.confedited',
    'Kept local2',
    'hostsedited',
    'shadowedited',
  ]);
  expect(screen.getByRole('heading', { name: '/etc/acme/agent.conf' })).toBeTruthy();
  expect(screen.getByText('cannot merge')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Show' }));
  expect(names()).toContain('rhsm/factsedited');
  await user.type(screen.getByLabelText('Filter by path'), 'chr');
  expect(names()).toEqual(['Image change hidden by your edit1', 'chrony.confedited']);
  await user.clear(screen.getByLabelText('Filter by path'));
  await user.click(screen.getByRole('button', { name: 'More of /etc' }));
  await user.click(screen.getByRole('menuitemradio', { name: 'As folders' }));
  expect(names().slice(0, 2)).toEqual(['acme/1', 'agent.conffile here']);
  expect(await accessibilityProblems()).toEqual([]);
});

test('three versions beside each other: who changed a line, what is equal folded, what will come of it', async () => {
  const { user } = await openEtc();
  await user.click(await screen.findByText('chrony.conf'));
  const table = await screen.findByRole('table', { name: '3 versions of /etc/chrony.conf' });
  const lines = within(table)
    .getAllByRole('row')
    .map((row) =>
      within(row)
        .getAllByRole('cell')
        .map(({ textContent }) => textContent),
    );
  expect(lines).toEqual([
    ['1# pool', '1# pool', '1# pool'],
    ['2−pool a iburst', '2✎server b iburst', '2pool a iburst'],
    ['3one', '3one', '3one'],
    [' 5 lines equal in all three'],
    ['9rtcsync', '9rtcsync', '9rtcsync'],
    ['', '', '10+ntsdumpdir'],
  ]);
  expect([...table.querySelectorAll('ins')].map(({ textContent }) => textContent)).toEqual(['server b', 'ntsdumpdir']);
  expect(screen.getByText('A line merge takes it.')).toBeTruthy();
  expect(
    screen.getByText(/1 changed line of 2\.15\.0 does not arrive\. Type, mode and owner are equal\./),
  ).toBeTruthy();
  await user.click(screen.getByRole('button', { name: /5 lines equal/ }));
  expect(within(table).getAllByText('six')).toHaveLength(3);
});

test('a secret is fetched only after it was confirmed, and is gone with the next file', async () => {
  const { world, user } = await openEtc();
  await user.click(await screen.findByText('shadow'));
  await screen.findByRole('heading', { name: 'Held back: this is a secret' });
  expect(world.calls.filter((call) => call.includes('shadow'))).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Show the content…' }));
  const dialog = await screen.findByRole('alertdialog', { name: 'Show a secret?' });
  expect(document.activeElement).toBe(within(dialog).getByRole('button', { name: 'Cancel' }));
  await user.click(within(dialog).getByRole('button', { name: 'Show and note it' }));
  await screen.findByRole('table', { name: '3 versions of /etc/shadow' });
  expect(world.calls.filter((call) => call.includes('shadow'))).toEqual([
    'etc.content base shadow 0 revealed',
    'etc.content local shadow 0 revealed',
  ]);
  await user.click(screen.getByText('hosts'));
  await user.click(screen.getByText('shadow'));
  await screen.findByRole('heading', { name: 'Held back: this is a secret' });
});

test('a file of any size comes in windows, and what was not loaded is said', async () => {
  const { world, user } = await openEtc((made) => {
    const large = new Uint8Array(6_000_000).fill(97);
    made.etc.content = (question) => pieceOf(question.side === 'local' ? large : bytes('a'), question, null);
  });
  await user.click(await screen.findByText('chrony.conf'));
  await screen.findByText(/A large file: compared is only its beginning, 2 MiB/);
  const offsets = () =>
    world.calls.filter((call) => call.startsWith('etc.content local chrony')).map((call) => Number(call.split(' ')[3]));
  expect(offsets()).toEqual([0, 1_048_576]);
  await user.click(screen.getByRole('button', { name: 'Load more' }));
  await waitFor(() => expect(offsets()).toEqual([0, 1_048_576, 2_097_152, 3_145_728]));
  expect(screen.queryByText(/A line merge takes/)).toBeNull();
});

test('bytes that are no text are shown as bytes', async () => {
  const { user } = await openEtc((made) => {
    made.etc.content = (question) =>
      pieceOf(Uint8Array.from([0, 1, 2, question.side === 'local' ? 9 : 3]), question, null);
  });
  await user.click(await screen.findByText('chrony.conf'));
  const table = await screen.findByRole('table', { name: 'Bytes' });
  expect([...table.querySelectorAll('ins')].map(({ textContent }) => textContent)).toEqual(['03', '09', '03']);
});

test('what a host says is text, and what would not be seen is shown', async () => {
  const { user } = await openEtc((made) => {
    const path = 'a\u202e<img src=x>\n\udcff';
    made.etc.compare = (view) => comparisonOf([entryOf(path)], { view });
    made.etc.content = (question) => pieceOf(bytes(`<b>${question.side}</b>\u202e\u0007`), question, null);
  });
  expect(await screen.findByRole('heading', { name: String.raw`/etc/a\u{202e}<img src=x>\n\xff` })).toBeTruthy();
  expect(await screen.findByText('local')).toBeTruthy();
  expect(screen.getAllByText(/⟨U\+202E⟩␇/).length).toBeGreaterThan(0);
  expect(document.querySelector('img, .etclines b')).toBeNull();
  expect(user).toBeTruthy();
});

test('the list and the changes are reached by keys alone', async () => {
  const { user } = await openEtc();
  await screen.findByRole('tree');
  await user.keyboard('/');
  expect(document.activeElement).toBe(screen.getByLabelText('Filter by path'));
  await user.keyboard('{ArrowDown}');
  const tree = screen.getByRole('tree');
  expect(document.activeElement).toBe(tree);
  const cursor = () => document.getElementById(tree.getAttribute('aria-activedescendant') ?? '')?.textContent;
  expect(cursor()).toBe('acme/agent.conffile here');
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(cursor()).toBe('chrony.confedited');
  const table = await screen.findByRole('table', { name: '3 versions of /etc/chrony.conf' });
  await user.keyboard('{Enter}');
  expect(document.activeElement).toBe(table);
  await user.keyboard('{F7}');
  await screen.findByText('Change 1 of 2, line 2 of the image now');
  await user.keyboard('{Shift>}{F7}{/Shift}');
  await screen.findByText('Change 2 of 2, line 10 of the new image');
});

test('changes can be read one after the other', async () => {
  const { user } = await openEtc();
  await user.click(await screen.findByText('chrony.conf'));
  await screen.findByRole('table');
  await user.click(screen.getByRole('button', { name: 'More of this file' }));
  await user.click(screen.getByRole('menuitemradio', { name: 'Changes line by line' }));
  const list = await screen.findByRole('region', { name: 'Changes of /etc/chrony.conf' });
  expect(
    within(list)
      .getAllByRole('listitem')
      .map((item) => [...item.querySelectorAll('dt, dd')].map(({ textContent }) => textContent)),
  ).toEqual([
    [
      'Image now, line 2: replaced',
      'pool a iburst',
      'This host, line 2: changed here',
      'server b iburst',
      'New image, line 2',
      'pool a iburst',
    ],
    ['Image now: no such line', 'This host: no such line', 'New image, line 10: changed by the image', 'ntsdumpdir'],
  ]);
  expect(await accessibilityProblems(list)).toEqual([]);
});

test('the last comparison is shown when it is about the deployments of now, without asking the host', async () => {
  const { world } = await openEtc((made) => (made.etc.last = (view) => comparisonOf(entries, { view })));
  await screen.findByRole('tree');
  expect(world.calls.some((call) => call.startsWith('etc.compare'))).toBe(false);
  expect(screen.getByText('Compared 1 min ago')).toBeTruthy();
});

test('what hinders is said in words', async () => {
  const { world } = await openEtc((made) => {
    made.etc.compare = (view) =>
      comparisonOf(entries, {
        view,
        isTransient: true,
        isRoot: false,
        unreadable: { count: 2, paths: ['shadow', 'gshadow'] },
        missingAccounts: { users: ['chrony'], groups: [], because: ['passwd'] },
        mounts: ['resolv.conf'],
      });
  });
  const notes = within(await screen.findByRole('list', { name: 'About this comparison' })).getAllByRole('listitem');
  expect(notes.map(({ textContent }) => textContent)).toEqual([
    '/etc is transient on this host: changes to it are lost at each reboot, and no merge carries them over.',
    'Read without root: what only root may read is not known.',
    '2 files could not be read: /etc/shadow, /etc/gshadow.',
    '1 user (chrony) of the new image will be missing, because /etc/passwd stays as it is here.',
    'Something is mounted over /etc/resolv.conf. The merge sees what lies below it.',
  ]);
  expect(world.calls).toContain('etc.compare staged');
});

test('a host that cannot be read says why; one that is away is not asked', async () => {
  const away: HostDetail = { ...detail, connection: { kind: 'idle' } };
  const { world } = await openEtc(
    (made) => (made.etc.compare = () => failure('facts.no-answer', { seconds: 60 })),
    away,
  );
  await screen.findByRole('heading', { name: 'Not connected' });
  expect(world.calls.some((call) => call.startsWith('etc.compare'))).toBe(false);
  world.detail.set(detail);
  await screen.findByRole('heading', { name: '/etc is not known' });
  expect(screen.getByText(/The host did not answer/)).toBeTruthy();
});

test('the list of what is expected can be changed for the fleet and for the host', async () => {
  const { world, user } = await openEtc();
  await user.click(await screen.findByRole('button', { name: 'More of /etc' }));
  await user.click(screen.getByRole('menuitem', { name: 'Expected files…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Expected files' });
  await user.click(await within(dialog).findByLabelText(/^One for the fleet/));
  const field = within(dialog).getByLabelText('Patterns, one on a line, below /etc');
  await user.clear(field);
  await user.type(field, '/etc/machine-id\nrhsm/\n');
  await user.click(within(dialog).getByRole('button', { name: 'Save and compare again' }));
  await waitFor(() =>
    expect(world.calls).toContain('etc.setRules {"hostId":null,"rules":{"hidden":["machine-id","rhsm/"]}}'),
  );
  await waitFor(() => expect(world.calls.filter((call) => call === 'etc.compare staged')).toHaveLength(2));
});

test('the image’s version is taken through a plan', async () => {
  const { user } = await openEtc((made) => (made.plan = () => failure('etc.read-only')));
  await user.click(await screen.findByText('chrony.conf'));
  await user.click(await screen.findByRole('button', { name: 'Take the image’s version…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Change /etc' });
  await within(dialog).findByRole('alert');
});

test('lines are merged, a conflict is decided, and the result goes into a plan', async () => {
  const { world, user } = await openEtc((made) => {
    const text = {
      base: 'a\npool\nb\nrtc\n',
      local: 'a\nserver\nb\nrtc\n',
      target: 'a\npool max\nb\nrtc\nnts\n',
    };
    made.etc.content = (question) => pieceOf(new TextEncoder().encode(text[question.side]), question, null);
  });
  await user.click(await screen.findByText('chrony.conf'));
  await screen.findByText('A line merge takes 1 of the 2; line 2 changed on both sides and needs you.');
  await user.click(screen.getByRole('button', { name: 'Merge lines…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Merge the lines of /etc/chrony.conf' });
  const confirm = within(dialog).getByRole('button', { name: 'Plan to write it…' });
  expect(confirm.getAttribute('aria-disabled')).toBe('true');
  await user.click(within(dialog).getByLabelText('Both, this host first'));
  const added = () =>
    [...within(dialog).getByRole('table').querySelectorAll('ins')].map(({ textContent }) => textContent);
  await waitFor(() => expect(added()).toEqual(['pool max', 'nts']));
  await user.click(within(dialog).getByLabelText('Own text'));
  const own = within(dialog).getByLabelText('Own text of place 1');
  expect((own as HTMLTextAreaElement).value).toBe('server\npool max\n');
  await user.clear(own);
  await user.type(own, 'server max\n');
  expect(await accessibilityProblems(dialog)).toEqual([]);
  await user.click(confirm);
  await screen.findByRole('dialog', { name: 'Change /etc' });
  expect(world.calls).toContain(String.raw`etc.putContent "a\nserver max\nb\nrtc\nnts\n"`);
});

test('what is wanted as it is stands apart, until it is wanted no longer', async () => {
  const { world, user } = await openEtc();
  await user.click(await screen.findByText('chrony.conf'));
  await user.click(await screen.findByRole('button', { name: 'Keep' }));
  await waitFor(() => expect(names().at(-1)).toBe('Kept as it is1'));
  expect(names()).not.toContain('Image change hidden by your edit1');
  await user.click(screen.getByRole('button', { name: 'Keep no longer' }));
  await waitFor(() => expect(names()).toContain('Image change hidden by your edit1'));
  expect(world.calls.filter((call) => call.startsWith('etc.keep'))).toEqual([
    'etc.keep chrony.conf true',
    'etc.keep chrony.conf false',
  ]);
});

test('several files are promoted together', async () => {
  const { world, user } = await openEtc();
  const tree = await screen.findByRole('tree');
  tree.focus();
  await user.keyboard('{End} {ArrowUp} ');
  await screen.findByRole('heading', { name: '2 files chosen' });
  await user.click(screen.getByRole('button', { name: 'Promote to image… 2 of 2' }));
  const dialog = await screen.findByRole('dialog', { name: /^Promote 2 changes of/ });
  await within(dialog).findByText('COPY etc /etc');
  expect(world.calls).toContain('etc.promote hosts,shadow tar');
});

test('a version is copied to other hosts, which are planned on what each has', async () => {
  const { world, user } = await openEtc();
  await user.click(await screen.findByText('chrony.conf'));
  await user.click(await screen.findByRole('button', { name: 'More of this file' }));
  await user.click(screen.getByRole('menuitem', { name: 'Copy this version to other hosts…' }));
  const dialog = await screen.findByRole('dialog', { name: /^Copy \/etc\/chrony\.conf of .* to …$/ });
  const confirm = within(dialog).getByRole('button', { name: 'Plan for 0 hosts…' });
  expect(confirm.getAttribute('aria-disabled')).toBe('true');
  await user.click(confirm);
  expect(world.calls.some((call) => call.startsWith('etc.copyContent'))).toBe(false);
  expect(await accessibilityProblems(dialog)).toEqual([]);
});

test('beside the rollback the first file it concerns is open, and what is only otherwise there says so', async () => {
  const { user } = await openEtc((world) => {
    world.etc.compare = (view) =>
      comparisonOf(
        view === 'rollback'
          ? [
              entryOf('hosts', { outcome: 'left-behind', there: 'same', reason: 'Edited here.' }),
              entryOf('release', {
                outcome: 'differs',
                here: 'same',
                reason: 'Another version stands there after it.',
              }),
            ]
          : entries,
        { view },
      );
  });
  await user.click(await screen.findByRole('button', { name: /^Compared with/ }));
  await user.click(await screen.findByRole('menuitemradio', { name: /the rollback’s own/ }));
  await waitFor(() => expect(names().join(' ')).toMatch(/Left behind.*hosts.*Differs.*releaseother version/));
  expect(await screen.findByRole('heading', { name: '/etc/hosts' })).toBeTruthy();
});
