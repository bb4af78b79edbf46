import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSshConfig, type SshConfigPlaces } from '../../../../electron/core/ssh-config/config-files.ts';
import { discoverSshHosts } from '../../../../electron/core/ssh-config/discover-hosts.ts';
import { expandGlob } from '../../../../electron/core/ssh-config/glob.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-discover-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function write(name: string, ...lines: readonly string[]): Promise<string> {
  const path = join(home, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 });
  return path;
}

/** As the configuration writes a variable of the environment. */
const variable = (name: string) => `$\{${name}}`;

async function discover(env: NodeJS.ProcessEnv = {}) {
  const places: SshConfigPlaces = {
    userFile: join(home, '.ssh/config'),
    systemFile: join(home, 'etc/ssh_config'),
    systemFolder: join(home, 'etc'),
    home,
  };
  const found = discoverSshHosts(await loadSshConfig(places, env));
  return {
    ...found,
    names: found.hosts.map(({ name }) => name),
    codes: found.problems.map(({ failure }) => failure.code),
    at: (name: string) => {
      const { file, line } = found.hosts.find((host) => host.name === name)!;
      return `${file.slice(home.length + 1)}:${line}`;
    },
  };
}

describe('hosts of the ssh configuration', () => {
  it('are the names of Host lines, each with the file and line where it stands first', async () => {
    await write(
      '.ssh/config',
      '# mine',
      'Host web db *.lan !x',
      '  User ada',
      'Include conf.d/*.conf ~/more',
      'Host web late',
      'Match host x exec "true"',
    );
    await write('.ssh/conf.d/b.conf', 'Host b');
    await write('.ssh/conf.d/a.conf', '', 'Host a');
    await write('.ssh/conf.d/.hidden.conf', 'Host hidden');
    await write('more', 'Host more');
    await write('etc/ssh_config', 'Include sub', 'Host *', 'Host system');
    await write('etc/sub', 'Host below');
    const found = await discover();
    // `a`, `b` and `more` are included below `Host web db …`: ssh never applies them to themselves.
    expect(found.names).toEqual(['web', 'db', 'late', 'below', 'system']);
    expect(found.at('web')).toBe('.ssh/config:2');
    expect(found.at('below')).toBe('etc/sub:1');
    expect(found.leftOut.map(({ text, line }) => [text, line])).toEqual([
      ['*.lan', 2],
      ['!x', 2],
      ['Match host x exec "true"', 6],
      ['*', 2],
    ]);
    expect(found.files).toHaveLength(6);
    expect(found.codes).toEqual([]);
  });

  it('in included files are found in the order of glob, below a Host line only where it fits them', async () => {
    await write(
      '.ssh/config',
      'Include conf.d/*',
      'Host work-*',
      '  Include work',
      'Match all',
      `  Include ${variable('PART')}`,
    );
    await write('.ssh/conf.d/2', 'Host two');
    await write('.ssh/conf.d/1', 'Host one');
    await write('.ssh/work', 'Host work-1', 'Host play-1');
    await write('.ssh/part', 'Host part');
    const found = await discover({ PART: 'part' });
    expect(found.names).toEqual(['one', 'two', 'work-1', 'part']);
  });

  it('are read although a file includes itself, is too deep, or is refused', async () => {
    await write(
      '.ssh/config',
      'Include loop',
      'Include deep-0',
      `Include ~nobody/x ${variable('BERTH_UNSET')}`,
      'Host end',
    );
    await write('.ssh/loop', 'Host looped', 'Include loop');
    for (let depth = 0; depth < 20; depth += 1)
      await write(`.ssh/deep-${depth}`, `Include deep-${depth + 1}`, `Host deep-${depth}`);
    const found = await discover();
    expect(found.names).toContain('looped');
    expect(found.names).toContain('end');
    // The user's own file is the first of sixteen levels below it.
    expect(found.names.filter((name) => name.startsWith('deep'))).toHaveLength(16);
    expect(found.codes).toEqual(['config.include-loop', 'config.include-depth', 'config.syntax', 'config.syntax']);
    expect(found.problems[0]).toMatchObject({ file: join(home, '.ssh/loop'), line: 2 });
  });

  it('leave a file out that cannot be read, and say where it was included', async () => {
    const config = await write(
      '.ssh/config',
      'Host a',
      'Match all',
      'Include folder missing',
      'Host "broken',
      'Host z',
    );
    await mkdir(join(home, '.ssh/folder'));
    const found = await discover();
    expect(found.names).toEqual(['a', 'z']);
    expect(found.problems).toMatchObject([
      { file: join(home, '.ssh/config'), line: 4, failure: { code: 'config.syntax' } },
      { file: config, line: 3, failure: { code: 'config.unreadable', params: { detail: 'EISDIR' } } },
    ]);
  });

  it('that could not be handed to ssh are told as such', async () => {
    await write('.ssh/config', 'Host -oProxyCommand=id "a b" $(id) fine');
    const found = await discover();
    expect(found.hosts.map(({ name, refusal }) => [name, refusal?.code ?? null])).toEqual([
      ['-oProxyCommand=id', 'config.name-refused'],
      ['a b', 'config.name-refused'],
      ['$(id)', 'config.name-refused'],
      ['fine', null],
    ]);
  });

  it('come with a word about files that others may write', async () => {
    await chmod(await write('.ssh/config', 'Host a'), 0o666);
    expect((await discover()).codes).toEqual(['config.permissions']);
  });

  it('are 5,000 in a hundred files without one being resolved, and none where there is no file', async () => {
    expect((await discover()).names).toEqual([]);
    await write('.ssh/config', 'Include many/*');
    for (let file = 0; file < 100; file += 1) {
      await write(
        `.ssh/many/${file}`,
        ...Array.from({ length: 50 }, (_, host) => `Host h-${file}-${host}\n  HostName %h.lan\n  ProxyJump door`),
      );
    }
    const found = await discover();
    expect(found.names).toHaveLength(5000);
    expect(new Set(found.names)).toHaveProperty('size', 5000);
    expect(found.files).toHaveLength(101);
  });
});

describe('glob', () => {
  it('is that of the shell', async () => {
    for (const name of ['a1', 'a2', 'b1', '.a3', 'x[1]', 'd/a1']) await write(name);
    await symlink('/nowhere', join(home, 'a9'));
    const names = async (pattern: string) =>
      (await expandGlob(join(home, pattern))).map((path) => path.slice(home.length + 1));
    expect(await names('a*')).toEqual(['a1', 'a2', 'a9']);
    expect(await names('[!b]?')).toEqual(['a1', 'a2', 'a9']);
    expect(await names('[ab]1')).toEqual(['a1', 'b1']);
    expect(await names('.a*')).toEqual(['.a3']);
    expect(await names('*/a?')).toEqual(['d/a1']);
    expect(await names('x\\[1\\]')).toEqual(['x[1]']);
    expect(await names('nothing*')).toEqual([]);
    expect(await names('[z-a]*')).toEqual([]);
  });
});
