import { describe } from '../../shared/errors/describe.ts';
import { productionGuard } from '../../shared/logic/guard-rails.ts';
import { hasRunFailed, runGroups } from '../../shared/logic/run-groups.ts';
import { runReport } from '../../shared/logic/run-report.ts';
import { keptText, runStateWords } from '../../shared/logic/run-words.ts';
import type { Host } from '../../shared/model/host.ts';
import type { Run, RunOutput } from '../../shared/model/run.ts';
import type { Core } from '../core/create-core.ts';
import { cleanLine } from '../core/operations/line-text.ts';
import type { Runs } from '../core/runs/runs.ts';
import type { Console } from './console.ts';
import { exitCode } from './exit-codes.ts';
import { findHost } from './find-hosts.ts';

export interface RunCommandOptions {
  readonly command: string;
  readonly hosts: readonly string[];
  readonly parallel: number;
  readonly root: boolean;
  readonly json: boolean;
  /** Seconds a host may take. */
  readonly timeout: number;
  /** Names of production hosts, as the guard rails want them typed; those that are missing are asked for. */
  readonly names: readonly string[];
  /** Ends what runs on the hosts. */
  readonly interrupted: AbortSignal;
}

/**
 * `berth run 'cmd' HOST…`: a command on hosts, results grouped by what they are. Exits with 0 where it ended well everywhere, 1 where it did not
 * somewhere, 130 when it was interrupted. Rejects with BerthError where nothing was begun.
 */
export async function runCommand(core: Core, terminal: Console, options: RunCommandOptions): Promise<number> {
  const { command, parallel, root, timeout, interrupted } = options;
  const hosts = [...new Map(options.hosts.map((word) => findHost(core, word)).map((host) => [host.id, host])).values()];
  const typedNames = await typed(core, terminal, hosts, options.names);
  const { runs } = await core.runs();
  if (interrupted.aborted) return exitCode.interrupted;
  const begun = await runs.start({
    ...{ command, asRoot: root, atOnce: parallel, timeoutSeconds: timeout, typedNames },
    hostIds: hosts.map(({ id }) => id),
  });
  const run = await untilOver(runs, begun, terminal, interrupted);
  const outputs = new Map(
    runs
      .outputs(
        run.id,
        run.hosts.map(({ hostId }) => hostId),
      )
      .map((output) => [output.hostId, output]),
  );
  terminal.out(options.json ? runReport(run, outputs, 'json') : textOf(run, outputs));
  if (run.isStopped) return exitCode.interrupted;
  return run.hosts.some(hasRunFailed) ? exitCode.failed : exitCode.done;
}

/** The names of the production hosts among them: those given, and those that a person types now. */
async function typed(
  core: Core,
  { person }: Console,
  hosts: readonly Host[],
  given: readonly string[],
): Promise<string[]> {
  const names = [...given];
  for (const host of hosts) {
    const guard = productionGuard(core.settings.read(), host);
    if (guard.kind !== 'typed-name' || names.includes(host.name) || !person) continue;
    const answer = await person.ask(`${host.name} has the production tag “${guard.tag}”. Type its name to go on: `);
    names.push(answer?.trim() ?? '');
  }
  return names;
}

async function untilOver(runs: Runs, begun: Run, terminal: Console, interrupted: AbortSignal): Promise<Run> {
  const { id } = begun;
  const stop = () => runs.stop(id, null);
  interrupted.addEventListener('abort', stop, { once: true });
  if (interrupted.aborted) stop();
  try {
    return await new Promise<Run>((resolve) => {
      const look = () => {
        const run = runs.get(id);
        const over = run.hosts.filter(({ state }) => state !== 'waiting' && state !== 'running').length;
        terminal.progress(`${String(over)} of ${String(run.hosts.length)} hosts`);
        if (run.endedAt === null) return;
        unsubscribe();
        resolve(run);
      };
      const unsubscribe = runs.onChange((changedId) => {
        if (changedId === id) look();
      });
      look();
    });
  } finally {
    interrupted.removeEventListener('abort', stop);
    terminal.progress(null);
  }
}

/** By groups, the largest first. What hosts print is made safe for a terminal. */
function textOf(run: Run, outputs: ReadonlyMap<string, RunOutput>): string {
  return runGroups(run.hosts)
    .map((group) => {
      const [first] = group.hosts;
      const output = first && outputs.get(first.hostId);
      const names = group.hosts.map(({ hostName }) => hostName).join(' ');
      const remedy = group.failure ? describe(group.failure).remedy : '';
      const lines = output
        ? [...linesOf(keptText(output.stdout), ''), ...linesOf(keptText(output.stderr), 'stderr: ')]
        : [];
      return [`== ${names}: ${runStateWords(group)}${remedy === '' ? '' : ` ${remedy}`}`, ...lines, ''].join('\n');
    })
    .join('\n');
}

function linesOf(text: string, mark: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${mark}${cleanLine(line, false)}`);
}
