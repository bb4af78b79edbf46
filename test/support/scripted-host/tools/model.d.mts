import type { Release } from '../scripted-host.ts';

export interface ModelImage {
  readonly image: string;
  readonly transport: string;
  readonly signature?: string;
}
export interface ModelDeployment {
  readonly id: string;
  readonly release: Release;
  readonly image: ModelImage;
  readonly pinned: boolean;
  readonly staged: boolean;
  readonly downloadOnly: boolean;
}
export interface ModelState {
  readonly bootedId: string;
  readonly deployments: readonly ModelDeployment[];
  readonly cached: Release | null;
  readonly overlay: boolean;
  readonly softTarget: string | null;
  readonly masked: boolean;
  readonly etcBlocks: boolean;
  readonly finalizeFailed?: boolean;
}
export class ToolError extends Error {}
export function firstState(parts: {
  readonly image: ModelImage;
  readonly booted: Release;
  readonly rollback: Release | null;
}): ModelState;
export function stagedOf(state: ModelState): ModelDeployment | null;
export function bootedOf(state: ModelState): ModelDeployment;
export function rollbackOf(state: ModelState): {
  readonly deployment: ModelDeployment | null;
  readonly queued: boolean;
};
export function stage(state: ModelState, release: Release, image: ModelImage, downloadOnly: boolean): ModelState;
export function setLocked(state: ModelState, downloadOnly: boolean): ModelState;
export function upgrade(
  state: ModelState,
  release: Release,
  options?: { readonly downloadOnly?: boolean; readonly fromDownloaded?: boolean },
): { readonly state: ModelState; readonly did: string };
export function switchTo(state: ModelState, release: Release, image: ModelImage): ModelState;
export function rollback(state: ModelState): { readonly state: ModelState; readonly queued: boolean };
export function pin(state: ModelState, index: number, pinned: boolean): ModelState;
export function undeploy(state: ModelState, index: number): ModelState;
export function setDefault(state: ModelState, index: number): ModelState;
export function overlay(state: ModelState): ModelState;
export function boot(state: ModelState): ModelState;
export function fallBack(state: ModelState): ModelState;
export function statusOf(state: ModelState): object;
export function ostreeStatus(state: ModelState): string;
