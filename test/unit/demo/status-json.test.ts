import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { HostState } from '../../../electron/demo/host-state.ts';
import { initialState } from '../../../electron/demo/initial-state.ts';
import { bootcStatus, canonicalJson, rpmOstreeStatus, ostreeStatus } from '../../../electron/demo/status-json.ts';
import { story } from '../../../electron/demo/story.ts';
import { demoHostSpecs } from '../../../electron/demo/variations.ts';
import { parseBootcStatus } from '../../../shared/parse/bootc-status.ts';
import { parseOstreeStatusJson } from '../../../shared/parse/ostree-admin-status.ts';
import { parseRpmOstreeStatus } from '../../../shared/parse/rpm-ostree-status.ts';

const startedAt = Date.UTC(2026, 7, 21, 12);
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const isStatus = ajv.compile(JSON.parse(readFileSync('test/data/bootc/host-v1.schema.json', 'utf8')) as object);

const states = demoHostSpecs(300, 'test').map((spec) => initialState(spec, startedAt));
const bootcStates = states.filter(({ spec }) => spec.kind === 'bootc');

describe('the status of simulated hosts', () => {
  const isValid = (state: HostState) => {
    expect(isStatus(JSON.parse(bootcStatus(state, { startedAt }))), JSON.stringify(isStatus.errors)).toBe(true);
  };
  it.each(bootcStates.slice(0, story.length - 3).map((state) => [state.spec.name, state] as const))(
    '%s: valid against the schema of bootc',
    (_, state) => {
      isValid(state);
    },
  );
  it('is valid for the hosts that follow from a seed', () => {
    bootcStates.slice(story.length - 3).forEach(isValid);
  });

  it('notices a status that is not valid', () => {
    expect(isStatus({ apiVersion: 'org.containers.bootc/v1', kind: 'BootcHost', status: { booted: 3 } })).toBe(false);
  });

  it('is read by the parsers with the deployments it was made of', () => {
    for (const state of states) {
      if (!state.booted) continue;
      const { spec } = state;
      const parsed =
        spec.kind === 'bootc'
          ? parseBootcStatus(bootcStatus(state, { startedAt }))
          : spec.kind === 'rpm-ostree'
            ? parseRpmOstreeStatus(rpmOstreeStatus(state, { startedAt }))
            : parseOstreeStatusJson(ostreeStatus(state));
      expect(parsed.ok, spec.name).toBe(true);
      if (!parsed.ok) continue;
      const set = 'set' in parsed.value ? parsed.value.set : parsed.value;
      expect(set?.rollbackQueued ?? false, spec.name).toBe(spec.rollbackQueued);
      expect(set?.staged?.downloadOnly ?? false, spec.name).toBe(spec.staged !== null && spec.downloadOnly);
      const found = [set?.booted, set?.staged, set?.rollback].map((one) => one?.checksum ?? one?.id ?? null);
      const made = [state.booted, state.staged, state.rollback].map(
        (one) => one && (spec.backend === 'composefs' ? one.verity : one.checksum),
      );
      expect(found, spec.name).toEqual(made);
    }
  });

  it('sorts keys as canonical JSON does', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
  });
});
