/**
 * The lines that `text` completes, of which `partial` came before, and what begins the next one. Only what is new is
 * looked at: a host may send a long line byte by byte, and a look at all of it for each byte would take minutes.
 */
export function splitLines(
  partial: string,
  text: string,
): { readonly lines: readonly string[]; readonly partial: string } {
  const end = text.lastIndexOf('\n');
  if (end === -1) return { lines: [], partial: partial + text };
  return { lines: (partial + text.slice(0, end)).split('\n'), partial: text.slice(end + 1) };
}
