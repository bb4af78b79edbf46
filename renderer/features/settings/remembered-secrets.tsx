import './remembered-secrets.css';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { formatDate } from '../../../shared/logic/format.ts';
import type { RememberedSecret } from '../../../shared/model/secret.ts';
import { Button } from '../../components/button.tsx';
import { useKeychain } from '../../parts/use-keychain.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import { ForgetAllDialog } from './forget-all-dialog.tsx';
import { keeps, keychainSentence, ownerName, secretName } from './secret-words.ts';

/** What is remembered: whose, since when and where, never what; and how to be rid of it. */
export function RememberedSecrets(): ReactNode {
  const { client, secrets: store, toasts, announcer } = useSession();
  const { secrets } = useStore(store);
  const keychain = useKeychain(true);
  const [isAsking, setAsking] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const table = useRef<HTMLTableElement>(null);
  /** The row whose secret was forgotten: the focus goes to the one that takes its place. */
  const refocus = useRef<number | null>(null);

  useLayoutEffect(() => {
    if (refocus.current === null) return;
    const buttons = table.current?.querySelectorAll<HTMLElement>('tbody button') ?? [];
    (buttons[Math.min(refocus.current, buttons.length - 1)] ?? heading.current)?.focus();
    refocus.current = null;
  }, [secrets]);

  async function forget(work: () => Promise<unknown>, row: number, said: string): Promise<void> {
    refocus.current = row;
    try {
      await work();
      announcer.say(said);
    } catch (error) {
      refocus.current = null;
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    }
  }

  const forgetOne = (secret: RememberedSecret, row: number) =>
    void forget(() => client.secret.forget({ id: secret.id }), row, `${secretName(secret)} is forgotten`);

  function forgetAll(): void {
    setAsking(false);
    void forget(() => client.secret.forgetAll(), 0, 'Everything is forgotten');
  }

  return (
    <section aria-labelledby="settings-secrets">
      <h2 id="settings-secrets" ref={heading} tabIndex={-1}>
        Remembered secrets
      </h2>
      <p className="b-subtle">
        {keychain === null ? 'Looking for the keychain of this computer.' : keychainSentence(keychain)}
      </p>
      {secrets.length === 0 ? (
        <p>Nothing is remembered. Where a password or a passphrase is asked for, you say whether it is to be.</p>
      ) : (
        <>
          <table className="secrets" aria-labelledby="settings-secrets" ref={table}>
            <thead>
              <tr>
                <th scope="col">Secret</th>
                <th scope="col">For</th>
                <th scope="col">Kept</th>
                <th scope="col">Since</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {secrets.map((secret, row) => (
                <SecretRow key={secret.id} secret={secret} onForget={() => forgetOne(secret, row)} />
              ))}
            </tbody>
          </table>
          <Button onClick={() => setAsking(true)}>Forget all…</Button>
        </>
      )}
      {isAsking && <ForgetAllDialog count={secrets.length} onForget={forgetAll} onClose={() => setAsking(false)} />}
    </section>
  );
}

function SecretRow({
  secret,
  onForget,
}: {
  readonly secret: RememberedSecret;
  readonly onForget: () => void;
}): ReactNode {
  const { owner, keep, since } = secret;
  const hostId = owner.kind === 'host' ? owner.hostId : null;
  // As the host is called now; one that is not in the fleet is called what it was called then.
  const nameNow = useFleet((state) => (hostId === null ? undefined : state.rows.get(hostId)?.name));
  const whose = nameNow ?? ownerName(secret);
  return (
    <tr>
      <th scope="row">{secretName(secret)}</th>
      <td className={owner.kind === 'key-file' ? 'b-mono' : undefined}>{whose}</td>
      <td>{keeps[keep]}</td>
      <td>{formatDate(since)}</td>
      <td>
        <Button variant="link" onClick={onForget}>
          Forget <span className="b-hidden">{`the ${secretName(secret)} for ${whose}`}</span>
        </Button>
      </td>
    </tr>
  );
}
