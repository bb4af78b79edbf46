import './sources.css';
import { useEffect, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { plural } from '../../../shared/logic/format.ts';
import type { ExportedInventory, ExportFormat } from '../../../shared/model/source.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { saveText } from '../../parts/save-text.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useFleet, useSession } from '../../state/session-context.ts';

const formats: readonly { readonly value: ExportFormat; readonly text: string }[] = [
  { value: 'ssh-config', text: 'ssh configuration' },
  { value: 'ansible-yaml', text: 'Ansible inventory, YAML' },
  { value: 'ansible-ini', text: 'Ansible inventory, INI' },
  { value: 'list', text: 'List of addresses' },
  { value: 'json', text: 'JSON, with tags and notes' },
];

type Told =
  { readonly kind: 'text'; readonly exported: ExportedInventory } | { readonly kind: 'failed'; readonly text: string };

/** The fleet as text for other tools: looked at before it is saved. */
export function ExportDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { client, view } = useSession();
  const selected = useStore(view, (state) => state.selected);
  const count = useFleet((state) => state.rows.size);
  const [format, setFormat] = useState<ExportFormat>('ssh-config');
  const [which, setWhich] = useState<'all' | 'selected'>(selected.size > 0 ? 'selected' : 'all');
  const [told, setTold] = useState<Told | null>(null);
  const hostIds = which === 'all' ? null : [...selected].sort().join('\n');

  useEffect(() => {
    let current = true;
    client.source.export({ format, hostIds: hostIds === null ? null : hostIds.split('\n') }).then(
      (exported) => current && setTold({ kind: 'text', exported }),
      (error: unknown) => current && setTold({ kind: 'failed', text: failureText(failureOf(error)) }),
    );
    return () => {
      current = false;
    };
  }, [client, format, hostIds]);

  const exported = told?.kind === 'text' ? told.exported : null;
  return (
    <Dialog
      title="Export hosts"
      width={680}
      onClose={onClose}
      footer={
        <>
          <Button
            variant="primary"
            disabledBecause={exported ? undefined : 'There is nothing to save.'}
            onClick={() => exported && saveText(exported.fileName, exported.text)}
          >
            Save {exported?.fileName ?? ''}
          </Button>
          <Button variant="link" onClick={onClose}>
            Close
          </Button>
          <span className="b-grow" />
          {exported && <CopyButton text={exported.text} what="the text" />}
        </>
      }
    >
      <div className="export__fields">
        <SelectField label="Format" value={format} options={formats} onChange={setFormat} />
        <SelectField
          label="Hosts"
          value={which}
          options={[
            { value: 'all', text: `All: ${plural(count, 'host')}` },
            ...(selected.size > 0
              ? [{ value: 'selected' as const, text: `The ${plural(selected.size, 'selected host')}` }]
              : []),
          ]}
          onChange={setWhich}
        />
      </div>
      {exported && (
        <pre className="export__text" tabIndex={0} aria-label="The exported text">
          {exported.text}
        </pre>
      )}
      {exported && exported.leftOut.length > 0 && (
        <p className="b-field__error" role="status">
          <Icon name="exclamation-triangle" tone="warn" />
          <span>
            {plural(exported.leftOut.length, 'host')} cannot stand in this format:{' '}
            {exported.leftOut.slice(0, 20).join(', ')}
            {exported.leftOut.length > 20 ? ', …' : ''}
          </span>
        </p>
      )}
      {told?.kind === 'failed' && (
        <p className="b-field__error" role="alert">
          <Icon name="exclamation-circle" tone="danger" />
          <span>{told.text}</span>
        </p>
      )}
    </Dialog>
  );
}
