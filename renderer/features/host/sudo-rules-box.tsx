import { useState, type ReactNode } from 'react';
import type { SudoRules } from '../../../shared/model/sudo-rules.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { CommandBlock } from '../../parts/command-block.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';

/** Rules for sudo that allow what Berth reads and no more; shown when asked for, to be copied to the host. */
export function SudoRulesBox({ hostId }: { readonly hostId: string }): ReactNode {
  const { client } = useSession();
  const [rules, setRules] = useState<SudoRules | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function show(): Promise<void> {
    setProblem(null);
    try {
      setRules(await client.host.sudoRules({ id: hostId }));
    } catch (error) {
      setProblem(failureText(failureOf(error)));
    }
  }

  if (!rules) {
    return (
      <>
        <p className="b-subtle b-small">
          Berth needs root to see deployments and to update. Where that is too much: rules that allow reading alone.
        </p>
        <Button onClick={() => void show()}>Show the sudoers rules</Button>
        {problem !== null && (
          <p className="b-field__error" role="alert">
            <Icon name="exclamation-circle" tone="danger" />
            <span>{problem}</span>
          </p>
        )}
      </>
    );
  }
  return (
    <>
      <p className="b-subtle b-small">
        For <Mono>{rules.path}</Mono> on the host, owned by root, mode 0440:
      </p>
      <CommandBlock commands={[rules.text.trimEnd()]} what="the rules for sudo" />
      <p className="b-subtle b-small">Look it through before it counts:</p>
      <CommandBlock commands={[rules.check]} what="the command that checks the rules" />
    </>
  );
}
