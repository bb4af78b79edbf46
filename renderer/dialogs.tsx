import { Suspense, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { lazyPart } from './components/lazy-part.ts';
// Not lazy: who presses Ctrl-K types on at once, and no key may get lost.
import { Palette } from './features/palette/palette.tsx';
import { useSession } from './state/session-context.ts';

const PlanDialog = lazyPart(async () => (await import('./features/plan/plan-dialog.tsx')).PlanDialog);
const VerbFormDialog = lazyPart(async () => (await import('./features/plan/verb-form-dialog.tsx')).VerbFormDialog);
const HostDialog = lazyPart(async () => (await import('./features/add-host/host-dialog.tsx')).HostDialog);
const GroupDialog = lazyPart(async () => (await import('./features/groups/group-dialog.tsx')).GroupDialog);
const KeysDialog = lazyPart(async () => (await import('./features/frame/keys-dialog.tsx')).KeysDialog);
const ImportDialog = lazyPart(async () => (await import('./features/sources/import-dialog.tsx')).ImportDialog);
const SourcesDialog = lazyPart(async () => (await import('./features/sources/sources-dialog.tsx')).SourcesDialog);
const ExportDialog = lazyPart(async () => (await import('./features/sources/export-dialog.tsx')).ExportDialog);
const BundleDialog = lazyPart(async () => (await import('./features/forensics/bundle-dialog.tsx')).BundleDialog);
const EtcHostsDialog = lazyPart(async () => (await import('./features/etc/hosts-dialog.tsx')).EtcHostsDialog);
const EtcReportDialog = lazyPart(async () => (await import('./features/etc/report-dialog.tsx')).EtcReportDialog);
const RunDialog = lazyPart(async () => (await import('./features/runs/run-dialog.tsx')).RunDialog);
const SnippetsDialog = lazyPart(async () => (await import('./features/runs/snippets-dialog.tsx')).SnippetsDialog);
const PromptDialog = lazyPart(async () => (await import('./features/prompts/prompt-dialog.tsx')).PromptDialog);

/** What lies over the page: the dialog that was asked for, and above it the oldest question of a connection. */
export function Dialogs(): ReactNode {
  const { dialogs, prompts } = useSession();
  const open = useStore(dialogs, (state) => state.open);
  const prompt = useStore(prompts, (state) => state.prompts[0]);
  return (
    <Suspense fallback={null}>
      {open?.kind === 'plan' && <PlanDialog request={open.request} hostIds={open.hostIds} onClose={dialogs.close} />}
      {open?.kind === 'verb-form' && <VerbFormDialog verb={open.verb} hostIds={open.hostIds} onClose={dialogs.close} />}
      {open?.kind === 'add-host' && <HostDialog hostId={null} address={open.address} onClose={dialogs.close} />}
      {open?.kind === 'edit-host' && <HostDialog hostId={open.hostId} address="" onClose={dialogs.close} />}
      {open?.kind === 'group' && <GroupDialog name={open.name} onClose={dialogs.close} />}
      {open?.kind === 'import' && <ImportDialog from={open.from} onClose={dialogs.close} />}
      {open?.kind === 'sources' && <SourcesDialog onClose={dialogs.close} />}
      {open?.kind === 'export' && <ExportDialog onClose={dialogs.close} />}
      {open?.kind === 'bundle' && <BundleDialog hostIds={open.hostIds} onClose={dialogs.close} />}
      {open?.kind === 'run' && (
        <RunDialog hostIds={open.hostIds} command={open.command} asRoot={open.asRoot} onClose={dialogs.close} />
      )}
      {open?.kind === 'snippets' && <SnippetsDialog onClose={dialogs.close} />}
      {open?.kind === 'etc-hosts' && <EtcHostsDialog hostIds={open.hostIds} view={open.view} onClose={dialogs.close} />}
      {open?.kind === 'etc-report' && (
        <EtcReportDialog hostIds={open.hostIds} view={open.view} onClose={dialogs.close} />
      )}
      {open?.kind === 'palette' && <Palette text={open.text} onClose={dialogs.close} />}
      {open?.kind === 'keys' && <KeysDialog onClose={dialogs.close} />}
      {prompt && <PromptDialog key={prompt.id} prompt={prompt} />}
    </Suspense>
  );
}
