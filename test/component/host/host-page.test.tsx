import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { createFixtureConnection, createWorld } from '../../support/page-fixtures/connection.ts';
import {
  booted,
  fixtureDeployment,
  fixtureDetail,
  fixtureFacts,
  fixtureHost,
  fixtureSet,
  known,
  NOW,
  staged,
  unknown,
  update,
} from '../../support/page-fixtures/hosts.ts';
import { endedOperation, fixturePlan } from '../../support/page-fixtures/operations.ts';
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

const card = (name: RegExp) => screen.findByRole('article', { name });

test('a staged host: what boots next and why, the cards, what differs, what is lost', async () => {
  const pinned = fixtureDeployment('2.11.4', '91bb60fe', { pinned: true });
  await showHost(fixtureDetail(fixtureFacts(fixtureSet({ staged, others: [pinned] }))));

  expect(screen.getByText('2.15.0', { selector: 'b' }).parentElement?.textContent).toBe(
    'The next boot runs 2.15.0 instead of 2.14.0, because a staged deployment goes first.',
  );
  expect(screen.getByText('Rollback 2.13.2 is dropped unless pinned')).toBeTruthy();

  const stagedCard = await card(/^Staged$/);
  expect(stagedCard.textContent).toContain('Next boot');
  expect(stagedCard.textContent).toContain('staged 2 h ago');
  expect(within(stagedCard).getByText('sha256:8d41f0c2…4567').title).toBe(update.digest);
  expect((await card(/^Booted$/)).textContent).toContain('running for 18 d');
  expect((await card(/^Rollback$/)).textContent).toContain('Will be dropped');

  const gap = screen.getByRole('region', { name: 'From 2.14.0 to 2.15.0' });
  expect(gap.textContent).toContain('Kernelchanges');
  expect(screen.getByRole('list', { name: 'Other deployments' }).textContent).toContain('2.11.4');
  expect(await accessibilityProblems()).toEqual([]);
});

test('a staged host: the reboot is the primary button, and opens its plan; it can be checked and upgraded', async () => {
  const { user } = await showHost(fixtureDetail(fixtureFacts(fixtureSet({ staged }))));
  const check = await screen.findByRole('button', { name: 'Check for update' });
  expect(check.className).not.toContain('pf-m-primary');
  expect(screen.getByRole('button', { name: 'Upgrade…' }).className).not.toContain('pf-m-primary');
  const reboot = screen.getByRole('button', { name: 'Reboot…' });
  expect(reboot.className).toContain('pf-m-primary');
  await user.click(reboot);
  expect(await screen.findByRole('dialog', { name: /^Reboot/ })).toBeTruthy();
});

test('every verb is in the menu; what the host cannot do says why', async () => {
  const { user } = await showHost(fixtureDetail(fixtureFacts(fixtureSet({ staged: null }))));
  await user.click(await screen.findByRole('button', { name: 'More actions' }));
  const names = screen.getAllByRole('menuitem').map(({ textContent }) => textContent);
  for (const name of ['Switch image…', 'Roll back…', 'Make /usr writable…', 'automatic updates…', 'Soft reboot…']) {
    expect(
      names.some((text) => text.includes(name)),
      name,
    ).toBe(true);
  }
  const unstage = screen.getByRole('menuitem', { name: /Cancel the staged update/ });
  expect(unstage.getAttribute('aria-disabled')).toBe('true');
});

test('an update that was found stands where the staged one would, and the upgrade is the primary button', async () => {
  await showHost(fixtureDetail(fixtureFacts(fixtureSet({ booted: { ...booted, cachedUpdate: update } }))));
  expect((await card(/^Update found$/)).textContent).toContain('known once it is staged');
  expect(screen.getByRole('button', { name: 'Upgrade…' }).className).toContain('pf-m-primary');
});

test('a host that greenboot rolled back says why it is back, and does not offer the same update first', async () => {
  const greenboot = known({ verdict: 'green' as const, fallback: true, message: 'FALLBACK BOOT DETECTED!' });
  await showHost(fixtureDetail(fixtureFacts(fixtureSet(), { greenboot })));
  expect(screen.getByText('Greenboot brought 2.14.0 back: 2.13.2 did not pass its health checks.')).toBeTruthy();
  expect(screen.getByText(/An upgrade stages 2\.13\.2 again/)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Upgrade…' }).className).not.toContain('pf-m-primary');
});

test('places that are empty say why', async () => {
  await showHost(fixtureDetail(fixtureFacts(fixtureSet({ rollback: null }))));
  expect((await card(/^Staged$/)).textContent).toContain('the host knows of no update');
  expect((await card(/^Rollback$/)).textContent).toContain('no deployment to go back to');
});

test('a changed host key: refused, both fingerprints, the command; and no way to accept it at once', async () => {
  const changed = failure('ssh.host-key-changed', {
    address: '10.20.4.13',
    knownFingerprint: 'SHA256:known',
    file: '/home/jb/.ssh/known_hosts',
    line: 41,
    type: 'ssh-ed25519',
    fingerprint: 'SHA256:offered',
    command: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  });
  await showHost(
    fixtureDetail(fixtureFacts(fixtureSet({ staged }), { readAt: NOW - 3 * 3600_000 }), {
      connection: { kind: 'failed', failure: changed, failedAt: NOW },
    }),
  );
  expect(screen.getByText('The host key of web-03.ber has changed.')).toBeTruthy();
  for (const text of ['SHA256:known', 'SHA256:offered', 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub']) {
    expect(screen.getByText(text)).toBeTruthy();
  }
  expect(screen.getByText('/home/jb/.ssh/known_hosts, line 41')).toBeTruthy();
  expect(screen.queryByRole('button', { name: /accept/i })).toBeNull();
  expect(screen.getByText(/^Facts from \d\d:\d\d, 3 h ago$/)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Connect again' }).className).toContain('pf-m-primary');
  expect(await accessibilityProblems()).toEqual([]);
});

test('a host key that nobody was asked about: a calm question, the command, and the button that asks it', async () => {
  const question = failure('ssh.host-key-unknown', {
    address: '10.20.4.13',
    type: 'ssh-ed25519',
    fingerprint: 'SHA256:offered',
    command: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  });
  const { world, user } = await showHost(
    fixtureDetail(null, { connection: { kind: 'failed', failure: question, failedAt: NOW } }),
  );
  const title = screen.getByText('Is this the host key of web-03.ber?');
  expect(title.closest('.banner')?.classList.contains('banner--accent')).toBe(true);
  expect(screen.getByText('SHA256:offered')).toBeTruthy();
  expect(screen.getByLabelText('the command').textContent).toBe('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
  expect(screen.queryByText(/does not try again/)).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Connect…' }));
  expect(world.calls).toContain('connect h1');
  expect(await accessibilityProblems()).toEqual([]);
});

test('a host that does not answer: why, what to do, and when it is tried again', async () => {
  const { world, user } = await showHost(
    fixtureDetail(null, {
      connection: {
        kind: 'waiting',
        failure: failure('ssh.timeout', { address: '10.20.4.13', port: 22, seconds: 10 }),
        failedAt: NOW,
        retryAt: NOW + 60_000,
      },
    }),
  );
  expect(screen.getByText('10.20.4.13 port 22 did not answer within 10 s.')).toBeTruthy();
  expect(screen.getByText(/Berth tries again in 3\d s\./)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Connect again' }));
  expect(world.calls).toContain('connect h1');
  expect(await accessibilityProblems()).toEqual([]);
});

test('no root: the reason, what is missing, and the button that asks for the password', async () => {
  const needsRoot = failure('facts.needs-root', { what: 'bootc status' });
  const { world, user } = await showHost(
    fixtureDetail(
      fixtureFacts(fixtureSet(), {
        privilege: { kind: 'none', failure: failure('privilege.password-needed') },
        deployments: unknown(needsRoot),
        kernels: unknown(needsRoot),
        bootcFailure: needsRoot,
      }),
    ),
  );
  expect(screen.getByText('sudo on this host asks for a password.')).toBeTruthy();
  expect(screen.getByRole('heading', { name: 'The deployments are not known' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Give the sudo password…' }));
  expect(world.calls).toContain('unlockSudo h1');
  const upgrade = screen.getByRole('button', { name: 'Upgrade…' });
  expect(upgrade.getAttribute('aria-disabled')).toBe('true');
  expect(upgrade.title).toContain('sudo on this host asks for a password.');
});

test('every fact may be missing alone, and says why', async () => {
  const timedOut = failure('facts.timed-out', { command: 'df', seconds: 5 });
  await showHost(
    fixtureDetail(
      fixtureFacts(fixtureSet(), {
        identity: unknown(failure('facts.incomplete', { section: 'identity' })),
        tools: unknown(timedOut),
        disks: unknown(timedOut),
        failedUnits: unknown(timedOut),
        greenboot: unknown(timedOut),
        autoUpdate: unknown(timedOut),
        rebootRequired: unknown(timedOut),
        kernels: unknown(timedOut),
      }),
    ),
  );
  expect(screen.getAllByText('Not known')).toHaveLength(7);
  expect(screen.getByText('The answer of the host ended in the middle of identity.')).toBeTruthy();
  expect(screen.getAllByText('df did not end within 5 s.').length).toBeGreaterThanOrEqual(6);
  expect(await accessibilityProblems()).toEqual([]);
});

test('package mode: said, and shown what there is', async () => {
  const packages = failure('facts.not-image-mode');
  await showHost(
    fixtureDetail(fixtureFacts(fixtureSet(), { deployments: unknown(packages), kernels: unknown(packages) })),
  );
  expect(screen.getByRole('heading', { name: 'Package mode' })).toBeTruthy();
  expect(screen.getByRole('heading', { name: 'Space' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Upgrade…' }).getAttribute('aria-disabled')).toBe('true');
});

test.each([
  ['idle', { kind: 'idle' }, 'Not connected yet', 'Connect'],
  ['queued', { kind: 'queued' }, 'Connecting to web-03.ber', 'Connect'],
  ['asking', { kind: 'asking' }, 'A question waits for your answer', 'Connect'],
] as const)('never read, %s: says so', async (_, connection, title, button) => {
  await showHost(fixtureDetail(null, { connection }));
  expect(screen.getByRole('heading', { name: title })).toBeTruthy();
  expect(screen.getByRole('button', { name: button })).toBeTruthy();
});

test('labels: layered with what, downloaded only, overlay, signature', async () => {
  const set = fixtureSet({
    booted: { ...booted, incompatible: true, layers: ['htop', 'vim'], image: null },
    staged: { ...staged, downloadOnly: true },
    usrOverlay: { access: 'read-write', persistence: 'transient' },
  });
  const { user } = await showHost(fixtureDetail(fixtureFacts(set)));
  const bootedCard = await card(/^Booted$/);
  const layered = within(bootedCard).getByRole('button', {
    name: 'Layered: htop and 1 more',
    description: 'Local changes made with rpm-ostree keep bootc from updating this: htop, vim.',
  });
  const explanation = within(bootedCard).getByText(/htop, vim/);
  expect(explanation.className).toBe('b-hidden');
  layered.focus();
  await waitFor(() => expect(explanation.className).toBe('b-explanation'));
  await user.keyboard('{Escape}');
  expect(explanation.className).toBe('b-hidden');
  expect(within(bootedCard).getByText('/usr overlay, transient')).toBeTruthy();
  const stagedCard = await card(/^Staged, download only$/);
  expect(within(stagedCard).getByText('Downloaded only')).toBeTruthy();
  expect(within(stagedCard).getByText('Signature by policy')).toBeTruthy();
});

test('texts of a host are text', async () => {
  const evil = '<img src=x onerror=alert(1)>';
  const set = fixtureSet({ staged: { ...staged, version: evil } });
  await showHost(
    fixtureDetail(fixtureFacts(set, { failedUnits: known([evil]), rebootRequired: known(evil) }), {
      host: { ...fixtureHost, name: evil, tags: [evil] },
    }),
  );
  expect(document.querySelector('img')).toBeNull();
  expect(screen.getAllByText(evil).length).toBeGreaterThan(3);
});

test('the tabs go by arrow keys, and the history of the host is its own', async () => {
  const { world, user } = await showHost(fixtureDetail());
  const another = endedOperation({ id: '0000000000bb', plan: fixturePlan({ hostId: 'h2', hostName: 'another' }) });
  world.history = [endedOperation(), another];
  screen.getByRole('tab', { name: 'Deployments' }).focus();
  await user.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(screen.getByRole('tab', { name: '/etc', selected: true }));
  await user.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'Boots', selected: true }));
  await user.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'Logs', selected: true }));
  await user.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'Terminal', selected: true }));
  await user.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'Connection', selected: true }));
  await user.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'History', selected: true }));
  expect(await screen.findByText('1 of 1')).toBeTruthy();
  expect(screen.getByRole('grid', { name: 'History' }).textContent).not.toContain('another');
});

test('the state of the host is told to screen readers when it changes', async () => {
  const { world } = await showHost(fixtureDetail());
  world.detail.set(fixtureDetail(fixtureFacts(fixtureSet({ staged }))));
  await waitFor(() => expect(screen.getByText('web-03.ber: Staged, waits for reboot')).toBeTruthy());
});

test('a host that is gone is said to be gone', async () => {
  history.replaceState(null, '', '/#/host/nobody');
  await renderApp({ connection: createFixtureConnection(createWorld(fixtureDetail())) });
  expect(await screen.findByRole('heading', { name: 'This host is not in the fleet' })).toBeTruthy();
});
