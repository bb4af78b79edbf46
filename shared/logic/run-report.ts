import type { Run, RunOutput } from '../model/run.ts';
import { runGroups } from './run-groups.ts';
import { keptText, runStateWords } from './run-words.ts';

export const runFormats = ['text', 'json', 'csv'] as const;
export type RunFormat = (typeof runFormats)[number];

/** A run with its outputs as a text to be saved or printed. Hosts in their order; groups (text) the largest first. */
export function runReport(run: Run, outputs: ReadonlyMap<string, RunOutput>, format: RunFormat): string {
  if (format === 'json') return `${JSON.stringify(runDocument(run, outputs))}\n`;
  return format === 'csv' ? csv(run, outputs) : text(run, outputs);
}

/** What a file of it is called: `run-7f2c01d9a3b4.csv`. */
export function runReportName({ id }: Pick<Run, 'id'>, format: RunFormat): string {
  return `run-${id}.${format === 'text' ? 'txt' : format}`;
}

function runDocument({ hosts, ...run }: Run, outputs: ReadonlyMap<string, RunOutput>): unknown {
  return {
    schemaVersion: 1,
    kind: 'run',
    ...run,
    startedAt: new Date(run.startedAt).toISOString(),
    endedAt: run.endedAt === null ? null : new Date(run.endedAt).toISOString(),
    hosts: hosts.map(({ hostId, hostName, state, exitCode, failure, startedAt, endedAt }) => {
      const output = outputs.get(hostId);
      return {
        host: hostName,
        state,
        exitCode,
        failure: failure && runStateWords({ state, exitCode, failure }),
        seconds: startedAt === null || endedAt === null ? null : (endedAt - startedAt) / 1000,
        stdout: output ? keptText(output.stdout) : '',
        stderr: output ? keptText(output.stderr) : '',
        cutBytes: output ? output.stdout.cut + output.stderr.cut : 0,
      };
    }),
  };
}

function text(run: Run, outputs: ReadonlyMap<string, RunOutput>): string {
  const head = [
    `$ ${run.command.replaceAll('\n', '\n  ')}`,
    `${run.asRoot ? 'As root' : 'As the login user'}, by ${run.startedBy}, ${new Date(run.startedAt).toISOString()}`,
  ];
  const groups = runGroups(run.hosts).map((group) => {
    const [first] = group.hosts;
    const output = first && outputs.get(first.hostId);
    const names = group.hosts.map(({ hostName }) => hostName).join(' ');
    const body = output ? `${ended(keptText(output.stdout))}${marked(keptText(output.stderr))}` : '';
    return `== ${String(group.hosts.length)} × ${runStateWords(group)}: ${names}\n${body}`;
  });
  return `${head.join('\n')}\n\n${groups.join('\n')}`;
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function marked(stderr: string): string {
  return ended(stderr)
    .split('\n')
    .map((line, index, all) => (index === all.length - 1 && line === '' ? '' : `stderr: ${line}`))
    .join('\n');
}

function csv(run: Run, outputs: ReadonlyMap<string, RunOutput>): string {
  const rows = run.hosts.map((host) => {
    const output = outputs.get(host.hostId);
    const { startedAt, endedAt } = host;
    return [
      host.hostName,
      host.state,
      host.exitCode === null ? '' : String(host.exitCode),
      host.failure ? runStateWords(host) : '',
      startedAt === null || endedAt === null ? '' : String((endedAt - startedAt) / 1000),
      output ? keptText(output.stdout) : '',
      output ? keptText(output.stderr) : '',
    ];
  });
  const all = [['host', 'state', 'exit_code', 'failure', 'seconds', 'stdout', 'stderr'], ...rows];
  return all.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** In quotes where it has to be; what a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
