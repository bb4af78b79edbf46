import { join } from 'node:path';
import { thisComputer } from '../core/this-computer.ts';
import { startDemoFleet } from '../demo/demo-fleet.ts';
import { createConsole } from './console.ts';
import { rawTerminal } from './raw-terminal.ts';
import { runCli } from './run-cli.ts';
import { terminalPerson } from './terminal-person.ts';

/** `node dist/cli.cjs`: the command line. */
const interrupted = new AbortController();
const { stdin, stdout, stderr } = process;
const leave = () => {
  // A second Ctrl-C does not wait for anything.
  if (interrupted.signal.aborted) process.exit(130);
  interrupted.abort();
};
process.on('SIGINT', leave);
process.on('SIGTERM', leave);
// A reader that has seen enough (`berth status | head`) is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void runCli(process.argv.slice(2), {
  terminal: createConsole({ stdout, stderr, person: terminalPerson(stdin, stderr) }),
  tty: rawTerminal(stdin, stdout, process.env['TERM']),
  nativeDir: join(__dirname, 'native'),
  startFleet: startDemoFleet,
  interrupted: interrupted.signal,
  ...thisComputer(),
}).then((code) => {
  process.exitCode = code;
});
