import { Fragment, type ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Kbd } from '../../components/small.tsx';

const sections: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['Ctrl K', 'Host, filter or command'],
      ['Ctrl B', 'Navigation wide or narrow'],
      ['Ctrl `', 'Dock: into it, and closed again; on a host, its terminal'],
      ['F6', 'Next region (with Shift: the one before)'],
      ['Alt ←', 'Back'],
      ['?', 'These keys'],
      ['Esc', 'The safe answer of a question; close'],
    ],
  },
  {
    title: 'Fleet',
    keys: [
      ['/', 'Filter'],
      ['↑ ↓', 'Move, also Home, End, Page up, Page down'],
      ['Space', 'Select'],
      ['Shift ↑ ↓', 'Select as you move'],
      ['Enter', 'Open the host'],
      ['T', 'Terminal on the host'],
      ['.', 'Actions of the host'],
      ['Esc', 'Clear the selection'],
    ],
  },
  {
    title: '/etc of a host',
    keys: [
      ['/', 'Filter by path'],
      ['↑ ↓', 'Move; what the cursor rests on is shown'],
      ['→ ←', 'Open and close a group or folder'],
      ['Enter', 'Into the file'],
      ['F7', 'Next change (with Shift: the one before)'],
      ['Space', 'Choose several'],
    ],
  },
  {
    title: 'Tabs of the dock',
    keys: [
      ['← →', 'Choose, also Home and End'],
      ['Ctrl Shift ← →', 'Move the tab'],
      ['Enter', 'Into what it shows'],
      ['Delete', 'Close (with the mouse: the middle button)'],
      ['Shift F10', 'Actions of the tab'],
    ],
  },
  {
    title: 'In a terminal',
    keys: [
      ['Ctrl C', 'Always the interrupt, selected text or not'],
      ['Ctrl Shift C', 'Copy the selection'],
      ['Ctrl Shift V', 'Paste, also Shift Insert; several lines are shown first'],
      ['Ctrl Shift F', 'Find'],
      ['Ctrl Shift O', 'New terminal on the same host'],
      ['Ctrl Shift D', 'The same, side by side (E: one above the other)'],
      ['Ctrl Shift ← →', 'Pane beside, also ↑ ↓; with Alt: its size'],
      ['Ctrl Shift PgUp', 'Tab before (PgDn: the next one)'],
      ['Ctrl Shift B', 'Broadcast to several terminals; again: stop'],
      ['Ctrl Shift K', 'Host, filter or command'],
      ['Ctrl Shift X', 'Close the terminal'],
      ['Shift PgUp', 'Scroll, also PgDn, Home and End'],
      ['F6', 'Out of the terminal'],
    ],
  },
  {
    title: 'A recording',
    keys: [
      ['Space', 'Play and pause'],
      ['← →', 'Five seconds back or on'],
    ],
  },
  {
    title: 'Logs',
    keys: [
      ['↑ ↓', 'Entry, also page keys; Home and End: oldest and newest'],
      ['Enter', 'Details'],
      ['c', 'What stands around it'],
      ['f', 'Follow; hold still; go on'],
      ['y', 'Copy'],
      ['/', 'Filter'],
    ],
  },
  {
    title: 'Figures, versions, groups and tags',
    keys: [
      ['Click', 'Filter by it alone; again: remove it'],
      ['Shift click', 'Filter by it as well'],
      ['Alt click', 'Exclude it'],
    ],
  },
];

export function KeysDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog
      title="Keys"
      width={560}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      {sections.map(({ title, keys }) => (
        <section key={title} className="b-keys">
          <h3>{title}</h3>
          <dl>
            {keys.map(([key, meaning]) => (
              <Fragment key={key}>
                <dt>
                  <Kbd>{key}</Kbd>
                </dt>
                <dd>{meaning}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
