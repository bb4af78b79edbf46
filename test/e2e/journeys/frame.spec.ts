import { expect, test } from '../support/fixtures.ts';

test('starts with an offer to begin, and again after a reload', async ({ app }) => {
  const { page } = app;
  const begin = page.getByRole('heading', { name: 'Connect your first host' });
  await expect(page).toHaveTitle(/Berth/);
  await expect(begin).toBeVisible();
  await app.look('first-run');

  await page.reload();
  await expect(begin).toBeVisible();
});

test('runs no script but its own', async ({ app }) => {
  const { page, problems } = app;
  await expect(page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
  problems.expect(/Content Security Policy|TrustedHTML|TrustedScript|Trusted Type/);

  const outcome = await page.evaluate(async () => {
    const ran: string[] = [];
    const violations: string[] = [];
    Object.assign(window, { ran: (what: string) => ran.push(what), violations });
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      violations.push(effectiveDirective),
    );
    const attempt = (what: () => unknown) => {
      try {
        what();
      } catch {
        // Refused, which the violations tell.
      }
    };
    attempt(() => {
      const script = document.createElement('script');
      script.textContent = 'ran("inline script")';
      document.body.append(script);
    });
    attempt(() => {
      const script = document.createElement('script');
      script.src = 'https://example.org/script.js';
      document.body.append(script);
    });
    attempt(() => (document.createElement('div').innerHTML = '<img src=x onerror="ran(1)">'));
    attempt(() => {
      const frame = document.createElement('iframe');
      frame.src = 'https://example.org/';
      document.body.append(frame);
    });
    attempt(() => {
      const base = document.createElement('base');
      base.href = 'https://example.org/';
      document.head.append(base);
      base.remove();
    });
    const fetched = await fetch('https://example.org/').then(
      () => 'fetched',
      () => 'refused',
    );
    const socket = await new Promise((resolve) => {
      const attempted = new WebSocket('wss://example.org/');
      attempted.onopen = () => resolve('opened');
      attempted.onerror = () => resolve('refused');
    });
    return { ran, fetched, socket };
  });

  expect(outcome).toEqual({ ran: [], fetched: 'refused', socket: 'refused' });
  const violations = () => page.evaluate(() => (window as unknown as { violations: string[] }).violations);
  const expected = ['base-uri', 'connect-src', 'frame-src', 'require-trusted-types-for'];
  await expect.poll(async () => [...new Set(await violations())].sort()).toEqual(expected);
});

test('has nothing of Node or Electron in its page', async ({ app }) => {
  await expect(app.page.getByRole('heading', { name: 'Connect your first host' })).toBeVisible();
  const found = await app.page.evaluate(() =>
    ['process', 'require', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
  );
  expect(found).toEqual([]);
});
