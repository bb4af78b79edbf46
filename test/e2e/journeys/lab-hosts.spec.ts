import { createHash } from 'node:crypto';
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { InventoryFile } from '../../../electron/core/hosts/inventory.ts';
import { Host } from '../../../shared/model/host.ts';
import { parseBootcStatus } from '../../../shared/parse/bootc-status.ts';
import { whyNotHere } from '../../lab/hosts/requirements.ts';
import { acquireLabHosts, type LabHost } from '../../support/lab.ts';
import { expect, test, type App } from '../support/fixtures.ts';

/** Real image-mode hosts. Where the lab cannot work the tests are skipped; under CI, where nothing may be left out, they fail. */
const missing = whyNotHere();
test.skip(missing !== null && !process.env['CI'], missing ?? '');
test.beforeAll(() => {
  if (missing !== null) throw new Error(missing);
});
// Where nothing is cached, packages are fetched and images made first.
test.slow();

const V1 = '43.20261102.0';
const V2 = '43.20261109.0';
/** Whose /etc cannot be merged with what stands on a host. */
const BLOCKER = '43.20261118.0';

let hosts: readonly LabHost[] = [];
test.afterEach(async () => {
  await Promise.all(hosts.map((host) => host.release()));
  hosts = [];
});

test('an upgrade that is booted, and what was edited meanwhile', async ({ app }) => {
  const { page } = app;
  const [host] = (hosts = await acquireLabHosts(1, { tier: 2 }));
  if (!host) throw new Error('no host');
  await copyFile(host.keyFile, path.join(app.folders.home, '.ssh', 'id_ed25519'));
  const onHost = (command: string) => host.run(command).then(({ stdout }) => stdout);

  const address = page.getByRole('textbox').first();
  await address.fill(`admin@${host.address}`);
  await address.press('Enter');
  const question = page.getByRole('alertdialog', { name: /^Is this the host key of/ });
  await expect(question).toContainText(fingerprint(host.knownHostsLine));
  await question.getByRole('button', { name: 'Accept this key' }).click();
  const card = (name: string) => page.getByRole('article', { name });
  await expect(card('Booted')).toContainText(V1);
  await expect(card('Rollback')).toContainText('None');

  await onHost('sed -i s/loglevel=info/loglevel=debug/ /etc/app.conf');
  await host.registry.tag('stable', 'v2');
  await page.getByRole('button', { name: 'Upgrade…' }).first().click();
  await page
    .getByRole('dialog', { name: /^Upgrade/ })
    .getByRole('button', { name: /^Upgrade/ })
    .click();
  const main = page.getByRole('main');
  await expect(main).toContainText('Staged and verified', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Open host' }).click();
  await expect(card('Staged')).toContainText(V2);
  await expect(main).toContainText(`The next boot runs ${V2}`);

  const staged = (await imagesOf(host)).staged;
  await onHost('echo local=yes >/etc/app.d/90-local.conf');
  await Promise.all([expect(main).toContainText(/Berth tries again in/), host.reboot()]);
  await expect(card('Booted')).toContainText(V2, { timeout: 60_000 });
  await expect(card('Rollback')).toContainText(V1);
  await expect(card('Staged')).toContainText('None');
  await expect(main).toContainText(`The next boot runs ${V2} again`);

  // The digest that was staged is what runs; what a person edited before and after staging is there beside the image's changes.
  expect(await imagesOf(host)).toMatchObject({ booted: staged, staged: null });
  expect(await onHost('cat /etc/app.conf')).toBe('port=80\nworkers=4\nloglevel=debug\n');
  expect(await onHost('cd /etc/app.d && grep . *')).toBe(
    '10-feature.conf:feature=b\n30-new.conf:new=1\n90-local.conf:local=yes\n',
  );
});

test('an /etc that cannot be merged: from the fleet to the file, the image’s version, and the reboot that proves it', async ({
  folders,
  startApp,
}) => {
  const [host] = (hosts = await acquireLabHosts(1));
  if (!host) throw new Error('no host');
  await knowHosts(folders, hosts);
  await host.registry.tag('stable', 'blocker');
  await host.run('echo proxy=here >/etc/app.proxy && bootc upgrade');
  const { page } = await startApp();
  const main = page.getByRole('main');

  await page.getByRole('button', { name: /^1 ?\/etc blockers$/ }).click({ timeout: 60_000 });
  await page.getByRole('grid').getByRole('link', { name: host.name }).click();
  // By the keyboard: what is read of the host meanwhile moves the tabs.
  await page.getByRole('tab', { name: '/etc' }).press('Enter');
  await expect(page.getByRole('heading', { name: '/etc/app.proxy' })).toBeVisible();
  await page.getByRole('button', { name: 'Solve the blocker…' }).last().click();
  await page
    .getByRole('dialog', { name: `Change /etc of ${host.name}` })
    .getByRole('button', { name: 'Take the image’s version' })
    .click();
  await expect(main).toContainText('Done, and proven by the state of the host.');
  await page.getByRole('button', { name: 'Open host' }).click();

  await Promise.all([expect(main).toContainText(/Berth tries again in/), host.reboot()]);
  await expect(page.getByRole('article', { name: 'Booted' })).toContainText(BLOCKER, { timeout: 60_000 });
  const { stdout } = await host.run('ls -A /etc/app.proxy');
  expect(stdout).toBe('10-default.conf\n');
});

test('twenty hosts are upgraded at once', async ({ folders, startApp }) => {
  hosts = await acquireLabHosts(20);
  await knowHosts(folders, hosts);
  const { page } = await startApp();
  const grid = page.getByRole('grid', { name: 'Hosts' });
  await expect(grid.getByRole('row')).toHaveCount(21);
  const before = await Promise.all(hosts.map(imagesOf));
  await Promise.all(hosts.map((host) => host.registry.tag('stable', 'v2')));

  await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
  const toolbar = page.getByRole('toolbar', { name: 'Actions for the selected hosts' });
  await expect(toolbar).toContainText('20 selected');
  // By itself Berth connects to those only that are on the screen.
  await toolbar.getByRole('button', { name: /^(Connect|Refresh)$/ }).click();
  await expect(page.getByRole('contentinfo')).toContainText('20 of 20 connected', { timeout: 60_000 });
  // Until the last host has been read the button offers it for the others, and says for how many; before the first it is disabled,
  // and a click that waits for that to end would press it for the first alone.
  const upgrade = toolbar.getByRole('button', { name: 'Upgrade…', exact: true, disabled: false });
  await expect(upgrade).toBeVisible({ timeout: 60_000 });
  await upgrade.click();
  const plan = page.getByRole('dialog', { name: 'Upgrade, 20 hosts' });
  await expect(plan).toContainText('20 hosts can', { timeout: 60_000 });
  await plan.getByRole('button', { name: 'Upgrade 20 hosts' }).click();
  await expect(page.getByText('Started on 20 hosts.')).toBeVisible({ timeout: 60_000 });

  const ended = page.getByRole('table', { name: 'Operations that ended last' });
  await expect(ended.getByRole('row', { name: `Staged ${V2}` })).toHaveCount(20, { timeout: 120_000 });

  const after = await Promise.all(hosts.map(imagesOf));
  expect(after.map(({ booted }) => booted)).toEqual(before.map(({ booted }) => booted));
  expect(new Set(after.map(({ staged }) => staged)).size).toBe(1);
  expect(after[0]?.staged).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(after[0]?.staged).not.toBe(before[0]?.booted);
  await page.getByRole('link', { name: 'Fleet' }).first().click();
  await expect(grid.getByRole('row', { name: /Staged, waits for reboot/ })).toHaveCount(20);
});

/** As OpenSSH prints it, of a line of known_hosts. */
function fingerprint(knownHostsLine: string): string {
  const key = Buffer.from(knownHostsLine.split(' ')[2] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Digests of what the host says it runs and will run. */
async function imagesOf(host: LabHost): Promise<{ booted: string | null; staged: string | null }> {
  const { stdout, stderr } = await host.run('bootc status --format=json');
  const status = parseBootcStatus(stdout);
  if (!status.ok || !status.value.set) throw new Error(`${host.name}: ${stdout}${stderr}`);
  const { booted, staged } = status.value.set;
  return { booted: booted?.image?.digest ?? null, staged: staged?.image?.digest ?? null };
}

/** The hosts are in the inventory, their keys are known, and theirs is the user's. */
async function knowHosts({ home, dataDir }: App['folders'], all: readonly LabHost[]): Promise<void> {
  const known = all.map(({ name, address, port }): Host =>
    Host.parse({
      ...{ id: name, name, address, port, user: 'admin', createdAt: Date.now() },
      ...{ keyFile: null, group: null, tags: [], note: '' },
    }),
  );
  const inventory: InventoryFile & { readonly version: number } = { version: 1, hosts: known };
  await copyFile(all[0]?.keyFile ?? '', path.join(home, '.ssh', 'id_ed25519'));
  await writeFile(
    path.join(home, '.ssh', 'known_hosts'),
    all.map(({ knownHostsLine }) => `${knownHostsLine}\n`).join(''),
  );
  await writeFile(path.join(dataDir, 'inventory.json'), JSON.stringify(inventory));
}
