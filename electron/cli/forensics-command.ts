import { BerthError } from '../../shared/errors/failure.ts';
import { formatDate } from '../../shared/logic/format.ts';
import { bootEndText, finalizeText, verdictWords } from '../../shared/logic/forensics-words.ts';
import type { Forensics, VerdictKind } from '../../shared/model/forensics.ts';
import type { Core } from '../core/create-core.ts';
import type { Console } from './console.ts';
import { exitCode } from './exit-codes.ts';
import { findHost } from './find-hosts.ts';
import { readHost } from './read-host.ts';
import { renderTable } from './table.ts';

export interface ForensicsOptions {
  readonly host: string;
  readonly json: boolean;
}

/** Verdicts that say that the reason is not known. */
const UNKNOWN: ReadonlySet<VerdictKind> = new Set(['update-gone', 'journal-unreadable', 'journal-volatile']);

/** `berth forensics HOST`: why a host runs what it runs. Exits with 4 where that cannot be told. Rejects with BerthError. */
export async function forensicsCommand(core: Core, terminal: Console, options: ForensicsOptions): Promise<number> {
  const host = findHost(core, options.host);
  terminal.progress(`Reading the last boots of ${host.name}`);
  const reading = await readHost(core, host.id);
  if (!reading.ok) throw BerthError.of(reading.failure);
  const forensics = await core.forensics.read(host.id).finally(() => terminal.progress(null));
  const { title, why, remedies } = verdictWords(forensics.verdict, 'utc');
  if (options.json) {
    const told = { schemaVersion: 1, kind: 'host-forensics', host: host.name, words: { title, why, remedies } };
    terminal.out(`${JSON.stringify({ ...told, ...forensics })}\n`);
  } else {
    terminal.out(textOf(forensics));
  }
  return UNKNOWN.has(forensics.verdict.kind) ? exitCode.unknown : exitCode.done;
}

function textOf(forensics: Forensics): string {
  const { verdict, boots, bootCount } = forensics;
  const { title, why, remedies } = verdictWords(verdict, 'utc');
  const evidence = verdict.evidence.map(
    ({ at, unit, text }) => `  ${new Date(at).toISOString().slice(0, 19)}Z  ${unit}  ${text}`,
  );
  const rows = boots.map((boot) => [
    formatDate(boot.startedAt, 'utc'),
    boot.version ?? (boot.deployment === null ? '–' : `@${boot.deployment.slice(0, 8)}`),
    bootEndText(boot),
    finalizeText(boot),
  ]);
  const parts = [
    `${title}\n${why}\n`,
    remedies.length > 0 ? `What to do:\n${remedies.map((each) => `  - ${each}\n`).join('')}` : '',
    evidence.length > 0 ? `Evidence:\n${evidence.join('\n')}\n` : '',
    rows.length > 0
      ? `${renderTable(['BOOTED (UTC)', 'RAN', 'HOW IT ENDED', 'UPDATE'], rows)}${bootCount > rows.length ? `and ${String(bootCount - rows.length)} older boots\n` : ''}`
      : '',
  ];
  return parts.filter((part) => part !== '').join('\n');
}
