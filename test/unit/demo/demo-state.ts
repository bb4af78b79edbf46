import { decideVerb } from '../../../electron/demo/decide-verb.ts';
import { answerFacts } from '../../../electron/demo/facts-answer.ts';
import type { HostSpec } from '../../../electron/demo/host-spec.ts';
import type { HostState } from '../../../electron/demo/host-state.ts';
import { initialState } from '../../../electron/demo/initial-state.ts';
import { reboot, storyOfNextBoot } from '../../../electron/demo/reboot.ts';
import { story } from '../../../electron/demo/story.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { parseFacts } from '../../../shared/parse/facts.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';

/** When the demo of these tests was started, epoch ms. */
export const startedAt = Date.UTC(2026, 7, 21, 12);

/** A host of the story as it begins, with some things different. */
export function stateOf(name: string, differs: Partial<HostSpec> = {}): HostState {
  const spec = story.find((candidate) => candidate.name === name);
  if (!spec) throw new Error(`no ${name}`);
  return initialState({ ...spec, ...differs }, startedAt);
}

/** What Berth reads of a host in this state. */
export function factsOf(state: HostState, now = startedAt): HostFacts {
  const frames: ParsedFrame[] = [];
  answerFacts(state, { now, startedAt }, false, {
    frame(name, { stdout = '', stderr = '', code = 0 }, args = []) {
      const text = typeof stdout === 'string' ? stdout : Buffer.from(stdout).toString('utf8');
      frames.push({ name, args, stdout: text, stderr, exitCode: code, complete: true });
    },
  });
  return parseFacts(frames, { readAt: now, durationMs: 1, root: 'none', user: 'admin' });
}

/** The host after a unit has run to its end. */
export function run(state: HostState, verb: string, args: readonly string[] = [], tool = 'bootc'): HostState {
  const change = { at: startedAt + 60_000, by: `berth-${verb}-0123456789ab.service` };
  return decideVerb(state, { tool, verb, args }).effect(state, change);
}

/** The host after a reboot, with whatever its story has for it. */
export function rebootNow(state: HostState): HostState {
  return reboot(state, { downAt: startedAt + 90_000, upAt: startedAt + 120_000, story: storyOfNextBoot(state) });
}
