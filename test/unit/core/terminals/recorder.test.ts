import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCastText } from '../../../../electron/core/terminals/cast-text.ts';
import { startRecorder } from '../../../../electron/core/terminals/recorder.ts';
import { openRecordings, recordingId } from '../../../../electron/core/terminals/recordings.ts';
import type { Failure } from '../../../../shared/errors/failure.ts';
import { parseCastEvent, type CastHeader } from '../../../../shared/parse/asciicast.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-recordings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const header: CastHeader = {
  ...{ version: 2, width: 80, height: 24, timestamp: 1_800_000_000, title: 'op@box' },
  env: { TERM: 'xterm-256color', BERTH_HOST: 'box', BERTH_HOST_ID: 'h', BERTH_USER: 'op', BERTH_INPUT: 'no' },
};
const id = recordingId(1_800_000_000_000, '0123abcd');

function start(differs: { file?: string; withInput?: boolean; limit?: number } = {}) {
  let now = 100;
  const failures: Failure[] = [];
  const file = differs.file ?? join(folder, 'recordings', `${id}.cast`);
  const recorder = startRecorder({
    ...{ file, header, withInput: false, clock: () => now, onRoom: () => undefined },
    onFailure: (failure) => failures.push(failure),
    ...differs,
  });
  return { recorder, failures, file, pass: (ms: number) => (now += ms) };
}

it('is an asciicast of its owner alone, with characters whole and no input', async () => {
  const { recorder, file, pass } = start();
  const whale = Buffer.from('🐳');
  recorder.output(whale.subarray(0, 2));
  pass(1500);
  recorder.output(whale.subarray(2));
  recorder.input(Buffer.from('secret'));
  recorder.resize({ columns: 100, rows: 30 });
  await recorder.end();
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([header, [1.5, 'o', '🐳'], [1.5, 'r', '100x30']]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'recordings'))).mode & 0o777).toBe(0o700);
});

it('ends at its limit, and where the disk takes no more, and says so', async () => {
  const full = start({ limit: 2000 });
  for (let count = 0; count < 10; count += 1) full.recorder.output(Buffer.from('x'.repeat(400)));
  await full.recorder.end();
  expect(full.failures).toEqual([{ code: 'terminal.recording-full', params: { limit: '2.0 kB' } }]);

  await writeFile(join(folder, 'in-the-way'), '');
  const broken = start({ file: join(folder, 'in-the-way', 'x.cast') });
  broken.recorder.output(Buffer.from('x'));
  await broken.recorder.end();
  expect(broken.failures).toMatchObject([{ code: 'terminal.recording-failed' }]);
  expect(broken.recorder.hasRoom).toBe(true);
});

it('is listed also when a crash has cut its last line; what is none is left out', async () => {
  const { recorder, file, pass } = start();
  pass(2500);
  recorder.output(Buffer.from('hello\r\n'));
  await recorder.end();
  await appendFile(file, '[3.1, "o", "cut');
  await writeFile(join(folder, 'recordings', `${recordingId(0, 'ffffffff')}.cast`), 'nonsense\n');
  await writeFile(join(folder, 'recordings', 'notes.txt'), '');
  const recordings = openRecordings(join(folder, 'recordings'));
  const { size } = await stat(file);
  const startedAt = '2027-01-15T08:00:00.000Z';
  expect(await recordings.list(null, new Set())).toEqual([
    { id, hostId: 'h', hostName: 'box', user: 'op', startedAt, durationMs: 2500, bytes: size, withInput: false },
  ]);
  expect(await recordings.list('other', new Set())).toEqual([]);
  expect(await recordings.list('h', new Set([id]))).toMatchObject([{ durationMs: null }]);
  let text = '';
  for await (const piece of recordings.export(id, 'text')) text += piece.text;
  expect(text).toBe('hello\n');
  for (const bad of ['../x', `${id}/../../etc/passwd`, '']) expect(() => recordings.file(bad)).toThrow();
  await mkdir(join(folder, 'empty'));
  expect(await openRecordings(join(folder, 'missing')).list(null, new Set())).toEqual([]);
});

it('as text is what there was to be read: every line once, wrapped ones whole, full screens left out', async () => {
  const cast = createCastText({ columns: 20, rows: 5 });
  const lines = Array.from({ length: 12_000 }, (_, line) => `\x1b[3${String(line % 8)}mline ${String(line)}\x1b[m`);
  lines.push('wrapped '.repeat(10).trimEnd(), 'over\rOVER', '\x1b[?1049hfull screen\x1b[?1049lback');
  let text = '';
  const all = `${lines.join('\r\n')}\r\n`;
  for (let at = 0; at < all.length; at += 7001)
    text += await cast.push({ at: 0, code: 'o', text: all.slice(at, at + 7001) });
  text += await cast.push({ at: 1, code: 'r', text: '80x24' });
  text += await cast.push({ at: 1, code: 'i', text: 'typed' });
  text += await cast.end();
  const expected = lines.slice(0, 12_000).map((_, line) => `line ${String(line)}`);
  expect(text.trimEnd().split('\n')).toEqual([...expected, 'wrapped '.repeat(10).trimEnd(), 'OVER', 'back']);
});

it('events that are none are left out', () => {
  expect(parseCastEvent('[1, "o", "x"]')).toEqual({ at: 1, code: 'o', text: 'x' });
  for (const line of ['', '[1, "o"', '{"at": 1}', '[1, 2, 3]', 'null']) expect(parseCastEvent(line)).toBeNull();
});
