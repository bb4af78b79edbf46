import type { Prompt } from '../../../shared/model/prompt.ts';

/** A question for one or more texts, as it is shown. Everything from the host is plain text. */
export interface SecretsQuestion {
  readonly title: string;
  readonly explanation: string;
  /** The names of all hosts that the answer is for; empty: the one of the title. */
  readonly hosts: readonly string[];
  /** Said by the host; null: Berth asks by itself. */
  readonly fromHost: { readonly title: string; readonly instruction: string } | null;
  readonly fields: readonly { readonly label: string; readonly echo: boolean }[];
  readonly submit: string;
}

export function secretsQuestion(prompt: Exclude<Prompt, { kind: 'host-key' }>): SecretsQuestion {
  switch (prompt.kind) {
    case 'passphrase':
      return {
        title: `Passphrase of a key for ${prompt.hostName}`,
        explanation: 'It opens the key on this computer and is sent nowhere.',
        hosts: [],
        fromHost: null,
        fields: [{ label: `Passphrase of ${prompt.keyFile}`, echo: false }],
        submit: 'Unlock the key',
      };
    case 'password':
      return {
        title: `Password for ${prompt.hostName}`,
        explanation: 'It is sent to the host, whose key was checked.',
        hosts: [],
        fromHost: null,
        fields: [{ label: `Password of ${prompt.user} on ${prompt.address}`, echo: false }],
        submit: 'Log in',
      };
    case 'sudo-password':
      return {
        title: `sudo password for ${prompt.hostName}`,
        explanation: prompt.hosts
          ? 'One answer for all of them. The first host tries it alone, so that a wrong one is refused once.'
          : 'It goes to sudo on the host when sudo asks for it. A wrong one is tried once.',
        hosts: prompt.hosts ?? [],
        fromHost: null,
        fields: [{ label: `Password of ${prompt.user}`, echo: false }],
        submit: 'Use it',
      };
    case 'keyboard-interactive':
      return {
        title: `${prompt.hostName} asks`,
        explanation: `To log in as ${prompt.user} on ${prompt.address}. The answers go to the host, whose key was checked.`,
        hosts: [],
        fromHost: { title: prompt.title, instruction: prompt.instruction },
        fields: prompt.fields,
        submit: 'Answer',
      };
  }
}
