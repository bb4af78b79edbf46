import { useState, type ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { StateWord } from '../../components/icon.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession, useWorkspaces } from '../../state/session-context.ts';

const sizes = [24, 500, 5000] as const;

/** The way into the demo: simulated hosts that speak real SSH on this computer. */
export function DemoPanel(): ReactNode {
  const { toasts } = useSession();
  const { openDemo } = useWorkspaces();
  const [hosts, setHosts] = useState<number>(sizes[0]);
  const [busy, setBusy] = useState(false);

  async function open(): Promise<void> {
    setBusy(true);
    try {
      await openDemo(hosts);
    } catch (error) {
      setBusy(false);
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    }
  }

  return (
    <section className="first__panel">
      <div className="first__panel-body">
        <h2>Open the demo fleet</h2>
        <p className="b-subtle b-dense">
          Simulated hosts that behave like real ones, on this computer only. No network needed.
        </p>
        <ul className="first__list">
          <li>
            <StateWord icon="power-off" tone="staged">
              Updates that wait for a reboot
            </StateWord>
          </li>
          <li>
            <StateWord icon="heart-broken" tone="danger">
              A host that greenboot rolled back
            </StateWord>
          </li>
          <li>
            <StateWord icon="layer-group" tone="warn">
              Layered packages, refused sudo, a slow link
            </StateWord>
          </li>
          <li>
            <StateWord icon="disconnected" tone="danger">
              Hosts that cannot be reached
            </StateWord>
          </li>
        </ul>
      </div>
      <div className="first__panel-foot">
        <Button busy={busy} onClick={() => void open()}>
          Open the demo fleet
        </Button>
        <fieldset className="first__sizes">
          <legend className="b-hidden">Hosts in the demo</legend>
          {sizes.map((size) => (
            <label key={size}>
              <input type="radio" name="demo-hosts" checked={hosts === size} onChange={() => setHosts(size)} />
              <span>{size.toLocaleString('en')}</span>
            </label>
          ))}
          <span className="b-subtle b-dense">hosts</span>
        </fieldset>
      </div>
    </section>
  );
}
