#!/usr/bin/env node
// `npx berth …` from the checkout: the terminal commands, and without one of them the window.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build, isBuilt } from './build.mjs';
import { dist } from './paths.mjs';
import { start } from './start.mjs';

const words = process.argv.slice(2);
if (isTerminalCommand()) {
  if (!isBuilt()) {
    // Not on stdout, which belongs to the command.
    process.stderr.write('Building Berth…\n');
    await build();
  }
  const { status } = spawnSync(process.execPath, [path.join(dist, 'cli.cjs'), ...words], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
process.exit(await start(words));

/** Whether there is a word that is neither an option nor the value of one: the name of a command. */
function isTerminalCommand() {
  const withValue = ['--data-dir', '--config', '--unix-socket', '--port'];
  const command = words.find((word, at) => !word.startsWith('-') && !withValue.includes(words[at - 1] ?? ''));
  return command !== undefined || words.includes('--help') || words.includes('--version');
}
