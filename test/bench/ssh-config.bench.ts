import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInventory, InventoryFile } from '../../electron/core/hosts/inventory.ts';
import { createSources, SourcesFile } from '../../electron/core/inventory-sources/sources.ts';
import { silentLog } from '../../electron/core/log/file-log.ts';
import { createSshConfig } from '../../electron/core/ssh-config/ssh-config.ts';
import { openJsonFile } from '../../electron/core/store/json-file.ts';
import { median, report, timed } from './support/report.ts';

/**
 * An ssh configuration of 5,000 entries in 50 included files: until its hosts are found, until they are in the inventory, and until
 * a change of one file is known. Nothing is resolved; the limit of all is a second.
 */
const ENTRIES = 5000;
const FILES = 50;
const RUNS = 5;
const LIMIT_MS = 1000;

async function main(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  try {
    await mkdir(join(home, '.ssh/conf.d'), { recursive: true });
    await writeFile(join(home, '.ssh/config'), 'Include conf.d/*\nHost *\n  ServerAliveInterval 30\n');
    for (let file = 0; file < FILES; file += 1) await writeFile(join(home, `.ssh/conf.d/${file}`), entries(file));
    const times = { discover: [] as number[], import: [] as number[], refresh: [] as number[] };
    for (let run = 0; run < RUNS; run += 1) {
      const one = await measure(home, join(home, `data-${run}`));
      times.discover.push(one.discover);
      times.import.push(one.import);
      times.refresh.push(one.refresh);
    }
    const what = `${ENTRIES.toLocaleString('en')} entries in ${FILES} files`;
    for (const [name, values] of Object.entries(times)) {
      report({
        bench: 'ssh-config',
        measure: `${name}, ${what}`,
        value: median(values),
        unit: 'ms',
        against: 'limit',
        againstValue: LIMIT_MS,
        aim: { atMost: 1 },
      });
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Milliseconds from a cold start each. */
async function measure(home: string, dataDir: string): Promise<{ discover: number; import: number; refresh: number }> {
  const hosts = await openJsonFile({
    path: join(dataDir, 'inventory.json'),
    schema: InventoryFile,
    version: 1,
    defaults: { hosts: [] },
  });
  const file = await openJsonFile({
    path: join(dataDir, 'sources.json'),
    schema: SourcesFile,
    version: 1,
    defaults: { sources: [] },
  });
  const places = { userFile: join(home, '.ssh/config'), systemFile: null, systemFolder: home, home };
  const inventory = createInventory(hosts, Date.now);
  const sources = createSources({
    file,
    inventory,
    sshConfig: createSshConfig(places, {}),
    home,
    env: {},
    log: silentLog,
    now: Date.now,
  });
  const place = { kind: 'ssh-config' } as const;
  const discover = await timed(() => sources.discover(place));
  const imported = await timed(() => sources.import({ place, names: 'all', group: null, apply: 'ask' }));
  if (inventory.list().length !== ENTRIES) throw new Error(`${inventory.list().length} hosts were imported`);
  await writeFile(join(home, '.ssh/conf.d/0'), `Host new\n${entries(0)}`);
  const [source] = sources.list();
  if (!source) throw new Error('No source is kept');
  let added = 0;
  const refresh = await timed(async () => {
    added = (await sources.refresh(source.id)).changes.added.length;
  });
  if (added !== 1) throw new Error(`${added} new hosts were told`);
  await writeFile(join(home, '.ssh/conf.d/0'), entries(0));
  await sources.dispose();
  await Promise.all([hosts.dispose(), file.dispose()]);
  return { discover, import: imported, refresh };
}

function entries(file: number): string {
  return Array.from(
    { length: ENTRIES / FILES },
    (_, index) =>
      `Host web-${file}-${index}\n  HostName web-${file}-${index}.example.com\n  User admin\n  ProxyJump door\n`,
  ).join('');
}

void main();
