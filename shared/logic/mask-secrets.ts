/** What stands in the place of a secret. */
export const MASK = '[masked]';

/** Words that name a secret where they are a key, or the end of one: `db_password`, `AUTH_TOKEN`, `client-secret`. */
const SECRET_NAME =
  '(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|activation[_-]?key|auth(?:entication)?[_-]?key|credentials?|psk|identitytoken|registrytoken)';

/** A value in quotes, on one line. */
const QUOTED = `(?:"[^"\\n]*"|'[^'\\n]*')`;

/** A rule: what it finds, and what stays of it; `$1` is what was before the secret. */
type Rule = readonly [pattern: RegExp, kept: string];

const RULES: readonly Rule[] = [
  // Private keys of any kind (PEM, OpenSSH, PGP); one that was cut as well.
  [/-----BEGIN ([A-Z0-9 ]*PRIVATE KEY[A-Z ]*)-----[\s\S]*?(?:-----END \1-----|$)/g, `-----BEGIN $1----- ${MASK}`],
  // containers-auth.json: "auth": "…" holds user:password.
  [/("auth"\s*:\s*")[^"]*/gi, `$1${MASK}`],
  // "db_password": "…", also with quotes that are escaped in another text.
  [new RegExp(`(\\\\?["'][\\w.-]*${SECRET_NAME}\\\\?["']\\s*:\\s*\\\\?["'])(?:(?!\\\\?["']).)+`, 'gi'), `$1${MASK}`],
  // PASSWORD=… , --token …, token: …; what stands right behind a value in quotes is of it, as a shell has it.
  [
    new RegExp(`(\\b[\\w.-]*${SECRET_NAME}\\s*[=:]\\s*)(?:${QUOTED}[^\\s"',;&\\\\]*|[^\\s"',;&\\\\]+)`, 'gi'),
    `$1${MASK}`,
  ],
  [new RegExp(`(--[\\w-]*${SECRET_NAME}\\s+)(?!-)(?:${QUOTED}\\S*|\\S+)`, 'gi'), `$1${MASK}`],
  // Authorization: Basic …, Bearer …; cookies.
  [/(\bauthorization\s*[:=]\s*["']?(?:basic|bearer|negotiate|digest)\s+)[^\s"']+/gi, `$1${MASK}`],
  [/(\b(?:set-)?cookie\s*:\s*)[^\n]+/gi, `$1${MASK}`],
  [/(\b(?:bearer|basic)\s+)[A-Za-z0-9+/_.~-]{16,}=*/gi, `$1${MASK}`],
  // https://user:password@host
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"']*:)[^\s/@"']+(?=@)/gi, `$1${MASK}`],
  // Hashes of /etc/shadow: $6$…, $y$…
  [/\$(?:1|2[abxy]?|5|6|7|y|gy)\$[^\s:"']{8,}/g, MASK],
  // Tokens that tell what they are: JSON web tokens, GitHub, GitLab, Slack, AWS, Google, Vault, age.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, MASK],
  [
    /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{30,}|hvs\.[\w-]{16,})/g,
    MASK,
  ],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/g, MASK],
];

/** What became of a text whose secrets were masked; `count`: how many were. */
export interface Masked {
  readonly text: string;
  readonly count: number;
}

/**
 * Masks what looks like a secret in a text that leaves the computer: values of keys that are called so, credentials in addresses and
 * headers, private keys, password hashes, tokens of known shapes. A net with holes, as every such list is; it rather masks too much.
 * Digests of images and checksums stay. Masking twice changes nothing.
 */
export function maskSecrets(text: string): Masked {
  let count = 0;
  let masked = text;
  for (const [pattern, kept] of RULES) {
    masked = masked.replace(pattern, (...found: readonly unknown[]) => {
      const [whole, before] = found;
      const result = kept.replace('$1', typeof before === 'string' ? before : '');
      if (result !== whole) count += 1;
      return result;
    });
  }
  return { text: masked, count };
}

const SECRET_KEY = new RegExp(`(?:^auth$|${SECRET_NAME}$)`, 'i');

/** Masks what looks like a secret in a document of JSON: whole texts under keys that are called so, and within all other texts. */
export function maskDocument(value: unknown, onMasked: (count: number) => void = () => undefined): unknown {
  if (typeof value === 'string') {
    const { text, count } = maskSecrets(value);
    if (count > 0) onMasked(count);
    return text;
  }
  if (Array.isArray(value)) return value.map((each: unknown) => maskDocument(each, onMasked));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => {
      if (typeof each !== 'string' || each === '' || !SECRET_KEY.test(key)) return [key, maskDocument(each, onMasked)];
      onMasked(1);
      return [key, MASK];
    }),
  );
}
