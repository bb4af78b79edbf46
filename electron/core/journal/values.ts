import { journalLimits } from '../../../shared/model/journal-limits.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import { askJournal } from './ask-journal.ts';
import type { JournalContext } from './journal-service.ts';

const MAX_BYTES = 1024 * 1024;

/** The values that a field has in the journal, sorted. */
export async function readValues(
  context: JournalContext,
  hostId: string,
  field: string,
): Promise<{ readonly values: string[]; readonly cut: boolean }> {
  const words = [`--field=${field}`];
  const answer = await askJournal(context, hostId, { direction: 'all', count: 0, words, maxBytes: MAX_BYTES });
  const lines = answer.bytes.toString('utf8').split('\n');
  if (answer.full) lines.pop();
  const values = [...new Set(lines.map((line) => cleanText(line, 256)).filter((line) => line !== ''))].sort();
  return { values: values.slice(0, journalLimits.values), cut: answer.full || values.length > journalLimits.values };
}
