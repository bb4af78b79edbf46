import { createTwoFilesPatch } from 'diff';
import type { EtcEntry } from '../../../shared/model/etc.ts';
import type { Texts } from './use-texts.ts';

/** A patch that costs more edits than this is no patch that anybody wants. */
const MOST_EDITS = 3000;

/** What was changed here as a unified patch from the image’s version; null where one is no text, or nothing differs. */
export function patchOf(entry: EtcEntry, { lines }: Texts): string | null {
  const { base, local } = lines;
  if (entry.here === 'same' || (!base && !local)) return null;
  const isText = (side: 'base' | 'local') => entry[side] === null || lines[side] !== null;
  if (!isText('base') || !isText('local') || /[\n\t]/.test(entry.path)) return null;
  const name = (side: 'base' | 'local', prefix: string) => (entry[side] ? `${prefix}/etc/${entry.path}` : '/dev/null');
  const text = (side: 'base' | 'local') => (lines[side] ?? []).map((line) => `${line}\n`).join('');
  return (
    createTwoFilesPatch(name('base', 'a'), name('local', 'b'), text('base'), text('local'), undefined, undefined, {
      maxEditLength: MOST_EDITS,
    }) ?? null
  );
}
