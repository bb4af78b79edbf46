import { expect, it } from 'vitest';
import { answerFacts } from '../../../electron/demo/facts-answer.ts';
import { answerForensics } from '../../../electron/demo/forensics-answer.ts';
import type { FrameWriter } from '../../../electron/demo/frame-writer.ts';
import type { HostState } from '../../../electron/demo/host-state.ts';
import { initialState } from '../../../electron/demo/initial-state.ts';
import { reboot, storyOfNextBoot } from '../../../electron/demo/reboot.ts';
import { story } from '../../../electron/demo/story.ts';
import { readBoots } from '../../../shared/logic/forensics-boots.ts';
import { namesOf } from '../../../shared/logic/forensics-names.ts';
import { judge } from '../../../shared/logic/forensics-verdict.ts';
import { verdictWords } from '../../../shared/logic/forensics-words.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import { parseFacts } from '../../../shared/parse/facts.ts';
import { parseForensics } from '../../../shared/parse/forensics.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const moment = { now: NOW, startedAt: NOW };

function framesOf(answer: (writer: FrameWriter) => void): ParsedFrame[] {
  const frames: ParsedFrame[] = [];
  answer({
    frame: (name, { stdout = '', stderr = '', code = 0 }, args = []) =>
      void frames.push({ name, args, stdout: String(stdout), stderr, exitCode: code, complete: true }),
  });
  return frames;
}

/** A simulated host as Berth judges it, as root. */
function judged(state: HostState) {
  const facts = parseFacts(
    framesOf((writer) => answerFacts(state, moment, false, writer)),
    { readAt: NOW, durationMs: 1, root: 'sudo', user: 'admin' },
  );
  const isRoot = state.spec.sudo === 'free';
  const probe = parseForensics(
    framesOf((writer) => answerForensics(state, moment, { isRoot, scope: 'report' }, writer)),
  );
  const set = valueOf(facts.deployments);
  const names = namesOf(set, []);
  const boots = readBoots(probe, {
    bootedId: set?.booted?.id ?? null,
    isStaged: set ? set.staged !== null : null,
    names,
  });
  const { journal, persistent, user, fallbackTold, maxAttempts } = probe;
  const verdict = judge({ journal, persistent, user, boots, set, fallbackTold, maxAttempts, operations: [], names });
  return { verdict, boots, title: verdictWords(verdict, 'utc').title };
}

const stateOf = (name: string) =>
  initialState(
    story.find((spec) => spec.name === name)!,
    NOW,
  );

it.each([
  ['edge-berlin-02', 'Greenboot rolled 42.20260815.0 back after 3 failed boots: the check 40-gateway.sh fails.'],
  ['web-04.ber', '/etc merge failed: etc/acme/agent.conf is a directory in the new image.'],
  ['db-03.fra', 'A rollback is queued: the next boot runs 7.4.0.'],
  ['web-03.ber', 'Nothing is wrong: 2.15.0 waits for the next boot.'],
  ['edge-berlin-01', 'Nothing is wrong: 42.20260815.0 waits for the next boot.'],
  ['web-01.ber', 'Nothing is wrong: the host runs what it should, 2.15.0.'],
  ['proxy-01.fra', 'The journal cannot be read, so that the last boots are not known.'],
])('%s of the demo: %s', (name, title) => {
  expect(judged(stateOf(name)).title).toBe(title);
});

it('every boot of a simulated host ran what the demo says', () => {
  for (const spec of story.filter(({ sudo, kind }) => sudo === 'free' && kind === 'bootc')) {
    const state = initialState(spec, NOW);
    const { boots } = judged(state);
    expect(boots.map(({ version }) => version)).toEqual(
      state.boots.toReversed().map(({ deployment }) => deployment?.release.version ?? null),
    );
  }
});

it.each([
  ['web-03.ber', 'as-expected'],
  ['edge-rostock-01', 'held'],
  ['db-03.fra', 'rolled-back'],
])('%s after a reboot: %s', (name, kind) => {
  const before = stateOf(name);
  const after = reboot(before, { downAt: NOW - 60_000, upAt: NOW - 30_000, story: storyOfNextBoot(before) });
  expect(judged(after).verdict.kind).toBe(kind);
});
