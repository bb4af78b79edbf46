import { render, screen, type RenderResult } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { App } from '../../renderer/app.tsx';
import type { FixtureCore } from './fixture-core/fixture-core.ts';

/** The whole page over a fixture, shown when its fleet (or its first run) is there. */
export async function renderApp(
  core: Pick<FixtureCore, 'connection'>,
): Promise<{ readonly user: UserEvent; readonly view: RenderResult }> {
  const user = userEvent.setup();
  const view = render(<App connect={() => Promise.resolve(core.connection)} />);
  await screen.findByRole('heading', { level: 1 });
  return { user, view };
}

/** What axe finds wrong with the page, or a part of it, as readable lines. Colours are judged by eyes and by the end-to-end run: jsdom has none. */
export async function accessibilityProblems(within: Element = document.body): Promise<readonly string[]> {
  const { violations } = await axe.run(within, { rules: { 'color-contrast': { enabled: false } } });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
}
