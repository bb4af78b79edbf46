import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCliUser } from '../../support/cli.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { startSshd } from '../../support/sshd.ts';

let user: Awaited<ReturnType<typeof openCliUser>>;
beforeEach(async () => {
  user = await openCliUser();
});
afterEach(() => user.dispose());

const configure = (text: string) => writeFile(join(user.dir, 'ssh_config'), text, { mode: 0o600 });

describe('berth import', () => {
  it('takes the hosts of the ssh configuration, and tells what it could not', async () => {
    await configure('Host web db\nHost *.lan\nHost a/b\nInclude x\n');
    const dry = await user.run(['import', '--dry-run']);
    expect(dry.code).toBe(0);
    expect(dry.out).toMatch(/^web +web +\S+ssh_config:1 +new$/m);
    expect(dry.out).toMatch(/^a\/b .* refused$/m);
    expect(await user.run(['export', '--format', 'list'])).toEqual({ code: 0, out: '', err: '' });

    const run = await user.run(['import', '--group', 'lab']);
    expect(run.out).toBe('2 added, 0 updated, 0 unchanged, 1 refused.\n');
    expect(run.err).toContain('ssh_config:3: a/b: “a/b” cannot be handed to ssh.');
    expect(run.code).toBe(1);
    expect((await user.run(['export', '--format', 'list'])).out).toBe('web\ndb\n');
    expect((await user.run(['export', '--format', 'ssh-config', 'WEB'])).out).toBe('# lab\nHost web\n');
  });

  it('takes some of an Ansible inventory, and exports what it took to a new file', async () => {
    const file = join(user.dir, 'hosts.ini');
    await writeFile(file, '[g]\nx ansible_host=192.0.2.1 ansible_user=ada\ny\n');
    expect((await user.run(['import', 'ansible', file, '--only', 'x'])).out).toContain('1 added');
    const output = join(user.dir, 'out.yaml');
    expect(await user.run(['export', '--format', 'ansible-yaml', '--output', output])).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(await readFile(output, 'utf8')).toContain('ansible_host: 192.0.2.1');
    // Never over a file that is there.
    const again = await user.run(['export', '--format', 'list', '--output', output]);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('EEXIST') as string });
  });

  it('runs a command with its words as they are', async () => {
    const words = [
      'import',
      'command',
      '--',
      process.execPath,
      '-e',
      'console.log(JSON.stringify([process.argv[1]]))',
      'box.lan',
    ];
    expect((await user.run(words)).out).toBe('1 added, 0 updated, 0 unchanged, 0 refused.\n');
    const failing = await user.run([
      'import',
      'command',
      '--',
      process.execPath,
      '-e',
      'console.error("no token"); process.exit(3)',
    ]);
    expect(failing.code).toBe(1);
    expect(failing.err).toContain('ended with exit code 3: no token');
  });

  it('says what is missing on the command line', async () => {
    expect((await user.run(['import', 'ansible'])).code).toBe(1);
    expect((await user.run(['import', 'nowhere'])).code).toBe(2);
    expect((await user.run(['export'])).code).toBe(2);
    expect((await user.run(['import', '--only', 'nobody'])).err).toContain('nobody is not in the source');
  });
});

describeWith(...sshdNeeds)('a host of the ssh configuration', () => {
  it('is reached by its name, as the configuration says', async () => {
    const sshd = await startSshd();
    try {
      await writeFile(join(user.dir, 'known_hosts'), `the-door ${await sshd.hostKey()}\n`);
      await configure(
        [
          'Host door',
          '  HostName 127.0.0.1',
          `  Port ${sshd.port}`,
          `  User ${sshd.user}`,
          `  IdentityFile ${sshd.keyFile}`,
          '  HostKeyAlias the-door',
        ].join('\n'),
      );
      expect((await user.run(['import'])).out).toContain('1 added');
      const { out, err } = await user.run(['status', '--json', 'door']);
      expect(JSON.parse(out), err).toMatchObject({ host: { name: 'door', address: 'door' }, ok: true, failure: null });
      expect(sshd.log()).toContain(`Accepted publickey for ${sshd.user}`);
    } finally {
      await sshd.stop();
    }
  });
});
