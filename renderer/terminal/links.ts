/** An address that a host has shown, before anybody opens it. */
export type LinkLook =
  | { readonly kind: 'safe'; readonly address: string; readonly host: string }
  /** Shown and copied, never opened: another scheme than https, a name and password in it, or no address at all. */
  | { readonly kind: 'refused'; readonly address: string; readonly why: string };

/** Longest address that is looked at, characters. */
const LONGEST = 2048;

/** Addresses come from hosts: only plain https is opened. International names are shown as they travel, `xn--…`, so that look-alikes show. */
export function lookAtLink(text: string): LinkLook {
  const address = text.slice(0, LONGEST);
  if (text.length > LONGEST) return { kind: 'refused', address, why: 'It is longer than 2,048 characters.' };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url) return { kind: 'refused', address, why: 'It is no address.' };
  if (url.protocol !== 'https:') return { kind: 'refused', address, why: 'Only https addresses are opened from here.' };
  if (url.username !== '' || url.password !== '') {
    return { kind: 'refused', address, why: 'It has a user name in it, which can make one host look like another.' };
  }
  return { kind: 'safe', address: url.href, host: url.host };
}
