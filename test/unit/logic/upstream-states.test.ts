import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { conditionOf } from '../../../shared/logic/condition.ts';
import { describeNextBoot, plainText } from '../../../shared/logic/forecast-words.ts';
import { refusal } from '../../../shared/logic/refusal.ts';
import { parseBootcStatus } from '../../../shared/parse/bootc-status.ts';
import { detail, facts, known, NOW } from './fixtures.ts';

const factsOf = (file: string) => {
  const text = readFileSync(new URL(`../../data/bootc/${file}`, import.meta.url), 'utf8');
  const status = parseBootcStatus(file.endsWith('.yaml') ? JSON.stringify(parse(text)) : text);
  if (!status.ok || !status.value.set) throw new Error(`${file} holds no deployments`);
  return facts({ deployments: known(status.value.set) });
};

/** From what bootc prints to what Berth says, on the files that come from bootc's own repository and source. */
describe('what Berth says of bootc’s own states', () => {
  it.each([
    [
      'spec-booted-pinned.yaml',
      'No update known',
      'The next boot runs stream9.20240807.0 again, because nothing is staged and no rollback is queued.',
      null,
    ],
    [
      'spec-booted-with-update.yaml',
      'Update found',
      'The next boot runs stream9.20240807.0 again, because nothing is staged and no rollback is queued.',
      null,
    ],
    [
      'spec-only-booted.yaml',
      'No update known',
      'The next boot runs stream9.20240807.0 again, because nothing is staged and no rollback is queued.',
      null,
    ],
    [
      'spec-staged-booted.yaml',
      'Staged, waits for reboot',
      'The next boot runs nightly @16dc2b62 instead of nightly @736b3594, because a staged deployment goes first.',
      null,
    ],
    [
      'spec-staged-download-only.yaml',
      'Downloaded only',
      'The next boot runs nightly again, because the staged nightly @16dc2b62 is download-only.',
      null,
    ],
    [
      'spec-v1a1.yaml',
      'No update known',
      'The next boot runs 20231230.1 again, because nothing is staged and no rollback is queued.',
      null,
    ],
    [
      'status-booted-rollback.json',
      'No update known',
      'The next boot runs 42.20260801.0 again, because nothing is staged and no rollback is queued.',
      null,
    ],
    [
      'status-composefs-staged.json',
      'Staged, waits for reboot',
      'The next boot runs @22222222 instead of @11111111, because a staged deployment goes first.',
      null,
    ],
    [
      'status-incompatible-layered.json',
      'Layered, bootc blocked',
      'The next boot runs @bbbbbbbb again, because nothing is staged and no rollback is queued.',
      'operation.layered',
    ],
    [
      'status-rollback-queued.json',
      'Rollback queued',
      'The next boot runs 42.20260701.0 instead of 42.20260801.0, because a rollback is queued.',
      null,
    ],
    [
      'status-staged-booted-rollback.json',
      'Staged, waits for reboot',
      'The next boot runs 42.20260815.0 instead of 42.20260801.0, because a staged deployment goes first.',
      null,
    ],
  ])('%s', (file, condition, sentence, refused) => {
    const read = factsOf(file);
    const next = describeNextBoot(read);
    expect([
      conditionOf(detail({ facts: read }), null, NOW).text,
      next && plainText(next.sentence),
      refusal({ verb: 'upgrade' }, read, true)?.code ?? null,
    ]).toEqual([condition, sentence, refused]);
  });
});
