/** Whether `text` is what a pattern of the ssh configuration means: `*` any characters, `?` one. match.c of OpenSSH. */
export function matchesPattern(text: string, pattern: string): boolean {
  // Where the newest star stands, and how much of the text it has taken: one star to go back to is enough.
  let star = -1;
  let taken = 0;
  let at = 0;
  let inPattern = 0;
  while (at < text.length) {
    const expected = pattern[inPattern];
    if (expected === '*') {
      star = inPattern;
      taken = at;
      inPattern += 1;
    } else if (expected === '?' || (expected !== undefined && expected === text[at])) {
      at += 1;
      inPattern += 1;
    } else if (star !== -1) {
      taken += 1;
      at = taken;
      inPattern = star + 1;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(inPattern));
}

/** Whether a `Host` line applies: one of its patterns fits, and none of those with `!`. */
export function matchesHostLine(name: string, patterns: readonly string[]): boolean {
  let fits = false;
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (matchesPattern(name, pattern.slice(1))) return false;
    } else fits ||= matchesPattern(name, pattern);
  }
  return fits;
}

/** Whether a list such as `*.lan,!db.lan` fits, as an argument of `Match`. */
export function matchesPatternList(text: string, list: string): boolean {
  return matchesHostLine(
    text,
    list.split(',').map((pattern) => pattern.trim()),
  );
}

/** Whether a word of a `Host` line stands for hosts rather than for one. */
export function isPattern(word: string): boolean {
  return /[*?]/.test(word) || word.startsWith('!');
}
