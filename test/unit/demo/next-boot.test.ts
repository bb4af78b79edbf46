import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasTool } from '../../../electron/demo/decide-verb.ts';
import { deploymentId, deployments, type HostState } from '../../../electron/demo/host-state.ts';
import { images } from '../../../electron/demo/releases.ts';
import { story } from '../../../electron/demo/story.ts';
import { forecast, type Because, type Forecast } from '../../../shared/logic/forecast.ts';
import { argumentChange, splitArguments } from '../../../shared/logic/kernel-arguments.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { factsOf, rebootNow, run, stateOf } from './demo-state.ts';

/** Hosts whose deployments Berth can read, of each kind, as if nothing ever went wrong with a boot. */
const hosts = story
  .filter(({ booted, sudo, statusBlocked }) => booted !== null && sudo === 'free' && !statusBlocked)
  .map(({ name }) => name);

/** Steps that lead to other states. `index` chooses a deployment. */
const step = fc.record({
  verb: fc.constantFrom(
    'upgrade',
    'download',
    'apply-download',
    'switch',
    'rollback',
    'unstage',
    'pin',
    'unpin',
    'remove',
    'usr-overlay',
    'kernel-arguments',
    'pause-updates',
    'reboot',
  ),
  index: fc.nat({ max: 3 }),
});

const toolOf = ({ spec }: HostState) => (spec.kind === 'bootc' ? 'bootc' : spec.kind);

function take(state: HostState, { verb, index }: { readonly verb: string; readonly index: number }): HostState {
  if (verb === 'reboot') return rebootNow(state);
  if (verb === 'switch') {
    const target = [images.web, images.db, images.edge, images.base][index] ?? images.web;
    return run(state, verb, [target.reference, 'registry', 'drop', 'no-policy'], toolOf(state));
  }
  if (verb === 'kernel-arguments' && !hasTool(state, 'rpm-ostree')) return state;
  if (verb === 'kernel-arguments') return run(state, verb, [`+acme.n=${String(index)}`, '-console=tty0'], 'rpm-ostree');
  const chosen = deployments(state)[index];
  const isAboutOne = ['pin', 'unpin', 'remove'].includes(verb);
  if (isAboutOne && (state.spec.backend === 'composefs' || !chosen)) return state;
  const args = isAboutOne && chosen ? [deploymentId(state, chosen)] : [];
  return run(state, verb, args, isAboutOne ? 'ostree' : toolOf(state));
}

const setOf = (facts: HostFacts) => {
  const set = valueOf(facts.deployments);
  if (!set) throw new Error('no deployments');
  return set;
};
const idsOf = (facts: HostFacts) => {
  const { booted, rollback, others, staged } = setOf(facts);
  return [booted, rollback, staged, ...others].flatMap((one) => (one ? [one.id] : []));
};
const argumentsOf = (facts: HostFacts) => splitArguments(valueOf(facts.identity)?.cmdline ?? '');

/** Reboots, and compares with what was foreseen. */
function rebootAsForeseen(state: HostState): Forecast {
  const before = factsOf(state);
  const next = forecast(before);
  if (!next) throw new Error('no forecast');
  const after = factsOf(rebootNow(state));
  const set = setOf(after);
  expect(set.booted?.id).toBe(next.deployment.id);
  expect(set).toMatchObject({ staged: null, rollbackQueued: false, usrOverlay: null });
  expect(valueOf(after.identity)?.bootId).not.toBe(valueOf(before.identity)?.bootId);
  if (next.kernel.then !== null) expect(valueOf(after.identity)?.kernel).toBe(next.kernel.then);
  if (next.arguments) expect(argumentChange(argumentsOf(before), argumentsOf(after))).toEqual(next.arguments);

  const gone = next.losses.flatMap((loss) =>
    loss.kind === 'others'
      ? loss.deployments.map(({ id }) => id)
      : loss.kind === 'rollback' || loss.kind === 'download'
        ? [loss.deployment.id]
        : [],
  );
  const kept = idsOf(before).filter((id) => !gone.includes(id));
  expect(idsOf(after).sort()).toEqual(kept.sort());
  if (next.kind !== 'same') expect(set.rollback?.id).toBe(next.booted?.id);
  return next;
}

const isFine = { nextBoot: 'plain', upgrade: 'works', layered: [] } as const;

describe('a reboot of a simulated host', () => {
  it.each<[Because, string, string[]]>([
    ['nothing-else', 'web-01.ber', []],
    ['nothing-else', 'web-03.ber', ['unstage']],
    ['download-only', 'edge-rostock-01', []],
    ['download-only', 'web-03.ber', ['download']],
    ['rollback-queued', 'db-03.fra', []],
    ['rollback-queued', 'web-03.ber', ['rollback']],
    ['rollback-queued', 'edge-berlin-01', ['rollback']],
    ['nothing-else', 'web-03.ber', ['rollback', 'undo-rollback']],
    ['staged', 'web-03.ber', []],
    ['staged', 'edge-berlin-01', []],
    ['staged', 'web-07.fra', ['upgrade']],
    ['staged', 'edge-rostock-01', ['apply-download']],
    ['staged-over-rollback', 'web-05.fra', ['rollback', 'upgrade']],
    ['same-content', 'web-01.ber', ['kernel-arguments']],
  ])('%s: %s %j', (because, name, verbs) => {
    const state = verbs.reduce((host, verb) => take(host, { verb, index: 0 }), stateOf(name, isFine));
    expect(rebootAsForeseen(state).because).toBe(because);
  });

  it('is what the forecast says, from every state that verbs lead to', () => {
    fc.assert(
      fc.property(fc.constantFrom(...hosts), fc.array(step, { maxLength: 6 }), (name, steps) => {
        rebootAsForeseen(steps.reduce(take, stateOf(name, isFine)));
      }),
      { numRuns: 100 },
    );
  });
});
