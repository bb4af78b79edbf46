import type { Prompt, PromptAnswer } from '../../../shared/model/prompt.ts';

/** How far an answer reaches: `once` is for what asked alone. */
export interface RememberChoice {
  readonly value: 'once' | 'host' | 'group';
  readonly text: string;
}

/** What a person may choose, the most careful first; empty where there is no choice. `group`: of the host, null when it has none. */
export function rememberChoices(prompt: Prompt, group: string | null): readonly RememberChoice[] {
  switch (prompt.kind) {
    case 'password':
      return [
        { value: 'once', text: 'For this login only' },
        { value: 'host', text: `For ${prompt.hostName}, while Berth runs` },
        ...inGroup(group),
      ];
    case 'sudo-password':
      if (prompt.hosts) {
        return [
          { value: 'once', text: `For these ${prompt.hosts.length.toLocaleString('en')} hosts, while Berth runs` },
          { value: 'group', text: 'For every host of their groups, while Berth runs' },
        ];
      }
      return group === null
        ? []
        : [{ value: 'once', text: `For ${prompt.hostName}, while Berth runs` }, ...inGroup(group)];
    case 'host-key':
    case 'passphrase':
    case 'keyboard-interactive':
      return [];
  }
}

function inGroup(group: string | null): readonly RememberChoice[] {
  return group === null ? [] : [{ value: 'group', text: `For every host of the group ${group}, while Berth runs` }];
}

/** The answer to a question for texts. */
export function secretsAnswer(values: readonly string[], remember: RememberChoice['value']): PromptAnswer {
  return { kind: 'secrets', values: [...values], ...(remember !== 'once' && { remember }) };
}
