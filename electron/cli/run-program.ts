import { InvalidArgumentError, type Command } from 'commander';
import { runLimits } from '../../shared/model/run-limits.ts';
import type { RunCommandOptions } from './run-command.ts';

interface RunFlags {
  readonly parallel: number;
  readonly root: boolean;
  readonly json: boolean;
  readonly timeout: number;
  readonly name: readonly string[];
}

/** What the command line asks for. */
export type RunCall = Omit<RunCommandOptions, 'interrupted'>;

/** Adds `run` to a program. */
export function addRunProgram(program: Command, run: (call: RunCall) => Promise<void>): void {
  program
    .command('run')
    .description('run a command on hosts and group what came of it; exits 1 when it failed on one of them')
    .argument('<COMMAND>', 'one word for sh -c: quote it')
    .argument('<HOST...>', 'which hosts')
    .option('--parallel <n>', 'on so many hosts at once', between(1, runLimits.atOnce), runLimits.defaultAtOnce)
    .option('--root', 'as root, by the way that Berth has root there', false)
    .option('--json', 'one line of JSON, with the output of each host', false)
    .option('--timeout <seconds>', 'end it after so long', between(1, runLimits.seconds), runLimits.defaultSeconds)
    .option('--name <name...>', 'names of hosts, where their production tags want them typed', [])
    .addHelpText(
      'after',
      `
A run is no operation: it ends with its connection, with Ctrl-C, and with this command. Without a terminal and without input.
Exit codes: 0 the command exited with 0 on all hosts; 1 it did not on one, or a host could not be reached;
2 the command line is not understood; 130 interrupted, and ended on the hosts.`,
    )
    .action((command: string, hosts: readonly string[], { name, ...flags }: RunFlags) =>
      run({ command, hosts, names: name, ...flags }),
    );
}

function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (number < least || number > most) {
      throw new InvalidArgumentError(`A number from ${String(least)} to ${String(most)}.`);
    }
    return number;
  };
}
