import type { ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import { failedChecks } from '../../../shared/logic/preflight.ts';
import { describePlan } from '../../../shared/logic/plan-notes.ts';
import { verbWords } from '../../../shared/logic/verb-words.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { failureText } from '../../state/failure-of.ts';
import { TypedNamesField, useTypedNames } from '../../parts/typed-names.tsx';
import { navigate } from '../../state/route.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import { useBulkOptions } from './bulk-options.tsx';
import { useConfirmedWarnings, WarningsTick } from './confirmed-warnings.tsx';
import { ManyPlans } from './many-plans.tsx';
import { OnePlan } from './one-plan.tsx';
import './plan.css';
import { useGuardedHosts } from './use-guarded-hosts.ts';
import { isStartable, usePlans, type PlanEntry } from './use-plans.ts';

interface PlanDialogProps {
  readonly request: VerbRequest;
  readonly hostIds: readonly string[];
  readonly onClose: () => void;
}

/**
 * What will be run on one or several hosts, what happens and what is lost, before anything does. The focus starts on Cancel. A host
 * that has changed since its plan was made gets a new one, and the dialog stays.
 */
export function PlanDialog({ request, hostIds, onClose }: PlanDialogProps): ReactNode {
  const { dialogs, toasts } = useSession();
  const { entries, starting, start, startMany } = usePlans(request, hostIds);
  const bulk = useBulkOptions();
  const warnings = useConfirmedWarnings(entries);
  const single = hostIds.length === 1 ? entries[0] : undefined;
  const names = useTypedNames(useGuardedHosts(request, hostIds));
  const because = useGuarded() ?? whyNot(entries) ?? warnings.missing ?? names.missing ?? undefined;

  const confirm = async () => {
    const operation = await start(names.typed);
    if (!operation) return;
    onClose();
    navigate({ page: 'operation', operationId: operation.id });
  };

  const confirmMany = async () => {
    const failure = await startMany(names.typed, bulk);
    if (failure) {
      toasts.add({ tone: 'danger', text: failureText(failure) });
      return;
    }
    toasts.add({ tone: 'ok', text: `Started on ${plural(entries.filter(isStartable).length, 'host')}.` });
    onClose();
    navigate({ page: 'operations' });
  };

  return (
    <Dialog
      title={titleOf(request, entries)}
      width={single ? 640 : 760}
      onClose={onClose}
      footer={
        <>
          <Button size="normal" data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            size="normal"
            busy={starting}
            disabledBecause={because}
            onClick={() => {
              if (because === undefined && !starting) void (single ? confirm() : confirmMany());
            }}
          >
            {confirmText(request, entries)}
          </Button>
          <span className="b-grow" />
          {request.verb === 'reboot' && single && (
            <Button variant="link" onClick={() => dialogs.show({ kind: 'verb-form', verb: 'reboot', hostIds })}>
              Delay or message…
            </Button>
          )}
          <span className="b-subtle b-small">
            {interrupts(request) ? 'Esc cancels.' : 'Nothing reboots. Esc cancels.'}
          </span>
        </>
      }
    >
      <div className="plan">
        {single ? <OnePlan entry={single} /> : <ManyPlans request={request} entries={entries} />}
        {!single && bulk.field}
        <WarningsTick warnings={warnings} />
        <TypedNamesField names={names} />
      </div>
    </Dialog>
  );
}

function titleOf({ verb }: VerbRequest, entries: readonly PlanEntry[]): string {
  const [first] = entries;
  if (entries.length === 1 && first?.kind === 'ready') return describePlan(first.plan).title;
  const { name } = verbWords(verb);
  return entries.length === 1 ? name : `${name}, ${plural(entries.length, 'host')}`;
}

function confirmText({ verb }: VerbRequest, entries: readonly PlanEntry[]): string {
  const [first] = entries;
  if (entries.length === 1 && first?.kind === 'ready') return describePlan(first.plan).confirm;
  const { name } = verbWords(verb);
  const ready = entries.filter((entry) => isStartable(entry)).length;
  if (entries.length === 1) return name;
  return ready === entries.length
    ? `${name} ${plural(ready, 'host')}`
    : `${name} ${ready} of ${plural(entries.length, 'host')}`;
}

/** Whether the host goes down. */
function interrupts({ verb }: VerbRequest): boolean {
  return verb === 'reboot' || verb === 'soft-reboot';
}

function whyNot(entries: readonly PlanEntry[]): string | undefined {
  if (entries.some(({ kind }) => kind === 'asking')) return 'The plan is being made.';
  if (entries.some((entry) => entry.kind === 'ready' && entry.checks === null))
    return 'The pre-flight is not done yet.';
  if (entries.some(isStartable)) return undefined;
  const failed = entries.flatMap((entry) => (entry.kind === 'ready' ? failedChecks(entry.checks ?? []) : []))[0];
  return failed ? `The pre-flight failed: ${failed.text}` : 'There is nothing that can be started.';
}
