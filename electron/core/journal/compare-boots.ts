import { BerthError } from '../../../shared/errors/failure.ts';
import { compareUnits } from '../../../shared/logic/journal-compare.ts';
import type { BootsCompared, JournalEntry } from '../../../shared/model/journal.ts';
import { askJournal } from './ask-journal.ts';
import { readJournalBoots } from './boots.ts';
import type { JournalContext } from './journal-service.ts';
import { entriesOf, ENTRY_WORDS } from './page.ts';

/** What is read of a boot, from its beginning on. */
const MAX_ENTRIES = 20_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads two boots and puts them beside each other. Rejects as `askJournal` does, and with `journal.boot-gone`. */
export async function compareBoots(
  context: JournalContext,
  hostId: string,
  badId: string,
  goodId: string,
): Promise<BootsCompared> {
  const [{ boots, access }, bad, good] = await Promise.all([
    readJournalBoots(context, hostId),
    readBoot(context, hostId, badId),
    readBoot(context, hostId, goodId),
  ]);
  const boot = (id: string) => {
    const found = boots.find((each) => each.id === id);
    if (!found) throw new BerthError('journal.boot-gone');
    return found;
  };
  return {
    bad: boot(badId),
    good: boot(goodId),
    units: compareUnits(bad.entries, good.entries),
    cut: { bad: bad.cut, good: good.cut },
    access,
  };
}

async function readBoot(
  context: JournalContext,
  hostId: string,
  id: string,
): Promise<{ readonly entries: readonly JournalEntry[]; readonly cut: boolean }> {
  const words = [...ENTRY_WORDS, `--boot=${id}`];
  const question = { direction: 'newer', count: MAX_ENTRIES + 1, words, maxBytes: MAX_BYTES } as const;
  const { bytes, full } = await askJournal(context, hostId, question);
  const entries = entriesOf(bytes);
  return { entries: entries.slice(0, MAX_ENTRIES), cut: full || entries.length > MAX_ENTRIES };
}
