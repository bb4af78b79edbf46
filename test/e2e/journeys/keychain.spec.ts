import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { missingPrerequisites } from '../../support/missing-prerequisites.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox, type UserSandbox } from '../../support/user-sandbox.ts';
import { expect, test as base, type App } from '../support/fixtures.ts';
import { keyringNeeds, startKeyring, type Keyring } from '../support/keyring.ts';

const PASSWORD = 'sEcret-in-A-journey-2c77';

const test = base.extend<{
  sshd: TestSshd;
  /** Whether there is a keyring on the session bus of Berth. */
  hasKeyring: boolean;
  keyring: Keyring | null;
}>({
  sshd: async ({ hasKeyring: _hasKeyring }, use) => {
    const sandbox: UserSandbox = await makeSandbox({ users: [{ name: 'op', password: PASSWORD }] });
    const sshd = await startSshd({
      wrapper: sandbox.wrapper,
      config: ['PasswordAuthentication yes', 'PubkeyAuthentication no'],
    });
    await use(sshd);
    await sshd.stop();
    await sandbox.dispose();
  },
  hasKeyring: [false, { option: true }],
  keyring: async ({ hasKeyring, folders }, use) => {
    const keyring = hasKeyring ? await startKeyring(path.join(folders.home, 'keyring')) : null;
    Object.assign(folders.env, keyring?.env);
    await use(keyring);
    await keyring?.stop();
  },
});

test.skip(process.getuid?.() !== 0, 'making users needs root');

/** Asks for a host by its address and says yes to its key; the password is asked for then. */
async function connect(page: Page, sshd: TestSshd): Promise<void> {
  await page.getByRole('textbox').first().fill(`op@127.0.0.1:${sshd.port}`);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Accept this key' }).click();
  await expect(page.getByRole('dialog', { name: 'Password for 127.0.0.1' })).toBeVisible();
}

async function openSettings({ page }: App) {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  return page.getByRole('region', { name: 'Remembered secrets' });
}

test.describe('without a keychain', () => {
  test('a password is for the session at most, and the dialog says why', async ({ app, sshd }) => {
    const { page } = app;
    await connect(page, sshd);
    const keep = page.getByRole('combobox', { name: 'Remember it' });
    const reason = app.home === 'electron' ? /has no keychain.*basic_text/ : /for Berth’s desktop window alone/;
    await expect(keep).toHaveAccessibleDescription(reason);
    await expect(keep.getByRole('option', { name: 'In the keychain of this computer' })).toBeDisabled();
    await keep.selectOption('session');
    await app.look('question-password-no-keychain');
    await page.getByLabel('Password of op on 127.0.0.1').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeHidden();

    const section = await openSettings(app);
    await expect(section).toContainText(reason);
    await expect(
      section.getByRole('row', { name: /Login password of op 127\.0\.0\.1 While Berth runs/ }),
    ).toBeVisible();
    await section.scrollIntoViewIfNeeded();
    await app.look('settings-secrets-session');
    await expect(stat(path.join(app.folders.dataDir, 'secrets.json'))).rejects.toThrow('ENOENT');
  });
});

test.describe('with the keyring of a desktop', () => {
  const missing = missingPrerequisites(keyringNeeds);
  // A CI that silently tests less is told so by the failure.
  test.skip(missing !== null && !process.env['CI'], missing ?? '');
  test.use({ hasKeyring: true, launchArguments: ['--password-store=gnome-libsecret'] });

  test('a password is there at the next start, in no file as it is, and gone once it is forgotten', async ({
    keyring: _keyring,
    startApp,
    sshd,
    folders,
  }, info) => {
    test.skip(info.project.name !== 'electron', 'only the desktop window reaches it');
    test.slow();
    const first = await startApp();
    await connect(first.page, sshd);
    const keep = first.page.getByRole('combobox', { name: 'Remember it' });
    await expect(keep.getByRole('option', { name: 'In the keychain of this computer' })).toBeEnabled();
    await keep.selectOption('keychain');
    await expect(keep).toHaveAccessibleDescription(/the keyring \(Secret Service\) holds the key/);
    await first.look('question-password');
    await first.page.getByLabel('Password of op on 127.0.0.1').fill(PASSWORD);
    await first.page.keyboard.press('Enter');
    const list = await openSettings(first);
    await expect(list.getByRole('row', { name: /127\.0\.0\.1 In the keychain/ })).toBeVisible();
    await list.scrollIntoViewIfNeeded();
    await first.look('settings-secrets');
    await first.resize(900, 700);
    await first.look('settings-secrets-900');
    await first.close();
    expect(await filesWith(folders.dataDir, PASSWORD)).toEqual([]);
    expect(await filesWith(folders.home, PASSWORD)).toEqual([]);
    expect((await stat(path.join(folders.dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);

    const logins = () => sshd.log().match(/Accepted password/g)?.length ?? 0;
    const before = logins();
    const second = await startApp();
    await expect.poll(logins).toBe(before + 1);
    await expect(second.page.getByRole('dialog')).toBeHidden();
    const section = await openSettings(second);
    await section.getByRole('button', { name: 'Forget the Login password of op for 127.0.0.1' }).press('Enter');
    await expect(section).toContainText('Nothing is remembered');
    await second.close();

    const third = await startApp();
    await expect(third.page.getByRole('grid')).toContainText('Asks to log in');
    expect(logins()).toBe(before + 1);
  });
});

async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  const found = await Promise.all(files.map(async (file) => (await readFile(file)).includes(text)));
  return files.filter((_, index) => found[index]);
}
