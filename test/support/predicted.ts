import { expect } from 'vitest';
import { digestOf } from '../../shared/logic/format.ts';
import { NOT_YET, predictState } from '../../shared/logic/predict-state.ts';
import type { Deployment, DeploymentSet } from '../../shared/model/deployment.ts';
import type { ImageStatus } from '../../shared/model/image.ts';
import type { VerbRequest } from '../../shared/model/verb.ts';

/** That a verb has led to the state that is predicted for it. `pulled`: what the registry has. */
export function expectPredicted(
  before: DeploymentSet,
  request: VerbRequest,
  pulled: ImageStatus | null,
  after: DeploymentSet,
): void {
  const predicted = predictState(before, request, pulled);
  expect(shapeOf(after, predicted), `after ${request.verb}`).toEqual(shapeOf(predicted, predicted));
}

/** What is predicted of a state. Of deployments that were not there before, nobody knows the id. */
function shapeOf(set: DeploymentSet, predicted: DeploymentSet) {
  const part = (one: Deployment | null, foreseen: Deployment | null) =>
    one && {
      id: foreseen?.id === NOT_YET ? NOT_YET : one.id,
      digest: digestOf(one),
      image: one.image?.reference ?? null,
      version: one.version,
      pinned: one.pinned,
      downloadOnly: one.downloadOnly,
    };
  const { rollbackQueued, tracked, usrOverlay } = set;
  return {
    booted: part(set.booted, predicted.booted),
    staged: part(set.staged, predicted.staged),
    rollback: part(set.rollback, predicted.rollback),
    others: set.others.map((one) => part(one, null)),
    rollbackQueued,
    tracked,
    usrOverlay,
  };
}
