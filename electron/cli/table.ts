/** Lines of text in columns that stand under each other, two spaces apart. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  return all
    .map((row) => {
      const cells = widths.map((columnWidth, column) => {
        const cell = row[column] ?? '';
        return cell + ' '.repeat(columnWidth - width(cell));
      });
      return `${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Characters as a person counts them. Names of hosts are hardly ever wider than one column a character. */
function width(text: string): number {
  return [...characters.segment(text)].length;
}
