import { failure, type Failure } from '../errors/failure.ts';
import { snippetLimits } from '../model/run-limits.ts';

/** A place in a command line that a value goes to. */
interface Place {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** It begins a word, so that a value with a dash in front would be taken for an option, unless `--` came before. */
  readonly mayBeOption: boolean;
}

/** A command line with parameters, understood. */
export interface SnippetTemplate {
  readonly command: string;
  /** In the order of their first place, each once. */
  readonly parameters: readonly string[];
  readonly places: readonly Place[];
}

/** `{{name}}`: letters, digits, dashes and underscores, a letter first. What else stands in braces (`{{.Names}}`) is text. */
const PARAMETER = /\{\{([A-Za-z][A-Za-z0-9_-]{0,39})\}\}/y;

/**
 * Reads a command line with parameters. A value becomes one word of the shell, in quotes of its own; so a parameter may stand wherever a shell
 * takes a word or a part of one, and nowhere else. Refused is what stands in quotes, in a comment, in backquotes, in `${…}` and `$((…))`,
 * behind a backslash, or behind a here-document: there a quoted value would not be one word, or would be run.
 * A word that is handed on to another shell (`sh -c {{x}}`, `ssh host {{x}}`) is a script there; that cannot be seen from here.
 */
export function readSnippet(
  command: string,
): { readonly ok: true; readonly value: SnippetTemplate } | { readonly ok: false; readonly failure: Failure } {
  const places: Place[] = [];
  // What is open, innermost last: quotes, substitutions, a comment.
  const open: Context[] = [];
  // Behind something that only a shell can follow nothing is certain any more.
  let behind: string | null = null;
  let atWordStart = true;
  let optionsEnded = false;

  for (let index = 0; index < command.length;) {
    const context = open.at(-1) ?? 'code';
    const name = parameterAt(command, index);
    if (name !== null) {
      const where = behind ?? whereWords[context];
      if (where !== null) return { ok: false, failure: failure('snippet.parameter-placed', { name, where }) };
      const to = index + name.length + '{{}}'.length;
      places.push({ name, from: index, to, mayBeOption: atWordStart && !optionsEnded });
      index = to;
      atWordStart = false;
      continue;
    }
    const step = readStep(command, index, context, atWordStart);
    const escaped = step.escapes ? parameterAt(command, index + 1) : null;
    if (escaped !== null) {
      return { ok: false, failure: failure('snippet.parameter-placed', { name: escaped, where: 'a backslash' }) };
    }
    if (step.leaves) open.pop();
    if (step.enters) open.push(step.enters);
    behind ??= step.loses ?? null;
    const text = command.slice(index, index + step.length);
    if (step.enters === 'substitution' || (context === 'comment' && step.leaves)) {
      atWordStart = true;
      optionsEnded = false;
    } else if (isCode(context) && text !== '\\\n') {
      if (/^[;&|\n()]/.test(text)) optionsEnded = false;
      else if (atWordStart && /^--\s/.test(command.slice(index, index + 3))) optionsEnded = true;
      atWordStart = /^[\s;&|()<>]/.test(text);
    }
    index += step.length;
  }
  const parameters = [...new Set(places.map(({ name }) => name))];
  if (parameters.length > snippetLimits.parameters) {
    return { ok: false, failure: failure('snippet.too-many', { max: snippetLimits.parameters }) };
  }
  return { ok: true, value: { command, parameters, places } };
}

type Context =
  'code' | 'substitution' | 'single' | 'double' | 'ansi' | 'backquote' | 'comment' | 'brace' | 'arithmetic';

/** How one says where a parameter cannot stand; null: there it can. */
const whereWords: Readonly<Record<Context, string | null>> = {
  code: null,
  substitution: null,
  single: 'quotes',
  double: 'quotes',
  ansi: 'quotes',
  backquote: 'backquotes',
  comment: 'a comment',
  brace: `\${…}`,
  arithmetic: '$((…))',
};

/** The parameter that stands at a place; null: none. */
function parameterAt(command: string, index: number): string | null {
  PARAMETER.lastIndex = index;
  return PARAMETER.exec(command)?.[1] ?? null;
}

const isCode = (context: Context) => context === 'code' || context === 'substitution';

interface Step {
  readonly length: number;
  readonly enters?: Context;
  readonly leaves?: boolean;
  readonly escapes?: boolean;
  /** What is behind it cannot be read without being a shell. */
  readonly loses?: string;
}

/** What a shell makes of the next characters. */
function readStep(command: string, index: number, context: Context, atWordStart: boolean): Step {
  const rest = command.slice(index, index + 5);
  const [character = ''] = rest;
  switch (context) {
    case 'single':
      return { length: 1, leaves: character === "'" };
    case 'comment':
      return { length: 1, leaves: character === '\n' };
    case 'ansi':
      return character === '\\' ? { length: 2 } : { length: 1, leaves: character === "'" };
    case 'double':
      if (character === '\\') return { length: 2 };
      if (character === '"') return { length: 1, leaves: true };
      return dollarStep(rest) ?? (character === '`' ? { length: 1, enters: 'backquote' } : { length: 1 });
    case 'backquote':
    case 'brace':
    case 'arithmetic':
      return innerStep(rest, context);
    case 'code':
    case 'substitution':
      return codeStep(rest, context, atWordStart);
  }
}

/** Where only the end is looked for: quotes and nested things have rules of their own there, which differ between shells. */
function innerStep(rest: string, context: 'backquote' | 'brace' | 'arithmetic'): Step {
  const end = { backquote: '`', brace: '}', arithmetic: '))' }[context];
  if (rest.startsWith(end)) return { length: end.length, leaves: true };
  const [character = ''] = rest;
  if (character === '\\') return { length: 2 };
  const isNested = /['"`({]/.test(character) && !(context === 'backquote' && /[({]/.test(character));
  return isNested ? { length: 1, loses: `${whereWords[context] ?? ''} with more in it` } : { length: 1 };
}

function codeStep(rest: string, context: Context, atWordStart: boolean): Step {
  const [character = ''] = rest;
  if (character === '\\') return rest.startsWith('\\{') ? { length: 1, escapes: true } : { length: 2 };
  if (rest.startsWith("$'")) return { length: 2, enters: 'ansi', loses: '$’…’' };
  if (rest.startsWith('$"')) return { length: 2, enters: 'double' };
  const dollar = dollarStep(rest);
  if (dollar) return dollar;
  if (character === "'") return { length: 1, enters: 'single' };
  if (character === '"') return { length: 1, enters: 'double' };
  if (character === '`') return { length: 1, enters: 'backquote' };
  if (character === '#' && atWordStart) return { length: 1, enters: 'comment' };
  if (rest.startsWith('<<<')) return { length: 3 };
  if (rest.startsWith('<<')) return { length: 2, loses: 'a here-document' };
  if (rest.startsWith('((')) return { length: 2, enters: 'arithmetic' };
  if (context === 'substitution' && atWordStart && /^case\s/.test(rest)) return { length: 4, loses: '$(case …' };
  if (character === '(') return { length: 1, enters: 'substitution' };
  if (character === ')') return { length: 1, leaves: context === 'substitution' };
  return { length: 1 };
}

function dollarStep(rest: string): Step | null {
  if (rest.startsWith('$((')) return { length: 3, enters: 'arithmetic' };
  if (rest.startsWith('$[')) return { length: 2, loses: '$[…]' };
  if (rest.startsWith('$(')) return { length: 2, enters: 'substitution' };
  if (rest.startsWith('${')) return { length: 2, enters: 'brace' };
  return null;
}

/** Why this is no value for a parameter; null: it is one. An empty value is one empty word. */
export function valueFailure(template: SnippetTemplate, name: string, value: string): Failure | null {
  if (value.length > snippetLimits.value) return failure('input.text-too-long', { max: snippetLimits.value });
  if (/\p{Cc}/u.test(value)) return failure('input.control-characters');
  const place = template.places.find((each) => each.name === name && each.mayBeOption);
  return place && value.startsWith('-') ? failure('snippet.value-option', { name }) : null;
}

/** The command line with each value as one quoted word in its places. Fails where a value is missing or is none. */
export function fillSnippet(
  template: SnippetTemplate,
  values: Readonly<Record<string, string>>,
): { readonly ok: true; readonly value: string } | { readonly ok: false; readonly failure: Failure } {
  let filled = '';
  let at = 0;
  for (const { name, from, to } of template.places) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return { ok: false, failure: failure('snippet.value-missing', { name }) };
    const wrong = valueFailure(template, name, value);
    if (wrong) return { ok: false, failure: wrong };
    // In quotes whatever it is: a bare `a=b` or `if` would be more than a word.
    filled += `${template.command.slice(at, from)}'${value.replaceAll("'", String.raw`'\''`)}'`;
    at = to;
  }
  return { ok: true, value: filled + template.command.slice(at) };
}
