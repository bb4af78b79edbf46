import type { ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { visibleLines } from '../../terminal/paste.ts';
import { receiversOf } from './broadcast.ts';
import { useDock, useDockState, useTerminalNames } from './dock-context.ts';
import type { DockDialog } from './dock-model.ts';

/** Lines that are shown; the count says how many there are. */
const SHOWN = 200;

/** What is about to be pasted, before it is: a shell runs every line that ends with Enter. */
export function PasteDialog({
  question: { terminalId, text, look },
  onClose,
}: {
  readonly question: Extract<DockDialog, { kind: 'paste' }>;
  readonly onClose: () => void;
}): ReactNode {
  const model = useDock();
  const names = useTerminalNames();
  const broadcast = useDockState((state) => state.broadcast);
  const receivers = receiversOf(broadcast, terminalId);
  const lines = visibleLines(text, SHOWN);
  const where = receivers.length > 1 ? plural(receivers.length, 'terminal') : (names.get(terminalId) ?? 'the terminal');

  return (
    <Dialog
      title={`Paste ${plural(look.lines, 'line')} into ${where}?`}
      width={640}
      onClose={onClose}
      footer={
        <>
          <Button size="normal" autoFocus onClick={onClose}>
            Cancel
          </Button>
          <Button
            size="normal"
            variant="primary"
            onClick={() => {
              onClose();
              model.paste(terminalId, text);
              model.focusPane();
            }}
          >
            Paste {plural(look.lines, 'line')}
          </Button>
        </>
      }
    >
      {receivers.length > 1 && (
        <p className="dock__warn">
          <Icon name="broadcast-tower" tone="warn" />
          <span>A broadcast is on: it goes to {receivers.map((id) => names.get(id) ?? id).join(', ')}.</span>
        </p>
      )}
      {look.controls.length > 0 && (
        <p className="dock__warn">
          <Icon name="exclamation-triangle" tone="warn" />
          <span>
            There are control characters in it that one does not see: {look.controls.join(' ')}. They are left out.
          </span>
        </p>
      )}
      <p>
        {look.lines > 1 || look.endsWithEnter
          ? 'A shell may run each line at once.'
          : 'It is one line, and nothing in it is Enter.'}
      </p>
      <pre className="dock__paste" tabIndex={0} aria-label="What is pasted">
        {lines.join('\n')}
        {look.lines > SHOWN && `\n… ${(look.lines - SHOWN).toLocaleString('en')} more lines`}
      </pre>
    </Dialog>
  );
}
