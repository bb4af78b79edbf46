import type { Prompt, PromptAnswer } from '../../shared/model/prompt.ts';
import { cleanText } from '../../shared/parse/text.ts';
import type { PromptBroker } from '../core/prompts/prompt-broker.ts';
import type { Console, Person } from './console.ts';

/**
 * Puts the questions of the core to the person at the terminal, one after the other. Without one nobody subscribes, and the
 * core fails with `auth.prompt-unavailable`. Returns the function that ends it.
 */
export function answerPrompts(prompts: PromptBroker, terminal: Console): () => void {
  const { person } = terminal;
  if (!person) return () => undefined;
  let isAsking = false;

  async function askAll(someone: Person): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    for (let [prompt] = prompts.list(); prompt; [prompt] = prompts.list()) {
      terminal.progress(null);
      prompts.answer(prompt.id, await ask(prompt, someone, terminal));
    }
    isAsking = false;
  }
  return prompts.onChange(() => void askAll(person));
}

async function ask(prompt: Prompt, person: Person, terminal: Console): Promise<PromptAnswer> {
  switch (prompt.kind) {
    case 'host-key':
      return askHostKey(prompt, person, terminal);
    case 'passphrase':
      return secrets([await person.askSecret(`Passphrase for ${prompt.keyFile}: `)]);
    case 'password':
      return secrets([await person.askSecret(`Password of ${prompt.user} on ${prompt.hostName}: `)]);
    case 'sudo-password':
      return secrets([await person.askSecret(`sudo password of ${prompt.user} on ${prompt.hostName}: `)]);
    case 'keyboard-interactive': {
      // These words are the host's: nobody should take them for Berth's.
      const words = [prompt.title, prompt.instruction].map((text) => cleanText(text)).filter((text) => text !== '');
      terminal.err(`${prompt.hostName} asks:\n${words.map((text) => `  ${text}\n`).join('')}`);
      const answers: (string | null)[] = [];
      for (const { label, echo } of prompt.fields) {
        const question = `  ${cleanText(label)} `;
        answers.push(await (echo ? person.ask(question) : person.askSecret(question)));
        if (answers.at(-1) === null) break;
      }
      return secrets(answers);
    }
  }
}

async function askHostKey(
  { hostName, address, port, keyType, fingerprint, command }: Extract<Prompt, { kind: 'host-key' }>,
  person: Person,
  terminal: Console,
): Promise<PromptAnswer> {
  terminal.err(
    [
      `The host key of ${hostName} (${address} port ${port}) is not known.`,
      `  ${keyType} ${fingerprint}`,
      `Compare it at the console of the host: ${command}`,
      '',
    ].join('\n'),
  );
  const answer = await person.ask(
    'Do they agree? “yes” keeps the key for Berth, “user” in your known_hosts as well [no]: ',
  );
  const word = answer?.trim().toLowerCase();
  if (word === 'yes') return { kind: 'accept-host-key', saveTo: 'berth' };
  if (word === 'user') return { kind: 'accept-host-key', saveTo: 'user' };
  return { kind: 'cancel' };
}

function secrets(values: readonly (string | null)[]): PromptAnswer {
  const given = values.filter((value) => value !== null);
  return given.length === values.length ? { kind: 'secrets', values: given } : { kind: 'cancel' };
}
