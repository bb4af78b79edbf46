import { expect, it } from 'vitest';
import { createEtcParser } from '../../../shared/parse/etc.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('takes no path that is deeper than any honest one, and says that something is missing', () => {
  const parser = createEtcParser('n0nce');
  const deep = (parts: number) => Array.from({ length: parts }, () => 'a').join('/');
  parser.begin('list-local/find');
  for (const path of [deep(100), deep(101)]) parser.data(bytes(`f644 0 0 1 1700000000.0 1 1\0${path}\0\0`));
  parser.end();
  const { trees, failures } = parser.finish(new Map());
  expect([...(trees.local?.keys() ?? [])]).toEqual([deep(100)]);
  expect(failures.map(({ code }) => code)).toContain('etc.partly-read');
});
