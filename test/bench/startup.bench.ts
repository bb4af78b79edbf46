import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findElectron } from '../../build/electron-binary.mjs';
import { root } from '../../build/paths.mjs';
import { createCore } from '../../electron/core/create-core.ts';
import { startDisplay, type Display } from '../e2e/support/display.ts';
import { makePrivateFolders, type PrivateFolders } from '../e2e/support/private-folders.ts';
import { runPeer } from './support/peers.ts';
import { median, report, skip } from './support/report.ts';

/**
 * From the start of the process to a page that can be used, against the least that Electron can show. One after the other, in
 * turns, so that a noisy minute of the machine is everybody's.
 */
const BENCH = 'startup';
const RUNS = 9;
const HOSTS = 100;
const RUN_TIMEOUT_MS = 60_000;

interface Program {
  readonly measure: string;
  /** What must have the focus. */
  readonly interactive: string;
  readonly words: readonly string[];
  readonly folders: PrivateFolders;
}

async function main(): Promise<void> {
  // Fetches one where there is none; as a program of its own, since its packages cannot be bundled.
  await runPeer(process.execPath, [join(root, 'test', 'support', 'electron-runtime.mjs')]).catch(() => undefined);
  const runtime = findElectron();
  if (!runtime) {
    skip(BENCH, 'all', 'there is no Electron, and none can be had');
    return;
  }
  const display = await startDisplay();
  const folders = [await makePrivateFolders(), await makePrivateFolders(), await makePrivateFolders()] as const;
  try {
    await addHosts(folders[2]);
    const programs: readonly [Program, ...Program[]] = [
      {
        measure: 'an empty page',
        interactive: 'body',
        words: [join(__dirname, 'empty-window.cjs')],
        folders: folders[0],
      },
      {
        measure: 'start to the first run',
        interactive: '.first__quick input',
        words: [root, '--data-dir', folders[1].dataDir],
        folders: folders[1],
      },
      {
        measure: `start to the table of ${HOSTS} hosts`,
        interactive: '[role=grid]:has([role=rowheader])',
        words: [root, '--data-dir', folders[2].dataDir],
        folders: folders[2],
      },
    ];
    const times = programs.map((): number[] => []);
    for (let run = -1; run < RUNS; run += 1) {
      for (const [index, program] of programs.entries()) {
        const time = await start(runtime.executable, program, display);
        // The first start of each fills caches, on the disk and in the profile.
        if (run >= 0) times[index]?.push(time);
      }
    }
    const empty = median(times[0] ?? []);
    for (const [index, { measure }] of programs.entries()) {
      if (index === 0) continue;
      report({
        bench: BENCH,
        measure: `${measure}, Electron ${runtime.version}`,
        value: median(times[index] ?? []),
        unit: 'ms',
        against: 'a bare Electron window with an empty page',
        againstValue: empty,
        aim: { atMost: 1.7 },
      });
    }
  } finally {
    await display.stop();
    for (const each of folders) await each.remove();
  }
}

/** Starts the program, and resolves with the milliseconds until it could be used, after it has ended. */
async function start(executable: string, program: Program, display: Display): Promise<number> {
  const startedAt = performance.timeOrigin + performance.now();
  const child = spawn(
    executable,
    // Electron does not run as root with its sandbox.
    [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '-r',
      join(__dirname, 'startup-probe.cjs'),
      ...program.words,
    ],
    {
      env: { ...program.folders.env, DISPLAY: display.name, BENCH_INTERACTIVE: program.interactive },
      cwd: program.folders.home,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), RUN_TIMEOUT_MS);
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  const interactiveAt = /^interactive ([\d.]+)$/m.exec(output)?.[1];
  if (interactiveAt === undefined) throw new Error(`${program.measure}: it did not come to be used\n${output}`);
  return Number(interactiveAt) - startedAt;
}

/** An inventory whose hosts refuse the connection at once: nothing listens on port 1. */
async function addHosts({ dataDir, home }: PrivateFolders): Promise<void> {
  const core = await createCore({
    dataDir,
    nativeDir: join(root, 'native'),
    ssh: {
      userKnownHosts: join(home, '.ssh', 'known_hosts'),
      systemKnownHosts: [],
      defaultKeyFiles: [],
      agentSocket: null,
    },
    user: 'bench',
    workstation: 'bench',
  });
  await core.inventory.addAll(
    Array.from({ length: HOSTS }, (_, index) => ({
      name: `host-${index}`,
      address: `127.0.1.${index + 1}`,
      port: 1,
      user: null,
      keyFile: null,
      group: null,
      tags: [],
      note: '',
      transport: 'auto',
      source: null,
    })),
  );
  await core.dispose();
}

void main();
