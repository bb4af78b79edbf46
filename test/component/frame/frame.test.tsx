import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { App } from '../../../renderer/app.tsx';
import { BerthError, failure } from '../../../shared/errors/failure.ts';
import { createFixtureCore } from '../../support/fixture-core/fixture-core.ts';
import { rowOf } from '../../support/fixture-core/fixture-rows.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

const small = [rowOf({ name: 'db-01', tags: ['db'] }), rowOf({ name: 'web-01', tags: ['web'] })];

test('F6 goes around the regions, Shift-F6 back', async () => {
  const { user } = await renderApp(createFixtureCore(small));
  const region = () => document.activeElement?.closest('[data-region]')?.getAttribute('data-region');
  // jsdom lays nothing out, and a region that is not laid out is left out.
  for (const each of document.querySelectorAll<HTMLElement>('[data-region]')) {
    each.getClientRects = () => [new DOMRect()] as unknown as DOMRectList;
  }
  // From outside of all of them: not the first page of a window has the focus.
  act(() => (document.activeElement as HTMLElement).blur());
  await user.keyboard('{F6}');
  expect(region()).toBe('navigation');
  await user.keyboard('{F6}');
  expect(document.activeElement).toBe(screen.getByRole('grid'));
  await user.keyboard('{F6}');
  expect(region()).toBe('status');
  await user.keyboard('{F6}');
  expect(region()).toBe('navigation');
  await user.keyboard('{Shift>}{F6}{/Shift}');
  expect(region()).toBe('status');
});

test('Ctrl-B makes the navigation narrow and wide; ? shows the keys, and not while typing', async () => {
  const { user, view } = await renderApp(createFixtureCore(small));
  const app = view.container.querySelector('.b-app')!;
  await user.keyboard('{Control>}b{/Control}');
  expect(app.classList.contains('b-app--rail')).toBe(true);
  await user.keyboard('{Control>}b{/Control}');
  expect(app.classList.contains('b-app--rail')).toBe(false);
  await user.keyboard('/?');
  expect(screen.queryByRole('dialog')).toBeNull();
  await user.keyboard('{Escape}{Escape}?');
  const dialog = await screen.findByRole('dialog', { name: 'Keys' });
  expect(await accessibilityProblems(dialog)).toEqual([]);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('going to a page and back: the heading has the focus each time, and the filter is as it was', async () => {
  const { user } = await renderApp(createFixtureCore(small));
  await user.type(screen.getByRole('textbox', { name: 'Filter' }), 'tag:db{Enter}');
  await user.click(screen.getByRole('link', { name: 'Settings' }));
  const settings = await screen.findByRole('heading', { level: 1, name: 'Settings' });
  await waitFor(() => expect(document.activeElement).toBe(settings));
  expect(await accessibilityProblems()).toEqual([]);
  act(() => history.back());
  const fleet = await screen.findByRole('heading', { level: 1, name: 'Fleet' });
  await waitFor(() => expect(document.activeElement).toBe(fleet));
  expect(screen.getByRole('button', { name: 'Remove tag:db' })).toBeTruthy();
});

test('theme and contrast are set at once and are classes of PatternFly', async () => {
  const { user } = await renderApp(createFixtureCore(small));
  await user.click(screen.getByRole('link', { name: 'Settings' }));
  await user.click(await screen.findByRole('radio', { name: 'Dark' }));
  await user.click(screen.getByRole('radio', { name: 'High' }));
  const { classList } = document.documentElement;
  await waitFor(() => expect(classList.contains('pf-v6-theme-high-contrast')).toBe(true));
  expect(classList.contains('pf-v6-theme-dark')).toBe(true);
  await user.click(screen.getByRole('radio', { name: 'Light' }));
  await user.click(screen.getByRole('radio', { name: 'Normal' }));
  await waitFor(() => expect(classList.length).toBe(0));
});

test('a core that is lost is connected to again, and the page is made anew', async () => {
  const first = createFixtureCore(small);
  const second = createFixtureCore([]);
  const cores = [first, second];
  render(<App connect={() => Promise.resolve(cores.shift()!.connection)} />);
  await screen.findByRole('heading', { level: 1, name: 'Fleet' });
  act(() => first.lose());
  await screen.findByText('The connection to Berth’s core was lost.');
  await screen.findByRole('heading', { level: 1, name: 'Connect your first host' });
});

test('a core that cannot be reached is told with a way to try again, a wrong key without one', async () => {
  const core = createFixtureCore(small);
  let attempts = 0;
  const view = render(
    <App
      connect={() => {
        attempts += 1;
        return attempts === 1 ? Promise.reject(new BerthError('connection.lost')) : Promise.resolve(core.connection);
      }}
    />,
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Connect again' }));
  await screen.findByRole('heading', { level: 1, name: 'Fleet' });
  view.unmount();
  render(<App connect={() => Promise.reject(new BerthError('connection.key-wrong'))} />);
  await screen.findByText('This address is not valid (any more).');
  expect(screen.queryByRole('button')).toBeNull();
});

test('files that were set aside are told in the settings', async () => {
  const problem = failure('store.unreadable', {
    file: 'inventory.json',
    detail: 'no JSON',
    aside: 'inventory.json.bad',
  });
  const { user } = await renderApp(createFixtureCore(small, { info: { problems: [problem] } }));
  await user.click(screen.getByRole('link', { name: 'Settings' }));
  await screen.findByRole('heading', { name: 'Files that could not be read' });
  expect(screen.getByText(/inventory\.json\.bad|inventory\.json/)).toBeTruthy();
});
