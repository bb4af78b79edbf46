import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerFacts } from '../../../electron/demo/facts-answer.ts';
import { initialState } from '../../../electron/demo/initial-state.ts';
import { story } from '../../../electron/demo/story.ts';

const startedAt = Date.UTC(2026, 7, 21, 12);

function framesOf(name: string, locked = false): readonly string[] {
  const spec = story.find((candidate) => candidate.name === name);
  if (!spec) throw new Error(`no ${name}`);
  const names: string[] = [];
  const state = initialState(spec, startedAt);
  answerFacts(state, { now: startedAt, startedAt }, locked, { frame: (frame) => names.push(frame) });
  return names;
}

describe('the frames of a simulated host', () => {
  // `frame NAME READER` at the beginning of a command; ask_others stands before main's last reader only where it applies.
  const probe = readFileSync('native/probes/facts.sh', 'utf8');
  const ofProbe = new Set([...probe.matchAll(/\bframe ([a-z-]+) [a-z]/g)].map(([, name]) => name));

  it('are those of the probe, no more and no less', () => {
    const answered = new Set(story.flatMap(({ name }) => framesOf(name)));
    expect([...answered].sort()).toEqual([...ofProbe].sort());
    expect(ofProbe.size).toBeGreaterThan(15);
  });

  it('end with bootc, but for what stands in for it when it fails, and what runs', () => {
    expect(framesOf('web-01.ber').slice(-2)).toEqual(['bootc', 'operations']);
    expect(framesOf('web-01.ber')).not.toContain('rpm-ostree');
    expect(framesOf('web-01.ber', true).slice(-4)).toEqual(['bootc', 'rpm-ostree', 'digests', 'operations']);
    expect(framesOf('mon-01.ber').slice(-4)).toEqual(['rpm-ostree', 'digests', 'bootc', 'operations']);
    expect(framesOf('legacy-app-02').slice(-5)).toEqual([
      ...['ostree-text', 'rpm-ostree', 'digests', 'bootc', 'operations'],
    ]);
  });
});
