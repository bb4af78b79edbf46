import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { droppedByStaged, nextBoot } from '../../../shared/logic/next-boot.ts';
import { proveOutcome } from '../../../shared/logic/outcome.ts';
import { describePlan } from '../../../shared/logic/plan-notes.ts';
import { deploymentsOf, refusal } from '../../../shared/logic/refusal.ts';
import { hasEffect } from '../../../shared/logic/state-change.ts';
import { toolFor } from '../../../shared/logic/verb-commands.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { HostSnapshot, VerbTool } from '../../../shared/model/operation.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import type { ImageStatus } from '../../../shared/model/image.ts';
import { parseBootcStatus } from '../../../shared/parse/bootc-status.ts';
import { expectPredicted } from '../../support/predicted.ts';
import { releases } from '../../support/scripted-host/scripted-host.ts';
import * as model from '../../support/scripted-host/tools/model.mjs';
import { facts, known, plan, snapshot, tools } from '../logic/fixtures.ts';

const IMAGE = { image: 'registry.example.com/acme/os:stable', transport: 'registry' };
const OTHER = { image: 'quay.io/acme/other:2', transport: 'registry' };

/** What can be done to the model, each standing for a verb; which deployment is by its number, from the front. */
interface Step {
  readonly verb: VerbRequest['verb'] | 'boot' | 'publish';
  readonly number: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom(
    ...(['download', 'apply-download', 'upgrade', 'switch', 'rollback', 'undo-rollback', 'unstage', 'pin'] as const),
    ...(['unpin', 'remove', 'usr-overlay', 'boot', 'publish', 'check', 'upgrade', 'rollback', 'boot'] as const),
  ),
  number: fc.nat(5),
});

interface World {
  readonly state: model.ModelState;
  readonly registry: (typeof releases)[keyof typeof releases];
}

const FIRST: World = {
  state: model.firstState({ image: IMAGE, booted: releases.booted, rollback: releases.old }),
  registry: releases.next,
};

function setOf(state: model.ModelState): DeploymentSet {
  const parsed = parseBootcStatus(JSON.stringify(model.statusOf(state)));
  if (!parsed.ok || !parsed.value.set) throw new Error('The status of the model cannot be read');
  return parsed.value.set;
}

/** What a verb pulls from the registry of the model. */
function pulledBy(
  request: VerbRequest,
  set: DeploymentSet,
  { version, digest }: World['registry'],
): ImageStatus | null {
  const reference = request.verb === 'switch' ? request.image : set.tracked;
  return reference && { reference, digest, version, timestamp: null, architecture: 'amd64' };
}

function requestOf({ verb, number }: Step, set: DeploymentSet): VerbRequest | null {
  const all = deploymentsOf(set);
  const deployment = all[number % all.length]?.id ?? '';
  switch (verb) {
    case 'boot':
    case 'publish':
      return null;
    case 'pin':
    case 'unpin':
    case 'remove':
      return { verb, deployment };
    case 'switch':
      return { verb, image: { ...OTHER, signature: null }, retain: false, enforcePolicy: false };
    case 'reboot':
    case 'kernel-arguments':
    case 'etc':
      throw new Error('Not a step of this model');
    default:
      return { verb };
  }
}

/** Runs what the runner would. */
function run({ state, registry }: World, request: VerbRequest): World {
  const index = (id: string) => state.deployments.findIndex((one) => one.id === id);
  switch (request.verb) {
    case 'check':
      return { registry, state: { ...state, cached: registry } };
    case 'download':
      return { registry, state: model.upgrade(state, registry, { downloadOnly: true }).state };
    case 'apply-download':
      return { registry, state: model.upgrade(state, registry, { fromDownloaded: true }).state };
    case 'upgrade':
      return { registry, state: model.upgrade(state, registry).state };
    case 'switch':
      return { registry, state: model.switchTo(state, registry, OTHER) };
    case 'rollback':
    case 'undo-rollback':
      return { registry, state: model.rollback(state).state };
    case 'unstage':
      return { registry, state: model.undeploy(state, index(model.stagedOf(state)?.id ?? '')) };
    case 'pin':
    case 'unpin':
      return { registry, state: model.pin(state, index(request.deployment), request.verb === 'pin') };
    case 'remove':
      return { registry, state: model.undeploy(state, index(request.deployment)) };
    default:
      return { registry, state: model.overlay(state) };
  }
}

const at = (state: model.ModelState, bootId: string): HostSnapshot =>
  snapshot({}, { deployments: setOf(state), bootId, failedUnits: [] });
const prove = (request: VerbRequest, tool: VerbTool, before: HostSnapshot, after: HostSnapshot) =>
  proveOutcome({
    request,
    tool,
    exitCode: 0,
    hung: false,
    cancelRequested: false,
    cameBack: after.bootId !== before.bootId,
    before,
    after,
    afterFailure: null,
    stderrTail: '',
  });

function take(world: World, each: Step): World {
  const set = setOf(world.state);
  const before = at(world.state, 'boot-1');
  if (each.verb === 'publish') {
    // A tag that goes back to an older image leaves bootc with a newer one that it knows of: nothing can then be said for sure.
    return { ...world, registry: releases.later };
  }
  if (each.verb === 'boot') return reboot(world, set, before);
  const request = requestOf(each, set);
  if (!request) return world;
  const read = facts({ deployments: known(set), tools: known({ ...tools, bootc: '1.15.1' }) });
  if (refusal(request, read, true)) return world;
  const { tool } = toolFor(request, read);
  if (tool === null) throw new Error('A verb that is not refused has a tool');
  const next = run(world, request);
  const after = at(next.state, 'boot-1');

  expectPredicted(set, request, pulledBy(request, set, world.registry), after.deployments);
  const outcome = prove(request, tool, before, after);
  expect(outcome.kind, `${each.verb}: ${JSON.stringify(outcome)}`).not.toMatch(/unknown|failed|cancelled/);
  if (hasEffect(request, before) === false) expect(hasEffect(request, after), each.verb).toBe(true);
  const { effects, losses } = describePlan(plan({ request, tool, before }));
  expect(effects.length).toBeGreaterThan(0);
  // What was staged and is gone was said to be lost, unless its deletion is what was asked for.
  const gone = set.staged !== null && !deploymentsOf(after.deployments).some(({ id }) => id === set.staged?.id);
  if (gone && request.verb !== 'unstage' && request.verb !== 'remove') {
    expect(losses.join(' '), each.verb).toMatch(/Staged|Downloaded/);
  }
  return next;
}

/** The boot is what was foreseen, and drops what was foreseen to be dropped. */
function reboot(world: World, set: DeploymentSet, before: HostSnapshot): World {
  const state = model.boot(world.state);
  const after = at(state, 'boot-2');
  const next = nextBoot(set);
  expect(after.deployments.booted?.id).toBe(next.deployment?.id);
  const left = deploymentsOf(after.deployments).map(({ id }) => id);
  const dropped = next.kind === 'staged' ? droppedByStaged(set).map(({ id }) => id) : [];
  expect(dropped.filter((id) => left.includes(id))).toEqual([]);
  const stays = deploymentsOf(set).filter(
    (one) => !dropped.includes(one.id) && !(one === set.staged && one.downloadOnly),
  );
  expect(stays.map(({ id }) => id).filter((id) => !left.includes(id))).toEqual([]);
  const request = { verb: 'reboot', delayMinutes: 0, message: '' } as const;
  expectPredicted(set, request, null, after.deployments);
  expect(prove(request, 'systemd', before, after)).toMatchObject({ kind: 'rebooted', failedUnits: [] });
  return { ...world, state };
}

describe('from any state that verbs lead to', () => {
  it('a verb that is not refused leads to the state that is predicted, does what its plan says, is proven, and the next boot is the one foreseen', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
        steps.reduce(take, FIRST);
      }),
      { numRuns: 200 },
    );
  });
});
