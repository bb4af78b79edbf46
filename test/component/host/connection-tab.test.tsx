import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { failure, type Failure } from '../../../shared/errors/failure.ts';
import type { ConnectionPath } from '../../../shared/model/connection-path.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { createFixtureConnection, createWorld } from '../../support/page-fixtures/connection.ts';
import { fixtureDetail, fixtureFacts, fixtureHost, fixtureSet, NOW } from '../../support/page-fixtures/hosts.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW + 26_000 });
  history.replaceState(null, '', '/#/host/h1');
  return () => vi.useRealTimers();
});

async function showHost(detail: HostDetail) {
  const world = createWorld(detail);
  const { user } = await renderApp({ connection: createFixtureConnection(world) });
  await screen.findByRole('heading', { level: 1, name: detail.host.name });
  return { world, user };
}

const path: ConnectionPath = {
  transport: 'openssh',
  reason: 'needed',
  needs: ['a user certificate'],
  hops: [
    {
      name: 'jump.ber',
      address: '192.0.2.7',
      port: 2222,
      user: 'jb',
      hostKey: { type: 'ssh-ed25519', fingerprint: 'SHA256:jump' },
    },
    { name: 'web-03', address: '10.20.4.13', port: 22, user: 'admin', hostKey: null },
  ],
  proxyCommand: null,
  resolvedBy: 'ssh -G',
  notUnderstood: [],
};

const connected = (change: Partial<ConnectionPath> = {}) =>
  ({ kind: 'connected', since: NOW, latencyMs: 18.4, path: { ...path, ...change } }) as const;

const failed = (reason: Failure): HostDetail =>
  fixtureDetail(null, { connection: { kind: 'failed', failure: reason, failedAt: NOW } });

test('the way to a host: every hop with place, user and key; who makes it and why; where the host is from', async () => {
  const source = { kind: 'ssh-config', file: '/home/jb/.ssh/config', line: 1012, name: 'web-03' } as const;
  const { user } = await showHost(
    fixtureDetail(fixtureFacts(), { connection: connected(), host: { ...fixtureHost, source } }),
  );
  expect(screen.getByText('Connected via jump.ber, 18 ms')).toBeTruthy();
  await user.click(screen.getByRole('tab', { name: 'Connection' }));
  const hops = within(screen.getByRole('list', { name: 'The way to the host' })).getAllByRole('listitem');
  expect(hops.map(({ textContent }) => textContent)).toEqual([
    'This computerjb@laptop',
    'jump.ber jump hostjb@192.0.2.7:2222Key known, ed25519SHA256:jump',
    'web-03admin@10.20.4.13Key checked by ssh18 ms there and back',
  ]);
  const transport = screen.getByRole('region', { name: 'Transport' });
  expect(transport.textContent).toContain('Automatic (default): only it can do what is asked: a user certificate.');
  expect(transport.textContent).toContain('ssh -GThe ssh configuration as ssh itself reads it.');
  expect(screen.queryByRole('list', { name: 'Not understood in the ssh configuration' })).toBeNull();
  expect(transport.textContent).toContain('/home/jb/.ssh/config, line 1,012, as web-03');
  expect(await accessibilityProblems()).toEqual([]);
});

test('what Berth’s own reader did not understand stands there with file and line', async () => {
  const notUnderstood = [
    { what: 'Match exec', file: '/home/jb/.ssh/config', line: 7 },
    { what: 'canonicalizehostname', file: '/home/jb/.ssh/config.d/work', line: 1012 },
  ];
  const { user } = await showHost(
    fixtureDetail(fixtureFacts(), { connection: connected({ resolvedBy: 'built-in', notUnderstood }) }),
  );
  await user.click(screen.getByRole('tab', { name: 'Connection' }));
  expect(screen.getByText('Berth’s own reader')).toBeTruthy();
  const lines = within(screen.getByRole('list', { name: 'Not understood in the ssh configuration' }));
  expect(lines.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'Match exec, /home/jb/.ssh/config, line 7',
    'canonicalizehostname, /home/jb/.ssh/config.d/work, line 1,012',
  ]);
  expect(await accessibilityProblems()).toEqual([]);
});

test('a proxy command is told, and by whose word transport and root are what they are', async () => {
  const { user } = await showHost(
    fixtureDetail(fixtureFacts(), {
      connection: connected({ hops: path.hops.slice(1), proxyCommand: 'nc -X 5 <proxy> web-03 22', reason: 'fixed' }),
      host: { ...fixtureHost, group: 'berlin' },
      choices: { transport: { value: 'openssh', by: 'group' }, privilege: { value: 'sudo', by: 'host' } },
    }),
  );
  expect(screen.getByText('Connected via a ProxyCommand, 18 ms')).toBeTruthy();
  await user.click(screen.getByRole('tab', { name: 'Connection' }));
  expect(screen.getByText('nc -X 5 <proxy> web-03 22')).toBeTruthy();
  expect(screen.getByText('Always (from group berlin).')).toBeTruthy();
  const root = screen.getByRole('region', { name: 'Root' });
  expect(root.textContent).toContain('sudo onlyset for this host');
  await user.click(screen.getByRole('button', { name: 'berlin…' }));
  expect(await screen.findByRole('dialog', { name: 'Group berlin' })).toBeTruthy();
});

test('not connected: what will be done, and no way is claimed', async () => {
  const { user } = await showHost(fixtureDetail(fixtureFacts(), { connection: { kind: 'idle' } }));
  await user.click(screen.getByRole('tab', { name: 'Connection' }));
  expect(screen.queryByRole('list', { name: 'The way to the host' })).toBeNull();
  expect(screen.getByText('ssh web-03.ber.acme.example')).toBeTruthy();
  expect(screen.getByRole('region', { name: 'Transport' }).textContent).toContain('Automatic');
});

test('a refused login: the hop, and what became of every way in', async () => {
  const refused = failure('auth.denied', {
    hop: 'jump.ber',
    address: '192.0.2.7',
    user: 'jb',
    tried: 'publickey',
    allowed: 'publickey, password',
  });
  const key = { from: 'file', name: '~/.ssh/id_ed25519', fingerprint: null } as const;
  await showHost(
    failed({
      ...refused,
      attempts: [
        { method: 'publickey', key, offered: true, outcome: 'denied', reason: 'key-refused', detail: '' },
        { method: 'password', key: null, offered: true, outcome: 'not-tried', reason: 'not-reached', detail: '' },
        {
          method: 'gssapi-with-mic',
          key: null,
          offered: null,
          outcome: 'not-tried',
          reason: 'unsupported',
          detail: '',
        },
      ],
    }),
  );
  expect(screen.getByText(/^jump.ber: 192.0.2.7 accepted no way to log in as jb/)).toBeTruthy();
  const rows = within(screen.getByRole('region', { name: 'Ways to log in' })).getAllByRole('row');
  expect(rows.map((row) => [...row.children].map(({ textContent }) => textContent))).toEqual([
    ['Way in', 'Offered', 'Result', 'Why'],
    ['key file ~/.ssh/id_ed25519', 'yes', 'Denied', 'The host does not accept this key'],
    ['password', 'yes', 'Not tried', 'The host ended the login before'],
    ['gssapi-with-mic', 'not told', 'Not tried', 'Only the OpenSSH transport can'],
  ]);
  expect(await accessibilityProblems()).toEqual([]);
});

test('rules for sudo are shown when asked for, with where they go and how they are checked', async () => {
  const { user } = await showHost(fixtureDetail(fixtureFacts(fixtureSet(), { privilege: { kind: 'sudo' } })));
  await user.click(screen.getByRole('tab', { name: 'Connection' }));
  await user.click(screen.getByRole('button', { name: 'Show the sudoers rules' }));
  expect(await screen.findByText('/etc/sudoers.d/berth-admin')).toBeTruthy();
  expect(screen.getByLabelText('the rules for sudo').textContent).toContain('NOPASSWD: BERTH_READS');
  expect(screen.getByText('visudo -cf /etc/sudoers.d/berth-admin')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Copy the rules for sudo' })).toBeTruthy();
  expect(await accessibilityProblems()).toEqual([]);
});

const changed = failure('ssh.host-key-changed', {
  address: '10.20.4.13',
  knownFingerprint: 'SHA256:known',
  file: '/home/jb/.ssh/known_hosts',
  line: 41,
  type: 'ssh-ed25519',
  fingerprint: 'SHA256:offered',
  command: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
});

async function openReplacement(reason = changed) {
  const shown = await showHost(failed(reason));
  await shown.user.click(screen.getByRole('button', { name: 'Replace the known key…' }));
  const dialog = await screen.findByRole('alertdialog', { name: /^Replace the known key of / });
  return { ...shown, dialog: within(dialog) };
}

test('a changed key is replaced only with the name typed, and never by Enter', async () => {
  const { world, user, dialog } = await openReplacement();
  expect(document.activeElement?.textContent).toBe('Keep the known key');
  for (const text of ['SHA256:known', 'SHA256:offered', 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub']) {
    expect(dialog.getByText(text)).toBeTruthy();
  }
  expect(await accessibilityProblems()).toEqual([]);
  const replace = dialog.getByRole('button', { name: 'Replace and connect' });
  await user.click(replace);
  const name = dialog.getByRole('textbox');
  await user.type(name, 'web-03.be');
  await user.click(replace);
  await user.type(name, 'r{Enter}');
  expect(world.calls.filter((call) => call.startsWith('replaceKey'))).toEqual([]);
  await user.click(dialog.getByRole('checkbox', { name: /without this, ssh goes on refusing the host/ }));
  await user.click(replace);
  await waitFor(() => expect(world.calls).toContain('replaceKey h1 web-03.ber true'));
  await waitFor(() => expect(world.calls).toContain('connect h1'));
  expect(screen.queryByRole('alertdialog')).toBeNull();
});

test('Esc keeps the known key', async () => {
  const { world, user } = await openReplacement();
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(world.calls.filter((call) => /replaceKey|connect/.test(call))).toEqual([]);
});

test('the changed key of a jump host is said to be the one of the jump host', async () => {
  await openReplacement({ ...changed, params: { ...changed.params, hop: 'jump.ber' } });
  expect(
    screen.getByRole('alertdialog', { name: 'Replace the known key of jump.ber (on the way to web-03.ber)?' }),
  ).toBeTruthy();
});
