import type { BootRecord } from '../model/forensics.ts';
import { finalizeText } from './forensics-words.ts';

/** Something that happened on a host: when (epoch ms), in words, and how good that is. */
export interface TimelineEntry {
  readonly at: number;
  readonly text: string;
  readonly tone: 'plain' | 'ok' | 'warn' | 'danger';
}

/** What the boots tell, newest first: boots, stagings, rollbacks, auto-updates, greenboot, and what became of what was staged. */
export function timelineOf(boots: readonly BootRecord[]): TimelineEntry[] {
  return boots.flatMap(entriesOf).sort((a, b) => b.at - a.at);
}

function entriesOf(boot: BootRecord): TimelineEntry[] {
  const { startedAt, endedAt, end, staged, finalize, greenboot, rollbacks, autoUpdates } = boot;
  const entries: TimelineEntry[] = [
    { at: startedAt, text: `Booted ${boot.version ?? 'a deployment that is not known'}`, tone: 'plain' },
  ];
  const add = (at: number | null, text: string, tone: TimelineEntry['tone'] = 'plain') => {
    if (at !== null) entries.push({ at, text, tone });
  };
  if (staged) add(staged.at, `Staged ${staged.reference ?? 'an image'}${inUnit(staged.by)}`);
  for (const { at, kind, by } of rollbacks) {
    add(at, `${kind === 'revert' ? 'Took the queued rollback back' : 'Rolled back'}${inUnit(by)}`);
  }
  for (const { at, unit, result } of autoUpdates) {
    add(
      at,
      `Auto-update ran: ${unit}${result === 'failed' ? ', and failed' : ''}`,
      result === 'failed' ? 'warn' : 'plain',
    );
  }
  const [check] = greenboot.checks;
  if (greenboot.verdict === 'red') {
    add(
      greenboot.lines.at(-1)?.at ?? startedAt,
      `Greenboot: unhealthy${check ? `, ${check.name} failed` : ''}`,
      'danger',
    );
  }
  if (greenboot.fallback)
    add(greenboot.lines[0]?.at ?? startedAt, 'Greenboot brought the previous deployment back', 'warn');
  if (!['nothing', 'waiting'].includes(finalize.result)) {
    const tone =
      finalize.result === 'done'
        ? 'ok'
        : finalize.result === 'held' || finalize.result === 'removed'
          ? 'plain'
          : 'danger';
    add(finalize.at ?? endedAt, capital(finalizeText(boot)), tone);
  }
  if (end === 'cut') add(endedAt, 'The journal ends without a shutdown', 'warn');
  return entries;
}

function inUnit(unit: string): string {
  return unit === '' ? '' : ` (${unit})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
