/** What fits into the value column of a card, in characters of the fixed-width face. */
const CARD_WIDTH = 26;

/** An image reference or an ostree refspec that fits a card: leading folders go first, what tells images apart stays. */
export function cardReference(reference: string): string {
  const parts = reference.split('/');
  let from = 0;
  const shown = () => (from === 0 ? reference : `…/${parts.slice(from).join('/')}`);
  while (shown().length > CARD_WIDTH && from < parts.length - 1) from += 1;
  return shown();
}

/** A kernel release without the architecture, which is the same for every deployment of a host. */
export function kernelRelease(release: string, architecture: string | null): string {
  const suffix = `.${architecture ?? ''}`;
  return architecture !== null && release.endsWith(suffix) ? release.slice(0, -suffix.length) : release;
}
