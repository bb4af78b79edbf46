import './group-dialog.css';
import { useMemo, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { plural } from '../../../shared/logic/format.ts';
import type { GroupSettings } from '../../../shared/model/group.ts';
import type { PrivilegeChoice, RecordChoice, TransportChoice } from '../../../shared/model/host.ts';
import { Button } from '../../components/button.tsx';
import { Choices } from '../../components/choices.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { privilegeName, privilegeOptions, transportName, transportOptions } from '../../parts/connect-options.ts';
import { clipboardOptions, clipboardWord, recordOptions, recordWord } from '../../parts/terminal-options.ts';
import { useGroups } from '../../parts/use-groups.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useFleet, useSession } from '../../state/session-context.ts';

interface GroupDialogProps {
  readonly name: string;
  readonly onClose: () => void;
}

/** How all hosts of a group are reached, unless they say otherwise themselves. */
export function GroupDialog({ name, onClose }: GroupDialogProps): ReactNode {
  const groups = useGroups();
  if (!groups) return null;
  return <LoadedDialog settings={groups.find((group) => group.name === name) ?? { name }} onClose={onClose} />;
}

function LoadedDialog({
  settings: { name, ...said },
  onClose,
}: {
  readonly settings: GroupSettings;
  readonly onClose: () => void;
}): ReactNode {
  const { client, settings: store } = useSession();
  const defaults = useStore(store, (state) => state.settings);
  const rows = useFleet((state) => state.rows);
  const count = useMemo(() => [...rows.values()].filter(({ group }) => group === name).length, [rows, name]);
  const [transport, setTransport] = useState<TransportChoice | 'default'>(said.transport ?? 'default');
  const [privilege, setPrivilege] = useState<PrivilegeChoice | 'default'>(said.privilege ?? 'default');
  const [clipboard, setClipboard] = useState(said.clipboard === undefined ? 'default' : said.clipboard ? 'yes' : 'no');
  const [record, setRecord] = useState<RecordChoice | 'default'>(said.record ?? 'default');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function save(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await client.group.set({
        name,
        ...(transport !== 'default' && { transport }),
        ...(privilege !== 'default' && { privilege }),
        ...(clipboard !== 'default' && { clipboard: clipboard === 'yes' }),
        ...(record !== 'default' && { record }),
      });
      onClose();
    } catch (error) {
      setBusy(false);
      setProblem(failureText(failureOf(error)));
    }
  }

  return (
    <Dialog
      title={`Group ${name}`}
      width={520}
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" busy={busy} onClick={() => void save()}>
            Save
          </Button>
          <Button variant="link" onClick={onClose}>
            Cancel
          </Button>
        </>
      }
    >
      <div className="group-dialog">
        <p className="b-subtle">
          For {plural(count, 'host', 'hosts')} of this group, unless a host says otherwise itself. What is open stays as
          it is until it is connected anew.
        </p>
        {problem !== null && (
          <p className="b-field__error" role="alert">
            <Icon name="exclamation-circle" tone="danger" />
            <span>{problem}</span>
          </p>
        )}
        <Choices
          legend="Connection made by"
          value={transport}
          options={[
            { value: 'default', text: `As in the settings: ${transportName(defaults.transport)}` },
            ...transportOptions,
          ]}
          onChange={setTransport}
        />
        <SelectField
          label="Root through"
          value={privilege}
          options={[
            { value: 'default', text: `As in the settings: ${privilegeName(defaults.privilege)}` },
            ...privilegeOptions,
          ]}
          onChange={setPrivilege}
        />
        <SelectField
          label="Programs in terminals may write the clipboard"
          value={clipboard}
          options={[{ value: 'default', text: `As usual: ${clipboardWord(false)}` }, ...clipboardOptions]}
          onChange={setClipboard}
        />
        <SelectField
          label="Record each terminal"
          value={record}
          options={[{ value: 'default', text: `As usual: ${recordWord('no')}` }, ...recordOptions]}
          onChange={setRecord}
        />
      </div>
    </Dialog>
  );
}
