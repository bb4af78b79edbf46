import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { fixtureFleet } from '../../support/fixture-core/fixture-rows.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

const options = () => screen.getAllByRole('option').map((option) => option.textContent);

test('Ctrl-K opens it, keys typed at once arrive, Enter opens the host that is marked', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  await user.keyboard('{Control>}k{/Control}web-0');
  expect(screen.getByRole('combobox')).toHaveProperty('value', 'web-0');
  expect(options()[0]).toContain('web-01.ber');
  expect(await accessibilityProblems(screen.getByRole('dialog'))).toEqual([]);
  await user.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => expect(location.hash).toBe('#/host/web-02.ber'));
  expect(screen.queryByRole('combobox')).toBeNull();
});

test('an address that is no host yet is connected to', async () => {
  const core = createFixtureCore(fixtureFleet());
  const { user } = await renderApp(core);
  await user.click(screen.getByRole('button', { name: /Host, filter or command/ }));
  await user.keyboard('root@[[2001:db8::1]:2222');
  expect(options()[0]).toContain('Connect to');
  await user.keyboard('{Enter}');
  await waitFor(() => expect(core.calls).toHaveLength(2));
  expect(core.calls[0]).toBe('add 2001:db8::1');
});

test('a text becomes the filter of the fleet; Esc closes and gives the focus back', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  const grid = screen.getByRole('grid');
  grid.focus();
  await user.keyboard('{Control>}k{/Control}{Escape}');
  expect(document.activeElement).toBe(grid);
  await user.keyboard('{Control>}k{/Control}tag:db');
  await user.click(screen.getByRole('option', { name: /Filter the fleet/ }));
  await screen.findByRole('button', { name: 'Remove tag:db' });
  await waitFor(() => expect(within(screen.getByRole('grid')).getAllByRole('rowheader')).toHaveLength(3));
});

test('a bare word is a search first: Enter runs the command, and connecting is offered last', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  await user.keyboard('{Control>}k{/Control}settings');
  expect(options()[0]).toBe('Go to settings');
  expect(options().at(-1)).toContain('Connect to settings');
  await user.keyboard('{Enter}');
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
});

test('a command changes the theme', async () => {
  const { user } = await renderApp(createFixtureCore(fixtureFleet()));
  await user.keyboard('{Control>}k{/Control}theme dark{Enter}');
  await waitFor(() => expect(document.documentElement.classList.contains('pf-v6-theme-dark')).toBe(true));
});
