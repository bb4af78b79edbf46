/** A text with its tokens replaced. `unknown`: those that could not be, as they stand there; they stay in the text. */
export interface Expanded {
  readonly text: string;
  readonly unknown: readonly string[];
}

/** Values of tokens by their letter, such as `h` for `%h`. */
export type TokenValues = Readonly<Partial<Record<string, string>>>;

/** Replaces `%h` and the like; `%%` is a percent sign. One pass: what a value holds is not expanded again. */
export function expandTokens(text: string, values: TokenValues): Expanded {
  const unknown: string[] = [];
  const expanded = text.replaceAll(/%(.?)/gsu, (token, letter: string) => {
    if (letter === '%') return '%';
    const value = Object.hasOwn(values, letter) ? values[letter] : undefined;
    if (value !== undefined) return value;
    unknown.push(token);
    return token;
  });
  return { text: expanded, unknown };
}

/** Replaces `${NAME}` by the environment; ssh refuses a name that is not set. */
export function expandEnvironment(text: string, env: NodeJS.ProcessEnv): Expanded {
  const unknown: string[] = [];
  const expanded = text.replaceAll(/\$\{([^}]*)\}/g, (whole, name: string) => {
    const value = env[name];
    if (value !== undefined) return value;
    unknown.push(whole);
    return whole;
  });
  return { text: expanded, unknown };
}

/** A path as the ssh configuration writes it: `~`, then the environment, then tokens. `~somebody/` is not known here. */
export function expandPath(text: string, values: TokenValues, env: NodeJS.ProcessEnv, home: string): Expanded {
  const isHomely = text === '~' || text.startsWith('~/');
  const variables = expandEnvironment(isHomely ? `${home}${text.slice(1)}` : text, env);
  const tokens = expandTokens(variables.text, values);
  const foreign = text.startsWith('~') && !isHomely ? [text.replace(/\/.*$/s, '')] : [];
  return { text: tokens.text, unknown: [...foreign, ...variables.unknown, ...tokens.unknown] };
}
