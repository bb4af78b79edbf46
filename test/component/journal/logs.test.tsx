import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import type { BootsCompared, ComparedLine } from '../../../shared/model/journal.ts';
import { createFixtureConnection, createWorld, type FixtureWorld } from '../../support/page-fixtures/connection.ts';
import { fixtureDetail, NOW } from '../../support/page-fixtures/hosts.ts';
import { bootOf, entryOf } from '../../support/page-fixtures/journal.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  return () => vi.useRealTimers();
});

const many = Array.from({ length: 3_000 }, (_, index) => entryOf(index));

async function open(hash: string, prepare: (world: FixtureWorld['journal']) => void = () => undefined) {
  history.replaceState(null, '', `/#/${hash}`);
  const world = createWorld(fixtureDetail());
  world.journal.entries = many;
  prepare(world.journal);
  return { journal: world.journal, ...(await renderApp({ connection: createFixtureConnection(world) })) };
}

// Not by role: with a screen of rows that takes seconds in jsdom.
const grid = () => {
  const element = document.querySelector<HTMLElement>('[role=grid][aria-label="Entries of the journal"]');
  if (!element) throw new Error('There is no list of entries');
  return element;
};
const button = (name: string) => {
  const element = document.querySelector(`button[aria-label="${name}"]`);
  if (!element) throw new Error(`There is no button ${name}`);
  return element;
};
const lines = () => [...document.querySelectorAll('.logs-line')];
const messages = () => lines().map((line) => line.querySelector('.logs-message')?.textContent);
const cursor = () => document.getElementById(grid().getAttribute('aria-activedescendant') ?? '');

test('the newest first page, older ones as it is scrolled; only the lines on the screen exist', async () => {
  const { user } = await open('host/h1/logs');
  await screen.findByText('250 loaded, more left');
  expect(messages().at(-1)).toBe('entry 2999');
  expect(lines().length).toBeLessThan(90);
  grid().focus();
  await waitFor(() => expect(cursor()?.textContent).toContain('entry 2999'));
  expect(cursor()?.textContent).toContain('info');
  await user.keyboard('{ArrowUp}{ArrowUp}');
  expect(cursor()?.textContent).toContain('entry 2997');
  grid().scrollTop = 0;
  fireEvent.scroll(grid());
  await screen.findByText('500 loaded, more left');
  // What came in front moves nothing: the cursor is on the same entry.
  expect(grid().scrollTop).toBe(250 * 24);
  await user.keyboard('{Home}');
  await waitFor(() => expect(messages()[0]).toBe('entry 0'));
});

test('terms of the filter are asked of the host; a wrong one is told and asks nothing', async () => {
  const { user, journal } = await open('host/h1/logs');
  await screen.findByText('250 loaded, more left');
  await user.keyboard('/');
  await user.paste('prio:err unit:sshd 29');
  await user.keyboard('{Enter}');
  await waitFor(() => expect(journal.filters.at(-1)).toMatchObject({ priority: 3, units: ['sshd'] }));
  await screen.findByText(String(many.filter(({ message }) => message.includes('29')).length));
  const asked = journal.filters.length;
  await user.paste('prio:loud');
  await user.keyboard('{Enter}');
  expect(await screen.findByText(/“loud” is none of emerg/)).toBeTruthy();
  expect(journal.filters).toHaveLength(asked);
  await user.click(button('Remove prio:loud'));
  await user.click(button('Boot: all'));
  await user.click(screen.getByRole('menuitemradio', { name: /^-1/ }));
  await waitFor(() => expect(journal.filters.at(-1)?.boot).toEqual({ id: bootOf(-1).id }));
});

test('details by Enter, filter by a field, what stands around by c, and back to the same entry', async () => {
  const { user, journal } = await open('host/h1/logs/1290');
  await waitFor(() => expect(messages()).toContain('entry 1290'));
  grid().focus();
  await waitFor(() => expect(cursor()).toBeTruthy());
  await user.keyboard('{Enter}');
  const details = screen.getByRole('complementary', { name: 'Entry' });
  await within(details).findByText('_SYSTEMD_UNIT');
  expect(await accessibilityProblems()).toEqual([]);
  const message = details.querySelector('pre')?.textContent ?? '';
  await user.keyboard('c');
  await screen.findByText(/the filter is off/);
  await waitFor(() => expect(cursor()?.textContent).toContain(message));
  expect(journal.filters.at(-1)?.text).toBeNull();
  expect(messages()).toContain(`entry ${String(Number(message.slice(6)) - 1)}`);
  await user.keyboard('{Escape}{Escape}');
  await waitFor(() => expect(cursor()?.textContent).toContain(message));
  expect(screen.queryByText(/the filter is off/)).toBeNull();
  await user.keyboard('{Enter}');
  await user.click(await screen.findByRole('button', { name: 'Filter by _PID=812' }));
  await waitFor(() => expect(journal.filters.at(-1)?.match).toEqual([{ field: '_PID', value: '812' }]));
});

test('f follows behind the newest page, holds still and goes on; what was left out is told', async () => {
  const { user, journal } = await open('host/h1/logs');
  await screen.findByText('250 loaded, more left');
  grid().focus();
  await user.keyboard('f');
  await screen.findByText('Live');
  // The follow begins with entries that are there already.
  journal.send({ h: 0, e: entryOf(2999) }, { h: 0, e: entryOf(3000, { priority: 3, message: 'it broke' }) });
  await waitFor(() => expect(messages().at(-1)).toBe('it broke'));
  expect(messages().filter((message) => message === 'entry 2999')).toHaveLength(1);
  expect(lines().at(-1)?.getAttribute('data-priority')).toBe('err');
  await user.keyboard('f');
  journal.send({ h: 0, e: entryOf(3001) }, { h: 0, dropped: 40, after: null }, { h: 0, e: entryOf(3002) });
  await screen.findByText(/3 new entries/);
  expect(messages().at(-1)).toBe('it broke');
  await user.keyboard('f');
  await waitFor(() => expect(messages().at(-1)).toBe('entry 3002'));
  expect(screen.getByText(/^40 entries/)).toBeTruthy();
});

test('who is missing in a follow, and whose clock is off, is said', async () => {
  const { user, journal } = await open('logs/h1');
  await screen.findByText('250 loaded, more left');
  grid().focus();
  await user.keyboard('f');
  await screen.findByText('Live');
  journal.send(
    { h: 0, skew: { ms: 4200, errorMs: 20 } },
    { h: 0, state: { kind: 'lost', failure: failure('ssh.closed', { address: 'web' }) } },
  );
  await screen.findByText(/4\.2 s ahead/);
  expect(screen.getByText(/The connection is lost; it goes on where it was/)).toBeTruthy();
});

test('nobody is chosen: the page says what it is for', async () => {
  const { user } = await open('logs');
  expect(await screen.findByText('Whose journals?')).toBeTruthy();
  await user.click(screen.getAllByRole('button', { name: 'Choose hosts…' })[1]!);
  const dialog = await screen.findByRole('dialog', { name: 'Journals of which hosts?' });
  await user.click(within(dialog).getByRole('button', { name: 'All of the list' }));
  await user.click(within(dialog).getByRole('button', { name: 'Show 1 host' }));
  expect(location.hash).toBe('#/logs/h1');
});

test('what may not be read, is not kept, and cannot be read now', async () => {
  const { journal, user } = await open('host/h1/logs', (world) => {
    world.access = {
      ...world.access,
      readable: 'own',
      persistent: false,
      why: [failure('journal.own-only', { user: 'admin' }), failure('journal.volatile')],
    };
  });
  expect(await screen.findByText(/admin may read only what their own programs said/)).toBeTruthy();
  expect(screen.getByText(/in memory only: it begins with this boot/)).toBeTruthy();
  journal.refusal = failure('journal.no-grep');
  await user.keyboard('/');
  await user.keyboard('word{Enter}');
  expect(await screen.findByText(/cannot search in messages/)).toBeTruthy();
  journal.refusal = null;
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('No entry fits')).toBeTruthy();
});

test('a failed boot beside a good one: what only one of them has is marked', async () => {
  const line = (text: string, only: boolean, number: number): ComparedLine => {
    return { text, priority: 3, count: 2, firstMs: 1234, cursor: entryOf(number).cursor, only };
  };
  const compared: BootsCompared = {
    bad: bootOf(-1),
    good: bootOf(0),
    cut: { bad: true, good: false },
    access: { user: 'admin', persistent: true, privileged: true, readable: 'all', timeZone: null, why: [] },
    units: [
      { unit: 'web.service', in: 'both', worst: 3, bad: [line('no port', true, 1)], good: [], common: 4 },
      {
        unit: 'same.service',
        in: 'both',
        worst: 3,
        bad: [line('hm', false, 2)],
        good: [line('hm', false, 3)],
        common: 0,
      },
    ],
  };
  const { user } = await open('host/h1/logs', (world) => (world.compared = () => compared));
  await user.click(await screen.findByRole('button', { name: 'Compare boots' }));
  const unit = await screen.findByRole('region', { name: 'web.service' });
  expect(unit.textContent).toContain('4 lines in both');
  expect(within(unit).getByText('only here')).toBeTruthy();
  expect(screen.queryByRole('region', { name: 'same.service' })).toBeNull();
  await user.click(screen.getByLabelText('Only what one of them has'));
  expect(screen.getByRole('region', { name: 'same.service' })).toBeTruthy();
  expect(await accessibilityProblems()).toEqual([]);
});

test('an export is read in pieces and saved', async () => {
  const saved = vi.fn(() => 'blob:test');
  URL.createObjectURL = saved;
  const { user } = await open('host/h1/logs');
  await user.click(await screen.findByRole('button', { name: 'More of the journal' }));
  await user.click(screen.getByRole('menuitem', { name: 'Export…' }));
  await user.click(await screen.findByLabelText(/^JSON lines/));
  await user.click(screen.getByRole('button', { name: 'Read and save' }));
  expect(await screen.findByText(/Saved journal\.json: 1 entry, 5 B, 2 secrets masked/)).toBeTruthy();
  expect(saved).toHaveBeenCalledOnce();
});

test('times are of this computer, of the host or UTC', async () => {
  const { user } = await open('host/h1/logs');
  await screen.findByText('250 loaded, more left');
  const newest = () => lines().at(-1)?.querySelector('.logs-time')?.textContent;
  const at = (timeZone: string) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(
      NOW - 3_600_000 + 2999 * 1000,
    );
  for (const [name, zone] of [
    ['UTC', 'UTC'],
    ['Time of the host', 'Pacific/Kiritimati'],
  ] as const) {
    await user.click(button('Whose time'));
    await user.click(screen.getByRole('menuitemradio', { name }));
    expect(newest()).toContain(at(zone));
  }
});

test('units are chosen from those that said something', async () => {
  const { user, journal } = await open('host/h1/logs', (world) => (world.entries = many.slice(0, 5)));
  await screen.findByText('entry 4');
  await user.click(button('More of the journal'));
  await user.click(screen.getByRole('menuitem', { name: 'Choose units…' }));
  await user.click(await screen.findByText('sshd.service'));
  await user.click(screen.getByRole('button', { name: 'Only 1 unit' }));
  await waitFor(() => expect(journal.filters.at(-1)?.units).toEqual(['sshd.service']));
  expect(button('Remove unit:sshd.service')).toBeTruthy();
});
