import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedFleet } from '../../../electron/core/demo-workspaces.ts';
import { startDemoFleet } from '../../../electron/demo/start-demo-fleet.ts';
import type { StatusDocument } from '../../../electron/cli/status-document.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import { HostFacts } from '../../../shared/model/host-facts.ts';
import { answering, openCliUser } from '../../support/cli.ts';

type CliUser = Awaited<ReturnType<typeof openCliUser>>;
let user: CliUser;
beforeAll(async () => {
  user = await openCliUser();
});
afterAll(() => user.dispose());

const documents = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as StatusDocument);

describe('berth status', () => {
  it('shows a table of all hosts, says below it what is missing, and exits 1 when some could not be read', async () => {
    const { code, out, err } = await user.run(['status', '--demo']);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(25);
    expect(lines[0]).toMatch(/^HOST +STATE +IMAGE +VERSION +AGE +NEXT BOOT +UPDATE +HEALTH +BACKEND$/);
    const column = lines[0]?.indexOf('STATE') ?? 0;
    for (const line of lines.slice(1)) expect(line.slice(column - 2, column)).toBe('  ');
    expect(out).toMatch(
      /^web-03\.ber +Staged, waits for reboot +quay\.io\/acme\/web:stable +2\.14\.0 @3f9c1a +(?:19|20) d +2\.15\.0 /m,
    );
    expect(out).toMatch(/^legacy-app-02 +Package mode /m);
    expect(err).toContain('edge-kiel-01: 127.1.0.7 port 1 refused the connection.');
    expect(err).toContain('vm-lab-07: The host key of 127.0.0.1 has changed.');
    expect(err).toContain('Demo: 24 simulated hosts.');
    expect(code).toBe(1);
  });

  it('exits 0 when all named hosts could be read, also one in package mode', async () => {
    const { code, out } = await user.run(['status', '--demo', 'WEB-01.ber', 'legacy-app-02']);
    expect(out.trimEnd().split('\n')).toHaveLength(3);
    expect(code).toBe(0);
  });

  it('prints one document for each host with --json, with the schema version and all facts', async () => {
    const { code, out } = await user.run(['--demo', 'status', '--json', 'web-05.fra', 'edge-kiel-01']);
    const all = documents(out);
    expect(all.map(({ schemaVersion, kind }) => [schemaVersion, kind])).toEqual([
      [1, 'host-status'],
      [1, 'host-status'],
    ]);
    const web = all.find(({ host }) => host.name === 'web-05.fra');
    expect(web).toMatchObject({ ok: true, failure: null, condition: { code: 'update-found', text: 'Update found' } });
    expect(valueOf(HostFacts.parse(web?.facts).deployments)?.booted?.version).toBe('2.14.0');
    const kiel = all.find(({ host }) => host.name === 'edge-kiel-01');
    expect(kiel).toMatchObject({ ok: false, facts: null, failure: { code: 'ssh.refused' } });
    expect(kiel?.failure?.text).toContain('refused the connection');
    expect(code).toBe(1);
  });

  it('knows an empty inventory', async () => {
    expect(await user.run(['status'])).toMatchObject({ code: 0, out: '' });
  });
});

describe('command lines that are not understood', () => {
  it.each([
    ['no command', [], ''],
    ['an unknown command', ['restart'], 'restart'],
    ['an unknown option', ['status', '--colour'], '--colour'],
    ['a host that does not exist', ['status', '--demo', 'nosuch'], 'There is no host named nosuch.'],
    ['an address that is none', ['status', 'admin@bad_host!'], 'bad_host!'],
    ['a password in an address', ['status', 'ssh://admin:secret@box'], 'password'],
    ['no host to upgrade', ['upgrade'], 'HOST'],
    ['a demo of no hosts', ['--demo=0', 'status'], '1 to 5000'],
  ])('%s: exit 2', async (_, words, says) => {
    const { code, out, err } = await user.run(words);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(says);
    expect(err).not.toContain('secret');
  });

  it('helps: exit 0', async () => {
    const { code, out } = await user.run(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('upgrade [options] <HOST>');
    expect(out).toMatch(/^ {2}4 {2}not known how it ended/m);
  });
});

describe('berth upgrade', () => {
  it('shows the plan, streams the log and tells the outcome: exit 0', async () => {
    const { code, out } = await user.run(['upgrade', 'web-05.fra', '--yes', '--demo']);
    expect(out).toMatch(/^ {2}Target +quay\.io\/acme\/web:stable, 2\.15\.0 @8d41f0c2$/m);
    expect(out).toMatch(/^ {2}Commands +sudo systemd-run --collect --unit=berth-upgrade-/m);
    expect(out).toMatch(/^ {2}Effect +Stages 2\.15\.0 as the next boot\./m);
    expect(out).toMatch(/^ {2}Lost +Rollback 2\.13\.2 is dropped/m);
    expect(out).toMatch(/^\d\d:\d\d:\d\d stdout +Queued for next boot: quay\.io\/acme\/web:stable$/m);
    expect(out).toMatch(/^\d\d:\d\d:\d\d progress ostree chunk [0-9a-f]{21} /m);
    expect(out).not.toContain('\u001b');
    expect(out.trimEnd().split('\n').at(-1)).toBe('web-05.fra: Staged 2.15.0 @8d41f0c2: the next boot runs it.');
    expect(code).toBe(0);
  });

  it('asks before it starts; anything but yes leaves all as it was', async () => {
    const person = answering('n');
    const { code, out, err } = await user.run(['upgrade', 'web-05.fra', '--demo'], { person });
    expect(person.asked).toEqual(['Start it? [y/N] ']);
    expect(err).toContain('Nothing was done.');
    expect(out).not.toContain('started');
    expect(code).toBe(1);
    expect(await user.run(['upgrade', 'web-01.ber', '--demo'], { person: answering('y') })).toMatchObject({ code: 10 });
  });

  it('without a terminal shows the plan and wants --yes: exit 2', async () => {
    const { code, out, err } = await user.run(['upgrade', 'web-05.fra', '--demo']);
    expect(out).toContain('Upgrade web-05.fra');
    expect(err).toContain('--yes');
    expect(code).toBe(2);
  });

  it('--check only looks, and needs no confirmation', async () => {
    const { code, out } = await user.run(['upgrade', '--check', 'web-05.fra', '--demo']);
    expect(out.trimEnd().split('\n').at(-1)).toBe('web-05.fra: Update found: 2.15.0 @8d41f0c2.');
    expect(code).toBe(0);
  });

  it.each([
    ['db-02.ber', 'Failed: The registry quay.io refused the credentials.', '/etc/ostree/auth.json'],
    ['mon-01.ber', 'Layered packages', 'rpm-ostree reset'],
    ['edge-kiel-01', 'refused the connection', ''],
    ['proxy-01.fra', 'root', ''],
  ])('%s: exit 1, why and what to do', async (host, why, remedy) => {
    const { code, out, err } = await user.run(['upgrade', host, '--yes', '--demo']);
    expect(out + err).toContain(why);
    expect(err).toContain(remedy);
    expect(code).toBe(1);
  });
});

describe('hosts of the network', () => {
  let fleet: SimulatedFleet;
  let admin: CliUser;
  const portOf = (name: string) => fleet.hosts.find((host) => host.name === name)?.port ?? 0;
  const addressOf = (name: string) => `admin@127.0.0.1:${portOf(name)}`;
  beforeAll(async () => {
    const folder = await openCliUser();
    fleet = await startDemoFleet({ hosts: 24, dir: join(folder.dir, 'fleet'), pace: 0.2 });
    const own = await openCliUser(fleet);
    admin = {
      ...own,
      async dispose() {
        await Promise.all([own.dispose(), fleet.dispose(), folder.dispose()]);
      },
    };
  });
  afterAll(() => admin.dispose());

  it('are read by their address alone, and not kept', async () => {
    const { code, out } = await admin.run(['status', addressOf('web-01.ber'), `ssh://${addressOf('web-03.ber')}`]);
    expect(out).toMatch(/^127\.0\.0\.1 +No update known /m);
    expect(out).toMatch(/Staged, waits for reboot/);
    expect(code).toBe(0);
    expect(await admin.run(['status'])).toMatchObject({ code: 0, out: '' });
  });

  it('an unknown host key is asked for at the terminal; without one it is refused', async () => {
    const words = ['status', addressOf('vm-lab-08')];
    expect(await admin.run(words)).toMatchObject({ code: 1 });
    const person = answering('yes');
    const { code, err } = await admin.run(words, { person });
    expect(err).toMatch(/is not known\.\n {2}ssh-ed25519 SHA256:/);
    expect(person.asked).toHaveLength(1);
    expect(code).toBe(0);
    expect(await readFile(join(admin.dir, 'data', 'known_hosts'), 'utf8')).toContain('ssh-ed25519');
    expect(await admin.run(words)).toMatchObject({ code: 0 });
  });

  it('an operation that was left goes on; the same command follows it to its end', async () => {
    const controller = new AbortController();
    const words = ['upgrade', addressOf('web-05.fra'), '--yes'];
    const left = await admin.run(words, {
      interrupted: controller.signal,
      onOut: (out) => {
        if (out.includes(' ostree chunk ')) controller.abort(new Error('Ctrl-C'));
      },
    });
    expect(left.code).toBe(4);
    const unit = /unit (berth-upgrade-[0-9a-f]{12}\.service) goes on there/.exec(left.err)?.[1];
    expect(unit).toBeDefined();

    const again = await admin.run(words);
    expect(again.err).toContain(`unit ${unit ?? ''} runs already. Following it; nothing else is started.`);
    expect(again.out.trimEnd().split('\n').at(-1)).toMatch(/Staged 2\.15\.0 @8d41f0c2: the next boot runs it\.$/);
    expect(again.code).toBe(0);
  });

  it('Ctrl-C before anything was started ends it: exit 130', async () => {
    const controller = new AbortController();
    controller.abort(new Error('Ctrl-C'));
    const { code } = await admin.run(['upgrade', addressOf('web-03.ber'), '--yes'], { interrupted: controller.signal });
    expect(code).toBe(130);
  });
});
