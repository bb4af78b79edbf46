import { describe, expect, it } from 'vitest';
import type { FrameWriter } from '../../../electron/demo/frame-writer.ts';
import { initialState } from '../../../electron/demo/initial-state.ts';
import { answerJournal } from '../../../electron/demo/journal-answer.ts';
import { story } from '../../../electron/demo/story.ts';
import { parseEntryLine } from '../../../shared/parse/journal-entry.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const spec = story.find(({ name }) => name === 'web-04.ber') ?? story[0];
if (!spec) throw new Error('The story has no hosts.');
const state = initialState(spec, NOW);

function ask(direction: string, count: number, ...words: string[]) {
  let printed = { stdout: '', stderr: '' };
  const writer: FrameWriter = {
    frame: (name, { stdout = '', stderr = '' }) => {
      if (name === 'entries') printed = { stdout: String(stdout), stderr };
    },
  };
  answerJournal(state, { now: NOW + 60_000, startedAt: NOW }, true, [direction, String(count), ...words], writer);
  const entries = printed.stdout.split('\n').flatMap((line) => parseEntryLine(line) ?? []);
  return { entries, ...printed };
}

describe('the journal of a simulated host', () => {
  const newest = ask('older', 500).entries;

  it('is long, in order, and the same at each question', () => {
    const all = ask('older', 21_000).entries.toReversed();
    expect(all.length).toBeGreaterThan(20_000);
    expect(all.every((entry, index) => index === 0 || entry.realtimeUs >= (all[index - 1]?.realtimeUs ?? 0))).toBe(
      true,
    );
    expect(new Set(all.map(({ cursor }) => cursor)).size).toBe(all.length);
    expect(all.slice(-500).toReversed()).toEqual(newest);
  });

  it('is found by cursor, in both directions', () => {
    for (const at of [0, 1, 250, 480]) {
      const cursor = newest[at]?.cursor ?? '';
      const older = ask('older', 20, `--cursor=${cursor}`).entries;
      expect(older.map((entry) => entry.cursor)).toEqual(newest.slice(at, at + 20).map((entry) => entry.cursor));
      const newer = ask('newer', 20, `--cursor=${cursor}`).entries.toReversed();
      expect(newer.map((entry) => entry.cursor)).toEqual(
        newest.slice(Math.max(0, at - 19), at + 1).map((entry) => entry.cursor),
      );
    }
  });

  it('passes filters as journalctl has them', () => {
    const bad = ask('older', 50, '--priority=0..3').entries;
    expect(bad.length).toBeGreaterThan(10);
    expect(bad.every(({ priority }) => priority !== null && priority <= 3)).toBe(true);
    expect(ask('older', 20, '--unit=sshd').entries.every(({ unit }) => unit === 'sshd.service')).toBe(true);
    expect(ask('older', 20, '--dmesg').entries.every(({ identifier }) => identifier === 'kernel')).toBe(true);
    const boot = state.boots[0]?.id.replaceAll('-', '') ?? '';
    const first = ask('newer', 300, `--boot=${boot}`).entries;
    expect(first).toHaveLength(300);
    expect(first.every(({ bootId }) => bootId === boot)).toBe(true);
    expect(ask('older', 20, '--boot=-99').stderr).toContain('No such boot ID');
    expect(ask('older', 20, '--grep=(', '--case-sensitive=no').stderr).toContain('Bad pattern');
    expect(ask('all', 0, '--field=_SYSTEMD_UNIT').stdout.split('\n')).toContain('sshd.service');
  });
});
