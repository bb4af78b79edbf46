import { expect, it } from 'vitest';
import { addExamination, addStateDiff, createBundleFiles } from '../../../electron/core/forensics/bundle-files.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';
import { deployment, operation, plan, set, snapshot } from '../logic/fixtures.ts';
import { forensicsOf, line, verdictOf } from '../../support/page-fixtures/forensics.ts';

const SECRET = 's3cr3tV4lue0fThe1ab';
const frame = (name: string, stdout: string): ParsedFrame => ({
  ...{ name, args: [], stdout, stderr: '', exitCode: 0, complete: true },
});

it('masks secrets in every file, also those that the journal writes as numbers', () => {
  const entry = {
    __REALTIME_TIMESTAMP: '1795282139259328',
    _BOOT_ID: 'a'.repeat(32),
    MESSAGE: [...Buffer.from(`\u001b[1mpassword=${SECRET}`)],
  };
  const frames = [
    frame('events', `${JSON.stringify(entry)}\n`),
    frame('errors', `\n== ${'a'.repeat(32)}\n${JSON.stringify(entry)}\n`),
    frame('text-journal-this-boot', `login https://robot:${SECRET}@quay.io\n`),
    frame('text-bootc-status', `{"token":"${SECRET}"}`),
    frame('identity', `user=${SECRET}\n`),
  ];
  const evidence = [line(0, 'app.service', `Authorization: Bearer ${SECRET}`)];
  const files = createBundleFiles(1_000_000);
  const forensics = forensicsOf({ verdict: verdictOf('as-expected', { evidence }) });
  addExamination(files, 'host', { forensics, facts: null, frames, operations: [] });
  files.addDocument('host/operations/1.json', { plan: { password: SECRET } });
  files.addText('host/operations/1.log', `--token ${SECRET}\n`);

  for (const { path, content } of files.files) {
    const text = Buffer.from(content).toString();
    expect(text, path).not.toContain(SECRET);
    expect(text, path).not.toContain([...Buffer.from(SECRET)].slice(0, 6).join(','));
  }
  const masked = Object.fromEntries(files.listed.map(({ path, masked: count }) => [path, count]));
  expect(masked).toEqual({
    'host/verdict.txt': 1,
    'host/forensics.json': 1,
    'host/probe/events.txt': 1,
    'host/probe/errors.txt': 1,
    'host/host/journal-this-boot.txt': 1,
    'host/host/bootc-status.txt': 1,
    'host/operations/1.json': 1,
    'host/operations/1.log': 1,
  });
});

it('shows what an operation changed as a unified diff, and nothing where nothing was', () => {
  const files = createBundleFiles(1_000_000);
  const before = snapshot({}, { deployments: set({ staged: null }), readAt: 1_000 });
  const staged = deployment('2.15.0', { origin: `https://robot:${SECRET}@quay.io/x` });
  const after = { ...before, readAt: 2_000, deployments: { ...before.deployments, staged } };
  addStateDiff(files, 'host', operation({ id: 'aaaaaaaaaaaa', plan: plan({ before }), after }));
  addStateDiff(
    files,
    'host',
    operation({ id: 'bbbbbbbbbbbb', plan: plan({ before }), after: { ...before, readAt: 3_000 } }),
  );
  addStateDiff(files, 'host', operation({ id: 'cccccccccccc', plan: plan({ before }), after: null }));
  expect(files.listed.map(({ path, masked }) => [path, masked])).toEqual([['host/operations/aaaaaaaaaaaa.diff', 1]]);
  const lines = Buffer.from(files.files[0]!.content).toString().split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '--- before aaaaaaaaaaaa, read 1970-01-01T00:00:01.000Z',
      '+++ after aaaaaaaaaaaa, read 1970-01-01T00:00:02.000Z',
      '-    "staged": null,',
      '+      "version": "2.15.0",',
    ]),
  );
  expect(lines.join('\n')).not.toContain(SECRET);
});

it('leaves out what goes beyond its limit, and says so', () => {
  const files = createBundleFiles(10);
  files.addText('a', '12345678');
  files.addText('b', '12345678');
  files.addText('c', '12');
  expect(files.listed.map(({ path }) => path)).toEqual(['a', 'c']);
  expect(files.leftOut).toEqual(['b']);
});
