import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProgressTracker } from '../../../electron/core/operations/progress-tracker.ts';
import { createLogView, type LogViewOptions } from '../../../electron/core/operations/log-view.ts';
import type { LogSource } from '../../../shared/model/operation.ts';

const NOON = Date.UTC(2026, 7, 1, 12, 0, 0);
const encode = (text: string) => new TextEncoder().encode(text);

/** All pieces at the same time; the text with its end. */
function view(pieces: readonly (readonly [LogSource, Uint8Array])[], options: Partial<LogViewOptions> = {}): string {
  const made = createLogView({ target: 'file', ...options });
  return pieces.map(([source, bytes]) => made.push(source, NOON, bytes)).join('') + made.end();
}
const line = (source: string, text: string) => `2026-08-01T12:00:00.000Z ${source.padEnd(8)} ${text}\n`;

describe('createLogView', () => {
  it('shows whole lines with time and source, in the order in which they were completed', () => {
    expect(
      view([
        ['stderr', encode('Deploying...')],
        ['stdout', encode('Queued\n')],
        ['stderr', encode('done (3 seconds)\nlast')],
      ]),
    ).toBe(line('stdout', 'Queued') + line('stderr', 'Deploying...done (3 seconds)') + line('stderr', 'last'));
  });

  it('is the same wherever the bytes are cut, also inside a character', () => {
    const bytes = encode('Grüße 🚢 from 主机\r\nzweite Zeile\n\nohne Ende €');
    const whole = view([['stdout', bytes]]);
    expect(whole).toContain('Grüße 🚢 from 主机\n');
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length })), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => ['stdout', bytes.subarray(places[index], end)] as const);
        expect(view(pieces)).toBe(whole);
      }),
    );
  });

  it('stays bounded and never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom<LogSource>('stdout', 'stderr', 'progress', 'berth'),
            fc.uint8Array({ maxLength: 300 }),
          ),
        ),
        fc.constantFrom('terminal', 'file'),
        (pieces, target) => {
          expect(view(pieces, { target }).length).toBeLessThan(1_000_000);
        },
      ),
    );
    const made = createLogView({ target: 'terminal' });
    const endless = new Uint8Array(1024 * 1024).fill(0x78);
    for (const source of ['stdout', 'progress'] as const) {
      for (let count = 0; count < 8; count += 1) made.push(source, NOON, endless);
    }
    expect(made.end().length).toBeLessThan(1_100_000);
  });

  it.each(['stdout', 'progress'] as const)('takes a line of %s that comes byte by byte in no time', (source) => {
    const view = createLogView({ target: 'file' });
    const tracker = createProgressTracker();
    const one = new Uint8Array([0x78]);
    const before = performance.now();
    for (let index = 0; index < 300_000; index += 1) {
      view.push(source, 0, one);
      tracker.push(0, one);
    }
    expect(performance.now() - before).toBeLessThan(2_500);
  });

  it('shows progress in words, and what is no event as it is', () => {
    const sample = readFileSync(join(import.meta.dirname, '../../data/bootc/progress-upgrade-ostree.jsonl'));
    const text = view([
      ['progress', sample],
      ['progress', encode('\nnot an event\n{"type":"Later","x":1}\n')],
    ]);
    expect(text).toMatch(/progress ostree chunk \w{21} +30\.0 MB\n/);
    expect(text).toMatch(/progress pulling done, 68 of 68 layers/);
    expect(text).toContain(line('progress', 'not an event'));
    expect(text).not.toContain('subtask');
  });

  it('leaves out the half line that a cut log begins with', () => {
    expect(
      view(
        [
          ['stdout', encode('half\nwhole\n')],
          ['stderr', encode('also half')],
        ],
        { skipPartial: true },
      ),
    ).toBe(line('stdout', 'whole'));
  });

  it('ends lines for a terminal with CR LF and takes control sequences away', () => {
    const text = view([['stdout', encode('\u001b[2J\u001b[32mok\u001b]0;t\u0007\n')]], { target: 'terminal' });
    expect(text).toMatch(/\u001b\[32mok\u001b\[0m\r\n$/u);
    expect(text).not.toContain('[2J');
    expect(text).not.toContain(']0;');
  });
});
