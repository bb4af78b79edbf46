import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeKey, startSshd, type TestSshd } from '../../support/sshd.ts';
import { makeSandbox, type UserSandbox } from '../../support/user-sandbox.ts';
import { expect, test } from '../support/fixtures.ts';

/** A real sshd with users of its own, which only root can make. */
test.skip(process.getuid?.() !== 0, 'making users needs root');

const PASSPHRASE = 'open sesame';
const PASSWORD = 'correct horse';

let sandbox: UserSandbox;
let sshd: TestSshd;
test.beforeEach(async () => {
  sandbox = await makeSandbox({ users: [{ name: 'op', password: PASSWORD }], sudoers: ['op ALL=(ALL:ALL) ALL'] });
  sshd = await startSshd({
    wrapper: sandbox.wrapper,
    config: ['AuthenticationMethods publickey,keyboard-interactive', 'KbdInteractiveAuthentication yes', 'UsePAM yes'],
  });
});
test.afterEach(async () => {
  await sshd.stop();
  await sandbox.dispose();
});

test('every question of a connection, by the keyboard alone, and a host key that is replaced', async ({ app }) => {
  test.slow();
  const { page, folders } = app;
  const key = path.join(folders.home, '.ssh', 'id_ed25519');
  await makeKey(key, { passphrase: PASSPHRASE });
  await sshd.authorize(`${key}.pub`);

  await page.getByRole('textbox').first().fill(`op@127.0.0.1:${sshd.port}`);
  await page.keyboard.press('Enter');
  const unknown = page.getByRole('alertdialog', { name: 'Is this the host key of 127.0.0.1?' });
  await expect(unknown.getByRole('button', { name: 'Refuse this key' })).toBeFocused();
  await app.look('question-unknown-key');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');

  const passphrase = page.getByRole('dialog', { name: 'Passphrase of a key for 127.0.0.1' });
  await expect(passphrase.getByLabel(`Passphrase of ${key}`)).toBeFocused();
  await app.look('question-passphrase');
  await page.keyboard.type(PASSPHRASE);
  await page.keyboard.press('Enter');
  const code = page.getByRole('dialog', { name: '127.0.0.1 asks' });
  await expect(code.getByRole('textbox')).toBeFocused();
  await app.look('question-code');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');

  const main = page.getByRole('main');
  await main.getByRole('button', { name: 'Give the sudo password…' }).press('Enter');
  const sudo = page.getByRole('dialog', { name: 'sudo password for 127.0.0.1' });
  await expect(sudo.getByLabel('Password of op')).toBeFocused();
  await app.look('question-sudo');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(main).toContainText('sudo, password held');
  await main.getByRole('tab', { name: 'Connection' }).click();
  await expect(main.getByRole('list', { name: 'The way to the host' })).toContainText(`op@127.0.0.1:${sshd.port}`);
  await app.look('host-connection');

  // What a reinstalled host does.
  await sshd.replaceHostKey();
  await expect(main).toContainText('The host key of 127.0.0.1 has changed.', { timeout: 60_000 });
  await app.look('host-changed-key');
  await main.getByRole('button', { name: 'Replace the known key…' }).press('Enter');
  const changed = page.getByRole('alertdialog', { name: 'Replace the known key of 127.0.0.1?' });
  await expect(changed.getByRole('button', { name: 'Keep the known key' })).toBeFocused();
  await app.look('question-changed-key');
  await changed.getByRole('textbox').fill('127.0.0.1');
  await changed.getByRole('button', { name: 'Replace and connect' }).press('Enter');
  const known = () => readFile(path.join(folders.dataDir, 'known_hosts'), 'utf8');
  await expect.poll(known).toContain(await sshd.hostKey());
  // The new key is the known one: the next question is for the code, for the key file is open already.
  await expect(code).toBeVisible();
  await page.keyboard.press('Escape');
  await main.getByRole('tab', { name: 'History' }).click();
  await expect(main.getByRole('grid', { name: 'History' })).toContainText('Host key replaced');
});
