import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { bigFleet, fixtureFleet, rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { renderApp } from '../../support/render-app.tsx';

const filterField = () => screen.getByRole('textbox', { name: 'Filter' });
const grid = () => screen.getByRole('grid', { name: 'Hosts' });
const hosts = () =>
  within(grid())
    .getAllByRole('rowheader')
    .map((cell) => cell.textContent);

test('a figure filters by a click, and the same click takes the filter away again', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  const figure = screen.getByRole('button', { name: /Updates found/ });
  await user.click(figure);
  await waitFor(() => expect(hosts()).toEqual(['db-02.ber', 'web-05.fra', 'web-08.ber']));
  expect(figure).toHaveProperty('ariaPressed', 'true');
  expect(screen.getByRole('button', { name: 'Remove update:yes' })).toBeTruthy();
  await user.click(figure);
  await waitFor(() => expect(grid().getAttribute('aria-rowcount')).toBe('25'));
});

test('Shift adds a term, Alt excludes one, a plain click sets it alone', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  const tags = within(screen.getByRole('region', { name: 'Tags, each is a filter' }));
  await user.click(tags.getByRole('button', { name: /^db/ }));
  fireEvent.click(tags.getByRole('button', { name: /^ci/ }), { shiftKey: true });
  await waitFor(() => expect(hosts()).toEqual(['db-01.ber', 'db-02.ber', 'db-03.fra', 'fcos-build-01']));
  const groups = within(screen.getByRole('region', { name: 'Groups, each is a filter' }));
  fireEvent.click(groups.getByRole('button', { name: /^Berlin/ }), { altKey: true });
  await waitFor(() => expect(hosts()).toEqual(['db-03.fra', 'fcos-build-01']));
  expect(screen.getByRole('button', { name: 'Remove -group:Berlin' })).toBeTruthy();
  await user.click(tags.getByRole('button', { name: /^lab/ }));
  await waitFor(() => expect(hosts()).toEqual(['lab-01', 'lab-02', 'lab-03', 'lab-04', 'lab-05']));
});

test('/ focuses the filter; what is typed filters at once, Enter makes it a term, Backspace takes it back', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  await user.keyboard('/');
  expect(document.activeElement).toBe(filterField());
  await user.keyboard('tag:db');
  await waitFor(() => expect(hosts()).toHaveLength(3));
  expect(screen.queryByRole('button', { name: 'Remove tag:db' })).toBeNull();
  await user.keyboard('{Enter}');
  expect(screen.getByRole('button', { name: 'Remove tag:db' })).toBeTruthy();
  expect(filterField()).toHaveProperty('value', '');
  await user.keyboard('{Backspace}');
  expect(filterField()).toHaveProperty('value', 'tag:db');
  expect(screen.queryByRole('button', { name: 'Remove tag:db' })).toBeNull();
});

test('a term that says nothing is told at the field and lets nothing pass', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  await user.type(filterField(), 'state:sleepy');
  await screen.findByText('There is no state “sleepy”.');
  await screen.findByText('No host passes the filter');
  await user.click(screen.getByRole('button', { name: 'Clear the filter' }));
  await waitFor(() => expect(grid().getAttribute('aria-rowcount')).toBe('25'));
});

test('rows follow the fleet: a delta changes, adds and removes; a broken stream is watched again', async () => {
  const core = createFixtureCore([rowOf({ name: 'web-01' }), rowOf({ name: 'web-02' })]);
  await renderApp(core);
  expect(hosts()).toEqual(['web-01', 'web-02']);
  core.upsert(
    rowOf({ name: 'web-02', condition: { code: 'staged', text: 'Staged, waits for reboot', percent: null } }),
    rowOf({ name: 'web-00' }),
  );
  await waitFor(() => expect(hosts()).toEqual(['web-00', 'web-01', 'web-02']));
  expect(within(grid()).getByText('Staged, waits for reboot')).toBeTruthy();
  core.breakFleet();
  await screen.findByText('What is shown may be old: watching again');
  await waitFor(() => expect(screen.queryByText('What is shown may be old: watching again')).toBeNull());
  expect(hosts()).toEqual(['web-00', 'web-01', 'web-02']);
});

test('of 5,000 hosts only the lines on the screen exist, and only these are told to the core', async () => {
  const core = createFixtureCore(bigFleet(5000));
  await renderApp(core);
  await waitFor(() => expect(grid().getAttribute('aria-rowcount')).toBe('5001'));
  expect(hosts().length).toBeLessThan(60);
  await waitFor(() => expect(core.visible.now.length).toBeGreaterThan(20));
  expect(core.visible.now.length).toBeLessThan(40);
});

test('grouping puts hosts under headings, sorting by a column turns with the second click', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  await user.click(screen.getByRole('button', { name: 'Group by: none' }));
  await user.click(screen.getByRole('menuitemradio', { name: 'group' }));
  await waitFor(() => expect(within(grid()).getByText('Frankfurt')).toBeTruthy());
  expect(hosts().slice(0, 2)).toEqual(['db-01.ber', 'db-02.ber']);
  await user.click(within(grid()).getByRole('button', { name: 'Host' }));
  await waitFor(() => expect(hosts()[0]).toBe('web-08.ber'));
  expect(within(grid()).getByRole('columnheader', { name: 'Host' }).getAttribute('aria-sort')).toBe('descending');
});
