import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { fixtureFleet } from '../../support/fixture-core/fixture-rows.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

test('quick connect says what it understood, adds the host, connects and opens it', async () => {
  const core = createFixtureCore([]);
  const { user } = await renderApp(core);
  const field = screen.getByRole('textbox', { name: /Quick connect/ });
  expect(document.activeElement).toBe(field);
  expect(await accessibilityProblems()).toEqual([]);
  await user.keyboard('ssh://core@box:2222');
  expect(screen.getByText('port 2222, as', { exact: false }).textContent).toBe('box port 2222, as core');
  await user.keyboard('{Enter}');
  await waitFor(() => expect(core.calls).toEqual(['add box', 'connect new-box']));
  expect(location.hash).toBe('#/host/new-box');
});

test('a wrong address is told while typing, once it rests, and at once with Enter', async () => {
  const core = createFixtureCore([]);
  const { user } = await renderApp(core);
  await user.keyboard('box:99999');
  expect(screen.queryByText(/is not a port/)).toBeNull();
  await screen.findByText(/“99999” is not a port/);
  await user.clear(screen.getByRole('textbox'));
  await user.keyboard('a b{Enter}');
  expect(screen.getByRole('textbox').getAttribute('aria-invalid')).toBe('true');
  expect(core.calls).toEqual([]);
});

test('the demo opens in place of the own fleet, is marked wherever it shows, and is left again', async () => {
  const core = createFixtureCore([], { demoRows: fixtureFleet() });
  const { user } = await renderApp(core);
  await user.click(screen.getByRole('radio', { name: '500' }));
  await user.click(screen.getByRole('button', { name: 'Open the demo fleet' }));
  const heading = await screen.findByRole('heading', { level: 1, name: 'Fleet' });
  await waitFor(() => expect(document.activeElement).toBe(heading));
  expect(core.calls).toEqual(['openDemo 500']);
  expect(screen.getAllByText('Demo')).toHaveLength(2);
  await user.click(screen.getByRole('link', { name: 'Settings' }));
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
  await user.click(screen.getByRole('button', { name: 'Leave the demo' }));
  await screen.findByRole('heading', { level: 1, name: 'Connect your first host' });
  expect(screen.queryByText('Demo')).toBeNull();
});
