import { terminalChoices } from '../../../shared/logic/connect-choices.ts';
import type { Host } from '../../../shared/model/host.ts';
import type { Session } from '../../state/session.ts';

/**
 * A program on a host wants a text in the clipboard (OSC 52): done and told where the host or its group may, and not at all otherwise. What holds
 * is asked each time, since it may have changed.
 */
export async function writeClipboard(session: Session, hostId: string, text: string): Promise<void> {
  const { client, fleet, toasts } = session;
  try {
    const [host, groups] = await Promise.all([hostOf(session, hostId), client.group.list()]);
    const group = groups.find(({ name }) => name === host.group) ?? null;
    if (!terminalChoices(host, group).clipboard.value) return;
    await navigator.clipboard.writeText(text);
    const name = fleet.getState().rows.get(hostId)?.name ?? 'A host';
    toasts.add({
      tone: 'info',
      text: `${name} wrote ${text.length.toLocaleString('en')} characters to the clipboard.`,
    });
  } catch {
    // The window is not in front, or the browser forbids it: a host gets no word of that.
  }
}

async function hostOf({ client }: Session, id: string): Promise<Host> {
  const stopped = new AbortController();
  try {
    const details = await client.host.watch({ id }, { signal: stopped.signal });
    const first = await details.next();
    if (first.done) throw new Error('The host has no detail');
    return first.value.host;
  } finally {
    stopped.abort();
  }
}
