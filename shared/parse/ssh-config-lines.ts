/** One line of an ssh configuration that says something. */
export interface ConfigLine {
  /** Counts from 1. */
  readonly line: number;
  /** In lower case: keywords know no case. */
  readonly keyword: string;
  /** The arguments as words, without quotes, escapes and a trailing comment. */
  readonly words: readonly string[];
  /** Everything after the keyword as it stands there: what ProxyCommand and ProxyJump take. */
  readonly rest: string;
}

/** A line that ssh would refuse the whole file for. */
export interface BadConfigLine {
  readonly line: number;
  readonly detail: string;
}

// readconf.c: blanks and at most one equals sign stand between a keyword and its arguments.
const KEYWORD = /^[ \t]*([^ \t="]+)(?:[ \t]*=[ \t]*|[ \t]+)?(.*)$/s;

/** Reads a file of the ssh configuration line by line, as readconf.c of OpenSSH 8.7 and later does. */
export function parseSshConfig(text: string): {
  readonly lines: readonly ConfigLine[];
  readonly bad: readonly BadConfigLine[];
} {
  const lines: ConfigLine[] = [];
  const bad: BadConfigLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const [, keyword = '', rest = ''] = KEYWORD.exec(raw.replace(/[ \t\r\f]+$/, '')) ?? [];
    if (keyword === '' || keyword.startsWith('#')) continue;
    const line = index + 1;
    const words = splitWords(rest);
    if (rest === '') bad.push({ line, detail: `nothing stands after ${keyword}` });
    else if (words === null) bad.push({ line, detail: 'a quote is not closed' });
    else lines.push({ line, keyword: keyword.toLowerCase(), words, rest });
  }
  return { lines, bad };
}

/** Words as argv_split() of misc.c makes them; null when a quote is not closed. A word that begins with `#` begins a comment. */
export function splitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (isBlank(text[at])) {
      at += 1;
      continue;
    }
    if (text[at] === '#') break;
    let word = '';
    let quote = '';
    for (; at < text.length; at += 1) {
      const character = text[at] ?? '';
      const next = text[at + 1] ?? '';
      if (character === '\\' && (/^['"\\]$/.test(next) || (quote === '' && next === ' '))) {
        at += 1;
        word += next;
      } else if (quote === '' && isBlank(character)) break;
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (quote !== '' && character === quote) quote = '';
      else word += character;
    }
    if (quote !== '') return null;
    words.push(word);
  }
  return words;
}

/** The words of a `Match` line: double quotes only, and an equals sign between a criterion and its argument is a blank. */
export function splitMatchWords(text: string): readonly string[] {
  const words: string[] = [];
  for (const [whole, quoted, plain = ''] of text.matchAll(/"([^"]*)"|([^\s"=]+)/g)) {
    if (whole.startsWith('#')) break;
    words.push(quoted ?? plain);
  }
  return words;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
