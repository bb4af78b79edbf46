import { describe, expect, it } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import { noticeOfPrompts, noticesOfEnds } from '../../../shared/logic/notices.ts';
import type { OperationOutcome } from '../../../shared/model/operation.ts';
import type { Prompt } from '../../../shared/model/prompt.ts';
import { makeOperation } from '../operations/samples.ts';

const EVIL = 'rm -rf / <b>secret</b>';
const question = { id: 'p', hostId: 'h', hostName: 'web-01', askedAt: 0 };

describe('what the desktop is told', () => {
  const prompts: readonly Prompt[] = [
    { ...question, kind: 'host-key', address: EVIL, port: 22, keyType: EVIL, fingerprint: EVIL, command: EVIL },
    { ...question, kind: 'passphrase', keyFile: EVIL },
    { ...question, kind: 'password', user: EVIL, address: EVIL },
    {
      ...question,
      kind: 'keyboard-interactive',
      user: EVIL,
      address: EVIL,
      title: EVIL,
      instruction: EVIL,
      fields: [{ label: EVIL, echo: true }],
    },
    { ...question, kind: 'sudo-password', user: EVIL },
  ];
  it.each(prompts.map((prompt) => [prompt.kind, prompt] as const))(
    'of a question (%s): no word of a host',
    (_, prompt) => {
      const notice = noticeOfPrompts([prompt]);
      expect(notice?.title).toBe('web-01 needs you');
      expect(JSON.stringify(notice)).not.toContain('secret');
    },
  );

  it('of several questions at once', () => {
    expect(noticeOfPrompts([])).toBeNull();
    expect(noticeOfPrompts([...prompts, { ...question, kind: 'passphrase', keyFile: '', hostName: 'web-02' }])).toEqual(
      {
        title: '2 hosts need you',
        body: '6 questions wait.',
        operationId: null,
      },
    );
  });

  const ended = (number: number, outcome: OperationOutcome) => makeOperation(number, { phase: 'ended', outcome });
  const failed: OperationOutcome = {
    kind: 'failed',
    failure: failure('operation.failed', { exitCode: 1, detail: EVIL }),
    staged: false,
  };

  it('of an operation: its outcome in Berth’s words alone', () => {
    expect(noticesOfEnds([ended(1, failed)])).toEqual([
      { title: 'Upgrade: web-01', body: 'Failed.', operationId: '000000000001' },
    ]);
    expect(noticesOfEnds([ended(2, { kind: 'staged', version: EVIL, digest: null })])[0]?.body).toBe(
      'Staged and verified.',
    );
    expect(noticesOfEnds([1, 2, 3].map((number) => ended(number, failed)))).toHaveLength(3);
  });

  it('of many that end together: one', () => {
    const many = [
      ...[1, 2].map((number) => ended(number, failed)),
      ended(3, { kind: 'unknown', failure: failure('operation.host-gone') }),
      ...[4, 5, 6].map((number) => ended(number, { kind: 'no-update' })),
    ];
    expect(noticesOfEnds(many)).toEqual([
      { title: '6 operations ended', body: '3 well, 2 failed, 1 to look at.', operationId: null },
    ]);
  });
});
