import { useEffect, useId, useRef, useState, type SubmitEvent, type ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { parseAddress, SSH_PORT } from '../../../shared/parse/address.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Kbd, Mono } from '../../components/small.tsx';
import { useSettled } from '../../components/use-settled.ts';
import { useSession } from '../../state/session-context.ts';

/** An address that rests for this long, in ms, is judged even before Enter. */
const REST_MS = 600;

/** One line that is enough: user, address, port, in any of the usual spellings. Says what it understood while one types. */
export function QuickConnect({ user }: { readonly user: string }): ReactNode {
  const { actions } = useSession();
  const [text, setText] = useState('');
  const [submitted, setSubmitted] = useState(false);
  const [busy, setBusy] = useState(false);
  const settled = useSettled(text, REST_MS);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const parsed = parseAddress(text);
  const judged = text.trim() === '' ? submitted : submitted || settled === text;
  const wrong = !parsed.ok && judged ? describe(parsed.failure) : null;

  useEffect(() => input.current?.focus(), []);

  async function onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setSubmitted(true);
    if (!parsed.ok) {
      input.current?.focus();
      return;
    }
    setBusy(true);
    await actions.quickConnect(parsed.value);
    setBusy(false);
  }

  return (
    <form onSubmit={(event) => void onSubmit(event)} noValidate>
      <div className="first__quick">
        <label className="first__field">
          <Icon name="terminal" tone="muted" />
          <span className="b-hidden">Quick connect</span>
          <input
            ref={input}
            type="text"
            placeholder="admin@host"
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            value={text}
            aria-invalid={wrong !== null}
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
              setText(event.target.value);
              setSubmitted(false);
            }}
          />
          <Kbd>Enter</Kbd>
        </label>
        <Button variant="primary" size="normal" type="submit" busy={busy}>
          Connect
        </Button>
      </div>
      <div className="first__hint">
        <span id={`${id}-hint`} className={wrong ? 'first__error' : undefined} role="status">
          {wrong && (
            <>
              <Icon name="exclamation-circle" tone="danger" /> {wrong.text} {wrong.remedy}
            </>
          )}
          {!wrong && parsed.ok && text.trim() !== '' && (
            <>
              <Mono>{parsed.value.address}</Mono> port {parsed.value.port ?? SSH_PORT}, as{' '}
              <Mono>{parsed.value.user ?? user}</Mono>
            </>
          )}
        </span>
        <span className="first__also">
          also <Mono>box:2222</Mono>, <Mono>ssh://core@box</Mono>
        </span>
      </div>
    </form>
  );
}
