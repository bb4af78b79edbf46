import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { describe } from '../../shared/errors/describe.ts';
import { BerthError } from '../../shared/errors/failure.ts';
import { DEFAULT_DEMO_HOSTS } from '../../shared/logic/launch-arguments.ts';
import { ExportFormat } from '../../shared/model/source.ts';
import type { Core, CoreOptions } from '../core/create-core.ts';
import { defaultDataDir } from '../core/default-paths.ts';
import type { StartFleet } from '../core/demo-workspaces.ts';
import { createSessions } from '../core/sessions.ts';
import { version } from '../core/version.ts';
import { answerPrompts } from './answer-prompts.ts';
import { bundleCommand } from './bundle-command.ts';
import type { Console } from './console.ts';
import { compareHostsCommand, etcCommand } from './etc-command.ts';
import { exitCode } from './exit-codes.ts';
import { exportCommand } from './export-command.ts';
import { forensicsCommand } from './forensics-command.ts';
import { historyCommand, verifyCommand } from './history-command.ts';
import { importCommand, placeOf } from './import-command.ts';
import { unlessInterrupted } from './interrupt.ts';
import { runCommand } from './run-command.ts';
import { logsCommand } from './logs-command.ts';
import { addLogsProgram } from './logs-program.ts';
import { addRunProgram } from './run-program.ts';
import type { RawTerminal } from './raw-terminal.ts';
import { addSshProgram } from './ssh-program.ts';
import { statusCommand } from './status-command.ts';
import { verbCommand } from './verb-command.ts';
import { addVerbPrograms } from './verb-programs.ts';

/** What the command line needs of the process it runs in. */
export interface CliEnvironment {
  readonly terminal: Console;
  readonly nativeDir: string;
  readonly user: string;
  readonly workstation: string;
  readonly startFleet: StartFleet;
  /** The user's ssh files and agent; by default those that ssh uses. */
  readonly ssh?: CoreOptions['ssh'];
  /** For shells on hosts; left out where there is no terminal. */
  readonly tty?: RawTerminal | null | undefined;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

interface GlobalOptions {
  readonly dataDir?: string;
  readonly config?: string;
  readonly demo?: number;
}

interface ImportFlags {
  readonly only?: readonly string[];
  readonly group?: string;
  readonly sync: boolean;
  readonly dryRun: boolean;
}

interface HistoryFlags {
  readonly filter: string;
  readonly limit: number;
  readonly json: boolean;
  readonly csv: boolean;
  readonly verify: boolean;
}

interface EtcFlags {
  readonly staged: boolean;
  readonly rollback: boolean;
  readonly compare: boolean;
  readonly json: boolean;
  readonly markdown: boolean;
  readonly csv: boolean;
}

const HELP = `
HOST is a name of the inventory, or an address such as admin@box:2222 or ssh://admin@box, which is not kept.
Without a command, berth opens its window.

What is asked for at the terminal is held for this command alone; the keychain of the computer is for Berth's window.

Exit codes:
  0  done
  1  a host could not be read, or the operation failed
  2  the command line is not understood, or needs an answer that nobody can give
  3  the pre-flight found something that stops it; nothing was done
  4  not known how it ended: the host did not come back, or Ctrl-C left it running on the host
 10  nothing to do: it was so already, or there is no update; etc: something was changed on the host
 20  etc: something in /etc blocks the update
`;

/** Runs one command line (without the words for node and the program) and resolves with its exit code. Never rejects. */
export async function runCli(words: readonly string[], environment: CliEnvironment): Promise<number> {
  const { terminal } = environment;
  let result: number = exitCode.done;

  const program = new Command('berth')
    .description('Image-mode Linux hosts, seen and updated over plain SSH.')
    .version(version)
    .option('--data-dir <dir>', 'keep everything that Berth writes in this folder')
    .option('--config <file>', 'use this file as the inventory')
    .option('--demo [n]', `a fleet of simulated hosts (${DEFAULT_DEMO_HOSTS}), instead of your own`, demoHosts)
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  const withCore = async (command: (core: Core, isDemo: boolean) => Promise<number>) => {
    result = await runWithCore(program.opts<GlobalOptions>(), environment, command);
  };

  program
    .command('status')
    .description('read hosts now and show their state')
    .argument('[HOST...]', 'which hosts; all of the inventory by default')
    .option('--json', 'one line of JSON for each host', false)
    .action((hosts: readonly string[], { json }: { readonly json: boolean }) =>
      withCore((core) => unlessInterrupted(statusCommand(core, terminal, { hosts, json }), environment.interrupted)),
    );
  addVerbPrograms(program, (call) =>
    withCore((core, isDemo) => verbCommand(core, terminal, { ...call, isDemo, interrupted: environment.interrupted })),
  );
  addRunProgram(program, (call) =>
    withCore((core) => runCommand(core, terminal, { ...call, interrupted: environment.interrupted })),
  );
  addSshProgram(program, (host) =>
    withCore(async (core) => {
      const { sshCommand } = await import('./ssh-command.ts');
      return sshCommand(core, terminal, environment.tty ?? null, host);
    }),
  );
  addLogsProgram(program, (call) =>
    withCore((core) => logsCommand(core, terminal, { ...call, interrupted: environment.interrupted })),
  );
  program
    .command('history')
    .description('show what was done to hosts, by whom and how it ended')
    .argument('[HOST]', 'a host by the name that it has or had; all by default')
    .option('--filter <terms>', 'only what fits, as on the page: "outcome:failed age:<7d by:jb"', '')
    .option('-n, --limit <n>', 'so many of the newest', atLeastOne, 50)
    .addOption(new Option('--json', 'all that fits, as JSON').default(false).conflicts('csv'))
    .option('--csv', 'all that fits, as CSV', false)
    .option('--verify', 'compare all of it with its hashes; exits 1 when something was changed', false)
    .action((host: string | undefined, { filter, limit, json, csv, verify }: HistoryFlags) =>
      withCore((core) =>
        unlessInterrupted(
          verify
            ? verifyCommand(core, terminal, environment.interrupted, json)
            : historyCommand(core, terminal, {
                host: host ?? null,
                filter,
                limit,
                format: json ? 'json' : csv ? 'csv' : 'table',
              }),
          environment.interrupted,
        ),
      ),
    );
  program
    .command('forensics')
    .description('tell why a host runs what it runs, from its last boots; exits 4 when that cannot be told')
    .argument('<HOST>', 'which host')
    .option('--json', 'one line of JSON', false)
    .action((host: string, { json }: { readonly json: boolean }) =>
      withCore((core) => unlessInterrupted(forensicsCommand(core, terminal, { host, json }), environment.interrupted)),
    );
  const etc = program
    .command('etc')
    .description('tell what differs in /etc of a host; exits 0 without drift, 10 with drift, 20 with blockers')
    .usage('[options] HOST [PATH]\n       berth etc --compare [options] HOST HOST...')
    .argument('<HOST...>', 'which host, and a path of it alone; hosts, with --compare')
    .addOption(new Option('--staged', 'what the next boot makes of it').default(false).conflicts('rollback'))
    .option('--rollback', 'what a rollback makes of it', false)
    .option('--compare', 'group hosts by what was changed on them; exits 10 when they differ', false)
    .addOption(new Option('--json', 'one line of JSON').default(false).conflicts(['markdown', 'csv']))
    .addOption(new Option('--markdown', 'a report').default(false).conflicts('csv'))
    .option('--csv', 'a table', false)
    .action((words: readonly string[], flags: EtcFlags) => {
      if (flags.compare ? words.length < 2 : words.length > 2) {
        etc.error(flags.compare ? 'error: --compare takes two hosts or more' : 'error: a host and a path, and no more');
      }
      const view = flags.staged ? 'staged' : flags.rollback ? 'rollback' : 'drift';
      const format = flags.json ? 'json' : flags.markdown ? 'markdown' : flags.csv ? 'csv' : 'text';
      const [host = '', path = null] = words;
      return withCore((core) =>
        unlessInterrupted(
          flags.compare
            ? compareHostsCommand(core, terminal, { hosts: words, view, format })
            : etcCommand(core, terminal, { host, path, view, format }),
          environment.interrupted,
        ),
      );
    });
  program
    .command('bundle')
    .description(
      'write an incident bundle: facts, journals and operations, passwords and keys masked; exits 1 when a host could not be read',
    )
    .argument('<HOST...>', 'which hosts')
    .option('-o, --output <file>', 'a new file; by default it is called after the hosts')
    .action((hosts: readonly string[], { output }: { readonly output?: string }) =>
      withCore((core) =>
        unlessInterrupted(bundleCommand(core, terminal, { hosts, output: output ?? null }), environment.interrupted),
      ),
    );
  program
    .command('import')
    .description('take hosts into the inventory: of the ssh configuration, or of another source')
    .addArgument(new Argument('[FROM]', 'what to read').choices(['ssh-config', 'ansible', 'list', 'command']))
    .argument('[WORD...]', 'the file, or the command with its arguments (after --)')
    .option('--only <name...>', 'only these, by their names in the source')
    .option('--group <group>', 'put them into this group instead of those of the source')
    .option('--sync', 'take later changes of the source over without asking', false)
    .option('-n, --dry-run', 'only show what there is', false)
    .action((from: string | undefined, rest: readonly string[], given: ImportFlags) =>
      withCore((core) =>
        importCommand(core, terminal, {
          place: placeOf(from ?? 'ssh-config', rest),
          only: given.only ?? [],
          group: given.group ?? null,
          dryRun: given.dryRun,
          sync: given.sync,
        }),
      ),
    );
  program
    .command('export')
    .description('print the inventory in a format that others read')
    .argument('[HOST...]', 'which hosts; all of the inventory by default')
    .addOption(new Option('--format <format>', 'the format').choices(ExportFormat.options).makeOptionMandatory())
    .option('--output <file>', 'write a new file instead')
    .action(
      (hosts: readonly string[], { format, output }: { readonly format: ExportFormat; readonly output?: string }) =>
        withCore((core) => exportCommand(core, terminal, { hosts, format, output: output ?? null })),
    );

  try {
    await program.parseAsync(withDemoNumber(words), { from: 'user' });
    return result;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    if (environment.interrupted.aborted && error === environment.interrupted.reason) return exitCode.interrupted;
    if (!(error instanceof BerthError)) {
      terminal.err(`berth: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return exitCode.failed;
    }
    const { text, remedy } = describe(error.failure);
    terminal.err(`berth: ${text}${remedy === '' ? '' : ` ${remedy}`}\n`);
    return error.failure.code.startsWith('input.') ? exitCode.usage : exitCode.failed;
  }
}

async function runWithCore(
  { dataDir, config, demo }: GlobalOptions,
  { terminal, nativeDir, user, workstation, startFleet, ssh }: CliEnvironment,
  command: (core: Core, isDemo: boolean) => Promise<number>,
): Promise<number> {
  const sessions = await createSessions({
    core: {
      dataDir: dataDir === undefined ? defaultDataDir() : resolve(dataDir),
      nativeDir,
      inventoryFile: config === undefined ? undefined : resolve(config),
      user,
      workstation,
      ssh,
    },
    version,
    home: 'cli',
    demo: demo ?? null,
    startFleet,
  });
  try {
    const session = await sessions.open();
    const core = session.core();
    if (demo !== undefined) terminal.err(`Demo: ${demo} simulated hosts. Nothing here is real.\n`);
    for (const problem of core.problems()) terminal.err(`${describe(problem).text}\n`);
    const endPrompts = answerPrompts(core.prompts, terminal);
    try {
      return await command(core, demo !== undefined);
    } finally {
      endPrompts();
    }
  } finally {
    await sessions.dispose();
  }
}

function demoHosts(text: string): number {
  const hosts = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (hosts < 1 || hosts > 5000) throw new InvalidArgumentError('A number of hosts from 1 to 5000.');
  return hosts;
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('A number from 1 on.');
  return Number(text);
}

/** `--demo` takes its number only with an equals sign: the word after it is a command. */
function withDemoNumber(words: readonly string[]): string[] {
  return words.map((word) => (word === '--demo' ? `--demo=${DEFAULT_DEMO_HOSTS}` : word));
}
