import type { Prompt, PromptAnswer } from '../../../shared/model/prompt.ts';
import type { Remember } from '../../../shared/model/secret.ts';

/** How long an answer is remembered; `not`: it is asked for again. */
export type Keep = Remember['keep'] | 'not';

export interface Choice<T extends string> {
  readonly value: T;
  readonly text: string;
}

/** What a person may choose of an answer, the most careful first. */
export interface RememberChoices {
  readonly keeps: readonly [Choice<Keep>, ...Choice<Keep>[]];
  /** For whom; empty: there is nothing to choose. */
  readonly reaches: readonly Choice<Remember['reach']>[];
}

const NOT = { value: 'not', text: 'Not' } as const;
const SESSION = { value: 'session', text: 'While Berth runs' } as const;
const KEYCHAIN = { value: 'keychain', text: 'In the keychain of this computer' } as const;

/** Null where nothing is ever remembered. `group`: of the host, null when it has none. */
export function rememberChoices(prompt: Prompt, group: string | null): RememberChoices | null {
  switch (prompt.kind) {
    case 'password':
      return { keeps: [NOT, SESSION, KEYCHAIN], reaches: reachesOf(`For ${prompt.hostName}`, group) };
    case 'passphrase':
      return { keeps: [SESSION, KEYCHAIN], reaches: [] };
    case 'sudo-password':
      // What runs as root needs it again and again.
      return { keeps: [SESSION, KEYCHAIN], reaches: sudoReaches(prompt, group) };
    case 'host-key':
    case 'keyboard-interactive':
      return null;
  }
}

function sudoReaches(
  { hostName, hosts }: Extract<Prompt, { kind: 'sudo-password' }>,
  group: string | null,
): RememberChoices['reaches'] {
  if (!hosts) return reachesOf(`For ${hostName}`, group);
  return [
    { value: 'host', text: `For these ${hosts.length.toLocaleString('en')} hosts` },
    { value: 'group', text: 'For every host of their groups' },
  ];
}

function reachesOf(host: string, group: string | null): RememberChoices['reaches'] {
  if (group === null) return [];
  return [
    { value: 'host', text: host },
    { value: 'group', text: `For every host of the group ${group}` },
  ];
}

/** The answer to a question for texts. */
export function secretsAnswer(values: readonly string[], keep: Keep, reach: Remember['reach']): PromptAnswer {
  return { kind: 'secrets', values: [...values], ...(keep !== 'not' && { remember: { keep, reach } }) };
}
