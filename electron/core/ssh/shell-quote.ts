/** Words that mean themselves in every login shell there is. */
const PLAIN = /^[A-Za-z0-9_./:@+,-]+$/;
const UNQUOTABLE = /[\0\r\n]/;

/**
 * Quotes one argument so that sh, bash, dash, zsh, fish, csh and tcsh all take it as exactly this word. Single quotes do
 * that for all but three characters, which are written between the quotes: the quote itself, the backslash (fish unescapes
 * it within quotes), and `!` (csh takes it for history even there).
 * Throws TypeError for line breaks and NUL, which csh and argument lists cannot carry.
 */
export function shellQuote(argument: string): string {
  if (UNQUOTABLE.test(argument)) throw new TypeError('An argument with a line break or NUL cannot be quoted');
  if (PLAIN.test(argument)) return argument;
  return `'${argument.replace(/['\\!]/g, (character) => `'\\${character}'`)}'`;
}
