/**
 * The words of a command line as a POSIX shell splits it, for command lines of plain words and quoted ones. Null where
 * it holds anything that only a shell could answer: expansions, redirections, several commands.
 */
export function shellWords(command: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let index = 0; index < command.length; index += 1) {
    const character = command.charAt(index);
    if (character === ' ' || character === '\t') {
      if (word !== null) words.push(word);
      word = null;
    } else if (character === "'") {
      const end = command.indexOf("'", index + 1);
      if (end === -1) return null;
      word = (word ?? '') + command.slice(index + 1, end);
      index = end;
    } else if (character === '\\') {
      index += 1;
      if (index === command.length) return null;
      word = (word ?? '') + command.charAt(index);
    } else if (/[\w./:@%+,=-]/.test(character)) {
      word = (word ?? '') + character;
    } else {
      return null;
    }
  }
  if (word !== null) words.push(word);
  return words;
}
