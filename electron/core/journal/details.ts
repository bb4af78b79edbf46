import { BerthError } from '../../../shared/errors/failure.ts';
import type { JournalDetails } from '../../../shared/model/journal.ts';
import { bytesValue } from '../../../shared/parse/journal.ts';
import { detailsOfExport, parseExport } from '../../../shared/parse/journal-export.ts';
import { askJournal } from './ask-journal.ts';
import type { JournalContext } from './journal-service.ts';

/** Reads all fields of one entry, by their bytes. Rejects as `askJournal` does, and with `journal.entry-gone`. */
export async function readDetails(context: JournalContext, hostId: string, cursor: string): Promise<JournalDetails> {
  const words = ['--output=export', '--all', `--cursor=${cursor}`];
  // Reading backwards begins with the entry itself as well, and its first line is the last that is asked for.
  const { bytes, full } = await askJournal(context, hostId, { direction: 'older', count: 1, words });
  const { entries, rest } = parseExport(bytes);
  const fields = entries[0] ?? rest;
  const found = fields.find(({ name }) => name === '__CURSOR');
  // journalctl goes to the nearest one where it has lost the entry itself.
  if (!found || bytesValue(found.value).text !== cursor) throw new BerthError('journal.entry-gone');
  return detailsOfExport(cursor, fields, !full);
}
