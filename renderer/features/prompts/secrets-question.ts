import type { Prompt } from '../../../shared/model/prompt.ts';

/** A question for one or more texts, as it is shown. Everything from the host is plain text. */
export interface SecretsQuestion {
  readonly title: string;
  readonly explanation: string;
  /** Said by the host; null: Berth asks by itself. */
  readonly fromHost: { readonly title: string; readonly instruction: string } | null;
  readonly fields: readonly { readonly label: string; readonly echo: boolean }[];
  readonly submit: string;
}

export function secretsQuestion(prompt: Exclude<Prompt, { kind: 'host-key' }>): SecretsQuestion {
  switch (prompt.kind) {
    case 'passphrase':
      return {
        title: 'Passphrase of a key',
        explanation: `To log in to ${prompt.hostName}. The passphrase is used here and sent nowhere.`,
        fromHost: null,
        fields: [{ label: `Passphrase of ${prompt.keyFile}`, echo: false }],
        submit: 'Unlock the key',
      };
    case 'password':
      return {
        title: `Password for ${prompt.hostName}`,
        explanation: 'It is sent to the host, whose key was checked, and never written to a disk.',
        fromHost: null,
        fields: [{ label: `Password of ${prompt.user} on ${prompt.address}`, echo: false }],
        submit: 'Log in',
      };
    case 'sudo-password':
      return {
        title: `sudo password for ${prompt.hostName}`,
        explanation: 'It is kept in memory while Berth runs, never on a disk. A wrong one is tried once.',
        fromHost: null,
        fields: [{ label: `Password of ${prompt.user}`, echo: false }],
        submit: 'Use it',
      };
    case 'keyboard-interactive':
      return {
        title: `${prompt.hostName} asks`,
        explanation: `To log in as ${prompt.user} on ${prompt.address}. The answers go to the host, whose key was checked.`,
        fromHost: { title: prompt.title, instruction: prompt.instruction },
        fields: prompt.fields,
        submit: 'Answer',
      };
  }
}
